//! A share as text: each line against its check, and the share against the vault.json of another path, where one is.
//!
//! Nothing in the text proves it alone; a `vault.json` of its vault does. No letter of it is ever shown.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::carrier;
use crate::commands::Session;
use crate::error::Result;
use crate::manifest::ReadManifest;
use crate::quorum::{BareShare, State, Table};
use crate::report::{Severity, ShareLine, shown};
use crate::secret::SecretBytes;
use crate::share_text::{self, DATA_LINES, HEADER_LINES, Header, Joiner, Wrong, letter};
use crate::signature::VaultId;

/// Whether this is meant to be a share text: one of its lines is one.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    !bytes.starts_with(b"{") && lines(text).any(|line| share_text::line_number(line).is_ok())
}

/// Checks a share text at `path`. Answers whether nothing is wrong with it.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take the result.
pub(super) fn check(
    path: &Path,
    bytes: &[u8],
    places: &[PathBuf],
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<bool> {
    session.terminal.result(&shown(path))?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let Some(header) = header(path, text, session) else {
        session
            .terminal
            .result("share text: NOT WHOLE: its header cannot be read")?;
        return Ok(false);
    };
    let id = VaultId(header.vault_id);
    describe(&header, session)?;
    let expected = expect.is_none_or(|expected| expected == id);
    if !expected {
        problem(path, "it is not of the expected vault", OTHER, session);
    }
    let (whole, verdict) = match share(path, text, header, session) {
        None => (
            false,
            "NOT WHOLE: compare the lines named above with the sheet",
        ),
        Some(_) if !expected => (false, NOT_GENUINE),
        Some(y) => match proven(path, header, &y, places, session) {
            Some(true) => (true, "whole, and the share that vault.json says"),
            Some(false) => (false, NOT_GENUINE),
            None => {
                session.terminal.result(NOT_PROVEN)?;
                (true, "each line agrees with its check")
            }
        },
    };
    let line = format!("share {}, as text: {verdict}", header.number);
    session.terminal.result(&line)?;
    Ok(whole)
}

/// What the header says.
fn describe(header: &Header, session: &mut Session) -> Result<()> {
    let id = VaultId(header.vault_id);
    let mut lines = carrier::describe_id(id, Some(header.kind()));
    lines.push(format!(
        "share {}, any {} open it",
        header.number, header.threshold
    ));
    lines
        .iter()
        .try_for_each(|line| session.terminal.result(&format!("    {line}")))
}

const NOT_GENUINE: &str = "NOT GENUINE: do not rely on it";
const NOT_PROVEN: &str =
    "    nothing proves it without vault.json: give a carrier of its vault, too";
const OTHER: &str = "set it aside and use another copy";

/// The lines of the text that are lines of a share.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The header from its three lines, wherever they stand.
fn header(path: &Path, text: &str, session: &mut Session) -> Option<Header> {
    let mut joined = Zeroizing::new(String::new());
    for number in HEADER_LINES {
        let line = lines(text).find(|line| share_text::line_number(line) == Ok(number));
        joined.push_str(line.unwrap_or_default());
        joined.push('\n');
    }
    match share_text::header(&joined) {
        Ok(header) => Some(header),
        Err(wrong) => {
            say_wrong(path, &wrong, session);
            None
        }
    }
}

/// Every line of the share against its check; all that is wrong is said.
fn share(
    path: &Path,
    text: &str,
    header: Header,
    session: &mut Session,
) -> Option<Zeroizing<[u8; 32]>> {
    let mut joiner = Joiner::new(header);
    let mut whole = true;
    for line in lines(text) {
        let wrong = match share_text::line_number(line) {
            Ok(number) if HEADER_LINES.contains(&number) => continue,
            Ok(_) => joiner.add(line).err(),
            Err(wrong) => Some(wrong),
        };
        if let Some(wrong) = wrong {
            say_wrong(path, &wrong, session);
            whole = false;
        }
    }
    let missing = joiner.missing();
    if whole && let Some(line) = missing.first() {
        say_wrong(path, &Wrong::Missing { line: *line }, session);
    }
    let good = DATA_LINES.filter(|line| !missing.contains(line));
    let good: String = good.filter_map(letter).collect();
    session
        .terminal
        .say(&format!("lines that agree with their checks: {good}"));
    joiner.finish().filter(|_| whole)
}

fn say_wrong(path: &Path, wrong: &Wrong, session: &mut Session) {
    problem(path, &wrong.to_string(), wrong.hint(), session);
}

fn problem(path: &Path, text: &str, hint: &str, session: &mut Session) {
    let subject = format!("{path:?}");
    session.find(Severity::Error, "share", &subject, text, hint);
}

/// Whether a genuine `vault.json` among the places commits to it; `None` when none is of its vault.
fn proven(
    path: &Path,
    header: Header,
    y: &[u8; 32],
    places: &[PathBuf],
    session: &mut Session,
) -> Option<bool> {
    let id = VaultId(header.vault_id);
    let mut table = Table::default();
    manifests(places)
        .into_iter()
        .for_each(|manifest| table.add_manifest(manifest));
    if table.vaults().iter().all(|(known, _)| *known != id) {
        return None;
    }
    let share = BareShare::new(header, SecretBytes::copied(y));
    table.add_bare(path.to_owned(), share);
    let judged = table.judge(Some(id), &mut Vec::new()).ok()?;
    let verdict = judged.verdicts.last()?;
    session.report.shares.push(ShareLine::of(verdict));
    if verdict.state != State::Good {
        problem(path, &verdict.to_string(), OTHER, session);
    }
    Some(verdict.state == State::Good)
}

/// Every `vault.json` at the places; what cannot be read has been said, or will be.
fn manifests(places: &[PathBuf]) -> Vec<ReadManifest> {
    let found = places.iter().filter_map(|place| carrier::find(place).ok());
    let folders = found.flat_map(|found| found.paths);
    folders
        .filter_map(|folder| carrier::read(&folder).ok()?.manifest)
        .collect()
}
