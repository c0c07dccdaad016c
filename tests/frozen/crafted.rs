//! Archives and payloads that coldvault would not write, made with the vault's own key.

use std::io::Write;
use std::iter::once;

use age::scrypt;
use age::secrecy::SecretString;
use coldvault::archive::ArchiveWriter;
use coldvault::ceremony::{Ceremony, SealedNode};
use coldvault::cipher::Encrypting;
use coldvault::digest::Digest;
use coldvault::frames::{self, FrameWriter};
use coldvault::inventory::{self, Inventory, Line, LineKind};
use coldvault::key::VaultKey;

use super::sealed::Sealed;

/// A member of an archive that coldvault would not write.
pub(crate) enum Made {
    Directory(Vec<u8>),
    File(Vec<u8>, Vec<u8>),
    Link(Vec<u8>, Vec<u8>),
}

impl Made {
    fn put(&self, archive: &mut ArchiveWriter<Vec<u8>>) {
        match self {
            Self::Directory(path) => archive.directory(path, 0o700, 7).unwrap(),
            Self::Link(path, target) => archive.link(path, target, 7).unwrap(),
            Self::File(path, content) => {
                let length = content.len() as u64;
                archive
                    .file(path, 0o600, 7, length, &mut content.as_slice())
                    .unwrap();
            }
        }
    }

    fn line(&self) -> Line {
        let (path, kind, mode) = match self {
            Self::Directory(path) => (path, LineKind::Directory, 0o700),
            Self::Link(path, target) => (
                path,
                LineKind::Link {
                    target: target.clone(),
                },
                0o777,
            ),
            Self::File(path, content) => {
                let (size, sha256) = (content.len() as u64, Digest::of(content));
                (path, LineKind::File { size, sha256 }, 0o600)
            }
        };
        Line {
            path: path.clone(),
            kind,
            mode,
            mtime: 7,
            what: None,
            outside: None,
        }
    }
}

/// An archive with these members and an inventory of those.
pub(crate) fn archive(sealed: &Sealed, members: &[Made], listed: &[Made]) -> Vec<u8> {
    let ceremony = Ceremony {
        created: sealed.manifest.created,
        kind: sealed.manifest.kind,
        label: sealed.manifest.label.clone(),
        k: sealed.manifest.k,
        custodians: Vec::new(),
        nodes: vec![SealedNode {
            name: b"node".to_vec(),
            path: b"/node".to_vec(),
            software: Vec::new(),
        }],
        scope: coldvault::ceremony::Scope::Node,
        contact: None,
        exceptions: Vec::new(),
        wall_clock: None,
    };
    let ceremony = Made::File(b"ceremony.json".to_vec(), ceremony.to_bytes());
    let mut archive = ArchiveWriter::new(Vec::new());
    let mut lines = Inventory::default();
    once(&ceremony)
        .chain(members)
        .for_each(|made| made.put(&mut archive));
    for made in once(&ceremony).chain(listed) {
        assert!(lines.add(&made.line()).is_none());
    }
    let (last, total, _) = lines.finish();
    let total = (inventory::TOTAL.to_owned(), total);
    for (name, bytes) in last.into_iter().chain(once(total)) {
        let length = bytes.len() as u64;
        archive
            .file(name.as_bytes(), 0o600, 0, length, &mut bytes.as_slice())
            .unwrap();
    }
    archive.finish().unwrap()
}

/// Gives a member a name that coldvault would not write: same length, checksum made right.
pub(crate) fn renamed(mut tar: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let start = tar
        .chunks(512)
        .position(|block| block.starts_with(from))
        .unwrap()
        * 512;
    let header = &mut tar[start..start + 512];
    header[..to.len()].copy_from_slice(to);
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar
}

/// An archive as a payload: compressed, padded, encrypted.
pub(crate) fn payload(key: &VaultKey, tar: &[u8]) -> Vec<u8> {
    let mut frames = FrameWriter::new(Encrypting::new(key, Vec::new()).unwrap(), 1, 1).unwrap();
    frames.write_all(tar).unwrap();
    let (mut sealed, compressed) = frames.finish().unwrap();
    frames::write_padding(&mut sealed, compressed).unwrap();
    sealed.finish().unwrap()
}

/// Encrypted with any work factor, as coldvault does not.
pub(crate) fn encrypted(key: &VaultKey, work: u8, plain: &[u8]) -> Vec<u8> {
    let phrase = String::from_utf8(key.passphrase().expose().to_vec()).unwrap();
    let mut recipient = scrypt::Recipient::new(SecretString::from(phrase));
    recipient.set_work_factor(work);
    let recipients = once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).unwrap();
    let mut writer = encryptor.wrap_output(Vec::new()).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}
