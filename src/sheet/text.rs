//! Running text: lines of a width, in the largest size that fits.
//!
//! Knows words and how wide letters are; not what they say.

use super::font::Face;
use super::page::{Page, Style};
use crate::error::Result;

/// A place for running text, in millimetres.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) x: f32,
    pub(super) width: f32,
}

impl Column {
    pub(super) const fn new(x: f32, width: f32) -> Self {
        Self { x, width }
    }
}

/// Cuts a text into lines of at most `width` millimetres, between words, and in words that are longer than a line.
pub(super) fn wrap(style: Style, width: f32, text: &str) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = match line.is_empty() {
            true => word.to_owned(),
            false => format!("{line} {word}"),
        };
        if style.face.width(style.size, &longer)? <= width {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(line);
        }
        line = break_word(style, width, word, &mut lines)?;
    }
    lines.push(line);
    Ok(lines)
}

/// Pushes full lines of a word that is longer than a line; gives the rest.
fn break_word(style: Style, width: f32, word: &str, lines: &mut Vec<String>) -> Result<String> {
    let mut line = String::new();
    for letter in word.chars() {
        line.push(letter);
        if style.face.width(style.size, &line)? > width && line.chars().count() > 1 {
            line.pop();
            lines.push(std::mem::replace(&mut line, letter.to_string()));
        }
    }
    Ok(line)
}

/// The lines of a text in the first of `sizes` (points) at which they are no higher than `height`, or else in the last.
pub(super) fn fit(
    face: Face,
    sizes: &[f32],
    [width, height]: [f32; 2],
    text: &str,
) -> Result<(Style, Vec<String>)> {
    let mut best = (Style::new(face, 1.0), Vec::new());
    for size in sizes {
        let style = Style::new(face, *size);
        let lines = wrap(style, width, text)?;
        let high = style.pitch() * lines.len() as f32;
        best = (style, lines);
        if high <= height {
            break;
        }
    }
    Ok(best)
}

impl Page {
    /// Writes running text, its first line on `y`; gives the line after the last.
    pub(super) fn paragraph(
        &mut self,
        style: Style,
        column: Column,
        y: f32,
        text: &str,
    ) -> Result<f32> {
        let lines = wrap(style, column.width, text)?;
        Ok(self.lines(style, column.x, y, &lines))
    }

    /// Writes lines, the first on `y`; gives the line after the last.
    pub(super) fn lines(&mut self, style: Style, x: f32, y: f32, lines: &[String]) -> f32 {
        let mut y = y;
        for line in lines {
            self.text(style, x, y, line);
            y += style.pitch();
        }
        y
    }
}
