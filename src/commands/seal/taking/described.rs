//! What the inventory says of a keystore, for people.

use crate::contents::Store;
use crate::keystore::Holds;

/// "JKS keystore, 2 private keys".
pub(super) fn described(store: &Store) -> Option<String> {
    let read = store.read.as_ref().ok()?;
    let format = read.format.described();
    let count =
        |is: fn(&Holds) -> bool| read.entries.iter().filter(|entry| is(&entry.holds)).count();
    let parts = [
        (
            count(|holds| matches!(holds, Holds::PrivateKey(_))),
            "private key",
        ),
        (
            count(|holds| matches!(holds, Holds::SecretKey(_))),
            "secret key",
        ),
        (
            count(|holds| matches!(holds, Holds::Certificate)),
            "certificate",
        ),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, what)| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    });
    let text: Vec<String> = std::iter::once(format.to_owned()).chain(parts).collect();
    Some(text.join(", "))
}
