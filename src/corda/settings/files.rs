//! The files that a configuration is made of: one, and those that it includes.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::super::{Fetch, Named, What};
use super::{Entry, MAX_GAPS, Settings, dotted};
use crate::hocon::{self, Include, Setting};

/// The most files that one configuration is made of.
const MAX_FILES: usize = 64;
/// How deep files include one another.
const MAX_DEPTH: usize = 16;

impl Settings {
    pub(super) fn add_file(
        &mut self,
        file: &Path,
        below: &str,
        fetch: &mut Fetch<'_>,
        depth: usize,
    ) -> Result<(), String> {
        let bytes = fetch(file)?;
        self.files.push(file.to_path_buf());
        let read = match hocon::read(&bytes) {
            Ok(read) => read,
            Err(why) => {
                let text = format!("the file is not understood at all: {why}");
                self.gap("not-understood", file, 1, text, LOOK);
                return Ok(());
            }
        };
        // Before the others: these may be more than are listed.
        if let Some(line) = read.ends_at {
            let text = "too many settings: nothing is read from this line on";
            self.gap("too-much", file, line, text.into(), LOOK);
        }
        for (line, why) in &read.not_understood {
            self.gap("not-understood", file, *line, why.clone(), LOOK);
        }
        self.chain.push(file.to_path_buf());
        let mut includes = read.includes.into_iter().peekable();
        for (number, setting) in read.settings.into_iter().enumerate() {
            while let Some(include) = includes.next_if(|include| include.after <= number) {
                self.follow(file, below, &include, fetch, depth);
            }
            self.add_setting(file, below, setting);
        }
        for include in includes {
            self.follow(file, below, &include, fetch, depth);
        }
        self.chain.pop();
        Ok(())
    }

    fn add_setting(&mut self, file: &Path, below: &str, setting: Setting) {
        let parts = setting.key.iter();
        // Elements added to lists are counted in each file: those of two files are not the same.
        let parts = parts.map(|part| match part.strip_prefix('+') {
            Some(count) => format!("+{}-{count}", self.files.len()),
            None => part.clone(),
        });
        let key = dotted(below, &parts.collect::<Vec<_>>().join("."));
        self.add(Entry {
            file: file.to_path_buf(),
            line: setting.line,
            key,
            below: below.to_owned(),
            pieces: Rc::new(setting.value.pieces),
            before: None,
        });
    }

    fn follow(
        &mut self,
        from: &Path,
        below: &str,
        include: &Include,
        fetch: &mut Fetch<'_>,
        depth: usize,
    ) {
        let line = include.line;
        if self.gaps.len() > MAX_GAPS {
            return;
        }
        if !include.is_file {
            let text = "includes something that is no file here, and it was not read".into();
            let hint = "see what it says, and seal the files that it names with --include";
            return self.gap("include", from, line, text, hint);
        }
        let folder = from.parent().unwrap_or(Path::new("/"));
        let whole = super::super::from_folder(folder, Path::new(&include.what));
        let below = dotted(below, &include.below.join("."));
        let mut names = with_endings(&whole).into_iter();
        if let Some(again) = names.find(|path| self.chain.contains(path)) {
            let text = format!("a cycle: {again:?} includes itself, here or by way of others");
            let hint = "take the line out: Corda does not end well with it";
            return self.gap("include", from, line, text, hint);
        }
        if depth >= MAX_DEPTH || self.files.len() >= MAX_FILES {
            let text = format!("{whole:?} is not read: too many files");
            return self.gap("include", from, line, text, LOOK);
        }
        let (path, why) = self.add_first(&whole, &below, fetch, depth + 1);
        self.named.push(Named {
            file: from.to_path_buf(),
            line,
            key: "include".into(),
            path: path.clone(),
            what: What::Configuration,
            may_be_missing: !include.required,
        });
        if !why.is_empty() {
            let goes_on = if include.required {
                "and Corda does not start without it"
            } else {
                "and Corda goes on without it if it is not there"
            };
            let text = format!("{path:?} is included and was not read ({why}), {goes_on}");
            let hint = "see whether it should be there: what it names is not known";
            self.gap("include", from, line, text, hint);
        }
    }

    /// Adds the first file that is there under one of the names that `whole` may stand for. Answers its name, and why
    /// none was read; nothing where one was.
    fn add_first(
        &mut self,
        whole: &Path,
        below: &str,
        fetch: &mut Fetch<'_>,
        depth: usize,
    ) -> (PathBuf, String) {
        let mut first_why = String::new();
        for path in with_endings(whole) {
            match self.add_file(&path, below, fetch, depth) {
                Ok(()) => return (path, String::new()),
                Err(why) if first_why.is_empty() => first_why = why,
                Err(_) => {}
            }
        }
        (whole.to_path_buf(), first_why)
    }
}

pub(super) const LOOK: &str = "look at the line; seal the files that it names with --include";

/// The names that HOCON tries for an included file.
fn with_endings(path: &Path) -> Vec<PathBuf> {
    if path.extension().is_some() {
        return vec![path.to_path_buf()];
    }
    let endings = ["", ".conf", ".json", ".properties"];
    let with = |ending| {
        let mut whole = path.as_os_str().to_owned();
        whole.push(ending);
        PathBuf::from(whole)
    };
    endings.map(with).to_vec()
}
