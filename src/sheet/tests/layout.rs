//! What is drawn where, without any tool.

use super::*;
use crate::sheet::font::POINT;
use crate::sheet::page::{Drawn, HEIGHT, Page, Rect, WIDTH};
use crate::{code, share_text};

/// The place that something takes, and what it is; a code with its quiet zone.
fn boxes(page: &Page) -> Vec<(String, Rect)> {
    page.drawn.iter().map(place).collect()
}

fn place(drawn: &Drawn) -> (String, Rect) {
    match drawn {
        Drawn::Bar(place) => ("a line".into(), *place),
        Drawn::Code { place, modules } => {
            let quiet = 4.0 * place.width / modules.side as f32;
            let place = Rect {
                x: place.x - quiet,
                y: place.y - quiet,
                width: place.width + 2.0 * quiet,
                height: place.height + 2.0 * quiet,
            };
            ("a code".into(), place)
        }
        Drawn::Text {
            x,
            y,
            face,
            size,
            text,
        } => {
            let place = Rect {
                x: *x,
                y: y - 0.73 * size * POINT,
                width: face.width(*size, text).unwrap(),
                height: 0.94 * size * POINT,
            };
            (text.to_string(), place)
        }
    }
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    let slack = 0.01;
    a.x + a.width > b.x + slack
        && b.x + b.width > a.x + slack
        && a.y + a.height > b.y + slack
        && b.y + b.height > a.y + slack
}

pub(super) fn assert_clear(page: &Page, what: &str) {
    let boxes = boxes(page);
    for (drawn, (name, place)) in page.drawn.iter().zip(&boxes) {
        // the quiet zone of a code at the edge is the paper's margin
        let place = match drawn {
            Drawn::Code { place, .. } => place,
            _ => place,
        };
        let inside = place.x >= -0.01
            && place.y >= -0.01
            && place.x + place.width <= WIDTH + 0.01
            && place.y + place.height <= HEIGHT + 0.01;
        assert!(inside, "{what}: {name:?} is outside at {place:?}");
    }
    for (at, (name, place)) in boxes.iter().enumerate() {
        for (other, second) in &boxes[at + 1..] {
            let lines = name == "a line" && other == "a line";
            let clear = lines || !overlap(place, second);
            assert!(
                clear,
                "{what}: {name:?} at {place:?} and {other:?} at {second:?}"
            );
        }
    }
}

/// Labels and contacts at the ends of what is allowed.
fn samples() -> Vec<Sample> {
    let wide = "W".repeat(48);
    let east = "東".repeat(16);
    let hebrew = "א".repeat(24);
    let words = "Wholesale settlement and custody of digital coin";
    let contacts = [
        None,
        Some("W".repeat(120)),
        Some("東京 ".repeat(24).trim().to_owned()),
        Some("א".repeat(120)),
        Some("Security office ".repeat(7).trim().to_owned()),
    ];
    let names = [&wide, &east, &hebrew, words, "x"];
    let all = names.iter().zip(contacts);
    all.flat_map(|(name, contact)| {
        let contact: Option<&'static str> = contact.map(|text| &*text.leak());
        [Kind::Production, Kind::Rehearsal].map(|kind| Sample {
            kind,
            label: Label::new(name).unwrap(),
            custodian: Label::new(name).unwrap(),
            contact,
        })
    })
    .collect()
}

#[test]
fn nothing_on_a_share_sheet_is_clipped_or_overlaps_whatever_the_names() {
    for sample in samples() {
        let share = sample.open();
        let pages = open_pages(&sample, &share);
        for page in &pages {
            assert_clear(page, &format!("open share of {}", sample.label));
        }
        let share = sample.protected();
        for count in 1..=3 {
            let sheet = sample.share_sheet(&share);
            let pages = sheet.pages(&pieces(count)).unwrap();
            for page in &pages {
                assert_clear(page, &format!("protected share of {}", sample.label));
            }
        }
    }
}

#[test]
fn nothing_on_a_vault_sheet_is_clipped_or_overlaps_whatever_the_names() {
    for sample in samples() {
        for payload in [200, 6 * 1024] {
            for page in &vault_pages(&sample, payload) {
                assert_clear(page, &format!("vault sheet of {}", sample.label));
            }
        }
    }
}

fn open_pages(sample: &Sample, share: &ReadShare) -> [Page; 2] {
    let codes = code::of_share(share).unwrap();
    sample.share_sheet(share).pages(&codes).unwrap()
}

fn vault_pages(sample: &Sample, payload: usize) -> Vec<Page> {
    let (files, manifest) = sample.files(payload);
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: sample.contact,
    };
    sheet.pages(&files.codes().unwrap()).unwrap()
}

#[test]
fn no_fold_in_thirds_or_halves_goes_through_a_share_code() {
    let sample = sample();
    let (open, protected) = (sample.open(), sample.protected());
    for (share, codes) in [
        (&open, code::of_share(&open).unwrap()),
        (&protected, pieces(1)),
        (&protected, pieces(2)),
    ] {
        let pages = sample.share_sheet(share).pages(&codes).unwrap();
        let mut seen = 0;
        for drawn in &pages[0].drawn {
            let Drawn::Code { place, .. } = drawn else {
                continue;
            };
            seen += 1;
            // A4 and Letter, the page centred on the paper
            for (height, above) in [(297.0, 21.5), (279.4, 12.7)] {
                for part in [1.0 / 3.0, 0.5, 2.0 / 3.0] {
                    let fold = height * part - above;
                    let clear = fold < place.y || fold > place.y + place.height;
                    assert!(clear, "a fold at {fold} mm, a code at {place:?}");
                }
            }
            assert!(place.x > WIDTH / 2.0 || place.x + place.width < WIDTH / 2.0);
        }
        assert_eq!(seen, codes.len());
    }
}

#[test]
fn a_share_code_has_modules_of_six_tenths_of_a_millimetre_and_a_vault_code_as_large_as_fits() {
    let sample = sample();
    let (open, protected) = (sample.open(), sample.protected());
    let module = |page: &Page| {
        let mut modules = page.drawn.iter().filter_map(|drawn| match drawn {
            Drawn::Code { place, modules } => Some(place.width / modules.side as f32),
            _ => None,
        });
        modules.next().unwrap()
    };
    let pages = open_pages(&sample, &open);
    assert!(module(&pages[0]) >= 0.7, "{}", module(&pages[0]));
    let sheet = sample.share_sheet(&protected);
    let pages = sheet.pages(&pieces(3)).unwrap();
    assert!(module(&pages[0]) >= 0.6, "{}", module(&pages[0]));
    let pages = vault_pages(&sample, 6 * 1024);
    assert!(module(&pages[0]) >= 0.58, "{}", module(&pages[0]));
    let pages = vault_pages(&sample, 200);
    assert!((module(&pages[0]) - 0.75).abs() < 0.001);
}

#[test]
fn twins_are_drawn_with_different_masks() {
    for codes in [code::of_share(&sample().open()).unwrap(), pieces(3)] {
        let drawn = qr::draw_all(&codes).unwrap();
        let (a, b) = drawn.split_at(codes.len() / 2);
        for (a, b) in a.iter().zip(b) {
            assert_ne!(a.mask, b.mask);
        }
    }
}

#[test]
fn a_share_that_needs_more_codes_than_a_page_has_places_is_refused() {
    let sample = sample();
    let share = sample.protected();
    let drawn = sample.share_sheet(&share).draw_with(&pieces(4));
    assert!(matches!(drawn, Err(Error::Limit { .. })));
}

#[test]
fn a_code_that_is_too_long_for_its_version_is_refused() {
    let codes = vec![printed("A", Some(Twin::A), 322, Level::H, 15)];
    let Err(Error::Limit { limit, .. }) = qr::draw_all(&codes) else {
        panic!("it was drawn")
    };
    assert_eq!(limit, 321);
}

#[test]
fn every_line_of_the_share_is_on_the_front_and_nothing_of_it_on_the_back() {
    let sample = sample();
    let share = sample.open();
    let [front, back] = open_pages(&sample, &share);
    let said =
        |page: &Page| -> Vec<String> { boxes(page).into_iter().map(|(name, _)| name).collect() };
    let bound = sample.bound();
    let header = share_text::Header {
        production: false,
        vault_id: share.facts.public_key.vault_id().0,
        threshold: 3,
        number: 2,
    };
    let y: [u8; 32] = bound.point.y.expose().try_into().unwrap();
    let text = share_text::encode(&header, &y);
    assert_eq!(text.lines().count(), 7);
    for line in text.lines() {
        let letters = |line: &str| line.replace(' ', "");
        let same = |said: &String| letters(said) == letters(line);
        assert!(said(&front).iter().any(same));
        let data = line[3..].to_owned();
        assert!(!said(&back).iter().any(|said| said.contains(&data)));
    }
    assert!(!said(&back).iter().any(|said| said == "a code"));
}

#[test]
fn the_same_input_gives_the_same_bytes_without_a_date_or_a_name_of_a_program() {
    let sample = sample();
    let share = sample.open();
    let draw = || sample.share_sheet(&share).draw().unwrap();
    let (first, second) = (draw(), draw());
    assert!(*first.pdf == *second.pdf);
    assert_eq!(first.id, second.id);
    let text = String::from_utf8_lossy(&first.pdf);
    for word in ["/Info", "Date", "Producer", "Author", "Title"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_sheet_of_another_content_has_another_id() {
    let sample = sample();
    let share = sample.open();
    let mut codes = code::of_share(&share).unwrap();
    let first = sample.share_sheet(&share).draw().unwrap();
    codes[1].text.push('A');
    let second = sample.share_sheet(&share).draw_with(&codes).unwrap();
    assert_ne!(first.id, second.id);
    let mut hasher = Hasher::new();
    hasher.update(b"coldvault/sheet/1\0CV1/X\nCV1/Y\n");
    assert_eq!(id(["CV1/X", "CV1/Y"]), hasher.finish().0[..8]);
}

#[test]
fn sheets_are_small() {
    let sample = sample();
    let share = sample.open();
    let sheet = sample.share_sheet(&share).draw().unwrap();
    assert!(sheet.pdf.len() < 60_000, "{}", sheet.pdf.len());
    assert_eq!((sheet.pages, sheet.codes.len()), (2, 2));
    let share = sample.protected();
    let sheet = sample.share_sheet(&share);
    let sheet = sheet.draw_with(&pieces(3)).unwrap();
    assert!(sheet.pdf.len() < 80_000, "{}", sheet.pdf.len());
    let sheet = sample.vault_sheet(6 * 1024);
    assert!(sheet.pdf.len() < 300_000, "{}", sheet.pdf.len());
    assert_eq!(sheet.pages, sheet.codes.len());
    assert_eq!(sheet.codes.iter().rev().map(Vec::len).next(), Some(0));
    assert!(sheet.pages > 2 && sheet.codes.iter().all(|page| page.len() <= 9));
}

#[test]
fn a_share_that_is_not_genuine_is_not_printed() {
    let sample = sample();
    let text = String::from_utf8(sample.bound().to_bytes().to_vec()).unwrap();
    let text = text.replace("operations", "somebody");
    let share = ReadShare::from_bytes(text.as_bytes()).unwrap();
    let drawn = sample.share_sheet(&share).draw();
    assert!(matches!(drawn, Err(Error::Refused { .. })));
}

#[test]
fn letters_without_a_glyph_are_named_to_callers_and_spelled_on_the_page() {
    assert_eq!(unprintable("東京 Zürich Юрист"), ['東', '京']);
    let sample = Sample {
        custodian: Label::new("東 Юрист").unwrap(),
        ..sample()
    };
    let share = sample.open();
    let [front, _] = open_pages(&sample, &share);
    assert!(
        boxes(&front)
            .iter()
            .any(|(said, _)| said == "[U+6771] Юрист")
    );
}
