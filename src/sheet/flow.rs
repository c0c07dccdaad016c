//! Tables and signatures one under the other, on as many pages as they need.
//!
//! Knows where a page ends and what stands over the next one; nothing of what is in the tables.

use super::font::Face;
use super::frame::{BOTTOM, TOP};
use super::page::{HAIR, Page, Style, WIDTH};
use super::table::{self, BESIDE, Row, Spacing, TITLE, Table};
use super::text::Column;
use crate::error::Result;

/// So many pages have tables; what has no room on them is counted. A file may be far longer than anybody prints.
const MOST_PAGES: usize = 20;
const HEAD: Style = Style::new(Face::Bold, 11.0);
/// Sums of millimetres are not exact.
const SLACK: f32 = 0.01;
/// Where an empty page begins.
const FIRST: f32 = TOP - 2.0;

/// Pages that are being filled.
pub(super) struct Flow {
    full: Vec<Page>,
    page: Page,
    y: f32,
    spacing: Spacing,
    /// Over every page but the first.
    title: &'static str,
    /// Rows that had no room.
    left_out: usize,
}

impl Flow {
    /// The first page, on which there is room from `y` on. The `title` stands over the others.
    pub(super) fn new(page: Page, y: f32, (spacing, title): (Spacing, &'static str)) -> Self {
        Self {
            full: Vec::new(),
            page,
            y,
            spacing,
            title,
            left_out: 0,
        }
    }

    pub(super) fn pages(mut self) -> Vec<Page> {
        self.full.push(self.page);
        self.full
    }

    /// What is left of the page, in millimetres.
    fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Leaves room, so that what is so high ends where the page ends; nothing where it has no room on this page.
    pub(super) fn end_at_edge(&mut self, height: f32) {
        self.y = self.y.max(BOTTOM - height);
    }

    /// The place for something so high; on the next page where there is no room.
    pub(super) fn place(&mut self, height: f32) -> (&mut Page, f32) {
        if self.room() + SLACK < height {
            self.turn();
        }
        let y = self.y;
        self.y += height;
        (&mut self.page, y)
    }

    /// Goes to the next page.
    fn turn(&mut self) {
        let mut page = Page::default();
        page.text(HEAD, 0.0, 6.0, self.title);
        page.rule(0.0, 8.0, WIDTH, HAIR);
        self.full.push(std::mem::replace(&mut self.page, page));
        self.y = FIRST;
    }

    /// Draws tables side by side, on the next pages too.
    pub(super) fn band(&mut self, tables: &[Table]) -> Result<()> {
        let spacing = self.spacing;
        let mut left = Vec::new();
        for (table, column) in tables.iter().zip(beside(tables)) {
            let mut rows = table.rows(column, spacing.cell)?;
            rows.reverse();
            left.push((table, column, rows));
        }
        let mut continued = false;
        while left.iter().any(|(_, _, rows)| !rows.is_empty()) {
            let first = |rows: &Vec<Row>| rows.last().map_or(0.0, |row| row.height(spacing));
            let highest = left.iter().map(|(_, _, rows)| first(rows));
            let highest = highest.fold(0.0, f32::max);
            if self.room() + SLACK < spacing.gap + table::OVER + highest {
                if self.full.len() + 1 >= MOST_PAGES {
                    self.left_out += left.iter().map(|(_, _, rows)| rows.len()).sum::<usize>();
                    return Ok(());
                }
                self.turn();
            }
            let y = self.y + spacing.gap;
            let mut end = y;
            for (table, column, rows) in left.iter_mut().filter(|(_, _, rows)| !rows.is_empty()) {
                table.draw_head(&mut self.page, *column, y, continued)?;
                let mut at = y + table::OVER;
                while let Some(row) = rows.pop_if(|row| at + row.height(spacing) <= BOTTOM + SLACK)
                {
                    table.draw_row(&mut self.page, *column, (at, spacing), &row);
                    at += row.height(spacing);
                }
                end = end.max(at);
            }
            self.y = end;
            continued = true;
        }
        Ok(())
    }

    /// Says how many rows had no room.
    pub(super) fn count(&mut self) {
        if self.left_out == 0 {
            return;
        }
        let text = match self.left_out {
            1 => "1 more row has no room here: it is in the file".into(),
            rows => format!("{rows} more rows have no room here: they are in the file"),
        };
        let (page, y) = self.place(2.0 * self.spacing.gap + 2.6);
        page.text(TITLE, 0.0, y + 4.0, &text);
    }
}

/// Where each of the tables is.
fn beside(tables: &[Table]) -> Vec<Column> {
    let gaps = tables.len().saturating_sub(1) as f32 * BESIDE;
    let parts: f32 = tables.iter().map(|table| table.share).sum();
    let mut x = 0.0;
    let place = |table: &Table| {
        let width = (WIDTH - gaps) * table.share / parts;
        let column = Column::new(x, width);
        x += width + BESIDE;
        column
    };
    tables.iter().map(place).collect()
}
