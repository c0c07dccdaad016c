//! Four Reed-Solomon check bytes after a message, and where a spoiled message is wrong.
//!
//! Knows bytes and the field of the shares; nothing of letters, lines or shares.
//! It never works out what a wrong byte should have been: no function here could show that to anybody.
//!
//! A word is a message and its check: a polynomial whose first byte is the highest coefficient, and which is zero at
//! alpha^0, alpha^1, alpha^2 and alpha^3 (alpha = 2). Words of up to 255 bytes differ in at least 5 places, so any 4
//! wrong bytes are noticed, and two wrong bytes cannot be taken for any other two.

use zeroize::Zeroizing;

use crate::field::{power, times};

/// How many check bytes follow a message.
pub(super) const CHECK: usize = 4;

/// What the word is at the four roots; all zero for a word that is whole.
type Syndromes = Zeroizing<[u8; CHECK]>;

/// The generator (x - 1)(x - 2)(x - 4)(x - 8) without its leading 1, highest coefficient first.
const GENERATOR: [u8; CHECK] = [15, 54, 120, 64];

/// Returns the check bytes of `message`: the remainder of `message` times x^4 by the generator.
pub(super) fn check(message: &[u8]) -> Zeroizing<[u8; CHECK]> {
    let mut rest = Zeroizing::new([0; CHECK]);
    for byte in message {
        let [first, ..] = *rest;
        rest.rotate_left(1);
        if let Some(last) = rest.last_mut() {
            *last = 0;
        }
        for (place, coefficient) in rest.iter_mut().zip(GENERATOR) {
            *place ^= times(first ^ byte, coefficient);
        }
    }
    rest
}

/// Whether a word, message and check, is whole.
pub(super) fn is_whole(word: &[u8]) -> bool {
    *syndromes(word) == [0; CHECK]
}

/// Returns which pair of bytes is wrong (0 is the first two bytes), if all that is wrong lies in one pair.
///
/// Two wrong bytes at the places a and b give `S[i] = e a^i + f b^i`, whatever e and f are, and exactly such rows
/// satisfy `S[i + 2] = (a + b) S[i + 1] + a b S[i]`. At most one pair does, because words differ in 5 places.
/// Three or more wrong bytes can, rarely, look like a wrong pair elsewhere: the answer says where to look first.
pub(super) fn wrong_pair(word: &[u8]) -> Option<usize> {
    let [s0, s1, s2, s3] = *syndromes(word);
    if [s0, s1, s2, s3] == [0; CHECK] {
        return None;
    }
    (0..word.len() / 2).find(|pair| {
        let b = power(word.len() - 2 - 2 * pair);
        let a = times(b, 2);
        let (sum, product) = (a ^ b, times(a, b));
        s2 == times(sum, s1) ^ times(product, s0) && s3 == times(sum, s2) ^ times(product, s1)
    })
}

fn syndromes(word: &[u8]) -> Syndromes {
    let mut values = Zeroizing::new([0; CHECK]);
    for (value, root) in values.iter_mut().zip([1, 2, 4, 8]) {
        *value = word.iter().fold(0, |value, byte| times(value, root) ^ byte);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(message: &[u8]) -> Vec<u8> {
        [message, check(message).as_slice()].concat()
    }

    #[test]
    fn the_generator_is_the_product_of_its_roots() {
        let mut product = vec![1];
        for root in [1, 2, 4, 8] {
            let shifted: Vec<u8> = product.iter().copied().chain([0]).collect();
            let scaled: Vec<u8> = [0]
                .into_iter()
                .chain(product.iter().map(|c| times(*c, root)))
                .collect();
            product = shifted.iter().zip(scaled).map(|(a, b)| a ^ b).collect();
        }
        assert_eq!(product[1..], GENERATOR);
        assert_eq!(product[0], 1);
    }

    #[test]
    fn the_check_is_the_one_that_another_program_gives() {
        // `reedsolo.RSCodec(4)` of Python, whose defaults are this field and these roots, gives the same bytes.
        let message: Vec<u8> = (0..30).collect();
        assert_eq!(*check(&message), FROM_REEDSOLO);
    }

    const FROM_REEDSOLO: [u8; CHECK] = [98, 112, 17, 2];

    #[test]
    fn every_error_within_a_pair_is_found_in_that_pair() {
        let good = word(b"thirty bytes of message, padded");
        assert!(is_whole(&good));
        assert_eq!(wrong_pair(&good), None);
        for pair in 0..good.len() / 2 {
            for error in 1..=u16::MAX {
                let [e, f] = error.to_be_bytes();
                let mut bad = good.clone();
                bad[2 * pair] ^= e;
                bad[2 * pair + 1] ^= f;
                // every pair of error bytes would take minutes unoptimised: all single bytes, and every 97th pair
                if e == 0 || f == 0 || error % 97 == 0 {
                    assert!(!is_whole(&bad));
                    assert_eq!(wrong_pair(&bad), Some(pair));
                }
            }
        }
    }

    #[test]
    fn two_wrong_bytes_in_two_pairs_are_noticed_and_blamed_on_no_pair() {
        let good = word(b"an even number of bytes!");
        for (i, j) in (0..good.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let mut bad = good.clone();
            bad[i] ^= 0x41;
            bad[j] ^= 0x9C;
            assert!(!is_whole(&bad));
            assert_eq!(wrong_pair(&bad).is_some(), i / 2 == j / 2);
        }
    }
}
