//! `status`: what is due, by the register and one day. It reads one file, and changes nothing.

mod lines;

use std::path::{Path, PathBuf};

use crate::commands::Session;
use crate::commands::noting::{read_register, register_command};
use crate::commands::register::{proofs_hold, say_only_found, vaults_agree};
use crate::due::{self, Item, Standing};
use crate::error::{Error, Exit, Result};
use crate::host::machine::cannot_be_right;
use crate::kind::Kind;
use crate::register::{Life, Register, State};
use crate::report::Severity;
use crate::terminal::{is_stop, typed_path};
use crate::time::Time;

/// Arguments of `status`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// The register
    #[arg(long, value_name = "FILE")]
    pub(super) register: Option<PathBuf>,
    /// The day that it is asked for, as YYYY-MM-DD; without it this machine's
    /// clock says it
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Print a calendar (RFC 5545) with ids and roles only: no names of people
    /// or places
    #[arg(long, conflicts_with = "csv")]
    ics: bool,
    /// Print a table (RFC 4180) with ids and roles only
    #[arg(long)]
    csv: bool,
}

/// Says what is due, the worst first.
///
/// # Errors
/// [`Error::Usage`] for a day that is none, and where no register is given and nobody can be asked; what reading the
/// register answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    if session.terminal.gives_json() && (args.ics || args.csv) {
        return Err(Error::Usage {
            what: "--json goes with neither --ics nor --csv".into(),
            hint: "leave one of them out".into(),
        });
    }
    let given = args.as_of.as_deref().map(day).transpose()?;
    let path = match &args.register {
        Some(path) => path.clone(),
        None => ask(session)?,
    };
    let register = read_register(&path)?;
    let as_of = given.unwrap_or(session.clock());
    let state = register.state_on(as_of);
    let stands_on = (path.as_path(), &register, &state);
    say_what_it_stands_on(stands_on, as_of, given.is_some(), session);
    let items = due::due(&state, as_of);
    let exit = match state.vaults.is_empty() {
        true => Exit::Due,
        false => exit(&items),
    };
    match (args.ics, args.csv) {
        (true, _) => session
            .terminal
            .stream(due::calendar(&items, as_of).as_bytes())?,
        (_, true) => session.terminal.stream(due::table(&items).as_bytes())?,
        _ => show(&items, &state, as_of, session)?,
    }
    session.report.as_of = Some(as_of);
    session.report.due = items;
    Ok(exit)
}

/// The exit status: the worst that is due.
fn exit(items: &[Item]) -> Exit {
    match items.first().map(|item| item.standing) {
        None | Some(Standing::Good) => Exit::Done,
        Some(Standing::Due(_)) => Exit::Due,
        Some(Standing::Overdue(_) | Standing::Never(_)) => Exit::Overdue,
        Some(Standing::Failed) => Exit::Open,
    }
}

fn day(text: &str) -> Result<Time> {
    Time::parse_day(text).ok_or_else(|| Error::Usage {
        what: format!("--as-of {text:?} is no day of the form YYYY-MM-DD"),
        hint: "for example --as-of 2027-03-01".into(),
    })
}

/// # Errors
/// [`Error::Usage`] where nobody can be asked; [`Error::Stopped`], [`Error::Interrupted`].
fn ask(session: &mut Session) -> Result<PathBuf> {
    if !session.terminal.leads_on() {
        return Err(Error::Usage {
            what: "--register FILE is missing".into(),
            hint: "give the register that seal began, or rebuild it from the carriers".into(),
        });
    }
    loop {
        let question = "Register file:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if !answer.is_empty() {
            return Ok(typed_path(&answer));
        }
    }
}

/// What the answer is worth: whose day it is, and what of the register it does not know.
fn say_what_it_stands_on(
    (path, register, state): (&Path, &Register, &State),
    as_of: Time,
    given: bool,
    session: &mut Session,
) {
    let day = as_of.date();
    session.terminal.say(&match given {
        true => format!("As of {day}, the day that was asked for."),
        false => format!("As of {day}, by this machine's clock: a claim."),
    });
    if !given && cannot_be_right(as_of) {
        let text = "this machine's clock cannot be right, and no day was given";
        let hint = "give the day with --as-of YYYY-MM-DD";
        session.find(Severity::Warning, "as-of", "", text, hint);
    }
    if let Some(newest) = state.newest.filter(|newest| newest.days_since(as_of) > 0) {
        let newest = newest.date();
        let text =
            format!("{day} is before the newest entry of the register, which is of {newest}");
        let hint = "check the day, or the clock";
        session.find(Severity::Warning, "as-of", "", &text, hint);
    }
    not_yet(path, state, as_of, session);
    vaults_agree(state, path, session);
    proofs_hold(state, path, session);
    say_only_found(state, path, session);
    let heads = register.heads().len();
    if heads > 1 {
        let text = format!("the register went on separately: it has {heads} heads");
        let hint = format!(
            "bring the parts together with: {}",
            register_command("merge OTHER", path)
        );
        session.find(Severity::Warning, "heads", "", &text, &hint);
    }
    let joined = register.entries().filter(|entry| entry.parents.len() > 1);
    if let Some(last) = joined.last().filter(|_| heads < 2) {
        let day = last.stamp.when().date();
        let text = format!("entries that went on separately were brought together on {day}");
        let hint = format!(
            "hold it against the last head on paper: {}",
            register_command("verify --head WORDS", path)
        );
        session.find(Severity::Note, "joined", "", &text, &hint);
    }
    if state.unknown > 0 {
        let text = match state.unknown {
            1 => "1 entry is of a later coldvault: what it says is not counted".to_owned(),
            many => {
                format!("{many} entries are of a later coldvault: what they say is not counted")
            }
        };
        let hint = "use the coldvault that wrote them";
        session.find(Severity::Warning, "later-entries", "", &text, hint);
    }
}

/// What claims a day that has not come: nothing is done by it.
fn not_yet(path: &Path, state: &State, as_of: Time, session: &mut Session) {
    let hint = format!(
        "look at the clocks, and at the entries: {}",
        register_command("show --entries", path)
    );
    let day = as_of.date();
    let text = match state.not_yet {
        0 => None,
        1 => Some(format!(
            "1 entry claims a day that has not come on {day}: what it says was done is not counted"
        )),
        many => Some(format!(
            "{many} entries claim a day that has not come on {day}: what they say was done is not counted"
        )),
    };
    let sealed = state.vaults.iter().filter(|vault| {
        let is_used = vault.kind == Kind::Production && vault.life == Life::Live;
        is_used && vault.created.days_since(as_of) > 0
    });
    let sealed = sealed.map(|vault| {
        format!(
            "the sealing of vault {} claims a day that has not come: {}; what was never done since is due now",
            vault.id,
            vault.created.date()
        )
    });
    for text in text.into_iter().chain(sealed) {
        session.find(Severity::Warning, "not-yet", "", &text, &hint);
    }
}

fn show(items: &[Item], state: &State, as_of: Time, session: &mut Session) -> Result<()> {
    if state.vaults.is_empty() {
        let text = "There is no vault in this register: it says nothing of what is due.";
        return session.terminal.result(text);
    }
    let items = lines::grouped(items);
    for line in items.iter().map(lines::of) {
        session.terminal.result(&line)?;
    }
    let practice = state
        .vaults
        .iter()
        .filter(|vault| vault.kind == Kind::Rehearsal);
    let summary = lines::summary(&items, practice.count(), as_of);
    session.terminal.result(&summary)
}
