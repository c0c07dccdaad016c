//! What a node directory is made of: directories, files, links, and what is left out with its reason.
//!
//! Plain values that the walker, the payload and the extractor share; no file is touched here.

/// One thing found below a node directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Raw bytes, relative to the node directory, plain components separated by `/`. Empty: the directory itself.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// `st_mode & 0o7777`.
    pub mode: u32,
    /// Last modification, whole seconds since 1970, may be negative.
    pub mtime: i64,
    /// The text of the symbolic link, when it is not kept as it stands: because the content behind it is outside and
    /// comes in its place, because [`EntryKind::Link`] holds a rewritten target, or because the link was skipped.
    pub outside: Option<Vec<u8>>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A directory. Its content follows.
    Directory,
    /// A regular file.
    File {
        /// Bytes.
        size: u64,
    },
    /// A symbolic link to a place inside the node directory.
    Link {
        /// Relative to the link's own directory; `..` only in front, and never beyond the node directory.
        target: Vec<u8>,
    },
    /// Something that is named but not kept.
    Skipped {
        /// The reason.
        why: Why,
    },
}

/// Why something is named but not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A socket.
    Socket,
    /// A named pipe.
    Fifo,
    /// A block or character device, or what the kernel makes up: `/proc` and the like.
    Device,
    /// A link that leads to itself, or to a directory that it lies in.
    Loop,
    /// A link to nothing.
    Dangling,
    /// A link to the outside, when those are not followed.
    Outside,
    /// A lock, a process id and the like: of no use to another start of the node.
    Volatile,
    /// Somebody did not want it. A directory stands for all that is in it.
    Excluded,
    /// It belongs to no vault of this scope. A directory stands for all that is in it.
    Scope,
}

impl Why {
    /// Whether it was left out on purpose, and could have been kept.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Volatile | Self::Excluded | Self::Scope)
    }

    /// One word, for lists and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Fifo => "fifo",
            Self::Device => "device",
            Self::Loop => "loop",
            Self::Dangling => "dangling",
            Self::Outside => "outside",
            Self::Volatile => "volatile",
            Self::Excluded => "excluded",
            Self::Scope => "scope",
        }
    }

    /// The inverse of [`Why::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Socket,
            Self::Fifo,
            Self::Device,
            Self::Loop,
            Self::Dangling,
            Self::Outside,
            Self::Volatile,
            Self::Excluded,
            Self::Scope,
        ];
        all.into_iter().find(|why| why.as_str() == text)
    }
}
