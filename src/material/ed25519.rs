//! Ed25519 keys as several chains keep them: a seed with its public key behind it (Solana, NEAR, libp2p), or a seed by
//! itself (Substrate, Stellar).

use data_encoding::{BASE32, BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::curves::{self, KEY_BYTES};
use super::{File, Material, Part, State};
use crate::json::Foreign;

/// What one of these JSON texts is.
pub(super) fn recognise(value: &Foreign) -> Option<Material> {
    solana(value)
        .or_else(|| near(value))
        .or_else(|| kubo(value))
}

/// What one of these files is that are no JSON.
pub(super) fn recognise_plain(file: &File<'_>) -> Option<Material> {
    libp2p_file(file)
        .or_else(|| libp2p_seed(file))
        .or_else(|| stellar(file))
}

/// A seed and its public key, checked: the public key, and why it is dead.
fn checked(pair: &[u8]) -> (Vec<u8>, State) {
    let (seed, public) = pair.split_at_checked(KEY_BYTES).unwrap_or((pair, &[]));
    let state = match curves::pair_flaw(seed, public) {
        Some(why) => State::Dead(why.into()),
        None => State::Good,
    };
    (public.to_vec(), state)
}

fn base58(bytes: &[u8]) -> String {
    bs58::encode(bytes).into_string()
}

/// Solana: an array of 64 numbers (`solana-keygen`).
fn solana(value: &Foreign) -> Option<Material> {
    let items = value.list().filter(|items| items.len() == 2 * KEY_BYTES)?;
    let byte = |item: &Foreign| match item {
        Foreign::Number(_) => u8::try_from(item.unsigned()?).ok(),
        _ => None,
    };
    let pair: Option<Vec<u8>> = items.iter().map(byte).collect();
    let (public, state) = checked(&Zeroizing::new(pair?));
    let material = Material::new("key pair", Part::Key).of("Solana");
    Some(material.fact("public key", base58(&public)).state(state))
}

/// NEAR: `validator_key.json`, `node_key.json` (nearcore's `crypto/src/key_file.rs`).
fn near(value: &Foreign) -> Option<Material> {
    let named = value.get("public_key")?.text()?;
    let secret = value.get("secret_key").or_else(|| value.get("private_key"));
    let secret = secret?.text()?;
    let is_near = [named, secret].iter().all(|key| key.contains(':'));
    if !is_near {
        return None;
    }
    let material = Material::new("key file", Part::Key).of("NEAR");
    let Some(digits) = secret.strip_prefix("ed25519:") else {
        let why = "its kind of key is not one that is checked here";
        return Some(material.state(State::NotChecked(why.into())));
    };
    let pair = curves::from_base58(digits, bs58::Alphabet::BITCOIN);
    let Some(pair) = pair.filter(|pair| pair.len() == 2 * KEY_BYTES) else {
        let why = "its secret key is not one of Ed25519";
        return Some(material.state(State::Dead(why.into())));
    };
    let (public, state) = checked(&pair);
    let public = format!("ed25519:{}", base58(&public));
    let state = match state {
        State::Good if named != public => {
            State::Dead("its public key is not that of its secret key".into())
        }
        state => state,
    };
    Some(material.fact("public key", public).state(state))
}

/// The `config` of IPFS Kubo, which holds the node's key.
fn kubo(value: &Foreign) -> Option<Material> {
    let secret = value.at(&["Identity", "PrivKey"])?.text()?;
    let material = Material::new("configuration with the node's key", Part::Key).of("IPFS Kubo");
    let secret = BASE64.decode(secret.as_bytes()).map(Zeroizing::new);
    let Ok(secret) = secret else {
        return Some(material.state(State::Dead("its key is not base64".into())));
    };
    let material = libp2p(material, &secret);
    let id = value.at(&["Identity", "PeerID"]).and_then(Foreign::text);
    let computed = material.facts.iter().find(|(name, _)| *name == "peer id");
    let is_other = computed.is_some_and(|(_, computed)| id != Some(computed));
    Some(match material.state {
        State::Good if is_other => {
            material.state(State::Dead("its key is not that of its peer id".into()))
        }
        _ => material,
    })
}

/// The beginning of a libp2p `PrivateKey` message with an Ed25519 key (libp2p specification, "Peer Ids and Keys").
const LIBP2P_PRIVATE: [u8; 4] = [0x08, 0x01, 0x12, 0x40];
/// The beginning of a peer id of an Ed25519 key: an identity multihash over the `PublicKey` message.
const PEER_ID: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

fn libp2p(material: Material, message: &[u8]) -> Material {
    let pair = message.strip_prefix(&LIBP2P_PRIVATE);
    let Some(pair) = pair.filter(|pair| pair.len() == 2 * KEY_BYTES) else {
        let why = "its kind of key is not one that is checked here";
        return material.state(State::NotChecked(why.into()));
    };
    let (public, state) = checked(pair);
    material.fact("peer id", peer_id(&public)).state(state)
}

fn peer_id(public: &[u8]) -> String {
    base58(&[&PEER_ID, public].concat())
}

/// A file of Kubo's keystore: the message as it is.
fn libp2p_file(file: &File<'_>) -> Option<Material> {
    let is_one = file.bytes.starts_with(&LIBP2P_PRIVATE) && file.bytes.len() == 68;
    is_one.then(|| {
        libp2p(
            Material::new("libp2p key", Part::Key).of("IPFS Kubo"),
            file.bytes,
        )
    })
}

/// `network/secret_ed25519` of Substrate: 32 bytes, or their 64 digits.
fn libp2p_seed(file: &File<'_>) -> Option<Material> {
    if file.name() != b"secret_ed25519" {
        return None;
    }
    let is_digits = file.bytes.iter().all(u8::is_ascii_hexdigit);
    let seed = match file.bytes.len() {
        // Of random bytes half are no digits: 32 digits are half a file.
        KEY_BYTES if !is_digits => Zeroizing::new(file.bytes.to_vec()),
        _ => Zeroizing::new(HEXLOWER_PERMISSIVE.decode(file.bytes.trim_ascii()).ok()?),
    };
    let material = Material::new("node key", Part::Key).of("Substrate");
    let public = curves::ed25519_public(&seed)?;
    if seed.iter().all(|byte| *byte == 0) {
        return Some(material.state(State::Dead("it holds only zeros".into())));
    }
    let material = material.fact("public key", HEXLOWER.encode(&public));
    Some(material.fact("peer id", peer_id(&public)))
}

/// The first byte of a seed and of an account in Stellar's strkey (SEP-23).
const STRKEY_SEED: u8 = 18 << 3;
const STRKEY_ACCOUNT: u8 = 6 << 3;

/// `stellar-core.cfg` with `NODE_SEED = "S... self"`.
fn stellar(file: &File<'_>) -> Option<Material> {
    let text = std::str::from_utf8(file.bytes).ok()?;
    let mut lines = text.lines().map(str::trim_start);
    let value = lines.find_map(|line| {
        let rest = line.strip_prefix("NODE_SEED")?.trim_start();
        rest.strip_prefix('=').map(str::trim)
    })?;
    let material = Material::new("configuration with the node's seed", Part::Key).of("Stellar");
    let seed = value.trim_start_matches(['"', '\'']);
    let end = seed.find(|letter: char| !letter.is_ascii_alphanumeric());
    let seed = seed.get(..end.unwrap_or(seed.len())).unwrap_or_default();
    let public = strkey(seed).and_then(|seed| curves::ed25519_public(&seed));
    Some(match public {
        Some(public) => material.fact("public key", account(&public)),
        None => material.state(State::Dead("its NODE_SEED is not a seed".into())),
    })
}

/// The seed in a strkey, its checksum right.
fn strkey(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = Zeroizing::new(BASE32.decode(text.as_bytes()).ok()?);
    let (content, check) = bytes.split_last_chunk::<2>()?;
    let seed = content.strip_prefix(&[STRKEY_SEED])?;
    (crc16(content).to_le_bytes() == *check).then(|| Zeroizing::new(seed.to_vec()))
}

fn account(public: &[u8]) -> String {
    let mut bytes = [&[STRKEY_ACCOUNT], public].concat();
    bytes.extend(crc16(&bytes).to_le_bytes());
    BASE32.encode(&bytes)
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc: u16, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}
