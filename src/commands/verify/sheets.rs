//! Sheets that were scanned: how much of each was read, whose it is, and whether it is genuine.
//!
//! Several scans of one sheet add up, so a sheet is judged when everything was read.

use std::path::Path;

use super::conclusion::{NOT_EXPECTED, show_other_vault};
use super::{Verifying, secret_part};
use crate::carrier;
use crate::code::{SheetShare, SheetVault, VaultState};
use crate::commands::Session;
use crate::commands::paper::{ASIDE, DEVICE};
use crate::commands::register::check_keys_agree;
use crate::error::{Error, Exit, Result};
use crate::register::MediumKind;
use crate::report::{CarrierLine, Severity, VaultLine};
use crate::share::ReadShare;
use crate::signature::VaultId;
use crate::terminal::size;

const BAD: &str = "NOT GENUINE: do not rely on it";

impl Verifying {
    /// The verdict on every sheet that was read.
    ///
    /// # Errors
    /// [`crate::error::Error::System`] when standard output does not take the result; what opening a share answers.
    pub(super) fn sheets(&mut self, session: &mut Session) -> Result<()> {
        self.paper.tell(session);
        for vault in self.paper.vaults() {
            self.vault_sheet(vault, session)?;
        }
        for share in self.paper.shares() {
            self.share_sheet(share, session)?;
        }
        Ok(())
    }

    fn vault_sheet(&mut self, sheet: SheetVault, session: &mut Session) -> Result<()> {
        let codes = sheet.line();
        if !sheet.forged.is_empty() {
            self.ended(Exit::Material);
        }
        let from = sheet.from.to_string();
        session.terminal.result(&from)?;
        let lines = carrier_line("vault", &from, format!("vault sheet, {codes}"));
        session.report.carriers.push(lines);
        let manifest = match &sheet.state {
            VaultState::Complete(files) => files.prove(sheet.vault),
            VaultState::NotEnough | VaultState::Bad(_) => {
                for line in carrier::describe_id(sheet.vault, None) {
                    session.terminal.result(&format!("    {line}"))?;
                }
                return self.not_whole("vault sheet", &codes, Some(sheet.vault), session);
            }
        };
        let manifest = match manifest {
            Ok(manifest) => manifest,
            Err(flaw) => {
                let (text, hint) = match flaw {
                    Error::Newer { .. } => (flaw.to_string(), flaw.hint()),
                    flaw => (flaw.to_string(), ASIDE.to_owned()),
                };
                session.find(Severity::Error, "sheet", &from, &text, &hint);
                return self.not_whole("vault sheet", &codes, Some(sheet.vault), session);
            }
        };
        for line in carrier::describe(&manifest) {
            session.terminal.result(&format!("    {line}"))?;
        }
        session.report.vault = Some(VaultLine::of(&manifest));
        if !check_keys_agree(&manifest, session) {
            self.ended(Exit::Material);
        }
        let bytes = size(manifest.payload_bytes());
        for line in [
            format!("    codes    {codes}"),
            format!("    payload  {bytes}; its digest is the one in vault.json"),
        ] {
            session.terminal.result(&line)?;
        }
        let id = manifest.public_key.vault_id();
        self.enter_vault_sheet(id);
        self.verdict("vault sheet", &from, id, session)
    }

    fn share_sheet(&mut self, sheet: SheetShare, session: &mut Session) -> Result<()> {
        let codes = sheet.line();
        let from = sheet.from.to_string();
        session.terminal.result(&from)?;
        let mut share = match sheet.share {
            Ok(share) => share,
            Err(error) => {
                let holds = format!("share sheet: {error}");
                let line = carrier_line("share", &from, holds);
                session.report.carriers.push(line);
                return self.not_whole("share sheet", &error.to_string(), sheet.vault, session);
            }
        };
        let facts = share.facts.clone();
        let id = facts.public_key.vault_id();
        let name = carrier::share_name(facts.number, &facts.custodian);
        let locked = share.lock().map_or("", |_| ", protected");
        let holds = format!("{name}{locked}, sheet, {codes}");
        let line = carrier_line("share", &from, holds);
        session.report.carriers.push(line);
        let mut lines = carrier::describe_id(id, Some(facts.kind));
        lines.push(format!(
            "share    {} of {}, any {} open it",
            facts.number, facts.n, facts.k
        ));
        lines.push(format!("codes    {codes}"));
        for line in lines {
            session.terminal.result(&format!("    {line}"))?;
        }
        let name = format!("{name} of {}", facts.n);
        if !share.is_signed() {
            let text = "forged or damaged: the vault that it names did not sign it";
            session.find(Severity::Error, "share", &from, text, ASIDE);
            self.tally.add(false, None);
            self.enter_share(&share, MediumKind::Paper, false);
            self.ended(Exit::Material);
            return session.terminal.result(&format!("{name}: {BAD}"));
        }
        self.enter_share(&share, MediumKind::Paper, true);
        if share.closed().is_some() && self.expect.is_none_or(|expected| expected == id) {
            self.closed(&from, &mut share, session)?;
        }
        self.take_open(&share);
        self.verdict(&name, &from, id, session)
    }

    fn closed(&mut self, from: &str, share: &mut ReadShare, session: &mut Session) -> Result<()> {
        secret_part(Path::new(from), share, self, session)
    }

    /// The last lines on a sheet that is whole.
    fn verdict(
        &mut self,
        name: &str,
        from: &str,
        id: VaultId,
        session: &mut Session,
    ) -> Result<()> {
        let other = self.expect.filter(|expected| *expected != id);
        let (checked, verdict) = match (self.expect, other) {
            (_, Some(_)) => ("signed by the vault above", NOT_EXPECTED),
            (Some(_), None) => ("genuine: it is the vault that was expected", "whole"),
            (None, None) => (
                "signed by this vault: compare the words with those printed on the page",
                "whole",
            ),
        };
        let line = format!("    checked  {checked}");
        session.terminal.result(&line)?;
        if let Some(expected) = other {
            show_other_vault(Path::new(from), id, expected, session);
            self.ended(Exit::Material);
        }
        self.tally.add(true, Some(id));
        session.terminal.result(&format!("{name}: {verdict}"))
    }

    fn not_whole(
        &mut self,
        name: &str,
        why: &str,
        id: Option<VaultId>,
        session: &mut Session,
    ) -> Result<()> {
        self.tally.add(false, id);
        self.ended(Exit::Material);
        session
            .terminal
            .result(&format!("{name}: NOT WHOLE: {why}"))
    }
}

fn carrier_line(role: &'static str, from: &str, holds: String) -> CarrierLine {
    CarrierLine {
        role,
        path: from.to_owned(),
        device: DEVICE.into(),
        serial: None,
        holds,
        read_back: None,
        replugged: None,
        read: None,
        age: None,
    }
}
