//! The whole way back, in memory: what `restore` does up to the files, and nothing of them is written anywhere.
//!
//! Every vault copy that is presented has to come out whole. The first that does is looked at as a restored directory
//! is; of the others every byte is decrypted, compared with the inventory and forgotten.

mod against;
mod came_back;
mod copies;
mod drilled;
mod streaming;

use std::path::PathBuf;

use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::judging::{check_kind, judge, say_what_was_compared, show_vault};
use crate::commands::lead::{Another, Lead, Trail};
use crate::commands::presented::{self, Presented};
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::drill::Phase;
use crate::error::{Error, Result};
use crate::quorum::Judged;
use crate::signature::{Identity, VaultId};

use copies::Copies;
pub(super) use drilled::Drilled;

/// What is needed, before anything is asked.
const BEGIN: [&str; 6] = [
    "This goes the whole way back in memory. It takes a vault copy, and the shares of",
    "enough custodians, one after another. Each is checked as soon as it is there.",
    "Nothing is written in clear, before or after you have compared the vault's words",
    "with the paper.",
    "`stop` at any question ends it and leaves nothing; where what you type is",
    "hidden, Ctrl-C does.",
];

/// What is presented, and what it is held against.
#[derive(clap::Args, Default)]
pub struct WayArgs {
    /// Where shares and vault copies are: a medium, a coldvault folder, a share file, a scan of sheets (PDF, PNG, JPEG,
    /// TIFF), or text with codes; "-" for shares and codes that are typed, or on standard input; once for each. Every
    /// vault copy is read. What is missing is asked for on a terminal
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// The live node directory: says what has changed since it was sealed; once for each
    #[arg(long, value_name = "NODE_DIR")]
    pub(super) against: Vec<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    pub(super) expect: Option<String>,
    #[command(flatten)]
    pub(super) open: OpenArgs,
    /// Practise: for rehearsal material, without asking
    #[arg(long)]
    pub(super) rehearsal: bool,
}

/// Makes and signs what is filed once all facts are known, while the vault's identity is there. It is dropped afterwards.
pub(super) type Sign<'s> = dyn FnMut(&Drilled, &Identity, &mut Session) -> Result<()> + 's;

/// Goes it. What was found is said as it is found, and in the answer. Before it answers, every key and everything that
/// was decrypted is gone.
///
/// # Errors
/// Whatever stopped it, and what `sign` answers.
pub(super) fn go(args: &WayArgs, session: &mut Session, sign: &mut Sign<'_>) -> Result<Drilled> {
    let leads = session.terminal.leads_on();
    if !leads && args.from.is_empty() {
        return Err(Error::Usage {
            what: "--from PATH is missing".into(),
            hint: "give it, or run it on a terminal without --json: there it asks".into(),
        });
    }
    args.open.check_stdin(&args.from, "--from -")?;
    let unlocking = Unlocking::new(&args.open)?;
    session.warn_of_machine();
    let expect = args.expect.as_deref().map(expected).transpose()?;
    against::check(&args.against)?;
    let mut clock = Clock::begin(session);
    let presented = presented::gather(&args.from, session)?;
    match leads {
        true => led(args, (presented, expect, unlocking), clock, session, sign),
        false => {
            let all = (presented, expect, unlocking);
            let (judged, vaults, trail) = alone(args, all, session)?;
            clock.end("quorum", session);
            let mut copies = Copies::new(judged, &trail, args)?;
            copies.first(&vaults, session)?;
            copies.finish(args, vaults, clock, session, sign)
        }
    }
}

/// What opens the vault, where nobody is asked.
fn alone(
    args: &WayArgs,
    (mut presented, expect, mut unlocking): (Presented, Option<VaultId>, Unlocking),
    session: &mut Session,
) -> Result<(Judged, Vec<VaultAt>, Trail)> {
    for (from, error) in presented.paper.unreadable() {
        presented.table.add_unreadable(from, error.to_string());
    }
    let broken = presented.paper.broken_vault();
    unlocking.open_all(&mut presented.table, expect, session)?;
    drop(unlocking);
    let mut trail = Trail::default();
    let paper = std::mem::take(&mut presented.paper);
    let (judged, vaults) = judge(presented, expect, session)?;
    for verdict in &judged.verdicts {
        trail.add(verdict, &paper, session);
    }
    check_kind(args.rehearsal, &judged, session)?;
    show_vault(&judged, session)?;
    say_what_was_compared(expect.is_some(), session);
    if vaults.is_empty() {
        let missing = Error::NoVaultCopy { seen: 0 };
        return Err(broken.map_or(missing, |what| Error::Incomplete { what }));
    }
    Ok((judged, vaults, trail))
}

/// The same with a person at the terminal, who is asked for what is missing.
fn led(
    args: &WayArgs,
    (presented, expect, unlocking): (Presented, Option<VaultId>, Unlocking),
    mut clock: Clock,
    session: &mut Session,
    sign: &mut Sign<'_>,
) -> Result<Drilled> {
    let begin = if args.from.is_empty() {
        &BEGIN[..]
    } else {
        &[]
    };
    let mut lead = Lead::new(begin, presented, expect, unlocking);
    let judged = lead.gather(session)?;
    let mut vaults = lead.usable(&judged);
    clock.end("quorum", session);
    check_kind(args.rehearsal, &judged, session)?;
    show_vault(&judged, session)?;
    lead.compare(&judged, session)?;
    clock.end("words compared", session);
    let mut copies = Copies::new(judged, lead.trail(), args)?;
    while let Err(error) = copies.first(&vaults, session) {
        if !copies.is_about_them(&error, &vaults) {
            return Err(error);
        }
        session.terminal.error(&error);
        if let Another::Copies(more) = lead.another(false, session)? {
            vaults = more;
        }
    }
    drop(lead);
    copies.finish(args, vaults, clock, session, sign)
}

/// How long each part took.
struct Clock {
    last: std::time::Duration,
    phases: Vec<Phase>,
}

impl Clock {
    fn begin(session: &Session) -> Self {
        Self {
            last: session.terminal.age(),
            phases: Vec::new(),
        }
    }

    /// A part is over.
    fn end(&mut self, name: &str, session: &Session) {
        let now = session.terminal.age();
        self.phases.push(Phase {
            name: name.to_owned(),
            seconds: now.saturating_sub(self.last).as_secs(),
        });
        self.last = now;
    }
}
