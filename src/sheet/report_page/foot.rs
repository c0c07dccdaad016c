//! The end: what is signed, the digest of the file, and a line for everybody who signs by hand.

use super::flow::Flow;
use super::signers::{Signer, signers};
use super::table::{cut, fitting};
use super::{BESIDE, Proof, ReportPage, Spacing, TITLE};
use crate::error::Result;
use crate::sheet::font::{Face, spelled};
use crate::sheet::frame::SMALL;
use crate::sheet::page::{HAIR, Page, Style, WIDTH};
use crate::sheet::text::Column;
use crate::words;

/// So many letters of the challenge and of the file's name; what is longer is written out in full elsewhere.
pub(super) const MOST_CHALLENGE: usize = 90;
pub(super) const MOST_NAME: usize = 40;

/// Draws it at the end of the page, or on the next one.
pub(super) fn draw(flow: &mut Flow, of: &ReportPage<'_>, spacing: Spacing) -> Result<()> {
    let signers = signers(of.report);
    let rows = signers.len().div_ceil(spacing.abreast);
    let above = spacing.gap + spacing.proof.height;
    flow.end_at_edge(above + spacing.sign * rows as f32);
    // A line to sign on stands on the page with what is signed.
    let (page, y) = flow.place(above + spacing.sign);
    proof(page, y + spacing.gap, spacing, of)?;
    let mut rows = signers.chunks(spacing.abreast);
    if let Some(first) = rows.next() {
        sign(page, y + above, spacing, first)?;
    }
    for row in rows {
        let (page, y) = flow.place(spacing.sign);
        sign(page, y, spacing, row)?;
    }
    Ok(())
}

fn proof(page: &mut Page, y: f32, spacing: Spacing, of: &ReportPage<'_>) -> Result<()> {
    let left = spacing.proof.left;
    page.rule(0.0, y, WIDTH, HAIR);
    page.text(TITLE, 0.0, y + 4.2, "WHAT IT PROVES");
    let place = Column::new(0.0, left);
    page.paragraph(spacing.cell, place, y + 8.0, &statement(of))?;
    let right = Column::new(left + BESIDE, WIDTH - left - BESIDE);
    digest(page, right, (y, spacing.proof), of)
}

fn statement(of: &ReportPage<'_>) -> String {
    let Some(vault) = of.report.vault.as_ref().filter(|_| of.is_signed) else {
        return "Not signed: no quorum took part, so the vault's identity could not sign it. It is what \
                the program and the people below say."
            .into();
    };
    let id = words::words(&vault.public_key.vault_id().0);
    let first = id.iter().take(4).copied().collect::<Vec<_>>().join(" ");
    let when = match of.report.challenge.as_deref() {
        Some(challenge) => {
            let challenge = cut(&spelled(challenge), MOST_CHALLENGE);
            format!(
                "over the challenge \"{challenge}\": the vault key was there after that was given"
            )
        }
        None => "without a challenge: time not proven".into(),
    };
    format!(
        "Signed by the vault identity ({first} ...) {when}. It proves possession of the key, not that a quorum \
         met. Compare the words above with those on the paper of the vault."
    )
}

/// Of the file, in digits and in words.
fn digest(
    page: &mut Page,
    column: Column,
    (y, proof): (f32, Proof),
    of: &ReportPage<'_>,
) -> Result<()> {
    let file = cut(&spelled(of.file), MOST_NAME);
    page.text(TITLE, column.x, y + 4.2, "SHA-256 OF THE REPORT");
    page.text_right(SMALL, WIDTH, y + 4.2, &file)?;
    let mono = Style::new(Face::Mono, 6.6);
    page.text(mono, column.x, y + 8.0, &of.digest.hex());
    let words = words::words(&of.digest.0);
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

/// Lines for signatures by hand.
fn sign(page: &mut Page, y: f32, spacing: Spacing, row: &[Signer]) -> Result<()> {
    let abreast = spacing.abreast as f32;
    let width = (WIDTH - (abreast - 1.0) * BESIDE) / abreast;
    for (at, signer) in row.iter().enumerate() {
        let x = at as f32 * (width + BESIDE);
        let title = fitting(TITLE, width, &spelled(&signer.title()))?;
        page.text(TITLE, x, y + 3.6, &title);
        page.rule(x, y + spacing.sign - 4.2, width, HAIR);
        page.text(SMALL, x, y + spacing.sign - 1.0, signer.wants());
    }
    Ok(())
}
