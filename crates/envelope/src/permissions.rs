//! What a container may touch (docs/spec/container.md section 2.2), as a view over the bytes of the manifest.
//!
//! Everything is checked once, by [`Permissions::parse`]; the iterators then walk the same bytes without keeping anything.

use crate::ManifestError;
use crate::cbor::{Fault, Reader, major};

pub(crate) const KEY_DEVICES: u32 = 1;
pub(crate) const KEY_OPEN: u32 = 2;
pub(crate) const KEY_SECURED: u32 = 3;
pub(crate) const KEY_PEERS: u32 = 4;
pub(crate) const KEY_REBOOT: u32 = 5;
pub(crate) const KEY_RADIO: u32 = 6;
pub(crate) const KEY_DATA: u32 = 7;

/// The bits of a peer's methods.
pub mod method {
    /// GET.
    pub const GET: u8 = 1;
    /// POST.
    pub const POST: u8 = 2;
    /// PUT.
    pub const PUT: u8 = 4;
    /// DELETE.
    pub const DELETE: u8 = 8;
}

/// The permissions of a manifest or the grants of a key: a checked map, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Permissions<'a>(&'a [u8]);

/// A device that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device<'a> {
    /// Its logical name, 1 to 32 bytes of printable ASCII.
    pub name: &'a [u8],
    /// It may be read.
    pub read: bool,
    /// It may be written.
    pub write: bool,
    /// Calls a minute; 0 = no bound.
    pub per_minute: u32,
    /// The values that may be written; none = any.
    pub range: Option<Range>,
}

/// `min * 10^exponent ..= max * 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Lowest mantissa.
    pub min: i32,
    /// Highest mantissa.
    pub max: i32,
    /// Power of ten, -9..=9.
    pub exponent: i8,
}

/// A CoAP path that may be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    /// Segments joined by `/`, without a leading one.
    pub path: &'a [u8],
    /// Answered only to requests that came secured.
    pub secured: bool,
}

/// A peer that may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer<'a> {
    /// `coaps` instead of `coap`.
    pub secured: bool,
    /// Where it is.
    pub host: Host<'a>,
    /// UDP port; the scheme's own (5683, 5684) filled in.
    pub port: u16,
    /// Sum of the bits of [`method`].
    pub methods: u8,
    /// Path prefix, by segments joined by `/`; empty = every path.
    pub prefix: &'a [u8],
}

/// The host of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// An IPv4 address.
    V4(&'a [u8; 4]),
    /// An IPv6 address.
    V6(&'a [u8; 16]),
    /// A name in lower case, 1 to 63 bytes.
    Name(&'a [u8]),
}

/// What may be done with the radio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Radio {
    /// Bit n = channel n, 0..=26.
    pub channels: u32,
    /// Highest transmit power, dBm.
    pub max_power_dbm: i8,
    /// Energy scan.
    pub scan: bool,
}

impl<'a> Permissions<'a> {
    /// Nothing is permitted.
    pub const NONE: Self = Self(&[]);

    /// Checks a permissions map that fills `bytes`.
    ///
    /// # Errors
    /// [`ManifestError`]; offsets count from the start of the map.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ManifestError> {
        let mut reader = Reader::new(bytes);
        let permissions = Self::read(&mut reader)?;
        if reader.is_at_end() {
            Ok(permissions)
        } else {
            Err(ManifestError::Trailing(reader.at()))
        }
    }

    /// Takes a permissions map out of a manifest.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, ManifestError> {
        let start = reader.at();
        let mut last = None;
        for _ in 0..not_empty(start, reader.map()?)? {
            let at = reader.at();
            match reader.key(&mut last)? {
                KEY_DEVICES => check_devices(reader)?,
                KEY_OPEN | KEY_SECURED => check_paths(reader)?,
                KEY_PEERS => check_peers(reader)?,
                KEY_REBOOT | KEY_DATA => reader.yes()?,
                KEY_RADIO => {
                    read_radio(reader)?;
                }
                _ => return Err(ManifestError::UnknownKey(at)),
            }
        }
        Ok(Self(reader.since(start)))
    }

    /// The map's bytes; empty = nothing is permitted.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// A reader at the value of `wanted`, if the map has that key.
    fn value_of(self, wanted: u32) -> Option<Reader<'a>> {
        let mut reader = Reader::new(self.0);
        let entries = reader.map().ok()?;
        for _ in 0..entries {
            let key = reader.uint().ok()?;
            if key == wanted {
                return Some(reader);
            }
            match key {
                KEY_DEVICES => check_devices(&mut reader).ok()?,
                KEY_OPEN | KEY_SECURED => check_paths(&mut reader).ok()?,
                KEY_PEERS => check_peers(&mut reader).ok()?,
                KEY_RADIO => read_radio(&mut reader).map(|_| ()).ok()?,
                _ => reader.yes().ok()?,
            }
        }
        None
    }

    /// The devices that are named, shorter names first.
    #[must_use]
    pub fn devices(self) -> Devices<'a> {
        let mut reader = self.value_of(KEY_DEVICES).unwrap_or(Reader::new(&[]));
        let left = reader.map().unwrap_or(0);
        Devices { reader, left }
    }

    /// What may be done with the device of this name.
    #[must_use]
    pub fn device(self, name: &[u8]) -> Option<Device<'a>> {
        self.devices().find(|device| device.name == name)
    }

    /// The paths that may be registered, the open ones first.
    #[must_use]
    pub fn paths(self) -> Paths<'a> {
        Paths {
            open: self.paths_of(KEY_OPEN),
            secured: self.paths_of(KEY_SECURED),
        }
    }

    fn paths_of(self, key: u32) -> (Reader<'a>, u32) {
        let mut reader = self.value_of(key).unwrap_or(Reader::new(&[]));
        let left = reader.array().unwrap_or(0);
        (reader, left)
    }

    /// The peers that may be asked, in the order of the manifest.
    #[must_use]
    pub fn peers(self) -> Peers<'a> {
        let mut reader = self.value_of(KEY_PEERS).unwrap_or(Reader::new(&[]));
        let left = reader.array().unwrap_or(0);
        Peers { reader, left }
    }

    /// `riot.reboot()` is allowed.
    #[must_use]
    pub fn reboot(self) -> bool {
        self.value_of(KEY_REBOOT).is_some()
    }

    /// What may be done with the radio.
    #[must_use]
    pub fn radio(self) -> Option<Radio> {
        read_radio(&mut self.value_of(KEY_RADIO)?).ok()
    }

    /// Samples may be offered on `/c/{id}/data`.
    #[must_use]
    pub fn data(self) -> bool {
        self.value_of(KEY_DATA).is_some()
    }
}

impl Range {
    /// The ends of the range.
    #[must_use]
    pub fn ends(self) -> (f64, f64) {
        self.ends_by(|a, b| a * b, |a, b| a / b)
    }

    /// The same by somebody's multiplication and division: for a chip without hardware for them, on which a set of
    /// routines is linked already.
    #[must_use]
    pub fn ends_by(self, mul: impl Fn(f64, f64) -> f64, div: impl Fn(f64, f64) -> f64) -> (f64, f64) {
        let tens = (0..self.exponent.unsigned_abs()).fold(1.0, |value, _| mul(value, 10.0));
        let at = |mantissa: i32| {
            let mantissa = f64::from(mantissa);
            if self.exponent < 0 {
                div(mantissa, tens)
            } else {
                mul(mantissa, tens)
            }
        };
        (at(self.min), at(self.max))
    }
}

impl Peer<'_> {
    /// Whether the prefix is one of this path, segment by segment. `path`: segments joined by `/`, without a leading one.
    #[must_use]
    pub fn allows_path(&self, path: &[u8]) -> bool {
        match path.strip_prefix(self.prefix) {
            Some(rest) => self.prefix.is_empty() || rest.is_empty() || rest.first() == Some(&b'/'),
            None => false,
        }
    }
}

/// Iterates over [`Device`]s.
#[derive(Clone, Copy)]
pub struct Devices<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl<'a> Iterator for Devices<'a> {
    type Item = Device<'a>;

    fn next(&mut self) -> Option<Device<'a>> {
        self.left = self.left.checked_sub(1)?;
        let name = self.reader.text().ok()?;
        read_rule(&mut self.reader, name).ok()
    }
}

/// Iterates over [`Path`]s.
#[derive(Clone, Copy)]
pub struct Paths<'a> {
    open: (Reader<'a>, u32),
    secured: (Reader<'a>, u32),
}

impl<'a> Iterator for Paths<'a> {
    type Item = Path<'a>;

    fn next(&mut self) -> Option<Path<'a>> {
        let secured = self.open.1 == 0;
        let (reader, left) = if secured {
            &mut self.secured
        } else {
            &mut self.open
        };
        *left = left.checked_sub(1)?;
        Some(Path {
            path: reader.text().ok()?,
            secured,
        })
    }
}

/// Iterates over [`Peer`]s.
#[derive(Clone, Copy)]
pub struct Peers<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl<'a> Iterator for Peers<'a> {
    type Item = Peer<'a>;

    fn next(&mut self) -> Option<Peer<'a>> {
        self.left = self.left.checked_sub(1)?;
        read_peer(&mut self.reader).ok()
    }
}

pub(crate) fn not_empty(at: u32, entries: u32) -> Result<u32, ManifestError> {
    if entries == 0 {
        Err(ManifestError::Value(at))
    } else {
        Ok(entries)
    }
}

/// Printable ASCII of `least..=most` bytes.
pub(crate) fn check_text(text: &[u8], least: usize, most: usize, at: u32) -> Result<(), ManifestError> {
    if !text.iter().all(|byte| (0x20..=0x7e).contains(byte)) {
        Err(ManifestError::Text(at))
    } else if text.len() < least || text.len() > most {
        Err(ManifestError::Value(at))
    } else {
        Ok(())
    }
}

fn check_path(path: &[u8], at: u32) -> Result<(), ManifestError> {
    check_text(path, 1, 64, at)?;
    let odd = |segment: &[u8]| segment.is_empty() || segment == b"." || segment == b"..";
    if path.split(|byte| *byte == b'/').any(odd) {
        Err(ManifestError::Text(at))
    } else {
        Ok(())
    }
}

fn check_devices(reader: &mut Reader<'_>) -> Result<(), ManifestError> {
    let start = reader.at();
    let mut last = None;
    for _ in 0..not_empty(start, reader.map()?)? {
        let at = reader.at();
        let name = reader.text_key(&mut last)?;
        check_text(name, 1, 32, at)?;
        read_rule(reader, name)?;
    }
    Ok(())
}

fn read_rule<'a>(reader: &mut Reader<'a>, name: &'a [u8]) -> Result<Device<'a>, ManifestError> {
    let start = reader.at();
    let items = match reader.peek()? {
        head if head.major == major::UINT => 0,
        _ => match reader.array()? {
            items @ (2 | 4 | 5) => items,
            _ => return Err(ManifestError::Value(start)),
        },
    };
    let rights_at = reader.at();
    let rights = reader.uint()?;
    if !(1..=3).contains(&rights) {
        return Err(ManifestError::Value(rights_at));
    }
    let rate_at = reader.at();
    let per_minute = if items == 0 { 0 } else { reader.uint()? };
    if items == 2 && per_minute == 0 {
        return Err(ManifestError::Value(rate_at));
    }
    let range = if items < 4 {
        None
    } else {
        Some(read_range(reader, items == 5)?)
    };
    Ok(Device {
        name,
        read: rights & 1 != 0,
        write: rights & 2 != 0,
        per_minute,
        range,
    })
}

fn read_range(reader: &mut Reader<'_>, has_exponent: bool) -> Result<Range, ManifestError> {
    let at = reader.at();
    let (min, max) = (reader.int()?, reader.int()?);
    let exponent_at = reader.at();
    let exponent = if has_exponent { reader.int()? } else { 0 };
    if min > max {
        return Err(ManifestError::Value(at));
    }
    match i8::try_from(exponent) {
        Ok(exponent @ -9..=9) if has_exponent == (exponent != 0) => Ok(Range { min, max, exponent }),
        _ => Err(ManifestError::Value(exponent_at)),
    }
}

fn check_paths(reader: &mut Reader<'_>) -> Result<(), ManifestError> {
    let start = reader.at();
    for _ in 0..not_empty(start, reader.array()?)? {
        let at = reader.at();
        check_path(reader.text()?, at)?;
    }
    Ok(())
}

fn check_peers(reader: &mut Reader<'_>) -> Result<(), ManifestError> {
    let start = reader.at();
    for _ in 0..not_empty(start, reader.array()?)? {
        read_peer(reader)?;
    }
    Ok(())
}

fn read_peer<'a>(reader: &mut Reader<'a>) -> Result<Peer<'a>, ManifestError> {
    let start = reader.at();
    if reader.array()? != 5 {
        return Err(ManifestError::Value(start));
    }
    let scheme_at = reader.at();
    let (secured, own_port) = match reader.uint()? {
        0 => (false, 5683),
        1 => (true, 5684),
        _ => return Err(ManifestError::Value(scheme_at)),
    };
    let host = read_host(reader)?;
    let port_at = reader.at();
    let port = match u16::try_from(reader.uint()?) {
        Ok(0) => own_port,
        Ok(port) if port != own_port => port,
        _ => return Err(ManifestError::Value(port_at)),
    };
    let methods_at = reader.at();
    let methods = match u8::try_from(reader.uint()?) {
        Ok(methods @ 1..=15) => methods,
        _ => return Err(ManifestError::Value(methods_at)),
    };
    let prefix_at = reader.at();
    let prefix = reader.text()?;
    if !prefix.is_empty() {
        check_path(prefix, prefix_at)?;
    }
    Ok(Peer {
        secured,
        host,
        port,
        methods,
        prefix,
    })
}

fn read_host<'a>(reader: &mut Reader<'a>) -> Result<Host<'a>, ManifestError> {
    let head = reader.head()?;
    let content = match head.major {
        major::BYTES | major::TEXT => reader.content(head)?,
        _ => return Err(Fault::Type { at: head.at }.into()),
    };
    if head.major == major::TEXT {
        check_text(content, 1, 63, head.at)?;
        let odd = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        return if content.iter().any(odd) {
            Err(ManifestError::Text(head.at))
        } else {
            Ok(Host::Name(content))
        };
    }
    if let Ok(address) = content.try_into() {
        Ok(Host::V4(address))
    } else if let Ok(address) = content.try_into() {
        Ok(Host::V6(address))
    } else {
        Err(ManifestError::Value(head.at))
    }
}

fn read_radio(reader: &mut Reader<'_>) -> Result<Radio, ManifestError> {
    let start = reader.at();
    if reader.array()? != 3 {
        return Err(ManifestError::Value(start));
    }
    let (channels, power, scan) = (reader.uint()?, reader.int()?, reader.uint()?);
    match i8::try_from(power) {
        Ok(max_power_dbm) if channels != 0 && channels >> 27 == 0 && scan <= 1 => Ok(Radio {
            channels,
            max_power_dbm,
            scan: scan == 1,
        }),
        _ => Err(ManifestError::Value(start)),
    }
}
