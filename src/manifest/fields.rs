//! The members of `vault.json`, written and read.

use super::{Carrier, Feature, FixedFile, Flaw, MAX_BYTES, Manifest, PayloadPart, ShareFacts};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::{self, Object, Value};
use crate::kind::Kind;
use crate::label::Label;
use crate::shamir;
use crate::signature::PublicKey;
use crate::time::Time;

/// The type that a vault.json of this version names.
const TYPE: &str = "coldvault/vault/1";
/// The highest format read and the one written.
const FORMAT: u64 = 1;
/// How the parts work together. Other names belong to later formats.
const METHODS: [(&str, &str); 6] = [
    ("cipher", "age-v1-scrypt-10"),
    ("compression", "zstd-frames-4MiB"),
    ("archive", "pax-tar"),
    ("split", "shamir-gf256-0x11d"),
    ("commitment", "sha256-coldvault/commitment/1"),
    ("signature", "ed25519"),
];
/// 1 TiB: the most plain bytes in a vault.
const MAX_PLAIN: u64 = 1 << 40;
/// The most archive members.
const MAX_MEMBERS: u64 = 1_100_000;

pub(super) fn to_bytes(manifest: &Manifest) -> Vec<u8> {
    let key = manifest.public_key;
    let mut object = Object::new()
        .with("type", TYPE)
        .with("format", FORMAT)
        .with(
            "requires",
            manifest
                .requires
                .iter()
                .map(|feature| feature.as_str().into())
                .collect::<Vec<Value>>(),
        )
        .with("vault_id", key.vault_id().hex())
        .with("public_key", key.hex())
        .with("kind", manifest.kind.as_str())
        .with("label", manifest.label.as_str())
        .with("created", manifest.created.to_string())
        .with("tool", manifest.tool.as_str());
    for (name, method) in METHODS {
        object = object.with(name, method);
    }
    object
        .with("k", u64::from(manifest.k))
        .with("n", u64::from(manifest.n()))
        .with(
            "shares",
            manifest
                .shares
                .iter()
                .map(share_to_json)
                .collect::<Vec<_>>(),
        )
        .with(
            "payload",
            manifest
                .payload
                .iter()
                .map(part_to_json)
                .collect::<Vec<_>>(),
        )
        .with("plain_bytes", manifest.plain_bytes)
        .with("members", manifest.members)
        .with("generation", manifest.generation)
        .with(
            "previous",
            manifest
                .previous
                .map_or(Value::Null, |key| key.hex().into()),
        )
        .with(
            "files",
            manifest.files.iter().map(file_to_json).collect::<Vec<_>>(),
        )
        .to_pretty()
        .into_bytes()
}

/// The inverse of [`to_bytes`]; the caller has checked the signature.
pub(super) fn from_bytes(bytes: &[u8]) -> std::result::Result<Manifest, Flaw> {
    let object = json::parse(bytes, MAX_BYTES).map_err(content)?;
    let requires = check_version(&object)?;
    let manifest = read(&object, requires).map_err(content)?;
    check_ranges(&manifest, &object).map_err(content)?;
    Ok(manifest)
}

/// The flaw of a text that does not begin as a vault.json of this version does.
pub(super) fn other_type(bytes: &[u8]) -> Flaw {
    let object = json::parse(bytes, MAX_BYTES).ok();
    match object.as_ref().and_then(|object| object.text("type").ok()) {
        Some(name) if name.starts_with("coldvault/vault/") && name != TYPE => Flaw::Newer(format!(
            "type {:?}",
            name.chars().take(40).collect::<String>()
        )),
        _ => Flaw::Content("it does not begin as a vault.json does".into()),
    }
}

pub(super) fn claimed_key(bytes: &[u8]) -> Option<PublicKey> {
    let object = json::parse(bytes, MAX_BYTES).ok()?;
    key(&object, "public_key").ok()
}

fn content(error: Error) -> Flaw {
    Flaw::Content(error.to_string())
}

/// What a reader must know; all of it is known here.
fn check_version(object: &Object) -> std::result::Result<Vec<Feature>, Flaw> {
    let format = object.unsigned("format").map_err(content)?;
    if format > FORMAT {
        return Err(Flaw::Newer(format!("format {format}")));
    }
    if format == 0 {
        return Err(Flaw::Content("\"format\" is 0".into()));
    }
    let required = object.list("requires").map_err(content)?;
    let known = |value: &Value| match value {
        Value::Text(name) => Feature::parse(name).ok_or_else(|| {
            Flaw::Newer(format!(
                "the feature {:?}",
                name.chars().take(40).collect::<String>()
            ))
        }),
        _ => Err(Flaw::Content("\"requires\" is not a list of names".into())),
    };
    required.iter().map(known).collect()
}

fn read(object: &Object, requires: Vec<Feature>) -> Result<Manifest> {
    for (name, method) in METHODS {
        if object.text(name)? != method {
            return Err(Error::json(format!("\"{name}\" is not {method:?}")));
        }
    }
    Ok(Manifest {
        public_key: key(object, "public_key")?,
        requires,
        kind: Kind::parse(object.text("kind")?)
            .ok_or_else(|| Error::json("\"kind\" is not a kind"))?,
        label: Label::stored(object.text("label")?)?,
        created: Time::parse(object.text("created")?)?,
        tool: object.text("tool")?.chars().take(60).collect(),
        k: object.byte("k")?,
        shares: object.each("shares", share_from_json)?,
        payload: object.each("payload", part_from_json)?,
        plain_bytes: object.unsigned("plain_bytes")?,
        members: object.unsigned("members")?,
        generation: object.unsigned("generation")?,
        previous: match object.get("previous") {
            None | Some(Value::Null) => None,
            Some(_) => Some(key(object, "previous")?),
        },
        files: object.each("files", file_from_json)?,
    })
}

fn check_ranges(manifest: &Manifest, object: &Object) -> Result<()> {
    shamir::check_threshold(usize::from(manifest.k), manifest.shares.len())?;
    let numbered = manifest
        .shares
        .iter()
        .zip(1u8..)
        .all(|(share, number)| share.number == number);
    let named = manifest
        .payload
        .iter()
        .enumerate()
        .all(|(i, part)| part.name == payload_name(i, manifest.payload.len()));
    let id = object.text("vault_id")? == manifest.public_key.vault_id().hex();
    let checks = [
        (
            numbered && object.unsigned("n")? == manifest.shares.len() as u64,
            "the shares are not numbered 1 to n",
        ),
        (
            named && !manifest.payload.is_empty(),
            "the payload's parts are not named as they should be",
        ),
        (id, "\"vault_id\" is not the public key's"),
        (
            manifest.plain_bytes <= MAX_PLAIN,
            "\"plain_bytes\" is over the limit",
        ),
        (
            manifest.members <= MAX_MEMBERS,
            "\"members\" is over the limit",
        ),
    ];
    checks
        .iter()
        .find(|(holds, _)| !holds)
        .map_or(Ok(()), |(_, why)| Err(Error::json(*why)))
}

/// The file name of the payload's part `index` of `count`: a payload of one part has no number.
pub fn payload_name(index: usize, count: usize) -> String {
    if count == 1 {
        "payload.age".into()
    } else {
        format!("payload.age.{index:03}")
    }
}

fn share_to_json(share: &ShareFacts) -> Value {
    Object::new()
        .with("number", u64::from(share.number))
        .with("commitment", share.commitment.hex())
        .with("check_key", share.check_key.hex())
        .into()
}

fn share_from_json(object: &Object) -> Result<ShareFacts> {
    Ok(ShareFacts {
        number: object.byte("number")?,
        commitment: digest(object, "commitment")?,
        check_key: key(object, "check_key")?,
    })
}

fn part_to_json(part: &PayloadPart) -> Value {
    Object::new()
        .with("name", part.name.as_str())
        .with("bytes", part.bytes)
        .with("sha256", part.sha256.hex())
        .into()
}

fn part_from_json(object: &Object) -> Result<PayloadPart> {
    Ok(PayloadPart {
        name: object.text("name")?.to_owned(),
        bytes: object.unsigned("bytes")?,
        sha256: digest(object, "sha256")?,
    })
}

fn file_to_json(file: &FixedFile) -> Value {
    let object = match file.on {
        Carrier::All => Object::new().with("on", "all"),
        Carrier::Vault { copy } => Object::new()
            .with("on", "vault")
            .with("copy", u64::from(copy)),
        Carrier::Share { number, copy } => Object::new()
            .with("on", "share")
            .with("number", u64::from(number))
            .with("copy", u64::from(copy)),
    };
    object
        .with("name", file.name.as_str())
        .with("sha256", file.sha256.hex())
        .into()
}

fn file_from_json(object: &Object) -> Result<FixedFile> {
    let on = match object.text("on")? {
        "all" => Carrier::All,
        "vault" => Carrier::Vault {
            copy: object.byte("copy")?,
        },
        "share" => Carrier::Share {
            number: object.byte("number")?,
            copy: object.byte("copy")?,
        },
        _ => return Err(Error::json("\"on\" is not a kind of carrier")),
    };
    Ok(FixedFile {
        on,
        name: object.text("name")?.to_owned(),
        sha256: digest(object, "sha256")?,
    })
}

fn key(object: &Object, name: &str) -> Result<PublicKey> {
    object.array(name).map(PublicKey)
}

fn digest(object: &Object, name: &str) -> Result<Digest> {
    Digest::from_hex(object.text(name)?)
        .ok_or_else(|| Error::json(format!("\"{name}\" is not a SHA-256 digest")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_has_no_number_and_several_have() {
        assert_eq!(payload_name(0, 1), "payload.age");
        assert_eq!(payload_name(2, 3), "payload.age.002");
    }
}
