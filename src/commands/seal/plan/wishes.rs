//! What somebody wants besides what the scope says: globs of what is taken too, and of what is left out.
//!
//! A glob is held against the path relative to the node directory, or against the absolute path inside or outside of it;
//! what fits a directory is meant for all that is in it.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use glob::Pattern;

use crate::commands::presented::lossy;
use crate::error::{Error, Result};
use crate::node;

/// The most things outside that one `--include` may name.
const MOST_FOUND: usize = 1000;

/// The globs of `--include` and `--exclude`.
#[derive(Default)]
pub struct Wishes {
    include: Vec<Wish>,
    exclude: Vec<Wish>,
}

struct Wish {
    /// As it was given.
    pattern: Pattern,
    /// Of an absolute one: with no link on the way to its last part, as node directories are known.
    real: Option<Pattern>,
}

impl Wishes {
    /// # Errors
    /// [`Error::Usage`] for what is no pattern.
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Self> {
        let read = |option: &str, given: &[String]| -> Result<Vec<Wish>> {
            given.iter().map(|text| Wish::new(option, text)).collect()
        };
        Ok(Self {
            include: read("--include", include)?,
            exclude: read("--exclude", exclude)?,
        })
    }

    /// Which globs of `--include` fit a path, or a directory that it lies in: an absolute one, or one relative to `base`.
    pub fn includes(&self, base: &Path, path: &[u8]) -> Vec<&str> {
        fitting(&self.include, base, path)
    }

    /// Which globs of `--exclude` do.
    pub fn excludes(&self, base: &Path, path: &[u8]) -> Vec<&str> {
        fitting(&self.exclude, base, path)
    }

    /// All globs with the option that they came from.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let include = self.include.iter().map(|one| ("--include", one.text()));
        let exclude = self.exclude.iter().map(|one| ("--exclude", one.text()));
        include.chain(exclude)
    }

    /// What the absolute globs of `--include` name on this machine, but for what lies in the node directories `bases`.
    ///
    /// # Errors
    /// [`Error::Limit`]; [`Error::Usage`] for a glob that cannot be looked for.
    pub fn found_outside<'n>(
        &self,
        bases: impl Iterator<Item = &'n Path> + Clone,
    ) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let absolute = self
            .include
            .iter()
            .map(Wish::text)
            .filter(|text| text.starts_with('/'));
        for text in absolute {
            let paths =
                glob::glob(text).map_err(|error| no_pattern("--include", text, error.msg))?;
            for path in paths.flatten() {
                let real = really(&path);
                if bases.clone().any(|base| real.starts_with(base)) {
                    continue;
                }
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

impl Wish {
    fn new(option: &str, text: &str) -> Result<Self> {
        let pattern = pattern(option, text)?;
        let path = Path::new(pattern.as_str());
        let real = path.is_absolute().then(|| real_pattern(path));
        let real = real.map(|real| real.unwrap_or_else(|| pattern.clone()));
        Ok(Self { pattern, real })
    }

    fn text(&self) -> &str {
        self.pattern.as_str()
    }

    fn fits(&self, base: &[u8], path: &[u8]) -> bool {
        if fits(&self.pattern, &lossy(path), 0) {
            return true;
        }
        let Some(real) = &self.real else {
            return false;
        };
        if path.starts_with(b"/") {
            return fits(real, &lossy(path), 0);
        }
        // What fits the node directory itself, or one above it, is meant for what lies outside.
        let base = lossy(base);
        let whole = format!("{base}/{}", lossy(path));
        !fits(real, &base, 0) && fits(real, &whole, base.len() + 1)
    }
}

/// Whether a pattern fits a path, or a directory above it whose path is longer than `least`.
fn fits(pattern: &Pattern, path: &str, least: usize) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut ends = ends.filter(|at| *at > least).chain([path.len()]);
    ends.any(|end| path.get(..end).is_some_and(|part| pattern.matches(part)))
}

/// The globs that fit a path or one of the directories above it.
fn fitting<'p>(wishes: &'p [Wish], base: &Path, path: &[u8]) -> Vec<&'p str> {
    let base = base.as_os_str().as_bytes();
    let fit = wishes.iter().filter(|wish| wish.fits(base, path));
    fit.map(Wish::text).collect()
}

/// A glob of whose directory the real place is known: the directory is there, and no glob itself.
fn real_pattern(path: &Path) -> Option<Pattern> {
    let (parent, name) = path.parent().zip(path.file_name())?;
    let parent = node::resolved(parent)?;
    let plain = Pattern::escape(parent.to_str()?.trim_end_matches('/'));
    Pattern::new(&format!("{plain}/{}", name.to_str()?)).ok()
}

/// The path with no link on the way to its last part, where it is there.
pub(in crate::commands::seal) fn really(path: &Path) -> PathBuf {
    let parts = path.parent().zip(path.file_name());
    let real = parts.and_then(|(parent, name)| Some(node::resolved(parent)?.join(name)));
    real.unwrap_or_else(|| path.to_owned())
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
        let base = Path::new("/srv/node");
        for path in [
            "logs", "logs/a/b", "a/b.bak", "b.bak/c", "/opt/x", "/opt/x/y",
        ] {
            assert_eq!(wishes.excludes(base, path.as_bytes()).len(), 1, "{path}");
        }
        for path in ["log", "a/logs", "b.bakery", "/opt", "/opt/xy", "opt/x"] {
            assert_eq!(wishes.excludes(base, path.as_bytes()).len(), 0, "{path}");
        }
    }

    #[test]
    fn an_absolute_glob_fits_what_lies_in_the_node_directory_too() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap().join("a[1]");
        std::fs::create_dir_all(base.join("keys")).unwrap();
        std::os::unix::fs::symlink(&base, dir.path().join("by-link")).unwrap();
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let by_link = text(dir.path().join("by-link/keys/a.jks"));
        for (glob, fitting) in [
            (text(base.join("keys/a.jks")), 1),
            (text(base.join("keys")), 2),
            (by_link, 1),
            (text(base.join("keys/*")), 2),
            (text(base.join("other")), 0),
            // The node directory itself, and what it lies in: nobody means all of it.
            (text(base.clone()), 0),
            (text(dir.path().to_owned()), 0),
            (text(dir.path().join("*")), 0),
            (text(dir.path().join("*a*")), 0),
            ("/*".to_owned(), 0),
        ] {
            let wishes = wishes(&[&glob]);
            let paths = ["keys/a.jks", "keys/b.jks", "node.conf"];
            let fit = |path: &&&str| !wishes.excludes(&base, path.as_bytes()).is_empty();
            assert_eq!(paths.iter().filter(fit).count(), fitting, "{glob}");
            let wishes = Wishes::new(std::slice::from_ref(&glob), &[]).unwrap();
            let fit = |path: &&&str| !wishes.includes(&base, path.as_bytes()).is_empty();
            assert_eq!(paths.iter().filter(fit).count(), fitting, "{glob}");
        }
        let inside = text(base.join("keys/a.jks"));
        std::fs::write(&inside, b"x").unwrap();
        let wishes = Wishes::new(&[Pattern::escape(&inside)], &[]).unwrap();
        let found = |base: &Path| wishes.found_outside([base].into_iter()).unwrap().len();
        assert_eq!((found(&base), found(Path::new("/other"))), (0, 1));
    }

    #[test]
    fn an_absolute_glob_through_a_link_fits_what_lies_outside_by_its_real_place() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        std::fs::create_dir(top.join("real")).unwrap();
        std::os::unix::fs::symlink("real", top.join("link")).unwrap();
        let glob = top.join("link/x").to_str().unwrap().to_owned();
        let wishes = wishes(&[&glob]);
        let base = Path::new("/srv/node");
        let fits = |path: &str| {
            let path = top.join(path);
            !wishes
                .excludes(base, path.as_os_str().as_bytes())
                .is_empty()
        };
        assert!(fits("real/x") && fits("real/x/y") && fits("link/x"));
        assert!(!fits("real/y") && !fits("real"));
    }

    #[test]
    fn what_is_no_pattern_is_wrong_usage() {
        for text in ["", "/", "a[", "***"] {
            let refused = Wishes::new(&[], &[text.to_owned()]);
            assert!(matches!(refused, Err(Error::Usage { .. })), "{text}");
        }
    }
}
