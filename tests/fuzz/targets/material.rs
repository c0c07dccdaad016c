//! Key material of other software. The first byte chooses a name, because names decide what a content is held against.

#![no_main]

use coldvault::json::read_foreign;
use coldvault::material::{self, MAX_BYTES, State};
use coldvault::secret::SecretBytes;
use libfuzzer_sys::fuzz_target;

/// Names of each kind: the number of a name is the first byte of a seed.
pub const NAMES: &[&str] = &[
    "any.json",
    "config/priv_validator_key.json",
    "data/priv_validator_state.json",
    "keystore/UTC--2026-01-01--00",
    "keystore-m_1.json",
    "slashing_protection.json",
    "slashing_protection.sqlite",
    "slashprotection/aa.yml",
    "geth/nodekey",
    "validator-keypair.json",
    "chains/x/keystore/6772616e03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
    "network/secret_ed25519",
    "validator_key.json",
    "validator-keys.json",
    "rippled.cfg",
    "stellar-core.cfg",
    "tessera.key",
    "keystore/priv_sk",
    "signcerts/cert.pem",
    "client.pk8",
    "wallet.dat",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, content)) = bytes.split_first() else {
        return;
    };
    let path = NAMES[usize::from(*choice) % NAMES.len()].as_bytes();
    let found = material::look(path, content);
    let first = &content[..content.len().min(4096)];
    let _ = material::look_at_beginning(path, first, content.len() as u64);
    let _ = material::pair(content, content);
    let _ = read_foreign(content, MAX_BYTES);
    if let Some(found) = found {
        let said = found.facts.iter().map(|(_, value)| value.as_str());
        assert!(said.clone().map(str::len).sum::<usize>() < 1 << 20);
        if let (Some(history), State::Dead(_)) = (&found.history, &found.state) {
            assert!(!history.shown.is_empty());
        }
    }
    if is_cheap(content) {
        let password = SecretBytes::copied(b"sample-only");
        let mut work = material::Work::new(material::MAX_WORK);
        let _ = material::unlock_within(content, &password, &mut work);
    }
});

/// Whether a key derivation in it, if there is one, is done in no time: whatever the limits allow, the target has not
/// the time for.
fn is_cheap(content: &[u8]) -> bool {
    let digits = content.split(|byte| !byte.is_ascii_digit());
    let large = digits.filter(|number| (3..10).contains(&number.len()));
    large.count() == 0 && !content.contains(&b'\\')
}
