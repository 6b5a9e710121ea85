//! Bytes on the air: the Chameleon "bitopt" header, and the MAC framings around a Rime packet.
//!
//! A Rime packet is `[channel u16, little endian][attributes][payload]`. Attributes are packed MSB first, in list
//! order, without alignment in between, and padded with zeros to a byte. An attribute below 8 bits is its value in
//! that many bits; a wider one is its bytes in memory order, low byte first. What the padding holds is not looked at.

use crate::packet::{Attrs, copy};
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
    /// An attribute as headers have it; `None` for one that is left to the MAC header.
    pub(crate) fn field(self, field: Field) -> Option<Packed> {
        // These two have the lowest numbers.
        let left_out = if self.link_addresses {
            Attr::Receiver as u8 + 1
        } else {
            0
        };
        (field.attr as u8 >= left_out).then(|| Packed::new(field))
    }

    /// Length of the attributes of a header in bytes, the two of the channel number not counted.
    #[must_use]
    pub fn header_bytes(self, fields: impl Iterator<Item = Field>) -> usize {
        let fields = fields.filter_map(|field| self.field(field));
        let bits: u32 = fields.map(Packed::bits).sum();
        bits.div_ceil(8) as usize
    }

    /// Puts channel number and attributes before the payload. False when there is no room; the packet is
    /// then as it was.
    pub fn pack(
        self,
        channel: u16,
        fields: impl Iterator<Item = Field> + Clone,
        packet: &mut Packet,
    ) -> bool {
        let header_bytes = self.header_bytes(fields.clone());
        let fields = fields.filter_map(|field| self.field(field));
        let Some((attrs, out)) = begin(channel, header_bytes, packet) else {
            return false;
        };
        pack(attrs, fields, out);
        true
    }

    /// Takes channel number and attributes off the payload, and sets the attributes. False when the payload is
    /// shorter than the header.
    pub fn unpack(self, fields: impl Iterator<Item = Field> + Clone, packet: &mut Packet) -> bool {
        let Some((attrs, header)) = packet.pull_header(2 + self.header_bytes(fields.clone())) else {
            return false;
        };
        let fields = fields.filter_map(|field| self.field(field));
        unpack(header.get(2..).unwrap_or(&[]), fields, attrs);
        true
    }

    /// Writes the MAC header and `rime` into `out`; gives the length of the frame, or `None` when `out` is
    /// too short. `sequence` is the 802.15.4 data sequence number.
    pub fn encapsulate(self, sequence: u8, link: Link, rime: &[u8], out: &mut [u8]) -> Option<usize> {
        let len = match self.mac {
            Mac::Raw => 0,
            Mac::Ieee802154 { pan } => {
                let to = if link.to.is_none() {
                    0xffff
                } else {
                    link.to.value()
                };
                let [p0, p1] = pan.to_le_bytes();
                let ([d0, d1], [s0, s1]) = (to.to_be_bytes(), link.from.value().to_be_bytes());
                *out.first_chunk_mut()? = [0x41, 0x98, sequence, p0, p1, d0, d1, s0, s1];
                9
            }
            Mac::NullMac => {
                let ([r0, r1], [s0, s1]) = (link.to.0, link.from.0);
                *out.first_chunk_mut()? = [r0, r1, s0, s1];
                4
            }
        };
        let rest = out.get_mut(len..)?;
        if rest.len() < rime.len() {
            return None;
        }
        copy(rest, rime);
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

/// The longest attribute header: collect's is 15 bytes.
const MAX_HEADER_BYTES: usize = 24;

/// An attribute in a header, with 1 to 16 bits, in one byte: its number, and its bits less one.
#[derive(Clone, Copy, Debug)]
pub struct Packed(u8);

impl Packed {
    /// Something to fill an array with.
    pub(crate) const NONE: Packed = Packed(0);

    fn new(field: Field) -> Packed {
        Packed((field.attr as u8) << 4 | field.bits.wrapping_sub(1).min(15))
    }

    /// Its width.
    pub(crate) fn bits(self) -> u32 {
        u32::from(self.0 & 15) + 1
    }

    fn number(self) -> usize {
        usize::from(self.0 >> 4)
    }
}

/// Puts a header before the payload, with so many bytes of attributes: the channel number is written, the attributes are
/// given, and where they go. `None` when there is no room, and nothing changed then.
#[inline(always)]
pub(crate) fn begin(channel: u16, header_bytes: usize, packet: &mut Packet) -> Option<(&Attrs, &mut [u8])> {
    if header_bytes > MAX_HEADER_BYTES || !packet.grow(2 + header_bytes) {
        return None;
    }
    let (attrs, out) = packet.parts();
    let (first, out) = out.split_first_chunk_mut::<2>()?;
    *first = channel.to_le_bytes();
    Some((attrs, out))
}

/// [`pack`] for a list that begins with whole addresses, as most do: these are written in two bytes each.
#[inline(always)]
pub(crate) fn pack_addresses(attrs: &Attrs, fields: &[Packed], mut out: &mut [u8]) {
    let mut fields = fields.iter();
    while let Some(field) = fields.as_slice().first()
        && field.bits() == 16
        && let Some((place, rest)) = core::mem::take(&mut out).split_first_chunk_mut::<2>()
    {
        *place = attrs.number(field.number()).to_le_bytes();
        out = rest;
        fields.next();
    }
    if !fields.as_slice().is_empty() {
        pack(attrs, fields.copied(), out);
    }
}

/// Packs attributes from the beginning of a byte on.
#[inline(always)]
pub(crate) fn pack(attrs: &Attrs, fields: impl Iterator<Item = Packed>, out: &mut [u8]) {
    let mut out = out.iter_mut();
    // Bits that are not written yet, at the lower end, and how many of them.
    let (mut held, mut count) = (0u32, 0);
    for field in fields {
        let value = attrs.number(field.number());
        let bits = field.bits();
        let value = if bits > 8 { value.swap_bytes() } else { value };
        held = held << bits | (u32::from(value) << (32 - bits)) >> (32 - bits);
        count += bits;
        while count >= 8 {
            count -= 8;
            if let Some(byte) = out.next() {
                *byte = held.wrapping_shr(count) as u8;
            }
        }
    }
    if count != 0
        && let Some(byte) = out.next()
    {
        *byte = held.wrapping_shl(8 - count) as u8;
    }
}

/// Sets the attributes that are in a header, from behind the channel number on; what is past its end counts as 0.
#[inline(always)]
pub(crate) fn unpack(header: &[u8], fields: impl Iterator<Item = Packed>, attrs: &mut Attrs) {
    let mut from = header.iter();
    // Bits that are not read yet, at the lower end, and how many of them.
    let (mut held, mut count) = (0u32, 0);
    for field in fields {
        let bits = field.bits();
        while count < bits {
            held = held << 8 | u32::from(from.next().copied().unwrap_or(0));
            count += 8;
        }
        count -= bits;
        let value = held.wrapping_shr(count) as u16 & (u16::MAX >> (16 - bits));
        attrs.set_number(field.number(), if bits > 8 { value.swap_bytes() } else { value });
    }
}
