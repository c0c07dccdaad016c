//! `docs/json.md` against reality: members and values from real runs, codes from the source.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use coldvault::kind::Kind;
use coldvault::register::{Event, Register, Sealing, Stamp, VaultFacts};
use coldvault::secret::SecretBytes;
use coldvault::signature::Identity;
use coldvault::time::Time;
use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The rows of the table under a heading of the document, without its head, cell by cell.
fn table(heading: &str) -> Vec<Vec<String>> {
    let doc = read("docs/json.md");
    let (_, rest) = doc.split_once(&format!("# {heading}\n")).unwrap();
    let section = rest.split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = |row: &str| -> Vec<String> {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.map(cells).collect()
}

fn first_cells(heading: &str) -> Vec<String> {
    let rows = table(heading);
    assert!(!rows.is_empty(), "{heading}");
    rows.into_iter().map(|mut row| row.remove(0)).collect()
}

/// Runs a command with `--json`; answers the object and the exit status.
fn run(arguments: &[&str], paths: &[&Path]) -> (Value, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_coldvault"))
        .arg("--json")
        .args(arguments)
        .args(paths)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let object = serde_json::from_slice(&output.stdout).unwrap();
    (object, output.status.code().unwrap())
}

/// The one folder in `dir`.
fn inside(dir: &Path) -> PathBuf {
    fs::read_dir(dir).unwrap().next().unwrap().unwrap().path()
}

/// The files of a machine that tells nothing but of one disk: not fit, and something is plugged in.
fn make_machine(root: &Path) {
    let disk = root.join("sys/devices/pci0/block/sdb");
    fs::create_dir_all(&disk).unwrap();
    fs::write(disk.join("size"), "4096\n").unwrap();
    fs::create_dir_all(root.join("sys/block")).unwrap();
    std::os::unix::fs::symlink(&disk, root.join("sys/block/sdb")).unwrap();
}

/// A register of a vault that was sealed once, and not looked after for a year.
fn make_register() -> Vec<u8> {
    let secret = SecretBytes::copied(&[7; 32]);
    let key = Identity::derive(&secret, "coldvault/identity/1/production").public_key();
    let facts = VaultFacts {
        public_key: key,
        label: "Bank A".into(),
        kind: Kind::Production,
        k: 2,
        n: 3,
        created: Time::parse_day("2024-11-23").unwrap(),
        generation: 1,
        previous: None,
        manifest_sha256: None,
    };
    let sealing = Sealing {
        vault: facts,
        shares: Vec::new(),
        carriers: Vec::new(),
        certificates: Vec::new(),
        certificates_left_out: 0,
        node_changed: None,
        exceptions: Vec::new(),
    };
    let stamp = Stamp {
        at: Time::parse_day("2026-11-23").unwrap(),
        wall: None,
        by: None,
        tool: "coldvault test".into(),
    };
    let mut register = Register::new();
    register.add(&stamp, &Event::Sealed(sealing)).unwrap();
    register.to_bytes()
}

/// Real objects: a whole rehearsal, a restore from its media, one that lacks shares, a whole and a damaged carrier, a
/// command line that makes no sense, what doctor and media say of a machine, and what is due.
fn runs() -> Vec<(Value, i32)> {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("rehearsal");
    let rehearsed = run(&["rehearse", "--into"], &[&dir]);
    let medium = |name: &str| dir.join("media").join(name);
    let from = [
        "vault-2",
        "legal-1",
        "legal-2",
        "forged",
        "audit-1",
        "operations-1",
    ];
    let mut arguments = vec!["restore".to_owned(), "--rehearsal".to_owned()];
    for name in from {
        arguments.push("--from".to_owned());
        arguments.push(medium(name).to_str().unwrap().to_owned());
    }
    let restore = |count: usize, into: &str| {
        let some: Vec<&str> = arguments[..count].iter().map(String::as_str).collect();
        run(
            &[&some[..], &["--into"]].concat(),
            &[&place.path().join(into)],
        )
    };
    let restored = restore(arguments.len(), "whole");
    let too_few = restore(6, "few");
    let vault = medium("vault-2");
    let verified = run(&["verify"], &[&vault]);
    let readme = inside(&vault).join("README.txt");
    fs::write(&readme, "edited").unwrap();
    let damaged = run(&["verify"], &[&vault]);
    let mistyped = run(&["restore", "--form"], &[&vault]);
    let inspected = run(&["inspect"], &[&dir.join("node")]);
    let machine = place.path().join("machine");
    make_machine(&machine);
    let unfit = run(&["doctor", "--root"], &[&machine]);
    let plugged = run(&["media", "--root"], &[&machine]);
    let report = run(&["verify"], &[&put_report(place.path())]);
    let register = place.path().join("register.json");
    fs::write(&register, make_register()).unwrap();
    let late = ["status", "--as-of", "2026-01-01", "--register"];
    let due = run(&late, &[&register]);
    let runs = vec![
        rehearsed, restored, too_few, verified, damaged, mistyped, unfit, plugged, inspected, due,
        report,
    ];
    let exits: Vec<i32> = runs.iter().map(|run| run.1).collect();
    assert_eq!(exits, [0, 0, 3, 0, 4, 2, 5, 0, 0, 12, 0]);
    runs
}

/// A signed drill report, from the vectors.
fn put_report(dir: &Path) -> PathBuf {
    let vector = read("tests/vectors/primitive-drill-report.txt");
    for part in vector.split("\n--- ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap();
        let bytes = data_encoding::BASE64.decode(text.replace('\n', "").as_bytes());
        fs::write(dir.join(name), bytes.unwrap()).unwrap();
    }
    dir.join("report.json")
}

fn members(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// A value is of a type that its cell names ("string or null").
fn is_of(value: &Value, cell: &str) -> bool {
    cell.split(" or ").any(|name| match name {
        "string" => value.is_string(),
        "number" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("docs/json.md names a type {other:?}"),
    })
}

fn compare(value: &Value, heading: &str) {
    assert_eq!(members(value), sorted(first_cells(heading)), "{heading}");
    for row in table(heading) {
        let found = &value[&row[0]];
        assert!(is_of(found, &row[1]), "{heading}: {}: {found}", row[0]);
    }
}

/// A text from a short list is one that the member's row names.
fn compare_words(value: &Value, heading: &str, member: &str) {
    let row = table(heading).into_iter().find(|row| row[0] == member);
    let meaning = row.unwrap()[2].clone();
    if let Some(word) = value[member].as_str() {
        assert!(
            meaning.contains(&format!("{word:?}")),
            "{heading}: {member}: {word}"
        );
    }
}

#[test]
fn every_object_has_the_members_that_json_md_lists_and_no_others() {
    let (mut vaults, mut carriers, mut shares, mut findings) = (0, 0, 0, 0);
    let (mut starts, mut checks, mut media, mut dues, mut drills) = (0, 0, 0, 0, 0);
    for (object, exit) in runs() {
        compare(&object, "The object");
        compare_words(&object, "The object", "schema");
        assert_eq!(object["exit"], exit);
        if !object["vault"].is_null() {
            vaults += 1;
            compare(&object["vault"], "`vault`");
            compare_words(&object["vault"], "`vault`", "kind");
        }
        for carrier in object["carriers"].as_array().unwrap() {
            carriers += 1;
            compare(carrier, "`carriers`");
            compare_words(carrier, "`carriers`", "role");
            compare_words(carrier, "`carriers`", "read_back");
            compare_words(carrier, "`carriers`", "read");
            compare_words(carrier, "`carriers`", "due");
        }
        for share in object["shares"].as_array().unwrap() {
            shares += 1;
            compare(share, "`shares`");
            compare_words(share, "`shares`", "state");
        }
        for check in object["startup"].as_array().unwrap() {
            starts += 1;
            compare(check, "`startup`");
            compare_words(check, "`startup`", "outcome");
        }
        for check in object["checks"].as_array().unwrap() {
            checks += 1;
            compare(check, "`checks`");
            compare_words(check, "`checks`", "state");
            compare_words(check, "`checks`", "name");
        }
        for medium in object["media"].as_array().unwrap() {
            media += 1;
            compare(medium, "`media`");
        }
        for drill in object["drills"].as_array().unwrap() {
            drills += 1;
            compare(drill, "`drills`");
            for member in ["outcome", "standing", "previous"] {
                compare_words(drill, "`drills`", member);
            }
        }
        for due in object["due"].as_array().unwrap() {
            dues += 1;
            compare(due, "`due`");
            compare_words(due, "`due`", "what");
            compare_words(due, "`due`", "state");
        }
        for finding in object["findings"].as_array().unwrap() {
            findings += 1;
            compare(finding, "`findings`");
            compare_words(finding, "`findings`", "severity");
            let code = finding["code"].as_str().unwrap().to_owned();
            let known = [first_cells("Finding codes"), first_cells("Error codes")].concat();
            assert!(known.contains(&code), "{code}");
            // A rehearsal says what its sealing and its restore say.
            let command = object["command"].as_str().unwrap_or_default();
            let row = table("Finding codes")
                .into_iter()
                .find(|row| row[0] == code);
            if let (Some(row), false) = (row, matches!(command, "" | "rehearse")) {
                let mut commands = row[2].split(", ");
                assert!(commands.any(|one| one == command), "{command}: {code}");
            }
        }
    }
    assert!(vaults > 3 && carriers > 10 && shares > 5 && findings > 2);
    assert!(starts > 5 && checks > 15 && media > 0 && dues > 5 && drills > 0);
}

/// The rows of the table under a heading of the third level.
fn inner(heading: &str) -> String {
    format!("`{heading}`")
}

#[test]
fn what_a_node_directory_holds_has_the_members_that_json_md_lists() {
    let (object, _) = runs().remove(8);
    let contents = &object["contents"];
    compare(contents, "`contents`");
    let (mut entries, mut certificates) = (0, 0);
    for store in contents["stores"].as_array().unwrap() {
        compare(store, &inner("stores"));
        compare_words(store, &inner("stores"), "format");
        compare_words(store, &inner("stores"), "state");
        for entry in store["entries"].as_array().unwrap() {
            entries += 1;
            compare(entry, &inner("entries"));
            for member in ["kind", "key", "belongs", "chain"] {
                compare_words(entry, &inner("entries"), member);
            }
            for certificate in entry["certificates"].as_array().unwrap() {
                certificates += 1;
                compare(certificate, &inner("certificates"));
            }
        }
    }
    for (list, words) in [
        ("material", &["part", "state"][..]),
        ("named", &["what", "presence"]),
    ] {
        let all = contents[list].as_array().unwrap();
        assert!(!all.is_empty(), "{list}");
        for one in all {
            compare(one, &inner(list));
            words
                .iter()
                .for_each(|word| compare_words(one, &inner(list), word));
        }
    }
    assert!(entries >= 4 && certificates >= 4);
}

#[test]
fn the_example_in_json_md_has_the_members_of_the_real_thing() {
    let doc = read("docs/json.md");
    let (_, rest) = doc.split_once("```json\n").unwrap();
    let example: Value = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
    compare(&example, "The object");
    compare(&example["vault"], "`vault`");
    compare(&example["shares"][0], "`shares`");
    compare(&example["findings"][0], "`findings`");
}

/// Every Rust file below a folder of the source.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The codes that commands give to findings: the second argument of `find(Severity::..., "code", ...)`, and `code:`.
fn finding_codes() -> BTreeSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = vec![read("src/commands.rs")];
    files(&src.join("commands"), &mut texts);
    // What a configuration leaves open is said by whoever reads it, and likewise what a directory shows.
    files(&src.join("corda"), &mut texts);
    files(&src.join("contents"), &mut texts);
    // What people say of carriers, and what a drill wanted in vain, is a finding wherever it is reported.
    texts.extend(["src/drill/looks.rs", "src/drill/criteria.rs"].map(read));
    let quoted = |text: &str| text.split('"').nth(1).map(str::to_owned);
    let mut codes = BTreeSet::new();
    for text in texts {
        let calls = text.split(".find(").skip(1).filter(|rest| {
            let rest = rest.trim_start();
            rest.starts_with("Severity::") || rest.starts_with("severity,")
        });
        codes.extend(calls.filter_map(quoted));
        let is_word = |text: &str| text.starts_with(|letter: char| letter.is_ascii_lowercase());
        let weighed = text.split("Weight::").skip(1).filter_map(|rest| {
            let (_, rest) = rest.split_once(|letter: char| !letter.is_alphanumeric())?;
            let rest = rest.trim_start().strip_prefix('"')?;
            rest.split('"')
                .next()
                .filter(|word| is_word(word))
                .map(str::to_owned)
        });
        codes.extend(weighed);
        let by_variable = text.split("(weight, \"").skip(1);
        codes.extend(by_variable.filter_map(|rest| rest.split('"').next().map(str::to_owned)));
        let gaps = text.split("gap(").skip(1);
        codes.extend(
            gaps.filter(|rest| rest.trim_start().starts_with('"'))
                .filter_map(quoted),
        );
        codes.extend(
            text.split("code: ")
                .skip(1)
                .filter_map(|rest| rest.starts_with('"').then(|| quoted(rest)).flatten()),
        );
    }
    codes
}

#[test]
fn every_finding_code_is_in_json_md_and_no_others() {
    let codes: Vec<String> = finding_codes().into_iter().collect();
    assert_eq!(codes, first_cells("Finding codes"));
}

/// The match arms of a function in the source: variant names and what they give.
fn arms(text: &str, function: &str) -> Vec<(String, String)> {
    let (_, rest) = text.split_once(function).unwrap();
    let (_, rest) = rest.split_once("match self {").unwrap();
    let body = rest.split("\n    }\n").next().unwrap();
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    for line in body.lines() {
        let (left, right) = line.split_once("=>").unwrap_or((line, ""));
        let names = left.split("Self::").skip(1);
        waiting.extend(names.map(|name| {
            let end = name.find(|c: char| !c.is_alphanumeric());
            name[..end.unwrap_or(name.len())].to_owned()
        }));
        if !right.is_empty() {
            let value = right.trim().trim_end_matches(',').trim_matches('"');
            found.extend(waiting.drain(..).map(|name| (name, value.to_owned())));
        }
    }
    found
}

/// Every error code with its exit status, as the source has them.
fn error_codes() -> BTreeSet<(String, String)> {
    let exits = arms(&read("src/error.rs"), "pub fn exit(&self)");
    let status = |name: &str| {
        let text = read("src/error.rs");
        let (_, rest) = text.split_once(&format!("    {name} = ")).unwrap();
        rest.split(',').next().unwrap().to_owned()
    };
    let codes = arms(&read("src/error/text.rs"), "pub fn code(&self)");
    let of = |(variant, code): (String, String)| {
        let exit = exits.iter().find(|(name, _)| *name == variant).unwrap();
        (code, status(exit.1.trim_start_matches("Exit::")))
    };
    codes.into_iter().map(of).collect()
}

#[test]
fn every_error_code_is_in_json_md_with_its_exit_status() {
    let documented = table("Error codes").into_iter();
    let documented: Vec<_> = documented
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let real: Vec<_> = error_codes().into_iter().collect();
    assert!(real.len() > 20);
    assert_eq!(documented, real);
}
