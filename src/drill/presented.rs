//! What a report says of what was presented: shares and carriers.

use super::member::{self, hex, or_null, text_or_null, time_or_null};
use crate::error::Result;
use crate::json::Object;
use crate::time::Time;

/// What a carrier is that is of another vault than the one that is meant: nothing is said of how whole it is.
pub const OF_ANOTHER_VAULT: &str = "of another vault";

/// What a carrier is that nobody took out of its bag.
pub const NOT_READ: &str = "not read";

/// A share as it was presented; never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareUse {
    /// Its number; `None` where it could not be read.
    pub number: Option<u8>,
    /// Whose.
    pub custodian: Option<String>,
    /// Which copy of it, where its carrier says that.
    pub copy: Option<u8>,
    /// How it came in: "medium", "code A", "code B", "typed", ...
    pub channel: String,
    /// How often it was tried until it was read; 0 where that was not counted.
    pub attempts: u64,
    /// Lines that did not check as they were typed.
    pub mistyped: u64,
    /// How long it took.
    pub seconds: u64,
    /// "good", "duplicate", "set aside", ...
    pub state: String,
    /// Why it was not used.
    pub reason: Option<String>,
}

impl ShareUse {
    /// Whether it is none of this vault's: forged, or of another one. Whoever it names was no custodian here.
    pub fn is_set_aside(&self) -> bool {
        self.state == "set aside"
    }

    pub(super) fn write(&self) -> Object {
        Object::new()
            .with("number", or_null(self.number.map(u64::from)))
            .with("custodian", text_or_null(self.custodian.as_ref()))
            .with("copy", or_null(self.copy.map(u64::from)))
            .with("channel", self.channel.as_str())
            .with("attempts", self.attempts)
            .with("mistyped", self.mistyped)
            .with("seconds", self.seconds)
            .with("state", self.state.as_str())
            .with("reason", text_or_null(self.reason.as_ref()))
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        Ok(Self {
            number: member::optional(object, "number", member::byte)?,
            custodian: member::optional_text(object, "custodian")?,
            copy: member::optional(object, "copy", member::byte)?,
            channel: member::text(object, "channel")?,
            attempts: object.unsigned("attempts")?,
            mistyped: object.unsigned("mistyped")?,
            seconds: object.unsigned("seconds")?,
            state: member::text(object, "state")?,
            reason: member::optional_text(object, "reason")?,
        })
    }
}

/// A carrier that was read, or looked at from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierUse {
    /// Its own id, where it has one.
    pub carrier_id: Option<[u8; 16]>,
    /// "vault" or "share".
    pub role: String,
    /// The share's number.
    pub number: Option<u8>,
    /// Which copy.
    pub copy: Option<u8>,
    /// What it is, in the words of the machine: a disk's maker and model, or a sheet.
    pub device: String,
    /// The disk's serial number.
    pub serial: Option<String>,
    /// When it was written: a claim.
    pub written: Option<Time>,
    /// How much of it was read.
    pub bytes: u64,
    /// How long that took.
    pub seconds: u64,
    /// "whole", "damaged", "unreadable", "not read", or [`OF_ANOTHER_VAULT`].
    pub outcome: String,
    /// The number of the bag that it was in.
    pub bag_found: Option<String>,
    /// The number of the bag that it went into.
    pub bag_new: Option<String>,
    /// The seal as it was found, in the words of [`super::seal`].
    pub seal: Option<String>,
    /// How it looks, in the words of [`super::condition`].
    pub condition: Option<String>,
    /// Whether it was where it should be.
    pub placed_as_registered: Option<bool>,
    /// Whether the register says where that is: without, that it was there is what people remember.
    pub place_registered: bool,
    /// The number of the bag that it had gone into, by the register or the report before.
    pub bag_expected: Option<String>,
    /// Why it was not as it should be, as people said.
    pub explained: Option<String>,
}

impl CarrierUse {
    /// "vault copy 1", "share 2, copy 1".
    pub fn called(&self) -> String {
        let copy = self.copy.map(|copy| copy.to_string());
        match (self.role.as_str(), self.number, copy) {
            ("share", Some(number), Some(copy)) => format!("share {number}, copy {copy}"),
            ("share", Some(number), None) => format!("share {number}"),
            ("vault", _, Some(copy)) => format!("vault copy {copy}"),
            ("vault", _, None) => "vault copy".into(),
            _ => "carrier".into(),
        }
    }

    /// Whether it was taken out of its bag.
    pub fn was_opened(&self) -> bool {
        self.outcome != NOT_READ
    }

    pub(super) fn write(&self) -> Object {
        let id = self.carrier_id.as_ref().map(|id| hex(id));
        let object = Object::new()
            .with("carrier_id", or_null(id))
            .with("role", self.role.as_str())
            .with("number", or_null(self.number.map(u64::from)))
            .with("copy", or_null(self.copy.map(u64::from)))
            .with("device", self.device.as_str())
            .with("serial", text_or_null(self.serial.as_ref()))
            .with("written", time_or_null(self.written))
            .with("bytes", self.bytes)
            .with("seconds", self.seconds)
            .with("outcome", self.outcome.as_str())
            .with("bag_found", text_or_null(self.bag_found.as_ref()))
            .with("bag_new", text_or_null(self.bag_new.as_ref()))
            .with("seal", text_or_null(self.seal.as_ref()))
            .with("condition", text_or_null(self.condition.as_ref()))
            .with("placed_as_registered", or_null(self.placed_as_registered));
        self.write_later(object)
    }

    /// Members that came later stand only where they say something: what was written before stays as it was.
    fn write_later(&self, mut object: Object) -> Object {
        if self.place_registered {
            object = object.with("place_registered", true);
        }
        for (name, text) in [
            ("bag_expected", &self.bag_expected),
            ("explained", &self.explained),
        ] {
            if let Some(text) = text {
                object = object.with(name, text.as_str());
            }
        }
        object
    }

    pub(super) fn read(object: &Object) -> Result<Self> {
        let placed = member::optional(object, "placed_as_registered", member::boolean)?;
        Ok(Self {
            carrier_id: member::optional(object, "carrier_id", member::id)?,
            role: member::text(object, "role")?,
            number: member::optional(object, "number", member::byte)?,
            copy: member::optional(object, "copy", member::byte)?,
            device: member::text(object, "device")?,
            serial: member::optional_text(object, "serial")?,
            written: member::optional(object, "written", member::time)?,
            bytes: object.unsigned("bytes")?,
            seconds: object.unsigned("seconds")?,
            outcome: member::text(object, "outcome")?,
            bag_found: member::optional_text(object, "bag_found")?,
            bag_new: member::optional_text(object, "bag_new")?,
            seal: member::optional_text(object, "seal")?,
            condition: member::optional_text(object, "condition")?,
            placed_as_registered: placed,
            place_registered: later(object, "place_registered", member::boolean)? == Some(true),
            bag_expected: later(object, "bag_expected", member::text)?,
            explained: later(object, "explained", member::text)?,
        })
    }
}

/// A member that came later: it may be left out.
fn later<T>(
    object: &Object,
    name: &str,
    read: fn(&Object, &str) -> Result<T>,
) -> Result<Option<T>> {
    match object.get(name) {
        None => Ok(None),
        Some(_) => member::optional(object, name, read),
    }
}
