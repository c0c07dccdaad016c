//! What several targets need to get behind checksums, and the first inputs of all.
//!
//! The main package's `tests/fuzz_targets.rs` compiles this, the first inputs and every target once more, and runs them
//! on the first inputs: so they hold although nobody fuzzes.

pub mod first_inputs;

use coldvault::secret::SecretBytes;
use coldvault::signature::Identity;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

/// The identity that signs whatever a target makes.
pub fn identity() -> Identity {
    let secret = SecretBytes::copied(&[3; 32]);
    Identity::derive(&secret, "coldvault/identity/1/rehearsal")
}

/// The password of the keystores in `tests/fixtures/keystores`.
pub const PASSWORD: &[u8] = b"sample-only";

/// Writes the right check behind a JKS or JCEKS, whether or not what stands before it is one. False for other files.
pub fn right_digest(store: &mut [u8]) -> bool {
    let is_java = store.starts_with(&[0xfe, 0xed]) || store.starts_with(&[0xce, 0xce]);
    let Some((signed, check)) = store.split_last_chunk_mut::<20>() else {
        return false;
    };
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    PASSWORD.iter().for_each(|byte| digest.update(&[0, *byte]));
    digest.update(b"Mighty Aphrodite");
    digest.update(signed);
    check.copy_from_slice(digest.finish().as_ref());
    is_java
}

/// Writes the right checksum into every block that looks like a tar header.
pub fn right_sums(archive: &mut [u8]) {
    for block in archive.chunks_exact_mut(512) {
        if block[257..262] == *b"ustar" {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
}

/// A zstd frame of raw blocks, without a checksum (RFC 8878, section 3.1.1).
pub fn frame(plain: &[u8]) -> Vec<u8> {
    // Single segment, four bytes of content size.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA0];
    frame.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    let mut blocks = plain.chunks(100_000).peekable();
    if plain.is_empty() {
        frame.extend_from_slice(&[1, 0, 0]);
    }
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        frame.extend_from_slice(&(((block.len() as u32) << 3) | last).to_le_bytes()[..3]);
        frame.extend_from_slice(block);
    }
    frame
}
