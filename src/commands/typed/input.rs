//! Standard input, read without the standard library's buffer, which is never wiped.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::AsFd;

use rustix::fs::{FileType, MemfdFlags, fstat, memfd_create};
use zeroize::Zeroizing;

use crate::commands::scanned::{Content, MOST_TEXT, START};
use crate::error::{Error, Result};
use crate::host::input;
use crate::scan::Format;

/// The most bytes of a scan.
const MOST_SCAN: usize = 256 << 20;
/// Bytes read at a time.
const CHUNK: usize = 1 << 16;

/// Whether something was put there to be read: not a terminal, nor any other device.
pub(super) fn is_there() -> bool {
    let about = fstat(io::stdin().as_fd());
    about.is_ok_and(|about| {
        !matches!(
            FileType::from_raw_mode(about.st_mode),
            FileType::CharacterDevice | FileType::BlockDevice | FileType::Directory
        )
    })
}

/// All of it: text, or a scan.
///
/// # Errors
/// [`Error::Usage`] when it is too long; [`Error::Interrupted`]; [`Error::System`].
pub(super) fn read() -> Result<Content> {
    // At once as long as it may become: no copies stay behind.
    let mut bytes = Zeroizing::new(vec![0; MOST_TEXT + 1]);
    let start = fill(&mut bytes, 0, START)?;
    if Format::of(bytes.get(..start).unwrap_or_default()).is_some() {
        return scan(bytes.get(..start).unwrap_or_default());
    }
    let length = fill(&mut bytes, start, MOST_TEXT + 1)?;
    if length > MOST_TEXT {
        return Err(Error::Usage {
            what: format!(
                "standard input has more than {MOST_TEXT} bytes: that is no share text, and no codes"
            ),
            hint: "give only the lines of the shares and codes, or type them".into(),
        });
    }
    bytes.truncate(length);
    Ok(Content::Text(bytes))
}

/// Reads from `length` on until there are `most` bytes, or no more.
fn fill(bytes: &mut [u8], mut length: usize, most: usize) -> Result<usize> {
    let stdin = io::stdin();
    while let Some(room) = bytes.get_mut(length..most).filter(|room| !room.is_empty()) {
        match input::read(&stdin, room, failed)? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}

/// A scan that comes through a pipe, in memory: on no disk.
fn scan(start: &[u8]) -> Result<Content> {
    let flags = MemfdFlags::CLOEXEC;
    let file = memfd_create("scan", flags).map_err(|errno| failed(errno.into()))?;
    let mut file = File::from(file);
    file.write_all(start).map_err(failed)?;
    let mut bytes = Zeroizing::new(vec![0; CHUNK]);
    let mut length = start.len();
    loop {
        let count = fill(&mut bytes, 0, CHUNK)?;
        file.write_all(bytes.get(..count).unwrap_or_default())
            .map_err(failed)?;
        length += count;
        if length > MOST_SCAN {
            return Err(Error::Usage {
                what: format!("standard input has more than {MOST_SCAN} bytes: that is no scan"),
                hint: "scan in fewer pages, or in grey at 300 dpi".into(),
            });
        }
        if count < CHUNK {
            break;
        }
    }
    file.rewind().map_err(failed)?;
    Ok(Content::Scan(file))
}

fn failed(error: io::Error) -> Error {
    Error::System {
        doing: "read standard input",
        error,
    }
}
