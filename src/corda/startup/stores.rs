//! `validateKeyStores`: stores, passwords, trust roots and TLS; and what stands beside it: the wrapping key, network
//! parameters, every private key.

use super::{CLIENT_CA, Check, Node, Outcome, Store, TLS, WRAPPING, check, entry, opened, unless};
use crate::certificate::{Certificate, printable};
use crate::keystore::{Flaw, Holds, Key};
use crate::private_key::Belongs;

const NOT_FOUND: &str = "One or more keyStores (identity or TLS) or trustStore not found. Please either copy your existing keys and certificates from another node, or if you don't have one yet, fill out the config file and run corda.jar initial-registration.";
const PASSWORDS: &str =
    "At least one of the keystores or truststore passwords does not match configuration.";

impl<'n> Node<'n> {
    /// The three stores, with their names.
    fn all(&self) -> [(&'static str, Store<'n>); 3] {
        [
            ("TLS", self.stores.tls),
            ("identity", self.stores.identity),
            ("trust", self.stores.trust),
        ]
    }

    pub(super) fn are_there(&self) -> Outcome {
        let missing = self.all().into_iter().filter(|(_, store)| store.is_none());
        let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
        if !missing.is_empty() && self.configuration.dev_mode == Some(true) {
            let which = missing.join(", ");
            return Outcome::Warned(format!(
                "devMode is on: the node makes stores that are not there ({which}), with new keys"
            ));
        }
        unless(missing.is_empty(), || not_found(&missing))
    }

    pub(super) fn are_open(&self) -> Outcome {
        let (mut wrong, mut closed) = (Vec::new(), Vec::new());
        for (name, store) in self.all() {
            match store {
                Some(Err(Flaw::Password)) => wrong.push(format!("{PASSWORDS} ({name})")),
                Some(Err(Flaw::Damaged(why))) => {
                    wrong.push(format!("the {name} store is damaged: {why}"));
                }
                Some(Err(Flaw::NotOpened(why))) => closed.push(format!("{name}: {why}")),
                Some(Ok(store)) if !store.is_open => {
                    closed.push(format!("{name}: its password was not given"));
                }
                None => closed.push(format!("{name}: not there")),
                Some(Ok(_)) => {}
            }
        }
        if !wrong.is_empty() {
            return Outcome::Failed(wrong.join("; "));
        }
        match closed.is_empty() {
            true => Outcome::Passed,
            false => Outcome::NotDone(closed.join("; ")),
        }
    }

    /// The certificates of all entries whose alias begins with `cordarootca`.
    pub(super) fn roots(&self) -> Result<Vec<&'n Certificate>, Outcome> {
        let store = opened(self.stores.trust)?;
        let roots = store
            .entries
            .iter()
            .filter(|entry| entry.alias.to_ascii_lowercase().starts_with("cordarootca"));
        let roots: Vec<_> = roots
            .filter_map(|entry| entry.chain.first()?.as_ref().ok())
            .collect();
        if roots.is_empty() && !store.is_listed {
            let why = "the trust store is not opened: what is in it is not known";
            return Err(Outcome::NotDone(why.into()));
        }
        Ok(roots)
    }

    pub(super) fn has_trust_root(&self) -> Outcome {
        match self.roots() {
            Err(outcome) => outcome,
            Ok(roots) => unless(!roots.is_empty(), || {
                "Alias for trustRoot key not found. Please ensure you have an updated trustStore file."
                    .into()
            }),
        }
    }

    fn tls_alias(&self) -> &'n str {
        self.alias("tlsKeyAlias", TLS)
    }

    /// The chain of the TLS key.
    fn tls_chain(&self) -> Result<Vec<&'n Certificate>, Outcome> {
        let Some(entry) = entry(self.stores.tls, self.tls_alias())? else {
            return Err(Outcome::NotDone("there is no entry for TLS".into()));
        };
        chain(&entry.chain)
    }

    pub(super) fn has_tls(&self) -> Outcome {
        match entry(self.stores.tls, self.tls_alias()) {
            Err(outcome) => outcome,
            Ok(found) => unless(found.is_some(), || {
                let alias = self.tls_alias();
                format!(
                    "Alias for TLS key not found. Please ensure you have an updated TLS keyStore file. (alias {alias:?})"
                )
            }),
        }
    }

    pub(super) fn tls_is_valid(&self) -> Outcome {
        let certificate = match self.tls_chain() {
            Ok(chain) => chain.first().copied(),
            Err(outcome) => return outcome,
        };
        let Some(certificate) = certificate else {
            return Outcome::Failed("the entry for TLS has no certificate".into());
        };
        let alias = printable(self.tls_alias());
        if certificate.not_after <= self.now {
            return Outcome::Dated(format!("TLS certificate for alias '{alias}' is expired."));
        }
        match certificate.days_left(self.now) {
            days @ ..30 => Outcome::Warned(format!(
                "TLS certificate for alias '{alias}' will expire in {days} day(s)."
            )),
            _ => Outcome::Passed,
        }
    }

    pub(super) fn tls_is_trusted(&self) -> Outcome {
        let both = self
            .tls_chain()
            .and_then(|chain| Ok((chain, self.roots()?)));
        match both {
            Err(outcome) => outcome,
            Ok((chain, roots)) => unless(is_trusted(&chain, &roots), || {
                "TLS certificate must chain to the trusted root.".into()
            }),
        }
    }

    /// The key that wraps those of confidential identities (`BCCryptoService`), where the configuration uses files for it.
    pub(super) fn wrapping(&self) -> Option<Check> {
        let mut named = self.configuration.named.iter();
        named.find(|named| named.path.ends_with("certificates/wrappingkeystore.pkcs12"))?;
        let alias = self.alias("masterKeyAlias", WRAPPING);
        let says = || {
            format!(
                "There is no master key under the alias: {}",
                printable(alias)
            )
        };
        let outcome = match (self.stores.wrapping, entry(self.stores.wrapping, alias)) {
            (None, _) => Outcome::Failed(says()),
            (Some(Err(Flaw::Password)), _) => Outcome::Failed(format!("{PASSWORDS} (wrapping)")),
            (Some(Err(Flaw::Damaged(why))), _) => {
                Outcome::Failed(format!("the wrapping store is damaged: {why}"))
            }
            (_, Err(outcome)) => outcome,
            (_, Ok(None)) => Outcome::Failed(says()),
            (_, Ok(Some(entry))) => match &entry.holds {
                // It has no certificate that it could belong to.
                Holds::SecretKey(Key::Open { .. }) => Outcome::Passed,
                Holds::SecretKey(key) => state(alias, key).unwrap_or(Outcome::Passed),
                _ => Outcome::Failed(says()),
            },
        };
        Some(check(
            "the key that wraps confidential identities is there",
            outcome,
        ))
    }

    /// `NetworkParametersReader`: a node that has none asks the network map.
    pub(super) fn parameters(&self) -> Outcome {
        if self.stores.has_network_parameters {
            return Outcome::Passed;
        }
        Outcome::Warned(
            "no network-parameters file: the node asks the network map, and without one it ends with \"Couldn't find network parameters file and compatibility zone wasn't configured/isn't reachable\""
                .into(),
        )
    }

    /// Every private key of both stores, whatever its alias.
    pub(super) fn every_key(&self) -> Outcome {
        let (mut wrong, mut open, mut count) = (Vec::new(), Vec::new(), 0);
        for store in [self.stores.identity, self.stores.tls] {
            let Ok(store) = opened(store) else {
                open.push("a store did not open".to_owned());
                continue;
            };
            for entry in &store.entries {
                let Holds::PrivateKey(key) = &entry.holds else {
                    continue;
                };
                count += 1;
                match state(&entry.alias, key) {
                    Some(Outcome::Failed(why)) => wrong.push(why),
                    Some(Outcome::NotDone(why)) => open.push(why),
                    _ => {}
                }
            }
        }
        let ca = self.alias("clientCaKeyAlias", CLIENT_CA);
        if !wrong.is_empty() {
            Outcome::Failed(wrong.join("; "))
        } else if !open.is_empty() {
            Outcome::NotDone(open.join("; "))
        } else if matches!(entry(self.stores.identity, ca), Ok(None)) {
            Outcome::Warned(format!(
                "there is no {ca:?}: certificates cannot be renewed with this store"
            ))
        } else {
            unless(count > 0, || "there is no private key in the stores".into())
        }
    }
}

/// What the node says, and what to do instead of what it says: who registers anew gets another identity.
fn not_found(missing: &[&str]) -> String {
    let file = |name: &&str| match *name {
        "TLS" => "certificates/sslkeystore.jks",
        "identity" => "certificates/nodekeystore.jks",
        _ => "certificates/truststore.jks",
    };
    let files: Vec<&str> = missing.iter().map(file).collect();
    let (which, files) = (missing.join(", "), files.join(", "));
    format!(
        "the node would say: \"{NOT_FOUND}\" (not there: {which}); do not register anew: bring back {files}"
    )
}

/// What is wrong with a key, or not known of it. `None`: it opened, and belongs to its certificate.
pub(super) fn state(alias: &str, key: &Key) -> Option<Outcome> {
    let (is_wrong, why) = match key {
        Key::Open {
            belongs: Belongs::Yes,
            ..
        } => return None,
        Key::Open {
            belongs: Belongs::No,
            ..
        } => (true, "it is not the key of its certificate".into()),
        Key::Open {
            belongs: Belongs::NotChecked(why),
            ..
        } => (
            false,
            format!("it opened, and whether it belongs was not checked: {why}"),
        ),
        Key::Closed => (false, "its password was not given".into()),
        Key::HsmAlias(_) => (false, "the key is in a hardware security module".into()),
        Key::WrongPassword => (true, "its password does not open it".into()),
        Key::Damaged(why) => (true, format!("it is damaged: {why}")),
        Key::NotOpened(why) => (false, format!("it was not opened: {why}")),
    };
    let text = format!("{alias:?}: {why}");
    Some(if is_wrong {
        Outcome::Failed(text)
    } else {
        Outcome::NotDone(text)
    })
}

/// All certificates of a chain.
pub(super) fn chain(chain: &[Result<Certificate, String>]) -> Result<Vec<&Certificate>, Outcome> {
    let read = |one: &'_ Result<Certificate, String>| match one {
        Ok(_) => None,
        Err(why) => Some(Outcome::Failed(format!(
            "a certificate of the chain cannot be read: {why}"
        ))),
    };
    match chain.iter().find_map(read) {
        Some(outcome) => Err(outcome),
        None => Ok(chain.iter().flatten().collect()),
    }
}

/// Whether a chain ends at one of the roots: the very certificate.
pub(super) fn is_trusted(chain: &[&Certificate], roots: &[&Certificate]) -> bool {
    let last = chain.last();
    last.is_some_and(|last| roots.iter().any(|root| root.der == last.der))
}
