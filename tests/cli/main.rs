//! The program as an operator meets it: exit status, what is said, and what lies on the media afterwards.
//!
//! Every test works in a temporary directory of its own, on copies of vaults that the program itself has sealed. What no
//! honest program writes (forged shares, lying archives) is made through the library, with the vault's real key.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod age;
mod archive;
mod custody;
mod damage;
mod desk;
mod doctor;
mod drill;
mod drill_bad;
mod every_byte;
mod evidence;
mod failing;
mod fence;
mod file_systems;
mod forge;
mod full;
mod hostile;
mod inspect_node;
mod interrupt;
mod json;
mod kinds;
mod ladder;
mod lead;
mod live;
mod manifest;
mod memory;
mod mixed;
mod nodes;
mod offline;
mod opened;
mod pages;
mod paper_in;
mod paper_out;
mod paper_said;
mod pictures;
mod protect;
mod pty;
mod refusals;
mod register;
mod replug;
mod reports;
mod restore;
mod restore_danger;
mod restore_outside;
mod restore_startup;
mod salvage;
mod scenarios;
mod scene;
mod screen;
mod seal;
mod seal_dead;
mod seal_scope;
mod shares;
mod status;
mod stores;
mod stranger;
mod support;
mod tool;
mod transcript;
mod typed;
mod unfit;
