//! Where copies from sheets may be written: in production not onto a disk that keeps what was deleted, and not two things
//! of one vault together.

use std::path::Path;

use super::gather::Thing;
use crate::ceremony::Exception;
use crate::commands::{Session, paper, together};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::media::{Medium, Stay};

/// Refuses what a rule forbids, before anything is written.
///
/// # Errors
/// [`Error::MixedKinds`], [`Error::WrongKind`], [`Error::Refused`], [`Error::Exists`], [`Error::Io`].
pub(super) fn check(
    out: &Path,
    things: &[Thing],
    rehearsal: bool,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let real = std::fs::canonicalize(out).map_err(Error::io("use", out))?;
    let production: Vec<&Thing> = things
        .iter()
        .filter(|thing| thing.manifest.kind == Kind::Production)
        .collect();
    if !production.is_empty() && production.len() < things.len() {
        let ids = things.iter().map(|thing| {
            let manifest = &thing.manifest;
            let (id, kind) = (manifest.public_key.vault_id(), manifest.kind.as_str());
            format!("{id} ({kind})")
        });
        return Err(Error::MixedKinds { ids: ids.collect() });
    }
    if rehearsal && !production.is_empty() {
        return Err(Error::WrongKind {
            found: "production",
        });
    }
    for thing in things {
        let folder = out.join(thing.role().folder(thing.manifest.public_key.vault_id()));
        if folder.exists() {
            return Err(Error::Exists(folder));
        }
    }
    if production.is_empty() {
        return Ok(());
    }
    check_device(out, &real, exceptions, session)?;
    for thing in &production {
        let id = thing.manifest.public_key.vault_id();
        together::check(&real, id, thing.custodian(), exceptions)?;
    }
    check_each_other(&production, exceptions)
}

fn check_device(
    out: &Path,
    real: &Path,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let medium = Medium::at(real);
    paper::say_swap(out, medium.stay(), session);
    if medium.stay() != Stay::Fixed {
        return Ok(());
    }
    let on = medium.describe();
    let Some(given) = exceptions.iter().find(|given| given.rule == "devices") else {
        return Err(Error::Refused {
            what: format!(
                "{out:?} is on a fixed disk, which keeps what was deleted, or nobody knows where: {on}"
            ),
            hint: "use a removable medium or memory (a folder in /dev/shm), or set the rule aside with \
                   --exception devices=REASON"
                .into(),
        });
    };
    let text = format!(
        "{out:?} may be on a fixed disk ({on}); reason given: {:?}",
        given.reason
    );
    session.terminal.warn(&text);
    Ok(())
}

/// Two things of one vault that would lie on one medium.
fn check_each_other(things: &[&Thing], exceptions: &[Exception]) -> Result<()> {
    for (at, one) in things.iter().enumerate() {
        for other in things.iter().skip(at + 1) {
            if one.manifest.public_key != other.manifest.public_key {
                continue;
            }
            let name = match (one.custodian(), other.custodian()) {
                (Some(name), None) | (None, Some(name)) => Some(name),
                _ => None,
            };
            let what = format!(
                "{} and {} of one vault would lie on one medium; --only writes one of them",
                one.name(),
                other.name()
            );
            together::check_rule(name, what, exceptions)?;
        }
    }
    Ok(())
}
