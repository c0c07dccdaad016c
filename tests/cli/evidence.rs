//! What a drill leaves for somebody who was not there: a chain of reports and a register that an auditor checks alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use coldvault::digest::Digest;
use coldvault::words;

use crate::pty::{BAG, Pty};
use crate::scene::Scene;
use crate::support::{Ran, TOOLS, run, skipped};

const CHALLENGE: &str = "tissue leprosy fallout pharmacy";

/// One drill, led from the first question to the last. `bags` are those of share 1, share 2 and the vault copy.
fn led(
    scene: &Scene,
    more: &[&str],
    report: &str,
    day: &str,
    bags: [[&str; 2]; 3],
    found: &[(&str, &str)],
) -> Option<Ran> {
    let args = "drill --rehearsal --register register.json --by Ada --against node --target RTO=4h";
    let args: Vec<&str> = args.split(' ').chain(more.iter().copied()).collect();
    let mut pty = Pty::start(scene.dir(), &args)?;
    pty.expect("New file for the report").types(report);
    // the auditor gives new words each time
    let words = match more.is_empty() {
        true => format!("{CHALLENGE} of {day}"),
        false => CHALLENGE.to_owned(),
    };
    pty.expect("Challenge, given by the auditor").types(&words);
    pty.expect("supposed to have happened").types("a fire");
    pty.expect("know of this drill before").types("n");
    pty.expect("Where is this drill").types("second site");
    pty.expect("Name=role").types("Ada=officer");
    pty.expect("Name=role").types("Bo=witness");
    pty.expect("Name=role").types("");
    pty.expect("clock on the wall")
        .types(&format!("{day} 10:00"));
    pty.expect("A second person").types(&format!("{day} 10:00"));
    pty.expect("Vault copy:").types("v1");
    pty.expect(BAG).types("");
    pty.expect("Next share:").types("legal1");
    pty.expect(BAG).types("");
    pty.expect("Next share:").types("audit1");
    pty.expect("words agree").types("y");
    let names = ["share 1, copy 1", "share 2, copy 1", "vault copy 1"];
    for (name, [was_in, now_in]) in names.into_iter().zip(bags) {
        pty.expect(&format!("{name}: number of the bag"))
            .types(was_in);
        pty.expect("its seal").types("intact");
        pty.expect("its condition").types("good");
        pty.expect("where it should be").types("y");
        pty.expect("number of its new bag").types(now_in);
        if was_in == "X7" {
            pty.expect("had gone into bag \"A12\"");
            pty.expect("why is it not as it should be").types("");
        }
    }
    pty.expect("Which one is wrong?").types("");
    for (question, answer) in found {
        pty.expect(question).types(answer);
    }
    pty.expect("Put every medium and sheet back").types("");
    Some(pty.ends())
}

/// Two drills of one vault; what the first one found is mended by the second, which finds a bag of another number.
fn two_drills(scene: &Scene) -> Option<[Ran; 2]> {
    scene.seal("--rehearsal --register register.json").exits(0);
    scene.put("node/logs/new.log", b"a line");
    let bags = [["A1", "A11"], ["A2", "A12"], ["A3", "A13"]];
    let found = [("Who mends it?", "Ada"), ("By which day", "2031-06-30")];
    let first = led(scene, &[], "first.json", "2031-05-06", bags, &found)?;
    fs::remove_file(scene.at("node/logs/new.log")).unwrap();
    fs::remove_dir(scene.at("node/logs")).unwrap();
    let bags = [["A11", "A21"], ["X7", "A22"], ["A13", "A23"]];
    let found = [
        ("Is that mended?", "y"),
        ("Who mends it?", "Bo"),
        ("By which day", "2032-06-30"),
    ];
    let more = ["--previous", "first.json"];
    let second = led(scene, &more, "second.json", "2032-05-05", bags, &found)?;
    Some([first, second])
}

#[test]
fn scenario_13_an_auditor_checks_offline_what_two_drills_left() {
    let scene = Scene::new();
    let Some([first, second]) = two_drills(&scene) else {
        return;
    };
    first.exits(12).says("PASS WITH FINDINGS");
    let bytes = fs::read(scene.at("second.json")).unwrap();
    let mut second = second.exits(12).says(
        "share 2, copy 1: found in bag \"X7\", and it had gone into \"A12\"; nobody said why",
    );
    for line in words::lines(&Digest::of(&bytes).0) {
        second = second.says(&line);
    }
    let head = scene
        .run("register head --register register.json")
        .exits(0)
        .out;
    // What is given to the auditor, and the vault id from paper. No carrier, no network, no person who was there.
    let files = [
        "first.json",
        "first.json.sig",
        "second.json",
        "second.json.sig",
        "vault.pub",
        "register.json",
    ];
    let desk = tempfile::tempdir().unwrap();
    for file in files {
        fs::copy(scene.at(file), desk.path().join(file)).unwrap();
    }
    the_chain_is_checked(desk.path(), &scene.id());
    the_register_is_held_against_its_head(desk.path(), &head);
    another_register_says_so_at_the_end(desk.path());
    stock_tools_agree(desk.path());
    one_byte_is_found(desk.path());
}

fn the_chain_is_checked(desk: &Path, id: &str) {
    let second = ["verify", "second.json", "first.json", "--expect", id];
    run(desk, &[&second[..], &["--register", "register.json"]].concat())
        .exits(0)
        .says(&format!(
            "the vault key was there after this was given: {CHALLENGE:?}"
        ))
        .says("the report before it is given and is the one named")
        .says("unchanged since, and has this drill")
        .says("genuine: it is the one that was expected")
        .says("D3, rehearsal, ended 2032-05-05T10:0")
        .says("next by 203")
        .says("times    quorum ")
        .says("behind   the vault was 0 days behind the node")
        .says("mended   ")
        .says("bags     2 found in the bag that a report before names")
        .says("share 2, copy 1: found in bag \"X7\", and the report of 2031-05-06 says that it went into \"A12\"")
        .says("open     share 2, copy 1: found in bag \"X7\"")
        .says("(Bo, by 2032-06-30)");
    // The first alone: what it found was open, and who was to mend it.
    run(desk, &["verify", "first.json", "--expect", id])
        .exits(0)
        .says("(Ada, by 2031-06-30)")
        .says("files changed, 1 came, 0 went")
        .does_not_say("mended   ");
}

fn the_register_is_held_against_its_head(desk: &Path, printed: &str) {
    // The words as they stand on paper, a line after the other.
    let lines: Vec<&str> = printed.lines().collect();
    let is_words = |line: &&&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.len() == 4
            && words
                .iter()
                .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let words = lines.iter().filter(is_words).map(|line| line.trim());
    let words = words.collect::<Vec<_>>().join(" ");
    assert_eq!(words.split(' ').count(), 32, "{printed}");
    let verify = [
        "register",
        "verify",
        "--register",
        "register.json",
        "--head",
    ];
    let verify = [&verify[..], &[&words]].concat();
    run(desk, &verify)
        .exits(0)
        .says("unchanged up to that head");
    let kept = fs::read_to_string(desk.join("register.json")).unwrap();
    let edited = kept.replacen("A12", "A92", 1);
    assert_ne!(kept, edited);
    fs::write(desk.join("register.json"), edited).unwrap();
    run(desk, &verify).exits(4);
    fs::write(desk.join("register.json"), kept).unwrap();
}

fn another_register_says_so_at_the_end(desk: &Path) {
    let other = Scene::new();
    other.seal("--rehearsal --register register.json").exits(0);
    fs::copy(other.at("register.json"), desk.join("other.json")).unwrap();
    let ran = run(desk, &["verify", "first.json", "--register", "other.json"]).exits(4);
    let last = ran.out.lines().last().unwrap();
    assert!(
        last.starts_with("drill report: signed by vault ")
            && last.ends_with("but NOT of a vault of the register: do not rely on it"),
        "{ran}"
    );
}

fn stock_tools_agree(desk: &Path) {
    if Command::new("openssl").arg("version").output().is_err() {
        return skipped(TOOLS, "there is no openssl");
    }
    for report in ["first.json", "second.json"] {
        let script =
            "openssl pkeyutl -verify -pubin -inkey vault.pub -rawin -in $0 -sigfile $0.sig";
        let said = Command::new("sh")
            .args(["-c", script, report])
            .current_dir(desk)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(
            said.status.success() && text.contains("Signature Verified Successfully"),
            "{said:?}"
        );
    }
}

fn one_byte_is_found(desk: &Path) {
    let kept = fs::read_to_string(desk.join("second.json")).unwrap();
    for (from, to) in [
        ("leprosy", "leprozy"),
        ("\"X7\"", "\"A7\""),
        ("Bo", "Jo"),
        ("2032-06-30", "2033-06-30"),
    ] {
        let line = kept.lines().position(|line| line.contains(from)).unwrap() + 1;
        fs::write(desk.join("second.json"), kept.replacen(from, to, 1)).unwrap();
        run(desk, &["verify", "second.json", "first.json"])
            .exits(4)
            .says(&format!("line {line} ("))
            .says("drill report: EDITED");
    }
}
