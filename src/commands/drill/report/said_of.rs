//! What the options say of bags and looks, given to the carriers of a drill. What names none of them is not lost.

use crate::commands::Session;
use crate::drill::{CarrierUse, DrillReport, Finding, Severity};
use crate::error::{Error, Result};

use super::Reporting;
use crate::commands::drill::options::enter;

const LEFT: &str = "is said of no carrier of this drill, or of one that was named before";
const NAME: &str = "name a carrier that takes part, once: vault 1, share 2, share 2/1, or its id";

impl Reporting {
    /// Gives the carriers what the options say of them.
    ///
    /// # Errors
    /// [`Error::Usage`] for an option that names none, where nothing is lost by it: where people took part it is a finding,
    /// which holds what was said.
    pub(super) fn say_of_carriers(
        &self,
        report: &mut DrillReport,
        session: &mut Session,
    ) -> Result<()> {
        let left = self.enter(&mut report.carriers);
        if !report.kind.needs_quorum() && !session.terminal.leads_on() {
            return refused(&left);
        }
        for text in left {
            session.find(Severity::Error, "not-of-it", &text, LEFT, NAME);
            report.findings.push(Finding {
                severity: Severity::Error,
                code: "not-of-it".into(),
                subject: text,
                text: LEFT.into(),
                owner: None,
                due: None,
                closed: false,
            });
        }
        Ok(())
    }

    /// Before people look at anything: every option names one of these carriers.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub(in crate::commands::drill) fn check_named(&self, carriers: &[CarrierUse]) -> Result<()> {
        refused(&self.enter(&mut carriers.to_vec()))
    }

    /// What was said of none of them, as it was typed.
    fn enter(&self, carriers: &mut [CarrierUse]) -> Vec<String> {
        let bags = enter(&self.options.bags, carriers, |bag, one| {
            one.bag_found.clone_from(&bag.found);
            one.bag_new.clone_from(&bag.new);
        });
        let seen = enter(&self.options.seen, carriers, |seen, one| {
            one.seal.clone_from(&seen.seal);
            one.condition.clone_from(&seen.condition);
            one.placed_as_registered = seen.placed;
            one.explained.clone_from(&seen.explained);
        });
        let bags = bags.into_iter().map(|bag| bag.text.clone());
        bags.chain(seen.into_iter().map(|seen| seen.text.clone()))
            .collect()
    }
}

fn refused(left: &[String]) -> Result<()> {
    match left {
        [] => Ok(()),
        left => Err(Error::Usage {
            what: format!("{} {LEFT}", left.join(" and ")),
            hint: NAME.into(),
        }),
    }
}
