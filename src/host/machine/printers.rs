//! The print system: queues that lead over a network, and jobs that stay on the disk after they were printed.
//!
//! Knows the files of CUPS (cupsd.conf(5), printers.conf, client.conf(5)) and starts nothing. The queues' addresses may
//! hold passwords and are never shown.

use super::{Check, Machine, State, listed, names, read, shown};

/// Ways to a printer that need no network.
const LOCAL: [&str; 7] = [
    "usb", "parallel", "serial", "file", "cups-pdf", "cups-brf", "direct",
];
/// Hosts that are this machine: how USB printers are reached through a driver.
const THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Machine {
    /// What the print system keeps and where its queues lead.
    pub(super) fn printers(&self) -> Check {
        const NONE: &str = "print sheets on a printer at a cable, from a machine without other queues; PreserveJobFiles No \
                            in /etc/cups/cupsd.conf; destroy what /var/spool/cups holds";
        let cups = self.etc.join("cups");
        let spool = self.var.join("spool/cups");
        if !cups.exists() && !spool.exists() && !self.etc.join("printcap").exists() {
            return Check::ok("printers", "no print system");
        }
        let parts = [self.queues(), self.kept(), self.spooled(), self.server()];
        let state = parts.iter().map(|(state, _)| *state).max();
        let said = parts.iter().filter(|(state, _)| *state != State::Ok);
        let texts: Vec<&str> = said.map(|(_, text)| text.as_str()).collect();
        match texts.is_empty() {
            true => Check::ok("printers", "no queue leads over a network, no job is kept"),
            false => Check::new(
                "printers",
                state.unwrap_or(State::Warn),
                texts.join("; "),
                NONE,
            ),
        }
    }

    fn queues(&self) -> (State, String) {
        match read(&self.etc.join("cups/printers.conf")) {
            Ok(text) => {
                let far = far_queues(&text.unwrap_or_default());
                match far.is_empty() {
                    true => (State::Ok, String::new()),
                    false => (State::Warn, format!("over a network: {}", listed(&far))),
                }
            }
            // Only root may read the addresses; the names are open.
            Err(why) => {
                let names = read(&self.etc.join("printcap")).ok().flatten();
                let names = printcap(&names.unwrap_or_default());
                let queues = match names.is_empty() {
                    true => String::new(),
                    false => format!(" (queues: {})", listed(&names)),
                };
                (
                    State::Warn,
                    format!("where queues lead is not known{queues}: {why}"),
                )
            }
        }
    }

    /// Without the directive jobs are kept for a day.
    fn kept(&self) -> (State, String) {
        let text = match read(&self.etc.join("cups/cupsd.conf")) {
            Ok(Some(text)) => text,
            // No server here.
            Ok(None) => return (State::Ok, String::new()),
            Err(why) => {
                return (
                    State::Warn,
                    format!("whether jobs are kept is not known: {why}"),
                );
            }
        };
        let said = value(&text, "PreserveJobFiles");
        let off = |word: &str| ["no", "off", "false", "0"].contains(&word.to_lowercase().as_str());
        match said.is_some_and(off) {
            true => (State::Ok, String::new()),
            false => (State::Warn, "printed jobs are kept on the disk".to_owned()),
        }
    }

    /// Jobs are in files `d00001-001`.
    fn spooled(&self) -> (State, String) {
        let files = match names(&self.var.join("spool/cups")) {
            Ok(files) => files,
            Err(why) => return (State::Warn, format!("kept jobs are not known: {why}")),
        };
        let is_job = |name: &&std::ffi::OsString| {
            let name = name.as_encoded_bytes();
            name.first() == Some(&b'd') && name.get(1).is_some_and(u8::is_ascii_digit)
        };
        match files.iter().filter(is_job).count() {
            0 => (State::Ok, String::new()),
            count => (
                State::Warn,
                format!("{count} files of print jobs lie in /var/spool/cups"),
            ),
        }
    }

    /// A server elsewhere takes all jobs.
    fn server(&self) -> (State, String) {
        let text = read(&self.etc.join("cups/client.conf")).ok().flatten();
        let text = text.unwrap_or_default();
        let server =
            value(&text, "ServerName").filter(|name| !is_here(name) && !name.starts_with('/'));
        server.map_or((State::Ok, String::new()), |name| {
            (
                State::Warn,
                format!("jobs go to the print server {}", shown(name)),
            )
        })
    }
}

/// The queues that lead over a network, with how: "office (ipp)".
fn far_queues(text: &str) -> Vec<String> {
    let (mut far, mut queue) = (Vec::new(), "");
    for line in text.lines().map(str::trim) {
        let opens = line.strip_prefix("<DefaultPrinter ");
        if let Some(name) = opens.or_else(|| line.strip_prefix("<Printer ")) {
            queue = name.trim_end_matches('>');
        } else if let Some(address) = line.strip_prefix("DeviceURI ") {
            far.extend(far_way(address.trim()).map(|way| format!("{} ({way})", shown(queue))));
        }
    }
    far
}

/// How an address leads away from this machine.
fn far_way(address: &str) -> Option<String> {
    let (way, rest) = address.split_once(':').unwrap_or((address, ""));
    let rest = rest.trim_start_matches('/');
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    // HPLIP says on which way it goes behind the colon.
    let is_local = LOCAL.contains(&way) || is_here(host) || (way == "hp" && host == "usb");
    (!is_local).then(|| shown(way))
}

fn is_here(host: &str) -> bool {
    THIS_MACHINE.iter().any(|here| {
        let rest = host.strip_prefix(here);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

/// The names before the first bar or colon of each entry (printcap).
fn printcap(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with(['#', ' ', '\t']));
    let names = lines.filter_map(|line| line.split(['|', ':']).next());
    names.filter(|name| !name.is_empty()).map(shown).collect()
}

/// The last value of a directive, whatever its case.
fn value<'t>(text: &'t str, directive: &str) -> Option<&'t str> {
    let mut values = text.lines().filter_map(|line| {
        let (name, value) = line.trim().split_once(char::is_whitespace)?;
        name.eq_ignore_ascii_case(directive).then_some(value.trim())
    });
    values.next_back()
}

#[cfg(test)]
mod tests {
    use crate::host::machine::State;
    use crate::host::machine::tests::Fake;

    #[test]
    fn a_machine_without_a_print_system_keeps_nothing() {
        let check = Fake::fit().machine.printers();
        assert_eq!(
            (check.state, check.found.as_str()),
            (State::Ok, "no print system")
        );
    }

    #[test]
    fn a_queue_over_a_network_is_named_and_its_address_is_not_shown() {
        for (address, way) in [
            ("ipp://10.0.0.7/ipp/print", "ipp"),
            ("socket://printer:9100", "socket"),
            ("smb://me:geheim@server/office", "smb"),
            ("dnssd://Office._ipp._tcp.local/", "dnssd"),
            ("hp:/net/LaserJet?ip=10.0.0.7", "hp"),
            ("https://localhost.evil.example/", "https"),
        ] {
            let fake = Fake::fit();
            let text = format!("<DefaultPrinter office>\nDeviceURI {address}\n</DefaultPrinter>\n");
            fake.file("etc/cups/printers.conf", &text);
            let check = fake.machine.printers();
            assert_eq!(check.state, State::Warn, "{address}");
            assert_eq!(check.found, format!("over a network: office ({way})"));
            assert!(!check.found.contains("geheim"));
        }
    }

    #[test]
    fn a_queue_at_a_cable_is_fit() {
        for address in [
            "usb://HP/LaserJet?serial=1",
            "hp:/usb/LaserJet",
            "ipp://localhost:60000/ipp/print",
            "parallel:/dev/lp0",
        ] {
            let fake = Fake::fit();
            let text = format!("<Printer desk>\nDeviceURI {address}\n</Printer>\n");
            fake.file("etc/cups/printers.conf", &text);
            fake.file(
                "etc/cups/cupsd.conf",
                "LogLevel warn\npreservejobfiles no\n",
            );
            let check = fake.machine.printers();
            assert_eq!(check.state, State::Ok, "{address}: {}", check.found);
        }
    }

    #[test]
    fn jobs_are_kept_unless_it_is_said_that_they_are_not() {
        let fake = Fake::fit();
        fake.file("etc/cups/cupsd.conf", "LogLevel warn\n");
        let check = fake.machine.printers();
        assert_eq!(
            (check.state, check.found.as_str()),
            (State::Warn, "printed jobs are kept on the disk")
        );
        fake.file(
            "etc/cups/cupsd.conf",
            "PreserveJobFiles Yes\nPreserveJobFiles Off\n",
        );
        assert_eq!(fake.machine.printers().state, State::Ok);
        fake.file("var/spool/cups/c00001", "x");
        fake.file("var/spool/cups/tmp/x", "x");
        assert_eq!(fake.machine.printers().state, State::Ok);
        fake.file("var/spool/cups/d00001-001", "x");
        let check = fake.machine.printers();
        assert_eq!(check.state, State::Warn);
        assert!(
            check.found.starts_with("1 files of print jobs"),
            "{}",
            check.found
        );
    }

    #[test]
    fn a_print_server_elsewhere_takes_the_jobs() {
        let fake = Fake::fit();
        for (server, state) in [
            ("print.example\u{1b}:631", State::Warn),
            ("localhost:631", State::Ok),
            ("/run/cups/cups.sock", State::Ok),
        ] {
            fake.file("etc/cups/client.conf", &format!("ServerName {server}\n"));
            let check = fake.machine.printers();
            assert_eq!(check.state, state, "{server}: {}", check.found);
            assert!(!check.found.contains('\u{1b}'));
        }
    }

    #[test]
    fn what_only_root_may_read_is_not_known_and_the_names_of_queues_are_said() {
        let fake = Fake::fit();
        // a directory cannot be read as a file, by root neither
        fake.file("etc/cups/printers.conf/x", "");
        fake.file(
            "etc/printcap",
            "# made by cupsd\noffice|Office printer:rm=desk:rp=office:\n",
        );
        let check = fake.machine.printers();
        assert_eq!(check.state, State::Warn);
        assert!(
            check.found.contains("not known (queues: office)"),
            "{}",
            check.found
        );
    }
}
