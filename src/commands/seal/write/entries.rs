//! What the register is told of a sealing: that it begins, before the first share leaves the machine; what was written, in
//! the end; and what is out, when it ends early.

use super::Writing;
use super::copies::Copy;
use super::written::Written;
use crate::commands::noting::{carrier_line, carrier_ref, facts_of, share_lines};
use crate::commands::seal::Thing;
use crate::error::Result;
use crate::manifest::{Manifest, ReadManifest};
use crate::register::{
    CarrierLine, CarrierRef, Checked, Condition, Event, ExceptionLine, MediumKind, OfCarrier,
    Sealing, VaultFacts,
};

impl Writing<'_> {
    /// Whoever finds a share later can tell then that it was of a sealing, even if that never ended.
    ///
    /// # Errors
    /// As [`crate::commands::Session::note`]: nothing left the machine yet.
    pub(super) fn note_begun(&mut self, manifest: &Manifest, signed: &ReadManifest) -> Result<()> {
        let facts = facts_of(manifest, Some(&signed.bytes));
        self.session.note(&[Event::Begun(facts.clone())])?;
        self.begun_as = Some(facts);
        Ok(())
    }

    /// What became of a sealing that ended as it should.
    pub(super) fn events(&self) -> Vec<Event> {
        let lines: Vec<CarrierLine> = self.written.iter().filter_map(|w| self.line(w)).collect();
        let Some((facts, manifest)) = self.begun_as.as_ref().zip(self.manifest.as_ref()) else {
            return Vec::new();
        };
        let vault = facts.public_key.vault_id();
        let mut events = Vec::new();
        // A sheet is known as prepared before the sealing counts it as a copy.
        for written in self.written.iter().filter(|written| written.is_sheet()) {
            let Some(line) = self.line(written) else {
                continue;
            };
            let of = OfCarrier {
                vault,
                carrier: line.carrier,
            };
            events.push(match written.was_printed() {
                true => Event::Confirmed(of),
                false => Event::Printed(of),
            });
        }
        events.push(Event::Sealed(self.sealing(facts, manifest, lines)));
        let proven = self.written.iter();
        let proven = proven.filter(|written| written.line.replugged == Some(true));
        events.extend(proven.filter_map(|written| {
            Some(Event::Checked(Checked {
                vault,
                carrier: self.line(written)?,
                outcome: Condition::Whole,
                replugged: Some(true),
                secret_proven: None,
                what: None,
            }))
        }));
        events
    }

    /// Enters what is out of a sealing that ended early. That the register takes no more is said, and changes nothing.
    pub(super) fn note_broken_off(&mut self, out: Vec<CarrierLine>) {
        let Some((facts, manifest)) = self.begun_as.as_ref().zip(self.manifest.as_ref()) else {
            return;
        };
        let events = match self.is_sealed && self.missing().is_empty() {
            true => self.events(),
            false => vec![Event::BrokenOff(self.sealing(facts, manifest, out))],
        };
        if let Err(error) = self.session.note(&events) {
            let text = format!("the register does not say how this sealing ended: {error}");
            self.session.terminal.warn(&text);
        }
    }

    fn sealing(&self, facts: &VaultFacts, manifest: &Manifest, out: Vec<CarrierLine>) -> Sealing {
        let custodian = |number| {
            let custodian = self.plan.custodian(Thing::Share(number))?;
            Some(custodian.name.to_string())
        };
        let inside = &self.taking.inside;
        let exceptions = self.plan.exceptions.iter().map(|exception| ExceptionLine {
            rule: exception.rule.clone(),
            reason: exception.reason.clone(),
        });
        Sealing {
            vault: facts.clone(),
            shares: share_lines(manifest, custodian),
            carriers: out,
            certificates: inside.certificates.clone(),
            certificates_left_out: inside.left_out,
            node_changed: inside.changed,
            exceptions: exceptions.collect(),
        }
    }

    /// What the register is told of a copy that is finished.
    pub(super) fn line(&self, written: &Written) -> Option<CarrierLine> {
        let copy = self.copies.iter().find(|copy| written.is(copy))?;
        Some(match written.medium() {
            Some((_, place)) => carrier_line(&copy.facts, &place.medium),
            None => paper(copy),
        })
    }

    /// The sheet that may be on paper although nobody said so.
    pub(super) fn line_of_print(&self, holds: &str) -> Option<CarrierLine> {
        let copy = self.copies.iter().find(|copy| copy.holds == holds)?;
        Some(paper(copy))
    }
}

/// A sheet has no id of its own: it is known by what it is of.
fn paper(copy: &Copy) -> CarrierLine {
    let carrier = CarrierRef {
        carrier_id: None,
        ..carrier_ref(&copy.facts)
    };
    CarrierLine {
        of: copy.facts.of,
        medium: MediumKind::Paper,
        written: Some(copy.facts.written),
        ..CarrierLine::bare(carrier)
    }
}
