//! The configuration files of a node directory, read together, and whether what they name is there.
//!
//! Knows which files are configuration; what they mean is the business of `corda`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::scouting::Scouted;
use super::{Contents, Moved, Place, Presence, Store, names};
use crate::corda::{self, Configuration, Gap, Named};
use crate::hocon;
use crate::node::{Ground, Survey, There};

/// The most configuration files of names that nobody knows that are read.
const MOST_UNKNOWN: usize = 8;

/// Reads the files `first` (absolute), and those of a Corda component at the top: of their usual names, or else every
/// `*.conf`. `None` when there is none.
pub(super) fn read(
    base: &Path,
    first: &[PathBuf],
    moved: &Moved,
    (ground, found): (&Ground, &Scouted),
) -> Option<Configuration> {
    let mut files = first.to_vec();
    let at_top = |path: &[u8]| base.join(OsStr::from_bytes(path));
    let is_there = |name: &&[u8]| found.configurations.iter().any(|path| path == name);
    let usual = names::CONFIGURATIONS.into_iter().filter(is_there);
    files.extend(usual.map(at_top).filter(|path| !first.contains(path)));
    if files.is_empty() {
        let unknown = found.configurations.iter().take(MOST_UNKNOWN);
        files.extend(unknown.map(|path| at_top(path)));
    }
    let mut fetch = |path: &Path| ground.fetch(&moved.now(base, path), hocon::MAX_BYTES);
    let mut all: Option<Configuration> = None;
    for file in files {
        let (was, then) = (moved.then(base, base), moved.then(base, &file));
        let mut one = corda::read(&was, &then, &mut fetch);
        moved.rewrite(base, &mut one);
        match &mut all {
            None => all = Some(one),
            Some(all) => add(all, one),
        }
    }
    all
}

/// Adds what another file says; of single facts the first file's count.
fn add(all: &mut Configuration, one: Configuration) {
    let Configuration {
        files,
        named,
        passwords,
        gaps,
        legal_name,
        notary_name,
        is_notary,
        dev_mode,
        aliases,
        crypto_service,
        ..
    } = one;
    all.files.extend(files);
    all.named.extend(named);
    all.passwords.extend(passwords);
    all.gaps.extend(gaps);
    all.aliases.extend(aliases);
    all.legal_name = all.legal_name.take().or(legal_name);
    all.notary_name = all.notary_name.take().or(notary_name);
    all.crypto_service = all.crypto_service.take().or(crypto_service);
    all.dev_mode = all.dev_mode.or(dev_mode);
    all.is_notary |= is_notary;
}

/// Whether each thing that is named is there.
pub(super) fn presence(
    (ground, base): (&Ground, &Path),
    configuration: Option<&Configuration>,
    survey: &Survey,
) -> Vec<(Named, Presence)> {
    let named = configuration.map_or(&[][..], |configuration| &configuration.named);
    let mut all: Vec<(Named, Presence)> = named
        .iter()
        .map(|named| {
            (
                named.clone(),
                presence_of((ground, base), &named.path, survey),
            )
        })
        .collect();
    all.sort_by(|(a, _), (b, _)| {
        (&a.file, a.line, &a.key, &a.path).cmp(&(&b.file, b.line, &b.key, &b.path))
    });
    all
}

fn presence_of((ground, base): (&Ground, &Path), path: &Path, survey: &Survey) -> Presence {
    match ground.there(path) {
        There::Nothing => return Presence::Missing,
        There::Hidden(why) => return Presence::Unreadable(why),
        There::Special => {
            return Presence::Unreadable("it is neither a file nor a directory".into());
        }
        There::File { .. } | There::Directory => {}
    }
    if inside((ground, base), path, survey).is_some() {
        return Presence::Inside;
    }
    Presence::Outside
}

/// The path within the node directory of something that a walk of it visits; `None` for what lies outside.
pub(super) fn inside(
    (ground, base): (&Ground, &Path),
    path: &Path,
    survey: &Survey,
) -> Option<PathBuf> {
    let within = |path: &Path| path.strip_prefix(base).ok().map(Path::to_owned);
    // A link on the way may lead out; a walk that follows it visits what is behind it in its place.
    let plain = cleaned(path).and_then(|path| within(&path));
    let is_left_out = |path: &PathBuf| {
        let skipped = &survey.skipped.first;
        let mut left_out = skipped
            .iter()
            .map(|(left, _, _)| Path::new(OsStr::from_bytes(left)));
        left_out.any(|left| path.starts_with(left))
    };
    plain
        .filter(|path| !is_left_out(path))
        .or_else(|| ground.resolved(path).and_then(|path| within(&path)))
}

/// The path without `.`; `None` where `..` makes it depend on links.
fn cleaned(path: &Path) -> Option<PathBuf> {
    let is_up = |part: Component<'_>| part == Component::ParentDir;
    (!path.components().any(is_up)).then(|| path.components().collect())
}

/// Whether two paths lead to the same place.
pub(super) fn is_same(ground: &Ground, one: &Path, other: &Path) -> bool {
    // Most differ in their names, and asking the system costs.
    let last = |path: &Path| path.file_name().map(OsStr::to_owned);
    one == other
        || last(one) == last(other)
            && ground
                .resolved(one)
                .is_some_and(|one| Some(one) == ground.resolved(other))
}

/// Says that a Corda node's stores are there and nothing that says how they are used.
pub(super) fn none_for_stores(contents: &Contents) -> Option<Gap> {
    let is_own = |store: &&Store| {
        let bytes = store.place.bytes();
        matches!(store.place, Place::Inside(_)) && (bytes == names::IDENTITY || bytes == names::TLS)
    };
    let store = contents.stores.iter().find(is_own)?;
    contents.configuration.is_none().then(|| Gap {
        code: "no-configuration",
        place: (store.place.path(&contents.base), 0),
        text: NO_CONFIGURATION.into(),
        hint: "give it with --config, if it lies elsewhere".into(),
    })
}

/// What it means, for people.
const NO_CONFIGURATION: &str = "Corda's stores are here and no node.conf: passwords, external files and start-up \
                                checks are not known";
