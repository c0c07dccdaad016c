use std::io::Cursor;
use std::path::Path;

use super::*;
use crate::entry::{Entry, EntryKind, Why};
use crate::inventory::{PART_LINES, Totals};
use crate::key::VaultKey;
use crate::manifest::Feature;
use crate::payload::{Bounds, NOTE, Root, Summary, unpack};

const BOUNDS: Bounds = Bounds {
    plain_bytes: 1 << 30,
    members: 1 << 20,
};

fn entry(path: &str, kind: EntryKind) -> Entry {
    Entry {
        path: path.into(),
        kind,
        mode: 0o640,
        mtime: 1_770_000_000,
        outside: None,
    }
}

fn put(writer: &mut PayloadWriter<Vec<u8>>, root: Root, name: &str, content: &str, what: &str) {
    let size = content.len() as u64;
    let entry = entry(name, EntryKind::File { size });
    let what = Some(what).filter(|what| !what.is_empty());
    let content: &mut dyn Read = &mut content.as_bytes();
    writer.add_known(root, &entry, Some(content), what).unwrap();
}

/// More than one part of an inventory, with everything that one can hold.
fn payload(key: &VaultKey, ceremony: &str) -> (Vec<u8>, Summary) {
    let mut writer = PayloadWriter::new(key, Vec::new()).unwrap();
    writer.add_bytes(CEREMONY, ceremony.as_bytes(), 5).unwrap();
    writer
        .add_bytes(&format!("{NOTE}/note.txt"), b"call us", 7)
        .unwrap();
    let root = Root::Node(0);
    let nothing = None;
    writer
        .add(root, &entry("", EntryKind::Directory), nothing)
        .unwrap();
    put(
        &mut writer,
        root,
        "keys.jks",
        "key",
        "JKS keystore, 1 private key",
    );
    let mut link = entry(
        "link",
        EntryKind::Link {
            target: "keys.jks".into(),
        },
    );
    link.outside = Some("/opt/keys.jks".into());
    writer.add(root, &link, None).unwrap();
    let why = Why::Excluded;
    writer
        .add(root, &entry("left", EntryKind::Skipped { why }), None)
        .unwrap();
    for number in 0..PART_LINES + 10 {
        put(
            &mut writer,
            root,
            &format!("file-{number}"),
            &"x".repeat(number % 7),
            "",
        );
    }
    let far = Root::External(0);
    writer
        .add(far, &entry("", EntryKind::Directory), None)
        .unwrap();
    put(&mut writer, far, "opt", "far", "");
    writer.finish().unwrap()
}

/// Everything that came out, in its order.
#[derive(Default, PartialEq, Eq, Debug)]
struct Came {
    ceremony: Vec<u8>,
    members: Vec<(Vec<u8>, u32, i64, Vec<u8>)>,
    lines: Vec<Line>,
}

impl Deliver for Came {
    fn ceremony(&mut self, bytes: &[u8]) -> Result<()> {
        self.ceremony = bytes.to_vec();
        Ok(())
    }

    fn directory(&mut self, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.members.push((path.into(), mode, mtime, Vec::new()));
        Ok(())
    }

    fn file(
        &mut self,
        path: &[u8],
        mode: u32,
        mtime: i64,
        _: u64,
        content: &mut dyn Read,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).unwrap();
        self.members.push((path.into(), mode, mtime, bytes));
        Ok(())
    }

    fn link(&mut self, path: &[u8], target: &[u8], mtime: i64) -> Result<()> {
        self.members.push((path.into(), 0, mtime, target.into()));
        Ok(())
    }

    fn listed(&mut self, line: &Line) -> Result<()> {
        if line.path != CEREMONY.as_bytes() {
            self.lines.push(line.clone());
        }
        Ok(())
    }

    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}

fn came(key: &VaultKey, payload: Vec<u8>) -> (Came, Totals) {
    let mut came = Came::default();
    let input = Cursor::new(payload);
    let totals = unpack(key, input, Path::new("p"), BOUNDS, &mut came).unwrap();
    (came, totals)
}

fn refilled(
    (old, new): (&VaultKey, &VaultKey),
    payload: Vec<u8>,
    ceremony: &str,
    watch: &mut Watch<'_>,
) -> Result<(Vec<u8>, Summary)> {
    let mut writer = PayloadWriter::new(new, Vec::new()).unwrap();
    let mut refill = Refill::new(&mut writer, (ceremony.into(), 9), watch);
    let input = Cursor::new(payload);
    unpack(old, input, Path::new("p"), BOUNDS, &mut refill)?;
    writer.finish()
}

#[test]
fn a_payload_that_is_filled_from_another_one_holds_all_that_that_held_and_another_ceremony() {
    let (old, new) = (VaultKey::draw().unwrap(), VaultKey::draw().unwrap());
    let (first, summary) = payload(&old, "the old ceremony");
    let mut read = 0;
    let mut watch = |bytes| {
        read += bytes;
        Ok(())
    };
    let ceremony = "the new ceremony, which is longer by far than the old one";
    let (second, again) = refilled((&old, &new), first.clone(), ceremony, &mut watch).unwrap();
    let ((was, totals), (is, now)) = (came(&old, first), came(&new, second));
    assert_eq!(is.ceremony, ceremony.as_bytes());
    assert!(is.lines == was.lines && is.members == was.members);
    assert!(
        was.lines
            .iter()
            .any(|line| line.what.is_some() && line.path.ends_with(b"jks"))
    );
    assert_eq!((now.lines, now.files), (totals.lines, totals.files));
    assert_eq!(again.totals, now);
    assert_eq!(
        (again.members, &again.features),
        (summary.members, &summary.features)
    );
    assert_eq!(again.features, [Feature::External, Feature::LeftOut]);
    assert!(read > 0);
}

#[test]
fn a_payload_that_is_damaged_or_stopped_fills_none() {
    let (old, new) = (VaultKey::draw().unwrap(), VaultKey::draw().unwrap());
    let (mut first, _) = payload(&old, "c");
    let mut stop = |bytes| match bytes {
        0 => Ok(()),
        _ => Err(Error::Interrupted),
    };
    let stopped = refilled((&old, &new), first.clone(), "c", &mut stop);
    assert!(matches!(stopped, Err(Error::Interrupted)));
    let place = first.len() / 2;
    first[place] ^= 1;
    let damaged = refilled((&old, &new), first, "c", &mut |_| Ok(()));
    assert!(matches!(damaged, Err(Error::Payload { .. })));
}
