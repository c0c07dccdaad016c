//! `drill`: the way back, or a part of it, practised and reported.
//!
//! The ladder of `docs/drill.md`: what needs no quorum is led here kind by kind; what does is `restored`.

mod alone;
mod asking;
mod bagged;
mod came;
mod carriers;
mod copies;
mod done;
mod entering;
mod exercise;
mod giving;
mod late;
mod meant;
mod once;
mod options;
mod report;
mod restored;
mod seals;
mod seen;
mod suggesting;
mod twice;
mod worst;

use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::way_back;
use crate::drill::{DrillKind, Outcome};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::signature::VaultId;

use options::ReportArgs;
use report::{Reporting, Said};

pub(in crate::commands) use late::late;
pub(in crate::commands) use report::{files_of, left_by_a_kill, read_report};

/// Arguments of `drill`.
#[derive(clap::Args, Default)]
pub struct Args {
    #[command(flatten)]
    pub(super) way: way_back::WayArgs,
    /// Say from the register which shares and which vault copy were longest not
    /// tried; without --from, and on no terminal, that is all
    #[arg(long)]
    suggest: bool,
    #[command(flatten)]
    pub(super) report: ReportArgs,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

impl Args {
    fn expected(&self) -> Result<Option<VaultId>> {
        self.way.expect.as_deref().map(expected).transpose()
    }

    /// --rehearsal says that the material is for practice.
    fn check_kind(&self, found: Kind) -> Result<()> {
        match self.way.rehearsal && found == Kind::Production {
            false => Ok(()),
            true => Err(Error::WrongKind {
                found: found.as_str(),
            }),
        }
    }
}

/// Leads a drill.
///
/// # Errors
/// Whatever stopped it; then nothing is reported.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    args.way.open.check_stdin(&args.way.from, "--from -")?;
    // What is wrong with the options, or with the report before, is said before anybody is asked.
    let said = Said::read(&args.report, args, session)?;
    args.register.ask(Begins::Never, session)?;
    if args.suggest {
        suggesting::suggest(args.expected()?, session)?;
        if args.way.from.is_empty() && !session.terminal.leads_on() {
            return Ok(Exit::Done);
        }
    }
    let reporting = Reporting::begin(said, session)?;
    match reporting.options.kind {
        Some(DrillKind::D0) => seals::run(args, reporting, session),
        Some(DrillKind::D1) => alone::run(args, reporting, session),
        Some(DrillKind::D2) => copies::run(args, reporting, session),
        Some(DrillKind::D6) => exercise::run(reporting, session),
        Some(DrillKind::D3 | DrillKind::D4 | DrillKind::D5) | None => {
            restored::run(args, reporting, session)
        }
    }
}

/// How a drill ends for scripts: what is to be mended is no success.
fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Pass => Exit::Done,
        Outcome::Findings | Outcome::Fail => Exit::Open,
    }
}
