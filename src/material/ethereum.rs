//! Ethereum: encrypted keystores of accounts and validators, node keys, and what a validator signed.

mod keystore;
mod slashing;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::{File, Material, Part, State, Work, curves};
use crate::json::Foreign;
use crate::secret::SecretBytes;
use keystore::Keystore;

pub(super) use slashing::database;

/// A keystore, or a signing history.
pub(super) fn recognise(value: &Foreign) -> Option<Material> {
    slashing::interchange(value).or_else(|| Some(Keystore::read(value)?.material(value)))
}

/// What a keystore is once its password is known.
pub(super) fn unlock(
    value: &Foreign,
    password: &SecretBytes,
    work: &mut Work<'_>,
) -> Option<State> {
    Keystore::read(value)?.unlock(password, work)
}

/// Whether it is a keystore that [`unlock`] opens.
pub(super) fn can_unlock(value: &Foreign) -> bool {
    Keystore::read(value).is_some_and(|keystore| keystore.is_opened_here())
}

/// A node key, or Teku's signing history.
pub(super) fn recognise_plain(file: &File<'_>) -> Option<Material> {
    node_key(file).or_else(|| slashing::teku(file))
}

/// `nodekey` of geth, `key` of Besu: 64 hexadecimal digits. So is any SHA-256, so the name must speak of a key.
fn node_key(file: &File<'_>) -> Option<Material> {
    let name = file.name().to_ascii_lowercase();
    if !(name.ends_with(b"key") || name.ends_with(b"key.hex")) {
        return None;
    }
    let text = file.bytes.trim_ascii();
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    if digits.len() != 2 * curves::KEY_BYTES {
        return None;
    }
    let secret = Zeroizing::new(HEXLOWER_PERMISSIVE.decode(digits).ok()?);
    let material = Material::new("node key", Part::Key);
    let Some(point) = curves::secp256k1_public(&secret) else {
        let why = "it is no key of secp256k1";
        return Some(material.state(State::Dead(why.into())));
    };
    Some(
        material
            .fact("algorithm", "EC secp256k1")
            .fact("node id", HEXLOWER.encode(&point.coordinates))
            .fact("address", format!("0x{}", point.ethereum_address())),
    )
}

/// Hexadecimal digits of either case, with or without `0x`.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()
}

/// The hexadecimal digits of a member as a fact, if that is what they are.
fn shown_hex(value: &Foreign, name: &str) -> Option<String> {
    let bytes = hex(value.get(name)?.text()?)?;
    (!bytes.is_empty() && bytes.len() <= 64).then(|| format!("0x{}", HEXLOWER.encode(&bytes)))
}
