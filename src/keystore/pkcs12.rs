//! stub
use super::password::Passwords;
use super::pbe::Work;
use super::{Flaw, Keystore};
pub(super) fn list(_bytes: &[u8]) -> Result<Keystore, Flaw> {
    Err(Flaw::NotOpened("not written yet".into()))
}
pub(super) fn open(
    _bytes: &[u8],
    _passwords: &Passwords<'_>,
    _work: &mut Work,
) -> Result<Keystore, Flaw> {
    Err(Flaw::NotOpened("not written yet".into()))
}
