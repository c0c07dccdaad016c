//! Follows a page of the documentation: every `sh` block in its order, to the letter; what it shows in a `text` block is what
//! the program says.

use std::path::Path;

use crate::shell::run;

/// The blocks of a kind, in order, each with where it begins.
pub(crate) fn blocks<'d>(doc: &'d str, kind: &str) -> Vec<(usize, &'d str)> {
    let fence = format!("```{kind}\n");
    let begins = doc.match_indices(&fence).map(|(at, _)| at);
    let block = |at: usize| (at, doc[at + fence.len()..].split("```").next().unwrap());
    begins.map(block).collect()
}

/// Types every `sh` block in `dir`. How many lines were compared.
pub(crate) fn follow(doc: &str, dir: &Path) -> usize {
    let shown = blocks(doc, "text");
    let all = blocks(doc, "sh");
    assert!(all.len() >= 7, "the page has commands");
    let mut compared = 0;
    for (place, (at, script)) in all.iter().enumerate() {
        let (worked, said) = run(script, dir);
        assert!(worked, "{script}{said}");
        let next = all.get(place + 1).map_or(doc.len(), |(at, _)| *at);
        for (_, text) in shown.iter().filter(|(text, _)| (*at..next).contains(text)) {
            for line in text.lines() {
                assert!(
                    said.contains(line),
                    "{line:?} is not said by {script}{said}"
                );
                compared += 1;
            }
        }
    }
    compared
}
