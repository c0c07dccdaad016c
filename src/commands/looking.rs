//! Looks at the node directories that came back, on a disk or in memory: what is in them, and whether the stores open.
//!
//! Nobody is asked for a password: those of the configuration and of the sealed note are tried, and no others.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::ceremony::SealedNode;
use crate::commands::presented::{below, lossy};
use crate::contents::{self, Contents, Moved, Place};
use crate::error::{Error, Result};
use crate::node::{Directory, Ground, There};
use crate::payload::Root;
use crate::secret::SecretBytes;
use crate::store_passwords::StorePassword;

/// A node directory that came back.
pub(super) struct Back {
    /// Its number in the archive.
    pub(super) index: usize,
    /// What to call it: raw bytes.
    pub(super) name: Vec<u8>,
    /// Where it is now.
    pub(super) dir: PathBuf,
    /// Where what lay outside of it is now: in there under its absolute path.
    pub(super) outside: PathBuf,
    /// Where it was, if that is known: absolute.
    pub(super) was: Option<PathBuf>,
    /// What software it was of when it was sealed, where the vault says so.
    pub(super) software: Vec<String>,
}

impl Back {
    /// The node directories of a restore that lies in `dir`.
    pub(super) fn all(dir: &Path, nodes: &[SealedNode]) -> Vec<Self> {
        let back = |(index, node): (usize, &SealedNode)| Self {
            index,
            name: node.name.clone(),
            dir: below(dir, &node.name),
            outside: below(dir, &Root::External(index).restored(&node.name, b"")),
            was: Some(below(Path::new(""), &node.path)),
            software: node.software.clone(),
        };
        nodes.iter().enumerate().map(back).collect()
    }

    fn node(&self, ground: &Ground) -> Result<Box<dyn Directory>> {
        // With --only it may be that nothing came but what lay outside.
        let dir = match is_directory(ground, &self.dir) {
            true => &self.dir,
            false => &self.outside,
        };
        ground.open(dir, false)
    }

    fn moved(&self, ground: &Ground) -> Moved {
        Moved {
            was: self.was.clone(),
            outside: Some(real(ground, &self.outside)),
        }
    }
}

/// What was found in one of them.
pub(super) struct Looked {
    /// Its name: raw bytes.
    pub(super) name: Vec<u8>,
    /// What is in it, or why it could not be looked at.
    pub(super) contents: std::result::Result<Contents, String>,
    /// What software it was of when it was sealed, where the vault says so.
    pub(super) software: Vec<String>,
    /// Where what lay outside of it is now.
    outside: PathBuf,
}

#[cfg(test)]
impl Looked {
    /// One that could not be looked at.
    pub(super) fn unseen(name: &str, why: &str) -> Self {
        Self {
            name: name.into(),
            contents: Err(why.to_owned()),
            software: Vec::new(),
            outside: PathBuf::new(),
        }
    }
}

impl Looked {
    /// A path for a report: relative in the node directory, absolute as it was outside.
    pub(super) fn place(&self, place: &Place) -> String {
        match place {
            Place::Inside(path) => lossy(path),
            Place::Outside(path) => match path.strip_prefix(&self.outside) {
                Ok(home) => Path::new("/").join(home).to_string_lossy().into_owned(),
                Err(_) => path.to_string_lossy().into_owned(),
            },
        }
    }

    /// A place for people: below the node directory, or where it was.
    pub(super) fn shown(&self, place: &Place) -> String {
        match place {
            Place::Inside(path) => format!("{:?}", lossy(path)),
            Place::Outside(path) => match path.strip_prefix(&self.outside) {
                Ok(home) => format!("{:?}", Path::new("/").join(home)),
                Err(_) => format!("{path:?}"),
            },
        }
    }
}

/// Looks at all that are there. One that cannot be looked at is told, and stops nothing.
///
/// # Errors
/// [`Error::Interrupted`].
pub(super) fn look(
    ground: &Ground,
    all: &[Back],
    passwords: &[StorePassword],
) -> Result<Vec<Looked>> {
    each(ground, all, |back| look_at(ground, back, passwords))
}

/// The same, and nothing is opened that takes a password: what software it is, and how far it has signed. No file can
/// make this long.
///
/// # Errors
/// [`Error::Interrupted`].
pub(super) fn glance(ground: &Ground, all: &[Back]) -> Result<Vec<Looked>> {
    each(ground, all, |back| {
        contents::glance_moved(&*back.node(ground)?, &back.moved(ground))
    })
}

fn each(
    ground: &Ground,
    all: &[Back],
    look_at: impl Fn(&Back) -> Result<Contents>,
) -> Result<Vec<Looked>> {
    let mut looked = Vec::new();
    let is_there =
        |back: &&Back| is_directory(ground, &back.dir) || is_directory(ground, &back.outside);
    for back in all.iter().filter(is_there) {
        let contents = match look_at(back) {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            answer => answer.map_err(|error| error.to_string()),
        };
        let (name, software) = (back.name.clone(), back.software.clone());
        let outside = real(ground, &back.outside);
        looked.push(Looked {
            name,
            contents,
            software,
            outside,
        });
    }
    Ok(looked)
}

fn look_at(ground: &Ground, back: &Back, passwords: &[StorePassword]) -> Result<Contents> {
    let mut trying = Trying {
        ground,
        back,
        passwords,
        given: Vec::new(),
    };
    let (node, moved) = (back.node(ground)?, back.moved(ground));
    contents::look_moved(&*node, &moved, &mut |place, _| Ok(trying.next(place)))
}

/// The passwords of the note, tried one after another: first the one that was typed for this store.
struct Trying<'p> {
    ground: &'p Ground,
    back: &'p Back,
    passwords: &'p [StorePassword],
    /// How many were given for each store.
    given: Vec<(Place, usize)>,
}

impl Trying<'_> {
    fn next(&mut self, place: &Place) -> Option<SecretBytes> {
        let path = archive_path(self.ground, self.back, place);
        let known = self.given.iter().position(|(other, _)| other == place);
        let known = known.unwrap_or_else(|| {
            self.given.push((place.clone(), 0));
            self.given.len() - 1
        });
        let count = &mut self.given.get_mut(known)?.1;
        let (own, others): (Vec<&StorePassword>, Vec<&StorePassword>) =
            self.passwords.iter().partition(|one| one.path == path);
        let next = own.into_iter().chain(others).nth(*count)?;
        *count += 1;
        Some(SecretBytes::copied(next.password.expose()))
    }
}

/// The path in the archive of something that came back.
fn archive_path(ground: &Ground, back: &Back, place: &Place) -> Vec<u8> {
    match place {
        Place::Inside(path) => Root::Node(back.index).join(path),
        Place::Outside(path) => {
            let home = path
                .strip_prefix(real(ground, &back.outside))
                .unwrap_or(path);
            let whole = Path::new("/").join(home);
            let (root, below) = Root::of(back.index, whole.as_os_str().as_bytes());
            root.join(below)
        }
    }
}

/// Absolute and without links on the way, where it is there: so are places outside.
fn real(ground: &Ground, path: &Path) -> PathBuf {
    let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    ground.resolved(path).unwrap_or_else(absolute)
}

fn is_directory(ground: &Ground, path: &Path) -> bool {
    matches!(ground.there(path), There::Directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(path: &str, text: &str) -> StorePassword {
        StorePassword {
            path: path.into(),
            password: SecretBytes::copied(text.as_bytes()),
        }
    }

    #[test]
    fn the_password_typed_for_a_store_is_tried_first_and_each_only_once() {
        let passwords = [
            password("node/1/a.jks", "other node"),
            password("node/0/a.jks", "inside"),
            password("external/0/opt/b.p12", "outside"),
        ];
        let back = Back {
            index: 0,
            name: b"node".to_vec(),
            dir: "/r/node".into(),
            outside: "/r/external/node".into(),
            was: None,
            software: Vec::new(),
        };
        let mut trying = Trying {
            ground: &Ground::Disk,
            back: &back,
            passwords: &passwords,
            given: Vec::new(),
        };
        let mut next = |place: &Place| trying.next(place).map(|one| one.expose().to_vec());
        let inside = Place::Inside(b"a.jks".to_vec());
        let outside = Place::Outside("/r/external/node/opt/b.p12".into());
        assert_eq!(next(&inside).unwrap(), b"inside");
        assert_eq!(next(&outside).unwrap(), b"outside");
        assert_eq!(next(&inside).unwrap(), b"other node");
        assert_eq!(next(&inside).unwrap(), b"outside");
        assert!(next(&inside).is_none() && next(&inside).is_none());
    }
}
