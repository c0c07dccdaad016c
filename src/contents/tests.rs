use std::fs;

use super::*;
use crate::material::State;
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
    assert_eq!(missing.first().map(|dead| &dead.place), Some(&node_at));
    assert!(blamed(&node, None, &conf).is_empty());
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
