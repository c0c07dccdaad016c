//! The lines that a person types.

#![no_main]

use coldvault::share_text::{self, Header, Joiner};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((header, y)) = share_text::decode(text) {
        let written = share_text::encode(&header, &y);
        let again = share_text::decode(&written).expect("what was written is read");
        assert!(again == (header, y));
    }
    let _ = share_text::header(text);
    for line in text.lines() {
        let _ = share_text::line_number(line);
    }
    typed(text);
});

/// At a prompt: the header, then a line at a time.
fn typed(text: &str) {
    let header = Header {
        production: false,
        vault_id: [0xA0; 16],
        threshold: 3,
        number: 2,
    };
    let mut lines = Joiner::new(header);
    for line in text.lines() {
        let _ = lines.add(line);
    }
    let missing = lines.missing();
    assert_eq!(lines.finish().is_some(), missing.is_empty());
}
