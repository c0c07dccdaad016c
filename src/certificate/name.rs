//! Distinguished names as text: what `keytool` shows, so that an officer can compare.
//!
//! The rules are those of Java's `X500Name.toString` (RFC 1779 with Java's keywords): the last part first, quotation
//! marks where a value has signs of its own. One thing is ours: signs that steer a terminal are written as numbers.

use std::borrow::Cow;

use data_encoding::HEXLOWER;

use crate::asn1::{Malformed, Value};

/// The attributes that Java has a word for.
const WORDS: [(&str, &str); 17] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("1.3.6.1.4.1.42.2.11.2.1", "IP"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("2.5.4.46", "DNQ"),
    ("2.5.4.4", "SURNAME"),
    ("2.5.4.42", "GIVENNAME"),
    ("2.5.4.43", "INITIALS"),
    ("2.5.4.44", "GENERATION"),
    ("1.2.840.113549.1.9.1", "EMAILADDRESS"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

/// The number in a name, which Java writes without "OID.".
const SERIAL_NUMBER: &str = "2.5.4.5";

/// A name as text: "O=Bank A, L=London, C=GB".
pub(super) fn shown(name: Value<'_>) -> Result<String, Malformed> {
    let mut parts = Vec::new();
    let mut rest = name.inside();
    while !rest.is_empty() {
        let mut part = rest.take(crate::asn1::SET)?.inside();
        let mut attributes = Vec::new();
        while !part.is_empty() {
            let mut attribute = part.sequence()?;
            let keyword = keyword(&attribute.oid()?);
            let value = attribute.next_value()?;
            attributes.push(format!("{keyword}={}", value_shown(value)));
        }
        parts.push(attributes.join(" + "));
    }
    parts.reverse();
    Ok(parts.join(", "))
}

fn keyword(number: &str) -> Cow<'static, str> {
    let known = WORDS.iter().find(|(known, _)| *known == number);
    match known {
        Some((_, word)) => Cow::Borrowed(word),
        None if number == SERIAL_NUMBER => Cow::Borrowed("SERIALNUMBER"),
        None => Cow::Owned(format!("OID.{number}")),
    }
}

fn value_shown(value: Value<'_>) -> String {
    match text(value) {
        Some(text) => quoted(&text),
        None => format!("#{}", HEXLOWER.encode(value.whole)),
    }
}

/// The text of the kinds of strings that names are made of (RFC 5280, section 4.1.2.4); `None` for anything else.
fn text(value: Value<'_>) -> Option<String> {
    let bytes = value.content;
    match value.tag {
        // UTF8String, and PrintableString and IA5String, in which people also put other things.
        0x0c | 0x13 | 0x16 => Some(String::from_utf8_lossy(bytes).into_owned()),
        // T61String: everybody means Latin-1.
        0x14 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        // BMPString.
        0x1e => {
            let (pairs, []) = bytes.as_chunks::<2>() else {
                return None;
            };
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            Some(
                char::decode_utf16(units)
                    .map(|unit| unit.unwrap_or('\u{fffd}'))
                    .collect(),
            )
        }
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    let ends = |sign: &char| *sign == ' ' || *sign == '\n';
    let is_quoted = text.chars().count() > 1 && text.starts_with('"') && text.ends_with('"');
    let special = |sign: char| ",+=\n<>#;\\\"".contains(sign);
    let needs = text.contains(special)
        || text.contains("  ")
        || text.chars().next().as_ref().is_some_and(ends)
        || text.chars().next_back().as_ref().is_some_and(ends);
    if is_quoted {
        return printable(text);
    }
    if !needs {
        return printable(text);
    }
    let mut escaped = String::with_capacity(text.len() + 2);
    for sign in text.chars() {
        if sign == '"' || sign == '\\' {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    format!("\"{}\"", printable(&escaped))
}

/// The same text without signs that steer a terminal or turn the direction of writing: they are written as numbers.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        let steers = sign.is_control()
            || matches!(sign, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        match steers {
            true => out.extend(sign.escape_unicode()),
            false => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_keytool_quotes_them() {
        // From `keytool -genkeypair -dname ...` and `-list -v`, JDK 17.
        for (text, shown) in [
            ("Bank A", "Bank A"),
            ("Bank, A", "\"Bank, A\""),
            ("Bank \"A\"", "\"Bank \\\"A\\\"\""),
            ("Bank  A", "\"Bank  A\""),
            (" A", "\" A\""),
            ("A ", "\"A \""),
            ("", ""),
            ("a+b=c", "\"a+b=c\""),
            ("Z\u{fc}rich", "Z\u{fc}rich"),
        ] {
            assert_eq!(quoted(text), shown);
        }
    }

    #[test]
    fn signs_that_steer_a_terminal_do_not_reach_it() {
        assert_eq!(quoted("a\u{1b}[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
    }
}
