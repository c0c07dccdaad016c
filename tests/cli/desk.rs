//! A sealing at a desk with two ports, as a person lives it: media one after another, and every mistake once.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::lead::system;
use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, NOTE, Scene, names, sealed, tree};
use crate::support::{PROGRAM, ROOT, Ran, keep_secret, may_mount, noise, skipped};

const PEOPLE: [&str; 5] = ["legal", "audit", "ops", "board", "notary"];

/// A node and a desk: one port that a medium stays in, one that media are swapped in, and a drawer for the others.
struct Desk {
    scene: Scene,
}

impl Desk {
    fn new() -> Self {
        let scene = Scene::new();
        for place in ["stays", "port", "drawer"] {
            fs::create_dir(scene.at(place)).unwrap();
        }
        Self { scene }
    }

    /// Takes out what is in the port and puts a new, empty medium in.
    fn swap(&self, away: &str) {
        let port = self.scene.at("port");
        fs::rename(&port, self.in_drawer(away)).unwrap();
        fs::create_dir(port).unwrap();
    }

    fn in_drawer(&self, name: &str) -> PathBuf {
        self.scene.at("drawer").join(name)
    }

    /// The options for three of five, everything but the first vault copy through one port.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = "seal node --label Desk --threshold 3 --note note.txt \
            --exception devices=test --exception host=test \
            --vault-to stays --vault-to port"
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        for name in PEOPLE {
            words.extend(["--custodian".into(), name.into()]);
            for _ in 0..2 {
                words.extend(["--share-to".into(), format!("{name}=port")]);
            }
        }
        words
    }

    /// Puts in an empty medium for each copy that is asked for. The first one is in the port at the beginning.
    fn goes_through(&self, pty: &mut Pty, order: &[(String, String)]) {
        for pair in order.windows(2) {
            let [(done, _), (_, asked)] = pair else {
                unreachable!()
            };
            pty.expect(asked).expect("or stop:");
            pty.meanwhile(|| self.swap(done)).types("");
        }
    }

    fn sits_down(&self) -> Option<Pty> {
        let words = self.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Pty::start(self.scene.dir(), &words)
    }
}

/// The media of a sealing in the order in which they are asked for, after the first vault copy.
fn order() -> Vec<(String, String)> {
    let shares = PEOPLE.iter().flat_map(|name| {
        ["1", "2"].map(|copy| {
            (
                format!("{name}-{copy}"),
                format!("{name}, copy {copy} of 2"),
            )
        })
    });
    let last = ("vault-2".to_owned(), "the vault, copy 2 of 2".to_owned());
    shares.chain([last]).collect()
}

#[test]
fn three_of_five_are_sealed_through_one_port_and_come_back() {
    let desk = Desk::new();
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("12 media: 2 vault, 10 share");
    pty.expect("share 2 audit 1/2")
        .expect("Press Enter to make")
        .types("");
    desk.goes_through(&mut pty, &order());
    let ran = pty.ends().exits(0).says("read back");
    let scene = &desk.scene;
    keep_secret(NOTE);
    ran.says("Sealed");
    let drawer = names(&scene.at("drawer")).into_iter();
    let drawer: Vec<String> = drawer.map(|name| format!("drawer/{name}")).collect();
    assert_eq!(drawer.len(), 10);
    for place in drawer.iter().map(String::as_str).chain(["stays", "port"]) {
        assert_eq!(names(&scene.at(place)).len(), 1, "{place}");
        scene.run(&format!("verify {place}")).exits(0).says("whole");
    }
    let words = "restore --into out --from port --from drawer/legal-2 --from drawer/ops-1 --from drawer/board-2";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

#[test]
fn one_port_is_enough_and_the_first_vault_medium_comes_twice() {
    let desk = Desk::new();
    let words = desk.words().join(" ").replace("stays", "port");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(desk.scene.dir(), &words) else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    pty.expect("legal, copy 1 of 2").expect("or stop:");
    pty.meanwhile(|| desk.swap("vault-1")).types("");
    desk.goes_through(&mut pty, &order()[..10]);
    pty.expect("vault copy 1 is needed once more")
        .expect("or stop:");
    // still the last share's medium
    pty.types("")
        .expect("is not vault copy 1")
        .expect("or stop:");
    let again = || {
        desk.swap("notary-2");
        fs::remove_dir(desk.scene.at("port")).unwrap();
        fs::rename(desk.in_drawer("vault-1"), desk.scene.at("port")).unwrap();
    };
    pty.meanwhile(again).types("");
    pty.expect("Finishing vault copy 1")
        .expect("the vault, copy 2 of 2")
        .expect("or stop:");
    pty.meanwhile(|| desk.swap("vault-1")).types("");
    pty.ends().exits(0).says("Sealed");
    let scene = &desk.scene;
    for place in ["port", "drawer/vault-1", "drawer/notary-2"] {
        scene.run(&format!("verify {place}")).exits(0).says("whole");
    }
    let words = "restore --into out --from port --from drawer/notary-2 --from drawer/ops-1 --from drawer/board-2";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

#[test]
fn a_vault_that_is_too_large_for_one_port_is_refused_before_any_key() {
    let desk = Desk::new();
    let large = fs::File::create(desk.scene.at("node/large")).unwrap();
    large.set_len(13 << 20).unwrap();
    let words = desk.words().join(" ").replace("stays", "port");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(pty) = Pty::start(desk.scene.dir(), &words) else {
        return;
    };
    pty.ends()
        .exits(5)
        .says("too large for that")
        .says("two mount points");
    desk.scene.is_bare("port");
}

#[test]
fn a_large_vault_goes_through_two_ports_with_the_first_copy_left_in() {
    let desk = Desk::new();
    desk.scene.put("node/large", &noise(17 << 20));
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    desk.goes_through(&mut pty, &order());
    pty.ends().exits(0).says("SEALED: 12 of 12 carriers");
    for place in ["stays", "port"] {
        desk.scene
            .run(&format!("verify {place}"))
            .exits(0)
            .says("whole");
    }
}

#[test]
fn every_mistake_at_the_port_is_said_and_asked_again() {
    let desk = Desk::new();
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    pty.expect("legal, copy 2 of 2");
    // not swapped
    pty.types("")
        .expect("this is the medium of legal's share, copy 1");
    // a place that is not there
    pty.expect("legal, copy 2 of 2")
        .types("nowhere")
        .expect("nowhere");
    // a file
    pty.expect("legal, copy 2 of 2")
        .types("note.txt")
        .expect("not a directory");
    // the node itself
    pty.expect("legal, copy 2 of 2")
        .types("node")
        .expect("lies in the node directory");
    // the wrong medium: the vault's is fine in a rehearsal, somebody's full stick is asked about
    let full = desk.scene.at("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("holiday.jpg"), "x").unwrap();
    pty.expect("legal, copy 2 of 2")
        .types("full")
        .expect("is not empty: it holds \"holiday.jpg\"");
    pty.types("n").expect("is not taken");
    pty.expect("legal, copy 2 of 2");
    pty.meanwhile(|| desk.swap("legal-1")).types("");
    pty.expect("audit, copy 1 of 2").types("stop");
    let ran = pty.ends().exits(5).says("the vault is not sealed");
    ran.says("is left of a sealing that was not finished");
    assert_eq!(names(&full), ["holiday.jpg"]);
    desk.scene.is_bare("stays");
    desk.scene.is_bare("port");
}

#[test]
fn ctrl_c_at_a_medium_takes_back_what_can_be_reached() {
    let desk = Desk::new();
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    pty.expect("legal, copy 2 of 2").presses_ctrl_c();
    pty.ends().exits(130);
    desk.scene.is_bare("stays");
    desk.scene.is_bare("port");
}

#[test]
fn stop_before_the_key_writes_nothing() {
    let desk = Desk::new();
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("Press Enter to make").types("stop");
    pty.ends()
        .exits(5)
        .says("stopped before anything was written");
    assert!(tree(&desk.scene.at("stays")).is_empty());
}

#[test]
fn a_last_vault_copy_that_does_not_come_is_named_and_the_rest_is_kept() {
    let desk = Desk::new();
    let Some(mut pty) = desk.sits_down() else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    desk.goes_through(&mut pty, &order()[..10]);
    pty.expect("the vault, copy 2 of 2").types("stop");
    let ran = pty.ends().exits(5).says("missing: vault copy 2 of 2");
    ran.says("coldvault copy");
    desk.scene.run("verify stays").exits(0);
    fs::create_dir(desk.scene.at("later")).unwrap();
    desk.scene
        .run("copy stays later --exception devices=test --exception host=test")
        .exits(0);
    desk.scene.run("verify later").exits(0).says("whole");
}

#[test]
fn what_is_not_given_is_asked_and_each_answer_is_checked() {
    let scene = Scene::new();
    let Some(mut pty) = Pty::start(scene.dir(), &["seal"]) else {
        return;
    };
    pty.expect("rehearsal?").types("y");
    pty.expect("Node directory").types("gone").expect("gone");
    pty.expect("Node directory").types("node");
    pty.expect("Label")
        .types("")
        .expect("cannot be used as a name");
    pty.expect("Label").types("Asked");
    pty.expect("share 1:").types("legal");
    pty.expect("share 2:").types("Legal").expect("same name");
    pty.expect("share 2:").types("audit");
    pty.expect("share 3:").types("ops");
    pty.expect("share 4").types("");
    pty.expect("How many of the 3")
        .types("3")
        .expect("no share could ever be lost");
    pty.expect("How many of the 3")
        .types("two")
        .expect("not a number");
    pty.expect("How many of the 3").types("2");
    pty.expect("Whom to call").types("security office, 4711");
    pty.expect("store passwords").types("note.txt");
    pty.expect("protect")
        .types("eve")
        .expect("\"eve\" is not a custodian");
    pty.expect("protect").types("");
    pty.expect("Folder for the PDFs")
        .types("gone")
        .expect("not found");
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("Register file").types("");
    pty.expect("8 media: 2 vault, 6 share")
        .expect("Press Enter to make")
        .types("");
    for medium in [
        "v1", "legal1", "legal2", "audit1", "audit2", "ops1", "ops2", "v2",
    ] {
        pty.expect("copy ").expect("or stop:").types(medium);
    }
    pty.ends().exits(0).says("Sealed");
    let words = "restore --rehearsal --from v2 --from legal2 --from ops1 --into out";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let scene = Scene::new();
    let ran = scene.run("seal node --custodian a");
    ran.exits(2).says("--label").says("--threshold");
    scene
        .run("seal")
        .exits(2)
        .says("NODE_DIR")
        .says("--custodian");
}

#[test]
fn a_medium_is_noticed_when_it_is_mounted_and_nothing_stays_open_on_the_one_before() {
    const PLUGGED: &str =
        r#"exec unshare --mount sh -c 'mount -o loop stick-0 port; exec "$@"' sh "$@""#;
    const VERIFY: &str = r#"mount -o loop,ro "$1" port && exec "$2" verify port"#;
    let desk = Desk::new();
    if !may_mount() {
        return;
    }
    let path = |name: &str| desk.scene.at(name).display().to_string();
    for i in 0..11 {
        if !system("mkfs.ext4", &["-q", &path(&format!("stick-{i}")), "4M"]) {
            return skipped(ROOT, "there is no mkfs.ext4");
        }
    }
    let words = desk.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(mut pty) = Pty::start_by(desk.scene.dir(), &words, PLUGGED) else {
        return;
    };
    pty.expect("Press Enter to make");
    if !pty.in_its_mounts("mountpoint", &["-q", &path("port")]) {
        return skipped(ROOT, "this machine does not let root mount a file");
    }
    pty.types("");
    for ((_, asked), i) in order().iter().skip(1).zip(1..) {
        pty.expect(asked).expect("or stop:");
        // nobody presses Enter: being mounted is enough
        assert!(
            pty.in_its_mounts("umount", &[&path("port")]),
            "something is open on it"
        );
        let stick = path(&format!("stick-{i}"));
        assert!(pty.in_its_mounts("mount", &["-o", "loop", &stick, &path("port")]));
    }
    pty.ends().exits(0).says("Sealed").says("from the device");
    for i in 0..11 {
        let verified = Command::new("unshare")
            .args([
                "--mount",
                "sh",
                "-c",
                VERIFY,
                "sh",
                &format!("stick-{i}"),
                PROGRAM,
            ])
            .current_dir(desk.scene.dir())
            .output()
            .unwrap();
        let what = match i {
            10 => "vault, copy 2 of 2".to_owned(),
            _ => format!(
                "share {} ({}), copy {}",
                i / 2 + 1,
                PEOPLE[i / 2],
                i % 2 + 1
            ),
        };
        Ran::of(&[], &verified).exits(0).says(&what).says("whole");
    }
}

#[test]
fn a_medium_that_was_unmounted_before_its_turn_is_noticed_and_the_disk_below_is_not_written() {
    const PLUGGED: &str =
        r#"exec unshare --mount sh -c 'mount -o loop stick legal2; exec "$@"' sh "$@""#;
    let scene = Scene::new();
    if !may_mount() {
        return;
    }
    let path = |name: &str| scene.at(name).display().to_string();
    if !system("mkfs.ext4", &["-q", &path("stick"), "4M"]) {
        return skipped(ROOT, "there is no mkfs.ext4");
    }
    let words = Scene::seal_words(&format!("{EXCEPTIONS} --protect legal"));
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, PLUGGED) else {
        return;
    };
    pty.expect("passphrase for share 1");
    if !pty.in_its_mounts("mountpoint", &["-q", &path("legal2")]) {
        return skipped(ROOT, "this machine does not let root mount a file");
    }
    assert!(pty.in_its_mounts("umount", &[&path("legal2")]));
    pty.types_hidden("correct horses, all of them")
        .expect("once more");
    pty.types_hidden("correct horses, all of them");
    pty.expect("is not the one that was there before");
    pty.expect("legal, copy 2 of 2")
        .expect("or stop:")
        .types("stop");
    pty.ends().exits(5).says("not written: vault copy 1 of 2");
    scene.is_bare("legal2");
    scene.is_bare("v1");
}

/// Brings, at the second question, a medium that is also a keyboard, on a machine that is fit but for the rules that
/// `words` set aside.
fn brings_a_keyboard(desk: &Desk, words: &[&str]) -> Option<Pty> {
    const PLUGGED: &str = r#"exec unshare --mount --net sh -c 'mount --bind swaps /proc/swaps && mount --bind sys /sys && mount -o loop stick-0 port; exec "$@"' sh "$@""#;
    if !may_mount() {
        return None;
    }
    let path = |name: &str| desk.scene.at(name).display().to_string();
    for stick in ["stick-0", "stick-1"] {
        if !system("mkfs.ext4", &["-q", &path(stick), "4M"]) {
            skipped(ROOT, "there is no mkfs.ext4");
            return None;
        }
    }
    desk.scene
        .put("swaps", b"Filename\tType\tSize\tUsed\tPriority\n");
    fs::create_dir_all(desk.scene.at("odd")).unwrap();
    machine_with_a_keyboard(&desk.scene);
    let mut pty = Pty::start_by(desk.scene.dir(), words, PLUGGED)?;
    if !words.contains(&"host=test") {
        pty.expect("a clock on the wall").types("");
    }
    pty.expect("Press Enter to make");
    if !pty.in_its_mounts("mountpoint", &["-q", &path("port")]) {
        skipped(ROOT, "this machine does not let root mount over /sys");
        return None;
    }
    pty.types("").expect(&order()[1].1).expect("or stop:");
    let (odd, port, sys) = (path("odd"), path("port"), path("sys"));
    assert!(pty.in_its_mounts("mount", &["-o", "loop", &path("stick-1"), &odd]));
    assert!(pty.in_its_mounts(
        "sh",
        &["-c", LISTED, "sh", &format!("{USB}/1-2:1.0"), &sys, &odd]
    ));
    assert!(pty.in_its_mounts("mount", &["--bind", &odd, &port]));
    pty.expect("it is also a keyboard");
    Some(pty)
}

/// A sysfs in which a USB stick, `sdb`, is also a keyboard.
fn machine_with_a_keyboard(scene: &Scene) {
    for dir in ["sys/dev/block", "sys/block"] {
        fs::create_dir_all(scene.at(dir)).unwrap();
    }
    for (file, text) in [
        ("idVendor", "0781\n"),
        ("1-2:1.0/bInterfaceClass", "08\n"),
        ("1-2:1.0/block/sdb/size", "8192\n"),
        ("1-2:1.1/bInterfaceClass", "03\n"),
    ] {
        scene.put(&format!("sys/devices/{USB}/{file}"), text.as_bytes());
    }
}

const USB: &str = "pci0/usb1/1-2";

/// Makes what is mounted at `$3` the stick of that machine.
const LISTED: &str = r#"ln -s "../../devices/$1/block/sdb" "$2/dev/block/$(mountpoint -d "$3")" && ln -s "../devices/$1/block/sdb" "$2/block/sdb""#;

#[test]
fn a_share_on_a_medium_that_is_also_a_keyboard_is_read_and_warned_of() {
    const PLUGGED: &str = r#"exec unshare --mount sh -c 'mount --bind sys /sys && mount -o loop stick odd; exec "$@"' sh "$@""#;
    if !may_mount() {
        return;
    }
    let scene = sealed();
    machine_with_a_keyboard(&scene);
    let path = |name: &str| scene.at(name).display().to_string();
    let made = system(
        "mkfs.ext4",
        &["-q", "-d", &path("legal1"), &path("stick"), "4M"],
    );
    fs::create_dir(scene.at("odd")).unwrap();
    let lists = |pty: &Pty| {
        let (odd, sys) = (path("odd"), path("sys"));
        let listed = ["-c", LISTED, "sh", &format!("{USB}/1-2:1.0"), &sys, &odd];
        pty.in_its_mounts("mountpoint", &["-q", &odd]) && pty.in_its_mounts("sh", &listed)
    };
    let words = ["restore", "--rehearsal", "--from", "v1", "--into", "out"];
    let Some(mut pty) = Pty::start_by(scene.dir(), &words, PLUGGED) else {
        return;
    };
    pty.expect("Next share:");
    if !made || !lists(&pty) {
        return skipped(ROOT, "this machine does not let root mount over /sys");
    }
    pty.types("odd")
        .expect("pull it out: it is also a keyboard")
        .expect("You may remove it now")
        .expect("Next share:")
        .types("ops1");
    pty.expect("Do the words agree").types("y");
    pty.ends().exits(0);
    scene.is_restored("out");
}

#[test]
fn no_production_copy_goes_to_a_medium_that_is_also_a_keyboard() {
    const PLUGGED: &str = r#"exec unshare --mount sh -c 'mount --bind sys /sys && mount -o loop stick odd; exec "$@"' sh "$@""#;
    if !may_mount() {
        return;
    }
    let scene = crate::scene::production();
    machine_with_a_keyboard(&scene);
    let path = |name: &str| scene.at(name).display().to_string();
    let made = system("mkfs.ext4", &["-q", &path("stick"), "4M"]);
    fs::create_dir(scene.at("odd")).unwrap();
    let words = ["copy", "legal1", "--exception", "devices=test"];
    for (exception, taken) in [("together:legal=test", false), ("host=test", true)] {
        let _ = fs::remove_dir_all(scene.at("sys"));
        machine_with_a_keyboard(&scene);
        let words = [&words[..], &["--exception", exception]].concat();
        let Some(mut pty) = Pty::start_by(scene.dir(), &words, PLUGGED) else {
            return;
        };
        if !taken {
            // the machine is not fit, whatever is plugged in
            pty.ends().exits(5);
            continue;
        }
        pty.expect("Copy to:");
        let (odd, sys) = (path("odd"), path("sys"));
        let listed = ["-c", LISTED, "sh", &format!("{USB}/1-2:1.0"), &sys, &odd];
        let is_there = pty.in_its_mounts("mountpoint", &["-q", &odd]);
        if !made || !is_there || !pty.in_its_mounts("sh", &listed) {
            return skipped(ROOT, "this machine does not let root mount over /sys");
        }
        pty.types("odd").expect("it is also a keyboard");
        pty.expect("Register file").types("");
        pty.ends().exits(0).says("Copied");
    }
}

#[test]
fn a_medium_that_is_also_a_keyboard_is_not_taken_however_late_it_is_plugged_in() {
    let desk = Desk::new();
    let words = desk.words().join(" ");
    let words = words.replace("--exception host=test", "");
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = brings_a_keyboard(&desk, &words) else {
        return;
    };
    pty.expect(&order()[1].1).expect("or stop:").types("stop");
    pty.ends().exits(5);
}

#[test]
fn it_is_said_and_taken_where_the_rule_host_is_set_aside() {
    let desk = Desk::new();
    let words = desk.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(mut pty) = brings_a_keyboard(&desk, &words) else {
        return;
    };
    pty.expect(&order()[2].1).expect("or stop:").types("stop");
    pty.ends().exits(5);
}

#[test]
fn a_rehearsal_swaps_media_as_the_real_thing_does() {
    let desk = Desk::new();
    let words = desk.words().join(" ");
    let words = words.replace(
        "--exception devices=test --exception host=test",
        "--rehearsal",
    );
    let words: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(desk.scene.dir(), &words) else {
        return;
    };
    pty.expect("Now \"CV-")
        .expect("share 1 legal 1/2\" has to be at");
    // only Enter begins
    for answer in ["no", "yes", "back"] {
        pty.expect("Press Enter to make").types(answer);
    }
    pty.expect("Press Enter to make").types("");
    desk.goes_through(&mut pty, &order());
    pty.ends().exits(0).says("SEALED: 12 of 12 carriers");
    assert_eq!(names(&desk.in_drawer("audit-1")).len(), 1);
}

#[test]
fn on_80_columns_no_word_is_broken_and_24_lines_hold_every_question() {
    let desk = Desk::new();
    let words = desk.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(mut pty) = Pty::start_on(80, desk.scene.dir(), &words, r#"exec "$@""#) else {
        return;
    };
    pty.expect("Press Enter to make").types("");
    desk.goes_through(&mut pty, &order());
    let ran = pty.ends().exits(0);
    for line in ran.err.lines().filter(|line| !line.contains('\r')) {
        // what the shell told the test stands on no screen
        let line = line.rsplit('\u{1e}').next().unwrap();
        let longest = line.split(' ').map(|word| word.chars().count()).max();
        let is_path = longest.is_some_and(|longest| longest > 40);
        assert!(line.chars().count() <= 80 || is_path, "{line:?}");
    }
    let from = ran.err.find("Sealed.").unwrap();
    let paper = ran.err[from..].find("Write this on paper").unwrap();
    assert!(
        ran.err[from + paper..].lines().count() < 24,
        "the paper fits a screen"
    );
}
