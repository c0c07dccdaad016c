//! The older vault's quorum: gathered as for a restore, joined, and the vault's content read once before any new key exists.

use super::{Args, content};
use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::judging::{check_kind, judge, say_what_was_compared, show_vault};
use crate::commands::lead::{Another, AnyVault, Lead};
use crate::commands::presented;
use crate::commands::register::check_keys_agree;
use crate::commands::seal::Older;
use crate::commands::unlock::Unlocking;
use crate::digest::Digest;
use crate::due::Margin;
use crate::error::{Error, Result};
use crate::key::VaultKey;
use crate::quorum::Judged;
use crate::register::Register;
use crate::report::Severity;
use crate::signature::VaultId;

/// What is said before anything is asked.
const BEGIN: [&str; 5] = [
    "First the older vault is proven: it takes a copy of it, and the shares of",
    "enough custodians, one after another. Its words are compared with the paper.",
    "Nothing is written before the new media are asked for, in the register neither,",
    "and nothing in clear at all. `stop` at any question ends it; where what you",
    "type is hidden, Ctrl-C does.",
];

/// A vault that a quorum opened.
pub(super) struct Proven {
    pub(super) older: Older,
}

/// Gathers a quorum, and proves the vault with it.
///
/// # Errors
/// As a restore until its files are written; [`Error::Refused`] without a genuine `vault.json`.
pub(super) fn prove(
    args: &Args,
    (expect, mut unlocking): (Option<VaultId>, Unlocking),
    session: &mut Session,
) -> Result<Proven> {
    let mut presented = presented::gather(&args.from, session)?;
    if session.terminal.leads_on() {
        let begin = if args.from.is_empty() {
            &BEGIN[..]
        } else {
            &[]
        };
        let lead = Lead::new(begin, presented, expect, unlocking);
        return led(args, lead, session);
    }
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    unlocking.open_all(&mut presented.table, expect, session)?;
    drop(unlocking);
    let (judged, vaults) = judge(presented, expect, session)?;
    check(args, &judged, session)?;
    show_vault(&judged, session)?;
    say_what_was_compared(expect.is_some(), session);
    let (key, mut older) = join(judged, &vaults)?;
    if reads(args) {
        let came = content::read((&key, &older.manifest), &vaults, session)?;
        older.content = Some(came.with(key));
    }
    Ok(Proven { older })
}

fn led(args: &Args, mut lead: Lead, session: &mut Session) -> Result<Proven> {
    let judged = lead.gather(&mut AnyVault, session)?;
    let mut vaults = lead.usable(&judged);
    check(args, &judged, session)?;
    show_vault(&judged, session)?;
    lead.compare(&judged, session)?;
    let (key, mut older) = join(judged, &vaults)?;
    if !reads(args) {
        return Ok(Proven { older });
    }
    let came = loop {
        match content::read((&key, &older.manifest), &vaults, session) {
            Ok(came) => break came,
            Err(error) if content::is_about(&error, &vaults) => session.terminal.error(&error),
            Err(error) => return Err(error),
        }
        match lead.another(false, session)? {
            Another::Copies(more) => vaults = more,
            Another::Salvage => {}
        }
    };
    older.content = Some(came.with(key));
    Ok(Proven { older })
}

/// The right material, and a vault of which all that is public is proven.
fn check(args: &Args, judged: &Judged, session: &mut Session) -> Result<()> {
    check_kind(args.seal.rehearsal, judged, session)?;
    match &judged.manifest {
        Some(manifest) => {
            check_keys_agree(manifest, session);
            check_exposed(args, judged, session)
        }
        None => Err(Error::Refused {
            what: "no genuine vault.json of the older vault was given".into(),
            hint: "give a carrier of it too, or a sheet of the vault: every folder of it has one"
                .into(),
        }),
    }
}

/// Where as many shares are out as open it, the keys inside count as known: sealing them anew helps nobody.
fn check_exposed(args: &Args, judged: &Judged, session: &mut Session) -> Result<()> {
    let state = session.register().map(Register::state);
    let state = state.filter(|_| args.seal.nodes.is_empty());
    let id = judged.public_key.vault_id();
    let margin = state.and_then(|state| Some(Margin::of(state.vault(id)?, &state)));
    let Some(margin) = margin.filter(|margin| margin.exposed >= margin.needed) else {
        return Ok(());
    };
    let text = format!(
        "{} shares are out and {} open it: count the keys inside as known; a new vault of them helps nobody",
        margin.exposed, margin.needed
    );
    let hint = "revoke them, make new ones on the node, and seal those: coldvault custodian suspect NAME says the steps";
    session.find(Severity::Warning, "exposed", "", &text, hint);
    if !session.terminal.leads_on() {
        return Ok(());
    }
    match session
        .terminal
        .confirm("Make a new vault of these keys all the same?")?
    {
        Some(true) => Ok(()),
        _ => Err(Error::Stopped),
    }
}

/// Joins the shares, and lets go of them. The key opens the payload; what signs is in the answer already.
fn join(mut judged: Judged, vaults: &[VaultAt]) -> Result<(VaultKey, Older)> {
    let key = judged.quorum()?.join()?;
    judged.forget_shares();
    let manifest = judged.manifest.ok_or(Error::SelfTest {
        what: "a vault.json that was there is gone",
    })?;
    let identity = key.identity(manifest.kind);
    let genuine = vaults.iter().find_map(|vault| {
        let read = vault.manifest()?;
        let known = read.prove(&manifest.public_key).ok()?;
        (known == manifest).then(|| Digest::of(&read.bytes))
    });
    let older = Older {
        identity,
        manifest,
        manifest_sha256: genuine,
        reason: None,
        content: None,
    };
    Ok((key, older))
}

/// Whether all of the older vault is read, because its content is what is sealed: what does not come out whole is no reason
/// to destroy anything.
fn reads(args: &Args) -> bool {
    args.seal.nodes.is_empty()
}
