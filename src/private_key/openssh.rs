//! Private keys of OpenSSH: `PROTOCOL.key` of its source.

use super::{PrivateKey, ec, rsa};
use crate::asn1::without_zeros;
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

/// Reads an OpenSSH private key; `None` when it is encrypted.
pub(super) fn read(bytes: &[u8]) -> Result<Option<PrivateKey>, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is no key of OpenSSH")?;
    let mut outside = Strings(rest);
    let cipher = outside.next()?;
    let (_, _) = (outside.next()?, outside.next()?);
    if outside.number()? != 1 {
        return Err("it holds several keys".into());
    }
    let _public = outside.next()?;
    let inside = outside.next()?;
    if cipher != b"none" {
        return Ok(None);
    }
    let mut strings = Strings(inside);
    if strings.number()? != strings.number()? {
        return Err("its two check numbers differ".into());
    }
    key(&mut strings, inside).map(Some)
}

fn key(strings: &mut Strings<'_>, whole: &[u8]) -> Result<PrivateKey, String> {
    let kind = strings.next()?;
    match kind {
        b"ssh-ed25519" => {
            let (public, both) = (strings.next()?, strings.next()?);
            let (seed, half) = both.split_at_checked(32).ok_or(CUT_SHORT)?;
            let key = PrivateKey::from_ed25519_seed(seed)?;
            let computed = super::ed25519_public(&key.key);
            if half != public || computed.as_deref() != Some(public) {
                return Err("its public half does not fit its private one".into());
            }
            Ok(key)
        }
        b"ecdsa-sha2-nistp256" | b"ecdsa-sha2-nistp384" | b"ecdsa-sha2-nistp521" => {
            let curve = match strings.next()? {
                b"nistp256" => Curve::Secp256r1,
                b"nistp384" => Curve::Secp384r1,
                _ => Curve::Secp521r1,
            };
            let (point, number) = (strings.next()?, strings.next()?);
            ec::from_number(curve, number, Some(point))
        }
        b"ssh-rsa" => {
            let (modulus, exponent) = (strings.next()?, strings.next()?);
            let (_private, _inverse) = (strings.next()?, strings.next()?);
            let primes = (strings.next()?, strings.next()?);
            rsa::from_numbers(without_zeros(modulus), exponent, primes, whole)
        }
        other => {
            let name = String::from_utf8_lossy(other.get(..40).unwrap_or(other));
            Ok(PrivateKey::other(name.escape_debug().to_string(), whole))
        }
    }
}
