//! The way back as a person lives it: the vault, then one share after another, each looked at as soon as it is there.
//!
//! Knows what is missing and how to ask for it. What a share is, is `quorum`'s business; where media are, `insert`'s.

mod advice;
mod asking;
mod ending;
mod strangers;
mod trail;
mod turn;
mod which;

use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::insert::Inserting;
use crate::commands::judging::{show_share, vault_line};
use crate::commands::presented::Presented;
use crate::commands::unlock::Unlocking;
use crate::error::{Error, Result};
use crate::quorum::{Judged, Verdict};
use crate::report::ShareLine;
use crate::signature::VaultId;

use advice::{advise, progress};
pub(super) use ending::Another;
pub(super) use strangers::{AnyVault, Meets};
pub(super) use trail::{Trail, channel, place_of, sheet};
pub(super) use turn::{Bag, Turn};

const VAULT: [&str; 4] = [
    "First the vault copy: insert its medium and mount it; it is noticed. Or type the",
    "directory where it is or the path of a scan of its sheet, or press Enter to look",
    "for it. `none` if only shares are here yet; `typed` for a scanner that types",
    "codes.",
];
const VAULT_NOW: [&str; 2] = [
    "The shares are enough. Now a vault copy is needed: insert its medium and mount",
    "it, or type the directory where it is or the path of a scan of its sheet.",
];

const NO_MANIFEST: &str =
    "The shares are enough. Now any carrier of the vault is needed, for its vault.json.";

/// Asks for what the options left open.
pub(super) struct Lead {
    /// What is said before anything is asked, where nothing was given.
    begin: &'static [&'static str],
    /// Whether somebody said on the command line which vault is meant.
    is_expected: bool,
    inserting: Inserting,
    presented: Presented,
    /// The vault that is meant, once that is known.
    expect: Option<VaultId>,
    unlocking: Unlocking,
    /// What was said of each share.
    said: Vec<String>,
    explained: bool,
    keyboard_is_right: bool,
    /// Whether anything had to be asked.
    asked: bool,
    /// How each share came.
    trail: Trail,
    /// The share that is to be made of the others: then no vault copy is asked for.
    without: Option<u8>,
}

impl Lead {
    /// Goes on from what `--from` gave. `begin` is said before anything is asked; it is empty where something was given.
    pub(super) fn new(
        begin: &'static [&'static str],
        presented: Presented,
        expect: Option<VaultId>,
        unlocking: Unlocking,
    ) -> Self {
        Self {
            begin,
            is_expected: expect.is_some(),
            inserting: Inserting::new(),
            presented,
            expect,
            unlocking,
            said: Vec::new(),
            explained: false,
            keyboard_is_right: false,
            asked: false,
            trail: Trail::default(),
            without: None,
        }
    }

    /// The same for a share that is to be made of others: those are asked for, and nothing is opened.
    pub(super) fn without(self, number: u8) -> Self {
        Self {
            without: Some(number),
            ..self
        }
    }

    /// Asks until the vault is known and enough of its shares are good. Only the person ends it.
    ///
    /// # Errors
    /// [`Error::Stopped`], [`Error::Interrupted`]; [`Error::Newer`] for a vault that this coldvault cannot open; what `meets`
    /// answers to what the options gave.
    pub(super) fn gather(
        &mut self,
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<Judged> {
        self.check_given(meets, session)?;
        say_all(self.begin, session);
        if self.presented.vaults.is_empty() && self.without.is_none() {
            self.vault(&VAULT, &["none", "typed"], meets, session)?;
        }
        loop {
            match self.standing(meets, session)? {
                (_, Some(judged)) if self.lacks_vault(&judged) => {
                    self.vault(&VAULT_NOW, &["typed"], meets, session)?;
                }
                (_, Some(judged))
                    if self.is_enough(&judged)
                        && judged.manifest.is_none()
                        && self.without.is_some() =>
                {
                    self.share(NO_MANIFEST, meets, session)?;
                }
                (_, Some(judged)) if self.is_enough(&judged) => {
                    self.forget_secrets();
                    return Ok(self.done(judged, session));
                }
                (line, _) => self.share(&line, meets, session)?,
            }
        }
    }

    fn is_enough(&self, judged: &Judged) -> bool {
        match self.without {
            Some(number) => judged.is_enough_without(number),
            None => judged.is_enough(),
        }
    }

    fn have(&self, judged: &Judged) -> usize {
        self.without
            .map_or_else(|| judged.have(), |number| judged.others(number))
    }

    /// Whether the shares are enough, and the vault copy that they are for is not there.
    fn lacks_vault(&self, judged: &Judged) -> bool {
        self.without.is_none() && judged.is_enough() && self.usable(judged).is_empty()
    }

    /// What is on the table so far, and the line that says so. The last word on every share that is new is said.
    fn standing(
        &mut self,
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<(String, Option<Judged>)> {
        let vaults = self.presented.table.vaults();
        if self.expect.is_none() {
            self.expect = which::choose(&vaults, &self.presented.table, session)?;
            self.asked |= self.expect.is_some();
            if self.expect.is_some() {
                self.take_strangers(meets, session)?;
            }
        }
        if let Some(id) = self.expect {
            let others = self.presented.table.keep_only(id);
            self.say_new(&others, session);
        }
        let only = vaults.first().map(|(id, _)| *id);
        let meant = self.expect.or(only);
        if let Some((id, kind)) = vaults.iter().find(|(id, _)| Some(*id) == meant) {
            meets.meets(*id, *kind, session)?;
        }
        let table = &mut self.presented.table;
        self.unlocking.open_all(table, meant, session)?;
        let mut verdicts = Vec::new();
        // Judged anew each time: a vault.json that came late can prove, or disprove, what came before it.
        let judged = self.presented.table.again().judge(meant, &mut verdicts);
        let found = judged.as_ref().map_or(&verdicts, |judged| &judged.verdicts);
        let found = found.clone();
        self.say_new(&found, session);
        match judged {
            Ok(judged) => {
                meets.judged(&judged)?;
                Ok((progress(self.have(&judged), judged.need()), Some(judged)))
            }
            Err(Error::NotEnoughShares { have, need }) => Ok((progress(have, need), None)),
            Err(other) => Err(other),
        }
    }

    /// What is there by now, where the person stopped: judged once more, and the vault copies.
    pub(super) fn so_far(&self) -> (Result<Judged>, &[VaultAt]) {
        let table = self.presented.table.again();
        let only = table.vaults().first().map(|(id, _)| *id);
        let judged = table.judge(self.expect.or(only), &mut Vec::new());
        (judged, &self.presented.vaults)
    }

    /// The vault is known: what comes from now on is of it, or set aside.
    pub(super) fn means(&mut self, vault: VaultId) {
        self.expect = Some(vault);
    }

    /// The vault that is meant, as far as that is known.
    pub(super) fn expected(&self) -> Option<VaultId> {
        self.expect
    }

    /// Says what is new of the shares; what was said once is not repeated, but a copy read twice is said twice.
    fn say_new(&mut self, verdicts: &[Verdict], session: &mut Session) {
        let mut before = self.said.clone();
        for verdict in verdicts {
            let line = verdict.to_string();
            match before.iter().position(|said| *said == line) {
                Some(place) => drop(before.swap_remove(place)),
                None => {
                    self.trail.add(verdict, &self.presented.paper, session);
                    show_share(verdict, session);
                    advise(verdict, session);
                    self.said.push(line);
                }
            }
        }
    }

    /// What opened the shares, and the shares themselves, are not needed while the vault is opened.
    fn forget_secrets(&mut self) {
        self.unlocking = Unlocking::default();
        self.presented.forget_secrets();
    }

    /// How each share came, in the order in which they did.
    pub(super) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// The report holds the last word on each share.
    fn done(&self, judged: Judged, session: &mut Session) -> Judged {
        session.report.shares = judged.verdicts.iter().map(ShareLine::of).collect();
        session.report.vault = Some(vault_line(&judged));
        let line = progress(self.have(&judged), judged.need());
        session.terminal.say(&format!("{line} It is enough."));
        judged
    }

    /// The vault copies that are there now, and are of this vault as far as they say.
    pub(super) fn usable(&self, judged: &Judged) -> Vec<VaultAt> {
        let id = judged.public_key.vault_id();
        let mut usable: Vec<VaultAt> = Vec::new();
        for vault in &self.presented.vaults {
            let is_there = vault.is_there() && claimed(vault).is_none_or(|claimed| claimed == id);
            if is_there && !usable.contains(vault) {
                usable.push(vault.clone());
            }
        }
        usable
    }
}

/// The vault that a vault copy says it is of.
fn claimed(vault: &VaultAt) -> Option<VaultId> {
    let manifest = vault.manifest()?;
    manifest.claimed_key().map(|key| key.vault_id())
}

fn say_all(lines: &[&str], session: &mut Session) {
    lines.iter().for_each(|line| session.terminal.say(line));
}
