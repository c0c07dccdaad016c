//! What is said when a sealing fails: what is whole and stays, or what was whole and is taken back, and what is missing.

use super::Writing;
use crate::carrier;
use crate::commands::seal::places::listed;
use crate::commands::seal::table;
use crate::error::Error;
use crate::report::{Severity, VaultLine};

impl Writing<'_> {
    /// Says what is there and what is not, before anything is taken back.
    pub(super) fn tell_failure(&mut self, error: &Error) {
        if self.is_sealed {
            self.tell_missing_vaults();
            self.tell();
            let lines = self.manifest.as_ref().map(carrier::describe);
            self.session
                .terminal
                .say("What is there is this vault; write it on paper all the same:");
            for line in lines.unwrap_or_default() {
                self.session.terminal.say(&format!("  {line}"));
            }
            for line in table::left(self.plan, self.session) {
                self.session.terminal.say(&line);
            }
            self.session.report.vault = self.manifest.as_ref().map(VaultLine::of);
        } else if matches!(error, Error::Refused { .. }) {
            let text = format!("not written: {}", listed(&self.missing()));
            self.session.find(Severity::Error, "missing", "", &text, "");
        } else if is_of_a_medium(error) {
            let text = self.nothing_counts();
            let hint = "seal again; on a terminal another medium is asked for instead";
            self.session
                .find(Severity::Error, "missing", "", &text, hint);
        }
    }

    /// "nothing is sealed: 3 of 8 copies were whole and are taken back; missing: ...".
    fn nothing_counts(&self) -> String {
        let missing = listed(&self.missing());
        let all = self.copies.len();
        match self.written.len() {
            0 => format!("nothing is sealed, and no copy was whole; missing: {missing}"),
            whole => format!(
                "nothing is sealed: {whole} of {all} copies were whole and are taken back; missing: {missing}"
            ),
        }
    }
}

/// Whether an error can be that of a medium.
fn is_of_a_medium(error: &Error) -> bool {
    matches!(
        error,
        Error::Io { .. } | Error::ReadBack(_) | Error::Exists(_) | Error::Changed(_)
    )
}
