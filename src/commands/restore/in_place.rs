//! `--in-place`: external files back to the absolute places where they were, after everything else is done.
//!
//! All of them are looked at before the first is put anywhere. Nothing is ever replaced.

mod histories;
mod unfinished;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use super::copying::{copy, same};
use super::off_limits;
use super::outside::{Came, Outside, What, absolute};
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::node::{self, Homes, Standing};
use crate::payload::EXTERNAL;
use crate::report::Severity;

use histories::{histories, history};

/// The most places that are named.
const MOST_NAMED: usize = 100;
const HINT: &str = "move it away if the sealed one is right; --only chooses what comes back";

/// Puts everything that lay outside to its place. `into` holds it, complete and under final names.
///
/// # Errors
/// [`Error::Refused`] when something else is at one of the places: then nothing was put anywhere. [`Error::Io`].
pub(super) fn put(into: &Path, outside: &Outside, session: &mut Session) -> Result<Vec<String>> {
    if outside.all().is_empty() {
        return Ok(vec![
            "Nothing lay outside, so nothing was put in place.".into(),
        ]);
    }
    let plan = check(into, outside, session)?;
    announce(into, &plan, session);
    if !confirm(&plan, session)? {
        return Ok(vec!["Nothing was put in place, as you said.".into()]);
    }
    let mut homes = Homes::default();
    let mut done = 0_usize;
    let placed = plan.free.iter().try_for_each(|came| {
        interrupt::check()?;
        put_one(into, came, &mut homes)?;
        done += usize::from(is_counted(came));
        Ok(())
    });
    if let Some(path) = homes.left() {
        super::target::say_left(path, session);
    }
    // Whatever stopped it: what is there gets its mode and is flushed.
    let finished = homes.finish();
    let not_kept = placed.and(finished).inspect_err(|_| {
        let text = format!("{done} external files are in place already, each whole");
        let hint = "the same command with another --into goes on with the rest";
        session.find(Severity::Warning, "in-place", "", &text, hint);
    })?;
    if not_kept > 0 {
        let text = format!("permissions or times could not be set in place ({not_kept} in all)");
        let hint = "set them by hand";
        session.find(Severity::Warning, "modes", "", &text, hint);
    }
    Ok(told(into, &plan))
}

/// What is to go where, and what of it is there.
#[derive(Default)]
struct Planned<'o> {
    /// Everything that is not at its place yet.
    free: Vec<&'o Came>,
    /// Files and links that are there and are the same.
    same: usize,
    /// Files and links of one node directory that another one has too.
    twice: usize,
}

/// Directories come with what is in them.
fn is_counted(came: &Came) -> bool {
    !matches!(came.what, What::Directory { .. })
}

/// Names the places before anything is written there.
fn announce(into: &Path, plan: &Planned<'_>, session: &mut Session) {
    let new = || plan.free.iter().filter(|came| is_counted(came));
    let count = new().count();
    if count == 0 {
        return;
    }
    let files = if count == 1 { "file" } else { "files" };
    let mut lines = vec![format!(
        "--in-place: {count} {files} to put where they were:"
    )];
    let named = new().take(MOST_NAMED);
    lines.extend(named.map(|came| format!("  {:?}", lossy(&came.home))));
    let more = count.saturating_sub(MOST_NAMED);
    let copies = into.join(EXTERNAL);
    let rest = format!("  and {more} more: the map in {copies:?} names all of them");
    lines.extend((more > 0).then_some(rest));
    for line in lines {
        session.terminal.say(&line);
    }
}

/// Whether somebody at a terminal wants that. Without one, `--in-place` said so.
fn confirm(plan: &Planned<'_>, session: &mut Session) -> Result<bool> {
    let mut new = plan.free.iter().filter(|came| is_counted(came));
    let Some(first) = new.next().filter(|_| session.terminal.leads_on()) else {
        return Ok(true);
    };
    // The list may be longer than a screen.
    let first = lossy(&first.home);
    let question = match new.count() {
        0 => format!("Put {first:?} there?"),
        more => format!("Put {first:?} there, and the {more} others where they were?"),
    };
    let answer = session.terminal.confirm(&question)?;
    Ok(answer == Some(true))
}

fn told(into: &Path, plan: &Planned<'_>) -> Vec<String> {
    let new = plan.free.iter().filter(|came| is_counted(came)).count();
    let (same, twice) = (plan.same, plan.twice);
    let and_twice = match twice {
        0 => String::new(),
        twice => format!(", {twice} belong to two node directories"),
    };
    let copies = into.join(EXTERNAL);
    let mut lines = vec![format!(
        "In place: {new} of them put where they were, {same} were there and are the \
         same{and_twice}."
    )];
    let owner = "Those that were put there belong to whoever runs this: give them to the user of \
                 the node (chown).";
    lines.extend((new > 0).then(|| owner.to_owned()));
    lines.push(format!(
        "They are also in {copies:?}: remove that when it is not needed."
    ));
    lines
}

fn put_one(into: &Path, came: &Came, homes: &mut Homes) -> Result<()> {
    match &came.what {
        What::Directory { mode } => homes.directory(&came.home, *mode, came.mtime),
        What::Link { target } => homes.link(&came.home, target, came.mtime),
        What::File { mode } => {
            let mut from = restored(into, came)?;
            let path = below(Path::new(""), &came.home);
            homes.file(&came.home, *mode, came.mtime, |file| {
                copy(&mut from, file, &path).map(drop)
            })
        }
    }
}

/// The file as it came back.
fn restored(into: &Path, came: &Came) -> Result<File> {
    let path = below(into, &came.place);
    File::open(&path).map_err(Error::io("read", &path))
}

/// Looks at every place, and says of each what is wrong with it.
fn check<'o>(into: &Path, outside: &'o Outside, session: &mut Session) -> Result<Planned<'o>> {
    let mut checking = Checking {
        into,
        parents: BTreeSet::new(),
        planned: BTreeMap::new(),
    };
    let (mut plan, mut wrong) = (Planned::default(), 0);
    for came in outside.all() {
        interrupt::check()?;
        match checking.look(came, session)? {
            Found::Free => plan.free.push(came),
            Found::Same => plan.same += usize::from(is_counted(came)),
            Found::Twice => plan.twice += usize::from(is_counted(came)),
            Found::Taken(text) => {
                wrong += 1;
                if wrong <= MOST_NAMED {
                    let place = format!("{:?}", lossy(&came.home));
                    session.find(Severity::Error, "in-place", &place, &text, HINT);
                }
            }
        }
    }
    if wrong == 0 {
        return Ok(plan);
    }
    let files = if wrong == 1 { "place is" } else { "places are" };
    Err(Error::Refused {
        what: format!("nothing was put in place: {wrong} {files} taken by something else"),
        hint: format!(
            "nothing is replaced: what came back is in {:?}, and its map (MAP.txt) says where each \
             file was",
            into.join(EXTERNAL)
        ),
    })
}

/// Where the link that stands at the place leads in the end, over whatever other links.
fn ends_at(came: &Came) -> Option<Vec<u8>> {
    let end = node::resolved(&below(Path::new(""), &came.home))?;
    Some(end.as_os_str().as_encoded_bytes().to_vec())
}

/// What is at a place.
enum Found {
    Free,
    Same,
    /// The same is to come from another node directory.
    Twice,
    /// Something else: what.
    Taken(String),
}

struct Checking<'o> {
    into: &'o Path,
    /// Directories that were found fit.
    parents: BTreeSet<PathBuf>,
    /// What is to come to each place: two nodes may name one.
    planned: BTreeMap<&'o [u8], &'o Came>,
}

impl<'o> Checking<'o> {
    fn look(&mut self, came: &'o Came, session: &mut Session) -> Result<Found> {
        self.parent(&came.home, session)?;
        if let Some(other) = self.planned.insert(&came.home, came) {
            return self.same_twice(other, came);
        }
        let found = match (node::standing(&came.home)?, &came.what) {
            (Standing::Nothing, _) => Found::Free,
            (Standing::Directory, What::Directory { .. }) => Found::Same,
            (Standing::Link(there), What::Link { .. })
                if Some(absolute(&came.home, &there)) == came.leads()
                    || ends_at(came).is_some_and(|end| Some(end) == came.leads()) =>
            {
                Found::Same
            }
            (Standing::File(mut there), What::File { .. }) => self.compare(came, &mut there)?,
            (Standing::Barred(at), _) => Found::Taken(format!(
                "{at:?} is on the way and is a link or no directory; links are not followed"
            )),
            (Standing::Link(_), _) => Found::Taken("a link is there, and is not followed".into()),
            (Standing::Directory, _) => Found::Taken("a directory is there".into()),
            _ => Found::Taken("something else is there".into()),
        };
        Ok(found)
    }

    /// The rules for where files in clear may go, and what a killed run left there.
    fn parent(&mut self, home: &[u8], session: &mut Session) -> Result<()> {
        let path = below(Path::new(""), home);
        let Some(parent) = path.parent().map(Path::to_owned) else {
            return Ok(());
        };
        if self.parents.contains(&parent) {
            return Ok(());
        }
        off_limits::check(&parent)?;
        unfinished::offer(&parent, session)?;
        self.parents.insert(parent);
        Ok(())
    }

    fn same_twice(&self, one: &Came, other: &Came) -> Result<Found> {
        let same = match (&one.what, &other.what) {
            (What::Directory { .. }, What::Directory { .. }) => true,
            (What::Link { target: one }, What::Link { target: other }) => one == other,
            (What::File { .. }, What::File { .. }) => {
                let (mut a, mut b) = (restored(self.into, one)?, restored(self.into, other)?);
                same(&mut a, &mut b, &below(self.into, &other.place))?
            }
            _ => false,
        };
        let text = "two node directories were sealed with different files of this place";
        Ok(if same {
            Found::Twice
        } else {
            Found::Taken(text.into())
        })
    }

    fn compare(&self, came: &Came, there: &mut File) -> Result<Found> {
        let mut ours = restored(self.into, came)?;
        if same(&mut ours, there, &below(Path::new(""), &came.home))? {
            return Ok(Found::Same);
        }
        let ours = history(came, &mut restored(self.into, came)?)?;
        let theirs = match node::standing(&came.home)? {
            Standing::File(mut again) => history(came, &mut again)?,
            _ => None,
        };
        Ok(Found::Taken(match (ours, theirs) {
            (Some(ours), Some(theirs)) => histories(&ours, &theirs),
            _ => "a file with other content is there".into(),
        }))
    }
}
