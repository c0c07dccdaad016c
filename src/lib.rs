//! coldvault: an offline private-key custody vault.
//!
//! The modules stand in the order of dependency: each uses only those above it, and `tests/layers.rs` holds that.

#![deny(unsafe_code)]

// Plain values: no files, no people.
pub mod digest;
pub mod entry;
pub mod error;
pub mod field;
pub mod json;
pub mod keyboard;
pub mod kind;
pub mod label;
pub mod locked;
pub mod secret;
pub mod severity;
pub mod time;
pub mod words;

// One crypto crate each: bytes in, bytes out.
pub mod signature;

pub mod key;

pub mod cipher;
pub mod shamir;

// Structures and their bytes.
pub mod archive;
pub mod ceremony;
pub mod erasure;
pub mod frames;
pub mod inventory;
pub mod manifest;
pub mod payload;
pub mod reissue;
pub mod share;
pub mod share_text;
pub mod store_passwords;

pub mod quorum;

// What a custodian proves alone. No files, nobody to ask.
pub mod receipt;

// What two vaults say of each other. No files, nobody to ask.
pub mod supersession;

// What becomes of vaults, as entries of a file that can prove itself. No files, no people asking.
pub mod register;

pub mod due;

// What stands on paper: the codes and the pages. No files, no pictures.
pub mod code;

// What a drill found, as an auditor files it. No files, no people asking.
pub mod drill;

// What is left of a vault at its end, as the office files it. No files, no people asking.
pub mod destruction;

pub mod sheet;

// What other software wrote: bytes in, facts out. No files, no people.
pub mod asn1;
pub mod stretching;

pub mod certificate;

pub mod private_key;

pub mod keystore;

pub mod hocon;
pub mod material;

pub mod corda;

// The world: memory, machine, media, node directories.
pub mod allocator;
pub mod listing;

pub mod host;
pub mod media;
pub mod node;
pub mod sample;

// What a node directory holds.
pub mod contents;

// Pictures back into the texts of codes.
pub mod scan;

pub mod carrier;
pub mod incomplete;
pub mod report;
pub mod terminal;

// The tool.
pub mod commands;

pub mod cli;

#[cfg(test)]
mod tests;
