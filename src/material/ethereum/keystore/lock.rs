//! What opens a keystore: the key derivation, the cipher and the check, as they stand in the file.
//!
//! The parameters of the key derivation are a stranger's: memory and work have a bound.

use std::num::NonZeroU32;

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use ring::hmac::HMAC_SHA256;

use super::super::super::State;
use super::super::hex;
use crate::json::Foreign;
use crate::secret::SecretBytes;
use crate::stretching::{GoOn, pbkdf2};

/// The most memory for scrypt, in bytes; the usual parameters need 256 MiB.
const MAX_SCRYPT_BYTES: u64 = 512 << 20;
/// The most work for scrypt, n times r times p: four times the usual, some seconds. Nothing stops it on the way.
const MAX_SCRYPT_WORK: u64 = 1 << 23;
/// The most rounds of PBKDF2; 262144 are usual.
const MAX_ROUNDS: u64 = 10_000_000;
/// The longest ciphertext: a wallet of Prysm has all its keys in one.
const MAX_CIPHERTEXT: usize = 1 << 20;
/// Bytes of the derived key that are used: half for the cipher, half for the check.
const DERIVED_BYTES: usize = 32;

/// What opens a keystore, its form checked.
pub(super) struct Lock {
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

impl Lock {
    /// Web3 Secret Storage Definition, version 3.
    pub(super) fn read_v3(crypto: &Foreign) -> Result<Self, State> {
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
    pub(super) fn read_eip2335(crypto: &Foreign) -> Result<Self, State> {
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

    /// The key derivation and its parameters, for people.
    pub(super) fn shown(&self) -> String {
        self.derivation.shown()
    }

    /// How much it takes to try a password.
    pub(super) fn work(&self) -> u64 {
        match &self.derivation {
            Derivation::Scrypt(params) => {
                let n = 1_u64.checked_shl(params.log_n().into()).unwrap_or(u64::MAX);
                let wide = u64::from(params.r()) * u64::from(params.p());
                n.saturating_mul(wide)
            }
            Derivation::Pbkdf2(rounds) => rounds.get().into(),
        }
    }

    /// The secret, if the password is right. `None` too when it was stopped.
    pub(super) fn open(
        self,
        password: &[u8],
        hash: fn(&[&[u8]]) -> Vec<u8>,
        go_on: &GoOn<'_>,
    ) -> Option<SecretBytes> {
        let derived = self.derivation.derive(password, &self.salt, go_on)?;
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
        // RFC 7914, sections 5 and 6: n blocks to mix with, and p that are mixed, all of them in memory at once.
        let memory = n
            .checked_add(p)
            .and_then(|blocks| blocks.checked_mul(r)?.checked_mul(128));
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

    fn derive(&self, password: &[u8], salt: &[u8], go_on: &GoOn<'_>) -> Option<SecretBytes> {
        let derived = SecretBytes::try_filled(DERIVED_BYTES, |out| match self {
            Self::Scrypt(params) => scrypt::scrypt(password, salt, params, out).map_err(|_| ()),
            Self::Pbkdf2(rounds) => {
                pbkdf2(HMAC_SHA256, *rounds, (salt, password), out, go_on).ok_or(())
            }
        });
        derived.ok()
    }
}

pub(super) fn not_checked(why: &str) -> State {
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
