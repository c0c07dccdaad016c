use super::*;
use crate::due::tests::{state, vault};
use crate::register::{Belief, CustodianState, Destruction, Role, Standing};
use crate::time::Time;

const AT: i64 = 1_780_000_000;

/// An older vault of 2 of 3, whose place one of 2 of 4 took.
fn pair() -> State {
    let (mut old, mut new) = (vault(2, 3), vault(2, 4));
    old.life = Life::Superseded {
        by: new.id,
        at: Time::from_unix(AT),
    };
    old.successor = Some(new.id);
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
    itself.vaults[0].successor = Some(by);
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

/// Of 2 of n; the next one took its place, and so on: the last one was read again.
fn chain(shares: &[u8]) -> State {
    let mut all: Vec<VaultState> = shares.iter().map(|n| vault(2, *n)).collect();
    let ids: Vec<VaultId> = all.iter().map(|vault| vault.id).collect();
    let at = Time::from_unix(AT);
    for (vault, by) in all.iter_mut().zip(ids.iter().skip(1)) {
        vault.life = Life::Superseded { by: *by, at };
        vault.successor = Some(*by);
    }
    all.last_mut().unwrap().carriers[0].checked = Some(at);
    state(all)
}

#[test]
fn of_a_chain_the_last_one_is_judged_and_a_circle_stands_in_for_nobody() {
    assert_eq!(why(&chain(&[3, 4, 5])), None);
    // The one between them was retired since.
    let mut retired = chain(&[3, 4, 5]);
    retired.vaults[1].life = Life::Retired;
    assert_eq!(why(&retired), None);
    let mut weak = chain(&[3, 4, 5]);
    weak.vaults[2].carriers[0].destroyed = true;
    let said = why(&weak).unwrap();
    let last = weak.vaults[2].id.to_string();
    assert!(
        said.contains(&last) && said.contains("two whole vault copies"),
        "{said}"
    );
    let mut circle = chain(&[3, 4, 5]);
    let (by, at) = (circle.vaults[0].id, Time::from_unix(AT));
    circle.vaults[2].life = Life::Superseded { by, at };
    circle.vaults[2].successor = Some(by);
    assert!(why(&circle).is_some());
}

#[test]
fn a_vault_that_was_only_found_stands_in_for_nobody() {
    let mut found = pair();
    found.vaults[1].belief = Belief::OnlyFound;
    assert!(why(&found).unwrap().contains("nobody compared it"));
}

#[test]
fn an_old_one_of_a_series_goes_without_its_words_and_the_last_two_verified_do_not() {
    let mut all: Vec<VaultState> = [3, 4, 5].into_iter().map(|n| vault(2, n)).collect();
    for place in 0..3 {
        all[place].generation = u64::try_from(place).unwrap() + 1;
        all[place].carriers[0].checked = Some(Time::from_unix(AT));
        all[place].previous = place.checked_sub(1).map(|before| all[before].key);
    }
    let series = state(all);
    let of = |place: usize, state: &State| loss(&state.vaults[place], state);
    assert_eq!(of(0, &series), None);
    for place in [1, 2] {
        let said = of(place, &series).unwrap();
        assert!(said.contains("one of the last two verified ones"), "{said}");
    }
    let mut unread = series.clone();
    unread.vaults[2].carriers[0].checked = None;
    assert!(of(0, &unread).unwrap().contains("one of the last two"));
    // Verified, and one of them has lost a copy since.
    let mut weak = series.clone();
    weak.vaults[1].carriers[1].destroyed = true;
    let said = of(0, &weak).unwrap();
    assert!(said.contains("are complete"), "{said}");
    let mut found = series;
    found.vaults[1].belief = Belief::OnlyFound;
    assert!(of(0, &found).is_some());
    let said = of(1, &found).unwrap();
    assert!(said.contains("nobody compared it with its paper"), "{said}");
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
