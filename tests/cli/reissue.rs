//! A share made anew at its number: the very same share by a quorum of the others, on carriers that its note vouches for,
//! and nothing else by any way.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use coldvault::manifest::Manifest;
use coldvault::register::{CarrierState, Cause, Event, Role, ShareState, VaultState};
use coldvault::reissue::{self, Note, ReadNote};

use crate::paper_in::piped;
use crate::pty::Pty;
use crate::register::{REGISTER, read, registered, state, words};
use crate::scene::{EXCEPTIONS, Scene, another, names, production, sealed};
use crate::support::{keep_secret, run};

/// What makes audit's share anew, for itself, on `new1` and `new2`.
const AUDIT: &str =
    "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=new2";

pub(crate) fn with_new_media(scene: Scene) -> Scene {
    for medium in ["new1", "new2", "new3", "new4"] {
        fs::create_dir(scene.at(medium)).unwrap();
    }
    scene
}

/// A sealed vault in which audit's share was made anew.
fn reissued() -> Scene {
    let scene = with_new_media(sealed());
    scene.run(AUDIT).exits(0);
    scene
}

fn share_two(scene: &Scene) -> ShareState {
    let state = state(scene);
    state.vaults[0].shares[1].clone()
}

fn of_share_two(vault: &VaultState) -> Vec<&CarrierState> {
    let carriers = vault.carriers.iter();
    carriers
        .filter(|known| known.role == Role::Share(2))
        .collect()
}

fn bytes(scene: &Scene, medium: &str, name: &str) -> Vec<u8> {
    fs::read(scene.file(medium, name)).unwrap()
}

#[test]
fn scenario_11_lost_share_same_index() {
    let scene = with_new_media(registered(""));
    // audit's copies burnt
    for medium in ["audit1", "audit2"] {
        fs::rename(scene.at(medium), scene.at(&format!("{medium}-burnt"))).unwrap();
    }
    let words = ["reissue", "--rehearsal", "--share", "audit", "--register"];
    let start = || {
        Pty::start(
            scene.dir(),
            &[&words[..], &["office/register.json"]].concat(),
        )
    };
    let Some(mut pty) = start() else { return };
    pty.expect("Who keeps share 2 from now on (press Enter: audit):")
        .types("");
    pty.expect("makes one share anew").expect("Next share:");
    pty.types("legal1").expect("1 of 2 good shares");
    pty.expect("Next share:").types("ops2").expect("2 of 2");
    pty.expect("Do the words agree").types("y");
    pty.expect("What became of the copies before?")
        .types("who knows");
    pty.expect("evidence that they are gone")
        .expect("handed-over:")
        .types("destroyed");
    pty.expect("What shows that they are gone, in one line:")
        .types("burnt, report 17");
    pty.expect("Who saw it:")
        .types("")
        .expect("Who saw it:")
        .types("notary");
    pty.expect("Whom to call").types("");
    pty.expect("Is audit to protect it with a passphrase?")
        .types("n");
    pty.expect("To be made anew: share 2 (audit)")
        .expect("share 2 audit 3/4")
        .expect("share 2 audit 4/4");
    pty.expect("Press Enter to make it").types("");
    pty.expect("copy 3 of 4").expect("Copy to:").types("new1");
    pty.expect("copy 4 of 4").expect("Copy to:").types("new1");
    // the medium of the first copy is no second one
    pty.expect("Use it all the same?").types("y");
    pty.expect("holds a copy of it already")
        .expect("Copy to:")
        .types("new2");
    pty.ends()
        .exits(0)
        .says("REISSUED: share 2 (audit), the very same share: 2 copies written and read back.");
    let first = fs::read_dir(scene.at("audit1-burnt")).unwrap().next();
    let first = first.unwrap().unwrap().path().join("share.json");
    assert_eq!(
        fs::read(first).unwrap(),
        bytes(&scene, "new1", "share.json")
    );
    is_void_in_the_register(&scene);
    a_second_claim_is_flagged(&scene);
    no_further_share_is_made(&scene);
}

/// The same number and point; the copies before are void, and gone as the officer said.
fn is_void_in_the_register(scene: &Scene) {
    let vault = &state(scene).vaults[0];
    let share = &vault.shares[1];
    assert_eq!(share.custodian.as_deref(), Some("audit"));
    assert_eq!((share.reissues.len(), share.exposed), (1, None));
    let of = |carrier: &&CarrierState| (carrier.copy, carrier.void.is_some(), carrier.destroyed);
    let known: Vec<_> = of_share_two(vault).iter().map(of).collect();
    let wanted = [
        (1, true, true),
        (2, true, true),
        (3, false, false),
        (4, false, false),
    ];
    assert_eq!(known, wanted);
    let entered = read(scene).entries().find_map(|entry| match &entry.event {
        Some(Event::Reissued(reissued)) => Some(reissued.clone()),
        _ => None,
    });
    let entered = entered.unwrap();
    assert_eq!(entered.cause, Some(Cause::Destroyed));
    assert_eq!(entered.reason.as_deref(), Some("burnt, report 17"));
    assert_eq!(entered.witness.as_deref(), Some("notary"));
    assert_eq!(entered.carriers.len(), 2);
}

/// A second loss of the same share: said with its date, and typed out or refused.
fn a_second_claim_is_flagged(scene: &Scene) {
    let again = format!(
        "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new3 --to audit=new4 {REGISTER}"
    );
    scene
        .run(&again)
        .exits(5)
        .says("was made anew before, on 2")
        .says("may be collecting copies")
        .says("--again");
    scene.is_bare("new3");
    let args: Vec<&str> = again.split_whitespace().collect();
    let mut pty = Pty::start(scene.dir(), &args).unwrap();
    pty.expect("was made anew before")
        .expect("Type again to make it once more all the same, or stop:")
        .types("yes");
    pty.expect("Type again").types("stop");
    pty.ends().exits(130);
    scene.is_bare("new3");
    let ran = scene.run(&format!("{again} --again --json")).exits(0);
    ran.says("\"reissued-before\"").says("copy 5 of 6");
    assert_eq!(share_two(scene).reissues.len(), 2);
    assert!(share_two(scene).exposed.is_some(), "no cause was given");
}

fn no_further_share_is_made(scene: &Scene) {
    let before = words(scene).len();
    for number in ["4", "6", "0", "33", "255", "300"] {
        scene
            .run(&format!(
                "reissue --rehearsal --share {number} --from legal1 --from ops1 --from new1 --to board=x1 --to board=x2"
            ))
            .exits(5)
            .says("no further one can be made from a split");
    }
    assert_eq!(words(scene).len(), before);
}

#[test]
fn for_the_same_person_the_share_file_is_byte_equal_and_its_carriers_are_whole() {
    let scene = reissued();
    for medium in ["new1", "new2"] {
        let made = bytes(&scene, medium, "share.json");
        assert_eq!(made, bytes(&scene, "audit1", "share.json"));
    }
    scene
        .run("verify new1 new2 --json")
        .exits(0)
        .says("share 2 (audit), copy 3 of 4, made by a reissue on 2");
    let readme = fs::read_to_string(scene.file("new1", "README.txt")).unwrap();
    assert!(readme.contains("made by a reissue on"), "{readme}");
    let carrier = fs::read_to_string(scene.file("new2", "carrier.json")).unwrap();
    assert!(carrier.contains("\"made_by\": \"reissue\""), "{carrier}");
}

#[test]
fn the_vault_opens_with_the_share_that_was_made_anew() {
    let scene = reissued();
    scene
        .run("restore --rehearsal --from v1 --from new2 --from ops1 --into out --preserve")
        .exits(0);
    scene.is_restored("out");
}

#[test]
fn another_person_gets_the_same_point_under_the_own_name_and_no_former_name_is_on_the_carrier() {
    let scene = with_new_media(sealed());
    scene
        .run("reissue --rehearsal --share 2 --from legal1 --from ops1 --to board=new1 --to board=new2")
        .exits(0)
        .says("REISSUED: share 2 (board)");
    let (old, new) = (scene.read_share("audit1"), scene.read_share("new1"));
    assert_eq!(new.facts.custodian.as_str(), "board");
    let (old, new) = (
        old.prove(None).unwrap_or_else(|_| panic!()),
        new.prove(None),
    );
    let new = new.unwrap_or_else(|_| panic!());
    assert!(old.point.y.same(&new.point.y));
    assert_eq!(old.public_facts(), new.public_facts());
    for name in names(&scene.folder("new1")) {
        let text = bytes(&scene, "new1", &name);
        let text = String::from_utf8_lossy(&text);
        assert!(name == "RECOVERY.txt" || !text.contains("audit"), "{name}");
    }
    scene.run("verify new1 new2").exits(0);
}

#[test]
fn copies_sheets_and_scans_of_it_are_copies_like_any_other() {
    let scene = reissued();
    scene.run("copy new1 new3 --rehearsal").exits(0);
    scene
        .run("verify new3")
        .exits(0)
        .says("copy 3 of 4, made by a reissue on");
    scene
        .run("print new1 --rehearsal --out sheet.pdf")
        .exits(0)
        .says("Prepared: share 2 (audit)");
    scene.put_codes("codes.txt", &scene.share_codes_of("new1"));
    scene
        .run("scan codes.txt v1 --out new4 --rehearsal")
        .exits(0);
    scene.run("verify new4").exits(0).says("made from sheets");
}

impl Scene {
    fn share_codes_of(&self, medium: &str) -> Vec<String> {
        let share = self.read_share(medium);
        let codes = coldvault::code::of_share(&share).unwrap();
        codes.iter().map(|code| code.text.to_string()).collect()
    }

    /// The note on a medium.
    fn note(&self, medium: &str) -> (ReadNote, Note) {
        let read = ReadNote {
            bytes: bytes(self, medium, reissue::FILE),
            signature: bytes(self, medium, reissue::SIGNATURE_FILE),
        };
        let note = read.prove(&self.manifest()).unwrap();
        (read, note)
    }

    fn put_note(&self, medium: &str, note: &ReadNote) {
        fs::write(self.file(medium, reissue::FILE), &note.bytes).unwrap();
        fs::write(self.file(medium, reissue::SIGNATURE_FILE), &note.signature).unwrap();
        self.rehash(medium);
    }
}

#[test]
fn a_forged_readme_or_note_is_refused_however_well_its_digests_are_made() {
    let scene = reissued();
    scene.edit(
        "new1",
        "README.txt",
        "Whom to call: not given",
        "Whom to call: +41 1",
    );
    scene.rehash("new1");
    scene.run("verify new1").exits(4).says("README.txt");
    let whole = scene.note("new2");
    // an edit of the note that names that README
    let mut edited = whole.0.clone();
    let text = String::from_utf8(edited.bytes.clone()).unwrap();
    edited.bytes = text.replacen("\"copy\":4", "\"copy\":5", 1).into_bytes();
    scene.put_note("new2", &edited);
    let ran = scene.run("verify new2").exits(4);
    ran.says("forged or edited").says("never made");
    // by another key that says it is of this vault
    let foreign = another().identity();
    scene.put_note("new2", &whole.1.sign(&foreign));
    scene.run("verify new2").exits(4).says("forged or edited");
    // put back, it is whole
    scene.put_note("new2", &whole.0);
    scene.run("verify new2").exits(0);
}

#[test]
fn a_note_of_another_share_person_or_vault_is_refused() {
    let scene = with_new_media(sealed());
    scene.run(AUDIT).exits(0);
    let (_, note) = scene.note("new1");
    let identity = scene.identity();
    let manifest: Manifest = scene.manifest();
    let three = Note {
        number: 3,
        commitment: manifest.share(3).unwrap().commitment,
        ..note.clone()
    };
    let board = Note {
        custodian: coldvault::label::Label::new("board").unwrap(),
        ..note.clone()
    };
    for other in [&three, &board] {
        scene.put_note("new1", &other.sign(&identity));
        scene.run("verify new1").exits(4).says("of another share");
    }
    let wrong = Note {
        commitment: manifest.share(3).unwrap().commitment,
        ..note.clone()
    };
    scene.put_note("new1", &wrong.sign(&identity));
    scene
        .run("verify new1")
        .exits(4)
        .says("a share that vault.json does not have");
    let vault = Note {
        public_key: another().manifest().public_key,
        ..note
    };
    scene.put_note("new1", &vault.sign(&identity));
    scene.run("verify new1").exits(4).says("of another vault");
    // and taken away, nothing vouches for what is there
    fs::remove_file(scene.file("new1", reissue::FILE)).unwrap();
    fs::remove_file(scene.file("new1", reissue::SIGNATURE_FILE)).unwrap();
    scene.rehash("new1");
    scene.run("verify new1").exits(4).says("never made");
}

#[test]
fn too_few_others_make_nothing_and_the_share_itself_does_not_count() {
    let scene = with_new_media(sealed());
    scene
        .run("reissue --rehearsal --share 2 --from legal1 --from audit1 --to audit=new1 --to audit=new2")
        .exits(3)
        .says("does not count among those it is made of");
    scene.damage("ops1", "share.json");
    scene.run(AUDIT).exits(3);
    scene.is_bare("new1");
    scene.is_bare("new2");
}

#[test]
fn without_a_vault_json_nothing_is_made() {
    let scene = with_new_media(sealed());
    for custodian in ["legal", "ops"] {
        fs::copy(
            scene.file(&format!("{custodian}1"), "share.json"),
            scene.at(&format!("{custodian}.json")),
        )
        .unwrap();
    }
    let from = "--from legal.json --from ops.json";
    let words = format!("reissue --rehearsal --share 2 {from} --to audit=new1 --to audit=new2");
    scene.run(&words).exits(5).says("no genuine vault.json");
    scene.run(&format!("{words} --from v1")).exits(0);
    scene.run("verify new1 new2").exits(0);
}

#[test]
fn one_copy_is_none_and_one_person_keeps_one_share() {
    let scene = with_new_media(sealed());
    let begin = "reissue --rehearsal --share 2 --from legal1 --from ops1";
    for (to, said) in [
        ("--to audit=new1", "at least two copies"),
        ("--to audit=new1 --to audit=new1", "one place"),
        ("--to legal=new1 --to legal=new2", "nobody keeps two"),
        ("--to LEGAL=new1 --to LEGAL=new2", "nobody keeps two"),
    ] {
        scene.run(&format!("{begin} {to}")).exits(5).says(said);
    }
    for (to, said) in [
        (
            "--to audit=new1 --to board=new2",
            "one share has one custodian",
        ),
        ("--to new1 --to new2", "who keeps it"),
    ] {
        scene.run(&format!("{begin} {to}")).exits(2).says(said);
    }
    for words in ["--share 2 --to a=new1 --to a=new2", "--from legal1"] {
        scene
            .run(&format!("reissue {words}"))
            .exits(2)
            .says("missing");
    }
    scene
        .run("reissue --rehearsal --share audit --from legal1 --to a=new1 --to a=new2")
        .exits(2)
        .says("give its number");
    scene.is_bare("new1");
    scene.is_bare("new2");
}

#[test]
fn who_left_gets_no_share_and_who_kept_it_is_void_until_it_is_destroyed() {
    let scene = with_new_media(registered(""));
    scene
        .run(&format!("custodian leave audit {REGISTER}"))
        .exits(0);
    let words = format!("{AUDIT} {REGISTER} --cause handed-over");
    scene.run(&words).exits(5).says("left on");
    scene.is_bare("new1");
    assert!(share_two(&scene).exposed.is_some());
    scene
        .run(&format!(
            "reissue --rehearsal --share audit --from legal1 --from ops1 --to board=new1 --to board=new2 {REGISTER} --cause \
             handed-over --reason moved --witness notary"
        ))
        .exits(0)
        .says("are VOID")
        .says("void: share 2, copy 1: the register does not say where; ask audit")
        .says("void: share 2, copy 2: the register does not say where; ask audit")
        .does_not_say("ask board");
    let share = share_two(&scene);
    assert_eq!(share.custodian.as_deref(), Some("board"));
    assert_eq!(share.former, ["audit"]);
    assert!(share.exposed.is_some(), "audit has it still");
    scene
        .run(&format!("custodian returned audit {REGISTER}"))
        .exits(0);
    assert_eq!(share_two(&scene).exposed, None);
    let ran = scene.run(&format!("register show {REGISTER}")).exits(0);
    ran.says("share 2, copy 1 of 2: medium, VOID since")
        .says("made anew");
}

#[test]
fn a_lost_share_stays_exposed_and_void_copies_are_due_in_production() {
    let scene = with_new_media(production());
    fs::create_dir(scene.at("office")).unwrap();
    let id = scene.id();
    scene
        .run(&format!(
            "register rebuild {REGISTER} --from v1 --from legal1 --from audit1 --from audit2 --from ops1"
        ))
        .exits(0);
    let words = format!(
        "reissue --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=new2 {REGISTER} --cause lost --expect {id} \
         {EXCEPTIONS}"
    );
    scene.run(&words).exits(0).says("counts as exposed");
    let share = share_two(&scene);
    assert!(share.exposed.is_some() && share.lost.is_some());
    let ran = scene.run(&format!("status {REGISTER}"));
    ran.says("2 copies are void since")
        .says("a copy is lost, or its bag was open");
    scene.run("verify new1 new2").exits(0);
}

#[test]
fn in_production_copies_on_one_disk_or_beside_the_vault_are_refused() {
    let scene = with_new_media(production());
    let begin = "reissue --share 2 --from legal1 --from ops1";
    scene
        .run(&format!(
            "{begin} --to audit=new1 --to audit=new2 --exception host=test"
        ))
        .exits(5)
        .says("medium of its own");
    scene
        .run(&format!(
            "{begin} --to audit=v1 --to audit=new2 {EXCEPTIONS}"
        ))
        .exits(5)
        .says("lies there already");
    scene
        .run(&format!(
            "{begin} --rehearsal --to audit=new1 --to audit=new2"
        ))
        .exits(5);
    scene.is_bare("new1");
    scene.is_bare("new2");
}

#[test]
fn when_the_second_copy_fails_the_first_is_taken_back_and_the_register_says_no_more() {
    let scene = with_new_media(registered(""));
    // a folder of that name is in the way of the second copy
    let name = scene.folder("audit1");
    let name = name.file_name().unwrap();
    fs::create_dir(scene.at("new2").join(name)).unwrap();
    scene.run(&format!("{AUDIT} {REGISTER}")).exits(5);
    scene.is_bare("new1");
    assert_eq!(
        words(&scene),
        [
            "begun",
            "sealed",
            "reissuing",
            "destroyed",
            "destroyed",
            "noted"
        ]
    );
    assert!(share_two(&scene).reissues.is_empty());
    let vault = &state(&scene).vaults[0];
    let gone = of_share_two(vault);
    let gone: Vec<bool> = gone.iter().map(|known| known.destroyed).collect();
    assert_eq!(gone, [false, false, true, true]);
    // nothing is out: it is no second loss
    fs::remove_dir(scene.at("new2").join(name)).unwrap();
    scene.run(&format!("{AUDIT} {REGISTER}")).exits(0);
}

#[test]
fn a_protected_share_opens_with_the_passphrase_that_was_chosen_for_it() {
    let scene = with_new_media(sealed());
    const WORDS: &str = "a passphrase for audit only";
    keep_secret(WORDS);
    let words = format!("{AUDIT} --protect audit --secret-fd 0");
    piped(&scene, &words, format!("{WORDS}\n"))
        .exits(0)
        .says("copy 3 of 4, protected");
    scene.run("verify new1").exits(0).says("protected");
    let restore =
        "restore --rehearsal --from v1 --from new1 --from ops1 --into out --secret-fd 0 --preserve";
    piped(&scene, restore, format!("{WORDS}\n")).exits(0);
    scene.is_restored("out");
    // without a terminal and a descriptor nobody can choose it
    scene
        .run(&format!("{AUDIT} --protect audit"))
        .exits(2)
        .says("no terminal to ask");
}

#[test]
fn a_sheet_is_one_of_the_copies() {
    let scene = with_new_media(registered(""));
    let words = format!(
        "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=sheet:audit.pdf {REGISTER}"
    );
    scene
        .run(&words)
        .exits(0)
        .says("copy 4 of 4, read back (prepared)");
    scene.run("verify audit.pdf v1").exits(0);
    let mode = fs::metadata(scene.at("audit.pdf")).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let vault = &state(&scene).vaults[0];
    let known: Vec<_> = of_share_two(vault)
        .iter()
        .map(|known| (known.copy, known.void.is_some(), known.prepared))
        .collect();
    let wanted = [
        (1, true, false),
        (2, true, false),
        (3, false, false),
        (4, false, true),
    ];
    assert_eq!(known, wanted);
    // on a terminal somebody says that it is on paper
    let args: Vec<&str> = words.split_whitespace().collect();
    let more = ["--again", "--cause", "lost"];
    fs::remove_file(scene.at("audit.pdf")).unwrap();
    fs::rename(scene.at("new2"), scene.at("spare")).unwrap();
    let args: Vec<String> = args
        .iter()
        .map(|word| word.replace("new1", "spare"))
        .chain(more.map(str::to_owned))
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Press Enter to make it").types("");
    pty.expect("has proven itself").expect("type printed");
    pty.types("yes").expect("type printed").types("printed");
    pty.ends().exits(0).says("print confirmed");
}

#[test]
fn stop_at_any_question_before_it_is_made_leaves_nothing() {
    let scene = with_new_media(sealed());
    let answers = [
        "2", "audit", "legal1", "ops1", "y", "y", "lost", "", "notary", "", "n",
    ];
    let questions = [
        "Which share is to be made anew?",
        "Who keeps share 2",
        "Next share:",
        "Next share:",
        "Go on?",
        "Do the words agree",
        "What became of",
        "What is known of it",
        "Who watches this",
        "Whom to call",
        "to protect it",
        "Press Enter to make it",
    ];
    for last in [0, 1, 3, 6, 7, 8, 9, 10, 11] {
        let Some(mut pty) = Pty::start(scene.dir(), &["reissue", "--exception", "host=test"])
        else {
            return;
        };
        pty.expect("Register file").types("");
        for (question, answer) in questions.iter().zip(answers).take(last) {
            pty.expect(question).types(answer);
        }
        pty.expect(questions[last]).types("stop");
        pty.ends().exits(130);
        for medium in ["new1", "new2"] {
            scene.is_bare(medium);
        }
    }
}

#[test]
fn what_is_on_standard_input_can_be_the_shares() {
    let scene = with_new_media(sealed());
    let texts = ["legal", "ops"].map(|custodian| scene.share_text(custodian));
    let words = "reissue --rehearsal --share 2 --from - --from v1 --to audit=new1 --to audit=new2";
    piped(&scene, words, texts.join("\n")).exits(0);
    scene.run("verify new1 new2").exits(0);
    assert_eq!(run(scene.dir(), &["verify", "new1"]).status, Some(0));
}

/// As a kill leaves it: both copies whole, and of the register nothing after the beginning.
pub(crate) fn forget_last(scene: &Scene) {
    let file = scene.at("office/register.json");
    let text = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines
        .iter()
        .position(|line| line.contains("\"event\":\"reissued\""));
    lines.truncate(last.unwrap());
    let kept = lines.join("\n");
    let kept = kept.trim_end_matches(',');
    fs::write(&file, format!("{kept}\n]}}\n")).unwrap();
}

#[test]
fn a_reissue_that_was_killed_before_its_last_entry_is_named_flagged_and_can_be_entered() {
    let scene = with_new_media(registered(""));
    let all = format!("{AUDIT} {REGISTER}");
    scene.run(&all).exits(0);
    forget_last(&scene);
    assert_eq!(words(&scene), ["begun", "sealed", "reissuing"]);
    scene
        .run(&format!("register show {REGISTER}"))
        .exits(0)
        .says("copy 4 of 4: not known on what, of a reissue begun on 2");
    let again = all.replace("new1", "new3").replace("new2", "new4");
    scene
        .run(&again)
        .exits(5)
        .says("copy 3 was begun on 2")
        .says("--again");
    scene.is_bare("new3");
    // one of its media alone is no copy to rely on
    scene
        .run(&format!("verify new1 {REGISTER}"))
        .exits(0)
        .says("VOID: of a reissue that was begun on 2");
    assert!(of_share_two(&state(&scene).vaults[0])[2].void.is_some());
    // both are the share that was made anew
    scene
        .run(&format!("verify new1 new2 {REGISTER}"))
        .exits(0)
        .says("all 2 media of that are here and whole");
    let vault = &state(&scene).vaults[0];
    let void: Vec<bool> = of_share_two(vault)
        .iter()
        .map(|one| one.void.is_some())
        .collect();
    assert_eq!(void, [true, true, false, false]);
    assert_eq!(share_two(&scene).reissues.len(), 1);
    // and those before are void when they are read
    scene
        .run(&format!("verify audit1 {REGISTER}"))
        .exits(0)
        .says("VOID since 2")
        .says("destroy it");
    // another one makes them void, and no verify brings them back
    scene.run(&format!("{again} --again")).exits(0);
    scene
        .run(&format!("verify new1 new2 {REGISTER}"))
        .exits(0)
        .says("VOID since 2");
    let vault = &state(&scene).vaults[0];
    let void: Vec<bool> = of_share_two(vault)
        .iter()
        .map(|one| one.void.is_some())
        .collect();
    assert_eq!(void, [true, true, true, true, false, false]);
}

#[test]
fn copy_255_is_the_last_one_and_after_it_nothing_is_made() {
    let scene = with_new_media(registered(""));
    // the newest entry, which none names yet
    let file = scene.at("office/register.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"of\":2", "\"of\":253")).unwrap();
    let words = format!("{AUDIT} {REGISTER} --cause lost");
    scene.run(&words).exits(0).says("copy 255 of 255");
    let again = words.replace("new1", "new3").replace("new2", "new4");
    scene
        .run(&format!("{again} --again"))
        .exits(5)
        .says("copies of a share");
    scene.is_bare("new3");
}

#[test]
fn an_earlier_reissue_on_the_table_is_a_first_loss_without_a_register_too() {
    let scene = with_new_media(sealed());
    scene.run(AUDIT).exits(0);
    let again = AUDIT.replace("new1", "new3").replace("new2", "new4") + " --from new1";
    scene
        .run(&again)
        .exits(5)
        .says("was made anew before, on 2")
        .says("its note on the table says: for audit");
    scene.is_bare("new3");
    scene
        .run(&format!("{again} --again"))
        .exits(0)
        .says("copy 5 of 6");
}

#[test]
fn that_the_copies_before_are_gone_takes_a_reason_and_a_witness() {
    let scene = with_new_media(registered(""));
    for more in ["", " --reason burnt", " --witness notary"] {
        scene
            .run(&format!("{AUDIT} {REGISTER} --cause destroyed{more}"))
            .exits(2)
            .says("--reason and --witness");
    }
    scene.is_bare("new1");
    assert_eq!(words(&scene), ["begun", "sealed"]);
    scene
        .run(&format!(
            "{AUDIT} {REGISTER} --cause destroyed --reason burnt --witness notary"
        ))
        .exits(0);
}

#[test]
fn who_left_gets_no_share_under_a_name_that_is_written_differently() {
    let scene = with_new_media(registered(""));
    scene
        .run(&format!("custodian leave audit {REGISTER}"))
        .exits(0);
    for name in ["audit", "Audit", "AUDIT", "\u{ff21}\u{ff55}dit"] {
        let to = AUDIT.replace("audit=", &format!("{name}="));
        scene
            .run(&format!("{to} {REGISTER}"))
            .exits(5)
            .says("audit left on 2");
    }
    scene.is_bare("new1");
    // somebody else of that name is entered as one
    scene
        .run(&format!("custodian add AUDIT {REGISTER}"))
        .exits(0);
    let to = AUDIT.replace("audit=", "AUDIT=");
    scene.run(&format!("{to} {REGISTER}")).exits(0);
}

#[test]
fn where_the_register_takes_nothing_at_the_end_the_command_that_enters_it_later_is_said_and_does() {
    let scene = with_new_media(registered(""));
    let words = format!(
        "reissue --rehearsal --share 2 --from legal1 --from ops1 --to audit=new1 --to audit=sheet:audit.pdf {REGISTER} \
         --cause lost"
    );
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Press Enter to make it").types("");
    pty.expect("type printed");
    let (office, away) = (scene.at("office"), scene.at("away"));
    fs::rename(&office, &away).unwrap();
    pty.types("printed");
    let ran = pty.ends().exits(6);
    ran.says("coldvault verify /").says("/new1 --register");
    fs::rename(&away, &office).unwrap();
    assert!(share_two(&scene).reissues.is_empty());
    scene
        .run(&format!("verify new1 {REGISTER}"))
        .exits(0)
        .says("the register did not say that it was made anew");
    let share = share_two(&scene);
    assert_eq!(share.reissues.len(), 1);
    assert!(
        share.lost.is_some(),
        "the cause is known from the beginning"
    );
}
