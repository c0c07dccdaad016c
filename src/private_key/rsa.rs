//! RSA private keys: `RSAPrivateKey` (RFC 8017, appendix A.1.2) of any length, and whether its numbers fit each other.

use zeroize::Zeroizing;

use super::{Held, PrivateKey};
use crate::asn1::{self, Reader, without_zeros};
use crate::certificate::public_key::{Kind, bit_length};

/// The most bytes of a modulus: 16,384 bits, as many as Java makes.
const MAX_MODULUS: usize = 2048;

/// The numbers of a key, big-endian; names as in RFC 8017, section 3.2.
pub(super) struct Numbers<'a> {
    /// n.
    pub(super) modulus: &'a [u8],
    /// e.
    pub(super) exponent: &'a [u8],
    /// d.
    pub(super) private: &'a [u8],
    /// p and q.
    pub(super) primes: [&'a [u8]; 2],
    /// dP and dQ, where they are there.
    pub(super) exponents: [Option<&'a [u8]>; 2],
    /// qInv.
    pub(super) coefficient: &'a [u8],
}

/// Reads an `RSAPrivateKey`; its numbers must fit each other.
pub(super) fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, String> {
    let mut outside = Reader::new(der);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    parts.take(asn1::INTEGER)?;
    let mut next = || parts.take(asn1::INTEGER)?.unsigned();
    from_numbers(&Numbers {
        modulus: next()?,
        exponent: next()?,
        private: next()?,
        primes: [next()?, next()?],
        exponents: [Some(next()?), Some(next()?)],
        coefficient: next()?,
    })
}

/// A key from its numbers.
pub(super) fn from_numbers(numbers: &Numbers<'_>) -> Result<PrivateKey, String> {
    let modulus = without_zeros(numbers.modulus);
    if modulus.len() > MAX_MODULUS {
        return Err("it is longer than any RSA key".into());
    }
    if modulus.is_empty() || !numbers.fit() {
        return Err("its numbers do not fit each other".into());
    }
    Ok(PrivateKey {
        algorithm: Kind::Rsa(bit_length(modulus)).name(),
        held: Held::Rsa {
            modulus: modulus.to_vec(),
            exponent: without_zeros(numbers.exponent).to_vec(),
        },
    })
}

impl Numbers<'_> {
    /// Whether n = p * q, and d, dP, dQ and qInv are those of e, p and q (RFC 8017, section 3.2). Then the key is that of
    /// n and e: whatever it signs, they verify.
    fn fit(&self) -> bool {
        let bytes = |number: &[u8]| without_zeros(number).len();
        let [p, q] = self.primes.map(without_zeros);
        let numbers = [p, q, self.exponent, self.private, self.coefficient];
        if numbers.iter().any(|number| bytes(number) > MAX_MODULUS) {
            return false;
        }
        if *without_zeros(&product(p, q)) != *without_zeros(self.modulus) {
            return false;
        }
        let mut sides = [p, q].into_iter().zip(self.exponents);
        sides.all(|(prime, given)| self.fits_prime(prime, given))
            && is_one(&remainder(&product(self.coefficient, q), p))
    }

    /// Whether d * e leaves 1 when divided by the prime less one, and `given` is what d leaves.
    fn fits_prime(&self, prime: &[u8], given: Option<&[u8]>) -> bool {
        let Some((last, digits)) = prime.split_last().filter(|(last, _)| *last & 1 == 1) else {
            return false;
        };
        let mut less_one = Zeroizing::new(digits.to_vec());
        less_one.push(last - 1);
        if without_zeros(&less_one).is_empty() {
            return false;
        }
        let own = remainder(self.private, &less_one);
        given.is_none_or(|given| *without_zeros(given) == *without_zeros(&own))
            && is_one(&remainder(&product(&own, self.exponent), &less_one))
    }
}

fn is_one(number: &[u8]) -> bool {
    *without_zeros(number) == [1]
}

/// The product of two numbers of [`MAX_MODULUS`] bytes at most.
fn product(a: &[u8], b: &[u8]) -> Zeroizing<Vec<u8>> {
    let (a, b) = (without_zeros(a), without_zeros(b));
    // As on paper, in columns from the right: each holds at most 2^11 products of two bytes.
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
    digits
}

/// What a number leaves when it is divided by another one, which is not zero.
fn remainder(number: &[u8], by: &[u8]) -> Zeroizing<Vec<u8>> {
    let by = limbs(by);
    let mut rest = Zeroizing::new(vec![0u64; by.len()]);
    let bits = number
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    for bit in bits {
        // As on paper, in digits of one bit: twice the rest and a bit is less than twice the divisor.
        let mut carry = u64::from(bit);
        for limb in rest.iter_mut() {
            let high = *limb >> 63;
            *limb = *limb << 1 | carry;
            carry = high;
        }
        if carry == 1 || !rest.iter().rev().lt(by.iter().rev()) {
            let mut borrow = 0;
            for (limb, other) in rest.iter_mut().zip(by.iter()) {
                let (less, first) = limb.overflowing_sub(*other);
                let (less, second) = less.overflowing_sub(borrow);
                *limb = less;
                borrow = u64::from(first || second);
            }
        }
    }
    let mut digits = Zeroizing::new(Vec::with_capacity(rest.len() * 8));
    for limb in rest.iter().rev() {
        digits.extend_from_slice(&limb.to_be_bytes());
    }
    digits
}

/// The 64-bit digits of a number, the least first.
fn limbs(number: &[u8]) -> Zeroizing<Vec<u64>> {
    let digits = number.rchunks(8).map(|chunk| {
        let bytes = chunk.iter();
        bytes.fold(0, |limb, byte| limb << 8 | u64::from(*byte))
    });
    Zeroizing::new(digits.collect())
}
