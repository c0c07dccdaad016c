//! The texts of all QR codes on a page, however hard it is to read: one way of looking after the other, until the page is
//! read in full or the time is up.
//!
//! Knows dots and texts, and of our own texts only how many stand on a page.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rxing::Point;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::{decoder, detector};
use zeroize::Zeroizing;

use super::grey::Grey;
use super::looks::{LOOKS, Look, Scale};
use crate::code::{self, PageOf};

/// How long a page is looked at.
const BUDGET: Duration = Duration::from_secs(20);
/// And one on which nothing like a code of ours was found.
const BUDGET_OF_NOTHING: Duration = Duration::from_secs(4);
/// Looks at a page without anything like a code of ours, which has the version written into it twice.
const LOOKS_AT_NOTHING: usize = 10;
/// Of so many looks the quick ones are taken on any page: corners of codes show there that dirt hides in full size.
const GLANCES: usize = 4;
/// Modules of the smallest code that has.
const HAS_VERSION: u32 = 45;
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
    code_seen: bool,
    /// The corners of what may be a code away from those that were read, seen last.
    elsewhere: Option<[(f32, f32); 3]>,
    /// Not everything was tried.
    pub(super) out_of_time: bool,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            found: Vec::new(),
            began: Instant::now(),
            code_seen: false,
            elsewhere: None,
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
        !self.is_full() && !self.is_late() && self.code_seen
    }

    /// Another picture of the same page, in which places are others.
    pub(super) fn turn_over(&mut self) {
        for found in &mut self.found {
            found.reach = 0.0;
        }
        self.elsewhere = None;
    }

    fn try_looks(&mut self, page: &Grey, looks: &[Look]) {
        let halvings = (page.longer_side() / LARGE + 1).next_power_of_two();
        let halved = (halvings > 1).then(|| page.smaller(halvings));
        let base = halved.as_ref().unwrap_or(page);
        let mut prepared: Option<(Look, Grey)> = None;
        for (number, look) in looks.iter().enumerate() {
            let long = number >= LOOKS_AT_NOTHING;
            if long && (self.is_full() || !self.code_seen) {
                return;
            }
            if self.is_full() && !self.more_elsewhere() {
                if number >= GLANCES {
                    return;
                }
                if look.scale == Scale::Full {
                    continue;
                }
            }
            if self.is_late() {
                // Of a page with nothing of ours on it, nothing is missing.
                self.out_of_time = self.has_ours();
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
            let sampled = catch_unwind(AssertUnwindSafe(|| detector::SampleQR(&bits, triple)));
            let Ok(Ok(sampled)) = sampled else {
                continue;
            };
            self.code_seen |= sampled.getBits().width() >= HAS_VERSION;
            if let Some(text) = text_of(sampled.getBits()) {
                used.extend(three);
                self.keep(text, three, known.then_some(scale));
            }
        }
        if known {
            let corners = triples.iter().map(|triple| {
                let three = [triple.bl.p, triple.tl.p, triple.tr.p];
                three.map(|corner| (corner.x / scale, corner.y / scale))
            });
            let outside = |three: &[(f32, f32); 3]| self.are_outside(three);
            self.elsewhere = corners.take(MAX_TRIPLES).find(outside).or(self.elsewhere);
        }
    }

    /// Whether there may be a code of a page of which none was read yet.
    fn more_elsewhere(&self) -> bool {
        self.elsewhere.is_some_and(|three| self.are_outside(&three))
    }

    fn are_outside(&self, corners: &[(f32, f32); 3]) -> bool {
        let mut each = corners.iter();
        each.all(|&(x, y)| !self.is_known(Point { x, y }, 1.0))
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

    /// Whether all codes of every page of which there is one in the picture are there.
    fn is_full(&self) -> bool {
        are_whole_pages(self.found.iter().map(|found| found.text.as_str()))
    }

    fn has_ours(&self) -> bool {
        let mut texts = self.found.iter().map(|found| &found.text);
        texts.any(|text| code::page_of(text).is_some())
    }

    fn is_late(&self) -> bool {
        let anything = self.has_ours() || self.code_seen && self.found.is_empty();
        let budget = match anything {
            true => BUDGET,
            false => BUDGET_OF_NOTHING,
        };
        self.began.elapsed() > budget
    }
}

fn are_whole_pages<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let mut read: BTreeMap<PageOf, usize> = BTreeMap::new();
    for page in texts.filter_map(code::page_of) {
        *read.entry(page).or_default() += 1;
    }
    !read.is_empty() && read.iter().all(|(page, count)| *count >= page.codes)
}

fn text_of(modules: &BitMatrix) -> Option<Zeroizing<String>> {
    let decode = || {
        let decoded = decoder::Decode(modules).ok()?;
        let text = Zeroizing::new(decoded.text().to_owned());
        (decoded.isValid() && !text.is_empty()).then_some(text)
    };
    catch_unwind(AssertUnwindSafe(decode)).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::tests::{SIDE, numbered, page_with};

    fn read(page: &Grey, looks: &[Look]) -> Vec<String> {
        let mut reader = Reader::new();
        reader.try_looks(page, looks);
        let mut texts: Vec<String> = reader.texts().iter().map(|text| text.to_string()).collect();
        texts.sort();
        texts
    }

    /// One dot in eight is not what it was.
    fn dirty(mut page: Grey) -> Grey {
        let mut state = 88_172_645_463_325_252_u64;
        for dot in &mut page.dots {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *dot = if state.is_multiple_of(8) {
                255 - *dot
            } else {
                *dot
            };
        }
        page
    }

    #[test]
    fn of_two_pages_in_one_picture_the_one_that_is_harder_to_read_is_read_too() {
        let texts: Vec<String> = (1..=8).map(numbered).collect();
        let (clean, hard) = (page_with(&texts[..4]), dirty(page_with(&texts[4..])));
        for [left, right] in [[&clean, &hard], [&hard, &clean]] {
            let rows = left.dots.chunks(SIDE).zip(right.dots.chunks(SIDE));
            let dots = rows.flat_map(|(left, right)| [left, right].concat());
            let both = Grey::new(2 * SIDE, SIDE, dots.collect()).unwrap();
            // The first look reads one page in full, and nothing of the other.
            assert_eq!(read(&both, &LOOKS[..1]), texts[..4]);
            assert_eq!(read(&both, LOOKS), texts);
        }
    }

    #[test]
    fn a_picture_is_read_in_full_when_every_page_is_of_which_it_has_a_code() {
        let whole = |numbers: &[usize]| {
            let texts: Vec<String> = numbers.iter().map(|&number| numbered(number)).collect();
            are_whole_pages(texts.iter().map(String::as_str))
        };
        assert!(whole(&[1, 2, 3, 4]) && whole(&[5, 6, 7, 8]) && whole(&[1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(!whole(&[]) && !whole(&[1, 2, 3]) && !whole(&[1, 2, 3, 4, 5]));
        // As many as stand on a page, and not those of one page.
        assert!(!whole(&[1, 2, 3, 5]) && !whole(&[1, 2, 7, 8]));
    }
}
