//! Says what comes from outside and what cannot be kept, and refuses what cannot be read.

use std::path::{Path, PathBuf};

use super::choice::{Choice, Fitted};
use super::{Taking, external};
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::commands::seal::Plan;
use crate::contents::Contents;
use crate::entry::Why;
use crate::error::{Error, Result};
use crate::node::{self, Node, Outside, Survey, There};
use crate::report::Severity;

/// What cannot be looked into: nobody can say whether a scope takes it.
#[derive(Default)]
pub(super) struct Unreadable {
    /// The first ones, by their whole paths, each once.
    first: Vec<PathBuf>,
    /// Whether there are more.
    is_more: bool,
}

impl Unreadable {
    /// Everything that cannot be read, but for what `--exclude` leaves out: that is all it needs to be passed over.
    ///
    /// # Errors
    /// As [`Node::survey`].
    pub(super) fn find<'p>(
        (plan, choice): (&'p Plan, &Choice),
        (node, contents): (&Node, &Contents),
        outside: &[Outside],
        fitted: &mut Fitted<'p>,
    ) -> Result<Self> {
        let in_scope = |why: Option<Why>| why.filter(|why| *why != Why::Scope);
        let inside = node.survey_without(&|path, _| in_scope(choice.leaves_inside(plan, path)))?;
        let leave = |path: &[u8], _: &_| in_scope(choice.leaves_outside(plan, path));
        let outside = external::survey(outside, &leave)?;
        let mut found = Self::default();
        for (root, survey) in [(node.path(), &inside), (Path::new("/"), &outside)] {
            let listed = &survey.unreadable;
            found.is_more |= listed.count > listed.first.len() as u64;
            listed
                .first
                .iter()
                .for_each(|path| found.add(below(root, path)));
        }
        // A directory that cannot be opened is no entry that a glob could have fitted.
        for path in &contents.survey.unreadable.first {
            let excludes = plan.wishes.excludes(node.path(), path);
            fitted.extend(excludes.iter().map(|glob| ("--exclude", *glob)));
        }
        // What is named outside and cannot be reached is in no walk.
        let named = contents.named.iter().map(|(named, _)| &named.path);
        let named = named.filter(|path| matches!(node::there(path), There::Hidden(_)));
        let gaps = contents.gaps.iter().filter(|gap| gap.code == "unreadable");
        let paths = named.chain(gaps.map(|gap| &gap.place.0));
        for path in paths.filter(|path| !path.starts_with(node.path())) {
            let whole = path.as_os_str().as_encoded_bytes();
            let excludes = plan.wishes.excludes(node.path(), whole);
            fitted.extend(excludes.iter().map(|glob| ("--exclude", *glob)));
            if excludes.is_empty() {
                found.add(path.clone());
            }
        }
        Ok(found)
    }

    fn add(&mut self, path: PathBuf) {
        if !self.first.contains(&path) {
            self.first.push(path);
        }
    }

    /// Names them, and refuses.
    fn refuse(&self, session: &mut Session) -> Result<()> {
        let Some(first) = self.first.first() else {
            return Ok(());
        };
        let hint = "run as a user who may read it, or leave it out with --exclude";
        for path in &self.first {
            let subject = format!("{path:?}");
            let text = "cannot be read";
            session.find(Severity::Error, "unreadable", &subject, text, hint);
        }
        if self.is_more {
            let text = "and more that cannot be read";
            session.find(Severity::Error, "unreadable", "", text, hint);
        }
        let error = std::io::ErrorKind::PermissionDenied.into();
        Err(Error::io("read", first)(error))
    }
}

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
        taken.unreadable.refuse(session)?;
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
        tell(root, &taken.survey, session);
        tell(Path::new("/"), &taken.external, session);
    }
    plan.check_limits(&taking.surveys())
}

fn tell(root: &Path, survey: &Survey, session: &mut Session) {
    let full = |path: &[u8]| below(root, path);
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
}
