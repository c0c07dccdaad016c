//! Writes the copies, reads each back and checks it; what was begun is taken back when one fails.

use std::path::{Path, PathBuf};

use super::gather::{Thing, What};
use crate::carrier::{self, CarrierFacts, SCAN};
use crate::commands::{Session, seal, verify};
use crate::error::{Error, Result};
use crate::key;
use crate::manifest::payload_name;
use crate::media::NewFolder;
use crate::report::{CarrierLine, Severity, shown};
use crate::signature::VaultId;

/// Writes all of them, or none, and answers where each lies.
///
/// # Errors
/// What writing and reading back answer.
pub(super) fn all(
    things: &[Thing],
    out: &Path,
    session: &mut Session,
) -> Result<Vec<(VaultId, PathBuf)>> {
    let (mut written, mut places) = (Vec::new(), Vec::new());
    for thing in things {
        let line = format!("Writing {} from {} ...", thing.name(), thing.from);
        session.terminal.say(&line);
        let id = thing.manifest.public_key.vault_id();
        let name = thing.role().folder(id);
        let outcome = NewFolder::create(out, &name).and_then(|folder| {
            let outcome = one(thing, &folder, session);
            written.push(folder);
            outcome
        });
        match outcome {
            Ok(line) => {
                session.report.carriers.push(line);
                places.push((id, out.join(&name)));
            }
            Err(error) => {
                session.report.carriers.clear();
                written
                    .into_iter()
                    .for_each(|folder| take_back(folder, session));
                return Err(error);
            }
        }
    }
    Ok(places)
}

fn one(thing: &Thing, folder: &NewFolder, session: &Session) -> Result<CarrierLine> {
    match &thing.what {
        What::Vault(files) => folder.put(&payload_name(0, 1), &files.payload).map(drop)?,
        What::Share(share) => carrier::put_share(folder, &share.to_bytes())?,
    }
    let mut carrier_id = [0; 16];
    key::random(&mut carrier_id)?;
    let facts = CarrierFacts {
        carrier_id,
        role: thing.role(),
        // None of those that were sealed.
        copy: 0,
        of: 0,
        written: session.now,
        made_by: SCAN.into(),
    };
    carrier::finish_scanned(folder, &thing.read, &thing.manifest, &facts)?;
    let checked = carrier::check(folder.path(), None)?;
    if !checked.is_whole() {
        return Err(Error::ReadBack(folder.path().to_owned()));
    }
    let read = verify::line(folder.path(), &checked, session.now);
    Ok(CarrierLine {
        path: shown(folder.path()),
        read_back: Some(seal::how(folder)),
        replugged: Some(false),
        ..read
    })
}

fn take_back(folder: NewFolder, session: &mut Session) {
    for left in folder.discard() {
        let subject = format!("{left:?}");
        let text = "is left of this unfinished copy";
        session.find(Severity::Warning, "left", &subject, text, "remove it");
    }
}
