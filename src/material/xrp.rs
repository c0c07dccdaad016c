//! The XRP Ledger: the master key of a validator, and the token in its configuration. Tokens are numbered, and the network
//! takes none that is older than the newest it has seen.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::curves;
use super::{File, History, Material, Part, State};
use crate::digest::Digest;
use crate::json::{Foreign, read_foreign};

const SOFTWARE: &str = "XRP Ledger";

/// `validator-keys.json` of `validator-keys-tool`, with its counter of tokens.
pub(super) fn key_file(value: &Foreign) -> Option<Material> {
    let sequence = value.get("token_sequence")?;
    let secret = value.get("secret_key")?.text()?;
    let named = value.get("public_key").and_then(Foreign::text)?;
    let mut material = Material::new("master key of the validator", Part::Key).of(SOFTWARE);
    let Some(sequence) = sequence.unsigned() else {
        let why = "its token sequence is no whole number";
        return Some(material.state(State::Dead(why.into())));
    };
    let shown = format!("token sequence {sequence}");
    material.history = Some(History::in_turn(shown, vec![sequence]));
    material = material.fact("token sequence", sequence.to_string());
    if let Some(Foreign::Bool(true)) = value.get("revoked") {
        material = material.fact("note", "the key is revoked");
    }
    if value.get("key_type").and_then(Foreign::text) != Some("ed25519") {
        let why = "its kind of key is not one that is checked here";
        return Some(material.state(State::NotChecked(why.into())));
    }
    let public = ripple(secret, NODE_PRIVATE).and_then(|seed| curves::ed25519_public(&seed));
    let Some(public) = public else {
        return Some(material.state(State::Dead("its secret key cannot be read".into())));
    };
    let whole = [&[ED25519_PREFIX][..], &public].concat();
    let is_its_own = ripple(named, NODE_PUBLIC).is_some_and(|named| *named == whole);
    if !is_its_own {
        let why = "its public key is not that of its secret key";
        return Some(material.state(State::Dead(why.into())));
    }
    Some(material.fact("public key", named))
}

/// The first byte of keys in Ripple's base58 (`tokens.h`), and that of an Ed25519 public key.
const NODE_PRIVATE: u8 = 32;
const NODE_PUBLIC: u8 = 28;
const ED25519_PREFIX: u8 = 0xED;

/// What a text in Ripple's base58 with its checksum holds.
fn ripple(text: &str, kind: u8) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = curves::from_base58(text, bs58::Alphabet::RIPPLE)?;
    let (content, check) = bytes.split_last_chunk::<4>()?;
    let right = Digest::of(&Digest::of(content).0).0;
    if !right.starts_with(check) {
        return None;
    }
    let key = content.strip_prefix(&[kind])?;
    Some(Zeroizing::new(key.to_vec()))
}

/// `rippled.cfg`: key material if it holds a token or a seed.
pub(super) fn configuration(file: &File<'_>) -> Option<Material> {
    if !matches!(file.name(), b"rippled.cfg" | b"xrpld.cfg") {
        return None;
    }
    let text = std::str::from_utf8(file.bytes).ok()?;
    if text.trim().is_empty() || text.contains('\0') {
        return None;
    }
    let section = |name: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find(|line| *line == name)?;
        let content = lines.take_while(|line| !line.starts_with('['));
        Some(Zeroizing::new(
            content
                .filter(|line| !line.starts_with('#'))
                .collect::<String>(),
        ))
    };
    if let Some(token) = section("[validator_token]") {
        let material = Material::new("configuration with the validator token", Part::Key);
        return Some(with_token(material.of(SOFTWARE), &token));
    }
    if section("[validation_seed]")
        .or_else(|| section("[node_seed]"))
        .is_some()
    {
        let material = Material::new("configuration with a seed", Part::Key).of(SOFTWARE);
        let why = "its seed is not one that is checked here";
        return Some(material.state(State::NotChecked(why.into())));
    }
    Some(Material::new("configuration", Part::Needed).of(SOFTWARE))
}

/// The field in front of a manifest: `sfSequence`, a number of four bytes (`SField.h`).
const SEQUENCE: u8 = 0x24;

/// Base64 of JSON with the manifest, which is base64 again.
fn with_token(material: Material, token: &str) -> Material {
    let sequence = || {
        let text = Zeroizing::new(BASE64.decode(token.as_bytes()).ok()?);
        let token = read_foreign(&text, text.len()).ok()?.value;
        token.get("validation_secret_key")?.text()?;
        let manifest = BASE64
            .decode(token.get("manifest")?.text()?.as_bytes())
            .ok()?;
        let number = manifest.strip_prefix(&[SEQUENCE])?.first_chunk::<4>()?;
        Some(u32::from_be_bytes(*number))
    };
    let Some(sequence) = sequence() else {
        return material.state(State::Dead("its validator token is damaged".into()));
    };
    let mut material = material.fact("token sequence", sequence.to_string());
    material.history = Some(History::in_turn(
        format!("token sequence {sequence}"),
        vec![sequence.into()],
    ));
    material
}
