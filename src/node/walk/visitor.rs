//! What becomes of what a walk finds.

use super::{Ahead, Place};
use crate::entry::Entry;
use crate::error::{Error, Result};

/// What is done with what a walk finds.
pub(in crate::node) trait Visitor {
    /// One entry; a file comes with the place where it can be opened.
    fn entry(&mut self, entry: Entry, place: Option<Place<'_>>) -> Result<()>;
    /// Something that could not be looked at. An error ends the walk.
    fn failed(&mut self, path: &[u8], error: Error) -> Result<()>;
    /// What may be looked up of the files in the directory at `path` before their turn.
    fn ahead(&self, _path: &[u8]) -> Ahead {
        Ahead::Nothing
    }
}
