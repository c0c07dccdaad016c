//! The tolerant reader, for JSON that other software wrote.
//!
//! Other software writes fractions, large numbers, more levels and members twice; our strict reader refuses all of
//! these. Here they are read, and the last of two members counts, as in most readers; that there were two is said.
//! Size, depth and the number of values are bounded.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Objects and arrays inside one another, the outermost counted.
const MAX_DEPTH: usize = 64;
/// Values in one text. A value takes far more memory than the two bytes that can spell it.
const MAX_VALUES: usize = 500_000;

/// A value in JSON of other software. It may be a secret: it can be neither cloned, compared nor printed.
pub enum Foreign {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number in digits: exact where it is whole and of up to 64 bits, else as near as a double is.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// The members of an object in their order; a name may stand there twice.
    Object(Vec<(String, Self)>),
}

/// A JSON text of other software.
pub struct Document {
    /// What stands in it.
    pub value: Foreign,
    /// Whether some object has a name twice: readers differ in which of the two counts.
    pub has_member_twice: bool,
}

/// Reads one value of any kind from at most `max_bytes` of UTF-8; a byte order mark in front is passed over.
///
/// # Errors
/// What is wrong with it, in words, and never with a part of it.
pub fn read_foreign(text: &[u8], max_bytes: usize) -> Result<Document, String> {
    if text.len() > max_bytes {
        return Err(format!("it is longer than {max_bytes} bytes"));
    }
    let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let seen = Seen::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let place = Place {
        depth: 0,
        seen: &seen,
    };
    let value = place
        .deserialize(&mut reader)
        .map_err(|error| error.to_string())?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(Document {
        value,
        has_member_twice: seen.twice.get(),
    })
}

impl Foreign {
    /// The member `name` of an object, the last of that name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut backwards = members.iter().rev();
        backwards
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The member that is reached through these names.
    pub fn at(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number that is not below zero, also where it is written as a string, as protobuf does for 64 bits.
    pub fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Number(digits) | Self::Text(digits) => {
                let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
                plain.then(|| digits.parse().ok()).flatten()
            }
            _ => None,
        }
    }

    /// The items of an array.
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

/// What is known of the whole text so far.
#[derive(Default)]
struct Seen {
    values: Cell<usize>,
    twice: Cell<bool>,
}

/// Where a value is read.
#[derive(Clone, Copy)]
struct Place<'s> {
    depth: usize,
    seen: &'s Seen,
}

impl Place<'_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom("more than 64 objects and arrays in one another"));
        }
        let depth = self.depth + 1;
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Foreign;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Foreign, D::Error> {
        let count = self.seen.values.get();
        if count == MAX_VALUES {
            return Err(D::Error::custom("more than 500000 values"));
        }
        self.seen.values.set(count + 1);
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Foreign;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Foreign, E> {
        Ok(Foreign::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Foreign, E> {
        Ok(Foreign::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Foreign, E> {
        Ok(Foreign::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Foreign, E> {
        Ok(Foreign::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Foreign, E> {
        // Scientific, so that it is never taken for a whole number.
        Ok(Foreign::Number(format!("{value:e}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Foreign, E> {
        Ok(Foreign::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Foreign, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(value) = items.next_element_seed(inside)? {
            list.push(value);
        }
        Ok(Foreign::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Foreign, A::Error> {
        let inside = self.inside()?;
        let mut members = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            members.push((name, entries.next_value_seed(inside)?));
        }
        if super::read::any_name_twice(&members) {
            self.seen.twice.set(true);
        }
        Ok(Foreign::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        read_foreign(text.as_bytes(), 1 << 22).unwrap()
    }

    fn why(text: impl AsRef<[u8]>) -> String {
        match read_foreign(text.as_ref(), 1 << 22) {
            Err(why) => why,
            Ok(_) => panic!("accepted"),
        }
    }

    #[test]
    fn what_the_strict_reader_refuses_is_read_here() {
        let text = "\u{feff}{\"f\":1.5,\"big\":18446744073709551616,\"u\":18446744073709551615,\"n\":-1,\
            \"s\":\"36\",\"l\":[1,null,true,{\"a\":{\"b\":\"c\"}}]}";
        let document = read(text);
        let value = &document.value;
        assert!(!document.has_member_twice);
        assert_eq!(value.get("u").unwrap().unsigned(), Some(u64::MAX));
        assert_eq!(value.get("s").unwrap().unsigned(), Some(36));
        for name in ["f", "big", "n", "l"] {
            assert_eq!(value.get(name).unwrap().unsigned(), None, "{name}");
        }
        let list = value.get("l").unwrap().list().unwrap();
        assert_eq!(list[3].at(&["a", "b"]).unwrap().text(), Some("c"));
        assert!(list[3].at(&["a", "x"]).is_none() && value.text().is_none());
    }

    #[test]
    fn of_two_members_of_one_name_the_last_counts_and_it_is_said() {
        let document = read(r#"{"a":{"b":1,"b":2}}"#);
        assert!(document.has_member_twice);
        assert_eq!(document.value.at(&["a", "b"]).unwrap().unsigned(), Some(2));
        assert!(!read(r#"{"a":{"a":1},"b":{"a":1}}"#).has_member_twice);
    }

    #[test]
    fn a_text_that_is_no_array_or_object_is_read_too() {
        assert_eq!(read("\"0x00\"").value.text(), Some("0x00"));
        assert_eq!(read("[1,2]").value.list().unwrap().len(), 2);
    }

    #[test]
    fn levels_values_and_bytes_have_a_most() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(read_foreign(nested(64).as_bytes(), 1 << 22).is_ok());
        assert!(why(nested(65)).contains("in one another"));
        assert!(why(nested(1_000_000)).contains("in one another"));
        let items = |n: usize| format!("[0{}]", ",0".repeat(n - 1));
        assert!(read_foreign(items(499_999).as_bytes(), 1 << 22).is_ok());
        assert!(why(items(500_000)).contains("more than 500000 values"));
        assert!(read_foreign(b"[1]", 2).is_err());
    }

    #[test]
    fn no_refusal_repeats_what_stands_in_the_text() {
        for text in [
            "{\"k\":\"TOPSECRET",
            "{\"k\":TOPSECRET}",
            "{\"TOPSECRET\"}",
            "TOPSECRET",
            "{} TOPSECRET",
        ] {
            assert!(!why(text).contains("TOP"), "{text}");
        }
        assert_eq!(why(b"\"\xff\""), "it is not UTF-8");
    }
}
