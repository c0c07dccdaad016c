//! `loadIdentities`: the node's legal identity, and the service identity of a notary.

use super::name;
use super::stores::{chain, is_trusted, state};
use super::{COMPOSITE, Check, IDENTITY, NOTARY, Node, Outcome, check, entry, unless};
use crate::certificate::{Certificate, Signed, compared_name, printable};
use crate::keystore::{Entry, Holds};

/// Names of the checks of one identity.
struct Names {
    alias: &'static str,
    key: &'static str,
    line_up: &'static str,
    trusted: &'static str,
    name: &'static str,
    path: &'static str,
}

const NODE_NAMES: Names = Names {
    alias: "the identity key has its alias",
    key: "the identity key is there",
    line_up: "the certificates of the identity line up",
    trusted: "the identity chain ends at a trusted root",
    name: "the identity has the configured name",
    path: "each certificate of the identity chain is signed by the next, and valid",
};
const NOTARY_NAMES: Names = Names {
    alias: "the notary service key has its alias",
    key: "the notary service key is there",
    line_up: "the certificates of the notary service line up",
    trusted: "the notary service chain ends at a trusted root",
    name: "the notary service has the configured name",
    path: "each certificate of the notary service chain is signed by the next, and valid",
};

impl<'n> Node<'n> {
    /// The legal identity.
    pub(super) fn identity(&self) -> Vec<Check> {
        let alias = self.alias("identityKeyAlias", IDENTITY);
        let name = self.configuration.legal_name.as_deref();
        self.load(alias, name, "myLegalName", &NODE_NAMES)
    }

    /// The service identity, where there is a `notary` section.
    pub(super) fn notary(&self) -> Vec<Check> {
        let alias = self.alias("distributedNotaryKeyAlias", NOTARY);
        let has_key = || entry(self.stores.identity, alias);
        if !self.configuration.is_notary {
            let is_left = matches!(has_key(), Ok(Some(_)));
            let warned = Outcome::Warned(
                "the notary service key is in the store and the configuration has no notary section: the node starts, and is no notary".into(),
            );
            return Vec::from_iter(is_left.then(|| check(NOTARY_NAMES.name, warned)));
        }
        let Some(name) = self.configuration.notary_name.as_deref() else {
            let outcome = match has_key() {
                Err(outcome) => outcome,
                Ok(found) => unless(found.is_none(), || {
                    "The notary service key exists in the key store but no notary service legal name has been configured. Either include the relevant 'notary.serviceLegalName' configuration or validate this key is not necessary and remove from the key store.".into()
                }),
            };
            return vec![check(NOTARY_NAMES.name, outcome)];
        };
        let key = "notary.serviceLegalName";
        let mut checks = self.load(alias, Some(name), key, &NOTARY_NAMES);
        if let Ok(Some(composite)) = entry(self.stores.identity, COMPOSITE) {
            let outcome = match chain(&composite.chain) {
                Err(outcome) => outcome,
                Ok(chain) => has_name(&chain, Some(name), key),
            };
            checks.push(check("the notary cluster has the configured name", outcome));
        }
        checks
    }

    /// `loadIdentity`.
    fn load(&self, alias: &str, name: Option<&str>, key: &str, names: &Names) -> Vec<Check> {
        let found = match entry(self.stores.identity, alias) {
            Err(outcome) => return vec![check(names.alias, outcome)],
            Ok(None) => {
                let says = format!(
                    "Alias '{}' for node identity key is not in the keyStore file.",
                    printable(alias)
                );
                return vec![check(names.alias, Outcome::Failed(says))];
            }
            Ok(Some(found)) => found,
        };
        let chain = chain(&found.chain);
        let on = |make: &dyn Fn(&[&Certificate]) -> Outcome| match &chain {
            Ok(chain) => make(chain),
            Err(outcome) => outcome.clone(),
        };
        vec![
            check(names.alias, Outcome::Passed),
            check(names.key, self.key(alias, found)),
            check(
                names.line_up,
                on(&|chain| {
                    unless(lines_up(chain), || {
                        "Certificates from key store do not line up!".into()
                    })
                }),
            ),
            check(
                names.trusted,
                on(&|chain| match self.roots() {
                    Err(outcome) => outcome,
                    Ok(roots) => unless(is_trusted(chain, &roots), || {
                        "Certificate for node identity must chain to the trusted root.".into()
                    }),
                }),
            ),
            check(names.name, on(&|chain| has_name(chain, name, key))),
            check(names.path, on(&|chain| self.is_path(chain))),
        ]
    }

    /// The key behind an identity.
    fn key(&self, alias: &str, entry: &Entry) -> Outcome {
        if let Some(service) = &self.configuration.crypto_service {
            let why = format!("the key is in a hardware security module ({service:?})");
            return Outcome::NotDone(why);
        }
        match &entry.holds {
            Holds::PrivateKey(key) => state(alias, key).unwrap_or(Outcome::Passed),
            _ => Outcome::Failed(format!(
                "Key for node identity alias '{}' not found in CryptoService.",
                printable(alias)
            )),
        }
    }

    /// `validateCertPath`: Java's PKIX, without revocation.
    fn is_path(&self, chain: &[&Certificate]) -> Outcome {
        let mut not_checked = None;
        for (number, certificate) in chain.iter().enumerate() {
            let subject = &certificate.subject;
            if certificate.not_after < self.now {
                return Outcome::Dated(format!("the certificate of {subject:?} is expired"));
            }
            if certificate.not_before > self.now {
                let why = format!(
                    "the certificate of {subject:?} is not valid yet, or the clock is wrong"
                );
                return Outcome::Dated(why);
            }
            let Some(issuer) = chain.get(number + 1) else {
                break;
            };
            match certificate.signed_by(issuer) {
                Signed::Yes => {}
                Signed::No => {
                    let issuer = &issuer.subject;
                    return Outcome::Failed(format!("{subject:?} is not signed by {issuer:?}"));
                }
                Signed::NotChecked(why) => not_checked = Some(why),
            }
        }
        not_checked.map_or(Outcome::Passed, Outcome::NotDone)
    }
}

/// Whether each certificate of a chain has the next one's name as its issuer's; the signatures are another check.
fn lines_up(chain: &[&Certificate]) -> bool {
    let names = |pair: &[&Certificate]| match pair {
        [one, next] => compared_name(&one.issuer) == compared_name(&next.subject),
        _ => true,
    };
    !chain.is_empty() && chain.windows(2).all(names)
}

/// Whether the first certificate of a chain has the name of the configuration.
fn has_name(chain: &[&Certificate], name: Option<&str>, key: &str) -> Outcome {
    let (Some(name), Some(first)) = (name, chain.first()) else {
        return Outcome::NotDone(format!("{key} is not in the files that were read"));
    };
    unless(name::same(name, &first.subject), || {
        let (name, subject) = (printable(name), &first.subject);
        format!(
            "The configured legalName '{name}' doesn't match what's in the key store: {subject}"
        )
    })
}
