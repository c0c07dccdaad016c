//! Public chains. Of those at the end only the names of the files are known.

use super::super::Part::{Database, History, Key, Needed, Other};
use super::super::Software;
use super::{file, read};

/// Of proof-of-stake chains in general.
const TWICE: &str = "Two running copies of a validator sign twice, which is punished.";

pub(super) const SOFTWARE: &[Software] = &[
    Software {
        name: "Substrate",
        files: &[
            read("chains/*/keystore/*", "session key", Key),
            read("network/secret_ed25519", "node key", Key),
            read("secret_ed25519", "node key", Key),
            file("*-raw.json", "chain specification", Needed).weak(),
        ],
        needs: "The keystore password if there is one; on chain the session keys point to these public keys.",
        danger: "Two running copies of a validator equivocate (GRANDPA, BABE): the stake is slashed.",
    },
    Software {
        name: "Solana",
        files: &[
            read("validator-keypair.json", "identity", Key),
            read("vote-account-keypair.json", "vote account", Key),
            read(
                "authorized-withdrawer*.json",
                "withdrawer: keep it offline",
                Key,
            ),
            read("*-keypair.json", "key pair", Key),
            read("solana/id.json", "key pair", Key),
            file("tower-*.bin", "signing history (tower)", History),
        ],
        needs: "The tower file of the last moment, or a wait of about 200 slots before it votes.",
        danger: "Two running copies of a validator, or one with an old tower, break their lockouts and vote against \
                 themselves.",
    },
    Software {
        name: "XRP Ledger",
        files: &[
            read("validator-keys.json", "master key of the validator", Key),
            read(
                "rippled.cfg",
                "configuration, may hold the validator token",
                Key,
            ),
            read(
                "xrpld.cfg",
                "configuration, may hold the validator token",
                Key,
            ),
            file("validators.txt", "trusted validators", Needed),
            file("db/wallet.db", "node identity", Database).weak(),
        ],
        needs: "The newest token sequence: an old key file makes tokens that the network has replaced.",
        danger: "Two running copies of a validator contradict one another and lose the trust of the network.",
    },
    Software {
        name: "Stellar",
        files: &[
            file(
                "stellar-core.cfg",
                "configuration, holds the node's seed",
                Key,
            ),
            file(
                "stellar-core*.cfg",
                "configuration, may hold the node's seed",
                Key,
            ),
        ],
        needs: "The quorum set and the history archives.",
        danger: "Two running copies of a validator contradict one another in the consensus.",
    },
    Software {
        name: "IPFS Kubo",
        files: &[
            file(".ipfs/config", "configuration with the node's key", Key),
            file(".ipfs/keystore/*", "key of a name", Key),
            file("keystore/key_*", "key of a name", Key),
            file("swarm.key", "key of a private network", Key).weak(),
            file("datastore_spec", "how blocks are stored", Needed).weak(),
        ],
        needs: "",
        danger: "Two running copies have one peer id, and the network cannot tell them apart.",
    },
    Software {
        name: "NEAR",
        files: &[
            read("validator_key.json", "validator key", Key),
            file(".near/node_key.json", "node key", Key),
        ],
        needs: "",
        danger: TWICE,
    },
    Software {
        name: "Avalanche",
        files: &[
            read("staking/staker.key", "identity, TLS", Key),
            read("staking/staker.crt", "certificate of the identity", Needed),
            file("staking/signer.key", "BLS key", Key),
        ],
        needs: "",
        danger: TWICE,
    },
    Software {
        name: "Cardano",
        files: &[
            file("*.skey", "signing key", Key),
            file("*.vkey", "public key", Other),
            file("*.opcert", "operational certificate", Needed),
            file("opcert.cert", "operational certificate", Needed),
            file("*opcert.counter", "counter of the certificates", History),
        ],
        needs: "The counter of the operational certificates; a KES key serves for its period only.",
        danger: "Two running pools of one key make two blocks for one slot, and an old certificate is refused.",
    },
    Software {
        name: "Tezos",
        files: &[
            file("secret_keys", "secret keys, may be encrypted", Key),
            file("public_key_hashs", "addresses", Other),
            file("*_highwatermarks", "signing history", History),
        ],
        needs: "",
        danger: "Two running copies of a baker bake or attest twice: the deposit is slashed.",
    },
    Software {
        name: "Algorand",
        files: &[
            file("*.partkey", "participation key", Key),
            file("*.rootkey", "root key", Key),
            file("kmd-v*/sqlite_kmd*/*", "wallet", Key).weak(),
        ],
        needs: "",
        danger: TWICE,
    },
    Software {
        name: "Sui",
        files: &[
            file("sui.keystore", "keys of accounts", Key),
            file("protocol.key", "protocol key", Key),
            file("worker.key", "worker key", Key),
        ],
        needs: "",
        danger: TWICE,
    },
    Software {
        name: "Aptos",
        files: &[
            file("validator-identity.yaml", "keys of the validator", Key),
            file(
                "validator-full-node-identity.yaml",
                "keys of the full node",
                Key,
            ),
            file("private-keys.yaml", "all keys", Key),
            file(
                "secure-data.json",
                "signing history and consensus key",
                History,
            ),
        ],
        needs: "",
        danger: TWICE,
    },
];
