//! What the shares on the table are, which vault they open, and whether it is the one that is meant.

use std::path::Path;

use crate::carrier::{self, VaultAt};
use crate::commands::Session;
use crate::commands::presented::Presented;
use crate::digest::Digest;
use crate::drill::VaultFacts;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::payload::Bounds;
use crate::quorum::{Judged, State, Table, Verdict};
use crate::report::{Severity, ShareLine, VaultLine};
use crate::share::{Closed, Flaw};
use crate::signature::VaultId;

/// Says of every share what it is, and goes on only with a quorum.
pub(super) fn judge(
    presented: Presented,
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<(Judged, Vec<VaultAt>)> {
    let judged = judge_shares(presented.table, expect, &mut Vec::new(), session)?;
    match judged.is_enough() {
        true => Ok((judged, presented.vaults)),
        false => Err(not_enough(&judged)),
    }
}

/// Says of every share what it is, and which vault they name, be they enough or not. `verdicts` holds what each is, on an
/// error too.
///
/// # Errors
/// As [`Table::judge`].
pub(super) fn judge_shares(
    table: Table,
    expect: Option<VaultId>,
    verdicts: &mut Vec<Verdict>,
    session: &mut Session,
) -> Result<Judged> {
    let judged = table.judge(expect, verdicts);
    if let Ok(judged) = &judged {
        verdicts.clone_from(&judged.verdicts);
    }
    verdicts
        .iter()
        .for_each(|verdict| show_share(verdict, session));
    let judged = judged?;
    let needed = match judged.need() {
        None => "more are".to_owned(),
        Some(1) => "1 is".to_owned(),
        Some(need) => format!("{need} are"),
    };
    let have = match judged.have() {
        1 => "1 good share".to_owned(),
        have => format!("{have} good shares"),
    };
    session.terminal.say(&format!("{have}; {needed} needed"));
    session.report.vault = Some(vault_line(&judged));
    Ok(judged)
}

/// That they are too few.
pub(super) fn not_enough(judged: &Judged) -> Error {
    Error::NotEnoughShares {
        have: judged.have(),
        need: judged.need(),
    }
}

pub(super) fn show_share(verdict: &Verdict, session: &mut Session) {
    session.report.shares.push(ShareLine::of(verdict));
    match &verdict.state {
        State::Good | State::Duplicate | State::NotOpened(Flaw::Closed(Closed::NotNeeded, _)) => {
            session.terminal.say(&verdict.to_string());
        }
        State::NotOpened(_) => {
            let hint = "ask its custodian, or use another share";
            let text = verdict.to_string();
            session.find(Severity::Warning, "not-opened", "", &text, hint);
        }
        State::GoodButRelabelled | State::SetAside(_) | State::OtherVault(_) => {
            let hint = "tell the security office: somebody or something changed it";
            session.find(Severity::Warning, "share", "", &verdict.to_string(), hint);
        }
    }
}

pub(super) fn vault_line(judged: &Judged) -> VaultLine {
    judged.manifest.as_ref().map_or_else(
        || VaultLine {
            id: judged.public_key.vault_id().hex(),
            label: None,
            kind: judged.kind().map_or("unknown", Kind::as_str),
            k: judged.need().and_then(|need| u8::try_from(need).ok()),
            n: None,
        },
        VaultLine::of,
    )
}

/// The facts of a vault whose `vault.json` is proven; its bytes, where they are at hand.
pub(super) fn vault_facts(manifest: &Manifest, bytes: Option<&[u8]>) -> VaultFacts {
    VaultFacts {
        public_key: manifest.public_key,
        label: Some(manifest.label.to_string()),
        kind: manifest.kind,
        k: manifest.k,
        n: manifest.n(),
        created: Some(manifest.created),
        manifest_sha256: bytes.map(Digest::of),
    }
}

/// The facts of the vault that shares name: of its `vault.json`, or what the shares say of it themselves.
pub(super) fn judged_facts(judged: &Judged) -> Option<VaultFacts> {
    if let Some(manifest) = &judged.manifest {
        return Some(vault_facts(manifest, None));
    }
    Some(VaultFacts {
        public_key: judged.public_key,
        label: None,
        kind: judged.kind()?,
        k: judged.need().and_then(|need| u8::try_from(need).ok())?,
        n: 0,
        created: None,
        manifest_sha256: None,
    })
}

/// Rehearsal material is not taken for the real thing, nor the reverse.
pub(super) fn check_kind(rehearsal: bool, judged: &Judged, session: &mut Session) -> Result<()> {
    match (judged.kind(), rehearsal) {
        (Some(Kind::Rehearsal), false) => {
            let question = "This is REHEARSAL material, not a production vault. Go on?";
            match session.terminal.confirm(question)? {
                Some(true) => Ok(()),
                Some(false) => Err(Error::Refused {
                    what: "this is rehearsal material, and you did not go on".into(),
                    hint: "use the carriers of the production vault".into(),
                }),
                None => Err(Error::WrongKind { found: "rehearsal" }),
            }
        }
        (Some(Kind::Production), true) => Err(Error::WrongKind {
            found: "production",
        }),
        _ => Ok(()),
    }
}

/// What is about to be opened, to be compared with the paper.
pub(super) fn show_vault(judged: &Judged, session: &mut Session) -> Result<()> {
    session
        .terminal
        .say("About to open this vault; compare it with the paper:");
    let lines = match &judged.manifest {
        Some(manifest) => carrier::describe(manifest),
        None => carrier::describe_id(judged.public_key.vault_id(), judged.kind()),
    };
    lines
        .iter()
        .for_each(|line| session.terminal.say(&format!("  {line}")));
    if judged.manifest.is_none() {
        let text =
            "no genuine vault.json was given: only age and the inventory vouch for the payload";
        session.find(
            Severity::Warning,
            "no-manifest",
            "",
            text,
            "give more carriers if you have them",
        );
    }
    session.tell_superseded(&judged.public_key);
    Ok(())
}

/// Says so where neither a person nor the program compared the vault with the paper.
pub(super) fn say_what_was_compared(expected: bool, session: &mut Session) {
    if !expected {
        let text = "Nothing was compared: --expect ID compares it with the paper.";
        session.terminal.say(text);
    }
}

/// Bounds where no genuine vault.json gives any: the format's own.
const WIDEST: Bounds = Bounds {
    plain_bytes: 1 << 40,
    members: 1_100_000,
};

/// What the archive of the vault may at most be.
pub(super) fn bounds(judged: &Judged) -> Bounds {
    let manifest = judged.manifest.as_ref();
    manifest.map_or(WIDEST, |m| Bounds {
        plain_bytes: m.plain_bytes,
        members: m.members,
    })
}

/// Whether an error says that this copy is bad, and not that the files cannot be written.
pub(super) fn is_about_copy(error: &Error, vault: &Path) -> bool {
    match error {
        Error::Payload { .. } | Error::Damaged { .. } | Error::Archive { .. } => true,
        Error::Io { path, .. } => path.starts_with(vault),
        _ => false,
    }
}
