//! What an entry says of a copy: which one, and what it lies on.
//!
//! Knows JSON and plain values.

use data_encoding::HEXLOWER;

use super::fields::{
    byte_list, hex_or_null, list, number, numbers, optional_array, optional_byte, optional_text,
    optional_time, or_null, text_or_null, time_or_null, word,
};
use crate::error::{Error, Result};
use crate::json::Object;
use crate::register::kinds::{MediumKind, Role};
use crate::time::Time;

/// Which copy is meant. A medium has an id; a sheet, and a share that was typed, have what they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierRef {
    /// The random id on a medium.
    pub carrier_id: Option<[u8; 16]>,
    /// What the copy is of.
    pub role: Role,
    /// Which copy, where that is known.
    pub copy: Option<u8>,
}

impl CarrierRef {
    pub(super) fn to_json(&self) -> Object {
        Object::new()
            .with("carrier_id", hex_or_null(self.carrier_id.as_ref()))
            .with("role", self.role.as_str())
            .with("number", or_null(self.role.number().map(u64::from)))
            .with("copy", or_null(self.copy.map(u64::from)))
    }

    pub(super) fn from_json(object: &Object) -> Result<Self> {
        let role = match object.text("role")? {
            "vault" => Role::Vault,
            "share" => Role::Share(object.byte("number")?),
            _ => return Err(Error::json("role is a word that is not known")),
        };
        Ok(Self {
            carrier_id: optional_array(object, "carrier_id")?,
            role,
            copy: optional_byte(object, "copy")?,
        })
    }

    /// How people call it: "share 2, copy 1".
    pub fn name(&self) -> String {
        match self.copy {
            Some(copy) => format!("{}, copy {copy}", self.role),
            None => self.role.to_string(),
        }
    }

    /// Its id in hexadecimal digits.
    pub fn hex(&self) -> Option<String> {
        self.carrier_id.map(|id| HEXLOWER.encode(&id))
    }
}

/// A copy and what it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierLine {
    /// Which.
    pub carrier: CarrierRef,
    /// Copies made at the sealing; 0 where that is not known.
    pub of: u8,
    /// What it lies on.
    pub medium: MediumKind,
    /// Of the device.
    pub serial: Option<String>,
    /// Of the device.
    pub model: Option<String>,
    /// On the device.
    pub file_system: Option<String>,
    /// When it was first written.
    pub written: Option<Time>,
}

impl CarrierLine {
    /// A copy of which nothing is known but which it is.
    pub fn bare(carrier: CarrierRef) -> Self {
        Self {
            carrier,
            of: 0,
            medium: MediumKind::Unknown,
            serial: None,
            model: None,
            file_system: None,
            written: None,
        }
    }

    pub(super) fn to_json(&self) -> Object {
        self.carrier
            .to_json()
            .with("of", number(self.of))
            .with("medium", self.medium.as_str())
            .with("serial", text_or_null(self.serial.as_ref()))
            .with("model", text_or_null(self.model.as_ref()))
            .with("file_system", text_or_null(self.file_system.as_ref()))
            .with("written", time_or_null(self.written))
    }

    pub(super) fn from_json(object: &Object) -> Result<Self> {
        Ok(Self {
            carrier: CarrierRef::from_json(object)?,
            of: object.byte("of")?,
            medium: word(object, "medium", MediumKind::parse)?,
            serial: optional_text(object, "serial")?,
            model: optional_text(object, "model")?,
            file_system: optional_text(object, "file_system")?,
            written: optional_time(object, "written")?,
        })
    }
}

/// The shares and copies that a drill used.
pub(super) fn write_used(object: Object, shares: &[u8], carriers: &[CarrierRef]) -> Object {
    object
        .with("shares", numbers(shares))
        .with("carriers", list(carriers, CarrierRef::to_json))
}

pub(super) fn read_used(object: &Object) -> Result<(Vec<u8>, Vec<CarrierRef>)> {
    let carriers = object.each("carriers", CarrierRef::from_json)?;
    Ok((byte_list(object, "shares")?, carriers))
}
