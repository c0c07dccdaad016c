//! What a report file, a signature and a public key come to, for somebody who has nothing else.

use super::lines::{self, Place};
use crate::signature::PublicKey;

/// What is known of a report's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The key's other half signed exactly these bytes.
    Signed,
    /// There is no signature: every line agrees with its digest, which proves nothing about who wrote it.
    Unsigned,
    /// There is a signature, and no key to hold it against.
    NoKey,
    /// Every line agrees with its digest, and the signature is not this key's over these bytes.
    NotByKey,
    /// These lines are not what they were.
    Edited(Vec<Place>),
}

/// Holds a report against its own digests, then against a signature and a key.
///
/// The key proves nothing by itself: whoever can write a report can write a key beside it. Its vault id is compared with
/// paper by the caller.
pub fn examine(report: &[u8], signature: Option<&[u8]>, key: Option<&PublicKey>) -> Standing {
    let edits = lines::edits(report);
    match (signature, key) {
        _ if !edits.is_empty() => Standing::Edited(edits),
        (None, _) => Standing::Unsigned,
        (Some(_), None) => Standing::NoKey,
        (Some(signature), Some(key)) => match key.verifies(report, signature) {
            true => Standing::Signed,
            false => Standing::NotByKey,
        },
    }
}
