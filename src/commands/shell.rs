//! `completions` and `man`: made from the same definitions as the help.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use crate::commands::Session;
use crate::error::{Error, Exit, Result};

/// Arguments of `completions`.
#[derive(clap::Args)]
pub struct CompletionArgs {
    /// The shell to make it for
    shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(clap::Args)]
pub struct ManArgs {
    /// The directory to write coldvault.1 and the commands' pages into; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

/// Prints a completion script.
///
/// # Errors
/// [`Error::System`] when standard output does not take it.
pub fn completions(args: &CompletionArgs, mut grammar: clap::Command) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut grammar, "coldvault", &mut script);
    let mut out = io::stdout();
    // Flushed here: at the end of the program an error would go unseen.
    let written = out.write_all(&script).and_then(|()| out.flush());
    written.map_err(|error| Error::System {
        doing: "write to standard output",
        error,
    })?;
    Ok(Exit::Done)
}

/// Writes a page for the program and one for each command.
///
/// # Errors
/// [`Error::Exists`] when a page is there; [`Error::Io`].
pub fn man(args: &ManArgs, grammar: clap::Command, session: &mut Session) -> Result<Exit> {
    fs::create_dir_all(&args.out).map_err(Error::io("create", &args.out))?;
    let commands: Vec<clap::Command> = grammar.get_subcommands().cloned().collect();
    page(args, "coldvault", grammar)?;
    for command in commands {
        let name = format!("coldvault-{}", command.get_name());
        for below in command.get_subcommands() {
            let name = format!("{name}-{}", below.get_name());
            named_page(args, name, below.clone())?;
        }
        named_page(args, name, command)?;
    }
    session
        .terminal
        .result(&format!("man pages written to {:?}", args.out))?;
    Ok(Exit::Done)
}

fn named_page(args: &ManArgs, name: String, command: clap::Command) -> Result<()> {
    let command = command.name(name.clone()).display_name(name.clone());
    page(args, &name, command)
}

fn page(args: &ManArgs, name: &str, command: clap::Command) -> Result<()> {
    let path = args.out.join(format!("{name}.1"));
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(Error::io("write", &path))?;
    let created = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = created.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(path.clone()),
        _ => Error::io("create", &path)(error),
    })?;
    file.write_all(&page).map_err(Error::io("write", &path))
}
