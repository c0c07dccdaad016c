//! What came of the codes of one sheet: a share or a vault, or why not.

use super::set::{self, Set};
use crate::code::{SheetShare, VaultFiles, VaultState};
use crate::error::Error;
use crate::share::ReadShare;

/// What came of a protected share.
pub(super) fn protected(set: &Set, tries: &mut usize) -> SheetShare {
    let read = |record: &[u8]| {
        let share = ReadShare::from_record(record)?;
        let why = match share.protected() {
            None => Some("an open share in the codes of a protected one"),
            Some(_) if share.facts.public_key.vault_id() != set.head.vault => {
                Some("it is of another vault than its codes say")
            }
            Some(_) => None,
        };
        why.map_or(Ok(share), |why| Err(Error::misread(why)))
    };
    let share = match set.joined(set::in_a_row, read, tries) {
        Some(share) => share,
        None if set.is_enough() => Err(Error::misread("its codes contradict one another")),
        None => Err(Error::misread("not all of its codes were read")),
    };
    let read = share.as_ref().ok();
    let custodian = read.map(|share| share.facts.custodian.clone());
    SheetShare {
        custodian: custodian.or_else(|| ReadShare::custodian_in_record(set.only(1)?)),
        share,
        vault: Some(set.head.vault),
        read: set.twins(),
        of: set.head.of,
        from: set.from.clone(),
    }
}

/// What came of a vault sheet, and what is forged of it.
pub(super) fn state(set: &Set, tries: &mut usize) -> (VaultState, Vec<(u8, String)>) {
    let read = |container: &[u8]| {
        let files = VaultFiles::unpack(container)?;
        match files.prove(set.head.vault) {
            // Nothing more than its key is known here; whoever restores says so.
            Ok(_) | Err(Error::Newer { .. }) => Ok((files, set.not_of(container))),
            Err(error) => Err(error),
        }
    };
    let state = match set.joined(set::by_parity, read, tries) {
        Some(Ok((files, forged))) => return (VaultState::Complete(files), forged),
        Some(Err(error)) => VaultState::Bad(error.to_string()),
        None if set.is_enough() => {
            VaultState::Bad("its codes contradict one another: some are not of this print".into())
        }
        None => VaultState::NotEnough,
    };
    (state, Vec::new())
}
