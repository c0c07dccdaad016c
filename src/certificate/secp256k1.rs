//! ECDSA on secp256k1 (SEC 1, section 4.1.4), which `ring` does not have: checking only, on public values only.

use k256::elliptic_curve::PrimeField;
use k256::elliptic_curve::ops::Reduce;
use k256::elliptic_curve::point::AffineCoordinates;
use k256::elliptic_curve::sec1::FromEncodedPoint;
use k256::{AffinePoint, EncodedPoint, FieldBytes, ProjectivePoint, Scalar, U256};

use crate::asn1::{self, Reader};

/// Whether `signature` (DER) over a message of this digest was made by the key of `point`: `None` when not.
pub(super) fn verifies(point: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    let mut numbers = Reader::new(signature).sequence().ok()?;
    let r = scalar(numbers.take(asn1::INTEGER).ok()?.unsigned().ok()?)?;
    let s = scalar(numbers.take(asn1::INTEGER).ok()?.unsigned().ok()?)?;
    let key = EncodedPoint::from_bytes(point).ok()?;
    let key = Option::<AffinePoint>::from(AffinePoint::from_encoded_point(&key))?;
    let inverse = Option::<Scalar>::from(s.invert())?;
    if bool::from(r.is_zero()) {
        return None;
    }
    // The leftmost 256 bits of the digest; shorter ones stand at the right.
    let message = padded(digest.get(..32).unwrap_or(digest))?;
    let message = <Scalar as Reduce<U256>>::reduce_bytes(&message);
    let sum = ProjectivePoint::GENERATOR * (message * inverse)
        + ProjectivePoint::from(key) * (r * inverse);
    if sum == ProjectivePoint::IDENTITY {
        return None;
    }
    let x = <Scalar as Reduce<U256>>::reduce_bytes(&sum.to_affine().x());
    (x == r).then_some(())
}

/// A number below the order of the curve.
fn scalar(digits: &[u8]) -> Option<Scalar> {
    Option::from(Scalar::from_repr(padded(digits)?))
}

/// 32 bytes, big-endian.
fn padded(digits: &[u8]) -> Option<FieldBytes> {
    let mut bytes = FieldBytes::default();
    let from = bytes.len().checked_sub(digits.len())?;
    bytes.get_mut(from..)?.copy_from_slice(digits);
    Some(bytes)
}
