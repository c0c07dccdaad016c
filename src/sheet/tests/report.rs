//! The page of a drill report.

use super::layout::assert_clear;
use super::tools::{said, tool};
use super::*;
use crate::drill::tests::{bare, restored};
use crate::drill::{DrillKind, DrillReport, Earlier, Outcome, Person};
use crate::sheet::ReportPage;
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
        ("most-words", most("evacuation "), true),
        ("most-letters", most("W"), true),
        ("most-east", most("東"), false),
        ("most-lines", most("a\n\u{1b}[31m"), false),
    ]
}

#[test]
fn nothing_on_a_report_page_is_clipped_or_overlaps_however_much_there_is() {
    for (name, report, is_signed) in all() {
        assert_clear(&page(&report, is_signed).page().unwrap(), name);
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

#[test]
fn what_has_no_room_is_counted() {
    if !tool("pdftotext") {
        return;
    }
    let found = text(&most("x "), true);
    assert!(found.matches("more, see the file").count() >= 6, "{found}");
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
