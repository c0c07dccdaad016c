//! One carrier onto its medium, and onto another one where that fails and somebody is there to bring it: for `copy` and for
//! `reissue`.
//!
//! Knows what a medium can do wrong. Whether one may be used is `fit.rs`'s business, and what is written the caller's.

mod asking;
mod fit;

use std::path::{Path, PathBuf};

use crate::commands::Session;
use crate::commands::replug::{Wish, ask_wish};
use crate::error::{Error, Result};
use crate::media::{Medium, NewFolder, Parked, Returned};
use crate::report::Severity;

pub(super) use asking::{Asking, Fits};
pub(super) use fit::{Beside, Fit};

/// Writes everything into a new folder.
pub(super) type Fill<'f> = dyn Fn(&NewFolder, &mut Session) -> Result<()> + 'f;

/// One copy that is to be written.
pub(super) struct Onto<'a> {
    /// The carrier that is copied, if there is one.
    pub(super) from: Option<&'a Path>,
    /// The name of the new folder.
    pub(super) name: &'a str,
    /// What goes into it.
    pub(super) fill: &'a Fill<'a>,
}

/// What could not be taken back from a medium that failed.
struct Left {
    paths: Vec<PathBuf>,
    folder: Parked,
    medium: Medium,
}

impl Onto<'_> {
    /// Writes it to `to`. Where that fails and a person can be asked, again or to another medium; what is left on one that
    /// failed is named.
    ///
    /// # Errors
    /// What writing answers, where nobody can be asked, the officer stops, or it is the source that fails.
    pub(super) fn write(
        &self,
        mut to: PathBuf,
        fits: &mut Fits<'_>,
        asking: &mut Asking,
        session: &mut Session,
    ) -> Result<(PathBuf, NewFolder)> {
        loop {
            let medium = Medium::at(&to);
            let mut left = None;
            let error = match self.one(&to, &medium, &mut left, session) {
                Ok(folder) => return Ok((to, folder)),
                Err(error) => error,
            };
            let wish = match session.terminal.leads_on() && self.is_of_the_target(&error) {
                true => wish(&error, left.as_ref(), session),
                false => Ok(Wish::Stop),
            };
            if let Ok(Wish::Again) = wish {
                take_back(left, &to, session);
                let Err(unfit) = still_fits(&medium, &to, fits, session) else {
                    continue;
                };
                session.terminal.error(&unfit);
            } else {
                name_left(left, session);
            }
            to = match wish {
                Ok(Wish::Again | Wish::Another) => {
                    asking.failed(&to);
                    match asking.to(self.from, fits, session) {
                        // Whoever stops here has no copy because a medium failed.
                        Err(Error::Stopped) => return Err(error),
                        other => other?,
                    }
                }
                Ok(Wish::Stop) | Err(Error::Stopped) => return Err(error),
                Err(interrupted) => return Err(interrupted),
            };
        }
    }

    /// What is left of a failed attempt goes into `left`.
    fn one(
        &self,
        to: &Path,
        medium: &Medium,
        left: &mut Option<Left>,
        session: &mut Session,
    ) -> Result<NewFolder> {
        let folder = NewFolder::create(to, self.name)?;
        let Err(error) = (self.fill)(&folder, session) else {
            return Ok(folder);
        };
        let (paths, folder) = folder.take_back();
        *left = (!paths.is_empty()).then_some(Left {
            paths,
            folder,
            medium: medium.clone(),
        });
        Err(error)
    }

    /// Whether it is the new medium that failed, and not the one that is copied.
    fn is_of_the_target(&self, error: &Error) -> bool {
        match error {
            Error::Io { path, .. } | Error::Damaged { path, .. } | Error::Changed(path) => {
                self.from.is_none_or(|from| !path.starts_with(from))
            }
            Error::ReadBack(_) | Error::Exists(_) => true,
            _ => false,
        }
    }
}

/// What the officer wants. A medium that did not give back what was written is not taken again.
fn wish(error: &Error, left: Option<&Left>, session: &mut Session) -> Result<Wish> {
    session.terminal.error(error);
    let paths = left.map_or(&[][..], |left| &left.paths);
    let (all, first) = (paths.len(), paths.first());
    if let Some(path) = first {
        let text = format!("{path:?} is left there of this unfinished copy ({all} in all)");
        session.terminal.warn(&text);
    }
    let terminal = &mut session.terminal;
    terminal.say("No copy was made on this medium.");
    let lies = matches!(error, Error::ReadBack(_) | Error::Damaged { .. });
    let question = match lies {
        true => "Type another for another medium, or stop:",
        false => "Type another for another medium, again to try this one once more, or stop:",
    };
    loop {
        match ask_wish(question, true, session)? {
            Wish::Again if lies => {
                let text = "It did not give back what was written: it is not taken again.";
                session.terminal.say(text);
            }
            wish => return Ok(wish),
        }
    }
}

/// Whether the same place may be tried again. Where a medium was pulled, what lies below it is something else.
fn still_fits(
    before: &Medium,
    to: &Path,
    fits: &mut Fits<'_>,
    session: &mut Session,
) -> Result<()> {
    if Medium::at(to).point != before.point {
        return Err(Error::Refused {
            what: format!("no medium is mounted at {to:?} any more"),
            hint: "mount it again, or use another one".into(),
        });
    }
    fits(to, session)
}

/// Removes what an attempt left, on the very same medium only; elsewhere a folder of this name is somebody's carrier.
fn take_back(left: Option<Left>, to: &Path, session: &mut Session) {
    let Some(left) = left else {
        return;
    };
    let now = Medium::at(to);
    let is_same = now.is_same_mount(&left.medium)
        || matches!(now.returned(&left.medium), Returned::Yes | Returned::Not);
    let Left {
        paths,
        folder,
        medium,
    } = left;
    let folder = match is_same {
        true => folder.remove(to).err(),
        false => Some(folder),
    };
    let left = folder.map(|folder| Left {
        paths,
        folder,
        medium,
    });
    name_left(left, session);
}

fn name_left(left: Option<Left>, session: &mut Session) {
    for path in left.into_iter().flat_map(|left| left.paths) {
        let (subject, text) = (format!("{path:?}"), "is left of this unfinished copy");
        session.find(Severity::Warning, "left", &subject, text, "remove it");
    }
}
