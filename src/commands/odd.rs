//! A medium that is a keyboard or a network card besides. The doctor sees what is plugged in when a command begins; whatever
//! comes later is looked at here, wherever a medium is taken.
//!
//! Knows devices. Whether it is refused or only said is decided by the command.

use std::path::Path;

use crate::commands::Session;
use crate::media::{Device, Medium, Resolver};
use crate::report::Severity;

/// What to do with such a medium.
pub(super) const HINT: &str = "use a plain stick or card; keep this one for whoever looks into it";

/// What is odd about the medium at a place, if it is.
pub(super) fn said(place: &Path, device: &Device, session: &Session) -> Option<String> {
    let resolver = Resolver {
        sys: session.machine.sys.clone(),
        proc: session.machine.proc.clone(),
        dev: session.machine.dev.clone(),
    };
    let also = resolver.also(device);
    let also = also.iter().find(|also| also.is_dangerous())?;
    Some(format!(
        "do not use the medium at {place:?}, pull it out: it is also {}",
        also.as_text()
    ))
}

/// Says it once for each place, where nothing stops for it.
pub(super) fn warn(place: &Path, session: &mut Session) {
    let Some(text) = said(place, &Medium::at(place).device, session) else {
        return;
    };
    let mut findings = session.report.findings.iter();
    if findings.all(|finding| finding.text != text) {
        session.find(Severity::Warning, "host", "", &text, HINT);
    }
}
