//! A store as the node will find it: with the password that the configuration gives for it, and no other.
//!
//! Whoever looks at a store tries every password there is; the node does not.

use super::configuration::is_same;
use super::{Contents, OpenedBy, Place, Store};
use crate::corda::startup;
use crate::keystore::{Flaw, Format};

/// What the node finds when the configuration has another password.
static WRONG: Flaw = Flaw::Password;

impl Contents {
    /// The store at `path` in the node directory.
    pub(super) fn as_the_node_finds(&self, path: &[u8]) -> startup::Store<'_> {
        let mut stores = self.stores.iter();
        let found = stores.find(|store| store.place == Place::Inside(path.to_vec()))?;
        match self.is_misconfigured(found) {
            true => Some(Err(&WRONG)),
            false => Some(found.read.as_ref()),
        }
    }

    /// Whether the configuration gives a password for the store, and another one opened it, or none. Where it gives none, the
    /// node may get it from somewhere else: its environment, its command line.
    pub(super) fn is_misconfigured(&self, store: &Store) -> bool {
        let Some(configuration) = self.configuration.as_ref() else {
            return false;
        };
        let path = store.place.path(&self.base);
        let given = configuration.passwords.iter().filter(|password| {
            !password.is_default
                && password
                    .stores
                    .iter()
                    .any(|one| is_same(&self.ground, one, &path))
        });
        let keys: Vec<&str> = given.map(|password| password.key.as_str()).collect();
        match &store.password {
            _ if keys.is_empty() => false,
            Some(OpenedBy::Configuration(key)) => !keys.contains(&key.as_str()),
            Some(OpenedBy::WellKnown(_) | OpenedBy::Typed(_)) => true,
            None => match &store.read {
                Err(flaw) => *flaw == Flaw::Password,
                Ok(read) => matches!(read.format, Format::Jks | Format::Pkcs12) && !read.is_proven,
            },
        }
    }
}
