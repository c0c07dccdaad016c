//! What the codes of a vault sheet carry together: as it is, and as an archive inside a frame that fits it.

#![no_main]

use coldvault::code::VaultFiles;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = VaultFiles::unpack(bytes);
    let mut archive = bytes.to_vec();
    coldvault_fuzz::right_sums(&mut archive);
    if let Ok(files) = VaultFiles::unpack(&coldvault_fuzz::frame(&archive)) {
        let size = files.manifest.len() + files.signature.len() + files.payload.len();
        assert!(size <= 1 << 20);
        let _ = files.codes();
    }
});
