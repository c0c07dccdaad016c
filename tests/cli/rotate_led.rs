//! A rotation as a person lives it, on a terminal.

use std::fs;

use coldvault::carrier::find_notes;
use coldvault::register::Life;

use crate::pty::Pty;
use crate::register::{REGISTER, words as words_of};
use crate::rotate::lives;
use crate::scene::{EXCEPTIONS, Scene, names, sealed, tree};
use crate::support::Ran;

const FIVE: [&str; 5] = ["legal", "audit", "ops", "cto", "dora"];

/// A production vault of five shares, of which three open it, and its register.
fn five() -> Scene {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let mut words = format!(
        "seal node --label Bank-A --threshold 3 --vault-to v1 --vault-to v2 {REGISTER} {EXCEPTIONS}"
    );
    for name in FIVE {
        words += &format!(" --custodian {name}");
        for copy in ["1", "2"] {
            fs::create_dir_all(scene.at(&format!("{name}{copy}"))).unwrap();
            words += &format!(" --share-to {name}={name}{copy}");
        }
    }
    scene.run(&words).exits(0);
    scene
}

/// The words of a rotation to new media, for these custodians, but for the `last` carrier.
fn rotate_words(scene: &Scene, custodians: &[&str], but_for: &str) -> String {
    let mut words = format!("rotate {REGISTER} {EXCEPTIONS}");
    for medium in ["w1", "w2"] {
        fs::create_dir_all(scene.at(medium)).unwrap();
        words += &format!(" --vault-to {medium}");
    }
    for name in custodians {
        for copy in ["3", "4"] {
            let medium = format!("{name}{copy}");
            fs::create_dir_all(scene.at(&medium)).unwrap();
            if medium != but_for {
                words += &format!(" --share-to {name}={medium}");
            }
        }
    }
    words
}

/// Answers until the older vault is open and the custodians are named.
fn to_the_people(pty: &mut Pty, custodians: &[&str]) {
    pty.expect("What goes into it?")
        .expect("as it is now:")
        .types("");
    pty.expect("Why, in one line")
        .expect("not said):")
        .types("dora left and kept the sheet");
    pty.expect("Vault copy:")
        .types("v1")
        .expect("Leave it plugged in.");
    for share in ["legal1", "cto1", "ops2"] {
        pty.expect("Next share:").types(share);
    }
    pty.expect("It is enough.");
    pty.expect("Do the words agree with the paper?")
        .expect("press Enter:")
        .types("y");
    pty.expect("Its custodians are legal, audit, ops, cto, dora; any 3 of 5 shares open it.");
    pty.expect("dora left on 20");
    for (number, name) in (1..).zip(custodians) {
        pty.expect(&format!("Custodian of share {number}"))
            .types(name);
    }
    pty.expect(&format!("Custodian of share {}", custodians.len() + 1))
        .types("");
    pty.expect("How many of the 5 shares open the vault:")
        .types("3");
    pty.expect("Whom to call").types("");
    pty.expect("Whose shares to protect").types("");
}

fn start(scene: &Scene, words: &str) -> Option<Pty> {
    let words: Vec<&str> = words.split_whitespace().collect();
    Pty::start(scene.dir(), &words)
}

fn has_notes(scene: &Scene) -> bool {
    let all = names(scene.dir());
    let mut media = all.iter().filter(|name| scene.at(name).is_dir());
    media.any(|medium| !find_notes(&scene.at(medium)).unwrap().is_empty())
}

/// What `status` says, without the ends of its lines.
fn status(scene: &Scene) -> String {
    let ran = scene.run(&format!("status {REGISTER}"));
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn status_says(scene: &Scene, text: &str) {
    let said = status(scene);
    assert!(said.contains(text), "{text:?} is not said: {said}");
}

const NEXT: [&str; 5] = ["legal", "audit", "ops", "cto", "eve"];

#[test]
fn scenario_10_a_custodian_leaves_without_the_sheet_and_the_vault_is_rotated_in_two_phases() {
    let scene = five();
    let ran = scene
        .run(&format!("custodian leave dora {REGISTER}"))
        .exits(0);
    ran.says("exposed 1 of 3 needed")
        .says("with a new key, by 20");
    status_says(&scene, "exposed 1 of 3 needed");
    status_says(&scene, "left 20");
    status_says(&scene, "new shares by 20");
    let old = scene.id();
    // no share goes to who left, neither of this vault nor of another one
    let with_dora = rotate_words(&scene, &FIVE, "");
    let all = FIVE.map(|name| format!("--custodian {name}")).join(" ");
    let from = "--from v1 --from legal1 --from cto1 --from ops1";
    let blocked = scene.run(&format!("{with_dora} {from} --threshold 3 {all}"));
    blocked.exits(5).says("dora left on");
    assert_eq!(words_of(&scene).last().unwrap(), "custodian");
    // first phase: it is stopped before the last share is written
    let Some(mut pty) = start(&scene, &rotate_words(&scene, &NEXT, "eve4")) else {
        return;
    };
    to_the_people(&mut pty, &NEXT);
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("Press Enter to make the key and begin")
        .types("");
    pty.expect("eve, copy 2 of 2: insert").types("stop");
    let ran = pty.ends();
    assert_ne!(ran.status, Some(0), "{ran}");
    ran.does_not_say("SUPERSEDED");
    assert!(!has_notes(&scene));
    assert_eq!(lives(&scene), [Life::Live, Life::Unfinished]);
    status_says(&scene, "its sealing was never finished");
    // second: everything is read back, and only then the older vault is superseded
    for medium in ["w1", "w2", "legal3", "legal4", "eve3"] {
        scene.is_bare(medium);
    }
    let Some(mut pty) = start(&scene, &rotate_words(&scene, &NEXT, "")) else {
        return;
    };
    to_the_people(&mut pty, &NEXT);
    pty.expect("SEALED: 12 of 12 carriers");
    pty.expect(&format!("SUPERSEDED: vault {old}"));
    pty.expect("not dead: 5 of 5 shares outstanding, 3 open it");
    pty.ends()
        .exits(0)
        .says("at the latest")
        .does_not_say("Clear copies");
    assert!(has_notes(&scene));
    let lives = lives(&scene);
    assert!(matches!(lives[0], Life::Superseded { .. }), "{lives:?}");
    assert!(lives.contains(&Life::Live), "{lives:?}");
    is_dead_once_too_few_are_left(&scene, &old);
    let new = "--from w1 --from audit3 --from ops3 --from eve4";
    let words = format!("restore {new} --into out --old-machine-off");
    scene.run(&words).exits(0);
    assert_eq!(tree(&scene.at("out/node")), tree(&scene.at("node")));
}

/// The command that a shell reads behind `what`: lines that end with a backslash go on.
fn command_behind(screen: &str, what: &str) -> String {
    let (_, rest) = screen.split_once(what).unwrap();
    let mut command = String::new();
    for line in rest.lines().skip(1) {
        let (line, goes_on) = line
            .strip_suffix('\\')
            .map_or((line, false), |line| (line, true));
        command.push_str(line);
        if !goes_on {
            break;
        }
    }
    command
}

/// A rotation with all but one new medium, up to where the new key is made.
fn to_the_key(scene: &Scene, more: &str) -> Option<Pty> {
    let words = rotate_words(scene, &NEXT, "eve4");
    let all = NEXT.map(|name| format!("--custodian {name}")).join(" ");
    let from = "--from legal1 --from cto1 --from ops1";
    let mut pty = start(scene, &format!("{words} --threshold 3 {all} {more} {from}"))?;
    pty.expect("Do the words agree with the paper?").types("y");
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("Press Enter to make the key and begin");
    Some(pty)
}

/// Ends a rotation that [`to_the_key`] began, of which nothing of a first attempt may be left.
fn ends_well(scene: &Scene, mut pty: Pty) -> Ran {
    pty.expect("eve, copy 2 of 2: insert").types("eve4");
    let ran = pty.ends().exits(0).says("SUPERSEDED");
    for medium in ["w1", "w2"] {
        // the copy, and the note beside it
        assert_eq!(names(&scene.at(medium)).len(), 2);
    }
    let new = "--from w2 --from audit3 --from ops3 --from eve4";
    let words = format!("restore {new} --into out --old-machine-off");
    scene.run(&words).exits(0);
    assert_eq!(tree(&scene.at("out/node")), tree(&scene.at("node")));
    ran
}

#[test]
fn an_old_copy_that_fails_while_it_is_sealed_anew_is_set_aside_for_the_next_one() {
    let scene = five();
    let Some(mut pty) = to_the_key(&scene, "--from v1 --from v2") else {
        return;
    };
    scene.damage("v1", "payload.age");
    pty.types("");
    let ran = ends_well(&scene, pty);
    ran.says("v1").says("is read instead");
}

#[test]
fn where_no_other_old_copy_was_given_somebody_brings_one() {
    let scene = five();
    let Some(mut pty) = to_the_key(&scene, "--from v1") else {
        return;
    };
    scene.damage("v1", "payload.age");
    pty.types("");
    pty.expect("the older one is what it was");
    pty.expect("Another copy of the older vault")
        .types("legal1");
    pty.expect("There is no vault copy");
    // the same one is no better
    pty.expect("Another copy of the older vault").types("v1");
    pty.expect("Another copy of the older vault").types("v2");
    ends_well(&scene, pty);
}

#[test]
fn whoever_brings_no_other_old_copy_leaves_the_older_vault_as_it_was() {
    let scene = five();
    let Some(mut pty) = to_the_key(&scene, "--from v1") else {
        return;
    };
    scene.damage("v1", "payload.age");
    pty.types("");
    pty.expect("Another copy of the older vault").types("stop");
    let ran = pty.ends();
    assert_ne!(ran.status, Some(0), "{ran}");
    for medium in ["w1", "w2", "legal3", "eve3"] {
        scene.is_bare(medium);
    }
    assert_eq!(words_of(&scene), ["begun", "sealed"]);
    assert_eq!(lives(&scene), [Life::Live]);
}

#[test]
fn a_register_that_cannot_be_written_at_the_end_is_told_later_by_the_command_that_is_printed() {
    let scene = five();
    let old = scene.id();
    let Some(mut pty) = to_the_key(&scene, "--by Ada --from v1") else {
        return;
    };
    // up to here nothing is written, the register neither
    assert_eq!(words_of(&scene), ["begun", "sealed"]);
    for medium in ["w1", "w2", "legal3", "eve4"] {
        scene.is_bare(medium);
    }
    pty.types("");
    pty.expect("eve, copy 2 of 2: insert");
    // its disk goes when the last carrier is asked for
    fs::rename(scene.at("office"), scene.at("gone")).unwrap();
    pty.types("eve4");
    let ran = pty.ends().exits(6);
    let ran = ran
        .says("SEALED: 12 of 12 carriers")
        .says(&format!("SUPERSEDED: vault {old}"))
        .says("the register says only that it was begun")
        .says(&format!("Nor does it say that vault {old} is superseded"));
    fs::rename(scene.at("gone"), scene.at("office")).unwrap();
    assert_eq!(words_of(&scene), ["begun", "sealed", "begun"]);
    let command = command_behind(&ran.err, "enter it:");
    let command = command.trim().strip_prefix("coldvault ").unwrap();
    assert!(command.contains("--by Ada"), "{command}");
    scene.run(command).exits(0);
    let lives = lives(&scene);
    assert!(matches!(lives[0], Life::Superseded { .. }), "{lives:?}");
    assert_eq!(lives[1], Life::Live);
    status_says(&scene, "not dead: 5 of 5 shares outstanding, 3 open it");
    assert!(!status(&scene).contains("never finished"));
    let state = crate::register::state(&scene);
    let new = state.vaults.iter().find(|vault| vault.life == Life::Live);
    let new = new.unwrap();
    assert_eq!((new.k, new.n, new.carriers.len()), (3, 5, 12));
    assert!(new.shares.iter().all(|share| share.custodian.is_some()));
    assert!(state.unproven_ends.is_empty());
}

/// `status` says the number each time, until fewer shares are left than open it.
fn is_dead_once_too_few_are_left(scene: &Scene, old: &str) {
    for (share, left) in [("share 1", 4), ("share 2", 3)] {
        destroy(scene, old, share);
        let text = format!("not dead: {left} of 5 shares outstanding, 3 open it");
        status_says(scene, &text);
    }
    // one of two copies is as good as both
    destroy(scene, old, "share 3/1");
    status_says(scene, "not dead: 3 of 5 shares outstanding");
    destroy(scene, old, "share 3/2");
    status_says(scene, "dead: 2 of 5 shares outstanding, 3 needed");
}

fn destroy(scene: &Scene, vault: &str, carrier: &str) {
    let mut args = vec![
        "register",
        "destroyed",
        carrier,
        "--reason",
        "shredded by two",
        "--vault",
        vault,
    ];
    args.extend(REGISTER.split_whitespace());
    crate::support::run(scene.dir(), &args).exits(0);
}

#[test]
fn the_same_custodians_are_one_answer_and_a_damaged_copy_is_asked_for_again() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    let mut words = "rotate --rehearsal --vault-to w1 --vault-to w2".to_owned();
    for medium in ["w1", "w2"] {
        fs::create_dir(scene.at(medium)).unwrap();
    }
    for name in crate::scene::CUSTODIANS {
        for copy in ["3", "4"] {
            fs::create_dir(scene.at(&format!("{name}{copy}"))).unwrap();
            words += &format!(" --share-to {name}={name}{copy}");
        }
    }
    let Some(mut pty) = start(&scene, &words) else {
        return;
    };
    pty.expect("Register file (press Enter: none is kept):")
        .types("");
    pty.expect("What goes into it?")
        .expect("as it is now:")
        .types("nowhere");
    pty.expect("as it is now:").types("");
    pty.expect("not said):").types("");
    pty.expect("Vault copy:").types("v1");
    for share in ["legal1", "ops1"] {
        pty.expect("Next share:").types(share);
    }
    pty.expect("Do the words agree with the paper?").types("y");
    pty.expect("Another vault copy:").types("v2");
    pty.expect("whole, ");
    pty.expect("The same custodians and the same number again?")
        .types("y");
    pty.expect("Whom to call").types("");
    pty.expect("Whose shares to protect").types("");
    pty.expect("SUPERSEDED");
    pty.ends().exits(0).says("any 2 of 3 shares open it");
    let restore = "restore --from w2 --from legal3 --from ops4 --into out --rehearsal";
    scene.run(restore).exits(0);
    scene.is_restored("out");
}
