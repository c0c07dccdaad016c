//! Sheets that come back as pictures: damaged, turned, mixed, many in one file, on standard input; what only looks like a
//! scan; and what becomes of the process that reads them when it is stopped.
//!
//! Where the layout of a page does not matter, codes are drawn here, close together, because small pictures are quick.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use coldvault::code::VaultFiles;
use coldvault::sheet::{ShareSheet, VaultSheet};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::{DataFormat, MZFlush};
use qrcode::{EcLevel, QrCode, Version};
use rustix::process::{Pid, Signal, kill_process};
use rxing::common::DetectorRXingResult;
use rxing::common::HybridBinarizer;
use rxing::qrcode::cpp_port::{decoder, detector};
use rxing::{Binarizer, Luma8LuminanceSource};
use tiff::encoder::{TiffEncoder, colortype};

use crate::paper_in::{BACK, pdftoppm, piped};
use crate::scene::{Scene, sealed};
use crate::support::{Ran, TOOLS, command, skipped, wait_for};

/// Dots of a module, and modules of white around a code.
const MODULE: usize = 4;
const QUIET: usize = 6;

fn code(text: &str) -> QrCode {
    QrCode::with_error_correction_level(text, EcLevel::Q).unwrap()
}

/// A page with these codes, three in a row.
fn drawn(codes: &[QrCode]) -> GrayImage {
    let widest = codes.iter().map(QrCode::width).max().unwrap_or_default();
    let cell = (widest + 2 * QUIET) * MODULE;
    let rows = codes.len().div_ceil(3);
    let side = |cells: usize| u32::try_from(cells * cell).unwrap();
    let mut page = GrayImage::from_pixel(side(codes.len().min(3)), side(rows), Luma([255]));
    for (at, code) in codes.iter().enumerate() {
        let (left, top) = (at % 3 * cell, at / 3 * cell);
        for (place, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (place % code.width() + QUIET, place / code.width() + QUIET);
            let dots = (0..MODULE * MODULE).map(|dot| (dot % MODULE, dot / MODULE));
            for (right, down) in dots {
                let (x, y) = (left + x * MODULE + right, top + y * MODULE + down);
                page.put_pixel(x as u32, y as u32, Luma([color.select(0, 255)]));
            }
        }
    }
    page
}

/// A page with the codes of these texts.
pub(crate) fn page(texts: &[String]) -> GrayImage {
    drawn(&texts.iter().map(|text| code(text)).collect::<Vec<_>>())
}

fn stored(page: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    page.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

impl Scene {
    /// The codes of the vault sheet, page for page.
    fn vault_pages(&self) -> Vec<GrayImage> {
        let (codes, _, per_page) = self.vault_codes();
        codes.chunks(per_page).map(page).collect()
    }

    /// What is said when every code of the vault sheet was read.
    fn all_read(&self) -> String {
        let (codes, needed, _) = self.vault_codes();
        let all = codes.len();
        format!("{all} of {all} codes read, {needed} needed: enough")
    }

    fn share_page(&self, custodian: &str) -> GrayImage {
        page(&self.share_codes(custodian))
    }

    fn put_page(&self, name: &str, page: &GrayImage) {
        page.save(self.at(name)).unwrap();
    }

    /// The vault sheet as it is printed.
    fn print_vault(&self, name: &str) {
        let read = |name| fs::read(self.file("v2", name)).unwrap();
        let files = VaultFiles {
            manifest: read("vault.json"),
            signature: read("vault.json.sig"),
            payload: read("payload.age"),
        };
        let sheet = VaultSheet {
            files: &files,
            manifest: &self.manifest(),
            contact: None,
        };
        self.put(name, &sheet.draw().unwrap().pdf);
    }

    /// The sheet of a share as it is printed.
    fn print_share(&self, custodian: &str, name: &str) {
        let manifest = self.manifest();
        let sheet = ShareSheet {
            share: &self.read_share(&format!("{custodian}2")),
            label: &manifest.label,
            created: manifest.created,
            contact: None,
        };
        self.put(name, &sheet.draw().unwrap().pdf);
    }
}

/// A place on a page: left, top, and the longer side.
type Place = (u32, u32, u32);

/// The codes on a clean page of a vault sheet by their numbers.
fn places(page: &GrayImage) -> BTreeMap<usize, Place> {
    let source = Luma8LuminanceSource::new(page.as_raw().clone(), page.width(), page.height());
    let binarizer = HybridBinarizer::new(source.unwrap());
    let bits = binarizer.get_black_matrix().unwrap();
    let mut corners = detector::FindFinderPatterns(bits, true, 0);
    let mut places = BTreeMap::new();
    for corners in detector::GenerateFinderPatternSets(&mut corners) {
        let read =
            detector::SampleQR(bits, &corners).and_then(|code| decoder::Decode(code.getBits()));
        let Some(read) = read.ok().filter(|read| read.isValid()) else {
            continue;
        };
        let number = read.text().split('/').nth(3).unwrap().parse().unwrap();
        let (left, top) = (corners.tl.p.x, corners.tl.p.y);
        let side = (corners.tr.p.x - left).max(corners.bl.p.y - top);
        // The points are the middles of the corners.
        let edge = side * 0.08;
        let whole = (side + 2.0 * edge) as u32;
        places.insert(number, ((left - edge) as u32, (top - edge) as u32, whole));
    }
    places
}

/// The vault sheet as pictures of its pages, and where each code is: on which page, and where there.
type Printed = (Vec<GrayImage>, BTreeMap<usize, (usize, Place)>);

fn printed_pages(scene: &Scene) -> Option<Printed> {
    scene.print_vault("vault.pdf");
    if !pdftoppm(scene, "-r 100 -gray -png vault.pdf rendered") {
        return None;
    }
    let (codes, _, per_page) = scene.vault_codes();
    let mut all = BTreeMap::new();
    let mut pages = Vec::new();
    for number in 1..=codes.len().div_ceil(per_page) {
        let picture = image::open(scene.at(&format!("rendered-{number}.png")));
        let picture = picture.unwrap().to_luma8();
        let found = places(&picture).into_iter();
        all.extend(found.map(|(code, place)| (code, (number - 1, place))));
        pages.push(picture);
    }
    let numbers: Vec<usize> = all.keys().copied().collect();
    let expected: Vec<usize> = (1..=codes.len()).collect();
    assert_eq!(numbers, expected, "the test finds every code");
    Some((pages, all))
}

/// Lays white squares over the codes that `lost` names, and saves the pages as `NAME-1.png` and so on.
fn erased(scene: &Scene, printed: &Printed, name: &str, lost: impl Fn(usize) -> bool) -> String {
    let (mut pages, places) = printed.clone();
    let lost = places.iter().filter(|(number, _)| lost(**number));
    for (_, (page, (left, top, side))) in lost {
        let white = GrayImage::from_pixel(*side, *side, Luma([255]));
        imageops::replace(&mut pages[*page], &white, i64::from(*left), i64::from(*top));
    }
    let mut from = String::new();
    for (number, page) in (1..).zip(&pages) {
        scene.put_page(&format!("{name}-{number}.png"), page);
        from += &format!("--from {name}-{number}.png ");
    }
    from
}

#[test]
fn a_quarter_of_the_codes_erased_on_the_pages_is_made_up_for_by_the_others() {
    let scene = sealed();
    let Some(printed) = printed_pages(&scene) else {
        return;
    };
    let total = printed.1.len();
    let from = erased(&scene, &printed, "stained", |number| number <= total / 4);
    scene
        .run(&format!("restore {from} --from legal1 --from ops1 {BACK}"))
        .exits(0)
        .says(&format!("{} of {total} codes read", total - total / 4));
    scene.is_restored("out");
}

#[test]
fn when_more_codes_are_erased_than_parity_makes_up_for_the_missing_ones_are_named() {
    let scene = sealed();
    let Some(printed) = printed_pages(&scene) else {
        return;
    };
    let (codes, needed, per_page) = scene.vault_codes();
    let total = codes.len();
    let lost = total - needed + 1;
    assert!(lost > per_page, "the first page, and some of the second");
    let from = erased(&scene, &printed, "lost", |number| number <= lost);
    let missing: Vec<String> = (per_page + 1..=lost).map(|code| code.to_string()).collect();
    let read = format!(
        "{} of {total} codes read, {needed} needed: 1 more are missing; \
         page 1 was not among the scans; page 2: not read: {}",
        needed - 1,
        missing.join(", ")
    );
    scene
        .run(&format!("restore {from} --from legal1 --from ops1 {BACK}"))
        .exits(4)
        .says(&read)
        .says("lost-1.png: no code found");
    scene.is_absent("out");
}

#[test]
fn pages_of_several_sheets_in_one_tiff_are_read_turned_shuffled_and_twice() {
    let scene = sealed();
    let mut pages = scene.vault_pages();
    pages[0] = imageops::rotate90(&pages[0]);
    pages[1] = imageops::rotate180(&pages[1]);
    pages.insert(0, imageops::rotate270(&scene.share_page("ops")));
    pages.push(scene.share_page("legal"));
    pages.push(pages[1].clone());
    pages.reverse();
    let mut file = Cursor::new(Vec::new());
    let mut tiff = TiffEncoder::new(&mut file).unwrap();
    for page in &pages {
        let (width, height) = page.dimensions();
        tiff.write_image::<colortype::Gray8>(width, height, page)
            .unwrap();
    }
    scene.put("all.tif", &file.into_inner());
    let ran = scene
        .run(&format!("restore --from all.tif {BACK}"))
        .exits(0);
    ran.says("all.tif page 2\": good").says("2 good shares");
    scene.is_restored("out");
    scene
        .run("verify all.tif")
        .exits(0)
        .says("3 carriers: 3 whole");
}

#[test]
fn sheets_that_were_put_together_into_one_pdf_are_told_apart() {
    let scene = sealed();
    scene.print_vault("vault.pdf");
    scene.print_share("legal", "legal.pdf");
    scene.print_share("audit", "audit.pdf");
    let together = Command::new("pdfunite")
        .args([
            "legal.pdf",
            "vault.pdf",
            "audit.pdf",
            "legal.pdf",
            "all.pdf",
        ])
        .current_dir(scene.dir())
        .status();
    if !together.is_ok_and(|status| status.success()) {
        return skipped(TOOLS, "there is no pdfunite, which puts documents together");
    }
    scene
        .run(&format!("restore --from all.pdf {BACK}"))
        .exits(0)
        .says("share 1 (legal)")
        .says("share 2 (audit)")
        .says("2 good shares")
        .does_not_say("no code found");
    scene.is_restored("out");
}

/// A document with these objects, numbered from 1, the first of which is its root.
fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        places += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, size) = (file.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {size}\n{places}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\n\
         startxref\n{start}\n%%EOF\n"
    );
    file.extend(end.bytes());
    file
}

fn stream(about: &str, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len();
    let mut object = format!("<< {about} /Length {length} >>\nstream\n").into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

/// A document as scanners make them: each page is a picture, as JPEG or as it is by turns, and says how it is turned.
fn scanned(pages: &[GrayImage]) -> Vec<u8> {
    let kids: String = (0..pages.len())
        .map(|page| format!("{} 0 R ", 3 + 3 * page))
        .collect();
    let count = pages.len();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes(),
    ];
    for (at, page) in pages.iter().enumerate() {
        let first = 3 + 3 * at;
        let (width, height) = page.dimensions();
        // 150 dpi.
        let (wide, high) = (width * 72 / 150, height * 72 / 150);
        let turned = at % 4 * 90;
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Rotate {turned} \
                 /Contents {} 0 R /Resources << /XObject << /A {} 0 R >> >> >>",
                first + 1,
                first + 2
            )
            .into_bytes(),
        );
        objects.push(stream(
            "",
            format!("{wide} 0 0 {high} 0 0 cm /A Do").as_bytes(),
        ));
        let about = format!(
            "/Type /XObject /Subtype /Image /Width {width} /Height {height} \
             /ColorSpace /DeviceGray /BitsPerComponent 8"
        );
        objects.push(match at % 2 {
            0 => stream(
                &format!("{about} /Filter /DCTDecode"),
                &stored(page, ImageFormat::Jpeg),
            ),
            _ => stream(&about, page),
        });
    }
    pdf(&objects, "")
}

#[test]
fn a_scanned_pdf_is_read_whatever_way_its_pages_are_stored_and_turned() {
    let scene = sealed();
    let mut pages = scene.vault_pages();
    pages.push(scene.share_page("legal"));
    pages.push(scene.share_page("audit"));
    scene.put("scan.pdf", &scanned(&pages));
    scene
        .run(&format!("restore --from scan.pdf {BACK}"))
        .exits(0)
        .says(&scene.all_read())
        .says("2 good shares");
    scene.is_restored("out");
}

#[test]
fn a_scan_on_standard_input_is_read_from_a_file_and_from_a_pipe() {
    let scene = sealed();
    scene.print_vault("vault.pdf");
    let words = format!("restore --from - --from legal1 --from ops1 {BACK}");
    let args: Vec<&str> = words.split_whitespace().collect();
    let file = File::open(scene.at("vault.pdf")).unwrap();
    let output = command(scene.dir(), &args).stdin(file).output().unwrap();
    Ran::of(&args, &output).exits(0).says(&scene.all_read());
    scene.is_restored("out");

    let bytes = fs::read(scene.at("vault.pdf")).unwrap();
    piped(&scene, "verify -", &bytes)
        .exits(0)
        .says("standard input page 1")
        .says("vault sheet: whole");
    let legal = stored(&scene.share_page("legal"), ImageFormat::Png);
    piped(&scene, "verify -", &legal)
        .exits(0)
        .says("share 1 (legal) of 3: whole");
    // What is no scan after all.
    piped(&scene, "verify -", b"%PDF-1.7 and nothing else")
        .exits(4)
        .says("\"standard input\"")
        .says("nothing can be made of it");
}

/// What is wrong with a file is said by `verify`, and a restore goes on without it.
#[track_caller]
fn is_named_and_left_out(scene: &Scene, name: &str, bytes: &[u8], said: &[&str]) {
    scene.put(name, bytes);
    let verified = scene.run(&format!("verify {name}")).exits(4).says(name);
    let from = "--from v1 --from legal1 --from ops1";
    let restored = scene
        .run(&format!("restore --from {name} {from} {BACK}"))
        .exits(0)
        .says(name);
    scene.is_restored("out");
    fs::remove_dir_all(scene.at("out")).unwrap();
    for text in said {
        assert!(verified.mentions(text), "{text:?} is not said: {verified}");
        assert!(restored.mentions(text), "{text:?} is not said: {restored}");
    }
}

#[test]
fn a_photo_without_codes_is_said_to_have_none() {
    let photo = GrayImage::from_fn(600, 400, |x, y| {
        Luma([(x / 7 % 90 + y / 5 % 90 + (x * y) % 60) as u8])
    });
    let scene = sealed();
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let bytes = stored(&photo, format);
        is_named_and_left_out(&scene, "photo", &bytes, &["no code found"]);
    }
}

#[test]
fn a_picture_with_codes_of_other_software_says_so_and_not_what_they_say() {
    let texts = [
        "https://example.com/secret-of-others",
        "WIFI:S:net;P:word;;",
    ];
    let picture = page(&texts.map(str::to_owned));
    let scene = sealed();
    let bytes = stored(&picture, ImageFormat::Png);
    let said = [
        "2 codes of other software, not used",
        "no code of coldvault found",
    ];
    is_named_and_left_out(&scene, "wifi.png", &bytes, &said);
    scene
        .run("verify wifi.png")
        .exits(4)
        .does_not_say("example.com")
        .does_not_say("WIFI");
}

/// A few bytes that become eight thousand million when both layers are taken off.
fn bomb() -> Vec<u8> {
    let spaces = vec![b' '; 16 << 20];
    let flags = create_comp_flags_from_zip_params(1, -15, 0);
    let mut compressor = CompressorOxide::new(flags);
    compressor.set_format_and_level(DataFormat::Raw, 1);
    let mut block = vec![0; 1 << 20];
    let done = deflate(&mut compressor, &spaces, &mut block, MZFlush::Sync);
    assert_eq!(done.bytes_consumed, spaces.len());
    block.truncate(done.bytes_written);
    let inner = [vec![0x78, 0x01], block.repeat(512)].concat();
    compress_to_vec_zlib(&inner, 6)
}

const ROOT: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

#[test]
fn a_pdf_that_inflates_without_end_is_given_up_and_named() {
    let layers = "/Filter [/FlateDecode /FlateDecode]";
    let bomb = bomb();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R >>";
    let file = [ROOT, ONE_PAGE, page].map(<[u8]>::to_vec);
    let file = pdf(&[&file[..], &[stream(layers, &bomb)]].concat(), "");
    let scene = sealed();
    let begun = Instant::now();
    is_named_and_left_out(
        &scene,
        "bomb.pdf",
        &file,
        &["it could not be read", "no code found"],
    );
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_pdf_that_refers_to_itself_comes_to_an_end() {
    let kids = b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 >>";
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R \
                 /Resources << /XObject << /A 5 0 R >> >> >>";
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 300 300] \
                /Resources << /XObject << /A 5 0 R >> >>";
    let file = pdf(
        &[
            ROOT.to_vec(),
            kids.to_vec(),
            page.to_vec(),
            stream("", b"/A Do"),
            stream(form, b"/A Do /A Do"),
        ],
        "",
    );
    is_named_and_left_out(&sealed(), "loop.pdf", &file, &["no code found"]);
}

/// A PNG of a share sheet whose header says this size, with its check right.
fn png_of(scene: &Scene, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = stored(&scene.share_page("legal"), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let check = bytes[12..29].iter().fold(u32::MAX, |check, byte| {
        (0..8).fold(check ^ u32::from(*byte), |check, _| {
            (check >> 1) ^ (0xedb8_8320 & (check & 1).wrapping_neg())
        })
    });
    bytes[29..33].copy_from_slice(&(!check).to_be_bytes());
    bytes
}

#[test]
fn a_picture_that_is_too_large_is_refused_with_its_size() {
    let scene = sealed();
    let huge = png_of(&scene, 30_000, 30_000);
    let said = [
        "30000 x 30000 dots, more than the 100 million that are looked at",
        "scan at 300 dpi",
    ];
    is_named_and_left_out(&scene, "huge.png", &huge, &said);
}

#[test]
fn a_picture_that_lies_about_its_size_is_said_to_be_damaged() {
    let scene = sealed();
    let lie = png_of(&scene, 9000, 900);
    is_named_and_left_out(&scene, "lie.png", &lie, &["damaged"]);
}

#[test]
fn a_jpeg_that_is_cut_short_gives_what_is_there_and_else_is_said_to_be_damaged() {
    let scene = sealed();
    let mut codes = scene.share_codes("legal");
    // Three of other software below push the share's to the top.
    codes.extend((0..4).map(|number| format!("HTTPS://EXAMPLE.COM/{number}")));
    let whole = stored(&page(&codes), ImageFormat::Jpeg);
    scene.put("cut.jpg", &whole[..whole.len() * 8 / 10]);
    scene
        .run("verify cut.jpg")
        .exits(0)
        .says("share 1 (legal) of 3: whole");
    is_named_and_left_out(&scene, "head.jpg", &whole[..30], &["damaged"]);
}

#[test]
fn a_pdf_with_a_password_says_what_to_do() {
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>";
    let key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    let lock =
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >>");
    let id = "<00112233445566778899aabbccddeeff>";
    let file = pdf(
        &[ROOT, ONE_PAGE, page, lock.as_bytes()].map(<[u8]>::to_vec),
        &format!("/Encrypt 4 0 R /ID [{id} {id}]"),
    );
    let said = ["it needs a password: print it to a new PDF that has none"];
    is_named_and_left_out(&sealed(), "locked.pdf", &file, &said);
}

#[test]
fn a_heic_photo_says_what_to_do_with_the_phone() {
    let said = ["a HEIC picture, which is not read: set the phone to JPEG"];
    let bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    is_named_and_left_out(&sealed(), "photo.jpg", bytes, &said);
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    is_named_and_left_out(&sealed(), "scan.pdf", b"", &["it is empty"]);
}

#[test]
fn a_pipe_in_the_place_of_a_scan_is_refused_and_does_not_hang() {
    let scene = sealed();
    let made = Command::new("mkfifo").arg(scene.at("scan.pdf")).status();
    assert!(made.unwrap().success());
    for words in [
        "verify scan.pdf".to_owned(),
        format!("restore --from scan.pdf --from v1 --from legal1 {BACK}"),
        "scan scan.pdf --out v2 --rehearsal".to_owned(),
    ] {
        let args: Vec<&str> = words.split_whitespace().collect();
        let child = started(&scene, &args);
        let pid = pid_of(&child);
        let ended = wait_for(|| is_gone(pid));
        kill(pid, Signal::KILL);
        let ran = Ran::of(&args, &child.wait_with_output().unwrap());
        assert!(ended, "{ran}");
        assert!(matches!(ran.status, Some(2..=5)), "{ran}");
        ran.says("\"scan.pdf\"").says("a pipe");
    }
}

#[test]
fn a_directory_of_pictures_gives_all_pages_in_it_whatever_else_is_there() {
    let scene = sealed();
    fs::create_dir(scene.at("scans")).unwrap();
    for (number, page) in (1..).zip(scene.vault_pages()) {
        scene.put_page(&format!("scans/page {number}.jpg"), &page);
    }
    scene.put_page("scans/ops.png", &scene.share_page("ops"));
    scene.put_page("scans/legal.jpg", &scene.share_page("legal"));
    scene.put_page("scans/holiday.png", &GrayImage::new(400, 400));
    scene.put("scans/letter.txt", b"Dear colleague,\n");
    scene.put("scans/broken 1.pdf", b"%PDF-1.7 and nothing else");
    scene.put("scans/broken 2.pdf", b"%PDF-1.7 and nothing else");
    scene
        .run(&format!("restore --from scans {BACK}"))
        .exits(0)
        .says("holiday.png: no code found")
        .says("2 good shares")
        .does_not_say("letter.txt");
    scene.is_restored("out");
    let checked = scene.run("verify scans").exits(4);
    checked
        .says("scans/broken 1.pdf\": it is damaged")
        .says("scans/broken 2.pdf\": it is damaged")
        .says("3 carriers: 3 whole");
    fs::create_dir(scene.at("back")).unwrap();
    scene
        .run("scan scans --out back --only vault --rehearsal")
        .says("broken 2.pdf")
        .says("made from sheets");
}

/// A page that takes long: codes of the size of ours that nobody can read.
fn slow_page() -> GrayImage {
    let text = "A".repeat(300);
    let code = QrCode::with_version(text, Version::Normal(14), EcLevel::Q).unwrap();
    let mut page = drawn(&vec![code; 9]);
    let cell = page.width() / 3;
    let module = MODULE as u32;
    for (x, y, dot) in page.enumerate_pixels_mut() {
        let (across, down) = (x % cell / module, y % cell / module);
        // In the middle of each code, every third row the other way round.
        if (30..60).contains(&across) && (30..70).contains(&down) && (across + down) % 3 == 0 {
            dot.0[0] = 255 - dot.0[0];
        }
    }
    DynamicImage::from(page)
        .resize_exact(2400, 2400, imageops::FilterType::Triangle)
        .to_luma8()
}

fn started(scene: &Scene, args: &[&str]) -> Child {
    let mut command = command(scene.dir(), args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn pid_of(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap()
}

fn kill(pid: i32, signal: Signal) {
    // It may be gone already: then the test sees that.
    let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

/// The words behind the name in what the system says of a process: its state is the first.
fn about(pid: i32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, words) = text.rsplit_once(") ")?;
    Some(words.split(' ').map(str::to_owned).collect())
}

/// Whether a process has ended; one that was not asked how it ended counts, too.
fn is_gone(pid: i32) -> bool {
    about(pid).is_none_or(|words| words[0] == "Z" || words[0] == "X")
}

/// The process that reads pages for this one, once it has worked for a while: then it is within a page.
fn at_work(parent: i32) -> Option<i32> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    let child = children.split_whitespace().next()?.parse().ok()?;
    // In hundredths of seconds.
    let worked: u64 = about(child)?[11].parse().ok()?;
    (worked >= 20).then_some(child)
}

fn wait_for_child(parent: i32, but: i32) -> i32 {
    let mut found = None;
    let until = Instant::now() + Duration::from_secs(60);
    while found.is_none() && Instant::now() < until {
        found = at_work(parent).filter(|child| *child != but);
        std::thread::sleep(Duration::from_millis(1));
    }
    found.unwrap()
}

#[test]
fn when_the_process_that_reads_is_killed_the_page_is_named_and_the_others_are_read() {
    let scene = sealed();
    scene.put_page("one.png", &slow_page());
    scene.put_page("two.png", &slow_page());
    scene.put_page("legal.png", &scene.share_page("legal"));
    let args = ["verify", "one.png", "two.png", "legal.png"];
    let program = started(&scene, &args);
    let parent = pid_of(&program);
    let first = wait_for_child(parent, 0);
    kill(first, Signal::KILL);
    let second = wait_for_child(parent, first);
    assert!(!Path::new(&format!("/proc/{first}")).exists(), "a zombie");
    kill(second, Signal::KILL);
    let ran = Ran::of(&args, &program.wait_with_output().unwrap()).exits(4);
    for name in ["one.png", "two.png"] {
        let said = "it could not be read: the process that reads it ended (signal: 9 (SIGKILL))";
        assert!(ran.mentions(&format!("{name}: {said}")), "{ran}");
    }
    ran.says("share 1 (legal) of 3: whole");
}

#[test]
fn ctrl_c_while_a_page_is_read_ends_both_processes_at_once() {
    let scene = sealed();
    scene.put_page("slow.png", &slow_page());
    let left: Vec<PathBuf> = entries(&scene);
    for words in [
        "verify slow.png legal1".to_owned(),
        format!("restore --from slow.png --from v1 --from legal1 --from ops1 {BACK}"),
        "scan slow.png v1 --out v2 --rehearsal".to_owned(),
    ] {
        let args: Vec<&str> = words.split_whitespace().collect();
        let program = started(&scene, &args);
        let child = wait_for_child(pid_of(&program), 0);
        let pressed = Instant::now();
        kill(pid_of(&program), Signal::INT);
        let ran = Ran::of(&args, &program.wait_with_output().unwrap());
        let took = pressed.elapsed();
        ran.exits(130).says("Ctrl-C").does_not_say("slow.png\": ");
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert!(!Path::new(&format!("/proc/{child}")).exists(), "{words}");
        assert_eq!(entries(&scene), left, "{words}");
    }
}

fn entries(scene: &Scene) -> Vec<PathBuf> {
    let tree = crate::scene::tree(scene.dir()).into_iter();
    tree.map(|(path, _)| path).collect()
}

#[test]
fn when_the_program_is_killed_the_process_that_reads_for_it_ends_too() {
    let scene = sealed();
    scene.put_page("slow.png", &slow_page());
    let mut program = started(&scene, &["verify", "slow.png"]);
    let child = wait_for_child(pid_of(&program), 0);
    kill(pid_of(&program), Signal::KILL);
    program.wait().unwrap();
    assert!(wait_for(|| is_gone(child)));
}
