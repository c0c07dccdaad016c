//! CometBFT (before: Tendermint) and the chains on it: the key of a validator, of a node, and what was signed last.
//! Source: CometBFT's `docs/references/config`, `privval/file.go`, `crypto/ed25519`, `crypto/secp256k1`.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::curves::{self, KEY_BYTES};
use super::{History, Material, Part, State};
use crate::json::Foreign;

const SOFTWARE: &str = "CometBFT";

/// A key file or a signing history of CometBFT.
pub(super) fn recognise(value: &Foreign) -> Option<Material> {
    state_file(value).or_else(|| key_file(value))
}

/// `priv_validator_state.json`: the last vote or proposal.
fn state_file(value: &Foreign) -> Option<Material> {
    let names = ["height", "round", "step"];
    if names.iter().any(|name| value.get(name).is_none()) {
        return None;
    }
    let material = Material::new("signing history", Part::History).of(SOFTWARE);
    Some(with_history(material, value, names))
}

fn with_history(material: Material, value: &Foreign, names: [&str; 3]) -> Material {
    let [height, round, step] = names.map(|name| value.get(name)?.unsigned());
    let (Some(height), Some(round), Some(step)) = (height, round, step) else {
        let why = "its height, round and step are not whole numbers";
        return material.state(State::Dead(why.into()));
    };
    let mut material = material
        .fact("height", height.to_string())
        .fact("round", round.to_string())
        .fact("step", step.to_string());
    let shown = format!("height {height}, round {round}, step {step}");
    material.history = Some(History::in_turn(shown, vec![height, round, step]));
    material
}

/// `priv_validator_key.json`, `node_key.json`, and `priv_validator.json` of before 0.33, which has the history in it.
fn key_file(value: &Foreign) -> Option<Material> {
    let kind = value.at(&["priv_key", "type"])?.text()?;
    let is_validator = value.get("address").is_some() || value.get("pub_key").is_some();
    let what = if is_validator {
        "validator key"
    } else {
        "node key"
    };
    let mut material = Material::new(what, Part::Key).of(SOFTWARE);
    let is_legacy = value.get("last_height").is_some();
    if is_legacy {
        material.what.push_str(" with signing history, before 0.33");
        material = with_history(material, value, ["last_height", "last_round", "last_step"]);
    }
    let key = match read_key(kind, value) {
        Ok(key) => key,
        Err(state) => return Some(material.state(state)),
    };
    material = material
        .fact("algorithm", key.algorithm)
        .fact("public key", BASE64.encode(&key.public))
        .fact("address", key.address.clone());
    if let Some(why) = key.flaw {
        return Some(material.state(State::Dead(why.into())));
    }
    let named = value.at(&["pub_key", "value"]);
    if named.is_some_and(|named| named.text() != Some(&BASE64.encode(&key.public))) {
        let why = "its public key is not that of its private key";
        return Some(material.state(State::Dead(why.into())));
    }
    Some(with_address(material, value, &key.address, is_legacy))
}

/// CometBFT computes the address anew when it loads the file, so another one kills nothing; but whoever reads the file
/// takes it for another validator.
fn with_address(material: Material, value: &Foreign, address: &str, is_legacy: bool) -> Material {
    let named = value.get("address").and_then(Foreign::text);
    match named {
        Some(named) if !named.eq_ignore_ascii_case(address) => {
            let why = if is_legacy {
                "the address in the file is computed as before 0.33"
            } else {
                "the address in the file is not that of the key"
            };
            let is_hex = named.len() == 40 && named.bytes().all(|digit| digit.is_ascii_hexdigit());
            let shown = if is_hex { named } else { "no address" };
            material
                .fact("address in the file", shown)
                .fact("note", why)
        }
        _ => material,
    }
}

/// What a private key says.
struct Key {
    algorithm: &'static str,
    public: Vec<u8>,
    address: String,
    /// Why it is no key.
    flaw: Option<&'static str>,
}

fn read_key(kind: &str, value: &Foreign) -> Result<Key, State> {
    let dead = |why: &str| State::Dead(why.into());
    let text = value.at(&["priv_key", "value"]).and_then(Foreign::text);
    let text = text.ok_or_else(|| dead("there is no private key in it"))?;
    let bytes = BASE64.decode(text.as_bytes()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| dead("its private key is not base64"))?;
    match kind {
        "tendermint/PrivKeyEd25519" | "cometbft/PrivKeyEd25519" => ed25519(&bytes),
        "tendermint/PrivKeySecp256k1" | "cometbft/PrivKeySecp256k1" => secp256k1(&bytes),
        _ => Err(State::NotChecked(
            "its kind of key is not one that is checked here".into(),
        )),
    }
}

/// A seed and behind it its public key.
fn ed25519(bytes: &[u8]) -> Result<Key, State> {
    let halves = bytes.split_at_checked(KEY_BYTES);
    let Some((seed, public)) = halves.filter(|(_, public)| public.len() == KEY_BYTES) else {
        let why = format!("its private key has {} bytes instead of 64", bytes.len());
        return Err(State::Dead(why));
    };
    Ok(Key {
        algorithm: "Ed25519",
        public: public.to_vec(),
        address: curves::comet_address(public),
        flaw: curves::pair_flaw(seed, public),
    })
}

fn secp256k1(bytes: &[u8]) -> Result<Key, State> {
    let why = "its private key is none of secp256k1";
    let point = curves::secp256k1_public(bytes).ok_or_else(|| State::Dead(why.into()))?;
    Ok(Key {
        algorithm: "EC secp256k1",
        address: point.comet_address(),
        public: point.compressed,
        flaw: None,
    })
}
