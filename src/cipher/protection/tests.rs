use super::*;
use crate::cipher::{NoKeys, has_secret_key};

const KEY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

fn y() -> SecretBytes {
    SecretBytes::copied(&[7; 32])
}

fn typed(text: &str) -> Passphrase {
    Passphrase::typed(SecretBytes::copied(text.as_bytes()))
}

/// To a passphrase, with little work: as somebody else's program may write it.
fn quick(passphrase: &str, work: u8, plain: &[u8]) -> String {
    let mut recipient = scrypt::Recipient::new(passphrase.into());
    recipient.set_work_factor(work);
    armored(&[&recipient], plain)
}

fn armored(recipients: &[&dyn age::Recipient], plain: &[u8]) -> String {
    let encryptor = age::Encryptor::with_recipients(recipients.iter().copied()).unwrap();
    let output = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
    let mut writer = encryptor.wrap_output(output).unwrap();
    writer.write_all(plain).unwrap();
    String::from_utf8(writer.finish().unwrap().finish().unwrap()).unwrap()
}

/// The same file with its header's text changed.
fn edited(armored: &str, from: &str, to: &str) -> String {
    let mut bytes = Vec::new();
    let mut reader = ArmoredReader::new(armored.as_bytes());
    reader.read_to_end(&mut bytes).unwrap();
    let at = bytes
        .windows(from.len())
        .position(|part| part == from.as_bytes())
        .unwrap();
    bytes.splice(at..at + from.len(), to.bytes());
    let mut writer = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
    writer.write_all(&bytes).unwrap();
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

fn hex() -> String {
    "07".repeat(32)
}

fn own_keys(text: &str) -> OwnKeys {
    let mut keys = OwnKeys::default();
    keys.add(text.as_bytes()).unwrap();
    keys
}

fn drawn() -> (OwnKeys, Recipient) {
    use age::secrecy::ExposeSecret;
    let key = x25519::Identity::generate();
    let recipient = Recipient(key.to_public());
    (own_keys(key.to_string().expose_secret()), recipient)
}

#[test]
fn a_passphrase_opens_what_it_protects_and_another_does_not() {
    let with = Passphrase::chosen(SecretBytes::copied(b"correct horse battery")).unwrap();
    let sealed = Protected::seal(&y(), &Protection::Passphrase(with)).unwrap();
    assert_eq!(Protected::parse(sealed.text()).unwrap(), sealed);
    assert_eq!(sealed.lock(), Lock::Passphrase);
    assert!(
        sealed
            .open(&typed("correct horse battery"))
            .unwrap()
            .same(&y())
    );
    assert!(sealed.open(&typed("correct horse batterY")).is_none());
    assert!(sealed.open_with(&drawn().0).is_none());
}

#[test]
fn what_is_written_is_stretched_with_eighteen_and_nothing_else() {
    let with = Passphrase::chosen(SecretBytes::copied(b"correct horse battery")).unwrap();
    let sealed = Protected::seal(&y(), &Protection::Passphrase(with)).unwrap();
    let mut bytes = Vec::new();
    let mut reader = ArmoredReader::new(sealed.text().as_bytes());
    reader.read_to_end(&mut bytes).unwrap();
    let line = bytes.split(|byte| *byte == b'\n').nth(1).unwrap();
    assert!(line.starts_with(b"-> scrypt ") && line.ends_with(b" 18"));
}

#[test]
fn a_custodians_key_opens_what_is_protected_to_it_and_another_does_not() {
    let (keys, recipient) = drawn();
    let sealed = Protected::seal(&y(), &Protection::Recipient(recipient)).unwrap();
    assert_eq!(Protected::parse(sealed.text()).unwrap(), sealed);
    assert_eq!(sealed.lock(), Lock::Recipient);
    assert!(sealed.open_with(&keys).unwrap().same(&y()));
    assert!(sealed.open_with(&drawn().0).is_none());
    assert!(sealed.open_with(&OwnKeys::default()).is_none());
    assert!(sealed.open(&typed("correct horse battery")).is_none());
}

#[test]
fn an_accent_typed_on_another_keyboard_opens_it_all_the_same() {
    let (composed, parted) = ("r\u{e4}te und b\u{fc}ro", "ra\u{308}te und bu\u{308}ro");
    for (sealed_with, opened_with) in [(composed, parted), (parted, composed)] {
        let sealed = Protected::parse(&quick(sealed_with, 3, hex().as_bytes())).unwrap();
        assert!(sealed.open(&typed(opened_with)).unwrap().same(&y()));
    }
    let mixed = "r\u{e4}te und bu\u{308}ro";
    let sealed = Protected::parse(&quick(mixed, 3, hex().as_bytes())).unwrap();
    assert!(sealed.open(&typed(mixed)).is_some(), "as typed");
    assert_eq!(typed("plain").forms().len(), 1);
}

#[test]
fn more_work_than_eighteen_is_refused_before_any_is_done() {
    let sealed = quick("correct horse battery", 3, hex().as_bytes());
    for work in ["19", "22", "63", "018", "0", "-3", "+3", "300", "1e1", ""] {
        let changed = edited(&sealed, " 3\n", &format!(" {work}\n"));
        assert!(Protected::parse(&changed).is_none(), "{work}");
    }
}

#[test]
fn files_to_anything_but_one_passphrase_or_age_keys_are_refused() {
    let sealed = quick("correct horse battery", 3, hex().as_bytes());
    let body = "A".repeat(43);
    let stanzas = |first: &str| format!("-> {first}\n{body}\n-> scrypt");
    for (from, to) in [
        ("-> scrypt", stanzas("scrypt AAAAAAAAAAAAAAAAAAAAAA 3")),
        ("-> scrypt", stanzas(&format!("X25519 {body}"))),
        ("-> scrypt", "-> ssh-ed25519".into()),
        ("-> scrypt", "-> yubikey".into()),
        ("-> scrypt", "-> a-grease".into()),
        ("-> scrypt", "-> mlkem768x25519".into()),
        ("/v1", "/v2".into()),
    ] {
        assert!(
            Protected::parse(&edited(&sealed, from, &to)).is_none(),
            "{to}"
        );
    }
}

#[test]
fn a_huge_or_bare_or_untidy_text_is_refused_before_it_is_decoded() {
    let (_, Recipient(recipient)) = drawn();
    let sealed = armored(&[&recipient], hex().as_bytes());
    assert!(Protected::parse(&sealed).is_some());
    assert!(Protected::parse(&armored(&[&recipient], &[b'0'; 4096])).is_none());
    let many: Vec<x25519::Recipient> = (0..100).map(|_| recipient.clone()).collect();
    let many: Vec<&dyn age::Recipient> = many.iter().map(|r| r as _).collect();
    assert!(Protected::parse(&armored(&many, hex().as_bytes())).is_none());
    for text in [
        String::new(),
        format!(" {sealed}"),
        format!("{sealed}garbage"),
        sealed.replace('\n', "\r\n"),
        sealed.replace("-----END", "-----END\u{1b}"),
        "age-encryption.org/v1\n".into(),
        sealed.lines().take(3).collect(),
    ] {
        assert!(Protected::parse(&text).is_none(), "{text}");
    }
}

#[test]
fn only_sixty_four_lower_case_digits_are_a_secret_part() {
    let (keys, Recipient(recipient)) = drawn();
    let opened = |plain: &str| {
        let sealed = Protected::parse(&armored(&[&recipient], plain.as_bytes())).unwrap();
        sealed.open_with(&keys)
    };
    assert!(opened(&hex()).is_some());
    for plain in [
        String::new(),
        "0A".repeat(32),
        "07".repeat(31),
        "07".repeat(33),
        format!("{}\n", hex()),
    ] {
        assert!(opened(&plain).is_none(), "{plain:?}");
    }
}

#[test]
fn every_changed_byte_of_a_protected_text_is_noticed() {
    let (keys, recipient) = drawn();
    let sealed = Protected::seal(&y(), &Protection::Recipient(recipient)).unwrap();
    for place in 0..sealed.text().trim_end().len() {
        let mut changed = sealed.text().as_bytes().to_vec();
        changed[place] ^= 1;
        let opened = std::str::from_utf8(&changed)
            .ok()
            .and_then(Protected::parse)
            .and_then(|protected| protected.open_with(&keys));
        assert!(opened.is_none(), "byte {place}");
    }
}

#[test]
fn a_new_passphrase_is_long_and_can_be_typed_on_any_keyboard() {
    let chosen = |text: &str| Passphrase::chosen(SecretBytes::copied(text.as_bytes())).is_ok();
    assert!(chosen("twelve chars"));
    for text in [
        "",
        "eleven char",
        " twelve chars",
        "twelve chars ",
        "zw\u{f6}lf zeichen",
        "twelve\tchars",
    ] {
        assert!(!chosen(text), "{text:?}");
    }
}

#[test]
fn an_identity_file_is_read_as_age_keygen_writes_it() {
    let key = x25519::Identity::generate();
    let secret = key.to_string();
    let text = format!("# created: now\r\n# public key\n\n{}\n", {
        use age::secrecy::ExposeSecret;
        secret.expose_secret()
    });
    assert!(!own_keys(&text).is_empty());
}

#[test]
fn other_identity_files_are_refused_without_repeating_them() {
    let refused = |text: &str| OwnKeys::default().add(text.as_bytes()).unwrap_err();
    assert_eq!(refused("# nothing\n"), NoKeys::Empty);
    assert_eq!(refused("#\nAGE-PLUGIN-YUBIKEY-1QQ\n"), NoKeys::Line(2));
    assert_eq!(refused("AGE-SECRET-KEY-1QQ\n"), NoKeys::Line(1));
    assert_eq!(refused(&KEY.replace('Q', "B")), NoKeys::Line(1));
    assert_eq!(refused("age-encryption.org/v1\n->"), NoKeys::Encrypted);
    assert_eq!(refused(BEGIN), NoKeys::Encrypted);
}

#[test]
fn a_secret_key_is_recognised_wherever_it_stands() {
    assert!(has_secret_key(b"legal=age-secret-key-1QQ"));
    assert!(!has_secret_key(b"legal=age1qqq"));
    assert!(Recipient::parse(KEY).is_none());
    for text in [
        "age1yubikey1qqqq",
        "ssh-ed25519 AAAA",
        "age1pq1qqqqqq",
        "",
        "correct horse",
    ] {
        assert!(Recipient::parse(text).is_none(), "{text}");
    }
}

#[test]
fn a_passphrase_that_is_not_utf_8_protects_nothing_rather_than_with_the_empty_one() {
    let odd = Passphrase::typed(SecretBytes::copied(b"caf\xe9 and more"));
    let sealed = Protected::seal(&y(), &Protection::Passphrase(odd));
    assert_eq!(sealed.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}
