//! The way onto paper: sheets as carriers of a sealing, and sheets of copies that are there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, SHARES, Scene, VAULTS, names, production, sealed};
use crate::support::{
    Mounted, PROGRAM, ROOT, command, may_mount, noise, skipped, without_terminal,
};
use coldvault::media::{Medium, Stay};

/// 2 of 3, each share on a stick and on a sheet.
const SHEETS: &str = "seal node --label Bank-A --threshold 2 --custodian legal --custodian audit \
    --custodian ops --vault-to v1 --vault-to v2 \
    --share-to legal=legal1 --share-to legal=sheet:legal.pdf \
    --share-to audit=audit1 --share-to audit=sheet:audit.pdf \
    --share-to ops=ops1 --share-to ops=sheet:ops.pdf";

const PDFS: [&str; 3] = ["legal.pdf", "audit.pdf", "ops.pdf"];

/// Lets sheets of a production sealing count on a machine for tests.
const PREPARED: &str = "--exception prepared=test";

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[track_caller]
fn nothing_is_left(scene: &Scene) {
    for medium in VAULTS.iter().chain(&SHARES) {
        scene.is_bare(medium);
    }
    let left = names(scene.dir());
    assert!(!left.iter().any(|name| name.contains("pdf")), "{left:?}");
}

#[test]
fn sheets_are_copies_of_a_rehearsal_and_private_files() {
    let scene = Scene::new();
    let ran = scene.run(&format!("{SHEETS} --rehearsal"));
    let ran = ran
        .exits(0)
        .says("5 media: 2 vault, 3 share and 3 sheets (6 pages");
    let ran = ran
        .says("SEALED: 8 of 8 carriers")
        .says("3 sheets prepared");
    ran.says("destroy each once it is printed");
    for pdf in PDFS {
        let bytes = fs::read(scene.at(pdf)).unwrap();
        assert!(
            bytes.starts_with(b"%PDF-") && bytes.len() < 300_000,
            "{pdf}"
        );
        let mode = fs::metadata(scene.at(pdf)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{pdf}");
    }
    for medium in ["v1", "v2", "legal1", "audit1", "ops1"] {
        scene
            .run(&format!("verify {medium}"))
            .exits(0)
            .says("whole");
    }
    let readme = fs::read_to_string(scene.file("legal1", "README.txt")).unwrap();
    assert!(readme.contains("Copy      1 of 2"), "{readme}");
    // one sheet printed again from the stick is the very same sheet
    scene
        .run("print legal1 --out again.pdf --rehearsal")
        .exits(0);
    assert_eq!(
        fs::read(scene.at("again.pdf")).unwrap(),
        fs::read(scene.at("legal.pdf")).unwrap()
    );
}

#[test]
fn without_a_terminal_a_production_sealing_needs_a_reason_for_sheets_and_says_so_before_any_key() {
    if !without_terminal() {
        return;
    }
    let scene = Scene::new();
    let ran = scene.run(&format!("{SHEETS} {EXCEPTIONS}"));
    let ran = ran
        .exits(5)
        .says("no terminal")
        .says("legal's share, copy 2");
    ran.says("--exception prepared=REASON");
    nothing_is_left(&scene);
    let ran = scene.run(&format!("--json {SHEETS} {EXCEPTIONS} {PREPARED}"));
    let ran = ran.exits(0).says("\"prepared\"").says("\"clear-sheet\"");
    ran.says("\"fixed-disk\"").says("\"sheet\"");
    scene.run("verify legal1").exits(0).says("PRODUCTION");
}

#[test]
fn enough_sheets_to_open_the_vault_never_lie_on_one_fixed_disk() {
    let scene = Scene::new();
    if Medium::at(scene.dir()).stay() != Stay::Fixed {
        return skipped(ROOT, "the directory of this test is not on a fixed disk");
    }
    let sheets = |more: &str| {
        format!(
            "seal node --label Bank-A --threshold 2 --custodian legal --custodian audit --custodian ops \
             --exception host=test --share-to legal=sheet:legal.pdf {more}"
        )
    };
    let both = sheets("--share-to audit=sheet:audit.pdf");
    let Some(mut pty) = Pty::start(scene.dir(), &words(&both)) else {
        return;
    };
    pty.expect("Folder for the PDFs").types("media");
    let ran = pty.ends().exits(5);
    ran.says("enough share sheets to open the vault would lie on one fixed disk");
    nothing_is_left(&scene);
    // one is only warned of; the folder for the others is refused at once
    let Some(mut pty) = Pty::start(scene.dir(), &words(&sheets(""))) else {
        return;
    };
    pty.expect("Folder for the PDFs").types(".");
    pty.expect("lies on a fixed disk")
        .expect("Folder for the PDFs")
        .types("media");
    pty.expect("a share sheet's PDF on a fixed disk");
    pty.expect("Press Enter to make").types("stop");
    pty.ends().exits(5);
    nothing_is_left(&scene);
}

#[test]
fn what_is_there_is_never_overwritten_and_said_before_any_key() {
    let scene = Scene::new();
    for (taken, said) in [
        ("audit.pdf", "already exists"),
        ("audit.pdf.unfinished", "already exists"),
    ] {
        scene.put(taken, b"mine");
        scene
            .run(&format!("{SHEETS} --rehearsal"))
            .exits(5)
            .says(said);
        assert_eq!(fs::read(scene.at(taken)).unwrap(), b"mine");
        fs::remove_file(scene.at(taken)).unwrap();
        nothing_is_left(&scene);
    }
    let gone = SHEETS.replace("sheet:ops.pdf", "sheet:nowhere/ops.pdf");
    scene
        .run(&format!("{gone} --rehearsal"))
        .exits(6)
        .says("nowhere");
    let inside = SHEETS.replace("sheet:ops.pdf", "sheet:node/ops.pdf");
    scene
        .run(&format!("{inside} --rehearsal"))
        .exits(5)
        .says("lies in the node directory");
    let twice = SHEETS.replace("sheet:ops.pdf", "sheet:./audit.pdf");
    scene
        .run(&format!("{twice} --rehearsal"))
        .exits(2)
        .says("two sheets");
    let bad = SHEETS.replace("sheet:ops.pdf", "sheet:");
    scene
        .run(&format!("{bad} --rehearsal"))
        .exits(2)
        .says("sheet:FILE.pdf");
    nothing_is_left(&scene);
}

#[test]
fn a_pdf_on_a_medium_that_gets_a_copy_is_said() {
    let scene = Scene::new();
    let words = SHEETS.replace("sheet:ops.pdf", "sheet:v1/ops.pdf");
    let ran = scene.run(&format!("{words} {EXCEPTIONS} {PREPARED}"));
    ran.exits(0).says("would lie on the medium of a copy");
}

#[test]
fn one_copy_and_a_sheet_are_two_and_a_sheet_alone_is_one() {
    let scene = Scene::new();
    let one = SHEETS.replace("--share-to ops=ops1 ", "");
    if without_terminal() {
        let ran = scene.run(&format!("{one} --rehearsal"));
        ran.exits(5).says("ops's share has 1 of 2");
    }
    let paper = one.replace(
        "sheet:ops.pdf",
        "sheet:ops.pdf --share-to ops=sheet:ops2.pdf",
    );
    scene.run(&format!("{paper} --rehearsal")).exits(0);
    let both = ["ops.pdf", "ops2.pdf"].map(|pdf| fs::read(scene.at(pdf)).unwrap());
    assert_eq!(both[0], both[1]);
}

#[test]
fn a_vault_goes_onto_paper_alone_or_beside_a_medium() {
    for (from, to, media) in [
        (
            "--vault-to v2",
            "--vault-to sheet:vault.pdf",
            "4 media: 1 vault, 3 share",
        ),
        (
            "--vault-to v1 --vault-to v2",
            "--vault-to sheet:vault.pdf --vault-to sheet:vault2.pdf",
            "3 media: 0 vault, 3 share",
        ),
    ] {
        let scene = Scene::new();
        let words = SHEETS.replace(from, to);
        assert_ne!(words, SHEETS);
        let ran = scene.run(&format!("{words} --rehearsal --scope keys"));
        ran.exits(0).says(media).says("SEALED: 8 of 8 carriers");
        let bytes = fs::read(scene.at("vault.pdf")).unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 300_000);
        if media.starts_with('4') {
            // for paper every byte counts: the payload is padded to 512 and not to a Padme length
            let age = fs::metadata(scene.file("v1", "payload.age")).unwrap().len();
            scene.run("verify v1").exits(0).says("whole");
            scene.run("print v1 --out again.pdf").exits(0);
            let again = fs::read(scene.at("again.pdf")).unwrap();
            assert_eq!(again, bytes, "{age}");
        }
    }
}

#[test]
fn a_vault_too_large_for_paper_is_refused_before_any_key_with_what_to_leave_out() {
    let scene = Scene::new();
    let keys = "--vault-to sheet:vault.pdf --scope keys --include h2";
    let words = SHEETS.replace("--vault-to v2", keys);
    scene.put("node/h2/persistence.mv.db", &noise(300_000));
    let ran = scene.run(&format!("{words} --rehearsal"));
    let ran = ran.exits(5).says("too large for paper").says("pages");
    ran.says("persistence.mv.db").does_not_say("Writing");
    nothing_is_left(&scene);
    let sparse = fs::File::create(scene.at("node/h2/huge")).unwrap();
    sparse.set_len(3 << 30).unwrap();
    let ran = scene.run(&format!("{words} --rehearsal"));
    ran.exits(5).says("too large for paper").says("huge");
    nothing_is_left(&scene);
    // as media it is as good as any
    fs::remove_file(scene.at("node/h2/huge")).unwrap();
    scene.run(&format!("{SHEETS} --rehearsal")).exits(0);
    let ran = scene.run("print v1 --out vault.pdf");
    ran.exits(5).says("too large for paper");
    scene.is_absent("vault.pdf");
}

#[test]
fn at_a_desk_each_sheet_is_confirmed_before_the_next_one_is_drawn() {
    let scene = Scene::new();
    fs::create_dir(scene.at("pdf")).unwrap();
    let Some(mut pty) = Pty::start(
        scene.dir(),
        &words(&format!(
            "seal node --label Bank-A --threshold 3 --custodian legal --custodian audit --custodian ops \
             --custodian board --custodian notary {EXCEPTIONS}"
        )),
    ) else {
        return;
    };
    pty.expect("Folder for the PDFs")
        .types("nowhere")
        .expect("not found");
    pty.expect("Folder for the PDFs").types("pdf");
    pty.expect("A sheet of the vault too").types("");
    pty.expect("7 media: 2 vault, 5 share and 5 sheets (10 pages");
    pty.expect("share-1-legal.pdf")
        .expect("Press Enter to make")
        .types("");
    pty.expect("the vault, copy 1 of 2")
        .expect("or stop:")
        .types("v1");
    for (name, number) in ["legal", "audit", "ops", "board", "notary"].iter().zip(1..) {
        let medium = format!("stick-{name}");
        fs::create_dir(scene.at(&medium)).unwrap();
        pty.expect(&format!("{name}, copy 1 of 2"))
            .expect("or stop:")
            .types(&medium);
        let file = format!("share-{number}-{name}.pdf");
        pty.expect(&file).expect("has proven itself");
        let question = format!("{name}, copy 2 of 2: type printed");
        pty.expect(&question).expect("press Enter:");
        assert_eq!(names(&scene.at("pdf")).len(), number);
        match number {
            1 => pty
                .types("yes")
                .expect(&question)
                .types("no/scan")
                .expect("not found"),
            2 => {
                pty.types("again")
                    .expect("Another file")
                    .types("node/sheet.pdf")
                    .expect("lies in the node");
                pty.expect("Another file")
                    .types("other.pdf")
                    .expect("other.pdf")
            }
            3 => pty
                .types("pdf/share-1-legal.pdf")
                .expect("share 1 (legal), that is not on this sheet"),
            4 => {
                let mut pdf = fs::read(scene.at("pdf/share-4-board.pdf")).unwrap();
                scene.put("copied.pdf", &pdf);
                pdf.extend(b"%scanned\n");
                scene.put("scan.pdf", &pdf);
                for same in ["pdf/share-4-board.pdf", "copied.pdf"] {
                    pty.types(same)
                        .expect("this is the PDF, not a scan of the print")
                        .expect(&question);
                }
                pty.types("scan.pdf")
                    .expect("board's sheet, copy 2 of 2, counts.")
            }
            _ => pty
                .types("printed")
                .expect("notary's sheet, copy 2 of 2, counts."),
        };
        if number == 2 {
            fs::write(scene.at("pdf/share-2-audit.pdf"), "counts").unwrap();
        }
        if number < 4 {
            pty.expect(&question)
                .expect("press Enter:")
                .types("printed");
        }
    }
    pty.expect("the vault, copy 2 of 2")
        .expect("or stop:")
        .types("v2");
    let ran = pty.ends().exits(0).says("SEALED: 12 of 12 carriers");
    let ran = ran.says("print confirmed").says("scan of the print read");
    ran.says("5 sheets printed")
        .says("destroy each once it is printed");
    for medium in ["v1", "v2", "stick-notary"] {
        scene
            .run(&format!("verify {medium}"))
            .exits(0)
            .says("whole");
    }
}

#[test]
fn stop_at_a_sheet_takes_everything_back_and_names_the_prints() {
    let scene = Scene::new();
    for ctrl_c in [false, true] {
        let Some(mut pty) = Pty::start(scene.dir(), &words(&format!("{SHEETS} {EXCEPTIONS}")))
        else {
            return;
        };
        pty.expect("Press Enter to make").types("");
        pty.expect("legal, copy 2 of 2: type printed")
            .types("printed");
        pty.expect("audit, copy 2 of 2: type printed");
        let ran = match ctrl_c {
            true => {
                pty.presses_ctrl_c();
                pty.ends().exits(130)
            }
            false => {
                pty.types("stop");
                pty.ends().exits(5).says("stopped at this sheet")
            }
        };
        let ran = ran.says("the sheet of share 1 (legal), copy 2 of 2: was printed in a sealing");
        let ran = ran.says("the sheet of share 2 (audit), copy 2 of 2: may have been printed");
        ran.says("not finished: destroy the printed pages")
            .does_not_say("begin again when all media are there");
        nothing_is_left(&scene);
    }
}

/// Up to the question for the print of the vault sheet.
fn at_the_vault_sheet(scene: &Scene) -> Option<Pty> {
    let vault = SHEETS.replace("--vault-to v2", "--vault-to sheet:vault.pdf --scope keys");
    let mut pty = Pty::start(scene.dir(), &words(&format!("{vault} {EXCEPTIONS}")))?;
    pty.expect("Press Enter to make").types("");
    for name in ["legal", "audit", "ops"] {
        pty.expect("the ruler 100 mm long");
        pty.expect(&format!("{name}, copy 2 of 2: type printed"))
            .types("printed");
    }
    pty.expect("on one side only");
    pty.expect("the vault, copy 2 of 2: type printed");
    Some(pty)
}

#[test]
fn stop_at_a_vault_sheet_names_what_stays_in_clear_and_how_the_sheet_is_made() {
    let scene = Scene::new();
    let Some(mut pty) = at_the_vault_sheet(&scene) else {
        return;
    };
    pty.types("stop");
    let ran = pty
        .ends()
        .exits(5)
        .says("vault copy 2 of 2 was not written");
    let ran = ran.says("Clear copies of what was sealed still lie in:");
    let ran = ran
        .says("Share sheets lie in clear in these PDFs")
        .says("audit.pdf");
    ran.says("coldvault print")
        .does_not_say("coldvault copy")
        .does_not_say("in a sealing that was not finished");
    scene.is_absent("vault.pdf");
    scene.run("verify v1").exits(0).says("whole");
}

#[test]
fn scans_of_single_pages_of_a_print_add_up() {
    let scene = Scene::new();
    scene.put("node/network-parameters", &noise(3000));
    let Some(mut pty) = at_the_vault_sheet(&scene) else {
        return;
    };
    fs::create_dir(scene.at("scans")).unwrap();
    fs::create_dir(scene.at("empty")).unwrap();
    let run = Command::new("pdftoppm")
        .args(["-r", "150", "-gray", "-png", "vault.pdf", "scans/page"])
        .current_dir(scene.dir())
        .status();
    if !run.is_ok_and(|status| status.success()) {
        pty.types("stop");
        pty.ends();
        return skipped("COLDVAULT_REQUIRE_TOOLS", "there is no pdftoppm");
    }
    let pages = names(&scene.at("scans"));
    assert!(pages.len() > 2, "{pages:?}");
    fs::rename(
        scene.at(&format!("scans/{}", pages[0])),
        scene.at("one.png"),
    )
    .unwrap();
    for _ in 0..2 {
        pty.types("one.png").expect("not enough of this sheet yet");
    }
    pty.expect("press Enter:")
        .types("empty")
        .expect("no scan is in this folder");
    pty.expect("press Enter:").types("scans");
    pty.expect("the vault's sheet, copy 2 of 2, counts.");
    pty.ends().exits(0).says("scan of the print read");
}

#[test]
fn the_second_vault_copy_may_be_said_to_be_a_sheet() {
    let scene = Scene::new();
    let some = "seal node --label Bank-A --threshold 2 --custodian legal --custodian audit --custodian ops --rehearsal";
    let Some(mut pty) = Pty::start(scene.dir(), &words(some)) else {
        return;
    };
    pty.expect("Folder for the PDFs").types("");
    pty.expect("A sheet of the vault too")
        .types("v1")
        .expect("no sheet");
    pty.expect("A sheet of the vault too").types("sheet");
    pty.expect("4 media: 1 vault, 3 share and 4 sheets");
    pty.expect("vault 2/2").expect("vault.pdf");
    pty.expect("make").types("stop");
    pty.ends().exits(5).does_not_say("--vault-to");
    nothing_is_left(&scene);
}

#[test]
fn media_may_be_said_instead_of_sheets() {
    let scene = Scene::new();
    let some = "seal node --label Bank-A --threshold 2 --custodian legal --custodian audit --custodian ops \
                --vault-to v1 --vault-to v2 --rehearsal";
    let Some(mut pty) = Pty::start(scene.dir(), &words(some)) else {
        return;
    };
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("8 media: 2 vault, 6 share")
        .expect("make")
        .types("stop");
    pty.ends().exits(5);
    nothing_is_left(&scene);
}

#[test]
fn the_default_folder_is_new_in_memory_and_goes_again_when_nothing_came_of_it() {
    // a /dev/shm of its own, which no other process sees
    const OWN_MEMORY: &str = r#"exec unshare --mount sh -c 'mount -t tmpfs tmpfs /dev/shm; "$@"; status=$?
ls -A /dev/shm >left; exit $status' sh "$@""#;
    if !may_mount() {
        return;
    }
    let scene = Scene::new();
    let some = "seal node --label Bank-A --threshold 2 --custodian legal --custodian audit --custodian ops \
                --vault-to v1 --vault-to v2 --rehearsal";
    let Some(mut pty) = Pty::start_by(scene.dir(), &words(some), OWN_MEMORY) else {
        return;
    };
    pty.expect("Folder for the PDFs").types("");
    pty.expect("5 media")
        .expect("sheet \"/dev/shm/coldvault-sheets-")
        .expect("make");
    let is_there = ["-c", "test -d /dev/shm/coldvault-sheets-*"];
    assert!(pty.in_its_mounts("sh", &is_there));
    pty.types("stop");
    pty.ends().exits(5);
    assert_eq!(fs::read_to_string(scene.at("left")).unwrap(), "");
}

#[test]
fn a_full_place_for_pdfs_ends_the_sealing_and_leaves_nothing() {
    let scene = Scene::new();
    let words = SHEETS.replace("sheet:ops.pdf", "sheet:small/ops.pdf");
    let small = scene.at("small");
    let Some(_mounted) = Mounted::tmpfs(&small, "size=16k") else {
        return;
    };
    scene
        .run(&format!("{words} --rehearsal"))
        .exits(6)
        .says("no space left");
    nothing_is_left(&scene);
    let copy = sealed();
    let small = copy.at("small");
    let Some(_mounted) = Mounted::tmpfs(&small, "nr_blocks=3") else {
        return;
    };
    copy.run("print legal1 --out small/a.pdf")
        .exits(6)
        .says("no space left");
    copy.is_bare("small");
}

#[test]
fn a_copy_is_printed_to_a_file_or_into_a_pipe_and_both_are_the_same() {
    let scene = sealed();
    for (copy, pdf) in [("ops2", "ops.pdf"), ("v2", "vault.pdf")] {
        let ran = scene.run(&format!(
            "print {copy} --out {pdf} --contact security-office"
        ));
        ran.exits(0)
            .says("Prepared")
            .says("It is a copy once it is on paper")
            .says(match copy {
                "v2" => "on one side only, each on a paper of its own",
                _ => "on both sides of one paper or on two",
            });
        let piped = command(
            scene.dir(),
            &["print", copy, "--out", "-", "--contact", "security-office"],
        )
        .output()
        .unwrap();
        assert!(piped.status.success());
        assert_eq!(piped.stdout, fs::read(scene.at(pdf)).unwrap(), "{copy}");
        assert!(String::from_utf8_lossy(&piped.stderr).contains("Prepared"));
    }
    let share = scene.file("ops2", "share.json");
    let ran = scene.run(&format!("print {} --out by-file.pdf", share.display()));
    ran.exits(0).says("share 3 (ops)");
    let mode = fs::metadata(scene.at("ops.pdf"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    scene
        .run("print ops2 --out ops.pdf")
        .exits(5)
        .says("already exists");
    scene
        .run("--json print ops2 --out -")
        .exits(2)
        .says("standard output");
}

#[test]
fn a_pdf_is_never_written_onto_a_terminal() {
    let scene = sealed();
    let Some(pty) = Pty::start(scene.dir(), &["print", "ops2", "--out", "-"]) else {
        return;
    };
    pty.ends()
        .exits(2)
        .says("printer's command")
        .does_not_say("%PDF");
}

#[test]
fn a_damaged_copy_is_not_printed() {
    let scene = sealed();
    scene.damage("legal1", "share.json");
    scene.damage("v1", "payload.age");
    for copy in ["legal1", "v1"] {
        let ran = scene.run(&format!("print {copy} --out out.pdf"));
        ran.exits(4).says("not printed, because it is not whole");
        scene.is_absent("out.pdf");
    }
    scene
        .run("print node --out out.pdf")
        .exits(2)
        .says("no coldvault folder");
}

#[test]
fn a_production_share_is_not_printed_onto_a_fixed_disk_without_a_reason() {
    let scene = production();
    let fixed = scene.run("print legal1 --out out.pdf");
    if fixed.status == Some(5) {
        fixed.says("fixed disk").says("--exception devices=REASON");
        scene.is_absent("out.pdf");
    }
    let ran = scene.run("print legal1 --out out.pdf --exception devices=test");
    ran.exits(0).says("Destroy");
    scene
        .run("print legal1 --out more.pdf --rehearsal")
        .exits(5)
        .says("leave --rehearsal out")
        .does_not_say("add --rehearsal");
    // the vault is no secret, and a pipe is no disk
    scene.run("print v1 --out vault.pdf").exits(0);
    let printer = Command::new("sh")
        .args(["-c", r#""$0" print legal1 --out - | wc -c"#, PROGRAM])
        .current_dir(scene.dir())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let bytes: usize = String::from_utf8(printer.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    assert!(bytes > 1000);
}

#[test]
fn a_share_sheet_goes_beside_another_thing_of_its_vault_only_by_the_rule_that_copy_and_scan_have() {
    const DEVICES: &str = "--exception devices=test";
    const TOGETHER: &str = "--exception together:legal=test";
    let scene = production();
    for (place, given) in [
        ("v1", ""),
        ("v1", DEVICES),
        // two shares on one carrier are never allowed
        ("audit1", &format!("{DEVICES} {TOGETHER}")),
    ] {
        let ran = scene.run(&format!("print legal1 --out {place}/legal.pdf {given}"));
        let ran = ran.exits(5).says("of the same vault");
        if place == "v1" {
            ran.says("--exception together:legal=REASON");
        }
        scene.is_absent(&format!("{place}/legal.pdf"));
    }
    let both = format!("{DEVICES} {TOGETHER}");
    scene
        .run(&format!("print legal1 --out v1/legal.pdf {both}"))
        .exits(0);
    // its own medium holds it already
    scene
        .run(&format!("print legal1 --out legal1/again.pdf {DEVICES}"))
        .exits(0);
}

#[test]
fn a_protected_share_prints_as_one() {
    let scene = Scene::new();
    let words = SHEETS;
    fs::write(scene.at("secret"), "correct horses, all of them\n").unwrap();
    let script = format!(r#"exec "$0" {words} --rehearsal --protect legal --secret-fd 3 3<secret"#);
    let ran = Command::new("sh")
        .args(["-c", &script, PROGRAM])
        .current_dir(scene.dir())
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let said = String::from_utf8(ran.stdout).unwrap();
    let (clear, locked) = said
        .split_once("Protected share sheets lie in these PDFs, not in clear")
        .unwrap();
    assert!(
        locked.contains("legal.pdf\"") && !locked.contains("audit.pdf\""),
        "{said}"
    );
    let clear = clear.split_once("Share sheets lie in clear").unwrap().1;
    assert!(
        clear.contains("audit.pdf\"") && !clear.contains("legal.pdf\""),
        "{said}"
    );
    scene
        .run("print legal1 --out again.pdf")
        .exits(0)
        .says("protected");
}
