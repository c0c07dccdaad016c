//! A page: what is drawn where.
//!
//! Knows millimetres from the upper left corner of the live area, letters, lines and squares; not what they say, and no
//! PDF.
//!
//! The live area is what A4 and US Letter have in common without 12.7 mm of margin on every side. The page is as wide as
//! A4 and as high as Letter: on either paper, centred or in a corner, nothing of it comes nearer to an edge.

use zeroize::Zeroizing;

use super::font::{Face, POINT};
use super::qr::Modules;
use crate::error::Result;

/// The live area's width in millimetres.
pub(super) const WIDTH: f32 = 184.6;
/// The live area's height in millimetres.
pub(super) const HEIGHT: f32 = 254.0;
/// Around the live area, in millimetres.
pub(super) const MARGIN: f32 = 12.7;
/// A thin line, in millimetres.
pub(super) const HAIR: f32 = 0.15;
/// From one line of text to the next, in sizes of the font.
pub(super) const LEADING: f32 = 1.22;

/// Where something is, in millimetres; y grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Something on a page.
pub(super) enum Drawn {
    /// A line of text whose letters stand on `y`.
    Text {
        x: f32,
        y: f32,
        face: Face,
        size: f32,
        text: Zeroizing<String>,
    },
    /// A filled rectangle: a line, or the side of a frame.
    Bar(Rect),
    /// A code; its quiet zone is around the square.
    Code { place: Rect, modules: Modules },
}

/// A page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) drawn: Vec<Drawn>,
}

/// How text is set.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) face: Face,
    /// In points.
    pub(super) size: f32,
}

impl Style {
    pub(super) const fn new(face: Face, size: f32) -> Self {
        Self { face, size }
    }

    /// From one line to the next, in millimetres.
    pub(super) fn pitch(self) -> f32 {
        self.size * LEADING * POINT
    }
}

impl Page {
    /// Writes a line that begins at `x` and stands on `y`.
    pub(super) fn text(&mut self, style: Style, x: f32, y: f32, text: &str) {
        self.drawn.push(Drawn::Text {
            x,
            y,
            face: style.face,
            size: style.size,
            text: Zeroizing::new(text.to_owned()),
        });
    }

    /// Writes a line that ends at `right`.
    pub(super) fn text_right(
        &mut self,
        style: Style,
        right: f32,
        y: f32,
        text: &str,
    ) -> Result<()> {
        let width = style.face.width(style.size, text)?;
        self.text(style, right - width, y, text);
        Ok(())
    }

    /// Writes a line around `middle`.
    pub(super) fn text_centred(
        &mut self,
        style: Style,
        middle: f32,
        y: f32,
        text: &str,
    ) -> Result<()> {
        let width = style.face.width(style.size, text)?;
        self.text(style, middle - width / 2.0, y, text);
        Ok(())
    }

    /// Draws a line across, its upper side at `y`.
    pub(super) fn rule(&mut self, x: f32, y: f32, width: f32, thick: f32) {
        self.drawn.push(Drawn::Bar(Rect {
            x,
            y,
            width,
            height: thick,
        }));
    }

    /// Draws a line down, its left side at `x`.
    pub(super) fn post(&mut self, x: f32, y: f32, height: f32, thick: f32) {
        self.drawn.push(Drawn::Bar(Rect {
            x,
            y,
            width: thick,
            height,
        }));
    }

    /// Draws the four sides of `place`, inside it.
    pub(super) fn frame(&mut self, place: Rect) {
        let Rect {
            x,
            y,
            width,
            height,
        } = place;
        self.rule(x, y, width, HAIR);
        self.rule(x, y + height - HAIR, width, HAIR);
        self.post(x, y, height, HAIR);
        self.post(x + width - HAIR, y, height, HAIR);
    }

    /// Draws a code as a square of `side` millimetres; around it four modules must stay white.
    pub(super) fn code(&mut self, x: f32, y: f32, side: f32, modules: Modules) {
        let (width, height) = (side, side);
        let place = Rect {
            x,
            y,
            width,
            height,
        };
        self.drawn.push(Drawn::Code { place, modules });
    }
}
