//! Private keys and certificates in DER, whatever their files are called: PKCS#8, SEC 1, PKCS#1, X.509.
//!
//! What begins as a key and cannot be read is said to be one that was not checked: nobody can say that it is none.

use super::{File, Material, Part, State, pem};
use crate::asn1::{self, Reader};
use crate::certificate::Certificate;
use crate::private_key::{Found, PrivateKey, is_encrypted};

/// The most bytes of a file that is taken for a key or a certificate.
const MAX_BYTES: usize = 64 << 10;
/// The arcs of PKCS#5 and PKCS#12: what keys are encrypted with (RFC 8018, RFC 7292).
const ENCRYPTIONS: [&[u8]; 2] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c],
];

/// A private key, encrypted or not, or a certificate.
pub(super) fn recognise(file: &File<'_>) -> Option<Material> {
    if file.bytes.first() != Some(&asn1::SEQUENCE) || file.bytes.len() > MAX_BYTES {
        return None;
    }
    let is_named = file.name().ends_with(b".pk8");
    if is_encrypted(file.bytes) && (is_named || has_encryption(file.bytes)) {
        let material = Material::new("encrypted private key, PKCS#8 (DER)", Part::Key);
        return Some(material.state(State::Locked));
    }
    let key = |what| Material::new(what, Part::Key);
    let pkcs8 = PrivateKey::from_pkcs8(file.bytes);
    let why = match pkcs8 {
        Ok(Found::Key(read)) => {
            let material = key("private key, PKCS#8 (DER)");
            return Some(pem::open_key(file, material, &read));
        }
        Ok(Found::HsmAlias(_)) => {
            return Some(key("private key, PKCS#8 (DER)").state(pem::hsm_alias()));
        }
        Err(why) => why,
    };
    if is_named {
        return Some(key("private key, PKCS#8 (DER)").state(State::Dead(why)));
    }
    if let Ok(read) = PrivateKey::from_sec1(file.bytes) {
        return Some(pem::open_key(file, key("private key, SEC 1 (DER)"), &read));
    }
    if let Ok(read) = PrivateKey::from_pkcs1(file.bytes) {
        return Some(pem::open_key(file, key("private key, PKCS#1 (DER)"), &read));
    }
    if let Ok(read) = Certificate::read(file.bytes) {
        return Some(certificate(&read));
    }
    begins_as_key(file.bytes).then(|| {
        let why = "it begins as a private key in DER and could not be read as one";
        key("private key, by its first bytes").state(State::NotChecked(why.into()))
    })
}

fn certificate(read: &Certificate) -> Material {
    Material::new("certificate, DER", Part::Needed)
        .fact("subject", read.subject.as_str())
        .fact("issuer", read.issuer.as_str())
        .fact("algorithm", read.algorithm.as_str())
        .fact("expires", read.not_after.to_string())
}

fn has_encryption(der: &[u8]) -> bool {
    let mut near = der.windows(8).take(16);
    near.any(|part| ENCRYPTIONS.contains(&part))
}

/// A structure that fills the file, and begins with the version of a key: 0 of PKCS#8, PKCS#1 and DSA, 1 of SEC 1.
fn begins_as_key(der: &[u8]) -> bool {
    let mut outside = Reader::new(der);
    let Ok(mut parts) = outside.sequence() else {
        return false;
    };
    let version = parts
        .take(asn1::INTEGER)
        .and_then(|version| version.small());
    outside.finish().is_ok() && version.is_ok_and(|version| version <= 1)
}
