//! What an entry says happened: one word in the file, one value here, and the members that belong to it.
//!
//! Knows JSON. An event that is not known here is one of a later coldvault: its entry is kept as it is.

mod carrier;
mod check;
mod ending;
mod fields;
mod life;
mod people;
mod reissued;
mod vault;

use crate::error::Result;
use crate::json::Object;

pub use carrier::{CarrierLine, CarrierRef};
pub use check::{Checked, Copied, OfCarrier, Told};
pub use ending::{Destroyed, Retired};
pub use life::{Drilled, Policy, Superseded};
pub use people::{Challenged, Claimed, CustodianMove, Receipted};
pub use reissued::Reissued;
pub use vault::{CertificateLine, ExceptionLine, Found, Sealing, ShareLine, VaultFacts};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A sealing is about to let shares out of the machine.
    Begun(VaultFacts),
    /// A vault was sealed.
    Sealed(Sealing),
    /// A vault was found on its carriers, when the register was lost.
    Found(Found),
    /// A sealing ended early: what is out.
    BrokenOff(Sealing),
    /// A copy was read in full.
    Checked(Checked),
    /// One more copy was made.
    Copied(Copied),
    /// A sheet was drawn into a file: not paper yet.
    Printed(OfCarrier),
    /// A sheet is paper, and was looked at.
    Confirmed(OfCarrier),
    /// A copy is kept there.
    Placed(Told),
    /// A copy lies in that bag.
    Bagged(Told),
    /// The office drew words for custodians to sign.
    Challenged(Challenged),
    /// A custodian's receipt, proven.
    Receipt(Receipted),
    /// A custodian's word, over the phone.
    Claimed(Claimed),
    /// A drill ended.
    Drilled(Drilled),
    /// A custodian came, moved, left.
    Custodian(CustodianMove),
    /// Months after which things fall due.
    Policy(Policy),
    /// A copy was destroyed, for that reason.
    Destroyed(Destroyed),
    /// Two registers that had gone on separately are one again.
    Merged,
    /// A note.
    Noted(String),
    /// A share is about to be made anew at its number, on those carriers.
    Reissuing(Reissued),
    /// A share was made anew at its number.
    Reissued(Reissued),
    /// A vault took the place of another one.
    Superseded(Superseded),
    /// A vault is not needed any more.
    Retired(Retired),
}

impl Event {
    /// Its word in the file.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Begun(_) => "begun",
            Self::Sealed(_) => "sealed",
            Self::Found(_) => "found",
            Self::BrokenOff(_) => "broken-off",
            Self::Checked(_) => "checked",
            Self::Copied(_) => "copied",
            Self::Printed(_) => "printed",
            Self::Confirmed(_) => "confirmed",
            Self::Placed(_) => "placed",
            Self::Bagged(_) => "bagged",
            Self::Challenged(_) => "challenged",
            Self::Receipt(_) => "receipt",
            Self::Claimed(_) => "claimed",
            Self::Drilled(_) => "drilled",
            Self::Custodian(_) => "custodian",
            Self::Policy(_) => "policy",
            Self::Destroyed(_) => "destroyed",
            Self::Merged => "merged",
            Self::Noted(_) => "noted",
            Self::Reissuing(_) => "reissuing",
            Self::Reissued(_) => "reissued",
            Self::Superseded(_) => "superseded",
            Self::Retired(_) => "retired",
        }
    }

    /// Adds the word and the members to an entry.
    pub(super) fn write(&self, object: Object) -> Object {
        let object = object.with("event", self.word());
        match self {
            Self::Begun(vault) => object.with("vault", vault.to_json()),
            Self::Sealed(all) | Self::BrokenOff(all) => all.write(object),
            Self::Found(found) => found.write(object),
            Self::Checked(checked) => checked.write(object),
            Self::Copied(copied) => copied.write(object),
            Self::Printed(of) | Self::Confirmed(of) => of.write(object),
            Self::Placed(told) => told.write(object, "site"),
            Self::Bagged(told) => told.write(object, "bag"),
            Self::Challenged(challenged) => challenged.write(object),
            Self::Receipt(receipt) => receipt.write(object),
            Self::Claimed(claimed) => claimed.write(object),
            Self::Drilled(drilled) => drilled.write(object),
            Self::Custodian(custodian) => custodian.write(object),
            Self::Policy(policy) => policy.write(object),
            Self::Destroyed(destroyed) => destroyed.write(object),
            Self::Merged => object,
            Self::Noted(text) => object.with("text", text.as_str()),
            Self::Reissuing(reissued) | Self::Reissued(reissued) => reissued.write(object),
            Self::Superseded(superseded) => superseded.write(object),
            Self::Retired(retired) => retired.write(object),
        }
    }

    /// The inverse of [`Event::write`]; `None` for a word of a later coldvault.
    ///
    /// # Errors
    /// [`crate::error::Error::Json`] for members that do not belong to the word.
    pub(super) fn read(object: &Object) -> Result<Option<Self>> {
        Ok(Some(match object.text("event")? {
            "begun" => Self::Begun(VaultFacts::from_json(object.object("vault")?)?),
            "sealed" => Self::Sealed(Sealing::read(object)?),
            "found" => Self::Found(Found::read(object)?),
            "broken-off" => Self::BrokenOff(Sealing::read(object)?),
            "checked" => Self::Checked(Checked::read(object)?),
            "copied" => Self::Copied(Copied::read(object)?),
            "printed" => Self::Printed(OfCarrier::read(object)?),
            "confirmed" => Self::Confirmed(OfCarrier::read(object)?),
            "placed" => Self::Placed(Told::read(object, "site")?),
            "bagged" => Self::Bagged(Told::read(object, "bag")?),
            "challenged" => Self::Challenged(Challenged::read(object)?),
            "receipt" => Self::Receipt(Receipted::read(object)?),
            "claimed" => Self::Claimed(Claimed::read(object)?),
            "drilled" => Self::Drilled(Drilled::read(object)?),
            "custodian" => Self::Custodian(CustodianMove::read(object)?),
            "policy" => Self::Policy(Policy::read(object)?),
            "destroyed" => Self::Destroyed(Destroyed::read(object)?),
            "merged" => Self::Merged,
            "noted" => Self::Noted(object.text("text")?.to_owned()),
            "reissuing" => Self::Reissuing(Reissued::read(object)?),
            "reissued" => Self::Reissued(Reissued::read(object)?),
            "superseded" => Self::Superseded(Superseded::read(object)?),
            "retired" => Self::Retired(Retired::read(object)?),
            _ => return Ok(None),
        }))
    }
}
