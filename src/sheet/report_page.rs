//! A drill report on one page, as an auditor files it.
//!
//! Knows what of a report stands where; nothing is computed here that is not in it. What has no room is counted and left
//! to the file that the page names. Everything is text, so that its digest can be found and copied.

mod result;
mod table;
mod taken;
mod top;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::font::{Face, spelled};
use super::frame::{BOTTOM, SMALL};
use super::page::{HAIR, HEIGHT, Page, Style, WIDTH};
use super::pdf::{self, Sides};
use super::text::Column;
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::Result;
use crate::words;

use table::{Table, rows_for};

/// What is said on every line of a table.
const CELL: Style = Style::new(Face::Regular, 7.2);
/// Over a block.
const TITLE: Style = Style::new(Face::Bold, 8.0);
/// From one line of a table to the next, in millimetres.
const PITCH: f32 = 3.15;
/// Between blocks.
const GAP: f32 = 2.0;
/// Between columns.
const BESIDE: f32 = 6.0;
/// The statement, the digest and the lines to sign on begin here.
const FOOT: f32 = BOTTOM - 44.0;

/// Words of the digest on a line: an even number, so that every line begins with a word of two syllables.
const WORDS: usize = 6;

/// A drill report, as it is on paper.
pub struct ReportPage<'a> {
    /// The report.
    pub report: &'a DrillReport,
    /// Of the bytes of its file.
    pub digest: Digest,
    /// The name of its file.
    pub file: &'a str,
    /// Whether the vault identity signed it.
    pub is_signed: bool,
}

impl ReportPage<'_> {
    /// The bytes of the PDF.
    ///
    /// # Errors
    /// [`Error::SelfTest`](crate::error::Error::SelfTest) when a font of the program cannot be read.
    pub fn draw(&self) -> Result<Zeroizing<Vec<u8>>> {
        pdf::write(&[self.page()?], Sides::One)
    }

    pub(super) fn page(&self) -> Result<Page> {
        let mut page = Page::default();
        let y = top::draw(&mut page, self.report)?;
        let y = self.tables(&mut page, y)?;
        debug_assert!(y <= FOOT + 0.01, "the tables end at {y}");
        self.foot(&mut page)?;
        Ok(page)
    }

    /// All tables, as many lines of each as there is room for.
    fn tables(&self, page: &mut Page, y: f32) -> Result<f32> {
        let bands = [
            vec![taken::people(self.report), result::phases(self.report)],
            vec![taken::shares(self.report)],
            vec![taken::carriers(self.report)],
            vec![taken::came_back(self.report), taken::stores(self.report)],
            vec![result::criteria(self.report)],
            vec![result::findings(self.report)],
        ];
        let bands: Vec<Vec<Table>> = bands
            .into_iter()
            .map(|band| band.into_iter().flatten().collect::<Vec<_>>())
            .filter(|band: &Vec<Table>| !band.is_empty())
            .collect();
        let wants: Vec<usize> = bands.iter().map(|band| wanted(band)).collect();
        let taken = bands.len() as f32 * (GAP + table::OVER);
        let room = ((FOOT - GAP - y - taken) / PITCH).max(0.0) as usize;
        let mut y = y;
        for (band, rows) in bands.iter().zip(rows_for(&wants, room)) {
            y = draw_band(page, band, y + GAP, rows)?;
        }
        Ok(y)
    }

    /// What is signed, the digest, and where people sign.
    fn foot(&self, page: &mut Page) -> Result<()> {
        page.rule(0.0, FOOT, WIDTH, HAIR);
        let left = Column::new(0.0, 84.0);
        page.text(TITLE, 0.0, FOOT + 4.2, "WHAT IT PROVES");
        page.paragraph(CELL, left, FOOT + 8.0, &self.statement())?;
        self.digest(
            page,
            Column::new(left.width + BESIDE, WIDTH - left.width - BESIDE),
        )?;
        self.signatures(page, FOOT + 27.0);
        page.rule(0.0, BOTTOM + 3.0, WIDTH, HAIR);
        let id = HEXLOWER.encode(&self.report.drill_id);
        page.text(SMALL, 0.0, HEIGHT - 1.0, &format!("Drill id {id}"));
        page.text_right(
            SMALL,
            WIDTH,
            HEIGHT - 1.0,
            "Page 1 of 1   Made by coldvault",
        )
    }

    fn statement(&self) -> String {
        let Some(vault) = self.report.vault.as_ref().filter(|_| self.is_signed) else {
            return "Not signed: no quorum took part, so the vault's identity could not sign it. It is what \
                    the program and the people below say."
                .into();
        };
        let id = words::words(&vault.public_key.vault_id().0);
        let first = id.iter().take(4).copied().collect::<Vec<_>>().join(" ");
        let challenge = self.report.challenge.as_deref();
        let when = match challenge {
            Some(challenge) => {
                let challenge = table::cut(&spelled(challenge), 90);
                format!(
                    "over the challenge \"{challenge}\": the vault key was there after that was given"
                )
            }
            None => "without a challenge: time not proven".into(),
        };
        format!(
            "Signed by the vault identity ({first} ...) {when}. It proves possession of the key, not that a quorum \
             met. Compare the words above with those on the paper of the vault."
        )
    }

    /// Of the file, in digits and in words.
    fn digest(&self, page: &mut Page, column: Column) -> Result<()> {
        let file = table::cut(&spelled(self.file), 40);
        page.text(TITLE, column.x, FOOT + 4.2, "SHA-256 OF THE REPORT");
        page.text_right(SMALL, WIDTH, FOOT + 4.2, &file)?;
        let mono = Style::new(Face::Mono, 6.6);
        page.text(mono, column.x, FOOT + 8.0, &self.digest.hex());
        let words = words::words(&self.digest.0);
        let step = column.width / WORDS as f32;
        for (row, line) in words.chunks(WORDS).enumerate() {
            let y = FOOT + 11.6 + 2.6 * row as f32;
            for (at, word) in line.iter().enumerate() {
                let x = column.x + step * at as f32;
                page.text(Style::new(Face::Regular, 6.6), x, y, word);
            }
        }
        Ok(())
    }

    /// Lines for signatures by hand.
    fn signatures(&self, page: &mut Page, y: f32) {
        let width = (WIDTH - 2.0 * BESIDE) / 3.0;
        for (at, name) in ["Who led it", "Witness", "Auditor"].into_iter().enumerate() {
            let x = at as f32 * (width + BESIDE);
            page.text(TITLE, x, y + 3.6, name);
            page.rule(x, y + 13.4, width, HAIR);
            page.text(SMALL, x, y + 16.6, "Name, signature, date");
        }
    }
}

/// The lines that a band of tables side by side wants.
fn wanted(band: &[Table]) -> usize {
    band.iter().map(Table::wants).max().unwrap_or(0)
}

/// Draws tables side by side; gives where they end.
fn draw_band(page: &mut Page, band: &[Table], y: f32, rows: usize) -> Result<f32> {
    let gaps = band.len().saturating_sub(1) as f32 * BESIDE;
    let parts: f32 = band.iter().map(|table| table.share).sum();
    let mut x = 0.0;
    for table in band {
        let width = (WIDTH - gaps) * table.share / parts;
        table.draw(page, Column::new(x, width), y, rows)?;
        x += width + BESIDE;
    }
    Ok(y + table::OVER + PITCH * rows as f32)
}
