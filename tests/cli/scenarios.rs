//! Acceptance scenarios of the years after a sealing: shares checked alone, forged ones, those of other vaults, and a
//! stranger without coldvault. 3 of 5 shares, because with 2 of 3 some mistakes cannot be seen.

use std::fs;
use std::path::Path;
use std::process::Command;

use coldvault::code;
use coldvault::key::VaultKey;
use coldvault::manifest::Manifest;
use coldvault::secret::SecretBytes;
use coldvault::shamir;
use coldvault::share::{ReadShare, Share};
use coldvault::share_text::{self, Header};
use coldvault::signature::Identity;

use crate::paper_in::pdftoppm;
use crate::pictures::page as drawn_page;
use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, Scene, another, tree};
use crate::support::{TOOLS, keep_secret, run, skipped};
use crate::typed::with_wrong;

const FIVE: [&str; 5] = ["legal", "audit", "ops", "board", "notary"];

/// A vault of 3 of 5 on two vault copies and two copies of each share.
fn five(more: &str) -> Scene {
    let scene = Scene::new();
    let mut words =
        format!("seal node --label Bank-A --threshold 3 --vault-to v1 --vault-to v2 {more}");
    for custodian in FIVE {
        words += &format!(" --custodian {custodian}");
        for copy in 1..=2 {
            let medium = format!("{custodian}{copy}");
            fs::create_dir_all(scene.at(&medium)).unwrap();
            words += &format!(" --share-to {custodian}={medium}");
        }
    }
    scene.run(&words).exits(0);
    for custodian in FIVE {
        for line in scene.share_text(custodian).lines().skip(3) {
            keep_secret(line);
        }
    }
    scene
}

/// The vault's identity, as three custodians together could make it.
fn identity(scene: &Scene) -> Identity {
    let shares = ["legal", "ops", "notary"].map(|custodian| scene.share(custodian));
    let points: Vec<_> = shares.iter().map(|share| &share.point).collect();
    let key = VaultKey::from_secret(shamir::join(&points).unwrap()).unwrap();
    key.identity(scene.manifest().kind)
}

/// A share of this custodian that says everything right, has right checks, and another secret part.
fn forged(scene: &Scene, custodian: &str) -> Share {
    let mut share = scene.share(custodian);
    let mut y = share.point.y.expose().to_vec();
    y[31] ^= 1;
    share.point.y = SecretBytes::copied(&y);
    share
}

/// Its file, signed with a key of the forger's own.
fn forged_file(scene: &Scene, custodian: &str) -> ReadShare {
    let share = forged(scene, custodian);
    let (real, number) = (share.facts.public_key, share.facts.number);
    let secret = SecretBytes::copied(&[9; 32]);
    let own = Identity::derive(&secret, "coldvault/identity/1/rehearsal");
    let mut facts = share.facts;
    facts.public_key = own.public_key();
    let share = Share::bind(facts, share.point.y, &own);
    let text = String::from_utf8(share.to_bytes().to_vec()).unwrap();
    let text = text
        .replace(&own.public_key().hex(), &real.hex())
        .replace(&own.public_key().vault_id().hex(), &real.vault_id().hex());
    let read = ReadShare::from_bytes(text.as_bytes()).unwrap();
    assert_eq!(read.facts.number, number);
    read
}

/// Its lines, with the checks computed anew.
fn forged_lines(scene: &Scene, custodian: &str) -> String {
    let share = forged(scene, custodian);
    let header = Header {
        production: share.facts.kind == coldvault::kind::Kind::Production,
        vault_id: share.facts.public_key.vault_id().0,
        threshold: share.facts.k,
        number: share.facts.number,
    };
    let y: [u8; 32] = share.point.y.expose().try_into().unwrap();
    let lines = share_text::encode(&header, &y).to_string();
    lines.lines().skip(3).for_each(keep_secret);
    lines
}

/// The front of a printed sheet, as a scanner gives it.
fn scan_of(scene: &Scene, pdf: &str, picture: &str) -> bool {
    pdftoppm(
        scene,
        &format!("-r 150 -gray -png -singlefile {pdf} {picture}"),
    )
}

#[test]
fn scenario_6_every_share_is_checked_alone_from_its_sheet_and_a_slip_is_told_from_a_forgery() {
    let scene = five("--rehearsal");
    let id = scene.id();
    fs::create_dir(scene.at("desk")).unwrap();
    for custodian in FIVE {
        let print = format!("print {custodian}1 --rehearsal --out {custodian}.pdf");
        scene.run(&print).exits(0);
        if !scan_of(
            &scene,
            &format!("{custodian}.pdf"),
            &format!("desk/{custodian}"),
        ) {
            return;
        }
    }
    // On the desk of each is the scan of one sheet, and the vault id on it.
    for (number, custodian) in (1..).zip(FIVE) {
        let picture = format!("{custodian}.png");
        let Some(pty) = Pty::start(&scene.at("desk"), &["verify", &picture, "--expect", &id])
        else {
            return;
        };
        pty.ends()
            .exits(0)
            .says(&format!("share    {number} of 5, any 3 open it"))
            .says("genuine: it is the vault that was expected")
            .says(&format!("share {number} ({custodian}) of 5: whole"));
    }
    a_slip_in_any_line_is_named(&scene);
    a_forgery_is_not_of_this_vault(&scene, &id);
}

/// Custodian 4 types the sheet into a file, with one wrong letter.
fn a_slip_in_any_line_is_named(scene: &Scene) {
    let right = scene.share_text("board");
    let lines: Vec<&str> = right.lines().collect();
    for (at, letter) in ["e", "f", "g", "h"].into_iter().enumerate() {
        let wrong = with_wrong(lines[3 + at], &[2]);
        scene.put(
            "desk/typed.txt",
            right.replace(lines[3 + at], &wrong).as_bytes(),
        );
        let Some(pty) = Pty::start(&scene.at("desk"), &["verify", "typed.txt"]) else {
            return;
        };
        pty.ends()
            .exits(4)
            .says(&format!("line {letter} does not check: look at group 2"))
            .says("share 4, as text: NOT WHOLE");
    }
    let wrong = with_wrong(lines[1], &[3]);
    scene.put("desk/typed.txt", right.replace(lines[1], &wrong).as_bytes());
    scene
        .run("verify desk/typed.txt")
        .exits(4)
        .says("line c does not check: look at group 3");
    scene.put("desk/typed.txt", right.as_bytes());
    scene
        .run("verify desk/typed.txt board1")
        .exits(0)
        .says("share 4, as text: whole, and the share that vault.json says");
}

/// Somebody with the sheet in hand computes every check anew.
fn a_forgery_is_not_of_this_vault(scene: &Scene, id: &str) {
    let share = forged_file(scene, "board");
    // Coldvault prints no such sheet; its codes can be drawn by any program.
    let codes = code::of_share(&share).unwrap();
    let codes: Vec<String> = codes.iter().map(|code| code.text.to_string()).collect();
    drawn_page(&codes)
        .save(scene.at("desk/forged.png"))
        .unwrap();
    // Led, as somebody who knows no command.
    let Some(mut pty) = Pty::start(&scene.at("desk"), &[]) else {
        return;
    };
    pty.expect("press Enter:").types("check");
    pty.expect("Next carrier:").types("forged.png");
    pty.expect("the vault that it names did not sign it");
    pty.expect("share 4 (board) of 5: NOT GENUINE");
    pty.expect("Next carrier:").types("board.png");
    pty.expect("share 4 (board) of 5: whole");
    pty.expect("Next carrier:").types("done");
    pty.expect("press Enter:").types("stop");
    pty.ends().exits(4);
    scene
        .run(&format!("verify desk/forged.png --expect {id}"))
        .exits(4)
        .says("NOT GENUINE");
    // Typed lines prove nothing by themselves, and are held against vault.json.
    scene.put("desk/typed.txt", forged_lines(scene, "board").as_bytes());
    scene
        .run("verify desk/typed.txt board1")
        .exits(4)
        .says("not the share that was made under this number")
        .says("share 4, as text: NOT GENUINE");
}

const FORGED: &str = "forged or damaged: not the share that was made under this number";

#[test]
fn scenario_8_a_forged_share_is_named_before_combining_and_the_other_three_restore() {
    let scene = five("--rehearsal");
    // By its holder; by somebody who can sign as the vault; on paper, with right checks.
    let honest = scene.copy();
    let holder = forged_file(&scene, "audit");
    let insider = Share::bind(
        scene.share("audit").facts,
        forged(&scene, "audit").point.y,
        &identity(&scene),
    );
    let lines = forged_lines(&scene, "audit");
    scene.put_share("audit1", &holder.to_bytes());
    scene.put_share("audit2", &insider.to_bytes());
    scene.put("paper.txt", lines.as_bytes());
    for bad in ["audit1", "audit2", "paper.txt"] {
        four_are_brought(&scene, bad);
        let given = format!("--from v1 --from {bad} --from legal1 --from ops1 --from notary1");
        let ran = scene
            .run(&format!("restore {given} --into all --rehearsal"))
            .exits(0);
        let (named, opened) = (ran.err.find(FORGED), ran.err.find("About to open"));
        assert!(named.unwrap() < opened.unwrap(), "{ran}");
        scene.is_restored("all");
        fs::remove_dir_all(scene.at("all")).unwrap();
        // It never counts, whatever else is missing.
        let given = format!("--from v1 --from {bad} --from legal1 --from ops1");
        scene
            .run(&format!("restore {given} --into none --rehearsal"))
            .exits(3)
            .says(FORGED)
            .says("2 good shares read, 3 needed");
        scene.is_absent("none");
    }
    // The genuine one is still good.
    let given = "--from v1 --from audit1 --from legal1 --from ops1 --into out --rehearsal";
    honest.run(&format!("restore {given}")).exits(0);
}

/// The recovery lead asks for one after another; the forged one comes second.
fn four_are_brought(scene: &Scene, bad: &str) {
    let Some(mut pty) = Pty::start(scene.dir(), &["restore", "--rehearsal"]) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("0 of 3").expect("Next share:").types("legal1");
    pty.expect("1 of 3").expect("Next share:").types(bad);
    pty.expect("share 2").expect(FORGED);
    pty.expect("1 of 3").expect("Next share:").types("ops1");
    pty.expect("2 of 3").expect("Next share:").types("notary1");
    pty.expect("3 of 3")
        .expect("agree with the paper")
        .types("y");
    pty.expect("directory for the files").types("out");
    pty.ends().exits(0).says("The files are in");
    scene.is_restored("out");
    fs::remove_dir_all(scene.at("out")).unwrap();
}

impl Scene {
    /// Writes a share file over the one on this medium, and the sums anew, as a forger does.
    fn put_share(&self, medium: &str, bytes: &[u8]) {
        fs::write(self.file(medium, "share.json"), bytes).unwrap();
        self.rehash(medium);
    }

    /// Lets the vault on these media have been sealed on another day, signed by the vault itself.
    fn was_sealed(&self, day: &str, media: &[&str]) {
        let identity = identity(self);
        let created = self.manifest().created.to_string();
        for medium in media {
            self.edit(medium, "vault.json", &created, &format!("{day}T10:00:00Z"));
            let bytes = fs::read(self.file(medium, "vault.json")).unwrap();
            let signature = identity.sign(&bytes);
            fs::write(self.file(medium, "vault.json.sig"), signature).unwrap();
            self.rehash(medium);
        }
    }
}

#[test]
fn scenario_9_shares_of_an_older_vault_and_of_a_rehearsal_are_said_with_vault_and_date() {
    let (scene, older, practice) = (five(EXCEPTIONS), five(EXCEPTIONS), another());
    older.was_sealed("2024-05-06", &["legal1", "audit1"]);
    scene.bring(&older, "legal1", "old-legal");
    scene.bring(&older, "audit1", "old-audit");
    scene.bring(&practice, "ops1", "practice");
    let (id, old) = (scene.id(), older.id());
    let Manifest { created, .. } = scene.manifest();
    let was = format!("{old}: \"Bank-A\", sealed 2024-05-06, production");
    let test = format!(
        "{}: \"Bank-A\", sealed {}, REHEARSAL",
        practice.id(),
        created.date()
    );
    let Some(mut pty) = Pty::start(scene.dir(), &["restore"]) else {
        return;
    };
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("old-legal");
    // The paper says which is meant; the date says which is older.
    pty.expect("are of 2 vaults")
        .expect("\"Bank-A\", sealed 2024-05-06, production");
    pty.expect(&format!(
        "\"Bank-A\", sealed {}, production",
        created.date()
    ));
    pty.expect("Type its number").types("2");
    pty.expect("share 1 (legal)").expect(&was);
    pty.expect("0 of 3")
        .expect("Next share:")
        .types("old-audit");
    pty.expect("share 2 (audit)").expect(&was);
    pty.expect("0 of 3").expect("Next share:").types("practice");
    pty.expect("share 3 (ops)").expect(&test);
    pty.expect("0 of 3").expect("Next share:").types("notary1");
    pty.expect("1 of 3").expect("Next share:").types("stop");
    pty.ends().exits(130);
    scene.is_absent("out");
    nothing_comes_of_a_mixture(&scene, [&id, &old, &practice.id()]);
}

/// All at once, as a script gives them.
fn nothing_comes_of_a_mixture(scene: &Scene, [id, old, practice]: [&str; 3]) {
    let mixed = "restore --from v1 --from old-legal --from old-audit --from notary1 --into out";
    scene
        .run(mixed)
        .exits(4)
        .says("more than one vault")
        .says(id)
        .says(old)
        .says("sealed 2024-05-06, production) by [\"old-legal/");
    scene
        .run(&format!("{mixed} --from practice"))
        .exits(4)
        .says("production and rehearsal")
        .says(practice)
        .says("REHEARSAL) by [\"practice/");
    scene
        .run(&format!("{mixed} --from practice --expect {id}"))
        .exits(3)
        .says(&format!("{old}: \"Bank-A\", sealed 2024-05-06"))
        .says(&format!("{practice}: \"Bank-A\", sealed "))
        .says("1 good share read, 3 needed");
    scene.is_absent("out");
}

/// What stands on a page from the line that begins with `first` to the one that is `last`, as it is to be typed.
#[track_caller]
fn block(page: &str, first: &str, last: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let begins = |line: &&str| line.trim_start().starts_with(first);
    let from = lines.iter().position(begins);
    let from = from.unwrap_or_else(|| panic!("{first:?} is not on\n{page}"));
    let indent = lines[from].len() - lines[from].trim_start().len();
    let ends = |line: &&str| line.trim_start().starts_with(last);
    let length = lines[from..].iter().position(ends).unwrap();
    let typed = lines[from..=from + length].iter();
    let typed = typed.map(|line| line.get(indent..).unwrap_or_default().trim_end());
    typed.collect::<Vec<_>>().join("\n")
}

/// A shell on a machine that has stock programs and no coldvault.
#[track_caller]
fn stranger(dir: &Path, script: &str) -> String {
    let output = Command::new("bash")
        .args(["--norc", "-euo", "pipefail", "-c", script])
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}\n{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn all_installed(tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| {
        let looked = Command::new("sh")
            .args(["-c", "command -v \"$0\""])
            .arg(tool)
            .output();
        !looked.is_ok_and(|output| output.status.success())
    });
    if let Some(tool) = missing {
        skipped(TOOLS, &format!("there is no {tool}"));
    }
    missing.is_none()
}

/// `.ci/recovery` follows RECOVERY.txt word for word, with damage and forgeries; this is the sheet, one vault copy, and
/// nothing else.
#[test]
fn scenario_15_decades_later_the_sheet_leads_a_stranger_without_coldvault_to_the_files() {
    let tools = [
        "pdftotext",
        "pdftoppm",
        "zbarimg",
        "base32",
        "xxd",
        "python3",
        "age",
        "zstd",
        "tar",
    ];
    let scene = five("--rehearsal");
    if !all_installed(&tools) {
        return;
    }
    let work = scene.at("work");
    fs::create_dir(&work).unwrap();
    for custodian in ["audit", "ops", "notary"] {
        let print = format!("print {custodian}1 --rehearsal --out {custodian}.pdf");
        scene.run(&print).exits(0);
        let render = format!("-r 300 -gray -png -singlefile {custodian}.pdf work/{custodian}");
        if !pdftoppm(&scene, &render) {
            return;
        }
    }
    let back = stranger(scene.dir(), "pdftotext -layout -f 2 -l 2 ops.pdf -");
    // The printed example confirms the program, before any real share.
    let program = block(&back, "cat > key.py", "E");
    let example = block(&back, "cat > test", "E");
    let answer = stranger(
        &work,
        &format!("{program}\n{example}\npython3 key.py < test"),
    );
    assert!(back.contains(&format!("# {answer}")), "{answer}\n{back}");
    assert_eq!(answer.len(), 64);
    // Then the real ones: of 5 shares 2, 3 and 5, which tell a wrong field from the right one.
    let points = block(&back, "zbarimg", "done");
    let join = block(&back, "sort -u points", "sort -u points");
    let key = stranger(&work, &format!("{points}\n{join}"));
    keep_secret(key.clone());
    open_by_itself(&scene, &work, &key);
    assert_eq!(tree(&work.join("out/node/0")), tree(&scene.at("node")));
}

/// One vault copy, its RECOVERY.txt, and what that says to type where nobody can paste.
fn open_by_itself(scene: &Scene, work: &Path, key: &str) {
    let copy = scene.folder("v2");
    for name in ["payload.age", "RECOVERY.txt"] {
        fs::copy(copy.join(name), work.join(name)).unwrap();
    }
    let text = fs::read_to_string(work.join("RECOVERY.txt")).unwrap();
    for program in ["age-open.py", "check.py"] {
        let (_, rest) = text.split_once(&format!("```python {program}\n")).unwrap();
        fs::write(work.join(program), rest.split_once("```").unwrap().0).unwrap();
    }
    fs::write(work.join("key"), key).unwrap();
    let open = "mkdir out; python3 age-open.py payload.age < key | zstd -d | tar -xpf - -C out";
    stranger(work, open);
    let checked = stranger(work, "python3 check.py out");
    assert!(checked.contains("are as they were sealed"), "{checked}");
    run(scene.dir(), &["verify", "v2"]).exits(0);
}
