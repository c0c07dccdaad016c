//! How far each sheet was read, in one line for each: by sheet, page and code.

use super::{AGAIN, NO_CODE, Paper};
use crate::code::{Origin, SheetShare};
use crate::commands::Session;
use crate::report::Severity;

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
            all_whole &= vault.is_whole();
            lines.push((vault.is_whole(), subject, vault.line()));
            let severity = self.severity();
            for line in vault.forgeries() {
                if !self.said.contains(&line) {
                    session.find(severity, "forged-code", &line.0, &line.1, ASIDE);
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
            for page in std::mem::take(&mut self.blank) {
                session.find(Severity::Note, "page", &page, NO_CODE, "");
            }
        }
    }
}

/// Whether it is whole, whose it is, and which of its codes were read; nothing where there is nothing to say.
fn of_share(share: &SheetShare) -> Option<(bool, String, String)> {
    match &share.share {
        Ok(read) => {
            let subject = format!("share of {}", read.facts.custodian);
            let half = !share.lost_twins().is_empty() && share.from != Origin::Typed;
            half.then(|| (true, subject, share.line()))
        }
        Err(error) => {
            let text = share.missing();
            let text = text.unwrap_or_else(|| format!("not used: {error}"));
            let whose = match &share.custodian {
                Some(custodian) => format!("share of {custodian}"),
                None => format!("share sheet, {}", share.from),
            };
            Some((false, whose, text))
        }
    }
}
