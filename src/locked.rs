//! Memory for secrets: never swapped out, never in a core dump, wiped when dropped.
//!
//! Knows pages and nothing of what is on them, and uses no other module. Single buffers are locked, never the whole
//! process: `mlockall` by an ordinary user aborts the process at the next large allocation.

#![allow(unsafe_code)]

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mlock, mmap_anonymous, munlock, munmap};
use zeroize::Zeroize;

static UNLOCKED: AtomicUsize = AtomicUsize::new(0);

/// How many buffers could not be locked since the process began. An ordinary user may lock 8 MiB on most systems.
pub fn unlocked() -> usize {
    UNLOCKED.load(Ordering::Relaxed)
}

/// Bytes on locked pages of their own, so that unlocking one buffer never unlocks another. The length never changes.
///
/// Where the system refuses to lock, the buffer is there all the same and [`unlocked`] counts it. Neither `Clone` nor
/// `Debug`: a copy or a log line would be out of reach.
///
/// ```compile_fail
/// fn copied<T: Clone>(_: T) {}
/// copied(coldvault::locked::LockedBytes::zeroed(1));
/// ```
/// ```compile_fail
/// fn printed<T: std::fmt::Debug>(_: T) {}
/// printed(coldvault::locked::LockedBytes::zeroed(1));
/// ```
/// ```
/// fn sent<T: Send + Sync>(_: T) {}
/// sent(coldvault::locked::LockedBytes::zeroed(1));
/// ```
pub struct LockedBytes {
    pages: NonNull<u8>,
    len: usize,
}

// SAFETY: the pages belong to this value alone, and are read through `&self` and written through `&mut self` only.
unsafe impl Send for LockedBytes {}
// SAFETY: as for `Send`.
unsafe impl Sync for LockedBytes {}

impl LockedBytes {
    /// `len` zeros.
    pub fn zeroed(len: usize) -> Self {
        let pages = map(len);
        let address = pages.as_ptr().cast::<c_void>();
        // SAFETY: locks the pages mapped just above, which changes no bytes.
        if unsafe { mlock(address, len.max(1)) }.is_err() {
            UNLOCKED.fetch_add(1, Ordering::Relaxed);
        }
        // Where the kernel has no such advice, core dumps are still off for the whole process.
        // SAFETY: keeps the pages mapped just above out of core dumps, which changes no bytes.
        let _ = unsafe { madvise(address, len.max(1), Advice::LinuxDontDump) };
        Self { pages, len }
    }

    /// The bytes, to be read.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` mapped, initialised bytes that live as long as `self`.
        unsafe { slice::from_raw_parts(self.pages.as_ptr(), self.len) }
    }

    /// The bytes, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as for `as_slice`, and `&mut self` is the only way to them now.
        unsafe { slice::from_raw_parts_mut(self.pages.as_ptr(), self.len) }
    }
}

impl Drop for LockedBytes {
    fn drop(&mut self) {
        self.as_mut_slice().zeroize();
        let address = self.pages.as_ptr().cast::<c_void>();
        // Wiped before this; both can fail only for pages that are not mapped.
        // SAFETY: the pages that `zeroed` mapped, for the last time.
        let _ = unsafe { munlock(address, self.len.max(1)) };
        // SAFETY: as above.
        let _ = unsafe { munmap(address, self.len.max(1)) };
    }
}

/// Fresh pages for `len` bytes, zeroed by the kernel, which rounds up to whole pages. Ends the process when there is
/// no memory, as any allocation does.
fn map(len: usize) -> NonNull<u8> {
    let access = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: the kernel chooses the place, so nothing else is mapped over.
    let pages = unsafe { mmap_anonymous(ptr::null_mut(), len.max(1), access, MapFlags::PRIVATE) };
    let pages = pages
        .ok()
        .and_then(|address| NonNull::new(address.cast::<u8>()));
    pages.unwrap_or_else(|| {
        handle_alloc_error(Layout::array::<u8>(len).unwrap_or(Layout::new::<u8>()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::{assert_passed, child};
    use rustix::process::{Resource, Rlimit, setrlimit};
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

    /// The kernel's flags of the mapping that holds `address`, from `/proc/self/smaps`.
    fn kernel_flags(address: usize) -> Vec<String> {
        let text = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        for line in text.lines() {
            let first = line.split_ascii_whitespace().next().unwrap();
            if let Some((from, to)) = first.split_once('-') {
                let at = |text| usize::from_str_radix(text, 16).unwrap();
                inside = (at(from)..at(to)).contains(&address);
            }
            if inside && first == "VmFlags:" {
                return line
                    .split_ascii_whitespace()
                    .skip(1)
                    .map(str::to_owned)
                    .collect();
            }
        }
        Vec::new()
    }

    #[test]
    fn a_buffer_is_zeros_of_its_length_and_keeps_what_is_written() {
        for len in [0, 1, 32, 4096, 4097, 100_000] {
            let mut bytes = LockedBytes::zeroed(len);
            assert_eq!(bytes.as_slice(), vec![0; len]);
            bytes.as_mut_slice().fill(0x5A);
            assert_eq!(bytes.as_slice(), vec![0x5A; len]);
        }
    }

    #[test]
    fn the_kernel_says_that_a_buffer_is_locked_and_stays_out_of_core_dumps() {
        let bytes = LockedBytes::zeroed(32);
        let flags = kernel_flags(bytes.as_slice().as_ptr() as usize);
        assert!(flags.contains(&"dd".into()), "{flags:?}");
        assert!(flags.contains(&"lo".into()) || unlocked() > 0, "{flags:?}");
    }

    #[test]
    fn unlocking_one_buffer_leaves_its_neighbours_locked() {
        let mut buffers: Vec<_> = (0..8).map(|_| LockedBytes::zeroed(32)).collect();
        buffers.remove(3);
        buffers.remove(5);
        for bytes in &buffers {
            let flags = kernel_flags(bytes.as_slice().as_ptr() as usize);
            assert!(flags.contains(&"lo".into()) || unlocked() > 0, "{flags:?}");
        }
    }

    #[test]
    fn a_buffer_that_cannot_be_locked_is_there_and_counted() {
        assert_passed(&child("locked::tests::child_may_lock_nothing"));
    }

    #[test]
    #[ignore = "runs in a child process: it gives up the right to lock memory"]
    fn child_may_lock_nothing() {
        // root may lock without limit, so this thread gives that up first.
        let mut sets = capabilities(None).unwrap();
        sets.effective.remove(CapabilitySet::IPC_LOCK);
        set_capabilities(None, sets).unwrap();
        setrlimit(
            Resource::Memlock,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        )
        .unwrap();
        assert_eq!(unlocked(), 0);
        let mut bytes = LockedBytes::zeroed(32);
        assert_eq!(unlocked(), 1);
        bytes.as_mut_slice().fill(1);
        assert_eq!(bytes.as_slice(), [1; 32]);
        let flags = kernel_flags(bytes.as_slice().as_ptr() as usize);
        assert!(!flags.contains(&"lo".into()), "{flags:?}");
    }
}
