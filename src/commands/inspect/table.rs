//! What a node directory holds, as a table for people: at most 80 columns, but paths are never cut.

use std::path::Path;

use super::{material, severity, stores, subject};
use crate::certificate::printable;
use crate::contents::{Contents, Place, Presence, Remark, Tally, Unknown, Weight};
use crate::corda::What;
use crate::corda::startup::Check;
use crate::report::{StartupLine, shown};
use crate::terminal::{size, wrapped};
use crate::time::Time;

/// Columns of the table.
pub(super) const WIDTH: usize = 80;
/// The most things that a configuration names and that are shown one by one.
const MOST_NAMED: usize = 200;

/// All of it, line by line.
pub(super) fn lines(contents: &Contents, remarks: &[Remark], now: Time) -> Vec<String> {
    let path = |place: &Place| heading(&place.path(Path::new("")));
    let mut all = head(contents);
    all.push(counts(remarks));
    let stores = contents.stores.iter();
    let stores: Vec<String> = stores
        .flat_map(|store| stores::lines(store, &path(&store.place), now))
        .collect();
    for (title, lines) in [
        ("Keystores", stores),
        (
            "Other key material, histories and databases",
            material::lines(contents, &path),
        ),
        ("What the configuration names", named(contents)),
        (
            "What the node would check when it starts",
            startup(contents, now),
        ),
        ("Findings", findings(contents, remarks)),
        ("What a sealing would take", scopes(contents, remarks, now)),
    ] {
        if !lines.is_empty() {
            all.push(String::new());
            all.push(title.to_owned());
            all.extend(lines);
        }
    }
    let lines = all.iter().flat_map(|line| {
        let wrapped = wrapped(line, WIDTH);
        wrapped.split('\n').map(str::to_owned).collect::<Vec<_>>()
    });
    lines.collect()
}

fn head(contents: &Contents) -> Vec<String> {
    let survey = &contents.survey;
    let mut lines = vec![
        format!("{:?}", contents.base),
        format!(
            "  {}, {}, in {}; {}",
            counted(survey.files, "file"),
            size(survey.bytes),
            counted(survey.directories, "directory"),
            counted(survey.links, "link")
        ),
    ];
    if let Some((path, bytes)) = &survey.largest {
        let path = String::from_utf8_lossy(path);
        lines.push(format!("  largest: {path:?}, {}", size(*bytes)));
    }
    if !contents.software.is_empty() {
        lines.push(format!("  software: {}", contents.software.join(", ")));
    }
    lines
}

/// A path as a heading: in quotes where it could be taken for a line of ours.
fn heading(path: &Path) -> String {
    let text = shown(path);
    let is_like_a_line = text.contains(": ") || text.contains("; ");
    match is_like_a_line && !text.starts_with('"') {
        true => format!("{text:?}"),
        false => text,
    }
}

fn named(contents: &Contents) -> Vec<String> {
    let of_one = |(named, presence): &(crate::corda::Named, Presence)| {
        let presence = match presence {
            Presence::Inside => "inside",
            Presence::Outside => "OUTSIDE",
            Presence::Missing if named.may_be_missing => "not there, may be so",
            Presence::Missing => "MISSING",
            Presence::Unreadable(_) => "UNREADABLE",
        };
        let by = shown(named.file.file_name().map_or(&named.file, Path::new));
        let line = match named.line {
            0 => "by default".to_owned(),
            line => format!("{by}, line {line}"),
        };
        let path = shown(
            named
                .path
                .strip_prefix(&contents.base)
                .unwrap_or(&named.path),
        );
        let path = if path.is_empty() { "." } else { &path };
        [
            format!("  {path}"),
            format!(
                "    {}, {presence}: {} ({line})",
                what_name(named.what),
                cut(&named.key, 48)
            ),
        ]
    };
    let mut lines: Vec<String> = contents
        .named
        .iter()
        .take(MOST_NAMED)
        .flat_map(of_one)
        .collect();
    let more = contents.named.len().saturating_sub(MOST_NAMED);
    lines.extend((more > 0).then(|| format!("  and {more} more (see --json)")));
    lines
}

/// The word for something named.
pub(super) fn what_name(what: What) -> &'static str {
    match what {
        What::Keystore => "keystore",
        What::TrustStore => "trust store",
        What::KeyFile => "key file",
        What::File => "file",
        What::Directory => "directory",
        What::Database => "database",
        What::Configuration => "configuration",
    }
}

fn startup(contents: &Contents, now: Time) -> Vec<String> {
    let checks = contents.startup(now);
    let of_one = |check: &Check| {
        let said = check.outcome.text();
        let word = match check.outcome.word() {
            "failed" => "FAILED",
            word => word,
        };
        // Continued under its own beginning.
        let name = wrapped(&format!("{:12}{}", "", check.name), WIDTH);
        let name = name.get(12..).unwrap_or(check.name);
        let line = format!("  {word:<9} {name}");
        let mut lines: Vec<String> = line.split('\n').map(str::to_owned).collect();
        lines.extend((!said.is_empty()).then(|| format!("            {}", printable(said))));
        lines
    };
    checks.iter().flat_map(of_one).collect()
}

/// A check for the report.
pub(super) fn startup_line(contents: &Contents, check: &Check) -> StartupLine {
    let name = contents.base.file_name().unwrap_or_default();
    StartupLine {
        node: format!("{name:?}"),
        check: check.name,
        outcome: check.outcome.word(),
        text: check.outcome.text().to_owned(),
    }
}

/// How many errors, warnings and notes there are.
fn counts(remarks: &[Remark]) -> String {
    let of = |weight| {
        let one = remarks.iter().filter(|remark| remark.weight == weight);
        one.count()
    };
    let (errors, warnings) = (of(Weight::Error), of(Weight::Warning));
    let notes = of(Weight::Note);
    format!("  errors: {errors}, warnings: {warnings}, notes: {notes}")
}

fn findings(contents: &Contents, remarks: &[Remark]) -> Vec<String> {
    let mut lines = Vec::new();
    for remark in remarks {
        let path = remark
            .path
            .strip_prefix(&contents.base)
            .unwrap_or(&remark.path);
        let path = match path.as_os_str().is_empty() {
            true => remark.path.as_path(),
            false => path,
        };
        let word = severity(remark.weight).as_str();
        lines.push(format!("  {word}: {}", subject(path, remark.line)));
        lines.push(format!("    {}", printable(&remark.text)));
        if !remark.hint.is_empty() {
            lines.push(format!("    hint: {}", remark.hint));
        }
    }
    lines
}

fn scopes(contents: &Contents, remarks: &[Remark], now: Time) -> Vec<String> {
    let of = |tally: Tally| format!("{}, {}", counted(tally.files, "file"), size(tally.bytes));
    let counts = [
        (contents.databases().len(), "database"),
        (contents.archives().len(), "archive"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| counted(*count as u64, what))
        .collect();
    let left = match counts.is_empty() {
        true => String::new(),
        false => format!("; leaves out {}, which may hold keys", counts.join(" and ")),
    };
    let outside = match contents.outside().len() {
        0 => String::new(),
        1 => ", 1 place outside included".into(),
        count => format!(", {count} places outside included"),
    };
    let mut lines = vec![
        format!("  --scope node: {}{outside}", of(contents.node_scope())),
        format!("  --scope keys: {}{left}", of(contents.keys_scope())),
    ];
    if !left.is_empty() {
        lines.push("    (that needs a typed yes, or --exception scope=REASON)".into());
    }
    lines.extend(unknown(contents));
    let unreadable =
        |remark: &&Remark| (remark.code, remark.weight) == ("unreadable", Weight::Error);
    let refused = [
        (
            contents.dead().len() + contents.no_start(now).len(),
            "no backup",
        ),
        (remarks.iter().filter(unreadable).count(), "not readable"),
    ];
    let refused = refused.iter().filter(|(number, _)| *number > 0);
    let refused: Vec<String> = refused
        .map(|(number, what)| format!("{}, {what}", counted(*number as u64, "file")))
        .collect();
    if !refused.is_empty() {
        let whys = refused.join("; ");
        lines.push(format!(
            "  A seal would refuse now: {whys} (see the errors)"
        ));
    }
    lines
}

/// Small files that the keys scope leaves out and that nobody knows.
fn unknown(contents: &Contents) -> Vec<String> {
    let Unknown { first, more } = &contents.unknown;
    if first.is_empty() {
        return Vec::new();
    }
    let title = "    leaves out too, small and of no known kind (--include takes them):";
    let mut lines = vec![title.to_owned()];
    let paths = first
        .iter()
        .map(|place| heading(&place.path(Path::new(""))));
    lines.extend(paths.map(|path| format!("      {path}")));
    lines.extend((*more > 0).then(|| format!("      and {more} more")));
    lines
}

/// A number of things.
fn counted(number: u64, what: &str) -> String {
    match (number, what) {
        (1, _) => format!("1 {what}"),
        (_, "directory") => format!("{number} directories"),
        _ => format!("{number} {what}s"),
    }
}

/// A text of at most `width` columns, its middle left out: names begin and end with what tells them apart.
pub(super) fn cut(text: &str, width: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= width {
        return text.to_owned();
    }
    let tail = width / 3;
    let head = width.saturating_sub(tail + 3);
    let front = letters.iter().take(head);
    let back = letters.iter().skip(letters.len() - tail);
    front.chain(&['.'; 3]).chain(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_reads_like_a_line_of_ours_stands_in_quotes() {
        let path = Path::new("a: private key; good.jks");
        assert_eq!(heading(path), "\"a: private key; good.jks\"");
        assert_eq!(heading(Path::new("a b.jks")), "a b.jks");
    }

    #[test]
    fn a_long_name_loses_its_middle_and_keeps_both_ends() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut("abcdefghijklmnop", 12), "abcde...mnop");
        assert_eq!(cut("ääääääääääääß", 12).chars().count(), 12);
    }
}
