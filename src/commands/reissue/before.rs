//! Whether the share was made anew before: by the register, and by the notes on carriers that lie on the table.

use std::collections::BTreeSet;

use crate::carrier::printable;
use crate::commands::Session;
use crate::media::OpenFolder;
use crate::quorum::Judged;
use crate::register::{Event, Register, ShareState, VaultState};
use crate::reissue::{self, Note, ReadNote};
use crate::signature::VaultId;

/// Raw bytes of a signature, and one more.
const SIGNATURE_BYTES: usize = 65;

/// What is known of it; `None` where nothing is.
pub(super) fn said(
    judged: &Judged,
    number: u8,
    known: Option<(&VaultState, &ShareState)>,
) -> Option<String> {
    let notes = notes(judged, number);
    let entered = known.into_iter().flat_map(|(_, share)| &share.reissues);
    let dates = entered.chain(notes.iter().map(|note| &note.made));
    let dates: BTreeSet<String> = dates.map(|when| when.date()).collect();
    let dates: Vec<String> = dates.into_iter().collect();
    let mut parts = Vec::new();
    if !dates.is_empty() {
        parts.push(format!("was made anew before, on {}", dates.join(", ")));
    }
    parts.extend(notes.iter().map(|note| {
        let to = printable(note.custodian.as_str());
        format!("its note on the table says: for {to}")
    }));
    let begun = known.into_iter().flat_map(|(vault, _)| {
        vault
            .unfinished(number)
            .filter_map(|copy| Some((copy.void?.date(), copy.copy)))
    });
    parts.extend(begun.map(|(date, copy)| {
        format!("copy {copy} was begun on {date}, never entered as made, and may be out")
    }));
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The proven notes of that share beside the shares on the table.
pub(super) fn notes(judged: &Judged, number: u8) -> Vec<Note> {
    let Some(manifest) = &judged.manifest else {
        return Vec::new();
    };
    let mut found: Vec<Note> = Vec::new();
    for one in &judged.verdicts {
        let Some(folder) = one.from.parent() else {
            continue;
        };
        let read = OpenFolder::open(folder).ok();
        let read = read.and_then(|folder| {
            let bytes = folder.read_small(reissue::FILE, reissue::MAX_BYTES);
            let signature = folder.read_small(reissue::SIGNATURE_FILE, SIGNATURE_BYTES);
            Some(ReadNote {
                bytes: bytes.ok()??,
                signature: signature.ok()??,
            })
        });
        let proven = read.and_then(|read| read.prove(manifest).ok());
        found.extend(proven.filter(|note| note.number == number && !found.contains(note)));
    }
    found
}

/// How many entries say that it was made anew, or was about to be.
pub(super) fn entered(vault: VaultId, number: u8, session: &Session) -> usize {
    let is_of = |event: &Event| match event {
        Event::Reissuing(of) | Event::Reissued(of) => (of.vault, of.number) == (vault, number),
        _ => false,
    };
    let entries = session.register().into_iter().flat_map(Register::entries);
    let events = entries.filter_map(|entry| entry.event.as_ref());
    events.filter(|event| is_of(event)).count()
}
