use super::*;

use std::io::{Seek, Write};

use ::image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use ::tiff::encoder::{TiffEncoder, colortype};
use qrcode::{EcLevel, QrCode, Version};

use super::grey::Grey;
use super::told::MAX_CODES;

/// Dots of a module, and the width of a page.
const MODULE: usize = 6;
pub(super) const SIDE: usize = 900;

/// A code of a vault on two pages, four on each.
pub(super) fn numbered(number: usize) -> String {
    let id = "0123456789ABCDEF".repeat(2);
    let before = format!("CV1/V/{id}/{number:03}/008/004/ABCDEFGH/ABCDEFGHABCDEFGH");
    let sum = crate::digest::Digest::of(before.as_bytes()).0;
    format!("{before}/{}", data_encoding::BASE32.encode(&sum[..5]))
}

/// The four codes of the first page.
fn texts() -> Vec<String> {
    (1..=4).map(numbered).collect()
}

/// A page with four codes.
fn page() -> Grey {
    page_with(&texts())
}

pub(super) fn page_with(texts: &[String]) -> Grey {
    let mut dots = vec![255; SIDE * SIDE];
    for (at, text) in texts.iter().enumerate() {
        let code = QrCode::with_version(text, Version::Normal(7), EcLevel::Q).unwrap();
        let wide = code.width();
        let (left, top) = (90 + at % 2 * 420, 90 + at / 2 * 420);
        for (number, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (left + number % wide * MODULE, top + number / wide * MODULE);
            for row in y..y + MODULE {
                dots[row * SIDE + x..][..MODULE].fill(color.select(0, 255));
            }
        }
    }
    Grey::new(SIDE, SIDE, dots).unwrap()
}

fn gray_image(page: &Grey) -> GrayImage {
    GrayImage::from_raw(page.width as u32, page.height as u32, page.dots.clone()).unwrap()
}

fn stored(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png() -> Vec<u8> {
    stored(&gray_image(&page()).into(), ImageFormat::Png)
}

#[track_caller]
fn assert_all(page: &Page) {
    let mut texts: Vec<&str> = page.codes.iter().map(|text| text.as_str()).collect();
    texts.sort_unstable();
    let expected = self::texts();
    assert_eq!(texts, expected, "{:?}", page.problem);
}

#[track_caller]
fn assert_read(bytes: &[u8]) {
    let pages = decode_bytes(bytes);
    assert_eq!(pages.len(), 1);
    assert_all(&pages[0]);
    assert_eq!(pages[0].problem, None);
}

/// What [`read`] says of a file with these bytes.
fn read_file(bytes: &[u8]) -> Result<Vec<Page>> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    read(Path::new("scan.pdf"), file)
}

#[track_caller]
fn assert_refused(bytes: &[u8], why: &str) {
    let error = read_file(bytes).err().unwrap();
    let text = error.to_string();
    assert!(text.contains(why) && text.contains("scan.pdf"), "{text}");
}

#[track_caller]
fn problem(bytes: &[u8]) -> String {
    let pages = read_file(bytes).unwrap();
    assert_eq!(pages.len(), 1);
    pages[0].problem.clone().unwrap()
}

#[test]
fn pictures_of_every_kind_of_dots_are_read() {
    let grey = DynamicImage::from(gray_image(&page()));
    assert_read(&stored(&grey, ImageFormat::Png));
    assert_read(&stored(&grey, ImageFormat::Jpeg));
    assert_read(&stored(&grey.to_rgb8().into(), ImageFormat::Png));
    assert_read(&stored(&grey.to_rgb8().into(), ImageFormat::Jpeg));
    assert_read(&stored(&grey.to_rgba8().into(), ImageFormat::Png));
    assert_read(&stored(&grey.to_luma16().into(), ImageFormat::Png));
    assert_read(&stored(&grey.to_rgba16().into(), ImageFormat::Png));
}

#[test]
fn what_is_transparent_is_white_paper() {
    let ink = gray_image(&page());
    let dots = RgbaImage::from_fn(ink.width(), ink.height(), |x, y| {
        match ink.get_pixel(x, y) {
            Luma([0]) => Rgba([0, 0, 0, 255]),
            _ => Rgba([0, 0, 0, 0]),
        }
    });
    assert_read(&stored(&dots.into(), ImageFormat::Png));
}

#[test]
fn a_page_is_read_lying_on_any_side_and_in_the_negative() {
    let grey = DynamicImage::from(gray_image(&page()));
    let mut negative = grey.clone();
    negative.invert();
    for turned in [
        grey.rotate90(),
        grey.rotate180(),
        grey.rotate270(),
        negative,
    ] {
        assert_read(&stored(&turned, ImageFormat::Png));
    }
}

#[test]
fn a_spoiled_page_reads_as_a_clean_one() {
    let spoiled = spoil::spoiled(&page());
    assert_read(&stored(&gray_image(&spoiled).into(), ImageFormat::Png));
}

#[test]
fn all_pages_of_a_tiff_are_read_and_a_damaged_one_leaves_the_others() {
    let side = SIDE as u32;
    let ink = gray_image(&page());
    let mut bytes = io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    encoder
        .write_image::<colortype::Gray8>(side, side, &ink)
        .unwrap();
    let colors = DynamicImage::from(ink.clone()).to_rgb8();
    encoder
        .write_image::<colortype::RGB8>(side, side, &colors)
        .unwrap();
    let deep = DynamicImage::from(ink).to_luma16();
    encoder
        .write_image::<colortype::Gray16>(side, side, &deep)
        .unwrap();
    let bytes = bytes.into_inner();
    let pages = decode_bytes(&bytes);
    assert_eq!(
        pages.iter().map(|page| page.number).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    pages.iter().for_each(assert_all);

    // The pages stand one behind the other, each behind its dots: here ends the first, in the middle of the second.
    let cut = decode_bytes(&bytes[..bytes.len() / 3]);
    assert_eq!(
        cut.iter().map(|page| page.number).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_all(&cut[0]);
    assert!(cut[1].problem.as_ref().unwrap().contains("cut short"));
}

/// What `tests/fixtures/make-tiffs` wrote with libtiff.
#[test]
fn tiff_files_of_scanners_and_fax_machines_are_read_however_they_are_stored() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiff");
    let files = std::fs::read_dir(place).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 22);
    let mut wrong = Vec::new();
    for name in names {
        let pages = decode_bytes(&std::fs::read(&name).unwrap());
        let codes = pages.iter().flat_map(|page| &page.codes);
        let texts: Vec<&str> = codes.map(|text| text.as_str()).collect();
        let problem = pages.first().and_then(|page| page.problem.clone());
        if texts != ["HTTP/A TEXT OF SOMEBODY ELSE"] || problem.is_some() {
            wrong.push((name, texts.len(), problem));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_photo_without_codes_is_a_page_without_codes_and_no_error() {
    let mut photo = page();
    for (at, dot) in photo.dots.iter_mut().enumerate() {
        *dot = ((at % SIDE) / 8 + (at / SIDE) / 8) as u8;
    }
    let pages = read_file(&stored(&gray_image(&photo).into(), ImageFormat::Png)).unwrap();
    assert_eq!((pages.len(), pages[0].codes.len()), (1, 0));
    assert_eq!(pages[0].problem, None);
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_refused(b"", "no PDF and no PNG, JPEG or TIFF");
    assert_refused(b"just text", "no PDF and no PNG, JPEG or TIFF");
    assert_refused(b"%PDF-1.7 and nothing else", "damaged");
    assert_refused(b"II*\0\xff\xff\xff\xff", "damaged");
}

/// A PNG whose header says this size, with its check right.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut check = u32::MAX;
    for byte in &bytes[12..29] {
        check ^= u32::from(*byte);
        for _ in 0..8 {
            check = (check >> 1) ^ (0xedb8_8320 & (check & 1).wrapping_neg());
        }
    }
    bytes[29..33].copy_from_slice(&(!check).to_be_bytes());
    bytes
}

#[test]
fn a_picture_of_30000_by_30000_is_refused_with_its_numbers() {
    let why = problem(&png_of(30_000, 30_000));
    assert!(
        why.contains("30000 x 30000") && why.contains("300 dpi"),
        "{why}"
    );
}

#[test]
fn a_picture_that_lies_about_its_size_is_damaged_and_no_panic() {
    for (width, height) in [
        (900, 9000),
        (9000, 900),
        (0, 900),
        (900, 0),
        (u32::MAX, u32::MAX),
    ] {
        let why = problem(&png_of(width, height));
        assert!(why.contains("damaged") || why.contains("dots"), "{why}");
    }
    // A row less than there is.
    assert_eq!(decode_bytes(&png_of(900, 899))[0].codes.len(), 4);
}

#[test]
fn of_a_picture_that_is_cut_short_the_codes_that_are_there_are_read() {
    let grey = DynamicImage::from(gray_image(&page()));
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let bytes = stored(&grey, format);
        let pages = read_file(&bytes[..bytes.len() * 7 / 10]).unwrap();
        assert_eq!(pages.len(), 1, "{format:?}");
        assert!(
            pages[0].codes.len() >= 2,
            "{format:?}: {:?}",
            pages[0].problem
        );
    }
    assert!(problem(&stored(&grey, ImageFormat::Jpeg)[..30]).contains("damaged"));
}

/// A document with these objects, numbered from 1, the first of which is its root.
fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut text = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(text.len());
        text += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = text.len();
    text += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        text += &format!("{place:010} 00000 n \n");
    }
    let size = objects.len() + 1;
    text +=
        &format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    text.into_bytes()
}

const ROOT: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

#[test]
fn a_pdf_with_a_password_says_so() {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>";
    let key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    let lock =
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >>");
    let bytes = pdf(
        &[ROOT, ONE_PAGE, page, &lock],
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    );
    assert_refused(&bytes, "needs a password: print it to a new PDF");
}

#[test]
fn a_pdf_page_a_kilometre_wide_or_of_no_size_is_no_trouble() {
    for size in [
        "0 0 3000000 3000000",
        "0 0 0 0",
        "0 0 1e30 1",
        "-9 -9 -1 -1",
        "0 0 .0001 99999",
    ] {
        let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [{size}] >>");
        let pages = decode_bytes(&pdf(&[ROOT, ONE_PAGE, &page], ""));
        assert!(
            pages.len() <= 1 && pages.iter().all(|page| page.codes.is_empty()),
            "{size}"
        );
    }
}

#[test]
fn a_child_that_says_what_none_of_ours_says_is_not_believed() {
    let page = |number| Record::Page(number);
    let code = || Record::Code(Zeroizing::new("x".into()));
    let unguarded = || Record::Unguarded("x".into());
    let cases: [Vec<Record>; 7] = [
        vec![code()],
        vec![page(0)],
        vec![page(2), page(2)],
        vec![page(MAX_PAGES as u32 + 2)],
        vec![page(1), Record::End, code()],
        vec![unguarded(), unguarded()],
        vec![page(1), unguarded()],
    ];
    for records in cases {
        let mut told = Told::default();
        let all: Result<()> = records.into_iter().try_for_each(|record| told.take(record));
        assert!(matches!(all, Err(Error::System { .. })));
    }
    let mut told = Told::default();
    told.take(page(1)).unwrap();
    let endless = (0..=MAX_CODES).try_for_each(|_| told.take(code()));
    assert!(matches!(endless, Err(Error::System { .. })));
    let mut told = Told::default();
    told.take(page(1)).unwrap();
    let flaw = || Record::Flaw(Flaw::OutOfTime);
    let endless = (0..2 * MAX_CODES).try_for_each(|_| told.take(flaw()));
    assert!(matches!(endless, Err(Error::System { .. })));
}

fn died() -> Option<io::Error> {
    Some(io::Error::other("signal: 11"))
}

#[test]
fn a_file_that_ends_every_child_has_a_last_page_that_says_so() {
    let mut told = Told::default();
    let mut children = 0;
    let speak = |told: &mut Told| {
        children += 1;
        told.take(Record::Page(told.last as u32 + 1))?;
        Ok(died())
    };
    told.through(speak).unwrap();
    let numbers: Vec<usize> = told.pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, (1..=children + 1).collect::<Vec<_>>());
    let (last, blamed) = told.pages.split_last().unwrap();
    let says = |page: &Page, text| page.problem.as_ref().unwrap().contains(text);
    assert!(says(last, "from here on nothing was looked at"));
    assert!(blamed.iter().all(|page| says(page, "signal: 11")));
}

#[test]
fn a_second_child_that_begins_no_page_ends_the_reading_and_keeps_what_was_read() {
    for flaw in [false, true] {
        let mut told = Told::default();
        let speak = |told: &mut Told| match told.last {
            0 => {
                told.take(Record::Page(1))?;
                told.take(Record::Code(Zeroizing::new("x".into())))?;
                Ok(died())
            }
            _ if flaw => {
                told.take(Record::Flaw(Flaw::Damaged))?;
                told.take(Record::End).map(|()| None)
            }
            _ => Ok(died()),
        };
        told.through(speak).unwrap();
        let [first, last] = &told.pages[..] else {
            panic!("{} pages", told.pages.len())
        };
        assert_eq!(first.codes.len(), 1);
        assert!(first.problem.as_ref().unwrap().contains("signal: 11"));
        assert!(last.problem.as_ref().unwrap().contains("from here on"));
    }
}

#[test]
fn nonsense_and_an_end_before_the_first_page_are_errors_and_no_second_child_is_asked() {
    let mut children = 0;
    let mut told = Told::default();
    let early = told.through(|_| {
        children += 1;
        Ok(died())
    });
    assert!(matches!(early, Err(Error::System { .. })) && children == 1);
    let mut told = Told::default();
    let nonsense = told.through(|told| {
        children += 1;
        told.take(Record::Page(1))?;
        told.take(Record::Page(1)).map(|()| None)
    });
    assert!(matches!(nonsense, Err(Error::System { .. })) && children == 2);
}
