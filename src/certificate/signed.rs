//! Whether a certificate was signed by a public key.
//!
//! Knows which algorithm of `ring` checks what. What `ring` does not check is said so: it is not wrong.

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use super::public_key::{Curve, Kind, PublicKey};
use super::{Parts, Signed, secp256k1};
use crate::asn1::{self, Reader};

/// Checks the signature of a certificate, DER, with a `SubjectPublicKeyInfo`, DER.
pub(super) fn check(certificate: &[u8], public_key: &[u8]) -> Signed {
    let (Ok(parts), Ok(key)) = (Parts::read(certificate), PublicKey::read(public_key)) else {
        // Both were read before, or they would be no certificates.
        return Signed::No;
    };
    let Some(scheme) = Scheme::of(&parts) else {
        let what = format!("the signature algorithm {}", parts.algorithm);
        return Signed::NotChecked(what);
    };
    match (&key.kind, scheme) {
        (Kind::Ec(Curve::Secp256k1), Scheme::Ecdsa(hash)) => secp256k1_verdict(&parts, &key, hash),
        (Kind::Ec(_), Scheme::Ecdsa(_)) if key.bits.first() != Some(&4) => {
            Signed::NotChecked("a public key in short form".into())
        }
        (kind, scheme) => match algorithm(kind, scheme) {
            Ok(algorithm) => {
                let key = UnparsedPublicKey::new(algorithm, key.bits);
                verdict(key.verify(parts.signed.whole, parts.signature).is_ok())
            }
            Err(verdict) => verdict,
        },
    }
}

fn verdict(is_right: bool) -> Signed {
    match is_right {
        true => Signed::Yes,
        false => Signed::No,
    }
}

fn secp256k1_verdict(parts: &Parts<'_>, key: &PublicKey<'_>, hash: Hash) -> Signed {
    let digest = ring::digest::digest(hash.algorithm(), parts.signed.whole);
    verdict(secp256k1::verifies(key.bits, digest.as_ref(), parts.signature).is_some())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn algorithm(self) -> &'static ring::digest::Algorithm {
        match self {
            Self::Sha1 => &ring::digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &ring::digest::SHA256,
            Self::Sha384 => &ring::digest::SHA384,
            Self::Sha512 => &ring::digest::SHA512,
        }
    }
}

/// A way to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Ecdsa(Hash),
    Rsa(Hash),
    Pss(Hash),
    Ed25519,
}

impl Scheme {
    fn of(parts: &Parts<'_>) -> Option<Self> {
        Some(match parts.algorithm.as_str() {
            "1.2.840.10045.4.1" => Self::Ecdsa(Hash::Sha1),
            "1.2.840.10045.4.3.2" => Self::Ecdsa(Hash::Sha256),
            "1.2.840.10045.4.3.3" => Self::Ecdsa(Hash::Sha384),
            "1.2.840.10045.4.3.4" => Self::Ecdsa(Hash::Sha512),
            "1.2.840.113549.1.1.5" => Self::Rsa(Hash::Sha1),
            "1.2.840.113549.1.1.11" => Self::Rsa(Hash::Sha256),
            "1.2.840.113549.1.1.12" => Self::Rsa(Hash::Sha384),
            "1.2.840.113549.1.1.13" => Self::Rsa(Hash::Sha512),
            "1.2.840.113549.1.1.10" => Self::Pss(pss_hash(parts.parameters)?),
            "1.3.101.112" => Self::Ed25519,
            _ => return None,
        })
    }
}

/// The digest of RSASSA-PSS (RFC 8017, appendix A.2.3), where its mask is made with the same and its salt is as long: that
/// is what `ring` checks. `None` for all others, such as those that name no digest and mean SHA-1.
fn pss_hash(parameters: &[u8]) -> Option<Hash> {
    const MGF1: &str = "1.2.840.113549.1.1.8";
    let mut parameters = Reader::new(parameters).sequence().ok()?;
    let mut next = |number| parameters.optional(asn1::context(number)).ok()?;
    let (hash, mask, salt) = (next(0)?, next(1)?, next(2)?);
    let oid = hash.inside().sequence().ok()?.oid().ok()?;
    let mut mask = mask.inside().sequence().ok()?;
    let is_same = mask.oid().ok()? == MGF1 && mask.sequence().ok()?.oid().ok()? == oid;
    let salt = salt.inside().take(asn1::INTEGER).ok()?.small().ok()?;
    let (hash, len) = match oid.as_str() {
        "2.16.840.1.101.3.4.2.1" => (Hash::Sha256, 32),
        "2.16.840.1.101.3.4.2.2" => (Hash::Sha384, 48),
        "2.16.840.1.101.3.4.2.3" => (Hash::Sha512, 64),
        _ => return None,
    };
    (is_same && salt == len).then_some(hash)
}

/// What of `ring` checks this; or the verdict where nothing does.
fn algorithm(kind: &Kind, scheme: Scheme) -> Result<&'static dyn VerificationAlgorithm, Signed> {
    use signature as ring;
    Ok(match (kind, scheme) {
        (Kind::Ec(Curve::Secp256r1), Scheme::Ecdsa(Hash::Sha256)) => &ring::ECDSA_P256_SHA256_ASN1,
        (Kind::Ec(Curve::Secp256r1), Scheme::Ecdsa(Hash::Sha384)) => &ring::ECDSA_P256_SHA384_ASN1,
        (Kind::Ec(Curve::Secp384r1), Scheme::Ecdsa(Hash::Sha256)) => &ring::ECDSA_P384_SHA256_ASN1,
        (Kind::Ec(Curve::Secp384r1), Scheme::Ecdsa(Hash::Sha384)) => &ring::ECDSA_P384_SHA384_ASN1,
        (Kind::Ed25519, Scheme::Ed25519) => &ring::ED25519,
        (Kind::Rsa(bits), Scheme::Rsa(_) | Scheme::Pss(_)) => return rsa(*bits, scheme),
        // An algorithm that belongs to another kind of key.
        (Kind::Ec(_), Scheme::Rsa(_) | Scheme::Pss(_) | Scheme::Ed25519)
        | (Kind::Ed25519, Scheme::Rsa(_) | Scheme::Pss(_) | Scheme::Ecdsa(_))
        | (Kind::Rsa(_), Scheme::Ecdsa(_) | Scheme::Ed25519) => return Err(Signed::No),
        _ => {
            let what = format!("a signature of this kind by a key {}", kind.name());
            return Err(Signed::NotChecked(what));
        }
    })
}

/// What of `ring` checks signatures of an RSA key of so many bits.
fn rsa(bits: usize, scheme: Scheme) -> Result<&'static dyn VerificationAlgorithm, Signed> {
    use signature as ring;
    let is_long = bits >= 2048;
    let algorithm: &dyn VerificationAlgorithm = match scheme {
        _ if !(1024..=8192).contains(&bits) => {
            let what = format!("an RSA key of {bits} bits");
            return Err(Signed::NotChecked(what));
        }
        Scheme::Rsa(Hash::Sha1) => &ring::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Scheme::Rsa(Hash::Sha256) => &ring::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        Scheme::Rsa(Hash::Sha512) => &ring::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        Scheme::Rsa(Hash::Sha384) if is_long => &ring::RSA_PKCS1_2048_8192_SHA384,
        Scheme::Pss(Hash::Sha256) if is_long => &ring::RSA_PSS_2048_8192_SHA256,
        Scheme::Pss(Hash::Sha384) if is_long => &ring::RSA_PSS_2048_8192_SHA384,
        Scheme::Pss(Hash::Sha512) if is_long => &ring::RSA_PSS_2048_8192_SHA512,
        _ => {
            let what = format!("this signature by an RSA key of {bits} bits");
            return Err(Signed::NotChecked(what));
        }
    };
    Ok(algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameters with this digest, digest of the mask, and length of the salt.
    fn parameters(hash: u8, mask: u8, salt: u8) -> Vec<u8> {
        let digest = |last| {
            [
                &b"\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"[..],
                &[last],
            ]
            .concat()
        };
        let mgf = [
            &b"\xa1\x1a\x30\x18\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"[..],
            &digest(mask),
        ]
        .concat();
        let salt = [&b"\xa2\x03\x02\x01"[..], &[salt]].concat();
        let inside = [&b"\xa0\x0d"[..], &digest(hash), &mgf, &salt].concat();
        [&[0x30, inside.len() as u8], inside.as_slice()].concat()
    }

    #[test]
    fn a_salt_or_a_mask_of_another_kind_is_not_checked() {
        assert_eq!(pss_hash(&parameters(1, 1, 32)), Some(Hash::Sha256));
        assert_eq!(pss_hash(&parameters(3, 3, 64)), Some(Hash::Sha512));
        for other in [
            parameters(1, 1, 20),
            parameters(1, 3, 32),
            parameters(1, 1, 64),
        ] {
            assert_eq!(pss_hash(&other), None);
        }
        assert_eq!(pss_hash(b"\x30\x00"), None);
    }
}
