//! Pages of TIFF files as fax machines store them: ITU-T T.4 and T.6, of which `tiff` knows the latter only.

use std::io::Cursor;

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::answer::Flaw;
use super::grey::Grey;

/// What TIFF calls these ways to store a page.
const MODIFIED_HUFFMAN: u16 = 2;
const GROUP_3: u16 = 3;
const GROUP_4: u16 = 4;

/// Whether a page stored in this way is read here.
pub(super) fn knows(stored: u16) -> bool {
    matches!(stored, MODIFIED_HUFFMAN | GROUP_3 | GROUP_4)
}

/// The rows of a page, as they are decoded.
struct Rows {
    width: usize,
    dots: Vec<u8>,
    most: usize,
    paper: u8,
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.dots.len();
        let end = start + self.width;
        if end > self.most {
            return;
        }
        self.dots.resize(end, self.paper);
        let Some(row) = self.dots.get_mut(start..) else {
            return;
        };
        for run in changes.chunks(2) {
            let from = run.first().map_or(self.width, |&at| at as usize);
            let to = run.get(1).map_or(self.width, |&at| at as usize);
            let ink = row.get_mut(from..to.min(self.width));
            ink.unwrap_or_default().fill(255 - self.paper);
        }
    }
}

/// How a page is stored.
struct Stored {
    per_strip: u32,
    /// The low bit of a byte comes first.
    backwards: bool,
    paper: u8,
    settings: DecodeSettings,
}

impl Stored {
    fn of(decoder: &mut Decoder<Cursor<&[u8]>>, stored: u16, width: u32, height: u32) -> Self {
        let mut number = |tag, usual: u32| {
            let found = decoder.find_tag_unsigned::<u32>(tag);
            found.ok().flatten().unwrap_or(usual)
        };
        let per_strip = number(Tag::RowsPerStrip, height).clamp(1, height);
        let backwards = number(Tag::FillOrder, 1) == 2;
        // White runs are zeros, whatever zero means.
        let paper = match number(Tag::PhotometricInterpretation, 0) {
            1 => 0,
            _ => 255,
        };
        let two_dimensional = number(Tag::Unknown(292), 0) & 1 == 1;
        let settings = DecodeSettings {
            columns: width,
            rows: per_strip,
            end_of_block: true,
            end_of_line: stored == GROUP_3,
            rows_are_byte_aligned: stored == MODIFIED_HUFFMAN,
            encoding: match (stored, two_dimensional) {
                (GROUP_4, _) => EncodingMode::Group4,
                (GROUP_3, true) => EncodingMode::Group3_2D,
                _ => EncodingMode::Group3_1D,
            },
            strict: false,
        };
        Self {
            per_strip,
            backwards,
            paper,
            settings,
        }
    }
}

/// A page that is stored in a way that [`knows`].
pub(super) fn page(
    bytes: &[u8],
    decoder: &mut Decoder<Cursor<&[u8]>>,
    stored: u16,
    (width, height): (u32, u32),
) -> Result<Grey, Flaw> {
    let Stored {
        per_strip,
        backwards,
        paper,
        settings,
    } = Stored::of(decoder, stored, width, height);
    let mut list = |tag| {
        let found = decoder.find_tag_unsigned_vec::<u64>(tag);
        found.ok().flatten().ok_or(Flaw::Damaged)
    };
    let strips = list(Tag::StripOffsets)?;
    let lengths = list(Tag::StripByteCounts)?;
    let (width, height) = (width as usize, height as usize);
    let mut rows = Rows {
        width,
        dots: Vec::new(),
        most: width * height,
        paper,
    };
    for (number, (from, length)) in (1..).zip(strips.iter().zip(&lengths)) {
        let data = strip(bytes, *from, *length).unwrap_or_default();
        let turned: Vec<u8>;
        let data = match backwards {
            true => {
                turned = data.iter().map(|byte| byte.reverse_bits()).collect();
                &turned
            }
            false => data,
        };
        // A strip that is damaged still gave the rows before the damage.
        let _ = hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings));
        let wanted = (number * per_strip as usize).min(height) * width;
        rows.dots.resize(wanted, paper);
    }
    rows.dots.resize(width * height, paper);
    Grey::new(width, height, rows.dots).ok_or(Flaw::Damaged)
}

/// The part of the file, as much of it as there is.
fn strip(bytes: &[u8], from: u64, length: u64) -> Option<&[u8]> {
    let from = usize::try_from(from).ok()?;
    let rest = bytes.get(from..)?;
    Some(rest.get(..usize::try_from(length).ok()?).unwrap_or(rest))
}
