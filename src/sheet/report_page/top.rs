//! The upper part: what it came to, of which vault, which drill, when and where.

use super::table::fitting;
use super::{BESIDE, CELL};
use crate::drill::{self, DrillKind, DrillReport, Outcome, VaultFacts};
use crate::error::Result;
use crate::sheet::font::{Face, spelled};
use crate::sheet::frame::{self, SMALL, TOP};
use crate::sheet::page::{Page, Rect, Style, WIDTH};
use crate::sheet::text::{Column, fit};
use crate::words;

const HEAD: Style = Style::new(Face::Bold, 20.0);
const THICK: f32 = 0.7;
/// The box with the outcome.
const BOX: Rect = Rect {
    x: 0.0,
    y: TOP + 0.6,
    width: 56.0,
    height: 25.0,
};
const OUTCOME_SIZES: [f32; 6] = [30.0, 24.0, 20.0, 17.0, 15.0, 13.0];
const SCENARIO_SIZES: [f32; 4] = [9.0, 8.0, 7.0, 6.0];
/// Under the box and the facts.
const END: f32 = TOP + 48.0;
const NAMES: f32 = 20.0;
const LINE: f32 = 4.2;

/// Draws it; gives where it ends.
pub(super) fn draw(page: &mut Page, report: &DrillReport) -> Result<f32> {
    page.text(HEAD, 0.0, 8.0, "DRILL REPORT");
    let mark = report
        .vault
        .as_ref()
        .map_or("", |vault| vault.kind.as_str());
    page.text_right(HEAD, WIDTH, 8.0, &mark.to_uppercase())?;
    page.rule(0.0, 10.8, WIDTH, THICK);
    outcome(page, report)?;
    let right = Column::new(BOX.width + BESIDE, WIDTH - BOX.width - BESIDE);
    let y = match &report.vault {
        Some(vault) => of_vault(page, right, vault)?,
        None => line(page, right, TOP + 3.6, "Vault", "none was presented")?,
    };
    of_drill(page, right, y, report)?;
    Ok(END)
}

/// The outcome large, and when the next one is due.
fn outcome(page: &mut Page, report: &DrillReport) -> Result<()> {
    page.frame(BOX);
    page.text(
        SMALL,
        BOX.x + 2.0,
        BOX.y + 4.0,
        "Outcome by the criteria below",
    );
    let text = match report.outcome {
        Outcome::Pass => "PASS",
        Outcome::Findings => "PASS WITH FINDINGS",
        Outcome::Fail => "FAIL",
    };
    let place = [BOX.width - 4.0, 19.0];
    let (style, lines) = fit(Face::Bold, &OUTCOME_SIZES, place, text)?;
    let high = style.pitch() * lines.len() as f32;
    let y = BOX.y + 5.0 + (place[1] - high) / 2.0 + style.pitch() * 0.78;
    page.lines(style, BOX.x + 2.0, y, &lines);
    let mut y = BOX.y + BOX.height + 5.0;
    for (name, value) in [
        ("Next by", report.next.date()),
        ("Challenge", challenge(report)),
        ("Register", head(report)),
        ("Before", before(report)),
    ] {
        page.text(SMALL, BOX.x, y, name);
        let value = fitting(CELL, BOX.width - NAMES + 3.0, &spelled(&value))?;
        page.text(CELL, BOX.x + NAMES - 3.0, y, &value);
        y += LINE;
    }
    Ok(())
}

fn challenge(report: &DrillReport) -> String {
    let given = report.challenge.clone();
    given.unwrap_or_else(|| "none: time not proven".into())
}

fn head(report: &DrillReport) -> String {
    match report.register_head {
        None => "none was kept".into(),
        Some(head) => {
            let words = words::words(&head.0);
            let first = words.iter().take(3).copied().collect::<Vec<_>>();
            format!("{} ...", first.join(" "))
        }
    }
}

fn before(report: &DrillReport) -> String {
    let Some(previous) = &report.previous else {
        return "no report was given".into();
    };
    let late = match previous.overdue_days {
        0 => "in time".to_owned(),
        days => format!("{days} days late"),
    };
    format!("{} days ago, {late}", previous.days)
}

/// Label, id and words; gives where the next line stands.
fn of_vault(page: &mut Page, column: Column, vault: &VaultFacts) -> Result<f32> {
    let label = vault
        .label
        .as_deref()
        .unwrap_or("(its label was not presented)");
    let bold = Style::new(Face::Bold, 11.0);
    let label = fitting(bold, column.width - NAMES, &spelled(label))?;
    page.text(SMALL, column.x, TOP + 3.6, "Vault");
    page.text(bold, column.x + NAMES, TOP + 3.6, &label);
    let id = vault.public_key.vault_id();
    page.text(SMALL, column.x, TOP + 8.2, "Vault id");
    let mono = Style::new(Face::Mono, 8.0);
    page.text(mono, column.x + NAMES, TOP + 8.2, &id.hex());
    let mut y = TOP + 8.2;
    for words in words::words(&id.0).chunks(8) {
        y += 3.6;
        page.text(CELL, column.x + NAMES, y, &words.join(" "));
    }
    let sealed = match vault.created {
        Some(created) => format!(
            "{}, any {} of {} shares open it",
            frame::day(created),
            vault.k,
            vault.n
        ),
        None => format!("any {} of {} shares open it", vault.k, vault.n),
    };
    line(page, column, y + LINE, "Sealed", &sealed)
}

fn of_drill(page: &mut Page, column: Column, y: f32, report: &DrillReport) -> Result<()> {
    let kind = format!("{} {}", report.kind.as_str(), drill::title(report.kind));
    let kind = match (report.announced, report.kind) {
        (Some(true), _) => format!("{kind}, announced"),
        (Some(false), _) => format!("{kind}, not announced"),
        (None, DrillKind::D0 | DrillKind::D1 | DrillKind::D2) => kind,
        (None, _) => format!("{kind}, not said whether announced"),
    };
    let y = line(page, column, y, "Drill", &kind)?;
    let clock = &report.clock;
    let when = format!("{} to {}", frame::day(clock.begin), frame::day(clock.end));
    let y = line(page, column, y, "By its clock", &when)?;
    let wall = clock.wall.map_or_else(|| "not read".into(), frame::day);
    let site = report.site.as_deref().unwrap_or("not said");
    let y = line(page, column, y, "Wall clock", &wall)?;
    let y = line(page, column, y, "Place", site)?;
    let tool = format!("{}, {}", report.machine.tool, report.machine.system);
    let y = line(page, column, y, "Made with", &tool)?;
    page.text(SMALL, column.x, y, "Scenario");
    let place = [column.width - NAMES, END - y + 2.6];
    let text = super::table::cut(&spelled(&one_line(&report.scenario)), 300);
    let (style, mut lines) = fit(Face::Bold, &SCENARIO_SIZES, place, &text)?;
    let most = (place[1] / style.pitch()) as usize;
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = fitting(style, place[0], &format!("{last} {text}"))?;
        }
    }
    page.lines(style, column.x + NAMES, y, &lines);
    Ok(())
}

/// What people typed has no line ends; what a file says may have.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name and what it says, cut to one line; gives where the next one stands.
fn line(page: &mut Page, column: Column, y: f32, name: &str, value: &str) -> Result<f32> {
    page.text(SMALL, column.x, y, name);
    let value = fitting(CELL, column.width - NAMES, &spelled(value))?;
    page.text(CELL, column.x + NAMES, y, &value);
    Ok(y + LINE)
}
