//! Custodians' own secret age keys, from the files that `age-keygen` writes.

use age::x25519;

use super::protection::{BEGIN, VERSION};

/// What a secret key of age begins with.
const SECRET_KEY: &[u8] = b"AGE-SECRET-KEY-";

/// Whether there is a secret key of age in `text`: it must not be repeated to anybody.
pub fn has_secret_key(text: &[u8]) -> bool {
    text.windows(SECRET_KEY.len())
        .any(|part| part.eq_ignore_ascii_case(SECRET_KEY))
}

/// A custodian's own secret age keys.
#[derive(Default)]
pub struct OwnKeys(Vec<x25519::Identity>);

/// Why a text is not a file of age keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKeys {
    /// It is encrypted itself.
    Encrypted,
    /// This line is neither a key nor a comment.
    Line(usize),
    /// There is no key in it.
    Empty,
}

impl OwnKeys {
    /// Adds the keys of an identity file as `age-keygen` writes it: `AGE-SECRET-KEY-1...` lines and `#` comments.
    ///
    /// # Errors
    /// [`NoKeys`], which repeats nothing.
    pub fn add(&mut self, text: &[u8]) -> Result<(), NoKeys> {
        if text.starts_with(VERSION) || text.starts_with(BEGIN.trim_end().as_bytes()) {
            return Err(NoKeys::Encrypted);
        }
        let before = self.0.len();
        for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let key = std::str::from_utf8(line).ok();
            let key = key.and_then(|line| line.parse().ok());
            self.0.push(key.ok_or(NoKeys::Line(number))?);
        }
        if self.0.len() == before {
            return Err(NoKeys::Empty);
        }
        Ok(())
    }

    pub(super) fn identities(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|key| key as &dyn age::Identity)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
