//! A report written beside its signature, its key and its page; and what is done where that cannot be.
//!
//! Knows no question and no judgement: the report is whole when it comes here.

use std::path::Path;

use super::Reporting;
use super::places::{MOST_KEY, Places, files_of};
use super::telling::line;
use crate::commands::Session;
use crate::commands::drill::entering::{self, Beside};
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::{Error, Result};
use crate::media;
use crate::report::{Severity, shown};
use crate::sheet::ReportPage;
use crate::signature::{Identity, PublicKey, VaultId};

impl Reporting {
    /// Writes the report and what lies beside it, signed where a quorum gave the identity.
    pub(super) fn write(
        &self,
        places: &Places,
        (report, bytes): (&DrillReport, &[u8]),
        identity: Option<&Identity>,
        session: &mut Session,
    ) -> Result<()> {
        let signature = identity.map(|identity| identity.sign(bytes));
        let digest = Digest::of(bytes);
        let page = ReportPage {
            report,
            digest,
            file: &places.name(),
            is_signed: signature.is_some(),
        };
        let page = page.draw()?;
        let signed = signature.as_ref().zip(identity.map(Identity::public_key));
        places.write(bytes, signed, &page, session)?;
        places.tell(digest, signature.is_some(), session)?;
        let line = line(places.path(), digest, report, signature.is_some());
        session.report.drills.push(line);
        Ok(())
    }
}

/// Enters a drill whose report could not be written, and says what became of it.
///
/// # Errors
/// As [`entering::enter`].
pub(super) fn enter_without_report(
    report: &DrillReport,
    beside: &Beside,
    path: &Path,
    session: &mut Session,
) -> Result<()> {
    let before = entering::head(session);
    if let Err(error) = entering::enter(report, beside, session) {
        entering::say_not_entered(None, session);
        return Err(error);
    }
    let text = match entering::head(session) == before {
        true => "no report of this drill was written, and it is not entered in a register",
        false => "no report of this drill was written; it is entered in the register without one",
    };
    let hint = "a report needs the drill to be done again, with room for it";
    session.find(Severity::Error, "no-report", &shown(path), text, hint);
    Ok(())
}

/// The key beside a signed report is that of its vault: with another one it would not be proven.
///
/// # Errors
/// [`Error::Refused`]; [`Error::Io`].
pub(super) fn check_key(report: &Path, vault: VaultId) -> Result<()> {
    let [_, key_file, ..] = files_of(report.to_owned());
    let there = match media::read_ordinary(&key_file, MOST_KEY) {
        Err(Error::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(());
        }
        there => there.ok(),
    };
    let key = there.and_then(|pem| PublicKey::from_pem(&pem));
    match key.is_some_and(|key| key.vault_id() == vault) {
        true => Ok(()),
        false => Err(Error::Refused {
            what: format!("{:?} is not the key of this vault", key_file),
            hint: "the report would not be proven beside it: write it into another folder".into(),
        }),
    }
}
