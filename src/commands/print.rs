//! `print`: a vault copy or a share copy as a sheet, checked first, proven before its PDF is there.

use std::path::{Path, PathBuf};

use crate::carrier::{self, Checked, Holds};
use crate::ceremony::Exception;
use crate::code::VaultFiles;
use crate::commands::verify::line;
use crate::commands::{Session, copy, paper, seal};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::media::{self, Medium, OpenFolder, Stay};
use crate::report::{CarrierLine, Finding, VaultLine, shown};
use crate::share;
use crate::sheet::{ShareSheet, Sheet, VaultSheet};

/// Rules that can be set aside.
const RULES: [&str; 1] = ["devices"];

/// Arguments of `print`.
#[derive(clap::Args)]
pub struct Args {
    /// The coldvault folder to print, a medium with exactly one, or its share file
    #[arg(value_name = "COPY")]
    copy: PathBuf,
    /// The new PDF; - for standard output, into a printer's command
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    /// Whom to call, printed on the sheet: a role and a number; without it there is a line to
    /// write on
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// Practise: only rehearsal material, and its PDF may lie anywhere
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
}

/// Checks the copy, draws its sheet, proves it, writes the PDF.
///
/// # Errors
/// [`Error::Damaged`] when the copy is not whole; [`Error::Refused`] for a vault too large, and a share in clear on a fixed
/// disk; [`Error::SelfTest`] for a sheet that does not read back; what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let parsed = args
        .exceptions
        .iter()
        .map(|given| seal::exception(given, &RULES));
    let exceptions = parsed.collect::<Result<Vec<Exception>>>()?;
    let contact = args
        .contact
        .as_deref()
        .map(seal::contact_line)
        .transpose()?;
    let to = (args.out != Path::new("-")).then_some(args.out.as_path());
    check_stream(to, session)?;
    session.warn_of_machine();
    let checked = carrier::check(&folder(&args.copy)?, None)?;
    copy::check_source(&checked, "printed")?;
    let manifest = manifest_of(&checked, args.rehearsal)?;
    if let Some(file) = to {
        check_place(file, &checked, manifest, &exceptions, session)?;
    }
    session.terminal.say("Drawing the sheet and proving it ...");
    let sheet = draw(&checked, manifest, contact.as_deref(), session)?;
    match to {
        Some(file) => paper::prepare(&sheet, file, session)?,
        None => paper::stream(&sheet, session)?,
    }
    tell(args, to, &checked, manifest, &sheet, session)?;
    Ok(Exit::Done)
}

/// A PDF on a screen is of no use, and one object is all that standard output has with `--json`.
fn check_stream(to: Option<&Path>, session: &Session) -> Result<()> {
    if to.is_some() || session.terminal.streams() {
        return Ok(());
    }
    Err(Error::Usage {
        what: "--out - writes a PDF to standard output, which is a terminal or belongs to --json"
            .into(),
        hint: "lead it into a printer's command, as in: coldvault print COPY --out - | lp".into(),
    })
}

/// The one coldvault folder that is meant.
fn folder(given: &Path) -> Result<PathBuf> {
    let is_share = given.file_name().is_some_and(|name| name == share::FILE);
    let parent = given.parent().filter(|_| is_share && given.is_file());
    match parent {
        Some(parent) if parent.as_os_str().is_empty() => copy::one_folder(Path::new("."), "print"),
        parent => copy::one_folder(parent.unwrap_or(given), "print"),
    }
}

fn manifest_of(checked: &Checked, rehearsal: bool) -> Result<&Manifest> {
    let manifest = checked.manifest.as_ref().ok_or_else(|| Error::Damaged {
        path: checked.path.clone(),
        what: "it has no genuine vault.json".into(),
    })?;
    match rehearsal && manifest.kind == Kind::Production {
        true => Err(Error::WrongKind {
            found: "production",
        }),
        false => Ok(manifest),
    }
}

/// Where the PDF may lie. How often `print` runs nobody counts, so that one share in clear on a fixed disk is refused here
/// as `k` of them are by `seal`.
fn check_place(
    file: &Path,
    checked: &Checked,
    manifest: &Manifest,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    media::check_alone(file)?;
    if matches!(checked.holds, Holds::Vault) || manifest.kind == Kind::Rehearsal {
        return Ok(());
    }
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    let may = exceptions.iter().find(|given| given.rule == "devices");
    let prefix = format!("{}{}", carrier::PREFIX, manifest.public_key.vault_id());
    let ours = std::fs::canonicalize(&checked.path).unwrap_or_default();
    let others = copy::of_this_vault(dir, &prefix)?;
    let other = others
        .into_iter()
        .find(|path| std::fs::canonicalize(path).unwrap_or_default() != ours);
    let is_fixed = Medium::at(dir).stay() == Stay::Fixed;
    let what = match other {
        Some(other) => format!("{file:?} would lie on the medium of {other:?}, of the same vault"),
        None if is_fixed && checked.closed.is_none() => {
            format!(
                "{file:?} would be a share in clear on a fixed disk, which keeps what was deleted"
            )
        }
        None if is_fixed => {
            seal::say_fixed(file, session);
            return Ok(());
        }
        None => return Ok(()),
    };
    let Some(Exception { reason, .. }) = may else {
        return Err(Error::Refused {
            what,
            hint: "use memory (a folder in /dev/shm), a removable medium or --out - into a printer's command, or \
                   set the rule aside with --exception devices=REASON"
                .into(),
        });
    };
    session
        .terminal
        .warn(&format!("{what}; reason given: {reason:?}"));
    seal::say_fixed(file, session);
    Ok(())
}

fn draw(
    checked: &Checked,
    manifest: &Manifest,
    contact: Option<&str>,
    session: &mut Session,
) -> Result<Sheet> {
    let read = carrier::read(&checked.path)?;
    if matches!(checked.holds, Holds::Vault) {
        let signed = read.manifest.ok_or_else(|| changed(checked))?;
        let payload = payload(checked, manifest)?;
        let files = VaultFiles {
            manifest: signed.bytes,
            signature: signed.signature,
            payload,
        };
        seal::fits_paper(&files)?;
        let sheet = VaultSheet {
            files: &files,
            manifest,
            contact,
        };
        return sheet.draw();
    }
    let share = read.share.ok_or_else(|| changed(checked))??;
    if share.flaw(Some(manifest)).is_some() || !share.is_signed() {
        return Err(changed(checked));
    }
    session.report.findings.extend(in_pdf(checked));
    let sheet = ShareSheet {
        share: &share,
        label: &manifest.label,
        created: manifest.created,
        contact,
    };
    sheet.draw()
}

/// What was checked a moment ago is another one now.
fn changed(checked: &Checked) -> Error {
    Error::Changed(checked.path.clone())
}

/// The payload's bytes, held once more against `vault.json`.
fn payload(checked: &Checked, manifest: &Manifest) -> Result<Vec<u8>> {
    let bytes = manifest.payload_bytes();
    let [part] = manifest.payload.as_slice() else {
        return Err(seal::too_large_for_paper(bytes));
    };
    let most = usize::try_from(bytes)
        .ok()
        .filter(|bytes| *bytes <= seal::MOST_ON_PAPER);
    let most = most.ok_or_else(|| seal::too_large_for_paper(bytes))?;
    let read = OpenFolder::open(&checked.path)?.read_small(&part.name, most)?;
    let is_it = |read: &Vec<u8>| crate::digest::Digest::of(read) == part.sha256;
    read.filter(is_it).ok_or_else(|| changed(checked))
}

/// The finding that a share lies in a PDF.
fn in_pdf(checked: &Checked) -> Option<Finding> {
    let Holds::Share(number, custodian) = &checked.holds else {
        return None;
    };
    let locked = checked.closed.as_ref().map_or("", |_| ", protected");
    let holds = format!("{}{locked}", carrier::share_name(*number, custodian));
    Some(seal::in_pdf(&holds, String::new()))
}

fn tell(
    args: &Args,
    to: Option<&Path>,
    checked: &Checked,
    manifest: &Manifest,
    sheet: &Sheet,
    session: &mut Session,
) -> Result<()> {
    let place = to.map_or("standard output".to_owned(), shown);
    let read = line(&args.copy, checked);
    session.report.vault = Some(VaultLine::of(manifest));
    session.report.carriers.push(CarrierLine {
        path: place.clone(),
        device: "sheet".into(),
        serial: None,
        read_back: Some("prepared"),
        ..read
    });
    for finding in &mut session.report.findings {
        let is_sheet = matches!(finding.code, "clear-sheet" | "protected-sheet");
        if is_sheet && finding.subject.is_empty() {
            finding.subject = format!("{place:?}");
        }
    }
    let holds = carrier_holds(session);
    let is_share = matches!(checked.holds, Holds::Share(..));
    let lines = [
        format!("Prepared: {holds}, {} pages, in {place}", sheet.pages),
        "It has proven itself. It is a copy once it is on paper, not before.".into(),
        paper::how_to_print(sheet, is_share),
    ];
    let locked = checked.closed.as_ref().map_or("", |_| ", protected");
    let clear = (is_share && to.is_some())
        .then(|| format!("Destroy {place} once it is printed: the share is in it{locked}."));
    for line in lines.iter().chain(&clear) {
        match to {
            Some(_) => session.terminal.result(line)?,
            None => session.terminal.say(line),
        }
    }
    Ok(())
}

fn carrier_holds(session: &Session) -> String {
    let last = session.report.carriers.last();
    last.map_or(String::new(), |line| line.holds.clone())
}
