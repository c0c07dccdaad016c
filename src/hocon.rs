//! HOCON, the language of Corda's configuration, read tolerantly: whatever is not understood is listed, nothing is dropped
//! in silence.
//!
//! Knows text; no files, and no meaning of any key. Values may be passwords: they are secrets until somebody who knows the
//! key says otherwise.
//!
//! The language is that of the "HOCON (Human-Optimized Config Object Notation)" document of the `config` library, which
//! ends at the first mistake and then knows nothing. This reader goes on at the next line, because a backup that leaves
//! out what stood behind a curly quote is worse than one that takes too much.

mod reader;
mod scanner;

use zeroize::Zeroizing;

/// The most bytes of a configuration file that is read.
pub const MAX_BYTES: usize = 4 << 20;
/// The most settings of a file, lists and objects themselves among them.
pub const MAX_SETTINGS: usize = 20_000;
/// The most objects and lists that stand inside one another.
pub const MAX_DEPTH: usize = 64;
/// The most lines that are listed as not understood one by one.
pub const MAX_NOT_UNDERSTOOD: usize = 1_000;

/// What a file says, in its order.
#[derive(Default)]
pub struct Hocon {
    /// Every value, the later of two with the same key too.
    pub settings: Vec<Setting>,
    /// Other files that it asks for.
    pub includes: Vec<Include>,
    /// Lines that are not understood, or only half: number (from 1) and why. Their text may hold a password. What could be
    /// made of them is among the settings all the same.
    pub not_understood: Vec<(u32, String)>,
    /// The line that nothing is read from on, because there is more than any configuration says.
    pub ends_at: Option<u32>,
}

/// One value.
pub struct Setting {
    /// The key, part by part: `a.b = 1` and `a { b = 1 }` are both "a", "b". Elements of a list have their index, from 0,
    /// as the last part; those that are added to a list which may stand elsewhere (`+=`) have "+0", "+1" and so on,
    /// counted through the file.
    pub key: Vec<String>,
    /// The value.
    pub value: Value,
    /// The line of the value, from 1.
    pub line: u32,
}

/// A value: pieces that stand one after another.
pub struct Value {
    /// The pieces.
    pub pieces: Vec<Piece>,
}

/// A piece of a value.
pub enum Piece {
    /// Text as it is meant: quotes and escapes are gone. Mostly UTF-8; a file may hold other bytes.
    Text(Zeroizing<Vec<u8>>),
    /// `${path}` or `${?path}`: the path, and whether it may be missing.
    Substitution(String, bool),
    /// A list begins here, in the place of whatever the key meant before; its elements follow. Alone in its value.
    List,
    /// An object begins here, to be merged with one of the same key before; its members follow. Alone in its value.
    Object,
}

/// An `include`.
pub struct Include {
    /// What is named.
    pub what: String,
    /// How: a file, or a URL or classpath resource, which is not looked for.
    pub is_file: bool,
    /// Whether the software ends without it.
    pub required: bool,
    /// The line, from 1.
    pub line: u32,
    /// The object that it stands in, part by part.
    pub below: Vec<String>,
    /// How many settings of the same file stand before it: what they say gives way to what it says.
    pub after: usize,
}

/// Reads a configuration.
///
/// # Errors
/// When it is not text at all, or larger than [`MAX_BYTES`]: in words.
pub fn read(bytes: &[u8]) -> Result<Hocon, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
    }
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("it is UTF-16, which Corda does not read".into());
    }
    if zeros > bytes.len() / 64 {
        return Err("it is not text".into());
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    Ok(reader::Reader::new(text).read())
}

#[cfg(test)]
mod tests;
