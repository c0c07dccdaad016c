//! Private keys of OpenSSH: `PROTOCOL.key` of its source.

use super::rsa::{self, Numbers};
use super::{Found, PrivateKey, ec};
use crate::certificate::public_key::Curve;

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// Strings with their length before them (RFC 4251, section 5).
struct Strings<'a>(&'a [u8]);

impl<'a> Strings<'a> {
    fn number(&mut self) -> Result<u32, String> {
        let (digits, rest) = self.0.split_first_chunk::<4>().ok_or(CUT_SHORT)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*digits))
    }

    fn next(&mut self) -> Result<&'a [u8], String> {
        let len = usize::try_from(self.number()?).map_err(|_| CUT_SHORT)?;
        let (string, rest) = self.0.split_at_checked(len).ok_or(CUT_SHORT)?;
        self.0 = rest;
        Ok(string)
    }
}

const CUT_SHORT: &str = "it is cut short";

/// How the kinds of key begin that stay in a hardware token: the file has a handle of theirs (`PROTOCOL.u2f`).
const IN_TOKEN: [&[u8]; 2] = [b"sk-ssh-", b"sk-ecdsa-"];

/// Reads an OpenSSH private key; `None` when it is encrypted.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Found>, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is no key of OpenSSH")?;
    let mut outside = Strings(rest);
    let cipher = outside.next()?;
    let (_, _) = (outside.next()?, outside.next()?);
    if outside.number()? != 1 {
        return Err("it holds several keys".into());
    }
    let public = outside.next()?;
    let inside = outside.next()?;
    let kind = Strings(public).next()?;
    if IN_TOKEN.iter().any(|begin| kind.starts_with(begin)) {
        return Ok(Some(Found::HsmAlias(plain(kind))));
    }
    if cipher != b"none" {
        return Ok(None);
    }
    let mut strings = Strings(inside);
    if strings.number()? != strings.number()? {
        return Err("its two check numbers differ".into());
    }
    if strings.next()? != kind {
        return Err("its private half is of another kind than its public one".into());
    }
    let key = key(kind, &mut strings)?;
    Ok(Some(Found::Key(key)))
}

fn key(kind: &[u8], strings: &mut Strings<'_>) -> Result<PrivateKey, String> {
    match kind {
        b"ssh-ed25519" => {
            let (public, both) = (strings.next()?, strings.next()?);
            let (seed, half) = both.split_at_checked(32).ok_or(CUT_SHORT)?;
            let key = PrivateKey::from_ed25519_seed(seed)?;
            let computed = super::ed25519_public(seed);
            if half != public || computed.as_deref() != Some(public) {
                return Err("its public half does not fit its private one".into());
            }
            Ok(key)
        }
        b"ecdsa-sha2-nistp256" | b"ecdsa-sha2-nistp384" | b"ecdsa-sha2-nistp521" => {
            let curve = match (kind, strings.next()?) {
                (b"ecdsa-sha2-nistp256", b"nistp256") => Curve::Secp256r1,
                (b"ecdsa-sha2-nistp384", b"nistp384") => Curve::Secp384r1,
                (b"ecdsa-sha2-nistp521", b"nistp521") => Curve::Secp521r1,
                _ => return Err("its curve is not that of its kind".into()),
            };
            let (point, number) = (strings.next()?, strings.next()?);
            ec::from_number(curve, number, Some(point))
        }
        b"ssh-rsa" => {
            let (modulus, exponent) = (strings.next()?, strings.next()?);
            let (private, coefficient) = (strings.next()?, strings.next()?);
            rsa::from_numbers(&Numbers {
                modulus,
                exponent,
                private,
                primes: [strings.next()?, strings.next()?],
                exponents: [None, None],
                coefficient,
            })
        }
        other => Ok(PrivateKey::other(plain(other))),
    }
}

/// A kind of key, for people.
fn plain(kind: &[u8]) -> String {
    let name = String::from_utf8_lossy(kind.get(..40).unwrap_or(kind));
    name.escape_debug().to_string()
}
