//! Bytes as words that can be read aloud and written down, and back.
//!
//! Knows the PGP word list and nothing of what the bytes mean.
//!
//! Words of two and of three syllables alternate. That is what the list is for: a word left out, doubled or swapped
//! with its neighbour puts a word of the wrong kind in some place, and the reader hears it.

mod list;

use crate::error::{Error, Result};
use list::{THREE_SYLLABLES, TWO_SYLLABLES};

/// Words on a printed line: an even number, so that every line begins with a word of two syllables.
const WORDS_IN_A_LINE: usize = 4;

/// Returns one word, in lower case, for each byte: of two syllables for the first, of three for the second, and so on.
pub fn words(bytes: &[u8]) -> Vec<&'static str> {
    let columns = [&TWO_SYLLABLES, &THREE_SYLLABLES].into_iter().cycle();
    let found = bytes.iter().zip(columns);
    found
        .filter_map(|(&byte, column)| column.get(usize::from(byte)).copied())
        .collect()
}

/// Returns the words of `bytes`, four to a line.
pub fn lines(bytes: &[u8]) -> Vec<String> {
    words(bytes)
        .chunks(WORDS_IN_A_LINE)
        .map(|line| line.join(" "))
        .collect()
}

/// Turns words back into bytes. They may be in any case, with any white space or dashes between them.
///
/// An empty text gives no bytes; whoever knows how many there must be counts them.
///
/// # Errors
/// [`Error::Usage`] naming the first word that does not belong where it is, by its place counted from 1.
/// The word itself is not repeated: it may be anything, of any length.
pub fn bytes(text: &str) -> Result<Vec<u8>> {
    let columns = [
        [&TWO_SYLLABLES, &THREE_SYLLABLES],
        [&THREE_SYLLABLES, &TWO_SYLLABLES],
    ];
    let words = text
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter(|word| !word.is_empty());
    let numbered = (1..).zip(words).zip(columns.into_iter().cycle());
    numbered
        .map(|((number, word), [here, other])| byte(number, word, here, other))
        .collect()
}

/// The byte that `word` stands for, if it is a word of the column `here`.
fn byte(number: usize, word: &str, here: &[&str], other: &[&str]) -> Result<u8> {
    let place = |column: &[&str]| {
        column
            .iter()
            .position(|entry| entry.eq_ignore_ascii_case(word))
    };
    if let Some(place) = place(here).and_then(|place| u8::try_from(place).ok()) {
        return Ok(place);
    }
    Err(if place(other).is_some() {
        out_of_turn(number)
    } else {
        unknown(number)
    })
}

fn unknown(number: usize) -> Error {
    Error::Usage {
        what: format!("word {number} is not in the word list"),
        hint: "compare its spelling with the paper".into(),
    }
}

fn out_of_turn(number: usize) -> Error {
    Error::Usage {
        what: format!(
            "word {number} is in the wrong column: a word is missing, doubled or swapped, there or before"
        ),
        hint: "compare the words with the paper, from the first to this one".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn refusal(text: &str) -> String {
        bytes(text).unwrap_err().to_string()
    }

    #[test]
    fn the_512_words_are_all_different_and_in_plain_lower_case() {
        let all: Vec<_> = TWO_SYLLABLES.iter().chain(&THREE_SYLLABLES).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 512);
        assert!(all.iter().all(|word| (4..=11).contains(&word.len())));
        assert!(
            all.iter()
                .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
        );
    }

    /// The example that the word list's own description gives: a PGP fingerprint.
    #[test]
    fn the_published_example_reads_as_published() {
        let fingerprint = [
            0xE5, 0x82, 0x94, 0xF2, 0xE9, 0xA2, 0x27, 0x48, 0x6E, 0x8B, 0x06, 0x1B, 0x31, 0xCC,
            0x52, 0x8F, 0xD7, 0xFA, 0x3F, 0x19,
        ];
        let published = [
            "topmost istanbul pluto vagabond",
            "treadmill pacific brackish dictator",
            "goldfish medusa afflict bravado",
            "chatter revolver dupont midsummer",
            "stopwatch whimsical cowbell bottomless",
        ];
        assert_eq!(lines(&fingerprint), published);
        assert_eq!(bytes(&published.join("\n")).unwrap(), fingerprint);
    }

    #[test]
    fn the_lists_are_the_published_ones_at_their_ends_and_where_the_order_breaks() {
        assert_eq!(
            words(&[0, 0, 0xff, 0xff]),
            ["aardvark", "adroitness", "zulu", "yucatan"]
        );
        assert_eq!(
            words(&[0x17, 0x09, 0x09, 0x0a]),
            ["banjo", "applicant", "algol", "apollo"]
        );
    }

    /// Vault ids on paper depend on every entry; the lists were compared with two other publications when this sum was taken.
    #[test]
    fn no_word_was_ever_changed_or_moved() {
        let all = TWO_SYLLABLES
            .iter()
            .chain(&THREE_SYLLABLES)
            .flat_map(|word| word.bytes().chain([b'\n']));
        let fnv = all.fold(0xcbf2_9ce4_8422_2325_u64, |sum, b| {
            (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        assert_eq!(fnv, 0x3c11_67ab_95cb_ea57);
    }

    #[test]
    fn case_dashes_and_line_ends_do_not_matter() {
        assert_eq!(
            bytes(" Aardvark-ADROITNESS\r\n\tzulu - yucatan\n").unwrap(),
            [0, 0, 255, 255]
        );
        assert!(bytes(" -\n").unwrap().is_empty());
    }

    #[test]
    fn a_swapped_a_dropped_and_a_doubled_word_are_noticed_where_the_turn_breaks() {
        assert!(refusal("adroitness aardvark").starts_with("word 1 is in the wrong column"));
        assert!(refusal("aardvark absurd adviser").starts_with("word 2 is in the wrong column"));
        assert!(
            refusal("aardvark adroitness adroitness absurd")
                .starts_with("word 3 is in the wrong column")
        );
    }

    #[test]
    fn an_unknown_word_is_counted_and_not_repeated() {
        let long = "x".repeat(100_000);
        assert_eq!(
            refusal(&format!("aardvark adroitness {long}")),
            "word 3 is not in the word list"
        );
        assert_eq!(
            refusal("aardvark yucat\u{e1}n"),
            "word 2 is not in the word list"
        );
        assert_eq!(refusal("\u{1b}[2J"), "word 1 is not in the word list");
    }

    proptest! {
        #[test]
        fn words_give_their_bytes_back(given in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(bytes(&words(&given).join("-")).unwrap(), given.clone());
            prop_assert_eq!(bytes(&lines(&given).join("\n")).unwrap(), given);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = bytes(&text);
        }
    }
}
