//! The register: what the commands enter in it, that an edit is found, that it is never on a carrier of a share, and what
//! is left when it cannot be written.

use std::fs;
use std::process::Command;

use coldvault::digest::Digest;
use coldvault::register::{
    CarrierRef, Event, Life, MediumKind, OfCarrier, Receipted, Register, Role, Sealing, Stamp,
    State,
};
use rustix::process::Signal;

use crate::interrupt::stopped;
use crate::pty::Pty;
use crate::scene::{EXCEPTIONS, SHARES, Scene, another, names, production, sealed};
use crate::support::{TOOLS, skipped};

/// A vault whose register is in `office`.
pub(crate) fn registered(more: &str) -> Scene {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    scene
        .seal(&format!("--rehearsal {REGISTER} {more}"))
        .exits(0);
    scene
}

pub(crate) const REGISTER: &str = "--register office/register.json";

pub(crate) fn read(scene: &Scene) -> Register {
    Register::from_bytes(&fs::read(scene.at("office/register.json")).unwrap()).unwrap()
}

pub(crate) fn words(scene: &Scene) -> Vec<String> {
    read(scene)
        .entries()
        .map(|entry| entry.word.clone())
        .collect()
}

pub(crate) fn state(scene: &Scene) -> State {
    read(scene).state()
}

fn head(scene: &Scene) -> Digest {
    let heads = read(scene).heads();
    assert_eq!(heads.len(), 1);
    heads[0]
}

/// The program with arguments that have blanks in them.
fn run(scene: &Scene, args: &[&str]) -> crate::support::Ran {
    crate::support::run(scene.dir(), args)
}

#[test]
fn a_sealing_is_entered_before_and_after_with_carriers_shares_and_certificates() {
    let scene = registered("--by office");
    assert_eq!(words(&scene), ["begun", "sealed"]);
    let register = read(&scene);
    let by: Vec<_> = register
        .entries()
        .map(|entry| entry.stamp.by.clone())
        .collect();
    assert_eq!(by, [Some("office".to_owned()), Some("office".to_owned())]);
    let state = register.state();
    let vault = &state.vaults[0];
    assert_eq!((vault.id.hex(), vault.life), (scene.id(), Life::Live));
    assert_eq!((vault.k, vault.n, vault.carriers.len()), (2, 3, 8));
    let custodians: Vec<_> = vault
        .shares
        .iter()
        .map(|s| s.custodian.as_deref())
        .collect();
    assert_eq!(custodians, [Some("legal"), Some("audit"), Some("ops")]);
    let manifest = scene.manifest();
    for share in &vault.shares {
        let check_key = manifest.share(share.number).unwrap().check_key;
        assert_eq!(share.check_key, Some(check_key));
    }
    assert!(
        !vault.certificates.is_empty(),
        "the keystore of the sample has certificates"
    );
    assert!(vault.node_changed.is_some());
    assert!(
        vault
            .carriers
            .iter()
            .all(|carrier| carrier.checked.is_none())
    );
    let bytes = fs::read(scene.file("v1", "vault.json")).unwrap();
    assert_eq!(vault.manifest_sha256, Some(Digest::of(&bytes)));
}

#[test]
fn no_key_material_is_in_the_register() {
    let scene = registered("");
    let text = fs::read_to_string(scene.at("office/register.json")).unwrap();
    for medium in ["legal1", "audit1", "ops1"] {
        let share = fs::read_to_string(scene.file(medium, "share.json")).unwrap();
        let (_, y) = share.split_once("\"y\": \"").unwrap();
        assert!(!text.contains(&y[..64]));
    }
    assert!(!text.contains("sample-only"), "a store password");
}

#[test]
fn without_a_register_it_is_said_and_nothing_else_changes() {
    let scene = sealed();
    scene.run("verify v1").exits(0).says("No register is kept");
    let ran = scene.run("verify v1 --json").exits(0);
    ran.says("\"no-register\"");
    for wrong in ["verify v1 --by office", "verify v1 --site v1=Bern"] {
        scene.run(wrong).exits(2).says("none is named");
    }
}

#[test]
fn a_register_that_is_not_there_is_begun_by_a_sealing_only() {
    let scene = sealed();
    for words in [
        "verify v1",
        "copy v1 new --rehearsal",
        "print v1 --out x.pdf --rehearsal",
    ] {
        let ran = scene
            .run(&format!("{words} --register other.json"))
            .exits(2);
        ran.says("there is no register").says("register rebuild");
        scene.is_absent("other.json");
    }
    scene.is_absent("x.pdf");
}

#[test]
fn verify_enters_what_it_found_of_each_carrier_whole_or_damaged() {
    let scene = registered("");
    scene
        .run(&format!("verify v1 legal1 {REGISTER}"))
        .exits(0)
        .says("a vault of the register");
    scene.damage("ops2", "share.json");
    scene.run(&format!("verify ops2 {REGISTER}")).exits(4);
    assert_eq!(words(&scene)[2..], ["checked", "checked", "checked"]);
    let vault = &state(&scene).vaults[0];
    let of = |role, copy| {
        let mut carriers = vault.carriers.iter();
        carriers
            .find(|carrier| carrier.role == role && carrier.copy == copy)
            .unwrap()
    };
    assert!(of(Role::Vault, 1).checked.is_some());
    assert!(of(Role::Vault, 2).checked.is_none());
    assert!(of(Role::Share(1), 1).checked.is_some());
    let (_, what) = of(Role::Share(3), 2).failed.clone().unwrap();
    assert!(what.contains("share.json"), "{what}");
    let proven: Vec<_> = vault
        .shares
        .iter()
        .map(|share| share.proven.is_some())
        .collect();
    assert_eq!(proven, [true, false, false]);
    assert_eq!(
        vault.carriers.len(),
        8,
        "they are the carriers that were sealed"
    );
}

#[test]
fn a_protected_share_is_not_proven_while_it_is_closed() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let key = "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq";
    let words = Scene::seal_words(&format!("--rehearsal {REGISTER} --protect legal={key}"));
    scene.run(&words).exits(0);
    scene.run(&format!("verify legal1 {REGISTER}")).exits(0);
    let vault = &state(&scene).vaults[0];
    assert_eq!(vault.shares[0].proven, None);
    assert!(
        vault
            .carriers
            .iter()
            .any(|carrier| carrier.checked.is_some())
    );
}

#[test]
fn a_copy_and_a_sheet_are_entered_once_they_are_there() {
    let scene = registered("");
    fs::create_dir(scene.at("new")).unwrap();
    scene
        .run(&format!("copy legal1 new --rehearsal {REGISTER}"))
        .exits(0);
    scene
        .run(&format!(
            "print legal2 --out sheet.pdf --rehearsal {REGISTER}"
        ))
        .exits(0);
    assert_eq!(words(&scene)[2..], ["copied", "printed"]);
    let vault = &state(&scene).vaults[0];
    let copies = vault
        .carriers
        .iter()
        .filter(|carrier| carrier.role == Role::Share(1));
    let copies: Vec<_> = copies
        .map(|carrier| (carrier.medium, carrier.prepared))
        .collect();
    assert_eq!(copies.len(), 4);
    assert!(copies.contains(&(MediumKind::Paper, true)));
    let facts = fs::read_to_string(scene.file("new", "carrier.json")).unwrap();
    let known = vault
        .carriers
        .iter()
        .filter_map(|carrier| carrier.carrier_id);
    let hex = |id: [u8; 16]| {
        id.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert!(
        known.map(hex).any(|id| facts.contains(&id)),
        "the new carrier's own id"
    );
}

#[test]
fn sites_are_told_by_copy_by_id_and_by_directory() {
    let scene = registered("--site v2=Basel");
    let vault = &state(&scene).vaults[0];
    let id = vault
        .carriers
        .iter()
        .find(|c| c.role == Role::Share(2))
        .unwrap()
        .carrier_id;
    let id: String = id
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let id = format!("{id}=Chur");
    let args = [
        "verify",
        "v1",
        "legal1",
        "--register",
        "office/register.json",
    ];
    let sites = [
        "--site",
        "vault 1=safe, Bern",
        "--site",
        "share 1/1=Zug",
        "--site",
        &id,
    ];
    run(&scene, &[&args[..], &sites].concat()).exits(0);
    let sites = |role| {
        let state = state(&scene);
        let carriers = state.vaults[0].carriers.iter().filter(|c| c.role == role);
        carriers
            .map(|c| c.site.clone().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    assert_eq!(sites(Role::Vault), ["safe, Bern", "Basel"]);
    assert_eq!(sites(Role::Share(1)), ["Zug", ""]);
    assert_eq!(sites(Role::Share(2)).concat(), "Chur");
    let place = [
        "register",
        "place",
        "share 3=vault of the bank",
        "--register",
        "office/register.json",
    ];
    run(&scene, &place)
        .exits(0)
        .says("share 3, copy 1 is at vault of the bank");
    assert_eq!(sites(Role::Share(3)), ["vault of the bank"; 2]);
    let unknown = [
        "verify",
        "v1",
        "--register",
        "office/register.json",
        "--site",
        "share 9=x",
    ];
    run(&scene, &unknown).exits(0).says("knows no such carrier");
    let place = [
        "register",
        "place",
        "share 9=x",
        "--register",
        "office/register.json",
    ];
    run(&scene, &place)
        .exits(2)
        .says("knows no carrier share 9");
}

#[test]
fn a_register_never_lies_beside_a_share_or_in_a_carrier() {
    let scene = registered("");
    let folder = scene.folder("legal1");
    let inside = folder.join("register.json");
    for place in [
        scene.at("legal1/register.json"),
        inside,
        scene.folder("v1").join("r.json"),
    ] {
        fs::copy(scene.at("office/register.json"), &place).unwrap();
        let place = place.to_str().unwrap().to_owned();
        let ran = run(&scene, &["verify", "v2", "--register", &place]).exits(5);
        ran.says("the register would lie");
    }
    let other = Scene::new();
    for (place, what) in [("legal1", "legal1"), ("audit2", "audit2")] {
        let ran = other.seal(&format!("--rehearsal --register {place}/register.json"));
        ran.exits(5).says("a share may not go there").says(what);
    }
    crate::seal::everything_is_bare(&other);
    // The vault's own medium holds no share.
    other
        .seal("--rehearsal --register v1/register.json")
        .exits(0);
}

#[test]
fn a_share_is_not_copied_to_where_the_register_is() {
    let scene = registered("");
    let ran = scene
        .run(&format!("copy legal1 office --rehearsal {REGISTER}"))
        .exits(5);
    ran.says("a share may not go there");
    assert_eq!(names(&scene.at("office")), ["register.json"]);
    scene
        .run(&format!("copy v1 office --rehearsal {REGISTER}"))
        .exits(0);
    fs::remove_dir_all(
        scene
            .at("office")
            .join(scene.folder("v1").file_name().unwrap()),
    )
    .unwrap();
    // Nor printed, nor made from a sheet: with the register named or not.
    scene
        .run("print legal1 --out legal.pdf --rehearsal")
        .exits(0);
    for register in ["", REGISTER] {
        for words in [
            "print legal1 --out office/legal.pdf --rehearsal",
            "scan legal.pdf v1 --out office --only 1 --rehearsal",
        ] {
            let ran = scene.run(&format!("{words} {register}")).exits(5);
            ran.says("a share may not go");
        }
    }
    assert_eq!(names(&scene.at("office")), ["register.json"]);
    scene
        .run(&format!(
            "print v1 --out office/vault.pdf --rehearsal {REGISTER}"
        ))
        .exits(0);
}

#[test]
fn copies_that_are_made_from_sheets_are_entered() {
    let scene = registered("");
    for (copy, sheet) in [("v1", "vault.pdf"), ("audit1", "audit.pdf")] {
        scene
            .run(&format!("print {copy} --out {sheet} --rehearsal"))
            .exits(0);
    }
    let scan = "scan vault.pdf audit.pdf --rehearsal";
    fs::create_dir(scene.at("silent")).unwrap();
    scene
        .run(&format!("{scan} --out silent"))
        .exits(0)
        .says("No register is kept");
    fs::create_dir(scene.at("fresh")).unwrap();
    let words_of = [
        "scan",
        "vault.pdf",
        "audit.pdf",
        "--rehearsal",
        "--out",
        "fresh",
    ];
    let told = ["--register", "office/register.json", "--site", "fresh=Bern"];
    run(&scene, &[&words_of[..], &told].concat())
        .exits(0)
        .does_not_say("No register is kept");
    assert_eq!(words(&scene)[2..], ["copied", "copied", "placed", "placed"]);
    let vault = &state(&scene).vaults[0];
    let made: Vec<_> = vault
        .carriers
        .iter()
        .filter(|one| one.site.as_deref() == Some("Bern"))
        .map(|one| (one.role, one.copy, one.checked))
        .collect();
    assert_eq!(made, [(Role::Vault, 0, None), (Role::Share(2), 0, None)]);
    scene.run(&format!("verify fresh {REGISTER}")).exits(0);
    let vault = &state(&scene).vaults[0];
    assert_eq!(vault.carriers.len(), 10);
    // A strange vault is not entered.
    let other = registered("");
    other.run("print v1 --out vault.pdf --rehearsal").exits(0);
    fs::copy(other.at("vault.pdf"), scene.at("strange.pdf")).unwrap();
    fs::create_dir(scene.at("more")).unwrap();
    scene
        .run(&format!(
            "scan strange.pdf --rehearsal --out more {REGISTER}"
        ))
        .exits(0)
        .says("is not in the register");
}

#[test]
fn a_scan_that_asks_for_the_medium_asks_for_the_register_too() {
    let scene = registered("");
    scene.run("print v1 --out vault.pdf --rehearsal").exits(0);
    fs::create_dir(scene.at("fresh")).unwrap();
    let words_of = ["scan", "vault.pdf", "--rehearsal"];
    let Some(mut pty) = Pty::start(scene.dir(), &words_of) else {
        return;
    };
    pty.expect("The medium for the copies").types("fresh");
    pty.expect("Register file").types("office/register.json");
    pty.ends().exits(0);
    assert_eq!(words(&scene)[2..], ["copied"]);
}

#[test]
fn a_changed_removed_or_swapped_line_is_named_by_every_command() {
    let scene = registered("");
    scene
        .run(&format!("verify v1 legal1 ops1 {REGISTER}"))
        .exits(0);
    let path = scene.at("office/register.json");
    let good = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let edited = good.replacen("\"label\":\"Bank-A\"", "\"label\":\"Bank-B\"", 1);
    let removed = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
    let swapped = [&lines[..2], &[lines[3], lines[2]], &lines[4..]]
        .concat()
        .join("\n")
        + "\n";
    for bad in [edited, removed, swapped] {
        assert_ne!(bad, good);
        fs::write(&path, &bad).unwrap();
        for words in ["register verify", "register show", "verify v1"] {
            let ran = scene.run(&format!("{words} {REGISTER}")).exits(4);
            ran.says("the register, line 3").says("names an entry");
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            bad,
            "nothing is written into it"
        );
    }
}

#[test]
fn the_head_on_paper_proves_what_was_before_it() {
    let scene = registered("");
    let ran = scene.run(&format!("register head {REGISTER}")).exits(0);
    let printed: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    let (digits, words) = (printed[..2].concat(), printed[2..].join(" "));
    assert_eq!(
        (digits.clone(), words.split(' ').count()),
        (head(&scene).hex(), 32)
    );
    scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    for head in [&digits, &words] {
        let args = [
            "register",
            "verify",
            "--register",
            "office/register.json",
            "--head",
            head,
        ];
        let ran = run(&scene, &args).exits(0);
        ran.says("2 entries: unchanged up to that head")
            .says("1 entry came after it");
    }
    let ran = scene.run(&format!("register verify {REGISTER}")).exits(0);
    ran.says("consistent, not proven unchanged");
    // The last entry edited: only the head finds it.
    let now = head(&scene).hex();
    let path = scene.at("office/register.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replacen("\"replugged\":null", "\"replugged\":true", 1),
    )
    .unwrap();
    scene.run(&format!("register verify {REGISTER}")).exits(0);
    let ran = scene
        .run(&format!("register verify {REGISTER} --head {now}"))
        .exits(4);
    ran.says("no entry has this digest");
    scene
        .run(&format!("register verify {REGISTER} --head 12"))
        .exits(2);
}

#[test]
fn stock_sed_and_sha256sum_follow_the_chain() {
    let scene = registered("");
    scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    let doc = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format.md")).unwrap();
    let (_, rest) = doc
        .split_once("sed -n")
        .expect("the recipe is in format.md");
    let recipe = format!("sed -n{}", rest.split("```").next().unwrap());
    let output = Command::new("sh")
        .args(["-c", &recipe])
        .current_dir(scene.at("office"))
        .output();
    let Ok(output) = output else {
        return skipped(TOOLS, "there is no sh");
    };
    let printed = String::from_utf8(output.stdout).unwrap();
    let digests: Vec<&str> = printed.split_whitespace().collect();
    let known: Vec<String> = read(&scene)
        .entries()
        .map(|entry| entry.digest.hex())
        .collect();
    assert_eq!(digests, known);
}

#[test]
fn two_registers_that_went_on_separately_are_merged_either_way() {
    let scene = registered("");
    fs::create_dir(scene.at("branch")).unwrap();
    fs::copy(
        scene.at("office/register.json"),
        scene.at("branch/register.json"),
    )
    .unwrap();
    scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    scene
        .run("verify ops1 --register branch/register.json")
        .exits(0);
    let (mine, theirs) = (
        head(&scene),
        fs::read(scene.at("branch/register.json")).unwrap(),
    );
    let ran = scene
        .run(&format!("register merge branch/register.json {REGISTER}"))
        .exits(0);
    ran.says("1 entry of the other register").says("  checked");
    assert_eq!(
        fs::read(scene.at("branch/register.json")).unwrap(),
        theirs,
        "it stays as it is"
    );
    let theirs = Register::from_bytes(&theirs).unwrap().heads()[0];
    let merged = read(&scene);
    assert_eq!(merged.entries().last().unwrap().parents.len(), 2);
    for head in [mine, theirs] {
        let words = format!("register verify {REGISTER} --head {}", head.hex());
        let ran = scene.run(&words).exits(4);
        ran.says("unchanged up to that head")
            .says("1 entry know nothing of that head");
    }
    let words = format!("register verify {REGISTER} --head {}", head(&scene).hex());
    scene.run(&words).exits(0);
    let ran = scene
        .run(&format!("register merge branch/register.json {REGISTER}"))
        .exits(0);
    ran.says("Nothing to merge");
    // The other way: the same but for the entry that brings them together.
    scene
        .run("register merge office/register.json --register branch/register.json")
        .exits(0);
    let other = Register::from_bytes(&fs::read(scene.at("branch/register.json")).unwrap()).unwrap();
    let digests = |register: &Register| {
        let all = register
            .entries()
            .filter(|entry| entry.event != Some(Event::Merged));
        all.map(|entry| entry.digest).collect::<Vec<_>>()
    };
    assert_eq!(digests(&other), digests(&merged));
}

/// A register in which somebody wrote the first vault in once more, changed.
fn found_again(scene: &Scene, file: &str, change: impl Fn(&mut Sealing)) {
    let mut register = read(scene);
    let sealed = register.entries().find_map(|entry| match &entry.event {
        Some(Event::Sealed(sealing)) => Some(sealing.clone()),
        _ => None,
    });
    let mut sealing = sealed.unwrap();
    change(&mut sealing);
    let stamp = Stamp {
        by: Some("Ada".into()),
        ..register.entries().last().unwrap().stamp.clone()
    };
    register.add(&stamp, &Event::Found(sealing.into())).unwrap();
    scene.put(file, &register.to_bytes());
}

#[test]
fn other_check_keys_of_a_vault_are_named_and_never_merged_and_another_custodian_is_said() {
    let scene = registered("");
    found_again(&scene, "office/keys.json", |sealing| {
        let other = sealing.vault.public_key;
        let shares = sealing.shares.iter_mut();
        shares.for_each(|share| share.check_key = other);
    });
    let before = fs::read(scene.at("office/register.json")).unwrap();
    let ran = scene
        .run(&format!("register merge office/keys.json {REGISTER}"))
        .exits(4);
    ran.says("another check key of share 1 of vault")
        .says("keys.json\", line ")
        .says("Nothing was merged");
    assert_eq!(
        fs::read(scene.at("office/register.json")).unwrap(),
        before,
        "nothing was written"
    );
    let forged = "--register office/keys.json";
    let ran = scene.run(&format!("register verify {forged}")).exits(4);
    ran.says("another check key of share 3");
    let ran = scene.run(&format!("register show {forged}")).exits(0);
    ran.says("another check key of share 2");
    found_again(&scene, "office/people.json", |sealing| {
        sealing.shares[0].custodian = Some("mallory".into());
    });
    let ran = scene
        .run(&format!("register merge office/people.json {REGISTER}"))
        .exits(0);
    ran.says("share 1: legal, now mallory: entered by Ada");
    scene.run(&format!("register verify {REGISTER}")).exits(0);
}

#[test]
fn a_register_with_other_check_keys_than_the_vaults_own_is_named_by_verify_and_drills() {
    let scene = registered("");
    let text = fs::read_to_string(scene.at("office/register.json")).unwrap();
    let genuine = Register::from_bytes(text.as_bytes()).unwrap();
    let mut forged = Register::new();
    for entry in genuine.entries() {
        let mut event = entry.event.clone().unwrap();
        if let Event::Sealed(sealing) = &mut event {
            sealing.shares[0].check_key = sealing.vault.public_key;
        }
        forged.add(&entry.stamp, &event).unwrap();
    }
    scene.put("office/forged.json", &forged.to_bytes());
    let register = "--register office/forged.json";
    let said = "other check keys than the vault's own vault.json (share 1)";
    scene
        .run(&format!("verify v1 {register}"))
        .exits(4)
        .says(said);
    scene
        .run(&format!("drill --kind D2 --from v1 --from v2 {register}"))
        .says(said);
    let ran = scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    ran.does_not_say("other check keys");
}

#[test]
fn a_register_that_was_lost_is_begun_anew_from_carriers_and_says_what_it_cannot_know() {
    let scene = registered("");
    fs::remove_file(scene.at("office/register.json")).unwrap();
    let from = "--from v1 --from legal1 --from audit2";
    let ran = scene
        .run(&format!("register rebuild {from} {REGISTER}"))
        .exits(0);
    ran.says("with 3 carriers")
        .says("sites")
        .says("whose share 3 is");
    assert_eq!(words(&scene), ["found", "checked", "checked", "checked"]);
    let vault = &state(&scene).vaults[0];
    assert_eq!((vault.life, vault.carriers.len()), (Life::Live, 3));
    let custodians: Vec<_> = vault
        .shares
        .iter()
        .map(|s| s.custodian.as_deref())
        .collect();
    assert_eq!(custodians, [Some("legal"), Some("audit"), None]);
    assert!(vault.shares.iter().all(|share| share.check_key.is_some()));
    // More of it later.
    scene
        .run(&format!("register rebuild --from ops1 {REGISTER}"))
        .exits(0);
    let vault = &state(&scene).vaults[0];
    assert_eq!(vault.shares[2].custodian.as_deref(), Some("ops"));
    assert_eq!(
        (vault.carriers.len(), vault.shares[0].custodian.as_deref()),
        (4, Some("legal"))
    );
    // What is damaged is not entered.
    scene.damage("legal2", "share.json");
    scene
        .run("register rebuild --from legal2 --register new.json")
        .exits(2)
        .says("nothing was entered");
    scene.is_absent("new.json");
}

/// What a register has counts as genuine: a stranger's vault does not get into it without a word.
#[test]
fn a_vault_that_is_new_to_a_register_is_compared_with_the_paper_before_it_is_entered() {
    let scene = production();
    let id = scene.id();
    let rebuild = |more: &str| scene.run(&format!("register rebuild --from v1 {more}"));
    rebuild("--register new.json")
        .exits(0)
        .says(&id)
        .says("compare this vault with the paper")
        .says("nobody compared this vault");
    // It is known now.
    rebuild("--register new.json")
        .exits(0)
        .does_not_say("New to this register");
    rebuild(&format!("--register other.json --expect {id}"))
        .exits(0)
        .does_not_say("nobody compared");
    let strange = format!(
        "{}{}",
        if id.starts_with('0') { "1" } else { "0" },
        &id[1..]
    );
    rebuild(&format!("--register third.json --expect {strange}"))
        .exits(5)
        .says("none of those that --expect names");
    scene.is_absent("third.json");
    // Another one of the same label.
    scene.bring(&another(), "v1", "stranger");
    scene
        .run("register rebuild --from stranger --register new.json")
        .exits(0)
        .says("the register has another vault of this label");
    if let Some(mut pty) = Pty::start(
        scene.dir(),
        &[
            "register",
            "rebuild",
            "--from",
            "v1",
            "--register",
            "asked.json",
        ],
    ) {
        pty.expect("Do the words agree with the paper?").types("no");
        pty.ends().exits(4);
        scene.is_absent("asked.json");
    }
}

/// A vault that is on paper only has no other carriers to begin a register from.
#[test]
fn a_register_is_begun_anew_from_scans_of_sheets() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    scene.seal("--rehearsal --scope keys").exits(0);
    for (copy, sheet) in [("v1", "vault.pdf"), ("audit1", "audit.pdf")] {
        scene
            .run(&format!("print {copy} --out {sheet} --rehearsal"))
            .exits(0);
    }
    // Nothing there says what a share's sheet is of.
    scene
        .run(&format!("register rebuild --from audit.pdf {REGISTER}"))
        .exits(2)
        .says("its vault.json is not there");
    let rebuild = format!("register rebuild --from vault.pdf --from audit.pdf {REGISTER}");
    scene.run(&rebuild).exits(0).says("with 2 carriers");
    assert_eq!(words(&scene), ["found", "checked", "checked"]);
    let vault = &state(&scene).vaults[0];
    let carriers = vault.carriers.iter();
    let known: Vec<_> = carriers
        .map(|one| (one.role, one.medium, one.checked.is_some()))
        .collect();
    let sheets = [Role::Vault, Role::Share(2)].map(|role| (role, MediumKind::Paper, true));
    assert_eq!((vault.life, known), (Life::Live, sheets.to_vec()));
    let share = &vault.shares[1];
    assert_eq!(share.custodian.as_deref(), Some("audit"));
    assert!(share.proven.is_some() && share.check_key.is_some());
    assert!(vault.manifest_sha256.is_some());
    // A sheet of which nobody knows which copy it is is placed like any other; a second look makes no second one.
    run(
        &scene,
        &[
            "register",
            "place",
            "share 2=Bern",
            "--register",
            "office/register.json",
        ],
    )
    .exits(0);
    scene.run(&rebuild).exits(0);
    let carriers = &state(&scene).vaults[0].carriers;
    assert_eq!(carriers.len(), 2);
    assert_eq!(carriers[1].site.as_deref(), Some("Bern"));
    // A share's sheet with the vault.json of a medium.
    scene
        .run("register rebuild --from audit.pdf --from legal1 --register new.json")
        .exits(0)
        .says("with 2 carriers");
}

#[test]
fn a_vault_that_the_register_does_not_know_is_said_and_not_entered() {
    let scene = registered("");
    let other = sealed();
    scene.bring(&other, "v1", "strange");
    let ran = scene.run(&format!("verify strange {REGISTER}")).exits(0);
    ran.says("is not in the register")
        .does_not_say("a vault of the register");
    assert_eq!(words(&scene), ["begun", "sealed"]);
}

#[test]
fn notes_and_intervals_are_entered() {
    let scene = registered("");
    let note = [
        "register",
        "note",
        "moved to the new safe",
        "--register",
        "office/register.json",
        "--by",
        "Ms K",
    ];
    run(&scene, &note).exits(0);
    scene
        .run(&format!("register policy D4=6 refresh=off {REGISTER}"))
        .exits(0)
        .says("D4 every 6 months, refresh never");
    for wrong in ["D7=6", "D4", "D4=0", "D4=x", "d4=6"] {
        scene
            .run(&format!("register policy {wrong} {REGISTER}"))
            .exits(2);
    }
    let shown = scene
        .run(&format!("register show --entries {REGISTER}"))
        .exits(0);
    let shown = shown
        .says("noted by Ms K")
        .says("D4 every 6 months")
        .says("in use");
    let shown = shown
        .says("share 2  audit: never proven")
        .says("vault, copy 1 of 2");
    assert!(
        shown.out.lines().all(|line| line.len() <= 100),
        "{}",
        shown.out
    );
}

#[test]
fn killed_before_the_first_share_the_register_says_unfinished_and_claims_no_more() {
    for medium in ["legal1", "audit1", "ops2"] {
        let scene = Scene::new();
        fs::create_dir(scene.at("office")).unwrap();
        let seal = Scene::seal_words(&format!("--rehearsal {REGISTER}"));
        let begun = || !names(&scene.at(medium)).is_empty();
        let ran = stopped(&scene, &seal, Signal::KILL, begun);
        let words = words(&scene);
        assert_eq!(words[0], "begun", "a share is out: {words:?}");
        if ran.status.is_none() {
            let vault = &state(&scene).vaults[0];
            assert_eq!(vault.life, Life::Unfinished);
        }
    }
}

#[test]
fn a_sealing_that_is_stopped_says_what_is_out() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let seal = Scene::seal_words(&format!("--rehearsal {REGISTER}"));
    let begun = || !names(&scene.at("audit1")).is_empty();
    let ran = stopped(&scene, &seal, Signal::INT, begun);
    if ran.status == Some(0) {
        return;
    }
    ran.exits(130);
    assert_eq!(words(&scene), ["begun", "broken-off"]);
    let vault = &state(&scene).vaults[0];
    assert_eq!(vault.life, Life::Unfinished);
    let out = SHARES
        .iter()
        .filter(|medium| !names(&scene.at(medium)).is_empty())
        .count();
    assert_eq!(
        vault.carriers.len(),
        out,
        "all that could be reached was taken back"
    );
}

#[test]
fn what_a_killed_run_left_beside_the_register_is_named_and_removed() {
    let scene = registered("");
    scene.put("office/.register.json.unfinished-0011223344556677", b"half");
    scene.put("office/.other.json.unfinished-00", b"not ours");
    let ran = scene.run(&format!("verify v1 {REGISTER}")).exits(0);
    ran.says("unfinished-0011223344556677")
        .says("it is removed");
    let left = names(&scene.at("office"));
    assert_eq!(left, [".other.json.unfinished-00", "register.json"]);
}

#[test]
fn a_sheet_is_confirmed_and_a_carrier_is_bagged_or_destroyed_by_name() {
    let scene = registered("");
    let print = format!("print legal2 --out sheet.pdf --rehearsal {REGISTER}");
    scene.run(&print).exits(0);
    let tell = |more: &[&str]| {
        let register = ["--register", "office/register.json"];
        run(&scene, &[&["register"], more, &register].concat())
    };
    let find = |paper: bool| {
        let state = state(&scene);
        let mut all = state.vaults[0].carriers.clone().into_iter();
        all.find(|c| c.role == Role::Share(1) && (c.medium == MediumKind::Paper) == paper)
            .unwrap()
    };
    tell(&["confirmed", "share 2"]).exits(2).says("is no sheet");
    tell(&["confirmed", "share 1"]).exits(0).says("is paper");
    assert!(!find(true).prepared);

    tell(&["bagged", "share 1/1=A-1001"])
        .exits(0)
        .says("share 1, copy 1 is in bag A-1001");
    assert_eq!(find(false).bag.as_deref(), Some("A-1001"));
    tell(&["bagged", "share 1/1="]).exits(2);
    tell(&["bagged", "share 1/1"]).exits(2);

    tell(&["destroyed", "vault 2"]).exits(2).says("--reason");
    tell(&["destroyed", "vault 2", "--reason", "worn, shredded"])
        .exits(0)
        .says("vault, copy 2 was destroyed");
    tell(&["destroyed", "vault 2", "--reason", "again"])
        .exits(2)
        .says("knows no carrier vault 2");
    tell(&["destroyed", "vault 9", "--reason", "x"]).exits(2);
    assert_eq!(words(&scene)[3..], ["confirmed", "bagged", "destroyed"]);
}

#[test]
fn of_two_carriers_with_one_name_neither_is_destroyed_by_it() {
    let scene = registered("");
    fs::create_dir(scene.at("legal3")).unwrap();
    scene
        .run(&format!("copy legal2 legal3 --rehearsal {REGISTER}"))
        .exits(0);
    let destroyed = |what: &str| {
        let args = ["register", "destroyed", what, "--reason", "forged"];
        run(
            &scene,
            &[&args[..], &["--register", "office/register.json"]].concat(),
        )
    };
    let gone = || {
        let state = state(&scene);
        let all = state.vaults[0].carriers.iter();
        all.filter(|one| one.destroyed).count()
    };
    let named = destroyed("share 1/2").exits(2);
    named
        .says("may be:")
        .says("name the one that is meant by its id");
    assert_eq!(gone(), 0);
    destroyed("legal3").exits(0);
    assert_eq!(gone(), 1);
    destroyed("share 1/2").exits(0);
    assert_eq!(gone(), 2);
}

#[test]
fn status_asks_no_more_for_what_was_destroyed_and_for_a_sheet_that_was_confirmed() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    scene.seal(&format!("{EXCEPTIONS} {REGISTER}")).exits(0);
    let vault = state(&scene).vaults[0].id;
    let mut register = read(&scene);
    let carrier = CarrierRef {
        carrier_id: None,
        role: Role::Share(1),
        copy: Some(3),
    };
    let stamp = register.entries().last().unwrap().stamp.clone();
    register
        .add(&stamp, &Event::Printed(OfCarrier { vault, carrier }))
        .unwrap();
    scene.put("office/register.json", &register.to_bytes());
    let status = || scene.run("status --register office/register.json --as-of 2030-01-01");
    status().says("vault copy 2").says("share 1 copy 3");
    for told in [
        &["destroyed", "vault 2", "--reason", "worn"][..],
        &["confirmed", "share 1/3"],
    ] {
        let register = ["--register", "office/register.json"];
        run(&scene, &[&["register"], told, &register].concat()).exits(0);
    }
    let quiet = status().says("vault copy 1");
    quiet
        .does_not_say("vault copy 2")
        .does_not_say("nobody confirmed");
}

#[test]
fn a_look_at_a_register_changes_nothing_and_is_not_refused_for_where_it_lies() {
    let scene = registered("");
    let left = "office/.register.json.unfinished-0011223344556677";
    scene.put(left, b"half");
    let beside = "legal1/register.json";
    fs::copy(scene.at("office/register.json"), scene.at(beside)).unwrap();
    for words in ["register show", "register verify", "register head"] {
        scene.run(&format!("{words} {REGISTER}")).exits(0);
        scene.run(&format!("{words} --register {beside}")).exits(0);
        let ran = scene.run(&format!("{words} --register none.json")).exits(2);
        ran.says("there is no register");
    }
    assert_eq!(fs::read(scene.at(left)).unwrap(), b"half");
}

#[test]
fn a_sealed_vault_whose_register_cannot_be_written_is_sealed_and_says_so() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    // What is there is no register: found out before anything is written.
    scene.put("office/register.json", b"{}");
    scene
        .seal(&format!("--rehearsal {REGISTER}"))
        .exits(4)
        .says("the register, line 1");
    crate::seal::everything_is_bare(&scene);
    fs::remove_file(scene.at("office/register.json")).unwrap();
    std::os::unix::fs::symlink("/dev/null", scene.at("office/register.json")).unwrap();
    let ran = scene.seal(&format!("--rehearsal {REGISTER}"));
    assert_ne!(ran.status, Some(0), "{ran}");
    crate::seal::everything_is_bare(&scene);
}

#[test]
fn two_commands_at_once_lose_no_entry() {
    let scene = registered("");
    let start = |medium: &str| {
        let words = format!("verify {medium} {REGISTER}");
        let args: Vec<&str> = words.split_whitespace().collect();
        crate::support::command(scene.dir(), &args)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = ["v1", "v2", "legal1", "ops1", "audit1"].map(start).into();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(words(&scene).len(), 7);
    assert_eq!(read(&scene).heads().len(), 1);
}

#[test]
fn a_sealing_that_asks_asks_for_the_register_too() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words("--rehearsal --contact x --note note.txt");
    let words: Vec<&str> = words
        .split_whitespace()
        .filter(|word| *word != "--label" && *word != "Bank-A")
        .collect();
    let Some(mut pty) = Pty::start(scene.dir(), &words) else {
        return;
    };
    pty.expect("(for example: Bank A node): ").types("Bank-A");
    pty.expect("Whose shares to protect").types("");
    let question = "Register file (press Enter: none is kept):";
    pty.expect(question).types("nowhere/register.json");
    pty.expect("check the path").expect(question);
    pty.types("office/register.json");
    pty.expect("A register is begun");
    pty.ends().exits(0).says("SEALED");
    assert_eq!(read(&scene).entries().count(), 2);
}

#[test]
fn the_wall_clock_that_was_read_stands_in_the_entries() {
    let scene = Scene::new();
    fs::create_dir(scene.at("office")).unwrap();
    let words = Scene::seal_words(&format!("{EXCEPTIONS} {REGISTER}"));
    let mut args: Vec<&str> = words.split_whitespace().collect();
    args.extend(["--wall-clock", "2031-01-02 03:04 UTC"]);
    run(&scene, &args).exits(0);
    let register = read(&scene);
    let walls: Vec<_> = register
        .entries()
        .map(|entry| entry.stamp.wall.unwrap().date())
        .collect();
    assert_eq!(walls, ["2031-01-02"; 2]);
}

/// An old copy of a register says as much as the register: who keeps the other shares, and where.
#[test]
fn no_share_goes_where_any_register_lies_whatever_it_is_called() {
    let scene = Scene::new();
    fs::create_dir(scene.at("legal2/old")).unwrap();
    scene.put(
        "legal2/old/notes.txt",
        b"{\"type\":\"coldvault/register/1\",\"entries\":[\n]}\n",
    );
    scene
        .seal("--rehearsal")
        .exits(5)
        .says("is a register: a share may not go where it lies");
    assert!(names(&scene.at("v1")).is_empty() && names(&scene.at("legal1")).is_empty());
    fs::create_dir(scene.at("fresh")).unwrap();
    fs::rename(scene.at("legal2/old"), scene.at("fresh/old")).unwrap();
    scene.seal("--rehearsal").exits(0);
    scene
        .run("copy legal1 fresh --rehearsal")
        .exits(5)
        .says("is a register");
    assert_eq!(names(&scene.at("fresh")), ["old"]);
    scene.run("copy v1 fresh --rehearsal").exits(0);
}

/// Whoever can write a register can write "proven" into it.
#[test]
fn a_receipt_in_the_register_that_no_share_signed_is_named() {
    let scene = registered("");
    let mut register = read(&scene);
    let stamp = register.entries().last().unwrap().stamp.clone();
    let made_up = Event::Receipt(Receipted {
        vault: register.state().vaults[0].id,
        number: 2,
        challenge: "aardvark adroitness".into(),
        receipt: "{}\n00\n".into(),
    });
    register.add(&stamp, &made_up).unwrap();
    fs::write(scene.at("office/register.json"), register.to_bytes()).unwrap();
    scene
        .run(&format!("register verify {REGISTER}"))
        .exits(4)
        .says("the receipt of share 2 proves nothing");
    scene
        .run(&format!("register show {REGISTER}"))
        .exits(0)
        .says("the receipt of share 2 proves nothing")
        .says("share 2  audit: never proven");
    let line = read(&scene).entries().last().unwrap().line;
    scene
        .run("status --register office/register.json")
        .says("the receipt of share 2 proves nothing: it is not signed with that share")
        .says(&format!("line {line}"))
        .says("coldvault register challenge --register office/register.json");
}
