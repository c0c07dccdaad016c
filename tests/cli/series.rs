//! Vaults of one label, one after another: the register says which is the newest and which may go, and what a carrier claims
//! of itself counts nothing.

use std::fs;

use coldvault::key::VaultKey;
use coldvault::kind::Kind;
use coldvault::register::{Event, Life, Register};

use crate::pty::Pty;
use crate::register::{REGISTER, read, state};
use crate::scene::{EXCEPTIONS, Scene, production};
use crate::support::run;

/// Three production vaults of one label, all on the same media, each in the register.
fn three() -> Scene {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    scene.run(&words).exits(0).does_not_say("series");
    for number in 2..=3 {
        scene
            .run(&words)
            .exits(0)
            .says(&format!("goes on that series as generation {number}"))
            .says(&format!("claims generation {number}, after vault"));
    }
    scene
}

/// A vault that somebody else made, with the label of the real one and a higher number, put onto a medium.
fn forged(scene: &Scene, medium: &str) -> String {
    let state = state(scene);
    let newest = state.vaults.iter().max_by_key(|vault| vault.generation);
    let newest = newest.unwrap();
    let folder = format!("coldvault-{}-vault-1", newest.id);
    let found = crate::scene::names(&scene.at(medium));
    let name = found.iter().find(|name| name.starts_with(&folder[..42]));
    let real = scene.at(medium).join(name.unwrap());
    let read = |name: &str| fs::read(real.join(name)).unwrap();
    let signed = coldvault::manifest::ReadManifest {
        bytes: read("vault.json"),
        signature: read("vault.json.sig"),
    };
    let mut manifest = signed.prove(&newest.key).unwrap();
    let identity = VaultKey::draw().unwrap().identity(Kind::Production);
    manifest.previous = Some(newest.key);
    manifest.generation = 99;
    manifest.public_key = identity.public_key();
    let id = manifest.public_key.vault_id().hex();
    let mine = scene.at(medium).join(format!("coldvault-{id}-vault-1"));
    crate::scene::copy_tree(&real, &mine);
    let signed = manifest.sign(&identity);
    fs::write(mine.join("vault.json"), signed.bytes).unwrap();
    fs::write(mine.join("vault.json.sig"), signed.signature).unwrap();
    fs::write(mine.join("vault.pub"), identity.public_key().to_pem()).unwrap();
    id
}

#[test]
fn three_generations_are_listed_and_only_the_one_behind_two_verified_ones_may_go() {
    let scene = three();
    let state = state(&scene);
    let ids: Vec<String> = state.vaults.iter().map(|vault| vault.id.hex()).collect();
    let numbers: Vec<u64> = state.vaults.iter().map(|vault| vault.generation).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(state.vaults[2].previous, Some(state.vaults[1].key));
    let look = || scene.run(&format!("inspect v1 {REGISTER}")).exits(0);
    let says = |text: &str| {
        let ran = scene.run(&format!("status {REGISTER}"));
        let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(text), "{text}: {flat}");
    };
    look().says("the newest, never verified");
    says("3 generations, the newest is 3");
    says("none may be retired: 0 of them verified, and the last 2 verified ones are kept");
    // Without the register nothing may go, whatever the carriers say.
    scene
        .run("inspect v1")
        .exits(0)
        .says(&format!("claims generation 3: vault {}", ids[2]))
        .says("only the register says")
        .does_not_say("may be retired:");
    // Read whole: all three.
    scene.run(&format!("verify v1 v2 {REGISTER}"));
    let ran = look();
    let ran = ran
        .says("the newest, verified")
        .says("kept: one of the last two verified");
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(flat.matches("it may be retired").count(), 1, "{flat}");
    let (_, last) = flat.rsplit_once("generation 1: vault ").unwrap();
    assert!(last.starts_with(&ids[0]) && last.contains("it may be retired"));
    says(&format!("may be retired: 1 (vault {}", &ids[0][..8]));
    // Of several vaults of one label none is chosen.
    scene
        .run(&format!("retire Bank-A {REGISTER}"))
        .exits(2)
        .says("3 vaults of the register are called \"Bank-A\"")
        .says("generation 2");
}

#[test]
fn a_vault_that_calls_itself_generation_99_counts_nothing_and_makes_no_real_one_old() {
    let scene = three();
    scene.run(&format!("verify v2 {REGISTER}"));
    let before = read(&scene).to_bytes();
    let id = forged(&scene, "v1");
    let ran = scene.run(&format!("inspect v1 {REGISTER}")).exits(0);
    let ran = ran
        .says(&format!(
            "claims generation 99, but vault {id} is not in the register"
        ))
        .says("nothing shows that the vault before it signed that");
    assert!(!ran.out.contains("generation 99: vault"), "{}", ran.out);
    assert_eq!(ran.out.matches("the newest").count(), 1);
    let (_, newest) = ran.out.split_once("generation 3: vault ").unwrap();
    assert!(newest.contains("sealed") && newest.contains("the newest"));
    // Its carrier is checked with the register: nothing of it is entered.
    scene.run(&format!("verify v1 {REGISTER}"));
    let state = state(&scene);
    assert!(state.vaults.iter().all(|vault| vault.id.hex() != id));
    assert!(read(&scene).to_bytes().len() >= before.len());
    // The newest real one is not less than it was: it goes only with its own words.
    let newest = state.vaults[2].id.hex();
    let last = [
        "retire",
        &newest,
        "--register",
        "office/register.json",
        "--by",
        "Ada",
        "--witness",
        "Ben",
        "--done",
        "vault=wiped",
    ];
    run(scene.dir(), &last)
        .exits(5)
        .says("is in use and no other one took its place");
    run(
        scene.dir(),
        &["retire", &id, "--register", "office/register.json"],
    )
    .exits(2)
    .says("the register has no vault");
    // Nor does a sealing follow it.
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    let fake = format!("v1/coldvault-{id}-vault-1");
    scene
        .run(&format!("{words} --previous {fake}"))
        .exits(5)
        .says("--previous: the newest vault of this label in the register is");
    scene
        .run(&words)
        .exits(0)
        .says("goes on that series as generation 4");
    let all = crate::register::state(&scene);
    assert_eq!(all.vaults.len(), 4);
    assert!(all.vaults.iter().all(|vault| vault.life == Life::Live));
}

#[test]
fn without_a_register_a_carrier_says_which_vault_is_followed_and_that_is_a_claim() {
    let scene = Scene::new();
    let words = Scene::seal_words("--rehearsal");
    scene.seal("--rehearsal").exits(0);
    let (first, folder) = (scene.id(), scene.folder("v1"));
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let with = |more: &str| scene.run(&format!("{words} --previous {more}"));
    with("node").exits(2);
    with("v1/nowhere").exits(6);
    scene
        .run(&format!("{words} --previous v1").replace("Bank-A", "Bank-B"))
        .exits(2)
        .says("a series has one label and one kind");
    let ran = with(&format!("v1/{name}")).exits(0);
    ran.says(&format!(
        "follows vault {first}, generation 1 by its own word: a claim"
    ))
    .says("claims generation 2, after vault");
    // Now there are two vaults on it.
    with("v1").exits(2).says("more than one vault");
}

#[test]
fn whoever_is_asked_may_begin_a_series_of_its_own() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words(&format!("--rehearsal {REGISTER}"));
    scene.run(&words).exits(0);
    let words = words.replace("--label Bank-A ", "");
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("(for example: Bank A node): ").types("Bank-A");
    pty.presses_enter_until("Does this vault go on that series, as generation 2?");
    pty.types("n").expect("It begins a series of its own");
}

/// The three, and a vault of a stranger that calls itself their newest: in the register as an older coldvault entered it when
/// nobody compared it, and read whole twice.
fn entered() -> (Scene, String) {
    let scene = three();
    scene.run(&format!("verify v1 v2 {REGISTER}"));
    let stranger = production();
    for medium in ["v1", "v2"] {
        scene.bring(&stranger, medium, &format!("{medium}-strange"));
    }
    let from = "--from v1-strange --from v2-strange";
    scene
        .run(&format!(
            "register rebuild {from} --register office/other.json"
        ))
        .exits(0)
        .says("the register has it as only found");
    let bytes = fs::read(scene.at("office/other.json")).unwrap();
    let other = Register::from_bytes(&bytes).unwrap();
    let mut register = read(&scene);
    let newest = state(&scene).vaults[2].key;
    for entry in other.entries() {
        let mut event = entry.event.clone().unwrap();
        if let Event::Found(found) = &mut event {
            (found.seen.vault.generation, found.seen.vault.previous) = (99, Some(newest));
        }
        register.add(&entry.stamp, &event).unwrap();
    }
    scene.put("office/register.json", &register.to_bytes());
    for _ in 0..2 {
        scene.run(&format!("verify v1-strange v2-strange {REGISTER}"));
    }
    (scene, stranger.id())
}

#[test]
fn a_strangers_vault_in_the_register_that_nobody_compared_makes_no_real_one_old() {
    let (scene, id) = entered();
    let all = state(&scene);
    let stranger = all
        .vaults
        .iter()
        .find(|vault| vault.id.hex() == id)
        .unwrap();
    assert!(stranger.carriers[0].checked.is_some() && !stranger.is_believed());
    let ran = scene.run(&format!("status {REGISTER}"));
    let said = format!("{} {}", ran.out, ran.err);
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "3 generations, the newest is 3",
        "may be retired: 1 (vault",
        &format!("it counts nothing: 99 (vault {}", &id[..8]),
        "was only found on its carriers",
        "register rebuild --from PATH --expect",
    ] {
        assert!(flat.contains(text), "{text}: {flat}");
    }
    let ran = scene
        .run(&format!("inspect v1-strange {REGISTER}"))
        .exits(0);
    ran.says("only found: nobody compared it; it counts nothing")
        .says("The newest is not on this medium: generation 3");
    let retire = |number: usize| {
        let id = all.vaults.iter().filter(|vault| vault.is_believed());
        let id = id.map(|vault| vault.id.hex()).nth(number - 1).unwrap();
        let words = [
            "retire",
            &id,
            "--register",
            "office/register.json",
            "--by",
            "Ada",
            "--witness",
        ];
        run(
            scene.dir(),
            &[&words[..], &["Ben", "--done", "vault=wiped"]].concat(),
        )
    };
    for number in [2, 3] {
        retire(number)
            .exits(5)
            .says("one of the last two verified ones of its series");
    }
    // `status` says of the first that it may go, and it does, without its words.
    retire(1).says("was destroyed");
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    scene
        .run(&format!("{words} --previous v1-strange"))
        .exits(5)
        .says("the newest vault of this label in the register is");
    scene
        .run(&words)
        .exits(0)
        .says("this vault does not follow it")
        .says("goes on that series as generation 4");
}

#[test]
fn a_vault_that_was_only_found_counts_once_it_was_compared_with_its_paper() {
    let scene = production();
    let id = scene.id();
    fs::create_dir(scene.at("office")).unwrap();
    let rebuild = |more: &str| scene.run(&format!("register rebuild --from v1 {REGISTER} {more}"));
    rebuild("")
        .exits(0)
        .says("the register has it as only found");
    assert!(!state(&scene).vaults[0].is_believed());
    scene
        .run(&format!("status {REGISTER}"))
        .says("was only found on its carriers");
    // Nothing follows it: nobody knows whose it is.
    let seal = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    let refused = scene.run(&format!("{seal} --previous v1"));
    refused.exits(5).says("has only found vault");
    rebuild("").exits(0).says("This register has only found it");
    rebuild(&format!("--expect {id}"))
        .exits(0)
        .does_not_say("only found on");
    assert!(state(&scene).vaults[0].is_believed());
    scene
        .run(&format!("status {REGISTER}"))
        .does_not_say("was only found");
    scene
        .run(&seal)
        .exits(0)
        .says("goes on that series as generation 2");
}

#[test]
fn two_production_vaults_of_one_label_get_into_a_register_by_their_papers_only() {
    let scene = production();
    let id = scene.id();
    let words = Scene::seal_words(EXCEPTIONS);
    fs::create_dir(scene.at("office")).unwrap();
    let both = |more: &str| scene.run(&format!("register rebuild --from v1 {more}"));
    // The register has one: a second one is refused.
    both(&format!("{REGISTER} --expect {id}")).exits(0);
    let before = read(&scene).to_bytes();
    scene.run(&words).exits(0);
    both(REGISTER)
        .exits(5)
        .says("the register has a vault \"Bank-A\" already")
        .says("nothing was entered");
    assert!(read(&scene).to_bytes() == before);
    // Both at once into an empty one: both are found, and neither is the newest.
    both("--register office/new.json")
        .exits(0)
        .says("another vault of this label is entered with it")
        .says("only found");
    let ran = scene.run("status --register office/new.json");
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("no generation; only found"), "{flat}");
    assert!(!flat.contains("the newest"), "{flat}");
}

#[test]
fn a_label_that_people_take_for_one_of_the_register_is_said_and_asked_about() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words(&format!("--rehearsal {REGISTER}"));
    scene.run(&words).exits(0);
    let other = words.replace("Bank-A", "BANK-a");
    scene
        .run(&other)
        .exits(0)
        .says("people take one for the other")
        .does_not_say("goes on that series");
    let words = words.replace("--label Bank-A ", "");
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("(for example: Bank A node): ").types("bank-A");
    pty.presses_enter_until("Is this a vault of the series \"Bank-A\"?");
    pty.types("n")
        .expect("Is this a vault of the series \"BANK-a\"?");
    pty.types("y")
        .expect("Does this vault go on that series, as generation 2?");
    pty.presses_ctrl_c();
    pty.ends().exits(130);
}

#[test]
fn a_sealing_that_the_register_does_not_end_is_looked_at_on_its_carriers_and_entered_from_them() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    scene.run(&words).exits(0);
    // The disk of the register was full at the end.
    let mut register = Register::new();
    let full = read(&scene);
    let begun = full.entries().next().unwrap();
    let event = begun.event.clone().unwrap();
    register.add(&begun.stamp, &event).unwrap();
    scene.put("office/register.json", &register.to_bytes());
    let ran = scene.run(&format!("status {REGISTER}"));
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let look = "look at its carriers first: if all are whole, coldvault register rebuild enters it";
    assert!(flat.contains(look), "{flat}");
    scene
        .run(&format!("verify v1 legal1 {REGISTER}"))
        .exits(0)
        .says("never ended; what is here is whole")
        .says("coldvault register rebuild --from PATH");
    scene
        .run(&format!("register rebuild --from v1 --from v2 {REGISTER}"))
        .exits(0);
    let vault = &state(&scene).vaults[0];
    assert!(vault.life == Life::Live && vault.is_believed());
    scene
        .run(&format!("verify v1 {REGISTER}"))
        .does_not_say("never ended");
}

#[test]
fn a_vault_that_a_vault_of_the_register_signed_for_is_no_stranger() {
    let scene = crate::register::registered("");
    crate::rotate::rotate(&scene, "").exits(0);
    let ran = scene.run(&format!("inspect w1 {REGISTER}")).exits(0);
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("generation 2: vault"), "{flat}");
    assert!(flat.contains("which is there: both signed it"), "{flat}");
    ran.does_not_say("it counts nothing");
    assert_eq!(flat.matches("was superseded on").count(), 1, "{flat}");
}
