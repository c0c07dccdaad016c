//! Public keys as they stand in certificates: `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
//!
//! Knows the names of algorithms and curves; checks nothing.

use crate::asn1::{self, Malformed, Reader, without_zeros};

/// The curves that Corda and other nodes use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    Secp256r1,
    /// NIST P-384.
    Secp384r1,
    /// NIST P-521.
    Secp521r1,
    /// That of Bitcoin and Ethereum.
    Secp256k1,
}

impl Curve {
    /// The curve of this number.
    pub fn from_oid(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.10045.3.1.7" => Self::Secp256r1,
            "1.3.132.0.34" => Self::Secp384r1,
            "1.3.132.0.35" => Self::Secp521r1,
            "1.3.132.0.10" => Self::Secp256k1,
            _ => return None,
        })
    }

    /// Its name: "secp256r1".
    pub fn name(self) -> &'static str {
        match self {
            Self::Secp256r1 => "secp256r1",
            Self::Secp384r1 => "secp384r1",
            Self::Secp521r1 => "secp521r1",
            Self::Secp256k1 => "secp256k1",
        }
    }

    /// How many bytes a private key and a coordinate have.
    pub fn bytes(self) -> usize {
        match self {
            Self::Secp256r1 | Self::Secp256k1 => 32,
            Self::Secp384r1 => 48,
            Self::Secp521r1 => 66,
        }
    }

    /// Its number as a DER value.
    fn der(self) -> &'static [u8] {
        match self {
            Self::Secp256r1 => b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
            Self::Secp384r1 => b"\x06\x05\x2b\x81\x04\x00\x22",
            Self::Secp521r1 => b"\x06\x05\x2b\x81\x04\x00\x23",
            Self::Secp256k1 => b"\x06\x05\x2b\x81\x04\x00\x0a",
        }
    }
}

/// What kind of key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On an elliptic curve.
    Ec(Curve),
    /// RFC 8410.
    Ed25519,
    /// RFC 8017; how many bits the modulus has.
    Rsa(usize),
    /// Anything else: what it is called, or the number of its algorithm.
    Other(String),
}

impl Kind {
    /// "EC secp256r1", "Ed25519", "RSA 3072 bits", or the algorithm's number.
    pub fn name(&self) -> String {
        match self {
            Self::Ec(curve) => format!("EC {}", curve.name()),
            Self::Ed25519 => "Ed25519".into(),
            Self::Rsa(bits) => format!("RSA {bits} bits"),
            Self::Other(name) => name.clone(),
        }
    }
}

/// An algorithm with its parameters: `AlgorithmIdentifier`.
pub struct Algorithm<'a> {
    /// Its number.
    pub oid: String,
    /// What comes with it, DER; empty where nothing does.
    pub parameters: &'a [u8],
}

impl<'a> Algorithm<'a> {
    /// The algorithm that comes next.
    ///
    /// # Errors
    /// When none does.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let mut inside = reader.sequence()?;
        Ok(Self {
            oid: inside.oid()?,
            parameters: inside.rest(),
        })
    }

    /// What keys of this algorithm are, as far as that does not hang on the key itself: not the bits of RSA.
    pub fn kind(&self) -> Kind {
        match self.oid.as_str() {
            RSA => Kind::Rsa(0),
            "1.3.101.112" => Kind::Ed25519,
            "1.2.840.10045.2.1" => match Reader::new(self.parameters).oid() {
                Ok(oid) => Curve::from_oid(&oid)
                    .map_or_else(|| Kind::Other(format!("EC on the curve {oid}")), Kind::Ec),
                Err(_) => Kind::Other("EC on a curve of its own".into()),
            },
            "1.3.101.113" => Kind::Other("Ed448".into()),
            "1.3.101.110" => Kind::Other("X25519".into()),
            "1.2.840.10040.4.1" => Kind::Other("DSA".into()),
            "1.2.840.113549.1.1.10" => Kind::Other("RSA-PSS".into()),
            // `CompositeKey.kt` of Corda 4.12: public keys of several holders.
            "2.25.30086077608615255153862931087626791002" => {
                Kind::Other("Corda composite key".into())
            }
            other => Kind::Other(other.to_owned()),
        }
    }
}

const RSA: &str = "1.2.840.113549.1.1.1";

/// A public key that could be read.
pub struct PublicKey<'a> {
    /// What kind it is.
    pub kind: Kind,
    /// The key itself: a point, 32 bytes, or an `RSAPublicKey`.
    pub bits: &'a [u8],
}

impl<'a> PublicKey<'a> {
    /// Reads a `SubjectPublicKeyInfo`, DER.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut parts = Reader::new(der).sequence()?;
        let algorithm = Algorithm::read(&mut parts)?;
        let bits = parts.take(asn1::BIT_STRING)?.bits()?;
        let kind = match algorithm.kind() {
            Kind::Rsa(_) => {
                let (modulus, _) = rsa_parts(bits)?;
                Kind::Rsa(bit_length(modulus))
            }
            kind => kind,
        };
        Ok(Self { kind, bits })
    }
}

/// Modulus and public exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1), big-endian without leading zeros.
///
/// # Errors
/// When it is none.
pub fn rsa_parts(der: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut parts = Reader::new(der).sequence()?;
    let modulus = parts.take(asn1::INTEGER)?.unsigned()?;
    let exponent = parts.take(asn1::INTEGER)?.unsigned()?;
    Ok((modulus, exponent))
}

/// How many bits a big-endian number has.
pub fn bit_length(digits: &[u8]) -> usize {
    let digits = without_zeros(digits);
    let zeros = digits.first().map_or(0, |first| first.leading_zeros());
    digits.len() * 8 - zeros as usize
}

/// The `SubjectPublicKeyInfo` of a point on a curve.
pub fn ec_info(curve: Curve, point: &[u8]) -> Vec<u8> {
    let algorithm = [b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", curve.der()].concat();
    info(&algorithm, point)
}

/// The `SubjectPublicKeyInfo` of an Ed25519 key (RFC 8410, section 4).
pub fn ed25519_info(key: &[u8]) -> Vec<u8> {
    info(b"\x06\x03\x2b\x65\x70", key)
}

/// The `SubjectPublicKeyInfo` of an RSA key of these big-endian numbers.
pub fn rsa_info(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [number(modulus), number(exponent)].concat();
    let key = value(asn1::SEQUENCE, &numbers);
    info(
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
        &key,
    )
}

fn info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = value(asn1::BIT_STRING, &[&[0], key].concat());
    let inside = [value(asn1::SEQUENCE, algorithm), bits].concat();
    value(asn1::SEQUENCE, &inside)
}

/// A DER INTEGER.
fn number(digits: &[u8]) -> Vec<u8> {
    let digits = without_zeros(digits);
    let sign = match digits.first() {
        Some(first) if first & 0x80 == 0 => &[][..],
        _ => &[0],
    };
    value(asn1::INTEGER, &[sign, digits].concat())
}

/// A DER value.
fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(len) if len < 0x80 => out.push(len),
        _ => {
            let len = content.len().to_be_bytes();
            let len = without_zeros(&len);
            // A length has at most 8 digits.
            out.push(0x80 | len.len() as u8);
            out.extend_from_slice(len);
        }
    }
    out.extend_from_slice(content);
    out
}
