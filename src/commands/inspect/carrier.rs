//! The public facts of a carrier.

use std::path::Path;

use crate::carrier;
use crate::commands::Session;
use crate::error::{Error, Result};
use crate::report::{Severity, VaultLine};
use crate::terminal::size;

/// Shows what a carrier says of itself.
pub(super) fn one_carrier(path: &Path, session: &mut Session) -> Result<()> {
    let read = carrier::read(path)?;
    let says_nothing = || Error::Damaged {
        path: path.to_owned(),
        what: "it holds no vault.json that can be read".into(),
    };
    session.terminal.result(&format!("{path:?}"))?;
    if let Some(Ok(share)) = &read.share {
        let facts = &share.facts;
        let name = carrier::share_name(facts.number, &facts.custodian);
        session
            .terminal
            .result(&format!("  holds    {name} of {}", facts.n))?;
        if let Some(lock) = share.lock() {
            let line = format!("           protected: {} opens it", lock.needs());
            session.terminal.result(&line)?;
        }
    }
    if read.has_payload {
        session.terminal.result("  holds    a vault copy")?;
    }
    let manifest = read.manifest.ok_or_else(says_nothing)?;
    let key = manifest.claimed_key().ok_or_else(says_nothing)?;
    let manifest = manifest.prove(&key).map_err(|flaw| Error::Damaged {
        path: path.join(crate::manifest::FILE),
        what: flaw.to_string(),
    })?;
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
        let text = "unfinished: what wrote it never ended";
        session.find(
            Severity::Warning,
            "unfinished",
            &format!("{path:?}"),
            text,
            "use another copy",
        );
    }
    Ok(())
}
