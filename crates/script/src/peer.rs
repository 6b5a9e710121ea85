//! Peers: a `coap://` URL to its binary form, and which addresses a script may never reach.
//!
//! Names are not resolved (a mote has no DNS), so a host is always an address literal, and every rule about addresses is
//! checked on the binary form: `[::ffff:127.0.0.1]`, `[0:0:0:0:0:0:0:1]` and `[::1]` are the same attempt.

use crate::path::{Path, PathError, decoded_byte};
use heapless::Vec;

/// Most bytes that a decoded query takes, lengths of its parts included.
pub const QUERY_BYTES: usize = 32;

/// An address literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// IPv4.
    V4([u8; 4]),
    /// IPv6.
    V6([u8; 16]),
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
        let fixed = match self {
            Address::V4([0, ..]) => Some(Forbidden::Unspecified),
            Address::V4([127, ..]) => Some(Forbidden::Loopback),
            Address::V4([224..=239, ..] | [255, 255, 255, 255]) => Some(Forbidden::Multicast),
            Address::V4(_) => None,
            Address::V6([0xff, ..]) => Some(Forbidden::Multicast),
            Address::V6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, rest @ ..]) => Some(match rest {
                [0, 0, 0, 0] => Forbidden::Unspecified,
                [0, 0, 0, 1] => Forbidden::Loopback,
                _ => Forbidden::Mapped,
            }),
            Address::V6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ..]) => Some(Forbidden::Mapped),
            Address::V6(_) => None,
        };
        fixed.or_else(|| own.contains(self).then_some(Forbidden::Own))
    }

    /// Parses `1.2.3.4`, or IPv6 text without brackets (RFC 4291 section 2.2; no zone).
    pub fn parse(text: &[u8]) -> Option<Address> {
        if text.contains(&b':') {
            parse_v6(text).map(Address::V6)
        } else {
            parse_v4(text).map(Address::V4)
        }
    }
}

/// A decimal number without sign or leading zero, at most `max`.
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

fn parse_v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut parts = text.split(|b| *b == b'.');
    let mut address = [0; 4];
    for byte in address.iter_mut() {
        *byte = decimal(parts.next()?, 255)? as u8;
    }
    parts.next().is_none().then_some(address)
}

fn hex_group(text: &[u8]) -> Option<u16> {
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0u16, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)? as u16)
    })
}

/// Writes `bytes` at `at`, where they fit. (`copy_from_slice` brings a panic along.)
fn put(into: &mut [u8; 16], at: usize, bytes: &[u8]) -> Option<()> {
    let room = into.get_mut(at..)?.get_mut(..bytes.len())?;
    room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Some(())
}

/// Groups of one side of `::` into `into`; returns how many bytes.
fn v6_groups(text: &[u8], last: bool, into: &mut [u8; 16]) -> Option<usize> {
    let mut used = 0;
    if text.is_empty() {
        return Some(0);
    }
    let count = text.split(|b| *b == b':').count();
    for (index, group) in text.split(|b| *b == b':').enumerate() {
        if last && index + 1 == count && group.contains(&b'.') {
            put(into, used, &parse_v4(group)?)?;
            used += 4;
        } else {
            put(into, used, &hex_group(group)?.to_be_bytes())?;
            used += 2;
        }
    }
    Some(used)
}

fn parse_v6(text: &[u8]) -> Option<[u8; 16]> {
    let mut address = [0; 16];
    let Some(gap) = text.windows(2).position(|w| w == b"::") else {
        return (v6_groups(text, true, &mut address)? == 16).then_some(address);
    };
    let (head, tail) = (text.get(..gap)?, text.get(gap + 2..)?);
    let head_bytes = v6_groups(head, false, &mut address)?;
    let mut end = [0; 16];
    let tail_bytes = v6_groups(tail, true, &mut end)?;
    // `::` stands for at least one group.
    if head_bytes + tail_bytes > 14 {
        return None;
    }
    put(&mut address, 16 - tail_bytes, end.get(..tail_bytes)?)?;
    Some(address)
}

impl Target {
    /// Parses a `coap://` or `coaps://` URL (RFC 7252 section 6).
    ///
    /// # Errors
    /// See [`UrlError`]; the caller throws a TypeError.
    pub fn parse(url: &[u8]) -> Result<Target, UrlError> {
        let (secure, rest) = if let Some(rest) = strip_scheme(url, b"coap://") {
            (false, rest)
        } else if let Some(rest) = strip_scheme(url, b"coaps://") {
            (true, rest)
        } else {
            return Err(UrlError::Scheme);
        };
        if rest.contains(&b'#') {
            return Err(UrlError::Fragment);
        }
        let authority_end = rest
            .iter()
            .position(|b| matches!(b, b'/' | b'?'))
            .unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(authority_end).unwrap_or((rest, &[]));
        let (host, port) = split_authority(authority)?;
        let port = match port {
            None if secure => 5684,
            None => 5683,
            Some(text) => decimal(text, 65535).filter(|p| *p != 0).ok_or(UrlError::Port)? as u16,
        };
        let path_end = rest.iter().position(|b| *b == b'?').unwrap_or(rest.len());
        let (path, query) = rest.split_at_checked(path_end).unwrap_or((rest, &[]));
        Ok(Target {
            endpoint: Endpoint {
                secure,
                address: host,
                port,
            },
            path: Path::parse(path).map_err(UrlError::Path)?,
            query: parse_query(query)?,
        })
    }

    /// The parts of the query, decoded.
    pub fn query_parts(&self) -> Parts<'_> {
        Parts::of(&self.query)
    }
}

/// Schemes are compared without regard to case (RFC 3986 section 3.1).
fn strip_scheme<'u>(url: &'u [u8], scheme: &[u8]) -> Option<&'u [u8]> {
    let (head, rest) = url.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn split_authority(authority: &[u8]) -> Result<(Address, Option<&[u8]>), UrlError> {
    let (host, after) = if let Some(inner) = authority.strip_prefix(b"[") {
        let end = inner.iter().position(|b| *b == b']').ok_or(UrlError::Host)?;
        let host = inner.get(..end).and_then(parse_v6).ok_or(UrlError::Host)?;
        (Address::V6(host), inner.get(end + 1..).unwrap_or(&[]))
    } else {
        let end = authority
            .iter()
            .position(|b| *b == b':')
            .unwrap_or(authority.len());
        let host = authority.get(..end).and_then(parse_v4).ok_or(UrlError::Host)?;
        (Address::V4(host), authority.get(end..).unwrap_or(&[]))
    };
    match after.split_first() {
        None => Ok((host, None)),
        Some((b':', port)) => Ok((host, Some(port))),
        Some(_) => Err(UrlError::Host),
    }
}

fn parse_query(query: &[u8]) -> Result<Vec<u8, QUERY_BYTES>, UrlError> {
    let mut parts = Vec::new();
    let Some((_, text)) = query.split_first() else {
        return Ok(parts);
    };
    for part in text.split(|b| *b == b'&') {
        let length_at = parts.len();
        parts.push(0).map_err(|_| UrlError::Query)?;
        let mut at = 0;
        while at < part.len() {
            let (byte, next) = match part.get(at) {
                // In a query `/` and `?` need no escape.
                Some(b @ (b'/' | b'?')) => (*b, at + 1),
                _ => decoded_byte(part, at).map_err(|_| UrlError::Query)?,
            };
            parts.push(byte).map_err(|_| UrlError::Query)?;
            at = next;
        }
        let length = (parts.len() - length_at - 1) as u8;
        if let Some(place) = parts.get_mut(length_at) {
            *place = length;
        }
    }
    Ok(parts)
}

#[cfg(test)]
#[path = "peer_tests.rs"]
mod tests;
