//! Reads the program's own source and holds what keeps it readable: the direction of the modules, who may name what,
//! and sizes.
//!
//! Looks at code only: comments, the inside of texts, and everything under `#[cfg(test)]` are blanked first.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// Who may name what: each name, and the modules it is at home in. A name at home nowhere is forbidden.
const RESERVED: &[(&str, &[&str])] = &[
    ("sharks::", &["shamir"]),
    ("age::", &["cipher"]),
    // Digests, signatures and key derivation of other software belong to its readers.
    (
        "ring::",
        &[
            "digest",
            "signature",
            "key",
            "certificate",
            "private_key",
            "stretching",
            "keystore",
            "material",
        ],
    ),
    ("k256::", &["certificate", "private_key", "material"]),
    ("aes::", &["keystore", "material"]),
    ("cbc::", &["keystore"]),
    ("ctr::", &["material"]),
    ("des::", &["keystore"]),
    ("rc2::", &["keystore"]),
    // age has a module of that name.
    ("scrypt::", &["cipher", "material"]),
    ("sha3::", &["material"]),
    ("ripemd::", &["material"]),
    ("bs58::", &["material"]),
    ("serde_json", &["json"]),
    ("serde::", &["json"]),
    ("zstd_safe", &["frames"]),
    ("tar::", &["archive"]),
    ("clap::", &["cli", "commands"]),
    ("jiff", &["time"]),
    ("rpassword", &["terminal"]),
    ("seccompiler", &["host"]),
    ("libc::", &["host"]),
    // Reading them is `rxing::qrcode::`.
    ("qrcode::", &["sheet", "scan"]),
    ("pdf_writer::", &["sheet"]),
    ("skrifa::", &["sheet"]),
    ("subsetter::", &["sheet"]),
    ("miniz_oxide::", &["sheet"]),
    ("hayro::", &["scan"]),
    ("hayro_ccitt::", &["scan"]),
    ("image::", &["scan"]),
    ("tiff::", &["scan"]),
    ("rxing::", &["scan"]),
    ("println!", &["terminal"]),
    ("eprintln!", &["terminal"]),
    ("print!", &["terminal"]),
    ("eprint!", &["terminal"]),
    ("stdout()", &["terminal", "commands/shell", "host/child"]),
    ("stderr()", &["terminal"]),
    (
        "std::fs",
        &[
            "node",
            "media",
            "host",
            "sample",
            "scan",
            "carrier",
            "incomplete",
            "commands",
            "terminal",
        ],
    ),
    ("unsafe", &["allocator", "locked", "frames/context"]),
    ("SystemTime::now", &["main"]),
    ("temp_dir", &["commands/rehearse"]),
    // Offline: no network, and no other program that could have one.
    ("TcpStream", &[]),
    ("TcpListener", &[]),
    ("UdpSocket", &[]),
    ("UnixStream", &[]),
    ("UnixListener", &[]),
    ("UnixDatagram", &[]),
    ("ToSocketAddrs", &[]),
    ("rustix::net", &[]),
    // Addresses as plain values: it reads those of the machine in the kernel's tables.
    ("std::net", &["host/network"]),
    // A group would hide a name from this list.
    ("std::{", &[]),
    ("process::Command", &["host/child"]),
    // Bytes of strangers are decoded in the child only.
    ("decode_bytes", &["scan"]),
    // No environment: a secret in it would be read by every process of the same user.
    // The child looks at its first argument itself, before anything else does.
    ("std::env", &["commands/rehearse", "host/child"]),
    ("env::var", &[]),
    ("env::vars", &[]),
    ("env::args_os", &["host/child"]),
    ("env::args", &[]),
];

/// The most lines of a file without its tests, and of a function.
const MAX_FILE: usize = 300;
const MAX_FUNCTION: usize = 70;

/// Names that say nothing about what is in a module.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

/// One source file.
struct Source {
    /// "frames/context" for `src/frames/context.rs`.
    module: String,
    text: String,
    /// The code, line for line: no comments, texts empty, tests gone.
    code: Vec<String>,
    /// Lines that are part of a test.
    test_lines: usize,
}

impl Source {
    fn new(path: &Path, root: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let module = path.strip_prefix(root).unwrap().with_extension("");
        let (code, test_lines) = without_tests(&blanked(&text));
        Self {
            module: module.to_str().unwrap().to_owned(),
            text,
            code,
            test_lines,
        }
    }

    /// "frames" for `src/frames/context.rs`.
    fn top(&self) -> &str {
        self.module.split('/').next().unwrap()
    }

    /// Whether this file is `home` or below it.
    fn is_in(&self, home: &str) -> bool {
        let rest = self.module.strip_prefix(home);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The first line that names `name`.
    fn line_naming(&self, name: &str) -> Option<(usize, &str)> {
        let mut lines = (1..).zip(&self.code);
        lines
            .find(|(_, line)| positions(line, name).next().is_some())
            .map(|(number, line)| (number, line.trim()))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file that is no test.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.file_stem().unwrap() == "tests";
            if path.is_dir() && !is_test {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !is_test {
                found.push(Source::new(&path, &root()));
            }
        }
    }
    found.sort_by(|a, b| a.module.cmp(&b.module));
    found
}

/// The modules in the order of `lib.rs`.
fn order() -> Vec<String> {
    let lib = blanked(&fs::read_to_string(root().join("lib.rs")).unwrap());
    let declared = lib.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    declared.map(str::to_owned).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where `name` stands in `line` as a whole name.
fn positions<'a>(line: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    line.match_indices(name).map(|(at, _)| at).filter(|at| {
        let before = line[..*at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        let ends_in_word = name.chars().next_back().is_some_and(is_word);
        !(before.is_some_and(is_word) || ends_in_word && after.is_some_and(is_word))
    })
}

/// The text with comments and the insides of texts and characters replaced by blanks; the lines stay where they are.
fn blanked(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < all.len() {
        let end = end_of_literal(&all, at).unwrap_or(at + 1).min(all.len());
        if end == at + 1 {
            out.push(all[at]);
        } else {
            out.extend(all[at..end].iter().map(|c| match c {
                '\n' => '\n',
                _ => ' ',
            }));
        }
        at = end;
    }
    out
}

/// If a comment, a text or a character begins `at`, where it ends.
fn end_of_literal(all: &[char], at: usize) -> Option<usize> {
    let rest = &all[at..];
    let in_word = at > 0 && is_word(all[at - 1]);
    match rest {
        ['/', '/', ..] => Some(at + rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())),
        ['/', '*', ..] => {
            let end = rest.windows(2).position(|pair| pair == ['*', '/']);
            Some(at + end.map_or(rest.len(), |end| end + 2))
        }
        ['r', '"' | '#', ..] if !in_word || all[at - 1] == 'b' => end_of_raw(all, at),
        ['"', ..] => Some(end_of_quoted(all, at, '"')),
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => Some(end_of_quoted(all, at, '\'')),
        _ => None,
    }
}

/// The end of `r"..."` or `r#"..."#`.
fn end_of_raw(all: &[char], at: usize) -> Option<usize> {
    let hashes = all[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if all.get(open) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let inside = &all[open + 1..];
    let end = inside.windows(close.len()).position(|part| part == close)?;
    Some(open + 1 + end + close.len())
}

fn end_of_quoted(all: &[char], at: usize, quote: char) -> usize {
    let mut place = at + 1;
    while place < all.len() && all[place] != quote {
        place += if all[place] == '\\' { 2 } else { 1 };
    }
    place + 1
}

/// The lines without the items under `#[cfg(test)]`, and how many lines those were.
fn without_tests(code: &str) -> (Vec<String>, usize) {
    let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
    let mut gone = 0;
    for start in 0..lines.len() {
        if lines[start].trim() == "#[cfg(test)]" {
            let end = end_of_item(&lines, start + 1);
            gone += end - start;
            lines[start..end].iter_mut().for_each(String::clear);
        }
    }
    (lines, gone)
}

/// The line behind the item that begins at `start`: after its closing brace, or its semicolon.
fn end_of_item(lines: &[String], start: usize) -> usize {
    let mut depth = 0;
    for (number, line) in lines.iter().enumerate().skip(start) {
        for letter in line.chars() {
            match letter {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(letter, '}' | ';') {
                return number + 1;
            }
        }
    }
    lines.len()
}

/// The names behind `crate::`, those in braces too.
fn used_modules(code: &[String]) -> Vec<String> {
    let joined = code.join(" ");
    let mut used = Vec::new();
    for at in positions(&joined, "crate::") {
        let rest = joined[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            None => used.push(first_word(rest)),
            Some(group) => used.extend(group_heads(group)),
        }
    }
    used
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| is_word(*c)).collect()
}

/// "a::{b, c}, d::e}" to "a", "d".
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut fresh) = (1, Vec::new(), true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            letter if is_word(letter) && fresh => {
                heads.push(first_word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

/// How many `super::` stand behind one another, at most.
fn most_supers(line: &str) -> usize {
    (1..)
        .take_while(|count| positions(line, &"super::".repeat(*count)).next().is_some())
        .count()
}

/// Name and length of every function.
fn functions(code: &[String]) -> Vec<(String, usize)> {
    let heads = code.iter().enumerate().filter_map(|(start, line)| {
        let at = positions(line, "fn ").next()?;
        let name = first_word(&line[at + 3..]);
        (!name.is_empty()).then(|| (name, end_of_item(code, start) - start))
    });
    heads.collect()
}

fn assert_none(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn each_module_uses_only_modules_listed_above_it() {
    let order = order();
    assert!(order.len() > 20, "lib.rs lists the modules");
    let mut broken = Vec::new();
    for source in sources() {
        let Some(place) = order.iter().position(|name| name == source.top()) else {
            continue;
        };
        for used in used_modules(&source.code) {
            if order[place + 1..].contains(&used) {
                let module = &source.module;
                broken.push(format!("{module} uses {used}, which lib.rs lists below it"));
            }
        }
    }
    broken.dedup();
    assert_none(&broken);
}

#[test]
fn no_module_goes_round_the_order_with_super() {
    let mut broken = Vec::new();
    for source in sources() {
        let depth = source.module.matches('/').count();
        for (number, line) in (1..).zip(&source.code) {
            if most_supers(line) > depth {
                let line = line.trim();
                broken.push(format!("src/{}.rs:{number}: {line}", source.module));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_file_is_part_of_a_module_in_lib_rs() {
    let order = order();
    let sources = sources();
    let tops = sources.iter().map(Source::top);
    let strays: Vec<String> = tops
        .filter(|top| !["lib", "main"].contains(top) && !order.iter().any(|name| name == top))
        .map(str::to_owned)
        .collect();
    assert_none(&strays);
}

#[test]
fn reserved_names_stay_at_home() {
    let mut broken = Vec::new();
    for source in sources() {
        for (name, homes) in RESERVED {
            if homes.iter().any(|home| source.is_in(home)) {
                continue;
            }
            if let Some((number, line)) = source.line_naming(name) {
                let module = &source.module;
                broken.push(format!("src/{module}.rs:{number}: {name} in: {line}"));
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn no_input_can_reach_an_unwrap() {
    let mut broken = Vec::new();
    for source in sources() {
        for name in [".unwrap()", "panic!", "todo!", "unimplemented!", "dbg!"] {
            for (number, line) in (1..).zip(&source.code) {
                // `.unwrap()` has no word in front of it that could end at the point.
                if line.contains(name)
                    && (name.starts_with('.') || positions(line, name).count() > 0)
                {
                    broken.push(format!(
                        "src/{}.rs:{number}: {}",
                        source.module,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert_none(&broken);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let sources = sources();
    let silent = sources
        .iter()
        .filter(|source| !source.text.starts_with("//! "));
    assert_none(
        &silent
            .map(|source| source.module.clone())
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_without_its_tests_is_longer_than_300_lines() {
    let long = sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count() - source.test_lines;
        (lines > MAX_FILE).then(|| format!("src/{}.rs: {lines} lines", source.module))
    });
    assert_none(&long.collect::<Vec<_>>());
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut long = Vec::new();
    for source in sources() {
        for (name, lines) in functions(&source.code) {
            if lines > MAX_FUNCTION {
                long.push(format!("src/{}.rs: {name}: {lines} lines", source.module));
            }
        }
    }
    assert_none(&long);
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let sources = sources();
    let named = sources.iter().filter(|source| {
        source
            .module
            .split('/')
            .any(|name| EMPTY_NAMES.contains(&name))
    });
    assert_none(
        &named
            .map(|source| source.module.clone())
            .collect::<Vec<_>>(),
    );
}

mod the_reader_of_source {
    use super::*;

    #[test]
    fn sees_code_and_neither_comments_nor_texts_nor_tests() {
        let text = "a(); // age::x\n/* tar::\n*/ b(\"ring::\\\"\", '\"', r#\"clap::\"#); let x: &'a u8;\n\
                    #[cfg(test)]\nmod tests {\n  fn f() { c(\"}\") }\n}\nd();\n";
        let (code, test_lines) = without_tests(&blanked(text));
        let words: Vec<&str> = code.iter().map(|line| line.trim()).collect();
        assert_eq!(words[0], "a();");
        assert!(words[2].starts_with("b(") && words[2].ends_with("let x: &'a u8;"));
        assert_eq!(words[3..], ["", "", "", "", "d();"]);
        assert_eq!(test_lines, 4);
        let names = ["age::", "tar::", "ring::", "clap::", "c("];
        assert!(names.iter().all(|name| !code.join("\n").contains(name)));
    }

    #[test]
    fn finds_names_behind_crate_in_every_form() {
        let code = [
            "use crate::a::{b, c};",
            "use crate::{d, e::{f, g}, h};",
            "crate::i::j();",
        ];
        let code: Vec<String> = code.iter().map(|line| line.to_string()).collect();
        assert_eq!(used_modules(&code), ["a", "d", "e", "h", "i"]);
    }

    #[test]
    fn takes_names_whole() {
        assert_eq!(positions("String::new()", "ring::").count(), 0);
        assert_eq!(positions("ring::x(ring::y)", "ring::").count(), 2);
        assert_eq!(positions("unsafe_code unsafe", "unsafe").count(), 1);
        assert_eq!(most_supers("use super::super::x; super::y"), 2);
    }

    #[test]
    fn measures_functions_with_their_last_brace() {
        let code = [
            "fn a(b: [u8; 2]) -> u8",
            "where",
            "{",
            "  1",
            "}",
            "fn c();",
        ];
        let code: Vec<String> = code.iter().map(|line| line.to_string()).collect();
        assert_eq!(functions(&code), [("a".to_owned(), 5), ("c".to_owned(), 1)]);
    }
}
