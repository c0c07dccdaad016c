//! Pictures and PDF pages into the texts of the codes on them, and the proof that a sheet can be read.
//!
//! Pictures come from anybody: everything that looks into them runs in a child process of this program, which can do
//! nothing but read its standard input and write its standard output.

mod answer;
mod black;
mod fax;
mod format;
mod grey;
mod looks;
mod palette;
mod pdf;
mod picture;
mod reader;
mod spoil;
mod tiff;
mod told;
mod work;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, stdin};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::host::child::{self, Input};
use crate::host::sandbox;
use crate::sheet::Sheet;
use answer::{Flaw, Record};
use told::Told;
use work::Job;

pub use format::{Format, not_taken};

/// The most pages of one file that are looked at.
pub const MAX_PAGES: usize = 500;
/// The most bytes of a file that is looked at.
pub const MAX_BYTES: usize = 512 << 20;
/// The most dots of a page that is looked at.
pub const MAX_DOTS: usize = 100_000_000;

static UNGUARDED: OnceLock<String> = OnceLock::new();

/// Why pages were read without the sandbox since the process began, if any was: this machine does not give it.
pub fn unguarded() -> Option<&'static str> {
    UNGUARDED.get().map(String::as_str)
}

/// What was read from one page.
pub struct Page {
    /// From 1.
    pub number: usize,
    /// The text of every QR code on it, whoever made it.
    pub codes: Vec<Zeroizing<String>>,
    /// Why the page could not be looked at, or not in full; as the end of "page 3: ...".
    pub problem: Option<String>,
}

/// Reads every page of a scan, a file that can be read from its beginning more than once.
///
/// # Errors
/// [`Error::Damaged`] for a file that is not what it begins like, or too large to be looked at; [`Error::System`] when
/// the child process could not be started or ended badly.
pub fn read(path: &Path, file: File) -> Result<Vec<Page>> {
    let mut told = Told::default();
    told.through(|told| {
        (&file).rewind().map_err(Error::io("read", path))?;
        let input = Input::File(file.try_clone().map_err(Error::io("read", path))?);
        told.listen(&Job::Scan(told.last), input)
    })?;
    match (told.flaw, told.pages.is_empty()) {
        (Some(flaw), true) => Err(Error::Damaged {
            path: path.to_owned(),
            what: flaw.to_string(),
        }),
        _ => Ok(told.pages),
    }
}

/// Renders a finished sheet, spoils it as printers and scanners do, reads it and compares: every code must be there.
///
/// # Errors
/// [`Error::SelfTest`] when a code does not read back.
pub fn prove(sheet: &Sheet) -> Result<()> {
    let pages = sheet.codes.iter().map(|codes| !codes.is_empty()).collect();
    let mut told = Told::default();
    let pdf = Zeroizing::new(sheet.pdf.to_vec());
    if let Some(error) = told.listen(&Job::Prove(pages), Input::Bytes(pdf))? {
        return Err(told::failed(error));
    }
    for (number, printed) in (1..).zip(&sheet.codes) {
        let read: BTreeSet<&str> = told
            .pages
            .iter()
            .filter(|page| page.number == number)
            .flat_map(|page| page.codes.iter().map(|text| text.as_str()))
            .collect();
        if !printed.iter().all(|text| read.contains(text.as_str())) {
            return Err(Error::SelfTest {
                what: "a code on a sheet does not read back from its page",
            });
        }
        if read.len() != printed.len() {
            return Err(Error::SelfTest {
                what: "a page of a sheet reads back with a code that it should not have",
            });
        }
    }
    Ok(())
}

/// The child's work, from the arguments that it was started with: input on standard input, answer on standard output.
pub fn serve(task: &[String]) -> ExitCode {
    // Before anything of the input is looked at.
    let unguarded = sandbox::close().err();
    match Job::of(task).map(|job| answer_all(&job, unguarded)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn answer_all(job: &Job, unguarded: Option<String>) -> io::Result<()> {
    let mut out = child::answer();
    if let Some(why) = unguarded {
        Record::Unguarded(why).write(&mut out)?;
    }
    let mut bytes = Zeroizing::new(Vec::new());
    stdin()
        .lock()
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    let mut say = |record: Record| record.write(&mut out);
    if bytes.len() > MAX_BYTES {
        say(Record::Flaw(Flaw::TooManyBytes))?;
        return say(Record::End);
    }
    job.run(bytes, &mut say)
}

/// The pages of a file, read in this process: for tests and fuzzing. Bytes of strangers go through [`read`].
#[doc(hidden)]
pub fn decode_bytes(bytes: &[u8]) -> Vec<Page> {
    let mut told = Told::default();
    // What was said until then is what there is.
    let _ = told.here(&Job::Scan(0), Zeroizing::new(bytes.to_vec()));
    told.pages
}

/// Whether a picture of this size is looked at.
fn bounded(width: u32, height: u32) -> std::result::Result<(), Flaw> {
    match (width as usize).checked_mul(height as usize) {
        Some(0) => Err(Flaw::Damaged),
        Some(dots) if dots <= MAX_DOTS => Ok(()),
        _ => Err(Flaw::TooLarge(width, height)),
    }
}

#[cfg(test)]
mod tests;
