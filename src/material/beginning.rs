//! Files that are told by their first bytes, however large: databases and archives.

use super::{Material, Part, State};

/// Where Berkeley DB has its magic number, and the number in both byte orders (`db_page.h`: `DB_BTREEMAGIC`).
const BERKELEY_AT: usize = 12;
const BERKELEY: [[u8; 4]; 2] = [[0x62, 0x31, 0x05, 0x00], [0x00, 0x05, 0x31, 0x62]];
/// Where bbolt has its magic number in its first page (`page.go`, `db.go`), as a little-endian machine writes it.
const BOLT_AT: usize = 16;
const BOLT: [u8; 4] = [0xED, 0xDA, 0x0C, 0xED];
/// The application id that Bitcoin Core gives its wallets is that of the network (`wallet/sqlite.cpp`), big-endian.
const APPLICATION_ID_AT: usize = 68;
/// Main, test, signet, testnet4 and regression test network (`kernel/chainparams.cpp`).
const BITCOIN_NETWORKS: [[u8; 4]; 5] = [
    [0xF9, 0xBE, 0xB4, 0xD9],
    [0x0B, 0x11, 0x09, 0x07],
    [0x0A, 0x03, 0xCF, 0x40],
    [0x1C, 0x16, 0x3F, 0x28],
    [0xFA, 0xBF, 0xB5, 0xDA],
];

/// How archives, and files that are encrypted or packed as a whole, begin.
const ARCHIVES: [(&[u8], &str); 11] = [
    (b"PK\x03\x04", "zip archive"),
    (b"PK\x05\x06", "zip archive"),
    (b"\x1f\x8b\x08", "gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"\xfd7zXZ\0", "xz file"),
    (b"BZh", "bzip2 file"),
    (b"\x28\xb5\x2f\xfd", "zstd file"),
    (b"Rar!\x1a\x07", "rar archive"),
    (b"age-encryption.org/v1", "file encrypted with age"),
    (b"-----BEGIN AGE ENCRYPTED FILE", "file encrypted with age"),
    (b"-----BEGIN PGP MESSAGE", "file encrypted with PGP"),
];
/// Where a tar archive has its mark (POSIX.1-1988, ustar), and the mark.
const TAR_AT: usize = 257;
const TAR: &[u8] = b"ustar";
/// Archives of programs: they hold no keys of anybody.
const PROGRAMS: [&[u8]; 4] = [b".jar", b".war", b".ear", b".whl"];

/// What a file is that begins with these bytes.
pub(super) fn recognise(path: &[u8], first: &[u8]) -> Option<Material> {
    database_by(first).or_else(|| archive(path, first))
}

fn archive(path: &[u8], first: &[u8]) -> Option<Material> {
    let tail = path.get(path.len().saturating_sub(4)..).unwrap_or_default();
    if PROGRAMS.iter().any(|end| tail.eq_ignore_ascii_case(end)) {
        return None;
    }
    let mut known = ARCHIVES.iter();
    let known = known.find(|(begin, _)| first.starts_with(begin));
    let is_tar = || first.get(TAR_AT..).is_some_and(|at| at.starts_with(TAR));
    let what = match known {
        Some((_, what)) => *what,
        None => is_tar().then_some("tar archive")?,
    };
    let why = "coldvault does not look into archives";
    Some(Material::new(what, Part::Archive).state(State::NotChecked(why.into())))
}

fn database_by(first: &[u8]) -> Option<Material> {
    if first.starts_with(b"H:2,") {
        return Some(database(
            "H2 database, may hold keys of confidential identities",
        ));
    }
    if first.starts_with(b"SQLite format 3\0") {
        let id = first.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4)?;
        return Some(if BITCOIN_NETWORKS.iter().any(|network| network == id) {
            wallet("wallet, SQLite").fact("format", "SQLite")
        } else {
            database("SQLite database").fact("format", "SQLite")
        });
    }
    let at = |place: usize| first.get(place..)?.first_chunk::<4>();
    if at(BERKELEY_AT).is_some_and(|magic| BERKELEY.contains(magic)) {
        return Some(database("Berkeley DB").fact("format", "Berkeley DB"));
    }
    if at(BOLT_AT) == Some(&BOLT) {
        return Some(database("bbolt database").fact("format", "bbolt"));
    }
    None
}

fn database(what: &str) -> Material {
    let why = "coldvault does not look into databases";
    Material::new(what, Part::Database).state(State::NotChecked(why.into()))
}

fn wallet(what: &str) -> Material {
    let mut wallet = database(what).of("Bitcoin Core");
    wallet.part = Part::Key;
    wallet
}
