//! `scan`: sheets back into copies on a medium, finished like any copy.

mod entered;
mod gather;
mod place;
mod write;

use std::path::PathBuf;

use crate::ceremony::Exception;
use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::{Session, seal};
use crate::error::{Error, Exit, Result};
use crate::report::VaultLine;
use crate::terminal::{is_stop, typed_path};

pub(super) use gather::{Sheets, Thing, What};

/// Rules that can be set aside.
const RULES: [&str; 2] = ["devices", "together:NAME"];

/// Arguments of `scan`.
#[derive(clap::Args)]
pub struct Args {
    /// Scans of sheets (PDF, PNG, JPEG, TIFF), text with codes, a directory of these; "-" for one on standard input. A
    /// carrier of the same vault lends a share its vault.json
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The mounted medium that the copies go to; asked for on a terminal
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write only this: "vault", or the number of a share
    #[arg(long, value_name = "WHAT")]
    only: Option<String>,
    /// Practise: any directory will do, for rehearsal material
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices, together:NAME
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

/// Reads the sheets, and writes a copy of each that is whole; what is not whole is named.
///
/// # Errors
/// [`Error::Incomplete`] when nothing is whole; [`Error::Refused`] for a place that a rule forbids; what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let given = args.exceptions.iter();
    let parsed = given.map(|given| seal::exception(given, &RULES));
    let exceptions = parsed.collect::<Result<Vec<Exception>>>()?;
    let only = args.only.as_deref().map(only).transpose()?;
    if args.out.is_none() && !session.terminal.leads_on() {
        return Err(Error::Usage {
            what: "--out DIR is missing".into(),
            hint: "give the medium that the copies go to".into(),
        });
    }
    session.warn_of_machine();
    // Where the medium is asked for, the register is too, and last.
    if args.out.is_some() || args.register.file.is_some() {
        args.register.open(Begins::Never, session)?;
    }
    let mut sheets = Sheets::read(&args.files, session)?;
    let mut things = sheets.things(session);
    if things.is_empty() {
        return Err(sheets.nothing());
    }
    if let Some(only) = only {
        things = chosen(things, only)?;
    }
    let out = match &args.out {
        Some(out) => out.clone(),
        None => ask(session)?,
    };
    place::check(&out, &things, args.rehearsal, &exceptions, session)?;
    if args.out.is_none() {
        args.register.ask(Begins::Never, session)?;
    }
    if things.iter().any(|thing| thing.number().is_some()) {
        session.check_apart(&out)?;
    }
    let written = write::all(&things, &out, session)?;
    let entered = entered::enter(&written, session);
    session.report.vault = things.last().map(|thing| VaultLine::of(&thing.manifest));
    session
        .terminal
        .result("Written from sheets, and read back:")?;
    seal::show_carriers(session)?;
    entered.map(|()| sheets.exit())
}

/// What `--only` names, of what can become a copy.
fn chosen(things: Vec<Thing>, only: Option<u8>) -> Result<Vec<Thing>> {
    let names: Vec<String> = things.iter().map(Thing::name).collect();
    let chosen: Vec<Thing> = things
        .into_iter()
        .filter(|thing| thing.number() == only)
        .collect();
    if chosen.is_empty() {
        let asked = only.map_or_else(
            || "the vault".to_owned(),
            |number| format!("share {number}"),
        );
        return Err(Error::Usage {
            what: format!(
                "--only names {asked}, of which no copy can be made; there is: {}",
                names.join(", ")
            ),
            hint: "name one of these, or give the scans of what is meant".into(),
        });
    }
    Ok(chosen)
}

/// "vault", or the number of a share.
fn only(text: &str) -> Result<Option<u8>> {
    if text.eq_ignore_ascii_case("vault") {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::Usage {
        what: format!("--only {text:?} is neither \"vault\" nor the number of a share"),
        hint: "the number is on the sheet: share 2 of 3".into(),
    })
}

fn ask(session: &mut Session) -> Result<PathBuf> {
    loop {
        let question = "The medium for the copies: the directory where it is mounted:";
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        let out = typed_path(&answer);
        if out.is_dir() {
            return Ok(out);
        }
        session.terminal.say("That is no directory.");
    }
}
