//! What a copy must be apart from: the carrier that it is made of.

use super::Args;
use crate::carrier::{Checked, Holds};
use crate::ceremony::Exception;
use crate::commands::onto::{Beside, Fit};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::media::Medium;

/// Practising is for what was sealed for it.
pub(super) fn check_kind(args: &Args, checked: &Checked) -> Result<()> {
    match args.rehearsal && kind(checked) != Kind::Rehearsal {
        true => Err(Error::WrongKind {
            found: "production",
        }),
        false => Ok(()),
    }
}

/// What decides about each medium for the copy.
pub(super) fn fit<'a>(args: &Args, checked: &Checked, exceptions: &'a [Exception]) -> Fit<'a> {
    let manifest = checked.manifest.as_ref();
    Fit {
        id: manifest.map(|manifest| manifest.public_key.vault_id()),
        kind: kind(checked),
        practises: args.rehearsal,
        custodian: match &checked.holds {
            Holds::Share(_, custodian) => Some(custodian.to_string()),
            Holds::Vault | Holds::Nothing => None,
        },
        exceptions,
        beside: vec![Beside {
            name: format!("that of {:?}", checked.path),
            medium: Medium::at(&checked.path),
        }],
    }
}

fn kind(checked: &Checked) -> Kind {
    let manifest = checked.manifest.as_ref();
    manifest.map_or(Kind::Production, |manifest| manifest.kind)
}
