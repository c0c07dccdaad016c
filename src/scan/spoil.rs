//! What printing and scanning do to a page, the same way every time: a little skew, a soft focus, grain, grey instead of
//! black and white, and a stain.

use super::grey::Grey;

/// Degrees that the page lies askew in the scanner.
const SKEW: f32 = 0.9;
/// What is left of the contrast, in percent, and how light paper is then.
const CONTRAST: u32 = 78;
const PAPER: u32 = 236;
/// The most that grain changes a dot.
const GRAIN: u32 = 17;
/// The stain's radius in parts of the page's width, and where it lies, in percent of width and height.
const STAIN: usize = 90;
const STAIN_AT: (usize, usize) = (30, 32);

/// A page as it comes back from a scanner.
pub(super) fn spoiled(page: &Grey) -> Grey {
    let mut page = page.rotated(SKEW);
    stain(&mut page);
    let mut grain: u32 = 0x9e37_79b9;
    for dot in &mut page.dots {
        // xorshift32, by Marsaglia: the same grain every time.
        grain ^= grain << 13;
        grain ^= grain >> 17;
        grain ^= grain << 5;
        let ink = u32::from(255 - *dot) * CONTRAST / 100;
        let dimmed = (PAPER - ink.min(PAPER)) + (grain >> 8) % (2 * GRAIN + 1);
        *dot = u8::try_from(dimmed.saturating_sub(GRAIN)).unwrap_or(255);
    }
    page
}

/// Black ink on the codes at the upper left of the page's middle.
fn stain(page: &mut Grey) {
    let radius = page.width / STAIN;
    let (x, y) = (
        page.width * STAIN_AT.0 / 100,
        page.height * STAIN_AT.1 / 100,
    );
    let rows = page.dots.chunks_exact_mut(page.width.max(1));
    for (row, dots) in rows
        .enumerate()
        .skip(y.saturating_sub(radius))
        .take(2 * radius)
    {
        let away = row.abs_diff(y);
        let half = (radius * radius).saturating_sub(away * away).isqrt();
        let part = dots.get_mut(x.saturating_sub(half)..x + half);
        part.unwrap_or_default().fill(40);
    }
}
