//! The sealed vault in the register, and how it gets there later where the register could not be written.
//!
//! Knows no media: what a sealing tells the register is the business of `write`.

use std::path::Path;

use super::Sealed;
use crate::commands::Session;
use crate::commands::noting::{in_lines, word};
use crate::error::Result;
use crate::register::Event;
use crate::report::Severity;

/// Enters the vault into the register. It is sealed, whatever becomes of that.
///
/// # Errors
/// As [`Session::note`].
pub(super) fn entered(sealed: &Sealed, session: &mut Session) -> Result<()> {
    if let Err(error) = session.note(&sealed.events) {
        say_how_to_enter(sealed, session);
        return Err(error);
    }
    session.note_sites(sealed.manifest.public_key.vault_id())
}

/// The carriers hold all that is missing in the register: the vault, and the note of the older one.
fn say_how_to_enter(sealed: &Sealed, session: &mut Session) {
    let superseded = sealed.events.iter().find_map(|event| match event {
        Event::Superseded(end) => Some(end.vault),
        _ => None,
    });
    let superseded = superseded.map_or(String::new(), |old| {
        format!(" Nor does it say that vault {old} is superseded.")
    });
    let text = format!(
        "is sealed, and every copy was read back; the register says only that it was begun.{superseded} As soon as it \
         can be written, enter it:\n{}",
        command(sealed, session)
    );
    let mut hint =
        "put media that were taken out in again first; where several had one place, type it once for each of them"
            .to_owned();
    if !sealed.sheets.is_empty() {
        hint.push_str("; for each sheet add --from with a scan of its print");
    }
    let subject = format!("vault {}", sealed.manifest.public_key.vault_id());
    session.find(Severity::Error, "not-entered", &subject, &text, &hint);
}

/// The command that enters what the carriers show.
fn command(sealed: &Sealed, session: &Session) -> String {
    let register = session.register_path().unwrap_or(Path::new("FILE"));
    let mut options = vec![format!("--register {}", word(register))];
    if let Some(by) = session.stamp().by {
        options.push(format!("--by {}", word(Path::new(&by))));
    }
    let shares = sealed.shares.iter().map(|(_, folder)| folder);
    let media = sealed.vaults.iter().chain(shares);
    for place in media.filter_map(|folder| folder.parent()) {
        let from = format!("--from {}", word(place));
        if !options.contains(&from) {
            options.push(from);
        }
    }
    let lines = in_lines("coldvault register rebuild", options);
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
