//! What of a drill counts in the register: which carriers and sheets were read whole, and whether it was one sitting of
//! several.
//!
//! Knows reports, and not how the register is written.

use crate::commands::paper;
use crate::drill::{self, ALL_CAME, CarrierUse, DrillKind, DrillReport, Finding};
use crate::register::{CarrierLine, CarrierRef, Checked, Condition, Event, MediumKind, Role};
use crate::signature::VaultId;

/// Whether some of the shares were given and nothing else was wrong: one sitting of several, whoever came on other days.
pub(super) fn is_sitting(report: &DrillReport) -> bool {
    let is_good = |state: &str| matches!(state, "good" | "duplicate");
    let all_good = report.shares.iter().all(|one| is_good(&one.state))
        && report.carriers.iter().all(|one| one.outcome == "whole");
    let n = report.vault.as_ref().map_or(0, |vault| vault.n.into());
    let is_part = n == 0 || drill::proven_shares(report).len() < n;
    let mut missed = report.criteria.iter().filter(|one| one.met == Some(false));
    // A finding that says no more than the criterion does.
    let is_about = |one: &Finding| one.is_of_criterion() && one.subject == ALL_CAME;
    let mut others = report.findings.iter().filter(|one| one.is_open());
    report.kind == DrillKind::D1
        && !report.shares.is_empty()
        && all_good
        && is_part
        && missed.all(|one| one.name == ALL_CAME)
        && others.all(is_about)
}

/// Whether a carrier was read, and which it was is known. Where the vault is opened, of a share's carrier the share is
/// read, which is what it is kept for.
pub(super) fn is_read_whole(one: &CarrierUse) -> bool {
    let is_known = one.carrier_id.is_some() || one.copy.is_some();
    one.outcome == "whole" && is_known && one.role != "unknown"
}

/// What it lies on, where that is all that tells which one it is.
pub(super) fn medium(one: &CarrierUse) -> MediumKind {
    match one.device == paper::DEVICE {
        true => MediumKind::Paper,
        false => MediumKind::Unknown,
    }
}

/// The sheets that were read whole. Nothing on a sheet says which copy it is: where the register knows of one, it is that.
pub(super) fn sheets(vault: VaultId, report: &DrillReport) -> Vec<Event> {
    let is_sheet = |one: &&CarrierUse| {
        one.role == "vault" && one.device == paper::DEVICE && one.outcome == "whole"
    };
    let vaults = report.carriers.iter().filter(is_sheet);
    let vaults = vaults.map(|_| Role::Vault);
    let shares = report.shares.iter().filter(|one| {
        one.channel.starts_with("code") && matches!(one.state.as_str(), "good" | "duplicate")
    });
    let shares = shares.filter_map(|one| one.number).map(Role::Share);
    let mut roles: Vec<Role> = vaults.chain(shares).collect();
    roles.sort_unstable();
    roles.dedup();
    roles.into_iter().map(|role| sheet(vault, role)).collect()
}

fn sheet(vault: VaultId, role: Role) -> Event {
    let carrier = CarrierRef {
        carrier_id: None,
        role,
        copy: None,
    };
    Event::Checked(Checked {
        vault,
        carrier: CarrierLine {
            medium: MediumKind::Paper,
            ..CarrierLine::bare(carrier)
        },
        outcome: Condition::Whole,
        replugged: None,
        // Which shares were proven the drill's own entry says.
        secret_proven: role.number().map(|_| false),
        what: None,
    })
}
