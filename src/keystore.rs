//! Keystores of the Java world, told apart by their bytes: what is in them, with and without their password.
//!
//! Knows JKS, JCEKS, PKCS#12, BKS and UBER; no files, no names of files, and no node. Reads only. No length in a file is
//! believed before its bytes are there.

mod bks;
mod bytes;
mod jks;
mod opened;
mod password;
mod pbe;
mod pkcs12;
mod work;

use crate::asn1::Reader;
use crate::certificate::Certificate;
use crate::private_key::Belongs;
use crate::secret::SecretBytes;
use crate::time::Time;

use password::Passwords;

pub use work::Work;

/// The most bytes of a keystore that is read.
pub const MAX_BYTES: usize = 16 << 20;

/// The most entries and certificates of a keystore that is read; Java's own list of authorities has 140.
pub const MAX_PARTS: usize = 10_000;

/// How many rounds of key derivation one opening of a store may take in all; to look at a private key counts as some
/// thousands. Firefox writes 600,000 for each of its parts; a second
/// of one core makes some millions.
pub const MAX_WORK: u64 = 50_000_000;

/// A format of keystores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Sun's: what Corda writes. Lists without a password.
    Jks,
    /// Sun's with stronger keys. Lists without a password; its keys are not opened here.
    Jceks,
    /// RFC 7292. Without its password it lists what it shows in clear: some software hides nothing, most the certificates.
    Pkcs12,
    /// Bouncy Castle's. Lists without a password and, from its second version on, proves whole with it; its keys are not
    /// opened here.
    Bks,
    /// Bouncy Castle's, encrypted as a whole. Recognised only.
    Uber,
}

impl Format {
    /// What it is called, in short.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jks => "JKS",
            Self::Jceks => "JCEKS",
            Self::Pkcs12 => "PKCS#12",
            Self::Bks => "Bouncy Castle BKS",
            Self::Uber => "Bouncy Castle UBER",
        }
    }

    /// What a file of it is.
    pub const fn described(self) -> &'static str {
        match self {
            Self::Jks => "Java keystore (JKS)",
            Self::Jceks => "Java keystore (JCEKS)",
            Self::Pkcs12 => "PKCS#12 keystore",
            Self::Bks => "Bouncy Castle keystore (BKS)",
            Self::Uber => "Bouncy Castle keystore (UBER)",
        }
    }
}

/// A keystore, as far as it could be read.
pub struct Keystore {
    /// Its format, by its bytes.
    pub format: Format,
    /// What is in it, in the order of the file: all or a part, see `is_listed`.
    pub entries: Vec<Entry>,
    /// Whether the entries are all there are.
    pub is_listed: bool,
    /// Whether it was opened with a password, and not only listed: what was hidden came to light, as far as its format
    /// hides anything.
    pub is_open: bool,
    /// Whether its password was given and it proved whole. False where it was only listed, or where the format has no
    /// check (a PKCS#12 without MAC) or one that proves too little (version 1 of BKS).
    pub is_proven: bool,
    /// Bytes behind its end, which its own software ignores.
    pub trailing: usize,
}

/// One entry of a keystore.
pub struct Entry {
    /// Its name. Of a PKCS#12, in small letters and with a number where it has none, as Java does.
    pub alias: String,
    /// When it was made, where the format says so.
    pub created: Option<Time>,
    /// What it is.
    pub holds: Holds,
    /// Its certificates, that of the key first; one that cannot be read is the reason why.
    pub chain: Vec<Result<Certificate, String>>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A private key with its chain.
    PrivateKey(Key),
    /// A trusted certificate.
    Certificate,
    /// A secret key, such as the one that wraps Corda's confidential identities. Whether it opened.
    SecretKey(Key),
}

impl Holds {
    /// Its key, unless it is a certificate.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Certificate => None,
            Self::PrivateKey(key) | Self::SecretKey(key) => Some(key),
        }
    }
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Nothing: no password was given.
    Closed,
    /// It opened.
    Open {
        /// Its algorithm, as in certificates.
        algorithm: String,
        /// Whether it belongs to the first certificate of its chain; a secret key has none.
        belongs: Belongs,
    },
    /// There is no key, only the name of one in a hardware security module.
    HsmAlias(String),
    /// None of the passwords opens it.
    WrongPassword,
    /// It is not what it should be: what is wrong, in words.
    Damaged(String),
    /// It is carried, and not opened here: why.
    NotOpened(String),
}

/// What stopped the reading of a keystore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The password is wrong, or the file was changed: both look the same.
    Password,
    /// The file is damaged, cut short, or lies: in words.
    Damaged(String),
    /// It is one that coldvault does not open: why.
    NotOpened(String),
}

/// The format of a file that begins with these bytes; the first 64 are enough. `None` when it is no keystore.
pub fn recognise(first: &[u8]) -> Option<Format> {
    match first {
        [0xfe, 0xed, 0xfe, 0xed, ..] => Some(Format::Jks),
        [0xce, 0xce, 0xce, 0xce, ..] => Some(Format::Jceks),
        [0x30, ..] if is_pkcs12(first) => Some(Format::Pkcs12),
        [0, 0, 0, 1 | 2, ..] => bks::recognise(first),
        _ => None,
    }
}

/// Whether it begins as a `PFX` does: version 3, and content that is data or signed data.
fn is_pkcs12(first: &[u8]) -> bool {
    const VERSION: &[u8] = b"\x02\x01\x03";
    const PKCS7: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
    let mut reader = Reader::new(first);
    let is_pfx = reader.step_into(crate::asn1::SEQUENCE).is_ok();
    let Some(rest) = reader.rest().strip_prefix(VERSION) else {
        return false;
    };
    let mut content = Reader::new(rest);
    is_pfx && content.step_into(crate::asn1::SEQUENCE).is_ok() && content.rest().starts_with(PKCS7)
}

/// Reads what a keystore shows without a password.
///
/// # Errors
/// [`Flaw::Damaged`], and [`Flaw::NotOpened`] where a file is larger than any that is read.
pub fn list(bytes: &[u8]) -> Result<Keystore, Flaw> {
    match format(bytes)? {
        Format::Jks | Format::Jceks => jks::list(bytes),
        Format::Pkcs12 => pkcs12::list(bytes),
        Format::Bks => bks::list(bytes),
        Format::Uber => Ok(Keystore {
            format: Format::Uber,
            entries: Vec::new(),
            is_listed: false,
            is_open: false,
            is_proven: false,
            trailing: 0,
        }),
    }
}

/// Opens a keystore with its password (UTF-8 text): proves it whole and decrypts every key, with `password` or else with
/// one of `others`.
///
/// # Errors
/// As [`Flaw`] says.
pub fn open(
    bytes: &[u8],
    password: &SecretBytes,
    others: &[&SecretBytes],
) -> Result<Keystore, Flaw> {
    open_within(bytes, password, others, MAX_WORK)
}

/// The same with at most `work` rounds of key derivation instead of [`MAX_WORK`].
///
/// # Errors
/// As [`Flaw`] says; [`Flaw::NotOpened`] where that is too few.
pub fn open_within(
    bytes: &[u8],
    password: &SecretBytes,
    others: &[&SecretBytes],
    work: u64,
) -> Result<Keystore, Flaw> {
    open_from(bytes, password, others, &mut Work::new(work))
}

/// The same, where the rounds are taken from `work`, which may be for several stores or passwords, but never more than
/// [`MAX_WORK`].
///
/// # Errors
/// As [`open_within`].
pub fn open_from(
    bytes: &[u8],
    password: &SecretBytes,
    others: &[&SecretBytes],
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    work.of_one_store(|work| open_with(bytes, password, others, work))
}

fn open_with(
    bytes: &[u8],
    password: &SecretBytes,
    others: &[&SecretBytes],
    work: &mut Work<'_>,
) -> Result<Keystore, Flaw> {
    let format = format(bytes)?;
    let passwords = Passwords::new(password, others);
    match format {
        Format::Jks | Format::Jceks => jks::open(bytes, &passwords, work),
        Format::Pkcs12 => pkcs12::open(bytes, &passwords, work),
        Format::Bks => bks::open(bytes, &passwords, work),
        Format::Uber => Err(Flaw::NotOpened(
            "Bouncy Castle's UBER keystores are carried and not opened".into(),
        )),
    }
}

fn format(bytes: &[u8]) -> Result<Format, Flaw> {
    if bytes.is_empty() {
        return Err(Flaw::Damaged("it is empty".into()));
    }
    if bytes.len() > MAX_BYTES {
        let what = format!("it has {} bytes, more than any keystore", bytes.len());
        return Err(Flaw::NotOpened(what));
    }
    recognise(bytes).ok_or_else(|| Flaw::Damaged("it is no keystore of a known kind".into()))
}

impl From<crate::asn1::Malformed> for Flaw {
    fn from(malformed: crate::asn1::Malformed) -> Self {
        Self::Damaged(malformed.into())
    }
}

#[cfg(test)]
pub(crate) mod tests;
