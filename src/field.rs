//! GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11D): the field of the shares and of every check on paper.
//!
//! Knows single bytes. Adding is XOR and has no function here.

/// Multiplies.
pub fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        let carry = a & 0x80 != 0;
        a <<= 1;
        if carry {
            a ^= 0x1D;
        }
        b >>= 1;
    }
    product
}

/// Two to the power of `exponent`.
pub fn power(exponent: usize) -> u8 {
    (0..exponent).fold(1, |value, _| times(value, 2))
}

/// What gives 1 when multiplied with `a`; 0 for 0, which has none.
pub fn inverse(a: u8) -> u8 {
    // a^255 = 1, so that a^254 is the inverse: 254 = 2 + 4 + 8 + ... + 128.
    let mut square = a;
    let mut product = 1;
    for _ in 0..7 {
        square = times(square, square);
        product = times(product, square);
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_generates_the_field() {
        let mut powers: Vec<u8> = (0..255).map(power).collect();
        assert_eq!(power(8), 0x1D);
        assert_eq!(power(255), 1);
        powers.sort_unstable();
        assert!(powers.into_iter().eq(1..=255));
    }

    #[test]
    fn every_byte_but_zero_has_an_inverse() {
        for a in 1..=255 {
            assert_eq!(times(a, inverse(a)), 1, "{a}");
        }
        assert_eq!(inverse(0), 0);
    }
}
