//! A share sheet: the front, with all that is secret, and the back.
//!
//! Knows what a custodian must be told, and where no fold may be. A sheet folded in thirds or halves has its folds at 78..81,
//! 127 and 173..177 mm of the live area (A4 and Letter, centred), and at 92.3 mm across: codes stand in the upper and the
//! lower third, each on one side of the middle.

mod front;
mod typed;

use super::page::Page;
use super::pdf::{self, Sides};
use super::{ShareSheet, Sheet, checked, id_of, recipe, texts};
use crate::code::{self, Printed};
use crate::error::{Error, Result};
use crate::sheet::frame::Facts;
use front::Front;

impl ShareSheet<'_> {
    /// Draws it: front and back.
    ///
    /// # Errors
    /// [`Error::Limit`] for what does not fit onto a page; [`Error::Refused`] for a share that is not genuine.
    pub fn draw(&self) -> Result<Sheet> {
        self.draw_with(&code::of_share(self.share)?)
    }

    pub(super) fn draw_with(&self, codes: &[Printed]) -> Result<Sheet> {
        let pages = self.pages(codes)?;
        Ok(Sheet {
            pdf: pdf::write(&pages, Sides::Two)?,
            pages: pages.len(),
            codes: vec![texts(codes), Vec::new()],
            id: id_of(codes),
        })
    }

    pub(super) fn pages(&self, codes: &[Printed]) -> Result<[Page; 2]> {
        if !self.share.is_signed() {
            return Err(Error::Refused {
                what: "a share that is not genuine is not printed".into(),
                hint: "use the other copy of this share".into(),
            });
        }
        let share = &self.share.facts;
        let facts = Facts {
            kind: share.kind,
            label: self.label,
            created: self.created,
            vault: share.public_key.vault_id(),
            sheet: id_of(codes),
        };
        let contact = checked(self.contact)?;
        let front = Front {
            facts: &facts,
            share: self.share,
            contact: contact.as_deref(),
        };
        let mut pages = [front.page(codes)?, recipe::for_share(&facts, self.share)?];
        for (page, number) in pages.iter_mut().zip(1..) {
            facts.foot(page, [number, 2])?;
        }
        Ok(pages)
    }
}
