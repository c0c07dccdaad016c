//! Secrets that do not come from the terminal: a descriptor with one on each line, and files of age keys.
//!
//! Knows descriptors and files, not what the secrets open. Never arguments, never the environment.

mod descriptor;

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use zeroize::Zeroizing;

use crate::cipher::{NoKeys, OwnKeys, has_secret_key};
use crate::error::{Error, Result};
use crate::host::input;
use crate::secret::SecretBytes;

use descriptor::Descriptor;

/// The longest secret, in bytes: what a terminal takes.
const MAX_LINE: usize = 4096;
/// The largest file of age keys.
const MAX_KEYS: usize = 64 * 1024;

/// Where passphrases come from, if not from the terminal: the value of `--secret-fd`. Each command says in its own help
/// which line is what.
#[derive(Clone, Copy, Default)]
pub(super) struct SecretFd {
    number: Option<Descriptor>,
}

impl SecretFd {
    /// Takes the value as it was typed; what is none is said by [`SecretFd::lines`].
    ///
    /// # Errors
    /// As [`Descriptor::parse`].
    pub(super) fn parse(text: &str) -> std::result::Result<Self, std::convert::Infallible> {
        Descriptor::parse(text).map(|number| Self {
            number: Some(number),
        })
    }

    /// Whether it is standard input, which can then be nothing else.
    pub(super) fn is_stdin(&self) -> bool {
        self.number == Some(Descriptor::Number(0))
    }

    /// The lines. Call it before anything else is opened: then N is what whoever started the program meant.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no number; for a descriptor that is not open, an output, a terminal, a socket or a directory.
    pub(super) fn lines(&self) -> Result<Option<SecretLines>> {
        match self.number {
            None => Ok(None),
            Some(Descriptor::Number(number)) => SecretLines::open(number).map(Some),
            Some(Descriptor::NoNumber) => Err(usage(
                "--secret-fd takes the number of an open descriptor".into(),
                "arguments are seen by others: if it was a passphrase, count it as known; give a pipe: --secret-fd 3 3< <(command)",
            )),
        }
    }
}

/// What opens protected shares without asking.
#[derive(clap::Args, Default)]
pub(super) struct OpenArgs {
    /// A file with a custodian's own age key, for a share that is protected
    /// with it; may be given several times
    #[arg(long = "identity", value_name = "FILE")]
    pub(super) identities: Vec<PathBuf>,
    /// Read passphrases from the open descriptor N, one a line, instead of
    /// asking: each share takes the first of the next 32 lines that opens it
    #[arg(long, value_name = "N", value_parser = SecretFd::parse)]
    pub(super) secret_fd: Option<SecretFd>,
}

impl OpenArgs {
    pub(super) fn secret_fd(&self) -> SecretFd {
        self.secret_fd.unwrap_or_default()
    }

    /// Whether anything was given.
    pub(super) fn is_given(&self) -> bool {
        self.secret_fd.is_some() || !self.identities.is_empty()
    }

    /// Standard input gives either shares or passphrases. `option` is what stands before `-` among `places`.
    ///
    /// # Errors
    /// [`Error::Usage`] when both are wanted.
    pub(super) fn check_stdin(&self, places: &[PathBuf], option: &str) -> Result<()> {
        if self.secret_fd().is_stdin() && places.iter().any(|place| place.as_os_str() == "-") {
            let what = format!("--secret-fd 0 and {option} both read standard input");
            let hint = "give the passphrases on another descriptor: --secret-fd 3";
            return Err(usage(what, hint));
        }
        Ok(())
    }

    /// All keys in the files.
    ///
    /// # Errors
    /// As [`add_keys`].
    pub(super) fn keys(&self) -> Result<OwnKeys> {
        let mut keys = OwnKeys::default();
        for path in &self.identities {
            add_keys(&mut keys, path, KeysFrom::Option)?;
        }
        Ok(keys)
    }
}

/// Who named a file of age keys, for what is said of it.
#[derive(Clone, Copy)]
pub(super) enum KeysFrom {
    /// The option `--identity`.
    Option,
    /// An answer at a prompt.
    Prompt,
}

impl KeysFrom {
    fn name(self, path: &Path) -> String {
        match self {
            Self::Option => format!("--identity {path:?}"),
            Self::Prompt => format!("{path:?}"),
        }
    }

    /// What to do about a secret key where a file was to be named.
    fn instead_of_secret(self) -> Error {
        match self {
            Self::Option => usage(
                "--identity was given a secret key instead of a file".into(),
                "arguments are seen by others: count that key as known, and give a file",
            ),
            Self::Prompt => usage(
                "that is a secret key, not the file that holds it".into(),
                "it was shown on the screen: count it as known, and type the file's name",
            ),
        }
    }

    /// What to do about a file that is encrypted itself.
    fn decrypt(self) -> &'static str {
        match self {
            Self::Option => "decrypt it into a pipe: --identity <(age -d FILE)",
            Self::Prompt => "start again with it in a pipe: --identity <(age -d FILE)",
        }
    }
}

/// Reads one file of age keys, or a pipe that gives one.
///
/// # Errors
/// [`Error::Usage`] for a file that holds something else, without repeating it; [`Error::Io`]; [`Error::Interrupted`].
pub(super) fn add_keys(keys: &mut OwnKeys, path: &Path, from: KeysFrom) -> Result<()> {
    if has_secret_key(path.as_os_str().as_bytes()) {
        return Err(from.instead_of_secret());
    }
    let no_keys = |why: &str| {
        let what = format!("{} is no file of age keys{why}", from.name(path));
        usage(what, KEYS_HINT)
    };
    let file = open(path).map_err(Error::io("read", path))?;
    let kind = file.metadata().map_err(Error::io("read", path))?;
    if kind.is_dir() || rustix::termios::isatty(&file) {
        return Err(no_keys(""));
    }
    let text = read_all(&file, MAX_KEYS, path)?;
    match text.map(|text| keys.add(&text)) {
        Some(Ok(())) => Ok(()),
        Some(Err(NoKeys::Encrypted)) => {
            let what = format!("{} is encrypted itself", from.name(path));
            Err(usage(what, from.decrypt()))
        }
        Some(Err(NoKeys::Line(number))) => {
            Err(no_keys(&format!(": line {number} is not an age key")))
        }
        Some(Err(NoKeys::Empty)) => Err(no_keys(": there is no key in it")),
        None => Err(no_keys(&format!(": it has more than {MAX_KEYS} bytes"))),
    }
}

const KEYS_HINT: &str = "give the file that age-keygen wrote: a line AGE-SECRET-KEY-1...";

fn usage(what: String, hint: &str) -> Error {
    let hint = hint.to_owned();
    Error::Usage { what, hint }
}

/// Without waiting for whoever writes to a pipe: reading waits, and hears Ctrl-C.
fn open(path: &Path) -> std::io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

/// Everything, or `None` when it is more than `most` bytes.
fn read_all(file: &File, most: usize, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let mut all = Zeroizing::new(vec![0; most + 1]);
    let mut length = 0;
    while let Some(room) = all.get_mut(length..).filter(|room| !room.is_empty()) {
        match input::read(file, room, |error| Error::io("read", path)(error))? {
            0 => break,
            count => length += count,
        }
    }
    all.truncate(length);
    Ok((length <= most).then_some(all))
}

/// An open descriptor that gives one secret a line.
pub(super) struct SecretLines {
    input: File,
}

impl SecretLines {
    fn open(number: u32) -> Result<Self> {
        let refuse = |why: &str| {
            let what = format!("--secret-fd {number}: {why}");
            usage(
                what,
                "give a pipe: --secret-fd 3 3< <(command), or --secret-fd 0",
            )
        };
        let input = match number {
            0 => std::io::stdin()
                .as_fd()
                .try_clone_to_owned()
                .map(File::from),
            1 | 2 => return Err(refuse("this descriptor is for output")),
            other => open_again(other),
        };
        let input = input.map_err(|error| match error.kind() {
            ErrorKind::NotFound => refuse("this descriptor is not open"),
            _ => refuse(&format!("it cannot be read: {error}")),
        })?;
        let kind = input.metadata().map_err(|error| Error::System {
            doing: "look at --secret-fd",
            error,
        })?;
        if rustix::termios::isatty(&input) {
            return Err(refuse(
                "it is a terminal; without --secret-fd the terminal asks",
            ));
        }
        if kind.is_dir() || kind.file_type().is_socket() || kind.file_type().is_block_device() {
            return Err(refuse("it is neither a pipe nor a file"));
        }
        Ok(Self { input })
    }

    /// The next line without its end; `None` when there is no more. Read byte by byte, so that nothing behind it is
    /// taken away from whoever reads next.
    ///
    /// # Errors
    /// [`Error::Usage`] for a line that is too long; [`Error::Interrupted`]; [`Error::System`].
    pub(super) fn next(&mut self) -> Result<Option<SecretBytes>> {
        let (mut length, mut ended) = (0, false);
        let line = SecretBytes::try_filled(MAX_LINE + 1, |buffer| {
            while let Some(place) = buffer.get_mut(length..=length) {
                match input::read(&self.input, place, failed)? {
                    0 => break,
                    _ if *place == *b"\n" => {
                        ended = true;
                        break;
                    }
                    _ => length += 1,
                }
            }
            Ok(())
        })?;
        if length > MAX_LINE {
            let what = format!("a line of --secret-fd has more than {MAX_LINE} bytes");
            return Err(usage(what, "give one passphrase a line, as it is typed"));
        }
        let line = line.expose().get(..length).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Ok((ended || length > 0).then(|| SecretBytes::copied(line)))
    }
}

fn failed(error: std::io::Error) -> Error {
    let doing = "read from --secret-fd";
    Error::System { doing, error }
}

/// Opens what the descriptor leads to once more: without `unsafe` a number cannot be taken for a file.
fn open_again(number: u32) -> std::io::Result<File> {
    let path = PathBuf::from(format!("/proc/self/fd/{number}"));
    if std::fs::metadata(&path)?.file_type().is_socket() {
        return Err(std::io::Error::other("it is a socket"));
    }
    open(&path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::fd::AsRawFd;

    fn lines(bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut lines = SecretLines::open(file.as_raw_fd().try_into().unwrap())?;
        let mut found = Vec::new();
        while let Some(line) = lines.next()? {
            found.push(line.expose().to_vec());
        }
        Ok(found)
    }

    #[test]
    fn each_line_is_one_secret_with_or_without_a_last_line_end() {
        let wanted = [b"one".to_vec(), b"".to_vec(), b"two words".to_vec()];
        assert_eq!(lines(b"one\n\ntwo words\n").unwrap(), wanted);
        assert_eq!(lines(b"one\r\n\ntwo words").unwrap(), wanted);
        assert!(lines(b"").unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_refused() {
        assert_eq!(lines(&[b'a'; MAX_LINE]).unwrap().len(), 1);
        let refused = lines(&[b'a'; MAX_LINE + 1]);
        assert!(matches!(refused, Err(Error::Usage { .. })));
    }

    #[test]
    fn a_named_pipe_ends_when_its_writers_have_gone() {
        let scene = tempfile::tempdir().unwrap();
        let path = scene.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        let both = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path);
        let mut writer = both.unwrap();
        let reader = open(&path).unwrap();
        writer.write_all(b"one\n").unwrap();
        drop(writer);
        let number = reader.as_raw_fd().try_into().unwrap();
        let mut lines = SecretLines::open(number).unwrap();
        assert_eq!(lines.next().unwrap().unwrap().expose(), b"one");
        assert!(lines.next().unwrap().is_none());
    }

    #[test]
    fn outputs_sockets_directories_and_closed_descriptors_are_no_source_of_secrets() {
        let (socket, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        let directory = File::open("/").unwrap();
        let numbers = [1, 2, socket.as_raw_fd(), directory.as_raw_fd(), 999_999];
        for number in numbers {
            let opened = SecretLines::open(number.try_into().unwrap());
            assert!(matches!(opened, Err(Error::Usage { .. })), "{number}");
        }
    }

    #[test]
    fn what_is_no_file_of_age_keys_is_refused_and_not_repeated() {
        let scene = tempfile::tempdir().unwrap();
        let refused = |name: &str, bytes: &[u8]| {
            let path = scene.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let error = add_keys(&mut OwnKeys::default(), &path, KeysFrom::Option).unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{error}");
            format!("{error} {}", error.hint())
        };
        assert!(refused("e", b"age-encryption.org/v1\n").contains("age -d FILE"));
        let said = refused("w", b"# a comment\nmy passphrase\n");
        assert!(said.contains("line 2") && !said.contains("my passphrase"));
        assert!(refused("l", &[b'#'; MAX_KEYS + 1]).contains("more than"));
        assert!(refused("n", b"").contains("no key"));
        let path = Path::new("AGE-SECRET-KEY-1QQQQQ");
        let error = add_keys(&mut OwnKeys::default(), path, KeysFrom::Prompt).unwrap_err();
        assert!(!error.to_string().contains("QQQ"), "{error}");
        assert!(!error.to_string().contains("--identity"), "{error}");
        assert!(add_keys(&mut OwnKeys::default(), scene.path(), KeysFrom::Option).is_err());
    }
}
