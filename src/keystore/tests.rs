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

/// An empty PKCS#12 whose check asks for so many rounds with each password, and fits none.
pub(crate) fn dear(rounds: u32) -> Vec<u8> {
    let der = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        [
            &[tag, u8::try_from(content.len()).unwrap()],
            content.as_slice(),
        ]
        .concat()
    };
    let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let content = der(0x30, &[data, &der(0xa0, &[&der(4, &[&[0x30, 0]])])]);
    let sha256 = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01";
    let digest = der(0x30, &[&der(0x30, &[sha256]), &der(4, &[&[0; 32]])]);
    let count = der(2, &[&rounds.to_be_bytes()]);
    let check = der(0x30, &[&digest, &der(4, &[b"saltsalt"]), &count]);
    der(0x30, &[&[2, 1, 3], &content, &check])
}
