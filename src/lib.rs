//! coldvault: an offline private-key custody vault.

#![deny(unsafe_code)]

pub mod digest;
pub mod entry;
pub mod error;
pub mod json;
pub mod kind;
pub mod label;
pub mod locked;
pub mod secret;
pub mod time;
pub mod words;

pub mod cipher;
pub mod key;
pub mod shamir;
pub mod signature;

pub mod archive;
pub mod ceremony;
pub mod frames;
pub mod inventory;
pub mod manifest;
pub mod payload;
pub mod quorum;
pub mod share;
pub mod share_text;

pub mod allocator;
pub mod carrier;
pub mod cli;
pub mod commands;
pub mod host;
pub mod media;
pub mod node;
pub mod report;
pub mod sample;
pub mod terminal;
