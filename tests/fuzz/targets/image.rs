//! A scan, whatever it is. In coldvault this happens in a process that may do nothing else.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut last = 0;
    for page in coldvault::scan::decode_bytes(bytes) {
        assert!(page.number > last && page.number <= coldvault::scan::MAX_PAGES + 1);
        last = page.number;
    }
});
