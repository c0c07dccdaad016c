//! Archive to entries. The inverse is in `write.rs`.
//!
//! Accepts less than `tar` does, on purpose: whatever could be read in two ways is refused.

use std::io::{self, ErrorKind, Read};

use tar::Header;

use super::header::{self, Fields};
use super::member::join;
use super::pax::{MAX_RECORDS, Records};
use super::{BLOCK, BUFFER, Limits, Member, MemberKind, escaped, from_stream, padding};
use crate::error::{Error, Result};

/// Zeros allowed after the end of the archive: `tar` fills up to 10 KiB, tapes to more.
const MAX_TRAILER: u64 = 1 << 20;

/// Reads members one after another, trusting nothing. After an error it gives nothing more.
pub struct ArchiveReader<R> {
    input: R,
    limits: Limits,
    members: u64,
    bytes: u64,
    state: State,
    /// The last name seen, for messages.
    name: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Within a member: so much of its content is unread, then this many zeros.
    Content { left: u64, padding: usize },
    /// The archive's end was read and is good.
    Ended,
    /// Something was refused.
    Broken,
}

impl<R: Read> ArchiveReader<R> {
    /// Starts to read an archive that begins at the present place of `input` and ends where `input` does.
    pub fn new(input: R, limits: Limits) -> Self {
        Self {
            input,
            limits,
            members: 0,
            bytes: 0,
            state: State::Content {
                left: 0,
                padding: 0,
            },
            name: Vec::new(),
        }
    }

    /// The next member, or `None` after the last one, once the end of the archive is proven. What the caller left
    /// unread of the member before is skipped.
    ///
    /// # Errors
    /// [`Error::Archive`] when the archive breaks a rule or is cut short, [`Error::Limit`] when it holds more than
    /// allowed, and what the stream below says.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator cannot lend the content"
    )]
    pub fn next(&mut self) -> Result<Option<Member>> {
        let member = self.advance();
        if member.is_err() {
            self.state = State::Broken;
        }
        member
    }

    /// Reads content of the member that [`ArchiveReader::next`] gave last; 0 at its end.
    ///
    /// # Errors
    /// [`Error::Archive`] when the archive is cut short within it, and what the stream below says.
    pub fn read_content(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let got = self.read_some(buffer);
        if got.is_err() {
            self.state = State::Broken;
        }
        got
    }

    /// The same content as a `Read`. Its errors hold ours, to be had back with `io::Error::downcast`.
    pub fn content(&mut self) -> Content<'_, R> {
        Content(self)
    }

    /// The input, wherever it stands.
    pub fn into_inner(self) -> R {
        self.input
    }

    fn advance(&mut self) -> Result<Option<Member>> {
        match self.state {
            State::Broken => return Err(self.refused("an earlier part of it was refused")),
            State::Ended => return Ok(None),
            State::Content { .. } => self.skip_content()?,
        }
        let Some(mut fields) = self.header()? else {
            return self.end().map(|()| None);
        };
        let mut records = Records::default();
        if fields.kind == header::EXTENDED {
            records = self.records(&fields)?;
            fields = self
                .header()?
                .ok_or_else(|| self.refused("nothing follows its pax header"))?;
        }
        let member = join(fields, records).map_err(|why| self.refused(why))?;
        self.name.clone_from(&member.path);
        self.count(&member)?;
        Ok(Some(member))
    }

    /// Checks the limits and makes the member's content the next thing to be read.
    fn count(&mut self, member: &Member) -> Result<()> {
        let size = match member.kind {
            MemberKind::File { size } => size,
            MemberKind::Directory | MemberKind::Link { .. } => 0,
        };
        self.members = within(
            self.members,
            1,
            self.limits.members,
            "members in the archive",
        )?;
        self.bytes = within(
            self.bytes,
            size,
            self.limits.bytes,
            "bytes in the archive's files",
        )?;
        self.state = State::Content {
            left: size,
            padding: padding(size),
        };
        Ok(())
    }

    /// One header block; `None` if it is all zeros.
    fn header(&mut self) -> Result<Option<Fields>> {
        let mut header = Header::new_old();
        self.exactly(header.as_mut_bytes())?;
        if is_zero(header.as_bytes()) {
            return Ok(None);
        }
        self.name = header::raw_name(&header).to_vec();
        header::decode(&header)
            .map(Some)
            .map_err(|why| self.refused(why))
    }

    /// The content of a pax header.
    fn records(&mut self, fields: &Fields) -> Result<Records> {
        if fields.size == 0 || fields.size > MAX_RECORDS {
            return Err(self.refused("its pax header is empty or larger than 64 KiB"));
        }
        let size = usize::try_from(fields.size)
            .map_err(|_| self.refused("its pax header is too large"))?;
        let mut bytes = vec![0; size];
        self.exactly(&mut bytes)?;
        self.zeros(padding(fields.size))?;
        Records::decode(&bytes).map_err(|why| self.refused(why))
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (left, padding) = match self.state {
            State::Content { left, padding } => (left, padding),
            State::Ended => return Ok(0),
            State::Broken => return Err(self.refused("an earlier part of it was refused")),
        };
        let want = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let part = buffer.get_mut(..want).unwrap_or_default();
        let got = self.some(part)?;
        if got == 0 && want > 0 {
            return Err(self.refused("the archive is cut short within its content"));
        }
        let left = left.saturating_sub(got as u64);
        self.state = State::Content { left, padding };
        Ok(got)
    }

    fn skip_content(&mut self) -> Result<()> {
        let State::Content { left, padding } = self.state else {
            return Ok(());
        };
        if left > 0 {
            // On the heap, which is wiped when freed: it is still somebody's secret.
            let mut buffer = vec![0; BUFFER];
            while self.read_some(&mut buffer)? > 0 {}
        }
        self.zeros(padding)
    }

    /// After the first block of zeros: the second, and then nothing but zeros.
    fn end(&mut self) -> Result<()> {
        self.name.clear();
        self.zeros(BLOCK)?;
        let mut buffer = vec![0; BUFFER];
        let mut seen = 0_u64;
        loop {
            let got = self.some(&mut buffer)?;
            if got == 0 {
                break;
            }
            seen += got as u64;
            if seen > MAX_TRAILER || !is_zero(buffer.get(..got).unwrap_or_default()) {
                return Err(self.refused("something follows the end of the archive"));
            }
        }
        self.state = State::Ended;
        Ok(())
    }

    /// Reads at most a block of zeros. Anything else there is what another reader would not see.
    fn zeros(&mut self, length: usize) -> Result<()> {
        let mut block = [0; BLOCK];
        let part = block.get_mut(..length).unwrap_or_default();
        self.exactly(part)?;
        if is_zero(part) {
            Ok(())
        } else {
            Err(self.refused("there is something where only zeros may be"))
        }
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<()> {
        self.input
            .read_exact(buffer)
            .map_err(|error| self.failed(error))
    }

    /// One read, again when a signal interrupts it; 0 at the end of the stream.
    fn some(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                got => return got.map_err(|error| self.failed(error)),
            }
        }
    }

    /// What the stream below says. That it ends too early is said of the archive.
    fn failed(&self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::UnexpectedEof => self.refused("the archive is cut short"),
            _ => from_stream("read the archive", error),
        }
    }

    fn refused(&self, why: impl Into<String>) -> Error {
        let member = match self.name.as_slice() {
            b"" => "its beginning or end".into(),
            name => escaped(name),
        };
        Error::Archive {
            member,
            why: why.into(),
        }
    }
}

/// The content of one member; see [`ArchiveReader::content`].
pub struct Content<'a, R>(&'a mut ArchiveReader<R>);

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_content(buffer).map_err(io::Error::other)
    }
}

fn within(have: u64, more: u64, limit: u64, what: &str) -> Result<u64> {
    have.checked_add(more)
        .filter(|sum| *sum <= limit)
        .ok_or_else(|| Error::Limit {
            what: what.into(),
            limit,
        })
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::super::ArchiveWriter;
    use super::super::pax::push;
    use super::*;

    const WIDE: Limits = Limits {
        members: 100,
        bytes: 1 << 40,
    };

    /// A header with its checksum, changed by hand.
    fn header(kind: u8, name: &[u8], size: u64, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let fields = Fields {
            kind,
            name: name.to_vec(),
            mode: 0o644,
            size,
            ..Fields::default()
        };
        let mut header = header::encode(&fields);
        change(header.as_mut_bytes());
        header.set_cksum();
        header.as_bytes().to_vec()
    }

    fn plain(kind: u8, name: &[u8]) -> Vec<u8> {
        header(kind, name, 0, |_| {})
    }

    fn put(place: usize, bytes: &'static [u8]) -> impl FnOnce(&mut [u8]) {
        move |block| block[place..place + bytes.len()].copy_from_slice(bytes)
    }

    fn pax(records: &[u8]) -> Vec<u8> {
        let size = records.len() as u64;
        let mut bytes = header(b'x', b"PaxHeaders/x", size, |_| {});
        bytes.extend(records);
        bytes.resize(bytes.len() + padding(size), 0);
        bytes
    }

    fn record(key: &str, value: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        push(&mut bytes, key, value);
        pax(&bytes)
    }

    fn end() -> Vec<u8> {
        vec![0; 2 * BLOCK]
    }

    /// Reads to the end and gives the reason of the refusal, if there is one.
    fn verdict(archive: &[u8]) -> Option<String> {
        let mut reader = ArchiveReader::new(archive, WIDE);
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(Error::Archive { why, .. }) => {
                    assert!(
                        reader.next().is_err(),
                        "after a refusal nothing more is given"
                    );
                    assert!(reader.read_content(&mut [0; 9]).is_err());
                    return Some(why);
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    fn refused(archive: &[Vec<u8>], reason: &str) {
        let why = verdict(&archive.concat()).unwrap_or_else(|| panic!("accepted, not: {reason}"));
        assert!(why.contains(reason), "{why:?} does not say {reason:?}");
    }

    #[test]
    fn the_tables_below_refuse_for_their_reason_because_without_it_they_are_accepted() {
        let good: [&[Vec<u8>]; 6] = [
            &[plain(b'0', b"a"), end()],
            &[plain(b'5', b"a"), end()],
            &[plain(b'5', b"a/"), end()],
            &[header(b'2', b"a", 0, put(157, b"t")), end()],
            &[record("path", b"b"), plain(b'0', b"a"), end()],
            &[plain(b'0', b"a\\b..c/...d"), end(), vec![0; 10_000]],
        ];
        for archive in good {
            assert_eq!(verdict(&archive.concat()), None);
        }
    }

    #[test]
    fn every_kind_of_member_but_file_directory_and_link_is_refused() {
        for kind in (0..=255).filter(|kind| !b"025x".contains(kind)) {
            let member = header(0, b"a", 0, |block| block[156] = kind);
            refused(&[member, end()], "are not allowed");
        }
    }

    #[test]
    fn names_that_could_lead_elsewhere_are_refused_in_headers_and_in_records() {
        let names: [&[u8]; 12] = [
            b"/", b"/a", b"//a", b".", b"./a", b"a/.", b"..", b"../a", b"a/../b", b"a//b", b"a/",
            b"a/..",
        ];
        for name in names {
            refused(&[plain(b'0', name), end()], "the name");
            refused(
                &[record("path", name), plain(b'0', b"a"), end()],
                "the name",
            );
            if name != b"a/" {
                refused(&[plain(b'5', name), end()], "the name");
            }
        }
        refused(&[plain(b'5', b"a//"), end()], "empty component");
        refused(&[plain(b'0', b""), end()], "empty");
        refused(&[plain(b'5', b""), end()], "empty");
        refused(&[record("path", b""), plain(b'0', b"a"), end()], "empty");
        refused(
            &[record("path", b"a\0b"), plain(b'0', b"a"), end()],
            "zero byte",
        );
        let long = record("path", &[b'n'; 4096]);
        assert_eq!(verdict(&[long, plain(b'0', b"a"), end()].concat()), None);
        let longer = record("path", &[b'n'; 4097]);
        refused(&[longer, plain(b'0', b"a"), end()], "longer than 4096");
    }

    #[test]
    fn link_targets_only_belong_to_links_and_are_not_empty() {
        refused(&[plain(b'2', b"a"), end()], "empty");
        refused(
            &[header(b'0', b"a", 0, put(157, b"t")), end()],
            "link target",
        );
        refused(
            &[header(b'5', b"a", 0, put(157, b"t")), end()],
            "link target",
        );
        refused(
            &[record("linkpath", b"t"), plain(b'0', b"a"), end()],
            "link target",
        );
        refused(
            &[record("linkpath", b"t\0t"), plain(b'2', b"a"), end()],
            "zero byte",
        );
    }

    #[test]
    fn headers_that_two_readers_could_take_differently_are_refused() {
        let cases: [(usize, &'static [u8], &str); 14] = [
            (1, b"\0b", "name is malformed"),
            (157, b"\0t", "link target is malformed"),
            (345, b"prefix", "prefix"),
            (500, b"p", "prefix"),
            (257, b"ustar  \0", "not a POSIX"),
            (263, b"01", "not a POSIX"),
            (257, b"\0\0\0\0\0\0\0\0", "not a POSIX"),
            (124, b"\x80\0\0\0\0\0\0\0\0\0\0\x01", "size is malformed"),
            (124, b"777777777777", "size is malformed"),
            (124, b"        12 \0", "size is malformed"),
            (124, b"-0000000001\0", "size is malformed"),
            (
                136,
                b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                "time is malformed",
            ),
            (100, b"0010000\0", "mode is malformed"),
            (100, b"\0\0\0\0\0\0\0\0", "mode is malformed"),
        ];
        for (place, bytes, reason) in cases {
            refused(&[header(b'0', b"a", 0, put(place, bytes)), end()], reason);
        }
        let mut wrong = plain(b'0', b"a");
        wrong[0] = b'b';
        refused(&[wrong, end()], "checksum");
        let mut signed = plain(b'0', b"a");
        signed[148] = 0x80;
        refused(&[signed, end()], "checksum");
    }

    #[test]
    fn directories_and_links_have_no_content() {
        refused(
            &[header(b'5', b"a", 1, |_| {}), vec![0; BLOCK], end()],
            "has content",
        );
        refused(
            &[header(b'2', b"a", 1, put(157, b"t")), vec![0; BLOCK], end()],
            "has content",
        );
        refused(
            &[record("size", b"1"), plain(b'5', b"a"), end()],
            "has content",
        );
    }

    #[test]
    fn pax_headers_are_bounded_and_belong_to_one_member() {
        let a = || plain(b'0', b"a");
        refused(&[pax(b""), a(), end()], "empty or larger");
        let full = pax(&vec![b'x'; 64 * 1024]);
        refused(&[full, a(), end()], "record is malformed");
        refused(
            &[header(b'x', b"x", 64 * 1024 + 1, |_| {})],
            "empty or larger",
        );
        refused(
            &[header(b'x', b"x", (1 << 33) - 1, |_| {})],
            "empty or larger",
        );
        refused(
            &[record("path", b"b"), record("path", b"b"), a(), end()],
            "two pax headers",
        );
        refused(&[a(), record("path", b"b"), end()], "nothing follows");
        refused(&[record("path", b"b")], "cut short");
        refused(&[pax(b"9 path=b\n9 path=c\n"), a(), end()], "twice");
        refused(&[record("uid", b"1000"), a(), end()], "does not write");
        refused(
            &[record("GNU.sparse.major", b"1"), a(), end()],
            "does not write",
        );
        let mut padded = record("path", b"b");
        padded[BLOCK + 20] = 1;
        refused(&[padded, a(), end()], "only zeros");
    }

    #[test]
    fn sizes_that_overflow_meet_the_limit_before_anything_is_read() {
        let huge = [record("size", b"18446744073709551615"), plain(b'0', b"a")].concat();
        let limits = Limits {
            members: 9,
            bytes: u64::MAX - 1,
        };
        let got = ArchiveReader::new(huge.as_slice(), limits).next();
        assert!(matches!(got, Err(Error::Limit { .. })), "{got:?}");

        let two = [header(b'0', b"a", 1, |_| {}), vec![0; BLOCK], huge].concat();
        let limits = Limits {
            members: 9,
            bytes: u64::MAX,
        };
        let mut reader = ArchiveReader::new(two.as_slice(), limits);
        assert!(reader.next().unwrap().is_some());
        let got = reader.next();
        assert!(matches!(got, Err(Error::Limit { .. })), "{got:?}");
    }

    #[test]
    fn after_the_end_there_are_only_zeros_and_not_endlessly() {
        let a = || plain(b'0', b"a");
        refused(&[a()], "cut short");
        refused(&[a(), vec![0; BLOCK]], "cut short");
        refused(&[a(), vec![0; BLOCK], a(), end()], "only zeros");
        refused(&[a(), end(), a(), end()], "follows the end");
        refused(&[a(), end(), vec![1]], "follows the end");
        assert_eq!(verdict(&[a(), end(), vec![0; 1 << 20]].concat()), None);
        refused(&[a(), end(), vec![0; (1 << 20) + 1]], "follows the end");

        let endless = io::Cursor::new(a()).chain(io::repeat(0));
        let mut reader = ArchiveReader::new(endless, WIDE);
        assert!(reader.next().unwrap().is_some());
        assert!(reader.next().is_err());
    }

    #[test]
    fn something_between_content_and_the_next_header_is_refused() {
        let mut content = vec![0; BLOCK];
        content[0] = b'c';
        content[400] = b'h';
        refused(
            &[header(b'0', b"a", 1, |_| {}), content, end()],
            "only zeros",
        );
    }

    #[test]
    fn content_left_unread_is_skipped() {
        let mut writer = ArchiveWriter::new(Vec::new());
        let content = vec![b'c'; 600_001];
        writer
            .file(b"a", 0o600, 0, 600_001, &mut content.as_slice())
            .unwrap();
        writer
            .file(b"b", 0o600, 0, 600_001, &mut content.as_slice())
            .unwrap();
        writer.file(b"c", 0o600, 0, 3, &mut &b"end"[..]).unwrap();
        let archive = writer.finish().unwrap();
        let mut reader = ArchiveReader::new(archive.as_slice(), WIDE);
        assert_eq!(reader.next().unwrap().unwrap().path, b"a");
        assert_eq!(reader.next().unwrap().unwrap().path, b"b");
        assert_eq!(reader.read_content(&mut [0; 10]).unwrap(), 10);
        assert_eq!(reader.next().unwrap().unwrap().path, b"c");
        let mut text = String::new();
        reader.content().read_to_string(&mut text).unwrap();
        assert_eq!(text, "end");
        assert_eq!(reader.read_content(&mut [0; 10]).unwrap(), 0);
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn content_cut_short_is_an_error_and_never_its_end() {
        let archive = [header(b'0', b"node/0/key", 9, |_| {}), b"four".to_vec()].concat();
        let mut reader = ArchiveReader::new(archive.as_slice(), WIDE);
        reader.next().unwrap();
        let error = reader.content().read_to_end(&mut Vec::new()).unwrap_err();
        let error = error.downcast::<Error>().unwrap();
        assert!(
            matches!(&error, Error::Archive { member, .. } if member == "\"node/0/key\""),
            "{error:?}"
        );
        assert!(reader.next().is_err());
    }
}
