//! What stays in the memory of the program, and what it leaves outside it, while it waits at its last question.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use coldvault::secret::SecretBytes;
use coldvault::share::ReadShare;
use rustix::process::Signal;

use crate::pty::Pty;
use crate::scene::{CUSTODIANS, NOTE, SHARES, Scene, VAULTS, names, sealed, tree};
use crate::support::{is_root, keep_secret, skipped, wait_for};

/// Set where a program that crashes leaves a core beside itself.
const CORES: &str = "COLDVAULT_REQUIRE_CORES";

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

/// The names of those secrets that are in there: one pass for all of them.
fn found_in<'s>(there: &[u8], secrets: &'s [(String, Vec<u8>)]) -> Vec<&'s String> {
    let key = |one: u8, two: u8| usize::from(one) << 8 | usize::from(two);
    let mut by_start: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
    for (number, (_, bytes)) in secrets.iter().enumerate() {
        by_start[key(bytes[0], bytes[1])].push(number);
    }
    let mut found = vec![false; secrets.len()];
    for at in 0..there.len().saturating_sub(1) {
        for number in &by_start[key(there[at], there[at + 1])] {
            found[*number] |= there[at..].starts_with(&secrets[*number].1);
        }
    }
    let named = secrets.iter().zip(found);
    named
        .filter(|(_, found)| *found)
        .map(|((name, _), _)| name)
        .collect()
}

#[track_caller]
fn nothing_is_remembered(pty: &Pty, secrets: &[(String, Vec<u8>)]) {
    for region in pty.memory() {
        let found = found_in(&region, secrets);
        assert!(found.is_empty(), "still in memory: {found:?}");
    }
    let process = Path::new("/proc").join(pty.pid().as_raw_nonzero().to_string());
    for place in ["cmdline", "environ"] {
        let text = fs::read(process.join(place)).unwrap();
        assert!(!text.is_empty(), "{place}");
        let told = found_in(&text, secrets);
        assert!(told.is_empty(), "{told:?} in {place}");
    }
    let shown = found_in(pty.shown(), secrets);
    assert!(shown.is_empty(), "shown: {shown:?}");
}

/// At its last question the program has its terminal open and nothing else: no carrier, no file without a name.
#[track_caller]
fn nothing_is_open(pty: &Pty) {
    for path in pty.open() {
        let is_screen = path.starts_with("/dev/pts") || path == Path::new("/dev/tty");
        // Ctrl-C is told by a pipe; what the tests' own parent left open is not the program's.
        let is_pipe = path.to_string_lossy().starts_with("pipe:");
        assert!(is_screen || is_pipe || inherited(&path), "open: {path:?}");
    }
}

/// Whether this test has it open too: then it came from whoever started the tests.
fn inherited(path: &Path) -> bool {
    let own = fs::read_dir("/proc/self/fd").unwrap().flatten();
    own.filter_map(|link| fs::read_link(link.path()).ok())
        .any(|own| own == path)
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
        let there = found_in(&content, secrets);
        assert!(there.is_empty(), "{there:?} in {path:?}");
    }
}

#[test]
fn after_a_seal_and_a_restore_no_secret_is_in_memory_or_in_a_file_at_the_last_question() {
    let scene = Scene::new();
    // Long enough that it is still being read when somebody looks.
    let long = MARKER.repeat((128 << 20) / MARKER.len());
    scene.put("node/wallet.txt", long.as_bytes());
    drop(long);
    keep_secret(MARKER);
    keep_secret(PASSPHRASE);
    if !is_root() {
        return;
    }
    // Where a program would put what is temporary lies below what is looked through.
    fs::create_dir(scene.at("temporary")).unwrap();
    let script =
        "ulimit -c unlimited; exec env TMPDIR=\"$PWD/temporary\" HOME=\"$PWD/temporary\" \"$@\"";
    let Some(mut pty) = Pty::start_by(scene.dir(), &[], script) else {
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
    scene.is_bare("temporary");
    nothing_is_open(&pty);
    restores(&mut pty, &scene.share_text("audit"));
    let begun = || has_file(&scene.at("out"), "wallet.txt");
    sees(&mut pty, begun, "what is being restored");
    pty.expect("The files are in").expect(MENU).expect(CHOICE);
    nothing_is_remembered(&pty, &secrets);
    nothing_lies_around(&scene, &secrets);
    scene.is_bare("temporary");
    nothing_is_open(&pty);
    scene.is_restored("out");
    ends_without_a_core(pty, &scene);
    nothing_lies_around(&scene, &secrets);
}

#[test]
fn after_a_drill_nothing_of_the_plaintext_is_in_memory_at_the_last_question() {
    let scene = Scene::new();
    // Long enough that it is still going by when somebody looks.
    let long = MARKER.repeat((64 << 20) / MARKER.len());
    scene.put("node/wallet.txt", long.as_bytes());
    drop(long);
    // What is held while it is looked at.
    scene.put("node/more.conf", &configuration());
    keep_secret(MARKER);
    scene.seal("--rehearsal --note note.txt").exits(0);
    if !is_root() {
        return;
    }
    let Some(mut pty) = Pty::start(scene.dir(), &["drill", "--rehearsal"]) else {
        return;
    };
    if !pty.can_be_looked_into() {
        return;
    }
    pty.expect("Register file").types("");
    pty.expect("New file for the report").types("");
    pty.expect("clock on the wall").types("");
    pty.expect("Vault copy:").types("v1");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("ops1");
    pty.expect("words agree").types("y");
    sees(&mut pty, || true, "what goes by in a drill");
    pty.expect("Put every medium").expect(CHOICE);
    let mut secrets = secrets(&scene);
    secrets.push((
        "a configuration".into(),
        b"MARKER-in-a-configuration-Zw8qkT0c5".to_vec(),
    ));
    nothing_is_remembered(&pty, &secrets);
    nothing_lies_around(&scene, &secrets);
    nothing_is_open(&pty);
    pty.types("");
    pty.ends();
}

/// What is held whole: a configuration may name keys.
fn configuration() -> Vec<u8> {
    b"name = \"MARKER-in-a-configuration-Zw8qkT0c5\"\n".repeat(10_000)
}

/// The search can find the marker while it is needed: the program is held still again and again, from when there is
/// something at this place.
#[track_caller]
fn sees(pty: &mut Pty, begun: impl Fn() -> bool, what: &str) {
    assert!(wait_for(begun), "never begun: {what}");
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        pty.gets(Signal::STOP);
        let seen = pty.remembers(MARKER.as_bytes());
        pty.gets(Signal::CONT);
        if seen {
            return;
        }
        assert!(Instant::now() < until, "never seen: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a file of this name, with something in it, is anywhere below.
fn has_file(place: &Path, name: &str) -> bool {
    let Ok(entries) = fs::read_dir(place) else {
        return false;
    };
    entries.flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => has_file(&entry.path(), name),
        Ok(_) => entry.file_name() == name && entry.metadata().is_ok_and(|about| about.len() > 0),
        Err(_) => false,
    })
}

/// Where the kernel leaves cores beside the program, one that is aborted leaves none, and other programs do.
fn ends_without_a_core(mut pty: Pty, scene: &Scene) {
    let other = "ulimit -c unlimited 2>/dev/null; kill -ABRT $$";
    let died = Command::new("sh")
        .args(["-c", other])
        .current_dir(scene.at("temporary"))
        .status();
    let is_left = died.is_ok_and(|status| status.core_dumped());
    let beside = !names(&scene.at("temporary")).is_empty();
    fs::remove_dir_all(scene.at("temporary")).unwrap();
    fs::create_dir(scene.at("temporary")).unwrap();
    if !is_left || !beside {
        skipped(CORES, "this machine leaves no cores where programs run");
    }
    let before = names(scene.dir());
    pty.gets(Signal::ABORT);
    // What a shell says of an end by SIGABRT; with a core it would say so too.
    let ran = pty.ends();
    assert_eq!(ran.status, Some(128 + 6));
    assert!(!ran.mentions("core dumped"), "{ran}");
    assert_eq!(names(scene.dir()), before);
    scene.is_bare("temporary");
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
    pty.expect("Register file").types("");
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
        if medium == "v1" {
            sees(
                pty,
                || !names(&scene.at("v1")).is_empty(),
                "what is being sealed",
            );
        }
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
