//! Whether enough copies are planned, on carriers that can be made here.

use std::path::Path;

use super::{Destination, Plan, Thing};
use crate::error::{Error, Result};
use crate::kind::Kind;

/// The most copies of one thing.
const MAX_COPIES: usize = 8;

/// The rule that a sheet is no copy before its print was confirmed.
const PREPARED: &str = "prepared";

impl Plan {
    /// Copies for which no carrier was named: a sheet for one of each share's, where a folder for sheets was chosen; a
    /// medium that is asked for otherwise.
    pub(super) fn fill(&mut self) -> Result<()> {
        let (sheets, vault_to) = (self.sheets.as_ref(), &mut self.vault_to);
        while vault_to.len() < 2 {
            // a medium comes before a sheet, which is made from it
            let at = vault_to.iter().position(|to| to.file().is_some());
            vault_to.insert(at.unwrap_or(vault_to.len()), Destination::Asked);
        }
        for (custodian, number) in self.custodians.iter_mut().zip(1..) {
            let has_sheet = custodian.to.iter().any(|to| to.file().is_some());
            let sheet = sheets.filter(|_| !has_sheet && custodian.to.len() < 2);
            let least = 2 - usize::from(sheet.is_some());
            let length = custodian.to.len().max(least);
            custodian.to.resize(length, Destination::Asked);
            if let Some(folder) = sheet {
                let file = folder.file(number, &custodian.name);
                custodian.to.push(Destination::sheet(&file)?);
            }
        }
        Ok(())
    }

    /// Two copies or no success.
    pub(super) fn check_copies(&self) -> Result<()> {
        let vault = ("the vault".to_owned(), &self.vault_to);
        let shares = self
            .custodians
            .iter()
            .map(|custodian| (format!("{}'s share", custodian.name), &custodian.to));
        let things: Vec<(String, &Vec<Destination>)> =
            std::iter::once(vault).chain(shares).collect();
        let few = things.iter().filter(|(_, to)| to.len() < 2);
        let missing: Vec<String> = few
            .map(|(thing, to)| format!("{thing} has {} of 2", to.len()))
            .collect();
        if !missing.is_empty() {
            let what = format!(
                "at least two copies of everything are needed: {}",
                missing.join(", ")
            );
            let hint = "name a medium for each copy with --vault-to DIR and --share-to NAME=DIR, or a printed \
                        sheet with sheet:FILE.pdf in the place of DIR"
                .into();
            return Err(Error::Refused { what, hint });
        }
        match things.iter().find(|(_, to)| to.len() > MAX_COPIES) {
            Some((thing, _)) => Err(Error::Limit {
                what: format!("copies of {thing}"),
                limit: MAX_COPIES as u64,
            }),
            None => Ok(()),
        }
    }

    /// Each sheet has a PDF of its own, and somebody to say that it was printed.
    pub(super) fn check_sheets(&self) -> Result<()> {
        let sheets = self.sheets();
        for (i, (_, _, file)) in sheets.iter().enumerate() {
            if sheets.iter().take(i).any(|(_, _, other)| other == file) {
                return Err(Error::Usage {
                    what: format!("{file:?} is given for two sheets"),
                    hint: "give each sheet a file of its own".into(),
                });
            }
        }
        if self.counts_prepared() || self.can_swap || sheets.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = sheets
            .iter()
            .map(|(thing, copy, _)| self.copy_name(*thing, (*copy).into()))
            .collect();
        Err(Error::Refused {
            what: format!(
                "a sheet is a copy once its print was confirmed, and there is no terminal for that: {}",
                crate::commands::seal::places::listed(&names)
            ),
            hint:
                "seal on a terminal, or let prepared sheets count with --exception prepared=REASON"
                    .into(),
        })
    }

    /// Whether a sheet counts as soon as its PDF has proven itself.
    pub fn counts_prepared(&self) -> bool {
        let nobody = self.kind == Kind::Rehearsal && !self.can_swap;
        let mut exceptions = self.exceptions.iter();
        nobody || exceptions.any(|exception| exception.rule == PREPARED)
    }

    /// Every sheet: what it is of, which copy, and its PDF.
    pub fn sheets(&self) -> Vec<(Thing, u8, &Path)> {
        let copies = self.copies().into_iter();
        let sheet = copies.filter_map(|copy| Some((copy.thing, copy.copy, copy.to.file()?)));
        sheet.collect()
    }

    /// Whether a sheet of the vault is asked for.
    pub fn prints_vault(&self) -> bool {
        self.vault_to.iter().any(|to| to.file().is_some())
    }
}
