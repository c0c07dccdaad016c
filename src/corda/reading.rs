//! Goes through the settings of a configuration: what names a file becomes [`Named`], what is a password becomes
//! [`Password`](super::Password), what cannot be known becomes a [`Gap`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::settings::{Item, Settings};
use super::{Configuration, Fetch, Gap, passwords, table};

mod node;
mod value;

/// The most gaps that are listed.
const MAX_GAPS: usize = 20_000;
/// The most files of second-level configuration.
const MAX_SECOND: usize = 16;

/// What kind of software a file configures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Software {
    /// A node.
    Node,
    /// The firewall: bridge or float.
    Firewall,
    /// Another: the network manager, a tool, a part of a file.
    Other,
}

/// One configuration, while it is read.
pub(super) struct Reading {
    pub(super) base: PathBuf,
    pub(super) file: PathBuf,
    pub(super) software: Software,
    pub(super) found: Configuration,
    /// For each of `found.named` its whole key.
    pub(super) keys: Vec<String>,
    /// Passwords in addresses of databases: key, line, password, the stores.
    pub(super) address_passwords: Vec<(String, u32, String, Vec<PathBuf>)>,
    /// Keys whose paths are relative to the directory that the software is started in.
    started: Vec<(PathBuf, u32, String)>,
    /// Files of second-level configuration that are still to be read, and where each is named.
    second: Vec<(PathBuf, (PathBuf, u32))>,
    /// Whether the file that is read now is one of those.
    is_second: bool,
}

impl Reading {
    pub(super) fn new(base: &Path, file: &Path) -> Self {
        Self {
            base: base.to_path_buf(),
            file: file.to_path_buf(),
            software: Software::Other,
            found: Configuration::default(),
            keys: Vec::new(),
            address_passwords: Vec::new(),
            started: Vec::new(),
            second: Vec::new(),
            is_second: false,
        }
    }

    pub(super) fn gap(
        &mut self,
        code: &'static str,
        place: (&Path, u32),
        text: String,
        hint: &str,
    ) {
        let is_last = self.found.gaps.len() == MAX_GAPS;
        if self.found.gaps.len() > MAX_GAPS {
            return;
        }
        self.found.gaps.push(Gap {
            code: if is_last { "too-much" } else { code },
            place: (place.0.to_path_buf(), place.1),
            text: if is_last {
                "more than is listed is open in these files".into()
            } else {
                text
            },
            hint: hint.into(),
        });
    }

    /// Reads everything.
    pub(super) fn read(&mut self, fetch: &mut Fetch<'_>) {
        let file = self.file.clone();
        let items = self.settings(&file, (&file, 1), fetch);
        self.software = node::software(&items, &file);
        self.node(&items);
        self.items(&items);
        self.defaults(&items);
        passwords::collect(self, &items);
        self.is_second = true;
        let mut seen: Vec<PathBuf> = Vec::new();
        while let Some((file, place)) = self.second.pop() {
            if seen.len() >= MAX_SECOND || seen.contains(&file) {
                continue;
            }
            seen.push(file.clone());
            let before = self.keys.len();
            let items = self.settings(&file, (&place.0, place.1), fetch);
            self.items(&items);
            passwords::collect_second(self, &items, before);
        }
        self.relative();
        let files = &self.found.files;
        let number = |gap: &Gap| files.iter().position(|file| *file == gap.place.0);
        self.found
            .gaps
            .sort_by_cached_key(|gap| (number(gap), gap.place.1));
    }

    /// The settings of a file and what it includes.
    fn settings(&mut self, file: &Path, place: (&Path, u32), fetch: &mut Fetch<'_>) -> Vec<Item> {
        let base = self.base.clone();
        let mut settings = match Settings::load(&base, file, fetch) {
            Ok(settings) => settings,
            Err(why) => {
                let text = format!("{file:?} was not read ({why}): what it names is not known");
                let hint = "make it readable, or seal what it names with --include";
                self.gap("configuration-not-read", place, text, hint);
                return Vec::new();
            }
        };
        self.java_arguments(&mut settings);
        self.found.files.append(&mut settings.files);
        self.found.gaps.append(&mut settings.gaps);
        for named in std::mem::take(&mut settings.named) {
            self.keys.push(named.key.clone());
            self.found.named.push(named);
        }
        let items = settings.items();
        self.overridden(&mut settings, &items);
        items
    }

    /// `custom.jvmArgs` holds arguments of the Java machine: `-Dcorda.KEY=VALUE` is stronger than KEY in the file, any
    /// other `-DKEY=VALUE` may name a file.
    fn java_arguments(&mut self, settings: &mut Settings) {
        for item in settings.items() {
            if table::last(&item.key) != "jvmargs" {
                continue;
            }
            let Ok(text) = &item.text else { continue };
            for argument in text.split(|byte| byte.is_ascii_whitespace()) {
                let argument = argument.trim_ascii();
                let quotes = |byte: &u8| b"'\"".contains(byte);
                let argument = match argument {
                    [first, inner @ .., _] if quotes(first) => inner,
                    argument => argument,
                };
                let Some(property) = argument.strip_prefix(b"-D") else {
                    continue;
                };
                let mut halves = property.splitn(2, |byte| *byte == b'=');
                let (Some(key), Some(value)) = (halves.next(), halves.next()) else {
                    continue;
                };
                let key = String::from_utf8_lossy(key);
                let key = match key.strip_prefix("corda.") {
                    Some(key) => key.to_owned(),
                    None => format!("{}.{key}", table::without_indices(&item.key)),
                };
                settings.set(&item, &key, value);
            }
        }
    }

    /// Says which paths and passwords gave way to a later line.
    fn overridden(&mut self, settings: &mut Settings, items: &[Item]) {
        let counting: BTreeSet<(String, &[u8])> = items
            .iter()
            .filter_map(|item| Some((table::shown(&item.key), item.text.as_ref().ok()?.as_slice())))
            .collect();
        for (old, line) in settings.replaced() {
            let Ok(text) = &old.text else { continue };
            let counts = counting.contains(&(table::shown(&old.key), text.as_slice()));
            let value = String::from_utf8_lossy(text);
            let matters = table::is_secret(&old.key)
                || value.starts_with("jdbc:")
                || table::meaning(&old.key, &value).is_some();
            if matters && !counts {
                let key = table::shown(&old.key);
                let text = format!(
                    "{key} gives way to line {}, which says something else: what this line names is not looked for",
                    line
                );
                let hint = "see which of the two is meant";
                self.gap("overridden", (&old.file, old.line), text, hint);
            }
        }
    }

    /// One line for all paths that are relative to a directory nobody wrote down.
    fn relative(&mut self) {
        let Some((file, line, _)) = self.started.first().cloned() else {
            return;
        };
        let mut keys: Vec<String> = self.started.drain(..).map(|(_, _, key)| key).collect();
        keys.dedup();
        let text = format!(
            "relative to the directory that the software is started in, taken for {:?}: {}",
            self.base,
            keys.join(", ")
        );
        let hint = "see that it is started there; else seal the files with --include";
        self.gap("working-directory", (&file, line), text, hint);
    }
}

pub(super) const HARDWARE: &str = "no vault of files brings such a key back: keep the module's own backup, and its PIN in the note";

/// The key of the object that a key stands in.
pub(super) fn parent(key: &str) -> &str {
    key.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// `<encrypt{secret}>` that nobody has encrypted.
pub(super) fn is_in_clear(text: &[u8]) -> bool {
    text.windows(9).any(|part| part == b"<encrypt{")
}
