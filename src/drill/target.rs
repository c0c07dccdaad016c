//! What an officer wants of a drill beyond what every drill wants: how long it may take.

use super::{Criterion, DrillReport};
use crate::error::{Error, Result};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The most time that something may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `RTO` for the whole, `RPO` for how far the vault is behind the node, or a phase.
    pub name: String,
    /// The most, in seconds.
    pub seconds: u64,
}

impl Target {
    /// Reads `RTO=4h`: a name, and a whole number of s, m, h or d.
    ///
    /// # Errors
    /// [`Error::Usage`] for any other text.
    pub fn parse(text: &str) -> Result<Self> {
        let read = text.split_once('=').and_then(|(name, time)| {
            let name = name.trim();
            let seconds = seconds(time.trim())?;
            (!name.is_empty()).then(|| Self {
                name: name.to_owned(),
                seconds,
            })
        });
        read.ok_or_else(|| Error::Usage {
            what: format!("{text:?} is not a target"),
            hint: "give one as RTO=4h, RPO=30d or quorum=90m: a whole number of s, m, h or d"
                .into(),
        })
    }

    /// Holds it against what was measured.
    pub(super) fn criterion(&self, report: &DrillReport) -> Criterion {
        let found = self.found(report);
        Criterion {
            name: self.title(),
            wanted: format!("{} at most", duration(self.seconds)),
            found: found.map_or_else(|| "not measured".into(), duration),
            met: found.map(|found| found <= self.seconds),
            must: false,
        }
    }

    /// A phase has the name of other criteria.
    fn title(&self) -> String {
        match self.name.to_lowercase().as_str() {
            "rto" | "rpo" => self.name.clone(),
            _ => format!("time of {}", self.name),
        }
    }

    fn found(&self, report: &DrillReport) -> Option<u64> {
        if self.name.eq_ignore_ascii_case("rto") {
            return (!report.phases.is_empty()).then(|| report.seconds());
        }
        if self.name.eq_ignore_ascii_case("rpo") {
            let days = report.staleness.as_ref()?.days;
            return Some(u64::try_from(days).unwrap_or(0).saturating_mul(DAY));
        }
        let mut phases = report.phases.iter();
        let phase = phases.find(|phase| phase.name.eq_ignore_ascii_case(&self.name));
        phase.map(|phase| phase.seconds)
    }
}

fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let unit = match unit {
        's' => 1,
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// Seconds for people: "45 s", "12:05 min", "4:00:00 h", "30 days".
pub fn duration(seconds: u64) -> String {
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{}:{:02} min", seconds / MINUTE, seconds % MINUTE),
        HOUR..DAY => format!(
            "{}:{:02}:{:02} h",
            seconds / HOUR,
            seconds % HOUR / MINUTE,
            seconds % MINUTE
        ),
        DAY.. => match seconds.div_ceil(DAY) {
            1 => "1 day".into(),
            days => format!("{days} days"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_name_and_a_time_in_one_unit() {
        for (text, seconds) in [
            ("RTO=4h", 4 * HOUR),
            ("quorum = 90m", 90 * MINUTE),
            ("RPO=30d", 30 * DAY),
            ("checked=5s", 5),
        ] {
            assert_eq!(Target::parse(text).unwrap().seconds, seconds, "{text}");
        }
        for text in [
            "", "RTO", "=4h", "RTO=", "RTO=h", "RTO=4", "RTO=-4h", "RTO=4w",
        ] {
            assert!(Target::parse(text).is_err(), "{text}");
        }
        assert!(Target::parse("RTO=99999999999999999999d").is_err());
        assert!(Target::parse("RTO=9999999999999999999d").is_err());
    }

    #[test]
    fn times_are_said_in_units_that_people_use() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (725, "12:05 min"),
            (4 * HOUR, "4:00:00 h"),
            (DAY, "1 day"),
            (30 * DAY, "30 days"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
