//! Everything on the scans, and what of it can become a copy: whole, signed, and with a vault.json.

use std::path::{Path, PathBuf};

use crate::carrier::{self, Role};
use crate::code::{VaultFiles, VaultState};
use crate::commands::paper::ASIDE;
use crate::commands::presented::why;
use crate::commands::scanned::{Content, Paper, look_at};
use crate::commands::{Session, typed};
use crate::error::{Error, Exit, Result};
use crate::host::interrupt;
use crate::manifest::{Manifest, ReadManifest};
use crate::report::Severity;
use crate::share::ReadShare;

/// A copy that can be made.
pub(in crate::commands) struct Thing {
    pub(in crate::commands) what: What,
    pub(in crate::commands) read: ReadManifest,
    pub(in crate::commands) manifest: Manifest,
    /// Where it was read.
    pub(in crate::commands) from: String,
}

/// What a copy is of.
pub(in crate::commands) enum What {
    Vault(VaultFiles),
    Share(ReadShare),
}

impl Thing {
    /// The number of a share.
    pub(in crate::commands) fn number(&self) -> Option<u8> {
        match &self.what {
            What::Vault(_) => None,
            What::Share(share) => Some(share.facts.number),
        }
    }

    pub(in crate::commands) fn role(&self) -> Role {
        self.number().map_or(Role::Vault, Role::Share)
    }

    /// Whose share it is.
    pub(in crate::commands) fn custodian(&self) -> Option<String> {
        match &self.what {
            What::Vault(_) => None,
            What::Share(share) => Some(share.facts.custodian.to_string()),
        }
    }

    /// What it is, for people.
    pub(in crate::commands) fn name(&self) -> String {
        match &self.what {
            What::Vault(_) => "the vault".into(),
            What::Share(share) => carrier::share_name(share.facts.number, &share.facts.custodian),
        }
    }
}

/// What was read.
pub(in crate::commands) struct Sheets {
    paper: Paper,
    manifests: Vec<ReadManifest>,
    /// Whether something could not be used.
    any_bad: bool,
    /// Shares for which there is no vault.json.
    without: Vec<String>,
}

impl Sheets {
    /// Reads every file. One that cannot be read is said, and the others count.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; what standard input answers.
    pub(in crate::commands) fn read(files: &[PathBuf], session: &mut Session) -> Result<Self> {
        let mut sheets = Self {
            paper: Paper::strict(),
            manifests: Vec::new(),
            any_bad: false,
            without: Vec::new(),
        };
        for file in files {
            interrupt::check()?;
            let read = match file.as_os_str() == "-" {
                true => {
                    let content = typed::stdin()?;
                    sheets.take(Path::new(typed::STDIN), content, session)
                }
                false => sheets.look(file, session),
            };
            sheets.go_on(file, read, session)?;
        }
        sheets.paper.tell(session);
        Ok(sheets)
    }

    fn look(&mut self, place: &Path, session: &mut Session) -> Result<()> {
        let found = look_at(place, session)?;
        if found.paths.is_empty() {
            return Err(Error::Damaged {
                path: place.to_owned(),
                what: "holds nothing that coldvault knows".into(),
            });
        }
        if found.more {
            let text = "holds more folders or files than were looked at";
            let subject = format!("{place:?}");
            session.find(
                Severity::Warning,
                "many",
                &subject,
                text,
                "give them one by one",
            );
        }
        for path in found.paths {
            let read = self.look_into(&path, session);
            self.go_on(&path, read, session)?;
        }
        Ok(())
    }

    fn look_into(&mut self, path: &Path, session: &mut Session) -> Result<()> {
        if path.is_dir() {
            self.manifests.extend(carrier::read(path)?.manifest);
            return Ok(());
        }
        self.take(path, Content::of(path)?, session)
    }

    /// Says what could not be read: the others count, unless the person ended it.
    fn go_on(&mut self, path: &Path, read: Result<()>, session: &mut Session) -> Result<()> {
        match read {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => self.unreadable(path, &error, session),
            Ok(()) => {}
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, content: Content, session: &mut Session) -> Result<()> {
        let bytes = match content {
            Content::Scan(file) => {
                let codes = self.paper.take_scan(path, file, session)?;
                self.any_bad |= !codes.is_good();
                return Ok(());
            }
            Content::Text(bytes) => bytes,
        };
        let before = self.paper.codes_met();
        let (_, codes) = typed::without_codes(bytes, path, &mut self.paper, session);
        self.any_bad |= codes.are_all_bad();
        if self.paper.codes_met() == before {
            return Err(Error::Damaged {
                path: path.to_owned(),
                what: "no scan, and no code in it; shares in other forms are copied by `copy`, or typed \
                       into `restore`"
                    .into(),
            });
        }
        Ok(())
    }

    fn unreadable(&mut self, path: &Path, error: &Error, session: &mut Session) {
        self.any_bad = true;
        let subject = format!("{path:?}");
        session.find(
            Severity::Error,
            "unreadable",
            &subject,
            &why(error),
            "check the path and the scan",
        );
    }

    /// What can become a copy. What cannot is named.
    pub(in crate::commands) fn things(&mut self, session: &mut Session) -> Vec<Thing> {
        let mut things = Vec::new();
        for sheet in self.paper.vaults() {
            let VaultState::Complete(files) = sheet.state else {
                self.any_bad = true;
                continue;
            };
            let (read, from) = (files.read_manifest(), sheet.from.to_string());
            match files.prove(sheet.vault) {
                Ok(manifest) => {
                    self.manifests.push(read.clone());
                    things.push(Thing {
                        what: What::Vault(files),
                        read,
                        manifest,
                        from,
                    });
                }
                Err(flaw) => {
                    self.any_bad = true;
                    let text = flaw.to_string();
                    session.find(Severity::Error, "sheet", &from, &text, ASIDE);
                }
            }
        }
        for sheet in self.paper.shares() {
            let Ok(share) = sheet.share else {
                self.any_bad = true;
                continue;
            };
            things.extend(self.share(share, sheet.from.to_string(), session));
        }
        things
    }

    fn share(&mut self, share: ReadShare, from: String, session: &mut Session) -> Option<Thing> {
        let key = share.facts.public_key;
        let proven = self.manifests.iter().find_map(|read| {
            let manifest = read.prove(&key).ok()?;
            Some((read.clone(), manifest))
        });
        let flaw = share.flaw(proven.as_ref().map(|(_, manifest)| manifest));
        if flaw.is_some() || !share.is_signed() {
            let text = flaw.map_or_else(
                || "the custodian's name on it was altered".to_owned(),
                |flaw| flaw.to_string(),
            );
            self.any_bad = true;
            session.find(Severity::Error, "share", &from, &text, ASIDE);
            return None;
        }
        let Some((read, manifest)) = proven else {
            let name = carrier::share_name(share.facts.number, &share.facts.custodian);
            let text = format!("{name} is whole, but its vault.json is not there");
            session.find(Severity::Error, "no-manifest", &from, &text, LEND);
            self.without.push(name);
            return None;
        };
        let what = What::Share(share);
        Some(Thing {
            what,
            read,
            manifest,
            from,
        })
    }

    /// Why there is nothing to write.
    pub(in crate::commands) fn nothing(&self) -> Error {
        match self.without.as_slice() {
            [] => Error::Incomplete {
                what: self
                    .paper
                    .broken_vault()
                    .unwrap_or_else(|| "no sheet is whole on these scans".into()),
            },
            names => Error::Refused {
                what: format!("a share copy needs a vault.json: {}", names.join(", ")),
                hint: LEND.into(),
            },
        }
    }

    /// How it ended: whether everything on the scans was written.
    pub(in crate::commands) fn exit(&self) -> Exit {
        match self.any_bad || !self.without.is_empty() {
            true => Exit::Material,
            false => Exit::Done,
        }
    }
}

const LEND: &str = "give the scan of the vault sheet too, or any carrier of the vault; `restore` and `verify` take the \
                    scan as it is";
