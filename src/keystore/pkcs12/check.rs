//! The check of a whole store: `MacData` (RFC 7292, section 4 and appendix B), and PBMAC1 (RFC 9579).

use ring::hmac;

use super::super::password::Password;
use super::super::pbe::{Hash, Purpose, Shut, bounded, derive, pbmac1};
use super::super::work::Work;
use super::Flaw;
use crate::asn1::{self, Reader};
use crate::certificate::public_key::Algorithm;

/// What proves a store whole.
pub(super) struct Check<'a> {
    algorithm: Algorithm<'a>,
    mac: &'a [u8],
    salt: &'a [u8],
    rounds: u32,
}

const PBMAC1: &str = "1.2.840.113549.1.5.14";

impl<'a> Check<'a> {
    pub(super) fn read(parts: &mut Reader<'a>) -> Result<Self, Flaw> {
        let mut parts = parts.sequence()?;
        let mut digest = parts.sequence()?;
        let algorithm = Algorithm::read(&mut digest)?;
        let mac = digest.take(asn1::OCTET_STRING)?.content;
        digest.finish()?;
        let salt = parts.take(asn1::OCTET_STRING)?.content;
        let rounds = match parts.optional(asn1::INTEGER)? {
            Some(rounds) => rounds.small()?,
            None => 1,
        };
        parts.finish()?;
        let is_plain = algorithm.parameters.is_empty() || algorithm.parameters == [asn1::NULL, 0];
        if algorithm.oid != PBMAC1 {
            bounded(salt, rounds)?;
            if !is_plain {
                return Err(Flaw::Damaged(
                    "its check has parameters that belong to none".into(),
                ));
            }
        }
        Ok(Self {
            algorithm,
            mac,
            salt,
            rounds,
        })
    }

    /// Whether this is the password, and `content` what was written with it.
    pub(super) fn fits(
        &self,
        password: &Password<'_>,
        content: &[u8],
        work: &mut Work<'_>,
    ) -> Result<bool, Flaw> {
        if self.algorithm.oid == PBMAC1 {
            let parameters = self.algorithm.parameters;
            return match pbmac1(parameters, password, content, self.mac, work) {
                Ok(fits) => Ok(fits),
                Err(Shut::Password) => Ok(false),
                Err(Shut::Flaw(flaw)) => Err(flaw),
            };
        }
        let Some(hash) = Hash::from_oid(&self.algorithm.oid) else {
            let what = format!("its check is of the algorithm {}", self.algorithm.oid);
            return Err(Flaw::NotOpened(what));
        };
        work.take(self.rounds)?;
        let len = hash.hmac().digest_algorithm().output_len();
        let key = derive(
            hash,
            Purpose::Mac,
            &password.terminated,
            self.salt,
            self.rounds,
            len,
            work,
        )?;
        let key = hmac::Key::new(hash.hmac(), &key);
        Ok(hmac::verify(&key, content, self.mac).is_ok())
    }
}
