//! A vault as codes.

use std::path::PathBuf;

use super::container;
use super::layout::{MOST_CODES, VaultSize, laid_out, on_one_page};
use super::text::{self, Piece};
use super::{Level, Printed};
use crate::digest::Digest;
use crate::erasure;
use crate::error::{Error, Result};
use crate::manifest::{self, Flaw, Manifest, payload_name};
use crate::signature::{SIGNATURE_BYTES, VaultId};

/// The files of a vault copy that fit onto paper.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultFiles {
    /// `vault.json`.
    pub manifest: Vec<u8>,
    /// `vault.json.sig`.
    pub signature: Vec<u8>,
    /// `payload.age`.
    pub payload: Vec<u8>,
}

/// A vault's codes and what a page says about them.
pub struct VaultCodes {
    /// In the order of their numbers.
    pub codes: Vec<Printed>,
    /// Codes that are needed.
    pub needed: usize,
    /// Codes on each page; the last may have fewer.
    pub per_page: usize,
}

impl VaultFiles {
    /// The codes of a vault sheet, parity and all.
    ///
    /// # Errors
    /// [`Error::Refused`] for a vault too large for paper, saying how large it is and how many pages it would take.
    pub fn codes(&self) -> Result<VaultCodes> {
        if self.signature.len() != SIGNATURE_BYTES {
            return Err(Error::Damaged {
                path: PathBuf::from(manifest::SIGNATURE_FILE),
                what: "it is no signature".into(),
            });
        }
        let bytes = self.manifest.len() + self.payload.len();
        if bytes > container::MOST_BYTES / 2 {
            // What is encrypted does not become smaller.
            return Err(too_large_for_paper(VaultSize::of(bytes)));
        }
        let (packed, key) = container::pack(self)?;
        let (size, grade) = laid_out(packed.len());
        let total = u8::try_from(size.codes).map_err(|_| too_large_for_paper(size))?;
        let container = container::pad(packed, size.needed * grade.part_bytes);
        let data: Vec<&[u8]> = container.chunks(grade.part_bytes).collect();
        let parity = erasure::parity(&data, total).ok_or(Error::SelfTest {
            what: "the parts of a vault are not of one length",
        })?;
        let set = text::short_digest(&container);
        let code = |(number, data): (u8, &[u8])| Printed {
            name: number.to_string(),
            twin: None,
            text: text::of_part(&Piece {
                vault: key.vault_id(),
                number,
                of: total,
                needed: size.needed as u8,
                set,
                data: data.to_vec(),
            }),
            level: Level::Q,
            version: grade.version,
        };
        let all = data.iter().copied().chain(parity.iter().map(Vec::as_slice));
        Ok(VaultCodes {
            codes: (1..=total).zip(all).map(code).collect(),
            needed: size.needed,
            per_page: on_one_page(size.codes),
        })
    }

    /// Their `vault.json`, once it is certain that they belong together and to this vault: signature and payload.
    ///
    /// # Errors
    /// [`Error::Newer`] for a `vault.json` of a later version; [`Error::Code`] with what does not hold.
    pub fn prove(&self, vault: VaultId) -> Result<Manifest> {
        let key = self.claimed_key();
        let key = key.ok_or_else(|| Error::misread("vault.json names no public key"))?;
        if key.vault_id() != vault {
            let why = "vault.json is of another vault than its codes say";
            return Err(Error::misread(why));
        }
        let manifest = self
            .read_manifest()
            .prove(&key)
            .map_err(|flaw| match flaw {
                Flaw::Newer(needs) => Error::Newer {
                    what: manifest::FILE.into(),
                    needs,
                },
                flaw => Error::misread(format!("vault.json: {flaw}")),
            })?;
        match manifest.payload.as_slice() {
            [part]
                if part.name == payload_name(0, 1) && part.sha256 == Digest::of(&self.payload) =>
            {
                Ok(manifest)
            }
            _ => Err(Error::misread("its payload is not the one in vault.json")),
        }
    }
}

/// The refusal of a vault too large for paper.
pub fn too_large_for_paper(size: VaultSize) -> Error {
    let VaultSize {
        bytes,
        codes,
        pages,
        ..
    } = size;
    let most = VaultSize::MOST_BYTES;
    Error::Refused {
        what: format!(
            "the vault is too large for paper: about {bytes} bytes would take {codes} codes on {pages} pages; \
             {MOST_CODES} codes with {most} bytes are the most"
        ),
        hint: "leave the sheet of the vault out and give it a medium: shares still go onto paper; or seal a \
               directory with the keystores only, without databases, logs and libraries"
            .into(),
    }
}
