//! Reads the payload of one vault copy, part after part, each proving itself at its end.

use std::io::{self, Read};
use std::path::PathBuf;

use super::super::vault_at::{Opened, Part, VaultAt};
use super::{MAX_PARTS, damaged};
use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::{Manifest, PayloadPart, payload_name};

/// Reads the payload of one vault copy, part after part. With a genuine `vault.json` each part proves itself at its end,
/// before the last byte of the stream is believed.
pub struct PayloadReader {
    parts: std::vec::IntoIter<OpenPart>,
    current: Option<OpenPart>,
}

/// One part, open.
pub(super) struct OpenPart {
    path: PathBuf,
    pub(super) file: Box<dyn Part>,
    hasher: Hasher,
    pub(super) rest: u64,
    expected: Option<Digest>,
}

impl PayloadReader {
    /// Opens all parts of the payload of `vault`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a part is missing or of another length than `vault.json` says; [`Error::Io`].
    pub fn open(vault: &VaultAt, manifest: Option<&Manifest>) -> Result<Self> {
        let folder = vault.open()?;
        let parts = match manifest {
            Some(manifest) => manifest
                .payload
                .iter()
                .map(|part| open_known(&folder, part))
                .collect::<Result<Vec<_>>>()?,
            None => open_all(&folder)?,
        };
        if parts.is_empty() {
            let what = "there is no payload in it".to_owned();
            return Err(Error::Damaged {
                path: folder.path().to_owned(),
                what,
            });
        }
        Ok(Self {
            parts: parts.into_iter(),
            current: None,
        })
    }

    fn read_part(&mut self, buffer: &mut [u8]) -> Result<usize> {
        interrupt::check()?;
        loop {
            let part = match self.current.as_mut() {
                Some(part) => part,
                None => match self.parts.next() {
                    Some(part) => self.current.insert(part),
                    None => return Ok(0),
                },
            };
            match part.read(buffer)? {
                0 => self.current = None,
                count => return Ok(count),
            }
        }
    }
}

impl OpenPart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.rest)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(room) = buffer.get_mut(..most) else {
            return Ok(0);
        };
        let count = self
            .file
            .read(room)
            .map_err(Error::io("read", &self.path))?;
        if self.expected.is_some() {
            self.hasher.update(room.get(..count).unwrap_or_default());
        }
        self.rest -= count as u64;
        if count == 0 && most > 0 {
            return Err(damaged(&self.path, "it became shorter while it was read"));
        }
        if self.rest == 0 {
            self.prove()?;
        }
        Ok(count)
    }

    /// At the end of a part: its digest must be the signed one.
    fn prove(&mut self) -> Result<()> {
        match self.expected.take() {
            Some(expected) if std::mem::take(&mut self.hasher).finish() != expected => {
                Err(damaged(
                    &self.path,
                    "it is damaged: its digest is not the one in vault.json",
                ))
            }
            _ => Ok(()),
        }
    }
}

impl Read for PayloadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_part(buffer).map_err(Error::into_io)
    }
}

fn open_known(folder: &Opened<'_>, part: &PayloadPart) -> Result<OpenPart> {
    let path = folder.path().join(&part.name);
    let (file, bytes) = folder
        .part(&part.name)?
        .ok_or_else(|| damaged(&path, "it is missing"))?;
    if bytes != part.bytes {
        return Err(damaged(
            &path,
            &format!("it has {bytes} bytes instead of {}", part.bytes),
        ));
    }
    Ok(OpenPart {
        path,
        file,
        hasher: Hasher::new(),
        rest: bytes,
        expected: Some(part.sha256),
    })
}

/// Without vault.json: one file, or as many numbered ones as there are.
pub(super) fn open_all(folder: &Opened<'_>) -> Result<Vec<OpenPart>> {
    let open = |name: String| -> Result<Option<OpenPart>> {
        let path = folder.path().join(&name);
        let opened = folder.part(&name)?;
        Ok(opened.map(|(file, rest)| OpenPart {
            path,
            file,
            hasher: Hasher::new(),
            rest,
            expected: None,
        }))
    };
    if let Some(only) = open(payload_name(0, 1))? {
        return Ok(vec![only]);
    }
    (0..MAX_PARTS)
        .map(|index| open(payload_name(index, 2)))
        .take_while(|part| !matches!(part, Ok(None)))
        .filter_map(Result::transpose)
        .collect()
}
