//! Input that is waited for in short steps, because Ctrl-C only sets a flag.
//!
//! Knows descriptors; what they give is the callers' business. A descriptor that does not block is read before it is
//! waited for: a named pipe whose writers have gone never says so to somebody who waits, only to somebody who reads.

use std::io;
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::Errno;

use super::interrupt;
use crate::error::{Error, Result};

/// Waits for a moment; whether a read would not block now.
///
/// # Errors
/// [`Error::Interrupted`]; `failed` of what the system says.
pub fn is_ready(from: impl AsFd, failed: impl Fn(io::Error) -> Error) -> Result<bool> {
    let moment = Timespec {
        tv_sec: 0,
        tv_nsec: 200_000_000,
    };
    interrupt::check()?;
    match poll(&mut [PollFd::new(&from, PollFlags::IN)], Some(&moment)) {
        Ok(0) | Err(Errno::INTR) => Ok(false),
        Ok(_) => Ok(true),
        Err(errno) => Err(failed(errno.into())),
    }
}

/// Reads as soon as there is something; 0 bytes is the end.
///
/// # Errors
/// As [`is_ready`].
pub fn read(
    from: impl AsFd,
    into: &mut [u8],
    failed: impl Fn(io::Error) -> Error,
) -> Result<usize> {
    let never_blocks = fcntl_getfl(&from).is_ok_and(|flags| flags.contains(OFlags::NONBLOCK));
    while !never_blocks && !is_ready(&from, &failed)? {}
    loop {
        interrupt::check()?;
        match rustix::io::read(&from, &mut *into) {
            Ok(count) => return Ok(count),
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(errno) => return Err(failed(errno.into())),
        }
        is_ready(&from, &failed)?;
    }
}
