//! A reissue on a terminal: it asks for everything that matters, and what is said there is in the register.

use std::fs;

use coldvault::register::{Cause, Event, Reissued};

use crate::pty::Pty;
use crate::register::{read, registered};
use crate::reissue::with_new_media;
use crate::support::keep_secret;

#[test]
fn whoever_types_nothing_but_the_command_is_asked_for_all_of_it_and_the_register_has_it() {
    let scene = with_new_media(registered(""));
    const WORDS: &str = "a passphrase for board only";
    keep_secret(WORDS);
    let args = ["reissue", "--rehearsal"];
    let Some(mut pty) = Pty::start(scene.dir(), &args) else {
        return;
    };
    pty.expect("Register file").types("office/register.json");
    pty.expect("Which share is to be made anew?").types("audit");
    pty.expect("Who keeps share 2").types("board");
    pty.expect("Next share:").types("legal1");
    pty.expect("Next share:").types("ops2");
    pty.expect("Do the words agree").types("y");
    pty.expect("What became of the copies before?")
        .types("lost");
    pty.expect("What is known of it, in one line (press Enter: nothing):")
        .types("not in the safe in Bern");
    pty.expect("Who watches this and is no custodian (press Enter: nobody):")
        .types("notary");
    pty.expect("Whom to call").types("security desk, 1234");
    pty.expect("Is board to protect it with a passphrase?")
        .types("y");
    pty.expect("Press Enter to make it").types("");
    pty.expect("typed hidden:").types_hidden(WORDS);
    pty.expect("once more").types_hidden(WORDS);
    pty.expect("Copy to:").types("new1");
    pty.expect("Copy to:").types("new2");
    pty.ends()
        .exits(0)
        .says("REISSUED: share 2 (board)")
        .says("copy 3 of 4, protected");
    let readme = fs::read_to_string(scene.file("new1", "README.txt")).unwrap();
    assert!(readme.contains("Whom to call: security desk, 1234"));
    let of = |event: &Event| match event {
        Event::Reissuing(of) | Event::Reissued(of) => Some(of.clone()),
        _ => None,
    };
    let register = read(&scene);
    let entries = register.entries();
    let entered: Vec<Reissued> = entries.filter_map(|one| of(one.event.as_ref()?)).collect();
    assert_eq!(entered.len(), 2);
    for said in entered {
        assert_eq!(said.cause, Some(Cause::Lost));
        assert_eq!(said.from.as_deref(), Some("audit"));
        assert_eq!(said.to.as_deref(), Some("board"));
        assert_eq!(said.reason.as_deref(), Some("not in the safe in Bern"));
        assert_eq!(said.witness.as_deref(), Some("notary"));
    }
}
