//! What is said of a drill on the command line: which, why, who, where, and what people saw.

mod named;

use std::path::PathBuf;

use crate::drill::{self, DrillKind, Person, Target};
use crate::error::{Error, Result};
use crate::label;

pub(super) use named::{Named, enter};

/// Options of the report.
#[derive(clap::Args, Default)]
pub(in crate::commands) struct ReportArgs {
    /// Which drill of the ladder: D0 seals and places, D1 every share alone, D2
    /// every vault copy, D3 rehearsal, D4 real restore, D5 worst case, D6
    /// compromise at a table. Without it the material chooses: D4, or D3 for that of
    /// a rehearsal. Material of the other kind is refused; D5 may be practised with
    /// --rehearsal
    #[arg(long, value_name = "D0..D6")]
    kind: Option<String>,
    /// Write the report into this new file, its signature, vault.pub and a page to
    /// print beside it
    #[arg(long, value_name = "FILE.json")]
    pub(in crate::commands) report: Option<PathBuf>,
    /// D3, D4, D5: what the auditor gave once the drill was called; without it the
    /// report proves no time. The others open nothing that could sign it
    #[arg(long, value_name = "TEXT")]
    challenge: Option<String>,
    /// What is supposed to have happened
    #[arg(long, value_name = "TEXT")]
    scenario: Option<String>,
    /// People knew of it before
    #[arg(long, conflicts_with = "unannounced")]
    announced: bool,
    /// Nobody knew of it before
    #[arg(long)]
    unannounced: bool,
    /// Where the drill is
    #[arg(long, value_name = "PLACE")]
    at_site: Option<String>,
    /// Who takes part, and as what; once for each
    #[arg(long = "person", value_name = "NAME=ROLE")]
    people: Vec<String>,
    /// The number of the bag that a carrier was in, and of the one that it goes
    /// into. CARRIER is "vault 1", "share 2", "share 2/1" (its copy 1) or its id
    #[arg(long = "bag", value_name = "CARRIER=FOUND:NEW")]
    bags: Vec<String>,
    /// How a carrier was found: its seal (intact, broken, none), its condition
    /// (good, worn, yellowed, torn, damaged, unreadable), whether it was where it
    /// should be, and why where it is not so, such as "vault 1=intact:good:yes". Any
    /// other seal or condition is marked: "vault 1=other:cut at a corner:good:yes"
    #[arg(long = "seen", value_name = "CARRIER=SEAL:CONDITION:PLACED[:WHY]")]
    seen: Vec<String>,
    /// The most time that something may take: RTO for all of it, RPO for how far the
    /// vault is behind, or a phase
    #[arg(long = "target", value_name = "NAME=TIME")]
    targets: Vec<String>,
    /// The report before this one
    #[arg(long, value_name = "REPORT.json")]
    pub(in crate::commands) previous: Option<PathBuf>,
    /// D6: the answer to the next of its seven questions: who notices, and calls
    /// whom; how many shares count as exposed, of how many that open it; who decides
    /// on a new key, by when; where the old carriers are, and who destroys them; who
    /// must be told; what the node does meanwhile; what in the procedure did not
    /// help. Once for each, in this order
    #[arg(long = "answer", value_name = "TEXT")]
    answers: Vec<String>,
}

/// What they come to.
pub(super) struct Options {
    pub(super) kind: Option<DrillKind>,
    pub(super) challenge: Option<String>,
    pub(super) scenario: Option<String>,
    pub(super) announced: Option<bool>,
    pub(super) site: Option<String>,
    pub(super) people: Vec<Person>,
    pub(super) bags: Vec<(Named, Bag)>,
    pub(super) seen: Vec<(Named, Seen)>,
    pub(super) targets: Vec<Target>,
    pub(super) answers: Vec<String>,
}

/// The bag that a carrier was in, and the one that it goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bag {
    /// As it was typed.
    pub(super) text: String,
    pub(super) found: Option<String>,
    pub(super) new: Option<String>,
}

/// How a carrier was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// As it was typed.
    pub(super) text: String,
    pub(super) seal: Option<String>,
    pub(super) condition: Option<String>,
    pub(super) placed: Option<bool>,
    pub(super) explained: Option<String>,
}

impl ReportArgs {
    /// Reads all of them before anything is done.
    ///
    /// # Errors
    /// [`Error::Usage`] naming the option that makes no sense.
    pub(super) fn read(&self) -> Result<Options> {
        let text = |option, given: &Option<String>| {
            let given = given.as_deref();
            given.map(|given| line(option, given)).transpose()
        };
        let announced = match (self.announced, self.unannounced) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Ok(Options {
            kind: self.kind.as_deref().map(kind).transpose()?,
            challenge: text("--challenge", &self.challenge)?,
            scenario: text("--scenario", &self.scenario)?,
            announced,
            site: text("--at-site", &self.at_site)?,
            people: each(&self.people, |given| Ok(person(given)))?,
            bags: each(&self.bags, bag)?,
            seen: each(&self.seen, seen)?,
            targets: each(&self.targets, Target::parse)?,
            answers: each(&self.answers, |given| line("--answer", given))?,
        })
    }
}

fn each<T>(given: &[String], read: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    given.iter().map(|given| read(given)).collect()
}

/// One line as people type it; the longest challenge is 32 words.
pub(super) fn line(option: &str, given: &str) -> Result<String> {
    const MOST: usize = 400;
    let text = given.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = match text.chars().count() {
        0 => "it is empty",
        1..=MOST if !text.chars().any(char::is_control) => return Ok(text),
        1..=MOST => "it has characters that are not shown",
        _ => "it is longer than 400 letters",
    };
    Err(Error::Usage {
        what: format!("{option}: {why}"),
        hint: "give one line of text".into(),
    })
}

fn kind(text: &str) -> Result<DrillKind> {
    DrillKind::parse(&text.to_uppercase()).ok_or_else(|| Error::Usage {
        what: format!("--kind {text:?} is no drill"),
        hint: "give one of D0 to D6: coldvault drill --help says what each is".into(),
    })
}

/// `NAME=ROLE`, or only a name.
pub(super) fn person(text: &str) -> Person {
    let (name, role) = match text.split_once('=') {
        Some((name, role)) => (name, Some(role.trim().to_owned())),
        None => (text, None),
    };
    Person {
        name: name.trim().to_owned(),
        role: role.filter(|role| !role.is_empty()),
    }
}

fn bag(text: &str) -> Result<(Named, Bag)> {
    let read = || {
        let (which, bag) = text.split_once('=')?;
        let (found, new) = bag.split_once(':').unwrap_or((bag, ""));
        let found = word(found).map(|found| drill::bag(&found));
        let new = match word(new) {
            Some(new) => Some(drill::new_bag(&new)?),
            None => None,
        };
        let text = format!("--bag {text:?}");
        Some((Named::parse(which.trim())?, Bag { text, found, new }))
    };
    read().ok_or_else(|| wrong("--bag", text, "\"vault 1=A1001:A1002\""))
}

fn seen(text: &str) -> Result<(Named, Seen)> {
    let read = || {
        let (which, seen) = text.split_once('=')?;
        let mut parts = seen.split(':');
        let seal = look(&mut parts, drill::seal)?;
        let condition = look(&mut parts, drill::condition)?;
        let placed = match parts.next().and_then(word).as_deref() {
            None => None,
            Some("yes") => Some(true),
            Some("no") => Some(false),
            Some(_) => return None,
        };
        let seen = Seen {
            text: format!("--seen {text:?}"),
            seal,
            condition,
            placed,
            explained: parts.next().and_then(word),
        };
        Some((Named::parse(which.trim())?, seen)).filter(|_| parts.next().is_none())
    };
    read().ok_or_else(|| {
        let (seals, conditions) = (drill::SEALS.join(", "), drill::CONDITIONS.join(", "));
        let example = format!(
            "\"vault 1=intact:good:yes\"; seals: {seals}; conditions: {conditions}; for any other: \
             other:TEXT"
        );
        wrong("--seen", text, &example)
    })
}

/// The next part, in words that are known; that of "other" is the one behind it. The outer `None` for any other.
fn look<'t>(
    parts: &mut impl Iterator<Item = &'t str>,
    read: fn(&str) -> Option<String>,
) -> Option<Option<String>> {
    let Some(part) = parts.next().and_then(word) else {
        return Some(None);
    };
    if !part.eq_ignore_ascii_case("other") {
        return read(&part).map(Some);
    }
    let text = parts.next().and_then(word)?;
    read(&format!("other:{text}")).map(Some)
}

fn word(text: &str) -> Option<String> {
    label::line(text).ok()
}

fn wrong(option: &str, text: &str, example: &str) -> Error {
    Error::Usage {
        what: format!("{option} {text:?} does not say what was seen of which carrier"),
        hint: format!("write for example {option} {example}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bags_and_what_was_seen_are_read_and_nonsense_is_refused() {
        let (_, read) = bag("share 2/1=A1:A2").unwrap();
        let wanted = [read.found.as_deref(), read.new.as_deref()];
        assert_eq!(wanted, [Some("A1"), Some("A2")]);
        assert_eq!(bag("vault 1=A1").unwrap().1.new, None);
        let (_, read) = seen("vault 1=intact::no").unwrap();
        assert_eq!((read.condition, read.placed), (None, Some(false)));
        let (_, read) = seen("vault 1=broken:other:a wet corner:yes:opened by Bo").unwrap();
        let wanted = ["broken", "other: a wet corner", "opened by Bo"].map(Some);
        let read = [read.seal, read.condition, read.explained];
        assert_eq!(read.each_ref().map(Option::as_deref), wanted);
        assert_eq!(bag("vault 1=NONE").unwrap().1.found.unwrap(), "none");
        for wrong in [
            "",
            "vault 1",
            "x=A:B",
            "vault 1=A1:none",
            "vault 1=A1: None",
        ] {
            assert!(bag(wrong).is_err(), "{wrong}");
        }
        for wrong in [
            "",
            "vault 1",
            "vault 1=intact:good:perhaps",
            "vault 1=itnact:good:yes",
            "vault 1=intact:goood:yes",
            "vault 1=other:",
            "vault 1=intact:good:yes:why:more",
        ] {
            assert!(seen(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_is_one_line_of_visible_text() {
        assert_eq!(line("--x", " a \n b ").unwrap(), "a b");
        for wrong in ["", " ", "a\u{1b}[31m", &"x".repeat(401)] {
            assert!(line("--x", wrong).is_err());
        }
    }
}
