//! A small table: a title, columns, and as many rows as there is room for.

use super::{CELL, PITCH, TITLE};
use crate::error::Result;
use crate::sheet::font::{Face, spelled};
use crate::sheet::page::{HAIR, Page, Style};
use crate::sheet::text::Column;

/// What stands over the rows: the title, with the names of the columns beside it.
pub(super) const OVER: f32 = 4.1;
/// Between two cells.
const APART: f32 = 2.0;
const NAMES: Style = Style::new(Face::Regular, 6.5);

/// A table.
pub(super) struct Table {
    /// Over it.
    pub(super) title: String,
    /// How wide it is, against those beside it.
    pub(super) share: f32,
    /// The columns' names, and how wide each is against the others.
    pub(super) columns: Vec<(&'static str, f32)>,
    /// The cells.
    pub(super) rows: Vec<Vec<String>>,
    /// Said where there is no row.
    pub(super) otherwise: &'static str,
}

impl Table {
    /// How many lines it wants.
    pub(super) fn wants(&self) -> usize {
        self.rows.len().max(1)
    }

    /// Draws it in `room` lines under its head.
    pub(super) fn draw(&self, page: &mut Page, column: Column, y: f32, room: usize) -> Result<()> {
        page.text(TITLE, column.x, y + 2.6, &self.title);
        page.rule(column.x, y + 3.6, column.width, HAIR);
        let places = self.places(column);
        let first = TITLE.face.width(TITLE.size, &self.title)? + column.x + APART;
        for ((name, _), place) in self.columns.iter().zip(&places) {
            // a name that the title would cover is left to the cells, which say it themselves
            if place.x >= first {
                page.text(NAMES, place.x, y + 2.6, name);
            }
        }
        let mut y = y + OVER + PITCH - 0.9;
        if self.rows.is_empty() && room > 0 {
            page.text(CELL, column.x, y, self.otherwise);
        }
        let (shown, more) = shown(self.rows.len(), room);
        for row in self.rows.iter().take(shown) {
            for (cell, place) in row.iter().zip(&places) {
                let text = fitting(CELL, place.width, &spelled(cell))?;
                page.text(CELL, place.x, y, &text);
            }
            y += PITCH;
        }
        if more > 0 && room > 0 {
            page.text(CELL, column.x, y, &format!("and {more} more, see the file"));
        }
        Ok(())
    }

    /// Where each column of cells is.
    fn places(&self, column: Column) -> Vec<Column> {
        let parts: f32 = self.columns.iter().map(|(_, part)| part).sum();
        let gaps = self.columns.len().saturating_sub(1) as f32 * APART;
        let mut x = column.x;
        let place = |(_, part): &(&str, f32)| {
            let width = (column.width - gaps) * part / parts;
            let place = Column::new(x, width);
            x += width + APART;
            place
        };
        self.columns.iter().map(place).collect()
    }
}

/// How many of `rows` are shown in `room` lines, and how many are not: the last line then says so.
fn shown(rows: usize, room: usize) -> (usize, usize) {
    match rows <= room {
        true => (rows, 0),
        false => {
            let shown = room.saturating_sub(1);
            (shown, rows - shown)
        }
    }
}

/// Shares `room` lines among tables that want so many: nobody gets more than it wants, and who wants least is served
/// first.
pub(super) fn rows_for(wants: &[usize], room: usize) -> Vec<usize> {
    let mut given = vec![0; wants.len()];
    let mut left = room;
    while left > 0 {
        let pairs = given.iter_mut().zip(wants);
        let hungry = pairs.filter(|(has, want)| **has < **want);
        let Some((has, _)) = hungry.min_by_key(|(has, _)| **has) else {
            break;
        };
        *has += 1;
        left -= 1;
    }
    given
}

/// The text, or as much of it as fits with dots behind it.
pub(super) fn fitting(style: Style, width: f32, text: &str) -> Result<String> {
    if style.face.width(style.size, text)? <= width {
        return Ok(text.to_owned());
    }
    let mut fits = String::new();
    for letter in text.chars() {
        let longer = format!("{fits}{letter}...");
        if style.face.width(style.size, &longer)? > width {
            break;
        }
        fits.push(letter);
    }
    Ok(format!("{}...", fits.trim_end()))
}

/// The text, or its first `most` letters with dots behind them.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shared_until_none_is_left_or_all_have_enough() {
        assert_eq!(rows_for(&[2, 3], 10), [2, 3]);
        assert_eq!(rows_for(&[1, 100, 100], 21), [1, 10, 10]);
        assert_eq!(rows_for(&[5, 5], 0), [0, 0]);
        assert_eq!(rows_for(&[], 7), [0; 0]);
    }

    #[test]
    fn the_last_line_counts_what_has_no_room() {
        assert_eq!(shown(5, 5), (5, 0));
        assert_eq!(shown(6, 5), (4, 2));
        assert_eq!(shown(6, 1), (0, 6));
        assert_eq!(shown(6, 0), (0, 6));
    }

    #[test]
    fn what_is_too_long_is_cut_to_its_place() {
        let width = CELL.face.width(CELL.size, "abc def...").unwrap() + 0.01;
        assert_eq!(
            fitting(CELL, width, "abc def ghi jkl").unwrap(),
            "abc def..."
        );
        assert_eq!(fitting(CELL, width, "abc").unwrap(), "abc");
        assert_eq!(cut("zürich ost", 7), "zürich...");
        assert_eq!(cut("zürich", 6), "zürich");
    }
}
