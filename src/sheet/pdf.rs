//! Pages to the bytes of a PDF.
//!
//! Knows PDF's objects through the crate `pdf-writer`; not what is on the pages. The same pages give the same bytes:
//! there is no date in them, and the file's id is a digest of what is drawn.

mod embedded;

use pdf_writer::types::CidFontType;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect as Box, Ref, Str};
use zeroize::Zeroizing;

use self::embedded::Embedded;
use super::font::{Face, POINT};
use super::page::{Drawn, HEIGHT, MARGIN, Page, Rect, WIDTH};
use super::qr::Modules;
use crate::digest::Hasher;
use crate::error::Result;

/// The best there is: a sheet is written once.
const LEVEL: u8 = 10;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
/// A font takes five objects.
const FIRST_FONT: i32 = 3;
const OBJECTS_OF_A_FONT: i32 = 5;

/// How a printer is to turn the paper.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sides {
    /// Every page on a paper of its own.
    One,
    /// Front and back.
    Two,
}

/// The bytes of a PDF with these pages.
pub(super) fn write(pages: &[Page], sides: Sides) -> Result<Zeroizing<Vec<u8>>> {
    let mut fonts = Face::ALL.map(Embedded::new);
    let mut streams = Vec::with_capacity(pages.len());
    for page in pages {
        streams.push(stream(page, &mut fonts)?);
    }
    let mut pdf = Pdf::new();
    pdf.set_file_id(id(&streams));
    catalog(&mut pdf, sides);
    let used: Vec<&Embedded> = fonts.iter().filter(|font| font.is_used()).collect();
    for (at, font) in (0..).zip(&used) {
        write_font(&mut pdf, font, FIRST_FONT + at * OBJECTS_OF_A_FONT)?;
    }
    let first = FIRST_FONT + fonts.len() as i32 * OBJECTS_OF_A_FONT;
    let count = streams.len() as i32;
    let kids = (0..count).map(|at| Ref::new(first + 2 * at));
    pdf.pages(PAGES).kids(kids).count(count);
    for (at, stream) in (0..).zip(&streams) {
        write_page(&mut pdf, &used, first + 2 * at, stream);
    }
    Ok(Zeroizing::new(pdf.finish()))
}

/// The same for the same content.
fn id(streams: &[Zeroizing<Vec<u8>>]) -> (Vec<u8>, Vec<u8>) {
    let mut hasher = Hasher::new();
    for stream in streams {
        hasher.update(stream);
    }
    let id: Vec<u8> = hasher.finish().0.into_iter().take(16).collect();
    (id.clone(), id)
}

fn catalog(pdf: &mut Pdf, sides: Sides) {
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGES);
    let mut wishes = catalog.insert(Name(b"ViewerPreferences")).dict();
    // a scaled sheet has smaller modules
    wishes.pair(Name(b"PrintScaling"), Name(b"None"));
    let duplex = match sides {
        Sides::One => Name(b"Simplex"),
        Sides::Two => Name(b"DuplexFlipLongEdge"),
    };
    wishes.pair(Name(b"Duplex"), duplex);
}

fn write_page(pdf: &mut Pdf, fonts: &[&Embedded], at: i32, stream: &[u8]) {
    let mut page = pdf.page(Ref::new(at));
    let (width, height) = (WIDTH + 2.0 * MARGIN, HEIGHT + 2.0 * MARGIN);
    page.media_box(Box::new(0.0, 0.0, points(width), points(height)));
    page.parent(PAGES).contents(Ref::new(at + 1));
    let mut resources = page.resources();
    let mut named = resources.fonts();
    for (number, font) in (0..).zip(fonts) {
        let first = FIRST_FONT + number * OBJECTS_OF_A_FONT;
        named.pair(Name(font.face.name().as_bytes()), Ref::new(first));
    }
    named.finish();
    resources.finish();
    page.finish();
    pdf.stream(Ref::new(at + 1), stream)
        .filter(Filter::FlateDecode);
}

/// Everything on a page, compressed.
fn stream(page: &Page, fonts: &mut [Embedded]) -> Result<Zeroizing<Vec<u8>>> {
    let mut content = Content::new();
    content.set_fill_gray(0.0);
    for drawn in &page.drawn {
        match drawn {
            Drawn::Bar(place) => bar(&mut content, *place),
            Drawn::Code { place, modules } => code(&mut content, *place, modules),
            Drawn::Text {
                x,
                y,
                face,
                size,
                text,
            } => {
                let Some(font) = fonts.iter_mut().find(|font| font.face == *face) else {
                    continue;
                };
                let glyphs = font.glyphs(text)?;
                content
                    .begin_text()
                    .set_font(Name(face.name().as_bytes()), *size);
                content.next_line(across(*x), up(*y));
                content.show(Str(&glyphs)).end_text();
            }
        }
    }
    Ok(Zeroizing::new(miniz_oxide::deflate::compress_to_vec_zlib(
        &content.finish(),
        LEVEL,
    )))
}

fn bar(content: &mut Content, place: Rect) {
    content.rect(
        across(place.x),
        up(place.y + place.height),
        points(place.width),
        points(place.height),
    );
    content.fill_nonzero();
}

/// One path with a module as its unit: whole numbers are short, and no seam can open between two fills.
fn code(content: &mut Content, place: Rect, modules: &Modules) {
    let module = points(place.width / modules.side as f32);
    content.save_state();
    content.transform([module, 0.0, 0.0, -module, across(place.x), up(place.y)]);
    for run in modules.runs() {
        content.rect(run.x as f32, run.y as f32, run.length as f32, 1.0);
    }
    content.fill_nonzero().restore_state();
}

/// Millimetres to points, to a thousandth: the numbers get no longer than they need be.
fn points(millimetres: f32) -> f32 {
    (millimetres / POINT * 1000.0).round() / 1000.0
}

fn across(x: f32) -> f32 {
    points(MARGIN + x)
}

fn up(y: f32) -> f32 {
    points(MARGIN + HEIGHT - y)
}

/// A font as PDF wants one whose letters are numbered by glyph.
fn write_font(pdf: &mut Pdf, font: &Embedded, first: i32) -> Result<()> {
    let [whole, part, about, file, letters] =
        [0, 1, 2, 3, 4].map(|offset| Ref::new(first + offset));
    let name = font.name();
    let name = Name(name.as_bytes());
    pdf.type0_font(whole)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(part)
        .to_unicode(letters);
    let mut cid = pdf.cid_font(part);
    cid.subtype(CidFontType::Type2)
        .base_font(name)
        .system_info(embedded::SYSTEM)
        .font_descriptor(about)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, font.widths());
    cid.finish();
    let [left, bottom, right, top] = font.dimensions()?.bounds;
    let dimensions = font.dimensions()?;
    pdf.font_descriptor(about)
        .name(name)
        .flags(font.flags())
        .bbox(Box::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(dimensions.ascent)
        .descent(dimensions.descent)
        .cap_height(dimensions.capital)
        .stem_v(80.0)
        .font_file2(file);
    let bytes = font.file()?;
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&bytes, LEVEL);
    let mut stream = pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    stream.pair(Name(b"Length1"), bytes.len() as i32);
    stream.finish();
    let map = miniz_oxide::deflate::compress_to_vec_zlib(&font.letters(), LEVEL);
    pdf.stream(letters, &map).filter(Filter::FlateDecode);
    Ok(())
}
