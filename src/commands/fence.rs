//! What each command may reach of the file system, where nobody will be asked for more: the rest is closed before the
//! first byte of a stranger is read.
//!
//! Whoever can be asked may name any place later, and media are mounted meanwhile: there nothing is closed. A place that
//! is in doubt stays open, because on the worst day it opens. Closing is a second wall; that it is missing stops nothing.

use std::path::{Path, PathBuf};

use super::noting::RegisterArgs;
use super::seal::Destination;
use super::{
    Command, Session, copy, drill, print, register, rehearse, reissue, restore, retire, scan, seal,
    status, verify,
};
use crate::host::Missing;
use crate::host::fence::Fence;
use crate::media::Medium;
use crate::share;

/// Closes what `command` does not need, if all that it needs is known. What the kernel does not give is noted, as other
/// protections are.
pub fn raise(command: &Command, session: &mut Session) {
    let Some(fence) = of(command, session.terminal.leads_on()) else {
        return;
    };
    if let Err(why) = fence.raise() {
        let what = "fence around files";
        session.missing.push(Missing { what, why });
    }
}

/// `None` where more may be asked for.
fn of(command: &Command, leads_on: bool) -> Option<Fence> {
    Some(match command {
        // It asks for nothing but passphrases, and not even for these unless it was told to open shares.
        Command::Verify(args) if leads_on && asks(args) => return None,
        Command::Verify(args) => with_register(of_verify(args), &args.register),
        _ if leads_on => return None,
        Command::Restore(args) => of_restore(args),
        Command::Drill(args) => with_register(of_drill(args), &args.register),
        Command::Copy(args) => with_register(of_copy(args), &args.register),
        Command::Reissue(args) => with_register(of_reissue(args), &args.register),
        Command::Print(args) => with_register(of_print(args), &args.register),
        Command::Scan(args) => with_register(of_scan(args), &args.register),
        // The older vault's carriers may be anywhere, and so may the node.
        Command::Rotate(args) => with_register(of_seal(&args.seal), &args.seal.register),
        Command::Seal(args) => with_register(of_seal(args), &args.register),
        Command::Rehearse(args) => of_rehearse(args),
        Command::Retire(args) => with_register(of_retire(args), &args.register()),
        Command::Status(args) => of_status(args),
        Command::Man(args) => only(Vec::new(), vec![args.out.clone()]),
        Command::Selftest(_) | Command::Completions(_) => only(Vec::new(), Vec::new()),
        Command::Register(args) => of_register(args),
        Command::Custodian(args) => with_register(only(Vec::new(), Vec::new()), &args.register()),
        // Configuration names files anywhere, and carriers are looked for on all media.
        Command::Inspect(_) | Command::Doctor(_) | Command::Media(_) => writing(Vec::new()),
    })
}

fn only(reads: Vec<PathBuf>, writes: Vec<PathBuf>) -> Fence {
    Fence {
        reads: Some(reads),
        writes: Some(writes),
    }
}

/// Read anywhere, written only there.
fn writing(writes: Vec<PathBuf>) -> Fence {
    Fence {
        reads: None,
        writes: Some(writes),
    }
}

/// The register is read, and replaced by a new file beside it. Places of `--site` are read as carriers are.
fn with_register(mut fence: Fence, register: &RegisterArgs) -> Fence {
    let Some(file) = &register.file else {
        return fence;
    };
    let real = std::fs::canonicalize(file).unwrap_or_else(|_| file.clone());
    let parent = real.parent().filter(|dir| !dir.as_os_str().is_empty());
    let home = parent.unwrap_or(Path::new(".")).to_owned();
    if let Some(reads) = &mut fence.reads {
        reads.push(home.clone());
        let sites = register
            .sites
            .iter()
            .filter_map(|site| site.split_once('='));
        reads.extend(
            sites
                .map(|(carrier, _)| PathBuf::from(carrier))
                .filter(|path| path.exists()),
        );
    }
    if let Some(writes) = &mut fence.writes {
        writes.push(home);
    }
    fence
}

fn of_register(args: &register::Args) -> Fence {
    let (mut reads, file) = args.reads();
    if args.only_reads() {
        reads.push(file);
        return only(reads, Vec::new());
    }
    let named = RegisterArgs {
        file: Some(file),
        ..RegisterArgs::default()
    };
    with_register(only(reads, Vec::new()), &named)
}

fn asks(args: &verify::Args) -> bool {
    args.wants_open || args.open.is_given()
}

fn of_verify(args: &verify::Args) -> Fence {
    // A drill report is checked with what lies beside it.
    let is_file = |path: &&PathBuf| path.extension().is_some();
    let reports = args.paths.iter().filter(is_file);
    let beside = reports.flat_map(|path| verify::companions(path));
    let beside: Vec<PathBuf> = beside.filter(|path| path.exists()).collect();
    let receipt = args.receipt.iter().cloned();
    only(
        [&args.paths[..], &args.open.identities, &beside].concat(),
        receipt.collect(),
    )
}

fn of_restore(args: &restore::Args) -> Fence {
    // Files go back to where they were, and are compared with what is there.
    if args.in_place {
        return Fence::default();
    }
    let places = args.into.iter().chain(&args.note_to).cloned().collect();
    only([&args.from[..], &args.open.identities].concat(), places)
}

fn of_drill(args: &drill::Args) -> Fence {
    let report = args.report.report.iter().cloned();
    let writes: Vec<PathBuf> = report.flat_map(drill::files_of).collect();
    let way = &args.way;
    // What lay outside of a live node directory may be anywhere.
    if !way.against.is_empty() {
        return writing(writes);
    }
    let beside = writes.iter().filter(|path| path.exists());
    let around = args.report.report.iter().map(|report| medium(report));
    let reads = way.from.iter().chain(&way.open.identities);
    // the report before is held against its signature and key, where they lie beside it
    let before = args.report.previous.clone().map(drill::files_of);
    let before = before.into_iter().flatten();
    let before: Vec<PathBuf> = before.filter(|path| path.exists()).collect();
    let reads = reads.chain(&args.report.previous).chain(&before);
    let reads = reads.chain(beside).cloned();
    only(reads.chain(around).collect(), writes)
}

fn of_copy(args: &copy::Args) -> Fence {
    let to = args.to.as_deref();
    let from = args.from.as_deref().map(with_folder).unwrap_or_default();
    only(
        from.into_iter().chain(to.map(medium)).collect(),
        to.map(Path::to_owned).into_iter().collect(),
    )
}

fn of_reissue(args: &reissue::Args) -> Fence {
    // What is none is said by the command itself, before it writes anything.
    let all = args
        .to
        .iter()
        .filter_map(|to| reissue::name_and_place(to).ok());
    let places = all.filter_map(|(_, to)| match to {
        Destination::At(place) | Destination::Sheet(place) => Some(place),
        Destination::Asked => None,
    });
    let places: Vec<PathBuf> = places.collect();
    let media: Vec<PathBuf> = places.iter().map(|place| medium(place)).collect();
    only(
        [&args.from[..], &args.open.identities, &media].concat(),
        places,
    )
}

fn of_print(args: &print::Args) -> Fence {
    let mut reads = with_folder(&args.copy);
    if args.out == Path::new("-") {
        return only(reads, Vec::new());
    }
    reads.push(medium(&args.out));
    only(reads, vec![args.out.clone()])
}

/// A carrier that is given. Its share file stands for the folder that it is in.
fn with_folder(given: &Path) -> Vec<PathBuf> {
    let is_share = given.file_name().is_some_and(|name| name == share::FILE);
    let folder = given.parent().filter(|_| is_share);
    let folder = folder.map_or(given, |folder| match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    });
    vec![folder.to_owned(), given.to_owned()]
}

fn of_scan(args: &scan::Args) -> Fence {
    let mut reads = args.files.clone();
    reads.extend(args.out.as_deref().map(medium));
    only(reads, args.out.iter().cloned().collect())
}

fn of_seal(args: &seal::Args) -> Fence {
    // What is none is said by the command itself, before it writes anything.
    let vaults = args.vault_to.iter().map(|to| Destination::parse(to).ok());
    let shares = args.share_to.iter().map(|to| seal::share_to(to).ok());
    let all = vaults.chain(shares.map(|share| share.map(|(_, to)| to)));
    let places = all.flatten().filter_map(|to| match to {
        Destination::At(place) | Destination::Sheet(place) => Some(place),
        Destination::Asked => None,
    });
    writing(places.collect())
}

fn of_retire(args: &retire::Args) -> Fence {
    let writes = args.writes();
    let around = writes.iter().map(|path| medium(path));
    let reads = args.reads().into_iter().chain(around);
    only(reads.collect(), writes)
}

fn of_status(args: &status::Args) -> Fence {
    only(args.register.clone().into_iter().collect(), Vec::new())
}

fn of_rehearse(args: &rehearse::Args) -> Fence {
    let place = args.into.clone().unwrap_or_else(rehearse::temporary);
    only(vec![place.clone()], vec![place])
}

/// The whole medium that `place` lies on: what else of the vault is on it decides whether a copy may go there. Of the
/// disk of `/` only the place itself.
fn medium(place: &Path) -> PathBuf {
    let there = place.ancestors().find(|part| part.exists());
    let top = Medium::at(there.unwrap_or(Path::new("."))).point;
    match top.parent() {
        Some(_) => top,
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests;
