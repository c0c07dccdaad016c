//! QR codes: a text to dark and light squares.
//!
//! Knows ISO/IEC 18004 through the crate `qrcode`, which no other file names; not where a code stands.
//!
//! The crate chooses the best mask and does not say which. A pair of twins must have different ones, so that what spoils a
//! module pattern of one leaves the other alone; so the choice is made here, by the standard's own rules.

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, ec};

use crate::code::{Level, Printed};
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
    fn penalty(&self) -> usize {
        let rows: Vec<&[bool]> = self.rows().collect();
        let columns: Vec<Vec<bool>> = (0..self.side)
            .map(|x| rows.iter().filter_map(|row| row.get(x).copied()).collect())
            .collect();
        let lines = rows
            .iter()
            .copied()
            .chain(columns.iter().map(Vec::as_slice));
        let lines: usize = lines.map(|line| of_runs(line) + of_finders(line)).sum();
        lines + of_blocks(&rows) + self.of_balance()
    }

    /// 10 for every 5 % that the dark part is away from a half.
    fn of_balance(&self) -> usize {
        let dark = self.dark.iter().filter(|dark| **dark).count();
        let percent = dark * 100 / self.dark.len().max(1);
        percent.abs_diff(50) / 5 * 10
    }
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
fn of_runs(line: &[bool]) -> usize {
    let runs = line.chunk_by(|a, b| a == b).map(<[bool]>::len);
    runs.filter(|length| *length >= 5).map(|n| n - 2).sum()
}

/// Something like a finder pattern with four light ones beside it: 40.
fn of_finders(line: &[bool]) -> usize {
    const FINDER: [bool; 11] = [
        true, false, true, true, true, false, true, false, false, false, false,
    ];
    let is_one = |part: &[bool]| part == FINDER || part.iter().rev().eq(&FINDER);
    40 * line
        .windows(FINDER.len())
        .filter(|part| is_one(part))
        .count()
}

/// Four alike in a square: 3.
fn of_blocks(rows: &[&[bool]]) -> usize {
    let of_two = |above: &[bool], below: &[bool]| {
        let pairs = above.windows(2).zip(below.windows(2));
        pairs
            .filter(|(a, b)| a == b && a.first() == a.last())
            .count()
    };
    let twos = rows.iter().zip(rows.iter().skip(1));
    3 * twos
        .map(|(above, below)| of_two(above, below))
        .sum::<usize>()
}

/// Draws codes; twins, which differ in the last letter of their name, with different masks.
pub(super) fn draw_all(codes: &[Printed]) -> Result<Vec<Modules>> {
    let mut drawn: Vec<Modules> = Vec::with_capacity(codes.len());
    for code in codes {
        let twin = code.name.strip_suffix('B').map(|name| format!("{name}A"));
        let at = codes
            .iter()
            .position(|other| Some(&other.name) == twin.as_ref());
        let mask = at.and_then(|at| drawn.get(at)).map(|twin| twin.mask);
        drawn.push(Modules::draw(code, mask)?);
    }
    Ok(drawn)
}
