//! Carriers of another vault than the one that is meant, or of a kind that this is not for: named, taken off the table, kept
//! in the trail, and another one is asked for in their place.
//!
//! Knows how they go; which vault is meant, and which kind, its callers say.

use super::advice::AWAY;
use super::{Bag, Lead, Turn, claimed};
use crate::carrier::VaultAt;
use crate::commands::Session;
use crate::commands::presented::Came;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::quorum::Judged;
use crate::report::Severity;
use crate::signature::VaultId;

/// What to do about a vault copy that was set aside.
const ASIDE: &str = "put it back where it came from, and find out how it came here";

/// Hears of which vault something on the table is, and of which kind, before anything is opened or joined.
pub(in crate::commands) trait Meets {
    /// Whether it is one that can be meant.
    ///
    /// # Errors
    /// What it is, and what is wanted.
    fn fits(&self, _vault: VaultId, _kind: Kind, _session: &Session) -> Result<()> {
        Ok(())
    }

    /// It is the one that is meant, as far as that is known: heard as often as something new is there.
    ///
    /// # Errors
    /// What ends it.
    fn meets(&mut self, _vault: VaultId, _kind: Kind, _session: &mut Session) -> Result<()> {
        Ok(())
    }

    /// What is there was judged.
    ///
    /// # Errors
    /// What ends it.
    fn judged(&mut self, _judged: &Judged) -> Result<()> {
        Ok(())
    }

    /// The next carrier of a share is to be asked for: its bag is still closed.
    ///
    /// # Errors
    /// What asking answers.
    fn bag(&mut self, _session: &mut Session) -> Result<Turn> {
        Ok(Turn::Opens(Bag::default()))
    }
}

/// Any vault will do.
pub(in crate::commands) struct AnyVault;

impl Meets for AnyVault {}

impl Lead {
    /// What the options gave is looked at before anybody is asked: where nothing of it fits, that is refused.
    ///
    /// # Errors
    /// Why the first of it does not fit.
    pub(super) fn check_given(
        &mut self,
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<()> {
        let mut meant = self.presented.table.vaults();
        meant.retain(|(id, _)| self.expect.is_none_or(|expected| expected == *id));
        let fits = |(id, kind): &(VaultId, Kind)| meets.fits(*id, *kind, session);
        let refused: Vec<Error> = meant.iter().filter_map(|one| fits(one).err()).collect();
        match refused.len() < meant.len() {
            true => self.take_strangers(meets, session).map(drop),
            false => refused.into_iter().next().map_or(Ok(()), Err),
        }
    }

    /// Takes everything off the table that is not of the vault that is meant, or that does not fit. Answers how much.
    ///
    /// # Errors
    /// Where the very vault that is expected does not fit: nobody can give another one.
    pub(super) fn take_strangers(
        &mut self,
        meets: &mut dyn Meets,
        session: &mut Session,
    ) -> Result<Came> {
        let mut gone = Came::default();
        for (id, kind) in self.presented.table.vaults() {
            let why = match self.expect {
                Some(expected) if expected == id => {
                    meets.fits(id, kind, session)?;
                    continue;
                }
                Some(_) => None,
                None => match meets.fits(id, kind, session) {
                    Ok(()) => continue,
                    Err(why) => Some(why),
                },
            };
            gone.shares += self.take_off(id, why.as_ref(), session);
            gone.vaults += self.copies_off(id, kind, why.as_ref(), session);
            self.presented.table.forget_manifests(id);
            if let Some(why) = why {
                let line = format!("Nothing of it is used. {}.", sentence(&why.hint()));
                session.terminal.say(&line);
            }
        }
        gone.vaults += self.claims_off(session);
        Ok(gone)
    }

    /// The shares of a vault.
    fn take_off(&mut self, id: VaultId, why: Option<&Error>, session: &mut Session) -> usize {
        let why = why.map(ToString::to_string);
        let others = self.presented.table.take_vault(id, why.as_deref());
        self.say_new(&others, session);
        others.len()
    }

    /// The copies of a vault that does not fit.
    fn copies_off(
        &mut self,
        id: VaultId,
        kind: Kind,
        why: Option<&Error>,
        session: &mut Session,
    ) -> usize {
        let all = std::mem::take(&mut self.presented.vaults);
        let is_of = |vault: &VaultAt| claimed(vault) == Some(id);
        let (others, left): (Vec<VaultAt>, _) = all.into_iter().partition(is_of);
        self.presented.vaults = left;
        let about = self.presented.table.about(id);
        let about = about.unwrap_or_else(|| kind.as_str().to_owned());
        for vault in &others {
            let what = format!("it is a copy of another vault, {id}: {about}");
            self.aside(vault, &what, why, session);
        }
        others.len()
    }

    /// Copies of another vault than the one that is meant, by what they claim.
    fn claims_off(&mut self, session: &mut Session) -> usize {
        let Some(meant) = self.expect else {
            return 0;
        };
        let all = std::mem::take(&mut self.presented.vaults);
        let mut gone = 0;
        for vault in all {
            match claimed(&vault).filter(|id| *id != meant) {
                Some(id) => {
                    let what = format!("it says that it is a copy of another vault, {id}");
                    self.aside(&vault, &what, None, session);
                    gone += 1;
                }
                None => self.presented.vaults.push(vault),
            }
        }
        gone
    }

    /// Says what a vault copy is, and keeps that it was here.
    fn aside(&mut self, vault: &VaultAt, what: &str, why: Option<&Error>, session: &mut Session) {
        self.trail.set_aside(vault);
        let place = format!("{:?}", vault.place());
        let text = match why {
            Some(why) => format!("{what}; {why}"),
            None => format!("{what}: not used"),
        };
        session.find(Severity::Warning, "carrier", &place, &text, ASIDE);
        session.terminal.say(AWAY);
    }
}

/// Whether this is all that came, codes aside, and is anything.
pub(super) fn is_all(gone: Came, came: Came) -> bool {
    let any = gone.shares + gone.vaults > 0;
    any && gone.shares >= came.shares && gone.vaults >= came.vaults
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
