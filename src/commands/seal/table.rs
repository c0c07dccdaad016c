//! What a sealing says before it begins and when it is done: the media it needs, and the table of carriers.

use crate::commands::Session;
use crate::commands::presented::carrier_line;
use crate::error::{Error, Result};
use crate::key;
use crate::node::Survey;
use crate::report::CarrierLine;
use crate::terminal::is_stop;
use crate::terminal::size;

use super::desk::stopped;
use super::places::listed;
use super::{Destination, Plan, Sealed, Thing};

/// A share sheet's front and back.
const SHARE_PAGES: usize = 2;
/// A screen.
const COLUMNS: usize = 80;

/// What is written on all media of one sealing, so that they are known by sight: "CV-9F3A". Random, because it is said
/// before there is a key, and so a vault id.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Mark([u8; 2]);

impl Mark {
    pub(in crate::commands) fn draw() -> Result<Self> {
        let mut mark = [0; 2];
        key::random(&mut mark)?;
        Ok(Self(mark))
    }

    /// "CV-9F3A share 2 legal 1/2".
    pub(super) fn on(self, plan: &Plan, thing: Thing, copy: u8) -> String {
        let of = plan.destinations(thing).len();
        let what = match thing {
            Thing::Vault => "vault".to_owned(),
            Thing::Share(number) => format!("share {number} {}", plan.name_of(thing)),
        };
        format!("{} {what} {copy}/{of}", self.name())
    }

    /// "CV-9F3A".
    pub(in crate::commands) fn name(self) -> String {
        let [high, low] = self.0;
        format!("CV-{high:02X}{low:02X}")
    }
}

/// What will be needed and what to write on it, before any key exists. Waits when media are still to be brought.
pub(super) fn announce(
    plan: &Plan,
    mark: Mark,
    (surveys, vault_pages): (&[Survey], usize),
    session: &mut Session,
) -> Result<()> {
    let files: u64 = surveys.iter().map(|survey| survey.files).sum();
    let bytes: u64 = surveys.iter().map(|survey| survey.bytes).sum();
    let outside: u64 = surveys.iter().map(|survey| survey.outside.count).sum();
    let (k, n) = (plan.k, plan.custodians.len());
    let from = if outside > 0 {
        format!(" ({outside} from outside)")
    } else {
        String::new()
    };
    let copies = plan.copies();
    let terminal = &mut session.terminal;
    terminal.say(&format!(
        "To be sealed: {}, {}{from}; any {k} of {n} shares open it.",
        counted(files, "file"),
        size(bytes)
    ));
    terminal.say(&needed(plan, vault_pages));
    for copy in &copies {
        let place = match copy.to {
            Destination::At(dir) => format!("{dir:?}"),
            Destination::Asked => String::new(),
            Destination::Sheet(file) => format!("sheet {file:?}"),
        };
        terminal.say(&columns(&mark.on(plan, copy.thing, copy.copy), 36, &place));
    }
    if plan.brings_media() || !(plan.sheets().is_empty() || plan.counts_prepared()) {
        say_first(plan, mark, session);
        begin(plan, session)?;
    }
    Ok(())
}

/// "12 media: 2 vault, 10 share. Write on them:", and how many sheets and pages.
fn needed(plan: &Plan, vault_pages: usize) -> String {
    let is_vault = |thing: &Thing| *thing == Thing::Vault;
    let sheets: Vec<Thing> = plan.sheets().into_iter().map(|(thing, ..)| thing).collect();
    let copies: Vec<Thing> = plan.copies().into_iter().map(|copy| copy.thing).collect();
    let on_paper = sheets.iter().copied().filter(is_vault).count();
    let vaults = copies.iter().copied().filter(is_vault).count() - on_paper;
    let media = copies.len() - sheets.len();
    let shares = media - vaults;
    let pages = on_paper * vault_pages + (sheets.len() - on_paper) * SHARE_PAGES;
    let sheets = match sheets.len() {
        0 => String::new(),
        all => format!(
            " and {} ({} to be printed)",
            counted(all as u64, "sheet"),
            counted(pages as u64, "page")
        ),
    };
    let name = if media == 1 { "medium" } else { "media" };
    format!("{media} {name}: {vaults} vault, {shares} share{sheets}. Write on them:")
}

/// At a place where media are swapped, the first one is expected to be in.
fn say_first(plan: &Plan, mark: Mark, session: &mut Session) {
    let mut said: Vec<&Destination> = Vec::new();
    for copy in plan.copies().iter().filter(|copy| plan.is_swapped(copy)) {
        if let (Destination::At(dir), false) = (copy.to, said.contains(&copy.to)) {
            let first = mark.on(plan, copy.thing, copy.copy);
            session
                .terminal
                .say(&format!("Now {first:?} has to be at {dir:?}."));
            said.push(copy.to);
        }
    }
}

/// "1 file", "2 files".
fn counted(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// Waits until everybody is there. Only Enter begins. The list may be longer than a screen, so what it comes to is said
/// with the question.
fn begin(plan: &Plan, session: &mut Session) -> Result<()> {
    let (copies, k, n) = (plan.copies().len(), plan.k, plan.custodians.len());
    let terminal = &mut session.terminal;
    terminal.say(&format!("{copies} copies, any {k} of {n} shares open it."));
    let question = "Have them ready, empty. Press Enter to make the key and begin, or type stop:";
    loop {
        match terminal.ask(question)?.as_deref() {
            Some("") => return Ok(()),
            Some(word) if is_stop(word) => return Err(stopped("before anything was written")),
            Some(_) => {}
            None => return Err(Error::Stopped),
        }
    }
}

/// The result: the table of carriers, what lies in clear, what goes onto paper, and last that it is done.
pub(super) fn show(plan: &Plan, sealed: &Sealed, session: &mut Session) -> Result<()> {
    show_copies(sealed, session)?;
    let terminal = &mut session.terminal;
    for exception in &plan.exceptions {
        let line = format!("  set aside: {} ({})", exception.rule, exception.reason);
        terminal.result(&line)?;
    }
    terminal.result("")?;
    super::tool::show(plan, session)?;
    for line in left(plan, session) {
        session.terminal.result(&line)?;
    }
    let terminal = &mut session.terminal;
    terminal.result("")?;
    terminal.result("Write this on paper, to be kept apart from all media:")?;
    for line in crate::carrier::describe(&sealed.manifest) {
        terminal.result(&format!("  {line}"))?;
    }
    terminal.result(&format!("  media    {}", sealed.mark))?;
    let all = plan.copies().len();
    let written = session.report.carriers.len();
    let how = match (plan.sheets().len(), plan.counts_prepared()) {
        (0, _) => String::new(),
        (sheets, true) => format!(", {} prepared", counted(sheets as u64, "sheet")),
        (sheets, false) => format!(", {} printed", counted(sheets as u64, "sheet")),
    };
    session.terminal.result(&format!(
        "SEALED: {written} of {all} carriers written and read back{how}."
    ))
}

/// The carriers, and whether each was read back while it was mounted, or after it had been taken out and put back.
fn show_copies(sealed: &Sealed, session: &mut Session) -> Result<()> {
    let lines = &session.report.carriers;
    let any = |replugged| lines.iter().any(|line| line.replugged == Some(replugged));
    let (out, mounted) = (any(true), any(false));
    // of a medium that only the officer's word stands for; paper is not read
    let is_said = |line: &CarrierLine| line.replugged.is_none() && line.read.is_some();
    let said = lines.iter().any(is_said);
    let is_mixed = [out, mounted, said].iter().filter(|is| **is).count() > 1;
    let when = match (out, mounted, said) {
        (true, false, false) => " after re-plug",
        (false, true, false) => " while mounted",
        _ => "",
    };
    let mut texts = vec![format!(
        "Sealed. Every copy was read back{when}, from the device or as it says:"
    )];
    for (mark, line) in sealed.marks.iter().zip(lines) {
        let mut how: Vec<&str> = line.read_back.into_iter().collect();
        how.retain(|how| *how != "from the device");
        if is_mixed {
            how.extend(line.replugged.map(|replugged| match replugged {
                true => "read back after re-plug",
                false => "read back while mounted",
            }));
        }
        how.extend(is_said(line).then_some("after re-plug, as was said"));
        let how = match how.is_empty() {
            true => String::new(),
            false => format!(" ({})", how.join(", ")),
        };
        texts.push(columns(mark, 32, &format!("{}{how}", line.device)));
    }
    if mounted {
        texts.push(
            "Still to be proven: pull each medium, put it in again, coldvault verify it.".into(),
        );
    }
    texts
        .iter()
        .try_for_each(|text| session.terminal.result(text))
}

impl Sealed {
    /// With `--replug`, what was not read after a re-plug is a reason not to say that all is done.
    ///
    /// # Errors
    /// [`Error::Refused`], naming it.
    pub(super) fn check_proven(&self) -> Result<()> {
        if self.unproven.is_empty() {
            return Ok(());
        }
        Err(Error::Refused {
            what: format!(
                "sealed, but not read back after a re-plug: {}",
                listed(&self.unproven)
            ),
            hint: "pull each of these media, plug it in again, and check it with: coldvault verify"
                .into(),
        })
    }
}

/// What still lies about: what was sealed, and the shares in the PDFs of sheets until somebody destroys them.
pub(super) fn left(plan: &Plan, session: &Session) -> Vec<String> {
    let mut lines = match plan.renews {
        Some(_) => vec!["Nothing of it was written in clear.".to_owned()],
        None => vec!["Clear copies of what was sealed still lie in:".to_owned()],
    };
    let nodes = plan.nodes.iter().map(|node| format!("  {:?}", node.path()));
    lines.extend(nodes);
    let external = session.report.findings.iter();
    let external = external.filter(|finding| matches!(finding.code, "external" | "outside"));
    lines.extend(external.map(|finding| format!("  {}", finding.subject)));
    let note = plan.note.as_ref();
    lines.extend(note.map(|note| format!("  {:?} (the note)", note.path)));
    for (code, title) in [
        (
            "clear-sheet",
            "Share sheets lie in clear in these PDFs: destroy each once it is printed.",
        ),
        (
            "protected-sheet",
            "Protected share sheets lie in these PDFs, not in clear: destroy them too.",
        ),
    ] {
        let findings = session.report.findings.iter();
        let of_code = findings.filter(|finding| finding.code == code);
        let files: Vec<String> = of_code.map(|f| format!("  {}", f.subject)).collect();
        if !files.is_empty() {
            lines.extend([String::new(), title.to_owned()]);
            lines.extend(files);
        }
    }
    lines
}

/// A line of a table: what stands in the second column goes below where the two have no room beside each other.
fn columns(first: &str, width: usize, second: &str) -> String {
    let line = format!("  {first:<width$} {second}");
    let has_room = first.chars().count() <= width && line.chars().count() <= COLUMNS;
    match has_room || second.is_empty() {
        true => line.trim_end().to_owned(),
        false => format!("  {first}\n      {second}"),
    }
}

/// The table of carriers written.
///
/// # Errors
/// What standard output answers.
pub(in crate::commands) fn show_carriers(session: &mut Session) -> Result<()> {
    let lines: Vec<String> = session.report.carriers.iter().map(carrier_line).collect();
    lines
        .iter()
        .try_for_each(|line| session.terminal.result(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_or_a_long_path_leaves_the_other_column_where_it_is() {
        assert_eq!(columns("a", 4, "b"), "  a    b");
        assert_eq!(columns("a", 4, ""), "  a");
        assert_eq!(columns("abcde", 4, "b"), "  abcde\n      b");
        let path = "p".repeat(70);
        assert_eq!(columns("a", 9, &path), format!("  a\n      {path}"));
    }
}
