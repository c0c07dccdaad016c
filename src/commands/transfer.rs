//! One file from one carrier to another, in bounded pieces.

use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::carrier::TOOL;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::media::NewFolder;

/// Bytes copied at a time.
const BUFFER: usize = 1 << 18;

/// Copies `source`, which lies at `path`, into a new folder, reads it back there and finishes it. Answers its digest.
///
/// # Errors
/// [`Error::Io`] naming the one or the other; what writing answers.
pub(super) fn file(
    source: &mut dyn Read,
    path: &Path,
    to: &NewFolder,
    name: &str,
) -> Result<Digest> {
    let mut file = match name {
        TOOL => to.new_program(name)?,
        _ => to.new_file(name)?,
    };
    let mut buffer = vec![0; BUFFER];
    loop {
        interrupt::check()?;
        match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => file.append(buffer.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io("read", path)(error)),
        }
    }
    let step = &mut |_: u64| interrupt::check();
    Ok(file.sync()?.read_back_with(step)?.finish()?.digest)
}
