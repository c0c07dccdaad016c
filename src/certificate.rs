//! X.509 certificates that other software wrote: what they say, and whether one was signed by another.
//!
//! Knows DER and public keys; no keystores, no files, no secrets. Times are judged by whoever asks, against a clock of
//! theirs.

use crate::digest::Digest;
use crate::time::Time;

/// The most bytes of a certificate that is read.
pub const MAX_BYTES: usize = 64 << 10;

/// What a Corda certificate is for: the extension 1.3.6.1.4.1.50530.1.1 (`CertRole.kt` of Corda 4.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 1
    DoormanCa,
    /// 2
    NetworkMap,
    /// 3
    ServiceIdentity,
    /// 4
    NodeCa,
    /// 5
    Tls,
    /// 6
    LegalIdentity,
    /// 7
    ConfidentialLegalIdentity,
    /// 8
    NetworkParameters,
}

/// A certificate that could be read. That it could says nothing of whether it is genuine.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Whose it is, as `keytool` writes it: "O=Bank A, L=London, C=GB".
    pub subject: String,
    /// Who signed it, written likewise.
    pub issuer: String,
    /// From when on it holds.
    pub not_before: Time,
    /// Until when it holds.
    pub not_after: Time,
    /// What Corda takes it for, if it says so.
    pub role: Option<Role>,
    /// "EC secp256r1", "EC secp256k1", "Ed25519", "RSA 3072 bits", or the algorithm's number.
    pub algorithm: String,
    /// SHA-256 of the DER bytes.
    pub sha256: Digest,
    /// The public key as `SubjectPublicKeyInfo`, DER.
    pub public_key: Vec<u8>,
    /// All of it, DER.
    pub der: Vec<u8>,
}

/// Whether one certificate was signed by the key of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It was.
    Yes,
    /// It was not, or it names another issuer.
    No,
    /// Its algorithm is not one that is checked here.
    NotChecked(String),
}

impl Certificate {
    /// Reads one certificate.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(der: &[u8]) -> Result<Self, String> {
        let _ = der;
        Err("not written yet".into())
    }

    /// Whether `issuer` signed it: by name and by signature.
    pub fn signed_by(&self, issuer: &Self) -> Signed {
        let _ = issuer;
        Signed::NotChecked("not written yet".into())
    }

    /// Whether it names itself as its issuer.
    pub fn is_root(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whole days from `now` until it ends; negative when it has ended.
    pub fn days_left(&self, now: Time) -> i64 {
        (self.not_after.unix() - now.unix()).div_euclid(86_400)
    }
}
