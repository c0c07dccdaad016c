//! The network: what is up, and what only waits for a cable.
//!
//! Interfaces are those that `/proc/self/net` lists. In a network namespace of its own /sys still shows the cards of the
//! machine around it, so /sys alone says nothing; it is asked only about interfaces that are there.

use super::{Check, Machine, listed, read, shown};
use crate::host::network;

/// `IFF_UP` of linux/if.h.
const IFF_UP: u32 = 1;

impl Machine {
    /// An interface with an address or a route: something can reach this machine.
    pub(super) fn network(&self) -> Check {
        match network::up(&self.proc) {
            None => Check::ok("network", "no interface has an address or a route"),
            Some(up) => Check::stop(
                "network",
                format!("a network is up: {up}"),
                "pull the cable, switch radios off (rfkill block all), and take the interface down: ip link set NAME \
                 down",
            ),
        }
    }

    /// Interfaces without address and route: one switched on gets both as soon as somebody answers.
    pub(super) fn cards(&self) -> Check {
        let text = match read(&self.proc.join("self/net/dev")) {
            Ok(text) => text.unwrap_or_default(),
            Err(why) => return Check::unknown("cards", why, "look for network cards yourself"),
        };
        let joined = read(&self.proc.join("self/net/dev_mcast"));
        let joined = joined.ok().flatten().unwrap_or_default();
        let (on, off): (Vec<&str>, Vec<&str>) = interfaces(&text)
            .filter(|name| *name != "lo")
            .partition(|name| self.is_on(name, &joined));
        let all = |names: Vec<&str>| listed(&names.into_iter().map(shown).collect::<Vec<_>>());
        if !on.is_empty() {
            let text = format!("switched on: {}", all(on));
            let remedy = "ip link set NAME down; best is a machine without network cards";
            return Check::warn("cards", text, remedy);
        }
        match off.is_empty() {
            true => Check::ok("cards", "no network interface but loopback"),
            false => Check::ok("cards", format!("there, and switched off: {}", all(off))),
        }
    }

    /// Switched on: it listens to the group of all hosts, which it joins when it is (RFC 1112, 7.2); or /sys says so, for
    /// those that join none.
    fn is_on(&self, name: &str, joined: &str) -> bool {
        const ALL_HOSTS: &str = "01005e000001";
        let listens = joined.lines().any(|line| {
            let mut fields = line.split_ascii_whitespace();
            fields.nth(1) == Some(name) && fields.next_back() == Some(ALL_HOSTS)
        });
        // A name with a slash would lead somewhere else.
        let flags = match name.contains('/') {
            true => None,
            false => read(&self.sys.join("class/net").join(name).join("flags")).unwrap_or_default(),
        };
        let flags = flags.unwrap_or_default();
        let flags = flags.trim().trim_start_matches("0x");
        listens || u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & IFF_UP != 0)
    }
}

/// The names in `/proc/self/net/dev`: what stands before the colon, without the two heading lines.
pub(super) fn interfaces(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .skip(2)
        .filter_map(|line| Some(line.rsplit_once(':')?.0.trim()))
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::host::machine::State;
    use crate::host::machine::tests::Fake;

    #[test]
    fn an_address_on_anything_but_loopback_is_a_stop() {
        let fake = Fake::fit();
        assert_eq!(fake.machine.network().state, State::Ok);
        let address = "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n";
        fake.add("proc/self/net/if_inet6", address);
        let check = fake.machine.network();
        assert_eq!(check.state, State::Stop);
        assert!(check.found.ends_with(": eth0"), "{}", check.found);
        assert!(check.remedy.contains("ip link set"), "{}", check.remedy);
    }

    #[test]
    fn a_default_route_without_an_address_is_a_stop() {
        let fake = Fake::fit();
        fake.add(
            "proc/self/net/route",
            "wwan0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
        );
        let check = fake.machine.network();
        assert_eq!(check.state, State::Stop);
        assert!(check.found.contains("wwan0"));
    }

    #[test]
    fn a_machine_that_does_not_tell_is_not_called_air_gapped() {
        let fake = Fake::fit();
        fake.remove("proc/self/net/dev");
        let check = fake.machine.network();
        assert_eq!(check.state, State::Stop);
        assert!(check.found.contains("unknown"), "{}", check.found);
    }

    #[test]
    fn cards_that_only_sys_shows_belong_to_the_machine_around_and_do_not_count() {
        let fake = Fake::fit();
        fake.file("sys/class/net/eth0/flags", "0x1003\n");
        fake.file("sys/class/net/eth0/carrier", "1\n");
        assert_eq!(fake.machine.network().state, State::Ok);
        let check = fake.machine.cards();
        assert_eq!(check.state, State::Ok, "{}", check.found);
    }

    #[test]
    fn a_card_that_is_switched_on_is_a_warning_and_one_that_is_off_is_none() {
        let fake = Fake::fit();
        fake.add("proc/self/net/dev", "  eth0:       0       0\n");
        let off = fake.machine.cards();
        assert_eq!(off.state, State::Ok);
        assert!(off.found.contains("switched off: eth0"), "{}", off.found);
        let other = "4    eth0            1     0     333300000001\n";
        fake.file("proc/self/net/dev_mcast", other);
        assert_eq!(
            fake.machine.cards().state,
            State::Ok,
            "joined when it is off too"
        );
        let all = "4    eth0            1     0     01005e000001\n";
        fake.file("proc/self/net/dev_mcast", all);
        let on = fake.machine.cards();
        assert_eq!(on.state, State::Warn);
        assert!(on.found.contains("switched on: eth0"), "{}", on.found);
        fake.remove("proc/self/net/dev_mcast");
        fake.file("sys/class/net/eth0/flags", "0x1002\n");
        assert_eq!(fake.machine.cards().state, State::Ok);
        fake.file("sys/class/net/eth0/flags", "0x1003\n");
        assert_eq!(fake.machine.cards().state, State::Warn);
    }

    #[test]
    fn hostile_names_are_escaped_and_lead_nowhere() {
        let fake = Fake::fit();
        fake.add(
            "proc/self/net/dev",
            "  a\u{1b}[2J: 0\n  ../../up: 0\n x:y: 0\n",
        );
        fake.file("sys/up/flags", "0x1003\n");
        let check = fake.machine.cards();
        assert_eq!(check.state, State::Ok);
        assert!(!check.found.contains('\u{1b}'));
        assert!(
            check.found.contains("a\\u{1b}[2J, ../../up, x:y"),
            "{}",
            check.found
        );
    }
}
