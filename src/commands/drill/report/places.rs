//! Where a report lies: four new files with one name, none of them on a carrier.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::noting::word;
use crate::commands::{Session, odd, together};
use crate::digest::Digest;
use crate::drill::SIGNATURE_ENDING;
use crate::error::{Error, Result};
use crate::manifest::KEY_FILE;
use crate::media::{self, UNFINISHED};
use crate::report::{Severity, shown};
use crate::signature::{PublicKey, SIGNATURE_BYTES};
use crate::terminal::{is_stop, typed_path};
use crate::words;

/// What every folder of a carrier is called.
const CARRIER: &str = "coldvault-";
pub(super) const MOST_KEY: usize = 256;

/// The files of one report.
pub(super) struct Places {
    report: PathBuf,
    signature: PathBuf,
    key: PathBuf,
    page: PathBuf,
}

/// Every file that a report at this place would be written to.
pub(in crate::commands) fn files_of(report: PathBuf) -> [PathBuf; 4] {
    let mut signature = OsString::from(&report);
    signature.push(SIGNATURE_ENDING);
    [
        signature.into(),
        report.with_file_name(KEY_FILE),
        report.with_extension("pdf"),
        report,
    ]
}

/// What a drill that was killed while it wrote this report left of it: what it is, and what to do with it. `None` where the
/// report is there, and where nothing unfinished is.
pub(in crate::commands) fn left_by_a_kill(report: &Path) -> Option<Error> {
    if report.extension().is_none_or(|ending| ending != "json") || is_there(report) {
        return None;
    }
    let [signature, _, page, _] = files_of(report.to_owned());
    let whole = || {
        let path = unfinished(report)?;
        let text = format!(
            "call it {report:?} and check that with coldvault verify: where that holds, \
             nothing is missing but its entry (coldvault register add-report); else remove \
             it and {:?} and {:?}, and do the drill again",
            shown(&page),
            shown(&signature)
        );
        Some((path, text))
    };
    let begun = || {
        let path = unfinished(&signature).or_else(|| unfinished(&page))?;
        let text = format!(
            "no report was written: remove it, and {:?} if that is there, and do the drill again",
            shown(&page)
        );
        Some((path, text))
    };
    let (path, hint) = whole().or_else(begun)?;
    Some(left(&path, hint))
}

fn left(path: &Path, hint: String) -> Error {
    Error::Refused {
        what: format!("{path:?} was left by a drill that was killed while it wrote its report"),
        hint,
    }
}

/// What a file is called until it is finished, where that is there.
fn unfinished(path: &Path) -> Option<PathBuf> {
    let mut name = OsString::from(path);
    name.push(UNFINISHED);
    Some(PathBuf::from(name)).filter(|path| is_there(path))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

impl Places {
    /// The files beside `report`, all of them free but the key: reports of one vault lie beside one another.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that does not end in `.json`; [`Error::Refused`] on a carrier; [`Error::Exists`].
    pub(super) fn at(report: &Path) -> Result<Self> {
        let is_json = report.extension().is_some_and(|ending| ending == "json");
        if !is_json {
            return Err(Error::Usage {
                what: format!("the report {report:?} does not end in .json"),
                hint: "give a new file such as drill-2026.json; its page and signature get names like it".into(),
            });
        }
        check_beside(report)?;
        let [signature, key, page, report] = files_of(report.to_owned());
        let places = Self {
            report,
            signature,
            key,
            page,
        };
        if let Some(left) = left_by_a_kill(&places.report) {
            return Err(left);
        }
        if let Some(path) = unfinished(&places.key) {
            return Err(left(&path, "remove it: it is made anew".into()));
        }
        for path in [&places.report, &places.signature, &places.page] {
            media::check_alone(path)?;
        }
        Ok(places)
    }

    /// Asks for it, where somebody is there; `None` when none is to be written.
    ///
    /// # Errors
    /// [`Error::Stopped`]; what asking answers.
    pub(super) fn ask(session: &mut Session) -> Result<Option<Self>> {
        if !session.terminal.leads_on() {
            return Ok(None);
        }
        loop {
            let question =
                "New file for the report, such as drill-2026.json (press Enter: none is written):";
            let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
            if answer.is_empty() {
                return Ok(None);
            }
            if is_stop(&answer) {
                return Err(Error::Stopped);
            }
            match Self::at(&typed_path(&answer)) {
                Ok(places) => return Ok(Some(places)),
                Err(error) => session.terminal.error(&error),
            }
        }
    }

    /// The report's own file.
    pub(super) fn path(&self) -> &Path {
        &self.report
    }

    /// Its name alone.
    pub(super) fn name(&self) -> String {
        let name = self.report.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Writes all, the report itself last: where it is, the others are. Each is read back.
    ///
    /// # Errors
    /// What writing answers; then what this run wrote is removed.
    pub(super) fn write(
        &self,
        report: &[u8],
        signed: Option<(&[u8; SIGNATURE_BYTES], PublicKey)>,
        page: &[u8],
        session: &mut Session,
    ) -> Result<()> {
        odd::warn(self.report.parent().unwrap_or(&self.report), session);
        let mut files: Vec<(&Path, Vec<u8>)> = vec![(&self.page, page.to_vec())];
        if let Some((signature, key)) = signed {
            files.push((&self.signature, signature.to_vec()));
            let pem = key.to_pem().into_bytes();
            match self.key_is(&pem)? {
                None => files.push((&self.key, pem)),
                Some(true) => {}
                Some(false) => self.say_other_key(session),
            }
        }
        files.push((&self.report, report.to_vec()));
        let mut made: Vec<&Path> = Vec::new();
        for (path, bytes) in &files {
            if let Err(error) = media::put_alone(path, bytes) {
                made.iter().for_each(|path| drop(fs::remove_file(path)));
                return Err(error);
            }
            made.push(path);
        }
        Ok(())
    }

    /// Whether the key file that is there is this key's; `None` when there is none.
    fn key_is(&self, pem: &[u8]) -> Result<Option<bool>> {
        match media::read_ordinary(&self.key, MOST_KEY) {
            Ok(there) => Ok(Some(there == pem)),
            Err(Error::Io { error, .. }) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(Error::Limit { .. }) => Ok(Some(false)),
            Err(error) => Err(error),
        }
    }

    fn say_other_key(&self, session: &mut Session) {
        let text = "it is the key of another vault, and is left alone";
        let hint = "to check the report, copy vault.pub of this vault from one of its carriers";
        let subject = format!("{:?}", self.key);
        session.find(Severity::Warning, "drill-key", &subject, text, hint);
    }

    /// What was written, and the digest that goes onto other paper.
    ///
    /// # Errors
    /// [`Error::System`] when standard output does not take it.
    pub(super) fn tell(
        &self,
        digest: Digest,
        is_signed: bool,
        session: &mut Session,
    ) -> Result<()> {
        let signed = match is_signed {
            true => format!(", signed: {}, {}", shown(&self.signature), shown(&self.key)),
            false => ", not signed: no quorum took part".into(),
        };
        let mut lines = vec![
            format!("Report: {}{signed}", shown(&self.report)),
            format!("Page to print and sign by hand: {}", shown(&self.page)),
            format!("SHA-256 of the report: {}", digest.hex()),
        ];
        lines.extend(
            words::lines(&digest.0)
                .iter()
                .map(|line| format!("    {line}")),
        );
        lines.push(format!(
            "Check it with: coldvault verify {}",
            word(&self.report)
        ));
        lines
            .iter()
            .try_for_each(|line| session.terminal.result(line))
    }
}

/// A report names people and places: whoever finds a carrier must not learn these from it.
fn check_beside(report: &Path) -> Result<()> {
    let parent = report
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let real = fs::canonicalize(parent).map_err(Error::io("read", parent))?;
    let is_inside = real.ancestors().any(|part| {
        part.file_name()
            .is_some_and(|name| media::begins_with(name, CARRIER))
    });
    let said = (
        "the report",
        "it names people and places",
        "write it to another medium",
    );
    match is_inside {
        true => Err(Error::Refused {
            what: format!("the report would lie on a carrier, in {CARRIER}..."),
            hint: "it names people and places: write it to another medium".into(),
        }),
        false => together::check_apart(&real, said, true),
    }
}
