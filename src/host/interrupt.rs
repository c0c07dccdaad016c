//! Ctrl-C as a question that long work asks itself, so that what is half-written is removed before the program ends.
//!
//! Knows signals; no other module names `signal-hook`. The first Ctrl-C (or SIGTERM, or SIGHUP) is only remembered;
//! the second ends the process at once, unless something must be set right first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::{SigId, flag, low_level};

use crate::error::{Error, Exit, Result};

const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

static WATCH: OnceLock<Watch> = OnceLock::new();

/// What the handlers do, in this order: end the process if `last`, set `pressed`, set `last`.
#[derive(Default)]
struct Watch {
    pressed: Arc<AtomicBool>,
    last: Arc<AtomicBool>,
    /// The handlers that set `last`; none while it is held.
    setters: Mutex<Vec<SigId>>,
}

/// Begins to watch for Ctrl-C. Once is enough; again changes nothing.
///
/// A blocking read goes on after the first signal (handlers restart it), so a prompt has to wait with a time limit and
/// ask [`check`] in between.
///
/// # Errors
/// `System`, when the handlers cannot be set.
pub fn install() -> Result<()> {
    let mut fresh = false;
    let watch = WATCH.get_or_init(|| {
        fresh = true;
        Watch::default()
    });
    if !fresh {
        return Ok(());
    }
    // Past a file size limit a write shall fail with an error that is cleaned up after, not kill the process.
    let limit = flag::register(SIGXFSZ, Arc::default());
    limit.map_err(|error| Error::System {
        doing: "watch for the file size limit",
        error,
    })?;
    let begun = SIGNALS.into_iter().try_for_each(|signal| {
        // The order counts: handlers run as they were registered, so the first press finds the flag still down.
        let last = Arc::clone(&watch.last);
        flag::register_conditional_shutdown(signal, Exit::Interrupted as i32, last)?;
        flag::register(signal, Arc::clone(&watch.pressed)).map(drop)
    });
    begun
        .and_then(|()| watch.let_the_second_end())
        .map_err(|error| Error::System {
            doing: "watch for Ctrl-C",
            error,
        })
}

/// Whether to go on. Cheap enough for every block of bytes.
///
/// # Errors
/// `Interrupted`, once Ctrl-C was pressed.
pub fn check() -> Result<()> {
    match WATCH.get() {
        Some(watch) if watch.pressed.load(Ordering::Relaxed) => Err(Error::Interrupted),
        _ => Ok(()),
    }
}

/// As [`check`], for those who only have to know whether to go on.
pub fn goes_on() -> bool {
    check().is_ok()
}

/// Until the answer is dropped no signal ends the process at once, however often it comes: for what must be set right
/// before the end and takes no time. [`check`] answers as ever.
pub fn hold() -> Held {
    if let Some(watch) = WATCH.get() {
        watch.setters().drain(..).for_each(|id| {
            low_level::unregister(id);
        });
        watch.last.store(false, Ordering::SeqCst);
    }
    Held(())
}

/// See [`hold`].
pub struct Held(());

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(watch) = WATCH.get() {
            // Without its handlers a second signal does not end the process, and the first still does.
            let _ = watch.let_the_second_end();
        }
    }
}

impl Watch {
    fn setters(&self) -> MutexGuard<'_, Vec<SigId>> {
        self.setters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn let_the_second_end(&self) -> std::io::Result<()> {
        let mut setters = self.setters();
        if setters.is_empty() {
            for signal in SIGNALS {
                setters.push(flag::register(signal, Arc::clone(&self.last))?);
            }
        }
        if self.pressed.load(Ordering::SeqCst) {
            self.last.store(true, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::tests::child;
    use signal_hook::low_level::raise;

    #[test]
    fn nothing_is_interrupted_before_ctrl_c() {
        install().unwrap();
        install().unwrap();
        assert!(check().is_ok());
    }

    #[test]
    fn the_first_ctrl_c_is_remembered_and_the_second_ends_with_130() {
        for signal in ["int", "term", "hup"] {
            let output = child(&format!(
                "host::interrupt::tests::child_is_interrupted_by_{signal}"
            ));
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert!(stdout.contains("remembered"), "{signal}: {output:?}");
            assert!(!stdout.contains("outlived"), "{signal}: {output:?}");
            assert_eq!(output.status.code(), Some(130), "{signal}");
        }
    }

    fn interrupted_twice(signal: i32) {
        install().unwrap();
        assert!(check().is_ok());
        raise(signal).unwrap();
        assert!(matches!(check(), Err(Error::Interrupted)));
        assert!(check().is_err(), "and it stays so");
        println!("remembered");
        raise(signal).unwrap();
        println!("outlived the second");
    }

    #[test]
    fn a_second_ctrl_c_waits_until_it_is_let_go() {
        let output = child("host::interrupt::tests::child_is_held");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("held"), "{output:?}");
        assert!(!stdout.contains("outlived"), "{output:?}");
        assert_eq!(output.status.code(), Some(130));
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_is_held() {
        install().unwrap();
        for _ in 0..2 {
            let held = hold();
            assert!(check().is_ok());
            drop(held);
        }
        let held = hold();
        for signal in SIGNALS {
            raise(signal).unwrap();
            raise(signal).unwrap();
        }
        assert!(matches!(check(), Err(Error::Interrupted)));
        println!("held");
        drop(held);
        raise(SIGTERM).unwrap();
        println!("outlived the next");
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_is_interrupted_by_int() {
        interrupted_twice(SIGINT);
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_is_interrupted_by_term() {
        interrupted_twice(SIGTERM);
    }

    #[test]
    #[ignore = "runs in a child process: it ends it"]
    fn child_is_interrupted_by_hup() {
        interrupted_twice(SIGHUP);
    }
}
