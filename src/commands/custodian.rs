//! `custodian`: who keeps a share comes, moves, leaves, cannot be reached; and what follows from that, said at once.

mod steps;

use std::path::PathBuf;

use clap::Subcommand;

use crate::commands::Session;
use crate::commands::noting::{self, Begins, RegisterArgs};
use crate::due::{Gone, Margin, new_shares};
use crate::error::{Error, Exit, Result};
use crate::label::Label;
use crate::register::{
    Action, CustodianMove, Event, Life, ShareState, Standing, State, VaultState,
};
use crate::report::Severity;
use crate::time::Time;

/// A day begins at most so many seconds before it does in UTC, by which the machine counts.
const AHEAD: i64 = 14 * 3600;

/// Arguments of `custodian`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Somebody keeps, or will keep, a share
    Add(Who),
    /// The share is kept somewhere else now
    Move(Who),
    /// Somebody left and did not give the share back
    Leave(Who),
    /// Somebody cannot be reached
    Unreachable(Who),
    /// Somebody can be reached again
    Reachable(Who),
    /// Somebody left and gave the share back
    Returned(Who),
    /// Somebody else may know the share: seen, copied, bag open, machine not clean
    Suspect(Who),
    /// It was looked into: nobody else knows the share; say with --note who looked
    Cleared(Who),
}

#[derive(clap::Args)]
struct Who {
    /// The custodian, as the sheets say it
    #[arg(value_name = "NAME")]
    name: String,
    /// Where the share is kept
    #[arg(long, value_name = "PLACE")]
    site: Option<String>,
    /// What the person does
    #[arg(long, value_name = "TEXT")]
    role: Option<String>,
    /// Anything else worth knowing
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Since when, as YYYY-MM-DD; today where nothing is said
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// The register
    #[arg(long = "register", value_name = "FILE", required = true)]
    file: PathBuf,
    /// Who writes into it: a name or a role
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Args {
    fn parts(&self) -> (Action, &Who) {
        match &self.what {
            What::Add(who) => (Action::Add, who),
            What::Move(who) => (Action::Move, who),
            What::Leave(who) => (Action::Leave, who),
            What::Unreachable(who) => (Action::Unreachable, who),
            What::Reachable(who) => (Action::Reachable, who),
            What::Returned(who) => (Action::Returned, who),
            What::Suspect(who) => (Action::Suspect, who),
            What::Cleared(who) => (Action::Cleared, who),
        }
    }

    /// The register, for the fence.
    pub(super) fn register(&self) -> RegisterArgs {
        let (_, who) = self.parts();
        RegisterArgs {
            file: Some(who.file.clone()),
            by: who.by.clone(),
            sites: Vec::new(),
        }
    }
}

/// Enters it, and says what follows.
///
/// # Errors
/// [`Error::Usage`] for what makes no sense; [`Error::BadLabel`]; as [`Session::note`].
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let (action, who) = args.parts();
    let moved = moved(action, who, session.clock())?;
    args.register().open(Begins::Never, session)?;
    let before = session
        .register()
        .map(crate::register::Register::state)
        .unwrap_or_default();
    if action != Action::Add && before.custodian(&moved.name).is_none() {
        return Err(Error::Usage {
            what: format!("{:?} is not a custodian in the register", moved.name),
            hint: format!(
                "see who is: {}; a new one is entered with: coldvault custodian add NAME --register {}",
                noting::register_command("show", &who.file),
                noting::word(&who.file)
            ),
        });
    }
    if action == Action::Add {
        is_new(&moved.name, &before)?;
    }
    let name = moved.name.clone();
    session.note(&[Event::Custodian(moved)])?;
    let line = format!("Entered: {name} {}.", said(action));
    session.terminal.result(&line)?;
    if action == Action::Add {
        let line = "No share can be added to a vault that is sealed: new custodians get one at the next\ncoldvault rotate, or at the next seal.";
        session.terminal.result(line)?;
    }
    let state = session
        .register()
        .map(crate::register::Register::state)
        .unwrap_or_default();
    let goes_on = |vault: &&VaultState| matches!(vault.life, Life::Live | Life::Unfinished);
    for vault in state.vaults.iter().filter(goes_on) {
        follows(vault, (&name, &noting::word(&who.file)), &state, session)?;
    }
    Ok(Exit::Done)
}

/// Whoever left with a share has it, under whatever name somebody else comes.
///
/// # Errors
/// [`Error::Refused`].
fn is_new(name: &str, before: &State) -> Result<()> {
    match before.custodian(name).map(|known| known.standing) {
        Some(Standing::Left {
            since,
            returned: false,
        }) => Err(Error::Refused {
            what: format!(
                "{name} left on {} and did not give the share back",
                since.date()
            ),
            hint: "if it came back: coldvault custodian returned NAME; somebody else of that name gets another one, such as \"NAME 2\"".into(),
        }),
        _ => Ok(()),
    }
}

fn moved(action: Action, who: &Who, now: Time) -> Result<CustodianMove> {
    let line = |option: &str, text: &Option<String>| {
        text.as_deref()
            .map(|text| noting::text(option, text))
            .transpose()
    };
    let site = line("--site", &who.site)?;
    if action == Action::Cleared && who.note.is_none() {
        return Err(Error::Usage {
            what: "who looked into it, and what was found, is not said".into(),
            hint: "add --note TEXT".into(),
        });
    }
    if action == Action::Move && site.is_none() {
        return Err(Error::Usage {
            what: "where to is not said".into(),
            hint: "add --site PLACE".into(),
        });
    }
    let day = who.since.as_deref().map(|text| since(text, now));
    Ok(CustodianMove {
        name: Label::new(&who.name)?.to_string(),
        action,
        site,
        role: line("--role", &who.role)?,
        note: line("--note", &who.note)?,
        since: day.transpose()?,
    })
}

/// A day that has come, somewhere on earth, by this machine's clock.
fn since(text: &str, now: Time) -> Result<Time> {
    let day = Time::parse(&format!("{text}T00:00:00Z")).map_err(|_| Error::Usage {
        what: format!("--since {text:?} is no date"),
        hint: "write it as YYYY-MM-DD".into(),
    })?;
    match day.unix() - now.unix() > AHEAD {
        false => Ok(day),
        true => Err(Error::Usage {
            what: format!(
                "--since {} is a day that has not come: this machine's clock says {}",
                day.date(),
                now.date()
            ),
            hint: "give the day on which it happened; if the clock is wrong, set it first".into(),
        }),
    }
}

/// As the sentence goes on behind the name.
fn said(action: Action) -> &'static str {
    match action {
        Action::Add => "keeps a share, or will",
        Action::Move => "keeps the share somewhere else now",
        Action::Leave => "left and did not give the share back",
        Action::Unreachable => "cannot be reached",
        Action::Reachable => "can be reached again",
        Action::Returned => "left and gave the share back",
        Action::Suspect => "keeps a share that somebody else may know",
        Action::Cleared => "keeps a share that nobody else knows",
    }
}

/// What follows for one vault of which that custodian has a share.
fn follows(
    vault: &VaultState,
    (name, register): (&str, &str),
    state: &State,
    session: &mut Session,
) -> Result<()> {
    let has_one = |share: &ShareState| share.custodian.as_deref() == Some(name);
    let Some(share) = vault.shares.iter().find(|share| has_one(share)) else {
        return Ok(());
    };
    let margin = Margin::of(vault, state);
    let (exposed, k) = (margin.exposed, margin.needed);
    let title = format!(
        "Vault {} ({}), share {}:",
        vault.id, vault.label, share.number
    );
    session.terminal.result(&title)?;
    session
        .terminal
        .result(&format!("  exposed {exposed} of {k} needed"))?;
    session.terminal.result(&format!("  {}", margin.words()))?;
    // From the number that opens it on, a new vault of the same keys is of no use.
    if let Some(line) = due(share, state).filter(|_| exposed < k) {
        session.terminal.result(&format!("  {line}"))?;
    }
    if margin.spare().is_none() {
        let text =
            "too few shares can be brought: the vault cannot be opened by those who can come";
        let hint = "bring back one who cannot be reached, or fetch a share from where it is kept, with two witnesses";
        session.find(Severity::Warning, "margin", "", text, hint);
    }
    if exposed >= k {
        let text = "as many shares are out as open the vault: count its keys as known";
        let hint = "tell the network's operator, revoke the node's keys and make new ones";
        session.find(Severity::Warning, "exposed", "", text, hint);
    }
    let steps = steps::steps(vault, state, (register, session.clock()));
    if !steps.is_empty() {
        session.terminal.result("  What to do, in this order:")?;
    }
    steps
        .iter()
        .try_for_each(|line| session.terminal.result(&format!("  {line}")))
}

/// When new shares are due, with a new vault key: as `status` says it.
fn due(share: &ShareState, state: &State) -> Option<String> {
    let new = new_shares(share, state)?;
    let why = match new.why {
        Gone::WithIt => "the share was not given back",
        Gone::Known => "somebody else may know the share",
        Gone::GaveItBack => "the share was given back",
        Gone::NotReached => "the custodian is not reached",
        Gone::Lost => "a copy of the share is lost, or its bag was open",
    };
    Some(format!(
        "seal anew, with a new key, by {} ({why})",
        new.by.date()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_that_exists() {
        let now = Time::parse("2026-11-23T09:00:00Z").unwrap();
        assert_eq!(
            since("2026-11-23", now).unwrap().to_string(),
            "2026-11-23T00:00:00Z"
        );
        for wrong in ["", "2026-02-30", "23.11.2026", "2026-11-23T00:00:00Z"] {
            assert!(
                matches!(since(wrong, now), Err(Error::Usage { .. })),
                "{wrong}"
            );
        }
    }
    #[test]
    fn a_day_that_has_not_come_is_refused_with_both_dates() {
        let at = |time: &str| since("2026-11-24", Time::parse(time).unwrap());
        // It has come where the sun rises first.
        assert!(at("2026-11-23T10:00:00Z").is_ok());
        let Err(Error::Usage { what, .. }) = at("2026-11-23T09:00:00Z") else {
            panic!("it is accepted");
        };
        assert!(what.contains("2026-11-24") && what.contains("2026-11-23"));
    }
}
