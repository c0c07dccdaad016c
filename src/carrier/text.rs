//! README.txt: what somebody who finds a carrier is told, in at most 25 lines.

use data_encoding::HEXLOWER;

use super::Role;
use crate::cipher::Lock;
use crate::kind::Kind;
use crate::label::Label;
use crate::signature::VaultId;
use crate::time::Time;

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
    /// Whom to call.
    pub contact: Option<&'a str>,
    /// Random: without it the file's public digest would let anyone test guesses of the custodian's name.
    pub mark: [u8; 16],
}

/// A finder of practice material need not worry.
fn practice(kind: Kind) -> &'static str {
    match kind {
        Kind::Production => "",
        Kind::Rehearsal => " (practice only: nothing of value is on this)",
    }
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

/// The text of README.txt.
pub fn readme(of: &CopyOf<'_>) -> String {
    let CopyOf {
        id,
        label,
        k,
        n,
        copy,
        created,
        ..
    } = of;
    let contact = of.contact.unwrap_or("the security office of the owner");
    let what = match of.role {
        Role::Vault => "vault copy (the encrypted files; useless without shares)".to_owned(),
        Role::Share(number) => {
            format!("share {number} of {n}; any {k} open the vault, this one alone opens nothing")
        }
    };
    let whose = of
        .custodian
        .map_or("kept for the security office".to_owned(), |name| {
            format!("kept by {name}")
        });
    let other = match of.role {
        Role::Vault => "Keep the copies in different places, and never together with a share.",
        Role::Share(_) => "Keep the copies in different places, and never together with the vault.",
    };
    let check = created.plus_years(1).date();
    let mark = HEXLOWER.encode(&of.mark);
    format!(
        "COLDVAULT {kind}{practice}\n\
         \n\
         What      {what}\n\
         Whose     {whose}\n\
         {also}\
         Copy      {copy} of {total} made at the sealing on {date}\n\
         Vault     {id}\n\
         Label     {label}\n\
         \n\
         {other}\n\
         Never plug this into a machine that has a network. If you just did: unplug it,\n\
         and call.\n\
         Check it by {check} at the latest: coldvault verify <this folder>\n\
         Compare the vault id with the paper; do not trust a program on this carrier.\n\
         \n\
         Whom to call: {contact}\n\
         If you found this: it belongs to somebody else and is of no use to you.\n\
         Please do not open, copy or repair it; call, or hand it to the owner.\n\
         If the bag was open or the carrier was lost for a time: call first.\n\
         \n\
         To get the files back: coldvault restore, or follow RECOVERY.txt here,\n\
         which needs no coldvault. {k} different shares and one vault copy are needed.\n\
         Mark      {mark}\n",
        kind = of.kind.as_str().to_uppercase(),
        practice = practice(of.kind),
        also = also(of.lock),
        total = of.of,
        date = created.date(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readme_has_at_most_25_lines_of_80_columns_with_the_longest_names() {
        let long = Label::new(&"m".repeat(48)).unwrap();
        for (role, custodian, lock) in [
            (Role::Vault, None, None),
            (Role::Share(32), Some(&long), None),
            (Role::Share(32), Some(&long), Some(Lock::Passphrase)),
            (Role::Share(32), Some(&long), Some(Lock::Recipient)),
        ] {
            let text = readme(&CopyOf {
                role,
                custodian,
                lock,
                id: VaultId([0xab; 16]),
                label: &long,
                kind: Kind::Rehearsal,
                k: 32,
                n: 32,
                copy: 8,
                of: 8,
                created: Time::from_unix(1_770_000_000),
                contact: Some("security office, +41 44 000 00 00"),
                mark: [1; 16],
            });
            assert!(text.lines().count() <= 25);
            assert!(text.lines().all(|line| line.len() <= 80), "{text}");
            assert!(text.contains("REHEARSAL") && text.contains("2027-02-02"));
        }
    }
}
