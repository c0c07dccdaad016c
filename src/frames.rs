//! A stream of zstd frames: compressed on several threads, padded at the end, and read back within bounds.
//!
//! Knows bytes, frames and threads, and nothing of archives and ciphers. Each frame stands alone and holds at most
//! [`FRAME`] plain bytes, so frames are made side by side, and damage to one does not reach into the next. What is
//! written is plain zstd (RFC 8878): `zstd -d` reads it, padding included.

mod context;
mod holes;
mod padding;
mod pipeline;

pub use holes::{Frames, Packed, Piece};
pub use padding::{Padding, padding, write_padding};
pub use pipeline::FrameWriter;

use std::io::{self, ErrorKind, Read};

use context::Decompressor;

/// The most plain bytes that one frame holds: 4 MiB.
pub const FRAME: usize = 4 << 20;

/// Bytes read from below at once: what zstd itself recommends, a block and its header.
const INPUT: usize = 128 * 1024 + 3;

/// Reads the plain bytes of frames that stand one behind another; skippable frames (the padding) give none.
///
/// Takes at most 8 MiB for the window, whatever the input says. How many bytes come out is for the caller to bound.
/// Large reads (128 KiB or more) are the fast ones. The end of the input is a clean end only between frames: whether
/// frames are missing is for the layers around to know.
pub struct FrameReader<R: Read> {
    inner: R,
    decompressor: Decompressor,
    input: Box<[u8]>,
    /// The part of `input` that is not used up.
    unread: std::ops::Range<usize>,
    inside_frame: bool,
    inner_ended: bool,
    broken: bool,
}

impl<R: Read> FrameReader<R> {
    /// A reader of the frames in `inner`.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(inner: R) -> io::Result<Self> {
        Ok(Self {
            inner,
            decompressor: Decompressor::new()?,
            input: vec![0; INPUT].into_boxed_slice(),
            unread: 0..0,
            inside_frame: false,
            inner_ended: false,
            broken: false,
        })
    }

    /// Gives back what was read from. It stands where the input ended, or, before the end was reached, somewhat
    /// behind the last byte used.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// Fills the input buffer when it is used up.
    fn refill(&mut self) -> io::Result<()> {
        while self.unread.is_empty() && !self.inner_ended {
            match self.inner.read(&mut self.input) {
                Ok(len) => {
                    self.unread = 0..len;
                    self.inner_ended = len == 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Decodes once. `None` when the input ended and nothing more can come.
    fn step(&mut self, plain: &mut [u8]) -> io::Result<Option<usize>> {
        let packed = self.input.get(self.unread.clone()).unwrap_or_default();
        if packed.is_empty() && !self.inside_frame {
            return Ok(None);
        }
        let step = self.decompressor.step(packed, plain)?;
        self.unread.start += step.consumed;
        self.inside_frame = !step.frame_ended;
        let idle = step.produced == 0 && step.consumed == 0;
        if idle && self.inside_frame && self.inner_ended {
            return Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                "zstd: the last frame is cut short",
            ));
        }
        Ok(Some(step.produced))
    }
}

impl<R: Read> Read for FrameReader<R> {
    fn read(&mut self, plain: &mut [u8]) -> io::Result<usize> {
        if plain.is_empty() {
            return Ok(0);
        }
        if self.broken {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "zstd: read on after an error",
            ));
        }
        loop {
            self.refill()?;
            match self.step(plain) {
                Ok(Some(0)) => {}
                Ok(len) => return Ok(len.unwrap_or(0)),
                Err(error) => {
                    self.broken = true;
                    return Err(error);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::context::Compressor;
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    const TOOL: &str = "/usr/bin/zstd";

    fn frame(plain: &[u8], level: i32) -> Vec<u8> {
        let mut packed = Vec::new();
        Compressor::new(level)
            .unwrap()
            .compress(plain, &mut packed)
            .unwrap();
        packed
    }

    fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        FrameReader::new(packed)?
            .read_to_end(&mut plain)
            .map(|_| plain)
    }

    /// Bytes without repetition, of any length.
    fn noise(len: usize, mut state: u64) -> Vec<u8> {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        (0..len).map(|_| next()).collect()
    }

    /// Runs the stock tool, where the machine has it.
    fn stock(arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        if !std::path::Path::new(TOOL).exists() {
            crate::tests::skipped(
                crate::tests::Need::Tool,
                &format!("{TOOL} is not installed"),
            );
            return None;
        }
        let mut child = Command::new(TOOL)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeding = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap().unwrap();
        assert!(output.status.success(), "{TOOL} {arguments:?}");
        Some(output.stdout)
    }

    #[test]
    fn the_stock_tool_reads_what_we_write_padding_included() {
        let plain = [noise(FRAME + 9, 1), vec![b'x'; FRAME], noise(5, 2)].concat();
        let mut writer = FrameWriter::new(Vec::new(), 3, 2).unwrap();
        writer.write_all(&plain).unwrap();
        let (mut packed, len) = writer.finish().unwrap();
        assert_eq!(
            write_padding(&mut packed, len).unwrap(),
            packed.len() as u64
        );
        assert_eq!(packed.len() as u64, padding(len + 8));
        assert!(unpacked(&packed).unwrap() == plain);
        if let Some(back) = stock(&["-d", "-c"], &packed) {
            assert!(back == plain);
        }
    }

    #[test]
    fn we_read_what_the_stock_tool_writes() {
        let plain = [noise(300_000, 3), vec![7; 9 << 20], noise(4096, 4)].concat();
        for level in ["-1", "-3", "-12", "--fast=5"] {
            // A pipe: the tool does not know the length, and puts all into one frame of more than 4 MiB.
            if let Some(packed) = stock(&[level, "-c"], &plain) {
                assert!(unpacked(&packed).unwrap() == plain, "{level}");
            }
        }
    }

    #[test]
    fn a_frame_of_more_than_4_mib_is_read_when_its_window_is_8_mib() {
        let plain = noise(2 << 20, 5).repeat(4);
        assert!(unpacked(&frame(&plain, 3)).unwrap() == plain);
    }

    #[test]
    fn a_window_of_more_than_8_mib_is_refused() {
        // RFC 8878 section 3.1.1.1.2: the window's exponent, less 10, in the upper five bits. An empty last block.
        let asking_for = |log: u8| {
            [
                &0xFD2F_B528_u32.to_le_bytes()[..],
                &[0, (log - 10) << 3, 1, 0, 0],
            ]
            .concat()
        };
        assert_eq!(unpacked(&asking_for(23)).unwrap(), b"");
        for log in [24, 27, 31, 41] {
            let error = unpacked(&asking_for(log)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{log}");
        }
        if let Some(packed) = stock(&["--long=27", "-1", "-c"], &noise(1000, 6)) {
            assert_eq!(
                unpacked(&packed).unwrap_err().kind(),
                ErrorKind::InvalidData
            );
        }
    }

    #[test]
    fn skippable_frames_give_nothing_wherever_they_stand() {
        let skip = |number: u32, content: &[u8]| {
            let len = content.len() as u32;
            [
                &(0x184D_2A50 + number).to_le_bytes()[..],
                &len.to_le_bytes(),
                content,
            ]
            .concat()
        };
        let packed = [
            skip(0, b""),
            skip(15, b"first"),
            frame(b"one ", 1),
            skip(7, &noise(200_000, 7)),
            frame(b"", 1),
            frame(b"two", 19),
            skip(0, b""),
        ]
        .concat();
        assert_eq!(unpacked(&packed).unwrap(), b"one two");
    }

    #[test]
    fn no_input_is_no_output() {
        assert_eq!(unpacked(&[]).unwrap(), b"");
    }

    #[test]
    fn a_stream_cut_inside_a_frame_is_an_error_and_between_frames_an_end() {
        let mut packed = [frame(&noise(300, 8), 1), frame(&[b'a'; 5000], 3)].concat();
        let borders = [0, frame(&noise(300, 8), 1).len(), packed.len()];
        let len = packed.len() as u64;
        write_padding(&mut packed, len).unwrap();
        for cut in 0..packed.len() {
            let result = unpacked(&packed[..cut]);
            if borders.contains(&cut) {
                assert!(result.is_ok(), "{cut}");
            } else {
                assert_eq!(
                    result.unwrap_err().kind(),
                    ErrorKind::UnexpectedEof,
                    "{cut}"
                );
            }
        }
    }

    #[test]
    fn a_flipped_bit_never_gives_other_bytes() {
        let plain = b"keystore keystore keystore and something else".repeat(20);
        let packed = frame(&plain, 3);
        for place in 0..packed.len() * 8 {
            let mut flipped = packed.clone();
            flipped[place / 8] ^= 1 << (place % 8);
            // A flip in the magic number can make it a skippable frame; the rest of the header proves itself.
            if let Ok(got) = unpacked(&flipped) {
                assert!(got.is_empty() || got == plain, "{place}");
            }
        }
    }

    #[test]
    fn what_is_no_zstd_is_refused() {
        for input in [
            &b"PK\x03\x04 and so on"[..],
            &[0; 100],
            &[0xFF; 9],
            b"\x28\xB5\x2F\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        ] {
            assert_eq!(
                unpacked(input).unwrap_err().kind(),
                ErrorKind::InvalidData,
                "{input:?}"
            );
        }
        let behind = [frame(b"good", 1), b"then garbage".to_vec()].concat();
        assert_eq!(
            unpacked(&behind).unwrap_err().kind(),
            ErrorKind::InvalidData
        );
    }

    #[test]
    fn after_an_error_nothing_more_comes_out() {
        let packed = [b"garbage garbage".to_vec(), frame(b"good", 1)].concat();
        let mut reader = FrameReader::new(&packed[..]).unwrap();
        let mut out = [0; 100];
        for _ in 0..3 {
            assert_eq!(
                reader.read(&mut out).unwrap_err().kind(),
                ErrorKind::InvalidData
            );
        }
        assert_eq!(out, [0; 100]);
    }

    /// Gives one byte at a time, with interruptions.
    struct Dripping<'a>(&'a [u8], bool);

    impl Read for Dripping<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                Err(ErrorKind::Interrupted.into())
            } else {
                self.0.read(out.get_mut(..1).unwrap())
            }
        }
    }

    #[test]
    fn an_input_in_single_bytes_into_a_small_buffer_gives_the_same() {
        let plain = [noise(3000, 9), vec![1; 200_000]].concat();
        let packed = [frame(&plain, 3), frame(&plain, 1)].concat();
        let mut reader = FrameReader::new(Dripping(&packed, false)).unwrap();
        let mut back = Vec::new();
        let mut small = [0; 13];
        loop {
            match reader.read(&mut small).unwrap() {
                0 => break,
                len => back.extend_from_slice(&small[..len]),
            }
        }
        assert!(back == [&plain[..], &plain].concat());
        assert!(reader.into_inner().0.is_empty());
    }

    #[test]
    fn an_error_of_the_input_is_passed_on() {
        struct Gone;
        impl Read for Gone {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::NotFound.into())
            }
        }
        let packed = frame(&[5; 1000], 1);
        let input = packed[..packed.len() - 1].chain(Gone);
        let mut reader = FrameReader::new(input).unwrap();
        assert_eq!(
            reader.read_to_end(&mut Vec::new()).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_frames_come_back(
            parts in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..3000), 0_usize..50, -3..9_i32), 0..6),
        ) {
            let mut packed = Vec::new();
            let mut plain = Vec::new();
            for (part, times, level) in parts {
                let part = part.repeat(times);
                packed.extend_from_slice(&frame(&part, level));
                plain.extend_from_slice(&part);
            }
            prop_assert!(unpacked(&packed).unwrap() == plain);
        }

        #[test]
        fn any_bytes_behind_a_frame_header_are_read_or_refused(tail in prop::collection::vec(any::<u8>(), 0..400)) {
            let input = [&0xFD2F_B528_u32.to_le_bytes()[..], &tail].concat();
            let reader = FrameReader::new(&input[..]).unwrap();
            let mut plain = Vec::new();
            // Either way it ends, and gives no more than the blocks can hold (128 KiB each, 3 bytes at least).
            drop(reader.take(1 << 26).read_to_end(&mut plain));
            prop_assert!(plain.len() <= (tail.len() / 3 + 1) << 17);
        }
    }
}
