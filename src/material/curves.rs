//! Public keys from private ones, on the two curves of chains, and the names that are made from public keys.

use data_encoding::{HEXLOWER, HEXUPPER};
use k256::elliptic_curve::sec1::ToEncodedPoint as _;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use ripemd::Digest as _;
use ripemd::Ripemd160;
use sha3::Keccak256;

use crate::digest::Digest;

/// Bytes of an Ed25519 seed, of its public key, and of a private key of secp256k1.
pub(super) const KEY_BYTES: usize = 32;

/// The public key of an Ed25519 seed (RFC 8032, section 5.1.5). `None` unless the seed has 32 bytes.
pub(super) fn ed25519_public(seed: &[u8]) -> Option<Vec<u8>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
    Some(pair.public_key().as_ref().to_vec())
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
    let public = k256::SecretKey::from_slice(secret).ok()?.public_key();
    let whole = public.to_encoded_point(false);
    Some(Point {
        compressed: public.to_encoded_point(true).as_bytes().to_vec(),
        coordinates: whole.as_bytes().get(1..)?.to_vec(),
    })
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
