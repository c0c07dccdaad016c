//! What is to be done, in order, once shares are out of hand: fewer than open the vault, or as many.
//!
//! The order is that of ceremony practice: below the number that opens a vault its key is changed and the old one destroyed;
//! from there on the node's own keys count as known, and a new vault of the same keys would help nobody. Must not know
//! options and events: it is told a vault, and what the shares come to.

use crate::due::{Margin, new_shares};
use crate::register::{CertificateLine, State, VaultState};
use crate::time::Time;

/// So many certificates are named; `register show` has the rest.
const MOST_NAMED: usize = 40;

/// The steps, one after another; none while every share is in hand.
pub(super) fn steps(
    vault: &VaultState,
    state: &State,
    (register, now): (&str, Time),
) -> Vec<String> {
    let margin = Margin::of(vault, state);
    match margin.exposed {
        0 => Vec::new(),
        exposed if exposed < margin.needed => below(vault, state, (register, now)),
        _ => at_k(vault, register),
    }
}

/// By which day there must be new shares: the first of all days.
fn first_day(vault: &VaultState, state: &State) -> Option<Time> {
    let days = vault.shares.iter().filter(|share| share.exposed.is_some());
    days.filter_map(|share| Some(new_shares(share, state)?.by))
        .min()
}

/// "now: it was due on 2026-11-09", where the day has passed.
fn by(day: Time, now: Time) -> String {
    match now.days_since(day) > 0 {
        true => format!("now: it was due on {}", day.date()),
        false => format!("by {}", day.date()),
    }
}

/// "share 3 (operations), share 4".
fn out(vault: &VaultState) -> String {
    let out = vault.shares.iter().filter(|share| share.exposed.is_some());
    let names = out.map(|share| match &share.custodian {
        Some(name) => format!("share {} ({name})", share.number),
        None => format!("share {}", share.number),
    });
    names.collect::<Vec<_>>().join(", ")
}

fn below(vault: &VaultState, state: &State, (register, now): (&str, Time)) -> Vec<String> {
    let day = first_day(vault, state);
    let by = day.map_or(String::new(), |day| format!(" {}", by(day, now)));
    numbered([
        format!(
            "Hold no ceremony with {}: other custodians come to",
            out(vault)
        ),
        "   step 3. Keep what was found as it is: bags, seals and paper are evidence.".into(),
        "   Write down who saw what, and when.".into(),
        "Find out whether more shares are out. If they come to as many as open the".into(),
        "   vault, enter that too: other steps follow then.".into(),
        format!("Make a new vault with a new key{by}:"),
        format!("   coldvault rotate --register {register}"),
        "Destroy every copy of the old vault, and its shares; before that, enough".into(),
        "   old shares still open the old payload:".into(),
        format!("   coldvault retire {} --register {register}", vault.id),
    ])
}

fn at_k(vault: &VaultState, register: &str) -> Vec<String> {
    let mut lines = numbered([
        "Count the node's own keys as known. Tell the network's operator today, and".into(),
        "   whoever has to answer for the node.".into(),
        "Have these certificates revoked, and the keys below them blocked:".into(),
    ]);
    lines.extend(to_revoke(vault));
    lines.extend(numbered_from(
        3,
        [
            "Make new keys on the node, from a clean machine, and have them certified.".into(),
            "   Do not rotate: a new vault of the old keys would help nobody.".into(),
            "Seal a vault of the new keys: coldvault seal".into(),
            "   with other custodians' carriers than those that are out.".into(),
            "Keep the old vault only while old ledgers need it; then destroy it:".into(),
            format!("   coldvault retire {} --register {register}", vault.id),
        ],
    ));
    lines
}

fn to_revoke(vault: &VaultState) -> Vec<String> {
    if vault.certificates.is_empty() {
        return vec!["   (the register names none: look on the node, or at a restore)".into()];
    }
    let named = vault.certificates.iter().take(MOST_NAMED).map(certificate);
    let mut lines: Vec<String> = named.collect();
    let more = vault.certificates.len().saturating_sub(MOST_NAMED) as u64;
    match more.saturating_add(vault.certificates_left_out) {
        0 => {}
        more => lines.push(format!(
            "   and {more} more, which are in the vault's own inventory"
        )),
    }
    lines
}

fn certificate(line: &CertificateLine) -> String {
    let CertificateLine {
        node,
        store,
        subject,
        not_after,
    } = line;
    let text = format!("{subject} ({node}/{store}), runs out {}", not_after.date());
    format!("   - {}", crate::carrier::printable(&text))
}

/// Each line that is not indented begins a step.
fn numbered<const N: usize>(lines: [String; N]) -> Vec<String> {
    numbered_from(1, lines)
}

fn numbered_from<const N: usize>(first: usize, lines: [String; N]) -> Vec<String> {
    let mut step = first;
    let number = |line: String| match line.starts_with(' ') {
        true => line,
        false => {
            let line = format!("{step}. {line}");
            step = step.saturating_add(1);
            line
        }
    };
    lines.into_iter().map(number).collect()
}
