//! Every share is proven before it is combined: what is wrong with one is named, and it is set aside.

use std::fs;

use coldvault::label::Label;

use crate::scene::{Scene, another, production, sealed};

const WITH_LEGAL_AND_OPS: &str =
    "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";
const WITH_ALL: &str =
    "restore --from v1 --from legal1 --from audit1 --from ops1 --into out --rehearsal";

/// One share is bad: alone it is missing, and with a good one more it is set aside.
#[track_caller]
fn is_set_aside(scene: &Scene, why: &str) {
    let ran = scene.run(WITH_LEGAL_AND_OPS);
    ran.exits(3)
        .says("legal1")
        .says(why)
        .says("1 good share read, 2 needed");
    scene.is_absent("out");

    let ran = scene.run(WITH_ALL);
    ran.exits(0).says("legal1").says("set aside").says(why);
    scene.is_restored("out");
}

#[test]
fn too_few_shares_restore_nothing_and_the_number_missing_is_said() {
    let scene = sealed();
    for from in ["--from legal1", "--from legal1 --from legal2", ""] {
        let ran = scene.run(&format!("restore --from v1 {from} --into out --rehearsal"));
        ran.exits(3).says("good share");
        scene.is_absent("out");
    }
}

#[test]
fn the_same_share_twice_counts_once() {
    let scene = sealed();
    let ran = scene.run("restore --from v1 --from legal1 --from legal2 --into out --rehearsal");
    ran.exits(3)
        .says("duplicate")
        .says("1 good share read, 2 needed");
    scene.is_absent("out");
}

#[test]
fn a_share_with_an_edited_secret_and_new_checksums_is_named_and_set_aside() {
    let scene = sealed();
    let text = fs::read_to_string(scene.file("legal1", "share.json")).unwrap();
    let at = text.find("\"y\": \"").unwrap() + 6;
    let digit = &text[at..at + 1];
    let other = if digit == "0" { "1" } else { "0" };
    scene.edit(
        "legal1",
        "share.json",
        &format!("\"y\": \"{digit}"),
        &format!("\"y\": \"{other}"),
    );
    scene.rehash("legal1");
    scene
        .run("verify legal1")
        .exits(4)
        .says("share.json")
        .says("forged");
    is_set_aside(&scene, "forged or damaged");
}

#[test]
fn a_share_forged_with_the_vaults_own_signature_is_named_and_set_aside() {
    let scene = sealed();
    let other = another().share("legal").point.y;
    scene.bind_anew("legal", |share| share.point.y = other);
    scene
        .run("verify legal1")
        .exits(4)
        .says("share.json")
        .says("forged");
    is_set_aside(&scene, "forged or damaged");
}

#[test]
fn a_share_numbered_0_is_the_key_itself_and_refused() {
    let scene = sealed();
    let key = scene.key();
    scene.bind_anew("legal", |share| {
        share.facts.number = 0;
        share.point.y = coldvault::secret::SecretBytes::copied(key.secret().expose());
    });
    scene.run("verify legal1").exits(4).says("share.json");
    is_set_aside(&scene, "set aside");
}

#[test]
fn a_share_under_another_number_threshold_or_count_is_named_and_set_aside() {
    for (from, to) in [
        ("\"number\": 1", "\"number\": 2"),
        ("\"number\": 1", "\"number\": 4"),
        ("\"k\": 2", "\"k\": 3"),
        ("\"n\": 3", "\"n\": 4"),
        ("\"kind\": \"rehearsal\"", "\"kind\": \"production\""),
    ] {
        let scene = sealed();
        scene.edit("legal1", "share.json", from, to);
        scene.rehash("legal1");
        scene.run("verify legal1").exits(4).says("share.json");
        is_set_aside(&scene, "set aside");
    }
}

#[test]
fn a_share_under_another_name_is_used_and_the_change_is_said() {
    let scene = sealed();
    scene.edit("legal1", "share.json", "\"legal\"", "\"mallory\"");
    scene.rehash("legal1");
    scene
        .run("verify legal1")
        .exits(4)
        .says("share.json")
        .says("name");
    let ran = scene.run(WITH_LEGAL_AND_OPS);
    ran.exits(0).says("relabelled").says("mallory");
    scene.is_restored("out");
}

#[test]
fn a_share_under_another_name_is_not_used_where_no_vault_json_proves_it() {
    let scene = sealed();
    scene.edit("legal1", "share.json", "\"legal\"", "\"mallory\"");
    for medium in ["v1", "legal1", "audit1", "ops1"] {
        fs::remove_file(scene.file(medium, "vault.json")).unwrap();
    }
    is_set_aside(&scene, "signature on it does not hold");
}

#[test]
fn a_share_by_a_later_coldvault_is_set_aside_with_what_it_needs() {
    let scene = sealed();
    scene.edit("legal1", "share.json", "\"format\": 1", "\"format\": 7");
    is_set_aside(&scene, "format 7");
}

#[test]
fn text_that_is_no_share_is_named_and_set_aside() {
    let scene = sealed();
    let text = scene.share_text("legal");
    let good = text.as_bytes()[10];
    let wrong = if good == b'k' { "n" } else { "k" };
    let mut edited = text.clone();
    edited.replace_range(10..11, wrong);
    scene.put("typo.txt", edited.as_bytes());
    scene.put("half.txt", &text.as_bytes()[..text.len() / 2]);
    scene.put("bytes.txt", &[0xff, 0xfe, 0]);
    scene.put("empty.txt", b"");
    scene.put("huge.txt", &[b'b'; 100_000]);
    for name in ["typo.txt", "half.txt", "bytes.txt", "empty.txt", "huge.txt"] {
        let words = format!("restore --from v1 --from {name} --from ops1 --into out --rehearsal");
        scene.run(&words).exits(3).says(name).says("set aside");
        scene.is_absent("out");
    }
}

#[test]
fn shares_of_two_vaults_are_refused_until_one_is_chosen() {
    let (scene, older) = (sealed(), another());
    scene.bring(&older, "audit1", "older");
    let (id, other) = (scene.id(), older.id());
    let words = "restore --from v1 --from legal1 --from ops1 --from older --into out --rehearsal";
    let ran = scene.run(words);
    ran.exits(4).says(&id).says(&other).says("--expect");
    scene.is_absent("out");

    let ran = scene.run(&format!("{words} --expect {id}"));
    ran.exits(0).says("share of another vault").says(&other);
    scene.is_restored("out");
}

#[test]
fn a_share_of_an_older_vault_with_the_same_label_is_no_share_of_this_one() {
    let (scene, older) = (sealed(), another());
    assert_eq!(scene.manifest().label, older.manifest().label);
    scene.bring(&older, "audit1", "older");
    let id = scene.id();
    let words = format!(
        "restore --from v1 --from legal1 --from older --into out --rehearsal --expect {id}"
    );
    let ran = scene.run(&words);
    ran.exits(3)
        .says("older")
        .says("share of another vault")
        .says("1 good share ");
    scene.is_absent("out");
}

#[test]
fn shares_that_open_another_vault_than_the_expected_one_are_refused() {
    let (scene, older) = (sealed(), another());
    let other = older.id();
    let ran = scene.run(&format!("{WITH_LEGAL_AND_OPS} --expect {other}"));
    ran.exits(4).says(&other).says(&scene.id());
    scene.is_absent("out");
}

#[test]
fn the_vault_copy_of_another_vault_does_not_open_and_the_right_one_does() {
    let (scene, older) = (sealed(), another());
    scene.bring(&older, "v1", "older");
    let shares = "--from legal1 --from ops1 --into out --rehearsal";
    let ran = scene.run(&format!("restore --from older {shares}"));
    ran.exits(4).says("older");
    scene.is_absent("out");
    scene
        .run(&format!("restore --from older --from v1 {shares}"))
        .exits(0);
    scene.is_restored("out");
}

#[test]
fn production_and_rehearsal_are_never_mixed() {
    let (scene, real) = (sealed(), production());
    scene.bring(&real, "audit1", "real");
    let ran = scene.run("restore --from v1 --from legal1 --from ops1 --from real --into out");
    ran.exits(4).says("production and rehearsal");
    scene.is_absent("out");

    let ran = real.run("restore --from v1 --from legal1 --from ops1 --into out --rehearsal");
    ran.exits(5).says("production");
    real.is_absent("out");
}

#[test]
fn two_good_shares_are_enough_whatever_lies_beside_them() {
    let scene = sealed();
    scene.put(
        "junk/coldvault-junk/share.json",
        b"{\"type\":\"coldvault/share/1\"",
    );
    scene.put("junk/coldvault-none/readme", b"nothing");
    fs::create_dir(scene.at("nothing")).unwrap();
    scene.bind_anew("audit", |share| {
        share.facts.custodian = Label::new("eve").unwrap()
    });
    let words = format!("{WITH_ALL} --from junk --from nothing --from note.txt");
    let ran = scene.run(&words);
    ran.exits(0)
        .says("coldvault-junk")
        .says("\"nothing\"")
        .says("note.txt");
    scene.is_restored("out");
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let scene = sealed();
    let ran = scene.run("restore --from v1 --from gone --into out --rehearsal");
    ran.exits(3).says("\"gone\"").says("not found");
    scene.is_absent("out");
}
