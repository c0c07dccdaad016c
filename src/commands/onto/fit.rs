//! Whether a carrier may be written here: the machine, the medium that it goes to, and what lies on that already.

use std::path::Path;

use crate::ceremony::Exception;
use crate::commands::{Session, odd, together};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::media::Medium;
use crate::report::Severity;
use crate::signature::VaultId;

/// What is to be written, and what it must be apart from.
pub(in crate::commands) struct Fit<'a> {
    /// Of which vault, where that is known.
    pub(in crate::commands) id: Option<VaultId>,
    /// Whether the vault is rehearsal material.
    pub(in crate::commands) kind: Kind,
    /// Whether the command line says that this is practice: then one device may hold several copies.
    pub(in crate::commands) practises: bool,
    /// Whose share it is; `None` for the vault.
    pub(in crate::commands) custodian: Option<String>,
    /// Rules set aside.
    pub(in crate::commands) exceptions: &'a [Exception],
    /// Media that hold the same thing.
    pub(in crate::commands) beside: Vec<Beside>,
}

/// A medium that holds the same thing, and how it is called: "that of \"/media/A\"".
pub(in crate::commands) struct Beside {
    pub(in crate::commands) name: String,
    pub(in crate::commands) medium: Medium,
}

impl Fit<'_> {
    /// In production the machine must be fit, unless that rule was set aside.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(in crate::commands) fn check_host(&self, session: &mut Session) -> Result<()> {
        let reason = self.reason("host");
        session.check_machine(self.kind == Kind::Production && reason.is_none())?;
        if let Some(reason) = reason {
            let text =
                format!("what is wrong with this machine was set aside; reason given: {reason:?}");
            session.find(Severity::Warning, "host", "", &text, "");
        }
        Ok(())
    }

    /// Whether the medium at a place can take it.
    ///
    /// # Errors
    /// [`Error::Refused`], with the way to set the rule aside; [`Error::Io`].
    pub(in crate::commands) fn check(&self, to: &Path, session: &mut Session) -> Result<()> {
        self.check_device(to, session)?;
        self.check_together(to)?;
        self.check_apart(to, session)
    }

    /// The register names people and places: it must not lie where a share goes to.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(in crate::commands) fn check_apart(&self, to: &Path, session: &Session) -> Result<()> {
        match self.custodian {
            Some(_) => session.check_apart(to),
            None => Ok(()),
        }
    }

    fn reason(&self, rule: &str) -> Option<&String> {
        let mut given = self.exceptions.iter();
        let found = given.find(|given| given.rule == rule);
        found.map(|given| &given.reason)
    }

    fn check_device(&self, to: &Path, session: &mut Session) -> Result<()> {
        let real = std::fs::canonicalize(to).map_err(Error::io("use", to))?;
        self.check_odd(&real, session)?;
        let loose = self.practises && self.kind == Kind::Rehearsal;
        let (Some(near), false) = (self.too_near(&real), loose) else {
            return Ok(());
        };
        let Some(reason) = self.reason("devices") else {
            return Err(Error::Refused {
                what: format!("{to:?} is not known to be a medium of its own: {near}"),
                hint: "use another medium, or set the rule aside with --exception devices=REASON"
                    .into(),
            });
        };
        let text = format!("this may be no medium of its own ({near}); reason given: {reason:?}");
        session.terminal.warn(&text);
        Ok(())
    }

    /// A medium that is a keyboard or a network card besides.
    fn check_odd(&self, to: &Path, session: &mut Session) -> Result<()> {
        let Some(what) = odd::said(to, &Medium::at(to).device, session) else {
            return Ok(());
        };
        if self.kind == Kind::Rehearsal || self.reason("host").is_some() {
            odd::warn(to, session);
            return Ok(());
        }
        Err(Error::Refused {
            what,
            hint: odd::HINT.into(),
        })
    }

    /// Why a place cannot count as another medium: it may be that of another copy, or the disk of this system.
    fn too_near(&self, to: &Path) -> Option<String> {
        let medium = Medium::at(to);
        let mut beside = self.beside.iter();
        let other = beside.find_map(|other| {
            let near = medium.not_apart(&other.medium)?;
            Some(format!("it may be {}: {near}", other.name))
        });
        let system = Medium::at(Path::new("/"));
        let is_system = system.is_medium() && medium.not_apart(&system).is_some();
        let alone = || medium.why_not().map(|why| format!("it is {why}"));
        let home = || is_system.then(|| "it is the disk of this system".to_owned());
        other.or_else(alone).or_else(home)
    }

    /// Whoever finds one stick must not hold two things of one vault.
    fn check_together(&self, to: &Path) -> Result<()> {
        match self.id.filter(|_| !self.practises) {
            Some(id) => together::check(to, id, self.custodian.clone(), self.exceptions),
            None => Ok(()),
        }
    }
}
