//! `retire`: what people destroyed is entered carrier by carrier, what is still out is counted, and nothing that is the last
//! of its kind goes without its words.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use coldvault::register::{Event, Life, Role, VaultState};
use coldvault::words;

use crate::pty::Pty;
use crate::register::{REGISTER, read, registered, state, words as entries};
use crate::scene::{EXCEPTIONS, Scene, names};
use crate::support::{Ran, TOOLS, run, skipped};

/// A production vault with its register in `office`.
fn real() -> Scene {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    scene.seal(&format!("{EXCEPTIONS} {REGISTER}")).exits(0);
    scene
}

fn vault(scene: &Scene) -> VaultState {
    state(scene).vaults[0].clone()
}

/// `retire Bank-A` with more arguments, which may have blanks in them.
fn retire(scene: &Scene, more: &[&str]) -> Ran {
    let first = ["retire", "Bank-A", "--register", "office/register.json"];
    run(scene.dir(), &[&first[..], more].concat())
}

const NAMES: [&str; 4] = ["--by", "Ada Officer", "--witness", "Ben Second"];

fn id_words(scene: &Scene) -> String {
    words::words(&vault(scene).id.0).join(" ")
}

fn gone(scene: &Scene) -> usize {
    let carriers = vault(scene).carriers;
    carriers.iter().filter(|one| one.destroyed).count()
}

/// The text of a PDF, as people copy it.
fn text_of(pdf: &Path) -> Option<String> {
    let tool = Path::new("/usr/bin/pdftotext");
    if !tool.exists() {
        skipped(TOOLS, "there is no pdftotext");
        return None;
    }
    let out = Command::new(tool)
        .args(["-layout".as_ref(), pdf.as_os_str(), "-".as_ref()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(out.status.success());
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn without_anything_destroyed_everything_that_is_out_is_named_and_nothing_is_entered() {
    let scene = real();
    let before = entries(&scene);
    let ran = retire(&scene, &[]).exits(10);
    let ran = ran
        .says("This vault is not dead: 3 of 3 shares outstanding, 2 open it.")
        .says("share 2, copy 1 of 2 (audit): ")
        .says("vault, copy 2 of 2: ");
    assert_eq!(ran.out.matches(", id ").count(), 8, "{}", ran.out);
    assert_eq!(entries(&scene), before);
}

#[test]
fn a_vault_in_use_goes_only_with_its_words_and_a_rehearsal_with_a_word() {
    let scene = real();
    let one = ["--done", "vault 2=wiped and broken"];
    let refused = retire(&scene, &[&one[..], &NAMES].concat());
    refused
        .exits(5)
        .says("is in use and no other one took its place: what is in it is lost with it")
        .says("--final --expect");
    let other = words::words(&[7; 16]).join(" ");
    let with = |words: &str, more: &[&str]| {
        let last = ["--final", "--expect", words];
        retire(&scene, &[&one[..], &NAMES, &last, more].concat())
    };
    with(&other, &[]).exits(4);
    with(&vault(&scene).id.hex(), &[])
        .exits(2)
        .says("these are digits");
    let rehearsal = retire(&scene, &[&one[..], &NAMES, &["--rehearsal"]].concat());
    rehearsal.exits(5).says("production material");
    let alone = retire(&scene, &[&one[..], &NAMES, &["--final"]].concat());
    alone.exits(2);
    assert_eq!(gone(&scene), 0);
    with(&id_words(&scene), &[])
        .exits(10)
        .says("Entered: vault, copy 2 was destroyed. not dead: 3 of 3");
    assert_eq!(gone(&scene), 1);
    let practice = registered("");
    let one = [&one[..], &NAMES].concat();
    retire(&practice, &one)
        .exits(5)
        .says("--rehearsal says that it may go");
    retire(&practice, &[&one[..], &["--rehearsal"]].concat()).exits(10);
    assert_eq!(gone(&practice), 1);
}

#[test]
fn two_different_people_and_known_carriers_are_needed_before_anything_is_entered() {
    let scene = registered("");
    let one = ["--rehearsal", "--done", "vault 2=broken"];
    let with = |more: &[&str]| retire(&scene, &[&one[..], more].concat());
    with(&[]).exits(2).says("--by NAME --witness NAME");
    with(&["--by", "Ada"]).exits(2);
    for same in [
        "ADA OFFICER",
        "Ada  Officer",
        "\u{ff21}da Officer",
        "ada o\u{fb03}cer",
    ] {
        with(&["--by", "Ada Officer", "--witness", same]).exits(2);
    }
    for wrong in ["vault 9=x", "share 4=x", "vault 1", "=x", "vault 1="] {
        with(&[&NAMES[..], &["--done", wrong]].concat()).exits(2);
    }
    retire(&scene, &["--certificate", "office/r.txt"]).exits(2);
    retire(&scene, &["--certificate", "v1/r.pdf"]).exits(5);
    assert_eq!(gone(&scene), 0);
    assert_eq!(names(&scene.at("office")), ["register.json"]);
}

#[test]
fn once_too_few_shares_are_left_it_is_retired_and_what_is_out_stays_named() {
    let scene = registered("");
    let done = ["--done", "share 1=shredded", "--done", "share 3=burnt"];
    let paper = ["--certificate", "office/retired.pdf", "--reason", "moved"];
    let ran = retire(
        &scene,
        &[&["--rehearsal"], &done[..], &NAMES, &paper].concat(),
    );
    let ran = ran
        .exits(0)
        .says("Entered: share 1, copy 2 was destroyed. not dead: 2 of 3")
        .says("share 2, copy 1 of 2 (audit)")
        .says("SHA-256 of the record:");
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("is dead: 1 of 3 shares outstanding, 2 needed."));
    let mut lines = ran.out.lines();
    let fits = |line: &str| line.len() <= 80 || line.starts_with("SHA-256 of the record: ");
    assert!(lines.all(fits), "{}", ran.out);
    let vault = vault(&scene);
    assert_eq!((vault.life, gone(&scene)), (Life::Retired, 4));
    let said = vault.carriers[2].destruction.as_ref().unwrap();
    assert_eq!(said.how.as_deref(), Some("shredded"));
    assert_eq!(said.people, ["Ada Officer", "Ben Second"]);
    assert_eq!(said.reason, "moved");
    let json = fs::read(scene.at("office/retired.json")).unwrap();
    assert!(json.starts_with(b"{\"type\":\"coldvault/destruction/1\","));
    let sum = coldvault::digest::Digest::of(&json);
    let retirement = vault.retirement.as_ref().unwrap();
    assert_eq!(retirement.certificate_sha256, Some(sum));
    let record: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(record["dead"], true);
    assert_eq!(record["destroyed"].as_array().unwrap().len(), 4);
    assert_eq!(record["outstanding"].as_array().unwrap().len(), 4);
    // The head is that of everything before the vault was retired.
    let register = read(&scene);
    let last: Vec<_> = register.entries().collect();
    let head = last[last.len() - 2].digest.hex();
    assert_eq!(record["register_head"], head.as_str());
    if let Some(text) = text_of(&scene.at("office/retired.pdf")) {
        for said in [
            "DEAD",
            "REHEARSAL",
            "share 1, copy 2 of 2",
            "burnt",
            "Ben Second",
            "Destroyed by: Ada Officer",
            "STILL OUT",
            "share 2, copy 1 of 2",
            &sum.hex(),
            &head,
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(text.contains("Page 1 of 1"));
    }
    // The rest goes on later, under a new record.
    let again = retire(&scene, &[&["--rehearsal"], &NAMES[..], &paper].concat());
    again.exits(5).says("retired.json");
    let rest = ["--done", "vault=broken", "--done", "share 2=shredded"];
    retire(&scene, &[&["--rehearsal"], &rest[..], &NAMES].concat())
        .exits(0)
        .says("Nothing of it that the register knows of is still out.");
    assert_eq!(gone(&scene), 8);
    retire(&scene, &[]).exits(0).says("This vault is dead");
}

#[test]
fn what_was_said_before_a_run_stopped_is_entered_and_the_next_run_goes_on() {
    let scene = registered("");
    let dir = scene.dir();
    let args = [
        "retire",
        "Bank-A",
        "--rehearsal",
        "--register",
        "office/register.json",
        "--by",
        "Ada",
        "--witness",
        "Ben",
    ];
    let Some(mut first) = Pty::start(dir, &args) else {
        return;
    };
    first
        .expect("1 of 8: vault, copy 1 of 2")
        .expect("outstanding):");
    first.types("wiped and broken").expect("Ada, you saw that");
    first.types("Ben").expect("That is not \"Ada\".");
    first.expect("Ada, you saw that").types("ada");
    first.expect("Ben, you saw that").types("Ben");
    first.expect("Entered: vault, copy 1 was destroyed.");
    first
        .expect("2 of 8: vault, copy 2 of 2")
        .expect("outstanding):");
    first.gets(rustix::process::Signal::KILL);
    drop(first);
    assert_eq!(gone(&scene), 1);
    let mut second = Pty::start(dir, &args).unwrap();
    second.expect("1 of 7: vault, copy 2 of 2");
    // Not found: it stays out. The witness did not see the next one.
    second.expect("outstanding):").types("");
    second.expect("It stays outstanding.");
    second.expect("2 of 7: share 1, copy 1 of 2 (legal)");
    second.expect("outstanding):").types("burnt");
    second.expect("To be entered: share 1, copy 1 was destroyed: burnt.");
    second.expect("type back to correct it").types("Back");
    second.expect("outstanding):").types("shredded");
    second.expect("To be entered: share 1, copy 1 was destroyed: shredded.");
    second.expect("Ada, you saw that").types("Ada");
    // The second one decides about what the first one said: no way back from there.
    second.expect("Ben, you saw that").types("back");
    second.expect("That is not \"Ben\".");
    second.expect("Ben, you saw that").types("");
    second.expect("Not confirmed by both: nothing is entered");
    second.presses_enter_until("it is not retired");
    second.ends().exits(10);
    assert_eq!(gone(&scene), 1);
    assert_eq!(vault(&scene).life, Life::Live);
}

#[test]
fn a_whole_vault_is_retired_on_a_terminal_with_its_words_and_a_record() {
    let scene = real();
    let args = ["retire", "Bank-A", "--register", "office/register.json"];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    let words = id_words(&scene);
    pty.expect("is in use and no other one took its place");
    pty.expect("16 words")
        .types(&words::words(&[7; 16]).join(" "));
    pty.expect("These are the words of another vault.");
    pty.expect("16 words").types(&words);
    pty.expect("Who destroys it? Name:").types("Ada");
    pty.expect("second person? Name:").types("ada");
    pty.expect("second person? Name:").types("Ben");
    for number in 1..=8 {
        pty.expect(&format!("{number} of 8: "))
            .expect("outstanding):");
        pty.types("shredded")
            .expect("Ada, you saw that")
            .types("Ada");
        pty.expect("Ben, you saw that").types("Ben");
        pty.expect("was destroyed.");
    }
    pty.expect("New file for the record")
        .types("office/end.pdf");
    pty.expect("Page to print and sign by hand: office/end.pdf");
    pty.expect("RETIRED: Bank-A");
    pty.ends().exits(0);
    assert_eq!((vault(&scene).life, gone(&scene)), (Life::Retired, 8));
    if let Some(text) = text_of(&scene.at("office/end.pdf")) {
        assert!(text.contains("nothing that the register knows of"));
        assert!(text.contains("PRODUCTION"));
    }
}

#[test]
fn a_copy_that_nobody_entered_counts_as_out_until_both_say_that_there_is_none() {
    let scene = registered("");
    // As after a sealing that was killed: begun, and nothing is known of what was written.
    let all = read(&scene);
    let begun = all.entries().next().unwrap();
    let mut register = coldvault::register::Register::new();
    let Some(event @ Event::Begun(_)) = &begun.event else {
        panic!("the first entry is not that it began")
    };
    register.add(&begun.stamp, event).unwrap();
    fs::write(scene.at("office/register.json"), register.to_bytes()).unwrap();
    let ran = retire(&scene, &[]).exits(10);
    let ran = ran.says("share 2, copy 1: never entered, it may be anywhere");
    assert!(ran.out.contains("vault, copy 1: never entered"));
    let say = |which: &str| retire(&scene, &[&["--done", which], &NAMES[..]].concat());
    say("share 1/1=never written, both saw the machine go off").exits(10);
    // Without a number all copies that must have been made are meant.
    say("share 2=the same")
        .exits(0)
        .says("Entered: share 2, copy 1 was never entered and is out no more.")
        .says("dead: 1 of 3");
    say("share 4=x")
        .exits(2)
        .says("the register knows no carrier share 4");
    say("share 2/1=again")
        .exits(0)
        .says("was entered as destroyed before");
    let vault = vault(&scene);
    assert_eq!(vault.life, Life::Retired);
    let roles: Vec<Role> = vault.carriers.iter().map(|one| one.role).collect();
    assert_eq!(roles, [Role::Share(1), Role::Share(2)]);
}

#[test]
fn one_person_alone_does_not_say_away_the_last_vault_copies_of_a_vault_in_use() {
    let scene = real();
    let say = |copies: &[&str]| {
        let first = ["register", "destroyed", "--reason", "x"];
        let last = ["--register", "office/register.json"];
        run(scene.dir(), &[&first[..], &last, copies].concat())
    };
    say(&["vault 1", "vault 2"])
        .exits(5)
        .says("coldvault retire");
    say(&["share 1", "share 2"]).exits(5);
    assert_eq!(gone(&scene), 0);
    say(&["vault 1"]).exits(0);
    say(&["vault 2"]).exits(5);
    assert_eq!(gone(&scene), 1);
}

/// Share 2 made anew for `to`, on two new media; `more` says what became of the copies before.
fn made_anew(to: &str, more: &[&str]) -> Scene {
    let scene = registered("");
    for medium in ["new1", "new2"] {
        fs::create_dir(scene.at(medium)).unwrap();
    }
    let (one, two) = (format!("{to}=new1"), format!("{to}=new2"));
    let words =
        "reissue --rehearsal --share 2 --from legal1 --from ops1 --register office/register.json";
    let words: Vec<&str> = words.split(' ').collect();
    let places = ["--to", one.as_str(), "--to", two.as_str()];
    run(scene.dir(), &[&words[..], &places, more].concat()).exits(0);
    scene
}

#[test]
fn void_copies_are_called_void_and_asked_of_whoever_kept_them_before() {
    let scene = made_anew("risk", &["--cause", "handed-over"]);
    let ran = retire(&scene, &[]).exits(10);
    let flat = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "share 2, copy 1 of 2, VOID since ",
        "share 2, copy 2 of 2, VOID since ",
    ] {
        let (_, rest) = flat.split_once(said).unwrap();
        assert_eq!(rest.get(10..19), Some(" (audit):"), "{flat}");
    }
    assert!(
        flat.contains("share 2, copy 3 of 4 (risk): medium"),
        "{flat}"
    );
    let paper = ["--rehearsal", "--certificate", "office/void.pdf"];
    let done = ["--done", "share 2/1=shredded"];
    retire(&scene, &[&paper[..], &done, &NAMES].concat()).exits(10);
    let json = fs::read(scene.at("office/void.json")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let gone = &record["destroyed"][0];
    assert_eq!(gone["custodian"], "audit");
    assert!(gone["void"].is_string() && gone["by_reissue"] == false);
    let left = record["outstanding"].as_array().unwrap();
    let new = left.iter().find(|one| one["copy"] == 3).unwrap();
    assert_eq!(new["custodian"], "risk");
    assert!(new["void"].is_null());
    if let Some(text) = text_of(&scene.at("office/void.pdf")) {
        assert_eq!(text.matches("VOID").count(), 2, "{text}");
    }
}

#[test]
fn what_a_reissue_took_as_destroyed_is_in_the_record_with_its_reason_and_witness() {
    let said = ["--cause", "destroyed", "--reason", "burnt, report 17"];
    let scene = made_anew("audit", &[&said[..], &["--witness", "notary"]].concat());
    let done = ["--done", "vault=broken", "--certificate", "office/end.pdf"];
    retire(&scene, &[&["--rehearsal"], &done[..], &NAMES].concat()).exits(0);
    let json = fs::read(scene.at("office/end.json")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let gone = record["destroyed"].as_array().unwrap();
    let gone: Vec<_> = gone.iter().filter(|one| one["role"] == "share").collect();
    assert_eq!(gone.len(), 2);
    for one in gone {
        assert_eq!(one["by_reissue"], true);
        assert_eq!(one["reason"], "burnt, report 17");
        assert_eq!(one["people"], serde_json::json!(["notary"]));
        assert!(one["how"].is_null() && one["when"].is_string());
    }
    if let Some(text) = text_of(&scene.at("office/end.pdf")) {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("by the reissue"), "{text}");
        assert!(text.contains("notary"), "{text}");
    }
}

#[test]
fn whoever_stops_is_told_what_was_entered_and_how_to_go_on() {
    let scene = registered("");
    let args = ["retire", "Bank-A", "--rehearsal", "--register"];
    let more = ["--done", "vault 2=broken"];
    let args = [&args[..], &["office/register.json"], &NAMES].concat();
    let Some(mut first) = Pty::start(scene.dir(), &args) else {
        return;
    };
    first.expect("outstanding):").types("stop");
    first.ends().exits(130).says("nothing was written");
    let mut second = Pty::start(scene.dir(), &[&args[..], &more].concat()).unwrap();
    second.expect("1 of 7: vault, copy 1").types("wiped");
    second
        .expect("Ada Officer, you saw that")
        .types("Ada Officer");
    second
        .expect("Ben Second, you saw that")
        .types("Ben Second");
    second
        .expect("2 of 7: ")
        .expect("outstanding):")
        .types("stop");
    let ran = second.ends().exits(130);
    let ran = ran.does_not_say("nothing was written");
    let flat = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    let id = vault(&scene).id;
    for said in [
        "stopped, as you asked: what was entered stays entered (vault, copy 2; vault, copy 1)"
            .to_owned(),
        format!("later: coldvault retire {id} --rehearsal --register office/register.json"),
    ] {
        assert!(flat.contains(&said), "{said}: {flat}");
    }
    assert_eq!(gone(&scene), 2);
}

#[test]
fn a_record_without_its_page_gets_it_where_the_register_names_it_and_stays_where_it_does_not() {
    let scene = registered("");
    let paper = ["--rehearsal", "--certificate", "office/end.pdf"];
    let with = |done: &[&str]| retire(&scene, &[&paper[..], done, &NAMES].concat());
    // As after a run that was killed between the two files: nothing of it is in the register.
    with(&["--done", "vault 1=broken"]).exits(10);
    fs::remove_file(scene.at("office/end.pdf")).unwrap();
    let first = fs::read(scene.at("office/end.json")).unwrap();
    let ran = with(&["--done", "vault 2=broken"]).exits(0);
    ran.says("no retirement in the register names it")
        .says("office/end-2.pdf");
    assert_eq!(fs::read(scene.at("office/end.json")).unwrap(), first);
    let wanted = ["end-2.json", "end-2.pdf", "end.json", "register.json"];
    assert_eq!(names(&scene.at("office")), wanted);
    // The page of a record that the register names is lost; other things were entered since.
    let page = fs::read(scene.at("office/end-2.pdf")).unwrap();
    let json = fs::read(scene.at("office/end-2.json")).unwrap();
    fs::remove_file(scene.at("office/end-2.pdf")).unwrap();
    let note = [
        "register",
        "note",
        "looked at",
        "--register",
        "office/register.json",
    ];
    run(scene.dir(), &note).exits(0);
    let entered = entries(&scene);
    let paper = ["--rehearsal", "--certificate", "office/end-2.pdf"];
    retire(&scene, &[&paper[..], &NAMES].concat())
        .exits(0)
        .says("Its page was missing and is made from it again");
    assert_eq!(fs::read(scene.at("office/end-2.pdf")).unwrap(), page);
    assert_eq!(fs::read(scene.at("office/end-2.json")).unwrap(), json);
    assert_eq!(names(&scene.at("office")), wanted);
    assert_eq!(entries(&scene), entered);
    // A record of another register, or one that was changed, is not taken for one of this vault's.
    fs::write(scene.at("office/other.json"), "{\"type\":\"mine\"}").unwrap();
    let other = ["--rehearsal", "--certificate", "office/other.pdf"];
    retire(&scene, &[&other[..], &NAMES].concat())
        .exits(5)
        .says("other.json");
    fs::write(scene.at("office/late.json.unfinished"), "").unwrap();
    let late = ["--rehearsal", "--certificate", "office/late.pdf"];
    retire(&scene, &[&late[..], &NAMES].concat())
        .exits(0)
        .says("late.json was left unfinished");
    assert!(scene.at("office/late-2.pdf").exists());
}

#[test]
fn of_several_vaults_of_one_label_one_is_chosen_by_its_place_in_the_series() {
    let scene = real();
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    scene.run(&words).exits(0);
    let all = state(&scene).vaults;
    let ran = retire(&scene, &[]).exits(2);
    let flat = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "2 vaults of the register are called \"Bank-A\"",
        &format!("{}, generation 1, sealed ", all[0].id),
        &format!("{}, generation 2, sealed ", all[1].id),
        "in use, no vault took its place (the newest, never verified)",
        "coldvault retire ID --register office/register.json",
    ] {
        assert!(flat.contains(said), "{said}: {flat}");
    }
    let args = [
        "retire",
        &all[0].id.hex(),
        "--register",
        "office/register.json",
    ];
    let listed = run(scene.dir(), &args).exits(10);
    listed.says("  series  generation 1: never verified");
    let args = ["retire", "Bank-A", "--register", "office/register.json"];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Vaults of the register that are called \"Bank-A\":");
    let place = 1 + usize::from(all[0].generation != 2);
    pty.expect("Type its number").types("3");
    pty.expect("Type its number").types(&place.to_string());
    let chosen = format!("Vault {} (PRODUCTION)", all[place - 1].id);
    pty.expect(&chosen).expect("16 words").types("stop");
    pty.ends().exits(130).says("nothing was written");
}
