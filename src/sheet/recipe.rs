//! The recovery recipe: what is on the back of a share sheet and on the last page of a vault sheet.
//!
//! Knows the words and how they are set; the commands in them are run by a test from the text of the PDF.

mod words;

use super::font::Face;
use super::frame::{Facts, TOP};
use super::page::{Page, Style, WIDTH};
use super::text::Column;
use crate::error::Result;
use crate::share::ReadShare;

const TITLE: &str = "IN 20 YEARS, WITHOUT THIS PROGRAM";
const HEADING: Style = Style::new(Face::Bold, 9.5);
const TEXT: Style = Style::new(Face::Regular, 9.0);
const COMMAND: Style = Style::new(Face::Mono, 8.5);
/// A numbered step stands this far from the left.
const STEP: f32 = 5.0;

/// The example: three points of five and what they join to, from `tests/vectors/primitive-shamir-3-of-5.txt`.
const POINTS: [(&str, &str); 3] = [
    (
        "{2}",
        "105b1edcd96df7e5eca487bd5c99b044300939cf0debed8c8c55d9fc8646286c",
    ),
    (
        "{3}",
        "09ad12d4e1a1d3a85c895606d1ed1e399e350cfa030afbd5c3d040dc1b87b974",
    ),
    (
        "{5}",
        "075b1cb143e471ce8f6cc4ea3cb5122a76a91524cd58455ccb26f8717dee6867",
    ),
];
const KEY: &str = "555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e";

/// The back of a share sheet. Nothing on it is secret.
pub(super) fn for_share(facts: &Facts<'_>, share: &ReadShare) -> Result<Page> {
    set(
        facts,
        &share_text(share.facts.k, share.protected().is_some()),
    )
}

fn share_text(k: u8, protected: bool) -> String {
    let (points, letters) = match protected {
        false => (words::OPEN_SHARE, words::LETTERS),
        true => (words::PROTECTED_SHARE, ""),
    };
    let mut test = words::TEST.replace("{key}", KEY);
    for (place, y) in POINTS {
        test = test.replace(place, y);
    }
    let parts = [
        words::FIRST,
        points,
        words::POINTS_TO_FILES,
        &test,
        words::FORMAT,
        letters,
    ];
    parts.concat().replace("{k}", &k.to_string())
}

/// The last page of a vault sheet.
pub(super) fn for_vault(facts: &Facts<'_>, needed: usize, total: usize) -> Result<Page> {
    set(facts, &vault_text(needed, total))
}

fn vault_text(needed: usize, total: usize) -> String {
    words::VAULT
        .replace("{needed}", &needed.to_string())
        .replace("{needed3}", &format!("{needed:03}"))
        .replace("{next}", &(needed + 1).to_string())
        .replace("{total}", &total.to_string())
}

/// Sets a text: lines that begin with `# ` are headings, with four spaces commands, with `1. ` steps; the others run on.
fn set(facts: &Facts<'_>, text: &str) -> Result<Page> {
    let mut page = Page::default();
    facts.head(&mut page, TITLE)?;
    let mut y = TOP + 3.0;
    for line in text.lines() {
        y = set_line(&mut page, y, line)?;
    }
    Ok(page)
}

fn set_line(page: &mut Page, y: f32, line: &str) -> Result<f32> {
    let whole = Column {
        x: 0.0,
        width: WIDTH,
    };
    if line.is_empty() {
        return Ok(y + 1.3);
    }
    if let Some(heading) = line.strip_prefix("# ") {
        return page.paragraph(HEADING, whole, y, heading);
    }
    if let Some(command) = line.strip_prefix("    ") {
        page.text(COMMAND, STEP, y, command);
        return Ok(y + COMMAND.pitch());
    }
    match line.split_once(". ") {
        Some((number, step)) if number.len() == 1 => {
            page.text(TEXT, 0.0, y, &format!("{number}."));
            let column = Column {
                x: STEP,
                width: WIDTH - STEP,
            };
            page.paragraph(TEXT, column, y, step)
        }
        _ => page.paragraph(TEXT, whole, y, line),
    }
}
