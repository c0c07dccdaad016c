//! The way back as a person lives it: on a terminal, with one medium after another, and with mistakes.

use std::fs;
use std::process::{Command, Stdio};

use crate::pty::{BAG, Pty};
use crate::scene::{Scene, another, production, sealed};
use crate::support::{ROOT, Ran, command, may_mount, skipped, without_terminal};

const WORDS: &str = "Do the words agree with the paper?";
const TARGET: &str = "A new or empty directory for the files:";

/// Answers the questions of a restore of a rehearsal into `out`, to where the files are.
pub(crate) fn answer_a_restore(pty: &mut Pty, vault: &str, shares: &[&str]) {
    pty.expect("Vault copy:").types(vault);
    for share in shares {
        pty.expect("Next share:").types(share);
    }
    pty.expect("REHEARSAL").expect("press Enter:").types("y");
    pty.expect(WORDS).expect("press Enter:").types("y");
    pty.expect(TARGET).types("out").expect("The files are in");
}

/// Starts `restore` with these words, on a terminal.
fn restore(scene: &Scene, words: &str) -> Option<Pty> {
    let args: Vec<&str> = words.split_whitespace().collect();
    Pty::start(scene.dir(), &args)
}

/// Everything that is shown fits a plain screen of 80 columns; paths and errors may be as long as they are.
#[track_caller]
fn is_plain(text: &str) {
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn restore_alone_leads_from_the_vault_over_the_shares_to_the_files() {
    let scene = sealed();
    let Some(mut pty) = restore(&scene, "restore --rehearsal") else {
        return;
    };
    pty.expect("one after another").expect("Vault copy:");
    pty.types("v1").expect("Leave it plugged in");
    pty.expect("0 of 2 good shares").expect("Next share:");
    pty.types("legal1").expect("share 1 (legal)").expect("good");
    pty.expect("1 of 2 good shares").expect("Next share:");
    pty.types(&scene.file("ops2", "share.json").display().to_string());
    pty.expect("2 of 2")
        .expect("words")
        .expect(WORDS)
        .types("y");
    pty.expect(TARGET).types("out");
    let ran = pty.ends().exits(0).says("The files are in \"out\"");
    let ran = ran.says(" and the note, ").says("The note is \"out/note/");
    is_plain(&ran.out);
    scene.is_restored("out");
}

#[test]
fn every_mistake_on_the_way_is_named_and_asked_again() {
    let scene = sealed();
    scene.bring(&another(), "audit1", "foreign");
    fs::create_dir_all(scene.at("bare")).unwrap();
    scene.put("holiday/photo.jpg", b"a photo");
    scene.put("full/file", b"x");
    scene.damage("audit1", "share.json");
    let Some(mut pty) = restore(&scene, "restore --rehearsal") else {
        return;
    };
    // no path, an empty medium, somebody else's medium, a share where the vault is asked for
    pty.expect("Vault copy:")
        .types("no/where")
        .expect("not found");
    pty.expect("hint:").expect("Vault copy:").types("bare");
    pty.expect("It is empty")
        .expect("Vault copy:")
        .types("holiday");
    pty.expect("photo.jpg")
        .expect("Vault copy:")
        .types("legal1");
    pty.expect("share 1 (legal)").expect("not there yet");
    pty.expect("Vault copy:").types("v2").expect("1 of 2");
    // the same share again, a share of another vault, a damaged one
    pty.expect("Next share:")
        .types("legal2")
        .expect("duplicate");
    pty.expect("another custodian").expect("Next share:");
    pty.types("foreign").expect("are of 2 vaults");
    pty.expect("Type its number").types("9");
    pty.expect("Type its number").types("1");
    pty.expect("another vault")
        .expect("1 of 2")
        .expect("Next share:");
    pty.types("audit1").expect("set aside").expect("other copy");
    pty.expect("1 of 2").expect("Next share:").types("help");
    pty.expect("Insert the medium").expect("Next share:");
    pty.types("audit2")
        .expect("2 of 2")
        .expect(WORDS)
        .types("y");
    // a target that holds something, one in a carrier
    pty.expect(TARGET).types("full").expect("not empty");
    let inside = scene.folder("v2").join("out");
    pty.expect(TARGET).types(&inside.display().to_string());
    pty.expect("lies in the carrier")
        .expect(TARGET)
        .types("out");
    pty.ends().exits(0);
    scene.is_restored("out");
    assert!(!inside.exists());
}

#[test]
fn ctrl_c_or_stop_at_any_question_ends_it_and_leaves_nothing() {
    let scene = sealed();
    let answers = ["v1", "legal1", "ops1", "y", "out"];
    let questions = ["Vault copy:", "Next share:", "Next share:", WORDS, TARGET];
    for (number, last) in questions.iter().enumerate() {
        for keys in ["\u{3}", "stop\r"] {
            let Some(mut pty) = restore(&scene, "restore --rehearsal") else {
                return;
            };
            for (question, answer) in questions.iter().zip(answers).take(number) {
                pty.expect(question).types(answer);
            }
            pty.expect(last).sends(keys.as_bytes());
            pty.ends().exits(130);
            scene.is_absent("out");
        }
    }
}

#[test]
fn words_that_do_not_agree_end_it_before_anything_is_written() {
    let scene = sealed();
    let words = "restore --rehearsal --from v1 --from legal1 --into out";
    let Some(mut pty) = restore(&scene, words) else {
        return;
    };
    pty.expect("1 of 2").expect("Next share:").types("ops1");
    pty.expect(WORDS).types("n");
    pty.ends().exits(4).says("words do not agree");
    scene.is_absent("out");
}

#[test]
fn a_directory_that_cannot_be_made_is_asked_for_again() {
    let scene = sealed();
    scene.put("a-file", b"x");
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1";
    let Some(mut pty) = restore(&scene, words) else {
        return;
    };
    pty.expect(TARGET).types("absent/out");
    pty.expect("\"absent\" does not exist")
        .expect("make it first");
    pty.expect(TARGET).types("a-file/out");
    pty.expect("\"a-file\" is not a directory");
    pty.expect(TARGET).types("a-file").expect("already exists");
    // Nothing can be made there, by anybody.
    pty.expect(TARGET)
        .types("/proc/coldvault-out")
        .expect("cannot");
    pty.expect(TARGET).types("out");
    pty.ends().exits(0);
    scene.is_restored("out");
}

#[test]
fn a_directory_that_cannot_be_made_is_refused_before_any_medium_is_read() {
    let scene = sealed();
    scene.put("a-file", b"x");
    let words = "restore --rehearsal --from absent --from ops1 --into";
    for (into, status, said) in [
        ("no/out", 5, "\"no\" does not exist"),
        ("a-file/out", 5, "\"a-file\" is not a directory"),
    ] {
        let ran = scene.run(&format!("{words} {into}"));
        ran.exits(status).says(said);
    }
    // root may write anywhere
    if rustix::process::geteuid().is_root() {
        return;
    }
    fs::create_dir(scene.at("mine")).unwrap();
    let only_read = std::os::unix::fs::PermissionsExt::from_mode(0o500);
    fs::set_permissions(scene.at("mine"), only_read).unwrap();
    for into in ["mine/out", "mine"] {
        let ran = scene.run(&format!("{words} {into}"));
        ran.exits(6).says("ermission");
    }
}

#[test]
fn in_production_the_words_are_asked_for_even_with_everything_given() {
    let scene = production();
    let words = "restore --from v1 --from legal1 --from ops1 --into out";
    let Some(mut pty) = restore(&scene, words) else {
        return;
    };
    pty.expect(WORDS).types("n");
    pty.ends().exits(4).says("words do not agree");
    scene.is_absent("out");
    let id = scene.id();
    let Some(pty) = restore(&scene, &format!("{words} --expect {id}")) else {
        return;
    };
    let ran = pty.ends().exits(0).does_not_say(WORDS);
    ran.does_not_say("Nothing was compared");
    scene.is_restored("out");
    if without_terminal() {
        let ran = scene.run("restore --from v1 --from legal1 --from ops1 --into more");
        ran.exits(0).says("Nothing was compared");
    }
}

#[test]
fn with_everything_given_nothing_is_asked() {
    let scene = sealed();
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into out";
    let Some(pty) = restore(&scene, words) else {
        return;
    };
    pty.ends()
        .exits(0)
        .says("Nothing was compared: --expect ID")
        .does_not_say(WORDS)
        .does_not_say("Next share");
    scene.is_restored("out");
}

#[test]
fn a_vault_copy_that_went_away_or_does_not_open_is_asked_for_again() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    let Some(mut pty) = restore(&scene, "restore --rehearsal --into out") else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("legal1");
    pty.expect("1 of 2").expect("Next share:").meanwhile(|| {
        fs::rename(scene.at("v1"), scene.at("pulled")).unwrap();
    });
    pty.types("ops1").expect("Now a vault copy is needed");
    pty.expect("Vault copy:").types("pulled");
    pty.expect(WORDS).types("y").expect("damaged");
    pty.expect("`salvage`").expect("Another vault copy:");
    pty.types("v2");
    pty.ends().exits(0);
    scene.is_restored("out");
}

#[test]
fn shares_may_come_before_the_vault() {
    let scene = sealed();
    let Some(mut pty) = restore(&scene, "restore --rehearsal") else {
        return;
    };
    pty.expect("Vault copy:").types("none");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("audit1");
    pty.expect("Now a vault copy").types("v1");
    pty.expect(WORDS).types("y").expect(TARGET).types("out");
    pty.ends().exits(0);
    scene.is_restored("out");
}

#[test]
fn a_script_without_a_terminal_is_told_what_is_missing() {
    if !without_terminal() {
        return;
    }
    let scene = sealed();
    scene
        .run("restore")
        .exits(2)
        .says("--from PATH and --into DIR");
    scene
        .run("restore --from v1")
        .exits(2)
        .says("--into DIR is missing");
    scene
        .run("restore --into out")
        .exits(2)
        .says("--from PATH is missing");
    let help = scene.run("").says("Usage: coldvault");
    assert_eq!(help.status, Some(2), "{help}");
    let few = scene.run("restore --from v1 --from ops1 --into out --rehearsal");
    few.exits(3).says("1 good share read, 2 needed");
    scene.is_absent("out");
}

#[test]
fn json_asks_for_nothing_even_on_a_terminal() {
    let scene = sealed();
    for (words, status) in [
        ("--json restore", 2),
        ("--json", 2),
        (
            "--json restore --rehearsal --from v1 --from ops1 --into out",
            3,
        ),
    ] {
        let Some(pty) = restore(&scene, words) else {
            return;
        };
        let ran = pty.ends().does_not_say("press Enter");
        assert_eq!(ran.status, Some(status), "{ran}");
    }
    scene.is_absent("out");
}

#[test]
fn restored_files_are_never_written_into_a_carrier() {
    let scene = sealed();
    let inside = scene.folder("legal1").join("out");
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into";
    let ran = scene.run(&format!("{words} {}", inside.display()));
    ran.exits(5).says("lies in the carrier");
    assert!(!inside.exists());
}

#[test]
fn coldvault_alone_asks_what_to_do_and_comes_back_to_the_question() {
    const MENU: &str = "What do you want to do?";
    const CHOICE: &str = "press Enter:";
    let scene = sealed();
    scene.damage("legal1", "share.json");
    let Some(mut pty) = Pty::start(scene.dir(), &[]) else {
        return;
    };
    pty.expect(MENU).expect(CHOICE).types("");
    pty.expect(CHOICE)
        .types("anything")
        .expect("1 to 7, or the word")
        .expect(CHOICE)
        .types("2");
    pty.expect("Next carrier:").types("v1").expect(": whole");
    pty.expect("Next carrier:")
        .types("legal1")
        .expect("NOT WHOLE");
    pty.expect("Next carrier:").types("done");
    pty.expect(MENU).expect(CHOICE).types("learn");
    pty.expect("custodian").expect("Press Enter").types("");
    pty.expect(MENU).expect(CHOICE).types("restore");
    pty.expect("Vault copy:").types("stop").expect("stopped");
    pty.expect(MENU).expect(CHOICE).types("1");
    answer_a_restore(&mut pty, "v1", &["audit1", "ops1"]);
    pty.expect(MENU).expect(CHOICE).types("7");
    pty.ends().exits(0);
    scene.is_restored("out");
}

/// What somebody needs on the day when a share is lost.
#[test]
fn the_menu_leads_to_a_reissue_a_rotation_the_end_of_a_vault_and_what_is_due() {
    const CHOICE: &str = "press Enter:";
    const REGISTER: &str = "office/register.json";
    let scene = crate::register::registered("");
    // where the machine is fit for a reissue and a rotation
    let apart = "exec unshare --net \"$@\"";
    let script = if may_mount() { apart } else { "exec \"$@\"" };
    let Some(mut pty) = Pty::start_by(scene.dir(), &[], script) else {
        return;
    };
    let happens = |pty: &mut Pty, what: &str| {
        pty.expect("4 custody").expect(CHOICE).types("4");
        pty.expect("What happened?").expect(CHOICE).types(what);
    };
    happens(&mut pty, "nothing");
    pty.expect("1 to 5, or the word.")
        .expect(CHOICE)
        .types("status");
    pty.expect("Register file:").types(REGISTER);
    if script == apart {
        happens(&mut pty, "reissue");
        pty.expect("Register file").types(REGISTER);
        pty.expect("Which share is to be made anew?").types("audit");
        pty.expect("Who keeps share 2").types("stop");
        happens(&mut pty, "2");
        pty.expect("Rotating: a new vault");
        pty.expect("What goes into it?").types("stop");
    }
    happens(&mut pty, "3");
    pty.expect("Register file:").types(REGISTER);
    pty.expect("Which vault is to be destroyed?")
        .types("Bank-A");
    pty.expect("type the 16 words of this vault from the paper")
        .types("");
    happens(&mut pty, "back");
    pty.expect(CHOICE).types("7");
    pty.ends().exits(0);
}

#[test]
fn the_menu_ends_with_the_status_of_the_last_task() {
    let scene = sealed();
    scene.damage("legal1", "share.json");
    let Some(mut pty) = Pty::start(scene.dir(), &[]) else {
        return;
    };
    pty.expect("press Enter:").types("check");
    pty.expect("Next carrier:")
        .types("legal1")
        .expect("NOT WHOLE");
    pty.expect("Next carrier:").types("done");
    pty.expect("press Enter:").types("2");
    pty.expect("Next carrier:").types("v1").expect(": whole");
    pty.expect("Next carrier:").types("stop");
    pty.expect("stopped; 1 carrier checked");
    pty.expect("press Enter:").types("stop");
    pty.ends().exits(0);
    let Some(mut pty) = Pty::start(scene.dir(), &[]) else {
        return;
    };
    pty.expect("press Enter:").types("check");
    pty.expect("Next carrier:").types("legal1");
    pty.expect("Next carrier:").types("done");
    pty.expect("press Enter:").types("stop");
    pty.ends().exits(4);
    let Some(mut pty) = Pty::start(scene.dir(), &[]) else {
        return;
    };
    pty.expect("press Enter:").types("stop");
    pty.ends().exits(0);
}

#[test]
fn a_share_text_is_checked_line_by_line_and_against_a_vault_json() {
    let scene = sealed();
    let text = scene.share_text("legal");
    scene.put("legal.txt", text.as_bytes());
    let alone = scene.run("verify legal.txt").exits(0);
    alone
        .says("efgh")
        .says("nothing proves it without vault.json");
    scene
        .run("verify legal.txt v1")
        .exits(0)
        .says("the share that vault.json says");
    let foreign = another();
    scene.bring(&foreign, "v1", "foreign");
    let ran = scene.run("verify legal.txt foreign").exits(0);
    ran.says("nothing proves it without vault.json");
    let other = format!("verify legal.txt --expect {}", foreign.id());
    scene.run(&other).exits(4).says("not of the expected vault");

    let stdin = |from: &str| {
        let input = fs::File::open(scene.at(from)).unwrap();
        let args = ["verify", "-", "v1"];
        let mut command = command(scene.dir(), &args);
        Ran::of(&args, &command.stdin(input).output().unwrap())
    };
    let ran = stdin("legal.txt").exits(0);
    ran.says("standard input")
        .says("the share that vault.json says");
    let file = scene.file("legal1", "share.json");
    let ran = stdin(file.to_str().unwrap()).exits(0);
    ran.says("share 1 (legal) of 3: whole");
    let nothing = scene.run("verify -").exits(2);
    nothing.says("standard input is no file or pipe");
    let both = scene.run("verify - --secret-fd 0").exits(2);
    both.says("both read standard input");

    let last = text.lines().last().unwrap();
    let wrong = if last.ends_with('b') { "c" } else { "b" };
    let edited = format!("{}{wrong}", &text[..text.len() - 1]);
    scene.put("edited.txt", edited.as_bytes());
    let ran = scene.run("verify edited.txt v1").exits(4);
    ran.says("line h").says("efg").says("NOT WHOLE");
}

#[test]
fn salvage_is_offered_when_no_copy_opens_and_brings_back_what_is_whole() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into out";
    let Some(mut pty) = restore(&scene, words) else {
        return;
    };
    pty.expect("Another vault copy:").types("salvage");
    pty.ends().exits(4);
    assert!(scene.at("out/INCOMPLETE").exists());
    let Some(mut pty) = restore(&scene, &words.replace("into out", "into two")) else {
        return;
    };
    pty.expect("Another vault copy:").types("stop");
    pty.ends().exits(130);
    scene.is_absent("two");
}

/// Runs a program of the system, quietly.
pub(crate) fn system(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
fn media_are_noticed_one_after_another_at_one_mount_point_and_may_go_when_that_is_said() {
    const OWN_MOUNTS: &str = r#"exec unshare --mount "$@""#;
    let scene = sealed();
    if !may_mount() {
        return;
    }
    let path = |name: &str| scene.at(name).display().to_string();
    for medium in ["v1", "legal1", "legal2", "ops1"] {
        let image = path(&format!("{medium}.img"));
        if !system("mkfs.ext4", &["-q", "-d", &path(medium), &image, "4M"]) {
            return skipped(ROOT, "there is no mkfs.ext4");
        }
    }
    fs::create_dir(scene.at("port")).unwrap();
    fs::create_dir(scene.at("hub")).unwrap();
    let words = ["restore", "--rehearsal", "--into", "out"];
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, OWN_MOUNTS) else {
        return;
    };
    let plug = |pty: &Pty, medium: &str, at: &str| {
        let image = path(&format!("{medium}.img"));
        pty.in_its_mounts("mount", &["-o", "loop,ro", &image, &path(at)])
    };
    pty.expect("Vault copy:");
    if !plug(&pty, "v1", "hub") {
        return skipped(ROOT, "this machine does not let root mount a file");
    }
    pty.expect("Noticed").expect("Leave it plugged in");
    for (medium, said) in [
        ("legal1", "good"),
        ("legal2", "duplicate"),
        ("ops1", "good"),
    ] {
        pty.expect("Next share:");
        // Half a line that was typed before it is noticed is no part of the next answer.
        pty.sends(b"half a");
        assert!(plug(&pty, medium, "port"));
        pty.expect("Noticed")
            .expect("You may remove it now")
            .expect(said);
        // Nothing of it is open any more: the system lets it go.
        assert!(pty.in_its_mounts("umount", &[&path("port")]));
    }
    pty.expect(WORDS).types("y");
    pty.ends().exits(0);
    scene.is_restored("out");
}

/// Two copies of one share, one after another at one mount point: each is known as what it is once both are gone.
#[test]
fn a_share_check_notices_media_at_one_mount_point_and_says_when_they_may_go() {
    const OWN_MOUNTS: &str = r#"exec unshare --mount "$@""#;
    let scene = sealed();
    if !may_mount() {
        return;
    }
    let path = |name: &str| scene.at(name).display().to_string();
    for medium in ["ops1", "ops2"] {
        let image = path(&format!("{medium}.img"));
        if !system("mkfs.ext4", &["-q", "-d", &path(medium), &image, "4M"]) {
            return skipped(ROOT, "there is no mkfs.ext4");
        }
    }
    fs::create_dir(scene.at("port")).unwrap();
    let words = "drill --kind D1 --report d1.json --scenario fire --announced --at-site Bern --person Ada=officer";
    let words: Vec<&str> = words.split(' ').collect();
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, OWN_MOUNTS) else {
        return;
    };
    pty.expect("Register file").types("");
    pty.expect("clock on the wall").types("");
    pty.expect("mount it; it is noticed");
    for medium in ["ops1", "ops2"] {
        pty.expect(BAG)
            .types("")
            .expect("Directory or scan of a share");
        let image = path(&format!("{medium}.img"));
        if !pty.in_its_mounts("mount", &["-o", "loop,ro", &image, &path("port")]) {
            return skipped(ROOT, "this machine does not let root mount a file");
        }
        pty.expect("Noticed").expect("You may remove the medium");
        assert!(pty.in_its_mounts("umount", &[&path("port")]));
    }
    pty.expect(BAG).types("");
    pty.expect("Directory or scan of a share").types("");
    pty.presses_enter_until("Drill D1, share check:");
    pty.ends().exits(12);
    let bytes = fs::read(scene.at("d1.json")).unwrap();
    let report = coldvault::drill::DrillReport::from_bytes(&bytes).unwrap();
    let shares = report.shares.iter();
    let copies: Vec<_> = shares.map(|one| (one.number, one.copy)).collect();
    assert_eq!(copies, [(Some(3), Some(1)), (Some(3), Some(2))]);
}

#[test]
fn enter_finds_a_medium_that_was_mounted_before() {
    const MOUNTED: &str = r#"exec unshare --mount sh -c 'mount -o loop,ro v1.img hub && mount -o loop,ro ops1.img port; exec "$@"' sh "$@""#;
    let scene = sealed();
    if !may_mount() {
        return;
    }
    let path = |name: &str| scene.at(name).display().to_string();
    for (medium, at) in [("v1", "hub"), ("ops1", "port")] {
        let image = path(&format!("{medium}.img"));
        if !system("mkfs.ext4", &["-q", "-d", &path(medium), &image, "4M"]) {
            return skipped(ROOT, "there is no mkfs.ext4");
        }
        fs::create_dir(scene.at(at)).unwrap();
    }
    let words = ["restore", "--rehearsal", "--into", "out"];
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, MOUNTED) else {
        return;
    };
    pty.expect("Vault copy:");
    if !pty.in_its_mounts("mountpoint", &["-q", &path("port")]) {
        return skipped(ROOT, "this machine does not let root mount a file");
    }
    pty.types("").expect("Leave it plugged in");
    pty.expect("share 3 (ops)")
        .expect("1 of 2")
        .expect("Next share:");
    pty.types("")
        .expect("No other medium")
        .expect("Next share:");
    pty.types("audit2").expect(WORDS).types("y");
    pty.ends().exits(0);
    scene.is_restored("out");
}

#[test]
fn a_share_on_paper_may_be_typed_among_the_media() {
    let scene = sealed();
    let text = scene.share_text("ops");
    let Some(mut pty) = restore(&scene, "restore --rehearsal --into out") else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("`typed`").expect("Next share:").types("typed");
    pty.expect("press Enter:")
        .types("coldvault bcdefghjknprstvx");
    pty.expect("keyboard is right");
    pty.expect("Line b (hidden)").types_hidden("stop");
    pty.expect("0 of 2").expect("Next share:").types("legal2");
    pty.expect("1 of 2").expect("Next share:").types("-");
    for line in text.lines() {
        pty.expect("(hidden)").types_hidden(line);
    }
    pty.expect("2 of 2").expect(WORDS).types("y");
    pty.ends().exits(0);
    scene.is_restored("out");
}
