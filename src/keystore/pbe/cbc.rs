//! The block ciphers in which keystores hide things, in CBC with the padding of PKCS#7.

use aes::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit};
use zeroize::Zeroizing;

/// A cipher with a length of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    /// Three keys of DES.
    TripleDes,
    /// Two: the third is the first again.
    DoubleDes,
    Rc2With128,
    Rc2With40,
}

impl Cipher {
    /// The cipher of an encryption of PKCS#12 (RFC 7292, appendix C).
    pub(super) fn of_pkcs12(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.2.840.113549.1.12.1.3" => Self::TripleDes,
            "1.2.840.113549.1.12.1.4" => Self::DoubleDes,
            "1.2.840.113549.1.12.1.5" => Self::Rc2With128,
            "1.2.840.113549.1.12.1.6" => Self::Rc2With40,
            _ => return None,
        })
    }

    /// The cipher of a scheme of PBES2 (RFC 8018, appendix B.2).
    pub(super) fn of_pbes2(oid: &str) -> Option<Self> {
        Some(match oid {
            "2.16.840.1.101.3.4.1.2" => Self::Aes128,
            "2.16.840.1.101.3.4.1.22" => Self::Aes192,
            "2.16.840.1.101.3.4.1.42" => Self::Aes256,
            "1.2.840.113549.3.7" => Self::TripleDes,
            _ => return None,
        })
    }

    pub(super) fn key_bytes(self) -> usize {
        match self {
            Self::Rc2With40 => 5,
            Self::Aes128 | Self::DoubleDes | Self::Rc2With128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    pub(super) fn block_bytes(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            _ => 8,
        }
    }

    /// Decrypts. `None` when what comes out has no right padding, or lengths do not fit the cipher.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        hidden: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let block = self.block_bytes();
        if hidden.is_empty() || !hidden.len().is_multiple_of(block) {
            return None;
        }
        let mut plain = Zeroizing::new(hidden.to_vec());
        match self {
            Self::Aes128 => blocks::<aes::Aes128>(key, iv, &mut plain),
            Self::Aes192 => blocks::<aes::Aes192>(key, iv, &mut plain),
            Self::Aes256 => blocks::<aes::Aes256>(key, iv, &mut plain),
            Self::TripleDes => blocks::<des::TdesEde3>(key, iv, &mut plain),
            Self::DoubleDes => blocks::<des::TdesEde2>(key, iv, &mut plain),
            // As many bits of effect as the key has (RFC 7292, appendix C).
            Self::Rc2With128 | Self::Rc2With40 => blocks::<rc2::Rc2>(key, iv, &mut plain),
        }?;
        let padding = usize::from(*plain.last()?);
        let len = plain.len().checked_sub(padding)?;
        let is_right = (1..=block).contains(&padding)
            && plain
                .iter()
                .skip(len)
                .all(|byte| usize::from(*byte) == padding);
        plain.truncate(len);
        is_right.then_some(plain)
    }
}

fn blocks<C: BlockCipher + BlockDecryptMut + KeyInit>(
    key: &[u8],
    iv: &[u8],
    bytes: &mut [u8],
) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let mut chained = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, iv).ok()?;
    for block in bytes.chunks_exact_mut(C::block_size()) {
        chained.decrypt_block_mut(block.into());
    }
    Some(())
}
