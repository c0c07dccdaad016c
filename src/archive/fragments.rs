//! Members out of an archive with holes in it.
//!
//! Accepts the same members as `read.rs` and nothing else; where that one refuses the archive, this one looks on at the
//! next whole block. What it finds after a hole may have been a member of another archive, kept in a file of this one:
//! names and contents are findings, to be held against the inventory.

use tar::Header;

use super::header::{self, Fields};
use super::member::join;
use super::pax::{MAX_RECORDS, Records};
use super::{BLOCK, Member, MemberKind, padding};
use crate::error::Result;

/// Bytes of the archive, of any length. A piece that does not follow the one before begins with a whole block.
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether nothing is missing before it.
    pub follows: bool,
}

/// A member that was found.
pub struct Found {
    /// Its header.
    pub member: Member,
    /// Whether the archive was whole from its beginning to here, so that this is certainly a member of it.
    pub unbroken: bool,
}

/// A part of a member's content.
pub enum Fragment<'a> {
    /// More of it.
    Bytes(&'a [u8]),
    /// All of it was given.
    Whole,
    /// The rest is lost.
    Cut,
}

/// Finds members in the pieces that `S` gives. Holds about two pieces.
pub struct Fragments<S> {
    source: S,
    bytes: Vec<u8>,
    /// The part of `bytes` before this place is used.
    at: usize,
    /// The piece behind a hole that follows `bytes`.
    behind: Option<Piece>,
    /// Content of the current member that was not given yet, and the zeros after it.
    left: u64,
    padding: usize,
    unbroken: bool,
    only_zeros: bool,
}

impl<S: FnMut() -> Result<Option<Piece>>> Fragments<S> {
    /// Starts at the beginning of an archive.
    pub fn new(source: S) -> Self {
        Self {
            source,
            bytes: Vec::new(),
            at: 0,
            behind: None,
            left: 0,
            padding: 0,
            unbroken: true,
            only_zeros: true,
        }
    }

    /// The next member whose header is whole. What was not asked for of the one before is skipped.
    ///
    /// # Errors
    /// What the source answers.
    #[expect(clippy::should_implement_trait, reason = "it answers errors")]
    pub fn next(&mut self) -> Result<Option<Found>> {
        while let Fragment::Bytes(_) = self.content()? {}
        loop {
            if !self.have(BLOCK)? {
                if !self.cross() {
                    return Ok(None);
                }
            } else if let Some((member, used)) = self.member()? {
                self.at += used;
                if let MemberKind::File { size } = member.kind {
                    (self.left, self.padding) = (size, padding(size));
                }
                self.only_zeros = true;
                let unbroken = self.unbroken;
                return Ok(Some(Found { member, unbroken }));
            } else {
                self.skip_block();
            }
        }
    }

    /// More content of the member that [`Fragments::next`] gave last.
    ///
    /// # Errors
    /// What the source answers.
    pub fn content(&mut self) -> Result<Fragment<'_>> {
        if self.left == 0 {
            if self.have(self.padding)? {
                self.at += self.padding;
            }
            self.padding = 0;
            return Ok(Fragment::Whole);
        }
        if !self.have(1)? {
            (self.left, self.padding) = (0, 0);
            self.only_zeros = false;
            return Ok(Fragment::Cut);
        }
        let there = self.bytes.get(self.at..).unwrap_or_default();
        let count = usize::try_from(self.left).map_or(there.len(), |left| left.min(there.len()));
        self.at += count;
        self.left -= count as u64;
        Ok(Fragment::Bytes(there.get(..count).unwrap_or_default()))
    }

    /// After the end: whether nothing but zeros came after the last member that was found.
    pub fn only_zeros_followed(&self) -> bool {
        self.only_zeros
    }

    /// Whether `count` bytes are there without a hole; gets them if need be.
    fn have(&mut self, count: usize) -> Result<bool> {
        while self.bytes.len().saturating_sub(self.at) < count {
            if self.behind.is_some() {
                return Ok(false);
            }
            match (self.source)()? {
                None => return Ok(false),
                Some(piece) if piece.follows => {
                    self.bytes.drain(..self.at.min(self.bytes.len()));
                    self.at = 0;
                    if self.bytes.is_empty() {
                        self.bytes = piece.bytes;
                    } else {
                        self.bytes.extend_from_slice(&piece.bytes);
                    }
                }
                behind => self.behind = behind,
            }
        }
        Ok(true)
    }

    /// Goes over a hole, and gives up what is left before it. False at the end.
    fn cross(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.only_zeros &= rest.is_empty();
        let Some(piece) = self.behind.take() else {
            return false;
        };
        (self.bytes, self.at) = (piece.bytes, 0);
        (self.unbroken, self.only_zeros) = (false, false);
        true
    }

    /// Goes on behind a block that is no header.
    fn skip_block(&mut self) {
        let block = self.bytes.get(self.at..).unwrap_or_default();
        let zeros = block.iter().take(BLOCK).all(|byte| *byte == 0);
        self.only_zeros &= zeros;
        // Zeros end an archive. What comes after them does not belong to it.
        self.unbroken = false;
        self.at += BLOCK;
    }

    /// The member whose headers begin here, and their length.
    fn member(&mut self) -> Result<Option<(Member, usize)>> {
        let Some(first) = self.header(0) else {
            return Ok(None);
        };
        if first.kind != header::EXTENDED {
            return Ok(join(first, Records::default()).ok().map(|m| (m, BLOCK)));
        }
        let Some(size) = usize::try_from(first.size)
            .ok()
            .filter(|size| (1..=MAX_RECORDS as usize).contains(size))
        else {
            return Ok(None);
        };
        let used = 2 * BLOCK + size + padding(first.size);
        if !self.have(used)? {
            return Ok(None);
        }
        Ok(self.extended(size, used).map(|member| (member, used)))
    }

    /// The member behind a pax header with so many bytes of records; `used` bytes in all, which are there.
    fn extended(&self, size: usize, used: usize) -> Option<Member> {
        let start = self.at + BLOCK;
        let (records, zeros) = self
            .bytes
            .get(start..self.at + used - BLOCK)?
            .split_at_checked(size)?;
        let records = Records::decode(records).ok()?;
        let fields = self.header(used - BLOCK)?;
        let zeros = zeros.iter().all(|byte| *byte == 0);
        join(fields, records).ok().filter(|_| zeros)
    }

    /// The header in the block that begins `offset` bytes from here.
    fn header(&self, offset: usize) -> Option<Fields> {
        let start = self.at.checked_add(offset)?;
        let block = self.bytes.get(start..start.checked_add(BLOCK)?)?;
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(block);
        header::decode(&header).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ArchiveWriter;
    use super::*;

    fn archive() -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Vec::new());
        writer.directory(b"node/0", 0o700, 1).unwrap();
        for (name, size) in [("a", 100), ("b", 5000), ("c", 512), ("d", 0)] {
            let path = format!("node/0/{name}").into_bytes();
            let content = vec![name.as_bytes()[0]; size];
            writer
                .file(&path, 0o600, 2, size as u64, &mut &content[..])
                .unwrap();
        }
        let long = [&b"node/0/"[..], &[b'l'; 200], b"\xff"].concat();
        writer.file(&long, 0o600, 3, 3, &mut &b"lll"[..]).unwrap();
        writer.link(b"node/0/link", b"a", 4).unwrap();
        writer.finish().unwrap()
    }

    /// Last letter of the name, bytes of content, whether whole, whether unbroken.
    type Seen = (u8, usize, bool, bool);

    fn seen(pieces: Vec<Piece>) -> (Vec<Seen>, bool) {
        let mut pieces = pieces.into_iter();
        let mut fragments = Fragments::new(|| Ok(pieces.next()));
        let mut all = Vec::new();
        while let Some(found) = fragments.next().unwrap() {
            let last = *found.member.path.last().unwrap();
            let mut bytes = 0;
            let whole = loop {
                match fragments.content().unwrap() {
                    Fragment::Bytes(part) => {
                        assert!(part.iter().all(|byte| *byte == last || last == 0xff));
                        bytes += part.len();
                    }
                    Fragment::Whole => break true,
                    Fragment::Cut => break false,
                }
            };
            all.push((last, bytes, whole, found.unbroken));
        }
        assert!(fragments.next().unwrap().is_none());
        let zeros = fragments.only_zeros_followed();
        (all, zeros)
    }

    fn piece(bytes: &[u8], follows: bool) -> Piece {
        let bytes = bytes.to_vec();
        Piece { bytes, follows }
    }

    const ALL: [Seen; 7] = [
        (b'0', 0, true, true),
        (b'a', 100, true, true),
        (b'b', 5000, true, true),
        (b'c', 512, true, true),
        (b'd', 0, true, true),
        (0xff, 3, true, true),
        (b'k', 0, true, true),
    ];

    #[test]
    fn a_whole_archive_in_pieces_of_any_size_gives_every_member() {
        for size in [1, 7, 511, 512, 513, 4000, 1 << 20] {
            let pieces = archive()
                .chunks(size)
                .map(|part| piece(part, true))
                .collect();
            assert_eq!(seen(pieces), (ALL.to_vec(), true), "{size}");
        }
    }

    #[test]
    fn after_a_hole_the_next_members_are_found_and_said_to_be_uncertain() {
        let archive = archive();
        let after = |members: &[Seen]| -> Vec<Seen> {
            let uncertain = |seen: &Seen| (seen.0, seen.1, seen.2, false);
            members.iter().map(uncertain).collect()
        };
        // Blocks: directory 0, a 1-2, b 3-13, c 14-15, d 16, the long one from 17. A hole in b's content.
        let pieces = vec![
            piece(&archive[..4000], true),
            piece(&archive[6 * BLOCK..], false),
        ];
        let cut = (b'b', 4000 - 4 * BLOCK, false, true);
        let expected = [&ALL[..2], &[cut], &after(&ALL[3..])].concat();
        assert_eq!(seen(pieces), (expected, true));
        // A hole from within the header of b into its content; and the beginning lost.
        for before in [&archive[..3 * BLOCK + 100], &[]] {
            let pieces = vec![piece(before, true), piece(&archive[5 * BLOCK..], false)];
            let kept = if before.is_empty() { 0 } else { 2 };
            let expected = [&ALL[..kept], &after(&ALL[3..])].concat();
            assert_eq!(seen(pieces), (expected, true));
        }
        // Between the records of the long name and its header.
        let pieces = vec![
            piece(&archive[..18 * BLOCK], true),
            piece(&archive[19 * BLOCK..], false),
        ];
        let found = seen(pieces).0;
        assert_eq!(found[..5], ALL[..5]);
        assert_eq!(found.last(), after(&ALL).last());
    }

    #[test]
    fn content_that_ends_right_before_a_hole_is_whole() {
        let archive = archive();
        let pieces = vec![
            piece(&archive[..2 * BLOCK + 100], true),
            piece(&archive[16 * BLOCK..], false),
        ];
        assert_eq!(seen(pieces).0[1], ALL[1]);
    }

    #[test]
    fn an_archive_that_stops_or_goes_on_after_its_end_did_not_end_in_zeros() {
        let archive = archive();
        let cut = vec![piece(&archive[..archive.len() - 2 * BLOCK - 1], true)];
        assert!(!seen(cut).1);
        let cut = vec![piece(&archive[..5 * BLOCK], true)];
        assert!(!seen(cut).1);
        let behind = vec![piece(&archive, true), piece(&[7; BLOCK], true)];
        assert_eq!(seen(behind), (ALL.to_vec(), false));
        let behind = vec![piece(&archive, true), piece(&[0; BLOCK], false)];
        assert!(!seen(behind).1);
        // A second archive behind the first one is not part of it.
        let two = seen(vec![piece(&archive, true), piece(&archive, true)]).0;
        assert!(two[ALL.len()..].iter().all(|seen| !seen.3));
    }

    #[test]
    fn any_damage_is_passed_over_without_panic() {
        let good = archive();
        let mut state = 9_u64;
        let mut dice = |end: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state).unwrap() % end
        };
        for _ in 0..3000 {
            let mut bytes = good.clone();
            for _ in 0..=dice(6) {
                let place = dice(bytes.len());
                bytes[place] = dice(256) as u8;
            }
            let (from, to) = (dice(bytes.len()), dice(bytes.len()) / BLOCK * BLOCK);
            let follows = dice(2) == 0;
            let mut pieces = vec![piece(&bytes[..from], true), piece(&bytes[to..], follows)];
            pieces.truncate(1 + dice(2));
            let mut pieces = pieces.into_iter();
            let mut fragments = Fragments::new(|| Ok(pieces.next()));
            let mut given = 0;
            while fragments.next().unwrap().is_some() {
                while let Fragment::Bytes(part) = fragments.content().unwrap() {
                    given += part.len();
                }
            }
            assert!(given <= 2 * good.len());
        }
    }
}
