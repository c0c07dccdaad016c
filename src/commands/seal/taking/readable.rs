//! Says what comes from outside and what cannot be kept, and refuses what cannot be read.

use std::path::Path;

use super::Taking;
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::commands::seal::Plan;
use crate::error::{Error, Result};
use crate::node::Survey;
use crate::report::Severity;

/// Says what comes from outside and what is not kept, and refuses what cannot be read.
///
/// # Errors
/// [`Error::Refused`] for a node directory of which nothing is taken; [`Error::Io`] for what cannot be read;
/// [`Error::Limit`].
pub(in crate::commands::seal) fn check(
    plan: &Plan,
    taking: &Taking,
    session: &mut Session,
) -> Result<()> {
    for (node, taken) in plan.nodes.iter().zip(&taking.nodes) {
        let root = node.path();
        if taken.survey.files == 0 {
            let what = match plan.scope {
                crate::ceremony::Scope::Node => format!("{root:?} holds no files"),
                crate::ceremony::Scope::Keys => {
                    format!("{root:?} holds nothing of the keys scope that is known")
                }
            };
            let hint = "give the node's base directory; --scope node takes all of it, --include what you name";
            return Err(Error::Refused {
                what,
                hint: hint.into(),
            });
        }
        tell(root, &taken.survey, session)?;
        tell(Path::new("/"), &taken.external, session)?;
    }
    plan.check_limits(&taking.surveys())
}

fn tell(root: &Path, survey: &Survey, session: &mut Session) -> Result<()> {
    let full = |path: &[u8]| below(root, path);
    if let Some(first) = survey.unreadable.first.first() {
        for path in &survey.unreadable.first {
            let (subject, hint) = (format!("{:?}", full(path)), "run as a user who may read it");
            session.find(
                Severity::Error,
                "unreadable",
                &subject,
                "cannot be read",
                hint,
            );
        }
        let error = std::io::ErrorKind::PermissionDenied.into();
        return Err(Error::io("read", &full(first))(error));
    }
    for (path, target) in &survey.outside.first {
        let text = format!(
            "comes from outside the node directory, through a link to {:?}",
            lossy(target)
        );
        session.find(
            Severity::Note,
            "outside",
            &format!("{:?}", full(path)),
            &text,
            "--no-follow leaves it out",
        );
    }
    for (path, why, _) in &survey.skipped.first {
        let text = format!("is not kept: {}", why.as_str());
        session.find(
            Severity::Warning,
            "skipped",
            &format!("{:?}", full(path)),
            &text,
            "copy it yourself if it matters",
        );
    }
    Ok(())
}
