//! The way back where nobody is asked: what was given is all there is, and what it does not do is what is reported.
//!
//! Whatever it comes to is handed on to be filed, also where the shares are too few or no copy comes out whole.

use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::judging::{
    check_kind, judge_shares, judged_facts, not_enough, say_what_was_compared, show_vault,
    vault_facts,
};
use crate::commands::lead::Trail;
use crate::commands::presented::Presented;
use crate::commands::unlock::Unlocking;
use crate::drill::VaultFacts;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::quorum::Judged;
use crate::signature::VaultId;

use super::copies::Copies;
use super::{Clock, Drill, Drilled, WayArgs, meets};

/// What was given.
pub(super) struct Given {
    pub(super) presented: Presented,
    pub(super) expect: Option<VaultId>,
    pub(super) unlocking: Unlocking,
}

/// Goes it. What fails is filed before it is answered.
///
/// # Errors
/// Whatever stopped it: [`Error::NotEnoughShares`], [`Error::NoVaultCopy`], what is wrong with the only copy; what `drill`
/// answers.
pub(super) fn go(
    args: &WayArgs,
    mut given: Given,
    mut clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<Drilled> {
    let table = &mut given.presented.table;
    for (from, error) in given.presented.paper.unreadable() {
        table.add_unreadable(from, error.to_string());
    }
    // Before anything is opened: what is not for this drill is not decrypted either.
    if let Some((id, kind)) = meant(&table.vaults(), given.expect) {
        drill.meets(id, kind, session)?;
    }
    given.unlocking.open_all(table, given.expect, session)?;
    drop(given.unlocking);
    let broken = given.presented.paper.broken_vault();
    let (vaults, paper) = (given.presented.vaults, given.presented.paper);
    let mut verdicts = Vec::new();
    let judged = judge_shares(given.presented.table, given.expect, &mut verdicts, session);
    let mut trail = Trail::default();
    for verdict in &verdicts {
        trail.add(verdict, &paper, session);
    }
    drop(paper);
    let agree = given.expect.map(|_| true);
    clock.end("quorum", session);
    let judged = match judged {
        Ok(judged) if judged.is_enough() => judged,
        Ok(judged) => {
            meets(&judged, drill, session)?;
            check_kind(drill.is_rehearsal(), &judged, session)?;
            let facts = judged_facts(&judged);
            let cause = not_enough(&judged);
            return Err(few(facts, agree, &trail, clock, session, drill)
                .err()
                .unwrap_or(cause));
        }
        Err(cause @ Error::NotEnoughShares { .. }) => {
            let facts = named(&vaults, given.expect);
            if let Some(vault) = &facts {
                drill.meets(vault.public_key.vault_id(), vault.kind, session)?;
            }
            check_named(facts.as_ref(), drill.is_rehearsal())?;
            return Err(few(facts, agree, &trail, clock, session, drill)
                .err()
                .unwrap_or(cause));
        }
        Err(error) => return Err(error),
    };
    meets(&judged, drill, session)?;
    check_kind(drill.is_rehearsal(), &judged, session)?;
    show_vault(&judged, session)?;
    say_what_was_compared(agree.is_some(), session);
    opened(
        args,
        (judged, vaults, broken),
        &trail,
        clock,
        session,
        drill,
    )
}

/// With a quorum: the report is signed, whether a copy comes out whole or none does.
fn opened(
    args: &WayArgs,
    (judged, vaults, broken): (Judged, Vec<VaultAt>, Option<String>),
    trail: &Trail,
    clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<Drilled> {
    let mut copies = Copies::new(judged, trail, args.expect.is_some(), args)?;
    let failed = match vaults.is_empty() {
        true => {
            let missing = Error::NoVaultCopy { seen: 0 };
            Some(broken.map_or(missing, |what| Error::Incomplete { what }))
        }
        false => copies.first(&vaults, session).err(),
    };
    match failed {
        None => copies.finish(args, vaults, clock, session, drill),
        Some(cause) if vaults.is_empty() || copies.is_about_them(&cause, &vaults) => {
            copies.finish(args, vaults, clock, session, drill)?;
            Err(cause)
        }
        Some(error) => Err(error),
    }
}

/// The one vault that is meant, as far as what is on the table says it.
fn meant(vaults: &[(VaultId, Kind)], expect: Option<VaultId>) -> Option<(VaultId, Kind)> {
    let mut all = vaults.iter();
    match (expect, vaults) {
        (Some(expected), _) => all.find(|(id, _)| *id == expected).copied(),
        (None, [one]) => Some(*one),
        (None, _) => None,
    }
}

/// Without a quorum nobody can sign.
pub(super) fn few(
    vault: Option<VaultFacts>,
    agree: Option<bool>,
    trail: &Trail,
    clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<()> {
    let drilled = Drilled {
        vault,
        agree,
        phases: clock.phases,
        ..Drilled::of(trail)
    };
    drill.file(&drilled, None, session)
}

/// The one vault that genuine `vault.json` files are of, where no share names any.
pub(super) fn named(vaults: &[VaultAt], expect: Option<VaultId>) -> Option<VaultFacts> {
    let manifests = vaults.iter().filter_map(VaultAt::manifest);
    let proven = manifests.filter_map(|read| read.prove(&read.claimed_key()?).ok());
    let is_meant = |id: VaultId| expect.is_none_or(|expected| expected == id);
    let mut meant = proven.filter(|one| is_meant(one.public_key.vault_id()));
    let first = meant.next()?;
    let is_only = meant.all(|one| one.public_key == first.public_key);
    is_only.then(|| vault_facts(&first, None))
}

/// As [`check_kind`], where only a vault copy says it.
fn check_named(vault: Option<&VaultFacts>, is_rehearsal: bool) -> Result<()> {
    match vault.map(|vault| vault.kind) {
        Some(Kind::Production) if is_rehearsal => Err(Error::WrongKind {
            found: Kind::Production.as_str(),
        }),
        Some(Kind::Rehearsal) if !is_rehearsal => Err(Error::WrongKind {
            found: Kind::Rehearsal.as_str(),
        }),
        _ => Ok(()),
    }
}
