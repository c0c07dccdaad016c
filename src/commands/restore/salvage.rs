//! `restore --salvage`: what still comes out when every copy is damaged, into a folder named INCOMPLETE.

use std::path::Path;

use super::choice::Choice;
use super::danger;
use super::opening::{Done, OnTable};
use super::target::Unfinished;
use crate::carrier::{SeekPayload, VaultAt};
use crate::ceremony::{self, Ceremony, MAX_NODES};
use crate::commands::Session;
use crate::commands::looking::{self, Back};
use crate::commands::presented::lossy;
use crate::error::{Error, Exit, Result};
use crate::incomplete::{INCOMPLETE, Incomplete, UNPROVEN};
use crate::node::{self, Ground};
use crate::payload::{CEREMONY, EXTERNAL, Names, Salvaged, salvage};
use crate::report::Severity;
use crate::terminal::size;

/// The most lost files that are named.
const MOST_NAMED: usize = 100;

/// Joins the copies chunk by chunk and delivers the files whose digest holds. Anything lost makes the exit status 4.
///
/// # Errors
/// [`Error::NoVaultCopy`] when there is no payload at all; [`Error::Payload`] when none opens with the key; [`Error::Io`].
pub(super) fn run(
    table: &OnTable<'_>,
    choice: &Choice,
    unfinished: &Unfinished,
    session: &mut Session,
) -> Result<Done> {
    let manifest = table.judged.manifest.as_ref();
    let mut copies = Vec::new();
    for vault in table.vaults {
        match SeekPayload::open(vault, manifest) {
            Ok(payload) => copies.push(payload),
            Err(error) => {
                let (subject, text) = (format!("{:?}", vault.place()), error.to_string());
                session.find(
                    Severity::Warning,
                    "copy",
                    &subject,
                    &text,
                    "it gives nothing",
                );
            }
        }
    }
    let first = table.vaults.first().map_or(Path::new(""), VaultAt::place);
    if copies.is_empty() {
        return Err(Error::NoVaultCopy {
            seen: table.vaults.len(),
        });
    }
    let mut incomplete = Incomplete::create(unfinished.path(), choice.preserve)?;
    let length = manifest.map(crate::manifest::Manifest::payload_bytes);
    let salvaged = salvage(
        table.key,
        copies,
        length,
        first,
        table.bounds(),
        &mut incomplete,
    )?;
    let finished = incomplete.finish()?;
    let not_kept = finished.not_kept.count + finished.no_links.count;
    if not_kept > 0 {
        let text = format!("permissions, times or links could not be set here ({not_kept} in all)");
        session.find(
            Severity::Warning,
            "modes",
            "",
            &text,
            "use another file system",
        );
    }
    let back = back(&unfinished.path().join(INCOMPLETE));
    danger::confirm(
        &looking::glance(&Ground::Disk, &back)?,
        table.judged,
        choice,
        session,
    )?;
    let mut done = tell(&salvaged, session);
    if back.iter().any(|back| back.outside.is_dir()) {
        let line = format!(
            "{INCOMPLETE}/{EXTERNAL}/<number of the node>/ holds what lay outside of it, each \
             under its absolute path."
        );
        done.lines.push(line);
    }
    Ok(done)
}

/// The node directories of a salvage lie under their numbers in the archive.
fn back(dir: &Path) -> Vec<Back> {
    let mut software = software(dir).into_iter();
    let back = |index: usize| Back {
        index,
        name: format!("node/{index}").into_bytes(),
        dir: dir.join(format!("node/{index}")),
        outside: dir.join(format!("{EXTERNAL}/{index}")),
        was: None,
        software: software.next().unwrap_or_default(),
    };
    (0..MAX_NODES).map(back).collect()
}

/// What software each was of, where that came back too.
fn software(dir: &Path) -> Vec<Vec<String>> {
    let ceremony = node::beginning(&dir.join(CEREMONY), ceremony::MAX_BYTES);
    let ceremony = ceremony
        .ok()
        .and_then(|read| Ceremony::from_bytes(&read).ok());
    let nodes = ceremony.map(|ceremony| ceremony.nodes).unwrap_or_default();
    nodes.into_iter().map(|node| node.software).collect()
}

/// What came back, what did not, and what nothing vouches for.
fn tell(salvaged: &Salvaged, session: &mut Session) -> Done {
    let mut lines = vec![format!(
        "Salvaged {} files, {}, each as it was sealed, into the folder {INCOMPLETE}.",
        salvaged.kept,
        size(salvaged.kept_bytes)
    )];
    let sealed = salvaged.sealed.map(|totals| totals.files);
    lines.extend(sealed.map(|sealed| format!("{sealed} files were sealed.")));
    name_all(&salvaged.lost, "is lost", session);
    let unproven = format!("is whole, but nothing says that it belongs there: see {UNPROVEN}");
    name_all(&salvaged.unproven, &unproven, session);
    if !salvaged.all_listed {
        let text = "a part of the inventory is lost: more may be missing than is named";
        session.find(
            Severity::Error,
            "salvage",
            "",
            text,
            "look for another copy",
        );
    }
    let exit = if salvaged.is_complete() {
        Exit::Done
    } else {
        Exit::Material
    };
    Done {
        exit,
        lines,
        note: None,
        in_place: None,
        checks: None,
    }
}

fn name_all(names: &Names, what: &str, session: &mut Session) {
    for path in names.first.iter().take(MOST_NAMED) {
        session.find(
            Severity::Error,
            "salvage",
            &format!("{:?}", lossy(path)),
            what,
            "look for another copy",
        );
    }
    let rest = names.count.saturating_sub(MOST_NAMED as u64);
    if rest > 0 {
        let text = format!("{rest} more: {what}");
        session.find(
            Severity::Error,
            "salvage",
            "",
            &text,
            "look for another copy",
        );
    }
}
