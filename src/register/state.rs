//! What the entries of a register come to: vaults, their shares and copies, custodians, drills, policy.
//!
//! Knows events and no bytes. Entries come in an order that does not depend on how registers were merged, so the answer
//! does not either: an entry comes after those it names, and only between entries that know nothing of each other does the
//! claimed time decide. What comes later counts, even if its clock says less: one clock that was ahead must not win for
//! ever. Times are by the clock that people looked at, where there was one; all of them are claims.

mod at;
mod belief;
mod conflicts;
mod copies;
mod custody;
mod drills;
mod ending;
mod ends;
mod good_news;
mod late;
mod receipts;
mod reissues;
mod strays;
mod vaults;

use crate::digest::Digest;
use crate::kind::Kind;
use crate::signature::{PublicKey, VaultId};
use crate::time::Time;

use super::event::{CertificateLine, Event, Policy};
use super::kinds::{MediumKind, Role};
use super::line::Entry;
use at::At;

use good_news::is_good_news;

pub use belief::Belief;
pub use conflicts::Conflict;
pub use custody::{CustodianState, Standing};
pub use drills::DrillState;
pub use ending::{Destruction, Retirement};
pub use ends::{EndFlaw, UnprovenEnd};
pub use receipts::{Challenge, Flaw, Unproven};
pub use strays::Stray;

/// What a register comes to.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The oldest first.
    pub vaults: Vec<VaultState>,
    /// In the order in which they were first named.
    pub custodians: Vec<CustodianState>,
    /// Each after those that its entry knew of, whatever the clocks said: the last one is the newest.
    pub drills: Vec<DrillState>,
    /// Months after which things fall due.
    pub policy: Policy,
    /// Of the newest entry.
    pub newest: Option<Time>,
    /// Entries of a later coldvault, of which nothing is known here.
    pub unknown: usize,
    /// Words that custodians are to sign, in the same order as drills.
    pub challenges: Vec<Challenge>,
    /// Receipts that prove nothing here: they are not counted.
    pub unproven: Vec<Unproven>,
    /// Entries that a vault was superseded, which prove nothing here: they are not counted.
    pub unproven_ends: Vec<UnprovenEnd>,
    /// What entries say differently of one vault: the first of them counts.
    pub conflicts: Vec<Conflict>,
    /// Entries that claim a day that had not come on the day that was asked for, and are not counted.
    pub not_yet: usize,
}

/// One vault.
#[derive(Clone, Debug)]
pub struct VaultState {
    /// Its id.
    pub id: VaultId,
    /// Of its identity.
    pub key: PublicKey,
    /// What the officer called it.
    pub label: String,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Shares made.
    pub n: u8,
    /// When it was sealed.
    pub created: Time,
    /// The place in the series of its label.
    pub generation: u64,
    /// Of its `vault.json`, once sealed.
    pub manifest_sha256: Option<Digest>,
    /// How it came to be believed that it is the office's own.
    pub belief: Belief,
    /// Where it is in its life.
    pub life: Life,
    /// Which vault took its place, by what both signed; retired or not.
    pub successor: Option<VaultId>,
    /// Number 1 first; all n.
    pub shares: Vec<ShareState>,
    /// Vault copies first, then share copies by number.
    pub carriers: Vec<CarrierState>,
    /// Share carriers that were presented, were not good, and that the register does not know: none of its copies.
    pub strays: Vec<Stray>,
    /// The certificates inside.
    pub certificates: Vec<CertificateLine>,
    /// How many more there are.
    pub certificates_left_out: u64,
    /// The newest time of a file with a key in it, at the sealing.
    pub node_changed: Option<Time>,
    /// The public key of the vault before it in the series of its label.
    pub previous: Option<PublicKey>,
    /// What is said of its end, where it is retired.
    pub retirement: Option<Retirement>,
}

/// Where a vault is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Its sealing began and never ended: shares of it may be out.
    Unfinished,
    /// Sealed.
    Live,
    /// Another one took its place.
    Superseded {
        /// Which.
        by: VaultId,
        /// Since when.
        at: Time,
    },
    /// Not needed any more.
    Retired,
}

/// One share.
#[derive(Clone, Debug)]
pub struct ShareState {
    /// 1 to n.
    pub number: u8,
    /// Whose, where that is known.
    pub custodian: Option<String>,
    /// With its other half the custodian signs that the share is there.
    pub check_key: Option<PublicKey>,
    /// When it was last proven: by `verify` with its secret part open, in a drill, or by a receipt, which proves it as of the
    /// day on which its words were drawn.
    pub proven: Option<Time>,
    /// Which entry proved it, counted in their order; of a receipt the one that drew its words. 0 where none did but a drill
    /// that was entered late.
    pub proven_in: usize,
    /// Which entry of a drill that was entered late proved it. Of what was entered before that one, such as the words of a
    /// receipt, only a newer day counts. 0 where none did.
    pub late_in: usize,
    /// When its custodian last said that it is whole.
    pub claimed: Option<Time>,
    /// When it last opened the vault in a drill.
    pub drilled: Option<Time>,
    /// Since when it has been out of hand: its custodian left and did not give it back, or somebody else may know it. It
    /// stays so until it is given back, or was looked into, whatever becomes of the person.
    pub exposed: Option<Time>,
    /// Whether somebody else may know it.
    pub suspected: bool,
    /// Since when copies of it have been lost, or were in a bag that was open: nothing that a person gives back ends that.
    pub lost: Option<Time>,
    /// When it was made anew at its number.
    pub reissues: Vec<Time>,
    /// Who kept it before those times.
    pub former: Vec<String>,
}

/// One copy.
#[derive(Clone, Debug)]
pub struct CarrierState {
    /// The random id on a medium.
    pub carrier_id: Option<[u8; 16]>,
    /// What it is of.
    pub role: Role,
    /// Copy number; 0 where that is not known.
    pub copy: u8,
    /// Copies made at the sealing; 0 where that is not known.
    pub of: u8,
    /// What it lies on.
    pub medium: MediumKind,
    /// Of the device.
    pub serial: Option<String>,
    /// When it was first written.
    pub written: Time,
    /// When it was last read and whole: in full, or, of a share's copy in a drill that opened the vault, the share on it.
    /// Reading back while it is made is not a check.
    pub checked: Option<Time>,
    /// When it was found damaged, and what about it; no good check came after that.
    pub failed: Option<(Time, String)>,
    /// When it was last read in a drill.
    pub drilled: Option<Time>,
    /// When a report that nobody signed says that it was whole.
    pub claimed: Option<Time>,
    /// Where it is kept.
    pub site: Option<String>,
    /// In which bag.
    pub bag: Option<String>,
    /// A sheet in a file that nobody confirmed as paper.
    pub prepared: bool,
    /// Whether it is said to have been made on a day that has not come; nobody read it since.
    pub to_come: bool,
    /// Whether it was destroyed.
    pub destroyed: bool,
    /// What is said of that, where an entry says it.
    pub destruction: Option<Destruction>,
    /// Whether only the entry of a reissue says that: of all copies before at once, with one witness.
    pub by_reissue: bool,
    /// Since when it has been void: the share was made anew. It still opens the vault until it is destroyed.
    pub void: Option<Time>,
    /// Who had it when it became void, where that is known: whoever keeps the share from then on need not have it.
    pub keeper: Option<String>,
    /// Whether it is of a share that was about to be made anew, and no entry says that it was: it may be out, and it is void
    /// since that began.
    pub unfinished: bool,
}

/// What `entries` come to; each stands below those it names. With a `day`, what claims to have been done after it is not
/// done yet; what went wrong counts all the same.
pub(super) fn of(entries: &[&Entry], day: Option<Time>) -> State {
    let mut state = State::default();
    for (place, entry) in (1..).zip(entries) {
        let at = At {
            when: entry.stamp.when(),
            place,
            line: entry.line,
            day,
        };
        state.newest = state.newest.max(Some(at.when));
        match &entry.event {
            None => state.unknown += 1,
            Some(event) if at.is_to_come(at.when) && is_good_news(event) => state.not_yet += 1,
            Some(event) => state.take(at, event),
        }
    }
    state.settle();
    state
}

impl State {
    /// The vault of that id.
    pub fn vault(&self, id: VaultId) -> Option<&VaultState> {
        self.vaults.iter().find(|vault| vault.id == id)
    }

    /// The custodian of that name.
    pub fn custodian(&self, name: &str) -> Option<&CustodianState> {
        self.custodians.iter().find(|known| known.name == name)
    }

    fn take(&mut self, at: At, event: &Event) {
        let when = at.when;
        match event {
            Event::Begun(facts) => self.begin(at, facts, Belief::SealedHere),
            Event::Sealed(sealing) => self.seal(at, sealing, true),
            Event::Found(found) => self.find(at, found),
            Event::BrokenOff(sealing) => self.seal(at, sealing, false),
            Event::Checked(checked) => self.check(at, checked),
            Event::Copied(copied) => self.copy(at, copied),
            Event::Printed(of) => self.print(when, of, true),
            Event::Confirmed(of) => self.print(when, of, false),
            Event::Placed(told) => self.tell(told, |carrier, text| carrier.site = Some(text)),
            Event::Bagged(told) => self.tell(told, |carrier, text| carrier.bag = Some(text)),
            Event::Destroyed(destroyed) => self.destroy(when, destroyed),
            Event::Challenged(challenged) => self.challenge(at, challenged),
            Event::Receipt(receipt) => self.receipt(at, receipt),
            Event::Claimed(claimed) => self.claim_share(when, claimed.vault, claimed.number),
            Event::Drilled(drilled) => self.drill(at, drilled),
            Event::Custodian(moved) => self.custodian_moves(when, moved),
            Event::Policy(policy) => self.policy.update(policy),
            Event::Superseded(end) => self.supersede(at, end),
            Event::Retired(retired) => self.retire(when, retired),
            Event::Reissuing(reissued) => self.begin_reissue(at, reissued),
            Event::Reissued(reissued) => self.reissue(at, reissued),
            Event::Merged | Event::Noted(_) => {}
        }
    }

    /// What can be said only when all entries are known.
    fn settle(&mut self) {
        self.believe_by_signatures();
        // Of one second: as they were entered.
        self.vaults
            .sort_by_key(|vault| (vault.created, vault.generation));
        for vault in &mut self.vaults {
            vault.settle_strays();
            let key = |c: &CarrierState| (c.role, c.copy, c.written, c.carrier_id);
            vault.carriers.sort_by_key(key);
        }
    }
}
