//! The vault key: 32 random bytes that open the payload and exist only as shares.
//!
//! Knows how it is drawn, how it is written as age's passphrase, and which identity grows from it.

use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::secret::SecretBytes;
use crate::signature::Identity;

/// The length of a vault key and of the secret part of a share.
pub const KEY_BYTES: usize = 32;

/// The key of one vault. A quorum of shares makes it; nothing stores it.
pub struct VaultKey(SecretBytes);

impl VaultKey {
    /// Draws a key from the operating system's generator.
    ///
    /// # Errors
    /// [`Error::System`] when the generator is not ready or not there.
    pub fn draw() -> Result<Self> {
        Ok(Self(SecretBytes::try_filled(KEY_BYTES, random)?))
    }

    /// Takes a key that shares were joined to. It proves nothing: compare [`VaultKey::identity`] with the public key.
    pub fn from_secret(secret: SecretBytes) -> Option<Self> {
        (secret.expose().len() == KEY_BYTES).then_some(Self(secret))
    }

    /// The bytes to be split.
    pub fn secret(&self) -> &SecretBytes {
        &self.0
    }

    /// The bytes themselves, no longer a key.
    pub fn into_secret(self) -> SecretBytes {
        self.0
    }

    /// The key as age's passphrase: 64 lower-case hexadecimal digits.
    pub fn passphrase(&self) -> SecretBytes {
        SecretBytes::filled(2 * KEY_BYTES, |text| {
            HEXLOWER.encode_mut(self.0.expose(), text)
        })
    }

    /// The identity that only a quorum can sign with. Another kind is another identity.
    pub fn identity(&self, kind: Kind) -> Identity {
        Identity::derive(&self.0, &format!("coldvault/identity/1/{}", kind.as_str()))
    }
}

/// Fills `bytes` from the operating system's generator.
///
/// # Errors
/// [`Error::System`] when the generator is not ready or not there.
pub fn random(bytes: &mut [u8]) -> Result<()> {
    SystemRandom::new().fill(bytes).map_err(|_| Error::System {
        doing: "draw random bytes",
        error: std::io::Error::other("the operating system's generator does not answer"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_drawn_keys_differ_and_are_not_zero() {
        let (a, b) = (VaultKey::draw().unwrap(), VaultKey::draw().unwrap());
        assert!(!a.secret().same(b.secret()));
        assert!(a.secret().expose().iter().any(|byte| *byte != 0));
    }

    #[test]
    fn the_passphrase_is_the_key_in_lower_case_hexadecimal() {
        let key = VaultKey::from_secret(SecretBytes::copied(&[0xab; 32])).unwrap();
        assert_eq!(key.passphrase().expose(), "ab".repeat(32).as_bytes());
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert!(VaultKey::from_secret(SecretBytes::copied(&[1; 31])).is_none());
    }

    #[test]
    fn production_and_rehearsal_of_one_key_have_different_identities() {
        let key = VaultKey::draw().unwrap();
        let ids = [Kind::Production, Kind::Rehearsal]
            .map(|kind| key.identity(kind).public_key().vault_id());
        assert_ne!(ids[0], ids[1]);
    }
}
