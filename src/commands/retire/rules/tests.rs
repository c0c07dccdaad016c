use super::*;
use crate::due::tests::{state, vault};
use crate::register::{CustodianState, Destruction, Role, Standing};
use crate::time::Time;

const AT: i64 = 1_780_000_000;

/// An older vault of 2 of 3, whose place one of 2 of 4 took.
fn pair() -> State {
    let (mut old, mut new) = (vault(2, 3), vault(2, 4));
    old.life = Life::Superseded {
        by: new.id,
        at: Time::from_unix(AT),
    };
    new.carriers[0].checked = Some(Time::from_unix(AT));
    state(vec![old, new])
}

fn why(state: &State) -> Option<String> {
    loss(&state.vaults[0], state)
}

#[test]
fn a_vault_goes_without_its_words_only_when_another_one_stands_in_its_place() {
    assert_eq!(why(&pair()), None);
    let mut weak = pair();
    weak.vaults[1].carriers[0].destroyed = true;
    assert!(why(&weak).unwrap().contains("two whole vault copies"));
    let mut unread = pair();
    unread.vaults[1].carriers[0].checked = None;
    assert!(why(&unread).unwrap().contains("was read again since"));
    unread.vaults[1].carriers[1].drilled = Some(Time::from_unix(AT));
    assert_eq!(why(&unread), None);
    let mut left = pair();
    for number in 1..=3 {
        left.custodians.push(CustodianState {
            name: format!("custodian {number}"),
            standing: Standing::Unreachable {
                since: Time::from_unix(AT),
            },
            site: None,
            since: Time::from_unix(AT),
        });
    }
    assert!(why(&left).unwrap().contains("can bring enough"));
    let mut unfinished = pair();
    unfinished.vaults[1].life = Life::Unfinished;
    assert!(why(&unfinished).is_some());
    let mut practice = pair();
    practice.vaults[1].kind = Kind::Rehearsal;
    assert!(why(&practice).is_some());
    let mut gone = pair();
    gone.vaults.remove(1);
    assert!(why(&gone).unwrap().contains("is not in the register"));
    let mut itself = pair();
    let by = itself.vaults[0].id;
    let at = Time::from_unix(AT);
    itself.vaults[0].life = Life::Superseded { by, at };
    assert!(why(&itself).is_some());
    let live = state(vec![vault(2, 3)]);
    assert!(why(&live).unwrap().contains("in use"));
}

#[test]
fn a_newer_vault_of_the_same_label_takes_nobodys_place() {
    let (old, mut new) = (vault(2, 3), vault(2, 4));
    new.generation = 99;
    new.previous = Some(old.key);
    assert!(why(&state(vec![old, new])).is_some());
}

#[test]
fn of_a_sealing_that_never_ended_a_whole_vault_copy_may_be_the_last() {
    let mut begun = state(vec![vault(2, 3)]);
    begun.vaults[0].life = Life::Unfinished;
    assert!(why(&begun).unwrap().contains("never ended"));
    begun.vaults[0]
        .carriers
        .retain(|one| one.role != Role::Vault);
    assert!(why(&begun).unwrap().contains("does not tell"));
    begun.vaults[0].carriers.clear();
    assert!(why(&begun).unwrap().contains("does not tell"));
    begun.vaults[0].kind = Kind::Rehearsal;
    assert_eq!(why(&begun), None);
}

#[test]
fn what_opens_nothing_any_more_is_no_loss_and_what_was_found_again_is() {
    let mut retired = state(vec![vault(2, 3)]);
    retired.vaults[0].life = Life::Retired;
    assert!(why(&retired).unwrap().contains("found since"));
    let copies = retired.vaults[0].carriers.iter_mut();
    copies
        .filter(|one| one.role == Role::Vault)
        .for_each(|one| one.destroyed = true);
    assert_eq!(why(&retired), None);
}

#[test]
fn what_one_person_alone_calls_destroyed_does_not_make_a_vault_in_use_no_loss() {
    let with = |people: &[&str]| {
        let mut live = state(vec![vault(2, 3)]);
        let copies = live.vaults[0].carriers.iter_mut();
        for copy in copies.filter(|one| one.role == Role::Vault) {
            copy.destroyed = true;
            copy.destruction = Some(Destruction {
                when: Time::from_unix(AT),
                reason: "moved".into(),
                how: None,
                people: people.iter().map(|name| (*name).to_owned()).collect(),
            });
        }
        why(&live)
    };
    for people in [&[][..], &["mallory"]] {
        assert!(with(people).unwrap().contains("only one person"));
    }
    assert_eq!(with(&["ada", "ben"]), None);
}

#[test]
fn words_are_words_and_no_digits() {
    let id = vault(2, 3).id;
    let text = crate::words::words(&id.0).join(" ");
    assert_eq!(words(&text).unwrap(), id);
    for wrong in [id.hex(), "aardvark".into(), String::new()] {
        assert!(matches!(words(&wrong), Err(Error::Usage { .. })), "{wrong}");
    }
}
