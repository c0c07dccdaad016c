//! What a file looks like by its first bytes, seen while it goes by.

use std::io::{self, Read};

/// The first bytes of a file that are looked at to say what it is.
const SNIFF: usize = 32;

/// What a file that begins like this holds, as far as its first bytes say.
pub(super) fn material(first: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"\xfe\xed\xfe\xed", "Java keystore (JKS)"),
        (b"\xce\xce\xce\xce", "Java keystore (JCEKS)"),
        (
            b"-----BEGIN ENCRYPTED PRIVATE",
            "PEM private key, encrypted",
        ),
        (b"-----BEGIN PRIVATE KEY", "PEM private key"),
        (b"-----BEGIN EC PRIVATE KEY", "PEM private key"),
        (b"-----BEGIN RSA PRIVATE KEY", "PEM private key"),
        (b"-----BEGIN CERTIFICATE", "PEM certificate"),
        (b"H:2,block", "H2 database"),
    ];
    let by_magic = MAGIC
        .iter()
        .find(|(magic, _)| first.starts_with(magic))
        .map(|(_, what)| *what);
    // SEQUENCE, INTEGER 3: the PFX of RFC 7292, section 4.
    let pfx = matches!(
        first,
        [0x30, 0x82, _, _, 2, 1, 3, ..] | [0x30, 0x81, _, 2, 1, 3, ..] | [0x30, 0x80, 2, 1, 3, ..]
    );
    by_magic.or(pfx.then_some("PKCS#12 keystore"))
}

/// Remembers the first bytes that are read.
pub(super) struct Sniffed<'a> {
    inner: &'a mut dyn Read,
    first: [u8; SNIFF],
    known: usize,
}

impl<'a> Sniffed<'a> {
    pub(super) fn new(inner: &'a mut dyn Read) -> Self {
        Self {
            inner,
            first: [0; SNIFF],
            known: 0,
        }
    }

    pub(super) fn first(&self) -> &[u8] {
        self.first.get(..self.known).unwrap_or_default()
    }
}

impl Read for Sniffed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let rest = self.first.iter_mut().skip(self.known);
        self.known += rest
            .zip(buffer.iter().take(count))
            .map(|(to, from)| *to = *from)
            .count();
        Ok(count)
    }
}
