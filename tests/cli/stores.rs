//! Keystores for tests: the sample's taken apart, and others made of its parts. Nothing in them is a secret.
//!
//! JKS as OpenJDK's JavaKeyStore.java and KeyProtector.java write it.

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

use crate::scene::KEYSTORE;

/// The password of the sample's stores.
pub(crate) const SAMPLE: &str = "sample-only";

/// A private key with its chain.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) alias: String,
    /// PKCS#8.
    pub(crate) key: Vec<u8>,
    pub(crate) chain: Vec<Vec<u8>>,
}

/// An empty PKCS#12 whose check asks for so many rounds with each password, and fits none.
pub(crate) fn dear(rounds: u32) -> Vec<u8> {
    let der = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        [
            &[tag, u8::try_from(content.len()).unwrap()],
            content.as_slice(),
        ]
        .concat()
    };
    let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let content = der(0x30, &[data, &der(0xa0, &[&der(4, &[&[0x30, 0]])])]);
    let sha256 = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01";
    let digest = der(0x30, &[&der(0x30, &[sha256]), &der(4, &[&[0; 32]])]);
    let count = der(2, &[&rounds.to_be_bytes()]);
    let check = der(0x30, &[&digest, &der(4, &[b"saltsalt"]), &count]);
    der(0x30, &[&[2, 1, 3], &content, &check])
}

/// The two entries of the sample's node keystore.
pub(crate) fn sample() -> Vec<Entry> {
    let mut rest = Rest(&KEYSTORE[8..]);
    let count = rest.number();
    let entries = (0..count).map(|_| {
        assert_eq!(rest.number(), 1, "a private key");
        let alias = String::from_utf8(rest.short().to_vec()).unwrap();
        rest.take(8);
        let key = opened(rest.long(), SAMPLE);
        let certificates = rest.number();
        let chain = (0..certificates).map(|_| {
            rest.short();
            rest.long().to_vec()
        });
        let chain = chain.collect();
        Entry { alias, key, chain }
    });
    entries.collect()
}

/// A JKS with these entries, store and keys under one password.
pub(crate) fn jks(password: &str, entries: &[Entry]) -> Vec<u8> {
    let mut store = vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];
    store.extend(number(entries.len()));
    for entry in entries {
        store.extend(number(1));
        store.extend(short(entry.alias.as_bytes()));
        store.extend([0; 8]);
        store.extend(long(&closed(&entry.key, password)));
        store.extend(number(entry.chain.len()));
        for certificate in &entry.chain {
            store.extend(short(b"X.509"));
            store.extend(long(certificate));
        }
    }
    let digest = sha1(&[&utf16(password), b"Mighty Aphrodite", &store]);
    store.extend(digest);
    store
}

/// Two keys in each other's place: each opens, and belongs to another certificate.
pub(crate) fn mismatched() -> Vec<u8> {
    let mut entries = sample();
    let (one, two) = (entries[0].key.clone(), entries[1].key.clone());
    entries[0].key = two;
    entries[1].key = one;
    jks(SAMPLE, &entries)
}

/// Corda's names of keys in a hardware security module: PKCS#8 with the algorithm 1.3.6.1.4.1.50530.1.2.
pub(crate) fn aliases_only() -> Vec<u8> {
    let mut entries = sample();
    for entry in &mut entries {
        let alias = tlv(0x30, &tlv(0x0c, entry.alias.as_bytes()));
        let algorithm = tlv(0x30, b"\x06\x0a\x2b\x06\x01\x04\x01\x83\x8a\x62\x01\x02");
        let parts = [&[2, 1, 0][..], &algorithm, &tlv(4, &alias)].concat();
        entry.key = tlv(0x30, &parts);
    }
    jks(SAMPLE, &entries)
}

/// What is not read yet.
struct Rest<'r>(&'r [u8]);

impl<'r> Rest<'r> {
    fn take(&mut self, count: usize) -> &'r [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> usize {
        u32::from_be_bytes(self.take(4).try_into().unwrap()) as usize
    }

    fn long(&mut self) -> &'r [u8] {
        let length = self.number();
        self.take(length)
    }

    fn short(&mut self) -> &'r [u8] {
        let length = u16::from_be_bytes(self.take(2).try_into().unwrap());
        self.take(length.into())
    }
}

fn number(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

fn short(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&length[..], bytes].concat()
}

fn long(bytes: &[u8]) -> Vec<u8> {
    [&number(bytes.len())[..], bytes].concat()
}

fn sha1(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}

fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// XOR with the key stream that begins with a salt; its own inverse.
fn streamed(bytes: &[u8], salt: &[u8], password: &str) -> Vec<u8> {
    let (password, mut block) = (utf16(password), salt.to_vec());
    let mut out = Vec::new();
    for part in bytes.chunks(20) {
        block = sha1(&[&password, &block]);
        out.extend(part.iter().zip(&block).map(|(a, b)| a ^ b));
    }
    out
}

fn closed(key: &[u8], password: &str) -> Vec<u8> {
    let salt = [7; 20];
    let check = sha1(&[&utf16(password), key]);
    let data = [&salt[..], &streamed(key, &salt, password), &check].concat();
    let algorithm = tlv(
        0x30,
        b"\x06\x0a\x2b\x06\x01\x04\x01\x2a\x02\x11\x01\x01\x05\x00",
    );
    tlv(0x30, &[algorithm, tlv(4, &data)].concat())
}

fn opened(info: &[u8], password: &str) -> Vec<u8> {
    // EncryptedPrivateKeyInfo: the octet string is its last member.
    let (_, body) = untlv(info);
    let (algorithm, _) = untlv(body);
    let (_, data) = untlv(&body[algorithm..]);
    let (salt, rest) = data.split_at(20);
    let (text, check) = rest.split_at(rest.len() - 20);
    let key = streamed(text, salt, password);
    assert_eq!(sha1(&[&utf16(password), &key]), check);
    key
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let head = match value.len() {
        0..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [&head, value].concat()
}

/// The length of the whole thing, and its value.
fn untlv(bytes: &[u8]) -> (usize, &[u8]) {
    let (start, length) = match bytes[1] {
        0x82 => (4, usize::from(bytes[2]) * 256 + usize::from(bytes[3])),
        0x81 => (3, bytes[2].into()),
        short => (2, short.into()),
    };
    (start + length, &bytes[start..start + length])
}

#[test]
fn the_samples_keystore_made_again_of_its_parts_is_one_that_java_would_read() {
    let entries = sample();
    assert_eq!(entries.len(), 2);
    let again = jks(SAMPLE, &entries);
    // All but times and salts is the same.
    assert_eq!(again.len(), KEYSTORE.len());
}
