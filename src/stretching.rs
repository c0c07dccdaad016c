//! PBKDF2 (RFC 8018, section 5.2), which can be stopped on the way: other people's files say how much work it is.
//!
//! Knows HMAC; no files, no formats, no signals.

use std::num::NonZeroU32;

use ring::hmac::{Algorithm, Context, Key};

/// Asked again and again while there is much to do: whether to go on. Takes no time.
pub type GoOn<'g> = dyn Fn() -> bool + 'g;

/// For what is never stopped.
pub const ALWAYS: &GoOn<'static> = &|| true;

/// After so many rounds it is asked whether to go on: some milliseconds.
pub const STEP: u32 = 1 << 14;

/// Fills `out` with the key that `password` and `salt` give after so many rounds. `None`, and a key that is none, when it
/// was stopped.
pub fn pbkdf2(
    algorithm: Algorithm,
    rounds: NonZeroU32,
    (salt, password): (&[u8], &[u8]),
    out: &mut [u8],
    go_on: &GoOn<'_>,
) -> Option<()> {
    let key = Key::new(algorithm, password);
    let length = algorithm.digest_algorithm().output_len();
    for (part, number) in out.chunks_mut(length).zip(1_u32..) {
        let mut first = Context::with_key(&key);
        first.update(salt);
        first.update(&number.to_be_bytes());
        let mut round = first.sign();
        part.fill(0);
        add(part, round.as_ref());
        for done in 1..rounds.get() {
            if done % STEP == 0 && !go_on() {
                return None;
            }
            round = ring::hmac::sign(&key, round.as_ref());
            add(part, round.as_ref());
        }
    }
    Some(())
}

fn add(sum: &mut [u8], other: &[u8]) {
    sum.iter_mut()
        .zip(other)
        .for_each(|(sum, other)| *sum ^= other);
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use ring::{hmac, pbkdf2 as theirs};

    use super::*;

    fn rounds(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    #[test]
    fn it_derives_what_the_library_derives() {
        let algorithms = [
            (
                hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                theirs::PBKDF2_HMAC_SHA1,
            ),
            (hmac::HMAC_SHA256, theirs::PBKDF2_HMAC_SHA256),
            (hmac::HMAC_SHA384, theirs::PBKDF2_HMAC_SHA384),
            (hmac::HMAC_SHA512, theirs::PBKDF2_HMAC_SHA512),
        ];
        let long = [b'x'; 200];
        for (ours, theirs) in algorithms {
            for (count, length, password) in [
                (1, 1, &b""[..]),
                (2, 20, b"password"),
                (1000, 64, b"password"),
                (3, 65, &long),
                (7, 150, &long),
            ] {
                let (mut one, mut other) = (vec![9; length], vec![0; length]);
                let both = (&b"salt"[..], password);
                pbkdf2(ours, rounds(count), both, &mut one, ALWAYS).unwrap();
                theirs::derive(theirs, rounds(count), b"salt", password, &mut other);
                assert_eq!(one, other, "{count} rounds, {length} bytes");
            }
        }
    }

    #[test]
    fn it_stops_within_a_step_when_it_is_not_to_go_on() {
        let asked = Cell::new(0);
        let go_on = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        let mut out = [0; 32];
        let both = (&b"salt"[..], &b"password"[..]);
        let most = rounds(u32::MAX);
        let answer = pbkdf2(hmac::HMAC_SHA256, most, both, &mut out, &go_on);
        assert_eq!((answer, asked.get()), (None, 3));
    }
}
