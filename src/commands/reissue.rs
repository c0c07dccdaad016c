//! `reissue`: a share made anew at its number, by a quorum of the others: the very same share, on new carriers.

mod asking;
mod before;
mod copies;
mod entering;
mod made;
mod quorum;
mod receiver;
mod sheet;
mod telling;
mod which;
mod wishes;
mod writing;

use std::path::PathBuf;

use crate::commands::noting::{Begins, RegisterArgs};
use crate::commands::secrets::OpenArgs;
use crate::commands::unlock::Unlocking;
use crate::commands::{Session, seal};
use crate::error::{Error, Exit, Result};
use crate::report::VaultLine;

pub(super) use receiver::name_and_place;

use copies::Copies;
use quorum::gather;
use wishes::{Why, Wishes};
use writing::Writing;

/// Arguments of `reissue`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// The share to make anew: its number, or the name of its custodian in the
    /// register
    #[arg(long, value_name = "NUMBER|NAME")]
    share: Option<String>,
    /// Who keeps it from now on, and where a medium for it is mounted; at least
    /// two, each on its own device. NAME=sheet:FILE.pdf makes a sheet to be
    /// printed instead. What is missing is asked for on a terminal
    #[arg(long, value_name = "NAME=DIR")]
    pub(super) to: Vec<String>,
    /// Where the other shares are: a medium, a coldvault folder, a share file, a
    /// scan of sheets (PDF, PNG, JPEG, TIFF), or text with codes; "-" for shares
    /// and codes that are typed, or on standard input; once for each
    #[arg(long, value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,
    /// What became of the copies before: evidence that they are gone; nobody
    /// knows where they are; a bag was open; somebody else keeps it from now on.
    /// Without it they count as lost; destroyed takes --reason and --witness
    #[arg(long, value_enum)]
    cause: Option<Why>,
    /// What is known besides, for the register
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who watches it and is no custodian, for the register
    #[arg(long, value_name = "NAME")]
    witness: Option<String>,
    /// Make it although the register says that it was made anew before
    #[arg(long)]
    again: bool,
    /// Protect it: with a passphrase, which is asked or the first line of
    /// --secret-fd, or to the custodian's own age key
    #[arg(long, value_name = "NAME[=age1...]")]
    protect: Option<String>,
    /// Whom to call, printed on every carrier: a role, a number, an address
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// The vault id that the paper says, as 32 hexadecimal digits or 16 words
    #[arg(long, value_name = "ID|WORDS")]
    expect: Option<String>,
    #[command(flatten)]
    pub(super) open: OpenArgs,
    /// Practise: for rehearsal material, without asking; allows copies on one
    /// device
    #[arg(long)]
    rehearsal: bool,
    /// Set a rule aside, with the reason: devices, host, prepared (sheets count
    /// before their prints are confirmed), together:NAME
    #[arg(long = "exception", value_name = "RULE=REASON")]
    exceptions: Vec<String>,
    #[command(flatten)]
    pub(super) register: RegisterArgs,
}

impl Args {
    /// Whether something that must be said is not.
    fn leaves_open(&self) -> bool {
        let is_open = self.share.is_none() || self.to.is_empty() || self.from.is_empty();
        is_open || self.cause.is_none()
    }

    /// Where nobody can be asked, everything must be said.
    fn check_complete(&self) -> Result<()> {
        let missing = [
            (self.share.is_none(), "--share NUMBER"),
            (self.to.is_empty(), "--to NAME=DIR"),
            (self.from.is_empty(), "--from PATH"),
        ];
        let missing: Vec<&str> = missing
            .iter()
            .filter_map(|(is_missing, name)| is_missing.then_some(*name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let are = if missing.len() == 1 { "is" } else { "are" };
        Err(Error::Usage {
            what: format!("{} {are} missing", missing.join(", ")),
            hint: "give it, or run it on a terminal without --json: there it asks".into(),
        })
    }
}

/// Makes it.
///
/// # Errors
/// [`Error::NotEnoughShares`]; [`Error::Refused`] by a rule; what writing answers. Then no carrier of it counts.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let leads = session.terminal.leads_on();
    if !leads {
        args.check_complete()?;
    }
    args.open.check_stdin(&args.from, "--from -")?;
    let mut unlocking = Unlocking::new(&args.open)?;
    let wishes = Wishes::of(args, leads)?;
    let typed = receiver::typed(args)?;
    session.refuse_machine(wishes.is_strict())?;
    match leads {
        true => args.register.ask(Begins::Never, session)?,
        false => args.register.open(Begins::Never, session)?,
    }
    let number = which::number(args, wishes.expect, session)?;
    let mut receiver = receiver::complete(typed, number, &wishes, session)?;
    let early = receiver::early(&receiver, number, &mut unlocking, session)?;
    let mut judged = gather((args, number, &receiver.name), &wishes, unlocking, session)?;
    let entered = before::entered(judged.public_key.vault_id(), number, session);
    which::check(&judged, number, &receiver.name, &wishes, session)?;
    let mut wishes = wishes.with_cause(session)?;
    asking::extras(&mut receiver, &mut wishes, session)?;
    let copies = Copies::plan(&judged, (number, &receiver), &wishes, session)?;
    copies.check(&wishes, session)?;
    copies.announce(session)?;
    let protection = match early {
        Some(protection) => protection,
        None => seal::choose_protection((&receiver, number.into()), None, session)?,
    };
    let anew = made::make(&mut judged, &copies, protection.as_ref(), session)?;
    drop(protection);
    session.report.vault = Some(VaultLine::of(&anew.manifest));
    entering::begun(&copies, entered, &wishes, session)?;
    let mut writing = Writing::new(&copies, &anew, &wishes);
    if let Err(error) = writing.all(session) {
        let left = writing.take_back(session);
        entering::broken_off(&copies, &left, session);
        return Err(error);
    }
    let entered = entering::made(&copies, &writing, &wishes, session);
    if let Err(error) = telling::show(&copies, &writing, &wishes, session) {
        let text = "everything is made and read back; only the result could not be shown";
        session.terminal.warn(text);
        return Err(error);
    }
    entered.map(|()| Exit::Done)
}
