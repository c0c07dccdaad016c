//! `retire`: every carrier of a vault that is not needed any more is named, two people say of each how it was destroyed,
//! and the record of that is written.
//!
//! Nothing on a medium is touched: people destroy, and this keeps count. What they say is entered at once, carrier by
//! carrier, so that whatever stops a run, the register says what was said so far and a second one goes on.

mod asking;
mod done;
mod left;
mod list;
mod people;
mod record;
mod rules;
mod which;

use std::path::PathBuf;

use crate::commands::Session;
use crate::commands::noting::{self, Begins, RegisterArgs};
use crate::due::Outstanding;
use crate::error::{Error, Exit, Result};
use crate::register::{Event, Life, Register, Retired, State, VaultState};
use crate::report::{Severity, VaultLine};
use crate::signature::VaultId;
use crate::terminal::wrapped;

use done::Done;
use people::People;
use record::Places;

/// Arguments of `retire`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// The vault: its id, its words, or its label. Nothing on a medium is
    /// touched: people destroy, this enters it. On a terminal it asks; otherwise,
    /// without --done and names, it only lists what is still out
    #[arg(value_name = "VAULT|LABEL")]
    vault: String,
    /// The register
    #[arg(long = "register", value_name = "FILE", required = true)]
    file: PathBuf,
    /// A carrier that was destroyed, and how: "vault 1=wiped and broken",
    /// "share 2/1=shredded" (its copy 1), "share 2=burnt" (every copy of it),
    /// or a carrier's id; of a copy that was never entered, how you know that it
    /// is gone: "share 4/1=never written". On a terminal each that is still out
    /// is asked for
    #[arg(long = "done", value_name = "CARRIER=HOW")]
    done: Vec<String>,
    /// Who destroyed it: a name
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Who saw it: the name of another person
    #[arg(long, value_name = "NAME")]
    witness: Option<String>,
    /// Why the vault is given up
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Write the record of it, to be printed and signed, into this new file; the
    /// same as JSON lies beside it. Where only that JSON is there, its page is
    /// made, or the new record gets another name: nothing is replaced
    #[arg(long, value_name = "FILE.pdf")]
    certificate: Option<PathBuf>,
    /// Go on although no other vault stands in its place: what is in it is lost
    #[arg(long = "final", requires = "expect")]
    is_final: bool,
    /// The 16 words of the vault, from the paper, in quotes; with --final
    #[arg(long, value_name = "WORDS")]
    expect: Option<String>,
    /// It is rehearsal material: nothing of value is lost
    #[arg(long)]
    rehearsal: bool,
}

impl Args {
    /// What a person is asked for before anything is named.
    pub(super) fn of(vault: String, file: PathBuf) -> Self {
        Self {
            vault,
            file,
            ..Self::default()
        }
    }

    /// The register, for the fence.
    pub(super) fn register(&self) -> RegisterArgs {
        RegisterArgs {
            file: Some(self.file.clone()),
            by: self.by.clone(),
            sites: Vec::new(),
        }
    }

    /// What is written besides the register.
    pub(super) fn writes(&self) -> Vec<PathBuf> {
        let files = self.certificate.iter().cloned().flat_map(record::files_of);
        files.collect()
    }

    /// Carriers that are named by where they are mounted.
    pub(super) fn reads(&self) -> Vec<PathBuf> {
        let named = self.done.iter().filter_map(|done| done.split_once('='));
        let named = named.map(|(carrier, _)| PathBuf::from(carrier));
        named.filter(|path| path.exists()).collect()
    }
}

/// One run: what was said, and of which vault.
struct Retiring {
    id: VaultId,
    reason: Option<String>,
    places: Option<Places>,
    /// What this run entered as destroyed.
    entered: Vec<String>,
}

/// Names what is out, enters what was destroyed, and retires the vault once it is dead.
///
/// # Errors
/// [`Error::Usage`] for what makes no sense; [`Error::Refused`] where what is in the vault would be lost and its words were
/// not given; [`Error::WrongKind`]; as [`Session::note`].
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let reason = args.reason.as_deref();
    let reason = reason.map(|text| noting::text("--reason", text));
    let places = args.certificate.as_deref().map(Places::at);
    let (reason, places) = (reason.transpose()?, places.transpose()?);
    let people = People::given(args)?;
    args.register().open(Begins::Never, session)?;
    let state = state(session);
    let vault = which::vault(args, &state, session)?;
    let places = places.map(|places| places.settled(vault.id, session));
    let places = places.transpose()?;
    let done = done::read(&args.done, vault, session)?;
    rules::check_kind(vault, args.rehearsal)?;
    session.report.vault = Some(line_of(vault));
    list::show(vault, &state, session)?;
    let mut retiring = Retiring {
        id: vault.id,
        reason,
        places,
        entered: Vec::new(),
    };
    let asks = session.terminal.leads_on();
    if args.done.is_empty() && people.is_none() && !asks {
        return only_list(vault, session);
    }
    rules::permit(args, vault, &state, session)?;
    let people = match people {
        Some(people) => people,
        None => People::ask(args, session)?,
    };
    let ended = retiring.go(&done, &people, session);
    ended.map_err(|error| retiring.stopped(error, args))
}

fn state(session: &Session) -> State {
    session.register().map(Register::state).unwrap_or_default()
}

fn line_of(vault: &VaultState) -> VaultLine {
    VaultLine {
        id: vault.id.hex(),
        label: Some(vault.label.clone()),
        kind: vault.kind.as_str(),
        k: Some(vault.k),
        n: Some(vault.n),
    }
}

/// Nobody said anything, and nobody can be asked: what is to be done is said, and nothing is entered.
fn only_list(vault: &VaultState, session: &mut Session) -> Result<Exit> {
    let left = Outstanding::of(vault);
    let retired = vault.life == Life::Retired;
    session
        .terminal
        .result(&format!("This vault is {}.", left.words()))?;
    if left.is_dead() && retired {
        return Ok(Exit::Done);
    }
    let next = match left.is_dead() {
        true => "enter that it is retired with --by NAME --witness NAME",
        false => "say what was destroyed with --done CARRIER=HOW --by NAME --witness NAME",
    };
    session
        .terminal
        .say(&format!("Nothing is entered.\ncoldvault: hint: {next}"));
    Ok(Exit::Due)
}

impl Retiring {
    /// The vault as the register has it now.
    fn vault(&self, session: &Session) -> Result<VaultState> {
        let found = state(session).vault(self.id).cloned();
        found.ok_or_else(|| Error::Usage {
            what: format!("vault {} is not in the register any more", self.id),
            hint: "somebody else wrote it meanwhile: begin again".into(),
        })
    }

    /// Enters what the options say, carrier by carrier, asks for the others where somebody is there, and ends it.
    fn go(&mut self, done: &[Done], people: &People, session: &mut Session) -> Result<Exit> {
        for one in done {
            self.enter(one, people, session)?;
        }
        if session.terminal.leads_on() {
            asking::each(self, people, session)?;
        }
        self.end(people, session)
    }

    /// Whoever stops is told what was entered, and how to go on.
    fn stopped(&self, error: Error, args: &Args) -> Error {
        if !matches!(error, Error::Stopped) || self.entered.is_empty() {
            return error;
        }
        let rehearsal = match args.rehearsal {
            true => " --rehearsal",
            false => "",
        };
        let register = noting::word(&args.file);
        Error::StoppedAfter {
            what: format!(
                "what was entered stays entered ({})",
                self.entered.join("; ")
            ),
            hint: format!(
                "to go on with the rest, today or later: coldvault retire {}{rehearsal} --register {register}",
                self.id
            ),
        }
    }

    /// Enters one carrier at once, and says what the vault comes to then.
    fn enter(&mut self, one: &Done, people: &People, session: &mut Session) -> Result<()> {
        let reason = self.reason.clone().unwrap_or_else(|| "retired".to_owned());
        let said = one.said(&self.vault(session)?);
        session.note(&[one.event(self.id, &reason, people)])?;
        self.entered.push(one.name());
        let left = Outstanding::of(&self.vault(session)?);
        let line = format!("Entered: {said}. {}.", left.words());
        session.terminal.result(&wrapped(&line, list::WIDTH))
    }

    /// Retires the vault if it is dead, writes the record, and says what is still out.
    fn end(&self, people: &People, session: &mut Session) -> Result<Exit> {
        let vault = self.vault(session)?;
        let left = Outstanding::of(&vault);
        list::show_left(&vault, session)?;
        let written = self.write_record(&vault, people, session)?;
        let is_new = vault.life != Life::Retired || written.is_some();
        if left.is_dead() && is_new {
            let retired = Retired {
                vault: self.id,
                reason: self.reason.clone(),
                people: people.names(),
                certificate_sha256: written,
            };
            session.note(&[Event::Retired(retired)])?;
        }
        let label = crate::carrier::printable(&vault.label);
        if left.is_dead() {
            let line = format!("RETIRED: {label} ({}) is {}.", self.id, left.words());
            session.terminal.result(&wrapped(&line, list::WIDTH))?;
            return Ok(Exit::Done);
        }
        let text = format!("{label} is {}; it is not retired", left.words());
        let hint = "find what is still out and run this again: it goes on from here";
        session.find(Severity::Warning, "outstanding", "", &text, hint);
        session.terminal.say(&format!("coldvault: hint: {hint}"));
        Ok(Exit::Due)
    }
}
