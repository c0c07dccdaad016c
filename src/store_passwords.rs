//! The passwords of keystores that are in no sealed file, to the text of the sealed note and back.
//!
//! Knows archive paths and passwords, both as bytes; no files, no stores, and not whether a password is right. A person
//! must be able to read and type what is written here without coldvault.

use std::io::Write;

use data_encoding::HEXLOWER;

use crate::error::{Error, Result};
use crate::secret::SecretBytes;

/// The name of the file in the archive's directory of notes.
pub const FILE: &str = "store-passwords.txt";
/// The most bytes of the file.
pub const MAX_BYTES: usize = 1 << 20;
/// What a person who finds it is told; a reader does not look at it.
const HEADING: &str = "Passwords of keystores in this vault that are in no sealed file:";
/// Stands before a path that is no plain line of text, in hexadecimal.
const HEX: &str = "hex:";
/// Stands before each password.
const INDENT: &[u8] = b"    ";

/// The password of one store.
pub struct StorePassword {
    /// The store's path in the archive: raw bytes.
    pub path: Vec<u8>,
    /// The password, without a line end.
    pub password: SecretBytes,
}

/// The text of the note.
///
/// # Errors
/// [`Error::Limit`]; [`Error::Refused`] for a password with a line end, which no line can hold.
pub fn write(passwords: &[StorePassword]) -> Result<SecretBytes> {
    let paths: Vec<String> = passwords.iter().map(|one| line_of(&one.path)).collect();
    let lines = paths.iter().zip(passwords);
    let length = lines.clone().fold(HEADING.len() + 2, |sum, (path, one)| {
        let password = INDENT.len() + one.password.expose().len();
        sum.saturating_add(path.len() + 1 + password + 1)
    });
    if length > MAX_BYTES {
        return Err(Error::Limit {
            what: format!("{length} bytes of store passwords"),
            limit: MAX_BYTES as u64,
        });
    }
    let breaks = |one: &StorePassword| one.password.expose().contains(&b'\n');
    if passwords.iter().any(breaks) {
        return Err(Error::Refused {
            what: "a store password has more than one line".into(),
            hint: "put it into the file of --note instead".into(),
        });
    }
    SecretBytes::try_filled(length, |mut rest| {
        let mut put = |bytes: &[u8]| rest.write_all(bytes).map_err(|_| FULL);
        put(HEADING.as_bytes())?;
        put(b"\n\n")?;
        for (path, one) in lines {
            put(path.as_bytes())?;
            put(b"\n")?;
            put(INDENT)?;
            put(one.password.expose())?;
            put(b"\n")?;
        }
        Ok(())
    })
    .map_err(|what: &'static str| Error::SelfTest { what })
}

const FULL: &str = "the note of store passwords is longer than it was counted";

/// The inverse of [`write`]. Whatever else somebody wrote between the lines is passed over.
///
/// # Errors
/// [`Error::Limit`].
pub fn read(bytes: &[u8]) -> Result<Vec<StorePassword>> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::Limit {
            what: format!("{} bytes of store passwords", bytes.len()),
            limit: MAX_BYTES as u64,
        });
    }
    let mut found = Vec::new();
    let mut path: Option<&[u8]> = None;
    for line in bytes.split(|byte| *byte == b'\n') {
        match (line.strip_prefix(INDENT), path.take()) {
            (Some(password), Some(path)) => found.push(StorePassword {
                path: path_of(path),
                password: SecretBytes::copied(password),
            }),
            (Some(_), None) => {}
            (None, _) => path = Some(line),
        }
    }
    Ok(found)
}

/// A path as a line of text.
fn line_of(path: &[u8]) -> String {
    let plain = |text: &&str| {
        !text.starts_with([' ', '\t'])
            && !text.starts_with(HEX)
            && !text.chars().any(char::is_control)
    };
    match std::str::from_utf8(path).ok().filter(plain) {
        Some(text) => text.to_owned(),
        None => format!("{HEX}{}", HEXLOWER.encode(path)),
    }
}

/// The inverse of [`line_of`].
fn path_of(line: &[u8]) -> Vec<u8> {
    let hex = line.strip_prefix(HEX.as_bytes());
    let decoded = hex.and_then(|hex| HEXLOWER.decode(hex).ok());
    decoded.unwrap_or_else(|| line.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &[u8], password: &str) -> StorePassword {
        let password = SecretBytes::copied(password.as_bytes());
        StorePassword {
            path: path.to_vec(),
            password,
        }
    }

    #[test]
    fn passwords_come_back_with_their_stores_whatever_their_names() {
        let all = [
            one(b"node/0/certificates/nodekeystore.jks", "correct horse"),
            one(b"external/0/opt/a b.p12", "  blanks  "),
            one(b"node/0/\xff\n", "p\u{e4}ss"),
            one(b"hex:00", ""),
            one(b"    indented", "x"),
        ];
        let text = write(&all).unwrap();
        let back = read(text.expose()).unwrap();
        assert_eq!(back.len(), all.len());
        for (was, is) in all.iter().zip(&back) {
            assert_eq!(was.path, is.path);
            assert!(was.password.same(&is.password));
        }
    }

    #[test]
    fn a_person_reads_the_path_on_one_line_and_the_password_on_the_next() {
        let text = write(&[one(b"node/0/a.jks", "secret")]).unwrap();
        let wanted = format!("{HEADING}\n\nnode/0/a.jks\n    secret\n");
        assert_eq!(text.expose(), wanted.as_bytes());
    }

    #[test]
    fn what_a_line_or_a_note_cannot_hold_is_refused() {
        assert!(write(&[one(b"a", "two\nlines")]).is_err());
        assert!(write(&[one(&[b'a'; MAX_BYTES], "x")]).is_err());
        assert!(read(&[b'\n'; MAX_BYTES + 1]).is_err());
        assert!(read(b"").unwrap().is_empty());
        assert!(read(b"    a password of nothing\n").unwrap().is_empty());
    }
}
