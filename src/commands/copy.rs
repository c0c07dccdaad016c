//! `copy`: one more verified copy of a vault copy or a share copy, because media age.

mod entered;
mod fit;
mod folder;
mod proof;

use std::path::{Path, PathBuf};

use crate::carrier::{self, Age, CARRIER, CarrierFacts, Checked, Due, Holds, Role};
use crate::ceremony::Exception;
use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::onto::{Asking, Onto};
use crate::commands::{Session, seal, transfer};
use crate::error::{Error, Exit, Result};
use crate::key;
use crate::media::{NewFolder, OpenFolder};
use crate::register::Event;
use crate::report::{CarrierLine, Severity, VaultLine, shown};

pub(super) use folder::one_folder;

use entered::{copied, enter, enter_unproven};
use fit::{check_kind, fit};
use proof::Fresh;

/// Rules that can be set aside.
const RULES: [&str; 3] = ["devices", "host", "together:NAME"];

/// Arguments of `copy`.
#[derive(clap::Args)]
pub struct Args {
    /// The coldvault folder to copy, or a medium with exactly one
    #[arg(value_name = "FROM")]
    pub(super) from: Option<PathBuf>,
    /// The mounted medium that the copy goes to; what is missing is asked for on
    /// a terminal
    #[arg(value_name = "TO")]
    pub(super) to: Option<PathBuf>,
    /// At the end, ask for the new medium to be taken out and put back, and read
    /// it in full then: what was only in a memory is not read any more
    #[arg(long)]
    replug: bool,
    /// Practise: allows a copy on the same device, for rehearsal material
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices, host, together:NAME
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

/// Checks the source, copies it, reads the copy back.
///
/// # Errors
/// [`Error::Damaged`] when the source is not whole; [`Error::Refused`] when the copy would lie on the source's device, or was
/// not proven after a re-plug; what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let given = args.exceptions.iter();
    let given = given.map(|given| seal::exception(given, &RULES));
    let exceptions = given.collect::<Result<Vec<Exception>>>()?;
    args.check_complete(session)?;
    let mut asking = Asking::default();
    let from = match &args.from {
        Some(from) => one_folder(from, "copy")?,
        None => asking.from(session)?,
    };
    args.open_register(session)?;
    let checked = carrier::check(&from, None)?;
    check_source(&checked, "copied")?;
    check_kind(args, &checked)?;
    let host = fit(args, &checked, &exceptions);
    let mut fits =
        |to: &Path, session: &mut Session| fit(args, &checked, &exceptions).check(to, session);
    let to = match &args.to {
        Some(to) => {
            fits(to, session)?;
            host.check_host(session)?;
            to.clone()
        }
        None => {
            host.check_host(session)?;
            asking.to(Some(&from), &mut fits, session)?
        }
    };
    if args.asks() {
        args.register.ask(Begins::Never, session)?;
        host.check_apart(&to, session)?;
    }
    let name = name_of(&checked)?;
    let onto = Onto {
        from: Some(&from),
        name: &name,
        fill: &|folder, session| write(&checked, folder, session),
    };
    let (to, folder) = onto.write(to, &mut fits, &mut asking, session)?;
    let path = folder.path().to_owned();
    let events = copied(&checked, &path);
    let mut line = line(&checked, &folder, session);
    // Nothing of it may be open when it is unmounted, and afterwards another medium lies there.
    let fresh = Fresh::new(&to, folder, &line);
    asking.release(session);
    let proof = match args.replug {
        true => {
            let is_strict = !args.rehearsal && !exceptions.iter().any(|e| e.rule == "devices");
            fresh.prove(is_strict, asking.into_plugs(), &mut line, session)
        }
        false => Ok(()),
    };
    session.report.vault = checked.manifest.as_ref().map(VaultLine::of);
    session.report.carriers.push(line);
    conclude(&checked, proof, (&path, &events), session)
}

/// Enters and shows what counts as a copy. One that was not proven as it was asked for does not count.
fn conclude(
    checked: &Checked,
    proof: Result<()>,
    (path, events): (&Path, &[Event]),
    session: &mut Session,
) -> Result<Exit> {
    if let Err(unproven) = proof {
        if matches!(unproven, Error::Refused { .. }) {
            let what = session.report.carriers.last();
            let what = what.map_or(String::new(), |line| line.holds.clone());
            not_counted(&what, path, session);
            if let Err(error) = enter_unproven(checked, &what, session) {
                session.terminal.error(&error);
            }
        }
        return Err(unproven);
    }
    let entered = enter(checked, events, session);
    if let Err(error) = show(checked, session) {
        let text = format!("the copy is whole, in {path:?}; only the result could not be shown");
        session.terminal.warn(&text);
        return Err(error);
    }
    entered.map(|()| Exit::Done)
}

/// A medium that nobody has in hand any more may hold a share.
fn not_counted(what: &str, path: &Path, session: &mut Session) {
    let text = format!("{what} was written and does NOT count as a copy: it was not proven");
    let hint = "find it; check it with: coldvault verify --register FILE; or destroy it";
    let subject = format!("{path:?}");
    session.find(Severity::Warning, "left", &subject, &text, hint);
}

fn show(checked: &Checked, session: &mut Session) -> Result<()> {
    session.terminal.result("Copied, and read back:")?;
    seal::show_carriers(session)?;
    refreshed(checked, session)
}

impl Args {
    /// What was named is looked at first; it is asked for last, where other things are asked too.
    fn open_register(&self, session: &mut Session) -> Result<()> {
        match self.asks() {
            true if self.register.file.is_none() => Ok(()),
            _ => self.register.open(Begins::Never, session),
        }
    }

    fn asks(&self) -> bool {
        self.from.is_none() || self.to.is_none()
    }

    /// Where nobody can be asked, everything must be said.
    fn check_complete(&self, session: &Session) -> Result<()> {
        let can_ask = session.terminal.leads_on();
        seal::replug(self.replug, can_ask)?;
        let missing = match (&self.from, &self.to) {
            (Some(_), Some(_)) => return Ok(()),
            (None, _) => "FROM and TO are missing",
            (Some(_), None) => "TO is missing",
        };
        match can_ask {
            true => Ok(()),
            false => Err(Error::Usage {
                what: missing.into(),
                hint: "give them, or run it on a terminal without --json: there it asks".into(),
            }),
        }
    }
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
        Due::Nothing | Due::Check | Due::NoClock | Due::NoDate | Due::Future => "",
    };
    let line = format!(
        "Refreshed: it was copied from a carrier of {}{next}.",
        facts.written.date()
    );
    session.terminal.result(&line)
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
