//! A vector in the making: a scenario put together from sealed media, step by step.
//!
//! Knows what lies on carriers and how it can be damaged; not which scenarios there are.

use coldvault::cipher::{Protected, Protection};
use coldvault::digest::Digest;
use coldvault::kind::Kind;
use coldvault::manifest::{self, PayloadPart, ReadManifest};
use coldvault::secret::SecretBytes;
use coldvault::share::{self, Facts, Share};
use coldvault::share_text::{self, Header};

use super::sealed::Sealed;
use super::vector::Vector;

/// The order of a vector's lines.
const ORDER: [&str; 8] = [
    "scenario", "expect", "made-by", "run", "secret", "from", "share", "finding",
];

/// A vector in the making.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) vector: Vector,
}

impl Case {
    pub(crate) fn new(name: &str, scenario: &str, expect: &str) -> Self {
        let mut vector = Vector::default();
        vector.say("scenario", scenario);
        vector.say("expect", expect);
        Self {
            name: format!("{name}.txt"),
            vector,
        }
    }

    pub(crate) fn say(mut self, name: &str, value: &str) -> Self {
        self.vector.say(name, value);
        self
    }

    /// Puts a medium on the table.
    pub(crate) fn from(self, sealed: &Sealed, medium: &str) -> Self {
        self.medium_as(sealed, medium, medium)
    }

    /// Puts a medium on the table under another name.
    pub(crate) fn medium_as(mut self, sealed: &Sealed, medium: &str, name: &str) -> Self {
        for (path, bytes) in &sealed.files {
            if let Some(rest) = path.strip_prefix(&format!("{medium}/")) {
                self.vector
                    .files
                    .insert(format!("{name}/{rest}"), bytes.clone());
            }
        }
        self.say("from", name)
    }

    /// The vault and these shares, each good.
    pub(crate) fn good(self, sealed: &Sealed, shares: &[u8]) -> Self {
        let case = self.from(sealed, "vault-1");
        shares
            .iter()
            .fold(case, |case, number| case.good_share(sealed, *number))
    }

    pub(crate) fn good_share(self, sealed: &Sealed, number: u8) -> Self {
        let case = self.from(sealed, &format!("share-{number}"));
        case.say("share", &format!("{number} good"))
    }

    /// A share's lines as somebody typed them.
    pub(crate) fn typed(mut self, sealed: &Sealed, number: u8) -> Self {
        let share = sealed.share(number);
        let header = Header {
            production: share.facts.kind == Kind::Production,
            vault_id: share.facts.public_key.vault_id().0,
            threshold: share.facts.k,
            number,
        };
        let y = share.point.y.expose().try_into().unwrap();
        let text = share_text::encode(&header, y);
        let path = format!("typed-{number}.txt");
        self.vector
            .files
            .insert(path.clone(), text.as_bytes().to_vec());
        self.say("from", &path)
            .say("share", &format!("{number} good"))
    }

    pub(crate) fn restored(self, sealed: &Sealed) -> Self {
        sealed
            .restored
            .iter()
            .fold(self, |case, line| case.say("restored", line))
    }

    /// Changes the file `name` wherever it is below a path that begins with `medium`.
    pub(crate) fn change(
        mut self,
        medium: &str,
        name: &str,
        change: impl Fn(&mut Vec<u8>),
    ) -> Self {
        let suffix = format!("/{name}");
        let mut changed = 0;
        for (path, bytes) in &mut self.vector.files {
            if path.starts_with(medium) && path.ends_with(&suffix) {
                let before = bytes.clone();
                change(bytes);
                assert_ne!(*bytes, before, "{path}");
                changed += 1;
            }
        }
        assert!(changed > 0, "{medium} {name}");
        self
    }

    /// Replaces text in a file.
    pub(crate) fn edit(self, medium: &str, name: &str, from: &str, to: &str) -> Self {
        self.change(medium, name, |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(from), "{from}");
            *bytes = text.replacen(from, to, 1).into_bytes();
        })
    }

    /// Changes one letter of a share's secret part.
    pub(crate) fn forge(self, medium: &str) -> Self {
        self.change(medium, share::FILE, |bytes| {
            let y = bytes
                .windows(5)
                .position(|text| text == b"\"y\": ")
                .unwrap()
                + 6;
            bytes[y] = if bytes[y] == b'0' { b'1' } else { b'0' };
        })
    }

    /// Takes `vault.json` and its companions off every carrier.
    pub(crate) fn without_manifest(mut self) -> Self {
        let names = [manifest::FILE, manifest::SIGNATURE_FILE, manifest::KEY_FILE];
        let is_gone = |path: &str| names.iter().any(|name| path.ends_with(&format!("/{name}")));
        self.vector.files.retain(|path, _| !is_gone(path));
        self.say("finding", "no-manifest")
    }

    /// Puts another `vault.json` onto every carrier.
    pub(crate) fn with_manifest(self, read: &ReadManifest) -> Self {
        self.change("", manifest::FILE, |bytes| bytes.clone_from(&read.bytes))
            .change("", manifest::SIGNATURE_FILE, |bytes| {
                bytes.clone_from(&read.signature)
            })
    }

    /// Puts another payload into the vault, with a `vault.json` that says so.
    pub(crate) fn with_payload(mut self, sealed: &Sealed, parts: &[&[u8]]) -> Self {
        let folders: Vec<String> = self
            .vector
            .files
            .keys()
            .filter_map(|path| path.strip_suffix("/payload.age").map(str::to_owned))
            .collect();
        let facts = |(index, bytes): (usize, &&[u8])| PayloadPart {
            name: manifest::payload_name(index, parts.len()),
            bytes: bytes.len() as u64,
            sha256: Digest::of(bytes),
        };
        let facts: Vec<PayloadPart> = parts.iter().enumerate().map(facts).collect();
        for folder in folders {
            self.vector.files.remove(&format!("{folder}/payload.age"));
            for (part, bytes) in facts.iter().zip(parts) {
                self.vector
                    .files
                    .insert(format!("{folder}/{}", part.name), bytes.to_vec());
            }
        }
        self.with_manifest(&sealed.signed(|manifest| manifest.payload = facts))
    }

    pub(crate) fn text(&self, made_by: &str) -> String {
        let mut vector = self.vector.clone();
        vector.say("made-by", made_by);
        let place = |name: &str| ORDER.iter().position(|other| *other == name);
        vector
            .lines
            .sort_by_key(|(name, _)| place(name).unwrap_or(ORDER.len()));
        vector.to_text()
    }

    /// Says another thing of a share.
    pub(crate) fn instead(mut self, from: &str, to: &str) -> Self {
        for (_, value) in self
            .vector
            .lines
            .iter_mut()
            .filter(|(_, value)| value == from)
        {
            *value = to.to_owned();
        }
        self
    }

    /// Puts a file beside the media.
    pub(crate) fn file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.vector.files.insert(path.to_owned(), bytes.to_vec());
        self
    }

    /// Protects a share; what it says in the clear is of `sealed`, and y is of `inside`.
    pub(crate) fn protect(
        self,
        sealed: &Sealed,
        number: u8,
        inside: &Sealed,
        with: &Protection,
    ) -> Self {
        let y = inside.share(number).point.y;
        let protected = Protected::seal(&y, with).unwrap();
        let bytes = sealed.share(number).to_protected_bytes(&protected);
        self.change(&format!("share-{number}"), share::FILE, |file| {
            file.clone_from(&bytes);
        })
    }

    /// Makes share 2 a share of number 0, with the key as its secret part, signed by the vault's own identity.
    pub(crate) fn zero(self, sealed: &Sealed) -> Self {
        let facts = Facts {
            number: 0,
            ..sealed.share(2).facts
        };
        let y = SecretBytes::copied(sealed.key.secret().expose());
        let share = Share::bind(facts, y, &sealed.identity()).to_bytes();
        self.change("share-2", share::FILE, |bytes| bytes.clone_from(&share))
    }

    pub(crate) fn unsaid(mut self, name: &str) -> Self {
        self.vector.lines.retain(|(other, _)| other != name);
        self
    }
}
