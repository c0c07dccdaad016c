//! Who signs the page by hand: whoever led the drill, a witness, an auditor, every custodian who took part, and everybody
//! else who is named.

use super::table::one_line;
use crate::drill::DrillReport;

/// Nobody prints a page for more; the others are in the file.
const MOST: usize = 120;

/// A line to sign on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signer {
    role: String,
    name: Option<String>,
}

impl Signer {
    fn new(role: &str, name: Option<&str>) -> Self {
        Self {
            role: one_line(role),
            name: name.map(one_line),
        }
    }

    /// Over the line.
    pub(super) fn title(&self) -> String {
        match &self.name {
            Some(name) if self.role.is_empty() => name.clone(),
            Some(name) => format!("{}: {name}", self.role),
            None => self.role.clone(),
        }
    }

    /// Under it.
    pub(super) fn wants(&self) -> &'static str {
        match self.name {
            Some(_) => "Signature, date",
            None => "Name, signature, date",
        }
    }
}

/// Roles of which there is a line even where nobody is named, with words that people use for them.
const ALWAYS: [(&str, &[&str]); 3] = [
    ("Who led it", &["officer", "lead", "leader", "led"]),
    ("Witness", &["witness"]),
    ("Auditor", &["auditor"]),
];

/// The lines, in the order in which they stand on the page.
pub(super) fn signers(report: &DrillReport) -> Vec<Signer> {
    let mut people: Vec<(&str, &str)> = Vec::new();
    for person in &report.people {
        people.push((&person.name, person.role.as_deref().unwrap_or_default()));
    }
    let mut lines = Vec::new();
    // Those who have a line already; one who led it may be a custodian as well.
    let mut signing: Vec<(&str, &str)> = Vec::new();
    for (title, words) in ALWAYS {
        let is = |role: &str| words.iter().any(|word| says(role, word));
        let them = take(&mut people, |_, role| is(role) && !is_custodian(role));
        if them.is_empty() {
            lines.push(Signer::new(title, None));
        }
        lines.extend(
            them.iter()
                .map(|(name, role)| Signer::new(role, Some(name))),
        );
        signing.extend(them);
    }
    let custodians = custodians(report);
    for custodian in &custodians {
        let custodian = *custodian;
        let role = format!("Custodian {custodian}");
        let too = signing.iter().filter(|(_, role)| is_of(role, custodian));
        let mut them: Vec<(&str, &str)> = too.copied().collect();
        let new = take(&mut people, |name, said| {
            let is_told = custodians.iter().any(|one| is_of(said, one));
            name == custodian || is_of(said, custodian) || (!is_told && says(said, custodian))
        });
        signing.extend(&new);
        them.extend(new);
        // Whoever is named like the share is that custodian; two people for one share both sign.
        match them.is_empty() {
            true => lines.push(Signer::new(&role, None)),
            false => them.drain(..).for_each(|(name, _)| {
                let name = (name != custodian).then_some(name);
                lines.push(Signer::new(&role, name));
            }),
        }
    }
    lines.extend(
        people
            .iter()
            .map(|(name, role)| Signer::new(role, Some(name))),
    );
    lines.truncate(MOST);
    lines
}

/// Takes the people out of whom that is true.
fn take<'a>(
    people: &mut Vec<(&'a str, &'a str)>,
    mut is: impl FnMut(&str, &str) -> bool,
) -> Vec<(&'a str, &'a str)> {
    people
        .extract_if(.., |(name, role)| is(name, role))
        .collect()
}

/// Whose share may be called as others are: "custodian auditor".
fn is_custodian(role: &str) -> bool {
    role.to_lowercase().starts_with("custodian")
}

/// Whether a role says whose share it is, in so many words: "security officer, custodian audit dep".
fn is_of(role: &str, custodian: &str) -> bool {
    let (role, custodian) = (role.to_lowercase(), custodian.to_lowercase());
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with([',', ';', '/', '+', '&']);
    role.split("custodian ").skip(1).any(|after| {
        let rest = after.trim_start().strip_prefix(&custodian);
        rest.is_some_and(|rest| is_end(rest.trim_start()) || rest.starts_with(" and "))
    })
}

/// Whether a role has this word in it.
fn says(role: &str, word: &str) -> bool {
    let (role, word) = (role.to_lowercase(), word.to_lowercase());
    let is_part = |one: char| one.is_alphanumeric() || one == '-' || one == '_';
    let mut parts = role.split(|one: char| !is_part(one));
    role == word || parts.any(|part| part == word)
}

/// Who took part as a custodian, each once: whose share was of this vault, and not whoever a forged one names.
fn custodians(report: &DrillReport) -> Vec<&str> {
    let mut named: Vec<&str> = Vec::new();
    for share in report.shares.iter().filter(|share| !share.is_set_aside()) {
        let Some(custodian) = share.custodian.as_deref() else {
            continue;
        };
        if !named.contains(&custodian) {
            named.push(custodian);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::tests::{bare, restored};
    use crate::drill::{DrillKind, Person};

    fn person(name: &str, role: &str) -> Person {
        Person {
            name: name.into(),
            role: (!role.is_empty()).then(|| role.into()),
        }
    }

    fn lines(report: &DrillReport) -> Vec<String> {
        signers(report).iter().map(Signer::title).collect()
    }

    #[test]
    fn officer_witness_and_auditor_sign_even_where_nobody_is_named() {
        let mut report = bare(DrillKind::D0);
        report.people.clear();
        assert_eq!(lines(&report), ["Who led it", "Witness", "Auditor"]);
    }

    #[test]
    fn every_custodian_who_took_part_signs_once_and_so_does_everybody_who_is_named() {
        let mut report = restored();
        report.shares[0].custodian = Some("legal".into());
        report.shares[1].custodian = Some("audit-dep".into());
        report.shares[2].custodian = Some("audit-dep".into());
        report.people = vec![
            person("Ada", "officer"),
            person("Bo", "second witness"),
            person("Cy", "custodian legal"),
            person("Dee", ""),
        ];
        let said = [
            "officer: Ada",
            "second witness: Bo",
            "Auditor",
            "Custodian legal: Cy",
            "Custodian audit-dep",
            "Dee",
        ];
        assert_eq!(lines(&report), said);
    }

    #[test]
    fn whoever_a_forged_share_names_was_no_custodian_here_and_has_no_line() {
        let mut report = restored();
        for (share, name) in report.shares.iter_mut().zip(["legal", "mallory", "ops"]) {
            share.custodian = Some(name.into());
        }
        report.people.clear();
        report.shares[1].state = "set aside".into();
        assert_eq!(lines(&report)[3..], ["Custodian legal", "Custodian ops"]);
    }

    #[test]
    fn a_custodian_of_the_audit_is_no_auditor() {
        let mut report = bare(DrillKind::D1);
        report.people = vec![person("Eve", "custodian auditor")];
        assert_eq!(lines(&report)[2..], ["Auditor", "custodian auditor: Eve"]);
    }

    /// The lines below those that are always there.
    fn below(custodians: &[&str], people: Vec<Person>) -> Vec<String> {
        let mut report = restored();
        report.shares.truncate(custodians.len());
        for (share, custodian) in report.shares.iter_mut().zip(custodians) {
            share.custodian = Some((*custodian).into());
        }
        report.people = people;
        let mut lines = lines(&report);
        lines.retain(|line| !matches!(line.as_str(), "Who led it" | "Witness" | "Auditor"));
        lines
    }

    #[test]
    fn a_custodian_with_a_blank_in_the_name_has_one_line_and_the_one_whose_name_begins_so_another()
    {
        let people = vec![
            person("Cy", "custodian audit dep"),
            person("Di", "Custodian audit"),
        ];
        let said = ["Custodian audit: Di", "Custodian audit dep: Cy"];
        assert_eq!(below(&["audit", "audit dep"], people), said);
        let alone = vec![person("Cy", "custodian audit dep")];
        let said = ["Custodian audit", "Custodian audit dep: Cy"];
        assert_eq!(below(&["audit", "audit dep"], alone), said);
    }

    #[test]
    fn whoever_led_it_and_is_a_custodian_too_signs_as_both() {
        let people = vec![
            person("Ada", "security officer, custodian legal"),
            person("Bo", "custodian ops and custodian IT"),
        ];
        let said = [
            "security officer, custodian legal: Ada",
            "Custodian legal: Ada",
            "Custodian ops: Bo",
            "Custodian IT: Bo",
        ];
        assert_eq!(below(&["legal", "ops", "IT"], people), said);
    }
}
