use std::fs;
use std::path::Path;

use super::*;
use crate::material::State;
use crate::node::Node;
use crate::time::Time;

/// The vector of the Web3 Secret Storage Definition: its password is "testpassword".
const ACCOUNT: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
"cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
"salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
"address":"008aeeda4d805471df9b2a5b0f38a0c3bcba786b","id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read(folder.join(name)).unwrap()
}

/// A directory with a node directory `node` in it.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        fs::create_dir(scene.at("node")).unwrap();
        for (name, bytes) in files {
            let path = scene.at(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        scene
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    /// What is found when each of these passwords is given, one after another, for everything that is asked about.
    fn with(&self, passwords: &[&str]) -> Contents {
        let node = Node::open(&self.at("node"), true).unwrap();
        let mut ask = |_: &Place, attempt: u32| {
            let text = passwords.get(attempt as usize - 1);
            Ok(text.map(|text| SecretBytes::copied(text.as_bytes())))
        };
        look(&node, &mut ask).unwrap()
    }

    fn look(&self) -> Contents {
        self.with(&[])
    }
}

fn inside(path: &str) -> Place {
    Place::Inside(path.into())
}

fn state<'c>(contents: &'c Contents, path: &str) -> &'c State {
    let mut material = contents.material.iter();
    let found = material.find(|(place, _)| *place == inside(path));
    &found.unwrap_or_else(|| panic!("no {path}")).1.state
}

fn dead(contents: &Contents) -> Vec<(Place, Lacks)> {
    let dead = contents.dead().into_iter();
    dead.map(|dead| (dead.place, dead.lacks)).collect()
}

fn codes(contents: &Contents) -> Vec<(Weight, &'static str)> {
    let remarks = contents.remarks(Time::from_unix(1_800_000_000)).into_iter();
    remarks.map(|remark| (remark.weight, remark.code)).collect()
}

fn typed(contents: &Contents) -> Vec<(Place, Vec<u8>)> {
    let typed = contents.typed().into_iter();
    typed
        .map(|(place, password)| (place, password.expose().to_vec()))
        .collect()
}

#[test]
fn an_encrypted_key_is_dead_until_its_password_is_typed_and_then_that_is_kept() {
    let scene = Scene::new(&[("node/key.json", ACCOUNT.as_bytes())]);
    let contents = scene.look();
    assert_eq!(dead(&contents), [(inside("key.json"), Lacks::Password)]);
    let contents = scene.with(&["not this one"]);
    assert_eq!(*state(&contents, "key.json"), State::Locked);
    assert_eq!(dead(&contents).len(), 1);
    assert!(contents.typed().is_empty());
    let contents = scene.with(&["not this one", "testpassword"]);
    assert_eq!(*state(&contents, "key.json"), State::Good);
    assert_eq!(dead(&contents), []);
    let wanted = [(inside("key.json"), b"testpassword".to_vec())];
    assert_eq!(typed(&contents), wanted);
}

#[test]
fn an_encrypted_key_that_is_not_opened_here_is_said_and_not_dead() {
    let scene = Scene::new(&[("node/a.pem", &fixture("material/encrypted.pem"))]);
    let contents = scene.with(&["sample-only"]);
    assert_eq!(*state(&contents, "a.pem"), State::Locked);
    assert_eq!(dead(&contents), []);
    assert!(codes(&contents).contains(&(Weight::Warning, "material-locked")));
}

#[test]
fn of_many_encrypted_keys_eight_are_tried_and_the_others_are_counted() {
    let names: Vec<String> = (0..10).map(|at| format!("node/{at}.json")).collect();
    let mut files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), ACCOUNT.as_bytes()))
        .collect();
    files.push(("node/password.txt", b"testpassword\n"));
    let contents = Scene::new(&files).look();
    assert_eq!(*state(&contents, "7.json"), State::Good);
    let untried = State::NotChecked(unlocking::ENOUGH.into());
    assert_eq!(*state(&contents, "8.json"), untried);
    assert_eq!(dead(&contents), []);
    let remarks = contents.remarks(Time::from_unix(1_800_000_000));
    let said: Vec<&Remark> = remarks
        .iter()
        .filter(|remark| remark.code == "material-not-checked")
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].text.starts_with("2 encrypted keys"), "{said:?}");
}

#[test]
fn a_password_outside_that_opens_a_key_is_taken_along_and_said() {
    let files: [(&str, &[u8]); 3] = [
        ("node/0xab/keystore.json", ACCOUNT.as_bytes()),
        ("secrets/0xab", b"testpassword"),
        ("secrets/0xac", b"another one"),
    ];
    let scene = Scene::new(&files);
    let contents = scene.look();
    assert_eq!(*state(&contents, "0xab/keystore.json"), State::Good);
    let secret = scene.at("secrets/0xab");
    assert_eq!(contents.outside(), std::slice::from_ref(&secret));
    assert_eq!(
        contents.part(&Place::Outside(secret.clone())),
        Some(Part::Password)
    );
    assert_eq!(contents.keys_scope().files, 2);
    assert!(codes(&contents).contains(&(Weight::Warning, "password-outside")));
    // One that opens nothing is not the key's flaw, and not taken.
    fs::write(&secret, "wrong").unwrap();
    let contents = scene.look();
    assert_eq!(
        dead(&contents),
        [(inside("0xab/keystore.json"), Lacks::Password)]
    );
    assert!(contents.outside().is_empty());
}

#[test]
fn a_password_that_came_back_from_outside_opens_its_key_where_it_is_now() {
    let files: [(&str, &[u8]); 2] = [
        ("node/0xab/keystore.json", ACCOUNT.as_bytes()),
        ("external/node/opt/secrets/0xab", b"testpassword"),
    ];
    let scene = Scene::new(&files);
    let node = Node::open(&scene.at("node"), true).unwrap();
    let moved = Moved {
        was: Some("/opt/validators".into()),
        outside: Some(scene.at("external/node")),
    };
    let contents = look_moved(&node, &moved, &mut |_, _| Ok(None)).unwrap();
    assert_eq!(*state(&contents, "0xab/keystore.json"), State::Good);
    assert!(!codes(&contents).contains(&(Weight::Warning, "password-outside")));
}

#[test]
fn every_typed_password_of_a_key_is_kept_with_its_store_wherever_it_was_typed() {
    let store = fixture("keystores/two-keys.jks");
    let apart = fixture("keystores/two-passwords.jks");
    let scene = Scene::new(&[("node/a.jks", &store), ("node/b.jks", &apart)]);
    let contents = scene.with(&[
        "key-sample-only",
        "sample-only",
        "wrong",
        "other-sample-only",
    ]);
    assert_eq!(dead(&contents), []);
    let mut found = typed(&contents);
    found.sort();
    let of = |path, text: &str| (inside(path), text.as_bytes().to_vec());
    let wanted = [
        of("a.jks", "key-sample-only"),
        of("a.jks", "other-sample-only"),
        of("a.jks", "sample-only"),
        // Nobody typed these for it: they were known by then.
        of("b.jks", "key-sample-only"),
        of("b.jks", "sample-only"),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_store_of_keys_is_none_of_trust_by_its_name() {
    let store = fixture("keystores/modern.p12");
    let conf = b"keyStorePath = certificates/truststore.p12\nrpcSettings.ssl.keyStorePath = x\n";
    let scene = Scene::new(&[
        ("node/entrust.p12", &store),
        ("node/old-truststore.p12", &store),
        ("node/certificates/truststore.p12", &store),
        ("node/node.conf", conf),
    ]);
    let contents = scene.look();
    let wanted = [
        (inside("certificates/truststore.p12"), Lacks::Password),
        (inside("entrust.p12"), Lacks::Password),
    ];
    assert_eq!(dead(&contents), wanted);
    assert!(codes(&contents).contains(&(Weight::Note, "store-not-opened")));
}

#[test]
fn a_directory_where_a_file_belongs_is_not_taken_along() {
    let scene = Scene::new(&[("keys/a", b"x")]);
    let conf = format!(
        "keyStorePath = \"{}\"\nrpcSettings.ssl.keyStorePath = /etc\njarDirs = [ \"{}\" ]\n",
        scene.at("keys").display(),
        scene.at("keys").display()
    );
    fs::write(scene.at("node/node.conf"), &conf).unwrap();
    let contents = scene.look();
    // As a directory of drivers it is: whoever names it so means all of it.
    assert_eq!(contents.outside(), [scene.at("keys")]);
    let refused = contents.gaps.iter();
    let refused = refused.filter(|gap| gap.code == "not-taken-along");
    assert_eq!(refused.count(), 2, "{:?}", contents.gaps);
    let conf = conf.lines().take(2).collect::<Vec<_>>().join("\n");
    fs::write(scene.at("node/node.conf"), conf).unwrap();
    assert!(scene.look().outside().is_empty());
}

#[test]
fn a_configuration_of_other_software_does_not_make_it_corda() {
    let files: [(&str, &[u8]); 1] = [("node/bitcoin.conf", b"rpcuser=a\n")];
    let scene = Scene::new(&files);
    assert!(!scene.look().software.contains(&"Corda"));
    fs::write(scene.at("node/own.conf"), "myLegalName = \"O=A,L=B,C=CH\"").unwrap();
    assert_eq!(scene.look().software.first(), Some(&"Corda"));
}

#[test]
fn a_key_of_fabric_belongs_to_its_certificate_or_is_dead_or_spare() {
    const NAME: &str = "cb07989cb8d4ec4621984115407c31f73e7fe4b835fb1a5b993a0254d99f189f_sk";
    let own = format!("node/msp/keystore/{NAME}");
    let key = fixture(&format!("material/msp/keystore/{NAME}"));
    let other = fixture("keystores/p256.key");
    let certificate = fixture("material/msp/signcerts/cert.pem");
    let scene = Scene::new(&[(&own, &key), ("node/msp/signcerts/cert.pem", &certificate)]);
    let contents = scene.look();
    assert_eq!(dead(&contents), []);
    let facts = &contents
        .material
        .iter()
        .find(|(_, one)| one.part == Part::Key);
    assert!(
        facts
            .unwrap()
            .1
            .facts
            .contains(&("certificate", "signcerts/cert.pem".into()))
    );
    fs::write(scene.at("node/msp/keystore/priv_sk"), &other).unwrap();
    let contents = scene.look();
    assert_eq!(dead(&contents), []);
    assert!(codes(&contents).contains(&(Weight::Note, "spare-key")));
    fs::remove_file(scene.at(&own)).unwrap();
    let wanted = [(inside("msp/keystore/priv_sk"), Lacks::GoodBytes)];
    assert_eq!(dead(&scene.look()), wanted);
}

#[test]
fn a_validator_is_told_by_what_is_in_its_files_whatever_they_are_called() {
    let state = br#"{"height":"36","round":0,"step":3,"signature":"","signbytes":""}"#;
    let scene = Scene::new(&[
        ("node/state.bak", state),
        ("node/own.json", ACCOUNT.as_bytes()),
    ]);
    let contents = scene.look();
    assert!(
        contents.software.contains(&"CometBFT"),
        "{:?}",
        contents.software
    );
    let plain = Scene::new(&[("node/readme", b"x")]).look();
    assert!(plain.software.is_empty());
}

#[test]
fn what_has_the_place_of_an_identity_and_is_no_store_is_dead_and_a_text_elsewhere_is_not() {
    let pointer: &[u8] = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n";
    let files = [
        ("node/certificates/nodekeystore.jks", pointer),
        ("node/certificates/sslkeystore.jks", &[0x30, 0x80, 2, 1, 3]),
        ("node/notes/about.jks", pointer),
        ("node/notes/latin.jks", b"caf\xe9"),
    ];
    let contents = Scene::new(&files).look();
    let wanted = [
        "certificates/nodekeystore.jks",
        "certificates/sslkeystore.jks",
        "notes/latin.jks",
    ];
    assert_eq!(
        dead(&contents),
        wanted.map(|path| (inside(path), Lacks::GoodBytes))
    );
}

#[test]
fn a_node_whose_stores_are_in_each_others_place_or_missing_would_not_start() {
    let conf = fixture("node/node.conf");
    let [node, ssl, trust] = ["nodekeystore", "sslkeystore", "truststore"]
        .map(|name| fixture(&format!("node/certificates/{name}.jks")));
    let at = |name: &str| format!("node/certificates/{name}.jks");
    let blamed = |node: &[u8], ssl: Option<&[u8]>, conf: &[u8]| {
        let places = ["nodekeystore", "sslkeystore", "truststore"].map(at);
        let mut files = vec![
            ("node/node.conf", conf),
            (places[0].as_str(), node),
            (places[2].as_str(), &trust),
        ];
        files.extend(ssl.map(|ssl| (places[1].as_str(), ssl)));
        let contents = Scene::new(&files).look();
        let now = Time::from_unix(1_800_000_000);
        let all = contents.no_start(now).into_iter().chain(contents.dead());
        let mut all: Vec<Place> = all.map(|dead| dead.place).collect();
        all.sort();
        all
    };
    let [node_at, ssl_at, trust_at] = ["nodekeystore", "sslkeystore", "truststore"]
        .map(|name| inside(&format!("certificates/{name}.jks")));
    assert!(blamed(&node, Some(&ssl), &conf).is_empty());
    let swapped = blamed(&ssl, Some(&node), &conf);
    assert_eq!(swapped, [node_at.clone(), ssl_at.clone()]);
    let alone = Scene::new(&[("node/node.conf", &conf)]).look();
    let missing = alone.no_start(Time::from_unix(1_800_000_000));
    let missing: Vec<(Place, Lacks)> = missing
        .into_iter()
        .map(|dead| (dead.place, dead.lacks))
        .collect();
    let all = [&node_at, &ssl_at, &trust_at].map(|place| (place.clone(), Lacks::File));
    assert_eq!(missing, all);
    assert_eq!(blamed(&node, None, &conf), [ssl_at]);
    let text = String::from_utf8(conf.clone()).unwrap();
    let wrong = text.replace(
        "trustStorePassword = \"sample-only\"",
        "trustStorePassword = \"other\"",
    );
    assert_ne!(wrong, text);
    assert!(blamed(&node, Some(&ssl), wrong.as_bytes()).contains(&trust_at));
}

#[test]
fn what_the_kernel_makes_up_is_not_taken_along() {
    let conf = b"jarDirs = [ \"/sys/kernel\", \"/proc/self/task\" ]\n";
    let contents = Scene::new(&[("node/node.conf", conf)]).look();
    assert!(contents.outside().is_empty());
    let gaps = contents.gaps.iter();
    assert_eq!(gaps.filter(|gap| gap.code == "not-taken-along").count(), 2);
}

#[test]
fn a_database_is_one_by_its_bytes_and_configuration_that_is_too_large_is_dead() {
    let mut sqlite = b"SQLite format 3\0".to_vec();
    sqlite.resize(4096, 0);
    let large = vec![b'#'; (4 << 20) + 1];
    let scene = Scene::new(&[("node/own/things", &sqlite), ("node/node.conf", &large)]);
    let contents = scene.look();
    assert_eq!(contents.databases(), [&inside("own/things")]);
    assert!(dead(&contents).contains(&(inside("node.conf"), Lacks::GoodBytes)));
}

#[test]
fn stores_that_the_node_makes_itself_or_does_not_have_yet_are_not_missed() {
    let conf = String::from_utf8(fixture("node/node.conf")).unwrap();
    let missing = |files: &[(&str, &[u8])]| {
        let contents = Scene::new(files).look();
        contents.no_start(Time::from_unix(1_800_000_000)).len()
    };
    assert_eq!(missing(&[("node/node.conf", conf.as_bytes())]), 3);
    let dev = conf.replace("devMode = false", "devMode = true");
    assert_eq!(missing(&[("node/node.conf", dev.as_bytes())]), 0);
    let request = "node/certificates/certificate-request-id.txt";
    let files = [("node/node.conf", conf.as_bytes()), (request, b"AB12")];
    assert_eq!(missing(&files), 0);
}

#[test]
fn a_trust_store_that_opened_without_a_check_is_not_said_to_have_an_unknown_password() {
    let said = |name: &str| {
        let store = fixture(&format!("keystores/{name}"));
        let scene = Scene::new(&[("node/truststore.p12", &store)]);
        let contents = scene.with(&["sample-only"]);
        let all = contents.remarks(Time::from_unix(1_800_000_000));
        let of_it = all.into_iter().filter(|one| one.code == "store-not-opened");
        of_it.map(|one| one.text).collect::<Vec<_>>()
    };
    let texts = said("no-check.p12");
    let [text] = texts.as_slice() else {
        panic!("{texts:?}")
    };
    assert!(text.contains("nothing in it proves it whole"), "{text}");
    assert_eq!(said("modern.p12"), [""; 0]);
}

/// The bytes between the lines of a PEM text.
fn der(name: &str) -> Vec<u8> {
    let text = String::from_utf8(fixture(name)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('-'));
    let text: String = lines.collect();
    data_encoding::BASE64.decode(text.as_bytes()).unwrap()
}

#[test]
fn keys_and_certificates_in_der_are_known_whatever_they_are_called() {
    let plain = fixture("material/client.corda.key.pk8");
    let cases: [(&str, Vec<u8>, &str, State); 7] = [
        ("a", plain.clone(), "private key, PKCS#8 (DER)", State::Good),
        (
            "deep/b.bin",
            der("keystores/sec1.key"),
            "private key, SEC 1 (DER)",
            State::Good,
        ),
        (
            "c.raw",
            der("keystores/pkcs1.key"),
            "private key, PKCS#1 (DER)",
            State::Good,
        ),
        (
            "d.old",
            fixture("material/locked.corda.key.pk8"),
            "encrypted private key, PKCS#8 (DER)",
            State::Locked,
        ),
        (
            "e",
            der("keystores/encrypted.key"),
            "encrypted private key, PKCS#8 (DER)",
            State::Locked,
        ),
        (
            "f.dat",
            der("keystores/p256.crt"),
            "certificate, DER",
            State::Good,
        ),
        (
            "g",
            vec![0x30, 6, 2, 1, 0, 2, 1, 7],
            "private key, by its first bytes",
            State::NotChecked(
                "it begins as a private key in DER and could not be read as one".into(),
            ),
        ),
    ];
    let names = cases.iter().map(|(name, ..)| format!("node/{name}"));
    let names: Vec<String> = names.collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&cases)
        .map(|(name, (_, bytes, ..))| (name.as_str(), bytes.as_slice()))
        .collect();
    let contents = Scene::new(&files).look();
    for (name, bytes, what, wanted) in &cases {
        let mut found = contents.material.iter();
        let found = found.find(|(place, _)| *place == inside(name));
        let (_, one) = found.unwrap_or_else(|| panic!("no {name}"));
        assert_eq!((one.what.as_str(), &one.state), (*what, wanted), "{name}");
        let part = contents.part(&inside(name)).unwrap();
        assert!(matches!(part, Part::Key | Part::Needed), "{name}");
        assert!(!bytes.is_empty());
    }
    assert_eq!(contents.keys_scope().files, 7);
    assert!(dead(&contents).is_empty());
    // A structure that is nothing of the kind is nothing.
    let other = Scene::new(&[("node/x", &[0x30, 3, 2, 1, 5]), ("node/y", &plain[1..])]);
    assert!(other.look().material.is_empty());
}

#[test]
fn a_key_is_found_behind_thousands_of_lines_and_in_the_middle_of_another_text() {
    let key = String::from_utf8(fixture("keystores/p256.key")).unwrap();
    let behind = format!("{}{key}", "# a comment line\n".repeat(3000));
    let json = format!("{{\"type\": \"account\", \"private_key\": {key:?}}}");
    let example = "How to:\n-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n";
    let large = format!("{}{key}", "#".repeat(100 << 10));
    let scene = Scene::new(&[
        ("node/behind.notes", behind.as_bytes()),
        ("node/account.json", json.as_bytes()),
        ("node/notes/HOWTO", example.as_bytes()),
        ("node/large", large.as_bytes()),
        ("node/putty.ppk", b"PuTTY-User-Key-File-3: ssh-ed25519\n"),
    ]);
    let contents = scene.look();
    assert_eq!(*state(&contents, "behind.notes"), State::Good);
    for name in ["account.json", "notes/HOWTO", "putty.ppk"] {
        assert!(
            matches!(state(&contents, name), State::NotChecked(_)),
            "{name}"
        );
        assert_eq!(contents.part(&inside(name)), Some(Part::Key), "{name}");
    }
    assert!(dead(&contents).is_empty(), "{:?}", dead(&contents));
    assert_eq!(contents.part(&inside("large")), None);
}

#[test]
fn archives_are_known_by_their_bytes_and_programs_are_none() {
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let scene = Scene::new(&[
        ("node/certs.zip", b"PK\x03\x04rest"),
        ("node/old/certs-backup.tar.gz", b"\x1f\x8b\x08rest"),
        ("node/things.bin", &tar),
        ("node/keys.7z", b"7z\xbc\xaf\x27\x1crest"),
        ("node/certificates/own.zip", b"PK\x03\x04rest"),
        ("node/cordapps/app.jar", b"PK\x03\x04rest"),
        ("node/logs/node.log.gz", b"\x1f\x8b\x08rest"),
    ]);
    let contents = scene.look();
    let wanted = [
        "certs.zip",
        "keys.7z",
        "old/certs-backup.tar.gz",
        "things.bin",
    ];
    let wanted = wanted.map(inside);
    assert_eq!(contents.archives(), wanted.iter().collect::<Vec<_>>());
    // By its place it is wanted anyway.
    assert_eq!(
        contents.part(&inside("certificates/own.zip")),
        Some(Part::Key)
    );
    let said = codes(&contents);
    let said = said.iter().filter(|(_, code)| *code == "archive-closed");
    assert_eq!(said.count(), 4);
}

#[test]
fn small_files_that_nobody_knows_are_named_and_passwords_by_their_names_are_taken() {
    let mut files: Vec<(String, Vec<u8>)> = (0..25)
        .map(|at| (format!("node/other/{at:02}"), b"who knows".to_vec()))
        .collect();
    for (name, bytes) in [
        ("ops-passwords.properties", &b"a=b"[..]),
        ("old/seed", b"twelve words"),
        ("README.log", b"x"),
        ("cordapps/notes", b"x"),
        ("empty", b""),
        ("thing.json", b"{\"a\": 1}"),
        ("large", &[b'x'; 20 << 10]),
    ] {
        files.push((format!("node/{name}"), bytes.to_vec()));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let contents = Scene::new(&files).look();
    for name in ["ops-passwords.properties", "old/seed"] {
        assert_eq!(contents.part(&inside(name)), Some(Part::Password), "{name}");
    }
    let Unknown { first, more } = &contents.unknown;
    assert_eq!((first.len(), *more), (20, 6));
    assert_eq!(
        (&first[0], &first[19]),
        (&inside("other/00"), &inside("other/19"))
    );
}

#[test]
fn what_lies_above_something_outside_makes_it_no_program_and_no_bulk_data() {
    let scene = Scene::new(&[
        ("lib/corda/hsm.pin", b"1234"),
        ("lib/corda/drivers/notes", b"x"),
        ("database/corda/word", b"1234"),
        ("log/one.word", b"1234"),
        ("lib/one.jar", b"1234"),
    ]);
    let conf = ["lib/corda", "database/corda", "log/one.word", "lib/one.jar"].map(|name| {
        let what = if name.contains('.') { "path" } else { "dir" };
        format!("x.\"{name}\".{what} = {:?}\n", scene.at(name))
    });
    fs::write(scene.at("node/node.conf"), conf.concat()).unwrap();
    let contents = scene.look();
    assert_eq!(contents.outside().len(), 4, "{:?}", contents.gaps);
    let wanted = ["database/corda/word", "lib/corda/hsm.pin", "log/one.word"];
    let wanted = wanted.map(|name| Place::Outside(scene.at(name)));
    assert!(wanted.iter().all(|place| contents.may_matter(place, 4)));
    // A file that the configuration names is known.
    assert_eq!(contents.unknown.first, wanted[..2]);
    let harmless = ["lib/corda/drivers/notes", "lib/one.jar"];
    let harmless = harmless.map(|name| Place::Outside(scene.at(name)));
    assert!(!harmless.iter().any(|place| contents.may_matter(place, 4)));
}

#[test]
fn of_a_wanted_directory_around_the_node_nothing_in_the_node_is_seen_twice() {
    let scene = Scene::new(&[("node/word", b"1234"), ("beside/word", b"1234")]);
    let node = Node::open(&scene.at("node"), true).unwrap();
    let around = [scene.at("")];
    let contents = look_with(&node, (&[], &around), &mut |_, _| Ok(None)).unwrap();
    let wanted = [inside("word"), Place::Outside(scene.at("beside/word"))];
    assert_eq!(contents.unknown.first, wanted);
    assert_eq!(contents.unknown.more, 0);
}

#[test]
fn what_a_configuration_names_of_the_system_is_said_with_its_line() {
    let conf = b"jarDirs = [ \"/etc/ssl\" ]\nx.keyFile = /etc/shadow\ny.keyFile = /proc/version\n\
                 include file(\"/proc/version\")\nz.dir = /etc\n";
    let contents = Scene::new(&[("node/node.conf", conf)]).look();
    let lines = |code: &str| {
        let gaps = contents.gaps.iter().filter(|gap| gap.code == code);
        gaps.map(|gap| gap.place.1).collect::<Vec<_>>()
    };
    assert_eq!(lines("system-place"), [1, 2]);
    assert_eq!(lines("not-taken-along"), [3, 4, 5]);
    let outside = contents.outside();
    assert!(
        outside.iter().all(|path| !path.starts_with("/proc")),
        "{outside:?}"
    );
    let hint = contents.gaps.iter().find(|gap| gap.code == "system-place");
    assert!(hint.unwrap().hint.contains("--exclude /etc/"));
}

#[test]
fn an_include_that_is_not_there_is_said_once() {
    let conf = b"include required(\"gone.conf\")\ninclude \"dir\"\n";
    let scene = Scene::new(&[("node/node.conf", conf), ("node/dir/x", b"x")]);
    let contents = scene.look();
    let said = contents.gaps.iter().filter(|gap| gap.place.1 == 1);
    assert_eq!(said.count(), 1, "{:?}", contents.gaps);
    let said = contents.gaps.iter().filter(|gap| gap.place.1 == 2);
    assert_eq!(said.count(), 1, "{:?}", contents.gaps);
}
