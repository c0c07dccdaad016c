//! One copy that is to be written: where it goes, what its README says, and what the table says of it afterwards.

use std::path::Path;
use std::sync::Arc;

use crate::carrier::{self, CarrierFacts, CopyOf, Role};
use crate::cipher::Lock;
use crate::commands::Session;
use crate::commands::seal::Plan;
use crate::commands::seal::protect::Protect;
use crate::error::Result;
use crate::key;
use crate::label::Label;
use crate::manifest::Carrier;
use crate::media::{self, NewFolder, ReadBack};
use crate::report::{CarrierLine, Severity, shown};
use crate::signature::PublicKey;
use crate::time::Time;

/// One copy that is to be written.
pub(super) struct Copy<'a> {
    pub(super) role: Role,
    custodian: Option<&'a Label>,
    lock: Option<Lock>,
    pub(super) dir: &'a Path,
    pub(super) readme: Vec<u8>,
    pub(super) facts: CarrierFacts,
}

impl Copy<'_> {
    pub(super) fn on(&self) -> Carrier {
        match self.role {
            Role::Vault => Carrier::Vault {
                copy: self.facts.copy,
            },
            Role::Share(number) => Carrier::Share {
                number,
                copy: self.facts.copy,
            },
        }
    }

    pub(super) fn holds(&self) -> String {
        let copy = format!("copy {} of {}", self.facts.copy, self.facts.of);
        match (self.role, self.custodian) {
            (Role::Share(number), Some(name)) => {
                let name = carrier::share_name(number, name);
                let locked = self.lock.map_or("", |_| ", protected");
                format!("{name}, {copy}{locked}")
            }
            _ => format!("vault {copy}"),
        }
    }
}

pub(super) fn make_copy<'a>(
    plan: &'a Plan,
    public_key: PublicKey,
    now: Time,
    (role, custodian): (Role, Option<&'a Label>),
    dir: &'a Path,
    (copy, of): (u8, u8),
) -> Result<Copy<'a>> {
    let (mut carrier_id, mut mark) = ([0; 16], [0; 16]);
    key::random(&mut carrier_id)?;
    key::random(&mut mark)?;
    let lock = match role {
        Role::Vault => None,
        Role::Share(number) => plan
            .custodians
            .get(usize::from(number) - 1)
            .and_then(|custodian| custodian.protect.as_ref().map(Protect::lock)),
    };
    let text = carrier::readme(&CopyOf {
        role,
        custodian,
        lock,
        id: public_key.vault_id(),
        label: &plan.label,
        kind: plan.kind,
        k: plan.k,
        n: plan.custodians.len() as u8,
        copy,
        of,
        created: now,
        contact: plan.contact.as_deref(),
        mark,
    });
    let facts = CarrierFacts {
        carrier_id,
        role,
        copy,
        of,
        written: now,
        made_by: "seal".into(),
    };
    Ok(Copy {
        role,
        custodian,
        lock,
        dir,
        readme: text.into_bytes(),
        facts,
    })
}

/// What the table says of a finished copy.
pub(super) fn line(copy: &Copy<'_>, folder: &NewFolder) -> CarrierLine {
    let device = media::device_of(folder.path());
    CarrierLine {
        role: if copy.role == Role::Vault {
            "vault"
        } else {
            "share"
        },
        path: shown(folder.path()),
        device: device.describe(),
        serial: device.disks().first().and_then(|disk| disk.serial.clone()),
        holds: copy.holds(),
        read_back: Some(how(folder)),
    }
}

/// The weakest way in which a file of the folder was read back.
pub(in crate::commands) fn how(folder: &NewFolder) -> &'static str {
    let all = folder.contents();
    let any = |how: ReadBack| all.iter().any(|file| file.how == how);
    match (any(ReadBack::Driver), any(ReadBack::Dropped)) {
        (true, _) => "through a driver",
        (_, true) => "cache dropped",
        _ => "from the device",
    }
}

/// Removes what this run made. What cannot be removed opens nothing: its key was never finished.
pub(super) fn take_back(folders: Vec<Arc<NewFolder>>, session: &mut Session) {
    let left = folders
        .into_iter()
        .flat_map(|folder| match Arc::try_unwrap(folder) {
            Ok(folder) => folder.discard(),
            Err(folder) => vec![folder.path().to_owned()],
        });
    for path in left.collect::<Vec<_>>() {
        let text = "is left of this unfinished sealing and opens nothing";
        session.find(
            Severity::Warning,
            "left",
            &format!("{path:?}"),
            text,
            "remove it",
        );
    }
}
