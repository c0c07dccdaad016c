//! RSA private keys: `RSAPrivateKey` (RFC 8017, appendix A.1.2) of any length.

use ring::rand::SystemRandom;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use zeroize::Zeroizing;

use super::{Held, PrivateKey};
use crate::asn1::{self, Reader, without_zeros};
use crate::certificate::public_key::{Kind, bit_length};
use crate::secret::SecretBytes;

/// The most bytes of a modulus: 16,384 bits, as many as Java makes.
const MAX_MODULUS: usize = 2048;

/// Reads an `RSAPrivateKey`; its two primes must make its modulus.
pub(super) fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, String> {
    let mut outside = Reader::new(der);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    parts.take(asn1::INTEGER)?;
    let mut next = || parts.take(asn1::INTEGER)?.unsigned();
    let (modulus, exponent) = (next()?, next()?);
    next()?;
    let primes = (next()?, next()?);
    from_numbers(modulus, exponent, primes, der)
}

/// A key from its numbers, big-endian. `whole` is what is kept of it.
pub(super) fn from_numbers(
    modulus: &[u8],
    exponent: &[u8],
    primes: (&[u8], &[u8]),
    whole: &[u8],
) -> Result<PrivateKey, String> {
    let modulus = without_zeros(modulus);
    if modulus.len() > MAX_MODULUS {
        return Err("it is longer than any RSA key".into());
    }
    let is_one = |number: &[u8]| without_zeros(number) == [1];
    let trivial = is_one(primes.0) || is_one(primes.1);
    if trivial || modulus.is_empty() || !is_product(modulus, primes) {
        return Err("its numbers do not fit each other".into());
    }
    Ok(PrivateKey {
        algorithm: Kind::Rsa(bit_length(modulus)).name(),
        key: SecretBytes::copied(whole),
        held: Held::Rsa {
            modulus: modulus.to_vec(),
            exponent: without_zeros(exponent).to_vec(),
        },
    })
}

/// Whether two numbers make a third, all big-endian.
fn is_product(product: &[u8], (a, b): (&[u8], &[u8])) -> bool {
    if a.len() + b.len() > 2 * MAX_MODULUS {
        return false;
    }
    // As on paper, in columns from the right: each holds less than 2^12 products of two bytes.
    let mut columns = Zeroizing::new(vec![0u32; a.len() + b.len()]);
    for (shift, x) in a.iter().rev().enumerate() {
        for (column, y) in columns.iter_mut().skip(shift).zip(b.iter().rev()) {
            *column += u32::from(*x) * u32::from(*y);
        }
    }
    let mut carry = 0;
    let mut digits = Zeroizing::new(Vec::with_capacity(columns.len()));
    for column in columns.iter() {
        let sum = column + carry;
        digits.push((sum & 0xff) as u8);
        carry = sum >> 8;
    }
    digits.reverse();
    without_zeros(&digits) == without_zeros(product)
}

/// Whether what the key signs is verified by the public key, an `RSAPublicKey`. `None` where `ring` takes no such key:
/// fewer than 2,048 or more than 4,096 bits, or no `RSAPrivateKey`.
pub(super) fn signs(key: &SecretBytes, public: &[u8]) -> Option<bool> {
    const MESSAGE: &[u8] = b"does this key belong to that one?";
    let pair = RsaKeyPair::from_der(key.expose()).ok()?;
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    if pair
        .sign(&RSA_PKCS1_SHA256, &random, MESSAGE, &mut signature)
        .is_err()
    {
        return Some(false);
    }
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    Some(public.verify(MESSAGE, &signature).is_ok())
}
