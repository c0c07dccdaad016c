//! The parts that the formats are made of, each alone, as inputs and outputs.

use coldvault::cipher::HEADER_BYTES;
use coldvault::frames;
use coldvault::key::VaultKey;
use coldvault::kind::Kind;
use coldvault::label::Label;
use coldvault::manifest;
use coldvault::secret::SecretBytes;
use coldvault::shamir;
use coldvault::share::{self, Facts, Share};
use coldvault::share_text::{self, Header};
use data_encoding::HEXLOWER;

use super::case::Case;
use super::crafted::encrypted;

/// The parts that formats are made of, each alone.
pub(crate) fn primitives() -> Vec<Case> {
    let mut cases = vec![
        share_text_of("primitive-share-text-production", Kind::Production, 3, 2),
        share_text_of("primitive-share-text-rehearsal", Kind::Rehearsal, 32, 32),
        identity_of("primitive-identity-production", Kind::Production),
        identity_of("primitive-identity-rehearsal", Kind::Rehearsal),
        joined(),
        padded(),
        age_header(),
    ];
    cases.extend(share_of(Kind::Production, "Zürich Räte"));
    cases.extend(share_of(Kind::Rehearsal, "Legal"));
    cases
}

pub(crate) fn primitive(name: &str, scenario: &str) -> Case {
    Case::new(name, scenario, "holds")
}

/// 32 bytes for everyone to know.
pub(crate) fn known(first: u8) -> [u8; 32] {
    std::array::from_fn(|i| first.wrapping_add((7 * i) as u8))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

pub(crate) fn share_text_of(name: &str, kind: Kind, k: u8, number: u8) -> Case {
    let vault_id: [u8; 16] = known(0xb0)[..16].try_into().unwrap();
    let header = Header {
        production: kind == Kind::Production,
        vault_id,
        threshold: k,
        number,
    };
    let y = known(number);
    let text = share_text::encode(&header, &y);
    let case = primitive(name, "the lines that a custodian types")
        .say("kind", kind.as_str())
        .say("vault-id", &hex(&vault_id))
        .say("k", &k.to_string())
        .say("number", &number.to_string())
        .say("y", &hex(&y));
    text.lines().fold(case, |case, line| case.say("line", line))
}

pub(crate) fn vault_key() -> VaultKey {
    VaultKey::from_secret(SecretBytes::copied(&known(0x11))).unwrap()
}

pub(crate) fn identity_of(name: &str, kind: Kind) -> Case {
    let key = vault_key().identity(kind).public_key();
    let mut case = primitive(name, "vault key to public key, vault id and words")
        .say("key", &hex(&known(0x11)))
        .say("kind", kind.as_str())
        .say("public-key", &key.hex())
        .say("vault-id", &key.vault_id().hex());
    for line in key.vault_id().word_lines() {
        case = case.say("words", &line);
    }
    case.vector
        .files
        .insert(manifest::KEY_FILE.to_owned(), key.to_pem().into_bytes());
    case
}

/// A share's commitment and check key in one vector, its signature in another.
pub(crate) fn share_of(kind: Kind, custodian: &str) -> [Case; 2] {
    let identity = vault_key().identity(kind);
    let facts = Facts {
        public_key: identity.public_key(),
        kind,
        k: 3,
        n: 5,
        number: 4,
        custodian: Label::new(custodian).unwrap(),
    };
    let share = Share::bind(facts, SecretBytes::copied(&known(0x44)), &identity);
    let public = share.public_facts();
    let described = |name: &str, scenario: &str| {
        primitive(&format!("{name}-{}", kind.as_str()), scenario)
            .say("key", &hex(&known(0x11)))
            .say("kind", kind.as_str())
            .say("k", "3")
            .say("n", "5")
            .say("number", "4")
            .say("custodian", custodian)
            .say("y", &hex(&known(0x44)))
    };
    // Written out here, from the document and not from the library: what is signed must not change unnoticed.
    let message = [
        b"coldvault/share/1\0".as_slice(),
        &identity.public_key().0,
        &[kind.byte(), 3, 5, 4],
        &(custodian.len() as u16).to_be_bytes(),
        custodian.as_bytes(),
        &public.commitment.0,
    ]
    .concat();
    let mut signed = described(
        "primitive-share-signature",
        "the bytes that a share's signature is over",
    )
    .say("message", &hex(&message))
    .say("signature", &hex(&identity.sign(&message)));
    signed
        .vector
        .files
        .insert(share::FILE.to_owned(), share.to_bytes().to_vec());
    let committed = described(
        "primitive-share-commitment",
        "a share's commitment and check key",
    )
    .say("commitment", &public.commitment.hex())
    .say("check-key", &public.check_key.hex());
    [committed, signed]
}

pub(crate) fn joined() -> Case {
    let points = shamir::split(&SecretBytes::copied(&known(0x55)), 3, 5).unwrap();
    let case = primitive(
        "primitive-shamir-3-of-5",
        "points of a secret; any three join to it",
    )
    .say("secret", &hex(&known(0x55)));
    let case = points.iter().fold(case, |case, point| {
        case.say(
            "point",
            &format!("{} {}", point.number, hex(point.y.expose())),
        )
    });
    ["2 3 5", "1 2 3", "1 4 5"]
        .into_iter()
        .fold(case, |case, join| case.say("join", join))
}

pub(crate) fn padded() -> Case {
    let case = primitive(
        "primitive-padme",
        "lengths of compressed archives, and what they are padded to",
    );
    let lengths = [
        0,
        1,
        7,
        8,
        9,
        15,
        16,
        100,
        511,
        512,
        513,
        1000,
        65_537,
        1_000_000,
        (1 << 40) + 1,
        u64::MAX,
    ];
    lengths.into_iter().fold(case, |case, length| {
        case.say("padded", &format!("{length} {}", frames::padding(length)))
    })
}

pub(crate) fn age_header() -> Case {
    let plain = "the plain bytes";
    let key = vault_key();
    let good = encrypted(&key, 10, plain.as_bytes());
    let (header, body) = good.split_at(HEADER_BYTES);
    let header = String::from_utf8(header.to_vec()).unwrap();
    let edited = |from: &str, to: &str| {
        assert!(header.contains(from));
        [header.replacen(from, to, 1).as_bytes(), body].concat()
    };
    let mut case = primitive(
        "primitive-age-header",
        "one scrypt stanza of work 10 and no other header",
    )
    .say("key", &hex(&known(0x11)))
    .say("plain", plain);
    let files = [
        ("payload.age", good.clone()),
        ("refused-work-11.age", encrypted(&key, 11, plain.as_bytes())),
        ("refused-work-9.age", encrypted(&key, 9, plain.as_bytes())),
        ("refused-line-ends.age", edited("\n-> ", "\r\n-> ")),
        ("refused-version.age", edited("/v1", "/v2")),
        ("refused-stanza.age", edited("-> scrypt", "-> script")),
        (
            "refused-grease.age",
            edited("\n--- ", "\n-> x-grease a\n\n--- "),
        ),
        ("refused-short.age", good[..HEADER_BYTES].to_vec()),
        ("refused-empty.age", Vec::new()),
    ];
    for (path, bytes) in files {
        case.vector.files.insert(path.to_owned(), bytes);
    }
    case
}
