//! What is no folder: a drill report, a public key, a scan, a share file, text; and standard input.

use std::path::{Path, PathBuf};

use super::secret_part::secret_part;
use super::share_file::signed_share;
use super::{Args, Verifying, reports, text};
use crate::commands::Session;
use crate::commands::scanned::{Content, told_of_pipe};
use crate::commands::typed;
use crate::error::{Error, Exit, Result};
use crate::share::ReadShare;

/// A file on its own: a drill report, a public key, a scan, a share file, or text.
pub(super) fn file(
    path: &Path,
    places: &[PathBuf],
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let report = reports::given(path).map_err(|error| told_of_pipe(path, error))?;
    if let Some(report) = report {
        verifying.reports.push(report);
        return Ok(None);
    }
    if let Some(key) = reports::key(path)? {
        verifying.keys.push(key);
        if !reports::show_key(path, &key, verifying.expect, session)? {
            verifying.ended(Exit::Material);
        }
        return Ok(None);
    }
    share_in(path, Content::of(path)?, places, verifying, session)
}

/// What was read at `path`, or on standard input, which is called so. Sheets are judged later.
fn share_in(
    path: &Path,
    content: Content,
    places: &[PathBuf],
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let bytes = match content {
        Content::Scan(file) => {
            if !verifying.paper.take_scan(path, file, session)?.is_good() {
                verifying.ended(Exit::Material);
            }
            return Ok(None);
        }
        Content::Text(bytes) => bytes,
    };
    let codes = verifying.paper.codes_met();
    let (bytes, read) = typed::without_codes(bytes, path, &mut verifying.paper, session);
    if read.are_all_bad() {
        verifying.ended(Exit::Material);
    }
    if verifying.paper.codes_met() > codes && bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    if text::is_text(&bytes) {
        if !text::check(path, &bytes, places, verifying.expect, session)? {
            verifying.ended(Exit::Material);
        }
        return Ok(None);
    }
    let share = ReadShare::from_bytes(&bytes).map_err(|error| Error::Damaged {
        path: path.to_owned(),
        what: format!("neither a scan nor a share file: {error}"),
    })?;
    signed_share(path, share, verifying, session)
}

/// A scan, a share file or text on standard input.
pub(super) fn from_stdin(
    args: &Args,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    let path = Path::new(typed::STDIN);
    let content = typed::stdin()?;
    if let Some(mut share) = share_in(path, content, &args.paths, verifying, session)? {
        secret_part(path, &mut share, verifying, session)?;
        verifying.take_open(&share);
    }
    Ok(())
}
