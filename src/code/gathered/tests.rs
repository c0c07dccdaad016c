use proptest::prelude::*;
use proptest::sample::Index;

use super::super::of_share;
use super::super::tests::{identity, open, protected, share, vault, written};
use super::super::text::{of_part, short_digest};
use super::*;
use crate::code::{VaultFiles, VaultState};

fn gathered(texts: &[String]) -> Gathered {
    let mut gathered = Gathered::default();
    for text in texts {
        assert_eq!(gathered.take(text, "here"), Taken::New, "{text}");
    }
    gathered
}

fn only<T>(mut all: Vec<T>) -> T {
    assert_eq!(all.len(), 1);
    all.pop().unwrap()
}

fn codes_of(files: &VaultFiles) -> Vec<String> {
    written(&files.codes().unwrap().codes)
}

/// One part of a set with another content, and a good check.
fn forged(text: &str) -> String {
    let Ok(Text::Part(mut part)) = Text::parse(text) else {
        panic!("a part")
    };
    part.data[0] ^= 1;
    of_part(&part).to_string()
}

fn is_complete(gathered: &Gathered, files: &VaultFiles) -> bool {
    only(gathered.vaults()).state == VaultState::Complete(files.clone())
}

#[test]
fn a_share_comes_back_from_either_code_and_its_file_is_the_same() {
    let share = open(1, 2, "legal");
    let codes = written(&of_share(&share).unwrap());
    for texts in [&codes[..1], &codes[1..], &codes[..]] {
        let read = only(gathered(texts).shares());
        assert_eq!(*read.share.unwrap().to_bytes(), *share.to_bytes());
        assert_eq!(read.vault, Some(identity(1).public_key().vault_id()));
        assert_eq!((read.of, read.read.len()), (1, texts.len()));
        assert_eq!(read.from, Origin::from("here"));
    }
}

#[test]
fn a_protected_share_needs_each_of_its_numbers_once() {
    let share = protected(1, 2, "legal");
    let codes = written(&of_share(&share).unwrap());
    let [a1, a2, b1, b2] = [0, 1, 2, 3].map(|place| codes[place].clone());
    for texts in [[&a1, &a2], [&b2, &a1], [&b1, &b2]] {
        let read = only(gathered(&texts.map(String::clone)).shares());
        assert_eq!(*read.share.unwrap().to_bytes(), *share.to_bytes());
    }
    let read = only(gathered(&[a1.clone(), b1]).shares());
    assert!(matches!(read.share, Err(Error::Code { .. })));
    let said = "1 of 2 codes read; still missing: 2";
    assert_eq!(read.missing().as_deref(), Some(said));
    let read = only(gathered(&[a2]).shares());
    let said = "1 of 2 codes read; still missing: 1";
    assert_eq!(read.missing().as_deref(), Some(said));
    let mut all = gathered(&codes);
    assert_eq!(all.take(&a1, "again"), Taken::Again);
    let read = only(all.shares());
    assert_eq!(read.line(), "all 2 codes read, A and B");
    assert_eq!(read.missing(), None);
}

#[test]
fn a_line_may_hold_more_than_a_text_and_small_letters() {
    let codes = written(&of_share(&open(1, 2, "legal")).unwrap());
    let [a, b] = [&codes[0], &codes[1]];
    for line in [
        format!("QR-Code:{a}"),
        format!("  {a}\r\n"),
        a.to_lowercase(),
        format!("2026-11-23;\"{a}\";QR"),
        format!("\u{feff}{a}\t(scanned)"),
        format!("{{\"text\": \"{a}\"}}"),
        format!("x{a}"),
    ] {
        let mut gathered = Gathered::default();
        assert_eq!(gathered.take(&line, "here"), Taken::New, "{line}");
        assert_eq!(gathered.take(a, "here"), Taken::Again);
        assert!(only(gathered.shares()).share.is_ok());
    }
    let mut gathered = Gathered::default();
    assert_eq!(gathered.take(&format!("{a}{b} {a}"), "here"), Taken::New);
    assert_eq!(only(gathered.shares()).read.len(), 2);
}

#[test]
fn the_example_in_the_document_is_a_text() {
    let document = include_str!("../../../docs/format.md");
    let example = document.lines().find(|line| line.starts_with("CV1/V/0000"));
    let Ok(Text::Part(part)) = Text::parse(example.unwrap()) else {
        panic!("a part")
    };
    assert_eq!(part.data, b"coldvault!");
    assert_eq!(part.set, short_digest(b"coldvault!"));
}

#[test]
fn a_base32_field_that_ends_like_a_later_version_is_none() {
    assert_eq!(texts("CV1/S/A/AACV2/ABCDEFGH"), ["CV1/S/A/AACV2/ABCDEFGH"]);
}

#[test]
fn what_is_not_ours_is_told_from_what_is_broken_and_what_is_newer() {
    let mut gathered = Gathered::default();
    let good = &written(&of_share(&open(1, 2, "legal")).unwrap())[0];
    for text in [
        "",
        "https://example.com/CV1/",
        "BEGIN:VCARD",
        "CV/1",
        "curriculum CV2/2020",
        "CV1/X/AAAA/BBBBBBBB",
    ] {
        assert_eq!(gathered.take(text, "here"), Taken::Foreign, "{text}");
    }
    for text in [
        &good[..good.len() - 1],
        &good[..40],
        "CV1/S/",
        "CV1/V//",
        &format!("{good}A"),
    ] {
        assert!(
            matches!(gathered.take(text, "here"), Taken::Bad(_)),
            "{text}"
        );
    }
    let checked = |body: &str| {
        let check = data_encoding::BASE32_NOPAD.encode(&short_digest(body.as_bytes()));
        format!("{body}/{check}")
    };
    let hex = "00".repeat(16);
    let zeros = "A".repeat(8);
    for body in [
        "CV1/S/C/AAAAAAAA".to_owned(),
        "CV1/S/A/AAAAAAA".to_owned(),
        "CV1/S/A/AAAAAAAA".to_owned(),
        "CV1/S/A/AAAAAAA1".to_owned(),
        "CV1/S/A/".to_owned(),
        format!("CV1/V/{hex}/000/002/001/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/003/002/001/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/001/002/003/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/001/256/003/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/1/2/1/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/+01/002/001/{zeros}/{zeros}"),
        format!("CV1/V/{hex}00/001/002/001/{zeros}/{zeros}"),
        format!("CV1/V/{hex}/001/002/001/{zeros}/"),
        format!("CV1/V/{hex}/001/002/001/AAAA/{zeros}"),
        format!("CV1/P/A/{hex}/001/010/{zeros}/{zeros}"),
    ] {
        assert!(
            matches!(gathered.take(&checked(&body), "here"), Taken::Bad(_)),
            "{body}"
        );
    }
    for text in ["CV2/S/A/AAAAAAAA/BBBBBBBB", &checked("CV1/X/AAAAAAAA")] {
        assert_eq!(gathered.take(text, "here"), Taken::Newer, "{text}");
    }
    assert!(gathered.shares().is_empty() && gathered.vaults().is_empty());
}

#[test]
fn every_single_changed_letter_of_a_text_is_refused() {
    let files = vault(1, 600);
    let shares = written(&of_share(&open(1, 2, "legal")).unwrap());
    let closed = written(&of_share(&protected(1, 2, "legal")).unwrap());
    let mut gathered = Gathered::default();
    for text in [&shares[0], &closed[1], &codes_of(&files)[0]] {
        for place in 0..text.len() {
            for letter in ['A', '7', '/', ' ', '0', 'Q'] {
                let mut changed = text.clone();
                changed.replace_range(place..=place, &letter.to_string());
                if changed != *text {
                    let taken = gathered.take(&changed, "here");
                    let refused = matches!(taken, Taken::Bad(_) | Taken::Foreign | Taken::Newer);
                    assert!(refused, "{place} {letter} {taken:?}");
                }
            }
        }
    }
}

#[test]
fn any_page_may_be_lost_and_what_is_missing_is_said() {
    let files = vault(1, 2900);
    let codes = files.codes().unwrap();
    let texts = written(&codes.codes);
    for page in 0..texts.len().div_ceil(codes.per_page) {
        let lost = page * codes.per_page..((page + 1) * codes.per_page).min(texts.len());
        let mut left = texts.clone();
        left.drain(lost.clone());
        let gathered = gathered(&left);
        assert!(is_complete(&gathered, &files), "{page}");
        let read = only(gathered.vaults());
        let said = format!("page {} was not among the scans", page + 1);
        assert!(read.line().ends_with(&said), "{}", read.line());
    }
}

#[test]
fn a_sheet_is_described_by_what_was_read_needed_and_missing() {
    let files = vault(1, 2900);
    let codes = files.codes().unwrap();
    let (texts, needed) = (written(&codes.codes), codes.needed);
    let total = texts.len();
    let mut left = texts.clone();
    left.remove(8);
    left.remove(2);
    left.remove(1);
    let read = only(gathered(&left).vaults());
    assert_eq!(
        read.line(),
        format!(
            "{} of {total} codes read, {needed} needed: enough",
            total - 3
        )
    );
    let per = codes.per_page;
    assert!(per < 9);
    let mut left = texts[..needed - 1].to_vec();
    left.remove(1);
    let read = only(gathered(&left).vaults());
    assert_eq!(read.state, VaultState::NotEnough);
    let line = read.line();
    assert!(line.contains("2 more are missing"), "{line}");
    assert!(line.contains("; page 1: not read: 2"), "{line}");
    let line = only(gathered(&texts).vaults()).line();
    assert!(line.ends_with(": enough"), "{line}");
}

#[test]
fn shares_are_described_by_the_codes_that_were_read() {
    let codes = written(&of_share(&open(1, 2, "audit")).unwrap());
    let line = |texts: &[String]| only(gathered(texts).shares()).line();
    assert_eq!(line(&codes[1..]), "code A not readable, code B read");
    assert_eq!(line(&codes), "codes A and B read");
}

#[test]
fn the_sheet_that_a_code_is_of_is_known_whatever_was_read_before_and_after() {
    let legal = written(&of_share(&open(1, 1, "legal")).unwrap());
    let audit = written(&of_share(&protected(1, 2, "audit")).unwrap());
    let vault = codes_of(&vault(1, 600));
    let mut all = gathered(&[legal[0].clone(), audit[0].clone(), vault[0].clone()]);
    assert_eq!(all.touched(), Some(Touched::Vault(0)));
    for (text, sheet) in [
        (&legal[1], Touched::Share(0)),
        (&audit[1], Touched::Share(1)),
        (&legal[0], Touched::Share(0)),
        (&vault[1], Touched::Vault(0)),
    ] {
        all.take(text, "there");
        assert_eq!(all.touched(), Some(sheet));
    }
    all.forget_shares();
    assert!(all.shares().is_empty() && all.touched().is_none());
    assert_eq!(only(all.vaults()).read.len(), 2);
}

#[test]
fn two_contents_under_one_number_are_left_out_while_there_is_enough_else() {
    let files = vault(1, 600);
    let texts = codes_of(&files);
    let mut gathered = gathered(&texts);
    for place in [0, 2] {
        assert_eq!(gathered.take(&forged(&texts[place]), "there"), Taken::New);
    }
    assert!(is_complete(&gathered, &files));
    let read = only(gathered.vaults());
    assert_eq!(read.contradicting, [1, 3]);
    let line = read.line();
    assert!(
        line.ends_with("; codes 1, 3 were read with two contents"),
        "{line}"
    );
}

#[test]
fn two_contents_are_tried_when_both_are_needed() {
    let files = vault(1, 2900);
    let codes = files.codes().unwrap();
    let texts = &written(&codes.codes)[..codes.needed];
    let mut gathered = Gathered::default();
    for place in [1, 5, 9] {
        assert_eq!(gathered.take(&forged(&texts[place]), "there"), Taken::New);
    }
    assert_eq!(only(gathered.vaults()).state, VaultState::NotEnough);
    for text in texts {
        assert_eq!(gathered.take(text, "here"), Taken::New);
    }
    assert!(is_complete(&gathered, &files));
}

#[test]
fn one_forged_part_alone_under_its_number_is_found_out_where_there_is_one_to_spare() {
    let files = vault(1, 2900);
    let codes = files.codes().unwrap();
    let mut texts = written(&codes.codes);
    texts.truncate(codes.needed + 1);
    texts[4] = forged(&texts[4]);
    assert!(is_complete(&gathered(&texts), &files));
    texts.truncate(codes.needed);
    let state = only(gathered(&texts).vaults()).state;
    assert!(matches!(state, VaultState::Bad(why) if why.contains("contradict")));
}

#[test]
fn sheets_that_use_up_all_tries_keep_no_other_sheet_from_being_read() {
    let files = vault(1, 2900);
    let codes = files.codes().unwrap();
    let texts = written(&codes.codes);
    let spoiled = rewritten(&texts, |part| part.set = [7; 5]);
    let mut gathered = Gathered::default();
    for text in &spoiled {
        gathered.take(text, "there");
    }
    for part in 0..3 {
        for text in rewritten(&texts, |part| part.set = [8; 5]) {
            gathered.take(&forged(&text), "there");
            gathered.take(&rewritten(&[text], |p| p.data[1] ^= 1 + part)[0], "there");
        }
    }
    for text in &texts {
        assert_eq!(gathered.take(text, "here"), Taken::New);
    }
    let vaults = gathered.vaults();
    assert!(matches!(vaults[0].state, VaultState::Bad(_)));
    assert!(matches!(vaults[1].state, VaultState::Bad(_)));
    assert_eq!(vaults[2].state, VaultState::Complete(files));
}

#[test]
fn sheets_of_several_vaults_and_shares_are_kept_apart_whatever_the_order() {
    let (one, two) = (vault(1, 900), vault(2, 1200));
    let mut texts = [codes_of(&one), codes_of(&two)].concat();
    for share in [
        open(1, 2, "legal"),
        open(2, 2, "legal"),
        protected(1, 3, "audit"),
    ] {
        texts.extend(written(&of_share(&share).unwrap()));
    }
    // an order that is none
    texts.sort_unstable_by_key(|text| short_digest(text.as_bytes()));
    let gathered = gathered(&texts);
    let states: Vec<VaultState> = gathered.vaults().into_iter().map(|v| v.state).collect();
    assert_eq!(states.len(), 2);
    for files in [one, two] {
        assert!(states.contains(&VaultState::Complete(files)));
    }
    assert_eq!(gathered.shares().len(), 3);
    assert!(gathered.shares().iter().all(|share| share.share.is_ok()));
}

#[test]
fn two_prints_of_a_vault_are_two_sheets() {
    let files = vault(1, 900);
    let mut other = files.clone();
    other.manifest.push(b'\n');
    let mut gathered = gathered(&codes_of(&files));
    for text in codes_of(&other) {
        gathered.take(&text, "there");
    }
    let states: Vec<VaultState> = gathered.vaults().into_iter().map(|v| v.state).collect();
    assert_eq!(states[0], VaultState::Complete(files));
    assert!(
        matches!(&states[1], VaultState::Bad(why) if why.contains("signature")),
        "{states:?}"
    );
}

/// The texts of a vault's codes with something changed in each, and a good check.
fn rewritten(texts: &[String], change: impl Fn(&mut Piece)) -> Vec<String> {
    let rewrite = |text: &String| {
        let Ok(Text::Part(mut part)) = Text::parse(text) else {
            panic!("a part")
        };
        change(&mut part);
        of_part(&part).to_string()
    };
    texts.iter().map(rewrite).collect()
}

fn bad(gathered: &Gathered) -> String {
    match only(gathered.vaults()).state {
        VaultState::Bad(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_vault_under_the_id_of_another_is_none() {
    let other = identity(2).public_key().vault_id();
    let texts = rewritten(&codes_of(&vault(1, 600)), |part| part.vault = other);
    assert!(bad(&gathered(&texts)).contains("another vault"));
}

#[test]
fn a_payload_that_vault_json_does_not_name_is_none() {
    let mut files = vault(1, 600);
    files.payload[3] ^= 1;
    assert!(bad(&gathered(&codes_of(&files))).contains("payload"));
}

#[test]
fn a_share_in_the_codes_of_a_vault_is_neither() {
    let record = open(1, 2, "legal").to_record().unwrap();
    let part = Piece {
        vault: identity(1).public_key().vault_id(),
        number: 1,
        of: 2,
        needed: 1,
        set: short_digest(&record),
        data: record.to_vec(),
    };
    let gathered = gathered(&[of_part(&part).to_string()]);
    assert!(gathered.shares().is_empty());
    assert!(bad(&gathered).contains("zstd"));
}

#[test]
fn an_open_record_in_protected_codes_and_the_reverse_are_refused() {
    use super::super::text::{of_open_share, of_piece, pieces_of_share};
    let id = identity(1).public_key().vault_id();
    let mut gathered = Gathered::default();
    for piece in pieces_of_share(id, &open(1, 2, "legal").to_record().unwrap()) {
        assert_eq!(
            gathered.take(&of_piece(Twin::A, &piece), "here"),
            Taken::New
        );
    }
    assert!(matches!(
        only(gathered.shares()).share,
        Err(Error::Code { .. })
    ));
    let closed = protected(1, 2, "legal").to_record().unwrap();
    let text = of_open_share(Twin::A, &closed[..closed.len().min(395)]);
    assert!(matches!(gathered.take(&text, "here"), Taken::Bad(_)));
    // of another vault than its codes say
    let mut gathered = Gathered::default();
    for piece in pieces_of_share(identity(2).public_key().vault_id(), &closed) {
        gathered.take(&of_piece(Twin::A, &piece), "here");
    }
    assert!(matches!(
        only(gathered.shares()).share,
        Err(Error::Code { .. })
    ));
}

#[test]
fn a_forged_share_code_is_a_share_whose_signature_shows_it() {
    let mut record = open(1, 2, "legal").to_record().unwrap().to_vec();
    record[10] ^= 1;
    let forged = ReadShare::from_record(&record).unwrap();
    let codes = written(&of_share(&forged).unwrap());
    let mut gathered = gathered(&codes);
    let read = only(gathered.shares()).share.unwrap();
    assert!(!read.is_signed());
    let good = written(&of_share(&open(1, 2, "legal")).unwrap());
    assert_eq!(gathered.take(&good[0], "here"), Taken::New);
    assert_eq!(
        gathered.shares().len(),
        2,
        "two contents under one number are two shares"
    );
    assert!(share(1, 2, "legal").to_bytes().len() > 100);
}

#[test]
fn how_much_is_kept_under_a_number_is_bounded_for_each_source() {
    let files = vault(1, 600);
    let texts = codes_of(&files);
    let mut gathered = Gathered::default();
    let flood: Vec<String> = (1..=200)
        .flat_map(|by| rewritten(&texts[..1], |part| part.data[7] ^= by))
        .collect();
    let taken = flood.iter().map(|text| gathered.take(text, "flood"));
    assert_eq!(taken.filter(|taken| *taken == Taken::New).count(), 8);
    for text in &texts {
        assert_eq!(gathered.take(text, "here"), Taken::New);
    }
    assert!(is_complete(&gathered, &files));
}

#[test]
fn a_scanner_on_another_keyboard_layout_is_told_by_name() {
    let mut gathered = Gathered::default();
    for (line, name) in [
        ("CV&!S!Q!ABCD", "French"),
        ("CV1-S-A-ABCD", "German"),
        ("cv1-v-00", "German"),
    ] {
        let taken = gathered.take(line, "wedge");
        assert!(
            matches!(&taken, Taken::Bad(why) if why.contains(name)),
            "{line} {taken:?}"
        );
    }
    assert_eq!(gathered.take("CV1-X", "wedge"), Taken::Foreign);
}

/// Every code of a sheet with other contents.
fn all_forged(texts: &[String]) -> Vec<String> {
    rewritten(texts, |part| part.data[3] ^= 0x55)
}

fn from_files(files: &[(&str, &[String])]) -> Gathered {
    let mut gathered = Gathered::default();
    for (name, texts) in files {
        for (place, text) in texts.iter().enumerate() {
            let taken = gathered.take(text, format!("{name} page {}", place / 9 + 1).as_str());
            assert_ne!(taken, Taken::Foreign);
        }
    }
    gathered
}

fn numbers_forged(gathered: &Gathered) -> Vec<u8> {
    let forged = only(gathered.vaults()).forged;
    forged.into_iter().map(|(number, _)| number).collect()
}

#[test]
fn a_forged_second_sheet_is_found_out_whatever_the_order() {
    let files = vault(1, 2900);
    let genuine = codes_of(&files);
    let bad = all_forged(&genuine);
    let numbers: Vec<u8> = (1..=genuine.len() as u8).collect();
    for order in [
        [("good.pdf", &genuine[..]), ("bad.pdf", &bad[..])],
        [("bad.pdf", &bad[..]), ("good.pdf", &genuine[..])],
    ] {
        let gathered = from_files(&order);
        assert!(is_complete(&gathered, &files));
        assert_eq!(numbers_forged(&gathered), numbers);
        let sheet = only(gathered.vaults());
        assert!(
            sheet
                .forged
                .iter()
                .all(|(_, from)| from.starts_with("bad.pdf page "))
        );
        let (from, said) = sheet.forgeries().swap_remove(0);
        assert_eq!(from, "bad.pdf page 1");
        assert!(said.starts_with("codes 1, 2, 3, "), "{said}");
    }
    // as lines of one text, too
    for texts in [
        [&genuine[..], &bad[..]].concat(),
        [&bad[..], &genuine[..]].concat(),
    ] {
        let gathered = gathered(&texts);
        assert!(is_complete(&gathered, &files));
        assert_eq!(numbers_forged(&gathered), numbers);
    }
}

#[test]
fn four_forged_contents_under_each_number_keep_the_genuine_ones_from_nothing() {
    let files = vault(1, 2900);
    let genuine = codes_of(&files);
    let bad: Vec<String> = (1..=4)
        .flat_map(|by| rewritten(&genuine, |part| part.data[3] ^= by))
        .collect();
    for order in [
        [&bad[..], &genuine[..]].concat(),
        [&genuine[..], &bad[..]].concat(),
    ] {
        assert!(is_complete(&gathered(&order), &files), "in one text");
    }
    for order in [
        [("bad.txt", &bad[..]), ("good.txt", &genuine[..])],
        [("good.txt", &genuine[..]), ("bad.txt", &bad[..])],
    ] {
        let gathered = from_files(&order);
        assert!(is_complete(&gathered, &files));
        assert_eq!(numbers_forged(&gathered).len(), bad.len());
    }
}

#[test]
fn codes_of_invented_sheets_do_not_keep_a_genuine_one_out() {
    let files = vault(1, 2900);
    let genuine = codes_of(&files);
    let mut bad = Vec::new();
    for number in 0..600_u16 {
        let [high, low] = number.to_be_bytes();
        bad.extend(rewritten(&genuine[..1], |part| {
            part.set = [9, 9, 9, high, low]
        }));
    }
    for order in [
        [("bad.txt", &bad[..]), ("good.txt", &genuine[..])],
        [("good.txt", &genuine[..]), ("bad.txt", &bad[..])],
    ] {
        let read = from_files(&order).vaults();
        assert!(read.len() <= MOST_SETS);
        let complete = VaultState::Complete(files.clone());
        assert!(read.iter().any(|sheet| sheet.state == complete));
    }
}

#[test]
fn two_forged_parts_are_found_out_wherever_they_stand() {
    let files = vault(1, 2900);
    let genuine = codes_of(&files);
    let last = genuine.len() - 1;
    for (one, two) in [(0, 1), (0, last), (3, 9), (2, last / 2)] {
        let mut texts = genuine.clone();
        for place in [one, two] {
            texts[place] = forged(&texts[place]);
        }
        for backwards in [false, true] {
            if backwards {
                texts.reverse();
            }
            let gathered = gathered(&texts);
            assert!(is_complete(&gathered, &files), "{one} {two}");
            assert_eq!(numbers_forged(&gathered), [one as u8 + 1, two as u8 + 1]);
        }
    }
}

#[test]
fn a_page_of_a_forged_sheet_with_a_genuine_one_is_found_out_and_one_page_alone_is_no_sheet() {
    let files = vault(1, 2900);
    let genuine = codes_of(&files);
    let bad = all_forged(&genuine);
    let mixed = [&genuine[..4], &bad[4..]].concat();
    assert!(matches!(
        only(from_files(&[("bad.pdf", &mixed)]).vaults()).state,
        VaultState::Bad(_)
    ));
    for order in [
        [("bad.pdf", &mixed[..]), ("good.pdf", &genuine[..])],
        [("good.pdf", &genuine[..]), ("bad.pdf", &mixed[..])],
    ] {
        let gathered = from_files(&order);
        assert!(is_complete(&gathered, &files));
        assert_eq!(numbers_forged(&gathered).len(), genuine.len() - 4);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_needed_codes_in_any_order_give_the_vault_back(
        size in 1_usize..6000,
        order in prop::collection::vec(any::<Index>(), 64),
    ) {
        let files = vault(1, size);
        let codes = files.codes().unwrap();
        let mut texts = written(&codes.codes);
        let mut chosen = Vec::new();
        for place in order.iter().take(codes.needed) {
            chosen.push(texts.swap_remove(place.index(texts.len())));
        }
        prop_assert!(is_complete(&gathered(&chosen), &files));
        chosen.pop();
        if !chosen.is_empty() {
            prop_assert_eq!(only(gathered(&chosen).vaults()).state, VaultState::NotEnough);
        }
    }

    #[test]
    fn any_quarter_of_the_codes_may_be_destroyed(
        size in 1_usize..6000,
        lost in prop::collection::vec(any::<Index>(), 64),
    ) {
        let files = vault(1, size);
        let mut texts = codes_of(&files);
        let quarter = texts.len() / 4;
        for place in lost.iter().take(quarter) {
            texts.swap_remove(place.index(texts.len()));
        }
        prop_assert!(is_complete(&gathered(&texts), &files));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(CV1/)?[SPVX]?/?[AB]?/?[0-9A-Z/]{0,60}\\PC{0,20}") {
        let mut gathered = Gathered::default();
        let taken = gathered.take(&text, "here");
        prop_assert!(matches!(taken, Taken::Foreign | Taken::Bad(_) | Taken::Newer));
    }
}
