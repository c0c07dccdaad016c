//! What somebody wants besides what the scope says: globs of what is taken too, and of what is left out.
//!
//! A glob is held against the path relative to the node directory, or against the absolute path for what lies outside;
//! what fits a directory is meant for all that is in it.

use std::path::PathBuf;

use glob::Pattern;

use crate::commands::presented::lossy;
use crate::error::{Error, Result};

/// The most things outside that one `--include` may name.
const MOST_FOUND: usize = 1000;

/// The globs of `--include` and `--exclude`.
#[derive(Default)]
pub struct Wishes {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

impl Wishes {
    /// # Errors
    /// [`Error::Usage`] for what is no pattern.
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self> {
        let read = |option: &str, given: &[String]| -> Result<Vec<Pattern>> {
            given.iter().map(|text| pattern(option, text)).collect()
        };
        Ok(Self {
            include: read("--include", include)?,
            exclude: read("--exclude", exclude)?,
        })
    }

    /// Which globs of `--include` fit a path, or a directory that it lies in.
    pub fn includes(&self, path: &[u8]) -> Vec<&str> {
        fitting(&self.include, path)
    }

    /// Which globs of `--exclude` do.
    pub fn excludes(&self, path: &[u8]) -> Vec<&str> {
        fitting(&self.exclude, path)
    }

    /// All globs with the option that they came from.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let include = self.include.iter().map(|one| ("--include", one.as_str()));
        let exclude = self.exclude.iter().map(|one| ("--exclude", one.as_str()));
        include.chain(exclude)
    }

    /// What the absolute globs of `--include` name on this machine.
    ///
    /// # Errors
    /// [`Error::Limit`]; [`Error::Usage`] for a glob that cannot be looked for.
    pub fn found_outside(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let absolute = self
            .include
            .iter()
            .map(Pattern::as_str)
            .filter(|text| text.starts_with('/'));
        for text in absolute {
            let paths =
                glob::glob(text).map_err(|error| no_pattern("--include", text, error.msg))?;
            for path in paths.flatten() {
                if found.len() >= MOST_FOUND {
                    return Err(Error::Limit {
                        what: format!("things that --include {text:?} names"),
                        limit: MOST_FOUND as u64,
                    });
                }
                found.push(path);
            }
        }
        Ok(found)
    }
}

/// The globs that fit a path or one of the directories above it.
fn fitting<'p>(patterns: &'p [Pattern], path: &[u8]) -> Vec<&'p str> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let path = lossy(path);
    let fits = |pattern: &&Pattern| {
        let ends = path.match_indices('/').map(|(at, _)| at);
        let mut ends = ends.filter(|at| *at > 0).chain([path.len()]);
        ends.any(|end| path.get(..end).is_some_and(|part| pattern.matches(part)))
    };
    let fit = patterns.iter().filter(fits);
    fit.map(Pattern::as_str).collect()
}

fn pattern(option: &str, text: &str) -> Result<Pattern> {
    let plain = match text.trim_end_matches('/') {
        "" => return Err(no_pattern(option, text, "it is empty")),
        plain => plain,
    };
    Pattern::new(plain).map_err(|error| no_pattern(option, text, error.msg))
}

fn no_pattern(option: &str, text: &str, why: &str) -> Error {
    Error::Usage {
        what: format!("{option} {text:?} is not a pattern: {why}"),
        hint: "use * for any text and ? for one character".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(exclude: &[&str]) -> Wishes {
        let texts: Vec<String> = exclude.iter().map(|text| (*text).to_owned()).collect();
        Wishes::new(&[], &texts).unwrap()
    }

    #[test]
    fn a_glob_fits_a_path_and_all_that_lies_in_it() {
        let wishes = wishes(&["logs/", "*.bak", "/opt/x"]);
        for path in [
            "logs", "logs/a/b", "a/b.bak", "b.bak/c", "/opt/x", "/opt/x/y",
        ] {
            assert_eq!(wishes.excludes(path.as_bytes()).len(), 1, "{path}");
        }
        for path in ["log", "a/logs", "b.bakery", "/opt", "/opt/xy", "opt/x"] {
            assert_eq!(wishes.excludes(path.as_bytes()).len(), 0, "{path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_wrong_usage() {
        for text in ["", "/", "a[", "***"] {
            let refused = Wishes::new(&[], &[text.to_owned()]);
            assert!(matches!(refused, Err(Error::Usage { .. })), "{text}");
        }
    }
}
