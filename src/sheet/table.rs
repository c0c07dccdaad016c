//! A small table: a title, columns, and rows whose cells take as many lines as they need; and how near lines are.

use super::font::{Face, spelled};
use super::page::{HAIR, Page, Style};
use super::text::{Column, wrap};
use crate::error::Result;

/// What is said on every line of a table.
pub(super) const CELL: Style = Style::new(Face::Regular, 7.2);
/// Over a block.
pub(super) const TITLE: Style = Style::new(Face::Bold, 8.0);
/// Between columns.
pub(super) const BESIDE: f32 = 6.0;
/// How near lines are to one another, in millimetres.
#[derive(Clone, Copy)]
pub(super) struct Spacing {
    /// What stands in tables.
    pub(super) cell: Style,
    /// From one row of a table to the next.
    pub(super) row: f32,
    /// From one line of a row to the next.
    pub(super) line: f32,
    /// Between blocks.
    pub(super) gap: f32,
    /// From one row of people who sign to the next.
    pub(super) sign: f32,
    /// People who sign beside one another.
    pub(super) abreast: usize,
    /// Whether people and times stand in lines of their own, or one behind the other.
    pub(super) in_rows: bool,
    /// What it proves, and the digest.
    pub(super) proof: Proof,
}

/// How much room the statement and the digest have.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    /// How high they are, in millimetres.
    pub(super) height: f32,
    /// How wide the statement is, in millimetres.
    pub(super) left: f32,
    /// Of the digest's words.
    pub(super) word: Style,
    /// Words of the digest on a line: an even number, so that every line begins with a word of two syllables.
    pub(super) words: usize,
}

pub(super) const ROOMY: Spacing = Spacing {
    cell: CELL,
    row: 3.15,
    line: 2.75,
    gap: 2.0,
    sign: 15.6,
    abreast: 3,
    in_rows: true,
    proof: Proof {
        height: 27.0,
        left: 84.0,
        word: Style::new(Face::Regular, 6.6),
        words: 6,
    },
};
/// Where it saves a page.
pub(super) const DENSE: Spacing = Spacing {
    row: 2.8,
    line: 2.6,
    gap: 1.2,
    sign: 13.4,
    abreast: 4,
    ..ROOMY
};
/// Where nothing else does: three custodians, five carriers and what was found of them are one page.
pub(super) const TIGHT: Spacing = Spacing {
    cell: Style::new(Face::Regular, 6.6),
    row: 2.55,
    line: 2.4,
    gap: 0.8,
    sign: 12.8,
    in_rows: false,
    proof: Proof {
        height: 25.5,
        left: 70.0,
        word: Style::new(Face::Regular, 6.2),
        words: 8,
    },
    ..DENSE
};

/// What stands over the rows: the title, with the names of the columns beside it.
pub(super) const OVER: f32 = 4.1;
/// A row with more lines than these is drawn as several, so that each fits on a page.
const MOST_LINES: usize = 24;
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

/// A row: its cells, in lines.
pub(super) struct Row {
    cells: Vec<Vec<String>>,
}

impl Row {
    pub(super) fn height(&self, spacing: Spacing) -> f32 {
        spacing.row + spacing.line * self.lines().saturating_sub(1) as f32
    }

    fn lines(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The same, as rows of which none has too many lines.
    fn parts(self) -> Vec<Self> {
        let part = |number: usize| {
            let of = |cell: &Vec<String>| {
                let lines = cell.iter().skip(number * MOST_LINES).take(MOST_LINES);
                lines.cloned().collect()
            };
            Self {
                cells: self.cells.iter().map(of).collect(),
            }
        };
        (0..self.lines().div_ceil(MOST_LINES).max(1))
            .map(part)
            .collect()
    }
}

impl Table {
    /// The same, with all its rows in one cell: "Ada (officer), Bo (witness)".
    pub(super) fn in_one(self) -> Self {
        let one = |row: &Vec<String>| match row.as_slice() {
            [name, rest] if !rest.is_empty() => format!("{name} ({rest})"),
            cells => cells.join(" "),
        };
        let all: Vec<String> = self.rows.iter().map(one).collect();
        Self {
            columns: vec![("", 1.0)],
            rows: match all.is_empty() {
                true => Vec::new(),
                false => vec![vec![all.join(", ")]],
            },
            ..self
        }
    }

    /// Its rows in a column; one that says so where there is none.
    pub(super) fn rows(&self, column: Column, cell: Style) -> Result<Vec<Row>> {
        if self.rows.is_empty() {
            let cells = vec![vec![self.otherwise.to_owned()]];
            return Ok(vec![Row { cells }]);
        }
        let places = self.places(column);
        let mut rows = Vec::new();
        for row in &self.rows {
            let pairs = row.iter().zip(&places);
            let cells =
                pairs.map(|(text, place)| wrap(cell, place.width, &spelled(&one_line(text))));
            let cells = cells.collect::<Result<Vec<_>>>()?;
            rows.extend(Row { cells }.parts());
        }
        Ok(rows)
    }

    /// Draws what stands over the rows.
    pub(super) fn draw_head(
        &self,
        page: &mut Page,
        column: Column,
        y: f32,
        continued: bool,
    ) -> Result<()> {
        let title = match continued {
            true => format!("{}, continued", self.title),
            false => self.title.clone(),
        };
        page.text(TITLE, column.x, y + 2.6, &title);
        page.rule(column.x, y + 3.6, column.width, HAIR);
        let first = TITLE.face.width(TITLE.size, &title)? + column.x + APART;
        for ((name, _), place) in self.columns.iter().zip(self.places(column)) {
            // a name that the title would cover is left to the cells, which say it themselves
            if place.x >= first {
                page.text(NAMES, place.x, y + 2.6, name);
            }
        }
        Ok(())
    }

    /// Draws a row whose upper edge is at `y`.
    pub(super) fn draw_row(
        &self,
        page: &mut Page,
        column: Column,
        (y, spacing): (f32, Spacing),
        row: &Row,
    ) {
        for (cell, place) in row.cells.iter().zip(self.places(column)) {
            for (at, line) in cell.iter().enumerate() {
                let y = y + spacing.row - 0.9 + spacing.line * at as f32;
                page.text(spacing.cell, place.x, y, line);
            }
        }
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

/// What people typed has no line ends; what a file says may have.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

    fn table(cell: &str) -> Table {
        Table {
            title: "T".into(),
            share: 1.0,
            columns: vec![("", 1.0)],
            rows: vec![vec![cell.into()]],
            otherwise: "none",
        }
    }

    #[test]
    fn no_word_of_a_cell_is_lost_and_a_long_row_is_drawn_as_several() {
        let words: Vec<String> = (0..500).map(|number| format!("word{number}")).collect();
        let rows = table(&words.join(" "))
            .rows(Column::new(0.0, 30.0), CELL)
            .unwrap();
        assert!(rows.len() > 1);
        assert!(rows.iter().all(|row| row.lines() <= MOST_LINES));
        let lines = rows.iter().flat_map(|row| &row.cells[0]);
        let drawn: Vec<&str> = lines.flat_map(|line| line.split(' ')).collect();
        assert_eq!(drawn, words);
    }

    #[test]
    fn a_table_without_rows_says_so_in_one() {
        let mut table = table("");
        table.rows.clear();
        let rows = table.rows(Column::new(0.0, 30.0), CELL).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].cells, [["none"]]);
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
