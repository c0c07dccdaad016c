//! On what a drill was done: the program, the system, and what `doctor` says of the machine.

use std::fs;

use crate::commands::{Session, doctor};
use crate::drill::{Machine, MachineCheck};
use crate::host::program::Program;

/// Looks at it.
pub(super) fn look(session: &Session) -> Machine {
    let release = session.machine.proc.join("sys/kernel/osrelease");
    let release = fs::read_to_string(release).unwrap_or_default();
    let checks = doctor::look(session, None).into_iter();
    Machine {
        tool: concat!("coldvault ", env!("CARGO_PKG_VERSION")).into(),
        // what the program says of itself: whoever doubts it compares the file by other means
        program_sha256: Program::running().ok().map(|program| program.digest()),
        system: format!("Linux {}", release.trim()),
        checks: checks
            .map(|check| MachineCheck {
                name: check.name.into(),
                state: check.state.as_str().into(),
                found: check.found,
            })
            .collect(),
    }
}
