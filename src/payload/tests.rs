//! Places in the archive and below the target of a restore.

use super::*;

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
