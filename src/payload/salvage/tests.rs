use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor};

use super::*;
use crate::archive::ArchiveWriter;
use crate::cipher::{CHUNK, Encrypting, HEADER_BYTES};
use crate::digest::Digest;
use crate::entry::{Entry, EntryKind};
use crate::frames::{FrameWriter, write_padding};
use crate::inventory::{Inventory, Line, LineKind, TOTAL};
use crate::payload::{PayloadWriter, Root};

/// Encrypted bytes of one chunk, and where the first begins.
const SEALED: usize = CHUNK as usize + 16;
const START: usize = HEADER_BYTES + 16;
const MIB: usize = 1 << 20;

type Files = BTreeMap<Vec<u8>, Vec<u8>>;

/// A payload and what was sealed in it.
struct Sealed {
    key: VaultKey,
    bytes: Vec<u8>,
    files: Files,
    bounds: Bounds,
}

/// Xorshift64, eight bytes at a time: the same each time, and as incompressible as is needed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end
    }
}

fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut bytes: Vec<u8> = (0..length.div_ceil(8))
        .flat_map(|_| dice.next().to_le_bytes())
        .collect();
    bytes.truncate(length);
    bytes
}

fn entry(path: &[u8], kind: EntryKind) -> Entry {
    Entry {
        path: path.to_vec(),
        kind,
        mode: 0o640,
        mtime: 1_770_000_000,
        outside: None,
    }
}

/// Seals a node directory with these files in its directory `d`, a link, and a note.
fn sealed(files: &[(String, Vec<u8>)]) -> Sealed {
    let key = VaultKey::draw().unwrap();
    let mut writer = PayloadWriter::new(&key, Vec::new()).unwrap();
    let mut expected = Files::new();
    let node = Root::Node(0);
    for path in [&b""[..], b"d"] {
        let directory = entry(path, EntryKind::Directory);
        writer.add(node, &directory, None).unwrap();
    }
    let target = b"d/0".to_vec();
    let link = entry(b"link", EntryKind::Link { target });
    writer.add(node, &link, None).unwrap();
    for (name, content) in files {
        let path = [b"d/", name.as_bytes()].concat();
        let size = content.len() as u64;
        let file = entry(&path, EntryKind::File { size });
        writer.add(node, &file, Some(&mut &content[..])).unwrap();
        expected.insert(node.join(&path), content.clone());
    }
    for (path, bytes) in [("note/note.txt", "the note"), ("ceremony.json", "{}")] {
        writer.add_bytes(path, bytes.as_bytes(), 5).unwrap();
        expected.insert(path.into(), bytes.into());
    }
    let (bytes, summary) = writer.finish().unwrap();
    Sealed {
        key,
        bytes,
        files: expected,
        bounds: Bounds {
            plain_bytes: summary.plain_bytes,
            members: summary.members,
        },
    }
}

/// Files `0`, `1`, ... of these lengths.
fn files(lengths: &[usize]) -> Vec<(String, Vec<u8>)> {
    let one =
        |(number, length): (usize, &usize)| (number.to_string(), noise(*length, number as u64 + 1));
    lengths.iter().enumerate().map(one).collect()
}

/// 14 MiB in four frames.
fn large() -> Sealed {
    sealed(&files(&[MIB; 14]))
}

/// Where chunk `index` begins.
fn at(index: usize) -> usize {
    START + index * SEALED
}

fn chunks(bytes: &[u8]) -> usize {
    (bytes.len() - START).div_ceil(SEALED)
}

/// Takes everything into memory, and refuses to be told nonsense.
#[derive(Default)]
struct Memory {
    open: BTreeMap<u64, Vec<u8>>,
    kept: Files,
    unproven: Vec<(Vec<u8>, Vec<u8>)>,
    directories: BTreeSet<Vec<u8>>,
    links: Vec<(Vec<u8>, Vec<u8>)>,
    discarded: u64,
    /// Paths that cannot be had.
    refused: Vec<Vec<u8>>,
}

impl Memory {
    fn check(&self, path: &[u8]) -> Result<()> {
        assert!(!path.is_empty() && path.len() <= 4096 && !path.contains(&0));
        for name in path.split(|byte| *byte == b'/') {
            assert!(![&b""[..], b".", b".."].contains(&name) && name.len() <= 255);
        }
        let refused = self.refused.iter().any(|one| one == path);
        let why = "it appears twice".to_owned();
        let member = String::new();
        if refused {
            Err(Error::Archive { member, why })
        } else {
            Ok(())
        }
    }
}

impl SalvageDeliver for Memory {
    fn begin(&mut self, candidate: u64) -> Result<Box<dyn Write + '_>> {
        assert!(!self.open.contains_key(&candidate));
        Ok(Box::new(self.open.entry(candidate).or_default()))
    }

    fn discard(&mut self, candidate: u64) -> Result<()> {
        self.open.remove(&candidate).unwrap();
        self.discarded += 1;
        Ok(())
    }

    fn keep(&mut self, candidate: u64, path: &[u8], mode: u32, mtime: i64) -> Result<()> {
        self.check(path)?;
        let facts = if path.starts_with(b"node/") {
            (0o640, 1_770_000_000)
        } else {
            (0o600, 5)
        };
        assert_eq!((mode, mtime), facts);
        let bytes = self.open.remove(&candidate).unwrap();
        assert!(self.kept.insert(path.to_vec(), bytes).is_none());
        Ok(())
    }

    fn unproven(&mut self, candidate: u64, path: &[u8], _: u32, _: i64) -> Result<()> {
        self.check(path)?;
        let bytes = self.open.remove(&candidate).unwrap();
        self.unproven.push((path.to_vec(), bytes));
        Ok(())
    }

    fn directory(&mut self, path: &[u8], _: u32, _: i64) -> Result<()> {
        self.check(path)?;
        assert!(self.directories.insert(path.to_vec()));
        Ok(())
    }

    fn link(&mut self, path: &[u8], target: &[u8], _: i64) -> Result<()> {
        self.check(path)?;
        self.links.push((path.to_vec(), target.to_vec()));
        Ok(())
    }
}

fn run_into(
    vault: &Sealed,
    copies: &[Vec<u8>],
    length: Option<u64>,
    memory: &mut Memory,
) -> Result<Salvaged> {
    let copies = copies.iter().map(Cursor::new).collect();
    let name = Path::new("payload.age");
    let salvaged = salvage(&vault.key, copies, length, name, vault.bounds, memory)?;
    // What holds whatever happened.
    assert!(memory.open.is_empty(), "every candidate ends");
    assert_eq!(salvaged.kept, memory.kept.len() as u64);
    assert_eq!(salvaged.unproven.count, memory.unproven.len() as u64);
    let bytes: usize = memory.kept.values().map(Vec::len).sum();
    assert_eq!(salvaged.kept_bytes, bytes as u64);
    for (path, bytes) in &memory.kept {
        assert!(
            vault.files.get(path) == Some(bytes),
            "{}",
            path.escape_ascii()
        );
    }
    Ok(salvaged)
}

fn run(vault: &Sealed, copies: &[Vec<u8>]) -> (Salvaged, Memory) {
    let mut memory = Memory::default();
    let length = Some(vault.bytes.len() as u64);
    let salvaged = run_into(vault, copies, length, &mut memory).unwrap();
    (salvaged, memory)
}

fn everything(vault: &Sealed, (salvaged, memory): &(Salvaged, Memory)) {
    assert!(salvaged.is_complete(), "{salvaged:?}");
    assert!(memory.kept == vault.files);
    assert_eq!(salvaged.sealed.unwrap().files, vault.files.len() as u64);
    assert_eq!(memory.directories.len(), 2);
    assert_eq!(memory.links, [(b"node/0/link".to_vec(), b"d/0".to_vec())]);
}

fn damaged(vault: &Sealed, lost: impl IntoIterator<Item = usize>) -> Vec<u8> {
    let mut bytes = vault.bytes.clone();
    for chunk in lost {
        bytes[at(chunk) + 77] ^= 1;
    }
    bytes
}

fn file(name: usize) -> Vec<u8> {
    format!("node/0/d/{name}").into_bytes()
}

#[test]
fn copies_damaged_in_different_chunks_give_everything() {
    let vault = large();
    let count = chunks(&vault.bytes);
    let a = damaged(&vault, (0..count).filter(|chunk| chunk % 7 == 0));
    let b = damaged(&vault, (0..count).filter(|chunk| chunk % 7 == 3));
    let done = run(&vault, &[a, b]);
    everything(&vault, &done);
    assert_eq!((done.0.chunks_lost, done.0.bytes_lost), (0, 0));
}

#[test]
fn of_a_chunk_lost_in_all_copies_only_what_it_touches_is_lost_and_named() {
    let vault = large();
    // Byte 6.5 Mi lies in frame 1: files 4 and 5 come before it, 6 and what begins before byte 8 Mi does not.
    let chunk = 104;
    let copies = [damaged(&vault, [chunk, 9]), damaged(&vault, [chunk, 8])];
    let (salvaged, memory) = run(&vault, &copies);
    assert_eq!((salvaged.chunks_lost, salvaged.bytes_lost), (1, CHUNK));
    assert_eq!(salvaged.lost.first, [file(6), file(7)]);
    assert_eq!(salvaged.lost.count, 2);
    assert_eq!(salvaged.unproven.count, 0);
    assert!(salvaged.all_listed && !salvaged.is_complete());
    assert_eq!(memory.kept.len(), vault.files.len() - 2);
    assert_eq!(memory.links.len(), 1);
    assert_eq!(memory.directories.len(), 2);
}

#[test]
fn several_holes_in_one_copy_cost_what_they_touch() {
    let vault = large();
    let (salvaged, memory) = run(&vault, &[damaged(&vault, [0, 104])]);
    // The first frame is lost from its beginning, the second from its middle.
    assert_eq!(salvaged.lost.first, [0, 1, 2, 3, 6, 7].map(file));
    assert!(salvaged.all_listed);
    // Directories and the link come from the inventory.
    assert_eq!((memory.directories.len(), memory.links.len()), (2, 1));
    assert_eq!(
        salvaged.kept + salvaged.lost.count,
        vault.files.len() as u64
    );
}

#[test]
fn a_destroyed_header_is_taken_from_another_copy() {
    let vault = sealed(&files(&[300_000, 10]));
    let (mut a, mut b) = (vault.bytes.clone(), vault.bytes.clone());
    a[..START].fill(0xFF);
    b[START..].fill(0);
    everything(&vault, &run(&vault, &[a.clone(), b]));
    let mut memory = Memory::default();
    let lost = run_into(&vault, &[a], None, &mut memory);
    assert!(matches!(lost, Err(Error::Payload { .. })), "{lost:?}");
}

#[test]
fn another_key_gives_nothing() {
    let mut vault = sealed(&files(&[10]));
    vault.key = VaultKey::draw().unwrap();
    let mut memory = Memory::default();
    let got = run_into(
        &vault,
        std::slice::from_ref(&vault.bytes),
        None,
        &mut memory,
    );
    assert!(matches!(got, Err(Error::Payload { .. })));
}

#[test]
fn copies_cut_at_different_places_give_what_the_longer_one_has_as_unproven() {
    let vault = large();
    let (a, b) = (
        vault.bytes[..at(50)].to_vec(),
        vault.bytes[..at(150) + 9].to_vec(),
    );
    let mut a_then_b = b.clone();
    a_then_b[at(20)] ^= 1;
    for length in [None, Some(vault.bytes.len() as u64)] {
        let mut memory = Memory::default();
        let copies = [a.clone(), a_then_b.clone()];
        let salvaged = run_into(&vault, &copies, length, &mut memory).unwrap();
        // The inventory of so few files is at the end.
        assert_eq!((salvaged.kept, salvaged.sealed), (0, None));
        assert!(!salvaged.all_listed && !salvaged.is_complete());
        assert_eq!(salvaged.unproven.count, 9);
        for (path, bytes) in &memory.unproven {
            assert!(vault.files.get(path) == Some(bytes));
        }
        assert_eq!(salvaged.chunks_lost > 60, length.is_some());
    }
}

#[test]
fn without_the_inventorys_end_its_whole_parts_still_prove_their_files() {
    let vault = sealed(&files(&[600; 5000]));
    // Three directories and links, then files: the first part lists 4093 of them.
    let end = chunks(&vault.bytes) - 1;
    let cut = vault.bytes[..at(end - 1)].to_vec();
    let mut memory = Memory::default();
    let salvaged = run_into(&vault, &[cut], None, &mut memory).unwrap();
    assert_eq!(salvaged.kept, 4093);
    assert!(salvaged.unproven.count > 100, "{salvaged:?}");
    assert!(salvaged.lost.count == 0 && !salvaged.all_listed && salvaged.sealed.is_none());
}

#[test]
fn a_lost_part_of_the_inventory_leaves_its_files_unproven_and_the_others_proven() {
    let vault = sealed(&files(&[600; 5000]));
    // Whatever single chunk is lost: nothing wrong, and nothing that is there is missing.
    let mut partly = 0;
    for chunk in 0..chunks(&vault.bytes) {
        let (salvaged, memory) = run(&vault, &[damaged(&vault, [chunk])]);
        for (path, bytes) in &memory.unproven {
            assert!(vault.files.get(path) == Some(bytes), "{chunk}");
        }
        partly += u64::from(salvaged.kept > 0 && salvaged.unproven.count > 0);
    }
    assert!(partly > 0);
}

#[test]
fn damage_to_the_padding_costs_nothing() {
    let vault = large();
    let last = chunks(&vault.bytes) - 1;
    // A chunk in the middle too: then the archive's end has to be sure for what comes behind to be proven.
    for (lost, length) in [
        (vec![last], None),
        (vec![last], Some(vault.bytes.len() as u64)),
        (vec![last, 150], Some(vault.bytes.len() as u64)),
        (vec![150], None),
    ] {
        let mut memory = Memory::default();
        let copies = [damaged(&vault, lost.clone())];
        let salvaged = run_into(&vault, &copies, length, &mut memory).unwrap();
        assert_eq!(salvaged.chunks_lost, lost.len() as u64);
        assert!(salvaged.all_listed, "{lost:?} {length:?}");
        assert_eq!(salvaged.is_complete(), !lost.contains(&150));
    }
    // Nobody knows the length, and the end is lost: nothing vouches for what is behind the hole.
    let mut memory = Memory::default();
    let copies = [damaged(&vault, [150, last])];
    let salvaged = run_into(&vault, &copies, None, &mut memory).unwrap();
    assert_eq!((salvaged.kept, salvaged.sealed), (0, None));
    assert!(salvaged.unproven.count > 10);
}

#[test]
fn random_damage_never_panics_and_never_delivers_a_wrong_file() {
    let vault = sealed(&files(&[
        9 * MIB / 2,
        0,
        100,
        70_000,
        2 * MIB,
        513,
        3_000_000,
        512,
        1,
    ]));
    let mut dice = Dice(0x5A17_A6E5);
    let mut kept = 0;
    for round in 0..24 {
        let copies: Vec<Vec<u8>> = (0..=round % 3)
            .map(|_| ruined(&vault.bytes, &mut dice))
            .collect();
        let length = (round % 2 == 0).then_some(vault.bytes.len() as u64);
        let mut memory = Memory::default();
        let Ok(salvaged) = run_into(&vault, &copies, length, &mut memory) else {
            continue;
        };
        for (path, bytes) in &memory.unproven {
            assert!(vault.files.get(path) == Some(bytes), "round {round}");
        }
        if salvaged.all_listed {
            let all = salvaged.kept + salvaged.lost.count + salvaged.unproven.count;
            assert_eq!(all, vault.files.len() as u64, "round {round}");
        }
        kept += salvaged.kept;
    }
    assert!(kept > 20, "or it says nothing: {kept}");
}

/// Flipped bits, zeros, foreign bytes, moved bytes, and a cut.
fn ruined(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..dice.below(9) {
        let from = dice.below(bytes.len());
        let length = dice.below(200_000).min(bytes.len() - from);
        match dice.below(5) {
            0 => bytes[from..from + length].fill(0),
            1 => {
                let foreign = noise(length, dice.next());
                bytes[from..from + length].copy_from_slice(&foreign);
            }
            2 => bytes.copy_within(from..from + length, 0),
            _ => bytes[from] ^= 0x10,
        }
    }
    if dice.below(3) == 0 {
        bytes.truncate(dice.below(bytes.len()));
    }
    bytes
}

/// The plain archive of a vault, and its compressed form.
fn inside(vault: &Sealed) -> (Vec<u8>, Vec<u8>) {
    let opened = crate::cipher::Decrypting::new(&vault.key, &vault.bytes[..]);
    let (mut packed, mut plain) = (Vec::new(), Vec::new());
    opened.unwrap().unwrap().read_to_end(&mut packed).unwrap();
    let mut reader = crate::frames::FrameReader::new(&packed[..]).unwrap();
    reader.read_to_end(&mut plain).unwrap();
    (plain, packed)
}

/// A vault whose second file holds `inner` behind so many other bytes, and bytes of the archive before that file's content.
fn around(prefix: usize, inner: &[u8]) -> (Sealed, usize) {
    let content = [&noise(prefix, 99), inner].concat();
    let all = [
        ("0", noise(800_000, 77)),
        ("1", content),
        ("2", noise(300_000, 78)),
    ];
    let vault = sealed(&all.map(|(name, content)| (name.to_owned(), content)));
    let plain = inside(&vault).0;
    let header = plain.windows(11).position(|w| w == b"node/0/d/1\0");
    (vault, header.unwrap() + 512)
}

#[test]
fn an_older_vault_inside_a_file_is_never_taken_for_this_one() {
    // What a restore by hand leaves in a node directory: the archive, and its compressed form. The same names, and other
    // contents. The one so that a frame begins within it, the other within a block of 128 KiB, stored as it is.
    let older = sealed(&files(&[20_000, 6_000, 6_000]));
    let (tar, zst) = inside(&older);
    let start = around(0, &[]).1;
    let cases = [
        (FRAME - 12 * 512 - start, tar, true),
        // Here the real inventory lies in the frame that is lost.
        (10 * 131_072 + 30_000 - start, zst, false),
    ];
    for (prefix, inner, inventory_left) in cases {
        let vault = around(prefix, &inner).0;
        let last = chunks(&vault.bytes) - 1;
        let inventory = inside(&vault).0.len() / CHUNK as usize - 1;
        for tail in [last + 1, last, inventory] {
            for length in [None, Some(vault.bytes.len() as u64)] {
                let mut memory = Memory::default();
                let copies = [damaged(&vault, std::iter::once(13).chain(tail..=last))];
                let salvaged = run_into(&vault, &copies, length, &mut memory).unwrap();
                let found = memory.discarded + salvaged.unproven.count;
                assert!(
                    found >= 4,
                    "nothing of the older one was found: it says nothing"
                );
                let whole_tail = tail > last && inventory_left;
                assert!(salvaged.all_listed == whole_tail || tail == last);
                if salvaged.all_listed {
                    assert_eq!(salvaged.unproven.count, 0);
                    assert!(salvaged.lost.first.contains(&file(1)));
                } else {
                    assert_eq!(salvaged.kept, 0);
                }
            }
        }
    }
}

/// A vault made by hand, whose inventory lists what nobody should be able to have.
fn hostile(lines: &[Line], members: &[&[u8]]) -> Sealed {
    let key = VaultKey::draw().unwrap();
    let frames = FrameWriter::new(Encrypting::new(&key, Vec::new()).unwrap(), 1, 1).unwrap();
    let mut archive = ArchiveWriter::new(frames);
    for path in members {
        archive
            .file(path, 0o640, 1_770_000_000, 3, &mut &b"bad"[..])
            .unwrap();
    }
    let mut inventory = Inventory::default();
    for line in lines {
        assert!(inventory.add(line).is_none());
    }
    let (part, total, _) = inventory.finish();
    let (name, part) = part.unwrap();
    for (name, bytes) in [(name.as_str(), part), (TOTAL, total)] {
        let size = bytes.len() as u64;
        archive
            .file(name.as_bytes(), 0o600, 0, size, &mut &bytes[..])
            .unwrap();
    }
    let (mut sealed, length) = archive.finish().unwrap().finish().unwrap();
    write_padding(&mut sealed, length).unwrap();
    let bounds = Bounds {
        plain_bytes: 1 << 20,
        members: 100,
    };
    Sealed {
        key,
        bytes: sealed.finish().unwrap(),
        files: Files::new(),
        bounds,
    }
}

#[test]
fn nothing_is_delivered_outside_or_under_a_name_that_no_system_has() {
    let line = |path: &[u8], kind: LineKind| Line {
        path: path.to_vec(),
        kind,
        mode: 0o640,
        mtime: 1_770_000_000,
        what: None,
        outside: None,
    };
    let long = [&b"node/0/"[..], &[b'n'; 256]].concat();
    let paths: [&[u8]; 10] = [
        b"node/0/../../etc/cron.d/x",
        b"/node/0/x",
        b"node/0//x",
        b"node/0/a\0b",
        b"node/16/x",
        b"node/00/x",
        b"etc/passwd",
        b"note/a/b",
        b"..",
        &long,
    ];
    let mut lines = Vec::new();
    for path in paths {
        let sha256 = Digest::of(b"bad");
        lines.push(line(path, LineKind::File { size: 3, sha256 }));
        lines.push(line(path, LineKind::Directory));
        let target = b"x".to_vec();
        lines.push(line(path, LineKind::Link { target }));
    }
    let members: [&[u8]; 4] = [&long, b"node/16/x", b"etc/passwd", b"note/a/b"];
    let vault = hostile(&lines, &members);
    let (salvaged, memory) = run(&vault, std::slice::from_ref(&vault.bytes));
    assert!(salvaged.all_listed);
    assert_eq!(salvaged.lost.count, lines.len() as u64);
    assert!(memory.directories.is_empty() && memory.links.is_empty());
    assert_eq!((salvaged.kept, salvaged.unproven.count), (0, 0));
}

#[test]
fn a_file_that_is_not_what_the_inventory_says_is_lost() {
    let sha256 = Digest::of(b"dab");
    let line = Line {
        path: file(0),
        kind: LineKind::File { size: 3, sha256 },
        mode: 0o640,
        mtime: 1_770_000_000,
        what: None,
        outside: None,
    };
    let vault = hostile(&[line], &[&file(0)]);
    let (salvaged, memory) = run(&vault, std::slice::from_ref(&vault.bytes));
    assert_eq!(salvaged.lost.first, [file(0)]);
    assert_eq!(
        (salvaged.kept, salvaged.unproven.count, memory.discarded),
        (0, 0, 1)
    );
}

#[test]
fn bounds_hold_the_delivery_and_do_not_stop_it() {
    let mut vault = sealed(&files(&[100, 100, 100]));
    vault.bounds.members = 2;
    let (salvaged, memory) = run(&vault, std::slice::from_ref(&vault.bytes));
    assert_eq!((salvaged.kept, salvaged.lost.count), (2, 3));
    assert!(memory.kept.contains_key(&file(1)));
    vault.bounds = Bounds {
        plain_bytes: 250,
        members: 100,
    };
    // The note and the roster still fit.
    assert_eq!(run(&vault, std::slice::from_ref(&vault.bytes)).0.kept, 4);
}

#[test]
fn a_path_that_cannot_be_had_is_lost_and_the_others_are_kept() {
    let vault = sealed(&files(&[100, 100]));
    let refused = vec![file(0), b"node/0/link".to_vec()];
    let mut memory = Memory {
        refused: refused.clone(),
        ..Memory::default()
    };
    let salvaged = run_into(
        &vault,
        std::slice::from_ref(&vault.bytes),
        None,
        &mut memory,
    )
    .unwrap();
    let lost: BTreeSet<_> = salvaged.lost.first.into_iter().collect();
    assert_eq!(lost, refused.into_iter().collect());
    assert_eq!((salvaged.kept, memory.discarded), (3, 1));
}

#[test]
fn a_full_disk_ends_it() {
    struct Full;
    impl SalvageDeliver for Full {
        fn begin(&mut self, _: u64) -> Result<Box<dyn Write + '_>> {
            struct None;
            impl Write for None {
                fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                    Err(io::ErrorKind::StorageFull.into())
                }
                fn flush(&mut self) -> io::Result<()> {
                    Ok(())
                }
            }
            Ok(Box::new(None))
        }
        fn discard(&mut self, _: u64) -> Result<()> {
            Ok(())
        }
        fn keep(&mut self, _: u64, _: &[u8], _: u32, _: i64) -> Result<()> {
            unreachable!()
        }
        fn unproven(&mut self, _: u64, _: &[u8], _: u32, _: i64) -> Result<()> {
            unreachable!()
        }
        fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
            Ok(())
        }
        fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
            Ok(())
        }
    }
    let vault = sealed(&files(&[100]));
    let copies = vec![Cursor::new(&vault.bytes)];
    let got = salvage(
        &vault.key,
        copies,
        None,
        Path::new("p"),
        vault.bounds,
        &mut Full,
    );
    assert!(matches!(got, Err(Error::System { .. })), "{got:?}");
}

#[test]
fn no_more_than_1000_names_are_held() {
    let mut names = Names::default();
    (0..1500).for_each(|number| names.add(&file(number)));
    assert_eq!((names.first.len(), names.count), (1000, 1500));
}
