//! Custodians who come and go, and the receipts that they sign far away.

use std::fs;

use coldvault::receipt::ReadReceipt;
use coldvault::register::{Challenged, Event, Register, Stamp, Standing};
use coldvault::time::Time;

use crate::register::{REGISTER, registered, state, words};
use crate::scene::{Scene, another};
use crate::support::{Ran, run};

fn office(scene: &Scene, args: &[&str]) -> Ran {
    run(
        scene.dir(),
        &[args, &["--register", "office/register.json"]].concat(),
    )
}

/// The words that the office drew.
fn challenge(scene: &Scene, more: &[&str]) -> String {
    let ran = office(scene, &[&["register", "challenge"], more].concat()).exits(0);
    let lines = ran.out.lines().filter_map(|line| line.strip_prefix("  "));
    lines.collect::<Vec<_>>().join(" ")
}

fn receipt(scene: &Scene, medium: &str, words: &str, file: &str) -> Ran {
    run(
        scene.dir(),
        &["verify", medium, "--challenge", words, "--receipt", file],
    )
}

#[test]
fn scenario_10_who_leaves_exposes_a_share_and_the_date_of_the_next_sealing_is_said() {
    let scene = registered("");
    let ran = office(
        &scene,
        &["custodian", "leave", "audit", "--since", "2026-11-02"],
    )
    .exits(0);
    let ran = ran
        .says("exposed 1 of 2 needed")
        .says("2 reachable, 2 needed: none to spare");
    ran.says("seal anew, with a new key, by 2026-11-09 (the share was not given back)");
    let shown = office(&scene, &["register", "show"]).exits(0);
    shown
        .says("audit: never proven, EXPOSED")
        .says("LEFT 2026-11-02");
    // A second one: enough is out.
    let ran = office(&scene, &["custodian", "leave", "ops"]).exits(0);
    let ran = ran
        .says("exposed 2 of 2 needed")
        .says("1 reachable, 2 needed: it cannot be opened");
    ran.says("count its keys as known")
        .says("cannot be opened by those who can");
    // Where the person is changes nothing about the share.
    for (what, reachable) in [("unreachable", 1), ("reachable", 2)] {
        let ran = office(&scene, &["custodian", what, "audit"]).exits(0);
        ran.says("exposed 2 of 2 needed")
            .says(&format!("{reachable} reachable, 2 needed"))
            .says("1. Count the node's own keys as known")
            .does_not_say("seal anew");
    }
    let again = ["custodian", "leave", "audit", "--since", "2026-11-02"];
    office(&scene, &again).exits(0);
    // Who left is no new custodian.
    office(&scene, &["custodian", "add", "audit"])
        .exits(5)
        .says("did not give the share back");
    // The share came back after all.
    let ran = office(&scene, &["custodian", "returned", "audit"]).exits(0);
    ran.says("exposed 1 of 2 needed")
        .says("by 2026-12-02 (the share was given back)");
    // Nobody who left gets a share again.
    fs::create_dir(scene.at("next")).unwrap();
    scene.clear_media();
    let ran = scene.seal(&format!("--rehearsal {REGISTER}")).exits(5);
    ran.says("audit left on 2026-11-02");
}

#[test]
fn what_is_suspected_is_exposed_until_somebody_looked_into_it_and_the_steps_are_said_in_order() {
    let scene = registered("");
    let ran = office(
        &scene,
        &["custodian", "suspect", "ops", "--since", "2026-11-02"],
    )
    .exits(0);
    let ran = ran
        .says("exposed 1 of 2 needed")
        .says("1 reachable beyond the 2 needed")
        .says("by 2026-11-09 (somebody else may know the share)");
    ran.says("1. Hold no ceremony with share 3 (ops)")
        .says("3. Make a new vault with a new key now: it was due on 2026-11-09:")
        .says("4. Destroy every copy of the old vault, and its shares")
        .says("coldvault retire ")
        .does_not_say("revoked");
    // The paper came back; what somebody photographed is known all the same.
    let ran = office(&scene, &["custodian", "returned", "ops"]).exits(0);
    ran.says("exposed 1 of 2 needed");
    office(&scene, &["custodian", "reachable", "ops"]).exits(0);
    // From the number that opens the vault on, a new vault of the same keys helps nobody.
    let ran = office(&scene, &["custodian", "suspect", "audit"]).exits(0);
    ran.says("exposed 2 of 2 needed")
        .says("1. Count the node's own keys as known")
        .says("2. Have these certificates revoked")
        .says("Do not rotate")
        .says("4. Seal a vault of the new keys")
        .does_not_say("1. Hold no ceremony");
    office(&scene, &["custodian", "cleared", "audit"])
        .exits(2)
        .says("--note");
    let clear = [
        "custodian",
        "cleared",
        "audit",
        "--note",
        "camera seen: nobody came",
    ];
    office(&scene, &clear)
        .exits(0)
        .says("exposed 1 of 2 needed");
    let clear = [
        "custodian",
        "cleared",
        "ops",
        "--note",
        "never left the bag",
    ];
    let ran = office(&scene, &clear).exits(0);
    ran.says("exposed 0 of 2 needed").does_not_say("What to do");
}

#[test]
fn who_left_with_a_share_is_not_cleared_by_clearing_the_suspicion() {
    let scene = registered("");
    office(
        &scene,
        &["custodian", "leave", "ops", "--since", "2026-11-02"],
    )
    .exits(0);
    office(&scene, &["custodian", "suspect", "ops"]).exits(0);
    let clear = ["custodian", "cleared", "ops", "--note", "nobody saw it"];
    let ran = office(&scene, &clear).exits(0);
    ran.says("exposed 1 of 2 needed")
        .says("by 2026-11-09 (the share was not given back)");
}

#[test]
fn who_cannot_be_reached_lowers_the_margin_until_reached_again() {
    let scene = registered("");
    let ran = office(&scene, &["custodian", "unreachable", "ops"]).exits(0);
    ran.says("exposed 0 of 2 needed")
        .says("2 reachable, 2 needed: none to spare");
    let ran = office(&scene, &["custodian", "reachable", "ops"]).exits(0);
    ran.says("1 reachable beyond the 2 needed")
        .does_not_say("seal anew");
    assert_eq!(
        state(&scene).custodian("ops").unwrap().standing,
        Standing::Here
    );
}

#[test]
fn a_custodian_moves_to_a_place_and_is_known_by_name() {
    let scene = registered("");
    office(&scene, &["custodian", "move", "ops", "--site", "Geneva"]).exits(0);
    assert_eq!(
        state(&scene).custodian("ops").unwrap().site.as_deref(),
        Some("Geneva")
    );
    office(&scene, &["custodian", "move", "ops"])
        .exits(2)
        .says("--site");
    office(&scene, &["custodian", "leave", "Ops"])
        .exits(2)
        .says("is not a custodian");
    office(
        &scene,
        &["custodian", "leave", "ops", "--since", "yesterday"],
    )
    .exits(2);
    office(&scene, &["custodian", "add", "new one"]).exits(0);
    assert_eq!(words(&scene)[2..], ["custodian", "custodian"]);
}

#[test]
fn a_receipt_over_the_office_s_words_proves_a_share_from_far_away() {
    let scene = registered("");
    let drawn = challenge(&scene, &[]);
    assert_eq!(drawn.split(' ').count(), 8);
    let ran = receipt(&scene, "ops1", &drawn.to_uppercase(), "ops.receipt").exits(0);
    let ran = ran.says("receipt in ops.receipt").says("code");
    let (_, code) = ran.out.split_once("    code     ").unwrap();
    assert_eq!(code.trim().split(' ').count(), 4);
    let ran = office(&scene, &["register", "add-receipt", "ops.receipt"]).exits(0);
    let today = state(&scene).challenges[0].at.date();
    ran.says("share 3 (ops)")
        .says(&format!("proven as of {today}, when its words were drawn"));
    office(&scene, &["register", "verify"]).exits(0);
    let vault = &state(&scene).vaults[0];
    let proven: Vec<_> = vault
        .shares
        .iter()
        .map(|share| share.proven.is_some())
        .collect();
    assert_eq!(proven, [false, false, true]);
    office(&scene, &["register", "add-receipt", "ops.receipt"])
        .exits(5)
        .says("entered before");
    // It tells nothing of the share.
    let share = fs::read_to_string(scene.file("ops1", "share.json")).unwrap();
    let (_, y) = share.split_once("\"y\": \"").unwrap();
    let signed = fs::read_to_string(scene.at("ops.receipt")).unwrap();
    assert!(!signed.contains(&y[..64]));
    // And it is nothing that a stock tool could not check: two lines.
    assert_eq!(signed.lines().count(), 2);
}

/// A receipt of a share is worth the day of its words, and a second one over them is worth nothing more.
#[test]
fn words_are_for_shares_that_are_named_and_each_answers_them_once() {
    let scene = registered("");
    let ran = office(&scene, &["register", "challenge", "--for", "audit"]).exits(0);
    ran.says(&format!("for share 2 of vault {}", scene.id()))
        .says("one for each share");
    let drawn = challenge(&scene, &[]);
    let meant = &state(&scene).challenges;
    let id = state(&scene).vaults[0].id;
    let shares: Vec<_> = meant.iter().map(|one| one.shares.clone()).collect();
    assert_eq!(shares, [vec![(id, vec![2])], vec![(id, vec![1, 2, 3])]]);
    for (medium, file) in [("ops1", "first"), ("ops2", "second"), ("legal1", "legal")] {
        receipt(&scene, medium, &drawn, file).exits(0);
    }
    // Another day of the custodian's clock makes another receipt of the same words.
    let again = ReadReceipt::from_bytes(&fs::read(scene.at("second")).unwrap()).unwrap();
    assert_eq!(again.claims.challenge, drawn);
    office(&scene, &["register", "add-receipt", "first"]).exits(0);
    office(&scene, &["register", "add-receipt", "second"])
        .exits(5)
        .says("a receipt of share 3 over these words was entered before")
        .says("coldvault register challenge --register office/register.json");
    office(&scene, &["register", "add-receipt", "legal"]).exits(0);
    // Somebody who keeps no share is asked for none.
    office(&scene, &["custodian", "add", "new one"]).exits(0);
    office(&scene, &["register", "challenge", "--for", "new one"])
        .exits(2)
        .says("no share of a vault in use");
}

/// Received long after its words were drawn, it proves what was then.
#[test]
fn a_receipt_that_comes_late_counts_from_the_day_its_words_were_drawn() {
    let scene = registered("");
    let path = scene.at("office/register.json");
    let mut register = Register::from_bytes(&fs::read(&path).unwrap()).unwrap();
    let vault = state(&scene).vaults[0].id;
    let words = "aardvark adroitness aardvark adroitness aardvark adroitness aardvark adroitness";
    let long_ago = Time::parse_day("2026-01-05").unwrap();
    let stamp = Stamp {
        at: long_ago,
        wall: None,
        by: None,
        tool: "coldvault test".into(),
    };
    let drawn = Event::Challenged(Challenged {
        challenge: words.into(),
        for_whom: None,
        shares: vec![(vault, vec![1, 2, 3])],
    });
    register.add(&stamp, &drawn).unwrap();
    fs::write(&path, register.to_bytes()).unwrap();
    receipt(&scene, "ops1", words, "ops.receipt").exits(0);
    office(&scene, &["register", "add-receipt", "ops.receipt"])
        .exits(0)
        .says("proven as of 2026-01-05");
    assert_eq!(state(&scene).vaults[0].shares[2].proven, Some(long_ago));
    office(&scene, &["register", "show"])
        .exits(0)
        .says("share 3  ops: proven 2026-01-05");
}

#[test]
fn an_edited_receipt_other_words_and_another_share_are_refused_and_named() {
    let scene = registered("");
    let drawn = challenge(&scene, &[]);
    receipt(&scene, "ops1", &drawn, "good").exits(0);
    let good = fs::read_to_string(scene.at("good")).unwrap();
    let bad = |name: &str, text: String| {
        assert_ne!(text, good);
        scene.put(name, text.as_bytes());
        office(&scene, &["register", "add-receipt", name]).exits(4)
    };
    bad("number", good.replace("\"number\":3", "\"number\":2")).says("its signature does not hold");
    bad("cut", good.lines().next().unwrap().to_owned()).says("two lines");
    bad("more", format!("{good}x\n"));
    // A key of somebody else, over the right words.
    let forged = coldvault::receipt::Receipt {
        challenge: drawn.clone(),
        ..ReadReceipt::from_bytes(good.as_bytes()).unwrap().claims
    };
    let secret = coldvault::secret::SecretBytes::copied(&[7; 32]);
    let other = coldvault::signature::Identity::derive(&secret, "coldvault/share-check/1");
    bad("forged", forged.sign(&other)).says("its signature does not hold");
    // Another vault.
    let strange = another();
    scene.bring(&strange, "ops1", "strange");
    receipt(&scene, "strange", &drawn, "strange.receipt").exits(0);
    office(&scene, &["register", "add-receipt", "strange.receipt"])
        .exits(4)
        .says("not in the register");
    // Words that the office never drew, and words that are not the newest any more.
    let made_up = "aardvark adroitness aardvark adroitness aardvark adroitness aardvark adroitness";
    receipt(&scene, "ops1", made_up, "made-up").exits(0);
    office(&scene, &["register", "add-receipt", "made-up"])
        .exits(5)
        .says("never drawn");
    let for_legal = challenge(&scene, &["--for", "legal"]);
    receipt(&scene, "ops1", &for_legal, "for-legal").exits(0);
    office(&scene, &["register", "add-receipt", "for-legal"])
        .exits(5)
        .says("another custodian");
    assert!(words(&scene).iter().all(|word| word != "receipt"));
    office(&scene, &["register", "add-receipt", "good"]).exits(0);
}

#[test]
fn a_receipt_is_proven_against_a_carrier_where_the_register_lacks_the_key() {
    let scene = registered("");
    let drawn = challenge(&scene, &[]);
    receipt(&scene, "legal2", &drawn, "legal.receipt").exits(0);
    let strange = another();
    scene.bring(&strange, "v1", "strange");
    let args = ["register", "add-receipt", "legal.receipt", "--vault"];
    office(&scene, &[&args[..], &["strange"]].concat())
        .exits(4)
        .says("no genuine vault.json");
    office(&scene, &[&args[..], &["v2"]].concat()).exits(0);
}

/// Of a sealing that never ended the register knows no check keys: the receipt brings them with it, and holds afterwards.
#[test]
fn with_a_carrier_the_register_learns_the_check_keys_that_it_lacks() {
    let scene = registered("");
    let path = scene.at("office/register.json");
    let text = fs::read_to_string(&path).unwrap();
    let begun: Vec<&str> = text.lines().take(2).collect();
    let begun = format!("{}\n]}}\n", begun.join("\n").trim_end_matches(','));
    fs::write(&path, begun).unwrap();
    assert_eq!(words(&scene), ["begun"]);
    let drawn = challenge(&scene, &[]);
    receipt(&scene, "legal2", &drawn, "legal.receipt").exits(0);
    let args = ["register", "add-receipt", "legal.receipt"];
    office(&scene, &args)
        .exits(2)
        .says("no check key of share 1")
        .says("--vault PATH");
    office(&scene, &[&args[..], &["--vault", "legal2"]].concat()).exits(0);
    assert_eq!(words(&scene), ["begun", "challenged", "found", "receipt"]);
    let vault = &state(&scene).vaults[0];
    assert!(vault.shares[0].proven.is_some() && vault.shares[1].check_key.is_some());
    assert_eq!(vault.life, coldvault::register::Life::Unfinished);
    office(&scene, &["register", "verify"]).exits(0);
    // A key that somebody put into the register is not the vault's own.
    let text = fs::read_to_string(&path).unwrap();
    let key = vault.shares[1].check_key.unwrap().hex();
    let strange = another().manifest().shares[1].check_key.hex();
    let lines: Vec<&str> = text.lines().collect();
    let kept = format!("{}\n{}\n]}}\n", lines[0], lines[1].trim_end_matches(','));
    let mut register = Register::from_bytes(kept.as_bytes()).unwrap();
    let full = Register::from_bytes(text.as_bytes()).unwrap();
    for entry in full.entries().skip(1) {
        let mut event = entry.event.clone().unwrap();
        if let Event::Found(found) = &mut event {
            let sealing = &mut found.seen;
            let forged = strange.clone();
            let bytes = data_encoding::HEXLOWER.decode(forged.as_bytes()).unwrap();
            sealing.shares[1].check_key =
                coldvault::signature::PublicKey(bytes.try_into().unwrap());
            assert_ne!(sealing.shares[1].check_key.hex(), key);
        }
        register.add(&entry.stamp, &event).unwrap();
    }
    fs::write(&path, register.to_bytes()).unwrap();
    receipt(&scene, "audit1", &drawn, "audit.receipt").exits(0);
    let args = ["register", "add-receipt", "audit.receipt", "--vault", "v1"];
    office(&scene, &args)
        .exits(4)
        .says("another check key of share 2 than the vault's own vault.json");
}

#[test]
fn no_receipt_is_made_of_what_is_damaged_closed_or_of_several() {
    let scene = registered("");
    let drawn = challenge(&scene, &[]);
    receipt(&scene, "v1", &drawn, "none")
        .exits(5)
        .says("no share here is whole, open and proven");
    let words = ["verify", "legal1", "ops1", "--challenge", &drawn];
    run(scene.dir(), &words)
        .exits(5)
        .says("of several custodians");
    let words = ["verify", "legal1", "legal2", "--challenge", &drawn];
    run(scene.dir(), &words).exits(0).says("receipt above");
    scene.damage("ops1", "share.json");
    receipt(&scene, "ops1", &drawn, "none").exits(5);
    scene.is_absent("none");
    let swapped = drawn.split(' ').rev().collect::<Vec<_>>().join(" ");
    receipt(&scene, "legal1", &swapped, "none")
        .exits(2)
        .says("--challenge: word 1");
    scene.put("taken", b"x");
    receipt(&scene, "legal1", &drawn, "taken").exits(5);
    run(scene.dir(), &["verify", "legal1", "--receipt", "none"]).exits(2);
}

#[test]
fn what_is_said_over_the_phone_is_a_claim() {
    let scene = registered("");
    let drawn = challenge(&scene, &[]);
    let ran = receipt(&scene, "audit1", &drawn, "audit.receipt").exits(0);
    let (_, code) = ran.out.split_once("    code     ").unwrap();
    let code = code.trim().to_owned();
    let ran = office(&scene, &["register", "add-claim", "2", "--words", &code]).exits(0);
    ran.says("a claim, and no proof");
    let share = state(&scene).vaults[0].shares[1].clone();
    assert!(share.claimed.is_some() && share.proven.is_none());
    office(&scene, &["register", "add-claim", "9", "--words", &code]).exits(2);
    office(
        &scene,
        &[
            "register",
            "add-claim",
            "2",
            "--words",
            "one two three four",
        ],
    )
    .exits(2);
    let bytes = fs::read(scene.at("office/register.json")).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(&format!("\"challenge\":\"{drawn}\"")));
    Register::from_bytes(&bytes).unwrap();
}
