//! The strict reader. Everything it refuses is refused before a value is handed out.
//!
//! Stands on `serde_json`'s parser, which takes care of the grammar, and adds what the grammar leaves open: a text has one
//! meaning for every reader (no member twice, no fractions, no numbers that lose digits), and bounded size and depth.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{MAX_INTEGER, Object, Value};
use crate::error::{Error, Result};

/// Objects and arrays inside one another, the outermost object counted.
const MAX_DEPTH: usize = 8;
/// The longest string or member name, in bytes of UTF-8 after escapes are resolved.
const MAX_TEXT_BYTES: usize = 64 << 10;
/// The longest array.
const MAX_ITEMS: usize = 100_000;
/// What an error shows of the place of a member, and of each name in it, in characters.
const MAX_PLACE: usize = 80;
const MAX_PLACE_NAME: usize = 32;

/// Reads one object, with nothing but white space around it, from at most `max_bytes` of UTF-8.
///
/// # Errors
/// [`Error::Json`] with the rule that is broken and where, never with a part of the text.
pub fn parse(text: &[u8], max_bytes: usize) -> Result<Object> {
    if text.len() > max_bytes {
        return Err(refused(format!("it is longer than {max_bytes} bytes")));
    }
    let text = std::str::from_utf8(text).map_err(|_| refused("it is not UTF-8"))?;
    if text.starts_with('\u{feff}') {
        return Err(refused("it begins with a byte order mark"));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Place::Outermost
        .deserialize(&mut reader)
        .map_err(|error| refused(error.to_string()))?;
    reader.end().map_err(|error| refused(error.to_string()))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(refused("it is not an object")),
    }
}

fn refused(why: impl Into<String>) -> Error {
    Error::Json { why: why.into() }
}

/// Where the value that is being read stands.
#[derive(Clone, Copy)]
enum Place<'p> {
    Outermost,
    Member(&'p Self, &'p str),
    Item(&'p Self, usize),
}

impl Place<'_> {
    /// How many objects and arrays this place is inside of.
    fn depth(&self) -> usize {
        match self {
            Self::Outermost => 0,
            Self::Member(parent, _) | Self::Item(parent, _) => parent.depth() + 1,
        }
    }

    /// The place in characters that can be printed, and not too many of them.
    fn show(&self) -> String {
        match self {
            Self::Outermost => String::new(),
            Self::Member(parent, name) => {
                let parent = parent.show();
                let dot = if parent.is_empty() { "" } else { "." };
                let name = name.escape_default().take(MAX_PLACE_NAME);
                parent
                    .chars()
                    .chain(dot.chars())
                    .chain(name)
                    .take(MAX_PLACE)
                    .collect()
            }
            Self::Item(parent, index) => format!("{}[{index}]", parent.show()),
        }
    }

    /// Refuses a further object or array inside too many.
    fn enter<E: serde::de::Error>(&self) -> std::result::Result<(), E> {
        if self.depth() < MAX_DEPTH {
            Ok(())
        } else {
            Err(E::custom("more than 8 objects and arrays in one another"))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> std::result::Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<Value, E> {
        if (-MAX_INTEGER..=MAX_INTEGER).contains(&value) {
            Ok(Value::Integer(value))
        } else {
            Err(too_large())
        }
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<Value, E> {
        i64::try_from(value)
            .map_err(|_| too_large())
            .and_then(|value| self.visit_i64(value))
    }

    /// Here come all numbers with a point or an exponent (also 1.0 and 1e3), "-0", and those of more than 64 bits.
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> std::result::Result<Value, E> {
        Err(E::custom(
            "a number that is not a plain whole number of at most 2^53",
        ))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<Value, E> {
        bounded(value)?;
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        self.enter()?;
        let mut list = Vec::new();
        while let Some(value) = items.next_element_seed(Place::Item(&self, list.len()))? {
            if list.len() == MAX_ITEMS {
                return Err(A::Error::custom("an array of more than 100000 items"));
            }
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value, A::Error> {
        self.enter()?;
        let mut members = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            bounded(&name)?;
            let value = entries.next_value_seed(Place::Member(&self, &name))?;
            members.push((name, value));
        }
        if any_name_twice(&members) {
            // Readers differ in which of the two counts, so a signature over both proves neither.
            return Err(A::Error::custom("a member occurs twice in the object"));
        }
        Ok(Value::Object(Object {
            members,
            place: self.show().into(),
        }))
    }
}

fn too_large<E: serde::de::Error>() -> E {
    E::custom("a number beyond 2^53")
}

fn bounded<E: serde::de::Error>(text: &str) -> std::result::Result<(), E> {
    if text.len() <= MAX_TEXT_BYTES {
        Ok(())
    } else {
        Err(E::custom("a string of more than 65536 bytes"))
    }
}

/// Sorts instead of comparing all pairs: a hostile object can have very many members.
pub(super) fn any_name_twice<T>(members: &[(String, T)]) -> bool {
    let mut names: Vec<_> = members.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Object> {
        parse(text.as_bytes(), 1 << 20)
    }

    fn why(text: impl AsRef<[u8]>) -> String {
        match parse(text.as_ref(), 1 << 20) {
            Err(Error::Json { why }) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let expected = Object::new()
            .with("null", Value::Null)
            .with("yes", true)
            .with("no", false)
            .with("text", "a\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1f511}\0")
            .with(
                "list",
                vec![
                    Value::Integer(0),
                    Value::List(vec![]),
                    Value::Object(Object::new()),
                ],
            );
        let text = "\n{ \"null\" :null,\t\"yes\":true,\"no\":false,\
            \"text\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udd11\\u0000\",\"list\":[0,[],{}]}\r\n ";
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn integers_end_at_two_to_the_53() {
        for (text, integer) in [
            ("0", 0),
            ("-1", -1),
            ("9007199254740992", 1_i64 << 53),
            ("-9007199254740992", -(1_i64 << 53)),
        ] {
            assert_eq!(
                read(&format!("{{\"i\":{text}}}"))
                    .unwrap()
                    .integer("i")
                    .unwrap(),
                integer
            );
        }
        for text in [
            "9007199254740993",
            "-9007199254740993",
            "9223372036854775808",
            "18446744073709551615",
        ] {
            assert!(
                why(format!("{{\"i\":{text}}}")).contains("beyond 2^53"),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_that_are_not_plain_integers_are_refused() {
        for text in [
            "1.0",
            "1e3",
            "1E3",
            "0.5",
            "1e-3",
            "-0",
            "-0.0",
            "18446744073709551616",
            "1e999",
            "0e0",
        ] {
            assert!(read(&format!("{{\"i\":{text}}}")).is_err(), "{text}");
        }
        for text in [
            "01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "-", "1_000",
        ] {
            assert!(read(&format!("{{\"i\":{text}}}")).is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_that_occurs_twice_is_refused_at_every_level() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"o":{"a":1,"a":2}}"#,
            r#"{"l":[{"a":1},{"a":1,"b":0,"a":2}]}"#,
            r#"{"l":[[[[[[{"":1,"":2}]]]]]]}"#,
        ] {
            assert!(why(text).contains("occurs twice"), "{text}");
        }
        assert!(read(r#"{"a":{"a":{"a":1}},"A":1,"l":[{"a":1},{"a":1}]}"#).is_ok());
    }

    #[test]
    fn the_eighth_level_is_the_last() {
        let nested = |lists: usize| format!("{{\"l\":{}{}}}", "[".repeat(lists), "]".repeat(lists));
        assert!(read(&nested(7)).is_ok());
        assert!(why(nested(8)).contains("in one another"));
        assert!(why(nested(200_000)).contains("in one another"));
        let objects = |n: usize| format!("{}1{}", "{\"o\":".repeat(n), "}".repeat(n));
        assert!(read(&objects(8)).is_ok());
        assert!(why(objects(9)).contains("in one another"));
    }

    #[test]
    fn strings_names_and_arrays_have_a_longest() {
        let text = |n: usize| format!("{{\"t\":\"{}\"}}", "x".repeat(n));
        assert_eq!(
            read(&text(65_536)).unwrap().text("t").unwrap().len(),
            65_536
        );
        assert!(why(text(65_537)).contains("more than 65536"));
        let name = |n: usize| format!("{{\"{}\":1}}", "\\n".repeat(n));
        assert!(read(&name(65_536)).is_ok());
        assert!(why(name(65_537)).contains("more than 65536"));
        let list = |n: usize| format!("{{\"l\":[0{}]}}", ",0".repeat(n - 1));
        assert_eq!(
            read(&list(100_000)).unwrap().list("l").unwrap().len(),
            100_000
        );
        assert!(why(list(100_001)).contains("more than 100000"));
    }

    #[test]
    fn the_limit_counts_every_byte() {
        assert!(parse(b" {} ", 4).is_ok());
        assert!(matches!(parse(b" {} ", 3), Err(Error::Json { .. })));
    }

    #[test]
    fn only_one_object_with_white_space_around_it_is_a_text() {
        for text in [
            "",
            " ",
            "null",
            "1",
            "\"a\"",
            "[]",
            "[{}]",
            "{}{}",
            "{} x",
            "{}\0",
            "{},",
            "{}\u{a0}",
            "\u{feff}{}",
            "{}\u{feff}",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{a:1}",
            "{'a':1}",
            "{1:1}",
            "{\"a\":[1,]}",
            "{\"a\":[1 2]}",
            "{\"a\":tru}",
            "{\"a\":True}",
            "{/**/}",
            "{}//",
            "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\\ud800\"}",
            "{\"a\":\"",
            "{\u{a0}}",
            "{\"a\":\"\u{1}\"}",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert_eq!(why(b"{\"a\":\"\xff\"}"), "it is not UTF-8");
        // A surrogate, and "/" in two bytes.
        assert_eq!(why(b"{\"a\":\"\xed\xa0\x80\"}"), "it is not UTF-8");
        assert_eq!(why(b"{\"a\":\"\xc0\xaf\"}"), "it is not UTF-8");
    }

    #[test]
    fn no_error_repeats_what_stands_in_the_text() {
        for text in [
            r#"{"k":"TOPSECRET""#,
            r#"{"k":"TOPSECRET","k":"TOPSECRET"}"#,
            r#"{"k":"TOPSECRET","n":777.25}"#,
            r#"{"TOPSECRET":1,"TOPSECRET":1}"#,
            r#"{"k":"TOPSECRET"} TOPSECRET"#,
            r#"{"k":"TOPSECRET\x"}"#,
            r#"{"k":TOPSECRET}"#,
            r#""TOPSECRET""#,
            r#"["TOPSECRET"]"#,
            "{\"k\":\"TOPSECRET\u{1}\"}",
        ] {
            let why = why(text);
            assert!(
                !why.contains("TOP") && !why.contains("777") && why.len() < 120,
                "{why}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes, 200);
        }

        #[test]
        fn no_mixture_of_json_signs_makes_it_panic(text in "[\\[\\]{}\",:0-9eE.\\\\u\\- a-c]{0,60}") {
            let _ = read(&format!("{{\"a\":{text}}}"));
        }
    }
}
