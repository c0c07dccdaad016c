//! Goes through the settings of a configuration: what names a file becomes [`Named`], what is a password becomes
//! [`Password`](super::Password), what cannot be known becomes a [`Gap`].

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::jdbc::{self, Place};
use super::settings::{Item, Open, Settings};
use super::table::{self, From, Meaning};
use super::{Configuration, Fetch, Gap, Named, What, passwords, plain};

mod node;

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
    /// Files of second-level configuration that are still to be read.
    second: Vec<PathBuf>,
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
        self.found.gaps.push(Gap {
            code,
            place: (place.0.to_path_buf(), place.1),
            text,
            hint: hint.into(),
        });
    }

    /// Reads everything.
    pub(super) fn read(&mut self, fetch: &mut Fetch<'_>) {
        let file = self.file.clone();
        let items = self.settings(&file, fetch);
        self.software = node::software(&items, &file);
        self.node(&items);
        self.items(&items);
        self.defaults(&items);
        passwords::collect(self, &items);
        self.is_second = true;
        let mut seen: Vec<PathBuf> = Vec::new();
        while let Some(file) = self.second.pop() {
            if seen.len() >= MAX_SECOND || seen.contains(&file) {
                continue;
            }
            seen.push(file.clone());
            let before = self.keys.len();
            let items = self.settings(&file, fetch);
            self.items(&items);
            passwords::collect_second(self, &items, before);
        }
        self.relative();
    }

    /// The settings of a file and what it includes.
    fn settings(&mut self, file: &Path, fetch: &mut Fetch<'_>) -> Vec<Item> {
        let base = self.base.clone();
        let mut settings = match Settings::load(&base, file, fetch) {
            Ok(settings) => settings,
            Err(why) => {
                let text = format!("{file:?} was not read ({why}): what it names is not known");
                let hint = "make it readable, or seal what it names with --include";
                self.gap("configuration-not-read", (file, 1), text, hint);
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
                    None => format!("{}.{key}", table::shown(&item.key)),
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

    fn items(&mut self, items: &[Item]) {
        for item in items {
            let place = (item.file.as_path(), item.line);
            let is_secret = table::is_secret(&item.key);
            for variable in &item.variables {
                self.environment(item, variable, is_secret);
            }
            match &item.text {
                Ok(text) if is_obfuscated(text) => self.obfuscated(item, text),
                // What stands beside a path may be a password: it is no path itself.
                Ok(_) if is_secret => {}
                Ok(text) => self.value(item, text),
                Err(Open::Variable(variable)) => {
                    let variable = variable.clone();
                    self.environment(item, &variable, is_secret);
                }
                Err(Open::TooMuch) => {
                    let text = format!(
                        "{}: a value that stands for itself, or for too much",
                        item.key
                    );
                    self.gap("limit", place, text, "look at the line");
                }
                Err(Open::Nothing) => {}
            }
        }
    }

    fn environment(&mut self, item: &Item, variable: &str, is_secret: bool) {
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        if is_secret {
            let text =
                format!("{key} comes from the environment variable {variable:?}: it is in no file");
            let hint = "seal it: give it when asked, or put it into the note";
            self.gap("environment-password", place, text, hint);
        } else {
            let text =
                format!("{key} comes from the environment variable {variable:?}: it is in no file");
            let hint = "write its value into the note; seal a file that it names with --include";
            self.gap("environment", place, text, hint);
        }
    }

    /// `<{base64:base64}>` and `<encrypt{plain}>` (Corda Enterprise, "Configuration Obfuscator").
    fn obfuscated(&mut self, item: &Item, text: &[u8]) {
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        if is_in_clear(text) {
            let text = format!("{key} is marked to be obfuscated and stands in clear");
            let hint = "nothing is lost; whoever reads the file reads it";
            return self.gap("not-obfuscated", place, text, hint);
        }
        let text = format!(
            "{key} is obfuscated: only a seed and a passphrase, or the machine that it was made on, make it readable"
        );
        let hint = "put CONFIG_OBFUSCATION_SEED and CONFIG_OBFUSCATION_PASSPHRASE, or the value itself, into the note";
        self.gap("obfuscated", place, text, hint);
    }

    fn value(&mut self, item: &Item, text: &[u8]) {
        let value = String::from_utf8_lossy(text);
        let value = value.trim();
        let last = table::last(&item.key);
        if value.starts_with("jdbc:") {
            return self.address(item, value);
        }
        if last == "jvmargs" {
            return self.java_agent(item, value);
        }
        if value.to_ascii_lowercase().starts_with("tokenlabel:") || value.starts_with("slot:") {
            let text = format!(
                "{} names a partition of a hardware security module: no file",
                item.key
            );
            return self.gap("hsm", (&item.file, item.line), text, HARDWARE);
        }
        let mut meaning = table::meaning(&item.key, value);
        if self.is_second
            && last == "path"
            && meaning.is_none_or(|meaning| meaning.what == What::File)
        {
            meaning = Some(Meaning {
                what: What::Keystore,
                from: From::Base,
                may_be_missing: false,
            });
        }
        if last == "basedirectory" || last == "basedir" {
            return self.base_directory(item, text);
        }
        let Some(meaning) = meaning else { return };
        let mut text = text.to_vec();
        let is_node = self.software == Software::Node && last == "networkparameterspath";
        if is_node && !text.ends_with(b"network-parameters") {
            text.extend_from_slice(b"/network-parameters");
        }
        let Some(path) = self.name(item, &text, meaning) else {
            return;
        };
        if meaning.what == What::Configuration {
            self.second.push(path);
        }
    }

    /// Adds a path that a setting names. `None` when it cannot be one of this machine.
    pub(super) fn name(&mut self, item: &Item, text: &[u8], meaning: Meaning) -> Option<PathBuf> {
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        let text = text.trim_ascii();
        let is_template = text.starts_with(b"<") || text.windows(2).any(|two| two == b"{{");
        let is_drive =
            matches!(text, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
        if is_template || is_drive || text.starts_with(b"\\\\") || text.contains(&0) {
            let what = match is_template {
                true => "a place in a template that was not filled in",
                false => "a path of another system",
            };
            let text = format!("{key} is {what}: no file is known by it");
            self.gap(
                "template",
                place,
                text,
                "fill it in, or seal the file with --include",
            );
            return None;
        }
        let text = [&b"file://"[..], b"file:"]
            .iter()
            .find_map(|start| text.strip_prefix(*start))
            .unwrap_or(text);
        let path = Path::new(OsStr::from_bytes(text));
        let from = match meaning.from {
            From::File => item.file.parent().unwrap_or(&self.base).to_path_buf(),
            From::Base | From::Started => self.base.clone(),
        };
        if meaning.from == From::Started && path.is_relative() {
            self.started
                .push((item.file.clone(), item.line, key.clone()));
        }
        let path = plain(&from.join(path));
        self.keys.push(item.key.clone());
        self.found.named.push(Named {
            file: item.file.clone(),
            line: item.line,
            key,
            path: path.clone(),
            what: meaning.what,
            may_be_missing: meaning.may_be_missing,
        });
        Some(path)
    }

    /// `-javaagent:/x.jar=options` and `-agentpath:/x.so`.
    fn java_agent(&mut self, item: &Item, value: &str) {
        for argument in value.split_whitespace() {
            let agent = argument
                .strip_prefix("-javaagent:")
                .or(argument.strip_prefix("-agentpath:"));
            if let Some(path) = agent.and_then(|agent| agent.split('=').next()) {
                let meaning = Meaning {
                    what: What::File,
                    from: From::Started,
                    may_be_missing: false,
                };
                self.name(item, path.as_bytes(), meaning);
            }
        }
    }

    fn address(&mut self, item: &Item, url: &str) {
        let address = jdbc::read(url);
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        let meaning = |what| Meaning {
            what,
            from: From::Started,
            may_be_missing: false,
        };
        match &address.place {
            Place::File(path) => drop(self.name(item, path.as_bytes(), meaning(What::Database))),
            Place::Elsewhere(kind) => {
                let text = format!("{key}: the database is on a {kind:?} server, not in a file");
                let hint = "take a snapshot of it at the same time, and keep it beside the vault";
                self.gap("database-elsewhere", place, text, hint);
            }
            Place::Memory => {
                let text = format!("{key}: the database is in memory, and gone with the process");
                self.gap(
                    "database-elsewhere",
                    place,
                    text,
                    "nothing of it can be sealed",
                );
            }
            Place::Unknown => {}
        }
        let mut stores = Vec::new();
        for (name, path, what) in &address.files {
            let parameter = Item {
                key: format!("{}.{name}", table::shown(&item.key)),
                file: item.file.clone(),
                line: item.line,
                text: Err(Open::Nothing),
                variables: Vec::new(),
            };
            if let Some(path) = self.name(&parameter, path.as_bytes(), meaning(*what)) {
                stores.push((name.to_ascii_lowercase(), path));
            }
        }
        for (name, password) in address.passwords {
            let word = name.to_ascii_lowercase();
            let word = word.trim_end_matches("password");
            let fit = stores
                .iter()
                .filter(|(name, _)| name.starts_with(word) || word == "ssl");
            let fit = fit.map(|(_, path)| path.clone()).collect();
            self.address_passwords
                .push((format!("{key}.{name}"), item.line, password, fit));
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
            "relative to the directory that the node is started in, taken for {:?}: {}",
            self.base,
            keys.join(", ")
        );
        let hint = "see that the node is started there; else seal the files with --include";
        self.gap("working-directory", (&file, line), text, hint);
    }
}

pub(super) const HARDWARE: &str = "no vault of files brings such a key back: keep the module's own backup, and its PIN in the note";

/// The key of the object that a key stands in.
pub(super) fn parent(key: &str) -> &str {
    key.rsplit_once('.').map_or("", |(parent, _)| parent)
}

fn is_obfuscated(text: &[u8]) -> bool {
    let contains = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
    contains(b"<{") && contains(b"}>") || is_in_clear(text)
}

/// `<encrypt{secret}>` that nobody has encrypted.
pub(super) fn is_in_clear(text: &[u8]) -> bool {
    text.windows(9).any(|part| part == b"<encrypt{")
}
