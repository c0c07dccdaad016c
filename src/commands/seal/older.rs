//! The vault that a sealing takes the place of. A quorum of it was proven before any of this is there.
//!
//! Knows how the older vault is read while the newer one is written, and what both sign in the end. Who gathers its quorum,
//! and asks, is `rotate`'s business.

use std::io::Write;
use std::path::Path;

use super::inside::Inside;
use super::plan::Previous;
use super::{Plan, taking::Taking};
use crate::carrier::{PayloadReader, VaultAt};
use crate::ceremony::{Ceremony, Exception};
use crate::commands::Session;
use crate::commands::noting::TOOL;
use crate::commands::presented;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::inventory::Totals;
use crate::key::VaultKey;
use crate::manifest::{Manifest, ReadManifest};
use crate::node::Survey;
use crate::payload::{self, Bounds, PayloadWriter, Refill, Watch};
use crate::report::{Severity, shown};
use crate::signature::Identity;
use crate::supersession::{ReadSupersession, Side, Supersession};
use crate::terminal::{is_stop, typed_path};
use crate::time::Time;

/// Rules that say something of what was sealed, and hold for it when it is sealed anew.
const OF_CONTENT: [&str; 2] = ["scope", "dead:"];

/// Said where the copy that was read failed and nobody gave another one.
const NO_OTHER: &str =
    "the older vault is what it was: begin again, and give another copy of it with --from";
const NOTHING_BEGUN: &str =
    "What was begun of the new vault is taken back, and the older one is what it was.";

/// The vault that a sealing takes the place of, open.
pub struct Older {
    /// Signs that it was superseded.
    pub(in crate::commands) identity: Identity,
    /// Its genuine `vault.json`.
    pub(in crate::commands) manifest: Manifest,
    /// Of its bytes, where they were at hand.
    pub(in crate::commands) manifest_sha256: Option<Digest>,
    /// Why it is superseded, in one line.
    pub(in crate::commands) reason: Option<String>,
    /// What is sealed anew, where that is not a node directory.
    pub(in crate::commands) content: Option<Content>,
}

/// What a vault holds of which a copy came out whole.
pub struct Content {
    /// Opens its payload. Where a node directory is sealed nothing needs it, and it is gone.
    pub(in crate::commands) key: VaultKey,
    /// The copy that came out whole, then those that were not needed so far.
    pub(in crate::commands) vaults: Vec<VaultAt>,
    /// What its inventory comes to.
    pub(in crate::commands) totals: Totals,
    /// Its `ceremony.json`.
    pub(in crate::commands) ceremony: Ceremony,
}

impl Older {
    /// Adds to a plan what follows from the older vault.
    pub(super) fn add_to(&self, plan: &mut Plan) {
        plan.previous = Some(Previous {
            generation: self.manifest.generation,
            key: self.manifest.public_key,
        });
        let Some(content) = &self.content else {
            return;
        };
        plan.renews = Some(content.ceremony.nodes.clone());
        let is_of_content =
            |one: &&Exception| OF_CONTENT.iter().any(|rule| one.rule.starts_with(rule));
        let kept = content.ceremony.exceptions.iter().filter(is_of_content);
        let kept: Vec<Exception> = kept
            .filter(|old| !plan.exceptions.contains(old))
            .cloned()
            .collect();
        plan.exceptions.extend(kept);
    }

    /// What is taken where the older vault's content is sealed anew: all of it. What the register knows of the inside is
    /// still so.
    pub(super) fn taking(&self, session: &Session) -> Option<Taking> {
        let totals = self.content.as_ref()?.totals;
        let state = session.register().map(crate::register::Register::state);
        let known = state.as_ref().and_then(|state| {
            let known = state.vault(self.manifest.public_key.vault_id());
            known.filter(|vault| vault.key == self.manifest.public_key)
        });
        let inside = known.map_or_else(Inside::default, |vault| Inside {
            certificates: vault.certificates.clone(),
            left_out: 0,
            changed: vault.node_changed,
        });
        let survey = Survey {
            // `ceremony.json` is made anew
            files: totals.files.saturating_sub(1),
            directories: totals.lines.saturating_sub(totals.files),
            bytes: totals.bytes,
            ..Survey::default()
        };
        Some(Taking::renewed(survey, inside))
    }

    /// Fills the newer payload with what the older one holds, every file held against the older inventory.
    ///
    /// # Errors
    /// As [`payload::unpack`].
    pub(super) fn pour<W: Write + Send + 'static>(
        &self,
        content: &Content,
        writer: &mut PayloadWriter<W>,
        ceremony: (Vec<u8>, i64),
        watch: &mut Watch<'_>,
    ) -> Result<()> {
        let vault = content.first()?;
        let input = PayloadReader::open(vault, Some(&self.manifest))?;
        let bounds = Bounds {
            plain_bytes: self.manifest.plain_bytes,
            members: self.manifest.members,
        };
        let mut refill = Refill::new(writer, ceremony, watch);
        payload::unpack(&content.key, input, vault.place(), bounds, &mut refill).map(drop)
    }

    /// Goes on with another copy where the one that is read failed meanwhile: with one that was given, or one that somebody
    /// brings. Whatever was written of it by then was taken back.
    ///
    /// # Errors
    /// The same `error`, where another copy does not help or there is none; [`Error::Interrupted`].
    pub(super) fn another_copy(&mut self, error: Error, session: &mut Session) -> Result<()> {
        let Some(content) = &mut self.content else {
            return Err(error);
        };
        if !is_of(&error, content.first()?.place()) {
            return Err(error);
        }
        content.vaults.remove(0);
        if content.vaults.is_empty() && session.terminal.leads_on() {
            session.terminal.error(&error);
            content.vaults = ask_copy(session)?;
        } else if let Some(next) = content.vaults.first() {
            let text = format!("{error}; {} is read instead", shown(next.place()));
            let hint = "set the copy that failed aside";
            session.find(Severity::Warning, "copy", "", &text, hint);
        }
        if content.vaults.is_empty() {
            session.find(Severity::Note, "copy", "", NO_OTHER, "");
            return Err(error);
        }
        Ok(())
    }

    /// What both vaults sign; the older one's key and identity are gone then.
    pub(super) fn end(
        self,
        (new, signed): (&Manifest, &ReadManifest),
        identity: &Identity,
        at: Time,
    ) -> ReadSupersession {
        let note = Supersession {
            old: side(&self.manifest, self.manifest_sha256),
            new: side(new, Some(Digest::of(&signed.bytes))),
            at,
            reason: self.reason,
            tool: TOOL.into(),
        };
        note.sign(&self.identity, identity)
    }
}

impl Content {
    fn first(&self) -> Result<&VaultAt> {
        self.vaults.first().ok_or(Error::NoVaultCopy { seen: 0 })
    }
}

/// Whether it is the copy at this place that failed, and no medium of the newer vault.
fn is_of(error: &Error, vault: &Path) -> bool {
    match error {
        Error::Archive { .. } => true,
        Error::Payload { path } | Error::Damaged { path, .. } | Error::Io { path, .. } => {
            path.starts_with(vault)
        }
        _ => false,
    }
}

/// The copies at a place that somebody types. What is on them is proven while it is read.
fn ask_copy(session: &mut Session) -> Result<Vec<VaultAt>> {
    session.terminal.say(NOTHING_BEGUN);
    loop {
        let question = "Another copy of the older vault, the directory where it is (or stop):";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.is_empty() {
            continue;
        }
        let found = presented::gather(&[typed_path(&answer)], session)?.vaults;
        if !found.is_empty() {
            return Ok(found);
        }
        session.terminal.say("There is no vault copy.");
    }
}

fn side(manifest: &Manifest, manifest_sha256: Option<Digest>) -> Side {
    Side {
        public_key: manifest.public_key,
        kind: manifest.kind,
        label: manifest.label.clone(),
        manifest_sha256,
    }
}
