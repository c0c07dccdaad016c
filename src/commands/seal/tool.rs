//! What is said of the program that `--with-tool` puts on every carrier: what it is, and its digest for the paper.

use super::Plan;
use crate::carrier::TOOL;
use crate::commands::Session;
use crate::error::Result;
use crate::host::program::Program;
use crate::manifest::{Carrier, FixedFile};
use crate::report::{Finding, Severity};
use crate::terminal::size;

/// What `vault.json` says of it.
pub(super) fn fixed(plan: &Plan) -> Option<FixedFile> {
    plan.tool.as_ref().map(|program| FixedFile {
        on: Carrier::All,
        name: TOOL.into(),
        sha256: program.digest(),
    })
}

/// Says before the sealing what will be put there.
pub(super) fn announce(plan: &Plan, session: &mut Session) {
    let Some(program) = &plan.tool else {
        return;
    };
    let (about, digest) = (about(program), program.digest().hex());
    let terminal = &mut session.terminal;
    terminal.say(&format!("On every carrier: {about}, sha256"));
    terminal.say(&format!("  {digest}"));
    session.report.findings.push(Finding {
        code: "tool",
        severity: Severity::Note,
        subject: TOOL.into(),
        text: format!("on every carrier: {about}, sha256 {digest}"),
        hint: "copy the digest onto the paper; whoever runs the program from a carrier compares it first".into(),
    });
}

/// Says at the end what is there, in the form in which it is copied by hand.
///
/// # Errors
/// What writing to standard output answers.
pub(super) fn show(plan: &Plan, session: &mut Session) -> Result<()> {
    let Some(program) = &plan.tool else {
        return Ok(());
    };
    let digest = program.digest().hex();
    let [first, second] = grouped(&digest);
    for line in [
        &format!("On every carrier: {}. Copy its SHA-256", about(program)),
        "onto the paper:",
        &format!("  {first}"),
        &format!("  {second}"),
        "Never run it from a carrier before \"sha256sum\" gave what is on the paper:",
        "whoever held the stick can have put another program there.",
        "",
    ] {
        session.terminal.result(line)?;
    }
    Ok(())
}

/// "coldvault 0.1.0 for x86-64 Linux, 11.7 MB".
fn about(program: &Program) -> String {
    format!(
        "{TOOL} {} for {} Linux, {}",
        env!("CARGO_PKG_VERSION"),
        program.machine(),
        size(program.bytes())
    )
}

/// Two lines of eight groups of four digits.
fn grouped(digest: &str) -> [String; 2] {
    let groups: Vec<&str> = (0..16)
        .filter_map(|i| digest.get(i * 4..i * 4 + 4))
        .collect();
    let (first, second) = groups.split_at(groups.len() / 2);
    [first.join(" "), second.join(" ")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    #[test]
    fn a_digest_is_grouped_for_a_hand_that_copies_it() {
        let digest = Digest::of(b"abc").hex();
        let [first, second] = grouped(&digest);
        assert_eq!(first, "ba78 16bf 8f01 cfea 4141 40de 5dae 2223");
        assert_eq!(format!("{first}{second}").replace(' ', ""), digest);
    }
}
