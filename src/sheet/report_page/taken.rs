//! Who took part, what was presented, and what came back.

use super::table::Table;
use crate::drill::{CarrierUse, DrillReport, duration};

/// People and their roles.
pub(super) fn people(report: &DrillReport) -> Option<Table> {
    let row = |person: &crate::drill::Person| {
        let role = person.role.clone().unwrap_or_default();
        vec![person.name.clone(), role]
    };
    Some(Table {
        title: "PEOPLE".into(),
        share: 1.0,
        columns: vec![("", 1.0), ("as", 1.0)],
        rows: report.people.iter().map(row).collect(),
        otherwise: "nobody was named",
    })
}

/// Every share, and how it came in.
pub(super) fn shares(report: &DrillReport) -> Option<Table> {
    let row = |share: &crate::drill::ShareUse| {
        let number = share.number.map_or("?".into(), |number| number.to_string());
        let reason = share.reason.as_deref();
        let state = match reason {
            Some(reason) => format!("{}: {reason}", share.state),
            None => share.state.clone(),
        };
        vec![
            format!("share {number}"),
            whose(share),
            share.channel.clone(),
            tried(share),
            duration(share.seconds),
            state,
        ]
    };
    (!report.shares.is_empty()).then(|| Table {
        title: "SHARES".into(),
        share: 1.0,
        columns: vec![
            ("", 0.7),
            ("custodian", 1.5),
            ("read from", 1.0),
            ("tries", 1.2),
            ("time", 0.7),
            ("state", 2.6),
        ],
        rows: report.shares.iter().map(row).collect(),
        otherwise: "",
    })
}

/// A share that was set aside only says whose it is.
fn whose(share: &crate::drill::ShareUse) -> String {
    match &share.custodian {
        Some(custodian) if share.is_set_aside() => format!("presented as {custodian}"),
        Some(custodian) => custodian.clone(),
        None => String::new(),
    }
}

/// "2 tries, 1 mistyped".
fn tried(share: &crate::drill::ShareUse) -> String {
    let tries = match share.attempts {
        0 => "not counted".into(),
        1 => "1 try".into(),
        attempts => format!("{attempts} tries"),
    };
    match (share.attempts, share.mistyped) {
        (0, 0) => tries,
        (_, lines) => format!("{tries}, {lines} mistyped"),
    }
}

/// Every carrier, and its bag.
pub(super) fn carriers(report: &DrillReport) -> Option<Table> {
    (!report.carriers.is_empty()).then(|| Table {
        title: "CARRIERS".into(),
        share: 1.0,
        columns: vec![
            ("", 1.0),
            ("medium", 3.1),
            ("read", 0.9),
            ("outcome", 0.7),
            ("bag found, new", 1.1),
            ("seal, condition, place", 1.8),
        ],
        rows: report.carriers.iter().map(carrier).collect(),
        otherwise: "",
    })
}

fn carrier(one: &CarrierUse) -> Vec<String> {
    let number = one
        .number
        .map_or(String::new(), |number| format!(" {number}"));
    let copy = one
        .copy
        .map_or(String::new(), |copy| format!(", copy {copy}"));
    let serial = one
        .serial
        .as_deref()
        .map_or(String::new(), |serial| format!(", {serial}"));
    let read = match one.bytes {
        0 => String::new(),
        bytes => format!("{}, {}", bytes_text(bytes), duration(one.seconds)),
    };
    let bag = [one.bag_found.as_deref(), one.bag_new.as_deref()];
    let bag = match bag {
        [None, None] => String::new(),
        [found, new] => format!("{} -> {}", found.unwrap_or("?"), new.unwrap_or("?")),
    };
    let place = one.placed_as_registered.map(|is_there| match is_there {
        true => "in its place",
        false => "NOT in its place",
    });
    let looks = [one.seal.as_deref(), one.condition.as_deref(), place];
    let looks: Vec<&str> = looks.into_iter().flatten().collect();
    vec![
        format!("{}{number}{copy}", one.role),
        format!("{}{serial}", one.device),
        read,
        one.outcome.clone(),
        bag,
        looks.join(", "),
    ]
}

/// Files, start-up checks, and how far the vault is behind.
pub(super) fn came_back(report: &DrillReport) -> Option<Table> {
    let mut rows = Vec::new();
    if let Some(files) = &report.files {
        let text = format!(
            "{} of {} as inventoried, {}",
            files.matched,
            files.count,
            bytes_text(files.bytes)
        );
        rows.push(vec!["Files".into(), text]);
    }
    let count = |outcome: &str| {
        let checks = report
            .startup
            .iter()
            .filter(|check| check.outcome == outcome);
        checks.count()
    };
    if !report.startup.is_empty() {
        let text = format!(
            "{} passed, {} warned, {} failed, {} not done",
            count("passed"),
            count("warned"),
            count("failed"),
            count("not done")
        );
        rows.push(vec!["Start-up".into(), text]);
    }
    if let Some(stale) = &report.staleness {
        let text = match stale.days {
            1 => "vault 1 day behind the live node".into(),
            days => format!("vault {days} days behind the live node"),
        };
        rows.push(vec!["RPO".into(), text]);
        let text = format!(
            "{} changed, {} new, {} gone; {} of them hold keys",
            stale.changed, stale.new, stale.gone, stale.key_material_changed
        );
        rows.push(vec!["Live files".into(), text]);
    }
    if !report.disposal.is_empty() {
        rows.push(vec!["Disposal".into(), report.disposal.clone()]);
    }
    (!rows.is_empty()).then(|| Table {
        title: "WHAT CAME BACK".into(),
        share: 1.0,
        columns: vec![("", 0.9), ("", 4.0)],
        rows,
        otherwise: "",
    })
}

/// Keystores and their keys.
pub(super) fn stores(report: &DrillReport) -> Option<Table> {
    let row = |store: &crate::drill::StoreUse| {
        let opened = match &store.opened_by {
            Some(_) => format!("opened, {} of {} keys", store.matched, store.keys),
            None => "NOT OPENED".into(),
        };
        let days = store.certificates.iter().map(|one| one.days).min();
        let days = match days {
            None => String::new(),
            Some(1) => "1 day".into(),
            Some(days) => format!("{days} days"),
        };
        vec![format!("{}/{}", store.node, store.store), opened, days]
    };
    (!report.stores.is_empty()).then(|| Table {
        title: "KEYSTORES".into(),
        share: 1.0,
        columns: vec![("", 2.2), ("keys that match", 1.4), ("left", 0.8)],
        rows: report.stores.iter().map(row).collect(),
        otherwise: "",
    })
}

/// Bytes for people.
fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
