//! What lies in a PKCS#12: `SafeContents` and their bags (RFC 7292, section 4.2).

use zeroize::Zeroizing;

use super::super::jks::count;
use super::super::opened::MAX_KEY;
use super::{Flaw, string};
use crate::asn1::{self, Reader, Value};
use crate::certificate::Certificate;

/// How deep bags of bags may lie in each other.
const MAX_DEPTH: usize = 8;

/// The bags of a store, in its order.
pub(super) struct Bags {
    pub(super) all: Vec<Bag>,
    /// Whether there are no more that are hidden.
    pub(super) is_complete: bool,
    /// Whether some were decrypted.
    pub(super) were_hidden: bool,
    parts: usize,
}

impl Default for Bags {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            is_complete: true,
            were_hidden: false,
            parts: 0,
        }
    }
}

/// One thing in a store.
pub(super) struct Bag {
    pub(super) content: Bagged,
    /// `friendlyName`.
    pub(super) name: Option<String>,
    /// `localKeyId`: what belongs together has the same.
    pub(super) id: Option<Vec<u8>>,
    /// Whether Java takes it for a trusted certificate.
    pub(super) is_trusted: bool,
}

/// What a bag holds.
pub(super) enum Bagged {
    Certificate(Result<Certificate, String>),
    /// A `PrivateKeyInfo` in clear.
    Plain(Zeroizing<Vec<u8>>),
    /// An `EncryptedPrivateKeyInfo`.
    Shrouded(Vec<u8>),
    /// The same around a secret key.
    ShroudedSecret(Vec<u8>),
    /// A secret that is not read: the number of its kind.
    OtherSecret(String),
}

const KEY: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY: &str = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE: &str = "1.2.840.113549.1.12.10.1.3";
const REVOCATIONS: &str = "1.2.840.113549.1.12.10.1.4";
const SECRET: &str = "1.2.840.113549.1.12.10.1.5";
const CONTENTS: &str = "1.2.840.113549.1.12.10.1.6";

impl Bags {
    /// Adds the bags of a `SafeContents`.
    pub(super) fn read(&mut self, contents: &[u8]) -> Result<(), Flaw> {
        let mut outside = Reader::new(contents);
        let bags = outside.sequence()?;
        outside.finish()?;
        self.each(bags, 0)
    }

    fn each(&mut self, mut bags: Reader<'_>, depth: usize) -> Result<(), Flaw> {
        while !bags.is_empty() {
            let mut bag = bags.sequence()?;
            count(&mut self.parts)?;
            let kind = bag.oid()?;
            let value = bag.take(asn1::context(0))?;
            if kind == CONTENTS && depth == MAX_DEPTH {
                return Err(Flaw::Damaged("too many bags lie in each other".into()));
            }
            if kind == CONTENTS {
                self.each(value.inside().sequence()?, depth + 1)?;
                continue;
            }
            let Some(content) = content(&kind, value)? else {
                continue;
            };
            let attributes = bag.optional(asn1::SET)?;
            bag.finish()?;
            let mut read = Bag {
                content,
                name: None,
                id: None,
                is_trusted: false,
            };
            if let Some(attributes) = attributes {
                read.describe(attributes.inside())?;
            }
            self.all.push(read);
        }
        Ok(())
    }
}

/// What a bag of this kind holds; `None` for lists of revoked certificates, which are no entries.
fn content(kind: &str, value: Value<'_>) -> Result<Option<Bagged>, Flaw> {
    let mut inside = value.inside();
    let content = match kind {
        KEY => {
            let key = inside.take(asn1::SEQUENCE)?.whole;
            bounded(key)?;
            Bagged::Plain(Zeroizing::new(key.to_vec()))
        }
        SHROUDED_KEY => {
            let key = inside.take(asn1::SEQUENCE)?.whole;
            bounded(key)?;
            Bagged::Shrouded(key.to_vec())
        }
        CERTIFICATE => {
            let mut parts = inside.sequence()?;
            let kind = parts.oid()?;
            let value = string(&mut parts.take(asn1::context(0))?.inside());
            Bagged::Certificate(match kind.as_str() {
                "1.2.840.113549.1.9.22.1" => Certificate::read(&value?.octets()?),
                other => Err(format!("it is of the kind {other}, not X.509")),
            })
        }
        SECRET => {
            let mut parts = inside.sequence()?;
            let kind = parts.oid()?;
            // Java puts an encrypted key into a string (`PKCS12KeyStore.java`).
            match kind.as_str() {
                SHROUDED_KEY => {
                    let value = string(&mut parts.take(asn1::context(0))?.inside())?;
                    bounded(value.content)?;
                    Bagged::ShroudedSecret(value.octets()?.to_vec())
                }
                _ => Bagged::OtherSecret(kind),
            }
        }
        REVOCATIONS => return Ok(None),
        other => return Err(Flaw::Damaged(format!("it holds a bag of the kind {other}"))),
    };
    Ok(Some(content))
}

fn bounded(key: &[u8]) -> Result<(), Flaw> {
    match key.len() > MAX_KEY {
        true => Err(Flaw::Damaged("a key in it is longer than any key".into())),
        false => Ok(()),
    }
}

impl Bag {
    fn describe(&mut self, mut attributes: Reader<'_>) -> Result<(), Flaw> {
        while !attributes.is_empty() {
            let mut attribute = attributes.sequence()?;
            let kind = attribute.oid()?;
            let mut values = attribute.take(asn1::SET)?.inside();
            match kind.as_str() {
                "1.2.840.113549.1.9.20" if !values.is_empty() => {
                    self.name = Some(name(values.next_value()?.content));
                }
                "1.2.840.113549.1.9.21" if !values.is_empty() => {
                    self.id = Some(values.next_value()?.content.to_vec());
                }
                // Of Oracle: for what the certificate is trusted.
                "2.16.840.1.113894.746875.1.1" => self.is_trusted = true,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A BMPString.
fn name(content: &[u8]) -> String {
    let (pairs, _) = content.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}
