//! Whether this machine is on a network, as far as `/proc` tells.
//!
//! Knows the kernel's text tables. No sockets, because the process has forbidden itself those. A card that has neither
//! an address nor a route counts as down: it may be powered, but nothing reaches this machine through it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::net::Ipv4Addr;
use std::path::Path;

/// The most bytes of a table: some ten thousands of routes.
const MAX_TABLE: u64 = 4 << 20;
/// The most interfaces that are named, and the longest name, in characters.
const MOST_NAMED: usize = 8;
const MAX_NAME: usize = 64;

/// The tables of one network namespace, as text.
#[derive(Default)]
struct Tables {
    /// `route`: the IPv4 routes.
    route: String,
    /// `fib_trie`: all IPv4 addresses, without the interfaces that have them.
    fib_trie: String,
    /// `ipv6_route`: the IPv6 routes.
    ipv6_route: String,
    /// `if_inet6`: the IPv6 addresses. A card with a cable in it has at least a link-local one.
    if_inet6: String,
}

/// What looks like a network that is up: the names of the interfaces, as text for a person. `None` on an air-gapped
/// machine. A machine that does not tell is not called air-gapped. `proc` is where procfs is.
pub(super) fn up(proc: &Path) -> Option<String> {
    match Tables::read(proc) {
        Ok(tables) => tables.up(),
        Err(why) => Some(format!("unknown, because {why}")),
    }
}

impl Tables {
    fn read(proc: &Path) -> Result<Self, String> {
        let net = proc.join("self/net");
        // Always there, even on a machine without a card: without it, the others' absence says nothing.
        bounded(&net.join("dev")).map_err(|error| unreadable("dev", error.kind()))?;
        Ok(Self {
            route: table(&net, "route")?,
            fib_trie: table(&net, "fib_trie")?,
            ipv6_route: table(&net, "ipv6_route")?,
            if_inet6: table(&net, "if_inet6")?,
        })
    }

    fn up(&self) -> Option<String> {
        let mut names: BTreeSet<&str> = ipv4_routes(&self.route).collect();
        names.extend(last_column(&self.ipv6_route));
        names.extend(last_column(&self.if_inet6));
        names.remove("lo");
        let mut up: Vec<String> = names.into_iter().take(MOST_NAMED).map(printable).collect();
        if up.is_empty() {
            up.extend(
                ipv4_addresses(&self.fib_trie)
                    .into_iter()
                    .take(MOST_NAMED)
                    .map(|address| format!("address {address}")),
            );
        }
        (!up.is_empty()).then(|| up.join(", "))
    }
}

/// One table. A kernel without IPv6 has no IPv6 tables.
fn table(net: &Path, name: &str) -> Result<String, String> {
    match bounded(&net.join(name)) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(name, error.kind())),
    }
}

/// A table's beginning. One that is cut names interfaces all the same.
fn bounded(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_TABLE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable(name: &str, kind: ErrorKind) -> String {
    format!("/proc/self/net/{name} cannot be read: {kind}")
}

/// The interfaces with an IPv4 route: the first column, without the heading.
fn ipv4_routes(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.split_ascii_whitespace().next())
}

fn last_column(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.split_ascii_whitespace().next_back())
}

/// This machine's own IPv4 addresses, except those that only it can reach. A line `|-- ADDRESS` is followed by what
/// the address is; `/32 host LOCAL` is an own one.
fn ipv4_addresses(text: &str) -> BTreeSet<Ipv4Addr> {
    let mut own = BTreeSet::new();
    let mut last = None;
    for line in text.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse::<Ipv4Addr>().ok();
        } else if line == "/32 host LOCAL" {
            own.extend(last.filter(|address| !address.is_loopback()));
        }
    }
    own
}

/// An interface's name is any bytes but blanks and slashes; a terminal must not act on it.
fn printable(name: &str) -> String {
    name.chars()
        .flat_map(char::escape_default)
        .take(MAX_NAME)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t000300C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
";
    const LOOPBACK_TRIE: &str = "\
Local:
  +-- 127.0.0.0/8 2 0 2
     |-- 127.0.0.0
        /8 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
     |-- 127.255.255.255
        /32 link BROADCAST
";
    const LOOPBACK_INET6: &str = "00000000000000000000000000000001 01 80 10 80       lo\n";
    const LOOPBACK_ROUTE6: &str = "\
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
";

    fn air_gapped() -> Tables {
        Tables {
            route: ROUTE.lines().next().unwrap().to_owned(),
            fib_trie: LOOPBACK_TRIE.to_owned(),
            ipv6_route: LOOPBACK_ROUTE6.to_owned(),
            if_inet6: LOOPBACK_INET6.to_owned(),
        }
    }

    #[test]
    fn a_machine_with_nothing_but_loopback_is_air_gapped() {
        assert_eq!(air_gapped().up(), None);
        assert_eq!(
            Tables::default().up(),
            None,
            "and so is one without the tables' contents"
        );
    }

    #[test]
    fn an_interface_with_an_ipv4_route_is_named_once() {
        let tables = Tables {
            route: ROUTE.to_owned(),
            ..air_gapped()
        };
        assert_eq!(tables.up().unwrap(), "eth0, wlan0");
    }

    #[test]
    fn an_interface_with_only_a_link_local_ipv6_address_is_named() {
        let if_inet6 =
            format!("{LOOPBACK_INET6}fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n");
        assert_eq!(
            Tables {
                if_inet6,
                ..air_gapped()
            }
            .up()
            .unwrap(),
            "eth0"
        );
    }

    #[test]
    fn an_interface_with_only_an_ipv6_route_is_named() {
        let zeros = "0".repeat(32);
        let ipv6_route = format!(
            "{LOOPBACK_ROUTE6}{zeros} 00 {zeros} 00 {zeros} 00000400 00000002 00000000 00000003     tun0\n"
        );
        assert_eq!(
            Tables {
                ipv6_route,
                ..air_gapped()
            }
            .up()
            .unwrap(),
            "tun0"
        );
    }

    #[test]
    fn an_address_without_any_route_is_still_a_network() {
        let fib_trie = format!("{LOOPBACK_TRIE}     |-- 192.0.2.7\n        /32 host LOCAL\n");
        assert_eq!(
            Tables {
                fib_trie,
                ..air_gapped()
            }
            .up()
            .unwrap(),
            "address 192.0.2.7"
        );
    }

    #[test]
    fn a_broadcast_address_of_others_is_not_an_own_one() {
        let fib_trie = format!("{LOOPBACK_TRIE}     |-- 192.0.2.255\n        /32 link BROADCAST\n");
        assert_eq!(
            Tables {
                fib_trie,
                ..air_gapped()
            }
            .up(),
            None
        );
    }

    #[test]
    fn a_name_that_would_move_the_cursor_is_escaped() {
        let if_inet6 = "fe80 04 40 20 80     e\u{1b}[2J\n".to_owned();
        assert_eq!(
            Tables {
                if_inet6,
                ..air_gapped()
            }
            .up()
            .unwrap(),
            "e\\u{1b}[2J"
        );
    }

    #[test]
    fn this_machines_tables_can_be_read() {
        assert!(Tables::read(Path::new("/proc")).is_ok());
    }
}
