//! zstd frames within their bounds.

#![no_main]

use std::io::Read;

use coldvault::frames::FrameReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = FrameReader::new(bytes).expect("memory");
    let mut plain = vec![0; 64 * 1024];
    let mut sum = 0;
    while sum < 16 << 20 {
        match reader.read(&mut plain) {
            Ok(0) | Err(_) => break,
            Ok(got) => sum += got,
        }
    }
});
