//! The command line: global flags, exit status, and the last word on the screen.

use clap::{CommandFactory, Parser};

use crate::commands::{Command, Session, menu};
use crate::error::{Error, Exit};
use crate::host::Missing;
use crate::report::Report;
use crate::terminal::Terminal;
use crate::time::Time;

/// Offline private-key custody vault
///
/// Encrypts a node's keystores (or the whole node directory), splits the key into shares for named custodians, writes
/// at least two verified copies of everything, and brings it all back. It opens no network connection, and no secret
/// is ever an argument.
///
/// Without a command, on a terminal, it asks what to do.
///
/// Exit status: 0 done, 1 failed, 2 wrong usage, 3 not enough good shares, 4 damaged, forged, edited or mixed material,
/// 5 refused by a rule, 6 a carrier or the system failed, 130 Ctrl-C.
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
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
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
    };
    let outcome = crate::host::interrupt::install().and_then(|()| match &cli.command {
        Some(command) => command.run(&mut session, Cli::command()),
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

/// Help and version are not errors; everything else that clap says is wrong usage.
fn usage(error: &clap::Error) -> Exit {
    let shown = error.print().is_ok();
    if shown && !error.use_stderr() {
        return Exit::Done;
    }
    let understood = Cli::command().ignore_errors(true).try_get_matches();
    let (json, command) = understood.map_or((false, String::new()), |matches| {
        let command = matches.subcommand_name().unwrap_or_default();
        (matches.get_flag("json"), command.to_owned())
    });
    let said = error.to_string();
    let first: Vec<&str> = said
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let what = first.join(" ");
    let error = Error::Usage {
        what: what.trim_start_matches("error: ").to_owned(),
        hint: "see the help page: add --help".into(),
    };
    let object = Report::default().to_json(&command, Exit::Usage, Some(&error));
    // Standard output is closed: the exit status says what there is to say.
    let _ = Terminal::new(json).json(&object);
    Exit::Usage
}
