//! Ctrl-C as a question that long work asks itself, so that what is half-written is removed before the program ends.
//!
//! Knows signals; no other module names `signal-hook`. The first Ctrl-C (or SIGTERM, or SIGHUP) is only remembered;
//! the second ends the process at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use crate::error::{Error, Exit, Result};

static PRESSED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Begins to watch for Ctrl-C. Once is enough; again changes nothing.
///
/// A blocking read goes on after the first signal (handlers restart it), so a prompt has to wait with a time limit and
/// ask [`check`] in between.
///
/// # Errors
/// `System`, when the handlers cannot be set.
pub fn install() -> Result<()> {
    let mut fresh = false;
    let pressed = PRESSED.get_or_init(|| {
        fresh = true;
        Arc::default()
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
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        watch(signal, pressed).map_err(|error| Error::System {
            doing: "watch for Ctrl-C",
            error,
        })?;
    }
    Ok(())
}

fn watch(signal: i32, pressed: &Arc<AtomicBool>) -> std::io::Result<()> {
    // The order counts: handlers run as they were registered, so the first press finds the flag still down.
    flag::register_conditional_shutdown(signal, Exit::Interrupted as i32, Arc::clone(pressed))?;
    flag::register(signal, Arc::clone(pressed)).map(drop)
}

/// Whether to go on. Cheap enough for every block of bytes.
///
/// # Errors
/// `Interrupted`, once Ctrl-C was pressed.
pub fn check() -> Result<()> {
    match PRESSED.get() {
        Some(pressed) if pressed.load(Ordering::Relaxed) => Err(Error::Interrupted),
        _ => Ok(()),
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
