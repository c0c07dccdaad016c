//! Drawing sheets with and without their proof, and reading a page against `zbarimg`, in one run on one machine.
//!
//! ```text
//! cargo bench --bench paper
//! cargo bench --bench paper -- draw DIR 20      # the vault sheets of 20 vaults, for .ci/scans
//! cargo bench --bench paper -- read FILE...     # the texts on pages, a line each
//! ```
//!
//! Nothing is asserted about times: they are the machine's. The goals stand beside the numbers. Pages are read in a
//! child, this program started again, as `coldvault` does it.

#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use coldvault::code::VaultFiles;
use coldvault::digest::Digest;
use coldvault::host::child;
use coldvault::kind::Kind;
use coldvault::label::Label;
use coldvault::manifest::{Manifest, PayloadPart};
use coldvault::scan;
use coldvault::secret::SecretBytes;
use coldvault::share::{Facts, ReadShare, Share};
use coldvault::sheet::{ShareSheet, Sheet, VaultSheet};
use coldvault::signature::Identity;
use coldvault::time::Time;

const N: u8 = 5;
const PAYLOAD: usize = 6 * 1024;
const RUNS: usize = 5;

/// Bytes that no compression makes smaller, the same in every run.
fn noise(mut seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.push((seed >> 33) as u8);
    }
    bytes
}

/// A vault that looks like a real one to whoever prints it: its payload is noise, as every ciphertext is.
struct Vault {
    shares: Vec<ReadShare>,
    files: VaultFiles,
    manifest: Manifest,
    label: Label,
}

impl Vault {
    fn new(seed: u64) -> Self {
        let secret = SecretBytes::copied(&noise(seed, 32));
        let identity = Identity::derive(&secret, "coldvault/identity/1/rehearsal");
        let label = Label::new("Bank A, settlement node").unwrap();
        let bound: Vec<Share> = (1..=N)
            .map(|number| {
                let facts = Facts {
                    public_key: identity.public_key(),
                    kind: Kind::Rehearsal,
                    k: 3,
                    n: N,
                    number,
                    custodian: Label::new(&format!("custodian {number}")).unwrap(),
                };
                let y = SecretBytes::copied(&noise(seed + 1000 * u64::from(number), 32));
                Share::bind(facts, y, &identity)
            })
            .collect();
        let payload = noise(seed + 1, PAYLOAD);
        let manifest = Manifest {
            public_key: identity.public_key(),
            kind: Kind::Rehearsal,
            label: Label::new("Bank A, settlement node").unwrap(),
            created: created(),
            tool: "coldvault bench".into(),
            k: 3,
            shares: bound.iter().map(Share::public_facts).collect(),
            payload: vec![PayloadPart {
                name: "payload.age".into(),
                bytes: PAYLOAD as u64,
                sha256: Digest([5; 32]),
            }],
            plain_bytes: 20_000,
            requires: Vec::new(),
            members: 20,
            generation: 1,
            previous: None,
            files: Vec::new(),
        };
        let signed = manifest.sign(&identity);
        Self {
            shares: bound
                .iter()
                .map(|share| ReadShare::from_bytes(&share.to_bytes()).unwrap())
                .collect(),
            files: VaultFiles {
                manifest: signed.bytes.clone(),
                signature: signed.signature.clone(),
                payload,
            },
            manifest,
            label,
        }
    }

    fn vault_sheet(&self) -> Sheet {
        let sheet = VaultSheet {
            files: &self.files,
            manifest: &self.manifest,
            contact: None,
        };
        sheet.draw().unwrap()
    }

    fn share_sheets(&self) -> Vec<Sheet> {
        let sheets = self.shares.iter().map(|share| ShareSheet {
            share,
            label: &self.label,
            created: created(),
            contact: None,
        });
        sheets.map(|sheet| sheet.draw().unwrap()).collect()
    }

    fn sheets(&self) -> Vec<Sheet> {
        let mut sheets = self.share_sheets();
        sheets.push(self.vault_sheet());
        sheets
    }
}

fn created() -> Time {
    Time::parse("2026-11-22T20:00:00Z").unwrap()
}

/// The vault sheets of some vaults as `v01.pdf`, and the texts of page 1 as `v01.1.txt`; a share sheet of each as
/// `s01.pdf`.
fn draw(dir: &Path, vaults: u64) {
    for number in 1..=vaults {
        let vault = Vault::new(number);
        let share = vault.share_sheets().swap_remove(0);
        for (letter, sheet) in [('v', vault.vault_sheet()), ('s', share)] {
            let name = format!("{letter}{number:02}");
            fs::write(dir.join(format!("{name}.pdf")), &*sheet.pdf).unwrap();
            for (page, codes) in (1..).zip(&sheet.codes) {
                let lines: String = codes.iter().map(|text| format!("{}\n", **text)).collect();
                if !lines.is_empty() {
                    fs::write(dir.join(format!("{name}.{page}.txt")), lines).unwrap();
                }
            }
        }
    }
}

fn read(path: &str) {
    for page in scan::read(Path::new(path), File::open(path).unwrap()).unwrap() {
        for text in &page.codes {
            println!("{}", **text);
        }
        if let Some(problem) = page.problem {
            eprintln!("{path}: page {}: {problem}", page.number);
        }
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn timed(mut work: impl FnMut()) -> f64 {
    let each = (0..RUNS).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    median(each.collect())
}

fn prove(sheets: &[Sheet]) {
    sheets.iter().for_each(|sheet| scan::prove(sheet).unwrap());
}

fn compare() {
    let vault = Vault::new(1);
    let drawn = timed(|| drop(vault.sheets()));
    println!("3-of-5 set and a 6 KB vault, drawn:      {drawn:6.2} s (goal 0.5)");
    let sheets = vault.sheets();
    let proven = timed(|| prove(&sheets));
    println!(
        "the same, drawn and proven:              {:6.2} s (goal 5)",
        drawn + proven
    );
    let dir = tempfile::tempdir().unwrap();
    let pdf = dir.path().join("vault.pdf");
    fs::write(&pdf, &*vault.vault_sheet().pdf).unwrap();
    let page = dir.path().join("page");
    let drawn = Command::new("pdftoppm")
        .args([
            "-r",
            "300",
            "-gray",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
        ])
        .args([&pdf, &page])
        .status();
    if !drawn.is_ok_and(|status| status.success()) {
        println!("skipped: there is no pdftoppm");
        return;
    }
    let page = page.with_extension("png");
    let zbarimg = || {
        let mut command = Command::new("zbarimg");
        command.args(["-q", "--raw", "-Sdisable", "-Sqrcode.enable", "--nodbus"]);
        command
            .arg(&page)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status()
    };
    if zbarimg().is_err() {
        println!("skipped: there is no zbarimg");
        return;
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let began = Instant::now();
        let pages = scan::read(&page, File::open(&page).unwrap()).unwrap();
        ours.push(began.elapsed());
        assert!(pages[0].codes.len() >= 6);
        let began = Instant::now();
        let _ = zbarimg();
        theirs.push(began.elapsed());
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "a page at 300 dpi: {ours:.2} s, zbarimg {theirs:.2} s, ratio {:.2} (goal 1.5)",
        ours / theirs
    );
}

fn main() -> ExitCode {
    if let Some(task) = child::task() {
        return scan::serve(&task);
    }
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["draw", dir, vaults] => draw(Path::new(dir), vaults.parse().unwrap()),
        ["read", files @ ..] => files.iter().for_each(|file| read(file)),
        _ => compare(),
    }
    ExitCode::SUCCESS
}
