//! The bag of a custodian's carrier, looked at while it is closed: one that is broken, or has another number than it should,
//! is a reason to stop (ceremony.md, section 5). It stays closed, unless people decide otherwise.

use crate::commands::Session;
use crate::commands::lead::{Bag, Turn};
use crate::drill::{self, CarrierUse};
use crate::error::Result;
use crate::register::{CarrierState, Role, VaultState};
use crate::report::Severity;

use super::asking::one_line;
use super::entering;
use super::options::Named;
use super::seen::{BROKEN, word};

const QUESTION: &str = "The next bag, still closed: its number (`bad`: it is broken, or has another number than \
                        it should; `none`: in no bag; press Enter: not said):";
const STOP: &str =
    "Stop here, and leave that bag closed. Photograph bag and seal, and ask now who had it since.";
const WHOSE: &str =
    "Which carrier should be in it, such as share 2 or share 2/1? (press Enter: not known):";
const GO_ON: &str =
    "Type `open` to go on with it all the same (press Enter: it stays closed, and is set aside):";

/// Asks for the next bag of a carrier of this vault, as far as the register has it. `before` are the numbers by the report
/// before; where no number is known, any will do.
///
/// # Errors
/// As [`one_line`].
pub(super) fn ask(
    vault: Option<&VaultState>,
    before: &[(CarrierUse, String)],
    session: &mut Session,
) -> Result<Turn> {
    let Some(answer) = one_line(QUESTION, session)? else {
        return Ok(Turn::Opens(Bag::default()));
    };
    if answer.eq_ignore_ascii_case("bad") {
        return bad(None, None, vault, session);
    }
    let found = drill::bag(&answer);
    let known = Known::of(vault, before);
    let opens = |found| {
        let found = Some(found);
        Ok(Turn::Opens(Bag { found, seal: None }))
    };
    if known.bags.is_empty() || found == drill::NO_BAG || known.has(&found) {
        return opens(found);
    }
    let line = format!("No carrier of a share had gone into bag {found:?}, as far as is known.");
    session.terminal.say(&line);
    if known.is_all {
        return bad(Some(found), None, vault, session);
    }
    // It may be one of which no bag is known.
    let carrier = whose(vault, session)?;
    let Some(other) = known.bag_of(&carrier) else {
        return opens(found);
    };
    let line = format!("{} had gone into bag {other:?}.", carrier.called());
    session.terminal.say(&line);
    bad(Some(found), Some(carrier), vault, session)
}

/// Bags of carriers of shares, as the register and the report before have them.
struct Known {
    bags: Vec<(CarrierUse, String)>,
    /// Whether every carrier of a share that the register has is among them.
    is_all: bool,
}

impl Known {
    fn of(vault: Option<&VaultState>, before: &[(CarrierUse, String)]) -> Self {
        let shares = vault.map_or(Vec::new(), shares);
        let registered = shares.iter();
        let registered = registered
            .filter_map(|one| Some((entering::known(one), one.bag.clone()?)))
            .filter(|(_, bag)| bag != drill::NO_BAG);
        let bags: Vec<(CarrierUse, String)> = registered.chain(before.iter().cloned()).collect();
        let has_bag = |one: &CarrierUse| bags.iter().any(|(known, _)| is_one_of(one, known));
        let is_all = !shares.is_empty() && shares.iter().all(|one| has_bag(&entering::known(one)));
        Self { bags, is_all }
    }

    fn has(&self, bag: &str) -> bool {
        self.bags.iter().any(|(_, known)| known == bag)
    }

    fn bag_of(&self, carrier: &CarrierUse) -> Option<&str> {
        let mut all = self.bags.iter();
        let found = all.find(|(known, _)| is_one_of(carrier, known));
        found.map(|(_, bag)| bag.as_str())
    }
}

/// Where nobody says which copy of a share it is, any may be meant.
fn is_one_of(carrier: &CarrierUse, known: &CarrierUse) -> bool {
    carrier.number.is_some()
        && carrier.number == known.number
        && (carrier.copy.is_none() || known.copy.is_none() || carrier.copy == known.copy)
}

/// Carriers of shares that the register has.
fn shares(vault: &VaultState) -> Vec<&CarrierState> {
    let all = vault.carriers.iter();
    all.filter(|one| matches!(one.role, Role::Share(_)) && !one.destroyed)
        .collect()
}

/// What is wrong with it is asked and kept, and whether it stays closed.
fn bad(
    found: Option<String>,
    carrier: Option<CarrierUse>,
    vault: Option<&VaultState>,
    session: &mut Session,
) -> Result<Turn> {
    session.terminal.say(STOP);
    let found = match found {
        Some(found) => Some(found),
        None => {
            let question = "The number on it (press Enter: not said):";
            one_line(question, session)?.map(|text| drill::bag(&text))
        }
    };
    let seal = word("Its seal", &drill::SEALS, drill::seal, session)?;
    let mut carrier = match carrier {
        Some(carrier) => carrier,
        None => whose(vault, session)?,
    };
    let is_opened = opens(session)?;
    let bag = Bag { found, seal };
    tell(&bag, &carrier, is_opened, session);
    if is_opened {
        return Ok(Turn::Opens(bag));
    }
    bag.enter(&mut carrier);
    Ok(Turn::StaysClosed(Box::new(carrier)))
}

fn whose(vault: Option<&VaultState>, session: &mut Session) -> Result<CarrierUse> {
    let shares = vault.map_or(Vec::new(), shares).into_iter();
    let known: Vec<CarrierUse> = shares.map(entering::known).collect();
    loop {
        let Some(answer) = one_line(WHOSE, session)? else {
            return Ok(CarrierUse {
                role: "share".into(),
                outcome: drill::NOT_READ.into(),
                ..CarrierUse::default()
            });
        };
        match Named::parse(&answer) {
            Some(named @ Named::Share(..)) => {
                let one = match named.among(&known).as_slice() {
                    [place] => known.get(*place).cloned(),
                    _ => None,
                };
                return Ok(one.unwrap_or_else(|| named.alone()));
            }
            _ => {
                let text = "That names no carrier of a share: share 2, or share 2/1 (its copy 1).";
                session.terminal.say(text);
            }
        }
    }
}

fn opens(session: &mut Session) -> Result<bool> {
    loop {
        match one_line(GO_ON, session)? {
            None => return Ok(false),
            Some(answer) if answer.eq_ignore_ascii_case("open") => return Ok(true),
            Some(_) => session.terminal.say("Type open, or press Enter."),
        }
    }
}

fn tell(bag: &Bag, carrier: &CarrierUse, is_opened: bool, session: &mut Session) {
    let not_said = || "not said".to_owned();
    let found = bag
        .found
        .as_ref()
        .map_or_else(not_said, |bag| format!("{bag:?}"));
    let seal = bag.seal.clone().unwrap_or_else(not_said);
    let done = match is_opened {
        true => "it was opened all the same",
        false => "it stays closed, and the share in it is not used",
    };
    let text = format!("its bag was not as it should be (number {found}, seal: {seal}): {done}");
    session.find(Severity::Error, "bag", &carrier.called(), &text, BROKEN);
}
