//! `ceremony.json`: who took part, which node directories were sealed, and by which exceptions. It names people and
//! places, so it lies inside the payload.

use data_encoding::HEXLOWER;

use crate::error::{Error, Result};
use crate::json::{self, Object, Value};
use crate::kind::Kind;
use crate::label::Label;
use crate::time::Time;

/// The most node directories in one vault.
pub const MAX_NODES: usize = 16;
/// The most bytes of the file.
pub const MAX_BYTES: usize = 1 << 20;
const TYPE: &str = "coldvault/ceremony/1";

/// What happened at the sealing, for whoever restores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// When, by the clock of that machine.
    pub created: Time,
    /// Production or rehearsal.
    pub kind: Kind,
    /// The vault's label.
    pub label: Label,
    /// Shares needed.
    pub k: u8,
    /// Share 1's custodian first.
    pub custodians: Vec<Label>,
    /// Node directory 0 first.
    pub nodes: Vec<SealedNode>,
    /// What of them was sealed.
    pub scope: Scope,
    /// Whom to call.
    pub contact: Option<String>,
    /// Rules that were set aside, with the reasons given.
    pub exceptions: Vec<Exception>,
    /// What people read off a clock on the wall; `created` and every other time is by the machine's.
    pub wall_clock: Option<WallClock>,
}

/// A clock on the wall beside the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallClock {
    /// Seconds that it was ahead of the machine's clock (in UTC), without its zone where that was said.
    pub ahead: i64,
    /// Seconds that its zone is ahead of UTC, where it was said.
    pub zone: Option<i64>,
    /// How many people read it.
    pub readings: u8,
}

/// What of a node directory goes into a vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All of it, and what its configuration names outside.
    #[default]
    Node,
    /// What it takes to be this node again: keys, configuration, signing history.
    Keys,
}

impl Scope {
    /// The word in `ceremony.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Keys => "keys",
        }
    }

    /// The inverse of [`Scope::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Node, Self::Keys]
            .into_iter()
            .find(|scope| scope.as_str() == text)
    }
}

/// A node directory that was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedNode {
    /// The name it is restored under: raw bytes, different for each.
    pub name: Vec<u8>,
    /// Where it was: raw bytes.
    pub path: Vec<u8>,
    /// What software it was of, by all that was looked at, the surest first; empty where that is not said.
    pub software: Vec<String>,
}

/// A rule that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule's name.
    pub rule: String,
    /// The reason that was given.
    pub reason: String,
}

impl Ceremony {
    /// The bytes of `ceremony.json`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let custodian = |(name, number): (&Label, u64)| {
            Value::from(
                Object::new()
                    .with("number", number)
                    .with("name", name.as_str()),
            )
        };
        let exception = |exception: &Exception| {
            let rule = Object::new().with("rule", exception.rule.as_str());
            Value::from(rule.with("reason", exception.reason.as_str()))
        };
        let object = Object::new()
            .with("type", TYPE)
            .with("created", self.created.to_string())
            .with("kind", self.kind.as_str())
            .with("label", self.label.as_str())
            .with("k", u64::from(self.k))
            .with(
                "custodians",
                self.custodians
                    .iter()
                    .zip(1..)
                    .map(custodian)
                    .collect::<Vec<_>>(),
            )
            .with(
                "nodes",
                self.nodes.iter().map(node_to_json).collect::<Vec<_>>(),
            )
            .with("scope", self.scope.as_str())
            .with(
                "contact",
                self.contact.as_deref().map_or(Value::Null, Value::from),
            )
            .with(
                "exceptions",
                self.exceptions.iter().map(exception).collect::<Vec<_>>(),
            );
        let object = match self.wall_clock {
            None => object,
            Some(wall) => object.with("wall_clock", wall_to_json(wall)),
        };
        object.to_pretty().into_bytes()
    }

    /// The inverse of [`Ceremony::to_bytes`].
    ///
    /// # Errors
    /// [`Error::Json`] for what coldvault does not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let object = json::parse(bytes, MAX_BYTES)?;
        if object.text("type")? != TYPE {
            return Err(Error::json("it is not a ceremony.json of this version"));
        }
        let ceremony = Self {
            created: Time::parse(object.text("created")?)?,
            kind: Kind::parse(object.text("kind")?)
                .ok_or_else(|| Error::json("\"kind\" is not a kind"))?,
            label: Label::stored(object.text("label")?)?,
            k: object.byte("k")?,
            custodians: object.each("custodians", |item| Label::stored(item.text("name")?))?,
            nodes: object.each("nodes", node_from_json)?,
            // The first version sealed whole node directories and did not say so.
            scope: match object.optional_text("scope")? {
                None => Scope::Node,
                Some(text) => {
                    Scope::parse(text).ok_or_else(|| Error::json("\"scope\" is unknown"))?
                }
            },
            contact: object.optional_text("contact")?.map(str::to_owned),
            exceptions: object.each("exceptions", |item| {
                Ok(Exception {
                    rule: item.text("rule")?.to_owned(),
                    reason: item.text("reason")?.to_owned(),
                })
            })?,
            wall_clock: wall_from_json(&object)?,
        };
        ceremony.check_names()?;
        Ok(ceremony)
    }

    /// The names become directories: each is one plain component, and none is there twice.
    fn check_names(&self) -> Result<()> {
        let names: Vec<&[u8]> = self.nodes.iter().map(|node| node.name.as_slice()).collect();
        let plain = |name: &[u8]| {
            !matches!(name, b"" | b"." | b"..")
                && name.len() <= MAX_NAME_BYTES
                && !name.iter().any(|byte| matches!(byte, b'/' | 0))
        };
        let unlike = |(i, name): (usize, &&[u8])| {
            !RESERVED.contains(name) && !names.iter().take(i).any(|n| n == name)
        };
        if names.len() > MAX_NODES
            || !names.iter().all(|name| plain(name))
            || !names.iter().enumerate().all(unlike)
        {
            return Err(Error::json(
                "the node directories' names are not different plain names",
            ));
        }
        Ok(())
    }
}

/// Names under a restore's directory that are not node directories.
const RESERVED: [&[u8]; 2] = [b"note", b"external"];

/// The most names of software of one node directory, and the most bytes of each.
const MAX_SOFTWARE: (usize, usize) = (32, 100);

/// The longest name of a directory.
const MAX_NAME_BYTES: usize = 255;

/// Names under which node directories with these base names are restored: the second `node` becomes `node-2`. A name
/// that the number would make too long for a directory is cut.
pub fn restore_names(bases: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    for base in bases {
        let numbered = |i: u32| {
            if i == 1 {
                base.clone()
            } else {
                let number = format!("-{i}");
                let room = base.len().min(MAX_NAME_BYTES - number.len());
                [base.get(..room).unwrap_or(base), number.as_bytes()].concat()
            }
        };
        let free = |name: &Vec<u8>| !names.contains(name) && !RESERVED.contains(&name.as_slice());
        names.extend((1..).map(numbered).find(free));
    }
    names
}

fn node_to_json(node: &SealedNode) -> Value {
    let bytes = |object: Object, name: &str, bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => object.with(name, text),
        Err(_) => object.with(&format!("{name}_hex"), HEXLOWER.encode(bytes)),
    };
    let object = bytes(bytes(Object::new(), "name", &node.name), "path", &node.path);
    let software = node.software.iter().map(|name| Value::from(name.as_str()));
    match node.software.is_empty() {
        true => object.into(),
        false => object.with("software", software.collect::<Vec<_>>()).into(),
    }
}

fn wall_to_json(wall: WallClock) -> Object {
    Object::new()
        .with("ahead", wall.ahead)
        .with("zone", wall.zone.map_or(Value::Null, Value::from))
        .with("readings", u64::from(wall.readings))
}

/// Where nobody looked at a clock on the wall, nothing is said of one.
fn wall_from_json(object: &Object) -> Result<Option<WallClock>> {
    let object = match object.get("wall_clock") {
        None | Some(Value::Null) => return Ok(None),
        Some(_) => object.object("wall_clock")?,
    };
    let zone = match object.get("zone") {
        None | Some(Value::Null) => None,
        Some(_) => Some(object.integer("zone")?),
    };
    Ok(Some(WallClock {
        ahead: object.integer("ahead")?,
        zone,
        readings: object.byte("readings")?,
    }))
}

fn node_from_json(object: &Object) -> Result<SealedNode> {
    let bytes = |name: &str| match object.optional_text(name)? {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => object.hex_any(&format!("{name}_hex")),
    };
    Ok(SealedNode {
        name: bytes("name")?,
        path: bytes("path")?,
        software: software(object)?,
    })
}

/// The first version did not say it.
fn software(object: &Object) -> Result<Vec<String>> {
    let names = match object.get("software") {
        None => return Ok(Vec::new()),
        Some(_) => object.texts("software")?,
    };
    let (most, length) = MAX_SOFTWARE;
    let is_plain = |name: &&str| name.len() <= length && !name.chars().any(char::is_control);
    match names.len() <= most && names.iter().all(is_plain) {
        true => Ok(names.into_iter().map(str::to_owned).collect()),
        false => Err(Error::json("\"software\" is not a list of names")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ceremony() -> Ceremony {
        let label = |text: &str| Label::new(text).unwrap();
        Ceremony {
            created: Time::from_unix(1_770_000_000),
            kind: Kind::Production,
            label: label("Bank A node"),
            k: 2,
            custodians: vec![label("legal"), label("audit"), label("ops")],
            nodes: vec![
                SealedNode {
                    name: b"node".to_vec(),
                    path: b"/opt/corda/node".to_vec(),
                    software: vec!["Corda".into(), "CometBFT".into()],
                },
                SealedNode {
                    name: b"\xff".to_vec(),
                    path: b"/opt/\xff".to_vec(),
                    software: Vec::new(),
                },
            ],
            scope: Scope::Keys,
            contact: Some("security office".into()),
            exceptions: vec![Exception {
                rule: "devices".into(),
                reason: "one stick only".into(),
            }],
            wall_clock: Some(WallClock {
                ahead: -849_000_000,
                zone: Some(3600),
                readings: 2,
            }),
        }
    }

    #[test]
    fn a_ceremony_gives_itself_back() {
        assert_eq!(
            Ceremony::from_bytes(&ceremony().to_bytes()).unwrap(),
            ceremony()
        );
    }

    #[test]
    fn a_ceremony_that_says_no_scope_sealed_whole_node_directories() {
        let text = String::from_utf8(ceremony().to_bytes()).unwrap();
        let old = text.replace("  \"scope\": \"keys\",\n", "");
        assert_ne!(old, text);
        let read = Ceremony::from_bytes(old.as_bytes()).unwrap();
        assert_eq!(read.scope, Scope::Node);
        let other = text.replace("\"keys\"", "\"half\"");
        assert!(Ceremony::from_bytes(other.as_bytes()).is_err());
    }

    #[test]
    fn a_ceremony_where_nobody_looked_at_the_wall_says_nothing_of_a_clock() {
        let mut without = ceremony();
        without.wall_clock = None;
        let text = String::from_utf8(without.to_bytes()).unwrap();
        assert!(!text.contains("clock"));
        assert_eq!(Ceremony::from_bytes(text.as_bytes()).unwrap(), without);
        let mut no_zone = ceremony();
        no_zone.wall_clock.as_mut().unwrap().zone = None;
        assert_eq!(Ceremony::from_bytes(&no_zone.to_bytes()).unwrap(), no_zone);
    }

    #[test]
    fn a_ceremony_that_says_no_software_is_read_and_one_of_odd_names_is_not() {
        let mut old = ceremony();
        old.nodes[0].software.clear();
        let text = String::from_utf8(old.to_bytes()).unwrap();
        assert!(!text.contains("software"));
        assert_eq!(Ceremony::from_bytes(text.as_bytes()).unwrap(), old);
        for names in [
            vec!["x".to_owned(); 33],
            vec!["x".repeat(101)],
            vec!["\u{1b}[2J".into()],
        ] {
            let mut odd = ceremony();
            odd.nodes[0].software = names;
            assert!(Ceremony::from_bytes(&odd.to_bytes()).is_err());
        }
    }

    #[test]
    fn names_that_would_lead_elsewhere_or_meet_are_refused() {
        for name in ["..", ".", "", "a/b", "note", "node"] {
            let mut changed = ceremony();
            changed.nodes[1].name = name.into();
            assert!(Ceremony::from_bytes(&changed.to_bytes()).is_err(), "{name}");
        }
    }

    #[test]
    fn node_directories_of_one_name_are_restored_side_by_side() {
        let names = restore_names(&[
            b"node".to_vec(),
            b"node".to_vec(),
            b"note".to_vec(),
            b"node-2".to_vec(),
        ]);
        assert_eq!(names, [&b"node"[..], b"node-2", b"note-2", b"node-2-2"]);
        let long = restore_names(&[vec![b'n'; 255], vec![b'n'; 255]]);
        assert!(long.iter().all(|name| name.len() <= MAX_NAME_BYTES) && long[0] != long[1]);
    }
}
