//! The way back from paper: codes as text, scans of rendered sheets, typed lines and media, mixed freely.
//!
//! The codes are those that the library prints; that pictures of them are read is held with real PDFs at the end, where
//! it costs the most.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use coldvault::code::{self, VaultFiles};
use coldvault::digest::Digest;
use coldvault::secret::SecretBytes;
use coldvault::share::{ReadShare, Share};
use coldvault::signature::Identity;

use crate::protect::{PASSPHRASE, protected};
use crate::pty::Pty;
use crate::scene::{Scene, another, production, sealed};
use crate::support::{Ran, TOOLS, command, skipped};
use crate::typed::with_wrong;

/// The texts of the codes on the sheet of a share file.
fn codes_of(share: &ReadShare) -> Vec<String> {
    let printed = code::of_share(share).unwrap();
    printed.iter().map(|code| code.text.to_string()).collect()
}

impl Scene {
    pub(crate) fn read_share(&self, medium: &str) -> ReadShare {
        let bytes = fs::read(self.file(medium, "share.json")).unwrap();
        ReadShare::from_bytes(&bytes).unwrap()
    }

    /// The codes of a custodian's sheet.
    pub(crate) fn share_codes(&self, custodian: &str) -> Vec<String> {
        codes_of(&self.read_share(&format!("{custodian}2")))
    }

    /// The codes of the vault sheet, how many are needed, and how many stand on a page.
    pub(crate) fn vault_codes(&self) -> (Vec<String>, usize, usize) {
        let read = |name| fs::read(self.file("v2", name)).unwrap();
        let files = VaultFiles {
            manifest: read("vault.json"),
            signature: read("vault.json.sig"),
            payload: read("payload.age"),
        };
        let codes = files.codes().unwrap();
        let texts = codes.codes.iter().map(|code| code.text.to_string());
        (texts.collect(), codes.needed, codes.per_page)
    }

    /// Puts lines of codes into a file.
    pub(crate) fn put_codes<T: AsRef<str>>(&self, name: &str, codes: &[T]) {
        let mut text = String::new();
        codes
            .iter()
            .for_each(|code| text.push_str(&format!("{}\n", code.as_ref())));
        self.put(name, text.as_bytes());
    }
}

/// Runs a command with this on standard input.
pub(crate) fn piped(scene: &Scene, words: &str, bytes: impl AsRef<[u8]>) -> Ran {
    let args: Vec<&str> = words.split_whitespace().collect();
    let mut command = command(scene.dir(), &args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(bytes.as_ref());
    Ran::of(&args, &child.wait_with_output().unwrap())
}

pub(crate) const BACK: &str = "--into out --rehearsal";

#[test]
fn scenario_7_restore_from_paper_only() {
    let scene = sealed();
    let (codes, ..) = scene.vault_codes();
    scene.put_codes("vault.txt", &codes);
    // QR A torn off, QR B stained, only text on the third.
    scene.put_codes("legal.txt", &scene.share_codes("legal")[1..]);
    scene.put_codes("audit.txt", &scene.share_codes("audit")[..1]);
    let ops = scene.share_text("ops");
    let ops: Vec<&str> = ops.lines().collect();
    // One sheet by its codes, the third typed: first through a French keyboard, with one line wrong.
    let words = format!("restore --from vault.txt --from legal.txt --from - {BACK}");
    let args: Vec<&str> = words.split_whitespace().collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("press Enter:")
        .types("coldvqult bcdefghjknprstvx");
    pty.expect("French or Belgian").expect("nothing to do");
    for line in &ops[..3] {
        pty.expect("(hidden)").types_hidden(line);
    }
    pty.expect("share 3, 2 shares needed");
    let wrong = with_wrong(ops[4], &[1]);
    pty.expect("(hidden)").types_hidden(&wrong);
    pty.expect("Line f does not check").expect("group 1");
    for line in ops[3..].iter().rev() {
        pty.expect("(hidden)").types_hidden(line);
    }
    pty.expect("The share is complete").expect("2 of 2");
    let ran = pty.ends().exits(0);
    ran.says("share of legal: code A not readable, code B read")
        .says("codes read")
        .says("share 1 (legal)");
    scene.is_restored("out");
    // All three, text and codes mixed in one stream, as a scanner and a keyboard give them.
    fs::remove_dir_all(scene.at("out")).unwrap();
    let audit = fs::read_to_string(scene.at("audit.txt")).unwrap();
    let mixed = format!(
        "{}\r\n\r\nQR-Code:{audit}{}\n",
        ops[..3].join("\r\n"),
        ops[3..].join("\n")
    );
    let ran = piped(
        &scene,
        &format!("restore --from vault.txt --from legal.txt --from - {BACK}"),
        &mixed,
    );
    ran.exits(0)
        .says("share 2 (audit)")
        .says("3 good shares; 2 are needed");
    scene.is_restored("out");
}

#[test]
fn a_code_may_be_scanned_where_a_line_is_asked_for_and_is_never_shown() {
    let scene = sealed();
    let (vault, ..) = scene.vault_codes();
    let (legal, ops) = (scene.share_codes("legal"), scene.share_codes("ops"));
    let args: Vec<&str> = "restore --from v1 --from - --into out --rehearsal"
        .split(' ')
        .collect();
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("scan no code here")
        .expect("press Enter:")
        .types("skip");
    pty.expect("(hidden)").types_hidden(&vault[2]);
    pty.expect("a code of a vault sheet, not of a share")
        .expect("1 of ");
    pty.expect("(hidden)")
        .types_hidden(&legal[0].replace("CV1/S/A/A", "CV1/S/A/B"));
    pty.expect("The code is not used");
    pty.expect("(hidden)").types_hidden(&"&!Q".repeat(60));
    pty.expect("the keyboard layout changes");
    pty.expect("(hidden)").types_hidden(&legal[0]);
    pty.expect("The code is right: share 1 (legal), 2 shares needed");
    pty.expect("Press Enter").types("");
    pty.expect("(hidden)").types_hidden(&legal[1]);
    pty.expect("its share was read before");
    pty.expect("(hidden)").types_hidden(&ops[1].to_lowercase());
    pty.expect("share 3 (ops)");
    pty.ends().exits(0).says("2 of 2 good shares");
    scene.is_restored("out");
}

#[test]
fn any_one_page_or_any_quarter_of_the_codes_of_a_vault_sheet_may_be_lost() {
    let scene = sealed();
    let (codes, needed, per_page) = scene.vault_codes();
    let page = |at: usize| codes[at * per_page..codes.len().min((at + 1) * per_page)].to_vec();
    let pages: Vec<Vec<String>> = (0..codes.len().div_ceil(per_page)).map(page).collect();
    let quarter = codes.len() / 4;
    let mut cases: Vec<(String, Vec<String>)> = (0..pages.len())
        .map(|lost| {
            let kept = pages.iter().enumerate().filter(|(at, _)| *at != lost);
            let kept = kept.flat_map(|(_, codes)| codes.clone()).collect();
            (format!("page {} was not among the scans", lost + 1), kept)
        })
        .collect();
    // Spread over all pages, and in a heap.
    cases.push((
        "enough".into(),
        codes
            .iter()
            .enumerate()
            .filter(|(at, _)| at % 4 != 1)
            .map(|(_, c)| c.clone())
            .collect(),
    ));
    cases.push(("enough".into(), codes[quarter..].to_vec()));
    cases.push((
        "enough".into(),
        codes[..codes.len() - quarter]
            .iter()
            .rev()
            .cloned()
            .collect(),
    ));
    for (said, kept) in cases {
        assert!(kept.len() >= needed, "{said}");
        scene.put_codes("vault.txt", &kept);
        let ran = scene.run(&format!(
            "restore --from vault.txt --from legal1 --from ops1 {BACK}"
        ));
        ran.exits(0)
            .says(&said)
            .says(&format!("{} of {} codes read", kept.len(), codes.len()));
        scene.is_restored("out");
        fs::remove_dir_all(scene.at("out")).unwrap();
    }
}

#[test]
fn partial_scans_add_up_and_what_is_missing_is_said_by_page_and_code() {
    let scene = sealed();
    let (codes, needed, per_page) = scene.vault_codes();
    let (some, rest) = codes.split_at(needed - 1);
    scene.put_codes("one.txt", some);
    let legal = scene.share_codes("legal");
    scene.put_codes("two.txt", &[&rest[..1], &codes[..3], &legal[..]].concat());
    let restore = |more: &str| {
        scene.run(&format!(
            "restore --from one.txt --from legal1 --from ops1 {more} {BACK}"
        ))
    };
    let last = codes.len().div_ceil(per_page);
    restore("")
        .exits(4)
        .says("1 more are missing")
        .says(&format!("page {last} was not among the scans"));
    scene.is_absent("out");
    scene
        .run("verify one.txt")
        .exits(4)
        .says("vault sheet: NOT WHOLE");
    scene
        .run("verify two.txt")
        .exits(4)
        .says("share 1 (legal) of 3: whole");
    let whole = scene.run("verify one.txt two.txt").exits(0);
    whole
        .says("vault sheet: whole")
        .says("compare the words with those printed on the page");
    restore("--from two.txt").exits(0);
    scene.is_restored("out");
}

#[test]
fn a_directory_with_loose_codes_beside_carriers_gives_all_of_them() {
    let scene = sealed();
    scene.put_codes("v1/ops codes.txt", &scene.share_codes("ops"));
    scene.put("v1/shopping.txt", b"bread\n");
    scene
        .run(&format!("restore --from v1 --from audit1 {BACK}"))
        .exits(0)
        .says("ops codes.txt")
        .does_not_say("shopping");
    scene.is_restored("out");
}

#[test]
fn codes_of_another_or_an_older_vault_are_named_and_not_mixed() {
    let (scene, older) = (sealed(), another());
    let (codes, ..) = scene.vault_codes();
    let (old, ..) = older.vault_codes();
    scene.put_codes("both.txt", &[&codes[..], &old[..]].concat());
    scene.put_codes("old.txt", &older.share_codes("audit"));
    scene.put_codes(
        "shares.txt",
        &[scene.share_codes("legal"), scene.share_codes("ops")].concat(),
    );
    let id = scene.id();
    scene
        .run("restore --from both.txt --from old.txt --from shares.txt --into out --rehearsal")
        .exits(4)
        .says("more than one vault");
    scene
        .run(&format!(
            "restore --from both.txt --from old.txt --from shares.txt --expect {id} {BACK}"
        ))
        .exits(0)
        .says(&format!("vault sheet of {}", older.id()))
        .says("share 2 (audit), \"old.txt\": set aside");
    scene.is_restored("out");
    scene
        .run(&format!("verify old.txt --expect {id}"))
        .exits(4)
        .says("NOT the vault that was expected");
}

#[test]
fn a_forged_share_code_with_right_checks_is_named_and_a_genuine_one_counts() {
    let scene = sealed();
    let audit = scene.share("audit");
    let identity = Identity::derive(
        &SecretBytes::copied(&[9; 32]),
        "coldvault/identity/1/rehearsal",
    );
    let mut facts = audit.facts.clone();
    facts.public_key = identity.public_key();
    let forged = Share::bind(facts, SecretBytes::copied(&[5; 32]), &identity);
    // Signed by somebody, and says that it is of this vault.
    let text = String::from_utf8(forged.to_bytes().to_vec()).unwrap();
    let hex = |key: coldvault::signature::PublicKey| key.hex();
    let text = text
        .replace(&hex(identity.public_key()), &hex(audit.facts.public_key))
        .replace(&identity.public_key().vault_id().hex(), &scene.id());
    let forged = codes_of(&ReadShare::from_bytes(text.as_bytes()).unwrap());
    scene.put_codes("forged.txt", &forged);
    scene
        .run("verify forged.txt")
        .exits(4)
        .says("forged or damaged")
        .says("share 2 (audit) of 3: NOT GENUINE");
    scene
        .run(&format!(
            "restore --from v1 --from legal1 --from forged.txt {BACK}"
        ))
        .exits(3)
        .says("share 2 (audit), \"forged.txt\": set aside: forged or damaged");
    scene.put_codes(
        "all.txt",
        &[
            forged,
            scene.share_codes("audit"),
            scene.share_codes("legal"),
        ]
        .concat(),
    );
    scene
        .run(&format!("restore --from v1 --from all.txt {BACK}"))
        .exits(0)
        .says("share 2 (audit), \"all.txt\": good");
    scene.is_restored("out");
}

/// The code with another content and the check that belongs to it.
fn changed(code: &str, at: usize) -> String {
    let (body, _) = code.rsplit_once('/').unwrap();
    let mut body = body.as_bytes().to_vec();
    let place = body.len() - 1 - at;
    body[place] = if body[place] == b'A' { b'B' } else { b'A' };
    let digest = Digest::of(&body);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = digest.0[..5]
        .iter()
        .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let check: String = (0..8)
        .map(|place| char::from(alphabet[(bits >> (35 - 5 * place)) as usize & 31]))
        .collect();
    format!("{}/{check}", String::from_utf8(body).unwrap())
}

#[test]
fn parts_that_contradict_each_other_are_named_and_parity_takes_their_place() {
    let scene = sealed();
    let (mut codes, ..) = scene.vault_codes();
    codes.insert(4, changed(&codes[3], 7));
    scene.put_codes("vault.txt", &codes);
    scene
        .run(&format!(
            "restore --from vault.txt --from legal1 --from ops1 {BACK}"
        ))
        .exits(0)
        .says("code 4 was read with two contents");
    scene.is_restored("out");
    scene
        .run("verify vault.txt")
        .exits(4)
        .says("code 4 is not of this sheet: forged or damaged")
        .says("vault sheet: whole");
    // So many are lost that parity does not do: which of the two contents is wrong is found out by trying.
    let (all, needed, _) = scene.vault_codes();
    let mut few = all[..needed].to_vec();
    few.push(changed(&all[3], 7));
    scene.put_codes("few.txt", &few);
    let ran = scene.run("verify few.txt").exits(4);
    ran.says("code 4 was read with two contents")
        .says("vault sheet: whole");
    // And where no content is right, it is said.
    few.remove(3);
    scene.put_codes("none.txt", &few);
    scene
        .run("verify none.txt")
        .exits(4)
        .says("they cannot be used")
        .says("vault sheet: NOT WHOLE");
}

#[test]
fn codes_of_other_software_and_wrong_checks_are_counted_and_named() {
    let scene = sealed();
    let legal = scene.share_codes("legal");
    let mut wrong = legal[0].clone();
    wrong.replace_range(40..41, if &wrong[40..41] == "A" { "B" } else { "A" });
    let text = format!(
        "QR-Code:https://example.com/x\nQR-Code:WIFI:S:net;;\n{wrong}\n{}\n",
        legal[1]
    );
    let words = format!("restore --from v1 --from ops1 --from - {BACK}");
    piped(&scene, &words, &text)
        .exits(0)
        .says("2 codes of other software, not used")
        .says("a code is not used: ")
        .does_not_say("example.com")
        .does_not_say("WIFI");
    scene.is_restored("out");
    piped(&scene, "verify -", &text)
        .exits(0)
        .says("share 1 (legal) of 3: whole");
}

#[test]
fn a_share_given_where_a_vault_belongs_is_kept_and_that_is_said() {
    let scene = sealed();
    scene.put_codes("legal.txt", &scene.share_codes("legal"));
    scene.put_codes("ops.txt", &scene.share_codes("ops"));
    let (codes, needed, _) = scene.vault_codes();
    scene.put_codes("some.txt", &codes[..needed - 2]);
    scene.put_codes("more.txt", &codes[needed..]);
    let Some(mut pty) = Pty::start(scene.dir(), &["restore"]) else {
        return;
    };
    pty.expect("Vault copy:").types("legal.txt");
    pty.expect("a share is no part of it").expect("Vault copy:");
    pty.types("some.txt").expect("2 more are missing");
    pty.expect("The vault sheet is not whole yet")
        .expect("Vault copy:");
    pty.types(&codes[0])
        .expect("it was on the screen")
        .expect("Vault copy:");
    pty.types("more.txt")
        .expect("enough")
        .expect("The vault copy from");
    pty.expect("1 of 2 good shares").expect("Next share:");
    pty.types("ops.txt").expect("press Enter:").types("y");
    pty.expect("agree with the paper").types("y");
    pty.expect("directory for the files").types("out");
    pty.ends().exits(0).says("The files are in");
    scene.is_restored("out");
}

#[test]
fn copies_from_sheets_are_copies_like_any_other_and_say_what_sheets_do_not_hold() {
    let scene = sealed();
    let (codes, ..) = scene.vault_codes();
    scene.put_codes("all.txt", &[codes, scene.share_codes("legal")].concat());
    scene.put_codes("share.txt", &scene.share_codes("audit"));
    for place in ["back", "again", "alone"] {
        fs::create_dir(scene.at(place)).unwrap();
    }
    scene
        .run("scan share.txt --out alone --rehearsal")
        .exits(5)
        .says("needs a vault.json")
        .says("give the scan of the vault sheet too");
    scene.is_bare("alone");
    scene
        .run("scan share.txt v1 --out alone --rehearsal")
        .exits(0);
    scene
        .run("scan all.txt share.txt")
        .exits(2)
        .says("--out DIR is missing");
    scene
        .run("scan all.txt --out back --rehearsal")
        .exits(0)
        .says("made from sheets");
    scene
        .run("scan all.txt --out back --rehearsal")
        .exits(5)
        .says("already exists");
    let (from, to) = (scene.folder("legal1"), scene.at("back"));
    let name = from.file_name().unwrap();
    for file in ["share.json", "vault.json", "vault.pub", "RECOVERY.txt"] {
        let same =
            fs::read(from.join(file)).unwrap() == fs::read(to.join(name).join(file)).unwrap();
        assert!(same, "{file}");
    }
    let ran = scene.run("verify back alone").exits(0);
    ran.says("README.txt\": not there: made from sheets")
        .says("3 carriers: 3 whole");
    scene.run("copy alone again --rehearsal").exits(0);
    scene.run("verify again").exits(0).says("made from sheets");
    scene
        .run(&format!("restore --from back --from alone {BACK}"))
        .exits(0);
    scene.is_restored("out");
    // A README that no sheet held can only be false.
    fs::write(scene.folder("again").join("README.txt"), "call 0900\n").unwrap();
    scene.run("verify again").exits(4).says("no sheet holds it");
}

#[test]
fn in_production_sheets_go_to_no_fixed_disk_and_no_two_things_lie_together() {
    let scene = production();
    scene.put_codes("legal.txt", &scene.share_codes("legal"));
    scene.put_codes(
        "both.txt",
        &[scene.share_codes("legal"), scene.share_codes("ops")].concat(),
    );
    fs::create_dir(scene.at("back")).unwrap();
    let refused = |words: &str, said: &str| {
        scene
            .run(&format!("scan {words} v1 --out back"))
            .exits(5)
            .says(said);
        scene.is_bare("back");
    };
    refused("legal.txt --rehearsal", "production material");
    match coldvault::media::Medium::at(&scene.at("back")).stay() {
        coldvault::media::Stay::Fixed => refused("legal.txt", "fixed disk"),
        _ => skipped(TOOLS, "the temporary directory is on no fixed disk"),
    }
    refused(
        "both.txt --exception devices=test",
        "would lie on one medium",
    );
    scene
        .run("scan both.txt v1 --out back --only 3 --exception devices=test")
        .exits(0)
        .says("share 3 (ops)");
    scene.run("verify both.txt").exits(0).says("(PRODUCTION)");
}

#[test]
fn a_protected_share_comes_back_from_its_codes_and_opens_with_its_passphrase() {
    let scene = protected();
    // One of each number, A and B by turns; the rest is lost.
    let legal = scene.share_codes("legal");
    let pieces = legal.chunks(2).enumerate();
    let half: Vec<&String> = pieces.map(|(at, twins)| &twins[(at + 1) % 2]).collect();
    scene.put_codes("legal.txt", &half);
    scene.put_codes("ops.txt", &scene.share_codes("ops"));
    let whole = scene.run("verify legal.txt").exits(0);
    whole
        .says("share 1 (legal) of 3: whole")
        .says("secret part not opened");
    piped(&scene, "verify legal.txt --secret-fd 0", PASSPHRASE)
        .exits(0)
        .says("secret part opened and proven");
    let words = format!("restore --from v1 --from ops.txt --from legal.txt --secret-fd 0 {BACK}");
    piped(&scene, &words, "not this one").exits(3);
    scene.is_absent("out");
    piped(&scene, &words, PASSPHRASE).exits(0);
    scene.is_restored("out");
}

/// The program that renders pages, where it is.
pub(crate) fn pdftoppm(scene: &Scene, words: &str) -> bool {
    let run = Command::new("pdftoppm")
        .args(words.split(' '))
        .current_dir(scene.dir())
        .status();
    let there = run.is_ok_and(|status| status.success());
    if !there {
        skipped(TOOLS, "there is no pdftoppm, which renders pages");
    }
    there
}

#[test]
fn scans_of_printed_sheets_lead_back_to_the_files() {
    let scene = sealed();
    for (copy, pdf) in [
        ("v1", "vault.pdf"),
        ("legal1", "legal.pdf"),
        ("audit1", "audit.pdf"),
    ] {
        scene
            .run(&format!("print {copy} --rehearsal --out {pdf}"))
            .exits(0);
    }
    if !pdftoppm(&scene, "-r 150 -gray -png legal.pdf legal")
        || !pdftoppm(&scene, "-r 150 -gray -jpeg -f 1 -l 1 audit.pdf audit")
    {
        return;
    }
    fs::create_dir(scene.at("scans")).unwrap();
    fs::rename(scene.at("legal-1.png"), scene.at("scans/legal front.png")).unwrap();
    let ran = scene.run("--json verify audit-1.jpg").exits(0);
    for said in [
        "\"device\": \"sheet\"",
        "\"path\": \"audit-1.jpg\"",
        "share 2 (audit), sheet, codes A and B read",
    ] {
        assert!(ran.out.contains(said), "{said}: {ran}");
    }
    scene
        .run("verify legal-2.png")
        .exits(4)
        .says("no code found");
    scene.put("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    scene.run("verify photo.heic").exits(4);
    let ran = scene.run(&format!(
        "restore --from vault.pdf --from scans --from audit-1.jpg {BACK}"
    ));
    ran.exits(0).says("legal front.png\": good").says("enough");
    scene.is_restored("out");
}
