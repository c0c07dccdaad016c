//! `copy`: one more verified copy of a vault copy or a share copy, because media age.

use std::path::{Path, PathBuf};

use crate::carrier::{self, Age, CARRIER, CarrierFacts, Checked, Due, Holds, Role};
use crate::ceremony::Exception;
use crate::commands::{Session, seal, together, transfer};
use crate::error::{Error, Exit, Result};
use crate::key;
use crate::kind::Kind;
use crate::media::{Medium, NewFolder, OpenFolder};
use crate::report::{CarrierLine, Severity, VaultLine, shown};

/// Rules that can be set aside.
const RULES: [&str; 3] = ["devices", "host", "together:NAME"];

/// Arguments of `copy`.
#[derive(clap::Args)]
pub struct Args {
    /// The coldvault folder to copy, or a medium with exactly one
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The mounted medium that the copy goes to
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Practise: allows a copy on the same device, for rehearsal material
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices, host, together:NAME
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
}

/// Checks the source, copies it, reads the copy back.
///
/// # Errors
/// [`Error::Damaged`] when the source is not whole; [`Error::Refused`] when the copy would lie on the source's device;
/// what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let given = args.exceptions.iter();
    let given = given.map(|given| seal::exception(given, &RULES));
    let exceptions = given.collect::<Result<Vec<Exception>>>()?;
    let from = one_folder(&args.from, "copy")?;
    let checked = carrier::check(&from, None)?;
    check_source(&checked, "copied")?;
    check_device(args, &checked, &exceptions, session)?;
    check_host(&checked, &exceptions, session)?;
    check_together(args, &checked, &exceptions)?;
    let folder = NewFolder::create(&args.to, &name_of(&checked)?)?;
    let written = write(&checked, &folder, session);
    if let Err(error) = written {
        for left in folder.discard() {
            let text = "is left of this unfinished copy";
            session.find(
                Severity::Warning,
                "left",
                &format!("{left:?}"),
                text,
                "remove it",
            );
        }
        return Err(error);
    }
    let line = line(&checked, &folder, session);
    session.report.vault = checked.manifest.as_ref().map(VaultLine::of);
    session.report.carriers.push(line);
    session.terminal.result("Copied, and read back:")?;
    seal::show_carriers(session)?;
    refreshed(&checked, session)?;
    Ok(Exit::Done)
}

/// A copy is how a medium is refreshed: says that this one's time begins now, and when that of the other one began.
fn refreshed(checked: &Checked, session: &mut Session) -> Result<()> {
    let fresh = Age::seen(session.now, session.now);
    for line in fresh.lines() {
        session.terminal.result(&format!("    {line}"))?;
    }
    let Some(facts) = &checked.facts else {
        return Ok(());
    };
    let old = Age::seen(facts.written, session.now);
    let next = match old.due() {
        Due::Replacement => ": verify the fresh one after a re-plug, then destroy the old one",
        Due::Nothing | Due::Check | Due::NoClock | Due::Future => "",
    };
    let line = format!(
        "Refreshed: it was copied from a carrier of {}{next}.",
        facts.written.date()
    );
    session.terminal.result(&line)
}

/// The one coldvault folder at a place.
pub(super) fn one_folder(path: &Path, doing: &str) -> Result<PathBuf> {
    match carrier::find(path)?.paths.as_slice() {
        [one] if one.is_dir() => Ok(one.clone()),
        [] | [_] => Err(Error::Usage {
            what: format!("{path:?} holds no coldvault folder"),
            hint: "give a coldvault folder, or the medium it is on".into(),
        }),
        several => Err(Error::Usage {
            what: format!("{path:?} holds {} coldvault folders", several.len()),
            hint: format!("give the one to {doing}"),
        }),
    }
}

/// A copy of something damaged would spread the damage.
pub(super) fn check_source(checked: &Checked, done: &str) -> Result<()> {
    if checked.is_whole() {
        return Ok(());
    }
    let first = checked.problems.iter().find(|problem| problem.is_damage);
    let (path, what) = first.map_or((checked.path.clone(), "not whole".into()), |p| {
        (p.path.clone(), p.what.clone())
    });
    Err(Error::Damaged {
        path,
        what: format!("not {done}, because it is not whole: {what}"),
    })
}

/// In production the machine must be fit, unless that rule was set aside.
fn check_host(checked: &Checked, exceptions: &[Exception], session: &mut Session) -> Result<()> {
    let rehearsal = is_rehearsal(checked);
    let reason = exceptions.iter().find(|given| given.rule == "host");
    session.check_machine(!rehearsal && reason.is_none())?;
    if let Some(Exception { reason, .. }) = reason {
        let text =
            format!("what is wrong with this machine was set aside; reason given: {reason:?}");
        session.find(Severity::Warning, "host", "", &text, "");
    }
    Ok(())
}

fn is_rehearsal(checked: &Checked) -> bool {
    let manifest = checked.manifest.as_ref();
    manifest.is_some_and(|manifest| manifest.kind == Kind::Rehearsal)
}

fn check_device(
    args: &Args,
    checked: &Checked,
    exceptions: &[Exception],
    session: &mut Session,
) -> Result<()> {
    let rehearsal = is_rehearsal(checked);
    let to = std::fs::canonicalize(&args.to).map_err(Error::io("use", &args.to))?;
    if args.rehearsal && !rehearsal {
        return Err(Error::WrongKind {
            found: "production",
        });
    }
    let near = too_near(&to, &checked.path);
    let (Some(near), false) = (near, args.rehearsal && rehearsal) else {
        return Ok(());
    };
    let reason = exceptions.iter().find(|given| given.rule == "devices");
    let Some(Exception { reason, .. }) = reason else {
        return Err(Error::Refused {
            what: format!(
                "{:?} is not known to be a medium of its own: {near}",
                args.to
            ),
            hint: "use another medium, or set the rule aside with --exception devices=REASON"
                .into(),
        });
    };
    let text = format!("this may be no medium of its own ({near}); reason given: {reason:?}");
    session.terminal.warn(&text);
    Ok(())
}

/// Why a place cannot count as another medium: it may be the source's, or the disk of this system.
fn too_near(to: &Path, from: &Path) -> Option<String> {
    let medium = Medium::at(to);
    let source = medium.not_apart(&Medium::at(from));
    let source = source.map(|near| format!("it may be that of {from:?}: {near}"));
    let system = Medium::at(Path::new("/"));
    let is_system = system.is_medium() && medium.not_apart(&system).is_some();
    source.or_else(|| is_system.then(|| "it is the disk of this system".to_owned()))
}

/// Whoever finds one stick must not hold two things of one vault.
fn check_together(args: &Args, checked: &Checked, exceptions: &[Exception]) -> Result<()> {
    let Some(manifest) = checked.manifest.as_ref().filter(|_| !args.rehearsal) else {
        return Ok(());
    };
    let mine = match &checked.holds {
        Holds::Share(_, custodian) => Some(custodian.to_string()),
        Holds::Vault | Holds::Nothing => None,
    };
    together::check(&args.to, manifest.public_key.vault_id(), mine, exceptions)
}

fn role(checked: &Checked) -> Option<Role> {
    match &checked.holds {
        Holds::Vault => Some(Role::Vault),
        Holds::Share(number, _) => Some(Role::Share(*number)),
        Holds::Nothing => None,
    }
}

fn name_of(checked: &Checked) -> Result<String> {
    let id = checked
        .manifest
        .as_ref()
        .map(|manifest| manifest.public_key.vault_id());
    let name = role(checked).zip(id).map(|(role, id)| role.folder(id));
    name.ok_or_else(|| Error::Damaged {
        path: checked.path.clone(),
        what: "it holds neither a vault nor a share".into(),
    })
}

fn write(checked: &Checked, to: &NewFolder, session: &mut Session) -> Result<()> {
    let from = OpenFolder::open(&checked.path)?;
    for (name, digest) in checked.files.iter().filter(|(name, _)| name != CARRIER) {
        session.terminal.say(&format!("Copying {name} ..."));
        let (source, _) = from.open_file(name)?.ok_or_else(|| gone(checked, name))?;
        let written = transfer::file(&mut { source }, &checked.path.join(name), to, name)?;
        if written != *digest {
            return Err(Error::Changed(checked.path.join(name)));
        }
    }
    let mut carrier_id = [0; 16];
    key::random(&mut carrier_id)?;
    let source = checked
        .facts
        .clone()
        .ok_or_else(|| gone(checked, CARRIER))?;
    let facts = CarrierFacts {
        carrier_id,
        written: session.now,
        // What is missing on it stays missing, and must go on being said.
        made_by: match source.made_by.as_str() {
            carrier::SCAN => carrier::SCAN.into(),
            _ => "copy".into(),
        },
        ..source
    };
    to.put(CARRIER, &facts.to_bytes())?;
    carrier::write_sums(to)?;
    check_source(&carrier::check(to.path(), None)?, "copied")
}

fn gone(checked: &Checked, name: &str) -> Error {
    Error::Damaged {
        path: checked.path.join(name),
        what: "it is missing".into(),
    }
}

fn line(checked: &Checked, folder: &NewFolder, session: &Session) -> CarrierLine {
    let read = super::verify::line(folder.path(), checked, session.now);
    CarrierLine {
        path: shown(folder.path()),
        read_back: Some(seal::how(folder)),
        replugged: Some(false),
        read: Some(seal::how(folder)),
        age: Some(Age::seen(session.now, session.now)),
        ..read
    }
}
