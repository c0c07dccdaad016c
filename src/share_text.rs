//! The share text: a bare share as lines that a person can type, and back.
//!
//! Knows bytes and letters only: no files, people or terminal, and not whether a share is genuine; its commitment in
//! vault.json proves that. Lines `b` `c` `d` are the header and prove themselves. Lines `e` `f` `g` `h` carry the
//! secret; each proves itself against the header, alone and in any order. `docs/format.md` spells the bytes out.
//!
//! Reading says which line is wrong, and which group where one group is. It never corrects, and never says what was
//! expected: who guesses at a share must not be helped.

mod check;
mod line;
mod reed_solomon;
mod wrong;

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

pub use line::letter;
pub use wrong::Wrong;

use crate::kind::Kind;
use line::Line;

/// Numbers of the lines of the header, letters `b` `c` `d`.
pub const HEADER_LINES: RangeInclusive<u8> = 0..=2;

/// Numbers of the lines of the share, letters `e` `f` `g` `h`.
pub const DATA_LINES: RangeInclusive<u8> = 3..=6;

/// The longest text that is looked at, in bytes. What [`encode`] writes is far shorter.
pub const TEXT_LIMIT: usize = 4096;

const VERSION: u8 = 1;
const PRODUCTION: u8 = 1;
const REHEARSAL: u8 = 2;

/// Version, kind, vault id, k and number.
const HEADER_BYTES: usize = 20;

/// Bytes of the share, or of the header, in a line.
const LINE_BYTES: usize = 8;

/// What a share says of itself. Public; read without a proof that any vault stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Production, or else rehearsal.
    pub production: bool,
    /// The first 16 bytes of the SHA-256 of the vault's public key.
    pub vault_id: [u8; 16],
    /// k, the shares needed: 2..=32.
    pub threshold: u8,
    /// The share's x: 1..=32.
    pub number: u8,
}

/// Returns the share text: 7 lines with `\n` between them, the header first.
pub fn encode(header: &Header, y: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    let header = header.to_bytes();
    let header_check = check::of_header(&header);
    for (number, part) in HEADER_LINES.zip(header.chunks(LINE_BYTES)) {
        // the check stands where the last line has room
        let check: &[u8] = match part.len() {
            LINE_BYTES => &[],
            _ => header_check.as_slice(),
        };
        line::write(&mut text, number, part, check);
        text.push('\n');
    }
    for (number, part) in DATA_LINES.zip(y.chunks(LINE_BYTES)) {
        let check = check::of_line(&header, number, part);
        line::write(&mut text, number, part, check.as_slice());
        text.push('\n');
    }
    text.pop();
    text
}

/// Reads a whole share text, its lines in any order. Blank lines and lines that begin with `#` are left out.
///
/// # Errors
/// What is wrong first: a line that is none, the header, a line of the share, or a line that is missing.
pub fn decode(text: &str) -> Result<(Header, Zeroizing<[u8; 32]>), Wrong> {
    let lines = line::read_all(text)?;
    let mut word = Vec::new();
    for number in HEADER_LINES {
        word.extend_from_slice(&the_only(&lines, number)?.bytes);
    }
    let header = Header::from_word(&word)?;
    let mut joiner = Joiner::new(header);
    for line in lines {
        if DATA_LINES.contains(&line.number) {
            joiner.add_line(line)?;
        }
    }
    let missing = joiner.missing().first().copied();
    let line = missing.unwrap_or(*DATA_LINES.end());
    let y = joiner.finish().ok_or(Wrong::Missing { line })?;
    Ok((header, y))
}

/// Reads the header: lines `b` `c` `d` in this order, with line breaks between them or in one.
///
/// # Errors
/// The line, and the group where one is wrong; [`Wrong::Version`] and [`Wrong::Range`] when it proves itself.
pub fn header(text: &str) -> Result<Header, Wrong> {
    let lines = line::read_all(text)?;
    if lines.len() > HEADER_LINES.len() {
        return Err(Wrong::TooLong);
    }
    let mut word = Vec::new();
    for (at, number) in HEADER_LINES.enumerate() {
        let line = lines.get(at).ok_or(Wrong::Missing { line: number })?;
        if line.number != number {
            let (line, group) = (Some(number), Some(0));
            return Err(Wrong::Check { line, group });
        }
        word.extend_from_slice(&line.bytes);
    }
    Header::from_word(&word)
}

/// Returns which line this is, 0..=6: its letters and its length are right, nothing is proven.
///
/// For a prompt, so that a slip in line `b` is known before line `d` is typed.
///
/// # Errors
/// A character that is no letter, a wrong length, or a first letter that does not go with the length.
pub fn line_number(line: &str) -> Result<u8, Wrong> {
    line::read(line).map(|line| line.number)
}

/// The one line with this number, however often it is there.
fn the_only(lines: &[Line], number: u8) -> Result<&Line, Wrong> {
    let mut all = lines.iter().filter(|line| line.number == number);
    let first = all.next().ok_or(Wrong::Missing { line: number })?;
    match all.all(|other| other.bytes == first.bytes) {
        true => Ok(first),
        false => Err(Wrong::Conflict { line: number }),
    }
}

impl Header {
    /// What the vault is for.
    pub fn kind(&self) -> Kind {
        if self.production {
            Kind::Production
        } else {
            Kind::Rehearsal
        }
    }

    fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let kind = if self.production {
            PRODUCTION
        } else {
            REHEARSAL
        };
        let fields = [VERSION, kind]
            .into_iter()
            .chain(self.vault_id)
            .chain([self.threshold, self.number]);
        for (place, value) in bytes.iter_mut().zip(fields) {
            *place = value;
        }
        bytes
    }

    /// The way back, from the header and its check bytes.
    fn from_word(word: &[u8]) -> Result<Self, Wrong> {
        check::prove_header(word)?;
        let ([version, kind], rest) = word.split_first_chunk().ok_or(Wrong::TooLong)?;
        let (vault_id, rest) = rest.split_first_chunk().ok_or(Wrong::TooLong)?;
        let ([threshold, number], _) = rest.split_first_chunk().ok_or(Wrong::TooLong)?;
        if *version != VERSION {
            return Err(Wrong::Version { found: *version });
        }
        let impossible = |what| Err(Wrong::Range { what });
        match (*kind, *threshold, *number) {
            (0 | 3.., _, _) => impossible("kind"),
            (_, 0..=1 | 33.., _) => impossible("number of shares needed"),
            (_, _, 0 | 33..) => impossible("share number"),
            (kind, threshold, number) => Ok(Self {
                production: kind == PRODUCTION,
                vault_id: *vault_id,
                threshold,
                number,
            }),
        }
    }
}

/// Collects the lines of the share under one header.
pub struct Joiner {
    header: [u8; HEADER_BYTES],
    lines: Vec<Line>,
}

impl Joiner {
    /// Begins with no line.
    pub fn new(header: Header) -> Self {
        Self {
            header: header.to_bytes(),
            lines: Vec::with_capacity(DATA_LINES.len()),
        }
    }

    /// Takes one line, in any order, and returns its number. The same line again is fine.
    ///
    /// # Errors
    /// The line is not well-formed, does not check, or differs from one that was taken. What was taken stays.
    pub fn add(&mut self, line: &str) -> Result<u8, Wrong> {
        self.add_line(line::read(line)?)
    }

    fn add_line(&mut self, line: Line) -> Result<u8, Wrong> {
        let number = line.number;
        if HEADER_LINES.contains(&number) {
            return Err(Wrong::HeaderLine { line: number });
        }
        check::prove_line(&self.header, number, &line.bytes)?;
        match self.taken(number) {
            Some(taken) if taken.bytes == line.bytes => {}
            Some(_) => return Err(Wrong::Conflict { line: number }),
            None => self.lines.push(line),
        }
        Ok(number)
    }

    /// Returns the numbers of the lines that are still to come.
    pub fn missing(&self) -> Vec<u8> {
        let open = |number: &u8| self.taken(*number).is_none();
        DATA_LINES.filter(open).collect()
    }

    /// Returns y, once every line is there. Its commitment is still to be compared.
    pub fn finish(self) -> Option<Zeroizing<[u8; 32]>> {
        let mut y = Zeroizing::new([0; 32]);
        for (number, part) in DATA_LINES.zip(y.chunks_mut(LINE_BYTES)) {
            let line = self.taken(number)?;
            for (to, from) in part.iter_mut().zip(line.bytes.iter()) {
                *to = *from;
            }
        }
        Some(y)
    }

    fn taken(&self, number: u8) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const LETTERS: &str = "bcdefghjknprstvx";

    /// Written once, read for ever: never change it.
    const FROZEN: &str = "\
b  bcbd pbpc pdpe pfpg
c  phpj pkpn pppr pspt
d  pvpx bebd  dthf sfkx
e  bbbc bdbe bfbg bhbj  ffhc xhtd
f  bkbn bpbr bsbt bvbx  dffs pksh
g  cbcc cdce cfcg chcj  sjdv rrgg
h  ckcn cpcr csct cvcx  bkkj cenk";

    fn sample() -> (Header, [u8; 32]) {
        let header = Header {
            production: false,
            vault_id: std::array::from_fn(|i| 0xA0 + i as u8),
            threshold: 3,
            number: 2,
        };
        (header, std::array::from_fn(|i| i as u8))
    }

    fn joiner() -> Joiner {
        Joiner::new(sample().0)
    }

    fn lines() -> Vec<&'static str> {
        FROZEN.lines().collect()
    }

    /// The text with the character at `place` replaced.
    fn with(text: &str, place: usize, letter: char) -> String {
        [&text[..place], &letter.to_string(), &text[place + 1..]].concat()
    }

    /// Places of the letters in a line, its first letter left out.
    fn places(line: &str) -> Vec<usize> {
        let letters = line.char_indices().filter(|(_, c)| *c != ' ');
        letters.map(|(place, _)| place).skip(1).collect()
    }

    /// Reads line `number`, all others being right.
    fn read(number: u8, line: &str) -> Result<(), Wrong> {
        if DATA_LINES.contains(&number) {
            return joiner().add(line).map(|_| ());
        }
        let mut all = lines()[..3].to_vec();
        all[usize::from(number)] = line;
        header(&all.join("\n")).map(|_| ())
    }

    /// Numbers that look random and are the same in every run (xorshift64).
    fn numbers() -> impl FnMut(u64) -> u64 {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) % below
        }
    }

    #[test]
    fn the_text_is_the_one_that_was_frozen() {
        let (header, y) = sample();
        assert_eq!(*encode(&header, &y), FROZEN);
        let (read, read_y) = decode(FROZEN).unwrap();
        assert_eq!((read, *read_y), (header, y));
    }

    #[test]
    fn every_wrong_letter_is_named_with_its_line_and_group() {
        for (number, line) in (0..).zip(lines()) {
            for (at, place) in places(line).into_iter().enumerate() {
                for letter in LETTERS.chars().filter(|c| !line[place..].starts_with(*c)) {
                    let (line_number, group) = (Some(number), Some(at as u8 / 4 + 1));
                    let expected = Wrong::Check {
                        line: line_number,
                        group,
                    };
                    let changed = with(line, place, letter);
                    assert_eq!(read(number, &changed), Err(expected), "{changed}");
                    let whole = FROZEN.replace(line, &changed);
                    assert_eq!(decode(&whole).err(), Some(expected));
                }
            }
        }
    }

    #[test]
    fn every_two_wrong_letters_in_a_group_are_blamed_on_that_group() {
        for (number, line) in (0..).zip(lines()) {
            for (group, four) in (1..).zip(places(line).chunks(4)) {
                for (i, j) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
                    for (a, b) in LETTERS
                        .chars()
                        .flat_map(|a| LETTERS.chars().map(move |b| (a, b)))
                    {
                        let changed = with(&with(line, four[i], a), four[j], b);
                        let expected = match changed == line {
                            true => Ok(()),
                            false => Err(Wrong::Check {
                                line: Some(number),
                                group: Some(group),
                            }),
                        };
                        assert_eq!(read(number, &changed), expected, "{changed}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_wrong_first_letter_is_noticed() {
        for (number, line) in (0..).zip(lines()) {
            for wrong in LETTERS.chars().filter(|c| !line.starts_with(*c)) {
                let named = (0..7).find(|n| letter(*n) == Some(wrong));
                let same_length = named.filter(|n| (*n < 3) == (number < 3));
                // a header is asked in order, so its line is known; a line of the share names itself
                let blamed = match number {
                    0..3 => same_length.map(|_| number),
                    _ => same_length,
                };
                let expected = Err(Wrong::Check {
                    line: blamed,
                    group: Some(0),
                });
                assert_eq!(read(number, &with(line, 0, wrong)), expected);
                assert!(decode(&FROZEN.replace(line, &with(line, 0, wrong))).is_err());
            }
        }
    }

    #[test]
    fn swapped_lines_are_noticed() {
        for (i, j) in [(3, 4), (3, 5), (4, 6), (5, 6)] {
            let (a, b) = (lines()[i], lines()[j]);
            let swapped = [&a[..1], &b[1..]].concat();
            let expected = Wrong::Check {
                line: Some(i as u8),
                group: Some(0),
            };
            assert_eq!(read(i as u8, &swapped), Err(expected));
        }
        let order = [lines()[1], lines()[0], lines()[2]].join("\n");
        let expected = Wrong::Check {
            line: Some(0),
            group: Some(0),
        };
        assert_eq!(header(&order), Err(expected));
        // the same, with the letters of the right places written before them
        let relabelled = [
            &with(lines()[1], 0, 'b'),
            &with(lines()[0], 0, 'c'),
            lines()[2],
        ];
        let answer = header(&relabelled.join("\n"));
        assert!(matches!(answer, Err(Wrong::Check { .. })));
    }

    #[test]
    fn a_line_of_another_share_of_the_vault_is_named() {
        let (mut other, y) = sample();
        for number in (1..=32).filter(|n| *n != 2) {
            other.number = number;
            for (line, text) in (0..).zip(encode(&other, &y).lines()).skip(3) {
                assert_eq!(joiner().add(text), Err(Wrong::OtherShare { line }));
            }
        }
    }

    #[test]
    fn a_line_of_another_vault_or_kind_does_not_check() {
        let (header, y) = sample();
        let mut vault = header;
        vault.vault_id.reverse();
        let production = Header {
            production: true,
            ..header
        };
        for other in [vault, production] {
            for text in encode(&other, &y).lines().skip(3) {
                assert!(joiner().add(text).is_err());
            }
        }
    }

    #[test]
    fn ten_thousand_lines_with_three_or_more_wrong_groups_are_all_noticed() {
        let mut next = numbers();
        for _ in 0..10_000 {
            let number = next(7);
            let mut line = lines()[number as usize].to_string();
            let mut groups: Vec<usize> = (0..places(&line).len() / 4).collect();
            let wrong = 3 + next(groups.len() as u64 - 2);
            for _ in 0..wrong {
                let group = groups.remove(next(groups.len() as u64) as usize);
                let place = places(&line)[4 * group + next(4) as usize];
                let now = LETTERS.find(&line[place..=place]).unwrap() as u64;
                let letter = (now + 1 + next(15)) % 16;
                let letter = LETTERS.chars().nth(letter as usize).unwrap();
                line = with(&line, place, letter);
            }
            assert!(read(number as u8, &line).is_err(), "{line}");
        }
    }

    #[test]
    fn lines_may_come_in_any_order_and_twice() {
        let mut joiner = joiner();
        for (number, line) in [6, 3, 6, 5, 4].map(|n| (n, lines()[usize::from(n)])) {
            assert!(joiner.missing().contains(&number) || number == 6);
            assert_eq!(joiner.add(line), Ok(number));
        }
        assert_eq!(joiner.missing(), Vec::<u8>::new());
        assert_eq!(*joiner.finish().unwrap(), sample().1);

        let mut all = lines();
        all.reverse();
        let text = all.join("\n\n# copied by hand\n");
        assert_eq!(decode(&text).unwrap().0, sample().0);
    }

    #[test]
    fn a_wrong_line_leaves_the_good_ones_in_place() {
        let mut joiner = joiner();
        joiner.add(lines()[3]).unwrap();
        assert!(joiner.add(&with(lines()[3], 3, 'x')).is_err());
        assert!(joiner.add(lines()[0]).is_err());
        assert_eq!(joiner.missing(), [4, 5, 6]);
        assert!(joiner.finish().is_none());
    }

    #[test]
    fn two_whole_lines_with_one_number_are_a_conflict() {
        let (head, mut y) = sample();
        y[9] = 0xFF;
        let other = encode(&head, &y);
        let forged = other.lines().nth(4).unwrap();
        let mut joiner = joiner();
        joiner.add(lines()[4]).unwrap();
        assert_eq!(joiner.add(forged), Err(Wrong::Conflict { line: 4 }));
        let text = [FROZEN, forged].join("\n");
        assert_eq!(decode(&text).err(), Some(Wrong::Conflict { line: 4 }));
        let two_headers = [FROZEN, &with(lines()[1], 3, 'x')].join("\n");
        let conflict = Some(Wrong::Conflict { line: 1 });
        assert_eq!(decode(&two_headers).err(), conflict);
    }

    #[test]
    fn a_missing_line_and_a_line_of_the_header_are_named() {
        for (number, line) in (0..).zip(lines()) {
            let without = FROZEN.replace(line, "");
            let missing = Wrong::Missing { line: number };
            assert_eq!(decode(&without).err(), Some(missing));
        }
        let again = Err(Wrong::HeaderLine { line: 2 });
        assert_eq!(joiner().add(lines()[2]), again);
        let short = lines()[..2].join("\n");
        assert_eq!(header(&short), Err(Wrong::Missing { line: 2 }));
        assert_eq!(header(FROZEN), Err(Wrong::TooLong));
    }

    #[test]
    fn case_spaces_dashes_dots_and_line_ends_do_not_matter() {
        let text = FROZEN
            .to_uppercase()
            .replace(' ', "-")
            .replace('\n', "\r\n");
        assert_eq!(*decode(&text).unwrap().1, sample().1);
        let text = format!(
            "\u{feff}{}\n",
            FROZEN.replace(' ', "").replace("bf", "b.f\t")
        );
        assert_eq!(*decode(&text).unwrap().1, sample().1);
        assert_eq!(header(&lines()[..3].concat()), Ok(sample().0));
        assert_eq!(line_number(lines()[5]), Ok(5));
    }

    #[test]
    fn a_strange_letter_or_a_lost_one_is_placed() {
        let strange = with(lines()[4], 3, 'q');
        let (line, position) = (Some(4), 4);
        assert_eq!(read(4, &strange), Err(Wrong::Letters { line, position }));
        let line = None;
        let position = 1;
        let first = with(lines()[4], 0, 'é');
        assert_eq!(read(4, &first), Err(Wrong::Letters { line, position }));
        let lost = &lines()[4][..32];
        let (line, letters) = (Some(4), 24);
        assert_eq!(line_number(lost), Err(Wrong::Length { line, letters }));
        let (line, letters) = (None, 0);
        assert_eq!(line_number(" -"), Err(Wrong::Length { line, letters }));
    }

    #[test]
    fn a_header_that_proves_itself_may_still_be_refused() {
        let refusal = |place: usize, value: u8| {
            let mut bytes = sample().0.to_bytes();
            bytes[place] = value;
            let word = [bytes.as_slice(), check::of_header(&bytes).as_slice()].concat();
            Header::from_word(&word).err()
        };
        assert_eq!(refusal(0, 2), Some(Wrong::Version { found: 2 }));
        for (place, value, what) in [
            (1, 0, "kind"),
            (1, 3, "kind"),
            (18, 1, "number of shares needed"),
            (18, 33, "number of shares needed"),
            (19, 0, "share number"),
            (19, 33, "share number"),
        ] {
            assert_eq!(refusal(place, value), Some(Wrong::Range { what }));
        }
        for (place, value) in [(1, 1), (18, 2), (18, 32), (19, 1), (19, 32)] {
            assert_eq!(refusal(place, value), None);
        }
    }

    #[test]
    fn what_is_said_of_two_different_secrets_with_the_same_slip_is_the_same() {
        let (header, y) = sample();
        let other = y.map(|byte| byte ^ 0x5A);
        let said: HashSet<String> = [y, other]
            .iter()
            .map(|y| {
                let text = encode(&header, y);
                let line = text.lines().nth(3).unwrap();
                let now = LETTERS.find(&line[9..10]).unwrap();
                let next = LETTERS.chars().nth(now ^ 1).unwrap();
                let wrong = joiner().add(&with(line, 9, next)).unwrap_err();
                format!("{wrong} {wrong:?} {}", wrong.hint())
            })
            .collect();
        assert_eq!(said.len(), 1);
        assert!(said.iter().all(|said| said.contains("look at group 2")));
    }

    #[test]
    fn a_text_beyond_the_limit_is_refused_unread() {
        let long = " ".repeat(TEXT_LIMIT + 1);
        assert_eq!(decode(&long).err(), Some(Wrong::TooLong));
        assert_eq!(header(&long).err(), Some(Wrong::TooLong));
        assert_eq!(joiner().add(&long).err(), Some(Wrong::TooLong));
        assert_eq!(line_number(&long).err(), Some(Wrong::TooLong));
    }

    prop_compose! {
        fn any_header()(
            production: bool,
            vault_id: [u8; 16],
            threshold in 2..=32_u8,
            number in 1..=32_u8,
        ) -> Header {
            Header { production, vault_id, threshold, number }
        }
    }

    proptest! {
        #[test]
        fn every_share_comes_back(head in any_header(), y: [u8; 32]) {
            let text = encode(&head, &y);
            let (read, read_y) = decode(&text).unwrap();
            prop_assert_eq!((read, *read_y), (head, y));
            prop_assert!(text.lines().all(|line| line.len() <= 33));
            prop_assert!(text.capacity() == 256, "the text grew and left a copy behind");
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(?s).{0,300}|[b-x #\n]{0,600}|[b-h][ b-x]{16,60}") {
            prop_assert!(decode(&text).is_err());
            prop_assert!(header(&text).is_err());
            let _ = line_number(&text);
            prop_assert!(joiner().add(&text).is_err());
        }
    }
}
