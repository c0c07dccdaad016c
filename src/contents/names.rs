//! Names that mean something in a Corda node directory, and names of bulk data everywhere: all of it data.
//!
//! Knows names; opens nothing.

/// The stores that a node opens when it starts.
pub(super) const IDENTITY: &[u8] = b"certificates/nodekeystore.jks";
pub(super) const TLS: &[u8] = b"certificates/sslkeystore.jks";
pub(super) const TRUST: &[u8] = b"certificates/truststore.jks";
pub(super) const WRAPPING: &[u8] = b"certificates/wrappingkeystore.pkcs12";
pub(super) const PARAMETERS: &[u8] = b"network-parameters";
pub(super) const NODE_CONF: &str = "node.conf";
/// The lock of a running node, with its process number.
pub(super) const PROCESS_ID: &[u8] = b"process-id";
/// Written when a registration begins, removed when it ends.
pub(super) const REQUEST_ID: &[u8] = b"certificates/certificate-request-id.txt";

/// The configuration files that a Corda component reads from its own directory.
pub(super) const CONFIGURATIONS: [&[u8]; 4] = [
    b"node.conf",
    b"firewall.conf",
    b"bridge.conf",
    b"float.conf",
];

/// How names of keystores end.
const STORE_ENDS: [&[u8]; 10] = [
    b".jks",
    b".jceks",
    b".p12",
    b".pfx",
    b".pkcs12",
    b".keystore",
    b".truststore",
    b".bks",
    b".uber",
    b".ks",
];

/// How names of other key files end: worth their first bytes even among bulk data.
const KEY_ENDS: [&[u8]; 6] = [b".pem", b".key", b".pk8", b".p8", b".der", b".json"];

/// Directories of bulk data, as the ends of their paths: what lies below is not sniffed. What an end begins with `/`
/// for may lie anywhere; the others lie at the top.
const BULK: [&[u8]; 28] = [
    b"logs",
    b"log",
    b"/artemis/journal",
    b"/artemis/bindings",
    b"/artemis/paging",
    b"/artemis/large-messages",
    b"/brokers/rpc/journal",
    b"/brokers/rpc/bindings",
    b"/brokers/rpc/paging",
    b"/brokers/rpc/large-messages",
    b"/chaindata",
    b"/lightchaindata",
    b"/triedb",
    b"/database",
    b"/ledger/rocksdb",
    b"/rocksdb",
    b"/blockstore.db",
    b"/state.db",
    b"/tx_index.db",
    b"/application.db",
    b"/evidence.db",
    b"/cs.wal",
    b"/snapshots",
    b"/paritydb",
    b"/blocks",
    b"/chainstate",
    b"/freezer_db",
    b"/chain_db",
];

/// How names of files end that hold nothing secret by themselves: programs, and what programs write about themselves.
const HARMLESS: [&[u8]; 16] = [
    b".jar", b".war", b".class", b".so", b".dll", b".log", b".pid", b".lock", b".html", b".css",
    b".js", b".png", b".svg", b".pub", b".crl", b".sha256",
];
/// Directories of programs, anywhere on a path.
const PROGRAMS: [&[u8]; 6] = [b"cordapps", b"drivers", b"lib", b"logs", b"log", b"djvm"];
/// Words in the names of files that hold a password, and how those names end.
const PASSWORDS: [&[u8]; 7] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passwort",
    b"mnemonic",
    b"seed",
    b"secret",
];
const TEXTS: [&[u8]; 8] = [
    b".txt",
    b".properties",
    b".env",
    b".ini",
    b".yml",
    b".yaml",
    b".cfg",
    b".conf",
];
/// How names of archives end: worth their first bytes however large they are.
const ARCHIVES: [&[u8]; 11] = [
    b".zip", b".tar", b".tgz", b".gz", b".7z", b".xz", b".bz2", b".zst", b".rar", b".age", b".gpg",
];
/// The most bytes of a file that is small: a password, a seed, a key.
const SMALL: u64 = 16 << 10;

/// What a store is for, by its name.
const ROLES: [(&[u8], &str); 9] = [
    (b"nodekeystore.jks", "identity"),
    (b"sslkeystore.jks", "TLS"),
    (b"truststore.jks", "trust"),
    (b"network-root-truststore.jks", "trust"),
    (b"wrappingkeystore.pkcs12", "wrapping"),
    (b"rpcsslkeystore.jks", "RPC TLS"),
    (b"rpcssltruststore.jks", "trust"),
    (b"artemis.jks", "messaging TLS"),
    (b"distributedservice.jks", "notary service"),
];

/// What a store is for, by its name.
pub(super) fn role(path: &[u8]) -> Option<&'static str> {
    let name = last(path).to_ascii_lowercase();
    if let Some((_, role)) = ROLES.iter().find(|(known, _)| *known == name.as_slice()) {
        return Some(role);
    }
    let has = |part: &[u8]| name.windows(part.len()).any(|found| found == part);
    let is_trust = has(b"truststore") || has(b"trust-store") || has(b"trust_store");
    is_trust.then_some("trust")
}

/// Whether an alias is that of a key which waits for its certificate (`X509Utilities.kt`: `CORDA_CLIENT_CA` comes later).
pub(super) fn is_of_registration(alias: &str) -> bool {
    alias.eq_ignore_ascii_case("selfsignedprivatekey")
}

/// Whether a file is called as keystores are.
pub(super) fn is_store(path: &[u8]) -> bool {
    ends_with_one(path, &STORE_ENDS)
}

/// Whether a file is called as key files are.
pub(super) fn is_key(path: &[u8]) -> bool {
    ends_with_one(path, &KEY_ENDS)
}

/// Whether a file is called as those are that hold a configuration, or a part of one that another includes.
pub(super) fn is_configuration(path: &[u8]) -> bool {
    ends_with_one(path, &[b".conf", b".properties"])
}

/// Whether a file is called as archives are.
pub(super) fn is_archive(path: &[u8]) -> bool {
    ends_with_one(path, &ARCHIVES)
}

/// Whether a file is called as files with a password or a seed in them are.
pub(super) fn is_password(path: &[u8], size: u64) -> bool {
    let name = last(path).to_ascii_lowercase();
    let has = |word: &&[u8]| name.windows(word.len()).any(|found| found == *word);
    let is_text = !name.contains(&b'.') || ends_with_one(path, &TEXTS);
    (1..=SMALL).contains(&size) && is_text && PASSWORDS.iter().any(has)
}

/// Whether a file that nobody knows may hold a secret: it is small, and not known to be harmless. What lies above the node
/// directory, or above what belongs to it outside, is no part of `path`: much lies below `/var/lib`.
pub(super) fn may_matter(path: &[u8], size: u64) -> bool {
    let mut above = parent(path).split(|byte| *byte == b'/');
    (1..=SMALL).contains(&size)
        && !ends_with_one(path, &HARMLESS)
        && !above.any(|name| PROGRAMS.contains(&name))
        && !is_bulk(parent(path))
}

/// Whether a directory, by its path, holds bulk data, or lies in one that does.
pub(super) fn is_bulk(directory: &[u8]) -> bool {
    let mut path = directory;
    while !path.is_empty() {
        if BULK.iter().any(|end| is_bulk_end(path, end)) {
            return true;
        }
        path = parent(path);
    }
    false
}

fn is_bulk_end(path: &[u8], end: &[u8]) -> bool {
    match end.strip_prefix(b"/") {
        Some(anywhere) => path == anywhere || path.ends_with(end),
        None => path == end,
    }
}

/// The path of the directory that something lies in; empty at the top.
pub(super) fn parent(path: &[u8]) -> &[u8] {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    slash.and_then(|at| path.get(..at)).unwrap_or_default()
}

/// The last component of a path.
pub(super) fn last(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// Whether a name ends like that, in any case.
pub(super) fn ends_with(name: &[u8], end: &[u8]) -> bool {
    let tail = name.len().checked_sub(end.len());
    let tail = tail.and_then(|at| name.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn ends_with_one(path: &[u8], ends: &[&[u8]]) -> bool {
    ends.iter().any(|end| ends_with(last(path), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_data_is_known_by_where_it_lies() {
        for bulk in [
            "logs",
            "logs/archive",
            "artemis/journal",
            "x/geth/chaindata",
            "chaindata/ancient",
        ] {
            assert!(is_bulk(bulk.as_bytes()), "{bulk}");
        }
        // R3's samples put keystores into artemis/ itself.
        for other in [
            "",
            "artemis",
            "certificates",
            "blog",
            "mychaindata",
            "x/logs",
            "cordapps2",
        ] {
            assert!(!is_bulk(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_role_is_told_by_the_name_in_any_case() {
        assert_eq!(role(b"certificates/nodekeystore.jks"), Some("identity"));
        assert_eq!(role(b"old/TrustStore.jks"), Some("trust"));
        assert_eq!(role(b"artemis/artemis-truststore.jks"), Some("trust"));
        assert_eq!(role(b"certificates/other.jks"), None);
        // No name that only has the word in it makes a store of keys one of certificates.
        for keys in ["entrust.p12", "trustee.jks", "trust/keys.p12"] {
            assert_eq!(role(keys.as_bytes()), None, "{keys}");
        }
    }

    #[test]
    fn names_of_stores_and_keys_end_as_they_do_in_any_case() {
        assert!(
            is_store(b"a/b.JKS")
                && is_store(b"b.p12")
                && !is_store(b"jks")
                && !is_store(b"a.jks/b")
        );
        assert!(is_key(b"x.pem") && !is_key(b"x.pem.txt"));
    }
}
