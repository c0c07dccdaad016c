//! Private keys and certificates in PEM, private keys in DER, and the names that Hyperledger Fabric gives its keys.

use super::{File, Material, Part, State};
use crate::certificate::{self, Certificate};
use crate::digest::Digest;
use crate::private_key::pem::{self, Block};
use crate::private_key::{Belongs, Found, PrivateKey};

/// A private key, or certificates.
pub(super) fn recognise(file: &File<'_>) -> Option<Material> {
    if file.name().ends_with(b".pk8") && file.bytes.first() == Some(&0x30) {
        return Some(pkcs8(file));
    }
    if !pem::is_pem(file.bytes) {
        return None;
    }
    let blocks = pem::read(file.bytes);
    if let Some(block) = blocks.iter().find(|block| is_secret(block)) {
        let material = key_block(file, block, &blocks);
        let count = blocks.iter().filter(|block| is_secret(block)).count();
        return Some(match count {
            1 => material,
            _ => material.fact("private keys", count.to_string()),
        });
    }
    let is_certificate = |block: &Block| match block {
        Block::Certificate(_) => true,
        Block::Damaged { label, .. } => label.ends_with("CERTIFICATE"),
        _ => false,
    };
    if blocks.iter().any(is_certificate) {
        return Some(certificates(&blocks));
    }
    let is_public = |block: &Block| match block {
        Block::PublicKey(_) => true,
        Block::Damaged { label, .. } => label.ends_with("PUBLIC KEY"),
        _ => false,
    };
    let is_public = blocks.iter().any(is_public);
    is_public.then(|| Material::new("public key, PEM", Part::Other))
}

/// Whether a private key belongs to a certificate, both PEM: Fabric's `keystore/*_sk` and `signcerts/*`. `None` when
/// there is no key or no certificate in them.
pub fn pair(key: &[u8], certificate: &[u8]) -> Option<Belongs> {
    let key = pem::read(key).into_iter().find_map(|block| match block {
        Block::Key(key) => Some(key),
        _ => None,
    })?;
    let certificate = first_certificate(&pem::read(certificate))?;
    Some(key.belongs_to(&certificate.public_key))
}

fn is_secret(block: &Block) -> bool {
    match block {
        Block::Key(_) | Block::HsmAlias(_) | Block::Locked(_) => true,
        Block::Damaged { label, .. } => label.ends_with("PRIVATE KEY"),
        _ => false,
    }
}

fn first_certificate(blocks: &[Block]) -> Option<Certificate> {
    let mut read = blocks.iter().filter_map(|block| match block {
        Block::Certificate(der) => Certificate::read(der).ok(),
        _ => None,
    });
    read.next()
}

/// The first private key of a text, and whether it belongs to a certificate beside it.
fn key_block(file: &File<'_>, block: &Block, all: &[Block]) -> Material {
    let material = Material::new("private key, PEM", Part::Key);
    match block {
        Block::Key(key) => {
            let material = open_key(file, material, key);
            let beside = first_certificate(all).map(|found| key.belongs_to(&found.public_key));
            match beside {
                Some(Belongs::No) => {
                    let why = "its key is not that of the certificate beside it";
                    material.state(State::Dead(why.into()))
                }
                _ => material,
            }
        }
        Block::HsmAlias(_) => material.state(hsm_alias()),
        Block::Damaged { why, .. } => material.state(State::Dead(why.clone())),
        _ => {
            let mut material = material.state(State::Locked);
            material.what = "encrypted private key, PEM".into();
            material
        }
    }
}

fn hsm_alias() -> State {
    let why = "it is only the name of a key in a hardware security module";
    State::Dead(why.into())
}

/// A PKCS#8 key in DER, as JDBC drivers want it.
fn pkcs8(file: &File<'_>) -> Material {
    let material = Material::new("private key, PKCS#8 (DER)", Part::Key);
    match PrivateKey::from_pkcs8(file.bytes) {
        Ok(Found::Key(key)) => open_key(file, material, &key),
        Ok(Found::HsmAlias(_)) => material.state(hsm_alias()),
        Err(why) => material.state(State::Dead(why)),
    }
}

fn open_key(file: &File<'_>, material: Material, key: &PrivateKey) -> Material {
    let material = material.fact("algorithm", key.algorithm.as_str());
    let stem = file.name().strip_suffix(b"_sk");
    if stem.is_none() && file.parent() != b"keystore" {
        return material;
    }
    let named = stem
        .and_then(|stem| std::str::from_utf8(stem).ok())
        .and_then(Digest::from_hex);
    match (subject_key_identifier(key), named) {
        (Some(real), Some(named)) if real != named => {
            let why = "it is not the key that its name says";
            let material = material.fact("ski", real.hex());
            material.state(State::Dead(why.into()))
        }
        (Some(real), _) => material.fact("ski", real.hex()),
        (None, Some(_)) => {
            let why = "its public half is not in it, so that its name was not checked";
            material.state(State::NotChecked(why.into()))
        }
        (None, None) => material,
    }
}

/// What Fabric names a key by: SHA-256 of the public point, or of an Ed25519 key (`bccsp/sw`: `SKI()`).
fn subject_key_identifier(key: &PrivateKey) -> Option<Digest> {
    // A point begins with a 4 and stands at the end of the structure.
    let bytes = match key.algorithm.as_str() {
        "EC secp256r1" | "EC secp256k1" => 65,
        "EC secp384r1" => 97,
        "Ed25519" => 32,
        _ => return None,
    };
    let public = key.public_key()?;
    let at = public.len().checked_sub(bytes)?;
    Some(Digest::of(public.get(at..)?))
}

/// The certificates of a text: what the first one says, how many there are, and which one ends first.
fn certificates(blocks: &[Block]) -> Material {
    let read = blocks.iter().filter_map(|block| match block {
        Block::Certificate(der) if der.len() > certificate::MAX_BYTES => {
            Some(Err("it is too large".to_owned()))
        }
        Block::Certificate(der) => Some(Certificate::read(der)),
        Block::Damaged { why, .. } => Some(Err(why.clone())),
        _ => None,
    });
    let all: Vec<Result<Certificate, String>> = read.collect();
    let mut material = Material::new("certificate, PEM", Part::Needed);
    if let Some(Ok(first)) = all.first() {
        material = material
            .fact("subject", first.subject.as_str())
            .fact("issuer", first.issuer.as_str())
            .fact("algorithm", first.algorithm.as_str());
    }
    if all.len() > 1 {
        material = material.fact("certificates", all.len().to_string());
    }
    let ends = all.iter().flatten().map(|read| read.not_after);
    if let Some(end) = ends.min_by_key(|end| end.unix()) {
        material = material.fact("expires", end.to_string());
    }
    match all.into_iter().find_map(Result::err) {
        Some(why) => material.state(State::Dead(why)),
        None => material,
    }
}
