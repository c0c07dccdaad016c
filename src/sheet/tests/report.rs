//! The page of a drill report.

use super::layout::assert_clear;
use super::tools::{said, tool};
use super::*;
use crate::drill::tests::{bare, restored};
use crate::drill::{CarrierUse, DrillKind, DrillReport, Earlier, Outcome, Person};
use crate::sheet::ReportPage;
use crate::sheet::page::Drawn;
use crate::words;

fn page(report: &DrillReport, is_signed: bool) -> ReportPage<'_> {
    ReportPage {
        report,
        digest: Digest::of(&report.to_bytes()),
        file: "drill-2026.json",
        is_signed,
    }
}

/// Nothing but what must be there.
fn least() -> DrillReport {
    let mut least = bare(DrillKind::D6);
    (least.vault, least.challenge, least.previous) = (None, None, None);
    (least.register_head, least.site, least.announced) = (None, None, None);
    least.clock.wall = None;
    least.people.clear();
    least.phases.clear();
    least.scenario = "a custodian left and took the sheet along".into();
    least.disposal = String::new();
    least
}

/// Everything, as an auditor would get it.
fn usual() -> DrillReport {
    let mut usual = restored();
    usual.scenario =
        "the machine room of the first site burnt last night, and nobody may enter it".into();
    usual.outcome = Outcome::Findings;
    for (name, role) in [("B. Witness", "witness"), ("C. Auditor", "auditor")] {
        usual.people.push(Person {
            name: name.into(),
            role: Some(role.into()),
        });
    }
    usual
}

/// The shares of three custodians, each read alone.
fn check() -> DrillReport {
    let mut check = bare(DrillKind::D1);
    check.challenge = None;
    check.scenario = "every share is read alone".into();
    check.shares = restored().shares;
    check.carriers = Vec::new();
    let custodians = ["legal", "audit", "operations"];
    for (number, (share, custodian)) in (1..).zip(check.shares.iter_mut().zip(custodians)) {
        share.number = Some(number);
        share.custodian = Some(custodian.into());
        share.state = "good".into();
        let carrier = CarrierUse {
            role: "share".into(),
            number: Some(number),
            copy: Some(1),
            device: "paper".into(),
            outcome: "whole".into(),
            bag_found: Some("A1001".into()),
            bag_new: Some("A2001".into()),
            seal: Some("intact".into()),
            condition: Some("good".into()),
            placed_as_registered: Some(number != 2),
            ..CarrierUse::default()
        };
        check.carriers.push(carrier);
    }
    let people = [
        ("Ada", "officer"),
        ("Bo", "witness"),
        ("Cy", "custodian legal"),
    ];
    let person = |(name, role): (&str, &str)| Person {
        name: name.into(),
        role: Some(role.into()),
    };
    check.people = people.map(person).into();
    check
}

/// A real restore as it usually is: three custodians, three shares and two vault copies out of their bags, and findings.
fn whole() -> DrillReport {
    let mut whole = usual();
    let check = check();
    whole.shares = check.shares;
    whole.people.extend(check.people.into_iter().skip(1));
    let copies = std::mem::take(&mut whole.carriers);
    whole.carriers = check.carriers;
    whole.carriers.extend(copies);
    for one in &mut whole.carriers {
        one.device = "SanDisk Ultra, 32.0 GB, 4C530001240725112345".into();
    }
    let stores = ["nodekeystore", "sslkeystore", "truststore"];
    let store = whole.stores[0].clone();
    whole.stores = stores
        .map(|name| crate::drill::StoreUse {
            store: format!("certificates/{name}.jks"),
            ..store.clone()
        })
        .into();
    for (code, subject) in [("bag-broken", "share 3, copy 1"), ("age", "vault copy 2")] {
        let mut one = whole.findings[0].clone();
        one.code = code.into();
        one.subject = subject.into();
        one.text = "its seal was broken: nobody knows who else had it".into();
        whole.findings.push(one);
    }
    whole
}

/// Bags and places looked at, and nothing opened.
fn seals() -> DrillReport {
    DrillReport {
        kind: DrillKind::D0,
        scenario: "every bag, seal and place is looked at".into(),
        shares: Vec::new(),
        ..check()
    }
}

/// Far more of everything than any page holds, and as long as it gets.
fn most(letters: &str) -> DrillReport {
    let mut most = restored();
    let long = letters.repeat(60);
    most.scenario = long.clone();
    most.challenge = Some(long.clone());
    most.site = Some(long.clone());
    most.machine.system = long.clone();
    if let Some(vault) = &mut most.vault {
        vault.label = Some(long.clone());
    }
    most.people[0].name = long.clone();
    most.shares[0].custodian = Some(long.clone());
    most.shares[0].reason = Some(long.clone());
    most.carriers[0].device = long.clone();
    most.carriers[0].bag_found = Some(long.clone());
    most.stores[0].store = long.clone();
    most.criteria[0].found = long.clone();
    most.phases[0].name = long.clone();
    most.findings[0].text = long.clone();
    most.disposal = long.clone();
    most.outcome = Outcome::Findings;
    most.earlier_findings.push(Earlier {
        text: long,
        closed: None,
    });
    most.people = many(&most.people);
    most.shares = many(&most.shares);
    most.carriers = many(&most.carriers);
    most.stores = many(&most.stores);
    most.criteria = many(&most.criteria);
    most.phases = many(&most.phases);
    most.findings = many(&most.findings);
    most
}

fn many<T: Clone>(few: &[T]) -> Vec<T> {
    few.iter().cycle().take(40 * few.len()).cloned().collect()
}

fn all() -> Vec<(&'static str, DrillReport, bool)> {
    vec![
        ("usual", usual(), true),
        ("least", least(), false),
        ("check", check(), false),
        ("whole", whole(), true),
        ("seals", seals(), false),
        ("most-words", most("evacuation "), true),
        ("most-letters", most("W"), true),
        ("most-east", most("東"), false),
        ("most-lines", most("a\n\u{1b}[31m"), false),
    ]
}

#[test]
fn nothing_on_a_report_page_is_clipped_or_overlaps_however_much_there_is() {
    for (name, report, is_signed) in all() {
        for (number, page) in (1..).zip(page(&report, is_signed).pages().unwrap()) {
            assert_clear(&page, &format!("{name}, page {number}"));
        }
    }
}

fn text(report: &DrillReport, is_signed: bool) -> String {
    let dir = tempfile::tempdir().unwrap();
    let pdf = page(report, is_signed).draw().unwrap();
    fs::write(dir.path().join("report.pdf"), &*pdf).unwrap();
    let mut program = Command::new("pdftotext");
    said(
        program
            .current_dir(&dir)
            .args(["-layout", "report.pdf", "-"]),
    )
}

#[test]
fn pdftotext_finds_the_digest_the_outcome_and_what_is_signed() {
    if !tool("pdftotext") {
        return;
    }
    let report = usual();
    let digest = Digest::of(&report.to_bytes());
    let found = text(&report, true);
    assert!(found.contains(&digest.hex()), "{found}");
    let all: Vec<&str> = found.split_whitespace().collect();
    for word in words::words(&digest.0) {
        assert!(all.contains(&word), "{word}: {found}");
    }
    for said in [
        "PASS WITH",
        "FINDINGS",
        "Bank A",
        "tissue leprosy",
        "D4 real restore",
    ] {
        assert!(found.contains(said), "{said}: {found}");
    }
    let least = text(&least(), false);
    assert!(least.contains("Not signed: no quorum took part"), "{least}");
    assert!(!least.contains("Signed by the vault identity"), "{least}");
    let mut timeless = report;
    timeless.challenge = None;
    let timeless = text(&timeless, true);
    assert!(timeless.contains("time not proven"), "{timeless}");
}

/// All that is drawn, page by page.
fn drawn(report: &DrillReport) -> Vec<String> {
    let pages = page(report, true).pages().unwrap();
    let texts = pages.iter().map(|page| {
        let texts = page.drawn.iter().filter_map(|drawn| match drawn {
            Drawn::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    });
    texts.collect()
}

#[test]
fn what_fits_is_on_one_page() {
    for (name, report) in [
        ("usual", usual()),
        ("least", least()),
        ("check", check()),
        ("whole", whole()),
    ] {
        let pages = drawn(&report);
        assert_eq!(pages.len(), 1, "{name}");
        assert!(!pages[0].contains("WRITTEN OUT"), "{name}: {}", pages[0]);
        assert!(pages[0].contains("Page 1 of 1"), "{name}");
    }
    // Twice as many findings want a second one, and nothing is cut for that.
    let mut more = whole();
    more.findings = more.findings.iter().cycle().take(20).cloned().collect();
    let pages = drawn(&more);
    assert_eq!(pages.len(), 2);
    assert!(pages[1].contains("Page 2 of 2") && !pages[0].contains("WRITTEN OUT"));
}

/// A text of many words that are in no other text.
fn words_of(name: &str) -> String {
    let words: Vec<String> = (0..70).map(|number| format!("{name}{number}")).collect();
    words.join(" ")
}

#[test]
fn no_word_of_a_long_text_is_missing_and_every_page_says_to_which_report_it_belongs() {
    let mut report = usual();
    report.scenario = words_of("scenario");
    report.challenge = Some(words_of("challenge"));
    report.site = Some(words_of("site"));
    report.machine.system = words_of("system");
    report.vault.as_mut().unwrap().label = Some(words_of("label"));
    report.people[0].name = words_of("person");
    report.people[0].role = Some(words_of("role"));
    report.shares[0].custodian = Some(words_of("custodian"));
    report.shares[0].reason = Some(words_of("reason"));
    report.carriers[0].device = words_of("device");
    report.carriers[0].bag_found = Some(words_of("bag"));
    report.carriers[0].seal = Some(words_of("seal"));
    report.stores[0].store = words_of("store");
    report.phases[0].name = words_of("phase");
    report.criteria[0].wanted = words_of("wanted");
    report.criteria[0].found = words_of("found");
    report.findings[0].subject = words_of("subject");
    report.findings[0].text = words_of("finding");
    report.findings[0].owner = Some(words_of("owner"));
    report.earlier_findings[0].text = words_of("earlier");
    report.disposal = words_of("disposal");
    let pages = drawn(&report);
    let all = pages.join("\n");
    let said: Vec<&str> = all.split([' ', '\n', '/']).collect();
    for name in [
        "scenario",
        "challenge",
        "site",
        "system",
        "label",
        "person",
        "role",
        "custodian",
        "reason",
        "device",
        "bag",
        "seal",
        "store",
        "phase",
        "wanted",
        "found",
        "subject",
        "finding",
        "owner",
        "earlier",
        "disposal",
    ] {
        for number in [0, 1, 35, 68, 69] {
            let word = format!("{name}{number}");
            let is_there = said
                .iter()
                .any(|one| one.trim_matches([',', ':', '(', ')']) == word);
            assert!(is_there, "{word} is not on the pages: {all}");
        }
    }
    assert!(pages.len() > 1);
    let digest = Digest::of(&report.to_bytes()).hex();
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("Page {number} of {}", pages.len())));
        assert!(page.contains(&digest[..16]));
    }
}

#[test]
fn more_rows_than_twenty_pages_hold_are_counted() {
    let pages = drawn(&most("evacuation "));
    assert!(pages.len() > 20);
    let all = pages.join("\n");
    assert!(all.contains("more rows have no room here: they are in the file"));
}

#[test]
fn whoever_led_it_the_witness_the_auditor_and_each_custodian_have_a_line_to_sign_on() {
    let pages = drawn(&check());
    for line in [
        "officer: Ada",
        "witness: Bo",
        "Auditor",
        "Custodian legal: Cy",
        "Custodian audit",
        "Custodian operations",
    ] {
        assert!(
            pages[0].lines().any(|one| one == line),
            "{line}: {}",
            pages[0]
        );
    }
    let without = pages[0].matches("Name, signature, date").count();
    let named = pages[0].lines().filter(|line| *line == "Signature, date");
    assert_eq!((without, named.count()), (3, 3));
}

#[test]
#[ignore = "writes sample reports into the directory COLDVAULT_SHEETS_OUT: see docs/paper.md"]
fn the_sample_reports() {
    let out = std::env::var_os("COLDVAULT_SHEETS_OUT").expect("COLDVAULT_SHEETS_OUT is not set");
    for (name, report, is_signed) in all() {
        let pdf = page(&report, is_signed).draw().unwrap();
        fs::write(Path::new(&out).join(format!("report-{name}.pdf")), &*pdf).unwrap();
    }
}
