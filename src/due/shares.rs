//! Which shares can be brought, which are out of hand, and by when there must be new ones: counted here for all who say it.

use crate::register::{
    CarrierState, CustodianState, Role, ShareState, Standing, State, VaultState,
};
use crate::time::Time;

/// Days until there are new shares, after a custodian who gave the share back left, or cannot be reached.
const FRIENDLY: u16 = 30;
/// The same where the share was not given back, or somebody else may know it.
const EXPOSED: u16 = 7;

/// How the shares of a vault stand against those it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margin {
    /// Shares that can be brought.
    pub reachable: usize,
    /// Shares that open the vault.
    pub needed: usize,
    /// Shares that are out of hand.
    pub exposed: usize,
}

impl Margin {
    /// Of `vault`, with what `state` knows of its custodians.
    pub fn of(vault: &VaultState, state: &State) -> Self {
        let can = |share: &&ShareState| can_be_brought(vault, share, state);
        let is_out = |share: &&ShareState| share.exposed.is_some();
        Self {
            reachable: vault.shares.iter().filter(can).count(),
            needed: usize::from(vault.k),
            exposed: vault.shares.iter().filter(is_out).count(),
        }
    }

    /// Shares that can be brought beyond those that are needed; `None` where there are too few.
    pub fn spare(self) -> Option<usize> {
        self.reachable.checked_sub(self.needed)
    }

    /// "2 reachable beyond the 3 needed".
    pub fn words(self) -> String {
        let (can, k) = (self.reachable, self.needed);
        match self.spare() {
            Some(0) => format!("{can} reachable, {k} needed: none to spare"),
            Some(more) => format!("{more} reachable beyond the {k} needed"),
            None => format!("{can} reachable, {k} needed: it cannot be opened"),
        }
    }
}

/// Whether somebody can be asked for a share, and one copy at least is not known to be bad. Somebody the register knows
/// nothing of can be asked, and what was given back lies with the office.
pub(super) fn can_be_brought(vault: &VaultState, share: &ShareState, state: &State) -> bool {
    let is_of = |carrier: &&CarrierState| carrier.role == Role::Share(share.number);
    let mut copies = vault.carriers.iter().filter(is_of).peekable();
    let whole = copies.peek().is_none() || copies.any(is_whole);
    let comes = custodian(share, state).is_none_or(|custodian| {
        matches!(
            custodian.standing,
            Standing::Here | Standing::Left { returned: true, .. }
        )
    });
    whole && comes
}

/// Whether a copy is there, and nothing bad is known of it.
pub(super) fn is_whole(carrier: &CarrierState) -> bool {
    let is_there = carrier.counts() && !carrier.prepared && !carrier.to_come;
    is_there && carrier.failed.is_none()
}

/// The custodian of a share, where the register knows somebody of that name.
pub(super) fn custodian<'a>(share: &ShareState, state: &'a State) -> Option<&'a CustodianState> {
    state.custodian(share.custodian.as_ref()?)
}

/// Why there must be new shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// Somebody left with the share, whatever became of the person since.
    WithIt,
    /// Somebody else may know the share.
    Known,
    /// Somebody left and gave the share back.
    GaveItBack,
    /// Somebody cannot be reached.
    NotReached,
    /// Copies of it were lost, or lay in a bag that was open.
    Lost,
}

/// That there must be new shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewShares {
    /// Why.
    pub why: Gone,
    /// Since when.
    pub since: Time,
    /// By which day.
    pub by: Time,
}

/// By when there must be new shares because of whoever keeps this one; `None` where nothing asks for it.
pub fn new_shares(share: &ShareState, state: &State) -> Option<NewShares> {
    let standing = custodian(share, state).map(|custodian| custodian.standing);
    let (why, since) = match (share.exposed, standing) {
        (Some(since), _) if share.suspected => (Gone::Known, since),
        (Some(_), None | Some(Standing::Here)) if share.lost.is_some() => (Gone::Lost, share.lost?),
        (Some(since), _) => (Gone::WithIt, since),
        (None, None | Some(Standing::Here)) => return None,
        (None, Some(Standing::Left { since, returned })) => match returned {
            true => (Gone::GaveItBack, since),
            false => (Gone::WithIt, since),
        },
        (None, Some(Standing::Unreachable { since })) => (Gone::NotReached, since),
    };
    let days = match why {
        Gone::WithIt | Gone::Known | Gone::Lost => EXPOSED,
        Gone::GaveItBack | Gone::NotReached => FRIENDLY,
    };
    Some(NewShares {
        why,
        since,
        by: since.plus_days(days),
    })
}
