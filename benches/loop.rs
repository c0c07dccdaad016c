//! Sealing, restoring and verifying against what a user would type instead, in one run on one machine.
//!
//! ```text
//! cargo bench --bench loop
//! COLDVAULT_BENCH_LARGE_MIB=256 COLDVAULT_BENCH_RUNS=1 cargo bench --bench loop
//! ```
//!
//! Nothing is asserted about times: they are the machine's. The goals stand beside the ratios. A run of one side is
//! followed by one of the other, and medians are compared, so that what else goes on hits both. Every program reads its
//! input from the page cache, but where a vault copy is verified: there the cache is emptied for both, where this is root;
//! what is written is flushed by both sides. Peak memory is that of the largest process.

#![allow(missing_docs, unsafe_code)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COLDVAULT: &str = env!("CARGO_BIN_EXE_coldvault");
const TOOLS: [&str; 7] = [
    "bash",
    "tar",
    "zstd",
    "age",
    "age-keygen",
    "sha256sum",
    "sync",
];
const CUSTODIANS: [&str; 3] = ["legal", "audit", "operations"];

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// User and system time of all processes.
    cpu: Duration,
    /// The largest process, in KiB.
    memory: i64,
}

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs a command to its end, silently.
#[expect(
    clippy::zombie_processes,
    reason = "wait4 reaps it and tells what it used"
)]
fn cost(command: &mut Command) -> Cost {
    let began = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    // SAFETY: all zeros is a valid rusage, and both pointers are to live values of the right types.
    let (status, used) = unsafe {
        let (mut status, mut used) = (0, std::mem::zeroed::<libc::rusage>());
        assert_eq!(libc::wait4(pid, &raw mut status, 0, &raw mut used), pid);
        (status, used)
    };
    assert_eq!(status, 0, "{command:?}");
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    Cost {
        wall: began.elapsed(),
        cpu: time(used.ru_utime) + time(used.ru_stime),
        memory: used.ru_maxrss,
    }
}

/// What a user would type.
fn shell(dir: &Path, line: &str) -> Cost {
    let script = format!("set -euo pipefail; {line}");
    cost(Command::new("bash").args(["-c", &script]).current_dir(dir))
}

fn coldvault(dir: &Path, arguments: &[String]) -> Cost {
    cost(Command::new(COLDVAULT).args(arguments).current_dir(dir))
}

/// Pseudo-random bytes, in memory of a fixed size: the peak of a child begins with that of its parent.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn write(&mut self, file: &mut File, len: u64) {
        let mut buffer = [0; 8192];
        let mut left = len;
        while left > 0 {
            for part in buffer.chunks_mut(8) {
                part.copy_from_slice(&self.next().to_le_bytes());
            }
            let count = left.min(buffer.len() as u64);
            file.write_all(&buffer[..count as usize]).unwrap();
            left -= count;
        }
    }

    /// Lines as in a log: zstd makes about a fifth of them.
    fn write_lines(&mut self, file: &mut File, len: u64) {
        let mut file = std::io::BufWriter::new(file);
        let mut left = len as i64;
        while left > 0 {
            let (a, b) = (self.next() % 100_000, self.next() % 97);
            let line = format!(
                "[INFO] 2026-11-22T10:{:02}:{b:02} flow {a:05} checkpointed by node\n",
                a % 60
            );
            file.write_all(line.as_bytes()).unwrap();
            left -= line.len() as i64;
        }
    }
}

/// Many small files of 1 to 63 KiB, every other one compressible.
fn small_files(dir: &Path, bytes: u64) {
    let mut noise = Noise(88_172_645_463_325_252);
    let (mut written, mut number) = (0, 0);
    while written < bytes {
        let folder = dir.join(format!("certificates/{:03}", number / 100));
        fs::create_dir_all(&folder).unwrap();
        let mut file = File::create(folder.join(format!("{number:06}"))).unwrap();
        let len = 1024 + noise.next() % (62 << 10);
        if number % 2 == 0 {
            noise.write(&mut file, len);
        } else {
            noise.write_lines(&mut file, len);
        }
        written += len;
        number += 1;
    }
}

/// Four large files, two of them compressible.
fn large_files(dir: &Path, bytes: u64) {
    let mut noise = Noise(1_442_695_040_888_963_407);
    fs::create_dir_all(dir).unwrap();
    for number in 0..4 {
        let mut file = File::create(dir.join(format!("database.{number}"))).unwrap();
        if number % 2 == 0 {
            noise.write(&mut file, bytes / 4);
        } else {
            noise.write_lines(&mut file, bytes / 4);
        }
    }
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by_key(|cost| cost.wall);
    costs[costs.len() / 2]
}

fn show(what: &str, ours: Vec<Cost>, theirs: Vec<Cost>, goal: f64) {
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.wall.as_secs_f64() / theirs.wall.as_secs_f64();
    let line = |name: &str, cost: Cost| {
        let (wall, cpu) = (cost.wall.as_secs_f64(), cost.cpu.as_secs_f64());
        let memory = cost.memory as f64 / 1024.0;
        println!("    {name:<10} {wall:7.2} s  cpu {cpu:7.2} s  memory {memory:6.1} MiB");
    };
    println!("  {what}: ratio {ratio:.2} (goal: at most {goal:.1})");
    line("coldvault", ours);
    line("typed", theirs);
}

/// One set of files, everything done with it, N times.
struct Loop {
    dir: PathBuf,
    runs: u64,
}

impl Loop {
    fn new(place: &Path, name: &str) -> Self {
        let dir = place.join(name);
        fs::create_dir(&dir).unwrap();
        shell(
            &dir,
            "age-keygen -o key.txt && age-keygen -y -o public.txt key.txt",
        );
        Self {
            dir,
            runs: number("COLDVAULT_BENCH_RUNS", 3),
        }
    }

    /// Alternates the two sides, beginning with the other one each time.
    fn alternate(
        &self,
        ours: impl Fn() -> Cost,
        theirs: impl Fn() -> Cost,
    ) -> (Vec<Cost>, Vec<Cost>) {
        let (mut our_costs, mut their_costs) = (Vec::new(), Vec::new());
        for run in 0..self.runs {
            for side in [run % 2, (run + 1) % 2] {
                // What somebody else left to be written is not our cost.
                shell(&self.dir, "sync");
                if side == 0 {
                    our_costs.push(ours());
                } else {
                    their_costs.push(theirs());
                }
            }
        }
        (our_costs, their_costs)
    }

    fn seal(&self) -> Cost {
        shell(
            &self.dir,
            "rm -rf m; mkdir -p m/{v,legal-,audit-,operations-}{1,2}",
        );
        let text =
            "seal node --rehearsal --label Bench --threshold 2 --vault-to m/v1 --vault-to m/v2";
        let mut arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
        for name in CUSTODIANS {
            arguments.extend(["--custodian".into(), name.into()]);
            for copy in [1, 2] {
                arguments.extend(["--share-to".into(), format!("{name}=m/{name}-{copy}")]);
            }
        }
        coldvault(&self.dir, &arguments)
    }

    fn seal_typed(&self) -> Cost {
        shell(&self.dir, "rm -rf t; mkdir -p t/{1,2}");
        shell(
            &self.dir,
            "tar -c node | zstd -q | age -r \"$(<public.txt)\" > t/1/payload.age; \
             cp t/1/payload.age t/2/; sync t/1/payload.age t/2/payload.age t/1 t/2; \
             sha256sum t/1/payload.age t/2/payload.age",
        )
    }

    fn restore(&self) -> Cost {
        // Reading back dropped our payload from the page cache; theirs is still in it.
        shell(&self.dir, "rm -rf out; cat m/v1/*/payload.age* > /dev/null");
        let text = "restore --rehearsal --from m/v1 --from m/legal-1 --from m/audit-1 --into out";
        let arguments: Vec<String> = text.split(' ').map(str::to_owned).collect();
        coldvault(&self.dir, &arguments)
    }

    fn restore_typed(&self) -> Cost {
        shell(&self.dir, "rm -rf out.typed; mkdir out.typed");
        shell(
            &self.dir,
            "age -d -i key.txt t/1/payload.age | zstd -dq | tar -x -C out.typed",
        )
    }

    /// `verify` reads past the page cache, whatever lies in it: so that both sides read the medium, the cache is emptied
    /// before each. Answers whether it was; only root may.
    fn forgets(&self) -> bool {
        let script = "sync; echo 3 > /proc/sys/vm/drop_caches";
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", script]).current_dir(&self.dir);
        let done = shell.stderr(Stdio::null()).status();
        done.is_ok_and(|status| status.success())
    }

    fn verify(&self) -> Cost {
        self.forgets();
        coldvault(&self.dir, &["verify".into(), "m/v1".into()])
    }

    /// The same bytes.
    fn verify_typed(&self) -> Cost {
        self.forgets();
        shell(&self.dir, "sha256sum m/v1/*/payload.age*")
    }

    fn all(&self) {
        let (ours, theirs) = self.alternate(|| self.seal(), || self.seal_typed());
        show("seal to two media", ours, theirs, 0.7);
        let (ours, theirs) = self.alternate(|| self.restore(), || self.restore_typed());
        show("restore", ours, theirs, 0.8);
        shell(
            &self.dir,
            "diff -r node out/node && diff -r node out.typed/node",
        );
        self.verify_typed();
        let (ours, theirs) = self.alternate(|| self.verify(), || self.verify_typed());
        show("verify a vault copy", ours, theirs, 1.0);
        if !self.forgets() {
            println!(
                "  not comparable: verify reads the medium, sha256sum the page cache (only root may empty it)"
            );
        }
    }
}

/// What a drill of 100,000 small files takes while it holds them against their node; 30,000 of them are texts. It was 55 MiB
/// in November 2026.
fn drill(place: &Path) {
    let many = Loop::new(place, "drill");
    let mut noise = Noise(88_172_645_463_325_252);
    for number in 0..100_000 {
        let folder = many.dir.join(format!("node/archive/{:03}", number / 500));
        fs::create_dir_all(&folder).unwrap();
        let is_text = number % 10 < 3;
        let ending = if is_text { "txt" } else { "bin" };
        let mut file = File::create(folder.join(format!("{number:06}.{ending}"))).unwrap();
        if is_text {
            noise.write_lines(&mut file, 100);
        } else {
            noise.write(&mut file, 120);
        }
    }
    many.seal();
    // A node without keystores is one with findings.
    let drill = "drill --rehearsal --from m/v1 --from m/legal-1 --from m/audit-1 --against node";
    let cost = shell(&many.dir, &format!("{COLDVAULT} {drill} || test $? = 12"));
    let (wall, memory) = (cost.wall.as_secs_f64(), cost.memory as f64 / 1024.0);
    println!(
        "drill of 100000 files against their node: {wall:.1} s, {memory:.1} MiB (goal: under 64)"
    );
}

fn start_up(place: &Path) {
    let starts = (0..21).map(|_| coldvault(place, &["--version".into()]));
    let wall = median(starts.collect()).wall.as_secs_f64() * 1e3;
    println!("start-up: {wall:.1} ms (goal: under 10)");
}

fn main() {
    let has = |tool: &&str| Command::new(tool).arg("--version").output().is_ok();
    let missing: Vec<&str> = TOOLS.iter().filter(|tool| !has(tool)).copied().collect();
    if !missing.is_empty() {
        println!("skipped: not installed: {}", missing.join(", "));
        return;
    }
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    start_up(place.path());
    drill(place.path());
    let (small, large) = (
        number("COLDVAULT_BENCH_SMALL_MIB", 64),
        number("COLDVAULT_BENCH_LARGE_MIB", 1024),
    );
    println!("{small} MiB of many small files");
    let many = Loop::new(place.path(), "small");
    small_files(&many.dir.join("node"), small << 20);
    many.all();
    println!("{large} MiB of few large files");
    let few = Loop::new(place.path(), "large");
    large_files(&few.dir.join("node"), large << 20);
    few.all();
}
