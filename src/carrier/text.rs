//! README.txt: what somebody who finds a carrier is told, in at most 25 lines.

use data_encoding::HEXLOWER;

use super::{CHECK_YEARS, Role};
use crate::cipher::Lock;
use crate::kind::Kind;
use crate::label::{self, Label};
use crate::signature::VaultId;
use crate::time::Time;

/// Columns in front of whom to call, and columns for it.
const CONTACT_INDENT: usize = 14;
const CONTACT_COLUMNS: usize = 78 - CONTACT_INDENT;

/// What a README is about.
pub struct CopyOf<'a> {
    /// Vault or share.
    pub role: Role,
    /// The custodian, for a share.
    pub custodian: Option<&'a Label>,
    /// What the share needs besides, if it is protected.
    pub lock: Option<Lock>,
    /// Of the vault.
    pub id: VaultId,
    /// Of the vault.
    pub label: &'a Label,
    /// Production or rehearsal.
    pub kind: Kind,
    /// Shares needed.
    pub k: u8,
    /// Shares made.
    pub n: u8,
    /// Which copy this is.
    pub copy: u8,
    /// How many are made.
    pub of: u8,
    /// When.
    pub created: Time,
    /// On which occasion.
    pub made: Made,
    /// Whom to call.
    pub contact: Option<&'a str>,
    /// Whether the program is on it too.
    pub with_tool: bool,
    /// What is written on all media of the sealing: "CV-9F3A".
    pub marked: &'a str,
    /// Random: without it the file's public digest would let anyone test guesses of the custodian's name.
    pub mark: [u8; 16],
}

/// On which occasion a carrier is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The sealing.
    Sealing,
    /// A quorum makes a share anew.
    Reissue,
}

impl Made {
    fn at(self) -> &'static str {
        match self {
            Self::Sealing => "at the sealing",
            Self::Reissue => "by a reissue",
        }
    }

    /// What stands there where nobody was named.
    fn no_contact(self) -> &'static str {
        match self {
            Self::Sealing => "not given at the sealing",
            Self::Reissue => "not given",
        }
    }
}

/// A finder of practice material need not worry.
fn practice(kind: Kind) -> &'static str {
    match kind {
        Kind::Production => "",
        Kind::Rehearsal => " (practice only: nothing of value is on this)",
    }
}

/// What it holds, in one line.
fn what(of: &CopyOf<'_>) -> String {
    let CopyOf { k, n, .. } = of;
    match of.role {
        Role::Vault => "vault copy (the encrypted files; useless without shares)".to_owned(),
        Role::Share(number) => {
            format!("share {number} of {n}; any {k} open the vault, this one alone opens nothing")
        }
    }
}

/// What to do with programs: a stick can be edited by whoever held it.
fn programs(of: &CopyOf<'_>) -> &'static str {
    if of.with_tool {
        "The file \"coldvault\" here is the program. Never run it before its SHA-256\n\
         (sha256sum) was compared with the paper, or with vault.json elsewhere."
    } else {
        "No program belongs on this carrier: never run one from it."
    }
}

/// Whom to call, on one line or two.
fn whom(of: &CopyOf<'_>) -> String {
    let contact = of.contact.unwrap_or(of.made.no_contact());
    let (first, rest) = label::two_lines(contact, CONTACT_COLUMNS);
    let second = if rest.is_empty() {
        String::new()
    } else {
        format!("\n{:CONTACT_INDENT$}{rest}", "")
    };
    format!("{first}{second}")
}

/// The line that says what a protected share needs besides.
fn also(lock: Option<Lock>) -> &'static str {
    match lock {
        None => "",
        Some(Lock::Passphrase) => {
            "Locked    its passphrase is needed too; only who keeps it knows it\n"
        }
        Some(Lock::Recipient) => "Locked    the own age key of who keeps it is needed too\n",
    }
}

/// The text of README.txt: at most 25 lines of 78 columns.
pub fn readme(of: &CopyOf<'_>) -> String {
    let CopyOf {
        id,
        label,
        k,
        copy,
        created,
        ..
    } = of;
    let whose = of
        .custodian
        .map_or("kept for the security office".to_owned(), |name| {
            format!("kept by {name}")
        });
    let apart = match of.role {
        Role::Vault => "Keep the copies in different places, and never together with a share.",
        Role::Share(_) => "Keep the copies in different places, and never together with the vault.",
    };
    let check = created.plus_years(CHECK_YEARS).date();
    let mark = HEXLOWER.encode(&of.mark);
    format!(
        "COLDVAULT {kind}{practice}\n\
         \n\
         What      {what}\n\
         Whose     {whose}\n\
         {also}\
         Copy      {copy} of {total}, marked {marked}, made {made} on {date}\n\
         Vault     {id}\n\
         Label     {label}\n\
         \n\
         {apart}\n\
         Never plug this into a machine with a network; if you did, unplug it and call.\n\
         Check it by {check} at the latest: coldvault verify <this folder>\n\
         Compare the vault id that it says with the paper.\n\
         {programs}\n\
         \n\
         Whom to call: {whom}\n\
         If you found this: it belongs to somebody else and is of no use to you.\n\
         Please do not open, copy or repair it; call, or hand it to the owner.\n\
         If the bag was open or the carrier was lost for a time: call first.\n\
         \n\
         To get the files back: coldvault restore, or follow RECOVERY.txt here,\n\
         which needs no coldvault. {k} different shares and one vault copy are needed.\n\
         Random    {mark}\n",
        kind = of.kind.as_str().to_uppercase(),
        practice = practice(of.kind),
        what = what(of),
        also = also(of.lock),
        marked = of.marked,
        total = of.of,
        made = of.made.at(),
        date = created.date(),
        programs = programs(of),
        whom = whom(of),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line that can be long is as long as it can be.
    fn longest(
        role: Role,
        custodian: Option<&Label>,
        lock: Option<Lock>,
        contact: Option<&str>,
    ) -> String {
        readme(&CopyOf {
            role,
            custodian,
            lock,
            id: VaultId([0xab; 16]),
            label: &long(),
            kind: Kind::Rehearsal,
            k: 32,
            n: 32,
            copy: 8,
            of: 8,
            created: Time::from_unix(1_770_000_000),
            made: Made::Reissue,
            contact,
            with_tool: true,
            marked: "CV-9F3A",
            mark: [1; 16],
        })
    }

    fn long() -> Label {
        Label::new(&"m".repeat(48)).unwrap()
    }

    #[test]
    fn a_readme_has_at_most_25_lines_of_78_columns_with_the_longest_names() {
        let words = "nine char ".repeat(12);
        let one_word = "w".repeat(label::MAX_LINE_COLUMNS);
        for contact in [None, Some(words.trim()), Some(one_word.as_str())] {
            for (role, custodian, lock) in [
                (Role::Vault, None, None),
                (Role::Share(32), Some(&long()), None),
                (Role::Share(32), Some(&long()), Some(Lock::Passphrase)),
                (Role::Share(32), Some(&long()), Some(Lock::Recipient)),
            ] {
                let text = longest(role, custodian, lock, contact);
                assert!(text.lines().count() <= 25, "{text}");
                assert!(text.lines().all(|line| line.len() <= 78), "{text}");
                assert!(text.contains("REHEARSAL") && text.contains("2027-02-02"));
                assert!(text.contains("is the program. Never run it before its SHA-256"));
            }
        }
    }

    #[test]
    fn a_contact_is_there_whole_and_without_one_that_is_said() {
        let contact = "Security office of Bank A, duty officer, +41 44 000 00 00, PO box 1, 8001 Zurich, case CV-9F3A";
        let text = longest(Role::Vault, None, None, Some(contact));
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(contact), "{text}");
        let none = longest(Role::Vault, None, None, None);
        assert!(none.contains("Whom to call: not given\n"), "{none}");
    }
}
