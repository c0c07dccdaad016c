//! Where things stand: in the archive, and below the target of a restore.
//!
//! Knows the numbers and names of node directories, and paths as bytes; nothing of what lies there.

use super::EXTERNAL;

/// Where an entry stands in the archive.
#[derive(Clone, Copy, Debug)]
pub enum Root {
    /// In node directory `i`.
    Node(usize),
    /// Outside of node directory `i`, and belonging to it: paths are absolute ones without their first slash.
    External(usize),
}

impl Root {
    /// The root of something that belongs to node directory `index`, and the path below it: by its path in the node
    /// directory, or by its absolute one for what lies outside.
    pub fn of(index: usize, path: &[u8]) -> (Self, &[u8]) {
        match path.strip_prefix(b"/") {
            None => (Self::Node(index), path),
            Some(below) => (Self::External(index), below),
        }
    }

    /// The path in the archive of `path` below this root.
    pub fn join(self, path: &[u8]) -> Vec<u8> {
        let root = match self {
            Self::Node(index) => format!("node/{index}"),
            Self::External(index) => format!("{EXTERNAL}/{index}"),
        };
        under(root.into_bytes(), path)
    }

    /// The path below the target of a restore of `path` below this root, where the node directory is called `name`.
    pub fn restored(self, name: &[u8], path: &[u8]) -> Vec<u8> {
        let root = match self {
            Self::Node(_) => name.to_vec(),
            Self::External(_) => under(EXTERNAL.into(), name),
        };
        under(root, path)
    }
}

fn under(mut root: Vec<u8>, path: &[u8]) -> Vec<u8> {
    if !path.is_empty() {
        root.push(b'/');
        root.extend_from_slice(path);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lies_in_the_archive_by_whether_its_path_is_absolute() {
        let places: [(usize, &[u8], &str, &str); 4] = [
            (1, b"a/b.jks", "node/1/a/b.jks", "party/a/b.jks"),
            (0, b"", "node/0", "party"),
            (
                2,
                b"/opt/b.jks",
                "external/2/opt/b.jks",
                "external/party/opt/b.jks",
            ),
            (0, b"/", "external/0", "external/party"),
        ];
        for (index, path, member, restored) in places {
            let (root, below) = Root::of(index, path);
            assert_eq!(root.join(below), member.as_bytes());
            assert_eq!(root.restored(b"party", below), restored.as_bytes());
        }
    }
}
