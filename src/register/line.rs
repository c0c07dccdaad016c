//! One entry: a line of the file, kept as it was read, and what it says.
//!
//! Knows JSON and digests; of the entries around it only their digests, which it names.

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object, Value};
use crate::register::event::Event;
use crate::time::Time;

const TYPE: &str = "coldvault/entry/1";
/// The most bytes of one entry. A sealing of 32 shares with all that is told of their carriers takes a tenth of it.
pub const MAX_ENTRY_BYTES: usize = 256 << 10;
/// The most entries that one names as those before it. Where more registers went on separately, they are merged in steps.
pub(super) const MAX_PARENTS: usize = 64;

/// Who says it, and when: claims, all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// By the machine's clock.
    pub at: Time,
    /// By a clock on the wall, where people were asked for one.
    pub wall: Option<Time>,
    /// Who wrote it.
    pub by: Option<String>,
    /// With which program.
    pub tool: String,
}

impl Stamp {
    /// When, by the clock that people looked at if there was one, and by the machine's otherwise.
    pub fn when(&self) -> Time {
        self.wall.unwrap_or(self.at)
    }
}

/// One entry of a register.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Of its bytes: what later entries name it by.
    pub digest: Digest,
    /// The entries right before it, in the order of their digests.
    pub parents: Vec<Digest>,
    /// Who and when.
    pub stamp: Stamp,
    /// What happened; `None` for an event of a later coldvault.
    pub event: Option<Event>,
    /// The word of the event as it stands there; to be printed escaped.
    pub word: String,
    /// The line in the file it was read from, or will be written to; the first one is 2.
    pub line: usize,
    raw: Vec<u8>,
}

impl Entry {
    /// The bytes of its line, from its first brace to its last.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The same entry in another line.
    pub(super) fn at_line(self, line: usize) -> Self {
        Self { line, ..self }
    }

    /// An entry that was not there yet.
    ///
    /// # Errors
    /// [`Error::Limit`] when it would be longer than an entry may be.
    pub(super) fn new(
        parents: &[Digest],
        stamp: &Stamp,
        event: &Event,
        line: usize,
    ) -> Result<Self> {
        let parents: Vec<Value> = parents.iter().map(|parent| parent.hex().into()).collect();
        let or_null = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        let wall = stamp.wall.map(|wall| wall.to_string());
        let object = Object::new()
            .with("type", TYPE)
            .with("parents", parents)
            .with("at", stamp.at.to_string())
            .with("wall", or_null(wall.as_deref()))
            .with("by", or_null(stamp.by.as_deref()))
            .with("tool", stamp.tool.as_str());
        let raw = event.write(object).to_line().into_bytes();
        if raw.len() > MAX_ENTRY_BYTES {
            return Err(Error::Limit {
                what: format!("an entry of the register of {} bytes", raw.len()),
                limit: MAX_ENTRY_BYTES as u64,
            });
        }
        Self::read(&raw, line)
    }

    /// Reads the bytes of a line.
    ///
    /// # Errors
    /// [`Error::Json`] with what is wrong, without the line; [`Error::Newer`] for the entry of a later format.
    pub(super) fn read(raw: &[u8], line: usize) -> Result<Self> {
        let object = json::parse(raw, MAX_ENTRY_BYTES)?;
        if !raw.starts_with(b"{") || !raw.ends_with(b"}") {
            return Err(Error::json("something stands around the entry"));
        }
        if object.text("type")? != TYPE {
            return Err(Error::Newer {
                what: format!("the register's line {line}"),
                needs: "a later format".into(),
            });
        }
        let time = |text: Option<&str>| text.map(Time::parse).transpose();
        Ok(Self {
            digest: Digest::of(raw),
            parents: parents(&object)?,
            stamp: Stamp {
                at: Time::parse(object.text("at")?)?,
                wall: time(object.optional_text("wall")?)?,
                by: object.optional_text("by")?.map(str::to_owned),
                tool: object.text("tool")?.to_owned(),
            },
            event: Event::read(&object)?,
            word: object.text("event")?.to_owned(),
            line,
            raw: raw.to_vec(),
        })
    }
}

/// The digests of the entries before it: each once, in their order, so that one set has one spelling.
fn parents(object: &Object) -> Result<Vec<Digest>> {
    let texts = object.texts("parents")?;
    let parents: Option<Vec<Digest>> = texts.into_iter().map(Digest::from_hex).collect();
    let parents =
        parents.ok_or_else(|| Error::json("parents holds something else than digests"))?;
    let sorted = parents
        .iter()
        .zip(parents.iter().skip(1))
        .all(|(a, b)| a < b);
    match sorted && parents.len() <= MAX_PARENTS {
        true => Ok(parents),
        false => Err(Error::json("parents are not each once and in order")),
    }
}
