//! What is plugged into machines that do not exist, and into this one.

use super::*;
use crate::media::device::tests::Fake;

/// A machine with its disk and two sticks, in `/sys/block` too.
fn machine() -> Fake {
    let fake = Fake::new();
    fake.stick("1-1", "sda", (8, 0), "SYSTEM");
    fake.stick("1-2", "sdb", (8, 16), "4C53");
    fake.stick("1-3", "sdc", (8, 32), "4C54");
    for (port, name) in [("1-1", "sda"), ("1-2", "sdb"), ("1-3", "sdc")] {
        fake.listed(port, name);
        fake.interface(port, 0, "08");
    }
    fake.mounts("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n7 1 8:17 / /media/B ro - vfat /dev/sdb1 rw\n");
    fake
}

fn named<'p>(all: &'p [Plugged], name: &str) -> &'p Plugged {
    all.iter()
        .find(|plugged| plugged.disk.name == name)
        .unwrap()
}

#[test]
fn each_disk_is_listed_with_its_parts_and_where_they_are_mounted() {
    let fake = machine();
    let all = fake.resolver.plugged();
    let names: Vec<&str> = all
        .iter()
        .map(|plugged| plugged.disk.name.as_str())
        .collect();
    assert_eq!(names, ["sda", "sdb", "sdc"]);
    assert!(named(&all, "sda").is_system && !named(&all, "sdb").is_system);
    let stick = named(&all, "sdb");
    assert_eq!(stick.disk.serial.as_deref(), Some("4C53"));
    assert!(stick.also.is_empty() && !stick.is_dangerous());
    let [part] = stick.parts.as_slice() else {
        panic!("{:?}", stick.parts)
    };
    assert_eq!(
        (part.name.as_str(), part.kind.as_deref()),
        ("sdb1", Some("vfat"))
    );
    assert_eq!(part.bytes, Some(2048 * 512));
    let [at] = part.mounted.as_slice() else {
        panic!("{:?}", part.mounted)
    };
    assert_eq!(
        (at.point.as_path(), at.read_only),
        (Path::new("/media/B"), true)
    );
    let other = named(&all, "sdc");
    assert!(other.parts[0].mounted.is_empty());
}

#[test]
fn a_stick_that_is_also_a_keyboard_or_a_network_card_is_dangerous() {
    for (class, also) in [
        ("03", Also::Keyboard),
        ("02", Also::Network),
        ("E0", Also::Network),
    ] {
        let fake = machine();
        fake.interface("1-2", 1, class);
        let all = fake.resolver.plugged();
        assert_eq!(named(&all, "sdb").also, [also]);
        assert!(named(&all, "sdb").is_dangerous());
        assert!(!named(&all, "sdc").is_dangerous(), "not its neighbour");
    }
    let fake = machine();
    fake.interface("1-2", 1, "ff");
    let all = fake.resolver.plugged();
    let stick = named(&all, "sdb");
    assert!(!stick.is_dangerous());
    assert_eq!(stick.also[0].as_text(), "something else (USB class ff)");
    fake.interface("1-2", 1, "\u{1b}[2J");
    assert_eq!(
        named(&fake.resolver.plugged(), "sdb").also[0].as_text(),
        "something else (USB class ?[)"
    );
    fake.interface("1-2", 1, "x");
    assert_eq!(
        named(&fake.resolver.plugged(), "sdb").also,
        [Also::Other(*b"??")]
    );
}

#[test]
fn an_interface_of_a_makers_own_class_is_what_the_kernel_made_of_it() {
    const NETWORK: &str = "net/eth1/address";
    const INPUT: &str = "input/input5/name";
    const HID_INPUT: &str = "0003:046D:C31C.0001/input/input5/name";
    for (class, made, also) in [
        ("ff", NETWORK, Also::Network),
        ("ff", INPUT, Also::Keyboard),
        ("ff", HID_INPUT, Also::Keyboard),
        ("08", HID_INPUT, Also::Keyboard),
    ] {
        let fake = machine();
        fake.interface("1-2", 1, class);
        fake.file(
            &format!("sys/devices/pci0000:00/usb1/1-2/1-2:1.1/{made}"),
            "x\n",
        );
        let all = fake.resolver.plugged();
        assert_eq!(named(&all, "sdb").also, [also], "{class} {made}");
        assert!(!named(&all, "sdc").is_dangerous(), "not its neighbour");
    }
}

#[test]
fn what_a_link_below_an_interface_points_to_is_not_the_interfaces_own() {
    let fake = machine();
    fake.interface("1-2", 1, "ff");
    let driver = fake.resolver.sys.join("bus/usb/drivers/odd");
    fs::create_dir_all(driver.join("net")).unwrap();
    let interface = "devices/pci0000:00/usb1/1-2/1-2:1.1/driver";
    std::os::unix::fs::symlink(driver, fake.resolver.sys.join(interface)).unwrap();
    let all = fake.resolver.plugged();
    assert_eq!(named(&all, "sdb").also, [Also::Other(*b"ff")]);
}

#[test]
fn a_network_card_in_the_manner_of_windows_is_one_by_all_three_numbers() {
    for (subclass, protocol, is_dangerous) in [("04", "01", true), ("02", "01", false)] {
        let fake = machine();
        fake.interface("1-2", 1, "EF");
        let number = |name: &str, value: &str| {
            let dir = "sys/devices/pci0000:00/usb1/1-2/1-2:1.1";
            fake.file(&format!("{dir}/{name}"), &format!("{value}\n"));
        };
        number("bInterfaceSubClass", subclass);
        number("bInterfaceProtocol", protocol);
        let all = fake.resolver.plugged();
        assert_eq!(named(&all, "sdb").is_dangerous(), is_dangerous);
    }
}

#[test]
fn what_else_the_stick_is_that_something_lies_on_is_found_from_there() {
    let fake = machine();
    fake.interface("1-2", 1, "03");
    let also = |number: (u32, u32)| {
        let device = fake.device(number);
        assert_eq!(device.disks().len(), 1);
        fake.resolver.also(&device)
    };
    assert_eq!(also((8, 17)), [Also::Keyboard]);
    assert_eq!(also((8, 33)), []);
    let none = Device::NotADevice("a tmpfs (memory)".into());
    assert_eq!(fake.resolver.also(&none), []);
}

#[test]
fn a_file_system_on_an_encrypted_volume_is_mounted_on_the_part_below() {
    let fake = machine();
    let part = "pci0000:00/usb1/1-3/1-3:1.0/host6/target6:0:0/6:0:0:0/block/sdc/sdc1";
    fake.block("253:0", "virtual/block/dm-0");
    fake.slave("virtual/block/dm-0", part);
    fake.mounts(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n7 1 253:0 / /media/C rw - ext4 /dev/mapper/c rw\n",
    );
    let all = fake.resolver.plugged();
    assert_eq!(
        named(&all, "sdc").parts[0].mounted[0].point,
        Path::new("/media/C")
    );
    assert!(named(&all, "sdb").parts[0].mounted.is_empty());
}

#[test]
fn a_reader_without_a_card_and_what_is_no_disk_are_not_listed() {
    let fake = machine();
    fake.file("sys/block/sdb/size", "0\n");
    fake.block("7:0", "virtual/block/loop0");
    fake.listed_at("virtual/block/loop0", "loop0");
    let all = fake.resolver.plugged();
    let names: Vec<&str> = all
        .iter()
        .map(|plugged| plugged.disk.name.as_str())
        .collect();
    assert_eq!(names, ["sda", "sdc"]);
}

#[test]
fn a_file_system_on_the_whole_disk_is_its_only_part() {
    let fake = Fake::new();
    let disk = "pci0000:00/virtio1/block/vda";
    fake.block("254:0", disk);
    fake.listed_at(disk, "vda");
    fake.file("sys/block/vda/size", "2048\n");
    fake.mounts("1 0 254:0 / / rw - ext4 /dev/vda rw\n");
    let all = fake.resolver.plugged();
    assert_eq!(all[0].parts.len(), 1);
    assert_eq!(all[0].parts[0].name, "vda");
    assert!(all[0].is_system);
}

#[test]
fn a_machine_that_tells_nothing_has_nothing_plugged_in() {
    assert_eq!(Fake::new().resolver.plugged(), []);
}

#[test]
fn what_is_plugged_in_here_can_be_read() {
    for plugged in Resolver::default().plugged() {
        assert!(!plugged.disk.name.is_empty() && !plugged.parts.is_empty());
    }
}
