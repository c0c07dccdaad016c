//! The front of a protected share's sheet: one, two or three codes above, their twins below, and no letters.
//!
//! Knows how the same things are laid out round more and larger codes.

use super::{BESIDE, Front, MEASURE, MIDDLE, STATEMENT, WORDS, place, ruler, scale, signatures};
use crate::cipher::Lock;
use crate::code::Printed;
use crate::error::Result;
use crate::sheet::font::Face;
use crate::sheet::frame::{BODY, HEADING, SMALL, TOP};
use crate::sheet::page::{HAIR, Page, Style, WIDTH};
use crate::sheet::qr::Modules;
use crate::sheet::text::Column;

/// The side of a code: 0.6 mm for each module at version 20.
const SIDE: f32 = 58.3;
/// Where the lower codes begin.
const LOWER: f32 = 178.0;
/// The same where there are three.
const LOWER_OF_THREE: f32 = 181.0;

impl Front<'_> {
    pub(super) fn protected(
        &self,
        page: &mut Page,
        codes: &[Printed],
        drawn: Vec<Modules>,
    ) -> Result<()> {
        page.rule(0.0, MIDDLE + 1.0, WIDTH, HAIR);
        page.rule(0.0, WORDS - 4.6, WIDTH, HAIR);
        let lower = match codes.len() {
            0..=4 => LOWER,
            _ => LOWER_OF_THREE,
        };
        place(page, codes, drawn, SIDE, [TOP, lower])?;
        match codes.len() {
            0..=2 => self.round_one(page),
            3..=4 => self.round_two(page),
            _ => self.round_three(page),
        }
    }

    /// Beside a code above and a code below.
    fn round_one(&self, page: &mut Page) -> Result<()> {
        let beside = SIDE + BESIDE;
        let above = Column::new(0.0, WIDTH - beside);
        let y = self.statement(page, above, TOP + 4.0)?;
        let y = self.what_opens_it(page, above, y + 2.0)?;
        self.rows(page, above, y + 3.0)?;
        let whole = Column::new(0.0, WIDTH);
        page.text(HEADING, 0.0, MIDDLE + 7.5, "HOW IT IS OPENED");
        let y = page.paragraph(BODY, whole, MIDDLE + 12.5, &self.how())?;
        self.facts.id(page, whole, y + 4.5)?;
        let beside = Column::new(beside, WIDTH - beside);
        signatures(page, beside, LOWER, 2);
        ruler(page, beside, LOWER + 50.0)
    }

    /// How the program opens it.
    fn how(&self) -> String {
        let key = match self.share.lock() {
            Some(Lock::Passphrase) => "asks for the passphrase",
            _ => "says how the age key is used",
        };
        format!(
            "Scan this side only when the vault is opened, on the machine that opens it. coldvault verify SCAN \
             checks it; coldvault restore {key}. Without coldvault: see the back."
        )
    }

    /// Between two codes above and two below.
    fn round_two(&self, page: &mut Page) -> Result<()> {
        let beside = SIDE + BESIDE;
        let between = Column::new(beside, WIDTH - 2.0 * beside);
        let y = self.statement(page, between, TOP + 4.0)?;
        self.what_opens_it(page, between, y + 2.0)?;
        self.which(page, MIDDLE + 8.0)?;
        ruler(page, Column::new(0.0, WIDTH), MIDDLE + 37.5)?;
        signatures(page, between, LOWER, 1);
        Ok(())
    }

    /// Under three codes and above three.
    fn round_three(&self, page: &mut Page) -> Result<()> {
        let text = format!("{} {} {}", self.what(), super::ALONE, self.key());
        let style = Style::new(Face::Bold, 10.0);
        let y = page.paragraph(style, Column::new(0.0, WIDTH), MIDDLE + 5.5, &text)?;
        self.which(page, y + 1.4)?;
        signatures(page, Column::new(0.0, WIDTH), WORDS - 15.0, 5);
        // no place under it: what it says stands on its right
        scale(page, HAIR, WORDS + 41.6);
        page.text_right(SMALL, WIDTH, WORDS + 45.3, MEASURE)
    }

    /// Whose it is on the left, of which vault on the right.
    fn which(&self, page: &mut Page, y: f32) -> Result<()> {
        self.rows(page, Column::new(0.0, 72.0), y)?;
        self.facts.id(page, Column::new(76.0, WIDTH - 76.0), y)?;
        Ok(())
    }

    fn what_opens_it(&self, page: &mut Page, column: Column, y: f32) -> Result<f32> {
        page.paragraph(STATEMENT, column, y, &self.key())
    }

    /// What opens it besides the other shares.
    fn key(&self) -> String {
        let key = match self.share.lock() {
            Some(Lock::Passphrase) => "the passphrase that its custodian knows",
            _ => "its custodian's own age key",
        };
        format!("This one is protected: it also takes {key}.")
    }
}
