//! zstd's contexts, made safe: one plain buffer to one frame, and a stream of frames back to plain bytes.
//!
//! Knows zstd's C interface, and nothing of readers, writers and threads. Both contexts take their memory from Rust's
//! global allocator, so that the wiping allocator wipes zstd's windows and tables too.

#![allow(unsafe_code)]

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::{c_int, c_void};
use std::io;
use std::ptr::{self, NonNull};

use zstd_safe::zstd_sys as zstd;

/// The largest window that a frame may ask for, as a power of two: 8 MiB. The format's own limit.
const WINDOW_LOG_MAX: c_int = 23;

/// Bytes before each block that zstd gets: they hold the block's size, which `free` is not told. Also the alignment,
/// as of `malloc`.
const HEADER: usize = 16;

/// Makes frames, one after another, with the same tables.
pub(super) struct Compressor(NonNull<zstd::ZSTD_CCtx>);

// SAFETY: a context has no ties to the thread that made it; `&mut self` lets one thread at a time use it.
unsafe impl Send for Compressor {}

impl Compressor {
    /// A compressor with zstd's `level`; levels out of range become the nearest.
    pub(super) fn new(level: i32) -> io::Result<Self> {
        // SAFETY: the functions in `memory()` live for ever and keep malloc's contract.
        let context = unsafe { zstd::ZSTD_createCCtx_advanced(memory()) };
        let new = Self(NonNull::new(context).ok_or(io::ErrorKind::OutOfMemory)?);
        new.set(zstd::ZSTD_cParameter::ZSTD_c_compressionLevel, level)?;
        new.set(zstd::ZSTD_cParameter::ZSTD_c_checksumFlag, 1)?;
        Ok(new)
    }

    fn set(&self, parameter: zstd::ZSTD_cParameter, value: c_int) -> io::Result<()> {
        // SAFETY: the context is live.
        checked(unsafe { zstd::ZSTD_CCtx_setParameter(self.0.as_ptr(), parameter, value) })
            .map(drop)
    }

    /// Makes `packed` one frame that holds `plain`, with its length and an XXH64 checksum.
    pub(super) fn compress(&mut self, plain: &[u8], packed: &mut Vec<u8>) -> io::Result<()> {
        packed.clear();
        packed.reserve(zstd_safe::compress_bound(plain.len()));
        let room = packed.spare_capacity_mut();
        // SAFETY: the context is live, and both buffers are as long as is said.
        let len = checked(unsafe {
            zstd::ZSTD_compress2(
                self.0.as_ptr(),
                room.as_mut_ptr().cast(),
                room.len(),
                plain.as_ptr().cast(),
                plain.len(),
            )
        })?;
        // SAFETY: zstd wrote `len` bytes into the spare capacity.
        unsafe { packed.set_len(len) };
        Ok(())
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: the context is live, and this is its last use.
        unsafe { zstd::ZSTD_freeCCtx(self.0.as_ptr()) };
    }
}

/// Reads frames, one after another, with the same window.
pub(super) struct Decompressor(NonNull<zstd::ZSTD_DCtx>);

// SAFETY: as for `Compressor`.
unsafe impl Send for Decompressor {}

/// What one step of a [`Decompressor`] did.
pub(super) struct Step {
    /// Bytes of the input that are used up.
    pub(super) consumed: usize,
    /// Bytes written at the front of the output.
    pub(super) produced: usize,
    /// Whether a frame ended here, with all its bytes given out and its checksum right.
    pub(super) frame_ended: bool,
}

impl Decompressor {
    /// A decompressor that refuses windows of more than 8 MiB, and so never takes much more memory than that.
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: the functions in `memory()` live for ever and keep malloc's contract.
        let context = unsafe { zstd::ZSTD_createDCtx_advanced(memory()) };
        let new = Self(NonNull::new(context).ok_or(io::ErrorKind::OutOfMemory)?);
        let limit = zstd::ZSTD_dParameter::ZSTD_d_windowLogMax;
        // SAFETY: the context is live.
        checked(unsafe { zstd::ZSTD_DCtx_setParameter(new.0.as_ptr(), limit, WINDOW_LOG_MAX) })?;
        Ok(new)
    }

    /// Takes what it can of `packed` and puts what it can into `plain`. After an error it must not be used again.
    pub(super) fn step(&mut self, packed: &[u8], plain: &mut [u8]) -> io::Result<Step> {
        let mut from = zstd::ZSTD_inBuffer {
            src: packed.as_ptr().cast(),
            size: packed.len(),
            pos: 0,
        };
        let mut to = zstd::ZSTD_outBuffer {
            dst: plain.as_mut_ptr().cast(),
            size: plain.len(),
            pos: 0,
        };
        // SAFETY: the context is live, and both buffers are as long as is said.
        let left =
            checked(unsafe { zstd::ZSTD_decompressStream(self.0.as_ptr(), &mut to, &mut from) })?;
        Ok(Step {
            consumed: from.pos,
            produced: to.pos,
            frame_ended: left == 0,
        })
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: the context is live, and this is its last use.
        unsafe { zstd::ZSTD_freeDCtx(self.0.as_ptr()) };
    }
}

/// zstd's answer: a length, or an error in the same number.
fn checked(answer: usize) -> io::Result<usize> {
    // SAFETY: looks at the number only.
    if unsafe { zstd::ZSTD_isError(answer) } == 0 {
        return Ok(answer);
    }
    // SAFETY: looks at the number only.
    let kind = match unsafe { zstd::ZSTD_getErrorCode(answer) } {
        zstd::ZSTD_ErrorCode::ZSTD_error_memory_allocation => io::ErrorKind::OutOfMemory,
        _ => io::ErrorKind::InvalidData,
    };
    Err(io::Error::new(
        kind,
        format!("zstd: {}", zstd_safe::get_error_name(answer)),
    ))
}

/// zstd's `malloc` and `free`, on Rust's global allocator.
fn memory() -> zstd::ZSTD_customMem {
    zstd::ZSTD_customMem {
        customAlloc: Some(take),
        customFree: Some(give_back),
        opaque: ptr::null_mut(),
    }
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEADER)?, HEADER).ok()
}

/// A block of `size` bytes behind a header that holds `size`, or null.
unsafe extern "C" fn take(_: *mut c_void, size: usize) -> *mut c_void {
    let Some(layout) = layout(size) else {
        return ptr::null_mut();
    };
    // SAFETY: the layout is at least as long as the header, so not empty.
    let start = unsafe { alloc(layout) };
    if start.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the header is inside the block, which is aligned to 16 bytes.
    unsafe { start.cast::<usize>().write(size) };
    // SAFETY: the block is at least as long as the header.
    unsafe { start.add(HEADER) }.cast()
}

/// Frees a block of [`take`]. Null is allowed, as for C's `free`.
unsafe extern "C" fn give_back(_: *mut c_void, block: *mut c_void) {
    if block.is_null() {
        return;
    }
    // SAFETY: `take` made this block, with a header before what it gave out.
    let start = unsafe { block.cast::<u8>().sub(HEADER) };
    // SAFETY: `take` wrote the size there, and zstd does not see the header.
    let size = unsafe { start.cast::<usize>().read() };
    if let Some(layout) = layout(size) {
        // SAFETY: this block, with the layout that it was allocated with.
        unsafe { dealloc(start, layout) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_for_zstd_is_aligned_like_mallocs_and_can_be_written_to_its_end() {
        for size in [0, 1, 15, 16, 17, 4096, 3 << 20] {
            // SAFETY: what zstd does: take, write, give back once.
            unsafe {
                let block = take(ptr::null_mut(), size).cast::<u8>();
                assert!(!block.is_null());
                assert_eq!(block as usize % 16, 0);
                ptr::write_bytes(block, 0xEE, size);
                give_back(ptr::null_mut(), block.cast());
            }
        }
    }

    #[test]
    fn a_block_that_no_memory_can_hold_is_null_and_null_can_be_given_back() {
        // SAFETY: nothing is taken, so there is nothing to be wrong about.
        unsafe {
            assert!(take(ptr::null_mut(), usize::MAX).is_null());
            assert!(take(ptr::null_mut(), isize::MAX as usize).is_null());
            give_back(ptr::null_mut(), ptr::null_mut());
        }
    }

    #[test]
    fn one_compressor_makes_equal_frames_of_equal_bytes_whatever_came_before() {
        let mut compressor = Compressor::new(3).unwrap();
        let (mut first, mut other, mut again) = (Vec::new(), Vec::new(), Vec::new());
        compressor.compress(b"the same bytes", &mut first).unwrap();
        compressor.compress(&[7; 100_000], &mut other).unwrap();
        compressor.compress(b"the same bytes", &mut again).unwrap();
        assert_eq!(first, again);
        assert_ne!(first, other);
    }

    #[test]
    fn a_frame_says_its_length_and_carries_a_checksum() {
        let mut packed = Vec::new();
        Compressor::new(1)
            .unwrap()
            .compress(&[9; 1000], &mut packed)
            .unwrap();
        assert_eq!(
            zstd_safe::get_frame_content_size(&packed).unwrap(),
            Some(1000)
        );
        // RFC 8878 section 3.1.1.1.1: bit 2 of the byte after the magic number.
        assert_eq!(packed[4] & 0b100, 0b100);
    }
}
