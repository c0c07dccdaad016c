//! Entries to a POSIX pax tar archive and back, over `Write` and `Read`.
//!
//! Knows the tar format and nothing of files, people or keys. Stock `tar` reads what it writes, with every name as
//! raw bytes. What it reads is taken for hostile: only the plain subset that is written here is accepted, so that
//! no two programs can see different names, sizes or contents in one archive.
//!
//! It does not say whether two members have the same name or whether a link leads outside: that is for
//! whoever creates the files.

mod fragments;
mod header;
mod member;
mod pax;
mod read;
mod write;

use std::io;

use crate::error::Error;

pub use fragments::{Found, Fragment, Fragments, Piece};
pub use read::{ArchiveReader, Content};
pub use write::ArchiveWriter;

/// Bytes in a tar block. Headers are one block; contents are filled up with zeros to whole blocks.
const BLOCK: usize = 512;
/// The longest name or link target, in bytes: what Linux takes for a path.
pub const MAX_PATH: usize = 4096;
/// Bytes of file content that are held at a time. The buffers are on the heap, which is wiped when freed.
const BUFFER: usize = 256 * 1024;

/// One thing in an archive, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Relative, components separated by `/`, none of them empty, `.` or `..`; any bytes but zero; no slash at the end.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: MemberKind,
    /// Permission bits, at most `0o7777`. A link has none of its own: always `0o777`.
    pub mode: u32,
    /// Last change, in seconds since 1970-01-01 UTC, negative before it.
    pub mtime: i64,
}

/// What a member is. Nothing else is ever written, and everything else is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A directory.
    Directory,
    /// A file with so many bytes of content.
    File {
        /// Bytes.
        size: u64,
    },
    /// A symbolic link.
    Link {
        /// Where it points: 1 to 4096 bytes, none zero. It may be absolute or lead upwards.
        target: Vec<u8>,
    },
}

/// The most that an archive may hold; it is refused before anything beyond is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Members of every kind.
    pub members: u64,
    /// Bytes of all files' contents together.
    pub bytes: u64,
}

/// Zeros needed after so many bytes to reach a whole block.
fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

/// Whether an archive may have a member of this name.
pub fn is_name(path: &[u8]) -> bool {
    member::check_path(path).is_ok()
}

/// A name from outside, safe to print and of bounded length.
fn escaped(name: &[u8]) -> String {
    let (shown, more) = match name.split_at_checked(200) {
        Some((shown, _)) => (shown, "..."),
        None => (name, ""),
    };
    match std::str::from_utf8(shown) {
        Ok(text) => format!("{text:?}{more}"),
        Err(_) => format!("\"{}\"{more}", shown.escape_ascii()),
    }
}

/// The error of a stream below. Layers that are streams themselves hand our own errors through wrapped in `io::Error`.
fn from_stream(doing: &'static str, error: io::Error) -> Error {
    error
        .downcast::<Error>()
        .unwrap_or_else(|error| Error::System { doing, error })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;
    use crate::error::Result;

    const WIDE: Limits = Limits {
        members: 1000,
        bytes: 1 << 20,
    };

    fn write(members: &[(Member, Vec<u8>)]) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Vec::new());
        for (member, content) in members {
            let (path, mode, mtime) = (&member.path, member.mode, member.mtime);
            match &member.kind {
                MemberKind::Directory => writer.directory(path, mode, mtime).unwrap(),
                MemberKind::Link { target } => writer.link(path, target, mtime).unwrap(),
                MemberKind::File { size } => {
                    let copied = writer.file(path, mode, mtime, *size, &mut content.as_slice());
                    assert_eq!(copied.unwrap(), *size);
                }
            }
        }
        writer.finish().unwrap()
    }

    fn read(archive: impl Read, limits: Limits) -> Result<Vec<(Member, Vec<u8>)>> {
        let mut reader = ArchiveReader::new(archive, limits);
        let mut members = Vec::new();
        while let Some(member) = reader.next()? {
            let mut content = Vec::new();
            let mut buffer = [0; 700];
            loop {
                match reader.read_content(&mut buffer)? {
                    0 => break,
                    got => content.extend_from_slice(&buffer[..got]),
                }
            }
            members.push((member, content));
        }
        assert!(reader.next().unwrap().is_none(), "the end stays the end");
        Ok(members)
    }

    fn member(path: &[u8], kind: MemberKind, mode: u32, mtime: i64) -> Member {
        Member {
            path: path.to_vec(),
            kind,
            mode,
            mtime,
        }
    }

    fn directory(path: &[u8], mode: u32, mtime: i64) -> (Member, Vec<u8>) {
        (member(path, MemberKind::Directory, mode, mtime), Vec::new())
    }

    fn link(path: &[u8], target: &[u8], mtime: i64) -> (Member, Vec<u8>) {
        let target = target.to_vec();
        let kind = MemberKind::Link { target };
        (member(path, kind, 0o777, mtime), Vec::new())
    }

    fn file(path: &[u8], mode: u32, mtime: i64, content: &[u8]) -> (Member, Vec<u8>) {
        let size = content.len() as u64;
        let kind = MemberKind::File { size };
        (member(path, kind, mode, mtime), content.to_vec())
    }

    /// Every case that the format treats differently, one after another.
    fn every_case() -> Vec<(Member, Vec<u8>)> {
        let long = [&b"d/"[..], &[b'n'; 99]].concat();
        let deep = [&b"d"[..], &b"/0123456789abcde".repeat(60)[..]].concat();
        let full: Vec<u8> = (0..=255).cycle().take(1300).collect();
        vec![
            directory(b"d", 0o700, 1_772_355_600),
            file(b"d/empty", 0o644, 0, b""),
            file(b"d/block", 0o755, 1, &[b'b'; 512]),
            file(b"d/short", 0o400, (1 << 33) - 1, b"short"),
            file(b"d/full", 0o4755, 77, &full),
            file(&[&b"d/"[..], &[b'e'; 98]].concat(), 0o600, 7, b"100 bytes"),
            file(&long, 0o600, 7, b"101 bytes"),
            directory(&long[..98].replace_last(b'x'), 0o711, 8),
            directory(&long[..100].replace_last(b'y'), 0o711, 9),
            directory(&deep, 0o755, 10),
            file(&[&deep[..], b"/leaf"].concat(), 0o644, 11, b"deep"),
            file("d/Schl\u{fc}ssel \u{1f511}".as_bytes(), 0o600, 12, b"utf-8"),
            file(b"d/raw \xfc\xff\x80", 0o600, 13, b"latin-1"),
            file(
                &[&b"d/long raw \xfe"[..], &[b'r'; 200]].concat(),
                0o600,
                14,
                b"raw",
            ),
            file(b"d/odd \\ \n\t\x1b[31m = 12 path=x\n", 0o600, 15, b"odd"),
            file(b"d/-rf --", 0o600, 16, b"dashes"),
            directory(b"d/\xe9t\xe9", 0o755, 17),
            link(b"d/link", b"full", 18),
            link(b"d/up", b"../../\xff/etc/passwd", 19),
            link(b"d/\xc3", b"/absolute", 20),
            link(b"d/far", &b"t/".repeat(300), 21),
            file(b"d/later", 0o600, 1 << 33, b"after the eleven digits"),
        ]
    }

    trait ReplaceLast {
        fn replace_last(&self, byte: u8) -> Vec<u8>;
    }

    impl ReplaceLast for [u8] {
        fn replace_last(&self, byte: u8) -> Vec<u8> {
            let mut bytes = self.to_vec();
            *bytes.last_mut().unwrap() = byte;
            bytes
        }
    }

    #[test]
    fn every_case_comes_back() {
        let members = every_case();
        let archive = write(&members);
        assert_eq!(archive.len() % BLOCK, 0);
        assert_eq!(read(archive.as_slice(), WIDE).unwrap(), members);
    }

    #[test]
    fn an_archive_of_nothing_is_two_blocks_of_zeros() {
        let archive = write(&[]);
        assert_eq!(archive, [0; 1024]);
        assert_eq!(read(archive.as_slice(), WIDE).unwrap(), []);
    }

    fn name() -> impl Strategy<Value = Vec<u8>> {
        let byte = any::<u8>().prop_map(|byte| {
            if [0, b'/'].contains(&byte) {
                b'_'
            } else {
                byte
            }
        });
        let component = prop::collection::vec(byte, 1..120).prop_filter("reserved", |name| {
            ![&b"."[..], b".."].contains(&name.as_slice())
        });
        prop::collection::vec(component, 1..5).prop_map(|names| names.join(&b'/'))
    }

    fn any_member() -> impl Strategy<Value = (Member, Vec<u8>)> {
        let time = prop_oneof![any::<i64>(), -5..5_i64, (1_i64 << 33) - 2..(1 << 33) + 2];
        let content = prop::collection::vec(any::<u8>(), 0..1600);
        (name(), 0..=0o7777_u32, time, content, name(), 0..3).prop_map(
            |(path, mode, mtime, content, target, kind)| match kind {
                0 => directory(&path, mode, mtime),
                1 => link(&path, &target, mtime),
                _ => file(&path, mode, mtime, &content),
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(members in prop::collection::vec(any_member(), 0..6)) {
            prop_assert_eq!(read(write(&members).as_slice(), WIDE).unwrap(), members);
        }
    }

    /// Gives one byte at a time, with interruptions.
    struct Trickle<'a>(&'a [u8], bool);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let end = buffer.len().min(1);
            self.0.read(&mut buffer[..end])
        }
    }

    #[test]
    fn short_and_interrupted_reads_make_no_difference() {
        let members = every_case();
        let archive = write(&members);
        assert_eq!(read(Trickle(&archive, false), WIDE).unwrap(), members);

        let mut writer = ArchiveWriter::new(Vec::new());
        let content = &mut Trickle(b"content", false);
        writer.file(b"f", 0o600, 0, 7, content).unwrap();
        let expected = write(&[file(b"f", 0o600, 0, b"content")]);
        assert_eq!(writer.finish().unwrap(), expected);
    }

    fn small() -> Vec<u8> {
        write(&[
            directory(b"n", 0o755, 1),
            file(b"n/key\xff", 0o600, -2, b"0123456789"),
            link(b"n/l", b"key", 3),
            file(b"n/e", 0o644, 4, b""),
            file(b"n/b", 0o644, 4, &[b'b'; 600]),
        ])
    }

    #[test]
    fn an_archive_cut_at_any_length_is_refused() {
        let archive = small();
        for length in 0..archive.len() {
            let cut = read(&archive[..length], WIDE);
            assert!(
                matches!(cut, Err(Error::Archive { .. })),
                "{length}: {cut:?}"
            );
        }
    }

    /// Xorshift64: the mutations have to be the same each time, so that a failure can be looked at.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % end as u64).unwrap()
        }
    }

    /// Makes the checksums right again, so that mutations get past them.
    fn mend(archive: &mut [u8]) {
        for block in archive.chunks_exact_mut(BLOCK) {
            if &block[257..262] == b"ustar" {
                block[148..156].copy_from_slice(b"        ");
                let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
        }
    }

    fn mutate(archive: &mut [u8], dice: &mut Dice) {
        for _ in 0..=dice.below(3) {
            let place = dice.below(archive.len());
            archive[place] = match dice.below(3) {
                0 => archive[place] ^ (1 << dice.below(8)),
                1 => b"0157/.x= \n\0\xff"[dice.below(12)],
                _ => u8::try_from(dice.below(256)).unwrap(),
            };
        }
    }

    #[test]
    fn no_mutation_makes_it_panic_hang_or_deliver_what_it_should_refuse() {
        let good = small();
        let limits = Limits {
            members: 6,
            bytes: 2000,
        };
        let mut dice = Dice(0x00C0_FFEE);
        let (mut accepted, mut refused) = (0, 0);
        for round in 0..20_000 {
            let mut archive = good.clone();
            mutate(&mut archive, &mut dice);
            if round % 4 != 0 {
                mend(&mut archive);
            }
            match read(archive.as_slice(), limits) {
                Err(_) => refused += 1,
                Ok(members) => {
                    accepted += 1;
                    assert!(members.len() <= 6);
                    assert!(
                        members
                            .iter()
                            .map(|(_, content)| content.len())
                            .sum::<usize>()
                            <= 2000
                    );
                    // What is accepted could have come from the writer, which checks the names again.
                    assert_eq!(read(write(&members).as_slice(), limits).unwrap(), members);
                }
            }
        }
        // Both sides have to be reached, or this test says nothing.
        assert!(
            accepted > 1000 && refused > 1000,
            "{accepted} accepted, {refused} refused"
        );
    }

    #[test]
    fn limits_hold_to_the_last_member_and_byte() {
        let archive = small();
        let exact = Limits {
            members: 5,
            bytes: 610,
        };
        assert_eq!(read(archive.as_slice(), exact).unwrap().len(), 5);
        let limit = |members, bytes| read(archive.as_slice(), Limits { members, bytes });
        let few = limit(4, 610);
        assert!(matches!(few, Err(Error::Limit { limit: 4, .. })), "{few:?}");
        let short = limit(5, 609);
        assert!(
            matches!(short, Err(Error::Limit { limit: 609, .. })),
            "{short:?}"
        );
    }

    #[test]
    fn names_are_escaped_and_cut_in_messages() {
        assert_eq!(escaped(b"a\x1b[1m"), r#""a\u{1b}[1m""#);
        assert_eq!(escaped(b"\xff/\n"), r#""\xff/\n""#);
        assert_eq!(escaped("\u{fc}\u{202e}".as_bytes()), "\"\u{fc}\\u{202e}\"");
        let long = escaped(&[b'n'; 300]);
        assert!(long.len() < 210 && long.ends_with("..."), "{long}");
    }

    #[test]
    fn errors_of_ours_pass_through_the_streams_unchanged() {
        struct Bad;
        impl Read for Bad {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                let path = "payload.age".into();
                Err(io::Error::other(Error::Payload { path }))
            }
        }
        let got = ArchiveReader::new(Bad, WIDE).next();
        assert!(matches!(got, Err(Error::Payload { .. })), "{got:?}");
        let mut writer = ArchiveWriter::new(Vec::new());
        let got = writer.file(b"f", 0o600, 0, 7, &mut Bad);
        assert!(matches!(got, Err(Error::Payload { .. })), "{got:?}");
    }

    mod stock_tools;
}
