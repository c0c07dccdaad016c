//! Where a file is: in a node directory or outside of it.
//!
//! Knows paths as bytes; asks no file system anything.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the node directory: the path relative to it, raw bytes.
    Inside(Vec<u8>),
    /// Outside of it: the absolute path.
    Outside(PathBuf),
}

impl Place {
    /// The whole path.
    pub fn path(&self, base: &Path) -> PathBuf {
        match self {
            Self::Inside(path) if path.is_empty() => base.to_owned(),
            Self::Inside(path) => base.join(OsStr::from_bytes(path)),
            Self::Outside(path) => path.clone(),
        }
    }

    /// The path as it is told apart by its name: relative inside, absolute outside; raw bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Inside(path) => path,
            Self::Outside(path) => path.as_os_str().as_bytes(),
        }
    }

    /// The path as an option takes it, no glob in it, quoted for a shell; PATH where that needs more thought than a hint
    /// has room for.
    pub fn argument(&self) -> String {
        let is_plain =
            |letter: char| letter.is_ascii_alphanumeric() || "._/+@%:,-".contains(letter);
        let is_safe = |letter: char| !letter.is_control() && !"'=*?[]".contains(letter);
        match std::str::from_utf8(self.bytes()) {
            Ok(text) if text.chars().all(is_plain) => text.to_owned(),
            Ok(text) if text.chars().all(is_safe) => format!("'{text}'"),
            _ => "PATH".to_owned(),
        }
    }
}
