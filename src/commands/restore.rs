//! `restore`: from a vault copy and enough shares back to files.

mod choice;
mod copying;
mod danger;
mod deliver;
mod in_place;
mod off_limits;
mod opening;
mod outside;
mod salvage;
mod target;
mod watching;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::judging::{check_kind, judge, say_what_was_compared, show_vault};
use crate::commands::lead::{Another, AnyVault, Lead};
use crate::commands::presented;
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::error::{Error, Exit, Result};

use choice::Choice;
use opening::Opening;
use target::{Unfinished, check_target};

/// What is needed, before anything is asked.
const BEGIN: [&str; 5] = [
    "This brings the files back. It takes a vault copy, and the shares of enough",
    "custodians, one after another. Each is checked as soon as it is there. Nothing",
    "is written before you have compared the vault's words with the paper.",
    "`stop` at any question ends it and leaves nothing; where what you type is",
    "hidden, Ctrl-C does.",
];

/// Arguments of `restore`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// Where shares and vault copies are: a medium, a coldvault folder, a share file, a scan of sheets (PDF, PNG, JPEG,
    /// TIFF), or text with codes; "-" for shares and codes that are typed, or on standard input; once for each. What is
    /// missing is asked for on a terminal
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// A new or empty directory for the files; each node directory comes back under its own name
    #[arg(long, value_name = "DIR")]
    pub(super) into: Option<PathBuf>,
    /// Restore only files that match, for example "*/certificates/*.jks"; may be given several times
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Give files the permissions they had, instead of none for group and others
    #[arg(long)]
    preserve: bool,
    /// Also put files that lay outside of the node directories back to the absolute places where they were; a file that
    /// is there is never replaced
    #[arg(long, conflicts_with = "salvage")]
    pub(super) in_place: bool,
    /// You made sure that the machine this node ran on is off and stays off: asked for where two running copies cost
    /// money
    #[arg(long)]
    old_machine_off: bool,
    /// Write the sealed note here instead of into DIR/note
    #[arg(long, value_name = "FILE")]
    pub(super) note_to: Option<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    #[command(flatten)]
    pub(super) open: OpenArgs,
    /// Every copy is damaged: bring back the files that are still whole, into DIR/INCOMPLETE
    #[arg(long, conflicts_with_all = ["only", "note_to"])]
    salvage: bool,
    /// Practise: for rehearsal material, without asking
    #[arg(long)]
    rehearsal: bool,
}

impl Args {
    /// What an officer would type in a rehearsal: everything on the table, files as they were, the id from the paper.
    pub(super) fn rehearsal(from: Vec<PathBuf>, into: PathBuf, expect: String) -> Self {
        Self {
            from,
            into: Some(into),
            preserve: true,
            expect: Some(expect),
            rehearsal: true,
            ..Self::default()
        }
    }

    /// Where nobody can be asked, everything must be said.
    fn check_complete(&self) -> Result<()> {
        let missing = match (self.from.is_empty(), &self.into) {
            (false, Some(_)) => return Ok(()),
            (true, Some(_)) => "--from PATH is missing",
            (false, None) => "--into DIR is missing",
            (true, None) => "--from PATH and --into DIR are missing",
        };
        Err(Error::Usage {
            what: missing.into(),
            hint: "give them, or run it on a terminal without --json: there it asks".into(),
        })
    }
}

/// Restores.
///
/// # Errors
/// Whatever stopped it; then nothing has appeared under a final name.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let leads = session.terminal.leads_on();
    if !leads {
        args.check_complete()?;
    }
    args.open.check_stdin(&args.from, "--from -")?;
    let mut unlocking = Unlocking::new(&args.open)?;
    session.warn_of_machine();
    let expect = args.expect.as_deref().map(expected).transpose()?;
    let choice = Choice::new(args)?;
    if let Some(into) = &args.into {
        check_target(into, &choice, session)?;
    }
    let mut presented = presented::gather(&args.from, session)?;
    if leads {
        let begin = if args.from.is_empty() {
            &BEGIN[..]
        } else {
            &[]
        };
        let lead = Lead::new(begin, presented, expect, unlocking);
        return led(args, &choice, lead, session);
    }
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    let broken = presented.paper.broken_vault();
    unlocking.open_all(&mut presented.table, expect, session)?;
    drop(unlocking);
    let (judged, vaults) = judge(presented, expect, session)?;
    check_kind(args.rehearsal, &judged, session)?;
    show_vault(&judged, session)?;
    say_what_was_compared(expect.is_some(), session);
    if vaults.is_empty() {
        return Err(
            broken.map_or(Error::NoVaultCopy { seen: 0 }, |what| Error::Incomplete {
                what,
            }),
        );
    }
    let into = args.into.clone().unwrap_or_default();
    let unfinished = Unfinished::create(&into, session)?;
    let mut opening = Opening::new(judged, vaults, unfinished, session)?;
    let outcome = opening.attempt(args.salvage, &choice, session);
    opening.close(outcome, session)
}

/// The same with a person at the terminal, who is asked for what is missing.
fn led(args: &Args, choice: &Choice, mut lead: Lead, session: &mut Session) -> Result<Exit> {
    let judged = lead.gather(&mut AnyVault, session)?;
    let vaults = lead.usable(&judged);
    check_kind(args.rehearsal, &judged, session)?;
    show_vault(&judged, session)?;
    lead.compare(&judged, session)?;
    let unfinished = Unfinished::asked(args.into.as_deref(), choice, session)?;
    let mut opening = Opening::new(judged, vaults, unfinished, session)?;
    let mut salvage = args.salvage;
    loop {
        let outcome = opening.attempt(salvage, choice, session);
        let error = match outcome {
            Err(error) if !salvage && opening.is_about_copies(&error) => error,
            outcome => return opening.close(outcome, session),
        };
        session.terminal.error(&error);
        let another = opening
            .empty()
            .and_then(|()| lead.another(choice.can_salvage(), session));
        match another {
            Ok(Another::Copies(copies)) => opening.go_on_with(copies),
            Ok(Another::Salvage) => {
                salvage = true;
                let all = lead.usable(opening.judged());
                opening.go_on_with(all);
            }
            Err(error) => return opening.close(Err(error), session),
        }
    }
}
