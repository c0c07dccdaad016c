//! Media as somebody hostile, a bad driver or a bad moment leaves them: something else in the place of a file, files of
//! other carriers, names in the wrong case, more or larger than there can be. `verify` names it, and a restore brings back
//! what was sealed, or nothing.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use coldvault::carrier;
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

use crate::scene::{Scene, another, names, sealed};
use crate::support::{PROGRAM, Ran, SETSID, is_root};

/// With a second copy of everything beside what is hostile.
const RESTORE: &str =
    "restore --from v1 --from v2 --from legal1 --from legal2 --from ops1 --into out --rehearsal";
/// With nothing but what is hostile.
const ALONE: &str = "restore --from v1 --from legal1 --from ops1 --into out --rehearsal";
const MEDIA: [&str; 2] = ["v1", "legal1"];

impl Scene {
    /// What was sealed came back, or nothing at all did.
    #[track_caller]
    fn restores_right_or_nothing(&self, words: &str) -> Ran {
        let ran = self.run(words);
        match ran.status {
            Some(0) => self.is_restored("out"),
            Some(3 | 4) => self.is_absent("out"),
            _ => panic!("{ran}"),
        }
        let _ = fs::remove_dir_all(self.at("out"));
        ran
    }

    /// It is named by `verify` and nothing else is, and nothing wrong is restored; what was sealed is, where there are other
    /// copies.
    #[track_caller]
    fn is_named_and_harmless(&self, medium: &str, name: &str) {
        self.run(&format!("verify {medium}")).exits(4).says(name);
        let folder = self.folder(medium);
        let problems = carrier::check(&folder, None).unwrap().problems;
        let damaged = problems.into_iter().filter(|problem| problem.is_damage);
        let mut damaged: Vec<_> = damaged.map(|problem| problem.path).collect();
        damaged.dedup();
        // A folder without its last file was never finished, and no file is blamed for it.
        let blamed = match name {
            "SHA256SUMS" if damaged == [folder.clone()] => folder,
            _ => folder.join(name),
        };
        assert_eq!(damaged, [blamed], "{name}");
        self.restores_right_or_nothing(RESTORE).exits(0);
        self.restores_right_or_nothing(ALONE);
    }
}

/// Puts something else in the place of each file of a vault copy and of a share copy, one after another.
fn in_the_place_of_each_file(plant: impl Fn(&Path)) {
    let scene = sealed();
    for medium in MEDIA {
        for name in names(&scene.folder(medium)) {
            let (path, aside) = (scene.file(medium, &name), scene.at("aside"));
            fs::rename(&path, &aside).unwrap();
            plant(&path);
            scene.is_named_and_harmless(medium, &name);
            match fs::symlink_metadata(&path).unwrap().is_dir() {
                true => fs::remove_dir_all(&path).unwrap(),
                false => fs::remove_file(&path).unwrap(),
            }
            fs::rename(&aside, &path).unwrap();
        }
        scene.run(&format!("verify {medium}")).exits(0);
    }
}

fn node_of(kind: FileType, path: &Path, device: u64) {
    mknodat(CWD, path, kind, Mode::RUSR | Mode::WUSR, device).unwrap();
}

#[test]
fn a_directory_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    in_the_place_of_each_file(|path| {
        fs::create_dir(path).unwrap();
        fs::write(path.join("payload.age"), "x").unwrap();
    });
}

#[test]
fn a_link_to_itself_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    in_the_place_of_each_file(|path| symlink(path.file_name().unwrap(), path).unwrap());
}

#[test]
fn a_link_to_the_right_bytes_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    // Off the medium: it would be whole here and lost everywhere else.
    in_the_place_of_each_file(|path| {
        let aside = path.ancestors().nth(3).unwrap().join("aside");
        symlink(aside, path).unwrap();
    });
}

#[test]
fn a_link_to_what_never_ends_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    in_the_place_of_each_file(|path| symlink("/dev/zero", path).unwrap());
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_named_and_waited_for_by_nobody() {
    in_the_place_of_each_file(|path| node_of(FileType::Fifo, path, 0));
}

#[test]
fn a_socket_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    in_the_place_of_each_file(|path| node_of(FileType::Socket, path, 0));
}

#[test]
fn a_device_that_never_ends_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    if is_root() {
        let zero = makedev(1, 5);
        in_the_place_of_each_file(|path| node_of(FileType::CharacterDevice, path, zero));
    }
}

#[test]
fn nothing_in_the_place_of_a_file_is_named_and_restores_nothing_wrong() {
    in_the_place_of_each_file(|path| fs::write(path, "").unwrap());
}

/// Changes the case of every letter.
fn other_case(name: &str) -> String {
    let other = |letter: char| match letter.is_ascii_uppercase() {
        true => letter.to_ascii_lowercase(),
        false => letter.to_ascii_uppercase(),
    };
    name.chars().map(other).collect()
}

#[test]
fn a_file_whose_name_is_in_the_wrong_case_is_missed_and_what_is_there_is_named() {
    let scene = sealed();
    for medium in MEDIA {
        for name in names(&scene.folder(medium)) {
            let (path, other) = (scene.file(medium, &name), other_case(&name));
            fs::rename(&path, path.with_file_name(&other)).unwrap();
            let ran = scene.run(&format!("verify {medium}")).exits(4);
            ran.says(&other).says("another case");
            scene.is_named_and_harmless(medium, &name);
            fs::rename(path.with_file_name(&other), &path).unwrap();
        }
    }
}

#[test]
fn a_file_beside_its_own_name_in_another_case_is_used_and_the_other_is_only_said() {
    let (scene, thief) = (sealed(), another());
    for medium in MEDIA {
        for name in names(&scene.folder(medium)) {
            let other = scene.folder(medium).join(other_case(&name));
            fs::copy(thief.file(medium, &name), &other).unwrap();
            let ran = scene.run(&format!("verify {medium}")).exits(0);
            ran.says(&other_case(&name)).says("another case");
        }
    }
    scene.restores_right_or_nothing(ALONE).exits(0);
}

#[test]
fn a_folder_whose_own_name_is_in_capitals_is_found_and_whole() {
    let scene = sealed();
    for medium in MEDIA {
        let folder = scene.folder(medium);
        let name = folder.file_name().unwrap().to_str().unwrap();
        fs::rename(&folder, folder.with_file_name(name.to_uppercase())).unwrap();
        scene.run(&format!("verify {medium}")).exits(0);
    }
    scene.restores_right_or_nothing(ALONE).exits(0);
}

#[test]
fn a_folder_with_every_name_in_capitals_is_no_carrier_and_is_not_passed_over_in_silence() {
    let scene = sealed();
    for medium in MEDIA {
        let folder = scene.folder(medium);
        for name in names(&folder) {
            let capitals = folder.join(name.to_uppercase());
            fs::rename(folder.join(&name), capitals).unwrap();
        }
        let ran = scene.run(&format!("verify {medium}")).exits(4);
        ran.says("VAULT.JSON").says("another case");
    }
    let ran = scene.restores_right_or_nothing(ALONE).exits(3);
    ran.says("v1/coldvault-")
        .says("legal1/coldvault-")
        .says("neither a share nor a payload");
    scene.restores_right_or_nothing(RESTORE).exits(0);
}

#[test]
fn a_vault_copy_without_its_payload_is_not_passed_over_in_silence() {
    let scene = sealed();
    fs::remove_file(scene.file("v1", "payload.age")).unwrap();
    scene.is_named_and_harmless("v1", "payload.age");
    let ran = scene.restores_right_or_nothing(RESTORE).exits(0);
    ran.says("v1/coldvault-")
        .says("neither a share nor a payload");
}

#[test]
fn sums_with_the_line_ends_of_windows_are_named_and_no_other_file_is_blamed() {
    let scene = sealed();
    for medium in MEDIA {
        let path = scene.file(medium, "SHA256SUMS");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace('\n', "\r\n")).unwrap();
        scene.is_named_and_harmless(medium, "SHA256SUMS");
        // What vault.json has signed is still held against it.
        scene.damage(medium, "README.txt");
        scene
            .run(&format!("verify {medium}"))
            .exits(4)
            .says("SHA256SUMS")
            .says("README.txt");
    }
    scene.restores_right_or_nothing(ALONE).exits(0);
}

#[test]
fn a_link_that_a_person_names_is_followed_and_one_that_lies_on_a_medium_is_not() {
    let scene = sealed();
    symlink(scene.folder("v1"), scene.at("link")).unwrap();
    scene.run("verify link").exits(0);
    let words = RESTORE.replace("--from v1 --from v2", "--from link");
    scene.restores_right_or_nothing(&words).exits(0);

    let planted = scene
        .at("empty")
        .join(scene.folder("v1").file_name().unwrap());
    fs::create_dir(scene.at("empty")).unwrap();
    symlink(scene.folder("v1"), planted).unwrap();
    scene
        .run("verify empty")
        .exits(2)
        .says("nothing of coldvault");
    let words = RESTORE.replace("--from v1 --from v2", "--from empty");
    let ran = scene.restores_right_or_nothing(&words).exits(4);
    ran.says("\"empty\"").says("no vault copy");
}

#[test]
fn a_link_to_its_own_folder_leads_round_in_no_circle() {
    let scene = sealed();
    for medium in MEDIA {
        let folder = scene.folder(medium);
        symlink(".", folder.join("coldvault-round")).unwrap();
        symlink(".", scene.at(medium).join("coldvault-round")).unwrap();
        symlink("coldvault-loop", scene.at(medium).join("coldvault-loop")).unwrap();
        scene.run(&format!("verify {medium}")).exits(0);
    }
    scene.restores_right_or_nothing(ALONE).exits(0);
}

#[test]
fn names_as_long_and_as_odd_as_they_can_be_keep_no_carrier_from_being_found() {
    let scene = sealed();
    let odd = [
        b"coldvault-\xff\xfe\x1b[31m".to_vec(),
        b"coldvault-\n\ncoldvault: error".to_vec(),
        [&b"coldvault-"[..], &[b'a'; 245]].concat(),
        vec![b'z'; 255],
    ];
    for medium in MEDIA {
        let folder = scene.folder(medium);
        for name in odd.iter().map(|name| OsStr::from_bytes(name)) {
            fs::create_dir(folder.join(name)).unwrap();
            fs::create_dir(scene.at(medium).join(name)).unwrap();
        }
    }
    for medium in MEDIA {
        let ran = scene.run(&format!("verify {medium}")).exits(4);
        let ran = ran.says("vault    ").says("whole\n").does_not_say("\u{1b}");
        ran.does_not_say("\ncoldvault: error\n")
            .says(&"a".repeat(200));
    }
    let ran = scene.restores_right_or_nothing(ALONE).exits(0);
    ran.does_not_say("\u{1b}")
        .says("neither a share nor a payload");
}

#[test]
fn a_file_in_the_place_of_a_folder_or_of_a_whole_medium_is_named_and_restores_nothing_wrong() {
    for is_medium in [false, true] {
        let scene = sealed();
        for medium in MEDIA {
            let place = match is_medium {
                true => scene.at(medium),
                false => scene.folder(medium),
            };
            let content = fs::read(scene.file(medium, "vault.json")).unwrap();
            fs::remove_dir_all(&place).unwrap();
            fs::write(place, content).unwrap();
            let ran = scene.run(&format!("verify {medium}"));
            assert!(matches!(ran.status, Some(2 | 4)), "{ran}");
            ran.says(&format!("\"{medium}\""));
        }
        let ran = scene.restores_right_or_nothing(RESTORE).exits(0);
        ran.says("\"v1\"").says("\"legal1\"");
        scene.restores_right_or_nothing(ALONE).exits(3);
    }
}

/// The program, with less memory than what lies there and a processor for seconds only. What takes more is killed, and
/// then has no exit status.
fn bounded(scene: &Scene, words: &str) -> Ran {
    const BOUNDS: &str = "ulimit -v 300000 && ulimit -t 10 && exec \"$0\" \"$@\"";
    let words: Vec<&str> = words.split_whitespace().collect();
    let shell = Path::new(SETSID).exists().then_some("sh");
    let mut command = Command::new(shell.map_or("sh", |_| SETSID));
    command.args(shell).args(["-c", BOUNDS, PROGRAM]);
    let output = command.args(&words).current_dir(scene.dir()).output();
    Ran::of(&words, &output.unwrap())
}

impl Scene {
    /// As [`Scene::restores_right_or_nothing`], within bounds.
    #[track_caller]
    fn restores_right_or_nothing_within_bounds(&self, words: &str) -> Ran {
        let ran = bounded(self, words);
        match ran.status {
            Some(0) => self.is_restored("out"),
            Some(3 | 4) => self.is_absent("out"),
            _ => panic!("{ran}"),
        }
        let _ = fs::remove_dir_all(self.at("out"));
        ran
    }
}

const HUGE: u64 = 10 << 30;

#[test]
fn a_file_of_ten_gibibytes_is_named_and_takes_neither_its_time_nor_its_memory() {
    let scene = sealed();
    for medium in MEDIA {
        for name in names(&scene.folder(medium)) {
            let path = scene.file(medium, &name);
            let bytes = fs::read(&path).unwrap();
            for start in [bytes.as_slice(), b""] {
                fs::write(&path, start).unwrap();
                let file = File::options().write(true).open(&path).unwrap();
                file.set_len(HUGE).unwrap();
                let ran = bounded(&scene, &format!("verify {medium}"));
                ran.exits(4).says(&name);
                scene.restores_right_or_nothing_within_bounds(ALONE);
            }
            fs::write(&path, &bytes).unwrap();
        }
        scene.run(&format!("verify {medium}")).exits(0);
    }
}

#[test]
fn a_payload_of_ten_gibibytes_that_no_vault_json_bounds_restores_nothing_within_bounds() {
    let scene = sealed();
    for medium in ["v1", "legal1", "ops1"] {
        fs::remove_file(scene.file(medium, "vault.json")).unwrap();
    }
    let path = scene.file("v1", "payload.age");
    let payload = fs::read(&path).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    for start in [payload.len() as u64, 0] {
        file.set_len(start).unwrap();
        file.set_len(HUGE).unwrap();
        bounded(&scene, "verify v1").exits(4).says("payload.age");
        let ran = scene.restores_right_or_nothing_within_bounds(ALONE);
        ran.exits(4).says("v1/coldvault-");
    }
}

#[test]
fn a_hundred_thousand_junk_files_hide_no_carrier_and_take_neither_time_nor_memory() {
    let scene = sealed();
    let (medium, folder) = (scene.at("v1"), scene.folder("v1"));
    for number in 0..100_000 {
        // Some before what is looked for, some behind it, in whatever order a file system lists them.
        File::create(medium.join(format!("{number}-junk"))).unwrap();
        fs::hard_link(
            medium.join(format!("{number}-junk")),
            folder.join(format!("{number}")),
        )
        .unwrap();
    }
    let ran = bounded(&scene, "verify v1").exits(0);
    ran.says("vault, copy 1 of 2: whole")
        .says("many more files than it should")
        .says("more folders or files than were checked");
    let ran = scene
        .restores_right_or_nothing_within_bounds(ALONE)
        .exits(0);
    ran.says("\"v1\": holds more than");
}

#[test]
fn more_folders_than_are_looked_at_are_said_and_one_that_is_named_is_found_among_them() {
    let scene = sealed();
    for number in 0..5_000 {
        let name = format!("coldvault-{number:032}-vault");
        fs::create_dir(scene.at("v1").join(name)).unwrap();
    }
    let ran = bounded(&scene, "verify v1").exits(4);
    ran.says("more folders or files than were checked");
    let ran = scene
        .restores_right_or_nothing_within_bounds(ALONE)
        .exits(4);
    ran.says("\"v1\": holds more than the 64")
        .says("no vault copy");
    let mut folders = names(&scene.at("v1"));
    folders.retain(|name| name.contains(&scene.id()));
    let named = format!("--from v1/{}", folders[0]);
    let words = ALONE.replace("--from v1", &named);
    scene
        .restores_right_or_nothing_within_bounds(&words)
        .exits(0);
}
