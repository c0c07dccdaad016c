use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::tests::{Need, skipped};

/// Files by path, and what a node of `/n` with them says.
fn configuration(files: &[(&str, &str)]) -> Configuration {
    let files: BTreeMap<PathBuf, &str> = files
        .iter()
        .map(|(path, text)| (path.into(), *text))
        .collect();
    let mut fetch = |path: &Path| match files.get(path) {
        Some(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        None => Err("not there".to_owned()),
    };
    read(Path::new("/n"), Path::new("/n/node.conf"), &mut fetch)
}

/// "key = path (What)", defaults left out.
fn named(configuration: &Configuration) -> Vec<String> {
    let said = configuration.named.iter().filter(|named| named.line > 0);
    said.map(|named| {
        format!(
            "{} = {} ({:?})",
            named.key,
            named.path.display(),
            named.what
        )
    })
    .collect()
}

fn gaps(configuration: &Configuration) -> Vec<String> {
    configuration
        .gaps
        .iter()
        .map(|gap| format!("{}:{}", gap.code, gap.place.1))
        .collect()
}

#[test]
fn a_quoted_and_a_joined_path_and_lists_are_named() {
    let found = configuration(&[(
        "/n/node.conf",
        "jarDirs = [\"/l\", ${baseDirectory}\"/drivers\"]\nrpcSettings { ssl { keyStorePath = /r.jks } }\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "jarDirs = /l (Directory)",
            "jarDirs = /n/drivers (Directory)",
            "rpcSettings.ssl.keyStorePath = /r.jks (Keystore)",
        ]
    );
    assert_eq!(gaps(&found), [""; 0]);
}

#[test]
fn a_key_in_quotes_is_told_without_signs_that_steer_a_terminal() {
    let found = configuration(&[(
        "/n/node.conf",
        "\"\\u001b[2J\\u202e\" = x.jks\n\"\\u0007\".pin = \"slot:1\"\n\"\\u001b\".x = \"slot:1\"\n\
         identityKeyAlias = plain\n",
    )]);
    assert_eq!(named(&found), ["\\u{1b}[2J\\u{202e} = /n/x.jks (Keystore)"]);
    assert!(!found.gaps.is_empty());
    let keys = found.passwords.iter().map(|password| &password.key);
    for text in found.gaps.iter().map(|gap| &gap.text).chain(keys) {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

#[test]
fn the_java_machine_names_files_by_keys_that_are_escaped_once() {
    let found = configuration(&[(
        "/n/node.conf",
        "custom.\"\\u001b\".jvmArgs = [\"-Djavax.net.ssl.keyStore=/k.jks\"]\n",
    )]);
    assert_eq!(
        named(&found),
        ["custom.\\u{1b}.jvmArgs.javax.net.ssl.keyStore = /k.jks (Keystore)"]
    );
}

/// The samples. `None` where they are not.
fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let samples = std::env::var_os("COLDVAULT_SAMPLES").map_or(beside, PathBuf::from);
    if samples.is_dir() {
        return Some(samples);
    }
    skipped(Need::Samples, "the samples are not there");
    None
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What a sample says, in a node directory `/n`, with nothing else there.
fn sample(path: &Path) -> Configuration {
    let name = path.file_name().unwrap().to_str().unwrap();
    let file = Path::new("/n").join(if name.starts_with("node-") {
        "node.conf"
    } else {
        name
    });
    let mut fetch = |wanted: &Path| match wanted == file {
        true => Ok(Zeroizing::new(fs::read(path).unwrap())),
        false => Err("not there".to_owned()),
    };
    read(Path::new("/n"), &file, &mut fetch)
}

#[test]
fn every_line_of_the_samples_that_names_something_is_named_or_said_to_be_open() {
    let Some(samples) = samples() else { return };
    let expected = json(&samples.join("nodeconf/EXPECTED_PATHS.json"));
    let (mut lines, mut missed) = (0, Vec::new());
    for (name, places) in expected.as_object().unwrap() {
        let found = sample(&samples.join("nodeconf").join(name));
        for place in places.as_array().unwrap() {
            lines += 1;
            let line = place["line"].as_u64().unwrap() as u32;
            let last = if place["multiline"].is_boolean() {
                line + 3
            } else {
                line
            };
            let is_named = found
                .named
                .iter()
                .any(|named| (line..=last).contains(&named.line));
            let is_open = found.gaps.iter().any(|gap| gap.place.1 == line);
            if !is_named && !is_open {
                missed.push(format!(
                    "{name}:{line}: {} = {}",
                    place["key"], place["value"]
                ));
            }
        }
    }
    assert!(lines > 150, "{lines}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_is_named_beyond_the_expected_lines_of_the_samples_are_files_too() {
    let Some(samples) = samples() else { return };
    let expected = json(&samples.join("nodeconf/EXPECTED_PATHS.json"));
    let mut more = Vec::new();
    for (name, places) in expected.as_object().unwrap() {
        let found = sample(&samples.join("nodeconf").join(name));
        let lines: Vec<_> = places
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place["line"].clone())
            .collect();
        for named in found.named.iter().filter(|named| named.line > 0) {
            if !lines.contains(&named.line.into()) {
                more.push(format!(
                    "{name}:{}: {} {:?}",
                    named.line, named.key, named.what
                ));
            }
        }
    }
    // Looked at one by one: all of them name files, which the patterns of the list did not know.
    more.retain(|line| {
        ![
            "crlFiles",
            "certificatesStoreFile",
            "jarDirs",
            "keyFilePath",
        ]
        .iter()
        .any(|key| line.contains(key))
    });
    assert_eq!(more, [""; 0]);
}

#[test]
fn what_lies_outside_of_the_made_nodes_is_named() {
    let Some(samples) = samples() else { return };
    for kind in ["bank", "hsm", "notary", "wrapped", "devmode"] {
        let truth = json(&samples.join("made").join(kind).join("TRUTH.json"));
        let conf = fs::read(samples.join("made").join(kind).join("node.conf")).unwrap();
        let base = Path::new("/opt/corda-sample/node");
        let mut fetch = |path: &Path| match path.file_name().unwrap().to_str() {
            Some("node.conf") => Ok(Zeroizing::new(conf.clone())),
            Some("users.conf") => Ok(Zeroizing::new(
                b"rpcUsers = [ { username = u, password = p } ]".to_vec(),
            )),
            Some("gemalto.conf") => Ok(Zeroizing::new(
                b"keyStore: \"tokenlabel:bank-a\"\npassword: \"pin\"\n".to_vec(),
            )),
            other => panic!("{other:?}"),
        };
        let found = read(base, &base.join("node.conf"), &mut fetch);
        let mut outside: Vec<&str> = found
            .named
            .iter()
            .map(|named| named.path.to_str().unwrap())
            .collect();
        outside.retain(|path| !path.starts_with("/opt/corda-sample/node/"));
        outside.sort_unstable();
        let list = truth["external_paths_named_by_node_conf"]
            .as_array()
            .unwrap();
        let mut wanted: Vec<&str> = list.iter().map(|path| path.as_str().unwrap()).collect();
        wanted.sort_unstable();
        assert_eq!(outside, wanted, "{kind}");
    }
}

fn passwords(configuration: &Configuration) -> Vec<String> {
    let shown = |password: &Password| {
        let text = String::from_utf8(password.text.expose().to_vec()).unwrap();
        let stores: Vec<_> = password
            .stores
            .iter()
            .map(|store| store.display().to_string())
            .collect();
        format!("{} {text} {}", password.key, stores.join(" "))
    };
    configuration
        .passwords
        .iter()
        .filter(|password| !password.is_default)
        .map(shown)
        .collect()
}

#[test]
fn of_two_values_the_later_counts_and_the_earlier_is_said() {
    let found = configuration(&[(
        "/n/node.conf",
        "jarDirs = [\"/a\", \"/b\"]\nsslKeystore = /x.jks\njarDirs = [\"/b\"]\nsslKeystore = /y.jks\nkeyStorePassword = a\nkeyStorePassword = b\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "jarDirs = /b (Directory)",
            "sslKeystore = /y.jks (Keystore)"
        ]
    );
    assert_eq!(
        gaps(&found),
        ["overridden:1", "overridden:2", "overridden:5"]
    );
    assert!(passwords(&found)[0].starts_with("keyStorePassword b /n/certificates/"));
}

#[test]
fn substitutions_are_followed_and_what_they_lack_is_named() {
    let found = configuration(&[(
        "/n/node.conf",
        "dir = \"/keys\"\n\
         sslKeystore = ${dir}\"/a.jks\"\n\
         trustStoreFile = ${?baseDirectory}\"/certificates/t.jks\"\n\
         keyStorePassword = ${KEY_PASS}\n\
         trustStorePassword = t\n\
         trustStorePassword = ${?TRUST_PASS}\n\
         networkParametersPath = ${PARAMS}\"/x\"\n\
         more { keyStorePath = ${sslKeystore} }\n\
         all = [\"/l\"]\n\
         jarDirs = ${all} [\"/m\"]\n\
         jarDirs += \"/n\"\n\
         cordappDirectories = ${cordappDirectories} [\"c\"]\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "cordappDirectories = /n/c (Directory)",
            "jarDirs = /m (Directory)",
            "jarDirs = /n (Directory)",
            "jarDirs = /l (Directory)",
            "more.keyStorePath = /keys/a.jks (Keystore)",
            "sslKeystore = /keys/a.jks (Keystore)",
            "trustStoreFile = /n/certificates/t.jks (TrustStore)",
        ]
    );
    assert_eq!(
        gaps(&found),
        [
            "environment-password:4",
            "environment-password:6",
            "environment:7",
            "environment:12"
        ]
    );
    assert!(found.gaps[0].text.contains("\"KEY_PASS\""));
    assert!(passwords(&found)[0].starts_with("trustStorePassword t /n/"));
}

#[test]
fn values_that_stand_for_themselves_or_for_too_much_are_said_and_end() {
    let mut text =
        "sslKeystore = ${trustStoreFile}\ntrustStoreFile = ${sslKeystore}\na0 = xxxxxxxxxxxxxxxx\n"
            .to_owned();
    for number in 1..40 {
        text += &format!("a{number} = ${{a{0}}}${{a{0}}}\n", number - 1);
    }
    text += "privateKeyFile = ${a39}\n";
    let found = configuration(&[("/n/node.conf", &text)]);
    let gaps = gaps(&found);
    assert!(gaps.contains(&"too-much:1".into()) && gaps.contains(&"too-much:2".into()));
    assert!(gaps.contains(&"too-much:43".into()), "{gaps:?}");
}

#[test]
fn includes_are_followed_and_those_that_fail_are_said() {
    let found = configuration(&[
        (
            "/n/node.conf",
            "sslKeystore = /a.jks\ninclude \"more\"\nx { include required(file(\"/e/x.conf\")) }\n",
        ),
        (
            "/n/more.conf",
            "sslKeystore = /b.jks\ninclude \"node.conf\"\n",
        ),
        (
            "/e/x.conf",
            "keyStorePath = r.jks\ninclude \"../gone.conf\"\ninclude required(\"lost\")\ninclude url(\"http://x/y\")\n",
        ),
    ]);
    assert_eq!(
        found.files[..2],
        [PathBuf::from("/n/node.conf"), "/n/more.conf".into()]
    );
    let named = named(&found);
    for expected in [
        "include = /n/more.conf (Configuration)",
        "include = /e/x.conf (Configuration)",
        "include = /gone.conf (Configuration)",
        "include = /e/lost (Configuration)",
        "x.keyStorePath = /n/r.jks (Keystore)",
    ] {
        assert!(
            named.contains(&expected.to_owned()),
            "{expected}: {named:?}"
        );
    }
    let texts: Vec<&str> = found.gaps.iter().map(|gap| gap.text.as_str()).collect();
    for part in [
        "/gone.conf\" is included and was not read (not there), and Corda goes on",
        "lost\" is included and was not read (not there), and Corda does not",
        "no file here",
        "a cycle: \"/n/node.conf\" includes itself",
    ] {
        assert!(
            texts.iter().any(|text| text.contains(part)),
            "{part}: {texts:?}"
        );
    }
    let missing: Vec<bool> = found
        .named
        .iter()
        .filter(|named| named.key == "include")
        .map(|named| named.may_be_missing)
        .collect();
    assert!(missing.contains(&true) && missing.contains(&false));
}

#[test]
fn a_cycle_of_includes_is_said_once_and_each_file_is_read_once() {
    let found = configuration(&[
        ("/n/node.conf", "include \"a.conf\"\njarDirs = [\"/l\"]\n"),
        ("/n/a.conf", "include \"./b\"\nthis line is none\n"),
        ("/n/b.conf", "include \"a.conf\"\n"),
    ]);
    assert_eq!(found.files.len(), 3, "{:?}", found.files);
    assert_eq!(gaps(&found), ["not-understood:2", "include:1"]);
    assert!(found.gaps[1].text.starts_with("a cycle: \"/n/a.conf\""));
    assert_eq!(
        found
            .named
            .iter()
            .filter(|named| named.key == "include")
            .count(),
        2
    );
}

#[test]
fn names_that_say_secret_are_never_shown_whatever_their_values_look_like() {
    let found = configuration(&[(
        "/n/node.conf",
        "apiKey = /hidden/a.key\nx.api_key = ./hidden/b.json\nmnemonic = \"/hidden c\"\n\
         clientSecret = /hidden/d.pem\naccess-key = file:/hidden\nsigningKey = /hidden.p12\n",
    )]);
    assert_eq!(named(&found), [""; 0]);
    let all = format!("{:?} {:?}", found.gaps, found.aliases);
    assert!(!all.contains("hidden"), "{all}");
}

#[test]
fn a_path_with_a_password_beside_it_is_said_and_not_shown() {
    let found = configuration(&[(
        "/n/node.conf",
        "c.args = \"-Dx.keyStorePassword=hidden -Dx.keyStore=/n/ks.jks\"\n\
         c.agents = [\"-javaagent:d/j.jar=port=7,password=hidden,keystore=/o/ks.jks\"]\n\
         c.u = \"file:/x/ks.jks?password=hidden\"\nc.cmd = \"openssl pkcs12 -passin pass:hidden -in /x/ks.p12\"\n\
         c.extraKeystoreFile = \"/opt/x.jks:hidden\"\n",
    )]);
    assert_eq!(named(&found), [""; 0]);
    assert_eq!(found.gaps.len(), 5, "{:?}", found.gaps);
    let all = format!("{:?} {:?}", found.gaps, found.aliases);
    assert!(!all.contains("hidden"), "{all}");
}

#[test]
fn a_store_of_keys_is_followed_though_its_name_has_a_secret_in_it() {
    let found = configuration(&[(
        "/n/node.conf",
        "signingKeyStore = \"../keys/signing.jks\"\nencryption_keystore = /k/encryption.p12\n\
         accessKeyStore = access.pfx\ntokenTrustStore = t.jks\nsigningKeyAlias = hidden\npass-word = hidden\n",
    )]);
    let wanted = [
        "accessKeyStore = /n/access.pfx (Keystore)",
        "encryption_keystore = /k/encryption.p12 (Keystore)",
        "signingKeyStore = /keys/signing.jks (Keystore)",
        "tokenTrustStore = /n/t.jks (TrustStore)",
    ];
    assert_eq!(named(&found), wanted);
}

#[test]
fn a_secret_that_looks_like_a_path_is_said_and_not_shown() {
    let found = configuration(&[(
        "/n/node.conf",
        "signingKey = ../hidden/x\ntoken = ./hidden\nx.secret = hidden.JKS\ny.secret = jks\nz.secret = hidden\n",
    )]);
    let said = ["not-understood:1", "not-understood:2", "not-understood:3"];
    assert_eq!(gaps(&found), said);
    assert!(!format!("{:?}", found.gaps).contains("hidden"));
}

#[test]
fn configuration_of_hardware_is_followed() {
    let found = configuration(&[
        (
            "/n/node.conf",
            "cryptoServiceName = AZURE_KEY_VAULT\ncryptoServiceConf = az.conf\n\
             enterpriseConfiguration { tlsCryptoServiceConfig { cryptoServiceName = N_SHIELD, cryptoServiceConf = /e/nshield.conf } }\n\
             freshIdentitiesConfiguration { cryptoServiceConfiguration { cryptoServiceName = UTIMACO, cryptoServiceConf = gone.conf } }\n",
        ),
        (
            "/n/az.conf",
            "path: keyvault_login.p12\npassword: \"pw\"\nkeyVaultURL: \"https://x/\"\n",
        ),
        (
            "/e/nshield.conf",
            "keyStore: \"certs/keystore.nshield\"\npassword: \"pin\"\n",
        ),
    ]);
    let named = named(&found);
    for expected in [
        "path = /n/keyvault_login.p12 (Keystore)",
        "keyStore = /e/certs/keystore.nshield (Keystore)",
    ] {
        assert!(named.contains(&expected.to_owned()), "{named:?}");
    }
    assert_eq!(found.crypto_service.as_deref(), Some("AZURE_KEY_VAULT"));
    let passwords = passwords(&found);
    assert!(
        passwords.contains(&"password pw /n/keyvault_login.p12".into()),
        "{passwords:?}"
    );
    assert!(passwords.contains(&"password pin /e/certs/keystore.nshield".into()));
    let gaps = gaps(&found);
    assert!(
        gaps.contains(&"configuration-not-read:4".into()),
        "{gaps:?}"
    );
    assert!(
        found
            .gaps
            .iter()
            .any(|gap| gap.text.contains("Key Management Data"))
    );
}

#[test]
fn addresses_of_databases_name_files_and_never_show_passwords() {
    let found = configuration(&[(
        "/n/node.conf",
        "dataSourceProperties { dataSource.url = \"jdbc:h2:file:./db/x;A=B\", dataSource.password = dbpw }\n\
         notary.jpa.dataSourceProperties.jdbcUrl = \"jdbc:postgresql://u:geheim@h/x?password=geheim&sslkey=/k.pk8\"\n\
         other.url = \"jdbc:sqlserver://h;trustStore=/t.jks;trustStorePassword=geheim\"\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "dataSourceProperties.dataSource.url = /n/db/x.mv.db (Database)",
            "notary.jpa.dataSourceProperties.jdbcUrl.sslkey = /k.pk8 (KeyFile)",
            "other.url.trustStore = /t.jks (TrustStore)",
        ]
    );
    assert_eq!(
        gaps(&found),
        [
            "working-directory:1",
            "database-elsewhere:2",
            "database-elsewhere:3"
        ]
    );
    let shown: String = found.gaps.iter().map(|gap| format!("{gap:?}")).collect();
    assert!(!shown.contains("geheim") && !shown.contains("dbpw"));
    assert!(passwords(&found).contains(&"other.url.trustStorePassword geheim /t.jks".into()));
    assert!(
        !found
            .named
            .iter()
            .any(|named| named.key.contains("dataSource.url") && named.line == 0)
    );
}

#[test]
fn a_file_that_does_not_say_where_the_database_is_means_the_usual_place() {
    let database = |found: &Configuration| {
        let database = found
            .named
            .iter()
            .find(|named| named.what == What::Database)
            .unwrap();
        (database.path.clone(), database.may_be_missing)
    };
    let found = configuration(&[("/n/node.conf", "myLegalName = x\n")]);
    assert_eq!(database(&found), ("/n/persistence.mv.db".into(), false));
    assert_eq!(gaps(&found), [""; 0]);
    let mut fetch = |_: &Path| Ok(Zeroizing::new(b"myLegalName = x\n".to_vec()));
    let found = read(
        Path::new("/opt/corda"),
        Path::new("/etc/corda/node.conf"),
        &mut fetch,
    );
    assert_eq!(
        database(&found),
        ("/opt/corda/persistence.mv.db".into(), true)
    );
    assert_eq!(gaps(&found), ["database-place:1"]);
}

#[test]
fn obfuscated_values_are_said_and_marked_ones_are_in_clear() {
    let found = configuration(&[(
        "/n/node.conf",
        "keyStorePassword = \"<{4W5WiK849jeRmtU6SQ4cwQ==:HnvFhg==}>\"\ntrustStorePassword = \"<encrypt{plain}>\"\nsslKeystore = \"<{a:b}>\"\n",
    )]);
    assert_eq!(
        gaps(&found),
        ["obfuscated:1", "not-obfuscated:2", "obfuscated:3"]
    );
    assert_eq!(
        passwords(&found),
        ["trustStorePassword plain /n/certificates/truststore.jks"]
    );
    assert_eq!(named(&found), [""; 0]);
}

#[test]
fn arguments_of_the_java_machine_name_files_and_override_keys() {
    let found = configuration(&[(
        "/n/node.conf",
        "custom { jvmArgs = [\"-Xmx2G -Djavax.net.ssl.keyStore=/j.p12\", \"-Djavax.net.ssl.keyStorePassword=jp\", \"-javaagent:/a/agent.jar=x\", \"-Dcorda.dataSourceProperties.dataSource.url=jdbc:h2:file:/db/x\"] }\n\
         systemProperties { \"javax.net.ssl.trustStore\" = /t.jks, javax.net.ssl.trustStorePassword = tp }\n",
    )]);
    let named = named(&found);
    for expected in [
        "custom.jvmArgs.javax.net.ssl.keyStore = /j.p12 (Keystore)",
        "custom.jvmArgs = /a/agent.jar (File)",
        "dataSourceProperties.dataSource.url = /db/x.mv.db (Database)",
        "systemProperties.javax.net.ssl.trustStore = /t.jks (TrustStore)",
    ] {
        assert!(
            named.contains(&expected.to_owned()),
            "{expected}: {named:?}"
        );
    }
    let passwords = passwords(&found);
    assert!(
        passwords.contains(&"custom.jvmArgs.javax.net.ssl.keyStorePassword jp /j.p12".into()),
        "{passwords:?}"
    );
    assert!(
        passwords.contains(&"systemProperties.javax.net.ssl.trustStorePassword tp /t.jks".into())
    );
}

#[test]
fn unknown_keys_count_where_their_values_can_only_be_paths() {
    let found = configuration(&[(
        "/n/node.conf",
        "a = /x/y\nb = keys/z.p12\nc = trust.jks\ntrustThing = t.jks\nd = ./e\nbackupDir = f\ng = \"file:///h i/j\"\n\
         k = \"https://x/y\"\nl = 10000\nm = \"org.h2.jdbcx.JdbcDataSource\"\napiToken = /secret/x\npassword = /secret/y\n\
         privateKey = /9j4AAQ\nn = \"a b\"\no = true\np = \"//x\"\nq = 'r.pem'\nurl = www.x.org/y\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "a = /x/y (File)",
            "b = /n/keys/z.p12 (Keystore)",
            "backupDir = /n/f (Directory)",
            "c = /n/trust.jks (Keystore)",
            "d = /n/e (File)",
            "g = /h i/j (File)",
            "trustThing = /n/t.jks (TrustStore)",
        ]
    );
}

#[test]
fn facts_of_the_node_are_kept() {
    let found = configuration(&[(
        "/n/node.conf",
        "myLegalName = \"O=A, C=GB\"\ndevMode = true\nnotary { serviceLegalName = \"O=N\" }\n\
         enterpriseConfiguration { identityKeyAlias = id-2, tlsKeyAlias = tls-2 }\n\
         freshIdentitiesConfiguration { mode = DEGRADED_WRAPPED, masterKeyAlias = m, cryptoServiceConfiguration.cryptoServiceName = BC_SIMPLE }\n",
    )]);
    assert_eq!(found.legal_name.as_deref(), Some("O=A, C=GB"));
    assert_eq!(found.notary_name.as_deref(), Some("O=N"));
    assert_eq!(
        (found.is_notary, found.dev_mode, &found.crypto_service),
        (true, Some(true), &None)
    );
    let aliases = [
        ("enterpriseConfiguration.identityKeyAlias", "id-2"),
        ("enterpriseConfiguration.tlsKeyAlias", "tls-2"),
        ("freshIdentitiesConfiguration.masterKeyAlias", "m"),
    ];
    assert_eq!(
        found.aliases,
        aliases.map(|(key, alias)| (key.to_owned(), alias.to_owned()))
    );
    assert!(
        found
            .named
            .iter()
            .any(|named| named.path.ends_with("wrappingkeystore.pkcs12"))
    );
    let defaults: Vec<_> = found
        .passwords
        .iter()
        .filter(|password| password.is_default)
        .collect();
    assert_eq!(defaults.len(), 2);
    assert_eq!(defaults[0].text.expose(), b"cordacadevpass");
    assert_eq!(defaults[1].text.expose(), b"trustpass");
}

#[test]
fn passwords_of_tools_know_their_stores() {
    let text = "defaultPassword = d\nkeyStores = { \"a\" = { file = \"./k/a.jks\", password = p } }\n\
                certificatesStores { t { file = t.jks } }\n\
                certificates = { c { key = { includeIn = [\"a\"], password = kp } } }\n\
                signer { keyStore { file = s.jks, password = sp }, keyPassword = skp }\n\
                tunnelSSLConfiguration { keyStorePassword = b, keyStorePrivateKeyPassword = bp, trustStorePassword = tp, sslKeystore = b.jks, trustStoreFile = bt.jks }\n";
    let mut fetch = |_: &Path| Ok(Zeroizing::new(text.as_bytes().to_vec()));
    let found = read(Path::new("/n"), Path::new("/n/pki.conf"), &mut fetch);
    assert_eq!(
        passwords(&found),
        [
            "certificates.c.key.password kp /n/k/a.jks",
            "defaultPassword d /n/b.jks /n/bt.jks /n/k/a.jks /n/s.jks /n/t.jks",
            "keyStores.a.password p /n/k/a.jks",
            "signer.keyPassword skp /n/s.jks",
            "signer.keyStore.password sp /n/s.jks",
            "tunnelSSLConfiguration.keyStorePassword b /n/b.jks",
            "tunnelSSLConfiguration.keyStorePrivateKeyPassword bp /n/b.jks",
            "tunnelSSLConfiguration.trustStorePassword tp /n/bt.jks",
        ]
    );
    assert!(found.passwords.iter().all(|password| !password.is_default));
}

#[test]
fn paths_keep_their_bytes_and_take_back_only_what_is_sure() {
    let found = from_folder(Path::new("/n/a"), Path::new("../x/./y/../z"));
    assert_eq!(found, Path::new("/n/x/y/../z"));
    assert_eq!(
        from_folder(Path::new("/n"), Path::new("/x/../y")),
        Path::new("/x/../y")
    );
    let mut fetch = |_: &Path| Ok(Zeroizing::new(b"sslKeystore = \"/k\xFC.jks\"\n".to_vec()));
    let found = read(Path::new("/n"), Path::new("/n/firewall.conf"), &mut fetch);
    use std::os::unix::ffi::OsStrExt;
    assert_eq!(found.named[0].path.as_os_str().as_bytes(), b"/k\xFC.jks");
}

#[test]
fn a_large_or_wicked_file_is_read_to_its_end_and_said_in_bounds() {
    for text in [
        "a = \"\" ".repeat(20_000),
        "x { ".repeat(20_000),
        "[{".repeat(20_000),
        "${".repeat(20_000),
        "{{".repeat(20_000),
        "\"\"\"\n".repeat(20_000),
        "a = ".to_owned() + &"\"\"".repeat(20_000),
        "a = ".to_owned() + &"${b} ".repeat(20_000),
        "sslKeystore = /x.jks\n".repeat(21_000),
        "sslKeystore = \"jdbc:\n".repeat(21_000),
        "a = [1,".repeat(10_000),
        "}\n".repeat(20_000),
        "include \"node.conf\"\n".repeat(4_000),
        format!("{} = 1\n", "k".repeat(1_000)).repeat(4_000),
        (0..2_000)
            .map(|number| format!("o.k{number} = /x\np{number} = ${{o}}\n"))
            .collect(),
        (0..2_000)
            .map(|number| format!("a{0}.b = ${{a{1}}}\n", number, number + 1))
            .collect(),
        format!("b = {}\n", "x".repeat(60_000))
            + &(0..3_000)
                .map(|number| format!("k{number} = ${{b}}\n"))
                .collect::<String>(),
    ] {
        let found = configuration(&[("/n/node.conf", &text)]);
        assert!(found.files.len() <= 64);
        assert!(found.gaps.len() < 25_000);
    }
}

#[test]
fn keys_that_say_where_a_secret_is_name_a_file() {
    let found = configuration(&[(
        "/n/node.conf",
        "a.passwordFile = /s/p\na.tokenPath = t\na.credentialsPath = \"/s/c\"\na.secretsDir = /s\na.seedLocation = /s/x\na.password = /etc/x\n",
    )]);
    assert_eq!(
        named(&found),
        [
            "a.credentialsPath = /s/c (File)",
            "a.passwordFile = /s/p (File)",
            "a.secretsDir = /s (Directory)",
            "a.seedLocation = /s/x (File)",
            "a.tokenPath = /n/t (File)",
        ]
    );
    assert_eq!(gaps(&found), ["not-understood:6"]);
    assert!(!found.gaps[0].text.contains("/etc"));
}

#[test]
fn an_address_that_is_not_read_to_its_end_and_one_in_a_home_directory_are_said() {
    let many = "&a=b".repeat(300);
    let text = format!(
        "dataSourceProperties.dataSource.url = \"jdbc:h2:~/x\"\nb.url = \"jdbc:postgresql://h/x?c=d{many}&sslkey=/k\"\n"
    );
    let found = configuration(&[("/n/node.conf", &text)]);
    assert_eq!(named(&found), [""; 0]);
    let gaps = gaps(&found);
    for gap in ["database-place:1", "too-much:2"] {
        assert!(gaps.contains(&gap.to_owned()), "{gaps:?}");
    }
}
