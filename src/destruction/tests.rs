use super::*;
use crate::due::tests::vault;
use crate::json;
use crate::register::Destruction;

/// The record of a vault of 2 of 3 with two copies of everything, of which the first so many are destroyed.
pub(crate) fn record(destroyed: usize) -> DestructionRecord {
    let mut vault = vault(2, 3);
    vault.label = "Bank A – Zürich".into();
    for (number, one) in vault.carriers.iter_mut().take(destroyed).enumerate() {
        one.destroyed = true;
        one.bag = Some(format!("A-100{number}"));
        one.site = Some("Bern, safe 2".into());
        one.destruction = Some(Destruction {
            when: Time::from_unix(1_795_000_000),
            reason: "retired".into(),
            how: Some("wiped and broken".into()),
            people: vec!["Ada Officer".into(), "Ben Second".into()],
        });
    }
    DestructionRecord {
        vault,
        at: Time::from_unix(1_795_000_000),
        wall: None,
        reason: Some("the node moved to another operator".into()),
        people: vec!["Ada Officer".into(), "Ben Second".into()],
        register_head: Some(Digest::of(b"head")),
        tool: "coldvault 0.1.0".into(),
    }
}

fn read(record: &DestructionRecord) -> Object {
    json::parse(&record.to_bytes(), 1 << 20).unwrap()
}

#[test]
fn a_record_says_what_is_gone_what_is_out_and_whether_that_opens() {
    let none = read(&record(0));
    assert!(
        record(0)
            .to_bytes()
            .starts_with(b"{\"type\":\"coldvault/destruction/1\",")
    );
    assert!(!none.boolean("dead").unwrap());
    assert_eq!(none.list("destroyed").unwrap().len(), 0);
    assert_eq!(none.list("outstanding").unwrap().len(), 8);
    // Both vault copies are gone: nothing of it opens, and the shares stay named.
    let vaults = read(&record(2));
    assert!(vaults.boolean("dead").unwrap());
    assert!(!vaults.boolean("vault_copy_outstanding").unwrap());
    assert_eq!(vaults.unsigned("shares_outstanding").unwrap(), 3);
    assert_eq!(vaults.list("outstanding").unwrap().len(), 6);
    let first = vaults.objects("destroyed").unwrap()[0];
    assert_eq!(first.text("how").unwrap(), "wiped and broken");
    assert_eq!(
        first.texts("people").unwrap(),
        ["Ada Officer", "Ben Second"]
    );
}

#[test]
fn a_copy_that_must_be_there_and_was_never_entered_is_out() {
    let mut all = record(8);
    assert!(read(&all).list("never_seen").unwrap().is_empty());
    // Both vault copies call themselves copy 1 of 2.
    all.vault.carriers[1].copy = 1;
    let text = read(&all);
    let unseen = text.objects("never_seen").unwrap();
    assert_eq!(unseen.len(), 1);
    assert_eq!(
        (
            unseen[0].text("role").unwrap(),
            unseen[0].byte("copy").unwrap()
        ),
        ("vault", 2)
    );
    assert!(text.boolean("vault_copy_outstanding").unwrap());
}
