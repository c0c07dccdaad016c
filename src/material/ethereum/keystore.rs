//! Web3 Secret Storage version 3 (accounts) and EIP-2335 (version 4, validators): what they say, and opening them.
//!
//! The parameters of the key derivation are a stranger's: memory and work have a bound.

use std::num::NonZeroU32;

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use ring::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::super::table::VALIDATOR;
use super::super::{Material, Part, State, curves};
use super::{hex, shown_hex};
use crate::digest::Hasher;
use crate::json::Foreign;
use crate::secret::SecretBytes;

/// The most memory for scrypt, in bytes; the usual parameters need 256 MiB.
const MAX_SCRYPT_BYTES: u64 = 512 << 20;
/// The most work for scrypt, n times r times p: sixteen times the usual.
const MAX_SCRYPT_WORK: u64 = 1 << 25;
/// The most rounds of PBKDF2; 262144 are usual.
const MAX_ROUNDS: u64 = 10_000_000;
/// The longest ciphertext: a wallet of Prysm has all its keys in one.
const MAX_CIPHERTEXT: usize = 1 << 20;
/// Bytes of the derived key that are used: half for the cipher, half for the check.
const DERIVED_BYTES: usize = 32;

/// An encrypted key, its form checked.
pub(super) struct Keystore {
    /// 3 or 4.
    version: u64,
    /// What opens it, or why it cannot be.
    lock: Result<Lock, State>,
    /// The address that a version 3 keystore names.
    address: Option<String>,
}

struct Lock {
    derivation: Derivation,
    salt: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    /// Keccak-256 or SHA-256 over the second half of the derived key and the ciphertext.
    check: Vec<u8>,
}

enum Derivation {
    Scrypt(scrypt::Params),
    Pbkdf2(NonZeroU32),
}

impl Keystore {
    /// Reads a keystore. `None` when the JSON is none of one.
    pub(super) fn read(value: &Foreign) -> Option<Self> {
        // Some early wallets wrote "Crypto".
        let crypto = value.get("crypto").or_else(|| value.get("Crypto"))?;
        let has_kdf = crypto.get("kdf").is_some() || crypto.get("cipher").is_some();
        let version = value.get("version").and_then(Foreign::unsigned);
        if !has_kdf && version.is_none() {
            return None;
        }
        let is_eip2335 = crypto.at(&["kdf", "function"]).is_some() || version == Some(4);
        let version = version.unwrap_or(if is_eip2335 { 4 } else { 3 });
        let lock = match (version, is_eip2335) {
            (3, false) => Lock::read_v3(crypto),
            (4, true) => Lock::read_eip2335(crypto),
            _ => Err(not_checked("its version is not one that is opened here")),
        };
        Some(Self {
            version,
            lock,
            address: shown_hex(value, "address"),
        })
    }

    pub(super) fn material(self, value: &Foreign) -> Material {
        let (what, software) = match self.version {
            4 => ("validator key, EIP-2335 keystore", VALIDATOR),
            _ => ("account, Web3 keystore", "geth"),
        };
        let mut material = Material::new(what, Part::Key).of(software);
        let public = shown_hex(value, "pubkey");
        let path = plain(value, "path", "m/0123456789'h");
        for (name, shown) in [
            ("address", self.address),
            ("public key", public),
            ("path", path),
            (
                "id",
                plain(value, "uuid", UUID).or_else(|| plain(value, "id", UUID)),
            ),
            ("version", Some(self.version.to_string())),
        ] {
            if let Some(shown) = shown {
                material = material.fact(name, shown);
            }
        }
        match self.lock {
            Ok(lock) => material
                .fact("key derivation", lock.derivation.shown())
                .state(State::Locked),
            Err(state) => material.state(state),
        }
    }

    /// What it is with this password.
    pub(super) fn unlock(self, password: &SecretBytes) -> State {
        let lock = match self.lock {
            Ok(lock) => lock,
            Err(state) => return state,
        };
        let opened = if self.version == 4 {
            lock.open(&normalised(password), |parts| sha256(parts).to_vec())
        } else {
            lock.open(password.expose(), |parts| curves::keccak(parts).to_vec())
        };
        let Some(secret) = opened else {
            return State::Locked;
        };
        match (self.version, self.address) {
            (3, named) => account(&secret, named.as_deref()),
            // No library here computes public keys on BLS12-381: the check of the keystore stands for it.
            _ => State::Good,
        }
    }
}

const UUID: &str = "0123456789abcdefABCDEF-";

/// A short member, if it has no other letters than these: foreign text can do things to a terminal.
fn plain(value: &Foreign, name: &str, letters: &str) -> Option<String> {
    let text = value.get(name)?.text()?;
    let is_plain =
        !text.is_empty() && text.len() <= 80 && text.chars().all(|c| letters.contains(c));
    is_plain.then(|| text.to_owned())
}

fn account(secret: &SecretBytes, named: Option<&str>) -> State {
    let Some(point) = curves::secp256k1_public(secret.expose()) else {
        return State::Dead("what it holds is no key of secp256k1".into());
    };
    let address = format!("0x{}", point.ethereum_address());
    match named {
        Some(named) if named != address => {
            State::Dead("its key is not that of the address it names".into())
        }
        _ => State::Good,
    }
}

impl Lock {
    /// Web3 Secret Storage Definition, version 3.
    fn read_v3(crypto: &Foreign) -> Result<Self, State> {
        cipher(crypto.get("cipher"))?;
        let derivation = match text(crypto.get("kdf"), "key derivation")? {
            "scrypt" => Derivation::scrypt(crypto.get("kdfparams"))?,
            "pbkdf2" => Derivation::pbkdf2(crypto.get("kdfparams"))?,
            _ => {
                return Err(not_checked(
                    "its key derivation is not one that is known here",
                ));
            }
        };
        Self {
            derivation,
            salt: bytes(crypto.at(&["kdfparams", "salt"]), "salt")?,
            iv: bytes(crypto.at(&["cipherparams", "iv"]), "iv")?,
            ciphertext: bytes(crypto.get("ciphertext"), "ciphertext")?,
            check: bytes(crypto.get("mac"), "mac")?,
        }
        .checked()
    }

    /// EIP-2335.
    fn read_eip2335(crypto: &Foreign) -> Result<Self, State> {
        cipher(crypto.at(&["cipher", "function"]))?;
        if text(crypto.at(&["checksum", "function"]), "checksum")? != "sha256" {
            return Err(not_checked("its checksum is not one that is known here"));
        }
        let params = crypto.at(&["kdf", "params"]);
        let derivation = match text(crypto.at(&["kdf", "function"]), "key derivation")? {
            "scrypt" => Derivation::scrypt(params)?,
            "pbkdf2" => Derivation::pbkdf2(params)?,
            _ => {
                return Err(not_checked(
                    "its key derivation is not one that is known here",
                ));
            }
        };
        Self {
            derivation,
            salt: bytes(crypto.at(&["kdf", "params", "salt"]), "salt")?,
            iv: bytes(crypto.at(&["cipher", "params", "iv"]), "iv")?,
            ciphertext: bytes(crypto.at(&["cipher", "message"]), "ciphertext")?,
            check: bytes(crypto.at(&["checksum", "message"]), "checksum")?,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, State> {
        let lengths = [
            ("iv", self.iv.len() == 16),
            ("check", self.check.len() == 32),
            (
                "ciphertext",
                (1..=MAX_CIPHERTEXT).contains(&self.ciphertext.len()),
            ),
        ];
        match lengths.into_iter().find(|(_, is_right)| !is_right) {
            Some((name, _)) => Err(State::Dead(format!("its {name} has a wrong length"))),
            None => Ok(self),
        }
    }

    /// The secret, if the password is right.
    fn open(self, password: &[u8], hash: fn(&[&[u8]]) -> Vec<u8>) -> Option<SecretBytes> {
        let derived = self.derivation.derive(password, &self.salt)?;
        let (key, for_check) = derived.expose().split_at_checked(DERIVED_BYTES / 2)?;
        if hash(&[for_check, &self.ciphertext]) != self.check {
            return None;
        }
        let mut cipher = Ctr128BE::<Aes128>::new_from_slices(key, &self.iv).ok()?;
        Some(SecretBytes::filled(self.ciphertext.len(), |secret| {
            secret.copy_from_slice(&self.ciphertext);
            cipher.apply_keystream(secret);
        }))
    }
}

impl Derivation {
    fn scrypt(params: Option<&Foreign>) -> Result<Self, State> {
        length(params)?;
        let [n, r, p] = ["n", "r", "p"].map(|name| number(params, name));
        let (n, r, p) = (n?, r?, p?);
        let memory = n
            .checked_mul(r)
            .and_then(|product| product.checked_mul(128));
        let work = n.checked_mul(r).and_then(|product| product.checked_mul(p));
        let is_small = memory.is_some_and(|bytes| bytes <= MAX_SCRYPT_BYTES)
            && work.is_some_and(|work| work <= MAX_SCRYPT_WORK);
        if !is_small {
            let why = format!("its scrypt parameters ask too much (n={n}, r={r}, p={p})");
            return Err(State::NotChecked(why));
        }
        let refused = || {
            let why = format!("its scrypt parameters break RFC 7914 (n={n}, r={r}, p={p})");
            State::NotChecked(why)
        };
        if !n.is_power_of_two() {
            return Err(refused());
        }
        let narrow = |value: u64| u32::try_from(value).map_err(|_| refused());
        let log_n = u8::try_from(n.ilog2()).map_err(|_| refused())?;
        let params = scrypt::Params::new(log_n, narrow(r)?, narrow(p)?, DERIVED_BYTES);
        params.map(Self::Scrypt).map_err(|_| refused())
    }

    fn pbkdf2(params: Option<&Foreign>) -> Result<Self, State> {
        length(params)?;
        let prf = params.and_then(|params| params.get("prf"));
        if text(prf, "function of PBKDF2")? != "hmac-sha256" {
            return Err(not_checked(
                "its function of PBKDF2 is not one that is known here",
            ));
        }
        let rounds = number(params, "c")?;
        if rounds > MAX_ROUNDS {
            let why = format!("it asks for too many rounds of PBKDF2 ({rounds})");
            return Err(State::NotChecked(why));
        }
        let rounds = u32::try_from(rounds).ok().and_then(NonZeroU32::new);
        rounds
            .map(Self::Pbkdf2)
            .ok_or_else(|| State::Dead("it has no rounds of PBKDF2".into()))
    }

    fn shown(&self) -> String {
        match self {
            Self::Scrypt(params) => {
                let n = 1_u64.checked_shl(params.log_n().into()).unwrap_or_default();
                format!("scrypt n={n} r={} p={}", params.r(), params.p())
            }
            Self::Pbkdf2(rounds) => format!("pbkdf2 c={rounds}"),
        }
    }

    fn derive(&self, password: &[u8], salt: &[u8]) -> Option<SecretBytes> {
        let derived = SecretBytes::try_filled(DERIVED_BYTES, |out| match self {
            Self::Scrypt(params) => scrypt::scrypt(password, salt, params, out).map_err(|_| ()),
            Self::Pbkdf2(rounds) => {
                pbkdf2::derive(PBKDF2_HMAC_SHA256, *rounds, salt, password, out);
                Ok(())
            }
        });
        derived.ok()
    }
}

/// A password as EIP-2335 wants it: NFKD, and no control characters (C0, DEL, C1).
fn normalised(password: &SecretBytes) -> Zeroizing<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(password.expose()) else {
        return Zeroizing::new(password.expose().to_vec());
    };
    let letters = text.nfkd().filter(|letter| !letter.is_control());
    Zeroizing::new(letters.collect::<String>().into_bytes())
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Hasher::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finish().0
}

fn not_checked(why: &str) -> State {
    State::NotChecked(why.into())
}

fn missing(name: &str) -> State {
    State::Dead(format!("it has no {name}"))
}

fn text<'v>(value: Option<&'v Foreign>, name: &str) -> Result<&'v str, State> {
    value.and_then(Foreign::text).ok_or_else(|| missing(name))
}

fn bytes(value: Option<&Foreign>, name: &str) -> Result<Vec<u8>, State> {
    hex(text(value, name)?).ok_or_else(|| State::Dead(format!("its {name} is not hexadecimal")))
}

fn number(params: Option<&Foreign>, name: &str) -> Result<u64, State> {
    let value = params.and_then(|params| params.get(name));
    value
        .and_then(Foreign::unsigned)
        .ok_or_else(|| missing(name))
}

/// Both kinds derive 32 bytes; more would be cut off, which only scrypt and PBKDF2 of whole blocks allow.
fn length(params: Option<&Foreign>) -> Result<(), State> {
    match number(params, "dklen")? {
        32 => Ok(()),
        _ => Err(not_checked("its derived key is not of 32 bytes")),
    }
}

fn cipher(value: Option<&Foreign>) -> Result<(), State> {
    match text(value, "cipher")? {
        "aes-128-ctr" => Ok(()),
        _ => Err(not_checked("its cipher is not one that is opened here")),
    }
}
