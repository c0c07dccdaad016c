//! A report as the one JSON object of `--json`.
//!
//! Knows the members that `docs/json.md` lists; the values are plain already.

use super::{
    CarrierLine, Check, DrillLine, Finding, MediumLine, Report, Severity, ShareLine, StartupLine,
    VaultLine,
};
use crate::carrier::Age;
use crate::due::Item;
use crate::error::{Error, Exit};
use crate::json::{Object, Value};
use crate::time::Time;

/// The schema that `--json` prints.
const SCHEMA: &str = "coldvault/report/1";

impl Report {
    /// The one JSON object of `--json`, ended by a line end.
    pub fn to_json(&mut self, command: &str, exit: Exit, error: Option<&Error>) -> String {
        let mut findings: Vec<Value> = self.findings.iter().map(finding).collect();
        if let Some(error) = error {
            findings.push(finding(&Finding {
                code: error.code(),
                severity: Severity::Error,
                subject: String::new(),
                text: error.to_string(),
                hint: error.hint(),
            }));
        }
        Object::new()
            .with("schema", SCHEMA)
            .with("command", command)
            .with("exit", exit as u8 as u64)
            .with("vault", self.vault.as_ref().map_or(Value::Null, vault))
            .with(
                "carriers",
                self.carriers.iter().map(carrier).collect::<Vec<_>>(),
            )
            .with("shares", self.shares.iter().map(share).collect::<Vec<_>>())
            .with(
                "contents",
                self.contents.take().map_or(Value::Null, Value::from),
            )
            .with(
                "startup",
                self.startup.iter().map(startup).collect::<Vec<_>>(),
            )
            .with("checks", self.checks.iter().map(check).collect::<Vec<_>>())
            .with("media", self.media.iter().map(medium).collect::<Vec<_>>())
            .with("due", self.due.iter().map(due).collect::<Vec<_>>())
            .with("as_of", text(self.as_of.map(Time::date).as_deref()))
            .with("drills", self.drills.iter().map(drill).collect::<Vec<_>>())
            .with("findings", findings)
            .to_printable()
    }
}

fn vault(vault: &VaultLine) -> Value {
    Object::new()
        .with("id", vault.id.as_str())
        .with("label", text(vault.label.as_deref()))
        .with("kind", vault.kind)
        .with("k", number(vault.k))
        .with("n", number(vault.n))
        .into()
}

fn carrier(carrier: &CarrierLine) -> Value {
    let age = carrier.age.as_ref();
    let dated = age.filter(|age| age.has_date());
    let day = |of: &dyn Fn(&Age) -> Time| dated.map(|age| of(age).date());
    Object::new()
        .with("role", carrier.role)
        .with("path", carrier.path.as_str())
        .with("device", carrier.device.as_str())
        .with("serial", text(carrier.serial.as_deref()))
        .with("holds", carrier.holds.as_str())
        .with("read_back", text(carrier.read_back))
        .with(
            "replugged",
            carrier.replugged.map_or(Value::Null, Value::from),
        )
        .with("read", text(carrier.read))
        .with(
            "written",
            text(age.map(|age| age.written.to_string()).as_deref()),
        )
        .with("check_by", text(day(&|age| age.check_by).as_deref()))
        .with("replace_by", text(day(&Age::replace_by).as_deref()))
        .with("due", text(age.and_then(|age| age.due().as_str())))
        .into()
}

fn share(share: &ShareLine) -> Value {
    Object::new()
        .with("number", number(share.number))
        .with("custodian", text(share.custodian.as_deref()))
        .with("copy", share.copy.as_str())
        .with("state", share.state)
        .with("reason", text(share.reason.as_deref()))
        .into()
}

fn startup(line: &StartupLine) -> Value {
    Object::new()
        .with("node", line.node.as_str())
        .with("check", line.check)
        .with("outcome", line.outcome)
        .with("text", line.text.as_str())
        .into()
}

fn check(check: &Check) -> Value {
    Object::new()
        .with("name", check.name)
        .with("state", check.state.as_str())
        .with("found", check.found.as_str())
        .with("remedy", check.remedy.as_str())
        .into()
}

fn medium(medium: &MediumLine) -> Value {
    let size = |bytes: Option<u64>| bytes.map_or(Value::Null, Value::from);
    let texts = |texts: &[String]| {
        texts
            .iter()
            .map(|text| text.as_str().into())
            .collect::<Vec<Value>>()
    };
    Object::new()
        .with("device", medium.device.as_str())
        .with("model", text(medium.model.as_deref()))
        .with("serial", text(medium.serial.as_deref()))
        .with("bytes", size(medium.bytes))
        .with("system", medium.is_system)
        .with("also", texts(&medium.also))
        .with("do_not_use", medium.is_dangerous)
        .with("part", medium.part.as_str())
        .with("file_system", text(medium.file_system.as_deref()))
        .with("mounted", text(medium.mounted.as_deref()))
        .with("read_only", medium.is_read_only)
        .with("free", size(medium.free))
        .with("holds", texts(&medium.holds))
        .into()
}

fn due(item: &Item) -> Value {
    let day = |time: Option<Time>| text(time.map(Time::date).as_deref());
    let days = item.standing.days();
    Object::new()
        .with("what", item.what.as_str())
        .with(
            "vault",
            text(item.vault.map(|vault| vault.hex()).as_deref()),
        )
        .with("subject", item.subject.as_str())
        .with("name", item.name.as_str())
        .with("state", item.standing.as_str())
        .with(
            "days",
            days.map_or(Value::Null, |days| u64::from(days).into()),
        )
        .with("since", day(item.since))
        .with("by", day(item.by))
        .with("text", item.why.as_str())
        .into()
}

fn drill(drill: &DrillLine) -> Value {
    Object::new()
        .with("path", drill.path.as_str())
        .with("sha256", drill.sha256.as_str())
        .with("drill_id", drill.drill_id.as_str())
        .with("kind", drill.kind)
        .with("outcome", drill.outcome)
        .with("ended", drill.ended.as_str())
        .with("next", text(drill.next.as_deref()))
        .with("challenge", text(drill.challenge.as_deref()))
        .with("standing", drill.standing)
        .with("previous", text(drill.previous))
        .into()
}

fn finding(finding: &Finding) -> Value {
    Object::new()
        .with("code", finding.code)
        .with("severity", finding.severity.as_str())
        .with("subject", finding.subject.as_str())
        .with("text", finding.text.as_str())
        .with("hint", finding.hint.as_str())
        .into()
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn number(number: Option<u8>) -> Value {
    number.map_or(Value::Null, |number| u64::from(number).into())
}
