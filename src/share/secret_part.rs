//! The secret part of a share that was read: open, or closed inside an age file.

use super::{Closed, hex};
use crate::cipher::Protected;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::key::KEY_BYTES;
use crate::secret::SecretBytes;
use zeroize::Zeroizing;

pub(super) enum SecretPart {
    Open(SecretBytes),
    Closed {
        protected: Protected,
        /// What the file says that y commits to: the signature covers it, and so does it hold while y is not known.
        commitment: Digest,
        left: Closed,
    },
}

impl SecretPart {
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Open(y) => Self::Open(SecretBytes::copied(y.expose())),
            Self::Closed {
                protected,
                commitment,
                left,
            } => Self::Closed {
                protected: protected.clone(),
                commitment: *commitment,
                left: *left,
            },
        }
    }

    /// Puts it where it stands in the share file.
    pub(super) fn put_into(&self, object: Object) -> Object {
        match self {
            Self::Open(y) => object.with("y", Zeroizing::new(hex(y.expose())).as_str()),
            Self::Closed {
                protected,
                commitment,
                ..
            } => closed(object, protected, commitment),
        }
    }

    pub(super) fn from_json(object: &Object) -> Result<Self> {
        let Some(armored) = object.optional_text("protected")? else {
            let y = Zeroizing::new(object.hex("y", KEY_BYTES)?);
            return Ok(Self::Open(SecretBytes::copied(&y)));
        };
        if object.get("y").is_some() {
            return Err(Error::json("both \"y\" and \"protected\" are there"));
        }
        let refused = "\"protected\" is not an age file that coldvault opens: to one passphrase, \
                       stretched with 18 at most, or to age1... keys";
        Ok(Self::Closed {
            protected: Protected::parse(armored).ok_or_else(|| Error::json(refused))?,
            commitment: Digest(object.array("commitment")?),
            left: Closed::NotNeeded,
        })
    }
}

/// Puts an age file and what it commits to where they stand in the share file.
pub(super) fn closed(object: Object, protected: &Protected, commitment: &Digest) -> Object {
    object
        .with("protected", protected.text())
        .with("commitment", hex(&commitment.0))
}
