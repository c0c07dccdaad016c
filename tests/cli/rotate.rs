//! A new vault in the place of an older one: what is in it, which shares open which, when the note goes out that the older
//! one is superseded, and that nobody believes another one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use coldvault::carrier::{find_notes, read_note};
use coldvault::label::Label;
use coldvault::manifest::{Manifest, ReadManifest};
use coldvault::register::{Event, Life, Register, Stamp, Superseded};
use coldvault::supersession::{ReadSupersession, Supersession};
use coldvault::time::Time;
use rustix::process::Signal;

use crate::forge;
use crate::interrupt::stopped;
use crate::protect::{PASSPHRASE, protected};
use crate::register::{REGISTER, read, registered, state, words};
use crate::scene::{Scene, another, names, sealed, tree};
use crate::support::{Ran, TOOLS, noise, skipped, without_terminal};

/// Media for four custodians, of whom three are needed.
const MEDIA: [&str; 10] = [
    "w1", "w2", "legal3", "legal4", "finance3", "finance4", "ops3", "ops4", "cto3", "cto4",
];
const PLACES: &str = "--threshold 3 --custodian legal --custodian finance --custodian ops --custodian cto \
    --vault-to w1 --vault-to w2 --share-to legal=legal3 --share-to legal=legal4 --share-to finance=finance3 \
    --share-to finance=finance4 --share-to ops=ops3 --share-to ops=ops4 --share-to cto=cto3 --share-to cto=cto4";
const OLD: &str = "--from v1 --from legal1 --from ops1";
const NEW: &str = "--from w2 --from legal3 --from finance4 --from cto3";

pub(crate) fn add_media(scene: &Scene) {
    for medium in MEDIA {
        fs::create_dir_all(scene.at(medium)).unwrap();
    }
}

fn rotate_words(more: &str) -> String {
    format!("rotate {OLD} {PLACES} --rehearsal {more}")
}

pub(crate) fn rotate(scene: &Scene, more: &str) -> Ran {
    add_media(scene);
    scene.run(&rotate_words(more))
}

/// The newer vault, as its first copy says it.
fn newer(scene: &Scene) -> Manifest {
    let found = coldvault::carrier::find(&scene.at("w1")).unwrap().paths;
    let file = |name: &str| fs::read(found[0].join(name)).unwrap();
    let read = ReadManifest {
        bytes: file("vault.json"),
        signature: file("vault.json.sig"),
    };
    read.prove(&read.claimed_key().unwrap()).unwrap()
}

/// The folder of the note on a medium.
fn note_at(scene: &Scene, medium: &str) -> PathBuf {
    let [folder] = &find_notes(&scene.at(medium)).unwrap()[..] else {
        panic!("{medium} has no note, or several");
    };
    folder.clone()
}

fn note(scene: &Scene) -> ReadSupersession {
    read_note(&note_at(scene, "w1")).unwrap().unwrap()
}

fn has_notes(scene: &Scene) -> bool {
    let all = MEDIA.iter().chain(&["v1", "v2", "legal1", "ops1"]);
    let mut all = all.filter(|medium| scene.at(medium).exists());
    all.any(|medium| !find_notes(&scene.at(medium)).unwrap().is_empty())
}

fn restore(scene: &Scene, from: &str, into: &str) -> Ran {
    scene.run(&format!("restore {from} --into {into} --rehearsal"))
}

#[track_caller]
fn came_back(scene: &Scene, into: &str, like: &str) {
    assert_eq!(tree(&scene.at(into).join("node")), tree(&scene.at(like)));
}

#[test]
fn a_rotation_seals_what_the_older_vault_holds_for_other_custodians_and_another_number() {
    let scene = registered("--note note.txt --by office");
    // what the node is now must not matter
    fs::rename(scene.at("node"), scene.at("kept")).unwrap();
    let ran = rotate(&scene, &format!("{REGISTER} --reason audit-left")).exits(0);
    let old = scene.manifest();
    ran.says("SEALED: 10 of 10 carriers")
        .says(&format!("SUPERSEDED: vault {}", old.public_key.vault_id()))
        .says("not dead: 3 of 3 shares outstanding")
        .does_not_say("Clear copies of what was sealed");
    let new = newer(&scene);
    assert_eq!((new.generation, new.previous), (2, Some(old.public_key)));
    assert_eq!((new.k, new.n(), new.label.as_str()), (3, 4, "Bank-A"));
    for (from, into) in [(OLD, "old"), (NEW, "new")] {
        restore(&scene, from, into).exits(0);
        came_back(&scene, into, "kept");
        let note = scene.at(into).join("note/note.txt");
        assert_eq!(
            fs::read(note).unwrap(),
            fs::read(scene.at("note.txt")).unwrap()
        );
    }
    assert_eq!(
        words(&scene),
        ["begun", "sealed", "begun", "sealed", "superseded"]
    );
    let state = state(&scene);
    let vault = |id| state.vault(id).unwrap();
    let (first, second) = (
        vault(old.public_key.vault_id()),
        vault(new.public_key.vault_id()),
    );
    assert!(matches!(first.life, Life::Superseded { by, .. } if by == new.public_key.vault_id()));
    assert_eq!((second.life, second.generation), (Life::Live, 2));
    assert_eq!(second.certificates, first.certificates);
    assert!(!first.certificates.is_empty() && state.unproven_ends.is_empty());
    scene
        .run(&format!("register show {REGISTER}"))
        .exits(0)
        .says("superseded by");
}

#[test]
fn old_shares_open_only_the_old_payload_and_new_ones_only_the_new() {
    let scene = sealed();
    rotate(&scene, "").exits(0);
    for from in [
        "--from w1 --from legal1 --from ops1",
        "--from v1 --from legal3 --from finance3 --from ops3",
        "--from w1 --from legal3 --from ops3 --from legal1 --from ops1 --from audit1",
    ] {
        let ran = restore(&scene, from, "out");
        assert_ne!(ran.status, Some(0), "{ran}");
        scene.is_absent("out");
    }
    // a fourth share of the older vault makes none of the newer one
    let two = "--from w1 --from legal3 --from ops3";
    restore(&scene, two, "out").exits(3);
}

#[test]
fn a_rotation_from_the_node_directory_seals_what_is_there_now() {
    let scene = sealed();
    crate::scene::copy_tree(&scene.at("node"), &scene.at("before"));
    scene.put("node/new.key", b"changed since");
    add_media(&scene);
    // no vault copy is needed for that: each carrier has a vault.json
    let from = "--from legal1 --from ops1";
    scene
        .run(&format!("rotate node {from} {PLACES} --rehearsal"))
        .exits(0)
        .says("SUPERSEDED");
    restore(&scene, NEW, "new").exits(0);
    came_back(&scene, "new", "node");
    restore(&scene, OLD, "old").exits(0);
    came_back(&scene, "old", "before");
    assert_eq!(newer(&scene).generation, 2);
}

#[test]
fn what_links_bring_in_what_is_left_out_and_many_files_go_on_as_they_were() {
    let scene = Scene::new();
    scene.put("far/away.conf", b"elsewhere");
    std::os::unix::fs::symlink(scene.at("far/away.conf"), scene.at("node/away.conf")).unwrap();
    scene.put("node/process-id", b"17");
    for number in 0..4200 {
        scene.put(
            &format!("node/many/{number}"),
            number.to_string().as_bytes(),
        );
    }
    scene.put("node/large", &noise(3 << 20));
    scene.seal("--rehearsal").exits(0);
    rotate(&scene, "").exits(0);
    for (from, into) in [(OLD, "old"), (NEW, "new")] {
        restore(&scene, from, into).exits(0);
    }
    assert_eq!(tree(&scene.at("old")), tree(&scene.at("new")));
    let (old, new) = (scene.manifest(), newer(&scene));
    assert_eq!((old.requires, old.members), (new.requires, new.members));
    scene
        .run(&format!("drill {NEW} --against node --rehearsal"))
        .exits(0)
        .says("Everything in the archive agrees with its inventory");
}

#[test]
fn the_same_custodians_may_be_taken_over_with_their_number() {
    let scene = sealed();
    add_media(&scene);
    let places = "--vault-to w1 --vault-to w2 --share-to legal=legal3 --share-to legal=legal4 --share-to audit=finance3 \
                  --share-to audit=finance4 --share-to ops=ops3 --share-to ops=ops4";
    scene
        .run(&format!(
            "rotate {OLD} --same-custodians {places} --rehearsal"
        ))
        .exits(0)
        .says("any 2 of 3 shares open it");
    let from = "--from w1 --from legal3 --from ops3";
    restore(&scene, from, "out").exits(0);
    scene.is_restored("out");
}

#[test]
fn the_older_vault_is_proven_before_anything_is_written() {
    let scene = sealed();
    add_media(&scene);
    let bare = |scene: &Scene| MEDIA.iter().for_each(|medium| scene.is_bare(medium));
    let with = |from: &str| format!("rotate {from} {PLACES} --rehearsal");
    scene.run(&with("--from v1 --from legal1")).exits(3);
    scene.run(&with("--from legal1 --from ops1")).exits(4);
    scene.run(&format!("rotate {OLD} {PLACES}")).exits(5);
    let other = another().id();
    scene
        .run(&with(&format!("{OLD} --expect {other}")))
        .exits(4);
    bare(&scene);
    scene.damage("v1", "payload.age");
    scene.run(&rotate_words("")).exits(4).says("v1");
    bare(&scene);
    // the next copy is as good
    scene.run(&with(&format!("{OLD} --from v2"))).exits(0);
    restore(&scene, NEW, "out").exits(0);
    scene.is_restored("out");
}

#[test]
fn nobody_comes_with_a_share_for_a_split_that_cannot_be_made_or_somebody_who_left() {
    let scene = registered("");
    add_media(&scene);
    for (threshold, why) in [
        ("1", "every share would be the key itself"),
        ("4", "no share could ever be lost"),
        ("40", "more shares would be needed than exist"),
    ] {
        let places = PLACES.replace("--threshold 3", &format!("--threshold {threshold}"));
        let words = format!("rotate {OLD} {places} --rehearsal");
        let ran = scene.run(&words).exits(2).says(why);
        ran.does_not_say("About to open").does_not_say("good");
    }
    let leave = format!("custodian leave ops {REGISTER}");
    scene.run(&leave).exits(0);
    let ran = scene.run(&rotate_words(REGISTER)).exits(5);
    ran.says("ops left on").does_not_say("About to open");
    MEDIA.iter().for_each(|medium| scene.is_bare(medium));
}

#[test]
fn an_older_payload_without_its_ceremony_json_is_named_as_damaged() {
    let scene = sealed();
    let nothing = forge::Tar::default().finish();
    scene.replace_payload(&forge::payload(&scene.key(), &nothing), |_| ());
    let ran = rotate(&scene, "").exits(4);
    ran.says("ceremony.json").does_not_say("self-test");
    MEDIA.iter().for_each(|medium| scene.is_bare(medium));
}

#[test]
fn what_makes_no_sense_is_refused_before_the_older_vault_is_looked_at() {
    let scene = sealed();
    if !without_terminal() {
        return;
    }
    for (words, said) in [
        (
            format!("rotate {PLACES} --rehearsal"),
            "--from PATH is missing",
        ),
        (rotate_words("--note note.txt"), "--note without NODE_DIR"),
        (
            rotate_words("--scope keys --exclude x"),
            "--scope, --exclude",
        ),
        (rotate_words("--reason \u{7}"), "--reason"),
    ] {
        scene.run(&words).exits(2).says(said);
    }
    let few = format!("rotate {OLD} --rehearsal --custodian legal --threshold 2");
    assert_ne!(scene.run(&few).status, Some(0));
}

/// The older vault's life, and then those of the others.
pub(crate) fn lives(scene: &Scene) -> Vec<Life> {
    let old = scene.manifest().public_key;
    let mut vaults = state(scene).vaults;
    vaults.sort_by_key(|vault| vault.key != old);
    vaults.iter().map(|vault| vault.life).collect()
}

/// How far a rotation is, as its media show it.
type There = fn(&Scene) -> bool;

fn has(scene: &Scene, medium: &str, name: &str) -> bool {
    let found = coldvault::media::find(&scene.at(medium), "coldvault-").unwrap();
    found.paths.iter().any(|folder| folder.join(name).exists())
}

/// Whether all new carriers are whole: only then may a note be anywhere.
fn all_are_whole(scene: &Scene) -> bool {
    MEDIA.iter().all(|medium| has(scene, medium, "SHA256SUMS"))
}

#[test]
fn a_rotation_that_is_killed_leaves_no_note_before_all_its_carriers_are_whole() {
    let moments: [(There, &[&str]); 3] = [
        (|scene| has(scene, "w1", "payload.age.000.unfinished"), &[]),
        (|scene| has(scene, "legal3", "SHA256SUMS"), &["begun"]),
        (
            |scene| has(scene, "cto4", "SHA256SUMS.unfinished"),
            &["begun"],
        ),
    ];
    for (there, more) in moments {
        let scene = Scene::new();
        fs::create_dir(scene.at("office")).unwrap();
        scene.put("node/large", &noise(8 << 20));
        scene.seal(&format!("--rehearsal {REGISTER}")).exits(0);
        add_media(&scene);
        let words_of_it = rotate_words(REGISTER);
        let ran = stopped(&scene, &words_of_it, Signal::KILL, || there(&scene));
        assert_eq!(ran.status, None, "{ran}");
        let restored = restore(&scene, OLD, "out").exits(0);
        if all_are_whole(&scene) {
            // The signal came late: the carriers had read back by then, and the
            // notes were allowed. `.ci/faults` kills at every single call.
            continue;
        }
        restored.does_not_say("superseded");
        assert!(!has_notes(&scene));
        assert_eq!(words(&scene), [&["begun", "sealed"], more].concat());
        let unfinished = vec![Life::Unfinished; more.len()];
        assert_eq!(lives(&scene), [vec![Life::Live], unfinished].concat());
    }
}

#[test]
fn a_share_that_cannot_be_written_leaves_no_note_and_what_is_out_in_the_register() {
    let scene = registered("");
    add_media(&scene);
    let script = "mount -t tmpfs -o size=60k tmpfs cto4 || exit 77; head -c 30k /dev/zero >cto4/full; exec \"$@\"";
    if !crate::support::may_mount() {
        return;
    }
    let words_of_it = rotate_words(REGISTER);
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script, "sh", crate::support::PROGRAM])
        .args(words_of_it.split_whitespace())
        .current_dir(scene.dir())
        .output()
        .unwrap();
    let ran = Ran::of(&["rotate"], &output).exits(6);
    ran.says("nothing is sealed").does_not_say("SUPERSEDED");
    assert!(!has_notes(&scene));
    assert_eq!(words(&scene), ["begun", "sealed", "begun", "broken-off"]);
    assert_eq!(lives(&scene), [Life::Live, Life::Unfinished]);
}

#[test]
fn the_note_lies_on_every_new_carrier_and_stock_openssl_verifies_both_signatures() {
    let scene = sealed();
    rotate(&scene, "--reason shares-are-old").exits(0);
    let proven = note(&scene).prove(&scene.manifest().public_key).unwrap();
    assert_eq!(proven.new.public_key, newer(&scene).public_key);
    assert_eq!(proven.reason.as_deref(), Some("shares-are-old"));
    for medium in MEDIA {
        assert_eq!(
            read_note(&note_at(&scene, medium)).unwrap(),
            Some(note(&scene))
        );
        scene
            .run(&format!("verify {medium}"))
            .exits(0)
            .says("both vaults signed it");
    }
    // what was written before is as it was
    for medium in ["v1", "legal1"] {
        assert_eq!(names(&scene.at(medium)).len(), 1);
    }
    let folder = note_at(&scene, "w1");
    if Command::new("openssl").arg("version").output().is_err() {
        return skipped(TOOLS, "there is no openssl");
    }
    for who in ["old", "new"] {
        let script = "openssl pkeyutl -verify -pubin -inkey $0.pub -rawin -in supersede.json -sigfile \
                      supersede.json.$0.sig && sha256sum -c SHA256SUMS";
        let said = Command::new("sh")
            .args(["-c", script, who])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(said.status.success(), "{said:?}");
    }
}

#[test]
fn a_superseded_vault_is_named_with_its_date_and_opens_what_it_opened() {
    let scene = registered("");
    rotate(&scene, REGISTER).exits(0);
    let new = newer(&scene).public_key.vault_id();
    let by = format!("this vault was superseded by vault {new}");
    restore(&scene, OLD, "alone")
        .exits(0)
        .does_not_say("superseded");
    let with_note = format!("{OLD} --from w1");
    let ran = restore(&scene, &with_note, "out").exits(0);
    ran.says(&by).says("(Bank-A) on 20");
    scene.is_restored("out");
    scene
        .run(&format!("drill {OLD} {REGISTER} --rehearsal"))
        .says(&by)
        .says("by the register");
    scene
        .run(&format!("verify v1 {REGISTER}"))
        .exits(0)
        .says(&by);
    // the note beside the older one's carrier
    crate::scene::copy_tree(
        &note_at(&scene, "w1"),
        &scene.at("v2").join(names(&scene.at("w1"))[0].clone()),
    );
    for words in ["verify v2", "inspect v2"] {
        scene.run(words).exits(0).says(&by);
    }
    for words in ["verify w2", "inspect w2"] {
        let ran = scene.run(words).exits(0);
        ran.says("took the place of vault")
            .does_not_say("this vault was superseded");
    }
}

/// Puts another note in the place of the one on `w1`.
fn put_note(scene: &Scene, read: &ReadSupersession) {
    let folder = note_at(scene, "w1");
    fs::write(folder.join("supersede.json"), &read.bytes).unwrap();
    fs::write(folder.join("supersede.json.old.sig"), &read.old_signature).unwrap();
    fs::write(folder.join("supersede.json.new.sig"), &read.new_signature).unwrap();
}

#[test]
fn forged_notes_are_named_and_not_believed() {
    let scene = sealed();
    rotate(&scene, "").exits(0);
    let genuine = note(&scene);
    let proven: Supersession = genuine.prove(&scene.manifest().public_key).unwrap();
    let (old, stranger) = (scene.identity(), another().identity());
    let mut edited = genuine.clone();
    let text = String::from_utf8(edited.bytes).unwrap();
    edited.bytes = text.replace("\"at\":\"2", "\"at\":\"3").into_bytes();
    let mut swapped = genuine.clone();
    std::mem::swap(&mut swapped.old_signature, &mut swapped.new_signature);
    let mut cut = genuine.clone();
    cut.new_signature.pop();
    let mut back = proven.clone();
    std::mem::swap(&mut back.old, &mut back.new);
    let mut theirs = proven.clone();
    theirs.new.public_key = stranger.public_key();
    theirs.new.label = Label::new("the real one").unwrap();
    for (what, read) in [
        ("edited", edited),
        ("swapped", swapped),
        ("signed by the old one twice", proven.sign(&old, &old)),
        ("signed by a stranger", proven.sign(&stranger, &stranger)),
        // who has only the newer vault says that the older one took its place
        ("turned around", back.sign(&stranger, &stranger)),
        (
            "for a vault of a stranger",
            theirs.sign(&stranger, &stranger),
        ),
    ] {
        put_note(&scene, &read);
        let ran = scene.run("verify w1").exits(4);
        ran.says("does not hold")
            .does_not_say("both vaults signed it");
        let out = format!("out-{}", what.replace(' ', "-"));
        let ran = restore(&scene, &format!("{OLD} --from w1"), &out).exits(0);
        ran.says("does not hold")
            .does_not_say("this vault was superseded");
        came_back(&scene, &out, "node");
    }
    put_note(&scene, &cut);
    scene.run("verify w1").exits(4).says("does not hold");
    // one of other vaults says nothing of this one
    let (third, fourth) = (Scene::new(), another());
    third.seal("--rehearsal").exits(0);
    let mut foreign = proven;
    foreign.old.public_key = third.manifest().public_key;
    foreign.new.public_key = fourth.manifest().public_key;
    put_note(&scene, &foreign.sign(&third.identity(), &fourth.identity()));
    let ran = restore(&scene, &format!("{OLD} --from w1"), "out").exits(0);
    ran.does_not_say("superseded");
}

#[test]
fn an_entry_that_a_vault_was_superseded_is_not_believed_without_both_signatures() {
    let scene = registered("");
    rotate(&scene, REGISTER).exits(0);
    let (old, new) = (scene.manifest().public_key, newer(&scene).public_key);
    let genuine = note(&scene);
    let mut edited = genuine.clone();
    edited.old_signature[0] ^= 1;
    let before: Vec<Event> = read(&scene)
        .entries()
        .filter_map(|entry| entry.event.clone())
        .filter(|event| !matches!(event, Event::Superseded(_)))
        .collect();
    for (note, holds) in [(None, false), (Some(edited), false), (Some(genuine), true)] {
        let mut register = Register::new();
        let end = Event::Superseded(Superseded {
            vault: old.vault_id(),
            by: new.vault_id(),
            at: Time::from_unix(1_800_000_000),
            note,
        });
        for event in before.iter().chain([&end]) {
            let stamp = Stamp {
                at: Time::from_unix(1_800_000_000),
                wall: None,
                by: None,
                tool: "coldvault".into(),
            };
            register.add(&stamp, event).unwrap();
        }
        write(&scene.at("office/register.json"), &register);
        let ran = scene.run(&format!("register verify {REGISTER}"));
        match holds {
            true => drop(ran.exits(0).does_not_say("superseded")),
            false => drop(ran.exits(4).says("is not proven, and not counted")),
        }
        let ran = scene.run(&format!("verify v1 {REGISTER}")).exits(0);
        assert_eq!(ran.mentions("this vault was superseded"), holds, "{ran}");
    }
}

fn write(path: &Path, register: &Register) {
    fs::write(path, register.to_bytes()).unwrap();
}

#[test]
fn protected_shares_open_the_older_vault_and_protect_the_newer_one() {
    let scene = protected();
    add_media(&scene);
    let recipient = scene.put_key("new-key.txt");
    let from = "--from v1 --from legal1 --from audit1 --identity key.txt --open-fd 0";
    let words = format!("rotate {from} {PLACES} --rehearsal --protect cto={recipient}");
    scene.run_with(&words, "\n").exits(3);
    MEDIA.iter().for_each(|medium| scene.is_bare(medium));
    scene
        .run_with(&words, &format!("{PASSPHRASE}\n"))
        .exits(0)
        .says("share 4 (cto), copy 1 of 2, protected");
    restore(&scene, &format!("{NEW} --identity new-key.txt"), "out").exits(0);
    scene.is_restored("out");
    restore(&scene, NEW, "closed").exits(3);
}

#[test]
fn a_vault_of_keys_goes_on_on_paper_without_its_node() {
    let scene = Scene::new();
    scene.seal("--rehearsal --scope keys").exits(0);
    fs::rename(scene.at("node"), scene.at("kept")).unwrap();
    add_media(&scene);
    let places = PLACES
        .replace("--vault-to w2", "--vault-to sheet:vault.pdf")
        .replace("cto=cto4", "cto=sheet:cto.pdf");
    let words = format!("rotate {OLD} {places} --rehearsal");
    scene.run(&words).exits(0).says("2 sheets prepared");
    for from in [
        "--from w1 --from legal3 --from ops3 --from cto3",
        "--from vault.pdf --from legal3 --from ops3 --from cto.pdf",
    ] {
        restore(&scene, from, "out").exits(0);
        restore(&scene, OLD, "old").exits(0);
        assert_eq!(tree(&scene.at("out")), tree(&scene.at("old")));
        fs::remove_dir_all(scene.at("out")).unwrap();
        fs::remove_dir_all(scene.at("old")).unwrap();
    }
    // a whole node directory does not go onto paper
    let whole = sealed();
    add_media(&whole);
    whole
        .run(&words)
        .exits(2)
        .says("a vault on paper holds keys");
}

#[test]
fn a_carrier_beside_a_note_is_copied_and_a_register_is_begun_anew_with_what_the_note_says() {
    let scene = sealed();
    rotate(&scene, "").exits(0);
    for medium in ["spare", "office"] {
        fs::create_dir(scene.at(medium)).unwrap();
    }
    let copy = "copy legal3 spare --rehearsal --exception devices=test --exception host=test";
    scene.run(copy).exits(0);
    scene.run("verify spare").exits(0).says("whole");
    let from = "--from v1 --from legal1 --from audit1 --from ops1 --from w1 --from legal3";
    let new = newer(&scene).public_key.vault_id();
    for _ in 0..2 {
        scene
            .run(&format!("register rebuild {REGISTER} {from}"))
            .exits(0);
    }
    let state = state(&scene);
    let old = state.vault(scene.manifest().public_key.vault_id()).unwrap();
    assert!(matches!(old.life, Life::Superseded { by, .. } if by == new));
    assert_eq!(
        words(&scene)
            .iter()
            .filter(|word| *word == "superseded")
            .count(),
        1
    );
    assert!(state.unproven_ends.is_empty());
}

/// A command that the screen shows in lines of its own, as a shell takes it.
fn shown_command(screen: &str, begins: &str) -> String {
    let (_, rest) = screen.split_once(begins).unwrap();
    let rest = rest.replace("\\\n", " ");
    let line = rest.lines().next().unwrap();
    format!("{begins}{line}").replacen("coldvault ", "", 1)
}

#[test]
fn what_the_end_of_a_rotation_says_is_next_can_be_typed_as_it_stands() {
    let scene = registered("");
    let ran = rotate(&scene, REGISTER).exits(0);
    let drill = shown_command(&ran.out, "coldvault drill");
    scene.run(&format!("{drill} {NEW}")).exits(0);
    let retire = shown_command(&ran.out, "coldvault retire");
    let old = scene.id();
    assert!(retire.starts_with(&format!("retire {old} ")), "{retire}");
    let words = format!("{retire} --by Ada --witness Ben --reason old --done vault=wiped");
    scene.run(&words).exits(0).says(&old);
    assert_eq!(lives(&scene)[0], Life::Retired);
    // the label alone is that of two vaults
    let label = format!("retire Bank-A {REGISTER} --rehearsal");
    assert_ne!(scene.run(&label).status, Some(0));
}

#[test]
fn without_a_register_the_end_of_a_rotation_names_no_command_that_needs_one() {
    let scene = sealed();
    let ran = rotate(&scene, "").exits(0);
    ran.says("coldvault drill --rehearsal")
        .does_not_say("--register FILE\n")
        .does_not_say("coldvault retire");
}

#[test]
fn a_kill_while_the_note_is_written_leaves_a_whole_vault_and_no_note_that_looks_finished() {
    let scene = registered("");
    add_media(&scene);
    let begun = |scene: &Scene| {
        has(scene, "w1", "supersede.json") || has(scene, "legal3", "supersede.json")
    };
    let ran = stopped(&scene, &rotate_words(REGISTER), Signal::KILL, || {
        begun(&scene)
    });
    assert_eq!(ran.status, None, "{ran}");
    // the register was not told yet, so that it claims less than the carriers hold
    assert_eq!(words(&scene), ["begun", "sealed", "begun"]);
    for medium in MEDIA {
        scene.run(&format!("verify {medium}")).exits(0);
    }
    restore(&scene, NEW, "out").exits(0);
    scene.is_restored("out");
}
