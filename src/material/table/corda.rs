//! Corda 4: the files of a node, of its firewall and of its HA tools. Its keystores are read elsewhere; here is what the
//! names say. Source: corda-docs 4.14 "Node folder structure" and corda/corda 4.12.

use super::super::Part::{Database, Key, Needed, Other, Volatile};
use super::super::Software;
use super::{file, read};

pub(super) const SOFTWARE: &[Software] = &[Software {
    name: "Corda",
    files: &[
        file("node.conf", "configuration", Needed),
        file("firewall.conf", "configuration of the firewall", Needed).weak(),
        file("bridge.conf", "configuration of the bridge", Needed).weak(),
        file("float.conf", "configuration of the float", Needed).weak(),
        file("network-parameters", "network parameters", Needed),
        file("network-parameters-update", "network parameters", Needed),
        file("additional-node-infos/*", "node info of a peer", Needed),
        file("nodeInfo-*", "the node's own info, signed", Other),
        file(
            "cordapps/config/*.conf",
            "configuration of a CorDapp",
            Needed,
        ),
        file("persistence.mv.db", "H2 database", Database),
        file("*.mv.db", "H2 database", Database).weak(),
        file("persistence.trace.db", "trace of the H2 database", Other),
        file("process-id", "lock of a running node", Volatile),
        file("*.lock.db", "lock of an open H2 database", Volatile).weak(),
        file("*server.lock", "lock of the message broker", Volatile).weak(),
        file("certificates/*.jks", "keystore", Key),
        file("certificates/*.pkcs12", "keystore", Key).weak(),
        file(
            "certificates/*.nshield",
            "names of keys in an nShield HSM",
            Key,
        )
        .weak(),
        file("certificates/*", "key material by its place", Key).weak(),
        file("certificates/export/*", "trust store for clients", Needed).weak(),
        file(
            "certificates/certificate-request-id.txt",
            "registration in progress",
            Other,
        ),
        file("artemis/*.jks", "keystore of the message broker", Key),
        read("ssh/hostkey.pem", "host key of the shell", Key).weak(),
    ],
    needs: "The database of the same moment: keys of confidential identities are in it.",
    danger: "Two running copies of a node, each with a database of its own, sign and spend the same states; \
             a notary on an old database signs double spends.",
}];
