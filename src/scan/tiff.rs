//! TIFF files, as scanners and fax machines write them: several pages, each stored in its own way.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::answer::Flaw;
use super::grey::Grey;
use super::picture;
use super::{MAX_DOTS, fax};

/// The pages of a file, one after the other.
pub(super) struct Pages<'a> {
    bytes: &'a [u8],
    decoder: Decoder<Cursor<&'a [u8]>>,
    begun: bool,
}

impl<'a> Pages<'a> {
    /// Fails for a file that does not even begin.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let mut limits = Limits::default();
        limits.decoding_buffer_size = MAX_DOTS * 8;
        limits.intermediate_buffer_size = MAX_DOTS * 2;
        limits.ifd_value_size = 8 << 20;
        let decoder = Decoder::new(Cursor::new(bytes)).map_err(|_| Flaw::Damaged)?;
        Ok(Self {
            bytes,
            decoder: decoder.with_limits(limits),
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
        let (width, height) = (width as usize, height as usize);
        let color = decoder.colortype().map_err(|_| Flaw::Unusual)?;
        let palette = match color {
            ColorType::Palette(_) => decoder.get_tag_u16_vec(Tag::ColorMap).ok(),
            _ => None,
        };
        let raw = decoder.read_image().map_err(|_| Flaw::Damaged)?;
        let samples = usize::from(color.num_samples());
        let depth = color.bit_depth();
        let raw = eight_bits(raw, depth, width * samples, height).ok_or(Flaw::Unusual)?;
        let dots = dots(raw, color, palette.as_deref(), width * height).ok_or(Flaw::Unusual)?;
        Grey::new(width, height, dots).ok_or(Flaw::Damaged)
    }
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
                samples.extend(each.take(row).map(|sample| sample * (255 / most)));
            }
            Some(samples)
        }
        DecodingResult::U16(words) => Some(words.iter().map(|word| (word >> 8) as u8).collect()),
        _ => None,
    }
}

/// `wanted` dots. A file whose colours are stored one after the other gives the first of them, which is grey enough.
fn dots(raw: Vec<u8>, color: ColorType, palette: Option<&[u16]>, wanted: usize) -> Option<Vec<u8>> {
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
        ColorType::Palette(depth) => indexed(&raw, depth, palette?),
        _ => return None,
    })
}

/// A palette holds all reds, then all greens, then all blues.
fn indexed(raw: &[u8], depth: u8, palette: &[u16]) -> Vec<u8> {
    let colors = palette.len() / 3;
    let spread = match depth {
        1..8 => 255 / ((1_u8 << depth) - 1),
        _ => 1,
    };
    let part = |at: usize| palette.get(at).map_or(0, |value| (value >> 8) as u8);
    let each = raw.iter().map(|&index| {
        let index = usize::from(index / spread);
        picture::light(part(index), part(colors + index), part(2 * colors + index))
    });
    each.collect()
}
