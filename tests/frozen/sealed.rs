//! A small node, sealed by the real program, and what a quorum can do with the result.
//!
//! Knows the program's command line and the library; not which scenarios are made of it.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use coldvault::digest::Digest;
use coldvault::key::VaultKey;
use coldvault::manifest::{self, Manifest, ReadManifest};
use coldvault::quorum::Table;
use coldvault::secret::SecretBytes;
use coldvault::share::{self, ReadShare, Share};
use coldvault::signature::Identity;
use rustix::fs::{AtFlags, CWD, FileType, Mode, Timespec, Timestamps, mknodat, utimensat};

use super::vector::{Found, listed};

/// 2026-02-02T02:40:00Z, the time of most things.
const TIME: i64 = 1_770_000_000;
/// The names of custodians, share 1 first.
const CUSTODIANS: [&str; 5] = ["Legal", "Operations", "Finance", "Zürich Räte", "Audit"];
/// What is on a carrier and no restore needs.
const FOR_PEOPLE: [&str; 2] = ["README.txt", "RECOVERY.txt"];

/// What is at a place of a node.
pub(crate) enum What {
    Directory,
    File(&'static [u8]),
    Link(&'static [u8]),
    /// A link out of the node directory, to a file with this content.
    Outside(&'static [u8]),
    Fifo,
    /// A file with this content that is left out on purpose.
    Left(&'static [u8]),
}

/// A place of a node: path below it, what is there, permissions, time.
pub(crate) type Place = (&'static [u8], What, u32, i64);

/// Directories, a name that is not UTF-8, one that is too long for a tar header, a time before 1970, an empty file, an
/// empty directory and a link.
pub(crate) const NODE: &[Place] = &[
    (b"", What::Directory, 0o750, TIME),
    (b"certificates", What::Directory, 0o700, TIME - 7),
    (b"certificates/current", What::Link(b"nodekeystore.jks"), 0, TIME + 5),
    (
        b"certificates/nodekeystore.jks",
        What::File(b"no keystore, only the name of one"),
        0o600,
        TIME + 1,
    ),
    (b"caf\xe9 \xff.conf", What::File(b"name = \"caf\xe9\"\n"), 0o640, TIME + 2),
    (b"empty", What::Directory, 0o755, TIME + 3),
    (b"lock", What::File(b""), 0o644, -86_400),
    (
        b"a-name-of-a-hundred-and-twenty-bytes-that-does-not-fit-into-the-header-of-a-tar-member-and-needs-a-record-of-its-own.txt",
        What::File(b"long\n"),
        0o444,
        TIME + 4,
    ),
];

/// A second node: something from outside, and something that is not kept.
pub(crate) const OTHER: &[Place] = &[
    (b"", What::Directory, 0o700, TIME + 10),
    (
        b"node.conf",
        What::File(b"myLegalName = \"O=Vector\"\n"),
        0o600,
        TIME + 11,
    ),
    (
        b"shared.jks",
        What::Outside(b"from outside\n"),
        0o640,
        TIME + 12,
    ),
    (b"socket-like", What::Fifo, 0o600, TIME + 13),
];

/// Where [`KEYS`] says that something lies outside. Made and removed again: the path is in the vector.
const AWAY: &str = "/opt/coldvault-vector";

/// A third node, with real keystores: a database, a lock and a program that the keys scope leaves out.
pub(crate) const KEYS: &[Place] = &[
    (b"", What::Directory, 0o750, TIME + 20),
    (b"bin", What::Left(b"a program\n"), 0o755, TIME + 21),
    (b"certificates", What::Directory, 0o700, TIME + 22),
    (
        b"certificates/nodekeystore.jks",
        What::File(include_bytes!(
            "../fixtures/node/certificates/nodekeystore.jks"
        )),
        0o600,
        TIME + 23,
    ),
    (
        b"node.conf",
        What::File(
            b"keyStorePassword = \"sample-only\"\n\
              rpcSettings.ssl.keyStorePath = \"/opt/coldvault-vector/rpc.jks\"\n",
        ),
        0o600,
        TIME + 24,
    ),
    (
        b"persistence.mv.db",
        What::Left(b"H:2,block:1\n"),
        0o600,
        TIME + 25,
    ),
    (b"process-id", What::Left(b"1\n"), 0o644, TIME + 26),
];

/// What [`KEYS`] names outside.
const RPC: &[u8] = include_bytes!("../fixtures/node/certificates/truststore.jks");

/// What is to be sealed, and how.
pub(crate) struct Order {
    pub(crate) label: &'static str,
    pub(crate) k: u8,
    pub(crate) n: usize,
    pub(crate) rehearsal: bool,
    /// Each is called `node`.
    pub(crate) nodes: &'static [&'static [Place]],
    pub(crate) note: Option<&'static str>,
    /// Whether only keys are sealed, and what the node names in [`AWAY`].
    pub(crate) keys: bool,
}

/// What came of it, with everything that a quorum knows.
pub(crate) struct Sealed {
    /// `medium/folder/file`, without what is for people only.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) manifest: Manifest,
    pub(crate) key: VaultKey,
    /// What a restore has to bring back.
    pub(crate) restored: Vec<String>,
    shares: BTreeMap<u8, Vec<u8>>,
}

impl Sealed {
    pub(crate) fn identity(&self) -> Identity {
        self.key.identity(self.manifest.kind)
    }

    /// A share, proven.
    pub(crate) fn share(&self, number: u8) -> Share {
        let read = ReadShare::from_bytes(&self.shares[&number]).unwrap();
        let Ok(share) = read.prove(None) else {
            panic!("share {number} is not genuine");
        };
        share
    }

    /// The same vault with another share under `number`, which nothing commits to.
    pub(crate) fn with_share(&self, number: u8, share: &Share) -> Self {
        let mut shares = self.shares.clone();
        shares.insert(number, share.to_bytes().to_vec());
        let key = VaultKey::from_secret(SecretBytes::copied(self.key.secret().expose())).unwrap();
        let (files, manifest) = (self.files.clone(), self.manifest.clone());
        Self {
            files,
            manifest,
            key,
            restored: self.restored.clone(),
            shares,
        }
    }

    /// `vault.json` with its members changed, signed as only a quorum can.
    pub(crate) fn signed(&self, change: impl FnOnce(&mut Manifest)) -> ReadManifest {
        let mut manifest = self.manifest.clone();
        change(&mut manifest);
        manifest.sign(&self.identity())
    }

    /// `vault.json` with its text changed, signed as only a quorum can.
    pub(crate) fn signed_text(&self, from: &str, to: &str) -> ReadManifest {
        let text = String::from_utf8(self.signed(|_| ()).bytes).unwrap();
        assert!(text.contains(from), "{from}");
        let bytes = text.replacen(from, to, 1).into_bytes();
        let signature = self.identity().sign(&bytes).to_vec();
        ReadManifest { bytes, signature }
    }
}

/// Seals with the real program.
pub(crate) fn seal(order: &Order) -> Sealed {
    let work = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldvault"));
    command.current_dir(work.path()).arg("seal");
    let mut restored = Vec::new();
    for (index, places) in order.nodes.iter().enumerate() {
        let root = work.path().join(format!("source-{index}/node"));
        make_node(&root, places);
        command.arg(&root);
        let name = if index == 0 {
            "node".to_owned()
        } else {
            format!("node-{}", index + 1)
        };
        restored.extend(places.iter().filter_map(|place| expected(&name, place)));
    }
    command.args(["--label", order.label, "--threshold", &order.k.to_string()]);
    if order.rehearsal {
        command.arg("--rehearsal");
    } else {
        command.args([
            "--exception",
            "devices=vectors",
            "--exception",
            "host=vectors",
        ]);
    }
    if order.keys {
        fs::create_dir(AWAY).unwrap();
        let rpc = Path::new(AWAY).join("rpc.jks");
        write(&rpc, RPC, 0o640);
        set_time(&rpc, TIME + 30);
        set_time(Path::new(AWAY), TIME + 31);
        restored.extend(expected_away());
        command.args(["--scope", "keys", "--exception", "scope=vectors"]);
    }
    if let Some(note) = order.note {
        fs::write(work.path().join("note.txt"), note).unwrap();
        command.args([
            "--note",
            "note.txt",
            "--contact",
            "nobody, this is a vector",
        ]);
    }
    for (name, number) in CUSTODIANS.iter().take(order.n).zip(1..) {
        command.args(["--custodian", name]);
        for copy in ["", "-copy-2"] {
            let medium = format!("share-{number}{copy}");
            fs::create_dir(work.path().join(&medium)).unwrap();
            command.args(["--share-to", &format!("{name}={medium}")]);
        }
    }
    for medium in ["vault-1", "vault-2"] {
        fs::create_dir(work.path().join(medium)).unwrap();
        command.args(["--vault-to", medium]);
    }
    let output = command.output().unwrap();
    if order.keys {
        fs::remove_dir_all(AWAY).unwrap();
    }
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mut sealed = opened(&media(work.path()), restored);
    if let Some(note) = order.note {
        let created = sealed.manifest.created.unix();
        let sha256 = Digest::of(note.as_bytes()).hex();
        let line = |found, mode, path| listed(&found, mode, created, path);
        sealed.restored.push(line(Found::Directory, 0o700, b"note"));
        sealed
            .restored
            .push(line(Found::File { sha256 }, 0o600, b"note/note.txt"));
    }
    sealed
}

fn make_node(root: &Path, places: &[Place]) {
    for (path, what, mode, mtime) in places {
        let path = root.join(std::ffi::OsStr::from_bytes(path));
        match what {
            What::Directory => DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&path)
                .unwrap(),
            What::File(content) | What::Left(content) => write(&path, content, *mode),
            What::Link(target) => symlink(std::ffi::OsStr::from_bytes(target), &path).unwrap(),
            What::Outside(content) => {
                let outside = root.parent().unwrap().join("outside");
                write(&outside, content, *mode);
                set_time(&outside, *mtime);
                symlink(outside, &path).unwrap();
            }
            What::Fifo => {
                mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(*mode), 0).unwrap();
            }
        }
    }
    // Innermost first: whatever is made in a directory changes its time.
    for (path, what, mode, mtime) in places.iter().rev() {
        let path = root.join(std::ffi::OsStr::from_bytes(path));
        if matches!(what, What::Directory) {
            fs::set_permissions(&path, Permissions::from_mode(*mode)).unwrap();
        }
        set_time(&path, *mtime);
    }
    let (.., mtime) = places[0];
    set_time(root, mtime);
}

fn write(path: &Path, content: &[u8], mode: u32) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn set_time(path: &Path, seconds: i64) {
    let time = Timespec {
        tv_sec: seconds,
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW).unwrap();
}

/// What a restore makes of a place, under the name that its node gets.
fn expected(name: &str, (path, what, mode, mtime): &Place) -> Option<String> {
    let path = match path.len() {
        0 => name.as_bytes().to_vec(),
        _ => [name.as_bytes(), b"/", path].concat(),
    };
    let found = match what {
        What::Directory => Found::Directory,
        What::File(content) | What::Outside(content) => Found::File {
            sha256: Digest::of(content).hex(),
        },
        What::Link(target) => Found::Link {
            target: target.to_vec(),
        },
        What::Fifo | What::Left(_) => return None,
    };
    Some(listed(&found, *mode, *mtime, &path))
}

/// What a restore makes of what lies in [`AWAY`], with the directories above it as they are here.
fn expected_away() -> Vec<String> {
    let line = |about: &str, path: &str| {
        let about = fs::metadata(about).unwrap();
        let mode = about.mode() & 0o7777;
        listed(&Found::Directory, mode, about.mtime(), path.as_bytes())
    };
    let top = fs::metadata("/").unwrap();
    let sha256 = Digest::of(RPC).hex();
    vec![
        listed(&Found::Directory, 0o700, top.mtime(), b"external"),
        line("/", "external/node"),
        line("/opt", "external/node/opt"),
        line(AWAY, "external/node/opt/coldvault-vector"),
        listed(
            &Found::File { sha256 },
            0o640,
            TIME + 30,
            b"external/node/opt/coldvault-vector/rpc.jks",
        ),
    ]
}

/// Everything on the media, by path.
fn media(work: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for medium in fs::read_dir(work)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let name = medium.file_name().unwrap().to_str().unwrap();
        if !name.starts_with("vault-") && !name.starts_with("share-") {
            continue;
        }
        for folder in fs::read_dir(&medium)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            for file in fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
            {
                let path = file.strip_prefix(work).unwrap().to_str().unwrap();
                files.insert(path.to_owned(), fs::read(&file).unwrap());
            }
        }
    }
    files.retain(|path, _| !FOR_PEOPLE.iter().any(|name| path.ends_with(name)));
    files
}

/// Joins the shares, so that vectors can be made that only a quorum could have signed.
fn opened(files: &BTreeMap<String, Vec<u8>>, restored: Vec<String>) -> Sealed {
    let of = |medium: &str, name: &str| {
        let (prefix, suffix) = (format!("{medium}/"), format!("/{name}"));
        let mut found = files
            .iter()
            .filter(|(p, _)| p.starts_with(&prefix) && p.ends_with(&suffix));
        found.next().map(|(_, bytes)| bytes.clone())
    };
    let shares: BTreeMap<u8, Vec<u8>> = (1..=32)
        .filter_map(|number| Some((number, of(&format!("share-{number}"), share::FILE)?)))
        .collect();
    let mut table = Table::default();
    table.add_manifest(ReadManifest {
        bytes: of("vault-1", manifest::FILE).unwrap(),
        signature: of("vault-1", manifest::SIGNATURE_FILE).unwrap(),
    });
    for bytes in shares.values() {
        table.add_share("share".into(), ReadShare::from_bytes(bytes).unwrap());
    }
    let judged = table.judge(None, &mut Vec::new()).unwrap();
    let key = judged.quorum().unwrap().join().unwrap();
    Sealed {
        files: files.clone(),
        manifest: judged.manifest.unwrap(),
        key,
        restored,
        shares,
    }
}
