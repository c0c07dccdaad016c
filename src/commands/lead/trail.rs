//! How each share came: by which channel, after how many attempts, how long it took; and on what it lay.
//!
//! Knows what was said of shares; never what is in them.

use std::path::Path;
use std::time::Duration;

use super::Bag;
use crate::carrier::{self, VaultAt};
use crate::code::Twin;
use crate::commands::Session;
use crate::commands::paper::DEVICE;
use crate::commands::scanned::Paper;
use crate::drill::{CarrierUse, OF_ANOTHER_VAULT, ShareUse};
use crate::media::Medium;
use crate::quorum::{State, Verdict};
use crate::share;

/// How the shares came, in the order in which they did.
#[derive(Default)]
pub(in crate::commands) struct Trail {
    /// One for each that was said. Attempts are 0 where nobody was asked.
    pub(in crate::commands) used: Vec<Used>,
    /// What was set aside unread: vault copies of another vault, carriers whose bag stayed closed.
    pub(in crate::commands) aside: Vec<CarrierUse>,
    /// The bag of the carrier that is asked for, until that comes.
    pub(super) bag: Option<Bag>,
    /// When the next share was asked for first.
    asked: Option<Duration>,
    attempts: u64,
    /// The share that came last, where it could not be used, and how many lines were mistyped until then.
    failed: Option<(Whose, u64)>,
    /// When, and how often, somebody was asked since the last share came.
    since: Option<(Duration, u64)>,
    mistyped: u64,
    /// Whether all that the last question brought was there before; `None` before it brought anything.
    was_there: Option<bool>,
}

/// Which share it is: its number, and what is said of its vault, where that is another one.
type Whose = (u8, Option<String>);

/// How one share came, and the carrier that it lay on, where it lay on one.
#[derive(Clone)]
pub(in crate::commands) struct Used {
    pub(in crate::commands) share: ShareUse,
    pub(in crate::commands) carrier: Option<CarrierUse>,
}

impl Trail {
    /// Somebody is asked for a share.
    pub(super) fn asks(&mut self, session: &Session) {
        let now = session.terminal.age();
        // A share that was there before is no try of whoever comes next.
        match self.was_there.take() {
            Some(true) if self.attempts == 1 => self.asked = Some(now),
            Some(true) if self.attempts > 1 => {}
            _ => self.attempts += 1,
        }
        self.asked.get_or_insert(now);
        let (first, times) = self.since.unwrap_or((now, 0));
        self.since = Some((first, times + 1));
    }

    /// A share that could not be used is no try of whoever comes next with another one.
    fn begin_anew_for(&mut self, whose: Option<Whose>) {
        let since = self.since.take();
        let failed = self.failed.take().zip(whose);
        let another = failed.filter(|((failed, _), whose)| failed != whose);
        if let Some(((_, mistyped), (first, times))) = another.map(|(failed, _)| failed).zip(since)
        {
            (self.asked, self.attempts, self.mistyped) = (Some(first), times, mistyped);
        }
    }

    /// What one share was found to be, while its carrier is still there.
    pub(in crate::commands) fn add(&mut self, verdict: &Verdict, paper: &Paper, session: &Session) {
        self.begin_anew_for(whose(verdict));
        let took = self
            .asked
            .map_or(Duration::ZERO, |asked| session.terminal.age() - asked);
        let mut carrier = carrier(verdict).or_else(|| sheet(verdict, paper));
        self.unpack(&mut carrier, verdict);
        let mistyped = paper.mistyped();
        self.used.push(Used {
            share: ShareUse {
                number: verdict.number,
                custodian: verdict.custodian.as_ref().map(ToString::to_string),
                copy: carrier.as_ref().and_then(|carrier| carrier.copy),
                channel: channel(verdict, paper),
                attempts: self.attempts,
                mistyped: mistyped - self.mistyped,
                seconds: took.as_secs(),
                state: verdict.state.as_str().to_owned(),
                reason: verdict.state.reason(),
            },
            carrier,
        });
        // The time for one that cannot be used belongs to the one that comes in its place.
        if matches!(verdict.state, State::Good | State::GoodButRelabelled) {
            (self.asked, self.attempts, self.mistyped) = (None, 0, mistyped);
        } else {
            self.failed = whose(verdict).map(|whose| (whose, mistyped));
        }
        let is_there = verdict.state == State::Duplicate;
        self.was_there = Some(is_there && self.was_there != Some(false));
        if self.was_there == Some(true) && self.attempts == 1 {
            self.mistyped = mistyped;
        }
    }

    /// What was said of the bag is said of what came out of it, whatever that is. A sheet that is read twice is one sheet,
    /// as far as anybody can tell; one of another vault is another one.
    fn unpack(&mut self, carrier: &mut Option<CarrierUse>, verdict: &Verdict) {
        let bag = self.bag.take().unwrap_or_default();
        let Some(new) = carrier else {
            return;
        };
        let why = stranger(verdict);
        let is_it = |used: &&mut Used| {
            let known = used.carrier.as_ref();
            known.is_some_and(|one| is_same_sheet(one, new))
                && used.share.reason.as_ref().filter(|_| used.is_stranger()) == why.as_ref()
        };
        match self.used.iter_mut().find(is_it) {
            Some(used) => {
                *carrier = None;
                if let Some(known) = &mut used.carrier {
                    bag.adds_to(known);
                }
            }
            None => bag.enter(new),
        }
    }

    /// A vault copy of another vault was presented. One that is presented again was there once.
    pub(super) fn set_aside(&mut self, vault: &VaultAt) {
        let mut carrier = CarrierUse {
            role: "vault".into(),
            outcome: OF_ANOTHER_VAULT.into(),
            ..place_of(vault)
        };
        let bag = self.bag.take().unwrap_or_default();
        let is_it = |one: &&mut CarrierUse| is_but_for_its_bag(one, &carrier);
        match self.aside.iter_mut().find(is_it) {
            Some(known) => bag.adds_to(known),
            None => {
                bag.enter(&mut carrier);
                self.aside.push(carrier);
            }
        }
    }
}

impl Used {
    fn is_stranger(&self) -> bool {
        let carrier = self.carrier.as_ref();
        carrier.is_some_and(|one| one.outcome == OF_ANOTHER_VAULT)
    }
}

fn whose(verdict: &Verdict) -> Option<Whose> {
    Some((verdict.number?, stranger(verdict)))
}

/// What is said of its vault, where that is another one.
fn stranger(verdict: &Verdict) -> Option<String> {
    match &verdict.state {
        State::OtherVault(why) => Some(why.clone()),
        _ => None,
    }
}

fn is_but_for_its_bag(one: &CarrierUse, other: &CarrierUse) -> bool {
    let unpacked = CarrierUse {
        bag_found: None,
        seal: None,
        ..one.clone()
    };
    unpacked == *other
}

fn is_same_sheet(one: &CarrierUse, other: &CarrierUse) -> bool {
    one.device == DEVICE && other.device == DEVICE && one.number == other.number
}

/// How a share came in: from a medium, as a printed code and which of the two, typed, or as text.
pub(in crate::commands) fn channel(verdict: &Verdict, paper: &Paper) -> String {
    let from = verdict.from.to_string_lossy();
    if from.starts_with("typed, ") {
        return "typed".into();
    }
    let sheets = paper.shares();
    let sheet = sheets.iter().find(|sheet| {
        let number = sheet.share.as_ref().ok().map(|share| share.facts.number);
        sheet.from.to_string() == from && (number.is_none() || number == verdict.number)
    });
    match sheet.map(|sheet| {
        let has = |twin: Twin| sheet.read.iter().any(|(read, _)| *read == twin);
        (has(Twin::A), has(Twin::B))
    }) {
        Some((true, false)) => "code A",
        Some((false, true)) => "code B",
        Some(_) => "codes A and B",
        None if is_folder(&verdict.from) => "medium",
        None => "text",
    }
    .into()
}

fn is_folder(from: &Path) -> bool {
    from.file_name().is_some_and(|name| name == share::FILE)
}

/// The sheet of a share that came from paper: it lay in a bag as any other carrier.
pub(in crate::commands) fn sheet(verdict: &Verdict, paper: &Paper) -> Option<CarrierUse> {
    let channel = channel(verdict, paper);
    let is_paper = channel == "typed" || channel.starts_with("code");
    is_paper.then(|| CarrierUse {
        role: "share".into(),
        number: verdict.number,
        device: DEVICE.into(),
        outcome: outcome(verdict).into(),
        ..CarrierUse::default()
    })
}

/// What a carrier is by the share on it. How whole one of another vault is, was not asked.
fn outcome(verdict: &Verdict) -> &'static str {
    match verdict.state {
        State::SetAside(_) => "damaged",
        State::OtherVault(_) => OF_ANOTHER_VAULT,
        _ => "whole",
    }
}

/// The carrier of a share that came from a medium.
fn carrier(verdict: &Verdict) -> Option<CarrierUse> {
    let folder = verdict.from.parent().filter(|_| is_folder(&verdict.from))?;
    let bytes = std::fs::metadata(&verdict.from).map_or(0, |about| about.len());
    Some(CarrierUse {
        role: "share".into(),
        number: verdict.number,
        bytes,
        outcome: outcome(verdict).into(),
        ..on(folder)
    })
}

/// The carrier of a vault copy.
pub(in crate::commands) fn place_of(vault: &VaultAt) -> CarrierUse {
    match vault {
        VaultAt::Folder(folder) => on(folder),
        VaultAt::Paper(_) => CarrierUse {
            device: DEVICE.into(),
            ..CarrierUse::default()
        },
    }
}

/// What is known of a carrier from outside: its facts, and the disk that it lies on.
fn on(folder: &Path) -> CarrierUse {
    let facts = carrier::read_facts(folder);
    let medium = Medium::at(folder);
    let disk = medium.device.disks().first();
    CarrierUse {
        carrier_id: facts.as_ref().map(|facts| facts.carrier_id),
        copy: facts.as_ref().map(|facts| facts.copy),
        written: facts.as_ref().map(|facts| facts.written),
        device: medium.describe(),
        serial: disk.and_then(|disk| disk.serial.clone()),
        ..CarrierUse::default()
    }
}
