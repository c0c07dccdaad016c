//! The report before: whether it can be relied on, and what of it is still to be mended.
//!
//! Knows what lies beside it. Whose vault it has to be of, the report that follows it knows.

use std::path::Path;

use crate::commands::Session;
use crate::digest::Digest;
use crate::drill::{
    self, ALL_CAME, CARRIERS, COPIES, Criterion, DrillReport, EARLIER, Earlier, Finding, MAX_BYTES,
    Previous, Severity, Standing,
};
use crate::error::{Error, Result};
use crate::media;
use crate::report::shown;
use crate::signature::{PublicKey, SIGNATURE_BYTES, VaultId};
use crate::time::Time;

use super::places::{MOST_KEY, files_of};

/// The report before.
pub(super) struct Before {
    pub(super) report: DrillReport,
    digest: Digest,
}

/// Reads it, as far as it agrees with itself and with its signature.
///
/// # Errors
/// [`Error::Damaged`] where it does not; [`Error::Limit`]; [`Error::Io`].
pub(super) fn read(path: &Path, session: &mut Session) -> Result<Before> {
    let (bytes, report) = read_report(path)?;
    let [signature, key, ..] = files_of(path.to_owned());
    let signature = there(&signature, SIGNATURE_BYTES)?;
    let key = there(&key, MOST_KEY)?.and_then(|pem| PublicKey::from_pem(&pem));
    // vault.pub of another vault, which was left alone as the report was written, says nothing of it
    let named = report.vault.as_ref().map(|vault| vault.public_key);
    let key = key.filter(|key| named == Some(*key));
    let name = shown(path);
    match drill::examine(&bytes, signature.as_deref(), key.as_ref()) {
        Standing::Signed => {}
        Standing::Unsigned => session.terminal.say(&format!(
            "The report before, {name}, is not signed: nothing says who wrote it."
        )),
        Standing::NoKey => session.terminal.say(&format!(
            "The report before, {name}: its vault's vault.pub is not beside it, so its signature was not checked."
        )),
        Standing::NotByKey | Standing::Edited(_) => {
            let what = "no drill report that can be relied on: its signature is not that of its vault";
            return Err(damaged(path, what));
        }
    }
    Ok(Before {
        report,
        digest: Digest::of(&bytes),
    })
}

/// The bytes of a report, and what they say; whether it is signed is another question.
///
/// # Errors
/// [`Error::Damaged`] for what is no report; [`Error::Limit`]; [`Error::Io`].
pub(in crate::commands) fn read_report(path: &Path) -> Result<(Vec<u8>, DrillReport)> {
    let bytes = media::read_ordinary(path, MAX_BYTES)?;
    match DrillReport::from_bytes(&bytes) {
        Ok(report) => Ok((bytes, report)),
        Err(error) => {
            let what = format!("no drill report that can be relied on: {error}");
            Err(damaged(path, &what))
        }
    }
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged {
        path: path.to_owned(),
        what: what.to_owned(),
    }
}

/// A small file, where there is one.
fn there(path: &Path, most: usize) -> Result<Option<Vec<u8>>> {
    match media::read_ordinary(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Error::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Before {
    /// Whether it is of this vault, as far as it says of which it is.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(super) fn check_vault(&self, vault: VaultId) -> Result<()> {
        let named = self.report.vault.as_ref();
        match named.is_none_or(|named| named.public_key.vault_id() == vault) {
            true => Ok(()),
            false => Err(Error::Refused {
                what: "the report before is of another vault".into(),
                hint: "give the last report of this vault with --previous, or none".into(),
            }),
        }
    }

    /// Words that were signed before prove no day: whoever kept that report had them.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(super) fn check_challenge(&self, words: Option<&str>) -> Result<()> {
        match words.is_some() && words == self.report.challenge.as_deref() {
            false => Ok(()),
            true => Err(Error::Refused {
                what: "the words of --challenge are those of the report before".into(),
                hint:
                    "the auditor gives new words each time: they prove that this drill came after"
                        .into(),
            }),
        }
    }

    /// Which vault it is of.
    pub(super) fn vault(&self) -> Option<VaultId> {
        let vault = self.report.vault.as_ref();
        vault.map(|vault| vault.public_key.vault_id())
    }

    /// How the new report names it.
    pub(super) fn chained(&self, now: Time) -> Previous {
        let previous = &self.report;
        let date = previous.clock.ended();
        let late = previous.next.map_or(0, |next| now.full_days_since(next));
        Previous {
            report_sha256: self.digest,
            drill_id: previous.drill_id,
            date,
            days: now.full_days_since(date),
            overdue_days: u64::try_from(late).unwrap_or(0),
        }
    }

    /// What the last drill found or wanted in vain, and nobody had mended by its end; but for what this one judges anew.
    pub(super) fn left(&self, criteria: &[Criterion]) -> Vec<Finding> {
        let mut left = left(&self.report);
        left.retain(|one| !is_judged(one, criteria));
        left
    }

    /// Of these, those that nobody said to be mended: they stay open.
    pub(super) fn carried(&self, left: &[Finding], answers: &[Earlier]) -> Vec<Finding> {
        let day = self.report.clock.ended();
        let open = left.iter().zip(answers);
        let open = open.filter(|(_, answer)| answer.closed != Some(true));
        open.map(|(one, _)| one.carried(day)).collect()
    }
}

/// What counts all there is, and is counted anew by each drill of its kind.
const OF_ALL: [&str; 3] = [ALL_CAME, CARRIERS, COPIES];

/// Whether these criteria say anew whether it is so.
fn is_judged(finding: &Finding, criteria: &[Criterion]) -> bool {
    let is_it = |one: &Criterion| one.name == finding.subject && one.met.is_some();
    let is_of_all = OF_ALL.contains(&finding.subject.as_str());
    finding.is_of_criterion() && is_of_all && criteria.iter().any(is_it)
}

/// What the last drill found or wanted in vain, and nobody had mended by its end.
fn left(previous: &DrillReport) -> Vec<Finding> {
    // what the drill before it had found is handed on by itself
    let is_of_earlier = |one: &Finding| one.is_of_criterion() && one.subject == EARLIER;
    let open = previous.findings.iter().filter(|one| one.is_open());
    let missed = drill::missed(&previous.criteria, &previous.findings);
    let mut left: Vec<Finding> = Vec::new();
    for one in open.cloned().chain(missed) {
        if !is_of_earlier(&one) && left.iter().all(|known| known.line() != one.line()) {
            left.push(one);
        }
    }
    let again = previous.earlier_findings.iter();
    for one in again.filter(|one| one.closed != Some(true)) {
        if !left.iter().any(|known| known.line().starts_with(&one.text)) {
            left.push(Finding {
                severity: Severity::Warning,
                code: "earlier".into(),
                subject: String::new(),
                text: one.text.clone(),
                owner: None,
                due: None,
                closed: false,
            });
        }
    }
    left
}

/// As they stand in the next report, before anybody was asked.
pub(super) fn unanswered(left: &[Finding]) -> Vec<Earlier> {
    let one = |finding: &Finding| Earlier {
        text: finding.line(),
        closed: None,
    };
    left.iter().map(one).collect()
}
