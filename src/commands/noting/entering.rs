//! What a command does with the register of its session: looks into it, and enters what has happened.

use std::path::Path;

use super::TOOL;
use crate::commands::{Session, together};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::media::{Medium, Stay};
use crate::register::{Event, OfCarrier, Register, Stamp, Told};
use crate::report::Severity;
use crate::signature::VaultId;
use crate::time::Time;

impl Session {
    /// The register as it was read or last written; `None` where none is kept.
    pub(in crate::commands) fn register(&self) -> Option<&Register> {
        self.noting.open.as_ref().map(|open| &open.register)
    }

    /// Whether the register has this vault. One that it does not have is said, where a register is kept.
    pub(in crate::commands) fn knows(&mut self, vault: VaultId) -> bool {
        match self.register().map(|register| register.knows(vault)) {
            None => return false,
            Some(true) => return true,
            Some(false) => {}
        }
        let text = format!("vault {vault} is not in the register: nothing is entered of it");
        let hint = format!(
            "if it is yours, enter it with: {}",
            self.command("rebuild --from PATH")
        );
        self.find(Severity::Warning, "not-in-register", "", &text, &hint);
        false
    }

    /// Where the register is, if one is kept.
    pub(in crate::commands) fn register_path(&self) -> Option<&Path> {
        self.noting.open.as_ref().map(|open| open.file.path())
    }

    /// A command of `register`, as it must be typed for this session's.
    fn command(&self, what: &str) -> String {
        let path = self.register_path().unwrap_or(Path::new("FILE"));
        super::register_command(what, path)
    }

    /// Refuses a place for a share where the register lies, or any other one, such as an old copy of it: it says who keeps
    /// the others, and where.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(in crate::commands) fn check_apart(&self, dir: &Path) -> Result<()> {
        let Ok(dir) = std::fs::canonicalize(dir) else {
            return Ok(());
        };
        let there = Medium::at(&dir);
        let is_stick = there.stay() == Stay::Removable;
        let refused = |what: String| {
            Err(Error::Refused {
                what,
                hint: "use another medium; the register stays with the security office".into(),
            })
        };
        let home = self.register_path().and_then(Path::parent);
        let holds_it = |home: &Path| {
            home.starts_with(&dir) || is_stick && there.point == Medium::at(home).point
        };
        if home.is_some_and(holds_it) {
            return refused(format!(
                "{dir:?} holds the register: a share may not go there"
            ));
        }
        match together::register_at(&dir, is_stick) {
            None => Ok(()),
            Some(found) => refused(format!(
                "{found:?} is a register: a share may not go where it lies"
            )),
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
            let hint = format!(
                "say it once more with: {}",
                self.command("place CARRIER=PLACE")
            );
            self.find(Severity::Warning, "site", "", &text, &hint);
        }
        self.note(&events).map(|_| ())
    }
}
