//! `--json`: one object on standard output, on success and on failure, and nothing else there.

use std::fs::File;
use std::process::Stdio;

use coldvault::json::{self, Object};

use crate::scene::{Scene, another, sealed};
use crate::support::{Ran, command};

/// The object; its exit status is the process's.
#[track_caller]
fn object(ran: &Ran) -> Object {
    let object = json::parse(ran.out.as_bytes(), 1 << 20).unwrap_or_else(|e| panic!("{e}: {ran}"));
    assert_eq!(object.text("schema").unwrap(), "coldvault/report/1");
    let status = u64::try_from(ran.status.unwrap()).unwrap();
    assert_eq!(object.unsigned("exit").unwrap(), status);
    for list in ["carriers", "shares", "findings"] {
        object.objects(list).unwrap();
    }
    object
}

/// The findings with this code.
fn findings<'a>(object: &'a Object, code: &str) -> Vec<&'a Object> {
    let all = object.objects("findings").unwrap().into_iter();
    all.filter(|finding| finding.text("code").is_ok_and(|text| text == code))
        .collect()
}

#[test]
fn a_sealing_tells_its_vault_and_every_carrier() {
    let scene = Scene::new();
    let ran = scene.seal("--note note.txt --rehearsal --json").exits(0);
    let object = object(&ran);
    assert_eq!(object.text("command").unwrap(), "seal");
    let vault = object.object("vault").unwrap();
    assert_eq!(vault.text("id").unwrap(), scene.id());
    assert_eq!(vault.text("kind").unwrap(), "rehearsal");
    assert_eq!((vault.unsigned("k"), vault.unsigned("n")).0.unwrap(), 2);
    let carriers = object.objects("carriers").unwrap();
    let roles: Vec<&str> = carriers.iter().map(|c| c.text("role").unwrap()).collect();
    assert_eq!(roles, [&["vault"; 2][..], &["share"; 6]].concat());
    assert!(
        carriers
            .iter()
            .all(|carrier| carrier.text("read_back").is_ok())
    );
}

#[test]
fn a_restore_tells_what_every_share_is() {
    let (scene, older) = (sealed(), another());
    scene.bring(&older, "audit1", "older");
    let id = scene.id();
    let words = format!(
        "restore --json --from v1 --from legal1 --from legal2 --from older --from ops1 --into out --rehearsal --expect {id}"
    );
    let object = object(&scene.run(&words).exits(0));
    let shares = object.objects("shares").unwrap();
    let states: Vec<&str> = shares.iter().map(|s| s.text("state").unwrap()).collect();
    assert_eq!(states, ["good", "duplicate", "set aside", "good"]);
    assert_eq!(shares[2].text("custodian").unwrap(), "audit");
    assert!(shares[2].text("copy").unwrap().contains("older"));
    assert!(shares[2].text("reason").unwrap().contains("another vault"));
    assert_eq!(findings(&object, "share").len(), 1);
}

#[test]
fn a_failure_is_the_last_finding_with_its_hint() {
    let scene = sealed();
    scene.put("full/x", b"");
    for (words, code) in [
        (
            "restore --from v1 --from legal1 --into out --rehearsal",
            "not-enough-shares",
        ),
        (
            "restore --from v1 --from legal1 --from ops1 --into full --rehearsal",
            "not-empty",
        ),
        (
            "restore --from legal1 --from ops1 --into out --rehearsal",
            "no-vault-copy",
        ),
        ("restore --from gone --into out", "not-enough-shares"),
        ("verify node", "usage"),
        ("inspect gone", "io"),
        ("copy gone v1", "io"),
    ] {
        let ran = scene.run(&format!("{words} --json"));
        let object = object(&ran);
        assert_ne!(ran.status, Some(0));
        let all = object.objects("findings").unwrap();
        let last = all.last().unwrap();
        assert_eq!(
            (last.text("code").unwrap(), last.text("severity").unwrap()),
            (code, "error")
        );
        assert!(!last.text("hint").unwrap().is_empty(), "{words}");
    }
    scene.is_absent("out");
}

#[test]
fn damage_is_a_finding_with_the_file_and_a_hint() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    let ran = scene.run("verify v1 legal1 --json").exits(4);
    let object = object(&ran);
    let found = findings(&object, "carrier");
    assert_eq!(found.len(), 1);
    assert!(found[0].text("subject").unwrap().contains("payload.age"));
    assert!(!found[0].text("hint").unwrap().is_empty());
    assert_eq!(object.objects("carriers").unwrap().len(), 2);
}

#[test]
fn every_command_prints_one_object() {
    let scene = sealed();
    std::fs::create_dir(scene.at("new")).unwrap();
    for words in [
        "verify v1 legal1",
        "inspect v1",
        "inspect node",
        "copy v1 new --rehearsal",
        "man --out man",
        "register rebuild --from v1 --register register.json",
        "register show --register register.json",
        "custodian add new --register register.json",
    ] {
        let ran = scene.run(&format!("{words} --json")).exits(0);
        let name = words.split(' ').next().unwrap();
        assert_eq!(object(&ran).text("command").unwrap(), name);
    }
}

#[test]
fn a_closed_or_full_standard_output_is_an_error_and_no_panic() {
    let scene = sealed();
    let restore = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";
    let copy = "copy legal1 new --rehearsal";
    std::fs::create_dir(scene.at("new")).unwrap();
    for words in [
        "verify v1",
        "verify v1 --json",
        "inspect v1",
        "completions bash",
        "--help",
        restore,
        copy,
    ] {
        let args: Vec<&str> = words.split_whitespace().collect();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let full = File::options().write(true).open("/dev/full").unwrap();
        for out in [Stdio::from(writer), Stdio::from(full)] {
            let mut command = command(scene.dir(), &args);
            let child = command.stdout(out).stderr(Stdio::piped()).spawn().unwrap();
            let ran = Ran::of(&args, &child.wait_with_output().unwrap());
            assert!(matches!(ran.status, Some(2 | 6)), "{ran}");
            if words == restore {
                // Nobody heard of it, but the files are there.
                scene.is_restored("out");
                std::fs::remove_dir_all(scene.at("out")).unwrap();
            }
            if words == copy {
                ran.says("the copy is whole").says("new/coldvault-");
                scene.run("verify new").exits(0).says("whole");
                std::fs::remove_dir_all(scene.folder("new")).unwrap();
            }
        }
    }
}
