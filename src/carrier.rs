//! What lies on a carrier: the files of a vault copy and of a share copy, written into a folder and read back.
//!
//! Knows which files belong together and what a person who finds them must be told; the bytes are the formats' business
//! and the folders are `media`'s. `SHA256SUMS` is written last: a folder without it is unfinished.

mod check;
mod finish;
mod note;
mod payload;
mod text;
mod tool;
mod vault_at;
mod years;

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::kind::Kind;
use crate::label::Label;
use crate::manifest::{self, Manifest, ReadManifest};
use crate::media::{self, Found, OpenFolder, Sums};
use crate::share::{self, ReadShare};
use crate::signature::VaultId;
use crate::time::Time;

pub use check::{Checked, Holds, Problem, check};
pub use finish::{Common, finish_folder, finish_reissued, finish_scanned, put_share, write_sums};
pub use note::{find_notes, finish_note, is_note_folder, note_folder, note_keys_agree, read_note};
pub use payload::{FinishedPayload, PayloadFiles, PayloadReader, SeekPayload};
pub use text::{CopyOf, Made, readme};
pub use tool::TOOL;
pub use vault_at::{PaperVault, VaultAt};
pub use years::{Age, CHECK_YEARS, Due, REPLACE_YEARS};

/// What every coldvault folder on a medium begins with.
pub const PREFIX: &str = "coldvault-";
/// Written last.
pub const SUMS: &str = "SHA256SUMS";
/// What this is and what to do, for whoever finds it.
pub const README: &str = "README.txt";
/// The way back without coldvault.
pub const RECOVERY: &str = "RECOVERY.txt";
/// The text of [`RECOVERY`], the same on every carrier.
pub const RECOVERY_TEXT: &str = include_str!("../docs/recovery.md");
/// Which carrier this is.
pub const CARRIER: &str = "carrier.json";
/// What `carrier.json` says of a copy that was made from sheets.
pub const SCAN: &str = "scan";
/// What `carrier.json` says of a copy that a quorum made of a share after the sealing.
pub const REISSUE: &str = "reissue";
const CARRIER_TYPE: &str = "coldvault/carrier/1";
const MAX_CARRIER_BYTES: usize = 4096;

/// What a carrier's folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A vault copy.
    Vault,
    /// A copy of this share.
    Share(u8),
}

impl Role {
    /// The name of the folder.
    pub fn folder(self, id: VaultId) -> String {
        match self {
            Self::Vault => format!("{PREFIX}{id}-vault"),
            Self::Share(number) => format!("{PREFIX}{id}-share-{number}"),
        }
    }
}

/// `carrier.json`: a claim about which carrier this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierFacts {
    /// 16 random bytes, to tell media apart that are seen one after another.
    pub carrier_id: [u8; 16],
    /// What it is for.
    pub role: Role,
    /// Copy number, from 1.
    pub copy: u8,
    /// Copies made at the sealing.
    pub of: u8,
    /// When it was first written.
    pub written: Time,
    /// "seal", "copy" when it was made from another carrier, [`REISSUE`] or [`SCAN`].
    pub made_by: String,
}

impl CarrierFacts {
    /// The bytes of `carrier.json`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let object = Object::new()
            .with("type", CARRIER_TYPE)
            .with("carrier_id", HEXLOWER.encode(&self.carrier_id));
        let object = match self.role {
            Role::Vault => object.with("role", "vault"),
            Role::Share(number) => object
                .with("role", "share")
                .with("number", u64::from(number)),
        };
        object
            .with("copy", u64::from(self.copy))
            .with("of", u64::from(self.of))
            .with("written", self.written.to_string())
            .with("made_by", self.made_by.as_str())
            .to_pretty()
            .into_bytes()
    }

    /// The inverse of [`CarrierFacts::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Json`] for what coldvault does not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let object = json::parse(bytes, MAX_CARRIER_BYTES)?;
        if object.text("type")? != CARRIER_TYPE {
            return Err(Error::json("it is not a carrier.json of this version"));
        }
        Ok(Self {
            carrier_id: object.array("carrier_id")?,
            role: match object.text("role")? {
                "vault" => Role::Vault,
                "share" => Role::Share(object.byte("number")?),
                _ => return Err(Error::json("\"role\" is unknown")),
            },
            copy: object.byte("copy")?,
            of: object.byte("of")?,
            written: Time::parse(object.text("written")?)?,
            made_by: object.text("made_by")?.to_owned(),
        })
    }
}

/// What a carrier's folder says, read and not yet believed.
pub struct ReadCarrier {
    /// The folder.
    pub path: PathBuf,
    /// Its `vault.json`, if it has one.
    pub manifest: Option<ReadManifest>,
    /// Its share, if it has one, or why it cannot be read.
    pub share: Option<Result<ReadShare>>,
    /// Whether there is a payload, finished or not.
    pub has_payload: bool,
    /// Whether `SHA256SUMS` is there.
    pub is_finished: bool,
}

/// Lists the coldvault folders at a place that a person named. A folder that was renamed is known by what is in it.
///
/// # Errors
/// [`Error::Io`] when the place is not there or cannot be read.
pub fn find(path: &Path) -> Result<Found> {
    // The link that a person named is meant; a folder is opened by no other.
    let real = path.is_symlink().then(|| std::fs::canonicalize(path).ok());
    let path = real.as_ref().and_then(Option::as_deref).unwrap_or(path);
    let mut found = media::find(path, PREFIX)?;
    // a note is no carrier: it holds nothing of a vault
    found
        .paths
        .retain(|path| !path.file_name().is_some_and(is_note_folder));
    if found.paths.is_empty() {
        let folder = OpenFolder::open(path)?;
        let has = |name: &str| folder.open_file(name).is_ok_and(|file| file.is_some());
        if has(manifest::FILE) || has(share::FILE) || payload::is_there(&folder) {
            found.paths.push(path.to_owned());
        }
    }
    Ok(found)
}

/// Reads the small files of a folder. Nothing is checked.
///
/// # Errors
/// [`Error::Io`] when the folder cannot be read at all.
pub fn read(path: &Path) -> Result<ReadCarrier> {
    let folder = OpenFolder::open(path)?;
    let share = folder.read_small(share::FILE, share::MAX_BYTES);
    Ok(ReadCarrier {
        path: path.to_owned(),
        manifest: read_manifest(&folder).unwrap_or(None),
        share: share
            .transpose()
            .map(|bytes| bytes.and_then(|bytes| ReadShare::from_bytes(&bytes))),
        has_payload: payload::is_there(&folder),
        is_finished: folder
            .read_small(SUMS, Sums::MAX_BYTES)
            .is_ok_and(|sums| sums.is_some_and(|s| !s.is_empty())),
    })
}

/// Which carrier a folder says it is; `None` when it does not say it.
pub fn read_facts(path: &Path) -> Option<CarrierFacts> {
    let folder = OpenFolder::open(path).ok()?;
    let bytes = folder.read_small(CARRIER, MAX_CARRIER_BYTES).ok()??;
    CarrierFacts::from_bytes(&bytes).ok()
}

/// `vault.json` and its signature; `None` when either is missing or larger than it may be.
fn read_manifest(folder: &OpenFolder) -> Result<Option<ReadManifest>> {
    let small = |name, most| match folder.read_small(name, most) {
        Err(Error::Damaged { .. }) => Ok(None),
        other => other,
    };
    let bytes = small(manifest::FILE, manifest::MAX_BYTES)?;
    let signature = small(manifest::SIGNATURE_FILE, 4096)?;
    Ok(bytes
        .zip(signature)
        .map(|(bytes, signature)| ReadManifest { bytes, signature }))
}

/// What is printed about a vault to be compared with the paper: id, words, label, kind, date.
pub fn describe(manifest: &Manifest) -> Vec<String> {
    let mut lines = describe_id(manifest.public_key.vault_id(), Some(manifest.kind));
    lines.insert(1, format!("label    {}", manifest.label));
    lines.insert(
        2,
        format!(
            "sealed   {} by {}",
            manifest.created,
            printable(&manifest.tool)
        ),
    );
    lines.insert(
        3,
        format!("shares   any {} of {} open it", manifest.k, manifest.n()),
    );
    if let Some(previous) = manifest.previous {
        let (number, before) = (manifest.generation, previous.vault_id());
        lines.push(format!("series   claims generation {number}, after vault"));
        lines.push(format!("         {before}"));
    }
    lines
}

/// Id and words of a vault of which no `vault.json` is there.
pub fn describe_id(id: VaultId, kind: Option<Kind>) -> Vec<String> {
    let kind = kind.map_or("unknown kind".to_owned(), |kind| {
        kind.as_str().to_uppercase()
    });
    let mut lines = vec![format!("vault    {id} ({kind})")];
    lines.extend(
        id.word_lines()
            .into_iter()
            .zip(["words    ", "         ", "         ", "         "])
            .map(|(l, p)| format!("{p}{l}")),
    );
    lines
}

/// Text from a carrier, safe to print.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(char::escape_debug)
        .take(200)
        .collect()
}

/// Whose share it is, as far as people are concerned.
pub fn share_name(number: u8, custodian: &Label) -> String {
    format!("share {number} ({custodian})")
}
