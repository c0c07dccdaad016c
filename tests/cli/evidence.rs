//! What a drill leaves for somebody who was not there: a chain of reports and a register that an auditor checks alone, and
//! what was on the screen.

use std::fs;
use std::path::Path;
use std::process::Command;

use coldvault::digest::Digest;
use coldvault::words;

use crate::pty::Pty;
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
    pty.expect("Challenge, given by the auditor")
        .types(CHALLENGE);
    pty.expect("supposed to have happened").types("a fire");
    pty.expect("know of this drill before").types("n");
    pty.expect("Where is this drill").types("second site");
    pty.expect("Name=role").types("Ada=officer");
    pty.expect("Name=role").types("Bo=witness");
    pty.expect("Name=role").types("");
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("audit1");
    pty.expect("words agree").types("y");
    pty.expect("clock on the wall")
        .types(&format!("{day} 10:00"));
    pty.expect("A second person").types(&format!("{day} 10:00"));
    let names = ["share 1, copy 1", "share 2, copy 1", "vault copy 1"];
    for (name, [was_in, now_in]) in names.into_iter().zip(bags) {
        pty.expect(&format!("{name}: number of the bag"))
            .types(was_in);
        pty.expect("its seal").types("intact");
        pty.expect("its condition").types("good");
        pty.expect("where it should be").types("y");
        pty.expect("number of its new bag").types(now_in);
    }
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
        "share 2, copy 1: found in bag \"X7\", and the last report says that it went into \"A12\"",
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
        .says("drill report: signed by vault")
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

/// What a person types in the drill of docs/drill.md, each behind the question that begins so.
const TYPED: [(&str, &str); 36] = [
    ("Register file", ""),
    ("New file for the report", "drill-1.json"),
    ("Challenge", CHALLENGE),
    ("What is supposed", "the machine room burnt"),
    ("Did people know", "n"),
    ("Where is this drill", "second site"),
    ("Name=role", "Ada=officer"),
    ("Name=role", "Bo=witness"),
    ("Name=role", ""),
    ("Vault copy:", "practice/media/vault-2"),
    ("Next share:", "practice/media/legal-1"),
    ("Next share:", "practice/media/audit-1"),
    ("Next share:", "practice/media/operations-1"),
    ("Do the words agree", "y"),
    ("clock on the wall", ""),
    ("share 1, copy 1: number of the bag", "A1001"),
    ("its seal", "intact"),
    ("its condition", "good"),
    ("was it where", "y"),
    ("new bag", "A2001"),
    ("share 2, copy 1: number of the bag", "A1002"),
    ("its seal", "intact"),
    ("its condition", "good"),
    ("was it where", "y"),
    ("new bag", "A2002"),
    ("share 3, copy 1: number of the bag", "A1003"),
    ("its seal", "intact"),
    ("its condition", "yellowed"),
    ("was it where", "y"),
    ("new bag", "A2003"),
    ("vault copy 2: number of the bag", "A1004"),
    ("its seal", "intact"),
    ("its condition", "good"),
    ("was it where", "y"),
    ("new bag", "A2004"),
    ("Put every medium", ""),
];

#[test]
fn the_drill_that_the_page_shows_is_what_is_on_the_screen_line_by_line() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["rehearse", "--into", "practice"]).exits(0);
    let args = ["drill", "--rehearsal", "--target", "RTO=4h"];
    let script = r#"exec env TERM=dumb NO_COLOR=1 LANG=C "$@""#;
    let Some(mut pty) = Pty::start_on(80, dir.path(), &args, script) else {
        return;
    };
    for (question, answer) in TYPED {
        // What is typed before the whole question is there would be shown in the middle of it.
        let end = match question {
            _ if question.ends_with(':') => " ",
            "clock on the wall" => "without: ",
            "Do the words agree" | "Put every medium" => "Enter: ",
            _ => "): ",
        };
        pty.expect(question).expect(end);
        pty.types(answer);
    }
    let ran = pty.ends().exits(0);
    let shown = as_on_the_page(&ran.err);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/drill.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once("```screen\n").unwrap();
    let (written, after) = rest.split_once("```\n").unwrap();
    if std::env::var_os("COLDVAULT_WRITE_DRILL").is_some() {
        let text = format!("{before}```screen\n{}\n```\n{after}", shown.join("\n"));
        return fs::write(page, text).unwrap();
    }
    for (written, shown) in written.lines().zip(&shown) {
        assert_eq!(
            written, shown,
            "docs/drill.md says the first; COLDVAULT_WRITE_DRILL=1 writes it anew"
        );
    }
    assert_eq!(written.lines().count(), shown.len());
}

/// The screen without what differs from machine to machine and from day to day.
fn as_on_the_page(screen: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_of_machine = false;
    for line in screen.lines() {
        // A line of progress is written over by the next one.
        let line = line.rsplit('\r').next().unwrap().trim_end();
        is_of_machine |= line.starts_with("coldvault: warning: ");
        is_of_machine &= !line.starts_with("This goes");
        if !is_of_machine {
            lines.push(without_what_differs(line));
        }
    }
    // What the shell around it says: the process id before the first line, the exit status behind the last.
    let (number, status) = (
        lines[0].find(|one: char| !one.is_ascii_digit()),
        lines.pop(),
    );
    lines[0].drain(..number.unwrap());
    assert_eq!(status.as_deref(), Some("0"));
    lines
}

fn without_what_differs(line: &str) -> String {
    let line = line.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let said: Vec<&str> = line.split_whitespace().collect();
    let words = said.strip_prefix(&["words"]).unwrap_or(&said);
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    if line.starts_with("    ") || said.len() == 5 {
        if words.len() == 4 && words.iter().all(is_word) {
            let begins = line.find(words[0]).unwrap();
            return format!("{}(4 words)", &line[..begins]);
        }
    }
    let mut parts: Vec<String> = line.split(' ').map(part).collect();
    for at in 1..parts.len() {
        let is_seconds = matches!(parts[at].as_str(), "s" | "s," | "s." | "s:");
        if is_seconds && parts[at - 1].bytes().all(|byte| byte.is_ascii_digit()) {
            parts[at - 1] = "N".into();
        }
    }
    parts.join(" ")
}

/// A word of a line: ids, digests and dates stand as what they are.
fn part(text: &str) -> String {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    for length in [64, 32] {
        let mut begins = 0..text.len().saturating_sub(length - 1);
        let found = begins.find(|at| text.bytes().skip(*at).take(length).all(is_hex));
        if let Some(at) = found {
            let name = if length == 64 { "DIGEST" } else { "ID" };
            return format!("{}{name}{}", &text[..at], &text[at + length..]);
        }
    }
    let is_date = text.len() >= 10
        && text
            .bytes()
            .take(10)
            .enumerate()
            .all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
    match is_date {
        true if text.ends_with('.') => "DATE.".into(),
        true => "DATE".into(),
        false => text.to_owned(),
    }
}
