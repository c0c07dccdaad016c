//! The questions about one carrier, the first time and again where something was wrong.
//!
//! Knows what was said before; what it is held against is its callers' business.

use crate::commands::Session;
use crate::commands::drill::asking::{one_line, yes_or_no};
use crate::commands::drill::entering;
use crate::drill::{self, CarrierUse, OF_ANOTHER_VAULT};
use crate::error::Result;
use crate::register::VaultState;

/// "share 2, copy 1"; one of another vault is another one.
pub(super) fn called(one: &CarrierUse) -> String {
    let name = one.called();
    match one.outcome == OF_ANOTHER_VAULT {
        true => format!("{name}, of another vault"),
        false => name,
    }
}

/// What is asked of a carrier, and what was said of it before, which Enter keeps.
pub(super) struct Asked<'b> {
    before: Option<&'b CarrierUse>,
}

impl<'b> Asked<'b> {
    pub(super) fn new(before: Option<&'b CarrierUse>) -> Self {
        Self { before }
    }

    /// What was said before.
    fn old<T: Clone + 'b>(&self, field: impl Fn(&'b CarrierUse) -> &'b Option<T>) -> Option<T> {
        self.before.and_then(|before| field(before).clone())
    }

    /// Asks how a carrier was found, and which bag it goes into, as far as that is not known. Whether anything was said.
    ///
    /// # Errors
    /// As [`one_line`].
    pub(super) fn of(
        &self,
        one: &mut CarrierUse,
        vault: Option<&VaultState>,
        is_opened: bool,
        session: &mut Session,
    ) -> Result<bool> {
        let unasked = one.clone();
        let name = called(one);
        if one.bag_found.is_none() {
            let old = self.old(|one| &one.bag_found);
            let question = format!(
                "{name}: number of the bag that it was in (`none`: in no bag; press Enter: {}):",
                stays(old.as_deref())
            );
            let new = one_line(&question, session)?.map(|text| drill::bag(&text));
            one.bag_found = new.or(old);
        }
        if one.seal.is_none() {
            let (what, old) = (format!("{name}: its seal"), self.old(|one| &one.seal));
            one.seal = word_or(&what, &drill::SEALS, drill::seal, old, session)?;
        }
        if one.condition.is_none() {
            let old = self.old(|one| &one.condition);
            let what = format!("{name}: its condition");
            one.condition = word_or(&what, &drill::CONDITIONS, drill::condition, old, session)?;
        }
        if one.placed_as_registered.is_none() {
            one.placed_as_registered = self.place(one, vault, session)?;
        }
        let is_bagged = one
            .bag_found
            .as_deref()
            .is_some_and(|bag| bag != drill::NO_BAG);
        if is_opened && is_bagged && one.was_opened() && one.bag_new.is_none() {
            one.bag_new = self.new_bag(one, session)?;
        }
        if one.asks_why() && one.explained.is_none() {
            one.explained = self.why(one, session)?;
        }
        Ok(*one != unasked)
    }

    fn place(
        &self,
        one: &CarrierUse,
        vault: Option<&VaultState>,
        session: &mut Session,
    ) -> Result<Option<bool>> {
        let own = vault.filter(|_| one.outcome != OF_ANOTHER_VAULT);
        let known = own.and_then(|vault| entering::state(one, vault)?.site.clone());
        let known = known.map_or(String::new(), |site| {
            format!("the register says {site:?}; ")
        });
        let old = self.old(|one| &one.placed_as_registered);
        let question = format!(
            "{}: {known}was it where it should be? Type y or n (press Enter: {}):",
            called(one),
            stays(old.map(|is| if is { "y" } else { "n" }))
        );
        Ok(yes_or_no(&question, session)?.or(old))
    }

    /// The number of another bag than any that it was in. Anything else is asked again.
    fn new_bag(&self, one: &CarrierUse, session: &mut Session) -> Result<Option<String>> {
        let old = self.old(|one| &one.bag_new);
        let old = old.filter(|new| !one.was_in(new));
        let question = format!(
            "{}: number of its new bag (press Enter: {}):",
            called(one),
            stays(old.as_deref())
        );
        loop {
            let Some(answer) = one_line(&question, session)? else {
                return Ok(old);
            };
            let text = match drill::new_bag(&answer) {
                Some(new) if one.was_in(&new) => {
                    "That is the bag that it was in: it needs a new one."
                }
                Some(new) => return Ok(Some(new)),
                None => "That is no number of a bag. Press Enter where it is in none.",
            };
            session.terminal.say(text);
        }
    }

    fn why(&self, one: &CarrierUse, session: &mut Session) -> Result<Option<String>> {
        let name = called(one);
        if let (Some(false), Some(expected)) = (one.is_in_its_bag(), &one.bag_expected) {
            let text = format!("{name} had gone into bag {expected:?}.");
            session.terminal.say(&text);
        }
        let old = self.old(|one| &one.explained);
        let enter = old
            .as_ref()
            .map_or("nobody knows".to_owned(), |old| format!("stays {old:?}"));
        let question = format!(
            "{name}: why is it not as it should be, and who knows of it? (press Enter: {enter}):"
        );
        Ok(one_line(&question, session)?.or(old))
    }
}

/// What Enter does: "not said", or that what was said stays.
fn stays(old: Option<&str>) -> String {
    old.map_or("not said".to_owned(), |old| format!("stays {old:?}"))
}

/// As [`word`], where there may be an old one.
fn word_or(
    what: &str,
    known: &[&str],
    read: fn(&str) -> Option<String>,
    old: Option<String>,
    session: &mut Session,
) -> Result<Option<String>> {
    let new = ask_word(what, known, read, &stays(old.as_deref()), session)?;
    Ok(new.or(old))
}

/// One of the words that are known, or another text that is marked as such. Anything else is asked again.
pub(in crate::commands::drill) fn word(
    what: &str,
    known: &[&str],
    read: fn(&str) -> Option<String>,
    session: &mut Session,
) -> Result<Option<String>> {
    ask_word(what, known, read, "not said", session)
}

fn ask_word(
    what: &str,
    known: &[&str],
    read: fn(&str) -> Option<String>,
    enter: &str,
    session: &mut Session,
) -> Result<Option<String>> {
    let known = known.join(", ");
    let question = format!("{what}: {known}, or other: and what you see (press Enter: {enter}):");
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
