//! Opens frozen vectors in memory: what an earlier coldvault sealed must come out as it was.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

use crate::digest::{Digest, HashReader};
use crate::error::{Error, Result};
use crate::inventory::Line;
use crate::manifest::{self, ReadManifest};
use crate::payload::{self, Bounds, Deliver};
use crate::quorum::Table;
use crate::share::{self, ReadShare};

/// Vaults that earlier runs made; `tests/vectors` has them and more.
const VECTORS: [&str; 3] = [
    include_str!("../../../tests/vectors/restore-2-of-3-shares-1-3.txt"),
    include_str!("../../../tests/vectors/restore-3-of-5-shares-2-3-5.txt"),
    include_str!("../../../tests/vectors/restore-rehearsal.txt"),
];

/// Whether every vector opens to the files that it lists.
pub(super) fn check_all() -> Result<bool> {
    let opened = VECTORS.iter().map(|text| check(text));
    Ok(opened
        .collect::<Result<Vec<bool>>>()?
        .into_iter()
        .all(|holds| holds))
}

fn check(text: &str) -> Result<bool> {
    let files = files(text);
    let mut table = Table::default();
    for (path, bytes) in named(&files, manifest::FILE) {
        let signature = files
            .iter()
            .find(|(other, _)| *other == format!("{path}.sig"));
        let signature = signature.map_or_else(Vec::new, |(_, bytes)| bytes.clone());
        table.add_manifest(ReadManifest { bytes, signature });
    }
    for (path, bytes) in named(&files, share::FILE) {
        table.add_share(PathBuf::from(path), ReadShare::from_bytes(&bytes)?);
    }
    let judged = table.judge(None, &mut Vec::new())?;
    let (Some(manifest), Some((_, payload))) =
        (&judged.manifest, named(&files, "payload.age").pop())
    else {
        return Ok(false);
    };
    let bounds = Bounds {
        plain_bytes: manifest.plain_bytes,
        members: manifest.members,
    };
    let mut delivered = Delivered::default();
    let key = judged.quorum()?.join()?;
    payload::unpack(
        &key,
        Cursor::new(payload),
        Path::new("frozen vector"),
        bounds,
        &mut delivered,
    )?;
    delivered.0.sort();
    Ok(!delivered.0.is_empty() && delivered.0 == listed(text))
}

/// The files in a vector: `--- path`, then lines of base64.
fn files(text: &str) -> Vec<(String, Vec<u8>)> {
    text.split("\n--- ")
        .skip(1)
        .filter_map(|section| {
            let (path, body) = section.split_once('\n')?;
            let body: String = body.split_whitespace().collect();
            Some((path.to_owned(), BASE64.decode(body.as_bytes()).ok()?))
        })
        .collect()
}

fn named(files: &[(String, Vec<u8>)], name: &str) -> Vec<(String, Vec<u8>)> {
    let ends = |path: &str| path.rsplit('/').next() == Some(name);
    files
        .iter()
        .filter(|(path, _)| ends(path))
        .cloned()
        .collect()
}

/// The digests of the files that must come out, sorted.
fn listed(text: &str) -> Vec<Digest> {
    let files = text
        .lines()
        .filter_map(|line| line.strip_prefix("restored: file "));
    let digest = |line: &str| Digest::from_hex(line.split(' ').nth(2)?);
    let mut digests: Vec<Digest> = files.filter_map(digest).collect();
    digests.sort();
    digests
}

/// The digests of the files that come out.
#[derive(Default)]
struct Delivered(Vec<Digest>);

impl Deliver for Delivered {
    fn ceremony(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
        Ok(())
    }

    fn file(&mut self, _: &[u8], _: u32, _: i64, _: u64, content: &mut dyn Read) -> Result<()> {
        let mut content = HashReader::new(content);
        let read = std::io::copy(&mut content, &mut std::io::sink());
        read.map_err(|error| Error::unwrap_io(error, "read a frozen vector"))?;
        self.0.push(content.into_parts().2);
        Ok(())
    }

    fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
        Ok(())
    }

    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}
