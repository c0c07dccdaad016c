//! The two people who say what was destroyed.

use crate::commands::Session;
use crate::error::{Error, Result};
use crate::label::{self, Label};
use crate::terminal::is_stop;

use super::Args;

/// Who destroyed, and who saw it: two names that nobody can take for one another.
pub(super) struct People {
    pub(super) by: Label,
    pub(super) witness: Label,
}

impl People {
    /// Those who were given by options; `None` where none was, or one is to be asked for.
    ///
    /// # Errors
    /// [`Error::BadLabel`]; [`Error::SameLabel`].
    pub(super) fn given(args: &Args) -> Result<Option<Self>> {
        let name = |given: &Option<String>| given.as_deref().map(Label::new).transpose();
        match (name(&args.by)?, name(&args.witness)?) {
            (Some(by), Some(witness)) => Self::of(by, witness).map(Some),
            _ => Ok(None),
        }
    }

    /// Asks for whoever is missing.
    ///
    /// # Errors
    /// [`Error::Usage`] where nobody can be asked; [`Error::Stopped`].
    pub(super) fn ask(args: &Args, session: &mut Session) -> Result<Self> {
        if !session.terminal.leads_on() {
            return Err(Error::Usage {
                what: "two people say what was destroyed, and two were not named".into(),
                hint: "add --by NAME --witness NAME: two different people".into(),
            });
        }
        let by = match args.by.as_deref() {
            Some(name) => Label::new(name)?,
            None => ask_name("Who destroys it? Name:", session)?,
        };
        if let Some(name) = args.witness.as_deref() {
            return Self::of(by, Label::new(name)?);
        }
        loop {
            let witness = ask_name("Who sees it, as the second person? Name:", session)?;
            match Self::of(by.clone(), witness) {
                Ok(people) => return Ok(people),
                Err(error) => session.terminal.error(&error),
            }
        }
    }

    fn of(by: Label, witness: Label) -> Result<Self> {
        label::distinct(&[by.clone(), witness.clone()])?;
        Ok(Self { by, witness })
    }

    /// Both names.
    pub(super) fn names(&self) -> Vec<String> {
        vec![self.by.to_string(), self.witness.to_string()]
    }

    /// Whether both type their names. Whoever only presses Enter does not; the first one can go back before the second is
    /// asked.
    ///
    /// # Errors
    /// [`Error::Stopped`]; what asking answers.
    pub(super) fn both_confirm(&self, session: &mut Session) -> Result<Confirmed> {
        match confirms(&self.by, true, session)? {
            Confirmed::Both => confirms(&self.witness, false, session),
            other => Ok(other),
        }
    }
}

/// What those who were asked said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmed {
    /// Everybody who was asked saw it.
    Both,
    /// Somebody did not.
    No,
    /// It is to be said anew.
    Back,
}

fn ask_name(question: &str, session: &mut Session) -> Result<Label> {
    loop {
        let answer = session.terminal.ask(question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        match Label::new(&answer) {
            Ok(name) => return Ok(name),
            Err(error) => session.terminal.error(&error),
        }
    }
}

fn confirms(name: &Label, is_first: bool, session: &mut Session) -> Result<Confirmed> {
    let back = match is_first {
        true => "type back to correct it; ",
        false => "",
    };
    let question = format!("{name}, you saw that: type your name ({back}press Enter: no):");
    loop {
        let answer = session.terminal.ask(&question)?.ok_or(Error::Stopped)?;
        if is_stop(&answer) {
            return Err(Error::Stopped);
        }
        if answer.is_empty() {
            return Ok(Confirmed::No);
        }
        match Label::new(&answer) {
            Ok(typed) if label::confusable(&typed, name) => return Ok(Confirmed::Both),
            _ if is_first && answer.eq_ignore_ascii_case("back") => return Ok(Confirmed::Back),
            _ => session
                .terminal
                .say(&format!("That is not {name:?}.", name = name.as_str())),
        }
    }
}
