//! What is said of a PDF by where it lies: it is a share until somebody destroys it.

use std::path::Path;

use crate::commands::Session;
use crate::media::Stay;
use crate::report::{Finding, Severity};

/// A share in a PDF; `name` says which, `place` where.
pub(in crate::commands) fn clear_sheet(place: &Path, name: &str, is_protected: bool) -> Finding {
    let open = Finding {
        code: "clear-sheet",
        severity: Severity::Warning,
        subject: format!("{place:?}"),
        text: format!("the PDF of {name}: a share, in clear"),
        hint: "destroy it once it is printed, and the printer's memory with it".into(),
    };
    if !is_protected {
        return open;
    }
    Finding {
        code: "protected-sheet",
        text: format!("the PDF of {name}: a share; its passphrase or key is needed too"),
        ..open
    }
}

/// A share on a disk that keeps what was deleted.
pub(in crate::commands) fn say_fixed(file: &Path, session: &mut Session) {
    session.find(
        Severity::Warning,
        "fixed-disk",
        &format!("{file:?}"),
        "a share sheet's PDF on a fixed disk: it can be found there after it was deleted",
        "put it into memory (a folder in /dev/shm) or onto a removable medium, to be destroyed",
    );
}

/// Memory that reaches the disk: what is kept there, while swap is on.
pub(in crate::commands) fn say_swap(place: &Path, stay: Stay, session: &mut Session) {
    let found = swapped(place, stay, &crate::host::swap_on());
    session.report.findings.extend(found);
}

fn swapped(place: &Path, stay: Stay, swap: &[String]) -> Option<Finding> {
    (stay == Stay::Memory && !swap.is_empty()).then(|| Finding {
        code: "swap",
        severity: Severity::Warning,
        subject: format!("{place:?}"),
        text: format!(
            "lies in memory, and swap is on ({}): it may reach the disk",
            swap.join(", ")
        ),
        hint: "turn it off with: swapoff -a".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_no_disk_only_while_nothing_swaps() {
        let place = Path::new("/dev/shm/legal.pdf");
        let swap = ["/dev/dm-1".to_owned()];
        let said = swapped(place, Stay::Memory, &swap).unwrap();
        assert!(
            said.text.contains("swap is on (/dev/dm-1)"),
            "{}",
            said.text
        );
        assert!(swapped(place, Stay::Memory, &[]).is_none());
        assert!(swapped(place, Stay::Removable, &swap).is_none());
        assert!(swapped(place, Stay::Fixed, &swap).is_none());
    }
}
