//! What a command found and did, for people on the screen and for scripts as one JSON object (`docs/json.md`).
//!
//! Plain values on the way out. Nothing secret has a place in it.

mod json;

use std::path::Path;

use crate::carrier::Age;
use crate::due::Item;
use crate::host::machine::Check;
use crate::json::Object;
use crate::manifest::Manifest;
use crate::quorum::Verdict;
use crate::time::Time;

pub use crate::severity::Severity;

/// One command's outcome.
#[derive(Default)]
pub struct Report {
    /// The vault it was about.
    pub vault: Option<VaultLine>,
    /// Carriers written or read.
    pub carriers: Vec<CarrierLine>,
    /// Shares presented.
    pub shares: Vec<ShareLine>,
    /// What a node directory holds, where it was inspected.
    pub contents: Option<Object>,
    /// The checks that a node makes when it starts, made on what came back.
    pub startup: Vec<StartupLine>,
    /// What `doctor` looked at.
    pub checks: Vec<Check>,
    /// What `media` saw.
    pub media: Vec<MediumLine>,
    /// What is due, the worst first, where that was asked.
    pub due: Vec<Item>,
    /// The day for which it was asked.
    pub as_of: Option<Time>,
    /// Drill reports read or written.
    pub drills: Vec<DrillLine>,
    /// Everything worth knowing, worst included.
    pub findings: Vec<Finding>,
}

/// The vault of a report.
#[derive(Clone)]
pub struct VaultLine {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its label, when a `vault.json` says it.
    pub label: Option<String>,
    /// "production" or "rehearsal".
    pub kind: &'static str,
    /// Shares needed.
    pub k: Option<u8>,
    /// Shares made.
    pub n: Option<u8>,
}

impl VaultLine {
    /// What a genuine `vault.json` says.
    pub fn of(manifest: &Manifest) -> Self {
        Self {
            id: manifest.public_key.vault_id().hex(),
            label: Some(manifest.label.to_string()),
            kind: manifest.kind.as_str(),
            k: Some(manifest.k),
            n: Some(manifest.n()),
        }
    }
}

/// A carrier of a report.
#[derive(Clone)]
pub struct CarrierLine {
    /// "vault" or "share".
    pub role: &'static str,
    /// Its folder.
    pub path: String,
    /// The disk it lies on.
    pub device: String,
    /// That disk's serial number, where it has one.
    pub serial: Option<String>,
    /// What it holds: "vault copy 1 of 2", "share 2 (legal), copy 1 of 2".
    pub holds: String,
    /// How it was read back; `None` when it was only read.
    pub read_back: Option<&'static str>,
    /// Whether it was seen to be taken out and put back before it was read back; `None` where only somebody's word stands
    /// for it, for paper and for one that was only read.
    pub replugged: Option<bool>,
    /// How it was read in full, past what this machine remembered of it; `None` when it was not.
    pub read: Option<&'static str>,
    /// How old it is, where it says that.
    pub age: Option<Age>,
}

/// A share of a report.
pub struct ShareLine {
    /// Its number.
    pub number: Option<u8>,
    /// Whose.
    pub custodian: Option<String>,
    /// Where it was read.
    pub copy: String,
    /// "good", "relabelled", "duplicate", "not opened" or "set aside".
    pub state: &'static str,
    /// Why it was not used.
    pub reason: Option<String>,
}

impl ShareLine {
    /// What a quorum says of one share.
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            number: verdict.number,
            custodian: verdict.custodian.as_ref().map(ToString::to_string),
            copy: shown(&verdict.from),
            state: verdict.state.as_str(),
            reason: verdict.state.reason(),
        }
    }
}

/// A check that a node makes when it starts.
pub struct StartupLine {
    /// The node directory, in quotes.
    pub node: String,
    /// What it checks.
    pub check: &'static str,
    /// "passed", "warned", "failed" or "not done".
    pub outcome: &'static str,
    /// What the node says, or why it was not done.
    pub text: String,
}

/// One place of a medium: a partition, or a whole disk without any, at one mount point.
pub struct MediumLine {
    /// The kernel's name of the disk.
    pub device: String,
    /// Its maker and model.
    pub model: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// Whether the system lies on it.
    pub is_system: bool,
    /// What else the same USB device is.
    pub also: Vec<String>,
    /// Whether it must not be used.
    pub is_dangerous: bool,
    /// The kernel's name of the partition, or of the disk again.
    pub part: String,
    /// The type of its file system.
    pub file_system: Option<String>,
    /// Where it is mounted.
    pub mounted: Option<String>,
    /// Whether it takes no writes.
    pub is_read_only: bool,
    /// How many bytes are free.
    pub free: Option<u64>,
    /// The coldvault folders on it, each in a few words.
    pub holds: Vec<String>,
}

/// A drill report.
pub struct DrillLine {
    /// Its file.
    pub path: String,
    /// Of the bytes of that.
    pub sha256: String,
    /// Its own id.
    pub drill_id: String,
    /// "D0" to "D6".
    pub kind: &'static str,
    /// "pass", "findings" or "fail".
    pub outcome: &'static str,
    /// When it ended, by the wall where somebody read a clock there.
    pub ended: String,
    /// The day by which the next one is due; `None` where none is.
    pub next: Option<String>,
    /// What it was signed over besides itself.
    pub challenge: Option<String>,
    /// "signed", "not signed", ...
    pub standing: &'static str,
    /// Whether the report before it was given and is the one named; `None` where it names none.
    pub previous: Option<&'static str>,
}

/// One thing worth knowing.
pub struct Finding {
    /// A short stable name.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file, carrier or person it is about.
    pub subject: String,
    /// What it is.
    pub text: String,
    /// What to do.
    pub hint: String,
}

/// A path for a report: escaped where it is not plain text. What steers the direction of writing is not plain either.
pub fn shown(path: &Path) -> String {
    let quoted = format!("{path:?}");
    match path.to_str() {
        Some(text) if quoted.len() == text.len() + 2 => text.to_owned(),
        _ => quoted,
    }
}
