//! The way back: from any mix of carriers, with what is asked for, and nothing else.

use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::scene::{NOTE, Scene, names, sealed, tree};
use crate::support::without_terminal;

#[test]
fn any_mix_of_carriers_share_files_and_share_texts_restores() {
    let scene = sealed();
    for custodian in ["legal", "audit", "ops"] {
        let path = scene.file(&format!("{custodian}2"), "share.json");
        fs::copy(path, scene.at(&format!("{custodian}.json"))).unwrap();
        let text = scene.share_text(custodian);
        scene.put(&format!("{custodian}.txt"), text.as_bytes());
    }
    fs::rename(scene.folder("legal1"), scene.at("a-folder")).unwrap();
    let mixes = [
        "v1 legal2 audit1",
        "v2 audit2 ops1",
        "v1 a-folder ops2",
        "v1 legal.json audit.json",
        "v1 legal.json ops.txt",
        "v2 audit.txt ops.txt",
        "legal2 v1 audit.txt v2",
        "ops1 ops.txt ops.json v1 legal.txt",
    ];
    for (i, mix) in mixes.into_iter().enumerate() {
        let from: String = mix.split(' ').map(|p| format!(" --from {p}")).collect();
        let words = format!("restore{from} --into out{i} --rehearsal");
        scene.run(&words).exits(0).does_not_say("set aside");
        scene.is_restored(&format!("out{i}"));
    }
}

#[test]
fn one_medium_may_hold_several_folders() {
    let scene = sealed();
    for medium in ["audit1", "ops1", "v1"] {
        let from = scene.folder(medium);
        let to = scene.at("legal1").join(from.file_name().unwrap());
        fs::rename(from, to).unwrap();
    }
    let words = "restore --from legal1 --into out --rehearsal";
    scene.run(words).exits(0);
    scene.is_restored("out");
}

#[test]
fn the_sealed_note_comes_back_beside_the_node_or_where_it_is_wanted() {
    let scene = sealed();
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal";
    scene.run(&format!("{from} --into out")).exits(0);
    assert_eq!(
        fs::read_to_string(scene.at("out/note/note.txt")).unwrap(),
        NOTE
    );
    scene
        .run(&format!("{from} --into two --note-to here.txt"))
        .exits(0);
    assert_eq!(names(&scene.at("two")), ["node"]);
    assert_eq!(fs::read_to_string(scene.at("here.txt")).unwrap(), NOTE);
    let mode = fs::metadata(scene.at("here.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);

    let again = scene.run(&format!("{from} --into three --note-to here.txt"));
    again.exits(5).says("here.txt").says("already exists");
    scene.is_absent("three");
}

#[test]
fn only_what_matches_is_restored_and_nothing_when_nothing_does() {
    let scene = sealed();
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal";
    scene
        .run(&format!("{from} --into out --only */node.conf"))
        .exits(0);
    let came = tree(&scene.at("out"));
    let came: Vec<_> = came
        .iter()
        .map(|(path, _)| path.to_str().unwrap())
        .collect();
    assert_eq!(came, ["node", "node/node.conf"]);

    scene
        .run(&format!("{from} --into none --only */nothing"))
        .exits(2)
        .says("--only");
    scene.is_absent("none");
    scene
        .run(&format!("{from} --into none --only [a"))
        .exits(2)
        .says("[a");
    scene.is_absent("none");
}

fn mode(scene: &Scene, path: &str) -> u32 {
    let about = fs::symlink_metadata(scene.at(path)).unwrap();
    about.permissions().mode() & 0o7777
}

#[test]
fn files_come_back_for_their_owner_only_unless_their_modes_are_to_be_kept() {
    let scene = Scene::new();
    let before = [
        ("node/certificates", 0o755),
        ("node/node.conf", 0o640),
        ("node/certificates/nodekeystore.jks", 0o4755),
        ("node/empty", 0o444),
    ];
    for (path, mode) in before {
        fs::set_permissions(scene.at(path), Permissions::from_mode(mode)).unwrap();
    }
    scene.seal("--rehearsal").exits(0);
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal";
    scene.run(&format!("{from} --into plain")).exits(0);
    scene
        .run(&format!("{from} --into kept --preserve"))
        .exits(0);
    for (path, was) in before {
        let plain = mode(&scene, &format!("plain/{path}"));
        let kept = mode(&scene, &format!("kept/{path}"));
        assert_eq!((plain, kept), (was & 0o700, was & 0o777), "{path}");
    }
    assert_eq!(mode(&scene, "plain"), 0o700);
}

#[test]
fn times_come_back_to_the_second() {
    let scene = Scene::new();
    let moments = [("node/node.conf", 1_000_000_000), ("node/empty", 1)];
    for (path, seconds) in moments {
        let time = UNIX_EPOCH + Duration::new(seconds, 987_654_321);
        let file = File::options().append(true).open(scene.at(path)).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }
    let modified = |path: &str| -> SystemTime {
        fs::symlink_metadata(scene.at(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let directory = seconds(modified("node/certificates"));
    scene.seal("--rehearsal").exits(0);
    scene
        .run("restore --from v1 --from legal1 --from ops1 --into out --rehearsal")
        .exits(0);
    for (path, seconds) in moments {
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(modified(&format!("out/{path}")), time, "{path}");
    }
    assert_eq!(seconds(modified("out/node/certificates")), directory);
}

#[test]
fn when_the_first_vault_copy_is_damaged_the_other_one_is_used_and_the_damage_is_said() {
    let scene = sealed();
    scene.damage("v1", "payload.age");
    let ran =
        scene.run("restore --from v1 --from v2 --from legal1 --from ops1 --into out --rehearsal");
    ran.exits(0).says("v1/coldvault-").says("warning");
    scene.is_restored("out");
    assert_eq!(names(&scene.at("out")), ["node", "note"]);
}

#[test]
fn without_any_vault_json_signed_share_files_restore_and_what_is_missing_is_said() {
    let scene = sealed();
    for medium in ["v1", "legal1", "ops1"] {
        fs::remove_file(scene.file(medium, "vault.json")).unwrap();
    }
    let ran = scene.run("restore --from v1 --from legal1 --from ops1 --into out --rehearsal");
    ran.exits(0).says("no genuine vault.json");
    scene.is_restored("out");
}

#[test]
fn without_any_vault_json_typed_shares_alone_restore() {
    let scene = sealed();
    fs::remove_file(scene.file("v1", "vault.json")).unwrap();
    for custodian in ["legal", "audit", "ops"] {
        let text = scene.share_text(custodian);
        scene.put(&format!("{custodian}.txt"), text.as_bytes());
    }
    let ran = scene.run("restore --from v1 --from audit.txt --from ops.txt --into out --rehearsal");
    ran.exits(0).says("no genuine vault.json");
    scene.is_restored("out");

    let one = scene.run("restore --from v1 --from audit.txt --into one --rehearsal");
    one.exits(3).says("2 needed");
    scene.is_absent("one");
}

#[test]
fn the_expected_id_may_be_given_in_digits_or_words() {
    let scene = sealed();
    let id = scene.manifest().public_key.vault_id();
    let words = id.word_lines().join(" ");
    for (i, id) in [id.hex(), words].iter().enumerate() {
        let out = format!("out{i}");
        let from = [
            "restore", "--from", "v1", "--from", "legal1", "--from", "ops1",
        ];
        let more = ["--rehearsal", "--into", &out, "--expect", id];
        let ran = crate::support::run(scene.dir(), &[&from[..], &more[..]].concat());
        ran.exits(0);
        scene.is_restored(&out);
    }
    let ran = scene.run("restore --from v1 --from legal1 --from ops1 --into no --expect 00");
    ran.exits(2).says("--expect");
    scene.is_absent("no");
}

#[test]
fn rehearsal_material_is_not_restored_unasked() {
    if !without_terminal() {
        return;
    }
    let scene = sealed();
    let ran = scene.run("restore --from v1 --from legal1 --from ops1 --into out");
    ran.exits(5).says("rehearsal").says("--rehearsal");
    scene.is_absent("out");
}

#[test]
fn a_destination_that_is_taken_is_left_alone() {
    let scene = sealed();
    scene.put("full/mine", b"mine");
    scene.put("file", b"mine");
    fs::create_dir(scene.at("elsewhere")).unwrap();
    symlink("elsewhere", scene.at("link")).unwrap();
    symlink("is-not-there", scene.at("nowhere")).unwrap();
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal --into";
    for (into, why) in [
        ("full", "not empty"),
        ("file", "already exists"),
        ("link", "is a symbolic link"),
        ("nowhere", "is a symbolic link"),
    ] {
        let ran = scene.run(&format!("{from} {into}"));
        ran.exits(5).says(&format!("{into:?}")).says(why);
    }
    let real = fs::canonicalize(scene.at("elsewhere")).unwrap();
    let leads = format!("name what it leads to, {real:?}");
    scene.run(&format!("{from} link")).exits(5).says(&leads);
    assert_eq!(names(&scene.at("full")), ["mine"]);
    assert_eq!(fs::read(scene.at("file")).unwrap(), b"mine");
    scene.is_bare("elsewhere");

    scene
        .run(&format!("{from} no/such/place"))
        .exits(5)
        .says("\"no/such\" does not exist");
    scene.is_absent("no");
}

#[test]
fn a_new_file_systems_own_directories_are_no_content() {
    let scene = sealed();
    fs::create_dir_all(scene.at("stick/lost+found")).unwrap();
    fs::create_dir_all(scene.at("stick/System Volume Information")).unwrap();
    scene
        .run("restore --from v1 --from legal1 --from ops1 --into stick --rehearsal")
        .exits(0);
    scene.is_restored("stick");
}

#[test]
fn a_note_for_standard_output_is_refused_with_a_place_that_will_do() {
    let scene = sealed();
    let from = "restore --from v1 --from legal1 --from ops1 --rehearsal --into out --note-to";
    for stream in ["/dev/stdout", "/dev/fd/1", "/dev/null"] {
        let ran = scene.run(&format!("{from} {stream}")).exits(2);
        ran.says("no place for a new file").says("/dev/shm/note");
    }
    scene.is_absent("out");
}

#[test]
fn a_share_in_a_pipe_is_refused_with_the_way_that_works_and_that_way_works() {
    let scene = sealed();
    let share = scene.file("legal1", "share.json").display().to_string();
    let sh = |words: &str| {
        let line = format!("\"$0\" {words}");
        let output = std::process::Command::new("bash")
            .args(["-c", &line, crate::support::PROGRAM])
            .current_dir(scene.dir())
            .stdin(std::process::Stdio::null())
            .output();
        crate::support::Ran::of(&[words], &output.unwrap())
    };
    if !crate::lead::system("bash", &["-c", "true"]) {
        crate::support::skipped(crate::support::TOOLS, "there is no bash");
        return;
    }
    let from = "restore --from v1 --from ops1 --rehearsal --into";
    sh(&format!("verify <(cat {share})"))
        .exits(2)
        .says("is a pipe")
        .says("verify - < <(...)");
    sh(&format!("{from} out --from <(cat {share})"))
        .says("only standard input is read from a pipe, named by -");
    scene.is_absent("out");
    sh(&format!("verify - < <(cat {share})")).exits(0);
    sh(&format!("{from} out --from - < <(cat {share})")).exits(0);
    scene.is_restored("out");
}

#[test]
fn a_copy_is_made_of_the_carrier_that_a_share_file_lies_in() {
    let scene = sealed();
    for place in ["fresh", "alone", "fresh2"] {
        fs::create_dir(scene.at(place)).unwrap();
    }
    let share = scene.file("legal1", "share.json").display().to_string();
    let words = format!("copy {share} fresh --rehearsal");
    scene.run(&words).exits(0);
    scene.run("verify fresh").exits(0).says("share 1 (legal)");
    fs::copy(&share, scene.at("alone/share.json")).unwrap();
    let ran = scene
        .run("copy alone/share.json fresh2 --rehearsal")
        .exits(4);
    ran.says("not copied, because it is not whole");
    scene.is_bare("fresh2");
}
