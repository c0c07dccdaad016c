//! Opening the keystores that were found, one at a time.
//!
//! Knows which password was given for which; no file stays in memory behind its turn.

use std::path::Path;

use super::configuration::is_same;
use super::passwords::{ATTEMPTS, AskPassword, Passwords, well_known};
use super::scouting::{Scouted, Seen};
use super::{Contents, OpenedBy, Store, modes, names};
use crate::corda::{Configuration, What};
use crate::error::Result;
use crate::host::interrupt;
use crate::keystore::{self, Flaw, Holds, Key, Keystore};
use crate::node;
use crate::secret::SecretBytes;

/// What is said of a file that is called as a keystore and holds text.
pub(super) const TEXT_FILE: &str = "a text file";

/// Opens every store that was found, as far as it goes.
///
/// # Errors
/// [`crate::error::Error::Interrupted`] and what `ask` answers.
pub(super) fn open(
    contents: &mut Contents,
    found: &Scouted,
    ask: &mut AskPassword<'_>,
) -> Result<()> {
    let configuration = contents.configuration.as_ref();
    let mut passwords = Passwords::new(configuration);
    let (mut stores, mut gaps, mut work) = (Vec::new(), Vec::new(), MAX_ROUNDS);
    for seen in &found.stores {
        interrupt::check()?;
        let path = seen.place.path(&contents.base);
        let mut opening = Opening {
            path: &path,
            store: Store {
                place: seen.place.clone(),
                read: Err(Flaw::Damaged("it is empty".into())),
                password: None,
                key_passwords: Vec::new(),
                well_known: None,
                role: role(configuration, &path, seen),
                bytes: seen.size,
            },
            own: None,
            work: &mut work,
        };
        opening.read(seen, &mut passwords, ask)?;
        let is_none = matches!(opening.store.read, Err(Flaw::NotOpened(_))) || seen.size == 0;
        if opening.store.role != Some("trust") && !is_none {
            gaps.extend(modes::readable(&path, seen.mode));
        }
        stores.push(opening.store);
    }
    contents.stores = stores;
    contents.gaps.append(&mut gaps);
    Ok(())
}

/// The most rounds of key derivation for all stores and all passwords together: some seconds. A store of 900 bytes may ask
/// for ten million with each password.
const MAX_ROUNDS: u64 = 30_000_000;
/// Where one password takes more rounds than this, only those that are given for the store are tried.
const MANY_ROUNDS: u64 = 1_000_000;

struct Opening<'o> {
    path: &'o Path,
    store: Store,
    /// The password that opened the store.
    own: Option<SecretBytes>,
    /// The rounds that are left for this store and those behind it.
    work: &'o mut u64,
}

impl Opening<'_> {
    fn read(
        &mut self,
        seen: &Seen,
        passwords: &mut Passwords<'_>,
        ask: &mut AskPassword<'_>,
    ) -> Result<()> {
        if seen.size == 0 {
            return Ok(());
        }
        let bytes = match node::fetch(self.path, keystore::MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(why) => {
                self.store.read = Err(Flaw::NotOpened(format!("it was not read: {why}")));
                return Ok(());
            }
        };
        if keystore::recognise(&bytes).is_none() {
            self.store.read = Err(no_store(&bytes));
            return Ok(());
        }
        self.store.read = keystore::list(&bytes);
        if matches!(self.store.read, Err(Flaw::Damaged(_) | Flaw::NotOpened(_)))
            || is_carried(&self.store.read)
        {
            return Ok(());
        }
        self.try_known(&bytes, passwords)?;
        let given = self.ask(&bytes, passwords, ask)?;
        self.keep_needed(&bytes, &given, passwords);
        // What opened something here may open the next one.
        if let Some(OpenedBy::Typed(password)) = &self.store.password {
            passwords.learn(SecretBytes::copied(password.expose()));
        }
        for password in &self.store.key_passwords {
            passwords.learn(SecretBytes::copied(password.expose()));
        }
        Ok(())
    }

    /// Tries what is known by now.
    fn try_known(&mut self, bytes: &[u8], passwords: &Passwords<'_>) -> Result<()> {
        let tries = passwords.tries(self.path);
        // Keys may have passwords of their own: any other that is known.
        let others: Vec<&SecretBytes> = tries.iter().map(|one| one.password).collect();
        let mut dearest = 0;
        for one in &tries {
            interrupt::check()?;
            if dearest > MANY_ROUNDS && !one.is_for(self.path) {
                break;
            }
            let before = *self.work;
            let answer = keystore::open_from(bytes, one.password, &others, self.work);
            dearest = dearest.max(before - *self.work);
            match answer {
                Err(Flaw::Password) => {}
                Err(flaw) => {
                    self.store.read = Err(flaw);
                    break;
                }
                Ok(opened) => {
                    self.store.read = Ok(opened);
                    self.opened(one.password, one.opened_by());
                    break;
                }
            }
        }
        Ok(())
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
            self.take_typed(bytes, &given, passwords);
        }
        Ok(given)
    }

    /// Tries what was typed, the last first, as the password of the store, or of keys in one that is open.
    fn take_typed(&mut self, bytes: &[u8], given: &[SecretBytes], passwords: &Passwords<'_>) {
        let known = passwords.tries(self.path);
        let known = known.iter().map(|one| one.password);
        let others: Vec<&SecretBytes> = given.iter().chain(known).collect();
        if let Some(own) = &self.own {
            if let Ok(opened) = keystore::open_from(bytes, own, &others, self.work) {
                self.store.read = Ok(opened);
            }
        } else if let Some(typed) = given.first() {
            match keystore::open_from(bytes, typed, &others, self.work) {
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
    }

    /// Keeps with the store what opened keys in it and somebody has to remember: what was typed for it or for others.
    fn keep_needed(&mut self, bytes: &[u8], given: &[SecretBytes], passwords: &Passwords<'_>) {
        let (Some(own), Ok(read)) = (&self.own, &self.store.read) else {
            return;
        };
        let typed = given.iter().chain(passwords.typed());
        let typed: Vec<&SecretBytes> = typed.filter(|typed| !typed.same(own)).collect();
        if typed.is_empty() || read.entries.iter().all(|entry| entry.holds.key().is_none()) {
            return;
        }
        let (goal, mut others) = (closed_keys(read), passwords.kept().collect::<Vec<_>>());
        let left = &mut *self.work;
        let mut closed = |others: &[&SecretBytes]| {
            let read = keystore::open_from(bytes, own, others, left);
            read.map_or(usize::MAX, |read| closed_keys(&read))
        };
        let mut before = closed(&others);
        for one in typed {
            if before <= goal {
                break;
            }
            others.push(one);
            let now = closed(&others);
            if now < before {
                let needed = SecretBytes::copied(one.expose());
                self.store.key_passwords.push(needed);
            }
            before = now;
        }
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
fn is_carried(read: &std::result::Result<Keystore, Flaw>) -> bool {
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

/// What a store is for: by the configuration, else by its name.
fn role(configuration: Option<&Configuration>, path: &Path, seen: &Seen) -> Option<&'static str> {
    let by_name = names::role(seen.place.bytes());
    let named = configuration.map_or(&[][..], |configuration| &configuration.named);
    let of = named.iter().find(|named| is_same(&named.path, path));
    match of.map(|named| (named.what, named.key.as_str())) {
        Some((What::TrustStore, _)) => Some("trust"),
        Some((What::Keystore, key)) if key.starts_with("rpcSettings") => Some("RPC TLS"),
        Some((What::Keystore, key)) if key.contains("messagingServerSsl") => Some("messaging TLS"),
        // The configuration knows better than the name.
        Some((What::Keystore, _)) => by_name.filter(|role| *role != "trust"),
        _ => by_name,
    }
}
