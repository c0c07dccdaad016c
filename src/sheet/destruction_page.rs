//! The record of a vault's destruction on paper, for two people to sign: on one page where it has room.
//!
//! Knows what of a record stands where; nothing is computed here that is not in it. A record that says "not dead" says so
//! as large as the other.

mod copies;

use zeroize::Zeroizing;

use super::flow::Flow;
use super::font::{Face, spelled};
use super::frame::{self, BOTTOM, SMALL, TOP};
use super::page::{HAIR, HEIGHT, Page, Rect, Style, WIDTH};
use super::pdf::{self, Sides};
use super::signing;
use super::table::{BESIDE, CELL, DENSE, ROOMY, Spacing, TITLE, one_line};
use super::text::{Column, fit, wrap};
use crate::destruction::DestructionRecord;
use crate::digest::Digest;
use crate::error::Result;
use crate::register::Life;
use crate::words;

const HEAD: Style = Style::new(Face::Bold, 20.0);
const CONTINUED: &str = "DESTRUCTION RECORD, continued";
const THICK: f32 = 0.7;
/// The box with what it comes to.
const BOX: Rect = Rect {
    x: 0.0,
    y: TOP + 0.6,
    width: 56.0,
    height: 25.0,
};
const SIZES: [f32; 4] = [30.0, 24.0, 20.0, 17.0];
/// Under the box and the facts.
const END: f32 = TOP + 42.0;
/// Under the last line of the facts.
const GAP: f32 = 2.0;
const NAMES: f32 = 20.0;
const LINE: f32 = 4.2;
/// How high the statement and the digests are, and so many lines of the statement are in that.
const PROOF: f32 = 46.0;
const STATEMENT: usize = 3;
/// Between the two digests: each is as wide as its digits.
const APART: f32 = 4.0;
/// The most letters of a file's name.
const MOST_NAME: usize = 40;

/// The record of a vault's destruction, as it is on paper.
pub struct DestructionPage<'a> {
    /// The record.
    pub record: &'a DestructionRecord,
    /// Of the bytes of its file.
    pub digest: Digest,
    /// The name of its file.
    pub file: &'a str,
}

impl DestructionPage<'_> {
    /// The bytes of the PDF.
    ///
    /// # Errors
    /// [`Error::SelfTest`](crate::error::Error::SelfTest) when a font of the program cannot be read.
    pub fn draw(&self) -> Result<Zeroizing<Vec<u8>>> {
        pdf::write(&self.pages()?, Sides::One)
    }

    pub(super) fn pages(&self) -> Result<Vec<Page>> {
        let roomy = self.laid_out(ROOMY)?;
        if roomy.len() == 1 {
            return Ok(roomy);
        }
        let dense = self.laid_out(DENSE)?;
        Ok(match dense.len() < roomy.len() {
            true => dense,
            false => roomy,
        })
    }

    fn laid_out(&self, spacing: Spacing) -> Result<Vec<Page>> {
        let mut page = Page::default();
        let y = self.top(&mut page)?;
        let mut flow = Flow::new(page, y, (spacing, CONTINUED));
        flow.band(&[copies::destroyed(self.record)])?;
        flow.band(&[copies::outstanding(self.record)])?;
        flow.count();
        self.foot(&mut flow, spacing)?;
        let mut pages = flow.pages();
        let all = pages.len();
        for (number, page) in (1..).zip(&mut pages) {
            self.edge(page, [number, all])?;
        }
        Ok(pages)
    }

    /// What it comes to, and of which vault; gives where it ends.
    fn top(&self, page: &mut Page) -> Result<f32> {
        let (record, vault) = (self.record, &self.record.vault);
        page.text(HEAD, 0.0, 8.0, "DESTRUCTION RECORD");
        page.text_right(HEAD, WIDTH, 8.0, &vault.kind.as_str().to_uppercase())?;
        page.rule(0.0, 10.8, WIDTH, THICK);
        page.frame(BOX);
        let (x, y) = (BOX.x + 2.0, BOX.y + 4.0);
        page.text(SMALL, x, y, "By the register, this vault is");
        let left = record.outstanding();
        let text = match left.is_dead() {
            true => "DEAD",
            false => "NOT DEAD",
        };
        let place = [BOX.width - 4.0, 19.0];
        let (style, lines) = fit(Face::Bold, &SIZES, place, text)?;
        page.lines(style, x, BOX.y + 14.5, &lines);
        let small = Style::new(Face::Regular, 7.6);
        let column = Column::new(x, BOX.width - 4.0);
        page.paragraph(small, column, BOX.y + 19.0, &left.words())?;
        let right = Column::new(BOX.width + BESIDE, WIDTH - BOX.width - BESIDE);
        let end = self.facts(page, right)?;
        let y = BOX.y + BOX.height + 5.0;
        page.text(SMALL, BOX.x, y, "Made");
        page.text(CELL, BOX.x + NAMES - 3.0, y, &frame::day(record.at));
        let wall = record
            .wall
            .map_or_else(|| "no clock was read".into(), frame::day);
        page.text(SMALL, BOX.x, y + LINE, "Wall clock");
        page.text(CELL, BOX.x + NAMES - 3.0, y + LINE, &wall);
        Ok(END.max(end + GAP))
    }

    /// Of the vault; gives where they end.
    fn facts(&self, page: &mut Page, column: Column) -> Result<f32> {
        let (record, vault) = (self.record, &self.record.vault);
        let (name, x) = (Style::new(Face::Bold, 11.0), column.x + NAMES);
        let width = column.width - NAMES;
        page.text(SMALL, column.x, TOP + 3.6, "Vault");
        let label = wrap(name, width, &spelled(&vault.label))?;
        page.lines(name, x, TOP + 3.6, &label);
        let mut y = TOP + 8.2 + name.pitch() * label.len().saturating_sub(1) as f32;
        page.text(SMALL, column.x, y, "Vault id");
        page.text(Style::new(Face::Mono, 8.0), x, y, &vault.id.hex());
        for words in words::words(&vault.id.0).chunks(8) {
            y += 3.6;
            page.text(CELL, x, y, &words.join(" "));
        }
        let sealed = format!(
            "{}, any {} of {} shares open it",
            frame::day(vault.created),
            vault.k,
            vault.n
        );
        let life = match vault.life {
            Life::Live => "in use until now; no vault took its place".to_owned(),
            Life::Unfinished => "its sealing was never finished".to_owned(),
            Life::Superseded { by, at } => format!("vault {by} took its place on {}", at.date()),
            Life::Retired => match &vault.retirement {
                Some(said) => format!("retired on {}", said.when.date()),
                None => "retired".to_owned(),
            },
        };
        let generation = format!("{} in the series of its label", vault.generation);
        let reason = record.reason.as_deref().unwrap_or("not said");
        let made = format!("{}, from the register", record.tool);
        for (name, value) in [
            ("Sealed", sealed.as_str()),
            ("Generation", &generation),
            ("Until now", &life),
            ("Reason", reason),
            ("Made with", &made),
        ] {
            y += LINE;
            page.text(SMALL, column.x, y, name);
            let lines = wrap(CELL, width, &spelled(&one_line(value)))?;
            page.lines(CELL, x, y, &lines);
            y += CELL.pitch() * lines.len().saturating_sub(1) as f32;
        }
        Ok(y)
    }

    /// What is signed, two digests, and the lines.
    fn foot(&self, flow: &mut Flow, spacing: Spacing) -> Result<()> {
        let signers: Vec<(String, &str)> = self.signers();
        let statement = spelled(&self.statement());
        let lines = wrap(CELL, WIDTH, &statement)?.len();
        let more = CELL.pitch() * lines.saturating_sub(STATEMENT) as f32;
        let above = spacing.gap + PROOF + more;
        flow.end_at_edge(above + spacing.sign);
        let (page, y) = flow.place(above + spacing.sign);
        let start = y + spacing.gap;
        page.rule(0.0, start, WIDTH, HAIR);
        page.text(TITLE, 0.0, start + 4.2, "WHAT IS SIGNED");
        let all = Column::new(0.0, WIDTH);
        page.paragraph(CELL, all, start + 8.0, &statement)?;
        let half = (WIDTH - APART) / 2.0;
        let (left, right) = (Column::new(0.0, half), Column::new(half + APART, half));
        let y = start + 18.5 + more;
        let file = super::table::cut(&spelled(self.file), MOST_NAME);
        signing::digest(
            page,
            left,
            (y, spacing.proof),
            ("SHA-256 OF THE RECORD", &file, self.digest),
        )?;
        let head = "HEAD OF THE REGISTER";
        match self.record.register_head {
            Some(digest) => signing::digest(
                page,
                right,
                (y, spacing.proof),
                (head, "before this record", digest),
            )?,
            None => page.text(TITLE, right.x, y + 4.2, "No register was kept"),
        }
        signing::lines(page, start + PROOF + more, spacing, &signers)
    }

    fn signers(&self) -> Vec<(String, &'static str)> {
        let known = "Signature, date";
        let mut people = self.record.people.iter();
        let mut line = |role: &str| match people.next() {
            Some(name) => (format!("{role}: {name}"), known),
            None => (role.to_owned(), "Name, signature, date"),
        };
        vec![
            line("Destroyed by"),
            line("Witness"),
            ("Auditor".to_owned(), "Name, signature, date"),
        ]
    }

    fn statement(&self) -> String {
        let left = self.record.outstanding();
        let until = match left.is_dead() {
            true => "What is left of it opens nothing any more.",
            false => "WHAT IS LEFT OF IT STILL OPENS IT: it is not dead, and is not called so.",
        };
        // Over a line to sign on a long name is cut: here it is whole.
        let we = match self.record.people.as_slice() {
            [] => "We".to_owned(),
            people => format!("We, {},", people.join(" and ")),
        };
        format!(
            "{we} saw those carriers destroyed, as it is said above, beside which our names stand. {until} This rests on our word and on the \
             register: no program can see that a thing is gone, and of a copy that nobody entered nothing is known here. \
             The head stands for every entry of the register up to the last destruction."
        )
    }

    fn edge(&self, page: &mut Page, [number, of]: [usize; 2]) -> Result<()> {
        page.rule(0.0, BOTTOM + 3.0, WIDTH, HAIR);
        let text = format!("Vault id {}", self.record.vault.id.hex());
        page.text(SMALL, 0.0, HEIGHT - 1.0, &text);
        let text = format!("Page {number} of {of}   Made by coldvault");
        page.text_right(SMALL, WIDTH, HEIGHT - 1.0, &text)
    }
}
