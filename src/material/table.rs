//! The table of node software: what its files are called, what else it needs, what must not be done.
//!
//! A new kind is one entry in a list below and one test. Names are matched from their end, component by component, so
//! that it does not matter which directory of a node was chosen.

mod chains;
mod corda;
mod ethereum;
mod ledgers;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Part, Pattern, Software};

/// What a validator of Ethereum is called where no client of it is known.
pub(super) const VALIDATOR: &str = "Ethereum validator";

/// The clients that keep EIP-2335 keystores.
pub(super) const VALIDATOR_CLIENTS: [&str; 5] =
    ["Lighthouse", "Prysm", "Teku", "Nimbus", "Lodestar"];

/// Every kind of software that is known.
pub(super) static SOFTWARE: LazyLock<Vec<Software>> = LazyLock::new(|| {
    let lists: [&[Software]; 4] = [
        corda::SOFTWARE,
        ethereum::SOFTWARE,
        ledgers::SOFTWARE,
        chains::SOFTWARE,
    ];
    lists.into_iter().flatten().copied().collect()
});

/// A file whose name alone tells the software.
const fn file(glob: &'static str, what: &'static str, part: Part) -> Pattern {
    Pattern {
        glob,
        what,
        part,
        is_read: false,
        tells: true,
    }
}

/// Likewise, where the content is checked too: a file of this name with other content is no good.
const fn read(glob: &'static str, what: &'static str, part: Part) -> Pattern {
    Pattern {
        is_read: true,
        ..file(glob, what, part)
    }
}

impl Pattern {
    /// The same of a name that other software uses too.
    const fn weak(self) -> Self {
        Self {
            tells: false,
            ..self
        }
    }
}

/// The patterns, so that a name is held against a few of them only: there are a hundred, and a hundred thousand names.
struct Index {
    /// By the last component, where that has no star.
    by_name: HashMap<&'static [u8], Vec<Known>>,
    /// By the directory, where any name in it fits.
    by_directory: HashMap<&'static [u8], Vec<Known>>,
    /// The others: what stands before the first star and behind the last one.
    by_ends: Vec<(&'static [u8], &'static [u8], Known)>,
}

type Known = (&'static Software, &'static Pattern);

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        by_name: HashMap::new(),
        by_directory: HashMap::new(),
        by_ends: Vec::new(),
    };
    let all = SOFTWARE.iter().flat_map(|software| {
        let files = software.files.iter();
        files.map(move |pattern| (software, pattern))
    });
    for known in all {
        let (directory, name) = last_two(known.1.glob.as_bytes());
        let mut pieces = name.split(|letter| *letter == b'*');
        match (pieces.next(), pieces.next_back()) {
            (Some(b""), Some(b"")) if !directory.contains(&b'*') => {
                index.by_directory.entry(directory).or_default().push(known);
            }
            (Some(begin), Some(end)) => index.by_ends.push((begin, end, known)),
            _ => index.by_name.entry(name).or_default().push(known),
        }
    }
    index
});

/// The pattern that fits a path best: the one with the most letters of its own.
pub(super) fn named(path: &[u8]) -> Option<Known> {
    let (directory, name) = last_two(path);
    let by_name = INDEX.by_name.get(name).into_iter().flatten();
    let by_directory = INDEX.by_directory.get(directory).into_iter().flatten();
    let by_ends = INDEX.by_ends.iter().filter_map(|(begin, end, known)| {
        let is_near = name.starts_with(begin) && name.ends_with(end);
        is_near.then_some(known)
    });
    let near = by_name.chain(by_directory).chain(by_ends);
    let fitting = near.filter(|(_, pattern)| fits(pattern.glob.as_bytes(), path));
    // Of equals the first in the table: the table is the same in every run, an index need not be.
    fitting.copied().reduce(|best, next| {
        if letters(next.1.glob) > letters(best.1.glob) {
            next
        } else {
            best
        }
    })
}

/// The directory without those above it, and the name in it.
fn last_two(path: &[u8]) -> (&[u8], &[u8]) {
    let mut names = path.rsplit(|letter| *letter == b'/');
    let name = names.next().unwrap_or_default();
    (names.next().unwrap_or_default(), name)
}

fn letters(glob: &str) -> usize {
    glob.bytes().filter(|letter| *letter != b'*').count()
}

/// Whether the last components of `path` are those of `glob`.
fn fits(glob: &[u8], path: &[u8]) -> bool {
    let mut names = path.rsplit(|letter| *letter == b'/');
    let mut parts = glob.rsplit(|letter| *letter == b'/');
    parts.all(|part| names.next().is_some_and(|name| fits_name(part, name)))
}

/// Whether a name fits a component, in which each `*` stands for any letters, also none.
fn fits_name(part: &[u8], name: &[u8]) -> bool {
    let mut pieces = part.split(|letter| *letter == b'*');
    let Some(mut rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let at =
            (0..=rest.len()).find(|at| rest.get(*at..).is_some_and(|tail| tail.starts_with(piece)));
        let Some(behind) = at.and_then(|at| rest.get(at + piece.len()..)) else {
            return false;
        };
        rest = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(path: &str) -> Option<(&'static str, &'static str, Part)> {
        let (software, pattern) = named(path.as_bytes())?;
        Some((software.name, pattern.what, pattern.part))
    }

    #[test]
    fn a_star_stands_for_any_letters_of_one_component() {
        for (part, name, is_fit) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*", "a", true),
            ("*_sk", "00_sk", true),
            ("*_sk", "00_sk2", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("aba*aba", "aba", false),
            ("*a*", "xax", true),
            ("*a*", "xbx", false),
        ] {
            let fits = fits_name(part.as_bytes(), name.as_bytes());
            assert_eq!(fits, is_fit, "{part} {name}");
        }
        assert!(fits(b"data/x", b"node/data/x") && fits(b"data/x", b"data/x"));
        assert!(!fits(b"data/x", b"x") && !fits(b"data/x", b"mydata/x"));
    }

    #[test]
    fn every_entry_is_found_by_a_name_made_from_it() {
        for software in SOFTWARE.iter() {
            for pattern in software.files {
                let path = format!("some/where/{}", pattern.glob.replace('*', "0"));
                let (_, found) = named(path.as_bytes()).unwrap();
                assert!(
                    letters(found.glob) >= letters(pattern.glob),
                    "{path}: {}",
                    found.glob
                );
            }
        }
    }

    #[test]
    fn every_entry_is_written_as_the_others() {
        let mut names: Vec<_> = SOFTWARE.iter().map(|software| software.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SOFTWARE.len(), "each software once");
        for software in SOFTWARE.iter() {
            assert!(!software.files.is_empty(), "{}", software.name);
            for text in [software.danger, software.needs] {
                assert!(text.is_ascii() && text.len() < 300, "{}", software.name);
                assert!(text.is_empty() || text.ends_with('.'), "{text}");
            }
            for pattern in software.files {
                let glob = pattern.glob;
                assert!(!glob.starts_with('/') && !glob.contains("**"), "{glob}");
                assert!(!glob.contains(['?', '[']), "{glob}");
            }
        }
    }

    #[test]
    fn the_files_of_the_known_software_are_told_by_their_names() {
        use Part::{Database, History, Key, Needed, Other, Password, Volatile};
        for (path, software, part) in [
            ("node.conf", "Corda", Needed),
            ("network-parameters", "Corda", Needed),
            ("additional-node-infos/nodeInfo-00FF", "Corda", Needed),
            ("nodeInfo-00FF", "Corda", Other),
            ("cordapps/config/flow-1.0.conf", "Corda", Needed),
            ("persistence.mv.db", "Corda", Database),
            ("process-id", "Corda", Volatile),
            ("artemis/journal/server.lock", "Corda", Volatile),
            ("certificates/nodekeystore.jks", "Corda", Key),
            ("certificates/certificate-request-id.txt", "Corda", Other),
            ("ssh/hostkey.pem", "Corda", Key),
            ("keystore/UTC--2026-01-01T00-00-00.0Z--00", "geth", Key),
            ("geth/nodekey", "geth", Key),
            ("besu/key", "Besu", Key),
            ("tm/tessera.key", "Tessera", Key),
            ("validators/0xaa/voting-keystore.json", "Lighthouse", Key),
            ("secrets/0xaa", "Lighthouse", Password),
            (
                "validators/slashing_protection.sqlite",
                "Lighthouse",
                History,
            ),
            (
                "wallet/direct/accounts/all-accounts.keystore.json",
                "Prysm",
                Key,
            ),
            ("validator.db", "Prysm", History),
            ("validator/slashprotection/00aa.yml", "Teku", History),
            ("validators/slashing_protection.sqlite3", "Nimbus", History),
            ("slashing_protection.json", "Ethereum validator", History),
            (
                "keystore-m_12381_3600_0_0_0-1.json",
                "Ethereum validator",
                Key,
            ),
            ("msp/keystore/priv_sk", "Hyperledger Fabric", Key),
            ("msp/signcerts/cert.pem", "Hyperledger Fabric", Needed),
            ("config/priv_validator_key.json", "CometBFT", Key),
            ("data/priv_validator_state.json", "CometBFT", History),
            ("data/chain/bitcoin/mainnet/wallet.db", "LND", Key),
            ("data/graph/mainnet/channel.db", "LND", Database),
            ("wallets/main/wallet.dat", "Bitcoin Core", Key),
            ("chains/dev/network/secret_ed25519", "Substrate", Key),
            ("chains/dev/keystore/6772616e00", "Substrate", Key),
            ("validator-keypair.json", "Solana", Key),
            ("ledger/tower-1_9-abc.bin", "Solana", History),
            (".ripple/validator-keys.json", "XRP Ledger", Key),
            ("stellar-core.cfg", "Stellar", Key),
            (".ipfs/keystore/key_abc", "IPFS Kubo", Key),
            ("validator_key.json", "NEAR", Key),
            ("staking/signer.key", "Avalanche", Key),
            ("kes.skey", "Cardano", Key),
            (".tezos-client/secret_keys", "Tezos", Key),
            ("mainnet-v1.0/a.partkey", "Algorand", Key),
            ("sui_config/sui.keystore", "Sui", Key),
            ("validator-identity.yaml", "Aptos", Key),
            ("canton.conf", "Canton", Needed),
        ] {
            let found = what(path).map(|(software, _, part)| (software, part));
            assert_eq!(found, Some((software, part)), "{path}");
        }
        for path in ["", "/", "a/b", "README.md", "\u{fffd}", "datax/x"] {
            assert_eq!(what(path), None, "{path}");
        }
    }

    #[test]
    fn names_in_directories_of_bulk_data_are_held_against_few_patterns() {
        let near = |path: &str| {
            let (directory, name) = last_two(path.as_bytes());
            let ends = INDEX.by_ends.iter();
            let ends =
                ends.filter(|(begin, end, _)| name.starts_with(begin) && name.ends_with(end));
            let of = |found: Option<&Vec<Known>>| found.map_or(0, Vec::len);
            ends.count() + of(INDEX.by_name.get(name)) + of(INDEX.by_directory.get(directory))
        };
        for path in [
            "artemis/large-messages/42.msg",
            "geth/chaindata/000042.ldb",
            "logs/node.log",
        ] {
            assert!(near(path) <= 2, "{path}: {}", near(path));
            assert!(named(path.as_bytes()).is_none(), "{path}");
        }
        assert!(INDEX.by_ends.len() < 60, "{}", INDEX.by_ends.len());
    }
}
