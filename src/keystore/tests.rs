//! Keystores of others and of our own, whole and broken.

#![allow(clippy::print_stderr)]

mod broken;
mod own;
mod samples;

use super::*;

/// The folder with real keystores of others, where it is there: they are not part of the project.
fn samples() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("COLDVAULT_SAMPLES").map(std::path::PathBuf::from);
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let folder = named.unwrap_or(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the samples are not there");
    None
}

fn secret(text: &str) -> SecretBytes {
    SecretBytes::copied(text.as_bytes())
}

/// The password of our own stores.
const PASSWORD: &str = "sample-only";

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keystores");
    std::fs::read(folder.join(name)).unwrap()
}

/// A store of ours, opened with its password.
fn opened(bytes: &[u8]) -> Keystore {
    match open(bytes, &secret(PASSWORD), &[]) {
        Ok(store) => store,
        Err(flaw) => panic!("{flaw:?}"),
    }
}
