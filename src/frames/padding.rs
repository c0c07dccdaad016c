//! How much a compressed stream is padded, so that its length says little about what is inside.
//!
//! Knows lengths and zstd's skippable frames (RFC 8878 section 3.1.2). Readers skip them without being told.

use std::io::{self, Write};

/// The first of the sixteen magic numbers of skippable frames.
const SKIPPABLE: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();

/// Magic number and length.
const HEADER: u64 = 8;

/// The most that one skippable frame holds here. Its length field could say four times as much.
const LARGEST: u64 = 1 << 30;

/// What padding is made of; as long as age's chunks.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// The smallest Padmé length that is not below `len`, in bytes.
///
/// Padmé keeps only as many leading bits of a length as its exponent has digits: at most 12 % longer, and less the
/// longer it is. Of 2^64 lengths a few thousand remain. From Nikitin and others, "Reducing Metadata Leakage from
/// Encrypted Files and Communication with PURBs", PoPETs 2019, section 4.
pub fn padding(len: u64) -> u64 {
    let Some(exponent) = len.checked_ilog2() else {
        return len;
    };
    let Some(digits) = exponent.checked_ilog2() else {
        return len;
    };
    let mask = (1_u64 << (exponent - (digits + 1))) - 1;
    len.checked_add(mask).map_or(u64::MAX, |sum| sum & !mask)
}

/// Ends a stream of `current_len` bytes with skippable frames of zeros. Returns its length then, which is
/// `padding(current_len + 8)` exactly.
///
/// # Errors
/// Those of `w`.
pub fn write_padding(w: &mut impl Write, current_len: u64) -> io::Result<u64> {
    Padding::Padme.write(w, current_len)
}

/// How far a stream is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// To the next Padmé length: [`padding`].
    Padme,
    /// To whole pieces of 512 bytes: for paper, where every byte is printed.
    Pieces,
}

/// What [`Padding::Pieces`] pads to, in bytes.
const PIECE: u64 = 512;

impl Padding {
    /// The padded length of `len` bytes.
    fn of(self, len: u64) -> u64 {
        match self {
            Self::Padme => padding(len),
            Self::Pieces => len.checked_next_multiple_of(PIECE).unwrap_or(u64::MAX),
        }
    }

    /// As [`write_padding`], so far.
    ///
    /// # Errors
    /// Those of `w`.
    pub fn write(self, w: &mut impl Write, current_len: u64) -> io::Result<u64> {
        let total = self.of(current_len.saturating_add(HEADER));
        end_at(w, current_len, total)
    }
}

fn end_at(w: &mut impl Write, current_len: u64, total: u64) -> io::Result<u64> {
    let mut left = total.saturating_sub(current_len);
    while left >= HEADER {
        let content = next_content(left);
        write_skippable(w, content)?;
        left -= HEADER + content;
    }
    Ok(total - left)
}

/// How many bytes the next frame holds when `left` bytes, its header included, are still to be written. Never leaves
/// a rest that is too short for a header.
fn next_content(left: u64) -> u64 {
    let content = left.saturating_sub(HEADER).min(LARGEST);
    match left - HEADER - content {
        1..HEADER => content - HEADER,
        _ => content,
    }
}

fn write_skippable(w: &mut impl Write, content: u64) -> io::Result<()> {
    let len = u32::try_from(content).map_err(|_| io::ErrorKind::InvalidInput)?;
    w.write_all(&SKIPPABLE)?;
    w.write_all(&len.to_le_bytes())?;
    let mut left = content;
    while left > 0 {
        // Never more than what `ZEROS` holds.
        let zeros = usize::try_from(left)
            .ok()
            .and_then(|left| ZEROS.get(..left))
            .unwrap_or(&ZEROS);
        w.write_all(zeros)?;
        left -= zeros.len() as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn padded_lengths_are_those_of_the_paper() {
        // Worked out by hand: E = floor(log2 L), S = floor(log2 E) + 1, the last E - S bits are rounded up.
        for (len, padded) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (3, 3),
            (7, 7),
            (8, 8),
            (9, 10),
            (15, 16),
            (16, 16),
            (100, 104),
            (512, 512),
            (513, 544),
            (1000, 1024),
            (65_537, 67_584),
            (1_000_000, 1_015_808),
            ((1 << 40) + 1, (1 << 40) + (1 << 34)),
        ] {
            assert_eq!(padding(len), padded, "{len}");
        }
    }

    #[test]
    fn a_length_near_the_end_of_u64_does_not_overflow() {
        assert_eq!(padding(u64::MAX), u64::MAX);
    }

    #[test]
    fn no_rest_is_too_short_for_a_header() {
        for left in (8..40)
            .chain(LARGEST - 10..LARGEST + 40)
            .chain(3 * LARGEST..3 * LARGEST + 40)
        {
            let mut rest = left;
            let mut frames = 0;
            while rest > 0 {
                assert!(rest >= HEADER, "{left}");
                let content = next_content(rest);
                assert!(content <= LARGEST);
                rest -= HEADER + content;
                frames += 1;
            }
            assert!(frames <= left / LARGEST + 2, "{left}");
        }
    }

    #[test]
    fn padding_is_one_frame_of_zeros_with_the_length_it_says() {
        let mut out = Vec::new();
        assert_eq!(write_padding(&mut out, 1000).unwrap(), 1024);
        assert_eq!(
            out,
            [&[0x50, 0x2A, 0x4D, 0x18, 16, 0, 0, 0][..], &[0; 16]].concat()
        );
    }

    #[test]
    fn padding_for_paper_goes_to_the_next_512_bytes() {
        for (current, padded) in [(0, 512), (504, 512), (505, 1024), (6_000, 6_144)] {
            let mut out = vec![7; current];
            let total = Padding::Pieces.write(&mut out, current as u64).unwrap();
            assert_eq!((total, out.len()), (padded, padded as usize), "{current}");
        }
    }

    #[test]
    fn padding_of_more_than_a_frame_holds_is_exact() {
        /// Counts, because 4 GiB of zeros need not be kept.
        struct Counting(u64);
        impl Write for Counting {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 += bytes.len() as u64;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let current = (1_u64 << 38) + 1;
        let mut out = Counting(0);
        let total = write_padding(&mut out, current).unwrap();
        assert!(total - current > 3 * LARGEST);
        assert_eq!(total, padding(current + 8));
        assert_eq!(out.0, total - current);
    }

    proptest! {
        #[test]
        fn a_padded_length_is_stable_and_at_most_an_eighth_longer(len in 1_u64..1 << 50) {
            let padded = padding(len);
            prop_assert!(padded >= len);
            prop_assert!(padded - len <= len / 8 + 1);
            prop_assert_eq!(padding(padded), padded);
            prop_assert!(padding(len + 1) >= padded);
        }

        #[test]
        fn the_padded_total_is_exactly_the_padme_length(len in 0_u64..1 << 24) {
            let mut out = Vec::new();
            let total = write_padding(&mut out, len).unwrap();
            prop_assert_eq!(total, padding(len + 8));
            prop_assert_eq!(out.len() as u64, total - len);
        }
    }
}
