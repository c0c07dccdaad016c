//! What only a person sees of a carrier: where it is kept, in which bag, that a sheet is paper, that it was destroyed.

use std::path::PathBuf;

use super::meant::{known, known_or_made};
use super::{FileArgs, OfVault, entered};

use crate::commands::Session;
use crate::commands::noting::{self, Begins, Which};
use crate::due::{Outstanding, whole_vault_copies};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::register::{
    CarrierRef, CarrierState, Event, Life, MediumKind, OfCarrier, Told, VaultState,
};

/// Arguments of `register place`.
#[derive(clap::Args)]
pub(in crate::commands) struct Place {
    #[command(flatten)]
    pub(super) file: FileArgs,
    #[command(flatten)]
    vault: OfVault,
    /// CARRIER is "vault 1", "share 2", "share 2/1" (its copy 1), a carrier's
    /// id, or its directory
    #[arg(value_name = "CARRIER=PLACE", required = true)]
    places: Vec<String>,
}

/// Arguments of `register bagged`.
#[derive(clap::Args)]
pub(in crate::commands) struct Bagged {
    #[command(flatten)]
    pub(super) file: FileArgs,
    #[command(flatten)]
    vault: OfVault,
    /// CARRIER as for `place`; BAG is what is printed on the bag
    #[arg(value_name = "CARRIER=BAG", required = true)]
    bags: Vec<String>,
}

/// Arguments of `register confirmed`.
#[derive(clap::Args)]
pub(in crate::commands) struct Confirmed {
    #[command(flatten)]
    pub(super) file: FileArgs,
    #[command(flatten)]
    vault: OfVault,
    /// "vault 3" or "share 2/3": the sheet of that copy; "share 2": all sheets
    /// of that share
    #[arg(value_name = "CARRIER", required = true)]
    carriers: Vec<String>,
}

/// Arguments of `register destroyed`.
#[derive(clap::Args)]
pub(in crate::commands) struct Destroyed {
    #[command(flatten)]
    pub(super) file: FileArgs,
    #[command(flatten)]
    vault: OfVault,
    /// Why, and by whom
    #[arg(long, value_name = "TEXT", required = true)]
    reason: String,
    /// CARRIER as for `place`: "share 2" is every copy of that share
    #[arg(value_name = "CARRIER", required = true)]
    carriers: Vec<String>,
}

/// Where each carrier may be that was named by its directory.
pub(super) fn directories(register: &super::What) -> Vec<PathBuf> {
    use super::What;
    let name = |given: &String| PathBuf::from(given.split_once('=').map_or(&**given, |of| of.0));
    let given: &[String] = match register {
        What::Place(Place { places: given, .. })
        | What::Bagged(Bagged { bags: given, .. })
        | What::Confirmed(Confirmed {
            carriers: given, ..
        })
        | What::Destroyed(Destroyed {
            carriers: given, ..
        }) => given,
        _ => &[],
    };
    let paths = given.iter().map(name);
    paths.filter(|path| path.exists()).collect()
}

/// Enters where carriers are kept.
///
/// # Errors
/// [`Error::Usage`] for a carrier that the register does not know; as [`Session::note`].
pub(super) fn place(args: &Place, session: &mut Session) -> Result<Exit> {
    let places = told(&args.places, "the place")?;
    enter(
        (&args.file, &args.vault),
        (&places, known),
        session,
        |told| {
            let said = format!("{} is at {}", told.of.carrier.name(), told.text);
            (Event::Placed(told), said)
        },
    )
}

/// Enters in which bag carriers lie.
///
/// # Errors
/// As [`place`].
pub(super) fn bagged(args: &Bagged, session: &mut Session) -> Result<Exit> {
    let bags = told(&args.bags, "the bag")?;
    enter((&args.file, &args.vault), (&bags, known), session, |told| {
        let said = format!("{} is in bag {}", told.of.carrier.name(), told.text);
        (Event::Bagged(told), said)
    })
}

/// Enters that carriers were destroyed.
///
/// # Errors
/// As [`place`].
pub(super) fn destroyed(args: &Destroyed, session: &mut Session) -> Result<Exit> {
    let reason = noting::text("--reason", &args.reason)?;
    let all = args.carriers.iter().map(|given| {
        let which = Which::parse(given.trim()).ok_or_else(|| usage(given))?;
        Ok((which, reason.clone()))
    });
    let all = all.collect::<Result<Vec<_>>>()?;
    let state = args.file.open(Begins::Never, session)?.state();
    keeps_open(args.vault.of(&state)?, &all)?;
    enter(
        (&args.file, &args.vault),
        (&all, known_or_made),
        session,
        |told| {
            let said = format!("{} was destroyed", told.of.carrier.name());
            (Event::Destroyed(told.into()), said)
        },
    )
}

/// One person alone does not say away what a vault in use is opened with: its last whole vault copy, or so many copies that
/// fewer shares are left than open it.
///
/// # Errors
/// [`Error::Refused`]; [`Error::Usage`] for a carrier that the register does not know.
fn keeps_open(vault: &VaultState, all: &[(Which, String)]) -> Result<()> {
    if vault.life != Life::Live || vault.kind != Kind::Production {
        return Ok(());
    }
    let mut after = vault.clone();
    for (which, _) in all {
        for named in known_or_made(which, vault)? {
            let mut copies = after.carriers.iter_mut();
            let is = |copy: &&mut CarrierState| match named.carrier_id {
                Some(_) => copy.carrier_id == named.carrier_id,
                None => {
                    let number = named.copy.unwrap_or(0);
                    copy.carrier_id.is_none() && (copy.role, copy.copy) == (named.role, number)
                }
            };
            if let Some(copy) = copies.find(is) {
                copy.destroyed = true;
            }
        }
    }
    let is_last = whole_vault_copies(vault) > 0 && whole_vault_copies(&after) == 0;
    let ends = Outstanding::of(&after).is_dead() && !Outstanding::of(vault).is_dead();
    match is_last || ends {
        false => Ok(()),
        true => Err(Error::Refused {
            what: format!(
                "vault {} is in use, and without these it cannot be opened: nothing was entered",
                vault.id
            ),
            hint: "if it is given up, two people say so: coldvault retire; if not, first make it anew: coldvault rotate"
                .into(),
        }),
    }
}

/// Enters that printed sheets are paper, and were looked at.
///
/// # Errors
/// [`Error::Usage`] for a carrier that is no sheet; as [`place`].
pub(super) fn confirmed(args: &Confirmed, session: &mut Session) -> Result<Exit> {
    let state = args.file.open(Begins::Never, session)?.state();
    let vault = args.vault.of(&state)?;
    let (mut events, mut said) = (Vec::new(), Vec::new());
    for given in &args.carriers {
        let which = Which::parse(given.trim()).ok_or_else(|| usage(given))?;
        let mut sheets = known(&which, vault)?;
        sheets.retain(|one| is_sheet(one, vault));
        if sheets.is_empty() {
            return Err(Error::Usage {
                what: format!("{which} is no sheet: only what was printed can be confirmed"),
                hint: "see what is a sheet: coldvault register show --register FILE".into(),
            });
        }
        for carrier in sheets {
            said.push(format!("the sheet of {} is paper", carrier.name()));
            let vault = vault.id;
            events.push(Event::Confirmed(OfCarrier { vault, carrier }));
        }
    }
    session.note(&events)?;
    entered(&said.join("; "), session)
}

fn is_sheet(carrier: &CarrierRef, vault: &VaultState) -> bool {
    let known = vault.carrier(carrier, MediumKind::Paper);
    known.is_some_and(|known| known.carrier_id.is_none() && known.medium == MediumKind::Paper)
}

/// `CARRIER=TEXT`, each.
fn told(given: &[String], what: &str) -> Result<Vec<(Which, String)>> {
    let all = given.iter().map(|given| {
        let (which, text) = given.split_once('=').ok_or_else(|| usage(given))?;
        let which = Which::parse(which.trim()).ok_or_else(|| usage(given))?;
        Ok((which, noting::text(what, text)?))
    });
    all.collect()
}

/// Which carriers a person means.
type Meant = fn(&Which, &VaultState) -> Result<Vec<CarrierRef>>;

/// Enters what is told of each carrier that is meant.
fn enter(
    (file, vault): (&FileArgs, &OfVault),
    (all, meant): (&[(Which, String)], Meant),
    session: &mut Session,
    event: impl Fn(Told) -> (Event, String),
) -> Result<Exit> {
    let state = file.open(Begins::Never, session)?.state();
    let vault = vault.of(&state)?;
    let (mut events, mut said) = (Vec::new(), Vec::new());
    for (which, text) in all {
        for carrier in meant(which, vault)? {
            let vault = vault.id;
            let of = OfCarrier { vault, carrier };
            let text = text.clone();
            let (event, line) = event(Told { of, text });
            events.push(event);
            said.push(line);
        }
    }
    session.note(&events)?;
    entered(&said.join("; "), session)
}

fn usage(given: &str) -> Error {
    Error::Usage {
        what: format!("{given:?} does not name a carrier, or says nothing of it"),
        hint: "write for example \"vault 1=safe, Bern\"; where nothing is told, \"share 2/1\""
            .into(),
    }
}
