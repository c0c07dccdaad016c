//! A node directory that is not where its configuration says: what it names is looked for where it is now.
//!
//! Rewrites paths only; no file is touched here.

use std::path::{Component, Path, PathBuf};

use crate::corda::Configuration;

/// Where a node directory was, and where what lay outside of it is now. By default nothing has moved.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Where the node directory was: absolute.
    pub was: Option<PathBuf>,
    /// The directory that holds everything from outside under its absolute path. Then nothing is looked for where it was:
    /// this is another machine.
    pub outside: Option<PathBuf>,
}

impl Moved {
    /// Where something is now that a configuration calls `path`. `base` is where the node directory is now.
    pub(super) fn now(&self, base: &Path, path: &Path) -> PathBuf {
        let Some(outside) = &self.outside else {
            return path.to_owned();
        };
        let path = plain(path);
        let was = self.was.as_deref().filter(|was| was.is_absolute());
        // Of two that hold it, the inner one is meant: a restore may lie where the node directory was.
        let is_in = |now: &Path| {
            let is_of_was = |was: &Path| path.starts_with(was) && was.starts_with(now);
            path.starts_with(now) && !was.is_some_and(is_of_was)
        };
        if is_in(base) || is_in(outside) || path.is_relative() {
            return path;
        }
        match was.and_then(|was| path.strip_prefix(was).ok()) {
            Some(below) => base.join(below),
            None => outside.join(path.strip_prefix("/").unwrap_or(&path)),
        }
    }

    /// Where something below `base` was: what a configuration names is relative to that. The inverse of [`Moved::now`].
    pub(super) fn then(&self, base: &Path, path: &Path) -> PathBuf {
        let was = self.was.as_deref().filter(|was| was.is_absolute());
        let was = was.filter(|_| self.outside.is_some());
        match (was, path.strip_prefix(base)) {
            (Some(was), Ok(below)) if below.as_os_str().is_empty() => was.to_owned(),
            (Some(was), Ok(below)) => was.join(below),
            _ => path.to_owned(),
        }
    }

    /// Rewrites every path in what a configuration says.
    pub(super) fn rewrite(&self, base: &Path, configuration: &mut Configuration) {
        let move_it = |path: &mut PathBuf| *path = self.now(base, path);
        configuration.files.iter_mut().for_each(move_it);
        for named in &mut configuration.named {
            move_it(&mut named.path);
            self.rewrite_file(base, &mut named.file);
        }
        let gaps = configuration.gaps.iter_mut();
        gaps.for_each(|gap| self.rewrite_file(base, &mut gap.place.0));
        let passwords = configuration.passwords.iter_mut();
        let stores = passwords.flat_map(|password| &mut password.stores);
        stores.for_each(move_it);
    }

    /// The file that says something: people know one from outside by where it was.
    fn rewrite_file(&self, base: &Path, file: &mut PathBuf) {
        let now = self.now(base, file);
        if now.starts_with(base) {
            *file = now;
        }
    }
}

/// The path without `.` and `..`, by its text alone: the links that could make a difference are on another machine.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_in_the_node_directory_is_in_it_and_all_else_is_in_the_directory_for_outside() {
        let moved = Moved {
            was: Some("/opt/corda".into()),
            outside: Some("/r/external/n".into()),
        };
        let base = Path::new("/r/n");
        for (path, now) in [
            ("/opt/corda/certificates/a.jks", "/r/n/certificates/a.jks"),
            ("/opt/corda", "/r/n"),
            ("/opt/corda2/a", "/r/external/n/opt/corda2/a"),
            ("/opt/corda/../hsm/a", "/r/external/n/opt/hsm/a"),
            ("/r/n/./b", "/r/n/b"),
            ("/r/n/../../etc/passwd", "/r/external/n/etc/passwd"),
            ("/r/external/n/opt/hsm/a", "/r/external/n/opt/hsm/a"),
            ("/etc/x", "/r/external/n/etc/x"),
        ] {
            assert_eq!(moved.now(base, Path::new(path)), Path::new(now), "{path}");
        }
    }

    #[test]
    fn what_lies_where_the_node_directory_was_may_be_the_restore_itself() {
        for (was, base, path, now) in [
            ("/r/n", "/r/n", "/r/n/a", "/r/n/a"),
            ("/r/n/n", "/r/n", "/r/n/n/a", "/r/n/a"),
            ("/r", "/r/n", "/r/n/a", "/r/n/a"),
            ("/r", "/r/n", "/r/a", "/r/n/a"),
        ] {
            let moved = Moved {
                was: Some(was.into()),
                outside: Some("/r/external/n".into()),
            };
            let (base, path) = (Path::new(base), Path::new(path));
            assert_eq!(moved.now(base, path), Path::new(now), "{was}");
            let file = base.join("node.conf");
            let then = moved.then(base, &file);
            assert_eq!(then, Path::new(was).join("node.conf"));
            assert_eq!(moved.now(base, &then), file, "{was}");
        }
        let still = Path::new("/r/n/a");
        assert_eq!(Moved::default().then(Path::new("/r/n"), still), still);
    }

    #[test]
    fn where_nothing_has_moved_every_path_stays_as_it_is() {
        let path = Path::new("/opt/../x/./y");
        assert_eq!(Moved::default().now(Path::new("/r"), path), path);
    }
}
