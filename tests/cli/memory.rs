//! What stays in the memory of the program, and what it leaves outside it, while it waits at its last question.

use std::fs;
use std::path::Path;

use coldvault::secret::SecretBytes;
use coldvault::share::ReadShare;

use crate::pty::Pty;
use crate::scene::{CUSTODIANS, NOTE, SHARES, Scene, VAULTS, sealed, tree};
use crate::support::{is_root, keep_secret};

const MENU: &str = "What do you want to do?";
const CHOICE: &str = "press Enter:";
const PASSPHRASE: &str = "nine blue cows on a roof";
/// In a file of the node.
const MARKER: &str = "MARKER-Zw8qkT0c5VnB2sXr-in-clear";

/// Everything that must be nowhere: names for people, and bytes.
fn secrets(scene: &Scene) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, secret: &SecretBytes| {
        let (digits, bytes) = in_digits(secret);
        all.push((name.to_owned(), bytes));
        all.push((format!("{name} in digits"), digits));
    };
    // legal's share is protected: the other two open the vault as well
    let (two, three) = (scene.share("audit"), scene.share("ops"));
    let key = coldvault::shamir::join(&[&two.point, &three.point]).unwrap();
    let legal = coldvault::shamir::interpolate(&[&two.point, &three.point], 1).unwrap();
    add("the key", &key);
    add("legal's share", &legal);
    add("audit's share", &two.point.y);
    add("ops's share", &three.point.y);
    for (name, text) in [
        ("the passphrase", PASSPHRASE),
        ("a file", MARKER),
        ("the note", NOTE),
    ] {
        all.push((name.to_owned(), text.as_bytes().to_vec()));
    }
    for custodian in ["audit", "ops"] {
        for line in scene.share_text(custodian).lines().skip(3) {
            all.push((
                format!("a line of {custodian}'s share"),
                line.as_bytes().to_vec(),
            ));
        }
    }
    all
}

fn in_digits(secret: &SecretBytes) -> (Vec<u8>, Vec<u8>) {
    let bytes = secret.expose();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    (digits.into_bytes(), bytes.to_vec())
}

#[track_caller]
fn nothing_is_remembered(pty: &Pty, secrets: &[(String, Vec<u8>)]) {
    let found: Vec<&String> = secrets
        .iter()
        .filter(|(_, bytes)| pty.remembers(bytes))
        .map(|(name, _)| name)
        .collect();
    assert!(found.is_empty(), "still in memory: {found:?}");
    let process = Path::new("/proc").join(pty.pid().as_raw_nonzero().to_string());
    for place in ["cmdline", "environ"] {
        let text = fs::read(process.join(place)).unwrap();
        for (name, bytes) in secrets {
            let told = text.windows(bytes.len()).any(|part| part == bytes);
            assert!(!told, "{name} is in {place}");
        }
    }
}

/// In no file but those that are meant to hold it.
#[track_caller]
fn nothing_lies_around(scene: &Scene, secrets: &[(String, Vec<u8>)]) {
    let product = |path: &Path| {
        let first = path.iter().next().unwrap_or_default();
        first == "node" || first == "note.txt" || first == "out" || path.ends_with("share.json")
    };
    for (path, content) in tree(scene.dir()) {
        assert!(
            !path.to_string_lossy().contains("core"),
            "a core dump? {path:?}"
        );
        if product(&path) {
            continue;
        }
        for (name, bytes) in secrets {
            let there = content.windows(bytes.len()).any(|part| part == bytes);
            assert!(!there, "{name} is in {path:?}");
        }
    }
}

#[test]
fn after_a_seal_and_a_restore_no_secret_is_in_memory_or_in_a_file_at_the_last_question() {
    let scene = Scene::new();
    scene.put("node/wallet.txt", MARKER.as_bytes());
    keep_secret(MARKER);
    keep_secret(PASSPHRASE);
    if !is_root() {
        return;
    }
    let Some(mut pty) = Pty::start(scene.dir(), &[]) else {
        return;
    };
    if !pty.can_be_looked_into() {
        return;
    }
    seals(&mut pty, &scene);
    pty.expect("Sealed").expect(MENU).expect(CHOICE);
    let secrets = secrets(&scene);
    nothing_is_remembered(&pty, &secrets);
    nothing_lies_around(&scene, &secrets);
    restores(&mut pty, &scene.share_text("audit"));
    pty.expect("The files are in").expect(MENU).expect(CHOICE);
    nothing_is_remembered(&pty, &secrets);
    nothing_lies_around(&scene, &secrets);
    pty.types("stop");
    let ran = pty.ends().exits(0);
    for (name, bytes) in &secrets {
        let told = ran
            .err
            .as_bytes()
            .windows(bytes.len())
            .any(|part| part == bytes);
        assert!(!told, "{name} was shown");
    }
    scene.is_restored("out");
}

#[test]
fn a_share_from_codes_is_not_in_memory_while_another_vault_copy_is_asked_for() {
    let scene = sealed();
    if !is_root() {
        return;
    }
    scene.damage("v1", "payload.age");
    scene.put_codes("audit.txt", &scene.share_codes("audit"));
    let args = ["restore", "--rehearsal", "--into", "out"];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    if !pty.can_be_looked_into() {
        return;
    }
    let shares: Vec<(String, Vec<u8>)> = ["audit", "ops"]
        .map(|custodian| {
            let (_, bytes) = in_digits(&scene.share(custodian).point.y);
            (format!("{custodian}'s share"), bytes)
        })
        .into();
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("audit.txt");
    pty.expect("1 of 2").expect("Next share:");
    // The test can see what it looks for.
    assert!(pty.remembers(&shares[0].1));
    pty.types("ops1").expect(CHOICE).types("y");
    pty.expect("damaged").expect("Another vault copy:");
    nothing_is_remembered(&pty, &shares);
    pty.types("v2");
    pty.ends().exits(0);
    scene.is_restored("out");
}

fn seals(pty: &mut Pty, scene: &Scene) {
    pty.expect(MENU).expect(CHOICE).types("seal");
    pty.expect("rehearsal?").types("y");
    pty.expect("Node directory").types("node");
    pty.expect("Label").types("Asked");
    for custodian in CUSTODIANS {
        pty.expect("Custodian of share").types(custodian);
    }
    pty.expect("share 4").types("");
    pty.expect("How many").types("2");
    pty.expect("Whom to call").types("");
    pty.expect("store passwords").types("note.txt");
    pty.expect("protect").types("legal");
    pty.expect("Folder for the PDFs").types("media");
    pty.expect("Press Enter to make").types("");
    pty.expect("passphrase for share 1")
        .types_hidden(PASSPHRASE);
    pty.expect("once more").types_hidden(PASSPHRASE);
    for medium in [&VAULTS[..1], &SHARES, &VAULTS[1..]].concat() {
        pty.expect("insert the medium").expect("or stop:");
        // What a scan looks like when a secret is still needed, and that it goes as soon as it is not.
        if medium == "audit2" || medium == "ops1" {
            let bytes = fs::read(scene.file("audit1", "share.json")).unwrap();
            let share = ReadShare::from_bytes(&bytes).unwrap().prove(None);
            let (audit, _) = in_digits(&share.map_err(|(flaw, _)| flaw).unwrap().point.y);
            assert_eq!(pty.remembers(&audit), medium == "audit2", "at {medium}");
        }
        pty.types(medium);
    }
}

fn restores(pty: &mut Pty, typed: &str) {
    pty.types("restore");
    pty.expect("Vault copy:").types("v2");
    pty.expect("Next share:").types("legal1");
    pty.expect("passphrase of share 1").types_hidden(PASSPHRASE);
    pty.expect("Next share:").types("typed");
    pty.expect("and press Enter:")
        .types("coldvault bcdefghjknprstvx");
    for (line, letter) in typed.lines().zip(["b", "c", "d", "", "", "", ""]) {
        let question = if letter.is_empty() {
            "(hidden)".to_owned()
        } else {
            format!("Line {letter} (hidden)")
        };
        pty.expect(&question).types_hidden(line);
    }
    pty.expect("REHEARSAL").expect(CHOICE).types("y");
    pty.expect("words agree").types("y");
    pty.expect("directory for the files").types("out");
}
