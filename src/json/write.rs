//! The writer: equal values give equal bytes, members in the order in which they were added.
//!
//! An object whose first member is "type" always begins with `{"type":"...",` and no white space in it, in both
//! layouts. Signed messages are told apart by these exact first bytes.

use super::{Object, Value};

impl Object {
    /// Returns the object as one line without spaces and without a line end.
    pub fn to_line(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Layout::Line);
        text
    }

    /// Returns each member as it stands in [`Object::to_line`], without the comma: `"name":value`.
    pub fn to_members(&self) -> Vec<String> {
        let member = |(name, value): &(String, Value)| {
            let mut text = String::new();
            write_text(name, &mut text);
            text.push(':');
            value.write(&mut text, Layout::Line);
            text
        };
        self.members.iter().map(member).collect()
    }

    /// Returns the object as lines for people: two spaces for each level, and a line end after the last.
    pub fn to_pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Layout::Pretty { level: 0 });
        text.push('\n');
        text
    }

    /// As [`Object::to_pretty`], for a terminal: control, format and bidirectional characters are written as `\uXXXX`, so
    /// that no name from outside changes what stands on a screen. The values are the same.
    pub fn to_printable(&self) -> String {
        let pretty = self.to_pretty();
        let mut text = String::with_capacity(pretty.len());
        for letter in pretty.chars() {
            match is_printable(letter) {
                true => text.push(letter),
                // Outside of strings JSON is ASCII, and controls below the blank are escaped already.
                false => letter
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
            }
        }
        text
    }

    fn write(&self, text: &mut String, layout: Layout) {
        let inner = layout.deeper();
        text.push('{');
        for (place, (name, value)) in self.members.iter().enumerate() {
            let is_type = place == 0 && name == "type";
            let separator = if is_type { Layout::Line } else { inner };
            separator.between(text, place);
            write_text(name, text);
            text.push_str(separator.after_name());
            value.write(text, inner);
        }
        let only_a_type = matches!(self.members.as_slice(), [(name, _)] if name == "type");
        if !self.members.is_empty() && !only_a_type {
            layout.new_line(text);
        }
        text.push('}');
    }
}

impl Value {
    fn write(&self, text: &mut String, layout: Layout) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(true) => text.push_str("true"),
            Self::Bool(false) => text.push_str("false"),
            Self::Integer(integer) => text.push_str(&integer.to_string()),
            Self::Text(string) => write_text(string, text),
            Self::List(list) => write_list(list, text, layout),
            Self::Object(object) => object.write(text, layout),
        }
    }
}

fn write_list(list: &[Value], text: &mut String, layout: Layout) {
    let inner = layout.deeper();
    text.push('[');
    for (place, value) in list.iter().enumerate() {
        inner.between(text, place);
        value.write(text, inner);
    }
    if !list.is_empty() {
        layout.new_line(text);
    }
    text.push(']');
}

/// Writes `string` in quotes: escapes only what JSON requires, the rest stays UTF-8.
fn write_text(string: &str, text: &mut String) {
    text.push_str(
        &serde_json::to_string(string).expect("a str has a JSON form, and a String takes it"),
    );
}

/// Whether a letter of JSON text shows as itself: what `Debug` of a `char` escapes beyond ASCII is no letter of any text
/// (controls, formats, separators, what is not assigned), or belongs to the one in front of it.
fn is_printable(letter: char) -> bool {
    match letter.is_ascii() {
        true => letter != '\u{7f}',
        false => letter.escape_debug().len() == 1,
    }
}

/// Where line ends and spaces go.
#[derive(Clone, Copy)]
enum Layout {
    Line,
    Pretty { level: usize },
}

impl Layout {
    fn deeper(self) -> Self {
        match self {
            Self::Line => Self::Line,
            Self::Pretty { level } => Self::Pretty {
                level: level.saturating_add(1),
            },
        }
    }

    fn new_line(self, text: &mut String) {
        if let Self::Pretty { level } = self {
            text.push('\n');
            text.push_str(&"  ".repeat(level));
        }
    }

    /// What stands before the member or item at `place`.
    fn between(self, text: &mut String, place: usize) {
        if place > 0 {
            text.push(',');
        }
        self.new_line(text);
    }

    fn after_name(self) -> &'static str {
        match self {
            Self::Line => ":",
            Self::Pretty { .. } => ": ",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Bool(boolean)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

/// What is beyond 2^53 is written, but no reader of ours takes it back; sizes and counts are far below.
impl From<u64> for Value {
    fn from(integer: u64) -> Self {
        Self::Integer(i64::try_from(integer).unwrap_or(i64::MAX))
    }
}

impl From<Vec<Self>> for Value {
    fn from(list: Vec<Self>) -> Self {
        Self::List(list)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_INTEGER, parse};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_are_those_of_the_line() {
        let line = format!("{{{}}}", sample().to_members().join(","));
        assert_eq!(line, sample().to_line());
    }

    fn sample() -> Object {
        Object::new()
            .with("type", "coldvault/vault/1")
            .with("format", 1_u64)
            .with("empty", Object::new())
            .with("none", vec![])
            .with(
                "parts",
                vec![
                    Object::new().with("size", 5_i64).with("ok", true).into(),
                    Value::Null,
                ],
            )
            .with(
                "inner",
                Object::new()
                    .with("type", "x")
                    .with("label", "Z\u{fc}rich".to_owned()),
            )
            .with("last", Object::new().with("type", "x"))
    }

    #[test]
    fn a_line_has_no_spaces_and_no_end() {
        let line = r#"{"type":"coldvault/vault/1","format":1,"empty":{},"none":[],"parts":[{"size":5,"ok":true},null],"inner":{"type":"x","label":"Zürich"},"last":{"type":"x"}}"#;
        assert_eq!(sample().to_line(), line);
        assert_eq!(Object::new().to_line(), "{}");
    }

    #[test]
    fn lines_for_people_are_indented_and_a_type_stands_right_after_its_brace() {
        let pretty = r#"{"type":"coldvault/vault/1",
  "format": 1,
  "empty": {},
  "none": [],
  "parts": [
    {
      "size": 5,
      "ok": true
    },
    null
  ],
  "inner": {"type":"x",
    "label": "Zürich"
  },
  "last": {"type":"x"}
}
"#;
        assert_eq!(sample().to_pretty(), pretty);
        assert_eq!(Object::new().to_pretty(), "{}\n");
        assert_eq!(
            Object::new().with("a", false).to_pretty(),
            "{\n  \"a\": false\n}\n"
        );
    }

    #[test]
    fn both_layouts_of_a_signed_message_begin_with_the_fixed_bytes() {
        for text in [sample().to_line(), sample().to_pretty()] {
            assert!(text.starts_with(r#"{"type":"coldvault/vault/1","#));
        }
    }

    #[test]
    fn a_type_that_is_not_the_first_member_is_a_member_like_others() {
        let object = Object::new().with("a", 1_u64).with("type", "x");
        assert_eq!(object.to_pretty(), "{\n  \"a\": 1,\n  \"type\": \"x\"\n}\n");
    }

    #[test]
    fn only_what_must_be_escaped_is_escaped() {
        let object =
            Object::new().with("\"", "\\\"/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}\u{2028}\u{1f511}");
        let escaped =
            "{\"\\\"\":\"\\\\\\\"/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\u{2028}\u{1f511}\"}";
        assert_eq!(object.to_line(), escaped);
    }

    #[test]
    fn what_changes_a_screen_is_escaped_for_one_and_stays_the_same_value() {
        let name = "Z\u{fc}rich \u{1f511} a\u{7f}b\u{85}c\u{202e}d\u{2028}e\u{feff}f\u{e0041}\n";
        let object = Object::new().with("a", name).with("b", vec![]);
        let text = object.to_printable();
        let wanted = "{\n  \"a\": \"Z\u{fc}rich \u{1f511} a\\u007fb\\u0085c\\u202ed\\u2028e\\ufefff\\udb40\\udc41\\n\",\n  \"b\": []\n}\n";
        assert_eq!(text, wanted);
        let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(theirs["a"], name);
    }

    #[test]
    fn a_number_too_large_to_be_read_is_not_written_as_another_one() {
        let text = Object::new().with("n", u64::MAX).to_line();
        assert!(parse(text.as_bytes(), 1000).is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(()).prop_map(|()| Value::Null),
            any::<bool>().prop_map(Value::from),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                objects(inner).prop_map(Value::from),
            ]
        })
    }

    fn objects(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Object> {
        let name = prop_oneof![any::<String>(), Just("type".to_owned())];
        proptest::collection::vec((name, values), 0..6).prop_map(|members| {
            members
                .into_iter()
                .fold(Object::new(), |object, (name, value)| {
                    object.with(&name, value)
                })
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back_in_both_layouts(object in objects(values())) {
            for text in [object.to_line(), object.to_pretty()] {
                let read = parse(text.as_bytes(), usize::MAX).unwrap();
                prop_assert_eq!(&read, &object);
                prop_assert_eq!(read.to_line(), object.to_line());
            }
        }

        #[test]
        fn the_library_reads_what_we_write_as_the_same_text(object in objects(values())) {
            let theirs: serde_json::Value = serde_json::from_str(&object.to_pretty()).unwrap();
            let again: serde_json::Value = serde_json::from_str(&object.to_line()).unwrap();
            prop_assert_eq!(&theirs, &again);
            let printable = object.to_printable();
            prop_assert!(printable.chars().all(|letter| letter == '\n' || is_printable(letter)));
            let again: serde_json::Value = serde_json::from_str(&printable).unwrap();
            prop_assert_eq!(theirs, again);
        }
    }
}
