//! The scenarios of restores in which the payload is as it was sealed.

use coldvault::manifest;
use coldvault::secret::SecretBytes;
use coldvault::share::{self, Share};

use super::case::Case;
use super::sealed::{KEYS, NODE, OTHER, Order, Sealed, seal};

/// Nothing is wrong.
pub(crate) fn wholes() -> Vec<Case> {
    let (two, three, rehearsal) = (two_of_three(), three_of_five(), rehearsal());
    let several = seal(&Order {
        label: "Vector nodes",
        k: 2,
        n: 3,
        rehearsal: false,
        nodes: &[NODE, OTHER],
        note: Some("the store password is: changeit\n"),
        keys: false,
    });
    let case = |name: &str, scenario: &str| Case::new(name, scenario, "restored");
    let payload = two
        .files
        .iter()
        .find(|(path, _)| path.ends_with("/payload.age"))
        .unwrap()
        .1;
    let (first, rest) = payload.split_at(payload.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    let parts = [first, second, third];
    vec![
        case("restore-2-of-3-shares-1-3", "shares 1 and 3 of a 2-of-3 production vault")
            .good(&two, &[1, 3]).restored(&two),
        case("restore-3-of-5-shares-2-3-5", "shares 2, 3 and 5 of a 3-of-5 production vault")
            .good(&three, &[2, 3, 5]).restored(&three),
        case("restore-rehearsal", "a 2-of-3 rehearsal vault, said to be one")
            .good(&rehearsal, &[2, 3]).say("run", "--rehearsal").restored(&rehearsal),
        case("restore-two-nodes-and-note", "two node directories of one name, a note, a file from outside, a named pipe that is not kept")
            .good(&several, &[1, 2]).say("finding", "skipped").restored(&several),
        case("restore-three-parts", "the payload in three parts")
            .good(&two, &[1, 2]).with_payload(&two, &parts).restored(&two),
        case("restore-three-parts-without-vault-json", "the payload in three parts and no vault.json anywhere")
            .good(&two, &[1, 2]).with_payload(&two, &parts).without_manifest().restored(&two),
        case("restore-typed-shares-without-vault-json", "typed shares 2, 3 and 5 of 5, no vault.json anywhere: tried until the key fits the vault id")
            .from(&three, "vault-1").typed(&three, 5).typed(&three, 2).typed(&three, 3)
            .without_manifest().restored(&three),
        case("restore-typed-shares-with-vault-json", "typed shares 1 and 3, proven by vault.json")
            .from(&two, "vault-1").typed(&two, 1).typed(&two, 3).restored(&two),
        case("restore-typed-and-signed-share", "share 1 typed, share 3 from its carrier")
            .good(&two, &[3]).typed(&two, 1).restored(&two),
        case("restore-signed-shares-without-vault-json", "shares 1 and 3 prove themselves by their signatures, no vault.json anywhere")
            .good(&two, &[1, 3]).without_manifest().restored(&two),
        case("restore-expected-vault", "the vault is the expected one")
            .good(&two, &[2, 3]).say("run", &expect(&two)).restored(&two),
        Case::new("restore-production-as-rehearsal", "a production vault opened as a rehearsal", "wrong kind")
            .good(&two, &[1, 3]).say("run", "--rehearsal"),
    ]
}

pub(crate) fn expect(sealed: &Sealed) -> String {
    format!("--expect {}", sealed.manifest.public_key.vault_id())
}

/// What only some vaults have: `requires` names it.
pub(crate) fn features() -> Vec<Case> {
    let keys = seal(&Order {
        label: "Vector keys",
        k: 2,
        n: 3,
        rehearsal: false,
        nodes: &[KEYS],
        note: None,
        keys: true,
    });
    vec![
        Case::new(
            "restore-keys-and-external",
            "a vault of the keys scope: a store from outside, a database, a process id and a program left out",
            "restored",
        )
        .good(&keys, &[1, 3])
        .restored(&keys),
    ]
}

/// Something is wrong with the shares.
pub(crate) fn shares() -> Vec<Case> {
    let (two, other, rehearsal) = (two_of_three(), two_of_three(), rehearsal());
    let three = three_of_five();
    vec![
        Case::new(
            "restore-too-few",
            "two shares of a 3-of-5 vault",
            "not enough shares",
        )
        .good(&three, &[2, 5]),
        Case::new(
            "restore-no-share",
            "a vault copy and no share",
            "not enough shares",
        )
        .from(&two, "vault-1"),
        Case::new(
            "restore-same-share-twice",
            "two copies of share 2 of a 2-of-3 vault",
            "not enough shares",
        )
        .good(&two, &[2])
        .from(&two, "share-2-copy-2")
        .say("share", "2 duplicate"),
        Case::new(
            "restore-forged-share-aside",
            "share 2 is forged, 1 and 3 are enough",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "2 set aside")
        .good_share(&two, 3)
        .forge("share-2")
        .restored(&two),
        Case::new(
            "restore-forged-share-without-vault-json",
            "share 2 is forged and no vault.json is anywhere, 1 and 3 are enough",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "2 set aside")
        .good_share(&two, 3)
        .forge("share-2")
        .without_manifest()
        .restored(&two),
        Case::new(
            "restore-forged-share-needed",
            "share 2 is forged, and 1 alone is not enough",
            "not enough shares",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "2 set aside")
        .forge("share-2"),
        Case::new(
            "restore-forged-typed-share-needed",
            "typed share 2 has a right check and a wrong secret part",
            "not enough shares",
        )
        .good(&two, &[1])
        .typed(&forged(&two), 2)
        .instead("2 good", "2 set aside"),
        Case::new(
            "restore-share-of-edited-threshold",
            "share 2 says that 3 are needed, 1 and 3 are enough",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "2 set aside")
        .good_share(&two, 3)
        .edit("share-2", share::FILE, "\"k\": 2", "\"k\": 3")
        .restored(&two),
        Case::new(
            "restore-share-of-edited-name",
            "share 2 names another custodian, its secret part is genuine",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "2 relabelled")
        .edit("share-2", share::FILE, "Operations", "Mallory")
        .restored(&two),
        Case::new(
            "restore-share-zero-needed",
            "a share of number 0, the key itself, signed: it is none",
            "not enough shares",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "? set aside")
        .zero(&two),
        Case::new(
            "restore-share-zero-aside",
            "a share of number 0 beside shares 1 and 3",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "? set aside")
        .zero(&two)
        .good_share(&two, 3)
        .restored(&two),
        Case::new(
            "restore-newer-share-aside",
            "share 2 is of type coldvault/share/2, 1 and 3 are enough",
            "restored",
        )
        .good(&two, &[1])
        .from(&two, "share-2")
        .say("share", "? set aside")
        .good_share(&two, 3)
        .edit(
            "share-2",
            share::FILE,
            "coldvault/share/1",
            "coldvault/share/2",
        )
        .restored(&two),
        Case::new(
            "restore-share-of-another-vault",
            "shares of two vaults, each genuine",
            "two vaults",
        )
        .from(&two, "vault-1")
        .from(&two, "share-1")
        .from(&two, "share-3")
        .medium_as(&other, "share-2", "other"),
        Case::new(
            "restore-share-of-another-vault-expected",
            "shares of two vaults, and it is said which is meant",
            "restored",
        )
        .good(&two, &[1, 3])
        .medium_as(&other, "share-2", "other")
        .say("share", "2 set aside")
        .say("run", &expect(&two))
        .restored(&two),
        Case::new(
            "restore-not-the-expected-vault",
            "the shares name another vault than the expected one",
            "another vault than expected",
        )
        .from(&two, "vault-1")
        .from(&two, "share-1")
        .from(&two, "share-3")
        .say("run", &expect(&other)),
        Case::new(
            "restore-mixed-kinds",
            "a production and a rehearsal share",
            "mixed kinds",
        )
        .from(&two, "vault-1")
        .from(&two, "share-1")
        .medium_as(&rehearsal, "share-2", "rehearsal"),
    ]
}

/// The same vault with another secret part in share 2, so that its text is written with right checks.
pub(crate) fn forged(sealed: &Sealed) -> Sealed {
    let share = sealed.share(2);
    let mut y = share.point.y.expose().to_vec();
    y[31] ^= 1;
    let share = Share::bind(share.facts, SecretBytes::copied(&y), &sealed.identity());
    sealed.with_share(2, &share)
}

/// Something is wrong with `vault.json`.
pub(crate) fn manifests() -> Vec<Case> {
    let two = two_of_three();
    let edited = ("\"label\": \"Vector", "\"label\": \"Victor");
    let newer = |name: &str, scenario: &str, from: &str, to: &str| {
        Case::new(name, scenario, "newer format")
            .from(&two, "vault-1")
            .from(&two, "share-1")
            .from(&two, "share-3")
            .with_manifest(&two.signed_text(from, to))
    };
    vec![
        Case::new(
            "restore-edited-vault-json",
            "every vault.json is edited: the shares prove themselves by their signatures",
            "restored",
        )
        .good(&two, &[1, 3])
        .edit("", manifest::FILE, edited.0, edited.1)
        .say("finding", "no-manifest")
        .restored(&two),
        Case::new(
            "restore-edited-vault-json-typed-share",
            "every vault.json is edited, and nothing proves a typed share",
            "not enough shares",
        )
        .from(&two, "vault-1")
        .typed(&two, 1)
        .edit("", manifest::FILE, edited.0, edited.1)
        .unsaid("share"),
        Case::new(
            "restore-edited-vault-json-on-one",
            "the vault copy's vault.json is edited, the shares' ones are genuine",
            "restored",
        )
        .good(&two, &[1, 3])
        .edit("vault-1", manifest::FILE, edited.0, edited.1)
        .restored(&two),
        Case::new(
            "restore-additional-member",
            "vault.json has a member that is not known",
            "restored",
        )
        .good(&two, &[1, 3])
        .with_manifest(&two.signed_text("\"format\": 1,", "\"format\": 1, \"colour\": \"blue\","))
        .restored(&two),
        Case::new(
            "restore-newer-format-typed-shares",
            "vault.json is of format 2, the shares were typed",
            "newer format",
        )
        .from(&two, "vault-1")
        .typed(&two, 2)
        .typed(&two, 3)
        .unsaid("share")
        .with_manifest(&two.signed_text("\"format\": 1", "\"format\": 2")),
        Case::new(
            "restore-invented-newer-format",
            "every vault.json says format 2 and is not signed so: an invented one stops nobody",
            "restored",
        )
        .good(&two, &[1, 3])
        .edit("", manifest::FILE, "\"format\": 1", "\"format\": 2")
        .say("finding", "no-manifest")
        .restored(&two),
        newer(
            "restore-newer-format",
            "vault.json is of format 2",
            "\"format\": 1",
            "\"format\": 2",
        ),
        newer(
            "restore-unknown-requirement",
            "vault.json requires a feature that is not known",
            "\"requires\": []",
            "\"requires\": [\"paper-2\"]",
        ),
        newer(
            "restore-newer-type",
            "vault.json is of type coldvault/vault/2",
            "coldvault/vault/1",
            "coldvault/vault/2",
        ),
    ]
}

pub(crate) fn two_of_three() -> Sealed {
    seal(&Order {
        label: "Vector – 2 of 3",
        k: 2,
        n: 3,
        rehearsal: false,
        nodes: &[NODE],
        note: None,
        keys: false,
    })
}

pub(crate) fn three_of_five() -> Sealed {
    seal(&Order {
        label: "Vector 3 of 5",
        k: 3,
        n: 5,
        rehearsal: false,
        nodes: &[NODE],
        note: None,
        keys: false,
    })
}

pub(crate) fn rehearsal() -> Sealed {
    seal(&Order {
        label: "Vector rehearsal",
        k: 2,
        n: 3,
        rehearsal: true,
        nodes: &[NODE],
        note: None,
        keys: false,
    })
}
