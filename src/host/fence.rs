//! What of the file system the process closes to itself, for good: the kernel's Landlock (landlock(7)).
//!
//! Knows the kernel's rules and paths, and not which command needs which. Where the kernel has it, TCP, abstract sockets
//! and signals to other processes are closed along with it; sockets are forbidden by `filter` in any case.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope, make_bitflags,
};
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;

use crate::listing;

/// What is closed where a kernel knows it; kernels leave out what is newer than they are.
const NEWEST: ABI = ABI::V10;
/// The oldest version with which files can be moved from one directory to another (Linux 5.19).
pub const MOVES: u8 = 2;
/// What this program reads of the machine: its own state, devices, who is who, printers, and its libraries. Not what is
/// on disks: what a file system calls itself, which tells sticks apart that are plugged in one after another at a prompt,
/// comes from udev alone then.
const MACHINE: [&str; 9] = [
    "/proc",
    "/sys",
    "/etc",
    "/usr",
    "/lib",
    "/lib64",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
];
/// What is neither a place nor an input: the person, and nothing.
const BOTH_WAYS: [&str; 2] = ["/dev/tty", "/dev/null"];

/// What stays open when the rest is closed. The names in directories can be seen everywhere.
#[derive(Debug, Default)]
pub struct Fence {
    /// Files are read beneath these, and started nowhere but for this program; `None`: anywhere.
    pub reads: Option<Vec<PathBuf>>,
    /// Something is made, written, moved or removed beneath these; `None`: anywhere. Where one is not there yet, or is no
    /// directory, the nearest directory above it is meant.
    pub writes: Option<Vec<PathBuf>>,
}

/// The version of what the kernel offers, as far as this program knows versions; 0 where it offers nothing.
pub fn version() -> u8 {
    let knows = |version, is_known: bool| is_known.then_some(version);
    // Versions are told apart by what came with them: asked for without fail, the rest is an error.
    let known = [
        knows(6, strict().scope(Scope::from_all(ABI::V6)).is_ok()),
        knows(5, has_files(AccessFs::IoctlDev)),
        knows(
            4,
            strict().handle_access(AccessNet::from_all(ABI::V4)).is_ok(),
        ),
        knows(3, has_files(AccessFs::Truncate)),
        knows(2, has_files(AccessFs::Refer)),
        knows(1, has_files(AccessFs::ReadFile)),
    ];
    known.into_iter().flatten().next().unwrap_or(0)
}

fn strict() -> Ruleset {
    Ruleset::default().set_compatibility(CompatLevel::HardRequirement)
}

fn has_files(access: AccessFs) -> bool {
    strict().handle_access(access).is_ok()
}

/// Closes the whole file system: for a process that has everything it needs. Where the kernel offers nothing, nothing
/// happens: see [`version`].
///
/// # Errors
/// The kernel's reason, in words.
pub fn close_all() -> Result<(), String> {
    match version() {
        0 => Ok(()),
        _ => enforce(ruleset(AccessFs::from_all(NEWEST))?),
    }
}

impl Fence {
    /// Closes everything else to this thread and to all that it starts. To be called while there is no other.
    ///
    /// Where the kernel offers nothing, or not enough for a command that writes ([`MOVES`]), nothing happens: see
    /// [`version`].
    ///
    /// # Errors
    /// The kernel's reason, in words. Then nothing is closed: better no wall than one in front of a carrier.
    pub fn raise(&self) -> Result<(), String> {
        let moves = self
            .writes
            .as_ref()
            .is_some_and(|places| !places.is_empty());
        if version() == 0 || (version() < MOVES && moves) {
            return Ok(());
        }
        let mut closed = BitFlags::EMPTY;
        if self.reads.is_some() {
            closed |= read();
        }
        if self.writes.is_some() {
            closed |= write();
        }
        let mut rules = Rules {
            ruleset: ruleset(closed)?,
            closed,
        };
        for place in self.reads.iter().flatten() {
            rules.open(place, read() & !AccessFs::Execute)?;
        }
        if self.reads.is_some() {
            rules.open_machine()?;
        }
        for place in self.writes.iter().flatten() {
            let made = write() & !unneeded();
            rules.open_beneath(place, made | AccessFs::ReadFile)?;
        }
        for place in BOTH_WAYS {
            let all = AccessFs::from_file(NEWEST) & !AccessFs::Execute;
            rules.open(Path::new(place), all)?;
        }
        enforce(rules.ruleset)
    }
}

/// Directories can be listed everywhere: what media hold is decided by names, on the way up from a place too.
fn read() -> BitFlags<AccessFs> {
    make_bitflags!(AccessFs::{ReadFile | Execute})
}

fn write() -> BitFlags<AccessFs> {
    AccessFs::from_write(NEWEST)
}

/// What no command makes: devices, pipes, sockets; nor does one ask devices that lie among files for anything.
fn unneeded() -> BitFlags<AccessFs> {
    make_bitflags!(AccessFs::{MakeChar | MakeBlock | MakeSock | MakeFifo | IoctlDev | ResolveUnix})
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn ruleset(closed: BitFlags<AccessFs>) -> Result<RulesetCreated, String> {
    let ruleset = Ruleset::default()
        .handle_access(AccessNet::from_all(NEWEST))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(NEWEST)))
        .map_err(words)?;
    let ruleset = match closed.is_empty() {
        true => ruleset,
        false => ruleset.handle_access(closed).map_err(words)?,
    };
    ruleset.create().map_err(words)
}

fn enforce(ruleset: RulesetCreated) -> Result<(), String> {
    let status = ruleset.restrict_self().map_err(words)?;
    match status.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel took no rule".into()),
        RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
    }
}

/// The rules as they are being made.
struct Rules {
    ruleset: RulesetCreated,
    closed: BitFlags<AccessFs>,
}

impl Rules {
    /// What this program needs of the machine, and what it was given open.
    fn open_machine(&mut self) -> Result<(), String> {
        for place in MACHINE {
            self.open(Path::new(place), AccessFs::ReadFile.into())?;
        }
        // It starts itself, with the loader and the libraries that it has.
        for place in running() {
            self.open(&place, read())?;
        }
        // Some descriptors are opened once more, by their number.
        let entries = listing::list(Path::new("/proc/self/fd")).into_iter();
        let entries = entries.flatten();
        for entry in entries.flatten() {
            self.open(&entry.path(), AccessFs::ReadFile.into())?;
        }
        Ok(())
    }

    /// Nothing happens for a path that is not there: nor will there be anything to read.
    fn open(&mut self, place: &Path, access: BitFlags<AccessFs>) -> Result<(), String> {
        let handle = match named(place, OFlags::DIRECTORY)? {
            None => named(place, OFlags::empty())?,
            directory => directory,
        };
        handle.map_or(Ok(()), |handle| self.add(handle, access))
    }

    fn open_beneath(&mut self, place: &Path, access: BitFlags<AccessFs>) -> Result<(), String> {
        let whole = std::path::absolute(place).map_err(words)?;
        for above in whole.ancestors() {
            if let Some(directory) = named(above, OFlags::DIRECTORY)? {
                return self.add(directory, access);
            }
        }
        Err(format!("no directory above {place:?}"))
    }

    fn add(&mut self, handle: OwnedFd, access: BitFlags<AccessFs>) -> Result<(), String> {
        let about = fstat(&handle).map_err(words)?;
        let kind = FileType::from_raw_mode(about.st_mode);
        let fits = match kind {
            FileType::Directory => access,
            _ => access & AccessFs::from_file(NEWEST),
        };
        let fits = fits & self.closed;
        if fits.is_empty() {
            return Ok(());
        }
        let rule = PathBeneath::new(handle, fits);
        match (&mut self.ruleset).add_rule(rule) {
            // What lies in no directory takes no rule, and is never closed: pipes without a name, sockets.
            Err(_) if kind != FileType::Directory && kind != FileType::RegularFile => Ok(()),
            added => added.map(drop).map_err(words),
        }
    }
}

/// Opened only to be named; as a directory, what is mounted on demand is mounted by it. `None` for what this user will not
/// find there later either.
///
/// # Errors
/// What fails otherwise may work a moment later: then nothing must be closed.
fn named(place: &Path, more: OFlags) -> Result<Option<OwnedFd>, String> {
    let flags = OFlags::PATH | OFlags::CLOEXEC | more;
    match openat(CWD, place, flags, Mode::empty()) {
        Ok(handle) => Ok(Some(handle)),
        Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::LOOP | Errno::NAMETOOLONG) => {
            Ok(None)
        }
        Err(errno) => Err(format!("{place:?}: {errno}")),
    }
}

/// The program that runs, and everything that is loaded with it.
fn running() -> BTreeSet<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let paths = maps
        .lines()
        .filter_map(|line| line.find('/').and_then(|at| line.get(at..)));
    let mut all: BTreeSet<PathBuf> = paths.map(PathBuf::from).collect();
    all.insert("/proc/self/exe".into());
    all
}

#[cfg(test)]
mod tests;
