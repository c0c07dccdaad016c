//! The proof after a re-plug: every medium is taken out, put back and read in full. One that does not come back, or reads
//! otherwise, does not count; another takes its place, made from the other copy, because the key is gone by now.

use super::Writing;
use super::written::Written;
use crate::commands::replug::{Back, Came, Replugging, Waiting, Wish, ask_wish};
use crate::commands::seal::Thing;
use crate::error::{Error, Result};
use crate::host::interrupt;
use crate::manifest::{Manifest, ReadManifest};

impl Writing<'_> {
    /// Waits for every medium to come back, if that was wanted. What is not proven when the officer stops is noted.
    ///
    /// # Errors
    /// [`Error::ReadBack`], [`Error::Io`] for a carrier that reads otherwise and was not replaced; what writing another one
    /// answers.
    pub(super) fn replug(&mut self, manifest: &Manifest, read: &ReadManifest) -> Result<()> {
        if !self.plan.replug {
            return Ok(());
        }
        self.written.sort_by_key(Written::order);
        let mut replugging = Replugging::new(self.plan.is_strict("devices"));
        loop {
            interrupt::check()?;
            let waiting: Vec<Waiting> = self.to_come_back().collect();
            if waiting.is_empty() {
                return self.check_complete();
            }
            let plugs = self.desk.plugs();
            match replugging.next(&waiting, plugs, self.session)? {
                Came::Good(index, back) => self.came_back(index, &back),
                Came::Bad(index, error) => self.is_bad(index, error, manifest, read)?,
                Came::Missing => {
                    let Some(index) = self.which_is_missing(&waiting)? else {
                        continue;
                    };
                    let gone = Error::io("find", &self.path_of(index))(
                        std::io::ErrorKind::NotFound.into(),
                    );
                    if !self.is_gone(index, gone, manifest, read)? {
                        return Ok(());
                    }
                }
                Came::Stopped => return Ok(()),
            }
        }
    }

    /// The media that were not read after a re-plug, by their place among what was written.
    fn to_come_back(&self) -> impl Iterator<Item = Waiting> {
        let all = self.written.iter().enumerate();
        all.filter_map(|(index, written)| {
            let (folder, place) = written.medium()?;
            (written.line.replugged == Some(false)).then(|| Waiting {
                index,
                name: written.mark.clone(),
                holds: written.line.holds.clone(),
                folder: folder.name().to_owned(),
                files: folder.contents(),
                dir: place.dir.clone(),
                medium: place.medium.clone(),
            })
        })
    }

    /// What has to be proven yet, for people.
    pub(super) fn unproven(&self) -> Vec<String> {
        if !self.plan.replug {
            return Vec::new();
        }
        self.to_come_back().map(|one| one.holds).collect()
    }

    fn path_of(&self, index: usize) -> std::path::PathBuf {
        let written = self.written.get(index);
        written.map_or_else(Default::default, |written| written.path.clone())
    }

    fn came_back(&mut self, index: usize, back: &Back) {
        let released = self.desk.plugs().release(&back.dir, self.session);
        let Some(written) = self.written.get_mut(index) else {
            return;
        };
        back.note(&mut written.line);
        let go = match released {
            true => "It is unmounted: take it out",
            false => "Unmount it and take it out",
        };
        let line = format!(
            "{} came back and holds what was written. {go}, {:?}.",
            written.line.holds, written.mark
        );
        self.session.terminal.say(&line);
    }

    /// Which of those that did not come back never will, as the officer says.
    fn which_is_missing(&mut self, waiting: &[Waiting]) -> Result<Option<usize>> {
        if let [one] = waiting {
            return Ok(Some(one.index));
        }
        for one in waiting {
            let question = format!("Is it {:?} that is missing?", one.name);
            match self.session.terminal.confirm(&question) {
                Ok(Some(true)) => return Ok(Some(one.index)),
                Ok(Some(false)) => {}
                Ok(None) | Err(Error::Stopped) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// A medium came back and does not hold what was written.
    fn is_bad(
        &mut self,
        index: usize,
        error: Error,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<()> {
        let name = self.name_of(index);
        self.session
            .terminal
            .warn(&format!("{name} came back and is no good: {error}"));
        match self.ask_wish(index)? {
            Wish::Again => Ok(()),
            Wish::Another => self.replace(index, error, manifest, read),
            Wish::Stop => {
                self.counts_no_more(index);
                Err(error)
            }
        }
    }

    /// A medium does not come back. Answers whether to go on.
    fn is_gone(
        &mut self,
        index: usize,
        error: Error,
        manifest: &Manifest,
        read: &ReadManifest,
    ) -> Result<bool> {
        let name = self.name_of(index);
        self.session
            .terminal
            .say(&format!("{name} does not come back."));
        match self.ask_wish(index)? {
            Wish::Again => Ok(true),
            Wish::Another => self.replace(index, error, manifest, read).map(|()| true),
            Wish::Stop => Ok(false),
        }
    }

    /// "\"CV-9F3A share 1 legal 1/2\" (share 1 (legal), copy 1 of 2)".
    fn name_of(&self, index: usize) -> String {
        let written = self.written.get(index);
        written.map_or_else(String::new, |w| format!("{:?} ({})", w.mark, w.line.holds))
    }

    fn ask_wish(&mut self, index: usize) -> Result<Wish> {
        let question = match self.source_of(index) {
            Some(_) => {
                "Type another to write a fresh medium in its place, again to put it in once more, or stop:"
            }
            None => {
                self.say_no_source(index);
                "Type again to put it in once more, or stop:"
            }
        };
        ask_wish(question, self.source_of(index).is_some(), self.session)
    }

    fn say_no_source(&mut self, index: usize) {
        let thing = self.written.get(index).map_or(Thing::Vault, |w| w.thing);
        let has_sheet = self
            .written
            .iter()
            .any(|w| w.thing == thing && w.is_sheet());
        let what = self.plan.name_of(thing);
        let text = match has_sheet {
            true => format!(
                "No other medium holds what it held ({what}). Its sheet does: coldvault scan brings it onto a fresh one."
            ),
            false => format!(
                "No other good copy of it is left ({what}): without it the sealing has to be begun anew."
            ),
        };
        self.session.terminal.warn(&text);
    }

    /// Another medium with the same thing.
    fn source_of(&self, index: usize) -> Option<&Written> {
        let lost = self.written.get(index)?;
        let mut all = self.written.iter().enumerate();
        all.find(|(other, written)| {
            *other != index && written.thing == lost.thing && written.medium().is_some()
        })
        .map(|(_, written)| written)
    }
}
