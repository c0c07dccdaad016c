//! The bytes of the payload, from where they come: node directories, or an older vault that is sealed anew.

use std::io::Write;

use super::path::check_path;
use super::watched::{Progress, Watched};
use crate::commands::seal::Plan;
use crate::commands::seal::older::Older;
use crate::commands::seal::taking::{Taken, Taking};
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::frames::Padding;
use crate::host::interrupt;
use crate::key::VaultKey;
use crate::node::Reading;
use crate::payload::{CEREMONY, EXTERNAL, NOTE, PayloadWriter, Root, Summary};
use crate::store_passwords;
use crate::terminal::{Terminal, Waiting};
use crate::time::Time;

/// Streams note and nodes into the payload, or all that an older vault holds.
pub(super) fn stream<W: Write + Send + 'static>(
    (plan, taking): (&Plan, &Taking),
    (key, older): (&VaultKey, Option<&Older>),
    output: W,
    now: Time,
    (terminal, waiting): (&mut Terminal, &Waiting),
) -> Result<(W, Summary)> {
    let writer =
        PayloadWriter::new(key, output).map_err(|e| Error::unwrap_io(e, "begin the payload"))?;
    let mut writer = writer.padded(match plan.prints_vault() {
        true => Padding::Pieces,
        false => Padding::Padme,
    });
    let ceremony = plan.ceremony(&taking.software(), now);
    let mut progress = Progress {
        terminal,
        waiting,
        done: 0,
        all: taking.bytes(),
    };
    if let Some((older, content)) = older.and_then(|older| Some((older, older.content.as_ref()?))) {
        let made = (ceremony.to_bytes(), now.unix());
        older.pour(content, &mut writer, made, &mut |bytes| {
            progress.moved(bytes)
        })?;
        return writer.finish();
    }
    writer.add_bytes(CEREMONY, &ceremony.to_bytes(), now.unix())?;
    if let Some(note) = &plan.note {
        writer.add_bytes(&format!("{NOTE}/{}", note.name()), &note.bytes, now.unix())?;
    }
    if let Some(passwords) = &taking.store_passwords {
        let path = format!("{NOTE}/{}", store_passwords::FILE);
        writer.add_bytes(&path, passwords.expose(), now.unix())?;
    }
    let mut adding = Adding { writer, progress };
    let nodes = || taking.nodes.iter().zip(&ceremony.nodes).enumerate();
    for ((index, (taken, restored)), node) in nodes().zip(&plan.nodes) {
        let name = restored.name.as_slice();
        taken.read_inside(plan, node, &mut |entry, content| {
            adding.add((taken, name), Root::Node(index), &entry, content)
        })?;
    }
    for (index, (taken, restored)) in nodes() {
        let name = [EXTERNAL.as_bytes(), b"/", &restored.name].concat();
        taken.read_outside(plan, &mut |entry, content| {
            adding.add((taken, &name), Root::External(index), &entry, content)
        })?;
    }
    adding.writer.finish()
}

/// A payload that is being filled.
struct Adding<'t, W: Write + Send + 'static> {
    writer: PayloadWriter<W>,
    progress: Progress<'t>,
}

impl<W: Write + Send + 'static> Adding<'_, W> {
    /// Adds an entry, which is restored below the directory `name`.
    fn add(
        &mut self,
        (taken, name): (&Taken, &[u8]),
        root: Root,
        entry: &Entry,
        content: Option<&mut Reading>,
    ) -> Result<()> {
        interrupt::check()?;
        check_path(name, &entry.path)?;
        let what = taken.what(root, &entry.path);
        let Some(inner) = content else {
            return self.writer.add_known(root, entry, None, what);
        };
        let mut content = Watched {
            inner,
            progress: &mut self.progress,
        };
        self.writer.add_known(root, entry, Some(&mut content), what)
    }
}
