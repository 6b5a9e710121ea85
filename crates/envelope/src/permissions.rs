//! What a container may touch (docs/spec/container.md section 2.2), as a view over the bytes of the manifest.
//!
//! Everything is checked once, by [`Permissions::parse`]; the iterators then walk the same bytes without keeping anything.

use crate::ManifestError;
use crate::cbor::{Reader, code, major};
use crate::error::form;

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
        let permissions = Self::read(&mut reader);
        if !reader.is_at_end() {
            reader.refuse(form::TRAILING, reader.at());
        }
        match ManifestError::of(&reader) {
            None => Ok(permissions),
            Some(refused) => Err(refused),
        }
    }

    /// Takes a permissions map out of a manifest.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let start = reader.at();
        walk(reader, 0);
        Self(reader.since(start))
    }

    /// The map's bytes; empty = nothing is permitted.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// A reader at the value of `wanted`, if the map has that key; else at no bytes.
    fn value_of(self, wanted: u32) -> Option<Reader<'a>> {
        let mut reader = Reader::new(self.0);
        walk(&mut reader, wanted).then_some(reader)
    }

    /// The entries of the map or array at `wanted`.
    fn entries(self, wanted: u32) -> Entries<'a> {
        let mut reader = self.value_of(wanted).unwrap_or(Reader::new(&[]));
        reader.head();
        let left = reader.argument;
        Entries { reader, left }
    }

    /// The devices that are named, shorter names first.
    #[must_use]
    pub fn devices(self) -> Devices<'a> {
        Devices(self.entries(KEY_DEVICES))
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
            open: self.entries(KEY_OPEN),
            secured: self.entries(KEY_SECURED),
        }
    }

    /// The peers that may be asked, in the order of the manifest.
    #[must_use]
    pub fn peers(self) -> Peers<'a> {
        Peers(self.entries(KEY_PEERS))
    }

    /// `riot.reboot()` is allowed.
    #[must_use]
    pub fn reboot(self) -> bool {
        self.value_of(KEY_REBOOT).is_some()
    }

    /// What may be done with the radio.
    #[must_use]
    pub fn radio(self) -> Option<Radio> {
        let mut reader = self.value_of(KEY_RADIO)?;
        let radio = read_radio(&mut reader);
        (!reader.failed()).then_some(radio)
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
        (self.end(self.min), self.end(self.max))
    }

    /// `mantissa * 10^exponent`, rounded once, as the one multiplication or division would: in integers, for which a chip without hardware
    /// for numbers of this size needs no routines. Both sides of the fraction stay below 2^62.
    fn end(self, mantissa: i32) -> f64 {
        let (mut over, mut under) = (u64::from(mantissa.unsigned_abs()), 1);
        for _ in 0..self.exponent.unsigned_abs() {
            if self.exponent < 0 {
                under *= 10;
            } else {
                over *= 10;
            }
        }
        if over == 0 {
            return 0.0;
        }
        let mut exponent = 1023;
        while over >= under << 1 {
            under <<= 1;
            exponent += 1;
        }
        while over < under {
            over <<= 1;
            exponent -= 1;
        }
        // 53 bits and one to round by
        let mut bits = 0;
        for _ in 0..54 {
            bits <<= 1;
            if over >= under {
                over -= under;
                bits += 1;
            }
            over <<= 1;
        }
        let even = bits >> 1;
        let up = bits & 1 != 0 && (over != 0 || even & 1 != 0);
        // The leading one, which is not written, counts in the exponent.
        let size = ((exponent - 1) << 52) + even + u64::from(up);
        f64::from_bits(size | u64::from(mantissa < 0) << 63)
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

/// What is left of a map or an array.
#[derive(Clone, Copy)]
struct Entries<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl<'a> Entries<'a> {
    /// The reader at the next entry, if there is one.
    fn next(&mut self) -> Option<&mut Reader<'a>> {
        self.left = self.left.checked_sub(1)?;
        Some(&mut self.reader)
    }
}

/// Iterates over [`Device`]s.
#[derive(Clone, Copy)]
pub struct Devices<'a>(Entries<'a>);

impl<'a> Iterator for Devices<'a> {
    type Item = Device<'a>;

    fn next(&mut self) -> Option<Device<'a>> {
        let reader = self.0.next()?;
        let name = reader.text();
        Some(read_rule(reader, name))
    }
}

/// Iterates over [`Path`]s.
#[derive(Clone, Copy)]
pub struct Paths<'a> {
    open: Entries<'a>,
    secured: Entries<'a>,
}

impl<'a> Iterator for Paths<'a> {
    type Item = Path<'a>;

    fn next(&mut self) -> Option<Path<'a>> {
        let secured = self.open.left == 0;
        let entries = if secured {
            &mut self.secured
        } else {
            &mut self.open
        };
        Some(Path {
            path: entries.next()?.text(),
            secured,
        })
    }
}

/// Iterates over [`Peer`]s.
#[derive(Clone, Copy)]
pub struct Peers<'a>(Entries<'a>);

impl<'a> Iterator for Peers<'a> {
    type Item = Peer<'a>;

    fn next(&mut self) -> Option<Peer<'a>> {
        Some(read_peer(self.0.next()?))
    }
}

/// How many entries a map or array has whose head was just read; none is refused.
pub(crate) fn not_empty(reader: &mut Reader<'_>, entries: u32) -> u32 {
    if entries == 0 {
        reader.refuse(form::VALUE, reader.head_at);
    }
    entries
}

/// Goes through a permissions map, to its end or to the value of `wanted`; whether that is there.
fn walk(reader: &mut Reader<'_>, wanted: u32) -> bool {
    let entries = reader.map();
    let mut least = 0;
    for _ in 0..not_empty(reader, entries) {
        let key = reader.key(least);
        let at = reader.head_at;
        if reader.failed() {
            break;
        }
        least = key.saturating_add(1);
        match key {
            _ if key == wanted && wanted != 0 => return true,
            KEY_DEVICES => check_devices(reader),
            KEY_OPEN | KEY_SECURED | KEY_PEERS => check_list(reader, key == KEY_PEERS),
            KEY_REBOOT | KEY_DATA => reader.yes(),
            KEY_RADIO => {
                read_radio(reader);
            }
            _ => reader.refuse(form::UNKNOWN_KEY, at),
        }
    }
    false
}

/// Printable ASCII of `least..=most` bytes.
pub(crate) fn check_text(reader: &mut Reader<'_>, text: &[u8], most: usize, at: u32) {
    if !text.iter().all(|byte| (0x20..=0x7e).contains(byte)) {
        reader.refuse(form::TEXT, at);
    }
    if text.is_empty() || text.len() > most {
        reader.refuse(form::VALUE, at);
    }
}

fn check_path(reader: &mut Reader<'_>, path: &[u8], at: u32) {
    check_text(reader, path, 64, at);
    let odd = |segment: &[u8]| segment.is_empty() || segment == b"." || segment == b"..";
    if path.split(|byte| *byte == b'/').any(odd) {
        reader.refuse(form::TEXT, at);
    }
}

fn check_devices(reader: &mut Reader<'_>) {
    let entries = reader.map();
    let mut last: &[u8] = &[];
    for _ in 0..not_empty(reader, entries) {
        let at = reader.at();
        let name = reader.text();
        // in the order of encodings: the shorter first, then bytewise; no name is empty
        if !last.is_empty() && (last.len(), last) >= (name.len(), name) {
            let digits = if last == name {
                code::DUPLICATE_KEY
            } else {
                code::KEY_ORDER
            };
            reader.refuse(digits, at);
        }
        last = name;
        check_text(reader, name, 32, at);
        read_rule(reader, name);
        if reader.failed() {
            break;
        }
    }
}

fn read_rule<'a>(reader: &mut Reader<'a>, name: &'a [u8]) -> Device<'a> {
    let start = reader.at();
    let mut items = 0;
    if reader.peek() != major::UINT {
        items = reader.array();
        if !matches!(items, 2 | 4 | 5) {
            reader.refuse(form::VALUE, start);
        }
    }
    let rights = reader.uint();
    if !(1..=3).contains(&rights) {
        reader.refuse(form::VALUE, reader.head_at);
    }
    let mut device = Device {
        name,
        read: rights & 1 != 0,
        write: rights & 2 != 0,
        per_minute: 0,
        range: None,
    };
    if items != 0 {
        device.per_minute = reader.uint();
        if items == 2 && device.per_minute == 0 {
            reader.refuse(form::VALUE, reader.head_at);
        }
    }
    if items >= 4 {
        device.range = Some(read_range(reader, items == 5));
    }
    device
}

fn read_range(reader: &mut Reader<'_>, has_exponent: bool) -> Range {
    let at = reader.at();
    let (min, max) = (reader.int(), reader.int());
    let exponent_at = reader.at();
    let exponent = if has_exponent { reader.int() } else { 0 };
    if min > max {
        reader.refuse(form::VALUE, at);
    }
    if !(-9..=9).contains(&exponent) || has_exponent != (exponent != 0) {
        reader.refuse(form::VALUE, exponent_at);
    }
    Range {
        min,
        max,
        exponent: exponent as i8,
    }
}

/// A list of peers or of paths.
fn check_list(reader: &mut Reader<'_>, of_peers: bool) {
    let entries = reader.array();
    for _ in 0..not_empty(reader, entries) {
        if of_peers {
            read_peer(reader);
        } else {
            let at = reader.at();
            let path = reader.text();
            check_path(reader, path, at);
        }
        if reader.failed() {
            break;
        }
    }
}

#[inline(never)]
fn read_peer<'a>(reader: &mut Reader<'a>) -> Peer<'a> {
    let start = reader.at();
    if reader.array() != 5 {
        reader.refuse(form::VALUE, start);
    }
    let scheme = reader.uint();
    if scheme > 1 {
        reader.refuse(form::VALUE, reader.head_at);
    }
    let own_port = 5683 + (scheme & 1);
    let host = read_host(reader);
    let mut port = reader.uint();
    if port == own_port || port > 0xffff {
        reader.refuse(form::VALUE, reader.head_at);
    }
    if port == 0 {
        port = own_port;
    }
    let methods = reader.uint();
    if !(1..=15).contains(&methods) {
        reader.refuse(form::VALUE, reader.head_at);
    }
    let prefix_at = reader.at();
    let prefix = reader.text();
    if !prefix.is_empty() {
        check_path(reader, prefix, prefix_at);
    }
    Peer {
        secured: scheme == 1,
        host,
        port: port as u16,
        methods: methods as u8,
        prefix,
    }
}

fn read_host<'a>(reader: &mut Reader<'a>) -> Host<'a> {
    let major = reader.head();
    let at = reader.head_at;
    if major != major::BYTES && major != major::TEXT {
        reader.refuse(code::TYPE, at);
    }
    let content = reader.content(reader.argument);
    if major == major::BYTES {
        if let Ok(address) = content.try_into() {
            return Host::V4(address);
        }
        if let Ok(address) = content.try_into() {
            return Host::V6(address);
        }
        reader.refuse(form::VALUE, at);
    }
    check_text(reader, content, 63, at);
    let odd = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    if content.iter().any(odd) {
        reader.refuse(form::TEXT, at);
    }
    Host::Name(content)
}

fn read_radio(reader: &mut Reader<'_>) -> Radio {
    let start = reader.at();
    if reader.array() != 3 {
        reader.refuse(form::VALUE, start);
    }
    let (channels, power, scan) = (reader.uint(), reader.int(), reader.uint());
    if i8::try_from(power).is_err() || channels == 0 || channels >> 27 != 0 || scan > 1 {
        reader.refuse(form::VALUE, start);
    }
    Radio {
        channels,
        max_power_dbm: power as i8,
        scan: scan == 1,
    }
}
