//! Has one line typed that is no secret, to know the keyboard before secrets are typed.

use crate::code::looks_like_ours;
use crate::commands::Session;
use crate::error::Result;
use crate::keyboard::{Canary, LINE, recognise};
use crate::terminal::is_stop;

/// Asks until the keyboard is right for typing shares; `false` when the person stops, and without a terminal.
pub(super) fn is_right(session: &mut Session) -> Result<bool> {
    let terminal = &mut session.terminal;
    terminal.say("First a line that is no secret, to see what the keyboard gives.");
    terminal.say("It is shown as you type it, so scan no code here. Words instead: skip, stop.");
    let question = format!("Type  {LINE}  and press Enter:");
    loop {
        let Some(typed) = terminal.ask(&question)? else {
            return Ok(false);
        };
        match typed.to_lowercase().as_str() {
            word if is_stop(word) => return Ok(false),
            "skip" => {
                terminal.warn("the keyboard was not checked");
                return Ok(true);
            }
            "" => continue,
            code if looks_like_ours(code) => {
                terminal.say(
                    "That is a code, and it was on the screen: count it as seen. Codes are scanned",
                );
                terminal.say("at the next question, where nothing is shown; `skip` leads there.");
                continue;
            }
            _ => {}
        }
        let said = recognise(&typed);
        tell(said).iter().for_each(|line| terminal.say(line));
        if matches!(said, Canary::Right | Canary::Layout { harmless: true, .. }) {
            return Ok(true);
        }
    }
}

fn tell(said: Canary) -> Vec<String> {
    const CHANGE: &str =
        "Set a US layout (\"setxkbmap us\", on a console \"loadkeys us\"), then type it again.";
    match said {
        Canary::Right => vec!["The keyboard is right.".into()],
        Canary::Layout { name, harmless } => {
            let set = format!("The keyboard is set to {name}.");
            match harmless {
                true => {
                    let fine = "The letters of shares are where they should be: nothing to do.";
                    vec![set, fine.into()]
                }
                false => vec![
                    set,
                    "Letters of shares would come out wrong.".into(),
                    CHANGE.into(),
                ],
            }
        }
        Canary::Mistyped { letter } => vec![format!(
            "Letter {letter} is not what the line says (blanks do not count). Type it again."
        )],
        Canary::Unknown => vec![
            "This is neither the line nor what a keyboard known here makes of it.".into(),
            "If you typed what is written there, the keyboard layout is wrong.".into(),
            CHANGE.into(),
        ],
    }
}
