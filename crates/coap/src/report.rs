//! Status and data as the backend tells them, field by field, in CBOR or text.

use crate::upload::Open;
use crate::window::{Window, major};

/// A field of the status: its CBOR key and its name in the text form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// Key in the CBOR map.
    pub number: u8,
    /// Name in the text form.
    pub name: &'static str,
}

impl Key {
    /// Keys 64 and above are the node's build's own.
    pub const fn new(number: u8, name: &'static str) -> Key {
        Key { number, name }
    }

    /// A figure of the moment: it changes all the time, and does not make another representation.
    const fn is_figure(self) -> bool {
        self.number >= 32
    }

    /// Everybody may see it.
    const fn is_short(self) -> bool {
        matches!(self.number, 0..10 | 17..20)
    }
}

/// Fields of the status, with the meaning that `docs/spec/resource.md` section 6.2 gives them.
pub mod status {
    use super::Key;
    /// Container id.
    pub const ID: Key = Key::new(0, "id");
    /// State: 0 empty, 1 receiving, 2 stored, 3 trial, 4 confirmed, 5 failed, 6 stopped.
    pub const STATE: Key = Key::new(1, "state");
    /// Kind of what runs.
    pub const KIND: Key = Key::new(2, "kind");
    /// Sequence of what runs.
    pub const SEQUENCE: Key = Key::new(3, "sequence");
    /// Digest of the manifest of what runs.
    pub const DIGEST: Key = Key::new(4, "digest");
    /// Digest of its payload.
    pub const PAYLOAD_DIGEST: Key = Key::new(5, "payload-digest");
    /// Bytes of its payload.
    pub const LENGTH: Key = Key::new(6, "length");
    /// Highest sequence that was ever started.
    pub const TRIED: Key = Key::new(7, "tried");
    /// Why the last start or upload failed.
    pub const ERROR: Key = Key::new(8, "error");
    /// Signatures for development are accepted.
    pub const DEVELOPMENT: Key = Key::new(9, "development");
    /// Sequence of the other slot.
    pub const FALLBACK: Key = Key::new(10, "fallback");
    pub(crate) const UPLOAD_DIGEST: Key = Key::new(17, "upload-digest");
    pub(crate) const RECEIVED: Key = Key::new(18, "received");
    pub(crate) const UPLOAD_LENGTH: Key = Key::new(19, "upload-length");
    /// Microseconds since boot.
    pub const UPTIME_US: Key = Key::new(32, "uptime-us");
    /// Resets counted.
    pub const RESETS: Key = Key::new(33, "resets");
    /// Erases of flash since boot.
    pub const ERASES: Key = Key::new(34, "erases");
    /// Programs of flash since boot.
    pub const PROGRAMS: Key = Key::new(35, "programs");
    /// Manifests refused since boot.
    pub const MANIFESTS_REFUSED: Key = Key::new(36, "manifests-refused");
    /// Bytes of the engine's arena.
    pub const HEAP_SIZE: Key = Key::new(48, "heap-size");
    /// Bytes in use.
    pub const HEAP_USED: Key = Key::new(49, "heap-used");
    /// Most bytes that were in use.
    pub const HEAP_HIGH_WATER: Key = Key::new(50, "heap-high-water");
    /// Fuel spent since start.
    pub const FUEL: Key = Key::new(51, "fuel");
    /// Timers.
    pub const TIMERS: Key = Key::new(52, "timers");
    /// CoAP handlers.
    pub const HANDLERS: Key = Key::new(53, "handlers");
    /// Values held by the host.
    pub const ROOTS: Key = Key::new(54, "roots");
    /// Activations set aside.
    pub const WAITING: Key = Key::new(55, "waiting");
    /// Calls refused by permission or rate.
    pub const DENIED: Key = Key::new(56, "denied");
    /// Events killed for fuel.
    pub const FUEL_KILLS: Key = Key::new(57, "fuel-kills");
    /// Starts that failed in a row.
    pub const STARTS_FAILED: Key = Key::new(58, "starts-failed");
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// Only counts: a CBOR map or array begins with its length.
    Count,
    Cbor,
    Text,
}

/// Takes the fields of the status, keys ascending.
#[derive(Debug)]
pub struct Report<'b> {
    pub(crate) window: Window<'b>,
    pub(crate) count: u32,
    pub(crate) style: Style,
    pub(crate) long: bool,
    /// To be reported between the backend's fields, once.
    pub(crate) upload: Option<&'b Open>,
}

impl<'b> Report<'b> {
    /// A number.
    pub fn uint(&mut self, key: Key, value: u64) {
        self.turn(key);
        self.number(key, value);
    }

    /// Yes or no.
    pub fn bool(&mut self, key: Key, value: bool) {
        self.turn(key);
        if self.style == Style::Text {
            self.number(key, value.into());
        } else if self.key(key) {
            self.window.byte(major::FALSE + u8::from(value));
        }
    }

    /// Text.
    pub fn text(&mut self, key: Key, value: &str) {
        self.turn(key);
        self.string(key, value.as_bytes(), major::TEXT);
    }

    /// Bytes.
    pub fn bytes(&mut self, key: Key, value: &[u8]) {
        self.turn(key);
        self.string(key, value, major::BYTES);
    }

    /// The resource's own fields come before this one, when they have not come yet.
    fn turn(&mut self, key: Key) {
        if key.number > status::UPLOAD_LENGTH.number {
            self.add_upload();
        }
    }

    #[inline(never)]
    pub(crate) fn add_upload(&mut self) {
        if let Some(open) = self.upload.take() {
            self.string(status::UPLOAD_DIGEST, &open.begun.digest, major::BYTES);
            self.number(status::RECEIVED, open.received().into());
            self.number(status::UPLOAD_LENGTH, open.begun.payload_len.unwrap_or(0).into());
        }
    }

    #[inline(never)]
    fn number(&mut self, key: Key, value: u64) {
        if !self.key(key) {
        } else if self.style == Style::Text {
            self.window.decimal(value);
            self.window.byte(b'\n');
        } else {
            self.window.head(major::UINT, value);
        }
    }

    #[inline(never)]
    pub(crate) fn string(&mut self, key: Key, value: &[u8], what: u8) {
        if !self.key(key) {
            return;
        }
        if self.style != Style::Text {
            return self.window.string(what, value);
        }
        if what == major::TEXT {
            self.window.put(value);
        } else {
            self.window.hex(value);
        }
        self.window.byte(b'\n');
    }

    /// Counts a field and writes its key; whether its value is to be written.
    #[inline(never)]
    fn key(&mut self, key: Key) -> bool {
        if !(self.long || key.is_short()) {
            return false;
        }
        self.count += 1;
        if self.style == Style::Count {
            return false;
        }
        self.window.count_for_etag(!key.is_figure());
        if self.style == Style::Cbor {
            self.window.head(major::UINT, key.number.into());
        } else {
            self.window.put(key.name.as_bytes());
            self.window.byte(b' ');
        }
        true
    }
}

/// Takes the records of `/c/{id}/data` (SenML, RFC 8428).
#[derive(Debug)]
pub struct SenMl<'b> {
    pub(crate) report: Report<'b>,
}

impl<'b> SenMl<'b> {
    /// Empty, for the bytes from `from` on: in CBOR.
    #[inline(never)]
    pub(crate) fn new(out: &'b mut [u8], from: u32) -> SenMl<'b> {
        let report = Report {
            window: Window::new(out, from),
            count: 0,
            style: Style::Cbor,
            long: false,
            upload: None,
        };
        SenMl { report }
    }

    /// One value: its name, its unit (a SenML unit, empty when unknown), and when it was taken in seconds relative to
    /// now (0, or negative: so long ago).
    #[inline(never)]
    pub fn record(&mut self, name: &str, unit: &str, value: f64, time_s: f64) {
        self.report.count += 1;
        if self.report.style == Style::Count {
            return;
        }
        let window = &mut self.report.window;
        window.byte(major::MAP + 4 - u8::from(unit.is_empty()));
        window.byte(0);
        window.string(major::TEXT, name.as_bytes());
        if !unit.is_empty() {
            window.byte(1);
            window.string(major::TEXT, unit.as_bytes());
        }
        for (label, number) in [(2, value), (6, time_s)] {
            window.byte(label);
            window.byte(major::FLOAT64);
            window.put(&number.to_be_bytes());
        }
    }
}
