//! Keystores: what they show without a password and with one. A JKS is taken once more with a check that fits, which no
//! input would find.

#![no_main]

use coldvault::keystore::{self, Format, Keystore};
use coldvault::secret::SecretBytes;
use libfuzzer_sys::fuzz_target;

/// How many rounds of key derivation an input may ask for: as many as take a moment.
const WORK: u64 = 5_000;

fuzz_target!(|bytes: &[u8]| {
    let password = SecretBytes::copied(coldvault_fuzz::PASSWORD);
    let other = SecretBytes::copied(b"");
    let look = |bytes: &[u8]| {
        let listed = keystore::list(bytes);
        let opened = keystore::open_within(bytes, &password, &[&other], WORK);
        if let (Ok(listed), Ok(opened)) = (&listed, &opened) {
            assert_eq!(listed.format, opened.format);
            // Of a PKCS#12, an opened key may claim a certificate that was an entry of its own before.
            let is_pkcs12 = opened.format == Format::Pkcs12;
            assert!(is_pkcs12 || opened.entries.len() == listed.entries.len());
        }
        listed.iter().for_each(|store| assert!(!store.is_proven));
        listed.iter().chain(&opened).for_each(bounded);
    };
    look(bytes);
    let mut right = bytes.to_vec();
    if coldvault_fuzz::right_digest(&mut right) {
        look(&right);
    }
});

fn bounded(store: &Keystore) {
    assert!(store.entries.len() <= keystore::MAX_PARTS);
    for certificate in store.entries.iter().flat_map(|entry| &entry.chain) {
        assert!(
            certificate
                .as_ref()
                .err()
                .is_none_or(|why| why.len() < 400_000)
        );
    }
}
