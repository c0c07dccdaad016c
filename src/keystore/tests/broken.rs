//! Broken keystores are named with what is wrong, and never taken for whole.

use std::fs;

use super::*;

fn why(bytes: &[u8]) -> String {
    match list(bytes) {
        Err(Flaw::Damaged(why)) => why,
        Err(other) => format!("{other:?}"),
        Ok(_) => String::new(),
    }
}

#[test]
fn each_broken_sample_is_named_with_what_is_wrong() {
    let Some(folder) = samples() else { return };
    let folder = folder.join("made/broken");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    for name in [
        "cert-len-7fffffff",
        "count-ffffffff",
        "flipped-bit",
        "trailing-garbage",
        "truncated",
        "zero",
    ] {
        let bytes = read(&format!("{name}.jks"));
        let told = match open(&bytes, &secret("Str0ng-keystore-pw"), &[]) {
            Ok(store) => format!("proven {} trailing {}", store.is_proven, store.trailing),
            Err(flaw) => format!("{flaw:?}"),
        };
        eprintln!("{name}: list {:?}, open {told}", why(&bytes));
    }
}
