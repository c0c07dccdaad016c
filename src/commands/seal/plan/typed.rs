//! What was typed, one option at a time: each becomes a value or a clear refusal.

use std::io::Read;
use std::path::Path;

use super::{Custodian, Destination, Note, Protect};
use crate::ceremony::{Exception, MAX_NODES};
use crate::cipher::{Recipient, has_secret_key};
use crate::commands::seal::Args;
use crate::error::{Error, Result};
use crate::host::program::{self, Program};
use crate::label::{self, Label};
use crate::node::Node;
use crate::shamir;

/// The most bytes of a note.
const MAX_NOTE_BYTES: u64 = 1 << 20;
/// Rules that can be set aside.
const RULES: [&str; 6] = [
    "devices",
    "host",
    "prepared",
    "together:NAME",
    "scope",
    "dead:PATH",
];

pub(super) fn open_nodes(args: &Args) -> Result<Vec<Node>> {
    if args.nodes.len() > MAX_NODES {
        return Err(Error::Limit {
            what: "node directories".into(),
            limit: MAX_NODES as u64,
        });
    }
    let nodes = args
        .nodes
        .iter()
        .map(|path| Node::open(path, !args.no_follow))
        .collect::<Result<Vec<_>>>()?;
    for (i, node) in nodes.iter().enumerate() {
        if nodes.iter().take(i).any(|other| {
            node.path().starts_with(other.path()) || other.path().starts_with(node.path())
        }) {
            let what = format!(
                "{:?} is given twice, or lies in another node directory that is given",
                node.path()
            );
            return Err(Error::Usage {
                what,
                hint: "give each node directory once".into(),
            });
        }
    }
    Ok(nodes)
}

pub(in crate::commands) fn check_threshold(args: &Args, n: usize) -> Result<u8> {
    let threshold = args.threshold.unwrap_or_default();
    let k = usize::from(threshold);
    shamir::check_threshold(k, n)?;
    if k == n && !args.no_spare {
        let why = "no share could ever be lost; add a custodian, or say --no-spare";
        return Err(Error::BadThreshold { k, n, why });
    }
    Ok(threshold)
}

pub(in crate::commands) fn share_to(given: &str) -> Result<(Label, Destination)> {
    let (name, dir) = given
        .split_once('=')
        .filter(|(_, dir)| !dir.is_empty())
        .ok_or_else(|| Error::Usage {
            what: format!("--share-to {given:?} does not say whose share goes where"),
            hint: "write it as --share-to NAME=DIR, for example --share-to legal=/media/A, or \
                   --share-to NAME=sheet:FILE.pdf"
                .into(),
        })?;
    Ok((Label::new(name)?, Destination::parse(Path::new(dir))?))
}

/// `NAME` or `NAME=age1...`. What stands behind the sign may be a secret by mistake, and is never repeated.
pub(in crate::commands) fn protect(given: &str, custodians: &mut [Custodian]) -> Result<()> {
    let usage = |what: String, hint: &str| {
        let hint = hint.to_owned();
        Err(Error::Usage { what, hint })
    };
    if has_secret_key(given.as_bytes()) {
        let what = "--protect was given a secret age key".into();
        let hint = "arguments are seen by others: count that key as known, make a new one, and give \
                    its public part, age1..., which age-keygen -y prints";
        return usage(what, hint);
    }
    let (name, key) = given
        .split_once('=')
        .map_or((given, None), |(name, key)| (name, Some(key)));
    let name = Label::new(name)?;
    let found = custodians
        .iter_mut()
        .find(|custodian| custodian.name == name);
    let custodian = found.ok_or_else(|| unknown_custodian("--protect", &name))?;
    if custodian.protect.is_some() {
        let what = format!("--protect names {:?} twice", name.as_str());
        return usage(
            what,
            "a share is protected in one way: leave one of them out",
        );
    }
    custodian.protect = Some(match key.map(Recipient::parse) {
        None => Protect::Passphrase,
        Some(Some(recipient)) => Protect::Recipient(recipient),
        Some(None) => {
            let what = format!("--protect {name}=...: what follows is not an age1... key");
            let hint = "give the public key that age-keygen printed (no plugin, ssh or post-quantum \
                        keys), or --protect NAME alone for a passphrase, which is asked";
            return usage(what, hint);
        }
    });
    Ok(())
}

pub(super) fn unknown_custodian(option: &str, name: &Label) -> Error {
    Error::Usage {
        what: format!("{option} names {:?}, who is not a custodian", name.as_str()),
        hint: format!("add --custodian {:?}, or correct the name", name.as_str()),
    }
}

/// The rules that are set aside.
pub(super) fn exceptions(args: &Args) -> Result<Vec<Exception>> {
    let given = args.exceptions.iter();
    given.map(|given| exception(given, &RULES)).collect()
}

pub(in crate::commands) fn exception(given: &str, rules: &[&str]) -> Result<Exception> {
    let usage = |what: String| Error::Usage {
        what,
        hint: format!(
            "write it as --exception RULE=REASON; the rules are {}",
            rules.join(", ")
        ),
    };
    let (rule, reason) = rule_and_reason(given)
        .ok_or_else(|| usage(format!("--exception {given:?} gives no reason")))?;
    let rule = rule.as_str();
    let kind = rule.split_once(':').map_or(rule, |(kind, _)| kind);
    let known = |known: &&str| match known.split_once(':') {
        Some((of, _)) => of == kind && rule.len() > kind.len() + 1,
        None => *known == rule,
    };
    if !rules.iter().any(known) {
        return Err(usage(format!(
            "--exception names {rule:?}, which is not a rule"
        )));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > 500 || reason.chars().any(char::is_control) {
        return Err(usage(format!(
            "--exception {rule} needs a reason of 1 to 500 plain characters"
        )));
    }
    Ok(Exception {
        rule: rule.to_owned(),
        reason: reason.to_owned(),
    })
}

/// `RULE=REASON`; what a rule is about may stand in double quotes, where it has an equals sign: `dead:"a=b.jks"=REASON`.
fn rule_and_reason(given: &str) -> Option<(String, &str)> {
    let quoted = given
        .split_once(":\"")
        .filter(|(kind, _)| !kind.contains('='))
        .and_then(|(kind, rest)| Some((kind, rest.split_once("\"=")?)));
    match quoted {
        Some((kind, (about, reason))) => Some((format!("{kind}:{about}"), reason)),
        None => {
            let (rule, reason) = given.split_once('=')?;
            Some((rule.to_owned(), reason))
        }
    }
}

pub(in crate::commands) fn check_contact(text: &str) -> Result<String> {
    label::line(text).map_err(|why| Error::Usage {
        what: format!("--contact cannot be printed on the carriers: {why}"),
        hint: "give a role, a number and an address, not a person's name, in at most 120 columns"
            .into(),
    })
}

/// The program for every carrier. One that needs the libraries of this machine would not run on another.
pub(super) fn tool(wanted: bool) -> Result<Option<Program>> {
    if !wanted {
        return Ok(None);
    }
    if !program::is_static()? {
        return Err(Error::Refused {
            what: "--with-tool: this coldvault needs libraries of the machine that it was built on".into(),
            hint: "build a static one (cargo rustc --release --locked --bin coldvault -- -C target-feature=+crt-static), \
                   compare its digest, and seal with that"
                .into(),
        });
    }
    Program::running().map(Some)
}

pub(in crate::commands::seal) fn read_note(path: &Path) -> Result<Note> {
    let mut bytes = Vec::new();
    let file = crate::media::open_ordinary(path)?;
    file.take(MAX_NOTE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", path))?;
    if bytes.len() as u64 > MAX_NOTE_BYTES {
        return Err(Error::Limit {
            what: format!("bytes of the note {path:?}"),
            limit: MAX_NOTE_BYTES,
        });
    }
    Ok(Note {
        path: path.to_owned(),
        bytes,
    })
}

/// `--replug`, which somebody has to carry out.
///
/// # Errors
/// [`Error::Usage`] where nobody is there.
pub(in crate::commands) fn replug(wanted: bool, can_ask: bool) -> Result<bool> {
    match wanted && !can_ask {
        false => Ok(wanted),
        true => Err(Error::Usage {
            what: "--replug asks for media to be taken out and put back, and there is no terminal for that".into(),
            hint: "leave it out; then pull each medium, plug it in again, and check it with: coldvault verify".into(),
        }),
    }
}
