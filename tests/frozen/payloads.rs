//! The scenarios of restores from a payload that is damaged, or that coldvault would not write.

use coldvault::key::VaultKey;

use super::case::Case;
use super::crafted::{Made, archive, encrypted, payload, renamed};
use super::restores::two_of_three;

/// Something is wrong with the payload.
pub(crate) fn payloads() -> Vec<Case> {
    let two = two_of_three();
    let shorten = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 100);
    let flip = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    };
    let crafted = |name: &str, scenario: &str, tar: Vec<u8>| {
        Case::new(name, scenario, "archive refused")
            .good(&two, &[1, 3])
            .with_payload(&two, &[&payload(&two.key, &tar)])
    };
    let file = |path: &[u8]| Made::File(path.to_vec(), b"content\n".to_vec());
    let node = || Made::Directory(b"node/0".to_vec());
    let inside = [node(), file(b"node/0/xx/file")];
    let link = Made::Link(b"node/0/out".to_vec(), b"..".to_vec());
    vec![
        Case::new(
            "restore-short-payload",
            "the payload is cut short",
            "damaged",
        )
        .good(&two, &[1, 3])
        .change("vault-1", "payload.age", shorten),
        Case::new(
            "restore-short-payload-without-vault-json",
            "the payload is cut short and no vault.json is anywhere",
            "payload does not open",
        )
        .good(&two, &[1, 3])
        .change("vault-1", "payload.age", shorten)
        .without_manifest(),
        Case::new(
            "restore-changed-payload",
            "one bit of the payload is changed",
            "damaged",
        )
        .good(&two, &[1, 3])
        .change("vault-1", "payload.age", flip),
        Case::new(
            "restore-changed-payload-second-copy",
            "one bit of the first payload is changed, the second copy is whole",
            "restored",
        )
        .good(&two, &[1, 3])
        .from(&two, "vault-2")
        .change("vault-1", "payload.age", flip)
        .say("finding", "copy")
        .restored(&two),
        Case::new(
            "restore-payload-of-another-key",
            "the payload is of another key, signed as it is",
            "payload does not open",
        )
        .good(&two, &[1, 3])
        .with_payload(&two, &[&payload(&VaultKey::draw().unwrap(), &[])]),
        Case::new(
            "restore-payload-of-more-work",
            "the payload's header asks for more work than coldvault's",
            "payload does not open",
        )
        .good(&two, &[1, 3])
        .with_payload(&two, &[&encrypted(&two.key, 11, b"")]),
        crafted(
            "restore-archive-with-dotdot",
            "the archive has a member whose name has a component ..",
            renamed(
                archive(&two, &inside, &[node(), file(b"node/0/../file")]),
                b"node/0/xx/file",
                b"node/0/../file",
            ),
        ),
        crafted(
            "restore-archive-absolute",
            "the archive has a member whose name is absolute",
            renamed(
                archive(&two, &inside, &[node(), file(b"/ode/0/xx/file")]),
                b"node/0/xx/file",
                b"/ode/0/xx/file",
            ),
        ),
        crafted(
            "restore-archive-other-place",
            "the archive has a member in a place that format 1 does not have",
            archive(
                &two,
                &[file(b"elsewhere/0/file")],
                &[file(b"elsewhere/0/file")],
            ),
        ),
        crafted(
            "restore-archive-through-link",
            "the archive has a link that leads out, and a file behind it",
            archive(
                &two,
                &[
                    node(),
                    Made::Link(b"node/0/out".to_vec(), b"..".to_vec()),
                    file(b"node/0/out/file"),
                ],
                &[node(), link, file(b"node/0/out/file")],
            ),
        ),
        crafted(
            "restore-inventory-other-content",
            "a file's content is not the one in the inventory",
            archive(
                &two,
                &[node(), file(b"node/0/file")],
                &[
                    node(),
                    Made::File(b"node/0/file".to_vec(), b"other\n".to_vec()),
                ],
            ),
        ),
        crafted(
            "restore-inventory-missing-file",
            "a file of the inventory is not in the archive",
            archive(&two, &[node()], &[node(), file(b"node/0/file")]),
        ),
        crafted(
            "restore-inventory-additional-file",
            "a file of the archive is not in the inventory",
            archive(&two, &[node(), file(b"node/0/file")], &[node()]),
        ),
        crafted(
            "restore-archive-beyond-vault-json",
            "the archive is larger than vault.json says",
            archive(&two, &[node(), large()], &[node(), large()]),
        ),
    ]
}

pub(crate) fn large() -> Made {
    Made::File(b"node/0/file".to_vec(), vec![0; 1 << 20])
}
