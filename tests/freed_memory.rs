//! Looks into the process's own memory, as a thief would, for what was freed.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;

use coldvault::allocator::Wiping;
use coldvault::frames::{FrameReader, FrameWriter};

#[global_allocator]
static WIPING: Wiping = Wiping;

/// Reads memory through the kernel: reading a freed block through its pointer would be undefined.
///
/// Everything it needs is taken before the secret is freed; a buffer taken after that would land on the secret's place
/// and hide what was left there.
struct Thief {
    memory: File,
    seen: Vec<u8>,
}

impl Thief {
    fn new(len: usize) -> Self {
        Self {
            memory: File::open("/proc/self/mem").unwrap(),
            seen: vec![0; len],
        }
    }

    /// How often `byte` stands at `address` and behind it.
    fn count(&mut self, byte: u8, address: usize) -> usize {
        self.memory
            .read_exact_at(&mut self.seen, address as u64)
            .unwrap();
        self.seen.iter().filter(|&&seen| seen == byte).count()
    }
}

#[test]
fn nothing_of_a_freed_secret_is_left_in_the_heap() {
    // Below malloc's mmap threshold, so that the pages stay mapped and can be looked at.
    let mut thief = Thief::new(50_000);
    let secret = vec![0xC3_u8; 50_000];
    // Keeps malloc from giving the end of the heap back.
    let guard = vec![3_u8; 40_000];
    let address = secret.as_ptr() as usize;
    assert_eq!(thief.count(0xC3, address), 50_000, "the thief can look");
    drop(secret);
    assert_eq!(thief.count(0xC3, address), 0);
    drop(guard);
}

#[test]
fn nothing_of_a_vector_that_grew_is_left_at_its_old_place() {
    let mut thief = Thief::new(20_000);
    let mut secret = Vec::with_capacity(20_000);
    secret.resize(20_000, 0xC5_u8);
    let guard = vec![3_u8; 20_000];
    let address = secret.as_ptr() as usize;
    assert_eq!(thief.count(0xC5, address), 20_000, "the thief can look");
    secret.reserve_exact(40_000);
    assert_ne!(secret.as_ptr() as usize, address);
    assert_eq!(thief.count(0xC5, address), 0);
    drop(guard);
}

/// The secret's bytes are worked out whenever they are needed, so that looking for them leaves no further copy.
fn secret_byte(place: usize) -> u8 {
    (place * place * 7 + place * 37 + 11) as u8
}

/// Counts the secret in everything that the process may write to, except in `buffer`, through which it looks.
fn count_everywhere(memory: &File, buffer: &mut [u8]) -> usize {
    let own = buffer.as_ptr() as usize..buffer.as_ptr() as usize + buffer.len();
    let mut found = 0;
    for line in fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .filter(|line| line.contains(" rw"))
    {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let at = |text| usize::from_str_radix(text, 16).unwrap();
        for start in (at(from)..at(to)).step_by(4096) {
            let len = buffer.len().min(at(to) - start);
            if memory
                .read_exact_at(&mut buffer[..len], start as u64)
                .is_err()
            {
                continue;
            }
            let here = |&place: &usize| {
                let bytes = buffer[place..len.max(place)].iter().take(16);
                !own.contains(&(start + place))
                    && bytes.len() == 16
                    && bytes.enumerate().all(|(i, b)| *b == secret_byte(i))
            };
            found += (0..4096).filter(here).count();
        }
    }
    found
}

#[test]
fn nothing_of_a_secret_that_went_through_zstd_is_left_anywhere() {
    let memory = File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; 2 * 4096];
    let mut secret: Vec<u8> = (0..200).map(secret_byte).collect();
    assert_eq!(
        count_everywhere(&memory, &mut buffer),
        1,
        "the thief can look"
    );
    let mut writer = FrameWriter::new(Vec::new(), 3, 2).unwrap();
    for _ in 0..1000 {
        writer.write_all(&secret).unwrap();
        writer.write_all(&[0; 4500]).unwrap();
    }
    let (packed, _) = writer.finish().unwrap();
    let mut reader = FrameReader::new(&packed[..]).unwrap();
    let mut back = Vec::new();
    reader.read_to_end(&mut back).unwrap();
    assert_eq!(back.len(), 4_700_000);
    assert!(
        count_everywhere(&memory, &mut buffer) > 100,
        "while it is in use, it is there"
    );
    secret.fill(0);
    drop((secret, reader, back));
    drop(packed);
    assert_eq!(count_everywhere(&memory, &mut buffer), 0);
}
