//! The payload of one vault copy as one file in which one can go to any place, gaps included.

use std::io::{self, Read, Seek, SeekFrom};

use super::super::vault_at::{Part, VaultAt};
use super::damaged;
use super::read::open_all;
use crate::error::{Error, Result};
use crate::manifest::{Manifest, PayloadPart};

/// The payload of one vault copy as one file in which one can go to any place, for salvaging. Damage is allowed.
pub struct SeekPayload {
    /// Each part with its length; a part that cannot be opened is a gap as long as it was.
    parts: Vec<(Option<Box<dyn Part>>, u64)>,
    place: u64,
    length: u64,
}

impl SeekPayload {
    /// Opens whatever is there of the payload of `vault`. Where `vault.json` gives the lengths, a part that is too short
    /// or missing leaves a gap instead of moving the others.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Damaged`] when nothing is there.
    pub fn open(vault: &VaultAt, manifest: Option<&Manifest>) -> Result<Self> {
        let open = vault.open()?;
        let parts: Vec<(Option<Box<dyn Part>>, u64)> = match manifest {
            Some(manifest) => {
                let opened = |name: &str| Some(open.part(name).ok()??.0);
                let one = |part: &PayloadPart| (opened(&part.name), part.bytes);
                manifest.payload.iter().map(one).collect()
            }
            None => open_all(&open)?
                .into_iter()
                .map(|part| (Some(part.file), part.rest))
                .collect(),
        };
        if parts.iter().all(|(file, _)| file.is_none()) {
            return Err(damaged(vault.place(), "there is no payload in it"));
        }
        let length = parts
            .iter()
            .fold(0u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        Ok(Self {
            parts,
            place: 0,
            length,
        })
    }

    /// The length, gaps included.
    pub fn length(&self) -> u64 {
        self.length
    }
}

impl Read for SeekPayload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        crate::host::interrupt::check().map_err(Error::into_io)?;
        let mut start = 0;
        for (file, bytes) in &mut self.parts {
            let inside = self
                .place
                .checked_sub(start)
                .filter(|inside| inside < bytes);
            start += *bytes;
            let Some(inside) = inside else { continue };
            let most = usize::try_from(*bytes - inside)
                .unwrap_or(usize::MAX)
                .min(buffer.len());
            let room = buffer.get_mut(..most).unwrap_or_default();
            let mut count = 0;
            if let Some(file) = file {
                file.seek(SeekFrom::Start(inside))?;
                count = file.read(room)?;
            }
            if count == 0 {
                // A gap: zeros keep every other chunk in its place, and no chunk of zeros proves itself.
                room.fill(0);
                count = room.len();
            }
            self.place += count as u64;
            return Ok(count);
        }
        Ok(0)
    }
}

impl Seek for SeekPayload {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.place.checked_add_signed(offset),
        };
        self.place = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_missing_or_short_part_is_a_gap_of_zeros_and_moves_no_other() {
        let file = |content: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(content).unwrap();
            Some(Box::new(file) as Box<dyn Part>)
        };
        let parts = vec![
            (file(b"0123456789"), 10),
            (None, 3),
            (file(b"ab"), 4),
            (file(b"end"), 3),
        ];
        let mut payload = SeekPayload {
            parts,
            place: 0,
            length: 20,
        };
        let mut bytes = Vec::new();
        payload.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"0123456789\0\0\0ab\0\0end");
        for place in 0..22 {
            payload.seek(SeekFrom::Start(place as u64)).unwrap();
            let mut rest = Vec::new();
            payload.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, bytes[place.min(20)..]);
        }
        assert_eq!(payload.seek(SeekFrom::End(-3)).unwrap(), 17);
        assert!(payload.seek(SeekFrom::Current(-18)).is_err());
    }
}
