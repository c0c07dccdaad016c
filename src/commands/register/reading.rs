//! What a command of `register` reads, for the fence that is put up before it begins.
//!
//! Knows the arguments; opens nothing.

use std::path::PathBuf;

use super::{Args, What, carriers, reports};

impl Args {
    /// Whether it only looks at the register.
    pub(in crate::commands) fn only_reads(&self) -> bool {
        matches!(
            self.what,
            What::Show { .. } | What::Verify { .. } | What::Head { .. }
        )
    }

    /// What is read besides the register, and the register, for the fence.
    pub(in crate::commands) fn reads(&self) -> (Vec<PathBuf>, PathBuf) {
        let (reads, file) = match &self.what {
            What::Show { file, .. }
            | What::Verify { file, .. }
            | What::Head { file }
            | What::Note { file, .. }
            | What::Policy { file, .. }
            | What::Challenge { file, .. }
            | What::AddClaim { file, .. } => (Vec::new(), file),
            What::Place(carriers::Place { file, .. })
            | What::Bagged(carriers::Bagged { file, .. })
            | What::Confirmed(carriers::Confirmed { file, .. })
            | What::Destroyed(carriers::Destroyed { file, .. }) => {
                (carriers::directories(&self.what), file)
            }
            What::Merge { file, other } => (vec![other.clone()], file),
            What::Rebuild { file, from, .. } => (from.clone(), file),
            What::AddReport { file, report } => (reports::reads(report), file),
            What::AddReceipt {
                file,
                carrier,
                receipt,
            } => (carrier.iter().chain([receipt]).cloned().collect(), file),
        };
        (reads, file.file.clone())
    }
}
