//! The front of a share sheet.
//!
//! Knows what stands where and in which words; not how a share becomes codes or letters.

mod protected;

use super::typed;
use crate::code::{Printed, Twin};
use crate::error::{Error, Result};
use crate::share::ReadShare;
use crate::sheet::font::Face;
use crate::sheet::frame::{self, BODY, Facts, HEADING, Row, SMALL, TOP};
use crate::sheet::page::{HAIR, Page, Rect, Style, WIDTH};
use crate::sheet::qr::{self, Modules};
use crate::sheet::text::{Column, fit};

/// The middle part begins behind the upper fold, the lower one behind the other.
const MIDDLE: f32 = 79.0;
const WORDS: f32 = 132.0;
const LOWER: f32 = 178.0;
/// The side of an open share's codes, without their quiet zone: 0.7 mm for each module at version 15.
const OPEN_SIDE: f32 = 54.0;
/// Between columns.
const GAP: f32 = 5.3;
/// Beside a code: its quiet zone, and as much again.
const BESIDE: f32 = 6.5;
const ALONE: &str = "Alone it reveals nothing and opens nothing.";
const STATEMENT: Style = Style::new(Face::Bold, 11.0);
const MEASURE: &str = "100 mm. Print A4 or Letter at 100 %, not scaled, and measure it.";
/// The sizes that a contact is tried in, in points.
const CONTACT_SIZES: [f32; 8] = [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.5];

/// What the front says.
pub(super) struct Front<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) share: &'a ReadShare,
    pub(super) contact: Option<&'a str>,
}

impl Front<'_> {
    pub(super) fn page(&self, codes: &[Printed]) -> Result<Page> {
        let mut page = Page::default();
        self.facts.head(&mut page, "RECOVERY SHARE")?;
        let drawn = qr::draw_all(codes)?;
        match self.share.protected() {
            None => self.open(&mut page, codes, drawn)?,
            Some(_) => self.protected(&mut page, codes, drawn)?,
        }
        self.three_columns(&mut page)?;
        Ok(page)
    }

    /// One code in a corner above, its twin in the other corner below, the letters between them.
    fn open(&self, page: &mut Page, codes: &[Printed], drawn: Vec<Modules>) -> Result<()> {
        place(page, codes, drawn, OPEN_SIDE, [TOP + 1.4, LOWER])?;
        let column = Column::new(0.0, WIDTH - OPEN_SIDE - BESIDE);
        let y = self.statement(page, column, TOP + 4.0)?;
        let y = self.rows(page, column, y + 2.6)?;
        self.facts.id(page, column, y)?;
        page.rule(0.0, MIDDLE, WIDTH, HAIR);
        typed::lines(page, self.share, MIDDLE)?;
        page.rule(0.0, WORDS - 4.6, WIDTH, HAIR);
        let boxes = Column::new(OPEN_SIDE + BESIDE, WIDTH - OPEN_SIDE - BESIDE);
        signatures(page, boxes, LOWER, 2);
        let how = format!(
            "Scan it only to open the vault. coldvault verify SCAN checks it; coldvault restore opens the \
             vault with any {} shares. Without coldvault: see the back.",
            self.share.facts.k
        );
        page.text(HEADING, boxes.x, LOWER + 43.6, "HOW IT IS OPENED");
        page.paragraph(BODY, boxes, LOWER + 48.2, &how)?;
        ruler(page, boxes, LOWER + 59.0)
    }

    /// What this is.
    fn statement(&self, page: &mut Page, column: Column, y: f32) -> Result<f32> {
        let y = page.paragraph(STATEMENT, column, y, &self.what())?;
        page.paragraph(Style::new(Face::Regular, 11.0), column, y, ALONE)
    }

    fn what(&self) -> String {
        let (k, n) = (self.share.facts.k, self.share.facts.n);
        format!("One of {n} recovery shares of this vault; any {k} open it.")
    }

    /// Whose it is, and of what.
    fn rows(&self, page: &mut Page, column: Column, y: f32) -> Result<f32> {
        let share = &self.share.facts;
        let which = format!("{} of {}, any {} open it", share.number, share.n, share.k);
        let sealed = frame::day(self.facts.created);
        let mut y = y;
        for (name, value) in [
            ("Vault", self.facts.label.as_str()),
            ("Custodian", share.custodian.as_str()),
            ("Share", which.as_str()),
            ("Sealed", sealed.as_str()),
        ] {
            y = frame::row(page, column, y, &Row { name, value })?;
        }
        Ok(y)
    }

    /// What it is not, how to keep it, whom to call.
    fn three_columns(&self, page: &mut Page) -> Result<()> {
        let width = (WIDTH - 2.0 * GAP) / 3.0;
        let column = |at: f32| Column {
            x: at * (width + GAP),
            width,
        };
        let others = self.share.facts.k - 1;
        let not = format!(
            "Not a password, not money, and not the backup itself, which is kept elsewhere. It is worth nothing \
             without {others} other share{}. If someone presses you: you cannot open it alone. Say so, and call.",
            if others == 1 { "" } else { "s" }
        );
        titled(page, column(0.0), "WHAT IT IS NOT", &not)?;
        let keep = "Dry, dark, flat and unfolded, in its sealed bag, apart from other shares. Never photograph or copy this \
                    side, never type it into a phone or a machine with a network. Open the bag only when the security \
                    office asks and a second person is there.";
        titled(page, column(1.0), "KEEP IT", keep)?;
        let found = "If you found this: it belongs to somebody else and opens nothing. Call, or hand it in to the police. \
                     Do not scan or photograph it.";
        let two = Column::new(0.0, 2.0 * width + GAP);
        page.paragraph(HEADING, two, WORDS + 35.8, found)?;
        self.call(page, column(2.0))
    }

    fn call(&self, page: &mut Page, column: Column) -> Result<()> {
        page.text(HEADING, column.x, WORDS, "WHOM TO CALL");
        let y = WORDS + 5.0;
        let end = match self.contact {
            Some(contact) => {
                let place = [column.width, 20.0];
                let text = crate::sheet::font::spelled(contact);
                let (style, lines) = fit(Face::Bold, &CONTACT_SIZES, place, &text)?;
                page.lines(style, column.x, y, &lines) - style.pitch()
            }
            None => {
                for line in [y + 4.0, y + 12.0] {
                    page.rule(column.x, line, column.width, HAIR);
                }
                y + 12.0
            }
        };
        let first = "If you leave, move or lose this sheet, or its bag is open: call first, do nothing else.";
        page.paragraph(BODY, column, end + 5.4, first)?;
        Ok(())
    }
}

fn titled(page: &mut Page, column: Column, title: &str, text: &str) -> Result<f32> {
    page.text(HEADING, column.x, WORDS, title);
    page.paragraph(BODY, column, WORDS + 5.0, text)
}

/// Puts codes into two rows, each with its name under it: twins `A` above, `B` below and on the other side, so that a
/// torn-off end or a stain leaves one of them.
fn place(
    page: &mut Page,
    codes: &[Printed],
    drawn: Vec<Modules>,
    side: f32,
    rows: [f32; 2],
) -> Result<()> {
    let (middle, right) = ((WIDTH - side) / 2.0, WIDTH - side);
    let columns = match codes.len() {
        0..=2 => vec![right],
        3..=4 => vec![0.0, right],
        _ => vec![0.0, middle, right],
    };
    let mut above = columns.iter().copied();
    let mut below = columns.iter().map(|x| right - x);
    for (code, modules) in codes.iter().zip(drawn) {
        let [upper, lower] = rows;
        let (x, y) = match code.twin {
            Some(Twin::B) => (below.next(), lower),
            Some(Twin::A) | None => (above.next(), upper),
        };
        let x = x.ok_or_else(|| Error::Limit {
            what: "codes of one protected share".into(),
            limit: 6,
        })?;
        page.code(x, y, side, modules);
        let name = format!("Code {}", code.name);
        page.text_centred(SMALL, x + side / 2.0, y + side + 5.5, &name)?;
    }
    Ok(())
}

/// Boxes to write into, so many side by side.
fn signatures(page: &mut Page, column: Column, y: f32, across: usize) {
    let gaps = across.saturating_sub(1) as f32 * GAP;
    let width = (column.width - gaps) / across as f32;
    let (height, gap) = match across {
        1 => (10.2, 2.4),
        2 => (10.6, 2.6),
        _ => (9.0, 0.0),
    };
    let names = [
        "Custodian's initials",
        "Witness",
        "Date",
        "Bag number",
        "Mark on media, copy",
    ];
    let last = names.len() - 1;
    for (at, name) in names.into_iter().enumerate() {
        let x = column.x + (at % across) as f32 * (width + GAP);
        let y = y + (at / across) as f32 * (height + gap);
        let width = match at == last && across == 2 {
            true => column.width,
            false => width,
        };
        page.frame(Rect {
            x,
            y,
            width,
            height,
        });
        page.text(SMALL, x + 1.6, y + 3.6, name);
    }
}

/// 100 mm to be measured, so that a scaled print is noticed.
fn ruler(page: &mut Page, column: Column, y: f32) -> Result<()> {
    let x = column.x + (column.width - 100.0) / 2.0;
    scale(page, x, y);
    page.text_centred(SMALL, x + 50.0, y + 5.6, MEASURE)
}

fn scale(page: &mut Page, x: f32, y: f32) {
    page.rule(x, y, 100.0, HAIR);
    for mark in 0..=10 {
        let length = if mark % 5 == 0 { 3.0 } else { 1.8 };
        page.post(x + 10.0 * mark as f32 - HAIR / 2.0, y, length, HAIR);
    }
}
