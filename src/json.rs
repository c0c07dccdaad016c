//! JSON text as coldvault reads and writes it: a strict reader for every JSON text from outside, and a writer that gives
//! the same bytes for the same values.
//!
//! Knows JSON and hexadecimal digits, and nothing of what the members mean. No other module names the JSON crates.
//!
//! Values may be secrets (a share), so they can be neither cloned, compared nor printed, and no error repeats one:
//! errors name the place of a member.

mod foreign;
mod read;
mod write;

use data_encoding::HEXLOWER;

use crate::error::{Error, Result};

pub use foreign::{Document, Foreign, read_foreign};
pub use read::parse;

/// The largest integer, and with a minus the smallest: beyond it other readers lose digits (RFC 8259, section 6).
const MAX_INTEGER: i64 = 1 << 53;

/// A JSON value. Numbers are integers; coldvault's formats have no others.
///
/// It can be passed on, but neither copied nor printed nor compared:
/// ```
/// fn pass(value: coldvault::json::Value) -> coldvault::json::Value { value }
/// ```
/// ```compile_fail,E0599
/// fn copy(value: coldvault::json::Value) -> coldvault::json::Value { value.clone() }
/// ```
/// ```compile_fail,E0277
/// fn print(value: &coldvault::json::Value) -> String { format!("{value:?}") }
/// ```
/// ```compile_fail,E0369
/// fn compare(a: &coldvault::json::Value, b: &coldvault::json::Value) -> bool { a == b }
/// ```
#[cfg_attr(test, derive(Debug, PartialEq))]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number; as read, from -2^53 to 2^53.
    Integer(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Object),
}

/// A JSON object: its members in their order, no name twice.
#[derive(Default)]
#[cfg_attr(test, derive(Debug))]
pub struct Object {
    members: Vec<(String, Value)>,
    /// Where it was found, such as `split.parts[2]`; escaped and short. Empty for the outermost one.
    place: Box<str>,
}

impl Object {
    /// Returns an object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member at the end, or gives the member of that name its new value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.members.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.members.push((name.to_owned(), value)),
        }
        self
    }

    /// Returns the member `name`, if it is there.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Returns all members in their order.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the text of member `name`.
    ///
    /// # Errors
    /// As for all of these: [`Error::Json`] naming the place, where the member is missing or something else.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.need(name)? {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong(name, "is not text")),
        }
    }

    /// Returns the text of member `name`, or `None` where it is missing or `null`.
    ///
    /// # Errors
    /// [`Error::Json`] where it is something else.
    pub fn optional_text(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }

    /// Returns the integer of member `name`.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn integer(&self, name: &str) -> Result<i64> {
        match self.need(name)? {
            Value::Integer(integer) => Ok(*integer),
            _ => Err(self.wrong(name, "is not a whole number")),
        }
    }

    /// Returns the integer of member `name`, which is not below zero.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing, something else, or below zero.
    pub fn unsigned(&self, name: &str) -> Result<u64> {
        u64::try_from(self.integer(name)?).map_err(|_| self.wrong(name, "is below zero"))
    }

    /// Returns the integer of member `name`, which fits a byte.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing, something else, or out of range.
    pub fn byte(&self, name: &str) -> Result<u8> {
        u8::try_from(self.unsigned(name)?).map_err(|_| self.wrong(name, "is out of range"))
    }

    /// Returns the `true` or `false` of member `name`.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn boolean(&self, name: &str) -> Result<bool> {
        match self.need(name)? {
            Value::Bool(boolean) => Ok(*boolean),
            _ => Err(self.wrong(name, "is neither true nor false")),
        }
    }

    /// Returns the bytes that member `name` spells as exactly `2 * length` lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing, something else, or of another length.
    pub fn hex(&self, name: &str, length: usize) -> Result<Vec<u8>> {
        let bytes = self.hex_any(name)?;
        if bytes.len() == length {
            return Ok(bytes);
        }
        Err(self.wrong(
            name,
            &format!(
                "is not {} hexadecimal digits long",
                length.saturating_mul(2)
            ),
        ))
    }

    /// As [`Object::hex`], for `N` bytes that are not secret: an array may leave copies on the stack.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing, something else, or of another length.
    pub fn array<const N: usize>(&self, name: &str) -> Result<[u8; N]> {
        let bytes = self.hex(name, N)?;
        bytes
            .try_into()
            .map_err(|_| self.wrong(name, "is of another length"))
    }

    /// Returns the bytes that member `name` spells as lower-case hexadecimal digits, however many.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn hex_any(&self, name: &str) -> Result<Vec<u8>> {
        let decoded = HEXLOWER.decode(self.text(name)?.as_bytes());
        decoded.map_err(|_| self.wrong(name, "is not pairs of lower-case hexadecimal digits"))
    }

    /// Returns the values in the array `name`.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn list(&self, name: &str) -> Result<&[Value]> {
        match self.need(name)? {
            Value::List(list) => Ok(list),
            _ => Err(self.wrong(name, "is not a list")),
        }
    }

    /// Returns the objects in the array `name`, which holds nothing else.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn objects(&self, name: &str) -> Result<Vec<&Self>> {
        self.items(name, "is not an object", |value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        })
    }

    /// Reads each object in the array `name`, which holds nothing else.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else; what `read` answers.
    pub fn each<T>(&self, name: &str, read: impl Fn(&Self) -> Result<T>) -> Result<Vec<T>> {
        self.objects(name)?.into_iter().map(read).collect()
    }

    /// Returns the texts in the array `name`, which holds nothing else.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>> {
        self.items(name, "is not text", |value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns the object that is member `name`.
    ///
    /// # Errors
    /// [`Error::Json`] where it is missing or something else.
    pub fn object(&self, name: &str) -> Result<&Self> {
        match self.need(name)? {
            Value::Object(object) => Ok(object),
            _ => Err(self.wrong(name, "is not an object")),
        }
    }

    fn items<'o, T>(
        &'o self,
        name: &str,
        otherwise: &str,
        kind: fn(&'o Value) -> Option<T>,
    ) -> Result<Vec<T>> {
        let item = |(place, value)| {
            kind(value).ok_or_else(|| self.wrong(&format!("{name}[{place}]"), otherwise))
        };
        self.list(name)?.iter().enumerate().map(item).collect()
    }

    fn need(&self, name: &str) -> Result<&Value> {
        self.get(name).ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// The error for member `name`: its place and `what`, never its value.
    fn wrong(&self, name: &str, what: &str) -> Error {
        let dot = if self.place.is_empty() { "" } else { "." };
        Error::Json {
            why: format!("{}{dot}{name} {what}", self.place),
        }
    }
}

#[cfg(test)]
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Object {
        let text = br#"{"t":"x","n":null,"i":-3,"u":7,"b":true,"h":"00ff","l":["a","b"],"m":[1],
            "o":{"in":{"t":5}},"p":[{"s":1},{"s":"TOPSECRET"}]}"#;
        parse(text, 1000).unwrap()
    }

    fn why<T>(result: Result<T>) -> String {
        match result {
            Err(Error::Json { why }) => why,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("accepted"),
        }
    }

    #[test]
    fn each_getter_gives_its_own_kind_of_value() {
        let sample = sample();
        assert_eq!(sample.text("t").unwrap(), "x");
        assert_eq!(sample.optional_text("t").unwrap(), Some("x"));
        assert_eq!(sample.optional_text("n").unwrap(), None);
        assert_eq!(sample.optional_text("absent").unwrap(), None);
        assert_eq!(sample.integer("i").unwrap(), -3);
        assert_eq!(sample.unsigned("u").unwrap(), 7);
        assert!(sample.boolean("b").unwrap());
        assert_eq!(sample.hex("h", 2).unwrap(), [0, 255]);
        assert_eq!(sample.hex_any("h").unwrap(), [0, 255]);
        assert_eq!(sample.list("m").unwrap(), [Value::Integer(1)]);
        assert_eq!(sample.texts("l").unwrap(), ["a", "b"]);
        assert_eq!(sample.objects("p").unwrap().len(), 2);
        assert_eq!(
            sample
                .object("o")
                .unwrap()
                .object("in")
                .unwrap()
                .integer("t")
                .unwrap(),
            5
        );
        let names: Vec<_> = sample.members().map(|(name, _)| name).collect();
        assert_eq!(names, ["t", "n", "i", "u", "b", "h", "l", "m", "o", "p"]);
    }

    #[test]
    fn a_missing_or_wrong_member_is_named_by_its_place() {
        let sample = sample();
        assert_eq!(why(sample.text("absent")), "absent is missing");
        assert_eq!(why(sample.text("i")), "i is not text");
        assert_eq!(why(sample.optional_text("i")), "i is not text");
        assert_eq!(why(sample.integer("t")), "t is not a whole number");
        assert_eq!(why(sample.unsigned("i")), "i is below zero");
        assert_eq!(why(sample.boolean("i")), "i is neither true nor false");
        assert_eq!(why(sample.list("t")), "t is not a list");
        assert_eq!(why(sample.object("t")), "t is not an object");
        assert_eq!(why(sample.texts("m")), "m[0] is not text");
        assert_eq!(why(sample.objects("m")), "m[0] is not an object");
        let inner = sample.object("o").unwrap().object("in").unwrap();
        assert_eq!(why(inner.text("t")), "o.in.t is not text");
        let second = sample.objects("p").unwrap()[1];
        assert_eq!(why(second.integer("s")), "p[1].s is not a whole number");
        assert_eq!(
            why(second.hex("s", 1)),
            "p[1].s is not pairs of lower-case hexadecimal digits"
        );
    }

    #[test]
    fn hexadecimal_digits_are_lower_case_in_pairs_and_as_many_as_asked() {
        for digits in ["0", "0G", "AA", "aA", "0x", " 00", "00 ", "000"] {
            assert!(
                Object::new().with("h", digits).hex_any("h").is_err(),
                "{digits:?}"
            );
        }
        let two = Object::new().with("h", "00ff");
        assert_eq!(why(two.hex("h", 1)), "h is not 2 hexadecimal digits long");
        assert_eq!(why(two.hex("h", 3)), "h is not 6 hexadecimal digits long");
        assert!(Object::new().with("h", "").hex_any("h").unwrap().is_empty());
    }

    #[test]
    fn a_place_made_of_hostile_names_stays_short_and_printable() {
        let name = "\\u001b[31m".repeat(1000);
        let text = format!(r#"{{"{name}":{{"{name}":{{}}}}}}"#);
        let read = parse(text.as_bytes(), 1 << 20).unwrap();
        let Some((_, Value::Object(outer))) = read.members().next() else {
            panic!("no object")
        };
        let Some((_, Value::Object(inner))) = outer.members().next() else {
            panic!("no object")
        };
        let said = why(inner.text("t"));
        assert!(
            said.len() < 200 && said.is_ascii() && !said.contains('\u{1b}'),
            "{said:?}"
        );
        assert!(said.ends_with(".t is missing"), "{said:?}");
    }

    #[test]
    fn a_member_set_twice_keeps_its_place_and_has_the_later_value() {
        let object = Object::new()
            .with("a", "first")
            .with("b", 1_u64)
            .with("a", "second");
        assert_eq!(object.to_line(), r#"{"a":"second","b":1}"#);
    }
}
