//! Reads frames out of a compressed stream with holes in it.
//!
//! Knows bytes and frames. Frames stand alone, so after a hole it looks for the beginning of the next one. What looks like
//! a frame there may be something else (a file that is itself compressed), so what it gives is a finding, not a proof.

use super::context::Decompressor;
use super::{FRAME, INPUT};
use crate::error::{Error, Result};

/// The first bytes of a frame (RFC 8878 section 3.1.1).
const MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();
/// The most bytes of a frame's header, its magic number included.
const HEADER: usize = 18;
/// Magic number and length of a skippable frame.
const PADDING: usize = 8;
/// The bit of the byte behind the magic number that says that a checksum follows the frame. Ours have one.
const CHECKSUM: u8 = 0b100;
/// More bytes than any frame of [`FRAME`] incompressible bytes takes: a header of 3 bytes for each 128 KiB.
const MOST_PACKED: usize = FRAME + 64 * 1024;
/// Bytes that may be decompressed in vain for each byte of input, so that false frames cannot hold it up for ever.
const CREDIT: u64 = 64;

/// What the compressed stream has next.
pub enum Packed {
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many bytes are lost.
    Hole(u64),
    /// Nothing more. `proven`: whether this is known to be the place where the stream ended when it was whole.
    End {
        /// See above.
        proven: bool,
    },
}

/// Plain bytes of one frame.
pub struct Piece {
    /// At most [`FRAME`]. All that the frame holds, or what comes before a hole in it.
    pub bytes: Vec<u8>,
    /// Whether nothing is missing between the piece before and this one; for the first, before it.
    pub follows: bool,
}

/// Finds frames in what `S` gives. Holds the packed and the plain bytes of one frame.
pub struct Frames<S> {
    source: S,
    packed: Vec<u8>,
    /// Where `packed` begins in the stream.
    place: u64,
    /// What came after the bytes in `packed`, if not more bytes.
    next: Option<Packed>,
    /// Whether the last frame ended right before `packed`.
    follows: bool,
    /// Where the padding that follows the last frame ends.
    padding_end: Option<u64>,
    decompressor: Option<Decompressor>,
    credit: u64,
}

enum Decoded {
    Whole { used: usize },
    Cut { produced: usize },
    NoFrame { produced: usize },
}

impl<S: FnMut() -> Result<Packed>> Frames<S> {
    /// Starts at the beginning of a stream.
    pub fn new(source: S) -> Self {
        Self {
            source,
            packed: Vec::new(),
            place: 0,
            next: None,
            follows: true,
            padding_end: None,
            decompressor: None,
            credit: 16 * FRAME as u64,
        }
    }

    /// The next piece; `None` when the stream has ended.
    ///
    /// # Errors
    /// What the source answers; [`Error::System`] without memory.
    #[expect(clippy::should_implement_trait, reason = "it answers errors")]
    pub fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            if self.find() {
                if let Some(piece) = self.frame()? {
                    return Ok(Some(piece));
                }
            } else if !self.more()? && !self.cross() {
                return Ok(None);
            }
        }
    }

    /// After the end: whether the last piece is certainly the stream's last, because the padding that follows it, or it
    /// itself, reaches to where the stream is known to end.
    pub fn ended(&self) -> bool {
        let at_end = matches!(self.next, Some(Packed::End { proven: true }));
        at_end && (self.follows || self.padding_end == Some(self.place))
    }

    /// Gets more bytes; false before a hole and at the end.
    fn more(&mut self) -> Result<bool> {
        if self.next.is_some() {
            return Ok(false);
        }
        match (self.source)()? {
            Packed::Bytes(bytes) => {
                self.packed.extend_from_slice(&bytes);
                self.credit = self.credit.saturating_add(CREDIT * bytes.len() as u64);
                Ok(true)
            }
            other => {
                self.next = Some(other);
                Ok(false)
            }
        }
    }

    /// Goes over the hole that follows, and gives up what is before it. False at the end.
    fn cross(&mut self) -> bool {
        self.skip(self.packed.len());
        let Some(Packed::Hole(lost)) = self.next else {
            return false;
        };
        self.next = None;
        self.place = self.place.saturating_add(lost);
        self.follows = false;
        true
    }

    /// Goes on by `count` bytes without having used them for a frame.
    fn skip(&mut self, count: usize) {
        self.use_up(count);
        self.follows &= count == 0;
    }

    fn use_up(&mut self, count: usize) {
        let count = count.min(self.packed.len());
        self.packed.drain(..count);
        self.place = self.place.saturating_add(count as u64);
    }

    /// Goes to the next magic number. False when there is none in the bytes that are there.
    fn find(&mut self) -> bool {
        loop {
            if self.packed.starts_with(&MAGIC) {
                return true;
            }
            if self.follows || self.padding_end == Some(self.place) {
                if self.packed.len() < PADDING {
                    return false;
                }
                let length = padding_length(&self.packed);
                self.padding_end = length.map(|length| self.place.saturating_add(length));
            }
            match self.nothing() {
                0 => return false,
                count => self.skip(count),
            }
        }
    }

    /// How many bytes can be passed over, because no frame begins before.
    fn nothing(&self) -> usize {
        let found = self.packed.windows(MAGIC.len()).position(|w| w == MAGIC);
        let rest = MAGIC.len() - 1;
        let count = found.unwrap_or(self.packed.len().saturating_sub(rest));
        // Padding is gone through like anything else, because its length may be a false one. More may follow it.
        let padding = self.padding_end.and_then(|end| end.checked_sub(self.place));
        let padding = padding.and_then(|padding| usize::try_from(padding).ok());
        padding
            .filter(|padding| *padding > 0)
            .map_or(count, |padding| count.min(padding))
    }

    /// What is at the front of `packed`, if it is a frame as we write them. Goes on behind its magic number if not.
    fn frame(&mut self) -> Result<Option<Piece>> {
        while self.packed.len() < HEADER && self.more()? {}
        let size = plain_size(&self.packed).filter(|size| *size as u64 <= self.credit);
        let Some(size) = size else {
            self.skip(MAGIC.len());
            return Ok(None);
        };
        let mut bytes = vec![0; size];
        let (used, length) = match self.decode(&mut bytes)? {
            Decoded::Whole { used } => (used, size),
            Decoded::Cut { produced } => (self.packed.len(), produced),
            Decoded::NoFrame { produced } => {
                self.credit = self.credit.saturating_sub((produced + INPUT) as u64);
                self.skip(MAGIC.len());
                return Ok(None);
            }
        };
        self.use_up(used);
        bytes.truncate(length);
        let follows = std::mem::replace(&mut self.follows, length == size);
        self.padding_end = None;
        Ok(Some(Piece { bytes, follows }))
    }

    /// Decompresses the frame at the front of `packed`, which grows as far as is needed.
    fn decode(&mut self, plain: &mut [u8]) -> Result<Decoded> {
        let mut decompressor = match self.decompressor.take() {
            Some(decompressor) => decompressor,
            None => Decompressor::new().map_err(|error| Error::unwrap_io(error, "decompress"))?,
        };
        let (mut used, mut produced) = (0, 0);
        loop {
            let packed = self.packed.get(used..).unwrap_or_default();
            let room = plain.get_mut(produced..).unwrap_or_default();
            let Ok(step) = decompressor.step(packed, room) else {
                return Ok(Decoded::NoFrame { produced });
            };
            used += step.consumed;
            produced += step.produced;
            if step.frame_ended {
                // Only after a good end may it be used for another frame.
                self.decompressor = Some(decompressor);
                return Ok(Decoded::Whole { used });
            }
            let idle = step.consumed == 0 && step.produced == 0;
            if used > MOST_PACKED || (idle && used < self.packed.len()) {
                return Ok(Decoded::NoFrame { produced });
            }
            if used == self.packed.len() && !self.more()? {
                return Ok(Decoded::Cut { produced });
            }
        }
    }
}

/// How many plain bytes the frame with this beginning says it has, if it is a frame as we write them.
fn plain_size(packed: &[u8]) -> Option<usize> {
    let checked = packed
        .get(MAGIC.len())
        .is_some_and(|flags| flags & CHECKSUM != 0);
    let size = zstd_safe::get_frame_content_size(packed).ok().flatten();
    let size = size.and_then(|size| usize::try_from(size).ok());
    size.filter(|size| checked && *size <= FRAME)
}

/// The whole length of the skippable frame with this beginning, if it is one.
fn padding_length(packed: &[u8]) -> Option<u64> {
    let [low, 0x2A, 0x4D, 0x18, length @ ..] = packed.first_chunk::<PADDING>()? else {
        return None;
    };
    (low & 0xF0 == 0x50).then_some(PADDING as u64 + u64::from(u32::from_le_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::{FrameWriter, padding, write_padding};
    use super::*;

    fn noise(len: usize, mut state: u64) -> Vec<u8> {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..len).map(|_| next()).collect()
    }

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut writer = FrameWriter::new(Vec::new(), 1, 2).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap().0
    }

    const STEP: usize = 65_536;

    /// Pieces of a stream in which these steps of 64 KiB are lost, and whether its end is sure.
    fn pieces(stream: &[u8], lost: &[usize], proven: bool) -> (Vec<Piece>, bool) {
        let mut steps = stream.chunks(STEP).enumerate();
        let mut frames = Frames::new(|| {
            Ok(match steps.next() {
                Some((number, step)) if lost.contains(&number) => Packed::Hole(step.len() as u64),
                Some((_, step)) => Packed::Bytes(step.to_vec()),
                None => Packed::End { proven },
            })
        });
        let mut found = Vec::new();
        while let Some(piece) = frames.next().unwrap() {
            assert!(piece.bytes.len() <= FRAME);
            found.push(piece);
        }
        assert!(frames.next().unwrap().is_none());
        (found, frames.ended())
    }

    #[test]
    fn a_stream_without_holes_comes_out_whole() {
        for plain in [noise(2 * FRAME + 1000, 1), vec![0; 3 * FRAME], noise(9, 2)] {
            let mut stream = packed(&plain);
            let len = stream.len() as u64;
            write_padding(&mut stream, len).unwrap();
            let (found, ended) = pieces(&stream, &[], true);
            assert!(ended && found.iter().all(|piece| piece.follows));
            assert!(found.into_iter().flat_map(|piece| piece.bytes).eq(plain));
            assert!(!pieces(&stream, &[], false).1);
        }
    }

    #[test]
    fn around_a_hole_everything_but_the_rest_of_its_frame_comes_out() {
        let plain = noise(4 * FRAME - 500, 3);
        let stream = packed(&plain);
        // Of frame 1: its step 10.
        let (found, ended) = pieces(&stream, &[64 + 10], true);
        let follows: Vec<_> = found.iter().map(|piece| piece.follows).collect();
        assert_eq!(follows, [true, true, false, true]);
        assert!(ended);
        assert!(found[0].bytes == plain[..FRAME]);
        let cut = found[1].bytes.len();
        assert!(found[1].bytes == plain[FRAME..FRAME + cut]);
        assert!((8..=10).contains(&(cut / STEP)), "{cut}");
        assert!(found[2].bytes == plain[2 * FRAME..3 * FRAME]);
        assert!(found[3].bytes == plain[3 * FRAME..]);
    }

    #[test]
    fn every_single_hole_costs_no_more_than_the_frames_it_touches() {
        let plain = [
            noise(FRAME, 4),
            vec![b'x'; FRAME],
            noise(FRAME, 5),
            vec![1; 9],
        ]
        .concat();
        let stream = packed(&plain);
        for lost in
            (0..stream.len().div_ceil(STEP)).filter(|step| step % 9 == 1 || [64, 65].contains(step))
        {
            let (found, _) = pieces(&stream, &[lost], true);
            for piece in &found {
                let place = [0, 1, 2, 3].map(|i| plain[i * FRAME..].starts_with(&piece.bytes));
                assert!(place.contains(&true), "{lost}");
            }
            // The second frame is so small that it can lie in one hole with its neighbours' ends: at most three are hurt.
            assert!(found.len() >= 2, "{lost}");
        }
    }

    #[test]
    fn the_end_is_sure_behind_a_hole_only_when_it_lies_in_the_padding() {
        let mut stream = packed(&noise(2 * FRAME, 6));
        let len = stream.len();
        write_padding(&mut stream, len as u64).unwrap();
        assert_eq!(stream.len() as u64, padding(len as u64 + 8));
        let last = stream.len().div_ceil(STEP) - 1;
        assert!(last > len / STEP + 1);
        assert!(pieces(&stream, &[last], true).1);
        assert!(!pieces(&stream, &[last], false).1);
        // The step with the padding's beginning, and one before the last frame.
        assert!(!pieces(&stream, &[len / STEP], true).1);
        assert!(pieces(&stream, &[3, last], true).1);
    }

    #[test]
    fn padding_in_several_frames_is_followed_to_its_end() {
        let skippable = |length: u32| {
            let length_field = length.to_le_bytes();
            [
                &[0x50, 0x2A, 0x4D, 0x18],
                &length_field[..],
                &vec![0; length as usize],
            ]
            .concat()
        };
        let both = [skippable(100_000), skippable(0), skippable(80_000)].concat();
        let stream = [packed(b"plain"), both.clone()].concat();
        assert!(pieces(&stream, &[], true).1);
        assert!(pieces(&stream, &[2], true).1);
        assert!(
            !pieces(&stream, &[1], true).1,
            "the hole hides where the second begins"
        );
        assert!(!pieces(&[stream, vec![0; 9]].concat(), &[], true).1);
        assert!(!pieces(&[packed(b"plain"), vec![1; 3], both].concat(), &[], true).1);
    }

    #[test]
    fn a_frame_inside_a_file_is_found_after_a_hole_and_said_not_to_follow() {
        // All of it lies in one block of 128 KiB, which is stored as it is.
        let inside = packed(&noise(40_000, 7));
        let plain = [noise(1_000_000, 8), inside, noise(FRAME, 9)].concat();
        let (found, _) = pieces(&packed(&plain), &[0], true);
        assert_eq!(found[0].bytes.len(), 40_000);
        // With only the frame around it behind it, its end is not the stream's, padded or not.
        let mut inner = packed(&noise(40_000, 7));
        for padded in [false, true] {
            if padded {
                let len = inner.len() as u64;
                write_padding(&mut inner, len).unwrap();
            }
            let outer = [noise(1_000_000, 8), inner.clone(), noise(9000, 9)].concat();
            let (found, ended) = pieces(&packed(&outer), &[0], true);
            assert!(found.len() == 1 && !ended);
        }
        assert!(found.iter().take(2).all(|piece| !piece.follows));
        assert!(found[1].bytes == plain[FRAME..]);
    }

    #[test]
    fn false_frames_cannot_make_it_work_for_ever() {
        // A frame of 4 MiB that is one run-length block after another, with a wrong checksum: 150 bytes each.
        let mut bomb = [&MAGIC[..], &[0b1010_0100]].concat();
        bomb.extend(u32::try_from(FRAME).unwrap().to_le_bytes());
        for last in 0..32_u32 {
            let block = u32::from(last == 31) | 1 << 1 | (128 << 10) << 3;
            bomb.extend(&block.to_le_bytes()[..3]);
            bomb.push(0);
        }
        bomb.extend([0xFF; 4]);
        assert!(plain_size(&bomb) == Some(FRAME));
        let stream = [bomb.repeat(3000), packed(b"good")].concat();
        let begin = std::time::Instant::now();
        pieces(&stream, &[], true);
        assert!(begin.elapsed().as_secs() < 20);
    }

    #[test]
    fn random_holes_and_random_bytes_never_panic_or_give_more_than_there_was() {
        let mut plain = noise(FRAME + 70_000, 10);
        plain.extend(b"text ".repeat(400_000));
        let stream = packed(&plain);
        for round in 0..12 {
            let lost: Vec<usize> = noise(1 + round % 7, 77 + round as u64)
                .iter()
                .map(|byte| usize::from(*byte) % stream.len().div_ceil(STEP))
                .collect();
            let (found, _) = pieces(&stream, &lost, true);
            let bytes: usize = found.iter().map(|piece| piece.bytes.len()).sum();
            assert!(bytes < plain.len());
            let mut other = noise(90_000, round as u64 + 1);
            other[..4].copy_from_slice(&MAGIC);
            other[70_000..70_004].copy_from_slice(&MAGIC);
            pieces(&other, &[], true);
        }
    }
}
