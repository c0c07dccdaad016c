//! The program: forbids itself everything it does not need, then runs one command.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use coldvault::allocator::Wiping;
use coldvault::time::Time;
use coldvault::{cli, host, scan};

#[global_allocator]
static WIPING: Wiping = Wiping;

fn main() -> ExitCode {
    let missing = host::harden();
    if let Some(task) = host::child::task() {
        return scan::serve(&task);
    }
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = Time::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    ExitCode::from(cli::main(now, missing) as u8)
}
