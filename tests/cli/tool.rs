//! The program on a carrier: it is the one that the vault signed, or it is named.
//!
//! A test's own program is no static build, so `seal --with-tool` refuses it. What a static one writes is made here by
//! hand, signed with the vault's real key; `.ci/run static` does the whole way with a real one.

use std::fs;
use std::os::unix::fs::MetadataExt;

use coldvault::digest::Digest;

use crate::scene::{Scene, sealed};
use crate::seal::everything_is_bare;
use crate::support::noise;

const PROGRAM: &str = "coldvault";

/// Puts a program onto media, as the sealing does.
fn with_tool(media: &[&str]) -> Scene {
    let (scene, program) = (sealed(), noise(100_000));
    for medium in media {
        list(&scene, medium, &program);
        let digest = Digest::of(&program).hex();
        let signed = format!(
            "\"files\": [\n    {{\"on\": \"all\", \"name\": \"coldvault\", \"sha256\": \"{digest}\"}},"
        );
        scene.sign_anew(medium, "\"files\": [", &signed);
    }
    scene
}

/// Puts a program onto a medium and into its `SHA256SUMS`, as anybody can.
fn list(scene: &Scene, medium: &str, program: &[u8]) {
    fs::write(scene.file(medium, PROGRAM), program).unwrap();
    let sums = scene.file(medium, "SHA256SUMS");
    let listed = fs::read_to_string(&sums).unwrap();
    let digest = Digest::of(program).hex();
    fs::write(&sums, format!("{listed}{digest}  {PROGRAM}\n")).unwrap();
}

#[test]
#[cfg(not(target_feature = "crt-static"))]
fn a_program_that_needs_the_libraries_of_its_machine_does_not_go_onto_carriers() {
    let scene = Scene::new();
    let ran = scene.seal("--rehearsal --with-tool");
    ran.exits(5)
        .says("needs libraries")
        .says("target-feature=+crt-static");
    everything_is_bare(&scene);
}

#[test]
fn the_program_that_the_vault_signed_belongs_to_its_carriers() {
    let scene = with_tool(&["v1", "legal1", "ops1"]);
    let verified = scene.run("verify v1 legal1 ops1");
    verified.exits(0).says("whole").does_not_say("belong");
    scene
        .run("restore --from v1 --from legal1 --from ops1 --into out --rehearsal")
        .exits(0);
    scene.is_restored("out");
}

#[test]
fn an_exchanged_edited_missing_or_endless_program_is_named() {
    let scene = with_tool(&["legal1"]);
    let edited = scene.copy();
    edited.damage("legal1", PROGRAM);
    edited
        .run("verify legal1")
        .exits(4)
        .says("legal1")
        .says("/coldvault\"");

    let exchanged = edited;
    exchanged.rehash("legal1");
    let ran = exchanged.run("verify legal1");
    ran.exits(4).says("not the file that vault.json names");

    let missing = scene.copy();
    fs::remove_file(missing.file("legal1", PROGRAM)).unwrap();
    missing.run("verify legal1").exits(4).says("it is missing");
    missing.rehash("legal1");
    missing.run("verify legal1").exits(4).says("/coldvault\"");

    let endless = scene;
    let file = fs::File::create(endless.file("legal1", PROGRAM)).unwrap();
    file.set_len(1 << 40).unwrap();
    endless.run("verify legal1").exits(4).says("more than");
}

#[test]
fn a_program_that_the_vault_does_not_name_is_said_to_be_foreign() {
    for is_listed in [true, false] {
        let scene = sealed();
        if is_listed {
            list(&scene, "legal1", b"planted");
        } else {
            fs::write(scene.file("legal1", PROGRAM), b"planted").unwrap();
        }
        let ran = scene.run("verify legal1");
        ran.exits(0)
            .says("does not belong to this carrier: never run it");
        fs::create_dir(scene.at("new")).unwrap();
        scene.run("copy legal1 new --rehearsal").exits(0);
        assert!(!scene.file("new", PROGRAM).exists(), "a copy leaves it");
    }
}

#[test]
fn a_copy_takes_the_program_along_and_it_can_be_run() {
    let scene = with_tool(&["v1", "legal1"]);
    for medium in ["v1", "legal1"] {
        let to = format!("{medium}-copy");
        fs::create_dir(scene.at(&to)).unwrap();
        scene
            .run(&format!("copy {medium} {to} --rehearsal"))
            .exits(0);
        scene.run(&format!("verify {to}")).exits(0).says("whole");
        let copied = scene.file(&to, PROGRAM);
        assert_eq!(fs::read(&copied).unwrap(), noise(100_000));
        assert_eq!(fs::metadata(copied).unwrap().mode() & 0o777, 0o700);
    }
}
