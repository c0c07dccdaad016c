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
const ARCHIVES: [(&[u8], &str); 18] = [
    (b"PK\x03\x04", "zip archive"),
    (b"PK\x05\x06", "zip archive"),
    (b"\x1f\x8b\x08", "gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"\xfd7zXZ\0", "xz file"),
    (b"BZh", "bzip2 file"),
    (b"\x28\xb5\x2f\xfd", "zstd file"),
    (b"\x04\x22\x4d\x18", "lz4 file"),
    // The third byte is what compress writes of its own accord; two bytes alone begin too many other files.
    (b"\x1f\x9d\x90", "file packed with compress"),
    (b"Rar!\x1a\x07", "rar archive"),
    (b"age-encryption.org/v1", "file encrypted with age"),
    (b"-----BEGIN AGE ENCRYPTED FILE", "file encrypted with age"),
    (b"-----BEGIN PGP MESSAGE", "file encrypted with PGP"),
    (b"Salted__", "file encrypted with OpenSSL"),
    (b"U2FsdGVkX1", "file encrypted with OpenSSL, base64"),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "KeePass file"),
    (
        b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5",
        "KeePass file, version 1",
    ),
    (b"LUKS\xba\xbe", "LUKS container"),
];
/// How archives of cpio begin (`cpio(5)`), and how many digits their headers have: a key in digits may begin alike.
const CPIO: [(&[u8], usize); 3] = [(b"070701", 110), (b"070702", 110), (b"070707", 76)];
/// How binary PGP begins (RFC 4880, section 4.2): an encrypted session key or encrypted data, a public or a private key.
/// Files of any kind begin so: it takes the name too.
const PGP: [u8; 8] = [0x84, 0x85, 0x8c, 0x95, 0x99, 0xc1, 0xc3, 0xc5];
const PGP_NAMES: [&[u8]; 2] = [b".gpg", b".pgp"];
/// How databases begin that nothing else is known of.
const DATABASES: [(&[u8], &str); 4] = [
    (
        b"H:2,",
        "H2 database, may hold keys of confidential identities",
    ),
    (
        b"-- H2 0.5/B",
        "H2 database, may hold keys of confidential identities",
    ),
    (
        b"H2encrypt\n",
        "H2 database, encrypted, may hold keys of confidential identities",
    ),
    (b"PGDMP", "dump of a PostgreSQL database"),
];
/// Where LMDB has its magic number in its first page (`mdb.c`: `MDB_MAGIC`), as a little-endian machine writes it.
const LMDB_AT: usize = 16;
const LMDB: [u8; 4] = [0xDE, 0xC0, 0xEF, 0xBE];
/// Where a tar archive has its mark (POSIX.1-1988, ustar), and the mark.
const TAR_AT: usize = 257;
const TAR: &[u8] = b"ustar";
/// How archives of programs end. They hold no keys of anybody, where programs are.
const PROGRAMS: [&[u8]; 4] = [b".jar", b".war", b".ear", b".whl"];
/// The directories in which programs are, and how those begin that stand at the top.
const OF_PROGRAMS: [&[u8]; 6] = [b"cordapps", b"drivers", b"lib", b"libs", b"plugins", b"bin"];
const AT_THE_TOP: [&[u8]; 2] = [b"corda", b"tessera"];

/// What a file is that begins with these bytes.
pub(super) fn recognise(path: &[u8], first: &[u8]) -> Option<Material> {
    database_by(first).or_else(|| archive(path, first))
}

fn archive(path: &[u8], first: &[u8]) -> Option<Material> {
    if is_program(path) {
        return None;
    }
    let mut known = ARCHIVES.iter();
    let known = known.find(|(begin, _)| first.starts_with(begin));
    let is_tar = || first.get(TAR_AT..).is_some_and(|at| at.starts_with(TAR));
    let what = match known {
        Some((_, what)) => *what,
        None if is_tar() => "tar archive",
        None if is_cpio(first) => "cpio archive",
        None if is_pgp(path, first) => "file of PGP",
        None => return None,
    };
    let why = "coldvault does not look into archives";
    Some(Material::new(what, Part::Archive).state(State::NotChecked(why.into())))
}

fn has_end(path: &[u8], ends: &[&[u8]]) -> bool {
    let tail = path.get(path.len().saturating_sub(4)..).unwrap_or_default();
    ends.iter().any(|end| tail.eq_ignore_ascii_case(end))
}

/// Whether it is the archive of a program, by its name and by where it is: a certs.jar beside the keys may be anything.
fn is_program(path: &[u8]) -> bool {
    let mut names = path.rsplit(|letter| *letter == b'/');
    let name = names.next().unwrap_or_default();
    let is_placed = match names.next() {
        Some(directory) => OF_PROGRAMS.contains(&directory),
        None => AT_THE_TOP.iter().any(|begin| name.starts_with(begin)),
    };
    is_placed && has_end(name, &PROGRAMS)
}

fn is_cpio(first: &[u8]) -> bool {
    CPIO.iter().any(|(begin, digits)| {
        let header = first.get(..*digits).unwrap_or_default();
        header.starts_with(begin) && header.iter().all(u8::is_ascii_hexdigit)
    })
}

fn is_pgp(path: &[u8], first: &[u8]) -> bool {
    first.first().is_some_and(|tag| PGP.contains(tag)) && has_end(path, &PGP_NAMES)
}

fn database_by(first: &[u8]) -> Option<Material> {
    let mut known = DATABASES.iter();
    if let Some((_, what)) = known.find(|(begin, _)| first.starts_with(begin)) {
        return Some(database(what));
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
    if at(LMDB_AT) == Some(&LMDB) {
        return Some(database("LMDB database").fact("format", "LMDB"));
    }
    if is_bolt(first) {
        return Some(database("bbolt database").fact("format", "bbolt"));
    }
    None
}

/// Whether a file that begins with these bytes is a database of a kind that is known.
pub(super) fn is_database(first: &[u8]) -> bool {
    database_by(first).is_some()
}

/// Whether it is one of bbolt.
pub(super) fn is_bolt(first: &[u8]) -> bool {
    let magic = first.get(BOLT_AT..).and_then(<[u8]>::first_chunk);
    magic == Some(&BOLT)
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
