//! The walk through a tree in memory, by the rules of the walk through a node directory.

use std::ops::Bound;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustix::io::Errno;

use super::finding::Spot;
use super::{Held, Thing, Tree, What};
use crate::error::{Error, Result};
use crate::node::follow::{Scope, may_stay, stays};
use crate::node::ground::{Directory, Ground};
use crate::node::path::{PATH_BYTES, join, split};
use crate::node::scout::{Scout, Sight, Wants};
use crate::node::survey::Survey;
use crate::node::{Entry, Kind, MOST_ENTRIES, Why, io};

/// How many links to the outside may lead to one another.
const MOST_LINKS: usize = 40;

/// An open directory of a tree in memory.
pub(in crate::node) struct Grown {
    tree: Rc<Tree>,
    path: PathBuf,
    id: u32,
    follow_outside: bool,
}

impl Grown {
    /// Opens the directory at `path`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(in crate::node) fn open(
        tree: &Rc<Tree>,
        path: &Path,
        follow_outside: bool,
    ) -> Result<Self> {
        let spot = tree.find(path, true).map_err(io("open", path))?;
        if !tree.is_directory(spot.id) {
            return Err(io("open", path)(Errno::NOTDIR));
        }
        Ok(Self {
            tree: Rc::clone(tree),
            path: PathBuf::from(std::ffi::OsStr::from_bytes(&spot.path)),
            id: spot.id,
            follow_outside,
        })
    }
}

impl Directory for Grown {
    fn path(&self) -> &Path {
        &self.path
    }

    fn ground(&self) -> Ground {
        Ground::Memory(Rc::clone(&self.tree))
    }

    fn scout(&self, _: &Wants<'_>, visit: &mut Scout<'_>) -> Result<Survey> {
        let mut walk = Walk {
            grown: self,
            visit,
            survey: Survey::default(),
            frames: Vec::new(),
            scopes: Vec::new(),
            entries: 0,
        };
        let root = self.path.as_os_str().as_bytes().to_vec();
        walk.enter(self.id, &[], None, Some(root))?;
        while walk.step()? {}
        Ok(walk.survey)
    }
}

/// A directory on the current path.
struct Frame<'t> {
    id: u32,
    path: Vec<u8>,
    /// The name that was visited last.
    last: Option<&'t [u8]>,
    /// Whether a link led here from outside.
    linked: bool,
}

struct Walk<'t, 'v> {
    grown: &'t Grown,
    visit: &'t mut Scout<'v>,
    survey: Survey,
    frames: Vec<Frame<'t>>,
    scopes: Vec<Scope>,
    entries: u64,
}

impl<'t> Walk<'t, '_> {
    /// Visits the next thing; answers whether there was one, or a directory to go back from.
    fn step(&mut self) -> Result<bool> {
        let tree: &'t Tree = &self.grown.tree;
        let Some(frame) = self.frames.last_mut() else {
            return Ok(false);
        };
        let next = match tree.thing(frame.id).map(|thing| &thing.what) {
            Some(What::Directory(names)) => {
                let from = frame.last.map_or(Bound::Unbounded, Bound::Excluded);
                names.range::<[u8], _>((from, Bound::Unbounded)).next()
            }
            _ => None,
        };
        let Some((name, id)) = next else {
            if self.frames.pop().is_some_and(|left| left.linked) {
                self.scopes.pop();
            }
            return Ok(true);
        };
        frame.last = Some(name);
        let path = join(&frame.path, name);
        self.limits(&path)?;
        if let Some(thing) = tree.thing(*id) {
            self.thing(*id, thing, &path)?;
        }
        Ok(true)
    }

    fn limits(&mut self, path: &[u8]) -> Result<()> {
        self.entries += 1;
        let (what, limit) = if self.entries > MOST_ENTRIES {
            let what = format!("files and directories in {:?}", self.grown.path);
            (what, MOST_ENTRIES)
        } else if path.len() > PATH_BYTES {
            let what = format!("bytes in the path of a file in {:?}", self.grown.path);
            (what, PATH_BYTES as u64)
        } else {
            return Ok(());
        };
        Err(Error::Limit { what, limit })
    }

    fn thing(&mut self, id: u32, thing: &'t Thing, path: &[u8]) -> Result<()> {
        match &thing.what {
            What::Directory(_) => self.enter(id, path, None, None),
            What::File { size, held } => self.file((thing, *size, held), path, None),
            What::Link(text) => self.link(thing, text, path),
        }
    }

    fn file(
        &mut self,
        (thing, size, held): (&Thing, u64, &Held),
        path: &[u8],
        text: Option<Vec<u8>>,
    ) -> Result<()> {
        let entry = entry(path, thing, Kind::File { size }, text);
        let full = || self.grown.path.join(std::ffi::OsStr::from_bytes(path));
        let first = |most| held.first(most);
        (self.visit)(&entry, Some(&Sight::held(size, &first, &full)))?;
        self.survey.count(entry);
        Ok(())
    }

    fn link(&mut self, thing: &Thing, text: &[u8], path: &[u8]) -> Result<()> {
        let (parent, full) = (split(path).0, self.full(path));
        let spot = match self.grown.tree.find(&full, true) {
            Ok(spot) => spot,
            Err(Errno::LOOP) => return self.left(path, thing, Why::Loop, Some(text.to_vec())),
            Err(_) if may_stay(text, parent, &self.scopes) => {
                let target = text.to_vec();
                return self.other(entry(path, thing, Kind::Link { target }, None));
            }
            Err(_) => return self.left(path, thing, Why::Dangling, Some(text.to_vec())),
        };
        match stays(text, parent, &spot.path, &self.scopes) {
            Err(_) => {
                self.survey.unreadable.add(path.to_vec());
                Ok(())
            }
            Ok(Some((target, is_rewritten))) => {
                let text = is_rewritten.then(|| text.to_vec());
                self.other(entry(path, thing, Kind::Link { target }, text))
            }
            Ok(None) if !self.grown.follow_outside => {
                self.left(path, thing, Why::Outside, Some(text.to_vec()))
            }
            Ok(None) => self.outside(path, text.to_vec(), spot),
        }
    }

    /// The whole path of something that is being visited, as it really is: a link may have led to where it lies.
    fn full(&self, path: &[u8]) -> PathBuf {
        let scope = self.scopes.last();
        let (root, prefix) = scope.map_or((&b"/"[..], &b""[..]), |scope| {
            (scope.root.as_slice(), scope.prefix.as_slice())
        });
        let below = crate::node::path::within(prefix, path).unwrap_or(path);
        Path::new(std::ffi::OsStr::from_bytes(root)).join(std::ffi::OsStr::from_bytes(below))
    }

    /// Visits what a link leads to outside, in the link's place.
    fn outside(&mut self, path: &[u8], text: Vec<u8>, spot: Spot) -> Result<()> {
        let tree: &'t Tree = &self.grown.tree;
        let Some(thing) = tree.thing(spot.id) else {
            return Ok(());
        };
        match &thing.what {
            What::File { size, held } => self.file((thing, *size, held), path, Some(text)),
            What::Directory(_) if self.scopes.len() > MOST_LINKS => {
                self.left(path, thing, Why::Loop, Some(text))
            }
            What::Directory(_) => self.enter(spot.id, path, Some(text), Some(spot.path)),
            What::Link(_) => Ok(()),
        }
    }

    /// Visits a directory and makes it the current one. `root` is where it really is, if it begins a new scope.
    fn enter(
        &mut self,
        id: u32,
        path: &[u8],
        text: Option<Vec<u8>>,
        root: Option<Vec<u8>>,
    ) -> Result<()> {
        let Some(thing) = self.grown.tree.thing(id) else {
            return Ok(());
        };
        if self.frames.iter().any(|frame| frame.id == id) {
            return self.left(path, thing, Why::Loop, text);
        }
        self.other(entry(path, thing, Kind::Directory, text))?;
        let linked = root.is_some();
        self.scopes.extend(root.map(|root| Scope {
            root,
            prefix: path.to_vec(),
        }));
        self.frames.push(Frame {
            id,
            path: path.to_vec(),
            last: None,
            linked,
        });
        Ok(())
    }

    fn left(&mut self, path: &[u8], thing: &Thing, why: Why, text: Option<Vec<u8>>) -> Result<()> {
        self.other(entry(path, thing, Kind::Skipped { why }, text))
    }

    fn other(&mut self, entry: Entry) -> Result<()> {
        (self.visit)(&entry, None)?;
        self.survey.count(entry);
        Ok(())
    }
}

fn entry(path: &[u8], thing: &Thing, kind: Kind, outside: Option<Vec<u8>>) -> Entry {
    Entry {
        path: path.to_vec(),
        kind,
        mode: thing.mode,
        mtime: thing.mtime,
        outside,
    }
}
