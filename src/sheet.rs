//! Sheets: a share or a vault as pages to be printed, as the bytes of a PDF.
//!
//! Knows pages, letters and lines; no files, and not how a page is read again.

mod destruction_page;
mod flow;
mod font;
mod frame;
mod page;
mod pdf;
mod qr;
mod recipe;
mod report_page;
mod share_page;
mod signing;
mod table;
mod text;
mod vault_page;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

pub use destruction_page::DestructionPage;
pub use report_page::ReportPage;

use crate::code::{Printed, VaultFiles};
use crate::digest::Hasher;
use crate::error::{Error, Result};
use crate::label::{self, Label};
use crate::manifest::Manifest;
use crate::share::ReadShare;
use crate::time::Time;
use crate::words;

/// What the digest of a sheet's codes begins with.
const SHEET_ID: &[u8] = b"coldvault/sheet/1\0";

/// A finished sheet.
pub struct Sheet {
    /// The bytes of the PDF. Of a share sheet they are as secret as the share.
    pub pdf: Zeroizing<Vec<u8>>,
    /// Pages.
    pub pages: usize,
    /// The texts of the codes on it, page for page.
    pub codes: Vec<Vec<Zeroizing<String>>>,
    /// What is printed in every footer, as [`id_text`] writes it.
    pub id: [u8; 8],
}

/// What a share sheet says.
pub struct ShareSheet<'a> {
    /// The share; protected or not.
    pub share: &'a ReadShare,
    /// The vault's label.
    pub label: &'a Label,
    /// When it was sealed.
    pub created: Time,
    /// Whom to call; a line to write on when nobody said it.
    pub contact: Option<&'a str>,
}

/// What a vault sheet says.
pub struct VaultSheet<'a> {
    /// The vault.
    pub files: &'a VaultFiles,
    /// Its proven `vault.json`.
    pub manifest: &'a Manifest,
    /// Whom to call; a line to write on when nobody said it.
    pub contact: Option<&'a str>,
}

/// The letters of a name or contact that no sheet can show, each once; a sheet spells them out, such as `[U+6771]`.
pub fn unprintable(text: &str) -> Vec<char> {
    font::missing(text)
}

/// The sheet id: the first 8 bytes of the SHA-256 of `coldvault/sheet/1`, a zero byte, and the texts of all codes in
/// their order, each followed by a newline.
fn id<'a>(codes: impl IntoIterator<Item = &'a str>) -> [u8; 8] {
    let mut hasher = Hasher::new();
    hasher.update(SHEET_ID);
    for code in codes {
        hasher.update(code.as_bytes());
        hasher.update(b"\n");
    }
    let mut id = [0; 8];
    let digest = hasher.finish().0;
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    id
}

/// A sheet id as every footer has it: "0123456789abcdef: eight words".
pub fn id_text(id: [u8; 8]) -> String {
    let words = words::words(&id).join(" ");
    format!("{}: {words}", HEXLOWER.encode(&id))
}

fn id_of(codes: &[Printed]) -> [u8; 8] {
    id(codes.iter().map(|code| code.text.as_str()))
}

fn texts(codes: &[Printed]) -> Vec<Zeroizing<String>> {
    codes.iter().map(|code| code.text.clone()).collect()
}

/// A contact that `--contact` allows: what is longer has no place.
fn checked(contact: Option<&str>) -> Result<Option<String>> {
    let checked = contact.map(label::line).transpose();
    checked.map_err(|_| Error::Limit {
        what: "columns of the contact".into(),
        limit: label::MAX_LINE_COLUMNS as u64,
    })
}

#[cfg(test)]
mod tests;
