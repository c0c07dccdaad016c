//! Names of parties (X.500), compared part by part: in the configuration and in a certificate they stand in different
//! order and with different blanks.

/// Whether both name the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    parts(one) == parts(other)
}

/// Type and value of each part, in the order of the types (RFC 4514, section 2).
fn parts(name: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = split(name)
        .iter()
        .map(|part| {
            let (kind, value) = part.split_once('=').unwrap_or(("", part));
            let kind = kind.trim().to_ascii_uppercase();
            (if kind == "S" { "ST".into() } else { kind }, plain(value))
        })
        .collect();
    parts.sort();
    parts
}

/// The parts between commas. A comma in quotes or behind `\` belongs to its part.
fn split(name: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut is_quoted, mut is_escaped) = (false, false);
    for letter in name.chars() {
        match letter {
            ',' | '+' | ';' if !is_quoted && !is_escaped => parts.push(std::mem::take(&mut part)),
            letter => {
                is_quoted ^= letter == '"' && !is_escaped;
                part.push(letter);
            }
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    parts.push(part);
    parts
}

/// A value without quotes, escapes and blanks around it.
fn plain(value: &str) -> String {
    let mut plain = String::new();
    let mut is_escaped = false;
    for letter in value.trim().chars() {
        match letter {
            '\\' | '"' if !is_escaped => is_escaped = letter == '\\',
            letter => {
                plain.push(letter);
                is_escaped = false;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_blanks_do_not_make_another_name() {
        for (one, other) in [
            ("O=Bank A, L=London, C=GB", "C=GB,L=London,O=Bank A"),
            ("o = Bank A,L=London ,C=GB", "O=Bank A, L=London, C=GB"),
            ("O=\"Bank, A\", C=GB", "C=GB, O=Bank\\, A"),
            ("O=A, S=X", "O=A, ST=X"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn another_value_or_part_makes_another_name() {
        for (one, other) in [
            ("O=Bank A, L=London, C=GB", "O=Bank B, L=London, C=GB"),
            ("O=Bank A, L=London, C=GB", "O=bank a, L=London, C=GB"),
            ("O=Bank A, L=London, C=GB", "O=Bank A, L=London"),
            ("O=Bank A, L=London", "O=London, L=Bank A"),
            ("O=A\\,B", "O=A,B"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
