//! A receipt: a custodian's proof, made alone and far away, that a share is there and whole.
//!
//! Knows the format and signatures, and no files and nobody to ask. It is signed with a key that follows from the share, over
//! words that the office drew, so that it is of after they were drawn. It tells nothing of the share.

use data_encoding::HEXLOWER;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::signature::{Identity, PublicKey, SIGNATURE_BYTES};
use crate::time::Time;
use crate::words;

/// The exact bytes that the message begins with; a verifier looks at them first.
pub const PREFIX: &str = "{\"type\":\"coldvault/receipt/1\",";
const TYPE: &str = "coldvault/receipt/1";
/// The most bytes of a receipt.
pub const MAX_BYTES: usize = 4096;
/// How many words the office draws: 64 bits, which nobody guesses before they are drawn.
pub const CHALLENGE_WORDS: usize = 8;
/// How many words are read out over the phone.
pub const PHONE_WORDS: usize = 4;

/// What a custodian signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of the vault's identity.
    pub public_key: PublicKey,
    /// Of which share.
    pub number: u8,
    /// The words that the office drew, in lower case with one blank between them.
    pub challenge: String,
    /// By the clock of the custodian's machine: a claim.
    pub at: Time,
    /// Name and version of the program.
    pub tool: String,
}

impl Receipt {
    /// The two lines of the file: the message, and the signature over it as hexadecimal digits.
    pub fn sign(&self, check: &Identity) -> String {
        let message = Object::new()
            .with("type", TYPE)
            .with("public_key", self.public_key.hex())
            .with("vault_id", self.public_key.vault_id().hex())
            .with("number", u64::from(self.number))
            .with("challenge", self.challenge.as_str())
            .with("at", self.at.to_string())
            .with("tool", self.tool.as_str())
            .to_line();
        let signature = HEXLOWER.encode(&check.sign(message.as_bytes()));
        format!("{message}\n{signature}\n")
    }
}

/// A receipt as it was read. Nothing in it may be believed yet.
#[derive(Clone, Debug)]
pub struct ReadReceipt {
    /// What it claims.
    pub claims: Receipt,
    message: String,
    signature: Vec<u8>,
}

impl ReadReceipt {
    /// Reads the two lines. Line ends of another system, and a missing last one, are taken too: mail changes them.
    ///
    /// # Errors
    /// [`Error::Json`] for what coldvault does not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let text = Some(bytes).filter(|bytes| bytes.len() <= MAX_BYTES);
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let mut lines = text.unwrap_or_default().lines().map(str::trim_end);
        let (Some(message), Some(signature), None) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(Error::json("a receipt has two lines"));
        };
        if !message.starts_with(PREFIX) {
            return Err(Error::json("it is not a receipt of this version"));
        }
        let signature = HEXLOWER.decode(signature.as_bytes()).ok();
        let signature = signature.filter(|signature| signature.len() == SIGNATURE_BYTES);
        Ok(Self {
            claims: claims(&json::parse(message.as_bytes(), MAX_BYTES)?)?,
            message: message.to_owned(),
            signature: signature
                .ok_or_else(|| Error::json("its second line is not 128 hexadecimal digits"))?,
        })
    }

    /// Whether the holder of the share with this check key signed it.
    pub fn is_signed(&self, check_key: &PublicKey) -> bool {
        check_key.verifies(self.message.as_bytes(), &self.signature)
    }

    /// The two lines as [`Receipt::sign`] writes them.
    pub fn text(&self) -> String {
        format!("{}\n{}\n", self.message, HEXLOWER.encode(&self.signature))
    }

    /// A few words to be read out over the phone: they tell which receipt it is, and prove nothing.
    pub fn phone_code(&self) -> String {
        let Digest(digest) = Digest::of(self.message.as_bytes());
        let bytes = digest.get(..PHONE_WORDS).unwrap_or_default();
        words::words(bytes).join(" ")
    }
}

fn claims(object: &Object) -> Result<Receipt> {
    let receipt = Receipt {
        public_key: PublicKey(object.array("public_key")?),
        number: object.byte("number")?,
        challenge: object.text("challenge")?.to_owned(),
        at: Time::parse(object.text("at")?)?,
        tool: object.text("tool")?.to_owned(),
    };
    match object.text("vault_id")? == receipt.public_key.vault_id().hex() {
        true => Ok(receipt),
        false => Err(Error::json("vault_id is not that of the public key")),
    }
}

/// Words as somebody typed them, `count` of them, in the one form that is signed.
///
/// # Errors
/// [`Error::Usage`] naming the first word that is wrong, by its place.
pub fn normalised(typed: &str, count: usize) -> Result<String> {
    let bytes = words::bytes(typed)?;
    match bytes.len() == count {
        true => Ok(words::words(&bytes).join(" ")),
        false => Err(Error::Usage {
            what: format!("{} words were given; there are {count}", bytes.len()),
            hint: "give all of them as one argument, in quotes".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretBytes;

    fn identity(seed: u8) -> Identity {
        Identity::derive(&SecretBytes::copied(&[seed; 32]), "coldvault/share-check/1")
    }

    fn receipt() -> Receipt {
        Receipt {
            public_key: identity(1).public_key(),
            number: 2,
            challenge: words::words(&[1, 2, 3, 4, 5, 6, 7, 8]).join(" "),
            at: Time::from_unix(1_770_000_000),
            tool: "coldvault 0.1.0".into(),
        }
    }

    #[test]
    fn a_signed_receipt_comes_back_and_holds() {
        let text = receipt().sign(&identity(2));
        assert!(text.starts_with(PREFIX));
        let read = ReadReceipt::from_bytes(text.as_bytes()).unwrap();
        assert_eq!(read.claims, receipt());
        assert!(read.is_signed(&identity(2).public_key()));
        assert!(!read.is_signed(&identity(3).public_key()));
        assert_eq!(read.text(), text);
        let mailed = text.replace('\n', "\r\n");
        let mailed = ReadReceipt::from_bytes(mailed.trim_end().as_bytes()).unwrap();
        assert!(mailed.is_signed(&identity(2).public_key()));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let text = receipt().sign(&identity(2));
        for place in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let read = ReadReceipt::from_bytes(&bytes);
            let holds = read.is_ok_and(|read| read.is_signed(&identity(2).public_key()));
            assert!(!holds, "byte {place}");
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        let good = receipt().sign(&identity(2));
        for bad in [
            String::new(),
            good.replace("receipt/1", "receipt/2"),
            good.lines().next().unwrap().to_owned(),
            format!("{good}more\n"),
            format!("{good}{}", " ".repeat(MAX_BYTES)),
            good.replace("\"number\":2", "\"number\":300"),
            good.replace(&receipt().public_key.vault_id().hex(), &"0".repeat(32)),
        ] {
            assert!(ReadReceipt::from_bytes(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_phone_code_is_four_words_of_this_very_receipt() {
        let code = |receipt: Receipt| {
            let text = receipt.sign(&identity(2));
            ReadReceipt::from_bytes(text.as_bytes())
                .unwrap()
                .phone_code()
        };
        let mine = code(receipt());
        assert_eq!(normalised(&mine, PHONE_WORDS).unwrap(), mine);
        assert_ne!(
            mine,
            code(Receipt {
                number: 3,
                ..receipt()
            })
        );
    }

    #[test]
    fn words_are_taken_in_any_case_and_must_all_be_there() {
        let words = receipt().challenge;
        let typed = words.to_uppercase().replace(' ', "-\n");
        assert_eq!(normalised(&typed, CHALLENGE_WORDS).unwrap(), words);
        let swapped = words.split(' ').rev().collect::<Vec<_>>().join(" ");
        for wrong in ["", &words[..20], &swapped] {
            assert!(
                matches!(normalised(wrong, 8), Err(Error::Usage { .. })),
                "{wrong}"
            );
        }
    }
}
