//! Ed25519 identities, their public keys, and the vault id.
//!
//! Knows `ring`'s Ed25519 and HKDF; bytes in, bytes out. What a message means is not its business.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::secret::SecretBytes;
use crate::words;

/// The 12 bytes that stand before an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The length of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// A key pair that signs. Made from a secret when it is needed and dropped right after.
pub struct Identity(Box<Ed25519KeyPair>);

impl Identity {
    /// The key pair whose seed is HKDF-SHA-256 (RFC 5869) with empty salt, `secret` as input and `info`.
    pub fn derive(secret: &SecretBytes, info: &str) -> Self {
        let seed = hkdf(secret, info);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose())
            .expect("a seed of 32 bytes is always accepted");
        Self(Box::new(pair))
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(key)
    }

    /// The signature over `message` (RFC 8032, section 5.1.6).
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(self.0.sign(message).as_ref());
        signature
    }
}

/// 32 bytes of HKDF-SHA-256 output.
fn hkdf(secret: &SecretBytes, info: &str) -> SecretBytes {
    struct Len32;
    impl KeyType for Len32 {
        fn len(&self) -> usize {
            32
        }
    }
    let key = Salt::new(HKDF_SHA256, b"").extract(secret.expose());
    let info = [info.as_bytes()];
    let output = key
        .expand(&info, Len32)
        .expect("32 bytes are within HKDF's limit");
    SecretBytes::filled(32, |seed| {
        output
            .fill(seed)
            .expect("the buffer has the length that was asked for")
    })
}

/// Whether HKDF gives the answer of RFC 5869, test case 3.
pub fn known_hkdf_answer() -> bool {
    let okm = hkdf(&SecretBytes::copied(&[0x0b; 22]), "");
    HEXLOWER.encode(okm.expose())
        == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
}

/// Whether Ed25519 gives the public key and signature of RFC 8032, section 7.1, test 2, and refuses another message.
pub fn known_answer() -> bool {
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNED: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                          085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    let seed = HEXLOWER.decode(SEED.as_bytes()).unwrap_or_default();
    let Ok(pair) = Ed25519KeyPair::from_seed_unchecked(&seed) else {
        return false;
    };
    let identity = Identity(Box::new(pair));
    let (key, signature) = (identity.public_key(), identity.sign(&[0x72]));
    key.hex() == PUBLIC
        && HEXLOWER.encode(&signature) == SIGNED
        && key.verifies(&[0x72], &signature)
        && !key.verifies(&[0x73], &signature)
}

/// An Ed25519 public key: 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Whether `signature` over `message` was made by the holder of the other half.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(message, signature)
            .is_ok()
    }

    /// The vault id: the first 16 bytes of the key's SHA-256.
    pub fn vault_id(&self) -> VaultId {
        let Digest(digest) = Digest::of(&self.0);
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        VaultId(id)
    }

    /// PEM text (RFC 7468, RFC 8410) that stock `openssl` reads.
    pub fn to_pem(&self) -> String {
        let spki = [SPKI_PREFIX.as_slice(), &self.0].concat();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            BASE64.encode(&spki)
        )
    }

    /// The inverse of [`PublicKey::to_pem`]; `None` for any other text.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let body = text
            .strip_prefix("-----BEGIN PUBLIC KEY-----\n")?
            .strip_suffix("\n-----END PUBLIC KEY-----\n")?;
        let spki = BASE64.decode(body.as_bytes()).ok()?;
        Some(Self(spki.strip_prefix(&SPKI_PREFIX)?.try_into().ok()?))
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// What people call a vault by: 16 bytes, as 32 hexadecimal digits or 16 PGP words.
///
/// It is for people. Whatever is hashed or signed contains the whole public key instead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultId(pub [u8; 16]);

impl VaultId {
    /// 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// Four lines of four words, to be read aloud.
    pub fn word_lines(&self) -> Vec<String> {
        words::lines(&self.0)
    }

    /// What a person typed: 32 hexadecimal digits or 16 words, in groups with blanks or dashes between them.
    ///
    /// # Errors
    /// [`Error::Usage`] that says what is wrong with it, without repeating it.
    pub fn parse(text: &str) -> Result<Self> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        // No word has a digit in it, and nobody reads sixteen words of a to f.
        let is_digits = plain.chars().all(|c| c.is_ascii_hexdigit());
        let bytes = if is_digits || plain.contains(|c: char| c.is_ascii_digit()) {
            digits(&plain)?
        } else {
            words::bytes(text)?
        };
        let count = bytes.len();
        bytes.try_into().map(Self).map_err(|_| Error::Usage {
            what: format!("{count} words were given; a vault id has 16"),
            hint: "give all 16 as one argument, in quotes, or the 32 digits".into(),
        })
    }

    /// Where two ids differ, if it is in one word only: what a slip of the pen or of a finger looks like.
    pub fn slip(&self, other: &Self) -> Option<String> {
        let pairs = (1..).zip(self.0.iter().zip(&other.0));
        let mut different = pairs.filter(|(_, (ours, theirs))| ours != theirs);
        let (word, (ours, theirs)) = different.next()?;
        let (first, second): (usize, usize) = (word * 2 - 1, word * 2);
        let digits = match ours ^ theirs {
            low if low < 0x10 => format!("digit {second}"),
            high if high & 0x0f == 0 => format!("digit {first}"),
            _ => format!("digits {first} and {second}"),
        };
        let slip = format!("word {word} ({digits})");
        different.next().is_none().then_some(slip)
    }
}

/// The bytes of 32 digits.
fn digits(plain: &str) -> Result<Vec<u8>> {
    let usage = |what: String| Error::Usage {
        what,
        hint: "give the 32 digits (0 to 9, a to f), or the 16 words in quotes".into(),
    };
    let wrong = (1..)
        .zip(plain.chars())
        .find(|(_, c)| !c.is_ascii_hexdigit());
    if let Some((place, _)) = wrong {
        let text = format!("character {place} is not a hexadecimal digit");
        return Err(usage(text));
    }
    let count = plain.len();
    HEXLOWER_PERMISSIVE
        .decode(plain.as_bytes())
        .ok()
        .filter(|bytes| bytes.len() == 16)
        .ok_or_else(|| usage(format!("{count} digits were given; a vault id has 32")))
}

impl fmt::Display for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity::derive(
            &SecretBytes::copied(&[7; 32]),
            "coldvault/identity/1/rehearsal",
        )
    }

    #[test]
    fn a_signature_verifies_over_its_message_and_over_no_other() {
        let identity = identity();
        let signature = identity.sign(b"message");
        assert!(identity.public_key().verifies(b"message", &signature));
        assert!(!identity.public_key().verifies(b"massage", &signature));
        assert!(!identity.public_key().verifies(b"message", &signature[..63]));
    }

    #[test]
    fn the_same_secret_under_another_info_is_another_identity() {
        let other = Identity::derive(
            &SecretBytes::copied(&[7; 32]),
            "coldvault/identity/1/production",
        );
        assert_ne!(identity().public_key(), other.public_key());
    }

    #[test]
    fn hkdf_is_the_one_of_rfc_5869_test_case_3() {
        let okm = hkdf(&SecretBytes::copied(&[0x0b; 22]), "");
        assert_eq!(
            HEXLOWER.encode(okm.expose()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        );
    }

    #[test]
    fn pem_and_id_texts_give_the_same_key_and_id_back() {
        let key = identity().public_key();
        assert_eq!(PublicKey::from_pem(key.to_pem().as_bytes()), Some(key));
        let id = key.vault_id();
        let is_read = |text: &str| VaultId::parse(text).is_ok_and(|read| read == id);
        assert!(is_read(&id.hex()));
        assert!(is_read(&id.word_lines().join("\n")));
        assert!(is_read(&id.word_lines().join(" ").replace(' ', "-")));
        let hex = id.hex().to_uppercase();
        let groups: Vec<&str> = (0..8).map(|i| &hex[i * 4..i * 4 + 4]).collect();
        assert!(is_read(&groups.join(" ")) && is_read(&groups.join("-")));
    }

    #[test]
    fn what_is_no_vault_id_is_told_by_what_is_wrong_with_it() {
        let id = identity().public_key().vault_id();
        let (hex, words) = (id.hex(), id.word_lines().join(" "));
        let fewer = words.rsplit_once(' ').unwrap().0;
        for (text, said) in [
            ("", "0 digits were given"),
            (&hex[1..], "31 digits were given; a vault id has 32"),
            (&format!("{}x", &hex[1..]), "character 32 is not"),
            ("aardvark", "1 words were given; a vault id has 16"),
            (fewer, "15 words were given"),
            (&format!("sesame {words}"), "word 1 is not in the word list"),
        ] {
            let error = VaultId::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn a_slip_in_one_word_or_digit_is_found_and_two_are_none() {
        let id = VaultId([0x11; 16]);
        let slip = |place: usize, byte: u8| {
            let mut other = id;
            other.0[place] = byte;
            (other.slip(&id), other)
        };
        assert_eq!(slip(2, 0x12).0.unwrap(), "word 3 (digit 6)");
        assert_eq!(slip(0, 0x21).0.unwrap(), "word 1 (digit 1)");
        assert_eq!(slip(15, 0x22).0.unwrap(), "word 16 (digits 31 and 32)");
        let (_, mut two) = slip(0, 0x22);
        two.0[1] = 0x22;
        assert_eq!(two.slip(&id), None);
        assert_eq!(id.slip(&id), None);
    }
}
