//! Refuses to seal what could not be restored.

use crate::commands::presented::lossy;
use crate::error::{Error, Result};
use crate::node::PATH_BYTES;

/// A path is restored behind the name of its node directory: what would be too long then must not be sealed now.
pub(super) fn check_path(name: &[u8], path: &[u8]) -> Result<()> {
    if name.len() + 1 + path.len() <= PATH_BYTES {
        return Ok(());
    }
    let shown: String = lossy(path).chars().take(60).collect();
    let what = format!("bytes of the path {shown:?}... behind the name of its node directory");
    Err(Error::Limit {
        what,
        limit: PATH_BYTES as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_could_not_be_restored_is_refused_before_it_is_sealed() {
        assert!(check_path(&[b'n'; 95], &[b'p'; 4000]).is_ok());
        let error = check_path(&[b'n'; 96], &[b'p'; 4000]).unwrap_err();
        assert!(matches!(error, Error::Limit { limit: 4096, .. }), "{error}");
    }
}
