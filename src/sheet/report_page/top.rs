//! The upper part: what it came to, of which vault, which drill, when and where.

use super::BESIDE;
use super::table::{CELL, Table, cut, fitting, one_line};
use crate::drill::{self, DrillKind, DrillReport, Outcome, VaultFacts};
use crate::error::Result;
use crate::sheet::font::{Face, spelled};
use crate::sheet::frame::{self, SMALL, TOP};
use crate::sheet::page::{Page, Rect, Style, WIDTH};
use crate::sheet::text::{Column, fit};
use crate::time::Time;
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
/// No size has room for more letters.
const MOST_SCENARIO: usize = 300;
const NAMES: f32 = 20.0;
const LINE: f32 = 4.2;

/// Where the upper part is drawn, and what had no room there: its name and all of it.
struct Top<'a> {
    page: &'a mut Page,
    cut: Vec<Vec<String>>,
}

/// Draws it; gives where it ends, and what had no room.
pub(super) fn draw(page: &mut Page, report: &DrillReport) -> Result<(f32, Vec<Vec<String>>)> {
    page.text(HEAD, 0.0, 8.0, "DRILL REPORT");
    let mark = report
        .vault
        .as_ref()
        .map_or("", |vault| vault.kind.as_str());
    page.text_right(HEAD, WIDTH, 8.0, &mark.to_uppercase())?;
    page.rule(0.0, 10.8, WIDTH, THICK);
    let mut top = Top {
        page,
        cut: Vec::new(),
    };
    top.outcome(report)?;
    let right = Column::new(BOX.width + BESIDE, WIDTH - BOX.width - BESIDE);
    let y = match &report.vault {
        Some(vault) => top.of_vault(right, vault)?,
        None => top.line(right, TOP + 3.6, "Vault", "none was presented")?,
    };
    top.of_drill(right, y, report)?;
    Ok((END, top.cut))
}

/// What had no room in its place, in full.
pub(super) fn written_out(cut: Vec<Vec<String>>) -> Option<Table> {
    (!cut.is_empty()).then(|| Table {
        title: "WRITTEN OUT".into(),
        share: 1.0,
        columns: vec![("", 0.8), ("", 6.2)],
        rows: cut,
        otherwise: "",
    })
}

fn challenge(report: &DrillReport) -> String {
    let otherwise = match report.kind.needs_quorum() {
        true => "none: time not proven",
        false => "none: nothing is signed",
    };
    let given = report.challenge.clone();
    given.unwrap_or_else(|| otherwise.into())
}

fn next(report: &DrillReport) -> String {
    let none = || "none is due, by the policy".into();
    report.next.map_or_else(none, Time::date)
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
        1 => "1 day late".into(),
        days => format!("{days} days late"),
    };
    match previous.days {
        1 => format!("1 day ago, {late}"),
        days => format!("{days} days ago, {late}"),
    }
}

impl Top<'_> {
    /// The outcome large, and when the next one is due.
    fn outcome(&mut self, report: &DrillReport) -> Result<()> {
        self.page.frame(BOX);
        let (x, y) = (BOX.x + 2.0, BOX.y + 4.0);
        self.page.text(SMALL, x, y, "Outcome by the criteria below");
        let text = match report.outcome {
            Outcome::Pass => "PASS",
            Outcome::Findings => "PASS WITH FINDINGS",
            Outcome::Fail => "FAIL",
        };
        let place = [BOX.width - 4.0, 19.0];
        let (style, lines) = fit(Face::Bold, &OUTCOME_SIZES, place, text)?;
        let high = style.pitch() * lines.len() as f32;
        let y = BOX.y + 5.0 + (place[1] - high) / 2.0 + style.pitch() * 0.78;
        self.page.lines(style, x, y, &lines);
        let mut y = BOX.y + BOX.height + 5.0;
        for (name, value) in [
            ("Next by", next(report)),
            ("Challenge", challenge(report)),
            ("Register", head(report)),
            ("Before", before(report)),
        ] {
            self.page.text(SMALL, BOX.x, y, name);
            let value = self.fitting(CELL, BOX.width - NAMES + 3.0, name, &value)?;
            self.page.text(CELL, BOX.x + NAMES - 3.0, y, &value);
            y += LINE;
        }
        Ok(())
    }

    /// Label, id and words; gives where the next line stands.
    fn of_vault(&mut self, column: Column, vault: &VaultFacts) -> Result<f32> {
        let label = vault
            .label
            .as_deref()
            .unwrap_or("(its label was not presented)");
        let bold = Style::new(Face::Bold, 11.0);
        let label = self.fitting(bold, column.width - NAMES, "Vault", label)?;
        let x = column.x + NAMES;
        self.page.text(SMALL, column.x, TOP + 3.6, "Vault");
        self.page.text(bold, x, TOP + 3.6, &label);
        let id = vault.public_key.vault_id();
        self.page.text(SMALL, column.x, TOP + 8.2, "Vault id");
        let mono = Style::new(Face::Mono, 8.0);
        self.page.text(mono, x, TOP + 8.2, &id.hex());
        let mut y = TOP + 8.2;
        for words in words::words(&id.0).chunks(8) {
            y += 3.6;
            self.page.text(CELL, x, y, &words.join(" "));
        }
        let any = format!("any {} of {} shares open it", vault.k, vault.n);
        let sealed = match vault.created {
            Some(created) => format!("{}, {any}", frame::day(created)),
            None => any,
        };
        self.line(column, y + LINE, "Sealed", &sealed)
    }

    fn of_drill(&mut self, column: Column, y: f32, report: &DrillReport) -> Result<()> {
        let kind = format!("{} {}", report.kind.as_str(), drill::title(report.kind));
        let kind = match (report.announced, report.kind) {
            (Some(true), _) => format!("{kind}, announced"),
            (Some(false), _) => format!("{kind}, not announced"),
            (None, DrillKind::D0 | DrillKind::D1 | DrillKind::D2) => kind,
            (None, _) => format!("{kind}, not said whether announced"),
        };
        let y = self.line(column, y, "Drill", &kind)?;
        let clock = &report.clock;
        let when = format!("{} to {}", frame::day(clock.begin), frame::day(clock.end));
        let y = self.line(column, y, "By its clock", &when)?;
        let wall = clock.wall.map_or_else(
            || "not read".into(),
            |wall| format!("ended {}", frame::day(wall)),
        );
        let site = report.site.as_deref().unwrap_or("not said");
        let y = self.line(column, y, "Wall clock", &wall)?;
        let y = self.line(column, y, "Place", site)?;
        let tool = format!("{}, {}", report.machine.tool, report.machine.system);
        let y = self.line(column, y, "Made with", &tool)?;
        self.page.text(SMALL, column.x, y, "Scenario");
        self.scenario(column, y, &report.scenario)
    }

    /// In the size in which all of it has room, or its beginning.
    fn scenario(&mut self, column: Column, y: f32, scenario: &str) -> Result<()> {
        let place = [column.width - NAMES, END - y + 2.6];
        let all = spelled(&one_line(scenario));
        let text = cut(&all, MOST_SCENARIO);
        let (style, mut lines) = fit(Face::Bold, &SCENARIO_SIZES, place, &text)?;
        let most = (place[1] / style.pitch()) as usize;
        if lines.len() > most || text != all {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = fitting(style, place[0], &format!("{last} {all}"))?;
            }
            self.cut.push(vec!["Scenario".into(), scenario.to_owned()]);
        }
        self.page.lines(style, column.x + NAMES, y, &lines);
        Ok(())
    }

    /// A name and what it says, on one line; gives where the next one stands.
    fn line(&mut self, column: Column, y: f32, name: &str, value: &str) -> Result<f32> {
        self.page.text(SMALL, column.x, y, name);
        let value = self.fitting(CELL, column.width - NAMES, name, value)?;
        self.page.text(CELL, column.x + NAMES, y, &value);
        Ok(y + LINE)
    }

    /// The text, or as much of it as fits; then all of it is written out below.
    fn fitting(&mut self, style: Style, width: f32, name: &str, text: &str) -> Result<String> {
        let all = spelled(&one_line(text));
        let shown = fitting(style, width, &all)?;
        if shown != all {
            self.cut.push(vec![name.to_owned(), text.to_owned()]);
        }
        Ok(shown)
    }
}
