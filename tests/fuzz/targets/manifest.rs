//! vault.json, signed by the right key whatever it says: what comes behind the signature is to be reached.

#![no_main]

use coldvault::manifest::ReadManifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let identity = coldvault_fuzz::identity();
    let key = identity.public_key();
    let read = ReadManifest {
        bytes: bytes.to_vec(),
        signature: identity.sign(bytes).to_vec(),
    };
    let _ = read.claimed_key();
    if let Ok(manifest) = read.prove(&key) {
        let again = manifest.sign(&identity).prove(&key);
        assert_eq!(again.as_ref(), Ok(&manifest));
    }
});
