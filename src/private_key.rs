//! Private keys that other software wrote, and the proof that one belongs to a public key.
//!
//! Knows PKCS#8 (RFC 5208, RFC 5958), SEC 1, PKCS#1 and raw keys of curves; no keystores and no files. A key is held only
//! while it is looked at, and never shown.

pub mod pem;

mod ec;
mod openssh;
mod rsa;

pub use ec::secp256k1_points;
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::asn1::{self, Malformed, Reader};
use crate::certificate::public_key::{self, Algorithm, Curve, Kind, PublicKey};
use crate::secret::SecretBytes;

/// A private key that could be read.
pub struct PrivateKey {
    /// "EC secp256r1", "Ed25519", "RSA 3072 bits", or the algorithm's number: as in certificates.
    pub algorithm: String,
    /// How it is held is this module's own matter.
    held: Held,
}

/// How a key is held.
enum Held {
    /// The number, as many bytes as the curve has; and the public point, if one stood beside it and was proven to be its
    /// own.
    Ec(Curve, SecretBytes, Option<Vec<u8>>),
    /// The seed.
    Ed25519(SecretBytes),
    /// The public numbers, which those of the private key were found to fit.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// Nothing is done with it.
    Other,
}

/// Whether a private key belongs to a public one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It does: the public key was computed from it, or, of RSA, is made of the numbers that its own fit.
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
    /// Only the name of a key in a hardware security module, Corda's `AliasPrivateKey`, 1.3.6.1.4.1.50530.1.2; or a handle
    /// of one in a token, OpenSSH's `sk-` keys. There is no key here.
    HsmAlias(String),
}

/// The number of Corda's `AliasPrivateKey`.
const HSM_ALIAS: &str = "1.3.6.1.4.1.50530.1.2";

impl PrivateKey {
    /// Reads a PKCS#8 `PrivateKeyInfo`, DER.
    ///
    /// # Errors
    /// What is wrong with it, in words and without its content.
    pub fn from_pkcs8(der: &[u8]) -> Result<Found, String> {
        let mut outside = Reader::new(der);
        let mut parts = outside.sequence()?;
        outside.finish()?;
        if parts.take(asn1::INTEGER)?.small()? > 1 {
            return Err("it is of a later version of PKCS#8".into());
        }
        let algorithm = Algorithm::read(&mut parts)?;
        let content = parts.take(asn1::OCTET_STRING)?.content;
        parts.optional(asn1::context(0))?;
        let public = parts.optional(PUBLIC)?.map(|value| value.bits());
        parts.finish()?;
        let public = public.transpose()?;
        if algorithm.oid == HSM_ALIAS {
            return Ok(Found::HsmAlias(alias(content)?));
        }
        let key = match algorithm.kind() {
            Kind::Ec(curve) => ec::read(content, Some(curve)),
            Kind::Ed25519 => ed25519(content, public),
            Kind::Rsa(_) => rsa::from_pkcs1(content),
            Kind::Other(name) => Ok(Self::other(secret_name(&algorithm.oid, name, content))),
        };
        key.map(Found::Key)
    }

    /// Reads an `ECPrivateKey` (RFC 5915) that names its curve, DER.
    ///
    /// # Errors
    /// What is wrong with it, in words and without its content.
    pub fn from_sec1(der: &[u8]) -> Result<Self, String> {
        ec::read(der, None)
    }

    /// Reads an `RSAPrivateKey` (RFC 8017, appendix A.1.2), DER.
    ///
    /// # Errors
    /// What is wrong with it, in words and without its content.
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, String> {
        rsa::from_pkcs1(der)
    }

    /// A seed of 32 bytes of Ed25519.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_ed25519_seed(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() != 32 {
            return Err("an Ed25519 key has not 32 bytes".into());
        }
        Ok(Self {
            algorithm: Kind::Ed25519.name(),
            held: Held::Ed25519(SecretBytes::copied(bytes)),
        })
    }

    fn other(algorithm: String) -> Self {
        Self {
            algorithm,
            held: Held::Other,
        }
    }

    /// Whether it belongs to the public key, a DER `SubjectPublicKeyInfo`.
    pub fn belongs_to(&self, public_key: &[u8]) -> Belongs {
        let Ok(public) = PublicKey::read(public_key) else {
            return Belongs::NotChecked("a public key that cannot be read".into());
        };
        let yes = match (&self.held, &public.kind) {
            (Held::Ec(curve, key, _), Kind::Ec(other)) if curve == other => {
                return ec::belongs(*curve, key, public.bits);
            }
            (Held::Ed25519(seed), Kind::Ed25519) => {
                ed25519_public(seed.expose()).is_some_and(|key| key == public.bits)
            }
            (Held::Rsa { modulus, exponent }, Kind::Rsa(_)) => {
                public_key::rsa_parts(public.bits) == Ok((modulus, exponent))
            }
            (Held::Other, _) => {
                return Belongs::NotChecked(format!("a key {}", self.algorithm));
            }
            (_, Kind::Other(name)) => {
                return Belongs::NotChecked(format!("a public key {name}"));
            }
            _ => false,
        };
        match yes {
            true => Belongs::Yes,
            false => Belongs::No,
        }
    }

    /// The public key, as DER `SubjectPublicKeyInfo`. `None` where it is not computed here and none was proven to be its
    /// own: keys on P-256 and P-384 without their public half, keys on P-521, and algorithms that are not known.
    pub fn public_key(&self) -> Option<Vec<u8>> {
        Some(match &self.held {
            Held::Ec(Curve::Secp256k1, key, _) => {
                public_key::ec_info(Curve::Secp256k1, &secp256k1_points(key.expose())?.0)
            }
            Held::Ec(curve, _, public) => public_key::ec_info(*curve, public.as_ref()?),
            Held::Ed25519(seed) => public_key::ed25519_info(&ed25519_public(seed.expose())?),
            Held::Rsa { modulus, exponent } => public_key::rsa_info(modulus, exponent),
            Held::Other => return None,
        })
    }
}

/// Whether a value is an `EncryptedPrivateKeyInfo` (RFC 5958, section 3), DER. It is not opened here.
pub fn is_encrypted(der: &[u8]) -> bool {
    let read = || {
        let mut outside = Reader::new(der);
        let mut parts = outside.sequence()?;
        outside.finish()?;
        parts.sequence()?.take(asn1::OID)?;
        let content = parts.take(asn1::OCTET_STRING)?.content;
        parts.finish()?;
        Ok::<_, Malformed>(!content.is_empty())
    };
    read().unwrap_or(false)
}

/// The tag of the public key in the second version of PKCS#8 (RFC 5958): `[1] IMPLICIT BIT STRING`.
const PUBLIC: u8 = 0x81;

/// The name in an `AliasPrivateKey`: a UTF8String in a SEQUENCE (`AliasPrivateKey.kt` of Corda 4.12).
fn alias(content: &[u8]) -> Result<String, Malformed> {
    const UTF8_STRING: u8 = 0x0c;
    let name = Reader::new(content).sequence()?.take(UTF8_STRING)?.content;
    Ok(String::from_utf8_lossy(name).into_owned())
}

/// What a secret key in the clothes of a private one is called.
fn secret_name(oid: &str, name: String, content: &[u8]) -> String {
    match oid {
        "2.16.840.1.101.3.4.1" => format!("AES {} bits", content.len() * 8),
        _ => name,
    }
}

/// The seed, in an OCTET STRING of its own (RFC 8410, section 7) or as it is.
fn ed25519(content: &[u8], public: Option<&[u8]>) -> Result<PrivateKey, String> {
    let seed = match content.len() {
        32 => content,
        _ => Reader::new(content).take(asn1::OCTET_STRING)?.content,
    };
    let key = PrivateKey::from_ed25519_seed(seed)?;
    let computed = ed25519_public(seed);
    if public.is_some_and(|public| computed.as_deref() != Some(public)) {
        return Err("its public half does not fit its private one".into());
    }
    Ok(key)
}

/// The public key of an Ed25519 seed (RFC 8032, section 5.1.5). `None` unless the seed has 32 bytes.
pub fn ed25519_public(seed: &[u8]) -> Option<Vec<u8>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(pair.public_key().as_ref().to_vec())
}

#[cfg(test)]
mod tests;
