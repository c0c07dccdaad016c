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
const HEADING: &str = "Passwords of keystores in this vault that are in no sealed file.\n\
                       For each: where a restore puts it, its path in the archive, its password.";
/// Stands before the place to which a restore brings a store; a reader does not look at it.
const RESTORED: &str = "Restored as: ";
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

/// A store's password, and what a person who restored calls the store.
pub struct Noted {
    /// What is read back.
    pub store: StorePassword,
    /// Where a restore puts the store, below its target: raw bytes.
    pub restored: Vec<u8>,
}

/// The text of the note.
///
/// # Errors
/// [`Error::Limit`]; [`Error::Refused`] for a password with a line end, which no line can hold.
pub fn write(passwords: &[Noted]) -> Result<SecretBytes> {
    let lines = |one: &Noted| {
        let (restored, path) = (line_of(&one.restored), line_of(&one.store.path));
        format!("{RESTORED}{restored}\n{path}\n")
    };
    let paths: Vec<String> = passwords.iter().map(lines).collect();
    let all = paths.iter().zip(passwords.iter().map(|one| &one.store));
    let length = all.clone().fold(HEADING.len() + 2, |sum, (path, one)| {
        let password = INDENT.len() + one.password.expose().len();
        sum.saturating_add(path.len() + password + 1)
    });
    check(length, passwords)?;
    SecretBytes::try_filled(length, |mut rest| {
        let mut put = |bytes: &[u8]| rest.write_all(bytes).map_err(|_| FULL);
        put(HEADING.as_bytes())?;
        put(b"\n\n")?;
        for (path, one) in all {
            put(path.as_bytes())?;
            put(INDENT)?;
            put(one.password.expose())?;
            put(b"\n")?;
        }
        Ok(())
    })
    .map_err(|what: &'static str| Error::SelfTest { what })
}

/// Whether the note can hold them.
fn check(length: usize, passwords: &[Noted]) -> Result<()> {
    if length > MAX_BYTES {
        return Err(Error::Limit {
            what: format!("{length} bytes of store passwords"),
            limit: MAX_BYTES as u64,
        });
    }
    let breaks = |one: &Noted| one.store.password.expose().contains(&b'\n');
    if passwords.iter().any(breaks) {
        return Err(Error::Refused {
            what: "a store password has more than one line".into(),
            hint: "put it into the file of --note instead".into(),
        });
    }
    Ok(())
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

    fn one(path: &[u8], password: &str) -> Noted {
        let password = SecretBytes::copied(password.as_bytes());
        let restored = [b"name ", path].concat();
        let path = path.to_vec();
        Noted {
            store: StorePassword { path, password },
            restored,
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
            one(b"Restored as: x", "y"),
        ];
        let text = write(&all).unwrap();
        let back = read(text.expose()).unwrap();
        assert_eq!(back.len(), all.len());
        for (was, is) in all.iter().zip(&back) {
            assert_eq!(was.store.path, is.path);
            assert!(was.store.password.same(&is.password));
        }
    }

    #[test]
    fn a_person_reads_both_paths_on_lines_of_their_own_and_the_password_on_the_next() {
        let mut noted = one(b"node/0/a.jks", "secret");
        noted.restored = b"party/a.jks".to_vec();
        let text = write(&[noted]).unwrap();
        let wanted = format!("{HEADING}\n\nRestored as: party/a.jks\nnode/0/a.jks\n    secret\n");
        assert_eq!(text.expose(), wanted.as_bytes());
        assert!(HEADING.lines().all(|line| line.len() <= 80));
    }

    #[test]
    fn the_notes_of_the_first_vaults_have_no_such_line_and_are_read_too() {
        let old = b"Passwords of keystores in this vault that are in no sealed file:\n\n\
                    node/0/a.jks\n    one\nexternal/0/opt/b.p12\n    two\n";
        let read = read(old).unwrap();
        let found = read.iter().map(|one| (&*one.path, one.password.expose()));
        let wanted: [(&[u8], &[u8]); 2] =
            [(b"node/0/a.jks", b"one"), (b"external/0/opt/b.p12", b"two")];
        assert_eq!(found.collect::<Vec<_>>(), wanted);
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
