//! Where the PDFs of sheets go, asked once: one copy of each share is a sheet of paper unless the officer says media.

use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::until;
use crate::commands::Session;
use crate::commands::seal::plan::share_to;
use crate::commands::seal::{Args, Destination, Scope, SheetsIn, places};
use crate::error::{Error, Result};
use crate::key;
use crate::label::Label;
use crate::media::{self, Medium, Stay};
use crate::terminal::typed_path;

/// The answer for two media and no sheets.
const MEDIA: &str = "media";

/// Asks, where somebody is there and a custodian has fewer than two carriers.
///
/// # Errors
/// What asking answers.
pub(super) fn ask(args: &mut Args, session: &mut Session) -> Result<()> {
    let custodians = wanted(args);
    if custodians.is_empty() || !session.terminal.leads_on() {
        return Ok(());
    }
    let default = in_memory()?;
    session.terminal.say(
        "One copy of each share goes onto a medium, and one is printed: a sheet, from a PDF. The PDF is the share \
         in clear, unless it is protected: it belongs into memory, or onto a stick that is destroyed. Type media for \
         two media each and no sheets.",
    );
    let question = match &default {
        Some(dir) => {
            format!("Folder for the PDFs (Enter: a new one in memory, {dir:?}; or media):")
        }
        None => "Folder for the PDFs, on a removable medium (or media):".to_owned(),
    };
    let is_loose = args.rehearsal || args.exceptions.iter().any(|e| e.starts_with("devices="));
    args.sheets = until(&question, session, |answer| match (answer, &default) {
        (MEDIA, _) => Ok(None),
        ("", Some(dir)) => Ok(Some(SheetsIn {
            dir: dir.clone(),
            is_new: true,
        })),
        ("", None) => Err(Error::Usage {
            what: "there is no folder in memory here".into(),
            hint: "type the folder of a removable medium, or media for two media each".into(),
        }),
        (typed, _) => folder(&typed_path(typed), &custodians, is_loose).map(Some),
    })?;
    ask_vault(args, session)
}

/// Asks once whether a sheet is to be the second vault copy, where sheets are made and no two places are named.
fn ask_vault(args: &mut Args, session: &mut Session) -> Result<()> {
    // Whoever wants whole node directories has no use for a vault on paper.
    let may_be_paper = args.vault_to.len() < 2 && args.scope != Some(Scope::Node);
    let Some(folder) = args.sheets.as_ref().filter(|_| may_be_paper) else {
        return Ok(());
    };
    session.terminal.say(
        "The vault's second copy may be a sheet too. Then the vault takes keys, passwords, configuration and signing \
         history only (--scope keys), no databases.",
    );
    let file = folder.dir.join("vault.pdf");
    let is_new = folder.is_new;
    let question = "A sheet of the vault too, with keys only? Press Enter for a medium and whole\nnode directories, or \
                    type sheet, or sheet:FILE.pdf, then press Enter:";
    let given = until(question, session, |answer| {
        let sheet = match answer {
            "" => return Ok(None),
            "sheet" => format!("sheet:{}", file.display()),
            typed => typed.to_owned(),
        };
        let to = Destination::parse(Path::new(&sheet))?;
        match to.file() {
            Some(pdf) if is_new && pdf == file => Ok(Some(sheet)),
            Some(pdf) => media::check_alone(pdf).map(|()| Some(sheet)),
            None => Err(Error::Usage {
                what: "this is no sheet".into(),
                hint: "press Enter for a medium, or type sheet, or sheet:FILE.pdf".into(),
            }),
        }
    })?;
    if given.is_some() {
        args.scope = Some(Scope::Keys);
    }
    args.vault_to.extend(given.map(PathBuf::from));
    Ok(())
}

/// Asks for the scope that a vault on paper needs, where one was given by options and nothing was said of its scope.
///
/// # Errors
/// [`Error::Stopped`]; what asking answers.
pub(super) fn ask_scope(args: &mut Args, session: &mut Session) -> Result<()> {
    let is_sheet = |to: &PathBuf| Destination::parse(to).is_ok_and(|to| to.file().is_some());
    if args.scope.is_some() || !session.terminal.leads_on() || !args.vault_to.iter().any(is_sheet) {
        return Ok(());
    }
    let question = "A vault on paper takes keys, passwords, configuration and signing history only, no databases \
                    (--scope keys). Seal that?";
    match session.terminal.confirm(question)? {
        Some(true) => args.scope = Some(Scope::Keys),
        _ => return Err(Error::Stopped),
    }
    Ok(())
}

/// The custodians who have fewer than two carriers and no sheet.
fn wanted(args: &Args) -> Vec<(usize, Label)> {
    let given: Vec<(Label, Destination)> = args
        .share_to
        .iter()
        .filter_map(|given| share_to(given).ok())
        .collect();
    let is_wanted = |name: &Label| {
        let to = given.iter().filter(|(of, _)| of == name);
        let to: Vec<&Destination> = to.map(|(_, to)| to).collect();
        to.len() < 2 && !to.iter().any(|to| to.file().is_some())
    };
    let names = args.custodians.iter().map(|name| Label::new(name));
    let names = (1..).zip(names);
    names
        .filter_map(|(number, name)| Some((number, name.ok()?)))
        .filter(|(_, name)| is_wanted(name))
        .collect()
}

/// A folder that somebody named: it takes the files, and keeps nothing that was deleted.
fn folder(typed: &Path, custodians: &[(usize, Label)], is_loose: bool) -> Result<SheetsIn> {
    let dir = places::real_directory(typed)?;
    if !is_loose && Medium::at(&dir).stay() == Stay::Fixed {
        return Err(Error::Refused {
            what: format!("{dir:?} lies on a fixed disk, which keeps what was deleted"),
            hint: "type a folder in memory (/dev/shm) or on a removable medium".into(),
        });
    }
    let folder = SheetsIn { dir, is_new: false };
    let mut files = custodians
        .iter()
        .map(|(number, name)| folder.file(*number, name));
    files.try_for_each(|file| media::check_alone(&file))?;
    Ok(folder)
}

/// A new folder where nothing reaches a disk.
fn in_memory() -> Result<Option<PathBuf>> {
    let user = rustix::process::getuid().as_raw();
    let places = [
        PathBuf::from("/dev/shm"),
        format!("/run/user/{user}").into(),
    ];
    let takes = |dir: &&PathBuf| {
        let may = rustix::fs::access(dir.as_path(), Access::WRITE_OK | Access::EXEC_OK).is_ok();
        may && Medium::at(dir).stay() == Stay::Memory
    };
    let mut random = [0; 4];
    key::random(&mut random)?;
    let name = format!(
        "coldvault-sheets-{}",
        data_encoding::HEXLOWER.encode(&random)
    );
    Ok(places.iter().find(takes).map(|dir| dir.join(name)))
}
