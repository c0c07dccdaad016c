//! Which bags make an entry: a key with its certificates, a certificate, a secret key. As Java puts them together, and
//! nothing is left out that Java would not show.

use std::collections::{BTreeMap, BTreeSet};

use super::super::work::Work;
use super::super::{Entry, Flaw, Holds, Key, opened};
use super::Opener;
use super::bags::{Bag, Bags, Content};
use super::shrouded::decrypted;
use crate::certificate::{Certificate, Signed, compared_name};
use crate::private_key::{Belongs, PrivateKey};
use crate::time::Time;

/// The longest chain; Corda's have up to five.
const MAX_CHAIN: usize = 16;
/// How often a key or a signature is tried on a certificate, to find out what belongs together.
const MAX_TRIES: usize = 2_000;
/// The most bytes of certificates in all chains: one certificate may stand in many.
const MAX_CHAINS: usize = 64 << 20;

/// The entries that the bags make.
pub(super) fn told(bags: Bags, opener: &mut Opener<'_, '_, '_>) -> Result<Vec<Entry>, Flaw> {
    let mut found = Finder::new(&bags.all);
    let mut entries = Vec::new();
    for (at, bag) in bags.all.iter().enumerate() {
        if let Some((chain, holds)) = found.key(bag, opener)? {
            entries.push((at, found.entry(bag, holds, chain)));
        }
    }
    for (at, bag) in bags.all.iter().enumerate() {
        let Content::Certificate(certificate) = &bag.content else {
            continue;
        };
        if bag.is_trusted || !found.used.contains(&at) {
            let chain = vec![certificate.clone()];
            entries.push((at, found.entry(bag, Holds::Certificate, chain)));
        }
    }
    entries.sort_by_key(|(at, _)| *at);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn is_private(bag: &Bag) -> bool {
    matches!(bag.content, Content::Plain(_) | Content::Shrouded(_))
}

type Chain = Vec<Result<Certificate, String>>;

/// A certificate and its place among the bags.
type Placed<'a> = (usize, &'a Result<Certificate, String>);

struct Finder<'a> {
    bags: &'a [Bag],
    /// How many private keys there are.
    keys: usize,
    /// Certificates by their subjects, as names are compared.
    by_name: BTreeMap<String, Vec<Placed<'a>>>,
    /// The first certificate of each id.
    by_id: BTreeMap<&'a [u8], Placed<'a>>,
    /// Certificates that may be those of keys, by the algorithms of their public keys.
    by_algorithm: BTreeMap<&'a str, Vec<Placed<'a>>>,
    /// What is known of certificates that may have signed themselves.
    roots: BTreeMap<usize, bool>,
    /// The certificates that stand in a chain.
    used: BTreeSet<usize>,
    /// How many entries have no name of their own.
    unnamed: usize,
    /// How many tries are left.
    tries: usize,
    /// How many bytes of chains may still come.
    room: usize,
}

impl<'a> Finder<'a> {
    fn new(bags: &'a [Bag]) -> Self {
        let mut found = Self {
            bags,
            keys: bags.iter().filter(|bag| is_private(bag)).count(),
            by_name: BTreeMap::new(),
            by_id: BTreeMap::new(),
            by_algorithm: BTreeMap::new(),
            roots: BTreeMap::new(),
            used: BTreeSet::new(),
            unnamed: 0,
            tries: MAX_TRIES,
            room: MAX_CHAINS,
        };
        for (at, bag, certificate) in found.certificates() {
            let placed = (at, certificate);
            if let Some(id) = bag.id.as_deref() {
                found.by_id.entry(id).or_insert(placed);
            }
            let Ok(read) = certificate else { continue };
            let name = compared_name(&read.subject);
            found.by_name.entry(name).or_default().push(placed);
            if !bag.is_trusted {
                let same = found.by_algorithm.entry(&read.algorithm);
                same.or_default().push(placed);
            }
        }
        found
    }

    fn entry(&mut self, bag: &Bag, holds: Holds, chain: Chain) -> Entry {
        let alias = match &bag.name {
            Some(name) => name.to_lowercase(),
            None => {
                self.unnamed += 1;
                self.unnamed.to_string()
            }
        };
        Entry {
            alias,
            created: bag.id.as_deref().and_then(created),
            holds,
            chain,
        }
    }

    /// The chain of a key and what the key is; `None` for bags that hold none.
    fn key(
        &mut self,
        bag: &Bag,
        opener: &mut Opener<'_, '_, '_>,
    ) -> Result<Option<(Chain, Holds)>, Flaw> {
        Ok(Some(match &bag.content {
            Content::Certificate(_) => return Ok(None),
            Content::Plain(plain) => self.opened(bag, plain, opener.work)?,
            Content::Shrouded(shrouded) => match decrypted(shrouded, opener)? {
                Ok(plain) => self.opened(bag, &plain, opener.work)?,
                Err(key) => (self.chain(bag, None, opener.work)?, Holds::PrivateKey(key)),
            },
            Content::ShroudedSecret(shrouded) => {
                let key = match decrypted(shrouded, opener)? {
                    Ok(plain) => secret(&plain, opener.work),
                    Err(key) => key,
                };
                (Vec::new(), Holds::SecretKey(key))
            }
            Content::OtherSecret(kind) => {
                let why = format!("a secret of the kind {kind}");
                (Vec::new(), Holds::SecretKey(Key::NotOpened(why)))
            }
        }))
    }

    /// A key that is in clear now, and its chain.
    fn opened(
        &mut self,
        bag: &Bag,
        plain: &[u8],
        work: &mut Work<'_>,
    ) -> Result<(Chain, Holds), Flaw> {
        let (chain, key) = match opened::found(plain, work) {
            Err(key) => (self.chain(bag, None, work)?, key),
            Ok(key) => {
                let chain = self.chain(bag, Some((&key, plain.len())), work)?;
                let told = opened::told(&key, plain.len(), &chain, work);
                (chain, told)
            }
        };
        Ok((chain, Holds::PrivateKey(key)))
    }

    /// The certificates of a key (of so many bytes), its own first: that with its id, or else that with its public key.
    fn chain(
        &mut self,
        bag: &Bag,
        key: Option<(&PrivateKey, usize)>,
        work: &mut Work<'_>,
    ) -> Result<Chain, Flaw> {
        let own = bag.id.as_deref().and_then(|id| self.by_id.get(id).copied());
        let own = own.or_else(|| self.by_key(key, work));
        let mut next = own.or_else(|| self.only(bag));
        let (mut chain, mut taken) = (Vec::new(), Vec::new());
        while let Some((at, certificate)) = next {
            self.used.insert(at);
            taken.push(at);
            let bytes = certificate.as_ref().map_or(0, size);
            self.room = self.room.checked_sub(bytes).ok_or_else(|| {
                Flaw::NotOpened("its chains of certificates are longer than any".into())
            })?;
            chain.push(certificate.clone());
            // The name of the issuer does not tell a root: Corda's node CA has the name of what it signs.
            next = match certificate {
                Ok(certificate) if chain.len() < MAX_CHAIN => self.issuer(certificate, at, &taken),
                _ => None,
            };
        }
        Ok(chain)
    }

    fn certificates(
        &self,
    ) -> impl Iterator<Item = (usize, &'a Bag, &'a Result<Certificate, String>)> + use<'a> {
        let bags = self.bags.iter().enumerate();
        bags.filter_map(|(at, bag)| match &bag.content {
            Content::Certificate(certificate) => Some((at, bag, certificate)),
            _ => None,
        })
    }

    fn by_key(
        &mut self,
        key: Option<(&PrivateKey, usize)>,
        work: &mut Work<'_>,
    ) -> Option<Placed<'a>> {
        let (key, bytes) = key?;
        for placed in self.by_algorithm.get(key.algorithm.as_str())? {
            let Ok(read) = placed.1 else { continue };
            self.tries = self.tries.checked_sub(1)?;
            if !work.take_key(bytes) {
                return None;
            }
            if key.belongs_to(&read.public_key) == Belongs::Yes {
                return Some(*placed);
            }
        }
        None
    }

    /// The first certificate, where there is one key and it has no id: Java takes it so.
    fn only(&self, key: &Bag) -> Option<Placed<'a>> {
        let mut all = self.certificates().filter(|(_, bag, _)| !bag.is_trusted);
        match self.keys {
            1 if key.id.is_none() => all.next().map(|(at, _, certificate)| (at, certificate)),
            _ => None,
        }
    }

    /// Who signed a certificate and is not in the chain yet: of those with the right name, one whose key fits; or else
    /// the first. Nobody, if it signed itself.
    fn issuer(&mut self, of: &Certificate, at: usize, taken: &[usize]) -> Option<Placed<'a>> {
        let named = self.by_name.get(&compared_name(&of.issuer))?;
        let left = |placed: &&Placed<'a>| !taken.contains(&placed.0);
        let is_root = match (self.roots.get(&at), self.tries.checked_sub(1)) {
            (Some(is_root), _) => *is_root,
            // Not known: there are too many of them.
            (None, None) => false,
            (None, Some(tries)) => {
                self.tries = tries;
                // Where its signature is of a kind that is not checked here, the name decides.
                let is_root = of.signed_by_itself() != Signed::No;
                self.roots.insert(at, is_root);
                is_root
            }
        };
        if is_root {
            return None;
        }
        for placed in named.iter().filter(left) {
            let Some(tries) = self.tries.checked_sub(1) else {
                break;
            };
            self.tries = tries;
            let Ok(other) = placed.1 else { continue };
            if of.signed_by(other) == Signed::Yes {
                return Some(*placed);
            }
        }
        named.iter().find(left).copied()
    }
}

/// Java's id of an entry says when it was made: "Time 1700000000000".
fn created(id: &[u8]) -> Option<Time> {
    let text = std::str::from_utf8(id).ok()?.strip_prefix("Time ")?;
    let milliseconds: i64 = text.parse().ok()?;
    Some(Time::from_unix(milliseconds.div_euclid(1000)))
}

fn secret(pkcs8: &[u8], work: &mut Work<'_>) -> Key {
    match opened::found(pkcs8, work) {
        Ok(key) => Key::Open {
            algorithm: key.algorithm,
            belongs: Belongs::NotChecked("a secret key has no certificate".into()),
        },
        Err(key) => key,
    }
}

/// How many bytes a certificate takes.
fn size(read: &Certificate) -> usize {
    let texts = read.subject.len() + read.issuer.len() + read.algorithm.len();
    size_of::<Certificate>() + texts + read.public_key.len() + read.der.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore;
    use crate::secret::SecretBytes;

    #[test]
    fn a_certificate_signed_by_one_of_its_own_name_is_not_the_end_of_its_chain() {
        let store = include_bytes!("../../../tests/fixtures/node/certificates/sslkeystore.jks");
        let password = SecretBytes::copied(b"sample-only");
        let Ok(store) = keystore::open(store, &password, &[]) else {
            panic!("it does not open")
        };
        let chain: Vec<_> = store.entries[0].chain.iter().flatten().collect();
        assert_eq!(chain.len(), 3);
        assert_eq!(chain[0].subject, chain[1].subject);
        assert!(chain[2].subject.contains("Root CA"));
        let roots = chain.iter().map(|one| one.signed_by_itself());
        assert!(roots.eq([Signed::No, Signed::No, Signed::Yes]));
    }
}
