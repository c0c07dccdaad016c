//! `register`: what became of vaults and copies, looked at, held against a head on paper, merged, begun anew, and told what
//! no other command knows.

mod anchor;
mod carriers;
mod conflicts;
mod drawing;
mod meant;
mod newcomers;
mod proofs;
mod reading;
mod rebuild;
mod receipts;
mod reports;
mod show;
mod tell;

pub(super) use conflicts::{check_keys_agree, is_as_entered, vaults_agree};
pub(super) use meant::{known_or_made, never_entered};
pub(super) use newcomers::{hint_of_found, say_only_found};
pub(super) use proofs::proofs_hold;

use std::io::ErrorKind::NotFound;
use std::path::PathBuf;

use clap::Subcommand;

use crate::commands::Session;
use crate::commands::noting::{self, Begins, RegisterArgs};
use crate::error::{Error, Exit, Result};
use crate::register::{Life, Register, State, VaultState};
use crate::signature::VaultId;

/// Arguments of `register`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub(super) what: What,
}

/// What is to be done with the register.
#[derive(Subcommand)]
pub(super) enum What {
    /// Show what is in it: vaults, shares, copies, custodians, drills
    Show {
        #[command(flatten)]
        file: FileArgs,
        /// List every entry too, in the order of the file
        #[arg(long)]
        entries: bool,
    },
    /// Find any changed, missing or reordered entry; with a head from paper, prove that there is none
    Verify {
        #[command(flatten)]
        file: FileArgs,
        /// The head that was printed and signed elsewhere, as 64 hexadecimal
        /// digits or 32 words
        #[arg(long, value_name = "DIGEST|WORDS")]
        head: Option<String>,
    },
    /// Print the head, to be written on paper and signed: it vouches for every entry before it
    Head {
        #[command(flatten)]
        file: FileArgs,
    },
    /// Bring two registers together that went on separately
    Merge {
        #[command(flatten)]
        file: FileArgs,
        /// The other register; it stays as it is
        #[arg(value_name = "OTHER")]
        other: PathBuf,
    },
    /// Begin a register anew from carriers, where it was lost, or enter a vault that it lacks
    Rebuild {
        #[command(flatten)]
        file: FileArgs,
        /// A medium, a coldvault folder, or a scan of sheets (PDF, PNG, JPEG, TIFF,
        /// text with codes); may be repeated
        #[arg(long = "from", value_name = "PATH", required = true)]
        from: Vec<PathBuf>,
        /// Id or words of a vault that is new to the register, from the paper; may
        /// be repeated
        #[arg(long = "expect", value_name = "ID|WORDS")]
        expect: Vec<String>,
    },
    /// Enter a note
    Note {
        #[command(flatten)]
        file: FileArgs,
        /// One line
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Say after how many months something falls due
    Policy {
        #[command(flatten)]
        file: FileArgs,
        /// D0 to D6, media-check, paper-check, media-replace, refresh; off is never
        #[arg(value_name = "NAME=MONTHS|off", required = true)]
        set: Vec<String>,
    },
    /// Say where a carrier is kept
    Place(carriers::Place),
    /// Say in which sealed bag a carrier lies
    Bagged(carriers::Bagged),
    /// Say that a printed sheet is paper now, and was looked at
    Confirmed(carriers::Confirmed),
    /// Say that a carrier was destroyed: it cannot be taken back
    Destroyed(carriers::Destroyed),
    /// Draw words for custodians to sign: coldvault verify --challenge "WORDS"
    Challenge {
        #[command(flatten)]
        file: FileArgs,
        /// For one custodian only
        #[arg(long = "for", value_name = "NAME")]
        for_whom: Option<String>,
    },
    /// Enter a custodian's receipt, if it is proven
    AddReceipt {
        #[command(flatten)]
        file: FileArgs,
        /// Prove it against the vault.json of this carrier, where the register was
        /// begun without the check keys
        #[arg(long = "vault", value_name = "PATH")]
        carrier: Option<PathBuf>,
        /// The receipt
        #[arg(value_name = "RECEIPT")]
        receipt: PathBuf,
    },
    /// Enter a drill from its report, if that is proven, where the drill could not
    AddReport {
        #[command(flatten)]
        file: FileArgs,
        /// The report; its .sig lies beside it
        #[arg(value_name = "REPORT.json")]
        report: PathBuf,
    },
    /// Enter what a custodian said over the phone: a claim, and no proof
    AddClaim {
        #[command(flatten)]
        file: FileArgs,
        #[command(flatten)]
        vault: OfVault,
        /// The number of the share
        #[arg(value_name = "NUMBER")]
        number: u8,
        /// The four words that the custodian read out
        #[arg(long, value_name = "WORDS")]
        words: String,
    },
}

/// The register that is meant, and who writes.
#[derive(clap::Args)]
pub(super) struct FileArgs {
    /// The register
    #[arg(long = "register", value_name = "FILE", required = true)]
    pub(super) file: PathBuf,
    /// Who writes into it: a name or a role
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// The vault that is meant.
#[derive(clap::Args)]
pub(super) struct OfVault {
    /// The vault that is meant, where the register has several: its id or words
    #[arg(long, value_name = "ID|WORDS")]
    vault: Option<String>,
}

/// A command of `register`, as it must be typed for this register.
pub(super) fn coldvault(what: &str, file: &FileArgs) -> String {
    noting::register_command(what, &file.file)
}

impl FileArgs {
    #[cfg(test)]
    pub(super) fn at(path: &str) -> Self {
        Self {
            file: path.into(),
            by: None,
        }
    }

    /// Reads the register for a look at it: it may lie anywhere, and nothing is written or removed.
    ///
    /// # Errors
    /// [`Error::Usage`] when it is not there; as [`noting::read_register`].
    pub(super) fn read(&self) -> Result<Register> {
        match self.file.symlink_metadata() {
            Err(error) if error.kind() == NotFound => Err(noting::no_register(&self.file)),
            _ => noting::read_register(&self.file),
        }
    }

    /// Opens the register, to be written.
    ///
    /// # Errors
    /// As [`RegisterArgs::open`].
    pub(super) fn open(&self, begins: Begins, session: &mut Session) -> Result<Register> {
        let args = RegisterArgs {
            file: Some(self.file.clone()),
            by: self.by.clone(),
            sites: Vec::new(),
        };
        args.open(begins, session)?;
        Ok(session.register().cloned().unwrap_or_default())
    }
}

impl OfVault {
    /// The one that was named, or the only one that is not over.
    ///
    /// # Errors
    /// [`Error::Usage`].
    fn of<'s>(&self, state: &'s State) -> Result<&'s VaultState> {
        if let Some(given) = &self.vault {
            let id = VaultId::parse(given)?;
            return state.vault(id).ok_or_else(|| Error::Usage {
                what: format!("vault {id} is not in the register"),
                hint: "see which are: coldvault register show --register FILE".into(),
            });
        }
        let goes_on = |vault: &&VaultState| matches!(vault.life, Life::Live | Life::Unfinished);
        let vaults: Vec<&VaultState> = state.vaults.iter().filter(goes_on).collect();
        match vaults.as_slice() {
            [one] => Ok(one),
            several => Err(Error::Usage {
                what: format!("the register has {} vaults that are in use", several.len()),
                hint: "say which is meant: --vault ID".into(),
            }),
        }
    }
}

/// Does it.
///
/// # Errors
/// [`Error::Register`] for a register that is not as it was written; what writing answers.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    match &args.what {
        What::Show { file, entries } => {
            let register = file.read()?;
            show::show(file, &register, *entries, session)
        }
        What::Verify { file, head } => {
            let register = file.read()?;
            anchor::verify((file, &register), head.as_deref(), session)
        }
        What::Head { file } => {
            let register = file.read()?;
            anchor::show_head(file, &register, session)
        }
        What::Merge { file, other } => anchor::merge(file, other, session),
        What::Rebuild { file, from, expect } => rebuild::rebuild(file, from, expect, session),
        What::Note { file, text } => tell::note(file, text, session),
        What::Policy { file, set } => tell::policy(file, set, session),
        What::Place(args) => carriers::place(args, session),
        What::Bagged(args) => carriers::bagged(args, session),
        What::Confirmed(args) => carriers::confirmed(args, session),
        What::Destroyed(args) => carriers::destroyed(args, session),
        What::Challenge { file, for_whom } => {
            drawing::challenge(file, for_whom.as_deref(), session)
        }
        What::AddReceipt {
            file,
            carrier,
            receipt,
        } => receipts::add(file, carrier.as_deref(), receipt, session),
        What::AddReport { file, report } => reports::add(file, report, session),
        What::AddClaim {
            file,
            vault,
            number,
            words,
        } => receipts::claim(file, vault, (*number, words), session),
    }
}

/// What the last line of a command that wrote says.
///
/// # Errors
/// [`Error::System`] when standard output does not take it.
pub(super) fn entered(what: &str, session: &mut Session) -> Result<Exit> {
    session.terminal.result(&format!("Entered: {what}."))?;
    Ok(Exit::Done)
}
