//! Opening the keystores that were found: in which order, and how much work each may take.
//!
//! Knows what a store is for; how one is opened is the business of `opening`.

use std::collections::BTreeMap;
use std::path::Path;

use super::configuration::is_same;
use super::opening::Opening;
use super::passwords::{AskPassword, Passwords};
use super::scouting::{Scouted, Seen};
use super::{Contents, Store, modes, names};
use crate::corda::{Configuration, What};
use crate::error::Result;
use crate::host::interrupt;
use crate::keystore::{Flaw, Work};
use crate::node::Ground;

/// The most rounds of key derivation for all stores and all passwords together: some seconds. A store of 900 bytes may ask
/// for ten million with each password.
const MAX_ROUNDS: u64 = 30_000_000;

/// What one store may take of them before all others had their turn: first a little, then more. So a store that asks for
/// much keeps none from being opened that asks for less, however they are called.
const SHARES: [u64; 3] = [1_000_000, 6_000_000, u64::MAX];

/// Opens every store that was found, as far as it goes.
///
/// # Errors
/// [`crate::error::Error::Interrupted`] and what `ask` answers.
pub(super) fn open(
    contents: &mut Contents,
    found: &Scouted,
    ask: &mut AskPassword<'_>,
) -> Result<()> {
    open_within(contents, found, (MAX_ROUNDS, &SHARES), ask)
}

/// The same with so many rounds together, and such shares of them.
pub(super) fn open_within(
    contents: &mut Contents,
    found: &Scouted,
    (rounds, shares): (u64, &[u64]),
    ask: &mut AskPassword<'_>,
) -> Result<()> {
    let (ground, configuration) = (&contents.ground, contents.configuration.as_ref());
    let mut passwords = Passwords::new(configuration);
    let mut work = Work::asking(rounds, &interrupt::goes_on);
    let mut opened: BTreeMap<usize, Store> = BTreeMap::new();
    // What a share too small came to nothing with is done again, and is no reason that a store stays closed: as much as all
    // may take, and no more than that, is not counted.
    let mut spare = rounds;
    let mut waiting: Vec<(usize, &Seen)> = found.stores.iter().enumerate().collect();
    for share in shares {
        for (number, seen) in std::mem::take(&mut waiting) {
            interrupt::check()?;
            let path = seen.place.path(&contents.base);
            let role = role((ground, configuration), &path, seen);
            let before = work.left();
            let mut opening = Opening::new((ground, &path), seen, role, &mut work);
            let is_put_off = opening.read(seen.size, *share, &mut passwords, ask)?;
            opened.insert(number, opening.store);
            if is_put_off {
                waiting.push((number, seen));
                let back = before.saturating_sub(work.left()).min(spare);
                spare -= back;
                work.give_back(back);
            }
        }
    }
    let mut gaps = Vec::new();
    for (store, seen) in opened.values().zip(&found.stores) {
        let is_none = matches!(store.read, Err(Flaw::NotOpened(_))) || seen.size == 0;
        if store.role != Some("trust") && !is_none {
            gaps.extend(modes::readable(&seen.place.path(&contents.base), seen.mode));
        }
    }
    contents.stores = opened.into_values().collect();
    contents.gaps.append(&mut gaps);
    Ok(())
}

/// What a store is for: by the configuration, else by its name.
fn role(
    (ground, configuration): (&Ground, Option<&Configuration>),
    path: &Path,
    seen: &Seen,
) -> Option<&'static str> {
    let by_name = names::role(seen.place.bytes());
    let named = configuration.map_or(&[][..], |configuration| &configuration.named);
    let of = named
        .iter()
        .find(|named| is_same(ground, &named.path, path));
    match of.map(|named| (named.what, named.key.as_str())) {
        Some((What::TrustStore, _)) => Some("trust"),
        Some((What::Keystore, key)) if key.starts_with("rpcSettings") => Some("RPC TLS"),
        Some((What::Keystore, key)) if key.contains("messagingServerSsl") => Some("messaging TLS"),
        // The configuration knows better than the name.
        Some((What::Keystore, _)) => by_name.filter(|role| *role != "trust"),
        _ => by_name,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::super::{Place, scouting};
    use super::*;
    use crate::keystore::tests::dear;
    use crate::node::Node;
    use crate::secret::SecretBytes;

    /// What comes of two stores that ask for more than there is and one that does not, under these names: of each its
    /// name and whether it opened, and how often somebody was asked.
    fn opened(names: [&str; 3], shares: &[u64]) -> (Vec<(String, Store)>, usize) {
        let dir = tempfile::tempdir().unwrap();
        let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keystores");
        let good = fs::read(fixtures.join("small.p12")).unwrap();
        for (name, bytes) in names.iter().zip([dear(12_495), good, dear(6_000)]) {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        let node = Node::open(dir.path(), false).unwrap();
        let mut found = Scouted::default();
        scouting::walk(&node, &mut found).unwrap();
        found.sort();
        let mut contents = Contents {
            base: node.path().to_owned(),
            ..Contents::default()
        };
        let mut asked = 0;
        let mut ask = |_: &Place, attempt: u32| {
            asked += 1;
            Ok((attempt == 1).then(|| SecretBytes::copied(b"sample-only")))
        };
        open_within(&mut contents, &found, (25_000, shares), &mut ask).unwrap();
        let name = |store: &Store| String::from_utf8(store.place.bytes().to_vec()).unwrap();
        let stores = contents.stores.into_iter();
        (stores.map(|store| (name(&store), store)).collect(), asked)
    }

    #[test]
    fn a_store_that_asks_for_too_much_is_said_and_keeps_no_other_from_being_opened() {
        for names in [
            ["a.p12", "m.p12", "z.p12"],
            ["m.p12", "z.p12", "a.p12"],
            ["z.p12", "a.p12", "m.p12"],
        ] {
            // With shares that the good one fits into at once, and later.
            for shares in [&[10_000, 20_000, u64::MAX][..], &[100, 8_000, u64::MAX]] {
                let (stores, asked) = opened(names, shares);
                let order: Vec<&str> = stores.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(
                    order,
                    ["a.p12", "m.p12", "z.p12"],
                    "in the order of their names"
                );
                for (name, store) in &stores {
                    match &store.read {
                        Ok(read) => {
                            assert_eq!(name, names[1]);
                            assert!(read.is_proven && !read.entries.is_empty());
                        }
                        Err(Flaw::NotOpened(why)) => {
                            assert_ne!(name, names[1], "{why}");
                            assert!(why.contains("too much work"), "{why}");
                        }
                        Err(flaw) => panic!("{name}: {flaw:?}"),
                    }
                }
                assert_eq!(asked, 1, "only about the one that opens, and once");
            }
        }
    }

    /// Whether two good stores open with so many rounds and such shares of them.
    fn both_open(rounds: u64, shares: &[u64]) -> bool {
        let dir = tempfile::tempdir().unwrap();
        let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/keystores");
        for name in ["a.p12", "z.p12"] {
            fs::copy(fixtures.join("small.p12"), dir.path().join(name)).unwrap();
        }
        let node = Node::open(dir.path(), false).unwrap();
        let mut found = Scouted::default();
        scouting::walk(&node, &mut found).unwrap();
        found.sort();
        let mut contents = Contents {
            base: node.path().to_owned(),
            ..Contents::default()
        };
        let mut ask = |_: &Place, attempt: u32| {
            Ok((attempt == 1).then(|| SecretBytes::copied(b"sample-only")))
        };
        open_within(&mut contents, &found, (rounds, shares), &mut ask).unwrap();
        let is_open = |store: &Store| {
            let read = store.read.as_ref();
            read.is_ok_and(|read| read.is_proven && !read.entries.is_empty())
        };
        contents.stores.iter().all(is_open)
    }

    #[test]
    fn what_a_share_too_small_came_to_nothing_with_keeps_no_store_closed() {
        let (mut too_few, mut enough) = (0, 1_000_000);
        assert!(both_open(enough, &[u64::MAX]) && !both_open(too_few, &[u64::MAX]));
        while enough - too_few > 1 {
            let middle = (too_few + enough) / 2;
            match both_open(middle, &[u64::MAX]) {
                true => enough = middle,
                false => too_few = middle,
            }
        }
        for part in 2..10 {
            let shares = [enough / part, u64::MAX];
            assert!(both_open(enough, &shares), "{shares:?} of {enough}");
        }
    }

    #[test]
    fn without_shares_the_first_one_would_take_it_all() {
        let (stores, _) = opened(["a.p12", "m.p12", "z.p12"], &[u64::MAX]);
        let is_open = |(_, store): &(String, Store)| store.read.is_ok();
        assert!(!stores.iter().any(is_open));
    }
}
