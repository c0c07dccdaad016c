//! Whether a Corda node would start from what is there, and which store is to blame if not.
//!
//! Knows which stores a node opens; what it checks is the business of `crate::corda::startup`.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Contents, Dead, Lacks, Place, names};
use crate::corda::startup::{self, Check, Outcome};
use crate::time::Time;

impl Contents {
    /// The checks that the node would make when it starts; empty when it is no node that is known.
    pub fn startup(&self, now: Time) -> Vec<Check> {
        let Some(configuration) = self.configuration.as_ref() else {
            return Vec::new();
        };
        if !self.is_corda_node() {
            return Vec::new();
        }
        let store = |path: &[u8]| self.as_the_node_finds(path);
        let stores = startup::Stores {
            identity: store(names::IDENTITY),
            tls: store(names::TLS),
            trust: store(names::TRUST),
            wrapping: store(names::WRAPPING),
            has_network_parameters: self
                .parts
                .contains_key(&Place::Inside(names::PARAMETERS.to_vec())),
        };
        startup::checks(configuration, &stores, now)
    }

    /// Whether it is the directory of a Corda node: not of a firewall, which makes other checks, and of nothing else.
    fn is_corda_node(&self) -> bool {
        let Some(configuration) = self.configuration.as_ref() else {
            return false;
        };
        let is_node_conf = |file: &PathBuf| file.file_name() == Some(OsStr::new(names::NODE_CONF));
        configuration.legal_name.is_some() || configuration.files.iter().any(is_node_conf)
    }

    /// Stores from which a Corda node would not start, each once, with what the node says. A certificate whose time is
    /// over is none: its key is worth the same. Nor is what [`Contents::dead`] names anyway.
    pub fn no_start(&self, now: Time) -> Vec<Dead> {
        let known = self.dead();
        let mut all: Vec<Dead> = Vec::new();
        for check in self.startup(now) {
            let Outcome::Failed(said) = &check.outcome else {
                continue;
            };
            for path in self.blamed(check.name) {
                let place = Place::Inside(path.to_vec());
                let lacks = match self.as_the_node_finds(path) {
                    None => Lacks::File,
                    Some(_) => Lacks::GoodBytes,
                };
                let why = format!("the node would not start ({}): {said}", check.name);
                match all.iter_mut().find(|one| one.place == place) {
                    // The first thing wrong with it is often the cause of the next.
                    Some(_) => {}
                    None if known.iter().any(|dead| dead.place == place) => {}
                    None => all.push(Dead { place, lacks, why }),
                }
            }
        }
        all
    }

    /// Whether the node is about to get its identity from the network: there are stores that it does not have yet.
    fn is_registering(&self) -> bool {
        let request = Place::Inside(names::REQUEST_ID.to_vec());
        // Not in a copy of the stores: only where the node keeps it.
        let identity = Place::Inside(names::IDENTITY.to_vec());
        let identity = self.stores.iter().find(|store| store.place == identity);
        let read = identity.and_then(|store| store.read.as_ref().ok());
        let mut aliases = read.into_iter().flat_map(|read| &read.entries);
        self.parts.contains_key(&request)
            || aliases.any(|entry| names::is_of_registration(&entry.alias))
    }

    /// The stores that a failed check is about.
    fn blamed(&self, check: &str) -> Vec<&'static [u8]> {
        let all = [names::IDENTITY, names::TLS, names::TRUST].into_iter();
        match check {
            "the stores are there" if self.is_registering() => Vec::new(),
            "the stores are there" => all
                .filter(|path| self.as_the_node_finds(path).is_none())
                .collect(),
            "the passwords open the stores" => all
                .filter(|path| matches!(self.as_the_node_finds(path), Some(Err(_))))
                .collect(),
            _ if check.contains("trust store") => vec![names::TRUST],
            _ if check.contains("TLS") => vec![names::TLS],
            _ if check.contains("wraps") => vec![names::WRAPPING],
            _ => vec![names::IDENTITY],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;
    use crate::keystore::{Entry, Format, Holds, Key, Keystore};

    #[test]
    fn only_the_key_in_the_nodes_own_store_says_that_it_registers() {
        let with = |place: Place, alias: &str| {
            let entry = Entry {
                alias: alias.into(),
                created: None,
                holds: Holds::PrivateKey(Key::Closed),
                chain: Vec::new(),
            };
            let read = Keystore {
                format: Format::Jks,
                entries: vec![entry],
                is_listed: true,
                is_open: true,
                is_proven: true,
                trailing: 0,
            };
            let mut contents = Contents::default();
            contents.stores.push(Store {
                place,
                read: Ok(read),
                password: None,
                key_passwords: Vec::new(),
                well_known: None,
                role: None,
                bytes: 9,
            });
            contents
        };
        let own = Place::Inside(names::IDENTITY.to_vec());
        let alias = "SelfSignedPrivateKey";
        assert!(with(own.clone(), alias).is_registering());
        assert!(!with(own, "identity-private-key").is_registering());
        for other in [
            Place::Inside(b"certificates.bak/nodekeystore.jks".to_vec()),
            Place::Outside("/old/certificates/nodekeystore.jks".into()),
        ] {
            let contents = with(other, alias);
            assert!(!contents.is_registering());
            assert_eq!(contents.blamed("the stores are there").len(), 3);
        }
    }
}
