//! Entries to archive. The inverse is in `read.rs`.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::header::{self, Fields};
use super::member::{check_path, check_target, split};
use super::{BLOCK, BUFFER, Member, MemberKind, escaped, from_stream, padding};
use crate::error::{Error, Result};

/// Writes members one after another. An archive is whole only after [`ArchiveWriter::finish`].
pub struct ArchiveWriter<W> {
    out: W,
    buffer: Vec<u8>,
    /// Set while a member is under way: after a failure nothing may be added and the archive cannot be finished.
    broken: bool,
}

impl<W: Write> ArchiveWriter<W> {
    /// Starts an archive at the present place of `out`. Holds 256 KiB.
    pub fn new(out: W) -> Self {
        Self {
            out,
            buffer: vec![0; BUFFER],
            broken: false,
        }
    }

    /// Adds a directory; `path` has no slash at its end. For the rules see [`Member`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the name breaks a rule of the format; what the stream says otherwise.
    pub fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.begin(path, MemberKind::Directory, mode, mtime)?;
        self.broken = false;
        Ok(())
    }

    /// Adds a file with exactly `size` bytes of `content`, and returns `size`. What `content` holds beyond is not read.
    ///
    /// # Errors
    /// [`Error::Changed`] when `content` is shorter; else as for [`ArchiveWriter::directory`].
    pub fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        size: u64,
        content: &mut dyn Read,
    ) -> Result<u64> {
        self.begin(path, MemberKind::File { size }, mode, mtime)?;
        self.copy(path, size, content)?;
        self.pad(size)?;
        self.broken = false;
        Ok(size)
    }

    /// Adds a symbolic link. `target` may point anywhere.
    ///
    /// # Errors
    /// As for [`ArchiveWriter::directory`].
    pub fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        let target = target.to_vec();
        self.begin(path, MemberKind::Link { target }, 0o777, mtime)?;
        self.broken = false;
        Ok(())
    }

    /// Writes the end of the archive and gives the stream back, not flushed.
    ///
    /// # Errors
    /// What the stream says; also when an earlier member failed, because the archive is then cut off in its middle.
    pub fn finish(mut self) -> io::Result<W> {
        if self.broken {
            return Err(unfinishable());
        }
        self.out.write_all(&[0; 2 * BLOCK])?;
        Ok(self.out)
    }

    /// Checks the names and writes everything of a member that comes before its content.
    fn begin(&mut self, path: &[u8], kind: MemberKind, mode: u32, mtime: i64) -> Result<()> {
        if self.broken {
            return Err(write_failed(unfinishable()));
        }
        let member = Member {
            path: path.to_vec(),
            kind,
            mode,
            mtime,
        };
        check(&member)?;
        self.broken = true;
        let (records, fields) = split(member);
        self.extended(&records.encode())?;
        self.put(header::encode(&fields).as_bytes())
    }

    /// Writes a pax header, if there are records.
    fn extended(&mut self, records: &[u8]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let size = records.len() as u64;
        let fields = Fields {
            kind: header::EXTENDED,
            name: b"PaxHeaders/x".to_vec(),
            mode: 0o644,
            size,
            ..Fields::default()
        };
        self.put(header::encode(&fields).as_bytes())?;
        self.put(records)?;
        self.pad(size)
    }

    fn copy(&mut self, path: &[u8], size: u64, content: &mut dyn Read) -> Result<()> {
        let mut left = size;
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(BUFFER).min(BUFFER);
            let part = self.buffer.get_mut(..want).unwrap_or_default();
            let got = match content.read(part) {
                Ok(0) => return Err(Error::Changed(name(path))),
                Ok(got) => got,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_failed(path, error)),
            };
            let part = part.get(..got).unwrap_or_default();
            self.out.write_all(part).map_err(write_failed)?;
            left -= part.len() as u64;
        }
        Ok(())
    }

    fn pad(&mut self, size: u64) -> Result<()> {
        let zeros = [0; BLOCK];
        self.put(zeros.get(..padding(size)).unwrap_or_default())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(write_failed)
    }
}

fn check(member: &Member) -> Result<()> {
    let target = match &member.kind {
        MemberKind::Link { target } => check_target(target),
        MemberKind::Directory | MemberKind::File { .. } => Ok(()),
    };
    check_path(&member.path)
        .and(target)
        .map_err(|why| Error::Refused {
            what: format!("{} cannot be sealed: {why}", escaped(&member.path)),
            hint: "rename it, or leave it out".into(),
        })
}

fn name(path: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(path))
}

fn read_failed(path: &[u8], error: io::Error) -> Error {
    error
        .downcast::<Error>()
        .unwrap_or_else(|error| Error::io("read", &name(path))(error))
}

fn write_failed(error: io::Error) -> Error {
    from_stream("write the archive", error)
}

fn unfinishable() -> io::Error {
    io::Error::other("an earlier member of the archive failed")
}

#[cfg(test)]
impl ArchiveWriter<Vec<u8>> {
    /// What was written up to now.
    pub(super) fn headers(&self) -> &[u8] {
        &self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_became_shorter_is_said_to_have_changed_and_the_archive_cannot_be_finished() {
        let mut writer = ArchiveWriter::new(Vec::new());
        let got = writer.file(b"node/0/db", 0o600, 0, 5, &mut &b"four"[..]);
        assert!(
            matches!(&got, Err(Error::Changed(path)) if path == &name(b"node/0/db")),
            "{got:?}"
        );
        assert!(writer.directory(b"d", 0o700, 0).is_err());
        assert!(writer.finish().is_err());
    }

    #[test]
    fn of_a_file_that_became_longer_only_its_size_is_read() {
        let mut content = &b"12345678"[..];
        let mut writer = ArchiveWriter::new(Vec::new());
        assert_eq!(writer.file(b"f", 0o600, 0, 5, &mut content).unwrap(), 5);
        assert_eq!(content, b"678");
        let archive = writer.finish().unwrap();
        assert_eq!(&archive[512..520], b"12345\0\0\0");
    }

    #[test]
    fn a_name_that_the_reader_would_refuse_is_not_written() {
        let long = [b'n'; 4097];
        let names: [&[u8]; 10] = [
            b"", b"/a", b"a/", b"a//b", b"./a", b"a/..", b"a/./b", b"..", b"a\0b", &long,
        ];
        let mut writer = ArchiveWriter::new(Vec::new());
        for name in names {
            let got = writer.directory(name, 0o700, 0);
            assert!(
                matches!(got, Err(Error::Refused { .. })),
                "{}",
                name.escape_ascii()
            );
        }
        for target in [&b""[..], b"a\0", &long] {
            let got = writer.link(b"l", target, 0);
            assert!(
                matches!(got, Err(Error::Refused { .. })),
                "{}",
                target.escape_ascii()
            );
        }
        writer.directory(&long[1..], 0o700, 0).unwrap();
        assert_eq!(writer.finish().unwrap()[..12], *b"PaxHeaders/x");
    }

    #[test]
    fn a_full_disk_is_what_the_system_says_and_the_archive_cannot_be_finished() {
        let mut room = [0; 700];
        let mut writer = ArchiveWriter::new(&mut room[..]);
        let got = writer.file(b"f", 0o600, 0, 512, &mut &[7; 512][..]);
        assert!(matches!(got, Err(Error::System { .. })), "{got:?}");
        assert!(writer.finish().is_err());
    }

    #[test]
    fn a_mode_keeps_its_twelve_bits_and_nothing_else() {
        let mut writer = ArchiveWriter::new(Vec::new());
        writer.directory(b"d", 0o47_777, 0).unwrap();
        assert_eq!(writer.finish().unwrap()[100..108], *b"0007777\0");
    }
}
