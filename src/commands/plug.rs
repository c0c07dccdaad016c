//! What is plugged in and not mounted while a prompt waits for a medium: said, and mounted by coldvault itself where that
//! may be and the officer says so; unmounted when its turn is over.
//!
//! Knows media and the person. What lies on a medium is the callers' business.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::commands::Session;
use crate::error::{Error, Result};
use crate::media::{OpenFolder, OwnMount, Plugged, Resolver, Unmounted};
use crate::report::{Severity, shown};
use crate::terminal::Answer;

/// A desktop mounts what is plugged in by itself: it gets this long.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the kernel's list of disks is read while a question waits.
const EVERY: Duration = Duration::from_millis(500);

/// How a medium is mounted, and where.
#[derive(Clone, Copy, Default)]
pub(super) struct Way<'p> {
    /// Where, if that was said before.
    pub(super) at: Option<&'p Path>,
    /// Whether nothing is to be written to it.
    pub(super) read_only: bool,
}

/// What a question came to.
enum Seen<T> {
    Wanted(T),
    Plugged(Unmounted),
}

/// One plugging of one disk.
type Plugging = (String, Option<u64>);

/// The media that are plugged in while a command asks for some.
pub(super) struct Plugs {
    resolver: Resolver,
    /// Since when something is plugged in and not mounted.
    waiting: Vec<(Unmounted, Instant)>,
    /// What needs no offer any more, until it is plugged in again: it was mounted once, or the officer heard of it.
    known: Vec<Plugging>,
    /// Parts that were offered.
    offered: Vec<(Plugging, String)>,
    looked: Option<Instant>,
    /// What was mounted here, and for what.
    own: Vec<(Unmounted, OwnMount)>,
}

impl Plugs {
    /// What is mounted now is nobody's surprise.
    pub(super) fn new() -> Self {
        Self::of(Resolver::default())
    }

    fn of(resolver: Resolver) -> Self {
        let mut plugs = Self {
            resolver,
            waiting: Vec::new(),
            known: Vec::new(),
            offered: Vec::new(),
            looked: None,
            own: Vec::new(),
        };
        let plugged = plugs.resolver.plugged();
        plugs.note_mounted(&plugged);
        plugs
    }

    /// Asks as [`crate::terminal::Terminal::ask_or_notice`] does. Meanwhile a medium that is plugged in and stays
    /// unmounted is told, and mounted if that may be and is wanted; then the question is asked again, and `look` finds it.
    ///
    /// # Errors
    /// As there.
    pub(super) fn ask<T>(
        &mut self,
        question: &str,
        way: Way<'_>,
        look: &mut dyn FnMut() -> Option<T>,
        session: &mut Session,
    ) -> Result<Option<Answer<T>>> {
        loop {
            let mut both = || match look() {
                Some(wanted) => Some(Seen::Wanted(wanted)),
                None => self.look().map(Seen::Plugged),
            };
            let answer = session.terminal.ask_or_notice(question, &mut both)?;
            let medium = match answer {
                None => return Ok(None),
                Some(Answer::Typed(line)) => return Ok(Some(Answer::Typed(line))),
                Some(Answer::Noticed(Seen::Wanted(wanted))) => {
                    return Ok(Some(Answer::Noticed(wanted)));
                }
                Some(Answer::Noticed(Seen::Plugged(medium))) => medium,
            };
            match self.offer(&medium, way, session) {
                Err(Error::Stopped) => return Ok(Some(Answer::Typed("stop".to_owned()))),
                offered => offered?,
            }
        }
    }

    /// Something that was plugged in and stayed unmounted. Cheap most of the times.
    fn look(&mut self) -> Option<Unmounted> {
        let now = Instant::now();
        if self.looked.is_some_and(|looked| now - looked < EVERY) {
            return None;
        }
        self.looked = Some(now);
        self.forget_gone();
        let plugged = self.resolver.plugged();
        self.note_mounted(&plugged);
        let mut there = self.resolver.unmounted(&plugged);
        there.retain(|medium| !self.known.contains(&plugging(medium)));
        let is_there = |medium: &Unmounted| there.iter().any(|other| is_same(other, medium));
        self.waiting.retain(|(medium, _)| is_there(medium));
        for medium in there {
            if !self
                .waiting
                .iter()
                .any(|(other, _)| is_same(other, &medium))
            {
                self.waiting.push((medium, now));
            }
        }
        let offered = |medium: &Unmounted| {
            let part = (plugging(medium), medium.part.clone());
            self.offered.contains(&part)
        };
        let mut ripe = self.waiting.iter();
        let ripe = ripe.find(|(medium, since)| now - *since >= PATIENCE && !offered(medium));
        ripe.map(|(medium, _)| medium.clone())
    }

    /// A medium that was pulled while it was mounted here: its place is to be free for the next one.
    fn forget_gone(&mut self) {
        let resolver = &self.resolver;
        self.own
            .retain(|(medium, _)| resolver.is_plugged_in(medium));
    }

    fn note_mounted(&mut self, plugged: &[Plugged]) {
        for disk in plugged {
            let plugging = (disk.disk.name.clone(), disk.disk.seq);
            let is_mounted = disk.parts.iter().any(|part| !part.mounted.is_empty());
            if is_mounted && !self.known.contains(&plugging) {
                self.known.push(plugging);
            }
        }
    }

    /// Says what is there, and asks whether to mount it where that can be done.
    fn offer(&mut self, medium: &Unmounted, way: Way<'_>, session: &mut Session) -> Result<()> {
        let plugging = plugging(medium);
        self.offered.push((plugging.clone(), medium.part.clone()));
        let name = format!("{} ({})", medium.disk.describe_for_later(), medium.part);
        if let Some(also) = medium.also.iter().find(|also| also.is_dangerous()) {
            self.known.push(plugging);
            let text = format!("do not use it, pull it out: it is also {}", also.as_text());
            let hint = "use a plain stick or card; keep this one for whoever looks into it";
            session.find(Severity::Warning, "host", &name, &text, hint);
            return Ok(());
        }
        let terminal = &mut session.terminal;
        if !rustix::process::geteuid().is_root() {
            terminal.say(&format!(
                "{name} is plugged in and not mounted: mount it. Then it is noticed."
            ));
            return Ok(());
        }
        let Some(kind) = self.resolver.mountable_kind(medium) else {
            terminal.say(&format!(
                "{name} is plugged in, without a file system that coldvault mounts itself: mount it by hand, or use another one."
            ));
            return Ok(());
        };
        if let Some(taken) = way.at.filter(|at| !is_free(at)) {
            terminal.say(&format!(
                "{name} is plugged in and not mounted, and {taken:?} is not free: mount it there by hand."
            ));
            return Ok(());
        }
        let at = way.at.map_or(String::new(), |at| format!(" at {at:?}"));
        let question = format!("{name}, {kind}, is plugged in and not mounted. Mount it{at}?");
        if terminal.confirm(&question)? != Some(true) {
            return Ok(());
        }
        match self.resolver.mount_own(medium, way.at, way.read_only) {
            Ok(own) => {
                let point = shown(own.point());
                session.terminal.say(&format!("Mounted at {point}."));
                self.own.push((medium.clone(), own));
            }
            Err(error) => session.terminal.error(&error),
        }
        Ok(())
    }

    /// Unmounts what was mounted here for a place, so that it can be pulled; answers whether it was.
    pub(super) fn release(&mut self, place: &Path, session: &mut Session) -> bool {
        // What is mounted by now is about to be unmounted, and no surprise then.
        let plugged = self.resolver.plugged();
        self.note_mounted(&plugged);
        let Some((medium, own)) = self.take_own(place) else {
            return false;
        };
        match own.unmount() {
            Ok(()) => true,
            Err((error, own)) => {
                session.terminal.error(&error);
                self.own.push((medium, own));
                false
            }
        }
    }

    /// Unmounts what was mounted here for a place whose medium counts no more, though it does not take what was written.
    pub(super) fn give_up(&mut self, place: &Path) {
        drop(self.take_own(place));
    }

    fn take_own(&mut self, place: &Path) -> Option<(Unmounted, OwnMount)> {
        let mut own = self.own.iter();
        let index = own.position(|(_, own)| place.starts_with(own.point()))?;
        Some(self.own.swap_remove(index))
    }
}

/// Whether a directory is there and nothing lies in it, so that nothing is hidden by a mount.
fn is_free(dir: &Path) -> bool {
    let listing = OpenFolder::open(dir).and_then(|folder| folder.names(1));
    listing.is_ok_and(|listing| listing.names.is_empty() && listing.odd.is_empty())
}

/// Whether both are one part in one plugging: another stick may come under the same name.
fn is_same(one: &Unmounted, other: &Unmounted) -> bool {
    one.part == other.part && plugging(one) == plugging(other)
}

fn plugging(medium: &Unmounted) -> Plugging {
    (medium.disk.name.clone(), medium.disk.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A machine with one stick, and the plugging of it.
    fn machine(dir: &Path, seq: u64) -> Resolver {
        let resolver = Resolver {
            sys: dir.join("sys"),
            proc: dir.join("proc"),
            dev: dir.join("dev"),
        };
        let disk = resolver.sys.join("block/sdb");
        put(&disk.join("size"), "4096\n");
        put(&disk.join("removable"), "1\n");
        put(&disk.join("diskseq"), &format!("{seq}\n"));
        put(&disk.join("sdb1/partition"), "1\n");
        put(&disk.join("sdb1/size"), "2048\n");
        put(&disk.join("dev"), "8:16\n");
        put(&disk.join("sdb1/dev"), "8:17\n");
        std::fs::create_dir_all(resolver.sys.join("dev/block")).unwrap();
        let link = resolver.sys.join("dev/block/8:17");
        let _ = std::os::unix::fs::symlink(disk.join("sdb1"), link);
        mounts(&resolver, "");
        resolver
    }

    fn mounts(resolver: &Resolver, text: &str) {
        put(&resolver.proc.join("self/mountinfo"), text);
    }

    /// Time goes by, and it looks again.
    fn later(plugs: &mut Plugs) -> Option<String> {
        plugs.looked = None;
        for (_, since) in &mut plugs.waiting {
            *since = since.checked_sub(PATIENCE).unwrap();
        }
        plugs.look().map(|medium| medium.part)
    }

    #[test]
    fn a_stick_is_offered_when_nobody_mounts_it_for_a_while_and_only_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut plugs = Plugs::of(machine(dir.path(), 3));
        assert_eq!(plugs.look(), None, "a desktop gets its time");
        assert_eq!(later(&mut plugs).as_deref(), Some("sdb1"));
        let medium = plugs.waiting[0].0.clone();
        plugs.offered.push((plugging(&medium), medium.part));
        assert_eq!(later(&mut plugs), None, "it was offered");
        machine(dir.path(), 4);
        assert_eq!(later(&mut plugs), None, "plugged in anew a moment ago");
        assert_eq!(later(&mut plugs).as_deref(), Some("sdb1"));
    }

    #[test]
    fn a_stick_that_was_mounted_is_not_offered_again_before_it_was_out() {
        let dir = tempfile::tempdir().unwrap();
        let resolver = machine(dir.path(), 3);
        mounts(&resolver, "7 1 8:17 / /media/B rw - vfat /dev/sdb1 rw\n");
        let mut plugs = Plugs::of(resolver.clone());
        assert_eq!(later(&mut plugs), None);
        mounts(&resolver, "");
        assert_eq!(later(&mut plugs), None);
        assert_eq!(later(&mut plugs), None, "it is about to be pulled");
        machine(dir.path(), 4);
        assert_eq!(later(&mut plugs), None);
        assert_eq!(later(&mut plugs).as_deref(), Some("sdb1"));
    }

    #[test]
    fn what_was_pulled_is_not_plugged_in_any_more_though_another_stick_has_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let mut plugs = Plugs::of(machine(dir.path(), 3));
        assert_eq!(later(&mut plugs), None);
        let medium = plugs.waiting[0].0.clone();
        assert!(plugs.resolver.is_plugged_in(&medium));
        machine(dir.path(), 4);
        assert!(!plugs.resolver.is_plugged_in(&medium), "another plugging");
        machine(dir.path(), 3);
        assert!(plugs.resolver.is_plugged_in(&medium));
        std::fs::remove_dir_all(dir.path().join("sys/block/sdb")).unwrap();
        assert!(!plugs.resolver.is_plugged_in(&medium), "nothing is there");
    }

    #[test]
    fn a_place_is_free_when_nothing_lies_in_it() {
        let dir = tempfile::tempdir().unwrap();
        assert!(is_free(dir.path()));
        put(&dir.path().join("file"), "x");
        assert!(!is_free(dir.path()) && !is_free(&dir.path().join("none")));
    }
}
