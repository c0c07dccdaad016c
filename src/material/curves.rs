//! Keys on the two curves of chains as texts and as pairs, and the names that are made from public keys.

use data_encoding::{HEXLOWER, HEXUPPER};
use ripemd::Digest as _;
use ripemd::Ripemd160;
use sha3::Keccak256;
use zeroize::Zeroizing;

use crate::digest::Digest;
use crate::private_key::secp256k1_points;

pub(super) use crate::private_key::ed25519_public;

/// Bytes of an Ed25519 seed, of its public key, and of a private key of secp256k1.
pub(super) const KEY_BYTES: usize = 32;

/// The most letters of a key in base 58; those that are known have up to 88.
const MAX_BASE58: usize = 128;

/// What a text in base 58 holds. `None` when it is none, or is longer than any key: the time grows with the square of its
/// length.
pub(super) fn from_base58(text: &str, alphabet: &bs58::Alphabet) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() > MAX_BASE58 {
        return None;
    }
    let bytes = bs58::decode(text).with_alphabet(alphabet).into_vec();
    bytes.ok().map(Zeroizing::new)
}

/// A public key on secp256k1 (SEC 1, section 2.3.3).
pub(super) struct Point {
    /// 33 bytes.
    pub(super) compressed: Vec<u8>,
    /// x and y, 64 bytes, without the 4 in front.
    pub(super) coordinates: Vec<u8>,
}

/// The public key of a private key on secp256k1. `None` when it is no key: zero, too large, or not of 32 bytes.
pub(super) fn secp256k1_public(secret: &[u8]) -> Option<Point> {
    let (whole, compressed) = secp256k1_points(secret)?;
    Some(Point {
        compressed,
        coordinates: whole.get(1..)?.to_vec(),
    })
}

/// Why a seed with its public key behind it is no key.
pub(super) fn pair_flaw(seed: &[u8], public: &[u8]) -> Option<&'static str> {
    if seed.iter().all(|byte| *byte == 0) {
        Some("its private half is all zeros: there is no key in it")
    } else if ed25519_public(seed).as_deref() != Some(public) {
        Some("its private half is not that of its public half")
    } else {
        None
    }
}

/// Keccak-256, the hash of Ethereum: SHA-3 before its padding was changed.
pub(super) fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

impl Point {
    /// The address of an Ethereum account (Yellow Paper, appendix F), 40 digits without `0x`.
    pub(super) fn ethereum_address(&self) -> String {
        let hash = keccak(&[&self.coordinates]);
        HEXLOWER.encode(hash.get(12..).unwrap_or_default())
    }

    /// The address that CometBFT gives it: RIPEMD-160 of SHA-256, as Bitcoin's.
    pub(super) fn comet_address(&self) -> String {
        HEXUPPER.encode(&Ripemd160::digest(Digest::of(&self.compressed).0))
    }
}

/// The address that CometBFT gives an Ed25519 key: the first 20 bytes of SHA-256.
pub(super) fn comet_address(ed25519: &[u8]) -> String {
    let hash = Digest::of(ed25519).0;
    HEXUPPER.encode(hash.get(..20).unwrap_or_default())
}
