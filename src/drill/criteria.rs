//! What every drill of a kind wants, written before any is done, and what was found of it.
//!
//! Source: ceremony.md, sections 4.1 and 4.4. What a drill fails without is what a real restore fails without; the rest
//! is to be mended.

mod carriers;
mod looked_at;
mod restored;

use crate::signature::VaultId;
use crate::time::Time;

use super::{Criterion, DrillKind, DrillReport, Finding, Severity, Target};

/// The criterion of what the drill before this one found; what it is about is handed on by itself.
pub const EARLIER: &str = "earlier findings";
/// The criterion of D0 that every carrier was looked at.
pub const CARRIERS: &str = "carriers";
/// The criterion of D2 that every vault copy was read.
pub const COPIES: &str = "every copy";
/// The criterion of D1 that all custodians came.
pub const ALL_CAME: &str = "every custodian";
/// The code of a finding that says no more than that a criterion is not met.
const MISSED: &str = "criterion";

/// The criterion that counts the vault copies that were presented.
const PRESENTED: &str = "vault copies";

/// The codes of findings that say in detail what a criterion counts.
const DETAILS: [(&str, &[&str]); 9] = [
    ("place", &["place"]),
    ("seal", &["seal"]),
    ("condition", &["condition"]),
    ("bag numbers", &["bag"]),
    ("explained", &["seal", "bag"]),
    ("shares given", &["share", "not-opened"]),
    (PRESENTED, &["copy", "carrier"]),
    ("live keys", &["stale"]),
    ("start-up", &["startup"]),
];

/// The criteria of the report's kind and the targets, held against its facts. Its own criteria, findings and outcome are
/// not looked at.
pub fn criteria(report: &DrillReport, targets: &[Target]) -> Vec<Criterion> {
    let mut all = match report.kind {
        DrillKind::D0 => looked_at::seals(report),
        DrillKind::D1 => looked_at::shares(report),
        DrillKind::D2 => looked_at::copies(report),
        DrillKind::D3 | DrillKind::D4 => restored::all(report),
        DrillKind::D5 => [restored::all(report), restored::worst(report)].concat(),
        DrillKind::D6 => Vec::new(),
    };
    all.extend(targets.iter().map(|target| target.criterion(report)));
    all.extend(earlier(report));
    all
}

/// Whether the vault's words agree with those on paper, by people or by the program; not judged where nobody compared
/// them. That they do not is the one thing that no drill may go on with.
pub fn vault_words(agree: Option<bool>) -> Criterion {
    let found = match agree {
        Some(true) => "compared",
        Some(false) => "they do NOT agree",
        None => "nobody compared them",
    };
    let criterion = wanted(
        "vault words",
        "the vault's words were compared with the paper",
        found.into(),
        agree,
    );
    match agree {
        Some(false) => must(criterion),
        _ => criterion,
    }
}

/// Which vault it was, by what people gave: nothing that was read says it.
pub fn expected(vault: VaultId) -> Criterion {
    let text = format!("the carriers are of vault {}", vault.hex());
    let found = "people say so; nothing was read that proves it";
    wanted("vault", &text, found.into(), None)
}

/// D2: whether every vault copy was read, of as many as are known; names of those that were not. `None` where nothing
/// says how many there are.
pub fn every_copy(given: usize, known: Option<(usize, &[String])>) -> Criterion {
    let (found, met) = match known {
        None => (
            format!("{given} given; how many there are is not known"),
            None,
        ),
        Some((all, [])) => (format!("{all} of {all}"), Some(true)),
        Some((all, unread)) => {
            let read = all.saturating_sub(unread.len());
            let unread = unread.join("; ");
            (format!("{read} of {all}; not {unread}"), Some(false))
        }
    };
    let text = "every vault copy that the register has was read";
    wanted(COPIES, text, found, met)
}

/// D1: whether every share of the vault was proven, here or within the interval on another day; whom each of the others
/// belongs to, and the day, where it was. `None` where nothing says that of the others: then it is not shown, and not met.
pub fn every_custodian(
    here: usize,
    all: usize,
    others: Option<&[(String, Option<Time>)]>,
) -> Criterion {
    let text = "every share of the vault was given, within the interval";
    let (found, met) = match others {
        _ if all == 0 => (
            format!("{here} here; how many there are is not known"),
            None,
        ),
        _ if here >= all => (format!("{here} of {all}"), Some(true)),
        None => {
            let found = format!("{here} of {all} here; of the others only a register knows");
            (found, Some(false))
        }
        Some(others) => {
            let checked = others.iter().filter_map(|(who, day)| {
                let day = (*day)?.date();
                Some(format!("{who} checked on {day}"))
            });
            let left = others.iter().filter(|(_, day)| day.is_none());
            let left: Vec<&str> = left.map(|(who, _)| who.as_str()).collect();
            let mut found = vec![format!("{here} of {all} here")];
            found.extend(checked);
            if !left.is_empty() {
                found.push(format!("not {}", left.join(", ")));
            }
            (found.join("; "), Some(left.is_empty()))
        }
    };
    wanted(ALL_CAME, text, found, met)
}

/// Numbers of the shares whose secret part was proven, each once.
pub fn proven_shares(report: &DrillReport) -> Vec<u8> {
    looked_at::good_numbers(report)
}

/// What only people can say, and whether it is so; not judged where nobody said it.
pub fn said(name: &str, text: &str, is_so: Option<bool>) -> Criterion {
    let found = match is_so {
        Some(true) => "so, as people say",
        Some(false) => "not so, as people say",
        None => "nobody said",
    };
    wanted(name, text, found.into(), is_so)
}

/// Whether an open finding says what this criterion misses, in detail or in its words.
pub fn is_found(criterion: &Criterion, findings: &[Finding]) -> bool {
    if criterion.name == EARLIER {
        return findings.iter().any(|one| one.is_open() && one.is_carried());
    }
    let details = DETAILS.iter().find(|(name, _)| *name == criterion.name);
    let codes = details.map_or(&[][..], |(_, codes)| *codes);
    let mut open = findings.iter().filter(|one| one.is_open());
    open.any(|one| {
        let says_it = one.code == MISSED && one.subject == criterion.name;
        says_it || (codes.contains(&one.code.as_str()) && is_about(criterion, one))
    })
}

/// Whether what it is about is among what the criterion counts: a carrier of a share is no vault copy. Folders of carriers
/// are called by what they hold (design.md, section 4.2).
fn is_about(criterion: &Criterion, finding: &Finding) -> bool {
    let folder = finding.subject.rsplit("/coldvault-").next();
    let is_of_share = folder != Some(finding.subject.as_str())
        && folder.is_some_and(|name| name.contains("-share-"));
    criterion.name != PRESENTED || !is_of_share
}

/// What is not met, and no finding says it: each is mended by somebody, by a day.
pub fn missed(criteria: &[Criterion], findings: &[Finding]) -> Vec<Finding> {
    let missed = criteria.iter().filter(|one| one.met == Some(false));
    let missed = missed.filter(|one| !is_found(one, findings));
    missed.map(finding).collect()
}

fn finding(criterion: &Criterion) -> Finding {
    Finding {
        severity: match criterion.must {
            true => Severity::Error,
            false => Severity::Warning,
        },
        code: "criterion".into(),
        subject: criterion.name.clone(),
        text: format!("{} ({})", criterion.found, criterion.wanted),
        owner: None,
        due: None,
        closed: false,
    }
}

impl Finding {
    /// Whether it says no more than that a criterion is not met.
    pub fn is_of_criterion(&self) -> bool {
        self.code == MISSED
    }
}

/// Without `must`.
fn wanted(name: &str, wanted: &str, found: String, met: Option<bool>) -> Criterion {
    Criterion {
        name: name.into(),
        wanted: wanted.into(),
        found,
        met,
        must: false,
    }
}

fn must(criterion: Criterion) -> Criterion {
    Criterion {
        must: true,
        ..criterion
    }
}

/// "3 of 5", met when it is all, and when there is any.
fn counted(name: &str, text: &str, good: usize, all: usize) -> Criterion {
    wanted(
        name,
        text,
        format!("{good} of {all}"),
        Some(all > 0 && good == all),
    )
}

/// What was found the last time must be mended by now. What nobody said to be mended is open.
fn earlier(report: &DrillReport) -> Option<Criterion> {
    let all = report.earlier_findings.len();
    if all == 0 {
        return None;
    }
    let count = |closed| {
        let earlier = report.earlier_findings.iter();
        earlier.filter(|one| one.closed == closed).count()
    };
    let (closed, unsaid) = (count(Some(true)), count(None));
    let text = "every finding of the drill before is closed";
    let criterion = counted(EARLIER, text, closed, all);
    Some(match unsaid {
        0 => criterion,
        _ => Criterion {
            found: format!("{} closed; nobody said it of {unsaid}", criterion.found),
            ..criterion
        },
    })
}
