//! What the child says, listened to and put together: pages and their codes, as far as it can be believed.

use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::answer::{Flaw, Incoming, Record};
use super::work::Job;
use super::{MAX_PAGES, Page, UNGUARDED};
use crate::error::{Error, Result};
use crate::host::child::{Child, Input};

/// How long to wait for the child's next word: several times what it allows itself for a page, for slow machines.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long for the whole file.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(7200);
/// Texts of one file, and their bytes, that are taken from the child.
pub(super) const MAX_CODES: usize = 100_000;
const MAX_TEXT: usize = 64 << 20;

/// What the child has said so far.
#[derive(Default)]
pub(super) struct Told {
    pub(super) pages: Vec<Page>,
    /// About the file.
    pub(super) flaw: Option<Flaw>,
    /// The page that was begun last; 0 for none.
    pub(super) last: usize,
    ended: bool,
    codes: usize,
    text: usize,
}

impl Told {
    /// Starts a child and takes all that it says.
    pub(super) fn listen(&mut self, job: &Job, input: Input) -> Result<()> {
        if cfg!(test) {
            // The program that runs is the tests' own; `tests/cli` starts the real one.
            return self.listen_here(job, input);
        }
        let begun = Instant::now();
        let mut child = Child::start(&job.task(), input)?;
        let mut incoming = Incoming::default();
        let mut buffer = Zeroizing::new([0; 4096]);
        while !self.ended {
            let until = (Instant::now() + PATIENCE).min(begun + PATIENCE_IN_ALL);
            let count = child.read(&mut *buffer, until)?;
            if count == 0 {
                // It ended before it had said all; how, is what there is to say.
                child.end()?;
                return Err(nonsense());
            }
            incoming.take(buffer.get(..count).unwrap_or_default());
            while let Some(record) = incoming.next().map_err(|_| nonsense())? {
                self.take(record)?;
            }
        }
        Ok(())
    }

    fn listen_here(&mut self, job: &Job, input: Input) -> Result<()> {
        let mut bytes = Zeroizing::new(Vec::new());
        let read = match input {
            Input::File(mut file) => file.read_to_end(&mut bytes).map(drop),
            Input::Bytes(given) => {
                bytes = given;
                Ok(())
            }
        };
        let failed = |error| Error::unwrap_io(error, "read pages");
        read.map_err(failed)?;
        let mut to = |record| self.take(record).map_err(Error::into_io);
        job.run(bytes, &mut to).map_err(failed)
    }

    /// # Errors
    /// [`Error::System`] for what no child of ours says.
    pub(super) fn take(&mut self, record: Record) -> Result<()> {
        match record {
            _ if self.ended => return Err(nonsense()),
            Record::Unguarded => UNGUARDED.store(true, Ordering::Relaxed),
            Record::End => self.ended = true,
            Record::Page(number) => {
                let number = number as usize;
                if number <= self.last || number > MAX_PAGES + 1 {
                    return Err(nonsense());
                }
                self.last = number;
                self.pages.push(Page {
                    number,
                    codes: Vec::new(),
                    problem: None,
                });
            }
            Record::Code(text) => {
                self.codes += 1;
                self.text += text.len();
                match self.pages.last_mut() {
                    Some(page) if self.codes <= MAX_CODES && self.text <= MAX_TEXT => {
                        page.codes.push(text);
                    }
                    _ => return Err(nonsense()),
                }
            }
            Record::Flaw(flaw) => match self.pages.last_mut() {
                Some(page) => page.problem = Some(flaw.to_string()),
                None => self.flaw = Some(flaw),
            },
        }
        Ok(())
    }

    pub(super) fn is_within_a_page(&self) -> bool {
        !self.ended
            && self
                .pages
                .last()
                .is_some_and(|page| page.number == self.last)
    }

    /// The child did not survive the page that it began last.
    pub(super) fn blame(&mut self, error: &io::Error) {
        if let Some(page) = self.pages.last_mut() {
            page.problem = Some(match error.kind() {
                io::ErrorKind::TimedOut => "it could not be read: it takes too long".into(),
                _ => format!("it could not be read: the process that reads it ended ({error})"),
            });
        }
    }
}

fn nonsense() -> Error {
    Error::System {
        doing: "read pages in a process of their own",
        error: io::Error::other("it did not answer as agreed"),
    }
}
