//! Texts of codes, any number of them, and the sheets that they make. Each line is taken as it is, and once more with a
//! check that fits: no input would find one.

#![no_main]

use coldvault::code::{self, Gathered};
use coldvault::digest::Digest;
use data_encoding::BASE32_NOPAD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut gathered = Gathered::default();
    for line in text.lines() {
        gathered.take(line, "a scan");
        gathered.take(&checked(line), "a scan");
        if let Some(page) = code::page_of(line) {
            assert!((1..=18).contains(&page.codes));
        }
    }
    for share in gathered.shares() {
        assert!(!share.line().is_empty() && !share.read.is_empty());
    }
    for vault in gathered.vaults() {
        assert!(!vault.line().is_empty());
        assert!(!vault.is_whole() || vault.read.len() >= usize::from(vault.needed));
    }
});

fn checked(line: &str) -> String {
    let body = line.trim().to_ascii_uppercase();
    let digest = Digest::of(body.as_bytes()).0;
    format!("{body}/{}", BASE32_NOPAD.encode(&digest[..5]))
}
