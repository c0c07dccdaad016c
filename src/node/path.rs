//! Paths as bytes, judged by their text alone.
//!
//! Knows components and `..`; asks no file system anything.

/// The longest path of an entry, in bytes.
pub const PATH_BYTES: usize = 4096;

/// The longest component of a path, in bytes.
pub const NAME_BYTES: usize = 255;

/// The longest text that Linux stores in a symbolic link, in bytes.
const LINK_BYTES: usize = 4095;

/// Checks that `path` is a path as entries have it: relative, nothing but plain names between the slashes.
/// The answer, if it is not, is the rule that it breaks.
pub fn plain(path: &[u8]) -> Result<(), &'static str> {
    if path.len() > PATH_BYTES {
        return Err("its path is longer than 4096 bytes");
    }
    for name in path.split(|byte| *byte == b'/') {
        match name {
            b"" => return Err("its path has an empty component"),
            b"." | b".." => return Err("its path has a \".\" or \"..\" in it"),
            _ if name.contains(&0) => return Err("its path has a zero byte in it"),
            _ if name.len() > NAME_BYTES => {
                return Err("its path has a name longer than 255 bytes");
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a link with the text `target`, lying in the directory `parent`, leads to a place inside.
///
/// `..` may stand only in front. `d/../x` is refused because `d` may be a link itself: two links, each harmless to look
/// at, would lead outside together. With `..` only in front, the way goes up through real directories only.
pub(super) fn stays_inside(parent: &[u8], target: &[u8]) -> bool {
    if target.is_empty()
        || target.starts_with(b"/")
        || target.contains(&0)
        || target.len() > LINK_BYTES
    {
        return false;
    }
    let mut steps = names(target).skip_while(|name| *name == b"..");
    let ups = names(target).take_while(|name| *name == b"..").count();
    steps.all(|name| name != b"..") && ups <= names(parent).count()
}

/// The text of a link that lies in the directory `from` and leads to `to`; both relative to the same directory.
/// Nothing if it would be longer than a link may be.
pub(super) fn relative(from: &[u8], to: &[u8]) -> Option<Vec<u8>> {
    let shared = names(from)
        .zip(names(to))
        .take_while(|(a, b)| a == b)
        .count();
    let ups = names(from).skip(shared).map(|_| b"..".as_slice());
    let steps: Vec<&[u8]> = ups.chain(names(to).skip(shared)).collect();
    let text = if steps.is_empty() {
        b".".to_vec()
    } else {
        steps.join(&b'/')
    };
    (text.len() <= LINK_BYTES).then_some(text)
}

/// What is left of `path` below `root`, if it lies in it.
pub(super) fn within<'p>(root: &[u8], path: &'p [u8]) -> Option<&'p [u8]> {
    let rest = path.strip_prefix(root)?;
    if root.is_empty() || root.ends_with(b"/") || rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix(b"/")
}

/// `name` below `directory`; either may be empty.
pub(super) fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    match (directory, name) {
        (b"", only) | (only, b"") => only.to_vec(),
        _ => [directory, name].join(&b'/'),
    }
}

/// The directory and the name in it; the inverse of [`join`] for a plain path.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = path.rsplitn(2, |byte| *byte == b'/');
    let name = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), name)
}

/// The components that lead somewhere.
fn names(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|name| !matches!(*name, b"" | b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_components_are_plain() {
        let long = [b'x'; 256];
        let deep = b"x/".repeat(2048);
        let refused: [&[u8]; 12] = [
            b"", b"/", b"/a", b"a/", b"a//b", b".", b"..", b"a/../b", b"a/.", b"a\0b", &long, &deep,
        ];
        for path in refused {
            assert!(plain(path).is_err(), "{path:?}");
        }
        let most = deep.get(..4095).unwrap();
        let accepted: [&[u8]; 6] = [b"a", b"a/b", b"...", b"a\n b/\xff", &long[..255], most];
        for path in accepted {
            assert_eq!(plain(path), Ok(()), "{path:?}");
        }
    }

    #[test]
    fn a_path_of_4096_bytes_is_plain_and_one_of_4097_is_not() {
        let mut path = b"xyz/".repeat(1024);
        path.pop();
        path.push(b'z');
        assert_eq!(plain(&path), Ok(()));
        path.push(b'z');
        assert!(plain(&path).is_err());
    }

    #[test]
    fn a_link_may_climb_as_far_as_its_own_depth() {
        assert!(stays_inside(b"a/b", b"../../c"));
        assert!(stays_inside(b"a/b", b".././../c/./d//"));
        assert!(stays_inside(b"", b"."));
        assert!(!stays_inside(b"a/b", b"../../../c"));
        assert!(!stays_inside(b"", b".."));
    }

    #[test]
    fn a_link_that_climbs_after_descending_is_not_trusted() {
        assert!(!stays_inside(b"a/b", b"c/../d"));
        assert!(!stays_inside(b"a/b", b"../c/.."));
    }

    #[test]
    fn absolute_empty_and_overlong_targets_are_not_inside() {
        for target in [b"/a".as_slice(), b"", b"a\0b", &[b'a'; 4096]] {
            assert!(!stays_inside(b"a", target));
        }
    }

    #[test]
    fn relative_targets_lead_from_one_place_to_the_other() {
        let cases: [(&[u8], &[u8], &[u8]); 6] = [
            (b"", b"a/b", b"a/b"),
            (b"a", b"a/b", b"b"),
            (b"a/c/d", b"a/b", b"../../b"),
            (b"a", b"", b".."),
            (b"", b"", b"."),
            (b"ab", b"a", b"../a"),
        ];
        for (from, to, text) in cases {
            assert_eq!(relative(from, to).unwrap(), text);
            assert!(stays_inside(from, text));
        }
        assert!(relative(&b"x/".repeat(2000), b"y").is_none());
    }

    #[test]
    fn within_cuts_at_components_only() {
        assert_eq!(within(b"/a", b"/a/b/c"), Some(b"b/c".as_slice()));
        assert_eq!(within(b"/a", b"/a"), Some(b"".as_slice()));
        assert_eq!(within(b"/", b"/a"), Some(b"a".as_slice()));
        assert_eq!(within(b"", b"a"), Some(b"a".as_slice()));
        assert_eq!(within(b"/a", b"/ab"), None);
        assert_eq!(within(b"/a/b", b"/a"), None);
    }

    #[test]
    fn split_undoes_join() {
        for (directory, name) in [(b"".as_slice(), b"a".as_slice()), (b"a/b", b"c")] {
            assert_eq!(split(&join(directory, name)), (directory, name));
        }
        assert_eq!(join(b"a", b""), b"a");
    }
}
