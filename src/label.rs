//! Names that people give: a vault's label, a custodian's name.
//!
//! Knows which characters a name may have and when two names could be taken for one another. Knows nothing of
//! whom or what they name. No other module names the Unicode crates.
//!
//! Names are read aloud, printed, typed again and compared by eye. So one name has one spelling in bytes (NFC), and
//! nothing in it is invisible or changes the text around it.
//!
//! Letters of different scripts that are drawn alike (Latin and Cyrillic "a") are *not* noticed: Unicode folding
//! keeps them apart, and a table of look-alikes would also refuse honest names.

use std::collections::{HashMap, HashSet};
use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::error::{Error, Result};

/// The longest label, in bytes of UTF-8.
const MAX_BYTES: usize = 48;
/// Longer than any text that NFC could shorten to [`MAX_BYTES`]; bounds the work on what was typed.
const MAX_TYPED_BYTES: usize = 1024;

/// A name that was checked: 1 to 48 bytes of visible text in NFC. It is not a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label(String);

impl Label {
    /// Takes a name that was typed, in any normal form, and brings it into NFC.
    ///
    /// # Errors
    /// [`Error::BadLabel`] with the first rule that it breaks.
    pub fn new(typed: &str) -> Result<Self> {
        if typed.len() > MAX_TYPED_BYTES {
            return Err(bad(typed, TOO_LONG));
        }
        Self::checked(typed.nfc().collect())
    }

    /// Takes a name that was read from a file. It must be in NFC already: coldvault writes no other.
    ///
    /// # Errors
    /// [`Error::BadLabel`] with the first rule that it breaks.
    pub fn stored(read: &str) -> Result<Self> {
        if read.len() > MAX_BYTES {
            return Err(bad(read, TOO_LONG));
        }
        if !is_nfc(read) {
            return Err(bad(read, "it is not in Unicode's normal form C"));
        }
        Self::checked(read.to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn checked(text: String) -> Result<Self> {
        match broken_rule(&text) {
            Some(why) => Err(bad(&text, why)),
            None => Ok(Self(text)),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The most columns of a [`line`].
pub const MAX_LINE_COLUMNS: usize = 120;

/// Takes one line of text that is to be printed for whoever finds a carrier: no name, so it may have any visible
/// character. Brings it into NFC, and white space at its ends away.
///
/// # Errors
/// The first rule that it breaks, as a text for people.
pub fn line(typed: &str) -> std::result::Result<String, &'static str> {
    const TOO_LONG: &str = "it is longer than 120 columns";
    if typed.len() > MAX_TYPED_BYTES {
        return Err(TOO_LONG);
    }
    let text: String = typed.trim().nfc().collect();
    if text.is_empty() {
        return Err("it is empty");
    }
    if columns(&text) > MAX_LINE_COLUMNS {
        return Err(TOO_LONG);
    }
    if text.chars().next().is_some_and(is_mark) {
        return Err("it begins with a combining mark");
    }
    text.chars()
        .find_map(invisible_character)
        .map_or(Ok(text.clone()), Err)
}

/// Parts a text into two of at most `most` columns each, between two words where that is possible. What is longer than
/// twice that is not cut.
pub fn two_lines(text: &str, most: usize) -> (&str, &str) {
    if columns(text) <= most {
        return (text, "");
    }
    let fits = |at: &usize| text.get(..*at).is_some_and(|first| columns(first) <= most);
    let rest_fits = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        columns(rest.trim_start()) <= most
    };
    let mut spaces = text.match_indices(' ').map(|(at, _)| at);
    let mut places = text.char_indices().map(|(at, _)| at);
    let between = spaces.rfind(&fits).filter(rest_fits);
    let (first, rest) = between
        .or_else(|| places.rfind(&fits))
        .and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""));
    (first.trim_end(), rest.trim_start())
}

/// No fewer columns than a terminal gives `text`: from Hangul on a letter may be two wide.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if c < '\u{1100}' { 1 } else { 2 })
        .sum()
}

/// Tells whether a person could take one name for the other: equal but for letter case, compatibility forms
/// (full width, ligatures, superscripts) and the number of spaces.
pub fn confusable(a: &Label, b: &Label) -> bool {
    looks_like(&a.0, &b.0)
}

/// The same of two texts that were read, and may be no labels.
pub fn looks_like(a: &str, b: &str) -> bool {
    a == b || folded(a) == folded(b)
}

/// How many different people `names` can be: those that a person could take for one another are one.
pub fn people(names: &[String]) -> usize {
    let all: HashSet<String> = names.iter().map(|name| folded(name.trim())).collect();
    all.iter().filter(|name| !name.is_empty()).count()
}

/// Makes sure that no two of `labels` could be taken for one another.
///
/// # Errors
/// [`Error::SameLabel`] with the first pair, in the order given.
pub fn distinct(labels: &[Label]) -> Result<()> {
    let mut seen = HashMap::new();
    for label in labels {
        if let Some(first) = seen.insert(folded(&label.0), label) {
            return Err(Error::SameLabel {
                first: first.0.clone(),
                second: label.0.clone(),
            });
        }
    }
    Ok(())
}

/// NFKC and case folding. Going up and down again is what turns ß into ss and every sigma into one.
fn folded(text: &str) -> String {
    let once = fold_once(text);
    // The capital ẞ goes to ß in the first round and only in the second to ss.
    let twice = fold_once(&once);
    twice.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold_once(text: &str) -> String {
    let wide: String = text.nfkc().collect();
    wide.to_uppercase().to_lowercase().nfkc().collect()
}

const TOO_LONG: &str = "it is longer than 48 bytes";

/// The first rule that `text`, which is in NFC, breaks.
fn broken_rule(text: &str) -> Option<&'static str> {
    if text.chars().all(char::is_whitespace) {
        return Some("it is empty");
    }
    if text.len() > MAX_BYTES {
        return Some(TOO_LONG);
    }
    if text.trim() != text {
        return Some("it begins or ends with white space");
    }
    if text.chars().next().is_some_and(is_mark) {
        return Some("it begins with a combining mark");
    }
    text.chars().find_map(refused_character)
}

/// Why `c` may not stand in a label.
fn refused_character(c: char) -> Option<&'static str> {
    // A label is part of flags such as --share-to NAME=DIR, and may become part of a file name.
    if matches!(c, '=' | '/' | '\\') {
        return Some("it has one of the characters = / \\");
    }
    invisible_character(c)
}

/// Why `c` may not stand in a text that people read.
fn invisible_character(c: char) -> Option<&'static str> {
    use GeneralCategory as Is;
    match c.general_category() {
        Is::Control | Is::LineSeparator | Is::ParagraphSeparator => {
            Some("it has a control character or a line break")
        }
        // All characters that steer the direction of writing are among these.
        Is::Format => Some("it has an invisible formatting character"),
        _ if is_blank(c) => Some("it has an invisible character"),
        Is::SpaceSeparator if c != ' ' => Some("it has a space that is not the ordinary one"),
        Is::PrivateUse | Is::Unassigned | Is::Surrogate => {
            Some("it has a character without a fixed meaning")
        }
        _ => None,
    }
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Marks, letters and symbols that show nothing (Unicode's Default_Ignorable_Code_Point outside `Cf`, and the empty
/// Braille pattern): with them two different names could look the same.
fn is_blank(c: char) -> bool {
    matches!(c,
        '\u{034f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}')
}

fn bad(label: &str, why: &'static str) -> Error {
    Error::BadLabel {
        label: cut(label),
        why,
    }
}

/// At most 48 bytes of `text`: it may be anything, of any length.
fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_BYTES);
    match text.split_at_checked(end) {
        Some((start, rest)) if !rest.is_empty() => format!("{start}..."),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn why(text: &str) -> &'static str {
        match Label::new(text) {
            Err(Error::BadLabel { why, .. }) => why,
            other => panic!("{text:?} gave {other:?}"),
        }
    }

    #[test]
    fn names_of_people_and_places_are_accepted() {
        for text in [
            "x",
            "Legal",
            "Anna-Maria O'Neill",
            "Jos\u{e9} N\u{fa}\u{f1}ez",
            "法務部",
            "עדי",
            "क्षेत्र",
            "ops #2 (B)",
            "🔑",
        ] {
            assert_eq!(label(text).as_str(), text);
            assert_eq!(Label::stored(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_typed_name_becomes_nfc_and_a_stored_one_must_be_nfc() {
        assert_eq!(label("Jose\u{301}").as_str(), "Jos\u{e9}");
        assert!(matches!(
            Label::stored("Jose\u{301}"),
            Err(Error::BadLabel { .. })
        ));
        // A composed character that NFC takes apart, and one that it replaces.
        assert!(Label::stored("\u{0958}").is_err());
        assert!(Label::stored("\u{212b}").is_err());
    }

    #[test]
    fn the_length_counts_bytes_in_nfc() {
        assert_eq!(label(&"a".repeat(48)).as_str().len(), 48);
        assert_eq!(why(&"a".repeat(49)), TOO_LONG);
        // 72 bytes as typed, 48 in NFC.
        assert_eq!(label(&"e\u{301}".repeat(24)).as_str().len(), 48);
        assert_eq!(why(&"e\u{301}".repeat(25)), TOO_LONG);
        assert!(Label::stored(&"a".repeat(49)).is_err());
    }

    #[test]
    fn no_name_of_48_bytes_is_longer_than_what_may_be_typed() {
        let widest = (0..=0x0010_ffff).filter_map(char::from_u32).map(|c| {
            let typed: String = c.nfd().collect();
            let stored: String = typed.nfc().collect();
            typed.len().div_ceil(stored.len())
        });
        assert!(widest.max().unwrap() * MAX_BYTES <= MAX_TYPED_BYTES);
    }

    #[test]
    fn nothing_and_white_space_are_no_names() {
        for text in ["", " ", "\t", "\u{3000}", " \u{a0} "] {
            assert_eq!(why(text), "it is empty", "{text:?}");
        }
        for text in [" a", "a ", "a\n", "\u{2003}a", "a\u{a0}"] {
            assert_eq!(why(text), "it begins or ends with white space", "{text:?}");
        }
    }

    #[test]
    fn control_format_and_invisible_characters_are_refused() {
        let bidirectional = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        let others = "\0\u{7}\n\r\t\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{200b}\u{200c}\u{200d}\u{2028}\u{2029}\u{2060}\u{feff}\u{fff9}\u{e0041}";
        let blanks = "\u{34f}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{2800}\u{3164}\u{fe0f}\u{ffa0}\u{e0100}";
        let spaces = "\u{a0}\u{1680}\u{2002}\u{202f}\u{205f}\u{3000}";
        let meaningless = "\u{e000}\u{f8ff}\u{378}\u{ffff}\u{10ffff}\u{fdd0}";
        for c in [bidirectional, others, blanks, spaces, meaningless]
            .concat()
            .chars()
        {
            let text = format!("a{c}b");
            assert!(Label::new(&text).is_err(), "{c:?} typed");
            assert!(Label::stored(&text).is_err(), "{c:?} stored");
        }
    }

    #[test]
    fn a_line_may_have_any_visible_character_and_nothing_else() {
        let contact = "Sicherheitsb\u{fc}ro, +41 44 000 00 00 / PO box 1 = Z\u{fc}rich \\ Bern";
        assert_eq!(line(&format!(" {contact}\n")).unwrap(), contact);
        assert_eq!(line("Jose\u{301}").unwrap(), "Jos\u{e9}");
        for bad in [
            "",
            " \n",
            "a\nb",
            "a\u{1b}[2Jb",
            "a\u{202e}b",
            "a\u{200b}b",
            "\u{301}a",
        ] {
            assert!(line(bad).is_err(), "{bad:?}");
        }
        assert!(line(&"x".repeat(MAX_LINE_COLUMNS)).is_ok());
        assert!(line(&"x".repeat(MAX_LINE_COLUMNS + 1)).is_err());
        assert!(line(&"\u{6cd5}".repeat(MAX_LINE_COLUMNS / 2)).is_ok());
        assert!(line(&"\u{6cd5}".repeat(MAX_LINE_COLUMNS / 2 + 1)).is_err());
    }

    #[test]
    fn a_long_line_is_parted_between_words_and_a_long_word_anywhere() {
        assert_eq!(two_lines("one two", 7), ("one two", ""));
        assert_eq!(two_lines("one two three", 8), ("one two", "three"));
        assert_eq!(two_lines("one two threefour", 9), ("one two", "threefour"));
        assert_eq!(two_lines("one twothreefour", 9), ("one twoth", "reefour"));
        assert_eq!(two_lines("onetwothree", 6), ("onetwo", "three"));
        assert_eq!(
            two_lines("\u{6cd5}\u{52d9} \u{90e8}", 5),
            ("\u{6cd5}\u{52d9}", "\u{90e8}")
        );
    }

    #[test]
    fn what_separates_flags_and_paths_is_refused() {
        for text in ["a=b", "a/b", "a\\b", "..\\..", "="] {
            assert_eq!(why(text), "it has one of the characters = / \\", "{text:?}");
        }
    }

    #[test]
    fn a_mark_has_a_letter_to_stand_on() {
        assert_eq!(why("\u{301}a"), "it begins with a combining mark");
    }

    #[test]
    fn names_that_differ_only_in_form_are_confusable() {
        for (a, b) in [
            ("Legal", "legal"),
            ("Legal", "\u{ff2c}\u{ff45}\u{ff47}\u{ff41}\u{ff4c}"),
            ("Strasse", "Stra\u{df}e"),
            ("STRA\u{1e9e}E", "stra\u{df}e"),
            ("\u{17f}ite", "Site"),
            ("o\u{fb03}ce", "OFFICE"),
            ("site 2", "site \u{b2}"),
            (
                "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
                "\u{3c3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c3}",
            ),
            ("Jose\u{301}", "JOS\u{c9}"),
            ("Anna Lee", "Anna  Lee"),
        ] {
            assert!(confusable(&label(a), &label(b)), "{a:?} {b:?}");
        }
    }

    #[test]
    fn different_names_are_not_confusable() {
        for (a, b) in [
            ("Legal", "Legal 2"),
            ("Jose", "Jos\u{e9}"),
            ("Anna Lee", "AnnaLee"),
            ("\u{e4}", "ae"),
        ] {
            assert!(!confusable(&label(a), &label(b)), "{a:?} {b:?}");
        }
    }

    #[test]
    fn folding_again_changes_nothing_for_any_character() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let once = folded(&format!("a{c}b"));
            assert_eq!(folded(&once), once, "{c:?}");
        }
    }

    #[test]
    fn letter_case_never_makes_a_new_name() {
        for c in (0..=0x0010_ffff)
            .filter_map(char::from_u32)
            .filter(|c| c.is_alphabetic())
        {
            let text = format!("a{c}b");
            assert_eq!(folded(&text), folded(&text.to_uppercase()), "{c:?}");
        }
    }

    #[test]
    fn the_first_pair_of_like_names_is_named() {
        let labels = ["ops", "Legal", "audit", "LEGAL"].map(label);
        let Err(Error::SameLabel { first, second }) = distinct(&labels) else {
            panic!("accepted")
        };
        assert_eq!((first.as_str(), second.as_str()), ("Legal", "LEGAL"));
        assert!(distinct(&["ops", "legal", "audit"].map(label)).is_ok());
        assert!(distinct(&[]).is_ok());
    }

    #[test]
    fn an_error_holds_no_more_than_the_start_of_a_long_text() {
        for text in [
            "a".repeat(1_000_000),
            "\u{1f511}".repeat(500),
            "a\u{e9}".repeat(40),
        ] {
            for error in [
                Label::new(&text).unwrap_err(),
                Label::stored(&text).unwrap_err(),
            ] {
                assert!(error.to_string().len() < 200);
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_accepted_when_typed_is_accepted_when_stored(text in "\\PC{0,20}") {
            if let Ok(label) = Label::new(&text) {
                prop_assert_eq!(Label::stored(label.as_str()).unwrap(), label);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = (Label::new(&text), Label::stored(&text));
        }
    }
}
