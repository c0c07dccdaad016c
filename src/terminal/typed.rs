//! What a person means by a line: to stop, or a path.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Words that end a task at any question.
const STOP: [&str; 4] = ["stop", "quit", "exit", "q"];

/// Whether the person wants no more of it.
pub fn is_stop(answer: &str) -> bool {
    STOP.iter().any(|word| word.eq_ignore_ascii_case(answer))
}

/// A path as a person types it where there is no shell: quotes around it are not part of it, and `~` is home.
pub fn typed_path(answer: &str) -> PathBuf {
    let bare = ['"', '\''].iter().find_map(|quote| {
        let inner = answer.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!inner.is_empty()).then_some(inner)
    });
    let below_home = match answer {
        "~" => Some(""),
        _ => answer.strip_prefix("~/"),
    };
    match (bare, below_home.and_then(|rest| Some((home()?, rest)))) {
        (Some(inner), _) => PathBuf::from(inner),
        (None, Some((home, rest))) => home.join(rest),
        (None, None) => PathBuf::from(answer),
    }
}

/// The user's home by the list of users: the environment is not read.
fn home() -> Option<PathBuf> {
    let users = fs::read("/etc/passwd").ok()?;
    home_of(rustix::process::getuid().as_raw(), &users)
}

/// `name:password:number:group:about:home:shell`, a user a line.
fn home_of(number: u32, users: &[u8]) -> Option<PathBuf> {
    let number = number.to_string();
    users.split(|byte| *byte == b'\n').find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':').skip(2);
        let is_it = fields.next()? == number.as_bytes();
        let home = Path::new(std::ffi::OsStr::from_bytes(fields.nth(2)?));
        (is_it && home.is_absolute()).then(|| home.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_quotes_is_the_path() {
        for text in ["/media/a b", "'/media/a b'", "\"/media/a b\""] {
            assert_eq!(typed_path(text), Path::new("/media/a b"));
        }
        assert_eq!(typed_path("'"), Path::new("'"));
        assert_eq!(typed_path("''"), Path::new("''"));
    }

    #[test]
    fn a_tilde_is_home_and_no_folder_of_that_name() {
        let users =
            b"root:x:0:0:root:/root-home:/bin/sh\nbad\nanna:x:1000:1000:A:/users/anna:/bin/sh\n";
        assert_eq!(home_of(1000, users).unwrap(), Path::new("/users/anna"));
        assert_eq!(home_of(0, users).unwrap(), Path::new("/root-home"));
        assert_eq!(home_of(7, users), None);
        if let Some(home) = home() {
            assert_eq!(typed_path("~"), home);
            assert_eq!(typed_path("~/out"), home.join("out"));
        }
        assert_eq!(typed_path("'~/out'"), Path::new("~/out"));
        assert_eq!(typed_path("a~"), Path::new("a~"));
    }

    #[test]
    fn stop_is_understood_in_any_case_and_nothing_like_it() {
        assert!(is_stop("STOP") && is_stop("q"));
        assert!(!is_stop("./stop") && !is_stop(""));
    }
}
