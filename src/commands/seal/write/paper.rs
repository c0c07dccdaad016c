//! Whether a vault fits onto paper: tried before any key exists, with a key that is thrown away, and looked at again when
//! the payload is there.

use std::io::{self, Write};

use super::{copies, signed, stream};
use crate::code::VaultFiles;
use crate::commands::Session;
use crate::commands::paper::{MOST_BYTES, fits, too_large};
use crate::commands::seal::Plan;
use crate::commands::seal::older::Older;
use crate::commands::seal::table::Mark;
use crate::commands::seal::taking::Taking;
use crate::digest::Digest;
use crate::error::Result;
use crate::key::VaultKey;
use crate::manifest::{PayloadPart, ReadManifest, payload_name};
use crate::shamir::Point;
use crate::sheet::VaultSheet;

/// The most bytes of node directories that are compressed only to see how large that becomes.
const MOST_TRIED: u64 = 64 << 20;

/// How many pages a vault sheet of this sealing will have.
///
/// # Errors
/// [`Error::Refused`] for a vault that is too large for paper; what reading the node directories answers.
pub(in crate::commands::seal) fn pages(
    plan: &Plan,
    mark: Mark,
    (taking, older): (&Taking, Option<&Older>),
    session: &mut Session,
) -> Result<usize> {
    let (bytes, surveys) = (taking.bytes(), taking.surveys());
    let largest = surveys
        .iter()
        .filter_map(|survey| survey.largest.as_ref())
        .max_by_key(|(_, bytes)| *bytes);
    let largest = largest.map(|(path, _)| path.as_slice());
    if bytes > MOST_TRIED {
        return Err(too_large(bytes, largest));
    }
    let key = VaultKey::draw()?;
    let identity = key.identity(plan.kind);
    let (now, tried) = (session.now, Tried::default());
    let mut silent = crate::terminal::Terminal::silent();
    let waiting = silent.waiting("");
    let (tried, summary) = stream::stream(
        (plan, taking),
        (&key, older),
        tried,
        now,
        (&mut silent, &waiting),
    )?;
    if tried.all > tried.bytes.len() as u64 {
        return Err(too_large(tried.all, largest));
    }
    let copies = copies(plan, mark, &identity, session)?;
    let points = (1..).zip(&plan.custodians);
    let points = points.map(|(number, _)| {
        let y = VaultKey::draw()?.into_secret();
        Ok(Point { number, y })
    });
    let shares = signed::bind(plan, points.collect::<Result<_>>()?, &identity);
    let part = PayloadPart {
        name: payload_name(0, 1),
        bytes: tried.all,
        sha256: Digest::of(&tried.bytes),
    };
    let public = (identity.public_key(), shares.as_slice());
    let manifest = signed::manifest((plan, &copies), public, (vec![part], &summary), now);
    let files = files(manifest.sign(&identity), tried.bytes);
    fits(&files, largest)?;
    let contact = plan.contact.as_deref();
    let sheet = VaultSheet {
        files: &files,
        manifest: &manifest,
        contact,
    };
    Ok(sheet.draw()?.pages)
}

/// What is printed of a vault.
pub(super) fn files(signed: ReadManifest, payload: Vec<u8>) -> VaultFiles {
    VaultFiles {
        manifest: signed.bytes,
        signature: signed.signature,
        payload,
    }
}

/// Keeps what paper could take, and counts the rest.
#[derive(Default)]
struct Tried {
    bytes: Vec<u8>,
    all: u64,
}

impl Write for Tried {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = MOST_BYTES.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes
            .extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.all += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
