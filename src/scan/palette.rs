//! Pages of TIFF files whose dots are places in a palette. `tiff` reads none, but places are stored as greys are: the
//! page is read as a grey one, and the palette says how light each place is.

use tiff::tags::ByteOrder;

use super::picture;

/// The tag that says what dots mean, and "of 0 black" as its value.
const MEANING: u64 = 262;
const GREY: u64 = 1;
/// The type of a value of two bytes.
const SHORT: u64 = 3;

/// Where things stand in a file, in bytes; of a file of over 4 GB everything is wider.
struct Widths {
    /// Where the header says which directory is the first, and how wide places are.
    first: usize,
    place: usize,
    /// How many entries a directory has.
    count: usize,
    entry: usize,
    /// Of the value in an entry.
    value: usize,
}

const USUAL: Widths = Widths {
    first: 4,
    place: 4,
    count: 2,
    entry: 12,
    value: 8,
};
const BIG: Widths = Widths {
    first: 8,
    place: 8,
    count: 8,
    entry: 20,
    value: 12,
};

/// The same file, whose first page is the one with its directory at this place, and grey. `None` when the directory
/// does not say what its dots mean, or not as usual.
pub(super) fn as_grey(bytes: &[u8], directory: u64, order: ByteOrder) -> Option<Vec<u8>> {
    let widths = match number(bytes.get(2..4)?, order) {
        43 => BIG,
        _ => USUAL,
    };
    let start = usize::try_from(directory).ok()?;
    let entries = start.checked_add(widths.count)?;
    let count = usize::try_from(number(bytes.get(start..entries)?, order)).ok()?;
    let each = bytes.get(entries..)?.chunks_exact(widths.entry).take(count);
    let found = each.enumerate().find_map(|(at, entry)| {
        let is_meaning = number(entry.get(..2)?, order) == MEANING;
        let is_short = number(entry.get(2..4)?, order) == SHORT;
        (is_meaning && is_short).then_some(entries + at * widths.entry)
    })?;
    let mut file = bytes.to_vec();
    let value = found + widths.value;
    put(file.get_mut(value..value + 2)?, GREY, order);
    let first = file.get_mut(widths.first..widths.first + widths.place)?;
    put(first, directory, order);
    Some(file)
}

fn number(bytes: &[u8], order: ByteOrder) -> u64 {
    let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    match order {
        ByteOrder::LittleEndian => bytes.iter().rev().fold(0, join),
        ByteOrder::BigEndian => bytes.iter().fold(0, join),
    }
}

fn put(to: &mut [u8], number: u64, order: ByteOrder) {
    let bytes = number.to_le_bytes();
    to.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    if order == ByteOrder::BigEndian {
        to.reverse();
    }
}

/// Places, one in each byte, as greys. A palette holds all reds, then all greens, then all blues.
pub(super) fn lights(places: &[u8], palette: &[u16]) -> Vec<u8> {
    let colors = palette.len() / 3;
    let part = |at: usize| palette.get(at).map_or(0, |value| (value >> 8) as u8);
    let light =
        |place: usize| picture::light(part(place), part(colors + place), part(2 * colors + place));
    let all: Vec<u8> = (0..=255).map(light).collect();
    let each = places.iter().map(|&place| all.get(usize::from(place)));
    each.map(|light| light.copied().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one directory behind another, and in it the width of the page and what its dots mean.
    fn file(order: ByteOrder) -> Vec<u8> {
        let number = |number: u64, width: usize| {
            let mut bytes = vec![0; width];
            put(&mut bytes, number, order);
            bytes
        };
        let entry = |tag, value| {
            let parts = [
                number(tag, 2),
                number(SHORT, 2),
                number(1, 4),
                number(value, 2),
            ];
            [parts.concat(), vec![0; 2]].concat()
        };
        let directory = [number(2, 2), entry(256, 3), entry(MEANING, 3), number(0, 4)];
        let header = [b"??".to_vec(), number(42, 2), number(99, 4)];
        [header.concat(), vec![7; 12], directory.concat()].concat()
    }

    #[test]
    fn of_a_page_with_a_palette_only_its_meaning_changes_in_either_order_of_bytes() {
        for order in [ByteOrder::LittleEndian, ByteOrder::BigEndian] {
            let file = file(order);
            let grey = as_grey(&file, 20, order).unwrap();
            assert_eq!(number(&grey[4..8], order), 20);
            let meaning = 20 + 2 + 12 + 8;
            assert_eq!(number(&grey[meaning..meaning + 2], order), GREY);
            let changed = (0..file.len()).filter(|&at| file[at] != grey[at]);
            let places = [4, 5, 6, 7, meaning, meaning + 1];
            assert!(
                changed.into_iter().all(|at| places.contains(&at)),
                "{order:?}"
            );
        }
    }

    #[test]
    fn a_directory_that_is_none_is_no_page_and_no_panic() {
        let order = ByteOrder::LittleEndian;
        let file = file(order);
        for directory in [0, 7, 21, file.len() as u64, u64::MAX] {
            assert!(as_grey(&file, directory, order).is_none(), "{directory}");
        }
        (0..file.len()).for_each(|end| drop(as_grey(&file[..end], 20, order)));
    }
}
