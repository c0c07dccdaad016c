//! The codes on sheets: shares and vaults to the texts of QR codes and back.
//!
//! Knows bytes, letters and how many codes stand on a page; no pictures, pages or files. `docs/format.md`, section 11,
//! spells the texts out.

mod container;
mod gathered;
mod layout;
mod read_sheet;
mod text;
mod vault;

use zeroize::Zeroizing;

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::share::ReadShare;
use text::Text;

pub use gathered::{Gathered, Taken, Touched};
pub use layout::{MOST_CODES, VaultSize, on_one_page};
pub use read_sheet::{Origin, SheetShare, SheetVault, VaultState};
pub use text::{looks_like_ours, texts};
pub use vault::{VaultCodes, VaultFiles, too_large_for_paper};

/// A share's codes are printed twice, and differ in this letter and so in all their modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// The first.
    A,
    /// The second.
    B,
}

/// How much of a code may be spoilt: ISO/IEC 18004's error correction level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A quarter.
    Q,
    /// Three tenths.
    H,
}

/// One code as it is to be printed.
pub struct Printed {
    /// What stands beside it on the page: "A", "B", "1 A", "17".
    pub name: String,
    /// Which of a pair that says the same it is; a vault's codes have no twins.
    pub twin: Option<Twin>,
    /// Digits, capital letters and "/" only: QR's alphanumeric mode.
    pub text: Zeroizing<String>,
    /// The level it is drawn with.
    pub level: Level,
    /// The QR version it is drawn with, 1..=20.
    pub version: u8,
}

/// The most numbered codes of a protected share, each of which is printed twice.
const MOST_PIECES: usize = 3;

/// The codes of a share sheet: A and B of an open share; of a protected one, each of its numbered codes twice, all of A
/// before all of B, in the same order.
///
/// # Errors
/// [`Error::Limit`] for a protected share too large for a page.
pub fn of_share(share: &ReadShare) -> Result<Vec<Printed>> {
    let record = share.to_record()?;
    if share.protected().is_none() {
        let one = |twin: Twin| {
            let text = text::of_open_share(twin, &record);
            printed(twin.to_string(), twin, text, Level::H)
        };
        return [Twin::A, Twin::B].into_iter().map(one).collect();
    }
    let pieces = text::pieces_of_share(share.facts.public_key.vault_id(), &record);
    if pieces.len() > MOST_PIECES {
        return Err(too_large());
    }
    let twins = [Twin::A, Twin::B].into_iter();
    let both = twins.flat_map(|twin| pieces.iter().map(move |piece| (twin, piece)));
    both.map(|(twin, piece)| {
        let name = format!("{} {twin}", piece.number);
        printed(name, twin, text::of_piece(twin, piece), Level::Q)
    })
    .collect()
}

/// A code in the smallest version that holds its text.
fn printed(name: String, twin: Twin, text: Zeroizing<String>, level: Level) -> Result<Printed> {
    let version = layout::smallest_version(level, text.len()).ok_or_else(too_large)?;
    Ok(Printed {
        name,
        twin: Some(twin),
        text,
        level,
        version,
    })
}

fn too_large() -> Error {
    Error::Limit {
        what: "codes of a protected share on one page".into(),
        limit: MOST_PIECES as u64,
    }
}

/// The page that a code stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageOf {
    /// The same for all codes of the page, and for those of no other page.
    pub key: Digest,
    /// How many different codes of ours stand on it.
    pub codes: usize,
}

/// The page that this code stands on: so that whoever looks for codes knows when a page is read in full. `None` for a
/// text that is none of ours, or not whole.
pub fn page_of(text: &str) -> Option<PageOf> {
    let page = |parts: &[&[u8]], codes| PageOf {
        key: Digest::of(&Zeroizing::new(parts.concat())),
        codes,
    };
    Some(match Text::parse(texts(text).first()?).ok()? {
        Text::Share { record, .. } => page(&[b"S", &record], 2),
        Text::Piece(_, piece) => {
            let parts: [&[u8]; 3] = [b"P", &piece.vault.0, &piece.set];
            page(&parts, 2 * usize::from(piece.of))
        }
        Text::Part(part) => {
            let (number, total) = (usize::from(part.number), usize::from(part.of));
            let before = (number - 1) / on_one_page(total);
            let first = before * on_one_page(total);
            let place = [part.of, u8::try_from(before).ok()?];
            let parts: [&[u8]; 4] = [b"V", &part.vault.0, &part.set, &place];
            page(&parts, on_one_page(total).min(total - first))
        }
    })
}

impl std::fmt::Display for Twin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

#[cfg(test)]
mod tests;
