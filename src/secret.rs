//! Secret bytes as a type: locked in memory, wiped when dropped, opened by one word.
//!
//! There is no `Clone`, `Debug`, `Display`, `PartialEq` or `Serialize` on purpose. A search for `expose` is the audit.
//!
//! ```
//! use coldvault::secret::SecretBytes;
//! let secret = SecretBytes::filled(32, |bytes| bytes.fill(7));
//! assert_eq!(secret.expose().len(), 32);
//! ```
//! ```compile_fail
//! use coldvault::secret::SecretBytes;
//! println!("{:?}", SecretBytes::filled(32, |bytes| bytes.fill(7)));
//! ```
//! ```compile_fail
//! use coldvault::secret::SecretBytes;
//! println!("{}", SecretBytes::filled(32, |bytes| bytes.fill(7)));
//! ```
//! ```compile_fail
//! use coldvault::secret::SecretBytes;
//! let _copy = SecretBytes::filled(32, |bytes| bytes.fill(7)).clone();
//! ```
//! ```compile_fail
//! use coldvault::secret::SecretBytes;
//! let same = SecretBytes::filled(1, |b| b.fill(7)) == SecretBytes::filled(1, |b| b.fill(7));
//! ```

use crate::locked::LockedBytes;

/// Secret bytes of a fixed length. Lives on pages of its own that are kept out of swap and core dumps where the system
/// allows it.
pub struct SecretBytes(LockedBytes);

impl SecretBytes {
    /// A secret of `len` bytes, written in place by `fill`, so that no copy stays elsewhere.
    pub fn filled(len: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = LockedBytes::zeroed(len);
        fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// A secret made in a way that can fail.
    ///
    /// # Errors
    /// Whatever `fill` answers; the half-written bytes are wiped.
    pub fn try_filled<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut bytes = LockedBytes::zeroed(len);
        fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// Copies `bytes`; the caller wipes its own.
    pub fn copied(bytes: &[u8]) -> Self {
        Self::filled(bytes.len(), |secret| secret.copy_from_slice(bytes))
    }

    /// Lends the bytes out. Search for this name to find every use of a secret.
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether both are the same, in a time that depends on their lengths alone.
    pub fn same(&self, other: &Self) -> bool {
        let (a, b) = (self.expose(), other.expose());
        a.len() == b.len() && a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_secrets_are_the_same_and_others_are_not() {
        let secret = SecretBytes::copied(b"abc");
        assert!(secret.same(&SecretBytes::copied(b"abc")));
        assert!(!secret.same(&SecretBytes::copied(b"abd")));
        assert!(!secret.same(&SecretBytes::copied(b"ab")));
    }

    #[test]
    fn a_secret_whose_filling_fails_is_not_made() {
        assert!(SecretBytes::try_filled(4, |_| Err("no")).is_err());
    }
}
