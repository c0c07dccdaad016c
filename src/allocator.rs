//! Wipes memory before it goes back to the system allocator.
//!
//! `age` and zstd leave file contents and keys in heap blocks that they free (41 pieces of a 5 kB secret were counted
//! after one round trip), and no `Zeroizing` of ours reaches into them. So every block is overwritten when it is freed.
//!
//! Knows blocks and their layouts, and nothing of what is in them. Stacks and registers are out of its reach, and so is
//! what C code takes from `malloc` itself: `frames/context.rs` makes zstd allocate here.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

/// The system allocator, except that it overwrites every block with zeros before freeing it.
///
/// The program declares it once: `#[global_allocator] static WIPING: Wiping = Wiping;`
#[derive(Clone, Copy, Debug)]
pub struct Wiping;

// SAFETY: every call goes on to `System` with the same block and layout, except `realloc`, which keeps the contract
// by allocating, copying and freeing. Wiping touches only the block that the caller gives up.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc::alloc`'s contract, which is the same here.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`. Passed on, because fresh pages need no second zeroing.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives up a block that was allocated here with this layout.
        unsafe { wipe_and_free(&System, block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc::realloc`'s contract, which is the same here.
        unsafe { move_and_wipe(&System, block, layout, new_size) }
    }
}

/// Overwrites `block` and gives it back to `inner`.
///
/// # Safety
/// As for [`GlobalAlloc::dealloc`] of `inner`.
unsafe fn wipe_and_free<A: GlobalAlloc>(inner: &A, block: *mut u8, layout: Layout) {
    // SAFETY: a live block of `layout.size()` bytes that nobody else uses any more.
    unsafe { wipe(block, layout.size()) };
    // SAFETY: the caller's promise.
    unsafe { inner.dealloc(block, layout) }
}

/// Moves a block to one of `new_size` bytes and wipes the old one. Null, and the old block untouched, when there is no
/// memory.
///
/// Never left to `inner.realloc`: when that moves a block, or cuts its end off, the old bytes stay behind.
///
/// # Safety
/// As for [`GlobalAlloc::realloc`] of `inner`.
unsafe fn move_and_wipe<A: GlobalAlloc>(
    inner: &A,
    block: *mut u8,
    layout: Layout,
    new_size: usize,
) -> *mut u8 {
    // SAFETY: `new_size`, rounded up to the alignment, does not overflow: the caller's promise.
    let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
    // SAFETY: `new_size` is not 0: the caller's promise.
    let new_block = unsafe { inner.alloc(new_layout) };
    if !new_block.is_null() {
        // SAFETY: two live blocks that are different, each at least as long as what is copied.
        unsafe { ptr::copy_nonoverlapping(block, new_block, layout.size().min(new_size)) };
        // SAFETY: the old block is the caller's to give up.
        unsafe { wipe_and_free(inner, block, layout) };
    }
    new_block
}

/// Overwrites `len` bytes with zeros, in a way that the compiler cannot leave out because the block is freed next.
///
/// # Safety
/// `block` must be valid for writes of `len` bytes.
unsafe fn wipe(block: *mut u8, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { ptr::write_bytes(block, 0, len) };
    keep_what_was_written(block);
}

/// Makes the compiler believe that somebody reads the memory behind `block`. Without this it drops a `memset` before
/// `free`; a volatile loop would keep the stores too, but byte by byte.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    target_arch = "riscv64"
))]
fn keep_what_was_written(block: *mut u8) {
    // SAFETY: no instructions at all. Not marked `nomem` or `readonly`, so all memory counts as read.
    unsafe { std::arch::asm!("/* {0} */", in(reg) block, options(nostack, preserves_flags)) };
}

/// The same where inline assembly is not stable: the best that the language offers.
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    target_arch = "riscv64"
)))]
fn keep_what_was_written(block: *mut u8) {
    std::hint::black_box(block);
    std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Looks at each block at the moment when it is freed, while that is still allowed.
    #[derive(Default)]
    struct Watching {
        freed: Mutex<Vec<Vec<u8>>>,
        empty: bool,
    }

    // SAFETY: `System` with a look at the block before it is freed.
    unsafe impl GlobalAlloc for Watching {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: passed on.
            if self.empty {
                ptr::null_mut()
            } else {
                unsafe { System.alloc(layout) }
            }
        }
        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block is live and was filled by the test.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) }.to_vec();
            self.freed.lock().unwrap().push(bytes);
            // SAFETY: passed on.
            unsafe { System.dealloc(block, layout) }
        }
        unsafe fn realloc(&self, _: *mut u8, _: Layout, _: usize) -> *mut u8 {
            panic!("the inner realloc leaves old bytes behind and must not be used")
        }
    }

    fn filled(inner: &Watching, len: usize) -> (*mut u8, Layout) {
        let layout = Layout::from_size_align(len, 8).unwrap();
        // SAFETY: `len` is not 0, and the block is as long as what is written.
        let block = unsafe { inner.alloc(layout) };
        assert!(!block.is_null());
        // SAFETY: as above.
        unsafe { ptr::write_bytes(block, 0xA5, len) };
        (block, layout)
    }

    #[test]
    fn a_freed_block_is_all_zeros() {
        for len in [1, 7, 8, 4096, 1 << 20, (5 << 20) + 3] {
            let inner = Watching::default();
            let (block, layout) = filled(&inner, len);
            // SAFETY: allocated just above with this layout.
            unsafe { wipe_and_free(&inner, block, layout) };
            assert_eq!(*inner.freed.lock().unwrap(), [vec![0; len]]);
        }
    }

    #[test]
    fn a_block_that_grows_or_shrinks_keeps_its_bytes_and_leaves_zeros_behind() {
        for (old, new) in [
            (16, 64),
            (64, 16),
            (4096, 3 << 20),
            (3 << 20, 5 << 20),
            (5 << 20, 1),
            (32, 32),
        ] {
            let inner = Watching::default();
            let (block, layout) = filled(&inner, old);
            // SAFETY: allocated just above with this layout, and `new` is not 0.
            let moved = unsafe { move_and_wipe(&inner, block, layout, new) };
            assert!(!moved.is_null());
            // SAFETY: the new block's first bytes were copied from the old one.
            let kept = unsafe { std::slice::from_raw_parts(moved, old.min(new)) };
            assert!(kept.iter().all(|&byte| byte == 0xA5), "{old} to {new}");
            assert_eq!(
                *inner.freed.lock().unwrap(),
                [vec![0; old]],
                "{old} to {new}"
            );
            // SAFETY: allocated by `move_and_wipe` with this layout.
            unsafe { System.dealloc(moved, Layout::from_size_align(new, 8).unwrap()) };
        }
    }

    #[test]
    fn without_memory_the_old_block_stays_as_it_was() {
        let mut inner = Watching::default();
        let (block, layout) = filled(&inner, 100);
        inner.empty = true;
        // SAFETY: allocated just above with this layout.
        assert!(unsafe { move_and_wipe(&inner, block, layout, 200) }.is_null());
        // SAFETY: still live, as the contract of `realloc` demands.
        assert!(
            unsafe { std::slice::from_raw_parts(block, 100) }
                .iter()
                .all(|&byte| byte == 0xA5)
        );
        assert!(inner.freed.lock().unwrap().is_empty());
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) };
    }
}
