//! SHA-256, in the compact variant that fits a Cortex-M0.

use sha2::Digest as _;

/// A running SHA-256 (FIPS 180-4). About 110 bytes; copy it to look at a digest on the way.
#[derive(Clone)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// A digest of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(sha2::Sha256::new())
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that was taken in.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The digest of one piece.
    #[must_use]
    pub fn of(bytes: &[u8]) -> [u8; 32] {
        let mut hash = Self::new();
        hash.update(bytes);
        hash.finish()
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}
