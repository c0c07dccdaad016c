//! Private keys that are encrypted one by one: `EncryptedPrivateKeyInfo` (RFC 5208, section 6). Knows no certificates.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::super::{Flaw, Key, pbe};
use super::Opener;
use crate::asn1::Reader;
use crate::certificate::public_key::Algorithm;

/// What is in an `EncryptedPrivateKeyInfo`, or why it does not open.
pub(super) fn decrypted(
    shrouded: &[u8],
    opener: &mut Opener<'_, '_, '_>,
) -> Result<Result<Zeroizing<Vec<u8>>, Key>, Flaw> {
    let Some(passwords) = opener.passwords else {
        return Ok(Err(Key::Closed));
    };
    let (algorithm, hidden) = match parts(shrouded) {
        Ok(parts) => parts,
        Err(Flaw::Damaged(why)) => return Ok(Err(Key::Damaged(why))),
        Err(flaw) => return Err(flaw),
    };
    for password in passwords {
        match pbe::decrypt(&algorithm, &hidden, password, opener.work) {
            // A wrong password makes a right padding once in some hundred times, and values never.
            Ok(plain) if super::is_value(&plain) => return Ok(Ok(plain)),
            Ok(_) | Err(pbe::Shut::Password) => {}
            Err(pbe::Shut::Flaw(Flaw::Damaged(why))) => return Ok(Err(Key::Damaged(why))),
            Err(pbe::Shut::Flaw(Flaw::NotOpened(why))) => return Ok(Err(Key::NotOpened(why))),
            Err(pbe::Shut::Flaw(flaw)) => return Err(flaw),
        }
    }
    Ok(Err(Key::WrongPassword))
}

fn parts(shrouded: &[u8]) -> Result<(Algorithm<'_>, Cow<'_, [u8]>), Flaw> {
    let mut outside = Reader::new(shrouded);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    let algorithm = Algorithm::read(&mut parts)?;
    let hidden = super::string(&mut parts)?.octets()?;
    parts.finish()?;
    Ok((algorithm, hidden))
}
