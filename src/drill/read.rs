//! Bytes to a report.

use super::member;
use super::{
    CarrierUse, Clock, Criterion, DrillKind, DrillReport, Earlier, Files, Finding, MAX_BYTES,
    Machine, Outcome, Person, Phase, Previous, ShareUse, Staleness, StartupUse, StoreUse,
    VaultFacts, lines,
};
use crate::error::{Error, Result};
use crate::json::{self, Object};

const TYPE: &str = "coldvault/drill/1";
const FAMILY: &str = "coldvault/drill/";

impl DrillReport {
    /// Reads what [`DrillReport::to_bytes`] wrote, or a later coldvault with members of its own beside these.
    ///
    /// # Errors
    /// [`Error::Newer`] for a later version of the format; [`Error::Json`] for anything else that is not a report, and
    /// for a line that is not the one its digest is of.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let object = json::parse(bytes, MAX_BYTES)?;
        check_type(&object)?;
        lines::check(bytes, &object)?;
        let mut report = Self::read_head(&object)?;
        report.read_taken(&object)?;
        report.read_result(&object)?;
        Ok(report)
    }

    /// What stands first, and nothing behind it.
    fn read_head(object: &Object) -> Result<Self> {
        Ok(Self {
            drill_id: member::id(object, "drill_id")?,
            kind: member::word(object, "kind", DrillKind::parse)?,
            scenario: member::text(object, "scenario")?,
            announced: member::optional(object, "announced", member::boolean)?,
            vault: nested(object, "vault", VaultFacts::read)?,
            challenge: member::optional_text(object, "challenge")?,
            previous: nested(object, "previous", Previous::read)?,
            register_head: member::optional(object, "register_head", member::digest)?,
            clock: Clock::read(object.object("clock")?)?,
            site: member::optional_text(object, "site")?,
            people: object.each("people", Person::read)?,
            machine: Machine::read(object.object("machine")?)?,
            shares: Vec::new(),
            carriers: Vec::new(),
            files: None,
            stores: Vec::new(),
            startup: Vec::new(),
            staleness: None,
            phases: Vec::new(),
            criteria: Vec::new(),
            findings: Vec::new(),
            earlier_findings: Vec::new(),
            disposal: String::new(),
            outcome: member::word(object, "outcome", Outcome::parse)?,
            next: member::optional(object, "next", member::day)?,
        })
    }

    fn read_taken(&mut self, object: &Object) -> Result<()> {
        self.shares = object.each("shares", ShareUse::read)?;
        self.carriers = object.each("carriers", CarrierUse::read)?;
        self.files = nested(object, "files", Files::read)?;
        self.stores = object.each("stores", StoreUse::read)?;
        self.startup = object.each("startup", StartupUse::read)?;
        self.staleness = nested(object, "staleness", Staleness::read)?;
        Ok(())
    }

    fn read_result(&mut self, object: &Object) -> Result<()> {
        self.phases = object.each("phases", Phase::read)?;
        self.criteria = object.each("criteria", Criterion::read)?;
        self.findings = object.each("findings", Finding::read)?;
        self.earlier_findings = object.each("earlier_findings", Earlier::read)?;
        self.disposal = member::text(object, "disposal")?;
        Ok(())
    }
}

fn nested<T>(object: &Object, name: &str, read: fn(&Object) -> Result<T>) -> Result<Option<T>> {
    member::optional(object, name, |object, name| read(object.object(name)?))
}

fn check_type(object: &Object) -> Result<()> {
    let text = object.text("type")?;
    let later = text.strip_prefix(FAMILY);
    match later.is_some_and(|later| later.parse::<u32>().is_ok_and(|later| later > 1)) {
        _ if text == TYPE => Ok(()),
        true => Err(Error::Newer {
            what: "a drill report".into(),
            needs: "a later format".into(),
        }),
        false => Err(Error::json("type is not that of a drill report")),
    }
}
