//! The lines of `status`: how urgent first, in words, and a last line that sums up.

use crate::due::{Item, Standing, Tally, What};
use crate::terminal::wrapped;
use crate::time::Time;

/// Columns of a line.
const WIDTH: usize = 80;
/// Columns of the first word: "OVERDUE 1234 days" and a blank.
const MARGIN: usize = 18;

/// Copies of one vault of which the same is said are one line that names them all.
pub(super) fn grouped(items: &[Item]) -> Vec<Item> {
    let mut lines: Vec<Item> = Vec::new();
    for item in items {
        let is_of_copy = matches!(item.what, What::CopyCheck | What::Paper);
        let is_same = |line: &&mut Item| {
            (line.what, line.vault, line.standing, line.by)
                == (item.what, item.vault, item.standing, item.by)
                && line.why == item.why
        };
        let same = lines.iter_mut().find(is_same).filter(|_| is_of_copy);
        match same {
            Some(line) => line.name += &format!(", {}", item.subject),
            None => lines.push(item.clone()),
        }
    }
    lines
}

/// One line, continued under its own beginning.
pub(super) fn of(item: &Item) -> String {
    let state = item.standing.words();
    let first = MARGIN.max(state.len() + 1);
    let text = wrapped(&format!("{:first$}{}", "", item.line()), WIDTH);
    format!("{state:<first$}{}", text.get(first..).unwrap_or(&text))
}

/// "1 failed, 2 overdue, 1 due, 9 in order. Next: 2027-05-22, Bank-A, D0 seals and places."
pub(super) fn summary(items: &[Item], practice: usize, as_of: Time) -> String {
    let Tally {
        failed,
        overdue,
        due,
        good,
    } = Tally::of(items);
    let counted = [
        (failed, "failed"),
        (overdue, "overdue"),
        (due, "due"),
        (good, "in order"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let mut line = match counted.is_empty() {
        true => "No vault in this register has anything due.".to_owned(),
        false => format!("{}.", counted.join(", ")),
    };
    let waits = |item: &&Item| matches!(item.standing, Standing::Due(_) | Standing::Good);
    let coming = items
        .iter()
        .filter(waits)
        .filter(|item| item.by >= Some(as_of));
    if let Some((by, next)) = coming
        .filter_map(|item| Some((item.by?, item)))
        .min_by_key(|next| next.0)
    {
        line += &format!(" Next: {}, {}.", by.date(), next.name);
    }
    line += &match practice {
        0 => String::new(),
        1 => " 1 rehearsal vault is left out.".to_owned(),
        count => format!(" {count} rehearsal vaults are left out."),
    };
    wrapped(&line, WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(standing: Standing, name: &str, by: Option<&str>) -> Item {
        Item {
            what: What::ShareCheck,
            vault: None,
            subject: String::new(),
            name: name.into(),
            standing,
            since: None,
            by: by.map(|by| Time::parse_day(by).unwrap()),
            why: "proven 2026-11-23, due 2027-11-23; claimed 2027-01-05, not proven".into(),
        }
    }

    #[test]
    fn a_line_begins_with_how_urgent_it_is_and_goes_on_under_its_own_text() {
        let long = item(Standing::Overdue(3650), "Bank-A, share 2 (legal)", None);
        let text = of(&long);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("OVERDUE 3650 days Bank-A, share 2 (legal): proven"));
        assert!(lines[1].starts_with(&" ".repeat(MARGIN)), "{text}");
        assert!(
            lines.len() > 1 && lines.iter().all(|line| line.len() <= WIDTH),
            "{text}"
        );
    }

    #[test]
    fn a_term_of_thousands_of_years_does_not_run_into_the_text() {
        for standing in [Standing::Never(2_911_935), Standing::Overdue(u32::MAX)] {
            let text = of(&item(standing, "Prod", None));
            let begins = format!("{} Prod: proven", standing.words());
            assert!(text.starts_with(&begins), "{text}");
            assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        }
    }

    #[test]
    fn copies_of_which_the_same_is_said_are_one_line_that_names_each() {
        let copy = |number: u8, days| Item {
            what: What::CopyCheck,
            subject: format!("vault copy {number}"),
            ..item(
                Standing::Never(days),
                &format!("Bank-A, vault copy {number}"),
                None,
            )
        };
        let share = item(Standing::Never(3), "Bank-A, share 1", None);
        let all = [copy(1, 3), share.clone(), copy(2, 3), copy(3, 4), share];
        let names: Vec<String> = grouped(&all).into_iter().map(|line| line.name).collect();
        let copies = "Bank-A, vault copy 1, vault copy 2";
        let one = "Bank-A, share 1";
        assert_eq!(names, [copies, one, "Bank-A, vault copy 3", one]);
    }

    #[test]
    fn the_last_line_counts_and_says_what_comes_next() {
        let as_of = Time::parse_day("2027-03-01").unwrap();
        let items = [
            item(Standing::Failed, "a", None),
            item(Standing::Never(2), "b", Some("2027-02-27")),
            item(Standing::Good, "d", Some("2027-06-01")),
            item(Standing::Due(4), "c", Some("2027-03-05")),
        ];
        let said = summary(&items, 1, as_of);
        let expected = "1 failed, 1 overdue, 1 due, 1 in order. Next: 2027-03-05, c. \
                        1 rehearsal vault\nis left out.";
        assert_eq!(said, expected);
        assert_eq!(
            summary(&[], 0, as_of),
            "No vault in this register has anything due."
        );
    }
}
