//! Shares typed from paper, and share text on standard input: `restore --from -`.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use rustix::process::Signal;

use crate::pty::Pty;
use crate::scene::{Scene, another, sealed};
use crate::support::{Ran, TOOLS, command, is_root, skipped, without_terminal};

const RESTORE: [&str; 8] = [
    "restore",
    "--from",
    "v1",
    "--from",
    "-",
    "--into",
    "out",
    "--rehearsal",
];
const LINE: &str = "coldvault bcdefghjknprstvx";

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The line with one letter of these groups, from 1, changed.
pub(crate) fn with_wrong(line: &str, groups: &[usize]) -> String {
    let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    for group in groups {
        let letter = if words[*group].starts_with('k') {
            "n"
        } else {
            "k"
        };
        words[*group].replace_range(0..1, letter);
    }
    words.join(" ")
}

/// A restore at the question for the first line of a share.
fn at_first_line(scene: &Scene) -> Option<Pty> {
    let mut pty = Pty::start(scene.dir(), &RESTORE)?;
    pty.expect("press Enter:").types(LINE);
    pty.expect("keyboard is right").expect("Line b (hidden)");
    Some(pty)
}

/// Types the header, and answers when the lines of the share are asked for.
fn types_header(pty: &mut Pty, share: &[String]) {
    for (letter, line) in ["c", "d"].into_iter().zip(share) {
        pty.types_hidden(line)
            .expect(&format!("Line {letter} (hidden)"));
    }
    pty.types_hidden(&share[2]).expect("The header is right");
    pty.expect("Line e, f, g or h (hidden)");
}

#[test]
fn the_wrong_keyboard_is_named_before_any_share_is_typed() {
    let scene = sealed();
    let Some(mut pty) = Pty::start(scene.dir(), &RESTORE) else {
        return;
    };
    for (typed, said) in [
        ("jrnekagny xje.uidhtblpoykq", "set to Dvorak"),
        ("coldvault bcdfghjknprstvx", "Letter 13 is not"),
        ("сщдвмфгде исвуапролтзкыемч", "set to Russian"),
        ("something else", "neither the line"),
    ] {
        pty.expect("and press Enter:").types(typed).expect(said);
    }
    pty.expect("press Enter:").types("");
    pty.expect("press Enter:")
        .types("coldvqult bcdefghjknprstvx");
    pty.expect("French or Belgian").expect("nothing to do");
    pty.expect("Line b (hidden)").types_hidden("stop");
    pty.expect("Nothing of this share is kept");
    pty.expect("Press Enter").types("done");
    pty.expect("0 of 2 good shares").expect("Next share:");
    pty.types("stop");
    pty.ends().exits(130);
    scene.is_absent("out");
}

#[test]
fn each_mistake_in_a_typed_share_is_named_and_what_was_right_is_kept() {
    let scene = sealed();
    let (legal, audit) = (
        lines(&scene.share_text("legal")),
        lines(&scene.share_text("audit")),
    );
    let Some(mut pty) = at_first_line(&scene) else {
        return;
    };
    // The header: another line, a slip that only the last line shows, capitals and dashes.
    pty.types_hidden(&legal[3])
        .expect("begins as line e; line b is asked for");
    let forgiven = legal[0].to_uppercase().replace("  ", "-").replace(' ', "-");
    pty.types_hidden(&forgiven).expect("Line c (hidden)");
    pty.types_hidden(&with_wrong(&legal[1], &[2]))
        .expect("Line d (hidden)");
    pty.types_hidden(&legal[2])
        .expect("Line c does not check: look at group 2");
    pty.expect("Line c (hidden)").types_hidden(&legal[1]);
    pty.expect("share 1, 2 shares needed").expect(&scene.id());
    // The share.
    for (typed, said) in [
        (
            with_wrong(&legal[4], &[3]),
            "Line f does not check: look at group 3",
        ),
        (
            with_wrong(&legal[4], &[1, 4]),
            "Line f does not check, in more than one group",
        ),
        (legal[1].clone(), "Line c is of the header"),
        (audit[3].clone(), "Line e is of another share"),
        (
            legal[5][..legal[5].len() - 1].to_owned(),
            "Line g has 24 letters, not 25",
        ),
        (
            legal[5].replacen("  ", " 1", 1),
            "is not one of the letters",
        ),
        (String::new(), ""),
        (
            legal[5].clone(),
            "Line g is right; still to come: e, f and h",
        ),
        (legal[5].clone(), "Line g is right, and was given before"),
        (
            legal[6].replace(' ', ""),
            "Line h is right; still to come: e and f",
        ),
        (legal[3].to_uppercase(), "Line e is right; still to come: f"),
        (legal[4].clone(), "Line f is right. The share is complete"),
    ] {
        pty.expect("(hidden), then press Enter:")
            .types_hidden(&typed)
            .expect(said);
    }
    pty.expect("Share 1 is read; 1 of 2")
        .expect("Press Enter")
        .types("");
    pty.expect("Line b (hidden)");
    types_header(&mut pty, &audit);
    pty.types_hidden(&audit[3])
        .expect("still to come: f, g and h");
    pty.expect("(hidden)")
        .types_hidden("AGAIN")
        .expect("Line b (hidden)");
    types_header(&mut pty, &audit);
    for line in &audit[3..] {
        pty.types_hidden(line).expect("is right");
    }
    pty.expect("Share 2 is read; 2 of 2");
    pty.ends()
        .exits(0)
        .says("typed, second")
        .says("The files are in");
    scene.is_restored("out");
}

#[test]
fn the_lines_of_a_share_may_be_pasted_at_once_and_none_is_shown() {
    let scene = sealed();
    let Some(mut pty) = at_first_line(&scene) else {
        return;
    };
    let legal = scene.share_text("legal");
    pty.sends(legal.replace('\n', "\r").as_bytes())
        .types_hidden("");
    pty.expect("Share 1 is read")
        .expect("Press Enter")
        .types("");
    pty.expect("Line b (hidden)");
    // The header in one line, as some readers of codes give it.
    let audit = lines(&scene.share_text("audit"));
    pty.types_hidden(&audit[..3].join(" "))
        .expect("The header is right");
    for line in audit[3..].iter().rev() {
        pty.expect("(hidden), then press Enter:")
            .types_hidden(line)
            .expect("is right");
    }
    pty.ends().exits(0).does_not_say(&lines(&legal)[0]);
    scene.is_restored("out");
}

#[test]
fn no_typed_line_is_left_in_memory_at_the_next_question() {
    let scene = sealed();
    if !is_root() {
        return;
    }
    let Some(mut pty) = at_first_line(&scene) else {
        return;
    };
    if !pty.can_be_looked_into() {
        return;
    }
    // With a mark of this test alone, so that nothing else can be meant.
    let share = lines(&scene.share_text("legal"));
    let wrong = format!("{} kkkkkkkkkkkkkkkkkkkkkkk", share[3]);
    types_header(&mut pty, &share);
    pty.types_hidden(&wrong).expect("letters, not 25");
    for line in &share[3..] {
        pty.expect("(hidden), then press Enter:")
            .types_hidden(line)
            .expect("is right");
    }
    pty.expect("Press Enter to type");
    assert!(pty.remembers(b"coldvault"), "memory can be read");
    for line in share[3..].iter().chain([&wrong]) {
        for part in [&line[3..], &line[3..16]] {
            assert!(
                !pty.remembers(part.as_bytes()),
                "a typed line is left in memory"
            );
        }
    }
    pty.presses_ctrl_c();
    pty.ends().exits(130);
}

#[test]
fn the_terminal_shows_again_what_is_typed_however_a_hidden_question_ends() {
    let scene = sealed();
    let signals: [&[Signal]; 5] = [
        &[Signal::INT],
        &[Signal::TERM],
        &[Signal::HUP],
        &[Signal::TERM, Signal::TERM, Signal::TERM],
        &[Signal::INT, Signal::HUP, Signal::TERM],
    ];
    for signals in signals {
        let Some(mut pty) = at_first_line(&scene) else {
            return;
        };
        pty.sends(b"half of it");
        for signal in signals {
            pty.gets(*signal);
        }
        // A second signal ends the process at once, maybe before it has said why.
        let ran = pty.ends();
        let ran = match signals.len() {
            1 => ran.exits(130),
            _ => {
                assert_eq!(ran.status, Some(130), "{ran}");
                ran
            }
        };
        ran.does_not_say("half of it");
    }
    for keys in [&b"\x03"[..], b"\x03\x03\x03", b"\x04", b"half of it\x03"] {
        let Some(mut pty) = at_first_line(&scene) else {
            return;
        };
        pty.sends(keys);
        pty.ends().exits(130).does_not_say("half of it");
    }
    scene.is_absent("out");
}

#[test]
fn keys_that_would_stop_or_end_the_program_do_neither_at_a_hidden_question() {
    let scene = sealed();
    let Some(mut pty) = at_first_line(&scene) else {
        return;
    };
    let text = lines(&scene.share_text("legal"));
    // Ctrl-\, Ctrl-Z, Ctrl-S, an arrow, Esc and NUL, and then the line.
    pty.sends(b"\x1c\x1a\x13\x1b[A\x1b\r")
        .expect("Line b (hidden)");
    pty.sends(b"\0")
        .types_hidden(&text[0])
        .expect("Line c (hidden)");
    pty.types_hidden(&"k".repeat(6000))
        .expect("longer than a terminal");
    pty.expect("Line c (hidden)").types_hidden("stop");
    pty.expect("Press Enter").presses_ctrl_c();
    pty.ends().exits(130);
}

#[test]
fn what_is_typed_as_soon_as_nothing_is_shown_any_more_is_taken() {
    if !Path::new("/usr/bin/strace").exists() {
        skipped(TOOLS, "there is no strace");
        return;
    }
    let scene = sealed();
    let text = lines(&scene.share_text("legal"));
    // A machine so busy that the program stands still after everything that it does to the terminal.
    let script =
        "exec strace -f -qq -o /dev/null -e trace=ioctl -e inject=ioctl:delay_exit=300000 \"$@\"";
    let Some(mut pty) = Pty::start_by(scene.dir(), &RESTORE, script) else {
        return;
    };
    pty.expect("press Enter:").types(LINE);
    pty.types_hidden(&text[0]).expect("Line c (hidden)");
    pty.presses_ctrl_c();
    pty.ends().exits(130);
}

#[test]
fn in_the_background_nothing_is_asked_and_nothing_hangs() {
    let scene = sealed();
    let script = r#"set -m; "$@" </dev/tty & wait $!"#;
    let Some(pty) = Pty::start_by(scene.dir(), &RESTORE, script) else {
        return;
    };
    pty.ends().exits(2).says("no terminal");
}

/// Restores with this on standard input.
fn piped(scene: &Scene, text: &str) -> Ran {
    let mut command = command(scene.dir(), &RESTORE);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may refuse before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    Ran::of(&RESTORE, &child.wait_with_output().unwrap())
}

#[test]
fn several_shares_on_standard_input_count_and_a_wrong_line_is_named() {
    let scene = sealed();
    let text = |custodian| scene.share_text(custodian);
    let ran = piped(
        &scene,
        &format!("# legal\n{}\n\n{}\n", text("legal"), text("ops")),
    );
    ran.exits(0).says("typed, first").says("typed, second");
    scene.is_restored("out");
    std::fs::remove_dir_all(scene.at("out")).unwrap();

    let audit = text("audit");
    let line = lines(&audit)[4].clone();
    let wrong = audit.replace(&line, &with_wrong(&line, &[2]));
    let both = format!("{wrong}\n{}", text("ops"));
    let ran = piped(&scene, &both);
    ran.exits(3)
        .says("typed, first, row 5: line f does not check: look at group 2")
        .says("1 good share read, 2 needed");
    scene.is_absent("out");
    piped(&scene, &format!("{both}\n{}", text("legal")))
        .exits(0)
        .says("set aside");
    scene.is_restored("out");
}

#[test]
fn standard_input_that_is_no_share_is_named() {
    let scene = sealed();
    scene.bring(&another(), "audit1", "older");
    for (text, status, said) in [
        (String::new(), 3, "no good share read"),
        ("hello\n".into(), 3, "not one of the letters"),
        ("\0\u{fffd}".into(), 3, "typed, first"),
        ("{\"type\":".into(), 3, "typed, first"),
        ("b".repeat(1100 << 10), 2, "no share text"),
        (scene.share_text("legal"), 3, "1 good share read"),
    ] {
        piped(&scene, &text).exits(status).says(said);
        scene.is_absent("out");
    }
}

#[test]
fn a_share_file_on_standard_input_is_a_share() {
    let scene = sealed();
    let file = std::fs::read_to_string(scene.file("ops1", "share.json")).unwrap();
    let ran = piped(&scene, &file);
    ran.exits(3).says("share 3 (ops)").says("1 good share read");
}

#[test]
fn without_a_terminal_and_without_text_it_is_said_what_is_missing() {
    let scene = sealed();
    if without_terminal() {
        scene.run(&RESTORE.join(" ")).exits(2).says("no terminal");
    }
}
