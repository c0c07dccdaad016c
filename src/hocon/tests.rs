use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::tests::{Need, skipped};

/// Keys and values, written on one line each: "a.b = text${x}", "a = [", "a = {".
fn flat(text: &str) -> Vec<String> {
    flat_bytes(text.as_bytes())
}

fn flat_bytes(bytes: &[u8]) -> Vec<String> {
    let read = read(bytes).unwrap();
    let all = read.settings.iter().map(|setting| {
        let pieces = setting.value.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => String::from_utf8_lossy(text).into_owned(),
            Piece::Substitution(path, false) => format!("${{{path}}}"),
            Piece::Substitution(path, true) => format!("${{?{path}}}"),
            Piece::List => "[".into(),
            Piece::Object => "{".into(),
        });
        format!("{} = {}", setting.key.join("."), pieces.collect::<String>())
    });
    all.filter(|line| !line.ends_with("= {")).collect()
}

fn wrong(text: &str) -> Vec<u32> {
    let read = read(text.as_bytes()).unwrap();
    read.not_understood.iter().map(|(line, _)| *line).collect()
}

#[test]
fn the_shapes_of_hocon_mean_what_they_mean() {
    for (text, expected) in [
        ("a = 1", &["a = 1"][..]),
        ("a : 1", &["a = 1"]),
        (
            "{ \"a\" : \"x\", \"b\" : { \"c\" : true } }",
            &["a = x", "b.c = true"],
        ),
        ("a { b { c = 1 } }", &["a.b.c = 1"]),
        ("a.b.c = 1", &["a.b.c = 1"]),
        ("\"a.b\" = 1", &["a.b = 1"]),
        ("a.\"b c\".d = 1", &["a.b c.d = 1"]),
        ("a = x y  z  # c", &["a = x y  z"]),
        ("a = x // c", &["a = x"]),
        ("a = ./dir/f.jks, b = 2", &["a = ./dir/f.jks", "b = 2"]),
        ("a = \"jdbc:\"${b}\"/x;Y\"", &["a = jdbc:${b}/x;Y"]),
        ("a = ${?X}", &["a = ${?X}"]),
        ("a = 'x y'", &["a = 'x y'"]),
        (
            "a = \"\"\"x \"y\" \\n\nz\"\"\"\nb = 1",
            &["a = x \"y\" \\n\nz", "b = 1"],
        ),
        (
            "a = \"\\\"\\u00e4\\ud83d\\ude00\\\\\"",
            &["a = \"\u{e4}\u{1f600}\\"],
        ),
        ("a = [x, y,]", &["a = [", "a.0 = x", "a.1 = y"]),
        ("a = [\n x\n y # c\n]\n", &["a = [", "a.0 = x", "a.1 = y"]),
        ("a = []", &["a = ["]),
        ("a = [{b=1},{b=2}]", &["a = [", "a.0.b = 1", "a.1.b = 2"]),
        ("a += x\na += y", &["a.+0 = x", "a.+1 = y"]),
        ("a = [x] [y]", &["a = [", "a.0 = x", "a.+0 = y"]),
        ("a = ${b} [y]", &["a = ${b}", "a.+0 = y"]),
        ("a = [y] ${b}", &["a = [", "a.0 = y", "a.+0 = ${b}"]),
        ("a = {b=1} {c=2}", &["a.b = 1", "a.c = 2"]),
        ("a = ${b} {c=2}", &["a = ${b}", "a.c = 2"]),
        ("a = 1\na = 2", &["a = 1", "a = 2"]),
        ("includeIn = [x]", &["includeIn = [", "includeIn.0 = x"]),
        ("include = 1", &["include = 1"]),
        ("a =\n  1", &["a = 1"]),
        ("a = \"\"", &["a = "]),
        (
            "\u{feff}a = 1\r\nb = \"x\"\r\n\tc = z\r\n",
            &["a = 1", "b = x", "c = z"],
        ),
    ] {
        assert_eq!(flat(text), expected, "{text:?}");
        assert_eq!(wrong(text), [0; 0], "{text:?}");
    }
}

#[test]
fn what_is_odd_is_listed_and_what_stands_around_it_is_read() {
    for (text, expected, lines) in [
        ("a = \"x\nb = 1", &["a = x", "b = 1"][..], &[1][..]),
        ("a = \"x\u{201c}\nb = 1", &["a = x", "b = 1"], &[1]),
        ("a = \u{201c}x\u{201d}\nb = 1", &["a = x", "b = 1"], &[1]),
        ("a = {{ x y }}\nb = 1", &["a = {{ x y }}", "b = 1"], &[1]),
        ("a {\n...\nb = 1\n}\nc = 1", &["a.b = 1", "c = 1"], &[2]),
        (
            "a {\n[x or y] {\nb = 1\n}\n}\nc = 1",
            &["a.?.b = 1", "c = 1"],
            &[2],
        ),
        ("a {\nb = 1", &["a.b = 1"], &[1]),
        ("a = 1\n}\nb = 2", &["a = 1", "b = 2"], &[2]),
        ("a = [x }\nb = 1", &["a = [", "a.0 = x", "b = 1"], &[1]),
        ("a =\nb = 1", &["b = 1"], &[1]),
        ("a = http://x/y # z", &["a = http://x/y"], &[1]),
        ("a = b = c", &["a = b = c"], &[1]),
        ("a = ${b\nc = 1", &["a = ${b", "c = 1"], &[1]),
        ("a = \"\"\"x\nb = 1", &["a = x", "b = 1"], &[1]),
        ("a = \"\\q\"", &["a = \\q"], &[1]),
        ("a b c\nd = 1", &["d = 1"], &[1]),
        ("a = x [y]", &["a = x", "a.+0 = y"], &[1]),
    ] {
        assert_eq!(flat(text), expected, "{text:?}");
        assert_eq!(wrong(text), lines, "{text:?}");
    }
}

/// The sample configurations: name and bytes. `None` where they are not.
fn samples() -> Option<Vec<(String, Vec<u8>)>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    let Ok(folder) = fs::read_dir(samples.join("nodeconf")) else {
        skipped(Need::Samples, "the samples are not there");
        return None;
    };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    for kind in ["bank", "hsm", "notary", "wrapped", "devmode"] {
        paths.push(samples.join("made").join(kind).join("node.conf"));
    }
    paths.retain(|path| path.extension().is_some_and(|end| end == "conf"));
    paths.sort();
    assert!(paths.len() > 110, "{}", paths.len());
    let read = |path: &PathBuf| (path.display().to_string(), fs::read(path).unwrap());
    Some(paths.iter().map(read).collect())
}

/// What is left of a line when every setting and include of it is taken away, with brackets, separators and quotes.
fn residue(line: &str, number: u32, read: &Hocon) -> String {
    let mut parts: Vec<String> = Vec::new();
    for include in read.includes.iter().filter(|it| it.line == number) {
        parts.push(include.what.clone());
        parts.extend(["include", "required", "file"].map(String::from));
    }
    for setting in read.settings.iter().filter(|it| it.line == number) {
        let names = setting
            .key
            .iter()
            .filter(|part| part.parse::<u32>().is_err());
        parts.extend(names.cloned());
        parts.extend(setting.value.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
            Piece::Substitution(path, _) => Some(path.clone()),
            Piece::List | Piece::Object => None,
        }));
    }
    // The longest first: a short one may be part of a longer.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let bare = |text: &str| text.replace(['"', '\\'], "");
    let mut left = bare(line);
    for part in parts.iter().filter(|part| !part.is_empty()) {
        left = left.replacen(&bare(part), " ", 1);
    }
    let left = left.split('#').next().unwrap().split("//").next().unwrap();
    left.replace(|c: char| " \t\r{}[]=:,+\"?$().\\".contains(c), "")
}

#[test]
fn every_line_of_every_sample_is_a_setting_or_an_include_or_structure_or_listed() {
    let Some(samples) = samples() else { return };
    let (mut lines, mut listed, mut lost) = (0, 0, Vec::new());
    for (name, bytes) in samples {
        let read = read(&bytes).unwrap();
        for (number, line) in (1..).zip(String::from_utf8(bytes).unwrap().lines()) {
            lines += 1;
            if read
                .not_understood
                .iter()
                .any(|(noted, _)| *noted == number)
            {
                listed += 1;
            } else if !residue(line, number, &read).is_empty() {
                lost.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    println!("{lines} lines, {listed} listed as not understood");
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn the_samples_that_are_hocon_are_understood_to_the_last_line() {
    let Some(samples) = samples() else { return };
    for (name, bytes) in samples {
        let read = read(&bytes).unwrap();
        for (line, why) in &read.not_understood {
            println!("{name}:{line}: {why}");
        }
        if name.contains("/made/") {
            assert_eq!(read.not_understood, []);
        }
    }
}

/// Words that HOCON is made of, whole and broken.
const WORDS: &[&str] = &[
    "a",
    "b.c",
    "=",
    ":",
    "+=",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\"",
    "\"\"\"",
    "\"x y\"",
    "'",
    "\\",
    "\\u00",
    "${",
    "${a}",
    "${?b}",
    "}",
    "{{",
    "}}",
    "#",
    "//",
    "include ",
    "required(",
    "file(",
    ")",
    "\u{201c}",
    "\u{feff}",
    "\0",
    "1",
    "true",
    "/x.jks",
    ".",
    "<{a:b}>",
];

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_name_a_line_that_is_not_there(
        words in proptest::collection::vec(0..WORDS.len(), 0..80),
    ) {
        let text: String = words.iter().map(|word| WORDS[*word]).collect();
        let Ok(read) = read(text.as_bytes()) else { return Ok(()) };
        let lines = 1 + text.matches('\n').count() as u32;
        let noted = read.not_understood.iter().map(|(line, _)| *line);
        let mut all = noted.chain(read.settings.iter().map(|setting| setting.line));
        prop_assert!(all.all(|line| (1..=lines).contains(&line)));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_line_that_is_not_understood_hides_nothing_around_it(
        words in proptest::collection::vec(0..WORDS.len(), 1..12),
    ) {
        let harmless = |word: &&str| !word.contains(['{', '}', '[', ']', '\n', '\0']) && *word != "\"\"\"";
        let harmless: Vec<&str> = WORDS.iter().copied().filter(harmless).collect();
        let mut line: String = words.iter().map(|word| harmless[word % harmless.len()]).collect();
        if line.trim_end().ends_with(['=', ':']) {
            line.push('x');
        }
        let text = format!("before = 1\nin {{\n{line}\nlast = 2\n}}\nafter = 3\n");
        let found = flat(&text);
        for expected in ["before = 1", "in.last = 2", "after = 3"] {
            prop_assert!(found.iter().any(|line| line == expected), "{text:?}: {found:?}");
        }
    }
}
