//! Encryption and checks by password, as PKCS#12 uses them: RFC 7292 (appendices B and C), RFC 8018 and RFC 9579.
//!
//! Opening only. How much work a file may ask for is bounded, and so is every length in it.

mod cbc;
mod pbkdf2;

use ring::digest;
use zeroize::Zeroizing;

use super::Flaw;
use super::password::Password;
use super::work::{Work, stopped};
use crate::asn1::{self, Malformed, Reader};
use crate::certificate::public_key::Algorithm;
use crate::stretching::STEP;

/// The fewest bytes of a key that a check is made with (RFC 9579, section 5): a shorter one can be guessed, and one of none
/// fits every password.
const MIN_MAC_KEY: usize = 20;
/// Bytes of a SHA-1 digest.
const SHA1: usize = 20;
/// The most bytes of a salt; 8 to 20 are usual.
const MAX_SALT: usize = 1024;

/// A digest that something is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The digest of this number.
    pub(super) fn from_oid(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            _ => return None,
        })
    }

    /// The digest of the HMAC of this number.
    fn from_hmac(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.113549.2.7" => Self::Sha1,
            "1.2.840.113549.2.9" => Self::Sha256,
            "1.2.840.113549.2.10" => Self::Sha384,
            "1.2.840.113549.2.11" => Self::Sha512,
            _ => return None,
        })
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// The HMAC with this digest.
    pub(super) fn hmac(self) -> ring::hmac::Algorithm {
        match self {
            Self::Sha1 => ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => ring::hmac::HMAC_SHA256,
            Self::Sha384 => ring::hmac::HMAC_SHA384,
            Self::Sha512 => ring::hmac::HMAC_SHA512,
        }
    }
}

/// What bytes are derived for (RFC 7292, appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// `len` bytes from a password in UTF-16 with its two zero bytes (RFC 7292, appendix B.2). The rounds are paid by the
/// caller.
///
/// # Errors
/// [`Flaw::NotOpened`] when it was stopped.
pub(super) fn derive(
    hash: Hash,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    len: usize,
    work: &Work<'_>,
) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let algorithm = hash.digest();
    let block = algorithm.block_len();
    let filled = |bytes: &[u8]| -> Zeroizing<Vec<u8>> {
        let len = bytes.len().div_ceil(block) * block;
        Zeroizing::new(bytes.iter().copied().cycle().take(len).collect())
    };
    let (mut salt, mut password) = (filled(salt), filled(password));
    let mut out = Zeroizing::new(Vec::with_capacity(len + algorithm.output_len()));
    while out.len() < len {
        let mut first = digest::Context::new(algorithm);
        first.update(&vec![purpose as u8; block]);
        first.update(&salt);
        first.update(&password);
        let digest = repeated(first, algorithm, rounds, work)?;
        out.extend_from_slice(&digest);
        let filling = filled_block(&digest, block);
        salt.chunks_mut(block)
            .for_each(|part| add_and_one(part, &filling));
        password
            .chunks_mut(block)
            .for_each(|part| add_and_one(part, &filling));
    }
    out.truncate(len);
    Ok(out)
}

/// The digest of the digest of the digest, `rounds` times.
fn repeated(
    first: digest::Context,
    algorithm: &'static digest::Algorithm,
    rounds: u32,
    work: &Work<'_>,
) -> Result<Zeroizing<Vec<u8>>, Flaw> {
    let mut digest = Zeroizing::new(first.finish().as_ref().to_vec());
    for done in 1..rounds {
        if done % STEP == 0 && !work.go_on()() {
            return Err(stopped());
        }
        let next = digest::digest(algorithm, &digest);
        digest.copy_from_slice(next.as_ref());
    }
    Ok(digest)
}

fn filled_block(digest: &[u8], block: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(digest.iter().copied().cycle().take(block).collect())
}

/// `sum = sum + other + 1`, big-endian, in as many bytes as there are.
fn add_and_one(sum: &mut [u8], other: &[u8]) {
    let mut carry = 1;
    for (digit, other) in sum.iter_mut().rev().zip(other.iter().rev()) {
        let total = u16::from(*digit) + u16::from(*other) + carry;
        *digit = (total & 0xff) as u8;
        carry = total >> 8;
    }
}

/// Why something did not open.
pub(super) enum Shut {
    /// With this password it is nothing.
    Password,
    /// Whatever the password.
    Flaw(Flaw),
}

impl From<Malformed> for Shut {
    fn from(malformed: Malformed) -> Self {
        Self::Flaw(malformed.into())
    }
}

impl From<Flaw> for Shut {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

fn not_opened(what: String) -> Shut {
    Shut::Flaw(Flaw::NotOpened(what))
}

/// Decrypts what `algorithm` encrypted. That the padding is right is all that it proves.
pub(super) fn decrypt(
    algorithm: &Algorithm<'_>,
    hidden: &[u8],
    password: &Password<'_>,
    work: &mut Work<'_>,
) -> Result<Zeroizing<Vec<u8>>, Shut> {
    if let Some(cipher) = cbc::Cipher::of_pkcs12(&algorithm.oid) {
        let (salt, rounds) = salt_and_rounds(algorithm.parameters)?;
        // As many digests as the key takes, and one for the first block.
        for _ in 0..=cipher.key_bytes().div_ceil(SHA1) {
            work.take(rounds)?;
        }
        let password = &password.terminated;
        let derived = |purpose, len| derive(Hash::Sha1, purpose, password, salt, rounds, len, work);
        let key = derived(Purpose::Key, cipher.key_bytes())?;
        let iv = derived(Purpose::Iv, cipher.block_bytes())?;
        return cipher.decrypt(&key, &iv, hidden).ok_or(Shut::Password);
    }
    if algorithm.oid != "1.2.840.113549.1.5.13" {
        return Err(not_opened(format!("the encryption {}", algorithm.oid)));
    }
    let mut parts = Reader::new(algorithm.parameters).sequence()?;
    let derivation = Algorithm::read(&mut parts)?;
    let encryption = Algorithm::read(&mut parts)?;
    let Some(cipher) = cbc::Cipher::of_pbes2(&encryption.oid) else {
        return Err(not_opened(format!("the cipher {}", encryption.oid)));
    };
    let iv = Reader::new(encryption.parameters).take(asn1::OCTET_STRING)?;
    let derivation = pbkdf2::Derivation::read(&derivation)?;
    let key = derivation.key(password.utf8, cipher.key_bytes(), work)?;
    cipher
        .decrypt(&key, iv.content, hidden)
        .ok_or(Shut::Password)
}

fn salt_and_rounds(parameters: &[u8]) -> Result<(&[u8], u32), Shut> {
    let mut parts = Reader::new(parameters).sequence()?;
    let salt = parts.take(asn1::OCTET_STRING)?.content;
    let rounds = parts.take(asn1::INTEGER)?.small()?;
    parts.finish()?;
    bounded(salt, rounds)?;
    Ok((salt, rounds))
}

/// Holds that a salt and a count are such as anybody uses.
pub(super) fn bounded(salt: &[u8], rounds: u32) -> Result<(), Flaw> {
    if salt.len() > MAX_SALT || rounds == 0 {
        return Err(Flaw::Damaged(
            "the numbers that its password is stretched with are impossible".into(),
        ));
    }
    Ok(())
}

/// Checks a PBMAC1 (RFC 9579): `parameters` are those of its algorithm.
pub(super) fn pbmac1(
    parameters: &[u8],
    password: &Password<'_>,
    message: &[u8],
    mac: &[u8],
    work: &mut Work<'_>,
) -> Result<bool, Shut> {
    let mut parts = Reader::new(parameters).sequence()?;
    let derivation = Algorithm::read(&mut parts)?;
    let scheme = Algorithm::read(&mut parts)?;
    parts.finish()?;
    let Some(hash) = Hash::from_hmac(&scheme.oid) else {
        return Err(not_opened(format!("the check {}", scheme.oid)));
    };
    let derivation = pbkdf2::Derivation::read(&derivation)?;
    let Some(len) = derivation.key_bytes else {
        return Err(Shut::Flaw(Flaw::Damaged(
            "its check names no length of key".into(),
        )));
    };
    if len < MIN_MAC_KEY {
        let what = format!("its check takes a key of {len} bytes, which proves nothing");
        return Err(Shut::Flaw(Flaw::Damaged(what)));
    }
    let key = derivation.key(password.utf8, len, work)?;
    let key = ring::hmac::Key::new(hash.hmac(), &key);
    Ok(ring::hmac::verify(&key, message, mac).is_ok())
}
