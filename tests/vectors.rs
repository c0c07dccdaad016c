//! What a released coldvault once wrote is restored, and what it refused is refused, by this one too.
//!
//! Each file in `tests/vectors` is one scenario with one outcome. Nothing here is derived from the code under test:
//! inputs and outcomes both stand in the files. `tests/make_vectors.rs` made them.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "frozen/vector.rs"]
mod vector;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use coldvault::cipher::{OwnKeys, Passphrase};
use coldvault::code::{self, Gathered, Taken, VaultFiles, VaultState};
use coldvault::digest::Digest;
use coldvault::frames;
use coldvault::json::{self, Object};
use coldvault::key::VaultKey;
use coldvault::kind::Kind;
use coldvault::label::Label;
use coldvault::receipt::ReadReceipt;
use coldvault::register::{self, Against, Register};
use coldvault::secret::SecretBytes;
use coldvault::shamir::{self, Point};
use coldvault::share::{self, Facts, ReadShare, Share};
use coldvault::share_text::{self, Header};
use coldvault::signature::{PublicKey, VaultId};
use coldvault::{cipher, manifest};
use data_encoding::HEXLOWER;
use vector::{Found, Vector, listed};

/// Outcomes of a restore: exit status, and the code of the error in `--json`.
const OUTCOMES: [(&str, i32, &str); 10] = [
    ("restored", 0, ""),
    ("not enough shares", 3, "not-enough-shares"),
    ("damaged", 4, "damaged"),
    ("payload does not open", 4, "payload"),
    ("archive refused", 4, "archive"),
    ("two vaults", 4, "two-vaults"),
    ("mixed kinds", 4, "mixed-kinds"),
    ("another vault than expected", 4, "not-expected"),
    ("newer format", 4, "newer"),
    ("wrong kind", 5, "wrong-kind"),
];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// Names and texts of the vectors whose names begin like this.
fn vectors(prefix: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(directory()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with(prefix) && name.ends_with(".txt") {
            found.push((name, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no vectors are called {prefix}*");
    found
}

fn primitives(prefix: &str) -> Vec<(String, Vector)> {
    let read = |(name, text): (String, String)| (name, Vector::parse(&text));
    vectors(&format!("primitive-{prefix}"))
        .into_iter()
        .map(read)
        .collect()
}

#[test]
fn no_vector_was_changed_or_removed_since_it_was_frozen() {
    let sums = fs::read_to_string(directory().join("SHA256SUMS")).unwrap();
    let mut frozen: BTreeMap<&str, &str> = BTreeMap::new();
    for line in sums.lines() {
        let (digest, name) = line.split_once("  ").unwrap();
        assert!(frozen.insert(name, digest).is_none(), "{name} twice");
    }
    for (name, digest) in &frozen {
        let bytes = fs::read(directory().join(name)).expect(name);
        assert_eq!(&Digest::of(&bytes).hex(), digest, "{name} was changed");
    }
    for entry in fs::read_dir(directory()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_own = ["README.md", "SHA256SUMS"].contains(&name.as_str());
        assert!(is_own || frozen.contains_key(name.as_str()), "{name}");
    }
}

#[test]
fn every_vector_is_read_to_its_last_byte_and_stays_small() {
    for (name, text) in vectors("") {
        let vector = Vector::parse(&text);
        assert_eq!(vector.to_text(), text, "{name}");
        assert!(text.len() <= 40_000, "{name} has {} bytes", text.len());
        for named in ["scenario", "expect", "made-by"] {
            vector.one(named);
        }
    }
}

#[test]
fn what_was_sealed_once_is_restored_or_refused_as_it_was() {
    let mut failures = Vec::new();
    for (name, text) in vectors("restore-") {
        if let Err(why) = restore(&Vector::parse(&text)) {
            failures.push(format!("{name}: {why}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs one restore and compares everything that its vector says.
fn restore(vector: &Vector) -> Result<(), String> {
    let scene = tempfile::tempdir().unwrap();
    lay_out(vector, scene.path());
    let into = scene.path().join("into");
    let output = run(vector, scene.path(), &into);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let fail = |what: String| Err(format!("{what}\n{text}"));
    let (_, exit, code) = OUTCOMES
        .iter()
        .find(|(name, ..)| *name == vector.one("expect"))
        .expect("an outcome that is not in the table");
    if output.status.code() != Some(*exit) {
        return fail(format!("{} instead of exit {exit}", output.status));
    }
    let report = json::parse(&output.stdout, 1 << 20).unwrap();
    let findings = report.objects("findings").unwrap();
    let error = findings
        .last()
        .map_or("", |last| last.text("code").unwrap());
    if *exit != 0 && error != *code {
        return fail(format!("error {error:?} instead of {code:?}"));
    }
    for wanted in vector.all("finding") {
        if !findings.iter().any(|f| f.text("code").unwrap() == wanted) {
            return fail(format!("no finding {wanted:?}"));
        }
    }
    let wanted = vector.all("share");
    if !wanted.is_empty() {
        same("share", &wanted, shares(&report)).or_else(fail)?;
    }
    let found = if into.exists() {
        listing(&into)
    } else {
        Vec::new()
    };
    same("restored", &vector.all("restored"), found).or_else(fail)
}

/// Writes the vector's files below `root`.
fn lay_out(vector: &Vector, root: &Path) {
    for (path, bytes) in &vector.files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn run(vector: &Vector, root: &Path, into: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldvault"));
    command.args(["restore", "--json", "--preserve", "--into"]);
    command.arg(into);
    for place in vector.all("from") {
        command.arg("--from").arg(root.join(place));
    }
    for more in vector.all("run") {
        command.args(more.split(' '));
    }
    let secrets = vector.all("secret");
    if !secrets.is_empty() {
        command.args(["--secret-fd", "0"]);
    }
    command.current_dir(root).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = child.stdin.take().unwrap();
    // A program that stops before it asks does not read them.
    let _ = secrets
        .iter()
        .try_for_each(|line| writeln!(lines, "{line}"));
    drop(lines);
    child.wait_with_output().unwrap()
}

/// `number state` of each share in the report.
fn shares(report: &Object) -> Vec<String> {
    let one = |share: &&Object| {
        let number = share.unsigned("number").ok();
        let number = number.map_or("?".to_owned(), |number| number.to_string());
        format!("{number} {}", share.text("state").unwrap())
    };
    report.objects("shares").unwrap().iter().map(one).collect()
}

fn same(what: &str, wanted: &[&str], mut found: Vec<String>) -> Result<(), String> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    found.sort_unstable();
    if wanted == found {
        return Ok(());
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|w| !found.iter().any(|f| f == *w))
        .collect();
    let extra: Vec<_> = found
        .iter()
        .filter(|f| !wanted.contains(&f.as_str()))
        .collect();
    Err(format!("{what}: missing {missing:#?}, too much {extra:#?}"))
}

/// One line for everything below `root`, whatever its name.
fn listing(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            let found = if about.is_dir() {
                Found::Directory
            } else if about.is_symlink() {
                let target = fs::read_link(&path).unwrap();
                let target = target.as_os_str().as_bytes().to_vec();
                Found::Link { target }
            } else {
                let sha256 = Digest::of(&fs::read(&path).unwrap()).hex();
                Found::File { sha256 }
            };
            let below = path.strip_prefix(root).unwrap().as_os_str().as_bytes();
            // Written by the restore, for people, with the time of the restore.
            if below == b"external/MAP.txt" {
                continue;
            }
            lines.push(listed(&found, about.mode() & 0o7777, about.mtime(), below));
            if about.is_dir() {
                waiting.push(path);
            }
        }
    }
    lines
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn secret(vector: &Vector, name: &str) -> SecretBytes {
    SecretBytes::copied(&hex(vector.one(name)))
}

fn number(vector: &Vector, name: &str) -> u8 {
    vector.one(name).parse().unwrap()
}

fn kind(vector: &Vector) -> Kind {
    Kind::parse(vector.one("kind")).unwrap()
}

fn vault_key(vector: &Vector) -> VaultKey {
    VaultKey::from_secret(secret(vector, "key")).unwrap()
}

#[test]
fn share_text_is_written_and_read_as_it_was() {
    for (name, vector) in primitives("share-text") {
        let header = Header {
            production: kind(&vector) == Kind::Production,
            vault_id: hex(vector.one("vault-id")).try_into().unwrap(),
            threshold: number(&vector, "k"),
            number: number(&vector, "number"),
        };
        let y: [u8; 32] = hex(vector.one("y")).try_into().unwrap();
        let text = vector.all("line").join("\n");
        assert_eq!(*share_text::encode(&header, &y), text, "{name}");
        let (read, joined) = share_text::decode(&text).unwrap();
        assert_eq!((read, *joined), (header, y), "{name}");
    }
}

#[test]
fn an_identity_grows_from_its_key_as_it_did() {
    for (name, vector) in primitives("identity") {
        let key = vault_key(&vector).identity(kind(&vector)).public_key();
        assert_eq!(key.hex(), vector.one("public-key"), "{name}");
        assert_eq!(key.vault_id().hex(), vector.one("vault-id"), "{name}");
        assert_eq!(key.vault_id().word_lines(), vector.all("words"), "{name}");
        let words = vector.all("words").join(" ");
        assert_eq!(VaultId::parse(&words).ok(), Some(key.vault_id()), "{name}");
        let pem = &vector.files[manifest::KEY_FILE];
        assert_eq!(key.to_pem().as_bytes(), pem, "{name}");
        assert_eq!(PublicKey::from_pem(pem), Some(key), "{name}");
    }
}

fn bound(vector: &Vector) -> Share {
    let identity = vault_key(vector).identity(kind(vector));
    let facts = Facts {
        public_key: identity.public_key(),
        kind: kind(vector),
        k: number(vector, "k"),
        n: number(vector, "n"),
        number: number(vector, "number"),
        custodian: Label::new(vector.one("custodian")).unwrap(),
    };
    Share::bind(facts, secret(vector, "y"), &identity)
}

#[test]
fn commitment_and_check_key_of_a_share_are_what_they_were() {
    for (name, vector) in primitives("share-commitment") {
        let share = bound(&vector);
        let facts = share.public_facts();
        assert_eq!(facts.commitment.hex(), vector.one("commitment"), "{name}");
        assert_eq!(facts.check_key.hex(), vector.one("check-key"), "{name}");
        let numbers = ["k", "n", "number"].map(|field| number(&vector, field));
        let key = share.facts.public_key;
        let alone = share::commitment(&key, kind(&vector), numbers, &secret(&vector, "y"));
        assert_eq!(alone, facts.commitment, "{name}");
    }
}

#[test]
fn a_register_is_read_as_it_was_and_written_back_byte_for_byte() {
    for (name, vector) in primitives("register") {
        let file = &vector.files["register.json"];
        let register = Register::from_bytes(file).unwrap();
        assert_eq!(&register.to_bytes(), file, "{name}");
        let found: Vec<String> = register
            .entries()
            .map(|entry| {
                let known = if entry.event.is_some() {
                    ""
                } else {
                    " not known"
                };
                format!("{} {}{known}", entry.digest.hex(), entry.word)
            })
            .collect();
        assert_eq!(found, vector.all("entry"), "{name}");
        let head = register::head_from_text(vector.one("head")).unwrap();
        assert_eq!(register.heads(), [head], "{name}");
        let before = found.len() - 1;
        let held = Against::HeldBy {
            before,
            after: 0,
            beside: 0,
        };
        assert_eq!(register.against(head), held, "{name}");
    }
}

#[test]
fn a_receipt_holds_against_its_check_key_as_it_did() {
    for (name, vector) in primitives("receipt") {
        let file = &vector.files["receipt.txt"];
        let read = ReadReceipt::from_bytes(file).unwrap();
        let key = |line: &str| PublicKey(hex(vector.one(line)).try_into().unwrap());
        assert!(read.is_signed(&key("check-key")), "{name}");
        assert!(!read.is_signed(&key("other-key")), "{name}");
        assert_eq!(read.text().as_bytes(), file, "{name}");
        assert_eq!(read.claims.number, number(&vector, "number"), "{name}");
        assert_eq!(read.claims.challenge, vector.one("challenge"), "{name}");
        assert_eq!(read.phone_code(), vector.one("phone-code"), "{name}");
    }
}

#[test]
fn a_share_is_signed_over_the_bytes_that_it_was_signed_over() {
    for (name, vector) in primitives("share-signature") {
        let (message, signature) = (hex(vector.one("message")), hex(vector.one("signature")));
        let identity = vault_key(&vector).identity(kind(&vector));
        assert_eq!(identity.sign(&message).as_slice(), signature, "{name}");
        assert!(identity.public_key().verifies(&message, &signature));
        let file = &vector.files[share::FILE];
        assert_eq!(bound(&vector).to_bytes().as_slice(), file, "{name}");
        assert_eq!(
            json::parse(file, 4096).unwrap().text("signature").unwrap(),
            vector.one("signature"),
        );
        assert!(ReadShare::from_bytes(file).unwrap().is_signed(), "{name}");
    }
}

#[test]
fn a_protected_share_opens_to_what_was_put_into_it() {
    for (name, vector) in primitives("share-protected") {
        let mut read = ReadShare::from_bytes(&vector.files[share::FILE]).unwrap();
        assert!(read.is_signed(), "{name}");
        let protected = read.protected().unwrap();
        let y = match vector.all("passphrase").as_slice() {
            [typed] => protected.open(&Passphrase::typed(SecretBytes::copied(typed.as_bytes()))),
            _ => {
                let mut keys = OwnKeys::default();
                keys.add(&vector.files["key.txt"]).unwrap();
                protected.open_with(&keys)
            }
        };
        let y = y.unwrap();
        assert!(y.same(&secret(&vector, "y")), "{name}");
        read.open(y);
        assert!(read.prove(None).is_ok(), "{name}");
    }
}

#[test]
fn a_share_is_printed_as_the_codes_that_it_was_and_comes_back_from_them() {
    for (name, vector) in primitives("code-share") {
        let file = &vector.files[share::FILE];
        let texts = vector.all("text");
        let share = ReadShare::from_bytes(file).unwrap();
        let printed = code::of_share(&share).unwrap();
        let printed: Vec<&str> = printed.iter().map(|code| code.text.as_str()).collect();
        assert_eq!(printed, texts, "{name}");
        // A first, then B: either half is all of it.
        let (a, b) = texts.split_at(texts.len() / 2);
        for half in [a, b] {
            let shares = gathered(half).shares();
            let [read] = shares.as_slice() else {
                panic!("{name}: {} shares", shares.len())
            };
            let read = read.share.as_ref().unwrap();
            assert_eq!(read.to_bytes().as_slice(), file, "{name}");
        }
    }
}

#[test]
fn a_vault_comes_back_from_the_codes_that_it_was_printed_as() {
    for (name, vector) in primitives("code-vault") {
        let texts = vector.all("text");
        let state = |numbers: &str| {
            let text = |number: &str| texts[number.parse::<usize>().unwrap() - 1];
            let chosen: Vec<&str> = numbers.split(' ').map(text).collect();
            let vaults = gathered(&chosen).vaults();
            assert_eq!(vaults.len(), 1, "{name}");
            vaults.into_iter().next().unwrap().state
        };
        let files = VaultFiles {
            manifest: vector.files[manifest::FILE].clone(),
            signature: vector.files[manifest::SIGNATURE_FILE].clone(),
            payload: vector.files["payload.age"].clone(),
        };
        assert_eq!(vector.all("enough").len(), 4);
        for numbers in vector.all("enough") {
            let complete = VaultState::Complete(files.clone());
            assert!(state(numbers) == complete, "{name}: {numbers}");
        }
        assert_eq!(state(vector.one("few")), VaultState::NotEnough, "{name}");
    }
}

fn gathered(texts: &[&str]) -> Gathered {
    let mut gathered = Gathered::default();
    for text in texts {
        assert_eq!(gathered.take(text, "a vector"), Taken::New, "{text}");
    }
    gathered
}

#[test]
fn points_join_to_the_secret_they_were_made_of() {
    for (name, vector) in primitives("shamir") {
        let wanted = secret(&vector, "secret");
        let read = |line: &str| {
            let (number, y) = line.split_once(' ').unwrap();
            let (number, y) = (number.parse().unwrap(), SecretBytes::copied(&hex(y)));
            Point { number, y }
        };
        let points: Vec<Point> = vector.all("point").into_iter().map(read).collect();
        for line in vector.all("join") {
            let numbers: Vec<u8> = line.split(' ').map(|n| n.parse().unwrap()).collect();
            let chosen: Vec<&Point> = points
                .iter()
                .filter(|point| numbers.contains(&point.number))
                .collect();
            assert!(
                shamir::join(&chosen).unwrap().same(&wanted),
                "{name}: {line}"
            );
            for other in points.iter().filter(|p| !numbers.contains(&p.number)) {
                let point = shamir::interpolate(&chosen, other.number).unwrap();
                assert!(point.same(&other.y), "{name}: {}", other.number);
            }
        }
    }
}

#[test]
fn lengths_are_padded_to_what_they_were_padded_to() {
    for (name, vector) in primitives("padme") {
        assert!(!vector.all("padded").is_empty());
        for line in vector.all("padded") {
            let (length, padded) = line.split_once(' ').unwrap();
            let found = frames::padding(length.parse().unwrap());
            assert_eq!(found.to_string(), padded, "{name}: {length}");
        }
    }
}

#[test]
fn the_one_form_of_age_header_is_taken_and_every_other_refused() {
    for (name, vector) in primitives("age-header") {
        let opens = |bytes: &[u8]| {
            let bytes = bytes.to_vec();
            let mut reader = cipher::Decrypting::new(&vault_key(&vector), &*bytes).unwrap()?;
            let mut plain = Vec::new();
            reader.read_to_end(&mut plain).ok().map(|_| plain)
        };
        let file = &vector.files["payload.age"];
        assert!(cipher::is_header(&file[..cipher::HEADER_BYTES]), "{name}");
        let plain = opens(file).unwrap();
        assert_eq!(plain, vector.one("plain").as_bytes(), "{name}");
        let refused = vector
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("refused-"));
        for (path, bytes) in refused {
            assert!(opens(bytes).is_none(), "{name}: {path}");
        }
    }
}
