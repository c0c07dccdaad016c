//! Splits a secret into points and joins points back into the secret.
//!
//! Knows Shamir's scheme over bytes (A. Shamir, "How to share a secret", CACM 22, 1979) in GF(2^8) with polynomial
//! 0x11D, and nothing of files, people or vaults. No other module names the `sharks` crate.
//!
//! Joining proves nothing: any set of well-formed points gives *some* answer, and the library accepts equal numbers,
//! x = 0 and edited points in silence. Callers prove every point first and the answer afterwards.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sharks::{Share, Sharks};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::key;
use crate::secret::SecretBytes;

/// The most points a secret is split into.
pub const MAX_POINTS: usize = 32;

/// Points of [`known_answer`], computed apart from the library.
const KNOWN: [[u8; 4]; 4] = [
    [0x10, 0x4a, 0xa4, 0xef],
    [0x3e, 0x64, 0x8a, 0xc1],
    [0x23, 0x79, 0x97, 0xdc],
    [0x0d, 0x57, 0xb9, 0xf2],
];

/// The most subsets that are joined as a test after splitting.
const MAX_SUBSETS: usize = 20_000;

/// One point: its number (x, 1 to 32) and its secret part (y, as long as the secret).
pub struct Point {
    /// x, never 0.
    pub number: u8,
    /// y.
    pub y: SecretBytes,
}

/// Splits `secret` into points 1 to `n`, any `k` of which give it back, and proves that they do before it returns.
///
/// # Errors
/// [`Error::BadThreshold`] unless `2 <= k <= n <= 32`; [`Error::System`] without random bytes;
/// [`Error::SelfTest`] when the points do not lie on one polynomial.
pub fn split(secret: &SecretBytes, k: usize, n: usize) -> Result<Vec<Point>> {
    check_threshold(k, n)?;
    let mut source = SystemSource { failed: false };
    let points = Sharks(k as u8)
        .dealer_rng(secret.expose(), &mut source)
        .take(n)
        .map(into_point)
        .collect::<Vec<_>>();
    if source.failed {
        key::random(&mut [0; 1])?;
        return Err(Error::SelfTest {
            what: "the random generator failed while the key was split",
        });
    }
    prove(secret, &points, k)?;
    Ok(points)
}

/// Joins exactly the points given. At least two, all numbers different and none 0, all of one length.
///
/// # Errors
/// [`Error::SelfTest`] when the points break those rules: callers must have checked them.
pub fn join(points: &[&Point]) -> Result<SecretBytes> {
    interpolate(points, 0)
}

/// The point at number `at`, from `k` other points: replace each x by x XOR `at` and join.
///
/// # Errors
/// As [`join`].
pub fn interpolate(points: &[&Point], at: u8) -> Result<SecretBytes> {
    let broken = Error::SelfTest {
        what: "points to be joined were not checked",
    };
    let mut numbers = [false; 256];
    let mut shares = Vec::with_capacity(points.len());
    for point in points {
        let seen = numbers
            .get_mut(usize::from(point.number))
            .filter(|seen| !**seen);
        let (Some(seen), true) = (seen, point.number != at && point.number != 0) else {
            return Err(broken);
        };
        *seen = true;
        shares.push(into_share(point, at)?);
    }
    if points.len() < 2 {
        return Err(broken);
    }
    let joined = Sharks(points.len() as u8)
        .recover(&shares)
        .map(Zeroizing::new)
        .map_err(|_| broken)?;
    Ok(SecretBytes::copied(&joined))
}

/// Whether three fixed points (numbers 2, 3 and 5; the polynomials are s + 0xc7 x + 0xe9 x^2 over GF(2^8) with 0x11D) give
/// the secret 00 5a b4 ff back, and the fourth point at number 4.
pub fn known_answer() -> bool {
    const POINTS: [(u8, [u8; 4]); 4] = [(2, KNOWN[0]), (3, KNOWN[1]), (5, KNOWN[2]), (4, KNOWN[3])];
    let points = POINTS.map(|(number, y)| Point {
        number,
        y: SecretBytes::copied(&y),
    });
    let [two, three, five, four] = &points;
    let chosen = [two, three, five];
    join(&chosen).is_ok_and(|secret| secret.same(&SecretBytes::copied(&[0, 0x5a, 0xb4, 0xff])))
        && interpolate(&chosen, 4).is_ok_and(|y| y.same(&four.y))
}

/// Whether `k` of `n` is a split that coldvault makes and reads.
///
/// # Errors
/// [`Error::BadThreshold`] unless `2 <= k <= n <= 32`.
pub fn check_threshold(k: usize, n: usize) -> Result<()> {
    let why = match (k, n) {
        (0 | 1, _) => "with a threshold below 2 every share would be the key itself",
        (_, n) if n > MAX_POINTS => "at most 32 shares are made",
        (k, n) if k > n => "more shares would be needed than exist",
        _ => return Ok(()),
    };
    Err(Error::BadThreshold { k, n, why })
}

/// All subsets of `k` numbers out of `0..n`, in order.
pub fn subsets(n: usize, k: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut next = (k <= n).then(|| (0..k).collect::<Vec<_>>());
    std::iter::from_fn(move || {
        let current = next.take()?;
        next = successor(&current, n);
        Some(current)
    })
}

/// The subset after `current`, or none after the last.
fn successor(current: &[usize], n: usize) -> Option<Vec<usize>> {
    let k = current.len();
    let place = (0..k)
        .rev()
        .find(|i| current.get(*i).is_some_and(|value| value + k < n + i))?;
    let start = current.get(place)? + 1;
    let mut next = current.to_vec();
    next.iter_mut()
        .skip(place)
        .zip(start..)
        .for_each(|(slot, value)| *slot = value);
    Some(next)
}

/// Proves that all points lie on one polynomial: the first `k` interpolate every other point and, at 0, the secret. That
/// covers every subset; up to 20,000 subsets are joined through the library besides.
fn prove(secret: &SecretBytes, points: &[Point], k: usize) -> Result<()> {
    let wrong = || Error::SelfTest {
        what: "the shares do not lie on one polynomial",
    };
    let first: Vec<&Point> = points.iter().take(k).collect();
    for point in points.iter().skip(k) {
        if !interpolate(&first, point.number)?.same(&point.y) {
            return Err(wrong());
        }
    }
    for subset in subsets(points.len(), k).take(MAX_SUBSETS) {
        let chosen: Vec<&Point> = subset.iter().filter_map(|i| points.get(*i)).collect();
        if !join(&chosen)?.same(secret) {
            return Err(wrong());
        }
    }
    Ok(())
}

fn into_point(share: Share) -> Point {
    let bytes = Zeroizing::new(Vec::from(&share));
    let (number, y) = bytes
        .split_first()
        .map_or((0, [].as_slice()), |(number, y)| (*number, y));
    Point {
        number,
        y: SecretBytes::copied(y),
    }
}

fn into_share(point: &Point, at: u8) -> Result<Share> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 + point.y.expose().len()));
    bytes.push(point.number ^ at);
    bytes.extend_from_slice(point.y.expose());
    Share::try_from(bytes.as_slice()).map_err(|_| Error::SelfTest {
        what: "a point is too short",
    })
}

/// The operating system's generator as the library wants it. It cannot say "no", so a failure is kept and asked for.
struct SystemSource {
    failed: bool,
}

impl SystemSource {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.failed |= key::random(bytes).is_err();
    }
}

impl TryRng for SystemSource {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        let mut bytes = Zeroizing::new([0; 4]);
        self.fill(bytes.as_mut_slice());
        Ok(u32::from_le_bytes(*bytes))
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        let mut bytes = Zeroizing::new([0; 8]);
        self.fill(bytes.as_mut_slice());
        Ok(u64::from_le_bytes(*bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
        self.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SystemSource {}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> SecretBytes {
        SecretBytes::filled(32, |bytes| {
            bytes.iter_mut().zip(0..).for_each(|(b, i)| *b = i)
        })
    }

    fn pick<'a>(points: &'a [Point], numbers: &[u8]) -> Vec<&'a Point> {
        points
            .iter()
            .filter(|p| numbers.contains(&p.number))
            .collect()
    }

    #[test]
    fn any_three_of_five_points_give_the_secret_back() {
        let points = split(&secret(), 3, 5).unwrap();
        // 1, 2, 3 would hide a wrong field: every Lagrange coefficient is 1 there.
        for numbers in [[2, 3, 5], [1, 4, 5], [1, 2, 3], [3, 4, 5]] {
            assert!(join(&pick(&points, &numbers)).unwrap().same(&secret()));
        }
    }

    #[test]
    fn two_points_of_a_three_of_five_split_do_not_give_the_secret() {
        let points = split(&secret(), 3, 5).unwrap();
        assert!(!join(&pick(&points, &[2, 5])).unwrap().same(&secret()));
    }

    #[test]
    fn three_points_give_every_other_point_by_interpolation() {
        let points = split(&secret(), 3, 5).unwrap();
        let made = interpolate(&pick(&points, &[2, 3, 5]), 4).unwrap();
        assert!(made.same(&points[3].y));
    }

    #[test]
    fn the_points_lie_in_the_field_with_polynomial_0x11d() {
        // The points are y = s + 0xc7 x + 0xe9 x^2, computed here with a schoolbook multiplication that shares no code
        // with the library.
        let double = |v: u8| {
            if v & 0x80 != 0 {
                (v << 1) ^ 0x1d
            } else {
                v << 1
            }
        };
        let times = |mut a: u8, mut b: u8| {
            let mut product = 0;
            while b != 0 {
                if b & 1 != 0 {
                    product ^= a;
                }
                a = double(a);
                b >>= 1;
            }
            product
        };
        let point = |x: u8| Point {
            number: x,
            y: SecretBytes::filled(4, |y| {
                y.iter_mut()
                    .zip([0u8, 90, 180, 255])
                    .for_each(|(y, s)| *y = s ^ times(0xc7, x) ^ times(0xe9, times(x, x)));
            }),
        };
        let points = [point(2), point(3), point(5)];
        let joined = join(&points.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(joined.expose(), [0, 90, 180, 255]);
    }

    #[test]
    fn zero_and_repeated_numbers_never_reach_the_library() {
        let points = split(&secret(), 2, 3).unwrap();
        let zero = Point {
            number: 0,
            y: SecretBytes::copied(&[9; 32]),
        };
        assert!(join(&[&points[0], &zero]).is_err());
        assert!(join(&[&points[0], &points[0]]).is_err());
        assert!(join(&[&points[0]]).is_err());
    }

    #[test]
    fn thresholds_out_of_range_are_refused() {
        for (k, n) in [(0, 5), (1, 5), (6, 5), (2, 33), (33, 40)] {
            assert!(
                matches!(split(&secret(), k, n), Err(Error::BadThreshold { .. })),
                "{k} of {n}"
            );
        }
        assert!(split(&secret(), 2, 2).is_ok() && split(&secret(), 32, 32).is_ok());
    }

    #[test]
    fn every_subset_is_listed_once_and_in_order() {
        let all: Vec<_> = subsets(5, 3).collect();
        assert_eq!(all.len(), 10);
        assert_eq!(
            (all[0].as_slice(), all[9].as_slice()),
            (&[0, 1, 2][..], &[2, 3, 4][..])
        );
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(subsets(2, 3).count(), 0);
    }

    #[test]
    fn a_point_off_the_polynomial_is_noticed_before_anything_is_written() {
        let mut points = split(&secret(), 3, 5).unwrap();
        points[4].y = SecretBytes::copied(&[1; 32]);
        assert!(matches!(
            prove(&secret(), &points, 3),
            Err(Error::SelfTest { .. })
        ));
    }
}
