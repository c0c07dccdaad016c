//! What stands on every page: title, mark, the vault's facts, footer.
//!
//! Knows where these stand and how they look; not what else is on a page.

use super::font::{Face, spelled};
use super::page::{HAIR, HEIGHT, Page, Style, WIDTH};
use super::text::{Column, fit};
use crate::error::Result;
use crate::kind::Kind;
use crate::label::Label;
use crate::signature::VaultId;
use crate::time::Time;
use crate::words;

/// Running text.
pub(super) const BODY: Style = Style::new(Face::Regular, 10.0);
/// What a thing is called, small.
pub(super) const SMALL: Style = Style::new(Face::Regular, 8.0);
/// Over a block of text.
pub(super) const HEADING: Style = Style::new(Face::Bold, 10.0);
/// The space under the page head begins here.
pub(super) const TOP: f32 = 14.0;
/// The footer begins here; nothing else may stand below.
pub(super) const BOTTOM: f32 = HEIGHT - 8.6;

const TITLE: Style = Style::new(Face::Bold, 20.0);
const MARK: Style = Style::new(Face::Bold, 24.0);
const THICK: f32 = 0.7;
/// The sizes that a name is tried in, in points.
const NAME_SIZES: [f32; 10] = [12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.5, 4.0];
/// A name's place, and from one to the next: one line of 12 points, or two of 7.
const NAME_HEIGHT: f32 = 6.05;

/// What every page of a sheet says of its vault.
pub(super) struct Facts<'a> {
    pub(super) kind: Kind,
    pub(super) label: &'a Label,
    pub(super) created: Time,
    pub(super) vault: VaultId,
    /// The sheet's own id.
    pub(super) sheet: [u8; 8],
}

/// One line of facts: what it is, and what it says.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

impl Facts<'_> {
    /// The head of a page: its title, and what the material is for.
    pub(super) fn head(&self, page: &mut Page, title: &str) -> Result<()> {
        page.text(TITLE, 0.0, 8.0, title);
        let mark = self.kind.as_str().to_uppercase();
        page.text_right(MARK, WIDTH, 8.0, &mark)?;
        page.rule(0.0, 10.8, WIDTH, THICK);
        Ok(())
    }

    /// The foot of page `number` of `of`.
    pub(super) fn foot(&self, page: &mut Page, [number, of]: [usize; 2]) -> Result<()> {
        page.rule(0.0, BOTTOM + 0.8, WIDTH, HAIR);
        let (first, second) = (BOTTOM + 4.4, HEIGHT - 0.7);
        page.text(SMALL, 0.0, first, &format!("Vault {}", self.vault.hex()));
        page.text_right(SMALL, WIDTH, first, &format!("Page {number} of {of}"))?;
        let id = super::id_text(self.sheet);
        page.text(SMALL, 0.0, second, &format!("Sheet {id}"));
        Ok(())
    }

    /// The id of the vault in digits and words; gives where it ends.
    pub(super) fn id(&self, page: &mut Page, column: Column, y: f32) -> Result<f32> {
        let hex = self.vault.hex();
        let groups = hex.as_bytes().chunks(4).map(String::from_utf8_lossy);
        let groups: Vec<_> = groups.collect();
        row_name(page, column.x, y, "Vault id");
        let style = Style::new(Face::Mono, 10.0);
        page.text(style, column.x + NAMES, y, &groups.join(" "));
        self.words(page, column, y + 5.2)
    }

    /// The words, four a line and numbered.
    fn words(&self, page: &mut Page, column: Column, y: f32) -> Result<f32> {
        row_name(page, column.x, y, "in words");
        let step = (column.width - NAMES) / 4.0;
        let style = Style::new(Face::Regular, 9.5);
        let mut y = y;
        for (row, line) in words::words(&self.vault.0).chunks(4).enumerate() {
            for (at, word) in line.iter().enumerate() {
                let x = column.x + NAMES + step * at as f32;
                let number = (row * 4 + at + 1).to_string();
                page.text_right(Style::new(Face::Regular, 7.0), x + 3.0, y, &number)?;
                page.text(style, x + 4.0, y, word);
            }
            y += 4.5;
        }
        Ok(y)
    }
}

/// The width of the names of facts.
const NAMES: f32 = 17.5;

fn row_name(page: &mut Page, x: f32, y: f32, name: &str) {
    page.text(SMALL, x, y, name);
}

/// A name and what it says; what is long is smaller, or in two lines. Gives where the next is.
pub(super) fn row(page: &mut Page, column: Column, y: f32, row: &Row<'_>) -> Result<f32> {
    row_name(page, column.x, y, row.name);
    let place = [column.width - NAMES, NAME_HEIGHT];
    let text = spelled(row.value);
    let (style, lines) = fit(Face::Bold, &NAME_SIZES, place, &text)?;
    // several lines stand around the one on which their name stands
    let more = lines.len().saturating_sub(1) as f32;
    let first = y - more * style.pitch() / 2.0;
    page.lines(style, column.x + NAMES, first, &lines);
    Ok(y + NAME_HEIGHT)
}

/// A time as people read it.
pub(super) fn day(time: Time) -> String {
    time.to_string().replace('T', " ").replace('Z', " UTC")
}
