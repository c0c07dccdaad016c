//! What software a node directory is of: by its names, its configuration, and what was read.
//!
//! Knows what was found; opens nothing.

use std::path::PathBuf;

use super::scouting::Scouted;
use super::{Contents, Place, names};
use crate::corda::Configuration;
use crate::material::{self, Material, Part};

/// The software that it is, the surest first: the one whose configuration was read, then by how many names speak for it.
/// `is_given`: somebody said which configuration is the node's. Other software has files that end in `.conf` too.
pub(super) fn known(
    found: &Scouted,
    configuration: Option<&Configuration>,
    is_given: bool,
) -> Vec<&'static str> {
    let is_usual = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().as_encoded_bytes();
        names::CONFIGURATIONS.contains(&name)
    };
    let is_corda = |configuration: &Configuration| {
        is_given || configuration.legal_name.is_some() || configuration.files.iter().any(is_usual)
    };
    let mut all = found.software.clone();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut answer: Vec<&'static str> = all.into_iter().map(|(name, _)| name).collect();
    let has_stores = found
        .stores
        .iter()
        .any(|seen| seen.place == Place::Inside(names::IDENTITY.to_vec()));
    if configuration.is_some_and(is_corda) || has_stores {
        answer.retain(|name| *name != "Corda");
        answer.insert(0, "Corda");
    }
    answer
}

/// Takes down what software a key or a signing history is of, where its name alone does not say so: whoever calls it
/// otherwise than usual has no less of it. `unnamed` looks at it again without its name.
pub(super) fn add(
    contents: &mut Contents,
    (place, one): (&Place, &Material),
    unnamed: impl FnOnce() -> Option<Material>,
) {
    let Some(software) = one.software else { return };
    let is_worth_it = matches!(one.part, Part::Key | Part::History);
    if !is_worth_it || contents.software.contains(&software) {
        return;
    }
    let by_name = material::named(place.bytes()).map(|(known, _)| known.name);
    let is_by_content = by_name != Some(software)
        || unnamed().is_some_and(|found| found.software == Some(software));
    if is_by_content {
        contents.software.push(software);
    }
}
