//! The register that a command enters what it did in: opened before anything is done, written after each thing that has
//! happened, and never on a carrier of a share.
//!
//! Knows the command line and the file. What entries mean is the business of `crate::register`.

mod file;
mod lines;
mod site;

use std::path::{Path, PathBuf};

use super::Session;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::label;
use crate::media::{Medium, Stay};
use crate::register::{Event, OfCarrier, Register, Stamp, Told};
use crate::report::Severity;
use crate::signature::VaultId;
use crate::terminal::{is_stop, typed_path};
use crate::time::Time;

use file::RegisterFile;

pub(in crate::commands) use lines::{carrier_line, carrier_ref, checked, facts_of, share_lines};
pub(in crate::commands) use site::Site;

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

/// The register of a session, if one is kept.
#[derive(Default)]
pub struct Noting {
    open: Option<Open>,
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
        if self.file.is_some() || !session.terminal.leads_on() {
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
                return Err(Error::Usage {
                    what: format!("there is no register {path:?}"),
                    hint: "look at the name; a new one is begun by: coldvault register rebuild --register FILE --from PATH"
                        .into(),
                });
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

impl Session {
    /// The register as it was read or last written; `None` where none is kept.
    pub(in crate::commands) fn register(&self) -> Option<&Register> {
        self.noting.open.as_ref().map(|open| &open.register)
    }

    /// Whether the register has this vault. One that it does not have is said, where a register is kept.
    pub(in crate::commands) fn knows(&mut self, vault: VaultId) -> bool {
        let Some(state) = self.register().map(Register::state) else {
            return false;
        };
        if state.vault(vault).is_some() {
            return true;
        }
        let text = format!("vault {vault} is not in the register: nothing is entered of it");
        let hint = "if it is yours, enter it with: coldvault register rebuild --from PATH";
        self.find(Severity::Warning, "not-in-register", "", &text, hint);
        false
    }

    /// Where the register is, if one is kept.
    pub(in crate::commands) fn register_path(&self) -> Option<&Path> {
        self.noting.open.as_ref().map(|open| open.file.path())
    }

    /// Refuses a place for a share where the register lies: it says who keeps the others, and where.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(in crate::commands) fn check_apart(&self, dir: &Path) -> Result<()> {
        let register = self.register_path().and_then(Path::parent);
        let (Some(home), Ok(dir)) = (register, std::fs::canonicalize(dir)) else {
            return Ok(());
        };
        let there = Medium::at(&dir);
        let is_same_stick =
            there.stay() == Stay::Removable && there.point == Medium::at(home).point;
        match home.starts_with(&dir) || is_same_stick {
            false => Ok(()),
            true => Err(Error::Refused {
                what: format!("{dir:?} holds the register: a share may not go there"),
                hint: "use another medium; the register stays with the security office".into(),
            }),
        }
    }

    /// From now on entries say what a clock on the wall showed: `ahead` seconds more than the machine's.
    pub(in crate::commands) fn wall_is_ahead(&mut self, ahead: Option<i64>) {
        self.noting.ahead = ahead;
    }

    /// Who and when, for an entry that is written now.
    pub(in crate::commands) fn stamp(&self) -> Stamp {
        let at = self.clock();
        let wall = |ahead: i64| Time::from_unix(at.unix().saturating_add(ahead));
        Stamp {
            at,
            wall: self.noting.ahead.map(wall),
            by: self.noting.open.as_ref().and_then(|open| open.by.clone()),
            tool: TOOL.into(),
        }
    }

    /// Enters what has happened, all of it or nothing, and answers the head; `None` where no register is kept.
    ///
    /// # Errors
    /// [`Error::Refused`] where the register may not lie any more, or another program holds it; [`Error::Register`] when
    /// somebody changed it; what writing answers.
    pub(in crate::commands) fn note(&mut self, events: &[Event]) -> Result<Option<Digest>> {
        let stamp = self.stamp();
        let Some(open) = &mut self.noting.open else {
            return Ok(None);
        };
        if !events.is_empty() {
            open.register = open.file.add(&open.register, &stamp, events)?;
        }
        Ok(open.register.heads().first().copied())
    }

    /// Takes over what somebody else made of the register: a merge.
    ///
    /// # Errors
    /// As [`Session::note`].
    pub(in crate::commands) fn merge_register(
        &mut self,
        other: &Register,
    ) -> Result<Option<Digest>> {
        let stamp = self.stamp();
        let Some(open) = &mut self.noting.open else {
            return Ok(None);
        };
        let both = open.register.clone().merge(other.clone());
        open.register = open.file.add(&both, &stamp, &[Event::Merged])?;
        Ok(open.register.heads().first().copied())
    }

    /// Enters where carriers of a vault are kept, as `--site` says. What fits no carrier is said.
    ///
    /// # Errors
    /// As [`Session::note`].
    pub(in crate::commands) fn note_sites(&mut self, vault: VaultId) -> Result<()> {
        let Some(open) = &self.noting.open else {
            return Ok(());
        };
        let state = open.register.state();
        let mut events = Vec::new();
        let mut unknown = Vec::new();
        for site in &open.sites {
            let found = state.vault(vault).map(|vault| site.which.of(vault));
            let found = found.unwrap_or_default();
            if found.is_empty() {
                unknown.push(site.which.to_string());
            }
            events.extend(found.into_iter().map(|carrier| {
                let of = OfCarrier { vault, carrier };
                let text = site.place.clone();
                Event::Placed(Told { of, text })
            }));
        }
        for which in unknown {
            let text =
                format!("--site {which}: the register knows no such carrier of vault {vault}");
            let hint = "say it once more with: coldvault register place CARRIER=PLACE";
            self.find(Severity::Warning, "site", "", &text, hint);
        }
        self.note(&events).map(|_| ())
    }
}
