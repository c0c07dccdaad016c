//! What the keys of Corda's configuration mean, as far as they name files, directories and passwords.
//!
//! One line for each key: node, firewall, `ha-utilities`, and the network manager (CENM). Sources: `NodeConfiguration.kt`
//! and `V1NodeConfigurationSpec.kt` of Corda 4.12, and the configuration pages of Corda Enterprise 4.14 and CENM 1.7.

use super::What;
use crate::certificate::printable;

/// What a path is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// The node directory.
    Base,
    /// The directory that the software is started in: the node directory, as far as anybody can know.
    Started,
    /// The file that names it.
    File,
}

/// What the value of a key names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    pub(super) what: What,
    pub(super) from: From,
    pub(super) may_be_missing: bool,
    /// Whether the key is unknown, and only its value looks like a path.
    pub(super) is_guess: bool,
}

impl Meaning {
    /// What a known key means: something that must be there.
    pub(super) fn known(what: What, from: From) -> Self {
        Self {
            what,
            from,
            may_be_missing: false,
            is_guess: false,
        }
    }
}

/// Ends of keys in lower case, without the indices of lists; `*` is any one part. The first that fits counts.
const KEYS: &[(&str, What, From, bool)] = &[
    // The node.
    ("cordappdirectories", What::Directory, From::Base, false),
    ("jardirs", What::Directory, From::Started, false),
    ("cryptoserviceconf", What::Configuration, From::Base, false),
    ("notarykeypairfile", What::KeyFile, From::Base, false),
    ("custodiedkeysdir", What::Directory, From::Base, false),
    ("privatekeyfile", What::KeyFile, From::Base, false),
    ("publickeyfile", What::File, From::Base, false),
    ("tracetargetdirectory", What::Directory, From::Base, true),
    // The firewall, and every section of TLS.
    ("certificatesdirectory", What::Directory, From::Base, false),
    ("networkparameterspath", What::File, From::Base, false),
    ("sslkeystore", What::Keystore, From::Base, false),
    ("keystorepath", What::Keystore, From::Base, false),
    ("keystorefile", What::Keystore, From::Base, false),
    ("ssltruststore", What::TrustStore, From::Base, false),
    ("truststorefile", What::TrustStore, From::Base, false),
    ("truststorepath", What::TrustStore, From::Base, false),
    // The network manager and its tools.
    ("truststore.location", What::TrustStore, From::Base, false),
    ("truststore.file", What::TrustStore, From::Base, false),
    ("keystore.location", What::Keystore, From::Base, false),
    ("keystore.file", What::Keystore, From::Base, false),
    ("jwk.location", What::Keystore, From::Base, false),
    (
        "certificatesstore.file",
        What::TrustStore,
        From::Base,
        false,
    ),
    ("certificatestore.file", What::TrustStore, From::Base, false),
    (
        "globalcertificatestore.file",
        What::TrustStore,
        From::Base,
        false,
    ),
    (
        "localcertificatestore.file",
        What::TrustStore,
        From::Base,
        false,
    ),
    (
        "certificatesstores.*.file",
        What::TrustStore,
        From::Base,
        false,
    ),
    ("certificatesstorefile", What::TrustStore, From::Base, false),
    ("keystores.*.file", What::Keystore, From::Base, false),
    // Written by the tool, and published.
    ("crl.file", What::File, From::Base, true),
    ("crlfiles", What::File, From::Base, false),
    ("hsmlibraries.jars", What::File, From::Base, false),
    ("sharedlibdir", What::Directory, From::Base, false),
    ("keyfilepath", What::KeyFile, From::Base, false),
    // Hardware security modules.
    ("keyfile", What::KeyFile, From::Base, false),
    // Drivers of databases, as keys of their own: `dataSource.sslkey`.
    ("sslkey", What::KeyFile, From::Started, false),
    ("sslcert", What::File, From::Started, false),
    ("sslrootcert", What::File, From::Started, false),
    ("sslcrl", What::File, From::Started, false),
    ("tns_admin", What::Directory, From::Started, false),
    // Properties of the Java machine, and whatever is called so.
    (
        "javax.net.ssl.keystore",
        What::Keystore,
        From::Started,
        false,
    ),
    (
        "javax.net.ssl.truststore",
        What::TrustStore,
        From::Started,
        false,
    ),
    ("truststore", What::TrustStore, From::Base, false),
    ("keystore", What::Keystore, From::File, false),
];

/// Endings of files, and what such a file is.
const ENDINGS: &[(&str, What)] = &[
    ("jks", What::Keystore),
    ("jceks", What::Keystore),
    ("p12", What::Keystore),
    ("pfx", What::Keystore),
    ("pkcs12", What::Keystore),
    ("bks", What::Keystore),
    ("uber", What::Keystore),
    ("bcfks", What::Keystore),
    ("nshield", What::Keystore),
    ("pem", What::KeyFile),
    ("key", What::KeyFile),
    ("pk8", What::KeyFile),
    ("der", What::KeyFile),
    ("ppk", What::KeyFile),
    ("keytab", What::KeyFile),
    ("crt", What::File),
    ("cer", What::File),
    ("crl", What::File),
    ("conf", What::File),
    ("cfg", What::File),
    ("json", What::File),
    ("yml", What::File),
    ("yaml", What::File),
    ("xml", What::File),
    ("properties", What::File),
    ("txt", What::File),
    ("jar", What::File),
    ("so", What::File),
    ("db", What::Database),
    ("sqlite", What::Database),
];

/// A key without the indices of lists, as people write it, safe to print: keys in quotes may hold any letter.
pub(super) fn shown(key: &str) -> String {
    printable(&without_indices(key))
}

/// A key without the indices of lists.
pub(super) fn without_indices(key: &str) -> String {
    let is_index =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| b"0123456789+-".contains(&byte));
    let mut parts: Vec<&str> = key.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| is_index(part)) {
        parts.pop();
    }
    parts.join(".")
}

/// The key without any index, in lower case.
pub(super) fn name(key: &str) -> String {
    let is_index =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| b"0123456789+-".contains(&byte));
    let parts = key.split('.').filter(|part| !is_index(part));
    parts.collect::<Vec<_>>().join(".").to_ascii_lowercase()
}

/// The last part of a key, without indices, in lower case.
pub(super) fn last(key: &str) -> String {
    let name = name(key);
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

/// Whether the value of a key is a secret: never to be shown, and never a path.
pub(super) fn is_secret(key: &str) -> bool {
    let plain: String = last(key).split(['-', '_']).collect();
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word));
    // `passwordFile`, `tokenPath`: where the secret is, and not the secret; `signingKeyStore`, `encryptionKeyAlias`: a
    // store, and a name in one.
    if ends(&["file", "path", "dir", "location", "store", "alias"]) {
        return false;
    }
    let words = [
        "password",
        "passphrase",
        "secret",
        "token",
        "credential",
        "seed",
        "salt",
        "mnemonic",
        "apikey",
        "accesskey",
        "signingkey",
        "encryptionkey",
    ];
    words.iter().any(|word| plain.contains(word)) || ends(&["pin", "pass", "login", "pwd", "pw"])
}

/// Whether a value that is taken for a secret is most likely a path: it begins as one, or ends as the name of a keystore.
pub(super) fn is_like_a_path(value: &[u8]) -> bool {
    let is_rooted =
        matches!(value, [b'/', first, rest @ ..] if *first != b'/' && rest.contains(&b'/'));
    let ending = value
        .rsplit(|byte| *byte == b'.')
        .next()
        .unwrap_or_default();
    let is_store = |(end, what): &(&str, What)| {
        *what == What::Keystore && ending.eq_ignore_ascii_case(end.as_bytes())
    };
    let is_relative = [&b"./"[..], b"../"]
        .iter()
        .any(|begin| value.starts_with(begin));
    is_rooted || is_relative || ending.len() < value.len() && ENDINGS.iter().any(is_store)
}

/// What the value of a key names, if anything. Unknown keys count where their value can hardly be anything but a path.
pub(super) fn meaning(key: &str, value: &str) -> Option<Meaning> {
    let name = name(key);
    if is_secret(key) || matches!(value, "" | "true" | "false" | "null") {
        return None;
    }
    let known = KEYS.iter().find(|(end, ..)| ends_with(&name, end));
    if let Some((_, what, from, may_be_missing)) = known {
        let ending = value.rsplit('.').next().unwrap_or_default();
        let is_bare = *what == What::Keystore && ["pem", "key", "pk8"].contains(&ending);
        return Some(Meaning {
            what: if is_bare { What::KeyFile } else { *what },
            from: *from,
            may_be_missing: *may_be_missing,
            is_guess: false,
        });
    }
    guess(&name, value)
}

fn guess(name: &str, value: &str) -> Option<Meaning> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_file = value.starts_with("file:");
    let is_odd = value.len() > 4_096 || value.contains(|letter: char| letter.is_control());
    if is_odd || !is_file && value.contains("://") {
        return None;
    }
    let file = value.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = file
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ENDINGS
        .iter()
        .find(|(end, _)| Some(*end) == ending.as_deref());
    let is_rooted = value.starts_with('/') && value.len() > 1 && !value.starts_with("//");
    let is_relative = value.starts_with("./") || value.starts_with("../");
    let ends = |words: &[&str]| words.iter().any(|word| last.ends_with(word));
    let is_directory = ends(&["dir", "dirs", "directory", "directories", "folder"]);
    let is_path = is_directory || ends(&["path", "paths", "file", "files", "location"]);
    // Bare keys in Base64 may begin with a stroke.
    let is_key = last.contains("key") && !is_path && known.is_none();
    let has_blanks = value.contains(' ') && !value.contains('/');
    let counts = is_file || is_relative || is_path || is_rooted || known.is_some();
    if !counts || is_key || has_blanks && !is_path {
        return None;
    }
    let what = match known {
        _ if is_directory => What::Directory,
        Some((_, What::Keystore)) if name.contains("trust") => What::TrustStore,
        Some((_, what)) => *what,
        None => What::File,
    };
    Some(Meaning {
        what,
        from: From::Base,
        may_be_missing: false,
        is_guess: true,
    })
}

/// Whether a name ends with these parts.
fn ends_with(name: &str, end: &str) -> bool {
    let mut parts = name.rsplit('.');
    end.rsplit('.').all(|wanted| {
        let part = parts.next();
        part.is_some_and(|part| wanted == "*" || wanted == part)
    })
}
