//! The passwords that are tried on a keystore: those of the configuration, well-known ones, typed ones.
//!
//! Knows passwords and the order to try them in; whoever asks a person is above.

use std::path::Path;

use super::configuration::is_same;
use super::{OpenedBy, Place};
use crate::corda::{Configuration, Password};
use crate::error::Result;
use crate::node::Ground;
use crate::secret::SecretBytes;

/// The most answers about one store that are tried. Whoever asks a person ends it earlier.
pub(super) const ATTEMPTS: u32 = 32;

/// Asks for the password of a store, or of another encrypted key: what to show, which attempt it is (from 1); `None`, or an empty one, when nobody
/// answers or wants to.
pub type AskPassword<'a> = dyn FnMut(&Place, u32) -> Result<Option<SecretBytes>> + 'a;

/// Passwords that everybody knows, and what they are called.
const WELL_KNOWN: [(&str, &str); 6] = [
    ("cordacadevpass", "Corda's development password"),
    ("cordacadevkeypass", "Corda's development key password"),
    ("trustpass", "Corda's usual trust store password"),
    ("password", "the word \"password\""),
    ("changeit", "Java's \"changeit\""),
    ("", "an empty password"),
];

/// What a password is called, if everybody knows it.
pub(super) fn well_known(password: &SecretBytes) -> Option<&'static str> {
    let mut known = WELL_KNOWN.iter();
    known
        .find(|(text, _)| text.as_bytes() == password.expose())
        .map(|(_, name)| *name)
}

/// All passwords that are known by now.
pub(super) struct Passwords<'c> {
    configured: &'c [Password],
    well_known: Vec<(SecretBytes, &'static str)>,
    typed: Vec<SecretBytes>,
}

/// One password to be tried.
pub(super) struct Try<'p> {
    pub(super) password: &'p SecretBytes,
    pub(super) from: From<'p>,
}

/// Where a password to be tried is from.
pub(super) enum From<'p> {
    Configuration(&'p Password),
    WellKnown(&'static str),
    Typed,
}

impl Try<'_> {
    /// Whether the configuration gives it for the store at `path`.
    pub(super) fn is_for(&self, ground: &Ground, path: &Path) -> bool {
        match &self.from {
            From::Configuration(password) => {
                let mut stores = password.stores.iter();
                stores.any(|store| is_same(ground, store, path))
            }
            From::Typed | From::WellKnown(_) => false,
        }
    }

    /// What to say of it once it has opened a store.
    pub(super) fn opened_by(&self) -> OpenedBy {
        match self.from {
            From::Configuration(password) if password.is_default => {
                OpenedBy::Configuration(format!("{}, Corda's default", password.key))
            }
            From::Configuration(password) => OpenedBy::Configuration(password.key.clone()),
            From::WellKnown(name) => OpenedBy::WellKnown(name),
            From::Typed => OpenedBy::Typed(SecretBytes::copied(self.password.expose())),
        }
    }
}

impl<'c> Passwords<'c> {
    pub(super) fn new(configuration: Option<&'c Configuration>) -> Self {
        let secret =
            |(text, name): &(&str, &'static str)| (SecretBytes::copied(text.as_bytes()), *name);
        Self {
            configured: configuration.map_or(&[], |configuration| &configuration.passwords),
            well_known: WELL_KNOWN.iter().map(secret).collect(),
            typed: Vec::new(),
        }
    }

    /// From now on this one is tried too.
    pub(super) fn learn(&mut self, password: SecretBytes) {
        if !self.typed.iter().any(|known| known.same(&password)) {
            self.typed.push(password);
        }
    }

    /// Those that somebody typed.
    pub(super) fn typed(&self) -> impl Iterator<Item = &SecretBytes> {
        self.typed.iter()
    }

    /// Those that nobody has to remember: of the configuration, and well-known ones.
    pub(super) fn kept(&self) -> impl Iterator<Item = &SecretBytes> {
        let configured = self.configured.iter().map(|password| &password.text);
        configured.chain(self.well_known.iter().map(|(password, _)| password))
    }

    /// Those that may open the store at `path`, the likeliest first, none twice: what the configuration gives for this
    /// store, what was typed, the rest of the configuration, what everybody knows.
    pub(super) fn tries(&self, ground: &Ground, path: &Path) -> Vec<Try<'_>> {
        let is_for = |password: &&Password| {
            let mut stores = password.stores.iter();
            stores.any(|store| is_same(ground, store, path))
        };
        let of = |password: &'c Password| Try {
            password: &password.text,
            from: From::Configuration(password),
        };
        let own = self.configured.iter().filter(is_for).map(of);
        let typed = self.typed.iter().map(|password| Try {
            password,
            from: From::Typed,
        });
        let others = self
            .configured
            .iter()
            .filter(|password| !is_for(password))
            .map(of);
        let known = self.well_known.iter().map(|(password, name)| Try {
            password,
            from: From::WellKnown(name),
        });
        let mut tries: Vec<Try<'_>> = Vec::new();
        for next in own.chain(typed).chain(others).chain(known) {
            if !tries
                .iter()
                .any(|before| before.password.same(next.password))
            {
                tries.push(next);
            }
        }
        tries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn password(key: &str, text: &str, stores: &[&str]) -> Password {
        Password {
            key: key.into(),
            line: 1,
            text: SecretBytes::copied(text.as_bytes()),
            is_default: false,
            stores: stores.iter().map(PathBuf::from).collect(),
        }
    }

    #[test]
    fn the_likeliest_password_is_tried_first_and_none_twice() {
        let configuration = Configuration {
            passwords: vec![
                password("trust", "t", &["/n/trust"]),
                password("a", "same", &[]),
                password("key", "k", &["/n/key"]),
                password("b", "same", &[]),
            ],
            ..Configuration::default()
        };
        let mut passwords = Passwords::new(Some(&configuration));
        passwords.learn(SecretBytes::copied(b"typed"));
        passwords.learn(SecretBytes::copied(b"typed"));
        let order: Vec<Vec<u8>> = passwords
            .tries(&Ground::Disk, Path::new("/n/key"))
            .iter()
            .map(|one| one.password.expose().to_vec())
            .collect();
        let wanted = [
            "k",
            "typed",
            "t",
            "same",
            "cordacadevpass",
            "cordacadevkeypass",
            "trustpass",
            "password",
            "changeit",
            "",
        ];
        assert_eq!(order, wanted.map(|text| text.as_bytes().to_vec()));
    }
}
