//! One setting after another: what its value names, or why that is not known.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::super::jdbc::{self, Place};
use super::super::settings::{Item, Open};
use super::super::table::{self, From, Meaning};
use super::super::{Named, What, from_folder};
use super::{HARDWARE, Reading, Software, is_in_clear};
use crate::certificate::printable;

impl Reading {
    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            for variable in &item.variables {
                self.environment(item, variable, "may come from");
            }
            match &item.text {
                Ok(text) => self.known(item, text),
                Err(Open::Variable(variable)) => {
                    let variable = variable.clone();
                    self.environment(item, &variable, "comes from");
                }
                Err(Open::TooMuch) => {
                    let key = table::shown(&item.key);
                    let text = format!("{key}: a value that stands for itself, or for too much");
                    let place = (item.file.as_path(), item.line);
                    self.gap("too-much", place, text, "look at the line");
                }
                Err(Open::Nothing) => {}
            }
        }
    }

    fn environment(&mut self, item: &Item, variable: &str, how: &str) {
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        let text =
            format!("{key} {how} the environment variable {variable:?}, which is in no file");
        if table::is_secret(&item.key) {
            let hint = "give it when asked, or put it into the note, so that it is sealed too";
            self.gap("environment-password", place, text, hint);
        } else {
            let hint = "write its value into the note; seal a file that it names with --include";
            self.gap("environment", place, text, hint);
        }
    }

    /// A value that is known, unless it is obfuscated: `<{base64:base64}>`, or marked to be, `<encrypt{plain}>` (Corda
    /// Enterprise, "Configuration Obfuscator").
    fn known(&mut self, item: &Item, text: &[u8]) {
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        let mut plain = text;
        if is_in_clear(text) {
            let text = format!("{key} is marked to be obfuscated and stands in clear");
            let hint = "nothing is lost; whoever reads the file reads it";
            self.gap("not-obfuscated", place, text, hint);
            let inner = plain.strip_prefix(b"<encrypt{");
            plain = inner
                .and_then(|inner| inner.strip_suffix(b"}>"))
                .unwrap_or_default();
        } else if is_obfuscated(text) {
            let text = format!(
                "{key} is obfuscated: only a seed and a passphrase, or the machine that it was made on, make it readable"
            );
            let hint = "put CONFIG_OBFUSCATION_SEED and CONFIG_OBFUSCATION_PASSPHRASE, or the value itself, into the note";
            return self.gap("obfuscated", place, text, hint);
        }
        // What stands beside a path may be a password: it is no path itself.
        if !table::is_secret(&item.key) {
            self.value(item, plain);
        } else if table::is_like_a_path(plain) {
            let text = format!("{key} is taken for a secret, and looks like a path");
            let hint = "if it names a file, seal that file with --include";
            self.gap("not-understood", place, text, hint);
        }
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
                table::shown(&item.key)
            );
            return self.gap("hsm", (&item.file, item.line), text, HARDWARE);
        }
        if is_mixed(value) {
            let text = format!(
                "{} names something among other words, which may be secret and are not shown",
                table::shown(&item.key)
            );
            let hint = "look at the line; seal the files that it names with --include";
            return self.gap("not-understood", (&item.file, item.line), text, hint);
        }
        let mut meaning = table::meaning(&item.key, value);
        if self.is_second
            && last == "path"
            && meaning.is_none_or(|meaning| meaning.what == What::File)
        {
            meaning = Some(Meaning::known(What::Keystore, From::Base));
        }
        if last == "basedirectory" || last == "basedir" {
            return self.base_directory(item, text);
        }
        let Some(meaning) = meaning.filter(|meaning| !(meaning.is_guess && item.is_part)) else {
            return;
        };
        let mut text = text.to_vec();
        let is_node = self.software == Software::Node && last == "networkparameterspath";
        if is_node && !text.ends_with(b"network-parameters") {
            text.extend_from_slice(b"/network-parameters");
        }
        let Some(path) = self.name(item, &text, meaning) else {
            return;
        };
        if meaning.what == What::Configuration {
            self.second.push((path, (item.file.clone(), item.line)));
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
        let path = from_folder(&from, path);
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
                let meaning = Meaning::known(What::File, From::Started);
                self.name(item, path.as_bytes(), meaning);
            }
        }
    }

    fn address(&mut self, item: &Item, url: &str) {
        let address = jdbc::read(url);
        let key = table::shown(&item.key);
        let place = (item.file.as_path(), item.line);
        let meaning = |what| Meaning::known(what, From::Started);
        match &address.place {
            Place::File(path) => drop(self.name(item, path.as_bytes(), meaning(What::Database))),
            Place::Home(path) => {
                let text = format!(
                    "{key}: the database is {path:?} in the home directory of whoever runs the node"
                );
                let hint = "seal it from there with --include";
                self.gap("database-place", place, text, hint);
            }
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
        if address.is_cut {
            let text = format!("{key}: more parameters than are read; the rest is left out");
            let hint = "look at the line; seal the files that it names with --include";
            self.gap("too-much", place, text, hint);
        }
        let mut stores = Vec::new();
        for (name, path, what) in &address.files {
            let parameter = Item {
                key: format!("{}.{name}", table::without_indices(&item.key)),
                file: item.file.clone(),
                line: item.line,
                text: Err(Open::Nothing),
                variables: Vec::new(),
                is_part: false,
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
            self.address_passwords.push((
                format!("{key}.{}", printable(&name)),
                item.line,
                password,
                fit,
            ));
        }
    }
}

fn is_obfuscated(text: &[u8]) -> bool {
    let contains = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
    contains(b"<{") && contains(b"}>")
}

/// Whether a value has a path in it and words beside it that may be a password: options of a command, parts of an address.
fn is_mixed(value: &str) -> bool {
    const WORDS: [&str; 7] = [
        "password",
        "passwd",
        "passphrase",
        "passin",
        "secret=",
        "token=",
        "pin=",
    ];
    let plain = value.strip_prefix("file:").unwrap_or(value);
    let small = plain.to_ascii_lowercase();
    let has_word =
        WORDS.iter().any(|word| small.contains(word)) && plain.contains(['=', ':', '?', ' ', ';']);
    // A drive of Windows is one letter.
    let after = plain.get(2..).unwrap_or_default();
    let has_more = after.contains(':') && !plain.contains("://") && !plain.contains(' ');
    plain.contains('/') && (has_word || plain.contains('?') || plain.starts_with('-') || has_more)
}
