//! The samples give what their `EXPECTED.json` says.

use std::path::{Path, PathBuf};

use super::{fact, found, why};
use crate::json::{Foreign, read_foreign};
use crate::material::{MAX_WORK, Material, Order, Part, State, Work, pair, unlock_within};
use crate::private_key::Belongs;
use crate::secret::SecretBytes;

/// Where the samples are; `None`, said, where they are not: they are no part of the project.
fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let place = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    if !place.is_dir() {
        eprintln!("skipped: the samples are not there");
        return None;
    }
    Some(place)
}

fn json(path: &Path) -> Foreign {
    let bytes = std::fs::read(path).unwrap();
    read_foreign(&bytes, 1 << 24).unwrap().value
}

/// Every sample of a folder that is expected to be something: its name, what was found, and what is expected.
fn each(folder: &str) -> Vec<(String, Material, Foreign)> {
    let Some(samples) = samples() else {
        return Vec::new();
    };
    let Foreign::Object(expected) = json(&samples.join("EXPECTED.json")) else {
        panic!("no object")
    };
    let mine = expected.into_iter().filter(|(name, expected)| {
        name.starts_with(folder) && !matches!(expected.get("is_key"), Some(Foreign::Bool(false)))
    });
    let all: Vec<_> = mine
        .map(|(name, expected)| {
            let bytes = std::fs::read(samples.join(&name)).unwrap();
            let material = found(&name, bytes);
            (name, material, expected)
        })
        .collect();
    assert!(!all.is_empty(), "{folder}");
    all
}

fn text<'e>(expected: &'e Foreign, name: &str) -> Option<&'e str> {
    expected.get(name)?.text()
}

fn is(expected: &Foreign, name: &str) -> Option<bool> {
    match expected.get(name)? {
        Foreign::Bool(value) => Some(*value),
        _ => None,
    }
}

#[test]
fn the_samples_of_ethereum_are_what_they_are() {
    for (name, material, expected) in each("eth/") {
        if let Some(validators) = expected.get("validators") {
            let one = &validators.list().unwrap()[0];
            let number = |name| one.get(name).unwrap().unsigned().unwrap();
            let Order::Each(all) = material.history.unwrap().order else {
                panic!("{name}");
            };
            let signed = &all[text(one, "pubkey").unwrap()];
            assert_eq!(signed.slot, Some(number("max_slot")), "{name}");
            assert_eq!(signed.target, Some(number("max_target_epoch")), "{name}");
            let told = material.facts.iter().find(|(name, _)| *name == "validator");
            assert!(told.unwrap().1.starts_with(text(one, "pubkey").unwrap()));
            continue;
        }
        assert_eq!(
            (material.state.clone(), material.part),
            (State::Locked, Part::Key),
            "{name}"
        );
        let public = format!("0x{}", text(&expected, "pubkey").unwrap());
        assert_eq!(fact(&material, "public key"), Some(public.as_str()));
        assert_eq!(fact(&material, "path"), text(&expected, "path"));
        assert_eq!(fact(&material, "id"), text(&expected, "uuid"));
        assert!(
            fact(&material, "key derivation")
                .unwrap()
                .starts_with("scrypt n=262144")
        );
    }
}

#[test]
fn the_keystores_of_ethereum_open_with_their_password_in_letters_of_mathematics() {
    let Some(samples) = samples() else { return };
    for (name, password) in [
        ("eth/erc2335-scrypt.json", super::keystores::PASSWORD),
        (
            "eth/staking-deposit-cli-test1.json",
            super::keystores::PASSWORD,
        ),
    ] {
        let bytes = std::fs::read(samples.join(name)).unwrap();
        let with = |password: &str| {
            let password = SecretBytes::copied(password.as_bytes());
            unlock_within(&bytes, &password, &mut Work::new(MAX_WORK))
        };
        let opened = with(password);
        assert!(
            matches!(&opened, Some(State::NotChecked(why)) if why.starts_with("it opens")),
            "{name}"
        );
        assert_eq!(with("testpassword"), Some(State::Locked), "{name}");
    }
}

#[test]
fn the_samples_of_cometbft_are_what_they_are() {
    for (name, material, expected) in each("cometbft/") {
        if is(&expected, "state_file") == Some(true) {
            assert_eq!(fact(&material, "height"), text(&expected, "height"));
            assert_eq!(
                material.history.unwrap().order,
                Order::InTurn(vec![36, 0, 3])
            );
            continue;
        }
        assert_eq!(
            fact(&material, "address"),
            text(&expected, "address"),
            "{name}"
        );
        let is_dead = is(&expected, "pub_matches_tail") == Some(false);
        let state = match is_dead {
            true => State::Dead(why(&material).to_owned()),
            false => State::Good,
        };
        assert_eq!(material.state, state, "{name}");
        let has_other = fact(&material, "address in the file").is_some();
        assert_eq!(
            has_other,
            is(&expected, "address_ok") == Some(false),
            "{name}"
        );
        let is_legacy = expected.get("legacy_last_height").is_some();
        assert_eq!(material.history.is_some(), is_legacy, "{name}");
    }
}

#[test]
fn the_samples_of_fabric_are_what_they_are() {
    let Some(samples) = samples() else { return };
    for (name, material, expected) in each("fabric/") {
        assert_eq!(
            (material.state, material.part),
            (State::Good, Part::Key),
            "{name}"
        );
        let facts: Vec<_> = material
            .facts
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if let Some(ski) = text(&expected, "ski") {
            assert!(facts.contains(&("ski", ski)), "{name}: {facts:?}");
            assert!(
                facts.contains(&("algorithm", text(&expected, "alg").unwrap())),
                "{name}"
            );
        }
        if let Some(certificate) = text(&expected, "signcert") {
            let key = samples.join(&name);
            let folder = key.parent().unwrap().parent().unwrap();
            let certificate = folder.join("signcerts").join(certificate);
            let certificate = std::fs::read(certificate).unwrap();
            let belongs = match is(&expected, "key_matches_signcert").unwrap() {
                true => Belongs::Yes,
                false => Belongs::No,
            };
            let key = std::fs::read(key).unwrap();
            assert_eq!(pair(&key, &certificate), Some(belongs), "{name}");
            let told = found("signcerts/cert.pem", &certificate);
            let until = text(&expected, "not_after").unwrap().replace("+00:00", "Z");
            assert_eq!(fact(&told, "expires"), Some(until.as_str()), "{name}");
        }
    }
}

#[test]
fn the_broken_samples_of_fabric_are_dead_or_nothing() {
    let Some(samples) = samples() else { return };
    let folder = samples.join("fabric/signer");
    let found = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        crate::material::look(format!("signer/{name}").as_bytes(), &bytes)
    };
    assert!(found("broken_private_key").is_none());
    for name in ["empty_private_key", "cert_invalid_certificate.pem"] {
        let found = found(name).unwrap();
        assert!(matches!(found.state, State::Dead(_)), "{name}: {found:?}");
    }
    assert!(found("cert_invalid_PEM.pem").is_none());
    assert_eq!(found("cert_invalid_type.pem").unwrap().part, Part::Other);
    assert_eq!(found("ed25519.pem").unwrap().state, State::Good);
}

#[test]
fn the_other_samples_are_what_they_are() {
    let Some(samples) = samples() else { return };
    let Foreign::Object(expected) = json(&samples.join("other/EXPECTED.json")) else {
        panic!("no object")
    };
    for (name, expected) in expected {
        let bytes = std::fs::read(samples.join("other").join(&name)).unwrap();
        let material = found(&name, bytes);
        assert_eq!(
            (&material.state, material.part),
            (&State::Good, Part::Key),
            "{name}"
        );
        for (member, told) in [
            ("pubkey_base58", "public key"),
            ("public_hex", "public key"),
            ("key_type", "key type"),
            ("enode_id", "node id"),
        ] {
            if let Some(value) = text(&expected, member) {
                assert_eq!(fact(&material, told), Some(value), "{name}");
            }
        }
    }
}

#[test]
fn no_secret_of_a_sample_is_told() {
    let Some(samples) = samples() else { return };
    let mut said = String::new();
    let mut secrets = Vec::new();
    for folder in ["eth", "cometbft", "fabric", "other"] {
        let mut folders = vec![samples.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.ends_with("EXPECTED.json") {
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap();
                let name = path.strip_prefix(&samples).unwrap();
                let name = name.as_os_str().as_encoded_bytes();
                said.push_str(&format!("{:?}", crate::material::look(name, &bytes)));
                said.push_str(&format!("{:?}", crate::material::look(b"a.json", &bytes)));
                secrets.extend(secrets_of(&bytes));
            }
        }
    }
    assert!(secrets.len() > 20, "{}", secrets.len());
    let said = said.to_lowercase();
    for secret in secrets {
        assert!(!said.contains(&secret.to_lowercase()), "{secret}");
    }
}

/// What must not be said of a sample: its private parts, as they stand there and in other digits.
fn secrets_of(bytes: &[u8]) -> Vec<String> {
    use data_encoding::{BASE64, HEXLOWER};
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Vec::new();
    };
    let mut secrets = Vec::new();
    if text.contains("PRIVATE KEY") {
        let body: Vec<&str> = text.lines().filter(|line| !line.starts_with('-')).collect();
        secrets.extend(
            body.iter()
                .filter(|line| line.len() > 8)
                .map(|line| line.to_string()),
        );
        let der = BASE64.decode(body.concat().as_bytes()).unwrap();
        secrets.extend((der.len() > 68).then(|| HEXLOWER.encode(&der[36..68])));
    }
    let trimmed = text.trim().trim_matches('"').trim_start_matches("0x");
    if trimmed.len() == 64 {
        secrets.push(trimmed.to_owned());
        secrets.push(BASE64.encode(&HEXLOWER.decode(trimmed.as_bytes()).unwrap()));
    }
    let Ok(document) = read_foreign(bytes, 1 << 20) else {
        return secrets;
    };
    if let Some(value) = document.value.at(&["priv_key", "value"]) {
        let value = value.text().unwrap();
        let seed = &BASE64.decode(value.as_bytes()).unwrap()[..32];
        if seed.iter().any(|byte| *byte != 0) {
            secrets.extend([value[..40].to_owned(), HEXLOWER.encode(seed)]);
        }
    }
    if let Some(items) = document.value.list() {
        let pair: Vec<u8> = items
            .iter()
            .map(|item| item.unsigned().unwrap() as u8)
            .collect();
        secrets.extend([HEXLOWER.encode(&pair[..32]), text[..40].to_owned()]);
    }
    secrets
}
