//! One copy that is to be written: where it goes, what its README says, and what the table says of it afterwards.

use std::path::Path;

use crate::carrier::{self, Age, CarrierFacts, CopyOf, Made, Role};
use crate::cipher::Lock;
use crate::commands::Session;
use crate::commands::plug::Plugs;
use crate::commands::seal::desk::{Due, Place};
use crate::commands::seal::table::Mark;
use crate::commands::seal::{Destination, Plan, PlannedCopy, Protect, Thing};
use crate::error::Result;
use crate::host::program::Program;
use crate::key;
use crate::manifest::Carrier;
use crate::media::{NewFolder, ReadBack};
use crate::report::{CarrierLine, shown};
use crate::signature::PublicKey;
use crate::time::Time;

/// Less than the files take that are on every carrier.
const COMMON_BYTES: u64 = 20 << 10;

/// One copy that is to be written.
pub(super) struct Copy {
    pub(super) thing: Thing,
    to: Destination,
    /// What is written on its medium.
    pub(super) mark: String,
    /// How many bytes it takes at least.
    pub(super) bytes: u64,
    /// Whether it is made from the first vault copy.
    pub(super) is_last: bool,
    /// Whether its medium is brought for it, and goes again.
    passes: bool,
    /// "vault copy 1 of 2", "share 2 (legal), copy 1 of 2".
    pub(super) holds: String,
    /// Whether it is a share that needs a passphrase or key too.
    pub(super) is_protected: bool,
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
            bytes: self.bytes,
        }
    }

    /// "vault copy 1 of 2 was read back ..." and that its medium may go, if it was brought for this. What coldvault mounted
    /// itself it unmounts.
    pub(super) fn let_go(&self, dir: &Path, plugs: &mut Plugs, session: &mut Session) {
        let go = match plugs.release(dir, session) {
            true => "It is unmounted: take it out",
            false if self.passes => "Unmount it and take it out",
            false => return,
        };
        session.terminal.say(&format!(
            "{} was read back. {go}, {:?}.",
            self.holds, self.mark
        ));
    }

    /// Its PDF, if it is a sheet.
    pub(super) fn sheet(&self) -> Option<&Path> {
        self.to.file()
    }

    /// Whether it is a share's.
    pub(super) fn is_share(&self) -> bool {
        matches!(self.thing, Thing::Share(_))
    }

    /// "vault" or "share".
    pub(super) fn role_name(&self) -> &'static str {
        match self.thing {
            Thing::Vault => "vault",
            Thing::Share(_) => "share",
        }
    }

    /// The role of its folder.
    pub(super) fn role(&self) -> Role {
        role(self.thing)
    }

    /// What the table says of a finished copy.
    pub(super) fn line(&self, folder: &NewFolder, place: &Place) -> CarrierLine {
        let device = &place.medium.device;
        CarrierLine {
            role: self.role_name(),
            path: shown(folder.path()),
            device: place.medium.describe(),
            serial: device.disks().first().and_then(|disk| disk.serial.clone()),
            holds: self.holds.clone(),
            read_back: Some(how(folder)),
            replugged: Some(false),
            read: Some(how(folder)),
            age: Some(Age::seen(self.facts.written, self.facts.written)),
        }
    }
}

fn role(thing: Thing) -> Role {
    match thing {
        Thing::Vault => Role::Vault,
        Thing::Share(number) => Role::Share(number),
    }
}

/// What the README of a copy says, and which carrier it will be.
pub(super) fn make_copy(
    plan: &Plan,
    public_key: PublicKey,
    now: Time,
    planned: &PlannedCopy<'_>,
    mark: Mark,
) -> Result<Copy> {
    let PlannedCopy { thing, copy, .. } = *planned;
    let of = plan.destinations(thing).len() as u8;
    let (mut carrier_id, mut random) = ([0; 16], [0; 16]);
    key::random(&mut carrier_id)?;
    key::random(&mut random)?;
    let custodian = plan.custodian(thing);
    let lock = custodian.and_then(|custodian| custodian.protect.as_ref().map(Protect::lock));
    let text = carrier::readme(&CopyOf {
        role: role(thing),
        custodian: custodian.map(|custodian| &custodian.name),
        lock,
        id: public_key.vault_id(),
        label: &plan.label,
        kind: plan.kind,
        k: plan.k,
        n: plan.custodians.len() as u8,
        copy,
        of,
        created: now,
        made: Made::Sealing,
        contact: plan.contact.as_deref(),
        with_tool: plan.tool.is_some(),
        marked: &mark.name(),
        mark: random,
    });
    Ok(Copy {
        thing,
        to: planned.to.clone(),
        mark: mark.on(plan, thing, copy),
        bytes: least_bytes(plan),
        is_last: planned.is_last,
        passes: *planned.to == Destination::Asked || plan.is_swapped(planned),
        holds: holds(plan, thing, (copy, of), lock),
        is_protected: lock.is_some(),
        readme: text.into_bytes(),
        facts: CarrierFacts {
            carrier_id,
            role: role(thing),
            copy,
            of,
            written: now,
            made_by: "seal".into(),
        },
    })
}

/// What every carrier takes at least: the common files, and the program.
pub(in crate::commands::seal) fn least_bytes(plan: &Plan) -> u64 {
    let program = plan.tool.as_ref().map_or(0, Program::bytes);
    COMMON_BYTES + program
}

/// "vault copy 1 of 2", "share 2 (legal), copy 1 of 2".
fn holds(plan: &Plan, thing: Thing, (copy, of): (u8, u8), lock: Option<Lock>) -> String {
    let locked = lock.map_or("", |_| ", protected");
    match (thing, plan.custodian(thing)) {
        (Thing::Share(number), Some(custodian)) => {
            let name = carrier::share_name(number, &custodian.name);
            format!("{name}, copy {copy} of {of}{locked}")
        }
        _ => format!("vault copy {copy} of {of}"),
    }
}

/// The weakest way in which a file of the folder was read back.
pub(in crate::commands) fn how(folder: &NewFolder) -> &'static str {
    let all = folder.contents().into_iter().map(|file| file.how);
    all.max().unwrap_or(ReadBack::Direct).as_str()
}
