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
        if path.starts_with(base) || path.starts_with(outside) || path.is_relative() {
            return path;
        }
        let was = self.was.as_deref().filter(|was| was.is_absolute());
        match was.and_then(|was| path.strip_prefix(was).ok()) {
            Some(below) => base.join(below),
            None => outside.join(path.strip_prefix("/").unwrap_or(&path)),
        }
    }

    /// Rewrites every path in what a configuration says.
    pub(super) fn rewrite(&self, base: &Path, configuration: &mut Configuration) {
        let move_it = |path: &mut PathBuf| *path = self.now(base, path);
        configuration.files.iter_mut().for_each(move_it);
        let named = configuration.named.iter_mut();
        named.for_each(|named| move_it(&mut named.path));
        let passwords = configuration.passwords.iter_mut();
        let stores = passwords.flat_map(|password| &mut password.stores);
        stores.for_each(move_it);
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
    fn where_nothing_has_moved_every_path_stays_as_it_is() {
        let path = Path::new("/opt/../x/./y");
        assert_eq!(Moved::default().now(Path::new("/r"), path), path);
    }
}
