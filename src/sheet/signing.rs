//! What ends a page that people sign by hand: the digest of the file that it is of, and a line for everybody.
//!
//! Knows where these stand; not who signs, nor what.

use super::font::{Face, spelled};
use super::frame::SMALL;
use super::page::{HAIR, Page, Style, WIDTH};
use super::table::{BESIDE, Proof, Spacing, TITLE, fitting};
use super::text::Column;
use crate::digest::Digest;
use crate::error::Result;
use crate::words;

/// A digest in digits and in words, under its title; at the right what it is of.
pub(super) fn digest(
    page: &mut Page,
    column: Column,
    (y, proof): (f32, Proof),
    (title, of, digest): (&str, &str, Digest),
) -> Result<()> {
    page.text(TITLE, column.x, y + 4.2, title);
    page.text_right(SMALL, column.x + column.width, y + 4.2, of)?;
    let mono = Style::new(Face::Mono, 6.6);
    page.text(mono, column.x, y + 8.0, &digest.hex());
    let words = words::words(&digest.0);
    let step = column.width / proof.words as f32;
    for (row, line) in words.chunks(proof.words).enumerate() {
        let y = y + 11.6 + 2.6 * row as f32;
        for (at, word) in line.iter().enumerate() {
            let x = column.x + step * at as f32;
            page.text(proof.word, x, y, word);
        }
    }
    Ok(())
}

/// Lines for signatures: what stands over each, and what is to be written on it.
pub(super) fn lines(
    page: &mut Page,
    y: f32,
    spacing: Spacing,
    row: &[(String, &str)],
) -> Result<()> {
    let abreast = spacing.abreast as f32;
    let width = (WIDTH - (abreast - 1.0) * BESIDE) / abreast;
    for (at, (title, wants)) in row.iter().enumerate() {
        let x = at as f32 * (width + BESIDE);
        let title = fitting(TITLE, width, &spelled(title))?;
        page.text(TITLE, x, y + 3.6, &title);
        page.rule(x, y + spacing.sign - 4.2, width, HAIR);
        page.text(SMALL, x, y + spacing.sign - 1.0, wants);
    }
    Ok(())
}
