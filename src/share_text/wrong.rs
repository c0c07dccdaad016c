//! What is wrong with a share text: which line, which group, never what stands there or should.
//!
//! Knows places only. Nothing here can hold a letter of the share, so an error may be printed, logged and reported.

use std::fmt;

use super::{DATA_LINES, HEADER_LINES, letter};

/// What is wrong with a share text. `Display` is one line; [`Wrong::hint`] says what to do now.
///
/// `line` is a line's number, 0..=6, shown to people as the letter that the line begins with ([`letter`]).
/// `group` is 1..=6 from the left; 0 is that first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A character is none of the 16 letters.
    Letters {
        /// The line, if its first letter could be read.
        line: Option<u8>,
        /// Which character of the line as it was given, from 1.
        position: usize,
    },
    /// A line is too short or too long.
    Length {
        /// The line, if its first letter names one.
        line: Option<u8>,
        /// How many letters it has.
        letters: usize,
    },
    /// A line does not agree with its check.
    Check {
        /// The line; `None` when it can be any line of the header (`group` is `None`), or the line's first letter is
        /// not one that a line of this length has (`group` is 0).
        line: Option<u8>,
        /// The group, if all that is wrong lies in one.
        group: Option<u8>,
    },
    /// The line fits a header that differs in one place: it is of another share.
    OtherShare {
        /// The line.
        line: u8,
    },
    /// Two lines with one number both check, and differ.
    Conflict {
        /// The line.
        line: u8,
    },
    /// A line is not there.
    Missing {
        /// The first such line.
        line: u8,
    },
    /// A line of the header, where a line of the share is asked for.
    HeaderLine {
        /// The line.
        line: u8,
    },
    /// There is more text than a header, or a share, has.
    TooLong,
    /// The header is whole, and of a version that this program does not know.
    Version {
        /// The version.
        found: u8,
    },
    /// The header is whole, and says what cannot be.
    Range {
        /// The field.
        what: &'static str,
    },
}

impl std::error::Error for Wrong {}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Letters { line, position } => {
                let line = name(line);
                write!(f, "{line}: character {position} is not one of the letters")
            }
            Self::Length { line, letters } => {
                let (line, right) = (name(line), length(line));
                write!(f, "{line} has {letters} letters, not {right}")
            }
            Self::Check { line, group } => write!(f, "{}", check(line, group)),
            Self::OtherShare { line } => write!(f, "{} is of another share", name(Some(line))),
            Self::Conflict { line } => {
                let line = name(Some(line));
                write!(f, "{line} was given twice, and the two differ")
            }
            Self::Missing { line } => write!(f, "{} is missing", name(Some(line))),
            Self::HeaderLine { line } => write!(f, "{} is of the header", name(Some(line))),
            Self::TooLong => write!(f, "there is more text than there should be"),
            Self::Version { found } => write!(f, "this is a share text of version {found}"),
            Self::Range { what } => write!(f, "the header is whole, but its {what} cannot be"),
        }
    }
}

impl Wrong {
    /// What the person at the table can do now.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Letters { .. } => {
                "only b c d e f g h j k n p r s t v x are used; if other letters appear, change the keyboard layout"
            }
            Self::Length { .. } => "count the groups of four, then type this line again",
            Self::Check { group: Some(0), .. } => "compare the letter that the line begins with",
            Self::Check { group: Some(_), .. } => {
                "compare that group with the sheet, letter by letter"
            }
            Self::Check { group: None, .. } => {
                "compare the whole line with the sheet, and that it is the sheet of this header"
            }
            Self::OtherShare { .. } => "take the line from the sheet whose header was given",
            Self::Conflict { .. } => {
                "one of the two was copied from another place; begin this share again"
            }
            Self::Missing { .. } => "give this line too",
            Self::HeaderLine { .. } => "the header is known; give the lines e f g h",
            Self::TooLong => "give the lines of one share, header (b c d) first, and nothing else",
            Self::Version { .. } => "use a later coldvault, or the recipe printed with the share",
            Self::Range { .. } => {
                "this share was not written by coldvault, or was changed; use another copy"
            }
        }
    }
}

fn name(line: Option<u8>) -> String {
    match line.and_then(letter) {
        Some(letter) => format!("line {letter}"),
        None => "the line".into(),
    }
}

fn check(line: Option<u8>, group: Option<u8>) -> String {
    match (line, group) {
        (None, None) => "the header (lines b c d) does not check, in more than one group".into(),
        (None, Some(_)) => "no line of this length begins with that letter".into(),
        (_, None) => format!("{} does not check, in more than one group", name(line)),
        (_, Some(0)) => format!("{} does not check: look at its first letter", name(line)),
        (_, Some(group)) => format!("{} does not check: look at group {group}", name(line)),
    }
}

fn length(line: Option<u8>) -> &'static str {
    match line {
        Some(line) if HEADER_LINES.contains(&line) => "17",
        Some(line) if DATA_LINES.contains(&line) => "25",
        _ => "17 (lines b c d) or 25 (lines e f g h)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_the_letter_of_the_line_and_the_group() {
        let said = |line, group| Wrong::Check { line, group }.to_string();
        let begins = "line f does not check";
        assert_eq!(said(Some(4), Some(3)), format!("{begins}: look at group 3"));
        let first = format!("{begins}: look at its first letter");
        assert_eq!(said(Some(4), Some(0)), first);
        let several = format!("{begins}, in more than one group");
        assert_eq!(said(Some(4), None), several);
        assert!(said(None, None).starts_with("the header (lines b c d)"));
        let (line, letters) = (Some(2), 16);
        let short = Wrong::Length { line, letters }.to_string();
        assert_eq!(short, "line d has 16 letters, not 17");
    }
}
