//! Private keys and certificates in PEM (RFC 7468), and private keys in DER.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::{File, Material, Part, State};
use crate::certificate::{self, Certificate};
use crate::private_key::{Found, PrivateKey};

/// What every PEM text begins with.
const BEGIN: &str = "-----BEGIN ";
/// A bundle of authorities has some hundred certificates.
const MAX_BLOCKS: usize = 1000;

/// A private key or certificates.
pub(super) fn recognise(file: &File<'_>) -> Option<Material> {
    if file.name().ends_with(b".pk8") && file.bytes.first() == Some(&0x30) {
        return Some(private_key("private key, PKCS#8", file.bytes));
    }
    let text = std::str::from_utf8(file.bytes).ok()?;
    let blocks = blocks(text);
    let key = blocks
        .iter()
        .find(|block| block.label.ends_with("PRIVATE KEY"));
    match key {
        Some(key) => Some(key_block(key)),
        None if blocks.iter().any(|block| block.label == "CERTIFICATE") => {
            Some(certificates(&blocks))
        }
        None => None,
    }
}

/// What stands between two lines of dashes.
struct Block<'t> {
    label: &'t str,
    /// Without headers; base64, as it stands there.
    body: String,
    /// Whether a header says that it is encrypted (RFC 1421, section 4.6.1.1).
    is_encrypted: bool,
    is_ended: bool,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let label = line.trim().strip_prefix(BEGIN);
        let Some(label) = label.and_then(|rest| rest.strip_suffix("-----")) else {
            continue;
        };
        if found.len() == MAX_BLOCKS {
            break;
        }
        found.push(block(label, &mut lines));
    }
    found
}

fn block<'t>(label: &'t str, lines: &mut std::str::Lines<'t>) -> Block<'t> {
    let mut block = Block {
        label,
        body: String::new(),
        is_encrypted: false,
        is_ended: false,
    };
    for line in lines {
        let line = line.trim();
        if line.starts_with("-----END ") {
            block.is_ended = true;
            break;
        }
        if line.contains(':') {
            block.is_encrypted |= line.starts_with("Proc-Type:") && line.contains("ENCRYPTED");
        } else {
            block.body.push_str(line);
        }
    }
    block
}

impl Block<'_> {
    fn der(&self) -> Result<Zeroizing<Vec<u8>>, String> {
        if !self.is_ended {
            return Err("it is cut short".into());
        }
        let der = BASE64.decode(self.body.as_bytes()).map(Zeroizing::new);
        let der = der.map_err(|_| "it is not base64".to_owned())?;
        if der.is_empty() {
            return Err("it is empty".into());
        }
        Ok(der)
    }
}

fn key_block(block: &Block<'_>) -> Material {
    let what = match block.label {
        "PRIVATE KEY" => "private key, PEM",
        "ENCRYPTED PRIVATE KEY" => "encrypted private key, PEM",
        "EC PRIVATE KEY" => "private key, PEM (SEC 1)",
        "RSA PRIVATE KEY" => "private key, PEM (PKCS#1)",
        "OPENSSH PRIVATE KEY" => "private key, OpenSSH",
        _ => "private key, PEM",
    };
    let der = match block.der() {
        Ok(der) => der,
        Err(why) => return Material::new(what, Part::Key).state(State::Dead(why)),
    };
    if block.is_encrypted || block.label == "ENCRYPTED PRIVATE KEY" {
        return Material::new(what, Part::Key).state(State::Locked);
    }
    match block.label {
        "PRIVATE KEY" => private_key(what, &der),
        _ => {
            let why = "its form is not one that is checked here";
            Material::new(what, Part::Key).state(State::NotChecked(why.into()))
        }
    }
}

/// A PKCS#8 key, DER.
fn private_key(what: &str, der: &[u8]) -> Material {
    let material = Material::new(what, Part::Key);
    match PrivateKey::from_pkcs8(der) {
        Ok(Found::Key(key)) => material.fact("algorithm", key.algorithm),
        Ok(Found::HsmAlias(_)) => {
            let why = "it is only the name of a key in a hardware security module";
            material.state(State::Dead(why.into()))
        }
        Err(why) => material.state(State::Dead(why)),
    }
}

/// The certificates of a text: what the first one says, how many there are, and which one ends first.
fn certificates(blocks: &[Block<'_>]) -> Material {
    let read = |block: &Block<'_>| {
        let der = block.der()?;
        if der.len() > certificate::MAX_BYTES {
            return Err("it is too large".into());
        }
        Certificate::read(&der)
    };
    let all: Vec<Result<Certificate, String>> = blocks
        .iter()
        .filter(|block| block.label == "CERTIFICATE")
        .map(read)
        .collect();
    let mut material = Material::new("certificate, PEM", Part::Needed);
    if let Some(Ok(first)) = all.first() {
        material = material
            .fact("subject", first.subject.clone())
            .fact("issuer", first.issuer.clone())
            .fact("algorithm", first.algorithm.clone());
    }
    if all.len() > 1 {
        material = material.fact("certificates", all.len().to_string());
    }
    let ends = all
        .iter()
        .flatten()
        .map(|certificate| certificate.not_after);
    if let Some(end) = ends.min_by_key(|end| end.unix()) {
        material = material.fact("expires", end.to_string());
    }
    match all.into_iter().find_map(Result::err) {
        Some(why) => material.state(State::Dead(why)),
        None => material,
    }
}
