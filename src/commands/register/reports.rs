//! A drill that its register does not have, entered from its report: proven as `verify` proves it, against the vault's key
//! that the register has. Must not know what entries a drill makes, nor how it was judged: it is taken as it was signed.

use std::path::{Path, PathBuf};

use super::{FileArgs, entered};
use crate::commands::noting::Begins;
use crate::commands::{Session, drill as command, verify};
use crate::digest::Digest;
use crate::drill::{self, DrillKind, DrillReport, Standing};
use crate::error::{Error, Exit, Result};
use crate::media;
use crate::register::{Against, Event, Register};
use crate::signature::{PublicKey, SIGNATURE_BYTES};
use crate::time::Time;

/// What is read besides the register: the report, and its signature where one lies beside it.
pub(super) fn reads(report: &Path) -> Vec<PathBuf> {
    let beside = verify::companions(report).into_iter();
    let beside = beside.filter(|path| path.exists());
    beside.chain([report.to_owned()]).collect()
}

/// Proves a report and enters its drill.
///
/// # Errors
/// [`Error::Damaged`] for a report that was changed, contradicts itself, or is not of a vault of the register;
/// [`Error::Refused`] for one that is entered already, says no vault or a day that cannot be, and for a register that never
/// had the head which it names; as [`Session::note`].
pub(super) fn add(file: &FileArgs, path: &Path, session: &mut Session) -> Result<Exit> {
    let register = file.open(Begins::Never, session)?;
    if let Some(left) = command::left_by_a_kill(path) {
        return Err(left);
    }
    let (bytes, report) = command::read_report(path)?;
    let damaged = |what: String| Error::Damaged {
        path: path.to_owned(),
        what,
    };
    if !report.is_consistent() {
        let what = "its outcome is not what its own criteria and findings come to";
        return Err(damaged(what.into()));
    }
    let key = key_of(&report, &register, path)?;
    let [signature, _] = verify::companions(path);
    let signature = match signature.symlink_metadata() {
        Ok(_) => Some(media::read_ordinary(&signature, SIGNATURE_BYTES)?),
        Err(_) => None,
    };
    let is_signed = match drill::examine(&bytes, signature.as_deref(), key.as_ref()) {
        Standing::Signed => true,
        Standing::Unsigned if verify::is_without_quorum(&report) => false,
        Standing::Unsigned => {
            return Err(damaged(
                "its signature is not beside it: nothing says who wrote it".into(),
            ));
        }
        _ => {
            let what = "it was changed, or its signature is not that of its vault";
            return Err(damaged(what.into()));
        }
    };
    let digest = Digest::of(&bytes);
    check(&report, digest, &register)?;
    let now = session.stamp().when();
    check_days(&report, &register, now)?;
    let events = command::late(&report, digest, is_signed, &register, now);
    session.note(&events)?;
    if !is_signed {
        let text = "No vault signed this report: what is entered is what its page says. No share is \
                    proven and no copy checked by it.";
        session.terminal.say(text);
    }
    let (kind, day) = (report.kind.as_str(), report.clock.ended().date());
    entered(&format!("drill {kind} of {day}, from its report"), session)
}

/// The key of its vault, as the register has it; none for a drill that is of no vault.
fn key_of(report: &DrillReport, register: &Register, path: &Path) -> Result<Option<PublicKey>> {
    let Some(vault) = &report.vault else {
        return match report.kind {
            DrillKind::D6 => Ok(None),
            _ => Err(Error::Refused {
                what: "the report does not say of which vault the drill was".into(),
                hint: "enter in words what it came to, with coldvault register note".into(),
            }),
        };
    };
    let key = vault.public_key;
    match register.knows(key.vault_id()) {
        true => Ok(Some(key)),
        false => Err(Error::Damaged {
            path: path.to_owned(),
            what: format!(
                "it is of vault {}, which is not in the register",
                key.vault_id()
            ),
        }),
    }
}

fn check(report: &DrillReport, digest: Digest, register: &Register) -> Result<()> {
    let is_it = |event: &Event| {
        matches!(event, Event::Drilled(known)
            if known.drill_id == report.drill_id || known.report_sha256 == Some(digest))
    };
    let refused = |what: &str, hint: &str| Error::Refused {
        what: what.into(),
        hint: hint.into(),
    };
    let mut events = register.entries().filter_map(|entry| entry.event.as_ref());
    if events.any(is_it) {
        return Err(refused(
            "this drill is in the register already",
            "there is nothing to do: coldvault register show lists it",
        ));
    }
    let before = report.register_head.map(|head| register.against(head));
    if before == Some(Against::NotHere) {
        return Err(refused(
            "this register never had the head that the report names",
            "give the register that was kept at the drill, or merge it with this one first",
        ));
    }
    Ok(())
}

/// A day that cannot be is no day of a drill: the clock of its machine was wrong, or somebody wrote it.
fn check_days(report: &DrillReport, register: &Register, now: Time) -> Result<()> {
    let ended = report.clock.ended();
    let vault = report.vault.as_ref();
    let vault = vault.map(|vault| vault.public_key.vault_id());
    let created = vault.and_then(|id| register.state().vault(id).map(|vault| vault.created));
    let what = if report.clock.end < report.clock.begin {
        "the report says that the drill ended before it began"
    } else if ended > now.plus_days(1) {
        "the report is of a day that has not come"
    } else if created.is_some_and(|created| ended.plus_days(1) < created) {
        "the report is of a day before its vault was sealed"
    } else {
        return Ok(());
    };
    Err(Error::Refused {
        what: what.into(),
        hint: "look at the clock of this machine; enter in words what the drill came to, with coldvault register note"
            .into(),
    })
}
