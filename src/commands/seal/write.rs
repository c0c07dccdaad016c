//! The writing order: payload to the vault media that are there, under its unfinished name; every share copy, one after
//! another; only then the final names of the vault copies, and further vault copies from the first. A vault copy with its
//! final name means that every share was read back.
//!
//! Nothing stays open on a medium while another one is asked for, so that each can be taken out.

mod again;
mod copies;
mod entries;
mod failed;
mod mend;
mod more;
mod output;
pub(super) mod paper;
mod path;
mod payload;
mod printed;
mod replug;
mod shares;
mod sheets;
mod signed;
mod stream;
mod superseded;
mod vaults;
mod watched;
mod written;

use std::path::PathBuf;

use super::desk::{Desk, Place};
use super::older::Older;
use super::protect::Protections;
use super::table::Mark;
use super::taking::Taking;
use super::{Plan, PlannedCopy, Thing};
use crate::carrier::Common;
use crate::code::VaultFiles;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::manifest::{Manifest, ReadManifest};
use crate::register::{Event, VaultFacts};
use crate::shamir::Point;
use crate::signature::{Identity, PublicKey};

use copies::{Copy, make_copy};
use shares::ShareFile;
use vaults::Begun;
use written::{Written, is_about, say_print, take_back};

pub(in crate::commands) use copies::how;
pub(super) use copies::least_bytes;
pub(in crate::commands) use shares::share_bytes;

/// A sealing that was carried out.
pub struct Sealed {
    /// Its public facts.
    pub manifest: Manifest,
    /// The vault copies' folders.
    pub vaults: Vec<PathBuf>,
    /// The share copies' folders, with the share's number.
    pub shares: Vec<(u8, PathBuf)>,
    /// The PDFs of sheets.
    pub sheets: Vec<(Thing, PathBuf)>,
    /// What is written on all media: "CV-9F3A".
    pub mark: String,
    /// What is written on each, in the order of the report's carriers.
    pub marks: Vec<String>,
    /// Copies that were to be read after a re-plug and were not.
    pub unproven: Vec<String>,
    /// What the register is told of it.
    pub events: Vec<Event>,
}

/// Writes everything. On any failure what was written is taken back as far as it can be reached, and the rest is named.
///
/// # Errors
/// Whatever stopped it.
pub(super) fn write(
    (plan, taking): (&Plan, &Taking),
    (mark, places): (Mark, Vec<Place>),
    (key, points, protections): (VaultKey, Vec<Point>, Protections),
    older: Option<Older>,
    session: &mut Session,
) -> Result<Sealed> {
    let identity = key.identity(plan.kind);
    let copies = copies(plan, mark, &identity, session)?;
    let mut writing = Writing {
        plan,
        taking,
        mark,
        public_key: identity.public_key(),
        desk: Desk::new(plan, identity.public_key().vault_id(), places),
        session,
        copies,
        begun: Vec::new(),
        written: Vec::new(),
        is_sealed: false,
        may_be_whole: false,
        manifest: None,
        begun_as: None,
        paper: None,
        printing: None,
    };
    let error = match writing.all((key, identity), points, protections, older) {
        Ok(sealed) => return Ok(sealed),
        Err(error) => error,
    };
    writing.tell_failure(&error);
    match (writing.give_back(), error) {
        (true, Error::Refused { what, .. }) => Err(Error::Refused {
            what,
            hint: "destroy the printed pages that were named, then begin again".into(),
        }),
        (_, error) => Err(error),
    }
}

/// Every copy that is to be written, the vault's first.
fn copies(plan: &Plan, mark: Mark, identity: &Identity, session: &Session) -> Result<Vec<Copy>> {
    let one = |planned: &PlannedCopy<'_>| {
        make_copy(plan, identity.public_key(), session.now, planned, mark)
    };
    plan.copies().iter().map(one).collect()
}

struct Writing<'a> {
    plan: &'a Plan,
    taking: &'a Taking,
    mark: Mark,
    public_key: PublicKey,
    desk: Desk<'a>,
    session: &'a mut Session,
    copies: Vec<Copy>,
    /// Vault copies with their payload, not finished.
    begun: Vec<Begun>,
    /// Folders that are finished.
    written: Vec<Written>,
    /// Whether a vault copy has its final name.
    is_sealed: bool,
    /// A vault copy failed at its last step and could not be taken back: nobody knows yet whether it is there.
    may_be_whole: bool,
    manifest: Option<Manifest>,
    /// What the register was told before the first share was written.
    begun_as: Option<VaultFacts>,
    /// All of the vault, where it goes onto paper.
    paper: Option<VaultFiles>,
    /// The sheet that somebody was asked to print and has not confirmed: "share 2 (legal), copy 2 of 2".
    printing: Option<String>,
}

impl<'a> Writing<'a> {
    fn common<'m>(&self, manifest: &'m ReadManifest) -> Common<'m>
    where
        'a: 'm,
    {
        Common {
            manifest,
            public_key: self.public_key,
            tool: self.plan.tool.as_ref(),
        }
    }
}

impl Writing<'_> {
    /// Once the payload is on a medium the key goes, then the identities and the passphrases, then each share as soon as
    /// its copies are written: people may be asked for media for an hour.
    fn all(
        &mut self,
        (key, identity): (VaultKey, Identity),
        points: Vec<Point>,
        protections: Protections,
        mut older: Option<Older>,
    ) -> Result<Sealed> {
        let (parts, summary, held) = self.begin_vaults((&key, older.as_mut()))?;
        drop(key);
        let shares = signed::bind(self.plan, points, &identity);
        let manifest = signed::manifest(
            (self.plan, &self.copies),
            (self.public_key, &shares),
            (parts, &summary),
            self.session.now,
        );
        let signed = manifest.sign(&identity);
        if signed.prove(&self.public_key).as_ref() != Ok(&manifest) {
            return Err(Error::SelfTest {
                what: "vault.json does not read back as it was written",
            });
        }
        let at = self.session.clock();
        let note = older.map(|older| older.end((&manifest, &signed), &identity, at));
        drop(identity);
        self.paper = held.map(|held| paper::files(signed.clone(), held));
        self.check_paper()?;
        let files = ShareFile::all(shares, protections)?;
        self.manifest = Some(manifest.clone());
        self.note_begun(&manifest, &signed)?;
        self.write_shares(files, &signed)?;
        self.finish_vaults(&signed)?;
        self.more_vaults(&manifest, &signed)?;
        self.check_complete()?;
        self.replug(&manifest, &signed)?;
        let end = note.map(|note| self.let_out(&note)).transpose()?;
        self.tell();
        let mut sealed = self.sealed(manifest);
        sealed.events.extend(end);
        Ok(sealed)
    }

    /// The table: vault copies first, each thing's copies in their order.
    fn tell(&mut self) {
        self.tell_sheets();
        self.written.sort_by_key(|written| written.order());
        let lines = self.written.iter().map(|written| written.line.clone());
        self.session.report.carriers.extend(lines);
    }

    /// Two copies or no success: said here once more, whatever way led here.
    fn check_complete(&self) -> Result<()> {
        match self.missing().is_empty() {
            true => Ok(()),
            false => Err(Error::SelfTest {
                what: "a copy was not written",
            }),
        }
    }

    /// The copies that are not finished.
    fn missing(&self) -> Vec<String> {
        let is_there = |copy: &&Copy| self.written.iter().any(|written| written.is(copy));
        let missing = self.copies.iter().filter(|copy| !is_there(copy));
        missing.map(|copy| copy.holds.clone()).collect()
    }

    /// Takes back what opens nothing. Once a vault copy has its final name, what is finished stays. Answers whether pages
    /// are to be destroyed.
    fn give_back(&mut self) -> bool {
        let begun = std::mem::take(&mut self.begun);
        let printing = self.printing.take().filter(|_| !self.is_sealed);
        if let Some(holds) = &printing {
            say_print(holds, "may have been printed", self.session);
        }
        let print = printing
            .as_ref()
            .and_then(|holds| self.line_of_print(holds));
        let lines = self
            .written
            .iter()
            .map(|written| (written.name(), self.line(written)));
        let lines: Vec<_> = lines.collect();
        let finished = match self.is_sealed {
            true => Vec::new(),
            false => std::mem::take(&mut self.written),
        };
        let has_prints = printing.is_some() || finished.iter().any(Written::was_printed);
        let all = begun.into_iter().map(Written::from).chain(finished);
        let left = take_back(all, self.session);
        let is_out = |name: &(Thing, u8)| self.is_sealed || left.contains(name);
        let out = lines.into_iter().filter(|(name, _)| is_out(name));
        let out = out.filter_map(|(_, line)| line).chain(print).collect();
        self.note_broken_off(out);
        has_prints
    }

    fn sealed(&mut self, manifest: Manifest) -> Sealed {
        let mut sealed = Sealed {
            manifest,
            vaults: Vec::new(),
            shares: Vec::new(),
            sheets: Vec::new(),
            unproven: self.unproven(),
            events: self.events(),
            mark: self.mark.name(),
            marks: self
                .written
                .iter()
                .map(|written| written.mark.clone())
                .collect(),
        };
        for written in &self.written {
            match written.thing {
                thing if written.is_sheet() => sealed.sheets.push((thing, written.path.clone())),
                Thing::Vault => sealed.vaults.push(written.path.clone()),
                Thing::Share(number) => sealed.shares.push((number, written.path.clone())),
            }
        }
        sealed
    }
}
