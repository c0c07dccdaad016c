//! A live system: everything but the destinations is read-only, nobody set a home or a place for temporary files, little
//! memory may be locked or taken. The whole loop works all the same, as root and as an ordinary user.
//!
//! What is mounted is mounted where no other process sees it, so these tests need root; elsewhere they say so.

use std::fs;
use std::io::Read;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use coldvault::host::Machine;

use crate::scene::{SHARES, Scene, VAULTS, names, production};
use crate::support::{PROGRAM, ROOT, Ran, keep_secret, may_mount, skipped};

/// Somebody without rights.
const NOBODY: u32 = 65534;

/// Makes everything read-only but these destinations, and shows that it is so.
const READ_ONLY: &str = r#"
mount --make-rprivate / || exit 77
for place in $WRITABLE; do mount --bind "$place" "$place" || exit 77; done
while read -r _ at kind _; do
  case " $WRITABLE " in *" ${at#"$PWD/"} "*) continue;; esac
  mount -o remount,bind,ro "$at" 2>/dev/null
done </proc/self/mounts
for place in / . /tmp /var/tmp /dev/shm /run node; do
  if [ -d "$place" ] && ( : >"$place/probe-of-a-test" ) 2>/dev/null; then
    rm -f "$place/probe-of-a-test"
    echo "$place can be written to" >&2
    exit 77
  fi
done
"#;

/// Seal, verify, copy, print, scan, restore; `$0` is the program.
const LOOP: &str = r#"
set -e
step() { echo "== $1" >&2; "$@"; }
step ./coldvault SEAL
step ./coldvault verify v1 v2 legal1 ops2
step ./coldvault inspect node
step ./coldvault copy v1 new --rehearsal
step ./coldvault print legal1 --rehearsal --out sheets/legal.pdf
step ./coldvault verify sheets/legal.pdf new
step ./coldvault scan sheets/legal.pdf new --only 1 --rehearsal --out scanned
step ./coldvault restore --rehearsal --from new --from scanned --from ops1 --into out/files
step ./coldvault restore --rehearsal --from v2 --from audit2 --from sheets/legal.pdf --into out/again
"#;

/// A scene with the program in it, all of it `owner`'s.
fn scene(owner: u32) -> Scene {
    let scene = Scene::new();
    for place in ["new", "sheets", "scanned", "out"] {
        fs::create_dir(scene.at(place)).unwrap();
    }
    fs::copy(PROGRAM, scene.at("coldvault")).unwrap();
    give(scene.dir(), owner);
    scene
}

/// Makes somebody the owner of everything below.
fn give(path: &Path, owner: u32) {
    chown(path, Some(owner), Some(owner)).unwrap();
    let about = fs::symlink_metadata(path).unwrap();
    if about.is_dir() {
        for name in names(path) {
            let below = path.join(name);
            if !below.is_symlink() {
                give(&below, owner);
            }
        }
    }
}

/// Runs a script of shell as this user, with an empty environment, in namespaces of its own in which `before` was done.
fn as_user(
    scene: &Scene,
    user: u32,
    (namespaces, before): (&[&str], &str),
    script: &str,
) -> Output {
    const BECOME: &str = r#"exec setpriv --reuid="$USER_ID" --regid="$USER_ID" --clear-groups env -i sh -c "$SCRIPT""#;
    let writable = [&VAULTS[..], &SHARES, &["new", "sheets", "scanned", "out"]].concat();
    Command::new("unshare")
        .args(namespaces)
        .args(["sh", "-c", &format!("{before}\n{BECOME}")])
        .env("WRITABLE", writable.join(" "))
        .env("USER_ID", user.to_string())
        .env("SCRIPT", script)
        .stdin(Stdio::null())
        .current_dir(scene.dir())
        .output()
        .unwrap()
}

/// `None`, with the reason said, where the machine does not allow it.
fn ran(output: &Output) -> Option<Ran> {
    if output.status.code() == Some(77) {
        let why = String::from_utf8_lossy(&output.stderr);
        skipped(
            ROOT,
            &format!("this machine cannot be made read-only: {why}"),
        );
        return None;
    }
    Some(Ran::of(&["a loop"], output))
}

fn the_whole_loop(user: u32) {
    if !may_mount() {
        return;
    }
    let scene = scene(user);
    let script = LOOP.replace("SEAL", &Scene::seal_words("--rehearsal --note note.txt"));
    let Some(ran) = ran(&as_user(&scene, user, (&["--mount"], READ_ONLY), &script)) else {
        return;
    };
    ran.exits(0).says("SEALED").says("The files are in");
    for out in ["out/files", "out/again"] {
        scene.is_restored(out);
    }
}

#[test]
fn with_everything_read_only_but_the_destinations_the_whole_loop_works() {
    the_whole_loop(0);
}

#[test]
fn with_everything_read_only_the_whole_loop_works_for_an_ordinary_user() {
    the_whole_loop(NOBODY);
}

/// Little may be locked, and the machine is otherwise fit: no network, no swap.
const LITTLE: &str = "mount --bind swaps /proc/swaps || exit 77\nulimit -l 64 || exit 77";

#[test]
fn too_little_memory_to_lock_stops_a_sealing_in_production_and_is_said_at_a_rehearsal_and_a_restore()
 {
    if !may_mount() {
        return;
    }
    let no_network = |scene: &Scene, script: &str| {
        scene.put("swaps", b"Filename\tType\tSize\tUsed\tPriority\n");
        fs::copy(PROGRAM, scene.at("coldvault")).unwrap();
        give(scene.dir(), NOBODY);
        ran(&as_user(
            scene,
            NOBODY,
            (&["--mount", "--net"], LITTLE),
            script,
        ))
    };
    let sealing = |more: &str| format!("exec ./coldvault {}", Scene::seal_words(more));
    let bare = Scene::new();
    let Some(refused) = no_network(&bare, &sealing("--exception devices=test")) else {
        return;
    };
    // Alone, nothing else stops it.
    refused
        .exits(5)
        .says("only 64 KiB of memory may be locked")
        .says("ulimit -l unlimited")
        .does_not_say("swap is on");
    crate::seal::everything_is_bare(&bare);
    let rehearsed = no_network(&Scene::new(), &sealing("--rehearsal")).unwrap();
    rehearsed.exits(0).says("warning: only 64 KiB");
    let real = production();
    let back = "exec ./coldvault restore --from v1 --from legal1 --from ops1 --into out";
    let back = no_network(&real, back).unwrap();
    back.exits(0).says("warning: only 64 KiB");
    real.is_restored("out");
}

/// What a machine with 2 GB has left beside its system, in KiB of address space, which is more than of memory.
const ROOM: u64 = 1_800_000;

/// Runs the program with [`ROOM`] and these passphrases at `--secret-fd 0`, and answers the most memory it used, in KiB.
fn in_little_room(scene: &Scene, words: &str, passphrases: &str) -> u64 {
    fs::write(scene.at("passphrases"), passphrases).unwrap();
    let script = format!("ulimit -v {ROOM}; exec \"$0\" {words} <passphrases");
    let mut child = Command::new("sh")
        .args(["-c", &script, PROGRAM])
        .current_dir(scene.dir())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = Machine::default()
        .proc
        .join(child.id().to_string())
        .join("status");
    let peak = || -> Option<u64> {
        let text = fs::read_to_string(&status).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    let mut most = 0;
    let ended = loop {
        most = most.max(peak().unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(ended.success(), "{words}: {ended}\n{said}");
    most
}

#[test]
fn two_gigabytes_are_enough_for_hundreds_of_megabytes_and_a_passphrase() {
    let passphrase = "nine blue cows on a roof\n";
    let scene = Scene::new();
    keep_secret(passphrase.trim());
    // Mostly a hole: what counts is how much goes through.
    let large = fs::File::create(scene.at("node/large")).unwrap();
    large.set_len(300 << 20).unwrap();
    drop(large);
    let more = "--rehearsal --protect legal --secret-fd 0";
    let sealing = in_little_room(&scene, &Scene::seal_words(more), passphrase);
    let words = "restore --rehearsal --from v1 --from legal1 --from ops1 --into out --secret-fd 0";
    let restoring = in_little_room(&scene, words, passphrase);
    eprintln!("the most memory: sealing {sealing} KiB, restoring {restoring} KiB");
    assert!(
        sealing > 256 * 1024 && restoring > 256 * 1024,
        "scrypt was not seen"
    );
    let restored = fs::metadata(scene.at("out/node/large")).unwrap();
    assert_eq!(restored.len(), 300 << 20);
}
