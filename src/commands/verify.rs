//! `verify`: any carrier, alone, without a quorum and without showing a secret.

mod carrier_line;
mod conclusion;
mod secret_part;
mod sheets;
mod tally;
mod text;

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::presented::why;
use crate::commands::scanned::{Content, Paper, files_beside};
use crate::commands::secrets::OpenArgs;
use crate::commands::typed;
use crate::commands::unlock::Unlocking;
use crate::error::{Error, Exit, Result};
use crate::report::{Severity, VaultLine, shown};
use crate::share::ReadShare;
use crate::signature::VaultId;

pub(super) use carrier_line::{holds, line};
pub(super) use sheets::proven;

use conclusion::{NOT_EXPECTED, conclusion, show_other_vault, show_problem};
use secret_part::secret_part;
use tally::Tally;

/// Arguments of `verify`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// A medium, a coldvault folder, a scan of sheets (PDF, PNG, JPEG, TIFF), a
    /// share file, or text with codes or a share; "-" for one of these files on
    /// standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    /// Open protected shares too, to prove their secret parts: asks for the
    /// passphrases, unless --identity or --secret-fd give what opens them
    #[arg(long = "open")]
    wants_open: bool,
    #[command(flatten)]
    open: OpenArgs,
}

/// What the carriers are checked with.
struct Verifying {
    expect: Option<VaultId>,
    /// `None` when protected shares are to stay closed.
    unlocking: Option<Unlocking>,
    /// Sheets are judged when everything was read.
    paper: Paper,
    tally: Tally,
    exit: Exit,
    /// The first that went wrong.
    first: Option<Error>,
}

impl Verifying {
    /// The first cause wins.
    fn ended(&mut self, exit: Exit) {
        if self.exit == Exit::Done {
            self.exit = exit;
        }
    }

    /// The first error is the answer, the others are said; all but Ctrl-C let the rest be checked.
    fn keep(&mut self, outcome: Result<()>, path: &Path, session: &mut Session) -> Result<()> {
        match outcome {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) if self.first.is_none() => self.first = Some(error),
            Err(error) => {
                let (subject, text) = (format!("{path:?}"), why(&error));
                let severity = Severity::Error;
                session.find(severity, "unreadable", &subject, &text, &error.hint());
            }
            Ok(()) => {}
        }
        Ok(())
    }
}

impl Args {
    /// One place, as a person names it.
    pub(super) fn of(path: &Path) -> Self {
        Self {
            paths: vec![path.to_owned()],
            ..Self::default()
        }
    }
}

/// Checks every carrier found under the paths.
///
/// # Errors
/// [`Error::Io`] for a path that is not there; [`Error::Usage`] when it holds nothing of coldvault.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let opens = args.wants_open || args.open.is_given();
    args.open.check_stdin(&args.paths, "-")?;
    let mut verifying = Verifying {
        unlocking: opens.then(|| Unlocking::new(&args.open)).transpose()?,
        expect: args.expect.as_deref().map(expected).transpose()?,
        paper: Paper::strict(),
        tally: Tally::default(),
        exit: Exit::Done,
        first: None,
    };
    for path in &args.paths {
        let checked = one_place(path, args, &mut verifying, session);
        verifying.keep(checked, path, session)?;
    }
    verifying.sheets(session)?;
    verifying.tally.close(session)?;
    verifying.first.map_or(Ok(verifying.exit), Err)
}

/// Checks everything at one place: a bad path must not keep the next one from being checked.
fn one_place(
    path: &Path,
    args: &Args,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    if path.as_os_str() == "-" {
        return from_stdin(args, verifying, session);
    }
    let mut found = carrier::find(path)?;
    let beside = files_beside(path)?;
    found.more |= beside.more;
    found.paths.extend(beside.paths);
    if found.paths.is_empty() {
        let what = format!("{path:?} holds nothing of coldvault");
        let hint = "give a medium, a coldvault folder, a scan or a share file".into();
        return Err(Error::Usage { what, hint });
    }
    if found.more {
        let text = "holds more folders or files than were checked";
        session.find(
            Severity::Warning,
            "many",
            &format!("{path:?}"),
            text,
            "check them one by one",
        );
    }
    for path in found.paths {
        let checked = one(&path, &args.paths, verifying, session);
        verifying.keep(checked, &path, session)?;
    }
    Ok(())
}

/// One carrier, or one file.
fn one(
    path: &Path,
    places: &[PathBuf],
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    let closed = if path.is_dir() {
        carrier(path, verifying, session)?
    } else {
        share_in(path, Content::of(path)?, places, verifying, session)?
    };
    match closed {
        Some(mut share) => secret_part(path, &mut share, verifying, session),
        None => Ok(()),
    }
}

/// A share that is whole, and closed, is given back.
fn carrier(
    path: &Path,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let expect = verifying.expect;
    let checked = carrier::check(path, expect)?;
    let whole = checked.is_whole();
    session.terminal.result(&shown(path))?;
    if let Some(manifest) = &checked.manifest {
        for line in carrier::describe(manifest) {
            session.terminal.result(&format!("    {line}"))?;
        }
        session.report.vault = Some(VaultLine::of(manifest));
    }
    for problem in &checked.problems {
        show_problem(problem, session);
    }
    if let (Some(found), Some(expected)) = (checked.other_vault, expect) {
        show_other_vault(path, found, expected, session);
    }
    for line in conclusion(&checked, expect) {
        session.terminal.result(&line)?;
    }
    session.report.carriers.push(line(path, &checked));
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    verifying.tally.add(whole, vault);
    let good = whole && checked.other_vault.is_none();
    if !good {
        verifying.ended(Exit::Material);
    }
    Ok(checked.closed.filter(|_| good))
}

/// A scan, a share file or text at `path`, or on standard input, which is called so. Sheets are judged later.
fn share_in(
    path: &Path,
    content: Content,
    places: &[PathBuf],
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let bytes = match content {
        Content::Scan(file) => {
            if !verifying.paper.take_scan(path, file, session)?.is_of_use() {
                verifying.ended(Exit::Material);
            }
            return Ok(None);
        }
        Content::Text(bytes) => bytes,
    };
    let codes = verifying.paper.codes_met();
    let bytes = typed::without_codes(bytes, path, &mut verifying.paper, session);
    if verifying.paper.codes_met() > codes && bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    if text::is_text(&bytes) {
        if !text::check(path, &bytes, places, verifying.expect, session)? {
            verifying.ended(Exit::Material);
        }
        return Ok(None);
    }
    let share = ReadShare::from_bytes(&bytes).map_err(|error| Error::Damaged {
        path: path.to_owned(),
        what: format!("neither a scan nor a share file: {error}"),
    })?;
    signed_share(path, share, verifying, session)
}

/// The signature of a share proves it for the vault that it names.
fn signed_share(
    path: &Path,
    share: ReadShare,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<Option<ReadShare>> {
    let id = share.facts.public_key.vault_id();
    let signed = share.is_signed();
    let other = verifying.expect.filter(|expected| *expected != id);
    let verdict = match (signed, other) {
        (true, None) => "whole",
        (true, Some(_)) => NOT_EXPECTED,
        (false, _) => "NOT GENUINE: do not rely on it",
    };
    session.terminal.result(&shown(path))?;
    for line in carrier::describe_id(id, Some(share.facts.kind)) {
        session.terminal.result(&format!("    {line}"))?;
    }
    if !signed {
        let text = "forged or damaged";
        let hint = "set it aside and use another copy";
        session.find(Severity::Error, "share", &format!("{path:?}"), text, hint);
    }
    if let Some(expected) = other {
        show_other_vault(path, id, expected, session);
    }
    verifying.tally.add(signed, Some(id));
    let good = signed && other.is_none();
    if !good {
        verifying.ended(Exit::Material);
    }
    let name = carrier::share_name(share.facts.number, &share.facts.custodian);
    let line = format!("{name} of {}: {verdict}", share.facts.n);
    session.terminal.result(&line)?;
    Ok(Some(share).filter(|share| good && share.closed().is_some()))
}

/// A scan, a share file or text on standard input.
fn from_stdin(args: &Args, verifying: &mut Verifying, session: &mut Session) -> Result<()> {
    let path = Path::new(typed::STDIN);
    let content = typed::stdin()?;
    if let Some(mut share) = share_in(path, content, &args.paths, verifying, session)? {
        secret_part(path, &mut share, verifying, session)?;
    }
    Ok(())
}
