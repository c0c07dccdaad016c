//! README.txt and RECOVERY.txt as somebody reads them who found a carrier and knows nothing else.

use std::fs;
use std::path::Path;

use coldvault::carrier::CarrierFacts;
use coldvault::label::Label;
use coldvault::manifest::Manifest;
use coldvault::share::ReadShare;
use coldvault::time::Time;

use crate::scene::{EXCEPTIONS, SHARES, Scene, VAULTS};
use crate::support::run;

const RECOVERY: &str = include_str!("../../docs/recovery.md");
const CONTACT: &str =
    "Sicherheitsbüro der Bank A, diensthabende Person, +41 44 000 00 00, Postfach 1, 8001 Zürich";

/// What a README says, taken from its lines.
struct Readme {
    text: String,
}

impl Readme {
    /// Holds what every README is: short, narrow, plain.
    #[track_caller]
    fn read(folder: &Path, names: &[&str]) -> Self {
        let text = fs::read_to_string(folder.join("README.txt")).unwrap();
        assert!(text.lines().count() <= 25, "{text}");
        assert!(text.ends_with('\n') && !text.contains('\r'));
        for line in text.lines() {
            assert!(line.chars().count() <= 78, "{line}");
            assert_eq!(line.trim_end(), line);
        }
        // Only what people gave may be more than ASCII: a screen of 1980 shows the rest.
        let words = text.split_whitespace();
        let odd = words.filter(|word| !word.is_ascii());
        for word in odd {
            assert!(names.iter().any(|name| name.contains(word)), "{word}");
        }
        Self { text }
    }

    /// What stands behind a heading.
    #[track_caller]
    fn fact(&self, heading: &str) -> &str {
        let mut lines = self.text.lines();
        let line = lines.find_map(|line| line.strip_prefix(heading));
        line.unwrap_or_else(|| panic!("{heading:?} is not in\n{}", self.text))
            .trim()
    }

    /// The text without line ends, so that a sentence is found wherever it is broken.
    #[track_caller]
    fn says(&self, sentence: &str) -> &Self {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        assert!(
            words.join(" ").contains(sentence),
            "{sentence:?}\n{}",
            self.text
        );
        self
    }
}

/// Everything that a README says against what the machine-readable files of its folder say.
#[track_caller]
fn agrees(scene: &Scene, medium: &str, manifest: &Manifest, custodians: &[&str], contact: &str) {
    let folder = scene.folder(medium);
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let mut names = vec![manifest.label.as_str(), contact];
    names.extend(custodians);
    let readme = Readme::read(&folder, &names);
    let facts = CarrierFacts::from_bytes(&read("carrier.json")).unwrap();
    let (k, n) = (manifest.k, manifest.n());
    let what = if folder.join("share.json").exists() {
        let share = ReadShare::from_bytes(&read("share.json")).unwrap().facts;
        let custodian = custodians[usize::from(share.number) - 1];
        assert_eq!(share.custodian, Label::new(custodian).unwrap());
        assert_eq!(readme.fact("Whose "), format!("kept by {custodian}"));
        readme.says("never together with the vault.");
        for other in custodians.iter().filter(|other| **other != custodian) {
            assert!(!readme.text.contains(&format!("kept by {other}\n")));
        }
        format!(
            "share {} of {n}; any {k} open the vault, this one alone opens nothing",
            share.number
        )
    } else {
        assert_eq!(readme.fact("Whose "), "kept for the security office");
        readme.says("never together with a share.");
        "vault copy (the encrypted files; useless without shares)".into()
    };
    assert_eq!(readme.fact("What "), what);
    assert!(readme.text.starts_with("COLDVAULT REHEARSAL (practice"));
    assert_eq!(readme.fact("Vault "), manifest.public_key.vault_id().hex());
    assert_eq!(readme.fact("Label "), manifest.label.as_str());
    let (copy, of, day) = (facts.copy, facts.of, manifest.created.date());
    let made = format!("made at the sealing on {day}");
    let fact = readme.fact("Copy ");
    assert!(
        fact.starts_with(&format!("{copy} of {of}, marked CV-")),
        "{fact}"
    );
    assert!(fact.ends_with(&made), "{fact}");
    let by = year_later(manifest.created);
    readme
        .says(&format!("Check it by {by} at the latest: coldvault verify"))
        .says("Keep the copies in different places")
        .says("Never plug this into a machine with a network")
        .says("No program belongs on this carrier: never run one from it.")
        .says(&format!("Whom to call: {contact}"))
        .says("If you found this: it belongs to somebody else")
        .says("call, or hand it to the owner")
        .says("If the bag was open or the carrier was lost for a time: call first.")
        .says("follow RECOVERY.txt here")
        .says(&format!(
            "{k} different shares and one vault copy are needed."
        ));
    assert!(read("RECOVERY.txt") == RECOVERY.as_bytes(), "RECOVERY.txt");
}

/// The same day of the next year.
fn year_later(created: Time) -> String {
    let day = created.date();
    let (year, rest) = day.split_once('-').unwrap();
    let next = year.parse::<u32>().unwrap() + 1;
    format!("{next}-{rest}").replace("-02-29", "-02-28")
}

#[test]
fn whoever_finds_a_carrier_reads_what_it_is_whose_and_what_to_do_and_all_of_it_is_true() {
    let scene = Scene::new();
    let mut words: Vec<String> = Scene::seal_words("--rehearsal")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    words.extend(["--contact".to_owned(), CONTACT.to_owned()]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(scene.dir(), &words).exits(0);
    let manifest = scene.manifest();
    for medium in VAULTS.iter().chain(&SHARES) {
        let custodians = ["legal", "audit", "ops"];
        agrees(&scene, medium, &manifest, &custodians, CONTACT);
        // What it says to do is possible as it stands.
        let folder = scene.folder(medium);
        let verified = scene.run(&format!("verify {}", folder.display()));
        verified.exits(0).says("whole");
    }
}

#[test]
fn the_longest_names_the_most_custodians_and_copies_fit_a_readme() {
    let scene = Scene::new();
    let names: Vec<String> = (1..=32)
        .map(|i| format!("{i:02}{}", "é".repeat(23)))
        .collect();
    let label = "Ü".repeat(24);
    let mut words = vec![
        "seal",
        "node",
        "--rehearsal",
        "--no-spare",
        "--threshold",
        "32",
    ];
    words.extend(["--label", &label, "--vault-to", "v1", "--vault-to", "v2"]);
    let places: Vec<String> = names
        .iter()
        .flat_map(|name| {
            [
                format!("{name}=a{}", &name[..2]),
                format!("{name}=b{}", &name[..2]),
            ]
        })
        .collect();
    for place in &places {
        let (_, dir) = place.split_once('=').unwrap();
        fs::create_dir(scene.at(dir)).unwrap();
        words.extend(["--share-to", place]);
    }
    for name in &names {
        words.extend(["--custodian", name]);
    }
    run(scene.dir(), &words).exits(0);
    let manifest = scene.manifest();
    assert_eq!((manifest.k, manifest.n()), (32, 32));
    let custodians: Vec<&str> = names.iter().map(String::as_str).collect();
    for medium in ["v1", "v2", "a01", "b17", "a32", "b32"] {
        agrees(
            &scene,
            medium,
            &manifest,
            &custodians,
            "not given at the sealing",
        );
    }
}

#[test]
fn nobody_to_call_is_said_before_a_real_sealing_and_after_none() {
    let scene = Scene::new();
    let missing = "no --contact: whoever finds a carrier cannot call anybody";
    scene.seal(EXCEPTIONS).exits(0).says(missing);
    scene.clear_media();
    let given = scene.seal(&format!("{EXCEPTIONS} --contact duty-officer,+41-44-000"));
    given.exits(0).does_not_say(missing);
    scene.clear_media();
    scene.seal("--rehearsal").exits(0).does_not_say(missing);
}

#[test]
fn a_contact_that_would_not_be_read_as_it_is_printed_is_refused() {
    let scene = Scene::new();
    let seal = Scene::seal_words("--rehearsal --contact");
    for bad in [
        "",
        "  ",
        "two\nlines",
        "left\u{202e}right",
        "bell\u{7}",
        "no\u{200b}thing",
        &"x".repeat(121),
    ] {
        let mut words: Vec<&str> = seal.split_whitespace().collect();
        words.push(bad);
        run(scene.dir(), &words)
            .exits(2)
            .says("--contact cannot be printed on the carriers");
    }
    crate::seal::everything_is_bare(&scene);
}
