//! Keys that a device trusts, and what each may do (docs/spec/container.md section 3.3).

use crate::{Kind, Permissions};

/// A set of container kinds; the bits of a key record's field 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KindSet(u8);

impl KindSet {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind, trust included: root scope.
    pub const ALL: Self = Self(0x1f);

    /// The kinds of a sum of bits (1 script, 2 composition, 4 parameters, 8 command, 16 trust); bits above mean nothing.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// The sum of bits.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// These and `kind`.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << (kind as u8 - 1))
    }

    /// Whether `kind` is one of them.
    #[must_use]
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & 1 << (kind as u8 - 1) != 0
    }
}

/// Container ids, as patterns joined by `,`: an id, a prefix and `*`, or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdScope<'a>(pub &'a [u8]);

impl IdScope<'_> {
    /// Every id.
    pub const ANY: IdScope<'static> = IdScope(b"*");

    /// Whether `id` fits one of the patterns.
    #[must_use]
    pub fn has(self, id: &[u8]) -> bool {
        self.0
            .split(|byte| *byte == b',')
            .any(|pattern| match pattern.strip_suffix(b"*") {
                Some(prefix) => id.starts_with(prefix),
                None => id == pattern,
            })
    }
}

/// The most that a key may grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grants<'a> {
    /// Whatever can be asked for.
    Everything,
    /// No more than this.
    AtMost(Permissions<'a>),
}

/// A key that a device trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRecord<'a> {
    /// What a COSE_Sign1 calls it, 1 to 8 bytes.
    pub key_id: &'a [u8],
    /// Ed25519 public key.
    pub public_key: [u8; 32],
    /// Container ids that it may sign.
    pub ids: IdScope<'a>,
    /// Kinds that it may sign.
    pub kinds: KindSet,
    /// The most that it may grant.
    pub grants: Grants<'a>,
    /// Sequence of the trust container that brought it; 0 for the first key. The device's, never a signer's.
    pub epoch: u32,
}

/// The caller's key records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRing<'a>(pub &'a [KeyRecord<'a>]);

impl<'a> KeyRing<'a> {
    /// The first record of this key id.
    #[must_use]
    pub fn find(&self, key_id: &[u8]) -> Option<&'a KeyRecord<'a>> {
        self.0.iter().find(|record| record.key_id == key_id)
    }
}
