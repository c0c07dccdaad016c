//! The copies that are to be made: their numbers go on after those of the sealing, and each has a README of its own.

use std::path::Path;

use super::before;
use super::wishes::Wishes;
use crate::carrier::{self, CarrierFacts, CopyOf, Made, Role, TOOL};
use crate::cipher::Lock;
use crate::commands::Session;
use crate::commands::onto::{Beside, Fit};
use crate::commands::print::check_share_file;
use crate::commands::seal::{self, Custodian, Destination, Mark, Protect};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::host::program::Program;
use crate::key;
use crate::label::Label;
use crate::manifest::{Carrier, Manifest};
use crate::media::Medium;
use crate::quorum::Judged;
use crate::register::{self, Register};
use crate::reissue::NoteCopy;
use crate::terminal::is_stop;

/// Less than the files take that are on every carrier.
const COMMON_BYTES: u64 = 20 << 10;

/// One copy.
pub(super) struct Copy {
    pub(super) to: Destination,
    /// "share 2 (legal), copy 3 of 4".
    pub(super) holds: String,
    /// What is written on its medium.
    pub(super) mark: String,
    pub(super) readme: Vec<u8>,
    pub(super) facts: CarrierFacts,
}

/// All copies of the share that is made anew.
pub(super) struct Copies {
    pub(super) manifest: Manifest,
    pub(super) number: u8,
    pub(super) custodian: Label,
    pub(super) all: Vec<Copy>,
    /// The program, where it was on every carrier of the sealing and is the very same here.
    pub(super) tool: Option<Program>,
    pub(super) is_protected: bool,
    pub(super) contact: Option<String>,
    /// Who kept it before, by the register.
    pub(super) before: Option<String>,
}

impl Copies {
    /// Numbers them, and writes what their READMEs say.
    ///
    /// # Errors
    /// [`Error::Limit`] when the numbers are used up; [`Error::System`] without random bytes.
    pub(super) fn plan(
        judged: &Judged,
        (number, receiver): (u8, &Custodian),
        wishes: &Wishes,
        session: &mut Session,
    ) -> Result<Self> {
        let Some(manifest) = judged.manifest.clone() else {
            return Err(Error::SelfTest {
                what: "copies are planned without a vault.json",
            });
        };
        let state = session.register().map(Register::state);
        let vault = state
            .as_ref()
            .and_then(|state| state.vault(manifest.public_key.vault_id()));
        let noted = before::notes(judged, number);
        let noted = noted.iter().flat_map(|note| &note.copies);
        let noted = noted.map(|copy| copy.copy).max();
        let last = last_copy(&manifest, number, vault).max(noted.unwrap_or(0));
        let before = vault
            .and_then(|vault| vault.shares.iter().find(|share| share.number == number))
            .and_then(|share| share.custodian.clone());
        let mut copies = Self {
            tool: tool(&manifest),
            number,
            custodian: receiver.name.clone(),
            all: Vec::new(),
            is_protected: receiver.protect.is_some(),
            contact: wishes.contact.clone(),
            before,
            manifest,
        };
        let mark = Mark::draw()?.name();
        let lock = receiver.protect.as_ref().map(Protect::lock);
        let of = last.checked_add(receiver.to.len() as u8);
        let of = of.ok_or_else(|| Error::Limit {
            what: "copies of a share".into(),
            limit: u64::from(u8::MAX),
        })?;
        for (to, copy) in receiver.to.iter().zip(last.saturating_add(1)..=of) {
            let one = copies.one(to, (copy, of), lock, &mark, session)?;
            copies.all.push(one);
        }
        Ok(copies)
    }

    fn one(
        &self,
        to: &Destination,
        (copy, of): (u8, u8),
        lock: Option<Lock>,
        mark: &str,
        session: &Session,
    ) -> Result<Copy> {
        let (mut carrier_id, mut random) = ([0; 16], [0; 16]);
        key::random(&mut carrier_id)?;
        key::random(&mut random)?;
        let role = Role::Share(self.number);
        let readme = carrier::readme(&CopyOf {
            role,
            custodian: Some(&self.custodian),
            lock,
            id: self.manifest.public_key.vault_id(),
            label: &self.manifest.label,
            kind: self.manifest.kind,
            k: self.manifest.k,
            n: self.manifest.n(),
            copy,
            of,
            created: session.now,
            made: Made::Reissue,
            contact: self.contact.as_deref(),
            with_tool: self.tool.is_some(),
            marked: mark,
            mark: random,
        });
        let name = carrier::share_name(self.number, &self.custodian);
        let locked = lock.map_or("", |_| ", protected");
        Ok(Copy {
            to: to.clone(),
            holds: format!("{name}, copy {copy} of {of}{locked}"),
            mark: format!(
                "{mark} share {} {} {copy}/{of}",
                self.number, self.custodian
            ),
            readme: readme.into_bytes(),
            facts: CarrierFacts {
                carrier_id,
                role,
                copy,
                of,
                written: session.now,
                made_by: carrier::REISSUE.into(),
            },
        })
    }

    /// What the note says of those on media.
    pub(super) fn for_note(&self) -> Vec<NoteCopy> {
        let media = self.all.iter().filter(|copy| copy.to.file().is_none());
        let line = |copy: &Copy| NoteCopy {
            copy: copy.facts.copy,
            readme_sha256: Digest::of(&copy.readme),
        };
        media.map(line).collect()
    }

    /// "share 2 (legal)".
    pub(super) fn name(&self) -> String {
        carrier::share_name(self.number, &self.custodian)
    }

    /// What decides about a medium, beside those of other copies.
    pub(super) fn fit<'w>(&self, beside: Vec<Beside>, wishes: &'w Wishes) -> Fit<'w> {
        Fit {
            id: Some(self.manifest.public_key.vault_id()),
            kind: self.manifest.kind,
            practises: wishes.practises,
            custodian: Some(self.custodian.to_string()),
            exceptions: &wishes.exceptions,
            beside,
        }
    }

    /// Whether the machine and every place that is named will do, before the share is made.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Exists`]; [`Error::Io`].
    pub(super) fn check(&self, wishes: &Wishes, session: &mut Session) -> Result<()> {
        self.fit(Vec::new(), wishes).check_host(session)?;
        let mut beside: Vec<(&Path, Medium)> = Vec::new();
        for copy in &self.all {
            let Destination::At(dir) = &copy.to else {
                continue;
            };
            let others = beside.iter().map(|(dir, medium)| Beside {
                name: format!("that of {dir:?}"),
                medium: medium.clone(),
            });
            self.fit(others.collect(), wishes).check(dir, session)?;
            let medium = Medium::at(dir);
            let tool = self.tool.as_ref().map_or(0, Program::bytes);
            if let Some(error) = seal::cannot_take(dir, &medium, COMMON_BYTES + tool) {
                return Err(error);
            }
            beside.push((dir, medium));
        }
        for file in self.all.iter().filter_map(|copy| copy.to.file()) {
            self.check_file(file, &beside, wishes, session)?;
        }
        Ok(())
    }

    /// Whether the PDF of a sheet may lie there.
    fn check_file(
        &self,
        file: &Path,
        media: &[(&Path, Medium)],
        wishes: &Wishes,
        session: &mut Session,
    ) -> Result<()> {
        let id = self.manifest.public_key.vault_id();
        let share = (id, self.manifest.kind, &self.custodian);
        check_share_file(file, share, self.is_protected, &wishes.exceptions, session)?;
        let is_loose = wishes.practises || wishes.sets_aside("devices");
        match media.iter().find(|(dir, _)| file.starts_with(dir)) {
            Some((dir, _)) if !is_loose => Err(Error::Refused {
                what: format!("{file:?} would lie on the medium of a copy, {dir:?}"),
                hint: "put the PDF into memory (a folder in /dev/shm) or onto a medium of its own"
                    .into(),
            }),
            _ => Ok(()),
        }
    }

    /// What will be made and what to write on it. Waits where somebody is there.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub(super) fn announce(&self, session: &mut Session) -> Result<()> {
        let terminal = &mut session.terminal;
        terminal.say(&format!(
            "To be made anew: {}. Write on its copies:",
            self.name()
        ));
        for copy in &self.all {
            let place = match &copy.to {
                Destination::At(dir) => format!("  {dir:?}"),
                Destination::Asked => String::new(),
                Destination::Sheet(file) => format!("  sheet {file:?}"),
            };
            terminal.say(&format!("  {}{place}", copy.mark));
        }
        if !terminal.leads_on() {
            return Ok(());
        }
        let question = "Have them ready, empty. Press Enter to make it, or type stop:";
        loop {
            match terminal.ask(question)?.as_deref() {
                Some("") => return Ok(()),
                Some(word) if is_stop(word) => return Err(Error::Stopped),
                Some(_) => {}
                None => return Err(Error::Stopped),
            }
        }
    }
}

/// The last copy that may be out: by `vault.json`, by the register, and two at least.
fn last_copy(manifest: &Manifest, number: u8, vault: Option<&register::VaultState>) -> u8 {
    let sealed = manifest.files.iter().filter_map(|file| match file.on {
        Carrier::Share { number: of, copy } if of == number => Some(copy),
        _ => None,
    });
    let entered = vault.into_iter().flat_map(|vault| &vault.carriers);
    let entered = entered.filter(|known| known.role == register::Role::Share(number));
    let entered = entered.map(|known| known.copy.max(known.of));
    sealed.chain(entered).fold(2, u8::max)
}

/// The program that was on every carrier, where it is the one that runs.
fn tool(manifest: &Manifest) -> Option<Program> {
    let mut files = manifest.files.iter();
    let sealed = files.find(|file| file.on == Carrier::All && file.name == TOOL)?;
    let program = Program::running().ok()?;
    Some(program).filter(|program| program.digest() == sealed.sha256)
}
