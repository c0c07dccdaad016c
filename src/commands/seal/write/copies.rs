//! One copy that is to be written: where it goes, what its README says, and what the table says of it afterwards.

use std::path::PathBuf;

use crate::carrier::{self, CarrierFacts, CopyOf};
use crate::commands::Session;
use crate::commands::seal::desk::{Due, Place};
use crate::commands::seal::{Destination, Plan, Protect, Thing};
use crate::error::Result;
use crate::key;
use crate::manifest::Carrier;
use crate::media::{NewFolder, Parked, ReadBack};
use crate::report::{CarrierLine, Severity, shown};
use crate::signature::PublicKey;
use crate::time::Time;

use super::vaults::Begun;

/// One copy that is to be written.
pub(super) struct Copy {
    pub(super) thing: Thing,
    to: Destination,
    /// What is written on its medium.
    mark: String,
    /// "vault copy 1 of 2", "share 2 (legal), copy 1 of 2".
    pub(super) holds: String,
    pub(super) readme: Vec<u8>,
    pub(super) facts: CarrierFacts,
}

impl Copy {
    pub(super) fn on(&self) -> Carrier {
        let copy = self.facts.copy;
        match self.thing {
            Thing::Vault => Carrier::Vault { copy },
            Thing::Share(number) => Carrier::Share { number, copy },
        }
    }

    /// What the desk needs to know of it.
    pub(super) fn due(&self) -> Due<'_> {
        Due {
            thing: self.thing,
            copy: self.facts.copy,
            to: &self.to,
            mark: &self.mark,
        }
    }

    /// A folder of this copy that is finished and can go.
    pub(super) fn written(&self, folder: NewFolder, place: Place) -> Written {
        Written {
            thing: self.thing,
            copy: self.facts.copy,
            line: self.line(&folder, &place),
            path: folder.path().to_owned(),
            folder: folder.park(),
            place,
        }
    }

    /// What the table says of a finished copy.
    fn line(&self, folder: &NewFolder, place: &Place) -> CarrierLine {
        let device = &place.medium.device;
        CarrierLine {
            role: match self.thing {
                Thing::Vault => "vault",
                Thing::Share(_) => "share",
            },
            path: shown(folder.path()),
            device: place.medium.describe(),
            serial: device.disks().first().and_then(|disk| disk.serial.clone()),
            holds: self.holds.clone(),
            read_back: Some(how(folder)),
        }
    }
}

/// A folder with nothing open in it, on a medium that may be out by now.
pub(super) struct Written {
    pub(super) thing: Thing,
    copy: u8,
    pub(super) path: PathBuf,
    pub(super) line: CarrierLine,
    folder: Parked,
    place: Place,
}

impl Written {
    /// Whether this is that copy.
    pub(super) fn is(&self, copy: &Copy) -> bool {
        (self.thing, self.copy) == (copy.thing, copy.facts.copy)
    }

    /// The vault before the shares, by number and copy.
    pub(super) fn order(&self) -> (u8, u8) {
        match self.thing {
            Thing::Vault => (0, self.copy),
            Thing::Share(number) => (number, self.copy),
        }
    }
}

impl From<Begun> for Written {
    fn from(begun: Begun) -> Self {
        let path = begun.path();
        Self {
            thing: Thing::Vault,
            copy: begun.copy,
            line: CarrierLine {
                role: "vault",
                path: shown(&path),
                device: String::new(),
                serial: None,
                holds: String::new(),
                read_back: None,
            },
            path,
            folder: begun.folder,
            place: begun.place,
        }
    }
}

pub(super) fn make_copy(
    plan: &Plan,
    public_key: PublicKey,
    now: Time,
    (thing, copy): (Thing, usize),
    to: &Destination,
    mark: String,
) -> Result<Copy> {
    let (mut carrier_id, mut random) = ([0; 16], [0; 16]);
    key::random(&mut carrier_id)?;
    key::random(&mut random)?;
    let (copy, of) = (copy as u8, plan.destinations(thing).len() as u8);
    let custodian = plan.custodian(thing).map(|custodian| &custodian.name);
    let protect = plan
        .custodian(thing)
        .and_then(|custodian| custodian.protect.as_ref());
    let lock = protect.map(Protect::lock);
    let due = Due {
        thing,
        copy,
        to,
        mark: &mark,
    };
    let role = due.role();
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
        with_tool: plan.tool.is_some(),
        mark: random,
    });
    let facts = CarrierFacts {
        carrier_id,
        role,
        copy,
        of,
        written: now,
        made_by: "seal".into(),
    };
    let holds = match (thing, custodian) {
        (Thing::Share(number), Some(name)) => {
            format!("{}, copy {copy} of {of}", carrier::share_name(number, name))
        }
        _ => format!("vault copy {copy} of {of}"),
    };
    let holds = match lock {
        Some(_) => format!("{holds}, protected"),
        None => holds,
    };
    Ok(Copy {
        thing,
        to: to.clone(),
        mark,
        holds,
        readme: text.into_bytes(),
        facts,
    })
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

/// Removes what this run made, where its medium is still there. What is left opens nothing: its vault was never finished.
pub(super) fn take_back(written: impl Iterator<Item = Written>, session: &mut Session) {
    for Written {
        path,
        folder,
        place,
        ..
    } in written
    {
        let parent = place.dir.clone();
        let left = match place.is_there().then(|| folder.resume(&parent)) {
            Some(Ok(folder)) => folder.discard(),
            Some(Err(_)) | None => vec![path],
        };
        left.iter().for_each(|path| say_left(path, session));
    }
}

/// Names something that this run made and cannot remove.
pub(super) fn say_left(path: &std::path::Path, session: &mut Session) {
    let text = "is left of this unfinished sealing and opens nothing";
    session.find(
        Severity::Warning,
        "left",
        &format!("{path:?}"),
        text,
        "remove it",
    );
}
