//! What is in the register, as a person reads it.

use super::FileArgs;
use super::anchor::{plural, separate};
use super::conflicts::vaults_agree;
use super::proofs::proofs_hold;
use super::tell::said;
use crate::carrier::printable;
use crate::commands::Session;
use crate::error::{Exit, Result};
use crate::register::{
    CarrierState, CustodianState, DrillState, Entry, Life, MediumKind, Outcome, Register, Role,
    ShareState, Standing, State, Stray, VaultState,
};
use crate::time::Time;

/// Shows it.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn show(
    file: &FileArgs,
    register: &Register,
    entries: bool,
    session: &mut Session,
) -> Result<Exit> {
    separate(register, session);
    let state = register.state();
    vaults_agree(&state, &file.file, session);
    proofs_hold(&state, &file.file, session);
    let mut lines = vec![format!(
        "{}, the newest of {}",
        plural(register.entries().count(), "entry", "entries"),
        date(state.newest)
    )];
    for vault in &state.vaults {
        lines.extend(vault_lines(vault));
    }
    lines.extend(others(&state));
    if entries {
        lines.push(String::new());
        lines.push("Entries, by their lines in the file".into());
        lines.extend(register.entries().map(entry_line));
    }
    for line in lines {
        session.terminal.result(&line)?;
    }
    Ok(Exit::Done)
}

fn vault_lines(vault: &VaultState) -> Vec<String> {
    let life = match vault.life {
        Life::Unfinished => "UNFINISHED: its sealing began and did not end".to_owned(),
        Life::Live if !vault.carriers.iter().any(|copy| copy.role == Role::Vault) => {
            "known from shares only: no vault copy is known".into()
        }
        Life::Live => "in use".into(),
        Life::Superseded { by, at } => format!("superseded by {by} on {}", at.date()),
        Life::Retired => retired(vault),
    };
    let kind = vault.kind.as_str().to_uppercase();
    let mut lines = vec![
        String::new(),
        format!("Vault {} ({kind})", vault.id),
        format!("  label   {}", printable(&vault.label)),
        format!(
            "  sealed  {}, any {} of {} open it",
            vault.created.date(),
            vault.k,
            vault.n
        ),
        format!("  state   {life}"),
    ];
    if !vault.is_believed() {
        lines.push("          ONLY FOUND: nobody compared it with its paper".into());
    }
    lines.extend(vault.shares.iter().map(share_line));
    lines.extend(vault.carriers.iter().map(carrier_line));
    lines.extend(vault.strays.iter().map(stray_line));
    let first = vault.certificates.first();
    lines.extend(first.map(|first| {
        let count = plural(vault.certificates.len(), "certificate", "certificates");
        format!(
            "  inside  {count}, the first runs out on {}",
            first.not_after.date()
        )
    }));
    lines
}

fn share_line(share: &ShareState) -> String {
    let whose = share
        .custodian
        .as_deref()
        .map_or("not known whose".to_owned(), printable);
    let proven = match share.proven {
        None => "never proven".to_owned(),
        Some(when) => format!("proven {}", when.date()),
    };
    let claimed = share.claimed.map_or(String::new(), |when| {
        format!(", said to be there {}", when.date())
    });
    let drilled = share.drilled.map_or(String::new(), |when| {
        format!(", in a drill {}", when.date())
    });
    let exposed = if share.exposed.is_some() {
        ", EXPOSED"
    } else {
        ""
    };
    let anew = share
        .reissues
        .last()
        .map_or(String::new(), |when| format!(", made anew {}", when.date()));
    format!(
        "  share {:<2} {whose}: {proven}{claimed}{drilled}{anew}{exposed}",
        share.number
    )
}

fn carrier_line(carrier: &CarrierState) -> String {
    let copy = match (carrier.copy, carrier.of) {
        (0, _) => String::new(),
        (copy, 0) => format!(", copy {copy}"),
        (copy, of) => format!(", copy {copy} of {of}"),
    };
    let on = match (carrier.medium, carrier.prepared) {
        (MediumKind::Paper, true) => "sheet in a file, not confirmed as paper",
        (MediumKind::Paper, false) => "paper",
        (MediumKind::Removable, _) => "medium",
        (MediumKind::Unknown, _) => "not known on what",
    };
    let checked = match (&carrier.failed, carrier.checked) {
        _ if carrier.destroyed => destroyed(carrier),
        _ if carrier.unfinished => format!(
            "of a reissue begun on {} that never ended, to be looked for",
            date(carrier.void)
        ),
        _ if carrier.void.is_some() => {
            format!("VOID since {}, to be destroyed", date(carrier.void))
        }
        (Some((when, what)), _) => format!("BAD since {}: {}", when.date(), printable(what)),
        (None, Some(when)) => format!("checked {}", when.date()),
        (None, None) => "never checked".into(),
    };
    let claimed = carrier.claimed.filter(|said| Some(*said) > carrier.checked);
    let claimed = claimed.map_or(String::new(), |said| {
        format!(", said to be whole {}", said.date())
    });
    let place = |word: &str, text: &Option<String>| {
        text.as_deref().map_or(String::new(), |text| {
            format!(", {word} {}", printable(text))
        })
    };
    let (site, bag) = (place("at", &carrier.site), place("bag", &carrier.bag));
    format!(
        "  {}{copy}: {on}, {checked}{claimed}{site}{bag}",
        carrier.role
    )
}

/// It is no copy that the register knows.
fn stray_line(stray: &Stray) -> String {
    let (name, day) = (stray.carrier.name(), stray.at.date());
    format!("  {name}: forged or damaged, presented on {day}; no known carrier")
}

/// Since when, and which record says so.
fn retired(vault: &VaultState) -> String {
    let Some(said) = &vault.retirement else {
        return "retired".into();
    };
    let record = said.certificate_sha256.map_or(String::new(), |sum| {
        let first: String = sum.hex().chars().take(16).collect();
        format!(", record {first}...")
    });
    format!("retired {}{record}", said.when.date())
}

/// When, and how.
fn destroyed(carrier: &CarrierState) -> String {
    let Some(said) = &carrier.destruction else {
        return "destroyed".into();
    };
    let how = said.how.as_deref().unwrap_or(&said.reason);
    format!("destroyed {} ({})", said.when.date(), printable(how))
}

fn others(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    let mut part = |title: &str, all: Vec<String>| {
        if !all.is_empty() {
            lines.push(String::new());
            lines.push(title.to_owned());
            lines.extend(all);
        }
    };
    part(
        "Custodians",
        state.custodians.iter().map(custodian_line).collect(),
    );
    part("Drills", state.drills.iter().map(drill_line).collect());
    let policy = state
        .policy
        .set()
        .map(|(interval, months)| format!("  {}", said(interval, months)));
    part("Policy, where it is not the usual one", policy.collect());
    let later = plural(state.unknown, "entry", "entries");
    let later = (state.unknown > 0)
        .then(|| format!("{later} of a later coldvault, kept and not understood"));
    lines.extend(later);
    lines
}

fn custodian_line(custodian: &CustodianState) -> String {
    let standing = match custodian.standing {
        Standing::Here => format!("since {}", custodian.since.date()),
        Standing::Left {
            since,
            returned: true,
        } => format!("left {}, gave the share back", since.date()),
        Standing::Left {
            since,
            returned: false,
        } => {
            format!("LEFT {}, did not give the share back", since.date())
        }
        Standing::Unreachable { since } => format!("NOT REACHABLE since {}", since.date()),
    };
    let site = custodian
        .site
        .as_deref()
        .map_or(String::new(), |site| format!(", at {}", printable(site)));
    format!("  {}: {standing}{site}", printable(&custodian.name))
}

fn drill_line(drill: &DrillState) -> String {
    let vault = drill
        .vault
        .map_or(String::new(), |id| format!(" of vault {id}"));
    // Of a sitting it is no more than that others come another day.
    let open = match drill.open {
        0 => String::new(),
        _ if drill.partial => String::new(),
        1 => ", 1 finding open".into(),
        open => format!(", {open} findings open"),
    };
    let next = drill
        .next
        .map_or(String::new(), |next| format!(", next by {}", next.date()));
    let outcome = match (drill.partial, drill.outcome) {
        (true, _) => format!(
            "one sitting with {}",
            plural(drill.shares.len(), "share", "shares")
        ),
        (false, Outcome::Pass) => "pass".to_owned(),
        (false, Outcome::Findings) => "pass with findings".to_owned(),
        (false, Outcome::Fail) => "FAIL".to_owned(),
    };
    let said = match drill.said {
        true => ", as an unsigned report says",
        false => "",
    };
    let (day, kind) = (drill.at.date(), drill.kind.as_str());
    format!("  {day} {kind}{vault}: {outcome}{open}{said}{next}")
}

fn entry_line(entry: &Entry) -> String {
    let word = match &entry.event {
        Some(_) => entry.word.clone(),
        None => format!("{} (an entry of a later coldvault)", printable(&entry.word)),
    };
    let by = entry
        .stamp
        .by
        .as_deref()
        .map_or(String::new(), |by| format!(" by {}", printable(by)));
    let digest: String = entry.digest.hex().chars().take(8).collect();
    format!(
        "  {:>4}  {}  {digest}  {word}{by}",
        entry.line,
        entry.stamp.when()
    )
}

fn date(time: Option<Time>) -> String {
    time.map_or("no time".into(), Time::date)
}
