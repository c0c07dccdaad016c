//! The drill report: what a drill found, as bytes that an auditor files and checks without coldvault.
//!
//! Knows the report's members, its exact lines, its digests line by line and its signature; knows by which criteria a
//! drill is judged and when the next one is due. Knows no files, no people and no pages, and does nothing to a vault.
//!
//! A report is signed by the vault identity, which exists only while a quorum is on the table: whoever has `vault.pub`
//! knows that the key was there after the challenge was made. It does not prove that a quorum met, nor when.
//!
//! Nothing in it can be tried out: no share, key, password or content of a file, and no digest of a file, because files
//! with few possible contents are told by theirs (ceremony.md, section 2.1, the leak rule). Certificates are public.

mod bags;
mod came_back;
mod criteria;
mod due;
mod facts;
mod findings;
mod judging;
mod ladder;
mod lines;
mod looks;
mod member;
mod presented;
mod read;
mod standing;
mod target;
mod write;

use crate::digest::Digest;
pub use crate::register::{DrillKind, Outcome};
use crate::time::Time;

pub use crate::severity::Severity;
pub use bags::{BagBreak, Bags, bags, went_into};
pub use came_back::{CertificateUse, Files, Staleness, StartupUse, StoreUse};
pub use criteria::{
    ALL_CAME, CARRIERS, COPIES, EARLIER, criteria, every_copy, every_custodian, expected, is_found,
    missed, proven_shares, said, vault_words,
};
pub use due::next;
pub use facts::{Clock, Machine, MachineCheck, Person, Previous, VaultFacts};
pub use findings::{Criterion, Earlier, Finding, Phase};
pub use judging::judge;
pub use ladder::{title, wants};
pub use lines::{Place, edits};
pub use looks::{CONDITIONS, NO_BAG, SEALS, bag, condition, new_bag, seal, wrong};
pub use presented::{CarrierUse, NOT_READ, OF_ANOTHER_VAULT, ShareUse};
pub use standing::{Standing, examine};
pub use target::{Target, duration};

/// The exact bytes that a report begins with; a verifier looks at them first.
pub const PREFIX: &[u8] = b"{\"type\":\"coldvault/drill/1\",";
/// The most bytes that a report may have.
pub const MAX_BYTES: usize = 4 << 20;
/// What is added to a report's name for its raw Ed25519 signature.
pub const SIGNATURE_ENDING: &str = ".sig";

/// What one drill found. Times are claims by the clock of the machine, but for [`Clock::monotonic_seconds`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrillReport {
    /// Drawn for this drill.
    pub drill_id: [u8; 16],
    /// Which drill of the ladder.
    pub kind: DrillKind,
    /// What is supposed to have happened, in the words of whoever called the drill.
    pub scenario: String,
    /// Whether people knew of it before; `None` where nobody said it.
    pub announced: Option<bool>,
    /// Which vault; `None` for a drill that presents nothing of any.
    pub vault: Option<VaultFacts>,
    /// What the auditor gave once the drill was called. Without it the report proves no time.
    pub challenge: Option<String>,
    /// The report before this one.
    pub previous: Option<Previous>,
    /// The head of the register as the drill began.
    pub register_head: Option<Digest>,
    /// When it was.
    pub clock: Clock,
    /// Where it was.
    pub site: Option<String>,
    /// Who took part.
    pub people: Vec<Person>,
    /// On what it was done.
    pub machine: Machine,
    /// Every share that was presented.
    pub shares: Vec<ShareUse>,
    /// Every carrier that was read or looked at.
    pub carriers: Vec<CarrierUse>,
    /// The files that came back; `None` where none were to, or none did.
    pub files: Option<Files>,
    /// The keystores that came back.
    pub stores: Vec<StoreUse>,
    /// The checks that a node makes when it starts.
    pub startup: Vec<StartupUse>,
    /// How far the vault is behind the live node; `None` where they were not compared.
    pub staleness: Option<Staleness>,
    /// How long each part took, in their order: the recovery time is their sum.
    pub phases: Vec<Phase>,
    /// What was wanted, written before, and what was found.
    pub criteria: Vec<Criterion>,
    /// What is to be mended.
    pub findings: Vec<Finding>,
    /// What the drill before this one found, and whether it is mended.
    pub earlier_findings: Vec<Earlier>,
    /// What became of what was opened.
    pub disposal: String,
    /// What it comes to, by [`judge`].
    pub outcome: Outcome,
    /// The day by which the next one is due, by [`next`]; `None` where none is.
    pub next: Option<Time>,
}

impl DrillReport {
    /// How long all phases took, in seconds: the recovery time.
    pub fn seconds(&self) -> u64 {
        self.phases
            .iter()
            .fold(0, |all, phase| all.saturating_add(phase.seconds))
    }

    /// Whether the outcome is the one that its own criteria and findings come to.
    pub fn is_consistent(&self) -> bool {
        judge(&self.criteria, &self.findings) == self.outcome
    }
}

#[cfg(test)]
pub(crate) mod tests;
