//! The program that is running, as a file: what it needs, what it is built for, its digest, its bytes.
//!
//! Knows the ELF format as far as that takes, and nothing of carriers. It is read through `/proc/self/exe`, which is
//! the file that was started, however it was named then and whatever became of that name.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::host::interrupt;

/// The file that was started.
const RUNNING: &str = "/proc/self/exe";
/// The most bytes of a program: ours has about 12 MB.
pub const MAX_BYTES: u64 = 64 << 20;
/// Bytes read at a time.
const CHUNK: usize = 1 << 18;
/// The most program headers, and the most bytes of the dynamic section: several times what linkers write.
const MAX_HEADERS: u16 = 128;
const MAX_DYNAMIC: u64 = 64 * 1024;

/// Stands in this program and in no other: a program that is started by a loader runs as the loader's file.
#[used]
static SIGN: [u8; SIGN_BYTES] = *b"coldvault program 7d0c3f52-91b6-4e0a";
const SIGN_BYTES: usize = 36;

/// Whether the running program needs nothing but a kernel: it names no loader and no library.
///
/// # Errors
/// [`Error::Io`] when it cannot be read, [`Error::Damaged`] when it is no ELF file.
pub fn is_static() -> Result<bool> {
    Ok(!open(Path::new(RUNNING))?.1.needs_others)
}

/// Looks for [`SIGN`] in a file that comes in pieces.
struct Signed {
    tail: Vec<u8>,
    found: bool,
}

impl Signed {
    fn look(&mut self, chunk: &[u8]) {
        self.tail.extend_from_slice(chunk);
        let sign = std::hint::black_box(&SIGN);
        self.found |= self.tail.windows(SIGN_BYTES).any(|part| part == sign);
        let keep = self.tail.len().saturating_sub(SIGN_BYTES - 1);
        self.tail.drain(..keep);
    }
}

fn open(path: &Path) -> Result<(File, Elf)> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    let elf = Elf::read(&file).ok_or_else(|| Error::Damaged {
        path: path.to_owned(),
        what: "not a program in the ELF format".into(),
    })?;
    Ok((file, elf))
}

/// A program as a file, read once from end to end.
pub struct Program {
    file: File,
    path: PathBuf,
    bytes: u64,
    digest: Digest,
    machine: u16,
}

impl Program {
    /// The program that is running.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Refused`] when it has more than [`MAX_BYTES`] or is a loader and
    /// not this program, [`Error::Damaged`] when it is no ELF file.
    pub fn running() -> Result<Self> {
        let program = Self::open(Path::new(RUNNING))?;
        let mut signed = Signed {
            tail: Vec::new(),
            found: false,
        };
        program.read(&mut |chunk| {
            signed.look(chunk);
            Ok(())
        })?;
        match signed.found {
            true => Ok(program),
            false => Err(Error::Refused {
                what: "the file that runs is not coldvault: it was started by a loader".into(),
                hint: "start the program itself".into(),
            }),
        }
    }

    /// The program in the file `path`.
    ///
    /// # Errors
    /// As [`Program::running`].
    pub fn open(path: &Path) -> Result<Self> {
        let (file, elf) = open(path)?;
        let bytes = file.metadata().map_err(Error::io("read", path))?.len();
        if bytes > MAX_BYTES {
            return Err(Error::Refused {
                what: format!("the program {path:?} has more than {MAX_BYTES} bytes"),
                hint: "use a release build, without what is only for debugging".into(),
            });
        }
        let mut program = Self {
            machine: elf.machine,
            path: path.to_owned(),
            digest: Digest([0; 32]),
            file,
            bytes,
        };
        let mut hasher = Hasher::new();
        program.read(&mut |chunk| {
            hasher.update(chunk);
            Ok(())
        })?;
        program.digest = hasher.finish();
        Ok(program)
    }

    /// Its length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The digest that it had when it was opened.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Where it was read, for errors.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The kind of processor that it is for.
    pub fn machine(&self) -> &'static str {
        match self.machine {
            3 => "i686",
            22 => "s390x",
            40 => "arm",
            62 => "x86-64",
            183 => "aarch64",
            243 => "riscv",
            _ => "unknown",
        }
    }

    /// Gives all its bytes to `to`, a piece at a time.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Changed`] when it is no longer as long as it was; what `to` answers; Ctrl-C.
    pub fn read(&self, to: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = vec![0; CHUNK];
        let mut done = 0;
        while done < self.bytes {
            interrupt::check()?;
            let room = usize::try_from(self.bytes - done).map_or(CHUNK, |left| left.min(CHUNK));
            let now = buffer.get_mut(..room).unwrap_or_default();
            let count = self
                .file
                .read_at(now, done)
                .map_err(Error::io("read", &self.path))?;
            if count == 0 {
                return Err(Error::Changed(self.path.clone()));
            }
            to(now.get(..count).unwrap_or_default())?;
            done += count as u64;
        }
        Ok(())
    }
}

/// What the headers of an ELF file say.
struct Elf {
    machine: u16,
    needs_others: bool,
}

/// Program header types and dynamic tags (System V ABI).
const PT_DYNAMIC: u64 = 2;
const PT_INTERP: u64 = 3;
const DT_NULL: u64 = 0;
const DT_NEEDED: u64 = 1;

/// Where the numbers stand: 64-bit files and 32-bit files, either byte order.
struct Layout {
    wide: bool,
    little: bool,
}

impl Layout {
    /// A number of `size` bytes.
    fn number(&self, bytes: &[u8], at: usize, size: usize) -> Option<u64> {
        let digits = bytes.get(at..at.checked_add(size)?)?;
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.little {
            digits.iter().rev().fold(0, join)
        } else {
            digits.iter().fold(0, join)
        })
    }

    /// The bytes of an address or a length.
    fn word(&self) -> usize {
        if self.wide { 8 } else { 4 }
    }
}

impl Elf {
    fn read(file: &File) -> Option<Self> {
        let mut header = [0; 64];
        let count = file.read_at(&mut header, 0).ok()?;
        let header = header.get(..count)?;
        let layout = match header.get(..7)? {
            [0x7f, b'E', b'L', b'F', class @ 1..=2, order @ 1..=2, 1] => Layout {
                wide: *class == 2,
                little: *order == 1,
            },
            _ => return None,
        };
        let (table, size, many) = if layout.wide {
            (32, 54, 56)
        } else {
            (28, 42, 44)
        };
        let table = layout.number(header, table, layout.word())?;
        let size = layout.number(header, size, 2)?;
        let many = layout.number(header, many, 2)?;
        if many > u64::from(MAX_HEADERS) || size != if layout.wide { 56 } else { 32 } {
            return None;
        }
        let headers = piece(file, table, size * many)?;
        let mut elf = Self {
            machine: layout.number(header, 18, 2)? as u16,
            needs_others: false,
        };
        for one in headers.chunks(size as usize) {
            elf.needs_others |= match layout.number(one, 0, 4)? {
                PT_INTERP => true,
                PT_DYNAMIC => names_libraries(file, &layout, one)?,
                _ => false,
            };
        }
        Some(elf)
    }
}

/// Whether the dynamic section that a program header points to names a library.
fn names_libraries(file: &File, layout: &Layout, header: &[u8]) -> Option<bool> {
    let (offset, length) = if layout.wide { (8, 32) } else { (4, 16) };
    let word = layout.word();
    let offset = layout.number(header, offset, word)?;
    let length = layout.number(header, length, word)?;
    let section = piece(file, offset, length)?;
    for entry in section.chunks(2 * word) {
        match layout.number(entry, 0, word)? {
            DT_NULL => break,
            DT_NEEDED => return Some(true),
            _ => {}
        }
    }
    Some(false)
}

/// Bytes of the file, if it has them and they are not too many.
fn piece(file: &File, offset: u64, length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length)
        .ok()
        .filter(|_| length <= MAX_DYNAMIC)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A program of one segment, of type `kind`, whose content is `words`.
    fn elf(wide: bool, kind: u32, words: &[u64]) -> Vec<u8> {
        let (head, each, word) = if wide { (64, 56, 8) } else { (52, 32, 4) };
        let mut bytes = vec![0x7f, b'E', b'L', b'F', 1 + u8::from(wide), 1, 1];
        bytes.resize(head + each, 0);
        let mut put = |at: usize, number: u64, size: usize| {
            bytes[at..at + size].copy_from_slice(&number.to_le_bytes()[..size]);
        };
        put(18, if wide { 62 } else { 3 }, 2);
        let (table, size, many) = if wide { (32, 54, 56) } else { (28, 42, 44) };
        put(table, head as u64, word);
        put(size, each as u64, 2);
        put(many, 1, 2);
        put(head, u64::from(kind), 4);
        let (offset, length) = if wide { (8, 32) } else { (4, 16) };
        put(head + offset, (head + each) as u64, word);
        put(head + length, (words.len() * word) as u64, word);
        for number in words {
            bytes.extend_from_slice(&number.to_le_bytes()[..word]);
        }
        bytes
    }

    fn opened(bytes: &[u8]) -> Result<Program> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        Program::open(file.path())
    }

    fn needs_others(bytes: &[u8]) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        open(file.path()).unwrap().1.needs_others
    }

    #[test]
    fn the_sign_of_this_program_is_found_wherever_the_pieces_break_and_in_no_other() {
        let program = [&[7; 100][..], &SIGN, &[9; 50]].concat();
        for size in [1, 7, SIGN_BYTES - 1, 1000] {
            let mut signed = Signed {
                tail: Vec::new(),
                found: false,
            };
            program.chunks(size).for_each(|chunk| signed.look(chunk));
            assert!(signed.found, "{size}");
        }
        let mut other = Signed {
            tail: Vec::new(),
            found: false,
        };
        other.look(&program[..100 + SIGN_BYTES - 1]);
        assert!(!other.found);
    }

    #[test]
    fn a_program_is_read_from_end_to_end() {
        let path = Path::new("/bin/sh");
        let program = Program::open(path).unwrap();
        let bytes = fs::read(path).unwrap();
        assert_eq!(program.bytes(), bytes.len() as u64);
        assert_eq!(program.digest(), Digest::of(&bytes));
        let mut read = Vec::new();
        let take = &mut |chunk: &[u8]| {
            read.extend_from_slice(chunk);
            Ok(())
        };
        program.read(take).unwrap();
        assert!(read == bytes);
        assert_ne!(program.machine(), "unknown");
    }

    #[test]
    fn what_runs_here_is_static_if_it_was_built_so() {
        assert_eq!(is_static().unwrap(), cfg!(target_feature = "crt-static"));
    }

    #[test]
    fn a_program_that_names_a_loader_or_a_library_is_not_static() {
        for wide in [true, false] {
            let of = |kind, words: &[u64]| !needs_others(&elf(wide, kind, words));
            assert!(of(1, &[1, 1]), "a segment that is loaded");
            assert!(!of(3, &[0]), "a loader");
            assert!(of(2, &[5, 7, 0, 0]), "a dynamic section without libraries");
            assert!(!of(2, &[5, 7, 1, 9, 0, 0]), "a library");
            assert!(of(2, &[0, 0, 1, 9]), "behind the section's end");
        }
        assert_eq!(opened(&elf(true, 1, &[])).unwrap().machine(), "x86-64");
        assert_eq!(opened(&elf(false, 1, &[])).unwrap().machine(), "i686");
    }

    #[test]
    fn what_is_no_program_or_lies_about_its_headers_is_refused() {
        let good = elf(true, 2, &[0, 0]);
        let damaged = |bytes: &[u8]| matches!(opened(bytes), Err(Error::Damaged { .. }));
        assert!(damaged(b"") && damaged(b"#!/bin/sh\n"));
        for length in 0..good.len() {
            assert!(damaged(&good[..length]), "{length}");
        }
        for (at, byte) in [(0, b'x'), (4, 3), (5, 0), (6, 0), (54, 57), (57, 1)] {
            let mut bad = good.clone();
            bad[at] = byte;
            assert!(damaged(&bad), "byte {at}");
        }
        // A table or a section that begins, or ends, where no file can.
        for at in [39, 64 + 15, 64 + 39] {
            let mut bad = good.clone();
            bad[at] = 0xff;
            assert!(damaged(&bad), "byte {at}");
        }
    }

    #[test]
    fn no_changed_byte_makes_it_panic() {
        let good = elf(true, 2, &[5, 7, 0, 0]);
        for at in 0..good.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = good.clone();
                changed[at] = byte;
                let _ = opened(&changed);
            }
        }
    }

    #[test]
    fn a_file_larger_than_any_program_is_refused_unread() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), elf(true, 1, &[])).unwrap();
        file.as_file().set_len(MAX_BYTES + 1).unwrap();
        let refused = Program::open(file.path());
        assert!(matches!(refused, Err(Error::Refused { .. })));
    }
}
