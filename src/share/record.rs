//! A share as the bytes that stand in its codes: all that is in its file, without JSON and armour.
//!
//! Knows bytes; how they become texts of codes is not its business. `docs/format.md`, section 11, has the table.

use zeroize::Zeroizing;

use super::read::{check_numbers, newer};
use super::secret_part::SecretPart;
use super::{Closed, Facts, ReadShare};
use crate::cipher::Protected;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::key::KEY_BYTES;
use crate::kind::Kind;
use crate::label::Label;
use crate::secret::SecretBytes;
use crate::signature::PublicKey;

/// The first byte: what the record holds.
const OPEN: u8 = 1;
const PROTECTED: u8 = 2;
/// A record's length is a multiple of this: so many bytes are eight letters of base32.
const GRAIN: usize = 5;

impl ReadShare {
    /// What its codes carry: the share file without JSON and armour, and zeros to a multiple of 5 bytes.
    ///
    /// # Errors
    /// [`Error::Limit`] for a name or a protected secret part too long for its length field; [`Error::SelfTest`].
    pub fn to_record(&self) -> Result<Zeroizing<Vec<u8>>> {
        let name = self.facts.custodian.as_str().as_bytes();
        let (form, secret, age_file) = match &self.secret {
            SecretPart::Open(y) => (OPEN, y.expose(), None),
            SecretPart::Closed {
                protected,
                commitment,
                ..
            } => (
                PROTECTED,
                commitment.0.as_slice(),
                Some(protected.to_binary()?),
            ),
        };
        let facts = &self.facts;
        // At its full length at once: what grows leaves copies behind.
        let room = 256 + age_file.as_ref().map_or(0, Vec::len);
        let mut record = Zeroizing::new(Vec::with_capacity(room));
        record.extend_from_slice(&[form, facts.kind.byte(), facts.k, facts.n, facts.number]);
        record.extend_from_slice(secret);
        record.extend_from_slice(&facts.public_key.0);
        record.extend_from_slice(&self.signature);
        record.push(counted(name.len(), u8::MAX)?);
        record.extend_from_slice(name);
        if let Some(age_file) = age_file {
            record.extend_from_slice(&counted(age_file.len(), u16::MAX)?.to_be_bytes());
            record.extend_from_slice(&age_file);
        }
        let whole = record.len().next_multiple_of(GRAIN);
        record.resize(whole, 0);
        Ok(record)
    }

    /// The inverse of [`ReadShare::to_record`].
    ///
    /// # Errors
    /// [`Error::Code`] for what coldvault does not print; [`Error::Newer`] for a later version.
    pub fn from_record(record: &[u8]) -> Result<Self> {
        if !record.len().is_multiple_of(GRAIN) {
            return Err(Error::misread("it is cut short"));
        }
        let mut rest = Rest(record);
        let form = match rest.take()? {
            [form @ (OPEN | PROTECTED)] => form,
            [0] => return Err(Error::misread("it is no share")),
            [later] => return Err(newer(&format!("form {later} of share records"))),
        };
        let [kind, k, n, number] = rest.take()?;
        let secret = SecretBytes::copied(rest.slice(KEY_BYTES)?);
        let public_key = PublicKey(rest.take()?);
        let signature = rest.take()?;
        let [len] = rest.take()?;
        let facts = Facts {
            public_key,
            kind: Kind::from_byte(kind).ok_or_else(|| Error::misread("its kind is unknown"))?,
            k,
            n,
            number,
            custodian: custodian(rest.slice(usize::from(len))?)?,
        };
        check_numbers(&facts).map_err(Error::misread)?;
        let secret = match form {
            OPEN => SecretPart::Open(secret),
            _ => closed(&secret, rest.counted()?)?,
        };
        rest.only_filling()?;
        Ok(Self {
            facts,
            secret,
            signature,
        })
    }

    /// Of whom a record is, as far as its beginning says; for a protected share whose codes are not all there.
    pub fn custodian_in_record(beginning: &[u8]) -> Option<Label> {
        let mut rest = Rest(beginning);
        let [form, ..]: [u8; 1 + 4 + KEY_BYTES + 32 + 64] = rest.take().ok()?;
        let [len] = rest.take().ok()?;
        let is_known = [OPEN, PROTECTED].contains(&form);
        is_known.then(|| custodian(rest.slice(usize::from(len)).ok()?).ok())?
    }
}

/// A length as its field holds it.
fn counted<T: TryFrom<usize> + Into<u64>>(bytes: usize, most: T) -> Result<T> {
    T::try_from(bytes).map_err(|_| Error::Limit {
        what: "bytes in a field of a share's record".into(),
        limit: most.into(),
    })
}

fn custodian(name: &[u8]) -> Result<Label> {
    let name = std::str::from_utf8(name).map_err(|_| Error::misread("its name is not UTF-8"))?;
    Label::stored(name).map_err(|error| Error::misread(error.to_string()))
}

fn closed(commitment: &SecretBytes, age_file: &[u8]) -> Result<SecretPart> {
    let refused = "what is in it is not an age file that coldvault opens";
    let commitment = commitment.expose().try_into();
    Ok(SecretPart::Closed {
        protected: Protected::from_binary(age_file).ok_or_else(|| Error::misread(refused))?,
        commitment: Digest(commitment.map_err(|_| Error::misread(refused))?),
        left: Closed::NotNeeded,
    })
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn slice(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or_else(|| Error::misread("it is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let short = |_| Error::misread("it is cut short");
        self.slice(N)?.try_into().map_err(short)
    }

    /// Two bytes that say how many follow, and those.
    fn counted(&mut self) -> Result<&'a [u8]> {
        let len = u16::from_be_bytes(self.take()?);
        self.slice(usize::from(len))
    }

    fn only_filling(&self) -> Result<()> {
        let filling = self.0.len() < GRAIN && self.0.iter().all(|byte| *byte == 0);
        let why = "something follows its end";
        filling.then_some(()).ok_or_else(|| Error::misread(why))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cipher::{Passphrase, Protection, Recipient};
    use crate::share::Share;
    use crate::signature::Identity;

    fn share(custodian: &str) -> Share {
        let secret = SecretBytes::copied(&[3; 32]);
        let identity = Identity::derive(&secret, "coldvault/identity/1/production");
        let facts = Facts {
            public_key: identity.public_key(),
            kind: Kind::Production,
            k: 3,
            n: 5,
            number: 2,
            custodian: Label::new(custodian).unwrap(),
        };
        Share::bind(facts, SecretBytes::copied(&[8; 32]), &identity)
    }

    fn protected(share: &Share, with: &Protection) -> Zeroizing<Vec<u8>> {
        share.to_protected_bytes(&Protected::seal(&share.point.y, with).unwrap())
    }

    fn to_key() -> Protection {
        let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        Protection::Recipient(Recipient::parse(key).unwrap())
    }

    fn passphrase() -> Protection {
        let bytes = SecretBytes::copied(b"correct horse battery");
        Protection::Passphrase(Passphrase::chosen(bytes).unwrap())
    }

    fn record(file: &[u8]) -> Zeroizing<Vec<u8>> {
        ReadShare::from_bytes(file).unwrap().to_record().unwrap()
    }

    fn comes_back(file: &[u8]) {
        let record = record(file);
        assert_eq!(record.len() % 5, 0);
        let read = ReadShare::from_record(&record).unwrap();
        assert!(read.is_signed());
        assert_eq!(read.to_bytes().as_slice(), file);
        assert_eq!(*read.to_record().unwrap(), *record);
    }

    #[test]
    fn a_share_file_comes_back_to_the_byte_open_or_protected() {
        for custodian in ["a", "legal", "Zürich Räte", &"n".repeat(48)] {
            let share = share(custodian);
            comes_back(&share.to_bytes());
            comes_back(&protected(&share, &to_key()));
        }
        comes_back(&protected(&share("legal"), &passphrase()));
    }

    #[test]
    fn an_open_record_is_what_the_table_says() {
        let share = share("legal");
        let record = record(&share.to_bytes());
        assert_eq!(record[..5], [1, 1, 3, 5, 2]);
        assert_eq!(record[5..37], [8; 32]);
        assert_eq!(record[37..69], share.facts.public_key.0);
        assert_eq!(record[133..], *b"\x05legal\0");
    }

    #[test]
    fn the_custodian_can_be_read_before_the_rest_is_there() {
        let record = record(&protected(&share("legal"), &to_key()));
        let name = |len: usize| {
            let name = ReadShare::custodian_in_record(&record[..len]);
            name.map(|name| name.to_string())
        };
        assert_eq!(name(139).as_deref(), Some("legal"));
        assert_eq!(name(138), None);
    }

    #[test]
    fn what_coldvault_does_not_print_is_refused_and_a_later_form_named() {
        let good = record(&share("legal").to_bytes());
        let with = |place: usize, byte: u8| {
            let mut bad = good.to_vec();
            bad[place] = byte;
            ReadShare::from_record(&bad)
        };
        for (place, byte) in [(0, 0), (1, 0), (1, 3), (2, 1), (3, 2), (4, 0), (4, 6)] {
            assert!(
                matches!(with(place, byte), Err(Error::Code { .. })),
                "{place}"
            );
        }
        for (place, byte) in [(133, 0), (133, 49), (133, 255), (134, 0xFF), (139, 1)] {
            assert!(
                matches!(with(place, byte), Err(Error::Code { .. })),
                "{place}"
            );
        }
        assert!(matches!(with(0, 3), Err(Error::Newer { .. })));
        let longer = [good.as_slice(), &[0; 5]].concat();
        assert!(ReadShare::from_record(&longer).is_err());
        for len in 0..good.len() {
            assert!(ReadShare::from_record(&good[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn an_open_share_is_no_protected_one_nor_the_reverse() {
        let mut open = record(&share("legal").to_bytes()).to_vec();
        open[0] = PROTECTED;
        assert!(ReadShare::from_record(&open).is_err());
        let mut closed = record(&protected(&share("legal"), &to_key())).to_vec();
        closed[0] = OPEN;
        assert!(ReadShare::from_record(&closed).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_back_the_same(
            mut bytes in prop::collection::vec(any::<u8>(), 0..300),
            form in 0_u8..4,
        ) {
            if bytes.len() > 134 {
                bytes[..5].copy_from_slice(&[form, 1, 2, 3, 1]);
                bytes[133] %= 4;
                bytes.truncate(140);
                bytes[134..].fill(b'a');
            }
            if let Ok(read) = ReadShare::from_record(&bytes) {
                prop_assert_eq!(&*read.to_record().unwrap(), &bytes);
            }
        }
    }
}
