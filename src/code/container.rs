//! The files of a vault copy in one piece, compressed and padded, and back from anybody's bytes.
//!
//! What it makes is plain: `zstd -d` and `tar -x` take it apart.

use std::io::{Read, Write};
use std::path::PathBuf;

use super::VaultFiles;
use crate::archive::{ArchiveReader, ArchiveWriter, Limits, MemberKind};
use crate::error::{Error, Result};
use crate::frames::{FrameReader, FrameWriter};
use crate::manifest::{self, ReadManifest};
use crate::signature::{PublicKey, SIGNATURE_BYTES};

/// zstd's level: the slowest that takes no large window.
const LEVEL: i32 = 19;
/// The most bytes of all files together.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// The first bytes of a skippable frame of zstd.
const SKIPPABLE: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();
const PAYLOAD: &str = "payload.age";
/// The members, in their order, and the most bytes of each.
const MEMBERS: [(&str, usize); 4] = [
    (manifest::FILE, manifest::MAX_BYTES),
    (manifest::SIGNATURE_FILE, SIGNATURE_BYTES),
    (manifest::KEY_FILE, 256),
    (PAYLOAD, MOST_BYTES),
];

/// The files joined and compressed, without padding; and the key that `vault.json` names.
pub(super) fn pack(files: &VaultFiles) -> Result<(Vec<u8>, PublicKey)> {
    let key = files.claimed_key().ok_or_else(|| Error::Damaged {
        path: PathBuf::from(manifest::FILE),
        what: "it names no public key".into(),
    })?;
    let pem = key.to_pem();
    let contents = [
        files.manifest.as_slice(),
        files.signature.as_slice(),
        pem.as_bytes(),
        files.payload.as_slice(),
    ];
    let failed = |error| Error::unwrap_io(error, "compress the vault");
    let mut archive = ArchiveWriter::new(Vec::new());
    for ((name, _), mut content) in MEMBERS.iter().zip(contents) {
        let len = content.len() as u64;
        archive.file(name.as_bytes(), 0o600, 0, len, &mut content)?;
    }
    let archive = archive.finish().map_err(failed)?;
    let mut writer = FrameWriter::new(Vec::new(), LEVEL, 1).map_err(failed)?;
    writer.write_all(&archive).map_err(failed)?;
    let (packed, _) = writer.finish().map_err(failed)?;
    Ok((packed, key))
}

/// Fills up to `len` bytes with one frame that readers skip. There must be room for its eight bytes.
pub(super) fn pad(mut packed: Vec<u8>, len: usize) -> Vec<u8> {
    let zeros = len.saturating_sub(packed.len() + 8);
    packed.extend_from_slice(&SKIPPABLE);
    packed.extend_from_slice(&(zeros as u32).to_le_bytes());
    packed.resize(packed.len() + zeros, 0);
    packed
}

impl VaultFiles {
    /// The files in a container, as they are: nothing is proven. Takes 8 MiB at most.
    ///
    /// # Errors
    /// [`Error::Code`], [`Error::Archive`] or [`Error::Limit`] for what coldvault does not print.
    pub fn unpack(container: &[u8]) -> Result<Self> {
        let failed = |error: std::io::Error| {
            let ours = error.downcast::<Error>();
            ours.unwrap_or_else(|error| Error::misread(format!("not zstd frames: {error}")))
        };
        // A tape's worth of zeros may follow an archive, and no more.
        let plain = FrameReader::new(container).map_err(failed)?;
        let plain = plain.take(4 * MOST_BYTES as u64);
        let limits = Limits {
            members: MEMBERS.len() as u64,
            bytes: MOST_BYTES as u64,
        };
        let mut archive = ArchiveReader::new(plain, limits);
        let mut contents = Vec::new();
        for (name, most) in MEMBERS {
            contents.push(member(&mut archive, name, most)?);
        }
        if archive.next().map_err(out_of_zstd)?.is_some() {
            return Err(Error::misread("it holds more than a vault's files"));
        }
        let files: [Vec<u8>; 4] = contents
            .try_into()
            .map_err(|_| Error::misread("it holds less than a vault's files"))?;
        let [manifest, signature, key, payload] = files;
        let files = Self {
            manifest,
            signature,
            payload,
        };
        let is_its_key = |claimed: PublicKey| PublicKey::from_pem(&key) == Some(claimed);
        if !files.claimed_key().is_some_and(is_its_key) {
            return Err(Error::misread("vault.pub is not the key in vault.json"));
        }
        Ok(files)
    }

    /// The public key that `vault.json` names, believed by nobody yet.
    pub(super) fn claimed_key(&self) -> Option<PublicKey> {
        self.read_manifest().claimed_key()
    }

    /// `vault.json` and its signature, to be proven.
    pub fn read_manifest(&self) -> ReadManifest {
        ReadManifest {
            bytes: self.manifest.clone(),
            signature: self.signature.clone(),
        }
    }
}

/// The next member, which must be a file of this name.
fn member(archive: &mut ArchiveReader<impl Read>, name: &str, most: usize) -> Result<Vec<u8>> {
    let next = archive.next().map_err(out_of_zstd)?;
    let size = match next {
        Some(member) if member.path == name.as_bytes() => match member.kind {
            MemberKind::File { size } => Some(size),
            MemberKind::Directory | MemberKind::Link { .. } => None,
        },
        _ => None,
    };
    let why = || Error::misread(format!("{name} is not where it should be"));
    let size = size.ok_or_else(why)?;
    if size > most as u64 {
        return Err(Error::misread(format!("{name} is too large")));
    }
    let mut content = Vec::new();
    let read = archive.content().read_to_end(&mut content);
    read.map_err(|error| out_of_zstd(Error::unwrap_io(error, "read the codes")))?;
    Ok(content)
}

/// What the stream below says is damage: there is no file that the system could fail on.
fn out_of_zstd(error: Error) -> Error {
    match error {
        Error::System { error, .. } => Error::misread(format!("not zstd frames: {error}")),
        other => other,
    }
}
