//! Opening one keystore, as far as it goes.
//!
//! Knows which password was given for which; no file stays in memory behind its turn.

use std::path::Path;

use super::passwords::{ATTEMPTS, AskPassword, Passwords, Try, well_known};
use super::scouting::Seen;
use super::{OpenedBy, Store};
use crate::error::Result;
use crate::host::interrupt;
use crate::keystore::{self, Flaw, Holds, Key, Keystore, Work};
use crate::node::Ground;
use crate::secret::SecretBytes;

/// What is said of a file that is called as a keystore and holds text.
pub(super) const TEXT_FILE: &str = "a text file";

type Read = std::result::Result<Keystore, Flaw>;

/// Where one password takes more rounds than this, only those that are given for the store are tried.
const MANY_ROUNDS: u64 = 1_000_000;

pub(super) struct Opening<'o, 'w> {
    ground: &'o Ground,
    path: &'o Path,
    pub(super) store: Store,
    /// The password that opened the store.
    own: Option<SecretBytes>,
    /// The rounds that are left for this store and the others.
    work: &'o mut Work<'w>,
}

impl<'o, 'w> Opening<'o, 'w> {
    pub(super) fn new(
        (ground, path): (&'o Ground, &'o Path),
        seen: &Seen,
        role: Option<&'static str>,
        work: &'o mut Work<'w>,
    ) -> Self {
        let store = Store {
            place: seen.place.clone(),
            read: Err(Flaw::Damaged("it is empty".into())),
            password: None,
            key_passwords: Vec::new(),
            well_known: None,
            role,
            bytes: seen.size,
        };
        Self {
            ground,
            path,
            store,
            own: None,
            work,
        }
    }

    /// Opens the store, a file of `size` bytes, as far as it goes. What is known is tried with at most `share` rounds;
    /// answers whether that was too little and more are left. Then nobody was asked.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] and what `ask` answers.
    pub(super) fn read(
        &mut self,
        size: u64,
        share: u64,
        passwords: &mut Passwords<'_>,
        ask: &mut AskPassword<'_>,
    ) -> Result<bool> {
        if size == 0 {
            return Ok(false);
        }
        let bytes = match self.ground.fetch(self.path, keystore::MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(why) => {
                self.store.read = Err(Flaw::NotOpened(format!("it was not read: {why}")));
                return Ok(false);
            }
        };
        if keystore::recognise(&bytes).is_none() {
            self.store.read = Err(no_store(&bytes));
            return Ok(false);
        }
        self.store.read = keystore::list(&bytes);
        if matches!(self.store.read, Err(Flaw::Damaged(_) | Flaw::NotOpened(_)))
            || is_carried(&self.store.read)
        {
            return Ok(false);
        }
        if self.try_known(&bytes, share, passwords)? && share < self.work.left() {
            return Ok(true);
        }
        let given = self.ask(&bytes, passwords, ask)?;
        self.keep_needed(&bytes, &given, passwords)?;
        // What opened something here may open the next one.
        if let Some(OpenedBy::Typed(password)) = &self.store.password {
            passwords.learn(SecretBytes::copied(password.expose()));
        }
        for password in &self.store.key_passwords {
            passwords.learn(SecretBytes::copied(password.expose()));
        }
        Ok(false)
    }

    /// Tries what is known by now. Answers whether `share` was too little.
    fn try_known(&mut self, bytes: &[u8], share: u64, passwords: &Passwords<'_>) -> Result<bool> {
        let (at, tries) = (
            (self.ground, self.path),
            passwords.tries(self.ground, self.path),
        );
        let (answer, was_short) = self.work.share(share, |work| {
            let answer = first_that_opens(bytes, &tries, at, work);
            (answer, work.was_short())
        });
        if let Some((one, read)) = answer? {
            if read.is_ok() {
                self.opened(one.password, one.opened_by());
            }
            self.store.read = read;
        }
        Ok(was_short)
    }

    fn opened(&mut self, password: &SecretBytes, by: OpenedBy) {
        self.store.password = Some(by);
        self.store.well_known = well_known(password);
        self.own = Some(SecretBytes::copied(password.expose()));
    }

    /// Asks for what is still closed: the store, or a key in it. Answers what was typed.
    fn ask(
        &mut self,
        bytes: &[u8],
        passwords: &Passwords<'_>,
        ask: &mut AskPassword<'_>,
    ) -> Result<Vec<SecretBytes>> {
        let mut given = Vec::new();
        for attempt in 1..=ATTEMPTS {
            if !self.wants_a_password() {
                break;
            }
            let typed = ask(&self.store.place, attempt)?;
            let Some(typed) = typed.filter(|typed| !typed.expose().is_empty()) else {
                break;
            };
            interrupt::check()?;
            given.insert(0, typed);
            self.take_typed(bytes, &given, passwords)?;
        }
        Ok(given)
    }

    /// Tries what was typed, the last first, as the password of the store, or of keys in one that is open.
    fn take_typed(
        &mut self,
        bytes: &[u8],
        given: &[SecretBytes],
        passwords: &Passwords<'_>,
    ) -> Result<()> {
        let known = passwords.tries(self.ground, self.path);
        let known = known.iter().map(|one| one.password);
        let others: Vec<&SecretBytes> = given.iter().chain(known).collect();
        if let Some(own) = &self.own {
            if let Ok(opened) = try_one(bytes, own, &others, self.work)? {
                self.store.read = Ok(opened);
            }
        } else if let Some(typed) = given.first() {
            match try_one(bytes, typed, &others, self.work)? {
                Ok(opened) => {
                    self.store.read = Ok(opened);
                    let copy = SecretBytes::copied(typed.expose());
                    self.opened(typed, OpenedBy::Typed(copy));
                }
                // No other password would change that.
                Err(flaw @ Flaw::NotOpened(_)) => self.store.read = Err(flaw),
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Keeps with the store what opened keys in it and somebody has to remember: what was typed for it or for others.
    fn keep_needed(
        &mut self,
        bytes: &[u8],
        given: &[SecretBytes],
        passwords: &Passwords<'_>,
    ) -> Result<()> {
        let (Some(own), Ok(read)) = (&self.own, &self.store.read) else {
            return Ok(());
        };
        let typed = given.iter().chain(passwords.typed());
        let typed: Vec<&SecretBytes> = typed.filter(|typed| !typed.same(own)).collect();
        if typed.is_empty() || read.entries.iter().all(|entry| entry.holds.key().is_none()) {
            return Ok(());
        }
        let (goal, mut others) = (closed_keys(read), passwords.kept().collect::<Vec<_>>());
        let left = &mut *self.work;
        let mut closed = |others: &[&SecretBytes]| {
            let read = try_one(bytes, own, others, left)?;
            Ok(read.map_or(usize::MAX, |read| closed_keys(&read)))
        };
        let mut before = closed(&others)?;
        for one in typed {
            if before <= goal {
                break;
            }
            others.push(one);
            let now = closed(&others)?;
            if now < before {
                let needed = SecretBytes::copied(one.expose());
                self.store.key_passwords.push(needed);
            }
            before = now;
        }
        Ok(())
    }

    fn wants_a_password(&self) -> bool {
        match &self.store.read {
            Err(Flaw::Password) => true,
            Err(_) => false,
            Ok(_) if self.store.password.is_none() => true,
            Ok(opened) => closed_keys(opened) > 0,
        }
    }
}

/// The first password that opens the store at `path`, and what it opens; or any, and what is wrong with the store
/// whatever the password.
fn first_that_opens<'t>(
    bytes: &[u8],
    tries: &'t [Try<'t>],
    (ground, path): (&Ground, &Path),
    work: &mut Work<'_>,
) -> Result<Option<(&'t Try<'t>, Read)>> {
    // Keys may have passwords of their own: any other that is known.
    let others: Vec<&SecretBytes> = tries.iter().map(|one| one.password).collect();
    let mut dearest = 0;
    for one in tries {
        if dearest > MANY_ROUNDS && !one.is_for(ground, path) {
            break;
        }
        let before = work.left();
        let answer = try_one(bytes, one.password, &others, work)?;
        dearest = dearest.max(before - work.left());
        if !matches!(answer, Err(Flaw::Password)) {
            return Ok(Some((one, answer)));
        }
    }
    Ok(None)
}

/// Tries one password. What was stopped on the way says nothing about the store.
fn try_one(
    bytes: &[u8],
    password: &SecretBytes,
    others: &[&SecretBytes],
    work: &mut Work<'_>,
) -> Result<Read> {
    let answer = keystore::open_from(bytes, password, others, work);
    interrupt::check()?;
    Ok(answer)
}

/// Keys in it that no password opened.
fn closed_keys(opened: &Keystore) -> usize {
    let closed = opened.entries.iter().filter(|entry| {
        matches!(
            &entry.holds,
            Holds::PrivateKey(Key::WrongPassword | Key::Closed)
                | Holds::SecretKey(Key::WrongPassword | Key::Closed)
        )
    });
    closed.count()
}

/// Whether it is of a format that is recognised and carried, and no password would change that.
fn is_carried(read: &Read) -> bool {
    let format = read.as_ref().map(|store| store.format);
    matches!(format, Ok(keystore::Format::Uber))
}

/// What a file is that is called as a keystore and is none.
fn no_store(bytes: &[u8]) -> Flaw {
    let is_plain = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    let text = std::str::from_utf8(bytes);
    if bytes.iter().all(|byte| *byte == 0) {
        return Flaw::Damaged("it holds only zeros".into());
    }
    if text.is_ok_and(|text| text.chars().all(is_plain)) {
        return Flaw::NotOpened(format!("{TEXT_FILE}, whatever its name says"));
    }
    if bytes.starts_with(&[0x30, 0x80]) {
        let why = "a structure without its length (BER), which is not opened here";
        return Flaw::NotOpened(why.into());
    }
    Flaw::Damaged("its bytes are those of no keystore".into())
}
