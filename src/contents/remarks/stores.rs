//! What is worth knowing of a keystore besides its certificates.

use super::{Remark, Weight, about};
use crate::contents::opening::TEXT_FILE;
use crate::contents::{Contents, OpenedBy, Store, names};
use crate::keystore::{Flaw, Format, Holds, Key};

/// Adds it.
pub(super) fn remarks(contents: &Contents, store: &Store, all: &mut Vec<Remark>) {
    let path = store.place.path(&contents.base);
    let is_trust = store.role == Some("trust");
    if let Some(name) = store.well_known {
        let (weight, text) = match is_trust {
            true => (
                Weight::Note,
                format!("opens with {name}, as trust stores often do: anybody could change it"),
            ),
            false => (
                Weight::Warning,
                format!("opens with {name}: its password protects nothing"),
            ),
        };
        about(all, (weight, "well-known-password"), &path, text, "");
    }
    if let Some(OpenedBy::Typed(_)) = &store.password {
        let text =
            "its password is in no file that a sealing takes; a sealing asks for it".to_owned();
        about(all, (Weight::Note, "typed-password"), &path, text, "");
    }
    not_opened(store, &path, all);
    let is_closed = match &store.read {
        Ok(read) => !read.is_proven,
        Err(flaw) => *flaw == Flaw::Password,
    };
    if is_trust && is_closed {
        let text =
            "a trust store whose password is not known: nobody can say that it is whole".to_owned();
        about(all, (Weight::Note, "store-not-opened"), &path, text, "");
    }
    let Ok(read) = &store.read else {
        return;
    };
    if matches!(read.format, Format::Jceks | Format::Bks | Format::Uber) {
        let text = format!(
            "{} is carried; its keys are not opened here",
            read.format.name()
        );
        let hint = "open it with keytool, and keep its password with the note";
        about(
            all,
            (Weight::Warning, "store-not-opened"),
            &path,
            text,
            hint,
        );
    }
    if name_lies(names::last(store.place.bytes()), read.format) {
        let text = format!(
            "is {}, whatever its name says; Java opens it all the same",
            read.format.name()
        );
        about(all, (Weight::Note, "store-name"), &path, text, "");
    }
    if read.trailing > 0 {
        let text = format!("{} bytes behind its end, which Java ignores", read.trailing);
        about(all, (Weight::Note, "store-trailing"), &path, text, "");
    }
    of_aliases(store, &path, all);
}

fn not_opened(store: &Store, path: &std::path::Path, all: &mut Vec<Remark>) {
    let Err(Flaw::NotOpened(why)) = &store.read else {
        return;
    };
    let hint = match why.starts_with(TEXT_FILE) {
        true => "it is carried as it is",
        false => "it is carried as it is: keep its password with the note",
    };
    let text = format!("not opened: {why}");
    about(all, (Weight::Warning, "store-not-opened"), path, text, hint);
}

fn of_aliases(store: &Store, path: &std::path::Path, all: &mut Vec<Remark>) {
    let entries = store.read.as_ref().map_or(&[][..], |read| &read.entries);
    for entry in entries {
        let alias = &entry.alias;
        if alias.eq_ignore_ascii_case("selfsignedprivatekey") {
            let text = format!("{alias:?}: a registration with the network is under way");
            about(
                all,
                (Weight::Warning, "registration"),
                path,
                text,
                "seal the node once it is registered",
            );
        }
        let (Holds::PrivateKey(key) | Holds::SecretKey(key)) = &entry.holds else {
            continue;
        };
        let (code, text) = match key {
            Key::HsmAlias(name) => (
                "hsm",
                format!(
                    "{alias:?} is no key, only its name in a hardware security module: {name:?}"
                ),
            ),
            Key::NotOpened(why) => (
                "store-not-opened",
                format!("{alias:?} is not opened here: {why}"),
            ),
            _ => continue,
        };
        about(
            all,
            (Weight::Warning, code),
            path,
            text,
            "back that key up with its own tools",
        );
    }
}

/// Whether the end of a name speaks for another format.
fn name_lies(name: &[u8], format: Format) -> bool {
    let ends = |end: &[u8]| names::ends_with(name, end);
    match format {
        Format::Pkcs12 => ends(b".jks") || ends(b".jceks") || ends(b".bks"),
        Format::Jks => ends(b".p12") || ends(b".pfx") || ends(b".pkcs12") || ends(b".jceks"),
        Format::Jceks | Format::Bks | Format::Uber => {
            ends(b".jks") || ends(b".p12") || ends(b".pfx")
        }
    }
}
