//! Peers: a `coap://` URL to its binary form, and which addresses a script may never reach.
//!
//! Names are not resolved (a mote has no DNS), so a host is always an address literal, and every rule about addresses is
//! checked on the binary form: `[::ffff:127.0.0.1]`, `[0:0:0:0:0:0:0:1]` and `[::1]` are the same attempt.

use crate::path::{Path, PathError, decoded_byte, hex, until, width};
use heapless::Vec;

/// Most bytes that a decoded query takes, lengths of its parts included.
pub const QUERY_BYTES: usize = 32;

/// An address literal.
#[derive(Clone, Copy, Debug, Eq)]
pub enum Address {
    /// IPv4.
    V4([u8; 4]),
    /// IPv6.
    V6([u8; 16]),
}

impl Forbidden {
    /// What it is, in a few words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Forbidden::Unspecified => "unspecified address",
            Forbidden::Loopback => "loopback address",
            Forbidden::Multicast => "multicast address",
            Forbidden::Mapped => "IPv4 address written as IPv6",
            Forbidden::Own => "the node's own address",
        }
    }
}

impl PartialEq for Address {
    // The two kinds differ in their lengths.
    fn eq(&self, other: &Address) -> bool {
        self.bytes() == other.bytes()
    }
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `coaps`, else `coap`.
    pub secure: bool,
    /// The host.
    pub address: Address,
    /// UDP port.
    pub port: u16,
}

/// A parsed URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Scheme, host and port.
    pub endpoint: Endpoint,
    /// The path, decoded.
    pub path: Path,
    /// The parts of the query, decoded, each with its length before it.
    pub query: Vec<u8, QUERY_BYTES>,
}

/// The parts of a query, each with its length before it in the bytes; decoded, so a part may hold a `&`.
#[derive(Clone, Debug)]
pub struct Parts<'q>(&'q [u8]);

impl<'q> Parts<'q> {
    /// The parts in bytes of [`Target::query`].
    pub fn of(query: &'q [u8]) -> Self {
        Parts(query)
    }
}

impl<'q> Iterator for Parts<'q> {
    type Item = &'q [u8];

    fn next(&mut self) -> Option<&'q [u8]> {
        let (length, rest) = self.0.split_first()?;
        let (part, rest) = rest.split_at_checked(usize::from(*length))?;
        self.0 = rest;
        Some(part)
    }
}

/// Why a text is not a URL that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// The scheme is neither `coap://` nor `coaps://`.
    Scheme,
    /// The host is not an IPv6 literal in brackets and not a dotted IPv4 address (names are not resolved).
    Host,
    /// The port is not a number of 1..=65535.
    Port,
    /// The path is not one.
    Path(PathError),
    /// The query has a bad escape or character, or is longer than [`QUERY_BYTES`] decoded.
    Query,
    /// A fragment (`#…`), which CoAP does not have.
    Fragment,
}

/// An address that no grant can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forbidden {
    /// `::` or 0.0.0.0/8.
    Unspecified,
    /// `::1` or 127.0.0.0/8.
    Loopback,
    /// ff00::/8, 224.0.0.0/4 or the IPv4 broadcast address.
    Multicast,
    /// An IPv4 address dressed as IPv6 (`::ffff:0:0/96`, `::/96`).
    Mapped,
    /// One of the node's own addresses.
    Own,
}

impl Address {
    /// Whether the address is one that a script never reaches; `own` are the node's addresses.
    pub fn forbidden(&self, own: &[Address]) -> Option<Forbidden> {
        let bytes = self.bytes();
        let (first, last) = (bytes.first(), bytes.last());
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let fixed = match (self, first) {
            (Address::V4(_), Some(0)) => Some(Forbidden::Unspecified),
            (Address::V4(_), Some(127)) => Some(Forbidden::Loopback),
            (Address::V4(_), Some(224..=239)) | (Address::V6(_), Some(0xff)) => Some(Forbidden::Multicast),
            (Address::V4([255, 255, 255, 255]), _) => Some(Forbidden::Multicast),
            (Address::V4(_), _) => None,
            _ if zeros == 16 => Some(Forbidden::Unspecified),
            _ if zeros == 15 && last == Some(&1) => Some(Forbidden::Loopback),
            _ if zeros >= 12 => Some(Forbidden::Mapped),
            _ if zeros == 10 && bytes.get(10..12) == Some(&[0xff, 0xff]) => Some(Forbidden::Mapped),
            _ => None,
        };
        fixed.or_else(|| own.contains(self).then_some(Forbidden::Own))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Address::V4(address) => address,
            Address::V6(address) => address,
        }
    }

    /// Parses `1.2.3.4`, or IPv6 text without brackets (RFC 4291 section 2.2; no zone).
    pub fn parse(text: &[u8]) -> Option<Address> {
        if until(text, b':') < text.len() {
            parse_v6(text).map(Address::V6)
        } else {
            parse_v4(text).map(Address::V4)
        }
    }
}

/// A decimal number without sign or leading zero, at most `max`.
#[inline(never)]
fn decimal(text: &[u8], max: u32) -> Option<u32> {
    if text.is_empty() || text.len() > 5 || (text.len() > 1 && text.first() == Some(&b'0')) {
        return None;
    }
    let mut value = 0u32;
    for digit in text {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u32::from(digit - b'0');
    }
    (value <= max).then_some(value)
}

#[inline(never)]
fn parse_v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut address = [0; 4];
    let mut at = 0;
    for (index, byte) in address.iter_mut().enumerate() {
        // Each part but the first has a dot before it.
        if index > 0 {
            if text.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        let rest = text.get(at..)?;
        let end = until(rest, b'.');
        *byte = decimal(rest.get(..end)?, 255)? as u8;
        at += end;
    }
    (at == text.len()).then_some(address)
}

fn hex_group(text: &[u8]) -> Option<u16> {
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    let mut value = 0;
    for digit in text {
        let digit = hex(Some(digit));
        if digit > 15 {
            return None;
        }
        value = value << 4 | digit;
    }
    Some(value as u16)
}

/// Writes `bytes` at `at`, where they fit; the place behind them. (`copy_from_slice` brings a panic along.)
#[inline(never)]
fn put(into: &mut [u8; 16], at: usize, bytes: &[u8]) -> Option<usize> {
    let room = into.get_mut(at..)?.get_mut(..bytes.len())?;
    room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Some(at + bytes.len())
}

#[inline(never)]
fn parse_v6(text: &[u8]) -> Option<[u8; 16]> {
    let mut address = [0; 16];
    let mut used = 0;
    // Where `::` stands, and what is not read yet.
    let mut gap = None;
    let mut rest = text;
    let mut group_follows = true;
    if let Some(after) = text.strip_prefix(b"::") {
        (gap, rest, group_follows) = (Some(0), after, false);
    }
    while group_follows || !rest.is_empty() {
        let (group, after) = rest.split_at_checked(until(rest, b':'))?;
        used = if after.is_empty() && until(group, b'.') < group.len() {
            put(&mut address, used, &parse_v4(group)?)?
        } else {
            put(&mut address, used, &hex_group(group)?.to_be_bytes())?
        };
        (group_follows, rest) = match after {
            [b':', b':', tail @ ..] => {
                if gap.replace(used).is_some() {
                    return None;
                }
                (false, tail)
            }
            [_, tail @ ..] => (true, tail),
            [] => (false, after),
        };
    }
    let Some(gap) = gap else {
        return (used == 16).then_some(address);
    };
    // `::` stands for at least one group.
    if used > 14 {
        return None;
    }
    for at in (gap..used).rev() {
        let byte = core::mem::take(address.get_mut(at)?);
        *address.get_mut(at + 16 - used)? = byte;
    }
    Some(address)
}

impl Target {
    /// A target to be read into: no address that anything may be sent to.
    pub const fn blank() -> Target {
        Target {
            endpoint: Endpoint {
                secure: false,
                address: Address::V4([0; 4]),
                port: 0,
            },
            path: Path::root(),
            query: Vec::new(),
        }
    }

    /// Parses a `coap://` or `coaps://` URL (RFC 7252 section 6).
    ///
    /// # Errors
    /// See [`UrlError`]; the caller throws a TypeError.
    pub fn parse(url: &[u8]) -> Result<Target, UrlError> {
        let mut target = Target::blank();
        target.read(url)?;
        Ok(target)
    }

    /// Becomes what [`Target::parse`] makes of the URL, in its place.
    ///
    /// # Errors
    /// Those of [`Target::parse`]; what is left is no target to be used.
    #[inline(never)]
    pub fn read(&mut self, url: &[u8]) -> Result<(), UrlError> {
        let (scheme, rest) = url.split_at_checked(until(url, b':')).unwrap_or((url, &[]));
        // Schemes are compared without regard to case (RFC 3986 section 3.1).
        let known = b"coaps"
            .get(..scheme.len().max(4))
            .is_some_and(|known| known.eq_ignore_ascii_case(scheme));
        let rest = rest
            .strip_prefix(b"://")
            .filter(|_| known)
            .ok_or(UrlError::Scheme)?;
        if until(rest, b'#') < rest.len() {
            return Err(UrlError::Fragment);
        }
        let (before_query, query) = rest.split_at_checked(until(rest, b'?')).unwrap_or((rest, &[]));
        let (authority, path) = before_query
            .split_at_checked(until(before_query, b'/'))
            .unwrap_or((before_query, &[]));
        let secure = scheme.len() > 4;
        let (address, port) = read_authority(authority)?;
        let port = match port {
            [] if secure => 5684,
            [] => 5683,
            [_, text @ ..] => decimal(text, 65535).filter(|p| *p != 0).ok_or(UrlError::Port)?,
        };
        self.endpoint = Endpoint {
            secure,
            address,
            port: port as u16,
        };
        self.path.read(path).map_err(UrlError::Path)?;
        self.query.clear();
        match query.split_first() {
            Some((_, query)) => self.read_query(query).ok_or(UrlError::Query),
            None => Ok(()),
        }
    }

    fn read_query(&mut self, text: &[u8]) -> Option<()> {
        let mut at = 0;
        let mut length_at = 0;
        self.query.push(0).ok()?;
        while at < text.len() {
            let byte = match text.get(at) {
                Some(b'&') => {
                    length_at = self.query.len();
                    self.query.push(0).ok()?;
                    at += 1;
                    continue;
                }
                // In a query `/` and `?` need no escape.
                Some(b @ (b'/' | b'?')) => *b,
                _ => decoded_byte(text, at).ok()?,
            };
            self.query.push(byte).ok()?;
            *self.query.get_mut(length_at)? += 1;
            at += width(text, at);
        }
        Some(())
    }

    /// The parts of the query, decoded.
    pub fn query_parts(&self) -> Parts<'_> {
        Parts::of(&self.query)
    }
}

/// The address, and the port with its colon; empty without one.
fn read_authority(authority: &[u8]) -> Result<(Address, &[u8]), UrlError> {
    let bracket = authority.strip_prefix(b"[");
    let (inner, stop) = bracket.map_or((authority, b':'), |inner| (inner, b']'));
    let (host, after) = inner.split_at_checked(until(inner, stop)).ok_or(UrlError::Host)?;
    let (address, after) = if bracket.is_some() {
        let (_, after) = after.split_first().ok_or(UrlError::Host)?;
        (parse_v6(host).map(Address::V6), after)
    } else {
        (parse_v4(host).map(Address::V4), after)
    };
    match after.first() {
        None | Some(b':') => Ok((address.ok_or(UrlError::Host)?, after)),
        Some(_) => Err(UrlError::Host),
    }
}

#[cfg(test)]
#[path = "peer_tests.rs"]
mod tests;
