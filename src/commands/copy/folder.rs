//! Which folder is meant by a place that a person named.
//!
//! Knows names; what lies in the folder is checked elsewhere.

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::error::{Error, Result};
use crate::share;

/// The one coldvault folder at a place, or the one that a share file lies in.
pub(in crate::commands) fn one_folder(path: &Path, doing: &str) -> Result<PathBuf> {
    let is_share = path.file_name().is_some_and(|name| name == share::FILE) && path.is_file();
    if let Some(parent) = path.parent().filter(|_| is_share) {
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        return match carrier::find(parent)?.paths.as_slice() {
            [one] if one == parent => Ok(one.clone()),
            _ => Err(Error::Usage {
                what: format!("{path:?} lies in no coldvault folder"),
                hint: format!("give the coldvault folder to {doing}, or the medium it is on"),
            }),
        };
    }
    match carrier::find(path)?.paths.as_slice() {
        [one] if one.is_dir() => Ok(one.clone()),
        [] | [_] => Err(Error::Usage {
            what: format!("{path:?} holds no coldvault folder"),
            hint: "give a coldvault folder, or the medium it is on".into(),
        }),
        several => Err(Error::Usage {
            what: format!("{path:?} holds {} coldvault folders", several.len()),
            hint: format!("give the one to {doing}"),
        }),
    }
}
