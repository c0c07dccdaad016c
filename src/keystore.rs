//! Keystores of the Java world, told apart by their bytes: what is in them, with and without their password.
//!
//! Knows JKS, JCEKS, PKCS#12, BKS and UBER; no files, no names of files, and no node. Reads only. No length in a file is
//! believed before its bytes are there.

use crate::certificate::Certificate;
use crate::private_key::Belongs;
use crate::secret::SecretBytes;
use crate::time::Time;

/// The most bytes of a keystore that is read.
pub const MAX_BYTES: usize = 16 << 20;

/// A format of keystores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Sun's: what Corda writes. Lists without a password.
    Jks,
    /// Sun's with stronger keys. Lists without a password; its keys are not opened here.
    Jceks,
    /// RFC 7292. Lists nothing without its password.
    Pkcs12,
    /// Bouncy Castle's. Recognised only.
    Bks,
    /// Bouncy Castle's, encrypted as a whole. Recognised only.
    Uber,
}

/// A keystore, as far as it could be read.
pub struct Keystore {
    /// Its format, by its bytes.
    pub format: Format,
    /// What is in it, in the order of the file. Empty when only its password shows it: see `is_listed`.
    pub entries: Vec<Entry>,
    /// Whether the entries are all there are.
    pub is_listed: bool,
    /// Whether its password was given and it proved whole. False where it was only listed, or where the format has no
    /// check (a PKCS#12 without MAC).
    pub is_proven: bool,
    /// Bytes behind its end, which its own software ignores.
    pub trailing: usize,
}

/// One entry of a keystore.
pub struct Entry {
    /// Its name.
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
    let _ = first;
    None
}

/// Reads what a keystore shows without a password.
///
/// # Errors
/// [`Flaw::Damaged`].
pub fn list(bytes: &[u8]) -> Result<Keystore, Flaw> {
    let _ = bytes;
    Err(Flaw::Damaged("not written yet".into()))
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
    let _ = (bytes, password.expose(), others);
    Err(Flaw::Damaged("not written yet".into()))
}
