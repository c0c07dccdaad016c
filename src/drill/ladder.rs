//! The ladder of drills: what each is called, and what it asks for.
//!
//! Source: ceremony.md, section 4.1.

use super::DrillKind;

/// What people call it.
pub fn title(kind: DrillKind) -> &'static str {
    match kind {
        DrillKind::D0 => "seal and place",
        DrillKind::D1 => "share check",
        DrillKind::D2 => "copy check",
        DrillKind::D3 => "rehearsal",
        DrillKind::D4 => "real restore",
        DrillKind::D5 => "worst case",
        DrillKind::D6 => "compromise exercise",
    }
}

/// What it asks for, in a line.
pub fn wants(kind: DrillKind) -> &'static str {
    match kind {
        DrillKind::D0 => "look at every bag, seal and place; open nothing",
        DrillKind::D1 => "read every share of every custodian, each alone",
        DrillKind::D2 => "read every vault copy in full",
        DrillKind::D3 => "the whole way back, with rehearsal material",
        DrillKind::D4 => "the whole way back, with the real shares, in memory",
        DrillKind::D5 => "the whole way back from paper only, with no share too many",
        DrillKind::D6 => "talk a compromise through, at a table",
    }
}
