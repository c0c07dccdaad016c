//! What of the node directories goes into the vault, and what is left out and why: decided before any key exists.
//!
//! Knows entries, parts and wishes; opens no file for what is in it.

mod choice;
mod described;
mod external;
mod readable;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::inside::Inside;
use super::{Plan, desk};
use crate::contents::{Contents, Place};
use crate::entry::{Entry, Why};
use crate::error::{Error, Result};
use crate::node::{self, Node, Outside, Reading, Survey};
use crate::payload::Root;
use crate::secret::SecretBytes;

use choice::{Choice, Fitted, exchanged};
pub(super) use choice::{Left, Missed, Missing};
use described::described;
use readable::Unreadable;
pub(super) use readable::check;

/// Everything that is to be sealed.
pub(super) struct Taking {
    /// Node directory 0 first.
    pub(super) nodes: Vec<Taken>,
    /// The note of store passwords that are in no sealed file.
    pub(super) store_passwords: Option<SecretBytes>,
    /// What the register is told of it.
    pub(super) inside: Inside,
    /// What an older vault holds, which is sealed anew instead of node directories.
    renewed: Option<Survey>,
}

/// What is taken of one node directory, and of what belongs to it.
pub(super) struct Taken {
    choice: Choice,
    pub(super) outside: Vec<Outside>,
    /// Where each of them really is, no link on the way.
    real: Vec<PathBuf>,
    /// Links outside that lead to them.
    links: Vec<Entry>,
    /// Of the node directory.
    pub(super) survey: Survey,
    /// Of what lies outside.
    pub(super) external: Survey,
    /// What cannot be looked into and is not left out by somebody: nobody can say what it is.
    unreadable: Unreadable,
    /// What software it is of, the surest first.
    software: Vec<String>,
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
                inside: Inside::default(),
                renewed: None,
            }),
            Some((option, glob)) => Err(Error::Usage {
                what: format!("{option} {glob:?} fits nothing"),
                hint: "write it as a path relative to the node directory, or as an absolute one; * stands for any text"
                    .into(),
            }),
        }
    }

    /// All of an older vault, and nothing else.
    pub(super) fn renewed(survey: Survey, inside: Inside) -> Self {
        Self {
            nodes: Vec::new(),
            store_passwords: None,
            inside,
            renewed: Some(survey),
        }
    }

    /// What is taken, node directories first.
    pub(super) fn surveys(&self) -> Vec<Survey> {
        let inside = self.nodes.iter().map(|taken| taken.survey.clone());
        let outside = self.nodes.iter().map(|taken| taken.external.clone());
        let renewed = self.renewed.iter().cloned();
        inside.chain(outside).chain(renewed).collect()
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

    /// What software each node directory is of.
    pub(super) fn software(&self) -> Vec<Vec<String>> {
        let software = self.nodes.iter().map(|taken| taken.software.clone());
        software.collect()
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
        let mut choice = Choice::new(plan.scope, node.path());
        choice.look_inside((plan, contents), node, fitted)?;
        let outside = external::find(plan, (index, node), contents, &mut choice)?;
        for (one, real) in &outside {
            choice.look_outside((plan, contents), (one, real), fitted)?;
        }
        choice.finish();
        let (outside, real): (Vec<Outside>, Vec<PathBuf>) = outside.into_iter().unzip();
        let survey = node.survey_without(&|path, _| choice.leaves_inside(plan, path))?;
        let mut external =
            external::survey(&outside, &|path, _| choice.leaves_outside(plan, path))?;
        let links = external::links((plan, &choice), (node, contents), &outside, fitted);
        external.links += links.len() as u64;
        let unreadable = Unreadable::find((plan, &choice), (node, contents), &outside, fitted)?;
        let mut taken = Self {
            choice,
            outside,
            real,
            links,
            survey,
            external,
            unreadable,
            software: contents
                .software
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            what: BTreeMap::new(),
        };
        let stores = contents.stores.iter();
        let what = stores.filter_map(|store| {
            let path = taken.archive_path(plan, index, &store.place);
            Some((path, described(store)?))
        });
        taken.what = what.collect();
        Ok(taken)
    }

    /// Whether a file is taken; outside, by its real place.
    pub(super) fn takes(&self, plan: &Plan, place: &Place) -> bool {
        self.taken_as(plan, place).is_some()
    }

    /// The place under which a file is taken, if it is: what somebody named through a link keeps that name.
    pub(super) fn taken_as(&self, plan: &Plan, place: &Place) -> Option<Place> {
        let mut places = vec![place.clone()];
        if let Place::Outside(path) = place {
            let named = self.outside.iter().zip(&self.real);
            let named = named.filter_map(|(outside, real)| exchanged(path, real, &outside.full()));
            places.extend(named.map(Place::Outside));
        }
        let mut places = places.into_iter();
        places.find(|place| self.choice.why(plan, place).is_none() && self.has(place))
    }

    /// Whether something is inside, or in what was opened outside.
    fn has(&self, place: &Place) -> bool {
        match place {
            Place::Inside(_) => true,
            Place::Outside(path) => self
                .outside
                .iter()
                .any(|outside| path.starts_with(outside.full())),
        }
    }

    /// Where a file lies in the archive; outside, by its real place.
    fn archive_path(&self, plan: &Plan, index: usize, place: &Place) -> Vec<u8> {
        let taken = self.taken_as(plan, place);
        let (root, below) = Root::of(index, taken.as_ref().unwrap_or(place).bytes());
        root.join(below)
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
        for link in &self.links {
            for parent in node::parents(&link.path) {
                if made.insert(parent.to_vec()) {
                    visit(node::parent(parent)?, None)?;
                }
            }
            visit(link.clone(), None)?;
        }
        Ok(())
    }

    /// What a file is, where its content was understood.
    pub(super) fn what(&self, root: Root, path: &[u8]) -> Option<&str> {
        self.what.get(&root.join(path)).map(String::as_str)
    }

    /// Databases and archives that are left out: keys may be in them.
    pub(super) fn closed(&self) -> &Missing {
        &self.choice.closed
    }

    /// Small files of no known kind that the keys scope leaves out.
    pub(super) fn unknown(&self) -> &Missing {
        &self.choice.unknown
    }

    /// What else matters and is left out.
    pub(super) fn others(&self) -> &Missing {
        &self.choice.others
    }

    /// How much was left out for this reason.
    pub(super) fn left(&self, why: Why) -> Left {
        self.choice.left(why)
    }
}
