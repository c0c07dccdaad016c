//! What a report comes to: times, criteria, findings.

use super::member::{self, or_null, text_or_null};
use crate::error::Result;
use crate::json::Object;
use crate::severity::Severity;
use crate::time::Time;

/// One part of a drill, and how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// What was done: "quorum", "opened", "checked", ...
    pub name: String,
    /// How long it took.
    pub seconds: u64,
}

impl Phase {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("name", self.name.as_str())
            .with("seconds", self.seconds)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            name: member::text(object, "name")?,
            seconds: object.unsigned("seconds")?,
        })
    }
}

/// Something that was wanted before the drill, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// What it is about.
    pub name: String,
    /// What was wanted.
    pub wanted: String,
    /// What was found.
    pub found: String,
    /// Whether that is what was wanted; `None` where it was not looked at.
    pub met: Option<bool>,
    /// Whether the drill fails without it.
    pub must: bool,
}

impl Criterion {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("name", self.name.as_str())
            .with("wanted", self.wanted.as_str())
            .with("found", self.found.as_str())
            .with("met", or_null(self.met))
            .with("must", self.must)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            name: member::text(object, "name")?,
            wanted: member::text(object, "wanted")?,
            found: member::text(object, "found")?,
            met: member::optional(object, "met", member::boolean)?,
            must: object.boolean("must")?,
        })
    }
}

/// Something that is to be known or mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Its short stable name.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// What it is.
    pub text: String,
    /// Who mends it.
    pub owner: Option<String>,
    /// The day by which.
    pub due: Option<Time>,
    /// Whether it is mended already.
    pub closed: bool,
}

/// What stands behind the text of a finding that an earlier drill made, with the day of that drill.
const OPEN_SINCE: &str = " (open since ";

impl Finding {
    /// The same, as one that the drill of that day found and nobody said to be mended. The first such day stays.
    #[must_use]
    pub fn carried(&self, day: Time) -> Self {
        let text = match self.is_carried() {
            true => self.text.clone(),
            false => format!("{}{OPEN_SINCE}{})", self.text, day.date()),
        };
        Self {
            text,
            ..self.clone()
        }
    }

    /// Whether an earlier drill found it.
    pub fn is_carried(&self) -> bool {
        self.text.contains(OPEN_SINCE)
    }

    /// What it is about, and what it is.
    pub fn line(&self) -> String {
        match self.subject.is_empty() {
            true => self.text.clone(),
            false => format!("{}: {}", self.subject, self.text),
        }
    }

    /// Whether something is left to be done about it.
    pub fn is_open(&self) -> bool {
        self.severity > Severity::Note && !self.closed
    }

    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("severity", self.severity.as_str())
            .with("code", self.code.as_str())
            .with("subject", self.subject.as_str())
            .with("text", self.text.as_str())
            .with("owner", text_or_null(self.owner.as_ref()))
            .with("due", or_null(self.due.map(Time::date)))
            .with("closed", self.closed)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            severity: member::word(object, "severity", Severity::parse)?,
            code: member::text(object, "code")?,
            subject: member::text(object, "subject")?,
            text: member::text(object, "text")?,
            owner: member::optional_text(object, "owner")?,
            due: member::optional(object, "due", member::day)?,
            closed: object.boolean("closed")?,
        })
    }
}

/// What the drill before this one found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What it was.
    pub text: String,
    /// Whether it is mended; `None` where nobody said it.
    pub closed: Option<bool>,
}

impl Earlier {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("text", self.text.as_str())
            .with("closed", or_null(self.closed))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            text: member::text(object, "text")?,
            closed: member::optional(object, "closed", member::boolean)?,
        })
    }
}
