//! A file that is looked at: which reader knows its content, and what its name says where none does.

use super::{
    MAX_BYTES, Material, Part, Pattern, Software, State, beginning, cometbft, der, ed25519,
    ethereum, pem, substrate, tessera, xrp,
};
use crate::json::{Document, read_foreign};

/// A file that is looked at.
pub(super) struct File<'f> {
    path: &'f [u8],
    pub(super) bytes: &'f [u8],
}

impl<'f> File<'f> {
    pub(super) fn new(path: &'f [u8], bytes: &'f [u8]) -> Self {
        Self { path, bytes }
    }

    /// The last component of its path.
    pub(super) fn name(&self) -> &'f [u8] {
        let mut names = self.path.rsplit(|letter| *letter == b'/');
        names.next().unwrap_or_default()
    }

    /// The directory that it is in, without those above.
    pub(super) fn parent(&self) -> &'f [u8] {
        let mut names = self.path.rsplit(|letter| *letter == b'/');
        names.nth(1).unwrap_or_default()
    }

    /// Whether it begins as an array, an object or a string in JSON does.
    fn looks_like_json(&self) -> bool {
        let text = self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.bytes);
        matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'))
    }

    /// What its content says.
    pub(super) fn recognise(&self) -> Option<Material> {
        if let Some(history) = ethereum::database(self.bytes) {
            return Some(history);
        }
        if let Some(found) = beginning::recognise(self.path, self.bytes) {
            return Some(found);
        }
        // A configuration of sections begins as an array does.
        let document = match self.looks_like_json() {
            true => read_foreign(self.bytes, MAX_BYTES).ok(),
            false => None,
        };
        let Some(document) = document else {
            return self.recognise_plain();
        };
        let found = self
            .recognise_json(&document)
            .or_else(|| pem::unread(self))?;
        Some(match document.has_member_twice {
            true => found.fact("note", "a member occurs twice; the last one counts"),
            false => found,
        })
    }

    fn recognise_plain(&self) -> Option<Material> {
        der::recognise(self)
            .or_else(|| pem::recognise(self))
            .or_else(|| ethereum::recognise_plain(self))
            .or_else(|| ed25519::recognise_plain(self))
            .or_else(|| xrp::configuration(self))
            .or_else(|| pem::unread(self))
    }

    fn recognise_json(&self, document: &Document) -> Option<Material> {
        let value = &document.value;
        cometbft::recognise(value)
            .or_else(|| ethereum::recognise(value))
            .or_else(|| ed25519::recognise(value))
            .or_else(|| xrp::key_file(value))
            .or_else(|| substrate::recognise(self, value))
            .or_else(|| tessera::recognise(value))
    }

    /// What its name says of it, where its content says nothing.
    pub(super) fn by_name(&self, software: &Software, pattern: &Pattern) -> Material {
        let is_key = matches!(pattern.part, Part::Key | Part::History);
        // Databases of several files have empty ones, and so do directories of which only the name is known.
        let is_whole = pattern.is_read || pattern.part == Part::Key && pattern.tells;
        let state = match self.flaw(pattern) {
            Some(why) if is_whole => State::Dead(why),
            _ if is_key => State::NotChecked("coldvault does not read this format".into()),
            _ => State::Good,
        };
        Material::new(pattern.what, pattern.part)
            .state(state)
            .named(software, pattern)
            .if_whole(Some(pattern), self.bytes, self.bytes.len() as u64)
            .with_size(self.bytes.len() as u64)
    }

    /// What is wrong with it, if its content is not that of its name.
    fn flaw(&self, pattern: &Pattern) -> Option<String> {
        if self.bytes.is_empty() {
            return Some("it is empty".into());
        }
        if self.bytes.iter().all(|byte| *byte == 0) {
            return Some("it holds only zeros".into());
        }
        if !pattern.is_read {
            return None;
        }
        let is_json = self.looks_like_json() || pattern.glob.ends_with(".json");
        match read_foreign(self.bytes, MAX_BYTES) {
            Err(_) if is_json => Some("it is cut short or damaged".into()),
            _ => Some(format!("its content is not that of a {}", pattern.what)),
        }
    }
}
