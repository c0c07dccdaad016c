//! What the tools of a stranger make of our archives. A tool that is not there is said and skipped.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::*;

/// Runs a program with the archive on its input; `None` when there is no such program.
fn run(command: &mut Command, archive: &[u8]) -> Option<Output> {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = match pipes.stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            let why = format!("{:?} does not run: {error}", command.get_program());
            crate::tests::skipped(crate::tests::Need::Tool, &why);
            return None;
        }
    };
    let mut input = child.stdin.take().unwrap();
    let archive = archive.to_vec();
    let feeder = std::thread::spawn(move || input.write_all(&archive));
    let output = child.wait_with_output().unwrap();
    // A program that has seen the end may close the pipe.
    let _ = feeder.join().unwrap();
    Some(output)
}

/// Compares what lies in `root` with what was put into the archive.
fn compare(root: &Path, members: &[(Member, Vec<u8>)]) {
    for (member, content) in members {
        let path = root.join(OsStr::from_bytes(&member.path));
        let meta = path
            .symlink_metadata()
            .unwrap_or_else(|e| panic!("{path:?}: {e}"));
        match &member.kind {
            MemberKind::Directory => assert!(meta.is_dir(), "{path:?}"),
            MemberKind::File { .. } => assert_eq!(&fs::read(&path).unwrap(), content, "{path:?}"),
            MemberKind::Link { target } => {
                let found = fs::read_link(&path).unwrap();
                assert_eq!(found.as_os_str().as_bytes(), target, "{path:?}");
            }
        }
        assert_eq!(meta.mtime(), member.mtime, "{path:?}");
        if !meta.is_symlink() {
            assert_eq!(meta.permissions().mode() & 0o7777, member.mode, "{path:?}");
        }
    }
}

fn count(root: &Path) -> usize {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap());
    let below = |entry: fs::DirEntry| match entry.file_type().unwrap().is_dir() {
        true => 1 + count(&entry.path()),
        false => 1,
    };
    entries.map(below).sum()
}

/// The cases in which every directory of a path stands before it, so that all of it is a tree.
fn tree() -> Vec<(Member, Vec<u8>)> {
    let mut members = every_case();
    // Not every file system holds times after 2242 (the header's eleven digits); Python checks them below.
    members.retain(|(member, _)| member.mtime < 1 << 31);
    let deep = members
        .iter()
        .position(|(member, _)| member.path.len() > 900)
        .unwrap();
    let path = members[deep].0.path.clone();
    for (place, end) in path.iter().enumerate().filter(|(_, b)| **b == b'/').skip(1) {
        assert_eq!(*end, b'/');
        members.insert(deep, directory(&path[..place], 0o755, 10));
    }
    members[deep..deep + 59].reverse();
    members
}

#[test]
fn stock_tar_extracts_every_case_to_the_byte() {
    let members = tree();
    let archive = write(&members);
    for locale in ["C", "C.UTF-8", "POSIX"] {
        let place = tempfile::tempdir().unwrap();
        let mut command = Command::new("tar");
        command.args(["--extract", "--preserve-permissions", "--no-same-owner"]);
        command
            .args(["--absolute-names", "--directory"])
            .arg(place.path());
        let Some(output) = run(
            command.args(["--file", "-"]).env("LC_ALL", locale),
            &archive,
        ) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{locale}: {said}");
        // It may say that it does not know the declaration of binary names, and nothing else.
        let known = "Ignoring unknown extended header keyword 'hdrcharset'";
        let other: Vec<_> = said.lines().filter(|line| !line.contains(known)).collect();
        assert!(other.is_empty(), "{locale}: {other:?}");
        compare(place.path(), &members);
        assert_eq!(count(place.path()), members.len(), "{locale}");
    }
}

/// Prints each member as type, name, mode, time, link target, content; bytes in hexadecimal digits.
const PYTHON: &str = "
import os, sys, tarfile
with tarfile.open(fileobj=sys.stdin.buffer, mode='r|') as archive:
    for m in archive:
        content = archive.extractfile(m).read() if m.isreg() else b''
        print(m.type.decode(), os.fsencode(m.name).hex(), oct(m.mode), int(m.mtime),
              os.fsencode(m.linkname).hex(), content.hex(), m.uid, m.gid, repr(m.uname), sep='|')
";

#[test]
fn python_reads_every_case_to_the_byte() {
    let mut members = every_case();
    members.push(file(b"d/before", 0o600, -86_400, b"1969"));
    let archive = write(&members);
    let mut python = Command::new("python3");
    let python = python.args(["-X", "utf8", "-c", PYTHON]);
    let Some(output) = run(python, &archive) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let line = |(member, content): &(Member, Vec<u8>)| {
        let (kind, target) = match &member.kind {
            MemberKind::Directory => (5, &b""[..]),
            MemberKind::File { .. } => (0, &b""[..]),
            MemberKind::Link { target } => (2, &target[..]),
        };
        let (path, target, content) = (hex(&member.path), hex(target), hex(content));
        let (mode, time) = (member.mode, member.mtime);
        format!("{kind}|{path}|0o{mode:o}|{time}|{target}|{content}|0|0|''")
    };
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(found.lines().count(), members.len());
    for (found, member) in found.lines().zip(&members) {
        assert_eq!(found, line(member));
    }
}

#[test]
fn stock_tar_sees_the_size_of_a_file_beyond_eight_gibibytes() {
    let size = (8 << 30) + 5;
    let mut writer = ArchiveWriter::new(Vec::new());
    // Only its headers: the content is a hole.
    writer
        .file(b"huge", 0o600, 0, size, &mut io::empty())
        .unwrap_err();
    let mut archive = tempfile::NamedTempFile::new().unwrap();
    archive.write_all(writer.headers()).unwrap();
    let full = archive.as_file().metadata().unwrap().len() + size + 507 + 1024;
    archive.as_file().set_len(full).unwrap();

    let wide = Limits {
        members: 1,
        bytes: size,
    };
    let member = ArchiveReader::new(archive.reopen().unwrap(), wide).next();
    assert_eq!(member.unwrap().unwrap().kind, MemberKind::File { size });

    let mut command = Command::new("tar");
    let command = command
        .args(["--list", "--verbose", "--file"])
        .arg(archive.path());
    let Some(output) = run(command, b"") else {
        return;
    };
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && listed.contains(" 8589934597 "),
        "{listed}"
    );
}
