//! What people may say of a seal and of how a carrier looks, and what is to be mended by what they said.
//!
//! Knows words and numbers of bags. Who says them, and when they are asked, it does not know. Source: ceremony.md,
//! sections 4.1 (D0) and 5 ("Bag tampered, number wrong").

use super::{CarrierUse, DrillReport, Finding, Severity};

/// What a seal may be.
pub const SEALS: [&str; 3] = ["intact", "broken", "none"];
/// How a carrier may look.
pub const CONDITIONS: [&str; 6] = ["good", "worn", "yellowed", "torn", "damaged", "unreadable"];
/// Said of the bag of a carrier that is in none.
pub const NO_BAG: &str = "none";

/// A seal as it is said: one of [`SEALS`], or `other: TEXT`.
pub fn seal(text: &str) -> Option<String> {
    word(text, &SEALS)
}

/// A condition as it is said: one of [`CONDITIONS`], or `other: TEXT`.
pub fn condition(text: &str) -> Option<String> {
    word(text, &CONDITIONS)
}

/// The number of a bag as it is said, or [`NO_BAG`] in whatever letters.
pub fn bag(text: &str) -> String {
    let text = text.trim();
    match text.eq_ignore_ascii_case(NO_BAG) {
        true => NO_BAG.to_owned(),
        false => text.to_owned(),
    }
}

/// The number of the bag that a carrier goes into; `None` for [`NO_BAG`], which is no number of one.
pub fn new_bag(text: &str) -> Option<String> {
    Some(bag(text)).filter(|bag| !bag.is_empty() && bag != NO_BAG)
}

fn word(text: &str, known: &[&str]) -> Option<String> {
    let text = text.trim();
    let is_it = |known: &&&str| known.eq_ignore_ascii_case(text);
    if let Some(known) = known.iter().find(is_it) {
        return Some((*known).to_owned());
    }
    let (mark, rest) = text.split_once(':')?;
    let rest = rest.trim();
    let is_other = mark.trim().eq_ignore_ascii_case("other") && !rest.is_empty();
    is_other.then(|| format!("other: {rest}"))
}

impl CarrierUse {
    /// Whether its seal is as it should be; `None` where nobody said it.
    pub fn is_sealed(&self) -> Option<bool> {
        self.seal.as_deref().map(|seal| seal == "intact")
    }

    /// Whether it is in good condition; `None` where nobody said it.
    pub fn is_sound(&self) -> Option<bool> {
        self.condition.as_deref().map(|said| said == "good")
    }

    /// Whether it was in the bag that it had gone into; `None` where either number is not known.
    pub fn is_in_its_bag(&self) -> Option<bool> {
        let (found, expected) = (self.bag_found.as_ref()?, self.bag_expected.as_ref()?);
        Some(found == expected)
    }

    /// Whether it was in this bag, or should have been.
    pub fn was_in(&self, bag: &str) -> bool {
        [&self.bag_found, &self.bag_expected]
            .iter()
            .any(|was| was.as_deref() == Some(bag))
    }

    /// Whether it went into a bag with a number that it had not before.
    pub fn is_renumbered(&self) -> bool {
        let new = self.bag_new.as_deref().and_then(new_bag);
        new.is_some_and(|new| !self.was_in(&new))
    }

    /// Whether somebody may have had it: its seal is broken, or it was in another bag.
    pub fn may_have_been_opened(&self) -> bool {
        self.seal.as_deref() == Some("broken") || self.is_in_its_bag() == Some(false)
    }

    /// Whether anything of it has to be explained.
    pub fn asks_why(&self) -> bool {
        let all = [self.is_sealed(), self.is_in_its_bag()];
        all.contains(&Some(false)) || self.placed_as_registered == Some(false)
    }

    /// Whether anybody looked at it.
    pub fn was_seen(&self) -> bool {
        let looks = self.seal.is_some() || self.condition.is_some();
        looks || self.bag_found.is_some() || self.placed_as_registered.is_some()
    }
}

/// What is to be mended of the carriers, by what people said of them.
pub fn wrong(report: &DrillReport) -> Vec<Finding> {
    report.carriers.iter().flat_map(of_carrier).collect()
}

fn of_carrier(one: &CarrierUse) -> Vec<Finding> {
    let mut found = Vec::new();
    let unexplained = match one.explained {
        Some(_) => Severity::Warning,
        None => Severity::Error,
    };
    if one.is_sealed() == Some(false) {
        let severity = match one.may_have_been_opened() {
            true => unexplained,
            false => Severity::Warning,
        };
        let seal = one.seal.as_deref().unwrap_or_default();
        found.push(Finding {
            code: "seal".into(),
            ..finding(one, severity, format!("its seal: {seal}; {}", why(one)))
        });
    }
    if one.is_in_its_bag() == Some(false) {
        let (was_in, expected) = (one.bag_found.as_deref(), one.bag_expected.as_deref());
        let (was_in, expected) = (was_in.unwrap_or_default(), expected.unwrap_or_default());
        let text = format!(
            "found in bag {was_in:?}, and it had gone into {expected:?}; {}",
            why(one)
        );
        found.push(Finding {
            code: "bag".into(),
            ..finding(one, unexplained, text)
        });
    }
    if let Some(condition) = one.condition.as_deref().filter(|said| *said != "good") {
        let severity = match condition {
            "torn" | "damaged" | "unreadable" => Severity::Error,
            _ => Severity::Warning,
        };
        found.push(Finding {
            code: "condition".into(),
            ..finding(one, severity, format!("its condition: {condition}"))
        });
    }
    if one.placed_as_registered == Some(false) {
        let text = format!("it was not where it should be; {}", why(one));
        found.push(Finding {
            code: "place".into(),
            ..finding(one, unexplained, text)
        });
    }
    found
}

fn why(one: &CarrierUse) -> String {
    match &one.explained {
        Some(why) => format!("explained: {why}"),
        None => "nobody said why".into(),
    }
}

/// All but its code.
fn finding(one: &CarrierUse, severity: Severity, text: String) -> Finding {
    Finding {
        severity,
        code: String::new(),
        subject: one.called(),
        text,
        owner: None,
        due: None,
        closed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_are_known_are_taken_and_what_is_marked_as_other() {
        assert_eq!(seal(" Intact ").as_deref(), Some("intact"));
        assert_eq!(condition("torn").as_deref(), Some("torn"));
        for text in ["other: cut at a corner", "OTHER:cut at a corner"] {
            assert_eq!(seal(text).as_deref(), Some("other: cut at a corner"));
        }
        for text in ["", "itnact", "good", "ok", "other", "other:", "other:  "] {
            assert_eq!(seal(text), None, "{text}");
        }
        assert_eq!(condition("intact"), None);
    }

    #[test]
    fn none_is_no_number_of_a_bag_in_whatever_letters() {
        for none in ["none", "None", " NONE "] {
            assert_eq!((bag(none).as_str(), new_bag(none)), (NO_BAG, None));
        }
        assert_eq!(new_bag(" A1 ").as_deref(), Some("A1"));
        assert_eq!(new_bag(" "), None);
        let with = |found: Option<&str>, new: &str| CarrierUse {
            bag_found: found.map(str::to_owned),
            bag_expected: Some("A1".into()),
            bag_new: Some(new.into()),
            ..CarrierUse::default()
        };
        for (found, new, is_new) in [
            (None, "A1", false),
            (Some("A0"), "A1", false),
            (Some("A1"), "none", false),
            (Some("A1"), "A2", true),
            (None, "A2", true),
        ] {
            assert_eq!(with(found, new).is_renumbered(), is_new, "{found:?} {new}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_carrier_weighs_more_where_nobody_explains_it() {
        let all = |explained: Option<&str>| CarrierUse {
            role: "vault".into(),
            copy: Some(1),
            seal: Some("broken".into()),
            condition: Some("yellowed".into()),
            bag_found: Some("X".into()),
            bag_expected: Some("A".into()),
            placed_as_registered: Some(false),
            explained: explained.map(str::to_owned),
            ..CarrierUse::default()
        };
        let found = |one: CarrierUse| -> Vec<(String, Severity)> {
            let found = of_carrier(&one).into_iter();
            found.map(|one| (one.code, one.severity)).collect()
        };
        let (error, warning) = (Severity::Error, Severity::Warning);
        let codes = ["seal", "bag", "condition", "place"].map(str::to_owned);
        let with = |severities: [Severity; 4]| -> Vec<(String, Severity)> {
            codes.iter().cloned().zip(severities).collect()
        };
        assert_eq!(found(all(None)), with([error, error, warning, error]));
        let explained = found(all(Some("opened by Bo")));
        assert_eq!(explained, with([warning; 4]));
        assert_eq!(found(CarrierUse::default()), []);
        let text = &of_carrier(&all(Some("opened by Bo")))[0].text;
        assert_eq!(text, "its seal: broken; explained: opened by Bo");
    }
}
