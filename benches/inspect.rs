//! Inspecting a node directory of 100,000 files against `find DIR -type f | wc -l`, in one run on one machine.
//!
//! ```text
//! cargo bench --bench inspect
//! COLDVAULT_BENCH_FILES=10000 COLDVAULT_BENCH_RUNS=3 cargo bench --bench inspect
//! ```
//!
//! Nothing is asserted about times: they are the machine's. The goal, 1.5, is for the walk; what is read besides (the
//! first bytes of small files outside of bulk data, keystores and configuration whole) comes on top of it, and both
//! figures are shown: a tree of which nearly all is bulk data, and one of which nothing is.

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

/// A node with the sample's keystores and `files` small files in folders of 1,000 below `below`.
fn node(dir: &Path, below: &str, files: u64) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node");
    fs::create_dir_all(dir.join("certificates")).unwrap();
    for name in ["nodekeystore.jks", "sslkeystore.jks", "truststore.jks"] {
        let name = format!("certificates/{name}");
        fs::copy(sample.join(&name), dir.join(&name)).unwrap();
    }
    fs::copy(sample.join("node.conf"), dir.join("node.conf")).unwrap();
    for number in 0..files {
        let folder = dir.join(format!("{below}/{:03}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder).unwrap();
        }
        fs::write(folder.join(format!("{number:06}.dat")), b"0123456789abcdef").unwrap();
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

fn main() {
    let (files, runs) = (
        number("COLDVAULT_BENCH_FILES", 100_000),
        number("COLDVAULT_BENCH_RUNS", 7),
    );
    println!("{files} files, median of {runs} runs, from the page cache; goal 1.5 for the walk");
    for (name, below) in [("bulk data", "logs"), ("nothing but small files", "data")] {
        let scene = tempfile::tempdir().unwrap();
        let dir = scene.path().join("node");
        node(&dir, below, files);
        let (mut finds, mut inspects) = (Vec::new(), Vec::new());
        for _ in 0..=runs {
            finds.push(time(
                Command::new("sh")
                    .args(["-c", "find \"$0\" -type f | wc -l"])
                    .arg(&dir),
            ));
            inspects.push(time(Command::new(COLDVAULT).arg("inspect").arg(&dir)));
        }
        // The first of each fills the cache.
        let (find, inspect) = (median(finds.split_off(1)), median(inspects.split_off(1)));
        let ratio = inspect.as_secs_f64() / find.as_secs_f64();
        println!("{name:<26} find {find:>10.2?}  inspect {inspect:>10.2?}  ratio {ratio:.2}");
    }
}
