//! PKCS#12 (RFC 7292) in the variants that other software writes: DER and BER, every usual encryption, with a check or
//! without, and passwords that are empty or none.
//!
//! Knows how the parts lie in each other; the encryption is `pbe`'s.

mod bags;
mod check;
mod entries;
mod shrouded;

use std::borrow::Cow;

use super::Flaw;
use super::Format;
use super::Key;
use super::Keystore;
use super::password::{Password, Passwords};
use super::pbe::Shut;
use super::work::Work;
use crate::asn1::{self, Reader, Value};
use crate::certificate::public_key::Algorithm;
use bags::Bags;
use check::Check;

const DATA: &str = "1.2.840.113549.1.7.1";
const SIGNED: &str = "1.2.840.113549.1.7.2";
const ENVELOPED: &str = "1.2.840.113549.1.7.3";
const ENCRYPTED: &str = "1.2.840.113549.1.7.6";

/// A store whose outside was read.
struct Pfx<'a> {
    content: Cow<'a, [u8]>,
    check: Option<Check<'a>>,
    trailing: usize,
}

impl<'a> Pfx<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let mut outside = Reader::new(bytes);
        let mut parts = outside.sequence()?;
        if parts.take(asn1::INTEGER)?.small()? != 3 {
            return Err(Flaw::Damaged("it is not of version 3".into()));
        }
        let content = data(parts.sequence()?)?.octets()?;
        let check = match parts.is_empty() {
            true => None,
            false => Some(Check::read(&mut parts)?),
        };
        parts.finish()?;
        Ok(Self {
            content,
            check,
            trailing: outside.rest().len(),
        })
    }

    fn told(
        self,
        bags: Bags,
        is_proven: bool,
        opener: &mut Opener<'_, '_, '_>,
    ) -> Result<Keystore, Flaw> {
        Ok(Keystore {
            format: Format::Pkcs12,
            is_listed: bags.is_complete,
            is_open: opener.passwords.is_some(),
            entries: entries::told(bags, opener)?,
            is_proven,
            trailing: self.trailing,
        })
    }
}

/// The string in a `ContentInfo` that is data.
fn data(mut parts: Reader<'_>) -> Result<Value<'_>, Flaw> {
    match parts.oid()?.as_str() {
        DATA => {}
        SIGNED => {
            return Err(Flaw::NotOpened(
                "it is checked by a signature instead of a password".into(),
            ));
        }
        other => return Err(Flaw::Damaged(format!("it holds content of kind {other}"))),
    }
    let mut inside = parts.take(asn1::context(0))?.inside();
    let value = string(&mut inside)?;
    inside.finish()?;
    parts.finish()?;
    Ok(value)
}

/// An OCTET STRING, in one piece or in several.
fn string<'a>(reader: &mut Reader<'a>) -> Result<Value<'a>, Flaw> {
    const IN_PIECES: u8 = asn1::OCTET_STRING | 0x20;
    match reader.peek() {
        Some(IN_PIECES) => Ok(reader.take(IN_PIECES)?),
        _ => Ok(reader.take(asn1::OCTET_STRING)?),
    }
}

/// Reads what stands in clear.
pub(super) fn list(bytes: &[u8]) -> Result<Keystore, Flaw> {
    let pfx = Pfx::read(bytes)?;
    let mut bags = Bags::default();
    each_content(&pfx.content, &mut |content| {
        match content {
            Content::Plain(plain) => bags.read(&plain)?,
            Content::Hidden { .. } => bags.is_complete = false,
        }
        Ok(())
    })?;
    let work = &mut Work::new(super::MAX_WORK);
    let passwords = None;
    pfx.told(bags, false, &mut Opener { passwords, work })
}

/// Checks the store with its password and opens what is in it.
pub(super) fn open(
    bytes: &[u8],
    passwords: &Passwords<'_>,
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    let pfx = Pfx::read(bytes)?;
    let Some(check) = &pfx.check else {
        return without_check(pfx, passwords, work);
    };
    for password in &passwords.store {
        if !check.fits(password, &pfx.content, work)? {
            continue;
        }
        // The way in which the password was meant comes first, and then the others.
        let mut all = vec![password];
        all.extend(
            passwords
                .all()
                .filter(|other| !std::ptr::eq(*other, password)),
        );
        let bags = opened(&pfx.content, &all, work)?.ok_or(Flaw::Password)?;
        let passwords = Some(all.as_slice());
        return pfx.told(bags, true, &mut Opener { passwords, work });
    }
    let all: Vec<&Password<'_>> = passwords.store.iter().collect();
    // Whether a password is right shows in what it decrypts, too: then it is the file that was changed.
    match opened(&pfx.content, &all, work) {
        Ok(Some(bags)) if bags.were_hidden => Err(Flaw::Damaged(
            "it was changed after it was written: its password opens its content, and its check does not fit".into(),
        )),
        _ => Err(Flaw::Password),
    }
}

/// A store that nothing proves whole. A password is right if it opens something.
fn without_check(
    pfx: Pfx<'_>,
    passwords: &Passwords<'_>,
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    let all: Vec<&Password<'_>> = passwords.all().collect();
    let bags = opened(&pfx.content, &all, work)?.ok_or(Flaw::Password)?;
    let were_hidden = bags.were_hidden;
    let passwords = Some(all.as_slice());
    let store = pfx.told(bags, false, &mut Opener { passwords, work })?;
    let mut keys = store.entries.iter().filter_map(|entry| entry.holds.key());
    let is_wrong =
        !were_hidden && keys.clone().count() > 0 && keys.all(|key| *key == Key::WrongPassword);
    match is_wrong {
        true => Err(Flaw::Password),
        false => Ok(store),
    }
}

/// Everything that the passwords open. `None` when none of them opens some content.
fn opened(
    content: &[u8],
    passwords: &[&Password<'_>],
    work: &mut Work<'_>,
) -> Result<Option<Bags>, Flaw> {
    let mut bags = Bags::default();
    let mut is_open = true;
    each_content(content, &mut |content| {
        let (algorithm, hidden) = match content {
            Content::Plain(plain) => return bags.read(&plain),
            Content::Hidden { algorithm, hidden } => (algorithm, hidden),
        };
        for password in passwords {
            match super::pbe::decrypt(&algorithm, &hidden, password, work) {
                // A wrong password makes a right padding once in some hundred times, and values never.
                Ok(plain) if is_value(&plain) => {
                    bags.were_hidden = true;
                    return bags.read(&plain);
                }
                Ok(_) | Err(Shut::Password) => {}
                Err(Shut::Flaw(flaw)) => return Err(flaw),
            }
        }
        is_open = false;
        Ok(())
    })?;
    Ok(is_open.then_some(bags))
}

/// Whether bytes are one SEQUENCE and nothing more.
fn is_value(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    reader.sequence().is_ok() && reader.is_empty()
}

/// How keys are opened.
struct Opener<'p, 'w, 'g> {
    /// With these passwords; `None` where the store is only listed.
    passwords: Option<&'p [&'p Password<'p>]>,
    work: &'w mut Work<'g>,
}

/// One content of a store: some bags, in clear or hidden.
enum Content<'a> {
    Plain(Cow<'a, [u8]>),
    Hidden {
        algorithm: Algorithm<'a>,
        hidden: Cow<'a, [u8]>,
    },
}

/// Goes through the contents of an `AuthenticatedSafe`.
fn each_content(
    safe: &[u8],
    visit: &mut dyn FnMut(Content<'_>) -> Result<(), Flaw>,
) -> Result<(), Flaw> {
    let mut outside = Reader::new(safe);
    let mut contents = outside.sequence()?;
    outside.finish()?;
    while !contents.is_empty() {
        let parts = contents.sequence()?;
        let kind = parts.clone().oid()?;
        match kind.as_str() {
            ENCRYPTED => visit(hidden(parts)?)?,
            ENVELOPED => {
                return Err(Flaw::NotOpened(
                    "it is encrypted to a certificate instead of a password".into(),
                ));
            }
            _ => visit(Content::Plain(data(parts)?.octets()?))?,
        }
    }
    Ok(())
}

/// An `EncryptedData` (RFC 5652, section 8).
fn hidden(mut parts: Reader<'_>) -> Result<Content<'_>, Flaw> {
    const IN_ONE_PIECE: u8 = 0x80;
    parts.oid()?;
    let mut inside = parts.take(asn1::context(0))?.inside().sequence()?;
    inside.take(asn1::INTEGER)?;
    let mut content = inside.sequence()?;
    content.oid()?;
    let algorithm = Algorithm::read(&mut content)?;
    let value = match content.peek() {
        Some(IN_ONE_PIECE) => content.take(IN_ONE_PIECE)?,
        _ => content.take(asn1::context(0))?,
    };
    Ok(Content::Hidden {
        algorithm,
        hidden: value.octets()?,
    })
}
