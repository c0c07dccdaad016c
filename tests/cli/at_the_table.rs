//! What people say of seals, bags and carriers at the end of a drill: taken, asked again, corrected, judged, entered.

use std::fs;

use coldvault::drill::{Criterion, DrillReport, Outcome};
use coldvault::register::Register;

use crate::pty::{BAG, Pty};
use crate::scene::Scene;
use crate::support::{Ran, run};

fn report(scene: &Scene, name: &str) -> DrillReport {
    DrillReport::from_bytes(&fs::read(scene.at(name)).unwrap()).unwrap()
}

fn met(report: &DrillReport, name: &str) -> Option<bool> {
    let found = report.criteria.iter().find(|one| one.name == name);
    found.map(|one| one.met).unwrap()
}

fn codes(report: &DrillReport) -> Vec<&str> {
    let findings = report.findings.iter().filter(|one| one.is_open());
    findings.map(|one| one.code.as_str()).collect()
}

fn sealed() -> Scene {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
}

/// A drill by words without blanks, and options with some.
fn drill(scene: &Scene, words: &str, more: &[&str]) -> Ran {
    let words: Vec<&str> = words.split(' ').collect();
    run(scene.dir(), &[&["drill"], &words[..], more].concat())
}

fn in_register(scene: &Scene, command: &str, what: &str) {
    let args = ["register", command, "--register", "register.json", what];
    run(scene.dir(), &args).exits(0);
}

const ALL: &str = "--kind D1 --from legal1 --from audit1 --from ops1";

#[test]
fn a_broken_seal_is_found_in_every_drill_that_takes_carriers_out() {
    let scene = sealed();
    for (number, words, share) in [
        (1, ALL, true),
        (2, "--kind D2 --from v1", false),
        (3, "--rehearsal --from v1 --from legal1 --from audit1", true),
        (
            5,
            "--rehearsal --kind D5 --from v1 --from legal1 --from audit1",
            true,
        ),
    ] {
        let seen = match share {
            true => "share 1=broken:torn:no",
            false => "vault 1=broken:torn:no",
        };
        let name = format!("d{number}.json");
        let ran = drill(&scene, words, &["--seen", seen, "--report", &name]);
        ran.exits(12)
            .says("its seal: broken; nobody said why")
            .says("PASS WITH FINDINGS");
        let report = report(&scene, &name);
        for name in ["seal", "condition", "place"] {
            assert_eq!(met(&report, name), Some(false), "D{number}: {name}");
        }
        assert_eq!(codes(&report)[..3], ["seal", "condition", "place"]);
    }
}

#[test]
fn a_seal_check_fails_by_what_nobody_explains_and_not_by_what_nobody_looked_at() {
    let scene = sealed();
    in_register(&scene, "bagged", "vault 1=A1");
    in_register(&scene, "place", "vault 1=Bern");
    let mut number = 0;
    let mut look = |more: &[&str]| {
        number += 1;
        let name = format!("d{number}.json");
        let words = format!("--kind D0 --register register.json --report {name}");
        drill(&scene, &words, more).exits(12);
        report(&scene, &name)
    };
    let good = ["--seen", "vault 1=intact:good:yes", "--bag", "vault 1=A1"];
    let some = look(&good);
    assert_eq!(
        (some.outcome, codes(&some)),
        (Outcome::Findings, vec!["criterion"])
    );
    assert!(
        some.findings
            .iter()
            .any(|one| one.text.contains("not vault copy 2; share 1"))
    );
    for name in ["carriers", "any carrier", "explained"] {
        assert_eq!(met(&some, name), Some(name != "carriers"), "{name}");
    }
    // The other seven were not looked at, and nobody says anything of them.
    for name in ["place", "seal", "condition", "bag numbers"] {
        assert_eq!(met(&some, name), None, "{name}");
    }
    let days = some
        .next
        .unwrap()
        .full_days_since(some.clock.ended().midnight());
    assert_eq!(days, 30, "what was left out is looked at soon");
    for (seen, bag, outcome) in [
        ("vault 1=broken:good:yes", "vault 1=A1", Outcome::Fail),
        ("vault 1=intact:good:yes", "vault 1=A7", Outcome::Fail),
        (
            "vault 1=broken:good:yes:Bo opened it in May",
            "vault 1=A7",
            Outcome::Findings,
        ),
    ] {
        let found = look(&["--seen", seen, "--bag", bag]);
        assert_eq!(found.outcome, outcome, "{seen}, {bag}");
    }
    assert_eq!(look(&[]).outcome, Outcome::Fail, "nothing was looked at");
}

#[test]
fn without_a_register_no_place_and_no_bag_is_called_right() {
    let scene = sealed();
    let more = ["--seen", "vault 1=intact:good:yes", "--bag", "vault 1=A1"];
    drill(&scene, "--kind D0 --report d0.json", &more)
        .exits(0)
        .says("not looked at place: 1 of 1; of 1 no register says where")
        .says("not looked at bag numbers: nothing says which bag it had gone into");
}

#[test]
fn a_sheet_has_the_bag_and_the_place_that_the_register_has_of_it_and_goes_into_its_new_bag() {
    let scene = Scene::new();
    let seal = Scene::seal_words("--rehearsal --register register.json");
    let seal = seal.replace("audit=audit2", "audit=sheet:audit.pdf");
    scene.run(&seal).exits(0);
    in_register(&scene, "place", "share 2/2=Bern");
    in_register(&scene, "bagged", "share 2/2=S1");
    let words = "--kind D1 --from audit.pdf --register register.json --report d1.json";
    let seen = [
        "--seen",
        "share 2=intact:good:yes",
        "--bag",
        "share 2=S1:S2",
    ];
    drill(&scene, words, &seen).exits(12);
    let report = report(&scene, "d1.json");
    for name in ["place", "bag numbers", "bags"] {
        assert_eq!(met(&report, name), Some(true), "{name}");
    }
    let register = fs::read(scene.at("register.json")).unwrap();
    let state = Register::from_bytes(&register).unwrap().state();
    let bags = state.vaults[0].carriers.iter();
    let bags: Vec<&str> = bags.filter_map(|one| one.bag.as_deref()).collect();
    assert_eq!(bags, ["S2"]);
}

#[test]
fn only_words_that_are_known_are_taken_for_a_seal_and_a_condition() {
    let scene = sealed();
    for seen in ["vault 1=itnact:good:yes", "vault 1=intact:fine:yes"] {
        drill(&scene, "--kind D0", &["--seen", seen])
            .exits(2)
            .says("seals: intact, broken, none; conditions: good, worn");
    }
    let seen = "vault 1=other:cut at a corner:good:yes";
    drill(&scene, "--kind D0 --report d0.json", &["--seen", seen])
        .exits(12)
        .says("its seal: other: cut at a corner; nobody said why");
}

#[test]
fn whether_the_words_were_compared_is_in_every_report_and_only_met_where_they_were() {
    let scene = sealed();
    let expect = format!("--expect {}", scene.id());
    for (number, words) in [
        ALL,
        "--kind D2 --from v1",
        "--rehearsal --from v1 --from legal1 --from audit1",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("u{number}.json");
        drill(&scene, &format!("{words} --report {name}"), &[])
            .exits(0)
            .says("not looked at vault words: nobody compared them");
        assert_eq!(met(&report(&scene, &name), "vault words"), None, "{words}");
        let name = format!("e{number}.json");
        drill(&scene, &format!("{words} {expect} --report {name}"), &[]).exits(0);
        assert_eq!(
            met(&report(&scene, &name), "vault words"),
            Some(true),
            "{words}"
        );
    }
}

#[test]
fn a_share_of_another_vault_that_was_set_aside_is_not_damaged() {
    let (scene, other) = (sealed(), sealed());
    scene.bring(&other, "legal2", "stranger");
    let expect = format!("--expect {}", scene.id());
    let words = format!(
        "--rehearsal {expect} --from v1 --from legal1 --from stranger --from audit1 --register register.json --report d.json"
    );
    drill(&scene, &words, &[]).exits(12);
    let outcomes = report(&scene, "d.json").carriers;
    let outcomes: Vec<&str> = outcomes.iter().map(|one| one.outcome.as_str()).collect();
    assert_eq!(outcomes, ["whole", "of another vault", "whole", "whole"]);
    let register = Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap();
    let vault = &register.state().vaults[0];
    assert_eq!(vault.carriers.len(), 8);
    assert!(vault.carriers.iter().all(|one| one.failed.is_none()));
}

#[test]
fn a_sheet_lies_in_a_bag_as_a_medium_does() {
    let scene = sealed();
    scene.put_codes("one.txt", &scene.share_codes("audit")[..1]);
    for (number, words) in [
        "--kind D1 --from legal1 --from ops1 --from one.txt",
        "--rehearsal --from v1 --from legal1 --from one.txt",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("d{number}.json");
        let more = ["--bag", "share 2=S1:S2", "--report", &name];
        drill(&scene, words, &more).says("not looked at bags: 1 of 1 said; nothing of 2");
        let report = report(&scene, &name);
        let sheet = report.carriers.iter().find(|one| one.device == "sheet");
        let sheet = sheet.unwrap();
        assert_eq!((sheet.number, sheet.outcome.as_str()), (Some(2), "whole"));
        assert_eq!(sheet.bag_found.as_deref(), Some("S1"));
    }
}

/// Everything that goes before the carriers; share 1 is given twice.
fn until_the_carriers(scene: &Scene) -> Option<Pty> {
    let words = "drill --rehearsal --register register.json --challenge x --scenario fire --unannounced --at-site Bern --report d.json";
    let mut pty = Pty::start(scene.dir(), &words.split(' ').collect::<Vec<_>>())?;
    pty.expect("Name=role").types("Ada");
    pty.expect("as what that person takes part");
    pty.expect("Name=role").types("Ada=officer");
    pty.expect("Name=role").types("");
    pty.expect("clock on the wall").types("");
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal1");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("legal2");
    pty.expect("was read before");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("audit1");
    pty.expect("words agree").types("y");
    Some(pty)
}

/// The bag, the seal, the condition, the place.
fn looks(pty: &mut Pty, name: &str, said: [&str; 4]) {
    let [bag, seal, condition, place] = said;
    pty.expect(&format!("{name}: number of the bag")).types(bag);
    pty.expect(&format!("{name}: its seal")).types(seal);
    pty.expect(&format!("{name}: its condition"))
        .types(condition);
    pty.expect("was it where it should be?").types(place);
}

/// Three findings, each with somebody who mends it.
fn owners(pty: &mut Pty) {
    for (found, owner) in [
        (
            "share 1, copy 1: its seal: broken; explained: Bo opened",
            "Ada",
        ),
        ("share 1, copy 1: found in bag \"X9\"", "Bo"),
        ("vault copy 1: its condition: other: a scratch", ""),
    ] {
        pty.expect(&format!("To be mended: {found}"));
        pty.expect("Who mends it?").types(owner);
        if !owner.is_empty() {
            pty.expect("By which day").types("2031-06-30");
        }
    }
}

#[test]
fn what_is_typed_at_the_table_is_shown_again_corrected_and_judged() {
    let scene = sealed();
    in_register(&scene, "bagged", "share 1/1=A1");
    in_register(&scene, "place", "share 1/1=Bern");
    let Some(mut pty) = until_the_carriers(&scene) else {
        return;
    };
    pty.expect("share 1, copy 1: number of the bag").types("X9");
    pty.expect("its seal").types("itnact");
    pty.expect("That is none of: intact, broken, none.");
    pty.expect("its seal").types("broken");
    pty.expect("its condition").types("good");
    pty.expect("the register says \"Bern\"; was it where it should be?")
        .types("y");
    pty.expect("number of its new bag").types("B1");
    pty.expect("had gone into bag \"A1\"");
    pty.expect("why is it not as it should be")
        .types("Bo opened it in May");
    looks(&mut pty, "share 1, copy 2", [""; 4]);
    looks(&mut pty, "share 2, copy 1", ["A2", "intact", "good", "y"]);
    pty.expect("number of its new bag").types("none");
    pty.expect("That is no number of a bag");
    pty.expect("number of its new bag").types("A2");
    pty.expect("That is the bag that it was in");
    pty.expect("number of its new bag").types("A3");
    looks(
        &mut pty,
        "vault copy 1",
        ["None", "intact", "other: a scratch", "y"],
    );
    pty.expect("1: share 1, copy 1: bag X9, seal broken, condition good, in its place");
    pty.expect("new bag B1, because: Bo opened it in May");
    pty.expect("Which one is wrong?").types("share 7");
    pty.expect("No carrier in the list is called so");
    pty.expect("Which one is wrong?").types("share 1");
    pty.expect("More than one is called so");
    pty.expect("Which one is wrong?").types("share 2/1");
    looks(&mut pty, "share 2, copy 1", ["A2", "intact", "good", "y"]);
    pty.expect("number of its new bag").types("B2");
    pty.expect("new bag B2");
    pty.expect("Which one is wrong?").types("share 2/1");
    pty.expect("press Enter: stays \"A2\"");
    pty.types("").expect("its seal").types("broken");
    pty.expect("its condition").types("");
    pty.expect("Type y or n (press Enter: stays \"y\")")
        .types("");
    pty.expect("press Enter: stays \"B2\"").types("");
    pty.expect("why is it not as it should be").types("Cy fell");
    pty.expect("bag A2, seal broken, condition good, in its place");
    pty.expect("new bag B2, because: Cy fell");
    pty.expect("Which one is wrong?").types("share 2/1");
    looks(&mut pty, "share 2, copy 1", ["", "intact", "", ""]);
    pty.expect("number of its new bag").types("");
    pty.expect("bag A2, seal intact, condition good, in its place, new bag B2");
    pty.expect("Which one is wrong?").types("");
    owners(&mut pty);
    pty.expect("Put every medium and sheet back").types("");
    pty.ends().exits(12).says("PASS WITH FINDINGS");
    it_is_reported(&report(&scene, "d.json"));
}

fn it_is_reported(report: &DrillReport) {
    assert_eq!(codes(report), ["seal", "bag", "condition"]);
    let owners = report.findings.iter().filter(|one| one.is_open());
    let owners: Vec<_> = owners.map(|one| one.owner.as_deref()).collect();
    assert_eq!(owners, [Some("Ada"), Some("Bo"), None]);
    let missed = report.criteria.iter().filter(|one| one.met == Some(false));
    let missed: Vec<&Criterion> = missed.collect();
    let names: Vec<&str> = missed.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["seal", "condition", "bag numbers"]);
    assert_eq!(met(report, "vault words"), Some(true));
    let tries: Vec<_> = report.shares.iter().map(|one| one.attempts).collect();
    assert_eq!(
        tries,
        [1, 1, 1],
        "a share given twice is no try of the next"
    );
    assert_eq!(report.people.len(), 1);
    assert_eq!(report.carriers[2].bag_new.as_deref(), Some("B2"));
}

#[test]
fn a_share_that_cannot_be_used_is_no_try_of_the_next_custodian() {
    let scene = sealed();
    let text = fs::read_to_string(scene.file("audit2", "share.json")).unwrap();
    let at = text.find("\"y\": \"").unwrap() + 6;
    let digit = if text[at..].starts_with('0') {
        "1"
    } else {
        "0"
    };
    let forged = [&text[..at], digit, &text[at + 1..]].concat();
    fs::write(scene.file("audit2", "share.json"), forged).unwrap();
    let words = "drill --rehearsal --challenge x --scenario fire --unannounced --at-site Bern --person Ada=officer --report d.json";
    let Some(mut pty) = Pty::start(scene.dir(), &words.split(' ').collect::<Vec<_>>()) else {
        return;
    };
    pty.expect("Register file").types("");
    pty.expect("clock on the wall").types("");
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("audit2");
    pty.expect("set aside");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("audit2");
    // The bag was asked for of whatever came next, and a place that is not there is nothing that came.
    pty.expect(BAG)
        .types("A1")
        .expect("Next share:")
        .types("nowhere");
    pty.expect("Next share:").types("legal1");
    pty.expect(BAG)
        .types("")
        .expect("Next share:")
        .types("ops1");
    pty.expect("words agree").types("y");
    pty.expect("number of the bag")
        .presses_enter_until("Put every medium and sheet back");
    pty.types("");
    pty.ends().exits(12);
    let report = report(&scene, "d.json");
    let tries = report.shares.iter().map(|one| (one.number, one.attempts));
    let given = [(Some(2), 1), (Some(2), 2), (Some(1), 1), (Some(3), 1)];
    assert_eq!(tries.collect::<Vec<_>>(), given);
    let bags = report.carriers.iter();
    let bags = bags.map(|one| (one.number, one.bag_found.as_deref()));
    let found = [(Some(2), None), (Some(1), Some("A1")), (Some(3), None)];
    assert_eq!(bags.take(3).collect::<Vec<_>>(), found);
}
