//! What people saw of the carriers: asked at the end of a drill, shown once more, corrected, and held against what the
//! register and the report before say.

mod asked;

use crate::commands::Session;
use crate::drill::{self, CarrierUse, DrillReport, Finding, OF_ANOTHER_VAULT};
use crate::error::Result;
use crate::register::VaultState;

use super::asking::one_line;
use super::entering;
use super::options::Named;
use asked::{Asked, called};

pub(super) use asked::word;

/// Enters what the register and the report before say of where each carrier should be, and in which bag.
pub(super) fn expect(report: &mut DrillReport, previous: Option<&DrillReport>, session: &Session) {
    let key = report.vault.as_ref().map(|vault| vault.public_key);
    let vault = key.and_then(|key| entering::vault(Some(key.vault_id()), session));
    let own = report.carriers.iter_mut();
    for one in own.filter(|one| one.outcome != OF_ANOTHER_VAULT) {
        let known = vault.as_ref().and_then(|vault| entering::state(one, vault));
        one.place_registered = known.is_some_and(|known| known.site.is_some());
        let registered = known.and_then(|known| known.bag.as_deref());
        let reported = previous.and_then(|previous| drill::went_into(previous, one));
        one.bag_expected = registered.or(reported).map(str::to_owned);
    }
}

/// Asks of each carrier, as far as it is not known, and lets what was typed be corrected.
///
/// # Errors
/// As [`one_line`].
pub(super) fn ask(report: &mut DrillReport, session: &mut Session) -> Result<()> {
    let key = report.vault.as_ref().map(|vault| vault.public_key);
    let vault = key.and_then(|key| entering::vault(Some(key.vault_id()), session));
    let is_opened = report.kind != drill::DrillKind::D0;
    let mut answered = false;
    for one in &mut report.carriers {
        answered |= Asked::new(None).of(one, vault.as_ref(), is_opened, session)?;
    }
    if answered {
        correct(&mut report.carriers, vault.as_ref(), is_opened, session)?;
    }
    Ok(())
}

/// Shows what was said, until nobody corrects it.
fn correct(
    all: &mut [CarrierUse],
    vault: Option<&VaultState>,
    is_opened: bool,
    session: &mut Session,
) -> Result<()> {
    loop {
        session.terminal.say("This was said of the carriers:");
        for (number, one) in (1..).zip(all.iter()) {
            let line = format!("{number}: {}: {}", called(one), said(one, is_opened));
            session.terminal.say(&line);
        }
        let question = "Which one is wrong? Type its number or its name, such as share 2/1 (press \
                        Enter: all is right):";
        let Some(answer) = one_line(question, session)? else {
            return Ok(());
        };
        match meant(&answer, all).as_slice() {
            [] => session.terminal.say("No carrier in the list is called so."),
            [place] => {
                if let Some(one) = all.get_mut(*place) {
                    let before = one.clone();
                    forget(one);
                    Asked::new(Some(&before)).of(one, vault, is_opened, session)?;
                }
            }
            _ => session
                .terminal
                .say("More than one is called so: type its number in the list."),
        }
    }
}

/// Places in the list of what an answer names: a number in the list, a name as it is shown, or as options have it.
fn meant(answer: &str, all: &[CarrierUse]) -> Vec<usize> {
    let number: Option<usize> = answer.parse().ok();
    let named = Named::parse(answer).map_or(Vec::new(), |named| named.among(all));
    let is_meant = |place: usize, one: &CarrierUse| {
        named.contains(&place)
            || number.and_then(|number| number.checked_sub(1)) == Some(place)
            || called(one).eq_ignore_ascii_case(answer)
    };
    let all = all.iter().enumerate();
    let meant = all.filter(|(place, one)| is_meant(*place, one));
    meant.map(|(place, _)| place).collect()
}

/// Takes back what people said of it; what the drill itself read stays.
fn forget(one: &mut CarrierUse) {
    (one.bag_found, one.bag_new, one.explained) = (None, None, None);
    (one.seal, one.condition, one.placed_as_registered) = (None, None, None);
}

/// "bag A1, seal intact, condition good, in its place, new bag A11".
fn said(one: &CarrierUse, is_opened: bool) -> String {
    let text = |what: &str, said: &Option<String>| {
        let said = said.as_deref().unwrap_or("not said");
        format!("{what} {said}")
    };
    let place = match one.placed_as_registered {
        Some(true) => "in its place",
        Some(false) => "NOT in its place",
        None => "its place not said",
    };
    let mut all = vec![
        text("bag", &one.bag_found),
        text("seal", &one.seal),
        text("condition", &one.condition),
        place.to_owned(),
    ];
    if is_opened {
        all.push(text("new bag", &one.bag_new));
    }
    let why = one.explained.as_ref();
    all.extend(why.map(|why| format!("because: {why}")));
    all.join(", ")
}

/// What is to be mended of the carriers, said while everybody is still at the table.
pub(super) fn findings(report: &DrillReport, session: &mut Session) -> Vec<Finding> {
    let found = drill::wrong(report);
    for one in &found {
        let (subject, text) = (one.subject.as_str(), one.text.as_str());
        match one.code.as_str() {
            "bag" => session.find(one.severity, "bag", subject, text, BROKEN),
            "seal" => session.find(one.severity, "seal", subject, text, BROKEN),
            "place" => session.find(one.severity, "place", subject, text, MOVED),
            _ => session.find(one.severity, "condition", subject, text, ANEW),
        }
    }
    found
}

pub(super) const BROKEN: &str = "open no more of it; photograph bag and seal, ask now who had it since, and \
                      decide in writing whether what is in it counts as seen by others";
const MOVED: &str = "ask who moved it; enter where it is kept: coldvault register place --register \
                     FILE CARRIER=PLACE";
const ANEW: &str = "write it anew while it can be read: coldvault copy or coldvault print";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_by_its_number_in_the_list_or_by_its_name() {
        let share = |number, copy| CarrierUse {
            role: "share".into(),
            number: Some(number),
            copy,
            ..CarrierUse::default()
        };
        let vault = CarrierUse {
            role: "vault".into(),
            copy: Some(1),
            ..CarrierUse::default()
        };
        let all = [share(1, Some(1)), share(2, None), share(2, None), vault];
        for (answer, places) in [
            ("1", vec![0]),
            ("4", vec![3]),
            ("Vault copy 1", vec![3]),
            ("vault 1", vec![3]),
            ("share 1", vec![0]),
            ("share 1/1", vec![0]),
            ("share 2", vec![1, 2]),
            ("0", vec![]),
            ("5", vec![]),
            ("share 3", vec![]),
            ("nonsense", vec![]),
        ] {
            assert_eq!(meant(answer, &all), places, "{answer}");
        }
    }
}
