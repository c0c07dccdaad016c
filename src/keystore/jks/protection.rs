//! How JKS protects: the digest at its end and the keystream around a key (`KeyProtector.java` of the JDK). All of it is
//! SHA-1 over the password, once: whoever has the file can try many passwords.

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use zeroize::Zeroize;

use super::super::opened::MAX_KEY;
use super::Key;
use crate::asn1::{self, Malformed, Reader};
use crate::secret::SecretBytes;

/// Bytes of a SHA-1 digest.
pub(super) const SHA1: usize = 20;

/// The number of this protection.
const PROTECTION: &str = "1.3.6.1.4.1.42.2.17.1.1";

fn sha1(parts: &[&[u8]]) -> [u8; SHA1] {
    let mut context = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    let mut digest = [0; SHA1];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// The digest of a store whose content is `signed`.
pub(super) fn digest(password: &[u8], signed: &[u8]) -> [u8; SHA1] {
    sha1(&[password, b"Mighty Aphrodite", signed])
}

/// Decrypts an `EncryptedPrivateKeyInfo` of JKS with a password in UTF-16.
pub(super) fn open(key: &[u8], password: &[u8]) -> Result<SecretBytes, Key> {
    let (oid, content) = parts(key).map_err(|malformed| Key::Damaged(malformed.into()))?;
    if oid != PROTECTION {
        return Err(Key::NotOpened(format!(
            "its protection {oid} is none of JKS"
        )));
    }
    let cut_short = || Key::Damaged("it is cut short".into());
    let (salt, rest) = content.split_at_checked(SHA1).ok_or_else(cut_short)?;
    let len = rest.len().checked_sub(SHA1).ok_or_else(cut_short)?;
    if len > MAX_KEY {
        return Err(Key::Damaged("it is longer than any private key".into()));
    }
    let (hidden, check) = rest.split_at_checked(len).ok_or_else(cut_short)?;
    let plain = SecretBytes::filled(len, |plain| {
        let mut block = [0; SHA1];
        block.copy_from_slice(salt);
        for (plain, hidden) in plain.chunks_mut(SHA1).zip(hidden.chunks(SHA1)) {
            block = sha1(&[password, &block]);
            let bytes = hidden.iter().zip(&block);
            plain
                .iter_mut()
                .zip(bytes)
                .for_each(|(plain, (hidden, stream))| *plain = hidden ^ stream);
        }
        block.zeroize();
    });
    match sha1(&[password, plain.expose()]) == *check {
        true => Ok(plain),
        false => Err(Key::WrongPassword),
    }
}

fn parts(key: &[u8]) -> Result<(String, &[u8]), Malformed> {
    let mut outside = Reader::new(key);
    let mut parts = outside.sequence()?;
    outside.finish()?;
    let oid = parts.sequence()?.oid()?;
    let content = parts.take(asn1::OCTET_STRING)?.content;
    parts.finish()?;
    Ok((oid, content))
}
