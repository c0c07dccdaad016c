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
/// A stain's radius in parts of the page's width.
const STAIN: usize = 90;
/// Where stains lie, in percent of width and height: on a code of a vault sheet, and on code A of a share sheet.
const STAINS: [(usize, usize); 2] = [(30, 32), (80, 20)];

/// A page as it comes back from a scanner.
pub(super) fn spoiled(page: &Grey) -> Grey {
    let mut page = page.rotated(SKEW);
    for (x, y) in places(&page) {
        stain(&mut page, x, y);
    }
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

fn places(page: &Grey) -> [(usize, usize); 2] {
    STAINS.map(|(x, y)| (page.width * x / 100, page.height * y / 100))
}

/// Ink, in a round blot.
fn stain(page: &mut Grey, x: usize, y: usize) {
    let radius = page.width / STAIN;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::label::Label;
    use crate::scan::pdf::Document;
    use crate::secret::SecretBytes;
    use crate::share::{Facts, ReadShare, Share};
    use crate::sheet::ShareSheet;
    use crate::signature::Identity;
    use crate::time::Time;

    #[test]
    fn a_stain_lies_on_a_code_of_a_share_sheet_and_both_codes_read_back() {
        let secret = SecretBytes::copied(&[7; 32]);
        let identity = Identity::derive(&secret, "coldvault/identity/1/rehearsal");
        let facts = Facts {
            public_key: identity.public_key(),
            kind: Kind::Rehearsal,
            k: 2,
            n: 3,
            number: 1,
            custodian: Label::new("legal").unwrap(),
        };
        let bound = Share::bind(facts, SecretBytes::copied(&[9; 32]), &identity);
        let share = ReadShare::from_bytes(&bound.to_bytes()).unwrap();
        let drawn = ShareSheet {
            share: &share,
            label: &Label::new("Bank A").unwrap(),
            created: Time::parse("2026-11-22T20:00:00Z").unwrap(),
            contact: None,
        };
        let sheet = drawn.draw().unwrap();
        let document = Document::new(sheet.pdf.to_vec()).unwrap();
        let skewed = document.draw(0, 200.0).unwrap().rotated(SKEW);
        let dark_around = |(x, y): (usize, usize)| {
            let rows =
                (y - 60..y + 60).map(|row| &skewed.dots[row * skewed.width + x - 60..][..120]);
            rows.flatten().filter(|&&dot| dot < 128).count() * 100 / (120 * 120)
        };
        // Half of a code is black; of text and paper far less is.
        let on_codes = places(&skewed).map(|place| (40..60).contains(&dark_around(place)));
        assert!(on_codes.contains(&true));
        crate::scan::prove(&sheet).unwrap();
    }
}
