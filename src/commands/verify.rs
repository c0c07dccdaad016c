//! `verify`: any carrier, alone, without a quorum and without showing a secret.

mod text;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::carrier::{self, Checked, Holds, Problem};
use crate::commands::Session;
use crate::error::{Error, Exit, Result};
use crate::media;
use crate::report::{CarrierLine, Severity, VaultLine, shown};
use crate::share::{self, ReadShare};
use crate::signature::VaultId;
use crate::terminal::size;

/// Arguments of `verify`.
#[derive(clap::Args)]
pub struct Args {
    /// A medium, a coldvault folder, a share file, or a share text
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
}

impl Args {
    /// One place, as a person names it.
    pub(super) fn of(path: &Path) -> Self {
        Self {
            paths: vec![path.to_owned()],
            expect: None,
        }
    }
}

/// Checks every carrier found under the paths.
///
/// # Errors
/// [`Error::Io`] for a path that is not there; [`Error::Usage`] when it holds nothing of coldvault.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let expect = args.expect.as_deref().map(expected).transpose()?;
    let mut exit = Exit::Done;
    let mut first = None;
    for path in &args.paths {
        match one_place(path, args, expect, session) {
            Ok(true) => {}
            Ok(false) => exit = Exit::Material,
            Err(error) if first.is_none() => first = Some(error),
            Err(error) => {
                let subject = format!("{path:?}");
                session.find(
                    Severity::Error,
                    "unreadable",
                    &subject,
                    &error.to_string(),
                    &error.hint(),
                );
            }
        }
    }
    first.map_or(Ok(exit), Err)
}

/// Checks everything at one place: a bad path must not keep the next one from being checked.
fn one_place(
    path: &Path,
    args: &Args,
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<bool> {
    let found = carrier::find(path)?;
    if found.paths.is_empty() {
        let what = format!("{path:?} holds nothing of coldvault");
        let hint = "give a medium, a coldvault folder or a share file".into();
        return Err(Error::Usage { what, hint });
    }
    if found.more {
        let text = "holds more folders than were checked";
        session.find(
            Severity::Warning,
            "many",
            &format!("{path:?}"),
            text,
            "check them one by one",
        );
    }
    let mut whole = true;
    for path in found.paths {
        whole &= if path.is_dir() {
            carrier(&path, expect, session)?
        } else {
            file(&path, &args.paths, expect, session)?
        };
    }
    Ok(whole)
}

/// The id that `--expect` names.
///
/// # Errors
/// [`Error::Usage`] when it is neither digits nor words.
pub(super) fn expected(text: &str) -> Result<VaultId> {
    VaultId::parse(text).ok_or_else(|| Error::Usage {
        what: "--expect is not a vault id".into(),
        hint: "give the 32 hexadecimal digits or the 16 words that are on the paper".into(),
    })
}

fn carrier(path: &Path, expect: Option<VaultId>, session: &mut Session) -> Result<bool> {
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
    for line in conclusion(&checked, expect) {
        session.terminal.result(&line)?;
    }
    session.report.carriers.push(line(path, &checked));
    Ok(whole)
}

fn show_problem(problem: &Problem, session: &mut Session) {
    let (severity, hint) = match problem.is_damage {
        true => (
            Severity::Error,
            "set this carrier aside and use another copy",
        ),
        false => (Severity::Note, ""),
    };
    let subject = format!("{:?}", problem.path);
    session.find(severity, "carrier", &subject, &problem.what, hint);
}

/// The verdict, last, so that it is what stays on the screen.
fn conclusion(checked: &Checked, expect: Option<VaultId>) -> Vec<String> {
    let whole = checked.is_whole();
    let genuine = match (expect, whole) {
        (Some(_), true) => "genuine: it is the vault that was expected",
        (_, true) => "consistent with this vault: compare id or words with the paper",
        (_, false) => "damaged or edited",
    };
    let read = format!("    checked  {} read:", size(checked.bytes));
    let genuine = format!("             {genuine}");
    let verdict = if whole {
        "whole"
    } else {
        "NOT WHOLE: do not rely on it"
    };
    let mut lines = vec![format!("{}: {verdict}", holds(checked))];
    if checked.manifest.is_some() {
        lines.splice(0..0, [read, genuine]);
    }
    lines
}

/// What a carrier holds, for people.
pub(super) fn holds(checked: &Checked) -> String {
    let copy = checked.facts.as_ref().map_or(String::new(), |facts| {
        format!(", copy {} of {}", facts.copy, facts.of)
    });
    match &checked.holds {
        Holds::Vault => format!("vault{copy}"),
        Holds::Share(number, custodian) => {
            format!("{}{copy}", carrier::share_name(*number, custodian))
        }
        Holds::Nothing => "nothing that can be told".into(),
    }
}

/// What the report says of a carrier that was read.
pub(super) fn line(path: &Path, checked: &Checked) -> CarrierLine {
    let device = media::device_of(path);
    CarrierLine {
        role: if matches!(checked.holds, Holds::Share(..)) {
            "share"
        } else {
            "vault"
        },
        path: shown(path),
        device: device.describe(),
        serial: device.disks().first().and_then(|disk| disk.serial.clone()),
        holds: holds(checked),
        read_back: None,
    }
}

/// A share file on its own: its signature proves it for the vault that it names.
fn file(
    path: &Path,
    places: &[PathBuf],
    expect: Option<VaultId>,
    session: &mut Session,
) -> Result<bool> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let bytes = media::OpenFolder::open(parent)?.read_small(name, share::MAX_BYTES)?;
    let bytes = Zeroizing::new(bytes.unwrap_or_default());
    if text::is_text(&bytes) {
        return text::check(path, &bytes, places, expect, session);
    }
    let share = ReadShare::from_bytes(&bytes).map_err(|error| Error::Damaged {
        path: path.to_owned(),
        what: format!("not a share file: {error}"),
    })?;
    let id = share.facts.public_key.vault_id();
    let signed = share.is_signed() && expect.is_none_or(|expected| expected == id);
    let verdict = if signed {
        "whole"
    } else {
        "NOT GENUINE: do not rely on it"
    };
    session.terminal.result(&shown(path))?;
    for line in carrier::describe_id(id, Some(share.facts.kind)) {
        session.terminal.result(&format!("    {line}"))?;
    }
    if !signed {
        let text = "forged, damaged, or not of the expected vault";
        session.find(
            Severity::Error,
            "share",
            &format!("{path:?}"),
            text,
            "set it aside and use another copy",
        );
    }
    let name = carrier::share_name(share.facts.number, &share.facts.custodian);
    session
        .terminal
        .result(&format!("{name} of {}: {verdict}", share.facts.n))?;
    Ok(signed)
}
