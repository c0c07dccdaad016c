//! Ledgers of consortia, and chains whose key files are read here.

use super::super::Part::{Database, History, Key, Needed, Other, Volatile};
use super::super::Software;
use super::{file, read};

pub(super) const SOFTWARE: &[Software] = &[
    Software {
        name: "Hyperledger Fabric",
        files: &[
            read("keystore/*_sk", "private key, PKCS#8", Key),
            read("*_sk", "private key, PKCS#8", Key).weak(),
            read("tls/server.key", "TLS key", Key),
            read("tls/client.key", "TLS key", Key).weak(),
            read("signcerts/*", "the node's certificate", Needed),
            read("cacerts/*", "certificate of an authority", Needed),
            read("intermediatecerts/*", "certificate of an authority", Needed),
            read("tlscacerts/*", "certificate of a TLS authority", Needed),
            read("admincerts/*", "certificate of an administrator", Needed),
            file("msp/config.yaml", "configuration of the MSP", Needed),
            file("core.yaml", "configuration of a peer", Needed),
            file("orderer.yaml", "configuration of an orderer", Needed),
            file(
                "fabric-ca-server-config.yaml",
                "configuration of the CA",
                Needed,
            ),
            file("fabric-ca-server.db", "database of the CA", Database),
            file(
                "IssuerSecretKey",
                "key of the CA for anonymous credentials",
                Key,
            ),
            file(
                "IssuerRevocationPrivateKey",
                "key of the CA for revocations",
                Key,
            ),
        ],
        needs: "The certificate of each key, and of an orderer its write-ahead log and ledger.",
        danger: "Two running copies of an orderer have one place in the consensus and break it.",
    },
    Software {
        name: "CometBFT",
        files: &[
            read("priv_validator_key.json", "validator key", Key),
            read("priv_validator.json", "validator key", Key),
            read("node_key.json", "node key", Key).weak(),
            read("priv_validator_state.json", "signing history", History),
            file("config/genesis.json", "genesis", Needed),
            file("config/config.toml", "configuration", Needed),
            file("config/app.toml", "configuration", Needed),
            file("config/client.toml", "configuration", Needed),
            file("config/addrbook.json", "addresses of peers", Other),
            file("keyring-file/*", "account key, encrypted", Key),
            file(
                "keyring-test/*",
                "account key, encrypted with a known password",
                Key,
            ),
            file("data/*.db/LOCK", "lock of a database", Volatile).weak(),
        ],
        needs: "The signing history of the last moment: data/priv_validator_state.json.",
        danger: "Two running copies of a validator, or one with an old signing history, sign one height twice: \
                 the stake is slashed and the validator shut out for good.",
    },
    Software {
        name: "LND",
        files: &[
            file(
                "data/chain/bitcoin/*/wallet.db",
                "wallet, holds the seed",
                Key,
            ),
            file("channel.backup", "static channel backup", Key),
            file(
                "data/chain/bitcoin/*/macaroons.db",
                "root keys of the macaroons",
                Key,
            ),
            file("*.macaroon", "access to the node", Key),
            read("channel.db", "state of the channels", Database),
            file("lnd.conf", "configuration", Needed),
            file("v3_onion_private_key", "key of the onion service", Key),
        ],
        needs: "The 24 words of the seed, the wallet password and the newest channel.backup.",
        danger: "Never run two nodes of one seed, not even one after the other, and never start an old channel.db: \
                 the peers take the funds of its channels.",
    },
    Software {
        name: "Bitcoin Core",
        files: &[
            read("wallet.dat", "wallet", Key),
            read("wallets/*/wallet.dat", "wallet", Key),
            file("bitcoin.conf", "configuration", Needed),
            file("onion_v3_private_key", "key of the onion service", Key),
            file(".cookie", "access while it runs", Volatile).weak(),
            file("bitcoind.pid", "process id", Volatile),
        ],
        needs: "The passphrase of an encrypted wallet; a wallet encrypted later has another seed than its older copies.",
        danger: "",
    },
    Software {
        name: "Canton",
        files: &[
            file("canton.conf", "configuration", Needed),
            file("remote-participant*.conf", "configuration", Needed),
        ],
        needs: "The database: its keys are in there, or in the key management service that it names.",
        danger: "A participant that is restored from a backup newer than that of its sequencer forks the ledger.",
    },
];
