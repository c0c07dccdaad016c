//! What a report says of the drill itself: which vault, when, who, on what.

use super::member::{self, digest_or_null, hex, list, text_or_null, time_or_null};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::kind::Kind;
use crate::signature::PublicKey;
use crate::time::Time;
use crate::words;

/// The vault that was drilled. Its id and words are those of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultFacts {
    /// Of the identity that signs the report where a quorum took part.
    pub public_key: PublicKey,
    /// Its label; `None` where only shares said of it.
    pub label: Option<String>,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Shares made.
    pub n: u8,
    /// When it was sealed: a claim.
    pub created: Option<Time>,
    /// Of the bytes of `vault.json`, where one was read.
    pub manifest_sha256: Option<Digest>,
}

impl VaultFacts {
    pub(super) fn write(&self) -> Object {
        let id = self.public_key.vault_id();
        Object::new()
            .with("id", hex(&id.0))
            .with("words", words::words(&id.0).join(" "))
            .with("public_key", self.public_key.hex())
            .with("label", text_or_null(self.label.as_ref()))
            .with("kind", self.kind.as_str())
            .with("k", u64::from(self.k))
            .with("n", u64::from(self.n))
            .with("created", time_or_null(self.created))
            .with("manifest_sha256", digest_or_null(self.manifest_sha256))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        let public_key = PublicKey(object.array("public_key")?);
        let id = public_key.vault_id();
        let words = words::words(&id.0).join(" ");
        if object.text("id")? != id.hex() || object.text("words")? != words {
            return Err(Error::json("vault.id is not the id of vault.public_key"));
        }
        Ok(Self {
            public_key,
            label: member::optional_text(object, "label")?,
            kind: member::word(object, "kind", Kind::parse)?,
            k: object.byte("k")?,
            n: object.byte("n")?,
            created: member::optional(object, "created", member::time)?,
            manifest_sha256: member::optional(object, "manifest_sha256", member::digest)?,
        })
    }
}

/// The report before this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Of its bytes: reports are a chain by this.
    pub report_sha256: Digest,
    /// Its own id.
    pub drill_id: [u8; 16],
    /// When that drill ended.
    pub date: Time,
    /// Days from then to this one; negative where a clock went back.
    pub days: i64,
    /// Days by which this one came too late for what that one said.
    pub overdue_days: u64,
}

impl Previous {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("report_sha256", self.report_sha256.hex())
            .with("drill_id", hex(&self.drill_id))
            .with("date", self.date.to_string())
            .with("days", self.days)
            .with("overdue_days", self.overdue_days)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            report_sha256: member::digest(object, "report_sha256")?,
            drill_id: member::id(object, "drill_id")?,
            date: member::time(object, "date")?,
            days: object.integer("days")?,
            overdue_days: object.unsigned("overdue_days")?,
        })
    }
}

/// When a drill was. Only the last member was measured; the others are what clocks said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The machine's clock as it began.
    pub begin: Time,
    /// The machine's clock as it ended.
    pub end: Time,
    /// A clock on the wall, read by people as it ended.
    pub wall: Option<Time>,
    /// From begin to end by a clock that nobody sets.
    pub monotonic_seconds: u64,
}

impl Clock {
    /// When it ended: by the wall where people read one.
    pub fn ended(&self) -> Time {
        self.wall.unwrap_or(self.end)
    }

    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("begin", self.begin.to_string())
            .with("end", self.end.to_string())
            .with("wall", time_or_null(self.wall))
            .with("monotonic_seconds", self.monotonic_seconds)
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            begin: member::time(object, "begin")?,
            end: member::time(object, "end")?,
            wall: member::optional(object, "wall", member::time)?,
            monotonic_seconds: object.unsigned("monotonic_seconds")?,
        })
    }
}

/// Who took part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As they are called.
    pub name: String,
    /// As what they took part.
    pub role: Option<String>,
}

impl Person {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("name", self.name.as_str())
            .with("role", text_or_null(self.role.as_ref()))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            name: member::text(object, "name")?,
            role: member::optional_text(object, "role")?,
        })
    }
}

/// On what a drill was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Name and version of the program.
    pub tool: String,
    /// Of the program's own file, where that could be read: a claim of the program about itself.
    pub program_sha256: Option<Digest>,
    /// The system and its kernel, as they call themselves.
    pub system: String,
    /// What `doctor` says of it.
    pub checks: Vec<MachineCheck>,
}

impl Machine {
    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("tool", self.tool.as_str())
            .with("program_sha256", digest_or_null(self.program_sha256))
            .with("system", self.system.as_str())
            .with("checks", list(&self.checks, MachineCheck::write))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            tool: member::text(object, "tool")?,
            program_sha256: member::optional(object, "program_sha256", member::digest)?,
            system: member::text(object, "system")?,
            checks: object.each("checks", MachineCheck::read)?,
        })
    }
}

/// One thing that was looked at on the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineCheck {
    /// What.
    pub name: String,
    /// How it is.
    pub state: String,
    /// What was found.
    pub found: String,
}

impl MachineCheck {
    fn write(&self) -> Object {
        Object::new()
            .with("name", self.name.as_str())
            .with("state", self.state.as_str())
            .with("found", self.found.as_str())
    }

    fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            name: member::text(object, "name")?,
            state: member::text(object, "state")?,
            found: member::text(object, "found")?,
        })
    }
}
