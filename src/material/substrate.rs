//! Session keys of Substrate: the name of the file says what key it holds, the content is a seed or a phrase.
//! Source: `substrate/client/keystore/src/local.rs`, `sp_core::crypto::key_types`.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::{File, Material, Part, State, curves};
use crate::json::Foreign;

/// Four letters of the kind of key, in hexadecimal.
const KIND_DIGITS: usize = 8;

/// A file of a keystore.
pub(super) fn recognise(file: &File<'_>, value: &Foreign) -> Option<Material> {
    let content = value.text()?;
    let (kind, public) = file.name().split_at_checked(KIND_DIGITS)?;
    let kind = HEXLOWER.decode(kind).ok()?;
    let public = HEXLOWER.decode(public).ok()?;
    let kind = String::from_utf8(kind).ok()?;
    let is_kind = kind
        .bytes()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
    if !is_kind || !matches!(public.len(), 32 | 33) {
        return None;
    }
    let material = Material::new("session key", Part::Key)
        .of("Substrate")
        .fact("key type", kind.as_str())
        .fact("public key", HEXLOWER.encode(&public));
    let Some(digits) = content.strip_prefix("0x") else {
        let why = match content.split_whitespace().count() {
            0 => State::Dead("it is empty".into()),
            _ => {
                State::NotChecked("it holds a phrase, from which keys are not derived here".into())
            }
        };
        return Some(material.state(why));
    };
    let seed = HEXLOWER_PERMISSIVE
        .decode(digits.as_bytes())
        .map(Zeroizing::new);
    let Some(seed) = seed.ok().filter(|seed| seed.len() == curves::KEY_BYTES) else {
        let why = "its seed is not one of 32 bytes";
        return Some(material.state(State::Dead(why.into())));
    };
    Some(checked(material, &kind, &public, &seed))
}

/// Which curve a kind of key is on is the chain's choice, so both that can be computed are tried.
fn checked(material: Material, kind: &str, public: &[u8], seed: &[u8]) -> Material {
    if curves::ed25519_public(seed).as_deref() == Some(public) {
        return material.fact("algorithm", "Ed25519");
    }
    if curves::secp256k1_public(seed).is_some_and(|point| point.compressed == public) {
        return material.fact("algorithm", "EC secp256k1");
    }
    // GRANDPA signs with Ed25519 on every chain, and 33 bytes are a point on secp256k1.
    if kind == "gran" || public.len() == 33 {
        let why = "its seed is not that of the public key in its name";
        return material.state(State::Dead(why.into()));
    }
    let why = "sr25519 keys are not checked here";
    material.state(State::NotChecked(why.into()))
}
