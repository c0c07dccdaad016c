//! What a sealing is to do, checked before any key exists.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Args;
use crate::ceremony::{self, Ceremony, Exception, MAX_NODES, SealedNode};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::label::{self, Label};
use crate::node::{MOST_ENTRIES, Node, Survey};
use crate::shamir;
use crate::time::Time;

/// The most bytes of a note.
const MAX_NOTE_BYTES: u64 = 1 << 20;
/// The most bytes in a vault: 1 TiB, less what names and padding take.
const MAX_PLAIN_BYTES: u64 = (1 << 40) - (1 << 36);
/// The most copies of one thing.
const MAX_COPIES: usize = 8;
/// Rules that can be set aside.
const RULES: [&str; 2] = ["devices", "host"];

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
    pub vault_to: Vec<PathBuf>,
    /// The sealed note.
    pub note: Option<Note>,
    /// Whom to call.
    pub contact: Option<String>,
    /// Rules set aside.
    pub exceptions: Vec<Exception>,
}

/// Who keeps a share, and on which media.
pub struct Custodian {
    /// The name.
    pub name: Label,
    /// One medium for each copy.
    pub to: Vec<PathBuf>,
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
    pub fn from_args(args: &Args) -> Result<Self> {
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
            })
            .collect();
        for given in &args.share_to {
            let (name, dir) = share_to(given)?;
            let found = custodians
                .iter_mut()
                .find(|custodian| custodian.name == name);
            found.ok_or_else(|| unknown_custodian(&name))?.to.push(dir);
        }
        check_threshold(args, custodians.len())?;
        let plan = Self {
            nodes: open_nodes(args)?,
            label: Label::new(&args.label)?,
            kind: if args.rehearsal {
                Kind::Rehearsal
            } else {
                Kind::Production
            },
            k: args.threshold,
            custodians,
            vault_to: args.vault_to.clone(),
            note: args.note.as_deref().map(read_note).transpose()?,
            contact: args.contact.as_deref().map(contact).transpose()?,
            exceptions: args
                .exceptions
                .iter()
                .map(|given| exception(given))
                .collect::<Result<_>>()?,
        };
        plan.check_copies()?;
        Ok(plan)
    }

    /// Two copies or no success.
    fn check_copies(&self) -> Result<()> {
        let vault = ("the vault".to_owned(), &self.vault_to);
        let shares = self
            .custodians
            .iter()
            .map(|custodian| (format!("{}'s share", custodian.name), &custodian.to));
        let things: Vec<(String, &Vec<PathBuf>)> = std::iter::once(vault).chain(shares).collect();
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

    /// Whether `rule` holds: in production, and not set aside.
    pub fn is_strict(&self, rule: &str) -> bool {
        self.kind == Kind::Production
            && !self
                .exceptions
                .iter()
                .any(|exception| exception.rule == rule)
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

fn open_nodes(args: &Args) -> Result<Vec<Node>> {
    if args.nodes.len() > MAX_NODES {
        return Err(Error::Limit {
            what: "node directories".into(),
            limit: MAX_NODES as u64,
        });
    }
    let nodes = args
        .nodes
        .iter()
        .map(|path| Node::open(path, !args.no_follow))
        .collect::<Result<Vec<_>>>()?;
    for (i, node) in nodes.iter().enumerate() {
        if nodes.iter().take(i).any(|other| {
            node.path().starts_with(other.path()) || other.path().starts_with(node.path())
        }) {
            let what = format!(
                "{:?} is given twice, or lies in another node directory that is given",
                node.path()
            );
            return Err(Error::Usage {
                what,
                hint: "give each node directory once".into(),
            });
        }
    }
    Ok(nodes)
}

fn check_threshold(args: &Args, n: usize) -> Result<()> {
    let k = usize::from(args.threshold);
    shamir::check_threshold(k, n)?;
    if k == n && !args.no_spare {
        let why = "no share could ever be lost; add a custodian, or say --no-spare";
        return Err(Error::BadThreshold { k, n, why });
    }
    Ok(())
}

fn share_to(given: &str) -> Result<(Label, PathBuf)> {
    let (name, dir) = given
        .split_once('=')
        .filter(|(_, dir)| !dir.is_empty())
        .ok_or_else(|| Error::Usage {
            what: format!("--share-to {given:?} does not say whose share goes where"),
            hint: "write it as --share-to NAME=DIR, for example --share-to legal=/media/A".into(),
        })?;
    Ok((Label::new(name)?, PathBuf::from(dir)))
}

fn unknown_custodian(name: &Label) -> Error {
    Error::Usage {
        what: format!(
            "--share-to names {:?}, who is not a custodian",
            name.as_str()
        ),
        hint: format!("add --custodian {:?}, or correct the name", name.as_str()),
    }
}

fn exception(given: &str) -> Result<Exception> {
    let usage = |what: String| Error::Usage {
        what,
        hint: format!(
            "write it as --exception RULE=REASON; the rules are {}",
            RULES.join(" and ")
        ),
    };
    let (rule, reason) = given
        .split_once('=')
        .ok_or_else(|| usage(format!("--exception {given:?} gives no reason")))?;
    if !RULES.contains(&rule) {
        return Err(usage(format!(
            "--exception names {rule:?}, which is not a rule"
        )));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > 500 || reason.chars().any(char::is_control) {
        return Err(usage(format!(
            "--exception {rule} needs a reason of 1 to 500 plain characters"
        )));
    }
    Ok(Exception {
        rule: rule.to_owned(),
        reason: reason.to_owned(),
    })
}

fn contact(text: &str) -> Result<String> {
    if text.trim().is_empty() || text.len() > 64 || text.chars().any(char::is_control) {
        let what = "--contact must be 1 to 64 bytes on one line".to_owned();
        return Err(Error::Usage {
            what,
            hint: "give a role and a number, not a person's name".into(),
        });
    }
    Ok(text.trim().to_owned())
}

fn read_note(path: &Path) -> Result<Note> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(MAX_NOTE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    if bytes.len() as u64 > MAX_NOTE_BYTES {
        return Err(Error::Limit {
            what: format!("bytes of the note {path:?}"),
            limit: MAX_NOTE_BYTES,
        });
    }
    Ok(Note {
        path: path.to_owned(),
        bytes,
    })
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
