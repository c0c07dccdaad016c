//! A Corda-like node that belongs to nobody: for `rehearse`, and for tests.
//!
//! Knows what such a node's directory looks like and writes one, byte for byte the same every time, so that a
//! rehearsal can compare what it restored. Knows nothing of vaults. Its keys are published in our source:
//! nothing that this module writes is a secret.

use std::fs::{DirBuilder, OpenOptions, Permissions, set_permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

use crate::error::{Error, Result};

/// What is in one place of the node.
enum Thing {
    /// A directory.
    Directory,
    /// A symbolic link with this target.
    Link(&'static str),
    /// A file kept in our source.
    Kept(&'static [u8]),
    /// So many bytes that do not compress, from this seed. Not random: they are the same on every machine.
    Noise { seed: u64, length: usize },
    /// So many bytes of a message journal: a short record at the start of each 4 KiB page, zeros after it.
    Journal { length: usize },
    /// So many bytes of log lines.
    Log { length: usize },
}

/// One place in the node: path, permissions, what is there. A directory stands before what is in it.
type Place = (&'static str, u32, Thing);

/// The file in it that no sealing takes.
pub const VOLATILE: &str = "process-id";

/// The node. It has what a sealing has to cope with: JKS and PKCS#12 both called `.jks`, files that everyone may
/// read, an empty file, an empty directory, a link, a program, and a name outside ASCII.
const PLACES: &[Place] = &[
    ("additional-node-infos", 0o755, Thing::Directory),
    (
        "additional-node-infos/nodeInfo-Zürich-7F3A",
        0o644,
        Thing::Noise {
            seed: 1,
            length: 1500,
        },
    ),
    ("artemis", 0o700, Thing::Directory),
    ("artemis/journal", 0o700, Thing::Directory),
    (
        "artemis/journal/activemq-data-1.amq",
        0o600,
        Thing::Journal { length: 1 << 20 },
    ),
    ("bin", 0o755, Thing::Directory),
    ("bin/start.sh", 0o755, Thing::Kept(START)),
    ("certificates", 0o700, Thing::Directory),
    (
        "certificates/current",
        0o777,
        Thing::Link("nodekeystore.jks"),
    ),
    (
        "certificates/nodekeystore.jks",
        0o644,
        Thing::Kept(include_bytes!(
            "../tests/fixtures/node/certificates/nodekeystore.jks"
        )),
    ),
    (
        "certificates/sslkeystore.jks",
        0o644,
        Thing::Kept(include_bytes!(
            "../tests/fixtures/node/certificates/sslkeystore.jks"
        )),
    ),
    (
        "certificates/truststore.jks",
        0o644,
        Thing::Kept(include_bytes!(
            "../tests/fixtures/node/certificates/truststore.jks"
        )),
    ),
    ("cordapps", 0o755, Thing::Directory),
    ("cordapps/config", 0o755, Thing::Directory),
    (
        "cordapps/sample-contracts-1.0.jar",
        0o644,
        Thing::Noise {
            seed: 2,
            length: 260_000,
        },
    ),
    (
        "cordapps/sample-workflows-1.0.jar",
        0o644,
        Thing::Noise {
            seed: 3,
            length: 390_001,
        },
    ),
    ("drivers", 0o755, Thing::Directory),
    ("logs", 0o755, Thing::Directory),
    ("logs/node.log", 0o640, Thing::Log { length: 200_000 }),
    (
        "network-parameters",
        0o644,
        Thing::Kept(include_bytes!("../tests/fixtures/node/network-parameters")),
    ),
    (
        "node.conf",
        0o600,
        Thing::Kept(include_bytes!("../tests/fixtures/node/node.conf")),
    ),
    (
        "persistence.mv.db",
        0o600,
        Thing::Noise {
            seed: 4,
            length: 2 << 20,
        },
    ),
    (VOLATILE, 0o644, Thing::Kept(b"")),
];

const START: &[u8] = b"#!/bin/sh\n\
    # Starts the sample node. There is no such node: this file is here to be sealed and restored.\n\
    exec java -jar corda.jar --base-directory \"$(dirname \"$0\")/..\"\n";

/// 2026-03-01T09:00:00Z, the time of the node directory itself.
const BEGIN: i64 = 1_772_355_600;
/// Each place is this many seconds younger than the one before it, so that mixed-up times are seen.
const STEP: i64 = 61;

/// Writes the sample node as the new directory `dir`: about 4 MiB, with fixed contents, permissions and times.
///
/// # Errors
/// [`Error::Exists`] when something is there already; [`Error::Io`] when the system cannot write.
pub fn write(dir: &Path) -> Result<()> {
    make_directory(dir, 0o755)?;
    for (path, mode, thing) in PLACES {
        make(&dir.join(path), *mode, thing)?;
    }
    // Only now: making a file changes the time of the directory that it is in.
    for ((path, _, _), step) in PLACES.iter().zip(1..) {
        set_time(&dir.join(path), BEGIN + STEP * step)?;
    }
    set_time(dir, BEGIN)
}

fn make(path: &Path, mode: u32, thing: &Thing) -> Result<()> {
    match thing {
        Thing::Directory => make_directory(path, mode),
        Thing::Link(target) => symlink(target, path).map_err(failed("create", path)),
        Thing::Kept(content) => make_file(path, mode, content),
        Thing::Noise { seed, length } => make_file(path, mode, &noise(*seed, *length)),
        Thing::Journal { length } => make_file(path, mode, &journal(*length)),
        Thing::Log { length } => make_file(path, mode, &log(*length)),
    }
}

fn make_directory(path: &Path, mode: u32) -> Result<()> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(failed("create", path))?;
    set_mode(path, mode)
}

fn make_file(path: &Path, mode: u32, content: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed("create", path))?;
    file.write_all(content).map_err(failed("write", path))?;
    set_mode(path, mode)
}

/// Sets the permissions in a step of their own: those given at creation are cut by the umask.
fn set_mode(path: &Path, mode: u32) -> Result<()> {
    set_permissions(path, Permissions::from_mode(mode))
        .map_err(failed("set the permissions of", path))
}

/// Sets the time of last change, and of last access with it, of the file, directory or link itself.
fn set_time(path: &Path, seconds: i64) -> Result<()> {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|error| failed("set the time of", path)(error.into()))
}

fn failed<'p>(
    doing: &'static str,
    path: &'p Path,
) -> impl FnOnce(std::io::Error) -> Error + use<'p> {
    move |error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
        _ => Error::io(doing, path)(error),
    }
}

/// Bytes that no compressor shortens. Xorshift64*, because it is five lines and the same everywhere; never for keys.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend(state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn journal(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 4096);
    for page in 0.. {
        if bytes.len() >= length {
            break;
        }
        let mut record = format!("AMQ journal page {page:06}\n").into_bytes();
        record.resize(4096, 0);
        bytes.extend(record);
    }
    bytes.truncate(length);
    bytes
}

fn log(length: usize) -> Vec<u8> {
    let mut text = String::with_capacity(length + 128);
    for line in 0_u32.. {
        if text.len() >= length {
            break;
        }
        let (minute, second, peer) = (line / 60 % 60, line % 60, line * 7 % 13);
        text.push_str(&format!(
            "[INFO ] 2026-03-01T09:{minute:02}:{second:02}Z [Node thread-{peer}] flow.{line:06} - step {peer} done\n"
        ));
    }
    text.truncate(length);
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::path::PathBuf;

    use super::*;

    /// Path to (permissions with type, time, size or 0 for a directory, bytes or link target).
    fn tree(root: &Path) -> BTreeMap<PathBuf, (u32, i64, Vec<u8>)> {
        let mut found = BTreeMap::new();
        let mut todo = vec![root.to_owned()];
        while let Some(path) = todo.pop() {
            let meta = path.symlink_metadata().unwrap();
            let content = if meta.is_dir() {
                todo.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
                Vec::new()
            } else if meta.is_symlink() {
                fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            let name = path.strip_prefix(root).unwrap().to_owned();
            found.insert(name, (meta.mode(), meta.mtime(), content));
        }
        found
    }

    #[test]
    fn the_same_node_comes_out_every_time() {
        let place = tempfile::tempdir().unwrap();
        let (first, second) = (place.path().join("first"), place.path().join("second"));
        write(&first).unwrap();
        write(&second).unwrap();
        let tree = tree(&first);
        assert_eq!(tree, self::tree(&second));
        assert_eq!(tree.len(), PLACES.len() + 1);
    }

    #[test]
    fn it_is_about_four_mebibytes_and_nothing_in_it_depends_on_the_machine() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("node");
        write(&dir).unwrap();
        let tree = tree(&dir);
        let size: usize = tree.values().map(|(_, _, content)| content.len()).sum();
        assert!((3_800_000..4_200_000).contains(&size), "{size}");
        let database = &tree[Path::new("persistence.mv.db")];
        assert_eq!(database.0, 0o100_600);
        assert_eq!(database.1, BEGIN + 22 * STEP);
        // The first words of xorshift64* for this seed, computed apart from this program.
        assert_eq!(database.2[..16], NOISE_4);
        assert_eq!(tree[Path::new("")], (0o40_755, BEGIN, Vec::new()));
        assert_eq!(tree[Path::new("process-id")].2, b"");
        let link = &tree[Path::new("certificates/current")];
        assert_eq!(
            link,
            &(0o120_777, BEGIN + 9 * STEP, b"nodekeystore.jks".to_vec())
        );
    }

    const NOISE_4: [u8; 16] = [
        0x22, 0xDC, 0x5E, 0x07, 0xAD, 0xB8, 0x3A, 0x24, 0xD6, 0xEF, 0x8C, 0x2F, 0xCF, 0xA4, 0x6E,
        0x8B,
    ];

    #[test]
    fn one_keystore_is_jks_and_one_is_pkcs12_under_the_same_kind_of_name() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("node");
        write(&dir).unwrap();
        let begin =
            |name: &str| fs::read(dir.join("certificates").join(name)).unwrap()[..4].to_vec();
        assert_eq!(begin("nodekeystore.jks"), [0xFE, 0xED, 0xFE, 0xED]);
        assert_eq!(begin("truststore.jks"), [0xFE, 0xED, 0xFE, 0xED]);
        assert_eq!(begin("sslkeystore.jks")[..2], [0x30, 0x82]);
    }

    #[test]
    fn a_directory_that_exists_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("mine"), b"mine").unwrap();
        let refused = write(place.path());
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
