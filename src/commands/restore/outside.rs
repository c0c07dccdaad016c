//! What lay outside of the node directories: where it is now, and where it was.
//!
//! In the archive `external/<i>/<absolute path>`, in the target `external/<name of node i>/<absolute path>`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use crate::ceremony::SealedNode;
use crate::commands::presented::{below, lossy, written};
use crate::error::{Error, Result};
use crate::node::Target;
use crate::payload::EXTERNAL;

/// The most memory for the places of what lay outside: 500,000 of them with paths of 200 bytes.
const MOST_BYTES: usize = 256 << 20;

/// Something that lay outside of a node directory and came back.
pub(super) struct Came {
    /// Below the target.
    pub(super) place: Vec<u8>,
    /// Where it was: absolute.
    pub(super) home: Vec<u8>,
    pub(super) what: What,
    pub(super) mtime: i64,
}

impl Came {
    /// Where a link leads from its home: absolute.
    pub(super) fn leads(&self) -> Option<Vec<u8>> {
        match &self.what {
            What::Link { target } => Some(absolute(&self.home, target)),
            _ => None,
        }
    }

    /// The command that makes a link again, where a shell takes its paths between quotes.
    fn by_hand(&self) -> Option<String> {
        let quoted = |path: &[u8]| {
            let text = std::str::from_utf8(path).ok()?;
            let is_plain = |letter: char| letter != '\'' && letter.escape_debug().len() == 1;
            let is_safe = text.chars().all(|letter| letter == '"' || is_plain(letter));
            is_safe.then(|| format!("'{text}'"))
        };
        let leads = self.leads()?;
        let command = quoted(&leads).zip(quoted(&self.home));
        Some(match command {
            Some((leads, home)) => format!("ln -s {leads} {home}"),
            None => format!("# {} -> {}", written(&self.home), written(&leads)),
        })
    }
}

/// A path relative to the directory of `home`, as an absolute one, `..` taken back letter by letter.
pub(super) fn absolute(home: &[u8], path: &[u8]) -> Vec<u8> {
    let parts = |path: &[u8]| -> Vec<Vec<u8>> {
        let parts = path.split(|byte| *byte == b'/');
        parts.map(<[u8]>::to_vec).collect()
    };
    let mut way: Vec<Vec<u8>> = Vec::new();
    if !path.starts_with(b"/") {
        way = parts(home);
        way.pop();
    }
    for part in parts(path) {
        match part.as_slice() {
            b"" | b"." => {}
            b".." => {
                way.pop();
            }
            _ => way.push(part),
        }
    }
    way.retain(|part| !part.is_empty());
    [b"/", way.join(&b'/').as_slice()].concat()
}

/// What it is. Modes are those that it comes back with.
pub(super) enum What {
    Directory { mode: u32 },
    File { mode: u32 },
    Link { target: Vec<u8> },
}

/// Everything that lay outside, in the order of the archive: directories before what is in them.
#[derive(Default)]
pub(super) struct Outside {
    came: Vec<Came>,
    /// Of `external` and `external/<name>`, those that are there.
    above: BTreeSet<Vec<u8>>,
    /// Directories not made yet, with modes and times. All of them: several things lie in one, not one behind another.
    waiting: BTreeMap<Vec<u8>, (u32, i64)>,
    bytes: usize,
}

impl Outside {
    pub(super) fn all(&self) -> &[Came] {
        &self.came
    }

    /// Files and links, not directories.
    pub(super) fn count(&self) -> usize {
        let is_one = |came: &&Came| !matches!(came.what, What::Directory { .. });
        self.came.iter().filter(is_one).count()
    }

    /// Takes a directory, made `now` or as soon as something in it comes. Whether it is one of those from outside.
    ///
    /// # Errors
    /// What the target answers; [`Error::Limit`].
    pub(super) fn directory(
        &mut self,
        target: &mut Target,
        (place, mode, mtime): (&[u8], u32, i64),
        now: bool,
    ) -> Result<bool> {
        if !is_outside(place) {
            return Ok(false);
        }
        self.count_bytes(place.len())?;
        self.waiting.insert(place.to_vec(), (mode, mtime));
        if now {
            let inside = [place, b"/"].concat();
            self.make_above(target, &inside, mtime)?;
        }
        Ok(true)
    }

    /// Makes the directories above `place` that are not there yet: those that were sealed, and those that stand for no
    /// directory of the machine.
    ///
    /// # Errors
    /// What the target answers; [`Error::Limit`].
    pub(super) fn make_above(
        &mut self,
        target: &mut Target,
        place: &[u8],
        mtime: i64,
    ) -> Result<()> {
        if !is_outside(place) {
            return Ok(());
        }
        let ends = place.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for (end, _) in ends {
            let above = place.get(..end).unwrap_or_default();
            let ours = is_above(above) && self.above.insert(above.to_vec());
            match (self.waiting.remove(above), ours) {
                (Some((mode, mtime)), _) => {
                    target.directory(above, mode, mtime)?;
                    self.came(above, What::Directory { mode }, mtime)?;
                }
                (None, true) => target.directory(above, 0o700, mtime)?,
                (None, false) => {}
            }
        }
        Ok(())
    }

    /// Takes note of something that came to `place`, if that is where things from outside go.
    ///
    /// # Errors
    /// [`Error::Archive`] for a link that would lead elsewhere from its home than from here; [`Error::Limit`].
    pub(super) fn came(&mut self, place: &[u8], what: What, mtime: i64) -> Result<()> {
        let Some(home) = home(place) else {
            return Ok(());
        };
        if let What::Link { target } = &what {
            check_link(&home, target)?;
        }
        self.count_bytes(place.len() + home.len())?;
        self.came.push(Came {
            place: place.to_vec(),
            home,
            what,
            mtime,
        });
        Ok(())
    }

    fn count_bytes(&mut self, more: usize) -> Result<()> {
        self.bytes += more + size_of::<Came>();
        if self.bytes > MOST_BYTES {
            return Err(Error::Limit {
                what: "bytes of memory for the paths of external files".into(),
                limit: MOST_BYTES as u64,
            });
        }
        Ok(())
    }

    /// Writes the map beside what it is about, and answers its place. Without anything from outside there is none.
    ///
    /// # Errors
    /// What the target answers.
    pub(super) fn write_map(
        &self,
        target: &mut Target,
        into: &Path,
        nodes: &[SealedNode],
    ) -> Result<Option<Vec<u8>>> {
        if self.count() == 0 {
            return Ok(None);
        }
        let name = self.free_name();
        let mut file = target.create_file(&name)?;
        let written = file.write_all(self.map(nodes).as_bytes());
        written.map_err(Error::io("write", &below(into, &name)))?;
        Ok(Some(name))
    }

    /// `external/MAP.txt`, unless a node directory has that name.
    fn free_name(&self) -> Vec<u8> {
        let numbered = |number: u32| match number {
            1 => format!("{EXTERNAL}/MAP.txt").into_bytes(),
            _ => format!("{EXTERNAL}/MAP-{number}.txt").into_bytes(),
        };
        let mut names = (1..).map(numbered);
        names
            .find(|name| !self.above.contains(name))
            .unwrap_or_default()
    }

    fn map(&self, nodes: &[SealedNode]) -> String {
        let mut text = String::from(
            "The node directories (relative paths in a configuration begin there), and files from\n\
             outside of them: where each is now, below this restore's directory -> where it was.\n\n",
        );
        for node in nodes {
            let (now, was) = (written(&node.name), written(&node.path));
            text.push_str(&format!("{now} -> {was}\n"));
        }
        for came in &self.came {
            if !matches!(came.what, What::Directory { .. }) {
                text.push_str(&format!(
                    "{} -> {}\n",
                    written(&came.place),
                    written(&came.home)
                ));
            }
        }
        let links = self.came.iter().filter_map(Came::by_hand);
        for (number, line) in links.enumerate() {
            if number == 0 {
                text.push_str(
                    "\nLinks, as commands that make them again (--in-place does it too):\n\n",
                );
            }
            text.push_str(&format!("{line}\n"));
        }
        text
    }
}

/// Whether it is below `external`.
fn is_outside(place: &[u8]) -> bool {
    let rest = place.strip_prefix(EXTERNAL.as_bytes());
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// `external`, or `external/<name>`.
fn is_above(place: &[u8]) -> bool {
    let mut parts = place.split(|byte| *byte == b'/');
    parts.next() == Some(EXTERNAL.as_bytes()) && parts.count() < 2
}

/// The absolute path that stands behind `external/<name>`.
fn home(place: &[u8]) -> Option<Vec<u8>> {
    let mut parts = place.splitn(3, |byte| *byte == b'/');
    let is_ours = parts.next() == Some(EXTERNAL.as_bytes());
    let rest = parts.nth(1).filter(|_| is_ours)?;
    Some([b"/", rest].concat())
}

/// A link in `external/<name>` must not climb out of it: from its home it would lead to another place.
fn check_link(home: &[u8], target: &[u8]) -> Result<()> {
    let depth = home.iter().filter(|byte| **byte == b'/').count() - 1;
    let ups = target.split(|byte| *byte == b'/');
    let ups = ups.filter(|name| *name == b"..").count();
    if ups > depth {
        return Err(Error::Archive {
            member: format!("{:?}", lossy(home)),
            why: "it is a link that leads outside".into(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_names_both_places_of_every_file_and_link_and_no_directory() {
        let mut outside = Outside::default();
        for (place, what) in [
            (&b"external/node/opt"[..], What::Directory { mode: 0o700 }),
            (b"external/node/opt/a\nb", What::File { mode: 0o600 }),
            (b"external/node/opt/\xff", What::File { mode: 0o600 }),
            (b"node/inside", What::File { mode: 0o600 }),
        ] {
            outside.came(place, what, 0).unwrap();
        }
        let target = b"a".to_vec();
        outside
            .came(b"external/node/opt/l", What::Link { target }, 0)
            .unwrap();
        assert_eq!((outside.count(), outside.all().len()), (3, 4));
        let map = outside.map(&[]);
        let (map, links) = map.split_once("\n\nLinks, as").unwrap();
        assert!(links.ends_with("\n\nln -s '/opt/a' '/opt/l'\n"), "{links}");
        let lines: Vec<&str> = map.lines().skip(3).collect();
        assert_eq!(
            lines,
            [
                r#""external/node/opt/a\nb" -> "/opt/a\nb""#,
                r#""external/node/opt/\xff" -> "/opt/\xff""#,
                r#""external/node/opt/l" -> "/opt/l""#,
            ]
        );
    }

    #[test]
    fn a_link_that_would_lead_elsewhere_from_its_home_is_refused() {
        for (target, good) in [("../b", true), ("../../node/x", false), ("b/c", true)] {
            let mut outside = Outside::default();
            let target = target.into();
            let came = outside.came(b"external/n/opt/l", What::Link { target }, 0);
            assert_eq!(came.is_ok(), good);
        }
    }

    #[test]
    fn a_node_directory_that_has_the_name_of_the_map_keeps_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut target = Target::create(dir.path()).unwrap();
        let mut outside = Outside::default();
        let place = b"external/MAP.txt/f";
        outside.make_above(&mut target, place, 0).unwrap();
        outside.came(place, What::File { mode: 0o600 }, 0).unwrap();
        let map = outside.write_map(&mut target, dir.path(), &[]).unwrap();
        assert_eq!(map.unwrap(), b"external/MAP-2.txt");
    }
}
