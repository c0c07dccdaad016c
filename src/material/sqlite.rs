//! The rows of tables of a SQLite database, for signing histories.
//!
//! Knows the file format (sqlite.org, "Database File Format") as far as ordinary tables go: no indices, no overflowing
//! rows, no write-ahead log. Nothing is copied. Every page is visited once at most, all rows of a table together are no
//! longer than the file, and no length is believed before its bytes are there.

use std::collections::{BTreeMap, BTreeSet};

/// A database whose schema could be read.
pub(super) struct Database<'d> {
    bytes: &'d [u8],
    page_bytes: usize,
    /// The first page and the definition of each table.
    tables: BTreeMap<&'d str, (u64, &'d str)>,
    /// Whether the newest changes may be in a file beside it (`-wal`).
    pub(super) has_log: bool,
}

/// What a row holds in one column.
#[derive(Clone, Copy)]
pub(super) enum Cell<'d> {
    Number(u64),
    Text(&'d str),
    Bytes(&'d [u8]),
    /// NULL, a number below zero or with a fraction, or what does not fit its page.
    Other,
}

/// A row: its number, and the columns that were asked for.
pub(super) struct Row<'d> {
    pub(super) number: u64,
    pub(super) cells: Vec<Cell<'d>>,
}

const HEADER_BYTES: usize = 100;
/// Kinds of pages of tables.
const INTERIOR: u8 = 0x05;
const LEAF: u8 = 0x0D;

impl<'d> Database<'d> {
    /// Reads the schema. `None` when it is none, is cut short, or is damaged.
    pub(super) fn read(bytes: &'d [u8]) -> Option<Self> {
        if !bytes.starts_with(b"SQLite format 3\0") {
            return None;
        }
        let size = number(bytes.get(16..18)?);
        let page_bytes = if size == 1 {
            65_536
        } else {
            usize::try_from(size).ok()?
        };
        if !page_bytes.is_power_of_two() || page_bytes < 512 {
            return None;
        }
        let pages = number(bytes.get(28..32)?);
        if (bytes.len() as u64) < pages.checked_mul(page_bytes as u64)? {
            return None;
        }
        let mut database = Self {
            bytes,
            page_bytes,
            tables: BTreeMap::new(),
            has_log: bytes.get(19) == Some(&2),
        };
        // The schema: type, name, table name, first page, definition.
        let mut tables = BTreeMap::new();
        database.rows(1, &[0, 1, 3, 4], |row| {
            if let [
                Cell::Text("table"),
                Cell::Text(name),
                Cell::Number(page),
                Cell::Text(sql),
            ] = row.cells.as_slice()
            {
                tables.insert(*name, (*page, *sql));
            }
        })?;
        database.tables = tables;
        Some(database)
    }

    /// Gives each row of a table to `see`, with these columns. `None` when it has no such table or column, or is damaged:
    /// then some rows may have been seen.
    pub(super) fn each(
        &self,
        table: &str,
        columns: &[&str],
        see: impl FnMut(Row<'d>),
    ) -> Option<()> {
        let (page, sql) = self.tables.get(table)?;
        let places = columns.iter().map(|column| column_place(sql, column));
        self.rows(*page, &places.collect::<Option<Vec<_>>>()?, see)
    }

    /// Gives these columns of every row of the table that begins at a page.
    fn rows(&self, first: u64, columns: &[usize], mut see: impl FnMut(Row<'d>)) -> Option<()> {
        let (mut waiting, mut seen) = (vec![first], BTreeSet::from([first]));
        // Rows do not overlap: cells that point at the same bytes again and again are an attack.
        let mut bytes_left = self.bytes.len();
        while let Some(number) = waiting.pop() {
            let page = self.page(number)?;
            let mut below = |at| {
                let child = page.child(at)?;
                waiting.push(child);
                seen.insert(child).then_some(())
            };
            match page.kind {
                INTERIOR => {
                    for at in page.cells()? {
                        below(at)?;
                    }
                    below(page.start + 8)?;
                }
                LEAF => {
                    for at in page.cells()? {
                        let (row, bytes) = page.row(at, columns)?;
                        bytes_left = bytes_left.checked_sub(bytes)?;
                        see(row);
                    }
                }
                _ => return None,
            }
        }
        Some(())
    }

    fn page(&self, number: u64) -> Option<Page<'d>> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        let begin = index.checked_mul(self.page_bytes)?;
        let bytes = self.bytes.get(begin..begin.checked_add(self.page_bytes)?)?;
        let start = if index == 0 { HEADER_BYTES } else { 0 };
        let kind = *bytes.get(start)?;
        Some(Page { bytes, start, kind })
    }
}

/// A page of a table: cells that point to pages below, or rows.
struct Page<'d> {
    bytes: &'d [u8],
    /// Where its header begins.
    start: usize,
    kind: u8,
}

impl<'d> Page<'d> {
    /// Where its cells begin.
    fn cells(&self) -> Option<Vec<usize>> {
        let count = number(self.bytes.get(self.start + 3..self.start + 5)?);
        let header = if self.kind == INTERIOR { 12 } else { 8 };
        let table = self.bytes.get(self.start + header..)?;
        let pairs = table.get(..usize::try_from(count).ok()? * 2)?;
        let places = pairs
            .chunks_exact(2)
            .map(|pair| usize::try_from(number(pair)).ok());
        places.collect()
    }

    fn child(&self, at: usize) -> Option<u64> {
        Some(number(self.bytes.get(at..at.checked_add(4)?)?))
    }

    /// A row, and how many bytes were read of it: its length, its number, and the record with the kinds of its columns in
    /// front.
    fn row(&self, at: usize, columns: &[usize]) -> Option<(Row<'d>, usize)> {
        let cell = self.bytes.get(at..)?;
        let (_, rest) = varint(cell)?;
        let (number, record) = varint(rest)?;
        let (header_bytes, kinds) = varint(record)?;
        let header_bytes = usize::try_from(header_bytes).ok()?;
        let mut kinds = kinds.get(..header_bytes.checked_sub(record.len() - kinds.len())?)?;
        let mut content = record.get(header_bytes..)?;
        let mut cells = vec![Cell::Other; columns.len()];
        let last = columns.iter().max()?;
        for place in 0..=*last {
            let Some((kind, rest)) = varint(kinds) else {
                break;
            };
            kinds = rest;
            let bytes = usize::try_from(kind_bytes(kind)).ok()?;
            // The rest of a row that does not fit its page is elsewhere, and not wanted here.
            let Some((mine, behind)) = content.split_at_checked(bytes) else {
                break;
            };
            content = behind;
            let wanted = columns.iter().position(|column| *column == place);
            if let Some(cell) = wanted.and_then(|index| cells.get_mut(index)) {
                *cell = value(kind, mine);
            }
        }
        Some((Row { number, cells }, cell.len() - content.len()))
    }
}

/// How many bytes a column of this kind takes ("Record Format").
fn kind_bytes(kind: u64) -> u64 {
    match kind {
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        0 | 8..=11 => 0,
        _ => (kind - 12) / 2,
    }
}

fn value(kind: u64, bytes: &[u8]) -> Cell<'_> {
    match kind {
        8 => Cell::Number(0),
        9 => Cell::Number(1),
        // Numbers are signed; none that is below zero is wanted.
        1..=6 if bytes.first().is_some_and(|byte| *byte < 0x80) => Cell::Number(number(bytes)),
        13.. if kind % 2 == 1 => std::str::from_utf8(bytes).map_or(Cell::Other, Cell::Text),
        12.. => Cell::Bytes(bytes),
        _ => Cell::Other,
    }
}

/// A number of up to 8 bytes, most significant first.
fn number(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().take(8);
    bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// A number in up to 9 bytes of 7 bits, of the last 8, and what stands behind it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        let is_last = index == 8 || *byte < 0x80;
        value = match index {
            8 => (value << 8) | u64::from(*byte),
            _ => (value << 7) | u64::from(byte & 0x7F),
        };
        if is_last {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

/// Which of the columns in a definition has that name.
fn column_place(sql: &str, column: &str) -> Option<usize> {
    let (_, columns) = sql.split_once('(')?;
    let quotes = ['"', '`', '[', ']', '\''];
    columns.split(',').position(|definition| {
        let word = definition.split_whitespace().next().unwrap_or_default();
        word.trim_matches(quotes).eq_ignore_ascii_case(column)
    })
}
