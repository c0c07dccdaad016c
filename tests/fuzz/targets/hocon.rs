//! A configuration: as HOCON, and as that of a node whose every file says the same.

#![no_main]

use std::path::Path;

use coldvault::{corda, hocon};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = hocon::read(bytes) {
        let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
        let settings = read.settings.iter().map(|setting| setting.line);
        let includes = read.includes.iter().map(|include| include.line);
        let noted = read.not_understood.iter().map(|(line, _)| *line);
        for line in settings.chain(includes).chain(noted) {
            assert!((1..=lines).contains(&(line as usize)));
        }
        assert!(read.settings.len() <= hocon::MAX_SETTINGS);
    }
    let base = Path::new("/n");
    let mut fetch = |_: &Path| Ok(bytes.to_vec().into());
    let found = corda::read(base, &base.join("node.conf"), &mut fetch);
    assert!(found.named.iter().all(|named| named.path.is_absolute()));
});
