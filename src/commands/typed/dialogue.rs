//! One share, typed line by line, hidden, each line checked at once.

use super::Typed;
use super::coded::{self, Coded};
use crate::commands::Session;
use crate::commands::scanned::Paper;
use crate::error::Result;
use crate::quorum::BareShare;
use crate::secret::SecretBytes;
use crate::share_text::{self, HEADER_LINES, Header, Joiner, Wrong, letter};
use crate::signature::VaultId;
use crate::terminal::{Terminal, is_stop};

/// What was typed at a question for a line.
enum Entry {
    Line(SecretBytes),
    Code,
    Again,
    Stop,
}

/// How a part of the dialogue ended.
enum Part<T> {
    Done(T),
    /// With a code instead of lines.
    Code,
    Again,
    Stop,
}

/// Asks for one share: lines, or codes from a scanner that types.
pub(super) fn share(paper: &mut Paper, session: &mut Session) -> Result<Typed> {
    let terminal = &mut session.terminal;
    terminal.say("Now one share. Nothing you type is shown; each line is checked at once.");
    terminal.say("Blanks, dashes and capitals make no difference. Words instead of a line:");
    terminal.say("  again (begin this share anew), stop (leave this share)");
    terminal.say("A scanner that types what it reads may give a code of the sheet instead.");
    // From the first line to the last, so that lines that are pasted together stay together, unseen.
    let _hidden = terminal.hide()?;
    loop {
        let header = match header(paper, terminal)? {
            Part::Done(header) => header,
            Part::Code => return Ok(Typed::Code),
            Part::Again => continue,
            Part::Stop => return Ok(Typed::Nothing),
        };
        announce(&header, terminal);
        match lines(header, paper, terminal)? {
            Part::Done(share) => return Ok(Typed::Lines(share)),
            Part::Code => return Ok(Typed::Code),
            Part::Again => continue,
            Part::Stop => return Ok(Typed::Nothing),
        }
    }
}

/// The three lines of the header, which prove each other.
fn header(paper: &mut Paper, terminal: &mut Terminal) -> Result<Part<Header>> {
    let mut typed: [Option<String>; 3] = [None, None, None];
    loop {
        for (number, place) in HEADER_LINES.zip(typed.iter_mut()) {
            while place.is_none() {
                match one_header_line(number, paper, terminal)? {
                    Part::Done(Ok(line)) => *place = Some(line),
                    Part::Done(Err(header)) => return Ok(Part::Done(header)),
                    Part::Code => return Ok(Part::Code),
                    Part::Again => return Ok(Part::Again),
                    Part::Stop => return Ok(Part::Stop),
                }
            }
        }
        let text: Vec<&str> = typed.iter().flatten().map(String::as_str).collect();
        let wrong = match share_text::header(&text.join("\n")) {
            Ok(header) => return Ok(Part::Done(header)),
            Err(wrong) => wrong,
        };
        paper.count_mistyped();
        tell(wrong, terminal);
        match wrong {
            // The other two are kept.
            Wrong::Check { line: Some(n), .. } => {
                let place = HEADER_LINES.zip(typed.iter_mut()).find(|(at, _)| *at == n);
                place.map(|(_, place)| place.take());
            }
            _ => return Ok(Part::Again),
        }
    }
}

/// One line of the header, as text; or the whole header, when all of it was typed as one line.
fn one_header_line(
    number: u8,
    paper: &mut Paper,
    terminal: &mut Terminal,
) -> Result<Part<std::result::Result<String, Header>>> {
    loop {
        let line = match entry(&[number], paper, terminal)? {
            Entry::Line(line) => line,
            Entry::Code => return Ok(Part::Code),
            Entry::Again => return Ok(Part::Again),
            Entry::Stop => return Ok(Part::Stop),
        };
        let Ok(text) = std::str::from_utf8(line.expose()) else {
            continue;
        };
        if let Ok(header) = share_text::header(text) {
            return Ok(Part::Done(Err(header)));
        }
        match share_text::line_number(text) {
            // Public, so a plain string.
            Ok(found) if found == number => return Ok(Part::Done(Ok(text.to_owned()))),
            Ok(found) => {
                let (found, asked) = (names(&[found], "or"), names(&[number], "or"));
                terminal.say(&format!(
                    "That begins as line {found}; line {asked} is asked for."
                ));
            }
            Err(wrong) => {
                paper.count_mistyped();
                tell(wrong, terminal);
            }
        }
    }
}

/// Whose share it is going to be, to be compared with the sheet.
fn announce(header: &Header, terminal: &mut Terminal) {
    let (number, threshold) = (header.number, header.threshold);
    terminal.say(&format!(
        "The header is right: share {number}, {threshold} shares needed. Compare with the sheet:"
    ));
    let lines = crate::carrier::describe_id(VaultId(header.vault_id), Some(header.kind()));
    lines
        .iter()
        .for_each(|line| terminal.say(&format!("  {line}")));
}

/// The lines of the share, in any order.
fn lines(header: Header, paper: &mut Paper, terminal: &mut Terminal) -> Result<Part<BareShare>> {
    let mut joiner = Joiner::new(header);
    loop {
        let missing = joiner.missing();
        if missing.is_empty() {
            break;
        }
        let line = match entry(&missing, paper, terminal)? {
            Entry::Line(line) => line,
            Entry::Code => return Ok(Part::Code),
            Entry::Again => return Ok(Part::Again),
            Entry::Stop => return Ok(Part::Stop),
        };
        let Ok(text) = std::str::from_utf8(line.expose()) else {
            continue;
        };
        match joiner.add(text) {
            Ok(number) if missing.contains(&number) => {
                terminal.say(&right(number, &joiner.missing()));
            }
            Ok(number) => {
                let line = names(&[number], "or");
                terminal.say(&format!("Line {line} is right, and was given before."));
            }
            Err(wrong) => {
                paper.count_mistyped();
                tell(wrong, terminal);
            }
        }
    }
    let Some(y) = joiner.finish() else {
        return Ok(Part::Again);
    };
    let y = SecretBytes::copied(y.as_slice());
    Ok(Part::Done(BareShare::new(header, y)))
}

fn right(number: u8, missing: &[u8]) -> String {
    let line = names(&[number], "or");
    match missing {
        [] => format!("Line {line} is right. The share is complete."),
        missing => format!(
            "Line {line} is right; still to come: {}.",
            names(missing, "and")
        ),
    }
}

/// Asks for one of these lines until something is typed. Without a terminal it ends.
fn entry(lines: &[u8], paper: &mut Paper, terminal: &mut Terminal) -> Result<Entry> {
    let question = format!("Line {} (hidden), then press Enter:", names(lines, "or"));
    loop {
        let Some(typed) = terminal.ask_hidden(&question)? else {
            return Ok(Entry::Stop);
        };
        match typed.expose().trim_ascii() {
            b"" => {}
            word if word.eq_ignore_ascii_case(b"again") => {
                terminal.say("From the beginning of this share.");
                return Ok(Entry::Again);
            }
            word if std::str::from_utf8(word).is_ok_and(is_stop) => return Ok(Entry::Stop),
            line => {
                match std::str::from_utf8(line).map(|line| coded::take(line, paper, terminal)) {
                    Ok(Coded::Whole) => return Ok(Entry::Code),
                    Ok(Coded::Asked) => {}
                    Ok(Coded::No) | Err(_) => return Ok(Entry::Line(typed)),
                }
            }
        }
    }
}

/// Says the place of a mistake and what to do.
fn tell(wrong: Wrong, terminal: &mut Terminal) {
    let mut said = wrong.to_string();
    if let Some(first) = said.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    terminal.say(&format!("{said}."));
    terminal.say(&format!("  What to do: {}.", wrong.hint()));
}

/// "e, f or g".
fn names(lines: &[u8], last: &str) -> String {
    let letters: Vec<String> = lines
        .iter()
        .filter_map(|number| letter(*number))
        .map(String::from)
        .collect();
    match letters.split_last() {
        Some((one, [])) => one.clone(),
        Some((end, others)) => format!("{} {last} {end}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_as_a_person_would() {
        let all: Vec<u8> = HEADER_LINES.chain(share_text::DATA_LINES).collect();
        assert_eq!(names(&all, "and"), "b, c, d, e, f, g and h");
        assert_eq!(names(&[3, 6], "or"), "e or h");
        assert_eq!(right(4, &[]), "Line f is right. The share is complete.");
        assert_eq!(right(4, &[3]), "Line f is right; still to come: e.");
    }
}
