//! Reads the kernel's list of mounts, /proc/self/mountinfo.
//!
//! Whoever mounts something chooses names in it (a stick's label becomes a mount point): parsed as foreign text.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The most bytes of the list that are read: some tens of thousands of mounts.
const MAX_FILE: u64 = 4 << 20;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Mount {
    pub(in crate::media) id: u64,
    /// The number of its device; the first is 0 for what has no device of its own.
    pub(in crate::media) number: (u32, u32),
    /// Where it is mounted.
    pub(in crate::media) point: PathBuf,
    /// Whether it, or the file system itself, takes no writes.
    pub(in crate::media) read_only: bool,
    /// The type of its file system: "ext4", "fuse.sshfs".
    pub(in crate::media) kind: OsString,
    /// What is mounted: a device node, or whatever the driver calls it.
    pub(in crate::media) source: OsString,
}

/// Reads the list as it is, at most 4 MiB of it.
pub(in crate::media) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut text)?;
    Ok(text)
}

/// Parses the list. Lines that are not understood are left out.
pub(in crate::media) fn parse(text: &[u8]) -> Vec<Mount> {
    let lines = text.split(|byte| *byte == b'\n');
    lines.filter_map(parse_line).collect()
}

/// The mount with this id; without an id, the last one made at or above a path, the deepest first.
pub(super) fn find(mounts: Vec<Mount>, id: Option<u64>, path: &Path) -> Option<Mount> {
    let mut mounts = mounts.into_iter();
    match id {
        Some(id) => mounts.find(|mount| mount.id == id),
        None => {
            let above = mounts.filter(|mount| path.starts_with(&mount.point));
            above.max_by_key(|mount| mount.point.components().count())
        }
    }
}

/// Reads a line (proc_pid_mountinfo(5)): id, parent, number, root, point, options, any number of optional fields, "-",
/// type, source, options.
fn parse_line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let id = str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let number = parse_number(str::from_utf8(fields.nth(1)?).ok()?)?;
    let point = PathBuf::from(unescape(fields.nth(1)?));
    let options = fields.next()?;
    let mut fields = fields.skip_while(|field| *field != b"-").skip(1);
    let (kind, source) = (unescape(fields.next()?), unescape(fields.next()?));
    let of_all = fields.next().unwrap_or_default();
    Some(Mount {
        id,
        number,
        point,
        read_only: is_read_only(options) || is_read_only(of_all),
        kind,
        source,
    })
}

/// Reads a device number as the kernel writes it: "8:17".
fn parse_number(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once(':')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn is_read_only(options: &[u8]) -> bool {
    options
        .split(|byte| *byte == b',')
        .any(|option| option == b"ro")
}

/// Takes back the kernel's escapes: a backslash and three octal digits for space, tab, line end, backslash and `#`.
fn unescape(mut field: &[u8]) -> OsString {
    let mut bytes = Vec::with_capacity(field.len());
    while let Some((first, rest)) = field.split_first() {
        match rest
            .split_at_checked(3)
            .and_then(|(digits, after)| Some((octal(first, digits)?, after)))
        {
            Some((byte, after)) => {
                bytes.push(byte);
                field = after;
            }
            None => {
                bytes.push(*first);
                field = rest;
            }
        }
    }
    OsString::from_vec(bytes)
}

fn octal(first: &u8, digits: &[u8]) -> Option<u8> {
    let value = |digit: &u8| {
        (b'0'..=b'7')
            .contains(digit)
            .then(|| u32::from(digit - b'0'))
    };
    let number = digits
        .iter()
        .try_fold(0, |number, digit| Some(number * 8 + value(digit)?))?;
    u8::try_from(number).ok().filter(|_| *first == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;

    fn parse(text: &str) -> Vec<Mount> {
        super::parse(text.as_bytes())
    }

    #[test]
    fn a_line_is_read_with_any_number_of_optional_fields() {
        let text = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n\
                    27 1 254:0 / / rw,relatime - ext4 /dev/vda rw";
        let mount = |id, number, point: &str, kind: &str, source: &str| Mount {
            id,
            number,
            read_only: false,
            point: point.into(),
            kind: kind.into(),
            source: source.into(),
        };
        assert_eq!(
            parse(text),
            [
                mount(36, (98, 0), "/mnt2", "ext3", "/dev/root"),
                mount(27, (254, 0), "/", "ext4", "/dev/vda")
            ]
        );
    }

    #[test]
    fn escapes_are_taken_back_and_what_only_looks_like_one_stays() {
        let text = r"1 1 0:1 / /media/A\040B\134\011\012\043 rw - fuse.x a\04b\999\777\ rw";
        let mounts = parse(text);
        assert_eq!(mounts[0].point, Path::new("/media/A B\\\t\n#"));
        assert_eq!(mounts[0].source, OsString::from(r"a\04b\999\777\"));
    }

    #[test]
    fn lines_that_are_not_understood_are_left_out() {
        let text = "\n-\nx 1 0:1 / / rw - ext4 /dev/a rw\n1 1 0:1 / /\n1 1 0:1 / / rw ext4 /dev/a rw\n2 1 0:1 / / rw - t\n";
        assert_eq!(parse(text), []);
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), b"\xff\xff 1\n3 1 0:1 / /\xff rw - t\xff s rw").unwrap();
        let mounts = super::parse(&read(file.path()).unwrap());
        assert_eq!(
            (mounts.len(), mounts[0].point.as_os_str().as_bytes()),
            (1, &b"/\xff"[..])
        );
    }

    #[test]
    fn a_mount_is_read_only_by_its_own_options_or_those_of_its_file_system() {
        let text = "1 1 8:1 / /a ro,nosuid - vfat /dev/a rw\n2 1 8:2 / /b rw - ext4 /dev/b ro\n\
                    3 1 8:3 / /c rw,errors=ro - ext4 /dev/c rw,errors=remount-ro";
        let read_only: Vec<bool> = parse(text).iter().map(|mount| mount.read_only).collect();
        assert_eq!(read_only, [true, true, false]);
    }

    #[test]
    fn a_mount_is_found_by_its_id_or_else_the_deepest_and_last_one_above() {
        let text = "1 1 0:1 / / rw - a a rw\n2 1 0:2 / /m rw - b b rw\n3 2 0:3 / /m rw - c c rw\n4 1 0:4 / /mm rw - d d rw";
        let id = |id, path: &str| find(parse(text), id, Path::new(path)).map(|mount| mount.id);
        assert_eq!(id(Some(2), "/x"), Some(2));
        assert_eq!(id(Some(9), "/m"), None);
        assert_eq!(
            (id(None, "/m/x"), id(None, "/mm"), id(None, "/mx")),
            (Some(3), Some(4), Some(1))
        );
    }
}
