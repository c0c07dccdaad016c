//! TIFF files, as scanners and fax machines write them: several pages, each stored in its own way.

use std::io::Cursor;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::{PhotometricInterpretation, Tag};
use tiff::{ColorType, TiffResult};

use super::answer::Flaw;
use super::grey::Grey;
use super::picture;
use super::{MAX_DOTS, fax, palette};

/// The pages of a file, one after the other.
pub(super) struct Pages<'a> {
    bytes: &'a [u8],
    decoder: Decoder<Cursor<&'a [u8]>>,
    begun: bool,
}

impl<'a> Pages<'a> {
    /// Fails for a file that does not even begin.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let decoder = decoder(bytes).map_err(|_| Flaw::Damaged)?;
        Ok(Self {
            bytes,
            decoder,
            begun: false,
        })
    }

    /// Steps to the next page without looking at it; `false` behind the last. Fails where a page should be and is none;
    /// there may be others behind it.
    pub(super) fn step(&mut self) -> Result<bool, Flaw> {
        if !self.begun {
            self.begun = true;
            return Ok(true);
        }
        if !self.decoder.more_images() {
            return Ok(false);
        }
        let next = self.decoder.next_image();
        next.map(|()| true).map_err(|_| Flaw::CutShort)
    }

    /// The page that was stepped to.
    pub(super) fn page(&mut self) -> Result<Grey, Flaw> {
        let decoder = &mut self.decoder;
        let (width, height) = decoder.dimensions().map_err(|_| Flaw::Damaged)?;
        super::bounded(width, height)?;
        let stored = decoder.find_tag_unsigned::<u16>(Tag::Compression);
        let stored = stored.ok().flatten().unwrap_or_default();
        if fax::knows(stored) {
            return fax::page(self.bytes, decoder, stored, (width, height));
        }
        let meaning = decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation);
        if meaning.ok().flatten() == Some(PhotometricInterpretation::RGBPalette.to_u16()) {
            return indexed(self.bytes, decoder);
        }
        let (raw, color) = samples(decoder)?;
        let (width, height) = (width as usize, height as usize);
        let dots = dots(raw, color, width * height).ok_or(Flaw::Unusual)?;
        Grey::new(width, height, dots).ok_or(Flaw::Damaged)
    }
}

fn decoder(bytes: &[u8]) -> TiffResult<Decoder<Cursor<&[u8]>>> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DOTS * 8;
    limits.intermediate_buffer_size = MAX_DOTS * 2;
    limits.ifd_value_size = 8 << 20;
    Ok(Decoder::new(Cursor::new(bytes))?.with_limits(limits))
}

/// All samples of a page as bytes, and what they mean.
fn samples(decoder: &mut Decoder<Cursor<&[u8]>>) -> Result<(Vec<u8>, ColorType), Flaw> {
    let (width, height) = decoder.dimensions().map_err(|_| Flaw::Damaged)?;
    let color = decoder.colortype().map_err(|_| Flaw::Unusual)?;
    let raw = decoder.read_image().map_err(|_| Flaw::Damaged)?;
    let row = width as usize * usize::from(color.num_samples());
    let raw = eight_bits(raw, color.bit_depth(), row, height as usize);
    Ok((raw.ok_or(Flaw::Unusual)?, color))
}

/// A page whose dots are places in a palette.
fn indexed(bytes: &[u8], page: &mut Decoder<Cursor<&[u8]>>) -> Result<Grey, Flaw> {
    let colors = page.get_tag_u16_vec(Tag::ColorMap);
    let colors = colors.map_err(|_| Flaw::Damaged)?;
    let directory = page.ifd_pointer().ok_or(Flaw::Damaged)?;
    let grey = palette::as_grey(bytes, directory.0, page.byte_order());
    let grey = grey.ok_or(Flaw::Unusual)?;
    let mut grey = decoder(&grey).map_err(|_| Flaw::Damaged)?;
    let (width, height) = grey.dimensions().map_err(|_| Flaw::Damaged)?;
    let (mut places, color) = samples(&mut grey)?;
    let spread = match color {
        ColorType::Gray(8) => 1,
        ColorType::Gray(depth @ 1..8) => spread(depth),
        _ => return Err(Flaw::Unusual),
    };
    places.iter_mut().for_each(|place| *place /= spread);
    let dots = palette::lights(&places, &colors);
    Grey::new(width as usize, height as usize, dots).ok_or(Flaw::Damaged)
}

/// So many greys lie between two neighbours, where there are only so many bits.
fn spread(depth: u8) -> u8 {
    255 / ((1_u8 << depth) - 1)
}

/// Samples of any depth as bytes: of 1, 2 and 4 bits several stand in a byte, and each row begins a new one.
fn eight_bits(raw: DecodingResult, depth: u8, row: usize, rows: usize) -> Option<Vec<u8>> {
    match raw {
        DecodingResult::U8(bytes) if depth == 8 => Some(bytes),
        DecodingResult::U8(bytes) if matches!(depth, 1 | 2 | 4) => {
            let per_byte = usize::from(8 / depth);
            let packed = row.div_ceil(per_byte);
            let most = (1_u8 << depth) - 1;
            let mut samples = Vec::with_capacity(row * rows);
            for line in bytes.chunks(packed.max(1)).take(rows) {
                let each = line.iter().flat_map(|byte| {
                    (1..=per_byte).map(move |at| (byte >> (8 - at * usize::from(depth))) & most)
                });
                samples.extend(each.take(row).map(|sample| sample * spread(depth)));
            }
            Some(samples)
        }
        DecodingResult::U16(words) => Some(words.iter().map(|word| (word >> 8) as u8).collect()),
        _ => None,
    }
}

/// `wanted` dots. A file whose colours are stored one after the other gives the first of them, which is grey enough.
fn dots(raw: Vec<u8>, color: ColorType, wanted: usize) -> Option<Vec<u8>> {
    if raw.len() < wanted * usize::from(color.num_samples()) && raw.len() >= wanted {
        return Some(raw);
    }
    Some(match color {
        ColorType::Gray(_) => raw,
        ColorType::RGB(_) => picture::colored(&raw),
        ColorType::RGBA(_) => picture::colored_with_alpha(&raw),
        ColorType::GrayA(_) => raw.iter().step_by(2).copied().collect(),
        ColorType::YCbCr(_) => raw.iter().step_by(3).copied().collect(),
        ColorType::CMYK(_) => {
            let inks = raw.as_chunks().0.iter();
            inks.map(|&[cyan, magenta, yellow, black]| {
                let light = picture::light(255 - cyan, 255 - magenta, 255 - yellow);
                light.saturating_sub(black)
            })
            .collect()
        }
        _ => return None,
    })
}
