//! Shares and copies: when each was proven last, what failed, which media are old, which certificates run out.

use std::collections::BTreeMap;

use super::shares::is_whole;
use super::term::{NOTICE, NOTICE_CERTIFICATE, first, standing};
use super::{Item, Now, Standing, What};
use crate::register::{CarrierState, Interval, MediumKind, Role, ShareState, VaultState};
use crate::time::Time;

/// Everything of one vault that is read, replaced or renewed.
pub(super) fn of_vault(vault: &VaultState, now: &Now<'_>, items: &mut Vec<Item>) {
    let of = Of { vault, now };
    let there = |carrier: &&CarrierState| carrier.counts() && !carrier.prepared;
    let live = || vault.carriers.iter().filter(there);
    items.extend(
        vault
            .carriers
            .iter()
            .filter_map(|carrier| of.paper(carrier)),
    );
    items.extend(live().filter_map(|carrier| of.failed(carrier)));
    items.extend(vault.shares.iter().filter_map(|share| of.share(share)));
    // One that failed has its line already.
    let whole = live().filter(|carrier| carrier.failed.is_none());
    items.extend(whole.filter_map(|carrier| of.copy(carrier)));
    items.extend(of.no_copy());
    let shares = vault.shares.iter().map(|share| Role::Share(share.number));
    let things = std::iter::once(Role::Vault).chain(shares);
    items.extend(things.filter_map(|role| of.one_copy(role)));
    items.extend(of.media(&live().collect::<Vec<_>>()));
    items.extend(of.refresh());
    let certificates = (1..).zip(&vault.certificates);
    items.extend(first_good(certificates.map(|(number, line)| {
        of.certificate(number, &line.node, &line.store, line.not_after)
    })));
}

/// All that is not in order, and of what is in order only the one that comes first.
fn first_good(items: impl Iterator<Item = Item>) -> Vec<Item> {
    let (good, mut bad): (Vec<Item>, Vec<Item>) =
        items.partition(|item| item.standing == Standing::Good);
    bad.extend(good.into_iter().min_by_key(|item| item.by));
    bad
}

/// The day by which a share is to be proven.
pub(super) fn share_by(share: &ShareState, months: u16, vault: &VaultState, now: &Now<'_>) -> Time {
    match share.proven {
        Some(proven) => proven.plus_months(months),
        None => first(vault.created, months, now.as_of),
    }
}

/// "vault copy 1", "share 2 copy 1"; with the beginning of its id where several copies have that number, or it has none.
fn subject(vault: &VaultState, carrier: &CarrierState) -> String {
    let same = |other: &&CarrierState| (other.role, other.copy) == (carrier.role, carrier.copy);
    let number = match carrier.copy {
        0 => String::new(),
        copy => format!(" {copy}"),
    };
    let id = match (
        vault.carriers.iter().filter(same).count(),
        carrier.carrier_id,
    ) {
        (2.., Some(id)) => id
            .iter()
            .take(4)
            .fold(" ".to_owned(), |id, byte| format!("{id}{byte:02x}")),
        _ => String::new(),
    };
    match carrier.role {
        Role::Vault => format!("vault copy{number}{id}"),
        Role::Share(share) => format!("share {share} copy{number}{id}"),
    }
}

/// One vault on one day.
struct Of<'a> {
    vault: &'a VaultState,
    now: &'a Now<'a>,
}

impl Of<'_> {
    fn item(&self, what: What, subject: String, named: &str) -> Item {
        Item {
            what,
            vault: Some(self.vault.id),
            name: format!("{}, {subject}{named}", self.now.name(self.vault)),
            subject,
            standing: Standing::Failed,
            since: None,
            by: None,
            why: String::new(),
        }
    }

    /// A PDF is no copy yet: nobody has said that it is paper.
    fn paper(&self, carrier: &CarrierState) -> Option<Item> {
        let waits = carrier.prepared && carrier.counts();
        waits.then(|| Item {
            standing: Standing::Due(0),
            since: Some(carrier.written),
            why: format!(
                "drawn {}, and nobody confirmed that it is paper",
                carrier.written.date()
            ),
            ..self.item(What::Paper, subject(self.vault, carrier), "")
        })
    }

    fn failed(&self, carrier: &CarrierState) -> Option<Item> {
        let (at, why) = carrier.failed.as_ref()?;
        Some(Item {
            since: Some(*at),
            why: format!("its check failed on {}: {why}", at.date()),
            ..self.item(What::FailedCheck, subject(self.vault, carrier), "")
        })
    }

    /// A check of any copy of a share proves the share.
    fn share(&self, share: &ShareState) -> Option<Item> {
        let months = self.now.state.policy.months(Interval::D1)?;
        let last = share.proven.unwrap_or(self.vault.created);
        let by = share_by(share, months, self.vault, self.now);
        let mut why = match share.proven {
            Some(proven) => format!("proven {}", proven.date()),
            None => "never proven".to_owned(),
        };
        why += &format!(", due {}", by.date());
        // What was said over the phone is no proof.
        if let Some(claimed) = share.claimed.filter(|claimed| *claimed > last) {
            why += &format!("; claimed {}, not proven", claimed.date());
        }
        let custodian = share.custodian.as_ref();
        let named = custodian.map_or(String::new(), |name| format!(" ({name})"));
        Some(Item {
            standing: standing(by, self.now.as_of, share.proven.is_none(), NOTICE),
            since: share.proven,
            by: Some(by),
            why,
            ..self.item(What::ShareCheck, format!("share {}", share.number), &named)
        })
    }

    fn copy(&self, carrier: &CarrierState) -> Option<Item> {
        let policy = &self.now.state.policy;
        let months = match (carrier.medium, carrier.role) {
            (MediumKind::Paper, _) => policy.months(Interval::PaperCheck),
            // Any copy proves the share; this one is still to be read for itself.
            (_, Role::Share(_)) => policy.months(Interval::MediaCheck),
            // A drill of all vault copies reads this one too: whichever comes first.
            (_, Role::Vault) => {
                let both = [Interval::D2, Interval::MediaCheck];
                both.iter()
                    .filter_map(|interval| policy.months(*interval))
                    .min()
            }
        };
        let by = match carrier.checked {
            Some(checked) => checked.plus_months(months?),
            None => first(carrier.written, months?, self.now.as_of),
        };
        let mut why = match carrier.checked {
            Some(checked) => format!("last read {}", checked.date()),
            None => "never read".to_owned(),
        };
        why += &format!(", due {}", by.date());
        let claimed = carrier.claimed.filter(|said| Some(*said) > carrier.checked);
        if let Some(claimed) = claimed {
            why += &format!("; said to be whole {}, not proven", claimed.date());
        }
        Some(Item {
            standing: standing(by, self.now.as_of, carrier.checked.is_none(), NOTICE),
            since: carrier.checked,
            by: Some(by),
            why,
            ..self.item(What::CopyCheck, subject(self.vault, carrier), "")
        })
    }

    /// A vault that is in use, and no copy of it is known or left: its shares open nothing.
    fn no_copy(&self) -> Option<Item> {
        let carriers = self.vault.carriers.iter();
        let mut copies = carriers
            .filter(|carrier| carrier.role == Role::Vault)
            .peekable();
        let why = match copies.peek() {
            None => "no vault copy is known: find one, and verify it with this register",
            Some(_) => {
                "no whole vault copy is left: each failed, was destroyed, or is not paper or not made \
                 yet"
            }
        };
        (!copies.any(is_whole)).then(|| Item {
            why: why.to_owned(),
            ..self.item(What::NoCopy, "vault copies".to_owned(), "")
        })
    }

    /// Two copies of everything is what a seal begins with: where one of them is gone, the next loss is the last.
    fn one_copy(&self, role: Role) -> Option<Item> {
        let all = || {
            self.vault
                .carriers
                .iter()
                .filter(move |one| one.role == role)
        };
        if all().count() < 2 || all().filter(|one| is_whole(one)).count() != 1 {
            return None;
        }
        let (subject, how) = match role {
            Role::Vault => ("vault copies".to_owned(), "one whole vault copy is left"),
            Role::Share(number) => (format!("share {number}"), "one whole copy of it is left"),
        };
        Some(Item {
            standing: Standing::Due(0),
            why: format!("{how}: make another with coldvault copy or print"),
            ..self.item(What::OneCopy, subject, "")
        })
    }

    /// The media, those of one day together: twelve that were written together are one line, and each is named in it.
    fn media(&self, live: &[&CarrierState]) -> Vec<Item> {
        let Some(months) = self.now.state.policy.months(Interval::MediaReplace) else {
            return Vec::new();
        };
        let mut days: BTreeMap<String, Vec<&CarrierState>> = BTreeMap::new();
        let media = live.iter().filter(|one| one.medium != MediumKind::Paper);
        for carrier in media {
            let day = carrier.written.date();
            days.entry(day).or_default().push(carrier);
        }
        let of_day = days.values().filter_map(|media| self.medium(months, media));
        of_day.collect()
    }

    fn medium(&self, months: u16, media: &[&CarrierState]) -> Option<Item> {
        let written = media.iter().map(|carrier| carrier.written).min()?;
        let by = first(written, months, self.now.as_of);
        let subjects = media.iter().map(|carrier| subject(self.vault, carrier));
        let subjects = subjects.collect::<Vec<_>>().join(", ");
        let (one, number) = match media.len() {
            1 => ("medium", String::new()),
            many => ("media", format!("{many} ")),
        };
        Some(Item {
            standing: standing(by, self.now.as_of, false, NOTICE),
            since: Some(written),
            by: Some(by),
            why: format!(
                "{number}{one} of {}, replace by {}",
                written.date(),
                by.date()
            ),
            ..self.item(What::Replace, subjects, "")
        })
    }

    fn refresh(&self) -> Option<Item> {
        let months = self.now.state.policy.months(Interval::Refresh)?;
        let made = self.vault.created;
        let by = first(made, months, self.now.as_of);
        Some(Item {
            standing: standing(by, self.now.as_of, false, NOTICE),
            since: Some(made),
            by: Some(by),
            why: format!("made {}, new ones by {}", made.date(), by.date()),
            ..self.item(What::Refresh, "all shares".to_owned(), "")
        })
    }

    fn certificate(&self, number: usize, node: &str, store: &str, ends: Time) -> Item {
        let standing = standing(ends, self.now.as_of, false, NOTICE_CERTIFICATE);
        let why = match standing {
            Standing::Overdue(_) => format!("ended {}", ends.date()),
            _ => format!("ends {}", ends.date()),
        };
        Item {
            standing,
            by: Some(ends),
            why,
            name: format!(
                "{}, certificate {number} ({node} {store})",
                self.now.name(self.vault)
            ),
            ..self.item(What::Certificate, format!("certificate {number}"), "")
        }
    }
}
