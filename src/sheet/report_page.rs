//! A drill report on paper, as an auditor files it: on one page where it has room, on as many as it needs where not.
//!
//! Knows what of a report stands where; nothing is computed here that is not in it. What has no room in its place at the
//! top is written out in full below. Everything is text, so that its digest can be found and copied.

mod flow;
mod foot;
mod result;
mod signers;
mod table;
mod taken;
mod top;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::font::Face;
use super::frame::{BOTTOM, SMALL};
use super::page::{HAIR, HEIGHT, Page, Style, WIDTH};
use super::pdf::{self, Sides};
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::Result;

use flow::Flow;
use table::Table;

/// What is said on every line of a table.
const CELL: Style = Style::new(Face::Regular, 7.2);
/// Over a block.
const TITLE: Style = Style::new(Face::Bold, 8.0);
/// Between columns.
const BESIDE: f32 = 6.0;
/// How near lines are to one another, in millimetres.
#[derive(Clone, Copy)]
struct Spacing {
    /// What stands in tables.
    cell: Style,
    /// From one row of a table to the next.
    row: f32,
    /// From one line of a row to the next.
    line: f32,
    /// Between blocks.
    gap: f32,
    /// From one row of people who sign to the next.
    sign: f32,
    /// People who sign beside one another.
    abreast: usize,
    /// Whether people and times stand in lines of their own, or one behind the other.
    in_rows: bool,
    /// What it proves, and the digest.
    proof: Proof,
}

/// How much room the statement and the digest have.
#[derive(Clone, Copy)]
struct Proof {
    /// How high they are, in millimetres.
    height: f32,
    /// How wide the statement is, in millimetres.
    left: f32,
    /// Of the digest's words.
    word: Style,
    /// Words of the digest on a line: an even number, so that every line begins with a word of two syllables.
    words: usize,
}

const ROOMY: Spacing = Spacing {
    cell: CELL,
    row: 3.15,
    line: 2.75,
    gap: 2.0,
    sign: 15.6,
    abreast: 3,
    in_rows: true,
    proof: Proof {
        height: 27.0,
        left: 84.0,
        word: Style::new(Face::Regular, 6.6),
        words: 6,
    },
};
/// Where it saves a page.
const DENSE: Spacing = Spacing {
    row: 2.8,
    line: 2.6,
    gap: 1.2,
    sign: 13.4,
    abreast: 4,
    ..ROOMY
};
/// Where nothing else does: three custodians, five carriers and what was found of them are one page.
const TIGHT: Spacing = Spacing {
    cell: Style::new(Face::Regular, 6.6),
    row: 2.55,
    line: 2.4,
    gap: 0.8,
    sign: 12.8,
    in_rows: false,
    proof: Proof {
        height: 25.5,
        left: 70.0,
        word: Style::new(Face::Regular, 6.2),
        words: 8,
    },
    ..DENSE
};

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
        let mut flow = Flow::new(page, y, spacing);
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
