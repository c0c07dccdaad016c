//! Bytes from one open file to another, and whether two files have the same ones.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::host::interrupt;

/// Bytes copied at a time.
const BUFFER: usize = 1 << 18;

/// Copies all of `content`; answers the bytes.
///
/// # Errors
/// What reading answers; [`Error::Io`] for `path`; [`Error::Interrupted`].
pub(super) fn copy(content: &mut dyn Read, file: &mut File, path: &Path) -> Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut bytes = 0;
    loop {
        interrupt::check()?;
        let count = content
            .read(&mut buffer)
            .map_err(|error| Error::unwrap_io(error, "read the payload"))?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(bytes);
        };
        file.write_all(read).map_err(Error::io("write", path))?;
        bytes += count as u64;
    }
}

/// Whether two files have the same bytes, from where they stand.
///
/// # Errors
/// [`Error::Io`] for `path`; [`Error::Interrupted`].
pub(super) fn same(a: &mut File, b: &mut File, path: &Path) -> Result<bool> {
    let (mut one, mut other) = (vec![0; BUFFER], vec![0; BUFFER]);
    loop {
        interrupt::check()?;
        let ours = fill(a, &mut one).map_err(Error::io("read", path))?;
        let theirs = fill(b, &mut other).map_err(Error::io("read", path))?;
        if one.get(..ours) != other.get(..theirs) {
            return Ok(false);
        }
        if ours == 0 {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut count = 0;
    while let Some(room) = buffer.get_mut(count..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_the_same_only_when_every_byte_and_the_length_are() {
        let dir = tempfile::tempdir().unwrap();
        let long = vec![7; BUFFER];
        let mut other = long.clone();
        other[BUFFER - 1] = 8;
        let longer = [long.as_slice(), &[7]].concat();
        let contents = [&[][..], b"a", &long, &other, &longer];
        for (i, content) in contents.iter().enumerate() {
            std::fs::write(dir.path().join(i.to_string()), content).unwrap();
        }
        for a in 0..contents.len() {
            for b in 0..contents.len() {
                let [mut one, mut two] =
                    [a, b].map(|i| File::open(dir.path().join(i.to_string())).unwrap());
                assert_eq!(same(&mut one, &mut two, dir.path()).unwrap(), a == b);
            }
        }
    }
}
