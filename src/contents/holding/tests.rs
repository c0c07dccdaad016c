use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use proptest::prelude::*;

use super::*;
use crate::contents::{Contents, glance_moved, look_moved};
use crate::node::{Kind, Node};
use crate::secret::SecretBytes;
use crate::tests::{Need, skipped};
use crate::time::Time;

/// A restored directory: the node directory in `node`, what lay outside of it in `external/node`.
struct Restored {
    _dir: tempfile::TempDir,
    root: PathBuf,
}

impl Restored {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir(root.join("node")).unwrap();
        Self { _dir: dir, root }
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(path);
        if path
            .parent()
            .is_some_and(|above| fs::create_dir_all(above).is_ok())
        {
            // A directory may be there, or a file above it.
            let _ = fs::write(&path, bytes);
        }
    }

    fn write_node(&self, files: &[(&str, &[u8])]) -> &Self {
        for (name, bytes) in files {
            self.write(&format!("node/{name}"), bytes);
        }
        self
    }

    fn link(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        if path
            .parent()
            .is_some_and(|above| fs::create_dir_all(above).is_ok())
        {
            let _ = symlink(text, path);
        }
    }

    /// The same as a payload hands it over, one thing after another.
    fn stream(&self, room: (u64, u64)) -> Ground {
        let mut holding = Holding::within(&self.root, room);
        let node = Node::open(&self.root, false).unwrap();
        node.read(&mut |entry, reading| {
            let path = entry.path.as_slice();
            match (&entry.kind, reading) {
                (Kind::Directory, _) => holding.directory(path, entry.mode, entry.mtime),
                (Kind::Link { target }, _) => holding.link(path, target, entry.mtime),
                (Kind::File { size }, Some(reading)) => {
                    let inside = path.strip_prefix(b"node/");
                    let (mode, mtime, size) = (entry.mode, entry.mtime, *size);
                    let stands = Stands {
                        path,
                        inside,
                        mode,
                        mtime,
                        size,
                    };
                    holding.file(&stands, reading)?;
                    reading.skip();
                    Ok(())
                }
                // What leads out of a node directory was not sealed.
                (other, _) => panic!("{other:?} {:?}", entry.path),
            }
        })
        .unwrap();
        holding.finish()
    }

    fn look(&self, ground: &Ground, passwords: &[&str]) -> Contents {
        let moved = self.moved();
        let node = ground.open(&self.root.join("node"), false).unwrap();
        let mut ask = |_: &crate::contents::Place, attempt: u32| {
            let text = passwords.get(attempt as usize - 1);
            Ok(text.map(|text| SecretBytes::copied(text.as_bytes())))
        };
        look_moved(&*node, &moved, &mut ask).unwrap()
    }

    fn moved(&self) -> Moved {
        Moved {
            was: Some("/opt/corda".into()),
            outside: Some(self.root.join("external/node")),
        }
    }

    /// Looks at it on the disk and in memory, and holds one against the other.
    fn compare(&self, passwords: &[&str]) -> Contents {
        let memory = self.stream((MOST, MOST_PERHAPS));
        let disk = self.look(&Ground::Disk, passwords);
        let (wanted, found) = (told(&disk), told(&self.look(&memory, passwords)));
        for (part, wanted) in &wanted {
            assert_eq!(&found[part], wanted, "{part}");
        }
        let glanced = |ground: &Ground| {
            let node = ground.open(&self.root.join("node"), false).unwrap();
            told(&glance_moved(&*node, &self.moved()).unwrap())
        };
        assert_eq!(glanced(&memory), glanced(&Ground::Disk));
        disk
    }
}

/// Everything that a look tells.
fn told(contents: &Contents) -> BTreeMap<&'static str, Vec<String>> {
    let now = Time::from_unix(1_800_000_000);
    let stores = contents.stores.iter().map(|store| {
        let read = store.read.as_ref().map(|read| {
            let entries = read.entries.iter().map(|entry| {
                let chain = entry
                    .chain
                    .iter()
                    .map(|one| one.as_ref().map(|one| one.sha256));
                format!(
                    "{} {:?} {:?}",
                    entry.alias,
                    entry.holds,
                    chain.collect::<Vec<_>>()
                )
            });
            let flags = (read.is_listed, read.is_open, read.is_proven, read.trailing);
            (read.format, flags, entries.collect::<Vec<_>>())
        });
        let by = store.password.as_ref().map(|by| match by {
            crate::contents::OpenedBy::Configuration(key) => key.clone(),
            crate::contents::OpenedBy::WellKnown(name) => (*name).to_owned(),
            crate::contents::OpenedBy::Typed(_) => "typed".to_owned(),
        });
        format!(
            "{:?} {:?} {read:?} {by:?} {}",
            store.place, store.role, store.bytes
        )
    });
    let material = contents.material.iter();
    let lines = |lines: &mut dyn Iterator<Item = String>| lines.collect::<Vec<_>>();
    // Only a file system knows of holes, and only a machine of processes.
    let is_of_host = |code: &str| matches!(code, "sparse" | "hard-link");
    let gaps = contents.gaps.iter().filter(|gap| !is_of_host(gap.code));
    let remarks = contents.remarks(now).into_iter();
    let named = contents.named.iter();
    BTreeMap::from([
        (
            "software",
            lines(&mut contents.software.iter().map(|name| (*name).to_owned())),
        ),
        ("stores", lines(&mut stores.into_iter())),
        (
            "material",
            lines(&mut material.map(|one| format!("{one:?}"))),
        ),
        ("gaps", lines(&mut gaps.map(|gap| format!("{gap:?}")))),
        ("named", lines(&mut named.map(|one| format!("{one:?}")))),
        ("unknown", vec![format!("{:?}", contents.unknown)]),
        ("survey", vec![format!("{:?}", contents.survey)]),
        (
            "dead",
            lines(&mut contents.dead().iter().map(|dead| format!("{dead:?}"))),
        ),
        (
            "startup",
            lines(
                &mut contents
                    .startup(now)
                    .iter()
                    .map(|check| format!("{check:?}")),
            ),
        ),
        (
            "remarks",
            lines(
                &mut remarks
                    .filter(|one| !is_of_host(one.code))
                    .map(|one| format!("{one:?}")),
            ),
        ),
        (
            "outside",
            vec![format!("{:?} {:?}", contents.outside(), contents.links())],
        ),
        (
            "scope",
            vec![format!(
                "{:?} {:?}",
                contents.keys_scope(),
                contents.node_scope()
            )],
        ),
        (
            "parts",
            vec![format!(
                "{:?} {:?}",
                contents.databases(),
                contents.archives()
            )],
        ),
    ])
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder(name)).unwrap()
}

/// Every file in a directory, and in those in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let Ok(node) = Node::open(folder, true) else {
        return all;
    };
    node.read(&mut |entry, reading| {
        if let Some(reading) = reading {
            let mut bytes = Vec::new();
            reading.read_to_end(&mut bytes).unwrap();
            all.push((String::from_utf8(entry.path).unwrap(), bytes));
        }
        Ok(())
    })
    .unwrap();
    all
}

#[test]
fn the_sample_node_is_the_same_from_memory() {
    let restored = Restored::new();
    fs::remove_dir(restored.root.join("node")).unwrap();
    crate::sample::write(&restored.root.join("node")).unwrap();
    let contents = restored.compare(&[]);
    assert!(contents.stores.len() > 2 && !contents.startup(Time::from_unix(0)).is_empty());
}

#[test]
fn every_fixture_is_the_same_from_memory_wherever_it_lies() {
    let restored = Restored::new();
    let places = ["node/certificates", "node/logs", "external/node/etc/keys"];
    for kind in ["keystores", "material"] {
        for (number, (name, bytes)) in files(&folder(kind)).into_iter().enumerate() {
            let place = places[number % places.len()];
            let end = if number % 2 == 0 { "" } else { ".odd" };
            restored.write(&format!("{place}/{kind}/{name}{end}"), &bytes);
        }
    }
    let contents = restored.compare(&[]);
    assert!(contents.stores.len() > 15 && contents.material.len() > 15);
}

#[test]
fn what_a_configuration_names_is_found_in_memory_where_it_is_now() {
    let restored = Restored::new();
    let conf = br#"
        myLegalName = "O=Bank, L=London, C=GB"
        include "more.inc"
        include file("/etc/corda/site.conf")
        sslKeystore = "/srv/keys/odd-name"
        keyStorePassword = "secret-of-node"
        trustStoreFile = "/srv/links/trust.jks"
        dataSourceProperties { dataSource { url = "jdbc:h2:file:/srv/db/persistence" } }
        "#;
    restored.write_node(&[
        ("node.conf", conf),
        ("more.inc", b"p2pAddress = \"x:1\"\n"),
        (
            "certificates/nodekeystore.jks",
            &fixture("keystores/node.jks"),
        ),
        ("process-id", b"1\n"),
        ("network-parameters", &[7; 900]),
    ]);
    restored.write("external/node/etc/corda/site.conf", b"devMode = false\n");
    restored.write(
        "external/node/srv/keys/odd-name",
        &fixture("keystores/small.jks"),
    );
    restored.write(
        "external/node/srv/keys/trust.jks",
        &fixture("keystores/small.jks"),
    );
    restored.write(
        "external/node/srv/db/persistence.mv.db",
        b"H:2,block:9,blockSize:1000",
    );
    restored.link("external/node/srv/links/trust.jks", "../keys/trust.jks");
    let contents = restored.compare(&[]);
    let configuration = contents.configuration.as_ref().unwrap();
    assert_eq!(
        configuration.dev_mode,
        Some(false),
        "the include outside was read"
    );
    assert_eq!(configuration.files.len(), 3);
    let outside = |store: &&crate::contents::Store| !store.place.bytes().starts_with(b"cert");
    assert_eq!(contents.stores.iter().filter(outside).count(), 2);
}

#[test]
fn a_password_beside_a_key_opens_it_in_memory_too() {
    let restored = Restored::new();
    for (name, bytes) in files(&folder("material")) {
        restored.write_node(&[(&format!("validators/{name}"), &bytes)]);
        let text = Path::new(&name).with_extension("txt");
        restored.write_node(&[(&format!("validators/{}", text.display()), b"testpassword\n")]);
    }
    restored.compare(&[]);
}

#[test]
fn the_samples_are_the_same_from_memory() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    if !samples.is_dir() {
        return skipped(Need::Samples, "there are none");
    }
    let kinds = ["bank", "broken", "devmode", "hsm", "notary", "wrapped"];
    for (number, (_, conf)) in files(&samples.join("nodeconf")).iter().enumerate() {
        let restored = Restored::new();
        restored.write_node(&[("node.conf", conf)]);
        // Opening stores takes its time: with every sixth.
        if number % 6 == 0 {
            let kind = kinds[number / 6 % kinds.len()];
            for (name, bytes) in files(&samples.join("made").join(kind)) {
                restored.write_node(&[(&format!("certificates/{name}"), &bytes)]);
            }
        }
        restored.compare(&[]);
    }
    for kind in [
        "eth", "cometbft", "fabric", "other", "jks", "jceks", "bks", "pkcs12",
    ] {
        let restored = Restored::new();
        for (name, bytes) in files(&samples.join(kind)) {
            restored.write_node(&[(&name, &bytes)]);
        }
        restored.compare(&[]);
    }
}

fn name() -> impl Strategy<Value = String> {
    let directories = prop::sample::select(vec![
        "node",
        "node/certificates",
        "node/logs",
        "node/config",
        "node/data",
        "node/msp/keystore",
        "node/msp/signcerts",
        "node/validators/0xab",
        "node/secrets",
        "node/x/chaindata",
        "external/node/etc",
        "external/node/srv/database",
    ]);
    let names = prop::sample::select(vec![
        "node.conf",
        "other.conf",
        "nodekeystore.jks",
        "sslkeystore.jks",
        "truststore.jks",
        "a.pem",
        "key.json",
        "priv_validator_key.json",
        "priv_validator_state.json",
        "password.txt",
        "0xab",
        "db.mv.db",
        "old.zip",
        "thing",
        "x.p12",
        "process-id",
        "app.log",
        "lib.jar",
    ]);
    (directories, names).prop_map(|(directory, name)| format!("{directory}/{name}"))
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let fixtures = prop::sample::select(vec![
        "keystores/node.jks",
        "keystores/small.p12",
        "keystores/mismatch.jks",
        "keystores/p256.key",
        "keystores/p256.crt",
        "keystores/encrypted.key",
        "keystores/node.bks",
    ]);
    let texts = prop::sample::select(vec![
        "myLegalName = \"O=A, L=B, C=GB\"\nkeyStorePassword = x\ninclude \"other\"\n",
        "include file(\"/etc/thing\")\nsslKeystore = \"/srv/database/thing\"\n",
        "{\"a\": 1}",
        "H:2,block:1",
        "SQLite format 3\0",
        "PK\x03\x04",
        "just text",
        "",
    ]);
    prop_oneof![
        fixtures.prop_map(fixture),
        texts.prop_map(|text| text.as_bytes().to_vec()),
        (1_usize..200_000).prop_map(|size| vec![b'a'; size]),
        (1_usize..70_000).prop_map(|size| {
            let mut bytes = vec![b'\n'; size];
            bytes.extend_from_slice(&fixture("keystores/p256.key"));
            bytes
        }),
        prop::collection::vec(any::<u8>(), 0..100),
        (64_usize..69).prop_map(|size| vec![b'f'; size]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_directory_is_the_same_from_memory(
        files in prop::collection::vec((name(), content(), 0_u32..0o200), 1..14),
        links in prop::collection::vec((name(), name()), 0..3),
    ) {
        let restored = Restored::new();
        for (name, bytes, mode) in &files {
            restored.write(name, bytes);
            let mode = fs::Permissions::from_mode(mode | 0o600);
            let path = restored.root.join(name);
            if path.is_file() {
                fs::set_permissions(path, mode).unwrap();
            }
        }
        for (name, leads) in &links {
            let up = "../".repeat(name.matches('/').count());
            restored.link(name, &format!("{up}{leads}"));
        }
        restored.compare(&["cordacadevpass"]);
    }
}

#[test]
fn what_finds_no_room_is_a_gap_and_never_passed_over() {
    let restored = Restored::new();
    let store = fixture("keystores/node.jks");
    restored.write_node(&[
        ("certificates/nodekeystore.jks", &store),
        ("node.conf", b"myLegalName = \"O=A, L=B, C=GB\"\n"),
        ("zz.p12", &fixture("keystores/small.p12")),
    ]);
    let ground = restored.stream((store.len() as u64, 0));
    let contents = restored.look(&ground, &[]);
    let codes: Vec<&str> = contents.gaps.iter().map(|gap| gap.code).collect();
    assert_eq!(
        codes.iter().filter(|code| **code == "no-room").count(),
        2,
        "{codes:?}"
    );
    assert_eq!(contents.stores.len(), 1);
    let whole = restored.look(&restored.stream((MOST, 0)), &[]);
    assert!(whole.gaps.iter().all(|gap| gap.code != "no-room"));
}

#[test]
fn bulk_data_and_what_says_nothing_is_not_held() {
    let restored = Restored::new();
    for number in 0..200 {
        restored.write_node(&[(&format!("logs/old/{number}.log"), &[b'x'; 9000])]);
        restored.write_node(&[(&format!("artemis/journal/{number}.amq"), &[0; 9000])]);
        restored.write_node(&[(&format!("attachments/{number}"), &[b'y'; 9000])]);
    }
    let held = held_bytes(&restored, (MOST, 50_000));
    assert!(held <= 50_000, "{held}");
    // Each may be the password of a key, and nobody has so many.
    for number in 0..3000 {
        restored.write_node(&[(&format!("attachments/{number}.txt"), &[b'y'; 4096])]);
    }
    let held = held_bytes(&restored, (MOST, 50_000));
    assert!(
        held > MOST_PASSWORDS / 2 && held <= MOST_PASSWORDS + 50_000,
        "{held}"
    );
}

fn held_bytes(restored: &Restored, room: (u64, u64)) -> u64 {
    let mut holding = Holding::within(&restored.root, room);
    let node = Node::open(&restored.root, false).unwrap();
    node.read(&mut |entry, reading| {
        let (path, mode, mtime) = (entry.path.as_slice(), entry.mode, entry.mtime);
        match (&entry.kind, reading) {
            (Kind::File { size }, Some(reading)) => {
                let (inside, size) = (path.strip_prefix(b"node/"), *size);
                let stands = Stands {
                    path,
                    inside,
                    mode,
                    mtime,
                    size,
                };
                holding.file(&stands, reading)?;
                reading.skip();
                Ok(())
            }
            _ => holding.directory(path, mode, mtime),
        }
    })
    .unwrap();
    room.0 - holding.left
}
