//! Where two running copies, or an old signing history, cost money: says so, and goes on only when somebody confirms
//! that the old machine is off.

use super::choice::Choice;
use crate::commands::Session;
use crate::commands::looking::Looked;
use crate::commands::presented::lossy;
use crate::contents::{Contents, Place};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::material::{self, Part};
use crate::quorum::Judged;
use crate::report::Severity;
use crate::terminal::is_stop;
use crate::time::Time;

const HINT: &str = "switch the old machine off, and see to it that it stays off";
/// What has to be typed.
const WORD: &str = "off";
/// Software of which it is said and not asked. A Corda node goes on being one state machine with its counterparties, and
/// R3's own guide restores it without ceremony: whoever needs it back on the worst day is not held up.
const SAID_ONLY: [&str; 1] = ["Corda"];

/// What is asked about where nobody could look.
const NOT_KNOWN: &str = "software that could not be told";

/// Why something that came back must not run twice.
#[derive(Debug, PartialEq, Eq)]
struct Danger {
    software: &'static str,
    why: &'static str,
    /// How far each signing history goes, and where it is.
    signed: Vec<String>,
    /// Keys that came back without theirs.
    lost: Vec<String>,
}

/// Says what is dangerous, and asks. In a rehearsal it only says it.
///
/// # Errors
/// [`Error::Refused`] without a terminal and without `--old-machine-off`; [`Error::Stopped`], [`Error::Interrupted`].
pub(super) fn confirm(
    looked: &[Looked],
    judged: &Judged,
    choice: &Choice,
    session: &mut Session,
) -> Result<()> {
    let sealed = judged.manifest.as_ref().map(|manifest| manifest.created);
    let said = Said {
        is_rehearsal: judged.kind() == Some(Kind::Rehearsal),
        is_off: choice.old_machine_off,
    };
    confirm_all(looked, sealed, said, session)
}

/// What is known before anybody is asked.
#[derive(Clone, Copy)]
struct Said {
    is_rehearsal: bool,
    /// Somebody said that the old machine is off.
    is_off: bool,
}

fn confirm_all(
    looked: &[Looked],
    sealed: Option<Time>,
    said: Said,
    session: &mut Session,
) -> Result<()> {
    let mut all = Vec::new();
    for one in looked {
        let dangers = of_one(one, session);
        all.extend(dangers.into_iter().map(|danger| (&one.name, danger)));
    }
    for (name, danger) in &all {
        tell(name, danger, sealed, session);
    }
    let not_known = looked.iter().find(|one| one.contents.is_err());
    let mut asked = all.iter().map(|(_, danger)| danger.software);
    let asked = asked.find(|software| !SAID_ONLY.contains(software));
    match asked.or(not_known.map(|_| NOT_KNOWN)) {
        Some(software) => ask(software, said, session),
        None => {
            if !all.is_empty() {
                session.terminal.say(&format!("What to do: {HINT}."));
            }
            Ok(())
        }
    }
}

/// What is dangerous in one node directory. Where nobody could look it is what the vault says of it, and that is said.
fn of_one(one: &Looked, session: &mut Session) -> Vec<Danger> {
    match &one.contents {
        Ok(contents) => {
            let software = software(contents, &one.software);
            let shown = |place: &Place| one.shown(place);
            dangers(contents, &software, material::software(), &shown)
        }
        Err(why) => {
            let text = format!(
                "could not be looked at ({why}): whether a second running copy of it costs money is \
                 not known"
            );
            say(&one.name, &text, session);
            let sealed: Vec<&str> = one.software.iter().map(String::as_str).collect();
            let none = Contents::default();
            dangers(&none, &sealed, material::software(), &|_| String::new())
        }
    }
}

/// Says one danger: why, how far was signed, and what came back without its history.
fn tell(name: &[u8], danger: &Danger, sealed: Option<Time>, session: &mut Session) {
    say(
        name,
        &format!("{}: {}", danger.software, danger.why),
        session,
    );
    for signed in &danger.signed {
        say(name, &format!("signed so far: {signed}"), session);
    }
    for key in &danger.lost {
        let text = format!(
            "there is NO signing history for the validator key {key} in what came back: started without \
             it, it could sign something twice"
        );
        say(name, &text, session);
    }
    if !danger.signed.is_empty() {
        let day = sealed.map_or(String::new(), |time| format!(" ({time})"));
        let text = format!("what was signed after the sealing{day} is not in it");
        say(name, &text, session);
    }
}

fn say(name: &[u8], text: &str, session: &mut Session) {
    let subject = format!("{:?}", lossy(name));
    session.find(Severity::Warning, "danger", &subject, text, HINT);
}

fn ask(software: &str, said: Said, session: &mut Session) -> Result<()> {
    if said.is_rehearsal {
        let text = "In a restore of a production vault you would confirm here that the old machine is \
                    off.";
        session.terminal.say(text);
        return Ok(());
    }
    if said.is_off {
        session
            .terminal
            .say("--old-machine-off: you say that the old machine is off.");
        return Ok(());
    }
    let question = format!(
        "This is {software}: two running copies cost money. Is the old machine off, and will it stay off? Type OFF, \
         then press Enter (`stop` ends it and leaves nothing):"
    );
    loop {
        match session.terminal.ask(&question)? {
            Some(answer) if answer.eq_ignore_ascii_case(WORD) => return Ok(()),
            Some(answer) if is_stop(&answer) => return Err(Error::Stopped),
            Some(_) => session
                .terminal
                .say("Only OFF goes on from here, or `stop`."),
            None => {
                return Err(Error::Refused {
                    what: format!(
                        "nobody confirmed that the old machine is off, and this is {software}: \
                         two running copies cost money"
                    ),
                    hint: format!("{HINT}; then give --old-machine-off"),
                });
            }
        }
    }
}

/// A place as people are told it.
type Shown<'s> = dyn Fn(&Place) -> String + 's;

/// What software a node directory may be of: by what came back, by what was said when it was sealed, and by whose keys are
/// in it.
fn software<'s>(contents: &'s Contents, sealed: &'s [String]) -> Vec<&'s str> {
    let mut all = contents.software.clone();
    all.extend(sealed.iter().map(String::as_str));
    // Whose keys they are counts too: beside other software nothing else may tell it.
    let keys = contents.material.iter().map(|(_, material)| material);
    let keys = keys.filter(|one| matches!(one.part, Part::Key | Part::History));
    for software in keys.filter_map(|one| one.software) {
        if !all.contains(&software) {
            all.push(software);
        }
    }
    all
}

/// What is dangerous in one node directory of this software.
fn dangers(
    contents: &Contents,
    software: &[&str],
    table: &'static [material::Software],
    shown: &Shown<'_>,
) -> Vec<Danger> {
    let known = table.iter().filter(|software| !software.danger.is_empty());
    let here = known.filter(|known| software.contains(&known.name));
    here.map(|software| Danger {
        software: software.name,
        why: software.danger,
        signed: signed(contents, software.name, shown),
        lost: lost(contents, software.name, shown),
    })
    .collect()
}

/// How far the signing histories of this software go.
fn signed(contents: &Contents, software: &str, shown: &Shown<'_>) -> Vec<String> {
    let of_it = contents
        .material
        .iter()
        .filter(|(_, material)| material.software.is_none_or(|name| name == software));
    let with = of_it.filter_map(|(place, material)| Some((place, material.history.as_ref()?)));
    with.map(|(place, history)| format!("{} ({})", history.shown, shown(place)))
        .collect()
}

/// The validator keys of this software that have no history.
fn lost(contents: &Contents, software: &str, shown: &Shown<'_>) -> Vec<String> {
    let missing = contents.without_history();
    let of_it = missing.iter().filter(|missing| missing.is_of(software));
    of_it.map(|missing| shown(&missing.key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::{History, Material, Order, Part, Software, State};

    const TABLE: &[Software] = &[
        Software {
            name: "Validator",
            files: &[],
            needs: "",
            danger: "two copies sign twice",
        },
        Software {
            name: "Wallet",
            files: &[],
            needs: "",
            danger: "",
        },
    ];

    fn contents(software: &[&'static str]) -> Contents {
        let material = Material {
            software: Some("Validator"),
            what: "signing state".into(),
            part: Part::History,
            facts: Vec::new(),
            state: State::Good,
            history: Some(History {
                shown: "height 36".into(),
                order: Order::InTurn(vec![36]),
            }),
        };
        let mut contents = Contents::default();
        contents.software = software.to_vec();
        contents.material = vec![(Place::Inside(b"data/state.json".to_vec()), material)];
        contents
    }

    fn shown(place: &Place) -> String {
        format!("{:?}", lossy(place.bytes()))
    }

    #[test]
    fn only_software_whose_second_copy_costs_money_is_dangerous_and_its_history_is_named() {
        let of = |names: &[&'static str]| {
            let contents = contents(names);
            dangers(&contents, &software(&contents, &[]), TABLE, &shown)
        };
        for names in [&["Wallet", "Validator"][..], &["Wallet"], &["Unknown"], &[]] {
            let found = of(names);
            let [danger] = found.as_slice() else {
                panic!("{found:?}")
            };
            assert_eq!(danger.software, "Validator");
            assert_eq!(danger.signed, ["height 36 (\"data/state.json\")"]);
        }
        let none = Contents::default();
        let wallet = software(&none, &[]);
        assert!(dangers(&none, &wallet, TABLE, &shown).is_empty());
    }

    #[test]
    fn what_could_not_be_looked_at_is_asked_about() {
        let looked = [Looked::unseen("node", "it is on fire")];
        let asked = |is_rehearsal, is_off| {
            let mut session = Session {
                now: Time::from_unix(1_800_000_000),
                terminal: crate::terminal::Terminal::silent(),
                report: crate::report::Report::default(),
                missing: Vec::new(),
                machine: crate::host::Machine::default(),
                noting: crate::commands::noting::Noting::default(),
            };
            let said = Said {
                is_rehearsal,
                is_off,
            };
            let answer = confirm_all(&looked, None, said, &mut session);
            let findings = &session.report.findings;
            assert!(
                findings
                    .iter()
                    .any(|one| one.text.contains("it is on fire"))
            );
            answer
        };
        let Err(Error::Refused { what, hint }) = asked(false, false) else {
            panic!("nobody was asked")
        };
        assert!(what.contains(NOT_KNOWN) && hint.contains("--old-machine-off"));
        assert!(asked(false, true).is_ok());
        assert!(asked(true, false).is_ok());
    }

    #[test]
    fn what_the_vault_says_counts_too_and_a_key_beside_other_software() {
        let sealed = ["Other".to_owned()];
        let both = ["Wallet", "Other", "Validator"];
        assert_eq!(software(&contents(&["Wallet"]), &sealed), both);
        assert_eq!(
            software(&contents(&["Wallet"]), &[]),
            ["Wallet", "Validator"]
        );
        assert_eq!(software(&contents(&["Validator"]), &[]), ["Validator"]);
        assert_eq!(software(&contents(&[]), &[]), ["Validator"]);
    }
}
