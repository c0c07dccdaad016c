//! What lies at a place: which of the carriers that are waited for, and whether it lies where it was written besides.
//!
//! Knows carriers by what was written onto them, and media as far as they can be told apart.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::Waiting;
use crate::carrier::CARRIER;
use crate::digest::Digest;
use crate::media::{Medium, Mount, Mounts, OpenFolder};

/// What was mounted since the last look.
pub(super) fn fresh(seen: &mut Mounts) -> Option<Vec<Mount>> {
    let before = seen.clone();
    if !seen.update() {
        return None;
    }
    let fresh = seen.new_since(&before);
    (!fresh.is_empty()).then_some(fresh)
}

/// Which of them lies at a place: by its `carrier.json`, which has a random number in it; one that cannot be read any more
/// by its folder and its medium.
pub(super) fn which(dir: &Path, waiting: &[Waiting]) -> Option<usize> {
    let by_medium = |one: &Waiting| {
        let medium = Medium::at(dir);
        dir.join(&one.folder).is_dir()
            && medium.is_medium()
            && medium.not_apart(&one.medium).is_some()
    };
    let mut all = waiting.iter();
    all.position(|one| lies_at(dir, one))
        .or_else(|| waiting.iter().position(by_medium))
}

/// Whether what lies at `dir` lies where it was written, too: then one of the two is a copy of the other, and neither
/// was out. Another way to the same folder is none.
pub(super) fn is_still_there(dir: &Path, one: &Waiting) -> bool {
    let identity = |dir: &Path| {
        let about = fs::metadata(dir.join(&one.folder)).ok()?;
        Some((about.dev(), about.ino()))
    };
    lies_at(&one.dir, one) && identity(dir) != identity(&one.dir)
}

/// By the number in its `carrier.json`.
fn lies_at(dir: &Path, one: &Waiting) -> bool {
    let Some(written) = one.files.iter().find(|file| file.name == CARRIER) else {
        return false;
    };
    let said = || -> Option<Digest> {
        let folder = OpenFolder::open(&dir.join(&one.folder)).ok()?;
        let most = usize::try_from(written.bytes).ok()?;
        Some(Digest::of(&folder.read_small(CARRIER, most).ok()??))
    };
    said() == Some(written.digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::NewFolder;

    #[test]
    fn a_copy_of_the_folder_does_not_pass_while_the_one_that_was_written_lies_where_it_was() {
        let parent = tempfile::tempdir().unwrap();
        let dir = |name: &str| parent.path().join(name);
        for name in ["written", "copied/thing"] {
            fs::create_dir_all(dir(name)).unwrap();
        }
        let folder = NewFolder::create(&dir("written"), "thing").unwrap();
        folder.put(CARRIER, b"a number").unwrap();
        let one = Waiting {
            index: 0,
            name: "a".into(),
            holds: "b".into(),
            files: folder.contents(),
            dir: dir("written"),
            medium: Medium::at(&dir("written")),
            folder: "thing".into(),
        };
        let from = folder.path().join(CARRIER);
        let to = dir("copied/thing").join(CARRIER);
        fs::copy(&from, &to).unwrap();
        std::os::unix::fs::symlink("written", dir("link")).unwrap();
        let waiting = [one];
        assert_eq!(which(&dir("copied"), &waiting), Some(0));
        assert!(is_still_there(&dir("copied"), &waiting[0]));
        for same in ["written", "link", "copied/../written"] {
            assert!(!is_still_there(&dir(same), &waiting[0]), "{same}");
        }
        fs::remove_file(from).unwrap();
        assert!(!is_still_there(&dir("copied"), &waiting[0]), "it was moved");
        fs::write(to, "a nombre").unwrap();
        assert!(!lies_at(&dir("copied"), &waiting[0]));
    }
}
