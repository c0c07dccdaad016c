//! Standard input, read without the standard library's buffer, which is never wiped.

use std::io;
use std::os::fd::AsFd;

use rustix::fs::{FileType, fstat};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::host::input;

/// The most bytes that are read: 32 shares with room for comments.
const MOST: usize = 256 << 10;

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

/// All of it.
///
/// # Errors
/// [`Error::Usage`] when it is too long; [`Error::Interrupted`]; [`Error::System`].
pub(super) fn read() -> Result<Zeroizing<Vec<u8>>> {
    let (stdin, mut length) = (io::stdin(), 0);
    // At once as long as it may become: no copies stay behind.
    let mut bytes = Zeroizing::new(vec![0; MOST + 1]);
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match input::read(&stdin, room, failed)? {
            0 => break,
            count => length += count,
        }
    }
    if length > MOST {
        return Err(Error::Usage {
            what: format!("standard input has more than {MOST} bytes: that is no share text"),
            hint: "give only the lines of the shares, or type them".into(),
        });
    }
    bytes.truncate(length);
    Ok(bytes)
}

fn failed(error: io::Error) -> Error {
    Error::System {
        doing: "read standard input",
        error,
    }
}
