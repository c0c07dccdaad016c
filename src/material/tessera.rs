//! Keys of Tessera, the manager of private transactions beside geth and Besu. Source: Tessera's documentation, "Keys".

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::{Material, Part, State, curves};
use crate::json::Foreign;

/// A key file, open or locked.
pub(super) fn recognise(value: &Foreign) -> Option<Material> {
    let data = value.get("data")?;
    let material = Material::new("key of the transaction manager", Part::Key).of("Tessera");
    match value.get("type")?.text()? {
        "unlocked" => {
            let text = data.get("bytes").and_then(Foreign::text)?;
            Some(material.state(open(text)))
        }
        "argon2sbox" => Some(locked(material, data)),
        _ => None,
    }
}

/// X25519: any 32 bytes are a key, and no library here computes its public one.
fn open(text: &str) -> State {
    let bytes = BASE64.decode(text.as_bytes()).map(Zeroizing::new);
    match bytes {
        Ok(bytes) if bytes.len() != curves::KEY_BYTES => {
            State::Dead(format!("its key has {} bytes instead of 32", bytes.len()))
        }
        Ok(bytes) if bytes.iter().all(|byte| *byte == 0) => {
            State::Dead("its key is all zeros".into())
        }
        Ok(_) => State::Good,
        Err(_) => State::Dead("its key is not base64".into()),
    }
}

fn locked(material: Material, data: &Foreign) -> Material {
    let missing = ["asalt", "snonce", "sbox"].into_iter().find(|name| {
        let text = data.get(name).and_then(Foreign::text);
        text.is_none_or(str::is_empty)
    });
    if let Some(name) = missing {
        return material.state(State::Dead(format!("it has no {name}")));
    }
    let number = |name| data.at(&["aopts", name]).and_then(Foreign::unsigned);
    let shown = ["memory", "iterations", "parallelism"]
        .into_iter()
        .filter_map(|name| Some(format!("{name} {}", number(name)?)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    material
        .fact("key derivation", format!("Argon2, {shown}"))
        .state(State::Locked)
}
