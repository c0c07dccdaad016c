//! Key material of other kinds, as lines of the table.

use std::path::Path;

use crate::contents::{Contents, Place};
use crate::material::{Material, Order, Part, State};
use crate::report::shown;

/// The most files that are shown one by one.
const MOST: usize = 60;

/// The lines of everything that is key material, its history, or a database; the rest is counted.
pub(super) fn lines(contents: &Contents, path: &dyn Fn(&Place) -> String) -> Vec<String> {
    let matters = |one: &Material| {
        matches!(
            one.part,
            Part::Key | Part::Password | Part::History | Part::Database | Part::Archive
        )
    };
    let (shown, rest): (Vec<_>, Vec<_>) =
        contents.material.iter().partition(|(_, one)| matters(one));
    let mut lines = Vec::new();
    for (place, one) in shown.iter().take(MOST) {
        lines.extend(of_one(&path(place), one));
    }
    if shown.len() > MOST {
        lines.push(format!(
            "  and {} more: --json lists them",
            shown.len() - MOST
        ));
    }
    if !rest.is_empty() && !lines.is_empty() {
        lines.push(format!(
            "  and {} files of configuration and public data",
            rest.len()
        ));
    }
    lines
}

fn of_one(path: &str, one: &Material) -> Vec<String> {
    let software = one
        .software
        .map_or(String::new(), |name| format!("{name}, "));
    let state = match &one.state {
        State::Good if one.part == Part::Key => "; good as far as can be checked".into(),
        State::Good => String::new(),
        State::Locked => "; encrypted: not opened".into(),
        State::Dead(why) => format!("; no good: {why}"),
        State::NotChecked(why) => format!("; not checked: {why}"),
    };
    let mut lines = vec![
        format!("  {path}"),
        format!("    {software}{}{state}", one.what),
    ];
    let shows = |name: &str, value: &str| {
        let history = one.history.as_ref();
        history.is_some_and(|history| history.shown.contains(&format!("{name} {value}")))
    };
    for (name, value) in one.facts.iter().filter(|(name, value)| !shows(name, value)) {
        lines.push(format!("    {name}: {}", shown(Path::new(value))));
    }
    if let Some(history) = &one.history {
        let how_far = shown(Path::new(&history.shown));
        lines.push(match (history.order == Order::NotRead, &one.state) {
            (false, _) => format!("    signed up to {how_far}"),
            (true, State::Dead(_)) => format!("    {how_far}"),
            (true, _) => format!("    signing history: {how_far}"),
        });
    }
    lines
}

/// The word for a part, for scripts.
pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Key => "key",
        Part::Password => "password",
        Part::Needed => "needed",
        Part::History => "history",
        Part::Database => "database",
        Part::Archive => "archive",
        Part::Volatile => "volatile",
        Part::Other => "other",
    }
}
