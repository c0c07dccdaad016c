//! A report written beside its signature, its key and its page; and whether it can be proven there.
//!
//! Knows no question and no judgement: the report is whole when it comes here.

use std::path::Path;

use super::Reporting;
use super::places::{MOST_KEY, Places, files_of};
use super::telling::line;
use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::DrillReport;
use crate::error::{Error, Result};
use crate::media;
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
            hint: "where the carrier is the wrong one, give the right one; else write the report into \
                   another folder: beside that key it would not be proven"
                .into(),
        }),
    }
}
