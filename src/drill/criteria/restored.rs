//! What is wanted where the vault was opened.

use super::looked_at::{few_tries, good_numbers, tries, vault_copies};
use super::{carriers, must, wanted};
use crate::drill::{Criterion, DrillReport, Files, ShareUse, StartupUse, StoreUse};

/// D3 and D4: the whole way back.
pub(super) fn all(report: &DrillReport) -> Vec<Criterion> {
    let own = vec![
        must(quorum(report)),
        wanted(
            "tries",
            "each share was read at the first or second try",
            tries(report),
            few_tries(report),
        ),
        shares(report),
        vault_copies(report),
        must(files(report)),
        must(stores(&report.stores)),
        must(pairs(&report.stores)),
        startup(&report.startup),
        current(report),
    ];
    let bags = vec![carriers::renumbered(report)];
    [own, carriers::each(report), bags].concat()
}

/// D5: with paper only, and no more shares than needed.
pub(super) fn worst(report: &DrillReport) -> Vec<Criterion> {
    let needed = report.vault.as_ref().map_or(0, |vault| vault.k.into());
    let used = good_numbers(report).len();
    let media = report.shares.iter().filter(|one| one.channel == "medium");
    let media = media.count() + not_paper(report);
    vec![
        wanted(
            "paper only",
            "nothing came from a medium",
            match media {
                0 => "paper".into(),
                media => format!("{media} from media"),
            },
            Some(media == 0),
        ),
        wanted(
            "exactly enough",
            "no more shares than needed were given",
            format!("{used}, needed {needed}"),
            Some(used == needed),
        ),
    ]
}

fn not_paper(report: &DrillReport) -> usize {
    let read = report.carriers.iter().filter(|one| one.role == "vault");
    read.filter(|one| one.device != "sheet").count()
}

fn quorum(report: &DrillReport) -> Criterion {
    let needed = report.vault.as_ref().map_or(0, |vault| vault.k.into());
    let have = good_numbers(report).len();
    wanted(
        "quorum",
        "enough different shares were proven",
        format!("{have}, needed {needed}"),
        Some(needed > 0 && have >= needed),
    )
}

fn shares(report: &DrillReport) -> Criterion {
    let aside = |one: &&ShareUse| !super::looked_at::is_proven(&one.state);
    let aside = report.shares.iter().filter(aside).count();
    super::looked_at::shares_given(report.shares.len() - aside, report.shares.len())
}

fn files(report: &DrillReport) -> Criterion {
    let files = report.files;
    let Files { count, matched, .. } = files.unwrap_or_default();
    let is_tried = report.carriers.iter().any(|one| one.role == "vault");
    wanted(
        "files",
        "every file is the one in the inventory",
        match files {
            Some(_) => format!("{matched} of {count}"),
            None if is_tried => "no copy came out whole".into(),
            None => "no copy was tried".into(),
        },
        Some(files.is_some() && matched == count),
    )
}

fn stores(stores: &[StoreUse]) -> Criterion {
    let open = stores.iter().filter(|store| store.opened_by.is_some());
    let open = open.count();
    wanted(
        "keystores",
        "every keystore opens",
        match stores.len() {
            0 => "none came back".into(),
            all => format!("{open} of {all}"),
        },
        (!stores.is_empty()).then_some(open == stores.len()),
    )
}

fn pairs(stores: &[StoreUse]) -> Criterion {
    let add = |all: u64, one: u64| all.saturating_add(one);
    let keys = stores.iter().map(|store| store.keys).fold(0, add);
    let matched = stores.iter().map(|store| store.matched).fold(0, add);
    wanted(
        "keys",
        "every private key belongs to its certificate",
        match keys {
            0 => "none came back".into(),
            keys => format!("{matched} of {keys}"),
        },
        (keys > 0).then_some(matched == keys),
    )
}

fn startup(checks: &[StartupUse]) -> Criterion {
    let failed = checks.iter().filter(|check| check.outcome == "failed");
    let failed = failed.count();
    wanted(
        "start-up",
        "no start-up check of the node fails",
        match checks.len() {
            0 => "none was made".into(),
            all => format!("{failed} failed of {all}"),
        },
        (!checks.is_empty()).then_some(failed == 0),
    )
}

/// A vault with other keys than the node has is not a backup of it any more.
fn current(report: &DrillReport) -> Criterion {
    let changed = report
        .staleness
        .map(|staleness| staleness.key_material_changed);
    wanted(
        "live keys",
        "no key of the live node changed since",
        changed.map_or_else(
            || "not compared".into(),
            |changed| format!("{changed} changed"),
        ),
        changed.map(|changed| changed == 0),
    )
}
