//! A certificate, and whether it signed itself.

#![no_main]

use coldvault::certificate::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    if let Ok(read) = Certificate::read(der) {
        assert!(read.der == der);
        assert!(!read.subject.chars().any(char::is_control));
        let _ = read.signed_by(&read);
        let _ = read.signed_by_itself();
    }
});
