//! PBKDF2 (RFC 8018, section 5.2 and appendix A.2).

use std::num::NonZeroU32;

use zeroize::Zeroizing;

use super::{Hash, Shut, Work, bounded, not_opened, stopped};
use crate::asn1::{self, Reader};
use crate::certificate::public_key::Algorithm;
use crate::keystore::Flaw;
use crate::stretching::pbkdf2;

/// The longest key that a cipher or a check here takes.
const MAX_KEY: usize = 128;

/// How a key is derived.
pub(super) struct Derivation<'a> {
    salt: &'a [u8],
    rounds: NonZeroU32,
    hash: Hash,
    /// How long the key is, where that is said.
    pub(super) key_bytes: Option<usize>,
}

impl<'a> Derivation<'a> {
    pub(super) fn read(algorithm: &Algorithm<'a>) -> Result<Self, Shut> {
        if algorithm.oid != "1.2.840.113549.1.5.12" {
            return Err(not_opened(format!("the key derivation {}", algorithm.oid)));
        }
        let mut parts = Reader::new(algorithm.parameters).sequence()?;
        let salt = parts.take(asn1::OCTET_STRING)?.content;
        let rounds = parts.take(asn1::INTEGER)?.small()?;
        bounded(salt, rounds)?;
        let key_bytes = parts.optional(asn1::INTEGER)?;
        let key_bytes = key_bytes.map(|value| value.small()).transpose()?;
        let hash = match parts.optional(asn1::SEQUENCE)? {
            None => Hash::Sha1,
            Some(value) => {
                let oid = value.inside().oid()?;
                match Hash::from_hmac(&oid) {
                    Some(hash) => hash,
                    None => return Err(not_opened(format!("the key derivation with {oid}"))),
                }
            }
        };
        Ok(Self {
            salt,
            rounds: NonZeroU32::new(rounds).unwrap_or(NonZeroU32::MIN),
            hash,
            key_bytes: key_bytes.and_then(|len| usize::try_from(len).ok()),
        })
    }

    /// A key of `len` bytes.
    pub(super) fn key(
        &self,
        password: &[u8],
        len: usize,
        work: &mut Work<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, Shut> {
        if len > MAX_KEY || self.key_bytes.is_some_and(|said| said != len) {
            let what = "it names a length of key that its cipher has not";
            return Err(Shut::Flaw(Flaw::Damaged(what.into())));
        }
        let algorithm = self.hash.hmac();
        let digest = algorithm.digest_algorithm().output_len();
        for _ in 0..len.div_ceil(digest) {
            work.take(self.rounds.get())?;
        }
        let mut key = Zeroizing::new(vec![0; len]);
        let both = (self.salt, password);
        pbkdf2(algorithm, self.rounds, both, &mut key, work.go_on()).ok_or_else(stopped)?;
        Ok(key)
    }
}
