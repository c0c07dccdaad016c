//! PNG and JPEG pictures as grey dots.

use std::io::Cursor;

use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::answer::Flaw;
use super::grey::Grey;

/// Bytes for one picture while it is decoded.
const MEMORY: u64 = 1 << 30;

/// The picture, and what is wrong with it although something could be read.
pub(super) fn read(bytes: &[u8], format: ImageFormat) -> Result<(Grey, Option<Flaw>), Flaw> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| Flaw::Damaged)?;
    let (width, height) = decoder.dimensions();
    super::bounded(width, height)?;
    let color = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| Flaw::Damaged)?;
    // White where a picture that is cut short has nothing.
    let mut raw = vec![255; length];
    let whole = decoder.read_image(&mut raw);
    let flaw = match whole {
        Ok(()) => None,
        Err(_) if raw.iter().all(|&byte| byte == 255) => return Err(Flaw::Damaged),
        Err(_) => Some(Flaw::CutShort),
    };
    let dots = dots(&raw, color).ok_or(Flaw::Unusual)?;
    let grey = Grey::new(width as usize, height as usize, dots).ok_or(Flaw::Damaged)?;
    Ok((grey, flaw))
}

fn dots(raw: &[u8], color: ColorType) -> Option<Vec<u8>> {
    let deep = |raw: &[u8]| -> Vec<u8> {
        let pairs = raw.as_chunks().0.iter();
        pairs
            .map(|pair| (u16::from_ne_bytes(*pair) >> 8) as u8)
            .collect()
    };
    Some(match color {
        ColorType::L8 => raw.to_vec(),
        ColorType::La8 => with_alpha(raw),
        ColorType::Rgb8 => colored(raw),
        ColorType::Rgba8 => colored_with_alpha(raw),
        ColorType::L16 => deep(raw),
        ColorType::La16 => with_alpha(&deep(raw)),
        ColorType::Rgb16 => colored(&deep(raw)),
        ColorType::Rgba16 => colored_with_alpha(&deep(raw)),
        _ => return None,
    })
}

/// How light a colour is.
pub(super) fn light(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    (sum >> 8) as u8
}

/// What is transparent shows white paper.
fn on_white(light: u8, alpha: u8) -> u8 {
    let ink = u32::from(255 - light) * u32::from(alpha) / 255;
    255 - ink as u8
}

fn with_alpha(raw: &[u8]) -> Vec<u8> {
    let dots = raw.as_chunks().0.iter();
    dots.map(|&[light, alpha]| on_white(light, alpha)).collect()
}

pub(super) fn colored(raw: &[u8]) -> Vec<u8> {
    let dots = raw.as_chunks().0.iter();
    dots.map(|&[red, green, blue]| light(red, green, blue))
        .collect()
}

pub(super) fn colored_with_alpha(raw: &[u8]) -> Vec<u8> {
    let dots = raw.as_chunks().0.iter();
    dots.map(|&[red, green, blue, alpha]| on_white(light(red, green, blue), alpha))
        .collect()
}
