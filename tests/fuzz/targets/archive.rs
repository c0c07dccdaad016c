//! The archive in a payload. What is read is written again and is the same archive.

#![no_main]

use coldvault::archive::{ArchiveReader, ArchiveWriter, Limits, MemberKind};
use coldvault::error::Result;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes);
    let mut right = bytes.to_vec();
    coldvault_fuzz::right_sums(&mut right);
    if let Ok(written) = read(&right) {
        let again = read(&written).expect("what was written is read");
        assert!(again == written);
    }
});

/// Reads an archive and writes what was read.
fn read(bytes: &[u8]) -> Result<Vec<u8>> {
    let limits = Limits {
        members: 1000,
        bytes: 1 << 20,
    };
    let mut reader = ArchiveReader::new(bytes, limits);
    let mut writer = ArchiveWriter::new(Vec::new());
    let mut sum = 0;
    while let Some(member) = reader.next()? {
        let (path, mode, mtime) = (&member.path, member.mode, member.mtime);
        match &member.kind {
            MemberKind::Directory => writer.directory(path, mode, mtime)?,
            MemberKind::Link { target } => writer.link(path, target, mtime)?,
            MemberKind::File { size } => {
                sum += size;
                assert!(sum <= limits.bytes);
                let mut content = vec![0; 4096];
                let mut whole = Vec::new();
                loop {
                    let got = reader.read_content(&mut content)?;
                    if got == 0 {
                        break;
                    }
                    whole.extend_from_slice(&content[..got]);
                }
                assert_eq!(whole.len() as u64, *size);
                writer.file(path, mode, mtime, *size, &mut whole.as_slice())?;
            }
        }
    }
    Ok(writer.finish().expect("memory takes everything"))
}
