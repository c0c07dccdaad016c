//! One medium among several that get the same payload: a thread that writes it as fast as its medium takes it.
//!
//! While a lane keeps up it is handed blocks, of which a few wait in memory. One that falls behind is no longer handed
//! any: it reads what it misses from a lane that is ahead, whose file has it. So a slow medium holds up no other, memory is
//! bounded, and the node is read once. One that hangs in the system while it is read from holds up who reads from it, until
//! it answers or is pulled out: then another lane that is ahead is the source.
//!
//! What a source does wrong is not held against the medium that read from it: [`Error::NoSource`] says so.

mod writer;

use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::digest::{Digest, Hasher};
use crate::error::{Error, Result};
use crate::media::{NewFolder, Written};

use writer::Writer;

/// Bytes handed over together.
pub(super) const BLOCK: usize = 1 << 20;
/// Blocks that wait for one lane: with the one being filled, what a sealing holds of its payload for each medium.
const QUEUE: usize = 16;
/// Bytes after which a lane flushes: what waits in memory for a slow medium is memory that the others do not get.
const FLUSHED: u64 = 32 << 20;
/// How long to wait for others before looking around.
const TURN: Duration = Duration::from_millis(20);

/// What is handed over.
pub(super) struct Filled {
    pub(super) bytes: Vec<u8>,
    /// The hash of its part, up to the end of these bytes.
    pub(super) hash: Hasher,
}

type Block = Arc<Filled>;

/// What all lanes know of each other.
pub(super) struct Shared {
    state: Mutex<State>,
    moved: Condvar,
    /// Each lane's folder.
    folders: Vec<PathBuf>,
    /// Bytes of each part but the last.
    part: u64,
    /// The lane whose medium takes nothing for now.
    #[cfg(test)]
    pub(super) held: Mutex<Option<usize>>,
}

struct State {
    /// Bytes of the stream that each lane has written; none once it failed.
    written: Vec<Option<u64>>,
    /// Lanes that could not be read from: they may be good to write to, and are no source any more.
    no_source: Vec<usize>,
    /// Lanes that have everything they were handed and find it nowhere else.
    waiting: Vec<usize>,
    /// How often something moved on any medium.
    moves: u64,
    /// Digests of the parts that ended.
    digests: Vec<Digest>,
    /// Bytes of the whole stream, once nothing comes any more.
    total: Option<u64>,
    /// Whether all is given up.
    is_stopped: bool,
}

impl Shared {
    pub(super) fn new(folders: &[Arc<NewFolder>], part: u64) -> Self {
        Self {
            state: Mutex::new(State {
                written: vec![Some(0); folders.len()],
                no_source: Vec::new(),
                waiting: Vec::new(),
                moves: 0,
                digests: Vec::new(),
                total: None,
                is_stopped: false,
            }),
            moved: Condvar::new(),
            folders: folders.iter().map(|one| one.path().to_owned()).collect(),
            part,
            #[cfg(test)]
            held: Mutex::new(None),
        }
    }

    #[cfg(test)]
    fn hold_up(&self, lane: usize) {
        let is_held = || *self.held.lock().unwrap_or_else(PoisonError::into_inner) == Some(lane);
        while is_held() && !self.state().is_stopped {
            thread::sleep(TURN);
        }
    }

    /// How much a lane has written, if it did not fail.
    #[cfg(test)]
    pub(super) fn written(&self, lane: usize) -> Option<u64> {
        self.state().written.get(lane).copied().flatten()
    }

    /// Notes a part's digest; to be called before anything of the next one is handed over.
    pub(super) fn end_part(&self, digest: Digest) {
        self.state().digests.push(digest);
    }

    /// Nothing comes any more: it was so many bytes.
    pub(super) fn end(&self, total: u64) {
        self.state().total = Some(total);
        self.moved.notify_all();
    }

    /// All is given up.
    pub(super) fn stop(&self) {
        self.state().is_stopped = true;
        self.moved.notify_all();
    }

    /// Waits a moment, or until something moved.
    pub(super) fn wait(&self) {
        let state = self.state();
        drop(self.moved.wait_timeout(state, TURN));
    }

    fn note(&self, lane: usize, bytes: Option<u64>) {
        let mut state = self.state();
        if let Some(written) = state.written.get_mut(lane) {
            *written = bytes;
        }
        state.moves += 1;
        drop(state);
        self.moved.notify_all();
    }

    /// How often something moved.
    pub(super) fn moves(&self) -> u64 {
        self.state().moves
    }

    /// Something moved that adds nothing to what is written.
    ///
    /// # Errors
    /// [`Error::Stopped`] when all was given up.
    fn step(&self) -> Result<()> {
        let mut state = self.state();
        state.moves += 1;
        match state.is_stopped {
            true => Err(Error::Stopped),
            false => Ok(()),
        }
    }

    /// Each change to it is one step, so it is right even when a thread died holding it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a block.
pub(super) enum Sent {
    Taken,
    /// Too many wait for this lane already.
    Full,
    /// The lane is no longer handed any.
    Behind,
    /// The lane failed.
    Ended,
}

/// The one end of a lane.
pub(super) struct Lane {
    sender: Option<SyncSender<Block>>,
    thread: Option<JoinHandle<Result<Vec<Written>>>>,
    outcome: Option<Result<Vec<Written>>>,
}

impl Lane {
    /// # Errors
    /// [`Error::System`] when the system gives no thread.
    pub(super) fn start(
        index: usize,
        folder: Arc<NewFolder>,
        shared: &Arc<Shared>,
    ) -> Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE);
        let shared = Arc::clone(shared);
        let run = move || {
            let writer = Writer::new(index, folder, shared);
            writer.run(&receiver)
        };
        let thread = thread::Builder::new().name("payload".into()).spawn(run);
        let thread = thread.map_err(|error| Error::System {
            doing: "start a thread",
            error,
        })?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
            outcome: None,
        })
    }

    pub(super) fn send(&mut self, block: &Block) -> Sent {
        let Some(sender) = &self.sender else {
            // behind, or failed and noticed before
            return match self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
                true => Sent::Ended,
                false => Sent::Behind,
            };
        };
        match sender.try_send(Arc::clone(block)) {
            Ok(()) => Sent::Taken,
            Err(TrySendError::Full(_)) => Sent::Full,
            Err(TrySendError::Disconnected(_)) => {
                self.sender = None;
                Sent::Ended
            }
        }
    }

    /// Hands it nothing any more: it gets the rest by itself.
    pub(super) fn detach(&mut self) {
        self.sender = None;
    }

    /// Whether its thread has ended.
    pub(super) fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Takes what its thread answered.
    pub(super) fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            let died = |_| {
                Err(Error::SelfTest {
                    what: "a thread that wrote a carrier ended",
                })
            };
            self.outcome = Some(thread.join().unwrap_or_else(died));
        }
    }

    /// Whether it has ended without files.
    pub(super) fn has_failed(&mut self) -> bool {
        if self.is_finished() {
            self.join();
        }
        matches!(self.outcome, Some(Err(_)))
    }

    /// Whether it answered with files.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }

    /// Why it failed, if it did.
    pub(super) fn take_error(&mut self) -> Option<Error> {
        if self.is_finished() {
            self.join();
        }
        match self.outcome.take() {
            Some(Err(error)) => Some(error),
            Some(Ok(_)) | None => None,
        }
    }

    /// Its answer.
    pub(super) fn take(&mut self) -> Result<Vec<Written>> {
        self.outcome.take().unwrap_or(Err(Error::Stopped))
    }
}
