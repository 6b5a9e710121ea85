//! Who asks, over what, and how much may be answered.

use crate::window::copy;

/// A peer's transport address as the system writes it (IPv6 address, port, interface…): opaque, compared whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Endpoint {
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

impl Endpoint {
    /// The longest address.
    pub const MAX_LEN: usize = 20;
    /// The address of nobody.
    pub const NONE: Endpoint = Endpoint {
        bytes: [0; Self::MAX_LEN],
        len: 0,
    };

    /// None when longer than [`Self::MAX_LEN`].
    pub fn new(address: &[u8]) -> Option<Endpoint> {
        let mut e = Endpoint::NONE;
        copy(&mut e.bytes, address)?;
        e.len = address.len() as u8;
        Some(e)
    }

    /// The address as it was given.
    #[inline(never)]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

/// How the request was protected, as the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Security {
    /// Not at all: the address may be forged.
    #[default]
    None,
    /// DTLS.
    Dtls,
    /// OSCORE, already unwrapped.
    Oscore,
}

/// Who sent a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer<'a> {
    /// Where from, and where the answer goes.
    pub endpoint: Endpoint,
    /// How it was protected.
    pub security: Security,
    /// The proven identity (PSK identity, OSCORE key id…), opaque; empty without security.
    pub identity: &'a [u8],
}

/// A datagram with its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The CoAP message, as much of it as was received.
    pub datagram: &'a [u8],
    /// Its length on the air: more than `datagram.len()` when the system had to cut it.
    pub length_bytes: usize,
    /// Who sent it.
    pub peer: Peer<'a>,
    /// It was sent to a multicast address.
    pub multicast: bool,
    /// It comes from this very node (a script's request to an own address).
    pub from_self: bool,
    /// The largest answer that the system can send to this peer, in bytes of CoAP message.
    pub max_response_bytes: usize,
    /// Monotonic time in microseconds.
    pub now: u64,
}

/// A container's id: 1 to 16 characters of `a-z0-9-`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Id {
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

impl Id {
    /// The longest id.
    pub const MAX_LEN: usize = 16;

    /// No id at all.
    pub(crate) const NONE: Id = Id {
        bytes: [0; Self::MAX_LEN],
        len: 0,
    };

    /// None when the length or a character is not allowed.
    pub fn new(id: &[u8]) -> Option<Id> {
        let mut it = Id {
            bytes: [0; Self::MAX_LEN],
            len: id.len() as u8,
        };
        copy(&mut it.bytes, id)?;
        let ok = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        (!id.is_empty() && id.iter().all(ok)).then_some(it)
    }

    /// Its characters.
    #[inline(never)]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }

    /// Its characters as text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_slice()).unwrap_or("")
    }
}
