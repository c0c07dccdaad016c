//! What lay outside of the node directories: back with a map, or in place, and never over anything.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use coldvault::manifest::Feature;

use crate::forge::{Tar, payload};
use crate::pty::Pty;
use crate::scene::{Scene, names, sealed, tree};
use crate::support::{Ran, command, keep_secret, noise, wait_for};

const RESTORE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";

/// A vault of one node and of files in `outside`, a directory of the scene, as they were: places below it, contents.
fn vault(files: &[(&str, &str)], links: &[(&str, &str)]) -> Scene {
    let scene = sealed();
    let mut tar = scene.begin();
    tar.file("node/0/node.conf", b"inside");
    outside(&scene, &mut tar, 0, files, links);
    put(&scene, tar);
    scene
}

fn put(scene: &Scene, tar: Tar) {
    scene.replace_payload(&payload(&scene.key(), &tar.finish()), |manifest| {
        manifest.requires = vec![Feature::External];
    });
}

/// Where things of `outside` are in the archive.
fn place(scene: &Scene, node: usize, name: &str) -> String {
    let home = home(scene, name);
    format!("external/{node}{}", home.to_str().unwrap())
}

fn home(scene: &Scene, name: &str) -> PathBuf {
    let top = fs::canonicalize(scene.dir()).unwrap();
    match name {
        "" => top.join("outside"),
        _ => top.join("outside").join(name),
    }
}

fn outside(
    scene: &Scene,
    tar: &mut Tar,
    node: usize,
    files: &[(&str, &str)],
    links: &[(&str, &str)],
) {
    let mut made = Vec::new();
    let all = files.iter().chain(links);
    for path in all.map(|(name, _)| place(scene, node, name)) {
        let ends = path.match_indices('/').map(|(end, _)| end).skip(1);
        for directory in ends.map(|end| path[..end].to_owned()) {
            if !made.contains(&directory) {
                tar.directory(&directory);
                made.push(directory);
            }
        }
    }
    for (name, content) in files {
        tar.file(&place(scene, node, name), content.as_bytes());
    }
    for (name, target) in links {
        tar.link(&place(scene, node, name), target);
    }
}

/// Where something of `outside` is after a restore.
fn restored(scene: &Scene, name: &str) -> PathBuf {
    let home = home(scene, name);
    let below = home.strip_prefix("/").unwrap();
    scene.at("out/external/node").join(below)
}

fn in_place(scene: &Scene) -> Ran {
    scene.run(&format!("{RESTORE} --in-place"))
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn files_from_outside_come_back_beside_the_node_with_a_map() {
    let scene = vault(&[("hsm/login.p12", "login"), ("odd \"name\"", "x")], &[]);
    let ran = scene.run(RESTORE).exits(0);
    ran.says("2 files lay outside")
        .says("--in-place")
        .says("out/external/MAP.txt");
    assert_eq!(
        fs::read(restored(&scene, "hsm/login.p12")).unwrap(),
        b"login"
    );
    let map = fs::read_to_string(scene.at("out/external/MAP.txt")).unwrap();
    let line = format!(
        "\"external/node{0}\" -> \"{0}\"",
        home(&scene, "hsm/login.p12").to_str().unwrap()
    );
    assert!(map.lines().any(|one| one == line), "{map}");
    assert!(map.contains(r#"odd \"name\"" -> "#), "{map}");
    assert_eq!(mode(&scene.at("out/external/MAP.txt")), 0o600);
    assert!(!home(&scene, "").exists(), "nobody asked for that");
    scene
        .run("--json restore --from v1 --from legal1 --from ops1 --into two --rehearsal")
        .exits(0)
        .says("\"code\": \"external\"");
}

#[test]
fn a_vault_with_nothing_outside_has_no_map() {
    let scene = sealed();
    in_place(&scene).exits(0).says("Nothing lay outside");
    assert_eq!(names(&scene.at("out")), ["node", "note"]);
}

#[test]
fn in_place_puts_what_is_missing_and_leaves_what_is_the_same() {
    let scene = vault(
        &[("a/login.p12", "login"), ("b/hsm.conf", "conf"), ("c", "")],
        &[("a/current", "login.p12")],
    );
    scene.put("outside/b/hsm.conf", b"conf");
    let before = fs::metadata(home(&scene, "b/hsm.conf"))
        .unwrap()
        .modified()
        .unwrap();
    let ran = in_place(&scene)
        .exits(0)
        .says("3 of them put where they were, 1 were there");
    ran.says(home(&scene, "a/login.p12").to_str().unwrap());
    let now: Vec<_> = tree(&home(&scene, ""));
    assert_eq!(now, tree(&restored(&scene, "")));
    let after = fs::metadata(home(&scene, "b/hsm.conf"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
    assert_eq!(mode(&home(&scene, "a")), 0o700);
    assert_eq!(mode(&home(&scene, "a/login.p12")), 0o600);

    // Again, into another directory: everything is there and is the same.
    let again = RESTORE.replace("--into out", "--into two");
    let ran = scene.run(&format!("{again} --in-place")).exits(0);
    ran.says("0 of them put where they were, 4 were there");
}

#[test]
fn a_file_that_is_different_is_kept_and_named_and_then_nothing_is_put_anywhere() {
    let scene = vault(
        &[("a", "sealed"), ("b", "sealed"), ("new/c", "sealed")],
        &[("l", "a")],
    );
    scene.put("outside/a", b"theirs");
    fs::create_dir(home(&scene, "b")).unwrap();
    symlink("b", home(&scene, "l")).unwrap();
    let before = tree(&home(&scene, ""));
    let ran = in_place(&scene).exits(5).says("3 places are taken");
    let ran = ran
        .says("other content")
        .says("a directory is there")
        .says("a link is there");
    ran.says(&format!("{:?}", home(&scene, "a")));
    assert_eq!(tree(&home(&scene, "")), before);
    // What came back is there all the same.
    assert_eq!(fs::read(restored(&scene, "new/c")).unwrap(), b"sealed");
    assert_eq!(names(&scene.at("out")), ["external", "node"]);
}

#[test]
fn where_a_place_is_taken_the_start_up_checks_are_made_all_the_same() {
    let scene = vault(&[("a", "sealed")], &[]);
    scene.put("outside/a", b"theirs");
    in_place(&scene)
        .exits(5)
        .says("1 place is taken")
        .says("would not start");
}

#[test]
fn a_link_on_the_way_to_a_place_is_named_and_not_followed() {
    let scene = vault(&[("way/f", "sealed"), ("free", "sealed")], &[]);
    let elsewhere = scene.at("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir(home(&scene, "")).unwrap();
    symlink(&elsewhere, home(&scene, "way")).unwrap();
    let ran = in_place(&scene).exits(5).says("links are not followed");
    ran.says(&format!("{:?}", home(&scene, "way")));
    assert!(names(&elsewhere).is_empty());
    assert!(!home(&scene, "free").exists());
}

#[test]
fn a_carrier_is_no_place_for_files_in_clear() {
    let scene = sealed();
    let carrier = fs::canonicalize(scene.folder("audit2")).unwrap();
    let mut tar = scene.begin();
    let path = format!("external/0{}/key.pem", carrier.to_str().unwrap());
    for (end, _) in path.match_indices('/').skip(1) {
        tar.directory(&path[..end]);
    }
    tar.file(&path, b"clear");
    put(&scene, tar);
    in_place(&scene).exits(5).says("lies in the carrier");
    assert!(!carrier.join("key.pem").exists());
}

#[test]
fn only_chooses_among_what_lay_outside_too() {
    let scene = vault(&[("a/wanted", "1"), ("b/other", "2")], &[]);
    let ran = scene.run(&format!("{RESTORE} --in-place --only external/*/wanted"));
    ran.exits(0)
        .says("1 of them put")
        .says("no start-up checks");
    assert_eq!(names(&home(&scene, "")), ["a"]);
    assert!(!restored(&scene, "b").exists());
    assert_eq!(names(&scene.at("out")), ["external"]);
}

#[test]
fn two_nodes_may_share_a_file_but_not_disagree_about_it() {
    for (second, status) in [("same", 0), ("other", 5)] {
        let scene = sealed();
        let ceremony = String::from_utf8(scene.ceremony()).unwrap();
        let node = "\"name\": \"node\",\n      \"path\": \"/node\"\n    }";
        assert!(ceremony.contains(node), "{ceremony}");
        let two = format!("{node}, {{ \"name\": \"two\", \"path\": \"/two\" }}");
        let mut tar = Tar::default();
        tar.file("ceremony.json", ceremony.replace(node, &two).as_bytes());
        tar.directory("node/0");
        outside(&scene, &mut tar, 0, &[("shared", "same")], &[]);
        tar.directory("node/1");
        outside(&scene, &mut tar, 1, &[("shared", second)], &[]);
        put(&scene, tar);
        let ran = in_place(&scene).exits(status);
        if status == 0 {
            ran.says("1 of them put where they were, 0 were there and are the same, 1 belong");
        }
        assert_eq!(home(&scene, "shared").exists(), status == 0);
    }
}

#[test]
fn a_link_that_would_lead_elsewhere_from_its_place_is_refused() {
    let scene = sealed();
    let mut tar = scene.begin();
    tar.directory("external/0");
    tar.link("external/0/l", "../../node/node.conf");
    put(&scene, tar);
    scene.run(RESTORE).exits(4).says("leads outside");
    scene.is_absent("out");
}

/// Unfinished files: of a process that is gone (Linux gives none this number), and of one that runs.
fn left(scene: &Scene) -> (PathBuf, PathBuf) {
    let name = |process: u32| format!("outside/.coldvault-unfinished-{process}-0");
    let (gone, running) = (name(4_194_305), name(std::process::id()));
    scene.put(&gone, b"sea");
    scene.put(&running, b"sea");
    (scene.at(&gone), scene.at(&running))
}

#[test]
fn what_a_killed_run_left_beside_a_place_is_named() {
    let scene = vault(&[("a", "sealed")], &[]);
    let (gone, running) = left(&scene);
    in_place(&scene)
        .exits(0)
        .says("left by a restore that was killed")
        .says("remove it when no other coldvault runs");
    assert_eq!(fs::read(home(&scene, "a")).unwrap(), b"sealed");
    assert!(gone.exists() && running.exists());
}

#[test]
fn on_a_terminal_what_a_killed_run_left_is_removed_and_what_a_running_one_writes_is_not() {
    for (answer, is_removed) in [("y", true), ("n", false)] {
        let scene = vault(&[("a", "sealed")], &[]);
        let (gone, running) = left(&scene);
        let words = format!("{RESTORE} --in-place --expect {}", scene.id());
        let words: Vec<&str> = words.split(' ').collect();
        let Some(mut pty) = Pty::start(scene.dir(), &words) else {
            return;
        };
        pty.expect("-4194305-0\" was left by a restore that was killed")
            .types(answer);
        pty.expect("there?").types("y");
        let ran = pty.ends().exits(0);
        let ran = ran.does_not_say(&format!("-{}-0\" was left", std::process::id()));
        match is_removed {
            true => ran
                .says("Removed.")
                .does_not_say("killed; it may hold a file in clear: remove it"),
            false => ran.says("killed; it may hold a file in clear: remove it"),
        };
        assert_eq!(gone.exists(), !is_removed);
        assert!(running.exists());
        assert_eq!(fs::read(home(&scene, "a")).unwrap(), b"sealed");
    }
}

#[test]
fn killed_in_the_middle_every_place_has_its_whole_file_or_none_and_the_next_run_goes_on() {
    // A fast machine may be done before it is killed.
    let sizes = [50_000, 400_000, 1_600_000];
    assert!(sizes.into_iter().any(is_killed_in_the_middle));
}

/// Kills a run that puts sixty files of this size in place, and runs it again. Whether it was killed before its end.
fn is_killed_in_the_middle(size: usize) -> bool {
    const FILES: usize = 60;
    let scene = sealed();
    let mut tar = scene.begin();
    let contents: Vec<Vec<u8>> = (0..FILES).map(|i| noise(size + i)).collect();
    let names: Vec<String> = (0..FILES).map(|i| format!("many/{i:02}")).collect();
    outside(&scene, &mut tar, 0, &[("many/first", "")], &[]);
    for (name, content) in names.iter().zip(&contents) {
        tar.file(&place(&scene, 0, name), content);
    }
    let plain = tar.finish();
    scene.replace_payload(&payload(&scene.key(), &plain), |manifest| {
        manifest.requires = vec![Feature::External];
        manifest.plain_bytes = plain.len() as u64;
        manifest.members = 200;
    });
    let words = format!("{RESTORE} --in-place");
    let words: Vec<&str> = words.split(' ').collect();
    let mut child = command(scene.dir(), &words)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    assert!(wait_for(|| home(&scene, "many/07").exists()));
    child.kill().unwrap();
    child.wait().unwrap();
    if home(&scene, "many/59").exists() {
        return false;
    }
    for (name, content) in names.iter().zip(&contents) {
        if let Ok(there) = fs::read(home(&scene, name)) {
            assert!(there == *content, "{name} is not whole");
        }
    }
    let again = words.join(" ").replace("--into out", "--into two");
    scene.run(&again).exits(0);
    for (name, content) in names.iter().zip(&contents) {
        assert!(fs::read(home(&scene, name)).unwrap() == *content, "{name}");
    }
    true
}

#[test]
fn where_one_place_fails_those_before_it_are_finished_and_told() {
    let scene = sealed();
    let mut tar = scene.begin();
    outside(&scene, &mut tar, 0, &[("a", "sealed")], &[]);
    for path in ["external/0/proc", "external/0/proc/coldvault"] {
        tar.directory(path);
    }
    tar.file(
        "external/0/proc/coldvault/f",
        b"nobody makes a directory there",
    );
    put(&scene, tar);
    let ran = in_place(&scene).says("1 external files are in place already, each whole");
    assert_ne!(ran.status, Some(0));
    assert_eq!(fs::read(home(&scene, "a")).unwrap(), b"sealed");
    // What comes last for a directory that was made.
    let about = fs::metadata(home(&scene, "")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::mtime(&about), 0);
}

#[test]
fn on_a_terminal_every_place_is_named_and_asked_about_before_anything_is_put_there() {
    let scene = vault(&[("a", "sealed"), ("b", "sealed")], &[]);
    scene.put("outside/b", b"sealed");
    let words = format!("{RESTORE} --in-place --expect {}", scene.id());
    for (into, answer) in [("no", "n"), ("yes", "y"), ("again", "")] {
        let words = words.replace("--into out", &format!("--into {into}"));
        let words: Vec<&str> = words.split(' ').collect();
        let Some(mut pty) = Pty::start(scene.dir(), &words) else {
            return;
        };
        if answer.is_empty() {
            pty.ends().exits(0).says("0 of them put where they were");
            return;
        }
        pty.expect("1 file to put where they were")
            .expect(home(&scene, "a").to_str().unwrap())
            .expect("there?");
        assert!(!home(&scene, "a").exists());
        pty.types(answer);
        let ran = pty.ends().exits(0);
        match answer {
            "n" => ran.says("Nothing was put in place"),
            _ => ran.says("1 of them put where they were, 1 were there"),
        };
        assert_eq!(home(&scene, "a").exists(), answer == "y");
    }
}

#[test]
fn a_salvage_brings_what_lay_outside_under_its_number() {
    let scene = vault(&[("a", "sealed")], &[]);
    let ran = scene.run(&format!("{RESTORE} --salvage")).exits(0);
    ran.says("INCOMPLETE/external/<number of the node>");
    let path = home(&scene, "a");
    let below = path.strip_prefix("/").unwrap();
    let came = scene.at("out/INCOMPLETE/external/0").join(below);
    assert_eq!(fs::read(came).unwrap(), b"sealed");
    let both = scene.run(&format!("{RESTORE} --salvage --in-place"));
    both.exits(2);
}

#[test]
fn two_notes_come_back_as_two_files_or_in_one_with_headings() {
    let scene = sealed();
    let secret = "a-store-password-of-somebody";
    keep_secret(secret);
    let text = format!("Passwords of keystores:\n\nnode/0/a.jks\n    {secret}\n");
    let mut tar = scene.begin();
    tar.file("node/0/node.conf", b"inside");
    tar.file("note/note.txt", b"read this");
    tar.file("note/store-passwords.txt", text.as_bytes());
    put(&scene, tar);
    let ran = scene.run(RESTORE).exits(0);
    ran.says(" and 2 notes, ").says("store-passwords.txt");
    for name in ["note.txt", "store-passwords.txt"] {
        assert_eq!(mode(&scene.at("out/note").join(name)), 0o600);
    }
    let kept = fs::read_to_string(scene.at("out/note/store-passwords.txt")).unwrap();
    assert_eq!(kept, text);

    let words = RESTORE.replace("--into out", "--into two --note-to both.txt");
    scene
        .run(&words)
        .exits(0)
        .says("The notes are in \"both.txt\"");
    assert_eq!(names(&scene.at("two")), ["node"]);
    let both = fs::read_to_string(scene.at("both.txt")).unwrap();
    let wanted = format!("=== note.txt ===\nread this\n\n=== store-passwords.txt ===\n{text}");
    assert_eq!(both, wanted);
}
