//! Private keys on elliptic curves: SEC 1, appendix C.4 (RFC 5915), and the raw number.

use k256::elliptic_curve::PrimeField;
use k256::elliptic_curve::sec1::ToEncodedPoint;
use k256::{FieldBytes, ProjectivePoint, Scalar};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
};
use zeroize::Zeroize;

use super::{Belongs, Held, PrivateKey};
use crate::asn1::{self, Reader, without_zeros};
use crate::certificate::public_key::{Curve, Kind};
use crate::secret::SecretBytes;

/// Reads an `ECPrivateKey`. `curve` is that of the PKCS#8 around it; without one it must name its own.
pub(super) fn read(der: &[u8], curve: Option<Curve>) -> Result<PrivateKey, String> {
    let mut outside = Reader::new(der);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    parts.take(asn1::INTEGER)?;
    let number = parts.take(asn1::OCTET_STRING)?.content;
    let own = match parts.optional(asn1::context(0))? {
        Some(named) => Some(named.inside().oid()?),
        None => None,
    };
    let public = match parts.optional(asn1::context(1))? {
        Some(bits) => Some(bits.inside().take(asn1::BIT_STRING)?.bits()?),
        None => None,
    };
    parts.finish()?;
    let curve = match (curve, own) {
        (Some(curve), _) => curve,
        (None, Some(oid)) => match Curve::from_oid(&oid) {
            Some(curve) => curve,
            None => {
                let name = format!("EC on the curve {oid}");
                return Ok(PrivateKey::other(name));
            }
        },
        (None, None) => return Err("it does not say on which curve it is".into()),
    };
    from_number(curve, number, public)
}

/// A key from its number, and its public point if there is one: that must fit.
pub(super) fn from_number(
    curve: Curve,
    number: &[u8],
    public: Option<&[u8]>,
) -> Result<PrivateKey, String> {
    let digits = without_zeros(number);
    let Some(from) = curve.bytes().checked_sub(digits.len()) else {
        return Err(format!("it is too long for the curve {}", curve.name()));
    };
    if digits.is_empty() {
        return Err("it is zero".into());
    }
    let key = SecretBytes::filled(curve.bytes(), |bytes| {
        if let Some(place) = bytes.get_mut(from..) {
            place.copy_from_slice(digits);
        }
    });
    if curve == Curve::Secp256k1 && secp256k1_points(key.expose()).is_none() {
        return Err("it is no number of its curve".into());
    }
    let proven = match public.map(|point| (point, belongs(curve, &key, point))) {
        Some((_, Belongs::No)) => {
            return Err("its public half does not fit its private one".into());
        }
        Some((point, Belongs::Yes)) => Some(point.to_vec()),
        Some((_, Belongs::NotChecked(_))) | None => None,
    };
    Ok(PrivateKey {
        algorithm: Kind::Ec(curve).name(),
        held: Held::Ec(curve, key, proven),
    })
}

/// Whether the number belongs to the point.
pub(super) fn belongs(curve: Curve, key: &SecretBytes, point: &[u8]) -> Belongs {
    let algorithm = match curve {
        Curve::Secp256k1 => {
            let short = point.first() != Some(&4);
            return match secp256k1_points(key.expose()) {
                Some((_, compressed)) if short && *compressed == *point => Belongs::Yes,
                Some((whole, _)) if *whole == *point => Belongs::Yes,
                _ => Belongs::No,
            };
        }
        _ if point.first() != Some(&4) => {
            return Belongs::NotChecked("a public key in short form".into());
        }
        Curve::Secp256r1 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::Secp384r1 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::Secp521r1 => return Belongs::NotChecked("a key on the curve secp521r1".into()),
    };
    let random = SystemRandom::new();
    // It multiplies the point of the curve with the number and compares.
    match EcdsaKeyPair::from_private_key_and_public_key(algorithm, key.expose(), point, &random) {
        Ok(_) => Belongs::Yes,
        Err(_) => Belongs::No,
    }
}

/// The public point of a number of 32 bytes on secp256k1, uncompressed and compressed (SEC 1, section 2.3.3). `None` when it
/// is no key: zero, too large, or of another length.
pub fn secp256k1_points(number: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut bytes = FieldBytes::default();
    if bytes.len() != number.len() {
        return None;
    }
    bytes.copy_from_slice(number);
    let number = Option::<Scalar>::from(Scalar::from_repr(bytes));
    bytes.zeroize();
    let mut number = number?;
    let point = (ProjectivePoint::GENERATOR * number).to_affine();
    number.zeroize();
    if point == k256::AffinePoint::IDENTITY {
        return None;
    }
    let form = |compress| point.to_encoded_point(compress).as_bytes().to_vec();
    Some((form(false), form(true)))
}
