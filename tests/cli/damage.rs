//! Damage on a carrier is noticed by `verify` and named, and a restore delivers nothing of a damaged payload.

use std::fs;
use std::path::Path;

use coldvault::payload::{Bounds, unpack};

use crate::forge::OnlyCeremony;
use crate::scene::{names, sealed};

#[test]
fn a_damaged_cut_or_missing_file_is_named_by_verify_and_what_was_damaged_is_not_copied() {
    for medium in ["v1", "legal1"] {
        let whole = sealed();
        whole
            .run(&format!("verify {medium}"))
            .exits(0)
            .says("whole");
        for name in names(&whole.folder(medium)) {
            let scene = whole.copy();
            let path = scene.file(medium, &name);
            let length = fs::metadata(&path).unwrap().len();
            scene.damage(medium, &name);
            scene.run(&format!("verify {medium}")).exits(4).says(&name);
            fs::create_dir(scene.at("new")).unwrap();
            let copied = scene.run(&format!("copy {medium} new --rehearsal"));
            copied.exits(4).says(medium).says("not whole");
            scene.is_bare("new");

            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_len(length - 1).unwrap();
            scene.run(&format!("verify {medium}")).exits(4).says(&name);
            fs::remove_file(&path).unwrap();
            // Without its last file the folder was never finished.
            let said = if name == "SHA256SUMS" {
                "unfinished"
            } else {
                &name
            };
            scene.run(&format!("verify {medium}")).exits(4).says(said);
        }
    }
}

#[test]
fn a_file_that_does_not_belong_is_said_and_is_no_damage() {
    let scene = sealed();
    fs::write(scene.folder("v1").join("holiday.jpg"), "x").unwrap();
    fs::create_dir(scene.folder("v1").join("System Volume Information")).unwrap();
    let ran = scene.run("verify v1");
    ran.exits(0)
        .says("holiday.jpg")
        .does_not_say("System Volume");
}

#[test]
fn a_file_left_out_of_the_checksums_is_not_taken_for_a_stranger() {
    for (medium, name) in [
        ("v1", "payload.age"),
        ("v1", "README.txt"),
        ("v1", "vault.pub"),
        ("legal1", "share.json"),
        ("legal1", "RECOVERY.txt"),
    ] {
        for is_replaced in [false, true] {
            let scene = sealed();
            if is_replaced {
                scene.damage(medium, name);
            }
            let text = fs::read_to_string(scene.file(medium, "SHA256SUMS")).unwrap();
            let others = text.lines().filter(|line| !line.ends_with(name));
            let text: String = others.map(|line| format!("{line}\n")).collect();
            fs::write(scene.file(medium, "SHA256SUMS"), text).unwrap();
            scene.run(&format!("verify {medium}")).exits(4).says(name);
        }
    }
}

#[test]
fn a_truncated_payload_gives_no_file_under_any_name() {
    let whole = sealed();
    let length = fs::metadata(whole.file("v1", "payload.age")).unwrap().len();
    for keep in [0, 1, 149, 150, 151, length / 2, length - 1] {
        let scene = whole.copy();
        let path = scene.file("v1", "payload.age");
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_len(keep).unwrap();
        let words = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";
        scene.run(words).exits(4).says("payload.age");
        scene.is_absent("out");
        // Nothing but the encryption itself can notice it here.
        for medium in ["v1", "legal1", "ops1"] {
            fs::remove_file(scene.file(medium, "vault.json")).unwrap();
        }
        fs::create_dir(scene.at("out")).unwrap();
        scene.run(words).exits(4).says("v1/coldvault-");
        scene.is_bare("out");
    }
}

#[test]
fn a_payload_cut_or_changed_anywhere_is_not_taken_for_whole_even_without_vault_json() {
    let scene = sealed();
    let key = scene.key();
    let payload = fs::read(scene.file("v1", "payload.age")).unwrap();
    let bounds = Bounds {
        plain_bytes: 1 << 30,
        members: 1000,
    };
    let opens = |bytes: Vec<u8>| {
        let input = std::io::Cursor::new(bytes);
        unpack(
            &key,
            input,
            Path::new("v"),
            bounds,
            &mut OnlyCeremony::default(),
        )
    };
    assert!(opens(payload.clone()).is_ok());
    for place in (0..payload.len()).step_by(31) {
        assert!(opens(payload[..place].to_vec()).is_err(), "cut at {place}");
        let mut changed = payload.clone();
        changed[place] ^= 1;
        assert!(opens(changed).is_err(), "byte {place}");
    }
    let longer = [payload.as_slice(), b"x"].concat();
    assert!(opens(longer).is_err(), "a byte too many");
}

#[test]
fn when_every_copy_is_damaged_all_are_named_and_nothing_is_delivered() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    scene.damage("v2", "payload.age");
    let words = "restore --from v1 --from v2 --from legal1 --from ops1 --into out --rehearsal";
    let ran = scene.run(words);
    ran.exits(4)
        .says("v1/coldvault-")
        .says("v2/coldvault-")
        .says("--salvage");
    scene.is_absent("out");
}

#[test]
fn a_restore_without_any_vault_copy_says_so() {
    let scene = sealed();
    let ran = scene.run("restore --from legal1 --from ops1 --into out --rehearsal");
    ran.exits(4).says("no vault copy");
    scene.is_absent("out");
}

#[test]
fn without_its_sums_a_carrier_is_not_said_to_have_been_read() {
    let scene = sealed();
    fs::remove_file(scene.file("legal1", "SHA256SUMS")).unwrap();
    scene
        .run("verify legal1")
        .exits(4)
        .says("damaged or edited")
        .does_not_say("0 bytes");
}
