//! The process that reads pages: what it is told on its standard input, what it answers, and what it may do.
//!
//! It is started here as coldvault starts it. What it makes of pictures is tested in the library.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use qrcode::{EcLevel, QrCode, Version};

use crate::support::{PROGRAM, ROOT, Ran, TOOLS, run, skipped};

const SIGN: &str = "--child-that-reads-pages";
const TEXT: &str = "HTTP/A TEXT OF SOMEBODY ELSE";
/// The end of an answer: a record of kind "e" with nothing in it.
const END: &[u8] = b"e\0\0\0\0";

/// A page with one code, as a PDF that draws it: squares, as coldvault's own sheets.
fn document(pages: usize) -> Vec<u8> {
    let code = QrCode::with_version(TEXT, Version::Normal(5), EcLevel::Q).unwrap();
    let wide = code.width();
    let mut drawing = String::new();
    for (number, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let (x, y) = (40 + number % wide * 3, 260 - number / wide * 3);
            drawing += &format!("{x} {y} 3 3 re\n");
        }
    }
    drawing += "f";
    let kids: String = (0..pages)
        .map(|page| format!("{} 0 R ", page + 4))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>"),
        format!(
            "<< /Length {} >>\nstream\n{drawing}\nendstream",
            drawing.len()
        ),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 3 0 R >>";
    objects.extend((0..pages).map(|_| page.to_owned()));
    pdf(&objects)
}

fn pdf(objects: &[String]) -> Vec<u8> {
    let mut text = String::from("%PDF-1.7\n");
    let mut places = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        places += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size) = (text.len(), objects.len() + 1);
    text += &format!("xref\n0 {size}\n{places}trailer\n<< /Size {size} /Root 1 0 R >>\n");
    text += &format!("startxref\n{start}\n%%EOF\n");
    text.into_bytes()
}

fn file(dir: &Path, bytes: &[u8]) -> File {
    let path = dir.join("scan");
    fs::write(&path, bytes).unwrap();
    File::open(path).unwrap()
}

fn asked(program: &mut Command, input: File) -> Output {
    program.args([SIGN, "scan", "0"]);
    program.stdin(input).env_clear().output().unwrap()
}

fn times(output: &Output, text: &str) -> usize {
    let windows = output.stdout.windows(text.len());
    windows.filter(|part| *part == text.as_bytes()).count()
}

#[track_caller]
fn assert_answered(output: &Output, codes: usize) {
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.ends_with(END), "{output:?}");
    assert_eq!(times(output, TEXT), codes, "{output:?}");
    assert_ne!(output.stdout.first(), Some(&b'u'), "it has its sandbox");
}

#[test]
fn a_child_answers_with_the_codes_of_every_page() {
    let dir = tempfile::tempdir().unwrap();
    let output = asked(&mut Command::new(PROGRAM), file(dir.path(), &document(3)));
    assert_answered(&output, 3);
}

#[test]
fn a_child_works_as_any_user_and_from_a_file_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let input = file(dir.path(), &document(1));
    if !Path::new("/usr/bin/setpriv").exists() || !rustix::process::geteuid().is_root() {
        skipped(ROOT, "another user needs setpriv and root");
        return;
    }
    let mut other = Command::new("/usr/bin/setpriv");
    other.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
    // By descriptor, as coldvault names itself: the file has no name any more.
    let copy = dir.path().join("copy");
    fs::copy(PROGRAM, &copy).unwrap();
    let shell = "exec 9<\"$1\"; rm \"$1\"; shift; exec /proc/self/fd/9 \"$@\"";
    other.args(["/bin/sh", "-c", shell, "sh"]).arg(&copy);
    fs::set_permissions(
        dir.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o777),
    )
    .unwrap();
    assert_answered(&asked(&mut other, input), 1);
}

#[test]
fn a_document_that_refers_to_itself_ends_without_harm() {
    let dir = tempfile::tempdir().unwrap();
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R \
                /Resources << /XObject << /A 5 0 R >> >> >>";
    let form = "<< /Type /XObject /Subtype /Form /BBox [0 0 300 300] /Length 11 \
                /Resources << /XObject << /A 5 0 R >> >> >>\nstream\n/A Do /A Do\nendstream";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 >>",
        page,
        "<< /Length 5 >>\nstream\n/A Do\nendstream",
        form,
    ];
    let input = file(dir.path(), &pdf(&objects.map(str::to_owned)));
    let ran = run(dir.path(), &["verify", "scan"]);
    ran.exits(4).says("no code found").says("scan it again");
    // It may die of it, as the stack ends; its parent says so of this page.
    let output = asked(&mut Command::new(PROGRAM), input);
    let ended = output.status.success() || output.status.signal().is_some();
    assert!(ended, "{output:?}");
}

#[test]
fn a_child_opens_nothing_and_connects_to_nothing_once_it_reads() {
    if !Path::new("/usr/bin/strace").exists() {
        skipped(TOOLS, "there is no strace");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("trace");
    let mut traced = Command::new("/usr/bin/strace");
    traced.arg("-f").arg("-o").arg(&trace).arg(PROGRAM);
    let output = asked(&mut traced, file(dir.path(), &document(1)));
    assert_answered(&output, 1);
    let mut text = String::new();
    File::open(trace)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    let calls: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1)?.split_once('('))
        .map(|(call, _)| call)
        .collect();
    let closed = calls.iter().rposition(|call| *call == "seccomp").unwrap();
    let after = &calls[closed + 1..];
    assert!(
        after.contains(&"read") && after.contains(&"write"),
        "{after:?}"
    );
    let harmless = [
        "read", "write", "mmap", "munmap", "mremap", "brk", "madvise", "mprotect",
    ];
    let ending = [
        "exit_group",
        "sigaltstack",
        "futex",
        "getrandom",
        "clock_gettime",
    ];
    for call in after {
        assert!(harmless.contains(call) || ending.contains(call), "{call}");
    }
}

#[test]
fn pages_read_without_a_sandbox_are_reported_with_the_reason() {
    if !Path::new("/usr/bin/strace").exists() {
        skipped(TOOLS, "there is no strace");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    drop(file(dir.path(), &document(1)));
    run(dir.path(), &["verify", "scan"])
        .exits(4)
        .does_not_say("sandbox");
    let mut traced = Command::new("/usr/bin/strace");
    traced.args(["-f", "-o", "/dev/null", "-e", "trace=seccomp"]);
    traced.args(["-e", "inject=seccomp:error=ENOSYS", PROGRAM]);
    let args = ["verify", "scan"];
    let output = traced.args(args).current_dir(dir.path()).output().unwrap();
    Ran::of(&args, &output)
        .exits(4)
        .says("no sandbox to the process that reads pages")
        .says("os error 38");
}

#[test]
fn a_child_that_is_told_nothing_sensible_fails_and_says_nothing() {
    for arguments in [
        &[SIGN][..],
        &[SIGN, "scan"],
        &[SIGN, "scan", "x"],
        &[SIGN, "open", "/"],
    ] {
        let mut command = Command::new(PROGRAM);
        let output = command
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && output.stderr.is_empty(),
            "{output:?}"
        );
    }
}

#[test]
fn no_help_names_the_child() {
    for arguments in [&["--help"][..], &["help"], &["completions", "bash"]] {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(times(&output, SIGN), 0, "{arguments:?}");
    }
}
