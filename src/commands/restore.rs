//! `restore`: from a vault copy and enough shares back to files.

mod choice;
mod deliver;
mod judging;
mod salvage;
mod target;
pub(in crate::commands) mod typed;
mod watching;

use std::path::{Path, PathBuf};

use crate::carrier::PayloadReader;
use crate::commands::Session;
use crate::commands::presented;
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::commands::verify::expected;
use crate::error::{Error, Exit, Result};
use crate::key::VaultKey;
use crate::payload::{self, Bounds};
use crate::quorum::Judged;
use crate::report::{Severity, shown};
use crate::terminal::size;

use choice::Choice;
use deliver::Restoring;
use judging::{check_kind, judge, show_vault};
use target::Unfinished;
use watching::Watching;

/// Bounds where no genuine vault.json gives any: the format's own.
const WIDEST: Bounds = Bounds {
    plain_bytes: 1 << 40,
    members: 1_100_000,
};

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Args {
    /// Where shares and vault copies are: a medium, a coldvault folder, or a share file; "-" for shares that are typed, or text on standard input; once for each
    #[arg(long, value_name = "PATH", required = true)]
    from: Vec<PathBuf>,
    /// A new or empty directory for the files; each node directory comes back under its own name
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Restore only files that match, for example "*/certificates/*.jks"; may be given several times
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Give files the permissions they had, instead of none for group and others
    #[arg(long)]
    preserve: bool,
    /// Write the sealed note here instead of into DIR/note
    #[arg(long, value_name = "FILE")]
    note_to: Option<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    #[command(flatten)]
    open: OpenArgs,
    /// Every copy is damaged: bring back the files that are still whole, into DIR/INCOMPLETE
    #[arg(long, conflicts_with_all = ["only", "note_to"])]
    salvage: bool,
    /// Practise: for rehearsal material, without asking
    #[arg(long)]
    rehearsal: bool,
}

impl Args {
    /// What an officer would type in a rehearsal: everything on the table, files as they were, the id from the paper.
    pub(super) fn rehearsal(from: Vec<PathBuf>, into: PathBuf, expect: String) -> Self {
        let (only, expect) = (Vec::new(), Some(expect));
        Self {
            from,
            into,
            only,
            preserve: true,
            note_to: None,
            expect,
            open: OpenArgs::default(),
            salvage: false,
            rehearsal: true,
        }
    }
}

/// Restores.
///
/// # Errors
/// Whatever stopped it; then nothing has appeared under a final name.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let mut unlocking = unlocking(args)?;
    session.warn_of_machine();
    let expect = args.expect.as_deref().map(expected).transpose()?;
    let choice = Choice::new(
        &args.only,
        args.preserve,
        args.note_to.as_deref(),
        &args.into,
    )?;
    Unfinished::check(&args.into, session)?;
    let mut presented = presented::gather(&args.from, session)?;
    unlocking.open_all(&mut presented.table, expect, session)?;
    let (judged, vaults) = judge(presented, expect, session)?;
    check_kind(args.rehearsal, &judged, session)?;
    show_vault(&judged, session)?;
    if vaults.is_empty() {
        return Err(Error::NoVaultCopy { seen: 0 });
    }
    let key = judged.quorum()?.join()?;
    let mut unfinished = Unfinished::create(&args.into, session)?;
    let table = OnTable {
        key: &key,
        judged: &judged,
        vaults: &vaults,
    };
    let outcome = if args.salvage {
        salvage::run(&table, args.preserve, &unfinished, session)
    } else {
        restore(&table, &choice, &mut unfinished, session)
    };
    let done = match outcome.and_then(|done| done.publish(&unfinished)) {
        Ok(done) => done,
        Err(error) => {
            unfinished.remove(session);
            return Err(error);
        }
    };
    // Only now: a standard output that fails must not cost the files.
    for line in done.lines {
        session.terminal.result(&line)?;
    }
    session
        .terminal
        .result(&format!("The files are in {:?}", args.into))?;
    Ok(done.exit)
}

/// What opens protected shares. Standard input gives either shares or passphrases.
fn unlocking(args: &Args) -> Result<Unlocking> {
    if args.open.secret_fd.is_stdin() && args.from.iter().any(|from| from.as_os_str() == "-") {
        return Err(Error::Usage {
            what: "--secret-fd 0 and --from - both read standard input".into(),
            hint: "give the passphrases on another descriptor: --secret-fd 3".into(),
        });
    }
    Unlocking::new(&args.open)
}

/// A restore that is complete but for its final names.
struct Done {
    exit: Exit,
    lines: Vec<String>,
    note: Option<PathBuf>,
}

impl Done {
    /// Gives everything its final name. If that fails, the note that already has its own is taken back.
    fn publish(self, unfinished: &Unfinished) -> Result<Self> {
        let published = unfinished.publish();
        if let (Err(_), Some(note)) = (&published, &self.note) {
            // The error that is reported is the one that stopped the restore.
            let _ = std::fs::remove_file(note);
        }
        published.map(|()| self)
    }
}

/// A quorum's key, what was found out about the vault, and the copies to open.
struct OnTable<'a> {
    key: &'a VaultKey,
    judged: &'a Judged,
    vaults: &'a [PathBuf],
}

impl OnTable<'_> {
    fn bounds(&self) -> Bounds {
        let manifest = self.judged.manifest.as_ref();
        manifest.map_or(WIDEST, |m| Bounds {
            plain_bytes: m.plain_bytes,
            members: m.members,
        })
    }
}

/// Restores from the first copy that comes out whole.
fn restore(
    table: &OnTable<'_>,
    choice: &Choice,
    unfinished: &mut Unfinished,
    session: &mut Session,
) -> Result<Done> {
    let restoring = from_any_copy(table, choice, unfinished, session)?;
    let (files, bytes, note) = restoring.finish(choice, session)?;
    let line = format!(
        "Restored {files} files, {}. Everything in the archive agrees with its inventory.",
        size(bytes)
    );
    let (exit, lines) = (Exit::Done, vec![line]);
    Ok(Done { exit, lines, note })
}

/// Tries one vault copy after another until one comes out whole.
fn from_any_copy(
    table: &OnTable<'_>,
    choice: &Choice,
    unfinished: &mut Unfinished,
    session: &mut Session,
) -> Result<Restoring> {
    let mut first = None;
    for vault in table.vaults {
        match from_copy(table, vault, choice, unfinished.fresh()?, session) {
            Ok(done) => {
                session.terminal.say(&format!("Opened {}", shown(vault)));
                return Ok(done);
            }
            Err(error) if is_about_copy(&error, vault) => {
                let hint = "set this copy aside; the next one is tried";
                session.find(Severity::Warning, "copy", "", &error.to_string(), hint);
                first.get_or_insert(error);
            }
            Err(other) => return Err(other),
        }
    }
    match (table.vaults.len(), first) {
        (1, Some(error)) => Err(error),
        (seen, _) => Err(Error::NoVaultCopy { seen }),
    }
}

/// Whether an error says that this copy is bad, and not that the files cannot be written.
fn is_about_copy(error: &Error, vault: &Path) -> bool {
    match error {
        Error::Payload { .. } | Error::Damaged { .. } | Error::Archive { .. } => true,
        Error::Io { path, .. } => path.starts_with(vault),
        _ => false,
    }
}

fn from_copy(
    table: &OnTable<'_>,
    vault: &Path,
    choice: &Choice,
    into: &Path,
    session: &mut Session,
) -> Result<Restoring> {
    let manifest = table.judged.manifest.as_ref();
    let input = PayloadReader::open(vault, manifest)?;
    let all = manifest.map_or(0, |manifest| manifest.plain_bytes);
    let mut restoring = Restoring::new(into)?;
    let mut watching = Watching {
        restoring: &mut restoring,
        choice,
        terminal: &mut session.terminal,
        done: 0,
        all,
    };
    payload::unpack(table.key, input, vault, table.bounds(), &mut watching)?;
    Ok(restoring)
}
