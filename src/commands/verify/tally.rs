//! How many carriers were checked, of which vaults: the last line where there were several.

use crate::commands::Session;
use crate::error::Result;
use crate::report::Severity;
use crate::signature::VaultId;

/// What was found so far.
#[derive(Default)]
pub(super) struct Tally {
    carriers: usize,
    whole: usize,
    vaults: Vec<VaultId>,
}

impl Tally {
    /// One more carrier. Only one that is whole says which vault it is of.
    pub(super) fn add(&mut self, whole: bool, vault: Option<VaultId>) {
        self.carriers += 1;
        self.whole += usize::from(whole);
        let vault = vault.filter(|vault| whole && !self.vaults.contains(vault));
        self.vaults.extend(vault);
    }

    /// Says it, if there were several; different vaults among them are a finding.
    ///
    /// # Errors
    /// [`crate::error::Error::System`] when standard output does not take the result.
    pub(super) fn close(&self, session: &mut Session) -> Result<()> {
        if self.carriers < 2 {
            return Ok(());
        }
        session.terminal.result(&self.line())?;
        if self.vaults.len() > 1 {
            let text = format!("the carriers are of {} different vaults", self.vaults.len());
            let hint = "the paper says which is meant: --expect ID names the others";
            session.find(Severity::Warning, "vaults", "", &text, hint);
        }
        Ok(())
    }

    fn line(&self) -> String {
        let bad = match self.carriers - self.whole {
            0 => String::new(),
            bad => format!(", {bad} NOT WHOLE"),
        };
        let vaults = match &*self.vaults {
            [] => String::new(),
            [id] => {
                let words = id.word_lines().first().cloned().unwrap_or_default();
                let all = if bad.is_empty() {
                    ", all of vault"
                } else {
                    "; the whole ones of vault"
                };
                format!("{all} {words} ...")
            }
            several => format!("; of {} DIFFERENT vaults", several.len()),
        };
        let (carriers, whole) = (self.carriers, self.whole);
        format!("{carriers} carriers: {whole} whole{bad}{vaults}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_many_are_whole_and_of_which_vaults() {
        let line = |found: &[(bool, u8)]| {
            let mut tally = Tally::default();
            found
                .iter()
                .for_each(|(whole, vault)| tally.add(*whole, Some(VaultId([*vault; 16]))));
            tally.line()
        };
        let all = line(&[(true, 0), (true, 0), (true, 0)]);
        let words = "aardvark adroitness aardvark adroitness ...";
        assert_eq!(all, format!("3 carriers: 3 whole, all of vault {words}"));
        let some = line(&[(true, 0), (false, 1)]);
        let said = "2 carriers: 1 whole, 1 NOT WHOLE; the whole ones of vault";
        assert_eq!(some, format!("{said} {words}"));
        let two = line(&[(true, 0), (true, 1)]);
        assert_eq!(two, "2 carriers: 2 whole; of 2 DIFFERENT vaults");
        assert_eq!(
            line(&[(false, 0), (false, 0)]),
            "2 carriers: 0 whole, 2 NOT WHOLE"
        );
    }
}
