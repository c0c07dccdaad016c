//! What no honest program writes: made with the vault's real key, as somebody with a quorum could.

use std::fs;
use std::io::{Cursor, Write};

use coldvault::archive::ArchiveWriter;
use coldvault::ceremony::{Ceremony, SealedNode};
use coldvault::cipher::Encrypting;
use coldvault::digest::Digest;
use coldvault::error::Result;
use coldvault::frames::{FrameWriter, write_padding};
use coldvault::inventory::{Inventory, Line, LineKind, TOTAL};
use coldvault::key::VaultKey;
use coldvault::manifest::{Manifest, ReadManifest};
use coldvault::payload::Deliver;
use coldvault::secret::SecretBytes;
use coldvault::shamir;
use coldvault::share::{ReadShare, Share};
use coldvault::share_text::{self, Header};
use coldvault::signature::Identity;

use crate::scene::{CUSTODIANS, Scene};
use crate::support::keep_secret;

impl Scene {
    pub(crate) fn read_manifest(&self) -> ReadManifest {
        let read = |name| fs::read(self.file("v2", name)).unwrap();
        ReadManifest {
            bytes: read("vault.json"),
            signature: read("vault.json.sig"),
        }
    }

    pub(crate) fn manifest(&self) -> Manifest {
        let read = self.read_manifest();
        read.prove(&read.claimed_key().unwrap()).unwrap()
    }

    /// The second copy of a custodian's share.
    pub(crate) fn share(&self, custodian: &str) -> Share {
        let bytes = fs::read(self.file(&format!("{custodian}2"), "share.json")).unwrap();
        let share = ReadShare::from_bytes(&bytes).unwrap().prove(None);
        share.map_err(|(flaw, _)| flaw).unwrap()
    }

    pub(crate) fn key(&self) -> VaultKey {
        let (one, two) = (self.share("legal"), self.share("audit"));
        let secret = shamir::join(&[&one.point, &two.point]).unwrap();
        VaultKey::from_secret(secret).unwrap()
    }

    pub(crate) fn identity(&self) -> Identity {
        self.key().identity(self.manifest().kind)
    }

    /// Registers the key and every share.
    pub(crate) fn keep_secrets(&self) {
        keep_secret(hex(self.key().secret()));
        self.keep_share_secrets();
    }

    /// Registers every share; for vaults that two shares do not open.
    pub(crate) fn keep_share_secrets(&self) {
        for custodian in CUSTODIANS {
            let share = self.share(custodian);
            keep_secret(hex(&share.point.y));
            let text = self.share_text(custodian);
            for line in text.lines().skip(3) {
                keep_secret(line);
            }
        }
    }

    /// The lines of a share, as typed from paper.
    pub(crate) fn share_text(&self, custodian: &str) -> String {
        let share = self.share(custodian);
        let header = Header {
            production: share.facts.kind == coldvault::kind::Kind::Production,
            vault_id: share.facts.public_key.vault_id().0,
            threshold: share.facts.k,
            number: share.facts.number,
        };
        let y: [u8; 32] = share.point.y.expose().try_into().unwrap();
        share_text::encode(&header, &y).to_string()
    }

    /// Writes a share with these facts and this secret, signed by the vault itself, over a custodian's first copy.
    pub(crate) fn bind_anew(&self, custodian: &str, change: impl FnOnce(&mut Share)) {
        let mut share = self.share(custodian);
        change(&mut share);
        let share = Share::bind(share.facts, share.point.y, &self.identity());
        let path = self.file(&format!("{custodian}1"), "share.json");
        fs::write(path, share.to_bytes().as_slice()).unwrap();
        self.rehash(&format!("{custodian}1"));
    }

    /// Puts a `vault.json` with edited text, signed by the vault itself, onto a medium.
    #[track_caller]
    pub(crate) fn sign_anew(&self, medium: &str, from: &str, to: &str) {
        self.edit(medium, "vault.json", from, to);
        let bytes = fs::read(self.file(medium, "vault.json")).unwrap();
        let signature = self.identity().sign(&bytes);
        fs::write(self.file(medium, "vault.json.sig"), signature).unwrap();
        self.rehash(medium);
    }

    /// Puts another payload onto `v1`, named in a `vault.json` that the vault itself signed. The other carriers'
    /// `vault.json` is taken away, so that there is one.
    pub(crate) fn replace_payload(&self, payload: &[u8], change: impl FnOnce(&mut Manifest)) {
        let mut manifest = self.manifest();
        manifest.payload[0].bytes = payload.len() as u64;
        manifest.payload[0].sha256 = Digest::of(payload);
        manifest.plain_bytes = 1 << 20;
        manifest.members = 100;
        change(&mut manifest);
        let signed = manifest.sign(&self.identity());
        fs::write(self.file("v1", "payload.age"), payload).unwrap();
        fs::write(self.file("v1", "vault.json"), signed.bytes).unwrap();
        fs::write(self.file("v1", "vault.json.sig"), signed.signature).unwrap();
        self.rehash("v1");
        for share in ["legal1", "ops1"] {
            fs::remove_file(self.file(share, "vault.json")).unwrap();
        }
    }

    pub(crate) fn ceremony(&self) -> Vec<u8> {
        let manifest = self.manifest();
        let node = SealedNode {
            name: b"node".to_vec(),
            path: b"/node".to_vec(),
            software: Vec::new(),
        };
        let ceremony = Ceremony {
            created: manifest.created,
            kind: manifest.kind,
            label: manifest.label,
            k: manifest.k,
            custodians: Vec::new(),
            nodes: vec![node],
            scope: coldvault::ceremony::Scope::Node,
            contact: None,
            exceptions: Vec::new(),
            wall_clock: None,
        };
        ceremony.to_bytes()
    }

    /// An honest beginning of an archive: `ceremony.json` and the node directory itself.
    pub(crate) fn begin(&self) -> Tar {
        let mut tar = Tar::default();
        tar.file("ceremony.json", &self.ceremony());
        tar.directory("node/0");
        tar
    }
}

fn hex(secret: &SecretBytes) -> String {
    secret.expose().iter().map(|b| format!("{b:02x}")).collect()
}

/// An archive whose inventory always agrees, unless a test makes it lie.
pub(crate) struct Tar {
    writer: ArchiveWriter<Vec<u8>>,
    pub(crate) inventory: Inventory,
}

impl Default for Tar {
    fn default() -> Self {
        Self {
            writer: ArchiveWriter::new(Vec::new()),
            inventory: Inventory::default(),
        }
    }
}

impl Tar {
    fn list(&mut self, path: &str, kind: LineKind, mode: u32) {
        let line = Line {
            path: path.into(),
            kind,
            mode,
            mtime: 0,
            what: None,
            outside: None,
        };
        let part = self.inventory.add(&line);
        assert!(part.is_none(), "tests have few members");
    }

    pub(crate) fn directory(&mut self, path: &str) {
        self.writer.directory(path.as_bytes(), 0o700, 0).unwrap();
        self.list(path, LineKind::Directory, 0o700);
    }

    pub(crate) fn file(&mut self, path: &str, content: &[u8]) {
        self.unlisted(path, content);
        self.listed(path, content);
    }

    /// A file that the inventory does not know.
    pub(crate) fn unlisted(&mut self, path: &str, mut content: &[u8]) {
        let size = content.len() as u64;
        let written = self
            .writer
            .file(path.as_bytes(), 0o600, 0, size, &mut content);
        assert_eq!(written.unwrap(), size);
    }

    /// A file that only the inventory knows.
    pub(crate) fn listed(&mut self, path: &str, content: &[u8]) {
        let (size, sha256) = (content.len() as u64, Digest::of(content));
        self.list(path, LineKind::File { size, sha256 }, 0o600);
    }

    pub(crate) fn link(&mut self, path: &str, target: &str) {
        self.writer
            .link(path.as_bytes(), target.as_bytes(), 0)
            .unwrap();
        let target = target.into();
        self.list(path, LineKind::Link { target }, 0o777);
    }

    /// The plain archive, with the inventory behind everything else.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let (last, total, _) = std::mem::take(&mut self.inventory).finish();
        if let Some((name, bytes)) = last {
            self.unlisted(&name, &bytes);
        }
        self.unlisted(TOTAL, &total);
        self.writer.finish().unwrap()
    }
}

/// Replaces names of the same length in an archive's headers and inventory, and makes the headers' checksums right.
pub(crate) fn rename(plain: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..plain.len() - from.len())
        .filter(|at| plain[*at..].starts_with(from))
        .collect();
    for at in places {
        plain[at..at + to.len()].copy_from_slice(to);
    }
    for block in plain.chunks_exact_mut(512) {
        if &block[257..262] == b"ustar" {
            block[148..156].copy_from_slice(b"        ");
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
}

/// Compresses, pads and encrypts a plain archive, as honest ones are.
pub(crate) fn payload(key: &VaultKey, plain: &[u8]) -> Vec<u8> {
    let sealed = Encrypting::new(key, Cursor::new(Vec::new())).unwrap();
    let mut frames = FrameWriter::new(sealed, 1, 2).unwrap();
    frames.write_all(plain).unwrap();
    let (mut sealed, compressed) = frames.finish().unwrap();
    write_padding(&mut sealed, compressed).unwrap();
    sealed.finish().unwrap().into_inner()
}

/// Takes everything and keeps nothing.
pub(crate) struct Nowhere;

impl Deliver for Nowhere {
    fn ceremony(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }
    fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
        Ok(())
    }
    fn file(&mut self, _: &[u8], _: u32, _: i64, _: u64, _: &mut dyn std::io::Read) -> Result<()> {
        Ok(())
    }
    fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
        Ok(())
    }
    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}
