//! Signing, for tools on a PC. A device never holds a private key.

use ed25519_compact::{KeyPair, Seed};
use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::sign1::{ALG_ED25519, to_be_signed};
use crate::{Context, EncodeError, MAX_MANIFEST, MAX_TO_BE_SIGNED, Sha256};

/// The key id that `motebox` gives a public key: the first 4 bytes of its SHA-256.
#[must_use]
pub fn key_id(public_key: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] = Sha256::of(public_key);
    [a, b, c, d]
}

/// An Ed25519 private key.
pub struct SigningKey(KeyPair);

impl SigningKey {
    /// The key of a 32-byte seed, which must come from a good source of randomness (RFC 8032 calls it the private key).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(KeyPair::from_seed(Seed::new(*seed)))
    }

    /// Its public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        *self.0.pk
    }

    /// A plain Ed25519 signature over `message`, deterministic.
    #[must_use]
    pub fn sign_message(&self, message: &[u8]) -> [u8; 64] {
        *self.0.sk.sign(message, None)
    }

    /// Signs `manifest`, writes the COSE_Sign1 into `out` ([`MAX_SIGN1`](crate::MAX_SIGN1) bytes are always enough) and returns its length.
    ///
    /// # Errors
    /// [`EncodeError`] on a key id or manifest of a wrong length, or too small a buffer.
    pub fn sign1(
        &self,
        manifest: &[u8],
        key_id: &[u8],
        context: Context,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        if key_id.is_empty() || key_id.len() > 8 {
            return Err(EncodeError::KeyIdLength(key_id.len() as u32));
        }
        if manifest.is_empty() || manifest.len() > MAX_MANIFEST {
            return Err(EncodeError::ManifestLength(manifest.len() as u32));
        }
        let mut room = [0; 16];
        let mut header = Encoder::new(Cursor::new(&mut room[..]));
        header.map(2)?.u8(1)?.i32(ALG_ED25519)?.u8(4)?.bytes(key_id)?;
        let length = header.into_writer().position();
        let protected = room.get(..length).unwrap_or(&[]);

        let mut room = [0; MAX_TO_BE_SIGNED];
        let signature = self.sign_message(to_be_signed(protected, manifest, context, &mut room));
        let mut writer = Encoder::new(Cursor::new(out));
        writer
            .tag(minicbor::data::Tag::new(18))?
            .array(4)?
            .bytes(protected)?
            .map(0)?
            .bytes(manifest)?
            .bytes(&signature)?;
        Ok(writer.into_writer().position())
    }
}
