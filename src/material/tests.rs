//! What each kind of material is found to be. The keys in here protect nothing: most are made of the seed 00, 01, ... 1f,
//! put into the texts of each software by a Python script, not by the code under test.

mod keystores;
mod samples;

use std::collections::BTreeMap;

use super::*;

/// The bytes 00 to 1f as digits, and the Ed25519 public key of that seed.
const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PUBLIC: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
const PAIR_BASE64: &str =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==";
const PUBLIC_BASE64: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const PUBLIC_BASE58: &str = "FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF";
const PEER_ID: &str = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";
const NEAR_SECRET: &str =
    "1GMkH3brNXiNNs1tiFZHu4yZSRrzJwxi5wB9bHFtMikjwpAW9DMZzU2Pqakc5it8X3N5vPmqdN7KF4CCUpmKhq";
const XRP_SECRET: &str = "pnUFkECGmxzX2DeXNBUkSjqkug9nhP7S1keWFntcpWiPAZZAFWe";
const XRP_PUBLIC: &str = "nHBPspZWxdGxbT4ZR8uVaKafXAvTmpU1GSpTbRUpuQpM3yLjNSk5";
const STELLAR_SEED: &str = "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI";
const STELLAR_PUBLIC: &str = "GAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QZ6Q";
const COMET_ADDRESS: &str = "56475AA75463474C0285DF5DBF2BCAB73DA65135";

fn fixture(name: &str) -> (String, Vec<u8>) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(root.join("tests/fixtures/material").join(name)).unwrap();
    (name.to_owned(), bytes)
}

/// The only key in the MSP, named by its SKI.
fn fabric_key() -> (String, Vec<u8>) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fixtures/material/msp/keystore");
    let entry = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
    let name = entry.file_name().into_string().unwrap();
    fixture(&format!("msp/keystore/{name}"))
}

/// A file of each kind that is good, or locked, with its name.
fn good_files() -> Vec<(String, Vec<u8>)> {
    let numbers = |bytes: &[u8]| {
        let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
        format!("[{}]", numbers.join(","))
    };
    let pair = data_encoding::BASE64
        .decode(PAIR_BASE64.as_bytes())
        .unwrap();
    let texts = [
        ("config/priv_validator_key.json", validator_key()),
        (
            "config/node_key.json",
            format!(
                r#"{{"priv_key":{{"type":"tendermint/PrivKeyEd25519","value":"{PAIR_BASE64}"}}}}"#
            ),
        ),
        (
            "data/priv_validator_state.json",
            r#"{"height":"36","round":0,"step":3}"#.into(),
        ),
        ("validator-keypair.json", numbers(&pair)),
        (
            "chains/x/keystore/6772616e",
            format!("\"0x{SEED}\""),
        ),
        (
            "validator_key.json",
            format!(
                r#"{{"account_id":"a.near","public_key":"ed25519:{PUBLIC_BASE58}","secret_key":"ed25519:{NEAR_SECRET}"}}"#
            ),
        ),
        ("validator-keys.json", xrp(7)),
        (
            "stellar-core.cfg",
            format!("HTTP_PORT=1\nNODE_SEED = \"{STELLAR_SEED} self\"\n[QUORUM_SET]"),
        ),
        (
            ".ipfs/config",
            format!(
                r#"{{"Identity":{{"PeerID":"{PEER_ID}","PrivKey":"CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="}}}}"#
            ),
        ),
        ("network/secret_ed25519", SEED.into()),
        ("geth/nodekey", SEED.into()),
        ("data/key", format!("0x{SEED}")),
        (
            "tessera.key",
            r#"{"type":"unlocked","data":{"bytes":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#
                .into(),
        ),
        (
            "tm.key",
            r#"{"type":"argon2sbox","data":{"aopts":{"variant":"id","memory":1048576,"iterations":10,"parallelism":4},"asalt":"AA==","snonce":"AA==","sbox":"AA=="}}"#
                .into(),
        ),
        ("keystore/UTC--2026-01-01--00", keystores::V3_PBKDF2.into()),
        ("keystore-m_1.json", keystores::EIP2335_PBKDF2.into()),
        ("slashing_protection.json", interchange(81_952, 3_008)),
        (
            "slashprotection/aa.yml",
            "---\nlastSignedBlockSlot: \"11\"\nlastSignedAttestationTargetEpoch: \"13\"\n".into(),
        ),
    ];
    let mut files: Vec<_> = texts
        .into_iter()
        .map(|(path, text)| {
            let path = match path {
                "chains/x/keystore/6772616e" => format!("{path}{PUBLIC}"),
                path => path.to_owned(),
            };
            (path, text.into_bytes())
        })
        .collect();
    files.extend(
        [
            "client.corda.key.pk8",
            "encrypted.pem",
            "locked.corda.key.pk8",
            "sec1.pem",
            "trusted.pem",
            "with-its-certificate.pem",
            "with-its-certificate-behind.pem",
            "msp/signcerts/cert.pem",
            "slashing_protection.sqlite",
        ]
        .map(fixture),
    );
    files.push(fabric_key());
    files
}

fn validator_key() -> String {
    format!(
        r#"{{"address":"{COMET_ADDRESS}","pub_key":{{"type":"tendermint/PubKeyEd25519","value":"{PUBLIC_BASE64}"}},
        "priv_key":{{"type":"tendermint/PrivKeyEd25519","value":"{PAIR_BASE64}"}}}}"#
    )
}

fn xrp(sequence: u32) -> String {
    format!(
        r#"{{"key_type":"ed25519","public_key":"{XRP_PUBLIC}","revoked":false,"secret_key":"{XRP_SECRET}","token_sequence":{sequence}}}"#
    )
}

fn interchange(slot: u64, epoch: u64) -> String {
    format!(
        r#"{{"metadata":{{"interchange_format_version":"5","genesis_validators_root":"0x{SEED}"}},
        "data":[{{"pubkey":"0xaa","signed_blocks":[{{"slot":"{slot}"}},{{"slot":"1"}}],
        "signed_attestations":[{{"source_epoch":"1","target_epoch":"{epoch}"}}]}}]}}"#
    )
}

fn found(path: &str, bytes: impl AsRef<[u8]>) -> Material {
    look(path.as_bytes(), bytes.as_ref()).unwrap_or_else(|| panic!("{path}: nothing"))
}

fn fact<'m>(material: &'m Material, name: &str) -> Option<&'m str> {
    let mut facts = material.facts.iter();
    facts
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

fn why(material: &Material) -> &str {
    match &material.state {
        State::Dead(why) => why,
        other => panic!("{}: {other:?}", material.what),
    }
}

#[test]
fn every_kind_is_told_with_its_software_and_public_facts() {
    let all = good_files();
    let told = |path: &str, software: Option<&str>, name: &str, value: &str| {
        let (path, bytes) = all
            .iter()
            .find(|(known, _)| known.starts_with(path))
            .unwrap();
        let found = found(path, bytes);
        assert_eq!(found.software, software, "{path}");
        assert_eq!(fact(&found, name), Some(value), "{path}");
    };
    for (path, software, name, value) in [
        (
            "config/priv_validator_key.json",
            "CometBFT",
            "address",
            COMET_ADDRESS,
        ),
        ("config/node_key.json", "CometBFT", "address", COMET_ADDRESS),
        ("data/priv_validator_state.json", "CometBFT", "height", "36"),
        (
            "validator-keypair.json",
            "Solana",
            "public key",
            PUBLIC_BASE58,
        ),
        ("chains/x/keystore/", "Substrate", "public key", PUBLIC),
        (
            "validator-keys.json",
            "XRP Ledger",
            "public key",
            XRP_PUBLIC,
        ),
        ("stellar-core.cfg", "Stellar", "public key", STELLAR_PUBLIC),
        (".ipfs/config", "IPFS Kubo", "peer id", PEER_ID),
        ("network/secret_ed25519", "Substrate", "peer id", PEER_ID),
        (
            "keystore/UTC--",
            "geth",
            "key derivation",
            "pbkdf2 c=262144",
        ),
        (
            "keystore-m_",
            "Ethereum validator",
            "path",
            "m/12381/60/0/0",
        ),
        (
            "slashing_protection.json",
            "Ethereum validator",
            "validators",
            "1",
        ),
        ("slashprotection/", "Teku", "slot", "11"),
        ("slashing_protection.sqlite", "Lighthouse", "blocks", "39"),
        (
            "tm.key",
            "Tessera",
            "key derivation",
            "Argon2, memory 1048576, iterations 10, parallelism 4",
        ),
    ] {
        told(path, Some(software), name, value);
    }
    told("sec1.pem", None, "algorithm", "EC secp256r1");
}

#[test]
fn good_files_are_good_or_locked() {
    for (path, bytes) in good_files() {
        let found = found(&path, &bytes);
        let is_locked = [
            "encrypted.pem",
            "locked.corda",
            "tm.key",
            "keystore/UTC",
            "keystore-m_",
        ]
        .iter()
        .any(|begin| path.starts_with(begin));
        let state = if is_locked {
            State::Locked
        } else {
            State::Good
        };
        assert_eq!(found.state, state, "{path}");
        let is_history = found.part == Part::History || path.starts_with("validator-keys");
        assert_eq!(found.history.is_some(), is_history, "{path}");
    }
}

#[test]
fn a_key_file_cut_short_anywhere_is_never_good() {
    for (path, bytes) in good_files() {
        // Text formats of lines hold what stands in the lines that are there.
        if path.ends_with(".yml") || path.ends_with(".cfg") {
            continue;
        }
        // What stands in the line that ends a block says nothing more.
        let text = String::from_utf8_lossy(&bytes);
        let whole = text
            .find("-----END ")
            .unwrap_or(bytes.trim_ascii_end().len());
        let step = 1 + whole / 200;
        for end in (0..whole).step_by(step) {
            let Some(found) = look(path.as_bytes(), &bytes[..end]) else {
                continue;
            };
            let is_good = matches!(found.state, State::Good | State::Locked);
            // A text of a key and a certificate may end within the certificate.
            if path.starts_with("with-its-certificate") {
                continue;
            }
            assert!(!is_good, "{path} cut at {end}: {found:?}");
        }
    }
}

#[test]
fn an_empty_or_wiped_key_file_is_dead_whatever_its_format() {
    for software in software() {
        for pattern in software.files {
            let path = pattern.glob.replace('*', "0");
            let (empty, wiped) = (found(&path, b""), found(&path, [0; 100]));
            if pattern.is_read || pattern.part == Part::Key && pattern.tells {
                assert_eq!(why(&empty), "it is empty", "{path}");
                assert!(matches!(wiped.state, State::Dead(_)), "{path}: {wiped:?}");
            } else if pattern.part == Part::History && !pattern.glob.ends_with("/*") {
                assert_eq!(why(&empty), "it is empty", "{path}");
                assert_eq!(why(&wiped), "it holds only zeros", "{path}");
            } else {
                assert!(!matches!(empty.state, State::Dead(_)), "{path}");
            }
        }
    }
}

#[test]
fn no_secret_of_any_file_is_told() {
    let digits: Vec<String> = (0..32).map(|number: u8| number.to_string()).collect();
    let secrets = [
        SEED.to_owned(),
        SEED.to_uppercase(),
        PAIR_BASE64[..40].to_owned(),
        NEAR_SECRET[..40].to_owned(),
        XRP_SECRET.to_owned(),
        STELLAR_SEED.to_owned(),
        digits.join(","),
        digits.join(", "),
        "MIGHAgEAMBMG".to_owned(),
    ];
    let mut said = String::new();
    for (path, bytes) in good_files() {
        // Cut and damaged too: a reason must not repeat what it is about.
        for end in [bytes.len(), bytes.len() - 3, bytes.len() / 2] {
            said.push_str(&format!("{:?}", look(path.as_bytes(), &bytes[..end])));
            said.push_str(&format!("{:?}", look(b"other.json", &bytes[..end])));
        }
    }
    for secret in secrets {
        // The name of the genesis root in a fixture is the seed's digits: it is public there.
        let said = said.replace(&format!("0x{SEED}"), "");
        assert!(!said.contains(&secret), "{secret}");
    }
}

#[test]
fn a_private_half_of_zeros_or_of_another_key_is_dead() {
    // 43 letters and two bits of the next are the private half.
    let zeros = "A".repeat(43) + "D";
    let empty = validator_key().replace(&PAIR_BASE64[..44], &zeros);
    assert!(why(&found("priv_validator_key.json", &empty)).contains("zeros"));
    let other = validator_key().replace("AAECAwQF", "AAECAwQG");
    assert!(why(&found("x.json", &other)).contains("private half"));
    let other = validator_key().replace(PUBLIC_BASE64, &PUBLIC_BASE64.replace("A6EH", "A6EI"));
    assert!(why(&found("x.json", &other)).contains("public key"));
    let short = validator_key().replace(PAIR_BASE64, &PAIR_BASE64[..44]);
    assert!(why(&found("x.json", &short)).contains("33 bytes"));
    for (bytes, is_key) in [(31, false), (32, true), (33, false)] {
        let number = data_encoding::BASE64.encode(&vec![1; bytes]);
        let text = format!(
            r#"{{"priv_key":{{"type":"tendermint/PrivKeySecp256k1","value":"{number}"}}}}"#
        );
        let is_good = found("x.json", text).state == State::Good;
        assert_eq!(is_good, is_key, "{bytes}");
    }
    let kind = validator_key().replace("PrivKeyEd25519", "PrivKeyBls12_381");
    let found_kind = found("x.json", &kind);
    assert!(matches!(found_kind.state, State::NotChecked(_)));
}

#[test]
fn an_address_that_is_not_the_keys_is_said_and_kills_nothing() {
    let other = validator_key().replace(COMET_ADDRESS, &"0".repeat(40));
    let said = found("x.json", &other);
    assert_eq!(said.state, State::Good);
    assert_eq!(fact(&said, "address"), Some(COMET_ADDRESS));
    assert_eq!(
        fact(&said, "address in the file"),
        Some("0".repeat(40).as_str())
    );
    let hostile = validator_key().replace(COMET_ADDRESS, "\\u001b[31m");
    assert_eq!(
        fact(&found("x.json", &hostile), "address in the file"),
        Some("no address")
    );
}

#[test]
fn a_member_twice_is_said() {
    let twice = r#"{"height":"5","height":"36","round":0,"step":3}"#;
    let said = found("x.json", twice);
    assert_eq!(fact(&said, "height"), Some("36"));
    assert!(fact(&said, "note").unwrap().contains("twice"));
}

#[test]
fn a_session_key_is_held_against_its_name() {
    let name = |kind: &str, public: &str| {
        format!(
            "keystore/{}{public}",
            data_encoding::HEXLOWER.encode(kind.as_bytes())
        )
    };
    let content = format!("\"0x{SEED}\"");
    let other = PUBLIC.replace("03a1", "03a2");
    assert_eq!(found(&name("gran", PUBLIC), &content).state, State::Good);
    assert_eq!(found(&name("aura", PUBLIC), &content).state, State::Good);
    assert!(why(&found(&name("gran", &other), &content)).contains("its name"));
    let not_checked = found(&name("babe", &other), &content);
    assert_eq!(
        not_checked.state,
        State::NotChecked("sr25519 keys are not checked here".into())
    );
    let phrase = found(
        &name("babe", &other),
        "\"bottom drive obey lake curtain smoke\"",
    );
    assert!(matches!(&phrase.state, State::NotChecked(why) if why.contains("phrase")));
    assert!(!format!("{phrase:?}").contains("bottom"));
    let short = found(&name("gran", PUBLIC), "\"0x00\"");
    assert!(why(&short).contains("32 bytes"));
    // SEC 2's base point: the public key of the number one.
    let one = format!("\"0x{}1\"", "0".repeat(63));
    let base = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    let found_one = found(&name("beef", base), &one);
    assert_eq!((found_one.state, found_one.part), (State::Good, Part::Key));
    assert!(why(&found(&name("beef", base), &content)).contains("its name"));
}

#[test]
fn a_hash_in_a_file_is_no_node_key() {
    assert!(look(b"jar.sha256", SEED.as_bytes()).is_none());
    let bad = "f".repeat(64);
    assert_eq!(
        why(&found("geth/nodekey", bad)),
        "it is no key of secp256k1"
    );
}

#[test]
fn the_tokens_of_an_xrp_validator_must_not_go_back() {
    let (old, new) = (found("a.json", xrp(7)), found("a.json", xrp(8)));
    let (old, new) = (old.history.unwrap(), new.history.unwrap());
    assert_eq!(old.is_older_than(&new), Some(true));
    assert_eq!(new.is_older_than(&old), Some(false));
    let damaged = xrp(7).replace("pnUFk", "pnUFj");
    assert!(why(&found("a.json", damaged)).contains("cannot be read"));
}

/// The token: `{"manifest":...,"validation_secret_key":...}`; the manifest begins with its number.
#[test]
fn the_configuration_of_an_xrp_validator_holds_its_token() {
    use data_encoding::BASE64;
    let config = |begin: &[u8]| {
        let manifest = BASE64.encode(begin);
        let token = format!(r#"{{"manifest":"{manifest}","validation_secret_key":"{SEED}"}}"#);
        let token = BASE64.encode(token.as_bytes());
        let (first, second) = token.split_at(72);
        format!("[server]\nport_ws\n\n[validator_token]\n{first}\n  {second}\n\n[other]\nx")
    };
    let told = found("rippled.cfg", config(&[0x24, 0, 0, 1, 2, 0x71]));
    assert_eq!((told.part, told.state.clone()), (Part::Key, State::Good));
    assert_eq!(fact(&told, "token sequence"), Some("258"));
    assert_eq!(told.history.unwrap().order, Order::InTurn(vec![258]));
    assert!(why(&found("rippled.cfg", config(&[0x25]))).contains("damaged"));
    let seed = found("rippled.cfg", "[validation_seed]\nsnTOPSECRET");
    assert_eq!(seed.part, Part::Key);
    assert!(!format!("{seed:?}").contains("TOPSECRET"));
    let plain = found("rippled.cfg", "[server]\nport");
    assert_eq!((plain.part, plain.state), (Part::Needed, State::Good));
}

#[test]
fn histories_are_compared_as_their_kind_wants_it() {
    let state = |height: u64, round: u64, step: u64| {
        let text = format!(r#"{{"height":"{height}","round":{round},"step":{step}}}"#);
        found("data/priv_validator_state.json", text)
            .history
            .unwrap()
    };
    let older = |a: &History, b: &History| a.is_older_than(b);
    assert_eq!(older(&state(36, 1, 3), &state(37, 0, 1)), Some(true));
    assert_eq!(older(&state(37, 0, 1), &state(36, 1, 3)), Some(false));
    assert_eq!(older(&state(36, 0, 2), &state(36, 0, 3)), Some(true));
    assert_eq!(older(&state(36, 0, 3), &state(36, 0, 3)), Some(false));
    let signed = |slot, epoch| found("x.json", interchange(slot, epoch)).history.unwrap();
    assert_eq!(
        older(&signed(5, 9), &signed(6, 8)),
        Some(true),
        "its slot is lower"
    );
    assert_eq!(
        older(&signed(6, 8), &signed(5, 9)),
        Some(true),
        "its epoch is lower"
    );
    assert_eq!(older(&signed(6, 9), &signed(5, 9)), Some(false));
    let unread = found("tower-1_9-a.bin", b"bytes").history.unwrap();
    assert_eq!(unread.shown, "5 bytes, not read here");
    assert_eq!(older(&unread, &unread), None);
    assert_eq!(older(&signed(6, 9), &state(36, 0, 3)), None);
}

#[test]
fn one_of_several_validators_that_goes_back_makes_a_history_older() {
    let entry = |key: &str, slot: &str, source: u64, target: u64| {
        format!(
            r#"{{"pubkey":"{key}","signed_blocks":[{slot}],
            "signed_attestations":[{{"source_epoch":"{source}","target_epoch":"{target}"}}]}}"#
        )
    };
    let told = |entries: &[String]| {
        let text = format!(
            r#"{{"metadata":{{"interchange_format_version":"5"}},"data":[{}]}}"#,
            entries.join(",")
        );
        found("x.json", text)
    };
    let history = |entries: &[String]| told(entries).history.unwrap();
    let slot = |slot: u64| format!(r#"{{"slot":"{slot}"}}"#);
    let high = || entry("0xaa", &slot(900), 90, 91);
    let newer = history(&[high(), entry("0xbb", &slot(7), 5, 6)]);
    for (older, what) in [
        (vec![high(), entry("0xbb", &slot(6), 5, 6)], "slot"),
        (vec![high(), entry("0xbb", &slot(7), 4, 6)], "source"),
        (vec![high(), entry("0xbb", &slot(7), 5, 5)], "target"),
        (vec![high(), entry("0xbb", "", 5, 6)], "no slot"),
        (vec![high()], "no such validator"),
    ] {
        let older = history(&older);
        assert_eq!(older.is_older_than(&newer), Some(true), "{what}");
        assert_eq!(newer.is_older_than(&older), Some(false), "{what}");
    }
    assert_eq!(newer.is_older_than(&newer), Some(false));
    let twice = [
        entry("0xbb", "", 5, 6),
        entry("0xbb", &slot(7), 1, 2),
        high(),
    ];
    assert_eq!(history(&twice).is_older_than(&newer), Some(false));
    assert_eq!(
        newer.shown,
        "slot 900, target epoch 91 (highest of 2 validators)"
    );
    assert_eq!(
        history(&[entry("0xbb", "", 5, 6)]).shown,
        "no slot, target epoch 6"
    );
    let nobody = told(&[]);
    assert!(matches!(nobody.state, State::NotChecked(_)), "{nobody:?}");
}

#[test]
fn the_history_in_a_database_is_read() {
    let (path, bytes) = fixture("slashing_protection.sqlite");
    let history = found(&path, &bytes).history.unwrap();
    assert_eq!(history.shown, "slot 81938, target epoch 3040");
    let signed = Highest {
        slot: Some(81_938),
        source: Some(3_039),
        target: Some(3_040),
    };
    let each = BTreeMap::from([("0xaa".to_owned(), signed)]);
    assert_eq!(history.order, Order::Each(each));
    let nimbus = found("validators/slashing_protection.sqlite3", &bytes);
    assert_eq!(nimbus.software, Some("Nimbus"));
}

#[test]
fn a_signing_history_that_is_no_database_or_is_cut_short_is_dead() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 40960\n";
    for path in [
        "validators/slashing_protection.sqlite",
        "validators/slashing_protection.sqlite3",
        "validator.db",
    ] {
        let zeros = vec![0; 40_960];
        assert_eq!(why(&found(path, &zeros)), "it holds only zeros", "{path}");
        let large = look_at_beginning(path.as_bytes(), &zeros[..4096], 1 << 33).unwrap();
        assert_eq!(why(&large), "it begins with zeros only", "{path}");
        assert_eq!(
            large.history.unwrap().shown,
            "how far it has signed cannot be read"
        );
        assert!(why(&found(path, pointer)).contains("database"), "{path}");
        let zip = [&b"PK\x03\x04"[..], &[7; 4096]].concat();
        assert!(why(&found(path, zip)).contains("database"), "{path}");
    }
    let (path, bytes) = fixture("slashing_protection.sqlite");
    for end in [20, 100, 512, bytes.len() - 512] {
        let cut = found(&path, &bytes[..end]);
        assert!(why(&cut).contains("cut short"), "{end}: {cut:?}");
    }
    let large = look_at_beginning(path.as_bytes(), &bytes[..512], 512).unwrap();
    assert!(why(&large).contains("cut short"));
    // Another counter of changes: an old library wrote it, and the number of pages says nothing.
    let mut old = bytes.clone();
    old[95] ^= 1;
    let old = found(&path, &old[..bytes.len() - 512]);
    assert!(!matches!(old.state, State::Dead(_)), "{old:?}");
}

#[test]
fn a_bbolt_database_that_is_cut_short_is_dead() {
    let mut bolt = vec![0; 16_384];
    bolt[16..20].copy_from_slice(&0xED0C_DAED_u32.to_le_bytes());
    bolt[24..28].copy_from_slice(&4096_u32.to_le_bytes());
    bolt[56..64].copy_from_slice(&4_u64.to_le_bytes());
    let whole = found("validator.db", &bolt);
    assert!(matches!(whole.state, State::NotChecked(_)), "{whole:?}");
    assert!(why(&found("validator.db", &bolt[..8192])).contains("8192 of the 16384"));
    bolt[56..64].copy_from_slice(&u64::MAX.to_le_bytes());
    let _ = found("validator.db", &bolt);
}

#[test]
fn a_hostile_database_ends() {
    let (path, bytes) = fixture("slashing_protection.sqlite");
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xFF;
        let _ = look(path.as_bytes(), &changed);
    }
    // A page whose children are itself.
    let mut round = bytes.clone();
    for page in round.chunks_mut(512).skip(1) {
        page[0] = 5;
        page[8..12].copy_from_slice(&2_u32.to_be_bytes());
    }
    let told = found(&path, &round).history.unwrap();
    assert_eq!(told.order, Order::NotRead);
}

/// A database of pages of 64 KiB, whose first page holds its schema: so many rows that all begin at the same place, with
/// a definition of `text` bytes each.
fn database_of_equal_rows(rows: u16, text: usize) -> Vec<u8> {
    let varint = |number: usize| {
        let high = |shift: usize| (number >> shift & 0x7F) as u8 | 0x80;
        vec![high(14), high(7), number as u8 & 0x7F]
    };
    let mut record = vec![8, 23, 15, 15, 1];
    record.extend(varint(13 + 2 * text));
    record.extend(b"tablett\x02");
    record.extend(vec![b' '; text]);
    let mut page = vec![0; 65_536];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    page[17] = 1;
    page[100] = 13;
    page[103..105].copy_from_slice(&rows.to_be_bytes());
    let at = 65_536 - (record.len() + 4);
    for place in page[108..].chunks_mut(2).take(rows.into()) {
        place.copy_from_slice(&(at as u16).to_be_bytes());
    }
    page[at..].copy_from_slice(&[varint(record.len()), vec![1], record].concat());
    page
}

#[test]
fn rows_of_a_database_that_all_lie_at_the_same_place_are_not_read() {
    let one = database_of_equal_rows(1, 30_000);
    let read = sqlite::Database::read(&one).unwrap();
    assert!(
        read.each("t", &[], |_| {}).is_none(),
        "there is no second page"
    );
    assert!(sqlite::Database::read(&database_of_equal_rows(2, 30_000)).is_some());
    for rows in [3, 10_000] {
        let many = database_of_equal_rows(rows, 30_000);
        assert!(sqlite::Database::read(&many).is_none(), "{rows}");
    }
}

#[test]
fn a_page_of_a_database_that_is_named_twice_is_not_read() {
    let (_, bytes) = fixture("slashing_protection.sqlite");
    let rows = |bytes: &[u8]| {
        let mut count = 0;
        let read = sqlite::Database::read(bytes)?;
        read.each("signed_blocks", &["slot"], |_| count += 1)?;
        Some(count)
    };
    assert_eq!(rows(&bytes), Some(39));
    // The root of the table has two pages below it at least: all its cells name the last one.
    let root = bytes
        .chunks(512)
        .position(|page| page[0] == 5)
        .map(|page| page * 512)
        .unwrap();
    let mut twice = bytes.clone();
    let cell = usize::from(twice[root + 12]) << 8 | usize::from(twice[root + 13]);
    let last: [u8; 4] = bytes[root + 8..root + 12].try_into().unwrap();
    twice[root + cell..][..4].copy_from_slice(&last);
    assert_eq!(rows(&twice), None);
}

#[test]
fn a_key_in_base_58_that_is_longer_than_any_is_dead_at_once() {
    let long = "z".repeat(MAX_BYTES - 1000);
    let near = format!(r#"{{"public_key":"ed25519:1","secret_key":"ed25519:{long}"}}"#);
    assert!(why(&found("validator_key.json", near)).contains("not one of Ed25519"));
    let ripple = xrp(7).replace(XRP_SECRET, &long);
    assert!(why(&found("validator-keys.json", ripple)).contains("cannot be read"));
    let ripple = xrp(7).replace(XRP_PUBLIC, &long);
    assert!(why(&found("validator-keys.json", ripple)).contains("public key"));
}

#[test]
fn databases_are_told_by_their_first_bytes_at_any_size() {
    let mut bolt = vec![0; 4096];
    bolt[16..20].copy_from_slice(&0xED0C_DAED_u32.to_le_bytes());
    let mut berkeley = vec![0; 4096];
    berkeley[12..16].copy_from_slice(&0x0005_3162_u32.to_le_bytes());
    let mut wallet = vec![0; 4096];
    wallet[..16].copy_from_slice(b"SQLite format 3\0");
    wallet[68..72].copy_from_slice(&[0xF9, 0xBE, 0xB4, 0xD9]);
    for (path, bytes, software, part, what) in [
        (
            "persistence.mv.db",
            b"H:2,block:3".to_vec(),
            Some("Corda"),
            Part::Database,
            "H2 database",
        ),
        (
            "x/ledger",
            b"H:2,block:3".to_vec(),
            None,
            Part::Database,
            "H2 database",
        ),
        (
            "data/chain/bitcoin/mainnet/wallet.db",
            bolt.clone(),
            Some("LND"),
            Part::Key,
            "wallet",
        ),
        (
            "data/graph/mainnet/channel.db",
            bolt.clone(),
            Some("LND"),
            Part::Database,
            "bbolt",
        ),
        (
            "validator.db",
            bolt,
            Some("Prysm"),
            Part::History,
            "signing history",
        ),
        (
            "wallet.dat",
            berkeley,
            Some("Bitcoin Core"),
            Part::Key,
            "wallet, Berkeley DB",
        ),
        (
            "anything",
            wallet,
            Some("Bitcoin Core"),
            Part::Key,
            "wallet, SQLite",
        ),
    ] {
        for found in [
            look(path.as_bytes(), &bytes),
            look_at_beginning(path.as_bytes(), &bytes, 1 << 33),
        ] {
            let found = found.unwrap();
            assert_eq!((found.software, found.part), (software, part), "{path}");
            assert!(found.what.contains(what), "{path}: {}", found.what);
            assert!(matches!(found.state, State::NotChecked(_)), "{path}");
        }
    }
    assert!(why(&found("wallet.dat", b"not a wallet")).contains("its content"));
    assert!(look_at_beginning(b"a.log", b"text", 1 << 33).is_none());
    let large = look_at_beginning(b"validator-keypair.json", b"[1,", 1 << 33).unwrap();
    assert!(matches!(large.state, State::NotChecked(_)));
}

#[test]
fn containers_are_told_by_their_first_bytes_whatever_they_are_called() {
    let mut lmdb = vec![0; 4096];
    lmdb[16..20].copy_from_slice(&0xBEEF_C0DE_u32.to_le_bytes());
    let cpio = |begin: &str, digits: usize| format!("{begin:0<digits$}name").into_bytes();
    for (begin, part, what) in [
        (lmdb, Part::Database, "LMDB"),
        (b"-- H2 0.5/B -- \n".to_vec(), Part::Database, "H2"),
        (b"H2encrypt\n".to_vec(), Part::Database, "encrypted"),
        (b"PGDMP\x01".to_vec(), Part::Database, "PostgreSQL"),
        (
            b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5".to_vec(),
            Part::Archive,
            "KeePass",
        ),
        (
            b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5".to_vec(),
            Part::Archive,
            "KeePass",
        ),
        (b"Salted__".to_vec(), Part::Archive, "OpenSSL"),
        (b"U2FsdGVkX1+".to_vec(), Part::Archive, "OpenSSL"),
        (b"LUKS\xba\xbe".to_vec(), Part::Archive, "LUKS"),
        (cpio("070701", 110), Part::Archive, "cpio"),
        (cpio("070707", 76), Part::Archive, "cpio"),
        (b"\x04\x22\x4d\x18".to_vec(), Part::Archive, "lz4"),
        (b"\x1f\x9d\x90".to_vec(), Part::Archive, "compress"),
    ] {
        let found = look_at_beginning(b"x/backup", &begin, 20_000).unwrap();
        assert_eq!(found.part, part, "{what}");
        assert!(found.what.contains(what), "{what}: {}", found.what);
        assert!(is_told_by_beginning(b"x/backup", &begin), "{what}");
        // One byte less is something else.
        let end = match what {
            "LMDB" => 19,
            "cpio" => 75,
            _ => begin.len().min(4) - 2,
        };
        assert!(!is_told_by_beginning(b"x/backup", &begin[..end]), "{what}");
    }
    let digits = "07".repeat(32);
    assert!(
        !is_told_by_beginning(b"nodekey", digits.as_bytes()),
        "a key"
    );
    for tag in [0x85, 0x95, 0x99, 0xc5] {
        assert!(is_told_by_beginning(b"keys.GPG", &[tag, 1]));
        assert!(!is_told_by_beginning(b"keys.bin", &[tag, 1]), "any file");
    }
}

#[test]
fn a_jar_is_a_program_only_where_programs_are() {
    for (path, is_program) in [
        ("corda.jar", true),
        ("tessera-app-1.0.jar", true),
        ("cordapps/flows.jar", true),
        ("drivers/postgresql.JAR", true),
        ("besu/lib/besu.jar", true),
        ("/opt/corda/plugins/a.war", true),
        ("certs.jar", false),
        ("backup/corda.jar", false),
        ("certificates/keys.war", false),
        ("/var/lib/node/keys.jar", false),
        ("cordapps/keys.zip", false),
    ] {
        let is_told = is_told_by_beginning(path.as_bytes(), b"PK\x03\x04");
        assert_eq!(is_told, !is_program, "{path}");
    }
}

#[test]
fn a_file_larger_than_is_looked_at_is_told_by_its_beginning() {
    let mut bytes = vec![b' '; MAX_BYTES + 1];
    bytes[0] = b'{';
    assert!(look(b"some.json", &bytes).is_none());
    assert!(look(b"config/priv_validator_key.json", &bytes).is_some());
}

#[test]
fn the_key_of_an_msp_is_held_against_its_name_and_its_certificate() {
    let (path, key) = fabric_key();
    let ski = &path["msp/keystore/".len()..path.len() - "_sk".len()];
    let good = found(&path, &key);
    assert_eq!(good.software, Some("Hyperledger Fabric"));
    assert_eq!((fact(&good, "ski"), &good.state), (Some(ski), &State::Good));
    let other = format!("keystore/{}_sk", "0".repeat(64));
    assert!(why(&found(&other, &key)).contains("its name"));
    assert_eq!(found("keystore/priv_sk", &key).state, State::Good);

    let (path, certificate) = fixture("msp/signcerts/cert.pem");
    let told = found(&path, &certificate);
    assert_eq!((told.part, told.state.clone()), (Part::Needed, State::Good));
    assert!(fact(&told, "subject").unwrap().contains("peer0"));
    assert!(fact(&told, "expires").unwrap().ends_with('Z'));
    use crate::private_key::Belongs;
    assert_eq!(pair(&key, &certificate), Some(Belongs::Yes));
    let (_, mixed) = fixture("not-its-certificate.pem");
    assert_eq!(pair(&mixed, &certificate), Some(Belongs::No));
    assert_eq!(pair(&certificate, &certificate), None);
}

#[test]
fn a_key_beside_the_certificate_of_another_is_dead() {
    let (path, bytes) = fixture("not-its-certificate.pem");
    assert!(why(&found(&path, &bytes)).contains("beside it"));
    for name in [
        "with-its-certificate.pem",
        "with-its-certificate-behind.pem",
    ] {
        let (path, bytes) = fixture(name);
        assert_eq!(found(&path, &bytes).state, State::Good, "{name}");
    }
}

#[test]
fn of_several_keys_the_worst_one_counts() {
    let (_, good) = fixture("sec1.pem");
    let (_, locked) = fixture("encrypted.pem");
    let cut = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n".to_vec();
    let state = |parts: &[&Vec<u8>]| {
        let text = parts.iter().flat_map(|part| part.iter().copied());
        let found = found("keys.pem", text.collect::<Vec<u8>>());
        assert_eq!(fact(&found, "private keys"), Some("2"));
        found.state
    };
    assert_eq!(state(&[&good, &good]), State::Good);
    assert_eq!(state(&[&good, &locked]), State::Locked);
    for parts in [[&cut, &good], [&good, &cut], [&locked, &cut]] {
        assert!(matches!(state(&parts), State::Dead(_)));
    }
}

#[test]
fn a_key_cut_short_behind_a_comment_is_dead_and_one_in_a_text_may_be_an_example() {
    let cut = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n";
    for before in ["", "\n", "# the key of this node\n", "; a\n\n// b\n"] {
        for cut in [cut, "-----BEGIN EC PRIVATE KEY-----\nMC4CAQAwM\n"] {
            let found = found("config/own", format!("{before}{cut}"));
            assert!(matches!(found.state, State::Dead(_)), "{before:?} {cut:?}");
        }
    }
    let example = "# as this:\n-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n";
    for text in [format!("How to:\n{cut}"), example.to_owned()] {
        let found = found("config/own", text.as_str());
        assert!(matches!(found.state, State::NotChecked(_)), "{text:?}");
    }
}

#[test]
fn an_encrypted_key_is_locked_only_while_it_is_whole() {
    let (path, mut bytes) = fixture("locked.corda.key.pk8");
    assert_eq!(found(&path, &bytes).state, State::Locked);
    bytes.pop();
    assert!(matches!(found(&path, &bytes).state, State::Dead(_)));
    let empty =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assert_eq!(why(&found("a.pem", empty)), "it is damaged");
}

#[test]
fn nothing_of_interest_is_nothing() {
    for (path, bytes) in [
        ("README.md", &b"# text"[..]),
        ("a.json", b"{\"a\":1}"),
        ("a.json", b"{"),
        ("a.json", b"[1,2,3]"),
        ("a.log", b"-----BEGIN"),
        ("a", b""),
    ] {
        assert!(look(path.as_bytes(), bytes).is_none(), "{path}");
    }
}

#[test]
fn a_hostile_json_is_refused_without_a_panic() {
    let deep = "[".repeat(1 << 20);
    let huge = format!(r#"{{"height":{},"round":0,"step":0}}"#, "9".repeat(100_000));
    let many = format!("[{}0]", "0,".repeat(2_000_000));
    for text in [&deep, &huge, &many] {
        let found = found("config/priv_validator_key.json", text);
        assert!(matches!(found.state, State::Dead(_)), "{found:?}");
    }
}
