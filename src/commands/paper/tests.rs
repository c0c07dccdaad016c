use std::fs;

use super::*;
use crate::code;
use crate::key::VaultKey;
use crate::kind::Kind;
use crate::label::Label;
use crate::report::Report;
use crate::share::{Facts, Share};
use crate::terminal::Terminal;
use crate::time::Time;

/// A share of `custodian`'s, of a vault of its own.
fn share(custodian: &str) -> ReadShare {
    let key = VaultKey::draw().unwrap();
    let identity = key.identity(Kind::Rehearsal);
    let facts = Facts {
        public_key: identity.public_key(),
        kind: Kind::Rehearsal,
        k: 2,
        n: 3,
        number: 1,
        custodian: Label::new(custodian).unwrap(),
    };
    let y = VaultKey::draw().unwrap().into_secret();
    ReadShare::from_bytes(&Share::bind(facts, y, &identity).to_bytes()).unwrap()
}

fn texts(share: &ReadShare) -> Vec<Zeroizing<String>> {
    let codes = code::of_share(share).unwrap();
    codes.into_iter().map(|code| code.text).collect()
}

fn sheet(codes: Vec<Zeroizing<String>>) -> Sheet {
    Sheet {
        pdf: Zeroizing::new(b"%PDF-1.7\nno codes at all\n".to_vec()),
        pages: 1,
        codes: vec![codes],
        id: [1; 8],
    }
}

#[test]
fn a_sheet_that_does_not_prove_itself_is_refused_and_no_pdf_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let share = share("legal");
    let sheet = sheet(texts(&share));
    let mut session = Session {
        now: Time::from_unix(0),
        terminal: Terminal::silent(),
        report: Report::default(),
        missing: Vec::new(),
        machine: crate::host::Machine::default(),
        noting: crate::commands::noting::Noting::default(),
    };
    let (source, file) = (Source::Share(&share), dir.path().join("sheet.pdf"));
    let made = prepare(&sheet, source, &file, &mut session);
    assert!(matches!(made, Err(Error::SelfTest { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn codes_that_read_back_and_are_of_something_else_are_refused() {
    let (mine, other) = (share("legal"), share("audit"));
    let source = Source::Share(&mine);
    let [ours, theirs] = [&mine, &other].map(texts);
    gives_back(&sheet(ours.clone()), source).unwrap();
    let mixed = vec![ours[0].clone(), theirs[1].clone()];
    for codes in [theirs, mixed, Vec::new()] {
        let refused = gives_back(&sheet(codes), source);
        assert!(matches!(refused, Err(Error::SelfTest { .. })));
    }
    let files = VaultFiles::default();
    assert!(gives_back(&sheet(ours), Source::Vault(&files)).is_err());
}

#[test]
fn only_the_file_that_was_written_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sheet.pdf");
    let pdf = Pdf {
        path: path.clone(),
        proven: media::put_alone(&path, b"%PDF").unwrap(),
    };
    // the medium was swapped: the same place, and somebody else's file
    for others in ["%PDF of somebody else", "%PDx"] {
        fs::write(&path, others).unwrap();
        assert!(!pdf.remove());
        assert_eq!(fs::read_to_string(&path).unwrap(), others);
    }
    fs::write(dir.path().join("same"), "%PDF").unwrap();
    fs::remove_file(&path).unwrap();
    assert!(!pdf.remove());
    std::os::unix::fs::symlink("same", &path).unwrap();
    assert!(!pdf.remove());
    fs::remove_file(&path).unwrap();
    fs::write(&path, "%PDF").unwrap();
    assert!(pdf.remove() && !path.exists());
}
