//! The public facts of a carrier.

use std::path::Path;

use crate::carrier::{self, ReadCarrier};
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::report::VaultLine;
use crate::terminal::size;

/// Shows what a carrier says of itself.
pub(super) fn one_carrier(path: &Path, session: &mut Session) -> Result<()> {
    let read = carrier::read(path)?;
    session.terminal.result(&format!("{path:?}"))?;
    for line in holds(&read) {
        session.terminal.result(&format!("  {line}"))?;
    }
    let manifest = proven(path, &read)?;
    for line in carrier::describe(&manifest) {
        session.terminal.result(&format!("  {line}"))?;
    }
    let parts = manifest.payload.len();
    let payload = format!(
        "  payload  {} in {parts} {}, at most {} members",
        size(manifest.payload_bytes()),
        if parts == 1 { "file" } else { "files" },
        manifest.members
    );
    session.terminal.result(&payload)?;
    session
        .terminal
        .result("  This is what it says of itself. Check it with: coldvault verify")?;
    session.report.vault = Some(VaultLine::of(&manifest));
    if !read.is_finished {
        session.find_unfinished(path, "use another copy");
    }
    Ok(())
}

/// Which share, how it is protected, and whether there is a vault copy.
fn holds(read: &ReadCarrier) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(Ok(share)) = &read.share {
        let facts = &share.facts;
        let name = carrier::share_name(facts.number, &facts.custodian);
        lines.push(format!("holds    {name} of {}", facts.n));
        let lock = share.lock();
        lines.extend(lock.map(|lock| format!("         protected: {} opens it", lock.needs())));
    }
    lines.extend(read.has_payload.then(|| "holds    a vault copy".to_owned()));
    lines
}

/// The `vault.json`, held against the key that it names itself.
fn proven(path: &Path, read: &ReadCarrier) -> Result<Manifest> {
    let says_nothing = || Error::Damaged {
        path: path.to_owned(),
        what: "it holds no vault.json that can be read".into(),
    };
    let manifest = read.manifest.as_ref().ok_or_else(says_nothing)?;
    let key = manifest.claimed_key().ok_or_else(says_nothing)?;
    manifest.prove(&key).map_err(|flaw| Error::Damaged {
        path: path.join(crate::manifest::FILE),
        what: flaw.to_string(),
    })
}
