//! The command line: global flags, exit status, and the last word on the screen.

use std::os::unix::ffi::OsStrExt;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::cipher::has_secret_key;
use crate::commands::{Command, Session, fence, menu};
use crate::error::{Error, Exit};
use crate::host::Missing;
use crate::report::Report;
use crate::terminal::Terminal;
use crate::time::Time;

/// Offline private-key custody vault
///
/// Encrypts a node directory (or only its keys and what they need), splits the key into shares for named custodians,
/// writes at least two verified copies of everything, and brings it all back. It opens no network connection, and no secret
/// is ever an argument.
///
/// Without a command, on a terminal, it asks what to do.
///
/// Exit status: 0 done, 1 failed, 2 wrong usage, 3 not enough good shares, 4 damaged, forged, edited or mixed material,
/// 5 refused by a rule, 6 a carrier or the system failed, 10 due, 11 overdue, 12 failed and open, 130 Ctrl-C.
#[derive(Parser)]
#[command(name = "coldvault", version, max_term_width = 80)]
pub struct Cli {
    /// Print one JSON object on standard output instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Parses the command line, runs the command and says how it ended.
pub fn main(now: Time, missing: Vec<Missing>) -> Exit {
    let parsed = Cli::command().try_get_matches().and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, holds_secret_key(&matches)))
    });
    let (cli, gives_secret) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(cli.json);
    if cli.command.is_none() && !terminal.leads_on() {
        return nothing_asked();
    }
    let mut session = Session {
        now,
        terminal,
        report: Report::default(),
        missing,
        machine: crate::host::Machine::default(),
        noting: crate::commands::noting::Noting::default(),
    };
    let outcome = crate::host::interrupt::install().and_then(|()| match &cli.command {
        _ if gives_secret => Err(secret_given()),
        Some(command) => {
            fence::raise(command, &mut session);
            command.run(&mut session, Cli::command())
        }
        None => menu::run(&mut session),
    });
    let (exit, error) = match outcome {
        Ok(exit) => (exit, None),
        Err(error) => (error.exit(), Some(error)),
    };
    if let Some(error) = &error {
        session.terminal.error(error);
    }
    let name = cli.command.as_ref().map_or("", Command::name);
    let json = session.report.to_json(name, exit, error.as_ref());
    match session.terminal.json(&json) {
        Err(error) if exit == Exit::Done => ended(&mut session.terminal, &error),
        _ => exit,
    }
}

/// Options that refuse a secret key themselves, and say what belongs there.
const REFUSE_THEMSELVES: [&str; 2] = ["protect", "identities"];

/// Whether any value on the command line is a secret key: whoever meets it would repeat it.
fn holds_secret_key(matches: &ArgMatches) -> bool {
    let values = |id: &clap::Id| {
        let raw = matches.try_get_raw(id.as_str()).ok().flatten();
        raw.is_some_and(|mut raw| raw.any(|value| has_secret_key(value.as_bytes())))
    };
    let mut ids = matches.ids();
    ids.any(|id| !REFUSE_THEMSELVES.contains(&id.as_str()) && values(id))
        || matches
            .subcommand()
            .is_some_and(|(_, matches)| holds_secret_key(matches))
}

fn secret_given() -> Error {
    Error::Usage {
        what: "a secret key was given as an argument".into(),
        hint: "arguments are seen by others: count that key as known, and give a file".into(),
    }
}

/// No command, and nobody to ask what is wanted: the help page, as wrong usage.
fn nothing_asked() -> Exit {
    let strict = Cli::command()
        .arg_required_else_help(true)
        .subcommand_required(true);
    strict
        .try_get_matches()
        .map_or_else(|error| usage(&error), |_| Exit::Usage)
}

fn ended(terminal: &mut Terminal, error: &Error) -> Exit {
    terminal.error(error);
    error.exit()
}

/// How clap ends its errors; ours end with a hint.
const MORE: &str = "For more information, try '--help'.";

/// Help and version are not errors; everything else that clap says is wrong usage.
fn usage(error: &clap::Error) -> Exit {
    if !error.use_stderr() && error.print().is_ok() {
        return Exit::Done;
    }
    let error_text = error.to_string();
    let wrong = wrong_usage(&error_text);
    let mut terminal = Terminal::new(false);
    match error_text.strip_prefix("error: ") {
        Some(_) if has_secret_key(error_text.as_bytes()) => terminal.error(&wrong),
        Some(text) => {
            let text = text.replace(MORE, "");
            terminal.fault(text.trim_end(), &wrong.hint(), false);
        }
        // A help page.
        None => terminal.say(&error_text),
    }
    let understood = Cli::command().ignore_errors(true).try_get_matches();
    let (json, command) = understood.map_or((false, String::new()), |matches| {
        let command = matches.subcommand_name().unwrap_or_default();
        (matches.get_flag("json"), command.to_owned())
    });
    let object = Report::default().to_json(&command, Exit::Usage, Some(&wrong));
    // Standard output is closed: the exit status says what there is to say.
    let _ = Terminal::new(json).json(&object);
    Exit::Usage
}

/// What clap's text says first, as an error of ours; a secret key in it is not repeated.
fn wrong_usage(text: &str) -> Error {
    if has_secret_key(text.as_bytes()) {
        return secret_given();
    }
    let first: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let what = first.join(" ");
    Error::Usage {
        what: what.trim_start_matches("error: ").to_owned(),
        hint: "see the help page: add --help".into(),
    }
}
