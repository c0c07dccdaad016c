//! Whether the machine is fit for what a command does: the doctor's checks, said briefly, and the rule `host`.
//!
//! Sealing and copying in production stop; everything else says it and goes on, because on the worst day it opens.

use super::{Session, doctor};
use crate::error::{Error, Result};
use crate::host::machine::{Check, State};
use crate::report::Severity;

/// Checks that have findings of their own, said one by one.
const SAID_ALONE: [&str; 2] = ["protections", "sockets"];

impl Session {
    /// What this machine does not protect against, said briefly; nothing of it is a reason to stop.
    pub fn warn_of_machine(&mut self) {
        let checks = doctor::look(self, None);
        for check in checks.iter().filter(|check| check.state == State::Stop) {
            self.say_stop(check);
        }
        self.say_machine(&checks);
    }

    /// The same before a secret is made or copied; `strict` in production, unless the rule `host` was set aside.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is strict and the machine is not fit.
    pub(super) fn check_machine(&mut self, strict: bool) -> Result<()> {
        if !strict {
            self.warn_of_machine();
            return Ok(());
        }
        let checks = doctor::look(self, None);
        self.say_machine(&checks);
        refuse(&checks)
    }

    /// Only refuses: before the key of an older vault is there, where [`Session::check_machine`] comes later and says the rest.
    ///
    /// # Errors
    /// As [`Session::check_machine`].
    pub(super) fn refuse_machine(&self, strict: bool) -> Result<()> {
        match strict {
            true => refuse(&doctor::look(self, None)),
            false => Ok(()),
        }
    }

    fn say_machine(&mut self, checks: &[Check]) {
        for missing in std::mem::take(&mut self.missing) {
            let text = format!("this machine gives no {}: {}", missing.what, missing.why);
            let hint = "use a machine that does, or record it";
            self.find(Severity::Warning, "machine", "", &text, hint);
        }
        for check in checks.iter().filter(|check| check.state == State::Warn) {
            if check.name == "sockets" {
                self.find(
                    Severity::Warning,
                    "sockets",
                    "",
                    &check.found,
                    &check.remedy,
                );
            }
        }
        let others = checks
            .iter()
            .filter(|check| check.state == State::Warn && !SAID_ALONE.contains(&check.name));
        let names: Vec<String> = others.map(|check| check.name.replace('-', " ")).collect();
        if !names.is_empty() {
            let text = format!(
                "this machine could be better ({}): 'coldvault doctor' says more",
                names.join(", ")
            );
            let hint = "run: coldvault doctor";
            self.find(Severity::Warning, "host", "", &text, hint);
        }
    }

    fn say_stop(&mut self, check: &Check) {
        let (text, hint) = (&check.found, &check.remedy);
        match check.name {
            "network" => self.find(Severity::Warning, "network", "", text, hint),
            "swap" => self.find(Severity::Warning, "swap", "", text, hint),
            _ => self.find(Severity::Warning, "host", "", text, hint),
        }
    }
}

/// Names everything that stops it at once: whoever mends one thing does not want to find the next.
fn refuse(checks: &[Check]) -> Result<()> {
    let stops = || checks.iter().filter(|check| check.state == State::Stop);
    if stops().next().is_none() {
        return Ok(());
    }
    let joined = |text: fn(&Check) -> &str| stops().map(text).collect::<Vec<_>>().join("; ");
    Err(Error::Refused {
        what: joined(|check| &check.found),
        hint: format!(
            "{}. 'coldvault doctor' says more (or set the rule aside with --exception host=REASON)",
            joined(|check| &check.remedy)
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Missing;
    use crate::host::machine::tests::Fake;
    use crate::report::Report;
    use crate::terminal::Terminal;

    const ADDRESS: &str = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n";
    const SWAP: &str = "/dev/dm-1 partition 8388604 0 -2\n";

    fn session(fake: &Fake) -> Session {
        Session {
            now: fake.now(),
            terminal: Terminal::silent(),
            report: Report::default(),
            missing: Vec::new(),
            machine: fake.machine.clone(),
            noting: crate::commands::noting::Noting::default(),
        }
    }

    fn codes(session: &Session) -> Vec<&'static str> {
        session
            .report
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect()
    }

    #[test]
    fn a_network_or_swap_stops_a_strict_command_and_both_are_named() {
        let fake = Fake::fit();
        assert!(session(&fake).check_machine(true).is_ok());
        fake.add("proc/self/net/if_inet6", ADDRESS);
        let refused = session(&fake).check_machine(true).unwrap_err();
        assert!(
            refused.to_string().contains("a network is up: eth0"),
            "{refused}"
        );
        assert!(
            refused.hint().contains("--exception host=REASON"),
            "{}",
            refused.hint()
        );
        fake.add("proc/swaps", SWAP);
        let refused = session(&fake).check_machine(true).unwrap_err();
        assert!(refused.to_string().contains("eth0"), "{refused}");
        assert!(refused.to_string().contains("/dev/dm-1"), "{refused}");
        assert_eq!(refused.exit(), crate::error::Exit::Refused);
    }

    #[test]
    fn a_command_that_is_not_strict_says_it_and_goes_on() {
        let fake = Fake::fit();
        fake.add("proc/self/net/if_inet6", ADDRESS);
        fake.add("proc/swaps", SWAP);
        fake.set_status("TracerPid", "7");
        let mut lenient = session(&fake);
        assert!(lenient.check_machine(false).is_ok());
        let said = codes(&lenient);
        for code in ["network", "swap", "host"] {
            assert!(said.contains(&code), "{said:?}");
        }
        let warnings = lenient.report.findings.iter();
        assert!({ warnings }.all(|finding| finding.severity == Severity::Warning));
    }

    #[test]
    fn all_warnings_are_one_line_that_names_the_doctor() {
        let fake = Fake::fit();
        fake.file("proc/sys/kernel/core_pattern", "|/bin/collect\n");
        fake.file("proc/sys/kernel/yama/ptrace_scope", "0\n");
        let mut session = session(&fake);
        assert!(
            session.check_machine(true).is_ok(),
            "a warning stops nothing"
        );
        let [finding] = session.report.findings.as_slice() else {
            panic!("{:?}", codes(&session))
        };
        assert_eq!(finding.code, "host");
        assert!(
            finding.text.contains("core dumps, ptrace"),
            "{}",
            finding.text
        );
        assert!(
            finding.text.contains("coldvault doctor"),
            "{}",
            finding.text
        );
    }

    #[test]
    fn a_missing_protection_is_said_once_and_in_full() {
        let fake = Fake::fit();
        let mut session = session(&fake);
        let (what, why) = ("system call filter", "refused".to_owned());
        session.missing.push(Missing { what, why });
        session.warn_of_machine();
        session.warn_of_machine();
        let machine = codes(&session)
            .into_iter()
            .filter(|code| *code == "machine");
        assert_eq!(machine.count(), 1);
    }
}
