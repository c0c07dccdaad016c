//! The carriers of a vault, as they are asked for: which, on what, whose, where.

use data_encoding::HEXLOWER;

use crate::carrier::printable;
use crate::commands::Session;
use crate::destruction::{copy_name, keeper, medium_word};
use crate::due::{Outstanding, never_seen, series, standing_of};
use crate::error::Result;
use crate::register::{CarrierState, Life, State, VaultState};
use crate::terminal::wrapped;

/// Columns of a line.
pub(super) const WIDTH: usize = 80;
/// Columns before what is said of the vault.
const MARGIN: usize = 10;

/// Names the vault and everything of it that is still out.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub(super) fn show(vault: &VaultState, state: &State, session: &mut Session) -> Result<()> {
    let kind = vault.kind.as_str().to_uppercase();
    let place = place(vault, state);
    let place = place.map(|place| format!("generation {}: {place}", vault.generation));
    let (day, k, n) = (vault.created.date(), vault.k, vault.n);
    let lines = [
        ("label", Some(printable(&vault.label))),
        ("sealed", Some(format!("{day}, any {k} of {n} open it"))),
        ("state", Some(life(vault))),
        ("series", place),
        ("now", Some(Outstanding::of(vault).words())),
    ];
    let title = format!("Vault {} ({kind})", vault.id);
    session.terminal.result(&title)?;
    for (name, text) in lines {
        let Some(text) = text else { continue };
        let text = wrapped(&text, WIDTH - MARGIN).replace('\n', &format!("\n{:MARGIN$}", ""));
        session.terminal.result(&format!("  {name:<8}{text}"))?;
    }
    show_left(vault, session)
}

/// Where it is in its life.
pub(super) fn life(vault: &VaultState) -> String {
    match vault.life {
        Life::Live => "in use, no vault took its place".to_owned(),
        Life::Unfinished => "its sealing was never finished".to_owned(),
        Life::Superseded { by, at } => format!("superseded by vault {by} on {}", at.date()),
        Life::Retired => "retired".to_owned(),
    }
}

/// Which place it has among the vaults of its label; `None` where it is the only one.
pub(super) fn place(vault: &VaultState, state: &State) -> Option<String> {
    let all = series(state, &vault.label, vault.kind);
    let place = all.iter().position(|one| one.vault.id == vault.id)?;
    (all.len() > 1).then(|| standing_of(&all, place))
}

/// What is still out, and what nobody ever entered.
///
/// # Errors
/// As [`show`].
pub(super) fn show_left(vault: &VaultState, session: &mut Session) -> Result<()> {
    let lines = lines(vault);
    let title = match lines.len() {
        0 => "Nothing of it that the register knows of is still out.",
        _ => "Still out:",
    };
    session.terminal.result(title)?;
    let mut lines = lines.iter();
    lines.try_for_each(|line| {
        // What goes on stands further in than what begins.
        let line = wrapped(&format!("  {line}"), WIDTH - 2);
        session.terminal.result(&line.replace('\n', "\n  "))
    })
}

fn lines(vault: &VaultState) -> Vec<String> {
    let known = out(vault).map(|carrier| described(carrier, vault));
    let unseen = never_seen(vault).into_iter();
    let unseen = unseen.map(|(role, copy)| format!("{role}, copy {copy}: {UNSEEN}"));
    known.chain(unseen).collect()
}

/// What is said of a copy that nobody entered.
pub(super) const UNSEEN: &str = "never entered, it may be anywhere";

/// The carriers that were not destroyed.
pub(super) fn out(vault: &VaultState) -> impl Iterator<Item = &CarrierState> {
    vault.carriers.iter().filter(|carrier| !carrier.destroyed)
}

/// "share 2, copy 1 of 2 (legal): medium, id 0123..., serial X, at bank, bag A-1"; a void one says so after its number, and who
/// had it.
pub(super) fn described(carrier: &CarrierState, vault: &VaultState) -> String {
    let whose = keeper(carrier, vault);
    let whose = whose.map_or(String::new(), |name| format!(" ({})", printable(name)));
    let said = |word: &str, text: &Option<String>| {
        let text = text.as_deref().map(printable);
        text.map_or(String::new(), |text| format!(", {word} {text}"))
    };
    let id = carrier.carrier_id.map(|id| HEXLOWER.encode(&id));
    format!(
        "{}{whose}: {}{}{}{}{}",
        copy_name(carrier),
        medium_word(carrier),
        said("id", &id),
        said("serial", &carrier.serial),
        said("at", &carrier.site),
        said("bag", &carrier.bag)
    )
}
