//! Whether the certificates of a key lead to a root, and whether that root is one that the node trusts.
//!
//! Knows certificates in order; no files and no clock.

use super::{Contents, Place, names};
use crate::certificate::{Certificate, Signed};
use crate::digest::Digest;
use crate::keystore::Entry;

/// What the certificates of a key are together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// There are none.
    None,
    /// Each was signed by the next, and the last by itself: how many.
    Complete(usize),
    /// Something is missing or wrong: in words.
    Broken(String),
    /// Not everything could be checked here: why.
    NotChecked(String),
}

/// Follows the certificates of an entry from the key's own to the last.
pub fn chain(entry: &Entry) -> Chain {
    let mut certificates = Vec::new();
    for (number, one) in (1..).zip(&entry.chain) {
        match one {
            Ok(certificate) => certificates.push(certificate),
            Err(why) => {
                return Chain::Broken(format!("certificate {number} cannot be read: {why}"));
            }
        }
    }
    let Some(last) = certificates.last() else {
        return Chain::None;
    };
    let mut not_checked = None;
    for (number, pair) in (1..).zip(certificates.windows(2)) {
        let [one, next] = pair else { continue };
        match one.signed_by(next) {
            Signed::Yes => {}
            Signed::No => {
                return Chain::Broken(format!(
                    "certificate {number} was not signed by the next one"
                ));
            }
            Signed::NotChecked(why) => not_checked = Some(why),
        }
    }
    match last.signed_by_itself() {
        Signed::Yes => {}
        Signed::No => return Chain::Broken("it does not end with a root".into()),
        Signed::NotChecked(why) => not_checked = Some(why),
    }
    not_checked.map_or(Chain::Complete(certificates.len()), Chain::NotChecked)
}

impl Contents {
    /// Whether the root of a chain is one of those in the node's trust store; `None` when that says nothing.
    pub(super) fn is_trusted(&self, last: &Certificate) -> Option<bool> {
        let roots = self.trusted()?;
        Some(roots.contains(&last.sha256))
    }

    /// The certificates in the node's trust store.
    fn trusted(&self) -> Option<Vec<Digest>> {
        let mut stores = self.stores.iter();
        let trust = stores.find(|store| store.place == Place::Inside(names::TRUST.to_vec()))?;
        let read = trust.read.as_ref().ok().filter(|read| read.is_listed)?;
        let all = read.entries.iter().flat_map(|entry| &entry.chain);
        Some(
            all.flatten()
                .map(|certificate| certificate.sha256)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::Holds;
    use crate::private_key::pem::{self, Block};

    fn of(text: &[u8]) -> Chain {
        let Some(Block::Certificate(der)) = pem::read(text).pop() else {
            panic!("no certificate");
        };
        chain(&Entry {
            alias: String::new(),
            created: None,
            holds: Holds::Certificate,
            chain: vec![Certificate::read(&der)],
        })
    }

    #[test]
    fn a_root_whose_signature_is_not_checked_is_not_complete() {
        let checked = include_bytes!("../../tests/fixtures/keystores/p384.crt");
        assert_eq!(of(checked), Chain::Complete(1));
        let not_checked = include_bytes!("../../tests/fixtures/keystores/p521.crt");
        assert!(matches!(of(not_checked), Chain::NotChecked(_)));
    }
}
