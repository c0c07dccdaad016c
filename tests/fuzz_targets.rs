//! The fuzz targets hold: each is compiled against the program as it is now, and runs on its first inputs, on each of
//! them cut short, and on each with one byte changed. `tests/fuzz` is a package of its own, which nothing else builds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, unreachable_pub)]

// The names by which the targets know what they use.
extern crate self as coldvault_fuzz;
extern crate self as libfuzzer_sys;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "fuzz/lib.rs"]
mod fuzz;
pub use fuzz::*;

#[allow(unused_attributes, reason = "no_main is for the fuzzer's own programs")]
#[path = "fuzz/targets"]
mod targets {
    pub mod archive;
    pub mod certificate;
    pub mod code;
    pub mod frames;
    pub mod hocon;
    pub mod image;
    pub mod inventory;
    pub mod keystore;
    pub mod manifest;
    pub mod material;
    pub mod private_key;
    pub mod register;
    pub mod share;
    pub mod share_text;
    pub mod vault_container;
}

/// In the place of the fuzzer's: a function that a test can call. For a target that takes text, what is none is no input
/// there either.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: &[u8]| $body:block) => {
        pub fn run($input: &[u8]) {
            $body
        }
    };
    (|$input:ident: &str| $body:block) => {
        pub fn run(input: &[u8]) {
            let Ok($input) = str::from_utf8(input) else {
                return;
            };
            $body
        }
    };
}

macro_rules! run {
    ($($name:ident)*) => {
        const TARGETS: &[&str] = &[$(stringify!($name)),*];

        mod no_first_input_cut_or_changed_breaks {
            $(#[test]
            fn $name() {
                super::every_input(stringify!($name), super::targets::$name::run);
            })*
        }
    };
}

run!(archive certificate code frames hocon image inventory keystore manifest material private_key register share
    share_text vault_container);

/// How many bytes of an input are changed, one at a time, and at how many places it is cut.
const PLACES: usize = 8;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn first_inputs() -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    let mut inputs: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let mut put = |target: &str, name: &str, bytes: &[u8]| {
        let of_target = inputs.entry(target.to_owned()).or_default();
        of_target.push((name.to_owned(), bytes.to_vec()));
    };
    first_inputs::all(&here().join("fixtures"), &mut put);
    inputs
}

/// What panics is named by the panic; which input it was, by the last line that is captured before it.
#[expect(clippy::print_stderr, reason = "shown when the test fails")]
fn every_input(target: &str, run: fn(&[u8])) {
    for (name, bytes) in &first_inputs()[target] {
        eprintln!("{name}");
        run(bytes);
        let places = (0..PLACES).map(|place| bytes.len() * place / PLACES);
        for place in places.collect::<BTreeSet<_>>() {
            eprintln!("{name} cut at {place}, changed there");
            run(&bytes[..place]);
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            run(&changed);
        }
    }
}

#[test]
fn every_target_that_there_is_runs_here_and_has_first_inputs_and_is_explained() {
    let mut files: Vec<String> = fs::read_dir(here().join("fuzz/targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert_eq!(files, TARGETS);
    let inputs: Vec<String> = first_inputs().into_keys().collect();
    assert_eq!(inputs, TARGETS);
    let package = fs::read_to_string(here().join("fuzz/Cargo.toml")).unwrap();
    let readme = fs::read_to_string(here().join("fuzz/README.md")).unwrap();
    for name in TARGETS {
        let path = format!("path = \"targets/{name}.rs\"");
        assert!(package.contains(&path), "{name} is not built");
        assert!(
            readme.contains(&format!("| `{name}` |")),
            "{name}: README.md"
        );
    }
}

/// Name and version of every package in a lock file.
fn locked(path: &Path) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(path).unwrap();
    let packages = text.split("[[package]]").skip(1);
    let value = |package: &str, key: &str| {
        let mut lines = package.lines();
        let line = lines.find_map(|line| line.strip_prefix(&format!("{key} = \"")));
        line.unwrap().trim_end_matches('"').to_owned()
    };
    packages
        .map(|package| (value(package, "name"), value(package, "version")))
        .collect()
}

#[test]
fn what_is_fuzzed_is_built_from_the_versions_that_the_program_is_built_from() {
    let program = locked(&here().join("../Cargo.lock"));
    let fuzzed = locked(&here().join("fuzz/Cargo.lock"));
    let of_the_fuzzer = ["arbitrary", "coldvault-fuzz", "libfuzzer-sys"];
    let others: Vec<_> = fuzzed
        .difference(&program)
        .filter(|(name, _)| !of_the_fuzzer.contains(&name.as_str()))
        .collect();
    assert!(
        others.is_empty(),
        "run cargo update in tests/fuzz: {others:?}"
    );
}
