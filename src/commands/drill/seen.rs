//! What people saw of the carriers: asked at the end of a drill, shown once more, corrected, and held against what the
//! register and the report before say.

use crate::commands::Session;
use crate::drill::{self, CarrierUse, DrillReport, Finding};
use crate::error::Result;
use crate::register::VaultState;

use super::asking::{one_line, yes_or_no};
use super::entering;
use super::options::Named;

/// Enters what the register and the report before say of where each carrier should be, and in which bag.
pub(super) fn expect(report: &mut DrillReport, previous: Option<&DrillReport>, session: &Session) {
    let key = report.vault.as_ref().map(|vault| vault.public_key);
    let vault = key.and_then(|key| entering::vault(Some(key.vault_id()), session));
    for one in &mut report.carriers {
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
        answered |= carrier(one, vault.as_ref(), is_opened, session)?;
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
            let line = format!("{number}: {}: {}", one.called(), said(one, is_opened));
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
                    forget(one);
                    carrier(one, vault, is_opened, session)?;
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
            || one.called().eq_ignore_ascii_case(answer)
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

/// Asks how a carrier was found, and which bag it goes into, as far as that is not known. Whether anything was said.
fn carrier(
    one: &mut CarrierUse,
    vault: Option<&VaultState>,
    is_opened: bool,
    session: &mut Session,
) -> Result<bool> {
    let before = one.clone();
    let name = one.called();
    if one.bag_found.is_none() {
        let question = format!(
            "{name}: number of the bag that it was in (`none`: in no bag; press Enter: not said):"
        );
        one.bag_found = one_line(&question, session)?.map(|text| drill::bag(&text));
    }
    if one.seal.is_none() {
        let what = format!("{name}: its seal");
        one.seal = word(&what, &drill::SEALS, drill::seal, session)?;
    }
    if one.condition.is_none() {
        let what = format!("{name}: its condition");
        one.condition = word(&what, &drill::CONDITIONS, drill::condition, session)?;
    }
    if one.placed_as_registered.is_none() {
        let known = vault.and_then(|vault| entering::state(one, vault)?.site.clone());
        let known = known.map_or(String::new(), |site| {
            format!("the register says {site:?}; ")
        });
        let question = format!(
            "{name}: {known}was it where it should be? Type y or n (press Enter: not said):"
        );
        one.placed_as_registered = yes_or_no(&question, session)?;
    }
    let is_bagged = one
        .bag_found
        .as_deref()
        .is_some_and(|bag| bag != drill::NO_BAG);
    if is_opened && is_bagged && one.was_opened() && one.bag_new.is_none() {
        one.bag_new = new_bag(one, session)?;
    }
    if one.asks_why() && one.explained.is_none() {
        why(one, session)?;
    }
    Ok(*one != before)
}

/// The number of another bag than any that it was in. Anything else is asked again.
fn new_bag(one: &CarrierUse, session: &mut Session) -> Result<Option<String>> {
    let name = one.called();
    let question = format!("{name}: number of its new bag (press Enter: not said):");
    loop {
        let Some(answer) = one_line(&question, session)? else {
            return Ok(None);
        };
        let text = match drill::new_bag(&answer) {
            Some(new) if one.was_in(&new) => "That is the bag that it was in: it needs a new one.",
            Some(new) => return Ok(Some(new)),
            None => "That is no number of a bag. Press Enter where it is in none.",
        };
        session.terminal.say(text);
    }
}

/// One of the words that are known, or another text that is marked as such. Anything else is asked again.
pub(super) fn word(
    what: &str,
    known: &[&str],
    read: fn(&str) -> Option<String>,
    session: &mut Session,
) -> Result<Option<String>> {
    let known = known.join(", ");
    let question = format!("{what}: {known}, or other: and what you see (press Enter: not said):");
    loop {
        let Some(answer) = one_line(&question, session)? else {
            return Ok(None);
        };
        match read(&answer) {
            Some(word) => return Ok(Some(word)),
            None => {
                let text = format!("That is none of: {known}. For anything else type other: TEXT.");
                session.terminal.say(&text);
            }
        }
    }
}

fn why(one: &mut CarrierUse, session: &mut Session) -> Result<()> {
    let name = one.called();
    if let (Some(false), Some(expected)) = (one.is_in_its_bag(), &one.bag_expected) {
        let text = format!("{name} had gone into bag {expected:?}.");
        session.terminal.say(&text);
    }
    let question = format!(
        "{name}: why is it not as it should be, and who knows of it? (press Enter: nobody knows):"
    );
    one.explained = one_line(&question, session)?;
    Ok(())
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
