use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::tests::{Need, skipped};

/// Files by path, and what a node of `/n` with them says.
fn configuration(files: &[(&str, &str)]) -> Configuration {
    let files: BTreeMap<PathBuf, &str> = files
        .iter()
        .map(|(path, text)| (path.into(), *text))
        .collect();
    let mut fetch = |path: &Path| match files.get(path) {
        Some(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        None => Err("not there".to_owned()),
    };
    read(Path::new("/n"), Path::new("/n/node.conf"), &mut fetch)
}

/// "key = path (What)", defaults left out.
fn named(configuration: &Configuration) -> Vec<String> {
    let said = configuration.named.iter().filter(|named| named.line > 0);
    said.map(|named| {
        format!(
            "{} = {} ({:?})",
            named.key,
            named.path.display(),
            named.what
        )
    })
    .collect()
}

fn gaps(configuration: &Configuration) -> Vec<String> {
    configuration
        .gaps
        .iter()
        .map(|gap| format!("{}:{}", gap.code, gap.place.1))
        .collect()
}

#[test]
fn a_quoted_and_a_joined_path_and_lists_are_named() {
    let found = configuration(&[(
        "/n/node.conf",
        "jarDirs = [\"/l\", ${baseDirectory}\"/drivers\"]\nrpcSettings { ssl { keyStorePath = /r.jks } }\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "jarDirs = /l (Directory)",
            "jarDirs = /n/drivers (Directory)",
            "rpcSettings.ssl.keyStorePath = /r.jks (Keystore)",
        ]
    );
    assert_eq!(gaps(&found), [""; 0]);
}

/// The samples. `None` where they are not.
fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    if samples.is_dir() {
        return Some(samples);
    }
    skipped(Need::Tool, "the samples are not there");
    None
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What a sample says, in a node directory `/n`, with nothing else there.
fn sample(path: &Path) -> Configuration {
    let name = path.file_name().unwrap().to_str().unwrap();
    let file = Path::new("/n").join(if name.starts_with("node-") {
        "node.conf"
    } else {
        name
    });
    let mut fetch = |wanted: &Path| match wanted == file {
        true => Ok(Zeroizing::new(fs::read(path).unwrap())),
        false => Err("not there".to_owned()),
    };
    read(Path::new("/n"), &file, &mut fetch)
}

#[test]
fn every_line_of_the_samples_that_names_something_is_named_or_said_to_be_open() {
    let Some(samples) = samples() else { return };
    let expected = json(&samples.join("nodeconf/EXPECTED_PATHS.json"));
    let (mut lines, mut missed) = (0, Vec::new());
    for (name, places) in expected.as_object().unwrap() {
        let found = sample(&samples.join("nodeconf").join(name));
        for place in places.as_array().unwrap() {
            lines += 1;
            let line = place["line"].as_u64().unwrap() as u32;
            let last = if place["multiline"].is_boolean() {
                line + 3
            } else {
                line
            };
            let is_named = found
                .named
                .iter()
                .any(|named| (line..=last).contains(&named.line));
            let is_open = found.gaps.iter().any(|gap| gap.place.1 == line);
            if !is_named && !is_open {
                missed.push(format!(
                    "{name}:{line}: {} = {}",
                    place["key"], place["value"]
                ));
            }
        }
    }
    assert!(lines > 150, "{lines}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_is_named_beyond_the_expected_lines_of_the_samples_is_little() {
    let Some(samples) = samples() else { return };
    let expected = json(&samples.join("nodeconf/EXPECTED_PATHS.json"));
    let mut more = Vec::new();
    for (name, places) in expected.as_object().unwrap() {
        let found = sample(&samples.join("nodeconf").join(name));
        let lines: Vec<_> = places
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place["line"].clone())
            .collect();
        for named in found.named.iter().filter(|named| named.line > 0) {
            if !lines.contains(&named.line.into()) {
                more.push(format!(
                    "{name}:{}: {} {:?}",
                    named.line, named.key, named.what
                ));
            }
        }
        for gap in &found.gaps {
            println!("{name}:{}: {} {}", gap.place.1, gap.code, gap.text);
        }
    }
    println!("{}", more.join("\n"));
}

#[test]
fn what_lies_outside_of_the_made_nodes_is_named() {
    let Some(samples) = samples() else { return };
    for kind in ["bank", "hsm", "notary", "wrapped", "devmode"] {
        let truth = json(&samples.join("made").join(kind).join("TRUTH.json"));
        let conf = fs::read(samples.join("made").join(kind).join("node.conf")).unwrap();
        let base = Path::new("/opt/corda-sample/node");
        let mut fetch = |path: &Path| match path.file_name().unwrap().to_str() {
            Some("node.conf") => Ok(Zeroizing::new(conf.clone())),
            Some("users.conf") => Ok(Zeroizing::new(
                b"rpcUsers = [ { username = u, password = p } ]".to_vec(),
            )),
            Some("gemalto.conf") => Ok(Zeroizing::new(
                b"keyStore: \"tokenlabel:bank-a\"\npassword: \"pin\"\n".to_vec(),
            )),
            other => panic!("{other:?}"),
        };
        let found = read(base, &base.join("node.conf"), &mut fetch);
        let mut outside: Vec<&str> = found
            .named
            .iter()
            .map(|named| named.path.to_str().unwrap())
            .collect();
        outside.retain(|path| !path.starts_with("/opt/corda-sample/node/"));
        outside.sort_unstable();
        let list = truth["external_paths_named_by_node_conf"]
            .as_array()
            .unwrap();
        let mut wanted: Vec<&str> = list.iter().map(|path| path.as_str().unwrap()).collect();
        wanted.sort_unstable();
        assert_eq!(outside, wanted, "{kind}");
        for gap in &found.gaps {
            println!("{kind}:{}: {} {}", gap.place.1, gap.code, gap.text);
        }
        for password in &found.passwords {
            println!(
                "{kind}: {} {} {:?}",
                password.key, password.is_default, password.stores
            );
        }
    }
}
