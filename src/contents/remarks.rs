//! What a person has to know of a node directory before it is sealed, the worst first.
//!
//! Knows everything that was found, and the clock it is judged against. Says no secret: codes, places, reasons.

mod certificates;
mod material;
mod stores;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Contents, Lacks, Place, Presence, configuration, histories, names};
use crate::corda::startup::Outcome;
use crate::corda::{Gap, Named, What};
use crate::node::There;
use crate::time::Time;

/// The most remarks of one kind: a forged directory could give a million.
const MOST: usize = 50;

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something is dead, or cannot be looked at.
    Error,
    /// To be looked at.
    Warning,
    /// To be known.
    Note,
}

/// One thing worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub weight: Weight,
    /// A word for scripts: listed in docs/json.md.
    pub code: &'static str,
    /// The file or directory that it is about.
    pub path: PathBuf,
    /// The line, from 1; 0 for none.
    pub line: u32,
    /// What it is.
    pub text: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Contents {
    /// Everything that is worth knowing, the worst first, then in the order of paths.
    pub fn remarks(&self, now: Time) -> Vec<Remark> {
        let mut all: Vec<Remark> = self.gaps.iter().map(of_gap).collect();
        all.extend(self.dead().iter().map(|dead| Remark {
            weight: Weight::Error,
            code: "dead",
            path: dead.place.path(&self.base),
            line: 0,
            text: format!("would be no backup: {}", dead.why),
            hint: hint_of_dead(dead.lacks).into(),
        }));
        for store in &self.stores {
            stores::remarks(self, store, &mut all);
            certificates::remarks(self, store, now, &mut all);
        }
        material::remarks(self, &mut all);
        self.startup_remarks(now, &mut all);
        self.survey_remarks(&mut all);
        all.sort_by(|a, b| {
            (a.weight, &a.path, a.line, a.code, &a.text)
                .cmp(&(b.weight, &b.path, b.line, b.code, &b.text))
        });
        all.dedup();
        at_most(all)
    }

    /// Whether an include that is not there, or cannot be read, was said where it is read.
    fn is_said(&self, named: &Named) -> bool {
        let is_of_it = |gap: &Gap| {
            gap.code == "include" && gap.place.1 == named.line && gap.place.0 == named.file
        };
        named.key == "include" && self.gaps.iter().any(is_of_it)
    }

    /// Adds to the gaps what the configuration leaves open, and what is named and not there.
    pub(super) fn gather_gaps(&mut self) {
        let configured = self.configuration.as_ref();
        let of_configuration = configured.map_or(&[][..], |configuration| &configuration.gaps);
        self.gaps.extend_from_slice(of_configuration);
        let mut gaps = Vec::new();
        for (named, presence) in self.named.iter().filter(|(named, _)| !self.is_said(named)) {
            let (text, hint) = match presence {
                Presence::Missing if !named.may_be_missing => (
                    format!("{} names {:?}, which is not there", named.key, named.path),
                    hint_of_missing(named.what),
                ),
                Presence::Unreadable(why) => (
                    format!(
                        "{} names {:?}, which cannot be read: {why}",
                        named.key, named.path
                    ),
                    "run as a user who may",
                ),
                _ => continue,
            };
            let (place, hint) = ((named.file.clone(), named.line), hint.to_owned());
            gaps.push(Gap {
                code: "named-missing",
                place,
                text,
                hint,
            });
        }
        let request = Place::Inside(names::REQUEST_ID.to_vec()).path(&self.base);
        if matches!(self.ground.there(&request), There::File { .. }) {
            gaps.push(Gap {
                code: "registration",
                place: (request, 0),
                text: "a registration with the network is under way: the node has no identity yet"
                    .into(),
                hint: "seal the node once it is registered".into(),
            });
        }
        gaps.extend(histories::gaps(self));
        gaps.extend(configuration::none_for_stores(self));
        self.gaps.append(&mut gaps);
    }

    /// What a walk met that is not kept as it stands, or not at all.
    fn survey_remarks(&self, all: &mut Vec<Remark>) {
        let full = |path: &[u8]| Place::Inside(path.to_vec()).path(&self.base);
        for (path, target) in &self.survey.outside.first {
            let text = format!(
                "comes from outside, through a link to {:?}",
                String::from_utf8_lossy(target)
            );
            about(all, (Weight::Note, "outside"), &full(path), text, "");
        }
        for (path, why, _) in &self.survey.skipped.first {
            let text = format!("would not be kept: {}", why.as_str());
            about(all, (Weight::Warning, "skipped"), &full(path), text, "");
        }
        for path in &self.survey.unreadable.first {
            let text = "cannot be read".to_owned();
            about(
                all,
                (Weight::Error, "unreadable"),
                &full(path),
                text,
                "run as a user who may",
            );
        }
    }

    fn startup_remarks(&self, now: Time, all: &mut Vec<Remark>) {
        for check in self.startup(now) {
            let (weight, said) = match check.outcome {
                Outcome::Failed(said) | Outcome::Dated(said) => (Weight::Error, said),
                Outcome::Warned(said) => (Weight::Warning, said),
                Outcome::Passed | Outcome::NotDone(_) => continue,
            };
            let text = match weight {
                Weight::Error => format!("the node would not start ({}): {said}", check.name),
                _ => format!("the node would complain ({}): {said}", check.name),
            };
            all.push(Remark {
                weight,
                code: "startup",
                path: self.base.clone(),
                line: 0,
                text,
                hint: "see to it before the ceremony".into(),
            });
        }
    }
}

/// Adds a remark about a whole file.
fn about(
    all: &mut Vec<Remark>,
    (weight, code): (Weight, &'static str),
    path: &Path,
    text: String,
    hint: &str,
) {
    all.push(Remark {
        weight,
        code,
        path: path.to_owned(),
        line: 0,
        text,
        hint: hint.to_owned(),
    });
}

fn of_gap(gap: &Gap) -> Remark {
    Remark {
        weight: weight_of(gap.code),
        code: gap.code,
        path: gap.place.0.clone(),
        line: gap.place.1,
        text: gap.text.clone(),
        hint: gap.hint.clone(),
    }
}

/// What a configuration leaves open is to be looked at, unless it says only how something comes back.
fn weight_of(code: &str) -> Weight {
    match code {
        "unreadable" => Weight::Error,
        "hard-link" | "sparse" | "odd-name" | "through-link" | "overridden"
        | "working-directory" | "spare-key" => Weight::Note,
        _ => Weight::Warning,
    }
}

/// A line that names keys is not to be taken out because they are not there.
fn hint_of_missing(what: What) -> &'static str {
    match what {
        What::Keystore | What::TrustStore | What::KeyFile => {
            "bring it back to that place: the node needs it; a relative path begins at the node directory"
        }
        _ => "find it, or take the line out: the node will look for it",
    }
}

fn hint_of_dead(lacks: Lacks) -> &'static str {
    match lacks {
        Lacks::Password => {
            "find its password: it is asked for on a terminal, or give it with --secret-fd"
        }
        Lacks::Keys => {
            "back up the keys with the module's tools; a seal refuses this file until --exception \
             dead:PATH=REASON says so: keep it, the node needs its certificates"
        }
        Lacks::History => "find a good copy; never start this validator without it",
        Lacks::GoodBytes => "find a good copy of it, or take it out",
        Lacks::File => "bring it back to its place",
    }
}

/// Some of many: so many of each kind, and behind the last of them how many more there are.
fn at_most(all: Vec<Remark>) -> Vec<Remark> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for remark in &all {
        *counts.entry(remark.code).or_default() += 1;
    }
    let mut kept: Vec<Remark> = Vec::new();
    let mut met: BTreeMap<&'static str, usize> = BTreeMap::new();
    for remark in all {
        let met = met.entry(remark.code).or_default();
        *met += 1;
        let count = counts.get(remark.code).copied().unwrap_or_default();
        let (code, weight) = (remark.code, remark.weight);
        if *met <= MOST {
            kept.push(remark);
        }
        if *met == MOST && count > MOST {
            kept.push(Remark {
                weight,
                code,
                path: PathBuf::new(),
                line: 0,
                text: format!("and {} more of \"{code}\" like this", count - MOST),
                hint: String::new(),
            });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_more_there_are_stands_behind_the_last_one_of_its_kind() {
        let remark = |weight, code, at: usize| Remark {
            weight,
            code,
            path: format!("/n/{at:03}").into(),
            line: 0,
            text: "so".into(),
            hint: String::new(),
        };
        let mut all: Vec<Remark> = (0..MOST + 2)
            .map(|at| remark(Weight::Error, "dead", at))
            .collect();
        all.push(remark(Weight::Warning, "running", 1));
        let said = at_most(all);
        assert_eq!(said.len(), MOST + 2);
        assert_eq!(
            (said[MOST].code, said[MOST].weight),
            ("dead", Weight::Error)
        );
        assert!(
            said[MOST].text.starts_with("and 2 more"),
            "{}",
            said[MOST].text
        );
        assert_eq!(said[MOST + 1].code, "running");
        assert!(said.is_sorted_by_key(|remark| remark.weight));
    }
}
