//! What is refused before anybody has brought a share for nothing: an unfit machine, a number that there is not, a person who
//! keeps another share.

use std::fs;

use crate::doctor::{SWAPS, apart};
use crate::paper_in::piped;
use crate::pty::Pty;
use crate::register::{REGISTER, registered};
use crate::reissue::with_new_media;
use crate::scene::{production, sealed};
use crate::support::{Ran, keep_secret};

/// What is not begun does not say what a share on the table is.
fn before_shares(ran: Ran) {
    ran.does_not_say("good share").does_not_say("Next share:");
}

#[test]
fn an_unfit_machine_is_refused_before_a_share_is_read() {
    let scene = with_new_media(production());
    let words = "reissue --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=new2 --exception devices=test";
    let swaps = format!("{SWAPS}/dev/dm-1 partition 8388604 0 -2\n");
    let on_it = |swaps: &str, more: &str| {
        let output = apart(&scene, swaps, &format!("exec \"$0\" {words} {more}"))?;
        Some(Ran::of(&["reissue"], &output))
    };
    let Some(ran) = on_it(&swaps, "") else {
        return;
    };
    before_shares(ran.exits(5).says("swap is on (/dev/dm-1)"));
    scene.is_bare("new1");
    // and what was made of the rule is said
    on_it(&swaps, "--exception host=E-17")
        .unwrap()
        .exits(0)
        .says("set aside: host (E-17)");
}

#[test]
fn a_number_that_the_vault_does_not_have_is_refused_with_the_first_thing_that_knows_the_vault() {
    let scene = with_new_media(registered(""));
    let id = scene.id();
    let to = "--to board=new1 --to board=new2";
    // by the register, before anything is read
    let ran = scene
        .run(&format!(
            "reissue --rehearsal --share 4 --from nowhere {to} {REGISTER} --expect {id}"
        ))
        .exits(5);
    before_shares(ran.says("there is no share 4: this vault has 3"));
    // by the first share
    for more in ["", REGISTER] {
        let args = format!("reissue --rehearsal --share 4 --from legal1 {to} {more}");
        scene
            .run(&args)
            .exits(5)
            .says("there is no share 4: this vault has 3");
        let args = args.replace("--from legal1", "");
        let args: Vec<&str> = args.split_whitespace().collect();
        let Some(mut pty) = Pty::start(scene.dir(), &args) else {
            return;
        };
        if more.is_empty() {
            pty.expect("Register file").types("");
        }
        pty.expect("Next share:").types("legal1");
        pty.ends()
            .exits(5)
            .says("there is no share 4: this vault has 3")
            .does_not_say("1 of 2");
    }
    scene.is_bare("new1");
}

#[test]
fn a_number_is_refused_before_a_passphrase_opens_anything() {
    let scene = with_new_media(sealed());
    const WORDS: &str = "a passphrase for audit only";
    keep_secret(WORDS);
    let protected = "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=new2 --protect audit --secret-fd 0";
    piped(&scene, protected, format!("{WORDS}\n")).exits(0);
    scene
        .run("reissue --rehearsal --share 9 --from new1 --from legal1 --to board=new3 --to board=new4")
        .exits(5)
        .says("there is no share 9: this vault has 3")
        .does_not_say("not opened");
}

#[test]
fn who_keeps_another_share_by_the_register_is_refused_with_the_first_share() {
    let scene = with_new_media(registered(""));
    let args = format!(
        "reissue --rehearsal --share 2 --to ops=new1 --to ops=new2 {REGISTER} --cause lost"
    );
    let args: Vec<&str> = args.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Next share:").types("legal1");
    pty.ends()
        .exits(5)
        .says("share 3 (ops) is kept already, and nobody keeps two")
        .does_not_say("1 of 2");
    assert!(fs::read_dir(scene.at("new1")).unwrap().next().is_none());
}
