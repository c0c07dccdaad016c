//! Sun's keystores: JKS and JCEKS (`JavaKeyStore.java` and `JceKeyStore.java` of the JDK).
//!
//! Names, dates and certificates stand in clear before a digest that takes the password in. Each key of JKS has a
//! protection of its own; those of JCEKS are not opened.

mod protection;

use super::bytes::Bytes;
use super::opened;
use super::password::{Password, Passwords};
use super::work::Work;
use super::{Entry, Flaw, Format, Holds, Key, Keystore, MAX_PARTS};
use crate::certificate::Certificate;
use crate::time::Time;

const DIGEST: usize = protection::SHA1;

/// What becomes of a protected key beside its chain.
type Opening<'a> = dyn FnMut(&[u8], &[Result<Certificate, String>]) -> Key + 'a;

/// A store whose parts were found.
struct Store<'a> {
    format: Format,
    entries: Vec<Raw<'a>>,
    is_listed: bool,
    /// What the digest is over.
    signed: &'a [u8],
    digest: &'a [u8],
    trailing: usize,
}

struct Raw<'a> {
    alias: String,
    created: Time,
    held: Held<'a>,
    chain: Vec<Result<Certificate, String>>,
}

enum Held<'a> {
    /// An `EncryptedPrivateKeyInfo`.
    PrivateKey(&'a [u8]),
    Certificate,
    /// A Java object whose length only Java knows.
    Sealed,
}

/// Reads what stands in clear.
pub(super) fn list(bytes: &[u8]) -> Result<Keystore, Flaw> {
    let store = Store::read(bytes)?;
    Ok(store.told(false, &mut |_, _| Key::Closed))
}

/// Checks the digest and opens the keys.
pub(super) fn open(
    bytes: &[u8],
    passwords: &Passwords<'_>,
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    let store = Store::read(bytes)?;
    let is_right = |password: &Password<'_>| {
        protection::digest(&password.utf16, store.signed) == *store.digest
    };
    if !passwords.store.iter().any(is_right) {
        return Err(store.wrong(passwords));
    }
    let mut opened = |key: &[u8], chain: &[_]| {
        let mut wrong = Key::WrongPassword;
        for password in passwords.all() {
            match protection::open(key, &password.utf16) {
                Ok(pkcs8) => return opened::key(pkcs8.expose(), chain, work),
                Err(why) => wrong = why,
            }
        }
        wrong
    };
    Ok(store.told(true, &mut opened))
}

impl<'a> Store<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let mut reader = Bytes::new(bytes);
        let format = match reader.u32()? {
            0xcece_cece => Format::Jceks,
            _ => Format::Jks,
        };
        let version = reader.u32()?;
        if !(1..=2).contains(&version) {
            return Err(Flaw::Damaged(format!(
                "it is of version {version}: 1 and 2 exist"
            )));
        }
        let count = reader.u32()?;
        let mut entries = Vec::new();
        let (mut is_listed, mut parts) = (true, 0);
        for number in 1..=count {
            let entry = Raw::read(&mut reader, version, format, &mut parts)
                .map_err(|flaw| in_entry(flaw, number, count))?;
            let is_sealed = matches!(entry.held, Held::Sealed);
            entries.push(entry);
            if is_sealed {
                is_listed = number == count;
                let object = reader.left().saturating_sub(DIGEST);
                reader.take(object)?;
                break;
            }
        }
        let signed = bytes.get(..reader.at()).unwrap_or_default();
        let digest = reader.take(DIGEST).map_err(|_| {
            Flaw::Damaged("it is cut short: the check at its end is not all there".into())
        })?;
        Ok(Self {
            format,
            entries,
            is_listed,
            signed,
            digest,
            trailing: reader.left(),
        })
    }

    fn told(self, is_proven: bool, opened: &mut Opening<'_>) -> Keystore {
        let is_jks = self.format == Format::Jks;
        let entries = self.entries.into_iter().map(|raw| {
            let holds = match raw.held {
                Held::Certificate => Holds::Certificate,
                Held::PrivateKey(key) if is_jks => Holds::PrivateKey(opened(key, &raw.chain)),
                Held::PrivateKey(_) => Holds::PrivateKey(not_opened()),
                Held::Sealed => Holds::SecretKey(not_opened()),
            };
            Entry {
                alias: raw.alias,
                created: Some(raw.created),
                holds,
                chain: raw.chain,
            }
        });
        Keystore {
            format: self.format,
            entries: entries.collect(),
            is_listed: self.is_listed,
            is_open: is_proven,
            is_proven,
            trailing: self.trailing,
        }
    }

    /// Why the digest does not fit. A password that opens a key is right: then it is the file that was changed.
    fn wrong(&self, passwords: &Passwords<'_>) -> Flaw {
        let opens_one = self.entries.iter().any(|entry| match entry.held {
            Held::PrivateKey(key) if self.format == Format::Jks => passwords
                .store
                .iter()
                .any(|password| protection::open(key, &password.utf16).is_ok()),
            _ => false,
        });
        match opens_one {
            true => Flaw::Damaged(
                "it was changed after it was written: its password opens a key, and its check does not fit".into(),
            ),
            false => Flaw::Password,
        }
    }
}

fn not_opened() -> Key {
    Key::NotOpened("keys of JCEKS stores are carried and not opened".into())
}

fn in_entry(flaw: Flaw, number: u32, count: u32) -> Flaw {
    match flaw {
        Flaw::Damaged(why) => Flaw::Damaged(format!("entry {number} of {count}: {why}")),
        other => other,
    }
}

impl<'a> Raw<'a> {
    fn read(
        reader: &mut Bytes<'a>,
        version: u32,
        format: Format,
        parts: &mut usize,
    ) -> Result<Self, Flaw> {
        let tag = reader.u32()?;
        if !matches!((tag, format), (1 | 2, _) | (3, Format::Jceks)) {
            return Err(Flaw::Damaged(format!(
                "it is of kind {tag}, which does not exist"
            )));
        }
        let (alias, created) = (reader.text()?, reader.time()?);
        count(parts)?;
        let (held, certificates) = match tag {
            1 => (Held::PrivateKey(reader.counted()?), reader.u32()?),
            2 => (Held::Certificate, 1),
            _ => (Held::Sealed, 0),
        };
        let mut chain = Vec::new();
        for _ in 0..certificates {
            count(parts)?;
            chain.push(certificate(reader, version)?);
        }
        Ok(Self {
            alias,
            created,
            held,
            chain,
        })
    }
}

/// Counts one more part of a store.
pub(super) fn count(parts: &mut usize) -> Result<(), Flaw> {
    *parts += 1;
    match *parts > MAX_PARTS {
        true => Err(Flaw::NotOpened(format!(
            "it has more than {MAX_PARTS} entries and certificates"
        ))),
        false => Ok(()),
    }
}

fn certificate(reader: &mut Bytes<'_>, version: u32) -> Result<Result<Certificate, String>, Flaw> {
    let kind = match version {
        1 => None,
        _ => Some(reader.text()?),
    };
    let der = reader.counted()?;
    Ok(match kind {
        Some(kind) if kind != "X.509" => Err(format!("it is of the kind {kind:?}, not X.509")),
        _ => Certificate::read(der),
    })
}
