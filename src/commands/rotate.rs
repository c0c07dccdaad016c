//! `rotate`: a new vault, with a new key and new shares, takes the place of an older one.
//!
//! Two phases: the new vault is written and read back like any other; only then the note goes out that the older one is
//! superseded. Knows whose quorum is needed and what is taken over from the older vault; sealing is `seal`'s business.

mod asking;
mod content;
mod proving;
mod telling;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::expected::expected;
use crate::commands::noting::Begins;
use crate::commands::seal::{self, Scope};
use crate::commands::secrets::{OpenArgs, SecretFd};
use crate::commands::unlock::Unlocking;
use crate::error::{Error, Exit, Result};
use crate::label::{self, Label};

use proving::Proven;

/// Arguments of `rotate`.
#[derive(clap::Args, Clone, Default)]
// those of `seal` within have a group of that name
#[group(skip)]
pub struct Args {
    /// Where enough shares of the older vault are, and a copy of it: a medium, a coldvault folder, a share file, a scan of
    /// sheets (PDF, PNG, JPEG, TIFF), or text with codes; "-" for shares and codes that are typed, or on standard input;
    /// once for each. What is missing is asked for on a terminal
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// Why, in one line: a custodian left, a share is lost, the shares are old
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The older vault's id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    /// The same custodians and the same threshold as before, where none are named
    #[arg(long)]
    same_custodians: bool,
    /// A file with a custodian's own age key, for a share of the older vault that
    /// is protected with it; may be given several times
    #[arg(long = "identity", value_name = "FILE")]
    pub(super) identities: Vec<PathBuf>,
    /// Read passphrases of the older vault's shares from the open descriptor N, one
    /// a line, instead of asking; --secret-fd gives those of the new ones
    #[arg(long, value_name = "N", value_parser = SecretFd::parse)]
    open_fd: Option<SecretFd>,
    #[command(flatten)]
    pub(super) seal: seal::Args,
}

impl Args {
    /// Whether a person is asked for more than the carriers.
    fn leaves_open(&self) -> bool {
        let is_named = !self.seal.custodians.is_empty() && self.seal.threshold.is_some();
        !is_named && !self.same_custodians
    }

    /// Without a node directory the content comes from the older vault as it is, so that nothing can be chosen of it.
    fn check(&self) -> Result<()> {
        let seal = &self.seal;
        if seal.previous.is_some() {
            return Err(Error::Usage {
                what: "--previous: the new vault follows the one that is rotated".into(),
                hint: "leave it out".into(),
            });
        }
        // Nobody is to come with a share for a split that cannot be made.
        if !seal.custodians.is_empty() && seal.threshold.is_some() {
            seal::check_threshold(seal, seal.custodians.len())?;
        }
        if !seal.nodes.is_empty() {
            return Ok(());
        }
        let options = [
            ("--scope", seal.scope.is_some()),
            ("--include", !seal.include.is_empty()),
            ("--exclude", !seal.exclude.is_empty()),
            ("--config", !seal.configurations.is_empty()),
            ("--no-follow", seal.no_follow),
            ("--note", seal.note.is_some()),
        ];
        let given: Vec<&str> = options
            .iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| *name)
            .collect();
        match given.is_empty() {
            true => Ok(()),
            false => Err(Error::Usage {
                what: format!(
                    "{} without NODE_DIR: all that the older vault holds is sealed anew",
                    given.join(", ")
                ),
                hint: "leave it out, or name the node directory to seal it as it is now".into(),
            }),
        }
    }
}

/// Rotates.
///
/// # Errors
/// Whatever stopped it; the older vault stays what it was then.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    args.check()?;
    let leads = session.terminal.leads_on();
    if !leads && args.from.is_empty() {
        return Err(Error::Usage {
            what: "--from PATH is missing".into(),
            hint: "give it, or run it on a terminal without --json: there it asks".into(),
        });
    }
    let open = OpenArgs {
        identities: args.identities.clone(),
        secret_fd: args.open_fd,
    };
    open.check_stdin(&args.from, "--from -")?;
    let unlocking = Unlocking::new(&open)?;
    let expect = args.expect.as_deref().map(expected).transpose()?;
    let mut args = args.clone();
    let asks = leads && args.leaves_open();
    match asks {
        true => asking::first(&mut args, session)?,
        false => args.seal.register.open(Begins::New, session)?,
    }
    for name in &args.seal.custodians {
        seal::may_keep(&Label::new(name)?, session)?;
    }
    let reason = args.reason.as_deref().map(reason).transpose()?;
    let is_set_aside = |given: &String| given.starts_with("host=");
    let is_strict = !args.seal.rehearsal && !args.seal.exceptions.iter().any(is_set_aside);
    session.refuse_machine(is_strict)?;
    let proven = proving::prove(&args, (expect, unlocking), session)?;
    let mut seal = complete(&args, &proven, session)?;
    if asks {
        let before = custodians(&proven, session);
        let k = proven.older.manifest.k;
        asking::people(&mut seal, before.map(|names| (names, k)), session)?;
    }
    let before = telling::Before::of(&proven.older);
    let older = seal::Older {
        reason,
        ..proven.older
    };
    let tell = |session: &mut Session| before.tell(session);
    seal::run_after(&seal, Some(older), tell, session)
}

/// What is taken over from the older vault where nothing else was said.
fn complete(args: &Args, proven: &Proven, session: &mut Session) -> Result<seal::Args> {
    let mut seal = args.seal.clone();
    let older = &proven.older;
    seal.rehearsal = older.manifest.kind == crate::kind::Kind::Rehearsal;
    if seal.label.is_none() {
        seal.label = Some(older.manifest.label.to_string());
    }
    if let Some(content) = &older.content {
        seal.renews = true;
        seal.scope = Some(match content.ceremony.scope {
            crate::ceremony::Scope::Node => Scope::Node,
            crate::ceremony::Scope::Keys => Scope::Keys,
        });
        if seal.contact.is_none() {
            seal.contact.clone_from(&content.ceremony.contact);
        }
    }
    if args.same_custodians && seal.custodians.is_empty() {
        seal.custodians = custodians(proven, session).ok_or_else(|| Error::Usage {
            what: "--same-custodians: nothing here says who all of them are".into(),
            hint: "name each with --custodian NAME, or the register with --register FILE".into(),
        })?;
        seal.threshold = seal.threshold.or(Some(older.manifest.k));
    }
    Ok(seal)
}

/// The older vault's custodians, share 1's first: those of today by the register, and where it does not know all of them
/// those of the sealing.
fn custodians(proven: &Proven, session: &Session) -> Option<Vec<String>> {
    let older = &proven.older;
    let id = older.manifest.public_key.vault_id();
    let of_today = || {
        let state = session.register()?.state();
        let shares = state.vault(id)?.shares.iter();
        let names = shares.map(|share| share.custodian.clone());
        names.collect::<Option<Vec<String>>>()
    };
    let of_the_sealing = || {
        let names = older.content.as_ref()?.ceremony.custodians.iter();
        Some(names.map(ToString::to_string).collect())
    };
    of_today().or_else(of_the_sealing)
}

fn reason(typed: &str) -> Result<String> {
    label::line(typed).map_err(|why| Error::Usage {
        what: format!("--reason: {why}"),
        hint: "write one line of at most 120 letters".into(),
    })
}
