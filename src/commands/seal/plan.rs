//! What a sealing is to do, checked before any key exists.

mod copies;
mod destination;
mod rules;
mod typed;
mod wishes;

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Args, Protect};
use crate::ceremony::{self, Ceremony, Exception, Scope, SealedNode};
use crate::commands::given;
use crate::commands::secrets::SecretFd;
use crate::contents::Place;
use crate::error::{Error, Result};
use crate::host::program::Program;
use crate::kind::Kind;
use crate::label::{self, Label};
use crate::node::{MOST_ENTRIES, Node, Survey};
use crate::signature::PublicKey;
use crate::time::Time;

pub use destination::{Destination, PlannedCopy, SheetsIn, Thing};
pub(super) use typed::read_note;
pub(in crate::commands) use typed::{
    check_contact, check_threshold, exception, protect, replug, share_to,
};
use typed::{open_nodes, tool, unknown_custodian};
pub use wishes::Wishes;
pub(super) use wishes::really;

/// The most bytes in a vault: 1 TiB, less what names and padding take.
const MAX_PLAIN_BYTES: u64 = (1 << 40) - (1 << 36);

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
    /// What of the node directories is sealed.
    pub scope: Scope,
    /// What is taken besides, and what is left out.
    pub wishes: Wishes,
    /// Configuration files that lie elsewhere: absolute, no link on the way.
    pub configurations: Vec<PathBuf>,
    /// Whether what links bring in from outside is left out.
    pub is_no_follow: bool,
    /// Where vault copies go.
    pub vault_to: Vec<Destination>,
    /// The folder for the PDFs of the sheets that nobody named.
    pub sheets: Option<SheetsIn>,
    /// The sealed note.
    pub note: Option<Note>,
    /// What people read off a clock on the wall.
    pub wall_clock: Option<ceremony::WallClock>,
    /// Whom to call.
    pub contact: Option<String>,
    /// The program, where it is to be on every carrier.
    pub tool: Option<Program>,
    /// Whether media can be swapped: somebody is there to do it.
    pub can_swap: bool,
    /// Whether every medium is to be taken out, put back and read once more.
    pub replug: bool,
    /// Rules set aside.
    pub exceptions: Vec<Exception>,
    /// The vault before this one, where it goes on a series.
    pub previous: Option<Previous>,
    /// The node directories of an older vault whose content is sealed anew; there are no others then.
    pub renews: Option<Vec<SealedNode>>,
    /// Where passphrases come from, if not from the terminal.
    pub(in crate::commands) secret_fd: SecretFd,
}

/// The vault before this one in a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its place in the series.
    pub generation: u64,
    /// Of its identity.
    pub key: PublicKey,
}

/// Who keeps a share, and on which carriers.
pub struct Custodian {
    /// The name.
    pub name: Label,
    /// One carrier for each copy.
    pub to: Vec<Destination>,
    /// How the share is protected, if it is.
    pub protect: Option<Protect>,
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
            let (name, to) = share_to(given)?;
            let found = custodians
                .iter_mut()
                .find(|custodian| custodian.name == name);
            let found = found.ok_or_else(|| unknown_custodian("--share-to", &name))?;
            found.to.push(to);
        }
        for given in &args.protect {
            protect(given, &mut custodians)?;
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
            scope: args.scope.unwrap_or_default().into(),
            wishes: Wishes::new(&args.include, &args.exclude)?,
            configurations: given::configurations(&args.configurations)?,
            is_no_follow: args.no_follow,
            vault_to: args
                .vault_to
                .iter()
                .map(|given| Destination::parse(given))
                .collect::<Result<_>>()?,
            sheets: args.sheets.clone(),
            note: args.note.as_deref().map(read_note).transpose()?,
            wall_clock: None,
            contact: args.contact.as_deref().map(check_contact).transpose()?,
            tool: tool(args.with_tool)?,
            can_swap: can_ask,
            replug: replug(args.replug, can_ask)?,
            exceptions: typed::exceptions(args)?,
            previous: None,
            renews: None,
            secret_fd: args.secret_fd.unwrap_or_default(),
        };
        plan.check_exceptions()?;
        if can_ask {
            plan.fill()?;
        }
        plan.check_scope()?;
        plan.check_copies()?;
        plan.check_sheets()?;
        Ok(plan)
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

    /// Whether somebody wants something of a node left out.
    pub fn is_excluded(&self, node: &Node, place: &Place) -> bool {
        !self.wishes.excludes(node.path(), place.bytes()).is_empty()
    }

    /// What the absolute globs of `--include` name outside of the node directories.
    ///
    /// # Errors
    /// As [`Wishes::found_outside`].
    pub fn found_outside(&self) -> Result<Vec<PathBuf>> {
        self.wishes.found_outside(self.nodes.iter().map(Node::path))
    }

    /// What each node directory is called when it is restored.
    pub fn restore_names(&self) -> Vec<Vec<u8>> {
        let bases = self.nodes.iter().map(|node| node.base_name().to_vec());
        ceremony::restore_names(&bases.collect::<Vec<_>>())
    }

    /// `ceremony.json` for the payload. `software` is what each node directory is of.
    pub fn ceremony(&self, software: &[Vec<String>], created: Time) -> Ceremony {
        let path = |node: &Node| node.path().as_os_str().as_encoded_bytes().to_vec();
        let nodes = self.nodes.iter().zip(self.restore_names()).enumerate();
        let nodes = nodes.map(|(index, (node, name))| SealedNode {
            name,
            path: path(node),
            software: software.get(index).cloned().unwrap_or_default(),
        });
        let nodes = match &self.renews {
            None => nodes.collect(),
            Some(nodes) => nodes.clone(),
        };
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
            scope: self.scope,
            contact: self.contact.clone(),
            exceptions: self.exceptions.clone(),
            wall_clock: self.wall_clock,
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
        let is_ours = name == crate::store_passwords::FILE;
        if name.len() <= 255 && !is_ours && !name.chars().any(char::is_control) {
            name.to_owned()
        } else {
            "note.txt".into()
        }
    }
}
