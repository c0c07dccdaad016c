//! Reads ahead on a thread of its own, so that decrypting and unpacking share the two cores of a laptop.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Bytes in one buffer.
const BUFFER: usize = 1 << 20;
/// Buffers that may wait.
const WAITING: usize = 2;

type Filled = io::Result<Vec<u8>>;

/// A reader whose input is read by another thread. It ends with `R`, given back by [`Ahead::finish`].
pub(super) struct Ahead<R> {
    filled: Receiver<Filled>,
    current: Vec<u8>,
    place: usize,
    thread: JoinHandle<R>,
}

impl<R: Read + Send + 'static> Ahead<R> {
    /// Begins to read `input`.
    pub(super) fn new(input: R) -> Self {
        let (sender, filled) = sync_channel(WAITING);
        let thread = std::thread::spawn(move || fill(input, &sender));
        Self {
            filled,
            current: Vec::new(),
            place: 0,
            thread,
        }
    }

    /// Ends the thread and gives its input back, wherever it stands.
    pub(super) fn finish(self) -> io::Result<R> {
        drop(self.filled);
        self.thread
            .join()
            .map_err(|_| io::Error::other("the reading thread ended unexpectedly"))
    }
}

/// Reads until the end, an error, or until nobody listens any more.
fn fill<R: Read>(mut input: R, sender: &SyncSender<Filled>) -> R {
    loop {
        let mut buffer = Vec::with_capacity(BUFFER);
        let result = input.by_ref().take(BUFFER as u64).read_to_end(&mut buffer);
        let last = buffer.is_empty() || result.is_err();
        // What was read before an error is delivered first: the archive's reader wants to name the member.
        let heard = buffer.is_empty() || sender.send(Ok(buffer)).is_ok();
        if let (Err(error), true) = (result, heard) {
            // Nobody listening any more is not this thread's business.
            let _ = sender.send(Err(error));
        }
        if last || !heard {
            return input;
        }
    }
}

impl<R> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.place == self.current.len() {
            match self.filled.recv() {
                Ok(filled) => (self.current, self.place) = (filled?, 0),
                Err(_) => return Ok(0),
            }
        }
        let mut rest = self.current.get(self.place..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.place += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_arrives_in_order_and_the_input_comes_back() {
        let bytes: Vec<u8> = (0..3_000_000u32).map(|i| (i % 251) as u8).collect();
        let mut ahead = Ahead::new(io::Cursor::new(bytes.clone()));
        let mut read = Vec::new();
        ahead.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        assert_eq!(ahead.finish().unwrap().position(), 3_000_000);
    }

    #[test]
    fn an_error_arrives_after_the_bytes_before_it() {
        struct Failing(usize);
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 == 0 {
                    return Err(io::Error::other("broken"));
                }
                let count = buffer.len().min(self.0);
                self.0 -= count;
                Ok(count)
            }
        }
        let mut ahead = Ahead::new(Failing(10));
        let mut read = Vec::new();
        assert!(ahead.read_to_end(&mut read).is_err());
        assert_eq!(read.len(), 10);
    }

    #[test]
    fn giving_up_early_ends_the_thread() {
        let mut ahead = Ahead::new(io::repeat(1));
        ahead.read_exact(&mut [0; 10]).unwrap();
        assert!(ahead.finish().is_ok());
    }
}
