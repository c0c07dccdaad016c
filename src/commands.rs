//! One command per file: its arguments and its run. A command calls one thing per step and does no bytes itself.

pub mod copy;
pub mod custodian;
pub mod doctor;
pub mod drill;
mod expected;
pub mod fence;
mod fit;
mod given;
mod insert;
pub mod inspect;
mod judging;
mod lead;
mod left_out;
mod looking;
pub mod media;
pub mod menu;
mod notes;
pub mod noting;
mod odd;
mod onto;
mod paper;
mod plug;
mod presented;
pub mod print;
pub mod register;
pub mod rehearse;
pub mod reissue;
mod replug;
pub mod restore;
pub mod retire;
pub mod rotate;
pub mod scan;
mod scanned;
pub mod seal;
mod secrets;
pub mod selftest;
pub mod shell;
mod starting;
pub mod status;
mod superseded;
mod together;
mod transfer;
mod typed;
mod unlock;
pub mod verify;
mod wall_clock;
pub mod way_back;

use std::path::Path;

use clap::Subcommand;

use crate::error::{Exit, Result};
use crate::report::{Finding, Report, Severity};
use crate::terminal::Terminal;
use crate::time::Time;

/// What every command gets.
pub struct Session {
    /// The clock, read once at the start: a claim.
    pub now: Time,
    /// The person.
    pub terminal: Terminal,
    /// The outcome.
    pub report: Report,
    /// Protections that this machine does not give, found before anything else.
    pub missing: Vec<crate::host::Missing>,
    /// Where the machine's files are.
    pub machine: crate::host::Machine,
    /// The register, if one is kept.
    pub noting: noting::Noting,
}

impl Session {
    /// The machine's clock now: as it was at the start, moved on by one that nobody sets.
    pub fn clock(&self) -> Time {
        let passed = self.terminal.age().as_secs();
        Time::from_unix(self.now.unix().saturating_add_unsigned(passed))
    }

    /// A session for a command that runs inside another one: same clock, nobody listening, a report of its own.
    pub fn inner(&self) -> Self {
        Self {
            now: self.now,
            terminal: Terminal::silent(),
            report: Report::default(),
            missing: Vec::new(),
            machine: self.machine.clone(),
            noting: noting::Noting::default(),
        }
    }

    /// Notes something worth knowing, and says it.
    pub fn find(
        &mut self,
        severity: Severity,
        code: &'static str,
        subject: &str,
        text: &str,
        hint: &str,
    ) {
        let about = if subject.is_empty() {
            String::new()
        } else {
            format!("{subject}: ")
        };
        match severity {
            Severity::Note => self.terminal.say(&format!("{about}{text}")),
            Severity::Warning => self.terminal.warn(&format!("{about}{text}")),
            Severity::Error => {
                let before = self.report.findings.last();
                let said = before
                    .is_some_and(|last| last.severity == Severity::Error && last.hint == hint);
                self.terminal.fault(&format!("{about}{text}"), hint, said);
            }
        }
        let (subject, text, hint) = (subject.to_owned(), text.to_owned(), hint.to_owned());
        self.report.findings.push(Finding {
            code,
            severity,
            subject,
            text,
            hint,
        });
    }

    /// Says of a folder that it was never finished.
    pub fn find_unfinished(&mut self, folder: &Path, hint: &str) {
        let text = "unfinished: what wrote it never ended";
        let subject = format!("{folder:?}");
        self.find(Severity::Warning, "unfinished", &subject, text, hint);
    }

    /// Says once if pages were read without the sandbox that the process reading them should have. To be called when
    /// pages were read.
    pub fn warn_of_pages(&mut self) {
        let Some(why) = crate::scan::unguarded() else {
            return;
        };
        let text = format!("this machine gives no sandbox to the process that reads pages: {why}");
        let mut findings = self.report.findings.iter();
        if findings.all(|finding| finding.text != text) {
            let hint = "use a machine that does, or record it";
            self.find(Severity::Warning, "machine", "", &text, hint);
        }
    }
}

/// The commands, in the order of a vault's life.
#[derive(Subcommand)]
pub enum Command {
    /// Practise the whole loop on a sample node: seal, copies, lost and forged shares, restore, compare
    Rehearse(rehearse::Args),
    /// Show what a carrier holds, or what a node directory would give to a vault
    Inspect(inspect::Args),
    /// Encrypt node directories, split the key among custodians, write verified copies
    Seal(Box<seal::Args>),
    /// Check a vault copy or a share copy, alone: no quorum needed, no secret shown
    Verify(verify::Args),
    /// Bring the files back from a vault copy and enough shares
    Restore(restore::Args),
    /// Practise the way back, or a part of it, and report it: nothing is written in clear
    Drill(Box<drill::Args>),
    /// Make a new vault, with a new key and new shares, that takes the place of an older one
    Rotate(Box<rotate::Args>),
    /// Make one more verified copy of a vault copy or a share copy
    Copy(copy::Args),
    /// Make a lost share anew with a quorum of the others: the very same share, at its number
    Reissue(Box<reissue::Args>),
    /// Draw a vault copy or a share copy as a sheet of paper, and prove that it reads back
    Print(print::Args),
    /// Make copies on a medium from scans of sheets
    Scan(scan::Args),
    /// Show, prove, merge and complete the register: what became of vaults, copies and custodians
    Register(register::Args),
    /// Say that a custodian comes, moves, leaves or cannot be reached, and see what follows
    Custodian(custodian::Args),
    /// Destroy a vault that is not needed any more: carrier by carrier, with two people and a record
    Retire(retire::Args),
    /// Say what is due or overdue: checks, drills, media, certificates, custodians
    Status(status::Args),
    /// Look whether this machine is fit: network, swap, memory, clock, printers, media
    Doctor(doctor::Args),
    /// List what is plugged in: disks and sticks, where they are mounted, what is on them
    Media(media::Args),
    /// Check the program itself: known answers for every primitive, and a small vault
    Selftest(selftest::Args),
    /// Print a completion script for a shell
    Completions(shell::CompletionArgs),
    /// Write man pages into a directory
    Man(shell::ManArgs),
}

impl Command {
    /// The name that was typed.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rehearse(_) => "rehearse",
            Self::Inspect(_) => "inspect",
            Self::Seal(_) => "seal",
            Self::Verify(_) => "verify",
            Self::Restore(_) => "restore",
            Self::Drill(_) => "drill",
            Self::Rotate(_) => "rotate",
            Self::Copy(_) => "copy",
            Self::Reissue(_) => "reissue",
            Self::Scan(_) => "scan",
            Self::Print(_) => "print",
            Self::Register(_) => "register",
            Self::Custodian(_) => "custodian",
            Self::Retire(_) => "retire",
            Self::Status(_) => "status",
            Self::Doctor(_) => "doctor",
            Self::Media(_) => "media",
            Self::Selftest(_) => "selftest",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Runs it.
    ///
    /// # Errors
    /// Whatever stopped the command.
    pub fn run(&self, session: &mut Session, grammar: clap::Command) -> Result<Exit> {
        match self {
            Self::Rehearse(args) => rehearse::run(args, session),
            Self::Inspect(args) => inspect::run(args, session),
            Self::Seal(args) => seal::run(args, session),
            Self::Verify(args) => verify::run(args, session),
            Self::Restore(args) => restore::run(args, session),
            Self::Drill(args) => drill::run(args, session),
            Self::Rotate(args) => rotate::run(args, session),
            Self::Copy(args) => copy::run(args, session),
            Self::Reissue(args) => reissue::run(args, session),
            Self::Scan(args) => scan::run(args, session),
            Self::Print(args) => print::run(args, session),
            Self::Register(args) => register::run(args, session),
            Self::Custodian(args) => custodian::run(args, session),
            Self::Retire(args) => retire::run(args, session),
            Self::Status(args) => status::run(args, session),
            Self::Doctor(args) => doctor::run(args, session),
            Self::Media(args) => media::run(args, session),
            Self::Selftest(args) => selftest::run(args, session),
            Self::Completions(args) => shell::completions(args, grammar),
            Self::Man(args) => shell::man(args, grammar, session),
        }
    }
}
