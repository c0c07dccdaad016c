//! Several folders that get one payload.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::digest::Digest;

/// Bytes that do not repeat.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

struct Media(tempfile::TempDir);

impl Media {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn folder(&self, name: &str) -> Arc<NewFolder> {
        Arc::new(NewFolder::create(self.0.path(), name).unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// All parts of a folder, one behind the other.
    fn bytes(&self, name: &str) -> Vec<u8> {
        let files = fs::read_dir(self.path(name)).unwrap();
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files
            .iter()
            .flat_map(|file| fs::read(file).unwrap())
            .collect()
    }
}

fn is_good(files: &Result<Vec<Written>>) -> bool {
    files.is_ok()
}

#[test]
fn a_payload_is_cut_into_numbered_parts_and_every_folder_has_all_of_them() {
    let media = Media::new();
    for (length, parts) in [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (3500, 4)] {
        let name = |lane: usize| format!("{length}-{lane}");
        let folders = (0..3).map(|lane| media.folder(&name(lane))).collect();
        let mut files = PayloadFiles::with_part_size(folders, false, 1000).unwrap();
        let bytes = noise(length);
        files.write_all(&bytes).unwrap();
        let finished = files.read_back().unwrap();
        assert_eq!(finished.facts.len(), parts, "{length}");
        assert!(finished.folders.iter().all(is_good));
        let only = finished.facts.len() == 1;
        for (index, part) in finished.facts.iter().enumerate() {
            let end = bytes.len().min((index + 1) * 1000);
            assert_eq!(part.sha256, Digest::of(&bytes[index * 1000..end]));
            assert_eq!(part.name == "payload.age", only);
        }
        for lane in 0..3 {
            assert_eq!(media.bytes(&name(lane)), bytes, "{length}");
        }
    }
}

/// Counts what is read of it.
struct Counted<'a>(&'a [u8], usize);

impl io::Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1 += count;
        Ok(count)
    }
}

#[test]
fn what_is_sealed_is_read_once_however_many_copies_there_are() {
    let media = Media::new();
    let names = ["a", "b", "c", "d"];
    let folders = names.map(|name| media.folder(name)).into();
    let mut files = PayloadFiles::with_part_size(folders, false, 1 << 20).unwrap();
    // the second one fails to keep up from the beginning
    *files.shared.held.lock().unwrap() = Some(1);
    let bytes = noise(20 << 20);
    let mut node = Counted(&bytes, 0);
    io::copy(&mut node, &mut files).unwrap();
    assert_eq!(node.1, bytes.len());
    *files.shared.held.lock().unwrap() = None;
    assert!(files.read_back().unwrap().folders.iter().all(is_good));
    for name in names {
        assert!(media.bytes(name) == bytes, "{name}");
    }
}

#[test]
fn a_slow_medium_holds_up_no_other_and_gets_everything_from_one_that_is_ahead() {
    let media = Media::new();
    let folders = vec![media.folder("slow"), media.folder("fast")];
    let part = 64 << 10;
    let mut files = PayloadFiles::with_part_size(folders, false, part).unwrap();
    let shared = Arc::clone(&files.shared);
    *shared.held.lock().unwrap() = Some(0);
    let bytes = noise(100 * (64 << 10));
    files.write_all(&bytes).unwrap();
    while shared.written(1).unwrap() < 99 * part {
        shared.wait();
    }
    assert_eq!(shared.written(0), Some(0), "it was not slow");
    *shared.held.lock().unwrap() = None;
    let finished = files.read_back().unwrap();
    assert!(finished.folders.iter().all(is_good));
    assert_eq!(finished.facts.len(), 100);
    for name in ["slow", "fast"] {
        assert!(media.bytes(name) == bytes, "{name}");
    }
}

#[test]
fn a_medium_that_fails_is_left_behind_only_where_it_may_be() {
    for may_lose in [true, false] {
        let media = Media::new();
        let folders = vec![media.folder("bad"), media.folder("good")];
        fs::write(media.path("bad").join("payload.age.001.unfinished"), "x").unwrap();
        let mut files = PayloadFiles::with_part_size(folders, may_lose, 1000).unwrap();
        let bytes = noise(5000);
        let written = files
            .write_all(&bytes)
            .map_err(|error| Error::unwrap_io(error, "write"));
        let finished = written.and_then(|()| files.read_back());
        let is_bad = |error: &Error| matches!(error, Error::Exists(path) if path.starts_with(media.path("bad")));
        match (may_lose, finished) {
            (true, Ok(finished)) => {
                assert!(finished.folders[0].as_ref().is_err_and(is_bad));
                assert!(is_good(&finished.folders[1]));
                assert_eq!(media.bytes("good"), bytes);
            }
            (false, Err(error)) => assert!(is_bad(&error), "{error}"),
            (_, other) => panic!("{may_lose}: {:?}", other.map(|_| "done")),
        }
    }
}

/// The first medium wrote nothing yet, the others everything; with the bytes that they got.
fn one_behind(media: &Media, names: &[&str], part: u64) -> (PayloadFiles, Vec<u8>) {
    let folders: Vec<_> = names.iter().map(|name| media.folder(name)).collect();
    let mut files = PayloadFiles::with_part_size(folders, true, part).unwrap();
    *files.shared.held.lock().unwrap() = Some(0);
    let bytes = noise(20 * BLOCK);
    files.write_all(&bytes).unwrap();
    for lane in 1..names.len() {
        while files.shared.written(lane) != Some(bytes.len() as u64) {
            files.shared.wait();
        }
    }
    assert_eq!(files.shared.written(0), Some(0), "it was not behind");
    (files, bytes)
}

/// Changes a byte of what a medium holds, near the end, behind what the one that is behind was handed.
fn spoil(media: &Media, name: &str) {
    let path = media.path(name).join("payload.age.000.unfinished");
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
}

#[test]
fn a_medium_that_is_behind_does_not_wait_for_ever_for_one_that_failed() {
    let media = Media::new();
    let (files, _) = one_behind(&media, &["slow", "fast"], PART);
    let shared = Arc::clone(&files.shared);
    spoil(&media, "fast");
    let release = std::thread::spawn(move || {
        while shared.written(1).is_some() {
            shared.wait();
        }
        *shared.held.lock().unwrap() = None;
    });
    let error = files.read_back().err().unwrap();
    release.join().unwrap();
    let is_fast = |error: &Error| matches!(error, Error::ReadBack(path) if path.starts_with(media.path("fast")));
    assert!(is_fast(&error), "{error}");
}

#[test]
fn a_medium_that_is_behind_goes_on_with_another_when_one_cannot_be_read() {
    let media = Media::new();
    let (files, bytes) = one_behind(&media, &["slow", "fast", "gone"], PART);
    // the last of those that are ahead is read from first
    fs::remove_dir_all(media.path("gone")).unwrap();
    *files.shared.held.lock().unwrap() = None;
    let finished = files.read_back().unwrap();
    assert!(is_good(&finished.folders[0]));
    assert!(media.bytes("slow") == bytes);
}

#[test]
fn wrong_bytes_of_the_source_are_not_held_against_the_medium_that_got_them() {
    let media = Media::new();
    let (files, bytes) = one_behind(&media, &["slow", "good", "bad"], PART);
    spoil(&media, "bad");
    // the last of those that are ahead is read from first
    *files.shared.held.lock().unwrap() = None;
    while files.shared.written(0) != Some(bytes.len() as u64) {
        files.shared.wait();
    }
    let finished = files.read_back().unwrap();
    let (slow, bad) = (&finished.folders[0], &finished.folders[2]);
    assert!(is_good(&finished.folders[1]));
    assert!(matches!(slow, Err(Error::NoSource(_))), "{slow:?}");
    assert!(matches!(bad, Err(Error::ReadBack(_))), "{bad:?}");
}

#[test]
fn when_every_medium_fails_the_first_reason_is_said_and_no_folder_stays_in_use() {
    let media = Media::new();
    let folders = vec![media.folder("a"), media.folder("b")];
    for name in ["a", "b"] {
        fs::write(media.path(name).join("payload.age.000.unfinished"), "x").unwrap();
    }
    let mut files = PayloadFiles::with_part_size(folders.clone(), true, 1000).unwrap();
    let written = files
        .write_all(&noise(5000))
        .map_err(|error| Error::unwrap_io(error, "write"));
    let error = written.and_then(|()| files.read_back()).err().unwrap();
    assert!(matches!(error, Error::Exists(_)), "{error}");
    for folder in folders {
        assert!(Arc::into_inner(folder).is_some());
    }
}

#[test]
fn what_is_dropped_in_the_middle_lets_go_of_its_folders() {
    let media = Media::new();
    let folder = media.folder("a");
    let folders = vec![Arc::clone(&folder), media.folder("b")];
    let mut files = PayloadFiles::with_part_size(folders, true, 1000).unwrap();
    files.write_all(&noise(5000)).unwrap();
    drop(files);
    let folder = Arc::into_inner(folder).unwrap();
    assert_eq!(folder.discard(), Vec::<PathBuf>::new());
    assert!(!media.path("a").exists());
}
