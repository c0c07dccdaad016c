//! The letters of a sheet: which glyph a letter has and how wide it is.
//!
//! Knows three fonts that are part of the program, and nothing of pages. No other file names the crate `skrifa`.

use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::error::{Error, Result};

/// Millimetres in a point.
pub(super) const POINT: f32 = 25.4 / 72.0;

/// One of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// For running text.
    Regular,
    /// For what must be seen.
    Bold,
    /// For what is typed or compared letter by letter: ASCII only, and a zero that is no O.
    Mono,
}

/// What a PDF says about a whole font, in thousandths of its size.
pub(super) struct Dimensions {
    /// The box that every letter fits into: left, bottom, right, top.
    pub(super) bounds: [f32; 4],
    /// Above the line.
    pub(super) ascent: f32,
    /// Below it; negative.
    pub(super) descent: f32,
    /// The height of a capital.
    pub(super) capital: f32,
}

impl Face {
    /// All of them, in the order of their numbers in a PDF.
    pub(super) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Mono];

    /// The font's file.
    pub(super) fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("fonts/regular.ttf"),
            Self::Bold => include_bytes!("fonts/bold.ttf"),
            Self::Mono => include_bytes!("fonts/mono.ttf"),
        }
    }

    /// The font's name in a PDF.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Regular => "ColdvaultSans-Regular",
            Self::Bold => "ColdvaultSans-Bold",
            Self::Mono => "ColdvaultMono-Regular",
        }
    }

    /// The glyphs of a text and the width of each in thousandths of the font's size. Letters that the font lacks have
    /// the glyph 0.
    pub(super) fn glyphs(self, text: &str) -> Result<Vec<(u16, f32)>> {
        let font = self.font()?;
        let letters = font.charmap();
        let widths = font.glyph_metrics(Size::new(1000.0), LocationRef::default());
        let glyph = |letter| {
            let id = letters.map(letter).unwrap_or_default();
            (narrow(id.to_u32()), width(&widths, id))
        };
        Ok(text.chars().map(glyph).collect())
    }

    /// How wide a text is at `size` points, in millimetres.
    pub(super) fn width(self, size: f32, text: &str) -> Result<f32> {
        let thousandths: f32 = self.glyphs(text)?.iter().map(|(_, width)| width).sum();
        Ok(thousandths / 1000.0 * size * POINT)
    }

    pub(super) fn dimensions(self) -> Result<Dimensions> {
        let all = self
            .font()?
            .metrics(Size::new(1000.0), LocationRef::default());
        let bounds = all.bounds.unwrap_or_default();
        Ok(Dimensions {
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max],
            ascent: all.ascent,
            descent: all.descent,
            capital: all.cap_height.unwrap_or(all.ascent),
        })
    }

    fn has(self, letter: char) -> Result<bool> {
        Ok(self.font()?.charmap().map(letter).is_some())
    }

    fn font(self) -> Result<FontRef<'static>> {
        FontRef::new(self.file()).map_err(|_| Error::SelfTest {
            what: "a font of the program cannot be read",
        })
    }
}

/// Our fonts have fewer glyphs than that; any other number is the glyph for what is missing.
fn narrow(id: u32) -> u16 {
    u16::try_from(id).unwrap_or_default()
}

fn width(widths: &GlyphMetrics<'_>, id: skrifa::GlyphId) -> f32 {
    widths.advance_width(id).unwrap_or_default()
}

/// The letters of a text that no sheet can show, each once, in their order.
pub(super) fn missing(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for letter in text.chars() {
        if !is_printable(letter) && !missing.contains(&letter) {
            missing.push(letter);
        }
    }
    missing
}

/// The text with every letter that no sheet can show spelled out, such as `[U+6771]`.
pub(super) fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_printable(letter) {
            true => out.push(letter),
            false => out.push_str(&format!("[U+{:04X}]", u32::from(letter))),
        }
    }
    out
}

fn is_printable(letter: char) -> bool {
    [Face::Regular, Face::Bold]
        .iter()
        .all(|face| face.has(letter).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_europe_are_there_and_others_are_spelled_out() {
        let names = "Zürich Łódź Ďábel Ağrı Юридический отдел Αθήνα Đặng – “№ 7”";
        assert_eq!(missing(names), []);
        assert_eq!(spelled(names), names);
        assert_eq!(missing("東京 東"), ['東', '京']);
        assert_eq!(spelled("a東😀"), "a[U+6771][U+1F600]");
    }

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        // 600 thousandths for each letter of the typewriter font
        let width = Face::Mono.width(10.0, "bcdf").unwrap();
        assert!((width - 4.0 * 6.0 * POINT).abs() < 0.01, "{width}");
        assert!(Face::Bold.width(10.0, "W").unwrap() > Face::Bold.width(10.0, "i").unwrap());
    }
}
