//! Encrypts and decrypts with age (age-encryption.org/v1): a payload, keyed by the vault key, and protected shares.
//!
//! Knows `age` and bytes; no files, no people. A payload that does not open says one thing, whatever the cause.
//!
//! The header is exactly one scrypt stanza with log2 N = 10. The passphrase is 256 random bits, so stretching adds
//! nothing; a header that asks for more work, or for another kind of key, was not written by coldvault.

mod chunks;
mod own_keys;
mod passphrase;
mod protection;

use std::io::{self, Chain, Cursor, Read, Write};

use age::scrypt;
use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};

use crate::key::VaultKey;

pub use chunks::{Chunk, Chunks};
pub use own_keys::{NoKeys, OwnKeys, has_secret_key};
pub use passphrase::Passphrase;
pub use protection::{Lock, Protected, Protection, Recipient};

/// The length of the header: version line, stanza line, stanza body, MAC line.
pub const HEADER_BYTES: usize = 22 + 36 + 44 + 48;

/// The plain bytes in one encrypted chunk; each chunk proves itself.
pub const CHUNK: u64 = 64 * 1024;

/// log2 of scrypt's N.
const WORK: u8 = 10;

/// A writer that encrypts into `W`. Nothing can be read back before [`Encrypting::finish`].
pub struct Encrypting<W: Write>(StreamWriter<Deferred<W>>);

impl<W: Write> Encrypting<W> {
    /// Writes the header to `output`.
    ///
    /// # Errors
    /// What `output` answers.
    pub fn new(key: &VaultKey, output: W) -> io::Result<Self> {
        let mut recipient = scrypt::Recipient::new(passphrase(key));
        recipient.set_work_factor(WORK);
        let recipients = std::iter::once(&recipient as &dyn age::Recipient);
        let encryptor =
            age::Encryptor::with_recipients(recipients).expect("one scrypt recipient is accepted");
        let deferred = Deferred {
            output,
            left: HEADER_BYTES,
            error: None,
        };
        let mut writing = Self(encryptor.wrap_output(deferred)?);
        writing.flush()?;
        Ok(writing)
    }

    /// Writes the last chunk.
    ///
    /// # Errors
    /// What the output answers.
    pub fn finish(self) -> io::Result<W> {
        let Deferred { output, error, .. } = self.0.finish()?;
        error.map_or(Ok(output), Err)
    }
}

/// Keeps an error of the header for the next call: the crate would make text of it, and nobody could tell what failed.
struct Deferred<W> {
    output: W,
    /// Bytes of the header that are still to come.
    left: usize,
    error: Option<io::Error>,
}

impl<W: Write> Write for Deferred<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take_if(|_| self.left == 0) {
            return Err(error);
        }
        let in_header = self.left > 0;
        self.left = self.left.saturating_sub(bytes.len());
        match self.output.write(bytes) {
            Err(error) if in_header && error.kind() != io::ErrorKind::Interrupted => {
                self.error.get_or_insert(error);
                Ok(bytes.len())
            }
            answer => answer,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.output.flush(),
        }
    }
}

impl<W: Write> Write for Encrypting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A reader of what was encrypted. It answers an error at the first chunk that does not prove itself.
pub struct Decrypting<R: Read>(StreamReader<Chain<Cursor<Vec<u8>>, R>>);

impl<R: Read> Decrypting<R> {
    /// Checks the header and opens it with `key`. `None` when it is not a header that coldvault writes or not of this key.
    ///
    /// # Errors
    /// What `input` answers.
    pub fn new(key: &VaultKey, mut input: R) -> io::Result<Option<Self>> {
        let header = read_header(&mut input)?;
        if !is_header(&header) {
            return Ok(None);
        }
        let identity = identity(key);
        let opened = age::Decryptor::new(Cursor::new(header).chain(input)).and_then(|decryptor| {
            decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
        });
        match opened {
            Ok(reader) => Ok(Some(Self(reader))),
            Err(age::DecryptError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Err(error)
            }
            Err(_) => Ok(None),
        }
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// Whether what is encrypted opens again, and a changed byte or another key opens nothing. (A frozen file of an earlier
/// run is among the vectors.)
pub fn known_answer(key: &VaultKey, other: &VaultKey) -> io::Result<bool> {
    let plain = b"known answer";
    let mut writer = Encrypting::new(key, Vec::new())?;
    writer.write_all(plain)?;
    let mut sealed = writer.finish()?;
    let mut opened = Vec::new();
    if let Some(mut reader) = Decrypting::new(key, sealed.as_slice())? {
        reader.read_to_end(&mut opened)?;
    }
    let foreign = Decrypting::new(other, sealed.as_slice())?.is_none();
    if let Some(last) = sealed.last_mut() {
        *last ^= 1;
    }
    let damaged = Decrypting::new(key, sealed.as_slice())?
        .is_some_and(|mut reader| reader.read_to_end(&mut Vec::new()).is_err());
    Ok(opened == plain && foreign && damaged)
}

/// Whether these bytes have the one form of header that coldvault writes.
pub fn is_header(bytes: &[u8]) -> bool {
    let expected = format!(
        "age-encryption.org/v1\n-> scrypt {0:22} {WORK}\n{0:43}\n--- {0:43}\n",
        ""
    );
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let fits = |(wanted, found): (u8, &u8)| {
        if wanted == b' ' {
            *found == b' ' || base64(*found)
        } else {
            wanted == *found
        }
    };
    bytes.len() == HEADER_BYTES
        && expected.bytes().zip(bytes).all(fits)
        && spaces(bytes) == spaces_of_form()
}

/// Where the spaces are: the form above uses a space as "any base64 letter", so the real ones are compared apart.
fn spaces(bytes: &[u8]) -> Vec<usize> {
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b' ')
        .map(|(place, _)| place)
        .collect()
}

fn spaces_of_form() -> Vec<usize> {
    vec![24, 31, 54, 105]
}

/// Reads exactly a header's length, or what there is of it.
fn read_header(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    input
        .by_ref()
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)?;
    Ok(header)
}

fn identity(key: &VaultKey) -> scrypt::Identity {
    let mut identity = scrypt::Identity::new(passphrase(key));
    identity.set_max_work_factor(WORK);
    identity
}

fn passphrase(key: &VaultKey) -> SecretString {
    let text = key.passphrase();
    let text = std::str::from_utf8(text.expose()).expect("hexadecimal digits are text");
    SecretString::from(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &VaultKey, plain: &[u8]) -> Vec<u8> {
        let mut writer = Encrypting::new(key, Vec::new()).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(key: &VaultKey, sealed: &[u8]) -> Option<io::Result<Vec<u8>>> {
        let mut plain = Vec::new();
        let mut reader = Decrypting::new(key, sealed).unwrap()?;
        Some(reader.read_to_end(&mut plain).map(|_| plain))
    }

    /// Takes this many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.checked_sub(bytes.len()) {
                Some(left) => {
                    self.0 = left;
                    Ok(bytes.len())
                }
                None => Err(crate::error::Error::Interrupted.into_io()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_the_output_answers_comes_back_as_it_was_wherever_it_fails() {
        let key = VaultKey::draw().unwrap();
        for room in [0, 1, 60, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 20] {
            let written = Encrypting::new(&key, Full(room)).and_then(|mut writer| {
                writer.write_all(&vec![0; 2 * CHUNK as usize])?;
                writer.finish()
            });
            let error = written
                .err()
                .map(|error| crate::error::Error::unwrap_io(error, "write"));
            assert!(
                matches!(error, Some(crate::error::Error::Interrupted)),
                "{room}: {error:?}"
            );
        }
    }

    #[test]
    fn what_is_sealed_with_a_key_opens_with_it() {
        let key = VaultKey::draw().unwrap();
        for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            let plain = vec![5; length];
            assert_eq!(opened(&key, &sealed(&key, &plain)).unwrap().unwrap(), plain);
        }
    }

    #[test]
    fn another_key_opens_nothing() {
        let bytes = sealed(&VaultKey::draw().unwrap(), b"plain");
        assert!(opened(&VaultKey::draw().unwrap(), &bytes).is_none());
    }

    #[test]
    fn the_header_has_the_length_and_form_that_the_format_says() {
        let bytes = sealed(&VaultKey::draw().unwrap(), b"plain");
        assert!(is_header(&bytes[..HEADER_BYTES]));
        assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    }

    #[test]
    fn a_header_that_asks_for_more_work_or_another_stanza_is_refused_before_any_work() {
        let key = VaultKey::draw().unwrap();
        let bytes = sealed(&key, b"plain");
        let text = String::from_utf8_lossy(&bytes[..HEADER_BYTES]).into_owned();
        for (from, to) in [
            (" 10\n", " 22\n"),
            (" 10\n", " 09\n"),
            ("-> scrypt", "-> X25519"),
            ("/v1", "/v2"),
        ] {
            let changed = [
                text.replacen(from, to, 1).as_bytes(),
                &bytes[HEADER_BYTES..],
            ]
            .concat();
            assert!(opened(&key, &changed).is_none(), "{to}");
        }
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let key = VaultKey::draw().unwrap();
        let bytes = sealed(&key, b"forty bytes of plain text in one chunk..");
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(
                opened(&key, &changed).is_none_or(|result| result.is_err()),
                "byte {place}"
            );
            assert!(
                opened(&key, &bytes[..place]).is_none_or(|result| result.is_err()),
                "cut at {place}"
            );
        }
    }
}
