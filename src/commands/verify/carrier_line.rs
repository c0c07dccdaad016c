//! One carrier in a table or a report: what it holds, and the disk that it lies on.

use std::path::Path;

use crate::carrier::{self, Age, Checked, Holds};
use crate::media::Medium;
use crate::report::{CarrierLine, shown};
use crate::time::Time;

/// What a carrier holds, for people.
pub(in crate::commands) fn holds(checked: &Checked) -> String {
    let copy = checked.facts.as_ref().map_or(String::new(), |facts| {
        match facts.made_by == carrier::SCAN {
            true => ", made from sheets".to_owned(),
            false => format!(", copy {} of {}", facts.copy, facts.of),
        }
    });
    match &checked.holds {
        Holds::Vault => format!("vault{copy}"),
        Holds::Share(number, custodian) => {
            let locked = checked.closed.as_ref().map_or("", |_| ", protected");
            let anew = checked.reissued.as_ref();
            let anew = anew.map_or(String::new(), |note| {
                format!(", made by a reissue on {}", note.made.date())
            });
            let name = carrier::share_name(*number, custodian);
            format!("{name}{copy}{locked}{anew}")
        }
        Holds::Nothing => "nothing that can be told".into(),
    }
}

/// How old it is, where it says that. Only what was whole counts as checked.
pub(super) fn age(checked: &Checked, now: Time) -> Option<Age> {
    let written = checked.facts.as_ref()?.written;
    Some(match checked.is_whole() {
        true => Age::checked(written, now),
        false => Age::seen(written, now),
    })
}

/// What the report says of a carrier that was read.
pub(in crate::commands) fn line(path: &Path, checked: &Checked, now: Time) -> CarrierLine {
    let medium = Medium::at(path);
    let disk = medium.device.disks().first();
    CarrierLine {
        role: if matches!(checked.holds, Holds::Share(..)) {
            "share"
        } else {
            "vault"
        },
        path: shown(path),
        device: medium.describe(),
        serial: disk.and_then(|disk| disk.serial.clone()),
        holds: holds(checked),
        read_back: None,
        replugged: None,
        read: (checked.bytes > 0).then(|| checked.how.as_str()),
        age: age(checked, now),
    }
}
