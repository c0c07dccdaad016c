//! What is due, for calendars and tables outside of the office: ids, roles and days only, no name of a person or place.
//!
//! Both forms are small enough to be written here; each rule stands with the section that it is from.

use super::{Item, Standing};
use crate::digest::Digest;
use crate::signature::VaultId;
use crate::time::Time;

/// A line ends so in both forms (RFC 5545, section 3.1; RFC 4180, section 2, rule 1).
const END: &str = "\r\n";
/// The most octets of a line of a calendar, without its end (RFC 5545, section 3.1).
const MOST: usize = 75;

/// A calendar (RFC 5545): one event for everything that has a day or needs one, also for what is in order.
pub fn calendar(items: &[Item], as_of: Time) -> String {
    let mut text = String::new();
    // Both are required (section 3.6); nothing else is needed for days without a time.
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//coldvault//status//EN",
    ] {
        put(&mut text, line);
    }
    for item in items.iter().filter(|item| has_day(item)) {
        event(&mut text, item, as_of);
    }
    put(&mut text, "END:VCALENDAR");
    text
}

/// What is in order and has no day is nothing for a calendar.
fn has_day(item: &Item) -> bool {
    item.by.is_some() || item.standing != Standing::Good
}

fn event(text: &mut String, item: &Item, as_of: Time) {
    // What is late stands on the day of asking: nobody looks at days gone by.
    let day = item.by.map_or(as_of, |by| by.max(as_of));
    let summary = format!("coldvault: {}", told(item));
    let mut about = format!("{}.", item.standing.words());
    if let Some(by) = item.by {
        about += &format!(" By {}.", by.date());
    }
    if let Some(vault) = item.vault {
        about += &format!(" Vault {}.", vault.hex());
    }
    put(text, "BEGIN:VEVENT");
    // Required, and the same for the same thing, so that a later calendar moves the event (section 3.8.4.7).
    put(text, &format!("UID:{}", uid(item)));
    // Required, in UTC (section 3.8.7.2): the day of asking, so that equal registers give equal calendars.
    put(text, &format!("DTSTAMP:{}", basic(as_of)));
    // A day without an end lasts that day (section 3.6.1).
    put(text, &format!("DTSTART;VALUE=DATE:{}", basic_day(day)));
    put(text, &format!("SUMMARY:{}", escaped(&summary)));
    put(text, &format!("DESCRIPTION:{}", escaped(&about)));
    // It takes nobody's time (section 3.8.2.7).
    put(text, "TRANSP:TRANSPARENT");
    put(text, "END:VEVENT");
}

/// "check: share 2 of vault 4f2c91aa".
fn told(item: &Item) -> String {
    let subject = match item.subject.as_str() {
        "" => String::new(),
        subject => format!(": {subject}"),
    };
    let vault = item.vault.map_or(String::new(), |vault| {
        let hex = vault.hex();
        format!(" of vault {}", hex.get(..8).unwrap_or(&hex))
    });
    // Without a subject it is about the vault: "make new shares: all of vault ..." would say nothing more.
    match (subject.is_empty(), item.vault) {
        (true, Some(_)) => format!("{},{}", item.what.task(), vault.trim_start_matches(" of")),
        _ => format!("{}{subject}{vault}", item.what.task()),
    }
}

fn uid(item: &Item) -> String {
    let vault = item
        .vault
        .map_or(String::new(), |vault: VaultId| vault.hex());
    let named = format!(
        "coldvault/due/1/{}/{vault}/{}",
        item.what.as_str(),
        item.subject
    );
    let Digest(digest) = Digest::of(named.as_bytes());
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{hex}@coldvault")
}

/// `20270301T000000Z` (section 3.3.5, form 2).
fn basic(time: Time) -> String {
    time.to_string().replace(['-', ':'], "")
}

/// `20270301` (section 3.3.4).
fn basic_day(time: Time) -> String {
    time.date().replace('-', "")
}

/// Section 3.3.11.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// Adds a line, folded where it is too long: what follows begins with a blank, which counts (section 3.1). A letter of
/// several octets stays whole.
fn put(text: &mut String, line: &str) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > MOST {
            text.push_str(END);
            text.push(' ');
            octets = 1;
        }
        text.push(letter);
        octets += letter.len_utf8();
    }
    text.push_str(END);
}

/// A table (RFC 4180), with a line of headings.
pub fn table(items: &[Item]) -> String {
    let mut text = String::new();
    row(
        &mut text,
        &["what", "vault", "subject", "state", "days", "since", "by"],
    );
    for item in items {
        let day = |day: Option<Time>| day.map_or(String::new(), Time::date);
        let vault = item.vault.map_or(String::new(), |vault| vault.hex());
        let days = item.standing.days();
        row(
            &mut text,
            &[
                item.what.as_str(),
                &vault,
                &item.subject,
                item.standing.as_str(),
                &days.map_or(String::new(), |days| days.to_string()),
                &day(item.since),
                &day(item.by),
            ],
        );
    }
    text
}

fn row(text: &mut String, fields: &[&str]) {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    text.push_str(&fields.join(","));
    text.push_str(END);
}

/// Fields with a comma, a quote or a line end stand in quotes, and a quote in them is doubled (section 2, rules 6 and 7).
fn quoted(field: &str) -> String {
    match field.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due::What;
    use crate::register::DrillKind;

    fn item(standing: Standing, by: Option<&str>) -> Item {
        Item {
            what: What::Drill(DrillKind::D4),
            vault: Some(VaultId([0xab; 16])),
            subject: "D4".into(),
            name: "Bank-A".into(),
            standing,
            since: None,
            by: by.map(|by| Time::parse_day(by).unwrap()),
            why: "kept by Alice in Zurich".into(),
        }
    }

    fn as_of() -> Time {
        Time::parse_day("2027-03-01").unwrap()
    }

    #[test]
    fn an_event_has_what_the_standard_requires_and_nothing_of_people() {
        let text = calendar(&[item(Standing::Good, Some("2027-09-30"))], as_of());
        let id = format!("\r\nUID:{}\r\n", uid(&item(Standing::Failed, None)));
        for line in [
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:",
            &id,
            "\r\nDTSTAMP:20270301T000000Z\r\n",
            "\r\nDTSTART;VALUE=DATE:20270930\r\n",
            "\r\nSUMMARY:coldvault: drill the restore: D4 of vault abababab\r\n",
            "END:VEVENT\r\nEND:VCALENDAR\r\n",
        ] {
            assert!(text.contains(line), "{line:?}: {text}");
        }
        for name in ["Alice", "Zurich", "Bank"] {
            assert!(!text.contains(name), "{text}");
        }
    }

    #[test]
    fn what_is_late_stands_on_the_day_of_asking_and_what_needs_no_day_nowhere() {
        let late = calendar(&[item(Standing::Overdue(59), Some("2027-01-01"))], as_of());
        assert!(late.contains("DATE:20270301\r\n"), "{late}");
        assert!(late.contains("OVERDUE 59 days. By 2027-01-01."), "{late}");
        let failed = calendar(&[item(Standing::Failed, None)], as_of());
        assert!(failed.contains("DATE:20270301\r\n"), "{failed}");
        assert!(!calendar(&[item(Standing::Good, None)], as_of()).contains("VEVENT"));
    }

    #[test]
    fn a_line_is_folded_after_75_octets_and_a_letter_stays_whole() {
        for line in [
            "x".repeat(75),
            "x".repeat(76),
            "\u{e9}".repeat(120),
            "x".repeat(500),
        ] {
            let mut text = String::new();
            put(&mut text, &line);
            let folded: Vec<&str> = text.strip_suffix(END).unwrap().split(END).collect();
            assert!(folded.iter().all(|part| part.len() <= MOST), "{text:?}");
            assert!(folded.iter().skip(1).all(|part| part.starts_with(' ')));
            assert_eq!(text.replace("\r\n ", ""), format!("{line}{END}"));
        }
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }

    #[test]
    fn a_field_that_would_break_a_table_is_quoted() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        let text = table(&[item(Standing::Never(3), Some("2027-02-26"))]);
        let id = "ab".repeat(16);
        assert_eq!(
            text,
            format!(
                "what,vault,subject,state,days,since,by\r\ndrill,{id},D4,never,3,,2027-02-26\r\n"
            )
        );
    }
}
