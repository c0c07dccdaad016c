//! Private keys as DER and as PEM. A key belongs to the public key that is computed from it.

#![no_main]

use coldvault::private_key::pem::{self, Block};
use coldvault::private_key::{Belongs, Found, PrivateKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Found::Key(key)) = PrivateKey::from_pkcs8(bytes) {
        own(&key);
    }
    for key in [PrivateKey::from_sec1(bytes), PrivateKey::from_pkcs1(bytes)] {
        key.iter().for_each(own);
    }
    for block in pem::read(bytes) {
        match block {
            Block::Key(key) => own(&key),
            Block::Damaged { label, .. } => assert!(!label.chars().any(char::is_control)),
            _ => {}
        }
    }
});

fn own(key: &PrivateKey) {
    if let Some(public) = key.public_key() {
        // It is given out only where it is computed or proven.
        assert_eq!(key.belongs_to(&public), Belongs::Yes);
    }
}
