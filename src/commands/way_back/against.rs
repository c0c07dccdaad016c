//! How far a vault is behind the live node: its inventory held against the files that are there now.
//!
//! Reads the live files, one after another, and writes nothing. A node that runs changes them meanwhile: that is a
//! difference and no error.

mod sealed;

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::ceremony::SealedNode;
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::drill::Staleness;
use crate::error::Result;
use crate::host::interrupt;
use crate::keystore;
use crate::material::{self, Part};
use crate::node::{self, Kind, Node};
use crate::payload::Root;
use crate::report::Severity;
use crate::time::Time;

pub(super) use sealed::Sealed;
use sealed::is_named_as_key;

const DAY: i64 = 24 * 60 * 60;
const HINT: &str = "seal the node again: what changed since is in no vault";
/// The most files that are named one by one.
const MOST_NAMED: usize = 10;

/// Makes sure that the live directories are there, before people fetch their media.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn check(directories: &[PathBuf]) -> Result<()> {
    let mut directories = directories.iter();
    directories.try_for_each(|directory| Node::open(directory, true).map(drop))
}

/// What differs.
#[derive(Default)]
struct Differences {
    changed: u64,
    new: u64,
    gone: u64,
    keys: u64,
    newest: Option<i64>,
    /// Files of key material, and how they differ.
    named: Vec<String>,
}

impl Differences {
    fn add(&mut self, what: &'static str, path: &str, is_key: bool, mtime: Option<i64>) {
        match what {
            "changed" => self.changed += 1,
            "new" => self.new += 1,
            _ => self.gone += 1,
        }
        self.newest = self.newest.max(mtime);
        self.keys += u64::from(is_key);
        if is_key && self.named.len() < MOST_NAMED {
            self.named.push(format!("{path:?} is {what}"));
        }
    }

    fn count(&self) -> u64 {
        self.changed + self.new + self.gone
    }
}

/// Holds the inventory against the live directories, and says what differs; key material apart. How many things are to
/// be mended, and what a report says of it: nothing where it is not known when the vault was sealed.
///
/// # Errors
/// [`Error::Interrupted`]; [`Error::Io`] where a directory cannot be read; [`Error::Limit`].
pub(super) fn compare(
    directories: &[PathBuf],
    nodes: &[SealedNode],
    sealed: &mut Sealed,
    created: Option<Time>,
    session: &mut Session,
) -> Result<(u64, Option<Staleness>)> {
    let (mut found, mut all) = (0, Differences::default());
    for directory in directories {
        let node = Node::open(directory, true)?;
        let Some(index) = index_of(&node, nodes) else {
            let text = "no node directory of this vault is called like that";
            let hint = "give the directory that was sealed";
            let subject = format!("{directory:?}");
            session.find(Severity::Warning, "against", &subject, text, hint);
            found += 1;
            continue;
        };
        let mut one = Differences::default();
        inside(&node, index, sealed, &mut one, session)?;
        if nodes.get(index).is_some_and(|sealed| {
            node.path().as_os_str().as_bytes().strip_prefix(b"/") == Some(&sealed.path)
                || node.path().as_os_str().as_bytes() == sealed.path
        }) {
            outside(index, sealed, &mut one)?;
        }
        found += tell(directory, &one, created, session);
        all.changed += one.changed;
        all.new += one.new;
        all.gone += one.gone;
        all.keys += one.keys;
        all.newest = all.newest.max(one.newest);
    }
    let staleness = created.map(|sealed| Staleness {
        sealed,
        node_changed: all.newest.map(Time::from_unix),
        days: days(sealed, all.newest),
        changed: all.changed,
        new: all.new,
        gone: all.gone,
        key_material_changed: all.keys,
    });
    Ok((found, staleness))
}

/// Which node directory of the vault a live one is: by where it is, else by its name, else the only one.
fn index_of(node: &Node, nodes: &[SealedNode]) -> Option<usize> {
    let path = node.path().as_os_str().as_bytes();
    let by_place = nodes
        .iter()
        .position(|sealed| below(Path::new("/"), &sealed.path).as_os_str().as_bytes() == path);
    let by_name = || {
        nodes
            .iter()
            .position(|sealed| sealed.name == node.base_name())
    };
    let only = || (nodes.len() == 1).then_some(0);
    by_place.or_else(by_name).or_else(only)
}

fn inside(
    node: &Node,
    index: usize,
    sealed: &mut Sealed,
    differences: &mut Differences,
    session: &mut Session,
) -> Result<()> {
    let mut done = 0;
    sealed.begin(index);
    node.list(&mut |entry| {
        interrupt::check()?;
        let Kind::File { size } = entry.kind else {
            return Ok(());
        };
        let place = Root::Node(index).join(&entry.path);
        let full = below(node.path(), &entry.path);
        let path = lossy(&entry.path);
        done += size;
        session.terminal.progress("comparing", done, 0);
        let is_volatile = || {
            let named = material::named(&entry.path);
            named.is_some_and(|(_, pattern)| pattern.part == Part::Volatile)
        };
        match sealed.meet(&place, &full, size)? {
            Some(met) if met.is_same => {}
            Some(met) => differences.add("changed", &path, met.is_key, Some(entry.mtime)),
            None if sealed.leaves_out(&place) || is_volatile() => {}
            None => {
                let is_key = is_named_as_key(&place) || begins_as_store(&full);
                differences.add("new", &path, is_key, Some(entry.mtime));
            }
        }
        Ok(())
    })?;
    let root = Root::Node(index).join(b"").len() + 1;
    for key in sealed.gone(index) {
        let path = key.and_then(|path| path.get(root..)).unwrap_or_default();
        differences.add("gone", &lossy(path), key.is_some(), None);
    }
    Ok(())
}

/// What lay outside is where it was: only that of the vault is looked for.
fn outside(index: usize, sealed: &Sealed, differences: &mut Differences) -> Result<()> {
    let root = [Root::External(index).join(b""), b"/".to_vec()].concat();
    let of_it = sealed.outside.iter();
    for (place, one) in of_it.filter(|(place, _)| place.starts_with(&root)) {
        interrupt::check()?;
        let path = below(Path::new("/"), place.get(root.len()..).unwrap_or_default());
        let about = std::fs::metadata(&path)
            .ok()
            .filter(|about| about.is_file());
        let shown = path.to_string_lossy().into_owned();
        match about {
            None => differences.add("gone", &shown, one.is_key, None),
            Some(about) if sealed.is_as_it_was(&path, about.len(), one)? => {}
            Some(about) => {
                use std::os::unix::fs::MetadataExt;
                differences.add("changed", &shown, one.is_key, Some(about.mtime()));
            }
        }
    }
    Ok(())
}

fn begins_as_store(path: &Path) -> bool {
    let first = node::beginning(path, 64);
    first.is_ok_and(|first| keystore::recognise(&first).is_some())
}

fn days(sealed: Time, newest: Option<i64>) -> i64 {
    let behind = newest.map_or(0, |newest| newest.saturating_sub(sealed.unix()));
    behind.max(0).div_euclid(DAY)
}

/// Says what differs. How many things are to be mended.
fn tell(directory: &Path, one: &Differences, created: Option<Time>, session: &mut Session) -> u64 {
    let subject = format!("{directory:?}");
    if one.count() == 0 {
        let line = format!("{subject}: as it was sealed.");
        session.terminal.say(&line);
        return 0;
    }
    let behind = match created.map(|created| (created, days(created, one.newest))) {
        Some((created, 1)) => format!("; the vault ({created}) is 1 day behind"),
        Some((created, days)) => format!("; the vault ({created}) is {days} days behind"),
        None => String::new(),
    };
    let newest = one.newest.map_or(String::new(), |newest| {
        format!("; the newest change is of {}", Time::from_unix(newest))
    });
    let text = format!(
        "since the sealing {} changed, {} came and {} went{newest}{behind}",
        files(one.changed),
        files(one.new),
        files(one.gone)
    );
    session.find(Severity::Warning, "stale", &subject, &text, HINT);
    if one.keys == 0 {
        session.terminal.say("None of them is known to hold keys.");
        return 1;
    }
    let more = one.keys.saturating_sub(one.named.len() as u64);
    let and_more = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let text = format!("key material: {}{and_more}", one.named.join("; "));
    session.find(Severity::Error, "stale", &subject, &text, HINT);
    2
}

fn files(count: u64) -> String {
    match count {
        1 => "1 file".into(),
        count => format!("{count} files"),
    }
}
