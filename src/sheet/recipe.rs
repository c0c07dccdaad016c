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

const TITLE: &str = "RECOVERY RECIPE";
const HEADING: Style = Style::new(Face::Bold, 10.0);
const TEXT: Style = Style::new(Face::Regular, 9.5);
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

pub(super) fn share_text(k: u8, protected: bool) -> String {
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
    let text = parts.concat().replace("{k}", &k.to_string());
    text.replace("{degree}", &k.saturating_sub(1).to_string())
}

/// The last page of a vault sheet.
pub(super) fn for_vault(facts: &Facts<'_>, shares: [usize; 2], codes: [usize; 2]) -> Result<Page> {
    set(facts, &vault_text(shares, codes))
}

/// How many of the shares, and how many of the codes, are needed.
pub(super) fn vault_text([k, n]: [usize; 2], [needed, total]: [usize; 2]) -> String {
    words::VAULT
        .replace("{k}", &k.to_string())
        .replace("{n}", &n.to_string())
        .replace("{needed}", &needed.to_string())
        .replace("{needed3}", &format!("{needed:03}"))
        .replace("{degree}", &needed.saturating_sub(1).to_string())
        .replace("{next}", &(needed + 1).to_string())
        .replace("{total}", &total.to_string())
}

/// Sets a text: lines that begin with `# ` are headings, with four spaces commands, with three more of a
/// step, with `1. ` steps; the others run on.
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
    let whole = Column::new(0.0, WIDTH);
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
    let indented = Column::new(STEP, WIDTH - STEP);
    if let Some(more) = line.strip_prefix("   ") {
        return page.paragraph(TEXT, indented, y, more);
    }
    match line.split_once(". ") {
        Some((number, step)) if number.len() == 1 => {
            page.text(TEXT, 0.0, y, &format!("{number}."));
            page.paragraph(TEXT, indented, y, step)
        }
        _ => page.paragraph(TEXT, whole, y, line),
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::secret::SecretBytes;
    use crate::shamir::{self, Point};

    #[test]
    fn the_printed_points_join_to_the_printed_key() {
        let point = |(place, y): (&str, &str)| Point {
            number: place.trim_matches(['{', '}']).parse().unwrap(),
            y: SecretBytes::copied(&HEXLOWER.decode(y.as_bytes()).unwrap()),
        };
        let points: Vec<Point> = POINTS.into_iter().map(point).collect();
        let key = shamir::join(&points.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(HEXLOWER.encode(key.expose()), KEY);
        let text = share_text(3, false);
        for (_, y) in POINTS {
            assert!(text.contains(y));
        }
        assert!(text.contains(KEY));
    }

    #[test]
    fn no_place_in_the_words_stays_empty() {
        let texts = [
            share_text(2, false),
            share_text(32, true),
            vault_text([3, 5], [27, 36]),
        ];
        for text in texts {
            // the only braces are Python's
            let left = text
                .match_indices('{')
                .filter(|(at, _)| !text[*at..].starts_with("{int(f[3])"));
            assert_eq!(left.count(), 0, "{text}");
        }
    }
}
