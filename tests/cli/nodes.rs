//! What a node directory may be, and what becomes of everything in it.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::scene::{SHARES, Scene, VAULTS, names};
use crate::seal::everything_is_bare;
use crate::support::{PROGRAM, Ran, command, noise, wait_for};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

#[test]
fn a_node_directory_that_is_missing_empty_or_a_file_is_named() {
    let scene = Scene::new();
    fs::remove_dir_all(scene.at("node")).unwrap();
    scene.seal("--rehearsal").exits(6).says("\"node\"");
    scene.put("node", b"a file");
    scene.seal("--rehearsal").exits(6).says("node");
    fs::remove_file(scene.at("node")).unwrap();
    fs::create_dir_all(scene.at("node/only/directories")).unwrap();
    scene.seal("--rehearsal").exits(5).says("holds no files");
    everything_is_bare(&scene);
}

/// The program as somebody who may not read everything; `None` where it cannot be had.
fn as_somebody_else(scene: &Scene, words: &str) -> Option<Ran> {
    let args: Vec<&str> = words.split_whitespace().collect();
    if !rustix::process::geteuid().is_root() {
        return Some(Ran::of(
            &args,
            &command(scene.dir(), &args).output().unwrap(),
        ));
    }
    let nobody = |program: &std::path::Path, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).uid(65534).gid(65534);
        command
            .current_dir(scene.dir())
            .stdin(Stdio::null())
            .output()
    };
    // The build directory may be root's alone.
    let program = scene.at("coldvault");
    fs::copy(PROGRAM, &program).unwrap();
    fs::set_permissions(scene.dir(), Permissions::from_mode(0o777)).unwrap();
    if !nobody(&program, &["--version"]).is_ok_and(|output| output.status.success()) {
        crate::support::skipped(
            crate::support::ROOT,
            "the program cannot be run as another user here",
        );
        return None;
    }
    Some(Ran::of(&args, &nobody(&program, &args).unwrap()))
}

#[test]
fn a_node_directory_that_cannot_be_read_in_part_is_refused_and_the_part_named() {
    let scene = Scene::new();
    for (name, mode) in [("node/secret.jks", 0o000), ("node/locked/inner", 0o644)] {
        scene.put(name, b"x");
        fs::set_permissions(scene.at(name), Permissions::from_mode(mode)).unwrap();
    }
    let locked = scene.at("node/locked");
    fs::set_permissions(&locked, Permissions::from_mode(0o000)).unwrap();
    let words = Scene::seal_words("--rehearsal");
    let ran = as_somebody_else(&scene, &words);
    fs::set_permissions(&locked, Permissions::from_mode(0o755)).unwrap();
    let Some(ran) = ran else { return };
    ran.exits(6)
        .says("node/secret.jks\": cannot be read")
        .says("node/locked\": cannot be read");
    everything_is_bare(&scene);
}

#[test]
fn what_no_scope_can_look_into_is_refused_unless_somebody_leaves_it_out() {
    let scene = Scene::new();
    let locked = scene.at("node/certificates");
    for (name, path, mode) in [
        ("node.conf", scene.at("node/node.conf"), 0o644),
        ("certificates", locked.clone(), 0o755),
    ] {
        fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        for scope in ["keys", "node"] {
            let words = Scene::seal_words(&format!("--rehearsal --scope {scope}"));
            let Some(ran) = as_somebody_else(&scene, &words) else {
                return;
            };
            let ran = ran.exits(6);
            ran.says(&format!("node/{name}\": cannot be read"));
            everything_is_bare(&scene);
        }
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    scene.put("node/logs/node.log", b"x");
    let logs = scene.at("node/logs");
    fs::set_permissions(&logs, Permissions::from_mode(0o000)).unwrap();
    for media in VAULTS.iter().chain(&SHARES) {
        fs::set_permissions(scene.at(media), Permissions::from_mode(0o777)).unwrap();
    }
    let words = Scene::seal_words("--rehearsal --scope keys --exclude logs");
    let ran = as_somebody_else(&scene, &words);
    fs::set_permissions(&logs, Permissions::from_mode(0o755)).unwrap();
    ran.unwrap().exits(0);
}

#[test]
fn what_is_outside_comes_along_unless_it_is_not_wanted() {
    let scene = Scene::new();
    scene.put("elsewhere/hsm.jks", b"from outside");
    symlink("../elsewhere/hsm.jks", scene.at("node/hsm.jks")).unwrap();
    symlink(scene.at("elsewhere"), scene.at("node/drivers")).unwrap();
    let ran = scene.seal("--rehearsal");
    ran.exits(0)
        .says("2 from outside")
        .says("node/hsm.jks")
        .says("elsewhere");
    scene.run(RESTORE).exits(0);
    for path in ["out/node/hsm.jks", "out/node/drivers/hsm.jks"] {
        assert_eq!(fs::read(scene.at(path)).unwrap(), b"from outside");
        assert!(!scene.at(path).is_symlink());
    }
    assert!(!scene.at("out/node/drivers").is_symlink());
    assert!(scene.at("out/node/certificates/link").is_symlink());
}

#[test]
fn what_is_outside_and_not_followed_is_named_at_both_ends() {
    let scene = Scene::new();
    scene.put("elsewhere/hsm.jks", b"from outside");
    symlink("../elsewhere/hsm.jks", scene.at("node/hsm.jks")).unwrap();
    let ran = scene.seal("--rehearsal --no-follow");
    ran.exits(0).says("node/hsm.jks").says("not kept");
    let ran = scene.run(RESTORE);
    ran.exits(0).says("node/hsm.jks").says("outside");
    scene.is_absent("out/node/hsm.jks");
}

#[test]
fn sockets_pipes_and_links_to_nothing_are_named_and_left_out() {
    let scene = Scene::new();
    let _socket = UnixListener::bind(scene.at("node/socket")).unwrap();
    symlink("/nowhere/at/all", scene.at("node/dangling")).unwrap();
    symlink("not-yet", scene.at("node/later")).unwrap();
    symlink(".", scene.at("node/self")).unwrap();
    let ran = scene.seal("--rehearsal");
    ran.exits(0).says("node/socket").says("node/dangling");
    let ran = scene.run(RESTORE);
    ran.exits(0).says("node/socket").says("node/dangling");
    scene.is_absent("out/node/socket");
    // A link to a place inside is kept, whether or not something is there at the moment.
    assert_eq!(
        fs::read_link(scene.at("out/node/later"))
            .unwrap()
            .as_os_str(),
        "not-yet"
    );
    assert!(scene.at("out/node/node.conf").exists());
}

#[test]
fn names_of_any_bytes_come_back_as_they_were() {
    let scene = Scene::new();
    let odd = [
        &b"k\xff\xfe"[..],
        b"a\nb",
        b"\x1b[31m",
        "\u{202e}ü".as_bytes(),
        b"-rf",
        b" ",
    ];
    for name in odd {
        let path = scene.at("node").join(OsStr::from_bytes(name));
        if fs::write(path, name).is_err() {
            eprintln!("skipped: this file system does not take the name {name:?}");
            return;
        }
    }
    scene.seal("--rehearsal").exits(0);
    scene.run(RESTORE).exits(0).does_not_say("\x1b");
    scene.is_restored("out");
    let ran = scene.run("inspect node");
    ran.exits(0).does_not_say("\x1b");
}

#[test]
fn nodes_with_equal_names_come_back_side_by_side() {
    let scene = Scene::new();
    scene.put("a/node/own.txt", b"a");
    scene.put("b/node/own.txt", b"b");
    let words =
        Scene::seal_words("--rehearsal").replacen("seal node", "seal node a/node b/node", 1);
    scene.run(&words).exits(0);
    scene.keep_secrets();
    scene.run(RESTORE).exits(0);
    assert_eq!(names(&scene.at("out")), ["node", "node-2", "node-3"]);
    assert_eq!(fs::read(scene.at("out/node-2/own.txt")).unwrap(), b"a");
    assert_eq!(fs::read(scene.at("out/node-3/own.txt")).unwrap(), b"b");
}

#[test]
fn a_node_given_twice_or_within_another_is_wrong_usage() {
    let scene = Scene::new();
    for nodes in [
        "seal node ./node",
        "seal node node/certificates",
        "seal node/certificates node",
    ] {
        let words = Scene::seal_words("--rehearsal").replacen("seal node", nodes, 1);
        scene.run(&words).exits(2).says("node");
    }
    everything_is_bare(&scene);
}

#[test]
fn a_file_that_changes_while_it_is_sealed_is_named_and_nothing_is_left() {
    let scene = Scene::new();
    scene.put("node/big.db", &noise(48 << 20));
    let words = Scene::seal_words("--rehearsal");
    let args: Vec<&str> = words.split_whitespace().collect();
    let mut command = command(scene.dir(), &args);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(wait_for(|| payload_has_begun(&scene)), "it never began");
    let mut big = fs::File::options()
        .append(true)
        .open(scene.at("node/big.db"))
        .unwrap();
    big.write_all(b"one more transaction").unwrap();
    let ran = Ran::of(&args, &child.wait_with_output().unwrap());
    ran.exits(1).says("big.db").says("changed");
    everything_is_bare(&scene);
}

/// Whether the payload on the first medium has content, and so the big file is being read.
fn payload_has_begun(scene: &Scene) -> bool {
    let found = coldvault::media::find(&scene.at("v1"), "coldvault-").unwrap();
    let length = |path: &std::path::PathBuf| fs::metadata(path.join("payload.age.000.unfinished"));
    found
        .paths
        .iter()
        .any(|path| length(path).is_ok_and(|about| about.len() > 100_000))
}

#[test]
fn inspect_says_what_a_sealing_would_take() {
    let scene = Scene::new();
    let ran = scene.run("inspect node");
    ran.exits(0)
        .says("3 files")
        .says("1 link")
        .says("node.conf");
}
