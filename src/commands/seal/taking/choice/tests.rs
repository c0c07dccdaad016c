//! What is decided for single paths, and how much of it is remembered.

use super::*;

#[test]
fn a_link_leads_where_its_text_says() {
    let cases: [(&[u8], &[u8], &[u8]); 5] = [
        (b"a/l", b"f", b"a/f"),
        (b"a/b/l", b"../../f", b"f"),
        (b"l", b"./a/f", b"a/f"),
        (b"/opt/a/l", b"../f", b"/opt/f"),
        (b"a/l", b"..", b""),
    ];
    for (path, target, wanted) in cases {
        assert_eq!(leads_to(path, target), wanted);
    }
}

#[test]
fn links_to_what_is_kept_are_kept_however_many_lie_between() {
    let mut choice = Choice::new(Scope::Keys, Path::new("/node"));
    choice.keep(b"certs/a.jks".to_vec());
    for (path, leads) in [
        ("1", "2"),
        ("2", "x/3"),
        ("x/3", "certs/a.jks"),
        ("n", "no"),
    ] {
        choice.links.push((path.into(), leads.into()));
    }
    choice.finish();
    for path in ["certs", "certs/a.jks", "1", "2", "x", "x/3"] {
        assert!(choice.kept.contains(path.as_bytes()), "{path}");
    }
    assert!(!choice.kept.contains(&b"n"[..]));
}

#[test]
fn databases_are_counted_and_named_however_many_other_files_are_left_out() {
    let mut choice = Choice::new(Scope::Node, Path::new("/node"));
    let mut leave = |name: String, part: Part| {
        let place = Place::Inside(name.into_bytes());
        choice.tally(Some(Why::Excluded), (place, Some(part), true), 7);
    };
    for number in 0..MOST_NAMED + 50 {
        leave(format!("{number}.jks"), Part::Key);
    }
    leave("persistence.mv.db".into(), Part::Database);
    leave("readme".into(), Part::Other);
    assert_eq!(choice.closed.count, 1);
    assert_eq!(choice.closed.first.len(), 1);
    assert_eq!(choice.others.count, 150);
    assert_eq!(choice.others.first.len(), MOST_NAMED);
    assert_eq!(choice.left(Why::Excluded).files, 152);
}
