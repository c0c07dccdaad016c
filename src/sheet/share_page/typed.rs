//! The share as letters to be typed.
//!
//! Knows where the lines stand and how header and share are told apart; the letters are `share_text`'s.

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::share::ReadShare;
use crate::share_text::{self, HEADER_LINES, Header};
use crate::sheet::font::Face;
use crate::sheet::frame::{HEADING, SMALL};
use crate::sheet::page::{HAIR, Page, Style, WIDTH};
use crate::sheet::text::Column;

const LETTERS: Style = Style::new(Face::Mono, 15.0);
const PITCH: f32 = 5.6;
const LEFT: f32 = 26.0;
/// What is said beside the lines.
const BESIDE: f32 = LEFT + 110.0;

/// More space above the share's first line.
const APART: f32 = 1.6;

/// Writes the lines below `y`, no lower than 48 mm under it.
pub(super) fn lines(page: &mut Page, share: &ReadShare, y: f32) -> Result<()> {
    page.text(HEADING, 0.0, y + 5.0, "THE SHARE AS LETTERS");
    let (first, header) = (y + 11.0, HEADER_LINES.count());
    let second = first + PITCH * header as f32 + APART;
    // the names first: then the lines follow one another in the text of the PDF
    page.text(SMALL, 0.0, first, "Header");
    page.text(SMALL, 0.0, second, "Share");
    page.rule(0.0, second - 4.7, BESIDE - 6.0, HAIR);
    for (at, line) in text(share)?.lines().enumerate() {
        let apart = if at < header { 0.0 } else { APART };
        let line_y = first + PITCH * at as f32 + apart;
        let line = match at < header {
            true => in_columns(line),
            false => Zeroizing::new(line.to_owned()),
        };
        page.text(LETTERS, LEFT - 8.0, line_y, &line);
    }
    beside(page, first)
}

/// A line of the header with its groups under those of the others: its wider gap would look like a misprint.
fn in_columns(line: &str) -> Zeroizing<String> {
    let (letter, groups) = line.split_once("  ").unwrap_or(("", line));
    Zeroizing::new(format!("{letter}  {}", groups.replace("  ", " ")))
}

/// How to type them.
fn beside(page: &mut Page, y: f32) -> Result<()> {
    let column = Column::new(BESIDE, WIDTH - BESIDE);
    let style = Style::new(Face::Regular, 9.0);
    let mut y = y;
    for text in [
        "If no code can be read, type the lines. Lines b, c and d come first, then e to h in any order.",
        "Type each line's first letter too. Capitals, spaces and dashes do not matter.",
        "Every line checks itself.",
    ] {
        y = page.paragraph(style, column, y, text)? + 1.2;
    }
    Ok(())
}

fn text(share: &ReadShare) -> Result<Zeroizing<String>> {
    let facts = &share.facts;
    let header = Header {
        production: facts.kind == crate::kind::Kind::Production,
        vault_id: facts.public_key.vault_id().0,
        threshold: facts.k,
        number: facts.number,
    };
    let proven = share.again().prove(None).ok();
    let y = proven
        .as_ref()
        .and_then(|share| <&[u8; 32]>::try_from(share.point.y.expose()).ok());
    let y = y.ok_or(Error::SelfTest {
        what: "an open share has no 32 bytes",
    })?;
    Ok(share_text::encode(&header, y))
}
