//! PDF pages as grey dots: drawn, whatever they consist of, so that a scan and a print of ours are one thing.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::{Dict, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::answer::Flaw;
use super::grey::Grey;
use super::picture::light;

/// Points in an inch.
const POINTS: f32 = 72.0;
/// Dots per inch for pages that are drawn, in this order until they are read in full.
pub(super) const DRAWN: [f32; 2] = [200.0, 300.0];
/// Between these a page that is a picture has the picture's own resolution.
const COARSEST: f32 = 75.0;
const FINEST: f32 = 600.0;
/// The most dots of a page, and on one side: a page may say that it is a kilometre wide.
const MAX_DOTS: f32 = 36.0e6;
const MAX_SIDE: f32 = 20_000.0;

/// A document.
pub(super) struct Document(Pdf);

impl Document {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, Flaw> {
        Pdf::new(bytes).map(Self).map_err(|error| match error {
            LoadPdfError::Decryption(_) => Flaw::Password,
            LoadPdfError::Invalid => Flaw::Damaged,
        })
    }

    pub(super) fn pages(&self) -> usize {
        self.0.pages().len()
    }

    /// Dots per inch at which this page, from 0, is to be looked at, one after the other.
    pub(super) fn scales(&self, number: usize) -> Vec<f32> {
        let page = self.0.pages().get(number);
        match page.and_then(own_scale) {
            Some(scale) => vec![scale],
            None => DRAWN.to_vec(),
        }
    }

    /// A page, from 0, at so many dots per inch, or fewer if it is large.
    pub(super) fn draw(&self, number: usize, scale: f32) -> Result<Grey, Flaw> {
        let page = self.0.pages().get(number).ok_or(Flaw::Damaged)?;
        let (width, height) = page.render_dimensions();
        let (width, height) = (width / POINTS, height / POINTS);
        let fits = (MAX_DOTS / (width * height)).sqrt();
        let scale = scale.min(fits).min(MAX_SIDE / width.max(height)) / POINTS;
        // The negation is for what is no number.
        if !(scale > 0.01 && width * POINTS * scale >= 1.0 && height * POINTS * scale >= 1.0) {
            return Err(Flaw::Damaged);
        }
        let settings = PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        };
        let drawn = render(
            page,
            &RenderCache::new(),
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &settings,
        );
        let dots = drawn.data_as_u8_slice().as_chunks().0.iter();
        let dots = dots.map(|&[red, green, blue, _]| light(red, green, blue));
        let (width, height) = (drawn.width().into(), drawn.height().into());
        Grey::new(width, height, dots.collect()).ok_or(Flaw::Damaged)
    }
}

/// Of a page that is one picture: the picture's dots per inch.
fn own_scale(page: &Page<'_>) -> Option<f32> {
    let (width, height) = page.render_dimensions();
    let longer = width.max(height) / POINTS;
    let objects = &page.resources().x_objects;
    let sides = objects.keys().filter_map(|name| {
        let object: Stream<'_> = objects.get(name)?;
        longer_side(object.dict())
    });
    let dots = sides.max()?;
    // A logo is no scan.
    let scale = dots as f32 / longer;
    (dots >= 500 && scale >= COARSEST).then_some(scale.min(FINEST))
}

fn longer_side(picture: &Dict<'_>) -> Option<u32> {
    let side = |name: &str| picture.get::<u32>(name);
    Some(side("Width")?.max(side("Height")?))
}
