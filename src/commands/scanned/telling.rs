//! How far each sheet was read, in one line for each: by sheet, page and code.

use super::{AGAIN, Paper};
use crate::code::{SheetShare, SheetVault, Twin, VaultState, on_one_page};
use crate::commands::Session;
use crate::report::Severity;

/// What shares are called that came as text: whoever scans one code by hand did not fail to scan the other.
const TYPED: &str = "typed";

const ASIDE: &str = "set these pages aside: they are not what was printed for this vault";

impl Paper {
    /// Says how far each sheet was read, as far as that is news. Pages without a code are named once something is
    /// missing: the back of a sheet has none.
    pub(in crate::commands) fn tell(&mut self, session: &mut Session) {
        let (shares, vaults) = (self.gathered.shares(), self.gathered.vaults());
        let several = vaults.len() > 1;
        let mut all_whole = true;
        let mut lines = Vec::new();
        for vault in &vaults {
            let subject = match several {
                true => format!("vault sheet of {}", vault.vault.hex()),
                false => "vault sheet".to_owned(),
            };
            let whole = matches!(vault.state, VaultState::Complete(_));
            all_whole &= whole;
            lines.push((whole, subject, state_of(vault)));
            for line in vault.forgeries() {
                if !self.said.contains(&line) {
                    session.find(self.severity(), "forged-code", &line.0, &line.1, ASIDE);
                    self.said.push(line);
                }
            }
        }
        for share in &shares {
            all_whole &= share.share.is_ok();
            lines.extend(of_share(share));
        }
        for (whole, subject, text) in lines {
            let line = (subject, text);
            if self.said.contains(&line) || whole && self.strict {
                continue;
            }
            let (severity, hint) = match whole {
                true => (Severity::Note, ""),
                false => (self.severity(), AGAIN),
            };
            session.find(severity, "sheet", &line.0, &line.1, hint);
            self.said.push(line);
        }
        if !all_whole {
            for (page, text) in std::mem::take(&mut self.blank) {
                session.find(Severity::Note, "page", &page, &text, "");
            }
        }
    }
}

/// Whether it is whole, whose it is, and which of its codes were read; nothing where there is nothing to say.
fn of_share(share: &SheetShare) -> Option<(bool, String, String)> {
    match &share.share {
        Ok(read) => {
            let subject = format!("share of {}", read.facts.custodian);
            let lost = lost_twins(share);
            let typed = share.from.starts_with(TYPED);
            (!lost.is_empty() && !typed).then(|| (true, subject, codes_read(share)))
        }
        Err(error) => {
            let text = match missing_numbers(share).as_slice() {
                [] => format!("not used: {error}"),
                missing => {
                    let have = usize::from(share.of).saturating_sub(missing.len());
                    let (of, missing) = (share.of, listed(missing));
                    format!("{have} of {of} codes read; still missing: {missing}")
                }
            };
            let whose = match &share.custodian {
                Some(custodian) => format!("share of {custodian}"),
                None => format!("share sheet, {}", share.from),
            };
            Some((false, whose, text))
        }
    }
}

/// "code A not readable, code B read"; of a protected share "codes 1 A, 2 B not readable, all others read".
pub(in crate::commands) fn codes_read(share: &SheetShare) -> String {
    let lost = lost_twins(share);
    match (share.of, lost.as_slice()) {
        (0 | 1, []) => "codes A and B read".into(),
        (0 | 1, [(Twin::A, _)]) => "code A not readable, code B read".into(),
        (0 | 1, [(Twin::B, _)]) => "code A read, code B not readable".into(),
        (of, []) => format!("all {of} codes read, A and B"),
        (_, lost) => {
            let names: Vec<String> = lost
                .iter()
                .map(|(twin, number)| format!("{number} {}", letter(*twin)))
                .collect();
            format!("codes {} not readable, all others read", names.join(", "))
        }
    }
}

fn letter(twin: Twin) -> char {
    match twin {
        Twin::A => 'A',
        Twin::B => 'B',
    }
}

/// The printed codes that were not read.
fn lost_twins(share: &SheetShare) -> Vec<(Twin, u8)> {
    let numbers = 1..=share.of.max(1);
    let printed = numbers.flat_map(|number| [(Twin::A, number), (Twin::B, number)]);
    printed.filter(|code| !share.read.contains(code)).collect()
}

/// The numbers of which neither code was read.
fn missing_numbers(share: &SheetShare) -> Vec<u8> {
    let has = |number: u8| share.read.iter().any(|(_, read)| *read == number);
    (1..=share.of).filter(|number| !has(*number)).collect()
}

/// "31 of 36 codes read, 27 needed: enough; page 3 was not among the scans".
pub(in crate::commands) fn state_of(vault: &SheetVault) -> String {
    let (read, total, needed) = (vault.read.len(), vault.total, vault.needed);
    let verdict = match &vault.state {
        VaultState::Complete(_) => "enough".to_owned(),
        VaultState::Bad(why) => format!("but they cannot be used: {why}"),
        VaultState::NotEnough => {
            let more = usize::from(needed).saturating_sub(read);
            format!("{more} more are missing")
        }
    };
    let mut text = format!("{read} of {total} codes read, {needed} needed: {verdict}");
    for line in missing_pages(vault) {
        text.push_str("; ");
        text.push_str(&line);
    }
    match vault.contradicting.as_slice() {
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
fn missing_pages(vault: &SheetVault) -> Vec<String> {
    let per_page = on_one_page(usize::from(vault.total)).max(1);
    let all: Vec<u8> = (1..=vault.total).collect();
    let is_whole = matches!(vault.state, VaultState::Complete(_));
    let mut lines = Vec::new();
    for (page, codes) in (1..).zip(all.chunks(per_page)) {
        let lost: Vec<u8> = codes
            .iter()
            .filter(|code| !vault.read.contains(code))
            .copied()
            .collect();
        if lost.len() == codes.len() {
            lines.push(format!("page {page} was not among the scans"));
        } else if !lost.is_empty() && !is_whole {
            lines.push(format!("page {page}: not read: {}", listed(&lost)));
        }
    }
    lines
}

/// "3, 5, 6".
fn listed(numbers: &[u8]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    numbers.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::VaultFiles;
    use crate::signature::VaultId;

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
        let line = state_of(&vault(36, 27, &[1, 2, 3, 13, 36], enough.clone()));
        assert_eq!(line, "31 of 36 codes read, 27 needed: enough");
        let page: Vec<u8> = (10..=18).collect();
        let line = state_of(&vault(36, 27, &page, enough));
        assert!(line.ends_with("enough; page 2 was not among the scans"));
        let lost: Vec<u8> = (8..=18).collect();
        let line = state_of(&vault(36, 27, &lost, VaultState::NotEnough));
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
        assert_eq!(codes_read(&b), "code A not readable, code B read");
        let both = share(1, &[(Twin::B, 1), (Twin::A, 1)]);
        assert_eq!(codes_read(&both), "codes A and B read");
        let half = share(3, &[(Twin::B, 1), (Twin::A, 3)]);
        let (whole, about, text) = of_share(&half).unwrap();
        assert_eq!((whole, about.as_str()), (false, "share sheet, scan.png"));
        assert_eq!(text, "2 of 3 codes read; still missing: 2");
    }
}
