//! `print`: a vault copy or a share copy as a sheet, checked first, proven before its PDF is there.

mod place;

pub(super) use place::check_share_file;

use std::path::{Path, PathBuf};

use crate::carrier::{self, Checked, Holds};
use crate::code::VaultFiles;
use crate::commands::noting::{self, Begins, RegisterArgs};
use crate::commands::paper::Source;
use crate::commands::verify::line;
use crate::commands::{Session, copy, paper, seal, together};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::media::OpenFolder;
use crate::register::{CarrierRef, Event, OfCarrier};
use crate::report::{CarrierLine, VaultLine, shown};
use crate::share::ReadShare;
use crate::sheet::{self, ShareSheet, Sheet, VaultSheet};

/// Arguments of `print`.
#[derive(clap::Args)]
pub struct Args {
    /// The coldvault folder to print, a medium with exactly one, or its share file
    #[arg(value_name = "COPY")]
    pub(super) copy: PathBuf,
    /// The new PDF; - for standard output, into a printer's command
    #[arg(long, value_name = "FILE.pdf")]
    pub(super) out: PathBuf,
    /// Whom to call, printed on the sheet: a role and a number; without it there is a line to
    /// write on
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// Practise: only rehearsal material, and its PDF may lie anywhere
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices, together:NAME
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

/// Checks the copy, draws its sheet, proves it, writes the PDF.
///
/// # Errors
/// [`Error::Damaged`] when the copy is not whole; [`Error::Refused`] for a vault too large, and a share in clear on a fixed
/// disk; [`Error::SelfTest`] for a sheet that does not read back; what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let exceptions = together::exceptions(&args.exceptions)?;
    let contact = args
        .contact
        .as_deref()
        .map(seal::contact_line)
        .transpose()?;
    let to = (args.out != Path::new("-")).then_some(args.out.as_path());
    check_stream(to, session)?;
    session.warn_of_machine();
    args.register.open(Begins::Never, session)?;
    let checked = carrier::check(&copy::one_folder(&args.copy, "print")?, None)?;
    copy::check_source(&checked, "printed")?;
    let manifest = manifest_of(&checked, args.rehearsal)?;
    if let Some(file) = to {
        place::check(file, &checked, manifest, &exceptions, session)?;
        place::check_apart(file, &checked, session)?;
    }
    session.terminal.say("Drawing the sheet and proving it ...");
    let content = content(&checked, manifest)?;
    let sheet = draw(&content, manifest, contact.as_deref())?;
    match to {
        Some(file) => drop(paper::prepare(&sheet, content.source(), file, session)?),
        None => paper::stream(&sheet, content.source(), session)?,
    }
    let entered = enter(&checked, manifest, session);
    tell(args, to, &checked, manifest, &sheet, session)?;
    entered.map(|()| Exit::Done)
}

/// Enters the sheet as prepared: it is no copy before it is on paper.
fn enter(checked: &Checked, manifest: &Manifest, session: &mut Session) -> Result<()> {
    let vault = manifest.public_key.vault_id();
    let Some(facts) = &checked.facts else {
        return Ok(());
    };
    if session.register().is_none() || !session.knows(vault) {
        return Ok(());
    }
    let carrier = CarrierRef {
        carrier_id: None,
        ..noting::carrier_ref(facts)
    };
    session.note(&[Event::Printed(OfCarrier { vault, carrier })])?;
    session.note_sites(vault)
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

/// What is printed.
enum Content {
    Vault(VaultFiles),
    Share(ReadShare),
}

impl Content {
    fn source(&self) -> Source<'_> {
        match self {
            Self::Vault(files) => Source::Vault(files),
            Self::Share(share) => Source::Share(share),
        }
    }
}

/// Reads what was checked once more, and holds it against `vault.json`.
fn content(checked: &Checked, manifest: &Manifest) -> Result<Content> {
    let read = carrier::read(&checked.path)?;
    if matches!(checked.holds, Holds::Vault) {
        let signed = read.manifest.ok_or_else(|| changed(checked))?;
        let files = VaultFiles {
            manifest: signed.bytes,
            signature: signed.signature,
            payload: payload(checked, manifest)?,
        };
        paper::fits(&files, None)?;
        return Ok(Content::Vault(files));
    }
    let share = read.share.ok_or_else(|| changed(checked))??;
    match share.flaw(Some(manifest)).is_none() && share.is_signed() {
        true => Ok(Content::Share(share)),
        false => Err(changed(checked)),
    }
}

fn draw(content: &Content, manifest: &Manifest, contact: Option<&str>) -> Result<Sheet> {
    match content {
        Content::Vault(files) => VaultSheet {
            files,
            manifest,
            contact,
        }
        .draw(),
        Content::Share(share) => ShareSheet {
            share,
            label: &manifest.label,
            created: manifest.created,
            contact,
        }
        .draw(),
    }
}

/// What was checked a moment ago is another one now.
fn changed(checked: &Checked) -> Error {
    Error::Changed(checked.path.clone())
}

/// The payload's bytes, held once more against `vault.json`.
fn payload(checked: &Checked, manifest: &Manifest) -> Result<Vec<u8>> {
    let bytes = manifest.payload_bytes();
    let [part] = manifest.payload.as_slice() else {
        return Err(paper::too_large(bytes, None));
    };
    let most = usize::try_from(bytes)
        .ok()
        .filter(|bytes| *bytes <= paper::MOST_BYTES);
    let most = most.ok_or_else(|| paper::too_large(bytes, None))?;
    let read = OpenFolder::open(&checked.path)?.read_small(&part.name, most)?;
    let is_it = |read: &Vec<u8>| crate::digest::Digest::of(read) == part.sha256;
    read.filter(is_it).ok_or_else(|| changed(checked))
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
    let read = line(&args.copy, checked, session.now);
    let holds = read.holds.clone();
    session.report.vault = Some(VaultLine::of(manifest));
    session.report.carriers.push(CarrierLine {
        path: place.clone(),
        device: paper::DEVICE.into(),
        serial: Some(sheet::id_text(sheet.id)),
        read_back: Some("prepared"),
        replugged: None,
        read: None,
        age: None,
        ..read
    });
    let is_share = matches!(checked.holds, Holds::Share(..));
    if let Holds::Share(number, custodian) = &checked.holds {
        let name = carrier::share_name(*number, custodian);
        let found = paper::clear_sheet(Path::new(&place), &name, checked.closed.is_some());
        session.report.findings.push(found);
    }
    let lines = [
        format!("Prepared: {holds}, {} pages, in {place}", sheet.pages),
        format!("Sheet {}", sheet::id_text(sheet.id)),
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
