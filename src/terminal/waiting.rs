//! Says after a while that something still has not answered: a medium can hang in the system for minutes, and nobody at
//! the table knows whether to wait or to pull it.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::{Terminal, columns, wrapped};

/// How long nothing moves before it is said.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked.
const TURN: Duration = Duration::from_secs(1);

/// Until it is dropped, somebody looks whether something moves.
pub struct Waiting {
    moved: Arc<AtomicU64>,
    _ends: Sender<()>,
}

impl Terminal {
    /// Begins to look; after 20 seconds in which nothing was said to have moved, `text` is said: once, and
    /// again only when something moved in between.
    pub fn waiting(&self, text: &str) -> Waiting {
        Waiting::begin(self.silent, text.to_owned(), PATIENCE, say)
    }
}

impl Waiting {
    fn begin(
        silent: bool,
        text: String,
        patience: Duration,
        say: impl Fn(&str) + Send + 'static,
    ) -> Self {
        let (ends, ended) = channel();
        let moved = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&moved);
        let turn = TURN.min(patience);
        let look = move || {
            let (mut last, mut still, mut is_said) = (0, Duration::ZERO, false);
            while ended.recv_timeout(turn) == Err(RecvTimeoutError::Timeout) {
                let now = seen.load(Ordering::Relaxed);
                if now != last {
                    (last, still, is_said) = (now, Duration::ZERO, false);
                    continue;
                }
                still += turn;
                if still >= patience && !is_said {
                    say(&text);
                    is_said = true;
                }
            }
        };
        if !silent {
            // without a thread nothing is said: no reason to stop
            let _ = thread::Builder::new().name("waiting".into()).spawn(look);
        }
        Self { moved, _ends: ends }
    }

    /// What counts how often something moved, for who moves it elsewhere.
    pub fn moves(&self) -> &Arc<AtomicU64> {
        &self.moved
    }

    /// Something moved.
    pub fn moved(&self) {
        self.moved.fetch_add(1, Ordering::Relaxed);
    }
}

fn say(text: &str) {
    let line = match io::stderr().is_terminal() {
        true => wrapped(text, columns(io::stderr())),
        false => text.to_owned(),
    };
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::Receiver;

    fn begin() -> (Waiting, Receiver<String>) {
        let (said, heard) = channel();
        let say = move |text: &str| {
            let _ = said.send(text.to_owned());
        };
        let patience = Duration::from_millis(300);
        (
            Waiting::begin(false, "it hangs".into(), patience, say),
            heard,
        )
    }

    #[test]
    fn what_does_not_move_is_said_once_and_again_after_it_moved() {
        let (waiting, heard) = begin();
        for _ in 0..2 {
            assert_eq!(heard.recv().unwrap(), "it hangs");
            let again = heard.recv_timeout(Duration::from_millis(900));
            assert!(again.is_err(), "twice");
            waiting.moved();
        }
        drop(waiting);
    }

    #[test]
    fn what_moves_slowly_is_not_said() {
        let (waiting, heard) = begin();
        let moves = Arc::clone(waiting.moves());
        for _ in 0..8 {
            moves.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(100));
        }
        drop(waiting);
        assert!(heard.recv().is_err());
    }

    #[test]
    fn what_ends_in_time_is_not_said() {
        let (waiting, heard) = begin();
        waiting.moved();
        drop(waiting);
        assert!(heard.recv().is_err());
    }
}
