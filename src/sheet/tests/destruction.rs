//! The page of a destruction record.

use super::layout::assert_clear;
use super::tools::{said, tool};
use super::*;
use crate::destruction::DestructionRecord;
use crate::destruction::tests::record;
use crate::register::CarrierState;
use crate::sheet::DestructionPage;
use crate::sheet::page::Drawn;

fn page(record: &DestructionRecord) -> DestructionPage<'_> {
    DestructionPage {
        record,
        digest: Digest::of(&record.to_bytes()),
        file: "retired-2026.json",
    }
}

/// Every text, with blanks between them.
fn words_of(page: &DestructionPage<'_>) -> String {
    let mut words = Vec::new();
    for page in page.pages().unwrap() {
        for drawn in &page.drawn {
            if let Drawn::Text { text, .. } = drawn {
                words.push(text.to_string());
            }
        }
    }
    words.join(" ")
}

/// As long as names and places get, on so many carriers.
fn most(copies: usize, letter: &str) -> DestructionRecord {
    let mut most = record(8);
    let long = |columns: usize| letter.repeat(columns);
    let name = long(48 / letter.len());
    most.vault.label.clone_from(&name);
    most.reason = Some(long(120));
    most.people = vec![name.clone(), format!("{}2", long(47 / letter.len()))];
    let mut carriers: Vec<CarrierState> = Vec::new();
    for number in 0..copies {
        let mut one = most.vault.carriers[number % 8].clone();
        one.copy = u8::try_from(number / 8 + 1).unwrap();
        one.bag = Some(long(120));
        one.site = Some(long(120));
        one.serial = Some(long(60));
        one.destroyed = number % 2 == 0;
        if let Some(said) = &mut one.destruction {
            said.how = Some(long(120));
            said.people.clone_from(&most.people);
        }
        carriers.push(one);
    }
    most.vault.carriers = carriers;
    for share in &mut most.vault.shares {
        share.custodian = Some(name.clone());
    }
    most
}

#[test]
fn a_usual_record_is_one_page_and_nothing_on_it_touches_anything_else() {
    for destroyed in [0, 2, 8] {
        let record = record(destroyed);
        let pages = page(&record).pages().unwrap();
        assert_eq!(pages.len(), 1);
        assert_clear(&pages[0], &format!("{destroyed} destroyed"));
    }
}

#[test]
fn a_long_record_goes_on_overleaf_with_all_of_it_and_the_lines_to_sign() {
    for (copies, letter) in [(40, "W"), (40, "m "), (12, "東")] {
        let record = most(copies, letter);
        let page = page(&record);
        let pages = page.pages().unwrap();
        assert!(pages.len() > 1);
        for (number, one) in pages.iter().enumerate() {
            assert_clear(one, &format!("{letter} {number}"));
        }
        let words = words_of(&page);
        assert!(words.contains("DESTRUCTION RECORD, continued"));
        assert!(words.contains("Signature, date"));
        assert!(!words.contains("more rows have no room"), "{letter}");
        // Names are whole somewhere, and so is the label: only over the lines to sign on there is no room.
        let all: String = words.split_whitespace().collect();
        let spelled = font::spelled(&record.people.join(" and "));
        let people: String = spelled.split_whitespace().collect();
        assert!(all.contains(&format!("We,{people},sawthose")), "{all}");
        let label: String = font::spelled(&record.vault.label);
        let label: String = label.split_whitespace().collect();
        assert!(all.contains(&format!("Vault{label}Vaultid")), "{all}");
    }
}

#[test]
fn it_says_dead_or_not_dead_with_the_number_and_who_saw_it() {
    let (dead, alive) = (record(2), record(1));
    let said = words_of(&page(&dead));
    assert!(said.contains(" DEAD dead: no vault copy is left"), "{said}");
    for text in [
        "wiped and broken",
        "Bern, safe 2, bag A-1000",
        "custodian 3",
        "Destroyed by: Ada Officer",
        "Witness: Ben Second",
        "share 3, copy 2 of 2",
        "retired-2026.json",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
    let said = words_of(&page(&alive));
    assert!(said.contains(" NOT DEAD not dead: 3 of 3 shares"), "{said}");
    assert!(said.contains("STILL OPENS IT"));
}

#[test]
fn the_text_of_the_pdf_holds_both_digests_whole() {
    if !tool("pdftotext") {
        return;
    }
    let record = record(8);
    let page = page(&record);
    let dir = tempfile::tempdir().unwrap();
    let pdf = dir.path().join("record.pdf");
    fs::write(&pdf, &*page.draw().unwrap()).unwrap();
    let text = said(Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-"));
    assert!(text.contains(&page.digest.hex()), "{text}");
    assert!(text.contains(&Digest::of(b"head").hex()), "{text}");
}

/// One of its copies became void and is out, others were taken as destroyed by a reissue.
fn with_void() -> DestructionRecord {
    let mut record = record(4);
    let day = record.at;
    let carriers = record.vault.carriers.iter_mut();
    for carrier in carriers.filter(|one| one.role.number().is_some_and(|number| number < 3)) {
        carrier.void = Some(day);
        carrier.keeper = Some("whoever kept it before".into());
        if let Some(said) = carrier.destruction.as_mut() {
            (said.how, said.reason) = (None, "burnt, report 17".into());
            said.people = vec!["the notary".into()];
            carrier.by_reissue = true;
        }
    }
    record
}

#[test]
fn a_void_copy_says_so_and_names_whoever_kept_it_before() {
    let record = with_void();
    let page = page(&record);
    let pages = page.pages().unwrap();
    assert_eq!(pages.len(), 1);
    assert_clear(&pages[0], "void");
    let said = words_of(&page);
    assert_eq!(said.matches("VOID").count(), 4, "{said}");
    for text in ["by the reissue:", "the notary", "whoever kept it"] {
        assert!(said.contains(text), "{text}: {said}");
    }
    // The share has a new custodian, who never had those copies.
    assert!(!said.contains("custodian 2"), "{said}");
}

#[test]
#[ignore = "writes sample records into the directory COLDVAULT_SHEETS_OUT: see docs/paper.md"]
fn the_sample_sheets_of_a_destruction() {
    let out = std::env::var_os("COLDVAULT_SHEETS_OUT").expect("COLDVAULT_SHEETS_OUT is not set");
    let mut one = record(1);
    one.vault.carriers.truncate(1);
    let mut usual = with_void();
    for (share, name) in usual
        .vault
        .shares
        .iter_mut()
        .zip(["risk", "audit", "operations"])
    {
        share.custodian = Some(name.into());
    }
    for (number, copy) in (0..).zip(&mut usual.vault.carriers) {
        copy.bag = Some(format!("A-100{number}"));
        copy.site = Some(["safe, Bern", "bank Zurich, box 12"][number % 2].into());
        let keeper = if number < 4 { "legal" } else { "purchasing" };
        copy.keeper = copy.keeper.take().map(|_| keeper.into());
    }
    let samples = [
        ("record", usual),
        ("one", one),
        ("void", with_void()),
        ("long", most(40, "W")),
        ("wide", most(12, "東")),
    ];
    for (name, record) in samples {
        let pdf = Path::new(&out).join(format!("destruction-{name}.pdf"));
        fs::write(pdf, &*page(&record).draw().unwrap()).unwrap();
    }
}
