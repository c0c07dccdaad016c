//! The part of a rehearsal that is paper alone: keys and configuration sealed into a vault small enough for a sheet, and
//! brought back from PDFs and nothing else.

use std::fs;
use std::path::PathBuf;

use super::{Rehearsal, compare};
use crate::ceremony::{Exception, Scope};
use crate::commands::{restore, seal};
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::label::Label;
use crate::node::Node;

/// Their custodians. The third one's sheet is not needed.
const CUSTODIANS: [&str; 3] = ["legal", "audit", "operations"];

impl Rehearsal<'_> {
    /// Seals what it takes to be the sample node again, and restores it from the sheets of the vault and of two shares.
    pub(super) fn paper(&mut self) -> Result<()> {
        let keys = self.dir.join("paper");
        fs::create_dir(&keys).map_err(Error::io("create", &keys))?;
        let plan = self.paper_plan()?;
        let mut inner = self.session.inner();
        let sealed = seal::carry_out(&plan, &mut inner)?;
        let names = ["vault.pdf", "audit.pdf", "operations.pdf"];
        let from: Vec<PathBuf> = names.iter().map(|name| keys.join(name)).collect();
        let expect = sealed.manifest.public_key.vault_id().hex();
        let args = restore::Args::rehearsal(from, self.dir.join("restored-from-paper"), expect);
        restore::run(&args, &mut self.session.inner())?;
        let restored = self.dir.join("restored-from-paper/node/certificates");
        let same = compare::trees(&self.dir.join("node/certificates"), &restored, &[])?;
        self.say(
            "5. The keys alone (--scope keys, no database), on paper alone: sheets of the vault",
        )?;
        self.say(
            "   and of 3 shares, any 2 open it. Restored from the sheets of the vault, audit",
        )?;
        self.say("   and operations, and the keystores compared with the original:")?;
        self.say(&format!(
            "   {} files, every byte, permission and time is the same.\n",
            same.files
        ))
    }

    fn paper_plan(&self) -> Result<seal::Plan> {
        let place = self.dir.join("paper");
        let sheet = |name: &str| seal::Destination::sheet(&place.join(format!("{name}.pdf")));
        let medium = |name: &str| {
            let path = place.join("media").join(name);
            fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
            Ok(seal::Destination::At(path))
        };
        let custodian = |name: &&str| {
            Ok(seal::Custodian {
                name: Label::new(name)?,
                to: vec![medium(name)?, sheet(name)?],
                protect: None,
            })
        };
        Ok(seal::Plan {
            nodes: vec![Node::open(&self.dir.join("node"), true)?],
            label: Label::new("Sample Bank keys")?,
            kind: Kind::Rehearsal,
            k: 2,
            custodians: CUSTODIANS.iter().map(custodian).collect::<Result<_>>()?,
            scope: Scope::Keys,
            wishes: seal::Wishes::default(),
            configurations: Vec::new(),
            is_no_follow: false,
            vault_to: vec![medium("vault")?, sheet("vault")?],
            sheets: None,
            note: None,
            wall_clock: None,
            contact: Some("security office (rehearsal)".into()),
            tool: None,
            can_swap: false,
            replug: false,
            exceptions: vec![Exception {
                rule: "scope".into(),
                reason: "the sample's database holds no keys".into(),
            }],
            previous: None,
            secret_fd: Default::default(),
        })
    }
}
