//! The lines and the total of an inventory.

#![no_main]

use coldvault::inventory;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(lines) = inventory::read_part(bytes) {
        for line in &lines {
            assert!(!line.shown().is_empty());
        }
    }
    let _ = inventory::read_total(bytes);
    let _ = inventory::part_index(bytes);
});
