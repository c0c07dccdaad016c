//! Runs what a page of the documentation says, for the tests of the pages.

use std::path::Path;
use std::process::Command;

/// Runs `script` in `dir` with the program under test found by its name; what lies in `stand-ins` there takes the place of
/// other programs. Whether it worked, and all that was said.
pub(crate) fn run(script: &str, dir: &Path) -> (bool, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_coldvault"));
    let path = format!(
        "{}:{}:{}",
        dir.join("stand-ins").display(),
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("sh")
        .args(["-eu", "-c", script])
        .current_dir(dir)
        .env("PATH", path)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}
