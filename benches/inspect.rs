//! Inspecting a node directory of 100,000 files against `find DIR -type f | wc -l`, in one run on one machine.
//!
//! ```text
//! cargo bench --bench inspect
//! COLDVAULT_BENCH_FILES=10000 COLDVAULT_BENCH_RUNS=3 cargo bench --bench inspect
//! ```
//!
//! Nothing is asserted about times: they are the machine's. Two yardsticks are taken in the same run: `find DIR -type f |
//! wc -l`, which looks at no file at all (the directories say what is a file), and "must": one look at the size of every
//! file (`find -printf %s`), and `head` on the first bytes of every file that is not bulk data. The goal is 1.5 times the
//! first and what must be read besides.
//!
//! What does not depend on the machine are the system calls for each file: one in bulk data (what the system says of it),
//! and four elsewhere (open, look, read, close), by as many threads as there are processors, at most four.
//!
//! Two processors, busy with other work (2026-11): inspect takes 0.70 of (1.5 find + must) of a node as nodes are, and 0.86
//! where nothing is bulk data; 5.5 and 12 times find alone. In seconds of processor time: find 0.03, inspect 0.19 and 0.38.

#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COLDVAULT: &str = env!("CARGO_BIN_EXE_coldvault");

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Where files lie, how their names end, and how many of a thousand of them there are.
type Part = (&'static str, &'static str, u64);

/// As nodes are: nearly all is bulk data, and a few files besides are told apart by their bytes.
const USUAL: &[Part] = &[
    ("logs", ".log.gz", 600),
    ("artemis/journal", ".amq", 60),
    ("artemis/paging", ".page", 200),
    ("brokers/rpc/journal", ".amq", 100),
    ("additional-node-infos", "", 20),
    ("cordapps", ".jar", 10),
    ("diagnostics", ".txt", 10),
];
/// Nothing but bulk data.
const BULK: &[Part] = &[("logs", ".dat", 1000)];
/// Nothing else: every file is one that may be a key.
const SMALL: &[Part] = &[("data", ".dat", 1000)];

/// Files whose first bytes tell what they are: all but those that lie in bulk data.
const NOT_BULK: &str = "-type f -not -path */logs/* -not -path */artemis/* -not -path */brokers/*";

/// A node with the sample's keystores and `files` small files in folders of at most 1,000.
fn node(dir: &Path, parts: &[Part], files: u64) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node");
    fs::create_dir_all(dir.join("certificates")).unwrap();
    for name in ["nodekeystore.jks", "sslkeystore.jks", "truststore.jks"] {
        let name = format!("certificates/{name}");
        fs::copy(sample.join(&name), dir.join(&name)).unwrap();
    }
    fs::copy(sample.join("node.conf"), dir.join("node.conf")).unwrap();
    for (below, end, share) in parts {
        for number in 0..files * share / 1000 {
            let folder = dir.join(format!("{below}/{:03}", number / 1000));
            if number % 1000 == 0 {
                fs::create_dir_all(&folder).unwrap();
            }
            fs::write(
                folder.join(format!("{number:06}{end}")),
                b"0123456789abcdef",
            )
            .unwrap();
        }
    }
}

fn time(command: &mut Command) -> Duration {
    let began = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "{command:?}");
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn shell(script: &str, dir: &Path) -> Command {
    let mut command = Command::new("sh");
    // Without `-f` the shell would take the patterns for its own.
    command.args(["-fc", script]).arg(dir);
    command
}

fn main() {
    let (files, runs) = (
        number("COLDVAULT_BENCH_FILES", 100_000),
        number("COLDVAULT_BENCH_RUNS", 7),
    );
    let find = "find \"$0\" -type f | wc -l";
    let must = format!(
        "find \"$0\" -type f -printf '%s\\n' | wc -l; find \"$0\" {NOT_BULK} -exec head -qc 4096 {{}} + | wc -c"
    );
    println!(
        "{files} files, median of {runs} runs, from the page cache; goal: inspect <= 1.5 find + must"
    );
    for (name, parts) in [
        ("as nodes are", USUAL),
        ("bulk data", BULK),
        ("small files", SMALL),
    ] {
        let scene = tempfile::tempdir().unwrap();
        let dir = scene.path().join("node");
        node(&dir, parts, files);
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..=runs {
            times[0].push(time(&mut shell(find, &dir)));
            times[1].push(time(&mut shell(&must, &dir)));
            times[2].push(time(Command::new(COLDVAULT).arg("inspect").arg(&dir)));
        }
        // The first of each fills the cache.
        let [find, must, inspect] = times.map(|mut times| median(times.split_off(1)));
        let seconds = |time: Duration| time.as_secs_f64();
        println!(
            "{name:<13} find {find:>9.2?}  must {must:>9.2?}  inspect {inspect:>9.2?}  inspect/find {:.2}  \
             inspect/(1.5 find + must) {:.2}",
            seconds(inspect) / seconds(find),
            seconds(inspect) / (1.5 * seconds(find) + seconds(must)),
        );
    }
}
