//! A packet and its attributes: what a walk carries past the modules.
//!
//! The payload lies in a fixed buffer. Attributes are numbers beside it: those that a stack's modules list in
//! their descriptors travel in the Chameleon header, the others only inform the modules of this node.

use crate::Address;

/// The most bytes that a packet holds: Rime header and payload (a 127-byte radio frame fits).
pub const PACKET_BYTES: usize = 128;

/// Copies as many bytes as fit, by fours: most copies are of a few bytes, where `memcpy` is slower.
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    let most = to.len().min(from.len());
    let (to, to_rest) = to.get_mut(..most).unwrap_or(&mut []).as_chunks_mut::<4>();
    let (from, from_rest) = from.get(..most).unwrap_or(&[]).as_chunks::<4>();
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = *from;
    }
}

/// Names of attributes. An absent attribute is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Attr {
    /// The node that transmitted this frame (an address).
    Sender = 0,
    /// The node that this frame is for (an address), 0.0 for everybody.
    Receiver = 1,
    /// The node where the packet comes from, end to end (an address).
    ESender = 2,
    /// The node where the packet goes to, end to end (an address). When an application sends, its `to`.
    EReceiver = 3,
    /// Hops travelled so far.
    Hops = 4,
    /// Data (0) or acknowledgement (1).
    PacketType = 5,
    /// Number of the packet on one hop.
    PacketId = 6,
    /// Number of the packet end to end.
    EPacketId = 7,
    /// Hops left.
    Ttl = 8,
    /// The most retransmissions wanted.
    MaxRexmit = 9,
    /// Not on the air: received signal strength, dBm, an `i16` in two's complement.
    Rssi = 10,
    /// Not on the air: link quality indicator, 0 to 255.
    Lqi = 11,
    /// Not on the air: 1 asks modules that delay packets to send this one at once.
    Urgent = 12,
    /// Not on the air: number of a chunk, for `ReadChunk` and `WriteChunk`.
    Chunk = 13,
    /// Not on the air: how long modules that delay packets delay this one, in milliseconds; 0 leaves it to them.
    Interval = 14,
    /// Number of the frame on this link, whatever it carries.
    FrameId = 15,
}

const ATTRS: usize = 16;

/// One attribute in a Chameleon header: which, and in how many bits (below 8, or a multiple of 8 up to 16): two
/// bytes in this order, so that other languages can write it down.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// The attribute.
    pub attr: Attr,
    /// Its width on the air, in bits.
    pub bits: u8,
}

impl Field {
    /// An attribute of `bits` bits.
    #[must_use]
    pub const fn new(attr: Attr, bits: u8) -> Field {
        Field { attr, bits }
    }
}

/// The attributes of a packet: in two halves, on the bounds of words, which compilers copy with a few instructions in place
/// of a call.
#[repr(align(4))]
#[derive(Clone, Debug)]
pub(crate) struct Attrs([[u16; ATTRS / 2]; 2]);

impl Attrs {
    /// By the number of an attribute.
    pub(crate) fn number(&self, attr: usize) -> u16 {
        self.0.as_flattened().get(attr).copied().unwrap_or(0)
    }

    pub(crate) fn set_number(&mut self, attr: usize, value: u16) {
        if let Some(slot) = self.0.as_flattened_mut().get_mut(attr) {
            *slot = value;
        }
    }

    /// Every attribute 0. Copied from zeros that the compiler does not know for zeros: a call of `memset` takes longer.
    fn clear(&mut self) {
        let zeros = core::hint::black_box([0; ATTRS / 2]);
        self.0 = [zeros, zeros];
    }

    fn copy_from(&mut self, other: &Attrs) {
        let (Attrs([low, high]), Attrs([other_low, other_high])) = (self, other);
        *low = *other_low;
        *high = *other_high;
    }
}

/// A packet: attributes and payload. The payload ends where its buffer ends, so that there is always room before it for as
/// many bytes as the packet may grow, and headers go on and come off without a copy. In this order, because a Cortex-M0 reaches near fields with less code.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct Packet {
    attrs: Attrs,
    len: u8,
    bytes: [u8; PACKET_BYTES],
}

impl Packet {
    /// No payload, every attribute 0.
    pub const EMPTY: Packet = Packet {
        attrs: Attrs([[0; ATTRS / 2]; 2]),
        len: 0,
        bytes: [0; PACKET_BYTES],
    };

    /// Takes payload and attributes away.
    #[inline(always)]
    pub(crate) fn wipe(&mut self) {
        self.attrs.clear();
        self.set_empty();
    }

    /// Takes payload and attributes away.
    #[inline(never)]
    pub fn clear(&mut self) {
        self.wipe();
    }

    /// Takes the payload away; attributes stay.
    pub fn set_empty(&mut self) {
        self.len = 0;
    }

    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, attr: Attr) -> u16 {
        self.attrs.number(attr as usize)
    }

    /// Sets an attribute.
    pub fn set(&mut self, attr: Attr, value: u16) {
        self.attrs.set_number(attr as usize, value);
    }

    /// The value of an address attribute.
    #[must_use]
    pub fn address(&self, attr: Attr) -> Address {
        Address::from_value(self.get(attr))
    }

    /// Where the packet comes from: its end-to-end sender if it has one, else the neighbour that sent it.
    #[must_use]
    pub fn source(&self) -> Address {
        match self.get(Attr::ESender) {
            0 => self.address(Attr::Sender),
            source => Address::from_value(source),
        }
    }

    /// Sets every attribute to 0; the payload stays.
    #[inline(never)]
    pub fn clear_attrs(&mut self) {
        self.attrs.clear();
    }

    /// Where the payload begins.
    fn start(&self) -> usize {
        PACKET_BYTES.wrapping_sub(usize::from(self.len))
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(self.start()..).unwrap_or(&[])
    }

    /// The payload, to change in place.
    pub fn payload_mut(&mut self) -> &mut [u8] {
        let start = self.start();
        self.bytes.get_mut(start..).unwrap_or(&mut [])
    }

    /// Makes `payload` the payload; attributes stay. False, and nothing changed, when it is longer than
    /// [`PACKET_BYTES`].
    #[inline(never)]
    pub fn set_payload(&mut self, payload: &[u8]) -> bool {
        self.fill(payload)
    }

    /// [`Self::set_payload`], where it is worth its place.
    #[inline(always)]
    pub(crate) fn fill(&mut self, payload: &[u8]) -> bool {
        if payload.len() > PACKET_BYTES {
            return false;
        }
        self.len = payload.len() as u8;
        copy(self.payload_mut(), payload);
        true
    }

    /// Puts `header` before the payload. False, and nothing changed, when there is no room.
    pub fn push(&mut self, header: &[u8]) -> bool {
        let fits = self.grow(header.len());
        if fits {
            copy(self.payload_mut(), header);
        }
        fits
    }

    /// Puts `n` bytes before the payload, whatever they hold. False, and nothing changed, when there is no room.
    pub(crate) fn grow(&mut self, n: usize) -> bool {
        let len = usize::from(self.len) + n;
        let fits = len <= PACKET_BYTES;
        if fits {
            self.len = len as u8;
        }
        fits
    }

    /// The attributes, and the payload to change.
    pub(crate) fn parts(&mut self) -> (&mut Attrs, &mut [u8]) {
        let start = self.start();
        (&mut self.attrs, self.bytes.get_mut(start..).unwrap_or(&mut []))
    }

    /// The attributes, to set many.
    pub(crate) fn attrs_mut(&mut self) -> &mut Attrs {
        &mut self.attrs
    }

    /// Takes the first `N` bytes of the payload away, and gives them. `None`, and nothing changed, when the
    /// payload is shorter.
    pub fn pull<const N: usize>(&mut self) -> Option<[u8; N]> {
        let header = *self.payload().first_chunk::<N>()?;
        self.skip(N);
        Some(header)
    }

    /// Takes a header of `n` bytes off the payload; gives the attributes, and these bytes. `None`, and nothing changed,
    /// when the payload is shorter.
    pub(crate) fn pull_header(&mut self, n: usize) -> Option<(&mut Attrs, &[u8])> {
        let start = self.start();
        let header = self.bytes.get(start..start + n)?;
        self.len -= n as u8;
        Some((&mut self.attrs, header))
    }

    /// Takes `n` bytes (or as many as there are) away from the front of the payload.
    pub fn skip(&mut self, n: usize) {
        self.len -= n.min(usize::from(self.len)) as u8;
    }

    /// Cuts the payload off after `n` bytes, if it is longer.
    pub fn truncate(&mut self, n: usize) {
        let payload = self.payload_mut();
        let Some(cut) = payload.len().checked_sub(n) else {
            return;
        };
        // What stays goes to the end, from its last byte on.
        for at in (cut..payload.len()).rev() {
            let byte = payload.get(at - cut).copied().unwrap_or(0);
            if let Some(place) = payload.get_mut(at) {
                *place = byte;
            }
        }
        self.skip(cut);
    }

    /// Copies attributes; the payload becomes empty.
    pub(crate) fn copy_attrs(&mut self, other: &Packet) {
        self.attrs.copy_from(&other.attrs);
        self.set_empty();
    }

    /// Copies attributes and payload, and only the bytes that are used.
    pub fn copy_from(&mut self, other: &Packet) {
        self.attrs.copy_from(&other.attrs);
        self.set_payload(other.payload());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_go_on_and_come_off() {
        let mut packet = Packet::EMPTY;
        assert!(packet.set_payload(b"payload"));
        assert!(packet.push(&[1, 2, 3]));
        assert_eq!(packet.payload(), b"\x01\x02\x03payload");
        assert_eq!(packet.pull::<2>(), Some([1, 2]));
        assert!(packet.push(&[9]));
        assert_eq!(packet.payload(), b"\x09\x03payload");
        assert_eq!(packet.pull::<10>(), None);
        assert_eq!(packet.payload().len(), 9);
        packet.truncate(3);
        assert_eq!(packet.payload(), b"\x09\x03p");
        packet.truncate(4);
        assert_eq!(packet.payload().len(), 3);
    }

    #[test]
    fn a_header_that_does_not_fit_changes_nothing() {
        let mut packet = Packet::EMPTY;
        assert!(packet.set_payload(&[7; PACKET_BYTES - 1]));
        assert!(!packet.push(&[1, 2]));
        assert_eq!(packet.payload(), &[7; PACKET_BYTES - 1]);
        assert!(!packet.set_payload(&[0; PACKET_BYTES + 1]));
        assert!(packet.push(&[1]));
        assert_eq!(packet.payload().len(), PACKET_BYTES);
    }

    #[test]
    fn there_is_room_for_what_was_cut_off() {
        let mut packet = Packet::EMPTY;
        assert!(packet.push(&[1]));
        assert_eq!(packet.payload(), [1]);
        let payload: [u8; PACKET_BYTES] = core::array::from_fn(|at| at as u8);
        assert!(packet.set_payload(&payload));
        packet.truncate(2);
        assert_eq!(packet.payload(), [0, 1]);
        assert!(packet.push(&[7; PACKET_BYTES - 2]));
        assert!(!packet.push(&[7]));
        assert_eq!(packet.payload().last_chunk(), Some(&[7, 0, 1]));
        packet.truncate(0);
        assert!(packet.payload().is_empty());
    }
}
