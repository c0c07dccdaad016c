//! `doctor`: whether this machine is fit for keys, one line for each thing that was looked at.

mod place;

use std::path::{Path, PathBuf};

use crate::commands::Session;
use crate::commands::wall_clock::{self, Reading};
use crate::error::{Error, Exit, Result};
use crate::host;
use crate::host::Machine;
use crate::host::machine::{Check, State, cannot_be_right};
use crate::media::Resolver;
use crate::terminal::wrapped;

/// Columns of a line.
const WIDTH: usize = 80;

/// Arguments of `doctor`.
#[derive(clap::Args)]
pub struct Args {
    /// What a clock on the wall shows, to be compared: "YYYY-MM-DD HH:MM" or
    /// HH:MM in local time, or with its zone behind it (+01:00, UTC)
    #[arg(long, value_name = "TIME")]
    wall_clock: Option<String>,
    /// Look at the files of another machine: what our own tests do.
    #[arg(long, value_name = "DIR", hide = true)]
    root: Option<PathBuf>,
}

/// Looks at everything and says it.
///
/// # Errors
/// [`Error::Refused`] when one check says stop; [`Error::Usage`] for a wall clock that is none.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let wall = match &args.wall_clock {
        Some(text) => Some(Reading::now(wall_clock::parse(text)?, session)),
        None => ask(session)?,
    };
    if let Some(root) = &args.root {
        session.machine = Machine::under(root);
    }
    let checks = look(session, wall);
    for line in checks.iter().flat_map(lines) {
        session.terminal.result(&line)?;
    }
    let outcome = outcome(&checks);
    session.report.checks = checks;
    let text = outcome?;
    session.terminal.result(&text)?;
    Ok(Exit::Done)
}

/// Everything that can be looked at from here.
pub(super) fn look(session: &Session, wall: Option<Reading>) -> Vec<Check> {
    let machine = &session.machine;
    let sockets = host::inherited_sockets();
    let wall = wall.map(|read| (read.wall, read.offset));
    let mut checks = machine.checks(session.clock(), wall, &session.missing, &sockets);
    let resolver = Resolver {
        sys: machine.sys.clone(),
        proc: machine.proc.clone(),
        dev: machine.dev.clone(),
    };
    checks.push(place::directory(&resolver.device_of(Path::new("."))));
    checks.push(place::media(&resolver.plugged()));
    checks
}

/// The state first and in capitals, so that it is found without colour; what to do below it.
fn lines(check: &Check) -> Vec<String> {
    let state = check.state.as_str().to_uppercase();
    let name = check.name.replace('-', " ");
    // Continued under its own beginning.
    let found = wrapped(&format!("{:22}{}", "", check.found), WIDTH);
    let found = found.get(22..).unwrap_or(&check.found);
    let found = format!("{state:<5} {name:<15} {found}");
    let remedy =
        (!check.remedy.is_empty()).then(|| wrapped(&format!("      {}", check.remedy), WIDTH));
    [found].into_iter().chain(remedy).collect()
}

/// The last line.
fn outcome(checks: &[Check]) -> Result<String> {
    let of = |state| checks.iter().filter(move |check| check.state == state);
    let names: Vec<String> = of(State::Stop)
        .map(|check| check.name.replace('-', " "))
        .collect();
    if names.is_empty() {
        return Ok(match of(State::Warn).count() {
            0 => "Fit for sealing.".to_owned(),
            1 => "Fit for sealing, with 1 warning.".to_owned(),
            count => format!("Fit for sealing, with {count} warnings."),
        });
    }
    let (stops, warnings) = (names.len(), of(State::Warn).count());
    Err(Error::Refused {
        what: format!(
            "this machine is not fit for sealing: {} ({stops} STOP, {warnings} WARN)",
            names.join(", ")
        ),
        hint: "do what stands below each STOP, then look again".into(),
    })
}

/// Asks whoever looks at the wall; nothing when nobody is there, or only Enter was pressed.
fn ask(session: &mut Session) -> Result<Option<Reading>> {
    let needs_day = cannot_be_right(session.clock());
    let readings = wall_clock::ask(session, needs_day, false)?;
    Ok(readings.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_line_that_begins_with_its_state_and_a_remedy_below() {
        let check = Check::stop("memory-locks", "too few", "raise it");
        assert_eq!(
            lines(&check),
            ["STOP  memory locks    too few", "      raise it"]
        );
        let check = Check::ok("swap", "swap is off");
        assert_eq!(lines(&check), ["OK    swap            swap is off"]);
    }

    #[test]
    fn only_a_stop_makes_a_machine_unfit() {
        let warn = Check::warn("radios", "on", "off");
        assert_eq!(outcome(&[]).unwrap(), "Fit for sealing.");
        let said = outcome(std::slice::from_ref(&warn)).unwrap();
        assert_eq!(said, "Fit for sealing, with 1 warning.");
        let stop = Check::stop("swap", "on", "off");
        let refused = outcome(&[warn, stop]).unwrap_err();
        assert!(
            refused
                .to_string()
                .ends_with("sealing: swap (1 STOP, 1 WARN)"),
            "{refused}"
        );
        let long = Check::warn("radios", "many words ".repeat(12), &"far more ".repeat(12));
        for line in lines(&long).join("\n").lines() {
            assert!(line.len() <= 80, "{line}");
            assert!(
                line.starts_with("WARN  radios") || line.starts_with("      "),
                "{line}"
            );
        }
    }
}
