//! Share text with several shares in it: one wrong line is named, and everything else still counts.

use crate::commands::Session;
use crate::error::Error;
use crate::quorum::BareShare;
use crate::report::Severity;
use crate::secret::SecretBytes;
use crate::share::ReadShare;
use crate::share_text::{self, HEADER_LINES, Header, Joiner, Wrong};

use super::{Given, in_order};

/// Reads what came on standard input.
pub(super) fn read(bytes: &[u8], session: &mut Session) -> Vec<Given> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return vec![match ReadShare::from_bytes(bytes) {
            Ok(share) => Given::File(share),
            Err(Error::Damaged { what, .. }) => Given::Unreadable(what),
            Err(error) => Given::Unreadable(error.to_string()),
        }];
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![Given::Unreadable(
            "neither a share file nor share text".into(),
        )];
    };
    let shares = split(text.trim_start_matches('\u{feff}'));
    let given = (1..).zip(shares).map(|(place, share)| {
        for (row, wrong) in &share.wrong {
            let subject = format!("typed, {}, row {row}", in_order(place));
            let (text, hint) = (wrong.to_string(), wrong.hint());
            session.find(Severity::Warning, "typed-line", &subject, &text, hint);
        }
        share.finish()
    });
    given.collect()
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
