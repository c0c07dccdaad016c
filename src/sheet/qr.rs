//! QR codes: a text to dark and light squares.
//!
//! Knows ISO/IEC 18004 through the crate `qrcode`, which no other file names; not where a code stands.
//!
//! The crate chooses the best mask and does not say which. A pair of twins must have different ones, so that what spoils a
//! module pattern of one leaves the other alone; so the choice is made here, by the standard's own rules.

use std::collections::VecDeque;

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, ec};

use crate::code::{Level, Printed, Twin};
use crate::error::{Error, Result};

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The squares of a code.
pub(super) struct Modules {
    /// How many there are on a side.
    pub(super) side: usize,
    /// Row by row.
    dark: Vec<bool>,
    /// Which mask was taken: its number in the standard.
    pub(super) mask: usize,
}

/// Dark squares side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) length: usize,
}

impl Modules {
    /// Draws a code with the best mask that is not `other`.
    ///
    /// # Errors
    /// [`Error::Limit`] for a text that does not fit.
    pub(super) fn draw(code: &Printed, other: Option<usize>) -> Result<Self> {
        let version = Version::Normal(i16::from(code.version));
        let level = match code.level {
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        };
        let canvas = canvas(&code.text, version, level).map_err(|_| Error::Limit {
            what: format!("letters in the code {}", code.name),
            limit: capacity(version, level),
        })?;
        let side = usize::from(code.version) * 4 + 17;
        let masks = MASKS.iter().enumerate();
        let drawn = masks.filter(|(mask, _)| Some(*mask) != other);
        let drawn = drawn.map(|(mask, pattern)| {
            let mut canvas = canvas.clone();
            canvas.apply_mask(*pattern);
            let colors = canvas.into_colors();
            let dark = colors.iter().map(|color| *color == Color::Dark).collect();
            Self { side, dark, mask }
        });
        drawn.min_by_key(Self::penalty).ok_or(Error::SelfTest {
            what: "there is no mask",
        })
    }

    /// The dark squares, those side by side in one.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (y, row) in self.rows().enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                match runs.last_mut() {
                    Some(run) if run.y == y && run.x + run.length == x => run.length += 1,
                    _ => runs.push(Run { x, y, length: 1 }),
                }
            }
        }
        runs
    }

    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side)
    }

    /// How hard it is to read: ISO/IEC 18004, section 7.8.3.
    fn penalty(&self) -> u32 {
        let rows: Vec<u128> = self.rows().map(bits).collect();
        let columns: Vec<u128> = (0..self.side).map(|x| self.column(x)).collect();
        let lines = rows.iter().chain(&columns);
        let of_lines: u32 = lines
            .map(|line| of_runs(*line, self.side) + of_finders(*line, self.side))
            .sum();
        let twos = rows.iter().zip(rows.iter().skip(1));
        let of_blocks: u32 = twos
            .map(|(above, below)| of_blocks(*above, *below, self.side))
            .sum();
        of_lines + of_blocks + self.of_balance()
    }

    fn column(&self, x: usize) -> u128 {
        let column = self.dark.iter().skip(x).step_by(self.side);
        column.fold(0, |bits, dark| bits << 1 | u128::from(*dark))
    }

    /// 10 for every 5 % that the dark part is away from a half.
    fn of_balance(&self) -> u32 {
        let dark = self.dark.iter().filter(|dark| **dark).count();
        let percent = dark * 100 / self.dark.len().max(1);
        percent.abs_diff(50) as u32 / 5 * 10
    }
}

/// A row as a number: a code that we print has at most 97 squares on a side.
fn bits(row: &[bool]) -> u128 {
    row.iter()
        .fold(0, |bits, dark| bits << 1 | u128::from(*dark))
}

/// The lowest `count` bits.
fn low(count: usize) -> u128 {
    (1 << count) - 1
}

fn canvas(
    text: &str,
    version: Version,
    level: EcLevel,
) -> std::result::Result<Canvas, qrcode::types::QrError> {
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes())?;
    bits.push_terminator(level)?;
    let (data, check) = ec::construct_codewords(&bits.into_bytes(), version, level)?;
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &check);
    Ok(canvas)
}

/// Letters that a code takes: a mode and a length of 15 or 17 bits, then 11 bits for two.
fn capacity(version: Version, level: EcLevel) -> u64 {
    let bits = Bits::new(version).max_len(level).unwrap_or_default();
    (bits.saturating_sub(17) * 2 / 11) as u64
}

/// Five or more alike side by side: 3, and one for each more.
fn of_runs(line: u128, side: usize) -> u32 {
    // a bit for each pair alike, then for each four such pairs in a row: five squares
    let pairs = !(line ^ line >> 1) & low(side - 1);
    let fives = pairs & pairs >> 1 & pairs >> 2 & pairs >> 3;
    let begins = fives & !(fives << 1);
    fives.count_ones() + 2 * begins.count_ones()
}

/// Something like a finder pattern with four light ones beside it: 40.
fn of_finders(line: u128, side: usize) -> u32 {
    const BEFORE: u128 = 0b101_1101_0000;
    const AFTER: u128 = 0b000_0101_1101;
    let is_one = |at: &usize| [BEFORE, AFTER].contains(&(line >> at & low(11)));
    40 * (0..=side - 11).filter(is_one).count() as u32
}

/// Four alike in a square: 3.
fn of_blocks(above: u128, below: u128, side: usize) -> u32 {
    let same = !(above ^ below);
    let pairs = !(above ^ above >> 1);
    3 * (same & same >> 1 & pairs & low(side - 1)).count_ones()
}

/// Draws codes; twins with different masks: the n-th B is the twin of the n-th A.
pub(super) fn draw_all(codes: &[Printed]) -> Result<Vec<Modules>> {
    let mut drawn: Vec<Modules> = Vec::with_capacity(codes.len());
    let mut masks = VecDeque::new();
    for code in codes {
        let other = match code.twin {
            Some(Twin::B) => masks.pop_front(),
            Some(Twin::A) | None => None,
        };
        let modules = Modules::draw(code, other)?;
        if code.twin == Some(Twin::A) {
            masks.push_back(modules.mask);
        }
        drawn.push(modules);
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn penalties_are_those_of_the_standard() {
        let line = |text: &str| bits(&text.chars().map(|c| c == '#').collect::<Vec<_>>());
        for (text, expected) in [
            ("####.####.###", 0),
            ("#####.####.##", 3),
            ("#######.#.#.#", 5),
            ("#####.....###", 6),
            (".............", 11),
        ] {
            assert_eq!(of_runs(line(text), 13), expected, "{text}");
        }
        assert_eq!(of_finders(line("#.###.#....#."), 13), 40);
        assert_eq!(of_finders(line("##....#.###.#"), 13), 40);
        assert_eq!(of_finders(line("#.###.#...#.#"), 13), 0);
        assert_eq!(of_blocks(line("##..#"), line("##.##"), 5), 3);
        assert_eq!(of_blocks(line("###.."), line("###.."), 5), 9);
    }
}
