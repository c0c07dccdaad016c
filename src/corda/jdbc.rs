//! Database addresses of Java (JDBC URLs): where a database is, and the files that the address names.
//!
//! Knows the parameters of H2, PostgreSQL, Oracle, SQL Server and MySQL; no files. An address may hold a password: it is
//! never shown.

use super::What;

/// What an address says.
#[derive(Default)]
pub(super) struct Address<'u> {
    /// Where the database is.
    pub(super) place: Place<'u>,
    /// Parameters that name files: name, value, what it is.
    pub(super) files: Vec<(String, String, What)>,
    /// Passwords of stores: name, value.
    pub(super) passwords: Vec<(String, String)>,
    /// Whether it has more parameters than are read.
    pub(super) is_cut: bool,
}

/// Where a database is.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) enum Place<'u> {
    /// In this file.
    File(String),
    /// In this file below the home directory of whoever runs the software.
    Home(String),
    /// In memory: gone with the process.
    Memory,
    /// Behind a server: its kind.
    Elsewhere(&'u str),
    /// No address of a database.
    #[default]
    Unknown,
}

/// The most parameters of one address that are read.
const MAX_PARAMETERS: usize = 256;

/// Parameters that name files, in lower case (pgJDBC, Connector/J, ojdbc, mssql-jdbc).
const FILES: &[(&str, What)] = &[
    ("sslkey", What::KeyFile),
    ("sslcert", What::File),
    ("sslrootcert", What::File),
    ("sslcrl", What::File),
    ("clientcertificate", What::Keystore),
    ("clientkey", What::KeyFile),
    ("servercertificate", What::File),
    ("truststore", What::TrustStore),
    ("keystore", What::Keystore),
    ("javax.net.ssl.truststore", What::TrustStore),
    ("javax.net.ssl.keystore", What::Keystore),
    ("truststorelocation", What::TrustStore),
    ("keystorelocation", What::Keystore),
    ("keystoreprincipalid", What::File),
    ("trustcertificatekeystoreurl", What::TrustStore),
    ("clientcertificatekeystoreurl", What::Keystore),
    ("oracle.net.wallet_location", What::Directory),
    ("oracle.net.tns_admin", What::Directory),
    ("wallet_location", What::Directory),
    ("tns_admin", What::Directory),
    ("jaasapplicationfile", What::File),
    ("passfile", What::KeyFile),
    ("serverrsapublickeyfile", What::File),
];

/// Takes an address apart.
pub(super) fn read(url: &str) -> Address<'_> {
    let Some(rest) = url.trim().strip_prefix("jdbc:") else {
        return Address::default();
    };
    let (kind, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let (place, parameters) = match rest.find(['?', ';']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let mut address = Address {
        place: place_of(kind, place, parameters),
        ..Address::default()
    };
    let separators: &[char] = match kind {
        "h2" | "sqlserver" | "jtds" | "hsqldb" | "derby" => &['?', ';'],
        _ => &['?', '&', ';'],
    };
    let mut parameters = parameters.split(separators);
    for parameter in parameters.by_ref().take(MAX_PARAMETERS) {
        if let Some((name, value)) = parameter.split_once('=') {
            address.add(name.trim(), &decoded(value.trim()));
        }
    }
    address.is_cut = parameters.next().is_some();
    address
}

impl Address<'_> {
    fn add(&mut self, name: &str, value: &str) {
        let lower = name.to_ascii_lowercase();
        let value = directory(value);
        if value.is_empty() {
            return;
        }
        if let Some((_, what)) = FILES.iter().find(|(file, _)| *file == lower) {
            self.files.push((name.to_owned(), value.to_owned(), *what));
        } else if lower.ends_with("password") {
            self.passwords.push((name.to_owned(), value.to_owned()));
        } else if value.starts_with('/') && !value.starts_with("//") {
            self.files
                .push((name.to_owned(), value.to_owned(), What::File));
        }
    }
}

/// What is meant by `(SOURCE=(METHOD=file)(METHOD_DATA=(DIRECTORY=/x)))` of Oracle, and by addresses of files.
fn directory(value: &str) -> &str {
    let inner = match value.to_ascii_uppercase().find("DIRECTORY=") {
        Some(at) if value.starts_with('(') => value.get(at + 10..).unwrap_or_default(),
        _ => value,
    };
    let inner = inner.split(')').next().unwrap_or_default();
    let file = inner
        .strip_prefix("file://")
        .or(inner.strip_prefix("file:"));
    file.unwrap_or(inner)
}

/// `%2F` and the like (RFC 3986, section 2.1).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Where a database of this kind is.
fn place_of<'u>(kind: &'u str, place: &str, parameters: &str) -> Place<'u> {
    match kind {
        "h2" => h2(kind, place, parameters),
        "sqlite" if place.is_empty() || place.contains(":memory:") => Place::Memory,
        "sqlite" => Place::File(directory(place).into()),
        "hsqldb" | "derby" if place.starts_with("mem") => Place::Memory,
        "hsqldb" => match place.strip_prefix("file:") {
            Some(file) => Place::File(format!("{file}.script")),
            None => Place::Elsewhere(kind),
        },
        "derby" if !place.starts_with("//") => {
            Place::File(place.strip_prefix("directory:").unwrap_or(place).into())
        }
        kind => Place::Elsewhere(kind),
    }
}

/// H2: a bare path, or one behind `file:`, `nio:`, `split:` and the like (H2 documentation, "Database URL Overview").
fn h2<'u>(kind: &'u str, place: &str, parameters: &str) -> Place<'u> {
    if place.starts_with("tcp:") || place.starts_with("ssl:") {
        return Place::Elsewhere(kind);
    }
    if place.starts_with("mem:") || place == "mem" {
        return Place::Memory;
    }
    if let Some(zip) = place.strip_prefix("zip:") {
        return Place::File(zip.split('!').next().unwrap_or_default().into());
    }
    let mut path = place;
    for prefix in ["file:", "split:", "nio:", "nioMapped:", "async:"] {
        path = path.strip_prefix(prefix).unwrap_or(path);
    }
    let old = parameters.to_ascii_uppercase().contains("MV_STORE=FALSE");
    let ending = if old { ".h2.db" } else { ".mv.db" };
    match path.strip_prefix("~/") {
        Some(path) => Place::Home(format!("{path}{ending}")),
        None => Place::File(format!("{path}{ending}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(url: &str) -> Vec<String> {
        let files = read(url).files;
        files
            .into_iter()
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn an_h2_address_names_its_file() {
        for (url, file) in [
            ("jdbc:h2:file:./x;DB_CLOSE_ON_EXIT=FALSE", "./x.mv.db"),
            (
                "jdbc:h2:file:/opt/corda/persistence;A=B",
                "/opt/corda/persistence.mv.db",
            ),
            ("jdbc:h2:./x", "./x.mv.db"),
            ("jdbc:h2:nio:/x", "/x.mv.db"),
            ("jdbc:h2:/x;MV_STORE=FALSE", "/x.h2.db"),
            ("jdbc:h2:zip:/x.zip!/y", "/x.zip"),
        ] {
            assert_eq!(read(url).place, Place::File(file.into()), "{url}");
        }
        for url in ["jdbc:h2:~/x", "jdbc:h2:file:~/x;A=B"] {
            assert_eq!(read(url).place, Place::Home("x.mv.db".into()));
        }
        assert_eq!(read("jdbc:h2:mem:x").place, Place::Memory);
        assert_eq!(read("jdbc:h2:tcp://h/x").place, Place::Elsewhere("h2"));
        assert_eq!(read("https://h/x").place, Place::Unknown);
    }

    #[test]
    fn parameters_name_files_and_passwords() {
        let url = "jdbc:postgresql://h/x?sslmode=require&sslkey=/k.pk8&sslcert=c.crt&sslrootcert=%2Fa%20b";
        assert_eq!(
            files(url),
            ["sslkey=/k.pk8", "sslcert=c.crt", "sslrootcert=/a b"]
        );
        let url = "jdbc:sqlserver://h:1433;database=x;trustStore=/t.jks;trustStorePassword=p;";
        assert_eq!(files(url), ["trustStore=/t.jks"]);
        assert_eq!(
            read(url).passwords,
            [("trustStorePassword".into(), "p".into())]
        );
        let url = "jdbc:mysql://h/x?clientCertificateKeyStoreUrl=file:/k.jks&useSSL=true";
        assert_eq!(files(url), ["clientCertificateKeyStoreUrl=/k.jks"]);
        let url = "jdbc:oracle:thin:@x?TNS_ADMIN=/etc/tns&wallet_location=(SOURCE=(METHOD=file)(METHOD_DATA=(DIRECTORY=/w)))";
        assert_eq!(files(url), ["TNS_ADMIN=/etc/tns", "wallet_location=/w"]);
    }
}
