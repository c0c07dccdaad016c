//! Blocks of PEM text (RFC 7468, and OpenSSL's older kind with headers): what each of them is.
//!
//! Knows labels, base64 and which reader reads what. Passwords are not tried here: what is encrypted is said to be.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::{Found, PrivateKey, is_encrypted, openssh};
use crate::asn1::{self, Reader};

/// What one block is.
pub enum Block {
    /// A private key.
    Key(PrivateKey),
    /// Only the name of a key in a hardware security module or token.
    HsmAlias(String),
    /// An encrypted private key: its label.
    Locked(String),
    /// A public key, `SubjectPublicKeyInfo`, DER.
    PublicKey(Vec<u8>),
    /// A certificate, DER. Whether it is a good one is for `Certificate::read`.
    Certificate(Vec<u8>),
    /// Something else: its label.
    Other(String),
    /// It is not what its label says.
    Damaged {
        /// The label.
        label: String,
        /// What is wrong, in words and without its content.
        why: String,
    },
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The most bytes of a label; the longest that is known has 25.
const MAX_LABEL: usize = 64;

/// Every block of a text, in its order. What stands around them is passed over, as everybody does.
pub fn read(text: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        let Some(label) = label(line, BEGIN) else {
            continue;
        };
        let mut body = Vec::new();
        // A block that begins within another one says that the end of that one is missing.
        while let Some(line) = lines.next_if(|line| !is_border(line)) {
            body.push(line);
        }
        let end = lines.next_if(|line| line.starts_with(END));
        blocks.push(match end {
            Some(end) if self::label(end, END).as_ref() == Some(&label) => block(&label, &body),
            Some(_) => damaged(&label, "its last line is not that of its first one"),
            None => damaged(&label, "it is cut short"),
        });
    }
    blocks
}

fn is_border(line: &[u8]) -> bool {
    line.starts_with(END) || label(line, BEGIN).is_some()
}

/// Whether a text has a block at all.
pub fn is_pem(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.any(|line| label(line, BEGIN).is_some())
}

fn label(line: &[u8], before: &[u8]) -> Option<String> {
    let label = line.strip_prefix(before)?.strip_suffix(DASHES)?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if label.len() > MAX_LABEL || !label.iter().all(is_plain) {
        return None;
    }
    String::from_utf8(label.to_vec()).ok()
}

fn damaged(label: &str, why: &str) -> Block {
    Block::Damaged {
        label: label.to_owned(),
        why: why.to_owned(),
    }
}

fn block(label: &str, lines: &[&[u8]]) -> Block {
    // Headers of the older kind (RFC 1421) end in an empty line.
    let has_headers = lines.first().is_some_and(|line| line.contains(&b':'));
    let after = match has_headers {
        true => lines
            .iter()
            .position(|line| line.is_empty())
            .map_or(lines.len(), |at| at + 1),
        false => 0,
    };
    let (headers, lines) = lines.split_at(after);
    let is_secret = label.ends_with("PRIVATE KEY");
    let is_locked = headers.iter().any(|line| line.ends_with(b"ENCRYPTED"));
    if is_secret && is_locked {
        return Block::Locked(label.to_owned());
    }
    let Some(der) = decoded(lines) else {
        return damaged(label, "it is no base64 text");
    };
    content(label, &der).unwrap_or_else(|why| damaged(label, &why))
}

fn content(label: &str, der: &Zeroizing<Vec<u8>>) -> Result<Block, String> {
    Ok(match label {
        "PRIVATE KEY" => match PrivateKey::from_pkcs8(der)? {
            Found::Key(key) => Block::Key(key),
            Found::HsmAlias(name) => Block::HsmAlias(name),
        },
        "ENCRYPTED PRIVATE KEY" if der.is_empty() => return Err("it is empty".into()),
        "ENCRYPTED PRIVATE KEY" if !is_encrypted(der) => return Err("it is damaged".into()),
        "ENCRYPTED PRIVATE KEY" => Block::Locked(label.to_owned()),
        "EC PRIVATE KEY" => Block::Key(PrivateKey::from_sec1(der)?),
        "RSA PRIVATE KEY" => Block::Key(PrivateKey::from_pkcs1(der)?),
        "OPENSSH PRIVATE KEY" => match openssh::read(der)? {
            Some(Found::Key(key)) => Block::Key(key),
            Some(Found::HsmAlias(name)) => Block::HsmAlias(name),
            None => Block::Locked(label.to_owned()),
        },
        "PUBLIC KEY" => Block::PublicKey(der.to_vec()),
        "CERTIFICATE" | "X509 CERTIFICATE" => Block::Certificate(der.to_vec()),
        // Behind the certificate stands what OpenSSL trusts it for (`X509_CERT_AUX`).
        "TRUSTED CERTIFICATE" => {
            let certificate = Reader::new(der).take(asn1::SEQUENCE)?;
            Block::Certificate(certificate.whole.to_vec())
        }
        other if other.ends_with("PRIVATE KEY") => {
            let name = other.trim_end_matches("PRIVATE KEY").trim();
            Block::Key(PrivateKey::other(name.to_owned()))
        }
        other => Block::Other(other.to_owned()),
    })
}

/// The bytes of base64 lines.
fn decoded(lines: &[&[u8]]) -> Option<Zeroizing<Vec<u8>>> {
    let len = lines.iter().map(|line| line.len()).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(len));
    let signs = lines.iter().copied().flatten();
    // Reserved above: the text does not move, and leaves no copy behind.
    text.extend(signs.filter(|byte| !byte.is_ascii_whitespace()));
    let mut bytes = Zeroizing::new(vec![0; BASE64.decode_len(text.len()).ok()?]);
    let len = BASE64.decode_mut(&text, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}
