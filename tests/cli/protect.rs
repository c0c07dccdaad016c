//! Protected shares: sealed, left closed, opened by a passphrase or by the custodian's own age key, and by stock age.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use age::secrecy::ExposeSecret;
use age::x25519;
use coldvault::json;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::{Pid, Signal, kill_process};

use crate::pty::Pty;
use crate::scene::Scene;
use crate::support::{PROGRAM, Ran, TOOLS, command, keep_secret, skipped};

pub(crate) const PASSPHRASE: &str = "seventeen blue cows";
const RESTORE: &str = "restore --from v1 --from legal1 --from audit1 --into out --rehearsal";

impl Scene {
    /// Runs the program with these lines on its standard input.
    #[track_caller]
    pub(crate) fn run_with(&self, words: &str, lines: &str) -> Ran {
        let args: Vec<&str> = words.split_whitespace().collect();
        let mut command = command(self.dir(), &args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // A program that refuses to begin does not read it.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        Ran::of(&args, &child.wait_with_output().unwrap())
    }

    /// A member of a share file.
    fn member(&self, medium: &str, name: &str) -> Option<String> {
        let bytes = fs::read(self.file(medium, "share.json")).unwrap();
        let object = json::parse(&bytes, 4096).unwrap();
        object.optional_text(name).unwrap().map(str::to_owned)
    }

    /// Puts another age file into a share file.
    fn put_protected(&self, medium: &str, armored: &str) {
        let path = self.file(medium, "share.json");
        let was = self.member(medium, "protected").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let (was, now) = (was.replace('\n', "\\n"), armored.replace('\n', "\\n"));
        assert!(text.contains(&was));
        fs::write(path, text.replacen(&was, &now, 1)).unwrap();
        self.rehash(medium);
    }

    /// Protects the share in all its copies anew with its passphrase, which is stretched a thousandth as much.
    fn stretch_less(&self, media: &[&str], passphrase: &str) {
        let armored = self.member(media[0], "protected").unwrap();
        let identity = age::scrypt::Identity::new(passphrase.to_owned().into());
        let inside = age::decrypt(&identity, armored.as_bytes()).unwrap();
        let mut recipient = age::scrypt::Recipient::new(passphrase.to_owned().into());
        recipient.set_work_factor(8);
        let easy = age::encrypt_and_armor(&recipient, &inside).unwrap();
        for medium in media {
            self.put_protected(medium, &easy);
        }
    }
}

/// 2 of 3: legal's share with a passphrase, audit's to a key of its own (`key.txt`), ops' in clear. As it was sealed: each
/// attempt at the passphrase takes the better part of a second.
fn as_sealed() -> Scene {
    static PLACE: Mutex<Weak<Scene>> = Mutex::new(Weak::new());
    shared(&PLACE, || {
        let scene = Scene::new();
        let recipient = scene.put_key("key.txt");
        keep_secret(PASSPHRASE);
        let words = Scene::seal_words(&format!(
            "--protect legal --protect audit={recipient} --secret-fd 0 --rehearsal"
        ));
        let ran = scene.run_with(&words, &format!("{PASSPHRASE}\n"));
        ran.exits(0)
            .says("share 1 (legal), copy 1 of 2, protected")
            .says("not opened after writing: only audit can");
        scene
    })
}

/// The same, but attempts at the passphrase take no time.
pub(crate) fn protected() -> Scene {
    static PLACE: Mutex<Weak<Scene>> = Mutex::new(Weak::new());
    shared(&PLACE, || {
        let scene = as_sealed();
        scene.stretch_less(&["legal1", "legal2"], PASSPHRASE);
        scene
    })
}

fn shared(place: &Mutex<Weak<Scene>>, make: impl FnOnce() -> Scene) -> Scene {
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    let scene = place.upgrade().unwrap_or_else(|| Arc::new(make()));
    *place = Arc::downgrade(&scene);
    drop(place);
    scene.copy()
}

impl Scene {
    /// Writes a new age key as `age-keygen` does, and gives its public part.
    pub(crate) fn put_key(&self, name: &str) -> String {
        let key = x25519::Identity::generate();
        let secret = key.to_string();
        keep_secret(secret.expose_secret());
        let text = format!(
            "# public key: {}\n{}\n",
            key.to_public(),
            secret.expose_secret()
        );
        self.put(name, text.as_bytes());
        key.to_public().to_string()
    }
}

#[test]
fn what_is_sealed_with_protected_shares_opens_with_what_protects_them() {
    let scene = as_sealed();
    let words = format!("{RESTORE} --identity key.txt --secret-fd 0");
    let ran = scene.run_with(&words, &format!("{PASSPHRASE}\n"));
    ran.exits(0).says("2 good shares");
    scene.is_restored("out");
}

#[test]
fn a_line_that_is_missing_or_belongs_to_no_share_does_not_shift_the_others() {
    let scene = Scene::new();
    let (first, third) = (PASSPHRASE, "eleven green herons");
    keep_secret(first);
    keep_secret(third);
    let words = Scene::seal_words("--protect legal --protect ops --secret-fd 0 --rehearsal");
    let both = format!("{first}\n{third}\n");
    scene.run_with(&words, &both).exits(0);
    scene.stretch_less(&["legal1"], first);
    scene.stretch_less(&["ops1"], third);
    let words = "restore --from v1 --from legal1 --from ops1 --rehearsal --secret-fd 0 --into";
    let lines = format!("nobody's passphrase\n\n{third}\n{first}\n");
    let ran = scene.run_with(&format!("{words} out"), &lines);
    ran.exits(0).says("2 good shares");
    // A line that opened one share opens no other.
    let ran = scene.run_with(&format!("{words} none"), &format!("{first}\n{first}\n"));
    ran.exits(3).says("1 good share read, 2 needed");
    let words = "verify legal1 audit1 ops1 --secret-fd 0";
    let ran = scene.run_with(words, &format!("{third}\n"));
    let ran = ran.exits(3).says("NOT OPENED");
    assert_eq!(ran.out.matches("opened and proven").count(), 1);
}

#[test]
fn a_share_without_what_protects_it_is_missing_and_the_reason_is_said() {
    let scene = protected();
    scene
        .run(RESTORE)
        .exits(3)
        .says("its passphrase was not given")
        .says("its custodian's own age key was not given")
        .says("no good share read, 2 needed");
    let words = format!("{RESTORE} --identity key.txt --secret-fd 0 --json");
    let ran = scene.run_with(&words, "seventeen blue cow\n");
    ran.exits(3)
        .says("\"state\": \"not opened\"")
        .says("\"code\": \"not-opened\"")
        .says("does not open it");
    scene.put_key("other.txt");
    let words = format!("{RESTORE} --identity other.txt --secret-fd 0");
    let ran = scene.run_with(&words, &format!("{PASSPHRASE}\n"));
    ran.exits(3).says("1 good share read, 2 needed");
    scene.is_absent("out");
}

#[test]
fn no_passphrase_is_asked_for_a_share_that_is_not_needed() {
    let scene = protected();
    let words = "restore --from v1 --from ops1 --from audit1 --from legal1 --into out --rehearsal";
    let ran = scene.run(&format!("{words} --identity key.txt"));
    ran.exits(0).says("it was not needed");
    scene.is_restored("out");
}

#[test]
fn a_damaged_copy_does_not_stand_in_the_way_of_the_other_one() {
    let scene = protected();
    let inside = scene.member("legal1", "protected").unwrap();
    let line = inside.lines().rev().nth(2).unwrap().to_owned();
    let mut other = line.clone().into_bytes();
    other[9] = if other[9] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).unwrap();
    scene.put_protected("legal1", &inside.replacen(&line, &other, 1));
    let words = "restore --from v1 --from legal1 --from legal2 --from ops1 --into out --rehearsal";
    let ran = scene.run_with(
        &format!("{words} --secret-fd 0"),
        &format!("{PASSPHRASE}\n"),
    );
    ran.exits(0).says("this copy is damaged");
    scene.is_restored("out");
}

#[test]
fn verify_says_what_it_could_and_could_not_prove() {
    let scene = protected();
    let id = scene.id();
    let closed = "public part genuine, secret part not opened";
    let file = scene.file("legal2", "share.json");
    for place in ["legal1", "audit1", file.to_str().unwrap()] {
        let ran = scene.run(&format!("verify {place} --expect {id}"));
        ran.exits(0).says("whole").says(closed);
        let ran = scene.run(&format!("verify {place}")).exits(0);
        ran.says("public part consistent, secret part not opened");
    }
    scene
        .run("verify ops1")
        .exits(0)
        .does_not_say("secret part");
    let words =
        format!("verify --expect {id} legal1 legal2 audit1 --identity key.txt --secret-fd 0");
    let ran = scene.run_with(&words, &format!("{PASSPHRASE}\n"));
    let ran = ran.exits(0).does_not_say("not opened");
    assert_eq!(ran.out.matches("secret part opened and proven").count(), 3);
    let ran = scene.run_with("verify legal1 --secret-fd 0", "wrong, but long\n");
    ran.exits(3)
        .says("secret part NOT OPENED")
        .says("use another copy");
}

#[test]
fn a_protected_share_that_nobody_signed_is_damaged_and_nobody_is_asked_for_it() {
    let scene = protected();
    scene.edit("legal1", "share.json", "\"legal\"", "\"ops\"");
    scene.rehash("legal1");
    let said = "signature on it does not hold";
    scene.run("verify legal1").exits(4).says(said);
    let Some(mut pty) = Pty::start(
        scene.dir(),
        &[
            "restore",
            "--from",
            "v1",
            "--from",
            "legal1",
            "--into",
            "out",
            "--rehearsal",
        ],
    ) else {
        return;
    };
    pty.expect("0 of 2 good shares").expect("Next share:");
    pty.types("stop");
    pty.ends().exits(130).does_not_say("passphrase").says(said);
}

#[test]
fn hostile_age_files_in_a_share_are_refused_before_any_work() {
    let scene = protected();
    let inside = scene.member("legal1", "protected").unwrap();
    let mut recipient = age::scrypt::Recipient::new(PASSPHRASE.to_owned().into());
    recipient.set_work_factor(1);
    let easy = age::encrypt_and_armor(&recipient, b"x").unwrap();
    let header = data_encoding::BASE64.decode(easy.lines().nth(1).unwrap().as_bytes());
    let costly = String::from_utf8(header.unwrap()).unwrap();
    let costly = costly.replace(" 1\n", " 22\n");
    let costly = format!(
        "{costly}{}\n--- {}\n{}",
        "A".repeat(43),
        "A".repeat(43),
        "x".repeat(40)
    );
    let lines = data_encoding::BASE64.encode(costly.as_bytes());
    let lines: Vec<&str> = lines
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let costly = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n",
        lines.join("\n")
    );
    for other in [costly.as_str(), "", "age1qqq", &inside.repeat(2)] {
        let fresh = scene.copy();
        fresh.put_protected("legal1", other);
        let ran = fresh.run_with("verify legal1 --secret-fd 0", &format!("{PASSPHRASE}\n"));
        ran.exits(4).says("not an age file that coldvault opens");
    }
}

#[test]
fn all_copies_of_a_protected_share_are_equal_and_a_further_copy_opens_too() {
    let scene = as_sealed();
    let read = |medium: &str| fs::read(scene.file(medium, "share.json")).unwrap();
    assert_eq!(read("legal1"), read("legal2"));
    assert_eq!(read("audit1"), read("audit2"));
    assert!(scene.member("legal1", "y").is_none());
    fs::create_dir(scene.at("more")).unwrap();
    scene.run("copy legal1 more --rehearsal").exits(0);
    assert_eq!(read("more"), read("legal1"));
    let ran = scene.run_with(
        "verify more --open --secret-fd 0",
        &format!("{PASSPHRASE}\n"),
    );
    ran.exits(0).says("secret part opened and proven");
}

#[test]
fn whoever_holds_a_protected_share_is_told_what_it_needs() {
    let scene = as_sealed();
    let readme = |medium| fs::read_to_string(scene.file(medium, "README.txt")).unwrap();
    assert!(readme("legal1").contains("passphrase is needed too"));
    assert!(readme("audit1").contains("age key"));
    assert!(!readme("ops1").contains("Locked"));
    scene
        .run("inspect legal1")
        .exits(0)
        .says("a passphrase opens it");
    scene
        .run("inspect audit1")
        .exits(0)
        .says("age key opens it");
}

#[test]
fn what_cannot_protect_a_share_is_refused_and_no_secret_is_repeated() {
    let scene = Scene::new();
    let recipient = scene.put_key("key.txt");
    let secret = fs::read_to_string(scene.at("key.txt")).unwrap();
    let secret = secret.lines().last().unwrap().to_owned();
    let line = format!("{PASSPHRASE}\n");
    for (more, lines, said) in [
        ("--protect nobody", &*line, "not a custodian"),
        ("--protect legal --protect legal", &line, "twice"),
        (
            &format!("--protect legal={secret}"),
            &line,
            "secret age key",
        ),
        (&format!("--protect {secret}"), &line, "secret age key"),
        (
            "--protect legal=battery-staple",
            &line,
            "not an age1... key",
        ),
        (
            &format!("--protect legal={recipient}x"),
            &line,
            "not an age1... key",
        ),
        ("--protect legal", "too short\n", "12 characters or more"),
        (
            "--protect legal",
            "z\u{fc}rich z\u{fc}rich\n",
            "plain ASCII",
        ),
        ("--protect legal", "", "it is missing"),
        (
            "--protect legal --protect ops",
            &line,
            "share 3 (ops): it is missing",
        ),
    ] {
        let words = Scene::seal_words(&format!("{more} --secret-fd 0 --rehearsal"));
        let ran = scene.run_with(&words, lines);
        ran.exits(2)
            .says(said)
            .does_not_say("battery-staple")
            .does_not_say("z\u{fc}rich");
        scene.is_bare("legal1");
    }
    let ran = scene.seal("--protect legal --rehearsal");
    ran.exits(2).says("no terminal").says("legal");
    scene.is_bare("v1");
}

#[test]
fn a_descriptor_that_gives_no_secrets_is_refused() {
    let scene = protected();
    for (more, said) in [
        ("--secret-fd 1", "for output"),
        ("--secret-fd 77", "not open"),
        ("--secret-fd x", "takes the number"),
        ("--secret-fd 0 --from -", "both read standard input"),
        ("--identity node", "no file of age keys"),
        ("--identity absent.txt", "absent.txt"),
        ("--identity note.txt", "line 1"),
    ] {
        let status = if said == "absent.txt" { 6 } else { 2 };
        let ran = scene.run(&format!("{RESTORE} {more}"));
        ran.exits(status).says(said);
    }
    let key = fs::read_to_string(scene.at("key.txt")).unwrap();
    let words = "restore --from v1 --from ops1 --from audit1 --into out --rehearsal";
    let ran = scene.run_with(&format!("{words} --identity /dev/stdin"), &key);
    ran.exits(0);
}

#[test]
fn a_passphrase_is_typed_twice_and_every_mistake_is_asked_again() {
    let scene = Scene::new();
    let words = Scene::seal_words("--protect legal --rehearsal");
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    let (ask, again) = ("legal: passphrase for share 1", "once more:");
    pty.expect("turns away")
        .expect(ask)
        .types_hidden("too short");
    pty.expect("12 characters or more")
        .expect(ask)
        .types_hidden("");
    pty.expect("cannot be used")
        .expect(ask)
        .types_hidden("seventeen blue cows");
    pty.expect(again).types_hidden("seventeen blue cats");
    pty.expect("not the same")
        .expect(ask)
        .types_hidden(PASSPHRASE);
    pty.expect(again).types_hidden(PASSPHRASE);
    pty.ends().exits(0).says("Sealed.");
    let ran = scene.run_with("verify legal2 --secret-fd 0", &format!("{PASSPHRASE}\n"));
    ran.exits(0).says("secret part opened and proven");
}

#[test]
fn ctrl_c_at_the_passphrase_leaves_nothing_behind() {
    let scene = Scene::new();
    let words = Scene::seal_words("--protect legal --rehearsal");
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("legal: passphrase").presses_ctrl_c();
    pty.ends().exits(130);
    scene.is_bare("v1");
    scene.is_bare("legal1");
}

#[test]
fn three_attempts_at_a_share_and_then_it_is_missing() {
    let scene = protected();
    let args: Vec<&str> = RESTORE.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("share 1 (legal) of vault").expect("legal1");
    pty.expect("attempt 1 of 3").types_hidden("wrong once");
    pty.expect("does not open")
        .expect("attempt 2 of 3")
        .types_hidden("wrong twice");
    pty.expect("does not open")
        .expect("attempt 3 of 3")
        .types_hidden("wrong thrice");
    pty.expect("share 2 (audit) of vault")
        .expect("file with the age key")
        .types("");
    // Missing, and nothing worse: the other copy is asked for, and may be tried anew.
    pty.expect("Bring the other copy of share 1 (legal)");
    pty.expect("0 of 2 good shares").expect("Next share:");
    pty.types("legal2").expect("You may remove it now");
    pty.expect("legal2")
        .expect("attempt 1 of 3")
        .types_hidden("");
    pty.expect("0 of 2 good shares").expect("Next share:");
    pty.types("stop");
    pty.ends().exits(130);
    scene.is_absent("out");
}

#[test]
fn a_mistyped_passphrase_and_a_wrong_file_are_asked_for_again() {
    let scene = protected();
    let args: Vec<&str> = RESTORE.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("attempt 1 of 3")
        .types_hidden("seventeen blue cats");
    pty.expect("attempt 2 of 3").types_hidden(PASSPHRASE);
    pty.expect("file with the age key, attempt 1")
        .types("note.txt");
    pty.expect("attempt 2 of 3").types("'key.txt'");
    let ran = pty
        .ends()
        .exits(0)
        .says("\"note.txt\" is no file of age keys");
    ran.does_not_say("--identity \"");
    scene.is_restored("out");
}

#[test]
fn stop_where_the_file_with_a_key_is_asked_for_ends_it() {
    let scene = protected();
    let words = "restore --from v1 --from audit1 --from ops1 --into out --rehearsal";
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("file with the age key").types("stop");
    pty.ends().exits(130).says("stopped, as you asked");
    scene.is_absent("out");
}

/// Runs `verify legal1 --secret-fd 3` behind a line of shell, in a scene with a named pipe.
fn verifying_from_a_pipe(scene: &Scene, script: &str) -> Child {
    let pipe = scene.at("pipe");
    let (kind, mode) = (FileType::Fifo, Mode::RUSR | Mode::WUSR);
    mknodat(CWD, &pipe, kind, mode, 0).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", PROGRAM]);
    command.args(["verify", "legal1", "--secret-fd", "3"]);
    command.current_dir(scene.dir()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_named_pipe_whose_writer_has_ended_gives_what_it_wrote() {
    for (line, status, said) in [(PASSPHRASE, 0, "opened and proven"), ("", 3, "NOT OPENED")] {
        let scene = protected();
        let script = format!(r#"printf '{line}' >pipe & exec 3<pipe; wait; exec "$@""#);
        let child = verifying_from_a_pipe(&scene, &script);
        let ended = child.wait_with_output().unwrap();
        let shown = String::from_utf8(ended.stdout).unwrap();
        assert_eq!(ended.status.code(), Some(status), "{shown}");
        assert!(shown.contains(said), "{shown}");
    }
}

#[test]
fn the_first_ctrl_c_is_heard_while_a_named_pipe_is_silent() {
    let scene = protected();
    let mut child = verifying_from_a_pipe(&scene, r#"exec 3<>pipe; exec "$@""#);
    let shown = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut rest = shown.map_while(Result::ok);
    assert!(rest.any(|line| line.ends_with(": whole")));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

fn has_age() -> bool {
    let there = Command::new("age").arg("--version").output();
    let there = there.is_ok_and(|output| output.status.success());
    if !there {
        skipped(TOOLS, "there is no age");
    }
    there
}

#[test]
fn stock_age_opens_a_protected_secret_part() {
    let scene = as_sealed();
    if !has_age() {
        return;
    }
    let is_digits = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    scene.put(
        "a.age",
        scene.member("audit1", "protected").unwrap().as_bytes(),
    );
    let mut age = Command::new("age");
    age.args(["-d", "-i", "key.txt", "a.age"])
        .current_dir(scene.dir());
    let output = age.output().unwrap();
    assert!(output.status.success());
    assert!(is_digits(std::str::from_utf8(&output.stdout).unwrap()));
    scene.put(
        "l.age",
        scene.member("legal1", "protected").unwrap().as_bytes(),
    );
    let Some(mut pty) = Pty::start_by(scene.dir(), &[], "exec age -d -o y l.age") else {
        return;
    };
    pty.expect("passphrase").types_hidden(PASSPHRASE);
    pty.ends().exits(0);
    assert!(is_digits(&fs::read_to_string(scene.at("y")).unwrap()));
}

#[test]
fn a_secret_part_that_stock_age_protected_opens() {
    let scene = protected();
    if !has_age() {
        return;
    }
    let script = "age -d -i key.txt -o y a.age && \
        age -a -r $(age-keygen -y key.txt) -o stock.age y && exec age -a -p -o typed.age y";
    scene.put(
        "a.age",
        scene.member("audit1", "protected").unwrap().as_bytes(),
    );
    let Some(mut pty) = Pty::start_by(scene.dir(), &[], script) else {
        return;
    };
    pty.expect("passphrase").types_hidden(PASSPHRASE);
    pty.expect("onfirm passphrase").types_hidden(PASSPHRASE);
    pty.ends().exits(0);
    for (file, more, lines) in [
        ("stock.age", "--identity key.txt", String::new()),
        ("typed.age", "--secret-fd 0", format!("{PASSPHRASE}\n")),
    ] {
        let armored = fs::read_to_string(scene.at(file)).unwrap();
        scene.put_protected("audit1", &armored);
        let ran = scene.run_with(&format!("verify audit1 {more}"), &lines);
        ran.exits(0).says("secret part opened and proven");
    }
}
