//! The program itself on a carrier, so that a machine without coldvault can restore.
//!
//! What is on a stick can be edited by whoever held it: the digest that counts is the one on paper.

use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::host::program::Program;
use crate::media::NewFolder;

/// The program's name on a carrier.
pub const TOOL: &str = "coldvault";

/// Writes `program` into a folder, may be run from there, and reads it back.
///
/// # Errors
/// What reading, writing and reading back answer; [`Error::Changed`] when it is no longer the program that was opened.
pub(super) fn put(folder: &NewFolder, program: &Program) -> Result<()> {
    let mut file = folder.new_program(TOOL)?;
    program.read(&mut |chunk| file.append(chunk))?;
    let step = &mut |_: u64| interrupt::check();
    let written = file.sync()?.read_back_with(step)?;
    if written.proven().digest != program.digest() {
        return Err(Error::Changed(program.path().to_owned()));
    }
    written.finish().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    use std::process::Command;

    #[test]
    fn a_program_on_a_carrier_is_the_one_that_was_opened_and_can_be_run() {
        let dir = tempfile::tempdir().unwrap();
        let original = dir.path().join("original");
        fs::copy("/bin/true", &original).unwrap();
        let program = Program::open(&original).unwrap();
        // Replaced and deleted meanwhile: what was opened is what counts.
        fs::remove_file(&original).unwrap();
        let folder = NewFolder::create(dir.path(), "folder").unwrap();
        put(&folder, &program).unwrap();
        let written = folder.path().join(TOOL);
        assert_eq!(Digest::of(&fs::read(&written).unwrap()), program.digest());
        assert_eq!(fs::metadata(&written).unwrap().mode() & 0o7777, 0o700);
        assert!(Command::new(&written).status().unwrap().success());
        assert_eq!(folder.contents()[0].name, TOOL);
    }

    #[test]
    fn a_program_that_changed_since_it_was_opened_is_not_finished() {
        let dir = tempfile::tempdir().unwrap();
        let original = dir.path().join("original");
        fs::copy("/bin/true", &original).unwrap();
        let program = Program::open(&original).unwrap();
        let mut bytes = fs::read(&original).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&original, bytes).unwrap();
        let folder = NewFolder::create(dir.path(), "folder").unwrap();
        assert!(matches!(put(&folder, &program), Err(Error::Changed(_))));
        assert!(!folder.path().join(TOOL).exists());
    }
}
