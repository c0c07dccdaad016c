//! What is drawn where, without any tool.

use super::*;
use crate::share_text;
use crate::sheet::font::POINT;
use crate::sheet::page::{Drawn, HEIGHT, Page, Rect, WIDTH};

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

fn assert_clear(page: &Page, what: &str) {
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
        let pages = sample.share_sheet(&share).pages(&open_codes()).unwrap();
        for page in &pages {
            assert_clear(page, &format!("open share of {}", sample.label));
        }
        let share = sample.protected();
        for count in [2, 4] {
            let sheet = sample.share_sheet(&share);
            let pages = sheet.pages(&protected_codes(count)).unwrap();
            for page in &pages {
                assert_clear(page, &format!("protected share of {}", sample.label));
            }
        }
    }
}

#[test]
fn nothing_on_a_vault_sheet_is_clipped_or_overlaps_whatever_the_names() {
    for sample in samples() {
        let (files, manifest) = (VaultFiles::default(), sample.manifest());
        let sheet = VaultSheet {
            files: &files,
            manifest: &manifest,
            contact: sample.contact,
        };
        for (count, per_page) in [(3, 2), (12, 9)] {
            let pages = sheet.pages(&vault_codes(count, per_page)).unwrap();
            for page in &pages {
                assert_clear(page, &format!("vault sheet of {}", sample.label));
            }
        }
    }
}

#[test]
fn no_fold_in_thirds_or_halves_goes_through_a_share_code() {
    let sample = sample();
    let (open, protected) = (sample.open(), sample.protected());
    for (share, codes) in [
        (&open, open_codes()),
        (&protected, protected_codes(2)),
        (&protected, protected_codes(4)),
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
    let pages = sample.share_sheet(&open).pages(&open_codes()).unwrap();
    assert!(module(&pages[0]) >= 0.7, "{}", module(&pages[0]));
    let sheet = sample.share_sheet(&protected);
    let pages = sheet.pages(&protected_codes(4)).unwrap();
    assert!(module(&pages[0]) >= 0.6, "{}", module(&pages[0]));
    let (files, manifest) = (VaultFiles::default(), sample.manifest());
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: None,
    };
    let pages = sheet.pages(&vault_codes(12, 9)).unwrap();
    assert!(module(&pages[0]) >= 0.58, "{}", module(&pages[0]));
    let small = VaultCodes {
        codes: vec![printed("1", "CV1/V/", 300, Level::Q, 14)],
        needed: 1,
        per_page: 1,
    };
    let pages = sheet.pages(&small).unwrap();
    assert!((module(&pages[0]) - 0.75).abs() < 0.001);
}

#[test]
fn twins_are_drawn_with_different_masks() {
    for codes in [open_codes(), protected_codes(4)] {
        let drawn = qr::draw_all(&codes).unwrap();
        for (a, b) in codes.chunks(2).zip(drawn.chunks(2)) {
            assert!(a[0].name.ends_with('A') && a[1].name.ends_with('B'));
            assert_ne!(b[0].mask, b[1].mask, "{}", a[0].name);
        }
    }
}

#[test]
fn a_share_that_needs_more_codes_than_a_page_has_places_is_refused() {
    let sample = sample();
    let share = sample.protected();
    let drawn = sample.share_sheet(&share).draw_with(&protected_codes(6));
    assert!(matches!(drawn, Err(Error::Limit { .. })));
}

#[test]
fn a_code_that_is_too_long_for_its_version_is_refused() {
    let codes = vec![printed("A", "CV1/S/A/", 322, Level::H, 15)];
    let Err(Error::Limit { limit, .. }) = qr::draw_all(&codes) else {
        panic!("it was drawn")
    };
    assert_eq!(limit, 321);
}

#[test]
fn every_line_of_the_share_is_on_the_front_and_nothing_of_it_on_the_back() {
    let sample = sample();
    let share = sample.open();
    let [front, back] = sample.share_sheet(&share).pages(&open_codes()).unwrap();
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
        assert!(said(&front).iter().any(|said| said == line));
        let data = line[3..].to_owned();
        assert!(!said(&back).iter().any(|said| said.contains(&data)));
    }
    assert!(!said(&back).iter().any(|said| said == "a code"));
}

#[test]
fn the_same_input_gives_the_same_bytes_without_a_date_or_a_name_of_a_program() {
    let sample = sample();
    let share = sample.open();
    let draw = || sample.share_sheet(&share).draw_with(&open_codes()).unwrap();
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
    let mut codes = open_codes();
    let first = sample.share_sheet(&share).draw_with(&codes).unwrap();
    codes[1].text.push('A');
    codes[1].text.remove(9);
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
    let sheet = sample.share_sheet(&share).draw_with(&open_codes()).unwrap();
    assert!(sheet.pdf.len() < 60_000, "{}", sheet.pdf.len());
    assert_eq!((sheet.pages, sheet.codes.len()), (2, 2));
    let share = sample.protected();
    let sheet = sample.share_sheet(&share);
    let sheet = sheet.draw_with(&protected_codes(4)).unwrap();
    assert!(sheet.pdf.len() < 80_000, "{}", sheet.pdf.len());
    let (files, manifest) = (VaultFiles::default(), sample.manifest());
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact: sample.contact,
    };
    let sheet = sheet.draw_with(&vault_codes(36, 9)).unwrap();
    assert!(sheet.pdf.len() < 300_000, "{}", sheet.pdf.len());
    assert_eq!((sheet.pages, sheet.codes.len()), (5, 5));
    assert_eq!(sheet.codes[3].len(), 9);
    assert!(sheet.codes[4].is_empty());
}

#[test]
fn a_share_that_is_not_genuine_is_not_printed() {
    let sample = sample();
    let text = String::from_utf8(sample.bound().to_bytes().to_vec()).unwrap();
    let text = text.replace("operations", "somebody");
    let share = ReadShare::from_bytes(text.as_bytes()).unwrap();
    let drawn = sample.share_sheet(&share).draw_with(&open_codes());
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
    let [front, _] = sample.share_sheet(&share).pages(&open_codes()).unwrap();
    assert!(
        boxes(&front)
            .iter()
            .any(|(said, _)| said == "[U+6771] Юрист")
    );
}
