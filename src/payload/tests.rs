//! Payloads that are written and read back at once.

use super::*;
use std::path::Path;

struct Nowhere;

impl Deliver for Nowhere {
    fn ceremony(&mut self, _: &[u8]) -> Result<()> {
        Ok(())
    }
    fn directory(&mut self, _: &[u8], _: u32, _: i64) -> Result<()> {
        Ok(())
    }
    fn file(&mut self, _: &[u8], _: u32, _: i64, _: &mut dyn Read) -> Result<()> {
        Ok(())
    }
    fn link(&mut self, _: &[u8], _: &[u8], _: i64) -> Result<()> {
        Ok(())
    }
    fn skipped(&mut self, _: &Line) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_link_whose_file_system_tells_a_mode_of_its_own_comes_back() {
    let key = VaultKey::draw().unwrap();
    let mut writer = PayloadWriter::new(&key, Vec::new()).unwrap();
    writer.add_bytes(CEREMONY, b"{}", 0).unwrap();
    let (path, target) = (b"current".to_vec(), b"node".to_vec());
    let link = Entry {
        path,
        kind: EntryKind::Link { target },
        mode: 0o755,
        mtime: 0,
        outside: None,
    };
    writer.add(Root::Node(0), &link, None).unwrap();
    let (sealed, summary) = writer.finish().unwrap();
    let bounds = Bounds {
        plain_bytes: summary.plain_bytes,
        members: summary.members,
    };
    let name = Path::new("payload.age");
    unpack(&key, io::Cursor::new(sealed), name, bounds, &mut Nowhere).unwrap();
}

#[test]
fn a_place_lies_in_the_archive_by_whether_its_path_is_absolute() {
    let places: [(usize, &[u8], &str, &str); 4] = [
        (1, b"a/b.jks", "node/1/a/b.jks", "party/a/b.jks"),
        (0, b"", "node/0", "party"),
        (
            2,
            b"/opt/b.jks",
            "external/2/opt/b.jks",
            "external/party/opt/b.jks",
        ),
        (0, b"/", "external/0", "external/party"),
    ];
    for (index, path, member, restored) in places {
        let (root, below) = Root::of(index, path);
        assert_eq!(root.join(below), member.as_bytes());
        assert_eq!(root.restored(b"party", below), restored.as_bytes());
    }
}
