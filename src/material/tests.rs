//! What each kind of material is found to be.

use super::*;

/// A sample that other software wrote; `None`, said, where the samples are not there.
fn samples() -> Option<std::path::PathBuf> {
    let place = std::env::var_os("COLDVAULT_SAMPLES").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"),
        Into::into,
    );
    if place.is_dir() {
        return Some(place);
    }
    crate::tests::skipped(crate::tests::Need::Tool, "the samples are not there");
    None
}

fn fact<'m>(material: &'m Material, name: &str) -> Option<&'m str> {
    let mut facts = material.facts.iter();
    facts
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

#[test]
fn samples_smoke() {
    let Some(samples) = samples() else { return };
    for folder in ["eth", "cometbft", "other"] {
        for entry in std::fs::read_dir(samples.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = look(path.as_os_str().as_encoded_bytes(), &bytes);
            println!("{path:?}: {found:#?}");
        }
    }
}
