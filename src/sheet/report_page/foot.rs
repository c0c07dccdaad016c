//! The end: what is signed, the digest of the file, and a line for everybody who signs by hand.

use super::signers::signers;
use super::table::cut;
use super::{BESIDE, ReportPage, Spacing, TITLE};
use crate::error::Result;
use crate::sheet::flow::Flow;
use crate::sheet::font::spelled;
use crate::sheet::page::{HAIR, Page, WIDTH};
use crate::sheet::signing;
use crate::sheet::text::Column;
use crate::words;

/// So many letters of the challenge and of the file's name; what is longer is written out in full elsewhere.
pub(super) const MOST_CHALLENGE: usize = 90;
pub(super) const MOST_NAME: usize = 40;

/// Draws it at the end of the page, or on the next one.
pub(super) fn draw(flow: &mut Flow, of: &ReportPage<'_>, spacing: Spacing) -> Result<()> {
    let signers = signers(of.report);
    let signers: Vec<(String, &str)> = signers
        .iter()
        .map(|one| (one.title(), one.wants()))
        .collect();
    let rows = signers.len().div_ceil(spacing.abreast);
    let above = spacing.gap + spacing.proof.height;
    flow.end_at_edge(above + spacing.sign * rows as f32);
    // A line to sign on stands on the page with what is signed.
    let (page, y) = flow.place(above + spacing.sign);
    proof(page, y + spacing.gap, spacing, of)?;
    let mut rows = signers.chunks(spacing.abreast);
    if let Some(first) = rows.next() {
        signing::lines(page, y + above, spacing, first)?;
    }
    for row in rows {
        let (page, y) = flow.place(spacing.sign);
        signing::lines(page, y, spacing, row)?;
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
    let file = cut(&spelled(of.file), MOST_NAME);
    let what = ("SHA-256 OF THE REPORT", file.as_str(), of.digest);
    signing::digest(page, right, (y, spacing.proof), what)
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
