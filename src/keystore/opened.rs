//! What is told of a private key that was decrypted: the key itself is dropped here.

use super::Key;
use crate::certificate::Certificate;
use crate::private_key::{Belongs, Found, PrivateKey};

/// The most bytes of a private key; 16,384 bits of RSA take 9,300.
pub(super) const MAX_KEY: usize = 64 << 10;

/// Looks at a decrypted `PrivateKeyInfo` and at the certificates that are said to be its own.
pub(super) fn key(pkcs8: &[u8], chain: &[Result<Certificate, String>]) -> Key {
    let (algorithm, belongs) = match PrivateKey::from_pkcs8(pkcs8) {
        Ok(Found::HsmAlias(name)) => return Key::HsmAlias(name),
        Err(why) => return Key::Damaged(why),
        Ok(Found::Key(key)) => {
            let belongs = match chain.first() {
                Some(Ok(certificate)) => key.belongs_to(&certificate.public_key),
                Some(Err(_)) => Belongs::NotChecked("its certificate cannot be read".into()),
                None => Belongs::NotChecked("it has no certificate".into()),
            };
            (key.algorithm, belongs)
        }
    };
    Key::Open { algorithm, belongs }
}
