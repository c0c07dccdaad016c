//! Members that many events share, to JSON and back: what may be missing, numbers, times, names.
//!
//! Knows JSON and plain values, and no event.

use data_encoding::HEXLOWER;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::label::Label;
use crate::signature::{PublicKey, VaultId};
use crate::time::Time;

pub(super) fn or_null<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Null, Into::into)
}

pub(super) fn text_or_null(value: Option<&String>) -> Value {
    or_null(value.map(String::as_str))
}

pub(super) fn time_or_null(value: Option<Time>) -> Value {
    or_null(value.map(|time| time.to_string()))
}

pub(super) fn hex_or_null(value: Option<&[u8; 16]>) -> Value {
    or_null(value.map(|bytes| HEXLOWER.encode(bytes)))
}

pub(super) fn number(value: u8) -> Value {
    u64::from(value).into()
}

pub(super) fn numbers(values: &[u8]) -> Value {
    let list: Vec<Value> = values.iter().map(|value| number(*value)).collect();
    list.into()
}

pub(super) fn list<T>(items: &[T], write: impl Fn(&T) -> Object) -> Value {
    let list: Vec<Value> = items.iter().map(|item| write(item).into()).collect();
    list.into()
}

fn is_null(object: &Object, name: &str) -> bool {
    matches!(object.get(name), None | Some(Value::Null))
}

/// What `read` makes of a member, or `None` where it is missing or `null`.
pub(super) fn optional<T>(
    object: &Object,
    name: &str,
    read: impl FnOnce() -> Result<T>,
) -> Result<Option<T>> {
    match is_null(object, name) {
        true => Ok(None),
        false => read().map(Some),
    }
}

pub(super) fn optional_text(object: &Object, name: &str) -> Result<Option<String>> {
    Ok(object.optional_text(name)?.map(str::to_owned))
}

pub(super) fn optional_byte(object: &Object, name: &str) -> Result<Option<u8>> {
    optional(object, name, || object.byte(name))
}

pub(super) fn optional_boolean(object: &Object, name: &str) -> Result<Option<bool>> {
    optional(object, name, || object.boolean(name))
}

pub(super) fn time(object: &Object, name: &str) -> Result<Time> {
    Time::parse(object.text(name)?)
}

pub(super) fn optional_time(object: &Object, name: &str) -> Result<Option<Time>> {
    optional(object, name, || time(object, name))
}

pub(super) fn optional_array(object: &Object, name: &str) -> Result<Option<[u8; 16]>> {
    optional(object, name, || object.array(name))
}

pub(super) fn digest(object: &Object, name: &str) -> Result<Digest> {
    Ok(Digest(object.array(name)?))
}

pub(super) fn optional_digest(object: &Object, name: &str) -> Result<Option<Digest>> {
    optional(object, name, || digest(object, name))
}

pub(super) fn key(object: &Object, name: &str) -> Result<PublicKey> {
    Ok(PublicKey(object.array(name)?))
}

pub(super) fn vault_id(object: &Object, name: &str) -> Result<VaultId> {
    Ok(VaultId(object.array(name)?))
}

pub(super) fn optional_vault_id(object: &Object, name: &str) -> Result<Option<VaultId>> {
    optional(object, name, || vault_id(object, name))
}

/// A name of a person or a vault, by the rules of names.
pub(super) fn name(object: &Object, member: &str) -> Result<String> {
    let label = Label::stored(object.text(member)?);
    let label = label.map_err(|_| Error::json(format!("{member} cannot be a name")))?;
    Ok(label.as_str().to_owned())
}

pub(super) fn optional_name(object: &Object, member: &str) -> Result<Option<String>> {
    optional(object, member, || name(object, member))
}

/// A member that is one of a few words.
pub(super) fn word<T>(
    object: &Object,
    name: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T> {
    let unknown = || Error::json(format!("{name} is a word that is not known"));
    parse(object.text(name)?).ok_or_else(unknown)
}

/// The numbers in an array, which holds nothing else.
pub(super) fn byte_list(object: &Object, name: &str) -> Result<Vec<u8>> {
    let byte = |value: &Value| match value {
        Value::Integer(integer) => u8::try_from(*integer).ok(),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = object.list(name)?.iter().map(byte).collect();
    bytes.ok_or_else(|| Error::json(format!("{name} holds something else than small numbers")))
}

/// Names of people; no member where there are none.
pub(super) fn names(object: Object, member: &str, names: &[String]) -> Object {
    let list = || names.iter().map(|name| Value::from(name.as_str()));
    match names {
        [] => object,
        _ => object.with(member, list().collect::<Vec<_>>()),
    }
}

/// The inverse of [`names`].
pub(super) fn optional_names(object: &Object, member: &str) -> Result<Vec<String>> {
    let all = optional(object, member, || {
        let names = object.texts(member)?.into_iter();
        let checked = names.map(|name| Label::stored(name).map(|name| name.to_string()));
        let checked: Result<Vec<String>> = checked.collect();
        checked.map_err(|_| Error::json(format!("{member} holds what cannot be a name")))
    })?;
    Ok(all.unwrap_or_default())
}
