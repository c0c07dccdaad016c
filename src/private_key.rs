//! Private keys that other software wrote, and the proof that one belongs to a public key.
//!
//! Knows PKCS#8 (RFC 5208), SEC 1, PKCS#1 and raw keys of curves; no keystores and no files. A key is held only while
//! it is looked at, and never shown.

use crate::secret::SecretBytes;

/// A private key that could be read.
pub struct PrivateKey {
    /// "EC secp256r1", "Ed25519", "RSA 3072 bits", or the algorithm's number: as in certificates.
    pub algorithm: String,
    /// What it is made of. How a key is held is this module's own matter.
    key: SecretBytes,
}

/// Whether a private key belongs to a public one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It does: the public key was computed from it, or it signed what the public key verifies.
    Yes,
    /// It does not.
    No,
    /// Its algorithm is not one that is checked here.
    NotChecked(String),
}

/// What stands where a private key should.
pub enum Found {
    /// A private key.
    Key(PrivateKey),
    /// Only the name of a key in a hardware security module: Corda's `AliasPrivateKey`, 1.3.6.1.4.1.50530.1.2. There is
    /// no key here.
    HsmAlias(String),
}

impl PrivateKey {
    /// Reads a PKCS#8 `PrivateKeyInfo`, DER.
    ///
    /// # Errors
    /// What is wrong with it, in words and without its content.
    pub fn from_pkcs8(der: &[u8]) -> Result<Found, String> {
        let _ = der;
        Err("not written yet".into())
    }

    /// Whether it belongs to the public key, a DER `SubjectPublicKeyInfo`.
    pub fn belongs_to(&self, public_key: &[u8]) -> Belongs {
        let _ = (public_key, self.key.expose());
        Belongs::NotChecked("not written yet".into())
    }
}
