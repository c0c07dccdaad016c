//! Ethereum: execution clients, their private-transaction managers, and validators.

use super::super::Part::{History, Key, Needed, Other, Password, Volatile};
use super::super::Software;
use super::{VALIDATOR, file, read};

/// EIP-3076, and Lighthouse's and Prysm's documentation on slashing protection.
const SLASHED: &str = "Two running copies of a validator, or one with an old signing history, sign twice: the stake is \
                       slashed, and that cannot be undone.";
const PROTECTION: &str = "The signing history of the last moment (slashing protection), exported with the client stopped.";

pub(super) const SOFTWARE: &[Software] = &[
    Software {
        name: "geth",
        files: &[
            read("keystore/UTC--*", "account, Web3 version 3", Key),
            read("UTC--*", "account, Web3 version 3", Key).weak(),
            read("geth/nodekey", "node key", Key),
            read("*nodekey", "node key", Key).weak(),
            file("static-nodes.json", "peers", Needed),
            file("permissioned-nodes.json", "peers that may connect", Needed),
            file(
                "geth/jwtsecret",
                "secret between the clients, made anew",
                Other,
            ),
            file("geth.ipc", "socket", Volatile),
            file("geth/LOCK", "lock of a running node", Volatile),
        ],
        needs: "The password of each account; the genesis block and the lists of peers of a private network.",
        danger: "Two running copies of a sealer (Clique, IBFT, QBFT) sign different blocks of one height; \
                 two of an account use one nonce twice.",
    },
    Software {
        name: "Besu",
        files: &[
            read("key", "node key", Key).weak(),
            read("*-key", "node key", Key).weak(),
            file("key.pub", "public node key", Other).weak(),
            file("genesis.json", "genesis block", Needed).weak(),
            file("permissions_config.toml", "peers that may connect", Needed),
            file("besu.pid", "process id", Volatile),
        ],
        needs: "The genesis block of a private network.",
        danger: "Two running copies of a validator (IBFT 2, QBFT, Clique) sign different blocks of one height.",
    },
    Software {
        name: "Tessera",
        files: &[
            file("tessera.key", "key of the transaction manager", Key),
            file("tm.key", "key of the transaction manager", Key),
            file("tessera-config.json", "configuration", Needed),
            file("tessera*.json", "configuration", Needed).weak(),
        ],
        needs: "The password file of locked keys, the database with the private payloads, and the node's own data.",
        danger: "",
    },
    Software {
        name: "Lighthouse",
        files: &[
            read("voting-keystore.json", "validator key, EIP-2335", Key),
            file("secrets/0x*", "password of a validator key", Password).weak(),
            file(
                "validator_definitions.yml",
                "list of the validators",
                Needed,
            ),
            file("slashing_protection.sqlite", "signing history", History),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
    Software {
        name: "Prysm",
        files: &[
            read(
                "all-accounts.keystore.json",
                "validator keys, EIP-2335",
                Key,
            ),
            file("keymanageropts.json", "configuration of the wallet", Needed),
            file("direct/accounts/*", "wallet of validator keys", Key),
            file("validator.db", "signing history", History),
            file("walletpassword.txt", "password of the wallet", Password),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
    Software {
        name: "Teku",
        files: &[
            read("slashprotection/*.yml", "signing history", History),
            file(
                "validator/key-manager/local/*",
                "validator key, EIP-2335",
                Key,
            ),
            file(
                "validator/key-manager/local-passwords/*",
                "password of a validator key",
                Password,
            ),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
    Software {
        name: "Nimbus",
        files: &[
            read(
                "validators/0x*/keystore.json",
                "validator key, EIP-2335",
                Key,
            ),
            file("slashing_protection.sqlite3", "signing history", History),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
    Software {
        name: "Lodestar",
        files: &[
            file("validator-db/*", "signing history", History),
            file("validator-db/LOCK", "lock of the signing history", Volatile),
            file("cache/keystores/*", "validator key, EIP-2335", Key).weak(),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
    Software {
        name: VALIDATOR,
        files: &[
            read(
                "slashing_protection*.json",
                "signing history, EIP-3076",
                History,
            ),
            read(
                "slashing-protection*.json",
                "signing history, EIP-3076",
                History,
            ),
            read("keystore-m_*.json", "validator key, EIP-2335", Key),
            file("deposit_data-*.json", "deposits, public", Other),
            file("jwt.hex", "secret between the clients, made anew", Other).weak(),
        ],
        needs: PROTECTION,
        danger: SLASHED,
    },
];
