//! Sheets that were read, and what people are told of them: what is there, what is missing and where it stands.

use super::layout::on_one_page;
use super::{Twin, VaultFiles};
use crate::error::Result;
use crate::label::Label;
use crate::share::ReadShare;
use crate::signature::VaultId;

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
    pub from: String,
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
    pub from: String,
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
            let text = format!(
                "{} {verb} not of this sheet: forged or damaged",
                codes(&numbers)
            );
            (from.to_owned(), text)
        };
        places.into_iter().map(said).collect()
    }

    /// How far it was read, in a line: "vault sheet: 31 of 36 codes read, 27 needed: enough".
    pub fn line(&self) -> String {
        let (read, needed) = (self.read.len(), usize::from(self.needed));
        let counts = format!(
            "vault sheet: {read} of {} codes read, {needed} needed",
            self.total
        );
        match &self.state {
            VaultState::Complete(_) => format!("{counts}: enough"),
            VaultState::NotEnough => format!("{counts}: {} more", needed.saturating_sub(read)),
            VaultState::Bad(why) => format!("{counts}: {why}"),
        }
    }

    /// What was not read, a line for each page: "page 3: codes 19, 22". And, last, what was there with two contents.
    pub fn missing(&self) -> Vec<String> {
        let numbers: Vec<u8> = (1..=self.total).collect();
        let pages = numbers.chunks(on_one_page(usize::from(self.total)));
        let lines = (1..).zip(pages).filter_map(|(page, numbers)| {
            let missing = numbers.iter().filter(|number| !self.read.contains(number));
            let missing: Vec<u8> = missing.copied().collect();
            self.line_of_page(page, numbers.len(), &missing)
        });
        let mut lines: Vec<String> = lines.collect();
        if !self.contradicting.is_empty() {
            lines.push(format!("with two contents: {}", codes(&self.contradicting)));
        }
        lines
    }

    fn line_of_page(&self, page: usize, all: usize, missing: &[u8]) -> Option<String> {
        let [first, .., last] = missing else {
            let [only] = missing else { return None };
            return Some(format!("page {page}: code {only}"));
        };
        Some(if missing.len() == all {
            format!("page {page}: all of it, codes {first} to {last}")
        } else {
            format!("page {page}: {}", codes(missing))
        })
    }
}

impl SheetShare {
    /// How far it was read, in a line: "share of audit: code A not read, code B read".
    pub fn line(&self) -> String {
        let whose = match &self.custodian {
            Some(custodian) => format!("share of {custodian}"),
            None => "a share".into(),
        };
        if self.of == 1 && !self.is_protected() {
            let said = [Twin::A, Twin::B].map(|twin| {
                let not = if self.read.contains(&(twin, 1)) {
                    ""
                } else {
                    "not "
                };
                format!("code {twin} {not}read")
            });
            return format!("{whose}: {}", said.join(", "));
        }
        let read = |number: &u8| self.read.iter().any(|(_, other)| other == number);
        let (read, missing): (Vec<u8>, Vec<u8>) = (1..=self.of).partition(read);
        match (read.is_empty(), missing.is_empty(), &self.share) {
            (_, true, Ok(_)) => format!("{whose}: {} read: enough", codes(&read)),
            (_, true, Err(error)) => format!("{whose}: {} read: {error}", codes(&read)),
            _ => format!(
                "{whose}: {} read, {} not, neither A nor B",
                codes(&read),
                codes(&missing)
            ),
        }
    }

    fn is_protected(&self) -> bool {
        self.share
            .as_ref()
            .map_or(true, |share| share.protected().is_some())
    }
}

/// "code 3", "codes 3, 5".
fn codes(numbers: &[u8]) -> String {
    let many = if numbers.len() == 1 { "" } else { "s" };
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    format!("code{many} {}", numbers.join(", "))
}
