//! The scenarios with protected shares.

use coldvault::cipher::{Passphrase, Protected, Protection, Recipient};
use coldvault::secret::SecretBytes;
use coldvault::share;

use super::case::Case;
use super::restores::two_of_three;
use super::sealed::Sealed;

/// Protects nothing: it stands in the vectors.
const PASSPHRASE: &str = "this opens a vector";

pub(crate) fn passphrase() -> Protection {
    let bytes = SecretBytes::copied(PASSPHRASE.as_bytes());
    Protection::Passphrase(Passphrase::chosen(bytes).unwrap())
}

/// A new age key: its file, and what it protects with.
fn own_key() -> (String, Protection) {
    use age::secrecy::ExposeSecret;
    let key = age::x25519::Identity::generate();
    let recipient = Recipient::parse(&key.to_public().to_string()).unwrap();
    let text = format!("# protects nothing\n{}\n", key.to_string().expose_secret());
    (text, Protection::Recipient(recipient))
}

pub(crate) fn restores() -> Vec<Case> {
    let (two, other) = (two_of_three(), two_of_three());
    let (key, to_key) = own_key();
    vec![
        Case::new(
            "restore-protected-share-passphrase",
            "share 1 is protected with a passphrase, which is given",
            "restored",
        )
        .good(&two, &[1, 3])
        .protect(&two, 1, &two, &passphrase())
        .say("secret", PASSPHRASE)
        .restored(&two),
        Case::new(
            "restore-protected-share-key",
            "share 3 is protected to an age key, which is given; no vault.json is anywhere",
            "restored",
        )
        .good(&two, &[1, 3])
        .without_manifest()
        .protect(&two, 3, &two, &to_key)
        .file("key.txt", key.as_bytes())
        .say("run", "--identity key.txt")
        .restored(&two),
        Case::new(
            "restore-protected-share-closed",
            "share 1 is protected, and what is given does not open it",
            "not enough shares",
        )
        .good(&two, &[1, 3])
        .protect(&two, 1, &two, &passphrase())
        .say("secret", "this opens no vector")
        .instead("1 good", "1 not opened")
        .say("finding", "not-opened"),
        Case::new(
            "restore-protected-share-forged",
            "share 1 opens, and what is in it is not what the vault's identity signed",
            "not enough shares",
        )
        .good(&two, &[1, 3])
        .protect(&two, 1, &other, &to_key)
        .file("key.txt", key.as_bytes())
        .say("run", "--identity key.txt")
        .instead("1 good", "1 set aside"),
    ]
}

/// Each a share.json, with what opens it and what comes out.
pub(crate) fn primitives() -> Vec<Case> {
    let two = two_of_three();
    let (key, to_key) = own_key();
    let case = |name: &str, scenario: &str, with: &Protection| {
        let (y, bytes) = protected(&two, with);
        Case::new(
            &format!("primitive-share-protected-{name}"),
            scenario,
            "equal",
        )
        .say("y", &y)
        .file(share::FILE, &bytes)
    };
    vec![
        case(
            "passphrase",
            "share 2 inside an age file to a passphrase",
            &passphrase(),
        )
        .say("passphrase", PASSPHRASE),
        case(
            "key",
            "share 2 inside an age file to a custodian's own key",
            &to_key,
        )
        .file("key.txt", key.as_bytes()),
    ]
}

fn protected(sealed: &Sealed, with: &Protection) -> (String, Vec<u8>) {
    let share = sealed.share(2);
    let protected = Protected::seal(&share.point.y, with).unwrap();
    let y = data_encoding::HEXLOWER.encode(share.point.y.expose());
    (y, share.to_protected_bytes(&protected).to_vec())
}
