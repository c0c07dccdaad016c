//! What the child says, listened to and put together: pages and their codes, as far as it can be believed.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::answer::{Flaw, Incoming, Record};
use super::work::Job;
use super::{MAX_PAGES, Page, UNGUARDED};
use crate::error::{Error, Result};
use crate::host::child::{Child, Input};

/// How long to wait for the child's next word: several times what it allows itself for a page, for slow machines.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long for the whole file, however many children read it: hundreds of good pages take minutes, and one file made to
/// waste time must not hold up a restore for longer.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(1200);
/// How often a child is started for a file: again behind a page that the last one did not survive.
const MOST_CHILDREN: usize = 8;
/// Texts of one file, and their bytes, that are taken from the child.
pub(super) const MAX_CODES: usize = 100_000;
const MAX_TEXT: usize = 64 << 20;
/// Records of any kind: a page has its beginning and a few flaws.
const MAX_RECORDS: usize = MAX_CODES + 4 * (MAX_PAGES + 1);

/// What the child has said so far.
pub(super) struct Told {
    pub(super) pages: Vec<Page>,
    /// About the file.
    pub(super) flaw: Option<Flaw>,
    /// The page that was begun last; 0 for none.
    pub(super) last: usize,
    until: Instant,
    /// Of the child that speaks now: whether it said anything, began a page, said all.
    spoken: bool,
    begun: bool,
    ended: bool,
    records: usize,
    codes: usize,
    text: usize,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            flaw: None,
            last: 0,
            until: Instant::now() + PATIENCE_IN_ALL,
            spoken: false,
            begun: false,
            ended: false,
            records: 0,
            codes: 0,
            text: 0,
        }
    }
}

impl Told {
    /// Lets one child after the other speak, each behind the page that the last one did not survive, until all is said.
    /// What nobody looked at is a page with a problem, the last.
    ///
    /// # Errors
    /// What `speak` answers; [`Error::System`] when the first child does not get as far as a page.
    pub(super) fn through(
        &mut self,
        mut speak: impl FnMut(&mut Self) -> Result<Option<io::Error>>,
    ) -> Result<()> {
        for _ in 0..MOST_CHILDREN {
            (self.spoken, self.begun) = (false, false);
            match speak(self)? {
                None if self.flaw.is_none() || self.pages.is_empty() => return Ok(()),
                Some(error) if self.begun => self.blame(&error),
                Some(error) if self.pages.is_empty() => return Err(failed(error)),
                // A second child that does not get as far as the first: nor would a third.
                _ => break,
            }
        }
        self.pages.push(Page {
            number: self.last + 1,
            codes: Vec::new(),
            problem: Some(
                "from here on nothing was looked at: the process that reads it ended too often"
                    .into(),
            ),
        });
        Ok(())
    }

    /// Starts a child and takes all that it says. Answers what kept it from saying all, if anything did.
    ///
    /// # Errors
    /// [`Error::Interrupted`]; [`Error::System`] when it cannot be started or says what no child of ours says.
    pub(super) fn listen(&mut self, job: &Job, input: Input) -> Result<Option<io::Error>> {
        if cfg!(test) {
            // The program that runs is the tests' own; `tests/cli` starts the real one.
            return self.here(job, bytes_of(input)?).map(|()| None);
        }
        let mut child = Child::start(&job.task(), input)?;
        let mut incoming = Incoming::default();
        let mut buffer = Zeroizing::new([0; 4096]);
        let mut heard = Instant::now();
        while !self.ended {
            let until = (heard + PATIENCE).min(self.until);
            let count = match child.read(&mut *buffer, until) {
                Err(Error::System { error, .. }) => return Ok(Some(error)),
                count => count?,
            };
            if count == 0 {
                // It ended before it had said all; how, is what there is to say.
                return match child.end() {
                    Err(Error::System { error, .. }) => Ok(Some(error)),
                    end => end.and(Err(nonsense())),
                };
            }
            incoming.take(buffer.get(..count).unwrap_or_default());
            while let Some(record) = incoming.next().map_err(|_| nonsense())? {
                self.take(record)?;
                heard = Instant::now();
            }
        }
        Ok(None)
    }

    /// Does a child's work in this process: for tests and fuzzing.
    pub(super) fn here(&mut self, job: &Job, bytes: Zeroizing<Vec<u8>>) -> Result<()> {
        let mut to = |record| self.take(record).map_err(Error::into_io);
        let done = job.run(bytes, &mut to);
        done.map_err(|error| Error::unwrap_io(error, DOING))
    }

    /// # Errors
    /// [`Error::System`] for what no child of ours says.
    pub(super) fn take(&mut self, record: Record) -> Result<()> {
        self.records += 1;
        let spoken = std::mem::replace(&mut self.spoken, true);
        match record {
            _ if self.ended || self.records > MAX_RECORDS => return Err(nonsense()),
            Record::Unguarded(_) if spoken => return Err(nonsense()),
            // The reason of the first is as good as any.
            Record::Unguarded(why) => drop(UNGUARDED.set(why)),
            Record::End => self.ended = true,
            Record::Page(number) => {
                let number = number as usize;
                if number <= self.last || number > MAX_PAGES + 1 {
                    return Err(nonsense());
                }
                self.last = number;
                self.begun = true;
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
                Some(page) if self.begun => page.problem = Some(flaw.to_string()),
                _ => self.flaw = Some(flaw),
            },
        }
        Ok(())
    }

    /// The child did not survive the page that it began last.
    fn blame(&mut self, error: &io::Error) {
        if let Some(page) = self.pages.last_mut() {
            page.problem = Some(match error.kind() {
                io::ErrorKind::TimedOut => "it could not be read: it takes too long".into(),
                _ => format!("it could not be read: the process that reads it ended ({error})"),
            });
        }
    }
}

/// What goes wrong when it does.
const DOING: &str = "read pages in a process of their own";

/// A child that did not do its work.
pub(super) fn failed(error: io::Error) -> Error {
    Error::System {
        doing: DOING,
        error,
    }
}

fn nonsense() -> Error {
    failed(io::Error::other("it did not answer as agreed"))
}

fn bytes_of(input: Input) -> Result<Zeroizing<Vec<u8>>> {
    let mut file = match input {
        Input::Bytes(bytes) => return Ok(bytes),
        Input::File(file) => file,
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let read = file.read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(failed)
}
