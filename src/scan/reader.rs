//! The texts of all QR codes on a page, however hard it is to read: one way of looking after the other, until the page is
//! read in full or the time is up.
//!
//! Knows dots and texts, and of our own texts only how many stand on a page.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rxing::Point;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::{decoder, detector};
use zeroize::Zeroizing;

use super::grey::Grey;
use super::looks::{LOOKS, Look};
use crate::code;

/// How long a page is looked at.
const BUDGET: Duration = Duration::from_secs(20);
/// And one on which nothing like a code of ours was found.
const BUDGET_OF_NOTHING: Duration = Duration::from_secs(4);
/// Looks at a page without anything like the corners of a code.
const LOOKS_AT_NOTHING: usize = 6;
/// The most corners of codes that are tried, and triples of them: a page of noise is full of both.
const MAX_CORNERS: usize = 1500;
const MAX_TRIPLES: usize = 20_000;
/// The most codes of a page: ours have nine.
const MAX_CODES: usize = 500;
/// Wider or higher pictures are halved first: A4 at 300 dpi has 3508.
const LARGE: usize = 4200;

/// A code that was read, and where: in dots of the page as it came in.
struct Found {
    text: Zeroizing<String>,
    middle: (f32, f32),
    reach: f32,
}

/// What is known of one page.
pub(super) struct Reader {
    found: Vec<Found>,
    began: Instant,
    corners_seen: bool,
    /// Not everything was tried.
    pub(super) out_of_time: bool,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            found: Vec::new(),
            began: Instant::now(),
            corners_seen: false,
            out_of_time: false,
        }
    }

    /// The texts, each once.
    pub(super) fn texts(self) -> Vec<Zeroizing<String>> {
        self.found.into_iter().map(|found| found.text).collect()
    }

    /// Looks at a page in one way after the other.
    pub(super) fn read(&mut self, page: &Grey) {
        self.try_looks(page, LOOKS);
    }

    /// Whether codes may be there that were not read, and there is time.
    pub(super) fn wants_more(&self) -> bool {
        !self.is_full() && !self.is_late() && self.corners_seen
    }

    /// Another picture of the same page, in which places are others.
    pub(super) fn turn_over(&mut self) {
        for found in &mut self.found {
            found.reach = 0.0;
        }
    }

    fn try_looks(&mut self, page: &Grey, looks: &[Look]) {
        let halvings = (page.longer_side() / LARGE + 1).next_power_of_two();
        let halved = (halvings > 1).then(|| page.smaller(halvings));
        let base = halved.as_ref().unwrap_or(page);
        let mut prepared: Option<(Look, Grey)> = None;
        for (number, look) in looks.iter().enumerate() {
            if self.is_full() || number >= LOOKS_AT_NOTHING && !self.corners_seen {
                return;
            }
            if self.is_late() {
                self.out_of_time = true;
                return;
            }
            let same = prepared
                .as_ref()
                .filter(|(done, _)| done.prepares_like(look));
            if same.is_none() {
                let made = catch_unwind(AssertUnwindSafe(|| look.prepare(base, page)));
                prepared = made.ok().flatten().map(|grey| (*look, grey));
            }
            if let Some((_, grey)) = &prepared {
                let scale = grey.width as f32 / page.width as f32;
                // A crate that panics on one look may read another.
                let _ = catch_unwind(AssertUnwindSafe(|| self.look(grey, look, scale)));
            }
        }
    }

    fn look(&mut self, grey: &Grey, look: &Look, scale: f32) {
        let Some(mut bits) = look.ink.find(grey) else {
            return;
        };
        if look.inverted {
            bits.flip_self();
        }
        // A page that was turned has its places elsewhere.
        let known = look.turned == 0;
        let mut corners = detector::FindFinderPatterns(&bits, true, 0);
        corners.retain(|corner| !known || !self.is_known(corner.p, scale));
        corners.truncate(MAX_CORNERS);
        self.corners_seen |= corners.len() >= 3;
        let triples = detector::GenerateFinderPatternSets(&mut corners);
        let mut used: Vec<Point> = Vec::new();
        for triple in triples.iter().take(MAX_TRIPLES) {
            let three = [triple.bl.p, triple.tl.p, triple.tr.p];
            if three.iter().any(|corner| used.contains(corner)) {
                continue;
            }
            if self.is_late() || self.found.len() >= MAX_CODES {
                return;
            }
            if let Some(text) = text_at(&bits, triple) {
                used.extend(three);
                self.keep(text, three, known.then_some(scale));
            }
        }
    }

    fn is_known(&self, at: Point, scale: f32) -> bool {
        self.found.iter().any(|found| {
            let (x, y) = found.middle;
            (at.x / scale - x).hypot(at.y / scale - y) < found.reach
        })
    }

    fn keep(&mut self, text: Zeroizing<String>, corners: [Point; 3], scale: Option<f32>) {
        if self.found.iter().any(|found| found.text == text) {
            return;
        }
        let [a, _, c] = corners;
        // Two corners lie across from each other; half their distance reaches the third, and no other code.
        let (middle, reach) = match scale {
            Some(scale) => (
                ((a.x + c.x) / 2.0 / scale, (a.y + c.y) / 2.0 / scale),
                (a.x - c.x).hypot(a.y - c.y) / 2.0 / scale * 1.1,
            ),
            None => ((0.0, 0.0), 0.0),
        };
        self.found.push(Found {
            text,
            middle,
            reach,
        });
    }

    /// Whether all codes of the page, or pages, in the picture are there: each is its part of its page, and parts that
    /// are missing leave no whole number.
    fn is_full(&self) -> bool {
        let parts = self
            .found
            .iter()
            .filter_map(|found| code::codes_of_its_page(&found.text));
        let sum: f64 = parts.map(|codes| 1.0 / codes.max(1) as f64).sum();
        sum > 0.5 && (sum - sum.round()).abs() < 1e-6
    }

    fn is_late(&self) -> bool {
        let ours = |found: &Found| code::codes_of_its_page(&found.text).is_some();
        let anything = self.found.iter().any(ours) || self.corners_seen && self.found.is_empty();
        let budget = match anything {
            true => BUDGET,
            false => BUDGET_OF_NOTHING,
        };
        self.began.elapsed() > budget
    }
}

fn text_at(bits: &BitMatrix, triple: &detector::FinderPatternSet) -> Option<Zeroizing<String>> {
    let read = || {
        let sampled = detector::SampleQR(bits, triple).ok()?;
        let decoded = decoder::Decode(sampled.getBits()).ok()?;
        let text = Zeroizing::new(decoded.text().to_owned());
        (decoded.isValid() && !text.is_empty()).then_some(text)
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}
