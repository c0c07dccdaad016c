//! What is given with a node directory: configuration that lies elsewhere, and lines with passwords for its stores.
//!
//! The same for each command that looks into one.

use std::io::ErrorKind;
use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::secrets::SecretLines;
use crate::error::{Error, Result};
use crate::node;
use crate::report::Severity;
use crate::secret::SecretBytes;

/// The most store passwords that are taken from a descriptor.
const MOST_LINES: usize = 32;

/// Configuration files by their whole paths, which is how things are named in them.
///
/// # Errors
/// [`Error::Io`] for one that is not there.
pub(super) fn configurations(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let one = |file: &PathBuf| {
        node::resolved(file).ok_or_else(|| Error::io("read", file)(ErrorKind::NotFound.into()))
    };
    files.iter().map(one).collect()
}

/// Store passwords from a descriptor: whoever writes them need not know which store is looked at first.
pub(super) struct StoreLines(Vec<SecretBytes>);

impl StoreLines {
    /// All that the descriptor still gives.
    ///
    /// # Errors
    /// As [`SecretLines::next`].
    pub(super) fn read(lines: &mut SecretLines) -> Result<Self> {
        let mut all = Vec::new();
        while all.len() < MOST_LINES {
            match lines.next()? {
                Some(line) => all.push(line),
                None => break,
            }
        }
        Ok(Self(all))
    }

    /// Says that none of them was of any use, if so.
    pub(super) fn tell_unused(&self, has_opened: bool, session: &mut Session) {
        let count = self.0.iter().filter(|line| !line.expose().is_empty());
        let text = match count.count() {
            _ if has_opened => return,
            0 => return,
            1 => "1 password was given; it opened nothing that was still closed".to_owned(),
            many => {
                format!("{many} passwords were given; none opened anything that was still closed")
            }
        };
        let hint = "one password a line, nothing else on it; see which stores are not opened";
        session.find(Severity::Warning, "store-passwords", "", &text, hint);
    }

    /// What is tried on a store in this attempt, from 1: every line on every store.
    pub(super) fn attempt(&self, number: u32) -> Option<SecretBytes> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let mut lines = self.0.iter().filter(|line| !line.expose().is_empty());
        let line = lines.nth(index)?;
        Some(SecretBytes::copied(line.expose()))
    }
}

/// How often a person is asked about one store.
pub(super) const ATTEMPTS: u32 = 3;

/// Asks for the password of something, hidden; `None` and nothing typed mean that nobody knows it.
///
/// # Errors
/// As the terminal.
pub(super) fn ask_password(
    of: &str,
    attempt: u32,
    session: &mut Session,
) -> Result<Option<SecretBytes>> {
    let terminal = &mut session.terminal;
    if attempt > ATTEMPTS || !terminal.leads_on() {
        return Ok(None);
    }
    if attempt > 1 {
        terminal.say("Not everything in it opens with that.");
    }
    let question = format!(
        "Password of {of}, attempt {attempt} of {ATTEMPTS}, typed hidden; press Enter to skip it:"
    );
    terminal.ask_hidden(&question)
}
