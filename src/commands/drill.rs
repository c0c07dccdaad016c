//! `drill`: the way back, or a part of it, practised and reported.
//!
//! The ladder of `docs/drill.md`: what needs no quorum is led here kind by kind; what does is `restored`.

mod alone;
mod asking;
mod carriers;
mod copies;
mod done;
mod exercise;
mod options;
mod report;
mod restored;
mod seals;

use std::path::{Path, PathBuf};

use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::secrets::OpenArgs;
use crate::drill::{DrillKind, Outcome};
use crate::error::{Exit, Result};
use crate::signature::VaultId;
use crate::terminal::typed_path;

use options::ReportArgs;
use report::Reporting;

pub(in crate::commands) use report::files_of;

/// Arguments of `drill`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// Where shares and vault copies are: a medium, a coldvault folder, a share file, a scan of sheets (PDF, PNG, JPEG,
    /// TIFF), or text with codes; "-" for shares and codes that are typed, or on standard input; once for each. What is
    /// missing is asked for on a terminal
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    #[command(flatten)]
    pub(super) open: OpenArgs,
    /// Compare with this node directory, which is live: how far the vault is behind
    #[arg(long, value_name = "NODE_DIR")]
    pub(super) against: Option<PathBuf>,
    /// Practise: for rehearsal material, without asking
    #[arg(long)]
    rehearsal: bool,
    #[command(flatten)]
    pub(super) report: ReportArgs,
}

impl Args {
    fn expected(&self) -> Result<Option<VaultId>> {
        self.expect.as_deref().map(expected).transpose()
    }
}

/// Leads a drill.
///
/// # Errors
/// Whatever stopped it; then nothing is reported.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    args.open.check_stdin(&args.from, "--from -")?;
    let reporting = Reporting::begin(&args.report, session)?;
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

/// Every place to be read, those of the options first, then those that a person names until there are no more.
///
/// # Errors
/// What `read` answers for a place of the options; [`crate::error::Error::Stopped`].
fn each_place(
    args: &Args,
    what: &str,
    session: &mut Session,
    read: &mut dyn FnMut(&Path, &mut Session) -> Result<()>,
) -> Result<()> {
    for place in &args.from {
        read(place, session)?;
    }
    if !session.terminal.leads_on() {
        return Ok(());
    }
    loop {
        let question = format!("Directory or scan of {what} (press Enter: that was all):");
        let Some(answer) = asking::one_line(&question, session)? else {
            return Ok(());
        };
        match read(&typed_path(&answer), session) {
            Err(error @ (crate::error::Error::Interrupted | crate::error::Error::Stopped)) => {
                return Err(error);
            }
            Err(error) => session.terminal.error(&error),
            Ok(()) => {}
        }
    }
}
