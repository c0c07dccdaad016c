//! Text with codes, lines of shares and share files in it, in any order: one wrong line is named, and everything else
//! still counts.

use zeroize::Zeroizing;

use crate::code::{Origin, Taken, looks_like_ours};
use crate::commands::Session;
use crate::commands::scanned::{Codes, Paper};
use crate::error::Error;
use crate::quorum::BareShare;
use crate::report::Severity;
use crate::secret::SecretBytes;
use crate::share::ReadShare;
use crate::share_text::{self, HEADER_LINES, Header, Joiner, Wrong};

use super::Given;

/// Reads a text. `from` is what it is called, `name` what the first, second, ... share in it is called. Codes go to
/// `paper`.
pub(super) fn read(
    bytes: &[u8],
    from: &Origin,
    name: impl Fn(usize) -> String,
    paper: &mut Paper,
    session: &mut Session,
) -> Vec<Given> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![Given::Unreadable(NEITHER.into())];
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut rest = Zeroizing::new(String::with_capacity(text.len() + 1));
    let mut codes = Codes::default();
    let mut given = Vec::new();
    let mut file: Option<Zeroizing<String>> = None;
    for line in text.lines() {
        // Every row stays a row, so that the number of a wrong one is right.
        rest.push('\n');
        if let Some(begun) = &mut file {
            begun.push_str(line);
            begun.push('\n');
        } else if line.trim_start().starts_with('{') {
            let begun = file.insert(Zeroizing::new(String::with_capacity(text.len() + 1)));
            begun.push_str(line);
            begun.push('\n');
        } else if !is_code(line, from, paper, &mut codes) {
            rest.push_str(line);
            continue;
        }
        if line.trim_end().ends_with('}') {
            given.extend(file.take().map(|file| share_file(&file)));
        }
    }
    given.extend(file.map(|file| share_file(&file)));
    codes.say(&from.to_string(), session);
    let before = given.len();
    for (place, share) in (before + 1..).zip(split(rest.get(1..).unwrap_or_default())) {
        for (row, wrong) in &share.wrong {
            let subject = format!("{}, row {row}", name(place));
            let (text, hint) = (wrong.to_string(), wrong.hint());
            session.find(Severity::Warning, "typed-line", &subject, &text, hint);
        }
        given.push(share.finish());
    }
    given
}

/// The text without the lines that are codes; they go to `paper`. Every row stays a row. And what came of the codes.
pub(super) fn without_codes(
    bytes: Zeroizing<Vec<u8>>,
    from: &Origin,
    paper: &mut Paper,
    session: &mut Session,
) -> (Zeroizing<Vec<u8>>, Codes) {
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    if !text.lines().any(looks_like_ours) || bytes.starts_with(b"{") {
        return (bytes, Codes::default());
    }
    let mut rest = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    let mut codes = Codes::default();
    for line in text.lines() {
        if !is_code(line, from, paper, &mut codes) {
            rest.extend_from_slice(line.as_bytes());
        }
        rest.push(b'\n');
    }
    let from = from.to_string();
    codes.say(&from, session);
    paper.say_useless(&from, &codes, session);
    (rest, codes)
}

const NEITHER: &str = "neither a share file nor share text";

/// Whether the line is a code, whoever made it; one of ours is taken.
fn is_code(line: &str, from: &Origin, paper: &mut Paper, codes: &mut Codes) -> bool {
    match paper.take_line(line, from) {
        // What `zbarimg` writes in front of every code.
        Taken::Foreign if line.contains("QR-Code:") || line.contains("://") => {
            codes.count(Taken::Foreign);
            true
        }
        Taken::Foreign => false,
        taken => {
            codes.count(taken);
            true
        }
    }
}

fn share_file(text: &str) -> Given {
    match ReadShare::from_bytes(text.as_bytes()) {
        Ok(share) => Given::File(share),
        Err(Error::Damaged { what, .. }) => Given::Unreadable(what),
        Err(error) => Given::Unreadable(error.to_string()),
    }
}

/// The lines of one share as far as they were right.
#[derive(Default)]
struct Share<'a> {
    /// The lines of the header, in order.
    header: Vec<&'a str>,
    joiner: Option<(Header, Joiner)>,
    /// Rows of the text, from 1, and what is wrong in them.
    wrong: Vec<(usize, Wrong)>,
}

fn split(text: &str) -> Vec<Share<'_>> {
    let mut shares: Vec<Share<'_>> = Vec::new();
    let mut current = 0;
    for (row, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let begins = shares
            .get(current)
            .is_none_or(|share| share.ends_before(line));
        if begins {
            current = shares.len();
            shares.push(Share::default());
        }
        let Some(share) = shares.get_mut(current) else {
            continue;
        };
        let had_header = share.joiner.is_some();
        if let Err(wrong) = share.take(line) {
            share.wrong.push((row, wrong));
        }
        if !had_header {
            current = continued(&mut shares, current);
        }
    }
    shares
}

/// If the share at `current` has just got the header of an earlier one, it is that one that goes on.
fn continued(shares: &mut Vec<Share<'_>>, current: usize) -> usize {
    let header = |share: &Share<'_>| share.joiner.as_ref().map(|(header, _)| *header);
    let fresh = shares.get(current).and_then(header);
    let earlier = shares
        .iter()
        .position(|share| fresh.is_some() && header(share) == fresh);
    match earlier.filter(|earlier| *earlier < current) {
        Some(earlier) => {
            let again = shares.remove(current);
            if let Some(share) = shares.get_mut(earlier) {
                share.wrong.extend(again.wrong);
            }
            earlier
        }
        None => current,
    }
}

impl<'a> Share<'a> {
    /// Whether this line is the first of the next share. Shares of one vault begin with the same line.
    fn ends_before(&self, line: &str) -> bool {
        let is_first = is_whole_header(line) || share_text::line_number(line) == Ok(0);
        is_first && !self.header.is_empty() && (self.joiner.is_some() || !self.has(line))
    }

    fn has(&self, line: &str) -> bool {
        self.header
            .iter()
            .any(|known| letters(known).eq(letters(line)))
    }

    fn take(&mut self, line: &'a str) -> Result<(), Wrong> {
        if self.has(line) {
            return Ok(());
        }
        if is_whole_header(line) && self.header.is_empty() {
            self.header.push(line);
            return self.begin();
        }
        match share_text::line_number(line)? {
            number if !HEADER_LINES.contains(&number) => match &mut self.joiner {
                Some((_, joiner)) => joiner.add(line).map(drop),
                // The header is wrong, which was said: no line can be checked.
                None if self.header.len() == HEADER_LINES.count() => Ok(()),
                None => Err(Wrong::Missing {
                    line: self.next_of_header(),
                }),
            },
            number if self.joiner.is_none() && number == self.next_of_header() => {
                self.header.push(line);
                match self.header.len() == HEADER_LINES.count() {
                    true => self.begin(),
                    false => Ok(()),
                }
            }
            line => Err(Wrong::HeaderLine { line }),
        }
    }

    /// The number of the first line of the header that is not there.
    fn next_of_header(&self) -> u8 {
        let mut numbers = HEADER_LINES;
        numbers.nth(self.header.len()).unwrap_or_default()
    }

    fn begin(&mut self) -> Result<(), Wrong> {
        let header = share_text::header(&self.header.join("\n"))?;
        self.joiner = Some((header, Joiner::new(header)));
        Ok(())
    }

    fn finish(self) -> Given {
        let Some((header, joiner)) = self.joiner else {
            let first = self.wrong.first().map(|(_, wrong)| wrong.to_string());
            return Given::Unreadable(
                first.unwrap_or_else(|| "the header (lines b c d) is not there".into()),
            );
        };
        let missing = joiner.missing().first().copied();
        match (joiner.finish(), missing) {
            (Some(y), _) => Given::Lines(BareShare::new(header, SecretBytes::copied(y.as_slice()))),
            (None, line) => {
                let line = line.unwrap_or_default();
                let wrong = self.wrong.into_iter().map(|(_, wrong)| wrong);
                let first = wrong.chain([Wrong::Missing { line }]).next();
                Given::Unreadable(first.map_or_else(String::new, |wrong| wrong.to_string()))
            }
        }
    }
}

fn is_whole_header(line: &str) -> bool {
    share_text::header(line).is_ok()
}

/// A line without what may stand between its letters.
fn letters(line: &str) -> impl Iterator<Item = u8> {
    let letters = line.bytes().filter(u8::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "b bcbd pbpc pdpe pfpg\nc phpj pkpn pppr pspt\nd pvpx bebd dthf sfkx\n";
    const LINES: [&str; 4] = [
        "e bbbc bdbe bfbg bhbj ffhc xhtd",
        "f bkbn bpbr bsbt bvbx dffs pksh",
        "g cbcc cdce cfcg chcj sjdv rrgg",
        "h ckcn cpcr csct cvcx bkkj cenk",
    ];

    fn whole() -> String {
        format!("{HEADER}{}\n", LINES.join("\n"))
    }

    /// Of each share, whether it is whole, and what is wrong in which rows.
    fn judged(text: &str) -> Vec<(bool, Vec<usize>)> {
        let shares = split(text).into_iter().map(|share| {
            let rows = share.wrong.iter().map(|(row, _)| *row).collect();
            (matches!(share.finish(), Given::Lines(_)), rows)
        });
        shares.collect()
    }

    #[test]
    fn a_share_is_whole_in_whatever_order_its_lines_come_after_the_header() {
        let [e, f, g, h] = LINES;
        for text in [
            whole(),
            format!("# sheet\n\n{HEADER}\n{h}\n{f}\n# rest\n{g}\n{e}"),
            format!("{}\n{h}\n{h}\n{f}\n{g}\n{e}", HEADER.replace('\n', " ")),
            whole()
                .to_uppercase()
                .replace(' ', "-")
                .replace('\n', "\r\n"),
            format!("{}{}", whole(), whole()),
            format!("{HEADER}{HEADER}{}", LINES.join("\n")),
        ] {
            assert_eq!(judged(&text), [(true, vec![])], "{text}");
        }
    }

    #[test]
    fn shares_of_one_vault_whose_first_lines_are_the_same_are_told_apart() {
        let header = |number| Header {
            production: false,
            vault_id: [7; 16],
            threshold: 2,
            number,
        };
        let [one, two] = [1, 2].map(|number| share_text::encode(&header(number), &[number; 32]));
        let whole = (true, vec![]);
        let both = format!("{}\n{}", one.as_str(), two.as_str());
        assert_eq!(judged(&both), [whole.clone(), whole.clone()]);
        let lines: Vec<&str> = one.lines().collect();
        let in_two = format!("{}\n{both}", lines[..5].join("\n"));
        assert_eq!(judged(&in_two), [whole.clone(), whole]);
    }

    #[test]
    fn a_wrong_line_is_named_and_the_right_one_after_it_counts() {
        let wrong = "f bkbn bpbr bsbb bvbx dffs pksh";
        let text = whole().replace(LINES[1], &format!("{wrong}\n{}", LINES[1]));
        assert_eq!(judged(&text), [(true, vec![5])]);
        let text = whole().replace(LINES[1], wrong);
        assert_eq!(judged(&text), [(false, vec![5])]);
    }

    #[test]
    fn a_share_that_is_wrong_does_not_stop_the_next_one() {
        let header = HEADER.replace("pdpe", "pdpp");
        let text = format!("{header}{}\n{}", LINES.join("\n"), whole());
        assert_eq!(judged(&text), [(false, vec![3]), (true, vec![])]);
        let text = format!("{}\n{HEADER}{}\n{}", LINES[0], LINES[1], whole());
        assert_eq!(judged(&text), [(true, vec![1])]);
        assert_eq!(judged(""), []);
        assert_eq!(judged("hello\n"), [(false, vec![1])]);
    }
}
