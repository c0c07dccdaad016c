//! The tables of a destruction record: what was destroyed, and what is still out.

use crate::destruction::{DestructionRecord, copy_name, keeper, medium_word};
use crate::register::CarrierState;
use crate::sheet::frame;
use crate::sheet::table::Table;

/// What is said of a copy.
const COPY: [(&str, f32); 4] = [("", 1.7), ("on", 2.2), ("whose", 1.2), ("where", 1.7)];

/// What was destroyed: how, when, and who saw it.
pub(super) fn destroyed(record: &DestructionRecord) -> Table {
    let row = |carrier: &CarrierState| {
        let mut cells = cells(record, carrier);
        let said = carrier.destruction.as_ref();
        let how = said.map(|said| match &said.how {
            Some(how) => how.clone(),
            None if carrier.by_reissue => format!("by the reissue: {}", said.reason),
            None => said.reason.clone(),
        });
        let people = said.map_or(String::new(), |said| said.people.join(", "));
        cells.push(how.unwrap_or_else(|| "not said".into()));
        cells.push(said.map_or(String::new(), |said| frame::day(said.when)));
        cells.push(match people.is_empty() {
            true => "nobody is named".into(),
            false => people,
        });
        cells
    };
    let columns = [("how", 2.0), ("when", 1.6), ("confirmed by", 2.3)];
    Table {
        title: "DESTROYED".into(),
        share: 1.0,
        columns: COPY.iter().chain(&columns).copied().collect(),
        rows: record.destroyed().map(row).collect(),
        otherwise: "nothing",
    }
}

/// What was not, and what nobody ever entered.
pub(super) fn outstanding(record: &DestructionRecord) -> Table {
    let known = record.left().map(|carrier| cells(record, carrier));
    let unseen = record.never_seen().into_iter().map(|(role, copy)| {
        let name = format!("{role}, copy {copy}");
        vec![name, "never entered: nobody knows of it".into()]
    });
    Table {
        title: "STILL OUT".into(),
        share: 1.0,
        columns: COPY.to_vec(),
        rows: known.chain(unseen).collect(),
        otherwise: "nothing that the register knows of",
    }
}

/// Which copy, on what, whose, where.
fn cells(record: &DestructionRecord, carrier: &CarrierState) -> Vec<String> {
    let id = carrier.carrier_id.map(|id| {
        let id = data_encoding::HEXLOWER.encode(&id);
        format!("id {}", id.get(..8).unwrap_or(&id))
    });
    let serial = carrier.serial.as_ref().map(|one| format!("serial {one}"));
    let medium = Some(medium_word(carrier).to_owned());
    let on: Vec<String> = [medium, id, serial].into_iter().flatten().collect();
    let bag = carrier.bag.as_ref().map(|bag| format!("bag {bag}"));
    let place: Vec<String> = [carrier.site.clone(), bag].into_iter().flatten().collect();
    let whose = keeper(carrier, &record.vault).unwrap_or_default();
    vec![
        copy_name(carrier),
        on.join(", "),
        whose.to_owned(),
        place.join(", "),
    ]
}
