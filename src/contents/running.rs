//! Whether the node runs now, and whether a database is in use: what makes a copy of it stale or worthless.
//!
//! Knows locks and names; takes no lock.

use std::path::Path;

use super::scouting::Scouted;
use super::{Contents, Place, names};
use crate::corda::Gap;
use crate::material::Part;
use crate::node::{Ground, There};

/// The most bytes of a file with a process number.
const MAX_PID: usize = 64;

/// Adds what it finds to the gaps.
pub(super) fn look(contents: &mut Contents, found: &Scouted) {
    let (ground, base) = (contents.ground.clone(), contents.base.clone());
    let is_volatile = |part: &Part| *part == Part::Volatile;
    for (place, _, _) in found.known.iter().filter(|(_, part, _)| is_volatile(part)) {
        let path = place.path(&base);
        let is_process_id = *place == Place::Inside(names::PROCESS_ID.to_vec());
        match ground.holder(&path) {
            Some(holder) => contents.gaps.push(running(&path, &holder)),
            None if is_process_id => contents.gaps.extend(process_id(&ground, &path)),
            None => {}
        }
    }
    let databases = found
        .large
        .iter()
        .filter(|(_, one, _)| one.part == Part::Database);
    for (place, _, _) in databases {
        let path = place.path(&base);
        let is_h2 = place.bytes().ends_with(b".mv.db");
        let trace = path.with_extension("").with_extension("lock.db");
        let holder = ground.holder(&path);
        if let Some(holder) = holder {
            contents
                .gaps
                .push(live(&path, &format!("{holder} holds a lock on it")));
        } else if is_h2 && matches!(ground.there(&trace), There::File { .. }) {
            contents
                .gaps
                .push(live(&path, "its lock file lies beside it"));
        }
        if is_h2 && contents.software.contains(&"Corda") {
            contents.gaps.push(may_hold_keys(&path));
        }
    }
}

fn gap(code: &'static str, path: &Path, text: String, hint: &str) -> Gap {
    Gap {
        code,
        place: (path.to_owned(), 0),
        text,
        hint: hint.to_owned(),
    }
}

fn running(path: &Path, holder: &str) -> Gap {
    let text = format!("the node is running now: {holder} holds this lock");
    gap(
        "running",
        path,
        text,
        "stop the node first: what it writes meanwhile is not whole",
    )
}

/// A lock file that nobody holds: left behind, or that of a node on another machine.
fn process_id(ground: &Ground, path: &Path) -> Option<Gap> {
    let hint = "make sure that the node is stopped: then it may be sealed";
    let text = ground.fetch(path, MAX_PID).ok()?;
    let number: Option<u32> = std::str::from_utf8(&text).ok()?.trim().parse().ok();
    let text = match number {
        Some(number) if ground.is_java(number) => {
            format!("process {number}, a Java program, runs here and may be the node")
        }
        _ => "left by a node that did not stop as it should, or runs on another machine".to_owned(),
    };
    Some(gap("running", path, text, hint))
}

fn live(path: &Path, why: &str) -> Gap {
    let text = format!("this database is in use: {why}");
    gap(
        "database-in-use",
        path,
        text,
        "stop the node first: a copy of it would not be whole",
    )
}

fn may_hold_keys(path: &Path) -> Gap {
    let text = "this database may hold private keys in clear, those of confidential identities \
                (table NODE_OUR_KEY_PAIRS)";
    gap(
        "database-keys",
        path,
        text.into(),
        "seal it too: --scope keys leaves it out",
    )
}
