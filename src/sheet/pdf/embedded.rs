//! The part of a font that a document uses.
//!
//! Knows glyphs and their letters; no other file names the crate `subsetter`.

use std::collections::BTreeMap;

use pdf_writer::types::{FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Name, Str};
use subsetter::GlyphRemapper;

use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::sheet::font::{Dimensions, Face};

/// What glyph numbers mean: themselves.
pub(super) const SYSTEM: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// A font and the glyphs of it that were written so far.
pub(super) struct Embedded {
    pub(super) face: Face,
    numbers: GlyphRemapper,
    /// Letter and width of each glyph, by its new number.
    written: BTreeMap<u16, (char, f32)>,
}

impl Embedded {
    pub(super) fn new(face: Face) -> Self {
        Self {
            face,
            numbers: GlyphRemapper::new(),
            written: BTreeMap::new(),
        }
    }

    pub(super) fn is_used(&self) -> bool {
        !self.written.is_empty()
    }

    /// A text as numbers of glyphs, two bytes each.
    pub(super) fn glyphs(&mut self, text: &str) -> Result<Vec<u8>> {
        let glyphs = self.face.glyphs(text)?;
        let mut bytes = Vec::with_capacity(2 * glyphs.len());
        for (letter, (glyph, width)) in text.chars().zip(glyphs) {
            let number = self.numbers.remap(glyph);
            self.written.insert(number, (letter, width));
            bytes.extend(number.to_be_bytes());
        }
        Ok(bytes)
    }

    /// The name, with the six letters that mark a part of a font; the same for the same part.
    pub(super) fn name(&self) -> String {
        let mut hasher = Hasher::new();
        for (letter, _) in self.written.values() {
            hasher.update(&u32::from(*letter).to_be_bytes());
        }
        let mark = hasher.finish().0.into_iter().take(6);
        let mark: String = mark.map(|byte| char::from(b'A' + byte % 26)).collect();
        format!("{mark}+{}", self.face.name())
    }

    /// The width of each glyph, in the order of their numbers.
    pub(super) fn widths(&self) -> impl Iterator<Item = f32> {
        let all = 0..self.numbers.num_gids();
        all.map(|number| self.written.get(&number).map_or(0.0, |(_, width)| *width))
    }

    pub(super) fn dimensions(&self) -> Result<Dimensions> {
        self.face.dimensions()
    }

    pub(super) fn flags(&self) -> FontFlags {
        match self.face {
            Face::Mono => FontFlags::NON_SYMBOLIC | FontFlags::FIXED_PITCH,
            _ => FontFlags::NON_SYMBOLIC,
        }
    }

    /// The font file with these glyphs alone.
    pub(super) fn file(&self) -> Result<Vec<u8>> {
        subsetter::subset(self.face.file(), 0, &self.numbers).map_err(|_| Error::SelfTest {
            what: "a font of the program cannot be cut",
        })
    }

    /// Which letter each glyph is, so that the text can be searched and copied.
    pub(super) fn letters(&self) -> Vec<u8> {
        let mut map = UnicodeCmap::<u16>::new(Name(b"Coldvault-UCS"), SYSTEM);
        for (number, (letter, _)) in &self.written {
            map.pair(*number, *letter);
        }
        map.finish().into_vec()
    }
}
