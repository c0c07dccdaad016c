//! A node, eight media and what the program wrote onto them: two copies of the vault, two of each of three shares.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use coldvault::media::Sums;
use tempfile::TempDir;

use crate::support::{Ran, keep_secret, run};

pub(crate) const NOTE: &str = "the store password is correct-horse-battery";
pub(crate) const CUSTODIANS: [&str; 3] = ["legal", "audit", "ops"];
pub(crate) const VAULTS: [&str; 2] = ["v1", "v2"];
pub(crate) const SHARES: [&str; 6] = ["legal1", "legal2", "audit1", "audit2", "ops1", "ops2"];

/// The flags that name every medium, for `seal`.
const PLACES: &str = "--threshold 2 --custodian legal --custodian audit --custodian ops \
    --vault-to v1 --vault-to v2 --share-to legal=legal1 --share-to legal=legal2 \
    --share-to audit=audit1 --share-to audit=audit2 --share-to ops=ops1 --share-to ops=ops2";

/// A directory with the node, the note and the media. The program runs in it, so names are short.
pub(crate) struct Scene(TempDir);

impl Scene {
    /// Nothing sealed yet: a small node and empty media.
    pub(crate) fn new() -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        for medium in VAULTS.iter().chain(&SHARES) {
            fs::create_dir(scene.at(medium)).unwrap();
        }
        scene.put("node/node.conf", CONFIGURATION.as_bytes());
        scene.put("node/certificates/nodekeystore.jks", KEYSTORE);
        scene.put("node/empty", b"");
        symlink("../node.conf", scene.at("node/certificates/link")).unwrap();
        scene.put("note.txt", NOTE.as_bytes());
        keep_secret(NOTE);
        scene
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs the program with words that have no blanks in them.
    pub(crate) fn run(&self, words: &str) -> Ran {
        run(self.dir(), &words.split_whitespace().collect::<Vec<_>>())
    }

    /// The words of a sealing of `node` to all media, and `more`.
    pub(crate) fn seal_words(more: &str) -> String {
        format!("seal node --label Bank-A {PLACES} {more}")
    }

    /// Seals, and from then on keeps the secrets of what was sealed.
    pub(crate) fn seal(&self, more: &str) -> Ran {
        let ran = self.run(&Self::seal_words(more));
        if ran.status == Some(0) {
            self.keep_secrets();
            ran.tells_no_secret();
        }
        ran
    }

    /// The one coldvault folder on a medium.
    pub(crate) fn folder(&self, medium: &str) -> PathBuf {
        let found = coldvault::media::find(&self.at(medium), "coldvault-").unwrap();
        let [folder] = found.paths.as_slice() else {
            panic!("{medium}: {:?}", found.paths)
        };
        folder.clone()
    }

    /// A file in the one coldvault folder on a medium.
    pub(crate) fn file(&self, medium: &str, name: &str) -> PathBuf {
        self.folder(medium).join(name)
    }

    /// Replaces text in a carrier's file.
    #[track_caller]
    pub(crate) fn edit(&self, medium: &str, name: &str, from: &str, to: &str) {
        let path = self.file(medium, name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is not in {path:?}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// Changes one byte in the middle of a carrier's file.
    pub(crate) fn damage(&self, medium: &str, name: &str) {
        let path = self.file(medium, name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
    }

    /// Writes `SHA256SUMS` anew, as a forger would.
    pub(crate) fn rehash(&self, medium: &str) {
        let folder = self.folder(medium);
        let sums = folder.join("SHA256SUMS");
        let listed = Sums::parse(&fs::read(&sums).unwrap(), &sums).unwrap();
        let mut fresh = Sums::default();
        for (name, _) in listed.iter() {
            if let Ok(bytes) = fs::read(folder.join(name)) {
                let digest = coldvault::digest::Digest::of(&bytes);
                fresh.add(name, digest).unwrap();
            }
        }
        fs::write(sums, fresh.to_text()).unwrap();
    }

    /// Puts a medium of another scene on this table, under a new name.
    pub(crate) fn bring(&self, other: &Self, medium: &str, name: &str) {
        copy_tree(&other.at(medium), &self.at(name));
    }

    /// The vault id that the carriers say.
    pub(crate) fn id(&self) -> String {
        self.manifest().public_key.vault_id().hex()
    }

    /// Nothing is on the medium.
    #[track_caller]
    pub(crate) fn is_bare(&self, place: &str) {
        let left = tree(&self.at(place)).into_iter().map(|(path, _)| path);
        let left: Vec<PathBuf> = left.collect();
        assert!(left.is_empty(), "{place} is not empty: {left:?}");
    }

    /// Nothing is there at all.
    #[track_caller]
    pub(crate) fn is_absent(&self, place: &str) {
        assert!(!self.at(place).exists(), "{place} is there");
    }

    /// What `out` holds is what `node` holds.
    #[track_caller]
    pub(crate) fn is_restored(&self, out: &str) {
        let came = tree(&self.at(out).join("node"));
        assert_eq!(came, tree(&self.at("node")));
    }

    /// Empties every medium.
    pub(crate) fn clear_media(&self) {
        self.clear_all_but("");
    }

    /// Empties every medium but this one.
    pub(crate) fn clear_all_but(&self, kept: &str) {
        let all = VAULTS.iter().chain(&SHARES);
        for medium in all.filter(|medium| **medium != kept) {
            fs::remove_dir_all(self.at(medium)).unwrap();
            fs::create_dir(self.at(medium)).unwrap();
        }
    }

    pub(crate) fn copy(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in names(self.dir()) {
            copy_tree(&self.at(&name), &dir.path().join(&name));
        }
        Self(dir)
    }
}

/// The sample's, which opens with the password that the configuration says.
pub(crate) const KEYSTORE: &[u8] = include_bytes!("../fixtures/node/certificates/nodekeystore.jks");
/// Of a node that makes its other stores itself.
pub(crate) const CONFIGURATION: &str = "myLegalName = \"O=Sample Bank, L=Zurich, C=CH\"\nkeyStorePassword = \"sample-only\"\n\
     devMode = true\n";

/// Names in a directory, sorted.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Everything below a directory: path, and content or link target.
pub(crate) fn tree(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    for name in names {
        let path = dir.join(&name);
        let about = fs::symlink_metadata(&path).unwrap();
        if about.is_dir() {
            let below = tree(&path).into_iter();
            found.push((name.clone().into(), b"directory".to_vec()));
            found.extend(below.map(|(path, content)| (Path::new(&name).join(path), content)));
        } else if about.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            found.push((name.into(), target.into_os_string().into_encoded_bytes()));
        } else {
            found.push((name.into(), fs::read(&path).unwrap()));
        }
    }
    found
}

pub(crate) fn copy_tree(from: &Path, to: &Path) {
    let about = fs::symlink_metadata(from).unwrap();
    if about.is_symlink() {
        symlink(fs::read_link(from).unwrap(), to).unwrap();
    } else if about.is_dir() {
        fs::create_dir(to).unwrap();
        for name in names(from) {
            copy_tree(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// Seals at most a few times per test run: the last user removes it.
fn shared(place: &Mutex<Weak<Scene>>, kind: &str) -> Scene {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    let scene = place.upgrade().unwrap_or_else(|| {
        let scene = Scene::new();
        scene.seal(kind).exits(0);
        Arc::new(scene)
    });
    *place = Arc::downgrade(&scene);
    drop(place);
    scene.copy()
}

/// A rehearsal vault with a note.
pub(crate) fn sealed() -> Scene {
    static PLACE: Mutex<Weak<Scene>> = Mutex::new(Weak::new());
    shared(&PLACE, "--note note.txt --rehearsal")
}

/// Another rehearsal vault of the same label, as an older one of the series is.
pub(crate) fn another() -> Scene {
    static PLACE: Mutex<Weak<Scene>> = Mutex::new(Weak::new());
    shared(&PLACE, "--rehearsal")
}

/// A production vault, sealed with exceptions because a test has one disk.
pub(crate) fn production() -> Scene {
    static PLACE: Mutex<Weak<Scene>> = Mutex::new(Weak::new());
    shared(&PLACE, EXCEPTIONS)
}

/// What lets a production sealing go on a machine for tests.
pub(crate) const EXCEPTIONS: &str = "--exception devices=test --exception host=test";
