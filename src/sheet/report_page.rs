//! A drill report on paper, as an auditor files it: on one page where it has room, on as many as it needs where not.
//!
//! Knows what of a report stands where; nothing is computed here that is not in it. What has no room in its place at the
//! top is written out in full below. Everything is text, so that its digest can be found and copied.

mod foot;
mod result;
mod signers;
mod taken;
mod top;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::flow::Flow;
use super::frame::{BOTTOM, SMALL};
use super::page::{HAIR, HEIGHT, Page, WIDTH};
use super::pdf::{self, Sides};
use super::table::{self, BESIDE, DENSE, ROOMY, Spacing, TIGHT, TITLE, Table};
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::Result;

/// Over every page but the first.
const CONTINUED: &str = "DRILL REPORT, continued";

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
        pdf::write(&self.pages()?, Sides::One)
    }

    pub(super) fn pages(&self) -> Result<Vec<Page>> {
        let mut best = self.laid_out(ROOMY)?;
        for spacing in [DENSE, TIGHT] {
            if best.len() == 1 {
                break;
            }
            let denser = self.laid_out(spacing)?;
            if denser.len() < best.len() {
                best = denser;
            }
        }
        Ok(best)
    }

    fn laid_out(&self, spacing: Spacing) -> Result<Vec<Page>> {
        let mut page = Page::default();
        let (y, mut cut) = top::draw(&mut page, self.report)?;
        if self.file.chars().count() > foot::MOST_NAME {
            cut.push(vec!["File".into(), self.file.to_owned()]);
        }
        let mut flow = Flow::new(page, y, (spacing, CONTINUED));
        for band in self.bands(cut, spacing) {
            flow.band(&band)?;
        }
        flow.count();
        foot::draw(&mut flow, self, spacing)?;
        let mut pages = flow.pages();
        let all = pages.len();
        for (number, page) in (1..).zip(&mut pages) {
            self.edge(page, [number, all])?;
        }
        Ok(pages)
    }

    /// The tables, those side by side together.
    fn bands(&self, cut: Vec<Vec<String>>, spacing: Spacing) -> Vec<Vec<Table>> {
        let people = [taken::people(self.report), result::phases(self.report)];
        let people = people.into_iter().flatten();
        let people = people.map(|table| match spacing.in_rows {
            true => table,
            false => table.in_one(),
        });
        let bands = [
            people.map(Some).collect(),
            vec![taken::shares(self.report)],
            vec![taken::carriers(self.report)],
            vec![taken::came_back(self.report), taken::stores(self.report)],
            vec![result::criteria(self.report)],
            vec![result::findings(self.report)],
            vec![top::written_out(cut)],
        ];
        let bands = bands.into_iter();
        bands
            .map(|band| band.into_iter().flatten().collect())
            .collect()
    }

    /// What says at the lower edge of each page that they belong together.
    fn edge(&self, page: &mut Page, [number, of]: [usize; 2]) -> Result<()> {
        page.rule(0.0, BOTTOM + 3.0, WIDTH, HAIR);
        let id = HEXLOWER.encode(&self.report.drill_id);
        let digest: String = self.digest.hex().chars().take(16).collect();
        let text = match of {
            1 => format!("Drill id {id}"),
            _ => format!("Drill id {id}   SHA-256 {digest}..."),
        };
        page.text(SMALL, 0.0, HEIGHT - 1.0, &text);
        let text = format!("Page {number} of {of}   Made by coldvault");
        page.text_right(SMALL, WIDTH, HEIGHT - 1.0, &text)
    }
}
