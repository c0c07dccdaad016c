//! Radios: Wi-Fi, Bluetooth, mobile broadband and whatever else the kernel has a switch for.
//!
//! Knows /sys/class. A radio that cannot be switched off by the kernel (no rfkill) is listed as one that is on.

use std::ffi::OsStr;
use std::path::Path;

use super::{Check, Machine, State, listed, names, read, shown};

/// Where radios without a switch are found, and what they are.
const CLASSES: [(&str, &str); 4] = [
    ("ieee80211", "Wi-Fi"),
    ("bluetooth", "Bluetooth"),
    ("wwan", "mobile broadband"),
    ("nfc", "NFC"),
];

/// One switch of a radio (Linux, Documentation/ABI/stable/sysfs-class-rfkill).
struct Switch {
    /// "phy0 (Wi-Fi)".
    name: String,
    kind: &'static str,
    /// Taken away by a hardware switch or the firmware.
    hard: bool,
    /// Taken away by a program; any program with the right gives it back.
    soft: bool,
}

impl Machine {
    /// Every radio, and whether something keeps it silent.
    pub(super) fn radios(&self) -> Check {
        match self.find_radios() {
            Ok((switches, others)) => judge(&switches, &others),
            Err(why) => Check::unknown("radios", why, "look in the firmware's settings"),
        }
    }

    /// The switches, and radios of a kind that has none.
    fn find_radios(&self) -> Result<(Vec<Switch>, Vec<String>), String> {
        let dir = self.sys.join("class/rfkill");
        let switches = names(&dir)?;
        let switches: Vec<Switch> = switches
            .iter()
            .map(|name| Switch::read(&dir.join(name)))
            .collect();
        let has = |kind: &str| switches.iter().any(|switch| switch.kind == kind);
        let mut others = Vec::new();
        for (class, kind) in CLASSES {
            let found = names(&self.sys.join("class").join(class))?;
            let found = found.iter().filter(|_| !has(kind));
            others.extend(found.map(|name| named(name, kind)));
        }
        // Old drivers have neither a switch nor a class of their own.
        for name in names(&self.sys.join("class/net"))? {
            let card = self.sys.join("class/net").join(&name);
            let event = read(&card.join("uevent")).ok().flatten();
            let event = event.unwrap_or_default();
            let is = |kind: &str| {
                event
                    .lines()
                    .any(|line| line.strip_prefix("DEVTYPE=") == Some(kind))
            };
            let kind = match () {
                () if is("wwan") => "mobile broadband",
                () if is("wlan") || card.join("wireless").exists() => "Wi-Fi",
                () => continue,
            };
            if !has(kind)
                && !others
                    .iter()
                    .any(|other| other.ends_with(&format!("({kind})")))
            {
                others.push(named(&name, kind));
            }
        }
        Ok((switches, others))
    }
}

impl Switch {
    fn read(dir: &Path) -> Self {
        let text = |file: &str| {
            let text = read(&dir.join(file)).ok().flatten().unwrap_or_default();
            text.trim().to_owned()
        };
        let kind = match text("type").as_str() {
            "wlan" => "Wi-Fi",
            "bluetooth" => "Bluetooth",
            "wwan" => "mobile broadband",
            "nfc" => "NFC",
            "gps" => "GPS",
            "fm" => "FM radio",
            "ultrawideband" => "ultra wideband",
            "wimax" => "WiMAX",
            _ => "a radio",
        };
        let name = match text("name") {
            name if name.is_empty() => dir.file_name().unwrap_or_default().to_owned(),
            name => name.into(),
        };
        Self {
            name: named(&name, kind),
            kind,
            hard: text("hard") == "1",
            soft: text("soft") == "1",
        }
    }
}

fn named(name: &OsStr, kind: &str) -> String {
    format!("{} ({kind})", shown(&name.to_string_lossy()))
}

fn judge(switches: &[Switch], others: &[String]) -> Check {
    let these = |wanted: fn(&Switch) -> bool| -> Vec<String> {
        let wanted = switches.iter().filter(|switch| wanted(switch));
        wanted.map(|switch| switch.name.clone()).collect()
    };
    let mut on = these(|switch| !switch.hard && !switch.soft);
    on.extend(others.iter().cloned());
    let (soft, hard) = (
        these(|switch| switch.soft && !switch.hard),
        these(|switch| switch.hard),
    );
    let mut parts = Vec::new();
    for (what, names) in [
        ("on", &on),
        ("off by software", &soft),
        ("off by a switch", &hard),
    ] {
        if !names.is_empty() {
            parts.push(format!("{what}: {}", listed(names)));
        }
    }
    let (state, remedy) = match () {
        () if !on.is_empty() => (
            State::Warn,
            "rfkill block all, or the laptop's switch; best is to take the radio card out",
        ),
        () if !soft.is_empty() => (
            State::Warn,
            "a program can switch them on again: use a hardware switch, the firmware, or take the card out",
        ),
        () => (State::Ok, ""),
    };
    let found = match parts.is_empty() {
        true => "none".to_owned(),
        false => parts.join("; "),
    };
    Check::new("radios", state, found, remedy)
}

#[cfg(test)]
mod tests {
    use crate::host::machine::State;
    use crate::host::machine::tests::Fake;

    fn switch(fake: &Fake, number: u8, kind: &str, hard: &str, soft: &str) {
        let dir = format!("sys/class/rfkill/rfkill{number}");
        fake.file(&format!("{dir}/type"), &format!("{kind}\n"));
        fake.file(&format!("{dir}/name"), &format!("{kind}-{number}\n"));
        fake.file(&format!("{dir}/hard"), &format!("{hard}\n"));
        fake.file(&format!("{dir}/soft"), &format!("{soft}\n"));
    }

    #[test]
    fn a_machine_without_radios_is_fit() {
        let check = Fake::fit().machine.radios();
        assert_eq!((check.state, check.found.as_str()), (State::Ok, "none"));
    }

    #[test]
    fn a_radio_is_on_until_something_blocks_it_and_only_hardware_blocks_it_for_good() {
        let fake = Fake::fit();
        switch(&fake, 0, "wlan", "0", "0");
        let on = fake.machine.radios();
        assert_eq!(on.state, State::Warn);
        assert_eq!(on.found, "on: wlan-0 (Wi-Fi)");
        switch(&fake, 0, "wlan", "0", "1");
        let soft = fake.machine.radios();
        assert_eq!(soft.state, State::Warn);
        assert_eq!(soft.found, "off by software: wlan-0 (Wi-Fi)");
        switch(&fake, 0, "wlan", "1", "1");
        let hard = fake.machine.radios();
        assert_eq!(hard.state, State::Ok);
        assert_eq!(hard.found, "off by a switch: wlan-0 (Wi-Fi)");
        switch(&fake, 1, "bluetooth", "0", "0");
        let two = fake.machine.radios();
        assert_eq!(two.state, State::Warn);
        assert_eq!(
            two.found,
            "on: bluetooth-1 (Bluetooth); off by a switch: wlan-0 (Wi-Fi)"
        );
    }

    #[test]
    fn a_radio_without_a_switch_counts_as_on_wherever_it_shows() {
        for (file, name) in [
            ("sys/class/bluetooth/hci0/address", "hci0 (Bluetooth)"),
            ("sys/class/ieee80211/phy0/index", "phy0 (Wi-Fi)"),
            ("sys/class/wwan/wwan0/dev", "wwan0 (mobile broadband)"),
            ("sys/class/net/wlp2s0/wireless/link", "wlp2s0 (Wi-Fi)"),
        ] {
            let fake = Fake::fit();
            fake.file(file, "1\n");
            let check = fake.machine.radios();
            assert_eq!(check.state, State::Warn, "{file}");
            assert_eq!(check.found, format!("on: {name}"));
        }
        let fake = Fake::fit();
        fake.file("sys/class/net/x0/uevent", "DEVTYPE=wwan\nINTERFACE=x0\n");
        assert_eq!(fake.machine.radios().found, "on: x0 (mobile broadband)");
        // one card shows in several places and is said once
        let fake = Fake::fit();
        fake.file("sys/class/ieee80211/phy0/index", "0\n");
        fake.file("sys/class/net/wlp2s0/uevent", "DEVTYPE=wlan\n");
        assert_eq!(fake.machine.radios().found, "on: phy0 (Wi-Fi)");
    }

    #[test]
    fn a_radio_that_a_switch_keeps_silent_is_not_said_to_be_on() {
        let fake = Fake::fit();
        switch(&fake, 0, "bluetooth", "1", "0");
        fake.file("sys/class/bluetooth/hci0/address", "x\n");
        assert_eq!(fake.machine.radios().state, State::Ok);
    }

    #[test]
    fn names_of_radios_are_escaped_and_short() {
        let fake = Fake::fit();
        switch(&fake, 0, "wlan", "0", "0");
        let name = format!("\u{1b}[2J{}", "x".repeat(4000));
        fake.file("sys/class/rfkill/rfkill0/name", &name);
        let found = fake.machine.radios().found;
        assert!(!found.contains('\u{1b}') && found.len() < 80, "{found}");
    }
}
