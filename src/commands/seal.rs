//! `seal`: node directories to verified copies of a vault and of its shares.

mod ask;
mod clock;
mod dead;
mod desk;
mod entering;
mod inside;
mod older;
mod places;
mod plan;
mod previous;
mod protect;
mod scope;
mod stores;
mod table;
mod taking;
mod tool;
mod write;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::secrets::{SecretFd, SecretLines};
use crate::error::{Exit, Result};
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::report::{Severity, VaultLine};
use crate::{locked, shamir};

pub(super) use ask::ask_people;
pub(super) use desk::cannot_take;
use inside::Inside;
pub use older::{Content, Older};
pub(super) use places::register::may_keep;
pub use plan::{Custodian, Destination, Plan, PlannedCopy, Previous, SheetsIn, Thing, Wishes};
pub(in crate::commands) use plan::{
    check_contact as contact_line, check_threshold, exception, protect as protect_custodian,
    replug, share_to,
};
pub use protect::Protect;
pub(super) use protect::choose_one as choose_protection;
pub(super) use scope::Scope;
pub(super) use table::{Mark, show_carriers};
use taking::Taking;
pub use write::Sealed;
pub(super) use write::{how, share_bytes};

/// Arguments of `seal`.
#[derive(clap::Args, Clone, Default)]
pub struct Args {
    /// The node's base directory; several are sealed into one vault
    #[arg(value_name = "NODE_DIR")]
    pub(super) nodes: Vec<PathBuf>,
    /// What people will call this vault, for example "Bank A node"
    #[arg(long, value_name = "TEXT")]
    pub(super) label: Option<String>,
    /// How many shares open the vault
    #[arg(long, value_name = "K")]
    pub(super) threshold: Option<u8>,
    /// Who keeps a share; once for each custodian, in the order of the shares' numbers
    #[arg(long = "custodian", value_name = "NAME")]
    pub(super) custodians: Vec<String>,
    /// Where the medium for a vault copy is mounted; at least two, each on its
    /// own device. sheet:FILE.pdf makes a sheet to be printed instead
    #[arg(long, value_name = "DIR")]
    pub(super) vault_to: Vec<PathBuf>,
    /// Where the medium for a custodian's share is mounted; at least two for
    /// each custodian. NAME=sheet:FILE.pdf makes a sheet to be printed instead
    #[arg(long, value_name = "NAME=DIR")]
    pub(super) share_to: Vec<String>,
    /// Protect a custodian's share: with a passphrase, which is asked, or to
    /// the custodian's own age key
    #[arg(long, value_name = "NAME[=age1...]")]
    pub(super) protect: Vec<String>,
    /// Read passphrases from the open descriptor N, one a line, instead of
    /// asking: first one for each share that a passphrase protects, in the order
    /// of the shares' numbers; the lines after them are passwords of keystores,
    /// each tried on every one
    #[arg(long, value_name = "N", value_parser = SecretFd::parse)]
    pub(super) secret_fd: Option<SecretFd>,
    /// What goes into the vault; node where nothing is said, and a vault on
    /// paper takes keys only
    #[arg(long, value_enum)]
    pub(super) scope: Option<Scope>,
    /// Take what fits this glob too: a path relative to the node directory, or
    /// an absolute one; * is any text. May be repeated
    #[arg(long, value_name = "GLOB")]
    pub(super) include: Vec<String>,
    /// Leave out what fits this glob, likewise; what is left out stays listed
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// A configuration that lies elsewhere, or is called otherwise; it is read
    /// first and sealed too. May be repeated
    #[arg(long = "config", value_name = "FILE")]
    pub(super) configurations: Vec<PathBuf>,
    /// A text to seal with it: store passwords, seeds, whom to call
    #[arg(long, value_name = "FILE")]
    pub(super) note: Option<PathBuf>,
    /// Whom to call, printed on every carrier: a role, a number, an address
    #[arg(long, value_name = "TEXT")]
    pub(super) contact: Option<String>,
    /// What a clock on the wall shows, for the record: "YYYY-MM-DD HH:MM" or HH:MM
    /// in local time, or with its zone behind it (+01:00, UTC); twice for two
    /// people. On a terminal it is asked, unless the rule host is set aside
    #[arg(long = "wall-clock", value_name = "TIME")]
    wall_clocks: Vec<String>,
    /// Put this program on every carrier too, if it is a static build
    #[arg(long)]
    pub(super) with_tool: bool,
    /// Practise: marks everything REHEARSAL and allows copies on one device
    #[arg(long)]
    pub(super) rehearsal: bool,
    /// At the end, ask for each medium to be taken out and put back, and read it
    /// in full then: what was only in a memory is not read any more
    #[arg(long)]
    pub(super) replug: bool,
    /// Allow K to be the number of custodians, so that no share may ever be lost
    #[arg(long)]
    pub(super) no_spare: bool,
    /// Skip what symbolic links bring in from outside the node directory
    #[arg(long)]
    pub(super) no_follow: bool,
    /// Set a rule aside, with the reason for the record: devices, host, prepared (sheets count
    /// before their prints are confirmed), together:NAME, scope (databases or archives that may hold keys are
    /// left out), dead:PATH (a file that is no backup is sealed; a PATH with = in double quotes)
    #[arg(long = "exception", value_name = "RULE=REASON")]
    pub(super) exceptions: Vec<String>,
    /// A carrier of the vault before, of the same label, where no register says
    /// which that is
    #[arg(long, value_name = "PATH")]
    pub(super) previous: Option<PathBuf>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
    /// Whether an older vault's content is sealed, and no node directory.
    #[arg(skip)]
    pub(super) renews: bool,
    /// Where the PDFs of sheets go that were not named; only asked for.
    #[arg(skip)]
    pub(super) sheets: Option<SheetsIn>,
}

/// Seals.
///
/// # Errors
/// Whatever stopped it; nothing that was written then looks finished.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    run_after(args, None, |_| Ok(()), session)
}

/// Seals what takes the place of an older vault, where there is one. `then` says what follows, once the new one is sealed:
/// also where the register could not be written.
///
/// # Errors
/// As [`run`]; what `then` answers.
pub(super) fn run_after(
    args: &Args,
    older: Option<Older>,
    then: impl FnOnce(&mut Session) -> Result<()>,
    session: &mut Session,
) -> Result<Exit> {
    let asks = ask::asks(args);
    let args = ask::complete(args, session)?;
    let mut plan = Plan::from_args(&args, session.terminal.leads_on())?;
    if let Some(older) = &older {
        older.add_to(&mut plan);
    }
    match asks {
        true => args.register.ask(Begins::New, session)?,
        false => args.register.open(Begins::New, session)?,
    }
    // What takes the place of an older vault follows that one.
    if older.is_none() {
        previous::fill(&mut plan, args.previous.as_deref(), asks, session)?;
    }
    places::register::check(&plan, session)?;
    clock::look(&mut plan, &args.wall_clocks, session)?;
    session.wall_is_ahead(plan.wall_clock.map(|wall| wall.ahead));
    let sealed = carry_out_after(&plan, older, session)?;
    let entered = entering::entered(&sealed, session);
    if let Err(error) = table::show(&plan, &sealed, session) {
        let id = sealed.manifest.public_key.vault_id();
        let text = format!("everything is sealed as vault {id}; only the table could not be shown");
        session.terminal.warn(&text);
        return Err(error);
    }
    then(session)?;
    sealed.check_proven()?;
    entered.map(|()| Exit::Done)
}

/// Seals what the answers say: for somebody who gave no options.
///
/// # Errors
/// As [`run`].
pub(in crate::commands) fn lead(session: &mut Session) -> Result<Exit> {
    run(&Args::default(), session)
}

/// Seals by a plan that has been checked.
///
/// # Errors
/// Whatever stopped it.
pub fn carry_out(plan: &Plan, session: &mut Session) -> Result<Sealed> {
    carry_out_after(plan, None, session)
}

fn carry_out_after(plan: &Plan, older: Option<Older>, session: &mut Session) -> Result<Sealed> {
    places::sheets::make_folder(plan)?;
    let sealed = carry_out_into(plan, older, session);
    if sealed.is_err() {
        places::sheets::remove_folder(plan);
    }
    sealed
}

fn carry_out_into(plan: &Plan, older: Option<Older>, session: &mut Session) -> Result<Sealed> {
    let mut lines = protect::source(plan, session)?;
    session.check_machine(plan.is_strict("host"))?;
    // Passphrases come first from a descriptor, store passwords after them.
    let early = match &mut lines {
        Some(lines) => Some(protect::choose(plan, Some(lines), session)?),
        None => None,
    };
    let renewed = older.as_ref().and_then(|older| older.taking(session));
    let taking = match renewed {
        Some(taking) => taking,
        None => look(plan, lines.as_mut(), session)?,
    };
    drop(lines);
    let surveys = taking.surveys();
    let mark = Mark::draw()?;
    let places = places::check(plan, &surveys, session)?;
    places::sheets::check(plan, &places, session)?;
    taking.check_places(&places)?;
    let vault_pages = match plan.prints_vault() {
        true => write::paper::pages(plan, mark, (&taking, older.as_ref()), session)?,
        false => 0,
    };
    tool::announce(plan, session);
    check_contact(plan, session);
    scope::announce(plan, &taking, session);
    scope::confirm(plan, &taking, session)?;
    table::announce(plan, mark, (&surveys, vault_pages), session)?;
    let protections = match early {
        Some(protections) => protections,
        None => protect::choose(plan, None, session)?,
    };
    let key = VaultKey::draw()?;
    let points = shamir::split(key.secret(), usize::from(plan.k), plan.custodians.len())?;
    if locked::unlocked() > 0 {
        let text = "the key could not be locked in memory";
        session.find(
            Severity::Warning,
            "memory",
            "",
            text,
            "raise the limit with: ulimit -l unlimited",
        );
    }
    let sealed = write::write(
        (plan, &taking),
        (mark, places),
        (key, points, protections),
        older,
        session,
    )?;
    session.report.vault = Some(VaultLine::of(&sealed.manifest));
    Ok(sealed)
}

/// Looks at what is to be sealed: asks for the passwords of keystores, decides what is taken, and refuses what cannot be
/// read or would be no backup.
fn look(plan: &Plan, lines: Option<&mut SecretLines>, session: &mut Session) -> Result<Taking> {
    let contents = stores::look(plan, lines, session)?;
    let mut taking = Taking::decide(plan, &contents)?;
    taking::check(plan, &taking, session)?;
    let running = stores::tell(plan, &contents, &taking, session);
    dead::check(plan, &contents, &taking, session)?;
    stores::confirm_running(&running, session)?;
    stores::note(plan, &contents, &mut taking, session)?;
    taking.inside = Inside::of(plan, &contents, &taking.nodes);
    Ok(taking)
}

/// Whoever finds a carrier in ten years has only what is printed on it.
fn check_contact(plan: &Plan, session: &mut Session) {
    if plan.contact.is_none() && plan.kind == Kind::Production {
        session.find(
            Severity::Warning,
            "contact",
            "",
            "no --contact: whoever finds a carrier cannot call anybody",
            "add --contact with a role, a number and an address",
        );
    }
}
