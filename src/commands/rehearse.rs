//! `rehearse`: the whole loop on a sample node, in one directory: seal, lose, forge, restore, compare.
//!
//! It runs the same code as `seal`, `verify` and `restore`; only the sample and the losses are its own.

mod compare;
mod losses;
mod paper;

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::ceremony::Scope;
use crate::commands::{Session, restore, seal};
use crate::error::{Error, Exit, Result};
use crate::kind::Kind;
use crate::label::Label;
use crate::node::Node;
use crate::report::shown;
use crate::{key, sample};

/// The custodians of the rehearsal, share 1 first.
const CUSTODIANS: [&str; 5] = ["legal", "audit", "operations", "board", "notary"];
/// Who also brings a second stick, to be found out as a duplicate.
const TWICE: &str = "legal";
/// Shares needed.
const THRESHOLD: u8 = 3;

/// Arguments of `rehearse`.
#[derive(clap::Args, Default)]
pub struct Args {
    /// A new directory to work in; without it one is made where temporary files go
    #[arg(long, value_name = "DIR")]
    pub(super) into: Option<PathBuf>,
}

/// Rehearses.
///
/// # Errors
/// [`Error::Exists`] when the directory is there; whatever goes wrong on the way.
pub fn run(args: &Args, session: &mut Session) -> Result<Exit> {
    let dir = make_directory(args.into.as_deref())?;
    let dir = fs::canonicalize(&dir).map_err(Error::io("open", &dir))?;
    let mut rehearsal = Rehearsal { dir, session };
    let sealed = rehearsal.seal()?;
    rehearsal.lose(&sealed)?;
    rehearsal.restore(&sealed)?;
    rehearsal.compare()?;
    rehearsal.paper()?;
    rehearsal.close(&sealed)?;
    Ok(Exit::Done)
}

/// Where temporary files go.
pub(super) fn temporary() -> PathBuf {
    std::env::temp_dir()
}

fn make_directory(into: Option<&Path>) -> Result<PathBuf> {
    let mut random = [0; 4];
    key::random(&mut random)?;
    let default = || temporary().join(format!("coldvault-rehearsal-{}", HEXLOWER.encode(&random)));
    let dir = into.map_or_else(default, Path::to_owned);
    match fs::DirBuilder::new().mode(0o700).create(&dir) {
        Ok(()) => Ok(dir),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(Error::Exists(dir)),
        Err(error) => Err(Error::io("create", &dir)(error)),
    }
}

struct Rehearsal<'a> {
    dir: PathBuf,
    session: &'a mut Session,
}

impl Rehearsal<'_> {
    fn say(&mut self, line: &str) -> Result<()> {
        self.session.terminal.result(line)
    }

    /// A sample node, sealed 3-of-5: two copies of everything, on stand-ins for media and on sheets.
    fn seal(&mut self) -> Result<seal::Sealed> {
        self.say("REHEARSAL: nothing in it protects anything.")?;
        let place = shown(&self.dir);
        self.say(&format!("Everything happens in {place}.\n"))?;
        let node = self.dir.join("node");
        sample::write(&node)?;
        let plan = self.plan(&node)?;
        self.say("1. A sample node was made, with real keystores, and sealed: 5 custodians,")?;
        self.say("   any 3 open it; two vault copies, and each share on a stick and on a sheet.")?;
        let mut inner = self.session.inner();
        let sealed = seal::carry_out(&plan, &mut inner)?;
        self.session.report.vault = inner.report.vault;
        self.session.report.carriers = inner.report.carriers;
        let id = sealed.manifest.public_key.vault_id();
        self.say(&format!("   Vault {id}"))?;
        for line in id.word_lines() {
            self.say(&format!("         {line}"))?;
        }
        let carriers = self.session.report.carriers.len();
        let sheets = sealed.sheets.len();
        self.say(&format!(
            "   {carriers} carriers written, each read back and compared; {sheets} of them sheets,"
        ))?;
        self.say("   rendered, spoilt as printers and scanners do, read and compared.\n")?;
        Ok(sealed)
    }

    fn plan(&self, node: &Path) -> Result<seal::Plan> {
        let media = self.dir.join("media");
        let medium = |name: String| {
            let path = media.join(name);
            fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
            Ok(seal::Destination::At(path))
        };
        let sheets = self.dir.join("sheets");
        fs::create_dir(&sheets).map_err(Error::io("create", &sheets))?;
        let sheet = |name: &str| seal::Destination::sheet(&sheets.join(format!("{name}.pdf")));
        let custodian = |name: &&str| {
            let mut to = vec![medium(format!("{name}-1"))?];
            if *name == TWICE {
                to.push(medium(format!("{name}-2"))?);
            }
            to.push(sheet(name)?);
            Ok(seal::Custodian {
                name: Label::new(name)?,
                to,
                protect: None,
            })
        };
        Ok(seal::Plan {
            nodes: vec![Node::open(node, true)?],
            label: Label::new("Sample Bank node")?,
            kind: Kind::Rehearsal,
            k: THRESHOLD,
            custodians: CUSTODIANS.iter().map(custodian).collect::<Result<_>>()?,
            scope: Scope::Node,
            wishes: seal::Wishes::default(),
            configurations: Vec::new(),
            is_no_follow: false,
            vault_to: vec![medium("vault-1".into())?, medium("vault-2".into())?],
            sheets: None,
            note: None,
            wall_clock: None,
            contact: Some("security office (rehearsal)".into()),
            tool: None,
            can_swap: false,
            replug: false,
            exceptions: Vec::new(),
            previous: None,
            secret_fd: Default::default(),
        })
    }

    /// Two custodians and one vault copy are lost; somebody brings a forged share in the name of one of the lost.
    fn lose(&mut self, sealed: &seal::Sealed) -> Result<()> {
        let media = self.dir.join("media");
        let lost = self.dir.join("lost");
        fs::create_dir(&lost).map_err(Error::io("create", &lost))?;
        let sheets = self.dir.join("sheets");
        for (place, name) in [
            (&media, "board-1"),
            (&sheets, "board.pdf"),
            (&media, "notary-1"),
            (&sheets, "notary.pdf"),
            (&media, "vault-1"),
        ] {
            let (from, to) = (place.join(name), lost.join(name));
            fs::rename(&from, &to).map_err(Error::io("move", &from))?;
        }
        losses::forge(sealed, &lost.join("board-1"), &media.join("forged"))?;
        self.say("2. Lost: the custodians \"board\" and \"notary\", and vault copy 1.")?;
        self.say("   On the table: legal twice (a duplicate), audit's sheet, operations, and a")?;
        self.say("   share that claims to be board's: forged, with all its checksums made anew.\n")
    }

    /// The way back, by the same command that an officer would type.
    fn restore(&mut self, sealed: &seal::Sealed) -> Result<()> {
        let media = self.dir.join("media");
        let names = ["vault-2", "legal-1", "legal-2", "forged", "operations-1"];
        let mut from: Vec<PathBuf> = names.iter().map(|name| media.join(name)).collect();
        from.push(self.dir.join("sheets/audit.pdf"));
        let expect = sealed.manifest.public_key.vault_id().hex();
        let args = restore::Args::rehearsal(from, self.dir.join("restored"), expect);
        self.say("3. What the shares on the table turned out to be:")?;
        let mut inner = self.session.inner();
        restore::run(&args, &mut inner)?;
        self.session.report.shares = inner.report.shares;
        let states: Vec<String> = self.session.report.shares.iter().map(share_state).collect();
        states.iter().try_for_each(|line| self.say(line))?;
        losses::check(&self.session.report.shares)?;
        self.say("   The forged share was set aside and never combined; any 3 good ones open it.\n")
    }

    /// Every byte, mode and time.
    fn compare(&mut self) -> Result<()> {
        let (node, restored) = (self.dir.join("node"), self.dir.join("restored/node"));
        let same = compare::trees(&node, &restored, &[sample::VOLATILE])?;
        self.say(&format!(
            "4. Compared with the original: {} files ({} bytes), {} directories, {} links:",
            same.files, same.bytes, same.directories, same.links
        ))?;
        self.say("   every byte, permission and time is the same. Not sealed, by rule: the file")?;
        self.say("   process-id, which is of no use to a node that starts again.\n")
    }

    fn close(&mut self, sealed: &seal::Sealed) -> Result<()> {
        let dir = self.dir.clone();
        let vault = sealed
            .vaults
            .get(1)
            .map_or_else(|| dir.clone(), Clone::clone);
        if let Some(network) = crate::host::network_up() {
            self.say(&format!("This machine has a network ({network}): fine for a rehearsal, never for a real vault."))?;
        }
        self.say("Look at it:")?;
        for (what, place) in [
            ("the sample node", dir.join("node")),
            ("the media, one folder each", dir.join("media")),
            ("a vault copy", vault),
            ("the sheets, PDFs to print", dir.join("sheets")),
            ("keys alone, on paper alone", dir.join("paper")),
            ("what was lost", dir.join("lost")),
            ("the restored node", dir.join("restored/node")),
        ] {
            self.say(&format!("   {what:<27} {}", shown(&place)))?;
        }
        self.say("Remove all of it when you have seen enough: it is a rehearsal.")
    }
}

fn share_state(share: &crate::report::ShareLine) -> String {
    let number = share.number.map_or("?".into(), |number| number.to_string());
    let custodian = share.custodian.as_deref().unwrap_or("unknown");
    let reason = share
        .reason
        .as_deref()
        .map_or(String::new(), |reason| format!("\n        {reason}"));
    format!("   share {number} ({custodian}): {}{reason}", share.state)
}
