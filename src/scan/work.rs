//! What the child does: bytes of a stranger to the texts of the codes in them, page after page.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::ImageFormat;
use zeroize::Zeroizing;

use super::answer::{Flaw, Record};
use super::format::Format;
use super::pdf::Document;
use super::reader::Reader;
use super::{MAX_PAGES, picture, spoil, tiff};

/// What is to be done with the bytes.
pub(super) enum Job {
    /// Read every page behind so many.
    Scan(usize),
    /// Spoil and read the pages of which this says that they have codes.
    Prove(Vec<bool>),
}

/// Where the records go.
type To<'a> = &'a mut dyn FnMut(Record) -> io::Result<()>;

impl Job {
    /// As arguments for the child.
    pub(super) fn task(&self) -> Vec<String> {
        match self {
            Self::Scan(behind) => vec!["scan".into(), behind.to_string()],
            Self::Prove(pages) => {
                let letters = pages
                    .iter()
                    .map(|has_codes| if *has_codes { 'y' } else { 'n' });
                vec!["prove".into(), letters.collect()]
            }
        }
    }

    /// From the child's arguments.
    pub(super) fn of(task: &[String]) -> Option<Self> {
        match task {
            [what, behind] if what == "scan" => behind.parse().ok().map(Self::Scan),
            [what, pages] if what == "prove" => Some(Self::Prove(
                pages.chars().map(|letter| letter == 'y').collect(),
            )),
            _ => None,
        }
    }

    /// Does it.
    pub(super) fn run(&self, bytes: Zeroizing<Vec<u8>>, to: To<'_>) -> io::Result<()> {
        let done = match self {
            Self::Prove(pages) => prove(&bytes, pages, to),
            Self::Scan(behind) => match Format::of(&bytes) {
                None => Ok(Err(Flaw::Unknown)),
                Some(Format::Png) => picture(&bytes, ImageFormat::Png, *behind, to),
                Some(Format::Jpeg) => picture(&bytes, ImageFormat::Jpeg, *behind, to),
                Some(Format::Tiff) => pages_of_tiff(&bytes, *behind, to),
                Some(Format::Pdf) => pages_of_pdf(&bytes, *behind, to),
            },
        };
        if let Err(flaw) = done? {
            to(Record::Flaw(flaw))?;
        }
        to(Record::End)
    }
}

/// The outer error is that nobody listens, the inner one is about the file.
type Told = io::Result<Result<(), Flaw>>;

fn picture(bytes: &[u8], format: ImageFormat, behind: usize, to: To<'_>) -> Told {
    if behind > 0 {
        return Ok(Ok(()));
    }
    to(Record::Page(1))?;
    match careful(|| picture::read(bytes, format)) {
        Ok((grey, flaw)) => {
            tell(Reader::new(), to, |reader| reader.read(&grey))?;
            flaw.map_or(Ok(()), |flaw| to(Record::Flaw(flaw)))?;
        }
        Err(flaw) => to(Record::Flaw(flaw))?,
    }
    Ok(Ok(()))
}

fn pages_of_tiff(bytes: &[u8], behind: usize, to: To<'_>) -> Told {
    let mut pages = match careful(|| tiff::Pages::new(bytes)) {
        Ok(pages) => pages,
        Err(flaw) => return Ok(Err(flaw)),
    };
    for number in 1.. {
        let step = careful(|| pages.step());
        if step == Ok(false) {
            break;
        }
        if number > MAX_PAGES {
            to(Record::Page(number_of(number)))?;
            to(Record::Flaw(Flaw::TooManyPages(number_of(number))))?;
            break;
        }
        if number <= behind {
            continue;
        }
        to(Record::Page(number_of(number)))?;
        match step.and_then(|_| careful(|| pages.page())) {
            Ok(grey) => tell(Reader::new(), to, |reader| reader.read(&grey))?,
            Err(flaw) => to(Record::Flaw(flaw))?,
        }
    }
    Ok(Ok(()))
}

fn pages_of_pdf(bytes: &[u8], behind: usize, to: To<'_>) -> Told {
    let document = match careful(|| Document::new(bytes.to_vec())) {
        Ok(document) => document,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let pages = document.pages();
    for number in behind..pages.min(MAX_PAGES) {
        to(Record::Page(number_of(number + 1)))?;
        let mut flaw = None;
        tell(Reader::new(), to, |reader| {
            for (turn, scale) in document.scales(number).into_iter().enumerate() {
                if turn > 0 {
                    if !reader.wants_more() {
                        break;
                    }
                    reader.turn_over();
                }
                match careful(|| document.draw(number, scale)) {
                    Ok(grey) => reader.read(&grey),
                    Err(found) => flaw = Some(found),
                }
            }
        })?;
        flaw.map_or(Ok(()), |flaw| to(Record::Flaw(flaw)))?;
    }
    if pages > MAX_PAGES {
        to(Record::Page(number_of(MAX_PAGES + 1)))?;
        to(Record::Flaw(Flaw::TooManyPages(number_of(pages))))?;
    }
    Ok(Ok(()))
}

fn prove(bytes: &[u8], pages: &[bool], to: To<'_>) -> Told {
    let document = match careful(|| Document::new(bytes.to_vec())) {
        Ok(document) => document,
        Err(flaw) => return Ok(Err(flaw)),
    };
    for (number, _) in pages
        .iter()
        .enumerate()
        .filter(|(_, has_codes)| **has_codes)
    {
        to(Record::Page(number_of(number + 1)))?;
        let [scale, _] = super::pdf::DRAWN;
        match careful(|| {
            document
                .draw(number, scale)
                .map(|page| spoil::spoiled(&page))
        }) {
            Ok(grey) => tell(Reader::new(), to, |reader| reader.read(&grey))?,
            Err(flaw) => to(Record::Flaw(flaw))?,
        }
    }
    Ok(Ok(()))
}

/// Reads, and says what was read.
fn tell(mut reader: Reader, to: To<'_>, read: impl FnOnce(&mut Reader)) -> io::Result<()> {
    read(&mut reader);
    let late = reader.out_of_time;
    for text in reader.texts() {
        to(Record::Code(text))?;
    }
    match late {
        true => to(Record::Flaw(Flaw::OutOfTime)),
        false => Ok(()),
    }
}

/// The crates that decode are young, and bytes of strangers are meant to find what they did not think of.
fn careful<T>(work: impl FnOnce() -> Result<T, Flaw>) -> Result<T, Flaw> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Flaw::Damaged))
}

fn number_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
