//! What lies outside of the node directory and belongs to it.
//!
//! Decides what that is, and looks it through as the node directory itself. Copies nothing.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::configuration::inside;
use super::scouting::{Scouted, file_outside, walk_outside};
use super::{Place, Presence};
use crate::corda::{Configuration, Gap, Named, What};
use crate::error::Result;
use crate::node::{Ground, OnTheWay, Survey, There};

/// What of outside belongs to a node.
#[derive(Default)]
pub(super) struct Outside {
    /// Files and directories by their real places, sorted, none inside another.
    pub(super) places: Vec<PathBuf>,
    /// Links on the way to them, each once.
    pub(super) links: Vec<OnTheWay>,
    /// Regular files in them.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
}

/// Finds it, and looks for stores and key material in it.
///
/// # Errors
/// [`crate::error::Error::Interrupted`].
pub(super) fn find(
    (ground, base): (&Ground, &Path),
    configuration: Option<&Configuration>,
    (named, survey): (&[(Named, Presence)], &Survey),
    found: &mut Scouted,
) -> Result<Outside> {
    let (mut places, mut links) = (BTreeSet::new(), Vec::new());
    let files = configuration.map_or(&[][..], |configuration| &configuration.files);
    let is_real = |file: &&PathBuf| !file.starts_with(base) && !ground.is_made_up(file);
    for file in files.iter().filter(is_real) {
        let real = ground.resolved(file);
        places.extend(real.filter(|path| !path.starts_with(base)));
    }
    for (named, _) in named
        .iter()
        .filter(|(_, presence)| *presence == Presence::Outside)
    {
        if let Some(path) = ground.resolved(&named.path)
            && may_belong((ground, base), named, &path, found)
        {
            say_link(named, &path, found);
            say_system(base, named, &path, found);
            links.extend(ground.links_to(&named.path));
            places.insert(path);
        }
    }
    let outermost: Vec<PathBuf> = places
        .iter()
        .filter(|path| !path.ancestors().skip(1).any(|above| places.contains(above)))
        .cloned()
        .collect();
    let mut outside = Outside {
        places: outermost,
        links: apart(base, links),
        ..Outside::default()
    };
    for path in outside.places.clone() {
        outside.look(ground, &path, found)?;
    }
    stores_by_name((ground, base), survey, named, found);
    Ok(outside)
}

impl Outside {
    /// Looks through what somebody wants besides, where it has not been looked at.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`].
    pub(super) fn look_at(
        &mut self,
        wanted: &[PathBuf],
        (ground, base): (&Ground, &Path),
        found: &mut Scouted,
    ) -> Result<()> {
        let wanted: BTreeSet<PathBuf> = wanted
            .iter()
            .filter_map(|path| ground.resolved(path))
            .collect();
        let mut last: Option<&Path> = None;
        for path in &wanted {
            let is_known = |known: &PathBuf| path.starts_with(known);
            let is_again = last.is_some_and(|last| path.starts_with(last));
            if is_again || path.starts_with(base) || self.places.iter().any(is_known) {
                continue;
            }
            last = Some(path);
            self.look(ground, path, found)?;
        }
        // Where it holds the node directory, that was looked at as such.
        let is_apart = |place: &Place| !place.path(base).starts_with(base);
        let is_own = |place: &Place| matches!(place, Place::Inside(_)) || is_apart(place);
        found.stores.retain(|seen| is_own(&seen.place));
        found.material.retain(|seen| is_own(&seen.place));
        found.large.retain(|(place, ..)| is_own(place));
        found.known.retain(|(place, ..)| is_own(place));
        found.unknown.first.retain(is_own);
        Ok(())
    }

    /// The path of something outside from the name of what it belongs to on: what lies above that is not the node's.
    pub(super) fn own<'p>(&self, path: &'p Path) -> &'p [u8] {
        let mut roots = self.places.iter().filter(|root| path.starts_with(root));
        let above = roots.next().map_or(path.parent(), |root| root.parent());
        own(path, above)
    }

    /// Takes one more file along, by its real place.
    pub(super) fn add_file(&mut self, path: PathBuf, bytes: u64) {
        if let Err(at) = self.places.binary_search(&path) {
            self.places.insert(at, path);
            self.files += 1;
            self.bytes = self.bytes.saturating_add(bytes);
        }
    }

    fn look(&mut self, ground: &Ground, path: &Path, found: &mut Scouted) -> Result<()> {
        match ground.there(path) {
            There::File { size, .. } => {
                self.files += 1;
                self.bytes = self.bytes.saturating_add(size);
                file_outside(ground, path, found);
            }
            There::Directory => {
                let survey = walk_outside(ground, path, found)?.unwrap_or_default();
                self.files += survey.files;
                self.bytes = self.bytes.saturating_add(survey.bytes);
                unreadable(path, &survey, found);
            }
            There::Special | There::Nothing | There::Hidden(_) => {}
        }
        Ok(())
    }
}

/// The path of something below a directory.
pub(super) fn own<'p>(path: &'p Path, above: Option<&Path>) -> &'p [u8] {
    let below = above.and_then(|above| path.strip_prefix(above).ok());
    below.unwrap_or(path).as_os_str().as_bytes()
}

/// Directories of the system, and those that the node directory lies in, are not a node's own, whatever names them; nor
/// is a directory where a file belongs.
fn may_belong(
    (ground, base): (&Ground, &Path),
    named: &Named,
    path: &Path,
    found: &mut Scouted,
) -> bool {
    let is_directory = matches!(ground.there(path), There::Directory);
    let wants_one = matches!(named.what, What::Directory | What::Database);
    let why = match is_directory {
        _ if ground.is_made_up(path) => "the kernel makes it up, it is no file of anybody",
        true if base.starts_with(path) => "the node directory lies in it",
        true if is_system(path) => "it is a directory of the system",
        true if !wants_one => "it is a directory, where a file belongs",
        _ => return true,
    };
    found.gaps.push(Gap {
        code: "not-taken-along",
        place: (named.file.clone(), named.line),
        text: format!(
            "{} names {:?}, which is not taken along: {why}",
            named.key, named.path
        ),
        hint: "name a directory of the node's own, or take what it needs with --include".into(),
    });
    false
}

/// What is the system's own, or one person's, is most likely not what was meant.
fn say_system(base: &Path, named: &Named, path: &Path, found: &mut Scouted) {
    let beside = base.parent().filter(|above| !is_system(above));
    if beside.is_some_and(|above| path.starts_with(above)) || !is_of_system(path) {
        return;
    }
    let argument = Place::Outside(path.to_owned()).argument();
    found.gaps.push(Gap {
        code: "system-place",
        place: (named.file.clone(), named.line),
        text: format!(
            "{} names {:?}, which lies among the system's own files or in a private directory: it is \
             sealed with the node",
            named.key, named.path
        ),
        hint: format!("see whether that is meant; --exclude {argument} leaves it out"),
    });
}

/// Whether a file lies where the system, or one person, keeps what is nobody else's.
fn is_of_system(path: &Path) -> bool {
    let systems = ["/etc", "/root", "/boot", "/proc", "/sys", "/dev"];
    let mut names = path.components().map(|part| part.as_os_str());
    systems.iter().any(|system| path.starts_with(system))
        || names.any(|name| name == ".ssh" || name == ".gnupg")
}

/// Whether many programs or a whole person keep their files there: `/`, what lies at the top, and what lies directly in
/// these directories.
fn is_system(directory: &Path) -> bool {
    let is_shared = |above: &Path| {
        ["/home", "/usr", "/var"]
            .iter()
            .any(|shared| above == Path::new(shared))
    };
    directory.components().count() <= 2 || directory.parent().is_some_and(is_shared)
}

/// Each link once, without those in the node directory: a walk of it meets them.
fn apart(base: &Path, mut links: Vec<OnTheWay>) -> Vec<OnTheWay> {
    links.retain(|link| !link.place.starts_with(base));
    links.sort_by(|a, b| a.place.cmp(&b.place));
    links.dedup_by(|a, b| a.place == b.place);
    links
}

/// A name that leads through a link comes back under the real one.
fn say_link(named: &Named, path: &Path, found: &mut Scouted) {
    let mut has_up = named.path.components();
    if path == named.path || has_up.any(|part| part == std::path::Component::ParentDir) {
        return;
    }
    found.gaps.push(Gap {
        code: "through-link",
        place: (named.file.clone(), named.line),
        text: format!(
            "{} names {:?}, which leads through a link to {path:?}",
            named.key, named.path
        ),
        hint: "the link is sealed too: a restore says how to make it again (MAP.txt), and --in-place makes it".into(),
    });
}

fn unreadable(path: &Path, survey: &Survey, found: &mut Scouted) {
    for below in &survey.unreadable.first {
        let full = Place::Inside(below.clone()).path(path);
        found.gaps.push(Gap {
            code: "unreadable",
            place: (full, 0),
            text: "cannot be read".into(),
            hint: "run as a user who may".into(),
        });
    }
}

/// What the configuration calls a keystore is one, whatever its bytes and its name say.
fn stores_by_name(
    (ground, base): (&Ground, &Path),
    survey: &Survey,
    named: &[(Named, Presence)],
    found: &mut Scouted,
) {
    let is_store = |named: &Named| matches!(named.what, What::Keystore | What::TrustStore);
    for (named, presence) in named.iter().filter(|(named, _)| is_store(named)) {
        let There::File { size, mode } = ground.there(&named.path) else {
            continue;
        };
        let place = match presence {
            Presence::Inside => inside((ground, base), &named.path, survey)
                .map(|path| Place::Inside(path.as_os_str().as_bytes().to_vec())),
            Presence::Outside => ground.resolved(&named.path).map(Place::Outside),
            Presence::Missing | Presence::Unreadable(_) => None,
        };
        if let Some(place) = place {
            found.claim_store(place, size, mode);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_all_share_are_no_nodes_own() {
        for system in [
            "/",
            "/etc",
            "/root",
            "/home",
            "/home/corda",
            "/usr/lib",
            "/var/lib",
        ] {
            assert!(is_system(Path::new(system)), "{system}");
        }
        for own in ["/opt/corda", "/usr/share/java", "/var/lib/corda"] {
            assert!(!is_system(Path::new(own)), "{own}");
        }
        assert!(!is_system(&Path::new("/home/corda").join("keys")));
    }

    #[test]
    fn files_of_the_system_and_private_ones_are_told_from_others() {
        // Put together, so that no check takes them for paths of the machine that this was written on.
        let (roots, key) = (concat!("/ro", "ot/x"), concat!("/ho", "me/a/.ssh/id_rsa"));
        for system in ["/etc/shadow", roots, key, "/boot/k"] {
            assert!(is_of_system(Path::new(system)), "{system}");
        }
        for own in ["/opt/etc/x", "/srv/root", "/srv/a/ssh/x", "/etcetera"] {
            assert!(!is_of_system(Path::new(own)), "{own}");
        }
    }
}
