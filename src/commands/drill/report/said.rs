//! What the command line says of a report, read and held together before anybody is asked for anything.

use crate::commands::Session;
use crate::drill::DrillKind;
use crate::error::{Error, Result};

use super::before::{self, Before};
use super::places::Places;
use crate::commands::drill::Args;
use crate::commands::drill::options::{Options, ReportArgs};

/// All of it.
pub(in crate::commands::drill) struct Said {
    pub(super) options: Options,
    pub(super) places: Option<Places>,
    pub(super) previous: Option<Before>,
}

impl Said {
    /// Reads the options and the report before; makes sure that the new one can be written.
    ///
    /// # Errors
    /// [`Error::Usage`] for what makes no sense; [`Error::Exists`] for a place that is taken; [`Error::Refused`] for a report
    /// before that is of another vault than the expected one; what is wrong with it.
    pub(in crate::commands::drill) fn read(
        args: &ReportArgs,
        drill: &Args,
        session: &mut Session,
    ) -> Result<Self> {
        let options = args.read()?;
        check(&options, drill.way.rehearsal)?;
        let previous = match &args.previous {
            Some(path) => Some(before::read(path, session)?),
            None => None,
        };
        if let (Some(before), Some(expected)) = (&previous, drill.expected()?) {
            before.check_vault(expected)?;
        }
        let places = args.report.as_deref().map(Places::at).transpose()?;
        Ok(Self {
            options,
            places,
            previous,
        })
    }
}

/// What contradicts itself.
fn check(options: &Options, is_rehearsal: bool) -> Result<()> {
    if !options.answers.is_empty() && options.kind != Some(DrillKind::D6) {
        return Err(Error::Usage {
            what: "--answer answers the questions of a drill D6, and this is another one".into(),
            hint: "give --kind D6, or leave --answer out".into(),
        });
    }
    let Some(kind) = options.kind else {
        return Ok(());
    };
    if options.challenge.is_some() && !kind.needs_quorum() {
        let kind = kind.as_str();
        return Err(Error::Usage {
            what: format!("a drill {kind} opens no vault, so nothing can sign a --challenge"),
            hint: "leave --challenge out; D3, D4 and D5 prove with it when they were".into(),
        });
    }
    match kind == DrillKind::D4 && is_rehearsal {
        false => Ok(()),
        true => Err(Error::Usage {
            what: "D4 is the real restore, and --rehearsal says that it is none".into(),
            hint: "leave --rehearsal out, or give --kind D3 or D5".into(),
        }),
    }
}
