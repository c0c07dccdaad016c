//! The records of a pax extended header: what does not fit into a ustar header.
//!
//! Knows POSIX.1-2024, pax, "pax Extended Header". Values are raw bytes, whatever their character set.

use std::str::FromStr;

/// The most bytes of records that are read. Name and link target of 4096 bytes each need far less.
pub(super) const MAX_RECORDS: u64 = 64 * 1024;

/// What overrides the header that follows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    pub(super) linkpath: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) mtime: Option<i64>,
}

impl Records {
    /// The records as bytes; empty when there are none.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let names = [("path", &self.path), ("linkpath", &self.linkpath)];
        // POSIX calls values UTF-8 unless this record says otherwise, and it has to stand before them.
        let text = |name: &Vec<u8>| std::str::from_utf8(name).is_ok();
        if !names.iter().filter_map(|(_, name)| name.as_ref()).all(text) {
            push(&mut bytes, "hdrcharset", b"BINARY");
        }
        for (key, name) in names {
            if let Some(name) = name {
                push(&mut bytes, key, name);
            }
        }
        if let Some(size) = self.size {
            push(&mut bytes, "size", size.to_string().as_bytes());
        }
        if let Some(mtime) = self.mtime {
            push(&mut bytes, "mtime", mtime.to_string().as_bytes());
        }
        bytes
    }

    /// The inverse of [`Records::encode`]. Says why not when a record is malformed, given twice or not one of ours.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut records = Self::default();
        let mut charset = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (key, value, after) = split(rest).ok_or("a pax record is malformed")?;
            match key {
                b"path" => set(&mut records.path, value.to_vec())?,
                b"linkpath" => set(&mut records.linkpath, value.to_vec())?,
                b"size" => set(&mut records.size, number(value)?)?,
                b"mtime" => set(&mut records.mtime, number(value)?)?,
                b"hdrcharset" if value == b"BINARY" => set(&mut charset, ())?,
                _ => return Err("it has a pax record that coldvault does not write"),
            }
            rest = after;
        }
        Ok(records)
    }
}

/// Adds `<length> <key>=<value>\n`, where the length counts its own digits too.
pub(super) fn push(bytes: &mut Vec<u8>, key: &str, value: &[u8]) {
    let without = key.len() + value.len() + 3;
    let mut length = without;
    while length != without + length.to_string().len() {
        length = without + length.to_string().len();
    }
    bytes.extend_from_slice(format!("{length} {key}=").as_bytes());
    bytes.extend_from_slice(value);
    bytes.push(b'\n');
}

/// Takes one record off: key, value, and what comes after it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(6).position(|byte| *byte == b' ')?;
    let length = number(bytes.get(..space)?).ok()?;
    let (record, after) = bytes.split_at_checked(length)?;
    let body = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = body.iter().position(|byte| *byte == b'=')?;
    Some((body.get(..equals)?, body.get(equals + 1..)?, after))
}

/// A decimal number in its one shortest form, so that no two readers differ over `+7`, `007` or `7.0`.
fn number<N: FromStr + ToString>(text: &[u8]) -> Result<N, &'static str> {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse::<N>().ok())
        .filter(|number| number.to_string().as_bytes() == text)
        .ok_or("a number in a pax record is malformed")
}

/// Readers differ over which of two equal records counts.
fn set<V>(slot: &mut Option<V>, value: V) -> Result<(), &'static str> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err("a pax record is given twice"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_the_digits_of_its_own_length() {
        // 6 + 1 + value + ...: around 10, 100 and 1000 the length's own digits push it over.
        for size in (0..20).chain(80..110).chain(980..1010) {
            let mut bytes = Vec::new();
            push(&mut bytes, "k", &vec![b'v'; size]);
            let stated = bytes.split(|byte| *byte == b' ').next().unwrap();
            assert_eq!(number(stated), Ok(bytes.len()), "value of {size} bytes");
        }
        let mut bytes = Vec::new();
        push(&mut bytes, "path", b"a");
        assert_eq!(bytes, b"9 path=a\n");
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let records = Records {
            path: Some(b"odd=\n12 \xff/name".to_vec()),
            linkpath: Some(vec![b'l'; 4096]),
            size: Some(u64::MAX),
            mtime: Some(i64::MIN),
        };
        assert_eq!(Records::decode(&records.encode()), Ok(records));
        assert!(Records::default().encode().is_empty());
    }

    #[test]
    fn only_names_that_are_not_utf8_are_declared_binary_and_before_they_come() {
        let path = |path: &[u8]| {
            let path = Some(path.to_vec());
            Records {
                path,
                ..Records::default()
            }
            .encode()
        };
        assert_eq!(path("ü".as_bytes()), "11 path=ü\n".as_bytes());
        assert_eq!(path(b"\xfc"), b"21 hdrcharset=BINARY\n9 path=\xfc\n");
    }

    #[test]
    fn malformed_records_are_refused() {
        let refused: [&[u8]; 15] = [
            b"9 path=a",
            b"11 path=a\n",
            b"8 path=a\n",
            b"010 path=a\n",
            b"+10 path=a\n",
            b" 10 path=a\n",
            b"10  path=a\n",
            b"0 path=a\n",
            b"2 \n",
            b"1 \n",
            b"7 path\n",
            b"10 path=a\0",
            b"99999999999999999999 path=a\n",
            b"9 path=a\n\0",
            b"path=a\n",
        ];
        for bytes in refused {
            let why = Records::decode(bytes);
            assert_eq!(
                why,
                Err("a pax record is malformed"),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    fn decode(records: &[(&str, &str)]) -> Result<Records, &'static str> {
        let mut bytes = Vec::new();
        for (key, value) in records {
            push(&mut bytes, key, value.as_bytes());
        }
        Records::decode(&bytes)
    }

    #[test]
    fn numbers_have_one_form_only() {
        for good in ["0", "7", "18446744073709551615"] {
            assert_eq!(
                decode(&[("size", good)]).unwrap().size,
                Some(good.parse().unwrap())
            );
        }
        assert_eq!(decode(&[("mtime", "-7")]).unwrap().mtime, Some(-7));
        let why = Err("a number in a pax record is malformed");
        for bad in [
            "",
            "-1",
            "+1",
            "01",
            "1.0",
            "0x1",
            " 1",
            "1 ",
            "18446744073709551616",
        ] {
            assert_eq!(decode(&[("size", bad)]), why, "{bad:?}");
        }
        for bad in ["", "+1", "1.5", "-0", "-07", "1e3", "9223372036854775808"] {
            assert_eq!(decode(&[("mtime", bad)]), why, "{bad:?}");
        }
    }

    #[test]
    fn records_given_twice_or_not_ours_are_refused() {
        for (key, value) in [
            ("path", "a"),
            ("linkpath", "a"),
            ("size", "1"),
            ("mtime", "1"),
            ("hdrcharset", "BINARY"),
        ] {
            assert!(decode(&[(key, value)]).is_ok());
            assert_eq!(
                decode(&[(key, value), (key, value)]),
                Err("a pax record is given twice")
            );
        }
        let unknown = [
            ("hdrcharset", "UTF-8"),
            ("uid", "0"),
            ("gname", "x"),
            ("atime", "1"),
            ("comment", ""),
            ("Path", "a"),
            ("", "a"),
            ("GNU.sparse.realsize", "9"),
            ("GNU.sparse.name", "a"),
            ("SCHILY.xattr.user.a", "b"),
            ("path ", "a"),
        ];
        for (key, value) in unknown {
            let why = Err("it has a pax record that coldvault does not write");
            assert_eq!(decode(&[(key, value)]), why, "{key:?}");
        }
    }
}
