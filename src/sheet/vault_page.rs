//! A vault sheet: pages of codes, and the recipe.
//!
//! Knows how codes are laid out in rows of three and what each page says; not what is in them.

use super::font::{Face, spelled};
use super::frame::{self, Facts, Row, SMALL, TOP};
use super::page::{HAIR, Page, Style, WIDTH};
use super::pdf::{self, Sides};
use super::qr::{self, Modules};
use super::text::{Column, fit};
use super::{Sheet, VaultSheet, checked, id_of, recipe, texts};
use crate::code::{Printed, VaultCodes};
use crate::error::Result;

/// Codes side by side.
const ROW: usize = 3;
/// The first row of codes begins here, in millimetres.
const CODES: f32 = 54.2;
/// From one row to the next: a code, its quiet zones and its number.
const DOWN: f32 = 64.4;
/// The module of a code that is small enough, in millimetres.
const MODULE: f32 = 0.75;
/// The largest code: three rows of it, quiet zones and numbers, fill the page.
const LARGEST: f32 = 56.7;
const CONTACT_SIZES: [f32; 8] = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.5, 3.0];
const NUMBER: Style = Style::new(Face::Bold, 8.5);

impl VaultSheet<'_> {
    /// Draws it: pages of codes, and the recovery recipe last.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::error::Error::Refused) for a vault too large for paper.
    pub fn draw(&self) -> Result<Sheet> {
        self.draw_with(&self.files.codes()?)
    }

    pub(super) fn draw_with(&self, codes: &VaultCodes) -> Result<Sheet> {
        let pages = self.pages(codes)?;
        let per_page = codes.per_page.max(1);
        let on_pages = codes.codes.chunks(per_page).map(texts);
        Ok(Sheet {
            pdf: pdf::write(&pages, Sides::One)?,
            pages: pages.len(),
            codes: on_pages.chain([Vec::new()]).collect(),
            id: id_of(&codes.codes),
        })
    }

    pub(super) fn pages(&self, codes: &VaultCodes) -> Result<Vec<Page>> {
        let facts = Facts {
            kind: self.manifest.kind,
            label: &self.manifest.label,
            created: self.manifest.created,
            vault: self.manifest.public_key.vault_id(),
            sheet: id_of(&codes.codes),
        };
        let contact = checked(self.contact)?;
        let shares = [usize::from(self.manifest.k), self.manifest.shares.len()];
        let mut pages = Vec::new();
        let mut first = 1;
        for part in codes.codes.chunks(codes.per_page.max(1)) {
            let numbers = Numbers {
                first,
                last: first + part.len() - 1,
                of: codes.codes.len(),
                needed: codes.needed,
                shares,
            };
            pages.push(page(&facts, contact.as_deref(), &numbers, part)?);
            first += part.len();
        }
        let total = codes.codes.len();
        pages.push(recipe::for_vault(&facts, shares, [codes.needed, total])?);
        let of = pages.len();
        for (page, number) in pages.iter_mut().zip(1..) {
            facts.foot(page, [number, of])?;
        }
        Ok(pages)
    }
}

/// Which codes a page has.
struct Numbers {
    first: usize,
    last: usize,
    of: usize,
    needed: usize,
    /// How many shares open the vault, and how many there are.
    shares: [usize; 2],
}

fn page(
    facts: &Facts<'_>,
    contact: Option<&str>,
    numbers: &Numbers,
    codes: &[Printed],
) -> Result<Page> {
    let mut page = Page::default();
    facts.head(&mut page, "VAULT SHEET")?;
    about(&mut page, facts, contact, numbers)?;
    let drawn = qr::draw_all(codes)?;
    for (at, (code, modules)) in codes.iter().zip(drawn).enumerate() {
        put(&mut page, at, code, modules)?;
    }
    Ok(page)
}

/// What it is on the left, which vault it is on the right.
fn about(
    page: &mut Page,
    facts: &Facts<'_>,
    contact: Option<&str>,
    numbers: &Numbers,
) -> Result<()> {
    let left = Column::new(0.0, 66.0);
    let right = Column::new(74.0, WIDTH - 74.0);
    let Numbers {
        first,
        last,
        of,
        needed,
        shares: [k, n],
    } = numbers;
    let which = match first == last {
        true => format!("Code {first}"),
        false => format!("Codes {first} to {last}"),
    };
    let which = format!("{which} of {of}; any {needed} of the {of} are enough.");
    let y = page.paragraph(Style::new(Face::Bold, 10.5), left, TOP + 4.0, &which)?;
    let what = format!(
        "The encrypted files: any {k} of {n} shares open them. Do not fold. Keep all pages."
    );
    let y = page.paragraph(Style::new(Face::Regular, 9.0), left, y + 0.4, &what)?;
    call(page, left, y + 1.2, contact)?;
    let sealed = frame::day(facts.created);
    let mut y = TOP + 4.0;
    for (name, value) in [("Vault", facts.label.as_str()), ("Sealed", sealed.as_str())] {
        y = frame::row(page, right, y, &Row { name, value })?;
    }
    facts.id(page, right, y)?;
    Ok(())
}

fn call(page: &mut Page, column: Column, y: f32, contact: Option<&str>) -> Result<()> {
    page.text(
        SMALL,
        column.x,
        y,
        "Whom to call, also if you found these pages",
    );
    match contact {
        Some(contact) => {
            let text = spelled(contact);
            let place = [column.width, CODES - y - 8.0];
            let (style, lines) = fit(Face::Bold, &CONTACT_SIZES, place, &text)?;
            page.lines(style, column.x, y + 4.2, &lines);
        }
        None => page.rule(column.x, y + 8.0, column.width, HAIR),
    }
    Ok(())
}

/// Draws the code at place `at` of its page, its number under it.
fn put(page: &mut Page, at: usize, code: &Printed, modules: Modules) -> Result<()> {
    let side = (MODULE * modules.side as f32).min(LARGEST);
    let left = (WIDTH - side) / 2.0 * (at % ROW) as f32;
    let y = CODES + DOWN * (at / ROW) as f32;
    let below = y + side + 4.0 * side / modules.side as f32 + 2.25;
    page.code(left, y, side, modules);
    page.text_centred(NUMBER, left + side / 2.0, below, &code.name)
}
