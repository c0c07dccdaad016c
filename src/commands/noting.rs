//! The register that a command enters what it did in: opened before anything is done, written after each thing that has
//! happened, and never on a carrier of a share.
//!
//! Knows the command line and the file. What entries mean is the business of `crate::register`.

mod entering;
mod file;
mod lines;
mod site;
mod typed;

use std::path::{Path, PathBuf};

use super::Session;
use super::superseded::Seen;
use crate::error::{Error, Result};
use crate::label;
use crate::register::Register;
use crate::report::Severity;
use crate::terminal::{is_stop, typed_path};

use file::RegisterFile;

pub(in crate::commands) use lines::{carrier_line, carrier_ref, checked, facts_of, share_lines};
pub(in crate::commands) use site::{Site, Which};
pub(in crate::commands) use typed::in_lines;

/// The program's name and version, as entries say it.
pub(in crate::commands) const TOOL: &str = concat!("coldvault ", env!("CARGO_PKG_VERSION"));

/// Options of every command that enters what it did.
#[derive(clap::Args, Clone, Default)]
pub struct RegisterArgs {
    /// Enter what was done in this register. It names people and places, so it
    /// never lies on a carrier of a share
    #[arg(long = "register", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Who writes into the register: a name or a role
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// Where a carrier is kept from now on, for the register. CARRIER is "vault 1",
    /// "share 2", "share 2/1" (its copy 1), a carrier's id, or its directory
    #[arg(long = "site", value_name = "CARRIER=PLACE")]
    pub(super) sites: Vec<String>,
}

/// Whether a register that is not there is begun.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Begins {
    /// It is.
    New,
    /// A name that was mistyped would begin a second register: it is refused.
    Never,
}

/// The register of a session, if one is kept, and the notes of superseded vaults that lay beside carriers.
#[derive(Default)]
pub struct Noting {
    open: Option<Open>,
    /// Notes that were seen, not proven.
    pub(in crate::commands) seen: Seen,
    /// Seconds that a clock on the wall was ahead of the machine's, where people read one.
    ahead: Option<i64>,
}

struct Open {
    file: RegisterFile,
    register: Register,
    by: Option<String>,
    sites: Vec<Site>,
}

impl RegisterArgs {
    /// Opens the register that was named, or says that none is kept.
    ///
    /// # Errors
    /// [`Error::Usage`] for what makes no sense, and for a register that is not there; [`Error::Refused`] where it may not
    /// lie; [`Error::Register`] when it is not as it was written.
    pub(in crate::commands) fn open(&self, begins: Begins, session: &mut Session) -> Result<()> {
        match &self.file {
            Some(path) => self.open_at(path, begins, session),
            None if self.by.is_some() || !self.sites.is_empty() => Err(Error::Usage {
                what: "--by and --site belong into a register, and none is named".into(),
                hint: "name it with --register FILE".into(),
            }),
            // One that was named before, at the menu, goes on.
            None if session.noting.open.is_some() => Ok(()),
            None => {
                none_is_kept(session);
                Ok(())
            }
        }
    }

    /// As [`RegisterArgs::open`], for a command that asks other things too: asks for the register where none was named.
    ///
    /// # Errors
    /// As [`RegisterArgs::open`]; [`Error::Stopped`].
    pub(in crate::commands) fn ask(&self, begins: Begins, session: &mut Session) -> Result<()> {
        let is_known = self.file.is_some() || session.noting.open.is_some();
        if is_known || !session.terminal.leads_on() {
            return self.open(begins, session);
        }
        loop {
            let question = "Register file (press Enter: none is kept):";
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            if answer.is_empty() {
                return self.open(begins, session);
            }
            match self.open_at(&typed_path(&answer), begins, session) {
                Err(Error::Interrupted) => return Err(Error::Interrupted),
                Err(error) => session.terminal.error(&error),
                Ok(()) => return Ok(()),
            }
        }
    }

    fn open_at(&self, path: &Path, begins: Begins, session: &mut Session) -> Result<()> {
        let by = self.by.as_deref().map(|by| text("--by", by)).transpose()?;
        let sites = self.sites.iter().map(|given| Site::parse(given));
        let sites = sites.collect::<Result<Vec<_>>>()?;
        let file = RegisterFile::at(path)?;
        let register = match (file.read()?, begins) {
            (Some(register), _) => register,
            (None, Begins::New) => {
                let line = format!("A register is begun: {:?}", file.path());
                session.terminal.say(&line);
                Register::new()
            }
            (None, Begins::Never) => {
                return Err(no_register(path));
            }
        };
        for left in file.clean()? {
            let line = format!("{left:?} was left by a run that was killed; it is removed.");
            session.terminal.say(&line);
        }
        session.noting.open = Some(Open {
            file,
            register,
            by,
            sites,
        });
        Ok(())
    }
}

fn none_is_kept(session: &mut Session) {
    let text = "No register is kept: --register FILE keeps one.";
    session.find(Severity::Note, "no-register", "", text, "");
}

/// A command of `register`, as it must be typed for this register.
pub(in crate::commands) fn register_command(what: &str, register: &Path) -> String {
    format!("coldvault register {what} --register {}", word(register))
}

/// A path as one word of a command line: within single quotes a shell expands nothing.
pub(in crate::commands) fn word(path: &Path) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,".contains(c);
    let plain = path.to_str().filter(|text| text.chars().all(is_plain));
    let quoted = || match path.to_str() {
        Some(text) if !text.chars().any(char::is_control) => {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
        _ => format!("{path:?}"),
    };
    plain.map_or_else(quoted, str::to_owned)
}

pub(in crate::commands) fn no_register(path: &Path) -> Error {
    Error::Usage {
        what: format!("there is no register {path:?}"),
        hint: "look at the name; a new one is begun by: coldvault register rebuild --register FILE --from PATH"
            .into(),
    }
}

/// Reads a register that stays as it is.
///
/// # Errors
/// [`Error::Register`]; [`Error::Io`] when it is not there.
pub(in crate::commands) fn read_register(path: &Path) -> Result<Register> {
    let missing = || Error::io("read", path)(std::io::ErrorKind::NotFound.into());
    RegisterFile::unchecked(path)?.read()?.ok_or_else(missing)
}

/// One line that a person typed, for the register.
///
/// # Errors
/// [`Error::Usage`] naming the option.
pub(in crate::commands) fn text(option: &str, typed: &str) -> Result<String> {
    label::line(typed).map_err(|why| Error::Usage {
        what: format!("{option}: {why}"),
        hint: "write one line of at most 120 letters".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_in_which_a_shell_expands_nothing() {
        for (path, typed) in [
            ("/a/b-1.json", "/a/b-1.json"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", r#""a\nb""#),
        ] {
            assert_eq!(word(Path::new(path)), typed);
        }
    }
}
