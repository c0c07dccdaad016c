//! Passphrases of protected shares: what a new one must be, and in which forms one that was typed is tried.

use age::secrecy::SecretString;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// The fewest characters of a new passphrase.
const FEWEST: usize = 12;

/// A passphrase as it was typed.
pub struct Passphrase(SecretBytes);

impl Passphrase {
    /// One that was typed to open something: any bytes.
    pub fn typed(bytes: SecretBytes) -> Self {
        Self(bytes)
    }

    /// One that something new is to be protected with: it must be typed again years later, on another keyboard.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub fn chosen(bytes: SecretBytes) -> Result<Self, &'static str> {
        let text = bytes.expose();
        let blank = |byte: Option<&u8>| byte == Some(&b' ');
        if !text.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            Err("use only letters, digits and signs of plain ASCII: other keyboards must type it")
        } else if blank(text.first()) || blank(text.last()) {
            Err("it must not begin or end with a space")
        } else if text.len() < FEWEST {
            Err("it must have 12 characters or more")
        } else {
            Ok(Self(bytes))
        }
    }

    /// Whether both are the same.
    pub fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }

    /// As typed, then in the two normal forms of Unicode, each once: keyboards differ in how they type an accent.
    pub(super) fn forms(&self) -> Vec<SecretString> {
        let Ok(typed) = std::str::from_utf8(self.0.expose()) else {
            return Vec::new();
        };
        let composed = Zeroizing::new(typed.nfc().collect::<String>());
        let parted = Zeroizing::new(typed.nfd().collect::<String>());
        let mut forms = vec![typed];
        for form in [composed.as_str(), parted.as_str()] {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms.into_iter().map(SecretString::from).collect()
    }
}
