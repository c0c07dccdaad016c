//! What a sealing is to do, checked before any key exists.

mod rules;
mod typed;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{Args, Protect};
use crate::ceremony::{self, Ceremony, Exception, SealedNode};
use crate::commands::secrets::SecretFd;
use crate::error::{Error, Result};
use crate::host::program::Program;
use crate::kind::Kind;
use crate::label::{self, Label};
use crate::node::{MOST_ENTRIES, Node, Survey};
use crate::time::Time;

pub(in crate::commands) use typed::exception;
use typed::{RULES, check_threshold, open_nodes, share_to, tool, unknown_custodian};
pub(super) use typed::{check_contact, read_note};

/// The most bytes in a vault: 1 TiB, less what names and padding take.
const MAX_PLAIN_BYTES: u64 = (1 << 40) - (1 << 36);
/// The most copies of one thing.
const MAX_COPIES: usize = 8;

/// A sealing to be carried out.
pub struct Plan {
    /// What is sealed.
    pub nodes: Vec<Node>,
    /// The vault's label.
    pub label: Label,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Share 1's custodian first.
    pub custodians: Vec<Custodian>,
    /// Where vault copies go.
    pub vault_to: Vec<Destination>,
    /// The sealed note.
    pub note: Option<Note>,
    /// Whom to call.
    pub contact: Option<String>,
    /// The program, where it is to be on every carrier.
    pub tool: Option<Program>,
    /// Whether media can be swapped: somebody is there to do it.
    pub can_swap: bool,
    /// Rules set aside.
    pub exceptions: Vec<Exception>,
    /// Where passphrases come from, if not from the terminal.
    pub(in crate::commands) secret_fd: SecretFd,
}

/// Who keeps a share, and on which media.
pub struct Custodian {
    /// The name.
    pub name: Label,
    /// One medium for each copy.
    pub to: Vec<Destination>,
    /// How the share is protected, if it is.
    pub protect: Option<Protect>,
}

/// Where one copy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// This mounted medium. Where several copies name one place, their media are swapped there, one after another.
    At(PathBuf),
    /// Whatever medium is brought when it is asked for.
    Asked,
}

impl Destination {
    /// The place that a path means now, so that two ways of writing one place are one.
    pub fn at(path: &Path) -> Self {
        Self::At(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
    }
}

/// One copy that a plan asks for.
#[derive(Clone, Copy, Debug)]
pub struct PlannedCopy<'p> {
    /// What it is a copy of.
    pub thing: Thing,
    /// From 1.
    pub copy: u8,
    /// Where it goes.
    pub to: &'p Destination,
    /// Whether it is made from the first vault copy, when everything else is written.
    pub is_last: bool,
}

/// What there are copies of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// The vault.
    Vault,
    /// The share with this number.
    Share(u8),
}

/// The sealed note.
pub struct Note {
    /// Where it was read.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Plan {
    /// Makes a plan of what was typed.
    ///
    /// # Errors
    /// [`Error::Usage`] for what makes no sense; [`Error::Refused`] for too few copies; what opening the node
    /// directories answers.
    pub fn from_args(args: &Args, can_ask: bool) -> Result<Self> {
        let names = args
            .custodians
            .iter()
            .map(|name| Label::new(name))
            .collect::<Result<Vec<_>>>()?;
        label::distinct(&names)?;
        let mut custodians: Vec<Custodian> = names
            .into_iter()
            .map(|name| Custodian {
                name,
                to: Vec::new(),
                protect: None,
            })
            .collect();
        for given in &args.share_to {
            let (name, dir) = share_to(given)?;
            let found = custodians
                .iter_mut()
                .find(|custodian| custodian.name == name);
            let found = found.ok_or_else(|| unknown_custodian("--share-to", &name))?;
            found.to.push(Destination::at(&dir));
        }
        for given in &args.protect {
            typed::protect(given, &mut custodians)?;
        }
        let k = check_threshold(args, custodians.len())?;
        let mut plan = Self {
            nodes: open_nodes(args)?,
            label: Label::new(args.label.as_deref().unwrap_or_default())?,
            kind: if args.rehearsal {
                Kind::Rehearsal
            } else {
                Kind::Production
            },
            k,
            custodians,
            vault_to: args
                .vault_to
                .iter()
                .map(|dir| Destination::at(dir))
                .collect(),
            note: args.note.as_deref().map(read_note).transpose()?,
            contact: args.contact.as_deref().map(check_contact).transpose()?,
            tool: tool(args.with_tool)?,
            can_swap: can_ask,
            exceptions: args
                .exceptions
                .iter()
                .map(|given| exception(given, &RULES))
                .collect::<Result<_>>()?,
            secret_fd: args.secret_fd,
        };
        plan.check_exceptions()?;
        if can_ask {
            plan.fill();
        }
        plan.check_copies()?;
        Ok(plan)
    }

    /// Copies for which no medium was named are asked for.
    fn fill(&mut self) {
        let shares = self
            .custodians
            .iter_mut()
            .map(|custodian| &mut custodian.to);
        for to in std::iter::once(&mut self.vault_to).chain(shares) {
            to.resize(to.len().max(2), Destination::Asked);
        }
    }

    /// Two copies or no success.
    fn check_copies(&self) -> Result<()> {
        let vault = ("the vault".to_owned(), &self.vault_to);
        let shares = self
            .custodians
            .iter()
            .map(|custodian| (format!("{}'s share", custodian.name), &custodian.to));
        let things: Vec<(String, &Vec<Destination>)> =
            std::iter::once(vault).chain(shares).collect();
        let few = things.iter().filter(|(_, to)| to.len() < 2);
        let missing: Vec<String> = few
            .map(|(thing, to)| format!("{thing} has {} of 2", to.len()))
            .collect();
        if !missing.is_empty() {
            let what = format!(
                "at least two copies of everything are needed: {}",
                missing.join(", ")
            );
            let hint =
                "name a medium for each copy with --vault-to DIR and --share-to NAME=DIR".into();
            return Err(Error::Refused { what, hint });
        }
        match things.iter().find(|(_, to)| to.len() > MAX_COPIES) {
            Some((thing, _)) => Err(Error::Limit {
                what: format!("copies of {thing}"),
                limit: MAX_COPIES as u64,
            }),
            None => Ok(()),
        }
    }

    /// What the format can hold.
    ///
    /// # Errors
    /// [`Error::Limit`].
    pub(super) fn check_limits(&self, surveys: &[Survey]) -> Result<()> {
        let members = surveys
            .iter()
            .map(|s| s.files + s.directories + s.links)
            .sum::<u64>();
        let bytes = surveys.iter().map(|survey| survey.bytes).sum::<u64>();
        match (members > MOST_ENTRIES, bytes > MAX_PLAIN_BYTES) {
            (true, _) => Err(Error::Limit {
                what: format!("{members} files and directories"),
                limit: MOST_ENTRIES,
            }),
            (_, true) => Err(Error::Limit {
                what: format!("{bytes} bytes"),
                limit: MAX_PLAIN_BYTES,
            }),
            _ => Ok(()),
        }
    }

    /// `ceremony.json` for the payload.
    pub fn ceremony(&self, created: Time) -> Ceremony {
        let bases: Vec<Vec<u8>> = self
            .nodes
            .iter()
            .map(|node| node.base_name().to_vec())
            .collect();
        let names = ceremony::restore_names(&bases);
        let path = |node: &Node| node.path().as_os_str().as_encoded_bytes().to_vec();
        let nodes = self
            .nodes
            .iter()
            .zip(names)
            .map(|(node, name)| SealedNode {
                name,
                path: path(node),
            })
            .collect();
        Ceremony {
            created,
            kind: self.kind,
            label: self.label.clone(),
            k: self.k,
            custodians: self
                .custodians
                .iter()
                .map(|custodian| custodian.name.clone())
                .collect(),
            nodes,
            contact: self.contact.clone(),
            exceptions: self.exceptions.clone(),
        }
    }
}

impl Note {
    /// Its name in the archive, plain in any case.
    pub(super) fn name(&self) -> String {
        let name = self
            .path
            .file_name()
            .and_then(OsStr::to_str)
            .unwrap_or("note.txt");
        if name.len() <= 255 && !name.chars().any(char::is_control) {
            name.to_owned()
        } else {
            "note.txt".into()
        }
    }
}
