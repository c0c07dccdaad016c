//! `selftest`.
use crate::commands::Session;
use crate::error::{Exit, Result};
/// Arguments of `selftest`.
#[derive(clap::Args)]
pub struct Args {}
/// x
pub fn run(_: &Args, _: &mut Session) -> Result<Exit> {
    Ok(Exit::Done)
}
