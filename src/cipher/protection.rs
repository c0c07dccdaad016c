//! A share's secret part inside an age file of its own: to a passphrase, or to the custodian's own age key.
//!
//! Knows `age` and bytes; not whose it is. An age file from outside is bounded and looked at
//! before any work is done with it. What does not open says one thing: a wrong passphrase and damage look alike.

use std::io::{Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::scrypt;
use age::x25519;
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::own_keys::OwnKeys;
use super::passphrase::Passphrase;
use crate::error::{Error, Result};
use crate::key::KEY_BYTES;
use crate::secret::SecretBytes;

/// log2 of scrypt's N: what is written, and the most that is done for a file from outside (256 MiB, about a second).
const STRETCH: u8 = 18;
/// The most bytes of an age file, armour included.
const MAX_ARMORED: usize = 3072;
pub(super) const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----\n";
pub(super) const VERSION: &[u8] = b"age-encryption.org/v1";

/// A custodian's public age key, `age1...`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl Recipient {
    /// `None` when the text is none: plugins, ssh keys and post-quantum keys are not taken.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// What a share is to be protected with.
pub enum Protection {
    /// A passphrase that its custodian remembers.
    Passphrase(Passphrase),
    /// The custodian's own age key.
    Recipient(Recipient),
}

impl Protection {
    /// What will open it.
    pub fn lock(&self) -> Lock {
        match self {
            Self::Passphrase(_) => Lock::Passphrase,
            Self::Recipient(_) => Lock::Recipient,
        }
    }
}

/// What opens a protected share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// A passphrase.
    Passphrase,
    /// A secret age key.
    Recipient,
}

impl Lock {
    /// What somebody needs who wants to open it.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Passphrase => "a passphrase",
            Self::Recipient => "its custodian's own age key",
        }
    }
}

/// A secret part inside an age file. Closed: nothing in it is known but what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    armored: String,
    lock: Lock,
}

impl Protected {
    /// Puts `y` into an age file.
    ///
    /// # Errors
    /// `InvalidInput` for a passphrase that is not UTF-8; what writing to memory answers.
    pub fn seal(y: &SecretBytes, with: &Protection) -> std::io::Result<Self> {
        let stretched;
        let recipient: &dyn age::Recipient = match with {
            Protection::Passphrase(passphrase) => {
                // Not UTF-8: nothing, rather than the empty passphrase.
                let form = passphrase.forms().into_iter().next();
                let form = form.ok_or(std::io::ErrorKind::InvalidInput)?;
                let mut recipient = scrypt::Recipient::new(form);
                recipient.set_work_factor(STRETCH);
                stretched = recipient;
                &stretched
            }
            Protection::Recipient(Recipient(recipient)) => recipient,
        };
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient))
            .expect("one recipient is accepted");
        let output = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(output)?;
        let digits = Zeroizing::new(HEXLOWER.encode(y.expose()));
        writer.write_all(digits.as_bytes())?;
        let armored = String::from_utf8(writer.finish()?.finish()?).expect("armour is ASCII");
        let lock = with.lock();
        Ok(Self { armored, lock })
    }

    /// An age file from outside; `None` unless it is armoured, small, and to one passphrase with log2 N of 18 or less,
    /// or to X25519 keys alone. Nothing is decrypted.
    pub fn parse(armored: &str) -> Option<Self> {
        let plain = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
        if armored.len() > MAX_ARMORED || !armored.starts_with(BEGIN) || !armored.bytes().all(plain)
        {
            return None;
        }
        let mut bytes = Vec::new();
        ArmoredReader::new(armored.as_bytes())
            .read_to_end(&mut bytes)
            .ok()?;
        let lock = lock_of(&bytes)?;
        let armored = armored.to_owned();
        Some(Self { armored, lock })
    }

    /// The same as [`Protected::parse`] takes, without its armour.
    pub fn from_binary(bytes: &[u8]) -> Option<Self> {
        let mut writer = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).ok()?;
        writer.write_all(bytes).ok()?;
        let armored = String::from_utf8(writer.finish().ok()?).ok()?;
        Self::parse(&armored)
    }

    /// The age file without its armour.
    ///
    /// # Errors
    /// [`Error::SelfTest`] when the armour that it was made with does not come off.
    pub fn to_binary(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = ArmoredReader::new(self.armored.as_bytes()).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|_| Error::SelfTest {
            what: "the armour of a protected share does not come off",
        })
    }

    /// The age file.
    pub fn text(&self) -> &str {
        &self.armored
    }

    /// What opens it.
    pub fn lock(&self) -> Lock {
        self.lock
    }

    /// The secret part, if this passphrase opens it. Takes about a second and 256 MiB for each form that it is tried in.
    pub fn open(&self, passphrase: &Passphrase) -> Option<SecretBytes> {
        if self.lock != Lock::Passphrase {
            return None;
        }
        passphrase.forms().into_iter().find_map(|form| {
            let mut identity = scrypt::Identity::new(form);
            identity.set_max_work_factor(STRETCH);
            self.decrypt([&identity as &dyn age::Identity].into_iter())
        })
    }

    /// The secret part, if one of these keys opens it.
    pub fn open_with(&self, keys: &OwnKeys) -> Option<SecretBytes> {
        if self.lock != Lock::Recipient {
            return None;
        }
        self.decrypt(keys.identities())
    }

    fn decrypt<'a>(
        &self,
        identities: impl Iterator<Item = &'a dyn age::Identity>,
    ) -> Option<SecretBytes> {
        let input = ArmoredReader::new(self.armored.as_bytes());
        let reader = age::Decryptor::new(input).ok()?.decrypt(identities).ok()?;
        let mut digits = Zeroizing::new(Vec::with_capacity(2 * KEY_BYTES + 1));
        reader
            .take(2 * KEY_BYTES as u64 + 1)
            .read_to_end(&mut digits)
            .ok()?;
        if digits.len() != 2 * KEY_BYTES {
            return None;
        }
        let decode = |y: &mut [u8]| HEXLOWER.decode_mut(&digits, y).map(|_| ());
        SecretBytes::try_filled(KEY_BYTES, decode).ok()
    }
}

/// What opens an age file, by the stanzas of its header; `None` for every file that coldvault does not open.
///
/// The bodies of stanzas are base64, so only the first line of one can begin with `->`.
fn lock_of(bytes: &[u8]) -> Option<Lock> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if lines.next() != Some(VERSION) {
        return None;
    }
    let mut stanzas = Vec::new();
    for line in lines {
        if line.starts_with(b"---") {
            return lock_of_stanzas(&stanzas);
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            stanzas.push(std::str::from_utf8(stanza).ok()?.split(' ').collect());
        }
    }
    None
}

fn lock_of_stanzas(stanzas: &[Vec<&str>]) -> Option<Lock> {
    if let [only] = stanzas
        && let ["scrypt", _, work] = only.as_slice()
    {
        let plain = work.bytes().all(|byte| byte.is_ascii_digit()) && !work.starts_with('0');
        let stretch: u8 = plain.then(|| work.parse().ok())??;
        return (1..=STRETCH).contains(&stretch).then_some(Lock::Passphrase);
    }
    let is_key = |stanza: &Vec<&str>| stanza.first() == Some(&"X25519");
    // What age's own writers add so that readers stay used to stanzas that they do not know.
    let is_grease = |stanza: &Vec<&str>| stanza.first().is_some_and(|tag| tag.ends_with("-grease"));
    let fine = stanzas.iter().any(is_key) && stanzas.iter().all(|s| is_key(s) || is_grease(s));
    fine.then_some(Lock::Recipient)
}

#[cfg(test)]
mod tests;
