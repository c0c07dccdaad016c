//! X.509 certificates that other software wrote: what they say, and whether one was signed by another.
//!
//! Knows ASN.1 and public keys; no keystores, no files, no secrets. Times are judged by whoever asks, against a clock of
//! theirs. Reads what Java reads and is no stricter: a certificate of a composite key of Corda is as good as any.

pub mod public_key;

mod name;
mod secp256k1;
mod signed;

pub use name::printable;

use crate::asn1::{self, Malformed, Reader, Value};
use crate::digest::Digest;
use crate::time::Time;

/// The most bytes of a certificate that is read.
pub const MAX_BYTES: usize = 64 << 10;

/// What a Corda certificate is for: the extension 1.3.6.1.4.1.50530.1.1 (`CertRole.kt` of Corda 4.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 1
    DoormanCa,
    /// 2
    NetworkMap,
    /// 3
    ServiceIdentity,
    /// 4
    NodeCa,
    /// 5
    Tls,
    /// 6
    LegalIdentity,
    /// 7
    ConfidentialLegalIdentity,
    /// 8
    NetworkParameters,
}

impl Role {
    fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::DoormanCa,
            2 => Self::NetworkMap,
            3 => Self::ServiceIdentity,
            4 => Self::NodeCa,
            5 => Self::Tls,
            6 => Self::LegalIdentity,
            7 => Self::ConfidentialLegalIdentity,
            8 => Self::NetworkParameters,
            _ => return None,
        })
    }
}

/// The number of the extension that holds a [`Role`].
const ROLE: &str = "1.3.6.1.4.1.50530.1.1";

/// A certificate that could be read. That it could says nothing of whether it is genuine.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Whose it is, as `keytool` writes it: "O=Bank A, L=London, C=GB".
    pub subject: String,
    /// Who signed it, written likewise.
    pub issuer: String,
    /// From when on it holds.
    pub not_before: Time,
    /// Until when it holds.
    pub not_after: Time,
    /// What Corda takes it for, if it says so.
    pub role: Option<Role>,
    /// "EC secp256r1", "EC secp256k1", "Ed25519", "RSA 3072 bits", or the algorithm's number.
    pub algorithm: String,
    /// SHA-256 of the DER bytes.
    pub sha256: Digest,
    /// The public key as `SubjectPublicKeyInfo`, DER.
    pub public_key: Vec<u8>,
    /// All of it, DER.
    pub der: Vec<u8>,
}

/// Whether one certificate was signed by the key of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// It was.
    Yes,
    /// It was not, or it names another issuer.
    No,
    /// Its algorithm is not one that is checked here.
    NotChecked(String),
}

impl Certificate {
    /// Reads one certificate (RFC 5280, section 4.1).
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(der: &[u8]) -> Result<Self, String> {
        if der.len() > MAX_BYTES {
            return Err(format!(
                "it has {} bytes, more than any certificate",
                der.len()
            ));
        }
        let parts = Parts::read(der)?;
        let mut fields = parts.signed.inside();
        fields.optional(asn1::context(0))?;
        fields.take(asn1::INTEGER)?;
        fields.sequence()?;
        let issuer = name::shown(fields.take(asn1::SEQUENCE)?)?;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        let subject = name::shown(fields.take(asn1::SEQUENCE)?)?;
        let public_key = fields.take(asn1::SEQUENCE)?.whole;
        Ok(Self {
            subject,
            issuer,
            not_before,
            not_after,
            role: role(fields)?,
            algorithm: public_key::PublicKey::read(public_key)?.kind.name(),
            sha256: Digest::of(der),
            public_key: public_key.to_vec(),
            der: der.to_vec(),
        })
    }

    /// Whether `issuer` signed it: by name and by signature.
    pub fn signed_by(&self, issuer: &Self) -> Signed {
        if compared_name(&self.issuer) != compared_name(&issuer.subject) {
            return Signed::No;
        }
        signed::check(&self.der, &issuer.public_key)
    }

    /// Whether it signed itself, as a root does. That it names itself as its issuer is not enough: Corda's node CA has the
    /// name of those whose certificates it signs.
    pub fn signed_by_itself(&self) -> Signed {
        self.signed_by(self)
    }

    /// Whole days from `now` until it ends; negative when it has ended.
    pub fn days_left(&self, now: Time) -> i64 {
        self.not_after.full_days_since(now)
    }
}

/// A name as it is compared: small letters and capitals are the same (RFC 5280, section 7.1).
pub fn compared_name(shown: &str) -> String {
    shown.to_lowercase()
}

/// The three parts of a certificate.
struct Parts<'a> {
    /// What was signed, as it stands there: to write it again would be other bytes.
    signed: Value<'a>,
    /// Number of the algorithm of the signature.
    algorithm: String,
    /// What comes with the algorithm. Corda puts a curve here, and others a NULL.
    parameters: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut outside = Reader::new(der);
        let mut parts = outside.sequence()?;
        outside.finish()?;
        let signed = parts.take(asn1::SEQUENCE)?;
        let mut algorithm = parts.sequence()?;
        let signature = parts.take(asn1::BIT_STRING)?.bits()?;
        parts.finish()?;
        Ok(Self {
            signed,
            algorithm: algorithm.oid()?,
            parameters: algorithm.rest(),
            signature,
        })
    }
}

/// A point in time: UTCTime or GeneralizedTime (RFC 5280, section 4.1.2.5), always in UTC; whole seconds.
fn time(fields: &mut Reader<'_>) -> Result<Time, String> {
    const WRONG: &str = "it holds a date that is none";
    let value = fields.next_value()?;
    let text = std::str::from_utf8(value.content).map_err(|_| WRONG)?;
    let digits = text.strip_suffix('Z').ok_or(WRONG)?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(WRONG.into());
    }
    let digits = match (value.tag, digits.len()) {
        (0x17, 10 | 12) if digits < "50" => format!("20{digits}"),
        (0x17, 10 | 12) => format!("19{digits}"),
        (0x18, 12 | 14) => digits.to_owned(),
        _ => return Err(WRONG.into()),
    };
    let part = |from: usize| digits.get(from..from + 2).unwrap_or("00");
    let text = format!(
        "{}{}-{}-{}T{}:{}:{}Z",
        part(0),
        part(2),
        part(4),
        part(6),
        part(8),
        part(10),
        part(12)
    );
    Time::parse(&text).map_err(|_| WRONG.into())
}

/// The role among the extensions, which are the last field behind optional others.
fn role(mut fields: Reader<'_>) -> Result<Option<Role>, Malformed> {
    while let Some(tag) = fields.peek() {
        let field = fields.next_value()?;
        if tag != asn1::context(3) {
            continue;
        }
        let mut extensions = field.inside().sequence()?;
        while !extensions.is_empty() {
            let mut extension = extensions.sequence()?;
            if extension.oid()? == ROLE {
                // Whether it is critical stands between.
                extension.optional(BOOLEAN)?;
                let mut value = extension.take(asn1::OCTET_STRING)?.inside();
                return Ok(Role::from_number(value.take(asn1::INTEGER)?.small()?));
            }
        }
    }
    Ok(None)
}

const BOOLEAN: u8 = 0x01;

#[cfg(test)]
mod tests;
