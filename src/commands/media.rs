//! `media`: what is plugged in, where it is mounted, and what coldvault material is on it.

use std::path::{Path, PathBuf};

use crate::carrier::{self, ReadCarrier};
use crate::commands::Session;
use crate::error::{Exit, Result};
use crate::host::Machine;
use crate::media::{MountedAt, Plugged, PluggedPart, Resolver};
use crate::report::{MediumLine, shown};
use crate::terminal::size;

/// The most folders of one medium that are looked into.
const MOST_FOLDERS: usize = 16;

/// Arguments of `media`.
#[derive(clap::Args)]
pub struct Args {
    /// Look at the files of another machine: what our own tests do.
    #[arg(long, value_name = "DIR", hide = true)]
    root: Option<PathBuf>,
}

/// Lists everything that is plugged in. Opens carriers to say what they are, and checks nothing.
///
/// # Errors
/// [`crate::error::Error::System`] when standard output does not take it.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    if let Some(root) = &args.root {
        session.machine = Machine::under(root);
    }
    let resolver = Resolver {
        sys: session.machine.sys.clone(),
        proc: session.machine.proc.clone(),
        dev: session.machine.dev.clone(),
    };
    let all = resolver.plugged();
    for plugged in &all {
        let lines = lines_of(plugged, &resolver);
        for text in texts(plugged, &lines) {
            session.terminal.result(&text)?;
        }
        session.report.media.extend(lines);
    }
    if all.is_empty() {
        session
            .terminal
            .result("Nothing that holds files is plugged in.")?;
    } else if all.iter().all(|plugged| plugged.is_system) {
        session
            .terminal
            .result("Nothing else that holds files is plugged in.")?;
    }
    Ok(Exit::Done)
}

/// One line for each place of each part.
fn lines_of(plugged: &Plugged, resolver: &Resolver) -> Vec<MediumLine> {
    let places = plugged.parts.iter().flat_map(|part| {
        let unmounted = part.mounted.is_empty().then_some(None);
        let mounted = part.mounted.iter().map(Some);
        mounted.chain(unmounted).map(move |at| (part, at))
    });
    places
        .map(|(part, at)| line(plugged, part, at, resolver))
        .collect()
}

fn line(
    plugged: &Plugged,
    part: &PluggedPart,
    at: Option<&MountedAt>,
    resolver: &Resolver,
) -> MediumLine {
    let kind = part.kind.clone();
    MediumLine {
        device: plugged.disk.name.clone(),
        model: plugged.disk.model.clone(),
        serial: plugged.disk.serial.clone(),
        bytes: plugged.disk.bytes,
        is_system: plugged.is_system,
        also: plugged.also.iter().map(|also| also.as_text()).collect(),
        is_dangerous: plugged.is_dangerous(),
        part: part.name.clone(),
        file_system: kind.or_else(|| resolver.kind_of(part).map(str::to_owned)),
        mounted: at.map(|at| shown(&at.point)),
        is_read_only: at.is_some_and(|at| at.read_only),
        free: at.and_then(MountedAt::free_bytes),
        holds: at.map_or_else(Vec::new, |at| held(&at.point)),
    }
}

/// For people: the disk, and each place below it.
fn texts(plugged: &Plugged, lines: &[MediumLine]) -> Vec<String> {
    let disk = &plugged.disk;
    let mut texts = vec![format!("{:<8} {}", disk.name, disk.describe_for_later())];
    if plugged.is_system {
        texts.push("  the disk of this system: no medium for a copy".into());
    }
    let also: Vec<String> = plugged.also.iter().map(|also| also.as_text()).collect();
    if plugged.is_dangerous() {
        texts.push(format!(
            "  DO NOT USE: the same USB device is also {}",
            also.join(" and ")
        ));
    } else if !also.is_empty() {
        texts.push(format!(
            "  careful: the same USB device is also {}",
            also.join(" and ")
        ));
    }
    for line in lines {
        texts.push(format!("  {:<8} {}", line.part, place(line)));
        texts.extend(line.holds.iter().map(|what| format!("           {what}")));
    }
    texts
}

/// "vfat, at /media/A, read-only, 14.2 GB free".
fn place(line: &MediumLine) -> String {
    let mut facts: Vec<String> = line.file_system.iter().cloned().collect();
    match &line.mounted {
        Some(point) => facts.push(format!("at {point}")),
        None => facts.push("not mounted".into()),
    }
    if line.is_read_only {
        facts.push("read-only".into());
    }
    facts.extend(line.free.map(|free| format!("{} free", size(free))));
    facts.join(", ")
}

/// What the coldvault folders of a medium say of themselves.
fn held(point: &Path) -> Vec<String> {
    let Ok(found) = carrier::find(point) else {
        return vec!["cannot be read".into()];
    };
    let first = found.paths.iter().take(MOST_FOLDERS);
    let mut held: Vec<String> = first.map(|folder| said(folder)).collect();
    if found.more || found.paths.len() > MOST_FOLDERS {
        held.push("and more".into());
    }
    held
}

/// "share 2 (audit), copy 1 of 2, of "Bank A node", PRODUCTION".
fn said(folder: &Path) -> String {
    let Ok(read) = carrier::read(folder) else {
        return format!("{}: cannot be read", shown(folder));
    };
    let mut facts = vec![what(&read)];
    if let Some(about) = carrier::read_facts(folder) {
        facts.push(format!(
            "copy {} of {}, of {}",
            about.copy,
            about.of,
            about.written.date()
        ));
    }
    let manifest = read.manifest.as_ref();
    let proven = manifest.and_then(|read| read.prove(&read.claimed_key()?).ok());
    facts.extend(proven.map(|manifest| {
        let kind = manifest.kind.as_str().to_uppercase();
        format!("of \"{}\", {kind}", manifest.label)
    }));
    if !read.is_finished {
        facts.push("UNFINISHED".into());
    }
    facts.join(", ")
}

fn what(read: &ReadCarrier) -> String {
    match &read.share {
        Some(Ok(share)) => carrier::share_name(share.facts.number, &share.facts.custodian),
        Some(Err(_)) => "a share that cannot be read".into(),
        None if read.has_payload => "a vault copy".into(),
        None => "a coldvault folder with neither a vault nor a share".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Also, DiskId};

    fn stick(also: &[Also]) -> Plugged {
        Plugged {
            disk: DiskId {
                name: "sdb".into(),
                serial: Some("4C53".into()),
                model: Some("SanDisk Ultra".into()),
                removable: true,
                bytes: Some(15_376_000_000),
                seq: None,
                usb: None,
            },
            is_system: false,
            also: also.to_vec(),
            parts: vec![PluggedPart {
                name: "sdb1".into(),
                bytes: None,
                kind: Some("vfat".into()),
                mounted: vec![],
            }],
        }
    }

    fn told(plugged: &Plugged) -> String {
        let lines = lines_of(plugged, &Resolver::default());
        texts(plugged, &lines).join("\n")
    }

    #[test]
    fn a_stick_is_said_with_its_place_its_room_and_what_is_on_it() {
        let mut stick = stick(&[]);
        let said = told(&stick);
        assert_eq!(
            said,
            "sdb      SanDisk Ultra, serial 4C53, 15.3 GB\n  sdb1     vfat, not mounted"
        );
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("coldvault-0123-vault");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("payload.age"), "x").unwrap();
        stick.parts[0].mounted.push(MountedAt {
            point: dir.path().to_owned(),
            read_only: true,
        });
        let mut lines = lines_of(&stick, &Resolver::default());
        assert!(lines[0].free.is_some());
        lines[0].free = Some(14_200_000_000);
        let said = texts(&stick, &lines).join("\n");
        assert!(said.contains(", read-only, 14.2 GB free\n"), "{said}");
        assert!(
            said.contains("           a vault copy, UNFINISHED"),
            "{said}"
        );
    }

    #[test]
    fn a_stick_that_is_also_a_keyboard_is_not_to_be_used() {
        let said = told(&stick(&[Also::Keyboard]));
        assert!(
            said.contains("DO NOT USE: the same USB device is also a keyboard"),
            "{said}"
        );
        let said = told(&stick(&[Also::Other(*b"ff")]));
        assert!(
            said.contains("careful: the same USB device") && !said.contains("NOT USE"),
            "{said}"
        );
        assert!(!told(&stick(&[])).contains("also"));
    }

    #[test]
    fn a_medium_that_cannot_be_listed_is_said_to_be_that() {
        assert_eq!(held(Path::new("/nowhere/at/all")), ["cannot be read"]);
    }
}
