//! The ladder of drills: what each is called, how often it is due, and whether a quorum takes part.
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

/// Months from one to the next, where no policy says less. The seals' and places' first one is due sooner, after 6: that
/// is no drill's next date, but the sealing's.
pub fn months(kind: DrillKind) -> u16 {
    match kind {
        DrillKind::D2 => 6,
        DrillKind::D5 => 24,
        DrillKind::D0 | DrillKind::D1 | DrillKind::D3 | DrillKind::D4 | DrillKind::D6 => 12,
    }
}

/// Whether the vault is opened, so that its identity signs the report.
pub fn has_quorum(kind: DrillKind) -> bool {
    matches!(kind, DrillKind::D3 | DrillKind::D4 | DrillKind::D5)
}
