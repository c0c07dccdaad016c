//! Web3 Secret Storage version 3 (accounts) and EIP-2335 (version 4, validators): what they say, and opening them.

mod lock;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::super::table::VALIDATOR;
use super::super::{Material, Part, State, Work, curves};
use super::shown_hex;
use crate::digest::Hasher;
use crate::json::{Foreign, read_foreign};
use crate::secret::SecretBytes;
use lock::{Lock, not_checked};

/// An encrypted key, its form checked.
pub(super) struct Keystore {
    /// 3 or 4.
    version: u64,
    /// What opens it, or why it cannot be.
    lock: Result<Lock, State>,
    /// The address that a version 3 keystore names.
    address: Option<String>,
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
                .fact("key derivation", lock.shown())
                .state(State::Locked),
            Err(state) => material.state(state),
        }
    }

    /// Whether a password can be tried on it.
    pub(super) fn is_opened_here(&self) -> bool {
        self.lock.is_ok()
    }

    /// What it is with this password. `None` when the work that is left does not try it.
    pub(super) fn unlock(self, password: &SecretBytes, work: &mut Work<'_>) -> Option<State> {
        let lock = match self.lock {
            Ok(lock) => lock,
            Err(state) => return Some(state),
        };
        work.take(lock.work())?;
        let opened = if self.version == 4 {
            let password = normalised(password);
            lock.open(&password, |parts| sha256(parts).to_vec(), work.go_on)
        } else {
            let password = password.expose();
            lock.open(password, |parts| curves::keccak(parts).to_vec(), work.go_on)
        };
        // What was stopped was not tried.
        work.take(0)?;
        let Some(secret) = opened else {
            return Some(State::Locked);
        };
        Some(match (self.version, self.address) {
            (3, named) => account(&secret, named.as_deref()),
            _ => validator(&secret),
        })
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

/// The key of a validator, 32 bytes; or the wallet of Prysm, which has all its keys in one keystore as JSON
/// (`validator/keymanager/local/keymanager.go`).
fn validator(secret: &SecretBytes) -> State {
    let secret = secret.expose();
    let is_wallet = || {
        let wallet = read_foreign(secret, secret.len()).ok()?.value;
        let keys = wallet.get("validating_private_keys")?.list()?;
        Some(!keys.is_empty())
    };
    if secret.len() == curves::KEY_BYTES {
        if secret.iter().all(|byte| *byte == 0) {
            return State::Dead("it holds only zeros".into());
        }
        // No library here computes public keys on BLS12-381.
        return not_checked(NOT_ITS_PUBLIC_KEY);
    }
    match is_wallet() {
        Some(true) => not_checked(NOT_ITS_PUBLIC_KEY),
        Some(false) => State::Dead("it opens, and there is no key in it".into()),
        None => State::Dead("it opens, and what it holds is no key of a validator".into()),
    }
}

const NOT_ITS_PUBLIC_KEY: &str =
    "it opens; whether it is the key of the public key it names is not checked here";

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
