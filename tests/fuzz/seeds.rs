//! Writes the first inputs of the targets into `seeds/TARGET`.

use std::fs;
use std::path::Path;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = here.join("seeds").join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    };
    coldvault_fuzz::first_inputs::all(&here.join("../fixtures"), &mut put);
}
