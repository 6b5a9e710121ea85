//! Two-byte node addresses, written `a.b`.

/// The address of a node. `Address::NONE` (0.0) is nobody, and as a receiver everybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Address(pub [u8; 2]);

impl Address {
    /// 0.0: no address; the receiver of a broadcast.
    pub const NONE: Address = Address([0, 0]);

    /// The address `a.b`.
    #[must_use]
    pub const fn new(a: u8, b: u8) -> Address {
        Address([a, b])
    }

    /// As a parameter or attribute value: `a` in the low byte.
    #[must_use]
    pub const fn value(self) -> u16 {
        u16::from_le_bytes(self.0)
    }

    /// From a parameter or attribute value.
    #[must_use]
    pub const fn from_value(value: u16) -> Address {
        Address(value.to_le_bytes())
    }

    /// Whether this is 0.0.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.value() == 0
    }
}
