//! What commands say of files that give too little: nothing that was handed over is passed over in silence.

use std::fs;

use crate::scene::{Scene, production, sealed};

/// A grey TIFF, uncompressed: of each page its size in dots and what is there of its dots.
fn tiff(pages: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
    let mut file = b"II\x2a\0\0\0\0\0".to_vec();
    let mut link = 4;
    for (width, height, dots) in pages {
        let strip = u32::try_from(file.len()).unwrap();
        file.extend(dots);
        file.resize(file.len().next_multiple_of(4), 0);
        let here = u32::try_from(file.len()).unwrap();
        file[link..link + 4].copy_from_slice(&here.to_le_bytes());
        let tags: [(u16, u32); 9] = [
            (256, *width),
            (257, *height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, strip),
            (277, 1),
            (278, *height),
            (279, width * height),
        ];
        file.extend(9u16.to_le_bytes());
        for (tag, value) in tags {
            file.extend(tag.to_le_bytes());
            // A long number, one of it.
            file.extend(4u16.to_le_bytes());
            file.extend(1u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

/// A page with one code.
fn page(text: &str) -> (u32, u32, Vec<u8>) {
    const DOT: usize = 5;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::H).unwrap();
    let (modules, colors) = (code.width(), code.to_colors());
    let side = (modules + 16) * DOT;
    let is_dark = |x: usize, y: usize| {
        let place = |at: usize| (at / DOT).checked_sub(8).filter(|at| *at < modules);
        let (Some(x), Some(y)) = (place(x), place(y)) else {
            return false;
        };
        colors[y * modules + x] == qrcode::Color::Dark
    };
    let all = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let dots = all.map(|(x, y)| if is_dark(x, y) { 0 } else { 255 });
    let side = u32::try_from(side).unwrap();
    (side, side, dots.collect())
}

#[test]
fn a_page_that_cannot_be_looked_at_is_said_although_the_sheet_is_whole() {
    let scene = sealed();
    let codes = scene.share_codes("legal");
    let good = page(&codes[0]);
    scene.put("one.tiff", &tiff(std::slice::from_ref(&good)));
    let ran = scene.run("verify one.tiff").exits(0);
    ran.says("share 1 (legal) of 3: whole");
    let large = (30_000, 30_000, vec![255; 64]);
    scene.put("two.tiff", &tiff(&[good, large]));
    let ran = scene.run("verify two.tiff").exits(4);
    ran.says("two.tiff page 2")
        .says("30000")
        .says("share 1 (legal) of 3: whole");
    let words = "restore --from v1 --from two.tiff --from ops1 --into out --rehearsal";
    scene.run(words).exits(0).says("two.tiff page 2");
    scene.is_restored("out");
    fs::create_dir(scene.at("back")).unwrap();
    let ran = scene
        .run("scan two.tiff v1 --out back --rehearsal")
        .exits(4);
    ran.says("two.tiff page 2").says("share 1 (legal)");
}

/// A directory with a file that is none, before one with good codes in its name's order.
fn mixed(scene: &Scene) {
    fs::create_dir(scene.at("mixed")).unwrap();
    scene.put("mixed/a.pdf", b"%PDF-1.7 and no more");
    scene.put("mixed/photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    scene.put_codes("mixed/z.txt", &scene.share_codes("legal"));
}

#[test]
fn one_bad_file_in_a_directory_hides_no_other_and_a_photo_that_is_not_read_is_named() {
    let scene = sealed();
    mixed(&scene);
    let ran = scene.run("verify mixed").exits(4);
    ran.says("share 1 (legal) of 3: whole")
        .says("a.pdf")
        .says("photo.heic")
        .says("HEIC");
    fs::create_dir(scene.at("back")).unwrap();
    let ran = scene.run("scan mixed v1 --out back --rehearsal").exits(4);
    ran.says("a.pdf").says("HEIC").says("share 1 (legal)");
    let words = "restore --from v1 --from mixed --from ops1 --into out --rehearsal";
    let ran = scene.run(words).exits(0);
    ran.says("a.pdf").says("HEIC");
    scene.is_restored("out");
}

#[test]
fn what_only_names_and_is_not_there_is_a_mistake_that_says_what_is() {
    let scene = sealed();
    scene.put_codes("legal.txt", &scene.share_codes("legal"));
    fs::create_dir(scene.at("back")).unwrap();
    for (only, said) in [("3", "share 3"), ("vault", "the vault")] {
        let words = format!("scan legal.txt v1 --only {only} --out back --rehearsal");
        let ran = scene.run(&words).exits(2);
        ran.says(said)
            .says("there is: share 1 (legal)")
            .does_not_say("no sheet is whole");
    }
    scene.is_bare("back");
}

#[test]
fn production_and_rehearsal_are_not_written_to_one_medium() {
    let (scene, real) = (sealed(), production());
    scene.put_codes("legal.txt", &scene.share_codes("legal"));
    scene.put_codes("real.txt", &real.share_codes("audit"));
    fs::create_dir(scene.at("back")).unwrap();
    let lent = real.folder("v1");
    let words = format!(
        "scan legal.txt real.txt v1 {} --out back --exception devices=test",
        lent.display()
    );
    let ran = scene.run(&words).exits(4);
    ran.says("production and rehearsal material are mixed");
    scene.is_bare("back");
}

#[test]
fn a_code_of_a_later_coldvault_is_called_so_wherever_it_is_given() {
    let scene = sealed();
    let later = "CV2/X/AAAAAAAAAAAAAAAA/AAAAAAAA";
    scene.put_codes("later.txt", &[format!("QR-Code:{later}")]);
    fs::create_dir(scene.at("dir")).unwrap();
    scene.put_codes("dir/later.txt", &[later]);
    fs::create_dir(scene.at("back")).unwrap();
    for words in [
        "verify later.txt",
        "verify dir",
        "scan later.txt --out back --rehearsal",
        "restore --from v1 --from legal1 --from ops1 --from later.txt --into out --rehearsal",
    ] {
        let ran = scene.run(words);
        let status = if words.starts_with("restore") { 0 } else { 4 };
        ran.exits(status)
            .says("later coldvault")
            .does_not_say("JSON")
            .does_not_say("layout");
    }
}

#[test]
fn a_file_called_typed_is_a_file() {
    let scene = sealed();
    scene.put_codes("typed.txt", &scene.share_codes("legal")[..1]);
    let words = "restore --from v1 --from typed.txt --from ops1 --into out --rehearsal";
    let ran = scene.run(words).exits(0);
    ran.says("share of legal: code A read, code B not readable");
}
