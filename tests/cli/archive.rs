//! An archive that lies, sealed with the vault's real key and named in a `vault.json` that the vault itself signed:
//! a restore refuses it and leaves nothing, neither under a final name nor outside its directory.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use coldvault::entry::{Entry, EntryKind};
use coldvault::key::VaultKey;
use coldvault::payload::{Bounds, CEREMONY, PayloadWriter, Root, unpack};

use crate::forge::{OnlyCeremony, Tar, payload, rename};
use crate::scene::{Scene, names, sealed};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

/// Restores from `plain` and expects a refusal that says `why`; also where no vault.json bounds it.
#[track_caller]
fn is_refused(plain: &[u8], why: &str) {
    let scene = sealed();
    let before = names(scene.dir());
    scene.replace_payload(&payload(&scene.key(), plain), |_| ());
    scene.run(RESTORE).exits(4).says(why).says("archive");
    assert_eq!(names(scene.dir()), before, "something was written");

    fs::remove_file(scene.file("v1", "vault.json")).unwrap();
    scene.run(RESTORE).exits(4).says(why);
    assert_eq!(names(scene.dir()), before, "something was written");
}

/// Restores from an archive that an edit of the names made.
#[track_caller]
fn name_is_refused(honest: &str, forged: &str) {
    let scene = sealed();
    let mut tar = scene.begin();
    tar.file(honest, b"evil");
    let mut plain = tar.finish();
    rename(&mut plain, honest.as_bytes(), forged.as_bytes());
    is_refused(&plain, "refused at");
}

fn begin() -> Tar {
    sealed().begin()
}

#[test]
fn an_honest_archive_made_in_the_same_way_restores() {
    let scene = sealed();
    let mut tar = scene.begin();
    tar.file("node/0/a", b"content");
    tar.directory("node/0/d");
    tar.link("node/0/d/up", "../a");
    scene.replace_payload(&payload(&scene.key(), &tar.finish()), |_| ());
    scene.run("verify v1").exits(0);
    scene.run(RESTORE).exits(0);
    assert_eq!(fs::read(scene.at("out/node/d/up")).unwrap(), b"content");
}

#[test]
fn names_that_lead_upwards_or_begin_at_the_root_are_refused() {
    name_is_refused("node/0/XX/evil", "node/0/../evil");
    name_is_refused("node/0/XX/YY/ZZ/evil", "node/0/../../../evil");
    name_is_refused("node/0/X/evil", "node/0/./evil");
    name_is_refused("node/0/X/evil", "node/0///evil");
    name_is_refused("node/0/evil", "/ode/0/evil");
    name_is_refused("node/0/evil", "../../.evil");
}

#[test]
fn names_in_places_that_no_archive_has_are_refused() {
    for place in [
        "evil",
        "node",
        "node/9/x",
        "node/00/x",
        "note/a/b",
        "external/9/x",
        "node/17",
    ] {
        let mut tar = begin();
        tar.file(place, b"evil");
        is_refused(&tar.finish(), place);
    }
}

#[test]
fn a_link_that_leads_outside_is_refused() {
    // A link may lead to everything that is restored with it, and no further.
    for target in [
        "/etc/passwd",
        "../..",
        "../../x",
        "a/../../../x",
        "./../../out/node",
    ] {
        let mut tar = begin();
        tar.link("node/0/l", target);
        is_refused(&tar.finish(), "leads outside");
    }
}

#[test]
fn nothing_is_written_through_a_planted_link() {
    let scene = Scene::new();
    let outside = scene.at("outside");
    fs::create_dir(&outside).unwrap();
    let mut tar = begin();
    tar.link("node/0/l", outside.to_str().unwrap());
    tar.file("node/0/l/evil", b"evil");
    is_refused(&tar.finish(), "node/l");

    let mut tar = begin();
    tar.directory("node/0/d");
    tar.link("node/0/l", "d");
    tar.file("node/0/l/evil", b"evil");
    is_refused(&tar.finish(), "evil");
    scene.is_bare("outside");
}

#[test]
fn a_name_that_appears_twice_is_refused_whatever_it_is() {
    let mut files = begin();
    files.file("node/0/a", b"one");
    files.file("node/0/a", b"two");
    is_refused(&files.finish(), "twice");

    let mut directories = begin();
    directories.directory("node/0/a");
    directories.directory("node/0/a");
    is_refused(&directories.finish(), "twice");

    let mut link = begin();
    link.file("node/0/a", b"one");
    link.link("node/0/a", "b");
    is_refused(&link.finish(), "twice");

    let mut below = begin();
    below.file("node/0/a", b"one");
    below.file("node/0/a/b", b"two");
    is_refused(&below.finish(), "node/a/b");

    let mut ceremony = begin();
    ceremony.file("ceremony.json", b"{}");
    is_refused(&ceremony.finish(), "ceremony.json");
}

#[test]
fn a_member_that_the_inventory_does_not_know_is_refused() {
    let mut tar = begin();
    tar.unlisted("node/0/evil", b"evil");
    is_refused(&tar.finish(), "node/0/evil");
}

#[test]
fn an_inventory_that_names_a_missing_file_is_refused() {
    let mut tar = begin();
    tar.listed("node/0/gone", b"gone");
    is_refused(&tar.finish(), "node/0/gone");
}

#[test]
fn content_that_is_not_what_the_inventory_says_is_refused() {
    for other in [&b"other"[..], b"longer than it was"] {
        let mut tar = begin();
        tar.unlisted("node/0/a", other);
        tar.listed("node/0/a", b"thing");
        is_refused(&tar.finish(), "node/0/a");
    }
}

#[test]
fn an_archive_without_ceremony_inventory_or_end_is_refused() {
    let mut bare = Tar::default();
    bare.directory("node/0");
    is_refused(&bare.finish(), "ceremony.json must come first");

    let mut cut = begin();
    cut.file("node/0/a", b"content");
    let plain = cut.finish();
    for keep in [
        0,
        512,
        1024,
        plain.len() - 1024,
        plain.len() - 512,
        plain.len() - 1,
    ] {
        is_refused(&plain[..keep], "refused at");
    }
    let mut more = plain;
    more.extend_from_slice(b"more");
    is_refused(&more, "refused at");
}

#[test]
fn a_ceremony_json_of_a_later_version_is_refused() {
    let ceremony = String::from_utf8(sealed().ceremony()).unwrap();
    let later = ceremony.replace("coldvault/ceremony/1", "coldvault/ceremony/2");
    let mut tar = Tar::default();
    tar.file("ceremony.json", later.as_bytes());
    is_refused(&tar.finish(), "version");
}

#[test]
fn a_node_that_ceremony_json_does_not_name_is_refused() {
    let mut tar = begin();
    tar.directory("node/1");
    is_refused(&tar.finish(), "node/1");
}

/// More than `vault.json` says is refused as a lie of the material, not as a limit of the program.
#[track_caller]
fn more_than_signed_is_refused(plain: &[u8], bytes: u64, members: u64, why: &str) {
    let scene = sealed();
    let before = names(scene.dir());
    scene.replace_payload(&payload(&scene.key(), plain), |manifest| {
        (manifest.plain_bytes, manifest.members) = (bytes, members);
    });
    scene.run(RESTORE).exits(4).says(why);
    assert_eq!(names(scene.dir()), before, "something was written");
    // And the other copy, which is honest, is still tried.
}

#[test]
fn more_members_or_bytes_than_vault_json_says_are_refused() {
    let mut tar = begin();
    for name in ["a", "b", "c", "d", "e"] {
        tar.file(&format!("node/0/{name}"), &[7; 5000]);
    }
    let plain = tar.finish();
    more_than_signed_is_refused(&plain, 1 << 20, 4, "members");
    more_than_signed_is_refused(&plain, 10_000, 100, "bytes");
}

#[test]
fn a_bomb_of_zeros_is_refused_before_it_is_unpacked() {
    let mut tar = begin();
    tar.file("node/0/zeros", &vec![0; 64 << 20]);
    let bomb = tar.finish();
    let packed = payload(&sealed().key(), &bomb).len();
    assert!(packed < 100_000, "{packed} bytes for 64 MiB");
    more_than_signed_is_refused(&bomb, 1 << 20, 100, "bytes");

    // Behind the end of the archive there is no member that says how much comes.
    let mut tail = begin().finish();
    tail.resize(32 << 20, 0);
    is_refused(&tail, "refused at");
}

#[test]
fn a_copy_that_lies_is_set_aside_and_the_honest_one_is_used() {
    let scene = sealed();
    let mut tar = scene.begin();
    tar.link("node/0/l", "/etc/passwd");
    let lie = payload(&scene.key(), &tar.finish());
    fs::write(scene.file("v1", "payload.age"), lie).unwrap();
    for medium in ["v1", "legal1", "ops1"] {
        fs::remove_file(scene.file(medium, "vault.json")).unwrap();
    }
    fs::remove_file(scene.file("v2", "vault.json")).unwrap();
    scene
        .run(&format!("{RESTORE} --from v2"))
        .exits(0)
        .says("leads outside");
    scene.is_restored("out");
}

#[test]
fn a_link_whose_file_system_tells_a_mode_of_its_own_comes_back() {
    let key = VaultKey::draw().unwrap();
    let mut writer = PayloadWriter::new(&key, Vec::new()).unwrap();
    writer.add_bytes(CEREMONY, b"{}", 0).unwrap();
    let (path, target) = (b"current".to_vec(), b"node".to_vec());
    let link = Entry {
        path,
        kind: EntryKind::Link { target },
        mode: 0o755,
        mtime: 0,
        outside: None,
    };
    writer.add(Root::Node(0), &link, None).unwrap();
    let (sealed, summary) = writer.finish().unwrap();
    let bounds = Bounds {
        plain_bytes: summary.plain_bytes,
        members: summary.members,
    };
    let name = Path::new("payload.age");
    unpack(
        &key,
        Cursor::new(sealed),
        name,
        bounds,
        &mut OnlyCeremony::default(),
    )
    .unwrap();
}
