//! `seal`: node directories to verified copies of a vault and of its shares.

mod lead;
mod places;
mod plan;
mod protect;
mod write;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::secrets::SecretFd;
use crate::error::{Error, Exit, Result};
use crate::key::VaultKey;
use crate::node::Survey;
use crate::report::{Severity, VaultLine};
use crate::terminal::size;
use crate::{locked, shamir};

pub(in crate::commands) use lead::lead;
pub(in crate::commands) use plan::exception;
pub use plan::{Custodian, Plan};
pub use protect::Protect;
pub use write::Sealed;
pub(super) use write::how;

/// Arguments of `seal`.
#[derive(clap::Args)]
pub struct Args {
    /// The node's base directory; several are sealed into one vault
    #[arg(value_name = "NODE_DIR", required = true)]
    pub(super) nodes: Vec<PathBuf>,
    /// What people will call this vault, for example "Bank A node"
    #[arg(long, value_name = "TEXT")]
    pub(super) label: String,
    /// How many shares open the vault
    #[arg(long, value_name = "K")]
    pub(super) threshold: u8,
    /// Who keeps a share; once for each custodian, in the order of the shares' numbers
    #[arg(long = "custodian", value_name = "NAME", required = true)]
    pub(super) custodians: Vec<String>,
    /// A mounted medium for a vault copy; at least two, each on its own device
    #[arg(long, value_name = "DIR")]
    pub(super) vault_to: Vec<PathBuf>,
    /// A mounted medium for a custodian's share; at least two for each custodian
    #[arg(long, value_name = "NAME=DIR")]
    pub(super) share_to: Vec<String>,
    /// Protect a custodian's share: with a passphrase, which is asked, or to
    /// the custodian's own age key
    #[arg(long, value_name = "NAME[=age1...]")]
    pub(super) protect: Vec<String>,
    #[command(flatten)]
    pub(super) secret_fd: SecretFd,
    /// What goes into the vault: the whole base directory
    #[arg(long, value_enum, default_value = "node")]
    scope: Scope,
    /// A text to seal with it: store passwords, seeds, whom to call
    #[arg(long, value_name = "FILE")]
    pub(super) note: Option<PathBuf>,
    /// Whom to call, printed on every carrier: a role and a number
    #[arg(long, value_name = "TEXT")]
    pub(super) contact: Option<String>,
    /// Practise: marks everything REHEARSAL and allows copies on one device
    #[arg(long)]
    pub(super) rehearsal: bool,
    /// Allow K to be the number of custodians, so that no share may ever be lost
    #[arg(long)]
    pub(super) no_spare: bool,
    /// Skip what symbolic links bring in from outside the node directory
    #[arg(long)]
    pub(super) no_follow: bool,
    /// Set a rule aside, with the reason for the record: devices, host
    #[arg(long = "exception", value_name = "RULE=REASON")]
    pub(super) exceptions: Vec<String>,
}

/// What goes into a vault.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Scope {
    /// The whole base directory, and what its links bring in from outside
    Node,
}

/// Seals.
///
/// # Errors
/// Whatever stopped it; nothing that was written then looks finished.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let Scope::Node = args.scope;
    let plan = Plan::from_args(args)?;
    let sealed = carry_out(&plan, session)?;
    show(&plan, &sealed, session)?;
    Ok(Exit::Done)
}

/// Seals by a plan that has been checked.
///
/// # Errors
/// Whatever stopped it.
pub fn carry_out(plan: &Plan, session: &mut Session) -> Result<Sealed> {
    let secrets = protect::source(plan, session)?;
    session.warn_of_machine();
    check_machine(plan, session)?;
    let surveys = plan
        .nodes
        .iter()
        .map(|node| node.survey())
        .collect::<Result<Vec<_>>>()?;
    check_nodes(plan, &surveys, session)?;
    places::check(plan, session)?;
    announce(plan, &surveys, session);
    let protections = protect::choose(plan, secrets, session)?;
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
    let bytes = surveys.iter().map(|survey| survey.bytes).sum();
    let sealed = write::write(plan, key, (points, &protections), bytes, session)?;
    session.report.vault = Some(VaultLine::of(&sealed.manifest));
    Ok(sealed)
}

/// Keys do not go onto a machine that may write memory to its disk.
fn check_machine(plan: &Plan, session: &mut Session) -> Result<()> {
    let swap = crate::host::swap_on();
    if swap.is_empty() {
        return Ok(());
    }
    let text = format!(
        "swap is on ({}): secrets in memory may reach the disk",
        swap.join(", ")
    );
    if plan.is_strict("host") {
        let hint =
            "turn it off with: swapoff -a (or set the rule aside with --exception host=REASON)"
                .into();
        return Err(Error::Refused { what: text, hint });
    }
    session.find(
        Severity::Warning,
        "swap",
        "",
        &text,
        "turn it off with: swapoff -a",
    );
    Ok(())
}

/// Says what is left out and what comes from outside, and refuses what cannot be read.
fn check_nodes(plan: &Plan, surveys: &[Survey], session: &mut Session) -> Result<()> {
    for (node, survey) in plan.nodes.iter().zip(surveys) {
        let root = node.path();
        let full = |path: &[u8]| super::presented::below(root, path);
        if survey.files == 0 {
            let what = format!("{root:?} holds no files");
            return Err(Error::Refused {
                what,
                hint: "give the node's base directory".into(),
            });
        }
        if let Some(first) = survey.unreadable.first.first() {
            for path in &survey.unreadable.first {
                let (subject, hint) =
                    (format!("{:?}", full(path)), "run as a user who may read it");
                session.find(
                    Severity::Error,
                    "unreadable",
                    &subject,
                    "cannot be read",
                    hint,
                );
            }
            let error = std::io::ErrorKind::PermissionDenied.into();
            return Err(Error::io("read", &full(first))(error));
        }
        for (path, target) in &survey.outside.first {
            let text = format!(
                "comes from outside the node directory, through a link to {:?}",
                super::presented::lossy(target)
            );
            session.find(
                Severity::Note,
                "outside",
                &format!("{:?}", full(path)),
                &text,
                "--no-follow leaves it out",
            );
        }
        for (path, why, _) in &survey.skipped.first {
            let text = format!("is not kept: {}", why.as_str());
            session.find(
                Severity::Warning,
                "skipped",
                &format!("{:?}", full(path)),
                &text,
                "copy it yourself if it matters",
            );
        }
    }
    plan.check_limits(surveys)
}

/// What will be needed, before any key exists.
fn announce(plan: &Plan, surveys: &[Survey], session: &mut Session) {
    let files: u64 = surveys.iter().map(|survey| survey.files).sum();
    let bytes: u64 = surveys.iter().map(|survey| survey.bytes).sum();
    let outside: u64 = surveys.iter().map(|survey| survey.outside.count).sum();
    let shares: usize = plan
        .custodians
        .iter()
        .map(|custodian| custodian.to.len())
        .sum();
    let media = plan.vault_to.len() + shares;
    session.terminal.say(&format!(
        "To be sealed: {files} files, {} ({outside} from outside), {} of {} shares open it.",
        size(bytes),
        plan.k,
        plan.custodians.len()
    ));
    session.terminal.say(&format!(
        "{media} copies: {} of the vault, {shares} of shares.",
        plan.vault_to.len()
    ));
}

/// The result: id, words, and the table of carriers.
fn show(plan: &Plan, sealed: &Sealed, session: &mut Session) -> Result<()> {
    session
        .terminal
        .result("Sealed. Write this down and compare it with every carrier:")?;
    for line in crate::carrier::describe(&sealed.manifest) {
        session.terminal.result(&format!("  {line}"))?;
    }
    session.terminal.result("")?;
    show_carriers(session)?;
    session.terminal.result("")?;
    session
        .terminal
        .result("Clear copies of what was sealed still lie in:")?;
    for node in &plan.nodes {
        session.terminal.result(&format!("  {:?}", node.path()))?;
    }
    if let Some(note) = &plan.note {
        session
            .terminal
            .result(&format!("  {:?} (the note)", note.path))?;
    }
    Ok(())
}

/// The table of carriers written.
pub(super) fn show_carriers(session: &mut Session) -> Result<()> {
    let lines: Vec<String> = session
        .report
        .carriers
        .iter()
        .map(super::presented::carrier_line)
        .collect();
    lines
        .iter()
        .try_for_each(|line| session.terminal.result(line))
}
