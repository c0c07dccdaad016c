use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::certificate::Certificate;
use crate::corda::{Named, What};
use crate::digest::Digest;
use crate::keystore::{Format, Holds, Key};
use crate::private_key::Belongs;
use crate::secret::SecretBytes;
use crate::tests::{Need, skipped};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

fn certificate(subject: &str, issuer: &str) -> Certificate {
    Certificate {
        subject: subject.into(),
        issuer: issuer.into(),
        not_before: Time::from_unix(NOW - 100 * DAY),
        not_after: Time::from_unix(NOW + 100 * DAY),
        role: None,
        algorithm: "EC secp256r1".into(),
        sha256: Digest::of(subject.as_bytes()),
        public_key: Vec::new(),
        der: subject.as_bytes().to_vec(),
    }
}

fn open_key() -> Key {
    Key::Open {
        algorithm: "EC secp256r1".into(),
        belongs: Belongs::Yes,
    }
}

fn key_entry(alias: &str, subject: &str) -> Entry {
    let chain = [
        certificate(subject, "CN=Root"),
        certificate("CN=Root", "CN=Root"),
    ];
    Entry {
        alias: alias.into(),
        created: None,
        holds: Holds::PrivateKey(open_key()),
        chain: chain.map(Ok).to_vec(),
    }
}

fn root_entry(alias: &str, subject: &str) -> Entry {
    Entry {
        alias: alias.into(),
        created: None,
        holds: Holds::Certificate,
        chain: vec![Ok(certificate(subject, subject))],
    }
}

fn keystore(entries: Vec<Entry>) -> Keystore {
    Keystore {
        format: Format::Jks,
        entries,
        is_listed: true,
        is_open: true,
        is_proven: true,
        trailing: 0,
    }
}

/// A node that would start, to be broken in one place.
struct Scene {
    configuration: Configuration,
    identity: Option<Result<Keystore, Flaw>>,
    tls: Option<Result<Keystore, Flaw>>,
    trust: Option<Result<Keystore, Flaw>>,
    wrapping: Option<Result<Keystore, Flaw>>,
    has_network_parameters: bool,
}

const NAME: &str = "O=Bank A, L=London, C=GB";

impl Scene {
    fn new() -> Self {
        let identity = vec![
            key_entry("cordaclientca", NAME),
            key_entry("identity-private-key", NAME),
        ];
        Self {
            configuration: Configuration {
                legal_name: Some("C=GB,L=London,O=Bank A".into()),
                ..Configuration::default()
            },
            identity: Some(Ok(keystore(identity))),
            tls: Some(Ok(keystore(vec![key_entry("cordaclienttls", NAME)]))),
            trust: Some(Ok(keystore(vec![root_entry("cordarootca", "CN=Root")]))),
            wrapping: None,
            has_network_parameters: true,
        }
    }

    fn entries(store: &mut Option<Result<Keystore, Flaw>>) -> &mut Vec<Entry> {
        &mut store.as_mut().unwrap().as_mut().unwrap().entries
    }

    fn certificates(
        store: &mut Option<Result<Keystore, Flaw>>,
        at: usize,
    ) -> Vec<&mut Certificate> {
        let chain = Self::entries(store)[at].chain.iter_mut();
        chain.map(|one| one.as_mut().unwrap()).collect()
    }

    fn checks(&self) -> Vec<Check> {
        let stores = Stores {
            identity: self.identity.as_ref().map(Result::as_ref),
            tls: self.tls.as_ref().map(Result::as_ref),
            trust: self.trust.as_ref().map(Result::as_ref),
            wrapping: self.wrapping.as_ref().map(Result::as_ref),
            has_network_parameters: self.has_network_parameters,
        };
        checks(&self.configuration, &stores, Time::from_unix(NOW))
    }

    /// The outcome of the check whose name begins so.
    fn outcome(&self, name: &str) -> Outcome {
        let found = self
            .checks()
            .into_iter()
            .find(|check| check.name.starts_with(name));
        found.unwrap_or_else(|| panic!("no check {name:?}")).outcome
    }

    #[track_caller]
    fn fails(&self, name: &str, says: &str) {
        let outcome = self.outcome(name);
        let (Outcome::Failed(text) | Outcome::Dated(text)) = &outcome else {
            panic!("{name}: {outcome:?}");
        };
        assert!(text.contains(says), "{text}");
    }

    #[track_caller]
    fn warns(&self, name: &str, says: &str) {
        let outcome = self.outcome(name);
        let Outcome::Warned(text) = &outcome else {
            panic!("{name}: {outcome:?}");
        };
        assert!(text.contains(says), "{text}");
    }

    #[track_caller]
    fn is_not_done(&self, name: &str, says: &str) {
        let outcome = self.outcome(name);
        let Outcome::NotDone(text) = &outcome else {
            panic!("{name}: {outcome:?}");
        };
        assert!(text.contains(says), "{text}");
    }
}

/// The made-up certificates carry no signatures: this check alone fails for them.
const PATH: &str = "each certificate of the identity chain";

#[test]
fn a_whole_node_passes_every_check() {
    for check in Scene::new().checks() {
        if !check.name.starts_with(PATH) {
            assert_eq!(check.outcome, Outcome::Passed, "{}", check.name);
        }
    }
}

#[test]
fn the_checks_stand_in_the_order_of_the_node() {
    let mut scene = Scene::new();
    scene.configuration.is_notary = true;
    scene.configuration.notary_name = Some(NAME.into());
    Scene::entries(&mut scene.identity).push(key_entry(NOTARY, NAME));
    let names: Vec<&str> = scene.checks().iter().map(|check| check.name).collect();
    assert_eq!(
        names,
        [
            "the stores are there",
            "the passwords open the stores",
            "the trust store has a root",
            "the TLS key has its alias",
            "the TLS certificate is valid",
            "the TLS chain ends at a trusted root",
            "the identity key has its alias",
            "the identity key is there",
            "the certificates of the identity line up",
            "the identity chain ends at a trusted root",
            "the identity has the configured name",
            "each certificate of the identity chain is signed by the next, and valid",
            "the notary service key has its alias",
            "the notary service key is there",
            "the certificates of the notary service line up",
            "the notary service chain ends at a trusted root",
            "the notary service has the configured name",
            "each certificate of the notary service chain is signed by the next, and valid",
            "network parameters are there",
            "every private key of both stores belongs to its certificate (the CA key is needed to renew)",
        ]
    );
}

#[test]
fn a_store_that_is_not_there_stops_the_node() {
    for which in 0..3 {
        let mut scene = Scene::new();
        match which {
            0 => scene.identity = None,
            1 => scene.tls = None,
            _ => scene.trust = None,
        }
        let named = [
            "(not there: identity)",
            "(not there: TLS)",
            "(not there: trust)",
        ][which];
        scene.fails("the stores are there", "run corda.jar initial-registration");
        scene.fails("the stores are there", named);
        scene.configuration.dev_mode = Some(true);
        scene.warns("the stores are there", "with new keys");
    }
}

#[test]
fn a_wrong_password_stops_the_node() {
    let mut scene = Scene::new();
    scene.trust = Some(Err(Flaw::Password));
    scene.fails(
        "the passwords open",
        "passwords does not match configuration.",
    );
    scene.trust = Some(Err(Flaw::Damaged("cut short".into())));
    scene.fails("the passwords open", "cut short");
    scene.trust = Some(Err(Flaw::NotOpened("BKS".into())));
    scene.is_not_done("the passwords open", "BKS");
    scene.is_not_done("the trust store has a root", "did not open");
}

#[test]
fn a_store_that_was_only_listed_proves_no_password() {
    let mut scene = Scene::new();
    let trust = scene.trust.as_mut().unwrap().as_mut().unwrap();
    (trust.is_open, trust.is_proven) = (false, false);
    scene.is_not_done("the passwords open", "trust: its password was not given");
    assert_eq!(scene.outcome("the trust store has a root"), Outcome::Passed);
    // The keys of this format are never opened here: that says nothing of the password.
    let mut scene = Scene::new();
    let jceks = include_bytes!("../../../tests/fixtures/keystores/sample.jceks");
    scene.tls = Some(crate::keystore::list(jceks));
    scene.is_not_done("the passwords open", "TLS: its password was not given");
    let password = SecretBytes::copied(b"sample-only");
    scene.tls = Some(crate::keystore::open(jceks, &password, &[]));
    assert_eq!(scene.outcome("the passwords open"), Outcome::Passed);
}

#[test]
fn a_store_that_its_password_opened_needs_no_check_of_its_own() {
    let mut scene = Scene::new();
    scene.trust.as_mut().unwrap().as_mut().unwrap().is_proven = false;
    assert_eq!(scene.outcome("the passwords open"), Outcome::Passed);
    let unchecked = include_bytes!("../../../tests/fixtures/keystores/no-check.p12");
    let password = SecretBytes::copied(b"sample-only");
    scene.trust = Some(crate::keystore::open(unchecked, &password, &[]));
    assert_eq!(scene.outcome("the passwords open"), Outcome::Passed);
    scene.trust = Some(crate::keystore::list(unchecked));
    scene.is_not_done("the passwords open", "trust: its password was not given");
}

#[test]
fn a_trust_store_without_a_root_stops_the_node() {
    let mut scene = Scene::new();
    Scene::entries(&mut scene.trust)[0].alias = "cordatlscrlsigner".into();
    scene.fails(
        "the trust store has a root",
        "Alias for trustRoot key not found.",
    );
    Scene::entries(&mut scene.trust)[0].alias = "CordaRootCA-2".into();
    assert_eq!(scene.outcome("the trust store has a root"), Outcome::Passed);
}

#[test]
fn a_tls_store_without_the_alias_stops_the_node() {
    let mut scene = Scene::new();
    Scene::entries(&mut scene.tls)[0].alias = "cordaclienttls-1".into();
    scene.fails("the TLS key has its alias", "Alias for TLS key not found.");
    let key = "enterpriseConfiguration.tlsKeyAlias".into();
    scene
        .configuration
        .aliases
        .push((key, "cordaclienttls-1".into()));
    assert_eq!(scene.outcome("the TLS key has its alias"), Outcome::Passed);
}

#[test]
fn a_tls_certificate_that_ended_stops_the_node_and_one_that_soon_ends_is_said() {
    let mut scene = Scene::new();
    let mut end = |after| {
        Scene::certificates(&mut scene.tls, 0)[0].not_after = Time::from_unix(NOW + after);
        scene.outcome("the TLS certificate is valid")
    };
    let expired = "TLS certificate for alias 'cordaclienttls' is expired.".into();
    assert_eq!(end(-1), Outcome::Dated(expired));
    let soon = "TLS certificate for alias 'cordaclienttls' will expire in 29 day(s).".into();
    assert_eq!(end(30 * DAY - 1), Outcome::Warned(soon));
    assert_eq!(end(30 * DAY), Outcome::Passed);
}

#[test]
fn chains_that_end_elsewhere_stop_the_node() {
    let mut scene = Scene::new();
    Scene::certificates(&mut scene.tls, 0)[1].der = b"another".to_vec();
    scene.fails(
        "the TLS chain",
        "TLS certificate must chain to the trusted root.",
    );
    assert_eq!(scene.outcome("the identity chain ends"), Outcome::Passed);
    let mut scene = Scene::new();
    Scene::certificates(&mut scene.identity, 1)[1].der = b"another".to_vec();
    scene.fails(
        "the identity chain ends",
        "Certificate for node identity must chain to the trusted root.",
    );
}

#[test]
fn an_identity_store_without_the_alias_stops_the_node() {
    let mut scene = Scene::new();
    let key = "enterpriseConfiguration.identityKeyAlias".into();
    scene.configuration.aliases.push((key, "other".into()));
    scene.fails(
        "the identity key has its alias",
        "Alias 'other' for node identity key is not in the keyStore file.",
    );
}

#[test]
fn an_entry_without_its_certificate_stops_the_node() {
    let mut scene = Scene::new();
    Scene::certificates(&mut scene.identity, 1)[0].issuer = "CN=Other".into();
    scene.fails(
        "the certificates of the identity line up",
        "do not line up!",
    );
    Scene::entries(&mut scene.identity)[1].chain.clear();
    scene.fails(
        "the certificates of the identity line up",
        "Certificates from key store do not line up!",
    );
    Scene::entries(&mut scene.identity)[1]
        .chain
        .push(Err("no DER".into()));
    scene.fails("the certificates of the identity line up", "no DER");
}

#[test]
fn another_name_stops_the_node() {
    let mut scene = Scene::new();
    scene.configuration.legal_name = Some("O=Bank B, L=London, C=GB".into());
    scene.fails(
        "the identity has the configured name",
        "The configured legalName 'O=Bank B, L=London, C=GB' doesn't match what's in the key store: O=Bank A, L=London, C=GB",
    );
    scene.configuration.legal_name = None;
    scene.is_not_done("the identity has the configured name", "myLegalName");
}

#[test]
fn aliases_and_names_from_the_configuration_steer_no_terminal() {
    let mut scene = Scene::new();
    scene.configuration.legal_name = Some("O=\u{1b}[2J, C=GB".into());
    scene.fails("the identity has the configured name", "O=\\u{1b}[2J");
    for key in ["identityKeyAlias", "tlsKeyAlias", "clientCaKeyAlias"] {
        let alias = "\u{1b}[2J\u{202e}".to_owned();
        scene.configuration.aliases.push((key.into(), alias));
    }
    scene.fails(
        "the identity key has its alias",
        "Alias '\\u{1b}[2J\\u{202e}'",
    );
    scene.fails("the TLS key has its alias", "\\u{1b}[2J\\u{202e}");
    for check in scene.checks() {
        let steers = |sign: char| sign.is_control() || sign == '\u{202e}';
        assert!(!check.outcome.text().chars().any(steers), "{check:?}");
    }
}

#[test]
fn a_notary_key_and_the_configuration_must_agree() {
    let mut scene = Scene::new();
    Scene::entries(&mut scene.identity).push(key_entry(NOTARY, "O=Notary, C=GB"));
    scene.warns("the notary service", "no notary section");
    scene.configuration.is_notary = true;
    scene.fails("the notary service", "The notary service key exists in the key store but no notary service legal name has been configured.");
    scene.configuration.notary_name = Some("O=Other, C=GB".into());
    scene.fails("the notary service has", "doesn't match");
    scene.configuration.notary_name = Some("O=Notary, C=GB".into());
    assert_eq!(scene.outcome("the notary service has"), Outcome::Passed);
    Scene::entries(&mut scene.identity).pop();
    scene.fails(
        "the notary service key has its alias",
        "Alias 'distributed-notary-private-key'",
    );
}

#[test]
fn a_wrapping_key_must_be_there_where_the_configuration_wraps() {
    let mut scene = Scene::new();
    scene.configuration.named.push(Named {
        file: "/n/node.conf".into(),
        line: 0,
        key: String::new(),
        path: "/n/certificates/wrappingkeystore.pkcs12".into(),
        what: What::Keystore,
        may_be_missing: true,
    });
    let name = "the key that wraps";
    scene.fails(
        name,
        "There is no master key under the alias: wrapping-key-alias",
    );
    let entry = Entry {
        alias: "wrapping-key-alias".into(),
        created: None,
        holds: Holds::SecretKey(open_key()),
        chain: Vec::new(),
    };
    scene.wrapping = Some(Ok(keystore(vec![entry])));
    assert_eq!(scene.outcome(name), Outcome::Passed);
    Scene::entries(&mut scene.wrapping)[0].holds = Holds::SecretKey(Key::Closed);
    scene.is_not_done(name, "password");
    let key = "freshIdentitiesConfiguration.masterKeyAlias".into();
    scene.configuration.aliases.push((key, "other".into()));
    scene.fails(name, "There is no master key under the alias: other");
}

#[test]
fn a_node_without_network_parameters_asks_the_network_map() {
    let mut scene = Scene::new();
    scene.has_network_parameters = false;
    scene.warns(
        "network parameters",
        "Couldn't find network parameters file",
    );
}

#[test]
fn every_private_key_must_belong_to_its_certificate() {
    let name = "every private key";
    let mut scene = Scene::new();
    let belongs = Belongs::No;
    let algorithm = "EC".to_owned();
    Scene::entries(&mut scene.identity)[0].holds =
        Holds::PrivateKey(Key::Open { algorithm, belongs });
    scene.fails(
        name,
        "\"cordaclientca\": it is not the key of its certificate",
    );
    assert_eq!(scene.outcome("the identity key is there"), Outcome::Passed);
    Scene::entries(&mut scene.identity)[0].holds = Holds::PrivateKey(Key::Closed);
    scene.is_not_done(name, "\"cordaclientca\"");
    Scene::entries(&mut scene.identity).remove(0);
    scene.warns(name, "cannot be renewed");
}

#[test]
fn keys_in_hardware_are_not_checked_and_said() {
    let mut scene = Scene::new();
    scene.configuration.crypto_service = Some("GEMALTO_LUNA".into());
    for entry in Scene::entries(&mut scene.identity) {
        entry.holds = Holds::PrivateKey(Key::HsmAlias("x".into()));
    }
    scene.is_not_done("the identity key is there", "GEMALTO_LUNA");
    scene.is_not_done("every private key", "hardware security module");
}

#[test]
fn a_chain_that_ended_or_is_not_signed_stops_the_node() {
    let mut scene = Scene::new();
    scene.fails(PATH, "is not signed by");
    Scene::certificates(&mut scene.identity, 1)[0].not_after = Time::from_unix(NOW - 1);
    scene.fails(PATH, "is expired");
    Scene::certificates(&mut scene.identity, 1)[0].not_after = Time::from_unix(NOW + 1);
    Scene::certificates(&mut scene.identity, 1)[0].not_before = Time::from_unix(NOW + 1);
    scene.fails(PATH, "not valid yet");
}

#[test]
fn the_made_nodes_would_start() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    if !samples.join("made").is_dir() {
        return skipped(Need::Samples, "the samples are not there");
    }
    for kind in ["bank", "hsm", "notary", "wrapped", "devmode"] {
        let folder = samples.join("made").join(kind);
        let base = Path::new("/n");
        let mut fetch = |path: &Path| {
            let name = path.file_name().unwrap();
            fs::read(folder.join(name))
                .map(zeroize::Zeroizing::new)
                .map_err(|error| error.to_string())
        };
        let configuration = crate::corda::read(base, &base.join("node.conf"), &mut fetch);
        let open = |name: &str| {
            let path = base.join("certificates").join(name);
            let bytes = fs::read(folder.join(name)).ok()?;
            let mut passwords = configuration.passwords.iter();
            let password = passwords
                .find(|password| password.stores.contains(&path))
                .unwrap();
            Some(crate::keystore::open(
                &bytes,
                &SecretBytes::copied(password.text.expose()),
                &[],
            ))
        };
        let [identity, tls, trust, wrapping] = [
            "nodekeystore.jks",
            "sslkeystore.jks",
            "truststore.jks",
            "wrappingkeystore.pkcs12",
        ]
        .map(open);
        let stores = Stores {
            identity: identity.as_ref().map(Result::as_ref),
            tls: tls.as_ref().map(Result::as_ref),
            trust: trust.as_ref().map(Result::as_ref),
            wrapping: wrapping.as_ref().map(Result::as_ref),
            has_network_parameters: true,
        };
        for check in checks(&configuration, &stores, Time::from_unix(1_797_000_000)) {
            let is_hardware = kind == "hsm" && matches!(check.outcome, Outcome::NotDone(_));
            assert!(
                check.outcome == Outcome::Passed || is_hardware,
                "{kind}: {check:?}"
            );
        }
    }
}
