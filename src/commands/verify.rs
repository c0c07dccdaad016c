//! `verify`: any carrier, alone, without a quorum and without showing a secret.

mod anew;
mod carrier_line;
mod conclusion;
mod entering;
mod file;
mod receipts;
mod reports;
mod secret_part;
mod share_file;
mod sheets;
mod tally;
mod text;

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::expected::expected;
use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::presented::why;
use crate::commands::register::check_keys_agree;
use crate::commands::scanned::{Paper, look_at};
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::commands::{Session, drill, superseded};
use crate::error::{Error, Exit, Result};
use crate::register;
use crate::report::{Severity, VaultLine, shown};
use crate::share::ReadShare;
use crate::signature::{PublicKey, VaultId};

pub(super) use carrier_line::{holds, line};
pub(super) use reports::{companions, is_without_quorum};

use carrier_line::age;
use conclusion::{conclusion, show_age, show_other_vault, show_problem};
use entering::is_known;
use file::{file, from_stdin};
use secret_part::secret_part;
use tally::Tally;

/// Arguments of `verify`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// A medium, a coldvault folder, a scan of sheets (PDF, PNG, JPEG, TIFF), a
    /// share file, text with codes or a share, a drill report (its signature and
    /// vault.pub lie beside it) or a vault.pub; "-" for one of the files with a
    /// share or codes on standard input
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    /// Open protected shares too, to prove their secret parts: asks for the
    /// passphrases, unless --identity or --secret-fd give what opens them
    #[arg(long = "open")]
    pub(super) wants_open: bool,
    #[command(flatten)]
    pub(super) open: OpenArgs,
    /// Sign a receipt over these words, which the office drew: it proves to the
    /// office, without travel, that this share is there and whole
    #[arg(long, value_name = "WORDS")]
    pub(super) challenge: Option<String>,
    /// Write the receipt into this new file
    #[arg(long, value_name = "FILE")]
    pub(super) receipt: Option<PathBuf>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

/// What the carriers are checked with.
struct Verifying {
    expect: Option<VaultId>,
    /// `None` when protected shares are to stay closed.
    unlocking: Option<Unlocking>,
    /// Sheets are judged when everything was read.
    paper: Paper,
    /// Drill reports are judged when everything was read.
    reports: Vec<reports::Given>,
    /// Of carriers that were whole, and of key files.
    keys: Vec<PublicKey>,
    tally: Tally,
    /// What the register is told.
    entries: Vec<register::Checked>,
    /// Whole carriers of shares that were made anew.
    anew: Vec<anew::Anew>,
    /// The words that a receipt is to be made over.
    challenge: Option<String>,
    /// Whole shares that are open, where a receipt is wanted.
    open_shares: Vec<ReadShare>,
    exit: Exit,
    /// The first that could not be looked at.
    failed: Option<Error>,
}

impl Verifying {
    /// The first cause wins.
    fn ended(&mut self, exit: Exit) {
        if self.exit == Exit::Done {
            self.exit = exit;
        }
    }

    /// One bad file must not keep the next one from being checked.
    fn go_on(&mut self, path: &Path, outcome: Result<()>, session: &mut Session) -> Result<()> {
        match outcome {
            Err(error @ Error::Interrupted) => return Err(error),
            Err(error) if self.failed.is_some() => {
                let (text, hint) = (why(&error), error.hint());
                let subject = format!("{path:?}");
                session.find(Severity::Error, "unreadable", &subject, &text, &hint);
            }
            Err(error) => self.failed = Some(error),
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
        reports: Vec::new(),
        keys: Vec::new(),
        tally: Tally::default(),
        entries: Vec::new(),
        anew: Vec::new(),
        challenge: receipts::challenge(args)?,
        open_shares: Vec::new(),
        exit: Exit::Done,
        failed: None,
    };
    session.warn_of_machine();
    args.register.open(Begins::Never, session)?;
    for path in &args.paths {
        let outcome = one_place(path, args, &mut verifying, session);
        verifying.go_on(path, outcome, session)?;
    }
    verifying.sheets(session)?;
    verifying.judge_reports(session)?;
    verifying.tally.close(session)?;
    verifying.write_entries(session)?;
    if let Some(failed) = verifying.failed.take() {
        return Err(failed);
    }
    verifying.receipt(args, session)?;
    Ok(verifying.exit)
}

/// Checks everything at one place.
fn one_place(
    path: &Path,
    args: &Args,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    if path.as_os_str() == "-" {
        return from_stdin(args, verifying, session);
    }
    if let Some(left) = drill::left_by_a_kill(path) {
        return Err(left);
    }
    session.look_for_notes(path);
    let found = look_at(path, session)?;
    let notes = carrier::find_notes(path)?;
    if found.paths.is_empty() && notes.is_empty() {
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
        let outcome = one_thing(&path, args, verifying, session);
        verifying.go_on(&path, outcome, session)?;
    }
    for note in notes {
        if !superseded::show(&note, session)? {
            verifying.ended(Exit::Material);
        }
    }
    Ok(())
}

fn one_thing(
    path: &Path,
    args: &Args,
    verifying: &mut Verifying,
    session: &mut Session,
) -> Result<()> {
    let closed = match path.is_dir() {
        true => carrier(path, verifying, session)?,
        false => file(path, &args.paths, verifying, session)?,
    };
    match closed {
        Some(mut share) => {
            secret_part(path, &mut share, verifying, session)?;
            verifying.take_open(&share);
            Ok(())
        }
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
        if !check_keys_agree(manifest, session) {
            verifying.ended(Exit::Material);
        }
    }
    for problem in &checked.problems {
        show_problem(problem, session);
    }
    if let (Some(found), Some(expected)) = (checked.other_vault, expect) {
        show_other_vault(path, found, expected, session);
    }
    if let Some(age) = age(&checked, session.now) {
        show_age(path, &age, session)?;
    }
    anew::say_void(&checked, session);
    let key = checked.manifest.as_ref().map(|m| m.public_key);
    for line in conclusion(&checked, expect, is_known(key, session)) {
        session.terminal.result(&line)?;
    }
    session
        .report
        .carriers
        .push(line(path, &checked, session.now));
    if let Some(key) = key {
        session.tell_superseded(&key);
    }
    let vault = checked.manifest.as_ref().map(|m| m.public_key.vault_id());
    verifying.tally.add(whole, vault);
    let key = checked.manifest.as_ref().map(|m| m.public_key);
    verifying.keys.extend(key.filter(|_| whole));
    verifying.enter(&checked, session);
    let good = whole && checked.other_vault.is_none();
    match good {
        true => verifying.take_open_at(path),
        false => verifying.ended(Exit::Material),
    }
    Ok(checked.closed.filter(|_| good))
}
