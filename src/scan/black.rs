//! Grey to black and white: no one way is right for every page.

use rxing::common::{BitMatrix, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{Binarizer, Luma8LuminanceSource};

use super::grey::Grey;

/// How to tell ink from paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    /// By the neighbourhood, as rxing does.
    Near,
    /// One threshold for the page, as rxing does.
    Page,
    /// Darker by so many percent than the mean of a window as wide as this part of the longer side.
    Window(usize, u32),
}

impl Ink {
    /// Black dots as bits. `None` for a picture too small for it.
    pub(super) fn find(self, grey: &Grey) -> Option<BitMatrix> {
        let (width, height) = (size(grey.width)?, size(grey.height)?);
        match self {
            Self::Window(part, percent) => window(grey, part, percent),
            Self::Near => {
                let source = Luma8LuminanceSource::new(grey.dots.clone(), width, height).ok()?;
                HybridBinarizer::new(source)
                    .get_black_matrix()
                    .ok()
                    .cloned()
            }
            Self::Page => {
                let source = Luma8LuminanceSource::new(grey.dots.clone(), width, height).ok()?;
                let binarizer = GlobalHistogramBinarizer::new(source);
                binarizer.get_black_matrix().ok().cloned()
            }
        }
    }
}

fn size(side: usize) -> Option<u32> {
    u32::try_from(side).ok()
}

fn window(grey: &Grey, part: usize, percent: u32) -> Option<BitMatrix> {
    let radius = (grey.longer_side() / part.max(1) / 2).max(4);
    let mean = Means::new(grey);
    let mut bits = BitMatrix::new(size(grey.width)?, size(grey.height)?).ok()?;
    for (y, row) in grey.dots.chunks_exact(grey.width).enumerate() {
        let band = mean.band(y, radius);
        for (x, &dot) in row.iter().enumerate() {
            // dot < mean x (100 - percent) / 100, without division.
            let (sum, area) = band.around(x, radius);
            if u64::from(dot) * area * 100 < sum * u64::from(100 - percent) {
                bits.set(size(x)?, size(y)?);
            }
        }
    }
    Some(bits)
}

/// Sums of everything above and to the left of a dot, so that the sum of any rectangle is four of them. They wrap
/// around; their differences are right all the same.
struct Means {
    width: usize,
    height: usize,
    sums: Vec<u32>,
}

/// The rows of one window.
struct Band<'a> {
    above: &'a [u32],
    below: &'a [u32],
    rows: usize,
}

impl Means {
    fn new(grey: &Grey) -> Self {
        let wide = grey.width + 1;
        let mut sums = vec![0_u32; wide * (grey.height + 1)];
        for (row, dots) in grey.dots.chunks_exact(grey.width).enumerate() {
            let (done, rest) = sums.split_at_mut(wide * (row + 1));
            let above = done.get(wide * row..).unwrap_or_default();
            let mut line = 0_u32;
            let here = rest.iter_mut().skip(1).zip(above.iter().skip(1));
            for ((to, above), dot) in here.zip(dots) {
                line = line.wrapping_add(u32::from(*dot));
                *to = above.wrapping_add(line);
            }
        }
        Self {
            width: grey.width,
            height: grey.height,
            sums,
        }
    }

    fn row(&self, row: usize) -> &[u32] {
        let wide = self.width + 1;
        self.sums.get(row * wide..(row + 1) * wide).unwrap_or(&[])
    }

    fn band(&self, y: usize, radius: usize) -> Band<'_> {
        let (from, to) = (y.saturating_sub(radius), (y + radius + 1).min(self.height));
        Band {
            above: self.row(from),
            below: self.row(to),
            rows: to - from,
        }
    }
}

impl Band<'_> {
    /// Sum and number of the dots in the window around a column.
    fn around(&self, x: usize, radius: usize) -> (u64, u64) {
        let last = self.below.len().saturating_sub(1);
        let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(last));
        let at = |row: &[u32], x| row.get(x).copied().unwrap_or(0);
        let below = at(self.below, to).wrapping_sub(at(self.below, from));
        let above = at(self.above, to).wrapping_sub(at(self.above, from));
        let area = (to - from) * self.rows;
        (u64::from(below.wrapping_sub(above)), area as u64)
    }
}
