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

use crate::error::{Error, Result};
use crate::share::ReadShare;
use text::Text;

pub use gathered::{Gathered, Taken};
pub use layout::{MOST_CODES, VaultSize, on_one_page};
pub use read_sheet::{SheetShare, SheetVault, VaultState};
pub use text::texts;
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

/// How many different codes of ours stand on the page that this one stands on, itself included: so that whoever looks for
/// codes knows when a page is read in full. `None` for a text that is none of ours, or not whole.
pub fn codes_of_its_page(text: &str) -> Option<usize> {
    match Text::parse(texts(text).first()?).ok()? {
        Text::Share { .. } => Some(2),
        Text::Piece(_, piece) => Some(2 * usize::from(piece.of)),
        Text::Part(part) => {
            let (number, total) = (usize::from(part.number), usize::from(part.of));
            let first = (number - 1) / on_one_page(total) * on_one_page(total);
            Some(on_one_page(total).min(total - first))
        }
    }
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
