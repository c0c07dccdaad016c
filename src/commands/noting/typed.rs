//! A command as a person types it from the screen.
//!
//! Knows the width of a screen and how a shell goes on in the next line, and no command.

/// Letters of a line, with room for what stands in front of it.
const LINE: usize = 74;

/// A command and its options, each with its value, in lines of which none is broken on a screen: a shell takes them as one.
pub(in crate::commands) fn in_lines(command: &str, options: Vec<String>) -> Vec<String> {
    let mut lines = vec![command.to_owned()];
    for option in options {
        match lines.last_mut() {
            Some(line) if line.chars().count() + option.chars().count() < LINE => {
                line.push_str(&format!(" {option}"));
            }
            Some(line) => {
                line.push_str(" \\");
                lines.push(format!("  {option}"));
            }
            None => lines.push(option),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_goes_on_in_lines_that_a_shell_takes_as_one() {
        let short = in_lines("coldvault drill", vec!["--rehearsal".into()]);
        assert_eq!(short, ["coldvault drill --rehearsal"]);
        let options = vec![format!("--register /{}", "r".repeat(60)), "--by Ada".into()];
        let long = in_lines("coldvault drill", options);
        assert_eq!(long.len(), 3);
        assert_eq!(long[0], "coldvault drill \\");
        assert!(long[1].ends_with("r \\") && long[2] == "  --by Ada");
    }
}
