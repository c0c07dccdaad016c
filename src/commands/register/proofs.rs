//! Receipts that a register holds: whether each is signed with the key of the share that it is said to be of.
//!
//! Whoever can write a register can write an entry that says "proven". What enters one is `receipts`' business.

use crate::commands::Session;
use crate::receipt::ReadReceipt;
use crate::register::{Event, Receipted, Register, State};
use crate::report::Severity;

/// Names every receipt that proves nothing, and answers whether there was none.
pub(super) fn receipts_hold(register: &Register, session: &mut Session) -> bool {
    let state = register.state();
    let mut all_hold = true;
    for entry in register.entries() {
        let Some(Event::Receipt(one)) = &entry.event else {
            continue;
        };
        if holds(one, &state) {
            continue;
        }
        all_hold = false;
        let subject = format!("line {}", entry.line);
        let text = format!(
            "the receipt of share {} proves nothing: it is not signed with that share",
            one.number
        );
        let hint = "somebody wrote it into the register: ask for a new one over new words";
        session.find(Severity::Error, "receipt-unproven", &subject, &text, hint);
    }
    all_hold
}

/// Where the register has no check key, the receipt was proven against a carrier as it was entered.
fn holds(one: &Receipted, state: &State) -> bool {
    let Ok(read) = ReadReceipt::from_bytes(one.receipt.as_bytes()) else {
        return false;
    };
    let claims = &read.claims;
    let is_it = claims.public_key.vault_id() == one.vault
        && claims.number == one.number
        && claims.challenge == one.challenge;
    let share = state
        .vault(one.vault)
        .and_then(|vault| vault.shares.iter().find(|s| s.number == one.number));
    is_it && share.is_some_and(|share| share.check_key.is_none_or(|key| read.is_signed(&key)))
}
