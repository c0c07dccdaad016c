//! A member to a header with pax records and back, and the rules for its names.

use super::header::{self, Fields};
use super::pax::Records;
use super::{MAX_PATH, Member, MemberKind};

/// What of a member goes into its header, and what only pax records can hold. The inverse is [`join`].
pub(super) fn split(member: Member) -> (Records, Fields) {
    let Member {
        mut path,
        kind,
        mode,
        mtime,
    } = member;
    let (kind, size, target) = match kind {
        MemberKind::Directory => {
            path.push(b'/');
            (header::DIRECTORY, 0, Vec::new())
        }
        MemberKind::File { size } => (header::FILE, size, Vec::new()),
        MemberKind::Link { target } => (header::LINK, 0, target),
    };
    let octal = u64::try_from(mtime)
        .ok()
        .filter(|time| *time < header::OCTAL_END);
    let records = Records {
        path: Some(path.clone()).filter(|path| !header::holds(path)),
        linkpath: Some(target.clone()).filter(|target| !header::holds(target)),
        size: Some(size).filter(|size| *size >= header::OCTAL_END),
        mtime: octal.is_none().then_some(mtime),
    };
    let fields = Fields {
        kind,
        name: path,
        target,
        mode,
        size,
        mtime: octal.unwrap_or(0),
    };
    (records, fields)
}

/// Header and pax records to a member. The inverse of [`split`]. Says why not.
pub(super) fn join(fields: Fields, records: Records) -> Result<Member, &'static str> {
    let size = records.size.unwrap_or(fields.size);
    let target = records.linkpath.unwrap_or(fields.target);
    let mut path = records.path.unwrap_or(fields.name);
    if fields.kind == header::EXTENDED {
        return Err("two pax headers follow one another");
    }
    if fields.kind != header::FILE && size != 0 {
        return Err("a directory or link has content");
    }
    if fields.kind != header::LINK && !target.is_empty() {
        return Err("a file or directory has a link target");
    }
    let kind = match fields.kind {
        header::FILE => MemberKind::File { size },
        header::LINK => {
            check_target(&target)?;
            MemberKind::Link { target }
        }
        _ => {
            path.pop_if(|last| *last == b'/');
            MemberKind::Directory
        }
    };
    let mode = if fields.kind == header::LINK {
        0o777
    } else {
        fields.mode
    };
    check_path(&path)?;
    Ok(Member {
        path,
        kind,
        mode,
        mtime: records.mtime.unwrap_or(fields.mtime.cast_signed()),
    })
}

/// Why this cannot be a member's name, if it cannot. The same rule for writing and for reading.
pub(super) fn check_path(path: &[u8]) -> Result<(), &'static str> {
    check_target(path)?;
    if path.starts_with(b"/") {
        return Err("the name is absolute");
    }
    for component in path.split(|byte| *byte == b'/') {
        match component {
            b"" => return Err("the name has an empty component"),
            b"." | b".." => return Err("the name has a component that is \".\" or \"..\""),
            _ => {}
        }
    }
    Ok(())
}

/// Why this cannot be a link's target, if it cannot. Names keep the same rule and more.
pub(super) fn check_target(text: &[u8]) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("the name or link target is empty")
    } else if text.len() > MAX_PATH {
        Err("the name or link target is longer than 4096 bytes")
    } else if text.contains(&0) {
        Err("the name or link target contains a zero byte")
    } else {
        Ok(())
    }
}
