//! Where files in clear must not go: into a vault copy or a share copy, or onto the medium that holds one.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::carrier::PREFIX;
use crate::error::{Error, Result};
use crate::listing;

/// # Errors
/// [`Error::Refused`] when `into` lies in a carrier's folder, or on a medium with one at its top.
pub(super) fn check(into: &Path) -> Result<()> {
    let Some(place) = existing(into) else {
        return Ok(());
    };
    let refused = |what: String| Error::Refused {
        what: format!("{into:?} {what}"),
        hint: "restored files are in clear: choose a directory of this machine".into(),
    };
    for above in place.ancestors() {
        let name = above.file_name().unwrap_or_default().to_string_lossy();
        if is_carrier(&name) {
            return Err(refused(format!("lies in the carrier {above:?}")));
        }
        if is_top_of_medium(above) && holds_carrier(above) {
            return Err(refused(format!(
                "lies on the medium at {above:?}, which is a carrier"
            )));
        }
    }
    Ok(())
}

/// The part of a path that is there, with every link followed.
fn existing(path: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(path).ok()?;
    whole
        .ancestors()
        .find_map(|part| fs::canonicalize(part).ok())
}

/// Whether a folder's name is that of a carrier, in whatever case: `coldvault-ID-vault`, `coldvault-ID-share-N`.
fn is_carrier(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(id, role)| {
        let hex = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex && (role == "vault" || role.starts_with("share-"))
    })
}

/// A medium's own top, never the root of this machine.
fn is_top_of_medium(path: &Path) -> bool {
    let device = |path: &Path| fs::metadata(path).ok().map(|about| about.dev());
    path.parent()
        .is_some_and(|above| device(above) != device(path))
}

fn holds_carrier(path: &Path) -> bool {
    listing::list(path).is_ok_and(|entries| {
        let mut names = entries.flatten().map(|entry| entry.file_name());
        names.any(|name| is_carrier(&name.to_string_lossy()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "coldvault-0123456789abcdef0123456789abcdef-share-2";

    #[test]
    fn a_target_in_a_carrier_is_refused_however_it_is_reached() {
        let dir = tempfile::tempdir().unwrap();
        let carrier = dir.path().join(NAME);
        fs::create_dir_all(carrier.join("deep")).unwrap();
        std::os::unix::fs::symlink(&carrier, dir.path().join("link")).unwrap();
        for into in [NAME, "link", "link/new/newer", &format!("{NAME}/deep/new")] {
            let checked = check(&dir.path().join(into));
            assert!(matches!(checked, Err(Error::Refused { .. })), "{into}");
        }
        for into in ["new", "coldvault-rehearsal-01/new", "."] {
            assert!(check(&dir.path().join(into)).is_ok(), "{into}");
        }
    }
}
