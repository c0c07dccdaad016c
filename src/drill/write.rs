//! A report to bytes: one member a line, and a digest of each line.

use super::member::{digest_or_null, hex, list, or_null, text_or_null};
use super::{
    CarrierUse, Criterion, DrillReport, Earlier, Files, Finding, Person, Phase, Previous, ShareUse,
    Staleness, StartupUse, StoreUse, VaultFacts, lines,
};
use crate::json::Object;
use crate::time::Time;

impl DrillReport {
    /// The bytes of the file. Equal reports have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let object = self.write_taken(self.write_head());
        lines::write(&self.write_result(object))
    }

    fn write_head(&self) -> Object {
        let vault = self.vault.as_ref().map(VaultFacts::write);
        let previous = self.previous.as_ref().map(Previous::write);
        Object::new()
            .with("drill_id", hex(&self.drill_id))
            .with("kind", self.kind.as_str())
            .with("scenario", self.scenario.as_str())
            .with("announced", or_null(self.announced))
            .with("vault", or_null(vault))
            .with("challenge", text_or_null(self.challenge.as_ref()))
            .with("previous", or_null(previous))
            .with("register_head", digest_or_null(self.register_head))
            .with("clock", self.clock.write())
            .with("site", text_or_null(self.site.as_ref()))
            .with("people", list(&self.people, Person::write))
            .with("machine", self.machine.write())
    }

    fn write_taken(&self, object: Object) -> Object {
        let files = self.files.as_ref().map(Files::write);
        let staleness = self.staleness.as_ref().map(Staleness::write);
        object
            .with("shares", list(&self.shares, ShareUse::write))
            .with("carriers", list(&self.carriers, CarrierUse::write))
            .with("files", or_null(files))
            .with("stores", list(&self.stores, StoreUse::write))
            .with("startup", list(&self.startup, StartupUse::write))
            .with("staleness", or_null(staleness))
    }

    fn write_result(&self, object: Object) -> Object {
        let earlier = list(&self.earlier_findings, Earlier::write);
        object
            .with("phases", list(&self.phases, Phase::write))
            .with("criteria", list(&self.criteria, Criterion::write))
            .with("findings", list(&self.findings, Finding::write))
            .with("earlier_findings", earlier)
            .with("disposal", self.disposal.as_str())
            .with("outcome", self.outcome.as_str())
            .with("next", or_null(self.next.map(Time::date)))
    }
}
