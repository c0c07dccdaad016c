//! D0, seals and places: every carrier is looked at where it lies. Nothing is opened, nothing is read.

use crate::commands::Session;
use crate::drill::{self, CarrierUse, DrillKind};
use crate::error::{Error, Exit, Result};
use crate::register::VaultState;

use super::done::Done;
use super::options::Named;
use super::report::Reporting;
use super::{Args, asking, entering, exit};

/// Leads it.
///
/// # Errors
/// [`Error::Usage`] when no carrier is named, by nobody.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    if !args.way.from.is_empty() {
        return Err(Error::Usage {
            what: "a drill D0 reads no carrier, and --from was given".into(),
            hint: "leave the bags closed; D1 reads shares and D2 vault copies".into(),
        });
    }
    let expect = args.expected()?;
    let vault = entering::vault(expect, session);
    if let Some(vault) = &vault {
        reporting.check_vault(vault.id)?;
    }
    let carriers = match &vault {
        Some(vault) => of_register(vault),
        None => named(&reporting, session)?,
    };
    if carriers.is_empty() {
        return Err(Error::Usage {
            what: "no carrier was looked at".into(),
            hint: "say what was seen, such as --seen \"vault 1=intact:good:yes\"".into(),
        });
    }
    reporting.check_named(&carriers)?;
    let done = Done {
        vault: vault.as_ref().map(entering::facts),
        carriers,
        answers: match vault {
            Some(_) => Vec::new(),
            None => expect.map(drill::expected).into_iter().collect(),
        },
        disposal: "nothing was opened".into(),
        ..Done::default()
    };
    let outcome = reporting.finish(DrillKind::D0, done, None, session)?;
    Ok(exit(outcome))
}

/// Every carrier of the vault that is still there: each has to be looked at.
fn of_register(vault: &VaultState) -> Vec<CarrierUse> {
    let there = vault.carriers.iter().filter(|one| one.counts());
    there.map(entering::known).collect()
}

/// Those that options or people name.
fn named(reporting: &Reporting, session: &mut Session) -> Result<Vec<CarrierUse>> {
    let bags = reporting.options.bags.iter().map(|(named, _)| named);
    let seen = reporting.options.seen.iter().map(|(named, _)| named);
    let mut named: Vec<Named> = Vec::new();
    for one in bags.chain(seen) {
        if !named.contains(one) {
            named.push(one.clone());
        }
    }
    if session.terminal.leads_on() {
        ask(&mut named, session)?;
    }
    Ok(named.iter().map(Named::alone).collect())
}

fn ask(named: &mut Vec<Named>, session: &mut Session) -> Result<()> {
    session
        .terminal
        .say("Go to each carrier and leave its bag closed. Which ones did you look at?");
    loop {
        let question = "Carrier, such as vault 1 or share 2/1 (press Enter: that was all):";
        let Some(answer) = asking::one_line(question, session)? else {
            return Ok(());
        };
        match Named::parse(&answer) {
            Some(one) if named.contains(&one) => session.terminal.say("That one was said already."),
            Some(one) => named.push(one),
            None => {
                let text =
                    "That names no carrier: vault 1, share 2, share 2/1 (its copy 1), or its id.";
                session.terminal.say(text);
            }
        }
    }
}
