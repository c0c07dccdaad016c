//! What lies in the payload's `note/`: the officer's note, and store passwords that were typed at the sealing.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::error::{Error, Result};
use crate::payload::NOTE;
use crate::report::Severity;
use crate::store_passwords::{self, StorePassword};

/// The most bytes of store passwords that are tried, and of notes that are gathered for one file.
const MAX_BYTES: u64 = 16 << 20;

/// The notes of a payload, as far as they came.
#[derive(Default)]
pub(super) struct Notes {
    /// What goes into the file of `--note-to`: name and text.
    gathered: Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>,
    /// What went into the directory: places below it.
    places: Vec<Vec<u8>>,
    /// The store passwords as they were sealed.
    passwords: Zeroizing<Vec<u8>>,
}

impl Notes {
    /// Whether a path in the archive is that of a note.
    pub(super) fn is_one(path: &[u8]) -> bool {
        path.strip_prefix(NOTE.as_bytes())
            .is_some_and(|rest| rest.starts_with(b"/"))
    }

    /// Takes a note that goes to `--note-to`.
    ///
    /// # Errors
    /// [`Error::Archive`] when it is no note that coldvault seals; what reading answers.
    pub(super) fn gather(&mut self, path: &[u8], content: &mut dyn Read) -> Result<()> {
        let text = read(path, content)?;
        if path == store_passwords_at() {
            self.passwords.clone_from(&text);
        }
        let name = path.get(NOTE.len() + 1..).unwrap_or_default();
        self.gathered.push((name.to_vec(), text));
        Ok(())
    }

    /// Takes note of one that goes into the directory, and answers its content where it has to be kept in mind.
    ///
    /// # Errors
    /// As [`Notes::gather`].
    pub(super) fn placed(
        &mut self,
        path: &[u8],
        content: &mut dyn Read,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.places.push(path.to_vec());
        if path != store_passwords_at() {
            return Ok(None);
        }
        self.passwords = read(path, content)?;
        Ok(Some(self.passwords.clone()))
    }

    /// The store passwords that were sealed, with the archive paths of their stores.
    ///
    /// # Errors
    /// As [`store_passwords::read`].
    pub(super) fn passwords(&self) -> Result<Vec<StorePassword>> {
        store_passwords::read(&self.passwords)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.gathered.is_empty() && self.places.is_empty()
    }

    /// Writes what is for `--note-to`; says so when there is nothing. Answers where it went.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Io`].
    pub(super) fn deliver(
        &self,
        note_to: Option<&Path>,
        session: &mut Session,
    ) -> Result<Option<PathBuf>> {
        let Some(path) = note_to else {
            return Ok(None);
        };
        if self.gathered.is_empty() {
            let text = "the vault holds no note";
            let hint = "leave --note-to out";
            session.find(Severity::Warning, "no-note", "", text, hint);
            return Ok(None);
        }
        self.write(path)?;
        Ok(Some(path.to_owned()))
    }

    /// " and the note", " and 2 notes", or nothing.
    pub(super) fn counted(&self) -> String {
        match self.gathered.len() + self.places.len() {
            0 => String::new(),
            1 => " and the note".into(),
            count => format!(" and {count} notes"),
        }
    }

    /// A line for each place where notes are now.
    pub(super) fn lines(&self, into: &Path, written: Option<&Path>) -> Vec<String> {
        let placed = self.places.iter().map(|place| below(into, place));
        let all: Vec<PathBuf> = placed.chain(written.map(Path::to_owned)).collect();
        let both = self.gathered.len() > 1;
        let line = |place: &PathBuf| match both {
            true => format!("The notes are in {place:?}"),
            false => format!("The note is {place:?}"),
        };
        all.iter().map(line).collect()
    }

    /// Writes what was gathered into a new file, for its owner only. Several get a heading line each.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Io`].
    fn write(&self, path: &Path) -> Result<()> {
        let created = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let mut file = created.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists(path.to_owned()),
            _ => Error::io("create", path)(error),
        })?;
        let written = self.write_all(&mut file).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a note must not look like one.
            let _ = std::fs::remove_file(path);
        }
        written.map_err(Error::io("write", path))
    }

    fn write_all(&self, output: &mut dyn Write) -> io::Result<()> {
        if let [(_, only)] = self.gathered.as_slice() {
            return output.write_all(only);
        }
        for (place, (name, text)) in self.gathered.iter().enumerate() {
            if place > 0 {
                output.write_all(b"\n")?;
            }
            writeln!(output, "=== {} ===", lossy(name).escape_debug())?;
            output.write_all(text)?;
            if !text.ends_with(b"\n") {
                output.write_all(b"\n")?;
            }
        }
        Ok(())
    }
}

/// The path in the archive of the store passwords.
fn store_passwords_at() -> Vec<u8> {
    format!("{NOTE}/{}", store_passwords::FILE).into_bytes()
}

fn read(path: &[u8], content: &mut dyn Read) -> Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    let read = content.take(MAX_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| Error::unwrap_io(error, "read the note"))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(Error::Archive {
            member: format!("{:?}", lossy(path)),
            why: "it is too large for a note".into(),
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(notes: &[(&str, &str)]) -> String {
        let mut all = Notes::default();
        for (path, text) in notes {
            all.gather(path.as_bytes(), &mut text.as_bytes()).unwrap();
        }
        let mut output = Vec::new();
        all.write_all(&mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn one_note_is_written_as_it_is_and_several_under_headings() {
        assert_eq!(written(&[("note/a.txt", "text")]), "text");
        let both = written(&[("note/a.txt", "text"), ("note/store-passwords.txt", "x\n")]);
        assert_eq!(
            both,
            "=== a.txt ===\ntext\n\n=== store-passwords.txt ===\nx\n"
        );
    }

    #[test]
    fn store_passwords_are_kept_in_mind_wherever_they_go() {
        let mut notes = Notes::default();
        notes
            .gather(&store_passwords_at(), &mut &b"one"[..])
            .unwrap();
        assert_eq!(notes.passwords.as_slice(), b"one");
        let mut notes = Notes::default();
        let kept = notes
            .placed(&store_passwords_at(), &mut &b"two"[..])
            .unwrap();
        assert_eq!(kept.unwrap().as_slice(), b"two");
        assert!(notes.placed(b"note/a", &mut &b"x"[..]).unwrap().is_none());
        assert_eq!(notes.passwords.as_slice(), b"two");
        assert_eq!(notes.counted(), " and 2 notes");
    }
}
