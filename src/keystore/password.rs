//! Passwords as the formats of keystores take them. What is made of one is wiped.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// A password in each form that is asked for.
pub(super) struct Password<'a> {
    /// As it was given: UTF-8, which PBKDF2 takes.
    pub(super) utf8: &'a [u8],
    /// UTF-16, big-endian, which JKS takes.
    pub(super) utf16: Zeroizing<Vec<u8>>,
    /// The same with two zero bytes behind it, which the derivation of PKCS#12 takes (RFC 7292, appendix B.1).
    pub(super) terminated: Zeroizing<Vec<u8>>,
}

impl<'a> Password<'a> {
    /// `None` for what is no text: no software takes it, and it opens nothing.
    fn new(secret: &'a SecretBytes) -> Option<Self> {
        let utf8 = secret.expose();
        let text = std::str::from_utf8(utf8).ok()?;
        // No text of UTF-8 has more units than bytes: the buffers do not grow, and leave no copy behind.
        let mut utf16 = Zeroizing::new(Vec::with_capacity(utf8.len() * 2));
        let mut terminated = Zeroizing::new(Vec::with_capacity(utf8.len() * 2 + 2));
        for unit in text.encode_utf16() {
            utf16.extend_from_slice(&unit.to_be_bytes());
        }
        terminated.extend_from_slice(&utf16);
        terminated.extend_from_slice(&[0, 0]);
        Some(Self {
            utf8,
            utf16,
            terminated,
        })
    }

    /// The password of PKCS#12 that is none at all: some software writes that for an empty one.
    fn none() -> Self {
        Self {
            utf8: &[],
            utf16: Zeroizing::new(Vec::new()),
            terminated: Zeroizing::new(Vec::new()),
        }
    }
}

/// The password of a store, and others that its keys may have.
pub(super) struct Passwords<'a> {
    /// That of the store, in the ways in which it may be meant.
    pub(super) store: Vec<Password<'a>>,
    /// The others, likewise.
    others: Vec<Password<'a>>,
}

impl<'a> Passwords<'a> {
    pub(super) fn new(password: &'a SecretBytes, others: &[&'a SecretBytes]) -> Self {
        let is_new = |other: &&&'a SecretBytes| !other.same(password);
        let others = others.iter().filter(is_new);
        Self {
            store: ways(password),
            others: others.flat_map(|other| ways(other)).collect(),
        }
    }

    /// All of them, that of the store first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Password<'a>> {
        self.store.iter().chain(&self.others)
    }
}

fn ways(secret: &SecretBytes) -> Vec<Password<'_>> {
    let mut ways = Vec::from_iter(Password::new(secret));
    if secret.expose().is_empty() {
        ways.push(Password::none());
    }
    ways
}
