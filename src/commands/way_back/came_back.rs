//! The keystores and start-up checks of what came back, as a report has them. Public facts only.

use crate::certificate::Certificate;
use crate::commands::Session;
use crate::commands::looking::Looked;
use crate::commands::presented::lossy;
use crate::contents::{Contents, OpenedBy, Place, Store};
use crate::corda::startup::Outcome;
use crate::drill::{CertificateUse, StartupUse, StoreUse};
use crate::error::Result;
use crate::keystore::{Holds, Key};
use crate::private_key::Belongs;
use crate::report::Severity;

use super::Drilled;

/// Takes down what was found, and counts what is to be mended.
///
/// # Errors
/// What the standard output answers.
pub(super) fn note(looked: &[Looked], drilled: &mut Drilled, session: &mut Session) -> Result<()> {
    for one in looked {
        let name = lossy(&one.name);
        let Ok(contents) = &one.contents else {
            drilled.found += 1;
            continue;
        };
        let stores = contents.stores.iter();
        drilled.stores.extend(stores.map(|store| StoreUse {
            node: name.clone(),
            store: one.place(&store.place),
            ..store_use(store, session)
        }));
        let checks = contents.startup(session.now);
        let is_failed =
            |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::Dated(_));
        let failed = checks.iter().filter(|check| is_failed(&check.outcome));
        drilled.found += failed.count() as u64 + contents.dead().len() as u64;
        drilled
            .startup
            .extend(checks.iter().map(|check| StartupUse {
                node: name.clone(),
                check: check.name.to_owned(),
                outcome: check.outcome.word().to_owned(),
                text: check.outcome.text().to_owned(),
            }));
        drilled.found += not_looked_at(contents, one, session)?;
    }
    Ok(())
}

/// Says what found no room in memory. How many there are.
fn not_looked_at(contents: &Contents, one: &Looked, session: &mut Session) -> Result<u64> {
    let gaps = contents.gaps.iter().filter(|gap| gap.code == "no-room");
    let mut count = 0;
    for gap in gaps {
        count += 1;
        let place = match gap.place.0.strip_prefix(&contents.base) {
            Ok(inside) => Place::Inside(inside.as_os_str().as_encoded_bytes().to_vec()),
            Err(_) => Place::Outside(gap.place.0.clone()),
        };
        let subject = one.shown(&place);
        session.find(Severity::Warning, "no-room", &subject, &gap.text, &gap.hint);
    }
    Ok(count)
}

fn store_use(store: &Store, session: &Session) -> StoreUse {
    let opened_by = store.password.as_ref().map(|by| match by {
        OpenedBy::Configuration(key) => format!("the configuration: {key}"),
        OpenedBy::WellKnown(name) => (*name).to_owned(),
        OpenedBy::Typed(_) => "the sealed note".to_owned(),
    });
    let entries = store.read.as_ref().map_or(&[][..], |read| &read.entries);
    let keys = entries.iter().filter_map(|entry| entry.holds.key());
    let matched = entries.iter().filter(|entry| {
        let is_own = |key: &Key| {
            matches!(
                key,
                Key::Open {
                    belongs: Belongs::Yes,
                    ..
                }
            )
        };
        matches!(&entry.holds, Holds::PrivateKey(key) if is_own(key))
    });
    let of_keys = entries.iter().filter(|entry| entry.holds.key().is_some());
    let own = of_keys.filter_map(|entry| entry.chain.first()?.as_ref().ok());
    StoreUse {
        node: String::new(),
        store: String::new(),
        kind: store
            .read
            .as_ref()
            .map_or("not opened", |read| read.format.name())
            .to_owned(),
        opened_by,
        keys: keys.count() as u64,
        matched: matched.count() as u64,
        certificates: own.map(|one| certificate(one, session)).collect(),
    }
}

fn certificate(one: &Certificate, session: &Session) -> CertificateUse {
    CertificateUse {
        subject: one.subject.to_string(),
        sha256: one.sha256,
        not_after: one.not_after,
        days: one.days_left(session.now),
    }
}
