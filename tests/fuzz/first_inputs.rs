//! The first inputs of the targets: made by coldvault itself, from keys that everybody knows.

use std::fs;
use std::path::Path;

use coldvault::archive::ArchiveWriter;
use coldvault::cipher::{Protected, Protection, Recipient};
use coldvault::code::{self, VaultFiles};
use coldvault::digest::Digest;
use coldvault::inventory::{Inventory, Line, LineKind};
use coldvault::kind::Kind;
use coldvault::label::Label;
use coldvault::manifest::{self, Carrier, FixedFile, Manifest, PayloadPart, ShareFacts};
use coldvault::receipt::Receipt;
use coldvault::register::{Action, CustodianMove, Event, Register, Stamp, VaultFacts};
use coldvault::secret::SecretBytes;
use coldvault::share::{Facts, ReadShare, Share};
use coldvault::share_text::{self, Header};
use coldvault::time::Time;
use data_encoding::BASE64;

use super::{frame, identity};

/// Takes the inputs: target, name, content.
pub type Put<'a> = &'a mut dyn FnMut(&str, &str, &[u8]);

/// Every first input of every target. `fixtures` is `tests/fixtures`.
pub fn all(fixtures: &Path, put: Put<'_>) {
    materials(put);
    large(put);
    shares(put);
    archives(put);
    inventories(put);
    keystores(&fixtures.join("keystores"), put);
    pictures(&fixtures.join("tiff"), put);
    registers(put);
}

fn share() -> Share {
    let identity = identity();
    let facts = Facts {
        public_key: identity.public_key(),
        kind: Kind::Rehearsal,
        k: 3,
        n: 5,
        number: 2,
        custodian: Label::new("Zürich legal").unwrap(),
    };
    Share::bind(facts, SecretBytes::copied(&[8; 32]), &identity)
}

fn vault(payload: &[u8]) -> VaultFiles {
    let identity = identity();
    let key = identity.public_key();
    let fixed = |on| FixedFile {
        on,
        name: "README.txt".into(),
        sha256: Digest::of(b"readme"),
    };
    let manifest = Manifest {
        requires: Vec::new(),
        public_key: key,
        kind: Kind::Rehearsal,
        label: Label::new("Bank A").unwrap(),
        created: Time::from_unix(1_770_000_000),
        tool: "coldvault 0.1.0".into(),
        k: 2,
        shares: (1..=3)
            .map(|number| ShareFacts {
                number,
                commitment: Digest::of(&[number]),
                check_key: key,
            })
            .collect(),
        payload: vec![PayloadPart {
            name: "payload.age".into(),
            bytes: payload.len() as u64,
            sha256: Digest::of(payload),
        }],
        plain_bytes: 10_240,
        members: 7,
        generation: 2,
        previous: Some(key),
        files: vec![
            fixed(Carrier::All),
            fixed(Carrier::Vault { copy: 1 }),
            fixed(Carrier::Share { number: 2, copy: 1 }),
        ],
    };
    let read = manifest.sign(&identity);
    VaultFiles {
        manifest: read.bytes,
        signature: read.signature,
        payload: payload.to_vec(),
    }
}

fn shares(put: Put<'_>) {
    let key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let key = Protection::Recipient(Recipient::parse(key).unwrap());
    let open = ReadShare::from_bytes(&share().to_bytes()).unwrap();
    let closed = Protected::seal(&share().point.y, &key).unwrap();
    let closed = ReadShare::from_bytes(&share().to_protected_bytes(&closed)).unwrap();
    for (name, share) in [("open", &open), ("protected", &closed)] {
        put("share", &format!("{name}.json"), &share.to_bytes());
        put(
            "share",
            &format!("{name}.record"),
            &share.to_record().unwrap(),
        );
        let codes = code::of_share(share).unwrap();
        put("code", name, lines(&codes).as_bytes());
    }
    let header = Header {
        production: false,
        vault_id: [0xA0; 16],
        threshold: 3,
        number: 2,
    };
    put(
        "share_text",
        "whole",
        share_text::encode(&header, &[7; 32]).as_bytes(),
    );
}

/// The texts of codes without their checks, which the target adds.
fn lines(codes: &[code::Printed]) -> String {
    let body = |code: &code::Printed| code.text.rsplit_once('/').unwrap().0.to_owned();
    codes.iter().map(body).collect::<Vec<_>>().join("\n")
}

fn archives(put: Put<'_>) {
    let files = vault(b"a payload");
    let mut writer = ArchiveWriter::new(Vec::new());
    let pem = identity().public_key().to_pem();
    for (name, bytes) in [
        (manifest::FILE, files.manifest.as_slice()),
        (manifest::SIGNATURE_FILE, &files.signature),
        (manifest::KEY_FILE, pem.as_bytes()),
        ("payload.age", &files.payload),
    ] {
        let len = bytes.len() as u64;
        writer
            .file(name.as_bytes(), 0o600, 0, len, &mut &bytes[..])
            .unwrap();
    }
    let archive = writer.finish().unwrap();
    put("vault_container", "archive", &archive);
    put("frames", "raw", &frame(&archive));
    let mut writer = ArchiveWriter::new(Vec::new());
    writer.directory(b"node/0", 0o700, 7).unwrap();
    writer
        .file("node/0/ä".as_bytes(), 0o600, -7, 3, &mut &b"abc"[..])
        .unwrap();
    writer.link(b"node/0/link", &[b't'; 200], 1 << 40).unwrap();
    put("archive", "pax", &writer.finish().unwrap());
    put("archive", "plain", &archive);
    put("manifest", "vault.json", &files.manifest);
    put(
        "code",
        "vault",
        lines(&files.codes().unwrap().codes).as_bytes(),
    );
}

fn inventories(put: Put<'_>) {
    let line = |path: &[u8], kind| Line {
        path: path.to_vec(),
        kind,
        mode: 0o600,
        mtime: 7,
        what: None,
        outside: None,
    };
    let sha256 = Digest::of(b"abc");
    let mut inventory = Inventory::default();
    for line in [
        line(b"node/0", LineKind::Directory),
        line(b"node/0/a", LineKind::File { size: 3, sha256 }),
        line(
            b"node/0/\xFE",
            LineKind::Link {
                target: b"a".to_vec(),
            },
        ),
    ] {
        inventory.add(&line);
    }
    let (part, total, _) = inventory.finish();
    put("inventory", "part", &part.unwrap().1);
    put("inventory", "total", &total);
}

/// The keys of the seed 00 to 1f, and an Ethereum keystore whose derivation takes no time. The first byte is the number of
/// a name in the target.
fn materials(put: Put<'_>) {
    let pair =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==";
    let seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    let priv_key = format!(r#""priv_key":{{"type":"tendermint/PrivKeyEd25519","value":"{pair}"}}"#);
    let v3 = format!(
        r#"{{"crypto":{{"cipher":"aes-128-ctr","cipherparams":{{"iv":"{iv}"}},"ciphertext":"{seed}","kdf":"scrypt",
        "kdfparams":{{"dklen":32,"n":2,"r":1,"p":1,"salt":"00"}},"mac":"{seed}"}},"address":"00","version":3}}"#,
        iv = &seed[..32]
    );
    let history = r#"{"metadata":{"interchange_format_version":"5"},"data":[{"pubkey":"0xaa",
        "signed_blocks":[{"slot":"2"}],"signed_attestations":[{"source_epoch":"2","target_epoch":"3"}]}]}"#;
    let database = include_bytes!("../fixtures/material/slashing_protection.sqlite");
    let key = include_bytes!("../fixtures/material/sec1.pem");
    let certificate = include_bytes!("../fixtures/material/msp/signcerts/cert.pem");
    let der = include_bytes!("../fixtures/material/client.corda.key.pk8");
    for (choice, name, content) in [
        (1, "cometbft", format!("{{{priv_key}}}").as_bytes()),
        (2, "state", br#"{"height":"36","round":0,"step":3}"#),
        (3, "web3", v3.as_bytes()),
        (5, "interchange", history.as_bytes()),
        (6, "sqlite", database),
        (7, "teku", b"lastSignedBlockSlot: \"11\"\n"),
        (8, "nodekey", seed.as_bytes()),
        (10, "substrate", format!("\"0x{seed}\"").as_bytes()),
        (14, "rippled", b"[validator_token]\nAA==\n"),
        (
            15,
            "stellar",
            b"NODE_SEED=\"SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI\"",
        ),
        (
            16,
            "tessera",
            br#"{"type":"unlocked","data":{"bytes":"AA=="}}"#,
        ),
        (17, "key", key),
        (18, "certificate", certificate),
        (19, "pkcs8", der),
    ] {
        put("material", name, &[&[choice], content].concat());
    }
}

/// Inputs that are long on purpose: a reader must not take more than its length in time or memory.
fn large(put: Put<'_>) {
    let letters = "z".repeat(150_000);
    let near = format!(r#"{{"public_key":"ed25519:1","secret_key":"ed25519:{letters}"}}"#);
    let many = r#"{"slot":"2"},"#.repeat(10_000);
    let history = format!(
        r#"{{"metadata":{{"interchange_format_version":"5"}},"data":[{{"pubkey":"0xaa",
        "signed_blocks":[{many}{{"slot":"3"}}],"signed_attestations":[]}}]}}"#
    );
    put("material", "large-near", &[&[12], near.as_bytes()].concat());
    put(
        "material",
        "large-interchange",
        &[&[5], history.as_bytes()].concat(),
    );
    // Pages of 64 KiB whose every cell is the same one.
    let mut database = vec![0; 3 * 65_536];
    database[..16].copy_from_slice(b"SQLite format 3\0");
    database[17] = 1;
    for (page, start) in [(0, 100), (1, 0), (2, 0)] {
        let page = &mut database[page * 65_536..][..65_536];
        page[start] = 13;
        page[start + 3..start + 5].copy_from_slice(&20_000_u16.to_be_bytes());
        for cell in page[start + 8..].chunks_mut(2).take(20_000) {
            cell.copy_from_slice(&60_000_u16.to_be_bytes());
        }
    }
    put(
        "material",
        "large-sqlite",
        &[&[6], database.as_slice()].concat(),
    );
    let deep = "a.b { c = ${".repeat(15_000);
    for (name, text) in [("deep", deep), ("open", "x { y = [ ".repeat(15_000))] {
        put("hocon", &format!("large-{name}"), text.as_bytes());
    }
    // A JKS that speaks of more entries than it has.
    let mut store = vec![0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 1, 0, 0];
    store.resize(150_000, 0);
    put("keystore", "large.jks", &store);
}

/// The stores, certificates and keys that the tests use: `tests/fixtures/make-keystores`.
fn keystores(folder: &Path, put: Put<'_>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (name, bytes) = (
            path.file_name().unwrap().to_str().unwrap(),
            fs::read(&path).unwrap(),
        );
        match path.extension().and_then(|end| end.to_str()) {
            Some("jks" | "jceks" | "p12" | "bks" | "uber") => put("keystore", name, &bytes),
            Some("crt") => put("certificate", name, &decoded(&bytes)),
            _ => {
                put("private_key", name, &bytes);
                put("private_key", &format!("{name}.der"), &decoded(&bytes));
            }
        }
    }
}

/// The pictures that the tests read (`tests/fixtures/make-tiffs`), and the least that is a PDF, a PNG, a JPEG: whole pages
/// take a target too long.
fn pictures(folder: &Path, put: Put<'_>) {
    put("image", "square.pdf", PDF);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        put("image", name, &fs::read(&path).unwrap());
    }
    put("image", "dot.png", &BASE64.decode(PNG).unwrap());
    let jpeg = [
        &b"\xFF\xD8\xFF\xC0\0\x0B\x08\0\x08\0\x08\x01\x01\x11\0"[..],
        b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\0\xFF\xD9",
    ];
    put("image", "no-tables.jpg", &jpeg.concat());
}

/// Two entries, the second one of a custodian, and a receipt.
fn registers(put: Put<'_>) {
    let key = identity().public_key();
    let facts = VaultFacts {
        public_key: key,
        label: "Bank A".into(),
        kind: Kind::Rehearsal,
        k: 2,
        n: 3,
        created: Time::from_unix(1_770_000_000),
        generation: 1,
        previous: None,
        manifest_sha256: None,
    };
    let stamp = Stamp {
        at: Time::from_unix(1_770_000_000),
        wall: None,
        by: None,
        tool: "coldvault 0.1.0".into(),
    };
    let mut register = Register::new();
    put("register", "empty", &register.to_bytes());
    let moved = CustodianMove {
        name: "legal".into(),
        action: Action::Leave,
        site: None,
        role: None,
        note: None,
        since: None,
    };
    for event in [Event::Begun(facts), Event::Custodian(moved)] {
        register.add(&stamp, &event).unwrap();
    }
    put("register", "two-entries", &register.to_bytes());
    let receipt = Receipt {
        public_key: key,
        number: 2,
        challenge: "aardvark adroitness".into(),
        at: stamp.at,
        tool: stamp.tool,
    };
    put("register", "receipt", receipt.sign(&identity()).as_bytes());
}

/// A page with a black square.
const PDF: &[u8] = b"%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R>> endobj
4 0 obj <</Length 12>> stream
2 2 5 5 re f
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
";

/// One grey dot.
const PNG: &[u8] =
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/// What stands between the lines of a PEM text.
fn decoded(pem: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(pem.to_vec()).unwrap();
    let body = text.lines().filter(|line| !line.contains([':', '-']));
    BASE64.decode(body.collect::<String>().as_bytes()).unwrap()
}
