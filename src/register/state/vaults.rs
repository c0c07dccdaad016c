//! Vaults: how they come into the register and how they end.

use super::{At, Belief, CarrierState, Life, ShareState, State, VaultState};
use crate::register::event::{CarrierLine, Found, Sealing, VaultFacts};
use crate::register::kinds::Role;
use crate::signature::VaultId;
use crate::time::Time;

impl State {
    pub(super) fn vault_mut(&mut self, id: VaultId) -> Option<&mut VaultState> {
        self.vaults.iter_mut().find(|vault| vault.id == id)
    }

    pub(super) fn begin(&mut self, at: At, facts: &VaultFacts, belief: Belief) {
        match self.vault_mut(facts.public_key.vault_id()) {
            None => self.vaults.push(new_vault(facts, belief)),
            Some(known) => {
                known.belief = known.belief.max(belief);
                let others = known.other_facts(facts, at.line);
                self.conflicts.extend(others);
            }
        }
    }

    /// A vault that was sealed here, with its shares and carriers. `whole` tells that the sealing ended as it should.
    pub(super) fn seal(&mut self, at: At, sealing: &Sealing, whole: bool) {
        self.enter(at, sealing, (whole, Belief::SealedHere));
    }

    fn enter(&mut self, at: At, sealing: &Sealing, (whole, belief): (bool, Belief)) {
        let when = at.when;
        let to_come = at.is_to_come(when);
        self.not_yet += usize::from(to_come);
        self.begin(at, &sealing.vault, belief);
        let Some(vault) = self.vault_mut(sealing.vault.public_key.vault_id()) else {
            return;
        };
        if whole && vault.life == Life::Unfinished {
            vault.life = Life::Live;
        }
        vault.manifest_sha256 = sealing.vault.manifest_sha256.or(vault.manifest_sha256);
        vault.node_changed = sealing.node_changed.or(vault.node_changed);
        if !sealing.certificates.is_empty() {
            vault.certificates.clone_from(&sealing.certificates);
            vault.certificates_left_out = sealing.certificates_left_out;
        }
        let mut conflicts = Vec::new();
        for line in &sealing.shares {
            conflicts.extend(vault.learn_key(line, at.line));
            let share = vault
                .shares
                .iter_mut()
                .find(|share| share.number == line.number);
            if let Some(share) = share {
                let custodian = line.custodian.clone();
                share.custodian = custodian.or_else(|| share.custodian.take());
            }
        }
        for line in &sealing.carriers {
            let found = vault.carrier_mut(&line.carrier, line.medium);
            match found {
                Some(known) => known.learn(line),
                // One of a day to come is one to look for, and none to rely on before somebody read it.
                None => vault.carriers.push(CarrierState {
                    to_come,
                    ..CarrierState::new(line, when)
                }),
            }
        }
        let named: Vec<String> = vault
            .shares
            .iter()
            .filter_map(|s| s.custodian.clone())
            .collect();
        self.conflicts.extend(conflicts);
        named.iter().for_each(|name| self.meet(when, name));
        self.expose_kept(sealing.vault.public_key.vault_id());
    }

    /// A vault that carriers showed. Shares alone do not show that its sealing ended: what was entered as unfinished stays
    /// so until a vault copy is found.
    pub(super) fn find(&mut self, at: At, found: &Found) {
        let sealing = &found.seen;
        let belief = match found.is_compared {
            true => Belief::Compared,
            false => Belief::OnlyFound,
        };
        let is_copy = |line: &CarrierLine| line.carrier.role == Role::Vault;
        let is_new = self.vault(sealing.vault.public_key.vault_id()).is_none();
        let whole = is_new || sealing.carriers.iter().any(is_copy);
        self.enter(at, sealing, (whole, belief));
    }

    fn share_mut(&mut self, id: VaultId, number: u8) -> Option<&mut ShareState> {
        let vault = self.vault_mut(id)?;
        vault.shares.iter_mut().find(|share| share.number == number)
    }

    /// A share was proven by the entry of that place: later ones count, whatever their clocks say. Where a drill was entered
    /// late, its day is all that says whether it was before or after the entries that had been there.
    pub(super) fn prove_share(&mut self, (when, place): (Time, usize), id: VaultId, number: u8) {
        if let Some(share) = self.share_mut(id, number)
            && place > share.proven_in
            && (place > share.late_in || share.proven.is_none_or(|known| known <= when))
        {
            share.proven = Some(when);
            share.proven_in = place;
        }
    }

    pub(super) fn claim_share(&mut self, when: Time, id: VaultId, number: u8) {
        if let Some(share) = self.share_mut(id, number) {
            share.claimed = Some(when);
        }
    }

    pub(super) fn open_with_share(&mut self, when: Time, id: VaultId, number: u8) {
        if let Some(share) = self.share_mut(id, number) {
            share.drilled = Some(when);
        }
    }
}

fn new_vault(facts: &VaultFacts, belief: Belief) -> VaultState {
    let share = |number| ShareState {
        number,
        custodian: None,
        check_key: None,
        proven: None,
        proven_in: 0,
        late_in: 0,
        claimed: None,
        drilled: None,
        exposed: None,
        suspected: false,
        lost: None,
        reissues: Vec::new(),
        former: Vec::new(),
    };
    VaultState {
        id: facts.public_key.vault_id(),
        key: facts.public_key,
        label: facts.label.clone(),
        kind: facts.kind,
        k: facts.k,
        n: facts.n,
        created: facts.created,
        generation: facts.generation,
        manifest_sha256: None,
        belief,
        life: Life::Unfinished,
        successor: None,
        shares: (1..=facts.n).map(share).collect(),
        carriers: Vec::new(),
        strays: Vec::new(),
        certificates: Vec::new(),
        certificates_left_out: 0,
        node_changed: None,
        previous: facts.previous,
        retirement: None,
    }
}
