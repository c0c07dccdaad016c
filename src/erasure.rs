//! Parts of equal length with parity: any so many of them give all of them back.
//!
//! Knows bytes, part numbers and the field; not what the parts are of. It fills in what is missing and cannot tell
//! whether a part is right: that is for a digest over all of them.
//!
//! Part i is what a polynomial takes at x = i, for each place in the part by itself. With `needed` parts it is of degree
//! below `needed`, so that any `needed` parts fix it: Lagrange's interpolation, as when shares are joined.

use crate::field::{inverse, times};

/// Bytes that are worked on at once.
const LANES: usize = 16;

/// A part: its number, from 1, and its bytes.
pub type Part<'a> = (u8, &'a [u8]);

/// The parts behind `data`, which are the parts 1, 2, and so on, up to number `total`. `None` when the parts of `data` are
/// not of one length, there are none, or more than `total`.
pub fn parity(data: &[&[u8]], total: u8) -> Option<Vec<Vec<u8>>> {
    if data.len() > usize::from(total) {
        return None;
    }
    let known: Vec<Part<'_>> = (1..=total).zip(data.iter().copied()).collect();
    let behind: Vec<u8> = (1..=total).skip(data.len()).collect();
    at(&known, &behind)
}

/// The parts 1 to `needed`, from any `needed` different ones; what there are more of is not looked at. `None` when there
/// are fewer, a number is 0 or there twice, or their lengths differ.
pub fn recover(parts: &[Part<'_>], needed: u8) -> Option<Vec<Vec<u8>>> {
    let known = parts.get(..usize::from(needed))?;
    let have = |number: u8| known.iter().find(|(known, _)| *known == number);
    let missing: Vec<u8> = (1..=needed).filter(|n| have(*n).is_none()).collect();
    let mut made = at(known, &missing)?.into_iter();
    (1..=needed)
        .map(|number| match have(number) {
            Some((_, bytes)) => Some(bytes.to_vec()),
            None => made.next(),
        })
        .collect()
}

/// What the polynomials through `known` are at each of `wanted`, none of which may be among them.
fn at(known: &[Part<'_>], wanted: &[u8]) -> Option<Vec<Vec<u8>>> {
    let len = known.first()?.1.len();
    let mut taken = [false; 256];
    for (number, bytes) in known {
        let seen = taken.get_mut(usize::from(*number))?;
        if *number == 0 || *seen || bytes.len() != len {
            return None;
        }
        *seen = true;
    }
    let numbers: Vec<u8> = known.iter().map(|(number, _)| *number).collect();
    let factors: Vec<Vec<u8>> = lagrange(&numbers, wanted);
    let mut sums = vec![vec![0_u128; len.div_ceil(LANES)]; wanted.len()];
    for (place, (_, bytes)) in known.iter().enumerate() {
        let doublings = doublings(bytes);
        for (sum, factors) in sums.iter_mut().zip(&factors) {
            add(sum, &doublings, factors.get(place).copied()?);
        }
    }
    Some(sums.iter().map(|sum| unpacked(sum, len)).collect())
}

/// For each of `wanted`, by what each known part is to be multiplied.
///
/// Of the part at x_i, for the place w: the product of (w - x_j) / (x_i - x_j) over all other j. As the product of all
/// (w - x_j), divided by (w - x_i) and by what does not depend on w.
fn lagrange(numbers: &[u8], wanted: &[u8]) -> Vec<Vec<u8>> {
    let product = |factors: &mut dyn Iterator<Item = u8>| factors.fold(1, times);
    let inverses: Vec<u8> = (0..=u8::MAX).map(inverse).collect();
    let inverse = |a: u8| inverses.get(usize::from(a)).copied().unwrap_or_default();
    let own = |x: &u8| {
        let others = numbers.iter().filter(|y| *y != x);
        inverse(product(&mut others.map(|y| x ^ y)))
    };
    let own: Vec<u8> = numbers.iter().map(own).collect();
    let row = |w: &u8| {
        let all = product(&mut numbers.iter().map(|x| w ^ x));
        let factor = |(x, own): (&u8, &u8)| times(times(all, inverse(w ^ x)), *own);
        numbers.iter().zip(&own).map(factor).collect()
    };
    wanted.iter().map(row).collect()
}

/// The bytes times 1, 2, 4 and so on to 128, many in one number: a multiplication is then a choice of rows to add.
fn doublings(bytes: &[u8]) -> Vec<Vec<u128>> {
    let pack = |chunk: &[u8]| {
        let mut lanes = [0; LANES];
        lanes
            .iter_mut()
            .zip(chunk)
            .for_each(|(to, from)| *to = *from);
        u128::from_le_bytes(lanes)
    };
    let once: Vec<u128> = bytes.chunks(LANES).map(pack).collect();
    let doubled = |row: &Vec<u128>| Some(row.iter().map(|lanes| doubled(*lanes)).collect());
    std::iter::successors(Some(once), doubled).take(8).collect()
}

/// Each byte times 2.
fn doubled(lanes: u128) -> u128 {
    const HIGH: u128 = u128::from_le_bytes([0x80; LANES]);
    let carries = (lanes & HIGH) >> 7;
    ((lanes & !HIGH) << 1) ^ (carries * 0x1D)
}

fn add(sum: &mut [u128], doublings: &[Vec<u128>], factor: u8) {
    let chosen = (0..8)
        .zip(doublings)
        .filter(|(bit, _)| factor >> bit & 1 == 1);
    for (_, row) in chosen {
        sum.iter_mut()
            .zip(row)
            .for_each(|(sum, lanes)| *sum ^= lanes);
    }
}

fn unpacked(lanes: &[u128], len: usize) -> Vec<u8> {
    let bytes = lanes.iter().flat_map(|lanes| lanes.to_le_bytes());
    bytes.take(len).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;

    /// Lagrange's formula as it stands in books, a byte at a time.
    fn by_the_book(known: &[Part<'_>], w: u8, place: usize) -> u8 {
        known.iter().fold(0, |sum, (x, bytes)| {
            let others = known.iter().filter(|(y, _)| y != x);
            let factor = others.fold(1, |product, (y, _)| {
                times(product, times(w ^ y, inverse(x ^ y)))
            });
            sum ^ times(bytes[place], factor)
        })
    }

    fn noise(count: usize, len: usize) -> Vec<Vec<u8>> {
        let byte = |i: usize, j: usize| (i * 37 + j * j * 11 + i * j * 3 + 5) as u8;
        (0..count)
            .map(|i| (0..len).map(|j| byte(i, j)).collect())
            .collect()
    }

    fn slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
        parts.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn parity_is_what_the_formula_says() {
        let data = noise(5, 33);
        let known: Vec<Part<'_>> = (1..).zip(slices(&data)).collect();
        let parity = parity(&slices(&data), 9).unwrap();
        assert_eq!(parity.len(), 4);
        for (number, bytes) in (6..).zip(&parity) {
            for (place, byte) in bytes.iter().enumerate() {
                assert_eq!(*byte, by_the_book(&known, number, place));
            }
        }
    }

    #[test]
    fn one_part_is_repeated_and_two_are_a_line() {
        assert_eq!(parity(&[b"abc"], 3).unwrap(), vec![b"abc".to_vec(); 2]);
        // f(1) = 0x10 and f(2) = 0x20 make f(x) = 0x30 x / 3 + ... ; worked out by hand: f(3) = 0x10 ^ 0x30 * 2/3.
        let slope = times(0x10 ^ 0x20, inverse(1 ^ 2));
        let third = 0x10 ^ times(slope, 1 ^ 3);
        assert_eq!(parity(&[&[0x10], &[0x20]], 3).unwrap(), vec![vec![third]]);
    }

    #[test]
    fn too_few_parts_twice_one_part_zero_and_other_lengths_give_nothing() {
        let parts: [Part<'_>; 2] = [(1, b"ab"), (2, b"cd")];
        assert!(recover(&parts, 2).is_some());
        assert_eq!(recover(&parts, 3), None);
        assert_eq!(recover(&[(1, b"ab"), (1, b"cd")], 2), None);
        assert_eq!(recover(&[(0, b"ab"), (1, b"cd")], 2), None);
        assert_eq!(recover(&[(1, b"ab"), (2, b"c")], 2), None);
        assert_eq!(recover(&[], 0), None);
        assert_eq!(parity(&[], 5), None);
        assert_eq!(parity(&[b"ab", b"c"], 5), None);
        assert_eq!(parity(&[b"ab", b"cd"], 1), None);
    }

    #[test]
    fn the_largest_sheet_comes_back_from_its_parity() {
        let data = noise(191, 395);
        let behind = parity(&slices(&data), 255).unwrap();
        assert_eq!(behind.len(), 64);
        let all: Vec<Part<'_>> = (1..=255)
            .zip(slices(&data).into_iter().chain(slices(&behind)))
            .collect();
        assert_eq!(recover(&all[64..], 191).unwrap(), data);
    }

    proptest! {
        #[test]
        fn any_needed_parts_give_all_of_them(
            (needed, chosen) in (1_usize..12, 1_usize..12).prop_flat_map(|(needed, more)| {
                let numbers: Vec<u8> = (1..=(needed + more) as u8).collect();
                (Just(needed), subsequence(numbers, needed).prop_shuffle())
            }),
            len in 0_usize..40,
        ) {
            let data = noise(needed, len);
            let behind = parity(&slices(&data), 24).unwrap();
            let all: Vec<&[u8]> = slices(&data).into_iter().chain(slices(&behind)).collect();
            let parts: Vec<Part<'_>> = chosen.iter().map(|n| (*n, all[usize::from(*n) - 1])).collect();
            prop_assert_eq!(recover(&parts, needed as u8).unwrap(), data);
        }
    }
}
