//! How many codes a vault takes, in which QR version, and how they stand on pages.
//!
//! Knows numbers only; the capacities are those of ISO/IEC 18004, table 7.

use super::Level;

/// The most codes of one vault sheet.
pub const MOST_CODES: usize = 255;

/// The most codes on a page: three rows of three.
const MOST_ON_A_PAGE: usize = 9;
/// The fewest pages of codes of a vault sheet: one may be lost.
const FEWEST_PAGES: usize = 2;
/// The most pages of codes in the version with large modules.
const MOST_LARGE_PAGES: usize = 6;
/// A zstd skippable frame of nothing.
const EMPTY_FRAME: usize = 8;

/// The most bytes of one piece of a protected share.
pub(super) const PIECE_BYTES: usize = 395;

/// Letters that versions 1 to 20 hold in alphanumeric mode, with levels Q and H.
const HELD: [[usize; 2]; 20] = [
    [16, 10],
    [29, 20],
    [47, 35],
    [67, 50],
    [87, 64],
    [108, 84],
    [125, 93],
    [157, 122],
    [189, 143],
    [221, 174],
    [259, 200],
    [296, 227],
    [352, 259],
    [376, 283],
    [426, 321],
    [470, 365],
    [531, 408],
    [574, 452],
    [644, 493],
    [702, 557],
];

/// The most letters that any of our codes has.
pub(super) fn letters_held() -> usize {
    HELD.last().map_or(0, |[q, _]| *q)
}

/// The smallest version that holds so many letters, if one of those that are printed does.
pub(super) fn smallest_version(level: Level, letters: usize) -> Option<u8> {
    let (most, held): (u8, fn(&[usize; 2]) -> usize) = match level {
        Level::Q => (20, |[q, _]| *q),
        Level::H => (15, |[_, h]| *h),
    };
    let mut versions = (1..=most).zip(&HELD);
    let fits = versions.find(|(_, row)| held(row) >= letters);
    fits.map(|(version, _)| version)
}

/// How a vault is laid out on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultSize {
    /// Bytes to be printed: the files joined and compressed.
    pub bytes: usize,
    /// Codes that are needed.
    pub needed: usize,
    /// Codes in all.
    pub codes: usize,
    /// Pages with codes.
    pub pages: usize,
}

/// A version for a vault's codes, and how many bytes one of them takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grade {
    pub(super) version: u8,
    pub(super) part_bytes: usize,
}

const LARGE: Grade = Grade {
    version: 14,
    part_bytes: 190,
};
const SMALL: Grade = Grade {
    version: 20,
    part_bytes: 395,
};

impl VaultSize {
    /// The most bytes that can be printed.
    pub const MOST_BYTES: usize = 191 * SMALL.part_bytes - EMPTY_FRAME;

    /// What that many bytes take; more than [`MOST_CODES`] codes do not fit.
    pub fn of(bytes: usize) -> Self {
        laid_out(bytes).0
    }

    /// Whether it can be printed.
    pub fn fits(&self) -> bool {
        self.codes <= MOST_CODES
    }
}

/// The layout of so many bytes: with large modules while that does not take too many pages.
pub(super) fn laid_out(bytes: usize) -> (VaultSize, Grade) {
    let large = sized(bytes, LARGE.part_bytes);
    if large.pages <= MOST_LARGE_PAGES {
        (large, LARGE)
    } else {
        (sized(bytes, SMALL.part_bytes), SMALL)
    }
}

fn sized(bytes: usize, part_bytes: usize) -> VaultSize {
    let needed = bytes.saturating_add(EMPTY_FRAME).div_ceil(part_bytes);
    // Parity is a quarter of all, and at least what stands on a page.
    let fewest = needed.saturating_add(needed.div_ceil(3));
    let most = fewest.max(needed.saturating_add(MOST_ON_A_PAGE));
    let one_page_may_go = |total: &usize| total - needed >= on_one_page(*total);
    let codes = (fewest..=most).find(one_page_may_go).unwrap_or(most);
    VaultSize {
        bytes,
        needed,
        codes,
        pages: pages(codes),
    }
}

fn pages(total: usize) -> usize {
    total.div_ceil(MOST_ON_A_PAGE).max(FEWEST_PAGES)
}

/// How many codes of `total` stand on one page; on the last page there may be fewer.
pub fn on_one_page(total: usize) -> usize {
    total.div_ceil(pages(total)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_what_the_encoder_says() {
        use qrcode::bits::Bits;
        use qrcode::{EcLevel, Version};
        for (version, [q, h]) in (1..).zip(HELD) {
            for (level, held) in [(EcLevel::Q, q), (EcLevel::H, h)] {
                let fits = |letters: usize| {
                    let mut bits = Bits::new(Version::Normal(version));
                    let put = bits.push_alphanumeric_data(&vec![b'A'; letters]);
                    put.and_then(|()| bits.push_terminator(level)).is_ok()
                };
                assert!(fits(held) && !fits(held + 1), "{version} {level:?}");
            }
        }
    }

    #[test]
    fn any_page_and_any_quarter_may_be_lost_whatever_the_size() {
        for bytes in (1..3000).chain((3000..VaultSize::MOST_BYTES).step_by(17)) {
            let (size, grade) = laid_out(bytes);
            let parity = size.codes - size.needed;
            let page = on_one_page(size.codes);
            assert!(size.fits(), "{bytes}");
            assert!(size.needed * grade.part_bytes >= bytes + 8);
            assert!((size.needed - 1) * grade.part_bytes < bytes + 8);
            assert!(parity >= page && 4 * parity >= size.codes, "{size:?}");
            assert!(page <= 9 && size.pages >= 2);
            assert!((size.pages - 1) * page < size.codes && size.codes <= size.pages * page);
            assert_eq!(grade == LARGE, sized(bytes, 190).pages <= 6, "{bytes}");
        }
    }

    #[test]
    fn no_fewer_codes_would_do() {
        for bytes in (1..VaultSize::MOST_BYTES).step_by(31) {
            let size = VaultSize::of(bytes);
            for total in size.needed + 1..size.codes {
                let parity = total - size.needed;
                assert!(
                    parity < on_one_page(total) || 4 * parity < total,
                    "{size:?}"
                );
            }
        }
    }

    #[test]
    fn the_most_that_fits_is_said_right() {
        assert!(VaultSize::of(VaultSize::MOST_BYTES).fits());
        assert!(!VaultSize::of(VaultSize::MOST_BYTES + 1).fits());
        assert!(!VaultSize::of(usize::MAX).fits());
        assert_eq!(VaultSize::of(6000).codes, 43);
    }
}
