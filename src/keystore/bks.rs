//! Bouncy Castle's keystores: BKS and UBER (`BcKeyStoreSpi.java` of Bouncy Castle).
//!
//! BKS shows names and certificates and ends in a check that takes the password in; UBER is encrypted as a whole.

use ring::hmac;

use super::bytes::Bytes;
use super::jks::count;
use super::password::Passwords;
use super::pbe::{Hash, Purpose, derive};
use super::work::Work;
use super::{Entry, Flaw, Format, Holds, Key, Keystore};
use crate::certificate::Certificate;

/// The check at the end: HMAC-SHA-1.
const CHECK: usize = 20;
/// The version whose check takes a key of 16 bits: every password and every change can be made to fit it.
const WEAK: u32 = 1;
/// Bouncy Castle writes salts of 20 bytes.
const SALT: u32 = 20;
/// It writes 1,024 to 2,047 rounds; other software has written more.
const MAX_ROUNDS: u32 = 1 << 20;

/// Which of the two begins like this. Both begin alike; behind that, BKS goes on with an entry or its end, and UBER with
/// random bytes.
pub(super) fn recognise(first: &[u8]) -> Option<Format> {
    let (version, salt, rounds) = (number(first, 0)?, number(first, 4)?, number(first, 28)?);
    if salt != SALT || !(1..=MAX_ROUNDS).contains(&rounds) {
        return None;
    }
    let rest = first.get(32..)?;
    if looks_like_entries(rest) {
        Some(Format::Bks)
    } else if version == 1 && rest.len() >= 16 {
        Some(Format::Uber)
    } else {
        None
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.try_into().ok().map(u32::from_be_bytes)
}

/// Whether an entry begins here, or the end.
fn looks_like_entries(rest: &[u8]) -> bool {
    match rest {
        // Nothing but the check stands behind the end.
        [0, check @ ..] => check.len() == CHECK,
        [1..=4, high, low, name @ ..] => {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            let seen = name.get(..len.min(name.len())).unwrap_or_default();
            (1..1024).contains(&len) && seen.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f)
        }
        _ => false,
    }
}

struct Store<'a> {
    version: u32,
    salt: &'a [u8],
    rounds: u32,
    entries: Vec<Entry>,
    signed: &'a [u8],
    check: &'a [u8],
    trailing: usize,
}

/// Reads what stands in clear.
pub(super) fn list(bytes: &[u8]) -> Result<Keystore, Flaw> {
    Ok(Store::read(bytes)?.told(false))
}

/// Checks that the store is whole. That of the first version says only that the password may be right: one in 65,536 fits.
pub(super) fn open(
    bytes: &[u8],
    passwords: &Passwords<'_>,
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    let store = Store::read(bytes)?;
    // The first version asked for 20 bits of key instead of bytes, and writes it to this day.
    let len = if store.version == WEAK { 2 } else { CHECK };
    for password in &passwords.store {
        work.take(store.rounds)?;
        let key = derive(
            Hash::Sha1,
            Purpose::Mac,
            &password.terminated,
            store.salt,
            store.rounds,
            len,
            work,
        )?;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
        if hmac::verify(&key, store.signed, store.check).is_ok() {
            return Ok(store.told(true));
        }
    }
    Err(Flaw::Password)
}

impl<'a> Store<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let mut reader = Bytes::new(bytes);
        let version = reader.u32()?;
        let salt = reader.counted()?;
        let rounds = reader.u32()?;
        let start = reader.at();
        let (mut entries, mut parts) = (Vec::new(), 0);
        let end = loop {
            let kind = reader.byte()?;
            if kind == 0 {
                break reader.at();
            }
            let number = entries.len() + 1;
            entries.push(
                entry(&mut reader, kind, &mut parts).map_err(|flaw| match flaw {
                    Flaw::Damaged(why) => Flaw::Damaged(format!("entry {number}: {why}")),
                    other => other,
                })?,
            );
        };
        let check = reader.take(CHECK)?;
        Ok(Self {
            version,
            salt,
            rounds,
            entries,
            signed: bytes.get(start..end).unwrap_or_default(),
            check,
            trailing: reader.left(),
        })
    }

    fn told(self, is_open: bool) -> Keystore {
        Keystore {
            format: Format::Bks,
            entries: self.entries,
            is_listed: true,
            is_open,
            is_proven: is_open && self.version != WEAK,
            trailing: self.trailing,
        }
    }
}

fn entry(reader: &mut Bytes<'_>, kind: u8, parts: &mut usize) -> Result<Entry, Flaw> {
    count(parts)?;
    let alias = reader.text()?;
    let created = Some(reader.time()?);
    let mut chain = Vec::new();
    for _ in 0..reader.u32()? {
        count(parts)?;
        chain.push(certificate(reader)?);
    }
    let holds = match kind {
        1 => {
            chain.push(certificate(reader)?);
            Holds::Certificate
        }
        2 => {
            let key = reader.byte()?;
            let (_format, _algorithm) = (reader.text()?, reader.text()?);
            reader.counted()?;
            key_kind(key == 0)
        }
        3 | 4 => {
            reader.counted()?;
            // What is sealed says what it is only inside; a private key comes with its certificates.
            key_kind(kind == 4 && !chain.is_empty())
        }
        other => {
            return Err(Flaw::Damaged(format!(
                "it is of kind {other}, which does not exist"
            )));
        }
    };
    Ok(Entry {
        alias,
        created,
        holds,
        chain,
    })
}

fn key_kind(is_private: bool) -> Holds {
    let key = Key::NotOpened("keys of Bouncy Castle's stores are carried and not opened".into());
    match is_private {
        true => Holds::PrivateKey(key),
        false => Holds::SecretKey(key),
    }
}

fn certificate(reader: &mut Bytes<'_>) -> Result<Result<Certificate, String>, Flaw> {
    let kind = reader.text()?;
    let der = reader.counted()?;
    Ok(match kind.as_str() {
        "X.509" => Certificate::read(der),
        other => Err(format!("it is of the kind {other:?}, not X.509")),
    })
}
