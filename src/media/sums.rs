//! The text of `SHA256SUMS`, exactly as stock `sha256sum -c` takes it.
//!
//! Knows the text and which names may stand in it; not the files. It proves nothing against a forger, it tells a
//! whole folder from an unfinished one.

use std::collections::BTreeMap;
use std::path::Path;

use super::safe_name;
use crate::digest::Digest;
use crate::error::{Error, Result};

/// Names and digests of a folder's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    digests: BTreeMap<String, Digest>,
}

impl Sums {
    /// The longest text, in bytes: about 600 files with our names.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Adds a file.
    ///
    /// Errors: [`Error::Refused`] when the name is not [`safe_name`] or is there already, in whatever case (FAT does
    /// not tell them apart); [`Error::Limit`] when the text would pass [`Sums::MAX_BYTES`].
    pub fn add(&mut self, name: &str, digest: Digest) -> Result<()> {
        let refused = |why: &str| Error::Refused {
            what: format!("{name:?} cannot be listed in SHA256SUMS: {why}"),
            hint: "list each file once, by a plain name".into(),
        };
        if !safe_name(name) {
            return Err(refused("not a plain name"));
        }
        if self
            .digests
            .keys()
            .any(|other| other.eq_ignore_ascii_case(name))
        {
            return Err(refused("listed before"));
        }
        if self.text_len() + line_len(name) > Self::MAX_BYTES {
            return Err(Error::Limit {
                what: "bytes of SHA256SUMS".into(),
                limit: Self::MAX_BYTES as u64,
            });
        }
        self.digests.insert(name.to_owned(), digest);
        Ok(())
    }

    /// The digest listed for a file.
    pub fn get(&self, name: &str) -> Option<Digest> {
        self.digests.get(name).copied()
    }

    /// All names and digests, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Digest)> {
        self.digests
            .iter()
            .map(|(name, digest)| (name.as_str(), *digest))
    }

    /// Writes the text: a line `<64 hex digits>  <name>` for each file, sorted by name.
    pub fn to_text(&self) -> String {
        self.iter()
            .map(|(name, digest)| format!("{}  {name}\n", digest.hex()))
            .collect()
    }

    fn text_len(&self) -> usize {
        self.digests.keys().map(|name| line_len(name)).sum()
    }

    /// Reads what [`Sums::to_text`] wrote, in any order of lines. `path` is for errors only.
    ///
    /// A text cut off at the end of a line is read without complaint: the caller knows which names must be there.
    ///
    /// Errors: [`Error::Damaged`] for anything else, an empty text too (on FAT a file can lose its content).
    pub fn parse(text: &[u8], path: &Path) -> Result<Self> {
        let damaged = |what: &str| Error::Damaged {
            path: path.to_owned(),
            what: what.into(),
        };
        if text.len() > Self::MAX_BYTES {
            return Err(damaged("larger than SHA256SUMS may be"));
        }
        let Some(text) = text.strip_suffix(b"\n") else {
            return Err(damaged("empty or cut short: this folder was not finished"));
        };
        let mut sums = Self::default();
        for line in text.split(|byte| *byte == b'\n') {
            let (name, digest) =
                parse_line(line).ok_or_else(|| damaged("a line that coldvault never writes"))?;
            let before = sums.digests.insert(name.to_owned(), digest);
            if before.is_some() {
                return Err(damaged("a file listed twice"));
            }
        }
        if sums.has_names_that_differ_in_case_only() {
            return Err(damaged("a file listed twice"));
        }
        Ok(sums)
    }

    fn has_names_that_differ_in_case_only(&self) -> bool {
        let mut lower: Vec<String> = self
            .digests
            .keys()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        lower.sort();
        lower.dedup();
        lower.len() < self.digests.len()
    }
}

/// The length of a file's line: digest, two spaces, name, line end.
fn line_len(name: &str) -> usize {
    64 + 2 + name.len() + 1
}

fn parse_line(line: &[u8]) -> Option<(&str, Digest)> {
    let (hex, rest) = line.split_at_checked(64)?;
    let (hex, name) = (
        str::from_utf8(hex).ok()?,
        str::from_utf8(rest.strip_prefix(b"  ")?).ok()?,
    );
    Some((name, Digest::from_hex(hex)?)).filter(|(name, _)| safe_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Hasher;
    use std::process::Command;

    fn digest(text: &str) -> Digest {
        let mut hasher = Hasher::new();
        hasher.update(text.as_bytes());
        hasher.finish()
    }

    fn sample() -> Sums {
        let mut sums = Sums::default();
        for name in ["vault.json", "payload.age.001", "README.txt"] {
            sums.add(name, digest(name)).unwrap();
        }
        sums
    }

    fn parse(text: &str) -> Result<Sums> {
        Sums::parse(text.as_bytes(), Path::new("SHA256SUMS"))
    }

    #[test]
    fn what_was_written_is_read_back_and_is_sorted() {
        let text = sample().to_text();
        assert_eq!(parse(&text).unwrap(), sample());
        let names: Vec<String> = sample().iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["README.txt", "payload.age.001", "vault.json"]);
        assert_eq!(sample().get("vault.json"), Some(digest("vault.json")));
        assert_eq!(sample().get("other"), None);
        // README.txt: sha256sum's own answer
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let mut sums = Sums::default();
        sums.add("x", digest("abc")).unwrap();
        assert_eq!(sums.to_text(), format!("{abc}  x\n"));
    }

    #[test]
    fn stock_sha256sum_takes_the_text() {
        let dir = tempfile::tempdir().unwrap();
        for (name, _) in sample().iter() {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        std::fs::write(dir.path().join("SHA256SUMS"), sample().to_text()).unwrap();
        let check = || {
            Command::new("sha256sum")
                .args(["--strict", "-c", "SHA256SUMS"])
                .current_dir(&dir)
                .output()
        };
        let Ok(good) = check() else {
            crate::tests::skipped(crate::tests::Need::Tool, "sha256sum is not installed");
            return;
        };
        assert!(good.status.success(), "{good:?}");
        std::fs::write(dir.path().join("vault.json"), "edited").unwrap();
        assert!(!check().unwrap().status.success());
    }

    #[test]
    fn any_other_text_is_refused() {
        let hex = digest("a").hex();
        let upper = hex.to_uppercase();
        let short = hex.get(1..).unwrap();
        let bad = [
            String::new(),
            "\n".into(),
            format!("{hex}  a"),
            format!("{hex}  a\n\n"),
            format!("\n{hex}  a\n"),
            format!("{hex}  a\r\n"),
            format!("{hex} *a\n"),
            format!("{hex} a\n"),
            format!("{hex}   a\n"),
            format!("{hex}\ta\n"),
            format!("{hex}  \n"),
            format!("{hex}\n"),
            format!("{upper}  a\n"),
            format!("{short}  a\n"),
            format!("{short}g  a\n"),
            format!("\\{hex}  a\n"),
            format!("{hex}  ../a\n"),
            format!("{hex}  dir/a\n"),
            format!("{hex}  -\n"),
            format!("{hex}  a\n{hex}  a\n"),
            format!("{hex}  a\n{hex}  A\n"),
            format!("\u{feff}{hex}  a\n"),
        ];
        for text in bad {
            assert!(
                matches!(parse(&text), Err(Error::Damaged { .. })),
                "{text:?}"
            );
        }
        assert!(Sums::parse(b"\xff\xff\n", Path::new("x")).is_err());
    }

    #[test]
    fn a_text_at_its_limit_is_written_and_read_and_one_line_more_is_neither() {
        let mut sums = Sums::default();
        let mut number = 0;
        let error = loop {
            // lines of 128 bytes, so that 512 of them are exactly the limit
            match sums.add(&format!("{number:061}"), digest("x")) {
                Ok(()) => number += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::Limit { .. }), "{error}");
        let text = sums.to_text();
        assert_eq!((number, text.len()), (512, Sums::MAX_BYTES));
        assert_eq!(parse(&text).unwrap(), sums);
        assert!(parse(&format!("{text}{}  y\n", digest("y").hex())).is_err());
    }

    #[test]
    fn a_name_is_listed_once_and_plainly() {
        let mut sums = sample();
        for name in ["vault.json", "VAULT.JSON", "a/b", ""] {
            assert!(
                matches!(sums.add(name, digest("x")), Err(Error::Refused { .. })),
                "{name:?}"
            );
        }
        assert_eq!(sums, sample());
    }
}
