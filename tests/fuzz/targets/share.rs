//! share.json and the record in a share's codes. What is read is written back the same.

#![no_main]

use coldvault::code::{self, Gathered, Taken};
use coldvault::share::ReadShare;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(share) = ReadShare::from_bytes(bytes) {
        let again = ReadShare::from_bytes(&share.to_bytes()).expect("what was written is read");
        assert_eq!(*again.to_bytes(), *share.to_bytes());
        through_codes(&share);
    }
    if let Ok(share) = ReadShare::from_record(bytes) {
        assert_eq!(*share.to_record().unwrap(), bytes);
        let again = ReadShare::from_bytes(&share.to_bytes()).expect("what was written is read");
        assert_eq!(*again.to_record().unwrap(), bytes);
        through_codes(&share);
    }
});

fn through_codes(share: &ReadShare) {
    let Ok(codes) = code::of_share(share) else {
        return;
    };
    let mut gathered = Gathered::default();
    for code in &codes {
        assert_eq!(gathered.take(&code.text, ""), Taken::New);
    }
    let mut shares = gathered.shares();
    let read = shares
        .pop()
        .and_then(|read| read.share.ok())
        .expect("a share");
    assert_eq!(*read.to_record().unwrap(), *share.to_record().unwrap());
}
