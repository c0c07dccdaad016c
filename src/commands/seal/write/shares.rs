//! Every share copy, one after another: written, read back, finished, and its medium let go.

use super::copies::{Copy, Written, say_left};
use super::{Writing, is_about};
use crate::carrier;
use crate::commands::Session;
use crate::commands::seal::Thing;
use crate::commands::seal::desk::Place;
use crate::error::Result;
use crate::host::interrupt;
use crate::manifest::ReadManifest;
use crate::media::NewFolder;
use crate::share::Share;

impl Writing<'_> {
    /// Writes every share copy.
    pub(super) fn write_shares(&mut self, shares: &[Share], manifest: &ReadManifest) -> Result<()> {
        let common = self.common(manifest);
        for copy in &self.copies {
            let Thing::Share(number) = copy.thing else {
                continue;
            };
            let Some(share) = shares.iter().find(|share| share.facts.number == number) else {
                continue;
            };
            let written = loop {
                interrupt::check()?;
                let due = copy.due();
                let brought = !self.desk.is_ready(&due) || self.plan.is_swapped(due.to);
                let place = self.desk.take(&copy.due(), self.session)?;
                self.session
                    .terminal
                    .say(&format!("Writing {} ...", copy.holds));
                let fill = |folder: &NewFolder| {
                    carrier::put_share(folder, share)?;
                    carrier::finish_folder(folder, &common, &copy.readme, &copy.facts)
                };
                match write_folder(copy, self.plan_folder(copy), &place, &fill, self.session) {
                    Ok(written) => {
                        let_go(copy, brought, self.session);
                        break written;
                    }
                    Err(error)
                        if is_about(&error, &place.dir) && self.session.terminal.can_ask() =>
                    {
                        self.desk.refuse(&copy.due(), &error, self.session);
                    }
                    Err(error) => return Err(error),
                }
            };
            self.written.push(written);
        }
        Ok(())
    }

    /// The name of a copy's folder.
    pub(super) fn plan_folder(&self, copy: &Copy) -> String {
        copy.due()
            .role()
            .folder(self.identity.public_key().vault_id())
    }
}

/// Makes a folder and fills it. What fails is removed again.
pub(super) fn write_folder(
    copy: &Copy,
    name: String,
    place: &Place,
    fill: &dyn Fn(&NewFolder) -> Result<()>,
    session: &mut Session,
) -> Result<Written> {
    place.check()?;
    let folder = NewFolder::create(&place.dir, &name)?;
    match place
        .check()
        .and_then(|()| fill(&folder))
        .and_then(|()| place.check())
    {
        Ok(()) => Ok(copy.written(folder, place.clone())),
        Err(error) => {
            folder
                .discard()
                .iter()
                .for_each(|path| say_left(path, session));
            Err(error)
        }
    }
}

/// Says that a medium that was brought may go.
pub(super) fn let_go(copy: &Copy, brought: bool, session: &mut Session) {
    if brought {
        let mark = copy.due().mark;
        session.terminal.say(&format!(
            "{} was read back. Unmount {mark:?} and take it out.",
            copy.holds
        ));
    }
}
