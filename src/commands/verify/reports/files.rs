//! Which files are drill reports, and what lies beside them.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::verify::conclusion::show_other_vault;
use crate::drill::{MAX_BYTES, PREFIX, SIGNATURE_ENDING};
use crate::error::{Error, Result};
use crate::manifest::KEY_FILE;
use crate::media;
use crate::signature::{PublicKey, SIGNATURE_BYTES, VaultId};

/// The second line of a report: one that was changed in its first line is still one to be told about.
const SECOND: &[u8] = b"\n\"drill_id\":";
/// What a key in PEM begins with, and the most bytes of one.
const KEY: &[u8] = b"-----BEGIN PUBLIC KEY-----";
const MOST_KEY: usize = 256;
/// By so many bytes a file shows what it is.
const START: usize = 64;

/// A report that was given, with what lies beside it.
pub(in crate::commands::verify) struct Given {
    pub(in crate::commands::verify) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) signature: Option<Vec<u8>>,
    pub(super) beside: Option<PublicKey>,
}

/// The report at `path`; `None` for any other file.
///
/// # Errors
/// [`Error::Limit`] for one that is too long; [`Error::Io`].
pub(in crate::commands::verify) fn given(path: &Path) -> Result<Option<Given>> {
    let mut file = media::open_ordinary(path)?;
    let mut bytes = read(&mut file, path, START)?;
    let is_report = bytes.starts_with(PREFIX) || bytes.windows(SECOND.len()).any(|w| w == SECOND);
    if !is_report {
        return Ok(None);
    }
    bytes.extend(read(&mut file, path, MAX_BYTES)?);
    if bytes.len() > MAX_BYTES {
        return Err(Error::Limit {
            what: format!("bytes of the drill report {path:?}"),
            limit: MAX_BYTES as u64,
        });
    }
    let [signature, key_file] = companions(path);
    Ok(Some(Given {
        path: path.to_owned(),
        bytes,
        signature: small(&signature, SIGNATURE_BYTES + 1)?,
        beside: small(&key_file, MOST_KEY)?.and_then(|key| PublicKey::from_pem(&key)),
    }))
}

/// Where a report's signature and key are.
pub(in crate::commands) fn companions(path: &Path) -> [PathBuf; 2] {
    let mut signature = OsString::from(path);
    signature.push(SIGNATURE_ENDING);
    [signature.into(), path.with_file_name(KEY_FILE)]
}

/// The vault's public key, if `path` is one.
///
/// # Errors
/// [`Error::Io`].
pub(in crate::commands::verify) fn key(path: &Path) -> Result<Option<PublicKey>> {
    let bytes = small(path, MOST_KEY)?.unwrap_or_default();
    match bytes.starts_with(KEY) {
        true => Ok(PublicKey::from_pem(&bytes)),
        false => Ok(None),
    }
}

/// Says of which vault a key is; whether it is the one that was expected, where one was.
///
/// # Errors
/// [`Error::System`] when standard output does not take the result.
pub(in crate::commands::verify) fn show_key(
    path: &Path,
    key: &PublicKey,
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<bool> {
    session.terminal.result(&crate::report::shown(path))?;
    let found = key.vault_id();
    for line in carrier::describe_id(found, None) {
        session.terminal.result(&format!("    {line}"))?;
    }
    let verdict = match expect {
        None => "compare id or words with the paper",
        Some(expected) if expected == found => "genuine: it is the one that was expected",
        Some(expected) => {
            show_other_vault(path, found, expected, session);
            "NOT the one that was expected"
        }
    };
    let line = format!("public key of a vault: {verdict}");
    session.terminal.result(&line)?;
    Ok(expect.is_none_or(|expected| expected == found))
}

/// The first `most` bytes of a file that may not be there.
fn small(path: &Path, most: usize) -> Result<Option<Vec<u8>>> {
    match media::open_ordinary(path) {
        Ok(mut file) => read(&mut file, path, most).map(Some),
        Err(Error::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// One byte more than `most`, if it is there: then it is too long.
fn read(file: &mut File, path: &Path, most: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = file.by_ref().take(most as u64).read_to_end(&mut bytes);
    read.map_err(Error::io("read", path))?;
    Ok(bytes)
}
