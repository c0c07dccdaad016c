//! What the doctor says of disks: of the directory that the person works in, and of what is plugged in.

use crate::host::machine::Check;
use crate::media::{Device, Plugged, Stay};

/// The most media that are named in one line.
const MOST_NAMED: usize = 6;

/// Where something that is written into the working directory stays.
pub(super) fn directory(device: &Device) -> Check {
    const NAME: &str = "directory";
    const MEMORY: &str = "work in memory: mkdir -m 700 /dev/shm/work && cd /dev/shm/work";
    let what = device.describe();
    match (device, device.stay()) {
        (Device::Unknown(why), _) => Check::unknown(NAME, why, MEMORY),
        _ if device.is_far() => {
            let text =
                format!("this directory lies on {what}: what is written here leaves the machine");
            Check::warn(NAME, text, MEMORY)
        }
        (_, Stay::Memory) => Check::ok(NAME, "this directory lies in memory (tmpfs)"),
        (_, Stay::Removable) => Check::ok(
            NAME,
            format!("this directory lies on a removable medium: {what}"),
        ),
        (Device::NotADevice(_), Stay::Fixed) => {
            let text = format!("this directory lies on {what}: it may keep what was deleted");
            Check::warn(NAME, text, MEMORY)
        }
        (Device::Disks(_), Stay::Fixed) => {
            let text = format!(
                "this directory lies on a fixed disk, which keeps what was deleted: {what}"
            );
            Check::warn(NAME, text, MEMORY)
        }
    }
}

/// What is plugged in, but for the disk of this system.
pub(super) fn media(all: &[Plugged]) -> Check {
    const NAME: &str = "media";
    const PULL: &str = "pull it out, do not use it, and keep it for whoever looks into it";
    const LOOK: &str = "use a plain stick or card; 'coldvault media' says more";
    let others: Vec<&Plugged> = all.iter().filter(|plugged| !plugged.is_system).collect();
    let also = |plugged: &&&Plugged| !plugged.also.is_empty();
    if others.is_empty() {
        return Check::ok(NAME, "none plugged in");
    }
    let Some(first) = others.iter().find(also) else {
        let names: Vec<String> = others
            .iter()
            .take(MOST_NAMED)
            .map(|plugged| named(plugged))
            .collect();
        let more = match others.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Check::ok(NAME, format!("{}{more}", names.join("; ")));
    };
    let first = others
        .iter()
        .find(|plugged| plugged.is_dangerous())
        .unwrap_or(first);
    let kinds: Vec<String> = first.also.iter().map(|also| also.as_text()).collect();
    let text = format!("{} is also {}", first.disk.describe(), kinds.join(" and "));
    match first.is_dangerous() {
        true => Check::stop(NAME, text, PULL),
        false => Check::warn(NAME, text, LOOK),
    }
}

/// "sdb (SanDisk Ultra, serial 4C53) at "/media/A"".
fn named(plugged: &Plugged) -> String {
    let mounted = plugged.parts.iter().flat_map(|part| &part.mounted);
    let points: Vec<String> = mounted
        .take(2)
        .map(|at| format!("{:?}", at.point))
        .collect();
    let at = match points.is_empty() {
        true => "not mounted".to_owned(),
        false => format!("at {}", points.join(", ")),
    };
    format!("{}, {at}", plugged.disk.describe())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::machine::State;
    use crate::media::{Also, DiskId, MountedAt, PluggedPart};

    fn disk(name: &str, removable: bool) -> DiskId {
        DiskId {
            name: name.into(),
            serial: Some("4C53".into()),
            model: Some("SanDisk Ultra".into()),
            removable,
            bytes: None,
            seq: None,
            usb: None,
        }
    }

    fn plugged(name: &str, also: &[Also]) -> Plugged {
        let at = MountedAt {
            point: "/media/A\u{1b}".into(),
            read_only: false,
        };
        Plugged {
            disk: disk(name, true),
            is_system: name == "sda",
            also: also.to_vec(),
            parts: vec![PluggedPart {
                name: format!("{name}1"),
                bytes: None,
                kind: None,
                mounted: vec![at],
            }],
        }
    }

    fn on(device: Device) -> Check {
        directory(&device)
    }

    #[test]
    fn a_directory_in_memory_or_on_a_stick_is_fit_and_on_a_disk_or_network_it_is_not() {
        let check = on(Device::NotADevice("tmpfs".into()));
        assert_eq!(check.state, State::Ok);
        let check = on(Device::Disks(vec![disk("sdb", true)]));
        assert_eq!(check.state, State::Ok);
        assert!(check.found.contains("removable"), "{}", check.found);
        let check = on(Device::Disks(vec![disk("sda", false)]));
        assert_eq!(check.state, State::Warn);
        assert!(check.found.contains("fixed disk"), "{}", check.found);
        let check = on(Device::NotADevice("nfs4".into()));
        assert_eq!(check.state, State::Warn);
        assert!(
            check.found.contains("leaves the machine"),
            "{}",
            check.found
        );
        let check = on(Device::NotADevice("overlay".into()));
        assert_eq!(check.state, State::Warn);
        let check = on(Device::Unknown("gone".into()));
        assert_eq!(check.state, State::Warn);
        assert!(check.found.contains("not known"), "{}", check.found);
    }

    #[test]
    fn media_are_named_with_where_they_are_and_the_systems_disk_is_none() {
        assert_eq!(media(&[]).found, "none plugged in");
        assert_eq!(media(&[plugged("sda", &[])]).found, "none plugged in");
        let check = media(&[plugged("sda", &[]), plugged("sdb", &[])]);
        assert_eq!(check.state, State::Ok);
        let said = "sdb (SanDisk Ultra, serial 4C53), at \"/media/A\\u{1b}\"";
        assert_eq!(check.found, said);
        let many: Vec<Plugged> = (0..20)
            .map(|number| plugged(&format!("sd{number}"), &[]))
            .collect();
        assert!(media(&many).found.ends_with(" and 14 more"));
    }

    #[test]
    fn a_stick_that_types_is_a_stop_whatever_else_is_plugged_in() {
        let odd = plugged("sdb", &[Also::Other(*b"ff")]);
        let typing = plugged("sdc", &[Also::Keyboard]);
        let plain = plugged("sdd", &[]);
        let check = media(&[odd.clone(), typing, plain.clone()]);
        assert_eq!(check.state, State::Stop);
        assert!(check.found.starts_with("sdc"), "{}", check.found);
        assert!(
            check.found.ends_with("is also a keyboard or mouse"),
            "{}",
            check.found
        );
        assert_eq!(media(&[odd, plain.clone()]).state, State::Warn);
        assert_eq!(media(&[plain]).state, State::Ok);
    }
}
