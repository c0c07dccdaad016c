//! `inspect`: the public facts of a carrier, or what a node directory would give to a vault.

use std::path::{Path, PathBuf};

use crate::carrier;
use crate::commands::Session;
use crate::commands::presented::{below, lossy};
use crate::error::{Error, Exit, Result};
use crate::node::Node;
use crate::report::{Severity, VaultLine};
use crate::terminal::size;

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub struct Args {
    /// A medium, a coldvault folder, or a node directory
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// What PATH is, where that is not plain to see
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    what: Option<What>,
}

/// What a path is to be taken for.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// A node directory
    Node,
    /// A medium or a coldvault folder
    Carrier,
}

/// Shows what is there. Nothing is sealed and nothing is checked: that is `verify`.
///
/// # Errors
/// [`Error::Io`] for what cannot be read; [`Error::Damaged`] for a carrier that says nothing.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let found = carrier::find(&args.path)?.paths;
    let is_carrier = !found.is_empty();
    match args.what.unwrap_or(if is_carrier {
        What::Carrier
    } else {
        What::Node
    }) {
        What::Node => node(&args.path, session)?,
        What::Carrier if found.is_empty() => one_carrier(&args.path, session)?,
        What::Carrier => found
            .iter()
            .try_for_each(|path| one_carrier(path, session))?,
    }
    Ok(Exit::Done)
}

fn one_carrier(path: &Path, session: &mut Session) -> Result<()> {
    let read = carrier::read(path)?;
    let says_nothing = || Error::Damaged {
        path: path.to_owned(),
        what: "it holds no vault.json that can be read".into(),
    };
    session.terminal.result(&format!("{path:?}"))?;
    if let Some(Ok(share)) = &read.share {
        let facts = &share.facts;
        let name = carrier::share_name(facts.number, &facts.custodian);
        session
            .terminal
            .result(&format!("  holds    {name} of {}", facts.n))?;
        if let Some(lock) = share.lock() {
            let line = format!("           protected: {} opens it", lock.needs());
            session.terminal.result(&line)?;
        }
    }
    if read.has_payload {
        session.terminal.result("  holds    a vault copy")?;
    }
    let manifest = read.manifest.ok_or_else(says_nothing)?;
    let key = manifest.claimed_key().ok_or_else(says_nothing)?;
    let manifest = manifest.prove(&key).map_err(|flaw| Error::Damaged {
        path: path.join(crate::manifest::FILE),
        what: flaw.to_string(),
    })?;
    for line in carrier::describe(&manifest) {
        session.terminal.result(&format!("  {line}"))?;
    }
    let parts = manifest.payload.len();
    let payload = format!(
        "  payload  {} in {parts} file(s), at most {} members",
        size(manifest.payload_bytes()),
        manifest.members
    );
    session.terminal.result(&payload)?;
    session
        .terminal
        .result("  This is what it says of itself. Check it with: coldvault verify")?;
    session.report.vault = Some(VaultLine::of(&manifest));
    if !read.is_finished {
        let text = "unfinished: what wrote it never ended";
        session.find(
            Severity::Warning,
            "unfinished",
            &format!("{path:?}"),
            text,
            "use another copy",
        );
    }
    Ok(())
}

fn node(path: &Path, session: &mut Session) -> Result<()> {
    let node = Node::open(path, true)?;
    let survey = node.survey()?;
    let line = format!(
        "{} files, {}, in {} directories; {} links",
        survey.files,
        size(survey.bytes),
        survey.directories,
        survey.links
    );
    session.terminal.result(&format!("{:?}", node.path()))?;
    session.terminal.result(&format!("  {line}"))?;
    if let Some((path, bytes)) = &survey.largest {
        session
            .terminal
            .result(&format!("  largest: {:?}, {}", lossy(path), size(*bytes)))?;
    }
    for (path, target) in &survey.outside.first {
        let text = format!("comes from outside, through a link to {:?}", lossy(target));
        session.find(
            Severity::Note,
            "outside",
            &format!("{:?}", below(node.path(), path)),
            &text,
            "",
        );
    }
    for (path, why, _) in &survey.skipped.first {
        let text = format!("would not be kept: {}", why.as_str());
        session.find(
            Severity::Warning,
            "skipped",
            &format!("{:?}", below(node.path(), path)),
            &text,
            "",
        );
    }
    for path in &survey.unreadable.first {
        let text = "cannot be read";
        session.find(
            Severity::Error,
            "unreadable",
            &format!("{:?}", below(node.path(), path)),
            text,
            "run as a user who may",
        );
    }
    Ok(())
}
