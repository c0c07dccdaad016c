//! What belongs to one custodian or one occasion stays apart, and what is said is said in plain characters.

use std::fs;

use crate::scene::{Scene, sealed};

#[test]
fn text_on_a_carrier_reaches_the_screen_only_escaped() {
    let scene = sealed();
    scene.edit("legal1", "share.json", "\"legal\"", "\"\\u001b[31mx\"");
    let odd = scene.folder("legal1").join("\x1b[2Jx");
    fs::write(odd, "x").unwrap();
    scene.run("verify legal1").exits(4).does_not_say("\x1b");
    scene.run("inspect legal1").does_not_say("\x1b");
    let words = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";
    scene.run(words).exits(3).does_not_say("\x1b");
    scene.is_absent("out");
}

#[test]
fn the_label_may_be_any_readable_text() {
    let scene = Scene::new();
    let words = Scene::seal_words("--rehearsal");
    let args: Vec<&str> = words
        .split_whitespace()
        .map(|word| {
            if word == "Bank-A" {
                "Bank A \u{2013} Z\u{fc}rich"
            } else {
                word
            }
        })
        .collect();
    let ran = crate::support::run(scene.dir(), &args);
    ran.exits(0).says("Bank A \u{2013} Z\u{fc}rich");
    scene.keep_secrets();
    scene
        .run("inspect legal1")
        .exits(0)
        .says("Bank A \u{2013} Z\u{fc}rich");
}

#[test]
fn no_reason_lets_two_shares_lie_together_even_where_one_cannot_be_read() {
    let scene = sealed();
    fs::write(scene.file("legal1", "share.json"), "lost").unwrap();
    let exceptions = "--exception devices=test --exception together:audit=test";
    scene
        .run(&format!("copy audit1 legal1 {exceptions}"))
        .exits(5)
        .says("lies there already");
    scene
        .run(&format!("copy v1 legal1 {exceptions}"))
        .exits(5)
        .does_not_say("together:");
    scene.run(&format!("copy audit1 v1 {exceptions}")).exits(0);
}
