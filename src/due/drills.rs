//! Drills: the ladder of `docs/drill.md`, per vault and per register, and what a drill left open.

use std::collections::BTreeSet;

use super::copies::share_by;
use super::term::{NOTICE, first, standing};
use super::{Item, Now, REPEAT, Standing, What};
use crate::register::{DrillKind, DrillState, Interval, Outcome, ShareState, VaultState};
use crate::time::Time;

/// Months after the sealing until seals and places are looked at for the first time, at the latest.
const FIRST_LOOK: u16 = 6;

/// The drills that every vault has for itself.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    for kind in [DrillKind::D0, DrillKind::D4, DrillKind::D5] {
        // The harder one is the easier one too.
        let counts = |drill: &&DrillState| {
            let harder = kind == DrillKind::D4 && drill.kind == DrillKind::D5;
            drill.vault == Some(vault.id) && (drill.kind == kind || harder)
        };
        let done: Vec<&DrillState> = now.state.drills.iter().filter(counts).collect();
        let about = About {
            kind,
            vault: Some(vault),
            begun: vault.created,
        };
        about.due(&done, now, items);
    }
    items.extend(share_checks(vault, now));
    open_findings(vault, now, items);
}

/// D1, whoever did it and in how many sittings: every share proven within the interval, in a check, by a receipt or in a
/// drill.
fn share_checks(vault: &VaultState, now: &Now<'_>) -> Option<Item> {
    let months = now.state.policy.months(Interval::D1)?;
    let about = About {
        kind: DrillKind::D1,
        vault: Some(vault),
        begun: vault.created,
    };
    let is_checked = |share: &&ShareState| {
        let by = share.proven.map(|proven| proven.plus_months(months));
        by.is_some_and(|by| now.as_of.days_since(by) <= 0)
    };
    let by = vault
        .shares
        .iter()
        .map(|share| share_by(share, months, vault, now));
    let by = by.min()?;
    let left = vault.shares.iter().filter(|share| !is_checked(share));
    let left: Vec<String> = left.map(|share| share.number.to_string()).collect();
    let (all, checked) = (vault.shares.len(), vault.shares.len() - left.len());
    let since = vault.shares.iter().filter_map(|share| share.proven).min();
    let mut why = format!("{checked} of {all} checked");
    match left.as_slice() {
        [] => {}
        [one] if checked > 0 => why += &format!(", share {one} not"),
        several if checked > 0 => why += &format!(", shares {} not", several.join(", ")),
        _ => {}
    }
    Some(Item {
        standing: standing(by, now.as_of, since.is_none(), NOTICE),
        since: since.filter(|_| left.is_empty()),
        by: Some(by),
        why: format!("{why}, due {}", by.date()),
        ..about.item(now)
    })
}

/// The drills that are held once for all vaults; `first` is the day on which the first of them was sealed.
pub(super) fn of_register(first: Time, now: &Now<'_>, items: &mut Vec<Item>) {
    for kind in [DrillKind::D3, DrillKind::D6] {
        let done = now.state.drills.iter().filter(|drill| drill.kind == kind);
        let done: Vec<&DrillState> = done.collect();
        let about = About {
            kind,
            vault: None,
            begun: first,
        };
        about.due(&done, now, items);
        about.findings(&done, now, items);
    }
}

/// Of kinds that fall due by share or by copy, and of all others, what a drill of this vault left open.
fn open_findings(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let of_vault = |kind: DrillKind| {
        let drills = now.state.drills.iter();
        let drills =
            drills.filter(move |drill| drill.vault == Some(vault.id) && drill.kind == kind);
        drills.collect::<Vec<_>>()
    };
    // Those of D3 and D6 are held against the register.
    for kind in [
        DrillKind::D0,
        DrillKind::D1,
        DrillKind::D2,
        DrillKind::D4,
        DrillKind::D5,
    ] {
        let about = About {
            kind,
            vault: Some(vault),
            begun: vault.created,
        };
        let done = counted(kind, of_vault(kind));
        about.findings(&unanswered(done, vault), now, items);
    }
}

/// Without what unsigned reports of share and copy checks say, where they would answer for a drill that left something
/// open: what they read is not proven.
fn counted(kind: DrillKind, mut done: Vec<&DrillState>) -> Vec<&DrillState> {
    let is_open = |one: &DrillState| one.outcome == Outcome::Fail || one.open > 0;
    let mut real = done.iter().filter(|one| !one.said);
    let is_left = real.next_back().is_some_and(|last| is_open(last));
    if matches!(kind, DrillKind::D1 | DrillKind::D2) && is_left {
        done.retain(|one| !one.said);
    }
    done
}

/// Without the sittings at the end, in which only some of the shares were given and nothing was wrong: they leave nothing
/// open, and answer for an earlier drill once each share was in one of them.
fn unanswered<'s>(mut done: Vec<&'s DrillState>, vault: &VaultState) -> Vec<&'s DrillState> {
    let mut seen: BTreeSet<u8> = BTreeSet::new();
    while let Some(sitting) = done.pop_if(|last| last.partial) {
        if !sitting.said {
            seen.extend(&sitting.shares);
        }
    }
    match vault.shares.iter().all(|one| seen.contains(&one.number)) {
        true => Vec::new(),
        false => done,
    }
}

/// In two words, for a line.
fn called(kind: DrillKind) -> &'static str {
    match kind {
        DrillKind::D0 => "seals and places",
        DrillKind::D1 => "share checks",
        DrillKind::D2 => "copy checks",
        DrillKind::D3 => "practice restore",
        DrillKind::D4 => "restore drill",
        DrillKind::D5 => "paper-only drill",
        DrillKind::D6 => "compromise drill",
    }
}

/// One kind of drill, of one vault or of all.
struct About<'a> {
    kind: DrillKind,
    vault: Option<&'a VaultState>,
    begun: Time,
}

impl About<'_> {
    fn item(&self, now: &Now<'_>) -> Item {
        let kind = self.kind.as_str();
        let (what, label) = (
            What::Drill(self.kind),
            self.vault.map(|vault| now.name(vault)),
        );
        let task = format!("{kind} {}", called(self.kind));
        Item {
            what,
            vault: self.vault.map(|vault| vault.id),
            subject: kind.to_owned(),
            name: label.map_or_else(|| task.clone(), |label| format!("{label}, {task}")),
            standing: Standing::Failed,
            since: None,
            by: None,
            why: String::new(),
        }
    }

    fn due(&self, done: &[&DrillState], now: &Now<'_>, items: &mut Vec<Item>) {
        let Some(months) = now.state.policy.months(Interval::of_drill(self.kind)) else {
            return;
        };
        // They stand in the order of the register: a clock that was ahead does not make a drill the last one.
        let mut good = done.iter().filter(|drill| drill.outcome != Outcome::Fail);
        let last = good.next_back();
        let by = match last {
            Some(last) => {
                let by = last.at.plus_months(months);
                last.next.filter(|next| *next < by).unwrap_or(by)
            }
            None if self.kind == DrillKind::D0 => {
                first(self.begun, months.min(FIRST_LOOK), now.as_of)
            }
            None => first(self.begun, months, now.as_of),
        };
        let why = match (last, done.last()) {
            (Some(last), _) => format!("last {}", last.at.date()),
            (None, Some(failed)) => format!("done {}, and not passed yet", failed.at.date()),
            (None, None) => "never done".to_owned(),
        };
        items.push(Item {
            standing: standing(by, now.as_of, done.is_empty(), NOTICE),
            since: last.map(|last| last.at),
            by: Some(by),
            why: format!("{why}, due {}", by.date()),
            ..self.item(now)
        });
    }

    /// The last drill of a kind counts: whoever repeats it answers for what was open before.
    fn findings(&self, done: &[&DrillState], now: &Now<'_>, items: &mut Vec<Item>) {
        let Some(last) = done.last() else {
            return;
        };
        let day = last.at.date();
        let (why, by) = match (last.outcome, last.open) {
            (Outcome::Fail, _) => {
                let by = last.at.plus_days(REPEAT);
                let why = format!("it failed on {day}: repeat it by {}", by.date());
                (why, Some(by))
            }
            (_, 0) => return,
            (_, 1) => (format!("1 finding of {day} is open"), None),
            (_, open) => (format!("{open} findings of {day} are open"), None),
        };
        items.push(Item {
            what: What::Findings(self.kind),
            since: Some(last.at),
            by,
            why,
            ..self.item(now)
        });
    }
}
