//! The forged share of a rehearsal, and the check that it was found out.

use std::path::Path;

use crate::carrier::{self, CarrierFacts, Common, Role};
use crate::commands::seal::Sealed;
use crate::error::{Error, Result};
use crate::key::{self, VaultKey};
use crate::manifest::ReadManifest;
use crate::media::NewFolder;
use crate::report::ShareLine;
use crate::share::{Facts, ReadShare, Share};

/// Writes a share carrier as somebody would who holds the genuine public files of a lost one but not its secret: another
/// secret part, signed with a key of his own, all checksums right.
///
/// # Errors
/// What reading the lost carrier and writing answer.
pub(super) fn forge(sealed: &Sealed, lost: &Path, to: &Path) -> Result<()> {
    let genuine = crate::media::find(lost, carrier::PREFIX)?.paths;
    let path = genuine.first().ok_or(Error::SelfTest {
        what: "the lost share is not where it was put",
    })?;
    let read = carrier::read(path)?;
    let (Some(Ok(ReadShare { facts, .. })), Some(manifest)) = (&read.share, &read.manifest) else {
        return Err(Error::SelfTest {
            what: "the lost share cannot be read",
        });
    };
    let forger = VaultKey::draw()?;
    let share = Share::bind(
        facts.clone(),
        VaultKey::draw()?.into_secret(),
        &forger.identity(facts.kind),
    );
    std::fs::create_dir(to).map_err(Error::io("create", to))?;
    write(sealed, facts, manifest, &share, to)
}

fn write(
    sealed: &Sealed,
    facts: &Facts,
    manifest: &ReadManifest,
    share: &Share,
    to: &Path,
) -> Result<()> {
    let role = Role::Share(facts.number);
    let folder = NewFolder::create(to, &role.folder(facts.public_key.vault_id()))?;
    carrier::put_share(&folder, &share.to_bytes())?;
    let mut carrier_id = [0; 16];
    key::random(&mut carrier_id)?;
    let written = sealed.manifest.created;
    let claims = CarrierFacts {
        carrier_id,
        role,
        copy: 1,
        of: 2,
        written,
        made_by: "seal".into(),
    };
    let common = Common {
        manifest,
        public_key: facts.public_key,
    };
    carrier::finish_folder(
        &folder,
        &common,
        b"A forged share of a rehearsal.\n",
        &claims,
    )
}

/// The rehearsal itself fails unless three shares were good, one was a duplicate and the forged one was set aside.
///
/// # Errors
/// [`Error::SelfTest`].
pub(super) fn check(shares: &[ShareLine]) -> Result<()> {
    let count = |state: &str| shares.iter().filter(|share| share.state == state).count();
    let forged = shares.iter().find(|share| share.state == "set aside");
    let as_expected = count("good") == 3
        && count("duplicate") == 1
        && forged.is_some_and(|s| s.number == Some(4));
    if as_expected {
        Ok(())
    } else {
        Err(Error::SelfTest {
            what: "the rehearsal's shares were not judged as they are",
        })
    }
}
