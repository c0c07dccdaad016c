//! A sheet becomes a PDF that can be relied on: first it proves itself, then it gets its name.

use std::path::Path;

use crate::commands::Session;
use crate::error::Result;
use crate::sheet::Sheet;
use crate::{media, scan};

/// Proves a sheet and writes its PDF, new, for its owner only, read back. What does not prove itself is not written.
///
/// # Errors
/// [`crate::error::Error::SelfTest`] for a sheet that does not read back; what writing answers.
pub(super) fn prepare(sheet: &Sheet, file: &Path, session: &mut Session) -> Result<()> {
    prove(sheet, session)?;
    media::put_alone(file, &sheet.pdf).map(drop)
}

/// Proves a sheet and writes its PDF to standard output: nothing of it lies anywhere.
///
/// # Errors
/// As [`prepare`].
pub(super) fn stream(sheet: &Sheet, session: &mut Session) -> Result<()> {
    prove(sheet, session)?;
    session.terminal.stream(&sheet.pdf)
}

/// What to do with the PDF, for each kind of sheet: only a share sheet has a back and a ruler.
pub(super) fn how_to_print(sheet: &Sheet, is_share: bool) -> String {
    let pages = sheet.pages;
    match is_share {
        true => format!(
            "Print its {pages} pages at 100 %, on both sides of one paper or on two.\n\
             Look at each page: nothing cut off, every code sharp, the ruler 100 mm long."
        ),
        false => format!(
            "Print its {pages} pages at 100 %, on one side only, each on a paper of its own.\n\
             Look at each page: nothing cut off, every code sharp."
        ),
    }
}

fn prove(sheet: &Sheet, session: &mut Session) -> Result<()> {
    let proven = scan::prove(sheet);
    session.warn_of_pages();
    proven
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::report::Report;
    use crate::terminal::Terminal;
    use crate::time::Time;
    use zeroize::Zeroizing;

    #[test]
    fn a_sheet_that_does_not_prove_itself_is_refused_and_no_pdf_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("sheet.pdf");
        let sheet = Sheet {
            pdf: Zeroizing::new(b"%PDF-1.7\nno codes at all\n".to_vec()),
            pages: 1,
            codes: vec![vec![Zeroizing::new("CV1/S/A/AAAAAAAA/AAAAAAAA".into())]],
            id: [1; 8],
        };
        let mut session = Session {
            now: Time::from_unix(0),
            terminal: Terminal::silent(),
            report: Report::default(),
            missing: Vec::new(),
        };
        let refused = prepare(&sheet, &file, &mut session);
        assert!(matches!(refused, Err(Error::SelfTest { .. })));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
