//! Bytes on the air: the Chameleon "bitopt" header, and the MAC framings around a Rime packet.
//!
//! A Rime packet is `[channel u16, little endian][attributes][payload]`. Attributes are packed MSB first, in list
//! order, without alignment in between, and padded with zeros to a byte. An attribute below 8 bits is its value in
//! that many bits; a wider one is its bytes in memory order, low byte first. What the padding holds is not looked at.

use crate::packet::copy;
use crate::{Address, Attr, Field, Packet};

/// The MAC framing around a Rime packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mac {
    /// None: a frame is a Rime packet. Link addresses, where there are any, come and go beside the frame.
    #[default]
    Raw,
    /// IEEE 802.15.4 data frames with short addresses, without FCS: `41 98 DSN PAN DST SRC`.
    Ieee802154 {
        /// PAN identifier; Contiki's default is 0xABCD.
        pan: u16,
    },
    /// Four bytes: receiver, then sender.
    NullMac,
}

/// How this node's frames look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Framing {
    /// What is around the Rime packet.
    pub mac: Mac,
    /// Whether sender and receiver travel in the MAC header (or beside a raw frame) only, as in Contiki's
    /// `CHAMELEON_WITH_MAC_LINK_ADDRESSES`. All nodes of a network must agree.
    pub link_addresses: bool,
}

/// Sender and receiver of one frame, as its MAC header has them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// Who transmitted it.
    pub from: Address,
    /// Whom it is for; 0.0 is everybody.
    pub to: Address,
}

impl Framing {
    /// Whether an attribute is left to the MAC header.
    fn leaves_out(self, attr: Attr) -> bool {
        self.link_addresses && matches!(attr, Attr::Sender | Attr::Receiver)
    }

    /// Bits of an attribute in a header; 0 for one that is left to the MAC.
    pub(crate) fn bits(self, field: Field) -> usize {
        if self.leaves_out(field.attr) {
            0
        } else {
            usize::from(field.bits)
        }
    }

    /// Length of the attributes of a header in bytes, the two of the channel number not counted.
    #[must_use]
    pub fn header_bytes(self, fields: impl Iterator<Item = Field>) -> usize {
        let bits: usize = fields.map(|field| self.bits(field)).sum();
        bits.div_ceil(8)
    }

    /// Puts channel number and attributes before the payload. False when there is no room; the packet is
    /// then as it was.
    pub fn pack(
        self,
        channel: u16,
        fields: impl Iterator<Item = Field> + Clone,
        packet: &mut Packet,
    ) -> bool {
        if !self.begin(channel, self.header_bytes(fields.clone()), packet) {
            return false;
        }
        let mut bit = FIRST_BIT;
        fields.for_each(|field| self.put(field, packet, &mut bit));
        true
    }

    /// Puts channel number and room for so many bytes of attributes before the payload.
    pub(crate) fn begin(self, channel: u16, header_bytes: usize, packet: &mut Packet) -> bool {
        let room = ZEROS.get(..2 + header_bytes);
        if !room.is_some_and(|room| packet.push(room)) {
            return false;
        }
        copy(packet.payload_mut(), &channel.to_le_bytes());
        true
    }

    /// Writes the next attribute of a header that has been begun.
    pub(crate) fn put(self, field: Field, packet: &mut Packet, bit: &mut usize) {
        if self.leaves_out(field.attr) {
            return;
        }
        let value = packet.get(field.attr);
        let out = packet.payload_mut();
        if field.bits < 8 {
            put_bits(out, *bit, value as u8, field.bits);
        } else {
            put_bits(out, *bit, value as u8, 8);
            put_bits(out, *bit + 8, (value >> 8) as u8, field.bits - 8);
        }
        *bit += usize::from(field.bits);
    }

    /// Takes channel number and attributes off the payload, and sets the attributes. False when the payload is
    /// shorter than the header.
    pub fn unpack(self, fields: impl Iterator<Item = Field> + Clone, packet: &mut Packet) -> bool {
        let header_bytes = 2 + self.header_bytes(fields.clone());
        if packet.payload().len() < header_bytes {
            return false;
        }
        let mut bit = FIRST_BIT;
        fields.for_each(|field| self.take(field, packet, &mut bit));
        packet.skip(header_bytes);
        true
    }

    /// Reads the next attribute of a header that is long enough.
    pub(crate) fn take(self, field: Field, packet: &mut Packet, bit: &mut usize) {
        if self.leaves_out(field.attr) {
            return;
        }
        let header = packet.payload();
        let value = if field.bits < 8 {
            u16::from(get_bits(header, *bit, field.bits))
        } else {
            let high = get_bits(header, *bit + 8, field.bits - 8);
            u16::from_le_bytes([get_bits(header, *bit, 8), high])
        };
        packet.set(field.attr, value);
        *bit += usize::from(field.bits);
    }

    /// Writes the MAC header and `rime` into `out`; gives the length of the frame, or `None` when `out` is
    /// too short. `sequence` is the 802.15.4 data sequence number.
    pub fn encapsulate(self, sequence: u8, link: Link, rime: &[u8], out: &mut [u8]) -> Option<usize> {
        let mut header = [0u8; 9];
        let [f0, f1, dsn, rest @ ..] = &mut header;
        let len = match self.mac {
            Mac::Raw => 0,
            Mac::Ieee802154 { pan } => {
                let to = if link.to.is_none() {
                    0xffff
                } else {
                    link.to.value()
                };
                [*f0, *f1, *dsn] = [0x41, 0x98, sequence];
                let [p0, p1] = pan.to_le_bytes();
                let ([d0, d1], [s0, s1]) = (to.to_be_bytes(), link.from.value().to_be_bytes());
                *rest = [p0, p1, d0, d1, s0, s1];
                9
            }
            Mac::NullMac => {
                let ([r0, r1], [s0, s1]) = (link.to.0, link.from.0);
                [*f0, *f1, *dsn, rest[0]] = [r0, r1, s0, s1];
                4
            }
        };
        let after = out.get_mut(len..)?;
        if after.len() < rime.len() {
            return None;
        }
        copy(after, rime);
        copy(out, header.get(..len)?);
        Some(len + rime.len())
    }

    /// The Rime packet in a frame, and its link addresses when the framing has them. `None` when this is no
    /// such frame: too short, not a data frame with two short addresses, secured, or of another PAN.
    #[must_use]
    pub fn decapsulate(self, frame: &[u8]) -> Option<(Option<Link>, &[u8])> {
        match self.mac {
            Mac::Raw => Some((None, frame)),
            Mac::Ieee802154 { pan } => {
                let ([f0, f1, _, p0, p1, d0, d1, s0, s1], rime) = frame.split_first_chunk::<9>()?;
                // Data, unsecured, one PAN; both addresses short. Pending and acknowledgement bits may be set.
                if f0 & 0x4f != 0x41 || f1 & 0xcc != 0x88 {
                    return None;
                }
                let their_pan = u16::from_le_bytes([*p0, *p1]);
                if their_pan != pan && their_pan != 0xffff {
                    return None;
                }
                let to = if [*d0, *d1] == [0xff, 0xff] {
                    Address::NONE
                } else {
                    Address::new(*d1, *d0)
                };
                Some((
                    Some(Link {
                        from: Address::new(*s1, *s0),
                        to,
                    }),
                    rime,
                ))
            }
            Mac::NullMac => {
                let ([r0, r1, s0, s1], rime) = frame.split_first_chunk::<4>()?;
                Some((
                    Some(Link {
                        from: Address::new(*s0, *s1),
                        to: Address::new(*r0, *r1),
                    }),
                    rime,
                ))
            }
        }
    }
}

/// Where attributes begin: behind the channel number.
pub(crate) const FIRST_BIT: usize = 16;

/// The longest attribute header: collect's is 15 bytes.
const MAX_HEADER_BYTES: usize = 24;

/// What a header is before its attributes are written.
static ZEROS: [u8; 2 + MAX_HEADER_BYTES] = [0; 2 + MAX_HEADER_BYTES];

/// Writes the low `count` (0 to 8) bits of `value` at bit `at` of `out`, MSB first, into zeros.
fn put_bits(out: &mut [u8], at: usize, value: u8, count: u8) {
    let shifted = ((u32::from(value) << (16 - count)) as u16) >> (at & 7);
    let [high, low] = shifted.to_be_bytes();
    if let Some(byte) = out.get_mut(at >> 3) {
        *byte |= high;
    }
    if low != 0
        && let Some(byte) = out.get_mut((at >> 3) + 1)
    {
        *byte |= low;
    }
}

/// Reads `count` (0 to 8) bits at bit `at` of `from`, MSB first; what is past the end counts as 0.
fn get_bits(from: &[u8], at: usize, count: u8) -> u8 {
    let byte = |i: usize| from.get(i).copied().unwrap_or(0);
    let both = u16::from_be_bytes([byte(at >> 3), byte((at >> 3) + 1)]);
    (u32::from(both << (at & 7)) >> (16 - count)) as u8
}
