//! The whole way back, in memory: what `restore` does up to the files, and nothing of them is written anywhere.
//!
//! Every vault copy that is presented has to come out whole. The first that does is looked at as a restored directory
//! is; of the others every byte is decrypted, compared with the inventory and forgotten.

mod against;
mod came_back;
mod copies;
mod drilled;
mod stopped;
mod streaming;
mod unasked;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::judging::{check_kind, show_vault};
use crate::commands::lead::{Another, Lead, Meets};
use crate::commands::presented::{self, Presented};
use crate::commands::register::check_keys_agree;
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::drill::Phase;
use crate::error::{Error, Result};
use crate::quorum::Judged;
use crate::signature::{Identity, VaultId};

use copies::Copies;
pub(super) use drilled::Drilled;
use unasked::Given;

/// What is needed, before anything is asked.
const BEGIN: [&str; 8] = [
    "This goes the whole way back in memory. It takes a vault copy, and the shares of",
    "enough custodians, one after another. Each is checked as soon as it is there.",
    "Nothing is written in clear, before or after you have compared the vault's words",
    "with the paper.",
    "Until the vault is opened, `stop` ends it: it leaves nothing, or a report of a",
    "drill that failed, as you choose. At the questions after that, of bags and of",
    "what is to be mended, `stop` leaves nothing: no report and no entry. Where what",
    "you type is hidden, Ctrl-C does.",
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

/// The drill that goes this way. It hears of which vault, and of which kind, something is before anything is opened.
pub(super) trait Drill: Meets {
    /// Whether it is one with rehearsal material, so that nobody is asked about that.
    fn is_rehearsal(&self) -> bool;

    /// Whether anything is kept of a drill that failed: a report, or an entry.
    fn is_filed(&self, session: &Session) -> bool;

    /// Makes and signs what is filed once all facts are known, while the vault's identity is there. It is dropped
    /// afterwards. There is none where the shares were too few.
    ///
    /// # Errors
    /// What asking, signing and writing answer.
    fn file(
        &mut self,
        drilled: &Drilled,
        identity: Option<&Identity>,
        session: &mut Session,
    ) -> Result<()>;
}

/// Goes it. What was found is said as it is found, and in the answer. Before it answers, every key and everything that
/// was decrypted is gone.
///
/// # Errors
/// Whatever stopped it, and what `drill` answers. Where shares are too few or no copy comes out whole, and nobody gives
/// others, that is filed and then answered.
pub(super) fn go(args: &WayArgs, session: &mut Session, drill: &mut dyn Drill) -> Result<Drilled> {
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
    let clock = Clock::begin(session);
    let presented = presented::gather(&args.from, session)?;
    match leads {
        true => led(args, (presented, expect, unlocking), clock, session, drill),
        false => {
            let given = Given {
                presented,
                expect,
                unlocking,
            };
            unasked::go(args, given, clock, session, drill)
        }
    }
}

/// With a person at the terminal, who is asked for what is missing.
fn led(
    args: &WayArgs,
    (presented, expect, unlocking): (Presented, Option<VaultId>, Unlocking),
    mut clock: Clock,
    session: &mut Session,
    drill: &mut dyn Drill,
) -> Result<Drilled> {
    let begin = if args.from.is_empty() {
        &BEGIN[..]
    } else {
        &[]
    };
    let mut lead = Lead::new(begin, presented, expect, unlocking);
    let judged = match lead.gather(drill, session) {
        Err(Error::Stopped) if stopped::is_a_failure(drill, session)? => {
            return stopped::gathering(args, lead, clock, session, drill);
        }
        judged => judged?,
    };
    clock.end("quorum", session);
    lead.means(judged.public_key.vault_id());
    let is_compared = match compared(&lead, &judged, drill, session) {
        Err(cause @ Error::WrongWords) => {
            return stopped::at_the_words((&lead, judged), cause, clock, session, drill);
        }
        Err(cause @ Error::Stopped) if stopped::is_a_failure(drill, session)? => {
            return stopped::at_the_words((&lead, judged), cause, clock, session, drill);
        }
        compared => compared?,
    };
    clock.end("words compared", session);
    let mut vaults = lead.usable(&judged);
    let mut copies = Copies::new(judged, lead.trail(), is_compared, args)?;
    while let Err(error) = copies.first(&vaults, session) {
        if !copies.is_about_them(&error, &vaults) {
            return Err(error);
        }
        session.terminal.error(&error);
        match lead.another(false, session) {
            Ok(Another::Copies(more)) => vaults = more,
            Ok(Another::Salvage) => {}
            Err(Error::Stopped) if stopped::is_a_failure(drill, session)? => {
                copies.finish(args, vaults, clock, session, drill)?;
                return Err(error);
            }
            Err(other) => return Err(other),
        }
    }
    drop(lead);
    copies.finish(args, vaults, clock, session, drill)
}

/// The right material, and the vault that is meant: before the shares are joined.
fn compared(
    lead: &Lead,
    judged: &Judged,
    drill: &mut dyn Drill,
    session: &mut Session,
) -> Result<bool> {
    meets(judged, drill, session)?;
    check_kind(drill.is_rehearsal(), judged, session)?;
    show_vault(judged, session)?;
    lead.compare(judged, session)
}

fn meets(judged: &Judged, drill: &mut dyn Drill, session: &mut Session) -> Result<()> {
    if let Some(manifest) = &judged.manifest {
        check_keys_agree(manifest, session);
    }
    match judged.kind() {
        Some(kind) => drill.meets(judged.public_key.vault_id(), kind, session),
        None => Ok(()),
    }
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
