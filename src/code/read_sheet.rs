//! Sheets that were read, and what people are told of them: what is there, what is missing and where it stands.

use super::layout::on_one_page;
use super::{Twin, VaultFiles};
use crate::error::Result;
use crate::label::Label;
use crate::share::ReadShare;
use crate::signature::VaultId;

/// Where codes were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Typed, or typed by a scanner: whoever scans one code by hand did not fail to scan the other.
    Typed,
    /// What people call the place.
    Place(String),
}

/// A share that was read from codes.
pub struct SheetShare {
    /// The share, or why it cannot be read.
    pub share: Result<ReadShare>,
    /// Of which vault, as far as the texts say.
    pub vault: Option<VaultId>,
    /// Whose it is, as far as the texts say.
    pub custodian: Option<Label>,
    /// The codes that were read: of an open share A, B or both.
    pub read: Vec<(Twin, u8)>,
    /// How many numbered codes there are: 1 for an open share.
    pub of: u8,
    /// Where they were read first: what [`super::Gathered::take`] was told.
    pub from: Origin,
}

/// How far a vault sheet was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// Too few codes.
    NotEnough,
    /// All of it is there.
    Complete(VaultFiles),
    /// Enough codes, but they do not give what was printed; says why.
    Bad(String),
}

/// A vault sheet that was read.
pub struct SheetVault {
    /// Of which vault.
    pub vault: VaultId,
    /// Which print: the first 5 bytes of the SHA-256 of what all codes carry together.
    pub set: [u8; 5],
    /// The numbers that were read.
    pub read: Vec<u8>,
    /// Codes in all.
    pub total: u8,
    /// Codes that are needed.
    pub needed: u8,
    /// Numbers that were there with two contents.
    pub contradicting: Vec<u8>,
    /// What came of it.
    pub state: VaultState,
    /// Where it is complete: numbers of contents that are not of it, and where they were read.
    pub forged: Vec<(u8, String)>,
    /// Where they were read first.
    pub from: Origin,
}

impl SheetVault {
    /// Where codes were read that are not of this sheet, and which: "codes 1, 2 are not of this sheet: forged or damaged".
    pub fn forgeries(&self) -> Vec<(String, String)> {
        let mut places: Vec<(&str, Vec<u8>)> = Vec::new();
        for (number, from) in &self.forged {
            match places.iter_mut().find(|(known, _)| known == from) {
                Some((_, numbers)) => numbers.push(*number),
                None => places.push((from, vec![*number])),
            }
        }
        let said = |(from, mut numbers): (&str, Vec<u8>)| {
            numbers.dedup();
            let verb = if numbers.len() == 1 { "is" } else { "are" };
            let noun = if numbers.len() == 1 { "code" } else { "codes" };
            let text = format!(
                "{noun} {} {verb} not of this sheet: forged or damaged",
                listed(&numbers)
            );
            (from.to_owned(), text)
        };
        places.into_iter().map(said).collect()
    }

    /// How far it was read, in a line: "31 of 36 codes read, 27 needed: enough; page 3 was not among the scans".
    pub fn line(&self) -> String {
        let (read, total, needed) = (self.read.len(), self.total, self.needed);
        let verdict = match &self.state {
            VaultState::Complete(_) => "enough".to_owned(),
            VaultState::Bad(why) => format!("but they cannot be used: {why}"),
            VaultState::NotEnough => {
                let more = usize::from(needed).saturating_sub(read);
                format!("{more} more are missing")
            }
        };
        let mut text = format!("{read} of {total} codes read, {needed} needed: {verdict}");
        for line in self.missing_pages() {
            text.push_str("; ");
            text.push_str(&line);
        }
        match self.contradicting.as_slice() {
            [] => {}
            [one] => text.push_str(&format!("; code {one} was read with two contents")),
            several => text.push_str(&format!(
                "; codes {} were read with two contents",
                listed(several)
            )),
        }
        text
    }

    /// Which pages are missing altogether, and, while something is missing, which codes of the others.
    fn missing_pages(&self) -> Vec<String> {
        let per_page = on_one_page(usize::from(self.total)).max(1);
        let all: Vec<u8> = (1..=self.total).collect();
        let mut lines = Vec::new();
        for (page, codes) in (1..).zip(all.chunks(per_page)) {
            let lost = codes.iter().filter(|code| !self.read.contains(code));
            let lost: Vec<u8> = lost.copied().collect();
            if lost.len() == codes.len() {
                lines.push(format!("page {page} was not among the scans"));
            } else if !lost.is_empty() && !self.is_whole() {
                lines.push(format!("page {page}: not read: {}", listed(&lost)));
            }
        }
        lines
    }

    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        matches!(self.state, VaultState::Complete(_))
    }
}

impl SheetShare {
    /// Which of its codes were read, in a line: "code A not readable, code B read"; of a protected share "codes 1 A, 2 B
    /// not readable, all others read".
    pub fn line(&self) -> String {
        let lost = self.lost_twins();
        match (self.of, lost.as_slice()) {
            (0 | 1, []) => "codes A and B read".into(),
            (0 | 1, [(Twin::A, _)]) => "code A not readable, code B read".into(),
            (0 | 1, [(Twin::B, _)]) => "code A read, code B not readable".into(),
            (of, []) => format!("all {of} codes read, A and B"),
            (_, lost) => {
                let names = lost.iter().map(|(twin, number)| format!("{number} {twin}"));
                let names: Vec<String> = names.collect();
                format!("codes {} not readable, all others read", names.join(", "))
            }
        }
    }

    /// What is missing of one that is not whole: "2 of 3 codes read; still missing: 2". `None` where no number is.
    pub fn missing(&self) -> Option<String> {
        let has = |number: &u8| self.read.iter().any(|(_, read)| read == number);
        let (read, missing): (Vec<u8>, Vec<u8>) = (1..=self.of).partition(has);
        let (have, of) = (read.len(), self.of);
        let line = format!(
            "{have} of {of} codes read; still missing: {}",
            listed(&missing)
        );
        (!missing.is_empty()).then_some(line)
    }

    /// The printed codes that were not read.
    pub fn lost_twins(&self) -> Vec<(Twin, u8)> {
        let numbers = 1..=self.of.max(1);
        let printed = numbers.flat_map(|number| [(Twin::A, number), (Twin::B, number)]);
        printed.filter(|code| !self.read.contains(code)).collect()
    }
}

/// "3, 5, 6".
fn listed(numbers: &[u8]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    numbers.join(", ")
}

impl From<&str> for Origin {
    fn from(place: &str) -> Self {
        Self::Place(place.to_owned())
    }
}

impl From<&Self> for Origin {
    fn from(origin: &Self) -> Self {
        origin.clone()
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Typed => f.write_str("typed"),
            Self::Place(place) => f.write_str(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(total: u8, needed: u8, lost: &[u8], state: VaultState) -> SheetVault {
        SheetVault {
            vault: VaultId([7; 16]),
            set: [1; 5],
            read: (1..=total).filter(|code| !lost.contains(code)).collect(),
            total,
            needed,
            contradicting: Vec::new(),
            state,
            forged: Vec::new(),
            from: "scan.pdf page 1".into(),
        }
    }

    #[test]
    fn what_is_missing_of_a_vault_sheet_is_said_by_page_and_code() {
        let enough = VaultState::Complete(VaultFiles::default());
        let line = vault(36, 27, &[1, 2, 3, 13, 36], enough.clone()).line();
        assert_eq!(line, "31 of 36 codes read, 27 needed: enough");
        let page: Vec<u8> = (10..=18).collect();
        let line = vault(36, 27, &page, enough).line();
        assert!(line.ends_with("enough; page 2 was not among the scans"));
        let lost: Vec<u8> = (8..=18).collect();
        let line = vault(36, 27, &lost, VaultState::NotEnough).line();
        let said = "25 of 36 codes read, 27 needed: 2 more are missing; page 1: not read: 8, 9; \
                    page 2 was not among the scans";
        assert_eq!(line, said);
    }

    #[test]
    fn what_is_missing_of_a_share_sheet_is_said_by_code() {
        let share = |of: u8, read: &[(Twin, u8)]| SheetShare {
            share: Err(crate::error::Error::json("no")),
            vault: None,
            custodian: None,
            read: read.to_vec(),
            of,
            from: "scan.png".into(),
        };
        let b = share(1, &[(Twin::B, 1)]);
        assert_eq!(b.line(), "code A not readable, code B read");
        let both = share(1, &[(Twin::B, 1), (Twin::A, 1)]);
        assert_eq!(both.line(), "codes A and B read");
        let half = share(3, &[(Twin::B, 1), (Twin::A, 3)]);
        let missing = half.missing();
        assert_eq!(
            missing.as_deref(),
            Some("2 of 3 codes read; still missing: 2")
        );
        assert_eq!(b.missing(), None);
    }
}
