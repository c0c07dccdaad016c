//! Putting things back where they were: whole or not at all, over nothing, through no link.

use super::*;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

/// A directory without links in its path.
fn scene() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(dir.path()).unwrap();
    (dir, real)
}

fn put(homes: &mut Homes, path: &Path, content: &[u8]) -> Result<()> {
    homes.file(&bytes(path), 0o640, 1_770_000_000, |file| {
        file.write_all(content).map_err(Error::io("write", path))
    })
}

#[test]
fn a_file_comes_to_its_place_with_the_directories_that_are_missing() {
    let (_dir, top) = scene();
    let mut homes = Homes::default();
    homes.directory(&bytes(&top.join("a/b")), 0o500, 5).unwrap();
    put(&mut homes, &top.join("a/b/f"), b"content").unwrap();
    homes.link(&bytes(&top.join("a/l")), b"b/f", 7).unwrap();
    assert_eq!(homes.finish().unwrap(), 0);
    let about = |name: &str| fs::symlink_metadata(top.join(name)).unwrap();
    assert_eq!(fs::read(top.join("a/l")).unwrap(), b"content");
    assert_eq!(about("a/b/f").mode() & 0o7777, 0o640);
    assert_eq!(about("a/b/f").mtime(), 1_770_000_000);
    assert_eq!(
        (about("a/b").mode() & 0o7777, about("a/b").mtime()),
        (0o500, 5)
    );
    assert_eq!(about("a").mode() & 0o7777, 0o700);
    fs::set_permissions(
        top.join("a/b"),
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .unwrap();
    assert_eq!(fs::read_dir(top.join("a/b")).unwrap().count(), 1);
}

#[test]
fn nothing_is_replaced_whatever_is_there() {
    let (_dir, top) = scene();
    fs::write(top.join("file"), "old").unwrap();
    symlink("nowhere", top.join("link")).unwrap();
    fs::create_dir(top.join("directory")).unwrap();
    for name in ["file", "link", "directory"] {
        let mut homes = Homes::default();
        let taken = put(&mut homes, &top.join(name), b"new");
        assert!(matches!(taken, Err(Error::Exists(_))), "{name}: {taken:?}");
        let taken = homes.link(&bytes(&top.join(name)), b"x", 0);
        assert!(matches!(taken, Err(Error::Exists(_))), "{name}: {taken:?}");
    }
    assert_eq!(fs::read(top.join("file")).unwrap(), b"old");
    assert_eq!(fs::read_dir(&top).unwrap().count(), 3);
}

#[test]
fn a_directory_that_is_there_keeps_its_mode() {
    let (_dir, top) = scene();
    let before = fs::metadata(&top).unwrap();
    let mut homes = Homes::default();
    homes.directory(&bytes(&top), 0o711, 9).unwrap();
    homes.finish().unwrap();
    let after = fs::metadata(&top).unwrap();
    assert_eq!(
        (after.mode(), after.mtime()),
        (before.mode(), before.mtime())
    );
}

#[test]
fn a_link_on_the_way_is_named_and_not_followed() {
    let ((_dir, top), (_other, elsewhere)) = (scene(), scene());
    symlink(&elsewhere, top.join("way")).unwrap();
    fs::write(elsewhere.join("f"), "theirs").unwrap();
    let home = bytes(&top.join("way/f"));
    match standing(&home).unwrap() {
        Standing::Barred(at) => assert_eq!(at, top.join("way")),
        other => panic!("{other:?}"),
    }
    let mut homes = Homes::default();
    let refused = put(&mut homes, &top.join("way/new/f"), b"x");
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    assert!(
        homes
            .directory(&bytes(&top.join("way/d")), 0o700, 0)
            .is_err()
    );
    assert!(homes.link(&bytes(&top.join("way/l")), b"x", 0).is_err());
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
}

#[test]
fn what_stands_somewhere_is_told_apart() {
    let (_dir, top) = scene();
    fs::write(top.join("file"), "old").unwrap();
    symlink("nowhere", top.join("link")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, top.join("pipe"), Mode::RUSR).unwrap();
    let at = |name: &str| standing(&bytes(&top.join(name))).unwrap();
    assert!(matches!(at("file"), Standing::File(_)));
    assert!(matches!(at("link"), Standing::Link(target) if target == b"nowhere"));
    assert!(matches!(at("pipe"), Standing::Special));
    assert!(matches!(at("none"), Standing::Nothing));
    assert!(matches!(at("none/deep"), Standing::Nothing));
    assert!(matches!(at("file/deep"), Standing::Barred(_)));
    assert!(matches!(
        standing(&bytes(&top)).unwrap(),
        Standing::Directory
    ));
    for bad in [&b"relative"[..], b"/a/../b", b"/a//b", b""] {
        assert!(
            matches!(standing(bad), Err(Error::Refused { .. })),
            "{bad:?}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_filled_leaves_nothing() {
    let (_dir, top) = scene();
    let mut homes = Homes::default();
    let stopped = homes.file(&bytes(&top.join("f")), 0o600, 0, |_| {
        Err(Error::Interrupted)
    });
    assert!(matches!(stopped, Err(Error::Interrupted)));
    assert_eq!(fs::read_dir(&top).unwrap().count(), 0);
}

#[test]
fn a_directory_that_cannot_be_flushed_is_an_error() {
    let (_dir, top) = scene();
    let failing = |errno: Errno| move |_: &File| Err(errno.into());
    let failed = flush(&bytes(&top), failing(Errno::IO));
    assert!(matches!(failed, Err(Error::Io { .. })), "{failed:?}");
    flush(&bytes(&top), failing(Errno::INVAL)).unwrap();
    flush(&bytes(&top.join("none")), failing(Errno::IO)).unwrap();
}

#[test]
fn one_directory_that_is_gone_does_not_keep_the_others_from_their_modes() {
    let (_dir, top) = scene();
    let mut homes = Homes::default();
    for name in ["a", "b"] {
        let home = bytes(&top.join(name));
        homes.directory(&home, 0o750, 5).unwrap();
    }
    fs::remove_dir(top.join("b")).unwrap();
    let failed = homes.finish();
    assert!(matches!(failed, Err(Error::Io { .. })), "{failed:?}");
    let about = fs::metadata(top.join("a")).unwrap();
    assert_eq!((about.mode() & 0o7777, about.mtime()), (0o750, 5));
}

#[test]
fn what_could_not_be_removed_is_named() {
    let (_dir, top) = scene();
    let mut homes = Homes::default();
    let mut stood = PathBuf::new();
    let failed = homes.file(&bytes(&top.join("f")), 0o640, 5, |_| {
        stood = fs::read_dir(&top).unwrap().next().unwrap().unwrap().path();
        // What stands there now no unlink removes.
        fs::remove_file(&stood).unwrap();
        fs::create_dir(&stood).unwrap();
        Err(Error::Interrupted)
    });
    assert!(matches!(failed, Err(Error::Interrupted)), "{failed:?}");
    assert_eq!(homes.left(), Some(stood.as_path()));

    let mut homes = Homes::default();
    homes
        .file(&bytes(&top.join("g")), 0o640, 5, |_| {
            Err(Error::Interrupted)
        })
        .unwrap_err();
    assert_eq!(homes.left(), None);
}
