//! Texts of codes put together again, from any number of scans, in any order.
//!
//! Anybody may have printed them. How much is kept and how much is tried is bounded.

mod came;
mod set;

use super::text::{Piece, Text, Unread, texts, typed_on};
use super::{Origin, SheetShare, SheetVault, Twin};
use crate::digest::Digest;
use crate::error::Error;
use crate::share::ReadShare;
use came::{protected, state};
use set::{Head, Kept, Set, file_of};

/// The most shares and vault sheets that are kept.
const MOST_SHARES: usize = 256;
const MOST_SETS: usize = 256;
/// The most bytes of all vault sheets that are kept.
const MOST_BYTES: usize = 8 << 20;
/// The most ways of putting parts together that are tried each time, over all sets.
const MOST_TRIES: usize = 1024;
/// How many of them each sheet has for itself.
const OWN_TRIES: usize = 256;
/// The most combinations of contradicting contents that are looked at, those with too few parts among them.
const MOST_WAYS: usize = 4096;

/// What became of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// One of ours, new.
    New,
    /// One of ours that was there before.
    Again,
    /// Not of coldvault: other software's.
    Foreign,
    /// It looks like ours and is not whole, or breaks a rule; says what is wrong, and nothing of the text.
    Bad(String),
    /// Of a later coldvault.
    Newer,
}

/// Everything that was read, of any number of sheets.
#[derive(Default)]
pub struct Gathered {
    shares: Vec<Met>,
    vaults: Vec<Set>,
    touched: Option<Touched>,
}

/// The sheet that a code is of, by its place among those that were met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Of [`Gathered::shares`].
    Share(usize),
    /// Of [`Gathered::vaults`].
    Vault(usize),
}

/// A share, as far as it was met.
enum Met {
    Open(OpenShare),
    Protected(Set),
}

struct OpenShare {
    record: Digest,
    share: ReadShare,
    read: Vec<(Twin, u8)>,
    from: Origin,
}

impl Gathered {
    /// Takes one line; `from` says where it was read. Of several texts in it the worst is the answer.
    pub fn take(&mut self, text: &str, from: impl Into<Origin>) -> Taken {
        let from = from.into();
        let taken = texts(text).into_iter().map(|one| self.take_one(one, &from));
        match taken.max_by_key(weight) {
            Some(Taken::Foreign) | None => typed_on(text).map_or(Taken::Foreign, wrong_layout),
            Some(taken) => taken,
        }
    }

    fn take_one(&mut self, text: &str, from: &Origin) -> Taken {
        match Text::parse(text) {
            Ok(Text::Share { twin, record }) => self.take_open(twin, &record, from),
            Ok(Text::Piece(twin, piece)) => self.take_piece(twin, piece, from),
            Ok(Text::Part(part)) => self.take_part(part, from),
            Err(Unread::Foreign) => Taken::Foreign,
            Err(Unread::Newer) => Taken::Newer,
            Err(Unread::Bad(why)) => Taken::Bad(why.into()),
        }
    }

    fn take_open(&mut self, twin: Twin, record: &[u8], from: &Origin) -> Taken {
        let digest = Digest::of(record);
        let shares = self.shares.iter_mut().enumerate();
        let mut open = shares.filter_map(|(at, met)| Some((at, met.open()?)));
        if let Some((at, met)) = open.find(|(_, met)| met.record == digest) {
            self.touched = Some(Touched::Share(at));
            if met.read.contains(&(twin, 1)) {
                return Taken::Again;
            }
            met.read.push((twin, 1));
            return Taken::New;
        }
        let share = match ReadShare::from_record(record) {
            Ok(share) if share.protected().is_none() => share,
            Ok(_) => return Taken::Bad("it holds a protected share as if it were open".into()),
            Err(Error::Newer { .. }) => return Taken::Newer,
            Err(error) => return Taken::Bad(error.to_string()),
        };
        if self.shares.len() >= MOST_SHARES {
            return too_many();
        }
        self.touched = Some(Touched::Share(self.shares.len()));
        self.shares.push(Met::Open(OpenShare {
            record: digest,
            share,
            read: vec![(twin, 1)],
            from: from.clone(),
        }));
        Taken::New
    }

    fn take_piece(&mut self, twin: Twin, piece: Piece, from: &Origin) -> Taken {
        let head = Head::of(&piece, Some(twin));
        let shares = self.shares.iter_mut().enumerate();
        let mut sets = shares.filter_map(|(at, met)| Some((at, met.protected()?)));
        if let Some((at, set)) = sets.find(|(_, set)| set.head == head) {
            self.touched = Some(Touched::Share(at));
            return taken(set.keep(piece, Some(twin), &from.to_string()));
        }
        if self.shares.len() >= MOST_SHARES {
            return too_many();
        }
        let mut set = Set::new(head, from);
        let kept = set.keep(piece, Some(twin), &from.to_string());
        self.touched = Some(Touched::Share(self.shares.len()));
        self.shares.push(Met::Protected(set));
        taken(kept)
    }

    fn take_part(&mut self, part: Piece, from: &Origin) -> Taken {
        let head = Head::of(&part, None);
        let mut sets = self.vaults.iter_mut().enumerate();
        if let Some((at, set)) = sets.find(|(_, set)| set.head == head) {
            self.touched = Some(Touched::Vault(at));
            return taken(set.keep(part, None, &from.to_string()));
        }
        make_room(&mut self.vaults);
        let mut set = Set::new(head, from);
        let kept = set.keep(part, None, &from.to_string());
        self.touched = Some(Touched::Vault(self.vaults.len()));
        self.vaults.push(set);
        taken(kept)
    }

    /// The sheet that the last code was of that was kept, or had been before.
    pub fn touched(&self) -> Option<Touched> {
        self.touched
    }

    /// Lets go of every share, which wipes it; vault sheets stay.
    pub fn forget_shares(&mut self) {
        self.shares.clear();
        self.touched = None;
    }

    /// The shares, in the order in which they were met. Two contents under one number are two shares.
    pub fn shares(&self) -> Vec<SheetShare> {
        let mut tries = MOST_TRIES;
        let share = |met: &Met| match met {
            Met::Open(open) => open.sheet(),
            Met::Protected(set) => protected(set, &mut tries),
        };
        self.shares.iter().map(share).collect()
    }

    /// The vault sheets, in the order in which they were met.
    pub fn vaults(&self) -> Vec<SheetVault> {
        let mut tries = MOST_TRIES;
        let vault = |set: &Set| {
            let (state, forged) = state(set, &mut tries);
            SheetVault {
                vault: set.head.vault,
                set: set.head.set,
                read: set.read(),
                total: set.head.of,
                needed: set.head.needed,
                contradicting: set.contradicting(),
                state,
                forged,
                from: set.from.clone(),
            }
        };
        self.vaults.iter().map(vault).collect()
    }
}

impl Met {
    fn open(&mut self) -> Option<&mut OpenShare> {
        match self {
            Self::Open(open) => Some(open),
            Self::Protected(_) => None,
        }
    }

    fn protected(&mut self) -> Option<&mut Set> {
        match self {
            Self::Open(_) => None,
            Self::Protected(set) => Some(set),
        }
    }
}

impl OpenShare {
    fn sheet(&self) -> SheetShare {
        SheetShare {
            vault: Some(self.share.facts.public_key.vault_id()),
            custodian: Some(self.share.facts.custodian.clone()),
            share: Ok(self.share.again()),
            read: self.read.clone(),
            of: 1,
            from: self.from.clone(),
        }
    }
}

/// Lets go of sheets when there are too many: one of the file that brought most, with the fewest codes; of those the one
/// met first, as the last may still be on its way in.
fn make_room(vaults: &mut Vec<Set>) {
    let bytes = |vaults: &[Set]| vaults.iter().map(Set::bytes).sum::<usize>();
    while vaults.len() >= MOST_SETS || vaults.len() > 1 && bytes(vaults) > MOST_BYTES {
        let of_file = |set: &Set| {
            let from = set.from.to_string();
            let same = |other: &&Set| file_of(&other.from.to_string()) == file_of(&from);
            vaults.iter().filter(same).count()
        };
        let rank = |set: &Set| (std::cmp::Reverse(of_file(set)), set.read().len());
        let Some((least, _)) = vaults.iter().enumerate().min_by_key(|(_, set)| rank(set)) else {
            return;
        };
        vaults.remove(least);
    }
}

fn taken(kept: Kept) -> Taken {
    match kept {
        Kept::New => Taken::New,
        Kept::Again => Taken::Again,
        Kept::TooMany => Taken::Bad("too many different codes have its number".into()),
    }
}

fn too_many() -> Taken {
    Taken::Bad("codes of too many sheets at once: start again with fewer".into())
}

fn wrong_layout(name: &str) -> Taken {
    Taken::Bad(format!(
        "the scanner types as on this keyboard layout: {name}; set the scanner or this machine to US English"
    ))
}

fn weight(taken: &Taken) -> u8 {
    match taken {
        Taken::Foreign => 0,
        Taken::Again => 1,
        Taken::New => 2,
        Taken::Newer => 3,
        Taken::Bad(_) => 4,
    }
}

#[cfg(test)]
mod tests;
