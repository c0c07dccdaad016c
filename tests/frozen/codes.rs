//! The texts of codes on sheets.

use coldvault::cipher::{Protected, Protection};
use coldvault::code::{self, Printed, VaultFiles};
use coldvault::manifest;
use coldvault::share::{self, ReadShare};

use super::case::Case;
use super::primitives::primitive;
use super::protected::passphrase;
use super::restores::two_of_three;
use super::sealed::Sealed;

pub(crate) fn primitives() -> Vec<Case> {
    let sealed = two_of_three();
    let open = sealed.share(1).to_bytes();
    vec![
        of_share("open", "the codes of an open share", &open),
        of_share(
            "protected",
            "the codes of a share that is protected with a passphrase",
            &protected(&sealed, &passphrase()),
        ),
        of_vault(&sealed),
    ]
}

fn of_share(name: &str, scenario: &str, file: &[u8]) -> Case {
    let share = ReadShare::from_bytes(file).unwrap();
    let codes = code::of_share(&share).unwrap();
    let case = primitive(&format!("primitive-code-share-{name}"), scenario);
    texts(case, &codes).file(share::FILE, file)
}

fn protected(sealed: &Sealed, with: &Protection) -> Vec<u8> {
    let share = sealed.share(2);
    let protected = Protected::seal(&share.point.y, with).unwrap();
    share.to_protected_bytes(&protected).to_vec()
}

fn of_vault(sealed: &Sealed) -> Case {
    let file = |name: &str| {
        let end = format!("/{name}");
        let mut found = sealed.files.iter();
        let found = found.find(|(path, _)| path.starts_with("vault-1/") && path.ends_with(&end));
        found.unwrap().1.clone()
    };
    let files = VaultFiles {
        manifest: file(manifest::FILE),
        signature: file(manifest::SIGNATURE_FILE),
        payload: file("payload.age"),
    };
    let codes = files.codes().unwrap();
    let (needed, total) = (codes.needed, codes.codes.len());
    let numbers = |given: &mut dyn Iterator<Item = usize>| {
        given.map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
    };
    let case = primitive(
        "primitive-code-vault",
        "the codes of a vault sheet; with the numbers of each \"enough\" line it comes back, with those of \"few\" not",
    );
    texts(case, &codes.codes)
        .say("needed", &needed.to_string())
        .say("enough", &numbers(&mut (1..=needed)))
        .say("enough", &numbers(&mut (total - needed + 1..=total)))
        .say("enough", &numbers(&mut (codes.per_page + 1..=total)))
        .say("enough", &numbers(&mut (1..=total).filter(|n| n % 4 != 0)))
        .say("few", &numbers(&mut (2..=needed)))
        .file(manifest::FILE, &files.manifest)
        .file(manifest::SIGNATURE_FILE, &files.signature)
        .file("payload.age", &files.payload)
}

fn texts(case: Case, codes: &[Printed]) -> Case {
    codes
        .iter()
        .fold(case, |case, code| case.say("text", &code.text))
}
