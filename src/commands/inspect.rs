//! `inspect`: the public facts of a carrier, or what a node directory would give to a vault.

mod carrier;
mod json;
mod material;
mod passwords;
mod series;
mod stores;
mod table;

use std::path::{Path, PathBuf};

use crate::commands::secrets::{SecretFd, SecretLines};
use crate::commands::{Session, given, superseded};
use crate::contents::{Remark, Weight, look_with};
use crate::error::{Error, Exit, Result};
use crate::node::Node;
use crate::report::{Finding, Severity, shown};

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub struct Args {
    /// A medium, a coldvault folder, or a node directory
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// What PATH is, where that is not plain to see
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    what: Option<What>,
    /// A configuration file of the node that lies elsewhere or is not called
    /// node.conf; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    configurations: Vec<PathBuf>,
    /// Read passwords of keystores from the open descriptor N, one a line,
    /// instead of asking: each is tried on every keystore
    #[arg(long, value_name = "N", value_parser = SecretFd::parse)]
    secret_fd: Option<SecretFd>,
    /// The register: of carriers it is said which vault of a series is the
    /// newest, and which may be retired
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
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
/// [`Error::Io`] for what cannot be read; [`Error::Damaged`] for a carrier that says nothing; [`Error::Usage`] for options
/// of node directories with a carrier.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let lines = args.secret_fd.unwrap_or_default().lines()?;
    if args.path.is_file() {
        return Err(Error::Usage {
            what: format!("{:?} is a file, and no carrier", args.path),
            hint: "give a medium, a coldvault folder or a node directory; for a sheet use: coldvault verify \
                   FILE; for a keystore give the directory that it is in"
                .into(),
        });
    }
    let found = crate::carrier::find(&args.path)?.paths;
    let notes = crate::carrier::find_notes(&args.path)?;
    let seen = match found.is_empty() && notes.is_empty() {
        true => What::Node,
        false => What::Carrier,
    };
    let what = args.what.unwrap_or(seen);
    if what == What::Carrier && (args.secret_fd.is_some() || !args.configurations.is_empty()) {
        return Err(Error::Usage {
            what: format!(
                "{:?} is a carrier: --config and --secret-fd are for node directories",
                args.path
            ),
            hint: "leave them out; --as node looks at it as a node directory".into(),
        });
    }
    match what {
        What::Node => node(args, lines, session)?,
        What::Carrier if found.is_empty() && notes.is_empty() => {
            let alone = [args.path.clone()];
            carriers(args, (&alone, &notes), session)?;
        }
        What::Carrier => carriers(args, (&found, &notes), session)?,
    }
    Ok(Exit::Done)
}

/// Shows every carrier at a place, the notes of superseded vaults beside them, and the series that they are of.
fn carriers(
    args: &Args,
    (found, notes): (&[PathBuf], &[PathBuf]),
    session: &mut Session,
) -> Result<()> {
    session.look_for_notes(&args.path);
    let all = found.iter().map(|path| carrier::one_carrier(path, session));
    let manifests = all.collect::<Result<Vec<_>>>()?;
    series::show(&manifests, args.register.as_deref(), session)?;
    let mut told = Vec::new();
    for note in notes {
        // Each carrier has one: the same is shown once.
        let read = crate::carrier::read_note(note)?;
        if read.is_some() && told.contains(&read) {
            continue;
        }
        // What is wrong with it was said.
        superseded::show(note, session)?;
        told.push(read);
    }
    Ok(())
}

/// Shows what a node directory holds. What is wrong with it is said and does not change how the command ends.
fn node(args: &Args, lines: Option<SecretLines>, session: &mut Session) -> Result<()> {
    let node = Node::open(&args.path, true)?;
    let configurations = given::configurations(&args.configurations)?;
    let contents = {
        let mut asking = passwords::Asking::new(lines, session)?;
        let contents = look_with(&node, (&configurations, &[]), &mut |place, attempt| {
            asking.ask(place, attempt)
        })?;
        asking.tell_unused(!contents.typed().is_empty());
        contents
    };
    let remarks = contents.remarks(session.now);
    for line in table::lines(&contents, &remarks, session.now) {
        session.terminal.result(&line)?;
    }
    session.report.findings.extend(remarks.iter().map(finding));
    let checks = contents.startup(session.now);
    let checks = checks
        .iter()
        .map(|check| table::startup_line(&contents, check));
    session.report.startup.extend(checks);
    session.report.contents = Some(json::object(&contents, session.now));
    Ok(())
}

fn finding(remark: &Remark) -> Finding {
    Finding {
        code: remark.code,
        severity: severity(remark.weight),
        subject: subject(&remark.path, remark.line),
        text: remark.text.clone(),
        hint: remark.hint.clone(),
    }
}

fn severity(weight: Weight) -> Severity {
    match weight {
        Weight::Error => Severity::Error,
        Weight::Warning => Severity::Warning,
        Weight::Note => Severity::Note,
    }
}

/// A file, and the line in it.
fn subject(path: &Path, line: u32) -> String {
    match line {
        0 => shown(path),
        line => format!("{}, line {line}", shown(path)),
    }
}
