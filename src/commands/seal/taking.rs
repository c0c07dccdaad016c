//! What of the node directories goes into the vault, and what is left out and why: decided before any key exists.
//!
//! Knows entries, parts and wishes; opens no file for what is in it.

mod choice;
mod external;
mod readable;

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, desk};
use crate::contents::{Contents, Place, Store};
use crate::entry::{Entry, Why};
use crate::error::{Error, Result};
use crate::node::{self, Node, Outside, Reading, Survey};
use crate::payload::Root;
use crate::secret::SecretBytes;

use choice::{Choice, Fitted};
pub(super) use choice::{Left, Missed};
pub(super) use readable::check;

/// Everything that is to be sealed.
pub(super) struct Taking {
    /// Node directory 0 first.
    pub(super) nodes: Vec<Taken>,
    /// The note of store passwords that are in no sealed file.
    pub(super) store_passwords: Option<SecretBytes>,
}

/// What is taken of one node directory, and of what belongs to it.
pub(super) struct Taken {
    choice: Choice,
    pub(super) outside: Vec<Outside>,
    /// Of the node directory.
    pub(super) survey: Survey,
    /// Of what lies outside.
    pub(super) external: Survey,
    /// What keystores are, by their archive paths, for the inventory.
    what: BTreeMap<Vec<u8>, String>,
}

impl Taking {
    /// Decides.
    ///
    /// # Errors
    /// [`Error::Usage`] for a wish that fits nothing; what looking at the files answers.
    pub(super) fn decide(plan: &Plan, contents: &[Contents]) -> Result<Self> {
        let mut fitted = Fitted::new();
        let mut nodes = Vec::new();
        for (index, (node, contents)) in plan.nodes.iter().zip(contents).enumerate() {
            nodes.push(Taken::decide(plan, (index, node), contents, &mut fitted)?);
        }
        let unfitted = plan.wishes.all().find(|wish| !fitted.contains(wish));
        match unfitted {
            None => Ok(Self {
                nodes,
                store_passwords: None,
            }),
            Some((option, glob)) => Err(Error::Usage {
                what: format!("{option} {glob:?} fits nothing"),
                hint: "write it as a path relative to the node directory, or an absolute one for what lies outside; \
                       * stands for any text"
                    .into(),
            }),
        }
    }

    /// What is taken, node directories first.
    pub(super) fn surveys(&self) -> Vec<Survey> {
        let inside = self.nodes.iter().map(|taken| taken.survey.clone());
        let outside = self.nodes.iter().map(|taken| taken.external.clone());
        inside.chain(outside).collect()
    }

    /// Refuses copies that would lie in what is sealed.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub(super) fn check_places(&self, places: &[desk::Place]) -> Result<()> {
        let outside = self.nodes.iter().flat_map(|taken| &taken.outside);
        outside
            .flat_map(|outside| places.iter().map(move |place| (outside, &place.dir)))
            .try_for_each(|(outside, dir)| external::check_place(outside, dir))
    }

    /// The bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.surveys().iter().map(|survey| survey.bytes).sum()
    }
}

impl Taken {
    fn decide<'p>(
        plan: &'p Plan,
        (index, node): (usize, &Node),
        contents: &Contents,
        fitted: &mut Fitted<'p>,
    ) -> Result<Self> {
        let mut choice = Choice::new(plan.scope);
        choice.look_inside((plan, contents), node, fitted)?;
        let outside = external::find(plan, (index, node), contents, &mut choice)?;
        for one in &outside {
            choice.look_outside((plan, contents), one, fitted)?;
        }
        choice.finish();
        let survey = node.survey_without(&|path, _| choice.leaves_inside(plan, path))?;
        let external = external::survey(plan, &outside, &choice)?;
        let what = contents
            .stores
            .iter()
            .filter_map(|store| described(index, store));
        Ok(Self {
            choice,
            outside,
            survey,
            external,
            what: what.collect(),
        })
    }

    /// Whether a file is taken.
    pub(super) fn takes(&self, plan: &Plan, place: &Place) -> bool {
        self.choice.why(plan, place).is_none()
    }

    /// Visits what is taken of the node directory, and names what is left out.
    ///
    /// # Errors
    /// As [`Node::read`].
    pub(super) fn read_inside(
        &self,
        plan: &Plan,
        node: &Node,
        visit: &mut node::Visit<'_>,
    ) -> Result<()> {
        node.read_without(&|path, _| self.choice.leaves_inside(plan, path), visit)
    }

    /// Visits what is taken from outside, each directory above it once and before it.
    ///
    /// # Errors
    /// As [`Node::read`].
    pub(super) fn read_outside(
        &self,
        plan: &Plan,
        visit: &mut dyn FnMut(Entry, Option<&mut Reading>) -> Result<()>,
    ) -> Result<()> {
        let mut made = BTreeSet::new();
        for outside in &self.outside {
            if self.choice.leaves_outside(plan, outside.path()).is_none() {
                for parent in outside.parents() {
                    if made.insert(parent.to_vec()) {
                        visit(node::parent(parent)?, None)?;
                    }
                }
            }
            outside.read(&|path, _| self.choice.leaves_outside(plan, path), visit)?;
        }
        Ok(())
    }

    /// What a file is, where its content was understood.
    pub(super) fn what(&self, root: Root, path: &[u8]) -> Option<&str> {
        self.what.get(&root.join(path)).map(String::as_str)
    }

    /// What matters and is left out, the first ones.
    pub(super) fn missed(&self) -> &[Missed] {
        &self.choice.missed
    }

    /// How much was left out for this reason.
    pub(super) fn left(&self, why: Why) -> Left {
        self.choice.left(why)
    }
}

/// Where a place lies in the archive.
pub(super) fn archive_path(index: usize, place: &Place) -> Vec<u8> {
    match place {
        Place::Inside(path) => Root::Node(index).join(path),
        Place::Outside(path) => {
            let path = path.as_os_str().as_encoded_bytes();
            Root::External(index).join(path.strip_prefix(b"/").unwrap_or(path))
        }
    }
}

/// "JKS keystore, 2 private keys".
fn described(index: usize, store: &Store) -> Option<(Vec<u8>, String)> {
    use crate::keystore::Holds;
    let read = store.read.as_ref().ok()?;
    let format = read.format.described();
    let count =
        |is: fn(&Holds) -> bool| read.entries.iter().filter(|entry| is(&entry.holds)).count();
    let parts = [
        (
            count(|holds| matches!(holds, Holds::PrivateKey(_))),
            "private key",
        ),
        (
            count(|holds| matches!(holds, Holds::SecretKey(_))),
            "secret key",
        ),
        (
            count(|holds| matches!(holds, Holds::Certificate)),
            "certificate",
        ),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, what)| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    });
    let text: Vec<String> = std::iter::once(format.to_owned()).chain(parts).collect();
    Some((archive_path(index, &store.place), text.join(", ")))
}
