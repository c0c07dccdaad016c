//! D3, D4 and D5: the whole way back in memory, and its report, signed while the vault's identity is there.

use crate::commands::Session;
use crate::commands::lead::{Bag, Meets, Turn};
use crate::commands::way_back::{self, Drill, Drilled};
use crate::drill::{self, DrillKind, Outcome, Phase, ShareUse, VaultFacts, duration};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::register::{Life, Register, VaultState};
use crate::signature::{Identity, VaultId};

use super::done::Done;
use super::report::Reporting;
use super::{Args, bagged, entering, exit, twice};

/// Leads it.
///
/// # Errors
/// Whatever stopped it; [`Error::Refused`], [`Error::WrongKind`] for material that this drill is not for. What fails is
/// reported first.
pub(super) fn run(args: &Args, reporting: Reporting, session: &mut Session) -> Result<Exit> {
    let mut whole = Whole {
        args,
        wanted: reporting.options.kind,
        reporting: Some(reporting),
        is_said: false,
        met: args.expected()?,
        outcome: Outcome::Fail,
    };
    let drilled = way_back::go(&args.way, session, &mut whole);
    if whole.reporting.is_none() {
        let text = "Nothing was written in clear, and nothing of it is left in memory.";
        session.terminal.result(text)?;
        if session.terminal.leads_on() {
            let question = "Put every medium and sheet back where it came from, then press Enter:";
            session.terminal.ask(question)?;
        }
    }
    Ok(match drilled?.found {
        0 => exit(whole.outcome),
        _ => Exit::Open,
    })
}

/// A drill of the whole way back.
struct Whole<'a> {
    args: &'a Args,
    wanted: Option<DrillKind>,
    /// Until it is filed.
    reporting: Option<Reporting>,
    /// Whether it was said which drill it is.
    is_said: bool,
    /// The vault, once that is known.
    met: Option<VaultId>,
    outcome: Outcome,
}

impl Meets for Whole<'_> {
    fn fits(&self, vault: VaultId, kind: Kind, session: &Session) -> Result<()> {
        kind_of(self.wanted, self.is_rehearsal(), Some(kind)).map_err(in_full)?;
        if let Some(reporting) = &self.reporting {
            reporting.check_vault(vault).map_err(|why| match self.met {
                Some(met) if met != vault => of_another_than(met),
                _ => why,
            })?;
        }
        match self.args.way.expect.is_none() && self.args.way.from.is_empty() {
            true => check_registered(vault, kind, session),
            false => Ok(()),
        }
    }

    fn meets(&mut self, vault: VaultId, kind: Kind, session: &mut Session) -> Result<()> {
        let drill = kind_of(self.wanted, self.is_rehearsal(), Some(kind))?;
        self.met = Some(vault);
        if let Some(reporting) = &self.reporting {
            reporting.check_vault(vault)?;
        }
        if self.wanted.is_none() && !self.is_said {
            let (name, title) = (drill.as_str(), drill::title(drill));
            let kind = kind.as_str();
            let text = format!("This is a drill {name}, {title}: the material is of {kind}.");
            session.terminal.say(&text);
            self.is_said = true;
        }
        Ok(())
    }

    fn bag(&mut self, session: &mut Session) -> Result<Turn> {
        match self.reporting.as_ref().filter(|one| one.asks_for_bags()) {
            Some(reporting) => {
                let vault = self.met.and_then(|id| entering::vault(Some(id), session));
                bagged::ask(vault.as_ref(), &reporting.bags_before(), session)
            }
            None => Ok(Turn::Opens(Bag::default())),
        }
    }
}

impl Drill for Whole<'_> {
    fn is_rehearsal(&self) -> bool {
        self.args.way.rehearsal || self.wanted == Some(DrillKind::D3)
    }

    fn is_filed(&self, session: &Session) -> bool {
        let is_written = self.reporting.as_ref().is_some_and(Reporting::is_written);
        is_written || session.register().is_some()
    }

    fn file(
        &mut self,
        drilled: &Drilled,
        identity: Option<&Identity>,
        session: &mut Session,
    ) -> Result<()> {
        let found = drilled.vault.as_ref().map(|vault| vault.kind);
        let kind = kind_of(self.wanted, self.is_rehearsal(), found)?;
        for share in &drilled.shares {
            session.terminal.say(&how_it_came(share));
        }
        session.terminal.say(&times(&drilled.phases));
        if let Some(reporting) = self.reporting.take() {
            twice::say(&drilled.carriers, session);
            let mut done = done(drilled, identity.is_some());
            if done.vault.is_none() {
                done.vault = unread(self.args, kind, session)?;
            }
            self.outcome = reporting.finish(kind, done, identity, session)?;
        }
        Ok(())
    }
}

/// Which drill it is: where nobody said it, the material does. D5 can be practised, D4 is of real material only.
fn kind_of(
    wanted: Option<DrillKind>,
    is_rehearsal: bool,
    found: Option<Kind>,
) -> Result<DrillKind> {
    match (found, wanted) {
        (Some(Kind::Rehearsal), Some(DrillKind::D4)) => Err(Error::Refused {
            what: "this is rehearsal material, and D4 is the real restore".into(),
            hint: "bring the real carriers; with these leave --kind out, or give D3 or D5".into(),
        }),
        (Some(Kind::Production), Some(DrillKind::D3)) => Err(Error::Refused {
            what: "this is production material, and D3 is a rehearsal".into(),
            hint: "bring rehearsal material, or do the real restore: --kind D4".into(),
        }),
        (Some(Kind::Production), _) if is_rehearsal => Err(Error::WrongKind {
            found: Kind::Production.as_str(),
        }),
        (Some(Kind::Rehearsal), None) => Ok(DrillKind::D3),
        (None, None) if is_rehearsal => Ok(DrillKind::D3),
        (_, wanted) => Ok(wanted.unwrap_or(DrillKind::D4)),
    }
}

/// Where the vault of a drill is known, the carrier is the wrong one, and not the folder of the report.
fn of_another_than(met: VaultId) -> Error {
    Error::Refused {
        what: format!("this drill is of vault {met}"),
        hint: "that is of another vault than this drill. Put it back where it came from, and give the \
               right one"
            .into(),
    }
}

/// Says what was wanted, too.
fn in_full(error: Error) -> Error {
    match error {
        Error::WrongKind { found } => Error::Refused {
            hint: error.hint(),
            what: format!("this is {found} material, and --rehearsal is for practice"),
        },
        other => other,
    }
}

/// Where the register has live vaults of a kind, a drill of that kind is of one of them.
///
/// # Errors
/// [`Error::Refused`] for any other one.
fn check_registered(vault: VaultId, kind: Kind, session: &Session) -> Result<()> {
    let state = session.register().map(Register::state).unwrap_or_default();
    let vaults = state.vaults.iter();
    let live = vaults.filter(|one| one.life == Life::Live && one.kind == kind);
    let live: Vec<&VaultState> = live.collect();
    let (Some(first), true) = (live.first(), live.iter().all(|one| one.id != vault)) else {
        return Ok(());
    };
    let wanted = match live.len() {
        1 => format!("vault {}, {:?}", first.id, first.label),
        live => format!("one of {live} vaults"),
    };
    Err(Error::Refused {
        what: format!("this is of vault {vault}, and the register has {wanted}"),
        hint: "bring a carrier of that one; if this one is meant, `stop`, and begin again with \
               --expect and the words on the paper"
            .into(),
    })
}

/// The vault that is meant, where nothing that was given says it.
fn unread(args: &Args, kind: DrillKind, session: &Session) -> Result<Option<VaultFacts>> {
    let vault = entering::vault(args.expected()?, session);
    let is_of_kind = |vault: &VaultState| {
        kind == DrillKind::D5 || (vault.kind == Kind::Rehearsal) == (kind == DrillKind::D3)
    };
    Ok(vault.filter(is_of_kind).as_ref().map(entering::facts))
}

fn done(drilled: &Drilled, is_opened: bool) -> Done {
    let disposal = match (is_opened, drilled.agree, drilled.is_enough) {
        (true, ..) => "all of it was in memory only and is wiped; nothing was written in clear",
        (false, Some(false), _) => {
            "the vault's words do not agree with the paper: nothing was opened or written in clear"
        }
        (false, _, true) => {
            "stopped before the words were compared: nothing was opened or written in clear"
        }
        (false, _, false) => "the shares were too few: nothing was opened or written in clear",
    };
    Done {
        vault: drilled.vault.clone(),
        shares: drilled.shares.clone(),
        carriers: drilled.carriers.clone(),
        joined: Some(drilled.joined.clone()),
        files: drilled.files,
        stores: drilled.stores.clone(),
        startup: drilled.startup.clone(),
        staleness: drilled.staleness,
        phases: drilled.phases.clone(),
        answers: vec![drill::vault_words(drilled.agree)],
        disposal: disposal.into(),
    }
}

/// "Share 2 (audit) came by code B, after 2 attempts and 3 lines mistyped, in 41 s: good."
fn how_it_came(share: &ShareUse) -> String {
    let mut line = match (share.number, &share.custodian) {
        (Some(number), Some(custodian)) => format!("Share {number} ({custodian})"),
        (Some(number), None) => format!("Share {number}"),
        _ => "A share".to_owned(),
    };
    line.push_str(&format!(" came by {}", share.channel));
    if share.attempts > 1 {
        line.push_str(&format!(", after {} attempts", share.attempts));
    }
    match share.mistyped {
        0 => {}
        1 => line.push_str(", 1 line mistyped"),
        lines => line.push_str(&format!(", {lines} lines mistyped")),
    }
    line.push_str(&format!(
        ", in {}: {}.",
        duration(share.seconds),
        share.state
    ));
    line
}

fn times(phases: &[Phase]) -> String {
    let phases = phases.iter();
    let each = phases.map(|phase| format!("{} {}", phase.name, duration(phase.seconds)));
    format!("Times: {}.", each.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_material_is_no_rehearsal_and_a_rehearsals_no_real_restore() {
        let (real, practice) = (Some(Kind::Production), Some(Kind::Rehearsal));
        for (wanted, is_rehearsal, found, drill) in [
            (None, false, real, Some(DrillKind::D4)),
            (None, true, practice, Some(DrillKind::D3)),
            (None, true, None, Some(DrillKind::D3)),
            (None, false, None, Some(DrillKind::D4)),
            (Some(DrillKind::D3), true, practice, Some(DrillKind::D3)),
            (Some(DrillKind::D3), true, real, None),
            (Some(DrillKind::D4), false, real, Some(DrillKind::D4)),
            (Some(DrillKind::D4), false, practice, None),
            (Some(DrillKind::D5), true, practice, Some(DrillKind::D5)),
            (Some(DrillKind::D5), false, real, Some(DrillKind::D5)),
            (Some(DrillKind::D5), true, real, None),
            (None, true, real, None),
        ] {
            let is = kind_of(wanted, is_rehearsal, found).ok();
            assert_eq!(is, drill, "{wanted:?} {is_rehearsal} {found:?}");
        }
    }
}
