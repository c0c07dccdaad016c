//! Carriers that were given: one entry for each, however often it was given.
//!
//! Knows carriers as a report has them, and not how they were read. Without an id nothing says that it is the same one.

use crate::commands::Session;
use crate::drill::{CarrierUse, NOT_READ, OF_ANOTHER_VAULT};
use crate::report::Severity;

/// Each carrier once, in the order in which they came first. What was said of it is kept; the worst that was read of it counts.
pub(super) fn each(carriers: Vec<CarrierUse>, session: &mut Session) -> Vec<CarrierUse> {
    let mut all: Vec<CarrierUse> = Vec::new();
    for one in carriers {
        match all.iter_mut().find(|known| is_same(known, &one)) {
            Some(known) => {
                tell_bags(known, &one, session);
                join(known, one);
            }
            None => all.push(one),
        }
    }
    all
}

/// One of another vault is another one, whatever id it claims.
pub(super) fn is_same(one: &CarrierUse, other: &CarrierUse) -> bool {
    let is_stranger = |one: &CarrierUse| one.outcome == OF_ANOTHER_VAULT;
    one.carrier_id.is_some()
        && (one.carrier_id, &one.role, one.number) == (other.carrier_id, &other.role, other.number)
        && is_stranger(one) == is_stranger(other)
}

fn join(known: &mut CarrierUse, one: CarrierUse) {
    if known.outcome == NOT_READ {
        let before = std::mem::replace(known, one);
        known.bag_found = before.bag_found.or(known.bag_found.take());
        known.seal = before.seal.or(known.seal.take());
        return;
    }
    known.bag_found = known.bag_found.take().or(one.bag_found);
    known.seal = known.seal.take().or(one.seal);
    known.seconds += one.seconds;
    if !matches!(one.outcome.as_str(), "whole" | NOT_READ) {
        known.outcome = one.outcome;
    }
}

fn tell_bags(known: &CarrierUse, one: &CarrierUse, session: &mut Session) {
    let (Some(first), Some(second)) = (&known.bag_found, &one.bag_found) else {
        return;
    };
    if first == second {
        return;
    }
    let text =
        format!("it was given twice, from bag {first:?} and from bag {second:?}: the first counts");
    let hint = "find out which of the two it was in, and what is in the other";
    session.find(Severity::Error, "bag", &known.called(), &text, hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: u8, outcome: &str, bag: Option<&str>) -> CarrierUse {
        CarrierUse {
            carrier_id: Some([id; 16]),
            role: "share".into(),
            number: Some(2),
            outcome: outcome.into(),
            bag_found: bag.map(str::to_owned),
            ..CarrierUse::default()
        }
    }

    #[test]
    fn what_is_given_again_is_the_same_one_by_its_id_and_never_one_of_another_vault() {
        let whole = given(1, "whole", None);
        assert!(is_same(&whole, &given(1, "damaged", Some("A1"))));
        assert!(!is_same(&whole, &given(2, "whole", None)));
        assert!(!is_same(&whole, &given(1, OF_ANOTHER_VAULT, None)));
        let mut sheet = given(1, "whole", None);
        sheet.carrier_id = None;
        assert!(!is_same(&sheet, &sheet));
    }

    #[test]
    fn the_first_word_on_its_bag_stays_and_the_worst_that_was_read_counts() {
        for (first, second, outcome, bag) in [
            (("whole", None), ("whole", Some("A2")), "whole", "A2"),
            (
                ("whole", Some("A1")),
                ("damaged", Some("A2")),
                "damaged",
                "A1",
            ),
            (("damaged", Some("A1")), ("whole", None), "damaged", "A1"),
            ((NOT_READ, Some("A1")), ("whole", None), "whole", "A1"),
            (("whole", Some("A1")), (NOT_READ, Some("A2")), "whole", "A1"),
        ] {
            let mut known = given(1, first.0, first.1);
            join(&mut known, given(1, second.0, second.1));
            let is = (known.outcome.as_str(), known.bag_found.as_deref());
            assert_eq!(is, (outcome, Some(bag)), "{first:?}, {second:?}");
        }
    }
}
