use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;
use crate::node::{Directory, Entry, Ground, Kind, Node};
use std::rc::Rc;

/// The same files on a disk and in memory, at the same place.
struct Both {
    _dir: tempfile::TempDir,
    root: PathBuf,
    memory: Ground,
}

enum Made {
    Directory,
    File(Vec<u8>),
    Link(String),
}

fn both(made: &[(String, Made)]) -> Both {
    let dir = tempfile::tempdir().unwrap();
    // Deep enough that no way up leads to what else lies on this machine.
    let root = fs::canonicalize(dir.path())
        .unwrap()
        .join("i/i/i/i/i/i/root");
    fs::create_dir_all(&root).unwrap();
    let mut tree = Tree::new(&root);
    for (path, what) in made {
        let (at, bytes) = (root.join(path), path.as_bytes());
        let mode = |path: &Path| {
            use std::os::unix::fs::MetadataExt;
            fs::symlink_metadata(path).unwrap().mode() & 0o7777
        };
        // What has no place on the disk has none in the tree.
        match what {
            Made::Directory => {
                let through_link = through_link(&root, path);
                let is_made = !through_link && fs::create_dir(&at).is_ok();
                let is_there =
                    !through_link && fs::symlink_metadata(&at).is_ok_and(|seen| seen.is_dir());
                let mode = if is_there { mode(&at) } else { 0 };
                let is_added = tree.directory(bytes, mode, 0).is_ok();
                assert_eq!(is_added, is_made || is_there, "{path}");
            }
            Made::File(text) => {
                let through_link = through_link(&root, path);
                let is_made = !through_link && fs::File::create_new(&at).is_ok();
                if is_made {
                    fs::write(&at, text).unwrap();
                }
                let held = Held::Whole(Zeroizing::new(text.clone()));
                let mode = if is_made { mode(&at) } else { 0 };
                let added = tree.file(bytes, (mode, 0), text.len() as u64, held);
                assert_eq!(added.is_ok(), is_made, "{path}");
            }
            Made::Link(text) => {
                let text = text.replace("ROOT", root.to_str().unwrap());
                let is_made = !through_link(&root, path) && symlink(&text, &at).is_ok();
                assert_eq!(tree.link(bytes, text.as_bytes(), 0).is_ok(), is_made);
            }
        }
    }
    Both {
        _dir: dir,
        root,
        memory: Ground::Memory(Rc::new(tree)),
    }
}

/// A link on the way to a new file is no directory for whoever restores.
fn through_link(root: &Path, path: &str) -> bool {
    let above = Path::new(path).ancestors().skip(1);
    let mut above = above.map(|above| root.join(above));
    above.any(|above| fs::symlink_metadata(above).is_ok_and(|seen| seen.is_symlink()))
}

fn walked(directory: &dyn Directory) -> (Vec<(Entry, Vec<u8>)>, crate::node::Survey) {
    let mut all = Vec::new();
    let survey = directory.scout(&|_| None, &mut |entry, sight| {
        let mut room = [0; 8];
        let first = sight.map_or(Vec::new(), |sight| sight.first(&mut room).unwrap().to_vec());
        let (mtime, mut entry) = (0, entry.clone());
        entry.mtime = mtime;
        // The mode of links and of what was not made here is the system's.
        if !matches!(entry.kind, Kind::File { .. }) {
            entry.mode = 0;
        }
        all.push((entry, first));
        Ok(())
    });
    (all, survey.unwrap())
}

impl Both {
    fn compare_walks(&self, below: &str, follows: bool) {
        let at = self.root.join(below);
        let disk = Node::open(&at, follows);
        let memory = self.memory.open(&at, follows);
        assert_eq!(disk.is_ok(), memory.is_ok(), "{below}");
        if let (Ok(disk), Ok(memory)) = (disk, memory) {
            assert_eq!(Directory::path(&disk), memory.path());
            assert_eq!(walked(&disk), walked(&*memory), "{below}");
        }
    }

    fn compare(&self, path: &str) {
        let (disk, at) = (Ground::Disk, self.root.join(path));
        assert_eq!(disk.there(&at), self.memory.there(&at), "{path}");
        assert_eq!(disk.resolved(&at), self.memory.resolved(&at), "{path}");
        assert_eq!(disk.links_to(&at), self.memory.links_to(&at), "{path}");
        for most in [0, 3, 9] {
            let (one, other) = (disk.fetch(&at, most), self.memory.fetch(&at, most));
            assert_eq!(one, other, "{path} {most}");
            let one = disk.beginning(&at, most);
            assert_eq!(one, self.memory.beginning(&at, most), "{path} {most}");
        }
    }
}

fn path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "d"]);
    prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"))
}

/// The text of a link, or a path to ask for.
fn text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "d", "..", ".", "a", "b"]);
    let front = prop::sample::select(vec!["", "", "", "ROOT/", "../"]);
    let end = prop::sample::select(vec!["", "", "", "/"]);
    (front, prop::collection::vec(name, 1..4), end)
        .prop_map(|(front, names, end)| format!("{front}{}{end}", names.join("/")))
}

fn made() -> impl Strategy<Value = Vec<(String, Made)>> {
    let what = prop_oneof![
        3 => Just(()).prop_map(|()| Made::Directory),
        2 => prop::collection::vec(any::<u8>(), 0..12).prop_map(Made::File),
        2 => text().prop_map(Made::Link),
    ];
    prop::collection::vec((path(), what), 1..24)
}

impl std::fmt::Debug for Made {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Directory => write!(out, "directory"),
            Self::File(bytes) => write!(out, "file of {}", bytes.len()),
            Self::Link(text) => write!(out, "-> {text}"),
        }
    }
}

proptest! {
    #[test]
    fn a_tree_in_memory_answers_as_the_same_tree_on_a_disk(
        made in made(),
        paths in prop::collection::vec(text(), 1..20),
    ) {
        let both = both(&made);
        for path in paths.iter().chain(made.iter().map(|(path, _)| path)) {
            if !path.starts_with("ROOT") {
                both.compare(path);
            }
        }
        for follows in [true, false] {
            for below in ["", "a", "b", "a/b"] {
                both.compare_walks(below, follows);
            }
        }
    }
}

#[test]
fn nothing_of_the_machine_is_seen_and_what_is_above_are_directories() {
    let mut tree = Tree::new(Path::new("/vault/restored"));
    tree.link(b"out", b"/etc/passwd", 0).unwrap();
    let ground = Ground::Memory(Rc::new(tree));
    let there = |path: &str| ground.there(Path::new(path));
    use crate::node::There;
    assert_eq!(there("/etc/passwd"), There::Nothing);
    assert_eq!(there("/vault/restored/out"), There::Nothing);
    for path in ["/", "/vault", "/vault/restored", "/vault/restored/../.."] {
        assert_eq!(there(path), There::Directory, "{path}");
    }
    assert_eq!(there("relative"), There::Nothing);
    assert!(!ground.is_made_up(Path::new("/proc/self")));
    assert!(!ground.is_java(1) && ground.holder(Path::new("/etc/passwd")).is_none());
}

#[test]
fn content_that_is_not_held_is_refused_and_reads_as_no_beginning_only_where_it_says_nothing() {
    let mut tree = Tree::new(Path::new("/v"));
    let first = Zeroizing::new(b"begin".to_vec());
    for (name, held) in [
        ("first", Held::First(first)),
        ("plain", Held::Plain),
        ("no-room", Held::NoRoom),
    ] {
        tree.file(name.as_bytes(), (0o600, 0), 9, held).unwrap();
    }
    let without_room = tree.without_room();
    assert_eq!(without_room, (&[PathBuf::from("/v/no-room")][..], 1));
    let ground = Ground::Memory(Rc::new(tree));
    let beginning = |name: &str| ground.beginning(&Path::new("/v").join(name), 4);
    assert_eq!(beginning("first").unwrap().as_slice(), b"begi");
    assert_eq!(beginning("plain").unwrap().as_slice(), b"");
    assert!(beginning("no-room").is_err());
    for name in ["first", "plain", "no-room"] {
        let read = ground.fetch(&Path::new("/v").join(name), 100);
        assert!(read.unwrap_err().contains("was not held"), "{name}");
    }
}
