//! Breaks lines at blanks, so that a terminal does not break them in the middle of a word.

/// `text` in lines of at most `width` columns, each continued under where its own text begins. A word that is longer than
/// a line, such as a path, stays whole: it is there to be copied.
pub fn wrapped(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| wrapped_line(line, width));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let indent = line.len() - line.trim_start_matches(' ').len();
    let margin = " ".repeat(indent);
    let mut done = String::new();
    let mut now = margin.clone();
    for word in line.split(' ').skip(indent) {
        let is_first = now.len() == indent;
        if !is_first && now.chars().count() + 1 + word.chars().count() > width {
            done.push_str(now.trim_end());
            done.push('\n');
            now.clone_from(&margin);
        } else if !is_first {
            now.push(' ');
        }
        now.push_str(word);
    }
    done + &now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_at_blanks_and_goes_on_under_its_own_beginning() {
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("  one two three", 9), "  one two\n  three");
        assert_eq!(
            wrapped("short\nand two lines here", 13),
            "short\nand two lines\nhere"
        );
    }

    #[test]
    fn what_fits_is_left_as_it_is_and_a_long_word_stays_whole() {
        for line in ["", "  media    CV-9F3A", "a  b   c"] {
            assert_eq!(wrapped(line, 20), line);
        }
        let path = "/media/officer/coldvault-ab944eb0b2e5027c70de843be9035171-vault";
        assert_eq!(
            wrapped(&format!("at {path} now"), 20),
            format!("at\n{path}\nnow")
        );
    }
}
