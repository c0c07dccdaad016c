//! Members of a report as JSON, and back: what may be missing is `null`, never left out.

use data_encoding::HEXLOWER;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::time::Time;

/// A value, or `null`.
pub(super) fn or_null<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Null, Into::into)
}

pub(super) fn text_or_null(text: Option<&String>) -> Value {
    or_null(text.map(String::as_str))
}

pub(super) fn time_or_null(time: Option<Time>) -> Value {
    or_null(time.map(|time| time.to_string()))
}

pub(super) fn digest_or_null(digest: Option<Digest>) -> Value {
    or_null(digest.map(|digest| digest.hex()))
}

pub(super) fn hex(bytes: &[u8]) -> Value {
    Value::Text(HEXLOWER.encode(bytes))
}

pub(super) fn list<T>(items: &[T], object: impl Fn(&T) -> Object) -> Value {
    Value::List(items.iter().map(|item| object(item).into()).collect())
}

/// What `read` says of the member, or `None` where it is `null`. It must be there.
pub(super) fn optional<T>(
    object: &Object,
    name: &str,
    read: impl FnOnce(&Object, &str) -> Result<T>,
) -> Result<Option<T>> {
    match object.get(name) {
        Some(Value::Null) => Ok(None),
        // a missing one is said by `read`
        _ => read(object, name).map(Some),
    }
}

pub(super) fn text(object: &Object, name: &str) -> Result<String> {
    object.text(name).map(str::to_owned)
}

pub(super) fn optional_text(object: &Object, name: &str) -> Result<Option<String>> {
    optional(object, name, text)
}

pub(super) fn time(object: &Object, name: &str) -> Result<Time> {
    Time::parse(object.text(name)?)
}

pub(super) fn digest(object: &Object, name: &str) -> Result<Digest> {
    object.array(name).map(Digest)
}

pub(super) fn id(object: &Object, name: &str) -> Result<[u8; 16]> {
    object.array(name)
}

pub(super) fn byte(object: &Object, name: &str) -> Result<u8> {
    object.byte(name)
}

pub(super) fn boolean(object: &Object, name: &str) -> Result<bool> {
    object.boolean(name)
}

/// A word of a list of words.
pub(super) fn word<T>(object: &Object, name: &str, parse: fn(&str) -> Option<T>) -> Result<T> {
    parse(object.text(name)?)
        .ok_or_else(|| Error::json(format!("{name} is none of the words it may be")))
}

/// A day, as `2026-11-22`.
pub(super) fn day(object: &Object, name: &str) -> Result<Time> {
    Time::parse_day(object.text(name)?)
        .ok_or_else(|| Error::json(format!("{name} is not a day of the form 2026-11-22")))
}
