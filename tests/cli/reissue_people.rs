//! Who may keep a share that was made anew: nobody who keeps another one, or has void copies of one, or left.

use std::fs;

use coldvault::due::{What, due};
use coldvault::register::VaultState;

use crate::register::{REGISTER, registered, state, words};
use crate::reissue::with_new_media;
use crate::scene::{EXCEPTIONS, Scene, production};

/// Makes share `number` anew for somebody, on two media.
fn anew(number: u8, to: &str, media: [&str; 2], more: &str) -> String {
    let from = match number {
        1 => "--from audit1 --from ops1",
        2 => "--from new1 --from ops1",
        _ => "--from legal1 --from audit1",
    };
    let [first, second] = media;
    format!(
        "reissue --share {number} {from} --to {to}={first} --to {to}={second} {REGISTER} {more}"
    )
}

const NEW: [&str; 2] = ["new1", "new2"];
const MORE: [&str; 2] = ["new3", "new4"];

/// A production vault with a register of the carriers that are named.
fn rebuilt(from: &str) -> Scene {
    let scene = with_new_media(production());
    fs::create_dir(scene.at("office")).unwrap();
    scene
        .run(&format!("register rebuild {REGISTER} {from}"))
        .exits(0);
    scene
}

fn vault(scene: &Scene) -> VaultState {
    state(scene).vaults[0].clone()
}

/// What `status` says of people with several shares.
fn several(scene: &Scene) -> Vec<String> {
    let state = state(scene);
    let items = due(&state, state.newest.unwrap());
    let several = items.iter().filter(|item| item.what == What::Several);
    several.map(coldvault::due::Item::line).collect()
}

#[test]
fn who_handed_a_share_over_gets_no_other_one_before_the_void_copies_are_destroyed() {
    let scene = with_new_media(registered(""));
    scene
        .run(&anew(1, "board", NEW, "--rehearsal --cause handed-over"))
        .exits(0);
    for name in ["legal", "LEGAL"] {
        let ran = scene
            .run(&anew(2, name, MORE, "--rehearsal --cause lost"))
            .exits(5);
        ran.says("copies 1, 2 of share 1 are void, not destroyed, and with")
            .says("nobody keeps two shares")
            .says("coldvault register destroyed \"share 1/1\" \"share 1/2\" --reason TEXT");
    }
    scene.is_bare("new3");
    // one that is gone leaves the other one
    let destroyed = |copy: &str| {
        let words = ["register", "destroyed", copy, "--reason", "shredded"];
        let register: Vec<&str> = REGISTER.split(' ').collect();
        crate::support::run(scene.dir(), &[&words[..], &register].concat()).exits(0);
    };
    destroyed("share 1/1");
    scene
        .run(&anew(2, "legal", MORE, "--rehearsal --cause lost"))
        .exits(5)
        .says("copy 2 of share 1 is void");
    // the same share may go back to whoever kept it, and somebody else gets the other one
    destroyed("share 1/2");
    scene
        .run(&anew(2, "legal", MORE, "--rehearsal --cause lost"))
        .exits(0);
    assert_eq!(vault(&scene).shares[1].custodian.as_deref(), Some("legal"));
}

#[test]
fn a_share_goes_back_to_whoever_kept_it_while_its_own_copies_are_void() {
    let scene = with_new_media(registered(""));
    scene
        .run(&anew(1, "board", NEW, "--rehearsal --cause handed-over"))
        .exits(0);
    scene
        .run(&anew(
            1,
            "legal",
            MORE,
            "--rehearsal --cause handed-over --again",
        ))
        .exits(0);
}

#[test]
fn a_void_copy_that_nobody_entered_counts_and_can_be_entered_as_destroyed() {
    let scene =
        rebuilt("--from v1 --from legal2 --from audit1 --from audit2 --from ops1 --from ops2");
    let id = scene.id();
    let more = format!("--expect {id} {EXCEPTIONS} --cause handed-over");
    scene.run(&anew(1, "board", NEW, &more)).exits(0);
    scene
        .run(&anew(2, "legal", MORE, &more))
        .exits(5)
        .says("copies 1, 2 of share 1 are void");
    let words = [
        "register",
        "destroyed",
        "share 1/1",
        "share 1/2",
        "--reason",
        "shredded",
    ];
    let register: Vec<&str> = REGISTER.split(' ').collect();
    crate::support::run(scene.dir(), &[&words[..], &register].concat())
        .exits(0)
        .says("share 1, copy 1 was destroyed");
    scene.run(&anew(2, "legal", MORE, &more)).exits(0);
    assert!(several(&scene).is_empty());
}

#[test]
fn whoever_a_killed_reissue_was_for_may_have_its_copies_and_gets_no_other_share() {
    let scene = with_new_media(registered(""));
    scene
        .run(&anew(1, "board", NEW, "--rehearsal --cause lost"))
        .exits(0);
    crate::reissue::forget_last(&scene);
    assert_eq!(words(&scene), ["begun", "sealed", "reissuing"]);
    scene
        .run(&anew(2, "board", MORE, "--rehearsal --cause lost").replace("new1", "legal1"))
        .exits(5)
        .says("copies 3, 4 of share 1 are void, not destroyed, and with board");
    // gone with them is gone with that share
    scene
        .run(&format!("custodian add board {REGISTER}"))
        .exits(0);
    scene
        .run(&format!("custodian leave board {REGISTER}"))
        .exits(0);
    assert!(vault(&scene).shares[0].exposed.is_some());
}

#[test]
fn status_names_who_can_bring_two_shares_until_the_void_copies_are_destroyed() {
    let scene = rebuilt(
        "--from v1 --from legal1 --from legal2 --from audit1 --from audit2 --from ops1 --from ops2",
    );
    let id = scene.id();
    let more = format!("--expect {id} {EXCEPTIONS} --cause handed-over");
    scene.run(&anew(1, "board", NEW, &more)).exits(0);
    assert!(several(&scene).is_empty());
    // another office, whose register does not know who kept share 1
    let rebuild = "register rebuild --register office/other.json --from v1 --from audit1 --from audit2 --from ops1";
    scene.run(rebuild).exits(0);
    let other = anew(2, "legal", MORE, &more).replace("register.json", "other.json");
    scene.run(&other).exits(0);
    scene
        .run(&format!("register merge office/other.json {REGISTER}"))
        .exits(0);
    assert_eq!(
        several(&scene),
        [
            "Bank-A: legal can bring shares 1 and 2, void copies counted: 2 open it: legal can do it alone"
        ]
    );
    scene
        .run(&format!("status {REGISTER}"))
        .says("legal can do it alone");
    // and whoever leaves with both exposes both
    scene
        .run(&format!("custodian leave legal {REGISTER}"))
        .exits(0)
        .says("exposed 2 of 2 needed");
    for copy in ["share 1/1", "share 1/2"] {
        let words = ["register", "destroyed", copy, "--reason", "shredded"];
        let register: Vec<&str> = REGISTER.split(' ').collect();
        crate::support::run(scene.dir(), &[&words[..], &register].concat()).exits(0);
    }
    assert!(several(&scene).is_empty());
}

#[test]
fn every_copy_before_is_named_with_whoever_had_it_entered_or_not() {
    let scene = rebuilt("--from v1 --from legal1 --from audit2 --from ops1");
    let id = scene.id();
    let more = format!("--expect {id} {EXCEPTIONS} --cause");
    let words = anew(2, "board", NEW, &format!("{more} handed-over"));
    let site = ["register", "place", "share 2/2=safe 4, Bern"];
    let register: Vec<&str> = REGISTER.split(' ').collect();
    crate::support::run(scene.dir(), &[&site[..], &register].concat()).exits(0);
    scene
        .run(&words.replace("--from new1", "--from legal1"))
        .exits(0)
        .says("void: share 2, copy 1: never entered in the register; ask audit")
        .says("void: share 2, copy 2: safe 4, Bern; ask audit")
        .does_not_say("ask board");
    // handed on once more, each is named with whoever had it
    let words = anew(2, "desk", MORE, &format!("{more} handed-over --again"));
    scene
        .run(&words.replace("--from new1", "--from legal1"))
        .exits(0)
        .says("void: share 2, copy 2: safe 4, Bern; ask audit")
        .says("void: share 2, copy 3: the register does not say where; ask board")
        .says("void: share 2, copy 4: the register does not say where; ask board");
}

#[test]
fn copies_that_nobody_entered_are_gone_with_the_others_where_that_is_said() {
    let scene = rebuilt("--from v1 --from legal1 --from audit2 --from ops1");
    let id = scene.id();
    let more = format!(
        "--expect {id} {EXCEPTIONS} --cause destroyed --reason fire-report-17 --witness notary"
    );
    let words = anew(2, "audit", NEW, &more).replace("--from new1", "--from legal1");
    scene.run(&words).exits(0).does_not_say("void: share 2");
    let vault = vault(&scene);
    let two = vault.carriers.iter();
    let two = two.filter(|known| known.role == coldvault::register::Role::Share(2));
    let known: Vec<_> = two.map(|known| (known.copy, known.destroyed)).collect();
    assert_eq!(known, [(1, true), (2, true), (3, false), (4, false)]);
}

#[test]
fn without_a_register_the_copies_before_are_named_by_their_numbers() {
    let scene = with_new_media(crate::scene::sealed());
    let words =
        "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=new2";
    scene
        .run(words)
        .exits(0)
        .says("void: share 2, copy 1: no register says where")
        .says("void: share 2, copy 2: no register says where")
        .does_not_say("void: share 2, copy 3");
}
