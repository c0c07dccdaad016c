//! Private keys and certificates in PEM, private keys in DER, and the names that Hyperledger Fabric gives its keys.

use super::{File, Material, Part, State};
use crate::certificate::{self, Certificate};
use crate::digest::Digest;
use crate::private_key::pem::{self, Block};
use crate::private_key::{Belongs, PrivateKey};

/// A private key, or certificates.
pub(super) fn recognise(file: &File<'_>) -> Option<Material> {
    if !pem::is_pem(file.bytes) {
        return None;
    }
    let blocks = pem::read(file.bytes);
    if blocks.iter().any(is_secret) {
        return Some(keys(file, &blocks));
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
    all_certificates(blocks).next()
}

fn all_certificates(blocks: &[Block]) -> impl Iterator<Item = Certificate> {
    blocks.iter().filter_map(|block| match block {
        Block::Certificate(der) => Certificate::read(der).ok(),
        _ => None,
    })
}

/// The private keys of a text: what the first one says, how many there are, and the state of the worst.
fn keys(file: &File<'_>, blocks: &[Block]) -> Material {
    let each = blocks.iter().filter(|block| is_secret(block));
    let all: Vec<Material> = each.map(|block| key_block(file, block)).collect();
    let (count, worst) = (all.len(), all.iter().map(|one| &one.state).max_by_key(rank));
    let worst = worst.cloned().unwrap_or(State::Good);
    let state = match is_beside_others(blocks) {
        true if !matches!(worst, State::Dead(_)) => {
            let why = "no certificate beside its key is that of its key";
            State::Dead(why.into())
        }
        _ => worst,
    };
    let state = match state {
        // A block that is no key, in a text about something else, is as likely an example.
        State::Dead(why) if is_example(file, blocks) => State::NotChecked(why),
        state => state,
    };
    let first = all.into_iter().next();
    let material = first.unwrap_or_else(|| Material::new(KEY_IN_PEM, Part::Key));
    let material = material.state(state);
    match count {
        1 => material,
        _ => material.fact("private keys", count.to_string()),
    }
}

/// Whether a text that is neither called nor begins as a key has none that could be read. One behind nothing but comments
/// begins as a key, unless what stands in it could not be one: "(put yours here)".
fn is_example(file: &File<'_>, blocks: &[Block]) -> bool {
    let is_damaged = |block: &&Block| matches!(block, Block::Damaged { .. });
    let mut secret = blocks.iter().filter(|block| is_secret(block));
    let is_called = [&b".pem"[..], b".key"];
    let is_called = is_called.iter().any(|end| file.name().ends_with(end));
    !is_called && !begins_as_key(file.bytes) && secret.all(|block| is_damaged(&block))
}

fn begins_as_key(text: &[u8]) -> bool {
    let begins = |line: &[u8]| {
        let all = [&b"-----BEGIN "[..], b"Bag Attributes"];
        all.iter().any(|begin| line.starts_with(begin))
    };
    let is_comment = |line: &[u8]| {
        let all = [&b"#"[..], b";", b"//"];
        line.is_empty() || all.iter().any(|begin| line.starts_with(begin))
    };
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(first) = lines.find(|line| !is_comment(line)) else {
        return false;
    };
    let is_base64 = |line: &[u8]| {
        let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        line.starts_with(b"-----") || line.contains(&b':') || line.iter().all(is_sign)
    };
    begins(text) || begins(first) && lines.all(|line| is_comment(line) || is_base64(line))
}

/// How bad a state is.
fn rank(state: &&State) -> u8 {
    match state {
        State::Good => 0,
        State::Locked => 1,
        State::NotChecked(_) => 2,
        State::Dead(_) => 3,
    }
}

/// Whether there are keys and certificates, and none of those belong to each other. A text may hold the certificates of its
/// authorities too, in any order.
fn is_beside_others(blocks: &[Block]) -> bool {
    let certificates: Vec<Certificate> = all_certificates(blocks).collect();
    let keys = blocks.iter().filter_map(|block| match block {
        Block::Key(key) => Some(key),
        _ => None,
    });
    let keys: Vec<&PrivateKey> = keys.collect();
    let pairs = keys.len().saturating_mul(certificates.len());
    // Of so many nobody can say that they belong to none.
    if pairs == 0 || pairs > MAX_PAIRS {
        return false;
    }
    let is_other = |key: &&PrivateKey| {
        let mut each = certificates.iter();
        each.all(|one| key.belongs_to(&one.public_key) == Belongs::No)
    };
    keys.iter().all(is_other)
}

/// How many keys and certificates of one text are held against each other at most.
const MAX_PAIRS: usize = 1000;

const KEY_IN_PEM: &str = "private key, PEM";

fn key_block(file: &File<'_>, block: &Block) -> Material {
    let material = Material::new(KEY_IN_PEM, Part::Key);
    match block {
        Block::Key(key) => open_key(file, material, key),
        Block::HsmAlias(_) => material.state(hsm_alias()),
        Block::Damaged { why, .. } => material.state(State::Dead(why.clone())),
        _ => {
            let mut material = material.state(State::Locked);
            material.what = "encrypted private key, PEM".into();
            material
        }
    }
}

pub(super) fn hsm_alias() -> State {
    let why = "it is only the name of a key in a hardware security module or token";
    State::Dead(why.into())
}

/// A text that says that it is, or holds, a private key of a kind that is not read here.
pub(super) fn unread(file: &File<'_>) -> Option<Material> {
    let begins = |text: &[u8]| file.bytes.starts_with(text);
    let holds = |text: &[u8]| file.bytes.windows(text.len()).any(|part| part == text);
    let (what, why) = if begins(b"PuTTY-User-Key-File") {
        ("private key of PuTTY", NOT_READ)
    } else if begins(b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY") {
        ("private key, SSH2", NOT_READ)
    } else if holds(b"-----BEGIN PGP PRIVATE KEY BLOCK") {
        ("private key, PGP", NOT_READ)
    } else if file.bytes.len() <= MAX_TEXT && holds(b"PRIVATE KEY-----") && holds(b"-----BEGIN ") {
        ("private key within another text", WITHIN)
    } else {
        return None;
    };
    let state = State::NotChecked(why.into());
    Some(Material::new(what, Part::Key).state(state))
}

const NOT_READ: &str = "coldvault does not read this format";
const WITHIN: &str = "it does not stand in lines of its own";
/// The most bytes of a text that is searched for a key.
const MAX_TEXT: usize = 64 << 10;

pub(super) fn open_key(file: &File<'_>, material: Material, key: &PrivateKey) -> Material {
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
