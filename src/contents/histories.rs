//! Keys of validators whose signing history is not there: restored, they could sign something twice.
//!
//! Knows which software keeps a history, and where it lies beside a key.

use std::path::{Path, PathBuf};

use super::{Contents, Place};
use crate::corda::Gap;
use crate::material::{Material, Part};

const COMET: &str = "CometBFT";

/// A key of a validator, and what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoHistory {
    /// The key; of several that share one history the first.
    pub key: Place,
    /// Where the history would be, for people.
    pub history: String,
    /// Whether it is of CometBFT; otherwise of an Ethereum validator.
    is_comet: bool,
}

impl NoHistory {
    /// Whether a software of this name uses the key.
    pub fn is_of(&self, software: &str) -> bool {
        (software == COMET) == self.is_comet
    }
}

impl Contents {
    /// Keys of validators without their signing history.
    pub fn without_history(&self) -> Vec<NoHistory> {
        let mut all = self.of_comet();
        all.extend(self.of_ethereum());
        all
    }

    /// Each key of CometBFT has a history of its own, in the directory beside its own.
    fn of_comet(&self) -> Vec<NoHistory> {
        let is_comet = |one: &&(Place, Material)| one.1.software == Some(COMET);
        let is_history = |one: &&(Place, Material)| one.1.part == Part::History;
        let of_it = self.material.iter().filter(is_comet);
        let histories = of_it.clone().filter(is_history);
        let histories: Vec<PathBuf> = histories.map(|(place, _)| plain(place)).collect();
        let keys = of_it.filter(|(_, one)| one.what == "validator key");
        let keys: Vec<&Place> = keys.map(|(place, _)| place).collect();
        // Each has one, wherever the configuration puts it.
        if histories.len() >= keys.len() {
            return Vec::new();
        }
        let alone = |key: &&Place| {
            let root = root(&plain(key));
            !histories.iter().any(|history| history.starts_with(&root))
        };
        let keys = keys.into_iter().filter(alone);
        let missing = keys.map(|key| NoHistory {
            key: key.clone(),
            history: format!(
                "{:?}",
                root(&plain(key)).join("data/priv_validator_state.json")
            ),
            is_comet: true,
        });
        missing.collect()
    }

    /// The keys of an Ethereum validator share one history.
    fn of_ethereum(&self) -> Option<NoHistory> {
        let is_other = |one: &&(Place, Material)| one.1.software != Some(COMET);
        let mut others = self.material.iter().filter(is_other);
        let has_history = others.clone().any(|(_, one)| one.part == Part::History);
        let (key, _) =
            others.find(|(_, one)| one.part == Part::Key && one.what.contains("EIP-2335"))?;
        (!has_history).then(|| NoHistory {
            key: key.clone(),
            history: "its slashing protection".into(),
            is_comet: false,
        })
    }
}

/// What is to be known of them.
pub(super) fn gaps(contents: &Contents) -> Vec<Gap> {
    let missing = contents.without_history();
    let of_one = |missing: &NoHistory| Gap {
        code: "no-history",
        place: (missing.key.path(&contents.base), 0),
        text: format!(
            "a validator key without its signing history ({} is not there): restored, it could sign \
             something twice",
            missing.history
        ),
        hint: "find it before anything else: only a validator that never signed has none".into(),
    };
    missing.iter().map(of_one).collect()
}

fn plain(place: &Place) -> PathBuf {
    place.path(Path::new(""))
}

/// The home directory of the node that has this key.
fn root(key: &Path) -> PathBuf {
    let above = key.parent().unwrap_or(Path::new(""));
    match above.file_name() {
        Some(name) if name == "config" => above.parent().unwrap_or(above).to_owned(),
        _ => above.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material;

    const KEY: &str =
        r#"{"address":"","pub_key":{},"priv_key":{"type":"tendermint/PrivKeyEd25519","value":""}}"#;
    const STATE: &str = r#"{"height":"36","round":0,"step":3}"#;
    const ETHEREUM: &str =
        r#"{"version":4,"crypto":{"kdf":{},"checksum":{},"cipher":{}},"pubkey":"","path":""}"#;

    fn missing(files: &[(&str, &str)]) -> Vec<String> {
        let look = |(path, text): &(&str, &str)| {
            let one = material::look(path.as_bytes(), text.as_bytes()).unwrap();
            (Place::Inside(path.as_bytes().to_vec()), one)
        };
        let contents = Contents {
            material: files.iter().map(look).collect(),
            ..Contents::default()
        };
        let missing = contents.without_history();
        missing.into_iter().map(|one| one.history).collect()
    }

    #[test]
    fn a_key_of_a_validator_wants_the_history_beside_it_and_one_with_its_own_wants_none() {
        let (key, state) = (
            "config/priv_validator_key.json",
            "data/priv_validator_state.json",
        );
        assert_eq!(missing(&[(key, KEY)]), [format!("{state:?}")]);
        assert!(missing(&[(key, KEY), (state, STATE)]).is_empty());
        // Cut short, it is there all the same: that is said elsewhere.
        assert!(missing(&[(key, KEY), (state, "{")]).is_empty());
        assert!(missing(&[(key, KEY), ("signer/state.json", STATE)]).is_empty());
        let two = [
            ("a/config/priv_validator_key.json", KEY),
            ("a/data/priv_validator_state.json", STATE),
            ("b/config/priv_validator_key.json", KEY),
        ];
        assert_eq!(missing(&two), [r#""b/data/priv_validator_state.json""#]);
        let legacy = KEY.replace(
            "{\"address",
            r#"{"last_height":"1","last_round":"0","last_step":1,"address"#,
        );
        assert!(missing(&[("priv_validator.json", &legacy)]).is_empty());
    }

    #[test]
    fn keys_of_ethereum_validators_want_one_history_together() {
        let keys = [
            ("keystore-m_1.json", ETHEREUM),
            ("keystore-m_2.json", ETHEREUM),
        ];
        assert_eq!(missing(&keys), ["its slashing protection"]);
        let (first, second) = (keys[0], keys[1]);
        assert!(missing(&[first, second, ("slashing_protection.sqlite", "?")]).is_empty());
    }
}
