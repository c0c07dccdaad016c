//! What is told of a private key that was decrypted: the key itself is dropped here.

use super::Key;
use super::work::Work;
use crate::certificate::Certificate;
use crate::private_key::{Belongs, Found, PrivateKey};

/// The most bytes of a private key; 16,384 bits of RSA take 9,300.
pub(super) const MAX_KEY: usize = 64 << 10;

/// Why a key is not looked at.
const TOO_MANY: &str = "the store has more private keys than are looked at";

/// Looks at a decrypted `PrivateKeyInfo` and at the certificates that are said to be its own.
pub(super) fn key(pkcs8: &[u8], chain: &[Result<Certificate, String>], work: &mut Work<'_>) -> Key {
    match found(pkcs8, work) {
        Err(key) => key,
        Ok(key) => told(&key, pkcs8.len(), chain, work),
    }
}

/// Reads a decrypted `PrivateKeyInfo`; or what is to be said instead of it.
pub(super) fn found(pkcs8: &[u8], work: &mut Work<'_>) -> Result<PrivateKey, Key> {
    if !work.take_key(pkcs8.len()) {
        return Err(Key::NotOpened(TOO_MANY.into()));
    }
    match PrivateKey::from_pkcs8(pkcs8) {
        Ok(Found::Key(key)) => Ok(key),
        Ok(Found::HsmAlias(name)) => Err(Key::HsmAlias(name)),
        Err(why) => Err(Key::Damaged(why)),
    }
}

/// What is told of a key of so many bytes.
pub(super) fn told(
    key: &PrivateKey,
    bytes: usize,
    chain: &[Result<Certificate, String>],
    work: &mut Work<'_>,
) -> Key {
    let belongs = match chain.first() {
        Some(Ok(_)) if !work.take_key(bytes) => Belongs::NotChecked(TOO_MANY.into()),
        Some(Ok(certificate)) => key.belongs_to(&certificate.public_key),
        Some(Err(_)) => Belongs::NotChecked("its certificate cannot be read".into()),
        None => Belongs::NotChecked("it has no certificate".into()),
    };
    Key::Open {
        algorithm: key.algorithm.clone(),
        belongs,
    }
}
