//! `selftest`: known answers for every primitive, and the frozen vectors that this program carries with it.
//!
//! It tells a broken machine or program from a good one; it proves nothing about a program made to deceive.

mod vector;

use crate::commands::{Session, paper};
use crate::error::{Error, Exit, Result};
use crate::frames::{self, FrameReader, FrameWriter};
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::label::Label;
use crate::share::{Facts, ReadShare, Share};
use crate::share_text::{self, Header};
use crate::sheet::ShareSheet;
use crate::time::Time;
use crate::{cipher, digest, shamir, signature, words};

/// Arguments of `selftest`.
#[derive(clap::Args)]
pub struct Args {}

/// One check: its name and whether it holds.
type Check = (&'static str, fn() -> Result<bool>);

/// In the order in which the parts stand on one another.
const CHECKS: [Check; 12] = [
    ("SHA-256 (FIPS 180-4)", || Ok(digest::known_answer())),
    ("HKDF-SHA-256 (RFC 5869)", || {
        Ok(signature::known_hkdf_answer())
    }),
    ("Ed25519 (RFC 8032)", || Ok(signature::known_answer())),
    ("random generator", random),
    ("Shamir's scheme in GF(2^8), 0x11D", || {
        Ok(shamir::known_answer())
    }),
    ("split and every subset, 3 of 5", split),
    ("age encryption", encryption),
    ("zstd frames and padding", compression),
    ("PGP words", || {
        Ok(words::words(&[0, 0, 255, 255]) == ["aardvark", "adroitness", "zulu", "yucatan"])
    }),
    ("share text", text),
    ("a sheet, drawn, spoilt and read", sheet),
    ("frozen vectors", vector::check_all),
];

/// Runs every check and says which hold.
///
/// # Errors
/// [`Error::SelfTest`] naming the first check that does not hold.
pub fn run(_: &Args, session: &mut Session) -> Result<Exit> {
    let mut failed = None;
    for (what, check) in CHECKS {
        let holds = check()?;
        session.terminal.result(&format!(
            "{:<6} {what}",
            if holds { "OK" } else { "FAILED" }
        ))?;
        if !holds {
            failed.get_or_insert(what);
        }
    }
    session.warn_of_pages();
    if let Some(what) = failed {
        return Err(Error::SelfTest { what });
    }
    let count = CHECKS.len();
    let verdict = format!("All {count} checks passed: this program works here.");
    session.terminal.result(&verdict)?;
    Ok(Exit::Done)
}

/// Two keys differ, and neither is all zeros.
fn random() -> Result<bool> {
    let (a, b) = (VaultKey::draw()?, VaultKey::draw()?);
    Ok(!a.secret().same(b.secret()) && a.secret().expose().iter().any(|byte| *byte != 0))
}

/// `split` itself proves that all points lie on one polynomial and joins every subset.
fn split() -> Result<bool> {
    Ok(shamir::split(VaultKey::draw()?.secret(), 3, 5)?.len() == 5)
}

fn encryption() -> Result<bool> {
    let answer = cipher::known_answer(&VaultKey::draw()?, &VaultKey::draw()?);
    answer.map_err(|error| Error::unwrap_io(error, "test the encryption"))
}

fn compression() -> Result<bool> {
    let failed = |error| Error::unwrap_io(error, "test the compression");
    let plain: Vec<u8> = (0..5_000_000u32).map(|i| (i / 7 % 251) as u8).collect();
    let mut writer = FrameWriter::new(Vec::new(), 1, 1).map_err(failed)?;
    std::io::Write::write_all(&mut writer, &plain).map_err(failed)?;
    let (mut sealed, length) = writer.finish().map_err(failed)?;
    frames::write_padding(&mut sealed, length).map_err(failed)?;
    let mut reader = FrameReader::new(sealed.as_slice()).map_err(failed)?;
    let mut opened = Vec::new();
    std::io::Read::read_to_end(&mut reader, &mut opened).map_err(failed)?;
    Ok(opened == plain && sealed.len() as u64 == frames::padding(length + 8))
}

/// A share sheet of a key that is thrown away. That it reads back is the proof itself.
fn sheet() -> Result<bool> {
    let key = VaultKey::draw()?;
    let identity = key.identity(Kind::Rehearsal);
    let facts = Facts {
        public_key: identity.public_key(),
        kind: Kind::Rehearsal,
        k: 2,
        n: 3,
        number: 1,
        custodian: Label::new("self-test")?,
    };
    let share = Share::bind(facts, VaultKey::draw()?.into_secret(), &identity);
    let share = ReadShare::from_bytes(&share.to_bytes())?;
    let drawn = ShareSheet {
        share: &share,
        label: &Label::new("Self-test")?,
        created: Time::from_unix(0),
        contact: None,
    }
    .draw()?;
    paper::prove(&drawn, paper::Source::Share(&share))?;
    Ok(drawn.pages > 0)
}

fn text() -> Result<bool> {
    let y = std::array::from_fn(|i| i as u8);
    let header = Header {
        production: false,
        vault_id: std::array::from_fn(|i| 0xa0 + i as u8),
        threshold: 3,
        number: 2,
    };
    let written = share_text::encode(&header, &y);
    let read = share_text::decode(&written);
    Ok(written.starts_with("b  bcbd pbpc pdpe pfpg")
        && read.is_ok_and(|(h, read)| h == header && *read == y))
}
