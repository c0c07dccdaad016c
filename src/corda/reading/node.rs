//! What belongs to a node or a firewall whatever its file says: names, defaults, hardware security modules, the place of
//! the database.
//!
//! Defaults: `corda-reference.conf` and `NodeConfigurationImpl.kt` of Corda 4.12.

use std::path::Path;

use super::super::settings::Item;
use super::super::table::{self, From, Meaning};
use super::super::{Named, What, from_folder};
use super::{HARDWARE, Reading, Software};

/// Keys of the configuration that name other aliases than the usual.
const ALIASES: [&str; 6] = [
    "identitykeyalias",
    "clientcakeyalias",
    "distributednotarykeyalias",
    "tlskeyalias",
    "masterkeyalias",
    "previousidentitykeyaliases",
];

/// What software a file is for.
pub(super) fn software(items: &[Item], file: &Path) -> Software {
    let starts = |words: &[&str]| {
        items.iter().any(|item| {
            let name = table::name(&item.key);
            let first = name.split('.').next().unwrap_or_default();
            words.contains(&first)
        })
    };
    if starts(&[
        "firewallmode",
        "bridgemode",
        "bridgeinnerconfig",
        "floatouterconfig",
    ]) {
        Software::Firewall
    } else if file.ends_with("node.conf") || starts(&["mylegalname", "p2paddress"]) {
        Software::Node
    } else {
        Software::Other
    }
}

/// The value of a setting by its whole name in lower case.
fn value(items: &[Item], name: &str) -> Option<String> {
    let item = items.iter().find(|item| table::name(&item.key) == name)?;
    let text = item.text.as_ref().ok()?;
    Some(String::from_utf8_lossy(text).trim().to_owned()).filter(|text| text != "null")
}

impl Reading {
    /// Notes who the node is.
    pub(super) fn node(&mut self, items: &[Item]) {
        self.found.legal_name = value(items, "mylegalname");
        self.found.notary_name = value(items, "notary.servicelegalname");
        self.found.dev_mode = match value(items, "devmode").as_deref() {
            Some("true" | "yes" | "on") => Some(true),
            Some("false" | "no" | "off") => Some(false),
            _ => None,
        };
        self.found.is_notary = items.iter().any(|item| item.key.starts_with("notary."));
        self.found.crypto_service =
            value(items, "cryptoservicename").filter(|name| is_hardware(name));
        for item in items {
            let last = table::last(&item.key);
            let Ok(text) = &item.text else { continue };
            let text = String::from_utf8_lossy(text).into_owned();
            if ALIASES.contains(&last.as_str()) {
                self.found.aliases.push((table::shown(&item.key), text));
            } else if last == "cryptoservicename" && is_hardware(&text) {
                self.hardware(item, &text);
            }
        }
    }

    fn hardware(&mut self, item: &Item, service: &str) {
        let key = table::shown(&item.key);
        let more = match service.to_ascii_uppercase().as_str() {
            "N_SHIELD" | "NSHIELD" => {
                ", and its Security World (the Key Management Data directory) is outside of any configuration"
            }
            "FUTUREX" => ", and FXPKCS11_CFG in the environment names its own configuration",
            _ => "",
        };
        let text = format!(
            "{key}: keys are in a hardware security module ({service:?}), not in files{more}"
        );
        self.gap("hsm", (&item.file, item.line), text, HARDWARE);
    }

    /// Adds what the software looks for where its file is silent.
    pub(super) fn defaults(&mut self, items: &[Item]) {
        match self.software {
            Software::Node => self.node_defaults(items),
            Software::Firewall => {
                let folder = value(items, "certificatesdirectory");
                let folder = folder.unwrap_or_else(|| "certificates".into());
                for (key, file, what) in [
                    ("sslKeystore", "sslkeystore.jks", What::Keystore),
                    ("trustStoreFile", "truststore.jks", What::TrustStore),
                ] {
                    if value(items, &key.to_ascii_lowercase()).is_none() {
                        self.default(key, &format!("{folder}/{file}"), what, true);
                    }
                }
            }
            Software::Other => {}
        }
    }

    fn node_defaults(&mut self, items: &[Item]) {
        for (file, what) in [
            ("nodekeystore.jks", What::Keystore),
            ("sslkeystore.jks", What::Keystore),
            ("truststore.jks", What::TrustStore),
        ] {
            self.default("certificates", &format!("certificates/{file}"), what, true);
        }
        let fresh = "freshidentitiesconfiguration";
        let mode = value(items, &format!("{fresh}.mode")).unwrap_or_default();
        let service = value(
            items,
            &format!("{fresh}.cryptoserviceconfiguration.cryptoservicename"),
        );
        if mode.contains("WRAPPED") && !service.is_some_and(|service| is_hardware(&service)) {
            let key = "freshIdentitiesConfiguration.masterKeyAlias";
            self.default(
                key,
                "certificates/wrappingkeystore.pkcs12",
                What::Keystore,
                true,
            );
        }
        if value(items, "cordappdirectories").is_none() {
            self.default("cordappDirectories", "cordapps", What::Directory, true);
        }
        if value(items, "networkparameterspath").is_none() {
            self.default(
                "networkParametersPath",
                "network-parameters",
                What::File,
                true,
            );
        }
        for folder in ["additional-node-infos", "artemis", "drivers"] {
            self.default(folder, folder, What::Directory, true);
        }
        self.database(items);
    }

    /// The node's own database, where the file does not say where it is.
    fn database(&mut self, items: &[Item]) {
        let key = "dataSourceProperties.dataSource.url";
        let is_said = items.iter().any(|item| {
            let name = table::name(&item.key);
            name.starts_with("datasourceproperties.")
                && (name.ends_with("url") || name.ends_with("servername"))
        });
        if is_said {
            return;
        }
        // The image of R3 keeps its configuration elsewhere, and names the database in the arguments of its start.
        let is_image =
            self.file.parent() != Some(&self.base) || self.base == Path::new("/opt/corda");
        if is_image {
            let text =
                "it does not say where the node's database is, and its start script may".to_owned();
            let hint = "look for -Dcorda.dataSourceProperties in the start of the node; seal that place with --include";
            let file = self.file.clone();
            self.gap("database-place", (&file, 1), text, hint);
        }
        self.default(key, "persistence.mv.db", What::Database, is_image);
    }

    fn default(&mut self, key: &str, path: &str, what: What, may_be_missing: bool) {
        self.keys.push(key.to_owned());
        self.found.named.push(Named {
            file: self.file.clone(),
            line: 0,
            key: key.to_owned(),
            path: from_folder(&self.base, Path::new(path)),
            what,
            may_be_missing,
        });
    }

    /// The launcher overrides `baseDirectory` with the directory that it is given.
    pub(super) fn base_directory(&mut self, item: &Item, text: &[u8]) {
        let meaning = Meaning::known(What::Directory, From::Base);
        let Some(path) = self.name(item, text, meaning) else {
            return;
        };
        if path != self.base {
            self.keys.pop();
            self.found.named.pop();
            let key = table::shown(&item.key);
            let text = format!(
                "{key} is {path:?}, and paths were taken to be relative to {:?}: the directory that was given counts",
                self.base
            );
            let hint = "if the node runs there, give that directory instead";
            self.gap("base-directory", (&item.file, item.line), text, hint);
        }
    }
}

/// Whether keys of a crypto service are in hardware: `BC_SIMPLE` is the one of files.
fn is_hardware(service: &str) -> bool {
    !service.is_empty() && !service.eq_ignore_ascii_case("BC_SIMPLE") && !service.starts_with('<')
}
