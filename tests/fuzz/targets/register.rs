//! A register, and a receipt: what is read is written back byte for byte, and takes an entry more.

#![no_main]

use coldvault::receipt::ReadReceipt;
use coldvault::register::{Against, Event, Register, Stamp};
use coldvault::time::Time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = ReadReceipt::from_bytes(bytes) {
        let again = ReadReceipt::from_bytes(receipt.text().as_bytes()).unwrap();
        assert_eq!(again.phone_code(), receipt.phone_code());
    }
    let Ok(mut register) = Register::from_bytes(bytes) else {
        return;
    };
    assert_eq!(register.to_bytes(), bytes);
    let _ = register.state();
    let heads = register.heads();
    let stamp = Stamp {
        at: Time::from_unix(0),
        wall: None,
        by: None,
        tool: "fuzz".into(),
    };
    if let Ok(head) = register.add(&stamp, &Event::Merged) {
        assert_eq!(register.heads(), [head]);
        let all = register.entries().count();
        for old in heads {
            assert!(matches!(register.against(old), Against::HeldBy { after, .. } if after >= 1));
        }
        let merged = register.clone().merge(register.clone());
        assert_eq!(merged.entries().count(), all);
        assert!(Register::from_bytes(&merged.to_bytes()).is_ok());
    }
});
