//! The password of an encrypted key that lies in a file beside it, as validator clients keep them.
//!
//! Knows where those files lie; they are read, tried and forgotten.

use std::path::{Path, PathBuf};

use super::names;
use crate::material::{self, Material, State, Work};
use crate::node::Ground;
use crate::secret::SecretBytes;

/// The most bytes of a password file.
pub(super) const MAX_BYTES: usize = 4096;

/// A file that may hold the password of a key.
pub(super) struct Beside {
    pub(super) file: PathBuf,
    /// Whether it is for this key alone.
    pub(super) is_its_own: bool,
    /// Whether a sealing takes it anyway.
    pub(super) is_sealed: bool,
}

/// Tries the passwords that lie beside a key; answers the file that opened it where no sealing would take that one.
pub(super) fn unlock(
    one: &mut Material,
    bytes: &[u8],
    files: &[Beside],
    (ground, work): (&Ground, &mut Work<'_>),
) -> Option<PathBuf> {
    for beside in files {
        let Ok(text) = ground.fetch(&beside.file, MAX_BYTES) else {
            continue;
        };
        let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next();
        let password = SecretBytes::copied(line.unwrap_or_default());
        let name = beside.file.file_name().unwrap_or_default();
        match material::unlock_within(bytes, &password, work) {
            Some(State::Locked) if beside.is_its_own && beside.is_sealed => {
                one.state = State::Dead(format!("the password in {name:?} does not open it"));
            }
            Some(State::Locked) | None => {}
            Some(state) => {
                one.state = state;
                one.facts
                    .push(("opened with", format!("the password in {name:?}")));
                return (!beside.is_sealed).then(|| beside.file.clone());
            }
        }
    }
    None
}

/// Whether a file may hold the password of some key, by its path: see [`places`].
pub(super) fn may_be_one(path: &[u8], size: u64) -> bool {
    let above = names::last(names::parent(path));
    matches!(above, b"secrets" | b"passwords")
        || names::ends_with(path, b".txt")
        || names::is_password(path, size)
}

/// Where its password may lie, and whether that file is for this key alone: Lighthouse keeps `secrets/0x<public key>`
/// beside `validators/0x<public key>/`, Teku a file of the same name that ends in `.txt`.
pub(super) fn places(path: &Path, one: &Material) -> Vec<(PathBuf, bool)> {
    let directory = path.parent().unwrap_or(Path::new(""));
    let mut places = vec![(path.with_extension("txt"), true)];
    let above = directory.parent().and_then(Path::parent);
    if let (Some(above), Some(key)) = (above, directory.file_name()) {
        places.push((above.join("secrets").join(key), true));
    }
    let pubkey = one.facts.iter().find(|(name, _)| *name == "public key");
    if let (Some((_, key)), Some(above)) = (pubkey, directory.parent()) {
        places.push((above.join("secrets").join(key), true));
    }
    if let (Some(above), Some(name)) = (directory.parent(), path.with_extension("txt").file_name())
    {
        places.push((above.join("passwords").join(name), true));
    }
    for name in ["password.txt", "passwords.txt", "password"] {
        places.push((directory.join(name), false));
    }
    places
}
