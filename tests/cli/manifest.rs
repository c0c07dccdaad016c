//! What is opened is the vault that the shares name, whatever a `vault.json` on the table says.

use std::fs;

use crate::scene::{another, copy_tree, sealed};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

#[test]
fn an_edited_vault_json_with_new_checksums_is_named() {
    let scene = sealed();
    for (from, to) in [
        ("\"Bank-A\"", "\"Bank-B\""),
        ("\"k\": 2", "\"k\": 3"),
        ("\"requires\": []", "\"requires\": [\"x\"]"),
    ] {
        let scene = scene.copy();
        scene.edit("v1", "vault.json", from, to);
        scene.rehash("v1");
        scene
            .run("verify v1")
            .exits(4)
            .says("vault.json")
            .says("edited");
    }
}

#[test]
fn an_edited_vault_json_does_not_fool_a_restore() {
    let scene = sealed();
    scene.edit("v1", "vault.json", "\"k\": 2", "\"k\": 1");
    scene.rehash("v1");
    scene.run(RESTORE).exits(0);
    scene.is_restored("out");

    // Without another one it counts as none: the signed shares still say what is needed.
    for share in ["legal1", "ops1"] {
        fs::remove_file(scene.file(share, "vault.json")).unwrap();
    }
    let one = scene.run("restore --from v1 --from legal1 --into two --rehearsal");
    one.exits(3).says("2 needed");
    scene.is_absent("two");
    let both = scene.run("restore --from v1 --from legal1 --from ops1 --into two --rehearsal");
    both.exits(0).says("no genuine vault.json");
    scene.is_restored("two");
}

#[test]
fn a_vault_json_replaced_with_its_signature_and_key_does_not_go_with_the_payload() {
    let (scene, thief) = (sealed(), another());
    for name in ["vault.json", "vault.json.sig", "vault.pub"] {
        fs::copy(thief.file("v1", name), scene.file("v1", name)).unwrap();
    }
    scene.rehash("v1");
    scene.run("verify v1").exits(4).says("payload.age");
    scene
        .run(&format!("verify v1 --expect {}", scene.id()))
        .exits(4)
        .says("vault.json");
    scene.run(RESTORE).exits(0);
    scene.is_restored("out");
}

#[test]
fn a_whole_vault_copy_put_in_the_place_of_another_is_noticed_by_who_knows_the_id() {
    let (scene, thief) = (sealed(), another());
    let folder = scene.folder("v1");
    fs::remove_dir_all(&folder).unwrap();
    copy_tree(&thief.folder("v1"), &folder);

    let alone = scene.run("verify v1");
    alone
        .exits(0)
        .says("compare id or words with the paper")
        .says(&thief.id())
        .does_not_say("genuine");
    let expected = scene.run(&format!("verify v1 --expect {}", scene.id()));
    expected
        .exits(4)
        .says("you expected")
        .says("whole, but NOT the vault that was expected")
        .says("compare again with the paper")
        .does_not_say("NOT WHOLE")
        .does_not_say("set this carrier aside")
        .says(&thief.id())
        .says(&scene.id());

    scene.run(RESTORE).exits(4).says("v1/coldvault-");
    scene.is_absent("out");
    scene.run(&format!("{RESTORE} --from v2")).exits(0);
    scene.is_restored("out");
}

#[test]
fn every_carrier_of_the_expected_vault_is_said_to_be_genuine() {
    let scene = sealed();
    let words = format!("verify v1 v2 legal1 audit2 ops1 --expect {}", scene.id());
    scene
        .run(&words)
        .exits(0)
        .says("genuine")
        .says("whole")
        .says("REHEARSAL");
    let share = scene.file("legal1", "share.json");
    let words = format!("verify {} --expect {}", share.display(), scene.id());
    scene
        .run(&words)
        .exits(0)
        .says("share 1 (legal)")
        .says("whole");
    let words = format!("verify {} --expect {}", share.display(), another().id());
    scene
        .run(&words)
        .exits(4)
        .says("share.json")
        .says("whole, but NOT the vault that was expected");
}

#[test]
fn later_formats_and_features_are_refused_with_what_they_need() {
    for (from, to, need) in [
        ("\"format\": 1", "\"format\": 9", "format 9"),
        ("\"requires\": []", "\"requires\": [\"paper-2\"]", "paper-2"),
        (
            "coldvault/vault/1",
            "coldvault/vault/2",
            "coldvault/vault/2",
        ),
    ] {
        let scene = sealed();
        for medium in ["v1", "legal1", "ops1"] {
            scene.sign_anew(medium, from, to);
        }
        scene
            .run("verify v1")
            .exits(4)
            .says("vault.json")
            .says(need);
        scene.run(RESTORE).exits(4).says(need);
        scene.is_absent("out");
    }
}

#[test]
fn members_of_vault_json_that_are_not_known_are_ignored() {
    let scene = sealed();
    scene.sign_anew("v1", "\"format\": 1", "\"format\": 1, \"colour\": \"blue\"");
    scene.run("verify v1").exits(0);
    scene.run(RESTORE).exits(0);
    scene.is_restored("out");
}

#[test]
fn a_vault_json_that_is_no_json_or_too_large_is_damage_and_never_a_crash() {
    for bytes in [
        vec![b'{'; 200_000],
        vec![b' '; 300_000],
        vec![0xff; 5],
        Vec::new(),
    ] {
        let scene = sealed();
        fs::write(scene.file("v1", "vault.json"), &bytes).unwrap();
        scene.rehash("v1");
        scene.run("verify v1").exits(4).says("vault.json");
        scene.run(RESTORE).exits(0);
        scene.is_restored("out");
    }
}

#[test]
fn a_mistyped_digit_is_pointed_at() {
    let scene = sealed();
    let id = scene.id();
    let (digit, rest) = id.split_at(1);
    let other = if digit == "0" { "1" } else { "0" };
    let ran = scene.run(&format!("verify v1 --expect {other}{rest}"));
    ran.exits(4).says("they differ only in word 1 (digit 1)");
    let ran = scene.run(&format!("verify v1 --expect {rest}"));
    ran.exits(2).says("31 digits were given");
    let ran = scene.run("verify v1 --expect aardvark");
    ran.exits(2).says("a vault id has 16").says("in quotes");
}

#[test]
fn several_carriers_end_with_one_line_for_all() {
    let scene = sealed();
    let ran = scene.run("verify v1 legal1 ops2").exits(0);
    ran.says("3 carriers: 3 whole, all of vault");
    let alone = scene.run("verify v1").exits(0);
    alone.does_not_say("carriers:");
    scene.bring(&another(), "audit1", "foreign");
    let ran = scene.run("verify v1 foreign").exits(0);
    ran.says("of 2 DIFFERENT vaults").says("warning");
    scene.damage("legal1", "share.json");
    let ran = scene.run("verify v1 legal1").exits(4);
    ran.says("2 carriers: 1 whole, 1 NOT WHOLE");
}
