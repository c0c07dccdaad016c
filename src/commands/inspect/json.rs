//! What a node directory holds, as the member `contents` of the report. Nothing secret has a place in it.

use std::path::Path;

use super::material::part_name;
use super::stores::role_name;
use super::table::what_name;
use crate::certificate::Certificate;
use crate::contents::{Chain, Contents, Dead, OpenedBy, Place, Presence, Store, Tally, chain};
use crate::corda::Named;
use crate::json::{Object, Value};
use crate::keystore::{Entry, Flaw, Holds, Key};
use crate::material::{Material, State};
use crate::private_key::Belongs;
use crate::report::shown;
use crate::time::Time;

/// The most things that a configuration names and that are listed: no node has a tenth of it, and a forged file a hundred
/// thousand.
const MOST_NAMED: usize = 2_000;

/// All of it.
pub(super) fn object(contents: &Contents, now: Time) -> Object {
    let survey = &contents.survey;
    let software = contents.software.iter().map(|name| Value::from(*name));
    let mut dead = contents.dead();
    dead.extend(contents.no_start(now));
    let outside = contents.outside();
    Object::new()
        .with("directory", shown(&contents.base))
        .with("software", software.collect::<Vec<_>>())
        .with("files", survey.files)
        .with("bytes", survey.bytes)
        .with("directories", survey.directories)
        .with("links", survey.links)
        .with(
            "stores",
            contents
                .stores
                .iter()
                .map(|one| store(one, now))
                .collect::<Vec<_>>(),
        )
        .with(
            "material",
            contents.material.iter().map(material).collect::<Vec<_>>(),
        )
        .with(
            "named",
            contents
                .named
                .iter()
                .take(MOST_NAMED)
                .map(named)
                .collect::<Vec<_>>(),
        )
        .with(
            "named_more",
            contents.named.len().saturating_sub(MOST_NAMED) as u64,
        )
        .with(
            "outside",
            outside
                .iter()
                .map(|path| Value::from(shown(path)))
                .collect::<Vec<_>>(),
        )
        .with("dead", dead.iter().map(of_dead).collect::<Vec<_>>())
        .with("scope_node", tally(contents.node_scope()))
        .with("scope_keys", tally(contents.keys_scope()))
        .with(
            "unknown",
            contents
                .unknown
                .first
                .iter()
                .map(|place| Value::from(path(place)))
                .collect::<Vec<_>>(),
        )
        .with("unknown_more", contents.unknown.more)
}

fn tally(tally: Tally) -> Value {
    Object::new()
        .with("files", tally.files)
        .with("bytes", tally.bytes)
        .into()
}

/// Inside: relative to the node directory. Outside: absolute.
fn path(place: &Place) -> String {
    shown(&place.path(Path::new("")))
}

fn of_dead(dead: &Dead) -> Value {
    Object::new()
        .with("path", path(&dead.place))
        .with("why", dead.why.as_str())
        .into()
}

fn store(store: &Store, now: Time) -> Value {
    let (state, reason) = match &store.read {
        Ok(read) if read.is_proven => ("proven", None),
        Ok(_) if store.password.is_some() => ("opened", None),
        Ok(read) if read.is_listed => ("listed", None),
        Ok(_) => ("closed", None),
        Err(Flaw::Password) => ("closed", None),
        Err(Flaw::Damaged(why)) => ("damaged", Some(why.as_str())),
        Err(Flaw::NotOpened(why)) => ("not opened", Some(why.as_str())),
    };
    let opened_by = store.password.as_ref().map(|by| match by {
        OpenedBy::Configuration(key) => format!("configuration: {key}"),
        OpenedBy::WellKnown(name) => format!("well-known: {name}"),
        OpenedBy::Typed(_) => "typed".to_owned(),
    });
    let entries = store.read.as_ref().map_or(&[][..], |read| &read.entries);
    Object::new()
        .with("path", path(&store.place))
        .with(
            "format",
            text(store.read.as_ref().ok().map(|read| read.format.name())),
        )
        .with("role", text(store.role))
        .with("state", state)
        .with("reason", text(reason))
        .with("opened_by", text(opened_by.as_deref()))
        .with(
            "entries",
            entries
                .iter()
                .map(|one| entry(one, now))
                .collect::<Vec<_>>(),
        )
        .into()
}

fn entry(entry: &Entry, now: Time) -> Value {
    let (kind, key) = match &entry.holds {
        Holds::PrivateKey(key) => ("private key", Some(key)),
        Holds::SecretKey(key) => ("secret key", Some(key)),
        Holds::Certificate => ("certificate", None),
    };
    let (chain_state, chain_reason) = match (&entry.holds, chain(entry)) {
        (Holds::PrivateKey(_), Chain::Complete(_)) => (Some("complete"), None),
        (Holds::PrivateKey(_), Chain::Broken(why)) => (Some("broken"), Some(why)),
        (Holds::PrivateKey(_), Chain::NotChecked(why)) => (Some("not checked"), Some(why)),
        (_, _) => (None, None),
    };
    let certificates = entry.chain.iter().flatten();
    Object::new()
        .with("alias", entry.alias.as_str())
        .with("kind", kind)
        .with("key", text(key.map(key_state)))
        .with("belongs", text(key.and_then(belongs)))
        .with("chain", text(chain_state))
        .with("chain_reason", text(chain_reason.as_deref()))
        .with(
            "certificates",
            certificates
                .map(|one| certificate(one, now))
                .collect::<Vec<_>>(),
        )
        .into()
}

fn key_state(key: &Key) -> &'static str {
    match key {
        Key::Closed => "closed",
        Key::Open { .. } => "open",
        Key::HsmAlias(_) => "hsm",
        Key::WrongPassword => "wrong password",
        Key::Damaged(_) => "damaged",
        Key::NotOpened(_) => "not opened",
    }
}

fn belongs(key: &Key) -> Option<&'static str> {
    let Key::Open { belongs, .. } = key else {
        return None;
    };
    Some(match belongs {
        Belongs::Yes => "yes",
        Belongs::No => "no",
        Belongs::NotChecked(_) => "not checked",
    })
}

fn certificate(certificate: &Certificate, now: Time) -> Value {
    let days = certificate.days_left(now);
    Object::new()
        .with("subject", certificate.subject.as_str())
        .with("issuer", certificate.issuer.as_str())
        .with("role", text(certificate.role.map(role_name)))
        .with("algorithm", certificate.algorithm.as_str())
        .with("not_before", certificate.not_before.to_string())
        .with("not_after", certificate.not_after.to_string())
        .with("days_left", Value::Integer(days))
        .with("sha256", certificate.sha256.hex())
        .into()
}

fn material((place, one): &(Place, Material)) -> Value {
    let (state, reason) = match &one.state {
        State::Good => ("good", None),
        State::Locked => ("locked", None),
        State::Dead(why) => ("dead", Some(why.as_str())),
        State::NotChecked(why) => ("not checked", Some(why.as_str())),
    };
    let facts = one.facts.iter().map(|(name, value)| {
        Value::from(
            Object::new()
                .with("name", *name)
                .with("value", value.as_str()),
        )
    });
    Object::new()
        .with("path", path(place))
        .with("software", text(one.software))
        .with("what", one.what.as_str())
        .with("part", part_name(one.part))
        .with("state", state)
        .with("reason", text(reason))
        .with("facts", facts.collect::<Vec<_>>())
        .with(
            "history",
            text(one.history.as_ref().map(|history| history.shown.as_str())),
        )
        .into()
}

fn named((named, presence): &(Named, Presence)) -> Value {
    let presence = match presence {
        Presence::Inside => "inside",
        Presence::Outside => "outside",
        Presence::Missing => "missing",
        Presence::Unreadable(_) => "unreadable",
    };
    Object::new()
        .with("file", shown(&named.file))
        .with("line", u64::from(named.line))
        .with("key", named.key.as_str())
        .with("path", shown(&named.path))
        .with("what", what_name(named.what))
        .with("presence", presence)
        .with("may_be_missing", named.may_be_missing)
        .into()
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}
